// cloze fill, cloze surprisal.
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "jobs/answers.h"

static char **option_models;
static char *option_top_k;
static char *option_targets;
static char *option_words;
static gboolean option_joint, option_compare;

static const GOptionEntry fill_options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_models,
    N_ ("A model: a name in the library, a folder or run:ID (several for a comparison)"),
    N_ ("MODEL") },
  { "top-k", 'k', 0, G_OPTION_ARG_FILENAME, &option_top_k, N_ ("How many words (default: 5)"),
    N_ ("K") },
  { "targets", 't', 0, G_OPTION_ARG_FILENAME, &option_targets,
    N_ ("Words whose probability is to be told, between commas"), N_ ("W,W…") },
  { "words", 0, 0, G_OPTION_ARG_FILENAME, &option_words,
    N_ ("Also words of two to P pieces (at most 4)"), N_ ("P") },
  { "joint", 0, 0, G_OPTION_ARG_NONE, &option_joint,
    N_ ("Also fill all gaps of a text together, left to right and the most certain first"), NULL },
  { "compare", 0, 0, G_OPTION_ARG_NONE, &option_compare,
    N_ ("Compare with the first model; several models always are"), NULL },
  { NULL },
};

static const GOptionEntry surprisal_options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_models,
    N_ ("A model: a name in the library, a folder or run:ID (several for a comparison)"),
    N_ ("MODEL") },
  { NULL },
};

// What is asked of models about one text.
typedef gboolean (*AnswerFunc) (CzPredictors *predictors,
                                const char *const *models,
                                const char *text,
                                JsonBuilder *builder,
                                GError **error);
typedef void (*PrintFunc) (JsonObject *answer);

static guint64 top_k = 5, most_pieces = 1;
static char **targets;

static gboolean
answer_fill (CzPredictors *predictors,
             const char *const *models,
             const char *text,
             JsonBuilder *builder,
             GError **error)
{
  const CzFillQuestion question = { .top_k = (guint)top_k,
                                    .targets = (const char *const *)targets,
                                    .compare = models[1] != NULL,
                                    .words = (guint)most_pieces,
                                    .joint = option_joint };

  return cz_answer_fill (predictors, models, text, &question, builder, error);
}

static gboolean
answer_surprisal (CzPredictors *predictors,
                  const char *const *models,
                  const char *text,
                  JsonBuilder *builder,
                  GError **error)
{
  return cz_answer_surprisal (predictors, models, text, NULL /* proceed */, NULL /* data */,
                              builder, error);
}

static char *
join (JsonArray *strings)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (strings); i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "",
                            json_array_get_string_element (strings, i));
  return g_string_free (joined, FALSE);
}

static void
print_target (JsonObject *target)
{
  JsonArray *pieces = json_object_get_array_member (target, "pieces");
  double p = exp (json_object_get_double_member_with_default (target, "log_probability", NAN));
  g_autofree char *joined = join (pieces);

  cz_print ("  %6.3g %%  %s", 100 * p, json_object_get_string_member (target, "word"));
  if (json_array_get_length (pieces) > 1)
    cz_print (_ ("  (%u pieces: %s)"), json_array_get_length (pieces), joined);
  cz_print ("\n");
}

// Of a word that is compared, what it was under the first model.
static void
print_before (JsonObject *word)
{
  if (!json_object_has_member (word, "before"))
    return;
  if (json_object_get_null_member (word, "before"))
    cz_print (_ ("  (new)          "));
  else
    cz_print (_ ("(was %6.2f %%)  "), 100 * json_object_get_double_member (word, "before"));
}

