#include "cli/hub-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "cli/hub-download.h"
#include "data/hub-address.h"
#include "data/hub-cache.h"
#include "data/import-place.h"
#include "engine/format/atomic-file.h"
#include "jobs/job.h"

void
cz_hub_import_free (CzHubImport *import)
{
  for (guint i = 0; i < import->made->len; i++)
    cz_folder_remove (import->made->pdata[i]);
  for (guint i = 0; i < import->locks->len; i++)
    close (g_array_index (import->locks, int, i));
  g_ptr_array_unref (import->made);
  g_array_unref (import->locks);
  g_strfreev (import->paths);
  g_free (import->source);
  g_free (import);
}

static gboolean
is_within (const char *path, const char *place)
{
  gsize n = strlen (place);

  return strncmp (path, place, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

// The folder that a data set's part lies in; "" where it is the outermost, or called like a split.
static char *
get_part (const char *path)
{
  const char *slash = strchr (path, '/');
  char *part = g_strndup (path, slash != NULL ? (gsize)(slash - path) : 0);

  if (cz_place_parse_split (part) != NULL)
    part[0] = '\0';
  return part;
}

// Parts are data sets of their own ("wikitext-2-v1", "wikitext-103-v1"); they are not mixed
// unasked.
static gboolean
check_parts (const CzHubInfo *info, GPtrArray *paths, GError **error)
{
  g_autoptr (GHashTable) parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < paths->len; i++)
    g_hash_table_add (parts, get_part (paths->pdata[i]));
  if (g_hash_table_size (parts) < 2)
    return TRUE;
  g_autoptr (GList) sorted = g_list_sort (g_hash_table_get_keys (parts), (GCompareFunc)strcmp);
  for (GList *item = sorted; item != NULL; item = item->next)
    if (*(const char *)item->data != '\0')
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", (const char *)item->data);
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("“%s” has several parts (%s); say which, as hub:%s:PART."), info->repo,
               names->str, info->repo);
  return FALSE;
}

// The paths to be imported, the info's. NULL: an error.
static GPtrArray *
choose (const CzHubInfo *info, const char *place, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  gboolean parquet = FALSE, found = FALSE;

  for (guint i = 0; i < info->files->len; i++)
    {
      const CzHubFile *file = info->files->pdata[i];
      gboolean asked = place == NULL || is_within (file->path, place);

      found = found || asked;
      parquet = parquet || (asked && g_strcmp0 (file->format, "parquet") == 0);
    }
  for (guint i = 0; i < info->files->len; i++)
    {
      const CzHubFile *file = info->files->pdata[i];

      if (place == NULL
              ? file->format != NULL && (!parquet || g_str_equal (file->format, "parquet"))
              : is_within (file->path, place)
                    && (file->format != NULL || g_str_equal (file->path, place)))
        g_ptr_array_add (paths, file->path);
    }
  if (place != NULL && !found)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("“%s” has no file “%s”; “cloze hub show %s --dataset” lists them."), info->repo,
                 place, info->repo);
  else if (paths->len == 0)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, "%s",
                 info->reason != NULL ? info->reason
                                      : _ ("There is nothing in it that can be imported."));
  else if (place != NULL || check_parts (info, paths, error))
    {
      g_ptr_array_add (paths, NULL);
      return g_steal_pointer (&paths);
    }
  return NULL;
}

static gint64
measure (const CzHubInfo *info, GPtrArray *paths)
{
  gint64 bytes = 0;

  for (guint i = 0; paths->pdata[i] != NULL; i++)
    bytes += cz_hub_info_find (info, paths->pdata[i])->bytes;
  return bytes;
}

// Where the files go: in a folder called like the data set, which documents' places begin with. It
// is empty, and nobody else's until the import ends.
static char *
make_folder (CzHubImport *import, const CzHubInfo *info, GError **error)
{
  const char *slash = strrchr (info->repo, '/');
  g_autofree char *folder = cz_hub_cache_get_import (info);
  g_autofree char *path = g_strconcat (folder, ".lock", NULL);
  int lock;

  for (guint i = 0; i < import->made->len; i++)
    if (g_str_equal (import->made->pdata[i], folder))
      return g_build_filename (folder, slash != NULL ? slash + 1 : info->repo, NULL);
  g_mkdir_with_parents (folder, 0700);
  lock = cz_hub_cache_lock_path (path, NULL, NULL, cz_interruption_get (), error);
  if (lock < 0)
    return NULL;
  g_array_append_val (import->locks, lock);
  cz_folder_remove (folder);
  g_ptr_array_add (import->made, g_strdup (folder));
  return g_build_filename (folder, slash != NULL ? slash + 1 : info->repo, NULL);
}

// *path: an address, which becomes where it lies now.
static gboolean
fetch (CzInvocation *invocation, CzHubImport *import, GString *source, char **path, GError **error)
{
  g_auto (CzHubAddress) address = { 0 };
  const char *place;

  if (!cz_hub_address_parse (*path, &address, error))
    return FALSE;
  place = address.file;
  g_autoptr (CzHubInfo) info
      = cz_hub_look (CZ_HUB_DATASET, address.repo, address.revision, cz_interruption_get (), error);
  g_autoptr (GPtrArray) paths = info != NULL ? choose (info, place, error) : NULL;
  if (paths == NULL)
    return FALSE;
  g_autofree char *folder = make_folder (import, info, error);
  if (folder == NULL)
    return FALSE;
  cz_hub_announce (invocation, info, measure (info, paths));
  if (!cz_hub_download_files (invocation, info, (const char *const *)paths->pdata, folder, error))
    return FALSE;
  g_string_append_printf (source, "%shub:%s@%s%s%s", source->len > 0 ? " " : "", info->repo,
                          info->commit, place != NULL ? ":" : "", place != NULL ? place : "");
  g_free (*path);
  *path = place != NULL && cz_hub_info_find (info, place) != NULL
              ? g_build_filename (folder, place, NULL)
              : g_steal_pointer (&folder);
  return TRUE;
}

CzHubImport *
cz_hub_import_fetch (CzInvocation *invocation, const char *const *given, GError **error)
{
  g_autoptr (CzHubImport) import = g_new0 (CzHubImport, 1);
  g_autoptr (GString) source = g_string_new (NULL);

  import->made = g_ptr_array_new_with_free_func (g_free);
  import->locks = g_array_new (FALSE, FALSE, sizeof (int));
  import->paths = g_strdupv ((char **)given);
  for (guint i = 0; import->paths[i] != NULL; i++)
    if (cz_hub_is_address (import->paths[i])
        && !fetch (invocation, import, source, &import->paths[i], error))
      return NULL;
  if (source->len > 0)
    import->source = g_strdup (source->str);
  return g_steal_pointer (&import);
}
