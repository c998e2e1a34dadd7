#include "jobs/parity.h"

#include <glib/gi18n-lib.h>

#include "cli/command.h"
#include "cli/output.h"
#include "jobs/json-members.h"

static char *option_precision;

static const GOptionEntry options[] = {
  { "precision", 0, 0, G_OPTION_ARG_STRING, &option_precision,
    N_ ("In which to compute: auto, fp32, fp16 or bf16 (default: auto)"), N_ ("PRECISION") },
  { NULL },
};

static void
print_line (const CzParityLine *line, gpointer data)
{
  const CzInvocation *invocation = data;
  gboolean passed = line->error <= line->tolerance;

  if (!invocation->json)
    {
      cz_print ("%-4s  %-30s  %-60s  %9.3g  (%.3g)\n", passed ? _ ("ok") : _ ("OFF"), line->file,
                line->tensor, line->error, line->tolerance);
      return;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "file", line->file);
  cz_json_set_string (builder, "tensor", line->tensor);
  cz_json_set_number (builder, "error", line->error);
  cz_json_set_number (builder, "tolerance", line->tolerance);
  cz_json_set_boolean (builder, "passed", passed);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
compare (CzInvocation *invocation, GError **error)
{
  CzPrecision precision;

  if (!cz_invocation_parse_precision (option_precision, &precision, error))
    return FALSE;
  CzDevice *device = cz_invocation_get_device (invocation, error);
  return device != NULL
         && cz_parity_run (device, invocation->arguments[0], invocation->arguments[1], precision,
                           print_line, invocation, error);
}

const CzCommand cz_parity_commands[] = {
  { .words = "parity",
    .arguments = N_ ("MODELFOLDER REFERENCEFOLDER"),
    .summary = N_ ("Compare with what PyTorch recorded of a model."),
    .options = options,
    .min_arguments = 2,
    .max_arguments = 2,
    .carry_out = compare,
    .description = N_ ("For each tensor: the largest error, and in parentheses the tolerance. The "
                       "exit status is 1 where an error is above it. In half precision (fp16, "
                       "bf16) losses, logits and gradients are compared, with wider tolerances.") },
  { NULL },
};
