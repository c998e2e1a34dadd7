#include "gui/corpora/sample-button.h"

struct _CzSampleButton
{
  AdwBin parent_instance;
  GtkMenuButton *button;
  GtkSpinButton *count;
  GtkSpinButton *seed;
};

G_DEFINE_FINAL_TYPE (CzSampleButton, cz_sample_button, ADW_TYPE_BIN)

static guint draw_signal;

static void
draw (CzSampleButton *self)
{
  gtk_spin_button_update (self->count);
  gtk_spin_button_update (self->seed);
  gtk_menu_button_popdown (self->button);
  g_signal_emit (self, draw_signal, 0);
}

static void
cz_sample_button_class_init (CzSampleButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  draw_signal = g_signal_new ("draw", CZ_TYPE_SAMPLE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/sample-button.ui");
  gtk_widget_class_bind_template_child (widget_class, CzSampleButton, button);
  gtk_widget_class_bind_template_child (widget_class, CzSampleButton, count);
  gtk_widget_class_bind_template_child (widget_class, CzSampleButton, seed);
  gtk_widget_class_bind_template_callback (widget_class, draw);
}

static void
cz_sample_button_init (CzSampleButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

gint64
cz_sample_button_get_count (CzSampleButton *self)
{
  return gtk_spin_button_get_value_as_int (self->count);
}

guint64
cz_sample_button_get_seed (CzSampleButton *self)
{
  return (guint64)gtk_spin_button_get_value (self->seed);
}
