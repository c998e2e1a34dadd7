#include "gui/closing-question.h"

GtkWidget *
cz_closing_question_new (
    GtkWindow *parent, const char *heading, const char *body, const char *keep, const char *end)
{
  GtkWidget *question = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (question), "keep", keep, "end", end, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (question), "end",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (question), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (question), "keep");
  return question;
}
