#pragma once

#include <glib.h>

// BERT's normalizer and pre-tokenizer in one pass: text is cleaned, CJK set apart, decomposed and
// stripped of accents, lowercased, and cut into words at white space and punctuation, each mark of
// which is a word. Immutable; what changes lies in a word buffer.
typedef struct _CzNormalizer CzNormalizer;

typedef struct
{
  gboolean lowercase;
  gboolean strip_accents;
  gboolean cjk_spacing;
  gboolean clean_text;
  // Of a longer word the rest is counted but not stored.
  guint max_characters;
} CzNormalizerOptions;

CzNormalizer *cz_normalizer_new (const CzNormalizerOptions *options);
void cz_normalizer_free (CzNormalizer *normalizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzNormalizer, cz_normalizer_free)

typedef struct _CzWordBuffer CzWordBuffer;
CzWordBuffer *cz_word_buffer_new (void);
void cz_word_buffer_free (CzWordBuffer *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzWordBuffer, cz_word_buffer_free)

// A normalized word. Byte i of it came from starts[i] … ends[i] of the source; where both are NULL,
// from start + i … start + i + 1.
typedef struct
{
  const guint8 *bytes; // UTF-8, the buffer's, valid until the next word
  guint32 n_bytes;
  guint32 n_characters; // more than max_characters: `bytes` lacks the rest
  guint32 start, end;   // in the source's bytes
  const guint32 *starts, *ends;
} CzWord;

typedef void (*CzWordFunc) (const CzWord *word, gpointer data);

// Calls `func` with each word of a text in order. `offset` is added to the positions told.
void cz_normalizer_cut (const CzNormalizer *normalizer,
                        CzWordBuffer *buffer,
                        const guint8 *text,
                        gsize length,
                        guint32 offset,
                        CzWordFunc func,
                        gpointer data);
