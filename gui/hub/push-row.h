// "Push after each epoch" in the dialog New run: off, or a repository's name and who may see it.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_PUSH_ROW (cz_push_row_get_type ())
G_DECLARE_FINAL_TYPE (CzPushRow, cz_push_row, CZ, PUSH_ROW, AdwPreferencesGroup)

// Emits "changed". What is wrong; NULL: nothing. runs: how many will be made. Freed by the caller.
char *cz_push_row_get_obstacle (CzPushRow *self, guint runs);
// The name offered while nobody has typed another.
void cz_push_row_suggest (CzPushRow *self, const char *text);
// Adds --push and --push-private where it is on.
void cz_push_row_add_arguments (CzPushRow *self, GStrvBuilder *arguments);

G_END_DECLS
