// cloze model rename, duplicate, remove, verify, tree: what is done with models of the library.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/model-entry.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/model-change.h"
#include "data/model-tree.h"
#include "data/model-verify.h"
#include "jobs/json-members.h"
#include "jobs/model-source.h"

// The model of the library that the first argument names.
static CzModel *
find_model (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  return library != NULL ? cz_model_find (library, invocation->arguments[0], error) : NULL;
}

// ---- rename, duplicate ----

static gboolean
rename_model (CzInvocation *invocation, GError **error)
{
  const char *name = invocation->arguments[1];

  if (!cz_invocation_check_text (name, "NAME", error))
    return FALSE;
  g_autoptr (CzModel) model = find_model (invocation, error);
  if (model == NULL || !cz_model_rename (invocation->opened_library, model->id, name, error))
    return FALSE;
  g_autoptr (CzModel) renamed = cz_model_get (invocation->opened_library, model->id, error);
  return renamed != NULL && cz_model_print (invocation, renamed, error);
}

static CzModel *
duplicate_source (CzLibrary *library, const CzModelSource *source, const char *name, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzModel) model
      = source->model_id > 0 ? cz_model_get (library, source->model_id, error) : NULL;
  g_autofree char *hash = cz_model_get_hash (library, source->folder, error);

  if (hash == NULL || (source->model_id > 0 && model == NULL))
    return NULL;
  CzModelDetails details = { .hash = hash };
  if (model != NULL)
    {
      // The same numbers, so all that is known of them holds.
      details.origin = "copy";
      details.source = model->source;
      details.licence = model->licence;
      details.trained_on = model->trained_on;
      details.is_private = model->is_private;
      details.parent = model->id;
    }
  else
    details.run = source->run;
  if (source->run == 0 && model == NULL)
    details.source = source->folder;
  return cz_model_duplicate (library, source->folder, name, &details, cancellable, error);
}

static gboolean
duplicate (CzInvocation *invocation, GError **error)
{
  const char *name = invocation->arguments[1];
  CzLibrary *library = cz_invocation_check_text (name, "NAME", error)
                           ? cz_invocation_get_library (invocation, error)
                           : NULL;
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[0], error) : NULL;
  g_autoptr (CzModel) model
      = source != NULL ? duplicate_source (library, source, name, error) : NULL;

  return model != NULL && cz_model_print (invocation, model, error);
}

// ---- remove ----

static gboolean option_yes;

static const GOptionEntry remove_options[] = {
  { "yes", 'y', 0, G_OPTION_ARG_NONE, &option_yes,
    N_ ("Even if runs started from it; they keep their records"), NULL },
  { NULL },
};

// "run 3 “law”, run 4 “film”, model “law 2”" and how many more; freed by the caller.
static char *
name_dependents (GPtrArray *dependents)
{
  GString *names = g_string_new (NULL);
  guint shown = MIN (dependents->len, 5);

  for (guint i = 0; i < shown; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];
      g_string_append (names, i > 0 ? ", " : "");
      if (dependent->is_run)
        g_string_append_printf (names, _ ("run %" PRId64 " “%s”"), dependent->id, dependent->name);
      else
        g_string_append_printf (names, _ ("model “%s”"), dependent->name);
    }
  if (dependents->len > shown)
    {
      guint more = dependents->len - shown;
      g_autofree char *all
          = g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", more), names->str, more);
      g_string_assign (names, all);
    }
  return g_string_free (names, FALSE);
}

static gboolean
check_dependents (const CzModel *model, GPtrArray *dependents, GError **error)
{
  guint runs = 0, unfinished = 0;

  for (guint i = 0; i < dependents->len; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];
      runs += dependent->is_run;
      unfinished += dependent->unfinished;
    }
  if (runs == 0 || option_yes)
    return TRUE;
  g_autofree char *names = name_dependents (dependents);
  if (unfinished > 0)
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("On “%s” depend: %s. Those that are not finished may not be able to go on "
                    "without it. Give --yes to remove it all the same."),
                 model->name, names);
  else
    g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                 _ ("On “%s” depend: %s. They keep their records and results; give --yes to "
                    "remove it."),
                 model->name, names);
  return FALSE;
}

static void
print_removed (CzInvocation *invocation, const CzModel *model, GPtrArray *dependents)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!invocation->json)
    {
      g_autofree char *names = name_dependents (dependents);
      if (dependents->len > 0)
        cz_print (_ ("“%s” was removed. What depended on it keeps its record: %s.\n"), model->name,
                  names);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", model->name);
  json_builder_set_member_name (builder, "dependents");
  json_builder_begin_array (builder);
  for (guint i = 0; i < dependents->len; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "kind", dependent->is_run ? "run" : "model");
      cz_json_set_int (builder, "id", dependent->id);
      cz_json_set_string (builder, "name", dependent->name);
      cz_json_set_string (builder, "state", dependent->state);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
remove_model (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzModel) model = find_model (invocation, error);
  CzLibrary *library = invocation->opened_library;
  g_autoptr (GPtrArray) dependents
      = model != NULL ? cz_model_list_dependents (library, model->id, error) : NULL;

  if (dependents == NULL || !check_dependents (model, dependents, error)
      || !cz_model_remove (library, model->id, error))
    return FALSE;
  print_removed (invocation, model, dependents);
  return TRUE;
}

