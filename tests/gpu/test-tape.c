// Tapes: recording, barriers, splits, replays, timings, and what they refuse.

#include <glib.h>
#include <string.h>

#include "engine/gpu/tape.h"

#define N 1000

typedef struct
{
  CzDevice *device;
  CzBuffer *a, *b;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  fixture->a = cz_buffer_new (fixture->device, N * 4, CZ_MEMORY_DEVICE, "a", &error);
  g_assert_no_error (error);
  fixture->b = cz_buffer_new (fixture->device, N * 4, CZ_MEMORY_DEVICE, "b", &error);
  g_assert_no_error (error);
  float values[N];
  for (guint i = 0; i < N; i++)
    values[i] = (float)i;
  cz_buffer_write (fixture->a, 0, values, sizeof values, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  cz_buffer_unref (fixture->a);
  cz_buffer_unref (fixture->b);
  cz_device_unref (fixture->device);
}

// to = 2 · from, n floats.
static void
double_floats (CzTape *tape, CzSpan from, CzSpan to, guint32 n)
{
  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_tape_get_kernel (tape, "probe", NULL, 0),
                              .bindings = { from, to },
                              .push = &n,
                              .push_size = sizeof n,
                              .groups = { (n + 63) / 64 },
                              .flops = n,
                              .bytes = 8.0 * n,
                          });
}

static void
assert_scaled (CzBuffer *buffer, float factor)
{
  g_autoptr (GError) error = NULL;
  float values[N];
  cz_buffer_read (buffer, 0, values, sizeof values, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (values[i], ==, factor * (float)i);
}

static void
finish_and_run (CzTape *tape)
{
  g_autoptr (GError) error = NULL;
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
}

// a → b → a → b …, each step twice the last: wrong as soon as one barrier is missing.
static void
test_chain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "chain", CZ_TAPE_PLAIN);
  CzSpan a = cz_span_all (fixture->a), b = cz_span_all (fixture->b);
  for (guint i = 0; i < 5; i++)
    {
      double_floats (tape, a, b, N);
      double_floats (tape, b, a, N);
    }
  finish_and_run (tape);
  g_assert_cmpuint (cz_tape_get_n_commands (tape), ==, 10);
  g_assert_cmpuint (cz_tape_get_n_barriers (tape), ==, 9);
  assert_scaled (fixture->a, 1024);

  g_autoptr (GError) error = NULL;
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  assert_scaled (fixture->a, 1024 * 1024);
}

// Parts of one buffer that do not overlap need no barrier; then one that overlaps both does.
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "parts", CZ_TAPE_PLAIN);
  gsize half = 512 * 4;
  CzSpan a = cz_span_all (fixture->a), b = cz_span_all (fixture->b);
  double_floats (tape, cz_span_part (a, 0, half), cz_span_part (b, 0, half), 512);
  double_floats (tape, cz_span_part (a, half, N * 4 - half), cz_span_part (b, half, N * 4 - half),
                 N - 512);
  g_assert_cmpuint (cz_tape_get_n_barriers (tape), ==, 0);
  cz_tape_copy (tape, b, a, "back");
  g_assert_cmpuint (cz_tape_get_n_barriers (tape), ==, 1);
  finish_and_run (tape);
  assert_scaled (fixture->a, 2);
}

// Transfers and dispatches wait for each other in both directions.
static void
test_fill_and_copy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "fill", CZ_TAPE_PLAIN);
  g_autoptr (GError) error = NULL;
  const float three = 3;
  guint32 word;
  float values[N];

  memcpy (&word, &three, sizeof word);
  cz_tape_fill (tape, cz_span_all (fixture->a), word, "threes");
  double_floats (tape, cz_span_all (fixture->a), cz_span_all (fixture->b), N);
  cz_tape_fill (tape, cz_span (fixture->a, 8, 4), 0, "a zero");
  cz_tape_copy (tape, cz_span (fixture->a, 8, 4), cz_span (fixture->b, 16, 4), "copy");
  finish_and_run (tape);
  g_assert_cmpuint (cz_tape_get_n_barriers (tape), ==, 3);
  cz_buffer_read (fixture->b, 0, values, sizeof values, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (values[i], ==, i == 4 ? 0 : 6);
}

// The group counts are read when the tape runs, and may be nothing.
static void
test_indirect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzBuffer) counts
      = cz_buffer_new (fixture->device, 16, CZ_MEMORY_HOST, "counts", &error);
  g_assert_no_error (error);
  guint32 *mapped = cz_buffer_map (counts);
  g_assert_nonnull (mapped);

  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "indirect", CZ_TAPE_PLAIN);
  guint32 n = N;
  cz_tape_fill (tape, cz_span_all (fixture->b), 0, "clear");
  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_tape_get_kernel (tape, "probe", NULL, 0),
                              .bindings = { cz_span_all (fixture->a), cz_span_all (fixture->b) },
                              .push = &n,
                              .push_size = sizeof n,
                              .indirect = cz_span (counts, 4, 12),
                          });
  mapped[1] = 0;
  mapped[2] = mapped[3] = 1;
  finish_and_run (tape);
  assert_scaled (fixture->b, 0);

  mapped[1] = (N + 63) / 64;
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  assert_scaled (fixture->b, 2);
}

