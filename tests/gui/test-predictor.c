// The client of `cloze serve` against processes that die, hang and talk nonsense. This program
// stands in for cloze itself: run as `test-predictor --library FILE serve` it does what a
// question's text says. FILE grows by a byte with each start, and its name ends in how many of the
// starts are bad.
#include <locale.h>
#include <poll.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gui/playground/predictor.h"

// ---- The process ----

typedef struct
{
  gboolean bad; // this start is
  GString *line;
  char *ahead; // a line read while waiting
} Fake;

static char *
read_line (Fake *fake)
{
  char *line = g_steal_pointer (&fake->ahead);
  char c;

  if (line != NULL)
    return line;
  g_string_truncate (fake->line, 0);
  while (read (STDIN_FILENO, &c, 1) == 1)
    {
      if (c == '\n')
        return g_strdup (fake->line->str);
      g_string_append_c (fake->line, c);
    }
  return NULL;
}

static void
say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static void
say_much (const char *bytes, gsize times)
{
  for (gsize i = 0; i < times; i++)
    fputs (bytes, stdout);
  fflush (stdout);
}

static void
misbehave (const char *text, gint64 id)
{
  if (g_str_has_prefix (text, "die"))
    raise (SIGKILL);
  if (g_str_has_prefix (text, "exit"))
    {
      fputs ("noise\ncloze: the device was lost\n", stderr);
      _exit (1);
    }
  if (g_str_has_prefix (text, "lost"))
    {
      say ("{\"id\":%d,\"error\":\"lost\",\"device_lost\":true}", (int)id);
      _exit (1);
    }
  if (g_str_has_prefix (text, "garbage"))
    say_much ("\xff\x01", 2000000);
  if (g_str_has_prefix (text, "broken"))
    say ("{\"id\":%d,\"result\":[", (int)id);
  if (g_str_has_prefix (text, "deep"))
    {
      printf ("{\"id\":%d,\"result\":", (int)id);
      say_much ("[", 300000);
      say ("}");
    }
  if (g_str_has_prefix (text, "stray"))
    say_much ("{\"id\":-7,\"result\":[]}\n", 3000);
  if (g_str_has_prefix (text, "deaf"))
    close (STDIN_FILENO);
  // Hangs, also when it was told to end.
  signal (SIGTERM, SIG_IGN);
  for (;;)
    pause ();
}

// Works for 400 ms, or until it is told to cancel. FALSE: cancelled.
static gboolean
work (Fake *fake, gint64 id)
{
  struct pollfd in = { STDIN_FILENO, POLLIN, 0 };

  for (guint i = 0; i < 20; i++)
    {
      if (poll (&in, 1, 20) > 0)
        {
          char *line = read_line (fake);
          g_autofree char *cancels = g_strdup_printf ("\"cancel\":%d}", (int)id);

          if (line == NULL)
            _exit (0);
          if (strstr (line, cancels) != NULL)
            {
              g_free (line);
              return FALSE;
            }
          fake->ahead = line;
          return TRUE;
        }
      say ("{\"id\":%d,\"progress\":%.2f}", (int)id, i / 20.0);
    }
  return TRUE;
}

static void
take_question (Fake *fake, const char *line)
{
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *question = json_node_get_object (root);
  gint64 id = json_object_get_int_member (question, "id");
  const char *text = json_object_get_string_member_with_default (question, "text", "");

  if (json_object_has_member (question, "cancel"))
    return;
  if (g_str_has_prefix (text, "slow") && !work (fake, id))
    {
      say ("{\"id\":%d,\"error\":\"cancelled\",\"cancelled\":true}", (int)id);
      return;
    }
  if (strchr (text, '!') != NULL && fake->bad)
    misbehave (text, id);
  if (g_str_has_prefix (text, "noise"))
    say_much ("MESA: a warning on stdout\n", 5000);
  if (g_str_has_prefix (text, "flood"))
    for (guint i = 0; i < 20000; i++)
      printf ("{\"id\":%d,\"progress\":%.4f}\n", (int)id, i / 20000.0);
  if (g_str_has_prefix (text, "fail"))
    say ("{\"id\":%d,\"error\":\"No such model.\"}", (int)id);
  else if (g_str_has_prefix (text, "huge"))
    {
      printf ("{\"id\":%d,\"result\":[\"", (int)id);
      say_much ("0123456789", 5000000);
      say ("\"]}");
    }
  else
    say ("{\"id\":%d,\"result\":[\"%s\"]}", (int)id, text);
}

static int
serve (const char *library)
{
  Fake fake = { .line = g_string_new (NULL) };
  FILE *starts = fopen (library, "a");
  long n, bad = atol (strrchr (library, '-') + 1);

  fputc ('x', starts);
  n = ftell (starts);
  fclose (starts);
  fake.bad = n <= bad;
  if (strstr (library, "late") != NULL)
    g_usleep (300000);
  if (strstr (library, "dead") != NULL && fake.bad)
    {
      fputs ("cloze: no library\n", stderr);
      return 1;
    }
  for (;;)
    {
      char *line = read_line (&fake);

      if (line == NULL)
        return 0;
      take_question (&fake, line);
      g_free (line);
    }
}

