#include "gui/corpora/import-dialog.h"

#include <inttypes.h>
#include <glib/gi18n.h>
#include <string.h>

#include "data/document.h"
#include "gui/corpora/corpus-item.h"
#include "gui/corpora/import-task.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

// Characters of a document that the preview shows, and how many skipped files are listed.
#define PREVIEW 280
#define LISTED  200

struct _CzImportDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  GtkWidget *cancel_button;
  GtkWidget *import_button;
  GtkStack *states;
  GtkWidget *files_button;
  GtkWidget *folder_button;
  GtkLabel *progress_title;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  AdwActionRow *found_row;
  AdwExpanderRow *found_skipped;
  AdwEntryRow *name;
  AdwComboRow *format;
  AdwComboRow *encoding;
  AdwComboRow *text_column;
  AdwComboRow *label_column;
  AdwComboRow *split_column;
  AdwPreferencesGroup *first_documents;
  AdwStatusPage *result_page;
  GtkWidget *again_button;
  GtkWidget *done_button;
  AdwExpanderRow *result_skipped;

  GtkFileChooserNative *chooser;
  CzImportChoice *choice;
  CzImportFindings *findings;
  GPtrArray *document_rows;  // in first_documents
  GPtrArray *skipped_rows;   // in found_skipped
  GCancellable *cancellable; // of what is under way
  gboolean importing;
  gboolean filling; // the rows are being set, not chosen from
  gint64 started;   // monotonic, microseconds
  guint pulse;
  gint64 corpus; // that was made
};

G_DEFINE_FINAL_TYPE (CzImportDialog, cz_import_dialog, ADW_TYPE_WINDOW)

static guint imported_signal;

static const char *const encodings[] = { "UTF-8",  "WINDOWS-1252", "ISO-8859-1", "ISO-8859-15",
                                         "UTF-16", "GB18030",      "SHIFT_JIS",  "KOI8-R" };

static void inspect (CzImportDialog *self);

static const char *
format_title (CzFormat format)
{
  switch (format)
    {
    case CZ_FORMAT_TEXT:
      return _ ("Text: each file is a document");
    case CZ_FORMAT_LINES:
      return _ ("Lines: each line is a document");
    case CZ_FORMAT_CSV:
      return _ ("Table (CSV)");
    case CZ_FORMAT_TSV:
      return _ ("Table (TSV)");
    case CZ_FORMAT_JSON:
      return _ ("JSON");
    case CZ_FORMAT_JSONL:
      return _ ("JSON Lines");
    case CZ_FORMAT_PARQUET:
      return _ ("Parquet");
    case CZ_FORMAT_HTML:
      return _ ("HTML");
    case CZ_FORMAT_PDF:
      return _ ("PDF");
    case CZ_FORMAT_MARKDOWN:
      return _ ("Markdown");
    case CZ_FORMAT_AUTO:
    case CZ_N_FORMATS:
    default:
      return _ ("Find out");
    }
}

static void
show_state (CzImportDialog *self, const char *state)
{
  gtk_stack_set_visible_child_name (self->states, state);
  gtk_widget_set_visible (self->import_button, g_str_equal (state, "found"));
  gtk_button_set_label (GTK_BUTTON (self->cancel_button),
                        g_str_equal (state, "result") ? _ ("_Close") : _ ("_Cancel"));
  g_clear_handle_id (&self->pulse, g_source_remove);
}

// ---- What went wrong or was left out ----

static GtkWidget *
make_skip_row (const CzImportSkip *skip)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name = skip->path != NULL ? g_utf8_make_valid (skip->path, -1) : g_strdup ("");
  g_autofree char *title = skip->row > 0
                               // Translators: a file and the row of it that was skipped.
                               ? g_strdup_printf (_ ("%s, row %'" PRId64), name, skip->row)
                               : g_strdup (name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), skip->reason != NULL ? skip->reason : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  return row;
}

static void
fill_skipped (AdwExpanderRow *expander, GPtrArray *rows, GPtrArray *skipped, gint64 more)
{
  gint64 n = (skipped != NULL ? skipped->len : 0) + more;
  g_autofree char *count = cz_numbers_count (n);
  g_autofree char *title
      = g_strdup_printf (ngettext ("%s was skipped", "%s were skipped", (gulong)n), count);

  for (guint i = 0; i < rows->len; i++)
    adw_expander_row_remove (expander, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
  gtk_widget_set_visible (GTK_WIDGET (expander), n > 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), title);
  adw_expander_row_set_subtitle (expander, n > LISTED ? _ ("The first ones, with the reason.")
                                                      : _ ("Each with the reason."));
  for (guint i = 0; skipped != NULL && i < MIN (skipped->len, LISTED); i++)
    {
      GtkWidget *row = make_skip_row (g_ptr_array_index (skipped, i));

      adw_expander_row_add_row (expander, row);
      g_ptr_array_add (rows, row);
    }
}

