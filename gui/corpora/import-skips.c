#include "gui/corpora/import-skips.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "gui/corpora/import-choice.h"
#include "gui/numbers.h"

// ---- One of them ----

#define CZ_TYPE_SKIP_ITEM (cz_skip_item_get_type ())
G_DECLARE_FINAL_TYPE (CzSkipItem, cz_skip_item, CZ, SKIP_ITEM, GObject)

struct _CzSkipItem
{
  GObject parent_instance;
  char *place;
  char *reason;
  char *line;   // to copy
  char *folded; // to search in
};

G_DEFINE_FINAL_TYPE (CzSkipItem, cz_skip_item, G_TYPE_OBJECT)

static void
cz_skip_item_finalize (GObject *object)
{
  CzSkipItem *self = CZ_SKIP_ITEM (object);

  g_free (self->place);
  g_free (self->reason);
  g_free (self->line);
  g_free (self->folded);
  G_OBJECT_CLASS (cz_skip_item_parent_class)->finalize (object);
}

static void
cz_skip_item_class_init (CzSkipItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_skip_item_finalize;
}

static void
cz_skip_item_init (CzSkipItem *self)
{
}

static CzSkipItem *
skip_item_new (const CzImportSkip *skip, const char *folder)
{
  CzSkipItem *self = g_object_new (CZ_TYPE_SKIP_ITEM, NULL);
  g_autofree char *path = g_utf8_make_valid (skip->path != NULL ? skip->path : "", -1);
  g_autofree char *row = skip->row > 0 ? g_strdup_printf ("%" PRId64, skip->row) : g_strdup ("");
  const char *inner = cz_import_choice_inner_path (folder, path);

  self->reason = g_utf8_make_valid (skip->reason != NULL ? skip->reason : "", -1);
  self->place = skip->row > 0
                    // Translators: a file and the row of it that was skipped.
                    ? g_strdup_printf (_ ("%s, row %'" PRId64), inner, skip->row)
                    : g_strdup (inner);
  self->line = g_strdup_printf ("%s\t%s\t%s\n", path, row, self->reason);
  self->folded = g_utf8_casefold (self->line, -1);
  return self;
}

// ---- The list ----

struct _CzImportSkips
{
  AdwBin parent_instance;
  GtkSearchEntry *search;
  GtkWidget *copy_button;
  GtkStack *states;
  GtkListView *list;
  GtkLabel *more_label;
  GListStore *items;
  GtkFilterListModel *shown;
  GtkCustomFilter *filter;
  char *wanted; // folded; NULL: all
};

G_DEFINE_FINAL_TYPE (CzImportSkips, cz_import_skips, ADW_TYPE_BIN)

static gboolean
is_wanted (gpointer item, gpointer data)
{
  const CzImportSkips *self = data;

  return self->wanted == NULL || strstr (CZ_SKIP_ITEM (item)->folded, self->wanted) != NULL;
}

static void
search_changed (CzImportSkips *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  g_free (self->wanted);
  self->wanted = text[0] != '\0' ? g_utf8_casefold (text, -1) : NULL;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_stack_set_visible_child_name (
      self->states,
      self->wanted != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->shown)) == 0 ? "none"
                                                                                         : "list");
}

static void
copy (CzImportSkips *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->shown)); i++)
    {
      g_autoptr (CzSkipItem) item = g_list_model_get_item (G_LIST_MODEL (self->shown), i);

      g_string_append (text, item->line);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  gtk_button_set_label (GTK_BUTTON (self->copy_button), _ ("Copied"));
}

static void
setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *place = gtk_label_new (NULL);
  GtkWidget *reason = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (place), 0);
  gtk_label_set_ellipsize (GTK_LABEL (place), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (reason), 0);
  gtk_label_set_wrap (GTK_LABEL (reason), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (reason), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (reason, "dim-label");
  gtk_widget_add_css_class (reason, "caption");
  gtk_widget_add_css_class (box, "listed");
  gtk_box_append (GTK_BOX (box), place);
  gtk_box_append (GTK_BOX (box), reason);
  gtk_list_item_set_child (item, box);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  CzSkipItem *skip = gtk_list_item_get_item (item);
  GtkWidget *place = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  gtk_label_set_label (GTK_LABEL (place), skip->place);
  gtk_widget_set_tooltip_text (place, skip->place);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (place)), skip->reason);
}

void
cz_import_skips_show (CzImportSkips *self, GPtrArray *skips, gint64 more, const char *folder)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *count = cz_numbers_count (more);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s more is not listed.", "%s more are not listed.", (gulong)more), count);

  for (guint i = 0; skips != NULL && i < skips->len; i++)
    g_ptr_array_add (items, skip_item_new (g_ptr_array_index (skips, i), folder));
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
  gtk_label_set_label (self->more_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), more > 0);
  gtk_button_set_label (GTK_BUTTON (self->copy_button), _ ("Cop_y"));
  search_changed (self);
}

static void
cz_import_skips_dispose (GObject *object)
{
  CzImportSkips *self = CZ_IMPORT_SKIPS (object);

  g_clear_object (&self->items);
  g_clear_object (&self->shown);
  g_clear_pointer (&self->wanted, g_free);
  G_OBJECT_CLASS (cz_import_skips_parent_class)->dispose (object);
}

static void
cz_import_skips_class_init (CzImportSkipsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_import_skips_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-skips.ui");
  gtk_widget_class_bind_template_child (widget_class, CzImportSkips, search);
  gtk_widget_class_bind_template_child (widget_class, CzImportSkips, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportSkips, states);
  gtk_widget_class_bind_template_child (widget_class, CzImportSkips, list);
  gtk_widget_class_bind_template_child (widget_class, CzImportSkips, more_label);
}

static void
cz_import_skips_init (CzImportSkips *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSingleSelection *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (CZ_TYPE_SKIP_ITEM);
  self->filter = gtk_custom_filter_new (is_wanted, self, NULL);
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->items)),
                                           GTK_FILTER (self->filter));
  selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (factory);
  g_object_unref (selection);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_changed), self);
  g_signal_connect_swapped (self->copy_button, "clicked", G_CALLBACK (copy), self);
}
