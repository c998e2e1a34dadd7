#include "jobs/model-card.h"

#include <math.h>

#include "engine/format/json-text.h"
#include "jobs/json-members.h"
#include "jobs/micro-batch.h"
#include "jobs/run-parameters.h"

static void
set_json (JsonBuilder *builder, const char *name, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? cz_json_parse (text, -1, name, NULL) : NULL;

  json_builder_set_member_name (builder, name);
  if (node != NULL)
    json_builder_add_value (builder, g_steal_pointer (&node));
  else
    json_builder_add_null_value (builder);
}

char *
cz_model_card_make_record (const CzRun *run)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "made_by", "Clozebench " CZ_VERSION);
  cz_json_set_string (builder, "name", run->name);
  json_builder_set_member_name (builder, "model");
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", run->model);
  cz_json_set_string (builder, "sha256", run->model_hash);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "corpus");
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", run->corpus);
  cz_json_set_string (builder, "sha256", run->corpus_hash);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "parameters");
  cz_run_parameters_build (builder, run->parameters);
  json_builder_set_member_name (builder, "changes");
  cz_micro_batch_build_changes (builder, run->changes);
  set_json (builder, "device", run->device);
  cz_json_set_int (builder, "steps", run->steps);
  cz_json_set_int (builder, "step", run->step);
  cz_json_set_loss (builder, "before", 0, run->before);
  cz_json_set_loss (builder, "best", run->best_step, run->best);
  cz_json_set_loss (builder, "after", run->step, run->after);
  cz_json_set_string (builder, "eval_fingerprint", run->eval_fingerprint);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return cz_json_to_text (root);
}

static void
append_perplexity (GString *text, const char *what, double cross_entropy)
{
  if (isfinite (cross_entropy))
    g_string_append_printf (text, "| %s | %.4f | %.2f |\n", what, cross_entropy,
                            exp (cross_entropy));
}

// Words for a YAML string.
static char *
quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);

  return cz_json_to_line (node);
}

// English, as model cards are.
char *
cz_model_card_make_readme (const CzRun *run)
{
  GString *text = g_string_new (NULL);
  g_autofree char *base = quote (run->model);
  g_autoptr (JsonNode) parameters
      = run->parameters != NULL ? cz_json_parse (run->parameters, -1, "", NULL) : NULL;

  g_string_append_printf (text,
                          "---\nlibrary_name: transformers\npipeline_tag: fill-mask\n"
                          "base_model: %s\ntags:\n- distilbert\n- masked-lm\n"
                          "- domain-adaptation\n---\n\n# %s\n\n",
                          base, run->name);
  g_string_append_printf (text,
                          "A masked language model: **%s** adapted to the corpus **%s** with "
                          "Clozebench %s.\n\n",
                          run->model, run->corpus, CZ_VERSION);
  g_string_append (text, "## Perplexity on held-out blocks\n\n"
                         "| | cross-entropy (nats) | perplexity |\n|---|---|---|\n");
  append_perplexity (text, "before", run->before);
  append_perplexity (text, "best", run->best);
  append_perplexity (text, "after", run->after);
  g_string_append (text,
                   "\nA masked model sees both sides of a gap, so its perplexity is lower than a "
                   "left-to-right model's on the same text; the two do not compare.\n\n"
                   "## Use\n\n```python\nfrom transformers import pipeline\n"
                   "fill = pipeline(\"fill-mask\", model=\"PATH_TO_THIS_FOLDER\")\n"
                   "fill(\"This is a great [MASK].\")\n```\n\n"
                   "## How it was made\n\n| parameter | value |\n|---|---|\n");
  if (parameters != NULL && JSON_NODE_HOLDS_OBJECT (parameters))
    for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
      {
        const char *value = json_object_get_string_member_with_default (
            json_node_get_object (parameters), *key, NULL);
        if (value != NULL)
          g_string_append_printf (text, "| %s | %s |\n", *key, value);
      }
  g_string_append (text, "\nEverything that repeats it to the last bit is in `training.json`.\n");
  return g_string_free (text, FALSE);
}
