// The prompt against a plain model of its text and masks: random edits of all kinds of text, taken
// back and done again; and what is masked by key and selection. Where there is a display, the
// widget is shown and every frame drawn. CZ_PROMPT_EDITS: how many edits (320); with it, the
// longest times are told as JSON (`./dev bench playground`).
#include <adwaita.h>
#include <locale.h>
#include <string.h>
#include <time.h>

#include "gui/playground/prompt-masking.h"
#include "gui/playground/prompt.h"

// A state of the prompt: its text and what each mask in it hides.
typedef struct
{
  char *text;
  GArray *masks; // of CzPromptMask, a NULL word too
} State;

typedef struct
{
  CzPromptBuffer *buffer;
  CzPrompt *prompt; // NULL: no display
  State now;        // the model
  GPtrArray *seen;  // of State: the last that were
  GRand *random;
  gboolean drawn;
} Test;

#define MOST_SEEN 60

static gint64 turn_began;                 // of the main loop, 0: it waits
static double longest_turn, longest_edit; // milliseconds
// Of the thread at work: other programs take their time too.
static double turn_cpu_began, longest_turn_cpu, longest_edit_cpu;
static const char *longest_name;

static double
get_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1000 + (double)time.tv_nsec * 1e-6;
}

static void
state_clear (State *state)
{
  g_clear_pointer (&state->text, g_free);
  g_clear_pointer (&state->masks, g_array_unref);
}

static void
state_free (gpointer data)
{
  state_clear (data);
  g_free (data);
}

static State *
state_copy (const State *state)
{
  State *copy = g_new0 (State, 1);

  copy->text = g_strdup (state->text);
  copy->masks = cz_prompt_masks_new ();
  for (guint i = 0; i < state->masks->len; i++)
    {
      CzPromptMask mask = g_array_index (state->masks, CzPromptMask, i);

      mask.word = g_strdup (mask.word);
      g_array_append_val (copy->masks, mask);
    }
  return copy;
}

static gboolean
states_equal (const State *a, const State *b)
{
  if (a->masks->len != b->masks->len || !g_str_equal (a->text, b->text))
    return FALSE;
  for (guint i = 0; i < a->masks->len; i++)
    {
      CzPromptMask *x = &g_array_index (a->masks, CzPromptMask, i);
      CzPromptMask *y = &g_array_index (b->masks, CzPromptMask, i);

      if (x->offset != y->offset || g_strcmp0 (x->word, y->word) != 0)
        return FALSE;
    }
  return TRUE;
}

// The prompt's own state.
static State *
get_state (CzPromptBuffer *buffer)
{
  State *state = g_new0 (State, 1);

  state->text = cz_prompt_buffer_get_text (buffer);
  state->masks = cz_prompt_masks_new ();
  for (guint i = 0; i < cz_prompt_buffer_get_n_masks (buffer); i++)
    {
      CzPromptMask mask = { cz_prompt_buffer_get_mask (buffer, i),
                            g_strdup (cz_prompt_buffer_get_word (buffer, i)) };
      g_array_append_val (state->masks, mask);
    }
  return state;
}

// ---- The plain model ----

// Replaces characters; hidden: what a mask that comes about at `start` hides, NULL: nothing.
static void
model_replace (State *state, guint start, guint end, const char *with, const char *hidden)
{
  char *from = g_utf8_offset_to_pointer (state->text, start);
  char *to = g_utf8_offset_to_pointer (from, (glong)(end - start));
  g_autoptr (GString) text = g_string_new_len (state->text, from - state->text);
  int longer = (int)g_utf8_strlen (with, -1) - (int)(end - start);
  GArray *masks = cz_prompt_masks_new ();
  guint offset = 0, old = 0;

  g_string_append (text, with);
  g_string_append (text, to);
  for (const char *at = text->str, *found; (found = strstr (at, CZ_MASK_TEXT)) != NULL;
       at = found + CZ_MASK_LENGTH)
    {
      CzPromptMask mask = { offset += (guint)g_utf8_strlen (at, found - at), NULL };

      // One that was there, before or behind the edit, keeps its word.
      for (; old < state->masks->len; old++)
        {
          CzPromptMask *was = &g_array_index (state->masks, CzPromptMask, old);
          gboolean before = was->offset + CZ_MASK_LENGTH <= start, behind = was->offset >= end;
          guint is = behind ? (guint)((int)was->offset + longer) : was->offset;

          if ((before || behind) && is > mask.offset)
            break;
          if ((before || behind) && is == mask.offset)
            mask.word = g_strdup (was->word);
        }
      if (hidden != NULL && mask.offset == start && mask.word == NULL)
        mask.word = g_strdup (hidden);
      g_array_append_val (masks, mask);
      offset += CZ_MASK_LENGTH;
    }
  state_clear (state);
  state->text = g_string_free (g_steal_pointer (&text), FALSE);
  state->masks = masks;
}

