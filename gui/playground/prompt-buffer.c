#include "gui/playground/prompt-buffer.h"

#include <string.h>

// What cuts a long paragraph, and what such a character becomes where it comes from outside.
#define CUT         "\u2029"
#define CUT_INSTEAD ' '
// A paragraph of more characters than MOST is cut into pieces of about PIECE; two that are together
// no longer than JOINED become one again.
#define MOST   2000
#define PIECE  1000
#define JOINED 800
// So far from the ideal place a space is looked for.
#define SEARCHED 200

struct _CzPromptBuffer
{
  GtkTextBuffer parent_instance;
  GArray *masks; // of CzPromptMask, by offset in the buffer, cuts counted
  GArray *cuts;  // guint: their offsets in the buffer
  CzPromptHistory *history;
  char *remembered; // text that was copied or cut, NULL: none
  GArray *remembered_masks;
  gboolean replaying; // nothing enters the history
  GArray *lost;       // while replaying: masks that the edit destroyed
  guint depth;        // of user actions
  gboolean edited;    // "edited" is to be emitted
  gboolean cutting;   // a cut is being placed or removed
};

G_DEFINE_FINAL_TYPE (CzPromptBuffer, cz_prompt_buffer, GTK_TYPE_TEXT_BUFFER)

static guint edited_signal;

#define MASK(self, i)   (&g_array_index ((self)->masks, CzPromptMask, (i)))
#define CUT_AT(self, i) (g_array_index ((self)->cuts, guint, (i)))

// ---- Places ----

// The first cut at or behind a place in the buffer.
static guint
find_cut (CzPromptBuffer *self, guint place)
{
  guint low = 0, high = self->cuts->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (CUT_AT (self, middle) < place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static guint
to_offset (CzPromptBuffer *self, guint place)
{
  return place - find_cut (self, place);
}

// Of the two places beside a cut, the one before it.
static guint
to_place (CzPromptBuffer *self, guint offset)
{
  guint low = 0, high = self->cuts->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (CUT_AT (self, middle) - middle < offset)
        low = middle + 1;
      else
        high = middle;
    }
  return offset + low;
}

// The first mask that ends behind a place in the buffer.
static guint
find_mask (CzPromptBuffer *self, guint place)
{
  guint low = 0, high = self->masks->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (MASK (self, middle)->offset + CZ_MASK_LENGTH <= place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

// Text as it is in the buffer, without its cuts. Taken and given.
static char *
strip_cuts (char *text)
{
  char *to = strstr (text, CUT);

  for (const char *from = to; from != NULL && *from != '\0';)
    {
      const char *next = strstr (from + strlen (CUT), CUT);
      gsize length = next != NULL ? (gsize)(next - from) : strlen (from);

      memmove (to, from + strlen (CUT), length - strlen (CUT));
      to += length - strlen (CUT);
      *to = '\0';
      from = next;
    }
  return text;
}

static char *
get_slice (CzPromptBuffer *self, guint from, guint to)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int)from);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int)to);
  return gtk_text_buffer_get_slice (buffer, &start, &end, TRUE);
}

static guint
get_length (CzPromptBuffer *self)
{
  return (guint)gtk_text_buffer_get_char_count (GTK_TEXT_BUFFER (self));
}

// ---- Keeping up with edits ----

// Characters came (n > 0) or went at a place: what lies behind moves.
static void
shift (CzPromptBuffer *self, guint place, int n)
{
  for (guint i = self->masks->len; i > 0 && MASK (self, i - 1)->offset >= place; i--)
    MASK (self, i - 1)->offset += (guint)n;
  for (guint i = self->cuts->len; i > 0 && CUT_AT (self, i - 1) >= place; i--)
    CUT_AT (self, i - 1) += (guint)n;
}

// Takes the masks that an edit from `start` to `end` destroys off the list: those it reaches into.
// Those that hide a word are given, with their offsets in the text; NULL: none.
static GArray *
lose_masks (CzPromptBuffer *self, guint start, guint end)
{
  guint first = find_mask (self, start), n = 0;
  GArray *lost = NULL;

  for (; first + n < self->masks->len && MASK (self, first + n)->offset < end; n++)
    {
      CzPromptMask *mask = MASK (self, first + n);
      CzPromptMask known = { to_offset (self, mask->offset), mask->word };

      if (mask->word == NULL)
        continue;
      if (lost == NULL)
        lost = cz_prompt_masks_new ();
      g_array_append_val (lost, known);
      mask->word = NULL;
    }
  if (n > 0)
    g_array_remove_range (self->masks, first, n);
  return lost;
}

