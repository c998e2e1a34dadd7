#include "gui/corpora/block-markup.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"

static const char *
get_tint (gboolean even, gboolean dark)
{
  if (dark)
    return even ? "#4a4438" : "#3a4654";
  return even ? "#f7efdd" : "#e3edf7";
}

static const char *
get_front (gboolean dark)
{
  return dark ? "#1e1e1e" : "#ffffff";
}

// What stands in a hidden piece's place, with the piece itself, smaller, behind it.
static void
append_hidden (
    GString *markup, const char *color, const char *front, const char *there, const char *piece)
{
  g_autofree char *part = g_markup_printf_escaped (
      "<span background=\"%s\" foreground=\"%s\"><b>%s</b> <span size=\"smaller\" "
      "style=\"italic\">%s</span></span>",
      color, front, there, piece);

  g_string_append (markup, part);
}

// at: among the sample's tokens. label: CZ_MASKING_IGNORED, or what is to be guessed where the
// model sees `id`.
static void
append_piece (GString *markup,
              const CzBlockSample *sample,
              guint at,
              guint32 id,
              gint32 label,
              gboolean even,
              gboolean dark)
{
  guint32 word = g_array_index (sample->words, guint32, at);
  gboolean continuation;
  const char *piece
      = cz_tokenizer_get_piece (sample->tokenizer, word & CZ_TOKEN_ID_MASK, &continuation);
  const char *there = cz_tokenizer_get_piece (sample->tokenizer, id, &continuation);
  g_autofree char *part = NULL;

  if (label != CZ_MASKING_IGNORED && id == cz_tokenizer_get_mask_id (sample->tokenizer))
    append_hidden (markup, cz_palette_get_hex (0, dark), get_front (dark), there, piece);
  else if (label != CZ_MASKING_IGNORED && id != (word & CZ_TOKEN_ID_MASK))
    append_hidden (markup, cz_palette_get_hex (4, dark), get_front (dark), there, piece);
  else if (label != CZ_MASKING_IGNORED)
    part = g_markup_printf_escaped (
        "<span underline=\"double\" weight=\"bold\" foreground=\"%s\">%s</span>",
        cz_palette_get_hex (2, dark), piece);
  else if (word & CZ_TOKEN_SPECIAL)
    part = g_markup_printf_escaped ("<span size=\"smaller\" alpha=\"55%%\">%s</span>", piece);
  else
    part = g_markup_printf_escaped ("<span background=\"%s\">%s</span>", get_tint (even, dark),
                                    piece);
  if (part != NULL)
    g_string_append (markup, part);
}

// ids and labels: of the tokens from `start` on; NULL: as they are.
static char *
make_markup (const CzBlockSample *sample,
             guint start,
             guint n,
             const guint32 *ids,
             const gint32 *labels,
             gboolean dark)
{
  g_autoptr (GString) markup = g_string_new (NULL);
  gboolean even = FALSE;

  for (guint i = 0; i < n; i++)
    {
      guint32 word = g_array_index (sample->words, guint32, start + i);

      if (word & CZ_TOKEN_WORD_START)
        even = !even;
      if (i > 0)
        g_string_append (markup, word & CZ_TOKEN_WORD_START
                                     ? " "
                                     : "<span size=\"smaller\" alpha=\"55%\">·</span>");
      append_piece (markup, sample, start + i, ids != NULL ? ids[i] : word & CZ_TOKEN_ID_MASK,
                    labels != NULL ? labels[i] : CZ_MASKING_IGNORED, even, dark);
    }
  return g_string_free (g_steal_pointer (&markup), FALSE);
}

char *
cz_block_markup_pieces (const CzBlockSample *sample, guint start, guint n, gboolean dark)
{
  return make_markup (sample, start, n, NULL, NULL, dark);
}

char *
cz_block_markup_block (const CzBlockSample *sample, guint block, gboolean dark)
{
  guint at = block * sample->block_size;

  return make_markup (sample, at, sample->block_size, sample->ids + at, sample->labels + at, dark);
}

char *
cz_block_markup_legend (gboolean masked, gboolean dark)
{
  if (!masked)
    return g_markup_printf_escaped (
        "<span background=\"%s\"> %s </span> <span background=\"%s\"> %s </span>  "
        "<span alpha=\"70%%\">%s</span>",
        get_tint (FALSE, dark), _ ("one word"), get_tint (TRUE, dark), _ ("the next"),
        _ ("A dot joins the pieces of a word; [CLS] and [SEP] stand around a document."));
  return g_markup_printf_escaped (
      "<span background=\"%s\" foreground=\"%s\"> %s </span>  "
      "<span background=\"%s\" foreground=\"%s\"> %s </span>  "
      "<span underline=\"double\" weight=\"bold\" foreground=\"%s\">%s</span>",
      cz_palette_get_hex (0, dark), get_front (dark), _ ("hidden behind [MASK]"),
      cz_palette_get_hex (4, dark), get_front (dark), _ ("replaced by a random piece"),
      cz_palette_get_hex (2, dark), _ ("left as it is, but to be guessed"));
}
