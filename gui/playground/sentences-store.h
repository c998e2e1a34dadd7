// The sets of sentences, and the one that is chosen with its rows, kept in step with the library.
// A change shows at once and is written in a thread, one after the other; what the library refuses
// is taken back. Signals: "sets-changed" (their names, or which is chosen), "set-changed" (its
// rows), "told" (const char *sentence): what went wrong.
#pragma once

#include "data/sentence-set.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_SENTENCES_STORE (cz_sentences_store_get_type ())
G_DECLARE_FINAL_TYPE (CzSentencesStore, cz_sentences_store, CZ, SENTENCES_STORE, GObject)

CzSentencesStore *cz_sentences_store_new (CzWorkbench *workbench);

// Looks at the library, once it is open.
void cz_sentences_store_refresh (CzSentencesStore *self);

// Of CzSentenceSet without their sentences: the program's, then the library's; the store's.
GPtrArray *cz_sentences_store_get_sets (CzSentencesStore *self);
// The chosen set's place among them and its name; "" before the library is open. The store's.
guint cz_sentences_store_get_chosen (CzSentencesStore *self);
const char *cz_sentences_store_get_name (CzSentencesStore *self);
// It comes with the program: it cannot be changed.
gboolean cz_sentences_store_is_builtin (CzSentencesStore *self);
// The rows of CzSentencesItem; the store's.
GListModel *cz_sentences_store_get_items (CzSentencesStore *self);

void cz_sentences_store_choose (CzSentencesStore *self, const char *name);

// Changes of the chosen set, which must be the person's own.
void cz_sentences_store_insert (CzSentencesStore *self,
                                guint position,
                                const char *text,
                                const char *answers);
void cz_sentences_store_edit (CzSentencesStore *self,
                              guint position,
                              const char *text,
                              const char *answers);
void cz_sentences_store_move (CzSentencesStore *self, guint from, guint to);
void cz_sentences_store_remove (CzSentencesStore *self, guint position);

// Changes of sets; the one they make is chosen. Of a taken name "told" tells.
void cz_sentences_store_create (CzSentencesStore *self,
                                const char *name,
                                const CzSentence *sentences,
                                guint n);
void cz_sentences_store_copy (CzSentencesStore *self, const char *name);
void cz_sentences_store_rename (CzSentencesStore *self, const char *name, const char *new_name);
void cz_sentences_store_delete (CzSentencesStore *self, const char *name);

G_END_DECLS