// Finds the masks that came about between two offsets of the text.
static void
find_masks (CzPromptBuffer *self, guint from, guint to)
{
  guint place;
  g_autofree char *text = NULL;
  const char *at, *found;

  from = from > CZ_MASK_LENGTH - 1 ? from - (CZ_MASK_LENGTH - 1) : 0;
  to = MIN (to + CZ_MASK_LENGTH - 1, cz_prompt_buffer_get_n_characters (self));
  place = to_place (self, from);
  text = get_slice (self, place, to_place (self, to));
  for (at = text; (found = strstr (at, CZ_MASK_TEXT)) != NULL; at = found + CZ_MASK_LENGTH)
    {
      guint i;

      place += (guint)g_utf8_strlen (at, found - at);
      i = find_mask (self, place);
      if (i == self->masks->len || MASK (self, i)->offset != place)
        g_array_insert_val (self->masks, i, ((CzPromptMask){ place, NULL }));
      place += CZ_MASK_LENGTH;
    }
}

// ---- Cuts ----

static void
place_cut (CzPromptBuffer *self, guint place)
{
  GtkTextIter iter;

  self->cutting = TRUE;
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self), &iter, (int)place);
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (self), &iter, CUT, -1);
  self->cutting = FALSE;
  shift (self, place, 1);
  g_array_insert_val (self->cuts, find_cut (self, place), place);
}

static void
remove_cut (CzPromptBuffer *self, guint index)
{
  guint place = CUT_AT (self, index);
  GtkTextIter start, end;

  self->cutting = TRUE;
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self), &start, (int)place);
  end = start;
  gtk_text_iter_forward_char (&end);
  gtk_text_buffer_delete (GTK_TEXT_BUFFER (self), &start, &end);
  self->cutting = FALSE;
  g_array_remove_index (self->cuts, index);
  shift (self, place + 1, -1);
}

// Whether what is before and behind belongs to one character as people see it.
static gboolean
belong_together (gunichar before, gunichar behind)
{
  return g_unichar_ismark (behind) || before == 0x200d || behind == 0x200d
         || (behind >= 0x1f3fb && behind <= 0x1f3ff)  // skin tones
         || (behind >= 0x1f1e6 && behind <= 0x1f1ff)  // halves of flags
         || (behind >= 0xe0020 && behind <= 0xe007f); // tags of flags
}

// The place before `ideal` where a paragraph is cut: behind a space, else between two characters,
// else anywhere; never in a mask.
static guint
find_place (CzPromptBuffer *self, guint ideal)
{
  guint between = 0, anywhere = 0;
  g_autofree char *text = get_slice (self, ideal - SEARCHED, ideal);
  const char *behind = g_utf8_prev_char (text + strlen (text));

  for (guint place = ideal - 1; place > ideal - SEARCHED; place--)
    {
      const char *before = g_utf8_prev_char (behind);
      gunichar left = g_utf8_get_char (before), right = g_utf8_get_char (behind);
      guint mask = find_mask (self, place);

      behind = before;
      if (mask < self->masks->len && MASK (self, mask)->offset < place)
        continue;
      if (left == ' ' && right != ' ' && !belong_together (left, right))
        return place;
      if (between == 0 && !belong_together (left, right))
        between = place;
      anywhere = place;
    }
  return between != 0 ? between : anywhere;
}

static void
cut_paragraph (CzPromptBuffer *self, guint start, guint length)
{
  guint end = start + length, piece = length / ((length + PIECE - 1) / PIECE) + 1;

  for (guint place; end - start > piece + SEARCHED; start = place + 1, end++)
    {
      place = find_place (self, start + piece);
      place_cut (self, place);
    }
}

