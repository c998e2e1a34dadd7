#include "data/corpus-derive.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/corpus-documents.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/corpus-export.h"
#include "data/corpus-split.h"
#include "jobs/json-members.h"
#include "jobs/token-cache.h"

// Parts of corpora: splitting, deriving, merging, exporting, and renaming.

static char *option_from, *option_split, *option_label, *option_query, *option_source;
static char *option_words, *option_sample, *option_seed, *option_rest;
static char **option_parts;

#define SELECTION_ENTRIES                                                                               \
  { "split", 0, 0, G_OPTION_ARG_STRING, &option_split, N_ ("Only of this split"), N_ ("SPLIT") },       \
      { "label", 0, 0, G_OPTION_ARG_STRING, &option_label, N_ ("Only with this label"), N_ ("LABEL") }, \
      { "query",     0, 0, G_OPTION_ARG_STRING, &option_query, N_ ("Only what a search finds"),         \
        N_ ("QUERY") },                                                                                 \
      { "source",                                                                                       \
        0,                                                                                              \
        0,                                                                                              \
        G_OPTION_ARG_STRING,                                                                            \
        &option_source,                                                                                 \
        N_ ("Only from this file or folder; * stands for anything"),                                    \
        N_ ("PATH") },                                                                                  \
      { "minimum-words",                                                                                \
        0,                                                                                              \
        0,                                                                                              \
        G_OPTION_ARG_STRING,                                                                            \
        &option_words,                                                                                  \
        N_ ("Only documents of as many words"),                                                         \
        N_ ("N") },                                                                                     \
      { "sample", 0, 0, G_OPTION_ARG_STRING, &option_sample, N_ ("As many of them at random"),          \
        N_ ("N") },                                                                                     \
  {                                                                                                     \
    "seed", 0, 0, G_OPTION_ARG_STRING, &option_seed, N_ ("Which ones (default: 42)"), N_ ("S")          \
  }

static const GOptionEntry derive_options[] = {
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from, N_ ("The corpus to take documents from"),
    N_ ("CORPUS") },
  SELECTION_ENTRIES,
  { NULL },
};

static const GOptionEntry export_options[] = { SELECTION_ENTRIES, { NULL } };

static const GOptionEntry split_options[] = {
  { "split", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_parts,
    N_ ("A split and its share (test=0.1) or number of documents (test=500); may be repeated"),
    N_ ("NAME=N") },
  { "rest", 0, 0, G_OPTION_ARG_STRING, &option_rest, N_ ("Of all others (default: train)"),
    N_ ("NAME") },
  { "seed", 0, 0, G_OPTION_ARG_STRING, &option_seed, N_ ("Which ones (default: 42)"), N_ ("S") },
  { NULL },
};

static gboolean
read_seed (guint64 *ret_seed, GError **error)
{
  *ret_seed = 42;
  return option_seed == NULL
         || cz_invocation_parse_number (option_seed, "--seed", 0, G_MAXUINT64, ret_seed, error);
}

static gboolean
read_selection (CzSelection *ret_selection, GError **error)
{
  guint64 words = 0, sample = 0, seed;

  if ((option_words != NULL
       && !cz_invocation_parse_number (option_words, "--minimum-words", 0, G_MAXUINT32, &words,
                                       error))
      || (option_sample != NULL
          && !cz_invocation_parse_number (option_sample, "--sample", 1, G_MAXUINT32, &sample,
                                          error))
      || !read_seed (&seed, error))
    return FALSE;
  *ret_selection = (CzSelection){ .filter = { .split = option_split,
                                              .label = option_label,
                                              .query = option_query,
                                              .source = option_source },
                                  .minimum_words = (gint64)words,
                                  .sample = (gint64)sample,
                                  .seed = seed };
  return TRUE;
}

