#include "data/parquet-column.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"
#include "data/import-file.h"
#include "data/parquet-codec.h"
#include "data/parquet-values.h"

#define HEAD_FIRST   (1 << 12) // bytes read to find a page's header
#define HEAD_MAX     (1 << 24) // it may hold the smallest and the largest value
#define ELEMENTS_MAX (1 << 24) // of a row's list

struct _CzParquetColumn
{
  CzParquetSource *source;
  const CzParquetLeaf *leaf;
  const char *const *names;
  guint n_names;
  CzParquetCodec codec;
  gint64 at, end; // of its bytes in the file

  gint64 left;      // entries to come in the chunk
  gint64 page_left; // and in the page; each has levels and perhaps a value
  GByteArray *head, *packed, *page;
  gint64 held, dictionary_held; // bytes of memory: of the page, as it lies and unpacked
  CzParquetRuns repetitions, definitions;
  CzParquetValues values;
  CzParquetDictionary *dictionary;

  gboolean waiting; // an entry's levels have been read:
  guint repetition, definition;
  GString *text;
};

static gboolean
damaged (const char *what, GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, what);
  return FALSE;
}

static gboolean
refuse (const char *what, GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, what);
  return FALSE;
}

CzParquetColumn *
cz_parquet_column_new (CzParquetSource *source,
                       const CzParquetLeaf *leaf,
                       const CzParquetChunk *chunk,
                       const char *const *names,
                       GError **error)
{
  gint64 size = cz_parquet_source_get_size (source);
  CzParquetColumn *self;

  if (chunk->encrypted)
    {
      refuse (_ ("it is encrypted; write it anew without encryption"), error);
      return NULL;
    }
  if (chunk->elsewhere)
    {
      refuse (_ ("its values lie in another file; write all into one"), error);
      return NULL;
    }
  if (!cz_parquet_codec_check (chunk->codec, error))
    return NULL;
  if (chunk->type != (gint64)leaf->type || chunk->n_values < 0 || chunk->offset < 4
      || chunk->size < 0 || chunk->offset > size || chunk->size > size - chunk->offset)
    {
      damaged (_ ("what the footer tells of it is wrong"), error);
      return NULL;
    }
  self = g_new0 (CzParquetColumn, 1);
  self->source = source;
  self->leaf = leaf;
  self->names = names;
  self->n_names = names != NULL ? g_strv_length ((char **)names) : 0;
  self->codec = (CzParquetCodec)chunk->codec;
  self->at = chunk->offset;
  self->end = chunk->offset + chunk->size;
  self->left = chunk->n_values;
  self->head = g_byte_array_sized_new (64);
  self->packed = g_byte_array_sized_new (64);
  self->page = g_byte_array_sized_new (64);
  self->text = g_string_new (NULL);
  return self;
}

void
cz_parquet_column_free (CzParquetColumn *self)
{
  cz_parquet_values_clear (&self->values);
  g_clear_pointer (&self->dictionary, cz_parquet_dictionary_free);
  g_byte_array_unref (self->head);
  g_byte_array_unref (self->packed);
  g_byte_array_unref (self->page);
  g_string_free (self->text, TRUE);
  cz_parquet_source_hold (self->source, -self->held - self->dictionary_held, NULL);
  g_free (self);
}

static gboolean
read_head (CzParquetColumn *self, CzParquetPage *ret_page, GError **error)
{
  gint64 there = MIN (self->end - self->at, HEAD_MAX);

  for (gint64 n = MIN (HEAD_FIRST, there);; n = MIN (8 * n, there))
    {
      gboolean cut;
      gsize length;

      g_byte_array_set_size (self->head, (guint)n);
      if (!cz_parquet_source_read (self->source, self->at, self->head->data, (gsize)n, error))
        return FALSE;
      length = cz_parquet_page_read (self->head->data, (gsize)n, ret_page, &cut);
      if (length > 0)
        {
          self->at += (gint64)length;
          return TRUE;
        }
      if (!cut || n == there)
        return damaged (
            n == 0 ? _ ("its values end too early") : _ ("the header of a page is damaged"), error);
    }
}

