#pragma once

#include "engine/predict/predictor.h"
#include "engine/text/blocks.h"

// How much each token surprises the model when it is masked and all others are seen.

typedef struct
{
  guint32 id;
  char *token;
  double bits;        // -log2 p; NAN for special tokens ([UNK] too), which are not scored
  guint32 start, end; // its bytes in the text
  guint word;         // index of the word it is of
  guint window;       // index of the window it was scored in; 0 where there are none
} CzSurprisalToken;

typedef struct
{
  guint32 start, end; // its bytes in the text
  double bits;        // of all its pieces that are scored, each masked by itself; NAN: none is
  guint n_pieces;
} CzSurprisalWord;

typedef struct
{
  guint32 start, end; // the bytes of the text that were seen
} CzSurprisalWindow;

typedef struct
{
  CzSurprisalToken *tokens; // [CLS] and [SEP] left out
  guint n_tokens;
  CzSurprisalWord *words; // as the tokenizer cuts the text at white space and punctuation
  guint n_words;
  CzSurprisalWindow *windows; // of a text that is longer than the model sees at once; else NULL
  guint n_windows;
  guint n_scored;
  double pseudo_perplexity; // exp of the mean surprisal in nats; NAN if nothing is scored
  char *note;               // or NULL
} CzSurprisal;

// Told before every submission: tokens done and in all. FALSE stops it.
typedef gboolean (*CzPredictorProceed) (guint64 done, guint64 total, gpointer data);

// `proceed` may be NULL. Errors: CZ_PREDICT_ERROR_TEXT (no token), G_IO_ERROR_CANCELLED,
// CZ_GPU_ERROR_*.
CzSurprisal *cz_predictor_surprisal (CzPredictor *predictor,
                                     const char *text,
                                     gssize length,
                                     CzPredictorProceed proceed,
                                     gpointer data,
                                     GError **error);
void cz_surprisal_free (CzSurprisal *surprisal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSurprisal, cz_surprisal_free)

// The evaluation method `pseudo`: the same over every token of a part's blocks.
typedef struct
{
  double cross_entropy; // nats, averaged; pseudo-perplexity is its exp
  guint64 scored;
  char fingerprint[65]; // sha256 (hex) over the settings and tokens
} CzPseudoEvaluation;

// Of each block the sum of nats and the count of tokens go to `ret_losses` and `ret_scored`, which
// have room for all (or are NULL).
gboolean cz_predictor_evaluate (CzPredictor *predictor,
                                CzBlocks *blocks,
                                CzBlockPart part,
                                CzPredictorProceed proceed,
                                gpointer data,
                                CzPseudoEvaluation *ret_evaluation,
                                double *ret_losses,
                                guint32 *ret_scored,
                                GError **error);