static void
show_failure (CzImportDialog *self, const char *title, const char *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_status_page_set_icon_name (self->result_page, "dialog-warning-symbolic");
  adw_status_page_set_title (self->result_page, title);
  adw_status_page_set_description (self->result_page, escaped);
  gtk_widget_set_visible (self->again_button, TRUE);
  gtk_button_set_label (GTK_BUTTON (self->again_button),
                        self->findings != NULL ? _ ("_Back") : _ ("Choose something _else…"));
  gtk_widget_set_visible (self->done_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->result_skipped), FALSE);
  show_state (self, "result");
}

// ---- What was found ----

static char *
join_groups (GPtrArray *groups)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);

      if (group->name[0] != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", group->name);
    }
  return g_strdup (text->str);
}

static void
show_found_row (CzImportDialog *self)
{
  CzImportFindings *found = self->findings;
  g_autofree char *files = cz_numbers_count (found->files);
  g_autofree char *size = g_format_size ((guint64)found->bytes);
  g_autofree char *splits = join_groups (found->splits);
  g_autofree char *labels = join_groups (found->labels);
  g_autofree char *title
      // Translators: a number of files and their size.
      = g_strdup_printf (ngettext ("%s file, %s", "%s files, %s", (gulong)found->files), files,
                         size);
  g_autoptr (GString) text = g_string_new (NULL);

  if (!found->complete)
    {
      g_autofree char *more = g_strdup_printf (_ ("%s, and more"), title);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->found_row), more);
    }
  else
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->found_row), title);
  g_string_append (text, format_title (found->format));
  if (splits[0] != '\0')
    g_string_append_printf (text, _ (" · splits: %s"), splits);
  if (labels[0] != '\0')
    g_string_append_printf (text, _ (" · labels: %s"), labels);
  if (!found->complete)
    g_string_append_printf (text, "\n%s", _ ("Only the beginning was looked at."));
  {
    g_autofree char *escaped = g_markup_escape_text (text->str, -1);

    adw_action_row_set_subtitle (self->found_row, escaped);
  }
}

// A path as it lies within what was chosen.
static const char *
inner_path (CzImportDialog *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (self->choice->files[0]);

  if (path == NULL)
    return "";
  if (g_str_has_prefix (path, folder) && path[strlen (folder)] == G_DIR_SEPARATOR)
    return path + strlen (folder) + 1;
  return path;
}

static void
show_documents (CzImportDialog *self)
{
  GPtrArray *documents = self->findings->documents;

  for (guint i = 0; i < self->document_rows->len; i++)
    adw_preferences_group_remove (self->first_documents,
                                  g_ptr_array_index (self->document_rows, i));
  g_ptr_array_set_size (self->document_rows, 0);
  for (guint i = 0; documents != NULL && i < MIN (documents->len, 5); i++)
    {
      const CzDocument *document = g_ptr_array_index (documents, i);
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *valid = g_utf8_make_valid (document->text, (gssize)document->length);
      g_autofree char *part = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), PREVIEW));
      g_autofree char *shown = g_strconcat (
          part, part[0] != '\0' && g_utf8_strlen (valid, -1) > PREVIEW ? "…" : "", NULL);
      g_autoptr (GString) title = g_string_new (NULL);

      g_string_append (title, inner_path (self, document->path));
      if (document->split != NULL && document->split[0] != '\0')
        g_string_append_printf (title, " · %s", document->split);
      if (document->label != NULL && document->label[0] != '\0')
        g_string_append_printf (title, " · %s", document->label);
      g_strdelimit (shown, "\n\r\t", ' ');
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title->str);
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), shown);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
      adw_preferences_group_add (self->first_documents, row);
      g_ptr_array_add (self->document_rows, row);
    }
}

