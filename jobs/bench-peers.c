#include "jobs/bench-peers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "jobs/json-members.h"

typedef enum
{
  RUNS_IN_PYTHON,
  RUNS_IN_NODE,
} Interpreter;

static const struct
{
  const char *name, *script;
  Interpreter interpreter;
  const char *const benches[5];
  gboolean host_only;  // of no use beside a GPU
  const char *install; // a command
} known[] = {
  { "OpenBLAS",
    "openblas.py",
    RUNS_IN_PYTHON,
    { "gemm" },
    TRUE,
    "apt install libopenblas0-pthread" },
  { "PyTorch",
    "pytorch.py",
    RUNS_IN_PYTHON,
    { "gemm", "step", "evaluate", "fill" },
    FALSE,
    "apt install python3-torch" },
  { "transformers",
    "pytorch.py",
    RUNS_IN_PYTHON,
    { "step", "evaluate", "fill" },
    FALSE,
    "pip install torch transformers" },
  { "onnxruntime",
    "onnxruntime.cjs",
    RUNS_IN_NODE,
    { "evaluate", "fill" },
    FALSE,
    "npm install onnxruntime-node" },
  { "tokenizers", "tokenizers.cjs", RUNS_IN_NODE, { "tokenize" }, FALSE, "npm install tokenizers" },
};

struct _CzBenchPeers
{
  char *scripts;
  char *place;                            // CLOZE_PEERS, or NULL
  gboolean missing[G_N_ELEMENTS (known)]; // and the person knows
  gboolean doubted[G_N_ELEMENTS (known)]; // its note was passed on
};

CzBenchPeers *
cz_bench_peers_new (const char *scripts)
{
  CzBenchPeers *peers = g_new0 (CzBenchPeers, 1);
  const char *place = g_getenv ("CLOZE_PEERS");

  peers->scripts = g_strdup (scripts);
  if (place != NULL && *place != '\0')
    peers->place = g_canonicalize_filename (place, NULL);
  return peers;
}

void
cz_bench_peers_free (CzBenchPeers *peers)
{
  g_free (peers->scripts);
  g_free (peers->place);
  g_free (peers);
}

CzBenchTask
cz_bench_task_for (CzDevice *device, const char *bench, CzPrecision precision)
{
  return (CzBenchTask){ .bench = bench,
                        .gpu = cz_device_get_info (device)->type != CZ_DEVICE_CPU,
                        .precision = precision,
                        .threads = g_get_num_processors () };
}

// ---- Programs ----

// Those that could be the interpreter, best first. The person's own folder decides where it has
// one.
static GStrv
list_programs (const CzBenchPeers *peers, Interpreter interpreter)
{
  const char *name = interpreter == RUNS_IN_PYTHON ? "python3" : "node";
  // A Python of the person's own in PATH often lacks what Debian's packages bring to this one.
  const char *debian = interpreter == RUNS_IN_PYTHON ? "/usr/bin/python3" : "/usr/bin/nodejs";
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_autofree char *own
      = peers->place != NULL ? g_build_filename (peers->place, "bin", name, NULL) : NULL;
  g_autofree char *usual = g_find_program_in_path (name);

  if (own != NULL && g_file_test (own, G_FILE_TEST_IS_EXECUTABLE))
    g_strv_builder_add (found, own);
  else
    {
      if (usual != NULL)
        g_strv_builder_add (found, usual);
      if (g_strcmp0 (usual, debian) != 0 && g_file_test (debian, G_FILE_TEST_IS_EXECUTABLE))
        g_strv_builder_add (found, debian);
    }
  return g_strv_builder_end (found);
}

static char *
list_modules (const CzBenchPeers *peers)
{
  const char *given = g_getenv ("NODE_PATH");

  if (peers->place == NULL)
    return g_strdup (given);
  return g_strdup_printf ("%s/node_modules:%s/lib/node_modules:%s%s%s", peers->place, peers->place,
                          peers->place, given != NULL ? ":" : "", given != NULL ? given : "");
}

// ---- What is to be done ----

static const char *
name_precision (CzPrecision precision)
{
  return precision == CZ_PRECISION_FP16 ? "fp16" : precision == CZ_PRECISION_BF16 ? "bf16" : "fp32";
}

static void
add_config (JsonBuilder *builder, const CzModelConfig *config)
{
  json_builder_set_member_name (builder, "config");
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "vocab_size", config->vocab_size);
  cz_json_set_int (builder, "dim", config->dim);
  cz_json_set_int (builder, "hidden_dim", config->hidden_dim);
  cz_json_set_int (builder, "n_layers", config->n_layers);
  cz_json_set_int (builder, "n_heads", config->n_heads);
  cz_json_set_int (builder, "max_position_embeddings", config->max_position_embeddings);
  json_builder_end_object (builder);
}

