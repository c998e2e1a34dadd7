// Eight colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), in a
// form for light and one for dark backgrounds. Yellow and black are toned to stay readable.
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define CZ_PALETTE_SIZE 8

// index wraps around.
GdkRGBA cz_palette_get (guint index, gboolean dark);

// The same as "#rrggbb"; static.
const char *cz_palette_get_hex (guint index, gboolean dark);

G_END_DECLS
