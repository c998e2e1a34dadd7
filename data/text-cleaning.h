#pragma once

#include <glib.h>

// What may be taken out of documents' text; nothing by default. In whatever order it is asked for,
// it is done in the order of these.
typedef enum
{
  CZ_CLEAN_MARKDOWN = 1 << 0,       // Markdown's markup
  CZ_CLEAN_MARKDOWN_FILES = 1 << 1, // the same, of Markdown files' text alone
  CZ_CLEAN_HTML = 1 << 2,           // tags; entities are decoded
  CZ_CLEAN_BR = 1 << 3,             // <br /> becomes a line break
  CZ_CLEAN_NFC = 1 << 4,            // Unicode's normalization form C: é is one character
  CZ_CLEAN_SPACE = 1 << 5,          // runs of white space become one; paragraphs stay
  CZ_CLEAN_ALL
  = CZ_CLEAN_MARKDOWN_FILES | CZ_CLEAN_HTML | CZ_CLEAN_BR | CZ_CLEAN_NFC | CZ_CLEAN_SPACE,
} CzCleaning;

// "html,br", "all", "" (nothing). Error: CZ_DATA_ERROR_INVALID, naming what there is.
gboolean cz_cleaning_parse (const char *list, CzCleaning *ret_cleaning, GError **error);
// The other way round; freed by the caller.
char *cz_cleaning_describe (CzCleaning cleaning);

// Cleans valid UTF-8 (which may hold NULs). is_markdown: it comes from a Markdown file.
GString *cz_text_clean (const char *text, gsize length, CzCleaning cleaning, gboolean is_markdown);
