#include "gui/playground/playground-page.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/experiments/run-item.h"
#include "gui/front-page.h"
#include "gui/models/model-item.h"
#include "gui/playground/prediction-column.h"
#include "gui/playground/predictor.h"
#include "gui/playground/prompt.h"
#include "gui/window.h"

// How long typing has to rest before a question is sent, in milliseconds.
#define REST 180
// How many words are asked for: more than are shown, so that a rise or fall is known.
#define ASKED       50
#define MAX_COLUMNS 4
// Of runs in the list, the newest; of the others those that are shown.
#define MOST_RUNS 20

typedef struct
{
  char *model; // as cloze names it
  char *title; // as people do
  guint color;
  CzPredictionColumn *column; // NULL while not shown
} Choice;

struct _CzPlaygroundPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzPrompt *prompt;
  GtkLabel *hint_label;
  GtkSpinner *spinner;
  GtkWidget *copy_button;
  GtkDropDown *top_choice;
  GtkBox *choices;
  GtkStack *states;
  GtkFlowBox *columns;
  CzPredictor *predictor;
  GPtrArray *known; // of Choice: all models that can be asked, base models first
  JsonNode *answer; // the last one shown, NULL: none
  char **asked;     // the models of the question sent last, in the order of its answers
  char **answered;  // the models of answer
  guint asking;     // timeout source
  gboolean chosen;  // the person chose columns; else the first model's is shown
  gboolean filling; // check buttons are being set
  gboolean stale;   // the library changed while nobody looked
};

G_DEFINE_FINAL_TYPE (CzPlaygroundPage, cz_playground_page, ADW_TYPE_BIN)

static void ask_soon (CzPlaygroundPage *self, guint milliseconds);

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->model);
  g_free (choice->title);
  g_free (choice);
}

static guint
shown_words (CzPlaygroundPage *self)
{
  static const guint counts[] = { 5, 10, 20 };

  return counts[MIN (gtk_drop_down_get_selected (self->top_choice), 2)];
}

// ---- Asking and showing ----

// The part of the last answer that is about a model; NULL when it was not asked.
static JsonObject *
find_answer (CzPlaygroundPage *self, const char *model)
{
  JsonArray *answers = json_node_get_array (self->answer);

  for (guint i = 0; self->answered[i] != NULL && i < json_array_get_length (answers); i++)
    {
      if (g_str_equal (self->answered[i], model))
        return json_array_get_object_element (answers, i);
    }
  return NULL;
}

static void
show_answer (CzPlaygroundPage *self)
{
  JsonArray *answers;
  JsonObject *base = NULL;
  double full = 0;

  if (self->answer == NULL)
    return;
  answers = json_node_get_array (self->answer);
  // One scale for all columns, so that bars compare.
  for (guint i = 0; i < json_array_get_length (answers); i++)
    full = fmax (full,
                 cz_prediction_column_get_highest (json_array_get_object_element (answers, i)));
  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);
      JsonObject *object = choice->column != NULL ? find_answer (self, choice->model) : NULL;

      // A column added meanwhile waits for its own answer.
      if (object == NULL)
        continue;
      cz_prediction_column_show (choice->column, object, base, shown_words (self), full);
      if (base == NULL)
        base = object;
    }
}

static void
predicted (JsonNode *result, const char *sentence, gpointer data)
{
  CzPlaygroundPage *self = data;

  g_clear_pointer (&self->answer, json_node_unref);
  gtk_widget_set_sensitive (self->copy_button, result != NULL);
  if (result != NULL && !JSON_NODE_HOLDS_ARRAY (result))
    sentence = _ ("The process that predicts gave an answer that can't be read.");
  else if (result != NULL)
    {
      self->answer = json_node_ref (result);
      g_strfreev (self->answered);
      self->answered = g_strdupv (self->asked);
      show_answer (self);
      return;
    }
  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);

      if (choice->column != NULL)
        cz_prediction_column_tell (choice->column, sentence);
    }
}

