// cloze sentences list, show, import, export, copy, rename, remove: sets of sentences with gaps.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "data/sentence-csv.h"
#include "jobs/json-members.h"

static gboolean option_replace;

static const GOptionEntry import_options[] = {
  { "replace", 0, 0, G_OPTION_ARG_NONE, &option_replace,
    N_ ("Put the file's sentences in place of those of a set that is there"), NULL },
  { NULL },
};

static gboolean
check_names (CzInvocation *invocation, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!cz_invocation_check_text (invocation->arguments[i], _ ("The set's name"), error))
      return FALSE;
  return TRUE;
}

static CzSentenceSet *
get_set (CzInvocation *invocation, GError **error)
{
  CzLibrary *library
      = check_names (invocation, 1, error) ? cz_invocation_get_library (invocation, error) : NULL;

  return library != NULL ? cz_sentence_set_get (library, invocation->arguments[0], error) : NULL;
}

// {"name", "sentences"}
static void
print_done (CzInvocation *invocation, const char *name, guint n)
{
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "name", name);
      cz_json_set_int (builder, "sentences", n);
      json_builder_end_object (builder);
      cz_print_json (builder);
    }
  else
    cz_print (ngettext ("%s: %u sentence\n", "%s: %u sentences\n", n), name, n);
}

// ---- list, show ----

static void
build_set (const CzSentenceSet *set, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", set->name);
  cz_json_set_boolean (builder, "builtin", set->builtin);
  cz_json_set_int (builder, "sentences", set->n);
  json_builder_end_object (builder);
}

static gboolean
list_sets (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) sets = library != NULL ? cz_sentence_set_list (library, error) : NULL;

  if (sets == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_array (builder);
      for (guint i = 0; i < sets->len; i++)
        build_set (sets->pdata[i], builder);
      json_builder_end_array (builder);
      cz_print_json (builder);
      return TRUE;
    }
  CzListing *table = cz_listing_new (_ ("name"), _ (">sentences"), _ ("from"), NULL);
  for (guint i = 0; i < sets->len; i++)
    {
      const CzSentenceSet *set = sets->pdata[i];
      cz_listing_add (table, set->name);
      cz_listing_add_take (table, cz_format_count (set->n));
      cz_listing_add (table, set->builtin ? _ ("Clozebench") : _ ("this library"));
    }
  cz_listing_print (table);
  return TRUE;
}

static void
build_sentences (const CzSentenceSet *set, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "name", set->name);
  cz_json_set_boolean (builder, "builtin", set->builtin);
  json_builder_set_member_name (builder, "sentences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < set->n; i++)
    {
      g_auto (GStrv) answers = cz_sentence_answers_split (set->sentences[i].answers);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "text", set->sentences[i].text);
      json_builder_set_member_name (builder, "answers");
      json_builder_begin_array (builder);
      for (guint k = 0; answers[k] != NULL; k++)
        json_builder_add_string_value (builder, answers[k]);
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static gboolean
show_set (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzSentenceSet) set = get_set (invocation, error);

  if (set == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      build_sentences (set, builder);
      cz_print_json (builder);
      return TRUE;
    }
  CzListing *table = cz_listing_new (">", _ ("sentence"), _ ("accepted"), NULL);
  for (guint i = 0; i < set->n; i++)
    {
      cz_listing_add_take (table, g_strdup_printf ("%u.", i + 1));
      cz_listing_add (table, set->sentences[i].text);
      cz_listing_add (table, set->sentences[i].answers);
    }
  cz_listing_print (table);
  return TRUE;
}

// ---- import, export ----