// ---- verify ----

static const char *
get_state_name (CzModelFileState state)
{
  static const char *const names[] = { "ok", "changed", "damaged", "missing" };

  return names[state];
}

static void
print_files (CzInvocation *invocation, const CzModel *model, GPtrArray *files, gboolean ok)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", model->name);
  cz_json_set_boolean (builder, "ok", ok);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    {
      const CzModelFile *file = files->pdata[i];
      if (!invocation->json)
        cz_print ("%-20s %s\n", file->path,
                  file->state == CZ_MODEL_FILE_OK ? _ ("as it was added") : file->problem);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "path", file->path);
      cz_json_set_string (builder, "sha256", file->sha256);
      cz_json_set_string (builder, "expected", file->expected);
      cz_json_set_boolean (builder, "ok", file->state == CZ_MODEL_FILE_OK);
      cz_json_set_string (builder, "state", get_state_name (file->state));
      cz_json_set_string (builder, "problem", file->problem);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (invocation->json)
    cz_print_json (builder);
}

static gboolean
verify (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzModel) model = find_model (invocation, error);
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (GPtrArray) files
      = model != NULL
            ? cz_model_verify (invocation->opened_library, model->id, cz_progress_callback,
                               progress, cz_interruption_get (), error)
            : NULL;
  const CzModelFile *wrong = NULL;

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len && wrong == NULL; i++)
    if (((CzModelFile *)files->pdata[i])->state != CZ_MODEL_FILE_OK)
      wrong = files->pdata[i];
  g_clear_pointer (&progress, cz_progress_free);
  print_files (invocation, model, files, wrong == NULL);
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_CHANGED,
               _ ("The model “%s” is not what was added: %s"), model->name, wrong->problem);
  return FALSE;
}

// ---- tree ----

static void
build_node (const CzModelNode *node, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", node->name);
  cz_json_set_string (builder, "kind", node->is_run ? "run" : "model");
  if (node->id > 0)
    cz_json_set_int (builder, "id", node->id);
  else
    cz_json_set_string (builder, "id", NULL);
  json_builder_set_member_name (builder, "children");
  json_builder_begin_array (builder);
  for (guint i = 0; i < node->children->len; i++)
    build_node (node->children->pdata[i], builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_node (const CzModelNode *node, const char *first, const char *rest)
{
  if (node->is_run)
    cz_print (_ ("%srun %" PRId64 " “%s”\n"), first, node->id, node->name);
  else if (node->id > 0)
    cz_print ("%s%s\n", first, node->name);
  else
    cz_print (_ ("%s%s (not in the library)\n"), first, node->name);
  for (guint i = 0; i < node->children->len; i++)
    {
      gboolean last = i + 1 == node->children->len;
      g_autofree char *own = g_strconcat (rest, last ? "└─ " : "├─ ", NULL);
      g_autofree char *below = g_strconcat (rest, last ? "   " : "│  ", NULL);
      print_node (node->children->pdata[i], own, below);
    }
}

static gboolean
tree (CzInvocation *invocation, GError **error)
{
  gboolean all = invocation->n_arguments == 0;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) roots = NULL;

  if (library == NULL)
    return FALSE;
  if (all)
    roots = cz_model_tree_read (library, error);
  else
    {
      g_autoptr (CzModel) model = find_model (invocation, error);
      CzModelNode *root
          = model != NULL ? cz_model_tree_read_family (library, model->id, error) : NULL;
      if (root == NULL)
        return FALSE;
      roots = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_node_free);
      g_ptr_array_add (roots, root);
    }
  if (roots == NULL)
    return FALSE;
  if (all)
    json_builder_begin_array (builder);
  for (guint i = 0; i < roots->len; i++)
    if (invocation->json)
      build_node (roots->pdata[i], builder);
    else
      print_node (roots->pdata[i], "", "");
  if (all)
    json_builder_end_array (builder);
  if (invocation->json)
    cz_print_json (builder);
  return TRUE;
}

const CzCommand cz_model_record_commands[] = {
  { "model rename", N_ ("MODEL NAME"),
    N_ ("Give a model another name; runs keep the old one in their records."), NULL, 2, 2,
    rename_model },
  { "model duplicate", N_ ("MODEL NAME"),
    N_ ("Make a model of the library of another, or of a run's (run:ID@best)."), NULL, 2, 2,
    duplicate },
  { "model remove", N_ ("MODEL [--yes]"),
    N_ ("Forget a model; its files go only where the library made them."), remove_options, 1, 1,
    remove_model },
  { "model verify", N_ ("MODEL"), N_ ("Tell whether a model's files are what was added."), NULL, 1,
    1, verify,
    N_ ("Reads weights and vocabulary whole. With --json {\"model\", \"ok\", \"files\": "
        "[{\"path\", "
        "\"sha256\", \"expected\", \"ok\", \"state\" (ok, changed, damaged, missing), "
        "\"problem\"}]}; the exit status is 1 where something is wrong.") },
  { "model tree", N_ ("[MODEL]"),
    N_ ("Show what came from what: models, the runs that started from them, their models."), NULL,
    0, 1, tree,
    N_ ("With --json an array of {\"name\", \"kind\" (model or run), \"id\" (null: not in the "
        "library), \"children\"}; for one MODEL the one that stands above it.") },
  { NULL },
};