// ---- Checks ----

// No paragraph is so long that laying it out would be noticed.
static void
expect_paragraphs (CzPromptBuffer *buffer)
{
  GtkTextIter at;

  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (buffer), &at);
  do
    g_assert_cmpint (gtk_text_iter_get_chars_in_line (&at), <=, 2001);
  while (gtk_text_iter_forward_line (&at));
}

static void
expect_model (Test *test, gboolean whole)
{
  State *state = get_state (test->buffer);

  if (!g_str_equal (state->text, test->now.text))
    {
      gsize same = 0;

      while (state->text[same] == test->now.text[same])
        same++;
      g_error ("The text differs from byte %" G_GSIZE_FORMAT
               " on: “%.60s” where it should be “%.60s”.",
               same, state->text + same, test->now.text + same);
    }
  g_assert_cmpuint (state->masks->len, ==, test->now.masks->len);
  for (guint i = 0; i < state->masks->len; i++)
    {
      CzPromptMask *is = &g_array_index (state->masks, CzPromptMask, i);
      CzPromptMask *expected = &g_array_index (test->now.masks, CzPromptMask, i);

      g_assert_cmpuint (is->offset, ==, expected->offset);
      g_assert_cmpstr (is->word, ==, expected->word);
    }
  g_assert_cmpuint (cz_prompt_buffer_get_n_characters (test->buffer), ==,
                    g_utf8_strlen (state->text, -1));
  state_free (state);
  if (whole)
    {
      expect_paragraphs (test->buffer);
    }
}

static void
take_model (Test *test)
{
  State *state = get_state (test->buffer);

  state_clear (&test->now);
  test->now = *state;
  g_free (state);
}

// ---- Drawing ----

static int
poll_timed (GPollFD *fds, guint n, int timeout)
{
  int ready;

  if (turn_began != 0)
    {
      longest_turn = MAX (longest_turn, (double)(g_get_monotonic_time () - turn_began) / 1000);
      longest_turn_cpu = MAX (longest_turn_cpu, get_cpu () - turn_cpu_began);
    }
  ready = g_poll (fds, n, timeout);
  turn_began = g_get_monotonic_time ();
  turn_cpu_began = get_cpu ();
  return ready;
}

static void
painted (GdkFrameClock *clock, Test *test)
{
  test->drawn = TRUE;
}

static gboolean
end_waiting (gpointer data)
{
  ((Test *)data)->drawn = TRUE;
  return G_SOURCE_REMOVE;
}

static void
draw (Test *test)
{
  guint limit;

  if (test->prompt == NULL)
    return;
  test->drawn = FALSE;
  limit = g_timeout_add (200, end_waiting, test);
  while (!test->drawn)
    g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, limit) != NULL)
    g_source_remove (limit);
  turn_began = 0;
}

static Test *
test_new (guint32 seed)
{
  Test *test = g_new0 (Test, 1);

  test->random = g_rand_new_with_seed (seed);
  test->seen = g_ptr_array_new_with_free_func (state_free);
  if (gdk_display_get_default () != NULL)
    {
      GtkWidget *window = gtk_window_new (), *scrolled = gtk_scrolled_window_new ();

      test->prompt = g_object_new (CZ_TYPE_PROMPT, NULL);
      test->buffer = CZ_PROMPT_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (test->prompt)));
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (test->prompt));
      gtk_window_set_default_size (GTK_WINDOW (window), 900, 200);
      gtk_window_set_child (GTK_WINDOW (window), scrolled);
      gtk_window_present (GTK_WINDOW (window));
      g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted),
                        test);
    }
  else
    test->buffer = cz_prompt_buffer_new ();
  take_model (test);
  g_ptr_array_add (test->seen, state_copy (&test->now));
  return test;
}

