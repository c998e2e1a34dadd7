// The values of one metric along a run, kept small: what runs evenly, as steps and epochs mostly
// do, is not written down one by one. 12 bytes a value then, 20 otherwise: of 20 runs with 100,000
// steps each, 24 MB.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double value;
  double seconds; // kept to 1/256, up to 194 days
  float epoch;
  guint32 step;
} CzRunValue;

typedef struct _CzValueRow CzValueRow;

CzValueRow *cz_value_row_new (void);
void cz_value_row_free (CzValueRow *row);

void cz_value_row_append (CzValueRow *row, const CzRunValue *value);

guint cz_value_row_get_n (const CzValueRow *row);

// index < cz_value_row_get_n ().
CzRunValue cz_value_row_get (const CzValueRow *row, guint index);

G_END_DECLS