// Cuts and joins the paragraphs between two places of the text, whose masks are known.
static void
tend_paragraphs (CzPromptBuffer *self, guint from, guint to)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  guint cut = find_cut (self, to_place (self, from));
  GtkTextIter at;

  // The cuts around: the one before, those between, the one behind.
  for (guint i = cut > 0 ? cut - 1 : 0;
       i < self->cuts->len && to_offset (self, CUT_AT (self, i)) <= to + JOINED;)
    {
      GtkTextIter before;
      guint lengths;

      gtk_text_buffer_get_iter_at_offset (buffer, &at, (int)CUT_AT (self, i) + 1);
      gtk_text_buffer_get_iter_at_offset (buffer, &before, (int)CUT_AT (self, i));
      lengths = (guint)(gtk_text_iter_get_chars_in_line (&at)
                        + gtk_text_iter_get_chars_in_line (&before));
      if (lengths > JOINED)
        i++;
      else
        remove_cut (self, i);
    }
  gtk_text_buffer_get_iter_at_offset (buffer, &at, (int)to_place (self, from));
  gtk_text_iter_set_line_offset (&at, 0);
  while (to_offset (self, (guint)gtk_text_iter_get_offset (&at)) <= to)
    {
      guint start = (guint)gtk_text_iter_get_offset (&at);
      guint length = (guint)gtk_text_iter_get_chars_in_line (&at);

      if (length > MOST)
        {
          cut_paragraph (self, start, length);
          gtk_text_buffer_get_iter_at_offset (buffer, &at, (int)start);
        }
      if (!gtk_text_iter_forward_line (&at))
        break;
    }
}

// After an edit: `from` and `to` are the ends of the new text, as offsets of the text.
static void
tend (CzPromptBuffer *self, guint from, guint to)
{
  guint around = from > CZ_MASK_LENGTH ? from - CZ_MASK_LENGTH : 0;

  // A cut near an end of the edit may lie in what is now a mask.
  for (guint i = find_cut (self, to_place (self, around)); i < self->cuts->len;)
    {
      guint at = to_offset (self, CUT_AT (self, i));

      if (at > to + CZ_MASK_LENGTH)
        break;
      if (at > from + CZ_MASK_LENGTH && at + CZ_MASK_LENGTH < to)
        i++;
      else
        remove_cut (self, i);
    }
  find_masks (self, from, to);
  tend_paragraphs (self, from, to);
}

// ---- Edits ----

static void
tell_edited (CzPromptBuffer *self)
{
  self->edited = self->depth > 0;
  if (!self->edited)
    g_signal_emit (self, edited_signal, 0);
}

static void
record (CzPromptBuffer *self, gboolean insertion, guint offset, const char *text, GArray *masks)
{
  g_clear_pointer (&self->lost, g_array_unref);
  if (self->replaying)
    self->lost = masks;
  else
    cz_prompt_history_add (self->history, insertion, offset, text, masks);
}

// Gives words to the masks that they were taken from; offsets of the text, from `base` on.
static void
restore_words (CzPromptBuffer *self, GArray *masks, guint base)
{
  for (guint i = 0; masks != NULL && i < masks->len; i++)
    {
      const CzPromptMask *lost = &g_array_index (masks, CzPromptMask, i);
      guint at = cz_prompt_buffer_find_mask (self, base + lost->offset);

      if (at < self->masks->len && cz_prompt_buffer_get_mask (self, at) == base + lost->offset
          && MASK (self, at)->word == NULL)
        MASK (self, at)->word = g_strdup (lost->word);
    }
}

// Text as it is taken in: a line ends in one way, and what cuts is a space. Freed by the caller.
static char *
take_in (const char *given, gsize length)
{
  char *text = g_strndup (given, length), *to = text;

  for (const char *from = text; *from != '\0';)
    {
      if (g_str_has_prefix (from, CUT))
        {
          *to++ = CUT_INSTEAD;
          from += strlen (CUT);
        }
      else if (*from == '\r')
        {
          *to++ = '\n';
          from += from[1] == '\n' ? 2 : 1;
        }
      else
        *to++ = *from++;
    }
  *to = '\0';
  return text;
}

