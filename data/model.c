#include "data/model.h"

#include <errno.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"
#include "data/model-private.h"
#include "data/run.h"

#define COLUMNS                                                                               \
  "id, name, origin, folder, parameters, vocabulary, hash, created, lowercase, bytes,"        \
  " vocabulary_hash, source, licence, trained_on, private, parent, parent_name, parent_hash," \
  " parent_run"
#define STARTER "starter"

void
cz_model_free (CzModel *model)
{
  if (model == NULL)
    return;
  g_free (model->name);
  g_free (model->origin);
  g_free (model->folder);
  g_free (model->hash);
  g_free (model->vocabulary_hash);
  g_free (model->source);
  g_free (model->licence);
  g_free (model->trained_on);
  g_free (model->parent_name);
  g_free (model->parent_hash);
  g_free (model);
}

static CzModel *
read_model (CzStatement *statement)
{
  CzModel *model = g_new0 (CzModel, 1);
  int i = 0;

  model->id = cz_column_int (statement, i++);
  model->name = cz_column_text (statement, i++);
  model->origin = cz_column_text (statement, i++);
  model->folder = cz_column_text (statement, i++);
  model->parameters = cz_column_int (statement, i++);
  model->vocabulary = cz_column_int (statement, i++);
  model->hash = cz_column_text (statement, i++);
  model->created = cz_column_int (statement, i++);
  model->lowercase = cz_column_int (statement, i++) != 0;
  model->bytes = cz_column_int (statement, i++);
  model->vocabulary_hash = cz_column_text (statement, i++);
  model->source = cz_column_text (statement, i++);
  model->licence = cz_column_text (statement, i++);
  model->trained_on = cz_column_text (statement, i++);
  model->is_private = cz_column_int (statement, i++) != 0;
  model->parent = cz_column_int (statement, i++);
  model->parent_name = cz_column_text (statement, i++);
  model->parent_hash = cz_column_text (statement, i++);
  model->parent_run = cz_column_int (statement, i++);
  return model;
}

// ---- Models entered before their record was kept ----

typedef struct
{
  gint64 id, run;
  char *folder;
  gboolean shipped;
} Unknown;

static void
unknown_clear (gpointer data)
{
  g_free (((Unknown *)data)->folder);
}

static GArray *
list_unknown (CzLibrary *library)
{
  g_autoptr (GArray) unknown = g_array_new (FALSE, FALSE, sizeof (Unknown));
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT id, folder, origin FROM model WHERE lowercase IS NULL", NULL);

  g_array_set_clear_func (unknown, unknown_clear);
  while (statement != NULL && cz_statement_step (statement, NULL))
    {
      const char *origin = cz_column_peek (statement, 2, NULL);
      Unknown row = { .id = cz_column_int (statement, 0),
                      .folder = cz_column_text (statement, 1),
                      .shipped = strcmp (origin, "shipped") == 0,
                      .run = g_str_has_prefix (origin, "run:")
                                 ? g_ascii_strtoll (origin + strlen ("run:"), NULL, 10)
                                 : 0 };
      g_array_append_val (unknown, row);
    }
  return g_steal_pointer (&unknown);
}

// The weights' time of change is not noted: nobody knows whether they still are what was hashed.
static void
complete (CzLibrary *library, const Unknown *unknown)
{
  g_auto (CzModelFacts) facts = { 0 };

  if (!cz_model_facts_read (unknown->folder, &facts, NULL))
    return;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "UPDATE model SET lowercase = ?2, bytes = ?3, vocabulary_hash = ?4, source = ?5, licence = "
      "?6,"
      " trained_on = ?7, parent_name = ?8, parent_hash = ?9,"
      " parent_run = (SELECT id FROM run WHERE id = ?10) WHERE id = ?1 AND lowercase IS NULL",
      NULL);
  if (statement == NULL)
    return;
  cz_bind_int (statement, 1, unknown->id);
  cz_bind_int (statement, 2, facts.lowercase);
  cz_bind_int (statement, 3, facts.bytes);
  cz_bind_text (statement, 4, facts.vocabulary_hash);
  cz_bind_text (statement, 5, unknown->folder);
  cz_bind_text (statement, 6, facts.licence);
  cz_bind_text (statement, 7, facts.trained_on);
  cz_bind_text (statement, 8, unknown->shipped ? NULL : facts.parent_name);
  cz_bind_text (statement, 9, unknown->shipped ? NULL : facts.parent_hash);
  cz_bind_int (statement, 10, unknown->run);
  cz_statement_run (statement, NULL);
}

