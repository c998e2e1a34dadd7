#include "gui/hub/download.h"

#include <glib/gi18n.h>

#include "gui/cloze.h"
#include "gui/progress-line.h"
#include "gui/hub/repository-name.h"

// After how many seconds without a word it is said that none comes.
#define QUIET 15

struct _CzDownload
{
  GObject parent_instance;
  guint id;
  char *library;
  gboolean dataset;
  char *repo;
  char *title;
  char *source;     // "hub:REPO@COMMIT"
  char *name;       // a model's
  char **arguments; // of cloze
  CzDownloadState state;
  GCancellable *cancellable;
  guint quiet;
  double share;
  char *status;
  char *what;
  char *trouble;
  char **files;
};

G_DEFINE_FINAL_TYPE (CzDownload, cz_download, G_TYPE_OBJECT)

enum
{
  PROP_SHARE = 1,
  PROP_STATUS,
  PROP_WHAT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint began_signal, ended_signal;

// what: NULL: as before.
static void
tell (CzDownload *self, double share, const char *status, const char *what)
{
  self->share = share;
  g_free (self->status);
  self->status = g_strdup (status);
  if (what != NULL)
    {
      g_free (self->what);
      self->what = g_strdup (what);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WHAT]);
}

// ---- On its way ----

static gboolean
is_quiet (gpointer data)
{
  CzDownload *self = data;

  if (self->state == CZ_DOWNLOAD_RUNNING)
    tell (self, self->share, _ ("No news from the Hub for a while; waiting…"), NULL);
  return G_SOURCE_CONTINUE;
}

static void
listen (CzDownload *self)
{
  g_clear_handle_id (&self->quiet, g_source_remove);
  self->quiet = g_timeout_add_seconds (QUIET, is_quiet, self);
}

static void
told (const char *line, gpointer data)
{
  CzDownload *self = data;
  CzProgressLine read = cz_progress_line_read (line);

  if (self->state == CZ_DOWNLOAD_RUNNING)
    {
      tell (self, read.share >= 0 ? read.share : self->share, read.status,
            read.share >= 0 ? read.what : NULL);
      listen (self);
    }
  cz_progress_line_clear (&read);
}

// ---- How it ends ----

// Where the files are: absolute paths, all that were asked for.
static char **
read_files (JsonObject *answer)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (answer, "files");
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *local = JSON_NODE_HOLDS_OBJECT (element)
                              ? json_object_get_string_member_with_default (
                                  json_node_get_object (element), "local", NULL)
                              : NULL;

      if (local != NULL && g_path_is_absolute (local))
        g_strv_builder_add (builder, local);
    }
  return g_strv_builder_end (builder);
}

static gboolean
read_answer (CzDownload *self, JsonNode *answer, GError **error)
{
  JsonObject *object
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  const char *name = object != NULL && !self->dataset
                         ? json_object_get_string_member_with_default (object, "name", NULL)
                         : NULL;
  g_auto (GStrv) files = object != NULL && self->dataset ? read_files (object) : NULL;

  if (name == NULL && (files == NULL || files[0] == NULL))
    {
      g_set_error_literal (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN,
                           _ ("The command cloze did not say what it fetched."));
      return FALSE;
    }
  if (name != NULL)
    {
      g_free (self->name);
      self->name = g_strdup (name);
    }
  self->files = g_steal_pointer (&files);
  return TRUE;
}

static void
ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzDownload) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  g_clear_handle_id (&self->quiet, g_source_remove);
  if (answer != NULL && read_answer (self, answer, &error))
    {
      self->state = CZ_DOWNLOAD_DONE;
      tell (self, 1, _ ("Here"), "");
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->state = CZ_DOWNLOAD_STOPPED;
      tell (self, self->share, _ ("Stopped; what came so far is kept"), "");
    }
  else
    {
      self->state = CZ_DOWNLOAD_FAILED;
      self->trouble = g_strdup (error->message);
      tell (self, self->share, _ ("Interrupted"), "");
    }
  g_signal_emit (self, ended_signal, 0);
}

static void
start (CzDownload *self)
{
  self->state = CZ_DOWNLOAD_RUNNING;
  g_clear_pointer (&self->trouble, g_free);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tell (self, self->share, _ ("Asking the Hub…"), "");
  listen (self);
  cz_cloze_watch_async (self->library, (const char *const *)self->arguments, self->cancellable,
                        told, ended, g_object_ref (self));
}

void
cz_download_stop (CzDownload *self)
{
  if (self->state != CZ_DOWNLOAD_RUNNING)
    return;
  self->state = CZ_DOWNLOAD_STOPPING;
  tell (self, self->share, _ ("Stopping…"), NULL);
  g_cancellable_cancel (self->cancellable);
}

void
cz_download_go_on (CzDownload *self)
{
  if (self->state == CZ_DOWNLOAD_STOPPED || self->state == CZ_DOWNLOAD_FAILED)
    {
      start (self);
      g_signal_emit (self, began_signal, 0);
    }
}