// Where a long line of a text that is to be inserted is cut, before `ideal`: as find_place () does
// it.
static const char *
find_cut_before (const char *ideal)
{
  const char *between = NULL, *behind = ideal;

  for (guint i = 0; i < SEARCHED; i++)
    {
      const char *before = g_utf8_prev_char (behind);
      gunichar left = g_utf8_get_char (before), right = g_utf8_get_char (behind);
      gboolean in_mask = FALSE;

      for (guint in = 1; in < CZ_MASK_LENGTH && !in_mask; in++)
        in_mask = memcmp (behind - in, CZ_MASK_TEXT, CZ_MASK_LENGTH) == 0;
      if (left == ' ' && right != ' ' && !belong_together (left, right))
        return behind;
      if (between == NULL && !in_mask && !belong_together (left, right))
        between = behind;
      behind = before;
    }
  return between; // NULL: the text is inserted as it is, and cut there
}

// A text that is to be inserted at a place, with its long lines cut already: cutting them in the
// buffer takes the longer the longer they are. Tells the cuts' places. Freed by the caller.
static char *
cut_text (const char *text, guint place, GArray *cuts)
{
  GString *cut = g_string_new (NULL);

  while (*text != '\0')
    {
      const char *end = text + strcspn (text, "\n"), *piece;

      if (end - text <= MOST || g_utf8_strlen (text, end - text) <= MOST)
        piece = *end != '\0' ? end + 1 : end;
      else
        piece = find_cut_before (g_utf8_offset_to_pointer (text, PIECE));
      if (piece == NULL)
        piece = end;
      place += (guint)g_utf8_strlen (text, piece - text);
      g_string_append_len (cut, text, piece - text);
      text = piece;
      if (piece < end)
        {
          g_array_append_val (cuts, place);
          g_string_append (cut, CUT);
          place++;
        }
    }
  return g_string_free (cut, FALSE);
}

static void
cz_prompt_buffer_insert_text (GtkTextBuffer *buffer,
                              GtkTextIter *iter,
                              const char *given,
                              int length)
{
  CzPromptBuffer *self = CZ_PROMPT_BUFFER (buffer);
  GtkTextBufferClass *parent = GTK_TEXT_BUFFER_CLASS (cz_prompt_buffer_parent_class);
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *text = NULL;
  g_autofree char *cut = NULL;
  guint place, offset, n;

  if (self->cutting)
    {
      parent->insert_text (buffer, iter, given, length);
      return;
    }
  text = take_in (given, (gsize)length);
  n = (guint)g_utf8_strlen (text, -1);
  if (n == 0)
    return;
  place = (guint)gtk_text_iter_get_offset (iter);
  offset = to_offset (self, place);
  record (self, TRUE, offset, text, lose_masks (self, place, place));
  cut = cut_text (text, place, cuts);
  parent->insert_text (buffer, iter, cut, (int)strlen (cut));
  shift (self, place, (int)(n + cuts->len));
  g_array_insert_vals (self->cuts, find_cut (self, place), cuts->data, cuts->len);
  tend (self, offset, offset + n);
  if (!self->replaying && self->remembered != NULL && g_str_equal (self->remembered, text))
    restore_words (self, self->remembered_masks, offset);
  tell_edited (self);
  gtk_text_buffer_get_iter_at_offset (buffer, iter, (int)to_place (self, offset + n));
}

static void
cz_prompt_buffer_delete_range (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end)
{
  CzPromptBuffer *self = CZ_PROMPT_BUFFER (buffer);
  GtkTextBufferClass *parent = GTK_TEXT_BUFFER_CLASS (cz_prompt_buffer_parent_class);
  g_autofree char *text = NULL;
  guint from, to, offset, first, n;

  if (self->cutting)
    {
      parent->delete_range (buffer, start, end);
      return;
    }
  gtk_text_iter_order (start, end);
  from = (guint)gtk_text_iter_get_offset (start);
  to = (guint)gtk_text_iter_get_offset (end);
  text = strip_cuts (gtk_text_buffer_get_slice (buffer, start, end, TRUE));
  offset = to_offset (self, from);
  if (text[0] != '\0')
    record (self, FALSE, offset, text, lose_masks (self, from, to));
  parent->delete_range (buffer, start, end);
  first = find_cut (self, from);
  n = find_cut (self, to) - first;
  if (n > 0)
    g_array_remove_range (self->cuts, first, n);
  shift (self, to, (int)from - (int)to);
  tend (self, offset, offset);
  tell_edited (self);
  gtk_text_buffer_get_iter_at_offset (buffer, start, (int)to_place (self, offset));
  *end = *start;
}

