#include "gui/hub/repository-suggestions.h"

#include <glib/gi18n.h>
#include <string.h>

struct _CzRepositorySuggestions
{
  AdwBin parent_instance;
  gboolean dataset;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (CzRepositorySuggestions, cz_repository_suggestions, ADW_TYPE_BIN)

static guint chosen_signal;

typedef struct
{
  const char *repo;
  const char *description;
  const char *size; // about, what is fetched of it
} Suggestion;

static const Suggestion models[] = {
  { "distilbert-base-uncased",
    N_ ("English, all in small letters. The base model of most courses."), "268 MB" },
  { "distilbert-base-cased", N_ ("English, capital and small letters told apart."), "263 MB" },
  { "distilbert-base-multilingual-cased",
    N_ ("104 languages, Catalan and Spanish among them, capitals told apart."), "542 MB" },
};

static const Suggestion datasets[] = {
  { "imdb", N_ ("100,000 film reviews in English, half of them with a verdict."), "83 MB" },
  { "cornell-movie-review-data/rotten_tomatoes",
    N_ ("10,662 sentences out of film reviews in English: small, for a first try."), "900 kB" },
  { "fancyzhu/ag_news", N_ ("127,600 short news items in English, in four sections."), "20 MB" },
};

static void
row_activated (CzRepositorySuggestions *self, GtkListBoxRow *row)
{
  g_signal_emit (self, chosen_signal, 0, g_object_get_data (G_OBJECT (row), "repo"));
}

static void
fill (CzRepositorySuggestions *self)
{
  const Suggestion *suggestions = self->dataset ? datasets : models;
  guint n = self->dataset ? G_N_ELEMENTS (datasets) : G_N_ELEMENTS (models);

  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *label = gtk_label_new (suggestions[i].size);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), suggestions[i].repo);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (suggestions[i].description));
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data (G_OBJECT (row), "repo", (gpointer)suggestions[i].repo);
      gtk_list_box_append (self->list, row);
    }
}

void
cz_repository_suggestions_set_dataset (CzRepositorySuggestions *self, gboolean dataset)
{
  self->dataset = dataset;
  fill (self);
}

gboolean
cz_repository_suggestions_narrow (CzRepositorySuggestions *self, const char *typed)
{
  gboolean any = FALSE;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      const char *repo = g_object_get_data (G_OBJECT (row), "repo");
      gboolean fits = strstr (repo, typed) != NULL && !g_str_equal (repo, typed);

      gtk_widget_set_visible (row, fits);
      any = any || fits;
    }
  return any;
}

// ---- Life ----

static void
cz_repository_suggestions_class_init (CzRepositorySuggestionsClass *klass)
{
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_REPOSITORY_SUGGESTIONS, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_repository_suggestions_init (CzRepositorySuggestions *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Suggestions"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated), self);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}