static void
test_free (Test *test)
{
  if (test->prompt != NULL)
    gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (test->prompt))));
  else
    g_object_unref (test->buffer);
  state_clear (&test->now);
  g_ptr_array_unref (test->seen);
  g_rand_free (test->random);
  g_free (test);
}

// ---- Random edits ----

static guint
roll (Test *test, guint n)
{
  return n > 1 ? (guint)g_rand_int_range (test->random, 0, (gint32)n) : 0;
}

static char *
make_text (Test *test, guint n_characters)
{
  static const char *const pieces[] = {
    "a",
    "b ",
    "word ",
    "This is a great film. ",
    "don't ",
    ", ",
    "?!",
    "\n",
    " ",
    "[MASK]",
    "[MASK]",
    "[MA",
    "SK]",
    "[",
    "]",
    "\xe2\x80\xa9",
    "שלום ",
    "مرحبا بالعالم ",
    "中文字",
    "日本語",
    "e\xcc\x81",
    "Z\xcd\x91\xcd\xab\xcd\x83",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇪🇸",
    "😀",
    "ﬃ",
    "ǆ",
    "\t",
    "naïve ",
    "Αθήνα ",
    "\xc2\xa0",
    "\xe2\x80\x8b",
    "\r\n",
  };
  GString *text = g_string_new (NULL);

  while (g_utf8_strlen (text->str, -1) < (glong)n_characters)
    {
      const char *piece = pieces[roll (test, G_N_ELEMENTS (pieces))];

      // Long texts are made of repetitions: they are made quickly.
      for (guint i = 0; i < 1 + n_characters / 200; i++)
        g_string_append (text, piece);
    }
  return g_string_free (text, FALSE);
}

// As the prompt takes it: what cuts paragraphs becomes a space, and lines end in one way.
static char *
taken (const char *text)
{
  GString *string = g_string_new (text);

  g_string_replace (string, "\xe2\x80\xa9", " ", 0);
  g_string_replace (string, "\r\n", "\n", 0);
  g_string_replace (string, "\r", "\n", 0);
  return g_string_free (string, FALSE);
}

static void
remember_state (Test *test)
{
  if (test->seen->len >= MOST_SEEN)
    g_ptr_array_remove_index (test->seen, 0);
  g_ptr_array_add (test->seen, state_copy (&test->now));
}

static void
tell_time (gint64 began, double cpu_began, const char *name)
{
  double took = (double)(g_get_monotonic_time () - began) / 1000, cpu = get_cpu () - cpu_began;

  if (cpu > longest_edit_cpu)
    longest_name = name;
  longest_edit = MAX (longest_edit, took);
  longest_edit_cpu = MAX (longest_edit_cpu, cpu);
}

static void
replace (Test *test, guint start, guint end, const char *text)
{
  g_autofree char *arriving = taken (text);
  gboolean by_hand = roll (test, 2) == 0;
  gint64 began = g_get_monotonic_time ();
  double cpu_began = get_cpu ();
  GtkTextIter from, to;

  // As two edits of the hand, or as one of the program.
  if (!by_hand)
    cz_prompt_buffer_replace (test->buffer, start, end, text, NULL);
  else
    {
      cz_prompt_buffer_get_iter (test->buffer, start, &from);
      cz_prompt_buffer_get_iter (test->buffer, end, &to);
      gtk_text_buffer_delete_interactive (GTK_TEXT_BUFFER (test->buffer), &from, &to, TRUE);
      gtk_text_buffer_insert_interactive (GTK_TEXT_BUFFER (test->buffer), &from, text, -1, TRUE);
    }
  tell_time (began, cpu_began, "replace");
  if (start < end)
    model_replace (&test->now, start, end, "", NULL);
  if (by_hand)
    remember_state (test);
  if (arriving[0] != '\0')
    model_replace (&test->now, start, start, arriving, NULL);
}

static void
place_cursor (Test *test, guint offset)
{
  GtkTextIter iter;

  cz_prompt_buffer_get_iter (test->buffer, offset, &iter);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (test->buffer), &iter);
}

