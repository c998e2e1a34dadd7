// cloze hub …: what the Hugging Face Hub has.
#include <glib/gi18n-lib.h>

#include "cli/command.h"
#include "cli/hub-download.h"
#include "cli/output.h"
#include "data/hub-address.h"
#include "jobs/job.h"
#include "jobs/json-members.h"

static gboolean option_dataset;
static char *option_revision, *option_folder;

#define COMMON_OPTIONS                                                                           \
  { "dataset", 0, 0, G_OPTION_ARG_NONE, &option_dataset, N_ ("A data set, not a model"), NULL }, \
  {                                                                                              \
    "revision", 0, 0, G_OPTION_ARG_STRING, &option_revision,                                     \
        N_ ("A branch, a tag or a commit (default: main)"), N_ ("REVISION")                      \
  }

// ---- show ----

static const GOptionEntry show_options[] = {
  COMMON_OPTIONS,
  { NULL },
};

static void
add_file (JsonBuilder *builder, const CzHubFile *file)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "path", file->path);
  cz_json_set_int (builder, "bytes", file->bytes);
  cz_json_set_string (builder, "sha256", file->sha256);
  cz_json_set_int (builder, "cached_bytes", file->cached_bytes);
  cz_json_set_string (builder, "split", file->split);
  cz_json_set_string (builder, "format", file->format);
  json_builder_end_object (builder);
}

static void
print_info_json (const CzHubInfo *info)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "repo", info->repo);
  cz_json_set_string (builder, "asked", info->asked);
  cz_json_set_string (builder, "kind", info->kind == CZ_HUB_DATASET ? "dataset" : "model");
  cz_json_set_string (builder, "commit", info->commit);
  cz_json_set_string (builder, "licence", info->licence);
  cz_json_set_boolean (builder, "gated", info->gated);
  cz_json_set_boolean (builder, "private", info->private);
  cz_json_set_boolean (builder, "usable", info->usable);
  cz_json_set_string (builder, "reason", info->reason);
  cz_json_set_string (builder, "architecture", info->architecture);
  cz_json_set_boolean (builder, "offline", info->offline);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < info->files->len; i++)
    add_file (builder, info->files->pdata[i]);
  json_builder_end_array (builder);
  cz_json_set_int (builder, "bytes", info->bytes);
  cz_json_set_int (builder, "cached_bytes", info->cached_bytes);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static void
print_files (const CzHubInfo *info)
{
  gboolean data = info->kind == CZ_HUB_DATASET;
  CzListing *table
      = data ? cz_listing_new (_ ("file"), _ (">size"), _ ("format"), _ ("split"), _ ("here"), NULL)
             : cz_listing_new (_ ("file"), _ (">size"), _ ("here"), NULL);

  for (guint i = 0; i < info->files->len; i++)
    {
      const CzHubFile *file = info->files->pdata[i];

      cz_listing_add (table, file->path);
      cz_listing_add_take (table, cz_format_bytes ((double)file->bytes));
      if (data)
        {
          cz_listing_add (table, file->format != NULL ? file->format : _ ("not imported"));
          cz_listing_add (table, file->split != NULL ? file->split : "");
        }
      cz_listing_add (table, file->cached_bytes == file->bytes ? _ ("yes")
                             : file->cached_bytes > 0          ? _ ("in part")
                                                               : "");
    }
  cz_listing_print (table);
}

static void
print_info (const CzHubInfo *info)
{
  g_autofree char *size = cz_format_bytes ((double)info->bytes);

  cz_print (_ ("%s\ncommit      %s\nlicence     %s\nsize        %s\n"), info->repo, info->commit,
            info->licence != NULL ? info->licence : _ ("not said"), size);
  if (info->architecture != NULL)
    cz_print (_ ("model       %s\n"), info->architecture);
  if (info->gated)
    cz_print ("%s\n", _ ("Open only to those who have accepted its terms on its page."));
  if (info->private)
    cz_print ("%s\n", _ ("Private."));
  if (info->offline)
    cz_print ("%s\n", _ ("From the cache: the Hub was not asked, or cannot be reached."));
  if (info->reason != NULL)
    cz_print ("%s\n", info->reason);
  if (info->files->len > 0)
    print_files (info);
}

static CzHubInfo *
look (CzInvocation *invocation, GError **error)
{
  const char *text = invocation->arguments[0];
  g_auto (CzHubAddress) address = { 0 };

  if (!cz_invocation_check_text (text, _ ("The repository's name"), error)
      || !cz_invocation_check_text (option_revision, "--revision", error)
      || !cz_hub_address_parse (text, &address, error))
    return NULL;
  return cz_hub_look (option_dataset || address.dataset ? CZ_HUB_DATASET : CZ_HUB_MODEL,
                      address.repo, option_revision != NULL ? option_revision : address.revision,
                      cz_interruption_get (), error);
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzHubInfo) info = look (invocation, error);

  if (info == NULL)
    return FALSE;
  if (invocation->json)
    print_info_json (info);
  else
    print_info (info);
  return TRUE;
}

// ---- fetch ----

static const GOptionEntry fetch_options[] = {
  COMMON_OPTIONS,
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &option_folder,
    N_ ("Where to put the files (default: in the cache's folder)"), N_ ("FOLDER") },
  { NULL },
};

static gboolean
fetch (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzHubInfo) info = look (invocation, error);
  const char *const *paths = (const char *const *)invocation->arguments + 1;
  g_autofree char *folder = NULL;

  if (info == NULL)
    return FALSE;
  folder = option_folder != NULL ? g_canonicalize_filename (option_folder, NULL)
                                 : cz_hub_get_folder (info);
  if (!cz_hub_download_files (invocation, info, paths[0] != NULL ? paths : NULL, folder, error))
    return FALSE;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "repo", info->repo);
  cz_json_set_string (builder, "commit", info->commit);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < info->files->len; i++)
    {
      const CzHubFile *file = info->files->pdata[i];
      g_autofree char *local = g_build_filename (folder, file->path, NULL);

      if (paths[0] != NULL && !g_strv_contains (paths, file->path))
        continue;
      if (!invocation->json)
        cz_print ("%s\n", local);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "path", file->path);
      cz_json_set_string (builder, "local", local);
      cz_json_set_int (builder, "bytes", file->bytes);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (invocation->json)
    cz_print_json (builder);
  return TRUE;
}

const CzCommand cz_hub_commands[] = {
  { "hub show", N_ ("REPO [--dataset] [--revision REVISION]"),
    N_ ("Show what a repository of the Hugging Face Hub holds: licence, size, files."),
    show_options, 1, 1, show },
  { "hub fetch", N_ ("REPO [FILE…] [--dataset]"),
    N_ ("Download a repository's files into the cache and say where they are."), fetch_options, 1,
    G_MAXUINT, fetch },
  { NULL },
};
