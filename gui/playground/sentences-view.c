#include "gui/playground/sentences-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/sentence-result.h"
#include "gui/playground/sentences-columns.h"
#include "gui/playground/sentences-deed.h"
#include "gui/playground/sentences-files.h"
#include "gui/playground/sentences-item.h"
#include "gui/playground/sentences-score.h"
#include "gui/playground/sentences-store.h"
#include "gui/window.h"

// Among how many words an answer counts as nearly right.
#define TOP_K 5

struct _CzSentencesView
{
  AdwBin parent_instance;
  CzPlayground *playground;
  CzSentencesStore *store;
  CzSentencesPlace place;
  AdwToastOverlay *toasts;
  GtkDropDown *sets;
  GtkWidget *run_button, *running, *own;
  GtkProgressBar *progress;
  GtkLabel *told;
  GtkBox *scores;
  GtkColumnView *table;
  GtkSingleSelection *selection;
  JsonNode *results; // of all models, NULL: not asked, or no longer true
  char **models;     // that were asked, and how they are called; NULL before
  GPtrArray *titles; // of char *, ends with NULL
  GArray *colors;    // guint
  gboolean asking;
  gboolean filling; // the view changes the list of sets itself
};

G_DEFINE_FINAL_TYPE (CzSentencesView, cz_sentences_view, ADW_TYPE_BIN)

static GListModel *
get_items (CzSentencesView *self)
{
  return cz_sentences_store_get_items (self->store);
}

static CzPredictor *
get_predictor (CzSentencesView *self)
{
  return cz_playground_get_predictor (self->playground);
}

// ---- What can be done now ----

static void
update_actions (CzSentencesView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean own = !cz_sentences_store_is_builtin (self->store);
  guint n = g_list_model_get_n_items (get_items (self));
  guint at = gtk_single_selection_get_selected (self->selection);
  gboolean chosen = own && at < n;

  gtk_widget_set_visible (self->own, own);
  gtk_widget_set_visible (self->run_button, !self->asking);
  gtk_widget_set_visible (self->running, self->asking);
  gtk_widget_action_set_enabled (widget, "sentences.run",
                                 !self->asking && n > 0
                                     && cz_playground_get_models (self->playground)->len > 0);
  gtk_widget_action_set_enabled (widget, "sentences.cancel", self->asking);
  gtk_widget_action_set_enabled (widget, "sentences.add", own);
  gtk_widget_action_set_enabled (widget, "sentences.edit", chosen);
  gtk_widget_action_set_enabled (widget, "sentences.remove", chosen);
  gtk_widget_action_set_enabled (widget, "sentences.up", chosen && at > 0);
  gtk_widget_action_set_enabled (widget, "sentences.down", chosen && at + 1 < n);
  gtk_widget_action_set_enabled (widget, "sentences.rename", own);
  gtk_widget_action_set_enabled (widget, "sentences.delete", own);
  gtk_widget_action_set_enabled (widget, "sentences.copy", n > 0);
  gtk_widget_action_set_enabled (widget, "sentences.export", n > 0);
  gtk_widget_action_set_enabled (widget, "sentences.export-results", self->results != NULL);
}

static gboolean
has_other_models (CzSentencesView *self)
{
  g_auto (GStrv) now = cz_playground_dup_model_names (self->playground);

  return self->results != NULL
         && !g_strv_equal ((const char *const *)now, (const char *const *)self->models);
}

// sentence: what went wrong; NULL: nothing did.
static void
tell (CzSentencesView *self, const char *sentence)
{
  guint n = g_list_model_get_n_items (get_items (self));
  g_autofree char *count = g_strdup_printf (ngettext ("%'u sentence", "%'u sentences", n), n);
  g_autofree char *text = NULL;

  if (sentence != NULL)
    text = g_strdup (sentence);
  else if (has_other_models (self))
    text = g_strdup (_ ("Other models are chosen now: ask again to see them here."));
  else if (cz_sentences_store_is_builtin (self->store))
    text
        = g_strdup_printf (_ ("%s · comes with Clozebench; duplicate the set to change it"), count);
  else
    text = g_strdup_printf (_ ("%s · your own set"), count);
  gtk_label_set_label (self->told, text);
  if (sentence != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->told), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->told), "error");
  update_actions (self);
}

// ---- Results ----

