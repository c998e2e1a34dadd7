#include "gui/models/model-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/experiments/run-item.h"
#include "gui/models/model-origin.h"
#include "gui/numbers.h"

// ---- Order ----

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const CzModel *first = cz_model_item_get ((CzModelItem *)a);
  const CzModel *second = cz_model_item_get ((CzModelItem *)b);
  gboolean first_own = g_strcmp0 (first->origin, "shipped") != 0;
  gboolean second_own = g_strcmp0 (second->origin, "shipped") != 0;
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;

  if (first_own != second_own)
    return first_own - second_own;
  x = g_utf8_casefold (first->name, -1);
  y = g_utf8_casefold (second->name, -1);
  return g_utf8_collate (x, y);
}

GtkFilterListModel *
cz_model_list_new (CzWorkbench *workbench)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));
  GtkSortListModel *sorted
      = gtk_sort_list_model_new (g_object_ref (cz_workbench_get_models (workbench)), sorter);

  return gtk_filter_list_model_new (G_LIST_MODEL (sorted), NULL);
}

// ---- Search ----

typedef struct
{
  CzWorkbench *workbench;
  char **words;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->workbench);
  g_strfreev (search->words);
  g_free (search);
}

static gboolean
fits (gpointer object, gpointer data)
{
  Search *search = data;
  const CzModel *model = cz_model_item_get (object);
  g_autofree char *origin = cz_model_origin_tell (search->workbench, model);
  g_autofree char *text
      = g_strjoin (" ", model->name, origin, model->parent_name != NULL ? model->parent_name : "",
                   model->trained_on != NULL ? model->trained_on : "", NULL);
  g_autofree char *folded = cz_run_item_fold (text);

  for (guint i = 0; search->words[i] != NULL; i++)
    if (strstr (folded, search->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

void
cz_model_list_search (GtkFilterListModel *list, CzWorkbench *workbench, const char *words)
{
  g_autofree char *folded = cz_run_item_fold (words);
  g_autoptr (GtkFilter) filter = NULL;

  if (words[0] != '\0')
    {
      Search *search = g_new0 (Search, 1);

      search->workbench = g_object_ref (workbench);
      search->words = g_strsplit (folded, " ", -1);
      filter = GTK_FILTER (gtk_custom_filter_new (fits, search, search_free));
    }
  gtk_filter_list_model_set_filter (list, filter);
}

// ---- Rows ----

static void
show (CzModelItem *item, GtkWidget *row)
{
  CzWorkbench *workbench = g_object_get_data (G_OBJECT (row), "workbench");
  const CzModel *model = cz_model_item_get (item);
  GtkWidget *head
      = gtk_widget_get_first_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));
  GtkWidget *name = gtk_widget_get_first_child (head);
  GtkWidget *mark = gtk_widget_get_next_sibling (name);
  GtkWidget *facts = gtk_widget_get_next_sibling (head);
  g_autofree char *size = cz_numbers_short (model->parameters);
  g_autofree char *origin = cz_model_origin_tell_short (workbench, model);
  // Translators: a number of parameters ("67.0 M"), and where a model came from.
  g_autofree char *text = g_strdup_printf (_ ("%s parameters · %s"), size, origin);

  gtk_label_set_label (GTK_LABEL (name), model->name);
  gtk_widget_set_tooltip_text (row, model->name);
  gtk_widget_set_visible (mark, cz_model_item_is_missing (item));
  gtk_label_set_label (GTK_LABEL (facts),
                       cz_model_item_is_missing (item) ? _ ("its folder is missing") : text);
}

GtkWidget *
cz_model_list_make_row (gpointer item, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *mark = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (facts), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (facts), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (mark, "warning");
  gtk_widget_add_css_class (facts, "caption");
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "numeric");
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (head), name);
  gtk_box_append (GTK_BOX (head), mark);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "workbench", data);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (item), g_object_unref);
  g_signal_connect_object (item, "changed", G_CALLBACK (show), row, 0);
  show (item, row);
  return row;
}

CzModelItem *
cz_model_list_get_item (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;
}
