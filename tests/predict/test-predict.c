// Predictions against PyTorch's on model A, and against each other.
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "engine/format/json-text.h"
#include "engine/predict/attention.h"
#include "engine/predict/fill.h"
#include "engine/predict/neighbours.h"
#include "engine/predict/predict-error.h"
#include "engine/predict/surprisal.h"

static char *
get_reference (const char *name)
{
  const char *shared = g_getenv ("CZ_SHARED");
  g_autofree char *path
      = g_build_filename (shared != NULL ? shared : "", "reference", "model_a", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_error ("the references are not at %s", path);
  g_test_skip ("the references do not lie beside the checkout");
  return NULL;
}

static CzPredictor *
open_predictor (void)
{
  g_autofree char *path = get_reference ("model_A");
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return NULL;
  g_autoptr (CzDevice) device = cz_device_open (NULL, &error);
  if (device == NULL)
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("%s", error->message);
      g_test_skip (error->message);
      return NULL;
    }
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
  CzPredictor *predictor = cz_predictor_new (device, folder, &error);
  g_assert_no_error (error);
  return predictor;
}

static CzFill *
fill (CzPredictor *predictor, const char *text, guint k, const char *const *targets)
{
  g_autoptr (GError) error = NULL;
  CzFill *filled = cz_predictor_fill (predictor, text, -1,
                                      &(CzFillOptions){ .top_k = k, .targets = targets }, &error);

  g_assert_no_error (error);
  return filled;
}

// The recorded sentences: top five in order, scores to 1e-4.
static void
test_recorded (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (predictor == NULL)
    return;
  g_autofree char *path = get_reference ("A_fillmask.json");
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_autoptr (JsonNode) root = cz_json_parse (text, (gssize)length, path, &error);
  g_assert_no_error (error);
  JsonArray *sentences = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (sentences), >, 0);
  for (guint i = 0; i < json_array_get_length (sentences); i++)
    {
      JsonObject *sentence = json_array_get_object_element (sentences, i);
      JsonArray *masks = json_object_get_array_member (sentence, "masks");
      g_autoptr (CzFill) filled
          = fill (predictor, json_object_get_string_member (sentence, "text"), 5, NULL);

      g_assert_cmpuint (filled->n_masks, ==, json_array_get_length (masks));
      g_assert_null (filled->note);
      for (guint j = 0; j < filled->n_masks; j++)
        {
          JsonObject *mask = json_array_get_object_element (masks, j);
          JsonArray *top = json_object_get_array_member (mask, "top5");
          g_assert_cmpint (filled->masks[j].position, ==, json_object_get_int_member (mask, "pos"));
          g_assert_cmpuint (filled->masks[j].n_top, ==, 5);
          for (guint k = 0; k < 5; k++)
            {
              JsonObject *word = json_array_get_object_element (top, k);
              const CzFillTop *got = &filled->masks[j].top[k];
              g_assert_cmpint (got->id, ==, json_object_get_int_member (word, "id"));
              g_assert_cmpstr (got->token, ==, json_object_get_string_member (word, "token"));
              g_assert_cmpfloat_with_epsilon (got->score,
                                              json_object_get_double_member (word, "score"), 1e-4);
            }
        }
    }
}

// One mask: special tokens left out of the sequence. Several: shown, the other masks among them.
static void
test_sequences (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();

  if (predictor == NULL)
    return;
  g_autoptr (CzFill) one = fill (predictor, "the [MASK] was in the house.", 3, NULL);
  g_autoptr (CzFill) two = fill (predictor, "she went to [MASK] and then [MASK] home", 1, NULL);
  g_assert_cmpstr (one->masks[0].top[0].sequence, ==, "the c was in the house.");
  g_assert_true (g_str_has_prefix (two->masks[0].top[0].sequence, "[CLS] she went to "));
  g_assert_true (g_str_has_suffix (two->masks[0].top[0].sequence, " and then [MASK] home [SEP]"));
  g_assert_true (
      g_str_has_prefix (two->masks[1].top[0].sequence, "[CLS] she went to [MASK] and then "));
}