// ---- The tests ----

typedef struct
{
  CzPredictor *predictor;
  char *folder, *library;
  GString *answers; // "kind:first element of the result" or "kind=sentence", joined by blanks
  guint restarted, told;
  gsize length; // of the last result's first element
} Test;

typedef struct
{
  Test *test;
  CzQuestionKind kind;
} Asking;

static Asking asking[CZ_N_QUESTION_KINDS];

static void
predicted (JsonNode *result, const char *sentence, gpointer data)
{
  Asking *by = data;
  const char *first = NULL;

  g_assert_true ((result == NULL) == (sentence != NULL));
  g_assert_false (cz_predictor_is_asked (by->test->predictor, by->kind));
  if (result != NULL)
    {
      first = json_array_get_string_element (json_node_get_array (result), 0);
      by->test->length = strlen (first);
    }
  g_string_append_printf (by->test->answers, "%s%u%c%.40s", by->test->answers->len > 0 ? " " : "",
                          by->kind, result != NULL ? ':' : '=', result != NULL ? first : sentence);
}

static void
told (double share, gpointer data)
{
  Asking *by = data;

  g_assert_true (share >= 0 && share <= 1);
  by->test->told++;
}

static void
restarted (Test *test)
{
  test->restarted++;
}

// mode: of the library's name, with the number of bad starts.
static Test *
test_new (const char *mode)
{
  Test *test = g_new0 (Test, 1);

  test->folder = g_dir_make_tmp ("predictor-XXXXXX", NULL);
  test->library = g_build_filename (test->folder, mode, NULL);
  test->predictor = cz_predictor_new (test->library);
  test->answers = g_string_new (NULL);
  g_signal_connect_swapped (test->predictor, "restarted", G_CALLBACK (restarted), test);
  for (guint i = 0; i < CZ_N_QUESTION_KINDS; i++)
    asking[i] = (Asking){ test, i };
  return test;
}

static void
test_free (Test *test)
{
  cz_predictor_stop (test->predictor);
  g_object_unref (test->predictor);
  g_unlink (test->library);
  g_rmdir (test->folder);
  g_free (test->folder);
  g_free (test->library);
  g_string_free (test->answers, TRUE);
  g_free (test);
}

static void
ask (Test *test, CzQuestionKind kind, const char *text)
{
  static const char *const models[] = { "starter", NULL };
  g_autoptr (JsonObject) question = cz_question_new ("fill", models, text);

  cz_predictor_ask (test->predictor, kind, question, predicted, told, &asking[kind]);
  g_assert_true (cz_predictor_is_asked (test->predictor, kind));
}

static gboolean
give_up (gpointer data)
{
  g_error ("No answer came; there are “%s”.", ((Test *)data)->answers->str);
  return G_SOURCE_REMOVE;
}

