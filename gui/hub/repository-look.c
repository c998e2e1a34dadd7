#include "gui/hub/repository-look.h"

#include <glib/gi18n.h>

#include "gui/cloze.h"

// Seconds until it is said that the answer takes long, and until nobody waits any longer: cloze
// itself tries again for a while where a server asks it to.
#define SLOW   6
#define LATEST 90

struct _CzRepositoryLook
{
  GObject parent_instance;
  gboolean dataset;
  char *repo;
  char *revision;
  guint resting;
  guint slow;
  guint late;
  GCancellable *asking; // NULL: nothing is asked
  CzRepository *found;
};

G_DEFINE_FINAL_TYPE (CzRepositoryLook, cz_repository_look, G_TYPE_OBJECT)

enum
{
  SLOWED,
  FOUND,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_asking (CzRepositoryLook *self)
{
  g_clear_handle_id (&self->resting, g_source_remove);
  g_clear_handle_id (&self->slow, g_source_remove);
  g_clear_handle_id (&self->late, g_source_remove);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}

// What an answer needs to find its question by.
typedef struct
{
  GWeakRef look;
  GCancellable *asked;
} Question;

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (CzRepositoryLook) self = g_weak_ref_get (&question->look);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);
  gboolean overtaken = self == NULL || self->asking != question->asked;

  g_weak_ref_clear (&question->look);
  g_object_unref (question->asked);
  g_free (question);
  if (overtaken)
    return;
  stop_asking (self);
  if (answer != NULL)
    self->found = cz_repository_parse (answer, self->dataset, &error);
  if (self->found != NULL)
    g_signal_emit (self, signals[FOUND], 0, self->found);
  else
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static gboolean
is_slow (gpointer data)
{
  CzRepositoryLook *self = data;

  self->slow = 0;
  g_signal_emit (self, signals[SLOWED], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
is_late (gpointer data)
{
  CzRepositoryLook *self = data;

  self->late = 0;
  stop_asking (self);
  g_signal_emit (self, signals[FAILED], 0,
                 _ ("The Hub gave no answer for a minute and a half. Try again later."));
  return G_SOURCE_REMOVE;
}

static gboolean
ask (gpointer data)
{
  CzRepositoryLook *self = data;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  Question *question = g_new0 (Question, 1);

  self->resting = 0;
  g_strv_builder_add_many (builder, "hub", "show", self->repo, NULL);
  if (self->dataset)
    g_strv_builder_add (builder, "--dataset");
  if (self->revision != NULL)
    g_strv_builder_add_many (builder, "--revision", self->revision, NULL);
  arguments = g_strv_builder_end (builder);
  self->asking = g_cancellable_new ();
  self->slow = g_timeout_add_seconds (SLOW, is_slow, self);
  self->late = g_timeout_add_seconds (LATEST, is_late, self);
  g_weak_ref_init (&question->look, self);
  question->asked = g_object_ref (self->asking);
  // Watched, not asked: when nobody waits for the answer any longer its process ends.
  cz_cloze_watch_async (NULL, (const char *const *)arguments, question->asked, NULL, answered,
                        question);
  return G_SOURCE_REMOVE;
}

void
cz_repository_look_stop (CzRepositoryLook *self)
{
  stop_asking (self);
  g_clear_pointer (&self->found, cz_repository_free);
}

void
cz_repository_look_at (CzRepositoryLook *self, const char *repo, const char *revision, guint rest)
{
  cz_repository_look_stop (self);
  g_free (self->repo);
  g_free (self->revision);
  self->repo = g_strdup (repo);
  self->revision = g_strdup (revision);
  self->resting = g_timeout_add (rest, ask, self);
}

void
cz_repository_look_hurry (CzRepositoryLook *self)
{
  if (self->resting == 0)
    return;
  g_clear_handle_id (&self->resting, g_source_remove);
  ask (self);
}

const CzRepository *
cz_repository_look_get (CzRepositoryLook *self)
{
  return self->found;
}

// ---- Life ----

static void
cz_repository_look_dispose (GObject *object)
{
  cz_repository_look_stop (CZ_REPOSITORY_LOOK (object));
  G_OBJECT_CLASS (cz_repository_look_parent_class)->dispose (object);
}

static void
cz_repository_look_finalize (GObject *object)
{
  g_free (CZ_REPOSITORY_LOOK (object)->repo);
  g_free (CZ_REPOSITORY_LOOK (object)->revision);
  G_OBJECT_CLASS (cz_repository_look_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType argument)
{
  return g_signal_new (name, CZ_TYPE_REPOSITORY_LOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, argument != G_TYPE_NONE ? 1 : 0, argument);
}

static void
cz_repository_look_class_init (CzRepositoryLookClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_repository_look_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_repository_look_finalize;
  signals[SLOWED] = add_signal ("slow", G_TYPE_NONE);
  signals[FOUND] = add_signal ("found", G_TYPE_POINTER);
  signals[FAILED] = add_signal ("failed", G_TYPE_STRING);
}

static void
cz_repository_look_init (CzRepositoryLook *self)
{
}

CzRepositoryLook *
cz_repository_look_new (gboolean dataset)
{
  CzRepositoryLook *self = g_object_new (CZ_TYPE_REPOSITORY_LOOK, NULL);

  self->dataset = dataset;
  return self;
}