// ---- Life ----

static void
cz_download_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CzDownload *self = CZ_DOWNLOAD (object);

  if (id == PROP_SHARE)
    g_value_set_double (value, self->share);
  else if (id == PROP_STATUS)
    g_value_set_string (value, self->status);
  else if (id == PROP_WHAT)
    g_value_set_string (value, self->what);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_download_finalize (GObject *object)
{
  CzDownload *self = CZ_DOWNLOAD (object);

  g_clear_handle_id (&self->quiet, g_source_remove);
  g_clear_object (&self->cancellable);
  g_free (self->library);
  g_free (self->repo);
  g_free (self->title);
  g_free (self->source);
  g_free (self->name);
  g_strfreev (self->arguments);
  g_free (self->status);
  g_free (self->what);
  g_free (self->trouble);
  g_strfreev (self->files);
  G_OBJECT_CLASS (cz_download_parent_class)->finalize (object);
}

static void
cz_download_class_init (CzDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_download_get_property;
  object_class->finalize = cz_download_finalize;
  properties[PROP_SHARE] = g_param_spec_double ("share", NULL, NULL, 0, 1, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATUS]
      = g_param_spec_string ("status", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WHAT]
      = g_param_spec_string ("what", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  began_signal = g_signal_new ("began", CZ_TYPE_DOWNLOAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
  ended_signal = g_signal_new ("ended", CZ_TYPE_DOWNLOAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
cz_download_init (CzDownload *self)
{
  static guint last;

  self->id = ++last;
  self->status = g_strdup ("");
  self->what = g_strdup ("");
}

static char *
make_source (const CzRepository *repository)
{
  return repository->commit != NULL
             ? g_strdup_printf ("hub:%s@%s", repository->repo, repository->commit)
             : g_strdup_printf ("hub:%s", repository->repo);
}

static CzDownload *
make (const char *library, const CzRepository *repository)
{
  CzDownload *self = g_object_new (CZ_TYPE_DOWNLOAD, NULL);

  self->library = g_strdup (library);
  self->dataset = repository->dataset;
  self->repo = g_strdup (repository->repo);
  self->title = cz_repository_name_get_short (repository->repo);
  // What was looked at is what is fetched, even if the repository changes meanwhile.
  self->source = make_source (repository);
  return self;
}

CzDownload *
cz_download_new_model (const char *library, const CzRepository *repository, const char *name)
{
  CzDownload *self = make (library, repository);
  const char *const arguments[] = { "model", "add", self->source, "--name", name, NULL };

  self->name = g_strdup (name);
  self->arguments = g_strdupv ((char **)arguments);
  start (self);
  return self;
}

static char **
make_dataset_arguments (const CzRepository *repository, const char *const *paths)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add_many (builder, "hub", "fetch", "--dataset", NULL);
  if (repository->commit != NULL)
    g_strv_builder_add_many (builder, "--revision", repository->commit, NULL);
  g_strv_builder_add_many (builder, "--", repository->repo, NULL);
  g_strv_builder_addv (builder, (const char **)paths);
  return g_strv_builder_end (builder);
}

CzDownload *
cz_download_new_dataset (const char *library,
                         const CzRepository *repository,
                         const char *const *paths)
{
  CzDownload *self = make (library, repository);

  self->arguments = make_dataset_arguments (repository, paths);
  start (self);
  return self;
}

gboolean
cz_download_is_of (CzDownload *self, const CzRepository *repository, const char *const *paths)
{
  g_autofree char *source = make_source (repository);
  g_auto (GStrv) arguments = paths != NULL ? make_dataset_arguments (repository, paths) : NULL;

  return self->dataset == (paths != NULL) && g_str_equal (self->source, source)
         && (arguments == NULL
             || g_strv_equal ((const char *const *)arguments,
                              (const char *const *)self->arguments));
}

guint
cz_download_get_id (CzDownload *self)
{
  return self->id;
}

CzDownloadState
cz_download_get_state (CzDownload *self)
{
  return self->state;
}

gboolean
cz_download_is_active (CzDownload *self)
{
  return self->state == CZ_DOWNLOAD_RUNNING || self->state == CZ_DOWNLOAD_STOPPING;
}

gboolean
cz_download_is_dataset (CzDownload *self)
{
  return self->dataset;
}

const char *
cz_download_get_repo (CzDownload *self)
{
  return self->repo;
}

const char *
cz_download_get_title (CzDownload *self)
{
  return self->title;
}

double
cz_download_get_share (CzDownload *self)
{
  return self->share;
}

const char *
cz_download_get_trouble (CzDownload *self)
{
  return self->trouble;
}

const char *
cz_download_get_name (CzDownload *self)
{
  return self->name;
}

const char *const *
cz_download_get_files (CzDownload *self)
{
  return (const char *const *)self->files;
}

const char *
cz_download_get_source (CzDownload *self)
{
  return self->source;
}
