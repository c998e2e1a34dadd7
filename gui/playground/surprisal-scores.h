// What `cloze surprisal --json` says of a text under one to four models, word by word. Plain data,
// shared by those who show it.
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_SURPRISAL_MODELS 4

// A piece of a word under one model.
typedef struct
{
  char *token;
  double bits;  // NAN: not scored
  guint word;   // index into the scores' words, G_MAXUINT: none
  guint window; // the one it was scored in
} CzSurprisalPiece;

typedef struct
{
  guint start, end;                 // bytes of the text
  double bits[CZ_SURPRISAL_MODELS]; // -log2 p of its pieces added up; NAN: not scored
  // The word's pieces under each model: indices into that model's pieces, first … first + n - 1.
  guint first[CZ_SURPRISAL_MODELS], n[CZ_SURPRISAL_MODELS];
} CzSurprisalWord;

typedef struct
{
  char *title;              // as people call the model
  guint color;              // in the palette
  double pseudo_perplexity; // NAN: nothing was scored
  guint scored;             // tokens
  GArray *pieces;           // of CzSurprisalPiece, in the text's order
  guint n_windows;          // 0: the whole text was seen at once
  char *note;               // or NULL
} CzSurprisalModel;

typedef struct
{
  char *text;
  CzSurprisalModel models[CZ_SURPRISAL_MODELS];
  guint n_models;
  GArray *words; // of CzSurprisalWord, in the text's order; models that cut it differently add
                 // words of their own, without bits under the others
} CzSurprisalScores;

// result: the array of answers, one for each title, in their order (colors: as many). NULL when it
// is something else. Released with cz_surprisal_scores_unref ().
CzSurprisalScores *cz_surprisal_scores_new (JsonNode *result,
                                            const char *const *titles,
                                            const guint *colors);
CzSurprisalScores *cz_surprisal_scores_ref (CzSurprisalScores *self);
void cz_surprisal_scores_unref (CzSurprisalScores *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSurprisalScores, cz_surprisal_scores_unref)

const CzSurprisalWord *cz_surprisal_scores_get_word (const CzSurprisalScores *self, guint word);
// The word as it stands in the text; the caller frees it.
char *cz_surprisal_scores_dup_text (const CzSurprisalScores *self, guint word);

// The window that a word was scored in under a model; 0 where there are none.
guint cz_surprisal_scores_get_window (const CzSurprisalScores *self, guint word, guint model);

// Bits under a model less those under the first; NAN where either is missing.
double cz_surprisal_scores_get_difference (const CzSurprisalScores *self, guint word, guint model);

// Whether all models cut the text into the same pieces, so that their pseudo-perplexities compare.
gboolean cz_surprisal_scores_is_comparable (const CzSurprisalScores *self);

G_END_DECLS
