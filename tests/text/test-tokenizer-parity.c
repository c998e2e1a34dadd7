#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/text/normalizer.h"
#include "engine/text/tokenizer.h"
#include "tests/text/shared-file.h"

// What the Rust library `tokenizers` 0.22.2 gave; see ../shared/reference/README.md.
#define REFERENCE "reference/tokenizer/"

// ---- The cases ----

static GString *
from_hex (const char *hex)
{
  GString *bytes = g_string_new (NULL);

  for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2)
    g_string_append_c (bytes,
                       (char)(g_ascii_xdigit_value (hex[0]) * 16 + g_ascii_xdigit_value (hex[1])));
  return bytes;
}

// The JSON string behind `"text": `; by hand, since it may hold U+0000.
static GString *
read_text (const char *line)
{
  GString *text = g_string_new (NULL);
  const char *p = strstr (line, "\"text\": \"");

  g_assert_nonnull (p);
  for (p += strlen ("\"text\": \""); *p != '"'; p++)
    {
      static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
      if (*p != '\\')
        {
          g_string_append_c (text, *p);
          continue;
        }
      p++;
      if (*p != 'u')
        {
          for (guint i = 0; i + 1 < sizeof escapes; i += 2)
            if (escapes[i] == *p)
              g_string_append_c (text, escapes[i + 1]);
          continue;
        }
      gunichar c = (gunichar)g_ascii_strtoull ((char[]){ p[1], p[2], p[3], p[4], 0 }, NULL, 16);
      p += 4;
      if (c >= 0xD800 && c < 0xDC00)
        {
          gunichar low
              = (gunichar)g_ascii_strtoull ((char[]){ p[3], p[4], p[5], p[6], 0 }, NULL, 16);
          c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
          p += 6;
        }
      g_string_append_unichar (text, c);
    }
  return text;
}

// Offsets of the reference count code points.
static gint64
count_characters (const char *text, guint32 bytes)
{
  gint64 n = 0;
  for (guint32 i = 0; i < bytes; i++)
    n += ((guint8)text[i] & 0xC0) != 0x80;
  return n;
}

static gboolean
is_as_recorded (JsonObject *record, const CzEncoding *e, const GString *text)
{
  JsonArray *ids = json_object_get_array_member (record, "ids");
  JsonArray *words = json_object_get_array_member (record, "word_ids");
  JsonArray *offsets = json_object_get_array_member (record, "offsets");
  gboolean offsets_hold = !json_object_has_member (record, "bytes_hex");

  if (json_array_get_length (ids) != e->n)
    return FALSE;
  for (guint i = 0; i < e->n; i++)
    {
      gint64 word
          = json_array_get_null_element (words, i) ? -1 : json_array_get_int_element (words, i);
      JsonArray *offset = json_array_get_array_element (offsets, i);

      if (json_array_get_int_element (ids, i) != e->ids[i] || word != e->words[i])
        return FALSE;
      if (offsets_hold
          && (json_array_get_int_element (offset, 0) != count_characters (text->str, e->starts[i])
              || json_array_get_int_element (offset, 1)
                     != count_characters (text->str, e->ends[i])))
        return FALSE;
    }
  return TRUE;
}

static CzTokenizer *
load_tokenizer (void)
{
  g_autofree char *path = shared_file (REFERENCE "vocab.txt");
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return NULL;
  g_autoptr (CzVocabulary) vocabulary = cz_vocabulary_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cz_vocabulary_get_size (vocabulary), ==, 30522);
  CzTokenizer *tokenizer = cz_tokenizer_new (vocabulary, NULL, &error);
  g_assert_no_error (error);
  return tokenizer;
}

static void
test_cases (void)
{
  g_autoptr (CzTokenizer) tokenizer = load_tokenizer ();
  g_autofree char *path = tokenizer != NULL ? shared_file (REFERENCE "cases.jsonl") : NULL;
  g_autofree char *file = NULL;
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  guint n = 0, wrong = 0;

  if (path == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &file, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (file, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '\0')
        continue;
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *record = json_node_get_object (node);
      const char *hex = json_object_get_string_member_with_default (record, "bytes_hex", NULL);
      GString *text = hex != NULL ? from_hex (hex) : read_text (lines[i]);

      cz_tokenizer_encode (tokenizer, text->str, (gssize)text->len, /* add_special */ TRUE,
                           encoding);
      if (!is_as_recorded (record, encoding, text))
        {
          wrong++;
          g_test_message ("case %d differs", (int)json_object_get_int_member (record, "id"));
        }
      const char *decoded = json_object_get_string_member_with_default (record, "decoded", NULL);
      if (decoded != NULL)
        {
          g_autofree char *ours = cz_tokenizer_decode (tokenizer, encoding->ids, encoding->n,
                                                       /* skip_special */ TRUE);
          g_assert_cmpstr (ours, ==, decoded);
        }
      n++;
      g_string_free (text, TRUE);
    }
  g_assert_cmpuint (n, ==, 420);
  g_assert_cmpuint (wrong, ==, 0);
}

