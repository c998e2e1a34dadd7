#include "jobs/model-card-matter.h"

#include <math.h>
#include <string.h>

#include "engine/format/json-text.h"

// What the Hub takes as a license without more words.
static const char *const licences[] = { "apache-2.0",
                                        "mit",
                                        "openrail",
                                        "bigscience-openrail-m",
                                        "afl-3.0",
                                        "artistic-2.0",
                                        "bsl-1.0",
                                        "bsd",
                                        "bsd-2-clause",
                                        "bsd-3-clause",
                                        "cc",
                                        "cc0-1.0",
                                        "cc-by-2.0",
                                        "cc-by-3.0",
                                        "cc-by-4.0",
                                        "cc-by-sa-3.0",
                                        "cc-by-sa-4.0",
                                        "cc-by-nc-3.0",
                                        "cc-by-nc-4.0",
                                        "cc-by-nd-4.0",
                                        "cc-by-nc-nd-4.0",
                                        "cc-by-nc-sa-3.0",
                                        "cc-by-nc-sa-4.0",
                                        "wtfpl",
                                        "epl-2.0",
                                        "etalab-2.0",
                                        "eupl-1.1",
                                        "agpl-3.0",
                                        "gfdl",
                                        "gpl",
                                        "gpl-2.0",
                                        "gpl-3.0",
                                        "lgpl",
                                        "lgpl-2.1",
                                        "lgpl-3.0",
                                        "isc",
                                        "mpl-2.0",
                                        "odbl",
                                        "pddl",
                                        "unlicense",
                                        "zlib",
                                        "unknown",
                                        "other",
                                        NULL };

// A string of YAML: JSON's is one.
static void
append_string (GString *text, const char *key, const char *value)
{
  g_string_append (text, key);
  cz_json_text_append_string (text, value);
  g_string_append_c (text, '\n');
}

// Words for the plain ones: what a person reads in the file needs no quotes.
static gboolean
is_plain (const char *value)
{
  return g_ascii_isalpha (value[0])
         && value[strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "-_./")]
                == '\0'
         && g_ascii_strcasecmp (value, "null") != 0 && g_ascii_strcasecmp (value, "true") != 0
         && g_ascii_strcasecmp (value, "false") != 0 && g_ascii_strcasecmp (value, "yes") != 0
         && g_ascii_strcasecmp (value, "no") != 0 && g_ascii_strcasecmp (value, "on") != 0
         && g_ascii_strcasecmp (value, "off") != 0;
}

static void
append_name (GString *text, const char *key, const char *value)
{
  if (is_plain (value))
    g_string_append_printf (text, "%s%s\n", key, value);
  else
    append_string (text, key, value);
}

static void
append_licence (GString *text, const char *licence)
{
  if (g_strv_contains (licences, licence))
    g_string_append_printf (text, "license: %s\n", licence);
  else
    {
      g_string_append (text, "license: other\n");
      append_string (text, "license_name: ", licence);
    }
}

// "en", "cat", "pt-BR".
static gboolean
is_language (const char *language)
{
  gsize letters = 0;

  while (g_ascii_islower (language[letters]))
    letters++;
  return strcmp (language, "multilingual") == 0
         || (letters >= 2 && letters <= 3
             && (language[letters] == '\0'
                 || (language[letters] == '-' && g_ascii_isalpha (language[letters + 1])
                     && is_plain (language) && strlen (language) < 12)));
}

// The kind of data the Hub wants to be named: a repository, else letters, digits and "-".
static void
append_dataset (GString *text, const CzModelCardMatter *matter)
{
  g_string_append (text, "    dataset:\n");
  if (matter->dataset != NULL)
    append_name (text, "      type: ", matter->dataset);
  else
    g_string_append (text, "      type: text\n");
  append_string (text, "      name: ", matter->corpus);
}

void
cz_model_card_matter_append (const CzModelCardMatter *matter, GString *text)
{
  g_string_append (text, "---\n");
  if (matter->language != NULL && is_language (matter->language))
    append_string (text, "language: ", matter->language); // quoted: "no" is a language
  if (matter->licence != NULL)
    append_licence (text, matter->licence);
  g_string_append (text, "library_name: transformers\npipeline_tag: fill-mask\ntags:\n"
                         "- distilbert\n- masked-lm\n- domain-adaptation\n- clozebench\n");
  if (matter->base_model != NULL)
    append_name (text, "base_model: ", matter->base_model);
  if (matter->dataset != NULL)
    {
      g_string_append (text, "datasets:\n");
      append_name (text, "- ", matter->dataset);
    }
  if (isfinite (matter->perplexity) && matter->corpus != NULL)
    {
      append_string (text, "model-index:\n- name: ", matter->name);
      g_string_append (text, "  results:\n  - task:\n      type: fill-mask\n"
                             "      name: Masked language modeling\n");
      append_dataset (text, matter);
      g_string_append (text, "    metrics:\n    - type: perplexity\n      name: Perplexity\n"
                             "      value: ");
      cz_json_text_append_number (text, round (matter->perplexity * 1e4) / 1e4);
      g_string_append_c (text, '\n');
    }
  g_string_append (text, "---\n\n");
}
