// Lists of runs, without a display: parameters read from records, what differs, words and choices,
// orders (what is not known last, perplexities within their masks), the layout as text, and items
// that stay through changes.
#include <math.h>
#include <unistd.h>

#include "data/metric.h"
#include "gui/experiments/run-deed.h"
#include "gui/experiments/run-filter.h"
#include "gui/experiments/run-layout.h"
#include "gui/experiments/run-order.h"
#include "gui/experiments/run-rows.h"
#include "gui/experiments/run-store.h"
#include "gui/experiments/value-row.h"
#include "tests/data/scratch.h"

static CzRunItem *
make (gint64 id, const char *name, double best, const char *fingerprint, const char *parameters)
{
  CzRun *run = g_new0 (CzRun, 1);

  run->id = id;
  run->name = g_strdup (name);
  run->state = isnan (best) ? CZ_RUN_QUEUED : CZ_RUN_FINISHED;
  run->model = g_strdup (id % 2 == 0 ? "starter" : "distil");
  run->corpus = g_strdup ("Críticas de cine");
  run->tags = g_strdup (id % 2 == 0 ? "film, first try" : "");
  run->notes = g_strdup ("");
  run->starred = id == 1;
  run->before = isnan (best) ? NAN : 3;
  run->best = run->after = best;
  run->last_loss = run->seconds_left = run->tokens_per_second = NAN;
  run->eval_fingerprint = g_strdup (fingerprint);
  run->parameters = g_strdup (parameters);
  run->color = -1;
  run->created = 1000 + id;
  return cz_run_item_new (run);
}

static GListStore *
make_list (void)
{
  g_autoptr (CzRunItem) a = make (1, "run 10", 2.5, "one", "{\"seed\":\"1\",\"epochs\":3}");
  g_autoptr (CzRunItem) b = make (2, "run 9", 2.4, "two", "{\"seed\":\"2\",\"epochs\":\"3\"}");
  g_autoptr (CzRunItem) c = make (3, "Run 9", 2.3, "one", "{\"seed\":\"10\",\"epochs\":\"3\"}");
  g_autoptr (CzRunItem) d = make (4, "waits", NAN, NULL, "{\"epochs\":\"3.0\"}");
  GListStore *list = g_list_store_new (CZ_TYPE_RUN_ITEM);

  // The newest first, as in the library's lists.
  g_list_store_append (list, d);
  g_list_store_append (list, c);
  g_list_store_append (list, b);
  g_list_store_append (list, a);
  return list;
}

static void
assert_ids (gpointer model, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (ids, "%s%d", i > 0 ? " " : "", (int)cz_run_item_get (item)->id);
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_values (void)
{
  static const struct
  {
    const char *json;
    const char *seed;
    double rate;
  } cases[] = {
    { "{\"seed\":\"42\",\"learning_rate\":\"2e-05\"}", "42", 2e-5 },
    { " { \"learning_rate\" : 2e-5 , \"seed\" : 42 } ", "42", 2e-5 },
    // What json-glib reads: escapes, nested values, other members between.
    { "{\"note\":\"a \\\" b\",\"seed\":\"4\\u0032\",\"learning_rate\":2e-5}", "42", 2e-5 },
    { "{\"nested\":{\"seed\":1},\"seed\":42}", "42", NAN },
    { "{\"seed\":\"42\",\"learning_rate\":\"auto\"}", "42", NAN },
    { "{}", NULL, NAN },
    // No object, cut off, nothing at all.
    { "[1, 2]", NULL, NAN },
    { "{\"seed\":\"42\"", NULL, NAN },
    { "{\"seed\":", NULL, NAN },
    { "{\"seed\":}", NULL, NAN },
    { "", NULL, NAN },
    { NULL, NULL, NAN },
  };
  const guint seed = cz_run_column_find ("seed") - CZ_N_RUN_FACTS;
  const guint rate = cz_run_column_find ("learning_rate") - CZ_N_RUN_FACTS;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CzRunSettings values;

      cz_run_settings_read (&values, cases[i].json);
      g_assert_cmpstr (values.texts[seed], ==, cases[i].seed);
      if (isnan (cases[i].rate))
        g_assert_true (isnan (values.numbers[rate]));
      else
        g_assert_cmpfloat (values.numbers[rate], ==, cases[i].rate);
      cz_run_settings_clear (&values);
    }
}

