// cloze model summary, compare.
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "engine/format/model-summary.h"
#include "jobs/json-members.h"
#include "jobs/model-comparison.h"
#include "jobs/model-source.h"

#define SHOWN 8 // tensors that are not compared, named for people

static CzModelFolder *
open_model (CzInvocation *invocation, guint argument, char **ret_name, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (CzModelSource) source
      = library != NULL ? cz_model_source_find (library, invocation->arguments[argument], error)
                        : NULL;
  CzModelFolder *folder = source != NULL ? cz_model_folder_open (source->folder, error) : NULL;

  if (folder != NULL)
    *ret_name = g_steal_pointer (&source->name);
  return folder;
}

static void
build_shape (const guint64 *dims, guint n_dims, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n_dims; i++)
    json_builder_add_int_value (builder, (gint64)dims[i]);
  json_builder_end_array (builder);
}

static char *
format_shape (const guint64 *dims, guint n_dims)
{
  return n_dims == 2
             ? g_strdup_printf ("(%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT ")", dims[0], dims[1])
             : g_strdup_printf ("(%" G_GUINT64_FORMAT ",)", dims[0]);
}

// ---- summary ----

static void
print_summary_json (const char *name, const CzModelSummary *summary)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "model", name);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < summary->modules->len; i++)
    {
      const CzModelModule *module = summary->modules->pdata[i];
      g_autofree char *layer = cz_model_summary_name_layer (module->layer, summary->n_layers);
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "layer", layer);
      cz_json_set_string (builder, "name", module->name);
      cz_json_set_string (builder, "type", module->type);
      build_shape (module->dims, module->n_dims, builder);
      cz_json_set_int (builder, "parameters", (gint64)module->parameters);
      cz_json_set_boolean (builder, "trainable", module->trainable);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cz_json_set_int (builder, "parameters", (gint64)summary->parameters);
  cz_json_set_int (builder, "trainable", (gint64)summary->trainable);
  cz_json_set_int (builder, "bytes", (gint64)summary->bytes);
  cz_json_set_string (builder, "dtype", summary->dtype);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static void
print_line (char sign, guint width)
{
  g_autofree char *line = g_strnfill (width, sign);

  cz_print ("%s\n", line);
}

// As Keras prints it.
static void
print_summary (const char *name, const CzModelSummary *summary)
{
  const int type_width = 18 + 5, shape_width = 18, count_width = 12;
  int name_width = 12, layer = G_MININT;
  guint width;

  for (guint i = 0; i < summary->modules->len; i++)
    name_width = MAX (name_width,
                      (int)g_utf8_strlen (((CzModelModule *)summary->modules->pdata[i])->name, -1));
  name_width += type_width;
  width = (guint)(name_width + shape_width + count_width + 2);
  cz_print (_ ("Model: “%s”\n"), name);
  print_line ('_', width);
  cz_print (" %-*s%-*s%*s\n", name_width, _ ("Layer (type)"), shape_width, _ ("Shape"), count_width,
            _ ("Param #"));
  print_line ('=', width);
  for (guint i = 0; i < summary->modules->len; i++)
    {
      const CzModelModule *module = summary->modules->pdata[i];
      g_autofree char *title = g_strdup_printf ("%s (%s)", module->name, module->type);
      g_autofree char *shape = format_shape (module->dims, module->n_dims);
      g_autofree char *count = cz_format_count ((double)module->parameters);
      if (i > 0 && module->layer != layer)
        cz_print ("\n");
      layer = module->layer;
      cz_print (" %-*s%-*s%*s\n", name_width, title, shape_width, shape, count_width, count);
    }
  print_line ('=', width);
  g_autofree char *all = cz_format_count ((double)summary->parameters);
  g_autofree char *bytes = cz_format_bytes ((double)summary->bytes);
  g_autofree char *trainable = cz_format_count ((double)summary->trainable);
  g_autofree char *fixed = cz_format_count ((double)(summary->parameters - summary->trainable));
  cz_print (_ ("Total params: %s (%s, %s)\nTrainable params: %s\nNon-trainable params: %s\n"), all,
            bytes, summary->dtype, trainable, fixed);
  cz_print (_ ("The output matrix is the word embeddings and is not counted again.\n"));
}

static gboolean
summarize (CzInvocation *invocation, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (CzModelFolder) folder = open_model (invocation, 0, &name, error);

  if (folder == NULL)
    return FALSE;
  g_autoptr (CzModelSummary) summary = cz_model_summary_new (folder);
  if (invocation->json)
    print_summary_json (name, summary);
  else
    print_summary (name, summary);
  return TRUE;
}

// ---- compare ----

static void
build_distance (const CzDistance *distance, JsonBuilder *builder)
{
  cz_json_set_int (builder, "parameters", (gint64)distance->n);
  cz_json_set_number (builder, "distance", distance->distance);
  cz_json_set_number (builder, "relative", distance->relative);
  cz_json_set_number (builder, "cosine", distance->cosine);
  cz_json_set_number (builder, "largest", distance->largest);
}

static void
set_layer (JsonBuilder *builder, int layer, guint n_layers)
{
  g_autofree char *name = cz_model_summary_name_layer (layer, n_layers);

  cz_json_set_string (builder, "layer", name);
}

