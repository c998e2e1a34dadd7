#pragma once

#include "engine/text/text-error.h"
#include "engine/text/vocabulary.h"

// Text to word pieces and back, as the Rust library `tokenizers` does it for BERT: special tokens
// are cut out of the raw text; the rest is cleaned, CJK set apart, decomposed, stripped of accents,
// lowercased, cut at white space and punctuation, and every word is matched longest piece first.
// Immutable and safe to use from many threads at once.
typedef struct _CzTokenizer CzTokenizer;

// A token as it is stored and as the device reads it.
#define CZ_TOKEN_ID_MASK    0x00ffffffu
#define CZ_TOKEN_WORD_START 0x80000000u // the first piece of a word; every special token has it too
#define CZ_TOKEN_SPECIAL    0x40000000u // never masked: [CLS] [SEP] [PAD] [MASK] [UNK]
#define CZ_TOKEN_PADDING    0x20000000u // not attended; only in blocks, with the two above

typedef struct
{
  gboolean lowercase;
  int strip_accents; // TRUE, FALSE, or -1: as lowercase
  gboolean cjk_spacing;
  gboolean clean_text;
  guint max_word_characters; // longer words (after normalization) are [UNK]
  const char *unk, *cls, *sep, *pad, *mask;
} CzTokenizerOptions;

// BERT's own: all on, accents as lowercase, 100 characters, [UNK] [CLS] [SEP] [PAD] [MASK].
// Copy it and change what differs: CzTokenizerOptions o = CZ_TOKENIZER_DEFAULTS;
#define CZ_TOKENIZER_DEFAULTS                        \
  ((CzTokenizerOptions){ .lowercase = TRUE,          \
                         .strip_accents = -1,        \
                         .cjk_spacing = TRUE,        \
                         .clean_text = TRUE,         \
                         .max_word_characters = 100, \
                         .unk = "[UNK]",             \
                         .cls = "[CLS]",             \
                         .sep = "[SEP]",             \
                         .pad = "[PAD]",             \
                         .mask = "[MASK]" })

// Takes a reference of the vocabulary, copies the options (NULL: the defaults).
// Errors: CZ_TEXT_ERROR_MISSING (a special token is not in the vocabulary), CZ_TEXT_ERROR_INVALID.
CzTokenizer *cz_tokenizer_new (CzVocabulary *vocabulary,
                               const CzTokenizerOptions *options,
                               GError **error);
CzTokenizer *cz_tokenizer_ref (CzTokenizer *tokenizer);
void cz_tokenizer_unref (CzTokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTokenizer, cz_tokenizer_unref)

// What encoding gives: `n` tokens. Filled anew by each cz_tokenizer_encode, reused without
// allocating once it has grown. One thread at a time.
typedef struct _CzEncodingScratch CzEncodingScratch;
typedef struct
{
  gsize n;
  guint32 *ids;
  gint32 *words;   // index of the token's word in the text; -1 for an added [CLS] or [SEP]
  guint32 *starts; // where in the text's bytes the token begins …
  guint32 *ends;   // … and ends; 0, 0 for an added [CLS] or [SEP]
  gsize capacity;  // private
  CzEncodingScratch *scratch; // private
} CzEncoding;

CzEncoding *cz_encoding_new (void);
void cz_encoding_free (CzEncoding *encoding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzEncoding, cz_encoding_free)

// Encodes `length` bytes (-1: up to NUL; at most 4 GiB - 1). Any bytes will do: NULs are text,
// invalid UTF-8 counts as U+FFFD. `add_special` puts [CLS] before and [SEP] behind.
// A large text may be encoded in parts that end right behind an ASCII space or line end, for the
// same ids in less memory; word indices and offsets then count anew in each.
void cz_tokenizer_encode (CzTokenizer *tokenizer,
                          const char *text,
                          gssize length,
                          gboolean add_special,
                          CzEncoding *ret_encoding);
// The token words of an encoding, as a token file and a block hold them; `ret` has encoding->n.
void cz_tokenizer_get_words (CzTokenizer *tokenizer, const CzEncoding *encoding, guint32 *ret);

// Text of ids, as the Rust library's decoder joins it (## glued on, space before . ? ! , dropped).
// Ids out of range are left out; `skip_special` leaves out the five special tokens. Caller frees.
char *cz_tokenizer_decode (CzTokenizer *tokenizer,
                           const guint32 *ids,
                           gsize n,
                           gboolean skip_special);
// A text for each token, such that a sentence can be shown piece by piece: the piece without "##".
const char *cz_tokenizer_get_piece (CzTokenizer *tokenizer, guint32 id, gboolean *ret_continuation);

CzVocabulary *cz_tokenizer_get_vocabulary (CzTokenizer *tokenizer);
// The options in force; strip_accents is TRUE or FALSE here. Strings are the tokenizer's.
const CzTokenizerOptions *cz_tokenizer_get_options (CzTokenizer *tokenizer);
guint32 cz_tokenizer_get_unk_id (CzTokenizer *tokenizer);
guint32 cz_tokenizer_get_cls_id (CzTokenizer *tokenizer);
guint32 cz_tokenizer_get_sep_id (CzTokenizer *tokenizer);
guint32 cz_tokenizer_get_pad_id (CzTokenizer *tokenizer);
guint32 cz_tokenizer_get_mask_id (CzTokenizer *tokenizer);
gboolean cz_tokenizer_is_special (CzTokenizer *tokenizer, guint32 id);
// The token word that pads a block.
guint32 cz_tokenizer_get_pad_word (CzTokenizer *tokenizer);
// sha256 (hex) of vocabulary and options: equal hashes encode equally. The tokenizer's string.
const char *cz_tokenizer_get_hash (CzTokenizer *tokenizer);