// Text that comes with tags of its own comes without them.
static void
cz_prompt_buffer_apply_tag (GtkTextBuffer *buffer,
                            GtkTextTag *tag,
                            const GtkTextIter *start,
                            const GtkTextIter *end)
{
}

// Pictures and widgets are no text.
static void
cz_prompt_buffer_insert_paintable (GtkTextBuffer *buffer,
                                   GtkTextIter *iter,
                                   GdkPaintable *paintable)
{
}

static void
cz_prompt_buffer_insert_child_anchor (GtkTextBuffer *buffer,
                                      GtkTextIter *iter,
                                      GtkTextChildAnchor *anchor)
{
}

static void
cz_prompt_buffer_begin_user_action (GtkTextBuffer *buffer)
{
  CzPromptBuffer *self = CZ_PROMPT_BUFFER (buffer);

  self->depth++;
  cz_prompt_history_begin (self->history);
}

static void
cz_prompt_buffer_end_user_action (GtkTextBuffer *buffer)
{
  CzPromptBuffer *self = CZ_PROMPT_BUFFER (buffer);

  self->depth--;
  cz_prompt_history_end (self->history);
  if (self->edited)
    tell_edited (self);
}

// ---- The text ----

char *
cz_prompt_buffer_get_text (CzPromptBuffer *self)
{
  return strip_cuts (get_slice (self, 0, get_length (self)));
}

char *
cz_prompt_buffer_get_part (CzPromptBuffer *self, guint start, guint end)
{
  return strip_cuts (get_slice (self, to_place (self, start), to_place (self, end)));
}

guint
cz_prompt_buffer_get_n_characters (CzPromptBuffer *self)
{
  return get_length (self) - self->cuts->len;
}

guint
cz_prompt_buffer_offset_of (CzPromptBuffer *self, const GtkTextIter *iter)
{
  return to_offset (self, (guint)gtk_text_iter_get_offset (iter));
}

void
cz_prompt_buffer_get_iter (CzPromptBuffer *self, guint offset, GtkTextIter *ret_iter)
{
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self), ret_iter,
                                      (int)to_place (self, offset));
}

guint
cz_prompt_buffer_get_n_masks (CzPromptBuffer *self)
{
  return self->masks->len;
}

guint
cz_prompt_buffer_get_mask (CzPromptBuffer *self, guint mask)
{
  return to_offset (self, MASK (self, mask)->offset);
}

const char *
cz_prompt_buffer_get_word (CzPromptBuffer *self, guint mask)
{
  return MASK (self, mask)->word;
}

guint
cz_prompt_buffer_find_mask (CzPromptBuffer *self, guint offset)
{
  // Behind a cut that ends there: no mask holds a cut.
  return find_mask (self, to_place (self, offset));
}

void
cz_prompt_buffer_replace (
    CzPromptBuffer *self, guint start, guint end, const char *text, GArray *masks)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  GtkTextIter from, to;

  gtk_text_buffer_begin_user_action (buffer);
  cz_prompt_buffer_get_iter (self, start, &from);
  cz_prompt_buffer_get_iter (self, end, &to);
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, text, -1);
  restore_words (self, masks, start);
  gtk_text_buffer_place_cursor (buffer, &from);
  gtk_text_buffer_end_user_action (buffer);
}

GArray *
cz_prompt_buffer_get_words (CzPromptBuffer *self, guint start, guint end)
{
  GArray *masks = cz_prompt_masks_new ();

  for (guint i = cz_prompt_buffer_find_mask (self, start); i < self->masks->len; i++)
    {
      CzPromptMask mask = { cz_prompt_buffer_get_mask (self, i), MASK (self, i)->word };

      if (mask.offset + CZ_MASK_LENGTH > end)
        break;
      if (mask.offset < start || mask.word == NULL)
        continue;
      mask.offset -= start;
      mask.word = g_strdup (mask.word);
      g_array_append_val (masks, mask);
    }
  return masks;
}

void
cz_prompt_buffer_remember (CzPromptBuffer *self, guint start, guint end)
{
  g_free (self->remembered);
  g_clear_pointer (&self->remembered_masks, g_array_unref);
  self->remembered = cz_prompt_buffer_get_part (self, start, end);
  self->remembered_masks = cz_prompt_buffer_get_words (self, start, end);
}

