#include "gui/experiments/run-curves.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/experiments/compare-difference.h"
#include "gui/experiments/explanation-button.h"
#include "gui/experiments/run-values.h"
#include "gui/front-page.h"
#include "gui/kept-setting.h"

// The setting that remembers what was chosen, and how long after the last change it is written.
#define SETTING      "experiments.curves"
#define SETTING_TYPE "(uuubbdbb)"
#define REST         600

// What there is to see.
typedef enum
{
  PERPLEXITY,
  LOSS,
  LEARNING_RATE,
  GRADIENT_NORM,
  SPEED,
  N_KINDS
} Kind;

typedef enum
{
  BY_STEP,
  BY_EPOCH,
  BY_TOKENS,
  BY_TIME
} Axis;

// One run in the chart.
typedef struct
{
  CzRunCurves *curves;
  CzRunItem *item;
  CzRunValues *values;
  char *name;                         // in the legend; NULL: by what it is
  double tokens;                      // of a step
  CzRunState state;                   // when it was last read
  gint64 step;                        // likewise
  gint64 revision;                    // likewise; 0: not yet
  CzSeries *series[CZ_N_RUN_METRICS]; // those in the chart, else NULL
} Curve;

struct _CzRunCurves
{
  AdwBin parent_instance;
  CzWorkbench *workbench;                    // the window's
  GPtrArray *shown;                          // of Curve
  gboolean several;                          // whether names tell runs apart
  gboolean recalled;                         // whether what was chosen before was taken up
  guint remembering;                         // timeout source
  gboolean training_alone, training_several; // whether training is shown beside evaluation
  gboolean choosing;                         // the controls are being set
  GtkToggleButton *kind_tabs[N_KINDS];
  CzExplanationButton *explanation;
  GtkStack *states;
  CzChart *chart;
  GtkLabel *nothing_label;
  GtkDropDown *x_choice;
  GtkToggleButton *log_x_button;
  GtkToggleButton *log_y_button;
  GtkDropDown *unit_choice;
  GtkToggleButton *training_button;
  GtkWidget *whole_button;
  GtkAdjustment *smoothing;
  GtkWidget *smoothing_scale;
};

G_DEFINE_FINAL_TYPE (CzRunCurves, cz_run_curves, ADW_TYPE_BIN)

static guint select_run_signal;

static const char *const tab_names[N_KINDS]
    = { "perplexity_tab", "loss_tab", "rate_tab", "gradient_tab", "speed_tab" };

// ---- What is chosen ----

static Kind
get_kind (CzRunCurves *self)
{
  for (guint i = 0; i < N_KINDS; i++)
    {
      if (gtk_toggle_button_get_active (self->kind_tabs[i]))
        return (Kind)i;
    }
  return PERPLEXITY;
}

static Axis
get_axis (CzRunCurves *self)
{
  return (Axis)gtk_drop_down_get_selected (self->x_choice);
}

static gboolean
in_bits (CzRunCurves *self)
{
  return gtk_drop_down_get_selected (self->unit_choice) == 1;
}

// Whether there is training beside evaluation.
static gboolean
is_of_loss (Kind kind)
{
  return kind == PERPLEXITY || kind == LOSS;
}

// The metrics that are drawn, as bits.
static guint
get_wanted (CzRunCurves *self)
{
  switch (get_kind (self))
    {
    case LEARNING_RATE:
      return 1u << CZ_RUN_LEARNING_RATE;
    case GRADIENT_NORM:
      return 1u << CZ_RUN_GRADIENT_NORM;
    case SPEED:
      return 1u << CZ_RUN_SPEED;
    case PERPLEXITY:
    case LOSS:
    case N_KINDS:
    default:
      return gtk_toggle_button_get_active (self->training_button)
                 ? 1u << CZ_RUN_TRAIN_LOSS | 1u << CZ_RUN_EVAL_LOSS
                 : 1u << CZ_RUN_EVAL_LOSS;
    }
}

// The slider's 0 to 100 as a weight: fine towards heavy smoothing, where it matters.
static double
get_smoothing (CzRunCurves *self)
{
  double share = gtk_adjustment_get_value (self->smoothing) / 100;

  return share <= 0 ? 0 : CZ_SERIES_MAX_SMOOTHING * (1 - pow (1 - share, 2));
}

