// Invariants once a file is open: every tensor's bytes lie inside the mapping, tensors are sorted
// by their bytes and cover them all without overlap, and n_bytes = product (dims) × size of the
// type.
#include "engine/format/safetensors.h"

#include <errno.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/format/format-error.h"
#include "engine/format/half.h"
#include "engine/format/json-text.h"
#include "engine/format/lfs-pointer.h"

#define MAX_HEADER (G_GUINT64_CONSTANT (100) << 20) // as the reference implementation

typedef struct
{
  CzTensor tensor;
  guint64 begin;
  guint64 end;
} Entry;

struct _CzSafetensors
{
  char *path;
  GMappedFile *mapping;
  JsonObject *header; // owns the names
  GArray *entries;    // of Entry, by begin
  GHashTable *by_name;
};

G_GNUC_PRINTF (3, 4)
static gboolean
set_invalid (GError **error, const char *path, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID, _ ("“%s” %s"), path, reason);
  return FALSE;
}

// A member that is an array of whole numbers, none negative.
static JsonArray *
get_numbers (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_INT64
          || json_node_get_int (element) < 0)
        return NULL;
    }
  return array;
}

static gboolean
read_entry (CzSafetensors *file, const char *name, JsonNode *node, guint64 n_data, GError **error)
{
  Entry entry = { .tensor.name = name, .tensor.n_elements = 1 };
  const char *dtype = NULL;
  guint64 n_bytes;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return set_invalid (error, file->path, _ ("describes the tensor “%s” wrongly; get it again."),
                        name);
  JsonObject *object = json_node_get_object (node);
  JsonNode *dtype_node = json_object_get_member (object, "dtype");
  if (dtype_node != NULL && JSON_NODE_HOLDS_VALUE (dtype_node)
      && json_node_get_value_type (dtype_node) == G_TYPE_STRING)
    dtype = json_node_get_string (dtype_node);
  JsonArray *shape = get_numbers (object, "shape");
  JsonArray *offsets = get_numbers (object, "data_offsets");
  if (dtype == NULL || shape == NULL || offsets == NULL || json_array_get_length (offsets) != 2)
    return set_invalid (
        error, file->path,
        _ ("gives no sound type, shape and place for the tensor “%s”; get it again."), name);
  if (!cz_dtype_find (dtype, &entry.tensor.dtype))
    return set_invalid (error, file->path,
                        _ ("stores the tensor “%s” as “%.20s”, a type that is not known."), name,
                        dtype);
  if (json_array_get_length (shape) > CZ_TENSOR_MAX_DIMS)
    return set_invalid (error, file->path, _ ("gives the tensor “%s” more than %d dimensions."),
                        name, CZ_TENSOR_MAX_DIMS);
  entry.tensor.n_dims = json_array_get_length (shape);
  for (guint i = 0; i < entry.tensor.n_dims; i++)
    {
      entry.tensor.dims[i] = (guint64)json_array_get_int_element (shape, i);
      if (!g_uint64_checked_mul (&entry.tensor.n_elements, entry.tensor.n_elements,
                                 entry.tensor.dims[i]))
        return set_invalid (error, file->path, _ ("gives the tensor “%s” an impossible size."),
                            name);
    }
  entry.begin = (guint64)json_array_get_int_element (offsets, 0);
  entry.end = (guint64)json_array_get_int_element (offsets, 1);
  if (!g_uint64_checked_mul (&n_bytes, entry.tensor.n_elements,
                             cz_dtype_get_size (entry.tensor.dtype)))
    return set_invalid (error, file->path, _ ("gives the tensor “%s” an impossible size."), name);
  if (entry.begin > entry.end || entry.end - entry.begin != n_bytes)
    return set_invalid (
        error, file->path,
        _ ("gives the tensor “%s” a place that doesn't fit its shape; get it again."), name);
  if (entry.end > n_data)
    return set_invalid (error, file->path,
                        _ ("is cut short: the tensor “%s” ends %" PRIu64
                           " bytes after the file does; copy or download it again."),
                        name, entry.end - n_data);
  entry.tensor.n_bytes = (gsize)n_bytes;
  g_array_append_val (file->entries, entry);
  return TRUE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  if (x->end != y->end)
    return x->end < y->end ? -1 : 1;
  return strcmp (x->tensor.name, y->tensor.name);
}

static gboolean
read_header (CzSafetensors *file, const guint8 *data, guint64 n_data, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  guint64 reached = 0;

  json_object_iter_init (&iter, file->header);
  while (json_object_iter_next (&iter, &name, &node))
    if (strcmp (name, "__metadata__") != 0 && !read_entry (file, name, node, n_data, error))
      return FALSE;
  g_array_sort (file->entries, compare_entries);
  for (guint i = 0; i < file->entries->len; i++)
    {
      Entry *entry = &g_array_index (file->entries, Entry, i);
      if (entry->begin != reached)
        return set_invalid (error, file->path,
                            entry->begin < reached
                                ? _ ("is damaged: the tensor “%s” overlaps another; get it again.")
                                : _ ("is damaged: before the tensor “%s” bytes belong to nothing; "
                                     "get it again."),
                            entry->tensor.name);
      entry->tensor.data = data + entry->begin;
      reached = entry->end;
      g_hash_table_insert (file->by_name, (gpointer)entry->tensor.name, &entry->tensor);
    }
  if (reached != n_data)
    return set_invalid (
        error, file->path,
        _ ("is damaged: %" PRIu64 " bytes at its end belong to no tensor; get it again."),
        n_data - reached);
  return TRUE;
}

