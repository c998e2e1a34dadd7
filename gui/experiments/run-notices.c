#include "gui/experiments/run-notices.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "data/run.h"
#include "gui/kept-setting.h"
#include "gui/experiments/queue.h"
#include "gui/experiments/run-item.h"
#include "gui/numbers.h"
#include "gui/window.h"

// The library's setting: up to when a person has been told, seconds since 1970.
#define TOLD_SETTING "runs-told"
// Lines that stay until they were seen; then only how many more there are.
#define MOST_LINES 4

struct _CzRunNotices
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GtkInfoBar *bar;
  GtkLabel *label;
  GPtrArray *lines;    // that stay
  gint64 last;         // the run that "Show" goes to
  gint64 told;         // up to when
  GHashTable *at_work; // ids (as pointers) of runs that are at work
  GHashTable *known;   // "ID ENDED" of those ended in the second `told`
};

G_DEFINE_FINAL_TYPE (CzRunNotices, cz_run_notices, ADW_TYPE_BIN)

// ---- The bar ----

static void
show_bar (CzRunNotices *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (self->lines->len, MOST_LINES); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (char *)self->lines->pdata[i]);
  if (self->lines->len > MOST_LINES)
    {
      guint more = self->lines->len - MOST_LINES;

      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", more), more);
    }
  gtk_label_set_label (self->label, text->str);
  gtk_info_bar_set_revealed (self->bar, self->lines->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), self->lines->len > 0);
}

static void
add_line (CzRunNotices *self, gint64 run, const char *sentence)
{
  self->last = run;
  g_ptr_array_add (self->lines, g_strdup (sentence));
  show_bar (self);
}

static void
responded (GtkInfoBar *bar, int response, CzRunNotices *self)
{
  gint64 run = self->last;

  g_ptr_array_set_size (self->lines, 0);
  show_bar (self);
  if (response == GTK_RESPONSE_ACCEPT)
    cz_window_go_to (GTK_WIDGET (self), "experiments", run);
}

// ---- What is told ----

static gboolean
went_well (const CzRun *run)
{
  return run->state == CZ_RUN_FINISHED;
}

// Paused though nobody asked, or worse.
static gboolean
needs_a_look (const CzRun *run)
{
  return run->state == CZ_RUN_FAILED || run->state == CZ_RUN_INTERRUPTED
         || (run->state == CZ_RUN_PAUSED && run->message != NULL && run->message[0] != '\0');
}

static char *
make_heading (const CzRun *run)
{
  switch (run->state)
    {
    case CZ_RUN_FINISHED:
      return g_strdup_printf (_ ("“%s” has finished"), run->name);
    case CZ_RUN_FAILED:
      return g_strdup_printf (_ ("“%s” has failed"), run->name);
    case CZ_RUN_PAUSED:
      return g_strdup_printf (_ ("“%s” has paused by itself"), run->name);
    case CZ_RUN_QUEUED:
    case CZ_RUN_RUNNING:
    case CZ_RUN_STOPPED:
    case CZ_RUN_INTERRUPTED:
    default:
      return g_strdup_printf (_ ("“%s” was interrupted"), run->name);
    }
}

static char *
make_body (const CzRun *run)
{
  double found = isnan (run->best) ? run->after : run->best;

  if (run->message != NULL && run->message[0] != '\0')
    return g_strdup (run->message);
  if (run->state == CZ_RUN_INTERRUPTED)
    return g_strdup (run->resumable ? _ ("Its process is gone. It can go on from its last "
                                         "checkpoint.")
                                    : _ ("Its process is gone, before its first checkpoint."));
  if (!isnan (run->before) && !isnan (found))
    {
      g_autofree char *before = cz_numbers_perplexity (exp (run->before));
      g_autofree char *after = cz_numbers_perplexity (exp (found));

      // Translators: before and after.
      return g_strdup_printf (_ ("Perplexity %s → %s"), before, after);
    }
  return g_strdup ("");
}

static void
tell_desktop (CzRunNotices *self, gint64 run, const char *heading, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *id = g_strdup_printf ("run-%" PRId64, run);
  g_autoptr (GNotification) notification = NULL;

  if (root == NULL || gtk_window_is_active (GTK_WINDOW (root))
      || gtk_window_get_application (GTK_WINDOW (root)) == NULL)
    return;
  notification = g_notification_new (heading);
  if (body[0] != '\0')
    g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-run", "x", run);
  g_notification_add_button_with_target (notification, _ ("Show the run"), "app.show-run", "x",
                                         run);
  g_application_send_notification (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (root))),
                                   id, notification);
}

static void
tell_run (CzRunNotices *self, const CzRun *run)
{
  g_autofree char *heading = make_heading (run);
  g_autofree char *body = make_body (run);
  g_autofree char *id = g_strdup_printf ("%" PRId64, run->id);
  // Translators: what happened to a run, and what is to be said of it.
  g_autofree char *both
      = body[0] != '\0' ? g_strdup_printf (_ ("%s: %s"), heading, body) : g_strdup (heading);

  tell_desktop (self, run->id, heading, body);
  if (went_well (run))
    cz_window_toast_with_action (GTK_WIDGET (self), both, _ ("_Show"), "win.show-run", id);
  else
    add_line (self, run->id, both);
}

// ---- Which have ended ----

