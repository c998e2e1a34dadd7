// What of a run went to the Hub: the last push with its link, or why it failed and another try.
#pragma once

#include "data/run.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_PUSH_LIST (cz_push_list_get_type ())
G_DECLARE_FINAL_TYPE (CzPushList, cz_push_list, CZ, PUSH_LIST, AdwBin)

// Hidden where there is nothing to push. Cheap while the run's revision is the same.
void cz_push_list_show (CzPushList *self, CzLibrary *library, const CzRun *run);

G_END_DECLS
