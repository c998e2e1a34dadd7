#include "gui/hub/dataset-file.h"

#include <glib/gi18n.h>

struct _CzDatasetFile
{
  GObject parent_instance;
  char *path;
  char *facts;
  gint64 missing;
  gboolean chosen;
};

G_DEFINE_FINAL_TYPE (CzDatasetFile, cz_dataset_file, G_TYPE_OBJECT)

enum
{
  PROP_CHOSEN = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
cz_dataset_file_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHOSEN)
    g_value_set_boolean (value, CZ_DATASET_FILE (object)->chosen);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_dataset_file_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHOSEN)
    cz_dataset_file_choose (CZ_DATASET_FILE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_dataset_file_finalize (GObject *object)
{
  g_free (CZ_DATASET_FILE (object)->path);
  g_free (CZ_DATASET_FILE (object)->facts);
  G_OBJECT_CLASS (cz_dataset_file_parent_class)->finalize (object);
}

static void
cz_dataset_file_class_init (CzDatasetFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_dataset_file_get_property;
  object_class->set_property = cz_dataset_file_set_property;
  object_class->finalize = cz_dataset_file_finalize;
  properties[PROP_CHOSEN]
      = g_param_spec_boolean ("chosen", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cz_dataset_file_init (CzDatasetFile *self)
{
}

static char *
describe (const CzRepositoryFile *file)
{
  g_autofree char *size = g_format_size ((guint64)file->bytes);
  g_autofree char *left = g_format_size ((guint64)(file->bytes - file->cached));
  g_autofree char *told = file->cached == 0 ? g_strdup (size)
                          : file->cached == file->bytes
                              // Translators: a size.
                              ? g_strdup_printf (_ ("%s, already here"), size)
                              // Translators: two sizes.
                              : g_strdup_printf (_ ("%s, %s of it to download"), size, left);

  return g_strconcat (file->split != NULL ? file->split : "", file->split != NULL ? " · " : "",
                      file->format != NULL ? file->format : "", file->format != NULL ? " · " : "",
                      told, NULL);
}

CzDatasetFile *
cz_dataset_file_new (const CzRepositoryFile *file, gboolean chosen)
{
  CzDatasetFile *self = g_object_new (CZ_TYPE_DATASET_FILE, NULL);

  self->path = g_strdup (file->path);
  self->missing = file->bytes - file->cached;
  self->facts = describe (file);
  self->chosen = chosen;
  return self;
}

const char *
cz_dataset_file_get_path (CzDatasetFile *self)
{
  return self->path;
}

gint64
cz_dataset_file_get_missing (CzDatasetFile *self)
{
  return self->missing;
}

gboolean
cz_dataset_file_is_chosen (CzDatasetFile *self)
{
  return self->chosen;
}

void
cz_dataset_file_choose (CzDatasetFile *self, gboolean chosen)
{
  if (self->chosen == chosen)
    return;
  self->chosen = chosen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
}

const char *
cz_dataset_file_get_facts (CzDatasetFile *self)
{
  return self->facts;
}
