#include "gui/experiments/compare-bars.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/chart/palette.h"
#include "gui/numbers.h"
#include "gui/playground/bar.h"

struct _CzCompareBars
{
  AdwBin parent_instance;
  GtkWidget *grid;
  char *shown; // what the bars were made of
};

G_DEFINE_FINAL_TYPE (CzCompareBars, cz_compare_bars, ADW_TYPE_BIN)

static guint select_run_signal;

double
cz_compare_bars_get_best (const CzRun *run)
{
  return !isnan (run->best) ? run->best : run->after;
}

// ---- Groups ----

typedef struct
{
  CzRunItem *item;
  const char *name;
  const char *fingerprint; // "": not evaluated yet
  double before, after;    // nats
} Entry;

static void
fill_entry (Entry *entry, CzRunItem *item, const char *name)
{
  const CzRun *run = cz_run_item_get (item);

  entry->item = item;
  entry->name = name;
  entry->fingerprint = run->eval_fingerprint != NULL ? run->eval_fingerprint : "";
  entry->before = run->before;
  entry->after = cz_compare_bars_get_best (run);
}

// By group, those not evaluated last; then the best first, and those without a result last.
static int
by_result (gconstpointer a, gconstpointer b)
{
  const Entry *first = a, *second = b;
  int order = g_strcmp0 (first->fingerprint, second->fingerprint);

  if (order != 0)
    return first->fingerprint[0] == '\0' ? 1 : second->fingerprint[0] == '\0' ? -1 : order;
  if (isnan (first->after) || isnan (second->after))
    return isnan (first->after) - isnan (second->after);
  return first->after < second->after ? -1 : first->after > second->after ? 1 : 0;
}

static GArray *
sort_entries (CzRunItem *const *items, const char *const *names, guint n)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  for (guint i = 0; i < n; i++)
    {
      Entry entry;

      fill_entry (&entry, items[i], names[i]);
      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, by_result);
  return entries;
}

gboolean
cz_compare_bars_have_groups (CzRunItem *const *items, guint n)
{
  const char *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      const char *fingerprint = cz_run_item_get (items[i])->eval_fingerprint;

      if (fingerprint == NULL)
        continue;
      if (first != NULL && !g_str_equal (first, fingerprint))
        return TRUE;
      first = fingerprint;
    }
  return FALSE;
}

// ---- Rows ----

static void
run_clicked (CzCompareBars *self, GtkWidget *button)
{
  CzRunItem *item = g_object_get_data (G_OBJECT (button), "item");

  g_signal_emit (self, select_run_signal, 0, cz_run_item_get (item)->id);
}

static char *
describe_change (const Entry *entry, const char **ret_style)
{
  double share = 100 * (1 - exp (entry->after - entry->before));

  *ret_style = "dim-label";
  if (isnan (share))
    return g_strdup ("");
  if (fabs (share) < 0.5)
    return g_strdup (_ ("unchanged"));
  *ret_style = share > 0 ? "better" : "worse";
  return g_strdup_printf (share > 0 ? _ ("%.0f %% lower") : _ ("%.0f %% higher"), fabs (share));
}

static char *
write_perplexity (double cross_entropy)
{
  return isnan (cross_entropy) ? g_strdup ("–") : cz_numbers_perplexity (exp (cross_entropy));
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_bars (const Entry *entry, double full)
{
  guint color = cz_run_item_get_color (entry->item);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *before = cz_bar_new (color), *after = cz_bar_new (color);

  cz_bar_set_value (CZ_BAR (before), isnan (entry->before) ? 0 : exp (entry->before) / full);
  cz_bar_set_value (CZ_BAR (after), isnan (entry->after) ? 0 : exp (entry->after) / full);
  gtk_widget_set_opacity (before, 0.35);
  gtk_widget_set_tooltip_text (before, _ ("Perplexity before"));
  gtk_widget_set_tooltip_text (after, _ ("Perplexity after, the best"));
  gtk_box_append (GTK_BOX (box), before);
  gtk_box_append (GTK_BOX (box), after);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static GtkWidget *
make_name (CzCompareBars *self, const Entry *entry)
{
  GtkWidget *button = gtk_button_new (), *label = gtk_label_new (NULL);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autofree char *name = g_markup_escape_text (entry->name, -1);
  g_autofree char *markup
      = g_strdup_printf ("<span foreground=\"%s\">●</span>  %s",
                         cz_palette_get_hex (cz_run_item_get_color (entry->item), dark), name);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  // What differs is not to be cut before a bar is.
  gtk_label_set_width_chars (GTK_LABEL (label), (int)MIN (g_utf8_strlen (entry->name, -1), 24));
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, cz_run_item_get (entry->item)->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  entry->name, -1);
  g_object_set_data_full (G_OBJECT (button), "item", g_object_ref (entry->item), g_object_unref);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (run_clicked), self);
  return button;
}