// Fills old rows from their folders. One that can't be read or written now is tried again when it
// is looked at next.
static void
complete_all (CzLibrary *library)
{
  g_autoptr (GArray) unknown = list_unknown (library);

  for (guint i = 0; i < unknown->len; i++)
    complete (library, &g_array_index (unknown, Unknown, i));
}

// ---- Looking ----

GPtrArray *
cz_model_list (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_free);
  g_autoptr (GError) failed = NULL;

  complete_all (library);
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS " FROM model ORDER BY origin <> 'shipped', name", error);
  if (statement == NULL)
    return NULL;
  while (cz_statement_step (statement, &failed))
    g_ptr_array_add (list, read_model (statement));
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
  g_autofree char *names = cz_library_list_names (
      library, "SELECT name FROM model ORDER BY origin <> 'shipped', name LIMIT 8");

  if (names == NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no model “%s”: the library has none yet. Add a model folder first."),
                 name);
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no model “%s”, and no folder of that name. The library has %s."),
                 name, names);
}

CzModel *
cz_model_find (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GError) failed = NULL;

  complete_all (library);
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT " COLUMNS " FROM model WHERE name = ?", error);
  if (statement == NULL)
    return NULL;
  cz_bind_text (statement, 1, name);
  if (cz_statement_step (statement, &failed))
    return read_model (statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    tell_not_found (library, name, error);
  return NULL;
}

CzModel *
cz_model_get (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GError) failed = NULL;

  complete_all (library);
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT " COLUMNS " FROM model WHERE id = ?", error);
  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  if (cz_statement_step (statement, &failed))
    return read_model (statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                         _ ("That model is no longer in the library."));
  return NULL;
}

// ---- Hashes that are known ----

gboolean
cz_model_look_at_weights (const char *folder, gint64 *ret_bytes, gint64 *ret_modified)
{
  g_autofree char *path = g_build_filename (folder, CZ_MODEL_WEIGHTS, NULL);
  struct stat status;

  if (stat (path, &status) != 0)
    return FALSE;
  *ret_bytes = status.st_size;
  *ret_modified = cz_model_get_modified (&status);
  return TRUE;
}

void
cz_model_note_unchanged (CzLibrary *library, gint64 id, gint64 bytes, gint64 modified)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE model SET bytes = ?2, modified = ?3 WHERE id = ?1", NULL);

  if (statement == NULL)
    return;
  cz_bind_int (statement, 1, id);
  cz_bind_int (statement, 2, bytes);
  cz_bind_int (statement, 3, modified);
  cz_statement_run (statement, NULL);
}

char *
cz_model_get_hash (CzLibrary *library, const char *folder, GError **error)
{
  gint64 bytes = 0, modified = 0, id = 0;
  g_autofree char *path = realpath (folder, NULL);
  g_autofree char *noted = NULL;

  if (path == NULL || !cz_model_look_at_weights (path, &bytes, &modified))
    return cz_model_hash_folder (folder, error);
  {
    g_autoptr (CzStatement) statement = cz_statement (
        library, "SELECT id, hash, bytes = ?2 AND modified = ?3 FROM model WHERE folder = ?1",
        NULL);

    if (statement != NULL)
      {
        cz_bind_text (statement, 1, path);
        cz_bind_int (statement, 2, bytes);
        cz_bind_int (statement, 3, modified);
      }
    while (statement != NULL && cz_statement_step (statement, NULL))
      {
        if (cz_column_int (statement, 2) != 0)
          return cz_column_text (statement, 1);
        g_free (noted);
        id = cz_column_int (statement, 0);
        noted = cz_column_text (statement, 1);
      }
  }
  char *hash = cz_model_hash_folder (path, error);
  if (hash != NULL && g_strcmp0 (hash, noted) == 0)
    cz_model_note_unchanged (library, id, bytes, modified);
  return hash;
}

// ---- Adding ----

