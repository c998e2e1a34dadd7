#include "gui/playground/surprisal-text.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>

// A paragraph is laid out as a whole: one of a hundred thousand characters would hold the window
// up. After so many the next space, or the next word's beginning, breaks the line.
#define LONGEST_LINE 2000
// How long words are tinted at a stretch, in microseconds, and how many between looks at the clock.
#define STRETCH 4000
#define BATCH   32

// A word as it lies in the buffer, in characters.
typedef struct
{
  int start, end;
  guint word; // in the scores
} Place;

struct _CzSurprisalText
{
  GtkTextView parent_instance;
  CzSurprisalScores *scores; // NULL: nothing yet
  guint model;
  CzTintKind kind;
  CzTintStyle style;
  GArray *places; // of Place
  GtkTextTag *tags[CZ_TINT_STEPS];
  GtkTextTag *unscored;
  GtkTextTag *seam; // where another window begins
  guint tinted;     // of the places, how many have their tint
  guint tinting;    // idle source
  gboolean filling; // the caret's moves are not the person's
  int framed;       // word, -1: none
  int told;         // the word told of last
  gboolean pointed; // the pointer is on a word
  int width;        // that it was last laid out for
};

G_DEFINE_FINAL_TYPE (CzSurprisalText, cz_surprisal_text, GTK_TYPE_TEXT_VIEW)

static guint word_pointed_signal;

// ---- Tints ----

static double
get_bits (CzSurprisalText *self, guint word)
{
  return self->kind == CZ_TINT_DIFFERENCE
             ? cz_surprisal_scores_get_difference (self->scores, word, self->model)
             : cz_surprisal_scores_get_word (self->scores, word)->bits[self->model];
}

static void
color_tags (CzSurprisalText *self)
{
  self->style = cz_tint_style_get ();
  for (guint step = 0; step < CZ_TINT_STEPS; step++)
    {
      CzTint tint = cz_tint_get (self->kind, step, self->style);

      g_object_set (self->tags[step], "background-rgba", tint.tinted ? &tint.back : NULL,
                    "foreground-rgba", tint.tinted ? &tint.front : NULL, "overline",
                    tint.line_above ? PANGO_OVERLINE_SINGLE : PANGO_OVERLINE_NONE, "underline",
                    tint.line_below ? PANGO_UNDERLINE_SINGLE : PANGO_UNDERLINE_NONE, NULL);
    }
}

static gboolean
tint_more (gpointer data)
{
  CzSurprisalText *self = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  gint64 until = g_get_monotonic_time () + STRETCH;
  GtkTextIter start, end;

  while (self->tinted < self->places->len)
    {
      const Place *place = &g_array_index (self->places, Place, self->tinted++);
      double bits = get_bits (self, place->word);

      gtk_text_buffer_get_iter_at_offset (buffer, &start, place->start);
      end = start;
      gtk_text_iter_forward_chars (&end, place->end - place->start);
      gtk_text_buffer_apply_tag (
          buffer, isnan (bits) ? self->unscored : self->tags[cz_tint_get_step (self->kind, bits)],
          &start, &end);
      if (self->tinted % BATCH == 0 && g_get_monotonic_time () > until)
        return G_SOURCE_CONTINUE;
    }
  self->tinting = 0;
  return G_SOURCE_REMOVE;
}

static void
tint (CzSurprisalText *self)
{
  g_clear_handle_id (&self->tinting, g_source_remove);
  self->tinted = 0;
  // What fits one stretch is there with the text.
  if (tint_more (self) == G_SOURCE_CONTINUE)
    self->tinting = g_idle_add (tint_more, self);
}

static void
style_changed (CzSurprisalText *self)
{
  if (!cz_tint_style_equal (self->style, cz_tint_style_get ()))
    color_tags (self);
}

// ---- The text ----

