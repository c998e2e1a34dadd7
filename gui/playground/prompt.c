#include "gui/playground/prompt.h"

#include <adwaita.h>
#include <string.h>

struct _CzPrompt
{
  GtkTextView parent_instance;
  GtkTextTag *chip;     // the mask's text
  GtkTextTag *brackets; // its brackets: not seen, they are the chip's ends
  int width;            // that it was last laid out for
};

G_DEFINE_FINAL_TYPE (CzPrompt, cz_prompt, GTK_TYPE_TEXT_VIEW)

// Where the word hidden by a mask is kept: a mark at the mask's start carries it.
#define HIDDEN_WORD "cz-hidden-word"

static guint changed_signal;

// Finds the first mask at or after iter.
static gboolean
next_mask (const GtkTextIter *iter, GtkTextIter *ret_start, GtkTextIter *ret_end)
{
  return gtk_text_iter_forward_search (iter, CZ_MASK_TEXT, GTK_TEXT_SEARCH_TEXT_ONLY, ret_start,
                                       ret_end, NULL);
}

// Finds the mask that the iter lies in or at the edge of.
static gboolean
mask_at (GtkTextBuffer *buffer,
         const GtkTextIter *iter,
         GtkTextIter *ret_start,
         GtkTextIter *ret_end)
{
  GtkTextIter at;

  gtk_text_buffer_get_start_iter (buffer, &at);
  while (next_mask (&at, ret_start, ret_end))
    {
      if (gtk_text_iter_compare (ret_start, iter) <= 0
          && gtk_text_iter_compare (iter, ret_end) <= 0)
        return TRUE;
      at = *ret_end;
    }
  return FALSE;
}

static void
buffer_changed (GtkTextBuffer *buffer, CzPrompt *self)
{
  GtkTextIter start, end, at;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, self->chip, &start, &end);
  gtk_text_buffer_remove_tag (buffer, self->brackets, &start, &end);
  at = start;
  while (next_mask (&at, &start, &end))
    {
      GtkTextIter left = start, right = end;

      gtk_text_iter_forward_char (&left);
      gtk_text_iter_backward_char (&right);
      gtk_text_buffer_apply_tag (buffer, self->chip, &start, &end);
      gtk_text_buffer_apply_tag (buffer, self->brackets, &start, &left);
      gtk_text_buffer_apply_tag (buffer, self->brackets, &right, &end);
      at = end;
    }
  g_signal_emit (self, changed_signal, 0);
}

static void
cz_prompt_snapshot_layer (GtkTextView *view, GtkTextViewLayer layer, GtkSnapshot *snapshot)
{
  CzPrompt *self = CZ_PROMPT (view);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter at, start, end;
  GdkRGBA color;

  if (layer != GTK_TEXT_VIEW_LAYER_BELOW_TEXT)
    return;
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                       "accent_bg_color", &color))
    gdk_rgba_parse (&color, "#3584e4");
  gtk_text_buffer_get_start_iter (buffer, &at);
  while (next_mask (&at, &start, &end))
    {
      GdkRectangle first, last;
      GskRoundedRect chip;
      GtkTextIter inside = end;

      gtk_text_iter_backward_char (&inside);
      gtk_text_view_get_iter_location (view, &start, &first);
      gtk_text_view_get_iter_location (view, &inside, &last);
      if (first.y == last.y)
        {
          gsk_rounded_rect_init_from_rect (
              &chip,
              &GRAPHENE_RECT_INIT ((float)first.x - 1, (float)first.y + 3,
                                   (float)(last.x + last.width - first.x) + 2,
                                   (float)first.height - 6),
              (float)(first.height - 6) / 2);
          gtk_snapshot_push_rounded_clip (snapshot, &chip);
          gtk_snapshot_append_color (snapshot, &color, &chip.bounds);
          gtk_snapshot_pop (snapshot);
        }
      at = end;
    }
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

