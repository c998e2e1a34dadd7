#include "gui/playground/prompt.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/playground/key-trace.h"
#include "gui/playground/prompt-masking.h"

// Small enough that the brackets do not look out of the corners.
#define CHIP_RADIUS 5
// What a chip's colour is multiplied with where it is chosen.
#define DARKER 0.6F

struct _CzPrompt
{
  GtkTextView parent_instance;
  CzPromptBuffer *buffer;
  PangoLayout *label;           // on the chips
  int width;                    // that it was last laid out for
  gboolean click_masks;         // property "click-masks"
  guint under_start, under_end; // the word or mask under the pointer; equal: none
  gboolean pressed;             // the button went down where its release may mask
  double pressed_x, pressed_y;  // in the widget
  guint32 pressed_at;           // milliseconds
  gboolean click_changed;       // the last click masked or unmasked
  guint clicked_start;          // what it did that to, as the text was before
  guint clicked_end;
};

G_DEFINE_FINAL_TYPE (CzPrompt, cz_prompt, GTK_TYPE_TEXT_VIEW)

enum
{
  PROP_CLICK_MASKS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

// ---- The pointer ----

// Where a character stands. Of what runs from right to left GTK tells the right edge, and a width
// below 0.
static GdkRectangle
get_place (CzPrompt *self, const GtkTextIter *iter)
{
  GdkRectangle place;

  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), iter, &place);
  if (place.width < 0)
    {
      place.x += place.width;
      place.width = -place.width;
    }
  return place;
}

// The character under a point of the widget; FALSE: none.
static gboolean
find_character (CzPrompt *self, double x, double y, guint *ret_character)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextIter iter;
  GdkRectangle place;
  int at_x, at_y, trailing;

  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, (int)x, (int)y, &at_x,
                                         &at_y);
  // The other function of this kind gives the place nearest to the point, which may be behind it.
  if (!gtk_text_view_get_iter_at_position (view, &iter, &trailing, at_x, at_y))
    return FALSE;
  // Right of the text the last character is given, too.
  place = get_place (self, &iter);
  if (at_y < place.y || at_y > place.y + place.height || at_x < place.x - 2
      || at_x > place.x + place.width + 2)
    return FALSE;
  *ret_character = cz_prompt_buffer_offset_of (self->buffer, &iter);
  return TRUE;
}