static gboolean
remember (gpointer data)
{
  CzRunCurves *self = data;
  g_autoptr (GVariant) chosen = g_variant_ref_sink (g_variant_new (
      SETTING_TYPE, (guint)get_kind (self), (guint)get_axis (self),
      gtk_drop_down_get_selected (self->unit_choice),
      gtk_toggle_button_get_active (self->log_x_button),
      gtk_toggle_button_get_active (self->log_y_button), gtk_adjustment_get_value (self->smoothing),
      self->training_alone, self->training_several));
  g_autofree char *text = g_variant_print (chosen, FALSE);

  self->remembering = 0;
  if (self->workbench != NULL && cz_workbench_get_library (self->workbench) != NULL)
    cz_kept_setting_write (self->workbench, SETTING, text);
  return G_SOURCE_REMOVE;
}

static void
remember_soon (CzRunCurves *self)
{
  g_clear_handle_id (&self->remembering, g_source_remove);
  self->remembering = g_timeout_add (REST, remember, self);
}

static void
recall (CzRunCurves *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autofree char *text = library != NULL ? cz_library_get_setting (library, SETTING) : NULL;
  g_autoptr (GVariant) chosen
      = text != NULL ? g_variant_parse (G_VARIANT_TYPE (SETTING_TYPE), text, NULL, NULL, NULL)
                     : NULL;
  guint kind, axis, unit;
  gboolean log_x, log_y;
  double smoothing;

  if (self->recalled || library == NULL)
    return;
  self->recalled = TRUE;
  if (chosen == NULL)
    return;
  g_variant_get (chosen, SETTING_TYPE, &kind, &axis, &unit, &log_x, &log_y, &smoothing,
                 &self->training_alone, &self->training_several);
  self->choosing = TRUE;
  gtk_toggle_button_set_active (self->kind_tabs[MIN (kind, N_KINDS - 1)], TRUE);
  gtk_drop_down_set_selected (self->x_choice, MIN (axis, BY_TIME));
  gtk_drop_down_set_selected (self->unit_choice, MIN (unit, 1));
  gtk_toggle_button_set_active (self->log_x_button, log_x);
  gtk_toggle_button_set_active (self->log_y_button, log_y);
  gtk_adjustment_set_value (self->smoothing, CLAMP (smoothing, 0, 100));
  self->choosing = FALSE;
}

// ---- Curves ----

static void
curve_free (gpointer data)
{
  Curve *curve = data;

  g_signal_handlers_disconnect_by_data (curve->item, curve);
  g_signal_handlers_disconnect_by_data (curve->values, curve);
  cz_run_values_give_up (curve->values);
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    g_clear_object (&curve->series[m]);
  g_object_unref (curve->values);
  g_object_unref (curve->item);
  g_free (curve->name);
  g_free (curve);
}

static double
get_number (const CzRun *run, const char *key, double otherwise)
{
  g_autofree char *text = cz_difference_read (run->parameters, key);
  double value = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  return value > 0 ? value : otherwise;
}

static void
append (Curve *curve, CzRunMetric metric, guint from)
{
  CzRunCurves *self = curve->curves;
  Kind kind = get_kind (self);
  Axis axis = get_axis (self);
  double factor = kind == LOSS && in_bits (self) ? 1 / G_LN2 : 1;
  const CzValueRow *values = cz_run_values_get (curve->values, metric);
  guint n = cz_value_row_get_n (values);
  g_autofree CzPoint *points = NULL;

  if (n <= from)
    return;
  points = g_new (CzPoint, n - from);
  for (guint i = from; i < n; i++)
    {
      CzRunValue value = cz_value_row_get (values, i);

      points[i - from].x = axis == BY_STEP     ? value.step
                           : axis == BY_EPOCH  ? (double)value.epoch
                           : axis == BY_TOKENS ? value.step * curve->tokens
                                               : value.seconds;
      points[i - from].y = kind == PERPLEXITY ? exp (value.value) : value.value * factor;
    }
  cz_series_append_many (curve->series[metric], points, n - from);
}

static const char *
name_metric (CzRunMetric metric)
{
  switch (metric)
    {
    case CZ_RUN_TRAIN_LOSS:
      return _ ("training");
    case CZ_RUN_EVAL_LOSS:
      return _ ("evaluation");
    case CZ_RUN_LEARNING_RATE:
      return _ ("learning rate");
    case CZ_RUN_GRADIENT_NORM:
      return _ ("norm of the gradient");
    case CZ_RUN_SPEED:
    case CZ_N_RUN_METRICS:
    default:
      return _ ("tokens per second");
    }
}

static char *
name_curve (Curve *curve, CzRunMetric metric)
{
  if (curve->name == NULL)
    return g_strdup (name_metric (metric));
  if (metric == CZ_RUN_TRAIN_LOSS)
    // Translators: %s names a run; its curve on the training batches.
    return g_strdup_printf (_ ("%s, training"), curve->name);
  return g_strdup (curve->name);
}