// Appends what lies between two words; breaks the line there if it has become too long.
static void
append_gap (GString *shown, const char *gap, gsize length, gsize *line)
{
  gsize at = shown->len;

  g_string_append_len (shown, gap, (gssize)length);
  if (memchr (gap, '\n', length) != NULL)
    *line = shown->len;
  else if (shown->len - *line > LONGEST_LINE)
    {
      char *space = strchr (shown->str + at, ' ');

      if (space != NULL)
        *space = '\n';
      else
        g_string_append_c (shown, '\n');
      *line = shown->len;
    }
}

// The text as it is shown, freed by the caller; places are filled in on the way.
static char *
lay_out (CzSurprisalText *self)
{
  const CzSurprisalScores *scores = self->scores;
  GString *shown = g_string_sized_new (strlen (scores->text) + 64);
  gsize line = 0, counted = 0;
  guint done = 0;
  int characters = 0;

  g_array_set_size (self->places, 0);
  for (guint i = 0; i < scores->words->len; i++)
    {
      const CzSurprisalWord *word = cz_surprisal_scores_get_word (scores, i);
      Place place = { .word = i };

      // Another model's word, or one that overlaps the last.
      if (word->n[self->model] == 0 || word->start < done)
        continue;
      append_gap (shown, scores->text + done, word->start - done, &line);
      characters += (int)g_utf8_strlen (shown->str + counted, (gssize)(shown->len - counted));
      counted = shown->len;
      place.start = characters;
      g_string_append_len (shown, scores->text + word->start, word->end - word->start);
      characters += (int)g_utf8_strlen (shown->str + counted, (gssize)(shown->len - counted));
      counted = shown->len;
      place.end = characters;
      done = word->end;
      g_array_append_val (self->places, place);
    }
  g_string_append (shown, scores->text + done);
  return g_string_free (shown, FALSE);
}

// The last place that begins at or before a character; -1: none.
static int
place_before (CzSurprisalText *self, int offset)
{
  guint low = 0, high = self->places->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->places, Place, middle).start <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return (int)low - 1;
}

static const Place *
find_place (CzSurprisalText *self, int word)
{
  guint low = 0, high = self->places->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const Place *place = &g_array_index (self->places, Place, middle);

      if ((int)place->word == word)
        return place;
      if ((int)place->word < word)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

// Where the next window takes over, a thin bracket stands before the first word it scored.
static void
mark_seams (CzSurprisalText *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  guint last = 0;

  for (guint i = 0; self->scores->models[self->model].n_windows > 1 && i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      guint window = cz_surprisal_scores_get_window (self->scores, place->word, self->model);
      GtkTextIter start, end;

      if (window == last)
        continue;
      last = window;
      gtk_text_buffer_get_iter_at_offset (buffer, &start, place->start);
      end = start;
      gtk_text_iter_forward_char (&end);
      gtk_text_buffer_apply_tag (buffer, self->seam, &start, &end);
    }
}

void
cz_surprisal_text_show (CzSurprisalText *self,
                        CzSurprisalScores *scores,
                        guint model,
                        CzTintKind kind)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  g_autofree char *shown = NULL;
  GtkTextIter start;

  cz_surprisal_scores_ref (scores);
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  self->scores = scores;
  self->model = model;
  self->kind = kind;
  self->framed = self->told = -1;
  shown = lay_out (self);
  color_tags (self);
  self->filling = TRUE;
  gtk_text_buffer_set_text (buffer, shown, -1);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  self->filling = FALSE;
  mark_seams (self);
  tint (self);
}

// ---- Where words are ----

// The frames of the lines a word lies on, in the buffer's coordinates, joined where they are one
// line; a word seldom has two. Right-to-left characters' widths may be negative.
static guint
get_frames (CzSurprisalText *self, int word, GdkRectangle *ret_frames, guint room)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  const Place *place = find_place (self, word);
  GtkTextIter at;
  guint n = 0;

  if (place == NULL)
    return 0;
  gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (view), &at, place->start);
  for (int i = place->start; i < place->end; i++, gtk_text_iter_forward_char (&at))
    {
      GdkRectangle area;

      gtk_text_view_get_iter_location (view, &at, &area);
      if (area.width < 0)
        {
          area.x += area.width;
          area.width = -area.width;
        }
      if (n > 0 && ret_frames[n - 1].y == area.y)
        gdk_rectangle_union (&ret_frames[n - 1], &area, &ret_frames[n - 1]);
      else if (n < room)
        ret_frames[n++] = area;
    }
  return n;
}

