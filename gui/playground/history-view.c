#include "gui/playground/history-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/corpora/library-task.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/playground/history-item.h"
#include "gui/playground/history-keeper.h"
#include "gui/playground/known-model.h"

struct _CzHistoryView
{
  AdwBin parent_instance;
  CzPlayground *playground;
  CzHistoryKeeper *keeper;
  AdwToastOverlay *toasts;
  GtkSearchEntry *search;
  GtkLabel *count;
  GtkStack *states;
  GtkListView *list;
  GListStore *items; // of CzHistoryItem, the newest first
  GtkCustomFilter *filter;
  GtkFilterListModel *found;
  char **words;  // casefolded: what is searched
  gint64 newest; // of the library when the items were read
  guint n;
  gboolean reading;
  gboolean again; // the library changed while it was read
};

G_DEFINE_FINAL_TYPE (CzHistoryView, cz_history_view, ADW_TYPE_BIN)

// ---- Showing ----

static void
show_state (CzHistoryView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint found = g_list_model_get_n_items (G_LIST_MODEL (self->found));
  g_autofree char *count = cz_numbers_count (found);
  g_autofree char *all = cz_numbers_count (n);
  g_autofree char *text
      = n == 0 ? g_strdup ("")
        : found == n
            ? g_strdup_printf (ngettext ("%s entry", "%s entries", n), all)
            // Translators: how many were found, of how many.
            : g_strdup_printf (ngettext ("%s of %s entry", "%s of %s entries", n), count, all);

  gtk_label_set_label (self->count, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "history.clear", n > 0);
  gtk_stack_set_visible_child_name (self->states, n == 0       ? "nothing"
                                                  : found == 0 ? "not-found"
                                                               : "list");
}

static gint64
get_id (CzHistoryView *self, guint position)
{
  g_autoptr (CzHistoryItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  return cz_history_item_get (item)->id;
}

// Puts the entries in place of those shown. What stays at both ends keeps its rows, so that the
// list stays where it was scrolled to.
static void
take_entries (CzHistoryView *self, GPtrArray *entries)
{
  guint old = g_list_model_get_n_items (G_LIST_MODEL (self->items)), n = entries->len;
  guint least = MIN (old, n), head = 0, tail = 0;
  CzPlaygroundEntry **entry = (CzPlaygroundEntry **)entries->pdata;
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  while (head < least && get_id (self, head) == entry[head]->id)
    head++;
  while (tail < least - head && get_id (self, old - 1 - tail) == entry[n - 1 - tail]->id)
    tail++;
  for (guint i = head; i < n - tail; i++)
    g_ptr_array_add (added, cz_history_item_new (g_steal_pointer (&entry[i])));
  if (old - head - tail > 0 || added->len > 0)
    g_list_store_splice (self->items, head, old - head - tail, added->pdata, added->len);
  show_state (self);
}

// ---- Reading ----

typedef struct
{
  gint64 newest;
  guint n;
  GPtrArray *entries; // of CzPlaygroundEntry
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_pointer (&question->entries, g_ptr_array_unref);
  g_free (question);
}

static gboolean
read_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  if (!cz_playground_history_get_state (library, &question->newest, &question->n, error))
    return FALSE;
  question->entries = cz_playground_history_list (library, 0 /* after */, error);
  return question->entries != NULL;
}

static void refresh (CzHistoryView *self);

static void
was_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzHistoryView *self = CZ_HISTORY_VIEW (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  self->reading = FALSE;
  if (question != NULL)
    {
      self->newest = question->newest;
      self->n = question->n;
      take_entries (self, question->entries);
    }
  else
    cz_playground_tell (self->playground, error->message);
  if (self->again)
    refresh (self);
}

// Reads the entries anew if the library has others than those shown.
static void
refresh (CzHistoryView *self)
{
  CzWorkbench *workbench = cz_playground_get_workbench (self->playground);
  CzLibrary *library = cz_workbench_get_library (workbench);
  gint64 newest;
  guint n;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || library == NULL)
    return;
  self->again = self->reading;
  if (self->reading
      || (cz_playground_history_get_state (library, &newest, &n, NULL) && newest == self->newest
          && n == self->n))
    return;
  self->reading = TRUE;
  cz_library_task_run (self, cz_workbench_get_path (workbench), read_in_thread,
                       g_new0 (Question, 1), question_free, NULL, was_read);
}

// ---- Removing, and putting back ----

static gboolean
remove_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  return cz_playground_history_remove (library, data, error);
}

static gboolean
restore_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  return cz_playground_history_restore (library, data, error);
}

static void
follow_change (CzHistoryView *self, const GError *error)
{
  if (error != NULL)
    cz_playground_tell (self->playground, error->message);
  self->newest = -1; // an id in the middle may be gone
  refresh (self);
}

