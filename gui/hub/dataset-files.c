#include "gui/hub/dataset-files.h"

#include <glib/gi18n.h>
#include <string.h>

#include "data/import-place.h"
#include "gui/hub/dataset-file.h"
#include "gui/numbers.h"

struct _CzDatasetFiles
{
  AdwBin parent_instance;
  GtkLabel *summary;
  GtkButton *all_button;
  GtkListView *list;
  GListStore *files; // CzDatasetFile
  gboolean choosing; // many at once
};

G_DEFINE_FINAL_TYPE (CzDatasetFiles, cz_dataset_files, ADW_TYPE_BIN)

static guint changed_signal;

// ---- What is chosen at first ----

// Where a file lies, without the folders that name a split: "wikitext-2-raw-v1"; freed by the
// caller.
static char *
find_configuration (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i++)
    if (cz_place_parse_split (parts[i]) == NULL)
      g_string_append_printf (name, "%s/", parts[i]);
  return g_strdup (name->str);
}

static const CzRepositoryFile *
find_first (const CzRepository *repository)
{
  for (guint i = 0; i < repository->files->len; i++)
    {
      const CzRepositoryFile *file = g_ptr_array_index (repository->files, i);

      if (file->format != NULL)
        return file;
    }
  return NULL;
}

gboolean
cz_dataset_files_is_preset (const CzRepository *repository, guint index)
{
  const CzRepositoryFile *file = g_ptr_array_index (repository->files, index);
  const CzRepositoryFile *first = find_first (repository);
  g_autofree char *wanted = first != NULL ? find_configuration (first->path) : NULL;
  g_autofree char *there = find_configuration (file->path);

  return first != NULL && g_strcmp0 (file->format, first->format) == 0
         && g_str_equal (there, wanted);
}

// ---- The list ----

static CzDatasetFile *
get_file (CzDatasetFiles *self, guint index)
{
  g_autoptr (CzDatasetFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), index);

  return file; // the list keeps it
}

static void
summarize (CzDatasetFiles *self)
{
  guint n = cz_dataset_files_get_n (self), chosen = 0;
  guint64 missing = 0;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++)
    if (cz_dataset_file_is_chosen (get_file (self, i)))
      {
        chosen++;
        missing += (guint64)cz_dataset_file_get_missing (get_file (self, i));
      }
  size = g_format_size (missing);
  text = n == 0         ? g_strdup (_ ("Nothing in it can be imported"))
         : chosen == 0  ? g_strdup (_ ("Choose the files to import"))
         : missing == 0 ? g_strdup_printf (
               ngettext ("%u of %u file, already here", "%u of %u files, already here", n), chosen,
               n)
                        // Translators: two numbers of files and a size.
                        : g_strdup_printf (ngettext ("%u of %u file, %s to download",
                                                     "%u of %u files, %s to download", n),
                                           chosen, n, size);
  gtk_label_set_label (self->summary, text);
  gtk_widget_set_visible (GTK_WIDGET (self->all_button), n > 1);
  gtk_button_set_label (self->all_button, chosen < n ? _ ("Choose _all") : _ ("Choose _none"));
}

static void
chosen_changed (CzDatasetFiles *self)
{
  if (self->choosing)
    return;
  summarize (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
all_clicked (CzDatasetFiles *self)
{
  guint n = cz_dataset_files_get_n (self);
  gboolean chosen = cz_dataset_files_get_n_chosen (self) < n;

  self->choosing = TRUE;
  for (guint i = 0; i < n; i++)
    cz_dataset_file_choose (get_file (self, i), chosen);
  self->choosing = FALSE;
  chosen_changed (self);
}

static void
setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *path = gtk_label_new (NULL);
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (path), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (path), 0);
  gtk_widget_set_hexpand (path, TRUE);
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "numeric");
  gtk_box_append (GTK_BOX (box), path);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), box);
  gtk_list_item_set_child (item, check);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  CzDatasetFile *file = gtk_list_item_get_item (item);
  GtkWidget *check = gtk_list_item_get_child (item);
  GtkWidget *path
      = gtk_widget_get_first_child (gtk_check_button_get_child (GTK_CHECK_BUTTON (check)));
  GtkWidget *facts = gtk_widget_get_next_sibling (path);
  GBinding *binding;

  gtk_label_set_label (GTK_LABEL (path), cz_dataset_file_get_path (file));
  gtk_widget_set_tooltip_text (path, cz_dataset_file_get_path (file));
  gtk_label_set_label (GTK_LABEL (facts), cz_dataset_file_get_facts (file));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cz_dataset_file_get_path (file), -1);
  binding = g_object_bind_property (file, "chosen", check, "active",
                                    G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_set_data (G_OBJECT (item), "binding", binding);
}

static void
unbind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_binding_unbind (g_object_get_data (G_OBJECT (item), "binding"));
}

void
cz_dataset_files_show (CzDatasetFiles *self, const CzRepository *repository)
{
  g_list_store_remove_all (self->files);
  for (guint i = 0; i < repository->files->len; i++)
    {
      const CzRepositoryFile *file = g_ptr_array_index (repository->files, i);
      g_autoptr (CzDatasetFile) item = NULL;

      if (file->format == NULL)
        continue;
      item = cz_dataset_file_new (file, cz_dataset_files_is_preset (repository, i));
      g_signal_connect_object (item, "notify::chosen", G_CALLBACK (chosen_changed), self,
                               G_CONNECT_SWAPPED);
      g_list_store_append (self->files, item);
    }
  summarize (self);
}

guint
cz_dataset_files_get_n (CzDatasetFiles *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->files));
}

guint
cz_dataset_files_get_n_chosen (CzDatasetFiles *self)
{
  guint chosen = 0;

  for (guint i = 0; i < cz_dataset_files_get_n (self); i++)
    chosen += cz_dataset_file_is_chosen (get_file (self, i)) ? 1 : 0;
  return chosen;
}

char **
cz_dataset_files_get_chosen (CzDatasetFiles *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < cz_dataset_files_get_n (self); i++)
    if (cz_dataset_file_is_chosen (get_file (self, i)))
      g_strv_builder_add (builder, cz_dataset_file_get_path (get_file (self, i)));
  return g_strv_builder_end (builder);
}

// ---- Life ----

static void
cz_dataset_files_dispose (GObject *object)
{
  g_clear_object (&CZ_DATASET_FILES (object)->files);
  G_OBJECT_CLASS (cz_dataset_files_parent_class)->dispose (object);
}

static void
cz_dataset_files_class_init (CzDatasetFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_dataset_files_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_DATASET_FILES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_dataset_files_init (CzDatasetFiles *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *frame = gtk_frame_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkNoSelection *selection;

  self->files = g_list_store_new (CZ_TYPE_DATASET_FILE);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->files)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), NULL);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "plain-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Files of the data set"), -1);
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->summary, 0);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->summary), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  self->all_button = GTK_BUTTON (gtk_button_new ());
  gtk_button_set_use_underline (self->all_button, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->all_button), "flat");
  g_signal_connect_swapped (self->all_button, "clicked", G_CALLBACK (all_clicked), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 150);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_frame_set_child (GTK_FRAME (frame), scrolled);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->all_button));
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), frame);
  adw_bin_set_child (ADW_BIN (self), box);
}