// Fills a row with the columns (first: what stands for none) and selects the one named.
static void
fill_columns (AdwComboRow *row, char **columns, const char *first, const char *selected)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint at = 0;

  if (first != NULL)
    gtk_string_list_append (names, first);
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    {
      if (g_strcmp0 (columns[i], selected) == 0)
        at = i + (first != NULL);
      gtk_string_list_append (names, columns[i]);
    }
  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, at);
  gtk_widget_set_visible (GTK_WIDGET (row), columns != NULL && columns[0] != NULL);
}

static CzFormat
format_at (guint index)
{
  guint at = 0;

  for (CzFormat format = CZ_FORMAT_AUTO; format < CZ_N_FORMATS; format++)
    {
      if (format != CZ_FORMAT_AUTO && !cz_format_is_readable (format))
        continue;
      if (at++ == index)
        return format;
    }
  return CZ_FORMAT_AUTO;
}

static void
fill_formats (CzImportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint at = 0, index = 0;

  for (CzFormat format = CZ_FORMAT_AUTO; format < CZ_N_FORMATS; format++)
    {
      if (format != CZ_FORMAT_AUTO && !cz_format_is_readable (format))
        continue;
      if (format == self->choice->format)
        at = index;
      index++;
      gtk_string_list_append (names, format_title (format));
    }
  adw_combo_row_set_model (self->format, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->format, at);
}

static void
fill_encodings (CzImportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *found = self->findings->encoding != NULL && self->choice->encoding == NULL
                               // Translators: %s is an encoding such as UTF-8.
                               ? g_strdup_printf (_ ("Find out (%s)"), self->findings->encoding)
                               : g_strdup (_ ("Find out"));
  guint at = 0;

  gtk_string_list_append (names, found);
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      if (g_strcmp0 (encodings[i], self->choice->encoding) == 0)
        at = i + 1;
      gtk_string_list_append (names, encodings[i]);
    }
  adw_combo_row_set_model (self->encoding, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->encoding, at);
}

static gboolean
name_is_taken (CzImportDialog *self, const char *name)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (g_strcmp0 (cz_corpus_item_get (item)->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

// The name found, with a number behind it where there is a corpus of that name already.
static void
suggest_name (CzImportDialog *self)
{
  g_autofree char *name = g_strdup (self->findings->name);

  if (name == NULL || gtk_editable_get_text (GTK_EDITABLE (self->name))[0] != '\0')
    return;
  for (guint n = 2; name_is_taken (self, name); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", self->findings->name, n);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
}

static void
check (CzImportDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  gboolean taken = name_is_taken (self, name);

  if (taken)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name),
                                 taken ? _ ("There is a corpus of this name already")
                                       : _ ("Name of the corpus"));
  gtk_widget_set_sensitive (self->import_button, name[0] != '\0' && !taken && self->findings != NULL
                                                     && self->findings->documents != NULL
                                                     && self->findings->documents->len > 0);
}

static void
show_findings (CzImportDialog *self)
{
  CzImportFindings *found = self->findings;

  self->filling = TRUE;
  show_found_row (self);
  fill_skipped (self->found_skipped, self->skipped_rows, found->skipped, 0);
  suggest_name (self);
  fill_formats (self);
  fill_encodings (self);
  fill_columns (self->text_column, found->columns, NULL, found->text_column);
  fill_columns (self->label_column, found->columns, _ ("None"), found->label_column);
  fill_columns (self->split_column, found->columns, _ ("None"), found->split_column);
  show_documents (self);
  check (self);
  self->filling = FALSE;
  show_state (self, "found");
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

static void
inspected (GObject *object, GAsyncResult *result, gpointer data)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);
  g_autoptr (GError) error = NULL;
  CzImportFindings *findings = cz_import_task_inspect_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_pointer (&self->findings, cz_import_findings_free);
  self->findings = findings;
  if (findings != NULL)
    show_findings (self);
  else
    show_failure (self, _ ("This can't be imported"), error->message);
}

static gboolean
pulse (gpointer data)
{
  gtk_progress_bar_pulse (CZ_IMPORT_DIALOG (data)->progress_bar);
  return G_SOURCE_CONTINUE;
}

