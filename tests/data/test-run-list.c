// Lists of runs: only what changed since a revision is read, what was removed is told by the ids,
// and a run's colour is a person's choice.
#include <math.h>

#include "data/metric.h"
#include "tests/data/scratch.h"

// The ids of runs changed since, which becomes the revision now; newest first.
static GArray *
list_changed (Scratch *scratch, gint64 *since)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = cz_run_list_changed (scratch->library, *since, since, &error);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      const CzRun *run = g_ptr_array_index (list, i);

      g_assert_cmpint (run->revision, <=, *since);
      g_array_append_val (ids, run->id);
    }
  return ids;
}

static void
test_changed (void)
{
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  gint64 since = 0, first, second;
  CzRun *report;

  scratch_begin (&scratch);
  first = scratch_add_run (&scratch, "first");
  second = scratch_add_run (&scratch, "second");
  {
    g_autoptr (GArray) ids = list_changed (&scratch, &since);

    g_assert_cmpuint (ids->len, ==, 2);
    g_assert_cmpint (g_array_index (ids, gint64, 0), ==, second);
    g_assert_cmpint (g_array_index (ids, gint64, 1), ==, first);
  }
  {
    g_autoptr (GArray) ids = list_changed (&scratch, &since);

    g_assert_cmpuint (ids->len, ==, 0);
  }
  // Whatever a process or a person writes makes a run appear, and no other.
  for (int what = 0; what < 6; what++)
    {
      g_autoptr (GArray) ids = NULL;

      switch (what)
        {
        case 0:
          cz_run_set_starred (scratch.library, first, TRUE, &error);
          break;
        case 1:
          cz_run_set_tags (scratch.library, first, "film", &error);
          break;
        case 2:
          cz_run_rename (scratch.library, first, "the first", &error);
          break;
        case 3:
          report = cz_run_get (scratch.library, first, &error);
          report->step = 12;
          cz_run_report (scratch.library, report, &error);
          cz_run_free (report);
          break;
        case 4:
          cz_run_set_trashed (scratch.library, first, TRUE, &error);
          break;
        default:
          cz_run_set_queued (scratch.library, second, TRUE, &error);
          break;
        }
      g_assert_no_error (error);
      ids = list_changed (&scratch, &since);
      g_assert_cmpuint (ids->len, ==, 1);
      g_assert_cmpint (g_array_index (ids, gint64, 0), ==, what == 5 ? second : first);
    }
  scratch_end (&scratch);
}

static void
test_removed (void)
{
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  gint64 since = 0, before, first, second;

  scratch_begin (&scratch);
  first = scratch_add_run (&scratch, "first");
  second = scratch_add_run (&scratch, "second");
  g_array_unref (list_changed (&scratch, &since));
  before = since;
  g_assert_true (cz_run_remove (scratch.library, first, &error));
  {
    g_autoptr (GArray) changed = list_changed (&scratch, &since);
    g_autoptr (GArray) ids = cz_run_list_ids (scratch.library, &error);

    g_assert_no_error (error);
    g_assert_cmpint (since, >, before);
    g_assert_cmpuint (changed->len, ==, 0);
    g_assert_cmpuint (ids->len, ==, 1);
    g_assert_cmpint (g_array_index (ids, gint64, 0), ==, second);
  }
  scratch_end (&scratch);
}

static void
test_color (void)
{
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  gint64 id;

  scratch_begin (&scratch);
  id = scratch_add_run (&scratch, "first");
  for (int color = -1; color < 8; color += 3)
    {
      g_autoptr (CzRun) run = NULL;

      g_assert_true (cz_run_set_color (scratch.library, id, color, &error));
      run = cz_run_get (scratch.library, id, &error);
      g_assert_no_error (error);
      g_assert_cmpint (run->color, ==, color);
    }
  g_assert_false (cz_run_set_color (scratch.library, id + 1, 1, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  scratch_end (&scratch);
}

static double
get_last_loss (Scratch *scratch, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRun) run = cz_run_get (scratch->library, id, &error);

  g_assert_no_error (error);
  return run->last_loss;
}

static void
test_last_loss (void)
{
  const CzMetric metrics[] = { { "train_loss", 10, 0.1, 1, 3.5 },
                               { "train_loss", 20, 0.2, 2, 3.25 },
                               { "learning_rate", 30, 0.3, 3, 1e-5 } };
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  gint64 id;

  scratch_begin (&scratch);
  id = scratch_add_run (&scratch, "first");
  g_assert_true (isnan (get_last_loss (&scratch, id)));
  g_assert_true (cz_metric_write (scratch.library, id, metrics, G_N_ELEMENTS (metrics), &error));
  g_assert_cmpfloat (get_last_loss (&scratch, id), ==, 3.25);
  // A resume from an earlier checkpoint takes values back.
  g_assert_true (cz_metric_cut (scratch.library, id, 15, &error));
  g_assert_cmpfloat (get_last_loss (&scratch, id), ==, 3.5);
  g_assert_true (cz_metric_cut (scratch.library, id, 0, &error));
  g_assert_true (isnan (get_last_loss (&scratch, id)));
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/run-list/changed", test_changed);
  g_test_add_func ("/data/run-list/removed", test_removed);
  g_test_add_func ("/data/run-list/color", test_color);
  g_test_add_func ("/data/run-list/last-loss", test_last_loss);
  return g_test_run ();
}
