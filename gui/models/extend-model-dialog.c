#include "gui/models/extend-model-dialog.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gui/cloze.h"
#include "gui/corpora/corpus-item.h"
#include "gui/dialog-cancellable.h"
#include "gui/fact-row.h"
#include "gui/models/extend-model-list.h"
#include "gui/models/model-forms.h"
#include "gui/models/new-model-progress.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzExtendModelDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench; // the window's
  char *model;
  GtkStack *stack; // "words", "progress", "gain"
  AdwComboRow *corpus;
  AdwEntryRow *name, *own;
  GtkSpinButton *count;
  GtkWidget *spinner;
  CzExtendModelList *list;
  GtkLabel *told;
  char *trouble; // why nothing was proposed; NULL: nothing is wrong
  GtkWidget *make_button, *cancel_button;
  CzNewModelProgress *progress;
  AdwBin *gain;
  GCancellable *looking, *making; // of the command at work, else NULL
  char *words_file;               // while the command reads it
  gint64 corpus_made;             // the corpus of the model that was made; 0: none yet
};

G_DEFINE_FINAL_TYPE (CzExtendModelDialog, cz_extend_model_dialog, ADW_TYPE_WINDOW)

static char *
get_name (CzExtendModelDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
}

// ---- What is going to happen ----

static char *
find_trouble (CzExtendModelDialog *self, guint ticked)
{
  g_autofree char *name = get_name (self);

  if (adw_combo_row_get_selected_item (self->corpus) == NULL)
    return g_strdup (_ ("Import a corpus first: the words come from its text."));
  if (ticked == 0)
    return g_strdup (self->looking != NULL   ? _ ("Looking for words that are cut apart…")
                     : self->trouble != NULL ? self->trouble
                                             : _ ("No word is ticked."));
  if (name[0] == '\0')
    return g_strdup (_ ("Give the new model a name."));
  return cz_workbench_find_model_named (self->workbench, name) != NULL
             ? g_strdup (_ ("There is a model of this name already."))
             : NULL;
}

static void
form_changed (CzExtendModelDialog *self)
{
  guint n = cz_extend_model_list_count_ticked (self->list);
  g_autofree char *trouble = find_trouble (self, n);
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *facts
      = g_strdup_printf (ngettext ("%s word is added.", "%s words are added.", n), count);

  gtk_label_set_label (self->told, trouble != NULL ? trouble : facts);
  gtk_widget_set_visible (self->spinner, self->looking != NULL);
  gtk_widget_set_sensitive (self->make_button, trouble == NULL);
}

// ---- The corpus's words ----

static void
proposed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzExtendModelDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; // another question followed, or the dialog is closed
  g_clear_object (&self->looking);
  g_free (self->trouble);
  self->trouble = error != NULL ? g_strdup (error->message) : NULL;
  cz_extend_model_list_propose (
      self->list, answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
                      ? json_object_get_array_member (json_node_get_object (answer), "proposed")
                      : NULL);
}

static void
look_for_words (CzExtendModelDialog *self)
{
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);
  g_autofree char *count = g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (self->count));

  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  if (item != NULL && gtk_spin_button_get_value_as_int (self->count) > 0)
    {
      const char *const arguments[]
          = { "model",   "extend", self->model, "--corpus", cz_corpus_item_get (item)->name,
              "--count", count,    "--propose", NULL };

      self->looking = cz_dialog_cancellable_new (self);
      cz_cloze_watch_async (cz_workbench_get_path (self->workbench), arguments, self->looking,
                            NULL /* told */, proposed, g_object_ref (self));
    }
  else
    cz_extend_model_list_propose (self->list, NULL);
  form_changed (self);
}

static void
own_words_given (CzExtendModelDialog *self)
{
  cz_extend_model_list_add (self->list, gtk_editable_get_text (GTK_EDITABLE (self->own)));
  gtk_editable_set_text (GTK_EDITABLE (self->own), "");
}

// ---- The gain ----

// A figure before and after, with three digits behind the point.
static void
add_gain (AdwPreferencesGroup *group, JsonObject *answer, const char *key, const char *title)
{
  if (!json_object_has_member (answer, key))
    return;
  JsonObject *pair = json_object_get_object_member (answer, key);
  double before = json_object_get_double_member (pair, "before");
  double after = json_object_get_double_member (pair, "after");
  // Translators: a figure before and after, and by how many per cent it changed.
  g_autofree char *text = g_strdup_printf (_ ("%.3f → %.3f (%+.1f %%)"), before, after,
                                           100 * (after - before) / MAX (before, 1e-9));
  adw_preferences_group_add (group, cz_fact_row_new (title, text));
}

static void
add_sentence (AdwPreferencesGroup *group, const char *sentence)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_group_add (group, row);
}