// The absolute, link-free path of a folder that exists.
static char *
make_absolute (const char *folder, GError **error)
{
  char *path = realpath (folder, NULL);
  int saved = errno;
  char *result;

  if (path == NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                   _ ("The folder %s cannot be opened (%s). Check the path."), folder,
                   g_strerror (saved));
      return NULL;
    }
  result = g_strdup (path);
  free (path);
  return result;
}

// What its maker and its folder say of a model that is to be entered.
typedef struct
{
  CzModelFacts facts;
  char *hash;
  char *origin;
  char *licence, *trained_on;
  gint64 parent;
  char *parent_name, *parent_hash;
} Entry;

static void
entry_clear (Entry *entry)
{
  cz_model_facts_clear (&entry->facts);
  g_clear_pointer (&entry->hash, g_free);
  g_clear_pointer (&entry->origin, g_free);
  g_clear_pointer (&entry->licence, g_free);
  g_clear_pointer (&entry->trained_on, g_free);
  g_clear_pointer (&entry->parent_name, g_free);
  g_clear_pointer (&entry->parent_hash, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Entry, entry_clear)

// From the run that made it, where nothing else is said.
static gboolean
take_run (CzLibrary *library, gint64 id, Entry *entry, GError **error)
{
  g_autoptr (CzRun) run = cz_run_get (library, id, error);

  if (run == NULL)
    return FALSE;
  if (entry->parent_name == NULL && entry->parent == 0)
    {
      entry->parent = run->model_id;
      entry->parent_name = g_strdup (run->model);
      entry->parent_hash = g_strdup (run->model_hash);
    }
  if (entry->trained_on == NULL)
    entry->trained_on = g_strdup (run->corpus);
  return TRUE;
}

static gboolean
take_parent (CzLibrary *library, Entry *entry, GError **error)
{
  g_autoptr (CzModel) parent = cz_model_get (library, entry->parent, error);

  if (parent == NULL)
    return FALSE;
  g_free (entry->parent_name);
  g_free (entry->parent_hash);
  entry->parent_name = g_strdup (parent->name);
  entry->parent_hash = g_strdup (parent->hash);
  if (entry->licence == NULL)
    entry->licence = g_strdup (parent->licence);
  return TRUE;
}

// What is said is believed first, then the run, then the folder.
static gboolean
prepare (CzLibrary *library,
         const char *path,
         const CzModelDetails *details,
         Entry *entry,
         GError **error)
{
  if (!cz_model_facts_read (path, &entry->facts, error))
    return FALSE;
  entry->hash
      = details->hash != NULL ? g_strdup (details->hash) : cz_model_hash_folder (path, error);
  if (entry->hash == NULL)
    return FALSE;
  entry->origin = details->origin != NULL ? g_strdup (details->origin)
                  : details->run > 0      ? g_strdup_printf ("run:%" PRId64, details->run)
                                          : g_strdup ("folder");
  entry->licence = g_strdup (details->licence != NULL ? details->licence : entry->facts.licence);
  entry->trained_on = g_strdup (details->trained_on);
  entry->parent = details->parent;
  entry->parent_name = g_strdup (details->parent_name);
  entry->parent_hash = g_strdup (details->parent_hash);
  if ((details->run > 0 && !take_run (library, details->run, entry, error))
      || (entry->parent > 0 && !take_parent (library, entry, error)))
    return FALSE;
  if (entry->trained_on == NULL)
    entry->trained_on = g_strdup (entry->facts.trained_on);
  if (entry->parent_name == NULL && strcmp (entry->origin, "shipped") != 0)
    {
      entry->parent_name = g_strdup (entry->facts.parent_name);
      entry->parent_hash = g_strdup (entry->facts.parent_hash);
    }
  return TRUE;
}

static void
tell_taken (const char *name, const char *folder, GError **error)
{
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
               _ ("There is a model “%s” already (%s); choose another name."), name, folder);
}

