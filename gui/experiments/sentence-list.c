#include "gui/experiments/sentence-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/sentence-set.h"

// A run predicts all of them at each evaluation; cloze refuses more.
#define MOST 64

struct _CzSentenceList
{
  AdwExpanderRow parent_instance;
  CzLibrary *library; // the workbench's
  AdwComboRow *sets;
  GtkWidget *add_row;
  GPtrArray *names; // of the sets in `sets`, after "own sentences"
  GPtrArray *rows;  // AdwEntryRow
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzSentenceList, cz_sentence_list, ADW_TYPE_EXPANDER_ROW)

static guint changed_signal;

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\n")] == '\0';
}

static gboolean
has_mask (const char *text)
{
  return strstr (text, "[MASK]") != NULL;
}

static void
tell (CzSentenceList *self)
{
  g_autofree char *told = NULL;
  guint n = 0;
  gboolean good = TRUE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const char *text = gtk_editable_get_text (GTK_EDITABLE (self->rows->pdata[i]));
      gboolean fine = is_blank (text) || has_mask (text);

      n += !is_blank (text);
      good = good && fine;
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows->pdata[i]),
                                     fine ? _ ("Sentence") : _ ("Write [MASK] for a word"));
      if (fine)
        gtk_widget_remove_css_class (self->rows->pdata[i], "error");
      else
        gtk_widget_add_css_class (self->rows->pdata[i], "error");
    }
  if (!good)
    told = g_strdup (_ ("A sentence has no [MASK] for the model to fill."));
  else if (n == 0)
    told = g_strdup (_ ("None: the model is not asked on the way."));
  else
    told = g_strdup_printf (ngettext ("%u sentence, filled at each evaluation",
                                      "%u sentences, filled at each evaluation", n),
                            n);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), told);
  gtk_widget_set_visible (self->add_row, self->rows->len < MOST);
}

// What a person did: no longer a named set.
static void
edited (CzSentenceList *self)
{
  if (self->filling)
    return;
  self->filling = TRUE;
  adw_combo_row_set_selected (self->sets, 0);
  self->filling = FALSE;
  tell (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
remove_clicked (GtkWidget *button, CzSentenceList *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ENTRY_ROW);

  gtk_widget_grab_focus (self->add_row);
  adw_expander_row_remove (ADW_EXPANDER_ROW (self), row);
  g_ptr_array_remove (self->rows, row);
  edited (self);
}

static GtkWidget *
add_sentence (CzSentenceList *self, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Sentence"));
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove this sentence"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove this sentence"), -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked), self);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), button);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (edited), self);
  // The row that adds stays last.
  g_object_ref (self->add_row);
  adw_expander_row_remove (ADW_EXPANDER_ROW (self), self->add_row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->add_row);
  g_object_unref (self->add_row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_clicked (CzSentenceList *self)
{
  GtkWidget *row = add_sentence (self, "");

  edited (self);
  gtk_widget_grab_focus (row);
}

static void
remove_rows (CzSentenceList *self)
{
  while (self->rows->len > 0)
    {
      adw_expander_row_remove (ADW_EXPANDER_ROW (self), self->rows->pdata[0]);
      g_ptr_array_remove_index (self->rows, 0);
    }
}

// ---- Named sets ----

static void
take_set (CzSentenceList *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSentenceSet) set = cz_sentence_set_get (self->library, name, &error);

  if (set == NULL)
    {
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), error->message);
      return;
    }
  self->filling = TRUE;
  remove_rows (self);
  for (guint i = 0; i < MIN (set->n, MOST); i++)
    add_sentence (self, set->sentences[i].text);
  self->filling = FALSE;
  tell (self);
  if (set->n > MOST)
    {
      g_autofree char *told = g_strdup_printf (
          _ ("The first %d of %u sentences are taken: a run has no more."), MOST, set->n);
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), told);
    }
}

static void
set_chosen (CzSentenceList *self)
{
  guint selected = adw_combo_row_get_selected (self->sets);

  if (self->filling || selected == 0 || selected > self->names->len)
    return;
  take_set (self, self->names->pdata[selected - 1]);
  g_signal_emit (self, changed_signal, 0);
}

// ---- Life ----

static void
cz_sentence_list_finalize (GObject *object)
{
  CzSentenceList *self = CZ_SENTENCE_LIST (object);

  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (cz_sentence_list_parent_class)->finalize (object);
}

static void
cz_sentence_list_class_init (CzSentenceListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sentence_list_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_SENTENCE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_sentence_list_init (CzSentenceList *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Add a sentence"));

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->rows = g_ptr_array_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Example sentences"));
  self->sets = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->sets), _ ("Set"));
  adw_action_row_set_subtitle (
      ADW_ACTION_ROW (self->sets),
      _ ("The model fills their masks at each evaluation, so that you see it change."));
  g_signal_connect_swapped (self->sets, "notify::selected", G_CALLBACK (set_chosen), self);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_margin_top (button, 6);
  gtk_widget_set_margin_bottom (button, 6);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (add_clicked), self);
  self->add_row = gtk_list_box_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->add_row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->add_row), button);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->sets));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->add_row);
  tell (self);
}

void
cz_sentence_list_set_library (CzSentenceList *self, CzLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = cz_sentence_set_list (library, &error);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  self->library = library;
  gtk_string_list_append (titles, _ ("Own sentences"));
  for (guint i = 0; sets != NULL && i < sets->len; i++)
    {
      const CzSentenceSet *set = sets->pdata[i];

      g_ptr_array_add (self->names, g_strdup (set->name));
      gtk_string_list_append (titles, set->name);
    }
  self->filling = TRUE;
  adw_combo_row_set_model (self->sets, G_LIST_MODEL (titles));
  for (guint i = 0; i < self->names->len; i++)
    if (g_str_equal (self->names->pdata[i], CZ_SENTENCE_SET_DEFAULT))
      adw_combo_row_set_selected (self->sets, i + 1);
  self->filling = FALSE;
  take_set (self, CZ_SENTENCE_SET_DEFAULT);
}

void
cz_sentence_list_set_texts (CzSentenceList *self, const char *const *texts)
{
  self->filling = TRUE;
  remove_rows (self);
  for (guint i = 0; texts[i] != NULL && i < MOST; i++)
    add_sentence (self, texts[i]);
  self->filling = FALSE;
  edited (self);
}

char **
cz_sentence_list_get_texts (CzSentenceList *self)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < self->rows->len; i++)
    {
      const char *text = gtk_editable_get_text (GTK_EDITABLE (self->rows->pdata[i]));

      if (is_blank (text))
        continue;
      if (!has_mask (text))
        return NULL;
      g_strv_builder_add (texts, text);
    }
  return g_strv_builder_end (texts);
}
