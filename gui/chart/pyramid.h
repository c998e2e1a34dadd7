// Lowest, highest and mean of any stretch of a growing row of numbers, without reading the stretch:
// a tree over blocks of 16 numbers, 16 blocks, and so on. The numbers stay with the caller, who
// gives the same row to each call. Numbers that are not finite are left out.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CZ_PYRAMID_LEVELS 5
#define CZ_PYRAMID_NONE   G_MAXUINT32

typedef struct
{
  // Indexes into the row, CZ_PYRAMID_NONE where there is no such number.
  guint32 low, high;
  guint32 positive; // the lowest above 0: what a logarithmic axis begins with
  guint32 n;        // finite numbers
  double sum;       // of them
  // The numbers at these indexes; infinite where there is none.
  double low_value, high_value, positive_value;
} CzStretch;

typedef struct
{
  GArray *levels[CZ_PYRAMID_LEVELS]; // of CzStretch; level l has one per 16^(l + 1) numbers
} CzPyramid;

void cz_pyramid_init (CzPyramid *pyramid);
void cz_pyramid_clear (CzPyramid *pyramid);

// Takes in values[from] to values[to − 1]; those before from are known already.
void cz_pyramid_extend (CzPyramid *pyramid, const double *values, guint from, guint to);

// Forgets all but the first n numbers, in a time that does not depend on how many they are.
void cz_pyramid_cut (CzPyramid *pyramid, const double *values, guint n);

// What there is of values[from] to values[to − 1]; of equal extremes the first.
void cz_pyramid_find (
    const CzPyramid *pyramid, const double *values, guint from, guint to, CzStretch *ret);

G_END_DECLS
