#include "gui/corpora/concordance-view.h"

#include <glib/gi18n.h>

#include "gui/corpora/concordance-item.h"
#include "gui/corpora/document-listing.h"
#include "gui/corpora/library-task.h"
#include "gui/numbers.h"

#define PAGE    100 // lines read at once
#define CONTEXT 90  // characters on each side

// Marks that only say how a text is directed.
#define LEFT_TO_RIGHT "\342\200\216"
#define RIGHT_TO_LEFT "\342\200\217"

struct _CzConcordanceView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 corpus;
  CzDocumentFilter filter; // strings are its own
  gboolean reading, more;
  GtkLabel *count_label;
  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkSingleSelection *selection;
  GListStore *lines;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzConcordanceView, cz_concordance_view, ADW_TYPE_BIN)

static guint chosen_signal;

// ---- Reading ----

typedef struct
{
  gint64 corpus;
  CzDocumentFilter filter; // strings are its own
  CzConcordancePlace after;
  GPtrArray *lines;
  gboolean more;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  cz_document_filter_clear (&question->filter);
  g_clear_pointer (&question->lines, g_ptr_array_unref);
  g_free (question);
}

static gboolean
read_lines (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  question->lines
      = cz_concordance_list (library, question->corpus, &question->filter, &question->after,
                             CONTEXT, PAGE, &question->more, cancellable, error);
  return question->lines != NULL;
}

static void
lines_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzConcordanceView *self = CZ_CONCORDANCE_VIEW (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;
  guint n;

  if (question == NULL)
    {
      if (!cz_library_task_is_cancelled (error))
        gtk_label_set_label (self->count_label, error->message);
      return;
    }
  self->reading = FALSE;
  self->more = question->more;
  g_ptr_array_set_free_func (question->lines, NULL);
  for (guint i = 0; i < question->lines->len; i++)
    g_ptr_array_add (items, cz_concordance_item_new (g_ptr_array_index (question->lines, i)));
  g_list_store_splice (self->lines, g_list_model_get_n_items (G_LIST_MODEL (self->lines)), 0,
                       items->pdata, items->len);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  count = cz_numbers_count (n);
  // Translators: %s is a number of places where a searched word stands.
  text = self->more ? g_strdup_printf (_ ("The first %s places; more come as you scroll"), count)
                    : g_strdup_printf (ngettext ("%s place", "%s places", n), count);
  gtk_label_set_label (self->count_label, text);
}

static void
read_more (CzConcordanceView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  Question *question;

  if (self->reading || !self->more || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->reading = TRUE;
  question = g_new0 (Question, 1);
  question->corpus = self->corpus;
  cz_document_filter_copy (&question->filter, &self->filter);
  if (n > 0)
    {
      g_autoptr (CzConcordanceItem) last
          = g_list_model_get_item (G_LIST_MODEL (self->lines), n - 1);
      const CzConcordanceLine *line = cz_concordance_item_get (last);

      question->after = (CzConcordancePlace){ line->document, line->start };
    }
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), read_lines, question,
                       question_free, self->cancellable, lines_read);
}

// ---- Rows ----

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *halves = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = gtk_label_new (NULL);
  GtkWidget *right = gtk_label_new (NULL);

  gtk_label_set_width_chars (GTK_LABEL (number), 8);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_widget_add_css_class (number, "numeric");
  gtk_widget_add_css_class (number, "dim-label");
  // Two halves of equal width: all hits begin in the middle.
  gtk_box_set_homogeneous (GTK_BOX (halves), TRUE);
  gtk_widget_set_hexpand (halves, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (left), PANGO_ELLIPSIZE_START);
  gtk_label_set_ellipsize (GTK_LABEL (right), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (left), TRUE);
  gtk_label_set_single_line_mode (GTK_LABEL (right), TRUE);
  gtk_label_set_xalign (GTK_LABEL (left), 1);
  gtk_label_set_xalign (GTK_LABEL (right), 0);
  gtk_box_append (GTK_BOX (halves), left);
  gtk_box_append (GTK_BOX (halves), right);
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), halves);
  gtk_list_item_set_child (cell, box);
}

// Whether a letter is written from the right (1) or from the left (-1); 0: it is no letter.
static int
get_side (gunichar c)
{
  if (!g_unichar_isalpha (c))
    return 0;
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_ADLAM:
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_MANDAIC:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_SAMARITAN:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
      return 1;
    default:
      return -1;
    }
}

// How many more letters are written from the right than from the left.
static int
count_from_right (const char *text)
{
  int n = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    n += get_side (g_utf8_get_char (text));
  return n;
}

