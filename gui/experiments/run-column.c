#include "gui/experiments/run-column.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/experiments/run-parameter.h"
#include "gui/numbers.h"

static const struct
{
  const char *id;
  const char *title;
  const char *tooltip;
  int width;
  gboolean number;
  gboolean basic;
} facts[CZ_N_RUN_FACTS] = {
  [CZ_RUN_COLUMN_STAR] = { "star", N_ ("★"), N_ ("Starred runs"), 48, FALSE, TRUE },
  [CZ_RUN_COLUMN_NAME] = { "name", N_ ("Name"), NULL, 220, FALSE, TRUE },
  [CZ_RUN_COLUMN_STATE] = { "state", N_ ("State"), NULL, 110, FALSE, TRUE },
  [CZ_RUN_COLUMN_MODEL] = { "model", N_ ("Model"), NULL, 130, FALSE, TRUE },
  [CZ_RUN_COLUMN_CORPUS] = { "corpus", N_ ("Corpus"), NULL, 120, FALSE, TRUE },
  [CZ_RUN_COLUMN_BEFORE]
  = { "before", N_ ("Before"), N_ ("Perplexity before the run"), 84, TRUE, TRUE },
  [CZ_RUN_COLUMN_AFTER]
  = { "after", N_ ("After"), N_ ("Perplexity of the last evaluation"), 84, TRUE, TRUE },
  [CZ_RUN_COLUMN_BEST]
  = { "best", N_ ("Best"), N_ ("The lowest perplexity, and at which step"), 120, TRUE, TRUE },
  [CZ_RUN_COLUMN_CHANGE]
  = { "change", N_ ("Change"), N_ ("Of perplexity, from before the run to the best"), 84, TRUE,
      TRUE },
  [CZ_RUN_COLUMN_MASKS]
  = { "masks", N_ ("Masks"),
      N_ ("Runs with the same number here were evaluated on the same masks: only their "
          "perplexities compare"),
      70, TRUE, FALSE },
  [CZ_RUN_COLUMN_LOSS]
  = { "loss", N_ ("Last loss"), N_ ("The last training loss, in nats"), 84, TRUE, FALSE },
  [CZ_RUN_COLUMN_SPEED] = { "speed", N_ ("Tokens/s"), NULL, 84, TRUE, FALSE },
  [CZ_RUN_COLUMN_MEMORY]
  = { "memory", N_ ("Memory"), N_ ("The most that was in use on the device"), 90, TRUE, FALSE },
  [CZ_RUN_COLUMN_DEVICE] = { "device", N_ ("Device"), NULL, 160, FALSE, FALSE },
  [CZ_RUN_COLUMN_CREATED] = { "created", N_ ("Created"), NULL, 156, TRUE, TRUE },
  [CZ_RUN_COLUMN_DURATION] = { "duration", N_ ("Duration"), N_ ("Time at work"), 90, TRUE, FALSE },
  [CZ_RUN_COLUMN_TAGS] = { "tags", N_ ("Tags"), NULL, 120, FALSE, TRUE },
  [CZ_RUN_COLUMN_NOTES] = { "notes", N_ ("Notes"), NULL, 200, FALSE, FALSE },
};

gboolean
cz_run_column_is_parameter (guint column)
{
  return column >= CZ_N_RUN_FACTS;
}

const char *
cz_run_column_get_id (guint column)
{
  return cz_run_column_is_parameter (column) ? cz_run_keys[column - CZ_N_RUN_FACTS]
                                             : facts[column].id;
}

guint
cz_run_column_find (const char *id)
{
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      if (g_str_equal (cz_run_column_get_id (i), id))
        return i;
    }
  return CZ_N_RUN_COLUMNS;
}

const char *
cz_run_column_get_title (guint column)
{
  return cz_run_column_is_parameter (column)
             ? cz_run_parameter_get_title (cz_run_keys[column - CZ_N_RUN_FACTS])
             : _ (facts[column].title);
}

const char *
cz_run_column_get_tooltip (guint column)
{
  if (cz_run_column_is_parameter (column) || facts[column].tooltip == NULL)
    return NULL;
  return _ (facts[column].tooltip);
}