static void
add_tokenizer (JsonBuilder *builder, const CzTokenizerOptions *tokenizer)
{
  cz_json_set_string (builder, "unknown", tokenizer->unk);
  cz_json_set_string (builder, "cls", tokenizer->cls);
  cz_json_set_string (builder, "sep", tokenizer->sep);
  cz_json_set_string (builder, "pad", tokenizer->pad);
  cz_json_set_string (builder, "mask", tokenizer->mask);
  cz_json_set_boolean (builder, "lowercase", tokenizer->lowercase);
  cz_json_set_boolean (builder, "cjk", tokenizer->cjk_spacing);
  json_builder_set_member_name (builder, "accents");
  if (tokenizer->strip_accents < 0)
    json_builder_add_null_value (builder);
  else
    json_builder_add_boolean_value (builder, tokenizer->strip_accents);
}

static char *
describe_task (const char *peer, const CzBenchOptions *options, const CzBenchTask *task)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "peer", peer);
  cz_json_set_string (builder, "bench", task->bench);
  cz_json_set_boolean (builder, "gpu", task->gpu);
  cz_json_set_string (builder, "precision", name_precision (task->precision));
  cz_json_set_int (builder, "threads", task->threads);
  cz_json_set_int (builder, "blocks", options->blocks);
  cz_json_set_int (builder, "block_size", options->block_size);
  add_config (builder, task->config != NULL ? task->config : &options->config);
  if (task->text != NULL)
    {
      cz_json_set_string (builder, "text", task->text);
      cz_json_set_string (builder, "vocabulary", task->vocabulary);
      add_tokenizer (builder, task->tokenizer);
    }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE /* pretty */);
}

// ---- Starting ----

static void note (const CzBenchOptions *options, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (const CzBenchOptions *options, const char *format, ...)
{
  va_list arguments;

  if (options->note == NULL)
    return;
  va_start (arguments, format);
  g_autofree char *sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  options->note (sentence, options->data);
}

void
cz_bench_peers_note_failure (const CzBenchOptions *options, const char *name, const GError *reason)
{
  if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    note (options, _ ("%s could not be measured: %s."), name, reason->message);
}

static CzBenchPeer *
start (const CzBenchOptions *options, const CzBenchTask *task, guint which)
{
  CzBenchPeers *peers = options->peers;
  const char *name = known[which].name;
  g_auto (GStrv) programs = list_programs (peers, known[which].interpreter);
  g_autofree char *script = g_build_filename (peers->scripts, known[which].script, NULL);
  g_autofree char *modules = list_modules (peers);
  g_autofree char *described = describe_task (name, options, task);

  for (guint i = 0; programs[i] != NULL; i++)
    {
      g_autoptr (GError) reason = NULL;
      CzBenchPeer *peer = cz_bench_peer_start (programs[i], script, described, task->threads,
                                               modules, options->cancellable, &reason);
      if (peer != NULL)
        return peer;
      if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          cz_bench_peers_note_failure (options, name, reason);
          return NULL;
        }
    }
  peers->missing[which] = TRUE;
  note (options, _ ("%s is not installed, so it is left out of the comparison; to install it: %s"),
        name, known[which].install);
  return NULL;
}

CzBenchPeer *
cz_bench_peers_start_next (const CzBenchOptions *options, const CzBenchTask *task, guint *position)
{
  while (options->peers != NULL && *position < G_N_ELEMENTS (known)
         && !g_cancellable_is_cancelled (options->cancellable))
    {
      guint which = (*position)++;

      if (!g_strv_contains (known[which].benches, task->bench) || options->peers->missing[which]
          || (known[which].host_only && task->gpu))
        continue;
      CzBenchPeer *peer = start (options, task, which);
      if (peer == NULL)
        continue;
      if (cz_bench_peer_get_note (peer) != NULL && !options->peers->doubted[which])
        {
          options->peers->doubted[which] = TRUE;
          if (strcmp (cz_bench_peer_get_note (peer), "reference BLAS") == 0)
            note (options,
                  _ ("%s multiplies with the reference BLAS here, which is slow; for a fair "
                     "comparison: %s"),
                  cz_bench_peer_get_name (peer), known[0].install);
          else
            note (options, "%s: %s", cz_bench_peer_get_name (peer), cz_bench_peer_get_note (peer));
        }
      return peer;
    }
  return NULL;
}
