// The surprisal of a text: what is read of the server's answer, the tints, what is said and saved.
// Answers are written here by hand, wrong ones too.
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "gui/playground/surprisal-card.h"
#include "gui/playground/surprisal-export.h"
#include "gui/playground/surprisal-figures.h"
#include "gui/playground/surprisal-picture.h"
#include "gui/playground/surprisal-scale.h"
#include "gui/playground/surprisal-work.h"

// A text with a word of two pieces, a mask and an accent: "Café [MASK] vintage".
#define TEXT "Café [MASK] vintage"
#define ANSWER(cafe, vint, age, ppl)                                                     \
  "{\"model\":\"m\",\"text\":\"" TEXT "\",\"tokens\":["                                  \
  "{\"token\":\"cafe\",\"bits\":" cafe ",\"start\":0,\"end\":5,\"word\":0},"             \
  "{\"token\":\"[MASK]\",\"bits\":null,\"start\":6,\"end\":12,\"word\":1},"              \
  "{\"token\":\"vint\",\"bits\":" vint ",\"start\":13,\"end\":17,\"word\":2},"           \
  "{\"token\":\"##age\",\"bits\":" age ",\"start\":17,\"end\":20,\"word\":2}],"          \
  "\"words\":[{\"text\":\"Café\",\"start\":0,\"end\":5,\"bits\":" cafe ",\"pieces\":1}," \
  "{\"text\":\"[MASK]\",\"start\":6,\"end\":12,\"bits\":null,\"pieces\":1},"             \
  "{\"text\":\"vintage\",\"start\":13,\"end\":20,\"bits\":7,\"pieces\":2}],"             \
  "\"windows\":[],\"pseudo_perplexity\":" ppl ",\"scored\":3,\"note\":null}"

static CzSurprisalScores *
read_answer (const char *json, guint n)
{
  static const char *const all[] = { "base", "film, <token>", "law", "med", "one more", NULL };
  static const guint colors[] = { 0, 1, 2, 3, 4 };
  const char *titles[6] = { NULL };
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  for (guint i = 0; i < n; i++)
    titles[i] = all[i];
  return cz_surprisal_scores_new (node, titles, colors);
}

static CzSurprisalScores *
read_two (void)
{
  CzSurprisalScores *scores
      = read_answer ("[" ANSWER ("4", "5", "2", "20") "," ANSWER ("1.5", "6", "1", "10") "]", 2);

  g_assert_nonnull (scores);
  return scores;
}

static void
test_reading (void)
{
  g_autoptr (CzSurprisalScores) scores = read_two ();
  const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, 2);
  g_autofree char *text = cz_surprisal_scores_dup_text (scores, 0);

  g_assert_cmpuint (scores->words->len, ==, 3);
  g_assert_cmpstr (text, ==, "Café");
  g_assert_cmpfloat (cz_surprisal_scores_get_word (scores, 0)->bits[1], ==, 1.5);
  g_assert_true (isnan (cz_surprisal_scores_get_word (scores, 1)->bits[0]));
  g_assert_cmpuint (word->first[1], ==, 2);
  g_assert_cmpuint (word->n[1], ==, 2);
  g_assert_cmpuint (g_array_index (scores->models[1].pieces, CzSurprisalPiece, 3).word, ==, 2);
  g_assert_cmpfloat (cz_surprisal_scores_get_difference (scores, 0, 1), ==, -2.5);
  g_assert_true (isnan (cz_surprisal_scores_get_difference (scores, 1, 1)));
  g_assert_true (cz_surprisal_scores_is_comparable (scores));
  g_assert_cmpfloat (scores->models[1].pseudo_perplexity, ==, 10);
  g_assert_cmpuint (scores->models[0].scored, ==, 3);
}

