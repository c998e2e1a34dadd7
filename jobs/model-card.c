#include "jobs/model-card.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/corpus.h"
#include "data/model-front-matter.h"
#include "data/model-tree.h"
#include "data/run-evaluation.h"
#include "engine/format/atomic-file.h"
#include "engine/format/json-text.h"
#include "engine/format/model-folder.h"
#include "jobs/json-members.h"
#include "jobs/micro-batch.h"
#include "jobs/model-card-matter.h"
#include "jobs/run-parameters.h"
#include "jobs/token-cache.h"

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

// ---- The card: English, as model cards are ----

// Names for Markdown: signs that mean something there are escaped, lines become one.
static void
append_name (GString *text, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  for (const char *at = valid; *at != '\0'; at++)
    {
      if (strchr ("\\`*_{}[]<>#|~", *at) != NULL)
        g_string_append_c (text, '\\');
      g_string_append_c (text, g_ascii_iscntrl (*at) ? ' ' : *at);
    }
}

static char *
escape (const char *name)
{
  GString *text = g_string_new (NULL);

  append_name (text, name);
  return g_string_free (text, FALSE);
}

// ---- The base ----

// The repository that "hub:REPO@COMMIT" or "hub:REPO:FILE" names first; NULL: none.
static char *
get_repository (const char *source)
{
  const char *name = source != NULL && g_str_has_prefix (source, "hub:") ? source + 4 : NULL;
  gsize length = name != NULL ? strcspn (name, "@: ") : 0;

  return length > 0 ? g_strndup (name, length) : NULL;
}

// What is known of the model that a run or a model comes from.
typedef struct
{
  char *name;       // what it was called here
  char *repository; // where everybody gets it, or its nearest ancestor; NULL: nowhere
  gboolean direct;  // it is that repository itself, not an ancestor
  gboolean shipped;
  char *licence, *language;
} Base;