static void
show_columns (CzSentencesView *self)
{
  static const char *const none[] = { NULL };

  cz_sentences_columns_set (
      self->table, self->results != NULL ? (const char *const *)self->titles->pdata : none);
}

static void
show_scores (CzSentencesView *self)
{
  JsonArray *results = self->results != NULL ? json_node_get_array (self->results) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->scores))) != NULL)
    gtk_box_remove (self->scores, child);
  for (guint i = 0; results != NULL && i < json_array_get_length (results); i++)
    gtk_box_append (
        self->scores,
        cz_sentences_score_new (self->titles->pdata[i], g_array_index (self->colors, guint, i),
                                json_array_get_object_element (results, i),
                                i > 0 ? json_array_get_object_element (results, 0) : NULL));
  // Several share the width; one or two stand at their own.
  gtk_box_set_homogeneous (self->scores, results != NULL && json_array_get_length (results) > 2);
  gtk_widget_set_visible (GTK_WIDGET (self->scores), results != NULL);
}

static void
drop_results (CzSentencesView *self)
{
  if (self->results == NULL)
    return;
  g_clear_pointer (&self->results, json_node_unref);
  for (guint i = 0; i < g_list_model_get_n_items (get_items (self)); i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (get_items (self), i);

      cz_sentences_item_clear (item);
      cz_sentences_item_tell_changed (item);
    }
  show_columns (self);
  show_scores (self);
}

// The sentences of a model's result; NULL: it does not belong to the rows.
static JsonArray *
get_sentences (CzSentencesView *self, JsonNode *result)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (result) ? json_node_get_object (result) : NULL;
  JsonNode *node = object != NULL ? json_object_get_member (object, "sentences") : NULL;
  JsonArray *sentences
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (sentences == NULL
      || json_array_get_length (sentences) != g_list_model_get_n_items (get_items (self)))
    return NULL;
  for (guint i = 0; i < json_array_get_length (sentences); i++)
    if (!JSON_NODE_HOLDS_OBJECT (json_array_get_element (sentences, i)))
      return NULL;
  return sentences;
}

static gboolean
is_answer (CzSentencesView *self, JsonNode *result)
{
  JsonArray *results = JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;

  if (results == NULL || json_array_get_length (results) != g_strv_length (self->models))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (results); i++)
    if (get_sentences (self, json_array_get_element (results, i)) == NULL)
      return FALSE;
  return TRUE;
}

static void
take_results (CzSentencesView *self)
{
  JsonArray *results = json_node_get_array (self->results);

  for (guint i = 0; i < g_list_model_get_n_items (get_items (self)); i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (get_items (self), i);

      cz_sentences_item_clear (item);
      for (guint m = 0; m < json_array_get_length (results); m++)
        cz_sentences_item_add_said (
            item, json_array_get_object_element (
                      get_sentences (self, json_array_get_element (results, m)), i));
      cz_sentences_item_tell_changed (item);
    }
}

static void
answered (JsonNode *result, const char *sentence, gpointer data)
{
  CzSentencesView *self = data;

  self->asking = FALSE;
  if (result != NULL && !is_answer (self, result))
    {
      result = NULL;
      sentence = _ ("The process that predicts gave an answer that can't be read.");
    }
  if (result != NULL)
    {
      g_clear_pointer (&self->results, json_node_unref);
      self->results = json_node_ref (result);
      take_results (self);
      show_columns (self);
      show_scores (self);
    }
  tell (self, sentence);
}

static void
told_share (double share, gpointer data)
{
  gtk_progress_bar_set_fraction (((CzSentencesView *)data)->progress, share);
}

// ---- Asking ----

static void
note_models (CzSentencesView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);

  g_strfreev (self->models);
  self->models = cz_playground_dup_model_names (self->playground);
  g_ptr_array_set_size (self->titles, 0);
  g_array_set_size (self->colors, 0);
  for (guint i = 0; i < models->len; i++)
    {
      const CzPlaygroundModel *model = models->pdata[i];

      g_ptr_array_add (self->titles, g_strdup (model->title));
      g_array_append_val (self->colors, model->color);
    }
  g_ptr_array_add (self->titles, NULL);
}