gboolean
cz_run_column_is_number (guint column)
{
  static const char *const words[]
      = { "last_block", "split", "mask", "schedule", "precision", "eval_mask", "freeze" };

  if (!cz_run_column_is_parameter (column))
    return facts[column].number;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (words[i], cz_run_column_get_id (column)))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_run_column_is_perplexity (guint column)
{
  return column >= CZ_RUN_COLUMN_BEFORE && column <= CZ_RUN_COLUMN_CHANGE;
}

int
cz_run_column_get_width (guint column)
{
  return cz_run_column_is_parameter (column) ? 110 : facts[column].width;
}

gboolean
cz_run_column_is_basic (guint column)
{
  return !cz_run_column_is_parameter (column) && facts[column].basic;
}

// ---- What a column says ----

// Cross-entropies are told as perplexities; the change is that of perplexity, as a share of 1.
static double
get_number (guint column, CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);

  switch (column)
    {
    case CZ_RUN_COLUMN_BEFORE:
      return run->before;
    case CZ_RUN_COLUMN_AFTER:
      return run->after;
    case CZ_RUN_COLUMN_BEST:
      return run->best;
    case CZ_RUN_COLUMN_CHANGE:
      return run->best - run->before;
    case CZ_RUN_COLUMN_LOSS:
      return run->last_loss;
    case CZ_RUN_COLUMN_SPEED:
      return run->tokens_per_second > 0 ? run->tokens_per_second : NAN;
    case CZ_RUN_COLUMN_MEMORY:
      return run->memory_bytes > 0 ? (double)run->memory_bytes : NAN;
    case CZ_RUN_COLUMN_CREATED:
      return run->created > 0 ? (double)run->created : NAN;
    case CZ_RUN_COLUMN_DURATION:
      return run->seconds > 0 ? run->seconds : NAN;
    case CZ_RUN_COLUMN_STAR:
      return run->starred ? 0 : 1; // starred first
    case CZ_RUN_COLUMN_STATE:
      return run->state;
    default:
      return NAN;
    }
}

static const char *
get_string (guint column, CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);

  switch (column)
    {
    case CZ_RUN_COLUMN_MODEL:
      return run->model;
    case CZ_RUN_COLUMN_CORPUS:
      return run->corpus;
    case CZ_RUN_COLUMN_DEVICE:
      return cz_run_item_get_device (item);
    case CZ_RUN_COLUMN_TAGS:
      return run->tags;
    case CZ_RUN_COLUMN_NOTES:
      return run->notes;
    case CZ_RUN_COLUMN_MASKS:
      return cz_run_item_get_fingerprint (item);
    default:
      return run->name;
    }
}

static gboolean
is_string (guint column)
{
  switch (column)
    {
    case CZ_RUN_COLUMN_NAME:
    case CZ_RUN_COLUMN_MODEL:
    case CZ_RUN_COLUMN_CORPUS:
    case CZ_RUN_COLUMN_DEVICE:
    case CZ_RUN_COLUMN_TAGS:
    case CZ_RUN_COLUMN_NOTES:
    case CZ_RUN_COLUMN_MASKS:
      return TRUE;
    default:
      return FALSE;
    }
}

static char *
tell_state (CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);

  if (cz_run_item_is_active (item) && run->steps > 0)
    return g_strdup_printf (_ ("%s · %.0f %%"), cz_run_item_get_state_name (item),
                            100 * cz_run_item_get_share (item));
  return g_strdup (cz_run_item_get_state_name (item));
}

static char *
tell_best (const CzRun *run)
{
  g_autofree char *value = cz_numbers_perplexity (exp (run->best));
  g_autofree char *step = cz_numbers_count (run->best_step);

  // Translators: the best perplexity and the step where it was: "11.32 @ 1,200".
  return g_strdup_printf (_ ("%s @ %s"), value, step);
}