static gboolean
ask (gpointer data)
{
  CzPlaygroundPage *self = data;
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autofree char *text = cz_prompt_get_text (self->prompt);
  guint masks = cz_prompt_get_n_masks (self->prompt);

  self->asking = 0;
  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);

      if (choice->column == NULL)
        continue;
      g_ptr_array_add (models, choice->model);
      if (masks == 0)
        cz_prediction_column_tell (choice->column, _ ("Nothing is masked yet."));
    }
  gtk_label_set_label (
      self->hint_label,
      masks == 0 ? _ ("Type a sentence, put the cursor on a word and press Ctrl+M to mask it.")
                 : _ ("Ctrl+M masks the word at the cursor, or shows it again."));
  if (masks == 0)
    {
      g_clear_pointer (&self->answer, json_node_unref);
      gtk_widget_set_sensitive (self->copy_button, FALSE);
      return G_SOURCE_REMOVE;
    }
  if (models->len == 0 || self->predictor == NULL)
    return G_SOURCE_REMOVE;
  g_ptr_array_add (models, NULL);
  g_strfreev (self->asked);
  self->asked = g_strdupv ((char **)models->pdata);
  cz_predictor_fill (self->predictor, (const char *const *)models->pdata, text, ASKED, predicted,
                     self);
  return G_SOURCE_REMOVE;
}

static void
ask_soon (CzPlaygroundPage *self, guint milliseconds)
{
  g_clear_handle_id (&self->asking, g_source_remove);
  // Nobody looks: the question waits until the page is shown.
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->asking = g_timeout_add (milliseconds, ask, self);
}

static void
busy_changed (CzPlaygroundPage *self)
{
  if (cz_predictor_get_busy (self->predictor))
    gtk_spinner_start (self->spinner);
  else
    gtk_spinner_stop (self->spinner);
}

static void
restarted (CzPlaygroundPage *self)
{
  cz_window_toast (GTK_WIDGET (self),
                   _ ("The process that predicts ended unexpectedly and was started again."));
}

// ---- Columns ----

static void column_removed (CzPredictionColumn *column, CzPlaygroundPage *self);

static guint
n_columns (CzPlaygroundPage *self)
{
  guint n = 0;

  for (guint i = 0; i < self->known->len; i++)
    n += ((Choice *)g_ptr_array_index (self->known, i))->column != NULL;
  return n;
}

// Puts the columns anew, in the order of the known models.
static void
place_columns (CzPlaygroundPage *self, const char *const *shown)
{
  GtkWidget *child;
  guint n = g_strv_length ((GStrv)shown), placed = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->columns))) != NULL)
    gtk_flow_box_remove (self->columns, child);
  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);

      choice->column = NULL;
      if (!g_strv_contains (shown, choice->model) || placed == MAX_COLUMNS)
        continue;
      choice->column
          = CZ_PREDICTION_COLUMN (cz_prediction_column_new (choice->title, choice->color, n > 1));
      g_object_set_data (G_OBJECT (choice->column), "choice", choice);
      g_signal_connect (choice->column, "remove", G_CALLBACK (column_removed), self);
      gtk_flow_box_append (self->columns, GTK_WIDGET (choice->column));
      gtk_widget_set_focusable (gtk_widget_get_parent (GTK_WIDGET (choice->column)), FALSE);
      placed++;
    }
  gtk_flow_box_set_min_children_per_line (self->columns, 1);
  gtk_flow_box_set_max_children_per_line (self->columns, MAX (placed, 1));
  gtk_stack_set_visible_child_name (self->states, placed > 0 ? "columns" : "no-model");
  show_answer (self);
  ask_soon (self, 1);
}

static char **
shown_models (CzPlaygroundPage *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);

      if (choice->column != NULL)
        g_strv_builder_add (builder, choice->model);
    }
  return g_strv_builder_end (builder);
}

