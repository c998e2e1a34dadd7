#include "gui/experiments/run-item.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

struct _CzRunItem
{
  GObject parent_instance;
  CzRun *run;
  CzRunSettings settings;
  char *words;
  char *name_key;
  char *device;      // a GRefString
  char *fingerprint; // a GRefString
  gboolean checked;
};

G_DEFINE_FINAL_TYPE (CzRunItem, cz_run_item, G_TYPE_OBJECT)

enum
{
  PROP_CHECKED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

// ---- What is prepared ----

char *
cz_run_item_fold (const char *text)
{
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  if (normal == NULL)
    return g_ascii_strdown (text, -1);
  folded = g_utf8_casefold (normal, -1);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
}

// The member "device" of what the run's record says of it.
static char *
find_device (const char *json)
{
  g_autoptr (JsonNode) node = NULL;
  const char *at;

  if (json == NULL)
    return NULL;
  // As cloze writes it; ten thousand times quicker than parsing all of it.
  at = strstr (json, "\"device\":\"");
  if (at != NULL)
    {
      gsize length;

      at += strlen ("\"device\":\"");
      length = strcspn (at, "\"\\");
      if (at[length] == '"')
        {
          g_autofree char *name = g_strndup (at, length);

          return g_ref_string_new_intern (name);
        }
    }
  node = json_from_string (json, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  at = json_object_get_string_member_with_default (json_node_get_object (node), "device", NULL);
  return at != NULL ? g_ref_string_new_intern (at) : NULL;
}

static void
prepare (CzRunItem *self)
{
  const CzRun *run = self->run;
  g_autofree char *all = g_strjoin (
      "\n", run->name, run->notes != NULL ? run->notes : "", run->tags != NULL ? run->tags : "",
      run->model != NULL ? run->model : "", run->corpus != NULL ? run->corpus : "", NULL);

  cz_run_settings_read (&self->settings, run->parameters);
  self->words = cz_run_item_fold (all);
  // Numbers in names by their value: "run 9" before "run 10".
  self->name_key = g_utf8_collate_key_for_filename (run->name, -1);
  self->device = find_device (run->device);
  self->fingerprint
      = run->eval_fingerprint != NULL ? g_ref_string_new_intern (run->eval_fingerprint) : NULL;
}

static void
clear (CzRunItem *self)
{
  cz_run_settings_clear (&self->settings);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->name_key, g_free);
  g_clear_pointer (&self->device, g_ref_string_release);
  g_clear_pointer (&self->fingerprint, g_ref_string_release);
  g_clear_pointer (&self->run, cz_run_free);
}

// ---- Life ----

static void
cz_run_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHECKED)
    g_value_set_boolean (value, CZ_RUN_ITEM (object)->checked);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_run_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHECKED)
    cz_run_item_set_checked (CZ_RUN_ITEM (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_run_item_finalize (GObject *object)
{
  clear (CZ_RUN_ITEM (object));
  G_OBJECT_CLASS (cz_run_item_parent_class)->finalize (object);
}

static void
cz_run_item_class_init (CzRunItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_run_item_get_property;
  object_class->set_property = cz_run_item_set_property;
  object_class->finalize = cz_run_item_finalize;
  properties[PROP_CHECKED]
      = g_param_spec_boolean ("checked", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
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
  prepare (self);
  return self;
}

// ---- Another record ----

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
same (const CzRun *a, const CzRun *b)
{
  // The revision alone does not tell of a state that is derived: interrupted; what else is kept of
  // a run, its pushes, moves nothing but the revision.
  return a->revision == b->revision && a->state == b->state && a->requested == b->requested
         && a->resumable == b->resumable && a->step == b->step && a->steps == b->steps
         && a->best_step == b->best_step && a->offered_micro_batch == b->offered_micro_batch
         && a->model_id == b->model_id && a->corpus_id == b->corpus_id
         && same_number (a->epoch, b->epoch) && same_number (a->seconds, b->seconds)
         && same_number (a->seconds_left, b->seconds_left) && same_number (a->before, b->before)
         && same_number (a->best, b->best) && same_number (a->after, b->after)
         && same_number (a->last_loss, b->last_loss)
         && same_number (a->tokens_per_second, b->tokens_per_second) && a->color == b->color
         && a->starred == b->starred && a->trashed == b->trashed && a->sweep == b->sweep
         && a->memory_bytes == b->memory_bytes && a->queue_position == b->queue_position
         && g_strcmp0 (a->tags, b->tags) == 0 && g_strcmp0 (a->name, b->name) == 0
         && g_strcmp0 (a->message, b->message) == 0 && g_strcmp0 (a->activity, b->activity) == 0
         && g_strcmp0 (a->parameters, b->parameters) == 0 && g_strcmp0 (a->device, b->device) == 0
         && g_strcmp0 (a->changes, b->changes) == 0 && g_strcmp0 (a->notes, b->notes) == 0
         && g_strcmp0 (a->eval_fingerprint, b->eval_fingerprint) == 0
         && g_strcmp0 (a->result_folder, b->result_folder) == 0;
}

void
cz_run_item_take_from (CzRunItem *self, CzRunItem *newer)
{
  gboolean changed = !same (self->run, newer->run);

  clear (self);
  self->run = g_steal_pointer (&newer->run);
  self->settings = newer->settings;
  memset (&newer->settings, 0, sizeof newer->settings);
  self->words = g_steal_pointer (&newer->words);
  self->name_key = g_steal_pointer (&newer->name_key);
  self->device = g_steal_pointer (&newer->device);
  self->fingerprint = g_steal_pointer (&newer->fingerprint);
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

void
cz_run_item_take (CzRunItem *self, CzRun *run)
{
  g_autoptr (CzRunItem) newer = cz_run_item_new (run);

  cz_run_item_take_from (self, newer);
}

// ---- Asking ----

const CzRun *
cz_run_item_get (CzRunItem *self)
{
  return self->run;
}

const CzRunSettings *
cz_run_item_get_settings (CzRunItem *self)
{
  return &self->settings;
}

gboolean
cz_run_item_is_checked (CzRunItem *self)
{
  return self->checked;
}

void
cz_run_item_set_checked (CzRunItem *self, gboolean checked)
{
  if (self->checked == (checked != FALSE))
    return;
  self->checked = checked != FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHECKED]);
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
  return cz_run_get_state_label (self->run);
}

gboolean
cz_run_item_is_active (CzRunItem *self)
{
  return self->run->state == CZ_RUN_RUNNING;
}

gboolean
cz_run_item_waits (CzRunItem *self)
{
  const CzRun *run = self->run;

  return run->queue_position > 0 && !run->trashed && run->state != CZ_RUN_RUNNING
         && run->state != CZ_RUN_FINISHED;
}

double
cz_run_item_get_share (CzRunItem *self)
{
  if (self->run->steps <= 0)
    return 0;
  return CLAMP ((double)self->run->step / (double)self->run->steps, 0, 1);
}

const char *
cz_run_item_get_words (CzRunItem *self)
{
  return self->words;
}

const char *
cz_run_item_get_name_key (CzRunItem *self)
{
  return self->name_key;
}

const char *
cz_run_item_get_device (CzRunItem *self)
{
  return self->device;
}

const char *
cz_run_item_get_fingerprint (CzRunItem *self)
{
  return self->fingerprint;
}

gboolean
cz_run_item_has_tag (CzRunItem *self, const char *tag)
{
  const char *at = self->run->tags;
  gsize length = strlen (tag);

  while (at != NULL && *at != '\0')
    {
      gsize n = strcspn (at, ",");
      const char *end = at + n;

      while (n > 0 && at[n - 1] == ' ')
        n--;
      if (n == length && strncmp (at, tag, length) == 0)
        return TRUE;
      at = end + strspn (end, ", ");
    }
  return FALSE;
}