// A tape of many commands is split, and stays in order across its parts.
static void
test_split (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "split", CZ_TAPE_TIMESTAMPS);
  CzSpan a = cz_span_all (fixture->a), b = cz_span_all (fixture->b);
  for (guint i = 0; i < 8; i++)
    {
      for (guint j = 0; j < 15; j++)
        {
          cz_tape_fill (tape, b, 0, "clear");
          cz_tape_copy (tape, a, b, "copy");
        }
      double_floats (tape, b, a, N);
    }
  finish_and_run (tape);
  g_assert_cmpuint (cz_tape_get_n_commands (tape), ==, 8 * 31);
  g_assert_cmpuint (cz_tape_get_n_submits (tape), ==, 3);
  assert_scaled (fixture->a, 256);
}

// Announced work splits a tape too.
static void
test_split_by_flops (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "heavy", CZ_TAPE_PLAIN);
  guint32 n = N;
  for (guint i = 0; i < 4; i++)
    cz_tape_dispatch (tape, &(CzDispatch){
                                .kernel = cz_tape_get_kernel (tape, "probe", NULL, 0),
                                .bindings = { cz_span_all (fixture->a), cz_span_all (fixture->b) },
                                .push = &n,
                                .push_size = sizeof n,
                                .groups = { (N + 63) / 64 },
                                .flops = 90e9,
                            });
  finish_and_run (tape);
  g_assert_cmpuint (cz_tape_get_n_submits (tape), ==, 2);
  g_assert_cmpfloat (cz_tape_get_flops (tape), ==, 360e9);
}

static void
test_timings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "timed", CZ_TAPE_TIMESTAMPS);
  if (!cz_device_get_info (fixture->device)->timestamps)
    {
      g_test_skip ("this device has no timestamps");
      return;
    }
  double_floats (tape, cz_span_all (fixture->a), cz_span_all (fixture->b), N);
  cz_tape_fill (tape, cz_span_all (fixture->b), 0, "clear");
  double_floats (tape, cz_span_all (fixture->a), cz_span_all (fixture->b), N);
  finish_and_run (tape);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);

  g_autoptr (GArray) timings = cz_tape_get_timings (tape);
  g_assert_cmpuint (timings->len, ==, 2);
  const CzTiming *probe = &g_array_index (timings, CzTiming, 0);
  g_assert_cmpstr (probe->label, ==, "probe");
  g_assert_cmpuint (probe->count, ==, 4);
  g_assert_cmpfloat (probe->flops, ==, 4 * N);
  g_assert_cmpfloat (probe->seconds, >, 0);
  g_assert_cmpfloat (probe->seconds, <, 60);
  g_assert_cmpstr (g_array_index (timings, CzTiming, 1).label, ==, "clear");

  cz_tape_reset_timings (tape);
  g_autoptr (GArray) none = cz_tape_get_timings (tape);
  g_assert_cmpuint (g_array_index (none, CzTiming, 0).count, ==, 0);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "empty", CZ_TAPE_PLAIN);
  double_floats (tape, cz_span_all (fixture->a), cz_span_all (fixture->b), 0);
  g_assert_cmpuint (cz_tape_get_n_commands (tape), ==, 0);
  finish_and_run (tape);
  cz_tape_wait (tape, &error);
  g_assert_no_error (error);
}

// Several tapes may be under way at once, and are in order.
static void
test_queue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTape) there = cz_tape_new (fixture->device, "there", CZ_TAPE_PLAIN);
  g_autoptr (CzTape) back = cz_tape_new (fixture->device, "back", CZ_TAPE_PLAIN);
  gboolean done = FALSE;
  double_floats (there, cz_span_all (fixture->a), cz_span_all (fixture->b), N);
  double_floats (back, cz_span_all (fixture->b), cz_span_all (fixture->a), N);
  g_assert_true (cz_tape_finish (there, &error) && cz_tape_finish (back, &error));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (cz_tape_submit (there, &error));
      g_assert_true (cz_tape_submit (back, &error));
    }
  while (!done)
    {
      cz_tape_wait_for (back, 1000, &done, &error);
      g_assert_no_error (error);
    }
  assert_scaled (fixture->a, 64);
}

typedef enum
{
  NO_BUFFER,
  OUTSIDE,
  MISALIGNED,
  NO_PUSH,
  NO_KERNEL,
  UNKNOWN_KERNEL,
  TOO_MANY_GROUPS,
  ODD_FILL,
  OVERLAPPING_COPY,
  INDIRECT_TOO_SHORT,
} Mistake;

