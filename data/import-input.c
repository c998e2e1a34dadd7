#include "data/import-input.h"

#include <errno.h>
#include <string.h>

#include "data/text-decoding.h"

#define BLOCK (1 << 16) // bytes read at once

struct _CzInput
{
  CzEntry *entry;
  GIConv converter; // (GIConv) -1: none
  char *encoding;
  gboolean strict;
  gboolean end; // of the entry
  gboolean broken;
  GByteArray *raw; // read, and not converted yet (at most a block and a few bytes)
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
  while (left > 0)
    {
      char out[8192], *at = out;
      gsize room = sizeof out;
      gsize result = g_iconv (self->converter, &in, &left, &at, &room);
      int saved = errno;

      append (self, out, sizeof out - room);
      if (result != (gsize)-1 || saved == E2BIG)
        continue;
      if (saved == EINVAL && !self->end)
        break; // the rest of this character comes with the next block
      append (self, "\xff", 1);
      in++;
      left--;
      g_iconv (self->converter, NULL, NULL, NULL, NULL);
    }
  g_byte_array_remove_range (self->raw, 0, self->raw->len - (guint)left);
}

CzInput *
cz_input_new (CzEntry *entry, const char *encoding, GError **error)
{
  g_autoptr (CzInput) self = g_new0 (CzInput, 1);
  const char *detected;
  gsize mark;

  self->entry = entry;
  self->converter = (GIConv)-1;
  self->raw = g_byte_array_new ();
  while (!self->end && self->raw->len < 4096) // what shows its encoding and format
    if (!read_block (self, error))
      return NULL;
  detected = cz_text_detect_encoding ((char *)self->raw->data, self->raw->len, &mark);
  self->strict = encoding != NULL || mark > 0;
  if (mark > 0 && (encoding == NULL || g_ascii_strncasecmp (encoding, detected, 6) == 0))
    {
      g_byte_array_remove_range (self->raw, 0, (guint)mark);
      encoding = detected; // "UTF-16" alone leaves the order of bytes to the mark
    }
  else if (encoding == NULL)
    encoding = detected;
  self->encoding = g_strdup (encoding != NULL ? encoding : "UTF-8");
  if (!cz_text_encoding_is_utf8 (self->encoding))
    {
      self->converter = g_iconv_open ("UTF-8", self->encoding);
      self->strict = TRUE;
    }
  convert (self);
  return g_steal_pointer (&self);
}

void
cz_input_free (CzInput *self)
{
  if (self->converter != (GIConv)-1)
    g_iconv_close (self->converter);
  g_byte_array_unref (self->raw);
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
cz_input_is_strict (CzInput *self)
{
  return self->strict;
}
