#include "gui/experiments/run-deed.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gui/corpora/form-dialog.h"
#include "gui/corpora/library-task.h"
#include "gui/experiments/run-export.h"
#include "gui/numbers.h"
#include "gui/window.h"

// What is done, beside CzRunDeed, to each of the runs with a text of its own.
enum
{
  RENAME = CZ_RUN_DEED_RESTORE + 1,
  NOTES,
  TAGS,
  REMOVE,
  MEASURE, // nothing: how big its folder is
};

typedef struct
{
  CzWorkbench *workbench;
  int deed;
  int color;
  GArray *ids;      // gint64
  GPtrArray *texts; // by run; NULL where the deed needs none
  char *name;       // of a single run
  guint done;
  guint64 bytes;
  char *trouble; // the first one's sentence
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->workbench);
  g_array_unref (work->ids);
  g_clear_pointer (&work->texts, g_ptr_array_unref);
  g_free (work->name);
  g_free (work->trouble);
  g_free (work);
}

static Work *
work_new (int deed, CzWorkbench *workbench, GPtrArray *runs)
{
  Work *work = g_new0 (Work, 1);

  work->workbench = g_object_ref (workbench);
  work->deed = deed;
  work->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < runs->len; i++)
    g_array_append_val (work->ids, cz_run_item_get (g_ptr_array_index (runs, i))->id);
  if (runs->len == 1)
    work->name = g_strdup (cz_run_item_get (g_ptr_array_index (runs, 0))->name);
  return work;
}

// ---- In the thread ----

static guint64
measure_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 bytes = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf status;

      if (g_lstat (child, &status) != 0)
        continue;
      bytes += S_ISDIR (status.st_mode) ? measure_folder (child) : (guint64)status.st_size;
    }
  return bytes;
}

static gboolean
do_one (CzLibrary *library, Work *work, guint i, GError **error)
{
  gint64 id = g_array_index (work->ids, gint64, i);
  const char *text = work->texts != NULL ? g_ptr_array_index (work->texts, i) : NULL;
  g_autofree char *folder = NULL;

  switch (work->deed)
    {
    case CZ_RUN_DEED_STAR:
    case CZ_RUN_DEED_UNSTAR:
      return cz_run_set_starred (library, id, work->deed == CZ_RUN_DEED_STAR, error);
    case CZ_RUN_DEED_COLOR:
      return cz_run_set_color (library, id, work->color, error);
    case CZ_RUN_DEED_QUEUE:
    case CZ_RUN_DEED_UNQUEUE:
      return cz_run_set_queued (library, id, work->deed == CZ_RUN_DEED_QUEUE, error);
    case CZ_RUN_DEED_TRASH:
    case CZ_RUN_DEED_RESTORE:
      return cz_run_set_trashed (library, id, work->deed == CZ_RUN_DEED_TRASH, error);
    case RENAME:
      return cz_run_rename (library, id, text, error);
    case NOTES:
      return cz_run_set_notes (library, id, text, error);
    case TAGS:
      return cz_run_set_tags (library, id, text, error);
    case REMOVE:
      return cz_run_remove (library, id, error);
    case MEASURE:
    default:
      folder = cz_run_get_folder (library, id);
      work->bytes += measure_folder (folder);
      return TRUE;
    }
}

// One that cannot be done does not keep the others from it.
static gboolean
do_all (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  for (guint i = 0; i < work->ids->len; i++)
    {
      g_autoptr (GError) failed = NULL;

      if (do_one (library, work, i, &failed))
        work->done++;
      else if (work->trouble == NULL)
        work->trouble = g_strdup (failed->message);
    }
  return TRUE;
}

// ---- Afterwards ----

static char *
join_ids (const GArray *ids)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
                            g_array_index (ids, gint64, i));
  return g_string_free (text, FALSE);
}

