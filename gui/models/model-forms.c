#include "gui/models/model-forms.h"

#include <glib/gi18n.h>

#include "data/model-change.h"
#include "gui/cloze.h"
#include "gui/corpora/form-dialog.h"
#include "gui/corpora/library-task.h"
#include "gui/numbers.h"
#include "gui/window.h"

// Of what depends on a model so many are named.
#define NAMED 4

// ---- Names ----

char *
cz_model_form_find_name (CzWorkbench *workbench, const char *name)
{
  g_autofree char *tried = g_strdup (name);

  for (guint i = 2; cz_workbench_find_model_named (workbench, tried) != NULL; i++)
    {
      g_free (tried);
      tried = g_strdup_printf ("%s %u", name, i);
    }
  return g_steal_pointer (&tried);
}

void
cz_model_form_show_made (GtkWidget *from, CzWorkbench *workbench, const char *name)
{
  CzModelItem *item;

  cz_workbench_refresh (workbench);
  item = cz_workbench_find_model_named (workbench, name);
  cz_window_go_to (from, "models", item != NULL ? cz_model_item_get (item)->id : 0);
}

void
cz_model_form_tell_busy (GtkWidget *from)
{
  cz_window_toast (from, _ ("Something is under way: wait until it is done, or cancel it."));
}

// A dialog about a model that asks for a name.
typedef struct
{
  GtkWidget *from; // a weak pointer
  CzWorkbench *workbench;
  CzWorkBar *bar; // a weak pointer; NULL: not needed
  gint64 id;
  char *name; // the model's
  GtkEditable *entry;
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_clear_weak_pointer (&form->from);
  g_clear_weak_pointer (&form->bar);
  g_object_unref (form->workbench);
  g_free (form->name);
  g_free (form);
}

static Form *
form_new (GtkWidget *from, CzWorkbench *workbench, CzWorkBar *bar, const CzModel *model)
{
  Form *form = g_new0 (Form, 1);

  g_set_weak_pointer (&form->from, from);
  if (bar != NULL)
    g_set_weak_pointer (&form->bar, bar);
  form->workbench = g_object_ref (workbench);
  form->id = model->id;
  form->name = g_strdup (model->name);
  return form;
}

static char *
get_entered (Form *form)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (form->entry)));
}

static void
name_changed (CzFormDialog *dialog, Form *form)
{
  g_autofree char *name = get_entered (form);
  g_autoptr (GError) error = NULL;

  if (name[0] == '\0' || g_str_equal (name, form->name))
    {
      cz_form_dialog_tell (dialog, FALSE, "");
      return;
    }
  if (cz_model_check_name (cz_workbench_get_library (form->workbench), name, &error))
    cz_form_dialog_tell (dialog, TRUE, "");
  else
    cz_form_dialog_tell (dialog, FALSE, error->message);
}

static void
ask_for_name (Form *form,
              const char *heading,
              const char *body,
              const char *deed,
              const char *proposal,
              GCallback answered)
{
  CzFormDialog *dialog = cz_form_dialog_new (form->from, heading, body, deed);

  form->entry = cz_form_dialog_add_entry (dialog, _ ("Name"), proposal);
  g_object_set_data_full (G_OBJECT (dialog), "form", form, form_free);
  g_signal_connect (dialog, "changed", G_CALLBACK (name_changed), form);
  g_signal_connect (dialog, "response", answered, form);
  name_changed (dialog, form);
  gtk_window_present (GTK_WINDOW (dialog));
}

// ---- Renaming ----

typedef struct
{
  gint64 id;
  char *name;
} Renaming;

static void
renaming_free (gpointer data)
{
  Renaming *renaming = data;

  g_free (renaming->name);
  g_free (renaming);
}

static gboolean
rename_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Renaming *renaming = data;

  return cz_model_rename (library, renaming->id, renaming->name, error);
}

static void
renamed (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWidget *from = GTK_WIDGET (object);
  g_autoptr (GError) error = NULL;

  if (cz_library_task_finish (result, &error) == NULL && gtk_widget_get_root (from) != NULL)
    cz_window_tell_error (from, _ ("The model was not renamed"), error->message);
}

static void
rename_answered (AdwMessageDialog *dialog, const char *response, Form *form)
{
  Renaming *renaming;

  if (!g_str_equal (response, "do") || form->from == NULL)
    return;
  renaming = g_new0 (Renaming, 1);
  renaming->id = form->id;
  renaming->name = get_entered (form);
  cz_library_task_run (form->from, cz_workbench_get_path (form->workbench), rename_in_thread,
                       renaming, renaming_free, NULL, renamed);
}

