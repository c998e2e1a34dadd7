#include "gui/playground/sentences-deed.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/sentence-csv.h"
#include "gui/playground/sentences-files.h"
#include "gui/playground/sentences-form.h"
#include "gui/playground/sentences-item.h"
#include "gui/window.h"

// What hangs on a form.
#define PLACE     "cz-place"
#define ITEM      "cz-item"
#define OLD_NAME  "cz-old-name"
#define SENTENCES "cz-sentences"

static guint
count_rows (CzSentencesPlace *place)
{
  return g_list_model_get_n_items (cz_sentences_store_get_items (place->store));
}

static CzSentencesItem *
get_row (CzSentencesPlace *place, guint position)
{
  return g_list_model_get_item (cz_sentences_store_get_items (place->store), position);
}

static GArray *
new_sentences (void)
{
  GArray *sentences = g_array_new (FALSE, FALSE, sizeof (CzSentence));

  g_array_set_clear_func (sentences, (GDestroyNotify)cz_sentence_clear);
  return sentences;
}

static void
add_sentence (GArray *sentences, const char *text, const char *answers)
{
  CzSentence sentence = { g_strdup (text), g_strdup (answers) };

  g_array_append_val (sentences, sentence);
}

static GArray *
copy_rows (CzSentencesPlace *place, guint first, guint n)
{
  GArray *sentences = new_sentences ();

  for (guint i = first; i < first + n; i++)
    {
      g_autoptr (CzSentencesItem) item = get_row (place, i);

      add_sentence (sentences, cz_sentences_item_get_text (item),
                    cz_sentences_item_get_answers (item));
    }
  return sentences;
}

// Chooses a row, after a change that the selection has followed: none of it a person's choice.
static void
select_row (CzSentencesPlace *place, guint position)
{
  gtk_single_selection_set_selected (place->selection, position);
  // The row may have another place among the others though the selection has not.
  g_object_notify (G_OBJECT (place->selection), "selected");
  place->quiet = FALSE;
}

// The form's answer is heard as long as the view is there.
static void
show_form (CzSentencesPlace *place, CzFormDialog *form, GCallback answered)
{
  g_object_set_data (G_OBJECT (form), PLACE, place);
  g_signal_connect_object (form, "response", answered, place->view, 0);
  gtk_window_present (GTK_WINDOW (form));
}

static CzSentencesPlace *
get_place (CzFormDialog *form)
{
  return g_object_get_data (G_OBJECT (form), PLACE);
}

// ---- A way back ----

// What Undo puts back: a row, or a whole set.
typedef struct
{
  CzSentencesPlace *place;
  char *set;
  guint position;
  GArray *sentences;
} Removed;

static Removed *
removed_new (CzSentencesPlace *place, guint first, guint n)
{
  Removed *removed = g_new (Removed, 1);

  *removed = (Removed){ place, g_strdup (cz_sentences_store_get_name (place->store)), first,
                        copy_rows (place, first, n) };
  return removed;
}

static void
removed_free (gpointer data, GClosure *closure)
{
  Removed *removed = data;

  g_free (removed->set);
  g_array_unref (removed->sentences);
  g_free (removed);
}

// The toast lies in the view, and is gone with it.
static void
offer_undo (const char *told, GCallback undo, Removed *removed)
{
  g_autofree char *escaped = g_markup_escape_text (told, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, 10);
  g_signal_connect_data (toast, "button-clicked", undo, removed, removed_free, 0);
  adw_toast_overlay_add_toast (removed->place->toasts, toast);
}

static void
put_row_back (AdwToast *toast, Removed *removed)
{
  const CzSentence *sentence = &g_array_index (removed->sentences, CzSentence, 0);
  CzSentencesStore *store = removed->place->store;

  cz_sentences_store_choose (store, removed->set);
  if (!cz_sentences_store_is_builtin (store)) // the set may be gone meanwhile
    cz_sentences_store_insert (store, removed->position, sentence->text, sentence->answers);
}

static void
put_set_back (AdwToast *toast, Removed *removed)
{
  cz_sentences_store_create (removed->place->store, removed->set,
                             (const CzSentence *)(gpointer)removed->sentences->data,
                             removed->sentences->len);
}

// ---- Rows ----

static void
add_answered (CzFormDialog *form, const char *response)
{
  CzSentencesPlace *place = get_place (form);
  guint n = count_rows (place);

  if (!g_str_equal (response, "do") || cz_sentences_store_is_builtin (place->store))
    return;
  place->quiet = TRUE;
  cz_sentences_store_insert (place->store, n, cz_sentences_form_get_text (form),
                             cz_sentences_form_get_answers (form));
  select_row (place, n);
}

void
cz_sentences_deed_add (CzSentencesPlace *place, const char *text)
{
  show_form (
      place,
      cz_sentences_form_new_sentence (place->view, _ ("Add a sentence"), _ ("_Add"), text, ""),
      G_CALLBACK (add_answered));
}

static void
edit_answered (CzFormDialog *form, const char *response)
{
  CzSentencesPlace *place = get_place (form);
  gpointer item = g_object_get_data (G_OBJECT (form), ITEM);

  // The row may have moved meanwhile, or gone.
  for (guint i = 0; i < count_rows (place) && g_str_equal (response, "do"); i++)
    {
      g_autoptr (CzSentencesItem) row = get_row (place, i);

      if (row != item)
        continue;
      place->quiet = TRUE;
      cz_sentences_store_edit (place->store, i, cz_sentences_form_get_text (form),
                               cz_sentences_form_get_answers (form));
      select_row (place, i);
      return;
    }
}

