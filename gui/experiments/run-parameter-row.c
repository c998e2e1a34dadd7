#include "gui/experiments/run-parameter-row.h"

#include <glib/gi18n.h>

// Of an entry: three learning rates fit.
#define CHARACTERS 14

struct _CzRunParameterRow
{
  AdwActionRow parent_instance;
  const CzRunParameter *parameter;
  GtkWidget *value; // GtkEntry or GtkDropDown
  GtkWidget *reset_button;
  GtkStringList *choices; // of a drop-down: the preset's, each word, each of them
  char **values;          // NULL: makes no sense
  char *preset;
  gboolean filling; // the drop-down's words are being set, not chosen from
};

G_DEFINE_FINAL_TYPE (CzRunParameterRow, cz_run_parameter_row, ADW_TYPE_ACTION_ROW)

static guint changed_signal;

static guint
count_words (const CzRunParameter *parameter)
{
  guint n = 0;

  while (n < G_N_ELEMENTS (parameter->words) && parameter->words[n] != NULL)
    n++;
  return n;
}

// Runs are worth comparing only where they are evaluated alike, so those are not tried in turn.
static gboolean
can_try_each (const CzRunParameter *parameter)
{
  return parameter->group == CZ_RUN_PARAMETERS_TRAINING
         || parameter->group == CZ_RUN_PARAMETERS_MASKING
         || parameter->group == CZ_RUN_PARAMETERS_OPTIMIZER
         || parameter->group == CZ_RUN_PARAMETERS_DEVICE;
}

// ---- Reading ----

static char **
read_choice (CzRunParameterRow *self)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->value));
  guint n = count_words (self->parameter);

  for (guint i = 0; i < n; i++)
    if (selected == i + 1 || selected == n + 1)
      g_strv_builder_add (values, self->parameter->words[i]);
  return g_strv_builder_end (values);
}

static void
show_own (CzRunParameterRow *self)
{
  gboolean own = self->values == NULL || self->values[0] != NULL;
  g_autofree char *preset
      = self->preset != NULL ? cz_run_parameter_format (self->parameter, self->preset) : NULL;
  g_autofree char *told = preset != NULL
                              ? g_strdup_printf (_ ("Back to the preset's value, %s"), preset)
                              : g_strdup (_ ("Back to the preset's value"));

  gtk_widget_set_visible (self->reset_button, own);
  gtk_widget_set_tooltip_text (self->reset_button, told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, told, -1);
  if (own)
    gtk_widget_add_css_class (GTK_WIDGET (self), "own-value");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "own-value");
}

