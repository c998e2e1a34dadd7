#include "engine/text/normalizer.h"

#include <string.h>

#include "engine/text/characters.h"

// What a byte of the text does; bytes from 0x80 on begin a sequence that is looked at by itself.
enum
{
  ACTION_LETTER,
  ACTION_SPACE,
  ACTION_PUNCTUATION,
  ACTION_DROP,
  ACTION_SEQUENCE
};

struct _CzNormalizer
{
  CzNormalizerOptions options;
  guint8 actions[256];
  guint8 lower[256]; // of ASCII, if lowercasing
};

// The word at hand. While `exact`, its bytes are those of the source but for their case, and starts
// and ends are not filled.
struct _CzWordBuffer
{
  guint8 *bytes;
  guint32 *starts, *ends;
  guint32 capacity;

  guint32 n_bytes, n_characters;
  guint32 start, end;
  gboolean exact;
  // The trailing characters that have a combining class begin here; they stand in its order.
  guint32 run;

  CzWordFunc func;
  gpointer data;
};

CzNormalizer *
cz_normalizer_new (const CzNormalizerOptions *options)
{
  CzNormalizer *n = g_new0 (CzNormalizer, 1);

  n->options = *options;
  for (guint c = 0; c < 256; c++)
    {
      CzCharacter character;

      n->lower[c] = (guint8)c;
      n->actions[c] = ACTION_SEQUENCE;
      if (c >= 0x80)
        continue;
      cz_character_get (c, &character);
      if (options->clean_text && character.flags & CZ_CHARACTER_CONTROL)
        n->actions[c] = ACTION_DROP;
      else if (character.flags & CZ_CHARACTER_SPACE)
        n->actions[c] = ACTION_SPACE;
      else if (character.flags & CZ_CHARACTER_PUNCTUATION)
        n->actions[c] = ACTION_PUNCTUATION;
      else
        n->actions[c] = ACTION_LETTER;
      if (options->lowercase)
        n->lower[c] = (guint8)character.lower[0];
    }
  return n;
}

void
cz_normalizer_free (CzNormalizer *normalizer)
{
  g_free (normalizer);
}

CzWordBuffer *
cz_word_buffer_new (void)
{
  return g_new0 (CzWordBuffer, 1);
}

void
cz_word_buffer_free (CzWordBuffer *buffer)
{
  g_free (buffer->bytes);
  g_free (buffer->starts);
  g_free (buffer->ends);
  g_free (buffer);
}

static void
reserve (CzWordBuffer *w, guint32 more)
{
  if (w->capacity - w->n_bytes >= more)
    return;
  w->capacity = MAX (w->capacity * 2, w->n_bytes + MAX (more, 512));
  w->bytes = g_renew (guint8, w->bytes, w->capacity);
  w->starts = g_renew (guint32, w->starts, w->capacity);
  w->ends = g_renew (guint32, w->ends, w->capacity);
}

static inline void
flush (CzWordBuffer *w)
{
  if (w->n_characters == 0)
    return;

  CzWord word = {
    .bytes = w->bytes,
    .n_bytes = w->n_bytes,
    .n_characters = w->n_characters,
    .start = w->start,
    .end = w->end,
    .starts = w->exact ? NULL : w->starts,
    .ends = w->exact ? NULL : w->ends,
  };
  w->n_bytes = w->n_characters = w->run = 0;
  w->func (&word, w->data);
}

// The word stops being the bytes of the source.
static void
make_inexact (CzWordBuffer *w)
{
  if (w->n_characters == 0 || !w->exact)
    return;
  for (guint32 i = 0; i < w->n_bytes; i++)
    {
      w->starts[i] = w->start + i;
      w->ends[i] = w->start + i + 1;
    }
  w->exact = FALSE;
}

// Appends ASCII letters that stand at `start` of the source.
static inline void
append_ascii (
    const CzNormalizer *n, CzWordBuffer *w, const guint8 *text, gsize length, guint32 start)
{
  guint32 room = n->options.max_characters - MIN (w->n_characters, n->options.max_characters);
  guint32 stored = (guint32)MIN (length, room);

  if (w->n_characters == 0)
    {
      w->start = start;
      w->exact = TRUE;
    }
  reserve (w, stored);
  for (guint32 i = 0; i < stored; i++)
    w->bytes[w->n_bytes + i] = n->lower[text[i]];
  if (!w->exact)
    for (guint32 i = 0; i < stored; i++)
      {
        w->starts[w->n_bytes + i] = start + i;
        w->ends[w->n_bytes + i] = start + i + 1;
      }
  w->n_bytes += stored;
  w->n_characters += (guint32)length;
  w->end = start + (guint32)length;
  w->run = w->n_bytes;
}

