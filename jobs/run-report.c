#include "jobs/run-report.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "data/metric.h"
#include "data/model.h"
#include "data/run-evaluation.h"
#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/json-text.h"
#include "engine/train/train-options.h"
#include "jobs/micro-batch.h"
#include "jobs/report-chart.h"
#include "jobs/run-command.h"
#include "jobs/run-examples.h"
#include "jobs/run-parameters.h"

#define MOST_EVALUATIONS 60

typedef struct
{
  CzLibrary *library;
  const CzRun *run;
  GString *html;
  GArray *evaluations; // CzMetric
} Report;

static const char style[]
    = ":root{color-scheme:light dark;--text:#241f31;--dim:#5e5c64;--page:#fff;--card:#f6f5f4;"
      "--edge:#deddda;--line:#1c71d8;--mark:#c64600;--good:#1b7f3b}"
      "@media (prefers-color-scheme:dark){:root{--text:#f6f5f4;--dim:#c0bfbc;--page:#1e1e1e;"
      "--card:#2a2a2a;--edge:#454545;--line:#78aeed;--mark:#ffa348;--good:#57e389}}"
      "@media print{:root{--text:#000;--dim:#444;--page:#fff;--card:#fff;--edge:#bbb;"
      "--line:#1c71d8;--mark:#c64600;--good:#1b7f3b}figure,tr{break-inside:avoid}h2{break-after:"
      "avoid}"
      "body{font-size:10pt;padding:0}}"
      "body{font:16px/1.5 Cantarell,system-ui,sans-serif;color:var(--text);"
      "background:var(--page);max-width:54rem;margin:0 auto;padding:2rem 1.5rem}"
      "h1{font-size:1.8rem;margin:0 0 .2rem;overflow-wrap:anywhere}"
      "h2{font-size:1.25rem;margin:2.2rem 0 .6rem}"
      "p{margin:.5rem 0}.dim{color:var(--dim)}"
      ".cards{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.2rem 0}"
      ".card{flex:1 1 11rem;background:var(--card);border:1px solid var(--edge);"
      "border-radius:12px;padding:.8rem 1rem}"
      ".card b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}"
      ".good{color:var(--good)}"
      "figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}"
      "svg text{fill:var(--dim);font-size:12px}svg .axes line{stroke:var(--edge)}"
      "svg polyline{fill:none;stroke:var(--line);stroke-width:1.6;stroke-linejoin:round}"
      "svg .dot{fill:var(--line)}svg .mark{fill:var(--mark)}"
      "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
      "td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;"
      "border-bottom:1px solid var(--edge)}th{font-weight:600}"
      ".key th{width:14rem;font-weight:400;color:var(--dim)}"
      "td.number,th.number{text-align:right}"
      "code,pre{font-family:'Source Code Pro','DejaVu Sans Mono',monospace;font-size:.86em;"
      "overflow-wrap:anywhere}"
      "pre{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.8rem;"
      "white-space:pre-wrap}"
      ".word{display:grid;grid-template-columns:minmax(5.5rem,2fr) 3.6rem 3fr;gap:.5rem;"
      "align-items:center}.word span{text-align:right}"
      ".bar{height:.5rem;border-radius:3px;background:var(--line);min-width:1px}"
      ".said{width:36%}";

// ---- Pieces ----

static void
append_text (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}

// An element with text; `open` is "p class=\"dim\"", `close` "p".
static void
append_element (GString *html, const char *open, const char *close, const char *text)
{
  g_string_append_printf (html, "<%s>", open);
  append_text (html, text);
  g_string_append_printf (html, "</%s>\n", close);
}

static void append_paragraph (GString *html, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_paragraph (GString *html, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  append_element (html, "p", "p", text);
}

// A row of a table of names and values; nothing where there is no value.
static void
append_row (GString *html, const char *name, const char *value, gboolean code)
{
  if (value == NULL || value[0] == '\0')
    return;
  g_string_append (html, "<tr>");
  append_element (html, "th", "th", name);
  g_string_append (html, code ? "<td><code>" : "<td>");
  append_text (html, value);
  g_string_append (html, code ? "</code></td></tr>\n" : "</td></tr>\n");
}

static void
append_row_take (GString *html, const char *name, char *value, gboolean code)
{
  append_row (html, name, value, code);
  g_free (value);
}

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;
}

