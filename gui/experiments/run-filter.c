#include "gui/experiments/run-filter.h"

#include <glib/gi18n.h>
#include <string.h>

struct _CzRunFilter
{
  GtkFilter parent_instance;
  char *text;
  char **words; // folded; none of them empty
  CzRunChoices choices;
};

G_DEFINE_FINAL_TYPE (CzRunFilter, cz_run_filter, GTK_TYPE_FILTER)

static gboolean
cz_run_filter_match (GtkFilter *filter, gpointer object)
{
  CzRunFilter *self = CZ_RUN_FILTER (filter);
  const CzRunChoices *choices = &self->choices;
  CzRunItem *item = object;
  const CzRun *run = cz_run_item_get (item);

  if (choices->starred && !run->starred)
    return FALSE;
  if (choices->states != 0 && (choices->states & (1u << run->state)) == 0)
    return FALSE;
  if (choices->model != NULL && g_strcmp0 (run->model, choices->model) != 0)
    return FALSE;
  if (choices->corpus != NULL && g_strcmp0 (run->corpus, choices->corpus) != 0)
    return FALSE;
  if (choices->tag != NULL && !cz_run_item_has_tag (item, choices->tag))
    return FALSE;
  for (char **word = self->words; *word != NULL; word++)
    {
      if (strstr (cz_run_item_get_words (item), *word) == NULL)
        return FALSE;
    }
  return TRUE;
}

static GtkFilterMatch
cz_run_filter_get_strictness (GtkFilter *filter)
{
  return cz_run_filter_is_active (CZ_RUN_FILTER (filter)) ? GTK_FILTER_MATCH_SOME
                                                          : GTK_FILTER_MATCH_ALL;
}

// ---- Life ----

static void
cz_run_filter_finalize (GObject *object)
{
  CzRunFilter *self = CZ_RUN_FILTER (object);

  g_free (self->text);
  g_strfreev (self->words);
  g_free (self->choices.model);
  g_free (self->choices.corpus);
  g_free (self->choices.tag);
  G_OBJECT_CLASS (cz_run_filter_parent_class)->finalize (object);
}

static void
cz_run_filter_class_init (CzRunFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_filter_finalize;
  GTK_FILTER_CLASS (klass)->match = cz_run_filter_match;
  GTK_FILTER_CLASS (klass)->get_strictness = cz_run_filter_get_strictness;
}

static void
cz_run_filter_init (CzRunFilter *self)
{
  self->text = g_strdup ("");
  self->words = g_new0 (char *, 1);
}

CzRunFilter *
cz_run_filter_new (void)
{
  return g_object_new (CZ_TYPE_RUN_FILTER, NULL);
}

// ---- Text ----

static gboolean
take_text (CzRunFilter *self, const char *text)
{
  g_autofree char *folded = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GStrvBuilder) words = NULL;

  if (g_str_equal (text, self->text))
    return FALSE;
  g_free (self->text);
  self->text = g_strdup (text);
  folded = cz_run_item_fold (text);
  parts = g_strsplit_set (folded, " \t\n", -1);
  words = g_strv_builder_new ();
  for (char **part = parts; *part != NULL; part++)
    {
      if (**part != '\0')
        g_strv_builder_add (words, *part);
    }
  g_strfreev (self->words);
  self->words = g_strv_builder_end (words);
  return TRUE;
}

void
cz_run_filter_set_text (CzRunFilter *self, const char *text)
{
  // A letter more lets fewer through, a letter less more: the list then asks only those concerned.
  gboolean more = g_str_has_prefix (text, self->text), less = g_str_has_prefix (self->text, text);

  if (take_text (self, text))
    gtk_filter_changed (GTK_FILTER (self), more   ? GTK_FILTER_CHANGE_MORE_STRICT
                                           : less ? GTK_FILTER_CHANGE_LESS_STRICT
                                                  : GTK_FILTER_CHANGE_DIFFERENT);
}

const char *
cz_run_filter_get_text (CzRunFilter *self)
{
  return self->text;
}

// ---- Choices ----

const CzRunChoices *
cz_run_filter_get_choices (CzRunFilter *self)
{
  return &self->choices;
}

void
cz_run_filter_choose_states (CzRunFilter *self, guint states)
{
  if (states == self->choices.states)
    return;
  self->choices.states = states;
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}

void
cz_run_filter_choose_starred (CzRunFilter *self, gboolean starred)
{
  if ((starred != FALSE) == self->choices.starred)
    return;
  self->choices.starred = starred != FALSE;
  gtk_filter_changed (GTK_FILTER (self),
                      starred ? GTK_FILTER_CHANGE_MORE_STRICT : GTK_FILTER_CHANGE_LESS_STRICT);
}

static void
choose (CzRunFilter *self, char **choice, const char *value)
{
  if (g_strcmp0 (*choice, value) == 0)
    return;
  g_free (*choice);
  *choice = g_strdup (value);
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}

void
cz_run_filter_choose_model (CzRunFilter *self, const char *model)
{
  choose (self, &self->choices.model, model);
}

void
cz_run_filter_choose_corpus (CzRunFilter *self, const char *corpus)
{
  choose (self, &self->choices.corpus, corpus);
}

void
cz_run_filter_choose_tag (CzRunFilter *self, const char *tag)
{
  choose (self, &self->choices.tag, tag);
}

static void
add_part (GString *told, const char *part)
{
  if (part == NULL)
    return;
  if (told->len > 0)
    g_string_append (told, " · ");
  g_string_append (told, part);
}

char *
cz_run_filter_tell (CzRunFilter *self)
{
  GString *told = g_string_new (NULL);

  for (guint state = 0; state <= CZ_RUN_INTERRUPTED; state++)
    {
      if ((self->choices.states & (1u << state)) != 0)
        add_part (told, cz_run_state_get_label (state));
    }
  if (self->choices.starred)
    add_part (told, _ ("starred"));
  add_part (told, self->choices.model);
  add_part (told, self->choices.corpus);
  add_part (told, self->choices.tag);
  return g_string_free (told, FALSE);
}

gboolean
cz_run_filter_is_active (CzRunFilter *self)
{
  return self->words[0] != NULL || self->choices.states != 0 || self->choices.starred
         || self->choices.model != NULL || self->choices.corpus != NULL
         || self->choices.tag != NULL;
}

void
cz_run_filter_clear (CzRunFilter *self)
{
  if (!cz_run_filter_is_active (self) && self->text[0] == '\0')
    return;
  take_text (self, "");
  self->choices.states = 0;
  self->choices.starred = FALSE;
  g_clear_pointer (&self->choices.model, g_free);
  g_clear_pointer (&self->choices.corpus, g_free);
  g_clear_pointer (&self->choices.tag, g_free);
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_LESS_STRICT);
}
