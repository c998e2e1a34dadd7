#include "cli/output.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/format/json-text.h"

void
cz_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vfprintf (stdout, format, arguments);
  va_end (arguments);
}

void
cz_complain (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  // One sentence is one line, whatever a message brought along.
  g_strdelimit (valid, "\r\n", ' ');
  fflush (stdout);
  fprintf (stderr, "cloze: %s\n", g_strchomp (valid));
}

void
cz_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = cz_json_to_line (root);

  json_builder_reset (builder);
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

char *
cz_format_bytes (double bytes)
{
  static const char *const units[] = { N_ ("bytes"), "kB", "MB", "GB", "TB" };
  guint unit = 0;

  if (!(bytes >= 0))
    return g_strdup ("?");
  while (bytes >= 1000 && unit + 1 < G_N_ELEMENTS (units))
    {
      bytes /= 1000;
      unit++;
    }
  return g_strdup_printf (unit == 0 || bytes >= 100 ? "%.0f %s" : "%.1f %s", bytes,
                          unit == 0 ? _ (units[0]) : units[unit]);
}

char *
cz_format_count (double count)
{
  g_autofree char *digits = g_strdup_printf ("%.0f", count);
  GString *text = g_string_new (NULL);
  gsize n = strlen (digits);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0 && g_ascii_isdigit (digits[i - 1]))
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

char *
cz_format_duration (double seconds)
{
  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("?");
  if (seconds < 10)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  guint64 s = (guint64)(seconds + 0.5);
  if (s < 60)
    return g_strdup_printf (_ ("%u s"), (guint)s);
  if (s < 3600)
    return g_strdup_printf (_ ("%u min %02u s"), (guint)(s / 60), (guint)(s % 60));
  return g_strdup_printf (_ ("%u h %02u min"), (guint)(s / 3600), (guint)(s / 60 % 60));
}

char *
cz_format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("");
}

char *
cz_format_loss (double cross_entropy)
{
  if (!isfinite (cross_entropy))
    return g_strdup ("–");
  return g_strdup_printf (_ ("%.4f (perplexity %.2f)"), cross_entropy, exp (cross_entropy));
}

// ---- Tables ----

struct _CzListing
{
  GPtrArray *cells; // titles first
  GArray *right;    // gboolean of each column
  guint columns;
};

CzListing *
cz_listing_new (const char *title, ...)
{
  CzListing *table = g_new0 (CzListing, 1);
  va_list titles;

  table->cells = g_ptr_array_new_with_free_func (g_free);
  table->right = g_array_new (FALSE, FALSE, sizeof (gboolean));
  va_start (titles, title);
  for (const char *t = title; t != NULL; t = va_arg (titles, const char *))
    {
      gboolean right = t[0] == '>';
      g_array_append_val (table->right, right);
      g_ptr_array_add (table->cells, g_strdup (right ? t + 1 : t));
      table->columns++;
    }
  va_end (titles);
  return table;
}

void
cz_listing_add_take (CzListing *table, char *text)
{
  g_strdelimit (text, "\r\n\t", ' ');
  g_ptr_array_add (table->cells, text);
}

void
cz_listing_add (CzListing *table, const char *text)
{
  cz_listing_add_take (table, g_strdup (text != NULL ? text : ""));
}

// Columns of a terminal that a text takes.
static guint
measure (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

void
cz_listing_print (CzListing *table)
{
  g_autofree guint *widths = g_new0 (guint, table->columns);

  for (guint i = 0; i < table->cells->len; i++)
    widths[i % table->columns] = MAX (widths[i % table->columns], measure (table->cells->pdata[i]));
  for (guint i = 0; i < table->cells->len; i++)
    {
      guint column = i % table->columns;
      gboolean last = column + 1 == table->columns;
      guint space = widths[column] - measure (table->cells->pdata[i]);
      gboolean right = g_array_index (table->right, gboolean, column);

      cz_print ("%*s%s%*s%s", right ? (int)space : 0, "", (char *)table->cells->pdata[i],
                right || last ? 0 : (int)space, "", last ? "\n" : "  ");
    }
  g_ptr_array_free (table->cells, TRUE);
  g_array_free (table->right, TRUE);
  g_free (table);
}
