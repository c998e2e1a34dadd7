#include "data/import-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-place.h"

#define FIRST_ROWS  200       // how many are looked at to choose the columns,
#define FIRST_BYTES (1 << 20) // and how much of them

#define KIND_ROWS_MIN  8  // with fewer rows nothing shows that a column names kinds
#define KIND_BYTES_MAX 40 // of a kind's name

// What the first rows have in a column.
typedef struct
{
  guint rows;         // looked at
  gsize text_bytes;   // numbers aside
  GHashTable *values; // different ones, of those that may name kinds of rows
  guint valued;       // rows that have one
  gboolean no_kinds;  // a value is too long, a number or a list
  gboolean no_splits; // a value is no split's name
  gboolean lists;     // a cell has several lines
} Look;

typedef struct
{
  gint64 row;
  guint n;
  CzCell *cells;
  char *bytes; // of all cells
} Waiting;

struct _CzTable
{
  CzImportFile *file;
  GPtrArray *columns; // names
  GArray *looks;      // Look, one for each of the first columns
  GHashTable *places; // raw name → its place + 1
  GArray *waiting;    // Waiting
  gsize waiting_bytes;
  gboolean decided;
  int text, label, split;
};

static void
clear_waiting (gpointer data)
{
  Waiting *waiting = data;

  g_free (waiting->cells);
  g_free (waiting->bytes);
}

static void
clear_look (gpointer data)
{
  g_clear_pointer (&((Look *)data)->values, g_hash_table_unref);
}

CzTable *
cz_table_new (CzImportFile *file)
{
  CzTable *self = g_new0 (CzTable, 1);

  self->file = file;
  self->columns = g_ptr_array_new_with_free_func (g_free);
  self->looks = g_array_new (FALSE, TRUE, sizeof (Look));
  g_array_set_clear_func (self->looks, clear_look);
  self->places
      = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_set_clear_func (self->waiting, clear_waiting);
  return self;
}

void
cz_table_free (CzTable *self)
{
  g_ptr_array_unref (self->columns);
  g_array_unref (self->looks);
  g_hash_table_unref (self->places);
  g_array_unref (self->waiting);
  g_free (self);
}

void
cz_table_add_column (CzTable *self, const char *name, gsize length)
{
  g_ptr_array_add (self->columns, cz_import_file_decode (self->file, name, length));
  g_hash_table_insert (self->places, g_bytes_new (name, length),
                       GUINT_TO_POINTER (self->columns->len));
}

guint
cz_table_get_n_columns (CzTable *self)
{
  return self->columns->len;
}

int
cz_table_find_column (CzTable *self, const char *name, gsize length)
{
  g_autoptr (GBytes) key = g_bytes_new_static (name, length);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, key));

  if (place == 0 && !self->decided && self->columns->len < 1000)
    {
      cz_table_add_column (self, name, length);
      place = self->columns->len;
    }
  return (int)place - 1;
}

// ---- Looking at the first rows ----

// A year that was written as a string, say.
static gboolean
has_only_digits (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (bytes[i]))
      return FALSE;
  return TRUE;
}

void
cz_table_look_at (CzTable *self, guint column, const CzCell *cell)
{
  Look *look;
  char *value;

  if (column >= self->looks->len)
    g_array_set_size (self->looks, column + 1);
  look = &g_array_index (self->looks, Look, column);
  look->rows++;
  if (cell->bytes == NULL || cell->length == 0)
    return;
  look->text_bytes += cell->number ? 0 : cell->length;
  look->lists = look->lists || memchr (cell->bytes, '\n', cell->length) != NULL;
  look->no_kinds = look->no_kinds || look->lists || cell->number || cell->length > KIND_BYTES_MAX
                   || has_only_digits (cell->bytes, cell->length);
  if (look->no_kinds)
    return;
  if (look->values == NULL)
    look->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  value = g_strndup (cell->bytes, cell->length);
  look->no_splits = look->no_splits || cz_place_parse_split (value) == NULL;
  g_hash_table_add (look->values, value);
  look->valued++;
}

static const Look *
get_look (CzTable *self, int column)
{
  static const Look nothing = { 0 };

  return (guint)column < self->looks->len ? &g_array_index (self->looks, Look, (guint)column)
                                          : &nothing;
}

// Whether the first rows have anything but numbers in the column, or it was not looked at.
static gboolean
has_text (CzTable *self, int column)
{
  const Look *look = get_look (self, column);

  return look->text_bytes > 0 || look->rows == 0;
}

