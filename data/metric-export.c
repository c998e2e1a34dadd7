// Written as it is read, a run at a time: nobody holds all of it.
#include "data/metric-export.h"

#include <errno.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/csv-cell.h"
#include "data/metric.h"
#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"

#define BUFFER_SIZE (1 << 16)

typedef struct
{
  CzLibrary *library;
  CzAtomicFile *file;
  GString *buffer;
  GPtrArray *runs; // CzRun
  char **names;    // of all metrics of all runs
} Export;

static gboolean
flush (Export *export, gsize limit, GError **error)
{
  if (export->buffer->len < limit)
    return TRUE;
  gboolean written
      = cz_atomic_file_write (export->file, export->buffer->str, export->buffer->len, error);
  g_string_truncate (export->buffer, 0);
  return written;
}

// The values of a run under each of the export's names: elements GArray of CzMetric.
static GPtrArray *
read_columns (Export *export, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);

  for (guint i = 0; export->names[i] != NULL; i++)
    {
      GArray *column = cz_metric_read (export->library, run, export->names[i], -1, error);
      if (column == NULL)
        return NULL;
      g_ptr_array_add (columns, column);
    }
  return g_steal_pointer (&columns);
}

// ---- CSV ----

static void
append_number (GString *out, double value)
{
  if (isfinite (value)) // else the cell stays empty
    cz_json_text_append_number (out, value);
}

// The next value of a column; NULL: there is none.
static const CzMetric *
peek (GPtrArray *columns, const guint *at, guint column)
{
  const GArray *values = columns->pdata[column];

  return at[column] < values->len ? &g_array_index (values, CzMetric, at[column]) : NULL;
}

// The earliest value at the lowest step there is; NULL at the end.
static const CzMetric *
find_next (GPtrArray *columns, const guint *at)
{
  const CzMetric *next = NULL;

  for (guint i = 0; i < columns->len; i++)
    {
      const CzMetric *metric = peek (columns, at, i);
      if (metric != NULL
          && (next == NULL || metric->step < next->step
              || (metric->step == next->step && metric->seconds < next->seconds)))
        next = metric;
    }
  return next;
}

