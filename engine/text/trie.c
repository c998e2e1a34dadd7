#include "engine/text/trie.h"

#include <string.h>

// While building, free nodes form a circular list through base (next) and value (previous), so that
// a place for the children of a node is found without looking at places taken.
typedef struct
{
  const char *const *strings;
  guint32 *order; // indices of the strings, sorted by their bytes; of equals only the last
  CzTrieNode *nodes;
  guint32 n_nodes;
  guint32 first_free; // CZ_TRIE_FREE: none
  guint32 n_used;     // one more than the last node in use
} Builder;

// How many free places are tried before the children go behind all others.
#define PLACES_TRIED 256

static void
link_free (Builder *b, guint32 first, guint32 end)
{
  for (guint32 i = first; i < end; i++)
    {
      CzTrieNode *node = &b->nodes[i];
      node->check = CZ_TRIE_FREE;
      if (b->first_free == CZ_TRIE_FREE)
        {
          b->first_free = i;
          node->base = node->value = (gint32)i;
          continue;
        }
      guint32 last = (guint32)b->nodes[b->first_free].value;
      node->base = (gint32)b->first_free;
      node->value = (gint32)last;
      b->nodes[last].base = (gint32)i;
      b->nodes[b->first_free].value = (gint32)i;
    }
}

static void
grow (Builder *b, guint32 at_least)
{
  guint32 n = MAX (b->n_nodes * 2, 1024);
  while (n < at_least)
    n *= 2;
  b->nodes = g_renew (CzTrieNode, b->nodes, n);
  link_free (b, b->n_nodes, n);
  b->n_nodes = n;
}

static void
take (Builder *b, guint32 place, guint32 parent)
{
  CzTrieNode *node = &b->nodes[place];
  guint32 next = (guint32)node->base, previous = (guint32)node->value;

  b->nodes[previous].base = (gint32)next;
  b->nodes[next].value = (gint32)previous;
  if (b->first_free == place)
    b->first_free = next == place ? CZ_TRIE_FREE : next;
  *node = (CzTrieNode){ .base = 0, .check = parent, .value = -1 };
  b->n_used = MAX (b->n_used, place + 1);
}

// A base such that base + every byte is free.
static guint32
find_base (Builder *b, const guint8 *bytes, guint n)
{
  guint32 place = b->first_free;

  for (guint tried = 0; place != CZ_TRIE_FREE && tried < PLACES_TRIED; tried++)
    {
      // Base 0 would let a child be the root; byte values start at 1, so base >= 1 is enough.
      if (place > bytes[0])
        {
          guint32 base = place - bytes[0];
          guint i = 1;
          while (i < n && base + bytes[i] < b->n_nodes
                 && b->nodes[base + bytes[i]].check == CZ_TRIE_FREE)
            i++;
          if (i == n)
            return base;
        }
      place = (guint32)b->nodes[place].base;
      if (place == b->first_free)
        break;
    }

  guint32 base = b->n_used;
  if (base + 256 > b->n_nodes)
    grow (b, base + 256);
  return base;
}

typedef struct
{
  guint32 node, first, end; // strings order[first … end) pass through the node
  guint32 depth;
} Task;

static void
place_children (Builder *b, Task task, GArray *tasks)
{
  guint8 bytes[256];
  guint32 starts[257];
  guint n = 0;
  guint32 i = task.first;

  // A string that ends here comes first.
  if (b->strings[b->order[i]][task.depth] == '\0')
    b->nodes[task.node].value = (gint32)b->order[i++];
  for (; i < task.end; i++)
    {
      guint8 byte = (guint8)b->strings[b->order[i]][task.depth];
      if (n == 0 || bytes[n - 1] != byte)
        {
          bytes[n] = byte;
          starts[n++] = i;
        }
    }
  starts[n] = task.end;
  if (n == 0)
    return;

  guint32 base = find_base (b, bytes, n);
  b->nodes[task.node].base = (gint32)base;
  for (guint k = 0; k < n; k++)
    {
      Task child = { base + bytes[k], starts[k], starts[k + 1], task.depth + 1 };
      take (b, child.node, task.node);
      g_array_append_val (tasks, child);
    }
}

static int
compare_strings (gconstpointer a, gconstpointer b, gpointer data)
{
  const char *const *strings = data;
  guint32 i = *(const guint32 *)a, k = *(const guint32 *)b;
  int order = strcmp (strings[i], strings[k]);

  return order != 0 ? order : (i > k) - (i < k);
}

void
cz_trie_build (CzTrie *trie, const char *const *strings, guint32 n)
{
  Builder b = { .strings = strings, .first_free = CZ_TRIE_FREE };
  g_autofree guint32 *order = g_new (guint32, MAX (n, 1));
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Task));
  guint32 count = 0, kept = 0;

  for (guint32 i = 0; i < n; i++)
    if (strings[i] != NULL && strings[i][0] != '\0')
      order[count++] = i;
  g_qsort_with_data (order, (gint)count, sizeof *order, compare_strings, (gpointer)strings);
  for (guint32 i = 0; i < count; i++)
    if (i + 1 == count || strcmp (strings[order[i]], strings[order[i + 1]]) != 0)
      order[kept++] = order[i];
  b.order = order;

  grow (&b, 1024);
  take (&b, /* place */ 0, /* parent */ 0);
  b.nodes[0].check = CZ_TRIE_FREE - 1; // nobody's child
  if (kept > 0)
    {
      Task root = { 0, 0, kept, 0 };
      g_array_append_val (tasks, root);
    }
  while (tasks->len > 0)
    {
      Task task = g_array_index (tasks, Task, tasks->len - 1);
      g_array_set_size (tasks, tasks->len - 1);
      place_children (&b, task, tasks);
    }

  for (guint32 i = 0; i < b.n_used; i++)
    if (b.nodes[i].check == CZ_TRIE_FREE)
      b.nodes[i] = (CzTrieNode){ .base = 0, .check = CZ_TRIE_FREE, .value = -1 };
  trie->nodes = g_renew (CzTrieNode, b.nodes, b.n_used);
  trie->n_nodes = b.n_used;
}

void
cz_trie_clear (CzTrie *trie)
{
  g_clear_pointer (&trie->nodes, g_free);
  trie->n_nodes = 0;
}

guint32
cz_trie_walk (const CzTrie *trie, const char *bytes, gsize length)
{
  guint32 node = 0;

  for (gsize i = 0; i < length; i++)
    {
      node = cz_trie_step (trie, node, (guint8)bytes[i]);
      if (node == 0)
        return 0;
    }
  return node;
}
