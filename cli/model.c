// cloze model …: the models the library knows.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/hub-model.h"
#include "cli/model-entry.h"
#include "cli/output.h"
#include "data/hub-address.h"
#include "data/model.h"
#include "jobs/json-members.h"
#include "jobs/model-card.h"
#include "jobs/model-making.h"
#include "jobs/model-source.h"

// ---- list, show ----

static void
build_parent (const CzModel *model, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "parent");
  if (model->parent_name == NULL && model->parent_run == 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  if (model->parent > 0)
    cz_json_set_int (builder, "id", model->parent);
  else
    cz_json_set_string (builder, "id", NULL);
  cz_json_set_string (builder, "name", model->parent_name);
  cz_json_set_string (builder, "sha256", model->parent_hash);
  if (model->parent_run > 0)
    cz_json_set_int (builder, "run", model->parent_run);
  else
    cz_json_set_string (builder, "run", NULL);
  json_builder_end_object (builder);
}

static void
build_model (const CzModel *model, JsonBuilder *builder)
{
  cz_json_set_string (builder, "name", model->name);
  cz_json_set_string (builder, "origin", model->origin);
  cz_json_set_int (builder, "parameters", model->parameters);
  cz_json_set_string (builder, "folder", model->folder);
  cz_json_set_string (builder, "sha256", model->hash);
  cz_json_set_int (builder, "vocabulary", model->vocabulary);
  cz_json_set_boolean (builder, "lowercase", model->lowercase);
  cz_json_set_int (builder, "bytes", model->bytes);
  cz_json_set_string (builder, "licence", model->licence);
  cz_json_set_string (builder, "source", model->source);
  cz_json_set_string (builder, "trained_on", model->trained_on);
  build_parent (model, builder);
}

static void
list_json (GPtrArray *models)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < models->len; i++)
    {
      json_builder_begin_object (builder);
      build_model (models->pdata[i], builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_print_json (builder);
}

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) models = library != NULL ? cz_model_list (library, error) : NULL;

  if (models == NULL)
    return FALSE;
  if (invocation->json)
    {
      list_json (models);
      return TRUE;
    }
  if (models->len == 0)
    {
      cz_print (_ ("The library has no models yet; “cloze model add FOLDER” adds one.\n"));
      return TRUE;
    }
  CzListing *table = cz_listing_new (_ ("name"), _ ("origin"), _ (">parameters"), _ (">size"),
                                     _ ("licence"), _ ("folder"), NULL);
  for (guint i = 0; i < models->len; i++)
    {
      const CzModel *model = models->pdata[i];
      cz_listing_add (table, model->name);
      cz_listing_add (table, model->origin);
      cz_listing_add_take (table, cz_format_count ((double)model->parameters));
      cz_listing_add_take (table, cz_format_bytes ((double)model->bytes));
      cz_listing_add (table, model->licence != NULL ? model->licence : "–");
      cz_listing_add (table, model->folder);
    }
  cz_listing_print (table);
  return TRUE;
}

static void
print_for_people (const CzModel *model, CzModelFolder *folder)
{
  const CzModelConfig *config = cz_model_folder_get_config (folder);
  g_autofree char *count = cz_format_count ((double)model->parameters);
  g_autofree char *bytes = cz_format_bytes ((double)model->bytes);

  cz_print (_ ("%s (%s)\nfolder      %s\nparameters  %s\nshape       %u layers, %u wide, %u "
               "heads, %u hidden\nwindow      %u tokens\nvocabulary  %u pieces, %s\n"),
            model->name, model->origin, model->folder, count, config->n_layers, config->dim,
            config->n_heads, config->hidden_dim, config->max_position_embeddings,
            config->vocab_size, model->lowercase ? _ ("lowercase") : _ ("cased"));
  cz_print (_ ("size        %s\nlicence     %s\n"), bytes,
            model->licence != NULL ? model->licence : _ ("not known"));
  if (model->source != NULL && strcmp (model->source, model->folder) != 0)
    cz_print (_ ("source      %s\n"), model->source);
  if (model->parent_run > 0)
    cz_print (_ ("made by     run %" PRId64 ", from %s\n"), model->parent_run,
              model->parent_name != NULL ? model->parent_name : "–");
  else if (model->parent_name != NULL)
    cz_print (_ ("made from   %s\n"), model->parent_name);
  if (model->trained_on != NULL)
    cz_print (_ ("trained on  %s\n"), model->trained_on);
  cz_print ("sha256      %s\n", model->hash);
  for (const char *const *note = cz_model_folder_get_notes (folder); *note != NULL; note++)
    cz_print ("%s\n", *note);
}

