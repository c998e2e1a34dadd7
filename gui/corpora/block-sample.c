#include "gui/corpora/block-sample.h"

#include <glib/gi18n.h>

#include "data/document.h"
#include "engine/format/model-folder.h"
#include "engine/text/blocks.h"
#include "engine/text/philox.h"

// Documents read at once.
#define PAGE 16
// More than this of one document's text is never needed for a look, in bytes.
#define ENOUGH (256 * 1024)

void
cz_block_sample_free (CzBlockSample *sample)
{
  if (sample == NULL)
    return;
  g_clear_pointer (&sample->tokenizer, cz_tokenizer_unref);
  g_free (sample->words);
  g_free (sample->ids);
  g_free (sample->labels);
  g_free (sample);
}

// Appends documents' token words until there are enough; FALSE with error set.
static gboolean
collect (CzLibrary *library,
         const CzBlockSampleOptions *options,
         CzTokenizer *tokenizer,
         GArray *words,
         GCancellable *cancellable,
         GError **error)
{
  gsize wanted = (gsize)options->n_blocks * options->block_size;
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  CzDocumentFilter filter = { .split = "train", .choice = CZ_DOCUMENTS_INCLUDED };
  gint64 n = cz_document_count (library, options->corpus, &filter, error);

  if (n < 0)
    return FALSE;
  if (n == 0)
    filter.split = NULL;
  for (gint64 offset = 0; words->len < wanted; offset += PAGE)
    {
      g_autoptr (GPtrArray) page
          = cz_document_list (library, options->corpus, &filter, offset, PAGE, ENOUGH, error);

      if (page == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint i = 0; i < page->len && words->len < wanted; i++)
        {
          const CzDocument *document = g_ptr_array_index (page, i);
          guint before = words->len;

          cz_tokenizer_encode (tokenizer, document->text, (gssize)document->length, TRUE, encoding);
          g_array_set_size (words, before + (guint)encoding->n);
          cz_tokenizer_get_words (tokenizer, encoding, &g_array_index (words, guint32, before));
        }
      if (page->len < PAGE)
        break;
    }
  return TRUE;
}

static void
mask (CzBlockSample *sample, const CzBlockSampleOptions *options)
{
  CzMasking masking = {
    .strategy = options->strategy,
    .seed = options->seed,
    .purpose = CZ_RANDOM_MASK,
    .threshold = cz_random_threshold (options->probability),
    .vocabulary_size = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (sample->tokenizer)),
    .mask_id = cz_tokenizer_get_mask_id (sample->tokenizer),
  };

  for (guint b = 0; b < sample->n_blocks; b++)
    {
      gsize at = (gsize)b * sample->block_size;

      cz_mask_block (&masking, 0, cz_block_hash (sample->words + at, sample->block_size),
                     sample->words + at, sample->block_size, sample->ids + at, sample->labels + at);
    }
}

CzBlockSample *
cz_block_sample_new (const CzBlockSampleOptions *options, GCancellable *cancellable, GError **error)
{
  g_autoptr (CzBlockSample) sample = g_new0 (CzBlockSample, 1);
  g_autoptr (CzLibrary) library = cz_library_open (options->library, error);
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize n;

  if (library == NULL)
    return NULL;
  sample->tokenizer = cz_model_folder_load_tokenizer (options->model, error);
  if (sample->tokenizer == NULL
      || !collect (library, options, sample->tokenizer, words, cancellable, error))
    return NULL;
  sample->block_size = options->block_size;
  sample->n_blocks = MIN (words->len / options->block_size, options->n_blocks);
  sample->masked = options->masked;
  if (sample->n_blocks == 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_TOO_SHORT,
                   _ ("The corpus has only %u tokens, too few for one block of %u."), words->len,
                   options->block_size);
      return NULL;
    }
  n = (gsize)sample->n_blocks * sample->block_size;
  sample->words = g_new (guint32, n);
  sample->ids = g_new (guint32, n);
  sample->labels = g_new (gint32, n);
  for (gsize i = 0; i < n; i++)
    {
      sample->words[i] = g_array_index (words, guint32, i);
      sample->ids[i] = sample->words[i] & CZ_TOKEN_ID_MASK;
      sample->labels[i] = CZ_MASKING_IGNORED;
      sample->unknown += sample->ids[i] == cz_tokenizer_get_unk_id (sample->tokenizer);
    }
  if (options->masked)
    mask (sample, options);
  return g_steal_pointer (&sample);
}