static void
set_under (CzPrompt *self, guint start, guint end)
{
  if (start == self->under_start && end == self->under_end)
    return;
  self->under_start = start;
  self->under_end = end;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), start < end ? "pointer" : "text");
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pointer_moved (GtkEventControllerMotion *controller, double x, double y, CzPrompt *self)
{
  GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  guint character, start = 0, end = 0;

  if (self->click_masks && (state & (GDK_BUTTON1_MASK | GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0
      && find_character (self, x, y, &character))
    cz_prompt_masking_find (self->buffer, character, &start, &end);
  set_under (self, start, end);
}

static void
pointer_left (GtkEventControllerMotion *controller, CzPrompt *self)
{
  set_under (self, 0, 0);
}

static gboolean
is_near (CzPrompt *self, double x, double y)
{
  int threshold;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-dnd-drag-threshold", &threshold,
                NULL);
  return fabs (x - self->pressed_x) < threshold && fabs (y - self->pressed_y) < threshold;
}

// The first click of a double click has masked the word, or brought it back: that is taken back, as
// if it had not been, and the word is chosen instead.
static void
choose_clicked (CzPrompt *self)
{
  GtkTextIter start, end;

  cz_prompt_buffer_forget_last (self->buffer);
  cz_prompt_buffer_get_iter (self->buffer, self->clicked_start, &start);
  cz_prompt_buffer_get_iter (self->buffer, self->clicked_end, &end);
  gtk_text_buffer_select_range (GTK_TEXT_BUFFER (self->buffer), &end, &start);
}

// TRUE: the text view is not to see it.
static gboolean
button_pressed (CzPrompt *self, GdkEvent *event, double x, double y)
{
  GdkModifierType state = gdk_event_get_modifier_state (event);
  guint32 at = gdk_event_get_time (event);
  gboolean plain = (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0;
  int double_click;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-double-click-time", &double_click,
                NULL);
  if (plain && self->click_changed && at - self->pressed_at < (guint32)double_click
      && is_near (self, x, y))
    {
      self->click_changed = self->pressed = FALSE;
      choose_clicked (self);
      return TRUE;
    }
  self->click_changed = FALSE;
  // Where something is chosen, a click only ends that; a double click chooses.
  self->pressed = plain && self->click_masks
                  && !gtk_text_buffer_get_has_selection (GTK_TEXT_BUFFER (self->buffer))
                  && !(at - self->pressed_at < (guint32)double_click && is_near (self, x, y));
  self->pressed_x = x;
  self->pressed_y = y;
  self->pressed_at = at;
  return FALSE;
}

// Neither the cursor nor an end of the selection stays within a mask.
static void
leave_masks (CzPrompt *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextMark *marks[]
      = { gtk_text_buffer_get_insert (buffer), gtk_text_buffer_get_selection_bound (buffer) };
  GtkTextIter iters[2];
  int order;

  for (guint i = 0; i < 2; i++)
    gtk_text_buffer_get_iter_at_mark (buffer, &iters[i], marks[i]);
  order = gtk_text_iter_compare (&iters[0], &iters[1]);
  for (guint i = 0; i < 2; i++)
    {
      guint mask, offset = cz_prompt_buffer_offset_of (self->buffer, &iters[i]), start;
      gboolean outward = i == 0 ? order > 0 : order < 0;

      if (!cz_prompt_masking_find_mask (self->buffer, offset, FALSE, &mask))
        continue;
      start = cz_prompt_buffer_get_mask (self->buffer, mask);
      if (order == 0)
        outward = offset - start > CZ_MASK_LENGTH / 2;
      cz_prompt_buffer_get_iter (self->buffer, outward ? start + CZ_MASK_LENGTH : start, &iters[i]);
    }
  gtk_text_buffer_select_range (buffer, &iters[0], &iters[1]);
}

// The button was let go where it went down: masks, or brings back, what lies there.
static void
click (CzPrompt *self, double x, double y)
{
  guint character, start, end, mask;
  if (!find_character (self, x, y, &character)
      || !cz_prompt_masking_find (self->buffer, character, &start, &end))
    return;
  if (!cz_prompt_masking_find_mask (self->buffer, character, FALSE, &mask))
    cz_prompt_masking_hide (self->buffer, start, end);
  else if (!cz_prompt_masking_show (self->buffer, mask))
    return;
  self->click_changed = TRUE;
  self->clicked_start = start;
  self->clicked_end = end;
}

static gboolean
handle_click (gpointer data)
{
  CzPrompt *self = data;

  // The text view counts clicks by a clock of its own: what it chose just now was no double click.
  click (self, self->pressed_x, self->pressed_y);
  leave_masks (self);
  return G_SOURCE_REMOVE;
}

static gboolean
button_event (GtkEventControllerLegacy *controller, GdkEvent *event, CzPrompt *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkEventType type = gdk_event_get_event_type (event);
  GtkNative *native = gtk_widget_get_native (widget);
  double x, y, native_x, native_y;

  if ((type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE)
      || gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY || native == NULL
      || !gdk_event_get_position (event, &x, &y))
    return GDK_EVENT_PROPAGATE;
  gtk_native_get_surface_transform (native, &native_x, &native_y);
  gtk_widget_translate_coordinates (GTK_WIDGET (native), widget, x - native_x, y - native_y, &x,
                                    &y);
  if (type == GDK_BUTTON_PRESS)
    return button_pressed (self, event, x, y);
  // The text view places its cursor first.
  if (self->pressed && is_near (self, x, y))
    g_idle_add_full (G_PRIORITY_HIGH, handle_click, g_object_ref (self), g_object_unref);
  else
    leave_masks (self);
  self->pressed = FALSE;
  return GDK_EVENT_PROPAGATE;
}

static gboolean
cz_prompt_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  CzPrompt *self = CZ_PROMPT (widget);
  g_autofree char *text = NULL;
  const char *word;
  guint character, mask;

  if (keyboard || !find_character (self, x, y, &character)
      || !cz_prompt_masking_find_mask (self->buffer, character, FALSE, &mask))
    return FALSE;
  word = cz_prompt_buffer_get_word (self->buffer, mask);
  text = word != NULL ? g_strdup_printf (_ ("Hides “%s”. A click shows it again."), word)
                      : g_strdup (_ ("Typed as a mask: it hides no word."));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

// ---- Drawing ----

// Where a stretch of text stands, as far as it is on the line it begins on; *ret_end: how far that
// is.
static GdkRectangle
locate (CzPrompt *self, guint start, guint end, guint *ret_end)
{
  GdkRectangle place, more;
  GtkTextIter iter;

  cz_prompt_buffer_get_iter (self->buffer, start, &iter);
  place = get_place (self, &iter);
  for (*ret_end = start + 1; *ret_end < end; (*ret_end)++)
    {
      cz_prompt_buffer_get_iter (self->buffer, *ret_end, &iter);
      more = get_place (self, &iter);
      if (more.y != place.y)
        break;
      gdk_rectangle_union (&place, &more, &place);
    }
  return place;
}

// What a chip is drawn with; looked up once for all of a frame.
typedef struct
{
  GtkSnapshot *snapshot;
  GdkRectangle seen;
  GdkRGBA color, selected_color, text_color, line_color;
  gboolean contrast;
  guint selected_from, selected_to; // offsets of the text
} Brush;

// A rounded box over the mask's text, which it hides. Where a mask is broken at a line's end there
// are two.
static void
draw_chip (CzPrompt *self, const Brush *brush, guint mask)
{
  guint start = cz_prompt_buffer_get_mask (self->buffer, mask), end = start + CZ_MASK_LENGTH;
  gboolean selected = brush->selected_from < end && brush->selected_to > start;

  while (start < end)
    {
      guint begin = start;
      GdkRectangle place = locate (self, start, end, &start);
      // The whole cell: what is not covered of the brackets would be seen.
      graphene_rect_t box = GRAPHENE_RECT_INIT ((float)place.x, (float)place.y, (float)place.width,
                                                (float)place.height);
      GskRoundedRect chip;
      int width, height;

      if (place.y > brush->seen.y + brush->seen.height || place.y + place.height < brush->seen.y)
        continue;
      gsk_rounded_rect_init_from_rect (&chip, &box, CHIP_RADIUS);
      gtk_snapshot_push_rounded_clip (brush->snapshot, &chip);
      gtk_snapshot_append_color (brush->snapshot, selected ? &brush->selected_color : &brush->color,
                                 &box);
      gtk_snapshot_pop (brush->snapshot);
      if (brush->contrast)
        gtk_snapshot_append_border (brush->snapshot, &chip, (float[4]){ 2, 2, 2, 2 },
                                    (GdkRGBA[4]){ brush->line_color, brush->line_color,
                                                  brush->line_color, brush->line_color });
      pango_layout_get_pixel_size (self->label, &width, &height);
      if (begin + CZ_MASK_LENGTH > end + 2 || start - begin < CZ_MASK_LENGTH - 1)
        continue;
      gtk_snapshot_save (brush->snapshot);
      gtk_snapshot_translate (
          brush->snapshot, &GRAPHENE_POINT_INIT ((float)(place.x + (place.width - width) / 2),
                                                 (float)(place.y + (place.height - height) / 2)));
      gtk_snapshot_append_layout (brush->snapshot, self->label, &brush->text_color);
      gtk_snapshot_restore (brush->snapshot);
    }
}

// The line under the word that a click would mask; each line of the text has its own.
static void
draw_under (CzPrompt *self, const Brush *brush)
{
  for (guint start = self->under_start; start < self->under_end;)
    {
      GdkRectangle place = locate (self, start, self->under_end, &start);

      gtk_snapshot_append_color (brush->snapshot, &brush->color,
                                 &GRAPHENE_RECT_INIT ((float)place.x,
                                                      (float)(place.y + place.height - 3),
                                                      (float)place.width, 2));
    }
}

static void
look_up (CzPrompt *self, const char *name, const char *otherwise, GdkRGBA *ret_color)
{
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), name,
                                       ret_color))
    gdk_rgba_parse (ret_color, otherwise);
}

