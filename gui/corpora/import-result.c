#include "gui/corpora/import-result.h"

#include <glib/gi18n.h>

#include "gui/corpora/import-skips.h"
#include "gui/front-page.h"
#include "gui/numbers.h"

struct _CzImportResult
{
  AdwBin parent_instance;
  GtkWidget *head;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *facts;
  GtkWidget *back_button;
  GtkWidget *show_button;
  GtkWidget *details;
  GtkLabel *heading;
  GtkWidget *switcher;
  GtkStack *lists;
  CzImportSkips *skipped;
  CzImportSkips *notes;
};

G_DEFINE_FINAL_TYPE (CzImportResult, cz_import_result, ADW_TYPE_BIN)

enum
{
  BACK,
  SHOW_CORPUS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
fill_list (CzImportResult *self,
           CzImportSkips *list,
           const char *title,
           GPtrArray *skips,
           gint64 more,
           const char *folder)
{
  GtkStackPage *page = gtk_stack_get_page (self->lists, GTK_WIDGET (list));

  gtk_stack_page_set_title (page, title);
  gtk_stack_page_set_visible (page, (skips != NULL && skips->len > 0) || more > 0);
  cz_import_skips_show (list, skips, more, folder);
}

static void
show_details (
    CzImportResult *self, GPtrArray *skipped, gint64 more, GPtrArray *notes, const char *folder)
{
  gboolean any_skipped = (skipped != NULL && skipped->len > 0) || more > 0;
  gboolean any_notes = notes != NULL && notes->len > 0;
  g_autofree char *n_skipped = cz_numbers_count ((skipped != NULL ? skipped->len : 0) + more);
  g_autofree char *n_notes = cz_numbers_count (notes != NULL ? notes->len : 0);
  // Translators: how many were skipped.
  g_autofree char *skipped_title = g_strdup_printf (_ ("Skipped (%s)"), n_skipped);
  // Translators: how many notes there are.
  g_autofree char *notes_title = g_strdup_printf (_ ("Notes (%s)"), n_notes);

  fill_list (self, self->skipped, skipped_title, skipped, more, folder);
  fill_list (self, self->notes, notes_title, notes, 0, folder);
  gtk_widget_set_visible (self->details, any_skipped || any_notes);
  // One list alone needs no switch.
  gtk_widget_set_visible (self->switcher, any_skipped && any_notes);
  gtk_widget_set_visible (GTK_WIDGET (self->heading), any_skipped != any_notes);
  gtk_label_set_label (self->heading, any_skipped ? skipped_title : notes_title);
  // Alone in the middle, or above the lists.
  gtk_widget_set_vexpand (self->head, !any_skipped && !any_notes);
  if (any_skipped || any_notes)
    gtk_stack_set_visible_child (self->lists,
                                 GTK_WIDGET (any_skipped ? self->skipped : self->notes));
}

static void
add_count (GString *text, const char *sentence, gint64 n)
{
  g_autofree char *count = cz_numbers_count (n);

  if (n > 0)
    g_string_append_printf (text, "\n%s: %s", sentence, count);
}

static char *
describe_update (const CzUpdateReport *report, gboolean removed)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *added = cz_numbers_count (report->added);
  g_autofree char *changed = cz_numbers_count (report->changed);
  g_autofree char *unchanged = cz_numbers_count (report->unchanged);

  g_string_append_printf (text, _ ("Added: %s · changed: %s · unchanged: %s"), added, changed,
                          unchanged);
  add_count (text,
             removed ? _ ("Deleted, since the files no longer hold them")
                     : _ ("No longer in the files, but kept in the corpus"),
             report->missing);
  add_count (text, _ ("Left out, since they were deleted here before"), report->deleted);
  return g_strdup (text->str);
}

static gint64
count_damaged (GPtrArray *skipped)
{
  gint64 n = 0;

  for (guint i = 0; skipped != NULL && i < skipped->len; i++)
    n += ((const CzImportSkip *)g_ptr_array_index (skipped, i))->damaged;
  return n;
}

static void
show_report (CzImportResult *self, CzImportTask *task, const CzUpdateReport *report)
{
  const CzImportReport *import = &report->import;
  const CzImportChoice *choice = cz_import_task_get_choice (task);
  const char *name = cz_import_task_get_name (task);
  gint64 damaged = count_damaged (import->skipped);
  g_autofree char *count = cz_numbers_count (import->documents);
  g_autofree char *size = g_format_size ((guint64)import->bytes);
  g_autofree char *folder = cz_import_choice_get_folder (choice);
  g_autofree char *title = NULL;
  g_autoptr (GString) facts = g_string_new (NULL);

  // Translators: a size of text, and a corpus's name.
  g_string_append_printf (facts, _ ("%s of text in “%s”."), size, name);
  if (choice->corpus != 0)
    {
      g_autofree char *changes = describe_update (report, choice->remove_missing);

      title = g_strdup_printf (_ ("“%s” is up to date"), name);
      g_string_assign (facts, changes);
    }
  else
    title = g_strdup_printf (
        ngettext ("%s document imported", "%s documents imported", (gulong)import->documents),
        count);
  add_count (facts, _ ("Damaged files, of which what could be read was imported"), damaged);
  gtk_image_set_from_icon_name (self->icon,
                                damaged > 0 ? "dialog-warning-symbolic" : "emblem-ok-symbolic");
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->facts, facts->str);
  show_details (self, import->skipped, import->skipped_more, import->notes, folder);
}

void
cz_import_result_show (CzImportResult *self, CzImportTask *task)
{
  const CzUpdateReport *report = cz_import_task_get_report (task);

  gtk_widget_set_visible (self->back_button, report == NULL);
  gtk_widget_set_visible (self->show_button, report != NULL);
  if (report != NULL)
    {
      show_report (self, task, report);
      return;
    }
  gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic");
  gtk_label_set_label (self->title, _ ("Nothing was imported"));
  gtk_label_set_label (self->facts, cz_import_task_get_trouble (task));
  show_details (self, NULL, 0, NULL, NULL);
}

void
cz_import_result_grab_focus (CzImportResult *self)
{
  gtk_widget_grab_focus (gtk_widget_get_visible (self->show_button) ? self->show_button
                                                                    : self->back_button);
}

static void
back (CzImportResult *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
show_corpus (CzImportResult *self)
{
  g_signal_emit (self, signals[SHOW_CORPUS], 0);
}

static void
cz_import_result_class_init (CzImportResultClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CZ_TYPE_IMPORT_SKIPS);
  signals[BACK] = g_signal_new ("back", CZ_TYPE_IMPORT_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[SHOW_CORPUS] = g_signal_new ("show-corpus", CZ_TYPE_IMPORT_RESULT, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-result.ui");
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, head);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, icon);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, title);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, facts);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, show_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, details);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, heading);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, switcher);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, lists);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, skipped);
  gtk_widget_class_bind_template_child (widget_class, CzImportResult, notes);
}

static void
cz_import_result_init (CzImportResult *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->lists);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back), self);
  g_signal_connect_swapped (self->show_button, "clicked", G_CALLBACK (show_corpus), self);
}