static char *
format_duration (double seconds)
{
  guint64 s = (guint64)(MAX (seconds, 0) + 0.5);

  return g_strdup_printf ("%" PRIu64 ":%02u:%02u", s / 3600, (guint)(s / 60 % 60), (guint)(s % 60));
}

static char *
format_loss (double cross_entropy)
{
  return g_strdup_printf (_ ("perplexity %.4g, cross-entropy %.4f nats"), exp (cross_entropy),
                          cross_entropy);
}

static void
append_card (GString *html, const char *title, double cross_entropy, const char *more)
{
  if (!isfinite (cross_entropy))
    return;
  g_string_append (html, "<div class=\"card\">");
  append_element (html, "span class=\"dim\"", "span", title);
  g_string_append_printf (html, "<b>%.4g</b>", exp (cross_entropy));
  g_autofree char *text = g_strdup_printf (_ ("%.4f nats%s"), cross_entropy, more);
  append_element (html, "span class=\"dim\"", "span", text);
  g_string_append (html, "</div>\n");
}

// ---- What came of it ----

// Before and the best model on the same masked tokens. FALSE with an error set, or without one
// where the two were not kept.
static gboolean
compare (Report *report, CzPairedComparison *ret_comparison, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (CzRunEvaluation) before
      = cz_run_evaluation_read (report->library, report->run->id, "before", &reason);
  g_autoptr (CzRunEvaluation) best
      = reason == NULL ? cz_run_evaluation_read (report->library, report->run->id, "best", &reason)
                       : NULL;

  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  return before != NULL && best != NULL && best->step == report->run->best_step
         && cz_run_evaluation_compare (before, best, 0, ret_comparison);
}

static void
append_comparison (Report *report, const CzPairedComparison *c)
{
  GString *html = report->html;

  append_paragraph (html,
                    _ ("On the same %" PRIu64 " masked tokens of %u test blocks, the best model's "
                       "cross-entropy differs from the base model's by %+.4f nats a token (95 %% "
                       "interval %+.4f to %+.4f)."),
                    c->scored, c->blocks, c->difference, c->low, c->high);
  append_paragraph (
      html,
      c->high < 0  ? _ ("The whole interval lies below zero: the adapted model is better on "
                         "texts of this kind. Its perplexity is the base model's times %.3g "
                         "(between %.3g and %.3g).")
      : c->low > 0 ? _ ("The whole interval lies above zero: the adapted model is worse. Its "
                        "perplexity is the base model's times %.3g (between %.3g and %.3g).")
                   : _ ("The interval holds zero: these blocks do not tell which of the two "
                        "is better. The perplexity is the base model's times %.3g (between "
                        "%.3g and %.3g)."),
      exp (c->difference), exp (c->low), exp (c->high));
}

