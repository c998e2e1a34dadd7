#pragma once

#include <glib.h>

// An HTML page as the text that a reader of it sees: entities decoded, white space as a browser
// shows it, a line break for <br> and between blocks, an empty line between paragraphs, a tab
// between a table's cells, <pre> as it is. Scripts, styles, menus (nav, role="navigation"), form
// controls, embedded objects and what is hidden are left out, and so are the signs of links to the
// headings themselves (¶). The title comes first unless the text has it.
//
// html is valid UTF-8, whatever the page says of its encoding. NULL: its elements lie deeper in one
// another than any page needs. The caller frees the text.
GString *cz_html_get_text (const char *html, gsize length);

// Whether a file that begins like this is an HTML page.
gboolean cz_html_is_page (const char *bytes, gsize length);

// The encoding that a page's beginning names (<meta>, <?xml?>) as iconv calls it; NULL: none, or
// none that iconv knows. Interned.
const char *cz_html_find_encoding (const char *bytes, gsize length);
