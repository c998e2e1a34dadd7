#include "gui/playground/history-keeper.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/playground-history.h"
#include "gui/corpora/library-task.h"

// How long a text has to rest, and how long until an answer that is not there yet is looked for
// again; milliseconds.
#define REST  2000
#define AGAIN 500

typedef struct
{
  char *text;
  char **models;
  char **targets;
  char *view;
} Tried;

struct _CzHistoryKeeper
{
  GObject parent_instance;
  CzPlayground *playground;
  guint resting; // timeout source
  // Since the text changed: whether anything was asked.
  gboolean asked;
  char *kept; // the last text that was entered, with its models and targets
};

G_DEFINE_FINAL_TYPE (CzHistoryKeeper, cz_history_keeper, G_TYPE_OBJECT)

static guint kept_signal;

static void
tried_free (gpointer data)
{
  Tried *tried = data;

  g_free (tried->text);
  g_strfreev (tried->models);
  g_strfreev (tried->targets);
  g_free (tried->view);
  g_free (tried);
}

static gboolean
enter_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  const Tried *tried = data;

  return cz_playground_history_add (library, tried->text, (const char *const *)tried->models,
                                    (const char *const *)tried->targets, tried->view, error)
         != 0;
}

static void
was_entered (GObject *object, GAsyncResult *result, gpointer data)
{
  CzHistoryKeeper *self = CZ_HISTORY_KEEPER (object);
  g_autoptr (GError) error = NULL;

  if (cz_library_task_finish (result, &error) != NULL)
    g_signal_emit (self, kept_signal, 0);
  else
    // A library that can't be written to is no reason to disturb whoever types.
    g_message ("What was tried was not kept: %s", error->message);
}

static Tried *
look_at_playground (CzHistoryKeeper *self)
{
  Tried *tried = g_new (Tried, 1);

  *tried = (Tried){ g_strdup (cz_playground_get_text (self->playground)),
                    cz_playground_dup_model_names (self->playground),
                    cz_playground_dup_targets (self->playground),
                    g_strdup (cz_playground_get_view (self->playground)) };
  return tried;
}

static char *
describe (const Tried *tried)
{
  g_autofree char *models = g_strjoinv ("\n", tried->models);
  g_autofree char *targets = g_strjoinv ("\n", tried->targets);

  return g_strjoin ("\n\n", tried->text, models, targets, NULL);
}

static void
enter (CzHistoryKeeper *self)
{
  CzWorkbench *workbench = cz_playground_get_workbench (self->playground);
  Tried *tried = look_at_playground (self);
  g_autofree char *all = describe (tried);

  if (cz_workbench_get_library (workbench) == NULL || g_strcmp0 (all, self->kept) == 0
      || tried->models[0] == NULL || tried->text[strspn (tried->text, " \t\r\n")] == '\0'
      || strlen (tried->text) > CZ_PLAYGROUND_TEXT_MAX)
    {
      tried_free (tried);
      return;
    }
  g_free (self->kept);
  self->kept = g_steal_pointer (&all);
  cz_library_task_run (self, cz_workbench_get_path (workbench), enter_in_thread, tried, tried_free,
                       NULL, was_entered);
}

static gboolean
rested (gpointer data)
{
  CzHistoryKeeper *self = data;
  gboolean busy = cz_predictor_get_busy (cz_playground_get_predictor (self->playground));

  self->resting = 0;
  if (busy)
    self->resting = g_timeout_add (AGAIN, rested, self);
  else if (self->asked)
    enter (self);
  return G_SOURCE_REMOVE;
}

static void
changed (CzHistoryKeeper *self)
{
  self->asked = FALSE;
  g_clear_handle_id (&self->resting, g_source_remove);
  self->resting = g_timeout_add (REST, rested, self);
}

static void
busy_changed (CzHistoryKeeper *self)
{
  self->asked
      = self->asked || cz_predictor_get_busy (cz_playground_get_predictor (self->playground));
  // Asked long after the text came to rest, in another view.
  if (self->asked && self->resting == 0)
    self->resting = g_timeout_add (AGAIN, rested, self);
}

// Before the word is put in: what it was said of is worth keeping at once.
static void
inserting (CzHistoryKeeper *self)
{
  enter (self);
}

static void
cz_history_keeper_finalize (GObject *object)
{
  CzHistoryKeeper *self = CZ_HISTORY_KEEPER (object);

  g_clear_handle_id (&self->resting, g_source_remove);
  g_object_unref (self->playground);
  g_free (self->kept);
  G_OBJECT_CLASS (cz_history_keeper_parent_class)->finalize (object);
}

static void
cz_history_keeper_class_init (CzHistoryKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_history_keeper_finalize;
  kept_signal = g_signal_new ("kept", CZ_TYPE_HISTORY_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);
}

static void
cz_history_keeper_init (CzHistoryKeeper *self)
{
}

CzHistoryKeeper *
cz_history_keeper_new (CzPlayground *playground)
{
  CzHistoryKeeper *self = g_object_new (CZ_TYPE_HISTORY_KEEPER, NULL);

  self->playground = g_object_ref (playground);
  g_signal_connect_object (playground, "text-changed", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "targets-changed", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "insert", G_CALLBACK (inserting), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cz_playground_get_predictor (playground), "notify::busy",
                           G_CALLBACK (busy_changed), self, G_CONNECT_SWAPPED);
  return self;
}

void
cz_history_keeper_skip (CzHistoryKeeper *self)
{
  Tried *tried = look_at_playground (self);

  g_clear_handle_id (&self->resting, g_source_remove);
  self->asked = FALSE;
  g_free (self->kept);
  self->kept = describe (tried);
  tried_free (tried);
}