// What several masks are filled with together: words, or whole texts.
static void
print_joint (JsonArray *fillings, const char *text, const char *pieces)
{
  const char *last = "";

  for (guint i = 0; i < json_array_get_length (fillings); i++)
    {
      JsonObject *filling = json_array_get_object_element (fillings, i);
      const char *order = json_object_get_string_member (filling, "order");
      double p = exp (json_object_get_double_member (filling, "log_probability"));
      g_autofree char *joined = join (json_object_get_array_member (filling, pieces));

      if (strcmp (order, last) != 0)
        cz_print ("  %s\n", strcmp (order, "left_to_right") == 0
                                ? _ ("together, left to right:")
                                : _ ("together, the most certain first:"));
      last = order;
      cz_print ("  %6.3g %%  %s  (%s)\n", 100 * p, json_object_get_string_member (filling, text),
                joined);
    }
}

static void
print_moved (JsonObject *mask)
{
  JsonArray *moved = json_object_get_array_member (mask, "moved");

  if (!json_object_get_null_member (mask, "divergence"))
    cz_print (_ ("  divergence %.4f bits\n"), json_object_get_double_member (mask, "divergence"));
  for (guint i = 0; i < json_array_get_length (moved); i++)
    {
      JsonObject *word = json_array_get_object_element (moved, i);
      double before = json_object_get_double_member (word, "before");
      double after = json_object_get_double_member (word, "after");
      cz_print ("  %s %6.2f %% → %6.2f %%  %s\n", after > before ? "↑" : "↓", 100 * before,
                100 * after, json_object_get_string_member (word, "token"));
    }
}

static void
print_note (JsonObject *answer)
{
  const char *note = json_object_get_string_member_with_default (answer, "note", NULL);

  if (note != NULL)
    cz_print ("  %s\n", note);
}

static void
print_fill (JsonObject *answer)
{
  JsonArray *masks = json_object_get_array_member (answer, "masks");

  cz_print ("%s — %s\n", json_object_get_string_member (answer, "text"),
            json_object_get_string_member (answer, "model"));
  for (guint i = 0; i < json_array_get_length (masks); i++)
    {
      JsonObject *mask = json_array_get_object_element (masks, i);
      JsonArray *top = json_object_get_array_member (mask, "top");
      JsonArray *words = json_object_get_array_member (mask, "targets");

      if (json_array_get_length (masks) > 1)
        cz_print (_ (" gap %u\n"), i + 1);
      for (guint k = 0; k < json_array_get_length (top); k++)
        {
          JsonObject *word = json_array_get_object_element (top, k);
          double score = json_object_get_double_member (word, "score");
          cz_print ("  %6.2f %%  ", 100 * score);
          print_before (word);
          cz_print ("%-16s ", json_object_get_string_member (word, "token"));
          for (guint bar = 0; bar < (guint)(score * 40 + 0.5); bar++)
            cz_print ("▇");
          cz_print ("\n");
        }
      for (guint k = 0; k < json_array_get_length (words); k++)
        print_target (json_array_get_object_element (words, k));
      if (json_object_has_member (mask, "words"))
        print_joint (json_object_get_array_member (mask, "words"), "word", "pieces");
      if (json_object_has_member (mask, "moved"))
        print_moved (mask);
    }
  if (json_object_has_member (answer, "joint"))
    print_joint (json_object_get_array_member (answer, "joint"), "sequence", "tokens");
  print_note (answer);
}

// A word's bits, and its pieces' where it has several; `tokens` from *at on are the word's.
static void
print_word (JsonObject *word, JsonArray *tokens, guint *at)
{
  gint64 pieces = json_object_get_int_member (word, "pieces");

  if (json_object_get_null_member (word, "bits"))
    cz_print ("       –       %s", json_object_get_string_member (word, "text"));
  else
    cz_print ("  %6.2f bits  %s", json_object_get_double_member (word, "bits"),
              json_object_get_string_member (word, "text"));
  for (gint64 i = 0; i < pieces; i++, (*at)++)
    if (pieces > 1)
      cz_print (
          "%s%s", i == 0 ? "  (" : " ",
          json_object_get_string_member (json_array_get_object_element (tokens, *at), "token"));
  cz_print (pieces > 1 ? ")\n" : "\n");
}

