#include "data/entry-source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/data-error.h"

#define MAX_DEPTH 64 // of folders

struct _CzEntry
{
  const char *path;
  const char *inner;
  gboolean given;
  int descriptor;          // a plain file, or
  struct archive *archive; // an archive's current entry
  const CzEntryVisitor *visitor;
  GCancellable *cancellable;
  gint64 base; // bytes of the files before this one
  gint64 read; // bytes of this one (plain files)
};

typedef struct
{
  const CzEntryVisitor *visitor;
  GCancellable *cancellable;
  gint64 done; // bytes of the files finished
} Walk;

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

// libarchive has no words for some errors.
static const char *
get_archive_error (struct archive *archive)
{
  const char *error = archive_error_string (archive);

  return error != NULL ? error : g_strerror (EIO);
}

gssize
cz_entry_read (CzEntry *entry, void *buffer, gsize size, GError **error)
{
  gssize n;

  if (g_cancellable_set_error_if_cancelled (entry->cancellable, error))
    return -1;
  if (entry->archive != NULL)
    {
      n = archive_read_data (entry->archive, buffer, size);
      if (n < 0)
        {
          g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                               get_archive_error (entry->archive));
          return -1;
        }
      entry->visitor->progress (entry->base + archive_filter_bytes (entry->archive, -1),
                                entry->path, entry->visitor->data);
      return n;
    }
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

// Documents that are zip archives inside: their parts are no texts of the person's.
static gboolean
is_office_file (const char *path)
{
  static const char *const endings[]
      = { ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".apk" };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

// Whether the file begins like something that libarchive opens.
static gboolean
is_archive (int descriptor)
{
  static const struct
  {
    gsize offset, length;
    const char *magic;
  } kinds[] = {
    { 0, 2, "\x1f\x8b" }, // gzip
    { 0, 6,
      "\xfd"
      "7zXZ\0" },                   // xz
    { 0, 4, "\x28\xb5\x2f\xfd" },   // zstd
    { 4, 6, "1AY&SY" },             // bzip2, behind "BZh" and a digit
    { 0, 4, "PK\x03\x04" },         // zip
    { 0, 4, "PK\x05\x06" },         // zip without entries
    { 0, 6, "7z\xbc\xaf\x27\x1c" }, // 7-zip
    { 257, 5, "ustar" },            // tar
  };
  char start[512];
  gssize n = pread (descriptor, start, sizeof start, 0);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (n >= (gssize)(kinds[i].offset + kinds[i].length)
        && memcmp (start + kinds[i].offset, kinds[i].magic, kinds[i].length) == 0)
      return TRUE;
  return FALSE;
}

// An absolute name, or one with a part "..", as Unix or as Windows writes them.
static gboolean
leads_out (const char *name)
{
  g_auto (GStrv) parts = g_strsplit_set (name, "/\\", -1);

  return name[0] == '/' || name[0] == '\\'
         || (name[0] != '\0' && name[1] == ':' && (name[2] == '/' || name[2] == '\\'))
         || g_strv_contains ((const char *const *)parts, "..");
}

// Whether a folder on the way to an entry begins with a dot; macOS puts one into archives besides.
static gboolean
is_in_hidden_folder (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i++)
    if ((parts[i][0] == '.' && !g_str_equal (parts[i], ".")) || g_str_equal (parts[i], "__MACOSX"))
      return TRUE;
  return FALSE;
}

// Why an archive's entry is left out; NULL: it is to be read.
static const char *
refuse_entry (struct archive_entry *entry, const char *name)
{
  if (name == NULL)
    return _ ("its name cannot be read");
  if (leads_out (name))
    return _ ("its name leads out of the archive");
  if (archive_entry_hardlink (entry) != NULL || archive_entry_filetype (entry) == AE_IFLNK)
    return _ ("it is a link");
  if (archive_entry_filetype (entry) != AE_IFREG)
    return _ ("it is no file");
  if (is_in_hidden_folder (name))
    return _ ("it is hidden");
  if (archive_entry_is_encrypted (entry))
    return _ ("it is encrypted");
  return NULL;
}

