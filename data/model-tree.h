#pragma once

#include "data/model.h"

// The family of models: a base, the runs that started from it, the models made of them, …

typedef struct _CzModelNode CzModelNode;
struct _CzModelNode
{
  gboolean is_run;
  gint64 id; // 0: a model that is not, or no longer, in the library
  char *name;
  GPtrArray *children; // CzModelNode, runs first, each by its id; never NULL
};

void cz_model_node_free (CzModelNode *node);

// All there is, runs that are in the trash left out: elements CzModelNode without a parent. A
// parent is found by its id, else by the hash of its weights. Nobody is its own ancestor: where
// records say so, the eldest stands at the top.
GPtrArray *cz_model_tree_read (CzLibrary *library, GError **error);
// The model's whole family, cut down to its ancestors and descendants; the eldest ancestor. Error:
// NOT_FOUND.
CzModelNode *cz_model_tree_read_family (CzLibrary *library, gint64 model, GError **error);
// From the eldest ancestor of a model or a run (or what is known of it) down to its parent:
// elements CzModelNode without children; none for who is not there.
GPtrArray *cz_model_tree_list_ancestors (CzLibrary *library,
                                         gboolean is_run,
                                         gint64 id,
                                         GError **error);
