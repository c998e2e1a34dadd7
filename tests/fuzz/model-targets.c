#include <stdlib.h>
#include <string.h>

#include "cli/json-line.h"
#include "engine/format/atomic-file.h"
#include "engine/format/json-text.h"
#include "engine/format/model-config.h"
#include "engine/format/safetensors.h"
#include "engine/format/tokenizer-files.h"
#include "tests/fuzz/targets.h"

// What reads models and questions to them.

#define SEPARATOR "\n====\n" // between the files of a folder

void
fuzz_safetensors (const guint8 *bytes, gsize length)
{
  char *path = fuzz_file_new (bytes, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSafetensors) file = cz_safetensors_open (path, &error);

  g_assert_true ((file != NULL) == (error == NULL));
  for (guint i = 0; file != NULL && i < cz_safetensors_get_n_tensors (file); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (file, i);
      guint64 n = MIN (tensor->n_elements, 64);
      guint64 last = tensor->n_elements - n;
      float floats[64];
      gint64 integers[64];
      gsize sum = 0;

      for (gsize j = 0; j < tensor->n_bytes; j++)
        sum += tensor->data[j];
      g_assert_cmpuint (sum, <=, 255 * tensor->n_bytes);
      g_assert_true (cz_safetensors_lookup (file, tensor->name) != NULL);
      cz_tensor_read_floats (tensor, last, n, floats, NULL);
      cz_tensor_read_integers (tensor, last, n, integers, NULL);
      g_assert_false (cz_tensor_read_floats (tensor, last + 1, n + 1, floats, NULL));
    }
  fuzz_file_remove (path);
}

// A folder for the files of a model, one for all inputs, removed at the end.
static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL)
    {
      folder = g_strdup (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm/cz-fuzz-XXXXXX"
                                                                      : "/tmp/cz-fuzz-XXXXXX");
      g_assert_nonnull (g_mkdtemp (folder));
    }
  return folder;
}

static void
remove_folder (void)
{
  cz_folder_remove (get_folder ());
}

// vocab.txt, tokenizer_config.json, special_tokens_map.json, tokenizer.json and config.json, with
// lines of ==== between them; an empty one is not there.
void
fuzz_model_files (const guint8 *bytes, gsize length)
{
  static const char *const names[] = { "vocab.txt", "tokenizer_config.json",
                                       "special_tokens_map.json", "tokenizer.json", "config.json" };
  static gboolean registered;
  const char *folder = get_folder ();
  const char *at = (const char *)bytes, *end = at + length;
  g_autoptr (GError) error = NULL, config_error = NULL;
  g_autofree char *config_path = g_build_filename (folder, "config.json", NULL);
  CzModelConfig config;

  if (!registered)
    atexit (remove_folder);
  registered = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      const char *found = at < end ? memmem (at, (gsize)(end - at), SEPARATOR, 6) : NULL;
      const char *part_end = found != NULL && i + 1 < G_N_ELEMENTS (names) ? found : end;

      if (part_end > at)
        g_file_set_contents_full (path, at, part_end - at, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
      else
        unlink (path);
      at = part_end < end ? part_end + 6 : end;
    }

  g_autoptr (CzTokenizer) tokenizer = cz_tokenizer_files_load (folder, &error);
  g_assert_true ((tokenizer != NULL) == (error == NULL));
  if (tokenizer != NULL)
    {
      g_autoptr (CzEncoding) encoding = cz_encoding_new ();
      CzVocabulary *vocabulary = cz_tokenizer_get_vocabulary (tokenizer);

      cz_tokenizer_encode (tokenizer, "The film [MASK] was fine, naïve and 中文.", -1, TRUE,
                           encoding);
      for (gsize i = 0; i < encoding->n; i++)
        g_assert_cmpuint (encoding->ids[i], <, cz_vocabulary_get_size (vocabulary));
    }
  g_assert_true (cz_model_config_load (config_path, &config, &config_error)
                 == (config_error == NULL));
  if (config_error == NULL)
    {
      // What was read can be written and read again.
      g_autofree char *text = cz_model_config_to_text (&config);
      g_autoptr (JsonNode) root = cz_json_parse (text, -1, "config.json", &config_error);
      CzModelConfig again;

      g_assert_no_error (config_error);
      cz_model_config_from_json (json_node_get_object (root), "config.json", &again, &config_error);
      g_assert_no_error (config_error);
      g_autofree char *text_again = cz_model_config_to_text (&again);
      g_assert_cmpstr (text, ==, text_again);
    }
}

