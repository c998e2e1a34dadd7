#include "gui/experiments/run-kept.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/numbers.h"

struct _CzRunKept
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  GtkWidget *group;
  GPtrArray *rows; // in the group, not owned
  char *shown;     // what the rows were made of
};

G_DEFINE_FINAL_TYPE (CzRunKept, cz_run_kept, ADW_TYPE_BIN)

static guint evaluate_signal, further_signal;

// ---- A row ----

static const char *
get_which (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "which");
}

static void
try_clicked (CzRunKept *self, GtkWidget *button)
{
  g_autofree char *model = g_strdup_printf ("run:%" PRId64 "@%s", cz_run_item_get (self->item)->id,
                                            get_which (button));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.try", "s", model);
}

static void
evaluate_clicked (CzRunKept *self, GtkWidget *button)
{
  g_signal_emit (self, evaluate_signal, 0, get_which (button),
                 g_object_get_data (G_OBJECT (button), "what"));
}

static void
further_clicked (CzRunKept *self, GtkWidget *button)
{
  g_signal_emit (self, further_signal, 0, get_which (button));
}

static void
add_button (CzRunKept *self,
            GtkWidget *row,
            const char *title,
            const char *told,
            const char *which,
            const char *what,
            GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, told);
  g_object_set_data_full (G_OBJECT (button), "which", g_strdup (which), g_free);
  g_object_set_data_full (G_OBJECT (button), "what", g_strdup (what), g_free);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static char *
name_which (const CzRunCheckpoint *checkpoint)
{
  if (g_str_equal (checkpoint->kind, "epoch"))
    return g_strdup_printf ("epoch:%ld", lround (checkpoint->epoch));
  return g_strdup (checkpoint->kind);
}

static char *
name_for_people (const CzRunCheckpoint *checkpoint)
{
  if (g_str_equal (checkpoint->kind, "best"))
    return g_strdup (_ ("Best model"));
  if (g_str_equal (checkpoint->kind, "last"))
    return g_strdup (_ ("Last state"));
  return g_strdup_printf (_ ("After epoch %ld"), lround (checkpoint->epoch));
}

static GtkWidget *
make_row (CzRunKept *self, const CzRunCheckpoint *checkpoint)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *which = name_which (checkpoint);
  g_autofree char *what = name_for_people (checkpoint);
  g_autofree char *perplexity = isfinite (checkpoint->cross_entropy)
                                    ? cz_numbers_perplexity (exp (checkpoint->cross_entropy))
                                    : NULL;
  g_autofree char *subtitle
      = perplexity != NULL
            // Translators: a step of training, and the perplexity there.
            ? g_strdup_printf (_ ("step %'" PRId64 ", perplexity %s"), checkpoint->step, perplexity)
            : g_strdup_printf (_ ("step %'" PRId64), checkpoint->step);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), what);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  add_button (self, row, _ ("Try"), _ ("Try it in the playground"), which, what,
              G_CALLBACK (try_clicked));
  add_button (self, row, _ ("Evaluate…"), _ ("Measure it on another corpus"), which, what,
              G_CALLBACK (evaluate_clicked));
  add_button (self, row, _ ("Train further…"), _ ("A new run that begins with this model"), which,
              what, G_CALLBACK (further_clicked));
  return row;
}

// ---- All ----

// Everything the rows show, so that they stay while nothing changes.
static char *
describe (GPtrArray *checkpoints)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = g_ptr_array_index (checkpoints, i);

      g_string_append_printf (text, "%s %" PRId64 " %g %g\n", checkpoint->kind, checkpoint->step,
                              checkpoint->epoch, checkpoint->cross_entropy);
    }
  return g_string_free (text, FALSE);
}

static int
get_rank (const CzRunCheckpoint *checkpoint)
{
  return g_str_equal (checkpoint->kind, "best")   ? 0
         : g_str_equal (checkpoint->kind, "last") ? 1
                                                  : 2;
}

static int
by_rank (gconstpointer a, gconstpointer b)
{
  const CzRunCheckpoint *first = *(const CzRunCheckpoint *const *)a;
  const CzRunCheckpoint *second = *(const CzRunCheckpoint *const *)b;

  if (get_rank (first) != get_rank (second))
    return get_rank (first) - get_rank (second);
  return first->step < second->step ? 1 : first->step > second->step ? -1 : 0;
}

void
cz_run_kept_read (CzRunKept *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GPtrArray) checkpoints
      = self->item != NULL && library != NULL
            ? cz_run_list_checkpoints (library, cz_run_item_get (self->item)->id, NULL)
            : NULL;
  g_autofree char *described = NULL;

  if (checkpoints == NULL)
    return;
  described = describe (checkpoints);
  if (g_strcmp0 (described, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&described);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_sort (checkpoints, by_rank);
  for (guint i = 0; i < checkpoints->len; i++)
    {
      GtkWidget *row = make_row (self, g_ptr_array_index (checkpoints, i));

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), checkpoints->len > 0);
}

static void
cz_run_kept_dispose (GObject *object)
{
  g_clear_object (&CZ_RUN_KEPT (object)->item);
  G_OBJECT_CLASS (cz_run_kept_parent_class)->dispose (object);
}

static void
cz_run_kept_finalize (GObject *object)
{
  CzRunKept *self = CZ_RUN_KEPT (object);

  g_ptr_array_unref (self->rows);
  g_free (self->shown);
  G_OBJECT_CLASS (cz_run_kept_parent_class)->finalize (object);
}

static void
cz_run_kept_class_init (CzRunKeptClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_kept_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_kept_finalize;
  evaluate_signal = g_signal_new ("evaluate", CZ_TYPE_RUN_KEPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  further_signal = g_signal_new ("train-further", CZ_TYPE_RUN_KEPT, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_run_kept_init (CzRunKept *self)
{
  self->rows = g_ptr_array_new ();
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _ ("Kept models"));
  adw_bin_set_child (ADW_BIN (self), self->group);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
cz_run_kept_set_workbench (CzRunKept *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_run_kept_show (CzRunKept *self, CzRunItem *item)
{
  g_set_object (&self->item, item);
  if (item != NULL)
    cz_run_kept_read (self);
}
