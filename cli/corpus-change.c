#include "data/corpus-change.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/corpus-documents.h"
#include "cli/output.h"
#include "jobs/json-members.h"
#include "jobs/token-cache.h"

// Changing a corpus's documents: editing, excluding, deleting, and undoing that.

static char *option_file;

static const GOptionEntry edit_options[] = {
  { "file", 0, 0, G_OPTION_ARG_FILENAME, &option_file,
    N_ ("The new text (default: -, standard input)"), N_ ("FILE") },
  { NULL },
};

// All bytes of a file or of standard input.
static GString *
read_bytes (const char *path, GError **error)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  gboolean standard = path == NULL || strcmp (path, "-") == 0;
  FILE *file = standard ? stdin : fopen (path, "rb");
  char piece[65536];
  gsize n;

  while (file != NULL && (n = fread (piece, 1, sizeof piece, file)) > 0
         && bytes->len <= CZ_CHANGE_TEXT_BYTES_MAX)
    g_string_append_len (bytes, piece, (gssize)n);
  gboolean failed = file == NULL || ferror (file);
  int saved = errno;
  if (file != NULL && !standard)
    fclose (file);
  if (!failed)
    return g_steal_pointer (&bytes);
  g_autofree char *shown = g_filename_display_name (standard ? "-" : path);
  g_set_error (error, G_FILE_ERROR, (int)g_file_error_from_errno (saved),
               _ ("“%s” could not be read: %s"), shown, g_strerror (saved));
  return NULL;
}

// The documents named behind the corpus, by their numbers (gint64).
static GArray *
read_numbers (CzInvocation *invocation, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 1; i < invocation->n_arguments; i++)
    {
      guint64 number;

      if (!cz_invocation_parse_number (invocation->arguments[i], _ ("A document's number"), 0,
                                       G_MAXUINT32, &number, error))
        return NULL;
      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
}

static gboolean
print_changed (CzInvocation *invocation,
               const CzCorpus *corpus,
               const char *kind,
               gint64 changed,
               const char *sentence,
               GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  g_autoptr (CzCorpus) now = cz_corpus_get (library, corpus->id, error);

  if (now == NULL)
    return FALSE;
  cz_token_cache_sweep (library);
  if (!invocation->json)
    {
      cz_print ("%s\n", sentence);
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "corpus", now->name);
  cz_json_set_string (builder, "change", kind);
  cz_json_set_int (builder, "changed", changed);
  cz_json_set_int (builder, "documents", now->documents);
  cz_json_set_int (builder, "excluded", now->excluded);
  cz_json_set_int (builder, "bytes", now->bytes);
  cz_json_set_string (builder, "hash", now->hash);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

static gboolean
edit (CzInvocation *invocation, GError **error)
{
  guint64 number;

  if (!cz_invocation_parse_number (invocation->arguments[1], _ ("A document's number"), 0,
                                   G_MAXUINT32, &number, error))
    return FALSE;
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  g_autoptr (GString) text = corpus != NULL ? read_bytes (option_file, error) : NULL;
  if (text == NULL
      || !cz_corpus_edit (cz_invocation_get_library (invocation, NULL), corpus->id, (gint64)number,
                          text->str, text->len, error))
    return FALSE;
  g_autoptr (CzCorpus) now
      = cz_corpus_get (cz_invocation_get_library (invocation, NULL), corpus->id, error);
  if (now == NULL)
    return FALSE;
  gboolean same = strcmp (now->hash, corpus->hash) == 0 && now->bytes == corpus->bytes;
  g_autofree char *sentence = g_strdup_printf (_ ("Document %" PRIu64 " of “%s” has its new text."),
                                               number, corpus->name);
  return print_changed (invocation, corpus, "edit", same ? 0 : 1, sentence, error);
}

static gboolean
set_excluded (CzInvocation *invocation, gboolean excluded, GError **error)
{
  g_autoptr (GArray) numbers = read_numbers (invocation, error);
  g_autoptr (CzCorpus) corpus
      = numbers != NULL ? cz_corpus_of_invocation (invocation, error) : NULL;
  gint64 changed;

  if (corpus == NULL
      || !cz_corpus_exclude (cz_invocation_get_library (invocation, NULL), corpus->id,
                             (const gint64 *)(void *)numbers->data, numbers->len, excluded,
                             &changed, error))
    return FALSE;
  g_autofree char *sentence = g_strdup_printf (
      excluded ? ngettext ("%" PRId64 " document of “%s” is now excluded.",
                           "%" PRId64 " documents of “%s” are now excluded.", (gulong)changed)
               : ngettext ("%" PRId64 " document of “%s” counts again.",
                           "%" PRId64 " documents of “%s” count again.", (gulong)changed),
      changed, corpus->name);
  return print_changed (invocation, corpus, excluded ? "exclude" : "include", changed, sentence,
                        error);
}

static gboolean
exclude (CzInvocation *invocation, GError **error)
{
  return set_excluded (invocation, TRUE, error);
}

static gboolean
include (CzInvocation *invocation, GError **error)
{
  return set_excluded (invocation, FALSE, error);
}

static gboolean
delete_documents (CzInvocation *invocation, GError **error)
{
  g_autoptr (GArray) numbers = read_numbers (invocation, error);
  g_autoptr (CzCorpus) corpus
      = numbers != NULL ? cz_corpus_of_invocation (invocation, error) : NULL;
  gint64 changed;

  if (corpus == NULL
      || !cz_corpus_delete (cz_invocation_get_library (invocation, NULL), corpus->id,
                            (const gint64 *)(void *)numbers->data, numbers->len, &changed, error))
    return FALSE;
  g_autofree char *sentence
      = g_strdup_printf (ngettext ("%" PRId64 " document of “%s” was deleted.",
                                   "%" PRId64 " documents of “%s” were deleted.", (gulong)changed),
                         changed, corpus->name);
  return print_changed (invocation, corpus, "delete", changed, sentence, error);
}

static const char *
name_change (const char *kind)
{
  static const struct
  {
    const char *kind, *name;
  } names[] = {
    { "edit", N_ ("an edited text") },  { "exclude", N_ ("an exclusion") },
    { "include", N_ ("an inclusion") }, { "delete", N_ ("a deletion") },
    { "split", N_ ("a split") },        { "update", N_ ("an update from files") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].kind, kind) == 0)
      return _ (names[i].name);
  return kind;
}

