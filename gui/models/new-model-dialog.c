#include "gui/models/new-model-dialog.h"

#include <glib/gi18n.h>

#include "engine/format/parameter-table.h"
#include "gui/cloze.h"
#include "gui/corpora/corpus-item.h"
#include "gui/dialog-cancellable.h"
#include "gui/models/model-forms.h"
#include "gui/models/new-model-progress.h"
#include "gui/numbers.h"
#include "gui/window.h"

// Training holds each number four times: weight, gradient and the optimizer's two moments.
#define TRAINING_COPIES 4
#define HEAD_WIDTH      64 // as `model new` divides the width into attention heads

static const struct
{
  const char *label;
  guint layers, dim;
} shapes[] = {
  { N_ ("Tiny: trained in minutes"), 2, 128 },
  { N_ ("Small"), 4, 256 },
  { N_ ("As DistilBERT: for a graphics card"), 6, 768 },
};

struct _CzNewModelDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench; // the window's
  GtkStack *stack;        // "form", "progress"
  AdwEntryRow *name;
  AdwComboRow *corpus, *shape;
  GtkSpinButton *size, *layers, *dim;
  GtkSwitch *cased;
  GtkLabel *told;
  GtkWidget *make_button, *cancel_button;
  CzNewModelProgress *progress;
  GCancellable *cancellable; // of the command at work, else NULL
  gboolean filling;          // the shape sets the numbers
};

G_DEFINE_FINAL_TYPE (CzNewModelDialog, cz_new_model_dialog, ADW_TYPE_WINDOW)

// Without blanks around it; freed by the caller.
static char *
get_name (CzNewModelDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
}

// ---- What it is going to be ----

static CzModelConfig
get_config (CzNewModelDialog *self)
{
  CzModelConfig config;

  cz_model_config_init (&config, (guint)gtk_spin_button_get_value_as_int (self->size));
  config.n_layers = (guint)gtk_spin_button_get_value_as_int (self->layers);
  config.dim = (guint)gtk_spin_button_get_value_as_int (self->dim);
  config.hidden_dim = 4 * config.dim;
  config.n_heads = MAX (1, config.dim / HEAD_WIDTH);
  return config;
}

// What stands in the way, for people; NULL: nothing.
static const char *
find_trouble (CzNewModelDialog *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autofree char *name = get_name (self);

  if (library == NULL || adw_combo_row_get_selected_item (self->corpus) == NULL)
    return _ ("Import a corpus first: the word pieces are learnt from its text.");
  if (name[0] == '\0')
    return _ ("Give the model a name.");
  return cz_workbench_find_model_named (self->workbench, name) != NULL
             ? _ ("There is a model of this name already.")
             : NULL;
}

static void
form_changed (CzNewModelDialog *self)
{
  const char *trouble = find_trouble (self);
  const CzModelConfig config = get_config (self);
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (&config);
  guint64 n = cz_parameter_table_get_n_elements (table);
  g_autofree char *count = cz_numbers_count ((gint64)n);
  g_autofree char *disk = g_format_size (n * sizeof (float));
  g_autofree char *memory = g_format_size (n * sizeof (float) * TRAINING_COPIES);
  g_autofree char *facts = g_strdup_printf (
      // Translators: a count of parameters and two amounts of bytes.
      _ ("%s parameters: %s on the disk, and training takes %s of memory and more."), count, disk,
      memory);

  gtk_label_set_label (self->told, trouble != NULL ? trouble : facts);
  if (trouble != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->told), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->told), "error");
  gtk_widget_set_sensitive (self->make_button, trouble == NULL);
}

static void
shape_changed (CzNewModelDialog *self)
{
  guint shape = adw_combo_row_get_selected (self->shape);

  if (self->filling || shape >= G_N_ELEMENTS (shapes)) // of one's own
    return;
  self->filling = TRUE;
  gtk_spin_button_set_value (self->layers, shapes[shape].layers);
  gtk_spin_button_set_value (self->dim, shapes[shape].dim);
  self->filling = FALSE;
  form_changed (self);
}

