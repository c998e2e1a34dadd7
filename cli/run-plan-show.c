// What `cloze run plan` tells.
#include "cli/run-plan-show.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/output.h"
#include "jobs/json-members.h"
#include "jobs/run-parameters.h"

// Of all runs together: they run one after the other, so steps, tokens, time add up, and of memory
// and of what is on disk for a time only the one that takes most counts.
static CzRunPlan
add_up (const CzRunPlan *plans, guint n)
{
  CzRunPlan total = plans[0];
  guint64 passing = 0;

  total.steps = total.tokens = total.kept_bytes = 0;
  total.seconds = 0;
  for (guint i = 0; i < n; i++)
    {
      const CzRunPlan *plan = &plans[i];
      total.steps += plan->steps;
      total.tokens += plan->tokens;
      total.memory_bytes = MAX (total.memory_bytes, plan->memory_bytes);
      total.kept_bytes += plan->kept_bytes;
      passing = MAX (passing, plan->disk_bytes - plan->kept_bytes);
      total.seconds += plan->seconds; // NAN stays NAN
      total.highest_rate = MAX (total.highest_rate, plan->highest_rate);
    }
  total.disk_bytes = total.kept_bytes + passing;
  return total;
}

// The notes of all, each once.
static char **
collect_notes (const CzRunPlan *plans, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n; i++)
    for (char **note = plans[i].notes; *note != NULL; note++)
      if (g_hash_table_add (seen, *note))
        g_strv_builder_add (builder, *note);
  return g_strv_builder_end (builder);
}

static void
print_runs (const CzRunPlan *plans, char **names, guint n)
{
  CzListing *table = cz_listing_new (_ ("name"), _ (">steps"), _ (">memory"), _ (">time"), NULL);

  for (guint i = 0; i < n; i++)
    {
      cz_listing_add (table, names[i]);
      cz_listing_add_take (table, g_strdup_printf ("%" PRIu64, plans[i].steps));
      cz_listing_add_take (
          table, cz_format_bytes (plans[i].memory_bytes > 0 ? (double)plans[i].memory_bytes : NAN));
      cz_listing_add_take (table, cz_format_duration (plans[i].seconds));
    }
  cz_listing_print (table);
  cz_print (ngettext ("%u run, one after the other:\n", "%u runs, one after the other:\n", n), n);
}

void
cz_run_plan_show_print (const CzRunPlan *plans, char **names, guint n)
{
  CzRunPlan plan = add_up (plans, n);
  g_auto (GStrv) notes = collect_notes (plans, n);
  g_autofree char *tokens = cz_format_count ((double)plan.tokens);
  g_autofree char *memory
      = cz_format_bytes (plan.memory_bytes > 0 ? (double)plan.memory_bytes : NAN);
  g_autofree char *there
      = cz_format_bytes (plan.device_memory_bytes > 0 ? (double)plan.device_memory_bytes : NAN);
  g_autofree char *disk = cz_format_bytes ((double)plan.disk_bytes);
  g_autofree char *time = cz_format_duration (plan.seconds);

  if (names != NULL)
    print_runs (plans, names, n);
  cz_print (_ ("steps    %" PRIu64 "\ntokens   %s (%u blocks to train on, %u to test "
               "on)\nmemory   %s of %s\ndisk     %s\ntime     %s\n"),
            plan.steps, tokens, plan.n_train, plan.n_test, memory, there, disk, time);
  for (char **note = notes; *note != NULL; note++)
    cz_print ("%s\n", *note);
}

static void
set_bytes (JsonBuilder *builder, const char *name, guint64 bytes)
{
  if (bytes > 0)
    cz_json_set_int (builder, name, (gint64)bytes);
  else
    cz_json_set_string (builder, name, NULL);
}

// The members of one plan, into an object that is open.
static void
build_plan (JsonBuilder *builder, const CzRunPlan *plan, char **notes)
{
  g_autofree char *parameters = cz_run_parameters_to_text (&plan->options);

  cz_json_set_int (builder, "steps", (gint64)plan->steps);
  cz_json_set_int (builder, "tokens", (gint64)plan->tokens);
  set_bytes (builder, "memory_bytes", plan->memory_bytes);
  set_bytes (builder, "device_memory_bytes", plan->device_memory_bytes);
  cz_json_set_int (builder, "disk_bytes", (gint64)plan->disk_bytes);
  cz_json_set_number (builder, "seconds", plan->seconds);
  cz_json_set_number (builder, "tokens_per_second", plan->tokens_per_second);
  cz_json_set_int (builder, "train_blocks", plan->n_train);
  cz_json_set_int (builder, "test_blocks", plan->n_test);
  cz_json_set_int (builder, "micro_batch", plan->micro_batch);
  cz_json_set_number (builder, "highest_learning_rate", plan->highest_rate);
  json_builder_set_member_name (builder, "parameters");
  cz_run_parameters_build (builder, parameters);
  json_builder_set_member_name (builder, "notes");
  json_builder_begin_array (builder);
  for (; *notes != NULL; notes++)
    json_builder_add_string_value (builder, *notes);
  json_builder_end_array (builder);
}

void
cz_run_plan_show_build (const CzRunPlan *plans, char **names, guint n)
{
  CzRunPlan total = add_up (plans, n);
  g_auto (GStrv) notes = collect_notes (plans, n);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  build_plan (builder, &total, notes);
  if (names != NULL)
    {
      json_builder_set_member_name (builder, "runs");
      json_builder_begin_array (builder);
      for (guint i = 0; i < n; i++)
        {
          json_builder_begin_object (builder);
          cz_json_set_string (builder, "name", names[i]);
          build_plan (builder, &plans[i], plans[i].notes);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  cz_print_json (builder);
}