void
cz_model_form_rename (GtkWidget *from, CzWorkbench *workbench, const CzModel *model)
{
  ask_for_name (form_new (from, workbench, NULL, model), _ ("Rename the model"),
                _ ("Runs keep the name it had when they were made."), _ ("_Rename"), model->name,
                G_CALLBACK (rename_answered));
}

// ---- Duplicating ----

// What was made, for whoever tells of it.
typedef struct
{
  GtkWidget *from; // a weak pointer
  CzWorkbench *workbench;
  char *name; // of what was made: a model, or a folder
} Made;

static void
made_free (gpointer data)
{
  Made *made = data;

  g_clear_weak_pointer (&made->from);
  g_object_unref (made->workbench);
  g_free (made->name);
  g_free (made);
}

static Made *
made_new (GtkWidget *from, CzWorkbench *workbench, const char *name)
{
  Made *made = g_new0 (Made, 1);

  g_set_weak_pointer (&made->from, from);
  made->workbench = g_object_ref (workbench);
  made->name = g_strdup (name);
  return made;
}

static void
duplicated (CzWorkBar *bar, JsonNode *answer, const GError *error, gpointer data)
{
  Made *made = data;

  if (made->from == NULL)
    return;
  if (answer == NULL)
    {
      cz_window_tell_error (made->from, _ ("The model was not duplicated"), error->message);
      return;
    }
  cz_model_form_show_made (made->from, made->workbench, made->name);
}

static void
duplicate_answered (AdwMessageDialog *dialog, const char *response, Form *form)
{
  g_autofree char *name = get_entered (form);
  g_autofree char *title = g_strdup_printf (_ ("Duplicating “%s”…"), form->name);
  const char *arguments[] = { "model", "duplicate", form->name, name, NULL };

  if (g_str_equal (response, "do") && form->from != NULL && form->bar != NULL
      && !cz_work_bar_ask (form->bar, form->workbench, title, arguments, duplicated,
                           made_new (form->from, form->workbench, name), made_free))
    cz_model_form_tell_busy (form->from);
}

void
cz_model_form_duplicate (GtkWidget *from,
                         CzWorkbench *workbench,
                         CzWorkBar *bar,
                         const CzModel *model)
{
  // Translators: the name that is proposed for a copy of a model.
  g_autofree char *plain = g_strdup_printf (_ ("%s copy"), model->name);
  g_autofree char *proposal = cz_model_form_find_name (workbench, plain);

  ask_for_name (form_new (from, workbench, bar, model), _ ("Duplicate the model"),
                _ ("The copy has a folder of its own among the library's models."),
                _ ("_Duplicate"), proposal, G_CALLBACK (duplicate_answered));
}

// ---- Exporting ----

typedef struct
{
  Form *form;
  GtkFileChooserNative *chooser;
} Export;

static void
exported (CzWorkBar *bar, JsonNode *answer, const GError *error, gpointer data)
{
  Made *made = data;
  g_autofree char *told = NULL;

  if (made->from == NULL)
    return;
  // The command has nothing to answer where all went well.
  if (error != NULL && !g_error_matches (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN))
    {
      cz_window_tell_error (made->from, _ ("The model was not exported"), error->message);
      return;
    }
  // Translators: %s is a folder's name.
  told = g_strdup_printf (_ ("The folder “%s” was written."), made->name);
  cz_window_toast (made->from, told);
}

static void
export_to (Form *form, const char *path, gboolean float16)
{
  g_autofree char *title = g_strdup_printf (_ ("Exporting “%s”…"), form->name);
  g_autofree char *shown = g_filename_display_basename (path);
  const char *arguments[]
      = { "model", "export", form->name, path, float16 ? "--float16" : NULL, NULL };

  if (!cz_work_bar_ask (form->bar, form->workbench, title, arguments, exported,
                        made_new (form->from, form->workbench, shown), made_free))
    cz_model_form_tell_busy (form->from);
}

static void
folder_chosen (GtkNativeDialog *dialog, int response, Export *export)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  const char *float16 = gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (dialog), "float16");

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (export->form->from != NULL && export->form->bar != NULL && path != NULL)
    export_to (export->form, path, g_strcmp0 (float16, "true") == 0);
  else if (export->form->from != NULL && file != NULL)
    cz_window_tell_error (export->form->from, _ ("The model was not exported"),
                          _ ("Choose a folder of this computer."));
  form_free (export->form);
  g_object_unref (export->chooser);
  g_free (export);
}