static void
cz_prompt_class_init (CzPromptClass *klass)
{
  GTK_WIDGET_CLASS (klass)->size_allocate = cz_prompt_size_allocate;
  GTK_TEXT_VIEW_CLASS (klass)->snapshot_layer = cz_prompt_snapshot_layer;
  changed_signal = g_signal_new ("prompt-changed", CZ_TYPE_PROMPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_prompt_init (CzPrompt *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (self), "prompt");
  self->chip
      = gtk_text_buffer_create_tag (buffer, NULL, "foreground", "#ffffff", "scale", 0.72, "weight",
                                    PANGO_WEIGHT_BOLD, "rise", 2 * PANGO_SCALE, NULL);
  self->brackets = gtk_text_buffer_create_tag (buffer, NULL, "foreground", "#ffffff00", NULL);
  gtk_text_buffer_set_enable_undo (buffer, TRUE);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (buffer_changed), self, 0);
}

char *
cz_prompt_get_text (CzPrompt *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

void
cz_prompt_set_text (CzPrompt *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), text, -1);
}

guint
cz_prompt_get_n_masks (CzPrompt *self)
{
  g_autofree char *text = cz_prompt_get_text (self);
  guint n = 0;

  for (const char *at = strstr (text, CZ_MASK_TEXT); at != NULL;
       at = strstr (at + strlen (CZ_MASK_TEXT), CZ_MASK_TEXT))
    n++;
  return n;
}

// The bounds of what is to be masked: the selection, or the word at (or just before) the cursor.
static gboolean
find_word (GtkTextBuffer *buffer, GtkTextIter *ret_start, GtkTextIter *ret_end)
{
  GtkTextIter cursor;

  if (gtk_text_buffer_get_selection_bounds (buffer, ret_start, ret_end))
    return TRUE;
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  if (!gtk_text_iter_inside_word (&cursor) && !gtk_text_iter_ends_word (&cursor))
    {
      // Behind a full stop, or after a space: the word before.
      if (!gtk_text_iter_backward_word_start (&cursor))
        return FALSE;
    }
  *ret_start = *ret_end = cursor;
  if (!gtk_text_iter_starts_word (ret_start))
    gtk_text_iter_backward_word_start (ret_start);
  *ret_end = *ret_start;
  gtk_text_iter_forward_word_end (ret_end); // FALSE where the word is the text's last
  return !gtk_text_iter_equal (ret_start, ret_end);
}

gboolean
cz_prompt_toggle_mask (CzPrompt *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter cursor, start, end;
  g_autofree char *word = NULL;
  g_autoptr (GSList) marks = NULL;
  GtkTextMark *mark;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  if (mask_at (buffer, &cursor, &start, &end))
    {
      marks = gtk_text_iter_get_marks (&start);
      for (GSList *m = marks; m != NULL && word == NULL; m = m->next)
        word = g_strdup (g_object_get_data (G_OBJECT (m->data), HIDDEN_WORD));
      if (word == NULL)
        return TRUE; // typed as a mask: nothing to bring back
      gtk_text_buffer_begin_user_action (buffer);
      for (GSList *m = marks; m != NULL; m = m->next)
        {
          if (g_object_get_data (G_OBJECT (m->data), HIDDEN_WORD) != NULL)
            gtk_text_buffer_delete_mark (buffer, m->data);
        }
      gtk_text_buffer_delete (buffer, &start, &end);
      gtk_text_buffer_insert (buffer, &start, word, -1);
      gtk_text_buffer_place_cursor (buffer, &start);
      gtk_text_buffer_end_user_action (buffer);
      return TRUE;
    }
  if (!find_word (buffer, &start, &end))
    return FALSE;
  word = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  mark = gtk_text_buffer_create_mark (buffer, NULL, &start, TRUE);
  g_object_set_data_full (G_OBJECT (mark), HIDDEN_WORD, g_strdup (word), g_free);
  gtk_text_buffer_insert (buffer, &start, CZ_MASK_TEXT, -1);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_buffer_end_user_action (buffer);
  return TRUE;
}
