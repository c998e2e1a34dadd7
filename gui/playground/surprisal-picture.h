// A tinted text as a picture.
#pragma once

#include <pango/pango.h>

#include "gui/playground/surprisal-scores.h"
#include "gui/playground/surprisal-tint.h"

G_BEGIN_DECLS

// Writes a PNG on white: of each model its name, its pseudo-perplexity and the text, then the
// legend. kind: what is shown of the models after the first. font: its family is used. Errors:
// G_IO_ERROR_INVALID_ARGUMENT for a text too long for a picture, those of cz_atomic_file_save ().
gboolean cz_surprisal_picture_save (const CzSurprisalScores *scores,
                                    CzTintKind kind,
                                    const PangoFontDescription *font,
                                    const char *path,
                                    GError **error);

G_END_DECLS
