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
  AdwActionRow *update_row;
  GtkSwitch *update;
  GtkWidget *missing_row;
  GtkSwitch *missing;
  AdwComboRow *format;
  AdwComboRow *encoding;
  AdwComboRow *unit;
  GtkWidget *columns;
  AdwComboRow *text_column;
  AdwComboRow *label_column;
  AdwComboRow *split_column;
  AdwExpanderRow *cleaning;
  GtkSwitch *clean_html;
  GtkSwitch *clean_br;
  GtkSwitch *clean_markdown;
  GtkSwitch *clean_space;
  GtkSwitch *clean_nfc;
  AdwExpanderRow *leaving;
  GtkSwitch *deduplicate;
  GtkSpinButton *minimum_words;

  gint64 corpus; // proposed to be brought up to date; 0: a new one
  char *source;  // of the files; NULL: their paths say it
  char *called;  // what the corpus may be called; NULL: found out
  CzImportChoice *choice;
  char *found_name; // that would do; NULL: none yet
  char *there;      // the corpus that may be updated; NULL: none
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
      return _ ("Plain text");
    case CZ_FORMAT_LINES:
      return _ ("Lines of text");
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

// Freed by the caller.
static char *
describe_format (const CzImportFindings *found)
{
  // Translators: a format, of which most files are.
  return found->mixed ? g_strdup_printf (_ ("%s and others"), format_title (found->format))
                      : g_strdup (format_title (found->format));
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
  g_autofree char *format = describe_format (found);
  g_autoptr (GString) text = g_string_new (format);

  if (found->encoding != NULL)
    g_string_append_printf (text, " · %s", cz_encoding_name_get_title (found->encoding));
  if (splits[0] != '\0')
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Splits: %s"), splits);
    }
  if (labels[0] != '\0')
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Labels: %s"), labels);
    }
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
  return index < CZ_N_FORMATS ? (CzFormat)index : CZ_FORMAT_AUTO;
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
  g_autofree char *format = found != NULL ? describe_format (found) : NULL;
  g_autofree char *first = describe_found (is_auto ? format : NULL);
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
fill_columns (
    AdwComboRow *row, char **columns, const char *chosen, const char *found, gboolean none)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *first = describe_found (chosen != NULL  ? NULL
                                           : found != NULL ? found
                                                           : _ ("none"));
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

// ---- What is changed and left out ----

static CzCleaning
get_cleaning (CzImportSettings *self)
{
  return (gtk_switch_get_active (self->clean_html) ? CZ_CLEAN_HTML : 0)
         | (gtk_switch_get_active (self->clean_br) ? CZ_CLEAN_BR : 0)
         | (gtk_switch_get_active (self->clean_markdown) ? CZ_CLEAN_MARKDOWN : 0)
         | (gtk_switch_get_active (self->clean_space) ? CZ_CLEAN_SPACE : 0)
         | (gtk_switch_get_active (self->clean_nfc) ? CZ_CLEAN_NFC : 0);
}

static void
add_name (GString *names, gboolean on, const char *name)
{
  if (on)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
}

// Folded, the rows say what is on in them.
static void
summarize_changes (CzImportSettings *self)
{
  g_autoptr (GString) cleaning = g_string_new (NULL);
  g_autoptr (GString) leaving = g_string_new (NULL);
  gint64 words = self->choice->minimum_words;
  g_autofree char *least = g_strdup_printf (
      ngettext ("fewer than %u word", "fewer than %u words", (guint)words), (guint)words);

  add_name (cleaning, self->choice->cleaning & CZ_CLEAN_HTML, _ ("HTML"));
  add_name (cleaning, self->choice->cleaning & CZ_CLEAN_BR, _ ("line breaks"));
  add_name (cleaning, self->choice->cleaning & CZ_CLEAN_MARKDOWN, _ ("Markdown"));
  add_name (cleaning, self->choice->cleaning & CZ_CLEAN_SPACE, _ ("white space"));
  add_name (cleaning, self->choice->cleaning & CZ_CLEAN_NFC, _ ("Unicode"));
  add_name (leaving, self->choice->deduplicate, _ ("duplicates"));
  add_name (leaving, words > 0, least);
  adw_expander_row_set_subtitle (self->cleaning, cleaning->len > 0
                                                     ? cleaning->str
                                                     : _ ("Nothing: the text is stored as it is"));
  adw_expander_row_set_subtitle (self->leaving,
                                 leaving->len > 0 ? leaving->str : _ ("None but empty ones"));
}

