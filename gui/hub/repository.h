// A repository of the Hub as the window knows it: what “cloze hub show” answered. Plain data.
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *path; // inside the repository
  gint64 bytes;
  gint64 cached; // bytes of it that are here already
  char *split;   // data sets: "train"; NULL: not known
  char *format;  // data sets: "parquet"; NULL: nothing that can be imported
} CzRepositoryFile;

typedef struct
{
  gboolean dataset;
  char *asked;
  char *repo;         // what it is called now
  char *commit;       // that was looked at; NULL: not said
  char *licence;      // as the Hub names it; NULL: not said
  char *architecture; // models: "DistilBertForMaskedLM"; NULL: not said
  gboolean gated;     // its owner lets in whom they choose
  gboolean private;
  gboolean usable;
  char *reason;     // why not; NULL: not said
  GPtrArray *files; // CzRepositoryFile that would be fetched, or can be chosen
  gint64 bytes;     // of them all
  gint64 cached;
} CzRepository;

void cz_repository_free (CzRepository *repository);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRepository, cz_repository_free)

// Reads an answer. What is missing or of another kind is as if it were not said; an answer that
// names no repository is an error (CZ_CLOZE_ERROR_FOREIGN).
CzRepository *cz_repository_parse (JsonNode *answer, gboolean dataset, GError **error);

// The name asked for is an old one.
gboolean cz_repository_is_renamed (const CzRepository *repository);

// Where a person reads more: "https://huggingface.co/datasets/imdb"; freed by the caller. NULL:
// HF_ENDPOINT is no address.
char *cz_repository_get_address (const CzRepository *repository);

G_END_DECLS
