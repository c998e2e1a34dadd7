#include "engine/gpu/gemm-tuned.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define MAGIC "Clozebench matrix table 1\nsha256 "
// Doublings and halvings of its sizes that a product may be away from the one that was measured.
#define FARTHEST 3

typedef struct
{
  CzGemmForm form;
  guint sizes[4]; // m, n, k, matrices of the batch
  CzRounding rounding;
  CzGemmPlan plan;
} Entry;

struct _CzGemmTuned
{
  GArray *entries; // of Entry
  const char *name;
};

static const char *const form_names[] = { "NN", "NT", "TN" };
// As they stand behind the sizes.
static const char *const rounding_names[CZ_ROUNDINGS] = { "", " fp16", " bf16" };

CzGemmTuned *
cz_gemm_tuned_new (void)
{
  CzGemmTuned *tuned = g_new0 (CzGemmTuned, 1);
  tuned->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  return tuned;
}

void
cz_gemm_tuned_free (CzGemmTuned *tuned)
{
  g_array_unref (tuned->entries);
  g_free (tuned);
}

void
cz_gemm_tuned_add (CzGemmTuned *tuned,
                   const CzGemm *gemm,
                   CzRounding rounding,
                   const CzGemmPlan *plan)
{
  Entry entry = { gemm->form,
                  { gemm->m, gemm->n, gemm->k, gemm->batch_outer * gemm->batch_inner },
                  rounding,
                  *plan };
  g_array_append_val (tuned->entries, entry);
}

guint
cz_gemm_tuned_count (const CzGemmTuned *tuned)
{
  return tuned->entries->len;
}

const CzGemmPlan *
cz_gemm_tuned_find (const CzGemmTuned *tuned, const CzGemm *gemm, CzRounding rounding)
{
  const guint sizes[4] = { gemm->m, gemm->n, gemm->k, gemm->batch_outer * gemm->batch_inner };
  const CzGemmPlan *found = NULL;
  double nearest = FARTHEST;
  for (guint i = 0; i < tuned->entries->len; i++)
    {
      const Entry *entry = &g_array_index (tuned->entries, Entry, i);
      double distance = 0;
      if (entry->form != gemm->form || entry->rounding != rounding)
        continue;
      for (guint j = 0; j < 4; j++)
        distance += fabs (log2 ((double)sizes[j] / entry->sizes[j]));
      if (distance < nearest || (found == NULL && distance <= nearest))
        {
          nearest = distance;
          found = &entry->plan;
        }
    }
  return found;
}

const char *
cz_gemm_tuned_get_name (const CzGemmTuned *tuned)
{
  return tuned->name;
}

char *
cz_gemm_tuned_get_path (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  const char *given = g_getenv ("CZ_GEMM_TABLE");
  if (given != NULL)
    return given[0] != '\0' ? g_strdup (given) : NULL;
  g_autofree char *name = g_strdup_printf ("gemm-%08x-%08x-%u.txt", info->vendor_id,
                                           info->device_id, info->subgroup_size);
  // What was measured changes numbers: it is no mere cache.
  return g_build_filename (g_get_user_config_dir (), "clozebench", name, NULL);
}

// What the table holds for: the lines before those of the products.
static char *
describe (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  return g_strdup_printf ("device %s\ndriver %s\nsubgroup %u\nover %s\n", info->name, info->driver,
                          info->subgroup_size, cz_gemm_table_get_fixed_name (device));
}

// ---- Writing ----

static void
set_name (CzGemmTuned *tuned, const char *hash)
{
  g_autofree char *name = g_strdup_printf ("tuned %.8s", hash);
  tuned->name = g_intern_string (name);
}

gboolean
cz_gemm_tuned_save (CzGemmTuned *tuned, CzDevice *device, const char *path, GError **error)
{
  g_autofree char *head = describe (device);
  g_autoptr (GString) body = g_string_new (head);
  for (guint i = 0; i < tuned->entries->len; i++)
    {
      const Entry *entry = &g_array_index (tuned->entries, Entry, i);
      g_autofree char *plan = cz_gemm_plan_to_string (&entry->plan);
      g_string_append_printf (body, "%s %u %u %u %u%s: %s\n", form_names[entry->form],
                              entry->sizes[0], entry->sizes[1], entry->sizes[2], entry->sizes[3],
                              rounding_names[entry->rounding], plan);
    }
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body->str, -1);
  g_autofree char *text = g_strconcat (MAGIC, hash, "\n", body->str, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   _ ("The folder %s cannot be made (%s). Check the path and its permissions."),
                   folder, g_strerror (code));
      return FALSE;
    }
  if (!g_file_set_contents_full (path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error))
    return FALSE;
  set_name (tuned, hash);
  return TRUE;
}