void
cz_sentences_deed_edit (CzSentencesPlace *place)
{
  CzSentencesItem *item = gtk_single_selection_get_selected_item (place->selection);
  CzFormDialog *form;

  if (item == NULL)
    return;
  form = cz_sentences_form_new_sentence (place->view, _ ("Edit the sentence"), _ ("_Change"),
                                         cz_sentences_item_get_text (item),
                                         cz_sentences_item_get_answers (item));
  g_object_set_data_full (G_OBJECT (form), ITEM, g_object_ref (item), g_object_unref);
  show_form (place, form, G_CALLBACK (edit_answered));
}

void
cz_sentences_deed_move (CzSentencesPlace *place, int by)
{
  guint at = gtk_single_selection_get_selected (place->selection);
  guint to = at + (guint)by; // above the first: beyond the last

  if (at >= count_rows (place) || to >= count_rows (place))
    return;
  place->quiet = TRUE;
  cz_sentences_store_move (place->store, at, to);
  select_row (place, to);
}

void
cz_sentences_deed_remove (CzSentencesPlace *place)
{
  guint at = gtk_single_selection_get_selected (place->selection);
  guint n = count_rows (place);
  Removed *removed;

  if (at >= n)
    return;
  removed = removed_new (place, at, 1);
  place->quiet = TRUE;
  cz_sentences_store_remove (place->store, at);
  if (count_rows (place) < n)
    {
      select_row (place, MIN (at, n - 2));
      offer_undo (_ ("The sentence was removed."), G_CALLBACK (put_row_back), removed);
      return;
    }
  place->quiet = FALSE; // the last one stays
  removed_free (removed, NULL);
}

// ---- Sets ----

static void
create_answered (CzFormDialog *form, const char *response)
{
  GArray *sentences = g_object_get_data (G_OBJECT (form), SENTENCES);

  if (g_str_equal (response, "do"))
    cz_sentences_store_create (get_place (form)->store, cz_sentences_form_get_name (form),
                               (const CzSentence *)(gpointer)sentences->data, sentences->len);
}

// Asks how a new set of these is to be called.
static void
ask_name (CzSentencesPlace *place,
          const char *heading,
          const char *body,
          const char *name,
          GArray *sentences)
{
  CzFormDialog *form = cz_sentences_form_new_name (place->view, place->store, heading, body,
                                                   _ ("_Create"), name, FALSE /* keep */);

  g_object_set_data_full (G_OBJECT (form), SENTENCES, g_array_ref (sentences),
                          (GDestroyNotify)g_array_unref);
  show_form (place, form, G_CALLBACK (create_answered));
}

void
cz_sentences_deed_new_set (CzSentencesPlace *place, const char *text)
{
  g_autoptr (GArray) sentences = new_sentences ();

  if (strstr (text, CZ_SENTENCE_MASK) == NULL)
    {
      cz_window_toast (place->view,
                       _ ("Mask a word of the text first: a set asks for masked words."));
      return;
    }
  add_sentence (sentences, text, "");
  ask_name (place, _ ("New set of sentences"), text, "", sentences);
}

void
cz_sentences_deed_copy_set (CzSentencesPlace *place)
{
  cz_sentences_store_copy (place->store, cz_sentences_store_get_name (place->store));
}

static void
rename_answered (CzFormDialog *form, const char *response)
{
  if (g_str_equal (response, "do"))
    cz_sentences_store_rename (get_place (form)->store,
                               g_object_get_data (G_OBJECT (form), OLD_NAME),
                               cz_sentences_form_get_name (form));
}

void
cz_sentences_deed_rename_set (CzSentencesPlace *place)
{
  const char *name = cz_sentences_store_get_name (place->store);
  CzFormDialog *form = cz_sentences_form_new_name (place->view, place->store, _ ("Rename the set"),
                                                   NULL, _ ("_Rename"), name, TRUE /* keep */);

  g_object_set_data_full (G_OBJECT (form), OLD_NAME, g_strdup (name), g_free);
  show_form (place, form, G_CALLBACK (rename_answered));
}

void
cz_sentences_deed_delete_set (CzSentencesPlace *place)
{
  const char *name = cz_sentences_store_get_name (place->store);
  g_autofree char *told = g_strdup_printf (_ ("The set “%s” was removed."), name);
  Removed *removed = removed_new (place, 0, count_rows (place));

  cz_sentences_store_delete (place->store, name);
  offer_undo (told, G_CALLBACK (put_set_back), removed);
}

// ---- Files ----

static void
was_read (GtkWidget *from, const char *name, GArray *sentences, gpointer data)
{
  g_autofree char *told = g_strdup_printf (
      ngettext ("%u sentence was read.", "%u sentences were read.", sentences->len),
      sentences->len);

  ask_name (data, _ ("Import sentences"), told, name, sentences);
}

void
cz_sentences_deed_import (CzSentencesPlace *place)
{
  cz_sentences_files_open (place->view, was_read, place);
}

void
cz_sentences_deed_export (CzSentencesPlace *place)
{
  g_autoptr (GArray) all = copy_rows (place, 0, count_rows (place));

  cz_sentences_files_save (
      place->view, _ ("Export sentences"), cz_sentences_store_get_name (place->store),
      cz_sentence_csv_to_text ((const CzSentence *)(gpointer)all->data, all->len));
}
