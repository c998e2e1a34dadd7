#include "gui/corpora/import-settings.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/corpora/corpus-item.h"
#include "gui/corpora/encoding-name.h"
#include "gui/numbers.h"

// Names of labels or splits that are told.
#define GROUPS 8

struct _CzImportSettings
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the dialog's
  AdwActionRow *found_row;
  AdwEntryRow *name;
  AdwComboRow *format;
  AdwComboRow *encoding;
  GtkWidget *columns;
  AdwComboRow *text_column;
  AdwComboRow *label_column;
  AdwComboRow *split_column;

  CzImportChoice *choice;
  gboolean filling; // the rows are being set, not chosen from
};

G_DEFINE_FINAL_TYPE (CzImportSettings, cz_import_settings, ADW_TYPE_BIN)

enum
{
  READING_CHANGED,
  NAME_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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
      return "";
    }
}

// ---- What was found ----

// Their names, the most frequent first; freed by the caller.
static char *
join_groups (GPtrArray *groups)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const CzCorpusGroup *group = g_ptr_array_index (groups, i);

      if (group->name[0] != '\0' && n++ < GROUPS)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", group->name);
    }
  if (n > GROUPS)
    g_string_append (names, ", …");
  return g_strdup (names->str);
}

static void
show_found_row (CzImportSettings *self, const CzImportFindings *found)
{
  g_autofree char *files = cz_numbers_count (found->files);
  g_autofree char *size = g_format_size ((guint64)found->bytes);
  // Translators: a number of files and their size.
  g_autofree char *title = g_strdup_printf (
      ngettext ("%s file, %s", "%s files, %s", (gulong)found->files), files, size);
  g_autofree char *more = g_strdup_printf (_ ("%s, and more"), title);
  g_autofree char *splits = join_groups (found->splits);
  g_autofree char *labels = join_groups (found->labels);
  g_autoptr (GString) text = g_string_new (format_title (found->format));

  if (found->encoding != NULL)
    g_string_append_printf (text, " · %s", cz_encoding_name_get_title (found->encoding));
  if (splits[0] != '\0')
    g_string_append_printf (text, _ ("\nSplits: %s"), splits);
  if (labels[0] != '\0')
    g_string_append_printf (text, _ ("\nLabels: %s"), labels);
  if (!found->complete)
    g_string_append_printf (text, "\n%s", _ ("Only the beginning was looked at."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->found_row),
                                 found->complete ? title : more);
  adw_action_row_set_subtitle (self->found_row, text->str);
}

// ---- How to read it ----

// The formats as they are listed, from the second place on (the first: find out).
static CzFormat
format_at (guint index)
{
  guint at = 0;

  for (CzFormat format = CZ_FORMAT_AUTO + 1; format < CZ_N_FORMATS; format++)
    if (cz_format_is_readable (format) && ++at == index)
      return format;
  return CZ_FORMAT_AUTO;
}

// "Found: Text", or where it is not known what was found: "Find out".
static char *
describe_found (const char *found)
{
  // Translators: what was found out: a format, an encoding, a column.
  return found != NULL && found[0] != '\0' ? g_strdup_printf (_ ("Found: %s"), found)
                                           : g_strdup (_ ("Find out"));
}

static void
fill_formats (CzImportSettings *self, const CzImportFindings *found)
{
  gboolean is_auto = self->choice->format == CZ_FORMAT_AUTO;
  g_autofree char *first
      = describe_found (found != NULL && is_auto ? format_title (found->format) : NULL);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint at = 0;

  gtk_string_list_append (names, first);
  for (guint i = 1; format_at (i) != CZ_FORMAT_AUTO; i++)
    {
      if (format_at (i) == self->choice->format)
        at = i;
      gtk_string_list_append (names, format_title (format_at (i)));
    }
  adw_combo_row_set_model (self->format, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->format, at);
}

static void
fill_encodings (CzImportSettings *self, const CzImportFindings *found)
{
  const char *chosen = self->choice->encoding;
  g_autofree char *first
      = describe_found (found != NULL && found->encoding != NULL && chosen == NULL
                            ? cz_encoding_name_get_title (found->encoding)
                            : NULL);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint at = 0;

  gtk_string_list_append (names, first);
  for (guint i = 0; cz_encoding_name_at (i) != NULL; i++)
    {
      const char *encoding = cz_encoding_name_at (i);

      if (g_strcmp0 (encoding, chosen) == 0)
        at = i + 1;
      gtk_string_list_append (names, cz_encoding_name_get_title (encoding));
    }
  adw_combo_row_set_model (self->encoding, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->encoding, at);
}

// Fills a row with the columns and selects the one chosen. First comes what was found out; then,
// where there may be none, "None".
static void
fill_columns (AdwComboRow *row, char **columns, const char *chosen, const char *found, gboolean none)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *first = describe_found (chosen != NULL ? NULL : found != NULL ? found : _ ("none"));
  guint at = 0;

  gtk_string_list_append (names, first);
  if (none)
    {
      gtk_string_list_append (names, _ ("None"));
      at = chosen != NULL && chosen[0] == '\0' ? 1 : 0;
    }
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    {
      if (chosen != NULL && chosen[0] != '\0' && g_str_equal (columns[i], chosen))
        at = i + (none ? 2 : 1);
      gtk_string_list_append (names, columns[i]);
    }
  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, at);
}