static void
renew_cancellable (CzImportDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
inspect (CzImportDialog *self)
{
  renew_cancellable (self);
  // A second look at the same files keeps what is shown until the answer is there.
  if (self->findings == NULL)
    {
      gtk_label_set_label (self->progress_title, _ ("Looking at what is there…"));
      gtk_label_set_label (self->progress_label, "");
      show_state (self, "progress");
      self->pulse = g_timeout_add (100, pulse, self);
    }
  cz_import_task_inspect (G_OBJECT (self), self->choice, self->cancellable, inspected);
}

static char *
chosen_string (AdwComboRow *row, guint first)
{
  guint selected = adw_combo_row_get_selected (row);
  GtkStringObject *item = adw_combo_row_get_selected_item (row);

  return selected < first || item == NULL ? NULL : g_strdup (gtk_string_object_get_string (item));
}

// How to read was chosen: look again.
static void
reading_changed (CzImportDialog *self)
{
  if (self->filling || self->findings == NULL)
    return;
  self->choice->format = format_at (adw_combo_row_get_selected (self->format));
  g_free (self->choice->encoding);
  self->choice->encoding = chosen_string (self->encoding, 1);
  g_clear_pointer (&self->choice->text_column, g_free);
  g_clear_pointer (&self->choice->label_column, g_free);
  g_clear_pointer (&self->choice->split_column, g_free);
  if (self->findings->columns != NULL)
    {
      self->choice->text_column = chosen_string (self->text_column, 0);
      self->choice->label_column = chosen_string (self->label_column, 1);
      self->choice->split_column = chosen_string (self->split_column, 1);
    }
  inspect (self);
}

// Another format or encoding: the columns chosen before may not be there.
static void
format_changed (CzImportDialog *self)
{
  if (self->filling || self->findings == NULL)
    return;
  g_clear_pointer (&self->findings->columns, g_strfreev);
  reading_changed (self);
}

static void
take_files (CzImportDialog *self, const char *const *files)
{
  g_clear_pointer (&self->choice, cz_import_choice_free);
  g_clear_pointer (&self->findings, cz_import_findings_free);
  self->choice = g_new0 (CzImportChoice, 1);
  self->choice->files = g_strdupv ((char **)files);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  inspect (self);
}

// ---- Choosing files ----

static void
files_chosen (GtkNativeDialog *chooser, int response, CzImportDialog *self)
{
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  g_clear_object (&self->chooser);
  if (paths[0] != NULL)
    take_files (self, (const char *const *)paths);
}

static void
choose (CzImportDialog *self, const char *title, GtkFileChooserAction action)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, _ ("_Choose"),
                                               _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (files_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
choose_files (CzImportDialog *self)
{
  choose (self, _ ("Files to import"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
choose_folder (CzImportDialog *self)
{
  choose (self, _ ("Folder to import"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, CzImportDialog *self)
{
  g_auto (GStrv) paths = cz_window_get_dropped_paths (value);

  if (paths[0] == NULL || self->importing)
    return FALSE;
  take_files (self, (const char *const *)paths);
  return TRUE;
}

// ---- Importing ----

static void
progress_made (const CzImportProgress *progress, gpointer data)
{
  CzImportDialog *self = data;
  double share = progress->bytes_total > 0
                     ? (double)progress->bytes_done / (double)progress->bytes_total
                     : 0;
  double spent = (double)(g_get_monotonic_time () - self->started) / G_USEC_PER_SEC;
  g_autofree char *left
      = cz_numbers_time_left (share > 0.02 && spent > 0.5 ? spent * (1 - share) / share : -1);
  g_autofree char *count = cz_numbers_count (progress->documents);
  g_autofree char *documents = g_strdup_printf (
      ngettext ("%s document", "%s documents", (gulong)progress->documents), count);
  g_autofree char *text = NULL;

  if (!self->importing)
    return;
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (share, 0, 1));
  text = g_strjoin (" · ", documents, left[0] != '\0' ? left : progress->path,
                    left[0] != '\0' ? progress->path : NULL, NULL);
  gtk_label_set_label (self->progress_label, text);
}

static void
show_report (CzImportDialog *self, const CzImportReport *report)
{
  g_autofree char *count = cz_numbers_count (report->documents);
  g_autofree char *size = g_format_size ((guint64)report->bytes);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autofree char *title = g_strdup_printf (
      ngettext ("%s document imported", "%s documents imported", (gulong)report->documents), count);
  g_autofree char *escaped
      = g_markup_escape_text (gtk_editable_get_text (GTK_EDITABLE (self->name)), -1);
  // Translators: a size of text, and a corpus's name.
  g_autofree char *text = g_strdup_printf (_ ("%s of text in “%s”."), size, escaped);

  self->corpus = report->corpus;
  adw_status_page_set_icon_name (self->result_page, "emblem-ok-symbolic");
  adw_status_page_set_title (self->result_page, title);
  adw_status_page_set_description (self->result_page, text);
  gtk_widget_set_visible (self->again_button, FALSE);
  gtk_widget_set_visible (self->done_button, TRUE);
  fill_skipped (self->result_skipped, rows, report->skipped, report->skipped_more);
  show_state (self, "result");
  gtk_widget_grab_focus (self->done_button);
  g_signal_emit (self, imported_signal, 0, self->corpus);
}

static void
ran (GObject *object, GAsyncResult *result, gpointer data)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);
  g_autoptr (GError) error = NULL;
  CzImportReport *report = cz_import_task_run_finish (result, &error);

  self->importing = FALSE;
  if (report != NULL)
    {
      show_report (self, report);
      cz_import_report_clear (report);
      g_free (report);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      cz_window_toast (GTK_WIDGET (self),
                       _ ("The import was cancelled; the library is as it was."));
      gtk_window_destroy (GTK_WINDOW (self));
    }
  else
    show_failure (self, _ ("Nothing was imported"), error->message);
}

static void
start (CzImportDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  g_autofree char *title = g_strdup_printf (_ ("Importing “%s”"), name);

  renew_cancellable (self);
  self->importing = TRUE;
  self->started = g_get_monotonic_time ();
  gtk_label_set_label (self->progress_title, title);
  gtk_label_set_label (self->progress_label, "");
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  show_state (self, "progress");
  cz_import_task_run (G_OBJECT (self), cz_workbench_get_path (self->workbench), name, self->choice,
                      progress_made, self->cancellable, ran);
}

static void
again (CzImportDialog *self)
{
  show_state (self, self->findings != NULL ? "found" : "choose");
}

// ---- Life ----

static gboolean
close_request (GtkWindow *window)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (window);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  // An import that is under way closes the dialog itself once it has cleaned up.
  if (self->importing)
    {
      gtk_label_set_label (self->progress_label, _ ("Cancelling…"));
      return TRUE;
    }
  return GTK_WINDOW_CLASS (cz_import_dialog_parent_class)->close_request (window);
}

static void
cz_import_dialog_dispose (GObject *object)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);

  g_clear_handle_id (&self->pulse, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (cz_import_dialog_parent_class)->dispose (object);
}

static void
cz_import_dialog_finalize (GObject *object)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);

  g_clear_pointer (&self->choice, cz_import_choice_free);
  g_clear_pointer (&self->findings, cz_import_findings_free);
  g_ptr_array_unref (self->document_rows);
  g_ptr_array_unref (self->skipped_rows);
  G_OBJECT_CLASS (cz_import_dialog_parent_class)->finalize (object);
}