static gboolean
append_summary (Report *report, GError **error)
{
  const CzRun *run = report->run;
  GString *html = report->html;
  CzPairedComparison comparison;
  g_autoptr (GError) reason = NULL;
  g_autofree char *step = g_strdup_printf (_ (", step %" PRId64), run->best_step);

  g_string_append (html, "<section><div class=\"cards\">\n");
  append_card (html, _ ("Perplexity before"), run->before, "");
  append_card (html, _ ("Best"), run->best, step);
  append_card (html, _ ("At the end"), run->after, "");
  g_string_append (html, "</div>\n");
  if (isfinite (run->before) && isfinite (run->best))
    {
      g_autofree char *change
          = g_strdup_printf (_ ("Perplexity %.4g → %.4g (%+.1f %%)"), exp (run->before),
                             exp (run->best), 100 * (exp (run->best - run->before) - 1));
      append_element (html, run->best < run->before ? "p class=\"good\"" : "p", "p", change);
    }
  else
    append_paragraph (html, _ ("This run has not been evaluated before and after."));
  if (compare (report, &comparison, &reason))
    append_comparison (report, &comparison);
  g_string_append (html, "</section>\n");
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

// ---- Curves ----

static gboolean
append_curve (Report *report, const char *name, const char *title, GError **error)
{
  g_autoptr (GArray) values
      = cz_metric_read (report->library, report->run->id, name, -1 /* after */, error);

  if (values == NULL)
    return FALSE;
  cz_report_chart_append (report->html,
                          &(CzReportChart){ .title = title, .values = values, .mark_step = -1 });
  return TRUE;
}

// Of very many only the curve is shown.
static void
append_evaluations (Report *report)
{
  GString *html = report->html;
  guint n = report->evaluations->len;

  if (n > MOST_EVALUATIONS)
    append_paragraph (html, _ ("%u evaluations; “cloze run metrics” lists them."), n);
  if (n == 0 || n > MOST_EVALUATIONS)
    return;
  g_string_append (html, "<table><tr>");
  append_element (html, "th class=\"number\"", "th", _ ("step"));
  append_element (html, "th class=\"number\"", "th", _ ("epoch"));
  append_element (html, "th class=\"number\"", "th", _ ("cross-entropy (nats)"));
  append_element (html, "th class=\"number\"", "th", _ ("perplexity"));
  g_string_append (html, "</tr>\n");
  for (guint i = 0; i < n; i++)
    {
      const CzMetric *metric = &g_array_index (report->evaluations, CzMetric, i);
      g_string_append_printf (html,
                              "<tr><td class=\"number\">%" PRId64
                              "</td><td class=\"number\">%.2f</td><td class=\"number\">%.4f</td>"
                              "<td class=\"number\">%.2f</td></tr>\n",
                              metric->step, metric->epoch, metric->value, exp (metric->value));
    }
  g_string_append (html, "</table>\n");
}

static gboolean
append_curves (Report *report, GError **error)
{
  GString *html = report->html;

  g_string_append (html, "<section>");
  append_element (html, "h2", "h2", _ ("Curves"));
  cz_report_chart_append (html, &(CzReportChart){ .title = _ ("Perplexity on the test blocks"),
                                                  .values = report->evaluations,
                                                  .exponential = TRUE,
                                                  .marked = TRUE,
                                                  .mark_step = report->run->best_step });
  if (!append_curve (report, "train_loss", _ ("Training loss (nats a masked token)"), error)
      || !append_curve (report, "learning_rate", _ ("Learning rate"), error))
    return FALSE;
  append_evaluations (report);
  g_string_append (html, "</section>\n");
  return TRUE;
}

// ---- Examples ----

// The words for each mask, with their probabilities.
static void
append_words (GString *html, const CzRunPrediction *prediction)
{
  g_autoptr (JsonNode) root
      = prediction != NULL ? cz_json_parse (prediction->result, -1, "", NULL) : NULL;
  JsonArray *masks = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                         ? json_object_get_array_member (json_node_get_object (root), "masks")
                         : NULL;

  g_string_append (html, "<td class=\"said\">");
  for (guint i = 0; masks != NULL && i < json_array_get_length (masks); i++)
    {
      JsonObject *mask = json_array_get_object_element (masks, i);
      JsonArray *top = json_object_get_array_member (mask, "top");
      if (json_array_get_length (masks) > 1)
        {
          g_autofree char *which = g_strdup_printf (_ ("gap %u"), i + 1);
          append_element (html, "div class=\"dim\"", "div", which);
        }
      for (guint k = 0; top != NULL && k < json_array_get_length (top); k++)
        {
          JsonObject *word = json_array_get_object_element (top, k);
          double score = json_object_get_double_member_with_default (word, "score", 0);
          g_string_append (html, "<div class=\"word\"><code>");
          append_text (html, json_object_get_string_member_with_default (word, "token", ""));
          char width[G_ASCII_DTOSTR_BUF_SIZE];
          g_ascii_formatd (width, sizeof width, "%.1f", 100 * CLAMP (score, 0, 1));
          g_string_append_printf (html,
                                  "</code><span>%.1f %%</span><div class=\"bar\" "
                                  "style=\"width:%s%%\"></div></div>",
                                  100 * score, width);
        }
    }
  g_string_append (html, "</td>\n");
}

static gboolean
append_examples (Report *report, GError **error)
{
  const CzRun *run = report->run;
  GString *html = report->html;
  g_auto (GStrv) sentences = cz_run_sentences_get (report->library, run->id, error);
  g_autoptr (GPtrArray) predictions
      = sentences != NULL ? cz_run_prediction_list (report->library, run->id, -1, error) : NULL;

  if (predictions == NULL)
    return FALSE;
  gint64 last = cz_run_examples_get_last_step (predictions);
  gint64 later = cz_run_examples_find (predictions, run->best_step, 0) ? run->best_step : last;
  if (last < 0 || sentences[0] == NULL)
    return TRUE;
  g_string_append (html, "<section>");
  append_element (html, "h2", "h2", _ ("What the model says"));
  append_paragraph (html, _ ("The five likeliest words for each mask, and how likely they are."));
  g_string_append (html, "<table><tr>");
  append_element (html, "th", "th", _ ("sentence"));
  append_element (html, "th", "th", _ ("before"));
  g_autofree char *title = g_strdup_printf (_ ("after %" PRId64 " steps"), later);
  append_element (html, "th", "th", title);
  g_string_append (html, "</tr>\n");
  for (guint i = 0; sentences[i] != NULL; i++)
    {
      g_string_append (html, "<tr>");
      append_element (html, "td", "td", sentences[i]);
      append_words (html, cz_run_examples_find (predictions, 0, i));
      append_words (html, cz_run_examples_find (predictions, later, i));
      g_string_append (html, "</tr>\n");
    }
  g_string_append (html, "</table></section>\n");
  return TRUE;
}

// ---- How to read the numbers ----

static void
append_explanation (Report *report, const CzTrainOptions *options)
{
  GString *html = report->html;
  double loss = isfinite (report->run->best) ? report->run->best : report->run->before;

  g_string_append (html, "<section>");
  append_element (html, "h2", "h2", _ ("How perplexity is computed"));
  append_paragraph (
      html,
      _ ("The corpus is cut into blocks of %u tokens. Of the test blocks, which training never "
         "sees, %.4g %% of the tokens are masked, the same ones at every evaluation (eval_seed "
         "%" PRIu64 "). For each of them the model gives a probability p to the right token; the "
         "cross-entropy is the mean of −ln p, in nats, and the perplexity is its exponential."),
      options->block_size, 100 * options->eval_mask_probability, options->eval_seed);
  if (isfinite (loss))
    append_paragraph (
        html,
        _ ("Here: exp (%.4f) = %.4g. The model is as unsure as if it had to choose, for each "
           "masked token, among %.4g equally likely ones."),
        loss, exp (loss), exp (loss));
  append_paragraph (html, "%s",
                    _ ("A masked model sees the words on both sides of the gap, so its perplexity "
                       "does not compare with that of a model that reads from left to right, such "
                       "as GPT-2. Nor do perplexities of different masks, corpora or vocabularies "
                       "compare: the evaluation fingerprint below says which do."));
  append_paragraph (
      html, "%s",
      _ ("The interval of a difference comes from a bootstrap: the test blocks are "
         "drawn again 2000 times, with replacement, and 95 percent of the differences so "
         "found lie within it."));
  g_string_append (html, "</section>\n");
}

// ---- Everything that repeats it ----

static const char *
get_text (JsonObject *record, const char *name)
{
  return record != NULL ? json_object_get_string_member_with_default (record, name, NULL) : NULL;
}

static void
append_device (GString *html, const char *device)
{
  g_autoptr (JsonNode) root = device != NULL ? cz_json_parse (device, -1, "", NULL) : NULL;
  JsonObject *record
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;

  if (record == NULL)
    return;
  append_row (html, _ ("Device"), get_text (record, "name"), FALSE);
  append_row_take (
      html, _ ("Driver"),
      g_strdup_printf ("%s (%" PRId64 ")",
                       json_object_get_string_member_with_default (record, "driver", "?"),
                       json_object_get_int_member_with_default (record, "driver_version", 0)),
      FALSE);
  append_row (html, _ ("Kernel table"), get_text (record, "kernel_table"), FALSE);
  append_row_take (html, _ ("Subgroup size"),
                   g_strdup_printf ("%" PRId64, json_object_get_int_member_with_default (
                                                    record, "subgroup_size", 0)),
                   FALSE);
  append_row_take (html, _ ("Blocks at a time"),
                   g_strdup_printf ("%" PRId64, json_object_get_int_member_with_default (
                                                    record, "micro_batch", 0)),
                   FALSE);
  append_row_take (html, _ ("Engine"),
                   g_strdup_printf ("Clozebench %s", json_object_get_string_member_with_default (
                                                         record, "engine", "?")),
                   FALSE);
}

static void
append_parameters (GString *html, const CzTrainOptions *options)
{
  CzTrainOptions defaults;

  cz_train_options_init (&defaults);
  append_element (html, "h2", "h2", _ ("Parameters"));
  g_string_append (html, "<table><tr>");
  append_element (html, "th", "th", _ ("parameter"));
  append_element (html, "th", "th", _ ("value"));
  append_element (html, "th", "th", _ ("default, where another"));
  g_string_append (html, "</tr>\n");
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (options, *key);
      g_autofree char *usual = cz_train_options_get (&defaults, *key);
      gboolean same = strcmp (value, usual) == 0;
      g_string_append (html, "<tr><td><code>");
      append_text (html, *key);
      g_string_append (html, same ? "</code></td><td>" : "</code></td><td><b>");
      append_text (html, value);
      g_string_append (html, same ? "</td><td>" : "</b></td><td class=\"dim\">");
      append_text (html, same ? "" : usual);
      g_string_append (html, "</td></tr>\n");
    }
  g_string_append (html, "</table>\n");
}

