#include "gui/playground/surprisal-result.h"

#include <glib/gi18n.h>

#include "gui/playground/surprisal-card.h"
#include "gui/playground/surprisal-scale.h"
#include "gui/playground/surprisal-section.h"
#include "gui/playground/surprisal-table.h"

#define GAP       6  // between a word and its card
#define CARD_ROOM 72 // below the last text, so that a card seldom lies over what is above a word

struct _CzSurprisalResult
{
  AdwBin parent_instance;
  GtkOverlay *overlay;
  GtkWidget *page; // of the texts and their legend
  GtkBox *texts;
  GtkWidget *scale;
  GtkWidget *difference_scale;
  GtkLabel *windows;
  CzSurprisalSection *sections[CZ_SURPRISAL_MODELS];
  CzSurprisalTable *table;
  GtkWidget *card;
  CzSurprisalScores *scores; // NULL: nothing yet
  CzTintKind kind;
  gboolean in_table;   // the table is what is shown
  CzSurprisalText *at; // the text that the word is pointed at in
  int word;            // -1: none
};

G_DEFINE_FINAL_TYPE (CzSurprisalResult, cz_surprisal_result, ADW_TYPE_BIN)

// ---- The card ----

// Below the word, or above it where there is no room, within the result.
static gboolean
place_card (GtkOverlay *overlay, GtkWidget *child, GdkRectangle *ret, CzSurprisalResult *self)
{
  GdkRectangle area;
  GtkRequisition size;
  double x, y;
  int width = gtk_widget_get_width (GTK_WIDGET (overlay));
  int height = gtk_widget_get_height (GTK_WIDGET (overlay));

  if (child != self->card || self->at == NULL
      || !cz_surprisal_text_get_area (self->at, self->word, &area)
      || !gtk_widget_translate_coordinates (GTK_WIDGET (self->at), GTK_WIDGET (overlay), area.x,
                                            area.y, &x, &y))
    return FALSE;
  gtk_widget_get_preferred_size (child, NULL, &size);
  ret->width = MIN (size.width, width);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, ret->width, NULL, &ret->height, NULL, NULL);
  ret->x = CLAMP ((int)x, 0, width - ret->width);
  ret->y = (int)y + area.height + GAP;
  if (ret->y + ret->height > height)
    ret->y = (int)y - GAP - ret->height;
  ret->y = MAX (ret->y, 0);
  return TRUE;
}

static void
move_card (CzSurprisalResult *self)
{
  if (self->word >= 0)
    gtk_widget_queue_allocate (GTK_WIDGET (self->overlay));
}

static void
word_pointed (CzSurprisalText *text, int word, CzSurprisalResult *self)
{
  g_autofree char *lines = NULL;

  if (self->scores == NULL || (word < 0 && text != self->at))
    return;
  self->at = word >= 0 ? text : NULL;
  self->word = word;
  for (guint m = 0; m < self->scores->n_models; m++)
    cz_surprisal_text_frame (cz_surprisal_section_get_text (self->sections[m]), word);
  gtk_widget_set_visible (self->card, word >= 0);
  if (word < 0)
    return;
  cz_surprisal_card_show (CZ_SURPRISAL_CARD (self->card), self->scores, (guint)word);
  lines = cz_surprisal_card_describe (self->scores, (guint)word);
  // The card floats beside the text: whoever hears the window hears it here.
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, lines,
                                  -1);
  move_card (self);
}

// ---- Showing ----

static void
show_windows (CzSurprisalResult *self)
{
  const CzSurprisalModel *longest = NULL;
  g_autofree char *text = NULL;

  for (guint m = 0; m < self->scores->n_models; m++)
    {
      if (self->scores->models[m].n_windows > 1
          && (longest == NULL || self->scores->models[m].n_windows > longest->n_windows))
        longest = &self->scores->models[m];
    }
  gtk_widget_set_visible (GTK_WIDGET (self->windows), longest != NULL);
  if (longest == NULL)
    return;
  text = g_strdup_printf (
      // Translators: %s is a model's name.
      ngettext ("The text is longer than %s can see at once: it was scored in %u window. A thin "
                "bracket stands where the next window takes over.",
                "The text is longer than %s can see at once: it was scored in %u windows that "
                "overlap. A thin "
                "bracket stands where the next window takes over.",
                longest->n_windows),
      longest->title, longest->n_windows);
  gtk_label_set_label (self->windows, text);
}

