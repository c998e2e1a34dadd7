#include "data/sentence-set.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"
#include "data/sentence-builtin.h"

void
cz_sentence_clear (CzSentence *sentence)
{
  g_free (sentence->text);
  g_free (sentence->answers);
}

void
cz_sentence_set_free (CzSentenceSet *set)
{
  if (set == NULL)
    return;
  for (guint i = 0; set->sentences != NULL && i < set->n; i++)
    cz_sentence_clear (&set->sentences[i]);
  g_free (set->sentences);
  g_free (set->name);
  g_free (set);
}

char **
cz_sentence_answers_split (const char *answers)
{
  g_auto (GStrv) parts = g_strsplit (answers != NULL ? answers : "", ",", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_strstrip (parts[i]);
      if (parts[i][0] != '\0'
          && !g_ptr_array_find_with_equal_func (words, parts[i], g_str_equal, NULL))
        g_ptr_array_add (words, g_strdup (parts[i]));
    }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_steal (words, NULL);
}

static const CzSentenceBuiltin *
find_builtin (const char *name)
{
  for (const CzSentenceBuiltin *set = cz_sentence_builtins; set->name != NULL; set++)
    if (strcmp (set->name, name) == 0)
      return set;
  return NULL;
}

static CzSentenceSet *
from_builtin (const CzSentenceBuiltin *builtin, gboolean with_sentences)
{
  CzSentenceSet *set = g_new0 (CzSentenceSet, 1);

  set->name = g_strdup (builtin->name);
  set->builtin = TRUE;
  while (builtin->texts[set->n].text != NULL)
    set->n++;
  if (!with_sentences)
    return set;
  set->sentences = g_new0 (CzSentence, set->n);
  for (guint i = 0; i < set->n; i++)
    set->sentences[i] = (CzSentence){ .text = g_strdup (builtin->texts[i].text),
                                      .answers = g_strdup (builtin->texts[i].answers) };
  return set;
}

GPtrArray *
cz_sentence_set_list (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_sentence_set_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT name, (SELECT count(*) FROM sentence WHERE sentence_set = s.id)"
                      " FROM sentence_set s ORDER BY name",
                      error);

  if (statement == NULL)
    return NULL;
  for (const CzSentenceBuiltin *builtin = cz_sentence_builtins; builtin->name != NULL; builtin++)
    g_ptr_array_add (list, from_builtin (builtin, FALSE /* with_sentences */));
  while (cz_statement_step (statement, &failed))
    {
      CzSentenceSet *set = g_new0 (CzSentenceSet, 1);

      set->name = cz_column_text (statement, 0);
      set->n = (guint)cz_column_int (statement, 1);
      g_ptr_array_add (list, set);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

static void
tell_not_found (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GPtrArray) sets = cz_sentence_set_list (library, NULL);

  for (guint i = 0; sets != NULL && i < sets->len; i++)
    g_string_append_printf (names, _ ("%s“%s”"), i > 0 ? ", " : "",
                            ((CzSentenceSet *)sets->pdata[i])->name);
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
               _ ("There is no set of sentences “%s”; there are: %s."), name, names->str);
}

CzSentenceSet *
cz_sentence_set_get (CzLibrary *library, const char *name, GError **error)
{
  const CzSentenceBuiltin *builtin = find_builtin (name);
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = NULL;

  if (builtin != NULL)
    return from_builtin (builtin, TRUE /* with_sentences */);
  statement = cz_statement (library,
                            "SELECT text, answers FROM sentence JOIN sentence_set s"
                            " ON s.id = sentence_set WHERE s.name = ? ORDER BY position",
                            error);
  if (statement == NULL)
    return NULL;
  sentences = g_array_new (FALSE, FALSE, sizeof (CzSentence));
  cz_bind_text (statement, 1, name);
  while (cz_statement_step (statement, &failed))
    {
      CzSentence sentence = { cz_column_text (statement, 0), cz_column_text (statement, 1) };

      g_array_append_val (sentences, sentence);
    }
  if (failed == NULL && sentences->len == 0)
    {
      tell_not_found (library, name, error);
      return NULL;
    }
  CzSentenceSet *set = g_new0 (CzSentenceSet, 1);
  set->name = g_strdup (name);
  set->n = sentences->len;
  set->sentences = (CzSentence *)(gpointer)g_array_free (g_steal_pointer (&sentences), FALSE);
  if (failed == NULL)
    return set;
  cz_sentence_set_free (set);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

static gboolean
is_text (const char *text)
{
  return text[strspn (text, " \t\r\n")] != '\0' && g_utf8_validate (text, -1, NULL);
}

static gboolean
check_name (const char *name, GError **error)
{
  if (!is_text (name) || strlen (name) > CZ_SENTENCE_NAME_BYTES_MAX
      || strpbrk (name, "\r\n") != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("A set of sentences needs a name, on one line and of at most %d bytes."),
                   CZ_SENTENCE_NAME_BYTES_MAX);
      return FALSE;
    }
  if (find_builtin (name) == NULL && strcmp (name, CZ_SENTENCE_SET_NONE) != 0)
    return TRUE;
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
               _ ("“%s” is a set that comes with the program; choose another name."), name);
  return FALSE;
}

