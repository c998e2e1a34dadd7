#pragma once

#include "data/hub-push.h"
#include "jobs/job.h"

// What of a model's folder goes to the Hub: configuration, weights, vocabulary, the run's record,
// licence and model card; nothing else that may lie in the folder. In the card the Hub gets, the
// place of the folder is the repository's name, and a base model that is no name of the Hub's is
// left out of what machines read (the Hub would refuse the card); a folder without a card gets a
// short one.

typedef struct
{
  const char *folder;
  const char *name;    // the model's, for a card of its own
  const char *repo;    // "owner/name" or "name"
  gboolean is_private; // see CzHubPush
  const char *message; // NULL: made up
  const char *token;
  CzJobProgress progress;
  gpointer data;
} CzModelPush;

// Errors: CZ_JOB_ERROR_NOT_FOUND (no model there; no token), as cz_hub_push ().
CzHubPushed *cz_model_push (const CzModelPush *push, GCancellable *cancellable, GError **error);
