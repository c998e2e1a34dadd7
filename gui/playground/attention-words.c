#include "gui/playground/attention-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/playground/attention-scale.h"

#define PADDING 4.0f // around the text, for the cursor

typedef struct
{
  guint token;
  graphene_rect_t area; // a piece that is wrapped has several
} Place;

struct _CzAttentionWords
{
  GtkWidget parent_instance;
  CzAttentionAnswer *answer; // NULL: nothing yet
  float *row;                // (n_tokens)
  guint query;
  gboolean difference, specials;
  PangoLayout *layout;
  int *starts, *ends; // (n_tokens): bytes of the layout's text; -1: not shown
  GArray *places;     // of Place, in the order of the text
  guint cursor;       // token
  int pointed;        // token under the pointer, -1: none
};

G_DEFINE_FINAL_TYPE (CzAttentionWords, cz_attention_words, GTK_TYPE_WIDGET)

static guint query_signal, pointed_signal;

// ---- The text ----

static void
add_piece (CzAttentionWords *self, GString *text, guint token, const char *piece)
{
  self->starts[token] = (int)text->len;
  g_string_append (text, piece);
  self->ends[token] = (int)text->len;
}

// As the person wrote it, from the first piece that was seen to the last.
static void
add_written (CzAttentionWords *self, GString *text)
{
  const CzAttentionAnswer *answer = self->answer;
  int first = -1, last = -1;

  for (guint i = 0; i < answer->n_tokens; i++)
    {
      const CzAttentionToken *token = &answer->tokens[i];

      if (token->start < 0)
        continue;
      first = first < 0 ? token->start : first;
      last = MAX (last, token->end);
    }
  if (first < 0)
    return;
  if (strspn (answer->text, " \n\t") < (gsize)first)
    g_string_append (text, "… ");
  for (guint i = 0; i < answer->n_tokens; i++)
    {
      const CzAttentionToken *token = &answer->tokens[i];

      if (token->start < 0)
        continue;
      self->starts[i] = (int)text->len + token->start - first;
      self->ends[i] = (int)text->len + token->end - first;
    }
  g_string_append_len (text, answer->text + first, last - first);
  if (answer->note != NULL && answer->text[last] != '\0')
    g_string_append (text, " …");
}

// As the vocabulary has it, where it is not known which part of the text a piece is.
static void
add_pieces (CzAttentionWords *self, GString *text)
{
  for (guint i = 1; i + 1 < self->answer->n_tokens; i++)
    {
      const CzAttentionToken *token = &self->answer->tokens[i];
      gboolean begins = self->answer->words[token->word].first == i;

      if (begins && i > 1)
        g_string_append_c (text, ' ');
      add_piece (self, text, i, begins ? token->piece : token->piece + 2);
    }
}

static char *
make_text (CzAttentionWords *self)
{
  const CzAttentionAnswer *answer = self->answer;
  GString *text = g_string_new (NULL);
  gboolean known = FALSE;

  self->starts = g_renew (int, self->starts, answer->n_tokens);
  self->ends = g_renew (int, self->ends, answer->n_tokens);
  for (guint i = 0; i < answer->n_tokens; i++)
    {
      self->starts[i] = self->ends[i] = -1;
      known = known || answer->tokens[i].start >= 0;
    }
  // A mark of the direction: [CLS] and [MASK] are no words of the text's language.
  g_string_append (text, cz_attention_answer_is_rtl (answer) ? "\u200f" : "\u200e");
  if (self->specials)
    {
      add_piece (self, text, 0, answer->tokens[0].piece);
      g_string_append_c (text, ' ');
    }
  if (known)
    add_written (self, text);
  else
    add_pieces (self, text);
  if (self->specials && answer->n_tokens > 1)
    {
      g_string_append_c (text, ' ');
      add_piece (self, text, answer->n_tokens - 1, answer->tokens[answer->n_tokens - 1].piece);
    }
  return g_string_free (text, FALSE);
}

// ---- Layout ----

