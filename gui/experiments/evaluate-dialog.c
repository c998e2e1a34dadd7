#include "gui/experiments/evaluate-dialog.h"

#include <glib/gi18n.h>

#include "gui/corpora/corpus-item.h"

// Blocks measured unless others are asked for: with pseudo-perplexity each takes as many passes as
// it has tokens.
#define MASKED_BLOCKS 1000
#define PSEUDO_BLOCKS 20

struct _CzEvaluateDialog
{
  AdwMessageDialog parent_instance;
  AdwComboRow *corpus;
  AdwComboRow *method;
  GtkSpinButton *blocks;
  GtkSwitch *base;
};

G_DEFINE_FINAL_TYPE (CzEvaluateDialog, cz_evaluate_dialog, ADW_TYPE_MESSAGE_DIALOG)

static guint chosen_signal;

static gboolean
is_pseudo (CzEvaluateDialog *self)
{
  return adw_combo_row_get_selected (self->method) == 1;
}

static void
method_changed (CzEvaluateDialog *self)
{
  gtk_spin_button_set_value (self->blocks, is_pseudo (self) ? PSEUDO_BLOCKS : MASKED_BLOCKS);
}

static void
response (AdwMessageDialog *dialog, const char *name)
{
  CzEvaluateDialog *self = CZ_EVALUATE_DIALOG (dialog);
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);
  CzEvaluateChoice choice;

  if (!g_str_equal (name, "do") || item == NULL)
    return;
  choice = (CzEvaluateChoice){
    .corpus = cz_corpus_item_get (item)->name,
    .pseudo = is_pseudo (self),
    .blocks = (guint)gtk_spin_button_get_value_as_int (self->blocks),
    .base = gtk_switch_get_active (self->base),
  };
  g_signal_emit (self, chosen_signal, 0, &choice);
}

static void
cz_evaluate_dialog_class_init (CzEvaluateDialogClass *klass)
{
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = response;
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_EVALUATE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static GtkWidget *
add_row (
    GtkWidget *list, GtkWidget *row, const char *title, const char *subtitle, GtkWidget *suffix)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (suffix != NULL)
    {
      gtk_widget_set_valign (suffix, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), suffix);
      gtk_accessible_update_property (GTK_ACCESSIBLE (suffix), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      -1);
    }
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return row;
}

static void
cz_evaluate_dialog_init (CzEvaluateDialog *self)
{
  const char *const methods[]
      = { _ ("Fixed masks, as runs evaluate"), _ ("Pseudo-perplexity, each token in turn"), NULL };
  g_autoptr (GtkStringList) names = gtk_string_list_new (methods);
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  self->corpus = ADW_COMBO_ROW (adw_combo_row_new ());
  self->method = ADW_COMBO_ROW (adw_combo_row_new ());
  self->blocks = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (1, 1e6, 1));
  self->base = GTK_SWITCH (gtk_switch_new ());
  adw_combo_row_set_model (self->method, G_LIST_MODEL (names));
  gtk_spin_button_set_value (self->blocks, MASKED_BLOCKS);
  gtk_switch_set_active (self->base, TRUE);
  add_row (list, GTK_WIDGET (self->corpus), _ ("Corpus"), NULL, NULL);
  add_row (list, GTK_WIDGET (self->method), _ ("Method"), NULL, NULL);
  add_row (list, adw_action_row_new (), _ ("Blocks at most"), NULL, GTK_WIDGET (self->blocks));
  add_row (list, adw_action_row_new (), _ ("The base model too"),
           _ ("On its own kind of text it shows what was forgotten"), GTK_WIDGET (self->base));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self), list);
  g_signal_connect_swapped (self->method, "notify::selected", G_CALLBACK (method_changed), self);
}

CzEvaluateDialog *
cz_evaluate_dialog_new (GtkWidget *from, CzWorkbench *workbench, const char *what)
{
  // Translators: %s names a model.
  g_autofree char *body = g_strdup_printf (_ ("%s is measured on texts of the corpus."), what);
  CzEvaluateDialog *self
      = g_object_new (CZ_TYPE_EVALUATE_DIALOG, "heading", _ ("Evaluate on another corpus"), "body",
                      body, "transient-for", gtk_widget_get_root (from), "modal", TRUE, "title",
                      _ ("Evaluate on another corpus"), NULL);
  GListModel *corpora = cz_workbench_get_corpora (workbench);
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name");

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (self), "cancel", _ ("_Cancel"), "do",
                                    _ ("_Evaluate"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (self), "do",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "do",
                                           g_list_model_get_n_items (corpora) > 0);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (self), "do");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (self), "cancel");
  adw_combo_row_set_expression (self->corpus, name);
  adw_combo_row_set_model (self->corpus, corpora);
  return self;
}
