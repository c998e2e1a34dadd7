#include "gui/corpora/block-sample.h"

#include <glib/gi18n.h>

#include "data/document.h"
#include "engine/format/model-folder.h"
#include "engine/text/blocks.h"

// Documents read at once.
#define PAGE 16
// More than this of one document's text is never needed for a look, in bytes.
#define ENOUGH (256 * 1024)
// Of a text that is shown as it is.
#define TEXT_SHOWN 4000

static void
sample_document_free (gpointer data)
{
  g_free (((CzSampleDocument *)data)->text);
  g_free (data);
}

void
cz_block_sample_free (CzBlockSample *sample)
{
  if (sample == NULL)
    return;
  g_clear_pointer (&sample->tokenizer, cz_tokenizer_unref);
  g_clear_pointer (&sample->words, g_array_unref);
  g_clear_pointer (&sample->documents, g_ptr_array_unref);
  g_free (sample->ids);
  g_free (sample->labels);
  g_free (sample);
}

// The splits that a run tests on, the first that is there (engine/text/blocks.h).
static const char *
find_test_split (CzLibrary *library, gint64 corpus)
{
  static const char *const names[] = { "test", "validation", "valid", "dev" };
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, corpus, NULL);

  for (guint i = 0; splits != NULL && i < G_N_ELEMENTS (names); i++)
    {
      for (guint s = 0; s < splits->len; s++)
        {
          if (g_str_equal (((CzCorpusGroup *)g_ptr_array_index (splits, s))->name, names[i]))
            return names[i];
        }
    }
  return NULL;
}

static void
add_document (CzBlockSample *sample, const CzDocument *document, CzEncoding *encoding)
{
  CzSampleDocument *here = g_new0 (CzSampleDocument, 1);
  gsize shown = MIN (document->length, TEXT_SHOWN);

  cz_tokenizer_encode (sample->tokenizer, document->text, (gssize)document->length, TRUE, encoding);
  here->ordinal = document->ordinal;
  here->start = sample->words->len;
  here->n = (guint)encoding->n;
  while (shown < document->length && ((guchar)document->text[shown] & 0xc0) == 0x80)
    shown--;
  here->text = g_utf8_make_valid (document->text, (gssize)shown);
  here->whole = (gint64)shown == document->bytes;
  g_array_set_size (sample->words, here->start + here->n);
  cz_tokenizer_get_words (sample->tokenizer, encoding,
                          &g_array_index (sample->words, guint32, here->start));
  g_ptr_array_add (sample->documents, here);
}

// Adds documents until there are enough tokens; FALSE with error set.
static gboolean
collect (CzLibrary *library,
         const CzBlockSampleOptions *options,
         CzBlockSample *sample,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  const char *test = find_test_split (library, options->corpus);
  CzDocumentFilter filter
      = { .split = options->test ? test : "train", .choice = CZ_DOCUMENTS_INCLUDED };
  gboolean more = TRUE;

  sample->has_test = test != NULL;
  if (!options->test)
    {
      gint64 n = cz_document_count (library, options->corpus, &filter, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        filter.split = NULL;
    }
  while (more && sample->words->len < options->tokens)
    {
      g_autoptr (GPtrArray) page
          = cz_document_list (library, options->corpus, &filter, 0, PAGE, ENOUGH, error);

      if (page == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint i = 0; i < page->len && sample->words->len < options->tokens; i++)
        {
          add_document (sample, g_ptr_array_index (page, i), encoding);
          filter.after = ((CzDocument *)g_ptr_array_index (page, i))->id;
        }
      more = page->len == PAGE;
    }
  return TRUE;
}

CzBlockSample *
cz_block_sample_new (CzLibrary *library,
                     const CzBlockSampleOptions *options,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (CzBlockSample) sample = g_new0 (CzBlockSample, 1);

  sample->words = g_array_new (FALSE, FALSE, sizeof (guint32));
  sample->documents = g_ptr_array_new_with_free_func (sample_document_free);
  sample->tokenizer = cz_model_folder_load_tokenizer (options->model, error);
  if (sample->tokenizer == NULL || !collect (library, options, sample, cancellable, error))
    return NULL;
  if (sample->documents->len == 0)
    {
      g_set_error_literal (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT,
                           _ ("The corpus has no documents to look at."));
      return NULL;
    }
  if (sample->words->len > options->tokens)
    {
      CzSampleDocument *last = g_ptr_array_index (sample->documents, sample->documents->len - 1);

      g_array_set_size (sample->words, options->tokens);
      last->n = options->tokens - last->start;
    }
  for (guint i = 0; i < sample->words->len; i++)
    sample->unknown += (g_array_index (sample->words, guint32, i) & CZ_TOKEN_ID_MASK)
                       == cz_tokenizer_get_unk_id (sample->tokenizer);
  return g_steal_pointer (&sample);
}

void
cz_block_sample_cut (CzBlockSample *sample,
                     guint block_size,
                     const CzMasking *masking,
                     guint32 epoch)
{
  const guint32 *words = (const guint32 *)(gpointer)sample->words->data;
  gsize n;

  sample->block_size = block_size;
  sample->n_blocks = sample->words->len / block_size;
  n = (gsize)sample->n_blocks * block_size;
  g_free (sample->ids);
  g_free (sample->labels);
  sample->ids = g_new (guint32, n);
  sample->labels = g_new (gint32, n);
  for (gsize i = 0; i < n; i++)
    {
      sample->ids[i] = words[i] & CZ_TOKEN_ID_MASK;
      sample->labels[i] = CZ_MASKING_IGNORED;
    }
  if (masking != NULL)
    {
      CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (sample->tokenizer);
      CzMasking filled = *masking;

      filled.vocabulary_size = cz_vocabulary_get_size (vocabulary);
      filled.mask_id = cz_tokenizer_get_mask_id (sample->tokenizer);
      for (guint b = 0; b < sample->n_blocks; b++)
        {
          gsize at = (gsize)b * block_size;

          cz_mask_block (&filled, epoch, cz_block_hash (words + at, block_size), words + at,
                         block_size, sample->ids + at, sample->labels + at);
        }
    }
}