// What comes before a hit stands where the line begins: on the right in Arabic or Hebrew, whatever
// the window's own language. Most letters tell which, not the first: a line may begin within a
// foreign word.
static void
direct (GtkWidget *halves, const CzConcordanceLine *line)
{
  GtkTextDirection direction = count_from_right (line->left) + count_from_right (line->hit)
                                           + count_from_right (line->right)
                                       > 0
                                   ? GTK_TEXT_DIR_RTL
                                   : GTK_TEXT_DIR_LTR;

  gtk_widget_set_direction (halves, direction);
  gtk_widget_set_direction (gtk_widget_get_first_child (halves), direction);
  gtk_widget_set_direction (gtk_widget_get_last_child (halves), direction);
}

// Pango asks the first letter of a text for its direction, which may be a foreign one.
static const char *
get_mark (GtkWidget *half, const char *text)
{
  gboolean rtl = gtk_widget_get_direction (half) == GTK_TEXT_DIR_RTL;
  int side = 0;

  for (; *text != '\0' && side == 0; text = g_utf8_next_char (text))
    side = get_side (g_utf8_get_char (text));
  if (side == (rtl ? -1 : 1))
    return rtl ? RIGHT_TO_LEFT : LEFT_TO_RIGHT;
  return "";
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  const CzConcordanceLine *line = cz_concordance_item_get (gtk_list_item_get_item (cell));
  GtkWidget *number = gtk_widget_get_first_child (gtk_list_item_get_child (cell));
  GtkWidget *left = gtk_widget_get_first_child (gtk_widget_get_next_sibling (number));
  GtkWidget *right = gtk_widget_get_next_sibling (left);
  g_autofree char *count = cz_numbers_count (line->ordinal + 1);
  g_autofree char *after = g_strconcat (line->hit, line->right, NULL);
  g_autofree char *before = NULL;
  g_autofree char *marked = NULL;

  direct (gtk_widget_get_parent (left), line);
  before = g_strconcat (get_mark (left, line->left), line->left, NULL);
  marked
      = g_markup_printf_escaped ("%s<b>%s</b>%s", get_mark (right, after), line->hit, line->right);
  gtk_label_set_label (GTK_LABEL (number), count);
  gtk_label_set_label (GTK_LABEL (left), before);
  gtk_label_set_markup (GTK_LABEL (right), marked);
  if (line->excluded)
    gtk_widget_add_css_class (gtk_list_item_get_child (cell), "excluded");
  else
    gtk_widget_remove_css_class (gtk_list_item_get_child (cell), "excluded");
  if (gtk_list_item_get_position (cell) + PAGE / 2
      > g_list_model_get_n_items (G_LIST_MODEL (((CzConcordanceView *)data)->lines)))
    read_more (data);
}

static void
row_chosen (CzConcordanceView *self)
{
  CzConcordanceItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    g_signal_emit (self, chosen_signal, 0, cz_concordance_item_get (item)->document,
                   (gint64)cz_concordance_item_get (item)->start);
}

// ---- Life ----

static void
cz_concordance_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_concordance_view_parent_class)->map (widget);
  read_more (CZ_CONCORDANCE_VIEW (widget));
}

static void
cz_concordance_view_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_CONCORDANCE_VIEW (object)->cancellable);
  G_OBJECT_CLASS (cz_concordance_view_parent_class)->dispose (object);
}

static void
cz_concordance_view_finalize (GObject *object)
{
  CzConcordanceView *self = CZ_CONCORDANCE_VIEW (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->lines);
  cz_document_filter_clear (&self->filter);
  G_OBJECT_CLASS (cz_concordance_view_parent_class)->finalize (object);
}

static void
cz_concordance_view_class_init (CzConcordanceViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_concordance_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_concordance_view_finalize;
  widget_class->map = cz_concordance_view_map;
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_CONCORDANCE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/concordance-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzConcordanceView, count_label);
  gtk_widget_class_bind_template_child (widget_class, CzConcordanceView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CzConcordanceView, list);
  gtk_widget_class_bind_template_child (widget_class, CzConcordanceView, selection);
  gtk_widget_class_bind_template_callback (widget_class, row_chosen);
}

static void
cz_concordance_view_init (CzConcordanceView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->cancellable = g_cancellable_new ();
  self->lines = g_list_store_new (CZ_TYPE_CONCORDANCE_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->lines));
}

void
cz_concordance_view_show (CzConcordanceView *self,
                          CzWorkbench *workbench,
                          gint64 corpus,
                          const CzDocumentFilter *filter)
{
  cz_library_task_renew (&self->cancellable);
  self->workbench = workbench;
  self->corpus = corpus;
  cz_document_filter_clear (&self->filter);
  cz_document_filter_copy (&self->filter, filter);
  g_list_store_remove_all (self->lines);
  gtk_label_set_label (self->count_label, "");
  self->reading = FALSE;
  self->more = filter->query != NULL;
  read_more (self);
}
