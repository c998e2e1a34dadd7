#include "gui/playground/sentences-store.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/corpora/library-task.h"
#include "gui/playground/sentences-item.h"

typedef enum
{
  DEED_CREATE, // a set that must not be there yet
  DEED_SAVE,
  DEED_COPY,
  DEED_RENAME,
  DEED_DELETE
} DeedKind;

typedef struct
{
  DeedKind kind;
  char *name;
  char *new_name;    // of DEED_RENAME; afterwards the name of what was made
  GArray *sentences; // of CzSentence, or NULL
} Deed;

struct _CzSentencesStore
{
  GObject parent_instance;
  CzWorkbench *workbench;
  GPtrArray *sets;   // of CzSentenceSet
  char *name;        // the chosen one's
  GListStore *items; // of CzSentencesItem
  GQueue deeds;      // of Deed; the first is being done
};

G_DEFINE_FINAL_TYPE (CzSentencesStore, cz_sentences_store, G_TYPE_OBJECT)

enum
{
  SETS_CHANGED,
  SET_CHANGED,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
deed_free (gpointer data)
{
  Deed *deed = data;

  g_free (deed->name);
  g_free (deed->new_name);
  g_clear_pointer (&deed->sentences, g_array_unref);
  g_free (deed);
}

static void
tell (CzSentencesStore *self, const char *sentence)
{
  g_signal_emit (self, signals[TOLD], 0, sentence);
}

// ---- Reading ----

static gboolean
are_same_sets (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    if (!g_str_equal (((CzSentenceSet *)a->pdata[i])->name, ((CzSentenceSet *)b->pdata[i])->name))
      return FALSE;
  return a->len == b->len;
}

static gboolean
are_same_rows (CzSentencesStore *self, const CzSentenceSet *set)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; n == set->n && i < n; i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (!g_str_equal (cz_sentences_item_get_text (item), set->sentences[i].text)
          || !g_str_equal (cz_sentences_item_get_answers (item), set->sentences[i].answers))
        return FALSE;
    }
  return n == set->n;
}

static void
take_set (CzSentencesStore *self, const CzSentenceSet *set)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < set->n; i++)
    g_ptr_array_add (items,
                     cz_sentences_item_new (set->sentences[i].text, set->sentences[i].answers));
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
  g_signal_emit (self, signals[SET_CHANGED], 0);
}

static gboolean
has_set (GPtrArray *sets, const char *name)
{
  for (guint i = 0; i < sets->len; i++)
    if (g_str_equal (((CzSentenceSet *)sets->pdata[i])->name, name))
      return TRUE;
  return FALSE;
}

void
cz_sentences_store_refresh (CzSentencesStore *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = NULL;
  g_autoptr (CzSentenceSet) set = NULL;

  // What is about to be written is not there yet.
  if (library == NULL || self->deeds.length > 0)
    return;
  sets = cz_sentence_set_list (library, &error);
  if (sets != NULL)
    {
      gboolean same = are_same_sets (sets, self->sets);

      if (!has_set (sets, self->name))
        {
          g_free (self->name);
          self->name = g_strdup (CZ_SENTENCE_SET_DEFAULT);
          same = FALSE;
        }
      g_ptr_array_unref (self->sets);
      self->sets = g_ptr_array_ref (sets);
      if (!same)
        g_signal_emit (self, signals[SETS_CHANGED], 0);
      set = cz_sentence_set_get (library, self->name, &error);
    }
  if (set == NULL)
    tell (self, error->message);
  else if (!are_same_rows (self, set))
    take_set (self, set);
}

GPtrArray *
cz_sentences_store_get_sets (CzSentencesStore *self)
{
  return self->sets;
}

guint
cz_sentences_store_get_chosen (CzSentencesStore *self)
{
  for (guint i = 0; i < self->sets->len; i++)
    if (g_str_equal (((CzSentenceSet *)self->sets->pdata[i])->name, self->name))
      return i;
  return 0;
}