// What there is to say of words of the person's own.
static void
add_sentences (AdwPreferencesGroup *group, JsonArray *notes)
{
  for (guint i = 0; i < json_array_get_length (notes); i++)
    add_sentence (
        group, json_object_get_string_member (json_array_get_object_element (notes, i), "reason"));
}

static void
train_clicked (CzExtendModelDialog *self)
{
  g_autofree char *name = get_name (self);

  gtk_widget_activate_action (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))),
                              "win.adapt-model", "(sx)", name, self->corpus_made);
  gtk_window_close (GTK_WINDOW (self));
}

static void
show_gain (CzExtendModelDialog *self, JsonObject *answer)
{
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *deeds = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GtkWidget *train = gtk_button_new_with_mnemonic (_ ("_Train it on this corpus…"));
  g_autofree char *name = get_name (self);
  const char *note = json_object_get_string_member_with_default (answer, "note", NULL);
  g_autofree char *count
      = cz_numbers_count (json_array_get_length (json_object_get_array_member (answer, "added")));

  adw_preferences_group_set_title (group, name);
  adw_preferences_group_set_description (
      group, _ ("A new word begins as the mean of its pieces. What it means here the model learns "
                "by training; bits per character tell how well it foresees the words of the "
                "corpus’ test part, whichever way they are cut: lower is better."));
  adw_preferences_group_add (group, cz_fact_row_new (_ ("Words added"), count));
  add_gain (group, answer, "tokens_per_word", _ ("Tokens per word"));
  add_gain (group, answer, "bits_per_character", _ ("Bits per character"));
  add_sentences (group, json_object_get_array_member (answer, "left_out"));
  add_sentences (group, json_object_get_array_member (answer, "changed"));
  if (note != NULL)
    add_sentence (group, note);
  gtk_widget_set_halign (train, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (train, "pill");
  gtk_widget_add_css_class (train, "suggested-action");
  g_signal_connect_swapped (train, "clicked", G_CALLBACK (train_clicked), self);
  adw_preferences_group_add (deeds, train);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), deeds);
  adw_bin_set_child (self->gain, page);
  gtk_stack_set_visible_child_name (self->stack, "gain");
  gtk_button_set_label (GTK_BUTTON (self->cancel_button), _ ("_Close"));
  gtk_button_set_use_underline (GTK_BUTTON (self->cancel_button), TRUE);
}

// ---- Making it ----

static void
forget_words (CzExtendModelDialog *self)
{
  if (self->words_file != NULL)
    g_unlink (self->words_file);
  g_clear_pointer (&self->words_file, g_free);
}

static void
made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzExtendModelDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  forget_words (self);
  g_clear_object (&self->making);
  cz_new_model_progress_end (self->progress);
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    {
      gtk_stack_set_visible_child_name (self->stack, "words");
      gtk_widget_set_visible (self->make_button, TRUE);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        cz_window_tell_error (GTK_WIDGET (self), _ ("The words were not added"),
                              error != NULL ? error->message : "");
      return;
    }
  g_autofree char *name = get_name (self);
  cz_model_form_show_made (GTK_WIDGET (self), self->workbench, name);
  show_gain (self, json_node_get_object (answer));
}

static void
told (const char *line, gpointer data)
{
  cz_new_model_progress_tell (CZ_EXTEND_MODEL_DIALOG (data)->progress, line);
}

static gboolean
write_words (CzExtendModelDialog *self, GError **error)
{
  g_autofree char *text = cz_extend_model_list_get_text (self->list);
  int file = g_file_open_tmp ("clozebench-words-XXXXXX", &self->words_file, error);

  if (file < 0 || !g_close (file, error))
    return FALSE;
  return g_file_set_contents (self->words_file, text, -1, error);
}

static void
make_clicked (CzExtendModelDialog *self)
{
  // What was typed and not applied is meant too.
  own_words_given (self);
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);
  g_autofree char *trouble = find_trouble (self, cz_extend_model_list_count_ticked (self->list));
  g_autofree char *name = get_name (self);
  g_autoptr (GError) error = NULL;

  if (self->making != NULL || trouble != NULL)
    return;
  if (!write_words (self, &error))
    {
      forget_words (self);
      cz_window_tell_error (GTK_WIDGET (self), _ ("The words were not added"), error->message);
      return;
    }
  const char *const arguments[] = { "model",
                                    "extend",
                                    self->model,
                                    "--words",
                                    self->words_file,
                                    "--corpus",
                                    cz_corpus_item_get (item)->name,
                                    "--name",
                                    name,
                                    NULL };

  self->corpus_made = cz_corpus_item_get (item)->id;
  self->making = cz_dialog_cancellable_new (self);
  cz_new_model_progress_begin (self->progress, _ ("Adding the words"));
  gtk_stack_set_visible_child_name (self->stack, "progress");
  gtk_widget_set_visible (self->make_button, FALSE);
  gtk_widget_grab_focus (self->cancel_button);
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench), arguments, self->making, told,
                        made, g_object_ref (self));
}