static void
print_json (const CzModel *model, CzModelFolder *folder)
{
  const CzModelConfig *config = cz_model_folder_get_config (folder);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_model (model, builder);
  cz_json_set_int (builder, "dim", config->dim);
  cz_json_set_int (builder, "hidden_dim", config->hidden_dim);
  cz_json_set_int (builder, "layers", config->n_layers);
  cz_json_set_int (builder, "heads", config->n_heads);
  cz_json_set_int (builder, "positions", config->max_position_embeddings);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

gboolean
cz_model_print (CzInvocation *invocation, const CzModel *model, GError **error)
{
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (model->folder, error);

  if (folder == NULL)
    return FALSE;
  if (invocation->json)
    print_json (model, folder);
  else
    print_for_people (model, folder);
  return TRUE;
}

// One of the library as it is noted, said so where its weights are others now; of a folder or a run
// what they say.
static gboolean
show (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;

  if (source == NULL)
    return FALSE;
  const CzModelDetails details = { .run = source->run };
  g_autoptr (CzModel) model = source->model_id > 0 ? cz_model_get (library, source->model_id, error)
                                                   : cz_model_look (library, source->folder,
                                                                    source->name, &details, error);
  if (model == NULL || !cz_model_print (invocation, model, error))
    return FALSE;
  g_autofree char *hash = cz_model_get_hash (library, source->folder, NULL);
  if (!invocation->json && g_strcmp0 (hash, model->hash) != 0)
    cz_print (_ ("Its weights are no longer those that were added: sha256 is %s now.\n"),
              hash != NULL ? hash : "–");
  return TRUE;
}

// ---- add, export ----

static char *option_name;

static const GOptionEntry add_options[] = {
  { "name", 'n', 0, G_OPTION_ARG_FILENAME, &option_name,
    N_ ("Its name in the library (default: the folder's)"), N_ ("NAME") },
  { NULL },
};

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

static gboolean option_float16;

static const GOptionEntry export_options[] = {
  { "float16", 0, 0, G_OPTION_ARG_NONE, &option_float16,
    N_ ("Numbers of 16 bits instead of 32: half the size"), NULL },
  { NULL },
};

// The card tells what is known now, which may be more than when the model was written.
static gboolean
describe_export (CzLibrary *library,
                 const CzModelSource *source,
                 const char *target,
                 GError **error)
{
  if (source->run > 0)
    {
      const char *at = strchr (source->name, '@');
      g_autoptr (CzRun) run = cz_run_get (library, source->run, error);
      return run != NULL
             && cz_model_card_write (library, run, at != NULL ? at + 1 : "last", target, error);
    }
  const CzModelDetails nothing = { 0 };
  g_autoptr (CzModel) model = source->model_id > 0 ? cz_model_get (library, source->model_id, error)
                                                   : cz_model_look (library, source->folder,
                                                                    source->name, &nothing, error);
  return model != NULL && cz_model_card_complete (library, model, target, error);
}

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
                                    error)
         && describe_export (library, source, target, error);
}

const CzCommand cz_model_commands[] = {
  { "model add", N_ ("FOLDER|hub:REPO[@REVISION] [--name N]"),
    N_ ("Enter a model folder in Hugging Face's layout into the library."), add_options, 1, 1,
    add },
  { "model list", NULL, N_ ("List the library's models."), NULL, 0, 0, list },
  { "model show", N_ ("MODEL"), N_ ("Show a model: its shape, vocabulary and place."), NULL, 1, 1,
    show },
  { "model export", N_ ("MODEL FOLDER"), N_ ("Write a model's folder elsewhere."), export_options,
    2, 2, export },
  { NULL },
};