static void
tell_trashed (GtkWidget *from, const Work *work)
{
  g_autofree char *ids = join_ids (work->ids);
  g_autofree char *text
      = work->ids->len == 1
            ? g_strdup_printf (_ ("“%s” was put into the trash."), work->name)
            : g_strdup_printf (ngettext ("%u run was put into the trash.",
                                         "%u runs were put into the trash.", work->done),
                               work->done);

  cz_window_toast_with_action (from, text, _ ("_Undo"), "win.restore-run", ids);
}

static void
tell_removed (GtkWidget *from, const Work *work)
{
  g_autofree char *text
      = work->ids->len == 1
            ? g_strdup_printf (_ ("“%s” was removed for good."), work->name)
            : g_strdup_printf (ngettext ("%u run was removed for good.",
                                         "%u runs were removed for good.", work->done),
                               work->done);

  cz_window_toast (from, text);
}

static void
tell_trouble (GtkWidget *from, const Work *work)
{
  guint left = work->ids->len - work->done;
  g_autofree char *heading
      = work->ids->len == 1 ? g_strdup_printf (_ ("“%s” was not changed"), work->name)
                            : g_strdup_printf (ngettext ("%u of the runs was not changed",
                                                         "%u of the runs were not changed", left),
                                               left);

  cz_window_tell_error (from, heading, work->trouble);
}

static void
all_done (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWidget *from = GTK_WIDGET (object);
  g_autoptr (GError) error = NULL;
  Work *work = cz_library_task_finish (result, &error);

  if (work == NULL)
    {
      cz_window_tell_error (from, _ ("The runs were not changed"), error->message);
      return;
    }
  cz_workbench_refresh (work->workbench);
  // The window may be gone.
  if (gtk_widget_get_root (from) == NULL)
    return;
  if (work->trouble != NULL)
    tell_trouble (from, work);
  if (work->done > 0 && work->deed == CZ_RUN_DEED_TRASH)
    tell_trashed (from, work);
  else if (work->done > 0 && work->deed == REMOVE)
    tell_removed (from, work);
}

static void
carry_out (Work *work, GtkWidget *from, GAsyncReadyCallback then)
{
  cz_library_task_run (from, cz_workbench_get_path (work->workbench), do_all, work, work_free, NULL,
                       then);
}

void
cz_run_deed_do (CzRunDeed deed, GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs, int color)
{
  Work *work;

  if (runs->len == 0)
    return;
  work = work_new ((int)deed, workbench, runs);
  work->color = color;
  carry_out (work, from, all_done);
}

void
cz_run_deed_restore (GtkWidget *from, CzWorkbench *workbench, const char *ids)
{
  g_auto (GStrv) parts = g_strsplit (ids, ",", -1);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  for (char **part = parts; *part != NULL; part++)
    {
      CzRunItem *item = cz_workbench_find_run (workbench, g_ascii_strtoll (*part, NULL, 10));

      if (item != NULL)
        g_ptr_array_add (runs, item);
    }
  cz_run_deed_do (CZ_RUN_DEED_RESTORE, from, workbench, runs, 0);
}

// ---- Removing for good ----

typedef struct
{
  GtkWidget *from;
  CzWorkbench *workbench;
  GPtrArray *runs;
  GtkEditable *entry;    // the dialog's
  GtkTextBuffer *buffer; // the dialog's
  char *common;          // tags that all have
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->from);
  g_object_unref (question->workbench);
  g_ptr_array_unref (question->runs);
  g_free (question->common);
  g_free (question);
}

static Question *
question_new (GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs)
{
  Question *question = g_new0 (Question, 1);

  question->from = g_object_ref (from);
  question->workbench = g_object_ref (workbench);
  question->runs = g_ptr_array_ref (runs);
  return question;
}

static void
remove_answered (GtkWidget *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "remove"))
    carry_out (work_new (REMOVE, question->workbench, question->runs), question->from, all_done);
}

