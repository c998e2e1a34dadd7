#include "gui/experiments/run-dialog.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "data/run.h"
#include "gui/cloze.h"
#include "gui/corpora/corpus-item.h"
#include "gui/experiments/run-parameter.h"
#include "gui/models/model-item.h"
#include "gui/numbers.h"
#include "gui/window.h"

// How long after the last change a plan is asked for, in milliseconds.
#define REST 350

struct _CzRunDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  GtkWidget *cancel_button;
  GtkWidget *start_button;
  GtkSpinner *spinner;
  GtkInfoBar *trouble_bar;
  GtkLabel *trouble_label;
  AdwComboRow *model;
  AdwComboRow *corpus;
  AdwEntryRow *name;
  GtkCheckButton *quick;
  GtkCheckButton *thorough;
  GtkCheckButton *course;
  AdwExpanderRow *own_row;
  GtkWidget *values[CZ_N_RUN_PARAMETERS]; // GtkEntry or GtkDropDown
  AdwActionRow *rows[CZ_N_RUN_PARAMETERS];
  char *subtitles[CZ_N_RUN_PARAMETERS]; // what the rows explain while their values make sense
  GtkLabel *steps_label;
  GtkLabel *time_label;
  GtkLabel *memory_label;
  GtkLabel *disk_label;
  GtkLabel *plan_note;
  guint planning;            // timeout source
  GCancellable *plan;        // of the plan being asked for
  GCancellable *cancellable; // of creating the run
  gboolean renamed;          // the person typed a name
  gboolean naming;
};

G_DEFINE_FINAL_TYPE (CzRunDialog, cz_run_dialog, ADW_TYPE_WINDOW)

static guint started_signal;

static void plan_soon (CzRunDialog *self);

// ---- What was chosen ----

static const char *
chosen_model (CzRunDialog *self)
{
  CzModelItem *item = adw_combo_row_get_selected_item (self->model);

  return item != NULL ? cz_model_item_get (item)->name : NULL;
}

static const char *
chosen_corpus (CzRunDialog *self)
{
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);

  return item != NULL ? cz_corpus_item_get (item)->name : NULL;
}

static const char *
chosen_preset (CzRunDialog *self)
{
  if (gtk_check_button_get_active (self->course))
    return "course";
  return gtk_check_button_get_active (self->thorough) ? "thorough" : "quick";
}

// The value of a parameter as cloze reads it, NULL where the preset's is meant. FALSE when what was
// typed makes no sense; the row then says why.
static gboolean
read_value (CzRunDialog *self, guint index, char **ret_value)
{
  const CzRunParameter *parameter = &cz_run_parameters[index];
  g_autofree char *sentence = NULL;
  gboolean good;

  *ret_value = NULL;
  if (parameter->kind == CZ_RUN_PARAMETER_WORD)
    {
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->values[index]));

      if (selected > 0 && selected != GTK_INVALID_LIST_POSITION)
        *ret_value = g_strdup (parameter->words[selected - 1]);
      return TRUE;
    }
  good = cz_run_parameter_parse (
      parameter, gtk_editable_get_text (GTK_EDITABLE (self->values[index])), ret_value, &sentence);
  adw_action_row_set_subtitle (self->rows[index], good ? self->subtitles[index] : sentence);
  if (good)
    gtk_widget_remove_css_class (self->values[index], "error");
  else
    gtk_widget_add_css_class (self->values[index], "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->values[index]), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  return good;
}

// The command line that plans or creates what was chosen; NULL when something is missing or wrong.
static GStrv
make_arguments (CzRunDialog *self, const char *verb)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  gboolean good = TRUE;

  if (chosen_model (self) == NULL || chosen_corpus (self) == NULL)
    return NULL;
  g_strv_builder_add_many (builder, "run", verb, "--model", chosen_model (self), "--corpus",
                           chosen_corpus (self), "--preset", chosen_preset (self), NULL);
  if (name[0] != '\0')
    g_strv_builder_add_many (builder, "--name", name, NULL);
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_autofree char *value = NULL;

      if (!read_value (self, i, &value))
        good = FALSE;
      else if (value != NULL)
        {
          g_autofree char *set = g_strdup_printf ("%s=%s", cz_run_parameters[i].key, value);

          g_strv_builder_add_many (builder, "--set", set, NULL);
        }
    }
  return good ? g_strv_builder_end (builder) : NULL;
}

// ---- The plan ----