static char *
strip_ending (const char *name)
{
  static const char *const endings[] = { ".gz", ".xz", ".zst", ".bz2" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return g_strndup (name, strlen (name) - strlen (endings[i]));
  return g_strdup (name);
}

static gboolean
visit_archive (
    Walk *walk, const char *path, const char *inner, gboolean given, int descriptor, GError **error)
{
  const CzEntryVisitor *visitor = walk->visitor;
  struct archive *archive = archive_read_new ();
  gboolean ok = TRUE, damaged = FALSE;
  guint entries = 0;

  archive_read_support_filter_gzip (archive);
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_tar (archive);
  archive_read_support_format_gnutar (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_format_7zip (archive);
  archive_read_support_format_raw (archive); // a single compressed file
  if (archive_read_open_fd (archive, descriptor, 1 << 16) != ARCHIVE_OK)
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it cannot be unpacked (%s)"), get_archive_error (archive));

      visitor->skip (path, 0, reason, visitor->data);
      archive_read_free (archive);
      return TRUE;
    }
  while (ok)
    {
      struct archive_entry *header;
      int code = archive_read_next_header (archive, &header);
      g_autofree char *name = NULL, *full = NULL, *below = NULL;
      const char *refused;

      if (code == ARCHIVE_EOF)
        break;
      if (g_cancellable_set_error_if_cancelled (walk->cancellable, error))
        {
          ok = FALSE;
          break;
        }
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
        {
          g_autofree char *reason = g_strdup_printf (_ ("the archive is damaged from here on (%s)"),
                                                     get_archive_error (archive));

          // What can be read behind the damage is read; it is told once.
          if (!damaged)
            visitor->skip (path, 0, reason, visitor->data);
          damaged = TRUE;
          if (code == ARCHIVE_FATAL)
            break;
          continue;
        }
      entries++;
      if (archive_format (archive) == ARCHIVE_FORMAT_RAW
          && archive_filter_code (archive, 0) == ARCHIVE_FILTER_NONE)
        {
          // It only began like one.
          visitor->skip (path, 0, _ ("it is no text"), visitor->data);
          break;
        }
      if (archive_format (archive) == ARCHIVE_FORMAT_RAW)
        {
          full = strip_ending (path);
          below = strip_ending (inner);
        }
      else
        {
          const char *utf8 = archive_entry_pathname_utf8 (header);

          if (archive_entry_filetype (header) == AE_IFDIR)
            continue;
          name = utf8 != NULL ? g_strdup (utf8)
                 : archive_entry_pathname (header) != NULL
                     ? g_utf8_make_valid (archive_entry_pathname (header), -1)
                     : NULL;
          full = g_strconcat (path, "/", name != NULL ? name : "?", NULL);
          refused = refuse_entry (header, name);
          if (refused != NULL)
            {
              visitor->skip (full, 0, refused, visitor->data);
              continue;
            }
          below = g_strdup (name);
        }

      CzEntry entry = { .path = full,
                        .inner = below,
                        .archive = archive,
                        .visitor = visitor,
                        .descriptor = -1,
                        .cancellable = walk->cancellable,
                        .base = walk->done,
                        .given = given && archive_format (archive) == ARCHIVE_FORMAT_RAW };
      ok = visitor->visit (&entry, visitor->data, error);
    }
  if (ok && entries == 0 && !damaged)
    visitor->skip (path, 0, _ ("the archive is empty"), visitor->data);
  archive_read_free (archive);
  return ok;
}

static gboolean
visit_file (
    Walk *walk, const char *path, const char *inner, gboolean given, gint64 size, GError **error)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *shown_inner = g_filename_display_name (inner);
  gboolean ok;

  if (descriptor < 0)
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it cannot be opened (%s)"), g_strerror (errno));

      walk->visitor->skip (shown, 0, reason, walk->visitor->data);
      return TRUE;
    }
  if (is_office_file (path))
    {
      walk->visitor->skip (shown, 0, _ ("it is an office document; save it as text first"),
                           walk->visitor->data);
      ok = TRUE;
    }
  else if (is_archive (descriptor))
    ok = visit_archive (walk, shown, shown_inner, given, descriptor, error);
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
visit_path (Walk *walk, const char *path, const char *inner, int depth, GError **error)
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
  Walk walk = { .visitor = visitor, .cancellable = cancellable };

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
      if (!visit_path (&walk, paths[i], name, 0, error))
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