// A predictor that works in a pass's memory says the same to the bit, and speaks with the weights
// as they are when it is asked.
static void
test_beside (void)
{
  const CzPassOptions options = { .kind = CZ_PASS_EVALUATE, .block_size = 64, .micro_blocks = 4 };
  g_autofree char *path = get_reference ("model_A");
  g_autoptr (CzPredictor) alone = open_predictor ();
  g_autoptr (GError) error = NULL;

  if (alone == NULL)
    return;
  g_autoptr (CzDevice) device = cz_device_open (NULL, &error);
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (path, &error);
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (device, cz_model_folder_get_config (folder), FALSE, &error);
  g_assert_true (cz_distilbert_load (model, folder, &error));
  g_autoptr (CzPass) pass = cz_pass_new (model, &options, &error);
  g_assert_no_error (error);
  g_autoptr (CzPredictor) beside
      = cz_predictor_new_beside (pass, model, cz_model_folder_get_tokenizer (folder));
  g_autoptr (CzFill) a = fill (alone, "the [MASK] was in the [MASK].", 5, NULL);
  for (guint repeat = 0; repeat < 2; repeat++)
    {
      g_autoptr (CzFill) b = fill (beside, "the [MASK] was in the [MASK].", 5, NULL);
      g_assert_cmpuint (b->n_masks, ==, 2);
      for (guint i = 0; i < 10; i++)
        {
          const CzFillTop *x = &a->masks[i / 5].top[i % 5], *y = &b->masks[i / 5].top[i % 5];
          g_assert_cmpint (x->id, ==, y->id);
          g_assert_cmpmem (&x->score, sizeof x->score, &y->score, sizeof y->score);
        }
    }
  g_assert_true (cz_distilbert_randomize (model, 7 /* seed */, &error));
  g_assert_no_error (error);
  g_autoptr (CzFill) other = fill (beside, "the [MASK] was in the [MASK].", 5, NULL);
  g_assert_cmpfloat (other->masks[0].top[0].score, !=, a->masks[0].top[0].score);
}

// All words' probabilities add up to one; a target of one piece is the same as the word in the top.
static void
test_targets (void)
{
  static const char *const targets[] = { "first", "the", "unfoldable", NULL };
  g_autoptr (CzPredictor) predictor = open_predictor ();
  double sum = 0;

  if (predictor == NULL)
    return;
  guint n = cz_predictor_get_config (predictor)->vocab_size;
  g_autoptr (CzFill) all = fill (predictor, "the [MASK] was in the house.", G_MAXUINT, targets);
  g_assert_cmpuint (all->masks[0].n_top, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const CzFillTop *top = &all->masks[0].top[i];
      sum += top->score;
      g_assert_true (i == 0 || top->score <= top[-1].score);
      for (guint j = 0; j < 2; j++)
        if (g_str_equal (top->token, targets[j]))
          g_assert_cmpfloat_with_epsilon (log (top->score),
                                          all->masks[0].targets[j].log_probability, 1e-9);
    }
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-9);

  // The chain rule by hand: each piece's probability with those before it filled in.
  const CzFillTarget *target = &all->masks[0].targets[2];
  g_assert_cmpuint (target->n_pieces, >, 1);
  double chain = 0;
  for (guint piece = 0; piece < target->n_pieces; piece++)
    {
      g_autoptr (GString) text = g_string_new ("the ");
      for (guint i = 0; i < target->n_pieces; i++)
        if (i >= piece)
          g_string_append (text, "[MASK] ");
        else
          g_string_append (text, target->pieces[i] + (i > 0 ? 2 : 0));
      if (piece > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, "was in the house.");
      // The pieces filled in must be cut again as they were; only then is the text the same.
      g_autoptr (CzFill) filled = fill (predictor, text->str, G_MAXUINT, NULL);
      for (guint i = 0; i < n; i++)
        if (filled->masks[0].top[i].id == target->ids[piece])
          chain += log (filled->masks[0].top[i].score);
      if (filled->masks[0].position != 2 + piece)
        {
          g_test_incomplete ("the target's pieces do not stand for themselves");
          return;
        }
    }
  g_assert_cmpfloat_with_epsilon (target->log_probability, chain, 1e-6);
}

static void
assert_refused (CzPredictor *predictor, const char *text, const char *const *targets)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cz_predictor_fill (predictor, text, -1,
                                    &(CzFillOptions){ .top_k = 5, .targets = targets }, &error));
  g_assert_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT);
}

static void
test_refused (void)
{
  static const char *const empty[] = { "the", " ", NULL };
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GError) error = NULL;

  if (predictor == NULL)
    return;
  assert_refused (predictor, "", NULL);
  assert_refused (predictor, "no mask here", NULL);
  assert_refused (predictor, "the [MASK] was", empty);
  g_assert_null (cz_predictor_surprisal (predictor, " ", -1, NULL, NULL, &error));
  g_assert_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT);
}

