// A row of a set of sentences: the sentence, what is accepted at its mask, and what models said of
// it. Emits "changed".
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_SENTENCES_ITEM (cz_sentences_item_get_type ())
G_DECLARE_FINAL_TYPE (CzSentencesItem, cz_sentences_item, CZ, SENTENCES_ITEM, GObject)

typedef struct
{
  char *word;             // the likeliest; NULL: none
  double score;           // its probability
  char *answer;           // the accepted answer that counts; NULL: none
  guint rank;             // its place in the vocabulary, from 1; 0: none
  double log_probability; // its, nats; NAN: none
  gboolean hit, hit_top_k;
  char *told; // what stands in the way, or limits it; NULL: nothing
} CzSentencesSaid;

CzSentencesItem *cz_sentences_item_new (const char *text, const char *answers);

// The item's.
const char *cz_sentences_item_get_text (CzSentencesItem *self);
const char *cz_sentences_item_get_answers (CzSentencesItem *self);
// The sentence as Pango markup: its gaps as […]; the item's.
const char *cz_sentences_item_get_markup (CzSentencesItem *self);

// Forgets what was said.
void cz_sentences_item_clear (CzSentencesItem *self);
// Adds what the next model said, an element of "sentences" of the request "set".
void cz_sentences_item_add_said (CzSentencesItem *self, JsonObject *sentence);
// What model `model` (from 0) said; NULL: it was not asked. The item's.
const CzSentencesSaid *cz_sentences_item_get_said (CzSentencesItem *self, guint model);
// Tells that all that was said has been added.
void cz_sentences_item_tell_changed (CzSentencesItem *self);

G_END_DECLS
