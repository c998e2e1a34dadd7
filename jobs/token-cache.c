// A token file is made by one thread that reads documents and writes tokens, in order, and a pool
// that encodes: documents go out in batches, and the oldest batch is waited for when enough are
// under way.
#include "jobs/token-cache.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "data/document.h"

#define BATCH_BYTES     (256 * 1024)
#define BATCH_DOCUMENTS 256

typedef struct
{
  gint64 id;
  char *split;
  char *text; // freed once it is encoded
  gsize length;
  guint32 *words;
  gsize n;
} Item;

typedef struct
{
  GArray *items;
  gsize bytes;
  gboolean done; // under the maker's mutex
} Batch;

typedef struct
{
  CzTokenizer *tokenizer;
  CzTokenWriter *writer;
  GThreadPool *pool;
  GQueue under_way; // of Batch, in the documents' order
  Batch *filling;
  guint limit;
  GMutex mutex;
  GCond finished;
  gint64 bytes_done, bytes_total;
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Maker;

static void
clear_item (gpointer data)
{
  Item *item = data;

  g_free (item->split);
  g_free (item->text);
  g_free (item->words);
}

static Batch *
batch_new (void)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (batch->items, clear_item);
  return batch;
}

static void
batch_free (Batch *batch)
{
  g_array_free (batch->items, TRUE);
  g_free (batch);
}

// In the pool's threads.
static void
encode_batch (gpointer data, gpointer user_data)
{
  Batch *batch = data;
  Maker *maker = user_data;
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();

  for (guint i = 0; i < batch->items->len; i++)
    {
      Item *item = &g_array_index (batch->items, Item, i);

      cz_tokenizer_encode (maker->tokenizer, item->text != NULL ? item->text : "",
                           (gssize)item->length, TRUE /* add_special */, encoding);
      item->n = encoding->n;
      item->words = g_new (guint32, encoding->n);
      cz_tokenizer_get_words (maker->tokenizer, encoding, item->words);
      g_clear_pointer (&item->text, g_free);
    }
  g_mutex_lock (&maker->mutex);
  batch->done = TRUE;
  g_cond_signal (&maker->finished);
  g_mutex_unlock (&maker->mutex);
}

static void
hand_out (Maker *maker)
{
  if (maker->filling == NULL)
    return;
  g_queue_push_tail (&maker->under_way, maker->filling);
  g_thread_pool_push (maker->pool, maker->filling, NULL);
  maker->filling = NULL;
}

static void
wait_for_oldest (Maker *maker)
{
  Batch *batch = g_queue_peek_head (&maker->under_way);

  g_mutex_lock (&maker->mutex);
  while (!batch->done)
    g_cond_wait (&maker->finished, &maker->mutex);
  g_mutex_unlock (&maker->mutex);
}

// Writes the oldest batches until at most `left` are under way.
static gboolean
take_in (Maker *maker, guint left, GError **error)
{
  while (maker->under_way.length > left)
    {
      wait_for_oldest (maker);
      Batch *batch = g_queue_pop_head (&maker->under_way);
      gboolean written = TRUE;

      for (guint i = 0; written && i < batch->items->len; i++)
        {
          const Item *item = &g_array_index (batch->items, Item, i);
          written = cz_token_writer_add (maker->writer, item->id, item->split, item->words, item->n,
                                         error);
        }
      maker->bytes_done += (gint64)batch->bytes;
      batch_free (batch);
      if (!written)
        return FALSE;
      if (maker->progress != NULL && maker->bytes_total > 0)
        maker->progress (MIN (1.0, (double)maker->bytes_done / (double)maker->bytes_total),
                         _ ("Tokenizing"), maker->data);
    }
  return TRUE;
}

static gboolean
add_document (const CzDocument *document, gpointer data, GError **error)
{
  Maker *maker = data;

  if (g_cancellable_set_error_if_cancelled (maker->cancellable, error))
    return FALSE;
  if (maker->filling == NULL)
    maker->filling = batch_new ();
  Item item = { .id = document->id,
                .split = g_strdup (document->split),
                .text = g_memdup2 (document->text, document->length),
                .length = document->length };
  g_array_append_val (maker->filling->items, item);
  maker->filling->bytes += document->length;
  if (maker->filling->bytes < BATCH_BYTES && maker->filling->items->len < BATCH_DOCUMENTS)
    return TRUE;
  hand_out (maker);
  return take_in (maker, maker->limit, error);
}

