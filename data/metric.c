#include "data/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/library-private.h"

// Keeps the last train_loss in the run's record, within the transaction.
static gboolean
record_last_loss (CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "UPDATE run SET last_loss = (SELECT value FROM metric WHERE run = ?1 AND"
                      " name = (SELECT id FROM metric_name WHERE name = 'train_loss')"
                      " ORDER BY step DESC LIMIT 1) WHERE id = ?1",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, run);
  return cz_statement_run (statement, error);
}

gboolean
cz_metric_write (CzLibrary *library, gint64 run, const CzMetric *metrics, gsize n, GError **error)
{
  g_autoptr (CzStatement) name
      = cz_statement (library, "INSERT OR IGNORE INTO metric_name (name) VALUES (?)", error);
  g_autoptr (CzStatement) value
      = name == NULL
            ? NULL
            : cz_statement (library,
                            "INSERT INTO metric (run, name, step, epoch, seconds, value)"
                            " VALUES (?1, (SELECT id FROM metric_name WHERE name = ?2), ?3,"
                            " ?4, ?5, ?6)"
                            " ON CONFLICT (run, name, step) DO UPDATE SET epoch = ?4,"
                            " seconds = ?5, value = ?6",
                            error);
  gboolean loss = FALSE;

  if (value == NULL)
    return FALSE;
  if (n == 0)
    return TRUE;
  if (!cz_database_begin (library, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      cz_bind_text (name, 1, metrics[i].name);
      cz_bind_int (value, 1, run);
      cz_bind_text (value, 2, metrics[i].name);
      cz_bind_int (value, 3, metrics[i].step);
      cz_bind_double (value, 4, metrics[i].epoch);
      cz_bind_double (value, 5, metrics[i].seconds);
      cz_bind_double (value, 6, metrics[i].value);
      if (!cz_statement_run (name, error) || !cz_statement_run (value, error))
        {
          cz_database_rollback (library);
          return FALSE;
        }
      loss = loss || g_str_equal (metrics[i].name, "train_loss");
    }
  if (loss && !record_last_loss (library, run, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  return cz_database_commit (library, error);
}

GArray *
cz_metric_read (CzLibrary *library, gint64 run, const char *name, gint64 after, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (CzMetric));
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT step, epoch, seconds, value FROM metric WHERE run = ?1 AND"
                      " name = (SELECT id FROM metric_name WHERE name = ?2) AND step > ?3"
                      " ORDER BY step",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  cz_bind_text (statement, 2, name);
  cz_bind_int (statement, 3, after);
  while (cz_statement_step (statement, &failed))
    {
      CzMetric metric = { .name = name,
                          .step = cz_column_int (statement, 0),
                          .epoch = cz_column_double (statement, 1),
                          .seconds = cz_column_double (statement, 2),
                          .value = cz_column_double (statement, 3) };

      g_array_append_val (list, metric);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

char **
cz_metric_get_names (CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT name FROM metric_name n WHERE EXISTS (SELECT 1 FROM metric m"
                      " WHERE m.run = ? AND m.name = n.id) ORDER BY name",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  while (cz_statement_step (statement, &failed))
    g_strv_builder_add (names, cz_column_peek (statement, 0, NULL));
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_strv_builder_end (names);
}

gboolean
cz_metric_cut (CzLibrary *library, gint64 run, gint64 step, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "DELETE FROM metric WHERE run = ? AND step > ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, run);
  cz_bind_int (statement, 2, step);
  if (!cz_database_begin (library, error))
    return FALSE;
  if (cz_statement_run (statement, error) && record_last_loss (library, run, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}
