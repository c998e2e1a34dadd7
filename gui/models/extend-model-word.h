// A word that may be added to a model's vocabulary. Property "ticked".
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define CZ_TYPE_EXTEND_MODEL_WORD (cz_extend_model_word_get_type ())
G_DECLARE_FINAL_TYPE (CzExtendModelWord, cz_extend_model_word, CZ, EXTEND_MODEL_WORD, GObject)

// pieces: "cl ##in ##ical". count: how often it stands in the corpus. pieces NULL: a word of the
// person's own, of which neither is known.
CzExtendModelWord *cz_extend_model_word_new (const char *word, const char *pieces, gint64 count);
const char *cz_extend_model_word_get (CzExtendModelWord *self);
const char *cz_extend_model_word_get_pieces (CzExtendModelWord *self); // NULL: an own word
gint64 cz_extend_model_word_get_count (CzExtendModelWord *self);
gboolean cz_extend_model_word_is_ticked (CzExtendModelWord *self);

G_END_DECLS
