#include "gui/hub/repository.h"

#include <glib/gi18n.h>

#include "data/hub-address.h"
#include "gui/cloze.h"

static void
file_free (gpointer data)
{
  CzRepositoryFile *file = data;

  g_free (file->path);
  g_free (file->split);
  g_free (file->format);
  g_free (file);
}

void
cz_repository_free (CzRepository *repository)
{
  if (repository == NULL)
    return;
  g_free (repository->asked);
  g_free (repository->repo);
  g_free (repository->commit);
  g_free (repository->licence);
  g_free (repository->architecture);
  g_free (repository->reason);
  g_ptr_array_unref (repository->files);
  g_free (repository);
}

// ---- Reading ----

static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

// NULL for an empty one too.
static char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);
  const char *text = node != NULL ? json_node_get_string (node) : NULL;

  return text != NULL && text[0] != '\0' ? g_strdup (text) : NULL;
}

static gint64
get_bytes (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);

  return node != NULL ? MAX (json_node_get_int (node), 0) : 0;
}

static gboolean
get_boolean (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

static CzRepositoryFile *
read_file (JsonObject *object)
{
  CzRepositoryFile *file;
  g_autofree char *path = get_string (object, "path");

  if (path == NULL)
    return NULL;
  file = g_new0 (CzRepositoryFile, 1);
  file->path = g_steal_pointer (&path);
  file->bytes = get_bytes (object, "bytes");
  file->cached = MIN (get_bytes (object, "cached_bytes"), file->bytes);
  file->split = get_string (object, "split");
  file->format = get_string (object, "format");
  return file;
}

static void
read_files (CzRepository *repository, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "files");
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      CzRepositoryFile *file
          = JSON_NODE_HOLDS_OBJECT (element) ? read_file (json_node_get_object (element)) : NULL;

      if (file != NULL)
        g_ptr_array_add (repository->files, file);
    }
}

CzRepository *
cz_repository_parse (JsonNode *answer, gboolean dataset, GError **error)
{
  g_autoptr (CzRepository) repository = NULL;
  g_autofree char *repo = NULL;
  JsonObject *object;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    repo = get_string (json_node_get_object (answer), "repo");
  if (repo == NULL)
    {
      g_set_error_literal (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                           _ ("The command cloze gave an answer that names no repository."));
      return NULL;
    }
  object = json_node_get_object (answer);
  repository = g_new0 (CzRepository, 1);
  repository->files = g_ptr_array_new_with_free_func (file_free);
  repository->dataset = dataset;
  repository->repo = g_steal_pointer (&repo);
  repository->asked = get_string (object, "asked");
  repository->commit = get_string (object, "commit");
  repository->licence = get_string (object, "licence");
  repository->architecture = get_string (object, "architecture");
  repository->gated = get_boolean (object, "gated");
  repository->private = get_boolean (object, "private");
  repository->usable = get_boolean (object, "usable");
  repository->reason = get_string (object, "reason");
  read_files (repository, object);
  repository->bytes = get_bytes (object, "bytes");
  repository->cached = MIN (get_bytes (object, "cached_bytes"), repository->bytes);
  return g_steal_pointer (&repository);
}

// ---- Told ----

gboolean
cz_repository_is_renamed (const CzRepository *repository)
{
  return repository->asked != NULL && !g_str_equal (repository->asked, repository->repo);
}

char *
cz_repository_get_address (const CzRepository *repository)
{
  g_autofree char *endpoint = cz_hub_endpoint (NULL);

  return endpoint != NULL ? cz_hub_address_page (
             endpoint, repository->dataset ? CZ_HUB_DATASET : CZ_HUB_MODEL, repository->repo)
                          : NULL;
}