static void
add_curve (Curve *curve, CzRunMetric metric)
{
  CzRunCurves *self = curve->curves;
  g_autofree char *name = name_curve (curve, metric);
  CzSeriesShape shape = metric == CZ_RUN_TRAIN_LOSS  ? CZ_SERIES_FAINT
                        : metric == CZ_RUN_EVAL_LOSS ? CZ_SERIES_POINTS
                                                     : CZ_SERIES_LINE;
  CzSeries *series = cz_series_new (name, cz_run_item_get_color (curve->item), shape);

  // The curve of a single run selects nothing.
  if (self->several)
    cz_series_set_key (series, cz_run_item_get (curve->item)->id);
  curve->series[metric] = series;
  append (curve, metric, 0);
  cz_chart_add_series (self->chart, series);
}

static void
set_axes (CzRunCurves *self)
{
  switch (get_axis (self))
    {
    case BY_EPOCH:
      cz_chart_set_x (self->chart, _ ("epoch"), CZ_AXIS_NUMBER, 2);
      break;
    case BY_TOKENS:
      cz_chart_set_x (self->chart, _ ("tokens"), CZ_AXIS_COUNT, 0);
      break;
    case BY_TIME:
      cz_chart_set_x (self->chart, _ ("time"), CZ_AXIS_DURATION, 0);
      break;
    case BY_STEP:
    default:
      cz_chart_set_x (self->chart, _ ("step"), CZ_AXIS_COUNT, 0);
      break;
    }
  switch (get_kind (self))
    {
    case LOSS:
      cz_chart_set_label (self->chart, in_bits (self) ? _ ("Chart of the loss, in bits")
                                                      : _ ("Chart of the loss, in nats"));
      cz_chart_set_y (self->chart, CZ_AXIS_NUMBER, 3);
      break;
    case LEARNING_RATE:
      cz_chart_set_label (self->chart, _ ("Chart of the learning rate"));
      cz_chart_set_y (self->chart, CZ_AXIS_SCIENTIFIC, 3);
      break;
    case GRADIENT_NORM:
      cz_chart_set_label (self->chart, _ ("Chart of the gradient's norm"));
      cz_chart_set_y (self->chart, CZ_AXIS_NUMBER, 3);
      break;
    case SPEED:
      cz_chart_set_label (self->chart, _ ("Chart of the speed"));
      cz_chart_set_y (self->chart, CZ_AXIS_COUNT, 0);
      break;
    case PERPLEXITY:
    case N_KINDS:
    default:
      cz_chart_set_label (self->chart, _ ("Chart of the perplexity"));
      cz_chart_set_y (self->chart, CZ_AXIS_NUMBER, 2);
      break;
    }
}

static void
show_state (CzRunCurves *self)
{
  gboolean empty = cz_chart_get_n_points (self->chart) == 0;
  gboolean active = FALSE, read = TRUE;

  for (guint i = 0; i < self->shown->len; i++)
    {
      Curve *curve = g_ptr_array_index (self->shown, i);

      active = active || cz_run_item_is_active (curve->item);
      read = read && !cz_run_values_is_reading (curve->values);
    }
  gtk_stack_set_visible_child_name (self->states, empty ? "nothing" : "chart");
  gtk_label_set_label (self->nothing_label, !read    ? ""
                                            : active ? _ ("The first values are on their way.")
                                                     : _ ("Nothing of this was measured yet."));
}

// Draws what is chosen from what is known; what is missing is read.
static void
draw (CzRunCurves *self)
{
  Kind kind = get_kind (self);
  guint wanted = get_wanted (self);

  gtk_widget_set_visible (GTK_WIDGET (self->unit_choice), kind == LOSS);
  gtk_widget_set_visible (GTK_WIDGET (self->training_button), is_of_loss (kind));
  // What perplexity means stands beside the big number of a single run.
  gtk_widget_set_visible (GTK_WIDGET (self->explanation),
                          kind == LOSS || (kind == PERPLEXITY && self->several));
  cz_explanation_button_set_topic (self->explanation, kind == LOSS ? CZ_EXPLANATION_CROSS_ENTROPY
                                                                   : CZ_EXPLANATION_PERPLEXITY);
  cz_chart_remove_all (self->chart);
  set_axes (self);
  for (guint i = 0; i < self->shown->len; i++)
    {
      Curve *curve = g_ptr_array_index (self->shown, i);

      for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
        g_clear_object (&curve->series[m]);
      cz_run_values_want (curve->values, wanted);
    }
  // What is exact lies above what is noisy, of all runs.
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    {
      for (guint i = 0; i < self->shown->len && (wanted & (1u << m)) != 0; i++)
        add_curve (g_ptr_array_index (self->shown, i), (CzRunMetric)m);
    }
  show_state (self);
}