// A model with another vocabulary takes two of the words as one: its word comes in its place.
static void
test_other_words (void)
{
  g_autoptr (CzSurprisalScores) scores = read_answer (
      "[" ANSWER ("4", "5", "2",
                  "20") ",{\"text\":\"" TEXT
                        "\",\"tokens\":[{\"token\":\"x\",\"bits\":3,\"word\":0},"
                        "{\"token\":\"vintage\",\"bits\":2,\"word\":1,\"window\":1}],"
                        "\"words\":[{\"start\":0,\"end\":12,\"bits\":3},"
                        "{\"start\":13,\"end\":20,\"bits\":2}],"
                        "\"windows\":[{\"start\":0,\"end\":12},{\"start\":13,\"end\":20}],"
                        "\"pseudo_perplexity\":5,\"scored\":2}]",
      2);

  g_assert_cmpuint (scores->words->len, ==, 4);
  g_assert_cmpuint (cz_surprisal_scores_get_word (scores, 0)->end, ==, 5);
  g_assert_true (isnan (cz_surprisal_scores_get_word (scores, 0)->bits[1]));
  g_assert_cmpuint (cz_surprisal_scores_get_word (scores, 1)->end, ==, 12);
  g_assert_cmpfloat (cz_surprisal_scores_get_word (scores, 1)->bits[1], ==, 3);
  g_assert_true (isnan (cz_surprisal_scores_get_difference (scores, 1, 1)));
  g_assert_cmpfloat (cz_surprisal_scores_get_difference (scores, 3, 1), ==, -5);
  g_assert_cmpuint (g_array_index (scores->models[1].pieces, CzSurprisalPiece, 1).word, ==, 3);
  g_assert_cmpuint (scores->models[1].n_windows, ==, 2);
  g_assert_cmpuint (cz_surprisal_scores_get_window (scores, 3, 1), ==, 1);
  g_assert_cmpuint (cz_surprisal_scores_get_window (scores, 3, 0), ==, 0);
  g_assert_false (cz_surprisal_scores_is_comparable (scores));

  g_autofree char *sentence = cz_surprisal_figures_explain (scores);
  g_assert_nonnull (strstr (sentence, "different tokens"));
  g_assert_null (strstr (sentence, "%"));
}

static void
test_wrong_answers (void)
{
  static const char *const nothing[] = {
    "null", "{}", "[]", "[1]", "[{}]", "[{\"text\":5}]", "[{\"text\":\"a\"},{\"text\":\"a\"}]"
  };
  static const char *const odd[] = {
    // Words beyond the text, empty, backwards, within a character; tokens of words that are not
    // there.
    "[{\"text\":\"é\",\"words\":[{\"start\":0,\"end\":9},{\"start\":1,\"end\":2},{\"start\":0,"
    "\"end\":1},{\"start\":2,\"end\":0},{\"start\":-1,\"end\":2},{\"start\":0,\"end\":1e30},7,{}],"
    "\"tokens\":[{\"token\":\"e\",\"word\":99},{\"word\":-3},{\"token\":4,\"bits\":\"x\",\"word\":"
    "0},5],\"windows\":[{\"start\":0,\"end\":7},3],\"pseudo_perplexity\":\"x\",\"scored\":-4}]",
    "[{\"text\":\"\",\"words\":{},\"tokens\":null,\"windows\":4}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    g_assert_null (read_answer (nothing[i], 1));
  g_assert_null (read_answer ("[{\"text\":\"a\"},{\"text\":\"b\"}]", 2));
  g_assert_null (
      read_answer ("[{\"text\":\"a\"},{\"text\":\"a\"},{\"text\":\"a\"},{\"text\":\"a\"},"
                   "{\"text\":\"a\"}]",
                   5));
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (CzSurprisalScores) scores = read_answer (odd[i], 1);
      g_autofree char *csv = cz_surprisal_export_csv (scores);
      g_autofree char *html = cz_surprisal_export_html (scores);

      g_assert_nonnull (scores);
      g_assert_cmpuint (scores->words->len, ==, 0);
      g_assert_true (isnan (scores->models[0].pseudo_perplexity));
      g_assert_true (g_str_has_prefix (csv, "word,"));
      g_assert_nonnull (strstr (html, "</html>"));
    }
}

