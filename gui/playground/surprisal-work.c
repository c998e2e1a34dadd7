#include "gui/playground/surprisal-work.h"

#include <glib/gi18n.h>

#include "gui/numbers.h"

// Tokens that are scored while a person types: on a processor, on a graphics card.
#define LIGHT     64
#define LIGHT_GPU 512
// Longer texts are seen through windows of about so many tokens.
#define WINDOW 512
// From how many tokens on the time that a text took tells of others.
#define TELLING 48
// A word is cut into pieces of about so many letters.
#define PIECE 8

guint
cz_surprisal_work_count_tokens (const char *text)
{
  guint tokens = 0, letters = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);
      gboolean alone = g_unichar_ispunct (u) || g_unichar_get_script (u) == G_UNICODE_SCRIPT_HAN;

      if (alone || !g_unichar_isgraph (u))
        letters = 0;
      else
        letters++;
      if (alone || (letters > 0 && letters % PIECE == 1))
        tokens++;
    }
  return tokens;
}

// Tokens that go through models, in all.
static double
measure (guint tokens, guint models)
{
  return (double)tokens * MIN (tokens + 2, WINDOW) * models;
}

double
cz_surprisal_work_get_rate (guint tokens, guint models, double seconds)
{
  return tokens < TELLING ? 0 : seconds / measure (tokens, models);
}

gboolean
cz_surprisal_work_is_light (guint tokens, guint models, gboolean has_gpu, double rate)
{
  return tokens <= (has_gpu ? LIGHT_GPU : LIGHT)
         || (rate > 0 && measure (tokens, models) * rate < 1);
}

char *
cz_surprisal_work_describe (guint tokens, guint models, double rate)
{
  g_autofree char *count = cz_numbers_count (tokens);
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      // Translators: %s is a number of tokens, %u of models.
      ngettext ("About %s tokens: each is hidden in its turn and guessed by %u model.",
                "About %s tokens: each is hidden in its turn and guessed by %u models.", models),
      count, models);
  if (rate > 0)
    {
      g_autofree char *time = cz_numbers_duration (measure (tokens, models) * rate);

      g_string_append_c (text, ' ');
      // Translators: %s is a duration, as in "40 s".
      g_string_append_printf (text, _ ("It takes about %s."), time);
    }
  return g_string_free (text, FALSE);
}
