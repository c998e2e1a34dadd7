// Words that may be added to a model, to be ticked and unticked: those a corpus proposes and those
// of the person's own. Emits "changed".
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_EXTEND_MODEL_LIST (cz_extend_model_list_get_type ())
G_DECLARE_FINAL_TYPE (CzExtendModelList, cz_extend_model_list, CZ, EXTEND_MODEL_LIST, AdwBin)

// Puts a corpus's words ("proposed" of `model extend --propose`) in the place of an earlier one's.
// NULL: none.
void cz_extend_model_list_propose (CzExtendModelList *self, JsonArray *words);
// Adds words of the person's own, apart by spaces or commas.
void cz_extend_model_list_add (CzExtendModelList *self, const char *words);
guint cz_extend_model_list_count_ticked (CzExtendModelList *self);
// The ticked ones, one a line; to be freed.
char *cz_extend_model_list_get_text (CzExtendModelList *self);

G_END_DECLS