// Adds a place, or widens the one that it goes on: where the direction changes within a piece, it
// is told in parts.
static void
add_place (CzAttentionWords *self, const Place *place)
{
  for (guint i = self->places->len; i > 0; i--)
    {
      Place *before = &g_array_index (self->places, Place, i - 1);

      if (before->token != place->token || before->area.origin.y != place->area.origin.y)
        break;
      if (before->area.origin.x > place->area.origin.x + place->area.size.width + 1
          || place->area.origin.x > before->area.origin.x + before->area.size.width + 1)
        continue;
      graphene_rect_union (&before->area, &place->area, &before->area);
      return;
    }
  g_array_append_vals (self->places, place, 1);
}

// Where each piece is, line by line.
static void
find_places (CzAttentionWords *self)
{
  PangoLayoutIter *iter = pango_layout_get_iter (self->layout);
  guint n = self->answer->n_tokens;

  g_array_set_size (self->places, 0);
  do
    {
      PangoLayoutLine *line = pango_layout_iter_get_line_readonly (iter);
      int from = pango_layout_line_get_start_index (line);
      int to = from + pango_layout_line_get_length (line);
      PangoRectangle extents;

      pango_layout_iter_get_line_extents (iter, NULL, &extents);
      for (guint i = 0; i < n; i++)
        {
          int start = MAX (self->starts[i], from), end = MIN (self->ends[i], to), n_ranges;
          g_autofree int *ranges = NULL;

          if (self->starts[i] < 0 || start >= end)
            continue;
          pango_layout_line_get_x_ranges (line, start, end, &ranges, &n_ranges);
          for (int r = 0; r < n_ranges; r++)
            {
              float left = (float)ranges[2 * r] / PANGO_SCALE;
              float right = (float)ranges[2 * r + 1] / PANGO_SCALE;
              Place place
                  = { i,
                      GRAPHENE_RECT_INIT (PADDING + left, PADDING + (float)extents.y / PANGO_SCALE,
                                          right - left, (float)extents.height / PANGO_SCALE) };

              add_place (self, &place);
            }
        }
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

static void
cz_attention_words_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);

  if (self->answer == NULL)
    return;
  pango_layout_set_width (self->layout, MAX (width - 2 * (int)PADDING, 1) * PANGO_SCALE);
  find_places (self);
}

static GtkSizeRequestMode
cz_attention_words_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cz_attention_words_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);
  int before = pango_layout_get_width (self->layout), height;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 160;
      *natural = 600;
      return;
    }
  pango_layout_set_width (self->layout, MAX ((for_size < 0 ? 600 : for_size) - 2 * (int)PADDING, 1)
                                            * PANGO_SCALE);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  pango_layout_set_width (self->layout, before);
  *minimum = *natural = height + 2 * (int)PADDING;
}

// ---- Drawing ----

static void
color_text (CzAttentionWords *self, const CzAttentionScale *scale)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  for (guint i = 0; i < self->answer->n_tokens; i++)
    {
      GdkRGBA ink = cz_attention_scale_get_ink (scale, self->row[i]);
      PangoAttribute *attribute;

      if (self->starts[i] < 0)
        continue;
      attribute = pango_attr_foreground_new ((guint16)(ink.red * G_MAXUINT16),
                                             (guint16)(ink.green * G_MAXUINT16),
                                             (guint16)(ink.blue * G_MAXUINT16));
      attribute->start_index = (guint)self->starts[i];
      attribute->end_index = (guint)self->ends[i];
      pango_attr_list_insert (attributes, attribute);
    }
  pango_layout_set_attributes (self->layout, attributes);
  pango_attr_list_unref (attributes);
}

