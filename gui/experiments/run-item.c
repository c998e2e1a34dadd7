#include "gui/experiments/run-item.h"

#include <glib/gi18n.h>
#include <math.h>

struct _CzRunItem
{
  GObject parent_instance;
  CzRun *run;
};

G_DEFINE_FINAL_TYPE (CzRunItem, cz_run_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
cz_run_item_finalize (GObject *object)
{
  cz_run_free (CZ_RUN_ITEM (object)->run);
  G_OBJECT_CLASS (cz_run_item_parent_class)->finalize (object);
}

static void
cz_run_item_class_init (CzRunItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_item_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_RUN_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_run_item_init (CzRunItem *self)
{
}

CzRunItem *
cz_run_item_new (CzRun *run)
{
  CzRunItem *self = g_object_new (CZ_TYPE_RUN_ITEM, NULL);

  self->run = run;
  return self;
}

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
same (const CzRun *a, const CzRun *b)
{
  return a->state == b->state && a->requested == b->requested && a->resumable == b->resumable
         && a->step == b->step && a->steps == b->steps && a->best_step == b->best_step
         && a->offered_micro_batch == b->offered_micro_batch && a->model_id == b->model_id
         && a->corpus_id == b->corpus_id && same_number (a->epoch, b->epoch)
         && same_number (a->seconds, b->seconds) && same_number (a->seconds_left, b->seconds_left)
         && same_number (a->before, b->before) && same_number (a->best, b->best)
         && same_number (a->after, b->after)
         && same_number (a->tokens_per_second, b->tokens_per_second) && a->color == b->color
         && a->starred == b->starred && a->trashed == b->trashed
         && a->queue_position == b->queue_position && g_strcmp0 (a->tags, b->tags) == 0
         && g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->message, b->message) == 0
         && g_strcmp0 (a->activity, b->activity) == 0
         && g_strcmp0 (a->parameters, b->parameters) == 0 && g_strcmp0 (a->device, b->device) == 0
         && g_strcmp0 (a->notes, b->notes) == 0
         && g_strcmp0 (a->result_folder, b->result_folder) == 0;
}

void
cz_run_item_take (CzRunItem *self, CzRun *run)
{
  g_autoptr (CzRun) old = self->run;

  self->run = run;
  if (!same (old, run))
    g_signal_emit (self, changed_signal, 0);
}

const CzRun *
cz_run_item_get (CzRunItem *self)
{
  return self->run;
}

guint
cz_run_item_get_color (CzRunItem *self)
{
  return self->run->color >= 0 ? (guint)self->run->color : (guint)MAX (self->run->id - 1, 0);
}

const char *
cz_run_item_get_state_name (CzRunItem *self)
{
  if (self->run->state == CZ_RUN_RUNNING && self->run->requested == CZ_REQUEST_PAUSE)
    return _ ("pausing");
  if (self->run->state == CZ_RUN_RUNNING && self->run->requested == CZ_REQUEST_STOP)
    return _ ("stopping");
  return cz_run_state_get_label (self->run->state);
}

gboolean
cz_run_item_is_active (CzRunItem *self)
{
  return self->run->state == CZ_RUN_RUNNING;
}

double
cz_run_item_get_share (CzRunItem *self)
{
  if (self->run->steps <= 0)
    return 0;
  return CLAMP ((double)self->run->step / (double)self->run->steps, 0, 1);
}