// Other numbers are another shape.
static void
number_changed (CzNewModelDialog *self)
{
  guint layers = (guint)gtk_spin_button_get_value_as_int (self->layers);
  guint dim = (guint)gtk_spin_button_get_value_as_int (self->dim);
  guint shape = 0;

  if (self->filling)
    return;
  while (shape < G_N_ELEMENTS (shapes)
         && (shapes[shape].layers != layers || shapes[shape].dim != dim))
    shape++;
  self->filling = TRUE;
  adw_combo_row_set_selected (self->shape, shape);
  self->filling = FALSE;
  form_changed (self);
}

// ---- Making it ----

static void
show_form (CzNewModelDialog *self)
{
  cz_new_model_progress_end (self->progress);
  gtk_stack_set_visible_child_name (self->stack, "form");
  gtk_widget_set_visible (self->make_button, TRUE);
}

static void
made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzNewModelDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  g_clear_object (&self->cancellable);
  if (answer == NULL)
    {
      show_form (self);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        cz_window_tell_error (GTK_WIDGET (self), _ ("The model was not made"), error->message);
      return;
    }
  g_autofree char *name = get_name (self);
  g_autofree char *text = g_strdup_printf (_ ("The model “%s” was made."), name);

  cz_model_form_show_made (GTK_WIDGET (self), self->workbench, name);
  cz_window_toast (GTK_WIDGET (self), text);
  gtk_window_close (GTK_WINDOW (self));
}

static void
told (const char *line, gpointer data)
{
  cz_new_model_progress_tell (CZ_NEW_MODEL_DIALOG (data)->progress, line);
}

static void
make_clicked (CzNewModelDialog *self)
{
  const CzModelConfig config = get_config (self);
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);

  if (self->cancellable != NULL || find_trouble (self) != NULL)
    return;
  g_autofree char *name = get_name (self);
  g_autofree char *corpus = g_strconcat ("corpus:", cz_corpus_item_get (item)->name, NULL);
  g_autofree char *size = g_strdup_printf ("%u", config.vocab_size);
  g_autofree char *layers = g_strdup_printf ("%u", config.n_layers);
  g_autofree char *dim = g_strdup_printf ("%u", config.dim);
  g_autofree char *heads = g_strdup_printf ("%u", config.n_heads);
  const char *const arguments[]
      = { "model",   "new",    "--vocabulary",
          corpus,    "--name", name,
          "--size",  size,     "--layers",
          layers,    "--dim",  dim,
          "--heads", heads,    gtk_switch_get_active (self->cased) ? "--cased" : NULL,
          NULL };

  self->cancellable = cz_dialog_cancellable_new (self);
  cz_new_model_progress_begin (self->progress, _ ("Learning word pieces"));
  gtk_stack_set_visible_child_name (self->stack, "progress");
  gtk_widget_set_visible (self->make_button, FALSE);
  gtk_widget_grab_focus (self->cancel_button);
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench), arguments, self->cancellable, told,
                        made, g_object_ref (self));
}

static void
cancel_clicked (CzNewModelDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

// ---- Life ----

static void
cz_new_model_dialog_class_init (CzNewModelDialogClass *klass)
{
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (page, group);
  return group;
}

static void
add_row (AdwPreferencesGroup *group,
         GtkWidget *row,
         const char *title,
         const char *subtitle,
         GtkWidget *control)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (control != NULL)
    {
      gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
      gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      title, -1);
    }
  adw_preferences_group_add (group, row);
}

static GtkSpinButton *
make_spin (double lower, double upper, double step, double value)
{
  GtkSpinButton *spin = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (lower, upper, step));

  gtk_spin_button_set_value (spin, value);
  gtk_spin_button_set_numeric (spin, TRUE);
  return spin;
}

