#include "gui/playground/surprisal-picture.h"

#include <cairo.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "engine/format/atomic-file.h"
#include "gui/numbers.h"
#include "gui/playground/surprisal-scale.h"

#define WIDTH   900.0 // units; a PNG has PIXELS of them on each side
#define PIXELS  2
#define MARGIN  24.0
#define TALLEST 8000.0
// A text longer than this would not fit: it is not even laid out.
#define LONGEST   100000
#define SCALE     320.0 // the legend's width
#define FONT_SIZE 13    // points

typedef struct
{
  const CzSurprisalScores *scores;
  CzTintKind kind;
  PangoContext *context;
  cairo_t *cr;
  double y;
} Picture;

static PangoContext *
make_context (const PangoFontDescription *font)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *own = pango_font_description_copy (font);
  cairo_font_options_t *options = cairo_font_options_create ();

  pango_font_description_set_size (own, FONT_SIZE * PANGO_SCALE);
  pango_context_set_font_description (context, own);
  pango_font_description_free (own);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_round_glyph_positions (context, FALSE);
  return context;
}

// ---- Layouts ----

static guint16
get_channel (float part)
{
  return (guint16)lroundf (part * 65535);
}

static void
insert (PangoAttrList *list, PangoAttribute *attribute, const CzSurprisalWord *word)
{
  attribute->start_index = word->start;
  attribute->end_index = word->end;
  pango_attr_list_insert (list, attribute);
}

static void
tint_word (PangoAttrList *list, const CzSurprisalWord *word, CzTintKind kind, double bits)
{
  CzTint tint = cz_tint_get (kind, cz_tint_get_step (kind, bits), (CzTintStyle){ FALSE, FALSE });

  if (!tint.tinted)
    return;
  insert (list,
          pango_attr_background_new (get_channel (tint.back.red), get_channel (tint.back.green),
                                     get_channel (tint.back.blue)),
          word);
  insert (list,
          pango_attr_foreground_new (get_channel (tint.front.red), get_channel (tint.front.green),
                                     get_channel (tint.front.blue)),
          word);
  if (tint.line_above)
    insert (list, pango_attr_overline_new (PANGO_OVERLINE_SINGLE), word);
  if (tint.line_below)
    insert (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), word);
}