static char *
tell_change (double change)
{
  double percent = 100 * (exp (change) - 1);

  // Translators: a change, with a sign that says its direction.
  return g_strdup_printf (_ ("%s%.1f %%"),
                          percent < -0.05  ? "−"
                          : percent > 0.05 ? "+"
                                           : "",
                          fabs (percent));
}

static char *
tell_number (guint column, CzRunItem *item)
{
  double number = get_number (column, item);
  g_autoptr (GDateTime) time = NULL;

  switch (column)
    {
    case CZ_RUN_COLUMN_BEFORE:
    case CZ_RUN_COLUMN_AFTER:
      return cz_numbers_perplexity (exp (number));
    case CZ_RUN_COLUMN_BEST:
      return tell_best (cz_run_item_get (item));
    case CZ_RUN_COLUMN_CHANGE:
      return tell_change (number);
    case CZ_RUN_COLUMN_LOSS:
      return g_strdup_printf ("%.3f", number);
    case CZ_RUN_COLUMN_MEMORY:
      return g_format_size ((guint64)number);
    case CZ_RUN_COLUMN_CREATED:
      time = g_date_time_new_from_unix_local ((gint64)number);
      return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("");
    case CZ_RUN_COLUMN_DURATION:
      return cz_numbers_duration (number);
    default:
      return cz_numbers_count ((gint64)number);
    }
}

char *
cz_run_column_get_text (guint column, CzRunItem *item)
{
  if (!cz_run_column_has (column, item))
    return g_strdup ("");
  if (cz_run_column_is_parameter (column))
    return g_strdup (cz_run_item_get_settings (item)->texts[column - CZ_N_RUN_FACTS]);
  if (column == CZ_RUN_COLUMN_STATE)
    return tell_state (item);
  if (is_string (column))
    {
      char *text = g_strdup (get_string (column, item));

      // Notes may have many lines; a row has one.
      return g_strdelimit (text, "\n\r\t", ' ');
    }
  return tell_number (column, item);
}

// ---- Order ----

gboolean
cz_run_column_has (guint column, CzRunItem *item)
{
  if (cz_run_column_is_parameter (column))
    return cz_run_item_get_settings (item)->texts[column - CZ_N_RUN_FACTS] != NULL;
  if (is_string (column))
    {
      const char *text = get_string (column, item);

      return text != NULL && text[0] != '\0';
    }
  return !isnan (get_number (column, item));
}

static int
compare_numbers (double a, double b)
{
  return (a > b) - (a < b);
}

int
cz_run_column_compare (guint column, CzRunItem *a, CzRunItem *b)
{
  if (cz_run_column_is_parameter (column))
    {
      guint key = column - CZ_N_RUN_FACTS;
      const CzRunSettings *x = cz_run_item_get_settings (a), *y = cz_run_item_get_settings (b);

      if (!isnan (x->numbers[key]) && !isnan (y->numbers[key]))
        return compare_numbers (x->numbers[key], y->numbers[key]);
      // Numbers before words ("auto").
      if (isnan (x->numbers[key]) != isnan (y->numbers[key]))
        return isnan (x->numbers[key]) ? 1 : -1;
      return strcmp (x->texts[key], y->texts[key]);
    }
  if (column == CZ_RUN_COLUMN_NAME)
    return strcmp (cz_run_item_get_name_key (a), cz_run_item_get_name_key (b));
  if (is_string (column))
    return strcmp (get_string (column, a), get_string (column, b));
  return compare_numbers (get_number (column, a), get_number (column, b));
}

void
cz_run_column_find_differing (GListModel *runs, gboolean *ret_differ)
{
  guint n = g_list_model_get_n_items (runs);
  g_autoptr (CzRunItem) first = n > 0 ? g_list_model_get_item (runs, 0) : NULL;

  memset (ret_differ, 0, CZ_N_RUN_KEYS * sizeof *ret_differ);
  for (guint i = 1; i < n; i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);

      for (guint key = 0; key < CZ_N_RUN_KEYS; key++)
        ret_differ[key] = ret_differ[key]
                          || cz_run_settings_differ (cz_run_item_get_settings (first),
                                                     cz_run_item_get_settings (item), key);
    }
}
