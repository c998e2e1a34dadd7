#include "gui/kept-setting.h"

#include "gui/corpora/library-task.h"

typedef struct
{
  char *name, *value;
  guint number;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_free (writing->name);
  g_free (writing->value);
  g_free (writing);
}

// One after another, and of two writings of a setting that wait at once only the later.
static gboolean
write_setting (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  static GMutex mutex;
  static GHashTable *written; // setting → the number of the last one
  Writing *writing = data;
  gboolean done = TRUE;

  g_mutex_lock (&mutex);
  if (written == NULL)
    written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (GPOINTER_TO_UINT (g_hash_table_lookup (written, writing->name)) < writing->number)
    {
      g_hash_table_insert (written, g_strdup (writing->name), GUINT_TO_POINTER (writing->number));
      done = cz_library_set_setting (library, writing->name, writing->value, error);
    }
  g_mutex_unlock (&mutex);
  return done;
}

static void
written (GObject *object, GAsyncResult *result, gpointer data)
{
}

void
cz_kept_setting_write (CzWorkbench *workbench, const char *name, const char *value)
{
  static guint number;
  Writing *writing = g_new0 (Writing, 1);

  writing->name = g_strdup (name);
  writing->value = g_strdup (value);
  writing->number = ++number;
  cz_library_task_run (workbench, cz_workbench_get_path (workbench), write_setting, writing,
                       writing_free, NULL, written);
}
