#include "gui/welcome/sample-bar.h"

#include <glib/gi18n.h>

#include "gui/numbers.h"
#include "gui/welcome/sample-start.h"

struct _CzSampleBar
{
  AdwBin parent_instance;
  CzSampleStart *sample; // the workbench's
  GtkInfoBar *bar;
  GtkLabel *label;
  GtkButton *button;
  guint next; // the sentence that comes next
};

G_DEFINE_FINAL_TYPE (CzSampleBar, cz_sample_bar, ADW_TYPE_BIN)

static guint show_signal;

static void
show_next (CzSampleBar *self)
{
  const char *const *sentences = cz_sample_start_get_sentences (self->sample);
  guint n = g_strv_length ((char **)sentences);

  if (n == 0)
    return;
  g_signal_emit (self, show_signal, 0, sentences[self->next % n]);
  self->next = (self->next + 1) % n;
  gtk_button_set_label (self->button, _ ("_Another sentence"));
  gtk_widget_set_visible (GTK_WIDGET (self->button), n > 1);
}

static void
show_bar (CzSampleBar *self, gboolean shown)
{
  gtk_info_bar_set_revealed (self->bar, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), shown);
}

static void
responded (CzSampleBar *self, int response)
{
  if (response == GTK_RESPONSE_CLOSE)
    show_bar (self, FALSE);
  else
    show_next (self);
}

// The run may be removed while the bar is shown.
static void
sample_changed (CzSampleBar *self)
{
  if (cz_sample_start_get_stage (self->sample) != CZ_SAMPLE_ADAPTED)
    show_bar (self, FALSE);
}

static char *
describe (GArray *values)
{
  double before, after = G_MAXDOUBLE;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (values->len < 2)
    return g_strdup (_ ("The starter is adapted to the Jargon File."));
  before = g_array_index (values, double, 0);
  // The model that is kept is that of the best evaluation.
  for (guint i = 0; i < values->len; i++)
    after = MIN (after, g_array_index (values, double, i));
  from = cz_numbers_perplexity (before);
  to = cz_numbers_perplexity (after);
  if (!(after < before))
    return g_strdup_printf (_ ("The starter read the Jargon File. Its perplexity stayed at %s."),
                            from);
  // Translators: before, after, by how many per cent. Perplexity is measured on texts of the
  // Jargon File that the model did not learn from.
  return g_strdup_printf (_ ("The starter is adapted to the Jargon File: perplexity %s → %s, "
                             "%.0f %% lower"),
                          from, to, 100 * (1 - after / before));
}

void
cz_sample_bar_tell (CzSampleBar *self, gboolean at_once)
{
  g_autofree char *text = describe (cz_sample_start_get_perplexities (self->sample));

  self->next = 0;
  gtk_label_set_label (self->label, text);
  gtk_button_set_label (self->button, _ ("_Try it in the playground"));
  gtk_widget_set_visible (GTK_WIDGET (self->button), TRUE);
  show_bar (self, TRUE);
  if (at_once)
    show_next (self);
}

static void
cz_sample_bar_class_init (CzSampleBarClass *klass)
{
  show_signal = g_signal_new ("show-sentence", CZ_TYPE_SAMPLE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_sample_bar_init (CzSampleBar *self)
{
  self->bar = GTK_INFO_BAR (gtk_info_bar_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  self->button = GTK_BUTTON (gtk_button_new ());
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_selectable (self->label, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "fact-value");
  gtk_button_set_use_underline (self->button, TRUE);
  gtk_info_bar_add_child (self->bar, GTK_WIDGET (self->label));
  gtk_info_bar_add_action_widget (self->bar, GTK_WIDGET (self->button), GTK_RESPONSE_ACCEPT);
  gtk_info_bar_set_show_close_button (self->bar, TRUE);
  g_signal_connect_swapped (self->bar, "response", G_CALLBACK (responded), self);
  show_bar (self, FALSE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->bar));
}

void
cz_sample_bar_set_workbench (CzSampleBar *self, CzWorkbench *workbench)
{
  self->sample = cz_sample_start_get (workbench);
  g_signal_connect_object (self->sample, "changed", G_CALLBACK (sample_changed), self,
                           G_CONNECT_SWAPPED);
}
