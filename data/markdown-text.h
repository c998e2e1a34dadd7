#pragma once

#include <glib.h>

// Markdown (CommonMark, with GitHub's tables) without its markup: the texts of paragraphs,
// headings, links, images and code, an empty line between blocks; list items keep their numbers.
// Front matter at the beginning goes. NULL: it cannot be told apart (a table of millions of empty
// cells, say).
GString *cz_markdown_get_text (const char *markdown, gsize length);