const char *
cz_sentences_store_get_name (CzSentencesStore *self)
{
  return self->sets->len > 0 ? self->name : "";
}

gboolean
cz_sentences_store_is_builtin (CzSentencesStore *self)
{
  return self->sets->len == 0
         || ((CzSentenceSet *)self->sets->pdata[cz_sentences_store_get_chosen (self)])->builtin;
}

GListModel *
cz_sentences_store_get_items (CzSentencesStore *self)
{
  return G_LIST_MODEL (self->items);
}

void
cz_sentences_store_choose (CzSentencesStore *self, const char *name)
{
  if (g_str_equal (name, self->name))
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  g_list_store_remove_all (self->items);
  g_signal_emit (self, signals[SETS_CHANGED], 0);
  cz_sentences_store_refresh (self);
}

// ---- Writing ----

static void write_next (CzSentencesStore *self);

static gboolean
is_taken (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (CzSentenceSet) set = cz_sentence_set_get (library, name, &reason);

  if (set != NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                 _ ("There is a set “%s” already; choose another name."), name);
  else if (!g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    return FALSE;
  return TRUE;
}

static gboolean
do_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Deed *deed = data;
  const CzSentence *sentences
      = deed->sentences != NULL ? (const CzSentence *)(gpointer)deed->sentences->data : NULL;

  switch (deed->kind)
    {
    case DEED_CREATE:
      if (is_taken (library, deed->name, error))
        return FALSE;
      return cz_sentence_set_save (library, deed->name, sentences, deed->sentences->len, error);
    case DEED_SAVE:
      return cz_sentence_set_save (library, deed->name, sentences, deed->sentences->len, error);
    case DEED_COPY:
      deed->new_name = cz_sentence_set_copy (library, deed->name, NULL, error);
      return deed->new_name != NULL;
    case DEED_RENAME:
      return cz_sentence_set_rename (library, deed->name, deed->new_name, error);
    case DEED_DELETE:
    default:
      return cz_sentence_set_remove (library, deed->name, error);
    }
}

static void
was_done (GObject *object, GAsyncResult *result, gpointer data)
{
  CzSentencesStore *self = CZ_SENTENCES_STORE (object);
  g_autoptr (GError) error = NULL;
  gboolean done = cz_library_task_finish (result, &error) != NULL;
  Deed *deed = g_queue_pop_head (&self->deeds);
  const char *made = deed->kind == DEED_CREATE   ? deed->name
                     : deed->kind == DEED_SAVE   ? NULL
                     : deed->kind == DEED_DELETE ? NULL
                                                 : deed->new_name;

  if (done && made != NULL && (deed->kind != DEED_RENAME || g_str_equal (self->name, deed->name)))
    {
      g_free (self->name);
      self->name = g_strdup (made);
      g_ptr_array_set_size (self->sets, 0); // so that its name is shown
    }
  deed_free (deed);
  if (self->deeds.length > 0)
    write_next (self);
  else
    cz_sentences_store_refresh (self);
  if (!done)
    tell (self, error->message);
}

static void
write_next (CzSentencesStore *self)
{
  // The queue frees it.
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), do_in_thread,
                       g_queue_peek_head (&self->deeds), NULL, NULL, was_done);
}

static GArray *
new_sentences (void)
{
  GArray *sentences = g_array_new (FALSE, FALSE, sizeof (CzSentence));

  g_array_set_clear_func (sentences, (GDestroyNotify)cz_sentence_clear);
  return sentences;
}

// sentences: taken, or NULL.
static void
write_soon (CzSentencesStore *self,
            DeedKind kind,
            const char *name,
            const char *new_name,
            GArray *sentences)
{
  Deed *deed = g_new (Deed, 1);

  *deed = (Deed){ kind, g_strdup (name), g_strdup (new_name), sentences };
  g_queue_push_tail (&self->deeds, deed);
  if (self->deeds.length == 1)
    write_next (self);
}