static void
changes_changed (CzImportSettings *self)
{
  if (self->filling)
    return;
  self->choice->cleaning = get_cleaning (self);
  self->choice->unit = (CzDocumentUnit)adw_combo_row_get_selected (self->unit);
  self->choice->deduplicate = gtk_switch_get_active (self->deduplicate);
  self->choice->minimum_words = gtk_spin_button_get_value_as_int (self->minimum_words);
  summarize_changes (self);
  g_signal_emit (self, signals[READING_CHANGED], 0);
}

static void
reset_changes (CzImportSettings *self)
{
  GtkSwitch *const switches[]
      = { self->clean_html, self->clean_br,    self->clean_markdown, self->clean_space,
          self->clean_nfc,  self->deduplicate, self->update,         self->missing };

  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    gtk_switch_set_active (switches[i], FALSE);
  adw_combo_row_set_selected (self->unit, CZ_UNIT_AUTO);
  gtk_spin_button_set_value (self->minimum_words, 0);
  summarize_changes (self);
}

// ---- The name ----

// The id of the corpus of this name; 0: there is none.
static gint64
find_corpus (CzImportSettings *self, const char *name)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (g_strcmp0 (cz_corpus_item_get (item)->name, name) == 0)
        return cz_corpus_item_get (item)->id;
    }
  return 0;
}

// The corpus that was asked for and is still there.
static void
propose_update (CzImportSettings *self)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (cz_corpus_item_get (item)->id != self->corpus)
        continue;
      self->found_name = g_strdup (cz_corpus_item_get (item)->name);
      gtk_editable_set_text (GTK_EDITABLE (self->name), self->found_name);
      gtk_switch_set_active (self->update, TRUE);
    }
}

// The name found, with a number behind it where there is a corpus of that name already.
static void
suggest_name (CzImportSettings *self, const char *found)
{
  g_autofree char *name = g_strdup (found);

  if (name == NULL || self->found_name != NULL)
    return;
  self->found_name = g_strdup (found);
  for (guint n = 2; find_corpus (self, name) != 0; n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", found, n);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
}

// A corpus of the name typed, else of the name found, may be updated instead.
static void
name_changed (CzImportSettings *self)
{
  const char *name = cz_import_settings_get_name (self);
  gboolean taken = find_corpus (self, name) != 0;
  const char *there = taken ? name
                      : self->found_name != NULL && find_corpus (self, self->found_name) != 0
                          ? self->found_name
                          : NULL;

  if (g_strcmp0 (there, self->there) != 0)
    {
      g_free (self->there);
      self->there = g_strdup (there);
    }
  if (self->there != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (self->there, "_", -1);
      g_autofree char *escaped = g_strjoinv ("__", parts);
      // Translators: the name of a corpus.
      g_autofree char *title = g_strdup_printf (_ ("_Update “%s”"), escaped);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->update_row), title);
    }
  if (!taken)
    gtk_switch_set_active (self->update, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->update_row), self->there != NULL);
  if (taken && !gtk_switch_get_active (self->update))
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  g_signal_emit (self, signals[NAME_CHANGED], 0);
}

static void
update_changed (CzImportSettings *self)
{
  gboolean update = gtk_switch_get_active (self->update);

  if (update && self->there != NULL)
    {
      g_autofree char *name = g_strdup (self->there);

      // An entry's text goes away before the new one comes: in between it is no corpus's name.
      g_signal_handlers_block_by_func (self->name, name_changed, self);
      gtk_editable_set_text (GTK_EDITABLE (self->name), name);
      g_signal_handlers_unblock_by_func (self->name, name_changed, self);
    }
  gtk_widget_set_visible (self->missing_row, update);
  name_changed (self);
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
  if (find_corpus (self, name) != 0 && !gtk_switch_get_active (self->update))
    return _ ("There is a corpus of this name already: update it, or choose another name.");
  return NULL;
}

