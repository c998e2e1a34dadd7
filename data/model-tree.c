#include "data/model-tree.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"

// A model or a run among all. `parent` points into the same array once it has been found.
typedef struct _Member Member;
struct _Member
{
  gboolean is_run;
  gint64 id, created;
  char *name, *hash; // a run has no hash of its own
  gint64 parent_id, parent_run;
  char *parent_name, *parent_hash;
  Member *parent;
  guint walk; // the last one that came by
};

typedef struct
{
  GPtrArray *members;  // Member
  GHashTable *models;  // id → Member
  GHashTable *runs;    // id → Member
  GHashTable *by_hash; // weights' hash → the first model that has them
  GHashTable *gone;    // hash or name → Member of a model that is not in the library
} Family;

static void
member_free (gpointer data)
{
  Member *member = data;

  g_free (member->name);
  g_free (member->hash);
  g_free (member->parent_name);
  g_free (member->parent_hash);
  g_free (member);
}

static void
family_clear (Family *family)
{
  g_clear_pointer (&family->models, g_hash_table_unref);
  g_clear_pointer (&family->runs, g_hash_table_unref);
  g_clear_pointer (&family->by_hash, g_hash_table_unref);
  g_clear_pointer (&family->gone, g_hash_table_unref);
  g_clear_pointer (&family->members, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Family, family_clear)

void
cz_model_node_free (CzModelNode *node)
{
  g_free (node->name);
  g_ptr_array_unref (node->children);
  g_free (node);
}

// ---- Reading ----

static gboolean
read_members (CzLibrary *library, Family *family, const char *sql, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (library, sql, error);

  if (statement == NULL)
    return FALSE;
  while (cz_statement_step (statement, &failed))
    {
      Member *member = g_new0 (Member, 1);
      member->is_run = cz_column_int (statement, 0) != 0;
      member->id = cz_column_int (statement, 1);
      member->name = cz_column_text (statement, 2);
      member->hash = cz_column_text (statement, 3);
      member->parent_id = cz_column_int (statement, 4);
      member->parent_run = cz_column_int (statement, 5);
      member->parent_name = cz_column_text (statement, 6);
      member->parent_hash = cz_column_text (statement, 7);
      member->created = cz_column_int (statement, 8);
      g_ptr_array_add (family->members, member);
      g_hash_table_insert (member->is_run ? family->runs : family->models, &member->id, member);
      if (member->hash != NULL && g_hash_table_lookup (family->by_hash, member->hash) == NULL)
        g_hash_table_insert (family->by_hash, member->hash, member);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// ---- Finding parents ----

// The run of a name like "run:3@best", 0: it is none.
static gint64
get_run_of_name (const char *name)
{
  return name != NULL && g_str_has_prefix (name, "run:")
             ? g_ascii_strtoll (name + strlen ("run:"), NULL, 10)
             : 0;
}

// A model that is known by name or hash only; one for all that come from it.
static Member *
get_gone (Family *family, const char *name, const char *hash)
{
  const char *key = hash != NULL && hash[0] != '\0' ? hash : name;
  Member *member = g_hash_table_lookup (family->gone, key);

  if (member == NULL)
    {
      member = g_new0 (Member, 1);
      member->name = g_strdup (name != NULL ? name : hash);
      g_ptr_array_add (family->members, member);
      g_hash_table_insert (family->gone, g_strdup (key), member);
    }
  return member;
}

static Member *
find_parent (Family *family, const Member *member)
{
  gint64 run = member->parent_run > 0 ? member->parent_run : get_run_of_name (member->parent_name);
  Member *parent = g_hash_table_lookup (family->runs, &run);

  if (parent == NULL)
    parent = g_hash_table_lookup (family->models, &member->parent_id);
  // Of equal weights one would be as good as another; a copy's own are no trace.
  if (parent == NULL && member->parent_hash != NULL
      && g_strcmp0 (member->parent_hash, member->hash) != 0)
    parent = g_hash_table_lookup (family->by_hash, member->parent_hash);
  if (parent == NULL && (member->parent_name != NULL || member->parent_hash != NULL))
    parent = get_gone (family, member->parent_name, member->parent_hash);
  return parent != member ? parent : NULL;
}

// Whether a stands above b where both claim to come from each other.
static gboolean
is_elder (const Member *a, const Member *b)
{
  if (a->created != b->created)
    return a->created < b->created;
  return a->is_run != b->is_run ? b->is_run : a->id < b->id;
}

// Every walk upwards ends: where it would come back, the eldest of the circle loses its parent.
static void
cut_circle (Member *start, guint walk)
{
  Member *member = start;

  while (member != NULL && member->walk == 0)
    {
      member->walk = walk;
      member = member->parent;
    }
  if (member == NULL || member->walk != walk)
    return;
  Member *eldest = member;
  for (Member *other = member->parent; other != member; other = other->parent)
    if (is_elder (other, eldest))
      eldest = other;
  eldest->parent = NULL;
}

static gboolean
read_family (CzLibrary *library, Family *family, GError **error)
{
  g_autoptr (GPtrArray) known = cz_model_list (library, error); // fills records of old models

  family->members = g_ptr_array_new_with_free_func (member_free);
  family->models = g_hash_table_new (g_int64_hash, g_int64_equal);
  family->runs = g_hash_table_new (g_int64_hash, g_int64_equal);
  family->by_hash = g_hash_table_new (g_str_hash, g_str_equal);
  family->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (known == NULL
      || !read_members (library, family,
                        "SELECT 0, id, name, hash, parent, parent_run, parent_name, parent_hash,"
                        " created FROM model ORDER BY id",
                        error)
      || !read_members (library, family,
                        "SELECT 1, id, name, NULL, model_id, 0, model, model_hash, created"
                        " FROM run WHERE trashed = 0 ORDER BY id",
                        error))
    return FALSE;
  guint n = family->members->len;
  for (guint i = 0; i < n; i++)
    {
      Member *member = family->members->pdata[i];
      member->parent = find_parent (family, member);
    }
  for (guint i = 0; i < family->members->len; i++)
    cut_circle (family->members->pdata[i], i + 1);
  return TRUE;
}

// ---- Nodes ----

static CzModelNode *
make_node (const Member *member)
{
  CzModelNode *node = g_new0 (CzModelNode, 1);

  node->is_run = member->is_run;
  node->id = member->id;
  node->name = g_strdup (member->name);
  node->children = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_node_free);
  return node;
}

// Runs first, then models by their ids, last those that are gone.
static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  const CzModelNode *x = *(CzModelNode *const *)a, *y = *(CzModelNode *const *)b;

  if (x->is_run != y->is_run)
    return x->is_run ? -1 : 1;
  if ((x->id == 0) != (y->id == 0))
    return x->id == 0 ? 1 : -1;
  return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : strcmp (x->name, y->name);
}

// All nodes, each with its children; `wanted` NULL: of all, else of the one and those below it and
// on the way up from it. Returns those on top.
static GPtrArray *
link_nodes (const Family *family, const Member *wanted)
{
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_node_free);
  g_autoptr (GHashTable) nodes = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) above = g_hash_table_new (NULL, NULL);

  for (const Member *at = wanted; at != NULL; at = at->parent)
    g_hash_table_add (above, (gpointer)at);
  for (guint i = 0; i < family->members->len; i++)
    {
      const Member *member = family->members->pdata[i], *at = member;
      while (wanted != NULL && at != NULL && at != wanted)
        at = at->parent;
      if (at != NULL || g_hash_table_contains (above, member))
        g_hash_table_insert (nodes, (gpointer)member, make_node (member));
    }
  for (guint i = 0; i < family->members->len; i++)
    {
      const Member *member = family->members->pdata[i];
      CzModelNode *node = g_hash_table_lookup (nodes, member);
      CzModelNode *parent
          = member->parent != NULL ? g_hash_table_lookup (nodes, member->parent) : NULL;
      if (node != NULL)
        g_ptr_array_add (parent != NULL ? parent->children : roots, node);
    }
  GHashTableIter iter;
  gpointer node;
  g_hash_table_iter_init (&iter, nodes);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    g_ptr_array_sort (((CzModelNode *)node)->children, compare_nodes);
  g_ptr_array_sort (roots, compare_nodes);
  return g_steal_pointer (&roots);
}

