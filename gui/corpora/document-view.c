#include "gui/corpora/document-view.h"

#include <inttypes.h>
#include <glib/gi18n.h>
#include <string.h>

#include "data/concordance.h"
#include "data/corpus-change.h"
#include "gui/corpora/library-task.h"
#include "gui/numbers.h"
#include "gui/window.h"

// More than this of a text is not shown, in bytes: a text view lays out all of a long line at once.
#define READ_MOST (256 * 1024)
#define HITS_PAGE 100 // hits looked for at once
#define HITS_MOST 2000

// A hit in the text, in characters.
typedef struct
{
  gsize start, end;
} Hit;

struct _CzDocumentView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 document;        // its id; 0: none
  gint64 corpus, ordinal;
  char *query;
  gint64 place; // to be scrolled to; -1: the first hit, -2: stay
  GtkLabel *title;
  GtkWidget *excluded_badge, *edited_badge;
  GtkWidget *hits_box, *reading_box, *editing_box;
  GtkLabel *hits_label;
  GtkWidget *edit_button, *exclude_button, *include_button;
  GtkTextView *text;
  GArray *hits; // of Hit
  guint hit;    // the one the person is at
  char *shown;  // the text as it was read
  gboolean whole;
  gboolean editing;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzDocumentView, cz_document_view, ADW_TYPE_BIN)

// ---- Hits ----

static void
go_to_hit (CzDocumentView *self, guint hit)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *at = NULL;
  g_autofree char *all = NULL;
  g_autofree char *label = NULL;
  GtkTextIter start, end;

  if (self->hits->len == 0)
    return;
  self->hit = hit % self->hits->len;
  at = cz_numbers_count (self->hit + 1);
  all = cz_numbers_count (self->hits->len);
  // Translators: the hit of a search the person is at, and how many there are.
  label = g_strdup_printf (_ ("%s of %s"), at, all);
  gtk_label_set_label (self->hits_label, label);
  gtk_text_buffer_get_iter_at_offset (buffer, &start,
                                      (int)g_array_index (self->hits, Hit, self->hit).start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end,
                                      (int)g_array_index (self->hits, Hit, self->hit).end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  gtk_text_view_scroll_to_mark (self->text, gtk_text_buffer_get_insert (buffer), 0.1, FALSE, 0, 0);
}

static void
next_hit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (widget);

  go_to_hit (self, self->hit + 1);
}

static void
previous_hit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (widget);

  go_to_hit (self, self->hit + self->hits->len - 1);
}

static void
mark_hits (CzDocumentView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "hit");

  if (tag == NULL)
    tag = gtk_text_buffer_create_tag (buffer, "hit", "weight", PANGO_WEIGHT_BOLD, NULL);
  g_object_set (tag, "background", dark ? "#6b5a1e" : "#fce8a6", NULL);
  for (guint i = 0; i < self->hits->len; i++)
    {
      const Hit *hit = &g_array_index (self->hits, Hit, i);
      GtkTextIter start, end;

      gtk_text_buffer_get_iter_at_offset (buffer, &start, (int)hit->start);
      gtk_text_buffer_get_iter_at_offset (buffer, &end, (int)hit->end);
      gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
    }
}

// ---- Reading ----

typedef struct
{
  gint64 document;
  char *query;
  gint64 place;
  CzDocument *read;
  char *text;   // as it is shown
  GArray *hits; // of Hit
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->query);
  g_free (question->text);
  g_clear_pointer (&question->read, cz_document_free);
  g_clear_pointer (&question->hits, g_array_unref);
  g_free (question);
}

// Bytes to characters, in one walk.
static void
count_characters (const char *text, gsize length, GArray *hits, gint64 *place)
{
  gsize characters = 0, hit = 0;
  gboolean placed = *place < 0;

  for (gsize at = 0; at <= length; at++)
    {
      while (hit < 2 * hits->len)
        {
          Hit *here = &g_array_index (hits, Hit, hit / 2);
          gsize *side = hit % 2 == 0 ? &here->start : &here->end;

          if (*side > at)
            break;
          *side = characters;
          hit++;
        }
      if (!placed && (gsize)*place <= at)
        {
          *place = (gint64)characters;
          placed = TRUE;
        }
      characters += at < length && ((guchar)text[at] & 0xc0) != 0x80;
    }
}