// WCAG 2.1's contrast of two colours.
static double
get_luminance (const GdkRGBA *color)
{
  const double parts[] = { (double)color->red, (double)color->green, (double)color->blue };
  double linear[3];

  for (guint i = 0; i < 3; i++)
    linear[i] = parts[i] <= 0.03928 ? parts[i] / 12.92 : pow ((parts[i] + 0.055) / 1.055, 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

// Text can be read on every tint, and a higher number is always darker (in the dark style:
// brighter), so that the scale is told by lightness alone.
static void
test_tints (void)
{
  for (guint i = 0; i < 8; i++)
    {
      CzTintStyle style = { (i & 1) != 0, (i & 2) != 0 };
      CzTintKind kind = i & 4 ? CZ_TINT_DIFFERENCE : CZ_TINT_SURPRISAL;
      double last = NAN;

      for (guint step = 0; step < CZ_TINT_STEPS; step++)
        {
          CzTint tint = cz_tint_get (kind, step, style);
          double back = get_luminance (&tint.back), front = get_luminance (&tint.front);
          double bits = cz_tint_get_bits (kind, step);

          g_assert_cmpfloat ((fmax (back, front) + 0.05) / (fmin (back, front) + 0.05), >=, 4.5);
          g_assert_cmpuint (cz_tint_get_step (kind, bits), ==, step);
          g_assert_true (tint.tinted == (bits != 0));
          g_assert_true (tint.line_above == (kind == CZ_TINT_DIFFERENCE && bits <= -1));
          g_assert_true (tint.line_below == (kind == CZ_TINT_DIFFERENCE && bits >= 1));
          // Away from nothing it deepens on either side.
          if (!isnan (last))
            g_assert_true ((back < last) == ((bits > 0) != style.dark));
          last = back;
        }
    }
  g_assert_cmpuint (cz_tint_get_step (CZ_TINT_SURPRISAL, 99), ==, CZ_TINT_STEPS - 1);
  g_assert_cmpuint (cz_tint_get_step (CZ_TINT_SURPRISAL, -1), ==, 0);
  g_assert_cmpuint (cz_tint_get_step (CZ_TINT_DIFFERENCE, -99), ==, 0);
}

static void
test_words (void)
{
  g_autoptr (CzSurprisalScores) scores = read_two ();
  g_autofree char *first = cz_surprisal_card_describe (scores, 0);
  g_autofree char *mask = cz_surprisal_card_describe (scores, 1);
  g_autofree char *last = cz_surprisal_card_describe (scores, 2);
  g_autofree char *sentence = cz_surprisal_figures_explain (scores);
  g_autofree char *less = cz_surprisal_card_format_difference (-2.04);
  g_autofree char *none = cz_surprisal_card_format_difference (-0.04);

  g_assert_cmpstr (first, ==,
                   "base: 4.0 bits, probability 0.062\n"
                   "film, <token>: 1.5 bits, probability 0.35 · 2.5 bits less surprising than to "
                   "base");
  g_assert_cmpstr (mask, ==, "base: not scored\nfilm, <token>: not scored");
  g_assert_cmpstr (last, ==,
                   "base: 7.0 bits, probability 0.008 = vint 5.0 + ##age 2.0\n"
                   "film, <token>: 7.0 bits, probability 0.008 = vint 6.0 + ##age 1.0 · as "
                   "surprising as to base");
  g_assert_nonnull (strstr (sentence, "each of the 3 tokens"));
  g_assert_nonnull (strstr (sentence, "Under film, <token> it is 50 % lower than under base."));
  g_assert_cmpstr (less, ==, "−2.0");
  g_assert_cmpstr (none, ==, "0.0");
}

static void
test_files (void)
{
  g_autoptr (CzSurprisalScores) scores = read_two ();
  g_autofree char *csv = cz_surprisal_export_csv (scores);
  g_autofree char *text = cz_surprisal_export_text (scores);
  g_autofree char *html = cz_surprisal_export_html (scores);

  g_assert_cmpstr (csv, ==,
                   "word,start_byte,end_byte,\"base bits\",\"film, <token> bits\","
                   "\"film, <token> difference\"\r\n"
                   "Café,0,5,4.0000,1.5000,-2.5000\r\n"
                   "[MASK],6,12,,,\r\n"
                   "vintage,13,20,7.0000,7.0000,0.0000\r\n");
  g_assert_true (g_str_has_prefix (text, "base\tpseudo-perplexity\t20.0000\n"));
  g_assert_nonnull (strstr (text, "\nvintage\t13\t20\t7.0000\t7.0000\t0.0000\n"));
  g_assert_nonnull (strstr (html, "<h2>film, &lt;token&gt;</h2>"));
  g_assert_nonnull (strstr (html, ">Café</span> <span title=\"–\" style=\"\">[MASK]</span> "));
}

static void
test_picture (void)
{
  g_autoptr (CzSurprisalScores) scores = read_two ();
  g_autoptr (GString) longer = g_string_new ("[{\"words\":[],\"text\":\"");
  g_autoptr (CzSurprisalScores) long_scores = NULL;
  PangoFontDescription *font = pango_font_description_from_string ("sans 11");
  g_autofree char *folder = g_dir_make_tmp ("cz-surprisal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (cz_surprisal_picture_save (scores, CZ_TINT_DIFFERENCE, font, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpmem (bytes, 8, "\x89PNG\r\n\x1a\n", 8);
  g_unlink (path);
  for (guint i = 0; i < 20000; i++)
    g_string_append (longer, "word ");
  g_string_append (longer, "\"}]");
  long_scores = read_answer (longer->str, 1);
  g_assert_false (cz_surprisal_picture_save (long_scores, CZ_TINT_SURPRISAL, font, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
  pango_font_description_free (font);
}

static void
test_work (void)
{
  g_assert_cmpuint (cz_surprisal_work_count_tokens (""), ==, 0);
  g_assert_cmpuint (cz_surprisal_work_count_tokens (" \n\t"), ==, 0);
  g_assert_cmpuint (cz_surprisal_work_count_tokens ("This is good."), ==, 4);
  g_assert_cmpuint (cz_surprisal_work_count_tokens ("映画は"), ==, 3);
  g_assert_true (cz_surprisal_work_is_light (64, 4, FALSE, 0));
  g_assert_false (cz_surprisal_work_is_light (65, 1, FALSE, 0));
  g_assert_true (cz_surprisal_work_is_light (65, 1, TRUE, 0));
  // What was seen to be quick is scored at once, however long.
  g_assert_true (cz_surprisal_work_is_light (300, 1, FALSE, 1e-6));
  g_assert_false (cz_surprisal_work_is_light (300, 1, FALSE, 1e-4));

  g_assert_cmpfloat (cz_surprisal_work_get_rate (9, 2, 3), ==, 0);
  g_assert_cmpfloat_with_epsilon (cz_surprisal_work_get_rate (100, 2, 3), 3.0 / 100 / 102 / 2,
                                  1e-9);

  g_autofree char *known = cz_surprisal_work_describe (300, 2, 1e-3);
  g_assert_nonnull (strstr (known, "300 tokens"));
  g_assert_nonnull (strstr (known, "2 models"));
  g_assert_nonnull (strstr (known, "It takes about 3 min."));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/surprisal/reading", test_reading);
  g_test_add_func ("/surprisal/other-words", test_other_words);
  g_test_add_func ("/surprisal/wrong-answers", test_wrong_answers);
  g_test_add_func ("/surprisal/tints", test_tints);
  g_test_add_func ("/surprisal/words", test_words);
  g_test_add_func ("/surprisal/files", test_files);
  g_test_add_func ("/surprisal/picture", test_picture);
  g_test_add_func ("/surprisal/work", test_work);
  return g_test_run ();
}