static void
base_clear (Base *base)
{
  g_clear_pointer (&base->name, g_free);
  g_clear_pointer (&base->repository, g_free);
  g_clear_pointer (&base->licence, g_free);
  g_clear_pointer (&base->language, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Base, base_clear)

static void
take_model (Base *base, const CzModel *model, gboolean direct)
{
  if (base->repository == NULL && !model->is_private)
    {
      base->repository = get_repository (model->source);
      base->direct = direct && base->repository != NULL;
    }
  base->shipped = base->shipped || (direct && strcmp (model->origin, "shipped") == 0);
  if (base->licence == NULL)
    base->licence = g_strdup (model->licence);
  if (base->language == NULL)
    {
      g_auto (CzModelFrontMatter) card = { 0 };
      cz_model_front_matter_read (model->folder, &card);
      base->language = g_steal_pointer (&card.language);
    }
}

// From the one above upwards; the nearest that says something counts. is_parent: that is the base.
static void
find_base (CzLibrary *library, gboolean is_run, gint64 id, gboolean is_parent, Base *base)
{
  g_autoptr (GPtrArray) ancestors = cz_model_tree_list_ancestors (library, is_run, id, NULL);

  for (guint i = ancestors != NULL ? ancestors->len : 0; i > 0; i--)
    {
      const CzModelNode *node = ancestors->pdata[i - 1];
      g_autoptr (CzModel) model
          = !node->is_run && node->id > 0 ? cz_model_get (library, node->id, NULL) : NULL;
      if (model != NULL)
        take_model (base, model, is_parent && i == ancestors->len);
    }
}

static void
find_base_of_run (CzLibrary *library, const CzRun *run, Base *base)
{
  // Those in the trash are in no tree.
  g_autoptr (CzModel) model
      = run->trashed && run->model_id > 0 ? cz_model_get (library, run->model_id, NULL) : NULL;

  if (model != NULL)
    {
      take_model (base, model, TRUE /* direct */);
      find_base (library, FALSE /* is_run */, model->id, FALSE /* is_parent */, base);
    }
  else
    find_base (library, TRUE /* is_run */, run->id, TRUE /* is_parent */, base);
}

static void
append_base (GString *text, const Base *base)
{
  if (base->name == NULL)
    return;
  if (base->direct)
    g_string_append_printf (text, "[%s](https://huggingface.co/%s)", base->repository,
                            base->repository);
  else
    {
      g_string_append (text, "**");
      append_name (text, base->name);
      g_string_append (text, base->shipped ? "** (the starter that comes with Clozebench)"
                                           : "** (a model that is not public)");
      if (base->repository != NULL)
        g_string_append_printf (text,
                                ", which goes back to "
                                "[%s](https://huggingface.co/%s)",
                                base->repository, base->repository);
    }
}

static void
append_licence (GString *text, const Base *base)
{
  g_string_append (text, "## License\n\n");
  if (base->licence != NULL)
    {
      g_string_append (text, "That of the model it was made from: ");
      append_name (text, base->licence);
      g_string_append (text, ". Whether the texts it was trained on allow more or less is for who "
                             "publishes it to say.\n\n");
    }
  else
    g_string_append (text,
                     "The license of the model it was made from is not known here; look it up "
                     "before you pass this one on.\n\n");
}

// ---- The corpus ----

static CzCorpus *
find_corpus (CzLibrary *library, const char *hash)
{
  g_autoptr (GPtrArray) corpora = cz_corpus_list (library, NULL);

  for (guint i = 0; corpora != NULL && i < corpora->len; i++)
    {
      const CzCorpus *corpus = corpora->pdata[i];
      if (g_strcmp0 (corpus->hash, hash) == 0)
        return cz_corpus_get (library, corpus->id, NULL);
    }
  return NULL;
}

// Tokens of the whole corpus, 0: its token file is not there.
static guint64
count_tokens (CzLibrary *library, const CzRun *run)
{
  const CzCorpus corpus = { .name = run->corpus, .hash = run->corpus_hash };
  g_autoptr (CzTokenizer) tokenizer = cz_model_folder_load_tokenizer (run->model_folder, NULL);
  g_autoptr (CzTokenFile) file
      = tokenizer != NULL
            ? cz_token_cache_open (library, &corpus, tokenizer, NULL, NULL, NULL, NULL)
            : NULL;
  guint64 n = 0;

  if (file != NULL)
    cz_token_file_get_tokens (file, &n);
  return n;
}

static void
append_data (
    GString *text, CzLibrary *library, const CzRun *run, const CzCorpus *corpus, gboolean whole)
{
  g_autofree char *name = escape (run->corpus);
  g_autofree char *repository = corpus != NULL ? get_repository (corpus->source) : NULL;
  guint64 tokens = whole ? count_tokens (library, run) : 0;

  g_string_append_printf (text, "## Data\n\n| | |\n|---|---|\n| corpus | %s |\n", name);
  if (repository != NULL)
    g_string_append_printf (text, "| from | [%s](https://huggingface.co/datasets/%s) |\n",
                            repository, repository);
  if (corpus != NULL)
    g_string_append_printf (
        text, "| documents | %" PRId64 " |\n| characters (bytes of UTF-8) | %" PRId64 " |\n",
        corpus->documents, corpus->bytes);
  if (tokens > 0)
    g_string_append_printf (text, "| tokens | %" PRIu64 " |\n", tokens);
  g_string_append_printf (text, "| sha256 | `%s` |\n\n", run->corpus_hash);
}

// ---- What came of it ----

static CzRunEvaluation *
read_evaluation (CzLibrary *library, const CzRun *run, const char *kind, gint64 step)
{
  CzRunEvaluation *evaluation = cz_run_evaluation_read (library, run->id, kind, NULL);

  // Of a run that began again it may be another than the record's.
  if (evaluation != NULL && evaluation->step != step)
    g_clear_pointer (&evaluation, cz_run_evaluation_free);
  return evaluation;
}

static void
append_perplexity (GString *text, const char *what, double cross_entropy, gboolean own)
{
  if (isfinite (cross_entropy))
    g_string_append_printf (text, "| %s%s | %.4f | %.2f |\n", what, own ? " (this model)" : "",
                            cross_entropy, exp (cross_entropy));
}

static void
append_interval (GString *text,
                 CzLibrary *library,
                 const CzRun *run,
                 const char *what,
                 const char *kind,
                 gint64 step)
{
  g_autoptr (CzRunEvaluation) before = read_evaluation (library, run, "before", 0);
  g_autoptr (CzRunEvaluation) then = read_evaluation (library, run, kind, step);
  CzPairedComparison pair;

  if (before == NULL || then == NULL || !cz_run_evaluation_compare (before, then, 0, &pair))
    return;
  g_string_append_printf (
      text,
      "%s against before, on the same %" PRIu64
      " masked tokens of %u held-out blocks: %+.4f nats a "
      "token (95 %% interval of the paired difference %+.4f to %+.4f, from %d bootstrap resamples "
      "of "
      "blocks), so the perplexity is %.4f times what it was (%.4f to %.4f). %s\n\n",
      what, pair.scored, pair.blocks, pair.difference, pair.low, pair.high, CZ_BOOTSTRAP_RESAMPLES,
      exp (pair.difference), exp (pair.low), exp (pair.high),
      pair.high < 0  ? "The interval lies below zero: adapting helped."
      : pair.low > 0 ? "The interval lies above zero: adapting made it worse on this text."
                     : "The interval holds zero: whether adapting helped cannot be told.");
}

static void
append_results (GString *text, CzLibrary *library, const CzRun *run, const char *state)
{
  gboolean best = strcmp (state, "best") == 0;

  g_string_append (text, "## Perplexity on held-out blocks\n\n"
                         "| | cross-entropy (nats) | perplexity |\n|---|---|---|\n");
  append_perplexity (text, "before", run->before, FALSE);
  append_perplexity (text, "best", run->best, best);
  append_perplexity (text, "after", run->after, strcmp (state, "last") == 0);
  g_string_append_c (text, '\n');
  append_interval (text, library, run, "Best", "best", run->best_step);
  if (!best && isfinite (run->after) && run->step != run->best_step)
    append_interval (text, library, run, "After", "after", run->step);
}

// ---- How it was made ----

static void
append_device (GString *text, const char *record)
{
  g_autoptr (JsonNode) root = record != NULL ? cz_json_parse (record, -1, "", NULL) : NULL;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  JsonObject *device = json_node_get_object (root);
  g_autofree char *name
      = escape (json_object_get_string_member_with_default (device, "name", "not known"));
  g_autofree char *driver
      = escape (json_object_get_string_member_with_default (device, "driver", "not known"));
  g_string_append_printf (text, "| device | %s |\n| driver | %s |\n", name, driver);
}

static void
append_making (GString *text, const CzRun *run)
{
  g_autoptr (JsonNode) parameters
      = run->parameters != NULL ? cz_json_parse (run->parameters, -1, "", NULL) : NULL;

  g_string_append (text, "## How it was made\n\n| parameter | value |\n|---|---|\n");
  if (parameters != NULL && JSON_NODE_HOLDS_OBJECT (parameters))
    for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
      {
        const char *value = json_object_get_string_member_with_default (
            json_node_get_object (parameters), *key, NULL);
        if (value != NULL)
          g_string_append_printf (text, "| %s | %s |\n", *key, value);
      }
  if (run->step > 0)
    g_string_append_printf (text, "| steps done | %" PRId64 " of %" PRId64 " |\n", run->step,
                            run->steps);
  append_device (text, run->device);
  g_string_append_printf (text,
                          "| engine | Clozebench %s |\n\n"
                          "Everything that repeats it to the last bit is in "
                          "`training.json`.\n\n",
                          CZ_VERSION);
}

// What is said of every model.
static void
append_use (GString *text, const char *name)
{
  g_string_append (text,
                   "## Use\n\nWith transformers:\n\n```python\nfrom transformers import pipeline\n"
                   "fill = pipeline(\"fill-mask\", model=\"PATH_TO_THIS_FOLDER\")\n"
                   "fill(\"This is a great [MASK].\")\n```\n\nWith Clozebench:\n\n```sh\n"
                   "cloze model add PATH_TO_THIS_FOLDER --name ");
  g_autofree char *plain = g_strcanon (
      g_strdup (name), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", '-');
  g_string_append_printf (text, "%s\ncloze fill --model %s \"This is a great [MASK].\"\n```\n\n",
                          plain, plain);
}

static void
append_limits (GString *text)
{
  g_string_append (
      text,
      "## Limits\n\n"
      "- A masked model sees both sides of a gap, so its perplexity is lower than a left-to-right "
      "model's on the same text; the two do not compare. Nor do perplexities on other text, with "
      "other masks or with another vocabulary.\n"
      "- It fills gaps; it was not trained to answer questions, to classify or to follow "
      "instructions.\n"
      "- What stands in its texts, prejudice and error too, it takes for likely. It was measured "
      "on "
      "held-out text of the same kind alone.\n");
}

char *
cz_model_card_make_readme (CzLibrary *library, const CzRun *run, const char *state, gboolean whole)
{
  GString *text = g_string_new (NULL);
  g_auto (Base) base = { .name = g_strdup (run->model) };
  g_autoptr (CzCorpus) corpus = find_corpus (library, run->corpus_hash);
  g_autofree char *dataset = corpus != NULL ? get_repository (corpus->source) : NULL;
  g_autofree char *title = escape (run->name);
  g_autofree char *data = escape (run->corpus);
  double own = strcmp (state, "best") == 0   ? run->best
               : strcmp (state, "last") == 0 ? run->after
                                             : NAN;

  find_base_of_run (library, run, &base);
  const CzModelCardMatter matter = { .name = run->name,
                                     .licence = base.licence,
                                     .language = base.language,
                                     .base_model = base.repository,
                                     .dataset = dataset,
                                     .corpus = run->corpus,
                                     .perplexity = exp (own) };
  cz_model_card_matter_append (&matter, text);
  g_string_append_printf (text, "# %s\n\nA masked language model: ", title);
  append_base (text, &base);
  g_string_append_printf (text, ", adapted to the corpus **%s** with Clozebench %s.\n\n", data,
                          CZ_VERSION);
  append_results (text, library, run, state);
  append_use (text, run->name);
  append_data (text, library, run, corpus, whole);
  append_making (text, run);
  append_licence (text, &base);
  append_limits (text);
  return g_string_free (text, FALSE);
}

static char *
make_of_model (CzLibrary *library, const CzModel *model)
{
  GString *text = g_string_new (NULL);
  g_auto (Base) base = { .name = g_strdup (model->parent_name) };
  g_autofree char *own = model->is_private ? NULL : get_repository (model->source);
  g_autofree char *title = escape (model->name);

  if (model->id > 0)
    find_base (library, FALSE /* is_run */, model->id, TRUE /* is_parent */, &base);
  const CzModelCardMatter matter
      = { .name = model->name,
          .licence = model->licence != NULL ? model->licence : base.licence,
          .language = base.language,
          .base_model = own != NULL ? own : base.repository,
          .perplexity = NAN };
  cz_model_card_matter_append (&matter, text);
  g_string_append_printf (text,
                          "# %s\n\nA masked language model (DistilBERT) of %" PRId64
                          " parameters with %" PRId64 " word pieces, %s.\n\n",
                          title, model->parameters, model->vocabulary,
                          model->lowercase ? "lowercase" : "cased");
  if (base.name != NULL)
    {
      g_string_append (text, "It was made from ");
      append_base (text, &base);
      g_string_append (text, ".\n\n");
    }
  if (strcmp (model->origin, "random") == 0)
    g_string_append (text, "Its weights are random numbers: it has not been trained yet.\n\n");
  if (model->trained_on != NULL)
    {
      g_string_append (text, "It was trained on ");
      append_name (text, model->trained_on);
      g_string_append (text, ".\n\n");
    }
  append_use (text, model->name);
  append_limits (text);
  return g_string_free (text, FALSE);
}

// ---- Into folders ----

static gboolean
save (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return cz_atomic_file_save (path, text, strlen (text), error);
}

gboolean
cz_model_card_write (
    CzLibrary *library, const CzRun *run, const char *state, const char *folder, GError **error)
{
  g_autofree char *record = cz_model_card_make_record (run);
  g_autofree char *readme = cz_model_card_make_readme (library, run, state, TRUE /* whole */);

  return save (folder, "training.json", record, error) && save (folder, "README.md", readme, error);
}

gboolean
cz_model_card_complete (CzLibrary *library,
                        const CzModel *model,
                        const char *folder,
                        GError **error)
{
  g_autofree char *there = g_build_filename (folder, "README.md", NULL);

  if (g_file_test (there, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autofree char *readme = make_of_model (library, model);
  return save (folder, "README.md", readme, error);
}
