#pragma once

#include <glib.h>

// Text with bits of HTML in it, as web forms and data sets have it. The white space of the text
// stays as it is.

// Tags out, entities decoded; <br> and the ends of blocks become line breaks, paragraphs are set
// apart by an empty line, scripts, styles and comments go. "a < b" and <http://…> are no tags.
GString *cz_markup_strip (const char *text, gsize length);
// Only <br>, <br/>, <br /> and the like become line breaks.
GString *cz_markup_break_lines (const char *text, gsize length);
// The character that an entity at `text` ("&eacute;", "&#233;", "&#xe9;") stands for, and the bytes
// it takes; 0: it is none. The ends of entities are semicolons.
gunichar cz_markup_parse_entity (const char *text, gsize length, gsize *ret_length);