// Fills hits, in bytes of what is shown.
static gboolean
find_hits (
    CzLibrary *library, Question *question, gsize shown, GCancellable *cancellable, GError **error)
{
  // The list goes on to other documents: it is asked for no more than a page that holds some.
  const CzDocumentFilter filter = { .query = question->query, .after = question->document - 1 };
  CzConcordancePlace place = { 0 };
  gboolean more = question->query != NULL;

  while (more && question->hits->len < HITS_MOST)
    {
      g_autoptr (GPtrArray) lines
          = cz_concordance_list (library, question->document >> 32, &filter, &place, 0, HITS_PAGE,
                                 &more, cancellable, error);

      if (lines == NULL)
        return FALSE;
      for (guint i = 0; i < lines->len; i++)
        {
          const CzConcordanceLine *line = g_ptr_array_index (lines, i);
          const Hit hit = { line->start, line->end };

          if (line->document != question->document || line->end > shown)
            return TRUE;
          g_array_append_val (question->hits, hit);
          place = (CzConcordancePlace){ line->document, line->start };
        }
    }
  return TRUE;
}

static gboolean
read_document (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  gsize shown;

  question->read = cz_document_get (library, question->document, error);
  if (question->read == NULL)
    return FALSE;
  shown = MIN (question->read->length, READ_MOST);
  while (shown < question->read->length && ((guchar)question->read->text[shown] & 0xc0) == 0x80)
    shown--;
  question->text = g_utf8_make_valid (question->read->text, (gssize)shown);
  question->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  if (!find_hits (library, question, shown, cancellable, error))
    return FALSE;
  count_characters (question->read->text, shown, question->hits, &question->place);
  return TRUE;
}

static void
show_title (CzDocumentView *self, const CzDocument *document)
{
  g_autoptr (GString) title = g_string_new (NULL);
  g_autofree char *number = cz_numbers_count (document->ordinal + 1);

  // Translators: %s is a document's number.
  g_string_append_printf (title, _ ("Document %s"), number);
  if (document->path != NULL && document->path[0] != '\0')
    g_string_append_printf (title, " · %s", document->path);
  if (document->row > 0)
    // Translators: the row of a table or the line of a file.
    g_string_append_printf (title, _ (", row %'" PRId64), document->row);
  if (!self->whole)
    g_string_append_printf (title, " · %s", _ ("a long text: only its beginning is shown"));
  gtk_label_set_label (self->title, title->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title->str);
}

static void
set_editing (CzDocumentView *self, gboolean editing)
{
  self->editing = editing;
  gtk_text_view_set_editable (self->text, editing);
  gtk_text_view_set_cursor_visible (self->text, editing);
  gtk_widget_set_visible (self->editing_box, editing);
  gtk_widget_set_visible (self->reading_box, !editing);
  gtk_widget_set_visible (self->hits_box, !editing && self->hits->len > 0);
  if (editing)
    gtk_widget_add_css_class (GTK_WIDGET (self->text), "editing");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->text), "editing");
}

static void
show_document (CzDocumentView *self, Question *question)
{
  const CzDocument *document = question->read;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  gboolean nul = memchr (document->text, '\0', document->length) != NULL;
  GtkTextIter start;

  self->ordinal = document->ordinal;
  self->corpus = document->id >> 32;
  self->whole = document->length <= READ_MOST;
  show_title (self, document);
  gtk_widget_set_visible (self->excluded_badge, document->excluded);
  gtk_widget_set_visible (self->edited_badge, document->edited);
  gtk_widget_set_visible (self->exclude_button, !document->excluded);
  gtk_widget_set_visible (self->include_button, document->excluded);
  // What is not all shown, or cannot be shown as it is, would be lost by saving.
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.edit", self->whole && !nul);
  g_array_unref (self->hits);
  self->hits = g_steal_pointer (&question->hits);
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, question->text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  g_free (self->shown);
  self->shown = g_steal_pointer (&question->text);
  set_editing (self, FALSE);
  mark_hits (self);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  if (self->hits->len > 0 && self->place != -2)
    {
      guint hit = 0;

      while (hit + 1 < self->hits->len
             && (gint64)g_array_index (self->hits, Hit, hit).start < question->place)
        hit++;
      go_to_hit (self, hit);
    }
}

