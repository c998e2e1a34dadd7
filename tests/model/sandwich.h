#pragma once

#include "engine/model/partials.h"
#include "engine/model/pass.h"
#include "tests/model/stage.h"

// An op is checked between two linear layers, so that neither its input nor its incoming gradient
// is anything simple: u = x Aᵀ + a, y = op (u), loss = sum (r ∘ (y Bᵀ + b)) with random r.
typedef struct
{
  Stage *stage;
  guint rows, in, before, after, out;              // widths of x, u, y and the last
  double *x, *a, *a_bias, *b, *b_bias, *r, *u, *v; // u and v: the reference's
  CzSpan x_span, a_span, a_bias_span, b_span, b_bias_span, r_span, u_span, v_span;
  CzSpan dx, da, db, dy;
  CzPartials partials;
  guint n_vectors; // of the partials
} Sandwich;

// rows × in numbers; the op takes (rows, before) and gives (rows, after).
Sandwich *sandwich_new (Stage *stage, guint rows, guint in, guint before, guint after);
void sandwich_free (Sandwich *sandwich);

// A vector's gradient (at most 64 floats) among the partials.
CzSpan sandwich_add_vector (Sandwich *sandwich);

// Record: u from x; then, with the op's y, the rest and back to dy; then, with the op's du, to x.
void sandwich_begin (Sandwich *sandwich, CzTape *tape);
void sandwich_turn (Sandwich *sandwich, CzTape *tape, CzSpan y);
void sandwich_end (Sandwich *sandwich, CzTape *tape, CzSpan du);

// The reference: u, and the loss of y.
const double *sandwich_get_u (Sandwich *sandwich);
double sandwich_get_loss (Sandwich *sandwich, const double *y);
// Checks the gradients of x and of both layers.
void sandwich_check (Sandwich *sandwich, StageLoss loss, gpointer data);

// The shapes ops are tried in: rows are (blocks, block_size) of heads × head_size numbers, in some
// of them no multiple of four.
typedef struct
{
  guint blocks, block_size, heads, head_size;
  double dropout;
} SandwichShape;

#define SANDWICH_SHAPES 5
extern const SandwichShape sandwich_shapes[SANDWICH_SHAPES];

// A step with seeds and a first block of its own, and the span of such a one.
CzStep sandwich_make_step (void);
CzSpan sandwich_upload_step (Stage *stage, const CzStep *step);
