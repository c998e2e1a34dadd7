#include "gui/playground/prediction-options.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "gui/kept-setting.h"

// The setting that remembers them, and how long after the last change it is written, in
// milliseconds.
#define SETTING "predictions"
#define REST    1000

#define MOST_WORDS 100
#define FIRST_TOP  10

struct _CzPredictionOptions
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GtkEntry *targets;
  GtkMenuButton *button;
  GtkSpinButton *top;
  GtkBox *presets;
  GtkDropDown *pieces;
  GtkCheckButton *joint;
  GtkCheckButton *moved;
  GtkCheckButton *ranked;
  gboolean recalled;
  gboolean filling;
  guint remembering; // timeout source
};

G_DEFINE_FINAL_TYPE (CzPredictionOptions, cz_prediction_options, ADW_TYPE_BIN)

static guint changed_signal;

// ---- Remembering ----

static gboolean
remember (gpointer data)
{
  CzPredictionOptions *self = data;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  self->remembering = 0;
  json_object_set_int_member (object, "top", cz_prediction_options_get_top (self));
  json_object_set_string_member (object, "targets",
                                 gtk_editable_get_text (GTK_EDITABLE (self->targets)));
  json_object_set_int_member (object, "pieces", cz_prediction_options_get_pieces (self));
  json_object_set_boolean_member (object, "joint", cz_prediction_options_is_joint (self));
  json_object_set_boolean_member (object, "moved", cz_prediction_options_has_moved (self));
  json_object_set_boolean_member (object, "ranked", cz_prediction_options_is_ranked (self));
  json_node_set_object (root, object);
  text = json_to_string (root, FALSE);
  cz_kept_setting_write (self->workbench, SETTING, text);
  return G_SOURCE_REMOVE;
}

static void
show_top (CzPredictionOptions *self)
{
  guint top = cz_prediction_options_get_top (self);
  g_autofree char *label = g_strdup_printf (ngettext ("%u word", "%u words", top), top);

  gtk_menu_button_set_label (self->button, label);
}

static void
changed (CzPredictionOptions *self)
{
  show_top (self);
  if (self->filling)
    return;
  if (self->recalled)
    {
      g_clear_handle_id (&self->remembering, g_source_remove);
      self->remembering = g_timeout_add (REST, remember, self);
    }
  g_signal_emit (self, changed_signal, 0);
}

void
cz_prediction_options_recall (CzPredictionOptions *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autofree char *text = library != NULL ? cz_library_get_setting (library, SETTING) : NULL;
  g_autoptr (JsonNode) root = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object;

  if (self->recalled || library == NULL)
    return;
  self->recalled = TRUE;
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  object = json_node_get_object (root);
  self->filling = TRUE;
  gtk_spin_button_set_value (
      self->top, (double)json_object_get_int_member_with_default (object, "top", FIRST_TOP));
  gtk_editable_set_text (GTK_EDITABLE (self->targets),
                         json_object_get_string_member_with_default (object, "targets", ""));
  gtk_drop_down_set_selected (
      self->pieces,
      (guint)CLAMP (json_object_get_int_member_with_default (object, "pieces", 0) - 1, 0, 2));
  gtk_check_button_set_active (
      self->joint, json_object_get_boolean_member_with_default (object, "joint", FALSE));
  gtk_check_button_set_active (self->moved,
                               json_object_get_boolean_member_with_default (object, "moved", TRUE));
  gtk_check_button_set_active (
      self->ranked, json_object_get_boolean_member_with_default (object, "ranked", FALSE));
  self->filling = FALSE;
}

// ---- Choosing ----

static void
preset_clicked (CzPredictionOptions *self, GtkWidget *button)
{
  gtk_spin_button_set_value (self->top,
                             GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "count")));
}

static void
add_presets (CzPredictionOptions *self)
{
  static const guint counts[] = { 5, 10, 20, 50, 100 };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *label = g_strdup_printf ("%u", counts[i]);
      GtkWidget *button = gtk_button_new_with_label (label);

      g_object_set_data (G_OBJECT (button), "count", GUINT_TO_POINTER (counts[i]));
      g_signal_connect_object (button, "clicked", G_CALLBACK (preset_clicked), self,
                               G_CONNECT_SWAPPED);
      gtk_box_append (self->presets, button);
    }
}

// ---- Life ----

static void
cz_prediction_options_dispose (GObject *object)
{
  g_clear_handle_id (&CZ_PREDICTION_OPTIONS (object)->remembering, g_source_remove);
  G_OBJECT_CLASS (cz_prediction_options_parent_class)->dispose (object);
}

static void
cz_prediction_options_class_init (CzPredictionOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_options_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_PREDICTION_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/clozebench/Clozebench/ui/prediction-options.ui");
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, targets);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, button);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, top);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, presets);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, pieces);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, joint);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, moved);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionOptions, ranked);
  gtk_widget_class_bind_template_callback (widget_class, changed);
}

static void
cz_prediction_options_init (CzPredictionOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_presets (self);
  show_top (self);
}

GtkWidget *
cz_prediction_options_new (CzWorkbench *workbench)
{
  CzPredictionOptions *self = g_object_new (CZ_TYPE_PREDICTION_OPTIONS, NULL);

  self->workbench = workbench;
  return GTK_WIDGET (self);
}

// ---- What was chosen ----

guint
cz_prediction_options_get_top (CzPredictionOptions *self)
{
  return (guint)CLAMP (lround (gtk_spin_button_get_value (self->top)), 1, MOST_WORDS);
}

char **
cz_prediction_options_dup_targets (CzPredictionOptions *self)
{
  g_auto (GStrv) words
      = g_strsplit_set (gtk_editable_get_text (GTK_EDITABLE (self->targets)), ",;", -1);
  g_autoptr (GStrvBuilder) targets = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_strstrip (words[i]);
      if (words[i][0] != '\0' && g_hash_table_add (seen, words[i]))
        g_strv_builder_add (targets, words[i]);
    }
  return g_strv_builder_end (targets);
}

void
cz_prediction_options_set_targets (CzPredictionOptions *self, const char *const *targets)
{
  g_auto (GStrv) now = cz_prediction_options_dup_targets (self);
  g_autofree char *text = g_strjoinv (", ", (char **)targets);

  if (!g_strv_equal ((const char *const *)now, targets))
    gtk_editable_set_text (GTK_EDITABLE (self->targets), text);
}

gboolean
cz_prediction_options_is_ranked (CzPredictionOptions *self)
{
  return gtk_check_button_get_active (self->ranked);
}

guint
cz_prediction_options_get_pieces (CzPredictionOptions *self)
{
  guint selected = gtk_drop_down_get_selected (self->pieces);

  return selected == 1 || selected == 2 ? selected + 1 : 0;
}

gboolean
cz_prediction_options_is_joint (CzPredictionOptions *self)
{
  return gtk_check_button_get_active (self->joint);
}

gboolean
cz_prediction_options_has_moved (CzPredictionOptions *self)
{
  return gtk_check_button_get_active (self->moved);
}
