// cloze run list, show, rename, note, tag, star, unstar, color, trash, restore, remove.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/run-arguments.h"
#include "cli/run-show.h"

// As many as the window's palette has.
#define COLORS 8

static gboolean option_trashed, option_starred;
static char *option_state, *option_tag, *option_model, *option_corpus, *option_search, *option_sort;

static const GOptionEntry list_options[] = {
  { "trashed", 0, 0, G_OPTION_ARG_NONE, &option_trashed, N_ ("Those in the trash"), NULL },
  { "trash", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_trashed, NULL, NULL },
  { "starred", 0, 0, G_OPTION_ARG_NONE, &option_starred, N_ ("Those with a star"), NULL },
  { "state", 0, 0, G_OPTION_ARG_FILENAME, &option_state,
    N_ ("Those in this state (several between commas)"), N_ ("STATE") },
  { "tag", 0, 0, G_OPTION_ARG_FILENAME, &option_tag, N_ ("Those with this tag"), N_ ("TAG") },
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model, N_ ("Those of this base model"),
    N_ ("MODEL") },
  { "corpus", 'c', 0, G_OPTION_ARG_FILENAME, &option_corpus, N_ ("Those on this corpus"),
    N_ ("C") },
  { "search", 's', 0, G_OPTION_ARG_FILENAME, &option_search,
    N_ ("Those whose name, notes, tags, model or corpus hold this text"), N_ ("TEXT") },
  { "sort", 0, 0, G_OPTION_ARG_FILENAME, &option_sort,
    N_ ("The order: newest (default), oldest, name, best (the lowest perplexity first), state"),
    N_ ("ORDER") },
  { NULL },
};

// ---- Choosing ----

static gboolean
has_state (const CzRun *run)
{
  g_auto (GStrv) states = g_strsplit (option_state, ",", -1);

  return g_strv_contains ((const char *const *)states, cz_run_state_get_name (run->state));
}

static gboolean
has_tag (const CzRun *run)
{
  g_auto (GStrv) tags = g_strsplit (run->tags, ",", -1);

  for (guint i = 0; tags[i] != NULL; i++)
    if (strcmp (g_strstrip (tags[i]), option_tag) == 0)
      return TRUE;
  return FALSE;
}

// Without regard to case.
static gboolean
holds (const char *text, const char *what)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, what) != NULL;
}

static gboolean
has_text (const CzRun *run)
{
  g_autofree char *what = g_utf8_casefold (option_search, -1);

  return holds (run->name, what) || holds (run->notes, what) || holds (run->tags, what)
         || holds (run->model, what) || holds (run->corpus, what);
}

static gboolean
is_wanted (const CzRun *run)
{
  return (option_state == NULL || has_state (run)) && (option_tag == NULL || has_tag (run))
         && (option_model == NULL || strcmp (run->model, option_model) == 0)
         && (option_corpus == NULL || strcmp (run->corpus, option_corpus) == 0)
         && (option_search == NULL || has_text (run)) && (!option_starred || run->starred);
}

static int
compare_ids (const CzRun *a, const CzRun *b)
{
  return (a->id > b->id) - (a->id < b->id);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  return compare_ids (*(CzRun *const *)b, *(CzRun *const *)a);
}

static int
compare_oldest (gconstpointer a, gconstpointer b)
{
  return compare_newest (b, a);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const CzRun *x = *(CzRun *const *)a, *y = *(CzRun *const *)b;
  int order = g_utf8_collate (x->name, y->name);

  return order != 0 ? order : compare_ids (x, y);
}

// Those without a number come last.
static int
compare_best (gconstpointer a, gconstpointer b)
{
  const CzRun *x = *(CzRun *const *)a, *y = *(CzRun *const *)b;
  double p = isfinite (x->best) ? x->best : INFINITY, q = isfinite (y->best) ? y->best : INFINITY;

  return p != q ? (p > q) - (p < q) : compare_ids (x, y);
}

static int
compare_states (gconstpointer a, gconstpointer b)
{
  const CzRun *x = *(CzRun *const *)a, *y = *(CzRun *const *)b;

  return x->state != y->state ? (int)x->state - (int)y->state : compare_newest (a, b);
}

