#include "data/model.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"
#include "data/run.h"
#include "engine/format/atomic-file.h"
#include "engine/format/model-folder.h"

#define COLUMNS "id, name, origin, folder, parameters, vocabulary, hash, created"
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
  g_free (model);
}

static CzModel *
read_model (CzStatement *statement)
{
  CzModel *model = g_new0 (CzModel, 1);

  model->id = cz_column_int (statement, 0);
  model->name = cz_column_text (statement, 1);
  model->origin = cz_column_text (statement, 2);
  model->folder = cz_column_text (statement, 3);
  model->parameters = cz_column_int (statement, 4);
  model->vocabulary = cz_column_int (statement, 5);
  model->hash = cz_column_text (statement, 6);
  model->created = cz_column_int (statement, 7);
  return model;
}

GPtrArray *
cz_model_list (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_free);
  g_autoptr (GError) failed = NULL;
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

char *
cz_model_hash_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  const guint8 *bytes;
  gsize length;

  if (file == NULL)
    return NULL;
  bytes = (const guint8 *)g_mapped_file_get_contents (file);
  length = g_mapped_file_get_length (file);
  for (gsize at = 0; at < length; at += 1 << 24)
    g_checksum_update (sum, bytes + at, (gssize)MIN (length - at, 1 << 24));
  return g_strdup (g_checksum_get_string (sum));
}

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

static gboolean
insert_model (
    CzLibrary *library, const char *name, const char *origin, const char *path, GError **error)
{
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (path, error);
  g_autofree char *hash = folder != NULL ? cz_model_hash_folder (path, error) : NULL;
  g_autoptr (CzStatement) statement = NULL;

  if (hash == NULL)
    return FALSE;
  statement = cz_statement (
      library,
      "INSERT INTO model (name, origin, folder, parameters, vocabulary, hash, created)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, unixepoch ())"
      " ON CONFLICT (name) DO UPDATE SET origin = ?2, folder = ?3, parameters = ?4, vocabulary = "
      "?5,"
      " hash = ?6",
      error);
  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_text (statement, 2, origin);
  cz_bind_text (statement, 3, path);
  cz_bind_int (statement, 4,
               (gint64)cz_parameter_table_get_n_elements (cz_model_folder_get_table (folder)));
  cz_bind_int (statement, 5, cz_model_folder_get_config (folder)->vocab_size);
  cz_bind_text (statement, 6, hash);
  return cz_statement_run (statement, error);
}

CzModel *
cz_model_add (
    CzLibrary *library, const char *folder, const char *name, const char *origin, GError **error)
{
  g_autofree char *path = make_absolute (folder, error);
  g_autofree char *own_name = NULL;
  g_autoptr (CzModel) other = NULL;

  if (path == NULL)
    return NULL;
  if (name == NULL)
    name = own_name = g_path_get_basename (path);
  if (name[strspn (name, " \t\n")] == '\0' || g_str_has_prefix (name, "run:")
      || g_str_has_prefix (name, "hub:") || strchr (name, '/') != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("“%s” cannot be a model's name: choose one without “/” that does not begin "
                      "with “run:” or “hub:”."),
                   name);
      return NULL;
    }
  other = cz_model_find (library, name, NULL);
  if (other != NULL)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                   _ ("There is a model “%s” already (%s); choose another name."), name,
                   other->folder);
      return NULL;
    }
  if (!insert_model (library, name, origin != NULL ? origin : "folder", path, error))
    return NULL;
  return cz_model_find (library, name, error);
}

gboolean
cz_model_remove (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (CzModel) model = cz_model_get (library, id, error);
  g_autofree char *own = g_strconcat (cz_library_get_folder (library), "/models/", NULL);

  if (model == NULL)
    return FALSE;
  {
    g_autoptr (CzStatement) used = cz_statement (
        library, "SELECT name, id FROM run WHERE model_id = ? AND state = 'running'", error);

    if (used == NULL)
      return FALSE;
    cz_bind_int (used, 1, id);
    while (cz_statement_step (used, NULL))
      {
        if (!cz_run_is_alive (library, cz_column_int (used, 1)))
          continue;
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” is using this model. Stop it first, or remove the model when "
                        "it has finished."),
                     cz_column_peek (used, 0, NULL));
        return FALSE;
      }
  }
  {
    g_autoptr (CzStatement) statement
        = cz_statement (library, "DELETE FROM model WHERE id = ?", error);

    if (statement == NULL)
      return FALSE;
    cz_bind_int (statement, 1, id);
    if (!cz_statement_run (statement, error))
      return FALSE;
  }
  if (g_str_has_prefix (model->folder, own))
    cz_folder_remove (model->folder);
  return TRUE;
}

gboolean
cz_models_ensure_starter (CzLibrary *library, const char *folder, GError **error)
{
  g_autoptr (CzModel) known = cz_model_find (library, STARTER, NULL);
  g_autofree char *path = folder != NULL ? realpath (folder, NULL) : NULL;
  g_autofree char *hash = path != NULL ? cz_model_hash_folder (path, NULL) : NULL;

  if (hash == NULL)
    return TRUE;
  if (known != NULL && !g_str_equal (known->origin, "shipped"))
    return TRUE; // a model of the person's own has that name
  if (known != NULL && g_str_equal (known->folder, path) && g_str_equal (known->hash, hash))
    return TRUE;
  return insert_model (library, STARTER, "shipped", path, error);
}