// Each mistake sticks, names the tape, and the tape cannot run.
static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[]
      = { "has no buffer", "do not lie in",       "no multiple of", "push constants",
          "has no kernel", "no kernel “nothing”", "workgroups",     "whole words",
          "overlap",       "three words" };
  for (Mistake mistake = NO_BUFFER; mistake <= INDIRECT_TOO_SHORT; mistake++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CzTape) tape = cz_tape_new (fixture->device, "wrong", CZ_TAPE_PLAIN);
      guint32 n = 16;
      CzDispatch dispatch = {
        .kernel = cz_tape_get_kernel (tape, "probe", NULL, 0),
        .bindings = { cz_span_all (fixture->a), cz_span_all (fixture->b) },
        .push = &n,
        .push_size = sizeof n,
        .groups = { 1 },
      };
      if (mistake == NO_BUFFER)
        dispatch.bindings[1] = (CzSpan){ NULL };
      if (mistake == OUTSIDE)
        dispatch.bindings[0] = cz_span (fixture->a, 64, N * 4);
      if (mistake == MISALIGNED)
        dispatch.bindings[0] = cz_span (fixture->a, 2, 16);
      if (mistake == NO_PUSH)
        dispatch.push_size = 0;
      if (mistake == NO_KERNEL)
        dispatch.kernel = NULL;
      if (mistake == UNKNOWN_KERNEL)
        dispatch.kernel = cz_tape_get_kernel (tape, "nothing", NULL, 0);
      if (mistake == TOO_MANY_GROUPS)
        dispatch.groups[1] = G_MAXUINT;
      if (mistake == INDIRECT_TOO_SHORT)
        dispatch.indirect = cz_span (fixture->a, 0, 8);
      if (mistake == ODD_FILL)
        cz_tape_fill (tape, cz_span (fixture->a, 0, 3), 0, "odd");
      else if (mistake == OVERLAPPING_COPY)
        cz_tape_copy (tape, cz_span (fixture->a, 0, 8), cz_span (fixture->a, 4, 8), "overlap");
      else
        cz_tape_dispatch (tape, &dispatch);
      double_floats (tape, cz_span_all (fixture->a), cz_span_all (fixture->b), N);

      g_assert_true (cz_tape_has_failed (tape));
      g_assert_false (cz_tape_finish (tape, &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, expected[mistake]));
      g_clear_error (&error);
      g_assert_false (cz_tape_run (tape, &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
    }
  assert_scaled (fixture->a, 1);
}

// A tape keeps what it uses alive.
static void
test_ownership (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTape) tape = NULL;
  {
    g_autoptr (CzBuffer) passing
        = cz_buffer_new (fixture->device, N * 4, CZ_MEMORY_DEVICE, "passing", &error);
    g_assert_no_error (error);
    tape = cz_tape_new (fixture->device, "keeper", CZ_TAPE_PLAIN);
    double_floats (tape, cz_span_all (fixture->a), cz_span_all (passing), N);
    double_floats (tape, cz_span_all (passing), cz_span_all (fixture->b), N);
  }
  finish_and_run (tape);
  assert_scaled (fixture->b, 4);
}

static gpointer
run_in_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;
  CzDevice *device = data;
  const guint32 one = 0x3f800000, n = N;
  g_autoptr (CzBuffer) a = cz_buffer_new (device, N * 4, CZ_MEMORY_DEVICE, "a", &error);
  g_autoptr (CzBuffer) b = cz_buffer_new (device, N * 4, CZ_MEMORY_DEVICE, "b", &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = cz_tape_new (device, "thread", CZ_TAPE_PLAIN);
  cz_tape_fill (tape, cz_span_all (a), one, "ones");
  double_floats (tape, cz_span_all (a), cz_span_all (b), n);
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 50; i++)
    {
      float value = 0;
      cz_tape_run (tape, &error);
      g_assert_no_error (error);
      g_assert_true (cz_buffer_read (b, (N - 1) * 4, &value, sizeof value, &error));
      g_assert_cmpfloat (value, ==, 2);
      g_assert_true (cz_buffer_write (b, (N - 1) * 4, &n, sizeof n, &error));
    }
  return NULL;
}

// Threads share a device, each with buffers and tapes of its own.
static void
test_threads (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("tape", run_in_thread, fixture->device);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add ("/gpu/tape/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("chain", test_chain);
  ADD ("parts", test_parts);
  ADD ("fill-and-copy", test_fill_and_copy);
  ADD ("indirect", test_indirect);
  ADD ("split", test_split);
  ADD ("split-by-flops", test_split_by_flops);
  ADD ("timings", test_timings);
  ADD ("empty", test_empty);
  ADD ("queue", test_queue);
  ADD ("refusals", test_refusals);
  ADD ("ownership", test_ownership);
  ADD ("threads", test_threads);
  return g_test_run ();
}