static gboolean
make_file (CzLibrary *library,
           const CzCorpus *corpus,
           CzTokenizer *tokenizer,
           const char *path,
           const char *key,
           CzJobProgress progress,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (CzTokenWriter) writer = cz_token_writer_new (path, key, error);

  if (writer == NULL)
    return FALSE;
  Maker maker = {
    .tokenizer = tokenizer,
    .writer = writer,
    .limit = 4 * g_get_num_processors (),
    .bytes_total = corpus->bytes,
    .progress = progress,
    .data = data,
    .cancellable = cancellable,
  };
  maker.pool = g_thread_pool_new (encode_batch, &maker, (int)g_get_num_processors (), TRUE, error);
  if (maker.pool == NULL)
    return FALSE;
  g_mutex_init (&maker.mutex);
  g_cond_init (&maker.finished);
  g_queue_init (&maker.under_way);

  gboolean made = cz_document_each (library, corpus->id, add_document, &maker, error);
  if (made)
    {
      hand_out (&maker);
      made = take_in (&maker, 0, error);
    }
  g_thread_pool_free (maker.pool, FALSE, TRUE);
  while (maker.under_way.length > 0)
    batch_free (g_queue_pop_head (&maker.under_way));
  g_clear_pointer (&maker.filling, batch_free);
  g_mutex_clear (&maker.mutex);
  g_cond_clear (&maker.finished);
  return made && cz_token_writer_finish (writer, error);
}

static char *
tokens_folder (CzLibrary *library)
{
  return g_build_filename (cz_library_get_folder (library), "tokens", NULL);
}

// Keeps a sound file of that key, or says that there is none.
static CzTokenFile *
open_sound (const char *path, const char *key)
{
  g_autoptr (CzTokenFile) file
      = g_file_test (path, G_FILE_TEST_EXISTS) ? cz_token_file_open (path, NULL) : NULL;

  return file != NULL && strcmp (cz_token_file_get_key (file), key) == 0 ? g_steal_pointer (&file)
                                                                         : NULL;
}

CzTokenFile *
cz_token_cache_open (CzLibrary *library,
                     const CzCorpus *corpus,
                     CzTokenizer *tokenizer,
                     CzJobProgress progress,
                     gpointer data,
                     GCancellable *cancellable,
                     GError **error)
{
  const char *hash = cz_tokenizer_get_hash (tokenizer);
  g_autofree char *folder = tokens_folder (library);
  g_autofree char *name = g_strdup_printf ("%s-%.32s.tokens", corpus->hash, hash);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *key = g_strdup_printf ("%s %s", corpus->hash, hash);
  CzTokenFile *file = open_sound (path, key);

  if (file != NULL)
    return file;
  if (corpus->id == 0)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("The corpus “%s” of this run is no longer in the library as it was; import "
                      "the same files again, or undo its changes."),
                   corpus->name);
      return NULL;
    }
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO,
                   _ ("The folder “%s” could not be made; see who may write there."), folder);
      return NULL;
    }
  cz_token_cache_sweep (library);
  if (!make_file (library, corpus, tokenizer, path, key, progress, data, cancellable, error))
    return NULL;
  return cz_token_file_open (path, error);
}

void
cz_token_cache_sweep (CzLibrary *library)
{
  g_autofree char *folder = tokens_folder (library);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) hashes = dir != NULL ? cz_corpus_list_hashes (library, NULL) : NULL;
  const char *name;

  if (hashes == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      gboolean wanted = !g_str_has_suffix (name, ".tokens");
      for (guint i = 0; !wanted && i < hashes->len; i++)
        wanted = g_str_has_prefix (name, hashes->pdata[i]);
      if (!wanted)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          g_unlink (path);
        }
    }
}
