#include "gui/experiments/run-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/experiments/run-parameter-row.h"

// Parameters that a folded group names.
#define NAMED 4

struct _CzRunForm
{
  AdwPreferencesGroup parent_instance;
  AdwExpanderRow *groups[CZ_N_RUN_PARAMETER_GROUPS];
  CzRunParameterRow *rows[CZ_N_RUN_PARAMETERS];
  gboolean filling;
  gboolean taken; // another run's parameters stand there, those equal to the preset's too
};

G_DEFINE_FINAL_TYPE (CzRunForm, cz_run_form, ADW_TYPE_PREFERENCES_GROUP)

static guint changed_signal;

// ---- What folded groups say ----

static char *
name_group (CzRunParameterGroup group)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      if (cz_run_parameters[i].group != group)
        continue;
      if (n > 0)
        g_string_append (text, " · ");
      if (n++ == NAMED)
        {
          g_string_append (text, "…");
          break;
        }
      g_string_append (text, _ (cz_run_parameters[i].title));
    }
  return g_strdup (text->str);
}

// Its own values; NULL: none.
static char *
list_own (CzRunForm *self, CzRunParameterGroup group)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      const CzRunParameter *parameter = &cz_run_parameters[i];
      const char *const *values = cz_run_parameter_row_get_values (self->rows[i]);
      g_autofree char *list = NULL;

      if (parameter->group != group || (values != NULL && values[0] == NULL))
        continue;
      list = values != NULL ? cz_run_parameter_format_list (parameter, values) : g_strdup ("?");
      // Translators: a parameter and what the person set it to: "Epochs: 3".
      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, _ ("%s: %s"), _ (parameter->title), list);
    }
  return text->len > 0 ? g_strdup (text->str) : NULL;
}

static void
tell_group (CzRunForm *self, CzRunParameterGroup group)
{
  g_autofree char *own = list_own (self, group);
  g_autofree char *names = name_group (group);
  g_autofree char *escaped = g_markup_escape_text (own != NULL ? own : names, -1);

  adw_expander_row_set_subtitle (self->groups[group], escaped);
}

static void
row_changed (CzRunForm *self)
{
  if (self->filling)
    return;
  for (guint i = 0; i < CZ_N_RUN_PARAMETER_GROUPS; i++)
    tell_group (self, i);
  g_signal_emit (self, changed_signal, 0);
}

// ---- Life ----

static void
cz_run_form_class_init (CzRunFormClass *klass)
{
  changed_signal = g_signal_new ("changed", CZ_TYPE_RUN_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_run_form_init (CzRunForm *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  adw_preferences_group_set_title (group, _ ("Own values"));
  adw_preferences_group_set_description (
      group, _ ("What you leave empty is as the preset says. Several values in a field make a run "
                "of each."));
  for (guint i = 0; i < CZ_N_RUN_PARAMETER_GROUPS; i++)
    {
      self->groups[i] = ADW_EXPANDER_ROW (adw_expander_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->groups[i]),
                                     cz_run_parameter_group_get_title (i));
      adw_preferences_group_add (group, GTK_WIDGET (self->groups[i]));
    }
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      self->rows[i] = cz_run_parameter_row_new (&cz_run_parameters[i]);
      adw_expander_row_add_row (self->groups[cz_run_parameters[i].group],
                                GTK_WIDGET (self->rows[i]));
      g_signal_connect_swapped (self->rows[i], "changed", G_CALLBACK (row_changed), self);
    }
  for (guint i = 0; i < CZ_N_RUN_PARAMETER_GROUPS; i++)
    tell_group (self, i);
}

// ---- Asking ----

char *
cz_run_form_get_obstacle (CzRunForm *self)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    if (cz_run_parameter_row_get_values (self->rows[i]) == NULL)
      // Translators: a parameter, and what is wrong with what was typed there.
      return g_strdup_printf (_ ("%s: %s"), _ (cz_run_parameters[i].title),
                              adw_action_row_get_subtitle (ADW_ACTION_ROW (self->rows[i])));
  return NULL;
}

static guint
count_values (CzRunForm *self, guint index)
{
  const char *const *values = cz_run_parameter_row_get_values (self->rows[index]);

  return values != NULL ? g_strv_length ((char **)values) : 0;
}

