#include "data/selection.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "data/document-filter.h"
#include "data/word.h"
#include "engine/text/philox.h"

#define PROGRESS_US 100000 // between two calls

typedef struct
{
  const CzSelection *selection;
  CzDocumentFunc func;
  gpointer data;
  GArray *ordinals; // guint32, of those that pass; NULL: they go to func at once
  gint64 slots;     // of the corpus
  gint64 told;
  CzSelectionProgress progress;
  gpointer progress_data;
  GCancellable *cancellable;
} Reading;

static gboolean
step (Reading *self, double fraction, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (self->progress != NULL && now - self->told >= PROGRESS_US)
    {
      self->told = now;
      self->progress (CLAMP (fraction, 0, 1), self->progress_data);
    }
  return TRUE;
}

static gboolean
take (const CzDocument *document, gpointer data, GError **error)
{
  Reading *self = data;
  gint64 least = self->selection->minimum_words;
  guint32 ordinal = (guint32)document->ordinal;

  if (!step (self, (double)document->ordinal / (double)MAX (self->slots, 1), error))
    return FALSE;
  if (least > 0 && cz_word_count (document->text, document->length) < least)
    return TRUE;
  if (self->ordinals == NULL)
    return self->func (document, self->data, error);
  g_array_append_val (self->ordinals, ordinal);
  return TRUE;
}

// The same without reading texts, where only the narrow rows decide.
static gboolean
collect_rows (Reading *self, CzLibrary *library, gint64 corpus, GError **error)
{
  CzDocumentFilter filter = self->selection->filter;
  g_auto (CzFilterSearch) search = { 0 };
  g_autoptr (GError) failed = NULL;

  filter.choice = CZ_DOCUMENTS_INCLUDED;
  cz_filter_search_init (&search, &filter);
  g_autoptr (CzStatement) statement
      = cz_filter_statement (library, corpus, &filter, &search, "d.id & 4294967295",
                             "LIMIT -1" /* all, in order */, error);
  if (statement == NULL)
    return FALSE;
  while (cz_statement_step (statement, &failed))
    {
      guint32 ordinal = (guint32)cz_column_int (statement, 0);

      g_array_append_val (self->ordinals, ordinal);
      if (self->ordinals->len % 4096 == 0 && !step (self, 0, error))
        return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static int
compare_ordinals (const void *a, const void *b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

  return (x > y) - (x < y);
}

// Leaves `sample` ordinals: the first of the shuffle that cz_document_sample () draws, in order.
static void
draw (GArray *ordinals, const CzSelection *selection)
{
  guint32 *at = (guint32 *)(void *)ordinals->data;
  guint n = (guint)MIN (selection->sample, ordinals->len);

  for (guint i = 0; i < n; i++)
    {
      guint32 drawn[4], kept = at[i];
      guint j;

      cz_random (selection->seed, CZ_RANDOM_SAMPLE, 0, 0, i, drawn);
      j = i + (guint)(((guint64)drawn[0] * (ordinals->len - i)) >> 32);
      at[i] = at[j];
      at[j] = kept;
    }
  g_array_set_size (ordinals, n);
  if (n > 0)
    qsort (ordinals->data, n, sizeof (guint32), compare_ordinals);
}

static gboolean
read_sample (Reading *self, CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GArray) ordinals = g_array_new (FALSE, FALSE, sizeof (guint32));
  gboolean read;

  self->ordinals = ordinals;
  if (self->selection->minimum_words > 0)
    {
      CzDocumentFilter filter = self->selection->filter;

      filter.choice = CZ_DOCUMENTS_INCLUDED;
      read = cz_document_each_filtered (library, corpus, &filter, take, self, error);
    }
  else
    read = collect_rows (self, library, corpus, error);
  self->ordinals = NULL;
  if (!read)
    return FALSE;
  draw (ordinals, self->selection);
  for (guint i = 0; i < ordinals->len; i++)
    {
      gint64 id = CZ_DOCUMENT_ID (corpus, g_array_index (ordinals, guint32, i));
      g_autoptr (CzDocument) document = cz_document_get (library, id, error);

      if (document == NULL || !step (self, (double)i / ordinals->len, error)
          || !self->func (document, self->data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_selection_each (CzLibrary *library,
                   gint64 corpus,
                   const CzSelection *selection,
                   CzDocumentFunc func,
                   gpointer data,
                   CzSelectionProgress progress,
                   gpointer progress_data,
                   GCancellable *cancellable,
                   GError **error)
{
  static const CzSelection all = { 0 };
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  Reading reading = { .selection = selection != NULL ? selection : &all,
                      .func = func,
                      .data = data,
                      .progress = progress,
                      .progress_data = progress_data,
                      .cancellable = cancellable };
  CzDocumentFilter filter = reading.selection->filter;
  g_auto (CzFilterSearch) search = { 0 };

  cz_filter_search_init (&search, &filter);
  if (there == NULL || (search.nothing && !cz_document_check_query (filter.query, error)))
    return FALSE;
  reading.slots = there->slots;
  filter.choice = CZ_DOCUMENTS_INCLUDED;
  if (reading.selection->sample <= 0)
    return cz_document_each_filtered (library, corpus, &filter, take, &reading, error);
  if (!read_sample (&reading, library, corpus, error))
    return FALSE;
  return cz_document_check_unchanged (library, there, error);
}

static void
describe (GString *line, const char *option, const char *value)
{
  if (value == NULL)
    return;
  g_autofree char *quoted = g_shell_quote (value);
  g_string_append_printf (line, "%s--%s %s", line->len > 0 ? " " : "", option, quoted);
}

static void
describe_number (GString *line, const char *option, gint64 value)
{
  if (value > 0)
    g_string_append_printf (line, "%s--%s %" PRId64, line->len > 0 ? " " : "", option, value);
}

char *
cz_selection_describe (const CzSelection *selection)
{
  GString *line = g_string_new (NULL);

  if (selection != NULL)
    {
      describe (line, "split", selection->filter.split);
      describe (line, "label", selection->filter.label);
      describe (line, "query", selection->filter.query);
      describe (line, "source", selection->filter.source);
      describe_number (line, "minimum-words", selection->minimum_words);
      describe_number (line, "sample", selection->sample);
      if (selection->sample > 0)
        g_string_append_printf (line, " --seed %" PRIu64, selection->seed);
    }
  return g_string_free (line, FALSE);
}