static void
test_differing (void)
{
  g_autoptr (GListStore) list = make_list ();
  gboolean differ[CZ_N_RUN_KEYS];

  cz_run_column_find_differing (G_LIST_MODEL (list), differ);
  for (guint i = 0; i < CZ_N_RUN_KEYS; i++)
    g_assert_cmpint (differ[i], ==, g_str_equal (cz_run_keys[i], "seed"));
  // Of a single run nothing differs, nor of none.
  g_list_store_splice (list, 1, 3, NULL, 0);
  cz_run_column_find_differing (G_LIST_MODEL (list), differ);
  for (guint i = 0; i < CZ_N_RUN_KEYS; i++)
    g_assert_false (differ[i]);
  g_list_store_remove_all (list);
  cz_run_column_find_differing (G_LIST_MODEL (list), differ);
}

static void
test_filter (void)
{
  g_autoptr (GListStore) list = make_list ();
  g_autoptr (CzRunFilter) filter = cz_run_filter_new ();
  g_autoptr (GtkFilterListModel) shown = gtk_filter_list_model_new (
      g_object_ref (G_LIST_MODEL (list)), g_object_ref (GTK_FILTER (filter)));
  g_autofree char *told = NULL;

  assert_ids (shown, "4 3 2 1");
  cz_run_filter_set_text (filter, "RUN");
  assert_ids (shown, "3 2 1");
  // Every word, wherever it stands; accents as they are written, in whatever form.
  cz_run_filter_set_text (filter, "RUN 9");
  assert_ids (shown, "3 2");
  cz_run_filter_set_text (filter, "  9 film");
  assert_ids (shown, "2");
  cz_run_filter_set_text (filter, "CRI\xcc\x81TICAS");
  assert_ids (shown, "4 3 2 1");
  cz_run_filter_set_text (filter, "nothing of the kind");
  assert_ids (shown, "");
  g_assert_true (cz_run_filter_is_active (filter));
  cz_run_filter_clear (filter);
  assert_ids (shown, "4 3 2 1");
  g_assert_false (cz_run_filter_is_active (filter));

  cz_run_filter_choose_tag (filter, "film");
  assert_ids (shown, "4 2");
  cz_run_filter_choose_states (filter, 1u << CZ_RUN_FINISHED | 1u << CZ_RUN_FAILED);
  assert_ids (shown, "2");
  told = cz_run_filter_tell (filter);
  g_assert_cmpstr (told, ==, "finished · failed · film");
  cz_run_filter_choose_tag (filter, NULL);
  cz_run_filter_choose_model (filter, "distil");
  assert_ids (shown, "3 1");
  cz_run_filter_choose_starred (filter, TRUE);
  assert_ids (shown, "1");
  cz_run_filter_choose_corpus (filter, "another");
  assert_ids (shown, "");
  cz_run_filter_clear (filter);
  // A part of a tag is no tag.
  cz_run_filter_choose_tag (filter, "first");
  assert_ids (shown, "");
  cz_run_filter_choose_tag (filter, "first try");
  assert_ids (shown, "4 2");
}