// Masks, or brings back, at a random cursor: exactly one mask comes or goes.
static void
toggle (Test *test, guint offset)
{
  guint before = test->now.masks->len, after, i = 0;
  gint64 began;
  double cpu_began;

  place_cursor (test, offset);
  began = g_get_monotonic_time ();
  cpu_began = get_cpu ();
  if (!cz_prompt_masking_toggle (test->buffer))
    return;
  tell_time (began, cpu_began, "toggle");
  after = cz_prompt_buffer_get_n_masks (test->buffer);
  while (i < MIN (before, after)
         && g_array_index (test->now.masks, CzPromptMask, i).offset
                == cz_prompt_buffer_get_mask (test->buffer, i))
    i++;
  if (after > before)
    {
      guint start = cz_prompt_buffer_get_mask (test->buffer, i);
      g_autofree char *word = g_strdup (cz_prompt_buffer_get_word (test->buffer, i));

      g_assert_nonnull (word);
      g_assert_true (g_str_has_prefix (g_utf8_offset_to_pointer (test->now.text, start), word));
      model_replace (&test->now, start, start + (guint)g_utf8_strlen (word, -1), CZ_MASK_TEXT,
                     word);
    }
  else if (after < before)
    {
      CzPromptMask mask = g_array_index (test->now.masks, CzPromptMask, i);
      g_autofree char *word = g_strdup (mask.word);

      model_replace (&test->now, mask.offset, mask.offset + CZ_MASK_LENGTH, word, NULL);
    }
}

// Takes a few steps back and does them again: each state is one that was, and the last is as
// before.
static void
back_and_forth (Test *test)
{
  guint steps = 1 + roll (test, 6), taken_back = 0;
  g_autofree State *last = state_copy (&test->now);

  for (; taken_back < steps && cz_prompt_buffer_take_back (test->buffer); taken_back++)
    {
      State *state = get_state (test->buffer);
      gboolean was = FALSE;

      for (guint i = test->seen->len; i > 0 && !was; i--)
        was = states_equal (state, g_ptr_array_index (test->seen, i - 1));
      state_free (state);
      g_assert_true (was);
    }
  if (roll (test, 3) > 0)
    {
      for (; taken_back > 0; taken_back--)
        g_assert_true (cz_prompt_buffer_do_again (test->buffer));
      expect_model (test, FALSE);
    }
  take_model (test);
  state_clear (last);
}

static void
edit (Test *test)
{
  guint length = (guint)g_utf8_strlen (test->now.text, -1);
  guint start = roll (test, length + 1), what = roll (test, 20);
  guint n = roll (test, what == 10 || what == 11 ? 3000 : 12), end = MIN (length, start + n);
  g_autofree char *text = NULL;

  if (what < 8)
    text = make_text (test, roll (test, 4));
  else if (what < 10)
    text = make_text (test, roll (test, 400));
  if (what < 8)
    replace (test, start, roll (test, 3) == 0 ? end : start, text);
  else if (what < 10)
    replace (test, start, start, text);
  else if (what < 14)
    replace (test, start, end, "");
  else if (what < 18)
    toggle (test, start);
  else if (length < 20000)
    back_and_forth (test);
}