static void
read_value (CzRunParameterRow *self)
{
  g_autofree char *sentence = NULL;

  if (self->filling)
    return;
  g_clear_pointer (&self->values, g_strfreev);
  if (self->choices != NULL)
    self->values = read_choice (self);
  else
    {
      gboolean good = cz_run_parameter_parse (self->parameter,
                                              gtk_editable_get_text (GTK_EDITABLE (self->value)),
                                              &self->values, &sentence);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                                   good ? _ (self->parameter->explanation) : sentence);
      if (good)
        gtk_widget_remove_css_class (self->value, "error");
      else
        gtk_widget_add_css_class (self->value, "error");
      gtk_accessible_update_state (
          GTK_ACCESSIBLE (self->value), GTK_ACCESSIBLE_STATE_INVALID,
          good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }
  show_own (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
reset (CzRunParameterRow *self)
{
  // The button is about to hide; the focus stays in the row.
  gtk_widget_grab_focus (self->value);
  cz_run_parameter_row_set_value (self, NULL);
}

// ---- Life ----

static void
cz_run_parameter_row_finalize (GObject *object)
{
  CzRunParameterRow *self = CZ_RUN_PARAMETER_ROW (object);

  g_strfreev (self->values);
  g_free (self->preset);
  G_OBJECT_CLASS (cz_run_parameter_row_parent_class)->finalize (object);
}

static void
cz_run_parameter_row_class_init (CzRunParameterRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_parameter_row_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_RUN_PARAMETER_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_run_parameter_row_init (CzRunParameterRow *self)
{
  self->values = g_new0 (char *, 1);
}

static void
make_choices (CzRunParameterRow *self)
{
  guint n = count_words (self->parameter);

  self->choices = gtk_string_list_new (NULL);
  gtk_string_list_append (self->choices, _ ("As the preset says"));
  for (guint i = 0; i < n; i++)
    gtk_string_list_append (self->choices, _ (self->parameter->word_names[i]));
  if (can_try_each (self->parameter))
    // Translators: a run with each of the values above.
    gtk_string_list_append (self->choices, _ ("Each of them"));
  self->value = gtk_drop_down_new (G_LIST_MODEL (self->choices), NULL);
  g_signal_connect_swapped (self->value, "notify::selected", G_CALLBACK (read_value), self);
}

static void
make_entry (CzRunParameterRow *self)
{
  self->value = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->value), CHARACTERS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->value), CHARACTERS);
  gtk_editable_set_alignment (GTK_EDITABLE (self->value), 1);
  gtk_entry_set_activates_default (GTK_ENTRY (self->value), TRUE);
  gtk_widget_add_css_class (self->value, "numeric");
  g_signal_connect_swapped (self->value, "changed", G_CALLBACK (read_value), self);
}

CzRunParameterRow *
cz_run_parameter_row_new (const CzRunParameter *parameter)
{
  CzRunParameterRow *self = g_object_new (CZ_TYPE_RUN_PARAMETER_ROW, NULL);

  self->parameter = parameter;
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ (parameter->title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ (parameter->explanation));
  if (parameter->kind == CZ_RUN_PARAMETER_WORD)
    make_choices (self);
  else
    make_entry (self);
  gtk_widget_set_valign (self->value, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->value), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (parameter->title), -1);
  self->reset_button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_valign (self->reset_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->reset_button, "flat");
  g_signal_connect_swapped (self->reset_button, "clicked", G_CALLBACK (reset), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->reset_button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->value);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->value);
  show_own (self);
  return self;
}

const char *const *
cz_run_parameter_row_get_values (CzRunParameterRow *self)
{
  return (const char *const *)self->values;
}

void
cz_run_parameter_row_set_value (CzRunParameterRow *self, const char *value)
{
  g_autofree char *text
      = value != NULL ? cz_run_parameter_format (self->parameter, value) : g_strdup ("");
  guint selected = 0;

  if (self->choices == NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->value), text);
      return;
    }
  for (guint i = 0; value != NULL && i < count_words (self->parameter); i++)
    if (g_str_equal (self->parameter->words[i], value))
      selected = i + 1;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->value), selected);
}

void
cz_run_parameter_row_set_preset (CzRunParameterRow *self, const char *value)
{
  g_autofree char *text = NULL;

  if (g_strcmp0 (self->preset, value) == 0)
    return;
  g_free (self->preset);
  self->preset = g_strdup (value);
  text = value != NULL ? cz_run_parameter_format (self->parameter, value) : NULL;
  if (self->choices == NULL)
    gtk_entry_set_placeholder_text (GTK_ENTRY (self->value), text);
  else
    {
      // Translators: a choice: what the preset says, which is "Linear".
      g_autofree char *told = text != NULL ? g_strdup_printf (_ ("Preset: %s"), text)
                                           : g_strdup (_ ("As the preset says"));
      const char *words[] = { told, NULL };
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->value));

      self->filling = TRUE;
      gtk_string_list_splice (self->choices, 0, 1, words);
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->value), selected);
      self->filling = FALSE;
    }
  show_own (self);
}

const char *
cz_run_parameter_row_get_preset (CzRunParameterRow *self)
{
  return self->preset;
}
