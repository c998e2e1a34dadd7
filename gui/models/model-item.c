#include "gui/models/model-item.h"

struct _CzModelItem
{
  GObject parent_instance;
  CzModel *model;
  gboolean missing;
};

G_DEFINE_FINAL_TYPE (CzModelItem, cz_model_item, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

static void
cz_model_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CzModelItem *self = CZ_MODEL_ITEM (object);

  if (id == PROP_NAME)
    g_value_set_string (value, self->model->name);
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
  changed_signal = g_signal_new ("changed", CZ_TYPE_MODEL_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
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

void
cz_model_item_take (CzModelItem *self, CzModel *model)
{
  CzModel *old = self->model;
  gboolean renamed = g_strcmp0 (old->name, model->name) != 0;
  gboolean same = !renamed && g_strcmp0 (old->hash, model->hash) == 0
                  && g_strcmp0 (old->origin, model->origin) == 0
                  && g_strcmp0 (old->folder, model->folder) == 0
                  && old->parameters == model->parameters && old->vocabulary == model->vocabulary;

  self->model = model;
  cz_model_free (old);
  if (renamed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (!same)
    g_signal_emit (self, changed_signal, 0);
}

gboolean
cz_model_item_is_missing (CzModelItem *self)
{
  return self->missing;
}

void
cz_model_item_set_missing (CzModelItem *self, gboolean missing)
{
  if (missing == self->missing)
    return;
  self->missing = missing;
  g_signal_emit (self, changed_signal, 0);
}
