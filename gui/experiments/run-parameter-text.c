// Values of run parameters as people type them, one or several in a field.
#include <glib/gi18n.h>
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "gui/experiments/run-parameter.h"

static gboolean
has_decimal_comma (void)
{
  return nl_langinfo (RADIXCHAR)[0] == ',';
}

static gboolean
is_digits (const char *text)
{
  return text[0] != '\0' && strspn (text, "0123456789") == strlen (text);
}

static char *
tell_range (const CzRunParameter *parameter, gboolean too_low)
{
  if (!too_low)
    return g_strdup_printf (_ ("This can be at most %.10g."), parameter->high);
  return g_strdup_printf (parameter->open_low ? _ ("This has to be above %.10g.")
                                              : _ ("This has to be at least %.10g."),
                          parameter->low);
}

static char *
tell_wrong (const CzRunParameter *parameter)
{
  if (parameter->kind == CZ_RUN_PARAMETER_INTERVAL)
    return g_strdup (_ ("Give a time such as “5min” or “30s”, or a number of steps."));
  if (parameter->kind == CZ_RUN_PARAMETER_LAYERS)
    // Translators: both words may be typed; translate them as they are translated alone.
    return g_strdup (_ ("Give “none”, “embeddings”, or a number of layers."));
  if (parameter->words[0] != NULL)
    return g_strdup_printf (_ ("Give a number, or “%s”."), _ (parameter->word_names[0]));
  return g_strdup (_ ("This is not a number."));
}

// A word's value as cloze reads it; NULL: it is none.
static const char *
find_word (const CzRunParameter *parameter, const char *text)
{
  g_autofree char *typed = g_utf8_casefold (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (parameter->words) && parameter->words[i] != NULL; i++)
    {
      g_autofree char *name = g_utf8_casefold (_ (parameter->word_names[i]), -1);

      if (g_str_equal (typed, parameter->words[i]) || g_str_equal (typed, name))
        return parameter->words[i];
    }
  return NULL;
}

// A whole number's digits, within the parameter's range; NULL with a sentence.
static char *
parse_whole (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  guint64 low = (guint64)parameter->low;
  guint64 high = parameter->high >= (double)G_MAXUINT64 ? G_MAXUINT64 : (guint64)parameter->high;
  guint64 value;
  char *end;

  if (is_digits (text))
    {
      if (g_ascii_string_to_unsigned (text, 10, low, high, &value, NULL))
        return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
      *ret_sentence = high == G_MAXUINT64
                          ? g_strdup (_ ("This can be at most 18446744073709551615."))
                          : tell_range (parameter, g_ascii_strtod (text, NULL) < (double)low);
      return NULL;
    }
  if (isfinite (g_ascii_strtod (text, &end)) && end != text && *end == '\0')
    *ret_sentence = text[0] == '-' ? tell_range (parameter, TRUE)
                                   : g_strdup (_ ("This has to be a whole number."));
  else
    *ret_sentence = tell_wrong (parameter);
  return NULL;
}

static char *
parse_number (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (strspn (text, "0123456789+-.eE") != strlen (text) || end == text || *end != '\0'
      || !isfinite (value))
    {
      *ret_sentence = tell_wrong (parameter);
      return NULL;
    }
  if (value < parameter->low || (parameter->open_low && value <= parameter->low))
    *ret_sentence = tell_range (parameter, TRUE);
  else if (value > parameter->high)
    *ret_sentence = tell_range (parameter, FALSE);
  else
    return g_strdup (text);
  return NULL;
}

static char *
parse_interval (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  static const char *const units[] = { "min", "s" };
  // cloze counts minutes and seconds up to a million.
  const CzRunParameter time = { .low = 1, .high = 1e6 };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *digits = NULL;
      g_autofree char *number = NULL;

      if (!g_str_has_suffix (text, units[i]))
        continue;
      digits = g_strndup (text, strlen (text) - strlen (units[i]));
      if (!is_digits (digits))
        break;
      number = parse_whole (&time, digits, ret_sentence);
      return number != NULL ? g_strconcat (number, units[i], NULL) : NULL;
    }
  return parse_whole (parameter, text, ret_sentence);
}

static char *
parse_layers (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  g_autofree char *number = NULL;

  if (g_str_has_prefix (text, "layers:"))
    text += strlen ("layers:");
  number = parse_whole (parameter, text, ret_sentence);
  return number != NULL ? g_strconcat ("layers:", number, NULL) : NULL;
}

// One value, with a point where it has decimals. NULL with a sentence.
static char *
parse_one (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  const char *word = find_word (parameter, text);

  if (word != NULL)
    return g_strdup (word);
  switch (parameter->kind)
    {
    case CZ_RUN_PARAMETER_WHOLE:
      return parse_whole (parameter, text, ret_sentence);
    case CZ_RUN_PARAMETER_NUMBER:
      return parse_number (parameter, text, ret_sentence);
    case CZ_RUN_PARAMETER_INTERVAL:
      return parse_interval (parameter, text, ret_sentence);
    case CZ_RUN_PARAMETER_LAYERS:
      return parse_layers (parameter, text, ret_sentence);
    case CZ_RUN_PARAMETER_WORD:
      break;
    }
  *ret_sentence = tell_wrong (parameter);
  return NULL;
}

// Whether it looks like a number with its thousands set apart by the mark: "10,000".
static gboolean
has_thousands (const char *text, const char *mark)
{
  g_auto (GStrv) groups = g_strsplit (text, mark, -1);
  guint n = g_strv_length (groups);

  if (n < 2 || !is_digits (groups[0]) || strlen (groups[0]) > 3 || groups[0][0] == '0')
    return FALSE;
  for (guint i = 1; i < n; i++)
    if (!is_digits (groups[i]) || strlen (groups[i]) != 3)
      return FALSE;
  return TRUE;
}

