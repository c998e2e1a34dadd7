#pragma once

#include "engine/predict/predictor.h"

// Several masks filled together: what is put into one is seen when the next is guessed. A beam of
// the likeliest fillings is kept on the way, so that the best are found as a rule, not always.

#define CZ_JOINT_MOST  8 // masks
#define CZ_JOINT_BEAM  8 // fillings on the way
#define CZ_JOINT_FOUND 5 // that are told, of each kind

typedef enum
{
  CZ_JOINT_LEFT_TO_RIGHT,
  CZ_JOINT_MOST_CERTAIN, // first the mask where a token is likelier than any is elsewhere
} CzJointOrder;
#define CZ_JOINT_ORDERS 2

typedef struct
{
  CzJointOrder order;
  guint32 *ids; // of the masks, in the text's order
  char **pieces;
  guint n_pieces;
  double log_probability; // nats; the chain rule in that order
  char *text;             // of a word the word, else the whole text with the masks filled in
} CzJointFilling;

typedef struct
{
  CzJointFilling *fillings; // of each order, of words for each number of pieces, likeliest first
  guint n_fillings;
  char *note; // or NULL: why there are none, or what was seen
} CzJoint;

// All masks of a text, of which there are 2 to CZ_JOINT_MOST (else there are no fillings). Special
// tokens are no filling. Errors: CZ_PREDICT_ERROR_*, G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*.
CzJoint *cz_predictor_fill_jointly (CzPredictor *predictor,
                                    const char *text,
                                    gssize length,
                                    GError **error);

// Words of 2 to `most_pieces` pieces (at most CZ_JOINT_MOST) for the text's mask `mask`, counted
// from 0: the mask is widened to as many, the first piece begins a word and the others go on with
// it ("##"), and the tokenizer would cut it so. The same errors.
CzJoint *cz_predictor_fill_words (CzPredictor *predictor,
                                  const char *text,
                                  gssize length,
                                  guint mask,
                                  guint most_pieces,
                                  GError **error);
void cz_joint_free (CzJoint *joint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzJoint, cz_joint_free)
