#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

typedef enum
{
  CZ_ACTIVATION_GELU, // with the exact erf
  CZ_ACTIVATION_RELU,
} CzActivation;

// A DistilBERT's shape: config.json with the keys' own names. Plain data.
typedef struct
{
  guint vocab_size; // at most 2^24 - 1 (token words hold 24 bits)
  guint dim;        // a multiple of n_heads
  guint hidden_dim;
  guint n_layers;
  guint n_heads;
  guint max_position_embeddings; // the longest block, in tokens
  guint pad_token_id;            // below vocab_size; this row gets no lookup gradient
  double dropout;                // 0 <= p < 1
  double attention_dropout;      // 0 <= p < 1
  CzActivation activation;       // of the feed-forward layers
  gboolean sinusoidal_pos_embds; // position embeddings are not trained
  double initializer_range;
  gboolean tie_word_embeddings; // as the file says; cz_model_folder_open () deals with FALSE
} CzModelConfig;

// DistilBERT-base: 6 layers, 768, 12 heads, 3,072, 512 positions, `vocab_size` words.
void cz_model_config_init (CzModelConfig *config, guint vocab_size);

// Whether the values make sense together. `where` opens the message. Error: INVALID or UNSUPPORTED.
gboolean cz_model_config_check (const CzModelConfig *config, const char *where, GError **error);

// Reads config.json and checks it. Keys that DistilBERT has defaults for may be absent; the shape's
// (vocab_size, dim, hidden_dim, n_layers, n_heads, max_position_embeddings) and model_type may not.
// Each wrong key gives one sentence. Errors: MISSING, IO, INVALID, UNSUPPORTED (another
// model_type).
gboolean cz_model_config_load (const char *path, CzModelConfig *ret_config, GError **error);
gboolean cz_model_config_from_json (JsonObject *object,
                                    const char *where,
                                    CzModelConfig *ret_config,
                                    GError **error);

// The file's text, as DistilBertForMaskedLM's; freed by the caller. The same config, the same
// bytes.
char *cz_model_config_to_text (const CzModelConfig *config);
gboolean cz_model_config_save (const CzModelConfig *config, const char *path, GError **error);
