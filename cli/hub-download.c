#include "cli/hub-download.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/output.h"
#include "cli/progress.h"

static void
tell (const CzHubState *state, gpointer data)
{
  g_autofree char *name = g_path_get_basename (state->path);
  g_autofree char *done = cz_format_bytes ((double)state->file_done);
  g_autofree char *total = cz_format_bytes ((double)state->file_total);
  g_autofree char *text = state->waiting != NULL ? g_strdup (state->waiting)
                                                 : g_strdup_printf (_ ("Downloading %s (%s of %s)"),
                                                                    name, done, total);
  double fraction
      = state->bytes_total > 0 ? (double)state->bytes_done / (double)state->bytes_total : 1;

  cz_progress_tell (data, fraction, text, state->seconds_left);
}

gboolean
cz_hub_download_files (CzInvocation *invocation,
                       const CzHubInfo *info,
                       const char *const *paths,
                       const char *folder,
                       GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (GError) failed = NULL;

  if (cz_hub_fetch (info, paths, folder, tell, progress, cancellable, &failed))
    return TRUE;
  if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                 _ ("Downloading “%s” was interrupted; the same command goes on from there."),
                 info->repo);
  else
    g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

void
cz_hub_announce (CzInvocation *invocation, const CzHubInfo *info, gint64 bytes)
{
  g_autofree char *size = cz_format_bytes ((double)bytes);
  g_autofree char *text = NULL;

  if (invocation->quiet)
    return;
  text = info->licence != NULL ? g_strdup_printf (_ ("%s (%.7s): %s, licence %s"), info->repo,
                                                  info->commit, size, info->licence)
                               : g_strdup_printf (_ ("%s (%.7s): %s; it does not say its licence"),
                                                  info->repo, info->commit, size);
  g_autoptr (CzProgress) progress = cz_progress_new (FALSE);
  cz_progress_note (progress, text);
}