gboolean
cz_surprisal_text_get_area (CzSurprisalText *self, int word, GdkRectangle *ret_area)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GdkRectangle frame, visible;

  if (get_frames (self, word, &frame, 1) == 0)
    return FALSE;
  gtk_text_view_get_visible_rect (view, &visible);
  if (frame.y + frame.height <= visible.y || frame.y >= visible.y + visible.height)
    return FALSE;
  *ret_area = frame;
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, frame.x, frame.y,
                                         &ret_area->x, &ret_area->y);
  return TRUE;
}

void
cz_surprisal_text_frame (CzSurprisalText *self, int word)
{
  if (self->framed == word)
    return;
  self->framed = word;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
append_line (
    GtkSnapshot *snapshot, const GdkRGBA *color, float x, float y, float width, float height)
{
  gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x, y, width, height));
}

// Before the first words of windows: an opening bracket of thin lines.
static void
draw_seams (CzSurprisalText *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GdkRectangle visible;
  GtkTextIter at, end;

  if (self->scores == NULL || self->scores->models[self->model].n_windows < 2)
    return;
  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &at, visible.y, NULL);
  gtk_text_view_get_line_at_y (view, &end, visible.y + visible.height, NULL);
  gtk_text_iter_forward_to_line_end (&end);
  for (gtk_text_iter_backward_char (&at); gtk_text_iter_forward_to_tag_toggle (&at, self->seam)
                                          && gtk_text_iter_compare (&at, &end) < 0;)
    {
      GdkRectangle area;
      float left, top, height;
      gboolean rightmost;

      if (!gtk_text_iter_starts_tag (&at, self->seam))
        continue;
      gtk_text_view_get_iter_location (view, &at, &area);
      rightmost = area.width < 0;
      left = rightmost ? (float)area.x + 1 : (float)area.x - 2;
      top = (float)area.y;
      height = (float)area.height;
      append_line (snapshot, color, left, top, 1, height);
      append_line (snapshot, color, rightmost ? left - 3 : left, top, 4, 1);
      append_line (snapshot, color, rightmost ? left - 3 : left, top + height - 1, 4, 1);
    }
}

static void
cz_surprisal_text_snapshot_layer (GtkTextView *view, GtkTextViewLayer layer, GtkSnapshot *snapshot)
{
  CzSurprisalText *self = CZ_SURPRISAL_TEXT (view);
  GdkRectangle frames[2];
  GdkRGBA color;
  guint n;

  if (layer != GTK_TEXT_VIEW_LAYER_ABOVE_TEXT)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  draw_seams (self, snapshot, &color);
  n = self->framed >= 0 ? get_frames (self, self->framed, frames, G_N_ELEMENTS (frames)) : 0;
  for (guint i = 0; i < n; i++)
    {
      static const float widths[] = { 2, 2, 2, 2 };
      const GdkRGBA colors[] = { color, color, color, color };
      GskRoundedRect frame;

      gsk_rounded_rect_init_from_rect (
          &frame,
          &GRAPHENE_RECT_INIT ((float)frames[i].x - 2, (float)frames[i].y - 1,
                               (float)frames[i].width + 4, (float)frames[i].height + 2),
          3);
      gtk_snapshot_append_border (snapshot, &frame, widths, colors);
    }
}

// ---- Pointer and caret ----

static void
tell (CzSurprisalText *self, int word)
{
  if (self->told == word)
    return;
  self->told = word;
  g_signal_emit (self, word_pointed_signal, 0, word);
}

// The word at a character, or that ends there.
static int
word_at (CzSurprisalText *self, int offset, gboolean at_end)
{
  int at = place_before (self, offset);
  const Place *place = at >= 0 ? &g_array_index (self->places, Place, at) : NULL;

  return place != NULL && offset < place->end + at_end ? (int)place->word : -1;
}