static void fill_choices (CzPlaygroundPage *self);

static void
show_model (CzPlaygroundPage *self, const char *model, gboolean show)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) before = shown_models (self);
  g_auto (GStrv) after = NULL;

  if (show == g_strv_contains ((const char *const *)before, model))
    return;
  for (guint i = 0; before[i] != NULL; i++)
    {
      if (!g_str_equal (before[i], model))
        g_strv_builder_add (builder, before[i]);
    }
  if (show)
    g_strv_builder_add (builder, model);
  after = g_strv_builder_end (builder);
  self->chosen = TRUE;
  place_columns (self, (const char *const *)after);
  fill_choices (self);
}

static gboolean
remove_column (gpointer data)
{
  CzPredictionColumn *column = data;
  Choice *choice = g_object_get_data (G_OBJECT (column), "choice");
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (column), CZ_TYPE_PLAYGROUND_PAGE);

  if (page != NULL)
    show_model (CZ_PLAYGROUND_PAGE (page), choice->model, FALSE);
  return G_SOURCE_REMOVE;
}

static void
column_removed (CzPredictionColumn *column, CzPlaygroundPage *self)
{
  // Not from within the column's own click.
  g_idle_add_full (G_PRIORITY_DEFAULT, remove_column, g_object_ref (column), g_object_unref);
}

static void
choice_toggled (GtkCheckButton *button, CzPlaygroundPage *self)
{
  g_autofree char *model = g_strdup (g_object_get_data (G_OBJECT (button), "model"));

  if (!self->filling)
    show_model (self, model, gtk_check_button_get_active (button));
}

static void
fill_choices (CzPlaygroundPage *self)
{
  GtkWidget *child;
  guint shown = n_columns (self);

  self->filling = TRUE;
  // The buttons stay while the list is the same, so that a click does not lose its own button.
  child = gtk_widget_get_first_child (GTK_WIDGET (self->choices));
  for (guint i = 0; i < self->known->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->known, i);
      gboolean active = choice->column != NULL;

      if (child == NULL)
        {
          child = gtk_check_button_new ();
          g_signal_connect (child, "toggled", G_CALLBACK (choice_toggled), self);
          gtk_box_append (self->choices, child);
        }
      gtk_check_button_set_label (GTK_CHECK_BUTTON (child), choice->title);
      g_object_set_data_full (G_OBJECT (child), "model", g_strdup (choice->model), g_free);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (child), active);
      gtk_widget_set_sensitive (child, active ? shown > 1 : shown < MAX_COLUMNS);
      child = gtk_widget_get_next_sibling (child);
    }
  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      gtk_box_remove (self->choices, child);
      child = next;
    }
  self->filling = FALSE;
}

// ---- The models there are ----

static gboolean
is_in (GPtrArray *known, const char *model)
{
  for (guint i = 0; i < known->len; i++)
    {
      if (g_str_equal (((Choice *)g_ptr_array_index (known, i))->model, model))
        return TRUE;
    }
  return FALSE;
}

static gboolean
are_same (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    {
      Choice *x = g_ptr_array_index (a, i), *y = g_ptr_array_index (b, i);

      if (!g_str_equal (x->model, y->model) || !g_str_equal (x->title, y->title)
          || x->color != y->color)
        return FALSE;
    }
  return a->len == b->len;
}

static void
add_choice (GPtrArray *known, const char *model, const char *title, guint color)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->model = g_strdup (model);
  choice->title = g_strdup (title);
  choice->color = color;
  g_ptr_array_add (known, choice);
}

// Of a run's kept model, `which` as cloze names it.
static char *
make_title (const CzRun *run, const char *which)
{
  g_autofree char *kept = NULL;

  if (g_str_equal (which, "best"))
    return g_strdup (run->name);
  if (g_str_has_prefix (which, "epoch:"))
    kept = g_strdup_printf (_ ("After epoch %ld"),
                            (long)g_ascii_strtoll (which + strlen ("epoch:"), NULL, 10));
  else
    kept = g_strdup (_ ("Last state"));
  return g_strdup_printf ("%s · %s", run->name, kept);
}

