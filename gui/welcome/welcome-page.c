#include "gui/welcome/welcome-page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/front-page.h"
#include "gui/kept-setting.h"
#include "gui/numbers.h"
#include "gui/welcome/sample-start.h"
#include "gui/welcome/welcome-device.h"
#include "gui/window.h"

// The library's setting: the page was left.
#define LEFT_SETTING "welcome-left"

struct _CzWelcomePage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzSampleStart *sample;  // the workbench's
  GtkStack *states;
  GtkWidget *sample_button;
  AdwActionRow *sample_row;
  GtkWidget *hub_row;
  GtkWidget *trouble_row;
  GtkLabel *trouble_label;
  GtkLabel *before_label;
  GtkWidget *arrow_label;
  GtkLabel *after_label;
  GtkLabel *curve_label;
  GtkLabel *status_label;
  GtkLabel *left_label;
  GtkProgressBar *bar;
  GtkWidget *cancel_button;
  GtkWidget *import_button;
  CzWelcomeDevice *device;
};

G_DEFINE_FINAL_TYPE (CzWelcomePage, cz_welcome_page, ADW_TYPE_BIN)

// ---- The sample on its way ----

static void
show_perplexities (CzWelcomePage *self)
{
  GArray *values = cz_sample_start_get_perplexities (self->sample);
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < values->len; i++)
    {
      g_autofree char *one = cz_numbers_perplexity (g_array_index (values, double, i));

      g_string_append_printf (all, "%s%s", i > 0 ? " → " : "", one);
    }
  if (values->len > 0)
    {
      first = cz_numbers_perplexity (g_array_index (values, double, 0));
      last = cz_numbers_perplexity (g_array_index (values, double, values->len - 1));
    }
  gtk_label_set_label (self->before_label, first != NULL ? first : "–");
  gtk_label_set_label (self->after_label, values->len > 1 ? last : "");
  gtk_widget_set_visible (self->arrow_label, values->len > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->after_label), values->len > 1);
  gtk_label_set_label (self->curve_label, all->str);
  gtk_widget_set_visible (GTK_WIDGET (self->curve_label), values->len > 2);
}

static void
show_progress (CzWelcomePage *self)
{
  double share = cz_sample_start_get_share (self->sample);
  g_autofree char *left = cz_numbers_time_left (cz_sample_start_get_seconds_left (self->sample));

  gtk_label_set_label (self->status_label, cz_sample_start_get_status (self->sample));
  gtk_label_set_label (self->left_label, left);
  if (isnan (share))
    gtk_progress_bar_pulse (self->bar);
  else
    gtk_progress_bar_set_fraction (self->bar, share);
  gtk_widget_set_sensitive (self->cancel_button,
                            cz_sample_start_get_stage (self->sample) != CZ_SAMPLE_CANCELLING);
  show_perplexities (self);
}

static void
show_ways (CzWelcomePage *self)
{
  const char *trouble = cz_sample_start_get_trouble (self->sample);
  gboolean adapted = cz_sample_start_get_stage (self->sample) == CZ_SAMPLE_ADAPTED;
  gboolean paused = cz_sample_start_is_paused (self->sample);

  gtk_label_set_label (self->trouble_label, trouble != NULL ? trouble : "");
  gtk_widget_set_visible (self->trouble_row, trouble != NULL);
  gtk_button_set_label (GTK_BUTTON (self->sample_button), adapted  ? _ ("_Open the playground")
                                                          : paused ? _ ("_Resume")
                                                                   : _ ("_Start"));
  adw_action_row_set_subtitle (
      self->sample_row,
      adapted
          ? _ ("The starter is adapted to the Jargon File already: see it beside itself before.")
      : paused
          ? _ ("The run is paused. It goes on where it was.")
          : _ (
              "Adapts the small model that comes with the program to the Jargon File, a dictionary "
              "of hacker slang: about three minutes, then you see the difference."));
}

static void
show (CzWelcomePage *self)
{
  gboolean active = cz_sample_start_is_active (self->sample);

  gtk_stack_set_visible_child_name (self->states, active ? "progress" : "ways");
  gtk_widget_set_visible (self->import_button, !active);
  if (active)
    {
      cz_welcome_device_stop (self->device);
      show_progress (self);
    }
  else
    show_ways (self);
}

static void
start_clicked (CzWelcomePage *self)
{
  cz_sample_start_begin (self->sample);
}

static void
cancel_clicked (CzWelcomePage *self)
{
  cz_sample_start_cancel (self->sample);
}

static void
background_clicked (CzWelcomePage *self)
{
  cz_window_go_to (GTK_WIDGET (self), "experiments", cz_sample_start_get_run (self->sample));
}

// ---- Coming and going ----

// Whether the window can fetch models from the Hub.
static gboolean
has_hub (CzWelcomePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GType owner;
  const char *action, *property;
  const GVariantType *type;

  // GTK 4.8 wants a place for all it tells.
  for (guint i = 0; root != NULL
                    && gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (root), i, &owner,
                                                      &action, &type, &property);
       i++)
    if (g_str_equal (action, "win.hub-model"))
      return TRUE;
  return FALSE;
}

static void
device_known (CzWelcomePage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !cz_sample_start_is_active (self->sample))
    cz_welcome_device_measure (self->device);
}

static void
cz_welcome_page_map (GtkWidget *widget)
{
  CzWelcomePage *self = CZ_WELCOME_PAGE (widget);

  GTK_WIDGET_CLASS (cz_welcome_page_parent_class)->map (widget);
  gtk_widget_set_visible (self->hub_row, has_hub (self));
  show (self);
  device_known (self);
}

// Left, whichever way was taken.
static void
cz_welcome_page_unmap (GtkWidget *widget)
{
  CzWelcomePage *self = CZ_WELCOME_PAGE (widget);

  GTK_WIDGET_CLASS (cz_welcome_page_parent_class)->unmap (widget);
  cz_welcome_device_stop (self->device);
}

gboolean
cz_welcome_page_is_due (CzWelcomePage *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autofree char *left
      = library != NULL ? cz_library_get_setting (library, LEFT_SETTING) : g_strdup ("");

  return left == NULL && g_list_model_get_n_items (cz_workbench_get_corpora (self->workbench)) == 0
         && g_list_model_get_n_items (cz_workbench_get_runs (self->workbench)) == 0
         && g_list_model_get_n_items (cz_workbench_get_trash (self->workbench)) == 0;
}

void
cz_welcome_page_leave (CzWelcomePage *self)
{
  if (cz_workbench_get_library (self->workbench) != NULL)
    cz_kept_setting_write (self->workbench, LEFT_SETTING, "1");
}

// ---- Life ----

static void
cz_welcome_page_class_init (CzWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->map = cz_welcome_page_map;
  widget_class->unmap = cz_welcome_page_unmap;
  g_type_ensure (CZ_TYPE_WELCOME_DEVICE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, states);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, sample_button);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, sample_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, hub_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, trouble_row);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, before_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, arrow_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, after_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, curve_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, status_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, left_label);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, bar);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, import_button);
  gtk_widget_class_bind_template_child (widget_class, CzWelcomePage, device);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, background_clicked);
}

static void
cz_welcome_page_init (CzWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
}

void
cz_welcome_page_set_workbench (CzWelcomePage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  self->sample = cz_sample_start_get (workbench);
  cz_welcome_device_set_workbench (self->device, workbench);
  g_signal_connect_object (self->sample, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::device", G_CALLBACK (device_known), self,
                           G_CONNECT_SWAPPED);
}
