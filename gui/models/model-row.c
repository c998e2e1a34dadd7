#include "gui/models/model-row.h"

struct _CzModelRow
{
  GObject parent_instance;
  char *name;
  char *type;
  char *shape;
  gint64 parameters;
  gint64 run, model;
  GListStore *children;
};

G_DEFINE_FINAL_TYPE (CzModelRow, cz_model_row, G_TYPE_OBJECT)

static void
cz_model_row_finalize (GObject *object)
{
  CzModelRow *self = CZ_MODEL_ROW (object);

  g_free (self->name);
  g_free (self->type);
  g_free (self->shape);
  g_clear_object (&self->children);
  G_OBJECT_CLASS (cz_model_row_parent_class)->finalize (object);
}

static void
cz_model_row_class_init (CzModelRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_model_row_finalize;
}

static void
cz_model_row_init (CzModelRow *self)
{
}

CzModelRow *
cz_model_row_new (const char *name)
{
  CzModelRow *self = g_object_new (CZ_TYPE_MODEL_ROW, NULL);

  self->name = g_strdup (name);
  return self;
}

const char *
cz_model_row_get_name (CzModelRow *self)
{
  return self->name;
}

void
cz_model_row_set_weights (CzModelRow *self, const char *type, const char *shape, gint64 parameters)
{
  g_free (self->type);
  self->type = g_strdup (type);
  g_free (self->shape);
  self->shape = g_strdup (shape);
  self->parameters = parameters;
}

const char *
cz_model_row_get_type_name (CzModelRow *self)
{
  return self->type;
}

const char *
cz_model_row_get_shape (CzModelRow *self)
{
  return self->shape;
}

gint64
cz_model_row_get_parameters (CzModelRow *self)
{
  return self->parameters;
}

void
cz_model_row_set_run (CzModelRow *self, gint64 run)
{
  self->run = run;
}

gint64
cz_model_row_get_run (CzModelRow *self)
{
  return self->run;
}

void
cz_model_row_set_model (CzModelRow *self, gint64 model)
{
  self->model = model;
}

gint64
cz_model_row_get_model (CzModelRow *self)
{
  return self->model;
}

void
cz_model_row_add (CzModelRow *self, CzModelRow *child)
{
  if (self->children == NULL)
    self->children = g_list_store_new (CZ_TYPE_MODEL_ROW);
  g_list_store_append (self->children, child);
  g_object_unref (child);
}

GListModel *
cz_model_row_get_children (CzModelRow *self)
{
  return self->children != NULL ? G_LIST_MODEL (self->children) : NULL;
}

GListModel *
cz_model_row_open (gpointer row, gpointer data)
{
  GListModel *children = cz_model_row_get_children (row);

  return children != NULL ? g_object_ref (children) : NULL;
}
