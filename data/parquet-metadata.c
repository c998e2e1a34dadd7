#include "data/parquet-metadata.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"

#define ROWS_MAX ((gint64)1 << 34) // of a row group, so that sums stay sums

const char *
cz_parquet_encoding_get_name (gint64 encoding)
{
  static const char *const names[] = {
    "PLAIN",          "GROUP_VAR_INT",       "PLAIN_DICTIONARY",        "RLE",
    "BIT_PACKED",     "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
    "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
  };

  return encoding >= 0 && encoding < (gint64)G_N_ELEMENTS (names) ? names[encoding] : "?";
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, _ ("its footer is damaged"));
  return FALSE;
}

static void
read_key_values (CzParquetMetadata *self, CzThrift *thrift, CzThriftType type)
{
  CzThriftType kind;
  gsize n = cz_thrift_read_list (thrift, type, &kind);

  for (gsize i = 0; i < n && !thrift->broken; i++)
    {
      CzThriftField field = { 0 };
      const char *key = "", *value = "";
      gsize key_length = 0, value_length = 0;

      if (!cz_thrift_is_struct (thrift, kind))
        continue;
      while (cz_thrift_next (thrift, &field))
        if (field.id == 1)
          key = cz_thrift_read_bytes (thrift, field.type, &key_length);
        else if (field.id == 2)
          value = cz_thrift_read_bytes (thrift, field.type, &value_length);
        else
          cz_thrift_skip (thrift, field.type);
      if (key_length == 11 && memcmp (key, "huggingface", 11) == 0 && self->huggingface == NULL)
        self->huggingface = g_strndup (value, value_length);
    }
}

static gboolean
read_footer (CzParquetMetadata *self, GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &length);
  CzThrift thrift = { .at = bytes, .end = bytes + length };
  CzThriftField field = { 0 };
  CzThriftType kind = CZ_THRIFT_STRUCT;

  while (cz_thrift_next (&thrift, &field))
    if (field.id == 2 && self->leaves == NULL)
      {
        self->leaves = cz_parquet_schema_read (&thrift, field.type, error);
        if (self->leaves == NULL)
          return FALSE;
      }
    else if (field.id == 4)
      {
        CzThrift all = thrift;

        self->n_groups = cz_thrift_read_list (&thrift, field.type, &kind);
        self->groups = thrift;
        thrift = all;
        cz_thrift_skip (&thrift, field.type);
      }
    else if (field.id == 5)
      read_key_values (self, &thrift, field.type);
    else
      cz_thrift_skip (&thrift, field.type);
  if (thrift.broken || self->leaves == NULL || (self->n_groups > 0 && kind != CZ_THRIFT_STRUCT))
    return damaged (error);
  return TRUE;
}

CzParquetMetadata *
cz_parquet_metadata_new (GBytes *bytes, GError **error)
{
  g_autoptr (CzParquetMetadata) self = g_new0 (CzParquetMetadata, 1);

  self->bytes = g_bytes_ref (bytes);
  self->group.chunks = g_array_new (FALSE, TRUE, sizeof (CzParquetChunk));
  return read_footer (self, error) ? g_steal_pointer (&self) : NULL;
}

void
cz_parquet_metadata_free (CzParquetMetadata *self)
{
  g_bytes_unref (self->bytes);
  g_clear_pointer (&self->leaves, g_ptr_array_unref);
  g_free (self->huggingface);
  g_array_unref (self->group.chunks);
  g_free (self);
}

static void
read_column_metadata (CzThrift *thrift, CzParquetChunk *chunk)
{
  CzThriftField field = { 0 };
  gint64 data = 0, dictionary = 0;

  while (cz_thrift_next (thrift, &field))
    switch (field.id)
      {
      case 1:
        chunk->type = cz_thrift_read_int (thrift, field.type);
        break;
      case 4:
        chunk->codec = cz_thrift_read_int (thrift, field.type);
        break;
      case 5:
        chunk->n_values = cz_thrift_read_int (thrift, field.type);
        break;
      case 7:
        chunk->size = cz_thrift_read_int (thrift, field.type);
        break;
      case 9:
        data = cz_thrift_read_int (thrift, field.type);
        break;
      case 11:
        dictionary = cz_thrift_read_int (thrift, field.type);
        break;
      default:
        cz_thrift_skip (thrift, field.type);
      }
  // Some writers put a 0 where there is no dictionary.
  chunk->offset = dictionary > 0 && dictionary < data ? dictionary : data;
}

