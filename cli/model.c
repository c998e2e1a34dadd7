// cloze model …: the models the library knows.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/hub-model.h"
#include "cli/model-entry.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/hub-address.h"
#include "data/model-change.h"
#include "engine/format/atomic-file.h"
#include "jobs/json-members.h"
#include "jobs/model-making.h"
#include "jobs/model-source.h"

// ---- list, show ----

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) models = library != NULL ? cz_model_list (library, error) : NULL;

  if (models == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_array (builder);
      for (guint i = 0; i < models->len; i++)
        {
          const CzModel *model = models->pdata[i];
          json_builder_begin_object (builder);
          cz_json_set_string (builder, "name", model->name);
          cz_json_set_string (builder, "origin", model->origin);
          cz_json_set_int (builder, "parameters", model->parameters);
          cz_json_set_string (builder, "folder", model->folder);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      cz_print_json (builder);
      return TRUE;
    }
  if (models->len == 0)
    {
      cz_print (_ ("The library has no models yet; “cloze model add FOLDER” adds one.\n"));
      return TRUE;
    }
  CzListing *table
      = cz_listing_new (_ ("name"), _ ("origin"), _ (">parameters"), _ ("folder"), NULL);
  for (guint i = 0; i < models->len; i++)
    {
      const CzModel *model = models->pdata[i];
      cz_listing_add (table, model->name);
      cz_listing_add (table, model->origin);
      cz_listing_add_take (table, cz_format_count ((double)model->parameters));
      cz_listing_add (table, model->folder);
    }
  cz_listing_print (table);
  return TRUE;
}

static void
print_model (CzInvocation *invocation,
             const char *name,
             const char *origin,
             CzModelFolder *folder,
             const char *hash)
{
  const CzModelConfig *config = cz_model_folder_get_config (folder);
  guint64 parameters = cz_parameter_table_get_n_elements (cz_model_folder_get_table (folder));
  const CzTokenizerOptions *tokenizer
      = cz_tokenizer_get_options (cz_model_folder_get_tokenizer (folder));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *count = cz_format_count ((double)parameters);

  if (!invocation->json)
    {
      cz_print (_ ("%s (%s)\nfolder      %s\nparameters  %s\nshape       %u layers, %u wide, %u "
                   "heads, %u hidden\nwindow      %u tokens\nvocabulary  %u pieces, %s\n"),
                name, origin, cz_model_folder_get_path (folder), count, config->n_layers,
                config->dim, config->n_heads, config->hidden_dim, config->max_position_embeddings,
                config->vocab_size, tokenizer->lowercase ? _ ("lowercase") : _ ("cased"));
      cz_print ("sha256      %s\n", hash != NULL ? hash : "–");
      for (const char *const *note = cz_model_folder_get_notes (folder); *note != NULL; note++)
        cz_print ("%s\n", *note);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", name);
  cz_json_set_string (builder, "origin", origin);
  cz_json_set_int (builder, "parameters", (gint64)parameters);
  cz_json_set_string (builder, "folder", cz_model_folder_get_path (folder));
  cz_json_set_string (builder, "sha256", hash);
  cz_json_set_int (builder, "vocabulary", config->vocab_size);
  cz_json_set_boolean (builder, "lowercase", tokenizer->lowercase);
  cz_json_set_int (builder, "dim", config->dim);
  cz_json_set_int (builder, "hidden_dim", config->hidden_dim);
  cz_json_set_int (builder, "layers", config->n_layers);
  cz_json_set_int (builder, "heads", config->n_heads);
  cz_json_set_int (builder, "positions", config->max_position_embeddings);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  g_autoptr (CzModelFolder) folder
      = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;

  if (folder == NULL)
    return FALSE;
  g_autoptr (CzModel) model
      = source->model_id > 0 ? cz_model_get (library, source->model_id, NULL) : NULL;
  g_autofree char *run = source->run > 0 ? g_strdup_printf ("run:%" PRId64, source->run) : NULL;
  g_autofree char *hash = cz_model_hash_folder (source->folder, NULL);
  print_model (invocation, source->name,
               model != NULL ? model->origin
               : run != NULL ? run
                             : "folder",
               folder, hash);
  return TRUE;
}

// ---- add, remove, export, push ----

static char *option_name;

static const GOptionEntry add_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name,
    N_ ("Its name in the library (default: the folder's)"), N_ ("NAME") },
  { NULL },
};

gboolean
cz_model_print (CzInvocation *invocation, const CzModel *model, GError **error)
{
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (model->folder, error);

  if (folder == NULL)
    return FALSE;
  print_model (invocation, model->name, model->origin, folder, model->hash);
  return TRUE;
}

gboolean
cz_model_enter (CzInvocation *invocation,
                CzLibrary *library,
                const char *path,
                const char *name,
                const char *origin,
                GError **error)
{
  const CzModelDetails details = { .origin = origin };
  g_autoptr (CzModel) model = cz_model_add (library, path, name, &details, error);

  return model != NULL && cz_model_print (invocation, model, error);
}

static gboolean
add (CzInvocation *invocation, GError **error)
{
  const char *path = invocation->arguments[0];

  if (!cz_invocation_check_text (option_name, "--name", error))
    return FALSE;
  if (cz_hub_is_address (path))
    return cz_hub_enter_model (invocation, path, option_name, error);
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL
         && cz_model_enter (invocation, library, path, option_name, NULL /* origin */, error);
}

static gboolean
remove_model (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModel) model
      = library != NULL ? cz_model_find (library, invocation->arguments[0], error) : NULL;

  return model != NULL && cz_model_remove (library, model->id, error);
}

static gboolean option_float16;

static const GOptionEntry export_options[] = {
  { "float16", 0, 0, G_OPTION_ARG_NONE, &option_float16,
    N_ ("Numbers of 16 bits instead of 32: half the size"), NULL },
  { NULL },
};

static gboolean export(CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  g_autoptr (CzModelFolder) folder
      = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;
  g_autofree char *target = g_canonicalize_filename (invocation->arguments[1], NULL);

  return folder != NULL
         && cz_model_making_export (folder, target, option_float16 ? CZ_DTYPE_F16 : CZ_DTYPE_F32,
                                    error);
}

static gboolean
push (CzInvocation *invocation, GError **error)
{
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_UNAVAILABLE,
                       _ ("Pushing models to the Hub is not available yet; “cloze model export” "
                          "writes a folder that can be uploaded."));
  return FALSE;
}

const CzCommand cz_model_commands[] = {
  { "model add", N_ ("FOLDER|hub:REPO[@REVISION] [--name N]"),
    N_ ("Enter a model folder in Hugging Face's layout into the library."), add_options, 1, 1,
    add },
  { "model list", NULL, N_ ("List the library's models."), NULL, 0, 0, list },
  { "model show", N_ ("MODEL"), N_ ("Show a model: its shape, vocabulary and place."), NULL, 1, 1,
    show },
  { "model remove", N_ ("MODEL"),
    N_ ("Forget a model; its files go only where the library made them."), NULL, 1, 1,
    remove_model },
  { "model export", N_ ("MODEL FOLDER"), N_ ("Write a model's folder elsewhere."), export_options,
    2, 2, export },
  { "model push", N_ ("MODEL REPO"), N_ ("Upload a model to the Hub (not available yet)."), NULL, 2,
    2, push },
  { NULL },
};