static void
was_changed (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  cz_library_task_finish (result, &error);
  follow_change (CZ_HISTORY_VIEW (object), error);
}

static void
change (CzHistoryView *self, CzLibraryFunc func, GPtrArray *entries)
{
  cz_library_task_run (self, cz_workbench_get_path (cz_playground_get_workbench (self->playground)),
                       func, g_ptr_array_ref (entries), (GDestroyNotify)g_ptr_array_unref, NULL,
                       was_changed);
}

static CzPlaygroundEntry *
copy_entry (const CzPlaygroundEntry *entry)
{
  CzPlaygroundEntry *copy = g_new0 (CzPlaygroundEntry, 1);

  *copy = (CzPlaygroundEntry){ entry->id,
                               g_strdup (entry->text),
                               g_strdupv (entry->models),
                               g_strdupv (entry->targets),
                               g_strdup (entry->view),
                               entry->tried };
  return copy;
}

typedef struct
{
  CzHistoryView *self; // the toast lies in it
  GPtrArray *entries;
} Removed;

static void
removed_free (gpointer data, GClosure *closure)
{
  g_ptr_array_unref (((Removed *)data)->entries);
  g_free (data);
}

static void
put_back (AdwToast *toast, Removed *removed)
{
  change (removed->self, restore_in_thread, removed->entries);
}

// Tells that they were removed, with a way back for some seconds.
static void
offer_undo (CzHistoryView *self, GPtrArray *entries, const char *told)
{
  AdwToast *toast = adw_toast_new (told);
  Removed *removed = g_new (Removed, 1);

  *removed = (Removed){ self, g_ptr_array_ref (entries) };
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, 10);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (put_back), removed, removed_free, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)cz_playground_entry_free);
}

static void
remove_clicked (GtkWidget *button, CzHistoryView *self)
{
  CzHistoryItem *item = g_object_get_data (G_OBJECT (button), "item");
  g_autoptr (GPtrArray) entries = new_entries ();

  if (item == NULL)
    return;
  g_ptr_array_add (entries, copy_entry (cz_history_item_get (item)));
  // What is in the prompt may be just that; it is not to come back by itself.
  cz_history_keeper_skip (self->keeper);
  change (self, remove_in_thread, entries);
  offer_undo (self, entries, _ ("The entry was removed."));
}

// All there are, also what came since the list was read; `data` takes them for the way back.
static gboolean
clear_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray *entries = data;
  g_autoptr (GPtrArray) all = cz_playground_history_list (library, 0 /* after */, error);

  if (all == NULL || !cz_playground_history_remove (library, all, error))
    return FALSE;
  g_ptr_array_extend_and_steal (entries, g_steal_pointer (&all));
  return TRUE;
}

static void
was_cleared (GObject *object, GAsyncResult *result, gpointer data)
{
  CzHistoryView *self = CZ_HISTORY_VIEW (object);
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = cz_library_task_finish (result, &error);

  if (entries != NULL)
    offer_undo (self, entries, _ ("The history was cleared."));
  follow_change (self, error);
}

static void
clear (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzHistoryView *self = CZ_HISTORY_VIEW (widget);

  cz_history_keeper_skip (self->keeper);
  cz_library_task_run (self, cz_workbench_get_path (cz_playground_get_workbench (self->playground)),
                       clear_in_thread, new_entries (), (GDestroyNotify)g_ptr_array_unref, NULL,
                       was_cleared);
}

// ---- Trying again ----

static void
activated (CzHistoryView *self, guint position)
{
  g_autoptr (CzHistoryItem) item = g_list_model_get_item (G_LIST_MODEL (self->found), position);
  const CzPlaygroundEntry *entry = cz_history_item_get (item); // the item's, which is held
  guint known = 0;

  for (guint i = 0; entry->models[i] != NULL; i++)
    {
      g_autoptr (CzKnownModel) model
          = cz_known_model_find (cz_playground_get_workbench (self->playground), entry->models[i]);

      known += model != NULL;
    }
  cz_playground_set_models (self->playground, (const char *const *)entry->models);
  cz_playground_set_targets (self->playground, (const char *const *)entry->targets);
  cz_playground_set_text (self->playground, entry->text);
  cz_playground_show_view (self->playground, entry->view);
  if (known < g_strv_length (entry->models))
    cz_playground_tell (self->playground,
                        known > 0 ? _ ("Some of its models are not there any more.")
                                  : _ ("Its models are not there any more; others are asked."));
}

// ---- Rows ----

