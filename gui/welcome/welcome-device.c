#include "gui/welcome/welcome-device.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "gui/cloze.h"
#include "gui/numbers.h"
#include "gui/welcome/sample-folder.h"

// Blocks at a time while DistilBERT's size is measured: so few that it takes seconds on a
// processor.
#define FEW_BLOCKS "micro_batch=2"

// One of the two sizes.
typedef struct
{
  AdwActionRow *row;
  GtkLabel *label;
  GtkSpinner *spinner;
  gboolean known; // or known not to be
} Size;

struct _CzWelcomeDevice
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  AdwActionRow *device_row;
  GtkLabel *device_label;
  GtkSpinner *device_spinner;
  AdwActionRow *memory_row;
  GtkLabel *memory_label;
  AdwActionRow *starter_row;
  GtkLabel *starter_label;
  GtkSpinner *starter_spinner;
  AdwActionRow *distilbert_row;
  GtkLabel *distilbert_label;
  GtkSpinner *distilbert_spinner;
  GtkWidget *again_button;
  Size sizes[2];  // the starter's, DistilBERT's
  guint measured; // which of them is being measured
  gboolean anew;  // what is remembered does not count
  GCancellable *measuring;
};

G_DEFINE_FINAL_TYPE (CzWelcomeDevice, cz_welcome_device, ADW_TYPE_BIN)

// ---- What is known at once ----

static void
show_device (CzWelcomeDevice *self)
{
  const char *name = cz_workbench_get_device (self->workbench);
  const char *trouble = cz_workbench_get_device_trouble (self->workbench);

  gtk_spinner_set_spinning (self->device_spinner, name[0] == '\0' && trouble == NULL);
  if (trouble != NULL)
    {
      gtk_label_set_label (self->device_label, _ ("none that can be used"));
      adw_action_row_set_subtitle (self->device_row, trouble);
      cz_welcome_device_stop (self);
    }
  else if (name[0] != '\0' && cz_workbench_has_gpu (self->workbench))
    gtk_label_set_label (self->device_label, name);
  else if (name[0] != '\0')
    {
      gtk_label_set_label (self->device_label, _ ("Processor, no GPU"));
      adw_action_row_set_subtitle (self->device_row, name);
    }
}

static double
get_number (JsonObject *object, const char *key)
{
  return json_object_get_double_member_with_default (object, key, NAN);
}

static void
show_memory (CzWelcomeDevice *self, JsonObject *plan)
{
  double bytes = get_number (plan, "device_memory_bytes");

  if (bytes > 0)
    {
      g_autofree char *size = g_format_size ((guint64)bytes);
      // Translators: memory that is free for a run: "23.9 GB free".
      g_autofree char *text = g_strdup_printf (_ ("%s free"), size);

      gtk_label_set_label (self->memory_label, text);
    }
}

// ---- What is measured ----

static void
show_time (Size *size, JsonObject *plan)
{
  double seconds = get_number (plan, "seconds");
  double speed = get_number (plan, "tokens_per_second");
  g_autofree char *duration = NULL;
  g_autofree char *about = NULL;
  g_autofree char *rate = NULL;
  g_autofree char *blocks = NULL;
  g_autofree char *told = NULL;

  size->known = TRUE;
  if (!(seconds > 0) || !(speed > 0))
    {
      gtk_label_set_label (size->label, _ ("could not be measured"));
      return;
    }
  duration = cz_numbers_duration (seconds);
  about = g_strdup_printf (_ ("about %s"), duration);
  rate = cz_numbers_count ((gint64)MAX (speed, 1));
  blocks = cz_numbers_count (json_object_get_int_member_with_default (plan, "train_blocks", 0));
  // Translators: how long it takes was reckoned from this: "10,000 blocks; measured here: 4,200
  // tokens a second"
  told = g_strdup_printf (_ ("%s blocks; measured here: %s tokens a second"), blocks, rate);
  gtk_label_set_label (size->label, about);
  adw_action_row_set_subtitle (size->row, told);
}