static void
tell_trouble (CzRunDialog *self, const char *sentence)
{
  gtk_label_set_label (self->trouble_label, sentence != NULL ? sentence : "");
  gtk_info_bar_set_revealed (self->trouble_bar, sentence != NULL);
}

static double
number (JsonObject *object, const char *key)
{
  return json_object_get_double_member_with_default (object, key, NAN);
}

// What the preset, together with own values, comes to: shown where nothing was typed.
static void
show_placeholders (CzRunDialog *self, JsonObject *plan)
{
  JsonObject *parameters = NULL;

  if (json_object_has_member (plan, "parameters")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (plan, "parameters")))
    parameters = json_object_get_object_member (plan, "parameters");
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      JsonNode *member = parameters != NULL
                             ? json_object_get_member (parameters, cz_run_parameters[i].key)
                             : NULL;
      g_autofree char *text = NULL;

      if (!GTK_IS_ENTRY (self->values[i]))
        continue;
      if (member != NULL && JSON_NODE_HOLDS_VALUE (member))
        text = json_node_get_value_type (member) == G_TYPE_STRING
                   ? json_node_dup_string (member)
                   : g_strdup_printf ("%g", json_node_get_double (member));
      gtk_entry_set_placeholder_text (GTK_ENTRY (self->values[i]), text);
    }
}

static void
show_plan (CzRunDialog *self, JsonObject *plan)
{
  double steps = number (plan, "steps"), tokens = number (plan, "tokens");
  double memory = number (plan, "memory_bytes"), device = number (plan, "device_memory_bytes");
  double disk = number (plan, "disk_bytes"), seconds = number (plan, "seconds");
  g_autofree char *text = NULL;

  if (steps > 0)
    {
      g_autofree char *many = cz_numbers_short ((gint64)(isnan (tokens) ? 0 : tokens));
      g_autofree char *count = cz_numbers_count ((gint64)steps);
      g_autofree char *told = g_strdup_printf (_ ("%s tokens"), many);

      gtk_label_set_label (self->steps_label, count);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->steps_label), told);
    }
  if (seconds > 0)
    {
      g_autofree char *duration = cz_numbers_duration (seconds);
      g_autofree char *about = g_strdup_printf (_ ("about %s"), duration);

      gtk_label_set_label (self->time_label, about);
    }
  else
    gtk_label_set_label (self->time_label, _ ("not known yet"));
  if (memory > 0)
    {
      g_autofree char *needs = g_format_size ((guint64)memory);

      if (device > 0)
        {
          g_autofree char *has = g_format_size ((guint64)device);

          // Translators: memory needed of memory there is.
          text = g_strdup_printf (_ ("%s of %s"), needs, has);
        }
      gtk_label_set_label (self->memory_label, text != NULL ? text : needs);
    }
  if (disk > 0)
    {
      g_autofree char *needs = g_format_size ((guint64)disk);

      gtk_label_set_label (self->disk_label, needs);
    }
  show_placeholders (self, plan);
}

// Sentences the plan has to say besides numbers.
static void
show_notes (CzRunDialog *self, JsonObject *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);
  JsonNode *notes = json_object_get_member (plan, "notes");

  if (notes != NULL && JSON_NODE_HOLDS_ARRAY (notes))
    {
      JsonArray *array = json_node_get_array (notes);

      for (guint i = 0; i < json_array_get_length (array); i++)
        g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                                json_array_get_string_element (array, i));
    }
  gtk_label_set_label (self->plan_note, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->plan_note), text->len > 0);
}

static void
planned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzRunDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    {
      tell_trouble (self, error != NULL ? error->message : _ ("The plan can't be read."));
      return;
    }
  tell_trouble (self, NULL);
  show_plan (self, json_node_get_object (answer));
  show_notes (self, json_node_get_object (answer));
  gtk_widget_set_sensitive (self->start_button, TRUE);
}