// ---- Reading ----

// One line, "NT 1024 768 768 1: wide-16" or "NT 1024 768 768 1 fp16: matrix-64x64"; FALSE where it
// is anything else.
static gboolean
parse_entry (const char *line, Entry *ret_entry)
{
  const char *colon = strstr (line, ": ");
  Entry entry = { 0 };
  if (colon == NULL || !cz_gemm_plan_from_string (colon + 2, &entry.plan))
    return FALSE;
  g_autofree char *shape = g_strndup (line, (gsize)(colon - line));
  g_auto (GStrv) words = g_strsplit (shape, " ", -1);
  guint n = g_strv_length (words);
  if (n != 5 && n != 6)
    return FALSE;
  while (n == 6 && entry.rounding < CZ_ROUNDINGS
         && (entry.rounding == CZ_ROUNDING_NONE
             || strcmp (rounding_names[entry.rounding] + 1, words[5]) != 0))
    entry.rounding++;
  if (entry.rounding == CZ_ROUNDINGS)
    return FALSE;
  while (entry.form <= CZ_GEMM_TN && strcmp (form_names[entry.form], words[0]) != 0)
    entry.form++;
  for (guint i = 0; i < 4; i++)
    {
      guint64 size;
      if (!g_ascii_string_to_unsigned (words[i + 1], 10, 1, G_MAXUINT32, &size, NULL))
        return FALSE;
      entry.sizes[i] = (guint)size;
    }
  *ret_entry = entry;
  return entry.form <= CZ_GEMM_TN;
}

// The lines of the products after head, each ending in a newline.
static CzGemmTuned *
parse_entries (const char *text)
{
  g_autoptr (CzGemmTuned) tuned = cz_gemm_tuned_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);
  Entry entry;
  if (n < 2 || lines[n - 1][0] != '\0')
    return NULL;
  for (guint i = 0; i < n - 1; i++)
    if (parse_entry (lines[i], &entry))
      g_array_append_val (tuned->entries, entry);
    else
      return NULL;
  return g_steal_pointer (&tuned);
}

CzGemmTuned *
cz_gemm_tuned_load (CzDevice *device, GError **error)
{
  g_autofree char *path = cz_gemm_tuned_get_path (device);
  g_autoptr (GError) failed = NULL;
  g_autofree char *text = NULL;
  gsize size;
  if (path == NULL)
    return NULL;
  if (!g_file_get_contents (path, &text, &size, &failed))
    {
      if (!g_error_matches (failed, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                     _ ("The measured table of matrix kernels is not used: %s"), failed->message);
      return NULL;
    }

  gsize head_size = strlen (MAGIC) + 64 + 1;
  gboolean whole = g_str_has_prefix (text, MAGIC) && size > head_size && strlen (text) == size;
  g_autofree char *hash
      = whole ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text + head_size, -1) : NULL;
  whole = whole && strncmp (text + strlen (MAGIC), hash, 64) == 0 && text[head_size - 1] == '\n';
  g_autofree char *head = describe (device);
  gboolean ours = whole && g_str_has_prefix (text + head_size, head);
  g_autoptr (CzGemmTuned) tuned = ours ? parse_entries (text + head_size + strlen (head)) : NULL;
  if (tuned != NULL)
    set_name (tuned, hash);
  else if (whole && !ours)
    g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                 _ ("The measured table of matrix kernels %s is not used: it is of another device, "
                    "driver or version. “cloze bench gemm --tune” makes one anew"),
                 path);
  else
    g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                 _ ("The measured table of matrix kernels %s is not used: it is damaged. “cloze "
                    "bench gemm --tune” makes one anew"),
                 path);
  return g_steal_pointer (&tuned);
}
