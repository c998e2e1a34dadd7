#include "gui/playground/prompt-masking.h"

#include "gui/playground/prompt-words.h"

// The words of the paragraph around a place, between the masks beside it; their places count from
// *ret_base.
static GArray *
cut_words (CzPromptBuffer *self, guint offset, guint *ret_base)
{
  GtkTextIter start, end;
  guint mask = cz_prompt_buffer_find_mask (self, offset), from, to;
  g_autofree char *text = NULL;

  cz_prompt_buffer_get_iter (self, offset, &start);
  end = start;
  gtk_text_iter_set_line_offset (&start, 0);
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  from = cz_prompt_buffer_offset_of (self, &start);
  to = cz_prompt_buffer_offset_of (self, &end);
  if (mask > 0)
    from = MAX (from, cz_prompt_buffer_get_mask (self, mask - 1) + CZ_MASK_LENGTH);
  if (mask < cz_prompt_buffer_get_n_masks (self))
    to = MIN (to, MAX (cz_prompt_buffer_get_mask (self, mask), from));
  text = cz_prompt_buffer_get_part (self, from, to);
  *ret_base = from;
  return cz_prompt_words_new (text);
}

// The mask that a place lies in, or at an edge of where touching counts; FALSE: none.
gboolean
cz_prompt_masking_find_mask (CzPromptBuffer *self, guint offset, gboolean touching, guint *ret_mask)
{
  guint before = touching && offset > 0 ? offset - 1 : offset;
  guint mask = cz_prompt_buffer_find_mask (self, before);
  guint reach = touching ? offset : offset + 1;

  if (mask >= cz_prompt_buffer_get_n_masks (self)
      || cz_prompt_buffer_get_mask (self, mask) + (touching ? 0 : 1) > reach)
    return FALSE;
  *ret_mask = mask;
  return TRUE;
}

// What a click on a character would mask or unmask.
gboolean
cz_prompt_masking_find (CzPromptBuffer *self, guint character, guint *ret_start, guint *ret_end)
{
  guint mask, base;

  if (cz_prompt_masking_find_mask (self, character, FALSE, &mask))
    {
      *ret_start = cz_prompt_buffer_get_mask (self, mask);
      *ret_end = *ret_start + CZ_MASK_LENGTH;
      return TRUE;
    }
  g_autoptr (GArray) words = cut_words (self, character, &base);
  const CzPromptWord *word
      = character >= base ? cz_prompt_words_find (words, character - base) : NULL;
  if (word == NULL || word->is_mark)
    return FALSE;
  *ret_start = base + word->start;
  *ret_end = base + word->end;
  return TRUE;
}

// Hides what lies between; it holds no mask.
void
cz_prompt_masking_hide (CzPromptBuffer *self, guint start, guint end)
{
  CzPromptMask mask = { 0, cz_prompt_buffer_get_part (self, start, end) };
  g_autoptr (GArray) masks = cz_prompt_masks_new ();

  g_array_append_val (masks, mask);
  cz_prompt_buffer_replace (self, start, end, CZ_MASK_TEXT, masks);
}

// FALSE: the mask hides no word.
gboolean
cz_prompt_masking_show (CzPromptBuffer *self, guint mask)
{
  g_autofree char *word = g_strdup (cz_prompt_buffer_get_word (self, mask));
  guint start = cz_prompt_buffer_get_mask (self, mask);

  if (word == NULL)
    return FALSE;
  cz_prompt_buffer_replace (self, start, start + CZ_MASK_LENGTH, word, NULL);
  return TRUE;
}

// Puts what is masked from start to end back into words; what words do not hide stays.
static void
show_words (CzPromptBuffer *self, guint start, guint end)
{
  g_autoptr (GArray) hidden = cz_prompt_buffer_get_words (self, start, end);
  g_autoptr (GString) text = g_string_new (NULL);
  guint done = 0;

  for (guint i = 0; i < hidden->len; i++)
    {
      const CzPromptMask *mask = &g_array_index (hidden, CzPromptMask, i);
      g_autofree char *between
          = cz_prompt_buffer_get_part (self, start + done, start + mask->offset);

      g_string_append (text, between);
      g_string_append (text, mask->word);
      done = mask->offset + CZ_MASK_LENGTH;
    }
  g_autofree char *rest = cz_prompt_buffer_get_part (self, start + done, end);
  g_string_append (text, rest);
  if (hidden->len > 0)
    cz_prompt_buffer_replace (self, start, end, text->str, NULL);
}