static char *
chosen_column (AdwComboRow *row, gboolean none)
{
  guint selected = adw_combo_row_get_selected (row);
  GtkStringObject *item = adw_combo_row_get_selected_item (row);

  if (selected == 0 || item == NULL)
    return NULL;
  return none && selected == 1 ? g_strdup ("") : g_strdup (gtk_string_object_get_string (item));
}

static void
forget_columns (CzImportSettings *self)
{
  g_clear_pointer (&self->choice->text_column, g_free);
  g_clear_pointer (&self->choice->label_column, g_free);
  g_clear_pointer (&self->choice->split_column, g_free);
}

static void
columns_changed (CzImportSettings *self)
{
  if (self->filling)
    return;
  forget_columns (self);
  self->choice->text_column = chosen_column (self->text_column, FALSE);
  self->choice->label_column = chosen_column (self->label_column, TRUE);
  self->choice->split_column = chosen_column (self->split_column, TRUE);
  g_signal_emit (self, signals[READING_CHANGED], 0);
}

// Another format or encoding: the columns chosen before may not be there.
static void
format_changed (CzImportSettings *self)
{
  guint encoding = adw_combo_row_get_selected (self->encoding);

  if (self->filling)
    return;
  self->choice->format = format_at (adw_combo_row_get_selected (self->format));
  g_free (self->choice->encoding);
  self->choice->encoding = encoding > 0 ? g_strdup (cz_encoding_name_at (encoding - 1)) : NULL;
  forget_columns (self);
  g_signal_emit (self, signals[READING_CHANGED], 0);
}

// ---- The name ----

static gboolean
name_is_taken (CzImportSettings *self, const char *name)
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
suggest_name (CzImportSettings *self, const char *found)
{
  g_autofree char *name = g_strdup (found);

  if (name == NULL || gtk_editable_get_text (GTK_EDITABLE (self->name))[0] != '\0')
    return;
  for (guint n = 2; name_is_taken (self, name); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", found, n);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
}

static void
name_changed (CzImportSettings *self)
{
  gboolean taken = name_is_taken (self, cz_import_settings_get_name (self));

  if (taken)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  g_signal_emit (self, signals[NAME_CHANGED], 0);
}

const char *
cz_import_settings_get_name (CzImportSettings *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->name));
}

const char *
cz_import_settings_get_trouble (CzImportSettings *self)
{
  const char *name = cz_import_settings_get_name (self);

  if (name[strspn (name, " \t\n")] == '\0')
    return _ ("The corpus needs a name.");
  if (name_is_taken (self, name))
    return _ ("There is a corpus of this name already.");
  return NULL;
}

// ---- For the dialog ----

void
cz_import_settings_begin (CzImportSettings *self, const char *const *files)
{
  g_clear_pointer (&self->choice, cz_import_choice_free);
  self->choice = cz_import_choice_new (files);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  gtk_widget_set_visible (self->columns, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->found_row), FALSE);
  self->filling = TRUE;
  fill_formats (self, NULL);
  fill_encodings (self, NULL);
  self->filling = FALSE;
}

void
cz_import_settings_show (CzImportSettings *self, const CzImportFindings *found)
{
  gtk_widget_set_visible (GTK_WIDGET (self->found_row), found != NULL);
  if (found == NULL)
    return;
  self->filling = TRUE;
  show_found_row (self, found);
  suggest_name (self, found->name);
  fill_formats (self, found);
  fill_encodings (self, found);
  fill_columns (self->text_column, found->columns, self->choice->text_column, found->text_column,
                FALSE);
  fill_columns (self->label_column, found->columns, self->choice->label_column,
                found->label_column, TRUE);
  fill_columns (self->split_column, found->columns, self->choice->split_column,
                found->split_column, TRUE);
  gtk_widget_set_visible (self->columns, found->columns != NULL && found->columns[0] != NULL);
  self->filling = FALSE;
}

const CzImportChoice *
cz_import_settings_get_choice (CzImportSettings *self)
{
  return self->choice;
}

void
cz_import_settings_grab_focus (CzImportSettings *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  // The beginning of a long name says more than its end.
  gtk_editable_select_region (GTK_EDITABLE (self->name), -1, 0);
}

void
cz_import_settings_set_workbench (CzImportSettings *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  g_signal_connect_object (cz_workbench_get_corpora (workbench), "items-changed",
                           G_CALLBACK (name_changed), self, G_CONNECT_SWAPPED);
}

// ---- Life ----

static void
cz_import_settings_finalize (GObject *object)
{
  cz_import_choice_free (CZ_IMPORT_SETTINGS (object)->choice);
  G_OBJECT_CLASS (cz_import_settings_parent_class)->finalize (object);
}

static void
cz_import_settings_class_init (CzImportSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_import_settings_finalize;
  signals[READING_CHANGED] = g_signal_new ("reading-changed", CZ_TYPE_IMPORT_SETTINGS,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NAME_CHANGED] = g_signal_new ("name-changed", CZ_TYPE_IMPORT_SETTINGS, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-settings.ui");
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, found_row);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, name);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, format);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, encoding);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, columns);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, text_column);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, label_column);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, split_column);
}

static void
cz_import_settings_init (CzImportSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (name_changed), self);
  g_signal_connect_swapped (self->format, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->encoding, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->text_column, "notify::selected", G_CALLBACK (columns_changed),
                            self);
  g_signal_connect_swapped (self->label_column, "notify::selected", G_CALLBACK (columns_changed),
                            self);
  g_signal_connect_swapped (self->split_column, "notify::selected", G_CALLBACK (columns_changed),
                            self);
}