static gboolean
is_new (CzRunNotices *self, const CzRun *run)
{
  if (run->ended < self->told || run->trashed)
    return FALSE;
  return g_hash_table_add (self->known,
                           g_strdup_printf ("%" PRId64 " %" PRId64, run->id, run->ended));
}

// Runs whose process was there at the last look and is not now.
static void
find_interrupted (CzRunNotices *self, GPtrArray *found)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->at_work);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      CzRunItem *item = cz_workbench_find_run (self->workbench, (gint64)GPOINTER_TO_SIZE (key));

      if (item != NULL && cz_run_item_get (item)->state == CZ_RUN_INTERRUPTED)
        g_ptr_array_add (found, g_object_ref (item));
    }
}

static void
follow_those_at_work (CzRunNotices *self)
{
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);

  g_hash_table_remove_all (self->at_work);
  for (guint i = 0; i < active->len; i++)
    g_hash_table_add (self->at_work,
                      GSIZE_TO_POINTER ((gsize)cz_run_item_get (active->pdata[i])->id));
}

// Looks at those that changed, not at all there are.
static GPtrArray *
find_ended (CzRunNotices *self)
{
  GPtrArray *changed = cz_workbench_get_changed_runs (self->workbench);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  find_interrupted (self, found);
  follow_those_at_work (self);
  for (guint i = 0; i < changed->len; i++)
    {
      const CzRun *run = cz_run_item_get (changed->pdata[i]);

      if (run->state != CZ_RUN_RUNNING && run->ended > 0 && run->state != CZ_RUN_INTERRUPTED
          && is_new (self, run) && (went_well (run) || needs_a_look (run)))
        g_ptr_array_add (found, g_object_ref (changed->pdata[i]));
    }
  return found;
}

static void
remember (CzRunNotices *self, GPtrArray *ended)
{
  gint64 newest = self->told;
  g_autofree char *text = NULL;

  for (guint i = 0; i < ended->len; i++)
    newest = MAX (newest, cz_run_item_get (ended->pdata[i])->ended);
  if (newest == self->told)
    return;
  self->told = newest;
  text = g_strdup_printf ("%" PRId64, newest);
  // Where the library stays busy, they are told once more at the next start.
  cz_kept_setting_write (self->workbench, TOLD_SETTING, text);
}

static void
library_changed (CzRunNotices *self)
{
  g_autoptr (GPtrArray) ended = find_ended (self);

  for (guint i = 0; i < ended->len; i++)
    tell_run (self, cz_run_item_get (ended->pdata[i]));
  remember (self, ended);
}

// Those that ended while no window was open are told together.
static void
opened (CzRunNotices *self)
{
  g_autofree char *text
      = cz_library_get_setting (cz_workbench_get_library (self->workbench), TOLD_SETTING);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GPtrArray) ended = NULL;
  guint wrong = 0;

  self->told = text != NULL ? g_ascii_strtoll (text, NULL, 10) + 1 : now;
  ended = find_ended (self);
  if (text == NULL)
    {
      g_autofree char *first = g_strdup_printf ("%" PRId64, now);

      cz_kept_setting_write (self->workbench, TOLD_SETTING, first);
      return;
    }
  for (guint i = 0; i < ended->len; i++)
    wrong += !went_well (cz_run_item_get (ended->pdata[i]));
  if (ended->len == 1)
    tell_run (self, cz_run_item_get (ended->pdata[0]));
  else if (ended->len > 1)
    {
      g_autofree char *told
          = g_strdup_printf (ngettext ("%u run ended while you were away",
                                       "%u runs ended while you were away", ended->len),
                             ended->len);
      g_autofree char *looked = g_strdup_printf (
          // Translators: the %s is "3 runs ended while you were away".
          ngettext ("%s; %u needs a look", "%s; %u need a look", wrong), told, wrong);

      add_line (self, cz_run_item_get (ended->pdata[0])->id, wrong > 0 ? looked : told);
    }
  remember (self, ended);
}

static void
queue_failed (CzRunNotices *self, const char *sentence)
{
  g_autofree char *told = g_strdup_printf (_ ("The queue does not go on: %s"), sentence);

  add_line (self, 0, told);
}

// ---- Life ----

static void
cz_run_notices_finalize (GObject *object)
{
  CzRunNotices *self = CZ_RUN_NOTICES (object);

  g_ptr_array_unref (self->lines);
  g_hash_table_unref (self->at_work);
  g_hash_table_unref (self->known);
  G_OBJECT_CLASS (cz_run_notices_parent_class)->finalize (object);
}

static void
cz_run_notices_class_init (CzRunNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_notices_finalize;
}

static void
cz_run_notices_init (CzRunNotices *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->at_work = g_hash_table_new (NULL, NULL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bar = GTK_INFO_BAR (gtk_info_bar_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_info_bar_add_child (self->bar, GTK_WIDGET (self->label));
  gtk_info_bar_add_button (self->bar, _ ("_Show"), GTK_RESPONSE_ACCEPT);
  gtk_info_bar_set_show_close_button (self->bar, TRUE);
  gtk_info_bar_set_revealed (self->bar, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), FALSE);
  g_signal_connect (self->bar, "response", G_CALLBACK (responded), self);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->bar));
}

void
cz_run_notices_set_workbench (CzRunNotices *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  g_signal_connect_object (workbench, "opened", G_CALLBACK (opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cz_queue_get (workbench), "failed", G_CALLBACK (queue_failed), self,
                           G_CONNECT_SWAPPED);
}