static void
fill_brush (CzPrompt *self, Brush *brush)
{
  GtkTextIter start, end;

  look_up (self, "accent_bg_color", "#3584e4", &brush->color);
  look_up (self, "accent_fg_color", "#ffffff", &brush->text_color);
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                               &brush->line_color);
  // Darker in either style: the label on it stays white.
  brush->selected_color = (GdkRGBA){ brush->color.red * DARKER, brush->color.green * DARKER,
                                     brush->color.blue * DARKER, 1 };
  brush->contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
  if (gtk_text_buffer_get_selection_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end))
    {
      brush->selected_from = cz_prompt_buffer_offset_of (self->buffer, &start);
      brush->selected_to = cz_prompt_buffer_offset_of (self->buffer, &end);
    }
}

static void
cz_prompt_snapshot_layer (GtkTextView *view, GtkTextViewLayer layer, GtkSnapshot *snapshot)
{
  CzPrompt *self = CZ_PROMPT (view);
  GtkTextIter start, end;
  Brush brush = { .snapshot = snapshot };
  guint mask, last;

  if (layer != GTK_TEXT_VIEW_LAYER_ABOVE_TEXT)
    return;
  fill_brush (self, &brush);
  gtk_text_view_get_visible_rect (view, &brush.seen);
  gtk_text_view_get_line_at_y (view, &start, brush.seen.y, NULL);
  gtk_text_view_get_line_at_y (view, &end, brush.seen.y + brush.seen.height, NULL);
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  last = cz_prompt_buffer_offset_of (self->buffer, &end);
  for (mask = cz_prompt_buffer_find_mask (self->buffer,
                                          cz_prompt_buffer_offset_of (self->buffer, &start));
       mask < cz_prompt_buffer_get_n_masks (self->buffer)
       && cz_prompt_buffer_get_mask (self->buffer, mask) < last;
       mask++)
    draw_chip (self, &brush, mask);
  // A chip is seen to be clicked on without a line under it.
  if (self->under_start < self->under_end
      && !cz_prompt_masking_find_mask (self->buffer, self->under_start, FALSE, &mask))
    draw_under (self, &brush);
}