static void
cz_attention_words_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);
  CzAttentionScale scale = cz_attention_scale_get_current (widget);

  if (self->answer == NULL)
    return;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      GdkRGBA color = cz_attention_scale_get (&scale, self->row[place->token]);

      gtk_snapshot_append_color (snapshot, &color, &place->area);
    }
  color_text (self, &scale);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PADDING, PADDING));
  gtk_snapshot_append_layout (snapshot, self->layout, &scale.foreground);
  gtk_snapshot_restore (snapshot);
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      graphene_rect_t around = place->area;

      graphene_rect_inset (&around, -2, -1);
      if (place->token == self->query)
        cz_attention_scale_draw_frame (snapshot, &around, &scale.foreground, 2, 4);
      else if (place->token == self->cursor && gtk_widget_has_visible_focus (widget))
        cz_attention_scale_draw_frame (snapshot, &around, &scale.more, 2, 4);
      else if ((int)place->token == self->pointed)
        cz_attention_scale_draw_frame (snapshot, &around, &scale.foreground, 1, 4);
    }
}

// ---- Pointer and keys ----

static int
find_token (CzAttentionWords *self, double x, double y)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (graphene_rect_contains_point (&place->area, &GRAPHENE_POINT_INIT ((float)x, (float)y)))
        return (int)place->token;
    }
  return -1;
}

static void
set_pointed (CzAttentionWords *self, int pointed)
{
  if (pointed == self->pointed)
    return;
  self->pointed = pointed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, pointed_signal, 0);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzAttentionWords *self)
{
  set_pointed (self, find_token (self, x, y));
}

static void
pointer_left (GtkEventControllerMotion *motion, CzAttentionWords *self)
{
  set_pointed (self, -1);
}

static void
clicked (GtkGestureClick *click, int n, double x, double y, CzAttentionWords *self)
{
  int token = find_token (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (token < 0)
    return;
  self->cursor = (guint)token;
  g_signal_emit (self, query_signal, 0, self->cursor);
}

static const Place *
get_place (CzAttentionWords *self, guint token)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->token == token)
        return place;
    }
  return NULL;
}

gboolean
cz_attention_words_get_area (CzAttentionWords *self, graphene_rect_t *ret)
{
  gboolean moved = gtk_widget_has_visible_focus (GTK_WIDGET (self));
  const Place *place
      = self->answer != NULL ? get_place (self, moved ? self->cursor : self->query) : NULL;

  if (place == NULL)
    return FALSE;
  *ret = place->area;
  return TRUE;
}

static void
set_cursor (CzAttentionWords *self, guint token)
{
  self->cursor = token;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, pointed_signal, 0);
}

// To the next piece in a direction (1 or -1: as the keys are on the keyboard), or to the end.
static gboolean
move_along (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);
  int by = g_variant_get_int32 (args), n, at;

  if (self->answer == NULL || self->places->len == 0)
    return FALSE;
  n = (int)self->answer->n_tokens;
  if (ABS (by) == 1 && cz_attention_answer_is_rtl (self->answer))
    by = -by;
  at = ABS (by) == 1 ? (int)self->cursor + by : by < 0 ? 0 : n - 1;
  if (ABS (by) > 1)
    by = by < 0 ? 1 : -1; // from the end inwards
  while (at >= 0 && at < n && self->starts[at] < 0)
    at += by;
  if (at >= 0 && at < n)
    set_cursor (self, (guint)at);
  return TRUE;
}

// To the piece that stands above or below; FALSE at the first and last line, so that the page
// scrolls.
static gboolean
move_line (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);
  int by = g_variant_get_int32 (args);
  const Place *from = self->answer != NULL ? get_place (self, self->cursor) : NULL, *best = NULL;
  float middle;

  if (from == NULL)
    return FALSE;
  middle = from->area.origin.x + from->area.size.width / 2;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      float below = ((float)by) * (place->area.origin.y - from->area.origin.y);
      float away = fabsf (place->area.origin.x + place->area.size.width / 2 - middle);

      if (below < 1)
        continue;
      if (best != NULL)
        {
          float best_below = ((float)by) * (best->area.origin.y - from->area.origin.y);

          if (below > best_below + 1
              || (below > best_below - 1
                  && away >= fabsf (best->area.origin.x + best->area.size.width / 2 - middle)))
            continue;
        }
      best = place;
    }
  if (best == NULL)
    return FALSE;
  set_cursor (self, best->token);
  return TRUE;
}

