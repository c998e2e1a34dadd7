#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/json-line.h"
#include "cli/line-reader.h"
#include "engine/format/model-folder.h"
#include "jobs/model-source.h"

#define OUTPUT_PIECE (1 << 18)

static char *option_model;
static gboolean option_jsonl;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model, N_ ("Whose tokenizer (needed)"),
    N_ ("MODEL") },
  { "jsonl", 0, 0, G_OPTION_ARG_NONE, &option_jsonl,
    N_ ("Each line is a JSON object whose “text” is the text"), NULL },
  { NULL },
};

typedef struct
{
  CzTokenizer *tokenizer;
  CzEncoding *encoding;
  char **pieces; // of each id as JSON, made when first met
  GString *text; // of a JSON line
  GString *output;
} Writer;

static void
flush (gpointer data)
{
  Writer *writer = data;

  fwrite (writer->output->str, 1, writer->output->len, stdout);
  fflush (stdout);
  g_string_truncate (writer->output, 0);
}

// Between two numbers of an array; also keeps the output of a very long line from piling up.
static void
separate (Writer *writer, gsize i)
{
  if (i > 0)
    g_string_append_len (writer->output, ", ", 2);
  if (writer->output->len >= OUTPUT_PIECE)
    flush (writer);
}

static const char *
get_piece (Writer *writer, guint32 id)
{
  if (writer->pieces[id] == NULL)
    {
      CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (writer->tokenizer);
      g_autoptr (GString) piece = g_string_new (NULL);

      cz_json_append_string (piece, cz_vocabulary_get_token (vocabulary, id));
      writer->pieces[id] = g_strdup (piece->str);
    }
  return writer->pieces[id];
}

static void
write_encoding (Writer *writer)
{
  const CzEncoding *encoding = writer->encoding;
  GString *output = writer->output;

  g_string_append (output, "{\"ids\": [");
  for (gsize i = 0; i < encoding->n; i++)
    {
      separate (writer, i);
      cz_json_append_int (output, encoding->ids[i]);
    }
  g_string_append (output, "], \"tokens\": [");
  for (gsize i = 0; i < encoding->n; i++)
    {
      separate (writer, i);
      g_string_append (output, get_piece (writer, encoding->ids[i]));
    }
  g_string_append (output, "], \"words\": [");
  for (gsize i = 0; i < encoding->n; i++)
    {
      separate (writer, i);
      if (encoding->words[i] < 0)
        g_string_append (output, "null");
      else
        cz_json_append_int (output, encoding->words[i]);
    }
  g_string_append (output, "]}\n");
}

static gboolean
tokenize_file (Writer *writer, const char *path, GError **error)
{
  g_autoptr (CzLineReader) reader = cz_line_reader_new (path, error);
  g_autoptr (GError) failed = NULL;
  const char *line;
  gsize length;

  if (reader == NULL)
    return FALSE;
  while ((line = cz_line_reader_next (reader, &length, flush, writer, &failed)) != NULL)
    {
      if (option_jsonl)
        {
          if (!cz_json_read_text (line, length, "text", writer->text))
            {
              g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                           _ ("Line %" PRIu64 " of “%s” is no JSON object with a string "
                              "“text”; without --jsonl each line is a text."),
                           cz_line_reader_get_number (reader), cz_line_reader_get_name (reader));
              return FALSE;
            }
          line = writer->text->str;
          length = writer->text->len;
        }
      cz_tokenizer_encode (writer->tokenizer, line, (gssize)length, TRUE /* add_special */,
                           writer->encoding);
      write_encoding (writer);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static CzTokenizer *
load_tokenizer (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, option_model, error) : NULL;

  return source != NULL ? cz_model_folder_load_tokenizer (source->folder, error) : NULL;
}

static gboolean
tokenize (CzInvocation *invocation, GError **error)
{
  if (option_model == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Say whose tokenizer: --model MODEL."));
      return FALSE;
    }
  g_autoptr (CzTokenizer) tokenizer = load_tokenizer (invocation, error);
  if (tokenizer == NULL)
    return FALSE;

  guint32 size = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (tokenizer));
  Writer writer = { .tokenizer = tokenizer,
                    .encoding = cz_encoding_new (),
                    .pieces = g_new0 (char *, size),
                    .text = g_string_new (NULL),
                    .output = g_string_sized_new (2 * OUTPUT_PIECE) };
  gboolean done = TRUE;

  if (invocation->n_arguments == 0)
    done = tokenize_file (&writer, NULL, error);
  for (guint i = 0; done && i < invocation->n_arguments; i++)
    done = tokenize_file (&writer, invocation->arguments[i], error);
  flush (&writer);
  for (guint32 id = 0; id < size; id++)
    g_free (writer.pieces[id]);
  g_free (writer.pieces);
  cz_encoding_free (writer.encoding);
  g_string_free (writer.text, TRUE);
  g_string_free (writer.output, TRUE);
  return done;
}

const CzCommand cz_tokenize_commands[] = {
  { .words = "tokenize",
    .arguments = N_ ("[FILE…]"),
    .summary = N_ ("Cut texts into word pieces: for each line of input a line of JSON."),
    .options = options,
    .max_arguments = G_MAXUINT,
    .carry_out = tokenize,
    .description = N_ ("Without FILE, or where it is “-”, standard input is read.") },
  { NULL },
};