// How many different values the column has if these, few and short, name kinds of rows; else 0.
// splits: all are splits.
static guint
count_kinds (CzTable *self, int column, gboolean *ret_splits)
{
  const Look *look = get_look (self, column);
  guint kinds = look->values != NULL && !look->no_kinds ? g_hash_table_size (look->values) : 0;

  *ret_splits = !look->no_splits;
  return look->valued >= KIND_ROWS_MIN && kinds * 4 <= look->valued && (*ret_splits || kinds > 1)
             ? kinds
             : 0;
}

// ---- Choosing ----

static int
find_name (CzTable *self, const char *name)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (g_strcmp0 (g_ptr_array_index (self->columns, i), name) == 0)
      return (int)i;
  return -1;
}

static const CzCell *
get_cell (const CzCell *cells, guint n, int column)
{
  return column >= 0 && (guint)column < n && cells[column].bytes != NULL ? &cells[column] : NULL;
}

// The first of `names` that there is, in any case of letters; text: numbers alone do not do.
static int
find_usual_name (CzTable *self, const char *const *names, gboolean text)
{
  for (; *names != NULL; names++)
    for (guint i = 0; i < self->columns->len; i++)
      if (g_ascii_strcasecmp (g_ptr_array_index (self->columns, i), *names) == 0
          && (!text || has_text (self, (int)i)))
        return (int)i;
  return -1;
}

// How little a column's name sounds like a label's, 0 for the most: "final_decision" ends with a
// word for one, and "label_predicted" is what a model made of it.
static guint
rank_label (const char *name)
{
  static const char *const endings[]
      = { "label",  "class",    "category", "sentiment", "decision", "verdict",
          "answer", "polarity", "target",   "topic",     "genre" };
  g_auto (GStrv) words = g_str_tokenize_and_fold (name, NULL, NULL);
  guint best = G_N_ELEMENTS (endings);
  gboolean predicted = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      predicted = predicted || g_str_has_prefix (words[i], "pred");
      for (guint j = 0; j < best; j++)
        if (g_str_has_suffix (words[i], endings[j]))
          best = j;
    }
  return best + (predicted ? G_N_ELEMENTS (endings) + 1 : 0);
}

// Without a usual name, a column whose values look like a split's, the first one, or like a
// label's: the one whose name sounds most like it, of several the one with the fewest kinds.
static int
find_kinds (CzTable *self, gboolean splits)
{
  int best = -1;
  guint best_rank = G_MAXUINT;

  for (int i = 0; i < (int)self->columns->len; i++)
    {
      gboolean are_splits;
      guint kinds, rank;

      if (i == self->text || i == self->split)
        continue;
      kinds = count_kinds (self, i, &are_splits);
      if (kinds == 0 || are_splits != splits)
        continue;
      rank = splits ? 0
                    : rank_label (g_ptr_array_index (self->columns, (guint)i)) * FIRST_ROWS + kinds;
      if (rank < best_rank)
        {
          best = i;
          best_rank = rank;
        }
    }
  return best;
}

// The column with the most text; -1: there is none.
static int
find_longest (CzTable *self)
{
  int longest = -1;

  for (int i = 0; i < (int)self->columns->len; i++)
    {
      gsize bytes = get_look (self, i)->text_bytes;

      if (bytes > 0 && (longest < 0 || bytes > get_look (self, longest)->text_bytes))
        longest = i;
    }
  return longest;
}

static char *
list_columns (CzTable *self)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < self->columns->len && i < 20; i++)
    g_string_append_printf (names, _ ("%s“%s”"), i == 0 ? "" : ", ",
                            (char *)g_ptr_array_index (self->columns, i));
  if (self->columns->len > 20)
    g_string_append (names, ", …");
  return g_string_free (names, FALSE);
}

// A column that was asked for by name ("": none), else by what such columns usually are called.
static gboolean
choose (CzTable *self, const char *asked, const char *const *usual, gboolean text, int *ret_column)
{
  *ret_column = asked != NULL ? find_name (self, asked) : find_usual_name (self, usual, text);
  if (asked == NULL || asked[0] == '\0' || *ret_column >= 0)
    return TRUE;

  g_autofree char *names = list_columns (self);
  g_autofree char *reason = g_strdup_printf (_ ("it has no column “%s”; its columns are %s"), asked,
                                             names[0] != '\0' ? names : _ ("none"));

  cz_import_file_skip (self->file, 0, reason);
  return FALSE;
}