static gboolean
write_csv_run (Export *export, const CzRun *run, GError **error)
{
  g_autoptr (GPtrArray) columns = read_columns (export, run->id, error);
  g_autofree guint *at = NULL;
  const CzMetric *next;
  GString *out = export->buffer;

  if (columns == NULL)
    return FALSE;
  at = g_new0 (guint, columns->len + 1);
  while ((next = find_next (columns, at)) != NULL)
    {
      gint64 step = next->step;
      g_string_append_printf (out, "%" PRId64 ",", run->id);
      cz_csv_append_cell (out, run->name, strlen (run->name));
      g_string_append_printf (out, ",%" PRId64 ",", step);
      append_number (out, next->epoch);
      g_string_append_c (out, ',');
      append_number (out, next->seconds);
      for (guint i = 0; i < columns->len; i++)
        {
          const CzMetric *metric = peek (columns, at, i);
          g_string_append_c (out, ',');
          if (metric == NULL || metric->step != step)
            continue;
          append_number (out, metric->value);
          at[i]++;
        }
      g_string_append (out, "\r\n");
      if (!flush (export, BUFFER_SIZE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_csv (Export *export, GError **error)
{
  g_string_append (export->buffer, "run,run_name,step,epoch,seconds");
  for (guint i = 0; export->names[i] != NULL; i++)
    {
      g_string_append_c (export->buffer, ',');
      cz_csv_append_cell (export->buffer, export->names[i], strlen (export->names[i]));
    }
  g_string_append (export->buffer, "\r\n");
  for (guint i = 0; i < export->runs->len; i++)
    if (!write_csv_run (export, export->runs->pdata[i], error))
      return FALSE;
  return TRUE;
}

// ---- JSON ----

static void
append_member (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, ",\"%s\":", name);
  if (text != NULL)
    cz_json_text_append_string (out, text);
  else
    g_string_append (out, "null");
}

static void
append_record (GString *out, const CzRun *run)
{
  g_autoptr (JsonNode) parameters = cz_json_parse (run->parameters, -1, "parameters", NULL);
  g_autofree char *line = parameters != NULL ? cz_json_to_line (parameters) : NULL;

  g_string_append_printf (out, "{\"run\":%" PRId64, run->id);
  append_member (out, "name", run->name);
  append_member (out, "model", run->model);
  append_member (out, "model_sha256", run->model_hash);
  append_member (out, "corpus", run->corpus);
  append_member (out, "corpus_sha256", run->corpus_hash);
  g_string_append_printf (out, ",\"parameters\":%s", line != NULL ? line : "null");
  append_member (out, "eval_fingerprint", run->eval_fingerprint);
  g_string_append (out, ",\"before\":");
  cz_json_text_append_number (out, run->before);
  g_string_append (out, ",\"best\":");
  cz_json_text_append_number (out, run->best);
  g_string_append_printf (out, ",\"best_step\":%" PRId64 ",\"after\":", run->best_step);
  cz_json_text_append_number (out, run->after);
}

static gboolean
write_json_values (Export *export, const GArray *values, guint member, GError **error)
{
  static const char *const members[] = { "step", "epoch", "seconds", "value" };
  GString *out = export->buffer;

  g_string_append_printf (out, "%s\"%s\":[", member > 0 ? "," : "{", members[member]);
  for (guint i = 0; i < values->len; i++)
    {
      const CzMetric *metric = &g_array_index (values, CzMetric, i);
      if (i > 0)
        g_string_append_c (out, ',');
      if (member == 0)
        g_string_append_printf (out, "%" PRId64, metric->step);
      else
        cz_json_text_append_number (out, member == 1   ? metric->epoch
                                         : member == 2 ? metric->seconds
                                                       : metric->value);
      if (!flush (export, BUFFER_SIZE, error))
        return FALSE;
    }
  g_string_append_c (out, ']');
  return TRUE;
}

static gboolean
write_json_run (Export *export, const CzRun *run, GError **error)
{
  g_autoptr (GPtrArray) columns = read_columns (export, run->id, error);
  GString *out = export->buffer;
  gboolean first = TRUE;

  if (columns == NULL)
    return FALSE;
  append_record (out, run);
  g_string_append (out, ",\"metrics\":{");
  for (guint i = 0; i < columns->len; i++)
    {
      const GArray *values = columns->pdata[i];
      if (values->len == 0)
        continue;
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      cz_json_text_append_string (out, export->names[i]);
      g_string_append_c (out, ':');
      for (guint member = 0; member < 4; member++)
        if (!write_json_values (export, values, member, error))
          return FALSE;
      g_string_append_c (out, '}');
    }
  g_string_append (out, "}}");
  return TRUE;
}

static gboolean
write_json (Export *export, GError **error)
{
  g_string_append (export->buffer, "{\"runs\":[");
  for (guint i = 0; i < export->runs->len; i++)
    {
      g_string_append (export->buffer, i > 0 ? ",\n" : "\n");
      if (!write_json_run (export, export->runs->pdata[i], error))
        return FALSE;
    }
  g_string_append (export->buffer, "\n]}\n");
  return TRUE;
}

// ---- The export ----

static GPtrArray *
read_runs (CzLibrary *library, const gint64 *runs, guint n, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_free);

  for (guint i = 0; i < n; i++)
    {
      CzRun *run = cz_run_get (library, runs[i], error);
      if (run == NULL)
        return NULL;
      g_ptr_array_add (list, run);
    }
  return g_steal_pointer (&list);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

// The names of all the runs' metrics in their order, or `only` that one.
static char **
collect_names (CzLibrary *library, const char *only, GPtrArray *runs, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < runs->len; i++)
    {
      g_auto (GStrv) some
          = cz_metric_get_names (library, ((const CzRun *)runs->pdata[i])->id, error);
      if (some == NULL)
        return NULL;
      for (guint s = 0; some[s] != NULL; s++)
        if ((only == NULL || strcmp (only, some[s]) == 0)
            && !g_ptr_array_find_with_equal_func (names, some[s], g_str_equal, NULL))
          g_ptr_array_add (names, g_strdup (some[s]));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_steal (names, NULL);
}

static gboolean
write_file (Export *export, CzMetricExport format, const char *path, GError **error)
{
  g_autoptr (CzAtomicFile) file = NULL;

  // The file is put in place once it is whole, which would do away with a device or a pipe.
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, _ ("“%s” could not be written: %s"), path,
          g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strerror (EISDIR) : _ ("it is no file"));
      return FALSE;
    }
  export->file = file = cz_atomic_file_new (path, error);
  return file != NULL
         && (format == CZ_METRIC_EXPORT_CSV ? write_csv (export, error)
                                            : write_json (export, error))
         && flush (export, 1, error) && cz_atomic_file_finish (file, error);
}

gboolean
cz_metric_export_one (CzLibrary *library,
                      const gint64 *runs,
                      guint n,
                      const char *name,
                      CzMetricExport format,
                      const char *path,
                      GError **error)
{
  g_autoptr (GPtrArray) list = read_runs (library, runs, n, error);
  g_auto (GStrv) names = list != NULL ? collect_names (library, name, list, error) : NULL;
  g_autoptr (GString) buffer = g_string_new (NULL);
  g_autoptr (GError) failed = NULL;
  Export export = { .library = library, .buffer = buffer, .runs = list, .names = names };

  if (names == NULL)
    return FALSE;
  if (write_file (&export, format, path, &failed))
    return TRUE;
  if (failed->domain == CZ_FORMAT_ERROR)
    g_set_error_literal (error, CZ_DATA_ERROR,
                         failed->code == CZ_FORMAT_ERROR_NO_SPACE ? CZ_DATA_ERROR_FULL
                                                                  : CZ_DATA_ERROR_IO,
                         failed->message);
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
cz_metric_export (CzLibrary *library,
                  const gint64 *runs,
                  guint n,
                  CzMetricExport format,
                  const char *path,
                  GError **error)
{
  return cz_metric_export_one (library, runs, n, NULL /* name */, format, path, error);
}

gboolean
cz_metric_export_guess (const char *path, CzMetricExport *ret_format, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  if (g_str_has_suffix (lower, ".csv"))
    *ret_format = CZ_METRIC_EXPORT_CSV;
  else if (g_str_has_suffix (lower, ".json"))
    *ret_format = CZ_METRIC_EXPORT_JSON;
  else
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” tells no format: let the file's name end in .csv or .json."), path);
      return FALSE;
    }
  return TRUE;
}