static gboolean
insert_model (CzLibrary *library,
              const char *name,
              const char *path,
              const CzModelDetails *details,
              GError **error)
{
  g_auto (Entry) entry = { 0 };

  if (!prepare (library, path, details, &entry, error))
    return FALSE;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "INSERT INTO model (name, origin, folder, parameters, vocabulary, hash, lowercase, bytes,"
      " modified, vocabulary_hash, source, licence, trained_on, private, parent, parent_name,"
      " parent_hash, parent_run, created)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, nullif (?15, 0), ?16,"
      " ?17, nullif (?18, 0), unixepoch ())"
      " ON CONFLICT (name) DO UPDATE SET origin = ?2, folder = ?3, parameters = ?4, vocabulary ="
      " ?5, hash = ?6, lowercase = ?7, bytes = ?8, modified = ?9, vocabulary_hash = ?10,"
      " source = ?11, licence = ?12, trained_on = ?13, private = ?14 WHERE model.origin ="
      " 'shipped'",
      error);
  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_text (statement, 2, entry.origin);
  cz_bind_text (statement, 3, path);
  cz_bind_int (statement, 4, entry.facts.parameters);
  cz_bind_int (statement, 5, entry.facts.vocabulary);
  cz_bind_text (statement, 6, entry.hash);
  cz_bind_int (statement, 7, entry.facts.lowercase);
  cz_bind_int (statement, 8, entry.facts.bytes);
  cz_bind_int (statement, 9, entry.facts.modified);
  cz_bind_text (statement, 10, entry.facts.vocabulary_hash);
  cz_bind_text (statement, 11, details->source != NULL ? details->source : path);
  cz_bind_text (statement, 12, entry.licence);
  cz_bind_text (statement, 13, entry.trained_on);
  cz_bind_int (statement, 14, details->is_private);
  cz_bind_int (statement, 15, entry.parent);
  cz_bind_text (statement, 16, entry.parent_name);
  cz_bind_text (statement, 17, entry.parent_hash);
  cz_bind_int (statement, 18, details->run);
  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) > 0)
    return TRUE;
  // Another process was quicker.
  tell_taken (name, path, error);
  return FALSE;
}

gboolean
cz_model_check_name (CzLibrary *library, const char *name, GError **error)
{
  if (name[strspn (name, " \t\n")] == '\0' || g_str_has_prefix (name, "run:")
      || g_str_has_prefix (name, "hub:") || strchr (name, '/') != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a model's name: choose one without “/” that does not begin "
                      "with “run:” or “hub:”."),
                   name);
      return FALSE;
    }
  g_autoptr (CzModel) other = cz_model_find (library, name, NULL);
  if (other == NULL)
    return TRUE;
  tell_taken (name, other->folder, error);
  return FALSE;
}

char *
cz_model_make_path (CzLibrary *library, const char *name)
{
  g_autofree char *plain = g_strdelimit (g_strdup (name), "/\\", '_');

  if (plain[0] == '.')
    plain[0] = '_';
  char *path = g_build_filename (cz_library_get_folder (library), "models", plain, NULL);
  // A model that was renamed may have it still.
  for (guint n = 2; g_file_test (path, G_FILE_TEST_EXISTS); n++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s-%u", plain, n);
      g_free (path);
      path = g_build_filename (cz_library_get_folder (library), "models", numbered, NULL);
    }
  return path;
}

CzModel *
cz_model_add (CzLibrary *library,
              const char *folder,
              const char *name,
              const CzModelDetails *details,
              GError **error)
{
  static const CzModelDetails nothing = { 0 };
  g_autofree char *path = make_absolute (folder, error);
  g_autofree char *own_name = NULL;

  if (path == NULL)
    return NULL;
  if (name == NULL)
    name = own_name = g_path_get_basename (path);
  if (!cz_model_check_name (library, name, error)
      || !insert_model (library, name, path, details != NULL ? details : &nothing, error))
    return NULL;
  return cz_model_find (library, name, error);
}

gboolean
cz_models_ensure_starter (CzLibrary *library, const char *folder, GError **error)
{
  const CzModelDetails details = { .origin = "shipped" };
  g_autoptr (CzModel) known = cz_model_find (library, STARTER, NULL);
  g_autofree char *path = folder != NULL ? realpath (folder, NULL) : NULL;
  g_autofree char *hash = path != NULL ? cz_model_get_hash (library, path, NULL) : NULL;

  if (hash == NULL)
    return TRUE;
  if (known != NULL && !g_str_equal (known->origin, "shipped"))
    return TRUE; // a model of the person's own has that name
  if (known != NULL && g_str_equal (known->folder, path) && g_str_equal (known->hash, hash))
    return TRUE;
  return insert_model (library, STARTER, path, &details, error);
}
