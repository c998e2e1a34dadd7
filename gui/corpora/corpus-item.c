#include "gui/corpora/corpus-item.h"

struct _CzCorpusItem
{
  GObject parent_instance;
  CzCorpus *corpus;
};

G_DEFINE_FINAL_TYPE (CzCorpusItem, cz_corpus_item, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

static void
cz_corpus_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, CZ_CORPUS_ITEM (object)->corpus->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_corpus_item_finalize (GObject *object)
{
  cz_corpus_free (CZ_CORPUS_ITEM (object)->corpus);
  G_OBJECT_CLASS (cz_corpus_item_parent_class)->finalize (object);
}

static void
cz_corpus_item_class_init (CzCorpusItemClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = cz_corpus_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = cz_corpus_item_finalize;
  properties[PROP_NAME]
      = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  changed_signal = g_signal_new ("changed", CZ_TYPE_CORPUS_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_corpus_item_init (CzCorpusItem *self)
{
}

CzCorpusItem *
cz_corpus_item_new (CzCorpus *corpus)
{
  CzCorpusItem *self = g_object_new (CZ_TYPE_CORPUS_ITEM, NULL);

  self->corpus = corpus;
  return self;
}

void
cz_corpus_item_take (CzCorpusItem *self, CzCorpus *corpus)
{
  CzCorpus *old = self->corpus;
  gboolean renamed = g_strcmp0 (old->name, corpus->name) != 0;
  gboolean same = !renamed && g_strcmp0 (old->hash, corpus->hash) == 0
                  && old->documents == corpus->documents && old->excluded == corpus->excluded
                  && old->slots == corpus->slots && old->bytes == corpus->bytes;

  self->corpus = corpus;
  cz_corpus_free (old);
  if (renamed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (!same)
    g_signal_emit (self, changed_signal, 0);
}

const CzCorpus *
cz_corpus_item_get (CzCorpusItem *self)
{
  return self->corpus;
}