// What became of a corpus: its row as `corpus show` begins, and a sentence.
static gboolean
print_made (CzInvocation *invocation, gint64 id, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  g_autoptr (CzCorpus) corpus = cz_corpus_get (library, id, error);
  g_autoptr (GPtrArray) splits = corpus != NULL ? cz_corpus_get_splits (library, id, error) : NULL;

  if (splits == NULL)
    return FALSE;
  if (!invocation->json)
    {
      g_autofree char *documents = cz_format_count ((double)corpus->documents);
      g_autofree char *bytes = cz_format_bytes ((double)corpus->bytes);

      cz_print (ngettext ("“%s”: %s document, %s of text\n", "“%s”: %s documents, %s of text\n",
                          (gulong)corpus->documents),
                corpus->name, documents, bytes);
      for (guint i = 0; i < splits->len; i++)
        {
          const CzCorpusGroup *group = splits->pdata[i];
          g_autofree char *n = cz_format_count ((double)group->documents);
          cz_print ("  %s: %s\n", group->name[0] != '\0' ? group->name : _ ("without a split"), n);
        }
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "corpus", corpus->name);
  cz_json_set_int (builder, "documents", corpus->documents);
  cz_json_set_int (builder, "bytes", corpus->bytes);
  cz_json_set_string (builder, "hash", corpus->hash);
  json_builder_set_member_name (builder, "splits");
  json_builder_begin_object (builder);
  for (guint i = 0; i < splits->len; i++)
    {
      const CzCorpusGroup *group = splits->pdata[i];
      cz_json_set_int (builder, group->name, group->documents);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

// ---- Deriving and merging ----

static void
tell_deriving (double fraction, gint64 documents, gpointer data)
{
  g_autofree char *count = cz_format_count ((double)documents);
  g_autofree char *text = g_strdup_printf (
      ngettext ("Copying: %s document", "Copying: %s documents", (gulong)documents), count);

  cz_progress_tell (data, fraction, text, NAN);
}

static gboolean
make (CzInvocation *invocation, const CzDerivation *parts, gsize n, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (GError) failed = NULL;
  gint64 id;

  if (!cz_corpus_derive (cz_invocation_get_library (invocation, NULL), invocation->arguments[0],
                         parts, n, tell_deriving, progress, cancellable, &id, &failed))
    {
      if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                     _ ("The making of “%s” was interrupted; the library is as it was."),
                     invocation->arguments[0]);
      else
        g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  g_clear_pointer (&progress, cz_progress_free);
  return print_made (invocation, id, error);
}

static gboolean
derive (CzInvocation *invocation, GError **error)
{
  CzSelection selection;

  if (option_from == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Say which corpus to take documents from: --from CORPUS."));
      return FALSE;
    }
  if (!cz_invocation_check_text (invocation->arguments[0], _ ("The corpus' name"), error)
      || !read_selection (&selection, error))
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzCorpus) from = library != NULL ? cz_corpus_find (library, option_from, error) : NULL;
  if (from == NULL)
    return FALSE;
  const CzDerivation part = { from->id, &selection };
  return make (invocation, &part, 1, error);
}

static gboolean
merge (CzInvocation *invocation, GError **error)
{
  guint n = invocation->n_arguments - 1;
  g_autofree CzDerivation *parts = g_new0 (CzDerivation, n);
  CzLibrary *library;

  for (guint i = 0; i <= n; i++)
    if (!cz_invocation_check_text (invocation->arguments[i], _ ("The corpus' name"), error))
      return FALSE;
  library = cz_invocation_get_library (invocation, error);
  for (guint i = 0; library != NULL && i < n; i++)
    {
      g_autoptr (CzCorpus) from = cz_corpus_find (library, invocation->arguments[i + 1], error);

      if (from == NULL)
        return FALSE;
      parts[i].corpus = from->id;
    }
  return library != NULL && make (invocation, parts, n, error);
}

// ---- Splitting ----

static gboolean
parse_part (const char *text, CzSplitPart *ret_part, GError **error)
{
  const char *equals = strrchr (text, '=');
  guint64 documents = 0;
  double share = 0;
  char *end = NULL;

  if (equals != NULL && equals != text && equals[1] != '\0')
    {
      if (!g_ascii_string_to_unsigned (equals + 1, 10, 1, G_MAXUINT32, &documents, NULL))
        share = g_ascii_strtod (equals + 1, &end);
      if (documents > 0 || (*end == '\0' && share > 0 && share < 1))
        {
          *ret_part = (CzSplitPart){ .name = g_strndup (text, (gsize)(equals - text)),
                                     .share = documents > 0 ? 0 : share,
                                     .documents = (gint64)documents };
          return TRUE;
        }
    }
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_set_error (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
               _ ("“%s” is no split: write its name and a share below 1 (test=0.1), or how many "
                  "documents (test=500)."),
               valid);
  return FALSE;
}

static gboolean
split (CzInvocation *invocation, GError **error)
{
  guint n = option_parts != NULL ? g_strv_length (option_parts) : 0;
  g_autofree CzSplitPart *parts = g_new0 (CzSplitPart, MAX (n, 1));
  GCancellable *cancellable = cz_interruption_get ();
  guint64 seed;
  gboolean ok;

  if (n == 0)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Say how to split: --split test=0.1."));
      return FALSE;
    }
  ok = read_seed (&seed, error);
  for (guint i = 0; ok && i < n; i++)
    ok = cz_invocation_check_text (option_parts[i], "--split", error)
         && parse_part (option_parts[i], &parts[i], error);
  g_autoptr (CzCorpus) corpus = ok ? cz_corpus_of_invocation (invocation, error) : NULL;
  CzLibrary *library = corpus != NULL ? cz_invocation_get_library (invocation, NULL) : NULL;
  ok = corpus != NULL
       && cz_corpus_split (library, corpus->id, parts, n,
                           option_rest != NULL ? option_rest : "train", seed, cancellable, error);
  for (guint i = 0; i < n; i++)
    g_free ((char *)parts[i].name);
  if (!ok)
    return FALSE;
  cz_token_cache_sweep (library);
  return print_made (invocation, corpus->id, error);
}

