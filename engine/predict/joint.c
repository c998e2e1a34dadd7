#include "engine/predict/joint.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

#define GUESSES 32 // tokens of a slot that are looked at

// A filling on the way.
typedef struct
{
  guint32 ids[CZ_JOINT_MOST];
  guint filled; // a bit for each slot
  double log_probability;
} Beam;

// The likeliest tokens of a slot, given a beam.
typedef struct
{
  guint n;
  guint32 ids[GUESSES];
  double log_probabilities[GUESSES];
} Guesses;

typedef struct
{
  CzPredictor *predictor;
  CzJointOrder order;
  gboolean one_word;
  guint32 *ids; // what the model sees, a mask in each slot
  guint n;
  guint slots[CZ_JOINT_MOST]; // positions, ascending
  guint n_slots;
  Beam beams[CZ_JOINT_BEAM];
  guint n_beams;
  guint asked[CZ_JOINT_BEAM][CZ_JOINT_MOST]; // of a beam's row: which slots its positions are
  Guesses guesses[CZ_JOINT_BEAM][CZ_JOINT_MOST];
} Search;

void
cz_joint_free (CzJoint *joint)
{
  for (guint i = 0; i < joint->n_fillings; i++)
    {
      g_free (joint->fillings[i].ids);
      g_strfreev (joint->fillings[i].pieces);
      g_free (joint->fillings[i].text);
    }
  g_free (joint->fillings);
  g_free (joint->note);
  g_free (joint);
}

// ---- The search ----

static gboolean
may_fill (const Search *search, guint slot, guint32 id)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (search->predictor);
  gboolean continuation;

  if (id >= cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (tokenizer))
      || cz_tokenizer_is_special (tokenizer, id)
      || cz_predictor_get_token (search->predictor, id)[0] == '\0')
    return FALSE;
  cz_tokenizer_get_piece (tokenizer, id, &continuation);
  return !search->one_word || continuation == (slot > 0);
}

// Highest first; of equal ones the lower id.
static void
find_guesses (
    const Search *search, guint slot, const float *logits, double normalizer, Guesses *ret_guesses)
{
  guint vocabulary = cz_predictor_get_config (search->predictor)->vocab_size;
  Guesses found = { 0 };

  for (guint32 id = 0; id < vocabulary; id++)
    {
      double log_probability = logits[id] - normalizer;
      guint at = found.n;
      if ((found.n == GUESSES && !(log_probability > found.log_probabilities[found.n - 1]))
          || !may_fill (search, slot, id))
        continue;
      if (found.n < GUESSES)
        found.n++;
      else
        at--;
      for (; at > 0 && log_probability > found.log_probabilities[at - 1]; at--)
        {
          found.ids[at] = found.ids[at - 1];
          found.log_probabilities[at] = found.log_probabilities[at - 1];
        }
      found.ids[at] = id;
      found.log_probabilities[at] = log_probability;
    }
  *ret_guesses = found;
}

static gboolean
sink_guesses (guint row, guint index, const float *logits, gpointer data, GError **error)
{
  Search *search = data;
  guint slot = search->asked[row][index];
  double normalizer
      = cz_logits_normalizer (logits, cz_predictor_get_config (search->predictor)->vocab_size);

  if (isnan (normalizer))
    return cz_predict_set_not_a_number (error);
  find_guesses (search, slot, logits, normalizer, &search->guesses[row][slot]);
  return TRUE;
}

// Asks the model what could come next in each beam: its first empty slot, or all of them.
static gboolean
ask_model (Search *search, GError **error)
{
  g_autofree guint32 *ids = g_new (guint32, (gsize)search->n_beams * search->n);
  guint positions[CZ_JOINT_BEAM][CZ_JOINT_MOST];
  CzRow rows[CZ_JOINT_BEAM];

  for (guint i = 0; i < search->n_beams; i++)
    {
      const Beam *beam = &search->beams[i];
      guint32 *to = ids + (gsize)i * search->n;
      guint n = 0;

      memcpy (to, search->ids, search->n * sizeof *to);
      for (guint slot = 0; slot < search->n_slots; slot++)
        if (beam->filled >> slot & 1)
          to[search->slots[slot]] = beam->ids[slot];
        else if (n == 0 || search->order == CZ_JOINT_MOST_CERTAIN)
          {
            search->asked[i][n] = slot;
            positions[i][n++] = search->slots[slot];
          }
      rows[i] = (CzRow){ to, search->n, positions[i], n };
    }
  return cz_predictor_run (search->predictor, rows, search->n_beams, sink_guesses, search, error);
}

