#include "gui/experiments/run-menu.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"

static GMenu *
make_colors (void)
{
  // The palette's, in its order.
  static const char *const names[CZ_PALETTE_SIZE]
      = { N_ ("Blue"), N_ ("Orange"), N_ ("Green"),  N_ ("Purple"),
          N_ ("Red"),  N_ ("Sky"),    N_ ("Yellow"), N_ ("Grey") };
  GMenu *menu = g_menu_new ();

  for (int i = 0; i < CZ_PALETTE_SIZE; i++)
    {
      g_autofree char *action = g_strdup_printf ("runs.color(%d)", i);

      g_menu_append (menu, _ (names[i]), action);
    }
  g_menu_append (menu, _ ("_Automatic"), "runs.color(-1)");
  return menu;
}

GMenuModel *
cz_run_menu_new (gboolean trash)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) marks = g_menu_new ();
  g_autoptr (GMenu) queue = g_menu_new ();
  g_autoptr (GMenu) end = g_menu_new ();
  g_autoptr (GMenu) colors = make_colors ();
  g_autoptr (GMenu) files = g_menu_new ();

  if (trash)
    {
      g_menu_append (menu, _ ("_Restore"), "runs.restore");
      g_menu_append (menu, _ ("Remove for _good…"), "runs.remove");
      return G_MENU_MODEL (menu);
    }
  g_menu_append (first, _ ("_Compare"), "runs.compare");
  g_menu_append (first, _ ("Copy as a _table"), "runs.copy");
  g_menu_append (files, _ ("Metrics as CSV…"), "runs.export::csv");
  g_menu_append (files, _ ("Metrics as JSON…"), "runs.export::json");
  g_menu_append_submenu (first, _ ("E_xport"), G_MENU_MODEL (files));
  g_menu_append (marks, _ ("_Star"), "runs.star");
  g_menu_append (marks, _ ("Take the star _away"), "runs.unstar");
  g_menu_append (marks, _ ("T_ags…"), "runs.tags");
  g_menu_append (marks, _ ("Re_name…"), "runs.rename");
  g_menu_append (marks, _ ("N_otes…"), "runs.note");
  g_menu_append_submenu (marks, _ ("Co_lour"), G_MENU_MODEL (colors));
  g_menu_append (queue, _ ("Put into the _queue"), "runs.queue");
  g_menu_append (queue, _ ("Ta_ke out of the queue"), "runs.unqueue");
  g_menu_append (end, _ ("Put into the t_rash"), "runs.trash");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (marks));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (queue));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));
  return G_MENU_MODEL (menu);
}