static void
read_chunk (CzThrift *thrift, CzParquetChunk *chunk)
{
  CzThriftField field = { 0 };
  gsize length;

  while (cz_thrift_next (thrift, &field))
    if (field.id == 1)
      {
        cz_thrift_read_bytes (thrift, field.type, &length);
        chunk->elsewhere = length > 0;
      }
    else if (field.id == 3 && cz_thrift_is_struct (thrift, field.type))
      read_column_metadata (thrift, chunk);
    else if (field.id != 3)
      {
        chunk->encrypted = chunk->encrypted || field.id == 8;
        cz_thrift_skip (thrift, field.type);
      }
}

const CzParquetRowGroup *
cz_parquet_metadata_next (CzParquetMetadata *self, GError **error)
{
  CzParquetRowGroup *group = &self->group;
  CzThrift *thrift = &self->groups;
  CzThriftField field = { 0 };
  CzThriftType kind = CZ_THRIFT_STRUCT;
  gsize n = 0;

  g_array_set_size (group->chunks, 0);
  group->n_rows = 0;
  while (cz_thrift_next (thrift, &field))
    if (field.id == 1)
      {
        n = cz_thrift_read_list (thrift, field.type, &kind);
        if (kind != CZ_THRIFT_STRUCT || n != self->leaves->len)
          break;
        g_array_set_size (group->chunks, 0);
        for (gsize i = 0; i < n; i++)
          {
            CzParquetChunk chunk = { .type = -1 };

            read_chunk (thrift, &chunk);
            g_array_append_val (group->chunks, chunk);
          }
      }
    else if (field.id == 3)
      group->n_rows = cz_thrift_read_int (thrift, field.type);
    else
      cz_thrift_skip (thrift, field.type);
  if (thrift->broken || n != self->leaves->len || group->n_rows < 0 || group->n_rows > ROWS_MAX)
    {
      damaged (error);
      return NULL;
    }
  return group;
}

static void
read_page_fields (CzThrift *thrift, CzParquetPage *page)
{
  // The number of each field in the three kinds of headers.
  CzThriftField field = { 0 };
  gboolean v2 = page->type == CZ_PARQUET_DATA_PAGE_V2;

  while (cz_thrift_next (thrift, &field))
    if (field.id == 1)
      page->n_values = cz_thrift_read_int (thrift, field.type);
    else if (field.id == (v2 ? 4 : 2))
      page->encoding = cz_thrift_read_int (thrift, field.type);
    else if (v2 && field.id == 5)
      page->definition_size = cz_thrift_read_int (thrift, field.type);
    else if (v2 && field.id == 6)
      page->repetition_size = cz_thrift_read_int (thrift, field.type);
    else if (v2 && field.id == 7)
      page->is_packed = cz_thrift_read_int (thrift, field.type) != 0;
    else if (page->type == CZ_PARQUET_DATA_PAGE && field.id == 3)
      page->definition_encoding = cz_thrift_read_int (thrift, field.type);
    else if (page->type == CZ_PARQUET_DATA_PAGE && field.id == 4)
      page->repetition_encoding = cz_thrift_read_int (thrift, field.type);
    else
      cz_thrift_skip (thrift, field.type);
}

gsize
cz_parquet_page_read (const guint8 *bytes,
                      gsize length,
                      CzParquetPage *ret_page,
                      gboolean *ret_short)
{
  CzThrift thrift = { .at = bytes, .end = bytes + length };
  CzThriftField field = { 0 };
  CzParquetPage page = { .type = -1,
                         .n_values = -1,
                         .encoding = -1,
                         .definition_encoding = CZ_PARQUET_ENCODING_RLE,
                         .repetition_encoding = CZ_PARQUET_ENCODING_RLE,
                         .is_packed = TRUE };

  while (cz_thrift_next (&thrift, &field))
    if (field.id == 1)
      page.type = cz_thrift_read_int (&thrift, field.type);
    else if (field.id == 2)
      page.size = cz_thrift_read_int (&thrift, field.type);
    else if (field.id == 3)
      page.packed_size = cz_thrift_read_int (&thrift, field.type);
    else if ((field.id == 5 && page.type == CZ_PARQUET_DATA_PAGE)
             || (field.id == 7 && page.type == CZ_PARQUET_DICTIONARY_PAGE)
             || (field.id == 8 && page.type == CZ_PARQUET_DATA_PAGE_V2))
      {
        if (cz_thrift_is_struct (&thrift, field.type))
          read_page_fields (&thrift, &page);
      }
    else
      cz_thrift_skip (&thrift, field.type);
  *ret_short = thrift.short_of_bytes;
  if (thrift.broken)
    return 0;
  *ret_page = page;
  return (gsize)(thrift.at - bytes);
}