static gboolean
append_repetition (Report *report, const CzTrainOptions *options, GError **error)
{
  const CzRun *run = report->run;
  GString *html = report->html;
  g_auto (GStrv) notes = NULL;
  g_autofree char *line = cz_run_command_make_line (report->library, run, &notes, error);

  if (line == NULL)
    return FALSE;
  g_string_append (html, "<section>");
  append_element (html, "h2", "h2", _ ("To repeat it"));
  append_paragraph (html, "%s",
                    _ ("The same command on the same device, driver and kernel table gives the "
                       "same model to the last bit."));
  append_element (html, "pre", "pre", line);
  for (guint i = 0; notes[i] != NULL; i++)
    append_element (html, "p", "p", notes[i]);
  g_string_append (html, "<table class=\"key\">\n");
  append_row (html, _ ("Base model"), run->model, FALSE);
  append_row (html, _ ("Base model sha256"), run->model_hash, TRUE);
  append_row (html, _ ("Corpus"), run->corpus, FALSE);
  append_row (html, _ ("Corpus sha256"), run->corpus_hash, TRUE);
  append_row (html, _ ("Evaluation fingerprint"), run->eval_fingerprint, TRUE);
  if (run->result_folder != NULL)
    append_row_take (html, _ ("Best model sha256"), cz_model_hash_folder (run->result_folder, NULL),
                     TRUE);
  append_row_take (html, _ ("Seeds"),
                   g_strdup_printf ("seed %" PRIu64 ", split_seed %" PRIu64 ", eval_seed %" PRIu64,
                                    options->seed, options->split_seed, options->eval_seed),
                   FALSE);
  append_device (html, run->device);
  append_row_take (html, _ ("Changed on the way"), cz_micro_batch_format_changes (run->changes),
                   FALSE);
  append_row_take (html, _ ("Steps"),
                   g_strdup_printf (_ ("%" PRId64 " of %" PRId64), run->step, run->steps), FALSE);
  append_row_take (html, _ ("Time at work"), format_duration (run->seconds), FALSE);
  append_row_take (html, _ ("Started"), format_time (run->started), FALSE);
  append_row_take (html, _ ("Ended"), format_time (run->ended), FALSE);
  if (isfinite (run->before))
    append_row_take (html, _ ("Before"), format_loss (run->before), FALSE);
  if (isfinite (run->best))
    append_row_take (html, _ ("Best"), format_loss (run->best), FALSE);
  if (isfinite (run->after))
    append_row_take (html, _ ("At the end"), format_loss (run->after), FALSE);
  g_string_append (html, "</table></section>\n<section>");
  append_parameters (html, options);
  g_string_append (html, "</section>\n");
  return TRUE;
}