static void measure_next (CzWelcomeDevice *self);

static void
measured (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzWelcomeDevice) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);
  Size *size = &self->sizes[self->measured];

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->measuring);
  gtk_spinner_stop (size->spinner);
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    {
      show_time (size, json_node_get_object (answer));
      show_memory (self, json_node_get_object (answer));
    }
  else
    {
      size->known = TRUE;
      gtk_label_set_label (size->label, _ ("could not be measured"));
      adw_action_row_set_subtitle (size->row, error != NULL ? error->message : "");
    }
  measure_next (self);
}

// The starter first: the sample is what it is asked for.
static void
measure_next (CzWelcomeDevice *self)
{
  const char *anew = self->anew ? "--measure" : NULL;
  // Without a model it is one of DistilBERT's size.
  const char *const plans[][8]
      = { { "run", "plan", "--preset", "course", "--model", CZ_SAMPLE_MODEL, anew, NULL },
          { "run", "plan", "--preset", "course", "--set", FEW_BLOCKS, anew, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (self->sizes); i++)
    {
      if (self->sizes[i].known)
        continue;
      self->measured = i;
      self->measuring = g_cancellable_new ();
      gtk_label_set_label (self->sizes[i].label, _ ("measuring…"));
      gtk_spinner_start (self->sizes[i].spinner);
      gtk_widget_set_sensitive (self->again_button, FALSE);
      cz_cloze_ask_async (cz_workbench_get_path (self->workbench), plans[i], self->measuring,
                          measured, g_object_ref (self));
      return;
    }
  self->anew = FALSE;
  gtk_widget_set_sensitive (self->again_button, TRUE);
}

// What was measured while the computer had other work is no good measure.
static void
measure_again (CzWelcomeDevice *self)
{
  self->anew = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (self->sizes); i++)
    self->sizes[i].known = FALSE;
  cz_welcome_device_measure (self);
}

void
cz_welcome_device_measure (CzWelcomeDevice *self)
{
  if (self->measuring == NULL && cz_workbench_get_library (self->workbench) != NULL
      && cz_workbench_get_device (self->workbench)[0] != '\0')
    measure_next (self);
}

void
cz_welcome_device_stop (CzWelcomeDevice *self)
{
  if (self->measuring != NULL)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  for (guint i = 0; i < G_N_ELEMENTS (self->sizes); i++)
    {
      gtk_spinner_stop (self->sizes[i].spinner);
      if (!self->sizes[i].known)
        gtk_label_set_label (self->sizes[i].label, _ ("not measured yet"));
    }
}

// ---- Life ----

static void
cz_welcome_device_dispose (GObject *object)
{
  CzWelcomeDevice *self = CZ_WELCOME_DEVICE (object);

  if (self->measuring != NULL)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  G_OBJECT_CLASS (cz_welcome_device_parent_class)->dispose (object);
}

static void
cz_welcome_device_class_init (CzWelcomeDeviceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_welcome_device_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/welcome-device.ui");
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, device_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, device_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, device_spinner);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, memory_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, memory_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, starter_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, starter_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, starter_spinner);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, distilbert_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, distilbert_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, distilbert_spinner);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomeDevice, again_button);
  gtk_widget_class_bind_template_callback (widget_class, measure_again);
}

static void
cz_welcome_device_init (CzWelcomeDevice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->sizes[0] = (Size){ .row = self->starter_row,
                           .label = self->starter_label,
                           .spinner = self->starter_spinner };
  self->sizes[1] = (Size){ .row = self->distilbert_row,
                           .label = self->distilbert_label,
                           .spinner = self->distilbert_spinner };
}

void
cz_welcome_device_set_workbench (CzWelcomeDevice *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  g_signal_connect_object (workbench, "notify::device", G_CALLBACK (show_device), self,
                           G_CONNECT_SWAPPED);
  show_device (self);
}