static gboolean
ask_plan (gpointer data)
{
  CzRunDialog *self = data;
  g_auto (GStrv) arguments = make_arguments (self, "plan");

  self->planning = 0;
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  g_clear_object (&self->plan);
  if (arguments == NULL)
    {
      gtk_spinner_stop (self->spinner);
      return G_SOURCE_REMOVE;
    }
  self->plan = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  cz_cloze_ask_async (cz_workbench_get_path (self->workbench), (const char *const *)arguments,
                      self->plan, planned, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
plan_soon (CzRunDialog *self)
{
  g_auto (GStrv) arguments = make_arguments (self, "plan");

  g_clear_handle_id (&self->planning, g_source_remove);
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan); // its numbers are of what was chosen before
  gtk_widget_set_sensitive (self->start_button, FALSE);
  gtk_label_set_label (self->steps_label, "–");
  gtk_label_set_label (self->time_label, "–");
  gtk_label_set_label (self->memory_label, "–");
  gtk_label_set_label (self->disk_label, "–");
  gtk_widget_set_visible (GTK_WIDGET (self->plan_note), FALSE);
  if (arguments == NULL && (chosen_model (self) == NULL || chosen_corpus (self) == NULL))
    tell_trouble (self, chosen_corpus (self) == NULL
                            ? _ ("Import a corpus first (Ctrl+I).")
                            : _ ("Add a model first, on the page Models."));
  else
    tell_trouble (self, NULL);
  self->planning = g_timeout_add (REST, ask_plan, self);
}

static void
preset_toggled (GtkCheckButton *button, CzRunDialog *self)
{
  if (gtk_check_button_get_active (button))
    plan_soon (self);
}

// ---- The name ----

static void
suggest_name (CzRunDialog *self)
{
  g_autofree char *name = NULL;
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->values[3]));

  if (self->renamed || chosen_corpus (self) == NULL)
    return;
  // Translators: a run's name: the corpus's name and how words are masked.
  name = g_strdup_printf (selected == 2 ? _ ("%s, word masking") : _ ("%s, token masking"),
                          chosen_corpus (self));
  self->naming = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  self->naming = FALSE;
}

static void
name_changed (CzRunDialog *self)
{
  if (!self->naming)
    self->renamed = TRUE;
}

static void
choice_changed (CzRunDialog *self)
{
  suggest_name (self);
  plan_soon (self);
}

// ---- Starting ----

static void
process_failed (GObject *owner, const char *sentence, gpointer data)
{
  cz_window_toast (GTK_WIDGET (owner), sentence);
}

static void
created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzRunDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);
  g_autofree char *id = NULL;
  g_autofree char *log = NULL;
  const char *arguments[] = { "run", "start", NULL, NULL };
  gint64 run = 0;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    run = json_object_get_int_member_with_default (json_node_get_object (answer), "run", 0);
  if (run == 0)
    {
      tell_trouble (self, error != NULL ? error->message : _ ("The run could not be created."));
      gtk_widget_set_sensitive (self->start_button, TRUE);
      return;
    }
  id = g_strdup_printf ("%" G_GINT64_FORMAT, run);
  log = cz_run_get_log (cz_workbench_get_library (self->workbench), run);
  arguments[2] = id;
  // The window, not this dialog, lives long enough to hear of a failure.
  if (!cz_cloze_start (cz_workbench_get_path (self->workbench), arguments, log,
                       G_OBJECT (gtk_window_get_transient_for (GTK_WINDOW (self))), process_failed,
                       NULL, &error))
    {
      tell_trouble (self, error->message);
      gtk_widget_set_sensitive (self->start_button, TRUE);
      return;
    }
  g_signal_emit (self, started_signal, 0, run);
  gtk_window_close (GTK_WINDOW (self));
}

static void
start (CzRunDialog *self)
{
  g_auto (GStrv) arguments = make_arguments (self, "create");

  if (arguments == NULL)
    return;
  gtk_widget_set_sensitive (self->start_button, FALSE);
  gtk_spinner_start (self->spinner);
  cz_cloze_ask_async (cz_workbench_get_path (self->workbench), (const char *const *)arguments,
                      self->cancellable, created, g_object_ref (self));
}

// ---- Life ----

static void
cz_run_dialog_dispose (GObject *object)
{
  CzRunDialog *self = CZ_RUN_DIALOG (object);

  g_clear_handle_id (&self->planning, g_source_remove);
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  g_clear_object (&self->plan);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (cz_run_dialog_parent_class)->dispose (object);
}

static void
cz_run_dialog_finalize (GObject *object)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    g_free (CZ_RUN_DIALOG (object)->subtitles[i]);
  G_OBJECT_CLASS (cz_run_dialog_parent_class)->finalize (object);
}

static gboolean
close_request (GtkWindow *window)
{
  CzRunDialog *self = CZ_RUN_DIALOG (window);

  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  g_clear_handle_id (&self->planning, g_source_remove);
  return GTK_WINDOW_CLASS (cz_run_dialog_parent_class)->close_request (window);
}

