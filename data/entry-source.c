#include "data/entry-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/data-error.h"
#include "data/entry-private.h"
#include "data/library-private.h"

#define MAX_DEPTH 64 // of folders

const char *
cz_entry_get_path (CzEntry *entry)
{
  return entry->path;
}

const char *
cz_entry_get_inner (CzEntry *entry)
{
  return entry->inner;
}

gboolean
cz_entry_is_given (CzEntry *entry)
{
  return entry->given;
}

GCancellable *
cz_entry_get_cancellable (CzEntry *entry)
{
  return entry->cancellable;
}

static gssize
read_file (CzEntry *entry, void *buffer, gsize size, GError **error)
{
  gssize n;

  do
    n = read (entry->descriptor, buffer, size);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO, g_strerror (errno));
      return -1;
    }
  entry->read += n;
  entry->visitor->progress (entry->base + entry->read, entry->path, entry->visitor->data);
  return n;
}

int
cz_entry_get_descriptor (CzEntry *entry)
{
  return entry->descriptor;
}

gboolean
cz_entry_tell (CzEntry *entry, gint64 bytes_read, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (entry->cancellable, error))
    return FALSE;
  if (entry->archive == NULL && !entry->held)
    entry->visitor->progress (entry->base + bytes_read, entry->path, entry->visitor->data);
  return TRUE;
}

gssize
cz_entry_read (CzEntry *entry, void *buffer, gsize size, GError **error)
{
  gsize ahead = entry->head != NULL ? entry->head->len - entry->head_at : 0;

  if (g_cancellable_set_error_if_cancelled (entry->cancellable, error))
    return -1;
  if (ahead > 0)
    {
      gsize n = MIN (ahead, size);

      memcpy (buffer, entry->head->data + entry->head_at, n);
      entry->head_at += n;
      return (gssize)n;
    }
  if (entry->failed != NULL)
    {
      g_propagate_error (error, g_error_copy (entry->failed));
      return -1;
    }
  if (entry->held)
    return 0;
  return entry->archive != NULL ? cz_archive_read (entry, buffer, size, error)
                                : read_file (entry, buffer, size, error);
}

void
cz_entry_look_ahead (CzEntry *entry, gsize size)
{
  gssize n = 1;

  if (entry->head == NULL)
    entry->head = g_byte_array_new ();
  while (!entry->held && entry->failed == NULL && n > 0 && entry->head->len < size)
    {
      guint before = entry->head->len;
      guint room = (guint)MIN (size - before, 1 << 16);

      g_byte_array_set_size (entry->head, before + room);
      n = entry->archive != NULL
              ? cz_archive_read (entry, entry->head->data + before, room, &entry->failed)
              : read_file (entry, entry->head->data + before, room, &entry->failed);
      g_byte_array_set_size (entry->head, before + (guint)MAX (n, 0));
    }
}

const char *
cz_entry_peek (CzEntry *entry, gsize size, gsize *ret_length)
{
  cz_entry_look_ahead (entry, size);
  *ret_length = MIN (size, entry->head->len);
  return *ret_length > 0 ? (const char *)entry->head->data : "";
}

CzEntry *
cz_entry_hold (CzEntry *entry, gsize limit)
{
  CzEntry *held;

  cz_entry_look_ahead (entry, limit + 1);
  if (entry->head->len > limit)
    return NULL;
  held = g_new0 (CzEntry, 1);
  held->path = g_strdup (entry->path);
  held->inner = g_strdup (entry->inner);
  held->descriptor = -1;
  held->visitor = entry->visitor;
  held->cancellable = entry->cancellable;
  held->head = g_steal_pointer (&entry->head);
  held->failed = g_steal_pointer (&entry->failed);
  held->held = TRUE;
  return held;
}

void
cz_entry_clear (CzEntry *entry)
{
  g_clear_pointer (&entry->head, g_byte_array_unref);
  g_clear_error (&entry->failed);
}

gsize
cz_entry_measure_held (CzEntry *entry)
{
  return sizeof *entry + entry->head->len + strlen (entry->path) + strlen (entry->inner);
}

void
cz_entry_free_held (CzEntry *entry)
{
  cz_entry_clear (entry);
  g_free ((char *)entry->path);
  g_free ((char *)entry->inner);
  g_free (entry);
}

