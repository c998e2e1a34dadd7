#include "data/import-input.h"

#include <string.h>

#include "data/text-decoding.h"

#define BLOCK     (1 << 16) // bytes read at once
#define BEGINNING (1 << 15) // bytes that show encoding and format

struct _CzInput
{
  CzEntry *entry;
  GIConv converter; // (GIConv) -1: none
  char *encoding;
  gboolean strict, guessed;
  gboolean end; // of the entry
  gboolean broken;
  GByteArray *raw; // read, and not converted yet (at most a block and a few bytes)
  GString *converted;
  char *window;
  gsize start, length, capacity;
};

static void
append (CzInput *self, const char *bytes, gsize n)
{
  if (n == 0)
    return;
  if (self->start + self->length + n > self->capacity)
    {
      if (self->start > 0)
        memmove (self->window, self->window + self->start, self->length);
      self->start = 0;
      if (self->length + n > self->capacity)
        {
          self->capacity = MAX (self->length + n, 2 * self->capacity);
          self->window = g_realloc (self->window, self->capacity);
        }
    }
  memcpy (self->window + self->start + self->length, bytes, n);
  self->length += n;
}

static gboolean
read_block (CzInput *self, GError **error)
{
  guint before = self->raw->len;
  gssize n;

  g_byte_array_set_size (self->raw, before + BLOCK);
  n = cz_entry_read (self->entry, self->raw->data + before, BLOCK, error);
  g_byte_array_set_size (self->raw, before + (guint)MAX (n, 0));
  self->broken = n < 0;
  self->end = n == 0;
  return n >= 0;
}

static void
convert (CzInput *self)
{
  char *in = (char *)self->raw->data;
  gsize left = self->raw->len;

  if (self->converter == (GIConv)-1)
    {
      append (self, in, left);
      g_byte_array_set_size (self->raw, 0);
      return;
    }
  g_string_truncate (self->converted, 0);
  cz_text_convert_some (self->converter, self->encoding, &in, &left, self->end, "\xff",
                        self->converted);
  append (self, self->converted->str, self->converted->len);
  g_byte_array_remove_range (self->raw, 0, self->raw->len - (guint)left);
}

CzInput *
cz_input_new (CzEntry *entry, GError **error)
{
  g_autoptr (CzInput) self = g_new0 (CzInput, 1);

  self->entry = entry;
  self->converter = (GIConv)-1;
  self->raw = g_byte_array_new ();
  self->converted = g_string_new (NULL);
  while (!self->end && self->raw->len < BEGINNING)
    if (!read_block (self, error))
      return NULL;
  return g_steal_pointer (&self);
}

const char *
cz_input_get_beginning (CzInput *self, gsize *ret_length)
{
  *ret_length = self->raw->len;
  return self->raw->len > 0 ? (const char *)self->raw->data : "";
}

void
cz_input_decode (CzInput *self, const char *encoding)
{
  gsize n, mark;
  const char *bytes = cz_input_get_beginning (self, &n);
  const char *detected = cz_text_detect_encoding (bytes, n, &mark);

  self->strict = encoding != NULL || mark > 0;
  if (mark > 0 && (encoding == NULL || g_ascii_strncasecmp (encoding, detected, 6) == 0))
    {
      g_byte_array_remove_range (self->raw, 0, (guint)mark);
      encoding = detected; // "UTF-16" alone leaves the order of bytes to the mark
    }
  else if (encoding == NULL)
    encoding = detected;
  if (encoding == NULL)
    {
      // Windows-1252 is guessed document by document, so that files of several encodings go well.
      encoding = cz_text_guess_encoding (bytes, n, self->end);
      if (g_strcmp0 (encoding, "WINDOWS-1252") == 0)
        encoding = NULL;
      self->guessed = encoding != NULL;
    }
  self->encoding = g_strdup (encoding != NULL ? encoding : "UTF-8");
  if (!cz_text_encoding_is_utf8 (self->encoding))
    {
      self->converter = g_iconv_open ("UTF-8", self->encoding);
      self->strict = TRUE;
    }
  convert (self);
}

void
cz_input_keep_bytes (CzInput *self)
{
  self->encoding = g_strdup ("UTF-8");
  convert (self);
}

void
cz_input_free (CzInput *self)
{
  if (self->converter != (GIConv)-1)
    g_iconv_close (self->converter);
  g_byte_array_unref (self->raw);
  g_string_free (self->converted, TRUE);
  g_free (self->encoding);
  g_free (self->window);
  g_free (self);
}

const char *
cz_input_peek (CzInput *self, gsize *ret_length)
{
  *ret_length = self->length;
  return self->length > 0 ? self->window + self->start : "";
}

void
cz_input_skip (CzInput *self, gsize n)
{
  g_assert (n <= self->length);
  self->start += n;
  self->length -= n;
}

gboolean
cz_input_fill (CzInput *self, gboolean *ret_end, GError **error)
{
  gsize before = self->length;

  *ret_end = FALSE;
  while (self->length == before)
    {
      if (self->end)
        {
          *ret_end = TRUE;
          return TRUE;
        }
      if (!read_block (self, error))
        return FALSE;
      convert (self);
    }
  return TRUE;
}

gboolean
cz_input_is_broken (CzInput *self)
{
  return self->broken;
}

const char *
cz_input_get_encoding (CzInput *self)
{
  return self->encoding;
}

gboolean
cz_input_is_guessed (CzInput *self)
{
  return self->guessed;
}

gboolean
cz_input_is_strict (CzInput *self)
{
  return self->strict;
}

GCancellable *
cz_input_get_cancellable (CzInput *self)
{
  return cz_entry_get_cancellable (self->entry);
}
