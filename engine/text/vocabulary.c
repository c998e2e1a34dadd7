#include "engine/text/vocabulary.h"

#include <inttypes.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/text/text-error.h"
#include "engine/text/vocabulary-trie.h"

// The pieces lie one behind the other in `text`, each with a NUL; `tokens` point into it.
struct _CzVocabulary
{
  gatomicrefcount references;
  char *text;
  const char **tokens;
  guint32 size;
  CzTrie trie;
};

// Takes `text`, in which `offsets` (gsize) are the beginnings of the pieces.
static CzVocabulary *
vocabulary_from_text (char *text, GArray *offsets)
{
  CzVocabulary *v = g_new0 (CzVocabulary, 1);

  g_atomic_ref_count_init (&v->references);
  v->text = text;
  v->size = offsets->len;
  v->tokens = g_new (const char *, MAX (offsets->len, 1));
  for (guint i = 0; i < offsets->len; i++)
    v->tokens[i] = text + g_array_index (offsets, gsize, i);
  cz_trie_build (&v->trie, v->tokens, v->size);
  return v;
}

CzVocabulary *
cz_vocabulary_parse (const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree char *copy = NULL;

  if (length == 0)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The vocabulary %s is empty; it must have one word piece a line."), name);
      return NULL;
    }
  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("The vocabulary %s is not UTF-8 text; it must have one word piece a line."),
                   name);
      return NULL;
    }

  copy = g_malloc (length + 1);
  memcpy (copy, text, length);
  copy[length] = '\0';
  for (gsize start = 0; start < length;)
    {
      char *end = memchr (copy + start, '\n', length - start);
      gsize next = end != NULL ? (gsize)(end - copy) + 1 : length;

      g_array_append_val (offsets, start);
      if (end == NULL)
        end = copy + length;
      else if (end > copy + start && end[-1] == '\r')
        end--;
      *end = '\0';
      start = next;
      if (offsets->len > CZ_VOCABULARY_MAX)
        {
          g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                       _ ("The vocabulary %s has more than %d lines; it is hardly one."), name,
                       CZ_VOCABULARY_MAX);
          return NULL;
        }
    }
  return vocabulary_from_text (g_steal_pointer (&copy), offsets);
}

CzVocabulary *
cz_vocabulary_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) failed = NULL;

  if (!g_file_get_contents (path, &text, &length, &failed))
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO,
                   _ ("The vocabulary could not be read: %s"), failed->message);
      return NULL;
    }
  return cz_vocabulary_parse (text, length, path, error);
}

CzVocabulary *
cz_vocabulary_new (const char *const *tokens, gsize n, GError **error)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GString) text = g_string_new (NULL);

  if (n == 0 || n > CZ_VOCABULARY_MAX)
    {
      g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                   _ ("A vocabulary of %zu word pieces cannot be used."), n);
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    {
      const char *token = tokens[i] != NULL ? tokens[i] : "";
      if (!g_utf8_validate (token, -1, NULL))
        {
          g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                       _ ("Word piece %zu of the vocabulary is not UTF-8."), i);
          return NULL;
        }
      if (strchr (token, '\n') != NULL)
        {
          g_set_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID,
                       _ ("Word piece %zu of the vocabulary holds a line break."), i);
          return NULL;
        }
      g_array_append_val (offsets, text->len);
      g_string_append_len (text, token, (gssize)strlen (token) + 1);
    }
  return vocabulary_from_text (g_string_free (g_steal_pointer (&text), FALSE), offsets);
}

char *
cz_vocabulary_get_text (CzVocabulary *vocabulary, gsize *ret_length)
{
  GString *text = g_string_new (NULL);

  for (guint32 i = 0; i < vocabulary->size; i++)
    {
      g_string_append (text, vocabulary->tokens[i]);
      g_string_append_c (text, '\n');
    }
  if (ret_length != NULL)
    *ret_length = text->len;
  return g_string_free (text, FALSE);
}

gboolean
cz_vocabulary_save (CzVocabulary *vocabulary, const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = cz_vocabulary_get_text (vocabulary, &length);
  g_autoptr (GError) failed = NULL;

  if (g_file_set_contents_full (path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                &failed))
    return TRUE;

  gboolean full = g_error_matches (failed, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  g_set_error (error, CZ_TEXT_ERROR, full ? CZ_TEXT_ERROR_NO_SPACE : CZ_TEXT_ERROR_IO,
               _ ("The vocabulary could not be written: %s"), failed->message);
  return FALSE;
}

CzVocabulary *
cz_vocabulary_ref (CzVocabulary *vocabulary)
{
  g_atomic_ref_count_inc (&vocabulary->references);
  return vocabulary;
}

void
cz_vocabulary_unref (CzVocabulary *vocabulary)
{
  if (!g_atomic_ref_count_dec (&vocabulary->references))
    return;
  cz_trie_clear (&vocabulary->trie);
  g_free (vocabulary->tokens);
  g_free (vocabulary->text);
  g_free (vocabulary);
}

guint32
cz_vocabulary_get_size (CzVocabulary *vocabulary)
{
  return vocabulary->size;
}

const char *
cz_vocabulary_get_token (CzVocabulary *vocabulary, guint32 id)
{
  return id < vocabulary->size ? vocabulary->tokens[id] : NULL;
}

gint32
cz_vocabulary_find (CzVocabulary *vocabulary, const char *token, gssize length)
{
  guint32 node
      = cz_trie_walk (&vocabulary->trie, token, length < 0 ? strlen (token) : (gsize)length);

  return node != 0 ? vocabulary->trie.nodes[node].value : -1;
}

const CzTrie *
cz_vocabulary_get_trie (CzVocabulary *vocabulary)
{
  return &vocabulary->trie;
}