static void
ask_to_remove (GtkWidget *from, Question *question, guint64 bytes)
{
  guint n = question->runs->len;
  const CzRun *first = cz_run_item_get (g_ptr_array_index (question->runs, 0));
  g_autofree char *size = g_format_size (bytes);
  g_autofree char *heading
      = n == 1 ? g_strdup_printf (_ ("Remove “%s” for good?"), first->name)
               : g_strdup_printf (
                   ngettext ("Remove %u run for good?", "Remove %u runs for good?", n), n);
  g_autofree char *body = g_strdup_printf (
      _ ("Record, measured values, checkpoints and adapted models go: %s on the disk. This cannot "
         "be undone."),
      size);
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (from)), heading, body);

  gtk_window_set_title (GTK_WINDOW (dialog), heading);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (remove_answered), question, question_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
measured (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWidget *from = GTK_WIDGET (object);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  Work *work = cz_library_task_finish (result, &error);

  if (work == NULL || gtk_widget_get_root (from) == NULL)
    return;
  for (guint i = 0; i < work->ids->len; i++)
    {
      CzRunItem *item
          = cz_workbench_find_run (work->workbench, g_array_index (work->ids, gint64, i));

      if (item != NULL)
        g_ptr_array_add (runs, g_object_ref (item));
    }
  if (runs->len > 0)
    ask_to_remove (from, question_new (from, work->workbench, runs), work->bytes);
}

void
cz_run_deed_remove (GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs)
{
  if (runs->len > 0)
    carry_out (work_new (MEASURE, workbench, runs), from, measured);
}

// ---- Tags ----

// The tags in a text, each once, without blanks around them.
static GPtrArray *
split_tags (const char *tags)
{
  g_auto (GStrv) parts = g_strsplit (tags != NULL ? tags : "", ",", -1);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  for (char **part = parts; *part != NULL; part++)
    {
      const char *tag = g_strstrip (*part);

      if (tag[0] != '\0' && !g_ptr_array_find_with_equal_func (list, tag, g_str_equal, NULL))
        g_ptr_array_add (list, g_strdup (tag));
    }
  return list;
}

static char *
join_tags (GPtrArray *tags)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tags->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            (const char *)g_ptr_array_index (tags, i));
  return g_string_free (text, FALSE);
}

char *
cz_run_deed_get_common_tags (GPtrArray *runs)
{
  g_autoptr (GPtrArray) common = NULL;

  if (runs->len == 0)
    return g_strdup ("");
  common = split_tags (cz_run_item_get (g_ptr_array_index (runs, 0))->tags);
  for (guint i = 1; i < runs->len; i++)
    {
      for (guint t = common->len; t-- > 0;)
        {
          if (!cz_run_item_has_tag (g_ptr_array_index (runs, i), g_ptr_array_index (common, t)))
            g_ptr_array_remove_index (common, t);
        }
    }
  return join_tags (common);
}

char *
cz_run_deed_change_tags (const char *tags, const char *common, const char *edited)
{
  g_autoptr (GPtrArray) old = split_tags (tags);
  g_autoptr (GPtrArray) gone = split_tags (common);
  g_autoptr (GPtrArray) wanted = split_tags (edited);
  g_autoptr (GPtrArray) result = g_ptr_array_new ();

  for (guint i = 0; i < old->len; i++)
    {
      const char *tag = g_ptr_array_index (old, i);

      if (!g_ptr_array_find_with_equal_func (gone, tag, g_str_equal, NULL))
        g_ptr_array_add (result, (gpointer)tag);
    }
  for (guint i = 0; i < wanted->len; i++)
    {
      const char *tag = g_ptr_array_index (wanted, i);

      if (!g_ptr_array_find_with_equal_func (result, tag, g_str_equal, NULL))
        g_ptr_array_add (result, (gpointer)tag);
    }
  return join_tags (result);
}

static void
tags_answered (GtkWidget *dialog, const char *response, Question *question)
{
  const char *edited = gtk_editable_get_text (question->entry);
  Work *work;

  if (!g_str_equal (response, "do"))
    return;
  work = work_new (TAGS, question->workbench, question->runs);
  work->texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < question->runs->len; i++)
    g_ptr_array_add (work->texts, cz_run_deed_change_tags (
                                      cz_run_item_get (g_ptr_array_index (question->runs, i))->tags,
                                      question->common, edited));
  carry_out (work, question->from, all_done);
}

