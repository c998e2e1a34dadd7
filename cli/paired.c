#include "cli/paired.h"

#include <glib/gi18n-lib.h>
#include <math.h>

void
cz_paired_build (const CzPairedComparison *comparison, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  cz_json_set_number (builder, "difference", comparison->difference);
  cz_json_set_number (builder, "low", comparison->low);
  cz_json_set_number (builder, "high", comparison->high);
  cz_json_set_number (builder, "better_share", comparison->share);
  cz_json_set_int (builder, "blocks", comparison->blocks);
  cz_json_set_int (builder, "scored_tokens", (gint64)comparison->scored);
  json_builder_end_object (builder);
}

char *
cz_paired_format (const CzPairedComparison *comparison)
{
  return g_strdup_printf (_ ("%+.4f nats a token (95 %% interval %+.4f to %+.4f), perplexity times "
                             "%.4f: %s"),
                          comparison->difference, comparison->low, comparison->high,
                          exp (comparison->difference),
                          comparison->high < 0  ? _ ("better")
                          : comparison->low > 0 ? _ ("worse")
                                                : _ ("not to be told apart"));
}