static gboolean
import_set (CzInvocation *invocation, GError **error)
{
  const char *name = invocation->arguments[0];
  g_autoptr (GError) reason = NULL;
  CzLibrary *library
      = check_names (invocation, 1, error) ? cz_invocation_get_library (invocation, error) : NULL;
  g_autoptr (CzSentenceSet) old = NULL;
  g_autoptr (GArray) sentences = NULL;

  if (library == NULL)
    return FALSE;
  old = cz_sentence_set_get (library, name, &reason);
  if (old == NULL && !g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (old != NULL && !old->builtin && !option_replace)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                   _ ("There is a set of sentences “%s” already; choose another name, or give "
                      "--replace."),
                   name);
      return FALSE;
    }
  sentences = cz_sentence_csv_load (invocation->arguments[1], error);
  if (sentences == NULL
      || !cz_sentence_set_save (library, name, (const CzSentence *)(gpointer)sentences->data,
                                sentences->len, error))
    return FALSE;
  print_done (invocation, name, sentences->len);
  return TRUE;
}

static gboolean
export_set (CzInvocation *invocation, GError **error)
{
  const char *path = invocation->arguments[1];
  g_autoptr (CzSentenceSet) set = get_set (invocation, error);
  g_autofree char *text = set != NULL ? cz_sentence_csv_to_text (set->sentences, set->n) : NULL;

  if (set == NULL)
    return FALSE;
  if (strcmp (path, "-") == 0)
    {
      fputs (text, stdout);
      return TRUE;
    }
  if (!cz_sentence_csv_save (path, text, error))
    return FALSE;
  print_done (invocation, set->name, set->n);
  return TRUE;
}

// ---- copy, rename, remove ----

static gboolean
copy_set (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = check_names (invocation, invocation->n_arguments, error)
                           ? cz_invocation_get_library (invocation, error)
                           : NULL;
  g_autofree char *name = library != NULL ? cz_sentence_set_copy (library, invocation->arguments[0],
                                                                  invocation->arguments[1], error)
                                          : NULL;
  g_autoptr (CzSentenceSet) set = name != NULL ? cz_sentence_set_get (library, name, error) : NULL;

  if (set == NULL)
    return FALSE;
  print_done (invocation, name, set->n);
  return TRUE;
}

static gboolean
rename_set (CzInvocation *invocation, GError **error)
{
  CzLibrary *library
      = check_names (invocation, 2, error) ? cz_invocation_get_library (invocation, error) : NULL;

  return library != NULL
         && cz_sentence_set_rename (library, invocation->arguments[0], invocation->arguments[1],
                                    error);
}

static gboolean
remove_set (CzInvocation *invocation, GError **error)
{
  CzLibrary *library
      = check_names (invocation, 1, error) ? cz_invocation_get_library (invocation, error) : NULL;

  return library != NULL && cz_sentence_set_remove (library, invocation->arguments[0], error);
}

const CzCommand cz_sentences_commands[] = {
  { "sentences list", NULL, N_ ("List the sets of sentences: the program's and the library's."),
    NULL, 0, 0, list_sets, N_ ("With --json [{\"name\", \"builtin\", \"sentences\"}].") },
  { "sentences show", N_ ("SET"), N_ ("Show a set's sentences and the answers that are accepted."),
    NULL, 1, 1, show_set,
    N_ ("With --json {\"name\", \"builtin\", \"sentences\": [{\"text\", \"answers\"}]}.") },
  { "sentences import", N_ ("SET FILE.csv"), N_ ("Make a set of a CSV file."), import_options, 2, 2,
    import_set,
    N_ ("The file has the columns text, with a [MASK] in each, and answers, the words that are "
        "accepted for it between commas (it may be empty). A file with a wrong row is not taken; "
        "the row is named.") },
  { "sentences export", N_ ("SET FILE|-"), N_ ("Write a set into a CSV file, or on stdout."), NULL,
    2, 2, export_set },
  { "sentences copy", N_ ("SET [NAME]"), N_ ("Make a copy of a set, to be changed."), NULL, 1, 2,
    copy_set },
  { "sentences rename", N_ ("SET NAME"), N_ ("Give a set another name."), NULL, 2, 2, rename_set },
  { "sentences remove", N_ ("SET"), N_ ("Remove a set from the library."), NULL, 1, 1, remove_set },
  { NULL },
};