// Fills what is looked at; the other waits until it is.
static void
fill (CzSurprisalResult *self)
{
  if (self->scores == NULL)
    return;
  if (self->in_table)
    {
      cz_surprisal_table_show (self->table, self->scores);
      return;
    }
  for (guint m = 0; m < CZ_SURPRISAL_MODELS; m++)
    {
      gboolean shown = m < self->scores->n_models;

      gtk_widget_set_visible (GTK_WIDGET (self->sections[m]), shown);
      if (shown)
        cz_surprisal_section_show (self->sections[m], self->scores, m,
                                   m == 0 ? CZ_TINT_SURPRISAL : self->kind);
    }
  gtk_widget_set_visible (self->difference_scale,
                          self->kind == CZ_TINT_DIFFERENCE && self->scores->n_models > 1);
  show_windows (self);
}

static void
point_nowhere (CzSurprisalResult *self)
{
  self->at = NULL;
  self->word = -1;
  gtk_widget_set_visible (self->card, FALSE);
}

void
cz_surprisal_result_show (CzSurprisalResult *self, CzSurprisalScores *scores)
{
  cz_surprisal_scores_ref (scores);
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  self->scores = scores;
  point_nowhere (self);
  fill (self);
}

void
cz_surprisal_result_set_kind (CzSurprisalResult *self, CzTintKind kind)
{
  if (self->kind == kind)
    return;
  self->kind = kind;
  point_nowhere (self);
  if (!self->in_table)
    fill (self);
}

void
cz_surprisal_result_set_side_by_side (CzSurprisalResult *self, gboolean side_by_side)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->texts), side_by_side
                                                                    ? GTK_ORIENTATION_HORIZONTAL
                                                                    : GTK_ORIENTATION_VERTICAL);
  gtk_box_set_homogeneous (self->texts, side_by_side);
  point_nowhere (self);
}

void
cz_surprisal_result_set_table (CzSurprisalResult *self, gboolean table)
{
  if (self->in_table == table)
    return;
  self->in_table = table;
  point_nowhere (self);
  gtk_widget_set_visible (self->page, !table);
  gtk_widget_set_visible (GTK_WIDGET (self->table), table);
  fill (self);
}

// ---- Life ----

static void
cz_surprisal_result_dispose (GObject *object)
{
  CzSurprisalResult *self = CZ_SURPRISAL_RESULT (object);

  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  G_OBJECT_CLASS (cz_surprisal_result_parent_class)->dispose (object);
}

static void
cz_surprisal_result_class_init (CzSurprisalResultClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_surprisal_result_dispose;
}

static GtkWidget *
add_scale (GtkBox *box, CzTintKind kind, const char *title)
{
  GtkWidget *part = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (part), label);
  gtk_box_append (GTK_BOX (part), cz_surprisal_scale_new (kind));
  gtk_box_append (box, part);
  return part;
}

static GtkWidget *
make_texts (CzSurprisalResult *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scales = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);

  add_scale (GTK_BOX (scales), CZ_TINT_SURPRISAL, _ ("Surprisal of each word when it is hidden"));
  self->difference_scale
      = add_scale (GTK_BOX (scales), CZ_TINT_DIFFERENCE,
                   _ ("Less surprising (line above) … more surprising (line below)"));
  gtk_box_append (GTK_BOX (page), scales);
  self->windows = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->windows, TRUE);
  gtk_label_set_max_width_chars (self->windows, 80);
  gtk_label_set_xalign (self->windows, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->windows), "dim-label");
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->windows));
  self->texts = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 18));
  for (guint m = 0; m < CZ_SURPRISAL_MODELS; m++)
    {
      self->sections[m] = CZ_SURPRISAL_SECTION (cz_surprisal_section_new ());
      g_signal_connect (cz_surprisal_section_get_text (self->sections[m]), "word-pointed",
                        G_CALLBACK (word_pointed), self);
      g_signal_connect_swapped (cz_surprisal_section_get_adjustment (self->sections[m]),
                                "value-changed", G_CALLBACK (move_card), self);
      gtk_box_append (self->texts, GTK_WIDGET (self->sections[m]));
    }
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->texts));
  gtk_widget_set_margin_bottom (page, CARD_ROOM);
  return page;
}

static void
cz_surprisal_result_init (CzSurprisalResult *self)
{
  GtkWidget *box;

  self->word = -1;
  self->overlay = GTK_OVERLAY (gtk_overlay_new ());
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->table = CZ_SURPRISAL_TABLE (cz_surprisal_table_new ());
  self->page = make_texts (self);
  gtk_widget_set_visible (GTK_WIDGET (self->table), FALSE);
  gtk_box_append (GTK_BOX (box), self->page);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->table));
  gtk_overlay_set_child (self->overlay, box);
  self->card = cz_surprisal_card_new ();
  gtk_widget_set_visible (self->card, FALSE);
  gtk_overlay_add_overlay (self->overlay, self->card);
  g_signal_connect (self->overlay, "get-child-position", G_CALLBACK (place_card), self);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->overlay));
}