// The slot that a beam fills next.
static guint
choose_slot (const Search *search, guint beam)
{
  double best = -INFINITY;
  guint chosen = 0;

  for (guint slot = search->n_slots; slot-- > 0;)
    {
      const Guesses *guesses = &search->guesses[beam][slot];
      if (search->beams[beam].filled >> slot & 1)
        continue;
      if (search->order == CZ_JOINT_LEFT_TO_RIGHT)
        chosen = slot;
      else if (guesses->n > 0 && guesses->log_probabilities[0] >= best)
        {
          best = guesses->log_probabilities[0];
          chosen = slot;
        }
    }
  return chosen;
}

static gboolean
is_same (const Beam *a, const Beam *b, guint n_slots)
{
  for (guint slot = 0; slot < n_slots; slot++)
    if ((a->filled >> slot & 1) && a->ids[slot] != b->ids[slot])
      return FALSE;
  return a->filled == b->filled;
}

// Keeps the likeliest, highest first. Of the same filling, come to in two orders, the likelier one.
static void
keep_beam (const Search *search, Beam *beams, guint *n_beams, const Beam *beam)
{
  guint at = 0;

  while (at < *n_beams && !is_same (&beams[at], beam, search->n_slots))
    at++;
  if (at == *n_beams && at == CZ_JOINT_BEAM)
    at--; // the last makes room
  else if (at == *n_beams)
    beams[(*n_beams)++].log_probability = -INFINITY;
  if (!(beam->log_probability > beams[at].log_probability))
    return;
  for (; at > 0 && beam->log_probability > beams[at - 1].log_probability; at--)
    beams[at] = beams[at - 1];
  beams[at] = *beam;
}

// Whether the tokenizer itself would cut the word so: "head ##s" is no second way to "heads".
static gboolean
is_cut_so (const Search *search, const Beam *beam, CzEncoding *encoding)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (search->predictor);
  g_autofree char *word
      = cz_tokenizer_decode (tokenizer, beam->ids, search->n_slots, FALSE /* skip_special */);

  cz_tokenizer_encode (tokenizer, word, -1, FALSE /* add_special */, encoding);
  return encoding->n == search->n_slots
         && memcmp (encoding->ids, beam->ids, encoding->n * sizeof *beam->ids) == 0;
}

// Fills one more slot of each beam.
static gboolean
go_on (Search *search, GError **error)
{
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  guint all = (1u << search->n_slots) - 1, n_beams = 0;
  Beam beams[CZ_JOINT_BEAM] = { 0 };

  if (!ask_model (search, error))
    return FALSE;
  for (guint i = 0; i < search->n_beams; i++)
    {
      guint slot = choose_slot (search, i);
      const Guesses *guesses = &search->guesses[i][slot];
      for (guint g = 0; g < guesses->n; g++)
        {
          Beam beam = search->beams[i];
          beam.ids[slot] = guesses->ids[g];
          beam.filled |= 1u << slot;
          beam.log_probability += guesses->log_probabilities[g];
          if (!search->one_word || beam.filled != all || is_cut_so (search, &beam, encoding))
            keep_beam (search, beams, &n_beams, &beam);
        }
    }
  memcpy (search->beams, beams, sizeof beams);
  search->n_beams = n_beams;
  return TRUE;
}

static gboolean
search_beams (Search *search, CzJointOrder order, GError **error)
{
  search->order = order;
  search->n_beams = 1;
  search->beams[0] = (Beam){ 0 };
  for (guint i = 0; i < search->n_slots; i++)
    if (!go_on (search, error))
      return FALSE;
  return TRUE;
}

// ---- A text's masks ----

typedef struct
{
  CzEncoding *encoding;
  guint *masks; // positions
  guint n_masks;
} Text;

static void
clear_text (Text *text)
{
  cz_encoding_free (text->encoding);
  g_free (text->masks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Text, clear_text)

static void
read_text (CzPredictor *predictor, const char *text, gssize length, Text *ret_text)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  CzEncoding *encoding = cz_encoding_new ();

  cz_tokenizer_encode (tokenizer, text, length, TRUE /* add_special */, encoding);
  *ret_text = (Text){ encoding, g_new (guint, encoding->n), 0 };
  for (guint i = 0; i < encoding->n; i++)
    if (encoding->ids[i] == cz_tokenizer_get_mask_id (tokenizer))
      ret_text->masks[ret_text->n_masks++] = i;
}

// A filling of `shown`, a sequence whose tokens at `slots` are its pieces.
static void
add_filling (
    CzJoint *joint, Search *search, const Beam *beam, guint32 *shown, guint n, const guint *slots)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (search->predictor);
  CzJointFilling filling = { .order = search->order,
                             .n_pieces = search->n_slots,
                             .log_probability = beam->log_probability };

  filling.ids = g_memdup2 (beam->ids, search->n_slots * sizeof *beam->ids);
  filling.pieces = g_new0 (char *, search->n_slots + 1);
  for (guint i = 0; i < search->n_slots; i++)
    {
      filling.pieces[i] = g_strdup (cz_predictor_get_token (search->predictor, beam->ids[i]));
      shown[slots[i]] = beam->ids[i];
    }
  filling.text = cz_tokenizer_decode (tokenizer, shown, n, TRUE /* skip_special */);
  joint->fillings = g_renew (CzJointFilling, joint->fillings, joint->n_fillings + 1);
  joint->fillings[joint->n_fillings++] = filling;
}

