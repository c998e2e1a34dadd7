#include "gui/models/work-bar.h"

#include <glib/gi18n.h>

#include "gui/cloze.h"
#include "gui/progress-line.h"

// In milliseconds: what takes less shows nothing, and how often a bar without a share moves.
#define PATIENCE 200
#define PULSE    150

struct _CzWorkBar
{
  AdwBin parent_instance;
  GtkLabel *label;
  GtkProgressBar *bar;
  GCancellable *cancellable; // of what is under way; NULL: nothing is, or it was given up
  guint waking;              // timeout source: until it shows, then its pulse
  gboolean share_known;
  gboolean closed;
  char *title;
};

G_DEFINE_FINAL_TYPE (CzWorkBar, cz_work_bar, ADW_TYPE_BIN)

static guint cancelled_signal;

typedef struct
{
  CzWorkBar *bar;
  GCancellable *cancellable;
  CzWorkAnswered answered;
  gpointer data;
  GDestroyNotify free_data;
} Question;

static void
question_free (Question *question)
{
  if (question->free_data != NULL)
    question->free_data (question->data);
  g_object_unref (question->bar);
  g_object_unref (question->cancellable);
  g_free (question);
}

static gboolean
is_awaited (Question *question)
{
  return !question->bar->closed && question->bar->cancellable == question->cancellable;
}

static gboolean
pulse (gpointer data)
{
  CzWorkBar *self = data;

  if (!self->share_known)
    gtk_progress_bar_pulse (self->bar);
  return G_SOURCE_CONTINUE;
}

static gboolean
wake (gpointer data)
{
  CzWorkBar *self = data;

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  self->waking = g_timeout_add (PULSE, pulse, self);
  return G_SOURCE_REMOVE;
}

static void
rest (CzWorkBar *self)
{
  g_clear_handle_id (&self->waking, g_source_remove);
  g_clear_object (&self->cancellable);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
told (const char *line, gpointer data)
{
  Question *question = data;
  CzWorkBar *self = question->bar;
  CzProgressLine read;
  g_autofree char *text = NULL;

  if (!is_awaited (question))
    return;
  read = cz_progress_line_read (line);
  if (read.share >= 0)
    {
      self->share_known = TRUE;
      gtk_progress_bar_set_fraction (self->bar, read.share);
    }
  text = g_strdup_printf ("%s  %s", self->title, read.text);
  gtk_label_set_label (self->label, text);
  cz_progress_line_clear (&read);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  CzWorkBar *self = question->bar;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  if (is_awaited (question))
    {
      rest (self);
      question->answered (self, answer, error, question->data);
    }
  question_free (question);
}

void
cz_work_bar_cancel (CzWorkBar *self)
{
  g_autoptr (GCancellable) cancellable = self->cancellable;

  self->cancellable = NULL;
  if (cancellable == NULL)
    return;
  rest (self);
  g_cancellable_cancel (cancellable);
}

static void
cancel_clicked (CzWorkBar *self)
{
  cz_work_bar_cancel (self);
  g_signal_emit (self, cancelled_signal, 0);
}

gboolean
cz_work_bar_ask (CzWorkBar *self,
                 CzWorkbench *workbench,
                 const char *title,
                 const char *const *arguments,
                 CzWorkAnswered func,
                 gpointer data,
                 GDestroyNotify free_data)
{
  Question *question;

  if (self->closed || self->cancellable != NULL)
    {
      if (free_data != NULL)
        free_data (data);
      return FALSE;
    }
  question = g_new0 (Question, 1);
  question->bar = g_object_ref (self);
  question->answered = func;
  question->data = data;
  question->free_data = free_data;
  self->cancellable = g_cancellable_new ();
  question->cancellable = g_object_ref (self->cancellable);
  self->share_known = FALSE;
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_label_set_label (self->label, title);
  gtk_progress_bar_set_fraction (self->bar, 0);
  self->waking = g_timeout_add (PATIENCE, wake, self);
  cz_cloze_watch_async (cz_workbench_get_path (workbench), arguments, self->cancellable, told,
                        answered, question);
  return TRUE;
}

static void
cz_work_bar_dispose (GObject *object)
{
  CzWorkBar *self = CZ_WORK_BAR (object);

  cz_work_bar_cancel (self);
  self->closed = TRUE;
  G_OBJECT_CLASS (cz_work_bar_parent_class)->dispose (object);
}

static void
cz_work_bar_finalize (GObject *object)
{
  g_free (CZ_WORK_BAR (object)->title);
  G_OBJECT_CLASS (cz_work_bar_parent_class)->finalize (object);
}

static void
cz_work_bar_class_init (CzWorkBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_work_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_work_bar_finalize;
  cancelled_signal = g_signal_new ("cancelled", CZ_TYPE_WORK_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cz_work_bar_init (CzWorkBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->label = GTK_LABEL (gtk_label_new (NULL));
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  gtk_widget_set_hexpand (GTK_WIDGET (self->bar), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->bar), GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (GTK_WIDGET (self->bar), 80, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How far it is"), -1);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_clicked), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (box), cancel);
  gtk_widget_add_css_class (box, "work-bar");
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
