// One tensor of two models that are compared: how far it moved. Plain data.
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_TENSOR_ITEM (cz_tensor_item_get_type ())
G_DECLARE_FINAL_TYPE (CzTensorItem, cz_tensor_item, CZ, TENSOR_ITEM, GObject)

typedef struct
{
  char *name;
  char *layer; // as cloze names it
  char *shape; // "768 × 3,072"
  gint64 parameters;
  double distance; // length of the difference
  double relative; // that, in lengths of the first model's tensor
  double cosine;   // of the angle between both
  double largest;  // the largest difference of a number
} CzTensorMove;

// tensor: of cloze model compare.
CzTensorItem *cz_tensor_item_new (JsonObject *tensor);
const CzTensorMove *cz_tensor_item_get (CzTensorItem *self);

G_END_DECLS