static char *
make_whole_text (Test *test, guint kind)
{
  g_autofree char *piece = NULL;
  GString *text;

  static const char *const repeated[]
      = { "[MASK]",  "😀",        "This is a great film of ships. ", "שלום עולם ", "中文字",
          "[MASK] ", "e\xcc\x81" };
  if (kind == 0)
    return g_strdup ("");
  if (kind % 2 == 1)
    return make_text (test, 50 + roll (test, 1500));
  text = g_string_new (NULL);
  piece = g_strdup (repeated[(kind / 2 - 1) % G_N_ELEMENTS (repeated)]);
  for (glong n = 0; n < 100000; n += g_utf8_strlen (piece, -1))
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

#define KINDS 16

static void
test_random_edits (void)
{
  const char *wanted = g_getenv ("CZ_PROMPT_EDITS");
  guint n = wanted != NULL ? (guint)g_ascii_strtoull (wanted, NULL, 10) : 320;
  Test *test = test_new (6);

  for (guint i = 0; i < n; i++)
    {
      guint every = MAX (n / KINDS, 1);
      glong length;

      if (i % every == 0)
        {
          g_autofree char *text = make_whole_text (test, (i / every) % KINDS);

          replace (test, 0, (guint)g_utf8_strlen (test->now.text, -1), text);
        }
      else
        edit (test);
      length = g_utf8_strlen (test->now.text, -1);
      expect_model (test, length < 3000 ? i % 10 == 0 : i % 200 == 0);
      remember_state (test);
      if (i % 3 == 0)
        draw (test);
    }
  // Everything can be taken back that is kept, and done again.
  take_model (test);
  for (guint back = 0;; back++)
    {
      if (cz_prompt_buffer_take_back (test->buffer))
        continue;
      while (cz_prompt_buffer_do_again (test->buffer))
        ;
      break;
    }
  expect_model (test, TRUE);
  if (wanted != NULL)
    {
      g_print ("{\"bench\":\"prompt edit\",\"value\":%.2f,\"unit\":\"ms\",\"goal\":100,"
               "\"cpu\":%.2f,\"edits\":%u,\"what\":\"%s\"}\n",
               longest_edit, longest_edit_cpu, n, longest_name);
      if (test->prompt != NULL)
        g_print ("{\"bench\":\"prompt frame\",\"value\":%.2f,\"unit\":\"ms\",\"goal\":100,"
                 "\"cpu\":%.2f,\"edits\":%u}\n",
                 longest_turn, longest_turn_cpu, n);
    }
  test_free (test);
}

// ---- What a person does ----

static void
set (Test *test, const char *text, int start, int end)
{
  GtkTextIter from, to;

  cz_prompt_buffer_replace (test->buffer, 0, cz_prompt_buffer_get_n_characters (test->buffer), text,
                            NULL);
  cz_prompt_buffer_get_iter (test->buffer, (guint)start, &from);
  cz_prompt_buffer_get_iter (test->buffer, (guint)end, &to);
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (test->buffer), &from, &to);
}

static void
expect (Test *test, const char *text)
{
  g_autofree char *is = cz_prompt_buffer_get_text (test->buffer);

  g_assert_cmpstr (is, ==, text);
}

static void
test_words (void)
{
  static const struct
  {
    const char *text;
    int cursor;
    const char *masked; // NULL: there is no word
  } cases[] = {
    { "The ending was better", 21, "The ending was [MASK]" },
    { "The ending was better", 4, "The [MASK] was better" },
    { "The ending was better.  ", 24, "The ending was [MASK].  " },
    { "I don't", 5, "I [MASK]'t" },
    { "I don't", 7, "I don'[MASK]" },
    { "我喜欢", 2, "我[MASK]欢" },
    { "cafe\xcc\x81 x", 3, "[MASK] x" },
    { "a😀b c", 2, "[MASK] c" },
    { "שלום עולם", 7, "שלום [MASK]" },
    { "x2 3.5", 4, "x2 [MASK].5" },
    { "?!", 2, "?[MASK]" },
    { "a\nb", 3, "a\n[MASK]" },
    { "", 0, NULL },
    { "  \n ", 2, NULL },
    { "a[MASK]b", 1, "a[MASK]b" },
  };
  Test *test = test_new (1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      set (test, cases[i].text, cases[i].cursor, cases[i].cursor);
      g_assert_cmpint (cz_prompt_masking_toggle (test->buffer), ==, cases[i].masked != NULL);
      expect (test, cases[i].masked != NULL ? cases[i].masked : cases[i].text);
      if (cases[i].masked == NULL || g_str_equal (cases[i].masked, cases[i].text))
        continue;
      // One step back, and forth, and the word comes back by the key too.
      g_assert_true (cz_prompt_buffer_take_back (test->buffer));
      expect (test, cases[i].text);
      g_assert_true (cz_prompt_buffer_do_again (test->buffer));
      expect (test, cases[i].masked);
      g_assert_true (cz_prompt_masking_toggle (test->buffer));
      expect (test, cases[i].text);
      g_assert_true (cz_prompt_buffer_take_back (test->buffer));
      expect (test, cases[i].masked);
      g_assert_nonnull (cz_prompt_buffer_get_word (test->buffer, 0));
    }
  test_free (test);
}

