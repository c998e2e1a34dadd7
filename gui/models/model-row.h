// A row of a tree that tells of a model: a layer or a tensor of its weights, or a model or a run of
// its family. Plain data; made once.
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_ROW (cz_model_row_get_type ())
G_DECLARE_FINAL_TYPE (CzModelRow, cz_model_row, CZ, MODEL_ROW, GObject)

CzModelRow *cz_model_row_new (const char *name);

const char *cz_model_row_get_name (CzModelRow *self);
// Of weights: "Dense", "768 × 3,072" (both NULL: a layer's), and how many numbers.
void cz_model_row_set_weights (CzModelRow *self,
                               const char *type,
                               const char *shape,
                               gint64 parameters);
const char *cz_model_row_get_type_name (CzModelRow *self);
const char *cz_model_row_get_shape (CzModelRow *self);
gint64 cz_model_row_get_parameters (CzModelRow *self);
// Of a family: the run's id, 0: it is a model; the model's, 0: it is a run, or not in the library.
void cz_model_row_set_run (CzModelRow *self, gint64 run);
gint64 cz_model_row_get_run (CzModelRow *self);
void cz_model_row_set_model (CzModelRow *self, gint64 model);
gint64 cz_model_row_get_model (CzModelRow *self);

// Takes the child over.
void cz_model_row_add (CzModelRow *self, CzModelRow *child);
// What lies below, elements CzModelRow; NULL: nothing. The row's.
GListModel *cz_model_row_get_children (CzModelRow *self);

// For gtk_tree_list_model_new (): the children as a new reference.
GListModel *cz_model_row_open (gpointer row, gpointer data);

G_END_DECLS
