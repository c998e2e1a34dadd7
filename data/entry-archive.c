#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/data-error.h"
#include "data/entry-private.h"

// Archives and compressed files through libarchive. An archive may hold others, one deep; what
// unpacks to absurd sizes is not gone on with.

#define WITHIN_BYTES_MAX ((gsize)256 << 20)  // of a zip or 7z within an archive
#define BOMB_BYTES       ((gint64)256 << 20) // unpacked, below which nothing is suspected
#define BOMB_RATIO       1000                // text is packed 3 to 20 times smaller

// What all archives of one file share.
typedef struct
{
  struct archive *outermost;
  gint64 packed, unpacked; // bytes
  gboolean bomb;
} CzUnpacking;

struct _CzArchiveReading
{
  struct archive *archive;
  CzEntryWalk *walk;
  CzUnpacking *unpacking;
  const char *path, *inner;
  gboolean given;
  gboolean within; // another archive
  gboolean damaged;
};

// libarchive has no words for some errors.
static const char *
get_archive_error (struct archive *archive)
{
  const char *error = archive_error_string (archive);

  return error != NULL ? error : g_strerror (EIO);
}

static struct archive *
new_archive (void)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_filter_gzip (archive);
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_tar (archive);
  archive_read_support_format_gnutar (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_format_7zip (archive);
  archive_read_support_format_raw (archive); // a single compressed file
  return archive;
}

static void
tell_unopened (CzArchiveReading *reading)
{
  g_autofree char *reason
      = g_strdup_printf (_ ("it cannot be unpacked (%s)"), get_archive_error (reading->archive));

  reading->walk->visitor->damage (reading->path, 0, reason, reading->walk->visitor->data);
}

gboolean
cz_archive_is_office_file (const char *path)
{
  static const char *const endings[]
      = { ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".apk" };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

gboolean
cz_archive_begins (const char *bytes, gsize length)
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

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (length >= kinds[i].offset + kinds[i].length
        && memcmp (bytes + kinds[i].offset, kinds[i].magic, kinds[i].length) == 0)
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

// Without the ending of what is compressed, and, of an archive that lies in another, of the
// archive: "train.tar.gz" holds what "train" would.
static char *
strip_ending (const char *name, gboolean archives_too)
{
  static const char *const endings[]
      = { ".gz", ".xz", ".zst", ".bz2", ".tar", ".tgz", ".txz", ".tbz2", ".tzst", ".zip", ".7z" };
  char *stripped = g_strdup (name);

  for (guint i = 0; i < (archives_too ? G_N_ELEMENTS (endings) : 4); i++)
    if (g_str_has_suffix (stripped, endings[i]))
      stripped[strlen (stripped) - strlen (endings[i])] = '\0';
  return stripped;
}

static void
tell_damage (CzArchiveReading *reading)
{
  g_autofree char *reason = g_strdup_printf (_ ("the archive is damaged from here on (%s)"),
                                             get_archive_error (reading->archive));

  // What can be read behind the damage is read; it is told once.
  if (!reading->damaged)
    reading->walk->visitor->damage (reading->path, 0, reason, reading->walk->visitor->data);
  reading->damaged = TRUE;
}

gssize
cz_archive_read (CzEntry *entry, void *buffer, gsize size, GError **error)
{
  CzArchiveReading *reading = entry->archive;
  CzUnpacking *unpacking = reading->unpacking;
  gssize n = unpacking->bomb ? -1 : archive_read_data (reading->archive, buffer, size);

  if (n > 0)
    unpacking->unpacked += n;
  unpacking->bomb = unpacking->bomb
                    || (unpacking->unpacked > BOMB_BYTES
                        && unpacking->unpacked / BOMB_RATIO > unpacking->packed);
  if (n < 0 || unpacking->bomb)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                           unpacking->bomb ? _ ("it unpacks to more than a thousand times its size")
                                           : get_archive_error (reading->archive));
      return -1;
    }
  entry->visitor->progress (entry->base + archive_filter_bytes (unpacking->outermost, -1),
                            entry->path, entry->visitor->data);
  return n;
}

