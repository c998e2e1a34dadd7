#include "data/run-prediction.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"

void
cz_run_prediction_free (CzRunPrediction *prediction)
{
  g_free (prediction->result);
  g_free (prediction);
}

char **
cz_run_sentences_get (CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT text FROM run_sentence WHERE run = ? ORDER BY position", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  while (cz_statement_step (statement, &failed))
    g_strv_builder_add (sentences, cz_column_peek (statement, 0, NULL));
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_strv_builder_end (sentences);
}

// Within a transaction: one row a text, counted from 0.
static gboolean
insert_texts (CzStatement *statement, int column, const char *const *texts, GError **error)
{
  for (guint i = 0; texts[i] != NULL; i++)
    {
      cz_bind_int (statement, column, i);
      cz_bind_text (statement, column + 1, texts[i]);
      if (!cz_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_run_sentences_enter (CzLibrary *library,
                        gint64 run,
                        const char *const *sentences,
                        GError **error)
{
  g_autoptr (CzStatement) old
      = cz_statement (library, "DELETE FROM run_sentence WHERE run = ?", error);
  g_autoptr (CzStatement) new = old == NULL
                                    ? NULL
                                    : cz_statement (library,
                                                    "INSERT INTO run_sentence (run, position, text)"
                                                    " VALUES (?1, ?2, ?3)",
                                                    error);

  if (new == NULL)
    return FALSE;
  for (guint i = 0; sentences[i] != NULL; i++)
    if (sentences[i][strspn (sentences[i], " \t\r\n")] == '\0'
        || !g_utf8_validate (sentences[i], -1, NULL))
      {
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                     _ ("Example sentence %u is empty or no UTF-8 text; leave it out or write it "
                        "anew."),
                     i + 1);
        return FALSE;
      }
  cz_bind_int (old, 1, run);
  cz_bind_int (new, 1, run);
  return cz_statement_run (old, error) && insert_texts (new, 2, sentences, error);
}

gboolean
cz_run_sentences_set (CzLibrary *library, gint64 run, const char *const *sentences, GError **error)
{
  if (!cz_database_begin (library, error))
    return FALSE;
  if (cz_run_sentences_enter (library, run, sentences, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

gboolean
cz_run_prediction_write (
    CzLibrary *library, gint64 run, gint64 step, const char *const *results, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "INSERT OR REPLACE INTO run_prediction (run, step, position, result)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      error);

  if (statement == NULL || !cz_database_begin (library, error))
    return FALSE;
  cz_bind_int (statement, 1, run);
  cz_bind_int (statement, 2, step);
  if (!insert_texts (statement, 3, results, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  return cz_database_commit (library, error);
}

GPtrArray *
cz_run_prediction_list (CzLibrary *library, gint64 run, gint64 after_step, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_prediction_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT step, position, result FROM run_prediction"
                      " WHERE run = ?1 AND step > ?2 ORDER BY step, position",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  cz_bind_int (statement, 2, after_step);
  while (cz_statement_step (statement, &failed))
    {
      CzRunPrediction *prediction = g_new0 (CzRunPrediction, 1);

      prediction->step = cz_column_int (statement, 0);
      prediction->position = (guint)cz_column_int (statement, 1);
      prediction->result = cz_column_text (statement, 2);
      g_ptr_array_add (list, prediction);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}