// What precedes and follows by far does not count once it is outside of the window, and that is
// said.
static void
test_long (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GString) text = g_string_new (NULL);

  if (predictor == NULL)
    return;
  for (guint i = 0; i < 300; i++)
    g_string_append (text, i == 20 || i == 250 ? "[MASK] " : "the ");
  g_autoptr (CzFill) filled = fill (predictor, text->str, 2, NULL);
  g_assert_cmpuint (filled->n_masks, ==, 2);
  g_assert_nonnull (filled->note);
  g_assert_cmpuint (filled->masks[0].position, ==, 21);
  g_assert_cmpuint (filled->masks[1].position, ==, 251);
  g_assert_cmpfloat (filled->masks[1].top[0].score, >, 0);

  g_autoptr (GError) error = NULL;
  g_autoptr (CzSurprisal) surprisal
      = cz_predictor_surprisal (predictor, text->str, 600, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (surprisal->note);
}

// Batched or alone, short shapes or long: a token's surprisal is its own.
static void
test_surprisal (void)
{
  static const char text[] = "she went to the house and then he was first.";
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GError) error = NULL;
  double nats = 0;

  if (predictor == NULL)
    return;
  g_autoptr (CzSurprisal) surprisal
      = cz_predictor_surprisal (predictor, text, -1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (surprisal->n_tokens, ==, surprisal->n_scored);
  for (guint i = 0; i < surprisal->n_tokens; i++)
    {
      const CzSurprisalToken *token = &surprisal->tokens[i];
      g_autoptr (GString) masked = g_string_new (text);
      g_string_erase (masked, token->start, (gssize)(token->end - token->start));
      g_string_insert (masked, token->start, "[MASK]");
      if (g_str_has_prefix (token->token, "##"))
        continue;
      g_autoptr (CzFill) filled = fill (predictor, masked->str, G_MAXUINT, NULL);
      for (guint j = 0; j < filled->masks[0].n_top; j++)
        if (filled->masks[0].top[j].id == token->id)
          g_assert_cmpfloat_with_epsilon (token->bits, -log2 (filled->masks[0].top[j].score), 1e-5);
    }
  for (guint i = 0; i < surprisal->n_tokens; i++)
    nats += surprisal->tokens[i].bits * G_LN2;
  g_assert_cmpfloat_with_epsilon (surprisal->pseudo_perplexity, exp (nats / surprisal->n_tokens),
                                  1e-9 * surprisal->pseudo_perplexity);

  // A special token is shown and not scored.
  g_autoptr (CzSurprisal) special
      = cz_predictor_surprisal (predictor, "the [MASK] was", -1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (special->n_tokens, ==, 3);
  g_assert_cmpuint (special->n_scored, ==, 2);
  g_assert_true (isnan (special->tokens[1].bits));
}

// In batches or one by one, of a short text and of one that is seen through windows: the same.
static void
test_batches (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (predictor == NULL)
    return;
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < (round == 0 ? 11 : 70); i++)
        g_string_append (text, i % 7 == 3 ? "xylophone " : i % 2 == 0 ? "the " : "house ");
      cz_predictor_set_one_by_one (predictor, FALSE);
      g_autoptr (CzSurprisal) batched
          = cz_predictor_surprisal (predictor, text->str, -1, NULL, NULL, &error);
      g_assert_no_error (error);
      cz_predictor_set_one_by_one (predictor, TRUE);
      g_autoptr (CzSurprisal) alone
          = cz_predictor_surprisal (predictor, text->str, -1, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (batched->n_tokens, ==, alone->n_tokens);
      g_assert_cmpuint (batched->n_windows > 0, ==, round == 1);
      for (guint i = 0; i < batched->n_tokens; i++)
        {
          g_assert_cmpfloat (alone->tokens[i].bits, >, 0);
          g_assert_cmpfloat_with_epsilon (batched->tokens[i].bits, alone->tokens[i].bits, 1e-4);
        }
    }

  // What is cancelled ends, and what is asked afterwards is answered.
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  cz_predictor_set_cancellable (predictor, cancellable);
  g_cancellable_cancel (cancellable);
  g_assert_null (cz_predictor_surprisal (predictor, text->str, -1, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  cz_predictor_set_cancellable (predictor, NULL);
  g_autoptr (CzFill) filled = fill (predictor, "the [MASK]", 1, NULL);
  g_assert_cmpuint (filled->n_masks, ==, 1);
}

static gboolean
stop_after_three (guint64 done, guint64 total, gpointer data)
{
  return ++*(guint *)data < 3;
}

// The evaluation method: blocks of a token file, each token in turn, the same bits each time.
static void
test_pseudo (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autofree char *folder = g_dir_make_tmp ("cz-predict-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tokens", NULL);
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (GError) error = NULL;
  CzPseudoEvaluation first, second;
  guint32 words[64];
  guint calls = 0;

  if (predictor == NULL)
    {
      cz_folder_remove (folder);
      return;
    }
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  g_autoptr (CzTokenWriter) writer = cz_token_writer_new (path, "pseudo", &error);
  for (guint i = 0; i < 4; i++)
    {
      cz_tokenizer_encode (tokenizer, "she went to the house and then he was first in it", -1, TRUE,
                           encoding);
      g_assert_cmpuint (encoding->n, <, G_N_ELEMENTS (words));
      cz_tokenizer_get_words (tokenizer, encoding, words);
      g_assert_true (
          cz_token_writer_add (writer, i, i < 2 ? "train" : "test", words, encoding->n, &error));
    }
  g_assert_true (cz_token_writer_finish (writer, &error));
  g_autoptr (CzTokenFile) file = cz_token_file_open (path, &error);
  g_assert_no_error (error);
  CzBlockOptions options = { .block_size = 8,
                             .pad_last = TRUE,
                             .pad_word = cz_tokenizer_get_pad_word (tokenizer),
                             .split = CZ_SPLIT_CORPUS };
  g_autoptr (CzBlocks) blocks = cz_blocks_new (file, &options, &error);
  g_assert_no_error (error);
  g_assert_true (cz_predictor_evaluate (predictor, blocks, CZ_PART_TEST, NULL, NULL, &first, NULL,
                                        NULL, &error));
  g_assert_true (cz_predictor_evaluate (predictor, blocks, CZ_PART_TEST, NULL, NULL, &second, NULL,
                                        NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (&first, sizeof first, &second, sizeof second);
  g_assert_cmpuint (first.scored, >, 16);
  g_assert_cmpfloat (first.cross_entropy, >, 3);
  g_assert_cmpuint (strlen (first.fingerprint), ==, 64);
  g_assert_false (cz_predictor_evaluate (predictor, blocks, CZ_PART_TEST, stop_after_three, &calls,
                                         &second, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  cz_folder_remove (folder);
}

static void
test_attention (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GError) error = NULL;

  if (predictor == NULL)
    return;
  g_autoptr (CzAttention) attention = cz_predictor_attention (predictor, "she went to the house",
                                                              -1, (CzAttentionFrom){ 0 }, &error);
  g_assert_no_error (error);
  guint n = attention->n_tokens;
  g_assert_cmpuint (n, >=, 7);
  g_assert_cmpstr (attention->tokens[0], ==, "[CLS]");
  for (guint row = 0; row < attention->n_layers * attention->n_heads * n; row++)
    {
      double sum = 0;
      for (guint i = 0; i < n; i++)
        sum += attention->probabilities[(gsize)row * n + i];
      g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
    }
}

static void
test_neighbours (void)
{
  g_autoptr (CzPredictor) predictor = open_predictor ();
  g_autoptr (GError) error = NULL;

  if (predictor == NULL)
    return;
  g_autoptr (CzNeighbours) near = cz_predictor_neighbours (predictor, "house", 5, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (near->n_words, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpstr (near->words[i].token, !=, "house");
      g_assert_cmpfloat (near->words[i].similarity, <, 1);
      g_assert_true (i == 0 || near->words[i].similarity <= near->words[i - 1].similarity);
    }
  g_assert_null (cz_predictor_neighbours (predictor, " ", 5, &error));
  g_assert_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict/recorded", test_recorded);
  g_test_add_func ("/predict/sequences", test_sequences);
  g_test_add_func ("/predict/beside", test_beside);
  g_test_add_func ("/predict/targets", test_targets);
  g_test_add_func ("/predict/refused", test_refused);
  g_test_add_func ("/predict/long", test_long);
  g_test_add_func ("/predict/surprisal", test_surprisal);
  g_test_add_func ("/predict/batches", test_batches);
  g_test_add_func ("/predict/pseudo", test_pseudo);
  g_test_add_func ("/predict/attention", test_attention);
  g_test_add_func ("/predict/neighbours", test_neighbours);
  return g_test_run ();
}