static gboolean
decide (CzTable *self)
{
  static const char *const texts[]
      = { "text", "review",   "sentence", "content", "abstract", "article",
          "body", "document", "dialogue", "dialog",  NULL };
  static const char *const labels[] = { "label", "labels", "class", "category", "sentiment", NULL };
  static const char *const splits[] = { "split", NULL };
  const CzImportOptions *options = self->file->options;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (!choose (self, options->text_column, texts, TRUE, &self->text)
      || !choose (self, options->label_column, labels, FALSE, &self->label)
      || !choose (self, options->split_column, splits, FALSE, &self->split))
    return FALSE;
  if (self->text < 0)
    self->text = find_longest (self);
  if (self->text < 0)
    {
      g_autofree char *columns = list_columns (self);
      g_autofree char *reason = g_strdup_printf (_ ("none of its columns holds text; there are %s"),
                                                 columns[0] != '\0' ? columns : _ ("none"));

      cz_import_file_skip (self->file, 0, reason);
      return FALSE;
    }
  if (options->split_column == NULL && self->split < 0)
    self->split = find_kinds (self, TRUE);
  if (options->label_column == NULL && (self->label < 0 || get_look (self, self->label)->lists))
    {
      int kinds = find_kinds (self, FALSE);

      self->label = kinds >= 0 ? kinds : self->label;
    }
  for (guint i = 0; i < self->columns->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (self->columns, i));
  g_ptr_array_add (names, NULL);
  self->file->sink->table (self->file->path, (char **)names->pdata, self->text, self->label,
                           self->split, self->file->sink->data);
  self->decided = TRUE;
  return TRUE;
}

static gboolean
hand_over (CzTable *self, gint64 row, const CzCell *cells, guint n, GError **error)
{
  const CzCell *text = get_cell (cells, n, self->text);
  const CzCell *label = get_cell (cells, n, self->label);
  const CzCell *split = get_cell (cells, n, self->split);
  g_autofree char *label_text = NULL, *split_text = NULL;
  const char *usual = NULL;

  if (text == NULL)
    {
      g_autofree char *reason = g_strdup_printf (
          _ ("it has no “%s”"), (char *)g_ptr_array_index (self->columns, (guint)self->text));

      cz_import_file_skip (self->file, row, reason);
      return TRUE;
    }
  if (label != NULL)
    label_text = cz_import_file_decode (self->file, label->bytes, MIN (label->length, 1000));
  if (split != NULL)
    {
      split_text = cz_import_file_decode (self->file, split->bytes, MIN (split->length, 1000));
      usual = cz_place_parse_split (split_text);
    }
  return cz_import_file_add (self->file, row, text->bytes, text->length, label_text,
                             usual != NULL ? usual : split_text, error);
}

// Decides, and lets the rows go that waited for it.
static gboolean
begin (CzTable *self, GError **error)
{
  for (guint i = 0; i < self->waiting->len; i++)
    {
      const Waiting *row = &g_array_index (self->waiting, Waiting, i);

      for (guint j = 0; j < self->columns->len; j++)
        {
          const CzCell *cell = get_cell (row->cells, row->n, (int)j);

          cz_table_look_at (self, j, cell != NULL ? cell : &(CzCell){ 0 });
        }
    }
  if (!decide (self))
    return FALSE;
  for (guint i = 0; i < self->waiting->len; i++)
    {
      const Waiting *row = &g_array_index (self->waiting, Waiting, i);

      if (!hand_over (self, row->row, row->cells, row->n, error))
        return FALSE;
    }
  g_array_set_size (self->waiting, 0);
  return TRUE;
}

static void
keep (CzTable *self, gint64 row, const CzCell *cells, guint n)
{
  Waiting waiting = { .row = row, .n = n, .cells = g_memdup2 (cells, n * sizeof *cells) };
  gsize bytes = 0, at = 0;

  for (guint i = 0; i < n; i++)
    bytes += cells[i].bytes != NULL ? cells[i].length : 0;
  waiting.bytes = g_malloc (bytes + 1);
  for (guint i = 0; i < n; i++)
    if (cells[i].bytes != NULL)
      {
        memcpy (waiting.bytes + at, cells[i].bytes, cells[i].length);
        waiting.cells[i].bytes = waiting.bytes + at;
        at += cells[i].length;
      }
  self->waiting_bytes += bytes;
  g_array_append_val (self->waiting, waiting);
}

gboolean
cz_table_add_row (CzTable *self, gint64 row, const CzCell *cells, guint n, GError **error)
{
  if (self->decided)
    return hand_over (self, row, cells, n, error);
  keep (self, row, cells, n);
  return (self->waiting->len < FIRST_ROWS && self->waiting_bytes < FIRST_BYTES)
         || begin (self, error);
}

gboolean
cz_table_finish (CzTable *self, GError **error)
{
  return self->decided || begin (self, error);
}

gboolean
cz_table_choose (CzTable *self, int *ret_text, int *ret_label, int *ret_split)
{
  if (!decide (self))
    return FALSE;
  *ret_text = self->text;
  *ret_label = self->label;
  *ret_split = self->split;
  return TRUE;
}
