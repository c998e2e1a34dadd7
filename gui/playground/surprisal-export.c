#include "gui/playground/surprisal-export.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "data/csv-cell.h"
#include "gui/playground/surprisal-card.h"
#include "gui/playground/surprisal-tint.h"

static void
append_number (GString *out, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isnan (number))
    g_string_append (out, g_ascii_formatd (digits, sizeof digits, "%.4f", number));
}

// ---- Tables ----

static void
append_cell (GString *out, const char *text, char separator)
{
  if (separator == ',')
    {
      cz_csv_append_cell (out, text, strlen (text));
      return;
    }
  // A cell of a pasted table ends at a tab or a line's end.
  for (const char *c = text; *c != '\0'; c++)
    g_string_append_c (out, *c == '\t' || *c == '\n' || *c == '\r' ? ' ' : *c);
}

static void
append_head (GString *out, const CzSurprisalScores *scores, char separator)
{
  g_string_append_printf (out, "word%cstart_byte%cend_byte", separator, separator);
  for (guint kind = 0; kind < 2; kind++)
    {
      for (guint m = kind; m < scores->n_models; m++)
        {
          g_autofree char *name
              = g_strconcat (scores->models[m].title, kind == 0 ? " bits" : " difference", NULL);

          g_string_append_c (out, separator);
          append_cell (out, name, separator);
        }
    }
}

static void
append_table (GString *out, const CzSurprisalScores *scores, char separator, const char *end)
{
  append_head (out, scores, separator);
  g_string_append (out, end);
  for (guint i = 0; i < scores->words->len; i++)
    {
      const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, i);
      g_autofree char *text = cz_surprisal_scores_dup_text (scores, i);

      append_cell (out, text, separator);
      g_string_append_printf (out, "%c%u%c%u", separator, word->start, separator, word->end);
      for (guint m = 0; m < scores->n_models; m++)
        {
          g_string_append_c (out, separator);
          append_number (out, word->bits[m]);
        }
      for (guint m = 1; m < scores->n_models; m++)
        {
          g_string_append_c (out, separator);
          append_number (out, cz_surprisal_scores_get_difference (scores, i, m));
        }
      g_string_append (out, end);
    }
}

char *
cz_surprisal_export_csv (const CzSurprisalScores *scores)
{
  GString *out = g_string_new (NULL);

  append_table (out, scores, ',', "\r\n");
  return g_string_free (out, FALSE);
}

char *
cz_surprisal_export_text (const CzSurprisalScores *scores)
{
  GString *out = g_string_new (NULL);

  for (guint m = 0; m < scores->n_models; m++)
    {
      g_string_append (out, scores->models[m].title);
      g_string_append_c (out, '\t');
      g_string_append (out, _ ("pseudo-perplexity"));
      g_string_append_c (out, '\t');
      append_number (out, scores->models[m].pseudo_perplexity);
      g_string_append_c (out, '\n');
    }
  g_string_append_c (out, '\n');
  append_table (out, scores, '\t', "\n");
  return g_string_free (out, FALSE);
}

// ---- A page ----

static void
append_escaped (GString *out, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize)length);

  g_string_append (out, escaped);
}

static void
append_color (GString *out, const char *property, const GdkRGBA *color)
{
  g_string_append_printf (out, "%s:#%02x%02x%02x;", property, (guint)lround (color->red * 255),
                          (guint)lround (color->green * 255), (guint)lround (color->blue * 255));
}

static void
append_word (GString *out, const CzSurprisalScores *scores, guint i, guint m)
{
  const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, i);
  g_autofree char *bits = cz_surprisal_card_format_bits (word->bits[m]);
  CzTint tint = cz_tint_get (
      CZ_TINT_SURPRISAL,
      cz_tint_get_step (CZ_TINT_SURPRISAL, isnan (word->bits[m]) ? 0 : word->bits[m]),
      (CzTintStyle){ FALSE, FALSE });

  g_string_append (out, "<span title=\"");
  append_escaped (out, bits, strlen (bits));
  g_string_append (out, "\" style=\"");
  if (tint.tinted)
    {
      append_color (out, "background", &tint.back);
      append_color (out, "color", &tint.front);
    }
  g_string_append (out, "\">");
  append_escaped (out, scores->text + word->start, word->end - word->start);
  g_string_append (out, "</span>");
}

static void
append_section (GString *out, const CzSurprisalScores *scores, guint m)
{
  const CzSurprisalModel *model = &scores->models[m];
  guint done = 0;

  g_string_append (out, "<h2>");
  append_escaped (out, model->title, strlen (model->title));
  g_string_append (out, "</h2>\n<p>");
  g_string_append (out, _ ("pseudo-perplexity"));
  g_string_append_c (out, ' ');
  append_number (out, model->pseudo_perplexity);
  g_string_append (out, "</p>\n<div class=\"text\" dir=\"auto\">");
  for (guint i = 0; i < scores->words->len; i++)
    {
      const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, i);

      if (word->n[m] == 0 || word->start < done)
        continue;
      append_escaped (out, scores->text + done, word->start - done);
      append_word (out, scores, i, m);
      done = word->end;
    }
  append_escaped (out, scores->text + done, strlen (scores->text + done));
  g_string_append (out, "</div>\n");
}

char *
cz_surprisal_export_html (const CzSurprisalScores *scores)
{
  GString *out = g_string_new ("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n");

  g_string_append_printf (out, "<title>%s</title>\n", _ ("Surprisal"));
  g_string_append (out,
                   "<style>body { font: 16px/1.7 sans-serif; max-width: 50em; margin: 2em auto; "
                   "color: #000; background: #fff; } .text { white-space: pre-wrap; "
                   "unicode-bidi: plaintext; } span { border-radius: 3px; }</style>\n"
                   "</head>\n<body>\n");
  for (guint m = 0; m < scores->n_models; m++)
    append_section (out, scores, m);
  g_string_append (out, "</body>\n</html>\n");
  return g_string_free (out, FALSE);
}
