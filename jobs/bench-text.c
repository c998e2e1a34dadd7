#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/predict/fill.h"
#include "jobs/bench-predictor.h"
#include "jobs/bench-runs.h"

// ---- Words for a mask ----

typedef struct
{
  CzPredictor *predictor;
  char *text;
} Filling;

static gboolean
run_fill (double *ret_value, gpointer data, GError **error)
{
  Filling *filling = data;
  gint64 began = g_get_monotonic_time ();
  CzFill *fill = cz_predictor_fill (filling->predictor, filling->text, -1,
                                    &(CzFillOptions){ .top_k = 5 }, error);

  if (fill == NULL)
    return FALSE;
  *ret_value = cz_bench_get_seconds (began) * 1000;
  cz_fill_free (fill);
  return TRUE;
}

gboolean
cz_bench_fill (CzDevice *device,
               CzModelFolder *folder,
               const CzBenchOptions *options,
               GError **error)
{
  const CzBenchFigure figure = { .bench = "fill",
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "ms",
                                 .threads = cz_bench_get_threads (device) };
  g_autoptr (CzPredictor) predictor = cz_bench_make_predictor (device, folder, options, error);

  if (predictor == NULL)
    return FALSE;
  const char *mask = cz_tokenizer_get_options (cz_predictor_get_tokenizer (predictor))->mask;
  Filling filling = { .predictor = predictor };
  // With [CLS], [SEP] and the mask 16 tokens, where each word is one piece.
  filling.text
      = folder != NULL
            ? g_strdup_printf ("This is a great %s, and we have seen it more than once "
                               "with them.",
                               mask)
            : g_strdup_printf ("word11 word12 word13 word14 %s word16 word17 word18 word19 "
                               "word20 word21 word22 word23 word24",
                               mask);
  CzBenchTask task = cz_bench_task_for (device, "fill", CZ_PRECISION_FP32);
  task.config = folder != NULL ? cz_model_folder_get_config (folder) : NULL;
  gboolean done = cz_bench_compare (options, &figure, &task, 0 /* amount */, 0 /* memory */,
                                    run_fill, &filling, NULL, error);
  g_free (filling.text);
  return done;
}

// ---- Tokenizing ----

typedef struct
{
  CzTokenizer *tokenizer;
  CzEncoding *encoding;
  const char *text;
  gsize length;
} Tokenizing;

static gboolean
run_tokenizer (double *ret_value, gpointer data, GError **error)
{
  Tokenizing *t = data;
  const char *line = t->text, *end = t->text + t->length;
  gint64 began = g_get_monotonic_time ();

  while (line < end)
    {
      const char *stop = memchr (line, '\n', (gsize)(end - line));
      if (stop == NULL)
        stop = end;
      cz_tokenizer_encode (t->tokenizer, line, stop - line, FALSE /* add_special */, t->encoding);
      line = stop + 1;
    }
  *ret_value = (double)t->length / cz_bench_get_seconds (began) / 1e6;
  return TRUE;
}

// The same text and vocabulary as files, for peers; removed with the folder.
static gboolean
measure_tokenizer (const Tokenizing *tokenizing,
                   const char *folder,
                   const CzBenchOptions *options,
                   GError **error)
{
  const CzBenchFigure figure
      = { .bench = "tokenize", .device = "host", .unit = "MB/s", .threads = 1 };
  g_autofree char *text = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *vocabulary = g_build_filename (folder, "vocab.txt", NULL);
  const CzBenchTask task = { .bench = "tokenize",
                             .threads = 1,
                             .text = text,
                             .vocabulary = vocabulary,
                             .tokenizer = cz_tokenizer_get_options (tokenizing->tokenizer) };

  return g_file_set_contents (text, tokenizing->text, (gssize)tokenizing->length, error)
         && cz_vocabulary_save (cz_tokenizer_get_vocabulary (tokenizing->tokenizer), vocabulary,
                                error)
         && cz_bench_compare (options, &figure, &task, (double)tokenizing->length / 1e6,
                              0 /* memory */, run_tokenizer, (gpointer)tokenizing, NULL, error);
}

gboolean
cz_bench_tokenize (CzTokenizer *tokenizer,
                   const char *text,
                   gsize length,
                   const CzBenchOptions *options,
                   GError **error)
{
  Tokenizing tokenizing = { tokenizer, cz_encoding_new (), text, length };

  if (length == 0)
    {
      g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                           _ ("There is no text to measure the tokenizer with; name a file."));
      cz_encoding_free (tokenizing.encoding);
      return FALSE;
    }
  g_autofree char *folder = g_dir_make_tmp ("clozebench-XXXXXX", error);
  gboolean done = folder != NULL && measure_tokenizer (&tokenizing, folder, options, error);
  if (folder != NULL)
    cz_folder_remove (folder);
  cz_encoding_free (tokenizing.encoding);
  return done;
}
