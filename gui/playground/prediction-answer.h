// What one model said about a text's masks, taken from an element of `cloze fill --json`. What is
// missing there or of another kind than promised is left out, so that whoever shows it need not
// ask.
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

// A word for a mask. Numbers not known are NAN, ranks not known 0.
typedef struct
{
  char *token;
  gint64 id;
  double score;           // probability
  double log_probability; // nats
  double before;          // probability under the model that is compared with
  guint rank, before_rank;
  gboolean unlikely_before; // not among the likely words there, so that `before` is not known
} CzPredictionWord;

// A word that moved: its probability under the model compared with, and under this one.
typedef struct
{
  char *token;
  gint64 id;
  double before, after;
} CzPredictionMove;

// A word a person gave, or one of several pieces that was found.
typedef struct
{
  char *word;
  char **pieces;
  double log_probability; // nats, of all pieces
  double before;          // the same under the model compared with
  gboolean certain_first; // pieces were filled in the most certain first, else left to right
  gboolean one_word;      // its pieces make one word
} CzPredictionPhrase;

typedef struct
{
  GPtrArray *top;     // of CzPredictionWord
  GPtrArray *moved;   // of CzPredictionMove
  GPtrArray *targets; // of CzPredictionPhrase
  GPtrArray *words;   // of CzPredictionPhrase: of several pieces
  double divergence;  // Jensen–Shannon, bits; NAN: not known
  char *note;         // why it is not
} CzPredictionMask;

typedef struct
{
  char *model;
  char *note;
  GPtrArray *masks; // of CzPredictionMask
  GPtrArray *joint; // of CzPredictionPhrase: one token a mask, filled together
} CzPredictionAnswer;

CzPredictionAnswer *cz_prediction_answer_new (JsonObject *answer);
void cz_prediction_answer_free (CzPredictionAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPredictionAnswer, cz_prediction_answer_free)

// NULL: there is none of this index.
CzPredictionMask *cz_prediction_answer_get_mask (CzPredictionAnswer *self, guint mask);
// The highest probability in it; 0 in one without masks.
double cz_prediction_answer_get_highest (CzPredictionAnswer *self);
// Takes `before` of each word from what another model said, as far as it is among its likely words.
// For answers that were not compared by cloze.
void cz_prediction_answer_compare (CzPredictionAnswer *self, CzPredictionAnswer *base);

G_END_DECLS
