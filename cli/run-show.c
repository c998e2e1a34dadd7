#include "cli/run-show.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/invocation.h"
#include "cli/output.h"
#include "data/push-record.h"
#include "data/run-prediction.h"
#include "engine/format/json-text.h"
#include "engine/train/train-options.h"
#include "jobs/micro-batch.h"
#include "jobs/run-parameters.h"

static JsonNode *
parse_device (const CzRun *run)
{
  g_autoptr (JsonNode) root
      = run->device != NULL ? cz_json_parse (run->device, -1, "", NULL) : NULL;

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? g_steal_pointer (&root) : NULL;
}

static const char *
get_device_name (JsonNode *device)
{
  return device != NULL ? json_object_get_string_member_with_default (json_node_get_object (device),
                                                                      "name", NULL)
                        : NULL;
}

static void
build_push (CzLibrary *library, gint64 run, JsonBuilder *builder)
{
  gboolean is_private = FALSE;
  g_autofree char *repo = cz_push_target_get (library, run, &is_private, NULL);

  json_builder_set_member_name (builder, "push");
  if (repo == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "repo", repo);
  cz_json_set_boolean (builder, "private", is_private);
  json_builder_end_object (builder);
}

// What went to the Hub, the oldest first.
static void
build_pushes (CzLibrary *library, gint64 run, JsonBuilder *builder)
{
  g_autoptr (GPtrArray) list = cz_push_record_list (library, run, NULL);

  json_builder_set_member_name (builder, "pushes");
  json_builder_begin_array (builder);
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const CzPushRecord *record = list->pdata[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "repo", record->repo);
      cz_json_set_int (builder, "step", record->step);
      cz_json_set_number (builder, "epoch", record->epoch);
      cz_json_set_string (builder, "state", cz_push_state_get_name (record->state));
      cz_json_set_string (builder, "message", record->message);
      cz_json_set_string (builder, "url", record->url);
      cz_json_set_string (builder, "commit", record->commit);
      cz_json_set_int (builder, "uploaded_bytes", record->bytes);
      cz_json_set_int (builder, "began", record->began);
      cz_json_set_int (builder, "ended", record->ended);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_sentences (CzLibrary *library, const CzRun *run, JsonBuilder *builder)
{
  g_auto (GStrv) sentences = cz_run_sentences_get (library, run->id, NULL);

  json_builder_begin_array (builder);
  for (guint i = 0; sentences != NULL && sentences[i] != NULL; i++)
    json_builder_add_string_value (builder, sentences[i]);
  json_builder_end_array (builder);
}

void
cz_run_show_build (CzLibrary *library, const CzRun *run, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  cz_run_show_build_members (library, run, builder);
  json_builder_end_object (builder);
}

void
cz_run_show_build_members (CzLibrary *library, const CzRun *run, JsonBuilder *builder)
{
  g_autoptr (JsonNode) device = parse_device (run);
  g_autofree char *folder = cz_run_get_folder (library, run->id);

  cz_json_set_int (builder, "run", run->id);
  cz_json_set_string (builder, "name", run->name);
  cz_json_set_string (builder, "state", cz_run_state_get_name (run->state));
  cz_json_set_boolean (builder, "resumable", run->resumable);
  if (run->pid > 0 && run->state == CZ_RUN_RUNNING)
    cz_json_set_int (builder, "pid", run->pid);
  else
    cz_json_set_string (builder, "pid", NULL);
  cz_json_set_string (builder, "message", run->message);
  cz_json_set_string (builder, "activity", run->activity);
  cz_json_set_string (builder, "model", run->model);
  cz_json_set_string (builder, "model_sha256", run->model_hash);
  cz_json_set_string (builder, "corpus", run->corpus);
  cz_json_set_string (builder, "corpus_sha256", run->corpus_hash);
  if (run->offered_micro_batch > 0)
    cz_json_set_int (builder, "offered_micro_batch", run->offered_micro_batch);
  else
    cz_json_set_string (builder, "offered_micro_batch", NULL);
  json_builder_set_member_name (builder, "parameters");
  cz_run_parameters_build (builder, run->parameters);
  json_builder_set_member_name (builder, "changes");
  cz_micro_batch_build_changes (builder, run->changes);
  cz_json_set_string (builder, "device", get_device_name (device));
  json_builder_set_member_name (builder, "device_record");
  if (device != NULL)
    json_builder_add_value (builder, json_node_copy (device));
  else
    json_builder_add_null_value (builder);
  cz_json_set_int (builder, "steps", run->steps);
  cz_json_set_int (builder, "step", run->step);
  cz_json_set_number (builder, "epoch", run->epoch);
  cz_json_set_number (builder, "seconds", run->seconds);
  cz_json_set_number (builder, "seconds_left", run->seconds_left);
  cz_json_set_loss (builder, "before", -1, run->before);
  cz_json_set_loss (builder, "best", run->best_step, run->best);
  cz_json_set_loss (builder, "after", -1, run->after);
  cz_json_set_string (builder, "eval_fingerprint", run->eval_fingerprint);
  cz_json_set_number (builder, "tokens_per_second", run->tokens_per_second);
  cz_json_set_string (builder, "model_folder", run->result_folder);
  cz_json_set_string (builder, "folder", folder);
  cz_json_set_string (builder, "notes", run->notes);
  cz_json_set_string (builder, "tags", run->tags);
  cz_json_set_boolean (builder, "starred", run->starred);
  cz_json_set_boolean (builder, "trashed", run->trashed);
  if (run->color >= 0)
    cz_json_set_int (builder, "color", run->color + 1);
  else
    cz_json_set_string (builder, "color", NULL);
  cz_json_set_int (builder, "queue_position", run->queue_position);
  cz_json_set_int (builder, "sweep", run->sweep);
  if (run->memory_bytes > 0)
    cz_json_set_int (builder, "memory_bytes", run->memory_bytes);
  else
    cz_json_set_string (builder, "memory_bytes", NULL);
  json_builder_set_member_name (builder, "sentences");
  build_sentences (library, run, builder);
  build_push (library, run->id, builder);
  build_pushes (library, run->id, builder);
  cz_json_set_int (builder, "created", run->created);
  cz_json_set_int (builder, "started", run->started);
  cz_json_set_int (builder, "ended", run->ended);
}

static void
print_pair (const char *name, char *value)
{
  if (value != NULL && value[0] != '\0')
    cz_print ("%-18s %s\n", name, value);
  g_free (value);
}

static void
print_parameters (const CzRun *run)
{
  CzTrainOptions options, defaults;
  g_autoptr (GString) line = g_string_new (NULL);

  cz_train_options_init (&defaults);
  if (!cz_run_parameters_from_text (run->parameters, &options, NULL))
    return;
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (&options, *key);
      g_autofree char *usual = cz_train_options_get (&defaults, *key);
      if (g_strcmp0 (value, usual) != 0)
        g_string_append_printf (line, "%s%s=%s", line->len > 0 ? " " : "", *key, value);
    }
  print_pair (_ ("parameters"),
              g_strdup (line->len > 0 ? line->str : _ ("the defaults, all of them")));
}