// "base, film · men, women · today, 14:05"
static char *
describe (CzHistoryView *self, CzHistoryItem *item)
{
  const CzPlaygroundEntry *entry = cz_history_item_get (item);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = cz_history_item_format_time (item, now);
  g_autofree char *targets = g_strjoinv (", ", entry->targets);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; entry->models[i] != NULL; i++)
    {
      g_autoptr (CzKnownModel) model
          = cz_known_model_find (cz_playground_get_workbench (self->playground), entry->models[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                              model != NULL ? model->title : entry->models[i]);
    }
  if (targets[0] != '\0')
    g_string_append_printf (text, " · %s", targets);
  g_string_append_printf (text, " · %s", time);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
make_label (const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (class != NULL)
    {
      gtk_widget_add_css_class (label, class);
      gtk_widget_add_css_class (label, "dim-label");
    }
  return label;
}

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *row, CzHistoryView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (lines), make_label (NULL));
  gtk_box_append (GTK_BOX (lines), make_label ("caption"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove this entry"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove this entry"), -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked), self);
  gtk_widget_add_css_class (box, "listed");
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), button);
  gtk_list_item_set_child (row, box);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *row, CzHistoryView *self)
{
  CzHistoryItem *item = gtk_list_item_get_item (row);
  GtkWidget *box = gtk_list_item_get_child (row);
  GtkWidget *lines = gtk_widget_get_first_child (box);
  g_autofree char *described = describe (self, item);

  gtk_label_set_markup (GTK_LABEL (gtk_widget_get_first_child (lines)),
                        cz_history_item_get_markup (item));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (lines)), described);
  g_object_set_data_full (G_OBJECT (gtk_widget_get_last_child (box)), "item", g_object_ref (item),
                          g_object_unref);
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *row, CzHistoryView *self)
{
  GtkWidget *box = gtk_list_item_get_child (row);

  g_object_set_data (G_OBJECT (gtk_widget_get_last_child (box)), "item", NULL);
}

// ---- Searching ----

static gboolean
is_found (gpointer item, gpointer data)
{
  return cz_history_item_matches (item, (const char *const *)((CzHistoryView *)data)->words);
}

static void
search_changed (CzHistoryView *self)
{
  g_autofree char *folded
      = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);

  g_strfreev (self->words);
  self->words = g_strsplit_set (folded, " ", -1); // what is empty is everywhere
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_state (self);
}

static void
search_stopped (CzHistoryView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

// ---- Life ----

static void
cz_history_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_history_view_parent_class)->map (widget);
  refresh (CZ_HISTORY_VIEW (widget));
}

static void
cz_history_view_dispose (GObject *object)
{
  CzHistoryView *self = CZ_HISTORY_VIEW (object);

  g_clear_object (&self->keeper);
  G_OBJECT_CLASS (cz_history_view_parent_class)->dispose (object);
}

static void
cz_history_view_finalize (GObject *object)
{
  CzHistoryView *self = CZ_HISTORY_VIEW (object);

  g_strfreev (self->words);
  g_clear_object (&self->found);
  g_object_unref (self->items);
  g_clear_object (&self->playground);
  G_OBJECT_CLASS (cz_history_view_parent_class)->finalize (object);
}

static void
cz_history_view_class_init (CzHistoryViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_history_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_history_view_finalize;
  widget_class->map = cz_history_view_map;
  gtk_widget_class_install_action (widget_class, "history.clear", NULL, clear);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/history-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzHistoryView, toasts);
  gtk_widget_class_bind_template_child (widget_class, CzHistoryView, search);
  gtk_widget_class_bind_template_child (widget_class, CzHistoryView, count);
  gtk_widget_class_bind_template_child (widget_class, CzHistoryView, states);
  gtk_widget_class_bind_template_child (widget_class, CzHistoryView, list);
}

static void
make_list (CzHistoryView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) model = NULL;

  self->filter = gtk_custom_filter_new (is_found, self, NULL);
  self->found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->items)),
                                           GTK_FILTER (self->filter));
  model = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->found))));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, model);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activated), self);
}

static void
cz_history_view_init (CzHistoryView *self)
{
  self->items = g_list_store_new (CZ_TYPE_HISTORY_ITEM);
  self->words = g_new0 (char *, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  make_list (self);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_changed), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (search_stopped), self);
  show_state (self);
}

GtkWidget *
cz_history_view_new (CzPlayground *playground)
{
  CzHistoryView *self = g_object_new (CZ_TYPE_HISTORY_VIEW, NULL);
  CzWorkbench *workbench = cz_playground_get_workbench (playground);

  self->playground = g_object_ref (playground);
  self->keeper = cz_history_keeper_new (playground);
  g_signal_connect_object (self->keeper, "kept", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
cz_history_view_search (CzHistoryView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
