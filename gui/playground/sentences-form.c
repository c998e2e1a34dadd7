#include "gui/playground/sentences-form.h"

#include <glib/gi18n.h>
#include <string.h>

// What hangs on a form: its entries, and what a name is checked against.
#define FIRST  "cz-first-entry"
#define SECOND "cz-second-entry"
#define STORE  "cz-store"
#define KEPT   "cz-kept-name"

static const char *
get_text (CzFormDialog *form, const char *entry)
{
  return gtk_editable_get_text (g_object_get_data (G_OBJECT (form), entry));
}

static void
add_entry (CzFormDialog *form, const char *which, const char *title, const char *text)
{
  GtkEditable *entry = cz_form_dialog_add_entry (form, title, text);

  g_object_set_data (G_OBJECT (form), which, entry);
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

// ---- A name ----

static gboolean
is_taken (CzFormDialog *form, const char *name)
{
  GPtrArray *sets = cz_sentences_store_get_sets (g_object_get_data (G_OBJECT (form), STORE));
  const char *kept = g_object_get_data (G_OBJECT (form), KEPT);

  if (g_str_equal (name, CZ_SENTENCE_SET_NONE))
    return TRUE;
  for (guint i = 0; i < sets->len; i++)
    if (g_str_equal (((CzSentenceSet *)sets->pdata[i])->name, name))
      return g_strcmp0 (name, kept) != 0;
  return FALSE;
}

static void
check_name (CzFormDialog *form)
{
  const char *name = get_text (form, FIRST);

  if (is_blank (name))
    cz_form_dialog_tell (form, FALSE, _ ("Write a name."));
  else if (strlen (name) > CZ_SENTENCE_NAME_BYTES_MAX)
    cz_form_dialog_tell (form, FALSE, _ ("The name is too long."));
  else if (is_taken (form, name))
    cz_form_dialog_tell (form, FALSE, _ ("There is a set of this name already."));
  else
    cz_form_dialog_tell (form, TRUE, "");
}

CzFormDialog *
cz_sentences_form_new_name (GtkWidget *from,
                            CzSentencesStore *store,
                            const char *heading,
                            const char *body,
                            const char *deed,
                            const char *name,
                            gboolean keep)
{
  CzFormDialog *form = cz_form_dialog_new (from, heading, body, deed);

  g_object_set_data_full (G_OBJECT (form), STORE, g_object_ref (store), g_object_unref);
  if (keep)
    g_object_set_data_full (G_OBJECT (form), KEPT, g_strdup (name), g_free);
  add_entry (form, FIRST, _ ("Name"), name);
  g_signal_connect (form, "changed", G_CALLBACK (check_name), NULL);
  check_name (form);
  return form;
}

const char *
cz_sentences_form_get_name (CzFormDialog *form)
{
  return get_text (form, FIRST);
}

// ---- A sentence ----

static void
check_sentence (CzFormDialog *form)
{
  const char *text = get_text (form, FIRST);
  g_auto (GStrv) answers = cz_sentence_answers_split (get_text (form, SECOND));
  guint n = g_strv_length (answers);

  if (strstr (text, CZ_SENTENCE_MASK) == NULL)
    cz_form_dialog_tell (form, FALSE, _ ("Write [MASK] for the word to be guessed."));
  else if (strlen (text) > CZ_SENTENCE_BYTES_MAX
           || strlen (get_text (form, SECOND)) > CZ_SENTENCE_BYTES_MAX)
    cz_form_dialog_tell (form, FALSE, _ ("The sentence is too long."));
  else if (n == 0)
    cz_form_dialog_tell (form, TRUE, _ ("Without accepted words it is asked, but not counted."));
  else
    {
      g_autofree char *told = g_strdup_printf (ngettext ("%u word is accepted at the first mask",
                                                         "%u words are accepted at the first "
                                                         "mask",
                                                         n),
                                               n);
      cz_form_dialog_tell (form, TRUE, told);
    }
}

CzFormDialog *
cz_sentences_form_new_sentence (
    GtkWidget *from, const char *heading, const char *deed, const char *text, const char *answers)
{
  CzFormDialog *form = cz_form_dialog_new (from, heading, NULL, deed);

  add_entry (form, FIRST, _ ("Sentence with [MASK]"), text);
  add_entry (form, SECOND, _ ("Accepted words, between commas"), answers);
  g_signal_connect (form, "changed", G_CALLBACK (check_sentence), NULL);
  check_sentence (form);
  return form;
}

const char *
cz_sentences_form_get_text (CzFormDialog *form)
{
  return get_text (form, FIRST);
}

const char *
cz_sentences_form_get_answers (CzFormDialog *form)
{
  return get_text (form, SECOND);
}