// The words that lie from start to end, even in part, and in no mask; places are the text's.
static GArray *
find_words (CzPromptBuffer *self, guint start, guint end)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (CzPromptWord));

  for (guint at = start; at < end;)
    {
      guint base, last = at, mask;
      g_autoptr (GArray) words = NULL;

      if (cz_prompt_masking_find_mask (self, at, FALSE, &mask))
        {
          at = cz_prompt_buffer_get_mask (self, mask) + CZ_MASK_LENGTH;
          continue;
        }
      words = cut_words (self, at, &base);
      for (guint i = 0; i < words->len; i++)
        {
          CzPromptWord word = g_array_index (words, CzPromptWord, i);

          word.start += base;
          word.end += base;
          if (!word.is_mark && word.end > start && word.end > at && word.start < end)
            g_array_append_val (found, word);
          last = MAX (last, word.end);
        }
      at = last > at ? last : at + 1;
    }
  return found;
}

static gboolean
toggle_selection (CzPromptBuffer *self, guint start, guint end)
{
  g_autoptr (GArray) words = find_words (self, start, end);
  g_autoptr (GArray) masks = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint mask, done, length = 0;

  // The selection may begin or end within a mask.
  if (cz_prompt_masking_find_mask (self, start, FALSE, &mask))
    start = cz_prompt_buffer_get_mask (self, mask);
  if (end > start && cz_prompt_masking_find_mask (self, end - 1, FALSE, &mask))
    end = cz_prompt_buffer_get_mask (self, mask) + CZ_MASK_LENGTH;
  if (words->len == 0)
    {
      masks = cz_prompt_buffer_get_words (self, start, end);
      show_words (self, start, end);
      return masks->len > 0;
    }
  start = MIN (start, g_array_index (words, CzPromptWord, 0).start);
  end = MAX (end, g_array_index (words, CzPromptWord, words->len - 1).end);
  masks = cz_prompt_masks_new ();
  done = start;
  for (guint i = 0; i <= words->len; i++)
    {
      const CzPromptWord *word = i < words->len ? &g_array_index (words, CzPromptWord, i) : NULL;
      guint until = word != NULL ? word->start : end;
      g_autofree char *between = cz_prompt_buffer_get_part (self, done, until);
      // What is hidden already stays so.
      g_autoptr (GArray) hidden = cz_prompt_buffer_get_words (self, done, until);

      for (guint m = 0; m < hidden->len; m++)
        {
          CzPromptMask old = g_array_index (hidden, CzPromptMask, m);

          old.offset += length;
          old.word = g_strdup (old.word);
          g_array_append_val (masks, old);
        }
      g_string_append (text, between);
      length += until - done;
      if (word == NULL)
        break;
      CzPromptMask new = { length, cz_prompt_buffer_get_part (self, word->start, word->end) };
      g_array_append_val (masks, new);
      g_string_append (text, CZ_MASK_TEXT);
      length += CZ_MASK_LENGTH;
      done = word->end;
    }
  cz_prompt_buffer_replace (self, start, end, text->str, masks);
  return TRUE;
}

gboolean
cz_prompt_masking_toggle (CzPromptBuffer *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  GtkTextIter start, end;
  guint cursor, mask, base;

  if (gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    return toggle_selection (self, cz_prompt_buffer_offset_of (self, &start),
                             cz_prompt_buffer_offset_of (self, &end));
  gtk_text_buffer_get_iter_at_mark (buffer, &start, gtk_text_buffer_get_insert (buffer));
  cursor = cz_prompt_buffer_offset_of (self, &start);
  if (cz_prompt_masking_find_mask (self, cursor, TRUE, &mask))
    {
      cz_prompt_masking_show (self, mask);
      return TRUE;
    }
  g_autoptr (GArray) words = cut_words (self, cursor, &base);
  const CzPromptWord *word
      = cz_prompt_words_find_at_cursor (words, cursor >= base ? cursor - base : 0);
  if (word == NULL)
    return FALSE;
  cz_prompt_masking_hide (self, base + word->start, base + word->end);
  return TRUE;
}