static gboolean
check_opening (
    CzSafetensors *file, const guint8 *bytes, gsize size, guint64 *ret_header, GError **error)
{
  guint64 length = 0;

  if (!cz_lfs_pointer_check (file->path, bytes, size, error))
    return FALSE;
  if (size == 0)
    return set_invalid (error, file->path, _ ("is empty; copy or download it again."));
  if (size >= 4 && (memcmp (bytes, "PK\3\4", 4) == 0 || memcmp (bytes, "\x80\2", 2) == 0))
    return set_invalid (error, file->path,
                        _ ("is a PyTorch file under a wrong name; convert it with transformers "
                           "(save_pretrained (…, safe_serialization=True))."));
  if (size >= 8)
    {
      memcpy (&length, bytes, sizeof length);
      length = GUINT64_FROM_LE (length);
    }
  if (size < 9 || length < 2 || length > MAX_HEADER || (length <= size - 8 && bytes[8] != '{'))
    return set_invalid (error, file->path,
                        _ ("is not a safetensors file; choose the model's model.safetensors."));
  if (length > size - 8)
    {
      if (bytes[8] != '{')
        return set_invalid (error, file->path,
                            _ ("is not a safetensors file; choose the model's model.safetensors."));
      return set_invalid (error, file->path,
                          _ ("is cut short within its header; copy or download it again."));
    }
  *ret_header = length;
  return TRUE;
}

CzSafetensors *
cz_safetensors_open (const char *path, GError **error)
{
  g_autoptr (CzSafetensors) file = g_new0 (CzSafetensors, 1);
  g_autoptr (GError) reason = NULL;
  guint64 header = 0;

  file->path = g_strdup (path);
  file->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->mapping = g_mapped_file_new (path, FALSE, &reason);
  if (file->mapping == NULL)
    {
      if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_MISSING,
                     _ ("“%s” is missing; choose a folder that has it."), path);
      else
        g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_IO, _ ("“%s” could not be read: %s"),
                     path, reason->message);
      return NULL;
    }
  const guint8 *bytes = (const guint8 *)g_mapped_file_get_contents (file->mapping);
  gsize size = g_mapped_file_get_length (file->mapping);
  if (!check_opening (file, bytes, size, &header, error))
    return NULL;
  g_autoptr (JsonNode) root = cz_json_parse ((const char *)bytes + 8, (gssize)header, path, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      set_invalid (error, path,
                   _ ("is not a safetensors file; choose the model's model.safetensors."));
      return NULL;
    }
  file->header = json_node_dup_object (root);
  if (!read_header (file, bytes + 8 + header, size - 8 - header, error))
    return NULL;
  return g_steal_pointer (&file);
}

void
cz_safetensors_free (CzSafetensors *file)
{
  g_hash_table_unref (file->by_name);
  g_array_unref (file->entries);
  g_clear_pointer (&file->header, json_object_unref);
  g_clear_pointer (&file->mapping, g_mapped_file_unref);
  g_free (file->path);
  g_free (file);
}

void
cz_safetensors_let_go (CzSafetensors *file)
{
  char *bytes = g_mapped_file_get_contents (file->mapping);

  // The mapping is private and nobody writes to it, so nothing is lost.
  if (bytes != NULL
      && madvise (bytes, g_mapped_file_get_length (file->mapping), MADV_DONTNEED) != 0)
    g_debug ("%s stays in memory: %s", file->path, g_strerror (errno));
}

const char *
cz_safetensors_get_path (CzSafetensors *file)
{
  return file->path;
}

guint
cz_safetensors_get_n_tensors (CzSafetensors *file)
{
  return file->entries->len;
}

const CzTensor *
cz_safetensors_get_tensor (CzSafetensors *file, guint index)
{
  g_assert (index < file->entries->len);
  return &g_array_index (file->entries, Entry, index).tensor;
}

const CzTensor *
cz_safetensors_lookup (CzSafetensors *file, const char *name)
{
  return g_hash_table_lookup (file->by_name, name);
}

const char *
cz_safetensors_get_metadata (CzSafetensors *file, const char *key)
{
  JsonNode *metadata = json_object_get_member (file->header, "__metadata__");

  if (metadata == NULL || !JSON_NODE_HOLDS_OBJECT (metadata))
    return NULL;
  JsonNode *value = json_object_get_member (json_node_get_object (metadata), key);
  if (value == NULL || !JSON_NODE_HOLDS_VALUE (value)
      || json_node_get_value_type (value) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (value);
}