// Goes through what is left of a compressed archive's entry. libarchive would do so by itself, but
// could be neither stopped nor limited.
static gboolean
drain (CzEntry *entry, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *block = NULL;

  if (archive_filter_code (entry->archive->archive, 0) == ARCHIVE_FILTER_NONE)
    return TRUE;
  block = g_malloc (1 << 16);
  while (TRUE)
    {
      if (g_cancellable_set_error_if_cancelled (entry->cancellable, error))
        return FALSE;
      if (cz_archive_read (entry, block, 1 << 16, &failed) <= 0)
        return TRUE;
    }
}

static gboolean read_archive (CzArchiveReading *reading, GError **error);

// ---- an archive within an archive ----

typedef struct
{
  CzEntry *entry;
  GError *failed;
  char block[1 << 16];
} Stream;

static la_ssize_t
read_stream (struct archive *archive, void *data, const void **ret_block)
{
  Stream *stream = data;
  gssize n = stream->failed != NULL ? -1
                                    : cz_entry_read (stream->entry, stream->block,
                                                     sizeof stream->block, &stream->failed);

  *ret_block = stream->block;
  if (n < 0)
    archive_set_error (archive, EIO, "%s", stream->failed->message);
  return n;
}

// Opens it as it is read, or, where its kind has its table at the end, in memory.
static int
open_within (CzArchiveReading *reading, CzEntry *entry, Stream *stream, gboolean *ret_too_large)
{
  const char *start = (const char *)entry->head->data;

  *ret_too_large = FALSE;
  stream->entry = entry;
  if (start[0] != 'P' && start[0] != '7')
    return archive_read_open (reading->archive, stream, NULL, read_stream, NULL);
  cz_entry_look_ahead (entry, WITHIN_BYTES_MAX + 1);
  *ret_too_large = entry->head->len > WITHIN_BYTES_MAX;
  if (*ret_too_large)
    return ARCHIVE_FATAL;
  return archive_read_open_memory (reading->archive, entry->head->data, entry->head->len);
}

static gboolean
visit_within (CzArchiveReading *outer, CzEntry *entry, GError **error)
{
  const CzEntryVisitor *visitor = outer->walk->visitor;
  g_autofree Stream *stream = g_new0 (Stream, 1);
  g_autofree char *inner = strip_ending (entry->inner, TRUE);
  CzArchiveReading reading = { .archive = new_archive (),
                               .walk = outer->walk,
                               .unpacking = outer->unpacking,
                               .path = entry->path,
                               .inner = inner,
                               .within = TRUE };
  gboolean too_large, ok = TRUE;

  if (outer->within)
    visitor->skip (entry->path, 0,
                   _ ("it is an archive within an archive within an archive; unpack it first"),
                   visitor->data);
  else if (open_within (&reading, entry, stream, &too_large) == ARCHIVE_OK)
    ok = read_archive (&reading, error);
  else if (too_large)
    visitor->skip (entry->path, 0,
                   _ ("it is an archive within an archive, longer than 256 MiB; unpack it first"),
                   visitor->data);
  else
    tell_unopened (&reading);
  archive_read_free (reading.archive);
  g_clear_error (&stream->failed);
  return ok;
}

// ---- entries ----

static char *
get_name (struct archive_entry *header)
{
  const char *utf8 = archive_entry_pathname_utf8 (header);

  if (utf8 != NULL)
    return g_strdup (utf8);
  return archive_entry_pathname (header) != NULL
             ? g_utf8_make_valid (archive_entry_pathname (header), -1)
             : NULL;
}