// Where the last character appended belongs among those before it that have a combining class:
// behind the last one whose class is not higher. `length` is its bytes.
static void
put_in_order (CzWordBuffer *w, guint8 combining, guint32 length)
{
  guint32 last = w->n_bytes - length, place = last;
  guint8 bytes[6];

  while (place > w->run)
    {
      guint32 before = place - 1;
      CzCharacter character;
      guint n_bytes;

      while ((w->bytes[before] & 0xC0) == 0x80)
        before--;
      cz_character_get (cz_character_decode (w->bytes + before, place - before, &n_bytes),
                        &character);
      if (character.combining <= combining)
        break;
      place = before;
    }
  memcpy (bytes, w->bytes + last, length);
  memmove (w->bytes + place + length, w->bytes + place, last - place);
  memcpy (w->bytes + place, bytes, length);
}

// Appends a code point that came from `start` … `end` of the source; `order`: its combining class
// counts.
static void
append (const CzNormalizer *n,
        CzWordBuffer *w,
        gunichar c,
        guint8 combining,
        gboolean order,
        guint32 start,
        guint32 end)
{
  if (w->n_characters == 0)
    {
      w->start = start;
      w->exact = FALSE;
    }
  make_inexact (w);
  if (w->n_characters++ < n->options.max_characters)
    {
      char bytes[6];
      guint32 length = (guint32)g_unichar_to_utf8 (c, bytes);

      reserve (w, length);
      memcpy (w->bytes + w->n_bytes, bytes, length);
      for (guint32 i = 0; i < length; i++)
        {
          w->starts[w->n_bytes + i] = start;
          w->ends[w->n_bytes + i] = end;
        }
      w->n_bytes += length;
      if (order && combining != 0)
        put_in_order (w, combining, length);
      else
        w->run = w->n_bytes;
    }
  w->end = end;
}

// Adds what is left of a code point once it was decomposed.
static void
add_part (const CzNormalizer *n,
          CzWordBuffer *w,
          gunichar c,
          const CzCharacter *character,
          guint32 start,
          guint32 end)
{
  gboolean alone = (character->flags & CZ_CHARACTER_PUNCTUATION) != 0;

  if (alone)
    flush (w);
  if (n->options.lowercase)
    for (guint i = 0; i < character->n_lower; i++)
      append (n, w, character->lower[i], character->combining, n->options.strip_accents, start,
              end);
  else
    append (n, w, c, character->combining, n->options.strip_accents, start, end);
  if (alone)
    flush (w);
}

static void
add (const CzNormalizer *n, CzWordBuffer *w, gunichar c, guint32 start, guint32 end)
{
  CzCharacter character;

  cz_character_get (c, &character);
  if (n->options.clean_text && character.flags & CZ_CHARACTER_CONTROL)
    {
      make_inexact (w);
      return;
    }
  if (character.flags & CZ_CHARACTER_SPACE)
    {
      flush (w);
      return;
    }

  gboolean alone = n->options.cjk_spacing && character.flags & CZ_CHARACTER_CJK;
  if (alone)
    flush (w);
  if (!n->options.strip_accents)
    add_part (n, w, c, &character, start, end);
  else
    for (guint i = 0; i < character.n_parts; i++)
      {
        CzCharacter part = character;

        if (character.parts[i] != c)
          cz_character_get (character.parts[i], &part);
        if (!(part.flags & CZ_CHARACTER_MARK))
          add_part (n, w, character.parts[i], &part, start, end);
        else
          {
            make_inexact (w);
            // Marks are put in order before they are dropped: one without a class parts the run.
            if (part.combining == 0)
              w->run = w->n_bytes;
          }
      }
  if (alone)
    flush (w);
}

void
cz_normalizer_cut (const CzNormalizer *normalizer,
                   CzWordBuffer *buffer,
                   const guint8 *text,
                   gsize length,
                   guint32 offset,
                   CzWordFunc func,
                   gpointer data)
{
  const CzNormalizer *n = normalizer;
  CzWordBuffer *w = buffer;
  gsize i = 0;

  w->func = func;
  w->data = data;
  w->n_bytes = w->n_characters = w->run = 0;
  while (i < length)
    {
      gsize start = i;
      guint n_bytes;
      gunichar c;

      switch (n->actions[text[i]])
        {
        case ACTION_LETTER:
          do
            i++;
          while (i < length && n->actions[text[i]] == ACTION_LETTER);
          append_ascii (n, w, text + start, i - start, offset + (guint32)start);
          break;
        case ACTION_SPACE:
          flush (w);
          i++;
          break;
        case ACTION_PUNCTUATION:
          flush (w);
          append_ascii (n, w, text + start, 1, offset + (guint32)start);
          flush (w);
          i++;
          break;
        case ACTION_DROP:
          make_inexact (w);
          i++;
          break;
        default:
          c = cz_character_decode (text + i, length - i, &n_bytes);
          i += n_bytes;
          add (n, w, c, offset + (guint32)start, offset + (guint32)i);
          break;
        }
    }
  flush (w);
}
