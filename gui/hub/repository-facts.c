#include "gui/hub/repository-facts.h"

#include <glib/gi18n.h>

#include "gui/hub/licence.h"

// Characters of a value that are always there.
#define VALUE_WIDTH 26

struct _CzRepositoryFacts
{
  AdwBin parent_instance;
  GtkBox *box;
};

G_DEFINE_FINAL_TYPE (CzRepositoryFacts, cz_repository_facts, ADW_TYPE_BIN)

static guint account_signal;

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  // Else the first label has the focus, and all of its text is marked.
  gtk_widget_set_focusable (label, FALSE);
  gtk_widget_add_css_class (label, style);
  return label;
}

// The name, which leads to the repository's page.
static GtkWidget *
make_head (const CzRepository *repository)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *address = cz_repository_get_address (repository);

  gtk_box_append (GTK_BOX (names), make_label (repository->repo, "title-2"));
  if (cz_repository_is_renamed (repository))
    {
      g_autofree char *text = g_strdup_printf (_ ("“%s” is called this now."), repository->asked);

      gtk_box_append (GTK_BOX (names), make_label (text, "dim-label"));
    }
  gtk_widget_set_hexpand (names, TRUE);
  gtk_box_append (GTK_BOX (head), names);
  if (address != NULL)
    {
      GtkWidget *link = gtk_link_button_new_with_label (address, _ ("Its page"));

      gtk_widget_set_valign (link, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (head), link);
    }
  return head;
}

// ---- What stands in the way ----

static void
sign_in (CzRepositoryFacts *self)
{
  g_signal_emit (self, account_signal, 0);
}

// Below an icon that says how it is meant.
static GtkWidget *
make_notice (const char *icon_name, const char *text, GtkWidget *button)
{
  GtkWidget *notice = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), make_label (text, "body"));
  if (button != NULL)
    {
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (texts), button);
    }
  gtk_box_append (GTK_BOX (notice), icon);
  gtk_box_append (GTK_BOX (notice), texts);
  return notice;
}

static void
add_notices (CzRepositoryFacts *self, const CzRepository *repository)
{
  if (!repository->usable)
    gtk_box_append (
        self->box,
        make_notice ("dialog-warning-symbolic",
                     repository->reason != NULL ? repository->reason : _ ("It can't be used here."),
                     NULL));
  // Whether this account is let in shows only when its files are asked for.
  if (repository->gated)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Sign in…"));

      g_signal_connect_swapped (button, "clicked", G_CALLBACK (sign_in), self);
      gtk_box_append (
          self->box,
          make_notice ("system-lock-screen-symbolic",
                       _ ("Its owner asks for something first, such as agreeing to terms. Do so on "
                          "its page, then sign in here with the same account."),
                       button));
    }
  if (repository->private)
    gtk_box_append (self->box, make_notice ("system-lock-screen-symbolic",
                                            _ ("It is private: you see it because you are signed "
                                               "in."),
                                            NULL));
}

// ---- Facts ----

static void
add_fact (GtkWidget *list, const char *title, const char *subtitle, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  // What stands under the title gives way, not a short value.
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (label), (int)MIN (g_utf8_strlen (value, -1), VALUE_WIDTH));
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_tooltip_text (label, value);
  gtk_widget_add_css_class (label, "fact-value");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
}

static void
add_size (GtkWidget *list, const CzRepository *repository)
{
  g_autofree char *all = g_format_size ((guint64)repository->bytes);
  g_autofree char *missing = g_format_size ((guint64)(repository->bytes - repository->cached));
  g_autofree char *cached = g_format_size ((guint64)repository->cached);
  g_autofree char *here = NULL;

  if (repository->cached == repository->bytes && repository->bytes > 0)
    here = g_strdup_printf (_ ("All of it, %s, is here already from an earlier time."), all);
  else if (repository->cached > 0)
    // Translators: two sizes.
    here = g_strdup_printf (_ ("%s of %s are here already from an earlier time."), cached, all);
  add_fact (list, _ ("To download"), here, missing);
}

static GtkWidget *
make_facts (const CzRepository *repository)
{
  GtkWidget *list = gtk_list_box_new ();
  g_autofree char *licence = cz_licence_get_name (repository->licence);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  add_fact (list, _ ("Licence"), cz_licence_get_consequence (repository->licence), licence);
  // Of a data set it is what is chosen that counts.
  if (!repository->dataset && repository->usable)
    add_size (list, repository);
  if (repository->architecture != NULL)
    add_fact (list, _ ("Architecture"), NULL, repository->architecture);
  return list;
}

void
cz_repository_facts_show (CzRepositoryFacts *self, const CzRepository *repository)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  gtk_box_append (self->box, make_head (repository));
  add_notices (self, repository);
  gtk_box_append (self->box, make_facts (repository));
}

// ---- Life ----

static void
cz_repository_facts_class_init (CzRepositoryFactsClass *klass)
{
  account_signal = g_signal_new ("account", CZ_TYPE_REPOSITORY_FACTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_repository_facts_init (CzRepositoryFacts *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 18));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}