// What follows a page's header, as it lies in the file.
static gboolean
read_body (CzParquetColumn *self, const CzParquetPage *page, GError **error)
{
  if (page->size < 0 || page->size > G_MAXINT32 || page->packed_size < 0
      || page->packed_size > self->end - self->at)
    return damaged (_ ("the header of a page is damaged"), error);
  cz_parquet_source_hold (self->source, -self->held, NULL);
  self->held = 0;
  if (!cz_parquet_source_hold (self->source, page->size + page->packed_size, error))
    return FALSE;
  self->held = page->size + page->packed_size;
  g_byte_array_set_size (self->packed, (guint)page->packed_size);
  if (!cz_parquet_source_read (self->source, self->at, self->packed->data, (gsize)page->packed_size,
                               error))
    return FALSE;
  self->at += page->packed_size;
  return TRUE;
}

static gboolean
unpack (CzParquetColumn *self, gsize from, gsize size, GError **error)
{
  return cz_parquet_codec_unpack (self->codec, self->packed->data + from, self->packed->len - from,
                                  size, self->page, error);
}

static gboolean
take_dictionary (CzParquetColumn *self, const CzParquetPage *page, GError **error)
{
  if (self->dictionary != NULL
      || (page->encoding != CZ_PARQUET_ENCODING_PLAIN
          && page->encoding != CZ_PARQUET_ENCODING_PLAIN_DICTIONARY))
    return damaged (_ ("its dictionary is damaged"), error);
  if (!unpack (self, 0, (gsize)page->size, error))
    return FALSE;
  if (page->n_values >= 0)
    self->dictionary = cz_parquet_dictionary_new (self->leaf, self->page, (gsize)page->n_values);
  if (self->dictionary == NULL)
    return damaged (_ ("its dictionary is damaged"), error);
  // It keeps the bytes.
  self->dictionary_held = page->size;
  self->held -= page->size;
  g_byte_array_unref (self->page);
  self->page = g_byte_array_sized_new (64);
  return TRUE;
}

static guint
count_bits (guint most)
{
  return most == 0 ? 0 : (guint)g_bit_storage (most);
}

// Levels with their length before them; *at moves behind them.
static gboolean
take_levels (CzParquetRuns *runs,
             guint most,
             gint64 encoding,
             const guint8 **at,
             const guint8 *end,
             GError **error)
{
  guint32 length;

  if (most == 0)
    return TRUE;
  if (encoding != CZ_PARQUET_ENCODING_RLE)
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
          _ ("the levels that tell its nulls and lists are in an encoding that is not read "
             "here (%s); write it anew with a newer program"),
          cz_parquet_encoding_get_name (encoding));
      return FALSE;
    }
  if (end - *at < 4)
    return damaged (_ ("its values end too early"), error);
  memcpy (&length, *at, 4);
  length = GUINT32_FROM_LE (length);
  *at += 4;
  if (length > (gsize)(end - *at))
    return damaged (_ ("its values end too early"), error);
  cz_parquet_runs_init (runs, *at, length, count_bits (most));
  *at += length;
  return TRUE;
}

static gboolean
begin_page_v1 (CzParquetColumn *self, const CzParquetPage *page, GError **error)
{
  const guint8 *at, *end;

  if (!unpack (self, 0, (gsize)page->size, error))
    return FALSE;
  at = self->page->data;
  end = at + self->page->len;
  return take_levels (&self->repetitions, self->leaf->repetition_max, page->repetition_encoding,
                      &at, end, error)
         && take_levels (&self->definitions, self->leaf->definition_max, page->definition_encoding,
                         &at, end, error)
         && cz_parquet_values_begin (&self->values, self->leaf, self->dictionary, page->encoding,
                                     at, (gsize)(end - at), error);
}

// Its levels are never compressed.
static gboolean
begin_page_v2 (CzParquetColumn *self, const CzParquetPage *page, GError **error)
{
  const guint8 *bytes = self->packed->data;
  gsize repetitions, levels;

  if (page->repetition_size < 0 || page->definition_size < 0
      || page->repetition_size > page->packed_size
      || page->definition_size > page->packed_size - page->repetition_size
      || page->repetition_size + page->definition_size > page->size)
    return damaged (_ ("the header of a page is damaged"), error);
  repetitions = (gsize)page->repetition_size;
  levels = repetitions + (gsize)page->definition_size;
  cz_parquet_runs_init (&self->repetitions, bytes, repetitions,
                        count_bits (self->leaf->repetition_max));
  cz_parquet_runs_init (&self->definitions, bytes + repetitions, levels - repetitions,
                        count_bits (self->leaf->definition_max));
  if (!page->is_packed || self->packed->len == levels)
    return cz_parquet_values_begin (&self->values, self->leaf, self->dictionary, page->encoding,
                                    bytes + levels, self->packed->len - levels, error);
  return unpack (self, levels, (gsize)page->size - levels, error)
         && cz_parquet_values_begin (&self->values, self->leaf, self->dictionary, page->encoding,
                                     self->page->data, self->page->len, error);
}