void
cz_run_deed_edit_tags (GtkWidget *from, CzWorkbench *workbench, GPtrArray *runs)
{
  Question *question;
  CzFormDialog *dialog;

  if (runs->len == 0)
    return;
  question = question_new (from, workbench, runs);
  question->common = cz_run_deed_get_common_tags (runs);
  dialog = cz_form_dialog_new (from, _ ("Tags"), NULL, _ ("_Apply"));
  question->entry = cz_form_dialog_add_entry (dialog, _ ("Separated by commas"), question->common);
  cz_form_dialog_tell (dialog, TRUE,
                       runs->len == 1
                           ? _ ("Tags are words to find runs by.")
                           : _ ("These are the tags that all chosen runs have. Each keeps its "
                                "others."));
  g_signal_connect_data (dialog, "response", G_CALLBACK (tags_answered), question, question_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

// ---- Name and notes ----

static void
give_text (int deed, Question *question, char *text)
{
  Work *work = work_new (deed, question->workbench, question->runs);

  work->texts = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (work->texts, text);
  carry_out (work, question->from, all_done);
}

static void
rename_answered (GtkWidget *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "do"))
    give_text (RENAME, question, g_strstrip (g_strdup (gtk_editable_get_text (question->entry))));
}

static void
name_changed (CzFormDialog *dialog, Question *question)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (question->entry)));

  cz_form_dialog_tell (dialog, name[0] != '\0', name[0] != '\0' ? "" : _ ("A run needs a name."));
}

static Question *
question_new_of_one (GtkWidget *from, CzWorkbench *workbench, CzRunItem *run)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (runs, g_object_ref (run));
  return question_new (from, workbench, runs);
}

void
cz_run_deed_rename (GtkWidget *from, CzWorkbench *workbench, CzRunItem *run)
{
  Question *question = question_new_of_one (from, workbench, run);
  CzFormDialog *dialog = cz_form_dialog_new (from, _ ("Rename the run"), NULL, _ ("_Rename"));

  question->entry = cz_form_dialog_add_entry (dialog, _ ("Name"), cz_run_item_get (run)->name);
  g_signal_connect (dialog, "changed", G_CALLBACK (name_changed), question);
  g_signal_connect_data (dialog, "response", G_CALLBACK (rename_answered), question, question_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
notes_answered (GtkWidget *dialog, const char *response, Question *question)
{
  GtkTextIter start, end;

  if (!g_str_equal (response, "do"))
    return;
  gtk_text_buffer_get_bounds (question->buffer, &start, &end);
  give_text (NOTES, question, gtk_text_buffer_get_text (question->buffer, &start, &end, TRUE));
}

void
cz_run_deed_edit_notes (GtkWidget *from, CzWorkbench *workbench, CzRunItem *run)
{
  Question *question = question_new_of_one (from, workbench, run);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (from)), _ ("Notes"),
                                              cz_run_item_get (run)->name);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *text = gtk_text_view_new ();
  const char *notes = cz_run_item_get (run)->notes;

  question->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));
  gtk_text_buffer_set_text (question->buffer, notes != NULL ? notes : "", -1);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (text), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (text), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Notes"),
                                  -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), text);
  gtk_widget_set_size_request (scrolled, 380, 180);
  gtk_widget_add_css_class (scrolled, "card");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), scrolled);
  gtk_window_set_title (GTK_WINDOW (dialog), _ ("Notes"));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "do",
                                    _ ("_Apply"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "do",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (notes_answered), question, question_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
cz_run_deed_export (GtkWidget *from, CzWorkbench *workbench, GPtrArray *items, const char *ending)
{
  g_autofree gint64 *ids = g_new (gint64, items->len + 1);

  for (guint i = 0; i < items->len; i++)
    ids[i] = cz_run_item_get (g_ptr_array_index (items, i))->id;
  if (items->len > 0)
    cz_run_export_metrics (from, workbench, ids, items->len,
                           items->len == 1 ? cz_run_item_get (g_ptr_array_index (items, 0))->name
                                           : _ ("metrics of runs"),
                           ending);
}