static gboolean
visit_entry (CzArchiveReading *reading, struct archive_entry *header, GError **error)
{
  const CzEntryVisitor *visitor = reading->walk->visitor;
  gboolean raw = archive_format (reading->archive) == ARCHIVE_FORMAT_RAW, ok;
  g_autofree char *name = raw ? NULL : get_name (header);
  g_autofree char *full = raw ? strip_ending (reading->path, FALSE)
                              : g_strconcat (reading->path, "/", name != NULL ? name : "?", NULL);
  g_autofree char *below = raw ? strip_ending (reading->inner, FALSE)
                           : reading->within
                               ? g_strconcat (reading->inner, "/", name != NULL ? name : "?", NULL)
                               : g_strdup (name);
  const char *refused = raw ? NULL
                        : cz_archive_is_office_file (full)
                            ? _ ("it is an office document; save it as text first")
                            : refuse_entry (header, name);
  CzEntry entry = { .path = full,
                    .inner = below,
                    .archive = reading,
                    .visitor = visitor,
                    .descriptor = -1,
                    .cancellable = reading->walk->cancellable,
                    .base = reading->walk->done,
                    .given = reading->given && raw };

  if (refused != NULL)
    {
      visitor->skip (full, 0, refused, visitor->data);
      return drain (&entry, error);
    }
  cz_entry_look_ahead (&entry, 512);
  if (!raw && cz_archive_begins ((const char *)entry.head->data, entry.head->len))
    ok = visit_within (reading, &entry, error);
  else
    ok = visitor->visit (&entry, visitor->data, error);
  cz_entry_clear (&entry);
  return ok && drain (&entry, error);
}

static gboolean
read_archive (CzArchiveReading *reading, GError **error)
{
  const CzEntryVisitor *visitor = reading->walk->visitor;
  guint entries = 0;

  while (!reading->unpacking->bomb)
    {
      struct archive_entry *header;
      int code = archive_read_next_header (reading->archive, &header);

      if (g_cancellable_set_error_if_cancelled (reading->walk->cancellable, error))
        return FALSE;
      if (code == ARCHIVE_EOF)
        break;
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
        {
          tell_damage (reading);
          if (code == ARCHIVE_FATAL)
            break;
          continue;
        }
      entries++;
      if (archive_format (reading->archive) == ARCHIVE_FORMAT_RAW
          && archive_filter_code (reading->archive, 0) == ARCHIVE_FILTER_NONE)
        {
          // It only began like one.
          visitor->skip (reading->path, 0, _ ("it is no text"), visitor->data);
          break;
        }
      if (archive_format (reading->archive) != ARCHIVE_FORMAT_RAW
          && archive_entry_filetype (header) == AE_IFDIR)
        continue;
      if (!visit_entry (reading, header, error))
        return FALSE;
    }
  if (entries == 0 && !reading->damaged)
    visitor->skip (reading->path, 0, _ ("the archive is empty"), visitor->data);
  return TRUE;
}

gboolean
cz_archive_visit (CzEntryWalk *walk,
                  const char *path,
                  const char *inner,
                  gboolean given,
                  int descriptor,
                  GError **error)
{
  struct archive *archive = new_archive ();
  struct stat status;
  CzUnpacking unpacking = { .outermost = archive };
  CzArchiveReading reading = { .archive = archive,
                               .walk = walk,
                               .unpacking = &unpacking,
                               .path = path,
                               .inner = inner,
                               .given = given };
  gboolean ok = TRUE;

  unpacking.packed = fstat (descriptor, &status) == 0 ? status.st_size : 0;
  if (archive_read_open_fd (archive, descriptor, 1 << 16) == ARCHIVE_OK)
    ok = read_archive (&reading, error);
  else
    tell_unopened (&reading);
  if (ok && unpacking.bomb)
    walk->visitor->damage (
        path, 0,
        _ ("it unpacks to more than a thousand times its size, and was not read to the end"),
        walk->visitor->data);
  archive_read_free (archive);
  return ok;
}