// ---- The page ----

static void
append_head (Report *report)
{
  const CzRun *run = report->run;
  GString *html = report->html;
  g_autofree char *created = format_time (run->created);

  g_string_append (html, "<!DOCTYPE html>\n<html lang=\"");
  // Translators: the code of this translation's language, as "ca" or "es".
  append_text (html, C_ ("language code", "en"));
  g_string_append (html, "\"><head><meta charset=\"utf-8\">"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                         "<meta name=\"generator\" content=\"Clozebench " CZ_VERSION "\">");
  append_element (html, "title", "title", run->name);
  g_string_append_printf (html, "<style>%s</style></head><body>\n<header>", style);
  append_element (html, "h1", "h1", run->name);
  g_autofree char *line
      = g_strdup_printf (_ ("Run %" PRId64 ": %s on %s, %s, %s"), run->id, run->model, run->corpus,
                         cz_run_get_state_label (run), created);
  append_element (html, "p class=\"dim\"", "p", line);
  if (run->message != NULL)
    append_element (html, "p", "p", run->message);
  if (run->tags[0] != '\0')
    append_paragraph (html, _ ("Tags: %s"), run->tags);
  if (run->notes[0] != '\0')
    append_element (html, "p style=\"white-space:pre-wrap\"", "p", run->notes);
  g_string_append (html, "</header>\n");
}

