// Who is signed in to the Hub: with a token typed here, which goes to `cloze hub login` by a pipe
// and from there into the desktop's keyring.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_ACCOUNT_DIALOG (cz_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzAccountDialog, cz_account_dialog, CZ, ACCOUNT_DIALOG, AdwWindow)

CzAccountDialog *cz_account_dialog_new (GtkWidget *from);

// Whether a question to cloze failed since nobody is signed in; error may be NULL.
gboolean cz_account_dialog_is_nobody (const GError *error);

G_END_DECLS