// Searches in both orders. `shown` has room for what a filling is told as.
static gboolean
search_orders (
    Search *search, CzJoint *joint, guint32 *shown, guint n, const guint *slots, GError **error)
{
  for (guint order = 0; order < CZ_JOINT_ORDERS; order++)
    {
      if (!search_beams (search, (CzJointOrder)order, error))
        return FALSE;
      for (guint i = 0; i < MIN (search->n_beams, CZ_JOINT_FOUND); i++)
        add_filling (joint, search, &search->beams[i], shown, n, slots);
    }
  return TRUE;
}

// Cuts what the model sees out of `ids`, around the slots; frees nothing.
static void
cut_window (Search *search, const guint32 *ids, guint n, const guint *slots, guint n_slots)
{
  guint shift;

  search->ids = cz_window_cut (ids, n, cz_predictor_get_window (search->predictor), slots[0],
                               slots[n_slots - 1], &search->n, &shift);
  search->n_slots = n_slots;
  for (guint i = 0; i < n_slots; i++)
    search->slots[i] = slots[i] - shift;
}

CzJoint *
cz_predictor_fill_jointly (CzPredictor *predictor, const char *text, gssize length, GError **error)
{
  g_auto (Text) read = { 0 };
  g_autoptr (CzJoint) joint = g_new0 (CzJoint, 1);
  guint window = cz_predictor_get_window (predictor);
  Search search = { .predictor = predictor };
  guint n;

  read_text (predictor, text, length, &read);
  n = (guint)read.encoding->n;
  if (read.n_masks < 2)
    return g_steal_pointer (&joint);
  if (read.n_masks > CZ_JOINT_MOST)
    {
      joint->note = g_strdup_printf (_ ("The text has %u masks; at most %d are filled jointly."),
                                     read.n_masks, CZ_JOINT_MOST);
      return g_steal_pointer (&joint);
    }
  if (read.masks[read.n_masks - 1] - read.masks[0] + 1 > window - 2)
    {
      joint->note
          = g_strdup_printf (_ ("The masks are too far apart to be filled jointly: the model sees "
                                "%u tokens at once."),
                             window);
      return g_steal_pointer (&joint);
    }
  cut_window (&search, read.encoding->ids, n, read.masks, read.n_masks);
  gboolean done = search_orders (&search, joint, read.encoding->ids, n, read.masks, error);
  g_free (search.ids);
  return done ? g_steal_pointer (&joint) : NULL;
}

// The same with mask `position` widened to `n_pieces`.
static gboolean
search_words (CzPredictor *predictor,
              const Text *text,
              guint mask,
              guint n_pieces,
              CzJoint *joint,
              GError **error)
{
  static const guint own_slots[CZ_JOINT_MOST] = { 0, 1, 2, 3, 4, 5, 6, 7 };
  guint position = text->masks[mask], n = (guint)text->encoding->n, wide_n = n + n_pieces - 1;
  const guint32 *ids = text->encoding->ids;
  g_autofree guint32 *wide = g_new (guint32, wide_n);
  Search search = { .predictor = predictor, .one_word = TRUE };
  guint slots[CZ_JOINT_MOST];
  guint32 word[CZ_JOINT_MOST];

  memcpy (wide, ids, position * sizeof *wide);
  memcpy (wide + position + n_pieces, ids + position + 1, (n - position - 1) * sizeof *wide);
  for (guint i = 0; i < n_pieces; i++)
    {
      slots[i] = position + i;
      wide[slots[i]] = ids[position];
    }
  cut_window (&search, wide, wide_n, slots, n_pieces);
  gboolean done = search_orders (&search, joint, word, n_pieces, own_slots, error);
  g_free (search.ids);
  return done;
}

CzJoint *
cz_predictor_fill_words (CzPredictor *predictor,
                         const char *text,
                         gssize length,
                         guint mask,
                         guint most_pieces,
                         GError **error)
{
  g_auto (Text) read = { 0 };
  g_autoptr (CzJoint) joint = g_new0 (CzJoint, 1);
  guint most = MIN (MIN (most_pieces, CZ_JOINT_MOST), cz_predictor_get_window (predictor) - 2);

  read_text (predictor, text, length, &read);
  if (mask >= read.n_masks)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text has %u masks, and there is none with the number %u (the first is "
                      "0)."),
                   read.n_masks, mask);
      return NULL;
    }
  for (guint pieces = 2; pieces <= most; pieces++)
    if (!search_words (predictor, &read, mask, pieces, joint, error))
      return NULL;
  return g_steal_pointer (&joint);
}