static void
build_tensors (const CzModelComparison *comparison, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "tensors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < comparison->tensors->len; i++)
    {
      const CzTensorDistance *tensor = comparison->tensors->pdata[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "name", tensor->name);
      set_layer (builder, tensor->layer, comparison->n_layers[0]);
      build_shape (tensor->dims, tensor->n_dims, builder);
      build_distance (&tensor->distance, builder);
      cz_json_set_string (builder, "note", tensor->note);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_uncompared (const CzModelComparison *comparison, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "uncompared");
  json_builder_begin_array (builder);
  for (guint i = 0; i < comparison->uncompared->len; i++)
    {
      const CzTensorUncompared *tensor = comparison->uncompared->pdata[i];
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "name", tensor->name);
      set_layer (builder, tensor->layer, MAX (comparison->n_layers[0], comparison->n_layers[1]));
      cz_json_set_string (builder, "reason", tensor->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_comparison_json (char *const names[2], const CzModelComparison *comparison)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, names[0]);
  json_builder_add_string_value (builder, names[1]);
  json_builder_end_array (builder);
  build_tensors (comparison, builder);
  json_builder_set_member_name (builder, "layers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < comparison->layers->len; i++)
    {
      const CzLayerDistance *layer = comparison->layers->pdata[i];
      json_builder_begin_object (builder);
      set_layer (builder, layer->layer, comparison->n_layers[0]);
      build_distance (&layer->distance, builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  build_uncompared (comparison, builder);
  build_distance (&comparison->total, builder);
  cz_json_set_int (builder, "shared_words", comparison->n_shared_words);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static void
add_row (CzListing *table, const char *name, const CzDistance *distance)
{
  cz_listing_add (table, name);
  cz_listing_add_take (table, cz_format_count ((double)distance->n));
  cz_listing_add_take (table, isfinite (distance->relative)
                                  ? g_strdup_printf ("%.4f %%", 100 * distance->relative)
                                  : g_strdup ("–"));
  cz_listing_add_take (table, isfinite (distance->cosine)
                                  ? g_strdup_printf ("%.8f", distance->cosine)
                                  : g_strdup ("–"));
  cz_listing_add_take (table, g_strdup_printf ("%.3g", distance->largest));
}

static void
print_comparison (char *const names[2], const CzModelComparison *comparison)
{
  CzListing *table = cz_listing_new (_ ("layer"), _ (">parameters"), _ (">moved by"), _ (">cosine"),
                                     _ (">largest"), NULL);

  for (guint i = 0; i < comparison->layers->len; i++)
    {
      const CzLayerDistance *layer = comparison->layers->pdata[i];
      g_autofree char *name = cz_model_summary_name_layer (layer->layer, comparison->n_layers[0]);
      add_row (table, name, &layer->distance);
      for (guint k = 0; k < comparison->tensors->len; k++)
        {
          const CzTensorDistance *tensor = comparison->tensors->pdata[k];
          g_autofree char *indented = g_strconcat ("  ", tensor->name, NULL);
          if (tensor->layer == layer->layer)
            add_row (table, indented, &tensor->distance);
        }
    }
  add_row (table, _ ("all"), &comparison->total);
  cz_print (_ ("From “%s” to “%s”:\n"), names[0], names[1]);
  cz_listing_print (table);
  if (comparison->n_words[0] != comparison->n_words[1]
      || comparison->n_shared_words != comparison->n_words[0])
    cz_print (_ ("The vocabularies differ (%u and %u word pieces): their tables are compared where "
                 "both have a piece (%u).\n"),
              comparison->n_words[0], comparison->n_words[1], comparison->n_shared_words);
  for (guint i = 0; i < MIN (comparison->uncompared->len, SHOWN); i++)
    {
      const CzTensorUncompared *tensor = comparison->uncompared->pdata[i];
      cz_print (_ ("not compared: %s. %s\n"), tensor->name, tensor->reason);
    }
  if (comparison->uncompared->len > SHOWN)
    cz_print (_ ("%u tensors were not compared in all; --json names each.\n"),
              comparison->uncompared->len);
}

static gboolean
compare (CzInvocation *invocation, GError **error)
{
  g_autofree char *a_name = NULL;
  g_autofree char *b_name = NULL;
  g_autoptr (CzModelFolder) a = open_model (invocation, 0, &a_name, error);
  g_autoptr (CzModelFolder) b = a != NULL ? open_model (invocation, 1, &b_name, error) : NULL;

  if (b == NULL)
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  g_autoptr (CzModelComparison) comparison = cz_model_comparison_new (
      a, b, cz_progress_callback, progress, cz_interruption_get (), error);
  g_clear_pointer (&progress, cz_progress_free);
  if (comparison == NULL)
    return FALSE;
  char *names[2] = { a_name, b_name };
  if (invocation->json)
    print_comparison_json (names, comparison);
  else
    print_comparison (names, comparison);
  return TRUE;
}

const CzCommand cz_model_compare_commands[] = {
  { "model summary", N_ ("MODEL"),
    N_ ("List a model's layers with shapes and numbers of parameters."), NULL, 1, 1, summarize,
    N_ ("With --json {\"model\", \"layers\": [{\"layer\", \"name\", \"type\", \"shape\" (of the "
        "weight, out × in), \"parameters\" (weight and bias), \"trainable\"}], \"parameters\", "
        "\"trainable\", \"bytes\", \"dtype\"}.") },
  { "model compare", N_ ("MODEL MODEL"),
    N_ ("Tell how far a model's weights lie from another's, layer by layer."), NULL, 2, 2, compare,
    N_ ("“Moved by” is the length of the difference as a share of the first model's own length; "
        "the cosine is that of the angle between both. With --json {\"models\", \"tensors\": "
        "[{\"name\", \"layer\", \"shape\", \"parameters\", \"distance\", \"relative\", \"cosine\", "
        "\"largest\", \"note\"}], \"layers\": [{\"layer\", \"parameters\", \"distance\", "
        "\"relative\", \"cosine\", \"largest\"}], \"uncompared\": [{\"name\", \"layer\", "
        "\"reason\"}], \"parameters\", \"distance\", \"relative\", \"cosine\", \"largest\", "
        "\"shared_words\"}.") },
  { NULL },
};
