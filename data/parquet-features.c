#include "data/parquet-features.h"

#include <string.h>

#include "engine/format/json-text.h"

struct _CzParquetFeatures
{
  JsonNode *root;
  JsonObject *columns; // the root's
};

static JsonObject *
get_object (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

CzParquetFeatures *
cz_parquet_features_new (const char *json)
{
  g_autoptr (CzParquetFeatures) self = g_new0 (CzParquetFeatures, 1);
  JsonObject *object;

  self->root = cz_json_parse (json, -1, "huggingface", NULL);
  if (self->root == NULL || !JSON_NODE_HOLDS_OBJECT (self->root))
    return NULL;
  object = get_object (json_node_get_object (self->root), "info");
  self->columns = object != NULL ? get_object (object, "features") : NULL;
  return self->columns != NULL ? g_steal_pointer (&self) : NULL;
}

void
cz_parquet_features_free (CzParquetFeatures *self)
{
  g_clear_pointer (&self->root, json_node_unref);
  g_free (self);
}

static char **
list_names (JsonObject *label)
{
  JsonNode *node = json_object_get_member (label, "names");
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *name = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (name) || json_node_get_value_type (name) != G_TYPE_STRING)
        return NULL;
      g_ptr_array_add (names, json_node_dup_string (name));
    }
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

// Below a feature: the one of the column that the rest of its path names.
static char **
find_names (JsonNode *feature, const char *path)
{
  JsonObject *object;
  GList *members, *at;
  char **names = NULL;

  // A list is [feature], or an object that holds it.
  if (JSON_NODE_HOLDS_ARRAY (feature))
    {
      JsonArray *array = json_node_get_array (feature);

      return json_array_get_length (array) == 1
                 ? find_names (json_array_get_element (array, 0), path)
                 : NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (feature))
    return NULL;
  object = json_node_get_object (feature);
  if (json_object_has_member (object, "_type") && json_object_has_member (object, "feature"))
    return find_names (json_object_get_member (object, "feature"), path);
  if (path[0] == '\0')
    return list_names (object);
  members = json_object_get_members (object);
  for (at = members; at != NULL && names == NULL; at = at->next)
    {
      gsize length = strlen (at->data);

      if (strncmp (path, at->data, length) != 0)
        continue;
      if (path[length] == '\0' || path[length] == '.')
        names = find_names (json_object_get_member (object, at->data),
                            path + length + (path[length] == '.'));
    }
  g_list_free (members);
  return names;
}

char **
cz_parquet_features_get_names (CzParquetFeatures *self, const char *column)
{
  GList *members = json_object_get_members (self->columns), *at;
  char **names = NULL;

  for (at = members; at != NULL && names == NULL; at = at->next)
    {
      gsize length = strlen (at->data);

      if (strncmp (column, at->data, length) == 0
          && (column[length] == '\0' || column[length] == '.'))
        names = find_names (json_object_get_member (self->columns, at->data),
                            column + length + (column[length] == '.'));
    }
  g_list_free (members);
  return names;
}