static void
add_run (GPtrArray *known, CzRunItem *item, const char *which)
{
  const CzRun *run = cz_run_item_get (item);
  g_autofree char *name = g_strdup_printf ("run:%" G_GINT64_FORMAT "@%s", run->id, which);
  g_autofree char *title = make_title (run, which);

  if (!run->trashed && !is_in (known, name))
    add_choice (known, name, title, cz_run_item_get_color (item));
}

// Adds what a model's name says, as "run:3@best".
static void
add_run_of (CzPlaygroundPage *self, GPtrArray *known, const char *model)
{
  const char *which = strchr (model, '@');
  CzRunItem *item = NULL;

  if (g_str_has_prefix (model, "run:") && which != NULL)
    item = cz_workbench_find_run (self->workbench,
                                  g_ascii_strtoll (model + strlen ("run:"), NULL, 10));
  if (item != NULL)
    add_run (known, item, which + 1);
}

// also: a model that is about to be shown, NULL: none.
static GPtrArray *
list_known (CzPlaygroundPage *self, const char *const *shown, const char *also)
{
  GListModel *models = cz_workbench_get_models (self->workbench);
  GListModel *runs = cz_workbench_get_runs (self->workbench);
  GPtrArray *known = g_ptr_array_new_with_free_func (choice_free);
  guint n = g_list_model_get_n_items (models);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);

      add_choice (known, cz_model_item_get (item)->name, cz_model_item_get (item)->name, 7);
    }
  for (guint i = 0; i < g_list_model_get_n_items (runs) && known->len < n + MOST_RUNS; i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);

      if (cz_run_item_get (item)->result_folder != NULL)
        add_run (known, item, "best");
    }
  for (guint i = 0; shown[i] != NULL; i++)
    add_run_of (self, known, shown[i]);
  if (also != NULL)
    add_run_of (self, known, also);
  return known;
}

static void
follow_library (CzPlaygroundPage *self, const char *also)
{
  g_auto (GStrv) shown = shown_models (self);
  g_autoptr (GPtrArray) known = list_known (self, (const char *const *)shown, also);
  g_autoptr (GPtrArray) old = NULL;

  self->stale = FALSE;
  if (are_same (known, self->known) && known->len > 0)
    return;
  old = g_steal_pointer (&self->known);
  self->known = g_steal_pointer (&known);
  if (!self->chosen && self->known->len > 0)
    {
      // The first model, and the newest run's beside it.
      const char *first[3] = { ((Choice *)g_ptr_array_index (self->known, 0))->model };

      for (guint i = 1; i < self->known->len && first[1] == NULL; i++)
        {
          Choice *choice = g_ptr_array_index (self->known, i);

          if (g_str_has_prefix (choice->model, "run:"))
            first[1] = choice->model;
        }
      place_columns (self, first);
    }
  else
    place_columns (self, (const char *const *)shown);
  fill_choices (self);
}

static void
library_changed (CzPlaygroundPage *self)
{
  // A run at work changes the library twice a second.
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    follow_library (self, NULL);
  else
    self->stale = TRUE;
}

// ---- Copying ----