static gboolean
visit_file (CzEntryWalk *walk,
            const char *path,
            const char *inner,
            gboolean given,
            gint64 size,
            GError **error)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *shown_inner = g_filename_display_name (inner);
  char start[512];
  gssize start_length;
  gboolean ok;

  if (descriptor < 0)
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it cannot be opened (%s)"), g_strerror (errno));

      walk->visitor->skip (shown, 0, reason, walk->visitor->data);
      return TRUE;
    }
  start_length = pread (descriptor, start, sizeof start, 0);
  if (cz_archive_is_office_file (path))
    {
      walk->visitor->skip (shown, 0, _ ("it is an office document; save it as text first"),
                           walk->visitor->data);
      ok = TRUE;
    }
  else if (start_length > 0 && cz_archive_begins (start, (gsize)start_length))
    ok = cz_archive_visit (walk, shown, shown_inner, given, descriptor, error);
  else
    {
      CzEntry entry = { .path = shown,
                        .inner = shown_inner,
                        .given = given,
                        .visitor = walk->visitor,
                        .descriptor = descriptor,
                        .base = walk->done,
                        .cancellable = walk->cancellable };

      ok = walk->visitor->visit (&entry, walk->visitor->data, error);
      cz_entry_clear (&entry);
    }
  close (descriptor);
  walk->done += size;
  walk->visitor->progress (walk->done, shown, walk->visitor->data);
  return ok;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

// The names in a folder, sorted; NULL where it cannot be read.
static GPtrArray *
list_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *names;
  const char *name;

  if (folder == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean
visit_path (CzEntryWalk *walk, const char *path, const char *inner, int depth, GError **error)
{
  const CzEntryVisitor *visitor = walk->visitor;
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GPtrArray) names = NULL;
  struct stat status, link;

  if (g_cancellable_set_error_if_cancelled (walk->cancellable, error))
    return FALSE;
  if (stat (path, &status) != 0 || lstat (path, &link) != 0)
    {
      visitor->skip (shown, 0, _ ("it is gone, or a link that leads nowhere"), visitor->data);
      return TRUE;
    }
  if (cz_library_owns (&status))
    {
      visitor->skip (shown, 0, _ ("it belongs to the library"), visitor->data);
      return TRUE;
    }
  if (S_ISREG (status.st_mode))
    return visit_file (walk, path, inner, depth == 0, status.st_size, error);
  if (!S_ISDIR (status.st_mode))
    {
      visitor->skip (shown, 0, _ ("it is no file"), visitor->data);
      return TRUE;
    }
  if (depth > 0 && S_ISLNK (link.st_mode))
    {
      visitor->skip (shown, 0, _ ("it is a link to a folder"), visitor->data);
      return TRUE;
    }
  if (depth > 0 && strrchr (path, '/')[1] == '.')
    {
      visitor->skip (shown, 0, _ ("it is hidden"), visitor->data);
      return TRUE;
    }
  if (depth >= MAX_DEPTH || (names = list_folder (path)) == NULL)
    {
      visitor->skip (shown, 0,
                     depth >= MAX_DEPTH ? _ ("folders lie too deep in one another")
                                        : _ ("the folder cannot be read"),
                     visitor->data);
      return TRUE;
    }
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *below
          = depth == 0 && inner[0] == '\0' ? g_strdup (name) : g_build_filename (inner, name, NULL);

      if (!visit_path (walk, child, below, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_entry_source_each (const char *const *paths,
                      const CzEntryVisitor *visitor,
                      GCancellable *cancellable,
                      GError **error)
{
  CzEntryWalk walk = { .visitor = visitor, .cancellable = cancellable };

  for (guint i = 0; paths[i] != NULL; i++)
    {
      // "." is called what the folder is called.
      g_autofree char *whole = g_canonicalize_filename (paths[i], NULL);
      g_autofree char *name = g_path_get_basename (whole);

      if (!g_file_test (paths[i], G_FILE_TEST_EXISTS))
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                       _ ("There is no file or folder %s. Check the path."), paths[i]);
          return FALSE;
        }
      if (!visit_path (&walk, paths[i], name, 0, error) || !visitor->finish (visitor->data, error))
        return FALSE;
    }
  return TRUE;
}

static gint64
measure_path (const char *path, int depth)
{
  g_autoptr (GPtrArray) names = NULL;
  struct stat status;
  gint64 bytes = 0;

  if ((depth == 0 ? stat (path, &status) : lstat (path, &status)) != 0)
    return 0;
  if (S_ISREG (status.st_mode))
    return status.st_size;
  if (!S_ISDIR (status.st_mode) || depth >= MAX_DEPTH || (names = list_folder (path)) == NULL)
    return 0;
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *child = g_build_filename (path, g_ptr_array_index (names, i), NULL);

      bytes += measure_path (child, depth + 1);
    }
  return bytes;
}

gint64
cz_entry_source_measure (const char *const *paths)
{
  gint64 bytes = 0;

  for (guint i = 0; paths[i] != NULL; i++)
    bytes += measure_path (paths[i], 0);
  return bytes;
}
