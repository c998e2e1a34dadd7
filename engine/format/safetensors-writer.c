#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/half.h"
#include "engine/format/safetensors.h"

#define CHUNK ((gsize)1 << 18) // floats on their way through memory at a time

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  const CzTensorSource *sources = data;

  return strcmp (sources[*(const guint *)a].name, sources[*(const guint *)b].name);
}

static guint64
count_elements (const CzTensorSource *source)
{
  guint64 n = 1;

  for (guint i = 0; i < source->n_dims; i++)
    n *= source->dims[i];
  return n;
}

// The header as JSON, padded with blanks to a multiple of 8 so that the tensors start aligned.
static GString *
build_header (const CzTensorSource *sources,
              const guint *order,
              guint n,
              CzDtype dtype,
              const char *const *metadata)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *header = json_object_new (), *about = json_object_new ();
  guint64 offset = 0;

  json_object_set_string_member (about, "format", "pt");
  for (guint i = 0; metadata != NULL && metadata[i] != NULL; i += 2)
    json_object_set_string_member (about, metadata[i], metadata[i + 1]);
  json_object_set_object_member (header, "__metadata__", about);
  for (guint i = 0; i < n; i++)
    {
      const CzTensorSource *source = &sources[order[i]];
      JsonObject *tensor = json_object_new ();
      JsonArray *shape = json_array_new (), *offsets = json_array_new ();

      for (guint j = 0; j < source->n_dims; j++)
        json_array_add_int_element (shape, (gint64)source->dims[j]);
      json_array_add_int_element (offsets, (gint64)offset);
      offset += count_elements (source) * cz_dtype_get_size (dtype);
      json_array_add_int_element (offsets, (gint64)offset);
      json_object_set_string_member (tensor, "dtype", cz_dtype_get_name (dtype));
      json_object_set_array_member (tensor, "shape", shape);
      json_object_set_array_member (tensor, "data_offsets", offsets);
      json_object_set_object_member (header, source->name, tensor);
    }
  json_node_take_object (root, header);
  g_autofree char *text = json_to_string (root, FALSE);
  GString *padded = g_string_new (text);
  while (padded->len % 8 != 0)
    g_string_append_c (padded, ' ');
  return padded;
}

// Writes `n` floats; `halves` has room for as many.
static gboolean
write_floats (CzAtomicFile *file,
              const char *path,
              const char *name,
              const float *floats,
              gsize n,
              CzDtype dtype,
              guint16 *halves,
              GError **error)
{
  if (dtype == CZ_DTYPE_F32)
    return cz_atomic_file_write (file, floats, n * sizeof (float), error);
  for (gsize i = 0; i < n; i++)
    {
      halves[i] = cz_half_from_float (floats[i]);
      if (isfinite (floats[i]) && (halves[i] & 0x7fff) == 0x7c00)
        {
          g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                       _ ("“%s” can't be written in half precision: “%s” holds %g, which is too "
                          "large for it; write single precision instead."),
                       path, name, floats[i]);
          return FALSE;
        }
    }
  return cz_atomic_file_write (file, halves, n * sizeof (guint16), error);
}

gboolean
cz_safetensors_write (const char *path,
                      const CzTensorSource *sources,
                      guint n_sources,
                      CzDtype dtype,
                      const char *const *metadata,
                      CzTensorReader reader,
                      gpointer data,
                      GError **error)
{
  g_assert (dtype == CZ_DTYPE_F32 || dtype == CZ_DTYPE_F16);
  g_autofree guint *order = g_new (guint, n_sources + 1);
  g_autofree float *floats = g_new (float, CHUNK);
  g_autofree guint16 *halves = g_new (guint16, CHUNK);

  for (guint i = 0; i < n_sources; i++)
    order[i] = i;
  g_qsort_with_data (order, (gint)n_sources, sizeof *order, compare_names, (gpointer)sources);
  g_autoptr (GString) header = build_header (sources, order, n_sources, dtype, metadata);
  guint64 length = GUINT64_TO_LE ((guint64)header->len);
  g_autoptr (CzAtomicFile) file = cz_atomic_file_new (path, error);
  if (file == NULL || !cz_atomic_file_write (file, &length, sizeof length, error)
      || !cz_atomic_file_write (file, header->str, header->len, error))
    return FALSE;
  for (guint i = 0; i < n_sources; i++)
    {
      const CzTensorSource *source = &sources[order[i]];
      guint64 n = count_elements (source);

      for (guint64 first = 0; first < n; first += CHUNK)
        {
          gsize part = (gsize)MIN (n - first, CHUNK);
          const float *from = floats;
          if (source->data != NULL)
            from = source->data + first;
          else if (!reader (order[i], first, part, floats, data, error))
            return FALSE;
          if (!write_floats (file, path, source->name, from, part, dtype, halves, error))
            return FALSE;
        }
    }
  return cz_atomic_file_finish (file, error);
}