static gboolean
choose (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);

  if (self->answer == NULL)
    return FALSE;
  g_signal_emit (self, query_signal, 0, self->cursor);
  return TRUE;
}

static void
focus_changed (CzAttentionWords *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, pointed_signal, 0);
}

// ---- In words ----

static char *
describe (CzAttentionWords *self, guint token)
{
  g_autofree char *number = cz_attention_write (self->row[token], self->difference);

  // Translators: a word piece, then how much it is looked at.
  return g_strdup_printf (_ ("“%s”: %s"), self->answer->tokens[token].piece, number);
}

char *
cz_attention_words_describe_pointed (CzAttentionWords *self)
{
  if (self->answer == NULL)
    return NULL;
  if (self->pointed >= 0)
    return describe (self, (guint)self->pointed);
  if (gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return describe (self, self->cursor);
  return NULL;
}

// ---- Life ----

static void
style_changed (GtkWidget *widget)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (widget);

  pango_layout_context_changed (self->layout);
  gtk_widget_queue_resize (widget);
}

static void
cz_attention_words_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cz_attention_words_parent_class)->css_changed (widget, change);
  style_changed (widget);
}

static void
cz_attention_words_dispose (GObject *object)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (object);

  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  G_OBJECT_CLASS (cz_attention_words_parent_class)->dispose (object);
}

static void
cz_attention_words_finalize (GObject *object)
{
  CzAttentionWords *self = CZ_ATTENTION_WORDS (object);

  g_object_unref (self->layout);
  g_array_unref (self->places);
  g_free (self->row);
  g_free (self->starts);
  g_free (self->ends);
  G_OBJECT_CLASS (cz_attention_words_parent_class)->finalize (object);
}

static void
cz_attention_words_class_init (CzAttentionWordsClass *klass)
{
  static const guint choices[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_attention_words_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_attention_words_finalize;
  widget_class->snapshot = cz_attention_words_snapshot;
  widget_class->measure = cz_attention_words_measure;
  widget_class->size_allocate = cz_attention_words_size_allocate;
  widget_class->get_request_mode = cz_attention_words_get_request_mode;
  widget_class->css_changed = cz_attention_words_css_changed;
  gtk_widget_class_set_css_name (widget_class, "attention-words");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  query_signal = g_signal_new ("query-chosen", CZ_TYPE_ATTENTION_WORDS, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  pointed_signal = g_signal_new ("pointed", CZ_TYPE_ATTENTION_WORDS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, move_along, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, move_along, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, move_along, "i", -2);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, move_along, "i", 2);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, 0, move_line, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, 0, move_line, "i", 1);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    gtk_widget_class_add_binding (widget_class, choices[i], 0, choose, NULL);
}

static void
cz_attention_words_init (CzAttentionWords *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->pointed = -1;
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_spacing (self->layout, 6 * PANGO_SCALE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect (click, "pressed", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (focus_changed), NULL);
  cz_attention_scale_follow (GTK_WIDGET (self));
}

void
cz_attention_words_show (CzAttentionWords *self,
                         CzAttentionAnswer *answer,
                         guint query,
                         const float *row,
                         gboolean difference,
                         gboolean specials)
{
  g_autofree char *text = NULL;
  g_autofree char *seen = g_strdup (pango_layout_get_text (self->layout));

  cz_attention_answer_ref (answer);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  self->answer = answer;
  self->row = g_renew (float, self->row, answer->n_tokens);
  memcpy (self->row, row, answer->n_tokens * sizeof (float));
  if (query != self->query || self->cursor >= answer->n_tokens)
    self->cursor = query;
  self->query = query;
  self->difference = difference;
  self->specials = specials;
  self->pointed = MIN (self->pointed, (int)answer->n_tokens - 1);
  text = make_text (self);
  pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_text (self->layout, text, -1);
  find_places (self);
  if (g_strcmp0 (text, seen) != 0)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, pointed_signal, 0);
}
