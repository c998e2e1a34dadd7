#include "gui/corpora/import-choice.h"

#include <string.h>

CzImportChoice *
cz_import_choice_new (const char *const *files)
{
  CzImportChoice *choice = g_new0 (CzImportChoice, 1);

  choice->files = g_strdupv ((char **)files);
  return choice;
}

CzImportChoice *
cz_import_choice_copy (const CzImportChoice *choice)
{
  CzImportChoice *copy = g_memdup2 (choice, sizeof *choice);

  copy->files = g_strdupv (choice->files);
  copy->source = g_strdup (choice->source);
  copy->encoding = g_strdup (choice->encoding);
  copy->text_column = g_strdup (choice->text_column);
  copy->label_column = g_strdup (choice->label_column);
  copy->split_column = g_strdup (choice->split_column);
  return copy;
}

void
cz_import_choice_free (CzImportChoice *choice)
{
  if (choice == NULL)
    return;
  g_strfreev (choice->files);
  g_free (choice->source);
  g_free (choice->encoding);
  g_free (choice->text_column);
  g_free (choice->label_column);
  g_free (choice->split_column);
  g_free (choice);
}

char *
cz_import_choice_get_folder (const CzImportChoice *choice)
{
  return g_path_get_dirname (choice->files[0]);
}

const char *
cz_import_choice_inner_path (const char *folder, const char *path)
{
  gsize n = folder != NULL ? strlen (folder) : 0;

  if (path == NULL)
    return "";
  return n > 0 && strncmp (path, folder, n) == 0 && path[n] == G_DIR_SEPARATOR ? path + n + 1
                                                                               : path;
}

CzImportOptions
cz_import_choice_get_options (const CzImportChoice *choice)
{
  return (CzImportOptions){
    .source = choice->source,
    .format = choice->format,
    .encoding = choice->encoding,
    .text_column = choice->text_column,
    .label_column = choice->label_column,
    .split_column = choice->split_column,
    .cleaning = choice->cleaning,
    .unit = choice->unit,
    .minimum_words = choice->minimum_words,
    .deduplicate = choice->deduplicate,
  };
}

static void
inspect (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const CzImportChoice *choice = data;
  CzImportOptions options = cz_import_choice_get_options (choice);
  g_autoptr (GError) error = NULL;
  CzImportFindings *findings
      = cz_import_inspect ((const char *const *)choice->files, &options, cancellable, &error);

  if (findings != NULL)
    g_task_return_pointer (task, findings, (GDestroyNotify)cz_import_findings_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
cz_import_choice_inspect_async (const CzImportChoice *choice,
                                GObject *owner,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);

  g_task_set_task_data (task, cz_import_choice_copy (choice),
                        (GDestroyNotify)cz_import_choice_free);
  g_task_run_in_thread (task, inspect);
}

CzImportFindings *
cz_import_choice_inspect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