static void
test_order (void)
{
  g_autoptr (GListStore) list = make_list ();
  g_autoptr (CzRunOrder) order = cz_run_order_new ();
  g_autoptr (GtkSortListModel) sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (list)),
                                                                 g_object_ref (GTK_SORTER (order)));
  g_autoptr (CzRunItem) newest = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_autoptr (CzRunItem) oldest = g_list_model_get_item (G_LIST_MODEL (list), 3);

  cz_run_order_number_groups (order, G_LIST_MODEL (list));
  assert_ids (sorted, "4 3 2 1");
  g_assert_cmpuint (cz_run_order_count_groups (order, G_LIST_MODEL (list)), ==, 2);
  g_assert_cmpuint (cz_run_order_get_group (order, oldest), ==, 1);
  g_assert_cmpuint (cz_run_order_get_group (order, newest), ==, 0);

  // Perplexities within their masks, whichever way; what was not evaluated comes last.
  cz_run_order_set (order, CZ_RUN_COLUMN_BEST, FALSE);
  assert_ids (sorted, "3 1 2 4");
  cz_run_order_set (order, CZ_RUN_COLUMN_BEST, TRUE);
  assert_ids (sorted, "1 3 2 4");
  // Numbers by their value, missing ones last both ways.
  cz_run_order_set (order, cz_run_column_find ("seed"), FALSE);
  assert_ids (sorted, "1 2 3 4");
  cz_run_order_set (order, cz_run_column_find ("seed"), TRUE);
  assert_ids (sorted, "3 2 1 4");
  // Names as people count; equal ones the newest first.
  cz_run_order_set (order, CZ_RUN_COLUMN_MODEL, FALSE);
  assert_ids (sorted, "3 1 4 2");
  cz_run_order_set (order, CZ_RUN_COLUMN_STAR, FALSE);
  assert_ids (sorted, "1 4 3 2");
}

static void
test_layout (void)
{
  CzRunLayout layout, read;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  cz_run_layout_init (&layout);
  layout.sort = cz_run_column_find ("learning_rate");
  layout.descending = FALSE;
  layout.differing = TRUE;
  layout.shown[CZ_RUN_COLUMN_NOTES] = TRUE;
  layout.shown[CZ_RUN_COLUMN_STATE] = FALSE;
  layout.widths[CZ_RUN_COLUMN_NAME] = 333;
  layout.columns[0] = CZ_RUN_COLUMN_NAME;
  layout.columns[1] = CZ_RUN_COLUMN_STAR;
  text = cz_run_layout_write (&layout);
  cz_run_layout_read (&read, text);
  again = cz_run_layout_write (&read);
  g_assert_cmpstr (text, ==, again);
  g_assert_cmpuint (read.columns[0], ==, CZ_RUN_COLUMN_NAME);
  g_assert_cmpint (read.widths[CZ_RUN_COLUMN_NAME], ==, 333);
  g_assert_false (read.shown[CZ_RUN_COLUMN_STATE]);

  // Of another version, damaged or made up: every column is there once.
  cz_run_layout_read (&read, "sort:nothing name:999999 name:5 gone:100 -state: best x:");
  g_assert_cmpuint (read.sort, ==, CZ_RUN_COLUMN_CREATED);
  g_assert_cmpuint (read.columns[0], ==, CZ_RUN_COLUMN_NAME);
  g_assert_cmpuint (read.columns[1], ==, CZ_RUN_COLUMN_STATE);
  g_assert_cmpint (read.widths[CZ_RUN_COLUMN_NAME], <=, 2000);
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      guint times = 0;

      for (guint at = 0; at < CZ_N_RUN_COLUMNS; at++)
        times += read.columns[at] == i;
      g_assert_cmpuint (times, ==, 1);
    }
}

static void
test_tags (void)
{
  g_autoptr (GListStore) list = make_list ();
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *both = NULL;
  g_autofree char *all = NULL;
  g_autofree char *changed = NULL;

  g_ptr_array_add (runs, g_list_model_get_item (G_LIST_MODEL (list), 0));
  g_ptr_array_add (runs, g_list_model_get_item (G_LIST_MODEL (list), 2));
  both = cz_run_deed_get_common_tags (runs);
  g_assert_cmpstr (both, ==, "film, first try");
  g_ptr_array_add (runs, g_list_model_get_item (G_LIST_MODEL (list), 1));
  all = cz_run_deed_get_common_tags (runs);
  g_assert_cmpstr (all, ==, "");
  // What was common goes or stays as edited, a run's own tags stay, and none is there twice.
  changed = cz_run_deed_change_tags ("mine, film,late", "film", " new ,late,, new");
  g_assert_cmpstr (changed, ==, "mine, late, new");
}