gboolean
cz_run_form_has_own (CzRunForm *self)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    if (count_values (self, i) > 0)
      return TRUE;
  return FALSE;
}

void
cz_run_form_add_arguments (CzRunForm *self, GStrvBuilder *arguments)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_autofree char *list = NULL;
      g_autofree char *option = NULL;
      guint n = count_values (self, i);

      if (n == 0)
        continue;
      list = g_strjoinv (",", (char **)cz_run_parameter_row_get_values (self->rows[i]));
      option
          = g_strdup_printf ("--%s=%s=%s", n > 1 ? "sweep" : "set", cz_run_parameters[i].key, list);
      g_strv_builder_add (arguments, option);
    }
}

guint
cz_run_form_count_runs (CzRunForm *self)
{
  guint runs = 1;

  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    if (!g_uint_checked_mul (&runs, runs, MAX (1, count_values (self, i))))
      return G_MAXUINT;
  return runs;
}

char *
cz_run_form_describe_sweep (CzRunForm *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      const char *title = _ (cz_run_parameters[i].title);
      g_autofree char *first = NULL;

      if (count_values (self, i) < 2)
        continue;
      // In a sentence a title begins small.
      first = g_utf8_strdown (title, (gssize)(g_utf8_next_char (title) - title));
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " × " : "", first,
                              g_utf8_next_char (title));
    }
  return g_strdup (text->str);
}

const char *
cz_run_form_get (CzRunForm *self, const char *key)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      const char *const *values = cz_run_parameter_row_get_values (self->rows[i]);

      if (!g_str_equal (cz_run_parameters[i].key, key) || values == NULL)
        continue;
      if (values[0] == NULL)
        return cz_run_parameter_row_get_preset (self->rows[i]);
      return values[1] == NULL ? values[0] : NULL;
    }
  return NULL;
}

// ---- Filling ----

// "2e-05" → "2e-5".
static void
drop_zero (char *text)
{
  char *at = strchr (text, 'e');

  if (at == NULL || (at[1] != '-' && at[1] != '+'))
    return;
  at += 2;
  while (at[0] == '0' && at[1] != '\0')
    memmove (at, at + 1, strlen (at));
}

// A value as cloze reads it: the shortest text for the number; NULL: there is none. Freed by the
// caller.
static char *
get_text (JsonObject *parameters, const char *key)
{
  JsonNode *node = parameters != NULL ? json_object_get_member (parameters, key) : NULL;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  value = json_node_get_double (node);
  for (int digits = 1; digits <= 17; digits++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", digits);

      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  drop_zero (text);
  return g_strdup (text);
}

static gboolean
are_same (const char *a, const char *b)
{
  char *end_a, *end_b;
  double x = g_ascii_strtod (a, &end_a), y = g_ascii_strtod (b, &end_b);

  return g_str_equal (a, b)
         || (end_a != a && end_b != b && *end_a == '\0' && *end_b == '\0' && x == y);
}

// What was taken over and is as the preset says is no value of its own.
static void
drop_same (CzRunForm *self)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      const char *const *values = cz_run_parameter_row_get_values (self->rows[i]);
      const char *preset = cz_run_parameter_row_get_preset (self->rows[i]);

      if (values != NULL && values[0] != NULL && values[1] == NULL && preset != NULL
          && are_same (values[0], preset))
        cz_run_parameter_row_set_value (self->rows[i], NULL);
    }
}

void
cz_run_form_set_preset (CzRunForm *self, JsonObject *parameters)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_autofree char *value = get_text (parameters, cz_run_parameters[i].key);

      cz_run_parameter_row_set_preset (self->rows[i], value);
    }
  if (parameters == NULL || !self->taken)
    return;
  self->taken = FALSE;
  self->filling = TRUE;
  drop_same (self);
  self->filling = FALSE;
  row_changed (self);
}

void
cz_run_form_take (CzRunForm *self, JsonObject *parameters)
{
  self->filling = TRUE;
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_autofree char *value = get_text (parameters, cz_run_parameters[i].key);

      cz_run_parameter_row_set_value (self->rows[i], value);
      cz_run_parameter_row_set_preset (self->rows[i], NULL);
    }
  self->filling = FALSE;
  self->taken = TRUE;
  row_changed (self);
}
