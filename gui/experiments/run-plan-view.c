#include "gui/experiments/run-plan-view.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/numbers.h"

// Above this a learning rate usually harms a model that has been trained already.
#define HIGH_RATE 1e-3
// Fewer corrections than this hardly change anything.
#define FEW_STEPS 20
// A token evaluated costs this share of one trained, as cloze reckons.
#define EVALUATION_SHARE (1.0 / 3)

struct _CzRunPlanView
{
  AdwBin parent_instance;
  GtkLabel *steps;
  GtkLabel *time;
  GtkLabel *memory;
  GtkLabel *disk;
  GtkWidget *notes_window;
  GtkBox *notes;
  GtkWidget *obstacle_row;
  GtkLabel *obstacle;
};

G_DEFINE_FINAL_TYPE (CzRunPlanView, cz_run_plan_view, ADW_TYPE_BIN)

static double
number (JsonObject *object, const char *key)
{
  return object != NULL ? json_object_get_double_member_with_default (object, key, NAN) : NAN;
}

static JsonObject *
get_object (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

// ---- What is worth knowing ----

static void
advise_run (JsonObject *plan, GPtrArray *notes)
{
  JsonObject *parameters = get_object (plan, "parameters");
  double steps = number (plan, "steps"), train = number (plan, "train_blocks");
  double test = number (plan, "test_blocks"), rate = number (parameters, "learning_rate");
  double batch = number (parameters, "batch_size"), epochs = number (parameters, "epochs");
  JsonNode *every = parameters != NULL ? json_object_get_member (parameters, "eval_every") : NULL;
  double evaluations = epochs;

  if (parameters == NULL)
    return;
  if (every != NULL && JSON_NODE_HOLDS_VALUE (every)
      && json_node_get_value_type (every) != G_TYPE_STRING && json_node_get_double (every) > 0)
    evaluations = ceil (steps / json_node_get_double (every));
  if (rate > HIGH_RATE)
    g_ptr_array_add (notes,
                     g_strdup_printf (_ ("A learning rate of %g usually spoils a trained model: "
                                         "2e-5 to 5e-4 is usual."),
                                      rate));
  if (batch > train)
    g_ptr_array_add (notes,
                     g_strdup_printf (_ ("The batch of %.0f is larger than the %.0f training "
                                         "blocks: an epoch is a single correction."),
                                      batch, train));
  else if (steps < FEW_STEPS)
    g_ptr_array_add (notes,
                     g_strdup_printf (_ ("With only %.0f corrections the model will hardly "
                                         "change: more epochs or a smaller batch make more."),
                                      steps));
  if ((evaluations + 1) * test * EVALUATION_SHARE > train * epochs)
    g_ptr_array_add (notes, g_strdup_printf (_ ("Its %.0f evaluations take longer than the "
                                                "training: evaluate less often, or on fewer test "
                                                "blocks."),
                                             evaluations + 1));
}

char **
cz_run_plan_view_advise (JsonObject *plan)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GStrvBuilder) once = g_strv_builder_new ();
  JsonArray *runs = get_array (plan, "runs");

  for (guint i = 0; runs != NULL && i < json_array_get_length (runs); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (runs, i)))
      advise_run (json_array_get_object_element (runs, i), notes);
  if (runs == NULL)
    advise_run (plan, notes);
  for (guint i = 0; i < notes->len; i++)
    {
      guint same = i;

      g_ptr_array_find_with_equal_func (notes, notes->pdata[i], g_str_equal, &same);
      if (same == i)
        g_strv_builder_add (once, notes->pdata[i]);
    }
  return g_strv_builder_end (once);
}

static void
add_note (CzRunPlanView *self, const char *sentence)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-information-symbolic");
  GtkWidget *label = gtk_label_new (sentence);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (icon, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (self->notes, box);
}

static void
show_notes (CzRunPlanView *self, JsonObject *plan)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->notes))) != NULL)
    gtk_box_remove (self->notes, child);
  if (plan != NULL)
    {
      JsonArray *said = get_array (plan, "notes");
      g_auto (GStrv) advice = cz_run_plan_view_advise (plan);

      for (guint i = 0; said != NULL && i < json_array_get_length (said); i++)
        add_note (self, json_array_get_string_element (said, i));
      for (guint i = 0; advice[i] != NULL; i++)
        add_note (self, advice[i]);
    }
  gtk_widget_set_visible (self->notes_window,
                          gtk_widget_get_first_child (GTK_WIDGET (self->notes)) != NULL);
}

// ---- Numbers ----

static char *
format_memory (double needs, double has)
{
  g_autofree char *needed = g_format_size ((guint64)needs);
  g_autofree char *there = NULL;

  if (!(has > 0))
    return g_steal_pointer (&needed);
  there = g_format_size ((guint64)has);
  // Translators: memory needed of memory there is.
  return g_strdup_printf (_ ("%s of %s"), needed, there);
}

void
cz_run_plan_view_show (CzRunPlanView *self, JsonObject *plan)
{
  double steps = NAN, tokens = NAN, memory = NAN, disk = NAN, seconds = NAN;
  g_autofree char *count = NULL;
  g_autofree char *about = NULL;
  g_autofree char *needed = NULL;
  g_autofree char *kept = NULL;

  if (plan != NULL)
    {
      steps = number (plan, "steps");
      tokens = number (plan, "tokens");
      memory = number (plan, "memory_bytes");
      disk = number (plan, "disk_bytes");
      seconds = number (plan, "seconds");
    }
  if (steps > 0)
    {
      g_autofree char *many = cz_numbers_short ((gint64)(isnan (tokens) ? 0 : tokens));
      g_autofree char *blocks
          = cz_numbers_count (json_object_get_int_member_with_default (plan, "train_blocks", 0));
      g_autofree char *told
          // Translators: what a run goes through.
          = g_strdup_printf (_ ("%s tokens, from %s training blocks"), many, blocks);

      count = cz_numbers_count ((gint64)steps);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->steps), told);
    }
  if (seconds > 0)
    {
      g_autofree char *duration = cz_numbers_duration (seconds);

      about = g_strdup_printf (_ ("about %s"), duration);
    }
  if (memory > 0)
    needed = format_memory (memory, number (plan, "device_memory_bytes"));
  if (disk > 0)
    kept = g_format_size ((guint64)disk);
  gtk_label_set_label (self->steps, count != NULL ? count : "–");
  gtk_label_set_label (self->time, about != NULL  ? about
                                   : plan != NULL ? _ ("not known yet")
                                                  : "–");
  gtk_label_set_label (self->memory, needed != NULL ? needed : "–");
  gtk_label_set_label (self->disk, kept != NULL ? kept : "–");
  show_notes (self, plan);
}

void
cz_run_plan_view_set_obstacle (CzRunPlanView *self, const char *sentence)
{
  gtk_label_set_label (self->obstacle, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->obstacle_row, sentence != NULL);
}

static void
cz_run_plan_view_class_init (CzRunPlanViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-plan-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, steps);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, time);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, memory);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, disk);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, notes_window);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, notes);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, obstacle_row);
  gtk_widget_class_bind_template_child (widget_class, CzRunPlanView, obstacle);
}

static void
cz_run_plan_view_init (CzRunPlanView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
