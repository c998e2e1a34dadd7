#include "gui/experiments/compare-view.h"

#include <glib/gi18n.h>

#include "gui/experiments/compare-bars.h"
#include "gui/experiments/compare-difference.h"
#include "gui/experiments/compare-paired.h"
#include "gui/experiments/compare-parameters.h"
#include "gui/experiments/compare-sentences.h"
#include "gui/experiments/run-curves.h"
#include "gui/experiments/run-export.h"

struct _CzCompareView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GListModel *runs;       // of CzRunItem
  GPtrArray *items;       // of CzRunItem: those that are shown
  char **names;           // what each is called
  guint updating;         // idle source
  GtkWidget *back_button;
  GtkLabel *title;
  GtkLabel *summary;
  GtkInfoBar *info;
  GtkLabel *info_label;
  CzRunCurves *curves;
  CzCompareBars *bars;
  CzComparePaired *paired;
  CzCompareParameters *parameters;
  CzCompareSentences *sentences;
};

G_DEFINE_FINAL_TYPE (CzCompareView, cz_compare_view, ADW_TYPE_BIN)

static guint back_signal, select_run_signal;

// ---- Showing ----

static void
show_info (CzCompareView *self)
{
  guint n = self->items->len;
  CzRunItem *const *items = (CzRunItem *const *)self->items->pdata;
  gboolean groups = cz_compare_bars_have_groups (items, n);

  gtk_label_set_label (
      self->info_label,
      _ ("These runs are not ranked against each other: their perplexities were measured on "
         "different masked tokens (another corpus, test blocks, vocabulary or way of evaluating). "
         "Evaluate each on the same corpus, from its own view, to compare them."));
  gtk_info_bar_set_revealed (self->info, groups);
  gtk_widget_set_visible (GTK_WIDGET (self->info), groups);
}

static void
show_title (CzCompareView *self, guint all)
{
  g_autofree char *title = g_strdup_printf (ngettext ("%u run", "%u runs", all), all);
  g_autofree char *summary
      = all > self->items->len ? g_strdup_printf (
            _ ("The first %u are compared; more are hard to tell apart."), self->items->len)
                               : NULL;

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->summary, summary != NULL ? summary : "");
  gtk_widget_set_visible (GTK_WIDGET (self->summary), summary != NULL);
}

static void
update (CzCompareView *self)
{
  guint n = self->items->len;
  CzRunItem *const *items = (CzRunItem *const *)self->items->pdata;
  g_autofree const CzRun **runs = g_new0 (const CzRun *, n + 1);
  g_autoptr (GPtrArray) differences = NULL;

  for (guint i = 0; i < n; i++)
    runs[i] = cz_run_item_get (items[i]);
  differences = cz_difference_list (runs, n);
  g_strfreev (self->names);
  self->names = cz_difference_name_runs (runs, n, differences);
  show_info (self);
  cz_run_curves_set_runs (self->curves, items, (const char *const *)self->names, n);
  cz_compare_bars_show (self->bars, items, (const char *const *)self->names, n);
  cz_compare_paired_show (self->paired, items, (const char *const *)self->names, n);
  cz_compare_parameters_show (self->parameters, items, differences, n);
  cz_compare_sentences_show (self->sentences, items, (const char *const *)self->names, n);
}

static gboolean
update_now (gpointer data)
{
  CzCompareView *self = data;

  self->updating = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

// Of several runs that change at once the view hears once.
static void
update_soon (CzCompareView *self)
{
  if (self->updating == 0)
    self->updating = g_idle_add (update_now, self);
}

static void
forget_items (CzCompareView *self)
{
  for (guint i = 0; i < self->items->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->items, i), self);
  g_ptr_array_set_size (self->items, 0);
}

static void
runs_changed (CzCompareView *self)
{
  guint all = g_list_model_get_n_items (self->runs);

  forget_items (self);
  for (guint i = 0; i < MIN (all, CZ_COMPARE_MOST); i++)
    {
      CzRunItem *item = g_list_model_get_item (self->runs, i);

      g_signal_connect_swapped (item, "changed", G_CALLBACK (update_soon), self);
      g_ptr_array_add (self->items, item);
    }
  show_title (self, all);
  update_soon (self);
}

// ---- Actions ----

static void
run_selected (CzCompareView *self, gint64 run)
{
  cz_run_curves_set_selected (self->curves, run);
  g_signal_emit (self, select_run_signal, 0, run);
}