// ---- The store ----

static void
bring_up_to_date (CzRunStore *store, Scratch *scratch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRunChanges) changes
      = cz_run_changes_read (scratch->library, cz_run_store_get_revision (store), &error);

  g_assert_no_error (error);
  cz_run_store_apply (store, changes);
}

static void
count (GListModel *model, guint at, guint removed, guint added, guint *times)
{
  (*times)++;
}

static void
test_store (void)
{
  Scratch scratch;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRunStore) store = cz_run_store_new ();
  GListModel *runs = cz_run_store_get_runs (store), *trash = cz_run_store_get_trash (store);
  CzRunItem *second;
  guint times = 0;

  scratch_begin (&scratch);
  for (int i = 0; i < 6; i++)
    scratch_add_run (&scratch, "a run");
  g_signal_connect (runs, "items-changed", G_CALLBACK (count), &times);
  bring_up_to_date (store, &scratch);
  assert_ids (runs, "6 5 4 3 2 1");
  g_assert_cmpuint (times, ==, 1);

  // A change changes the item, not the list.
  second = cz_run_store_find (store, 2);
  cz_run_item_set_checked (second, TRUE);
  cz_run_set_starred (scratch.library, 2, TRUE, &error);
  bring_up_to_date (store, &scratch);
  g_assert_cmpuint (times, ==, 1);
  g_assert_true (cz_run_item_get (second)->starred);
  g_assert_true (cz_run_store_find (store, 2) == second);

  // Trashed ones go to the other list, and are checked no more.
  cz_run_set_trashed (scratch.library, 2, TRUE, &error);
  cz_run_set_trashed (scratch.library, 5, TRUE, &error);
  scratch_add_run (&scratch, "another");
  bring_up_to_date (store, &scratch);
  assert_ids (runs, "7 6 4 3 1");
  assert_ids (trash, "5 2");
  g_assert_false (cz_run_item_is_checked (second));
  g_assert_cmpuint (times, ==, 4);

  // Back, and removed for good.
  cz_run_set_trashed (scratch.library, 2, FALSE, &error);
  g_assert_true (cz_run_remove (scratch.library, 5, &error));
  g_assert_true (cz_run_remove (scratch.library, 7, &error));
  bring_up_to_date (store, &scratch);
  assert_ids (runs, "6 4 3 2 1");
  assert_ids (trash, "");
  g_assert_true (cz_run_store_find (store, 2) == second);
  g_assert_null (cz_run_store_find (store, 5));

  // Running in the record, but nobody holds its lock; then somebody does, and is gone.
  {
    int lock = cz_run_lock (scratch.library, 3, &error);

    g_assert_true (cz_run_begin (scratch.library, 3, FALSE, &error));
    bring_up_to_date (store, &scratch);
    g_assert_cmpint (cz_run_item_get (cz_run_store_find (store, 3))->state, ==, CZ_RUN_RUNNING);
    g_assert_false (cz_run_store_look_after (store, scratch.library));
    close (lock);
    g_assert_true (cz_run_store_look_after (store, scratch.library));
    g_assert_cmpint (cz_run_item_get (cz_run_store_find (store, 3))->state, ==, CZ_RUN_INTERRUPTED);
    g_assert_false (cz_run_store_look_after (store, scratch.library));
  }
  g_assert_no_error (error);
  scratch_end (&scratch);
}

// ---- Rows ----

static void
assert_rows (CzRunRows *rows, const char *expected)
{
  g_autoptr (GListStore) runs = g_list_store_new (CZ_TYPE_RUN_ITEM);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows)); i++)
    {
      g_autoptr (CzRunRow) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

      g_list_store_append (runs, cz_run_row_get (row));
    }
  assert_ids (runs, expected);
}