void
cz_model_form_export (GtkWidget *from, CzWorkbench *workbench, CzWorkBar *bar, const CzModel *model)
{
  Export *export = g_new0 (Export, 1);
  g_autofree char *name = g_strdelimit (g_strdup (model->name), "/\\:", '-');

  export->form = form_new (from, workbench, bar, model);
  export->chooser = gtk_file_chooser_native_new (
      _ ("Export the model as a folder"), GTK_WINDOW (gtk_widget_get_root (from)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (export->chooser), name);
  gtk_file_chooser_add_choice (GTK_FILE_CHOOSER (export->chooser), "float16",
                               _ ("Numbers of 16 bits: half the size"), NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (export->chooser), TRUE);
  g_signal_connect (export->chooser, "response", G_CALLBACK (folder_chosen), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (export->chooser));
}

// ---- Removing ----

static gboolean
remove_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  return cz_model_remove (library, *(gint64 *)data, error);
}

static void
removed (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWidget *from = GTK_WIDGET (object);
  g_autoptr (GError) error = NULL;
  gboolean done = cz_library_task_finish (result, &error) != NULL;

  if (gtk_widget_get_root (from) == NULL)
    return;
  if (done)
    cz_window_toast (from, _ ("The model was removed."));
  else
    cz_window_tell_error (from, _ ("The model was not removed"), error->message);
}

static void
remove_answered (AdwMessageDialog *dialog, const char *response, Form *form)
{
  if (g_str_equal (response, "remove") && form->from != NULL)
    cz_library_task_run (form->from, cz_workbench_get_path (form->workbench), remove_in_thread,
                         g_memdup2 (&form->id, sizeof form->id), g_free, NULL, removed);
}

static char *
name_some (GPtrArray *dependents, gboolean runs)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < dependents->len; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];

      if (dependent->is_run != runs)
        continue;
      if (n++ < NAMED)
        g_string_append_printf (names, "%s“%s”", names->len > 0 ? ", " : "", dependent->name);
    }
  if (n > NAMED)
    g_string_append (names, ", …");
  return g_strdup (names->str);
}

static void
add_sentence (GString *text, const char *sentence)
{
  if (text->len > 0)
    g_string_append (text, "\n\n");
  g_string_append (text, sentence);
}

static void
tell_dependents (GString *text, GPtrArray *dependents)
{
  guint runs = 0, models = 0, unfinished = 0;
  g_autofree char *run_names = name_some (dependents, TRUE);
  g_autofree char *model_names = name_some (dependents, FALSE);

  for (guint i = 0; i < dependents->len; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];

      runs += dependent->is_run != FALSE;
      models += !dependent->is_run;
      unfinished += dependent->unfinished != FALSE;
    }
  if (runs > 0)
    {
      g_autofree char *told = g_strdup_printf (
          // Translators: a number of runs, and their names.
          ngettext ("%u run started from it (%s): its results stay.",
                    "%u runs started from it (%s): their results stay.", runs),
          runs, run_names);

      add_sentence (text, told);
    }
  if (unfinished > 0)
    {
      g_autofree char *told = g_strdup_printf (
          ngettext ("%u of them has not ended and can't go on without it.",
                    "%u of them have not ended and can't go on without it.", unfinished),
          unfinished);

      add_sentence (text, told);
    }
  if (models > 0)
    {
      g_autofree char *told = g_strdup_printf (
          // Translators: a number of models, and their names.
          ngettext ("%u model was made from it (%s): it stays as it is.",
                    "%u models were made from it (%s): they stay as they are.", models),
          models, model_names);

      add_sentence (text, told);
    }
}

static void
tell_files (GString *text, CzWorkbench *workbench, const CzModel *model)
{
  g_autofree char *own
      = g_build_filename (cz_library_get_folder (cz_workbench_get_library (workbench)), "models",
                          G_DIR_SEPARATOR_S, NULL);
  g_autofree char *size = g_format_size ((guint64)model->bytes);
  g_autofree char *told = NULL;

  if (!g_str_has_prefix (model->folder, own))
    {
      add_sentence (text, _ ("The library forgets the model. Its folder stays where it is."));
      return;
    }
  // Translators: %s is a size, "268 MB".
  told = g_strdup_printf (_ ("Its files lie in the library's own folder and are deleted: %s, for "
                             "good."),
                          size);
  add_sentence (text, told);
}

void
cz_model_form_remove (GtkWidget *from, CzWorkbench *workbench, const CzModel *model)
{
  g_autoptr (GPtrArray) dependents
      = cz_model_list_dependents (cz_workbench_get_library (workbench), model->id, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  Form *form = form_new (from, workbench, NULL, model);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (from)), NULL, NULL);

  tell_files (text, workbench, model);
  if (dependents != NULL)
    tell_dependents (text, dependents);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _ ("Remove “%s”?"), model->name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), text->str);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "form", form, form_free);
  g_signal_connect (dialog, "response", G_CALLBACK (remove_answered), form);
  gtk_window_present (GTK_WINDOW (dialog));
}