// ---- Taking back ----

// Carries an edit out, or takes it back; the cursor goes behind it.
static void
carry_out (CzPromptBuffer *self, CzPromptEdit *edit, gboolean back)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  GArray **lost = back ? &edit->redone_masks : &edit->undone_masks;
  GtkTextIter start, end;

  cz_prompt_buffer_get_iter (self, edit->offset, &start);
  if (edit->insertion != back)
    gtk_text_buffer_insert (buffer, &start, edit->text, -1);
  else
    {
      cz_prompt_buffer_get_iter (self, edit->offset + edit->n_characters, &end);
      gtk_text_buffer_delete (buffer, &start, &end);
    }
  g_clear_pointer (lost, g_array_unref);
  *lost = g_steal_pointer (&self->lost);
  restore_words (self, back ? edit->undone_masks : edit->redone_masks, 0);
  gtk_text_buffer_place_cursor (buffer, &start);
}

static gboolean
replay (CzPromptBuffer *self, CzPromptStep *step, gboolean back)
{
  if (step == NULL)
    return FALSE;
  gtk_text_buffer_begin_user_action (GTK_TEXT_BUFFER (self));
  self->replaying = TRUE;
  for (guint i = 0; i < step->len; i++)
    carry_out (self, g_ptr_array_index (step, back ? step->len - 1 - i : i), back);
  self->replaying = FALSE;
  gtk_text_buffer_end_user_action (GTK_TEXT_BUFFER (self));
  return TRUE;
}

gboolean
cz_prompt_buffer_can_undo (CzPromptBuffer *self)
{
  return cz_prompt_history_can_undo (self->history);
}

gboolean
cz_prompt_buffer_can_redo (CzPromptBuffer *self)
{
  return cz_prompt_history_can_redo (self->history);
}

gboolean
cz_prompt_buffer_take_back (CzPromptBuffer *self)
{
  return replay (self, cz_prompt_history_undo (self->history), TRUE);
}

gboolean
cz_prompt_buffer_do_again (CzPromptBuffer *self)
{
  return replay (self, cz_prompt_history_redo (self->history), FALSE);
}

void
cz_prompt_buffer_forget_last (CzPromptBuffer *self)
{
  if (cz_prompt_buffer_take_back (self))
    cz_prompt_history_drop_undone (self->history);
}

// ---- Life ----

static void
cz_prompt_buffer_finalize (GObject *object)
{
  CzPromptBuffer *self = CZ_PROMPT_BUFFER (object);

  g_array_unref (self->masks);
  g_array_unref (self->cuts);
  g_clear_pointer (&self->lost, g_array_unref);
  g_clear_pointer (&self->remembered_masks, g_array_unref);
  g_free (self->remembered);
  cz_prompt_history_free (self->history);
  G_OBJECT_CLASS (cz_prompt_buffer_parent_class)->finalize (object);
}

static void
cz_prompt_buffer_class_init (CzPromptBufferClass *klass)
{
  GtkTextBufferClass *buffer_class = GTK_TEXT_BUFFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_prompt_buffer_finalize;
  buffer_class->insert_text = cz_prompt_buffer_insert_text;
  buffer_class->insert_paintable = cz_prompt_buffer_insert_paintable;
  buffer_class->insert_child_anchor = cz_prompt_buffer_insert_child_anchor;
  buffer_class->delete_range = cz_prompt_buffer_delete_range;
  buffer_class->apply_tag = cz_prompt_buffer_apply_tag;
  buffer_class->begin_user_action = cz_prompt_buffer_begin_user_action;
  buffer_class->end_user_action = cz_prompt_buffer_end_user_action;
  edited_signal = g_signal_new ("edited", CZ_TYPE_PROMPT_BUFFER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
cz_prompt_buffer_init (CzPromptBuffer *self)
{
  self->masks = cz_prompt_masks_new ();
  self->cuts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->history = cz_prompt_history_new ();
  // It would not bring a mask's word back, and take back cuts.
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (self), FALSE);
}

CzPromptBuffer *
cz_prompt_buffer_new (void)
{
  return g_object_new (CZ_TYPE_PROMPT_BUFFER, NULL);
}