static void
add_text_rows (CzNewModelDialog *self, AdwPreferencesPage *page)
{
  AdwPreferencesGroup *group
      = add_group (page, _ ("Words"),
                   _ ("Word pieces are learnt from the text: frequent words become one piece, rare "
                      "ones are put together."));

  self->name = ADW_ENTRY_ROW (adw_entry_row_new ());
  self->corpus = ADW_COMBO_ROW (adw_combo_row_new ());
  self->size = make_spin (1000, 50000, 1000, 8000);
  self->cased = GTK_SWITCH (gtk_switch_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _ ("Name"));
  adw_preferences_group_add (group, GTK_WIDGET (self->name));
  add_row (group, GTK_WIDGET (self->corpus), _ ("Corpus"), NULL, NULL);
  add_row (group, adw_action_row_new (), _ ("Word pieces at most"),
           _ ("A small corpus needs few; DistilBERT has 30,522"), GTK_WIDGET (self->size));
  add_row (group, adw_action_row_new (), _ ("Tell capital letters from small ones"), NULL,
           GTK_WIDGET (self->cased));
}

static void
add_shape_rows (CzNewModelDialog *self, AdwPreferencesPage *page)
{
  AdwPreferencesGroup *group
      = add_group (page, _ ("Shape"),
                   _ ("The weights are random: the model knows nothing until it is trained."));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    gtk_string_list_append (names, _ (shapes[i].label));
  gtk_string_list_append (names, _ ("Of your own"));
  self->shape = ADW_COMBO_ROW (adw_combo_row_new ());
  self->layers = make_spin (1, 24, 1, shapes[0].layers);
  self->dim = make_spin (HEAD_WIDTH, 1024, HEAD_WIDTH, shapes[0].dim);
  gtk_spin_button_set_snap_to_ticks (self->dim, TRUE);
  adw_combo_row_set_model (self->shape, G_LIST_MODEL (names));
  add_row (group, GTK_WIDGET (self->shape), _ ("Size"), NULL, NULL);
  add_row (group, adw_action_row_new (), _ ("Layers"), NULL, GTK_WIDGET (self->layers));
  add_row (group, adw_action_row_new (), _ ("Width"), NULL, GTK_WIDGET (self->dim));
}

static GtkWidget *
make_header (CzNewModelDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();

  self->cancel_button = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  self->make_button = gtk_button_new_with_mnemonic (_ ("_Make"));
  gtk_widget_add_css_class (self->make_button, "suggested-action");
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->cancel_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->make_button);
  return header;
}

static void
cz_new_model_dialog_init (CzNewModelDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *form = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_preferences_page_new ();

  add_text_rows (self, ADW_PREFERENCES_PAGE (page));
  add_shape_rows (self, ADW_PREFERENCES_PAGE (page));
  gtk_widget_set_vexpand (page, TRUE);
  self->told = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->told, TRUE);
  gtk_label_set_justify (self->told, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "numeric");
  gtk_widget_set_margin_start (GTK_WIDGET (self->told), 24);
  gtk_widget_set_margin_end (GTK_WIDGET (self->told), 24);
  gtk_widget_set_margin_top (GTK_WIDGET (self->told), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->told), 18);
  gtk_box_append (GTK_BOX (form), page);
  gtk_box_append (GTK_BOX (form), GTK_WIDGET (self->told));
  self->progress = g_object_new (CZ_TYPE_NEW_MODEL_PROGRESS, NULL);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, form, "form");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->progress), "progress");
  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 560, 640);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->make_button);
  adw_entry_row_set_activates_default (self->name, TRUE);
  g_signal_connect_swapped (self->make_button, "clicked", G_CALLBACK (make_clicked), self);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (cancel_clicked), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->corpus, "notify::selected", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->size, "value-changed", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->shape, "notify::selected", G_CALLBACK (shape_changed), self);
  g_signal_connect_swapped (self->layers, "value-changed", G_CALLBACK (number_changed), self);
  g_signal_connect_swapped (self->dim, "value-changed", G_CALLBACK (number_changed), self);
}

void
cz_new_model_dialog_present (GtkWidget *from, CzWorkbench *workbench)
{
  CzNewModelDialog *self
      = g_object_new (CZ_TYPE_NEW_MODEL_DIALOG, "title", _ ("New model"), "modal", TRUE,
                      "transient-for", gtk_widget_get_root (from), NULL);
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name");

  self->workbench = workbench;
  adw_combo_row_set_expression (self->corpus, name);
  adw_combo_row_set_model (self->corpus, cz_workbench_get_corpora (workbench));
  form_changed (self);
  gtk_window_present (GTK_WINDOW (self));
}