// ---- For the dialog ----

void
cz_import_settings_set_corpus (CzImportSettings *self, gint64 corpus)
{
  self->corpus = corpus;
}

void
cz_import_settings_set_source (CzImportSettings *self, const char *source, const char *name)
{
  g_free (self->source);
  g_free (self->called);
  self->source = g_strdup (source);
  self->called = g_strdup (name);
}

void
cz_import_settings_begin (CzImportSettings *self, const char *const *files)
{
  g_clear_pointer (&self->choice, cz_import_choice_free);
  g_clear_pointer (&self->found_name, g_free);
  self->choice = cz_import_choice_new (files);
  self->choice->source = g_strdup (self->source);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  gtk_widget_set_visible (self->columns, FALSE);
  self->filling = TRUE;
  fill_formats (self, NULL);
  fill_encodings (self, NULL);
  reset_changes (self);
  propose_update (self);
  self->filling = FALSE;
}

void
cz_import_settings_show (CzImportSettings *self, const CzImportFindings *found)
{
  if (found == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->found_row),
                                     _ ("Nothing that can be imported"));
      adw_action_row_set_subtitle (self->found_row, "");
      return;
    }
  self->filling = TRUE;
  show_found_row (self, found);
  suggest_name (self, self->called != NULL ? self->called : found->name);
  fill_formats (self, found);
  fill_encodings (self, found);
  fill_columns (self->text_column, found->columns, self->choice->text_column, found->text_column,
                FALSE);
  fill_columns (self->label_column, found->columns, self->choice->label_column, found->label_column,
                TRUE);
  fill_columns (self->split_column, found->columns, self->choice->split_column, found->split_column,
                TRUE);
  gtk_widget_set_visible (self->columns, found->columns != NULL && found->columns[0] != NULL);
  self->filling = FALSE;
}

const CzImportChoice *
cz_import_settings_get_choice (CzImportSettings *self)
{
  gboolean update = gtk_switch_get_active (self->update);

  if (self->choice == NULL)
    return NULL;
  self->choice->corpus = update ? find_corpus (self, cz_import_settings_get_name (self)) : 0;
  self->choice->remove_missing = update && gtk_switch_get_active (self->missing);
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
  CzImportSettings *self = CZ_IMPORT_SETTINGS (object);

  cz_import_choice_free (self->choice);
  g_free (self->found_name);
  g_free (self->there);
  g_free (self->source);
  g_free (self->called);
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
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, update_row);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, update);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, missing_row);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, missing);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, unit);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, cleaning);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, clean_html);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, clean_br);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, clean_markdown);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, clean_space);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, clean_nfc);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, leaving);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, deduplicate);
  gtk_widget_class_bind_template_child (widget_class, CzImportSettings, minimum_words);
}

static void
cz_import_settings_init (CzImportSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  GtkWidget *const columns[] = { GTK_WIDGET (self->text_column), GTK_WIDGET (self->label_column),
                                 GTK_WIDGET (self->split_column) };
  GtkSwitch *const changes[] = { self->clean_html,  self->clean_br,  self->clean_markdown,
                                 self->clean_space, self->clean_nfc, self->deduplicate };

  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (name_changed), self);
  g_signal_connect_swapped (self->update, "notify::active", G_CALLBACK (update_changed), self);
  g_signal_connect_swapped (self->format, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->encoding, "notify::selected", G_CALLBACK (format_changed), self);
  g_signal_connect_swapped (self->unit, "notify::selected", G_CALLBACK (changes_changed), self);
  g_signal_connect_swapped (self->minimum_words, "value-changed", G_CALLBACK (changes_changed),
                            self);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    g_signal_connect_swapped (columns[i], "notify::selected", G_CALLBACK (columns_changed), self);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_swapped (changes[i], "notify::active", G_CALLBACK (changes_changed), self);
}