static CzTokenizer *
get_tokenizer (void)
{
  static const char *const pieces[]
      = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the",    "film",           "##s",
          "a",     "##b",   "##a",   "b",     "un",     "##fair", "fair",           ".",
          ",",     "!",     "##ly",  "cafe",  "中",     "文",     "##\xe2\x82\xac", "0",
          "##0",   "-",     "##ing", "e",     "i" };
  static CzTokenizer *tokenizer;

  if (tokenizer == NULL)
    {
      g_autoptr (CzVocabulary) vocabulary = cz_vocabulary_new (pieces, G_N_ELEMENTS (pieces), NULL);

      tokenizer = cz_tokenizer_new (vocabulary, NULL, NULL);
      g_assert_nonnull (tokenizer);
    }
  return tokenizer;
}

void
fuzz_tokenizer (const guint8 *bytes, gsize length)
{
  CzTokenizer *tokenizer = get_tokenizer ();
  guint32 size = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (tokenizer));
  g_autoptr (CzEncoding) whole = cz_encoding_new ();
  g_autoptr (CzEncoding) part = cz_encoding_new ();
  g_autofree char *decoded = NULL;
  gsize at = 0, n = 0;

  cz_tokenizer_encode (tokenizer, (const char *)bytes, (gssize)length, FALSE, whole);
  for (gsize i = 0; i < whole->n; i++)
    {
      g_assert_cmpuint (whole->ids[i], <, size);
      g_assert_true (whole->starts[i] <= whole->ends[i] && whole->ends[i] <= length);
      g_assert_true (i == 0 || whole->starts[i] >= whole->starts[i - 1]);
      g_assert_true (i == 0 || whole->words[i] >= whole->words[i - 1]);
    }
  g_autofree guint32 *words = g_new (guint32, whole->n + 1);
  cz_tokenizer_get_words (tokenizer, whole, words);
  decoded = cz_tokenizer_decode (tokenizer, whole->ids, whole->n, FALSE);
  g_assert_true (g_utf8_validate (decoded, -1, NULL));
  // In parts that end right behind a space or a line's end: the same ids.
  while (at < length)
    {
      gsize end = at;

      while (end < length && bytes[end] != ' ' && bytes[end] != '\n')
        end++;
      end = MIN (end + 1, length);
      cz_tokenizer_encode (tokenizer, (const char *)bytes + at, (gssize)(end - at), FALSE, part);
      for (gsize i = 0; i < part->n; i++)
        g_assert_true (n + i < whole->n && whole->ids[n + i] == part->ids[i]);
      n += part->n;
      at = end;
    }
  g_assert_cmpuint (n, ==, whole->n);
}

// A line of `cloze serve` or `cloze tokenize --jsonl`.
void
fuzz_request (const guint8 *bytes, gsize length)
{
  const char *line = (const char *)bytes;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) written = g_string_new (NULL);
  g_autoptr (JsonNode) root = cz_json_parse (line, (gssize)length, "", NULL);

  if (root != NULL)
    {
      g_autofree char *once = cz_json_to_line (root);
      g_autoptr (JsonNode) again = cz_json_parse (once, -1, "", NULL);

      g_assert_nonnull (again);
      g_autofree char *twice = cz_json_to_line (again);
      g_assert_cmpstr (once, ==, twice);
    }
  if (cz_json_read_text (line, length, "text", text))
    {
      g_autoptr (GString) back = g_string_new (NULL);

      g_string_assign (written, "{\"text\":");
      cz_json_append_text (written, text->str, text->len);
      g_string_append_c (written, '}');
      g_assert_true (g_utf8_validate (written->str, (gssize)written->len, NULL));
      g_assert_true (cz_json_read_text (written->str, written->len, "text", back));
      if (g_utf8_validate_len (text->str, text->len, NULL))
        g_assert_true (g_string_equal (text, back));
    }
}