static gboolean
check_sentence (const char *name, guint number, const CzSentence *sentence, GError **error)
{
  const char *answers = sentence->answers != NULL ? sentence->answers : "";

  if (!is_text (sentence->text) || !g_utf8_validate (answers, -1, NULL))
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("Sentence %u of the set “%s” is empty or no UTF-8 text; leave it out or "
                    "write it anew."),
                 number, name);
  else if (strlen (sentence->text) > CZ_SENTENCE_BYTES_MAX
           || strlen (answers) > CZ_SENTENCE_BYTES_MAX)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("Sentence %u of the set “%s” is longer than %d bytes; shorten it."), number,
                 name, CZ_SENTENCE_BYTES_MAX);
  else if (strstr (sentence->text, CZ_SENTENCE_MASK) == NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("Sentence %u of the set “%s” has no [MASK]; write it where a word is to be "
                    "guessed."),
                 number, name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_set (const char *name, const CzSentence *sentences, guint n, GError **error)
{
  if (!check_name (name, error))
    return FALSE;
  if (n == 0)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("The set “%s” has no sentence; write one at least."), name);
      return FALSE;
    }
  if (n > CZ_SENTENCE_SET_MAX)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("The set “%s” has %u sentences, more than %d; make two of it."), name, n,
                   CZ_SENTENCE_SET_MAX);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (!check_sentence (name, i + 1, &sentences[i], error))
      return FALSE;
  return TRUE;
}

// Within a transaction.
static gboolean
write_set (
    CzLibrary *library, const char *name, const CzSentence *sentences, guint n, GError **error)
{
  g_autoptr (CzStatement) old
      = cz_statement (library, "DELETE FROM sentence_set WHERE name = ?", error);
  g_autoptr (CzStatement) set = old == NULL
                                    ? NULL
                                    : cz_statement (library,
                                                    "INSERT INTO sentence_set (name, created)"
                                                    " VALUES (?, unixepoch ())",
                                                    error);
  g_autoptr (CzStatement) row
      = set == NULL
            ? NULL
            : cz_statement (library,
                            "INSERT INTO sentence (sentence_set, position, text, answers)"
                            " VALUES ((SELECT id FROM sentence_set WHERE name = ?1), ?2, ?3, ?4)",
                            error);

  if (row == NULL)
    return FALSE;
  cz_bind_text (old, 1, name);
  cz_bind_text (set, 1, name);
  cz_bind_text (row, 1, name);
  if (!cz_statement_run (old, error) || !cz_statement_run (set, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      cz_bind_int (row, 2, i);
      cz_bind_text (row, 3, sentences[i].text);
      cz_bind_text (row, 4, sentences[i].answers != NULL ? sentences[i].answers : "");
      if (!cz_statement_run (row, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_sentence_set_save (
    CzLibrary *library, const char *name, const CzSentence *sentences, guint n, GError **error)
{
  if (!check_set (name, sentences, n, error) || !cz_database_begin (library, error))
    return FALSE;
  if (write_set (library, name, sentences, n, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

// Whether the library has a set of that name; FALSE with `error` set on failure.
static gboolean
is_there (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT 1 FROM sentence_set WHERE name = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  return cz_statement_step (statement, error);
}

// Whether a new set may be called that.
static gboolean
is_free (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (!check_name (name, error))
    return FALSE;
  if (is_there (library, name, &failed))
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                 _ ("There is a set of sentences “%s” already; choose another name."), name);
  else if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    return TRUE;
  return FALSE;
}

// Within a transaction.
static gboolean
rename_set (CzLibrary *library, const char *name, const char *new_name, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE sentence_set SET name = ?2 WHERE name = ?1", error);

  if (statement == NULL || !is_free (library, new_name, error))
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_text (statement, 2, new_name);
  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) > 0)
    return TRUE;
  tell_not_found (library, name, error);
  return FALSE;
}

gboolean
cz_sentence_set_rename (CzLibrary *library, const char *name, const char *new_name, GError **error)
{
  if (find_builtin (name) != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                   _ ("The set “%s” comes with the program; make a copy and rename that."), name);
      return FALSE;
    }
  if (strcmp (name, new_name) == 0 && is_there (library, name, NULL))
    return TRUE;
  if (!cz_database_begin (library, error))
    return FALSE;
  if (rename_set (library, name, new_name, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

// "film copy", "film copy 2", …
static char *
find_copy_name (CzLibrary *library, const char *name, GError **error)
{
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) failed = NULL;
      g_autofree char *copy = i == 1 ? g_strdup_printf (_ ("%s copy"), name)
                                     : g_strdup_printf (_ ("%s copy %u"), name, i);

      if (is_free (library, copy, &failed))
        return g_steal_pointer (&copy);
      if (!g_error_matches (failed, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
    }
}

// Within a transaction; gives the copy's name.
static char *
copy_set (CzLibrary *library, const char *name, const char *new_name, GError **error)
{
  g_autoptr (CzSentenceSet) set = cz_sentence_set_get (library, name, error);
  g_autofree char *copy = NULL;

  if (set == NULL)
    return NULL;
  if (new_name == NULL)
    copy = find_copy_name (library, name, error);
  else if (is_free (library, new_name, error))
    copy = g_strdup (new_name);
  if (copy == NULL || !write_set (library, copy, set->sentences, set->n, error))
    return NULL;
  return g_steal_pointer (&copy);
}

char *
cz_sentence_set_copy (CzLibrary *library, const char *name, const char *new_name, GError **error)
{
  g_autofree char *copy = NULL;

  if (!cz_database_begin (library, error))
    return NULL;
  copy = copy_set (library, name, new_name, error);
  if (copy == NULL)
    {
      cz_database_rollback (library);
      return NULL;
    }
  return cz_database_commit (library, error) ? g_steal_pointer (&copy) : NULL;
}

gboolean
cz_sentence_set_remove (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "DELETE FROM sentence_set WHERE name = ?", error);

  if (statement == NULL)
    return FALSE;
  if (find_builtin (name) != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                   _ ("The set “%s” comes with the program; it cannot be removed."), name);
      return FALSE;
    }
  cz_bind_text (statement, 1, name);
  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) > 0)
    return TRUE;
  tell_not_found (library, name, error);
  return FALSE;
}