static void
copy (CzPlaygroundPage *self)
{
  g_autoptr (GString) table = g_string_new (NULL);
  g_autofree char *text = cz_prompt_get_text (self->prompt);
  JsonArray *answers = self->answer != NULL ? json_node_get_array (self->answer) : NULL;

  g_string_append_printf (table, "%s\n%s\t%s\t%s\t%s\n", text, _ ("Model"), _ ("Mask"), _ ("Word"),
                          _ ("Probability"));
  for (guint a = 0; answers != NULL && a < json_array_get_length (answers); a++)
    {
      JsonObject *answer = json_array_get_object_element (answers, a);
      JsonArray *masks = json_object_get_array_member (answer, "masks");

      for (guint m = 0; masks != NULL && m < json_array_get_length (masks); m++)
        {
          JsonArray *top
              = json_object_get_array_member (json_array_get_object_element (masks, m), "top");

          for (guint i = 0;
               top != NULL && i < MIN (json_array_get_length (top), shown_words (self)); i++)
            {
              JsonObject *word = json_array_get_object_element (top, i);

              g_string_append_printf (
                  table, "%s\t%u\t%s\t%.6g\n",
                  json_object_get_string_member_with_default (answer, "model", ""), m + 1,
                  json_object_get_string_member_with_default (word, "token", ""),
                  json_object_get_double_member_with_default (word, "score", 0));
            }
        }
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), table->str);
  cz_window_toast (GTK_WIDGET (self), _ ("The predictions were copied."));
}

// ---- Life ----

static void
cz_playground_page_map (GtkWidget *widget)
{
  CzPlaygroundPage *self = CZ_PLAYGROUND_PAGE (widget);

  GTK_WIDGET_CLASS (cz_playground_page_parent_class)->map (widget);
  if (self->stale)
    follow_library (self, NULL);
  ask_soon (self, 1);
}

static void
cz_playground_page_dispose (GObject *object)
{
  CzPlaygroundPage *self = CZ_PLAYGROUND_PAGE (object);

  g_clear_handle_id (&self->asking, g_source_remove);
  if (self->predictor != NULL)
    cz_predictor_stop (self->predictor);
  g_clear_object (&self->predictor);
  g_clear_pointer (&self->answer, json_node_unref);
  G_OBJECT_CLASS (cz_playground_page_parent_class)->dispose (object);
}

static void
cz_playground_page_finalize (GObject *object)
{
  CzPlaygroundPage *self = CZ_PLAYGROUND_PAGE (object);

  g_ptr_array_unref (self->known);
  g_strfreev (self->asked);
  g_strfreev (self->answered);
  G_OBJECT_CLASS (cz_playground_page_parent_class)->finalize (object);
}

static void
cz_playground_page_class_init (CzPlaygroundPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_playground_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_playground_page_finalize;
  widget_class->map = cz_playground_page_map;
  g_type_ensure (CZ_TYPE_PROMPT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/playground-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, prompt);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, top_choice);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, choices);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, columns);
}

static void
prompt_changed (CzPlaygroundPage *self)
{
  ask_soon (self, REST);
}

static void
cz_playground_page_init (CzPlaygroundPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->known = g_ptr_array_new_with_free_func (choice_free);
  cz_prompt_set_text (self->prompt, "This is a great [MASK].");
  g_signal_connect_swapped (self->prompt, "prompt-changed", G_CALLBACK (prompt_changed), self);
  g_signal_connect_swapped (self->top_choice, "notify::selected", G_CALLBACK (show_answer), self);
  g_signal_connect_swapped (self->copy_button, "clicked", G_CALLBACK (copy), self);
}

void
cz_playground_page_set_workbench (CzPlaygroundPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  self->predictor = cz_predictor_new (cz_workbench_get_path (workbench));
  g_signal_connect_object (self->predictor, "notify::busy", G_CALLBACK (busy_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->predictor, "restarted", G_CALLBACK (restarted), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_playground_page_mask (CzPlaygroundPage *self)
{
  if (!cz_prompt_toggle_mask (self->prompt))
    cz_window_toast (GTK_WIDGET (self), _ ("There is no word at the cursor to mask."));
  gtk_widget_grab_focus (GTK_WIDGET (self->prompt));
}

void
cz_playground_page_show_model (CzPlaygroundPage *self, const char *model)
{
  follow_library (self, model);
  show_model (self, model, TRUE);
}