static void
save (CzSentencesStore *self)
{
  GArray *sentences = new_sentences ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (CzSentencesItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      CzSentence sentence = { g_strdup (cz_sentences_item_get_text (item)),
                              g_strdup (cz_sentences_item_get_answers (item)) };

      g_array_append_val (sentences, sentence);
    }
  write_soon (self, DEED_SAVE, self->name, NULL, sentences);
  g_signal_emit (self, signals[SET_CHANGED], 0);
}

void
cz_sentences_store_insert (CzSentencesStore *self,
                           guint position,
                           const char *text,
                           const char *answers)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autoptr (CzSentencesItem) item = cz_sentences_item_new (text, answers);

  g_list_store_insert (self->items, MIN (position, n), item);
  save (self);
}

void
cz_sentences_store_edit (CzSentencesStore *self,
                         guint position,
                         const char *text,
                         const char *answers)
{
  gpointer item = cz_sentences_item_new (text, answers);

  g_list_store_splice (self->items, position, 1, &item, 1);
  g_object_unref (item);
  save (self);
}

void
cz_sentences_store_move (CzSentencesStore *self, guint from, guint to)
{
  g_autoptr (CzSentencesItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), from);

  g_list_store_remove (self->items, from);
  g_list_store_insert (self->items, to, item);
  save (self);
}

void
cz_sentences_store_remove (CzSentencesStore *self, guint position)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 1)
    {
      tell (self, _ ("A set has one sentence at least; remove the whole set instead."));
      return;
    }
  g_list_store_remove (self->items, position);
  save (self);
}

void
cz_sentences_store_create (CzSentencesStore *self,
                           const char *name,
                           const CzSentence *sentences,
                           guint n)
{
  GArray *copy = new_sentences ();

  for (guint i = 0; i < n; i++)
    {
      CzSentence sentence = { g_strdup (sentences[i].text), g_strdup (sentences[i].answers) };

      g_array_append_val (copy, sentence);
    }
  write_soon (self, DEED_CREATE, name, NULL, copy);
}

void
cz_sentences_store_copy (CzSentencesStore *self, const char *name)
{
  write_soon (self, DEED_COPY, name, NULL, NULL);
}

void
cz_sentences_store_rename (CzSentencesStore *self, const char *name, const char *new_name)
{
  write_soon (self, DEED_RENAME, name, new_name, NULL);
}

void
cz_sentences_store_delete (CzSentencesStore *self, const char *name)
{
  write_soon (self, DEED_DELETE, name, NULL, NULL);
}

// ---- Life ----

static void
cz_sentences_store_finalize (GObject *object)
{
  CzSentencesStore *self = CZ_SENTENCES_STORE (object);

  g_ptr_array_unref (self->sets);
  g_object_unref (self->items);
  g_object_unref (self->workbench);
  g_free (self->name);
  g_queue_clear_full (&self->deeds, deed_free);
  G_OBJECT_CLASS (cz_sentences_store_parent_class)->finalize (object);
}

static void
cz_sentences_store_class_init (CzSentencesStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_sentences_store_finalize;
  signals[SETS_CHANGED] = g_signal_new ("sets-changed", CZ_TYPE_SENTENCES_STORE, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SET_CHANGED] = g_signal_new ("set-changed", CZ_TYPE_SENTENCES_STORE, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TOLD] = g_signal_new ("told", CZ_TYPE_SENTENCES_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_sentences_store_init (CzSentencesStore *self)
{
  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_sentence_set_free);
  self->items = g_list_store_new (CZ_TYPE_SENTENCES_ITEM);
  self->name = g_strdup (CZ_SENTENCE_SET_DEFAULT);
  g_queue_init (&self->deeds);
}

CzSentencesStore *
cz_sentences_store_new (CzWorkbench *workbench)
{
  CzSentencesStore *self = g_object_new (CZ_TYPE_SENTENCES_STORE, NULL);

  self->workbench = g_object_ref (workbench);
  return self;
}
