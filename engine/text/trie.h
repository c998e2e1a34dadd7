#pragma once

#include <glib.h>

// A set of byte strings, each with a number, for finding the longest one that begins a text: a
// double-array trie. The child of node s by byte b is node t = base[s] + b if check[t] == s.
// Node 0 is the root. Immutable once built.
typedef struct
{
  gint32 base;
  guint32 check; // the parent; CZ_TRIE_FREE where no node is
  gint32 value;  // -1: no string ends here
} CzTrieNode;

#define CZ_TRIE_FREE G_MAXUINT32

typedef struct
{
  CzTrieNode *nodes;
  guint32 n_nodes;
} CzTrie;

// Of `n` strings string i has the value i; NULL and empty strings are left out, of equal strings
// the last one counts. The strings are not kept.
void cz_trie_build (CzTrie *trie, const char *const *strings, guint32 n);
void cz_trie_clear (CzTrie *trie);

// The child of a node by a byte, or 0 if there is none.
static inline guint32
cz_trie_step (const CzTrie *trie, guint32 node, guint8 byte)
{
  guint32 child = (guint32)trie->nodes[node].base + byte;
  return child < trie->n_nodes && trie->nodes[child].check == node ? child : 0;
}

// The node that `length` bytes lead to from the root, or 0.
guint32 cz_trie_walk (const CzTrie *trie, const char *bytes, gsize length);
