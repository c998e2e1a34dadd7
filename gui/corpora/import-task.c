#include "gui/corpora/import-task.h"

#include <glib/gi18n.h>

#include "gui/corpora/library-task.h"
#include "gui/numbers.h"

struct _CzImportTask
{
  GObject parent_instance;
  guint id;
  char *name;
  CzImportChoice *choice;
  CzImportState state;
  GCancellable *cancellable;
  gint64 started; // monotonic, microseconds
  double share;
  char *status;
  char *path;             // being read
  CzUpdateReport *report; // the thread's until it ended
  char *trouble;
};

G_DEFINE_FINAL_TYPE (CzImportTask, cz_import_task, G_TYPE_OBJECT)

enum
{
  PROP_SHARE = 1,
  PROP_STATUS,
  PROP_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint ended_signal;

static void
tell (CzImportTask *self, double share, char *status, const char *path)
{
  g_autofree char *folder = cz_import_choice_get_folder (self->choice);

  self->share = CLAMP (share, 0, 1);
  g_free (self->status);
  self->status = status;
  g_free (self->path);
  self->path = g_utf8_make_valid (cz_import_choice_inner_path (folder, path), -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

// ---- In the thread ----

// Progress on its way to the main thread.
typedef struct
{
  CzImportProgress progress;
  char *path;
  CzImportTask *task;
} Message;

static void
message_free (gpointer data)
{
  Message *message = data;

  g_free (message->path);
  g_object_unref (message->task);
  g_free (message);
}

static gboolean
deliver (gpointer data)
{
  const Message *message = data;
  CzImportTask *self = message->task;
  const CzImportProgress *progress = &message->progress;
  double share = progress->bytes_total > 0
                     ? (double)progress->bytes_done / (double)progress->bytes_total
                     : 0;
  double spent = (double)(g_get_monotonic_time () - self->started) / G_USEC_PER_SEC;
  g_autofree char *left
      = cz_numbers_time_left (share > 0.02 && spent > 0.5 ? spent * (1 - share) / share : -1);
  g_autofree char *documents = cz_numbers_documents (progress->documents);

  if (self->state != CZ_IMPORT_RUNNING)
    return G_SOURCE_REMOVE;
  tell (self, share, g_strdup_printf ("%s%s%s", documents, left[0] != '\0' ? " · " : "", left),
        progress->path);
  return G_SOURCE_REMOVE;
}

static void
progress_made (const CzImportProgress *progress, gpointer data)
{
  Message *message = g_new0 (Message, 1);

  message->progress = *progress;
  message->path = g_strdup (progress->path);
  message->progress.path = message->path;
  message->task = g_object_ref (data);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, deliver, message, message_free);
}

static void
report_free (gpointer data)
{
  cz_update_report_clear (data);
  g_free (data);
}

static gboolean
run (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  CzImportTask *self = data;
  CzImportOptions options = cz_import_choice_get_options (self->choice);
  const char *const *files = (const char *const *)self->choice->files;
  CzUpdateReport *report = g_new0 (CzUpdateReport, 1);
  gboolean ok;

  if (self->choice->corpus != 0)
    ok = cz_corpus_update (library, self->choice->corpus, files, &options,
                           self->choice->remove_missing, progress_made, self, self->cancellable,
                           report, error);
  else
    ok = cz_import_run (library, self->name, files, &options, progress_made, self,
                        self->cancellable, &report->import, error);
  if (ok)
    self->report = report;
  else
    g_free (report);
  return ok;
}

static char *
describe_end (CzImportTask *self)
{
  const CzUpdateReport *report = self->report;
  g_autofree char *added = cz_numbers_count (report->added);
  g_autofree char *changed = cz_numbers_count (report->changed);
  g_autofree char *documents = cz_numbers_count (report->import.documents);

  if (self->choice->corpus != 0)
    // Translators: two numbers of documents.
    return g_strdup_printf (_ ("%s added, %s changed"), added, changed);
  return g_strdup_printf (
      ngettext ("%s document imported", "%s documents imported", (gulong)report->import.documents),
      documents);
}

static void
ran (GObject *object, GAsyncResult *result, gpointer data)
{
  CzImportTask *self = CZ_IMPORT_TASK (object);
  g_autoptr (GError) error = NULL;

  if (cz_library_task_finish (result, &error) != NULL)
    {
      self->state = CZ_IMPORT_DONE;
      tell (self, 1, describe_end (self), NULL);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->state = CZ_IMPORT_CANCELLED;
  else
    {
      self->state = CZ_IMPORT_FAILED;
      self->trouble = g_strdup (error->message);
      tell (self, self->share, g_strdup (_ ("Nothing was imported")), NULL);
    }
  g_signal_emit (self, ended_signal, 0);
}

// ---- Life ----

static void
cz_import_task_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CzImportTask *self = CZ_IMPORT_TASK (object);

  if (id == PROP_SHARE)
    g_value_set_double (value, self->share);
  else if (id == PROP_STATUS)
    g_value_set_string (value, self->status);
  else if (id == PROP_PATH)
    g_value_set_string (value, self->path);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_import_task_finalize (GObject *object)
{
  CzImportTask *self = CZ_IMPORT_TASK (object);

  g_clear_pointer (&self->report, report_free);
  cz_import_choice_free (self->choice);
  g_object_unref (self->cancellable);
  g_free (self->name);
  g_free (self->status);
  g_free (self->path);
  g_free (self->trouble);
  G_OBJECT_CLASS (cz_import_task_parent_class)->finalize (object);
}

static void
cz_import_task_class_init (CzImportTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_import_task_get_property;
  object_class->finalize = cz_import_task_finalize;
  properties[PROP_SHARE] = g_param_spec_double ("share", NULL, NULL, 0, 1, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATUS]
      = g_param_spec_string ("status", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PATH]
      = g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  ended_signal = g_signal_new ("ended", CZ_TYPE_IMPORT_TASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
cz_import_task_init (CzImportTask *self)
{
  static guint last;

  self->id = ++last;
  self->status = g_strdup ("");
  self->path = g_strdup ("");
  self->cancellable = g_cancellable_new ();
}

CzImportTask *
cz_import_task_new (const char *library, const char *name, const CzImportChoice *choice)
{
  CzImportTask *self = g_object_new (CZ_TYPE_IMPORT_TASK, NULL);

  self->name = g_strdup (name);
  self->choice = cz_import_choice_copy (choice);
  self->started = g_get_monotonic_time ();
  // What was published cannot be cancelled any more: the report counts, so that the library's task
  // knows of no cancelling.
  cz_library_task_run (self, library, run, self, NULL, NULL, ran);
  return self;
}

void
cz_import_task_cancel (CzImportTask *self)
{
  if (self->state != CZ_IMPORT_RUNNING)
    return;
  self->state = CZ_IMPORT_CANCELLING;
  g_cancellable_cancel (self->cancellable);
  tell (self, self->share, g_strdup (_ ("Cancelling…")), NULL);
}

guint
cz_import_task_get_id (CzImportTask *self)
{
  return self->id;
}

CzImportState
cz_import_task_get_state (CzImportTask *self)
{
  return self->state;
}

gboolean
cz_import_task_is_active (CzImportTask *self)
{
  return self->state == CZ_IMPORT_RUNNING || self->state == CZ_IMPORT_CANCELLING;
}

const char *
cz_import_task_get_name (CzImportTask *self)
{
  return self->name;
}

double
cz_import_task_get_share (CzImportTask *self)
{
  return self->share;
}

const char *
cz_import_task_get_status (CzImportTask *self)
{
  return self->status;
}

const CzImportChoice *
cz_import_task_get_choice (CzImportTask *self)
{
  return self->choice;
}

const CzUpdateReport *
cz_import_task_get_report (CzImportTask *self)
{
  return self->report;
}

const char *
cz_import_task_get_trouble (CzImportTask *self)
{
  return self->trouble;
}
