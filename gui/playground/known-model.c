#include "gui/playground/known-model.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gui/models/model-item.h"

// Of models that no run made.
#define BASE_COLOR 7

void
cz_known_model_free (CzKnownModel *known)
{
  g_free (known->model);
  g_free (known->title);
  g_free (known->folder);
  g_free (known->stamp);
  g_free (known);
}

static char *
make_stamp (const char *folder, const char *hash)
{
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  GStatBuf status = { 0 };

  if (g_stat (path, &status) != 0)
    memset (&status, 0, sizeof status);
  return g_strdup_printf ("%s %s %" PRId64 ".%09ld %" PRId64, folder, hash,
                          (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                          (gint64)status.st_size);
}

static CzKnownModel *
find_base (CzWorkbench *workbench, const char *model)
{
  CzModelItem *item = cz_workbench_find_model_named (workbench, model);
  const CzModel *found = item != NULL ? cz_model_item_get (item) : NULL;
  CzKnownModel *known;

  if (found == NULL)
    return NULL;
  known = g_new0 (CzKnownModel, 1);
  known->model = g_strdup (model);
  known->title = g_strdup (model);
  known->folder = g_strdup (found->folder);
  known->stamp = make_stamp (found->folder, found->hash);
  known->color = BASE_COLOR;
  return known;
}

static char *
name_which (const CzRunCheckpoint *checkpoint)
{
  if (g_str_equal (checkpoint->kind, "epoch"))
    return g_strdup_printf ("epoch:%ld", lround (checkpoint->epoch));
  return g_strdup (checkpoint->kind);
}

// The folder of what a run has kept; NULL: it has not (any more).
static char *
find_folder (CzWorkbench *workbench, const CzRun *run, const char *which)
{
  CzLibrary *library = cz_workbench_get_library (workbench);
  g_autofree char *folder = cz_run_get_folder (library, run->id);
  g_autoptr (GPtrArray) checkpoints = NULL;

  if (g_str_equal (which, "last"))
    return run->state == CZ_RUN_FINISHED || run->state == CZ_RUN_STOPPED || run->resumable
               ? g_build_filename (folder, "last", NULL)
               : NULL;
  checkpoints = cz_run_list_checkpoints (library, run->id, NULL);
  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = g_ptr_array_index (checkpoints, i);
      g_autofree char *name = name_which (checkpoint);

      if (g_str_equal (name, which))
        return g_build_filename (folder, checkpoint->folder, NULL);
    }
  return g_str_equal (which, "best") ? g_strdup (run->result_folder) : NULL;
}

char *
cz_known_model_name_kept (const char *which)
{
  if (g_str_equal (which, "best"))
    return g_strdup (_ ("Best model"));
  if (g_str_equal (which, "last"))
    return g_strdup (_ ("Last state"));
  return g_strdup_printf (_ ("After epoch %ld"),
                          (long)g_ascii_strtoll (which + strlen ("epoch:"), NULL, 10));
}

static CzKnownModel *
find_kept (CzWorkbench *workbench, const char *model)
{
  const char *at = strchr (model, '@'), *which = at != NULL ? at + 1 : "best";
  CzRunItem *item
      = cz_workbench_find_run (workbench, g_ascii_strtoll (model + strlen ("run:"), NULL, 10));
  const CzRun *run = item != NULL ? cz_run_item_get (item) : NULL;
  g_autofree char *folder = NULL;
  g_autofree char *kept = NULL;
  CzKnownModel *known;

  if (run == NULL || run->trashed
      || !(g_str_equal (which, "best") || g_str_equal (which, "last")
           || g_str_has_prefix (which, "epoch:")))
    return NULL;
  folder = find_folder (workbench, run, which);
  if (folder == NULL)
    return NULL;
  kept = cz_known_model_name_kept (which);
  known = g_new0 (CzKnownModel, 1);
  known->model = g_strdup (model);
  known->title = g_str_equal (which, "best") ? g_strdup (run->name)
                                             : g_strdup_printf ("%s · %s", run->name, kept);
  known->stamp = make_stamp (folder, "");
  known->folder = g_steal_pointer (&folder);
  known->color = cz_run_item_get_color (item);
  return known;
}

CzKnownModel *
cz_known_model_find (CzWorkbench *workbench, const char *model)
{
  if (cz_workbench_get_library (workbench) == NULL)
    return NULL;
  return g_str_has_prefix (model, "run:") ? find_kept (workbench, model)
                                          : find_base (workbench, model);
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  const CzRunCheckpoint *x = *(const CzRunCheckpoint *const *)a;
  const CzRunCheckpoint *y = *(const CzRunCheckpoint *const *)b;

  return x->step < y->step ? -1 : x->step > y->step ? 1 : strcmp (y->kind, x->kind);
}

char **
cz_known_model_list_kept (CzWorkbench *workbench, CzRunItem *item)
{
  CzLibrary *library = cz_workbench_get_library (workbench);
  const CzRun *run = cz_run_item_get (item);
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run->id, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean best = run->result_folder != NULL;

  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    best = best || g_str_equal (((CzRunCheckpoint *)checkpoints->pdata[i])->kind, "best");
  if (best)
    g_strv_builder_add (names, "best");
  if (run->state == CZ_RUN_FINISHED || run->state == CZ_RUN_STOPPED || run->resumable)
    g_strv_builder_add (names, "last");
  if (checkpoints != NULL)
    g_ptr_array_sort (checkpoints, by_place);
  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = g_ptr_array_index (checkpoints, i);
      g_autofree char *name = name_which (checkpoint);

      if (g_str_equal (checkpoint->kind, "epoch"))
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}
