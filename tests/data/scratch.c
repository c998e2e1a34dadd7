#include "tests/data/scratch.h"

#include <glib/gstdio.h>
#include <string.h>

#include "data/library-private.h"
#include "data/run.h"
#include "engine/format/atomic-file.h"

void
scratch_begin (Scratch *scratch)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  scratch->folder = g_dir_make_tmp ("cz-data-XXXXXX", &error);
  g_assert_no_error (error);
  path = scratch_path (scratch, "library.sqlite");
  scratch->library = cz_library_open (path, &error);
  g_assert_no_error (error);
}

void
scratch_end (Scratch *scratch)
{
  g_clear_pointer (&scratch->library, cz_library_close);
  cz_folder_remove (scratch->folder);
  g_clear_pointer (&scratch->folder, g_free);
}

char *
scratch_path (Scratch *scratch, const char *name)
{
  return g_build_filename (scratch->folder, name, NULL);
}

char *
scratch_write (Scratch *scratch, const char *name, const char *bytes, gssize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = scratch_path (scratch, name);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, bytes, length, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

void
scratch_run (Scratch *scratch, const char *command)
{
  g_autoptr (GError) error = NULL;
  const char *arguments[] = { "/bin/sh", "-ec", command, NULL };
  int status = 0;

  g_spawn_sync (scratch->folder, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

CzCorpus *
scratch_import (Scratch *scratch,
                const char *name,
                const char *path,
                const CzImportOptions *options,
                CzImportReport *ret_report)
{
  g_autoptr (GError) error = NULL;
  const char *paths[] = { path, NULL };
  CzCorpus *corpus;

  cz_import_run (scratch->library, name, paths, options, NULL, NULL, NULL, ret_report, &error);
  g_assert_no_error (error);
  corpus = cz_corpus_find (scratch->library, name, &error);
  g_assert_no_error (error);
  g_assert_cmpint (corpus->documents, ==, ret_report->documents);
  g_assert_cmpint (corpus->bytes, ==, ret_report->bytes);
  return corpus;
}

GPtrArray *
scratch_import_bytes (Scratch *scratch,
                      const char *name,
                      const char *bytes,
                      gssize length,
                      const CzImportOptions *options,
                      CzImportReport *ret_report)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = scratch_write (scratch, name, bytes, length);
  g_autofree char *corpus_name = g_uuid_string_random ();
  g_autoptr (CzCorpus) corpus = scratch_import (scratch, corpus_name, path, options, ret_report);
  GPtrArray *documents
      = cz_document_list (scratch->library, corpus->id, NULL, 0, G_MAXINT, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpint (documents->len, ==, corpus->documents);
  return documents;
}

gint64
scratch_add_run (Scratch *scratch, const char *name)
{
  g_autoptr (GError) error = NULL;
  const CzRun run = { .name = (char *)name,
                      .model = (char *)"starter",
                      .model_folder = (char *)"/models/starter",
                      .model_hash = (char *)"0123",
                      .corpus = (char *)"notes",
                      .corpus_hash = (char *)"4567",
                      .parameters = (char *)"{\"epochs\":\"3\"}" };
  gint64 id = cz_run_create (scratch->library, &run, &error);

  g_assert_no_error (error);
  return id;
}

gint64
scratch_count_rows (Scratch *scratch, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", table);
  sqlite3_stmt *statement;
  gint64 n;

  g_assert_cmpint (
      sqlite3_prepare_v2 (cz_library_get_database (scratch->library), sql, -1, &statement, NULL),
      ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  n = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return n;
}

void
scratch_assert_clean (Scratch *scratch)
{
  // What a slow machine did not delete within a tenth of a second is left to whoever sweeps.
  for (int i = 0; i < 100 && scratch_count_rows (scratch, "corpus WHERE state <> 'ready'") > 0; i++)
    cz_library_sweep (scratch->library);
  g_assert_cmpint (scratch_count_rows (scratch, "corpus WHERE state <> 'ready'"), ==, 0);
  for (const char *const *table = (const char *const[]){ "document", "text", "source", NULL };
       *table != NULL; table++)
    {
      g_autofree char *orphans
          = g_strdup_printf ("%s WHERE id >> 32 NOT IN (SELECT id FROM corpus)", *table);

      g_assert_cmpint (scratch_count_rows (scratch, orphans), ==, 0);
    }
  g_assert_cmpint (scratch_count_rows (scratch, "sqlite_schema WHERE sql LIKE '%USING fts5%'"), ==,
                   scratch_count_rows (scratch, "corpus"));
}

gint64
scratch_find_group (GPtrArray *groups, const char *name)
{
  for (guint i = 0; i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);

      if (g_str_equal (group->name, name))
        return group->documents;
    }
  return 0;
}

const char *
scratch_find_skip (GPtrArray *skipped, const char *path)
{
  for (guint i = 0; i < skipped->len; i++)
    {
      const CzImportSkip *skip = g_ptr_array_index (skipped, i);

      if (g_str_has_suffix (skip->path, path))
        return skip->reason;
    }
  return NULL;
}

char *
scratch_shared (const char *name)
{
  const char *shared = g_getenv ("CZ_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "../shared", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    {
      g_test_message ("%s is not there", path);
      g_test_fail ();
    }
  else
    {
      g_autofree char *why = g_strdup_printf ("%s is not there: the corpora are needed", path);

      g_test_skip (why);
    }
  return NULL;
}