// Waits until nothing is asked any more.
static void
wait (Test *test)
{
  guint limit = g_timeout_add_seconds (60, give_up, test);

  while (cz_predictor_get_busy (test->predictor))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static void
expect (Test *test, const char *answers)
{
  wait (test);
  g_assert_cmpstr (test->answers->str, ==, answers);
  g_string_truncate (test->answers, 0);
}

static guint
count_starts (Test *test)
{
  GStatBuf status;

  return g_stat (test->library, &status) == 0 ? (guint)status.st_size : 0;
}

static void
test_latest_wins (void)
{
  Test *test = test_new ("well-0");

  ask (test, CZ_QUESTION_FILL, "one");
  expect (test, "0:one");
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("slow %u", i);

      ask (test, CZ_QUESTION_FILL, i < 49 ? text : "last");
      if (i % 10 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  expect (test, "0:last");
  ask (test, CZ_QUESTION_FILL, "fail");
  expect (test, "0=No such model.");
  g_assert_cmpuint (count_starts (test), ==, 1);
  test_free (test);
}

static void
test_urgency (void)
{
  Test *test = test_new ("well-0");

  // The slow one is interrupted, and asked again when the urgent one is answered.
  ask (test, CZ_QUESTION_SURPRISAL, "slow");
  while (test->told == 0)
    g_main_context_iteration (NULL, TRUE);
  ask (test, CZ_QUESTION_SET, "set");
  ask (test, CZ_QUESTION_FILL, "fill");
  expect (test, "0:fill 2:slow 5:set");
  // One that is forgotten leaves the way to the others.
  ask (test, CZ_QUESTION_SURPRISAL, "slow");
  ask (test, CZ_QUESTION_SET, "set");
  cz_predictor_forget (test->predictor, CZ_QUESTION_SURPRISAL);
  g_assert_false (cz_predictor_is_asked (test->predictor, CZ_QUESTION_SURPRISAL));
  expect (test, "5:set");
  ask (test, CZ_QUESTION_FILL, "slow");
  cz_predictor_stop (test->predictor);
  expect (test, "");
  ask (test, CZ_QUESTION_FILL, "again");
  expect (test, "0:again");
  test_free (test);
}

static void
test_bad_once (void)
{
  static const char *const texts[]
      = { "die!", "exit!", "lost!", "garbage!", "broken!", "deep!", "stray!", "hang!", "deaf!" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      Test *test = test_new ("bad-1");
      g_autofree char *expected = g_strdup_printf ("0:%s 2:other", texts[i]);

      if (strstr ("hang! deaf!", texts[i]) != NULL)
        cz_predictor_set_patience (test->predictor, 2000);
      ask (test, CZ_QUESTION_SURPRISAL, "other");
      ask (test, CZ_QUESTION_FILL, texts[i]);
      expect (test, expected);
      g_assert_cmpuint (test->restarted, ==, 1);
      g_assert_cmpuint (count_starts (test), ==, 2);
      test_free (test);
    }
}

static void
test_bad_for_good (void)
{
  static const struct
  {
    const char *text, *sentence;
  } cases[] = {
    { "die!", "0=The process that predicts ended twice on" },
    { "exit!", "0=the device was lost" },
    { "broken!", "0=The process that predicts gave an answer" },
    { "hang!", "0=The process that predicts gave no answer" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Test *test = test_new ("bad-99");

      if (g_str_equal (cases[i].text, "hang!"))
        cz_predictor_set_patience (test->predictor, 2000);
      ask (test, CZ_QUESTION_FILL, cases[i].text);
      expect (test, cases[i].sentence);
      g_assert_cmpuint (count_starts (test), ==, 2);
      // The next question is asked as if nothing had been.
      ask (test, CZ_QUESTION_FILL, "well");
      expect (test, "0:well");
      g_assert_cmpuint (count_starts (test), ==, 3);
      test_free (test);
    }
}

static void
test_never_starts (void)
{
  Test *test = test_new ("dead-99");
  g_autofree char *cloze = g_strdup (g_getenv ("CLOZE"));

  ask (test, CZ_QUESTION_FILL, "one");
  expect (test, "0=no library");
  test_free (test);

  // No program at all: all that is asked is told so, later.
  g_setenv ("CLOZE", "/nowhere/cloze", TRUE);
  test = test_new ("well-0");
  ask (test, CZ_QUESTION_FILL, "one");
  ask (test, CZ_QUESTION_SET, "two");
  g_assert_cmpstr (test->answers->str, ==, "");
  wait (test);
  g_assert_true (g_str_has_prefix (test->answers->str, "0="));
  g_assert_nonnull (strstr (test->answers->str, " 5="));
  test_free (test);
  g_setenv ("CLOZE", cloze, TRUE);
}

static void
test_much (void)
{
  Test *test = test_new ("late-0");

  ask (test, CZ_QUESTION_FILL, "noise");
  expect (test, "0:noise");
  ask (test, CZ_QUESTION_FILL, "flood");
  expect (test, "0:flood");
  g_assert_cmpuint (test->told, <, 2000);
  ask (test, CZ_QUESTION_FILL, "huge");
  wait (test);
  g_assert_cmpuint (test->length, ==, 50000000);
  g_string_truncate (test->answers, 0);
  // A question that a pipe does not hold at once.
  g_autofree char *text = g_strnfill (500000, 'x');
  ask (test, CZ_QUESTION_FILL, text);
  wait (test);
  g_assert_cmpuint (test->length, ==, 500000);
  g_assert_cmpuint (test->restarted, ==, 0);
  g_assert_cmpuint (count_starts (test), ==, 1);
  test_free (test);
}

static gboolean
end_pause (gpointer paused)
{
  *(gboolean *)paused = FALSE;
  return G_SOURCE_REMOVE;
}

// A process that is asked nothing has nothing to say; it is not taken for one that hangs.
static void
test_idle (void)
{
  Test *test = test_new ("well-0");
  gboolean paused = TRUE;

  cz_predictor_set_patience (test->predictor, 2000);
  ask (test, CZ_QUESTION_FILL, "one");
  expect (test, "0:one");
  g_timeout_add (2500, end_pause, &paused);
  while (paused)
    g_main_context_iteration (NULL, TRUE);
  ask (test, CZ_QUESTION_FILL, "two");
  expect (test, "0:two");
  g_assert_cmpuint (count_starts (test), ==, 1);
  test_free (test);
}

int
main (int argc, char **argv)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (argc > 3 && g_str_equal (argv[3], "serve"))
    // A leak, told on stderr as it ends, would pass for what is wrong.
    _exit (serve (argv[2]));
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_setenv ("CLOZE", self, TRUE);
  g_test_add_func ("/predictor/latest-wins", test_latest_wins);
  g_test_add_func ("/predictor/urgency", test_urgency);
  g_test_add_func ("/predictor/bad-once", test_bad_once);
  g_test_add_func ("/predictor/bad-for-good", test_bad_for_good);
  g_test_add_func ("/predictor/never-starts", test_never_starts);
  g_test_add_func ("/predictor/much", test_much);
  g_test_add_func ("/predictor/idle", test_idle);
  return g_test_run ();
}
