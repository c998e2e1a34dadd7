#include "gui/models/comparison-file.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gui/models/tensor-item.h"
#include "gui/window.h"

// ---- Text ----

static void
append_text (GString *text, const char *cell, char separator)
{
  if (separator == ',' && strpbrk (cell, ",\"\n") != NULL)
    {
      g_autofree char *doubled = NULL;
      g_auto (GStrv) parts = g_strsplit (cell, "\"", -1);

      doubled = g_strjoinv ("\"\"", parts);
      g_string_append_printf (text, "\"%s\"%c", doubled, separator);
    }
  else
    g_string_append_printf (text, "%s%c", cell, separator);
}

static void
append_number (GString *text, double number, char end)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (number))
    g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.9g", number));
  g_string_append_c (text, end);
}

char *
cz_comparison_file_write (GListModel *tensors, char separator)
{
  static const char *const heads[]
      = { "tensor", "layer", "shape", "parameters", "distance", "relative", "cosine", "largest" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_string_append_printf (text, "%s%c", heads[i],
                            i + 1 < G_N_ELEMENTS (heads) ? separator : '\n');
  for (guint i = 0; i < g_list_model_get_n_items (tensors); i++)
    {
      g_autoptr (CzTensorItem) item = g_list_model_get_item (tensors, i);
      const CzTensorMove *move = cz_tensor_item_get (item);

      append_text (text, move->name, separator);
      append_text (text, move->layer, separator);
      append_text (text, move->shape, separator);
      g_string_append_printf (text, "%" PRId64 "%c", move->parameters, separator);
      append_number (text, move->distance, separator);
      append_number (text, move->relative, separator);
      append_number (text, move->cosine, separator);
      append_number (text, move->largest, '\n');
    }
  return g_string_free (text, FALSE);
}

// ---- File ----

typedef struct
{
  GtkWidget *from; // a weak pointer
  GtkFileChooserNative *chooser;
  char *text;
} Saving;

static void
saving_free (Saving *saving)
{
  g_clear_weak_pointer (&saving->from);
  g_object_unref (saving->chooser);
  g_free (saving->text);
  g_free (saving);
}

static void
saved (GObject *object, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;
  gboolean done = g_file_replace_contents_finish (G_FILE (object), result, NULL, &error);

  if (saving->from != NULL && !done)
    cz_window_tell_error (saving->from, _ ("The table could not be saved"), error->message);
  else if (saving->from != NULL)
    {
      g_autofree char *name = g_file_get_basename (G_FILE (object));
      g_autofree char *shown = g_filename_display_name (name);
      // Translators: %s is a file's name.
      g_autofree char *told = g_strdup_printf (_ ("“%s” was saved."), shown);

      cz_window_toast (saving->from, told);
    }
  saving_free (saving);
}

static void
chosen (GtkNativeDialog *dialog, int response, Saving *saving)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file == NULL)
    {
      saving_free (saving);
      return;
    }
  g_file_replace_contents_async (file, saving->text, strlen (saving->text), NULL,
                                 FALSE /* backup */, G_FILE_CREATE_NONE, NULL, saved, saving);
}

void
cz_comparison_file_save (GtkWidget *from, const char *model, const char *text)
{
  Saving *saving = g_new0 (Saving, 1);
  g_autofree char *name = g_strdup_printf ("%s-compared.csv", model);

  g_set_weak_pointer (&saving->from, from);
  saving->text = g_strdup (text);
  saving->chooser = gtk_file_chooser_native_new (
      _ ("Save the comparison"), GTK_WINDOW (gtk_widget_get_root (from)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  g_strdelimit (name, "/\\:", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (saving->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (saving->chooser), TRUE);
  g_signal_connect (saving->chooser, "response", G_CALLBACK (chosen), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (saving->chooser));
}