static gboolean
parse_order (GCompareFunc *ret_compare, GError **error)
{
  static const struct
  {
    const char *name;
    GCompareFunc compare;
  } orders[] = { { "newest", compare_newest },
                 { "oldest", compare_oldest },
                 { "name", compare_names },
                 { "best", compare_best },
                 { "state", compare_states } };

  *ret_compare = compare_newest;
  for (guint i = 0; option_sort != NULL && i < G_N_ELEMENTS (orders); i++)
    if (strcmp (orders[i].name, option_sort) == 0)
      {
        *ret_compare = orders[i].compare;
        return TRUE;
      }
  if (option_sort == NULL)
    return TRUE;
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
               _ ("--sort is newest, oldest, name, best or state, not “%.40s”."), option_sort);
  return FALSE;
}

static gboolean
check_states (GError **error)
{
  g_auto (GStrv) states = g_strsplit (option_state != NULL ? option_state : "", ",", -1);

  for (guint i = 0; states[i] != NULL; i++)
    {
      gboolean known = FALSE;
      for (CzRunState state = CZ_RUN_QUEUED; state <= CZ_RUN_INTERRUPTED; state++)
        known = known || strcmp (states[i], cz_run_state_get_name (state)) == 0;
      if (known)
        continue;
      g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                   _ ("“%.40s” is no state; there are queued, running, paused, finished, stopped, "
                      "failed and interrupted."),
                   states[i]);
      return FALSE;
    }
  return TRUE;
}

// The runs that the options ask for, in their order.
static GPtrArray *
choose_runs (CzInvocation *invocation, GError **error)
{
  GCompareFunc order;

  if (!parse_order (&order, error) || !check_states (error)
      || !cz_invocation_check_text (option_tag, "--tag", error)
      || !cz_invocation_check_text (option_search, "--search", error))
    return NULL;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  GPtrArray *runs = library != NULL ? cz_run_list (library, option_trashed, error) : NULL;
  for (guint i = runs != NULL ? runs->len : 0; i-- > 0;)
    if (!is_wanted (runs->pdata[i]))
      g_ptr_array_remove_index (runs, i);
  if (runs != NULL)
    g_ptr_array_sort (runs, order);
  return runs;
}

// ---- list, show ----

static char *
format_perplexity (double cross_entropy)
{
  return isfinite (cross_entropy) ? g_strdup_printf ("%.2f", exp (cross_entropy)) : g_strdup ("–");
}

static void
print_json_runs (CzLibrary *library, GPtrArray *runs)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < runs->len; i++)
    cz_run_show_build (library, runs->pdata[i], builder);
  json_builder_end_array (builder);
  cz_print_json (builder);
}

static gboolean
list (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = choose_runs (invocation, error);

  if (runs == NULL)
    return FALSE;
  if (invocation->json)
    {
      print_json_runs (invocation->opened_library, runs);
      return TRUE;
    }
  if (runs->len == 0)
    {
      gboolean chosen = option_starred || option_state != NULL || option_tag != NULL
                        || option_model != NULL || option_corpus != NULL || option_search != NULL;
      cz_print (chosen           ? _ ("There are no such runs.\n")
                : option_trashed ? _ ("The trash is empty.\n")
                                 : _ ("There are no runs yet; “cloze train” makes one.\n"));
      return TRUE;
    }
  CzListing *table
      = cz_listing_new (_ (">run"), _ ("name"), _ ("state"), _ (">step"), _ (">before"),
                        _ (">best"), _ (">after"), _ ("model"), _ ("corpus"), _ ("created"), NULL);
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64, run->id));
      cz_listing_add (table, run->name);
      cz_listing_add (table, cz_run_get_state_label (run));
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64 "/%" PRId64, run->step, run->steps));
      cz_listing_add_take (table, format_perplexity (run->before));
      cz_listing_add_take (table, format_perplexity (run->best));
      cz_listing_add_take (table, format_perplexity (run->after));
      cz_listing_add (table, run->model);
      cz_listing_add (table, run->corpus);
      cz_listing_add_take (table, cz_format_time (run->created));
    }
  cz_listing_print (table);
  // What waits for the person.
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      if (run->state == CZ_RUN_PAUSED && run->message != NULL)
        cz_print (_ ("Run %" PRId64 ": %s\n"), run->id, run->message);
    }
  return TRUE;
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);

  if (run == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      cz_run_show_build (invocation->opened_library, run, builder);
      cz_print_json (builder);
    }
  else
    cz_run_show_print (invocation->opened_library, run);
  return TRUE;
}

// ---- Changing records ----

static gboolean
check_texts (CzInvocation *invocation, GError **error)
{
  for (guint i = 1; i < invocation->n_arguments; i++)
    if (!cz_invocation_check_text (invocation->arguments[i], _ ("The text"), error))
      return FALSE;
  return TRUE;
}