static void
resize (gpointer prompt)
{
  gtk_widget_queue_resize (prompt);
  g_object_unref (prompt);
}

// A text view asks for the height that its text has at the width of before: it is asked again.
static void
cz_prompt_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzPrompt *self = CZ_PROMPT (widget);

  GTK_WIDGET_CLASS (cz_prompt_parent_class)->size_allocate (widget, width, height, baseline);
  if (width == self->width)
    return;
  self->width = width;
  g_idle_add_once (resize, g_object_ref (self));
}

// What stands on a chip, in the font of now.
static void
make_label (CzPrompt *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  g_clear_object (&self->label);
  self->label = gtk_widget_create_pango_layout (GTK_WIDGET (self), "MASK");
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.72));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (self->label, attributes);
}

static void
cz_prompt_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cz_prompt_parent_class)->css_changed (widget, change);
  make_label (CZ_PROMPT (widget));
}

// ---- Keys and the clipboard ----

static guint
get_cursor (CzPrompt *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  return cz_prompt_buffer_offset_of (self->buffer, &cursor);
}

// A chip is passed over as one letter.
static void
cz_prompt_move_cursor (GtkTextView *view, GtkMovementStep step, int count, gboolean extend)
{
  CzPrompt *self = CZ_PROMPT (view);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  guint before = get_cursor (self), after, mask, start;
  GtkTextIter iter;

  GTK_TEXT_VIEW_CLASS (cz_prompt_parent_class)->move_cursor (view, step, count, extend);
  after = get_cursor (self);
  if (!cz_prompt_masking_find_mask (self->buffer, after, FALSE, &mask))
    return;
  start = cz_prompt_buffer_get_mask (self->buffer, mask);
  if (start == after)
    return;
  cz_prompt_buffer_get_iter (self->buffer, after > before ? start + CZ_MASK_LENGTH : start, &iter);
  if (extend)
    gtk_text_buffer_move_mark (buffer, gtk_text_buffer_get_insert (buffer), &iter);
  else
    gtk_text_buffer_place_cursor (buffer, &iter);
}

