#include "gui/models/model-item.h"

struct _CzModelItem
{
  GObject parent_instance;
  CzModel *model;
};

G_DEFINE_FINAL_TYPE (CzModelItem, cz_model_item, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
cz_model_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, CZ_MODEL_ITEM (object)->model->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_model_item_finalize (GObject *object)
{
  cz_model_free (CZ_MODEL_ITEM (object)->model);
  G_OBJECT_CLASS (cz_model_item_parent_class)->finalize (object);
}

static void
cz_model_item_class_init (CzModelItemClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = cz_model_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = cz_model_item_finalize;
  properties[PROP_NAME]
      = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
cz_model_item_init (CzModelItem *self)
{
}

CzModelItem *
cz_model_item_new (CzModel *model)
{
  CzModelItem *self = g_object_new (CZ_TYPE_MODEL_ITEM, NULL);

  self->model = model;
  return self;
}

const CzModel *
cz_model_item_get (CzModelItem *self)
{
  return self->model;
}
