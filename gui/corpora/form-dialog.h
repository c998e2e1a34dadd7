// A small dialog with a few rows to fill in, checked as they are typed: below them stands what is
// going to happen, or what is wrong. The response "do" carries it out.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_FORM_DIALOG (cz_form_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzFormDialog, cz_form_dialog, CZ, FORM_DIALOG, AdwMessageDialog)

// Emits "changed" whenever a row was changed. deed: the button, with a mnemonic.
CzFormDialog *cz_form_dialog_new (GtkWidget *from,
                                  const char *heading,
                                  const char *body,
                                  const char *deed);
GtkEditable *cz_form_dialog_add_entry (CzFormDialog *self, const char *title, const char *text);
// subtitle: NULL for none.
GtkSpinButton *cz_form_dialog_add_number (CzFormDialog *self,
                                          const char *title,
                                          const char *subtitle,
                                          double lower,
                                          double upper,
                                          double value);
GtkCheckButton *cz_form_dialog_add_check (CzFormDialog *self,
                                          const char *title,
                                          const char *subtitle);
// What is going to happen (possible), or what is wrong.
void cz_form_dialog_tell (CzFormDialog *self, gboolean possible, const char *sentence);

G_END_DECLS
