#include "gui/models/new-model-progress.h"

#include "gui/progress-line.h"

#define PULSE 100 // milliseconds

struct _CzNewModelProgress
{
  GtkBox parent_instance;
  GtkLabel *heading, *doing;
  GtkProgressBar *bar;
  guint pulsing; // timeout source, until a share is known
};

G_DEFINE_FINAL_TYPE (CzNewModelProgress, cz_new_model_progress, GTK_TYPE_BOX)

static void
cz_new_model_progress_dispose (GObject *object)
{
  cz_new_model_progress_end (CZ_NEW_MODEL_PROGRESS (object));
  G_OBJECT_CLASS (cz_new_model_progress_parent_class)->dispose (object);
}

static void
cz_new_model_progress_class_init (CzNewModelProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_new_model_progress_dispose;
}

static GtkLabel *
add_label (CzNewModelProgress *self, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self), label);
  return GTK_LABEL (label);
}

static void
cz_new_model_progress_init (CzNewModelProgress *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (GTK_WIDGET (self), 36);
  gtk_widget_set_margin_end (GTK_WIDGET (self), 36);
  self->heading = add_label (self, "title-2");
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->bar));
  self->doing = add_label (self, "numeric");
}

static gboolean
pulse (gpointer data)
{
  gtk_progress_bar_pulse (CZ_NEW_MODEL_PROGRESS (data)->bar);
  return G_SOURCE_CONTINUE;
}

void
cz_new_model_progress_begin (CzNewModelProgress *self, const char *heading)
{
  cz_new_model_progress_end (self);
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->doing, "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  heading, -1);
  gtk_progress_bar_set_fraction (self->bar, 0);
  self->pulsing = g_timeout_add (PULSE, pulse, self);
}

void
cz_new_model_progress_tell (CzNewModelProgress *self, const char *line)
{
  CzProgressLine read = cz_progress_line_read (line);

  if (read.share >= 0)
    {
      g_clear_handle_id (&self->pulsing, g_source_remove);
      gtk_progress_bar_set_fraction (self->bar, read.share);
    }
  gtk_label_set_label (self->doing, read.text);
  cz_progress_line_clear (&read);
}

void
cz_new_model_progress_end (CzNewModelProgress *self)
{
  g_clear_handle_id (&self->pulsing, g_source_remove);
}