// Deletes a letter at the cursor where that needs more than the text view knows of: a chip goes as
// a whole, and what cuts a paragraph is passed over. TRUE: it is done.
static gboolean
delete_at_cursor (CzPrompt *self, gboolean forward)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  guint cursor = get_cursor (self), mask, start;
  GtkTextIter iter;

  if (gtk_text_buffer_get_has_selection (buffer))
    return FALSE;
  if ((forward || cursor > 0)
      && cz_prompt_masking_find_mask (self->buffer, forward ? cursor : cursor - 1, FALSE, &mask))
    {
      start = cz_prompt_buffer_get_mask (self->buffer, mask);
      gtk_text_view_reset_im_context (GTK_TEXT_VIEW (self));
      cz_prompt_buffer_replace (self->buffer, start, start + CZ_MASK_LENGTH, "", NULL);
      return TRUE;
    }
  cz_prompt_buffer_get_iter (self->buffer, cursor, &iter);
  if (forward && gtk_text_iter_get_char (&iter) == CZ_PROMPT_CUT)
    gtk_text_iter_forward_char (&iter);
  gtk_text_buffer_place_cursor (buffer, &iter);
  return FALSE;
}

static void
cz_prompt_backspace (GtkTextView *view)
{
  if (!delete_at_cursor (CZ_PROMPT (view), FALSE))
    GTK_TEXT_VIEW_CLASS (cz_prompt_parent_class)->backspace (view);
}

static void
cz_prompt_delete_from_cursor (GtkTextView *view, GtkDeleteType type, int count)
{
  if (type != GTK_DELETE_CHARS || ABS (count) != 1
      || !delete_at_cursor (CZ_PROMPT (view), count > 0))
    GTK_TEXT_VIEW_CLASS (cz_prompt_parent_class)->delete_from_cursor (view, type, count);
}

static void
cz_prompt_copy_clipboard (GtkTextView *view)
{
  CzPrompt *self = CZ_PROMPT (view);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (!gtk_text_buffer_get_selection_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end))
    return;
  guint from = cz_prompt_buffer_offset_of (self->buffer, &start);
  guint to = cz_prompt_buffer_offset_of (self->buffer, &end);
  text = cz_prompt_buffer_get_part (self->buffer, from, to);
  cz_prompt_buffer_remember (self->buffer, from, to);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
cz_prompt_cut_clipboard (GtkTextView *view)
{
  cz_prompt_copy_clipboard (view);
  gtk_text_buffer_delete_selection (gtk_text_view_get_buffer (view), TRUE, TRUE);
  gtk_text_view_scroll_mark_onscreen (view,
                                      gtk_text_buffer_get_insert (gtk_text_view_get_buffer (view)));
}

static void
tell_undo (CzPrompt *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "prompt.undo",
                                 cz_prompt_buffer_can_undo (self->buffer));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "prompt.redo",
                                 cz_prompt_buffer_can_redo (self->buffer));
}

static void
undo_or_redo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzPrompt *self = CZ_PROMPT (widget);
  GtkTextView *view = GTK_TEXT_VIEW (widget);

  gtk_text_view_reset_im_context (view);
  if (g_str_equal (action, "prompt.undo") ? cz_prompt_buffer_take_back (self->buffer)
                                          : cz_prompt_buffer_do_again (self->buffer))
    gtk_text_view_scroll_mark_onscreen (
        view, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
}

static void
edited (CzPrompt *self)
{
  set_under (self, 0, 0);
  tell_undo (self);
  g_signal_emit (self, changed_signal, 0);
}

// ---- Life ----

static GtkTextBuffer *
cz_prompt_create_buffer (GtkTextView *view)
{
  return GTK_TEXT_BUFFER (cz_prompt_buffer_new ());
}

