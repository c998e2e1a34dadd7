#include "gui/experiments/runs-search.h"

#include <glib/gi18n.h>
#include <string.h>

struct _CzRunsSearch
{
  AdwBin parent_instance;
  CzRunFilter *filter;
  GListModel *runs;
  GtkSearchEntry *entry;
  GtkBox *states;
  GtkCheckButton *starred;
  GtkDropDown *model, *corpus, *tag;
  GtkWidget *chosen;
  GtkLabel *chosen_label;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzRunsSearch, cz_runs_search, ADW_TYPE_BIN)

// ---- From the filter ----

static void
show_filter (CzRunsSearch *self)
{
  const CzRunChoices *choices = cz_run_filter_get_choices (self->filter);
  g_autofree char *told = cz_run_filter_tell (self->filter);
  guint state = 0;

  self->filling = TRUE;
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                    cz_run_filter_get_text (self->filter)))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), cz_run_filter_get_text (self->filter));
  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (self->states)); check != NULL;
       check = gtk_widget_get_next_sibling (check))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                                 (choices->states & (1u << state++)) != 0);
  gtk_check_button_set_active (self->starred, choices->starred);
  if (choices->model == NULL)
    gtk_drop_down_set_selected (self->model, 0);
  if (choices->corpus == NULL)
    gtk_drop_down_set_selected (self->corpus, 0);
  if (choices->tag == NULL)
    gtk_drop_down_set_selected (self->tag, 0);
  self->filling = FALSE;
  gtk_label_set_label (self->chosen_label, told);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chosen_label), told);
  gtk_widget_set_visible (self->chosen, told[0] != '\0');
}

// ---- To the filter ----

static void
text_changed (CzRunsSearch *self)
{
  if (!self->filling && self->filter != NULL)
    cz_run_filter_set_text (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

// Escape empties the entry.
static void
stopped (CzRunsSearch *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
check_toggled (CzRunsSearch *self)
{
  guint states = 0, state = 0;

  if (self->filling)
    return;
  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (self->states)); check != NULL;
       check = gtk_widget_get_next_sibling (check), state++)
    {
      if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
        states |= 1u << state;
    }
  // All or none: no choice.
  cz_run_filter_choose_states (self->filter, states == (1u << state) - 1 ? 0 : states);
  cz_run_filter_choose_starred (self->filter, gtk_check_button_get_active (self->starred));
}

static const char *
get_chosen (GtkDropDown *choice)
{
  guint selected = gtk_drop_down_get_selected (choice);

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return NULL;
  return gtk_string_list_get_string (GTK_STRING_LIST (gtk_drop_down_get_model (choice)), selected);
}

static void
choice_changed (CzRunsSearch *self)
{
  if (self->filling || self->filter == NULL)
    return;
  cz_run_filter_choose_model (self->filter, get_chosen (self->model));
  cz_run_filter_choose_corpus (self->filter, get_chosen (self->corpus));
  cz_run_filter_choose_tag (self->filter, get_chosen (self->tag));
}

static void
clear (CzRunsSearch *self)
{
  cz_run_filter_clear (self->filter);
}

// ---- What there is to choose from ----

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *)a, *(const char *const *)b);
}

// Fills a drop-down with all, then what was found; what is chosen stays, even where it is gone.
static void
fill_choice (GtkDropDown *choice, const char *all, GHashTable *found, const char *chosen)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree const char **keys = NULL;
  guint n, selected = 0;

  if (chosen != NULL)
    g_hash_table_add (found, g_strdup (chosen));
  keys = (const char **)g_hash_table_get_keys_as_array (found, &n);
  qsort (keys, n, sizeof *keys, compare_names);
  gtk_string_list_append (names, all);
  for (guint i = 0; i < n; i++)
    {
      gtk_string_list_append (names, keys[i]);
      if (g_strcmp0 (keys[i], chosen) == 0)
        selected = i + 1;
    }
  gtk_drop_down_set_model (choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (choice, selected);
}

static void
add_name (GHashTable *found, const char *name)
{
  if (name != NULL && name[0] != '\0' && !g_hash_table_contains (found, name))
    g_hash_table_add (found, g_strdup (name));
}

static void
add_tags (GHashTable *found, const char *tags)
{
  g_auto (GStrv) parts = NULL;

  if (tags == NULL || tags[0] == '\0')
    return;
  parts = g_strsplit (tags, ",", -1);
  for (char **part = parts; *part != NULL; part++)
    add_name (found, g_strstrip (*part));
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

// When the menu opens.
static void
fill (CzRunsSearch *self)
{
  const CzRunChoices *choices = cz_run_filter_get_choices (self->filter);
  g_autoptr (GHashTable) models = new_names ();
  g_autoptr (GHashTable) corpora = new_names ();
  g_autoptr (GHashTable) tags = new_names ();

  for (guint i = 0; i < g_list_model_get_n_items (self->runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (self->runs, i);
      const CzRun *run = cz_run_item_get (item);

      add_name (models, run->model);
      add_name (corpora, run->corpus);
      add_tags (tags, run->tags);
    }
  self->filling = TRUE;
  fill_choice (self->model, _ ("All models"), models, choices->model);
  fill_choice (self->corpus, _ ("All corpora"), corpora, choices->corpus);
  fill_choice (self->tag, _ ("All tags"), tags, choices->tag);
  self->filling = FALSE;
}

// ---- Life ----

static void
cz_runs_search_dispose (GObject *object)
{
  CzRunsSearch *self = CZ_RUNS_SEARCH (object);

  g_clear_object (&self->filter);
  g_clear_object (&self->runs);
  G_OBJECT_CLASS (cz_runs_search_parent_class)->dispose (object);
}

static void
cz_runs_search_class_init (CzRunsSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_runs_search_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/runs-search.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, states);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, starred);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, model);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, corpus);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, tag);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, chosen);
  gtk_widget_class_bind_template_child (widget_class, CzRunsSearch, chosen_label);
  gtk_widget_class_bind_template_callback (widget_class, text_changed);
  gtk_widget_class_bind_template_callback (widget_class, stopped);
  gtk_widget_class_bind_template_callback (widget_class, check_toggled);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, clear);
  gtk_widget_class_bind_template_callback (widget_class, fill);
}

static void
cz_runs_search_init (CzRunsSearch *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint state = 0; state <= CZ_RUN_INTERRUPTED; state++)
    {
      GtkWidget *check = gtk_check_button_new_with_label (cz_run_state_get_label (state));

      g_signal_connect_swapped (check, "toggled", G_CALLBACK (check_toggled), self);
      gtk_box_append (self->states, check);
    }
}

void
cz_runs_search_set_filter (CzRunsSearch *self, CzRunFilter *filter, GListModel *runs)
{
  g_set_object (&self->filter, filter);
  g_set_object (&self->runs, runs);
  g_signal_connect_object (filter, "changed", G_CALLBACK (show_filter), self, G_CONNECT_SWAPPED);
  show_filter (self);
}

void
cz_runs_search_begin (CzRunsSearch *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