static void
tell_caret (CzSurprisalText *self)
{
  int offset;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), "cursor-position", &offset, NULL);
  tell (self, gtk_widget_has_focus (GTK_WIDGET (self)) ? word_at (self, offset, TRUE) : -1);
}

static void
caret_moved (CzSurprisalText *self)
{
  if (!self->filling && gtk_widget_has_focus (GTK_WIDGET (self)))
    tell_caret (self);
}

static void
pointer_moved (CzSurprisalText *self, double x, double y)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextIter at;
  int buffer_x, buffer_y, word = -1;

  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, (int)x, (int)y, &buffer_x,
                                         &buffer_y);
  if (gtk_text_view_get_iter_at_location (view, &at, buffer_x, buffer_y))
    word = word_at (self, gtk_text_iter_get_offset (&at), FALSE);
  if (word >= 0)
    {
      self->pointed = TRUE;
      tell (self, word);
    }
  else if (self->pointed)
    {
      self->pointed = FALSE;
      tell_caret (self);
    }
}

static void
pointer_left (CzSurprisalText *self)
{
  if (!self->pointed)
    return;
  self->pointed = FALSE;
  tell_caret (self);
}

static gboolean
key_pressed (CzSurprisalText *self, guint keyval)
{
  if (keyval != GDK_KEY_Escape || self->told < 0)
    return GDK_EVENT_PROPAGATE;
  tell (self, -1);
  return GDK_EVENT_STOP;
}

// ---- Life ----

static void
resize (gpointer text)
{
  gtk_widget_queue_resize (text);
  g_object_unref (text);
}

// A text view asks for the height that its text has at the width of before: it is asked again.
static void
cz_surprisal_text_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzSurprisalText *self = CZ_SURPRISAL_TEXT (widget);

  GTK_WIDGET_CLASS (cz_surprisal_text_parent_class)
      ->size_allocate (widget, width, height, baseline);
  if (width == self->width)
    return;
  self->width = width;
  g_idle_add_once (resize, g_object_ref (self));
}

static void
cz_surprisal_text_dispose (GObject *object)
{
  CzSurprisalText *self = CZ_SURPRISAL_TEXT (object);

  g_clear_handle_id (&self->tinting, g_source_remove);
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  G_OBJECT_CLASS (cz_surprisal_text_parent_class)->dispose (object);
}

static void
cz_surprisal_text_finalize (GObject *object)
{
  g_array_unref (CZ_SURPRISAL_TEXT (object)->places);
  G_OBJECT_CLASS (cz_surprisal_text_parent_class)->finalize (object);
}

static void
cz_surprisal_text_class_init (CzSurprisalTextClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_surprisal_text_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_surprisal_text_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = cz_surprisal_text_size_allocate;
  GTK_TEXT_VIEW_CLASS (klass)->snapshot_layer = cz_surprisal_text_snapshot_layer;
  word_pointed_signal = g_signal_new ("word-pointed", CZ_TYPE_SURPRISAL_TEXT, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
follow_input (CzSurprisalText *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (tell_caret), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (tell_caret), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
cz_surprisal_text_init (CzSurprisalText *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));

  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->framed = self->told = -1;
  g_object_set (self, "editable", FALSE, "cursor-visible", TRUE, "accepts-tab", FALSE, "wrap-mode",
                GTK_WRAP_WORD_CHAR, "left-margin", 15, "right-margin", 15, "top-margin", 12,
                "bottom-margin", 12, "pixels-above-lines", 3, "pixels-below-lines", 3,
                "pixels-inside-wrap", 6, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "surprisal-text");
  for (guint step = 0; step < CZ_TINT_STEPS; step++)
    self->tags[step] = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  self->unscored = gtk_text_buffer_create_tag (buffer, NULL, "style", PANGO_STYLE_ITALIC, NULL);
  self->seam = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  follow_input (self);
  g_signal_connect_swapped (buffer, "notify::cursor-position", G_CALLBACK (caret_moved), self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_surprisal_text_new (void)
{
  return g_object_new (CZ_TYPE_SURPRISAL_TEXT, NULL);
}