static PangoLayout *
make_text (Picture *picture, guint m)
{
  const CzSurprisalScores *scores = picture->scores;
  CzTintKind kind = m == 0 ? CZ_TINT_SURPRISAL : picture->kind;
  PangoLayout *layout = pango_layout_new (picture->context);
  PangoAttrList *list = pango_attr_list_new ();

  pango_layout_set_width (layout, (int)((WIDTH - 2 * MARGIN) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing (layout, 1.35f);
  pango_layout_set_text (layout, scores->text, -1);
  for (guint i = 0; i < scores->words->len; i++)
    {
      const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, i);
      double bits = kind == CZ_TINT_DIFFERENCE ? cz_surprisal_scores_get_difference (scores, i, m)
                                               : word->bits[m];

      if (word->n[m] > 0 && !isnan (bits))
        tint_word (list, word, kind, bits);
    }
  pango_layout_set_attributes (layout, list);
  pango_attr_list_unref (list);
  return layout;
}

static PangoLayout *
make_line (Picture *picture, const char *text, double scale, gboolean heavy)
{
  PangoLayout *layout = pango_layout_new (picture->context);
  PangoAttrList *list = pango_attr_list_new ();

  pango_attr_list_insert (list, pango_attr_scale_new (scale));
  if (heavy)
    pango_attr_list_insert (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, list);
  pango_attr_list_unref (list);
  pango_layout_set_width (layout, (int)((WIDTH - 2 * MARGIN) * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

// ---- Drawing ----

// Draws a layout, unless there is nothing to draw on, and steps below it. Frees it.
static void
put (Picture *picture, PangoLayout *layout, double below)
{
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  if (picture->cr != NULL)
    {
      cairo_set_source_rgb (picture->cr, 0, 0, 0);
      cairo_move_to (picture->cr, MARGIN, picture->y);
      pango_cairo_show_layout (picture->cr, layout);
    }
  picture->y += height + below;
  g_object_unref (layout);
}

static void
put_model (Picture *picture, guint m)
{
  const CzSurprisalModel *model = &picture->scores->models[m];
  g_autofree char *number = isnan (model->pseudo_perplexity)
                                ? g_strdup ("–")
                                : cz_numbers_perplexity (model->pseudo_perplexity);
  // Translators: %s is a number.
  g_autofree char *line = g_strdup_printf (_ ("Pseudo-perplexity %s"), number);

  put (picture, make_line (picture, model->title, 1, TRUE), 0);
  put (picture, make_line (picture, line, 0.85, FALSE), 6);
  put (picture, make_text (picture, m), 24);
}

static void
put_scale (Picture *picture, CzTintKind kind)
{
  char *mark;
  double share;

  for (guint step = 0; picture->cr != NULL && step < CZ_TINT_STEPS; step++)
    {
      CzTint tint = cz_tint_get (kind, step, (CzTintStyle){ FALSE, FALSE });

      gdk_cairo_set_source_rgba (picture->cr, &tint.back);
      cairo_rectangle (picture->cr, MARGIN + SCALE * step / CZ_TINT_STEPS, picture->y,
                       SCALE / CZ_TINT_STEPS + 0.5, 10);
      cairo_fill (picture->cr);
    }
  picture->y += 12;
  for (guint i = 0; (mark = cz_surprisal_scale_get_mark (kind, i, &share)) != NULL; i++)
    {
      g_autoptr (PangoLayout) layout = make_line (picture, mark, 0.8, FALSE);
      int width;

      g_free (mark);
      pango_layout_set_width (layout, -1);
      pango_layout_get_pixel_size (layout, &width, NULL);
      if (picture->cr == NULL)
        continue;
      cairo_set_source_rgb (picture->cr, 0, 0, 0);
      cairo_move_to (picture->cr, MARGIN + share * (SCALE - width), picture->y);
      pango_cairo_show_layout (picture->cr, layout);
    }
  picture->y += 30;
}

// All of it from the top; without a cairo context it is measured alone.
static void
put_all (Picture *picture)
{
  picture->y = MARGIN;
  for (guint m = 0; m < picture->scores->n_models; m++)
    put_model (picture, m);
  put_scale (picture, CZ_TINT_SURPRISAL);
  if (picture->kind == CZ_TINT_DIFFERENCE && picture->scores->n_models > 1)
    put_scale (picture, CZ_TINT_DIFFERENCE);
}

static cairo_status_t
take_bytes (void *data, const unsigned char *bytes, unsigned int n)
{
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
draw (Picture *picture, GByteArray *bytes)
{
  int width = (int)(WIDTH * PIXELS), height = (int)ceil ((picture->y + MARGIN) * PIXELS);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_status_t status;

  cairo_surface_set_device_scale (surface, PIXELS, PIXELS);
  picture->cr = cairo_create (surface);
  cairo_set_source_rgb (picture->cr, 1, 1, 1);
  cairo_paint (picture->cr);
  put_all (picture);
  status = cairo_status (picture->cr);
  cairo_destroy (picture->cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, take_bytes, bytes);
  cairo_surface_destroy (surface);
  return status;
}

gboolean
cz_surprisal_picture_save (const CzSurprisalScores *scores,
                           CzTintKind kind,
                           const PangoFontDescription *font,
                           const char *path,
                           GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  PangoContext *context = make_context (font);
  Picture picture = { scores, kind, context, NULL, 0 };
  cairo_status_t status;

  if (strlen (scores->text) <= LONGEST)
    put_all (&picture);
  if (strlen (scores->text) > LONGEST || picture.y > TALLEST)
    {
      g_object_unref (context);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%s: the text is too long for one picture; save it as HTML, or score a part "
                      "of it"),
                   path);
      return FALSE;
    }
  status = draw (&picture, bytes);
  g_object_unref (context);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("%s: the picture could not be drawn: %s"), path,
                   cairo_status_to_string (status));
      return FALSE;
    }
  return cz_atomic_file_save (path, bytes->data, bytes->len, error);
}
