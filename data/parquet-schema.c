#include "data/parquet-schema.h"

#include <glib/gi18n-lib.h>

#include "data/data-error.h"

#define DEPTH_MAX    32
#define ELEMENTS_MAX (8 * CZ_PARQUET_COLUMNS_MAX)
#define PATH_BYTES   4096 // bytes of a path

typedef enum
{
  REQUIRED,
  OPTIONAL,
  REPEATED,
} Repetition;

// What the format calls converted types, those that matter here.
enum
{
  CONVERTED_UTF8 = 0,
  CONVERTED_MAP = 1,
  CONVERTED_MAP_KEY_VALUE = 2,
  CONVERTED_LIST = 3,
  CONVERTED_ENUM = 4,
  CONVERTED_DECIMAL = 5,
  CONVERTED_UINT_8 = 11,
  CONVERTED_UINT_64 = 14,
  CONVERTED_JSON = 19,
};

// The members of the union LogicalType.
enum
{
  LOGICAL_STRING = 1,
  LOGICAL_MAP = 2,
  LOGICAL_LIST = 3,
  LOGICAL_ENUM = 4,
  LOGICAL_DECIMAL = 5,
  LOGICAL_INTEGER = 10,
  LOGICAL_JSON = 12,
  LOGICAL_UUID = 14,
  LOGICAL_FLOAT16 = 15,
};

typedef struct
{
  gint64 type; // -1: a group
  gint64 width, repetition, children, scale;
  const char *name; // not the element's own
  gsize name_length;
  gboolean list, map;
  CzParquetMeaning meaning;
} Element;

// A node on the way down.
typedef struct
{
  guint definition, repetition, list_definition;
  guint depth;
  gboolean unnamed;       // its name does not count
  gboolean unnamed_child; // nor does that of its only child
} Place;

typedef struct
{
  GArray *elements; // Element
  guint next;
  GString *path;
  GPtrArray *leaves;
} Walk;

static void
free_leaf (gpointer data)
{
  CzParquetLeaf *leaf = data;

  g_free (leaf->name);
  g_free (leaf);
}

static void
read_logical_type (CzThrift *thrift, Element *element)
{
  CzThriftField field = { 0 };

  while (cz_thrift_next (thrift, &field))
    {
      CzThriftField inner = { 0 };
      gint16 kind = field.id;
      gboolean is_unsigned = FALSE;

      if (!cz_thrift_is_struct (thrift, field.type))
        continue;
      while (cz_thrift_next (thrift, &inner))
        if (kind == LOGICAL_DECIMAL && inner.id == 1)
          element->scale = cz_thrift_read_int (thrift, inner.type);
        else if (kind == LOGICAL_INTEGER && inner.id == 2)
          is_unsigned = cz_thrift_read_int (thrift, inner.type) == 0;
        else
          cz_thrift_skip (thrift, inner.type);
      if (kind == LOGICAL_STRING || kind == LOGICAL_ENUM || kind == LOGICAL_JSON)
        element->meaning = CZ_PARQUET_TEXT;
      else if (kind == LOGICAL_DECIMAL)
        element->meaning = CZ_PARQUET_DECIMAL;
      else if (kind == LOGICAL_INTEGER && is_unsigned)
        element->meaning = CZ_PARQUET_UNSIGNED;
      else if (kind == LOGICAL_UUID)
        element->meaning = CZ_PARQUET_UUID;
      else if (kind == LOGICAL_FLOAT16)
        element->meaning = CZ_PARQUET_FLOAT16;
      element->list = element->list || kind == LOGICAL_LIST;
      element->map = element->map || kind == LOGICAL_MAP;
    }
}

static void
take_converted_type (Element *element, gint64 converted)
{
  element->list = element->list || converted == CONVERTED_LIST;
  element->map = element->map || converted == CONVERTED_MAP || converted == CONVERTED_MAP_KEY_VALUE;
  if (element->meaning != CZ_PARQUET_PLAIN)
    return; // the logical type says more
  if (converted == CONVERTED_UTF8 || converted == CONVERTED_ENUM || converted == CONVERTED_JSON)
    element->meaning = CZ_PARQUET_TEXT;
  else if (converted == CONVERTED_DECIMAL)
    element->meaning = CZ_PARQUET_DECIMAL;
  else if (converted >= CONVERTED_UINT_8 && converted <= CONVERTED_UINT_64)
    element->meaning = CZ_PARQUET_UNSIGNED;
}

static void
read_element (CzThrift *thrift, Element *element)
{
  CzThriftField field = { 0 };
  gint64 converted = -1;

  while (cz_thrift_next (thrift, &field))
    switch (field.id)
      {
      case 1:
        element->type = cz_thrift_read_int (thrift, field.type);
        break;
      case 2:
        element->width = cz_thrift_read_int (thrift, field.type);
        break;
      case 3:
        element->repetition = cz_thrift_read_int (thrift, field.type);
        break;
      case 4:
        element->name = cz_thrift_read_bytes (thrift, field.type, &element->name_length);
        break;
      case 5:
        element->children = cz_thrift_read_int (thrift, field.type);
        break;
      case 6:
        converted = cz_thrift_read_int (thrift, field.type);
        break;
      case 7:
        element->scale = cz_thrift_read_int (thrift, field.type);
        break;
      case 10:
        if (cz_thrift_is_struct (thrift, field.type))
          read_logical_type (thrift, element);
        break;
      default:
        cz_thrift_skip (thrift, field.type);
      }
  take_converted_type (element, converted);
  if (element->children > 0)
    element->type = -1;
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED,
                       _ ("the list of its columns is damaged"));
  return FALSE;
}