// Before → after at a glance.
static void
print_perplexity (const CzRun *run)
{
  double last = isfinite (run->best) ? run->best : run->after;

  if (isfinite (run->before) && isfinite (last))
    cz_print (_ ("%-18s %.2f → %.2f (%+.1f %%)\n"), _ ("perplexity"), exp (run->before), exp (last),
              100 * (exp (last - run->before) - 1));
  print_pair (_ ("before"), isfinite (run->before) ? cz_format_loss (run->before) : NULL);
  if (isfinite (run->best))
    {
      g_autofree char *loss = cz_format_loss (run->best);
      print_pair (_ ("best"), g_strdup_printf (_ ("%s at step %" PRId64), loss, run->best_step));
    }
  print_pair (_ ("after"), isfinite (run->after) ? cz_format_loss (run->after) : NULL);
}

// Where the epochs go, and how the last push ended.
static void
print_push (CzLibrary *library, const CzRun *run)
{
  g_autofree char *repo = cz_push_target_get (library, run->id, NULL, NULL);
  g_autoptr (GPtrArray) list = cz_push_record_list (library, run->id, NULL);

  print_pair (_ ("pushed to"), g_strdup (repo));
  if (list == NULL || list->len == 0)
    return;
  const CzPushRecord *last = list->pdata[list->len - 1];
  switch (last->state)
    {
    case CZ_PUSH_UPLOADING:
      print_pair (_ ("Hub"), g_strdup_printf (_ ("step %" PRId64 " is on its way"), last->step));
      break;
    case CZ_PUSH_PUSHED:
      print_pair (_ ("Hub"),
                  g_strdup_printf (_ ("step %" PRId64 " is at %s"), last->step, last->url));
      break;
    default:
      print_pair (_ ("Hub"),
                  g_strdup_printf (_ ("step %" PRId64 " was not pushed (%s); “cloze run push "
                                      "%" PRId64 "” tries again"),
                                   last->step,
                                   last->message != NULL ? last->message : _ ("cut off"), run->id));
    }
}

void
cz_run_show_print (CzLibrary *library, const CzRun *run)
{
  g_autoptr (JsonNode) device = parse_device (run);

  cz_print (_ ("Run %" PRId64 ": %s\n"), run->id, run->name);
  print_pair (_ ("state"), g_strconcat (cz_run_get_state_label (run),
                                        run->resumable ? _ (", can be resumed") : "",
                                        run->trashed ? _ (", in the trash") : "", NULL));
  print_pair (_ ("message"), g_strdup (run->message));
  print_pair (_ ("doing"), g_strdup (run->activity));
  print_pair (_ ("model"), g_strdup (run->model));
  print_pair (_ ("corpus"), g_strdup (run->corpus));
  print_parameters (run);
  print_pair (_ ("changed"), cz_micro_batch_format_changes (run->changes));
  print_pair (_ ("device"), g_strdup (get_device_name (device)));
  print_pair (_ ("step"), g_strdup_printf (_ ("%" PRId64 " of %" PRId64), run->step, run->steps));
  print_perplexity (run);
  if (run->seconds > 0)
    print_pair (_ ("time"), cz_format_duration (run->seconds));
  if (isfinite (run->seconds_left))
    print_pair (_ ("time left"), cz_format_duration (run->seconds_left));
  if (isfinite (run->tokens_per_second))
    print_pair (_ ("speed"), g_strdup_printf (_ ("%.0f tokens/s"), run->tokens_per_second));
  print_pair (_ ("best model"), g_strdup (run->result_folder));
  print_push (library, run);
  print_pair (_ ("tags"), g_strdup (run->tags));
  print_pair (_ ("notes"), g_strdup (run->notes));
  print_pair (_ ("created"), cz_format_time (run->created));
}

gboolean
cz_run_show_parse_id (const char *text, gint64 *ret_id, GError **error)
{
  guint64 id;

  if (!cz_invocation_parse_number (g_str_has_prefix (text, "run:") ? text + 4 : text,
                                   _ ("The run's number"), 1, G_MAXINT64, &id, error))
    return FALSE;
  *ret_id = (gint64)id;
  return TRUE;
}