// ---- Exporting, renaming ----

static void
print_done (CzInvocation *invocation, const char *member, const char *value, const char *sentence)
{
  if (!invocation->json)
    {
      cz_print ("%s\n", sentence);
      return;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "corpus", invocation->arguments[0]);
  cz_json_set_string (builder, member, value);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
export_corpus (CzInvocation *invocation, GError **error)
{
  CzSelection selection;

  if (!read_selection (&selection, error))
    return FALSE;
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus != NULL && strcmp (invocation->arguments[1], "-") == 0)
    return cz_corpus_export_to_stream (cz_invocation_get_library (invocation, NULL), corpus->id,
                                       stdout, invocation->json ? CZ_EXPORT_JSONL : CZ_EXPORT_TEXT,
                                       &selection, cancellable, error);
  if (corpus == NULL
      || !cz_corpus_export (cz_invocation_get_library (invocation, NULL), corpus->id,
                            invocation->arguments[1], &selection, cancellable, error))
    return FALSE;
  g_autofree char *file = g_filename_display_name (invocation->arguments[1]);
  g_autofree char *sentence = g_strdup_printf (_ ("“%s” was written to “%s”."), corpus->name, file);
  print_done (invocation, "file", file, sentence);
  return TRUE;
}

static gboolean
rename_corpus (CzInvocation *invocation, GError **error)
{
  if (!cz_invocation_check_text (invocation->arguments[1], _ ("The corpus' name"), error))
    return FALSE;
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus == NULL
      || !cz_corpus_rename (cz_invocation_get_library (invocation, NULL), corpus->id,
                            invocation->arguments[1], error))
    return FALSE;
  g_autofree char *sentence
      = g_strdup_printf (_ ("“%s” is now “%s”."), corpus->name, invocation->arguments[1]);
  print_done (invocation, "renamed", invocation->arguments[1], sentence);
  return TRUE;
}

const CzCommand cz_corpus_derive_commands[] = {
  { .words = "corpus split",
    .arguments = "CORPUS",
    .summary = N_ ("Split a corpus into documents for training and for testing."),
    .options = split_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = split,
    .description = N_ ("Whole documents, at random; documents with the same text go into the same "
                       "split. `corpus undo` brings back what was before.") },
  { .words = "corpus derive",
    .arguments = N_ ("NAME"),
    .summary = N_ ("Make a corpus of some documents of another."),
    .options = derive_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = derive },
  { .words = "corpus merge",
    .arguments = N_ ("NAME CORPUS…"),
    .summary = N_ ("Make a corpus of several others."),
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = merge },
  { .words = "corpus export",
    .arguments = N_ ("CORPUS FILE"),
    .summary = N_ ("Write a corpus, or some of it, to a file: .csv, .jsonl or text."),
    .options = export_options,
    .min_arguments = 2,
    .max_arguments = 2,
    .carry_out = export_corpus,
    .description = N_ ("Columns and members are path, row, label, split and text; as text the "
                       "documents stand one below the other. The FILE “-” is the standard output: "
                       "text, or with --json a line of JSON for each document.") },
  { .words = "corpus rename",
    .arguments = N_ ("CORPUS NAME"),
    .summary = N_ ("Give a corpus another name."),
    .min_arguments = 2,
    .max_arguments = 2,
    .carry_out = rename_corpus },
  { NULL },
};