static JsonArray *
make_sentences (CzSentencesView *self)
{
  JsonArray *sentences = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (get_items (self)); i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (get_items (self), i);
      g_auto (GStrv) words = cz_sentence_answers_split (cz_sentences_item_get_answers (item));
      JsonObject *sentence = json_object_new ();
      JsonArray *answers = json_array_new ();

      for (guint k = 0; words[k] != NULL; k++)
        json_array_add_string_element (answers, words[k]);
      json_object_set_string_member (sentence, "text", cz_sentences_item_get_text (item));
      json_object_set_array_member (sentence, "answers", answers);
      json_array_add_object_element (sentences, sentence);
    }
  return sentences;
}

static void
run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (widget);
  g_autoptr (JsonObject) question = NULL;

  drop_results (self);
  note_models (self);
  question = cz_question_new ("set", (const char *const *)self->models, NULL);
  json_object_set_array_member (question, "sentences", make_sentences (self));
  json_object_set_int_member (question, "top_k", TOP_K);
  self->asking = TRUE;
  gtk_progress_bar_set_fraction (self->progress, 0);
  tell (self, NULL);
  cz_predictor_ask (get_predictor (self), CZ_QUESTION_SET, question, answered, told_share, self);
}

static void
cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (widget);

  if (!self->asking)
    return;
  cz_predictor_forget (get_predictor (self), CZ_QUESTION_SET);
  self->asking = FALSE;
  tell (self, NULL);
}

// ---- The set ----

static gboolean
has_names (GListModel *names, GPtrArray *sets)
{
  for (guint i = 0; names != NULL && i < sets->len; i++)
    if (g_strcmp0 (gtk_string_list_get_string (GTK_STRING_LIST (names), i),
                   ((CzSentenceSet *)sets->pdata[i])->name)
        != 0)
      return FALSE;
  return names != NULL && g_list_model_get_n_items (names) == sets->len;
}

static void
sets_changed (CzSentencesView *self)
{
  GPtrArray *sets = cz_sentences_store_get_sets (self->store);

  self->filling = TRUE;
  // The list stays while it is the same: it may be what was clicked on.
  if (!has_names (gtk_drop_down_get_model (self->sets), sets))
    {
      g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

      for (guint i = 0; i < sets->len; i++)
        gtk_string_list_append (names, ((CzSentenceSet *)sets->pdata[i])->name);
      gtk_drop_down_set_model (self->sets, G_LIST_MODEL (names));
    }
  gtk_drop_down_set_selected (self->sets, cz_sentences_store_get_chosen (self->store));
  self->filling = FALSE;
  tell (self, NULL);
}

static void
set_chosen (CzSentencesView *self)
{
  GPtrArray *sets = cz_sentences_store_get_sets (self->store);
  guint at = gtk_drop_down_get_selected (self->sets);

  if (!self->filling && at < sets->len)
    cz_sentences_store_choose (self->store, ((CzSentenceSet *)sets->pdata[at])->name);
}

// Whether what was said is still about these very rows.
static gboolean
is_said_of_all (CzSentencesView *self)
{
  JsonArray *sentences
      = get_sentences (self, json_array_get_element (json_node_get_array (self->results), 0));

  for (guint i = 0; sentences != NULL && i < json_array_get_length (sentences); i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (get_items (self), i);

      if (cz_sentences_item_get_said (item, 0) == NULL)
        return FALSE;
    }
  return sentences != NULL;
}

static void
set_changed (CzSentencesView *self)
{
  if (self->asking)
    cancel (GTK_WIDGET (self), NULL, NULL);
  if (self->results != NULL && !is_said_of_all (self))
    drop_results (self);
  tell (self, NULL);
}

static void
row_chosen (CzSentencesView *self)
{
  CzSentencesItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && !self->place.quiet)
    cz_playground_set_text (self->playground, cz_sentences_item_get_text (item));
  update_actions (self);
}

static void
row_activated (CzSentencesView *self)
{
  row_chosen (self);
}

// ---- Actions ----

static void
act (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (widget);
  const char *text = cz_playground_get_text (self->playground);
  const char *deed = action + strlen ("sentences.");

  if (g_str_equal (deed, "add"))
    cz_sentences_deed_add (&self->place, text);
  else if (g_str_equal (deed, "edit"))
    cz_sentences_deed_edit (&self->place);
  else if (g_str_equal (deed, "up"))
    cz_sentences_deed_move (&self->place, -1);
  else if (g_str_equal (deed, "down"))
    cz_sentences_deed_move (&self->place, 1);
  else if (g_str_equal (deed, "remove"))
    cz_sentences_deed_remove (&self->place);
  else if (g_str_equal (deed, "new"))
    cz_sentences_deed_new_set (&self->place, text);
  else if (g_str_equal (deed, "copy"))
    cz_sentences_deed_copy_set (&self->place);
  else if (g_str_equal (deed, "rename"))
    cz_sentences_deed_rename_set (&self->place);
  else if (g_str_equal (deed, "delete"))
    cz_sentences_deed_delete_set (&self->place);
  else if (g_str_equal (deed, "import"))
    cz_sentences_deed_import (&self->place);
  else
    cz_sentences_deed_export (&self->place);
}