static gboolean
append_page (Report *report, GError **error)
{
  CzTrainOptions options;

  if (!cz_run_parameters_from_text (report->run->parameters, &options, error))
    return FALSE;
  append_head (report);
  if (!append_summary (report, error) || !append_curves (report, error)
      || !append_examples (report, error))
    return FALSE;
  append_explanation (report, &options);
  if (!append_repetition (report, &options, error))
    return FALSE;
  g_string_append (report->html, "</body></html>\n");
  return TRUE;
}

// The page is for people: its numbers have their language's decimal mark, while all else that the
// command writes has the same one for every script that reads it.
static gboolean
append_page_for_people (Report *report, GError **error)
{
  locale_t all = duplocale (LC_GLOBAL_LOCALE);
  locale_t here = newlocale (LC_NUMERIC_MASK, "", all); // takes all
  locale_t before = uselocale (here != (locale_t)0 ? here : all);
  gboolean done = append_page (report, error);

  uselocale (before);
  freelocale (here != (locale_t)0 ? here : all);
  return done;
}

gboolean
cz_run_report_write (CzLibrary *library, gint64 id, const char *path, GError **error)
{
  g_autoptr (CzRun) run = cz_run_get (library, id, error);
  g_autoptr (GArray) evaluations
      = run != NULL ? cz_metric_read (library, id, "eval_loss", -1 /* after */, error) : NULL;
  g_autoptr (GString) html = g_string_new (NULL);
  Report report = { library, run, html, evaluations };

  if (evaluations == NULL || !append_page_for_people (&report, error))
    return FALSE;
  // The file is put in place once it is whole, which would do away with a device or a pipe.
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” is no file; give the name of one."), path);
      return FALSE;
    }
  return cz_atomic_file_save (path, html->str, html->len, error);
}