// ---- Every code point ----

// What "a", a code point and "b" become: words with a space between.
static void
append_word (const CzWord *word, gpointer data)
{
  GString *text = data;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append_len (text, (const char *)word->bytes, word->n_bytes);
}

typedef struct
{
  guint8 *kinds;      // of every code point, an index into kind_names
  GHashTable *mapped; // code point → its list of hexadecimal numbers
} Outcomes;

static const char *const kind_names[]
    = { "keep", "drop", "space", "cjk", "punct", "map", "mapcjk", "mappunct", NULL };
enum
{
  KEEP,
  DROP,
  SPACE,
  CJK,
  PUNCT,
  MAP,
  MAPCJK,
  MAPPUNCT
};

static void
read_outcomes (const char *path, Outcomes *ret)
{
  g_autofree char *file = NULL;

  g_assert_true (g_file_get_contents (path, &file, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (file, "\n", -1);
  ret->kinds = g_new0 (guint8, 0x110000);
  ret->mapped = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 4);
      if (g_str_equal (fields[2], "ccc"))
        continue;
      guint low = (guint)g_ascii_strtoull (fields[0], NULL, 16);
      guint high = (guint)g_ascii_strtoull (fields[1], NULL, 16);
      guint8 kind = 0;
      while (kind_names[kind] != NULL && !g_str_equal (kind_names[kind], fields[2]))
        kind++;
      g_assert_nonnull (kind_names[kind]);
      for (guint c = low; c <= high; c++)
        {
          ret->kinds[c] = kind;
          if (fields[3] != NULL && fields[3][0] != '\0')
            g_hash_table_insert (ret->mapped, GUINT_TO_POINTER (c), g_strdup (fields[3]));
        }
    }
}

static void
append_expected (const Outcomes *outcomes, gunichar c, GString *text)
{
  guint8 kind = outcomes->kinds[c];
  const char *mapped = g_hash_table_lookup (outcomes->mapped, GUINT_TO_POINTER (c));
  gboolean alone = kind == CJK || kind == PUNCT || kind == MAPCJK || kind == MAPPUNCT;

  g_string_assign (text, "a");
  if (kind == SPACE || alone)
    g_string_append_c (text, ' ');
  if (mapped != NULL)
    {
      g_auto (GStrv) numbers = g_strsplit (mapped, " ", -1);
      for (guint i = 0; numbers[i] != NULL; i++)
        g_string_append_unichar (text, (gunichar)g_ascii_strtoull (numbers[i], NULL, 16));
    }
  else if (c >= 0xAC00 && c <= 0xD7A3)
    {
      gunichar parts[4];
      gsize n = g_unichar_fully_decompose (c, /* compat */ FALSE, parts, 4);
      for (gsize i = 0; i < n; i++)
        g_string_append_unichar (text, parts[i]);
    }
  else if (kind != SPACE && kind != DROP)
    g_string_append_unichar (text, c);
  if (alone)
    g_string_append_c (text, ' ');
  g_string_append_c (text, 'b');
}

static void
test_code_points (void)
{
  g_autofree char *path = shared_file (REFERENCE "code_points.tsv");
  g_autoptr (CzNormalizer) normalizer = cz_normalizer_new (&(CzNormalizerOptions){
      .lowercase = TRUE,
      .strip_accents = TRUE,
      .cjk_spacing = TRUE,
      .clean_text = TRUE,
      .max_characters = 100,
  });
  g_autoptr (CzWordBuffer) buffer = cz_word_buffer_new ();
  g_autoptr (GString) ours = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  Outcomes outcomes;
  guint wrong = 0;

  if (path == NULL)
    return;
  read_outcomes (path, &outcomes);
  for (gunichar c = 0; c < 0x110000; c++)
    {
      char bytes[8] = "a";

      if (c >= 0xD800 && c < 0xE000)
        continue;
      int n = 1 + g_unichar_to_utf8 (c, bytes + 1);
      bytes[n++] = 'b';
      g_string_truncate (ours, 0);
      cz_normalizer_cut (normalizer, buffer, (const guint8 *)bytes, (gsize)n, /* offset */ 0,
                         append_word, ours);
      append_expected (&outcomes, c, expected);
      if (!g_string_equal (ours, expected) && wrong++ < 20)
        g_test_message ("U+%04X: “%s”, not “%s”", c, ours->str, expected->str);
    }
  g_assert_cmpuint (wrong, ==, 0);
  g_free (outcomes.kinds);
  g_hash_table_unref (outcomes.mapped);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer-parity/cases", test_cases);
  g_test_add_func ("/tokenizer-parity/code-points", test_code_points);
  return g_test_run ();
}