static void
add_entry (CzCompareBars *self, const Entry *entry, int row, double full)
{
  g_autofree char *before = write_perplexity (entry->before);
  g_autofree char *after = write_perplexity (entry->after);
  g_autofree char *numbers = g_strdup_printf ("%s → %s", before, after);
  const char *style;
  g_autofree char *change = describe_change (entry, &style);

  gtk_grid_attach (GTK_GRID (self->grid), make_name (self, entry), 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), make_bars (entry, full), 1, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), make_label (numbers, NULL), 2, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), make_label (change, style), 3, row, 1, 1);
}

static double
get_highest (GArray *entries, const char *fingerprint)
{
  double highest = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (g_str_equal (entry->fingerprint, fingerprint))
        highest = fmax (highest, fmax (exp (entry->before), exp (entry->after)));
    }
  return highest > 0 ? highest : 1;
}

static char *
describe (GArray *entries)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      g_string_append_printf (text, "%s\t%s\t%s\t%u\t%.17g\t%.17g\n", entry->name,
                              cz_run_item_get (entry->item)->name, entry->fingerprint,
                              cz_run_item_get_color (entry->item), entry->before, entry->after);
    }
  return g_string_free (text, FALSE);
}

void
cz_compare_bars_show (CzCompareBars *self,
                      CzRunItem *const *items,
                      const char *const *names,
                      guint n)
{
  g_autoptr (GArray) entries = sort_entries (items, names, n);
  gboolean groups = cz_compare_bars_have_groups (items, n);
  g_autofree char *described = describe (entries);
  const char *group = NULL;
  GtkWidget *child;
  int row = 0;

  if (g_strcmp0 (described, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&described);
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (groups && g_strcmp0 (group, entry->fingerprint) != 0)
        {
          g_autofree char *heading
              = entry->fingerprint[0] != '\0'
                    ? g_strdup_printf (_ ("Fingerprint of evaluation %.8s"), entry->fingerprint)
                    : g_strdup (_ ("Not evaluated yet"));
          GtkWidget *label = make_label (heading, "caption-heading");

          gtk_label_set_xalign (GTK_LABEL (label), 0);
          gtk_widget_set_margin_top (label, row > 0 ? 12 : 0);
          gtk_grid_attach (GTK_GRID (self->grid), label, 0, row++, 4, 1);
          group = entry->fingerprint;
        }
      add_entry (self, entry, row++, get_highest (entries, entry->fingerprint));
    }
}

char *
cz_compare_bars_get_table (CzRunItem *const *items, const char *const *names, guint n)
{
  g_autoptr (GArray) entries = sort_entries (items, names, n);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\t%s\t%s\t%s\t%s\n", _ ("Run"), _ ("What differs"),
                          _ ("Perplexity before"), _ ("Perplexity after, the best"),
                          _ ("Fingerprint of evaluation"));
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      g_autofree char *before = write_perplexity (entry->before);
      g_autofree char *after = write_perplexity (entry->after);

      g_string_append_printf (text, "%s\t%s\t%s\t%s\t%s\n", cz_run_item_get (entry->item)->name,
                              entry->name, before, after, entry->fingerprint);
    }
  return g_string_free (text, FALSE);
}

// ---- Life ----

static void
style_changed (CzCompareBars *self)
{
  // Dots have other tints: drawn anew with what is shown next.
  g_clear_pointer (&self->shown, g_free);
}

static void
cz_compare_bars_finalize (GObject *object)
{
  g_free (CZ_COMPARE_BARS (object)->shown);
  G_OBJECT_CLASS (cz_compare_bars_parent_class)->finalize (object);
}

static void
cz_compare_bars_class_init (CzCompareBarsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_compare_bars_finalize;
  select_run_signal = g_signal_new ("select-run", CZ_TYPE_COMPARE_BARS, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
cz_compare_bars_init (CzCompareBars *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 3);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group),
                                   _ ("Perplexity before and after"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->grid);
  adw_bin_set_child (ADW_BIN (self), group);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
}