static void
read_curve (Curve *curve)
{
  CzRunCurves *self = curve->curves;
  const CzRun *run = cz_run_item_get (curve->item);
  // After a resume values may have been taken back.
  gboolean anew = run->state != curve->state || run->step < curve->step;

  curve->state = run->state;
  curve->step = run->step;
  curve->revision = run->revision;
  cz_run_values_read (curve->values, cz_workbench_get_path (self->workbench), anew);
}

static void
values_read (CzRunValues *values, guint metric, guint from, Curve *curve)
{
  if (curve->series[metric] == NULL)
    return;
  if (from == 0)
    cz_series_clear (curve->series[metric]);
  append (curve, (CzRunMetric)metric, from);
  show_state (curve->curves);
}

static void
values_rested (CzRunValues *values, Curve *curve)
{
  show_state (curve->curves);
}

// The run got another colour.
static void
item_changed (CzRunItem *item, Curve *curve)
{
  for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
    {
      if (curve->series[m] != NULL)
        cz_series_set_color (curve->series[m], cz_run_item_get_color (item));
    }
}

static Curve *
make_curve (CzRunCurves *self, CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);
  Curve *curve = g_new0 (Curve, 1);

  curve->curves = self;
  curve->item = g_object_ref (item);
  curve->values = cz_run_values_new (run->id);
  curve->tokens = get_number (run, "batch_size", 32) * get_number (run, "block_size", 128);
  curve->state = run->state;
  curve->step = run->step;
  g_signal_connect (curve->values, "read", G_CALLBACK (values_read), curve);
  g_signal_connect (curve->values, "rested", G_CALLBACK (values_rested), curve);
  g_signal_connect (item, "changed", G_CALLBACK (item_changed), curve);
  return curve;
}

// ---- Controls ----

static void
chosen (CzRunCurves *self)
{
  if (self->choosing)
    return;
  draw (self);
  for (guint i = 0; i < self->shown->len; i++)
    read_curve (g_ptr_array_index (self->shown, i));
  remember_soon (self);
}

static void
tab_toggled (CzRunCurves *self, GtkToggleButton *tab)
{
  // The one that was left tells so too.
  if (gtk_toggle_button_get_active (tab))
    chosen (self);
}

static void
training_toggled (CzRunCurves *self)
{
  gboolean active = gtk_toggle_button_get_active (self->training_button);

  if (self->choosing)
    return;
  if (self->several)
    self->training_several = active;
  else
    self->training_alone = active;
  chosen (self);
}

static void
scale_changed (CzRunCurves *self)
{
  cz_chart_set_logarithmic_x (self->chart, gtk_toggle_button_get_active (self->log_x_button));
  cz_chart_set_logarithmic (self->chart, gtk_toggle_button_get_active (self->log_y_button));
  cz_chart_set_smoothing (self->chart, get_smoothing (self));
  if (!self->choosing)
    remember_soon (self);
}

static void
zoomed (CzRunCurves *self)
{
  gtk_widget_set_visible (self->whole_button, cz_chart_is_zoomed (self->chart));
}

static void
whole_clicked (CzRunCurves *self)
{
  cz_chart_reset_zoom (self->chart);
}

static void
curve_selected (CzRunCurves *self, gint64 key)
{
  g_signal_emit (self, select_run_signal, 0, key);
}

// ---- Life ----

static void
cz_run_curves_dispose (GObject *object)
{
  CzRunCurves *self = CZ_RUN_CURVES (object);

  if (self->remembering != 0)
    {
      g_clear_handle_id (&self->remembering, g_source_remove);
      remember (self);
    }
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_run_curves_parent_class)->dispose (object);
}

static void
cz_run_curves_class_init (CzRunCurvesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_run_curves_dispose;
  select_run_signal = g_signal_new ("select-run", CZ_TYPE_RUN_CURVES, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  g_type_ensure (CZ_TYPE_CHART);
  g_type_ensure (CZ_TYPE_EXPLANATION_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-curves.ui");
  for (guint i = 0; i < N_KINDS; i++)
    gtk_widget_class_bind_template_child_full (widget_class, tab_names[i], FALSE,
                                               G_STRUCT_OFFSET (CzRunCurves, kind_tabs)
                                                   + (gssize)(i * sizeof (GtkToggleButton *)));
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, explanation);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, states);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, chart);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, nothing_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, x_choice);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, log_x_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, log_y_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, unit_choice);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, training_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, whole_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, smoothing);
  gtk_widget_class_bind_template_child (widget_class, CzRunCurves, smoothing_scale);
}