static void
test_selection (void)
{
  Test *test = test_new (2);

  // Words that are chosen in part are masked as a whole; marks stay.
  set (test, "This is great, really.", 6, 17);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  expect (test, "This [MASK] [MASK], [MASK].");
  set (test, "This is great, really.", 0, 22);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  expect (test, "[MASK] [MASK] [MASK], [MASK].");
  // What is masked already comes back, from within masks too.
  GtkTextIter start, end;
  cz_prompt_buffer_get_iter (test->buffer, 2, &start);
  cz_prompt_buffer_get_iter (test->buffer, 10, &end);
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (test->buffer), &start, &end);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  expect (test, "This is [MASK], [MASK].");
  // Some of it masked: the rest is, too, and nothing is forgotten.
  cz_prompt_buffer_get_iter (test->buffer, 0, &start);
  cz_prompt_buffer_get_iter (test->buffer, 23, &end);
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (test->buffer), &start, &end);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  expect (test, "[MASK] [MASK] [MASK], [MASK].");
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (test->buffer), &start, &end);
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (test->buffer), &start, &end);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  expect (test, "This is great, really.");
  set (test, "?! - ...", 0, 8);
  g_assert_false (cz_prompt_masking_toggle (test->buffer));
  expect (test, "?! - ...");
  test_free (test);
}

static void
test_typing (void)
{
  Test *test = test_new (3);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (test->buffer);

  // A word and what follows it are taken back at once; a mask stands between.
  for (const char *at = "one two"; *at != '\0'; at++)
    gtk_text_buffer_insert_interactive_at_cursor (buffer, at, 1, TRUE);
  g_assert_true (cz_prompt_masking_toggle (test->buffer));
  gtk_text_buffer_insert_interactive_at_cursor (buffer, "!", -1, TRUE);
  expect (test, "one [MASK]!");
  g_assert_true (cz_prompt_buffer_take_back (test->buffer));
  expect (test, "one [MASK]");
  g_assert_true (cz_prompt_buffer_take_back (test->buffer));
  expect (test, "one two");
  g_assert_true (cz_prompt_buffer_take_back (test->buffer));
  expect (test, "one ");
  g_assert_true (cz_prompt_buffer_take_back (test->buffer));
  expect (test, "");
  g_assert_false (cz_prompt_buffer_take_back (test->buffer));
  for (guint i = 0; i < 3; i++)
    g_assert_true (cz_prompt_buffer_do_again (test->buffer));
  g_assert_cmpstr (cz_prompt_buffer_get_word (test->buffer, 0), ==, "two");

  // What is typed into a mask breaks it; taken back, it knows its word.
  place_cursor (test, 6);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, "x", -1, TRUE);
  expect (test, "one [MxASK]");
  g_assert_cmpuint (cz_prompt_buffer_get_n_masks (test->buffer), ==, 0);
  g_assert_true (cz_prompt_buffer_take_back (test->buffer));
  g_assert_cmpstr (cz_prompt_buffer_get_word (test->buffer, 0), ==, "two");

  // Cut and pasted, it knows it too.
  cz_prompt_buffer_remember (test->buffer, 4, 10);
  cz_prompt_buffer_replace (test->buffer, 4, 10, "", NULL);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, CZ_MASK_TEXT, -1, TRUE);
  g_assert_cmpstr (cz_prompt_buffer_get_word (test->buffer, 0), ==, "two");
  test_free (test);
}

// Tags, pictures and cuts of another buffer are not taken over.
static void
test_foreign_text (void)
{
  Test *test = test_new (4);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (test->buffer);
  GtkTextTag *bold = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, NULL);
  GtkTextIter start, end;

  set (test, "plain [MASK] text", 0, 0);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_apply_tag (buffer, bold, &start, &end);
  cz_prompt_buffer_get_iter (test->buffer, 7, &start);
  cz_prompt_buffer_get_iter (test->buffer, 14, &end);
  GtkTextIter to = end;
  gtk_text_buffer_insert_range (buffer, &to, &start, &end);
  expect (test, "plain [MASK] tMASK] text");
  gtk_text_buffer_get_start_iter (buffer, &start);
  g_assert_false (gtk_text_iter_forward_to_tag_toggle (&start, NULL));
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, "a\xe2\x80\xa9z", -1);
  expect (test, "plain [MASK] tMASK] texta z");
  test_free (test);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  if (gtk_init_check ())
    {
      adw_init ();
      g_main_context_set_poll_func (NULL, poll_timed);
    }
  g_test_add_func ("/prompt/words", test_words);
  g_test_add_func ("/prompt/selection", test_selection);
  g_test_add_func ("/prompt/typing", test_typing);
  g_test_add_func ("/prompt/foreign-text", test_foreign_text);
  g_test_add_func ("/prompt/random-edits", test_random_edits);
  return g_test_run ();
}
