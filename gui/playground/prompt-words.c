#include "gui/playground/prompt-words.h"

#include <string.h>

#include "engine/text/characters.h"
#include "engine/text/normalizer.h"

typedef struct
{
  const char *text;
  guint32 bytes;    // that were counted
  guint characters; // that they are
  GArray *words;
} Cutting;

static guint
count_to (Cutting *cutting, guint32 bytes)
{
  cutting->characters
      += (guint)g_utf8_strlen (cutting->text + cutting->bytes, (gssize)(bytes - cutting->bytes));
  cutting->bytes = bytes;
  return cutting->characters;
}

static void
add_word (const CzWord *found, gpointer data)
{
  Cutting *cutting = data;
  CzPromptWord word;
  CzCharacter first;

  cz_character_get (g_utf8_get_char (cutting->text + found->start), &first);
  word.is_mark = (first.flags & CZ_CHARACTER_PUNCTUATION) != 0;
  word.start = count_to (cutting, found->start);
  word.end = count_to (cutting, found->end);
  g_array_append_val (cutting->words, word);
}

GArray *
cz_prompt_words_new (const char *text)
{
  // Only places are asked for: letters stay as they are.
  static const CzNormalizerOptions options
      = { .cjk_spacing = TRUE, .clean_text = TRUE, .max_characters = 1 };
  g_autoptr (CzNormalizer) normalizer = cz_normalizer_new (&options);
  g_autoptr (CzWordBuffer) buffer = cz_word_buffer_new ();
  Cutting cutting = { text, 0, 0, g_array_new (FALSE, FALSE, sizeof (CzPromptWord)) };

  cz_normalizer_cut (normalizer, buffer, (const guint8 *)text, strlen (text), 0, add_word,
                     &cutting);
  return cutting.words;
}

const CzPromptWord *
cz_prompt_words_find_at_cursor (GArray *words, guint cursor)
{
  const CzPromptWord *in = NULL, *behind = NULL, *last = NULL, *mark = NULL;

  for (guint i = 0; i < words->len; i++)
    {
      const CzPromptWord *word = &g_array_index (words, CzPromptWord, i);

      if (word->start > cursor)
        break;
      if (word->is_mark)
        {
          if (word->end <= cursor || mark == NULL)
            mark = word;
        }
      else if (word->start < cursor && cursor <= word->end)
        in = word;
      else if (word->start == cursor)
        behind = word;
      else
        last = word;
    }
  return in != NULL ? in : behind != NULL ? behind : last != NULL ? last : mark;
}

const CzPromptWord *
cz_prompt_words_find (GArray *words, guint character)
{
  for (guint i = 0; i < words->len; i++)
    {
      const CzPromptWord *word = &g_array_index (words, CzPromptWord, i);

      if (word->start <= character && character < word->end)
        return word;
    }
  return NULL;
}