static void
assert_selected (CzRunRows *rows, GtkMultiSelection *selection, gint64 id)
{
  g_autoptr (GtkBitset) selected
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (selection));
  g_autoptr (CzRunRow) row = NULL;

  g_assert_cmpuint (gtk_bitset_get_size (selected), ==, 1);
  row = g_list_model_get_item (G_LIST_MODEL (rows), gtk_bitset_get_minimum (selected));
  g_assert_cmpint (cz_run_item_get (cz_run_row_get (row))->id, ==, id);
}

static void
count_one (guint *n)
{
  (*n)++;
}

static void
test_rows (void)
{
  g_autoptr (GListStore) list = make_list ();
  g_autoptr (CzRunRows) rows = cz_run_rows_new ();
  g_autoptr (GtkMultiSelection) selection
      = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (rows)));
  g_autoptr (CzRunRow) first = NULL;
  g_autoptr (CzRunRow) again = NULL;
  g_autoptr (CzRunItem) item = g_list_model_get_item (G_LIST_MODEL (list), 1);
  guint lists = 0, told = 0;
  CzRunItem *turned[4];

  cz_run_rows_carry (rows, GTK_SELECTION_MODEL (selection));
  cz_run_rows_set_runs (rows, G_LIST_MODEL (list));
  assert_rows (rows, "4 3 2 1");
  first = g_list_model_get_item (G_LIST_MODEL (rows), 0);
  cz_run_row_watch (first);
  g_signal_connect_swapped (first, "changed", G_CALLBACK (count_one), &told);
  g_signal_connect_swapped (rows, "items-changed", G_CALLBACK (count_one), &lists);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (selection), 3, TRUE); // run 1

  // Another order: the same rows, other runs; what was selected still is.
  for (guint i = 0; i < 4; i++)
    turned[3 - i] = g_list_model_get_item (G_LIST_MODEL (list), i);
  g_list_store_splice (list, 0, 4, (gpointer *)turned, 4);
  for (guint i = 0; i < 4; i++)
    g_object_unref (turned[i]);
  assert_rows (rows, "1 2 3 4");
  g_assert_cmpuint (lists, ==, 0);
  g_assert_cmpuint (told, ==, 1);
  assert_selected (rows, selection, 1);

  // A run comes and another goes: only the end of the list moves.
  g_list_store_insert (list, 0, item);
  assert_rows (rows, "3 1 2 3 4");
  g_list_store_remove (list, 3);
  assert_rows (rows, "3 1 2 4");
  assert_selected (rows, selection, 1);
  g_assert_cmpuint (lists, ==, 2);
  g_assert_cmpuint (told, ==, 2);
  g_signal_emit_by_name (item, "changed");
  g_assert_cmpuint (told, ==, 3);

  // None: the rows stay for later, with nothing selected.
  cz_run_rows_set_runs (rows, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, 4);
  {
    g_autoptr (GtkBitset) selected
        = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (selection));
    g_assert_true (gtk_bitset_is_empty (selected));
  }
  g_list_store_remove (list, 0);
  cz_run_rows_set_runs (rows, G_LIST_MODEL (list));
  assert_rows (rows, "1 2 4");
  again = g_list_model_get_item (G_LIST_MODEL (rows), 0);
  g_assert_true (again == first);
  // Nobody looks any more.
  cz_run_row_unwatch (first);
  g_list_store_remove (list, 0);
  assert_rows (rows, "2 4");
  g_assert_cmpuint (told, ==, 4);
}

static void
count_choice (GtkSingleSelection *selection, GParamSpec *pspec, CzRunRows *rows)
{
  guint *choices = g_object_get_data (G_OBJECT (rows), "choices");

  *choices += !cz_run_rows_is_carrying (rows);
}

