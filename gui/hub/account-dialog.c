#include "gui/hub/account-dialog.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "data/hub-account.h"
#include "gui/cloze.h"
#include "gui/dialog-cancellable.h"
#include "gui/fact-row.h"

struct _CzAccountDialog
{
  AdwWindow parent_instance;
  GtkStack *stack; // "asking", "out", "in"
  AdwEntryRow *token;
  GtkWidget *sign_in_button;
  GtkWidget *sign_out_button;
  AdwPreferencesGroup *facts;
  GPtrArray *rows; // in facts, not owned
  GtkLabel *told;  // what cloze said
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzAccountDialog, cz_account_dialog, ADW_TYPE_WINDOW)

static void
tell (CzAccountDialog *self, const char *sentence)
{
  gtk_label_set_label (self->told, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->told), sentence != NULL);
}

static void
show_page (CzAccountDialog *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->stack, page);
  if (g_str_equal (page, "out"))
    gtk_widget_grab_focus (GTK_WIDGET (self->token));
}

static void
add_fact (CzAccountDialog *self, const char *title, const char *value)
{
  GtkWidget *row = cz_fact_row_new (title, value);

  adw_preferences_group_add (self->facts, row);
  g_ptr_array_add (self->rows, row);
}

static char *
join_names (JsonArray *names)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            json_array_get_string_element (names, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_account (CzAccountDialog *self, JsonObject *account)
{
  const char *where = json_object_get_string_member_with_default (account, "where", "");
  gboolean environment = g_str_equal (where, "environment");
  g_autofree char *organizations
      = join_names (json_object_get_array_member (account, "organizations"));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->facts, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  add_fact (self, _ ("Signed in as"),
            json_object_get_string_member_with_default (account, "user", ""));
  if (organizations[0] != '\0')
    add_fact (self, _ ("Organizations"), organizations);
  add_fact (self, _ ("The token is in"),
            environment ? _ ("the environment (HF_TOKEN)") : _ ("the desktop's keyring"));
  gtk_widget_set_visible (self->sign_out_button, !environment);
  tell (self, json_object_get_boolean_member_with_default (account, "reads_only", FALSE)
                  ? _ ("This token may only read: pushing needs one that may write.")
                  : NULL);
  show_page (self, "in");
}

// ---- Asking cloze ----

gboolean
cz_account_dialog_is_nobody (const GError *error)
{
  // cloze is the same program, in the same language.
  return g_error_matches (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FAILED)
         && g_str_equal (error->message,
                         _ ("Nobody is signed in to the Hub; “cloze hub login” does that."));
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzAccountDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
      && json_object_has_member (json_node_get_object (answer), "user"))
    {
      show_account (self, json_node_get_object (answer));
      return;
    }
  // The page asks for a token, which says the same.
  tell (self, error != NULL && !cz_account_dialog_is_nobody (error) ? error->message : NULL);
  show_page (self, "out");
}

static void
ask (CzAccountDialog *self, const char *verb, GBytes *input)
{
  const char *arguments[] = { "hub", verb, NULL };

  tell (self, NULL);
  show_page (self, "asking");
  cz_cloze_tell_async (NULL /* library */, arguments, input, self->cancellable, answered,
                       g_object_ref (self));
}

static void
wipe (gpointer token)
{
  explicit_bzero (token, strlen (token));
  g_free (token);
}

static void
sign_in (CzAccountDialog *self)
{
  char *token = g_strconcat (gtk_editable_get_text (GTK_EDITABLE (self->token)), "\n", NULL);
  g_autoptr (GBytes) input = g_bytes_new_with_free_func (token, strlen (token), wipe, token);

  if (!gtk_widget_get_sensitive (self->sign_in_button))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->token), "");
  ask (self, "login", input);
}

static void
sign_out (CzAccountDialog *self)
{
  ask (self, "logout", NULL);
}

static void
token_changed (CzAccountDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->token));

  gtk_widget_set_sensitive (self->sign_in_button, text[strspn (text, " \t")] != '\0');
}

static gboolean
ask_whoami (gpointer data)
{
  ask (data, "whoami", NULL);
  return G_SOURCE_REMOVE;
}

// ---- Life ----

static void
cz_account_dialog_dispose (GObject *object)
{
  CzAccountDialog *self = CZ_ACCOUNT_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (cz_account_dialog_parent_class)->dispose (object);
}

static void
cz_account_dialog_class_init (CzAccountDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_account_dialog_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GtkWidget *
make_out (CzAccountDialog *self)
{
  g_autofree char *page = cz_hub_account_get_token_page ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *link = gtk_link_button_new_with_label (page, _ ("Make a token on the Hub"));

  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group),
      _ ("To push models, sign in with a token that may write. It is kept in the desktop's keyring "
         "and nowhere else."));
  self->token = ADW_ENTRY_ROW (adw_password_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->token), _ ("Token"));
  g_signal_connect_swapped (self->token, "changed", G_CALLBACK (token_changed), self);
  g_signal_connect_swapped (self->token, "entry-activated", G_CALLBACK (sign_in), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->token));
  self->sign_in_button = gtk_button_new_with_mnemonic (_ ("_Sign in"));
  gtk_widget_set_halign (self->sign_in_button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (self->sign_in_button, FALSE);
  gtk_widget_add_css_class (self->sign_in_button, "suggested-action");
  gtk_widget_add_css_class (self->sign_in_button, "pill");
  g_signal_connect_swapped (self->sign_in_button, "clicked", G_CALLBACK (sign_in), self);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), link);
  gtk_box_append (GTK_BOX (box), self->sign_in_button);
  return box;
}

static GtkWidget *
make_in (CzAccountDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  self->facts = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->sign_out_button = gtk_button_new_with_mnemonic (_ ("Sign _out"));
  gtk_widget_set_halign (self->sign_out_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->sign_out_button, "destructive-action");
  gtk_widget_add_css_class (self->sign_out_button, "pill");
  g_signal_connect_swapped (self->sign_out_button, "clicked", G_CALLBACK (sign_out), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->facts));
  gtk_box_append (GTK_BOX (box), self->sign_out_button);
  return box;
}

static void
cz_account_dialog_init (CzAccountDialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *spinner = gtk_spinner_new ();

  self->cancellable = cz_dialog_cancellable_new (self);
  self->rows = g_ptr_array_new ();
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  gtk_stack_add_named (self->stack, spinner, "asking");
  gtk_stack_add_named (self->stack, make_out (self), "out");
  gtk_stack_add_named (self->stack, make_in (self), "in");
  self->told = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->told, TRUE);
  gtk_label_set_max_width_chars (self->told, 48);
  gtk_label_set_justify (self->told, GTK_JUSTIFY_CENTER);
  gtk_label_set_selectable (self->told, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->told), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->told));
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  // A window that was high for another page keeps its height.
  gtk_widget_set_vexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (content), box);
  adw_window_set_content (ADW_WINDOW (self), content);
}

CzAccountDialog *
cz_account_dialog_new (GtkWidget *from)
{
  CzAccountDialog *self
      = g_object_new (CZ_TYPE_ACCOUNT_DIALOG, "transient-for", gtk_widget_get_root (from), "modal",
                      TRUE, "title", _ ("Hub account"), "default-width", 460, NULL);

  g_idle_add_full (G_PRIORITY_DEFAULT, ask_whoami, g_object_ref (self), g_object_unref);
  return self;
}
