#pragma once

#include "engine/predict/predictor.h"

// Words whose embeddings point the same way.
typedef struct
{
  guint32 id;
  char *token;
  double similarity; // cosine
} CzNeighbour;

typedef struct
{
  CzNeighbour *words; // most similar first, the word itself left out
  guint n_words;
  char **pieces; // the word's; of several the mean of their embeddings counts
  guint n_pieces;
} CzNeighbours;

// Errors: CZ_PREDICT_ERROR_TEXT (the word has no piece), CZ_GPU_ERROR_*.
CzNeighbours *cz_predictor_neighbours (CzPredictor *predictor,
                                       const char *word,
                                       guint k,
                                       GError **error);
void cz_neighbours_free (CzNeighbours *neighbours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzNeighbours, cz_neighbours_free)