static gboolean
add_leaf (Walk *walk, const Element *element, const Place *place, GError **error)
{
  static const guint widths[] = { 0, 4, 8, 12, 4, 8, 0, 0 };
  CzParquetLeaf *leaf;

  if (walk->leaves->len == CZ_PARQUET_COLUMNS_MAX)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, _ ("it has more than %d columns"),
                   CZ_PARQUET_COLUMNS_MAX);
      return FALSE;
    }
  if (element->type < CZ_PARQUET_BOOLEAN || element->type > CZ_PARQUET_FIXED_LENGTH
      || (element->type == CZ_PARQUET_FIXED_LENGTH
          && (element->width <= 0 || element->width > 1 << 20)))
    return damaged (error);
  leaf = g_new0 (CzParquetLeaf, 1);
  // It stands in messages.
  leaf->name = g_strdelimit (g_utf8_make_valid (walk->path->str, (gssize)walk->path->len),
                             "\t\n\v\f\r", ' ');
  leaf->type = (CzParquetType)element->type;
  leaf->width = leaf->type == CZ_PARQUET_FIXED_LENGTH ? (guint)element->width : widths[leaf->type];
  leaf->meaning = element->meaning;
  leaf->scale = (guint)CLAMP (element->scale, 0, 1000);
  leaf->definition_max = place->definition;
  leaf->repetition_max = place->repetition;
  leaf->list_definition = place->list_definition;
  g_ptr_array_add (walk->leaves, leaf);
  return TRUE;
}

static gboolean
is_array_name (const Element *element)
{
  g_autofree char *name = g_strndup (element->name, element->name_length);

  return g_str_equal (name, "array") || g_str_has_suffix (name, "_tuple");
}

// Whether an only child of a list's repeated group is the list's element itself, whose name does
// not count. The rules for lists of older writers are the format's (LogicalTypes.md, "Lists").
static gboolean
has_unnamed_element (const Element *list, const Element *group)
{
  return list->list && group->children == 1 && !is_array_name (group);
}

static gboolean
walk_node (Walk *walk, Place place, GError **error)
{
  const Element *element;
  gsize path = walk->path->len;
  Place child;

  if (walk->next >= walk->elements->len || place.depth > DEPTH_MAX)
    return damaged (error);
  element = &g_array_index (walk->elements, Element, walk->next++);
  if (element->repetition < REQUIRED || element->repetition > REPEATED
      || path + element->name_length > PATH_BYTES)
    return damaged (error);
  if (place.depth > 0 && element->repetition == REPEATED && place.repetition == 0)
    place.list_definition = place.definition;
  if (place.depth > 0 && element->repetition != REQUIRED)
    place.definition++;
  if (place.depth > 0 && element->repetition == REPEATED)
    place.repetition++;
  if (!place.unnamed)
    g_string_append_printf (walk->path, "%s%.*s", path > 0 ? "." : "", (int)element->name_length,
                            element->name);
  if (element->type >= 0)
    {
      gboolean ok = add_leaf (walk, element, &place, error);

      g_string_truncate (walk->path, path);
      return ok;
    }
  child = place;
  child.depth++;
  child.unnamed = place.unnamed_child;
  child.unnamed_child = FALSE;
  if ((element->list || element->map) && element->children == 1 && walk->next < walk->elements->len
      && place.depth > 0)
    {
      const Element *only = &g_array_index (walk->elements, Element, walk->next);

      if (only->repetition == REPEATED)
        {
          child.unnamed = TRUE;
          child.unnamed_child = has_unnamed_element (element, only);
        }
    }
  for (gint64 i = 0; i < element->children; i++)
    if (!walk_node (walk, child, error))
      return FALSE;
  g_string_truncate (walk->path, path);
  return TRUE;
}

GPtrArray *
cz_parquet_schema_read (CzThrift *thrift, CzThriftType type, GError **error)
{
  CzThriftType kind;
  gsize n = cz_thrift_read_list (thrift, type, &kind);
  g_autoptr (GArray) elements = g_array_new (FALSE, TRUE, sizeof (Element));
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func (free_leaf);
  Walk walk = { .elements = elements, .path = path, .leaves = leaves };

  if (n == 0 || n > ELEMENTS_MAX || kind != CZ_THRIFT_STRUCT)
    {
      damaged (error);
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    {
      Element element = { .type = -1, .name = "" };

      read_element (thrift, &element);
      g_array_append_val (elements, element);
    }
  if (thrift->broken)
    {
      damaged (error);
      return NULL;
    }
  if (!walk_node (&walk, (Place){ .unnamed = TRUE }, error))
    return NULL;
  if (leaves->len == 0 || walk.next != elements->len)
    {
      damaged (error);
      return NULL;
    }
  return g_steal_pointer (&leaves);
}