GPtrArray *
cz_model_tree_read (CzLibrary *library, GError **error)
{
  g_auto (Family) family = { 0 };

  return read_family (library, &family, error) ? link_nodes (&family, NULL /* wanted */) : NULL;
}

CzModelNode *
cz_model_tree_read_family (CzLibrary *library, gint64 model, GError **error)
{
  g_auto (Family) family = { 0 };

  if (!read_family (library, &family, error))
    return NULL;
  const Member *wanted = g_hash_table_lookup (family.models, &model);
  if (wanted == NULL)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                           _ ("That model is no longer in the library."));
      return NULL;
    }
  g_autoptr (GPtrArray) roots = link_nodes (&family, wanted);
  return g_ptr_array_steal_index (roots, 0);
}

GPtrArray *
cz_model_tree_list_ancestors (CzLibrary *library, gboolean is_run, gint64 id, GError **error)
{
  g_auto (Family) family = { 0 };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_node_free);

  if (!read_family (library, &family, error))
    return NULL;
  const Member *member = g_hash_table_lookup (is_run ? family.runs : family.models, &id);
  for (member = member != NULL ? member->parent : NULL; member != NULL; member = member->parent)
    g_ptr_array_insert (list, 0, make_node (member));
  return g_steal_pointer (&list);
}