// Goes to the next page with values.
static gboolean
begin_page (CzParquetColumn *self, GError **error)
{
  CzParquetPage page;
  gboolean ok = TRUE;

  if (!cz_parquet_source_tell (self->source, self->at, error) || !read_head (self, &page, error)
      || !read_body (self, &page, error))
    return FALSE;
  if (page.type == CZ_PARQUET_DICTIONARY_PAGE)
    return take_dictionary (self, &page, error);
  if (page.type != CZ_PARQUET_DATA_PAGE && page.type != CZ_PARQUET_DATA_PAGE_V2)
    return TRUE; // of no use here
  if (page.n_values < 0 || page.n_values > self->left)
    return damaged (_ ("a page has more values than the footer tells"), error);
  if (page.type == CZ_PARQUET_DATA_PAGE)
    ok = begin_page_v1 (self, &page, error);
  else
    ok = begin_page_v2 (self, &page, error);
  self->page_left = page.n_values;
  return ok;
}

static gboolean
take_level (CzParquetRuns *runs, guint most, guint *ret_level)
{
  guint32 level = 0;

  if (most > 0 && (!cz_parquet_runs_next (runs, &level) || level > most))
    return FALSE;
  *ret_level = level;
  return TRUE;
}

// Sees to it that an entry waits, if there is one more.
static gboolean
look_ahead (CzParquetColumn *self, GError **error)
{
  if (self->waiting || self->left == 0)
    return TRUE;
  while (self->page_left == 0)
    if (!begin_page (self, error))
      return FALSE;
  if (!take_level (&self->repetitions, self->leaf->repetition_max, &self->repetition)
      || !take_level (&self->definitions, self->leaf->definition_max, &self->definition))
    return damaged (_ ("the levels that tell its nulls and lists are damaged"), error);
  self->page_left--;
  self->left--;
  self->waiting = TRUE;
  return TRUE;
}

static gboolean
append_value (CzParquetColumn *self, gboolean *inout_first, GError **error)
{
  const CzParquetLeaf *leaf = self->leaf;
  CzParquetValue value;
  gboolean named;

  if (!cz_parquet_values_next (&self->values, &value))
    return damaged (_ ("a page's values are damaged, or end too early"), error);
  named = self->n_names > 0 && (leaf->type == CZ_PARQUET_INT32 || leaf->type == CZ_PARQUET_INT64);
  if (named && value.integer < 0) // the datasets library's way to say: none
    return TRUE;
  if (self->text->len > CZ_DOCUMENT_BYTES_MAX)
    return TRUE; // too long already, which is told later
  if (!*inout_first)
    g_string_append_c (self->text, '\n');
  *inout_first = FALSE;
  if (named && value.integer < (gint64)self->n_names)
    g_string_append (self->text, self->names[value.integer]);
  else
    cz_parquet_value_append (leaf, &value, CZ_DOCUMENT_BYTES_MAX + 1, self->text);
  return TRUE;
}

gboolean
cz_parquet_column_next (CzParquetColumn *self,
                        const char **ret_text,
                        gsize *ret_length,
                        GError **error)
{
  const CzParquetLeaf *leaf = self->leaf;
  gboolean there, first = TRUE;

  g_string_truncate (self->text, 0);
  if (!look_ahead (self, error))
    return FALSE;
  if (!self->waiting)
    return damaged (_ ("its values end too early"), error);
  if (self->repetition != 0)
    return damaged (_ ("the levels that tell its nulls and lists are damaged"), error);
  there = leaf->repetition_max > 0 && self->definition >= leaf->list_definition;
  for (guint n = 0; n == 0 || (self->waiting && self->repetition > 0); n++)
    {
      if (n == ELEMENTS_MAX)
        return damaged (_ ("a list in it never ends"), error);
      if (self->definition == leaf->definition_max && !append_value (self, &first, error))
        return FALSE;
      self->waiting = FALSE;
      if (leaf->repetition_max == 0)
        break;
      if (!look_ahead (self, error))
        return FALSE;
    }
  *ret_text = there || !first ? self->text->str : NULL;
  *ret_length = self->text->len;
  return TRUE;
}

gboolean
cz_parquet_column_has_more (CzParquetColumn *self)
{
  return self->waiting || self->left > 0;
}
