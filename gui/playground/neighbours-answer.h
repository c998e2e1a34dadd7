// Words nearest to a word in the embeddings of one to four models, and what changed from the first
// model to the others. Plain data.
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_NEIGHBOURS_MODELS 4

typedef struct
{
  char *token;
  double similarity; // cosine, -1 to 1
  gboolean added;    // not among the first model's
  int moved;         // places nearer (above 0) or further than under the first model
} CzNeighboursWord;

typedef struct
{
  char *title;
  guint color;   // in the palette
  char **pieces; // of the word that was asked for, NULL-terminated
  GArray *words; // of CzNeighboursWord, the nearest first
  char **gone;   // among the first model's and not here, NULL-terminated
  // Of the words under both: how many, and by how much their similarity changed on average (NAN:
  // none).
  guint shared;
  double change;
} CzNeighboursModel;

typedef struct
{
  char *word;
  CzNeighboursModel models[CZ_NEIGHBOURS_MODELS];
  guint n_models;
} CzNeighboursAnswer;

// result: the array of answers, one for each title (colors: as many). NULL when it is something
// else. Freed with cz_neighbours_answer_free ().
CzNeighboursAnswer *cz_neighbours_answer_new (JsonNode *result,
                                              const char *const *titles,
                                              const guint *colors);
void cz_neighbours_answer_free (CzNeighboursAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzNeighboursAnswer, cz_neighbours_answer_free)

// What changed from the first model to a later one, in a sentence; freed by the caller.
char *cz_neighbours_answer_describe_change (const CzNeighboursAnswer *self, guint model);

// Whether a token stands alone, so that it can be asked for itself: "##ing" can't.
gboolean cz_neighbours_answer_can_ask (const char *token);

// The words of a text that can be asked for: each once, in its order, without masks, at most `most`
// (one a screen can hold); NULL-terminated, g_strfreev (). The index of the one to begin with goes
// to ret_first: the last of four letters or more before the first mask, else the longest of those
// up to ten, which are likely to be one piece.
char **cz_neighbours_answer_list_words (const char *text, guint most, guint *ret_first);

G_END_DECLS
