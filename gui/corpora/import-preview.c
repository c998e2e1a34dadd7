#include "gui/corpora/import-preview.h"

#include <glib/gi18n.h>

#include "gui/corpora/document-item.h"
#include "gui/corpora/import-choice.h"
#include "gui/numbers.h"

struct _CzImportPreview
{
  AdwBin parent_instance;
  GtkListView *list;
  GtkLabel *facts;
  GtkTextView *text;
  GListStore *items; // CzDocumentItem
  GtkSingleSelection *selection;
  char *folder;
};

G_DEFINE_FINAL_TYPE (CzImportPreview, cz_import_preview, ADW_TYPE_BIN)

static char *
describe_place (CzImportPreview *self, const CzDocument *document)
{
  g_autofree char *path
      = g_utf8_make_valid (cz_import_choice_inner_path (self->folder, document->path), -1);
  g_autofree char *row = document->row > 0 ? cz_numbers_count (document->row) : NULL;

  if (row == NULL)
    return g_steal_pointer (&path);
  // Translators: a file and a row of it.
  return g_strdup_printf (_ ("%s, row %s"), path, row);
}

static char *
describe_groups (const CzDocument *document)
{
  const char *split = document->split != NULL ? document->split : "";
  const char *label = document->label != NULL ? document->label : "";

  return g_strdup_printf ("%s%s%s", split, split[0] != '\0' && label[0] != '\0' ? " · " : "",
                          label);
}

// ---- The list ----

static void
setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *place = gtk_label_new (NULL);
  GtkWidget *groups = gtk_label_new (NULL);
  GtkWidget *start = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (place), 0);
  gtk_label_set_ellipsize (GTK_LABEL (place), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (place, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (groups), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (groups), 24);
  gtk_label_set_xalign (GTK_LABEL (start), 0);
  gtk_label_set_ellipsize (GTK_LABEL (start), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (head, "caption");
  gtk_widget_add_css_class (head, "dim-label");
  gtk_widget_add_css_class (box, "listed");
  gtk_box_append (GTK_BOX (head), place);
  gtk_box_append (GTK_BOX (head), groups);
  gtk_box_append (GTK_BOX (box), start);
  gtk_box_append (GTK_BOX (box), head);
  gtk_list_item_set_child (item, box);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *item, CzImportPreview *self)
{
  CzDocumentItem *document = gtk_list_item_get_item (item);
  GtkWidget *start = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *place = gtk_widget_get_first_child (gtk_widget_get_next_sibling (start));
  g_autofree char *where = describe_place (self, cz_document_item_get (document));
  g_autofree char *groups = describe_groups (cz_document_item_get (document));

  gtk_label_set_markup (GTK_LABEL (start), cz_document_item_get_markup (document));
  gtk_label_set_label (GTK_LABEL (place), where);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (place)), groups);
}

// ---- The document selected ----

static void
show_document (CzImportPreview *self)
{
  CzDocumentItem *item = gtk_single_selection_get_selected_item (self->selection);
  const CzDocument *document = item != NULL ? cz_document_item_get (item) : NULL;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autoptr (GString) facts = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_autofree char *size = NULL;
  GtkTextIter start;

  if (document == NULL)
    {
      gtk_text_buffer_set_text (buffer, "", 0);
      gtk_label_set_label (self->facts, "");
      return;
    }
  text = g_utf8_make_valid (document->text, (gssize)document->length);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  size = g_format_size ((guint64)document->bytes);
  if (document->bytes > (gint64)document->length)
    {
      g_autofree char *part = g_format_size (document->length);

      // Translators: two sizes: of what is shown, and of the whole text.
      g_string_append_printf (facts, _ ("The first %s of %s"), part, size);
    }
  else
    {
      g_autofree char *words = g_strdup (cz_document_item_get_words (item));

      // Translators: a number of words, and a size in bytes.
      g_string_append_printf (facts, _ ("%s words · %s"), words, size);
    }
  gtk_label_set_label (self->facts, facts->str);
}

void
cz_import_preview_show (CzImportPreview *self, CzImportFindings *findings, const char *folder)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *documents = findings != NULL ? findings->documents : NULL;
  guint selected = gtk_single_selection_get_selected (self->selection);

  g_free (self->folder);
  self->folder = g_strdup (folder);
  while (documents != NULL && documents->len > 0)
    {
      CzDocumentItem *item = cz_document_item_new ();

      cz_document_item_take (item, g_ptr_array_steal_index (documents, 0));
      g_ptr_array_add (items, item);
    }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
  if (items->len > 0)
    gtk_single_selection_set_selected (self->selection, selected < items->len ? selected : 0);
  show_document (self);
}

GtkWidget *
cz_import_preview_get_list (CzImportPreview *self)
{
  return GTK_WIDGET (self->list);
}

// ---- Life ----

static void
cz_import_preview_dispose (GObject *object)
{
  CzImportPreview *self = CZ_IMPORT_PREVIEW (object);

  g_clear_object (&self->items);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (cz_import_preview_parent_class)->dispose (object);
}

static void
cz_import_preview_class_init (CzImportPreviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_import_preview_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-preview.ui");
  gtk_widget_class_bind_template_child (widget_class, CzImportPreview, list);
  gtk_widget_class_bind_template_child (widget_class, CzImportPreview, facts);
  gtk_widget_class_bind_template_child (widget_class, CzImportPreview, text);
}

static void
cz_import_preview_init (CzImportPreview *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (CZ_TYPE_DOCUMENT_ITEM);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->items)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (show_document),
                           self, G_CONNECT_SWAPPED);
}
