#include "gui/models/extend-model-word.h"

struct _CzExtendModelWord
{
  GObject parent_instance;
  char *word, *pieces;
  gint64 count;
  gboolean ticked;
};

G_DEFINE_FINAL_TYPE (CzExtendModelWord, cz_extend_model_word, G_TYPE_OBJECT)

enum
{
  PROP_TICKED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  CzExtendModelWord *self = CZ_EXTEND_MODEL_WORD (object);

  if (id == PROP_TICKED)
    g_value_set_boolean (value, self->ticked);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  CzExtendModelWord *self = CZ_EXTEND_MODEL_WORD (object);

  if (id == PROP_TICKED)
    self->ticked = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
cz_extend_model_word_finalize (GObject *object)
{
  CzExtendModelWord *self = CZ_EXTEND_MODEL_WORD (object);

  g_free (self->word);
  g_free (self->pieces);
  G_OBJECT_CLASS (cz_extend_model_word_parent_class)->finalize (object);
}

static void
cz_extend_model_word_class_init (CzExtendModelWordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = cz_extend_model_word_finalize;
  properties[PROP_TICKED] = g_param_spec_boolean ("ticked", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cz_extend_model_word_init (CzExtendModelWord *self)
{
  self->ticked = TRUE;
}

CzExtendModelWord *
cz_extend_model_word_new (const char *word, const char *pieces, gint64 count)
{
  CzExtendModelWord *self = g_object_new (CZ_TYPE_EXTEND_MODEL_WORD, NULL);

  self->word = g_strdup (word);
  self->pieces = g_strdup (pieces);
  self->count = count;
  return self;
}

const char *
cz_extend_model_word_get (CzExtendModelWord *self)
{
  return self->word;
}

const char *
cz_extend_model_word_get_pieces (CzExtendModelWord *self)
{
  return self->pieces;
}

gint64
cz_extend_model_word_get_count (CzExtendModelWord *self)
{
  return self->count;
}

gboolean
cz_extend_model_word_is_ticked (CzExtendModelWord *self)
{
  return self->ticked;
}