static void
cz_prompt_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLICK_MASKS)
    g_value_set_boolean (value, CZ_PROMPT (object)->click_masks);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_prompt_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLICK_MASKS)
    {
      CZ_PROMPT (object)->click_masks = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_prompt_dispose (GObject *object)
{
  CzPrompt *self = CZ_PROMPT (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);
  g_clear_object (&self->label);
  G_OBJECT_CLASS (cz_prompt_parent_class)->dispose (object);
}

static void
cz_prompt_class_init (CzPromptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkTextViewClass *view_class = GTK_TEXT_VIEW_CLASS (klass);

  object_class->get_property = cz_prompt_get_property;
  object_class->set_property = cz_prompt_set_property;
  object_class->dispose = cz_prompt_dispose;
  widget_class->size_allocate = cz_prompt_size_allocate;
  widget_class->css_changed = cz_prompt_css_changed;
  widget_class->query_tooltip = cz_prompt_query_tooltip;
  view_class->create_buffer = cz_prompt_create_buffer;
  view_class->snapshot_layer = cz_prompt_snapshot_layer;
  view_class->move_cursor = cz_prompt_move_cursor;
  view_class->backspace = cz_prompt_backspace;
  view_class->delete_from_cursor = cz_prompt_delete_from_cursor;
  view_class->copy_clipboard = cz_prompt_copy_clipboard;
  view_class->cut_clipboard = cz_prompt_cut_clipboard;
  properties[PROP_CLICK_MASKS]
      = g_param_spec_boolean ("click-masks", NULL, NULL, TRUE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_install_property_action (widget_class, "prompt.click-masks", "click-masks");
  // The text view's own stay insensitive: its buffer keeps no history that it knows of.
  gtk_widget_class_install_action (widget_class, "prompt.undo", NULL, undo_or_redo);
  gtk_widget_class_install_action (widget_class, "prompt.redo", NULL, undo_or_redo);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "prompt.undo",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "prompt.redo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_y, GDK_CONTROL_MASK, "prompt.redo",
                                       NULL);
  changed_signal = g_signal_new ("prompt-changed", CZ_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_prompt_init (CzPrompt *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *buttons = gtk_event_controller_legacy_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr (GMenu) menu = g_menu_new ();

  self->click_masks = TRUE;
  self->buffer = CZ_PROMPT_BUFFER (g_object_ref (gtk_text_view_get_buffer (view)));
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  // Chips do not touch the line above.
  gtk_text_view_set_pixels_inside_wrap (view, 5);
  gtk_text_view_set_pixels_below_lines (view, 5);
  gtk_widget_add_css_class (widget, "prompt");
  gtk_widget_set_has_tooltip (widget, TRUE);
  g_menu_append (menu, _ ("_Undo"), "prompt.undo");
  g_menu_append (menu, _ ("_Redo"), "prompt.redo");
  g_menu_append (menu, _ ("A click _masks a word"), "prompt.click-masks");
  gtk_text_view_set_extra_menu (view, G_MENU_MODEL (menu));

  gtk_event_controller_set_propagation_phase (buttons, GTK_PHASE_CAPTURE);
  g_signal_connect (buttons, "event", G_CALLBACK (button_event), self);
  gtk_widget_add_controller (widget, buttons);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (widget, motion);

  g_signal_connect_object (self->buffer, "edited", G_CALLBACK (edited), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  make_label (self);
  tell_undo (self);
  cz_key_trace_follow (widget);
}

char *
cz_prompt_get_text (CzPrompt *self)
{
  return cz_prompt_buffer_get_text (self->buffer);
}

void
cz_prompt_set_text (CzPrompt *self, const char *text)
{
  cz_prompt_buffer_replace (self->buffer, 0, cz_prompt_buffer_get_n_characters (self->buffer), text,
                            NULL);
}

guint
cz_prompt_get_n_masks (CzPrompt *self)
{
  return cz_prompt_buffer_get_n_masks (self->buffer);
}

gboolean
cz_prompt_toggle_mask (CzPrompt *self)
{
  gtk_text_view_reset_im_context (GTK_TEXT_VIEW (self));
  return cz_prompt_masking_toggle (self->buffer);
}

void
cz_prompt_fill_mask (CzPrompt *self, guint mask, const char *word)
{
  guint start;

  if (mask >= cz_prompt_buffer_get_n_masks (self->buffer))
    return;
  start = cz_prompt_buffer_get_mask (self->buffer, mask);
  cz_prompt_buffer_replace (self->buffer, start, start + CZ_MASK_LENGTH, word, NULL);
}
