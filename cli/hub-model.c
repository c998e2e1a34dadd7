#include "cli/hub-model.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/hub-download.h"
#include "cli/model-entry.h"
#include "data/hub-address.h"
#include "data/model.h"
#include "engine/format/atomic-file.h"
#include "engine/format/model-folder.h"
#include "jobs/job.h"

// Fetches beside `path` and looks at it there; it gets its name once it is a model that is read.
static gboolean
fetch (CzInvocation *invocation, const CzHubInfo *info, const char *path, GError **error)
{
  g_autofree char *beside = cz_atomic_folder_new (path, error);
  g_autoptr (CzModelFolder) folder = NULL;

  if (beside == NULL)
    return FALSE;
  cz_hub_announce (invocation, info, info->bytes);
  if (cz_hub_download_files (invocation, info, NULL /* paths: all */, beside, error)
      && (folder = cz_model_folder_open (beside, error)) != NULL
      && cz_atomic_folder_finish (beside, path, error))
    return TRUE;
  cz_folder_remove (beside);
  return FALSE;
}

static gboolean
enter (CzInvocation *invocation,
       CzLibrary *library,
       const CzHubInfo *info,
       const char *name,
       GError **error)
{
  g_autofree char *path = cz_model_make_path (library, name);
  g_autofree char *source = g_strdup_printf ("hub:%s@%s", info->repo, info->commit);
  CzHubFile *weights = cz_hub_info_find (info, "model.safetensors");
  const CzModelDetails details = { .origin = "hub",
                                   .source = source,
                                   .licence = info->licence,
                                   .is_private = info->private,
                                   .hash = weights->sha256 };

  if (!fetch (invocation, info, path, error))
    return FALSE;
  g_autoptr (CzModel) model = cz_model_add (library, path, name, &details, error);
  if (model == NULL)
    {
      cz_folder_remove (path);
      return FALSE;
    }
  return cz_model_print (invocation, model, error);
}

gboolean
cz_hub_enter_model (CzInvocation *invocation, const char *address, const char *name, GError **error)
{
  g_auto (CzHubAddress) parsed = { 0 };
  const char *slash;
  CzLibrary *library;

  if (!cz_invocation_check_text (address, _ ("The repository's name"), error)
      || !cz_hub_address_parse (address, &parsed, error)
      || (library = cz_invocation_get_library (invocation, error)) == NULL)
    return FALSE;
  slash = strrchr (parsed.repo, '/');
  if (name == NULL)
    name = slash != NULL ? slash + 1 : parsed.repo;
  if (!cz_model_check_name (library, name, error))
    return FALSE;
  g_autoptr (CzHubInfo) info
      = cz_hub_look (CZ_HUB_MODEL, parsed.repo, parsed.revision, cz_interruption_get (), error);
  if (info == NULL)
    return FALSE;
  if (!info->usable)
    {
      g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, info->reason);
      return FALSE;
    }
  return enter (invocation, library, info, name, error);
}
