// A chart as a file: PNG, SVG or PDF.
#pragma once

#include "gui/chart/plot.h"

G_BEGIN_DECLS

// Draws a fitted plot in the light style on white, in a font like `font`, and writes it to path,
// whose suffix says the kind; see cz_chart_export (). Errors: G_IO_ERROR_INVALID_ARGUMENT for the
// suffix or the size, those of cz_atomic_file_save () for the file.
gboolean cz_plot_export (const CzPlot *plot,
                         const PangoFontDescription *font,
                         const char *path,
                         int width,
                         int height,
                         GError **error);

G_END_DECLS
