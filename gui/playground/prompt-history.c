#include "gui/playground/prompt-history.h"

#include <string.h>

#define MOST_STEPS 300
// Bytes of text that are kept at most; the last step always is.
#define MOST_BYTES (32 * 1024 * 1024)

struct _CzPromptHistory
{
  GPtrArray *steps;   // of CzPromptStep
  guint n_done;       // of them; the others were taken back
  CzPromptStep *open; // being made; NULL: none
  guint depth;
  gsize bytes;
};

static void
mask_clear (gpointer data)
{
  g_free (((CzPromptMask *)data)->word);
}

GArray *
cz_prompt_masks_new (void)
{
  GArray *masks = g_array_new (FALSE, FALSE, sizeof (CzPromptMask));

  g_array_set_clear_func (masks, mask_clear);
  return masks;
}

static void
edit_free (gpointer data)
{
  CzPromptEdit *edit = data;

  g_clear_pointer (&edit->undone_masks, g_array_unref);
  g_clear_pointer (&edit->redone_masks, g_array_unref);
  g_free (edit->text);
  g_free (edit);
}

static void
step_free (gpointer data)
{
  g_ptr_array_unref (data);
}

static gsize
count_bytes (CzPromptStep *step)
{
  gsize bytes = 0;

  for (guint i = 0; i < step->len; i++)
    bytes += strlen (((CzPromptEdit *)g_ptr_array_index (step, i))->text);
  return bytes;
}

static void
remove_steps (CzPromptHistory *self, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    self->bytes -= count_bytes (g_ptr_array_index (self->steps, i));
  if (n > 0)
    g_ptr_array_remove_range (self->steps, first, n);
}

// The one edit of a step that typing can go on with; NULL: it has several, or masks of its own.
static CzPromptEdit *
get_only_edit (CzPromptStep *step)
{
  CzPromptEdit *edit = step->len == 1 ? g_ptr_array_index (step, 0) : NULL;

  return edit != NULL && edit->undone_masks == NULL && edit->redone_masks == NULL ? edit : NULL;
}

static gboolean
ends_with_space (const char *text)
{
  return text[0] != '\0'
         && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (text + strlen (text))));
}

// Puts a typed or deleted letter to the step before; FALSE where it begins a step of its own.
static gboolean
join (CzPromptStep *before, CzPromptStep *step)
{
  CzPromptEdit *old = get_only_edit (before), *new = get_only_edit (step);
  g_autofree char *text = NULL;
  gboolean in_front = FALSE;

  if (old == NULL || new == NULL || old->insertion != new->insertion || new->n_characters != 1)
    return FALSE;
  if (ends_with_space (old->text) && !ends_with_space (new->text))
    return FALSE;
  if (new->insertion &&new->offset != old->offset + old->n_characters)
    return FALSE;
  if (!new->insertion)
    {
      in_front = new->offset + 1 == old->offset;
      if (!in_front && new->offset != old->offset)
        return FALSE;
    }
  text = in_front ? g_strconcat (new->text, old->text, NULL)
                  : g_strconcat (old->text, new->text, NULL);
  g_free (old->text);
  old->text = g_steal_pointer (&text);
  old->n_characters++;
  if (in_front)
    old->offset--;
  return TRUE;
}

static void
close_step (CzPromptHistory *self)
{
  g_autoptr (GPtrArray) step = g_steal_pointer (&self->open);
  CzPromptStep *before
      = self->n_done > 0 ? g_ptr_array_index (self->steps, self->n_done - 1) : NULL;
  guint old = 0;

  if (step == NULL)
    return;
  cz_prompt_history_drop_undone (self);
  self->bytes += count_bytes (step);
  if (before != NULL && join (before, step))
    return;
  g_ptr_array_add (self->steps, g_steal_pointer (&step));
  for (gsize bytes = self->bytes;
       old + 1 < self->steps->len && (self->steps->len - old > MOST_STEPS || bytes > MOST_BYTES);
       old++)
    bytes -= count_bytes (g_ptr_array_index (self->steps, old));
  remove_steps (self, 0, old);
  self->n_done = self->steps->len;
}

CzPromptHistory *
cz_prompt_history_new (void)
{
  CzPromptHistory *self = g_new0 (CzPromptHistory, 1);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  return self;
}

void
cz_prompt_history_free (CzPromptHistory *self)
{
  g_ptr_array_unref (self->steps);
  g_clear_pointer (&self->open, g_ptr_array_unref);
  g_free (self);
}

void
cz_prompt_history_begin (CzPromptHistory *self)
{
  self->depth++;
}

void
cz_prompt_history_end (CzPromptHistory *self)
{
  if (self->depth > 0 && --self->depth == 0)
    close_step (self);
}

void
cz_prompt_history_add (
    CzPromptHistory *self, gboolean insertion, guint offset, const char *text, GArray *masks)
{
  CzPromptEdit *edit = g_new0 (CzPromptEdit, 1);

  edit->insertion = insertion;
  edit->offset = offset;
  edit->n_characters = (guint)g_utf8_strlen (text, -1);
  edit->text = g_strdup (text);
  edit->undone_masks = masks;
  if (self->open == NULL)
    self->open = g_ptr_array_new_with_free_func (edit_free);
  g_ptr_array_add (self->open, edit);
  if (self->depth == 0)
    close_step (self);
}

gboolean
cz_prompt_history_can_undo (CzPromptHistory *self)
{
  return self->n_done > 0;
}

gboolean
cz_prompt_history_can_redo (CzPromptHistory *self)
{
  return self->n_done < self->steps->len;
}

CzPromptStep *
cz_prompt_history_undo (CzPromptHistory *self)
{
  return self->n_done > 0 ? g_ptr_array_index (self->steps, --self->n_done) : NULL;
}

CzPromptStep *
cz_prompt_history_redo (CzPromptHistory *self)
{
  return self->n_done < self->steps->len ? g_ptr_array_index (self->steps, self->n_done++) : NULL;
}

void
cz_prompt_history_drop_undone (CzPromptHistory *self)
{
  remove_steps (self, self->n_done, self->steps->len - self->n_done);
}