static gboolean
set_note (CzInvocation *invocation, GError **error)
{
  if (!check_texts (invocation, error))
    return FALSE;
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);
  return run != NULL
         && cz_run_set_notes (invocation->opened_library, run->id, invocation->arguments[1], error);
}

// Does it to all of the runs, or to none where one of them is not there.
static gboolean
for_all (CzInvocation *invocation,
         GPtrArray *runs,
         gboolean (*change) (CzLibrary *library, gint64 id, GError **error),
         GError **error)
{
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    if (!change (invocation->opened_library, ((CzRun *)runs->pdata[i])->id, error))
      return FALSE;
  return runs != NULL;
}

static char *new_tags;

static gboolean
change_tags (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_tags (library, id, new_tags, error);
}

static gboolean
set_tags (CzInvocation *invocation, GError **error)
{
  if (!check_texts (invocation, error))
    return FALSE;
  g_autoptr (GPtrArray) runs = cz_run_argument_get_list (invocation, 0, error);
  g_autofree char *tags = g_strjoinv (", ", invocation->arguments + 1);
  new_tags = tags;
  return for_all (invocation, runs, change_tags, error);
}

static gboolean
rename_run (CzInvocation *invocation, GError **error)
{
  if (!check_texts (invocation, error))
    return FALSE;
  const char *name = invocation->arguments[1];
  if (name[strspn (name, " \t\r\n")] == '\0')
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("A run needs a name; give one."));
      return FALSE;
    }
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);
  return run != NULL && cz_run_rename (invocation->opened_library, run->id, name, error);
}

static gboolean
put_star (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_starred (library, id, TRUE, error);
}

static gboolean
take_star (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_starred (library, id, FALSE, error);
}

static gboolean
star (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);

  return for_all (invocation, runs, put_star, error);
}

static gboolean
unstar (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);

  return for_all (invocation, runs, take_star, error);
}

static int new_color;

static gboolean
change_color (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_color (library, id, new_color, error);
}

static gboolean
set_color (CzInvocation *invocation, GError **error)
{
  const char *text = invocation->arguments[1];
  guint64 number = 0;

  if (strcmp (text, "auto") != 0
      && !cz_invocation_parse_number (text, _ ("The colour"), 1, COLORS, &number, error))
    return FALSE;
  new_color = (int)number - 1;
  g_autoptr (GPtrArray) runs = cz_run_argument_get_list (invocation, 0, error);
  return for_all (invocation, runs, change_color, error);
}

static gboolean
put_into_trash (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_trashed (library, id, TRUE, error);
}

static gboolean
take_out_of_trash (CzLibrary *library, gint64 id, GError **error)
{
  return cz_run_set_trashed (library, id, FALSE, error);
}

static gboolean
trash (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);

  return for_all (invocation, runs, put_into_trash, error);
}

static gboolean
restore (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);

  return for_all (invocation, runs, take_out_of_trash, error);
}

static gboolean
remove_runs (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);

  return for_all (invocation, runs, cz_run_remove, error);
}

const CzCommand cz_run_record_commands[] = {
  { "run list", NULL, N_ ("List the runs, the newest first, or those that are asked for."),
    list_options, 0, 0, list },
  { "run show", "ID", N_ ("Show a run's record: state, parameters, perplexity before and after."),
    NULL, 1, 1, show },
  { "run rename", N_ ("ID NAME"), N_ ("Give a run another name."), NULL, 2, 2, rename_run },
  { "run note", N_ ("ID TEXT"), N_ ("Write a run's note."), NULL, 2, 2, set_note },
  { "run tag", N_ ("ID[,ID…] TAG…"), N_ ("Set the tags of runs; without any, none."), NULL, 1,
    G_MAXUINT, set_tags },
  { "run star", "ID…", N_ ("Put a star on runs."), NULL, 1, G_MAXUINT, star },
  { "run unstar", "ID…", N_ ("Take the star off runs."), NULL, 1, G_MAXUINT, unstar },
  { "run color", N_ ("ID[,ID…] N|auto"),
    N_ ("Choose the colour of runs from the palette; auto: by their numbers."), NULL, 2, 2,
    set_color },
  { "run trash", "ID…", N_ ("Put runs into the trash."), NULL, 1, G_MAXUINT, trash },
  { "run restore", "ID…", N_ ("Take runs out of the trash."), NULL, 1, G_MAXUINT, restore },
  { "run remove", "ID…", N_ ("Remove runs for good: record, metrics, models."), NULL, 1, G_MAXUINT,
    remove_runs },
  { NULL },
};