static void
print_surprisal (JsonObject *answer)
{
  JsonArray *words = json_object_get_array_member (answer, "words");
  guint at = 0;

  cz_print ("%s — %s\n", json_object_get_string_member (answer, "text"),
            json_object_get_string_member (answer, "model"));
  for (guint i = 0; i < json_array_get_length (words); i++)
    print_word (json_array_get_object_element (words, i),
                json_object_get_array_member (answer, "tokens"), &at);
  if (!json_object_get_null_member (answer, "pseudo_perplexity"))
    cz_print (_ ("pseudo-perplexity %.2f\n"),
              json_object_get_double_member (answer, "pseudo_perplexity"));
  print_note (answer);
}

static gboolean
check_arguments (CzInvocation *invocation, GError **error)
{
  if (option_models == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("A model is missing: --model MODEL."));
      return FALSE;
    }
  for (guint i = 0; i < invocation->n_arguments; i++)
    if (!cz_invocation_check_text (invocation->arguments[i], _ ("The text"), error))
      return FALSE;
  return TRUE;
}

// Texts one after the other, each with all models side by side.
static gboolean
answer_all (CzInvocation *invocation, AnswerFunc answer, PrintFunc print, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  CzDevice *device = library != NULL ? cz_invocation_get_device (invocation, error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (device == NULL)
    return FALSE;
  g_autoptr (CzPredictors) predictors = cz_predictors_new (library, device);
  json_builder_begin_array (builder);
  for (guint t = 0; t < invocation->n_arguments; t++)
    if (!answer (predictors, (const char *const *)option_models, invocation->arguments[t], builder,
                 error))
      return FALSE;
  json_builder_end_array (builder);
  if (invocation->json)
    {
      cz_print_json (builder);
      return TRUE;
    }
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  JsonArray *answers = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (answers); i++)
    print (json_array_get_object_element (answers, i));
  return TRUE;
}

static gboolean
fill (CzInvocation *invocation, GError **error)
{
  if (!check_arguments (invocation, error)
      || !cz_invocation_check_text (option_targets, "--targets", error)
      || (option_top_k != NULL
          && !cz_invocation_parse_number (option_top_k, "--top-k", 1, 100000, &top_k, error))
      || (option_words != NULL
          && !cz_invocation_parse_number (option_words, "--words", 1, 4, &most_pieces, error)))
    return FALSE;
  if (option_compare && option_models[1] == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("To compare takes a second model: --model MODEL --model OTHER."));
      return FALSE;
    }
  targets = g_strsplit (option_targets != NULL ? option_targets : "", ",", -1);
  for (guint i = 0; targets[i] != NULL; i++)
    g_strstrip (targets[i]);
  return answer_all (invocation, answer_fill, print_fill, error);
}

static gboolean
surprisal (CzInvocation *invocation, GError **error)
{
  return check_arguments (invocation, error)
         && answer_all (invocation, answer_surprisal, print_surprisal, error);
}

const CzCommand cz_predict_commands[] = {
  { "fill",
    N_ ("--model MODEL [--model …] [--top-k K] [--targets W,W…] [--words P] [--joint] TEXT…"),
    N_ ("Say which words fill the gaps ([MASK]) of texts."), fill_options, 1, G_MAXUINT, fill,
    N_ ("Each model but the first is compared with the first: what a word's probability was, the "
        "words that moved most, and how far the two are apart (Jensen and Shannon's divergence, 0 "
        "to 1 bit).") },
  { "surprisal", N_ ("--model MODEL [--model …] TEXT…"),
    N_ ("Tell how much each word of a text surprises a model, in bits."), surprisal_options, 1,
    G_MAXUINT, surprisal,
    N_ ("Each token is masked in its turn, all others are seen; a word of several has the sum of "
        "theirs. A text that is longer than the model sees at once is seen through windows that "
        "overlap by half, each token in the one in whose middle it stands best: --json tells "
        "which.") },
  { NULL },
};