static void
cz_import_dialog_class_init (CzImportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_import_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_import_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = close_request;
  imported_signal = g_signal_new ("imported", CZ_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, import_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, states);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, files_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, folder_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_title);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, found_row);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, found_skipped);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, name);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, encoding);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, text_column);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, label_column);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, split_column);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, first_documents);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, result_page);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, again_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, done_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, result_skipped);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cz_import_dialog_init (CzImportDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->document_rows = g_ptr_array_new ();
  self->skipped_rows = g_ptr_array_new ();
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->done_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->import_button, "clicked", G_CALLBACK (start), self);
  g_signal_connect_swapped (self->again_button, "clicked", G_CALLBACK (again), self);
  g_signal_connect_swapped (self->files_button, "clicked", G_CALLBACK (choose_files), self);
  g_signal_connect_swapped (self->folder_button, "clicked", G_CALLBACK (choose_folder), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (check), self);
  g_signal_connect_swapped (self->format, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->encoding, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->text_column, "notify::selected", G_CALLBACK (reading_changed),
                            self);
  g_signal_connect_swapped (self->label_column, "notify::selected", G_CALLBACK (reading_changed),
                            self);
  g_signal_connect_swapped (self->split_column, "notify::selected", G_CALLBACK (reading_changed),
                            self);
}

CzImportDialog *
cz_import_dialog_new (GtkWindow *parent, CzWorkbench *workbench, const char *const *files)
{
  CzImportDialog *self = g_object_new (CZ_TYPE_IMPORT_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  show_state (self, "choose");
  if (files != NULL)
    take_files (self, files);
  else
    gtk_window_set_focus (GTK_WINDOW (self), self->files_button);
  return self;
}