// A list in which one run is selected.
static void
test_rows_of_a_list (void)
{
  g_autoptr (GListStore) list = make_list ();
  g_autoptr (CzRunRows) rows = cz_run_rows_new ();
  g_autoptr (GtkSingleSelection) selection = GTK_SINGLE_SELECTION (gtk_single_selection_new (NULL));
  g_autoptr (CzRunItem) checked = g_list_model_get_item (G_LIST_MODEL (list), 2); // run 2
  g_autoptr (CzRunRow) row = NULL;
  guint choices = 0, told = 0;

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_model (selection, G_LIST_MODEL (rows));
  cz_run_rows_carry (rows, GTK_SELECTION_MODEL (selection));
  cz_run_rows_set_runs (rows, G_LIST_MODEL (list));
  g_object_set_data (G_OBJECT (rows), "choices", &choices);
  g_signal_connect (selection, "notify::selected-item", G_CALLBACK (count_choice), rows);
  gtk_single_selection_set_selected (selection, 2);
  g_assert_cmpuint (choices, ==, 1);

  // Where it gets to it stays selected, and nobody chose that; where it goes, nothing is.
  g_list_store_remove (list, 0);
  assert_rows (rows, "3 2 1");
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, 1);
  row = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  cz_run_row_watch (row);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (count_one), &told);
  cz_run_item_set_checked (checked, TRUE);
  g_assert_cmpuint (told, ==, 1);
  cz_run_item_set_checked (checked, FALSE);
  g_list_store_remove (list, 1);
  assert_rows (rows, "3 1");
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, GTK_INVALID_LIST_POSITION);
  gtk_single_selection_set_selected (selection, 1);
  cz_run_rows_set_runs (rows, NULL);
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, GTK_INVALID_LIST_POSITION);
  g_assert_cmpuint (choices, ==, 2);
  cz_run_row_unwatch (row);
}

// A row gives back what was put in, whether it could keep it small or not.
static void
test_value_row (void)
{
  // Even; a step that is missing; epochs that do not follow the step; time that is none.
  for (guint kind = 0; kind < 4; kind++)
    {
      CzValueRow *row = cz_value_row_new ();
      CzRunValue values[300];

      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        {
          guint32 step = kind == 1 && i >= 150 ? 5 * i + 3 : 5 * i;
          double epoch = kind == 2 && i >= 200 ? 1 + step / 700.0 : step / 350.0;

          values[i] = (CzRunValue){ sqrt (i), i * 1.25, (float)epoch, step };
          if (kind == 3 && i % 100 == 7)
            values[i].seconds = i == 7 ? NAN : i == 107 ? -5 : 1e300;
          cz_value_row_append (row, &values[i]);
        }
      g_assert_cmpuint (cz_value_row_get_n (row), ==, G_N_ELEMENTS (values));
      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        {
          CzRunValue value = cz_value_row_get (row, i);

          g_assert_cmpfloat (value.value, ==, values[i].value);
          g_assert_cmpuint (value.step, ==, values[i].step);
          g_assert_cmpfloat_with_epsilon (value.epoch, values[i].epoch, 1e-5);
          if (kind == 3 && i % 100 == 7)
            g_assert_true (value.seconds >= 0 && isfinite (value.seconds));
          else
            g_assert_cmpfloat (value.seconds, ==, values[i].seconds);
        }
      cz_value_row_free (row);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/runs/values", test_values);
  g_test_add_func ("/gui/runs/differing", test_differing);
  g_test_add_func ("/gui/runs/filter", test_filter);
  g_test_add_func ("/gui/runs/order", test_order);
  g_test_add_func ("/gui/runs/layout", test_layout);
  g_test_add_func ("/gui/runs/tags", test_tags);
  g_test_add_func ("/gui/runs/store", test_store);
  g_test_add_func ("/gui/runs/rows", test_rows);
  g_test_add_func ("/gui/runs/rows-of-a-list", test_rows_of_a_list);
  g_test_add_func ("/runs/value-row", test_value_row);
  return g_test_run ();
}