static void
cz_run_curves_init (CzRunCurves *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->shown = g_ptr_array_new_with_free_func (curve_free);
  self->training_alone = TRUE;
  for (guint i = 0; i < N_KINDS; i++)
    g_signal_connect_swapped (self->kind_tabs[i], "toggled", G_CALLBACK (tab_toggled), self);
  g_signal_connect_swapped (self->x_choice, "notify::selected", G_CALLBACK (chosen), self);
  g_signal_connect_swapped (self->unit_choice, "notify::selected", G_CALLBACK (chosen), self);
  g_signal_connect_swapped (self->log_x_button, "toggled", G_CALLBACK (scale_changed), self);
  g_signal_connect_swapped (self->log_y_button, "toggled", G_CALLBACK (scale_changed), self);
  g_signal_connect_swapped (self->smoothing, "value-changed", G_CALLBACK (scale_changed), self);
  g_signal_connect_swapped (self->training_button, "toggled", G_CALLBACK (training_toggled), self);
  g_signal_connect_swapped (self->whole_button, "clicked", G_CALLBACK (whole_clicked), self);
  g_signal_connect_swapped (self->chart, "zoomed", G_CALLBACK (zoomed), self);
  g_signal_connect_swapped (self->chart, "curve-selected", G_CALLBACK (curve_selected), self);
}

void
cz_run_curves_set_workbench (CzRunCurves *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

// Whether these are the runs that are shown, in this order.
static gboolean
are_shown (CzRunCurves *self, CzRunItem *const *items, guint n)
{
  for (guint i = 0; i < n && i < self->shown->len; i++)
    {
      if (((Curve *)g_ptr_array_index (self->shown, i))->item != items[i])
        return FALSE;
    }
  return n == self->shown->len;
}

static void
rename_curves (CzRunCurves *self, const char *const *names)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      Curve *curve = g_ptr_array_index (self->shown, i);

      if (g_strcmp0 (curve->name, names != NULL ? names[i] : NULL) == 0)
        continue;
      g_free (curve->name);
      curve->name = names != NULL ? g_strdup (names[i]) : NULL;
      for (guint m = 0; m < CZ_N_RUN_METRICS; m++)
        {
          g_autofree char *name = name_curve (curve, (CzRunMetric)m);

          if (curve->series[m] != NULL)
            cz_series_set_name (curve->series[m], name);
        }
    }
}

void
cz_run_curves_set_runs (CzRunCurves *self,
                        CzRunItem *const *items,
                        const char *const *names,
                        guint n)
{
  g_autoptr (GPtrArray) before = NULL;

  if (are_shown (self, items, n))
    {
      rename_curves (self, names);
      return;
    }
  before = self->shown;
  self->shown = g_ptr_array_new_with_free_func (curve_free);
  for (guint i = 0; i < n; i++)
    {
      Curve *curve = NULL;

      for (guint j = 0; j < before->len && curve == NULL; j++)
        {
          if (((Curve *)g_ptr_array_index (before, j))->item == items[i])
            curve = g_ptr_array_steal_index (before, j);
        }
      if (curve == NULL)
        curve = make_curve (self, items[i]);
      g_ptr_array_add (self->shown, curve);
    }
  rename_curves (self, names);
  self->several = names != NULL;
  recall (self);
  self->choosing = TRUE;
  gtk_toggle_button_set_active (self->training_button,
                                self->several ? self->training_several : self->training_alone);
  self->choosing = FALSE;
  cz_explanation_button_set_run (self->explanation, n == 1 ? items[0] : NULL);
  draw (self);
  for (guint i = 0; i < self->shown->len; i++)
    read_curve (g_ptr_array_index (self->shown, i));
}

void
cz_run_curves_read (CzRunCurves *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      Curve *curve = g_ptr_array_index (self->shown, i);

      // Whatever is measured moves the run's revision too.
      if (curve->revision != cz_run_item_get (curve->item)->revision)
        read_curve (curve);
    }
}

void
cz_run_curves_set_selected (CzRunCurves *self, gint64 run)
{
  cz_chart_set_selected (self->chart, run);
}

CzChart *
cz_run_curves_get_chart (CzRunCurves *self)
{
  return self->chart;
}