static char *
tell_thousands (const char *text, const char *mark)
{
  g_auto (GStrv) groups = g_strsplit (text, mark, -1);
  g_autofree char *number = g_strjoinv ("", groups);

  return g_strdup_printf (
      _ ("“%s” can be read in two ways: write %s for one number, or a space between two."), text,
      number);
}

// With a point for its comma.
static char *
parse_with_comma (const CzRunParameter *parameter, const char *text, char **ret_sentence)
{
  g_autofree char *pointed = g_strdelimit (g_strdup (text), ",", '.');

  return parse_one (parameter, pointed, ret_sentence);
}

// What commas set apart; FALSE with nothing added where a piece makes no sense alone. A piece such
// as "06" is the end of a decimal number.
static gboolean
add_pieces (const CzRunParameter *parameter, const char *text, GPtrArray *values)
{
  g_auto (GStrv) pieces = g_strsplit (text, ",", -1);
  guint before = values->len;

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      g_autofree char *sentence = NULL;
      char *value = pieces[i][0] == '0' && is_digits (pieces[i]) && pieces[i][1] != '\0'
                        ? NULL
                        : parse_one (parameter, pieces[i], &sentence);

      if (value == NULL)
        {
          g_ptr_array_set_size (values, (int)before);
          return FALSE;
        }
      g_ptr_array_add (values, value);
    }
  return TRUE;
}

// A part of what was typed, without blanks in it.
static gboolean
add_part (const CzRunParameter *parameter, const char *text, GPtrArray *values, char **ret_sentence)
{
  gboolean decimals = parameter->kind == CZ_RUN_PARAMETER_NUMBER;
  gboolean decimal_comma = has_decimal_comma ();
  const char *comma = strchr (text, ',');
  gboolean one_comma = comma != NULL && strchr (comma + 1, ',') == NULL;
  const char *mark = !decimals || !decimal_comma ? "," : ".";
  char *value = NULL;

  if (has_thousands (text, mark))
    {
      *ret_sentence = tell_thousands (text, mark);
      return FALSE;
    }
  if (!decimals && has_thousands (text, "."))
    {
      *ret_sentence = tell_thousands (text, ".");
      return FALSE;
    }
  if (comma == NULL)
    value = parse_one (parameter, text, ret_sentence);
  else if (decimals && decimal_comma && one_comma)
    {
      value = parse_with_comma (parameter, text, ret_sentence);
      if (value == NULL && add_pieces (parameter, text, values))
        {
          g_clear_pointer (ret_sentence, g_free);
          return TRUE;
        }
    }
  else if (add_pieces (parameter, text, values))
    return TRUE;
  else if (one_comma)
    value = parse_with_comma (parameter, text, ret_sentence);
  else
    *ret_sentence = g_strdup (_ ("Put a space or “;” between several values."));
  if (value == NULL)
    return FALSE;
  g_ptr_array_add (values, value);
  return TRUE;
}

static const char *
find_twice (GPtrArray *values)
{
  for (guint i = 1; i < values->len; i++)
    for (guint k = 0; k < i; k++)
      if (g_str_equal (values->pdata[i], values->pdata[k]))
        return values->pdata[i];
  return NULL;
}

gboolean
cz_run_parameter_parse (const CzRunParameter *parameter,
                        const char *typed,
                        char ***ret_values,
                        char **ret_sentence)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit_set (typed, " \t\n;", -1);
  g_autoptr (GPtrArray) filled = g_ptr_array_new ();
  const char *twice;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *part = parts[i];

      while (part[0] == ',')
        part++;
      while (g_str_has_suffix (part, ","))
        part[strlen (part) - 1] = '\0';
      if (part[0] != '\0')
        g_ptr_array_add (filled, part);
    }
  for (guint i = 0; i < filled->len; i++)
    {
      char *sentence = NULL;

      if (add_part (parameter, filled->pdata[i], values, &sentence))
        continue;
      // Translators: one of several values, and what is wrong with it.
      *ret_sentence = filled->len == 1
                          ? g_strdup (sentence)
                          : g_strdup_printf (_ ("“%s”: %s"), (char *)filled->pdata[i], sentence);
      g_free (sentence);
      return FALSE;
    }
  twice = find_twice (values);
  if (twice != NULL)
    {
      *ret_sentence = g_strdup_printf (_ ("“%s” stands here twice."), twice);
      return FALSE;
    }
  g_ptr_array_add (values, NULL);
  *ret_values = (char **)g_ptr_array_free (g_steal_pointer (&values), FALSE);
  return TRUE;
}

char *
cz_run_parameter_format (const CzRunParameter *parameter, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (parameter->words) && parameter->words[i] != NULL; i++)
    if (g_str_equal (parameter->words[i], value))
      return g_strdup (_ (parameter->word_names[i]));
  if (parameter->kind == CZ_RUN_PARAMETER_NUMBER && has_decimal_comma ())
    return g_strdelimit (g_strdup (value), ".", ',');
  if (parameter->kind == CZ_RUN_PARAMETER_LAYERS && g_str_has_prefix (value, "layers:"))
    return g_strdup (value + strlen ("layers:"));
  return g_strdup (value);
}

char *
cz_run_parameter_format_list (const CzRunParameter *parameter, const char *const *values)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *one = cz_run_parameter_format (parameter, values[i]);

      if (i > 0)
        g_string_append (text, has_decimal_comma () ? "; " : ", ");
      g_string_append (text, one);
    }
  return g_strdup (text->str);
}
