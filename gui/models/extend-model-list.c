#include "gui/models/extend-model-list.h"

#include <glib/gi18n.h>

#include "gui/models/extend-model-word.h"
#include "gui/numbers.h"

struct _CzExtendModelList
{
  AdwBin parent_instance;
  GListStore *words; // CzExtendModelWord, the person's own first
  guint n_own;
};

G_DEFINE_FINAL_TYPE (CzExtendModelList, cz_extend_model_list, ADW_TYPE_BIN)

static guint changed_signal;

static void
tell_change (CzExtendModelList *self)
{
  g_signal_emit (self, changed_signal, 0);
}

// ---- Rows ----

static void
set_up (GtkSignalListItemFactory *factory, GtkListItem *item, CzExtendModelList *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *pieces = gtk_label_new (NULL), *count = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (pieces), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (pieces), 1);
  gtk_label_set_width_chars (GTK_LABEL (count), 8);
  gtk_label_set_xalign (GTK_LABEL (count), 1);
  gtk_widget_set_hexpand (pieces, TRUE);
  gtk_widget_add_css_class (pieces, "dim-label");
  gtk_widget_add_css_class (count, "numeric");
  gtk_box_append (GTK_BOX (row), check);
  gtk_box_append (GTK_BOX (row), pieces);
  gtk_box_append (GTK_BOX (row), count);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, row);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *item, CzExtendModelList *self)
{
  CzExtendModelWord *word = gtk_list_item_get_item (item);
  GtkWidget *check = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *pieces = gtk_widget_get_next_sibling (check);
  GtkWidget *count = gtk_widget_get_next_sibling (pieces);
  const char *text = cz_extend_model_word_get_pieces (word);
  g_autofree char *times
      = text != NULL ? cz_numbers_count (cz_extend_model_word_get_count (word)) : g_strdup ("");
  GBinding *binding = g_object_bind_property (word, "ticked", check, "active",
                                              G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);

  gtk_check_button_set_label (GTK_CHECK_BUTTON (check), cz_extend_model_word_get (word));
  gtk_label_set_label (GTK_LABEL (pieces), text != NULL ? text : _ ("your own"));
  gtk_label_set_label (GTK_LABEL (count), times);
  g_object_set_data (G_OBJECT (item), "binding", binding);
}

static void
unbind (GtkSignalListItemFactory *factory, GtkListItem *item, CzExtendModelList *self)
{
  g_binding_unbind (g_object_get_data (G_OBJECT (item), "binding"));
}

// ---- Words ----

static CzExtendModelWord *
get_word (CzExtendModelList *self, guint i)
{
  g_autoptr (CzExtendModelWord) word = g_list_model_get_item (G_LIST_MODEL (self->words), i);

  return word; // the store holds it
}

static guint
count_words (CzExtendModelList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->words));
}

static gboolean
is_there (CzExtendModelList *self, const char *text)
{
  for (guint i = 0; i < count_words (self); i++)
    if (g_str_equal (cz_extend_model_word_get (get_word (self, i)), text))
      return TRUE;
  return FALSE;
}

static CzExtendModelWord *
make_word (const char *text, const char *pieces, gint64 count, CzExtendModelList *self)
{
  CzExtendModelWord *word = cz_extend_model_word_new (text, pieces, count);

  g_signal_connect_object (word, "notify::ticked", G_CALLBACK (tell_change), self,
                           G_CONNECT_SWAPPED);
  return word;
}

void
cz_extend_model_list_propose (CzExtendModelList *self, JsonArray *words)
{
  g_autoptr (GPtrArray) proposed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; words != NULL && i < json_array_get_length (words); i++)
    {
      JsonObject *object = json_array_get_object_element (words, i);
      JsonArray *array = json_object_get_array_member (object, "pieces");
      g_autoptr (GString) pieces = g_string_new (NULL);

      for (guint k = 0; k < json_array_get_length (array); k++)
        g_string_append_printf (pieces, "%s%s", k > 0 ? " " : "",
                                json_array_get_string_element (array, k));
      g_ptr_array_add (proposed,
                       make_word (json_object_get_string_member (object, "word"), pieces->str,
                                  json_object_get_int_member (object, "count"), self));
    }
  g_list_store_splice (self->words, self->n_own, count_words (self) - self->n_own, proposed->pdata,
                       proposed->len);
  tell_change (self);
}

void
cz_extend_model_list_add (CzExtendModelList *self, const char *words)
{
  g_auto (GStrv) parts = g_strsplit_set (words, " ,;\t\n", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (parts[i][0] == '\0' || is_there (self, parts[i]))
        continue;
      g_autoptr (CzExtendModelWord) word = make_word (parts[i], NULL, 0, self);

      g_list_store_insert (self->words, self->n_own++, word);
    }
  tell_change (self);
}

guint
cz_extend_model_list_count_ticked (CzExtendModelList *self)
{
  guint n = 0;

  for (guint i = 0; i < count_words (self); i++)
    n += cz_extend_model_word_is_ticked (get_word (self, i));
  return n;
}

char *
cz_extend_model_list_get_text (CzExtendModelList *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < count_words (self); i++)
    if (cz_extend_model_word_is_ticked (get_word (self, i)))
      g_string_append_printf (text, "%s\n", cz_extend_model_word_get (get_word (self, i)));
  return g_string_free (text, FALSE);
}

// ---- Life ----

static void
cz_extend_model_list_dispose (GObject *object)
{
  g_clear_object (&CZ_EXTEND_MODEL_LIST (object)->words);
  G_OBJECT_CLASS (cz_extend_model_list_parent_class)->dispose (object);
}

static void
cz_extend_model_list_class_init (CzExtendModelListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_extend_model_list_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_EXTEND_MODEL_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
cz_extend_model_list_init (CzExtendModelList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->words = g_list_store_new (CZ_TYPE_EXTEND_MODEL_WORD);
  g_signal_connect_object (factory, "setup", G_CALLBACK (set_up), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind), self, 0);
  GtkSelectionModel *selection
      = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->words))));
  GtkWidget *view = gtk_list_view_new (selection, factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Words to add"), -1);
  gtk_widget_add_css_class (view, "rich-list");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_widget_add_css_class (scrolled, "card");
  gtk_widget_set_overflow (scrolled, GTK_OVERFLOW_HIDDEN);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}