static void
document_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (question != NULL)
    show_document (self, question);
  else if (!cz_library_task_is_cancelled (error))
    {
      gtk_label_set_label (self->title, error->message);
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", -1);
    }
}

static void
read_it (CzDocumentView *self)
{
  Question *question;

  cz_library_task_renew (&self->cancellable);
  if (self->document == 0)
    return;
  question = g_new0 (Question, 1);
  question->document = self->document;
  question->query = g_strdup (self->query);
  question->place = self->place;
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), read_document, question,
                       question_free, self->cancellable, document_read);
}

// ---- Editing ----

typedef struct
{
  gint64 corpus, ordinal;
  char *text;
} Edit;

static void
edit_free (gpointer data)
{
  g_free (((Edit *)data)->text);
  g_free (data);
}

static gboolean
write_edit (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Edit *edit = data;

  return cz_corpus_edit (library, edit->corpus, edit->ordinal, edit->text, strlen (edit->text),
                         error);
}

static void
edit_written (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (object);
  g_autoptr (GError) error = NULL;
  Edit *edit = cz_library_task_finish (result, &error);

  if (edit != NULL)
    {
      g_autofree char *number = cz_numbers_count (edit->ordinal + 1);
      // Translators: %s is a document's number.
      g_autofree char *told = g_strdup_printf (_ ("Document %s was changed."), number);

      gtk_widget_activate_action (GTK_WIDGET (self), "corpus.tell", "s", told);
    }
  else
    cz_window_tell_error (GTK_WIDGET (self), _ ("The text was not saved"), error->message);
}

static void
save_now (CzDocumentView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  Edit *edit;

  set_editing (self, FALSE);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  edit = g_new0 (Edit, 1);
  edit->corpus = self->corpus;
  edit->ordinal = self->ordinal;
  edit->text = g_steal_pointer (&text);
  self->place = -2;
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), write_edit, edit, edit_free,
                       NULL, edit_written);
}

static void
begin_editing (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (widget);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  // The marks of hits would move with the text.
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_all_tags (buffer, &start, &end);
  set_editing (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (widget);

  if (self->editing)
    save_now (self);
}

static void
revert (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (widget);

  if (!self->editing)
    return;
  set_editing (self, FALSE);
  self->place = -2;
  read_it (self);
}

// ---- Life ----

static void
cz_document_view_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_DOCUMENT_VIEW (object)->cancellable);
  G_OBJECT_CLASS (cz_document_view_parent_class)->dispose (object);
}

static void
cz_document_view_finalize (GObject *object)
{
  CzDocumentView *self = CZ_DOCUMENT_VIEW (object);

  g_object_unref (self->cancellable);
  g_array_unref (self->hits);
  g_free (self->query);
  g_free (self->shown);
  G_OBJECT_CLASS (cz_document_view_parent_class)->finalize (object);
}

static void
cz_document_view_class_init (CzDocumentViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_document_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_document_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/document-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, title);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, excluded_badge);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, edited_badge);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, hits_box);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, hits_label);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, reading_box);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, editing_box);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, edit_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, exclude_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, include_button);
  gtk_widget_class_bind_template_child (widget_class, CzDocumentView, text);
  gtk_widget_class_install_action (widget_class, "document.next-hit", NULL, next_hit);
  gtk_widget_class_install_action (widget_class, "document.previous-hit", NULL, previous_hit);
  gtk_widget_class_install_action (widget_class, "document.edit", NULL, begin_editing);
  gtk_widget_class_install_action (widget_class, "document.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "document.revert", NULL, revert);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "document.save",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK,
                                       "document.next-hit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "document.previous-hit", NULL);
}

static void
cz_document_view_init (CzDocumentView *self)
{
  self->cancellable = g_cancellable_new ();
  self->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (mark_hits),
                           self, G_CONNECT_SWAPPED);
}

void
cz_document_view_show (
    CzDocumentView *self, CzWorkbench *workbench, gint64 document, const char *query, gint64 place)
{
  if (self->editing)
    save_now (self);
  self->workbench = workbench;
  self->document = document;
  g_free (self->query);
  self->query = g_strdup (query);
  self->place = place;
  read_it (self);
}

void
cz_document_view_refresh (CzDocumentView *self)
{
  if (self->editing || self->document == 0)
    return;
  self->place = -2;
  read_it (self);
}

gint64
cz_document_view_get_document (CzDocumentView *self)
{
  return self->document;
}
