#include "gui/corpora/narrow-button.h"

#include <glib/gi18n.h>

#include "gui/numbers.h"

struct _CzNarrowButton
{
  AdwBin parent_instance;
  GtkMenuButton *button;
  GtkLabel *summary;
  GtkWidget *split_row, *label_row;
  GtkDropDown *split, *label, *choice;
  GtkEditable *source;
  GtkWidget *clear_button;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzNarrowButton, cz_narrow_button, ADW_TYPE_BIN)

static guint changed_signal;

// What a drop-down chose, NULL for all; "" for documents that have none.
static const char *
chosen (GtkDropDown *choice)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (choice);

  if (gtk_drop_down_get_selected (choice) == 0 || item == NULL)
    return NULL;
  return g_object_get_data (G_OBJECT (item), "name");
}

void
cz_narrow_button_get (CzNarrowButton *self, CzDocumentFilter *ret_filter)
{
  const char *source = gtk_editable_get_text (self->source);

  ret_filter->split = chosen (self->split);
  ret_filter->label = chosen (self->label);
  ret_filter->source = *source != '\0' ? source : NULL;
  ret_filter->choice = (CzDocumentChoice)gtk_drop_down_get_selected (self->choice);
}

static void
add_part (GString *summary, const char *part)
{
  if (part == NULL)
    return;
  g_string_append_printf (summary, "%s%s", summary->len > 0 ? " · " : "",
                          *part != '\0' ? part : _ ("none"));
}

static void
show_summary (CzNarrowButton *self)
{
  g_autoptr (GString) summary = g_string_new (NULL);
  CzDocumentFilter filter = { 0 };

  cz_narrow_button_get (self, &filter);
  add_part (summary, filter.split);
  add_part (summary, filter.label);
  add_part (summary, filter.source);
  if (filter.choice != CZ_DOCUMENTS_ALL)
    add_part (summary, filter.choice == CZ_DOCUMENTS_EXCLUDED ? _ ("excluded") : _ ("included"));
  gtk_widget_set_sensitive (self->clear_button, summary->len > 0);
  if (summary->len == 0)
    g_string_append (summary, _ ("Filter"));
  gtk_label_set_label (self->summary, summary->str);
}

static void
choice_changed (CzNarrowButton *self)
{
  if (self->filling)
    return;
  show_summary (self);
  g_signal_emit (self, changed_signal, 0);
}

// Fills a drop-down with all, then each group.
static gboolean
fill_choice (GtkDropDown *choice, const char *all, GPtrArray *groups)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *before = g_strdup (chosen (choice));
  guint selected = 0;
  gboolean any = FALSE;

  gtk_string_list_append (names, all);
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);
      g_autoptr (GObject) item = NULL;
      g_autofree char *count = cz_numbers_count (group->documents);
      g_autofree char *text
          // Translators: a label or split and how many documents have it.
          = g_strdup_printf (_ ("%s (%s)"), group->name[0] != '\0' ? group->name : _ ("none"),
                             count);

      any = any || group->name[0] != '\0';
      gtk_string_list_append (names, text);
      item = g_list_model_get_item (G_LIST_MODEL (names), i + 1);
      g_object_set_data_full (item, "name", g_strdup (group->name), g_free);
      if (before != NULL && g_str_equal (before, group->name))
        selected = i + 1;
    }
  gtk_drop_down_set_model (choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (choice, selected);
  return any;
}

void
cz_narrow_button_fill (CzNarrowButton *self,
                       CzLibrary *library,
                       const CzCorpus *corpus,
                       gboolean *ret_labels,
                       gboolean *ret_splits)
{
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, corpus->id, NULL);
  g_autoptr (GPtrArray) labels = cz_corpus_get_labels (library, corpus->id, NULL);

  self->filling = TRUE;
  *ret_splits = fill_choice (self->split, _ ("All splits"), splits);
  *ret_labels = fill_choice (self->label, _ ("All labels"), labels);
  gtk_widget_set_visible (self->split_row, *ret_splits);
  gtk_widget_set_visible (self->label_row, *ret_labels);
  self->filling = FALSE;
  show_summary (self);
}

void
cz_narrow_button_clear (CzNarrowButton *self)
{
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->split, 0);
  gtk_drop_down_set_selected (self->label, 0);
  gtk_drop_down_set_selected (self->choice, 0);
  gtk_editable_set_text (self->source, "");
  self->filling = FALSE;
  choice_changed (self);
}

static void
cz_narrow_button_class_init (CzNarrowButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  changed_signal = g_signal_new ("changed", CZ_TYPE_NARROW_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/narrow-button.ui");
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, button);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, summary);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, split_row);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, label_row);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, split);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, label);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, choice);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, source);
  gtk_widget_class_bind_template_child (widget_class, CzNarrowButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, cz_narrow_button_clear);
}

static void
cz_narrow_button_init (CzNarrowButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_summary (self);
}