static void
export_metrics (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCompareView *self = CZ_COMPARE_VIEW (widget);
  g_autofree gint64 *ids = g_new (gint64, self->items->len + 1);

  for (guint i = 0; i < self->items->len; i++)
    ids[i] = cz_run_item_get (g_ptr_array_index (self->items, i))->id;
  cz_run_export_metrics (widget, self->workbench, ids, self->items->len, _ ("metrics of runs"),
                         g_variant_get_string (parameter, NULL));
}

static void
export_chart (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCompareView *self = CZ_COMPARE_VIEW (widget);

  cz_run_export_chart (widget, cz_run_curves_get_chart (self->curves), _ ("chart of runs"),
                       g_variant_get_string (parameter, NULL));
}

static void
copy_table (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCompareView *self = CZ_COMPARE_VIEW (widget);
  g_autofree char *bars = cz_compare_bars_get_table (
      (CzRunItem *const *)self->items->pdata, (const char *const *)self->names, self->items->len);
  g_autofree char *parameters = cz_compare_parameters_get_table (self->parameters);
  g_autofree char *text = g_strdup_printf ("%s\n%s", bars, parameters);

  cz_run_export_copy_text (widget, text, _ ("The table was copied."));
}

static void
back_clicked (CzCompareView *self)
{
  g_signal_emit (self, back_signal, 0);
}

// ---- Life ----

static void
cz_compare_view_dispose (GObject *object)
{
  CzCompareView *self = CZ_COMPARE_VIEW (object);

  cz_compare_view_set_runs (self, NULL);
  g_clear_handle_id (&self->updating, g_source_remove);
  G_OBJECT_CLASS (cz_compare_view_parent_class)->dispose (object);
}

static void
cz_compare_view_finalize (GObject *object)
{
  CzCompareView *self = CZ_COMPARE_VIEW (object);

  g_ptr_array_unref (self->items);
  g_strfreev (self->names);
  G_OBJECT_CLASS (cz_compare_view_parent_class)->finalize (object);
}

static void
cz_compare_view_class_init (CzCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_compare_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_compare_view_finalize;
  back_signal = g_signal_new ("back", CZ_TYPE_COMPARE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  select_run_signal = g_signal_new ("select-run", CZ_TYPE_COMPARE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  g_type_ensure (CZ_TYPE_RUN_CURVES);
  g_type_ensure (CZ_TYPE_COMPARE_BARS);
  g_type_ensure (CZ_TYPE_COMPARE_PAIRED);
  g_type_ensure (CZ_TYPE_COMPARE_PARAMETERS);
  g_type_ensure (CZ_TYPE_COMPARE_SENTENCES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, title);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, summary);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, info);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, info_label);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, curves);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, bars);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, paired);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, parameters);
  gtk_widget_class_bind_template_child (widget_class, CzCompareView, sentences);
  gtk_widget_class_install_action (widget_class, "compare.export-metrics", "s", export_metrics);
  gtk_widget_class_install_action (widget_class, "compare.export-chart", "s", export_chart);
  gtk_widget_class_install_action (widget_class, "compare.copy-table", NULL, copy_table);
}

static void
cz_compare_view_init (CzCompareView *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  g_signal_connect_swapped (self->curves, "select-run", G_CALLBACK (run_selected), self);
  g_signal_connect_swapped (self->bars, "select-run", G_CALLBACK (run_selected), self);
}

void
cz_compare_view_set_workbench (CzCompareView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_run_curves_set_workbench (self->curves, workbench);
  cz_compare_paired_set_workbench (self->paired, workbench);
  cz_compare_sentences_set_workbench (self->sentences, workbench);
}

void
cz_compare_view_set_runs (CzCompareView *self, GListModel *runs)
{
  if (runs == self->runs)
    return;
  if (self->runs != NULL)
    g_signal_handlers_disconnect_by_data (self->runs, self);
  g_set_object (&self->runs, runs);
  if (runs == NULL)
    {
      forget_items (self);
      g_clear_handle_id (&self->updating, g_source_remove);
      return;
    }
  g_signal_connect_object (runs, "items-changed", G_CALLBACK (runs_changed), self,
                           G_CONNECT_SWAPPED);
  runs_changed (self);
}

void
cz_compare_view_library_changed (CzCompareView *self)
{
  if (self->runs != NULL && self->updating == 0)
    cz_run_curves_read (self->curves);
}

void
cz_compare_view_set_folded (CzCompareView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