static gboolean
undo (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  g_autoptr (CzCorpusChange) change
      = corpus != NULL
            ? cz_corpus_undo (cz_invocation_get_library (invocation, NULL), corpus->id, error)
            : NULL;

  if (change == NULL)
    return FALSE;
  g_autofree char *sentence = g_strdup_printf (
      ngettext ("Undone in “%s”: %s of %" PRId64 " document.",
                "Undone in “%s”: %s of %" PRId64 " documents.", (gulong)change->documents),
      corpus->name, name_change (change->kind), change->documents);
  return print_changed (invocation, corpus, change->kind, change->documents, sentence, error);
}

const CzCommand cz_corpus_change_commands[] = {
  { .words = "corpus edit",
    .arguments = N_ ("CORPUS DOCUMENT"),
    .summary = N_ ("Give a document another text."),
    .options = edit_options,
    .min_arguments = 2,
    .max_arguments = 2,
    .carry_out = edit,
    .description
    = N_ ("Documents are named by the numbers that documents, sample and search show. Runs that "
          "were made before go on with the text they had.") },
  { .words = "corpus exclude",
    .arguments = N_ ("CORPUS DOCUMENT…"),
    .summary = N_ ("Keep documents in a corpus but make no blocks of them."),
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = exclude },
  { .words = "corpus include",
    .arguments = N_ ("CORPUS DOCUMENT…"),
    .summary = N_ ("Let excluded documents count again."),
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = include },
  { .words = "corpus delete",
    .arguments = N_ ("CORPUS DOCUMENT…"),
    .summary = N_ ("Take documents out of a corpus."),
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = delete_documents },
  { .words = "corpus undo",
    .arguments = "CORPUS",
    .summary = N_ ("Undo the last change of a corpus."),
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = undo,
    .description = N_ ("The last 100 changes of a corpus can be undone, one after the other, also "
                       "on another day.") },
  { NULL },
};
