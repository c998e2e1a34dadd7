#include "data/playground-history.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"
#include "engine/format/json-text.h"

void
cz_playground_entry_free (CzPlaygroundEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->text);
  g_strfreev (entry->models);
  g_strfreev (entry->targets);
  g_free (entry->view);
  g_free (entry);
}

// ---- Strings as JSON ----

static char *
to_json (const char *const *strings)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      cz_json_text_append_string (text, strings[i]);
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

// What another program may have spoilt is an empty list.
static char **
from_json (const char *text)
{
  g_autoptr (JsonNode) root = text != NULL ? cz_json_parse (text, -1, "", NULL) : NULL;
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonArray *array
      = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_string (element) != NULL)
        g_strv_builder_add (strings, json_node_get_string (element));
    }
  return g_strv_builder_end (strings);
}

// ---- Adding ----

// FNV-1a of 64 bits. In the library: it stays as it is.
static gint64
hash_text (const char *text)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  for (; *text != '\0'; text++)
    hash = (hash ^ (guchar)*text) * G_GUINT64_CONSTANT (1099511628211);
  return (gint64)hash;
}

static gboolean
remove_text (CzLibrary *library, const char *text, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "DELETE FROM playground_history WHERE hash = ? AND text = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, hash_text (text));
  cz_bind_text (statement, 2, text);
  return cz_statement_run (statement, error);
}

// id 0: the next one. tried 0: now.
static gboolean
insert (CzLibrary *library, const CzPlaygroundEntry *entry, GError **error)
{
  g_autofree char *models = to_json ((const char *const *)entry->models);
  g_autofree char *targets = to_json ((const char *const *)entry->targets);
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "INSERT OR IGNORE INTO playground_history"
      " (id, text, models, targets, view, bytes, tried, hash) SELECT"
      " nullif (?1, 0), ?2, ?3, ?4, ?5, ?6, coalesce (nullif (?7, 0), unixepoch ()),"
      " ?8 WHERE NOT EXISTS (SELECT 1 FROM playground_history"
      " WHERE hash = ?8 AND text = ?2)",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, entry->id);
  cz_bind_text (statement, 2, entry->text);
  cz_bind_text (statement, 3, models);
  cz_bind_text (statement, 4, targets);
  cz_bind_text (statement, 5, entry->view);
  cz_bind_int (statement, 6, (gint64)strlen (entry->text));
  cz_bind_int (statement, 7, entry->tried);
  cz_bind_int (statement, 8, hash_text (entry->text));
  return cz_statement_run (statement, error);
}

// Of what is too much the oldest goes; of any length the newest stays.
static gboolean
trim (CzLibrary *library, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "DELETE FROM playground_history WHERE id <= (SELECT max (id) FROM (SELECT id,"
                      " row_number () OVER newest AS n, sum (bytes) OVER newest AS total"
                      " FROM playground_history WINDOW newest AS (ORDER BY id DESC"
                      " ROWS UNBOUNDED PRECEDING)) WHERE n > ?1 OR (total > ?2 AND n > 1))",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, CZ_PLAYGROUND_HISTORY_MAX);
  cz_bind_int (statement, 2, CZ_PLAYGROUND_HISTORY_BYTES_MAX);
  return cz_statement_run (statement, error);
}

static gboolean
check_text (const char *text, GError **error)
{
  if (text[strspn (text, " \t\r\n")] == '\0' || !g_utf8_validate (text, -1, NULL))
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                         _ ("What was tried is no text; it is not kept in the history."));
  else if (strlen (text) > CZ_PLAYGROUND_TEXT_MAX)
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                         _ ("A text of more than a million bytes is not kept in the history."));
  else
    return TRUE;
  return FALSE;
}

gint64
cz_playground_history_add (CzLibrary *library,
                           const char *text,
                           const char *const *models,
                           const char *const *targets,
                           const char *view,
                           GError **error)
{
  const CzPlaygroundEntry entry = { .text = (char *)text,
                                    .models = (char **)models,
                                    .targets = (char **)targets,
                                    .view = (char *)(view != NULL ? view : "") };
  gint64 id;
  guint n;

  if (!check_text (text, error) || !cz_database_begin (library, error))
    return 0;
  if (!remove_text (library, text, error) || !insert (library, &entry, error)
      || !trim (library, error) || !cz_playground_history_get_state (library, &id, &n, error))
    {
      cz_database_rollback (library);
      return 0;
    }
  return cz_database_commit (library, error) ? id : 0;
}

// ---- Reading ----

gboolean
cz_playground_history_get_state (CzLibrary *library,
                                 gint64 *ret_newest,
                                 guint *ret_n,
                                 GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT coalesce (max (id), 0), count (*) FROM playground_history", error);

  if (statement == NULL || !cz_statement_step (statement, error))
    return FALSE;
  *ret_newest = cz_column_int (statement, 0);
  *ret_n = (guint)cz_column_int (statement, 1);
  return TRUE;
}

GPtrArray *
cz_playground_history_list (CzLibrary *library, gint64 after, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_playground_entry_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT id, text, models, targets, view, tried FROM playground_history"
                      " WHERE id > ? ORDER BY id DESC",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, after);
  while (cz_statement_step (statement, &failed))
    {
      CzPlaygroundEntry *entry = g_new0 (CzPlaygroundEntry, 1);

      entry->id = cz_column_int (statement, 0);
      entry->text = cz_column_text (statement, 1);
      entry->models = from_json (cz_column_peek (statement, 2, NULL));
      entry->targets = from_json (cz_column_peek (statement, 3, NULL));
      entry->view = cz_column_text (statement, 4);
      entry->tried = cz_column_int (statement, 5);
      g_ptr_array_add (list, entry);
    }
  if (failed == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

// ---- Removing and putting back ----

// By its text, which may have been tried again since under another id.
static gboolean
remove_one (CzLibrary *library, const CzPlaygroundEntry *entry, GError **error)
{
  return remove_text (library, entry->text, error);
}

// Does the same to all, in one transaction.
static gboolean
change_all (CzLibrary *library,
            GPtrArray *entries,
            gboolean (*change) (CzLibrary *, const CzPlaygroundEntry *, GError **),
            GError **error)
{
  if (!cz_database_begin (library, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!change (library, entries->pdata[i], error))
      {
        cz_database_rollback (library);
        return FALSE;
      }
  return cz_database_commit (library, error);
}

gboolean
cz_playground_history_remove (CzLibrary *library, GPtrArray *entries, GError **error)
{
  return change_all (library, entries, remove_one, error);
}

gboolean
cz_playground_history_restore (CzLibrary *library, GPtrArray *entries, GError **error)
{
  return change_all (library, entries, insert, error);
}