static void
cz_run_dialog_class_init (CzRunDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_run_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = close_request;
  started_signal = g_signal_new ("run-started", CZ_TYPE_RUN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, model);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, corpus);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, name);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, quick);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, thorough);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, course);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, own_row);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, steps_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, time_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, memory_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, disk_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, plan_note);
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_autofree char *row = g_strconcat (cz_run_parameters[i].key, "_row", NULL);

      gtk_widget_class_bind_template_child_full (widget_class, cz_run_parameters[i].key, FALSE,
                                                 G_STRUCT_OFFSET (CzRunDialog, values)
                                                     + (gssize)(i * sizeof (GtkWidget *)));
      gtk_widget_class_bind_template_child_full (widget_class, row, FALSE,
                                                 G_STRUCT_OFFSET (CzRunDialog, rows)
                                                     + (gssize)(i * sizeof (AdwActionRow *)));
    }
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cz_run_dialog_init (CzRunDialog *self)
{
  GtkCheckButton *presets[3];

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  presets[0] = self->quick;
  presets[1] = self->thorough;
  presets[2] = self->course;
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      self->subtitles[i] = g_strdup (adw_action_row_get_subtitle (self->rows[i]));
      if (cz_run_parameters[i].kind == CZ_RUN_PARAMETER_WORD)
        g_signal_connect_swapped (self->values[i], "notify::selected", G_CALLBACK (choice_changed),
                                  self);
      else
        g_signal_connect_swapped (self->values[i], "changed", G_CALLBACK (plan_soon), self);
    }
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    g_signal_connect (presets[i], "toggled", G_CALLBACK (preset_toggled), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (name_changed), self);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->start_button, "clicked", G_CALLBACK (start), self);
}

// Takes over another run's parameters as own values.
static void
take_parameters (CzRunDialog *self, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      const CzRunParameter *parameter = &cz_run_parameters[i];
      JsonNode *member = json_object_get_member (object, parameter->key);
      g_autofree char *value = NULL;

      if (member == NULL || !JSON_NODE_HOLDS_VALUE (member))
        continue;
      value = json_node_get_value_type (member) == G_TYPE_STRING
                  ? json_node_dup_string (member)
                  : g_strdup_printf ("%.10g", json_node_get_double (member));
      if (parameter->kind != CZ_RUN_PARAMETER_WORD)
        gtk_editable_set_text (GTK_EDITABLE (self->values[i]), value);
      for (guint w = 0; w < G_N_ELEMENTS (parameter->words) && parameter->words[w] != NULL; w++)
        {
          if (g_str_equal (parameter->words[w], value))
            gtk_drop_down_set_selected (GTK_DROP_DOWN (self->values[i]), w + 1);
        }
    }
  gtk_check_button_set_active (self->thorough, TRUE);
  adw_expander_row_set_expanded (self->own_row, TRUE);
}

// The newest corpus, or the one that was asked for.
static void
select_corpus (CzRunDialog *self, gint64 wanted)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);
  gint64 best = -1;

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);
      gint64 id = cz_corpus_item_get (item)->id;

      if (wanted != 0 ? id == wanted : id > best)
        {
          adw_combo_row_set_selected (self->corpus, i);
          best = id;
        }
    }
}

CzRunDialog *
cz_run_dialog_new (GtkWindow *parent, CzWorkbench *workbench, gint64 corpus, const char *parameters)
{
  CzRunDialog *self = g_object_new (CZ_TYPE_RUN_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  gtk_check_button_set_active (cz_workbench_has_gpu (workbench) ? self->thorough : self->quick,
                               TRUE);
  adw_combo_row_set_expression (self->model,
                                gtk_property_expression_new (CZ_TYPE_MODEL_ITEM, NULL, "name"));
  adw_combo_row_set_expression (self->corpus,
                                gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name"));
  adw_combo_row_set_model (self->model, cz_workbench_get_models (workbench));
  adw_combo_row_set_model (self->corpus, cz_workbench_get_corpora (workbench));
  select_corpus (self, corpus);
  take_parameters (self, parameters);
  g_signal_connect_swapped (self->model, "notify::selected", G_CALLBACK (choice_changed), self);
  g_signal_connect_swapped (self->corpus, "notify::selected", G_CALLBACK (choice_changed), self);
  choice_changed (self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->model));
  return self;
}