static void
export_results (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (widget);
  g_autofree char *name
      // Translators: a file's name; %s is a set's.
      = g_strdup_printf (_ ("%s results"), cz_sentences_store_get_name (self->store));

  cz_sentences_files_save (widget, _ ("Export results"), name,
                           cz_sentence_result_to_csv (json_node_get_array (self->results)));
}

// ---- Life ----

static void
library_changed (CzSentencesView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cz_sentences_store_refresh (self->store);
}

static void
models_changed (CzSentencesView *self)
{
  if (!self->asking)
    tell (self, NULL);
}

static void
cz_sentences_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_sentences_view_parent_class)->map (widget);
  cz_sentences_store_refresh (CZ_SENTENCES_VIEW (widget)->store);
}

static void
cz_sentences_view_dispose (GObject *object)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (object);

  if (self->asking)
    cz_predictor_forget (get_predictor (self), CZ_QUESTION_SET);
  self->asking = FALSE;
  G_OBJECT_CLASS (cz_sentences_view_parent_class)->dispose (object);
}

static void
cz_sentences_view_finalize (GObject *object)
{
  CzSentencesView *self = CZ_SENTENCES_VIEW (object);

  g_clear_pointer (&self->results, json_node_unref);
  g_strfreev (self->models);
  g_ptr_array_unref (self->titles);
  g_array_unref (self->colors);
  g_clear_object (&self->store);
  g_clear_object (&self->selection);
  g_clear_object (&self->playground);
  G_OBJECT_CLASS (cz_sentences_view_parent_class)->finalize (object);
}

static void
cz_sentences_view_class_init (CzSentencesViewClass *klass)
{
  static const char *const deeds[] = { "add",  "edit",   "up",     "down",   "remove", "new",
                                       "copy", "rename", "delete", "import", "export" };
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_F2, 0, "sentences.edit" },
    { GDK_KEY_Delete, 0, "sentences.remove" },
    { GDK_KEY_Up, GDK_ALT_MASK, "sentences.up" },
    { GDK_KEY_Down, GDK_ALT_MASK, "sentences.down" },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_sentences_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_sentences_view_finalize;
  widget_class->map = cz_sentences_view_map;
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *name = g_strconcat ("sentences.", deeds[i], NULL);

      gtk_widget_class_install_action (widget_class, name, NULL, act);
    }
  gtk_widget_class_install_action (widget_class, "sentences.run", NULL, run);
  gtk_widget_class_install_action (widget_class, "sentences.cancel", NULL, cancel);
  gtk_widget_class_install_action (widget_class, "sentences.export-results", NULL, export_results);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers,
                                         keys[i].action, NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/sentences-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, toasts);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, sets);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, run_button);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, running);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, own);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, progress);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, told);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, scores);
  gtk_widget_class_bind_template_child (widget_class, CzSentencesView, table);
}

static void
cz_sentences_view_init (CzSentencesView *self)
{
  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->colors = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cz_sentences_view_new (CzPlayground *playground)
{
  CzSentencesView *self = g_object_new (CZ_TYPE_SENTENCES_VIEW, NULL);
  CzWorkbench *workbench = cz_playground_get_workbench (playground);

  self->playground = g_object_ref (playground);
  self->store = cz_sentences_store_new (workbench);
  self->selection = gtk_single_selection_new (g_object_ref (get_items (self)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  self->place
      = (CzSentencesPlace){ GTK_WIDGET (self), self->store, self->toasts, self->selection, FALSE };
  show_columns (self);
  tell (self, NULL);
  g_signal_connect_swapped (self->sets, "notify::selected", G_CALLBACK (set_chosen), self);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (row_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->table, "activate", G_CALLBACK (row_activated), self);
  g_signal_connect_object (self->store, "sets-changed", G_CALLBACK (sets_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "set-changed", G_CALLBACK (set_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "told", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
