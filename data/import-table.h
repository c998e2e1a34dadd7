#pragma once

#include "data/import-file.h"

// Rows of named cells as documents: which column holds the text, which the label and the split. The
// first rows wait until that is decided.

typedef struct
{
  const char *bytes; // NULL: not there
  gsize length;
  gboolean number; // not a candidate for the text
} CzCell;

typedef struct _CzTable CzTable;

CzTable *cz_table_new (CzImportFile *file);
void cz_table_free (CzTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTable, cz_table_free)

// Adds a column; what it is called is decoded here.
void cz_table_add_column (CzTable *table, const char *name, gsize length);
guint cz_table_get_n_columns (CzTable *table);
// The place of a column, -1 where there is none. While the first rows come (see is_open) it is
// added.
int cz_table_find_column (CzTable *table, const char *name, gsize length);

// A row's cells in the order of columns; cells beyond `n` are not there. FALSE with no error set:
// the table cannot be read, and why has been told; nothing more is to be given.
gboolean cz_table_add_row (
    CzTable *table, gint64 row, const CzCell *cells, guint n, GError **error);
gboolean cz_table_finish (CzTable *table, GError **error);

// For formats that tell their columns beforehand: looks at a cell of the first rows, and chooses
// before the first row is added. A column that was not looked at is chosen by its name alone.
// FALSE: the table cannot be read, and why has been told. The chosen columns are -1 where there is
// none.
void cz_table_look_at (CzTable *table, guint column, const CzCell *cell);
gboolean cz_table_choose (CzTable *table, int *ret_text, int *ret_label, int *ret_split);
