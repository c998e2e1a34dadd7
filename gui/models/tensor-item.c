#include "gui/models/tensor-item.h"

#include <math.h>

#include "gui/models/model-layers.h"

struct _CzTensorItem
{
  GObject parent_instance;
  CzTensorMove move;
};

G_DEFINE_FINAL_TYPE (CzTensorItem, cz_tensor_item, G_TYPE_OBJECT)

static void
cz_tensor_item_finalize (GObject *object)
{
  CzTensorMove *move = &CZ_TENSOR_ITEM (object)->move;

  g_free (move->name);
  g_free (move->layer);
  g_free (move->shape);
  G_OBJECT_CLASS (cz_tensor_item_parent_class)->finalize (object);
}

static void
cz_tensor_item_class_init (CzTensorItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_tensor_item_finalize;
}

static void
cz_tensor_item_init (CzTensorItem *self)
{
}

CzTensorItem *
cz_tensor_item_new (JsonObject *tensor)
{
  CzTensorItem *self = g_object_new (CZ_TYPE_TENSOR_ITEM, NULL);
  CzTensorMove *move = &self->move;
  JsonArray *shape = json_object_has_member (tensor, "shape")
                         ? json_object_get_array_member (tensor, "shape")
                         : NULL;

  move->name = g_strdup (json_object_get_string_member_with_default (tensor, "name", ""));
  move->layer = g_strdup (json_object_get_string_member_with_default (tensor, "layer", ""));
  move->shape = cz_model_layers_tell_shape (shape);
  move->parameters = json_object_get_int_member_with_default (tensor, "parameters", 0);
  move->distance = json_object_get_double_member_with_default (tensor, "distance", NAN);
  move->relative = json_object_get_double_member_with_default (tensor, "relative", NAN);
  move->cosine = json_object_get_double_member_with_default (tensor, "cosine", NAN);
  move->largest = json_object_get_double_member_with_default (tensor, "largest", NAN);
  return self;
}

const CzTensorMove *
cz_tensor_item_get (CzTensorItem *self)
{
  return &self->move;
}