static void
cancel_clicked (CzExtendModelDialog *self)
{
  if (self->making != NULL)
    g_cancellable_cancel (self->making);
  else
    gtk_window_close (GTK_WINDOW (self));
}

// ---- Life ----

static void
cz_extend_model_dialog_finalize (GObject *object)
{
  CzExtendModelDialog *self = CZ_EXTEND_MODEL_DIALOG (object);

  g_clear_object (&self->looking);
  g_clear_object (&self->making);
  forget_words (self);
  g_free (self->trouble);
  g_free (self->model);
  G_OBJECT_CLASS (cz_extend_model_dialog_parent_class)->finalize (object);
}

static void
cz_extend_model_dialog_class_init (CzExtendModelDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_extend_model_dialog_finalize;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GtkWidget *
make_rows (CzExtendModelDialog *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GtkWidget *count = adw_action_row_new ();

  self->corpus = ADW_COMBO_ROW (adw_combo_row_new ());
  self->name = ADW_ENTRY_ROW (adw_entry_row_new ());
  self->own = ADW_ENTRY_ROW (adw_entry_row_new ());
  self->count = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (0, 5000, 50));
  gtk_spin_button_set_value (self->count, 200);
  gtk_spin_button_set_numeric (self->count, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->count), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->count), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Words from it at most"), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->corpus), _ ("Corpus"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (count), _ ("Words from it at most"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _ ("Name of the new model"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->own), _ ("Add words of your own"));
  adw_entry_row_set_show_apply_button (self->own, TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (count), GTK_WIDGET (self->count));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (count), GTK_WIDGET (self->count));
  adw_preferences_group_add (group, GTK_WIDGET (self->name));
  adw_preferences_group_add (group, GTK_WIDGET (self->corpus));
  adw_preferences_group_add (group, count);
  adw_preferences_group_add (group, GTK_WIDGET (self->own));
  return GTK_WIDGET (group);
}

static GtkWidget *
make_words_page (CzExtendModelDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->list = g_object_new (CZ_TYPE_EXTEND_MODEL_LIST, "vexpand", TRUE, NULL);
  self->told = GTK_LABEL (gtk_label_new (NULL));
  self->spinner = gtk_spinner_new ();
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_label_set_wrap (self->told, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "numeric");
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), self->spinner);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->told));
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_box_append (GTK_BOX (box), make_rows (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), line);
  return box;
}

static GtkWidget *
make_header (CzExtendModelDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();

  self->cancel_button = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  self->make_button = gtk_button_new_with_mnemonic (_ ("_Add words"));
  gtk_widget_add_css_class (self->make_button, "suggested-action");
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->cancel_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->make_button);
  return header;
}

static void
cz_extend_model_dialog_init (CzExtendModelDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->progress = g_object_new (CZ_TYPE_NEW_MODEL_PROGRESS, NULL);
  self->gain = ADW_BIN (adw_bin_new ());
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, make_words_page (self), "words");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->progress), "progress");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->gain), "gain");
  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 580, 660);
  g_signal_connect_swapped (self->make_button, "clicked", G_CALLBACK (make_clicked), self);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (cancel_clicked), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->list, "changed", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->own, "apply", G_CALLBACK (own_words_given), self);
  g_signal_connect_swapped (self->count, "value-changed", G_CALLBACK (look_for_words), self);
}

void
cz_extend_model_dialog_present (GtkWidget *from,
                                CzWorkbench *workbench,
                                const char *model,
                                gint64 corpus)
{
  GListModel *corpora = cz_workbench_get_corpora (workbench);
  // Translators: a model's name.
  g_autofree char *title = g_strdup_printf (_ ("Add words to %s"), model);
  CzExtendModelDialog *self
      = g_object_new (CZ_TYPE_EXTEND_MODEL_DIALOG, "title", title, "modal", TRUE, "transient-for",
                      gtk_widget_get_root (from), NULL);
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name");
  // Translators: a model's name; the words of a field were added to it.
  g_autofree char *more = g_strdup_printf (_ ("%s, more words"), model);
  g_autofree char *proposed_name = cz_model_form_find_name (workbench, more);

  self->workbench = workbench;
  self->model = g_strdup (model);
  gtk_editable_set_text (GTK_EDITABLE (self->name), proposed_name);
  adw_combo_row_set_expression (self->corpus, name);
  adw_combo_row_set_model (self->corpus, corpora);
  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (cz_corpus_item_get (item)->id == corpus)
        adw_combo_row_set_selected (self->corpus, i);
    }
  g_signal_connect_swapped (self->corpus, "notify::selected", G_CALLBACK (look_for_words), self);
  look_for_words (self);
  gtk_window_present (GTK_WINDOW (self));
}
