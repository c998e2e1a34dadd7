#include "gui/corpora/concordance-item.h"

struct _CzConcordanceItem
{
  GObject parent_instance;
  CzConcordanceLine *line;
};

G_DEFINE_FINAL_TYPE (CzConcordanceItem, cz_concordance_item, G_TYPE_OBJECT)

static void
cz_concordance_item_finalize (GObject *object)
{
  cz_concordance_line_free (CZ_CONCORDANCE_ITEM (object)->line);
  G_OBJECT_CLASS (cz_concordance_item_parent_class)->finalize (object);
}

static void
cz_concordance_item_class_init (CzConcordanceItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_concordance_item_finalize;
}

static void
cz_concordance_item_init (CzConcordanceItem *self)
{
}

CzConcordanceItem *
cz_concordance_item_new (CzConcordanceLine *line)
{
  CzConcordanceItem *self = g_object_new (CZ_TYPE_CONCORDANCE_ITEM, NULL);

  self->line = line;
  return self;
}

const CzConcordanceLine *
cz_concordance_item_get (CzConcordanceItem *self)
{
  return self->line;
}
