#include "gui/models/model-origin.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "data/hub-address.h"
#include "gui/experiments/run-item.h"

// NULL: it came from elsewhere. Freed by the caller.
static char *
get_repository (const CzModel *model)
{
  CzHubAddress address = { 0 };
  char *repository = NULL;

  if (g_strcmp0 (model->origin, "hub") == 0 && model->source != NULL
      && cz_hub_address_parse (model->source, &address, NULL))
    repository = g_steal_pointer (&address.repo);
  cz_hub_address_clear (&address);
  return repository;
}

gint64
cz_model_origin_get_run (const CzModel *model)
{
  if (model->parent_run != 0)
    return model->parent_run;
  return model->origin != NULL && g_str_has_prefix (model->origin, "run:")
             ? g_ascii_strtoll (model->origin + strlen ("run:"), NULL, 10)
             : 0;
}

static const char *
find_run_name (CzWorkbench *workbench, gint64 run)
{
  CzRunItem *item = cz_workbench_find_run (workbench, run);

  return item != NULL ? cz_run_item_get (item)->name : NULL;
}

char *
cz_model_origin_tell (CzWorkbench *workbench, const CzModel *model)
{
  g_autofree char *repository = get_repository (model);
  gint64 run = cz_model_origin_get_run (model);
  const char *name = run != 0 ? find_run_name (workbench, run) : NULL;

  if (g_strcmp0 (model->origin, "shipped") == 0)
    return g_strdup (_ ("comes with the program"));
  if (g_strcmp0 (model->origin, "random") == 0)
    return g_strdup (_ ("made here, with random weights"));
  if (g_strcmp0 (model->origin, "extended") == 0)
    return model->parent_name != NULL
               // Translators: %s is a model's name.
               ? g_strdup_printf (_ ("“%s” with more words"), model->parent_name)
               : g_strdup (_ ("a model with more words"));
  if (g_strcmp0 (model->origin, "copy") == 0)
    return model->parent_name != NULL
               // Translators: %s is a model's name.
               ? g_strdup_printf (_ ("a copy of “%s”"), model->parent_name)
               : g_strdup (_ ("a copy"));
  if (repository != NULL)
    // Translators: %s is a repository of the Hugging Face Hub.
    return g_strdup_printf (_ ("from the Hub: %s"), repository);
  if (name != NULL)
    // Translators: %s is a run's name.
    return g_strdup_printf (_ ("made by the run “%s”"), name);
  if (run != 0)
    return g_strdup_printf (_ ("made by run %" PRId64 ", which is gone"), run);
  return g_strdup (_ ("a folder of yours"));
}

char *
cz_model_origin_tell_short (CzWorkbench *workbench, const CzModel *model)
{
  gint64 run = cz_model_origin_get_run (model);
  const char *name = run != 0 ? find_run_name (workbench, run) : NULL;

  if (g_strcmp0 (model->origin, "shipped") == 0)
    return g_strdup (_ ("shipped"));
  if (g_strcmp0 (model->origin, "random") == 0 || g_strcmp0 (model->origin, "extended") == 0)
    return g_strdup (_ ("made here"));
  if (g_strcmp0 (model->origin, "copy") == 0)
    return g_strdup (_ ("copy"));
  if (g_strcmp0 (model->origin, "hub") == 0)
    return g_strdup (_ ("Hub"));
  if (run != 0)
    return name != NULL ? g_strdup (name) : g_strdup_printf (_ ("run %" PRId64), run);
  return g_strdup (_ ("folder"));
}

char *
cz_model_origin_get_page (const CzModel *model)
{
  g_autofree char *repository = get_repository (model);
  g_autofree char *endpoint = repository != NULL ? cz_hub_endpoint (NULL) : NULL;

  return endpoint != NULL ? cz_hub_address_page (endpoint, CZ_HUB_MODEL, repository) : NULL;
}
