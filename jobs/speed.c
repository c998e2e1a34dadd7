#include "jobs/speed.h"

#include <math.h>

#include "engine/model/pass.h"
#include "jobs/sample-step.h"

// More tokens at a time are not much quicker each, and take long on a slow device.
#define TOKENS_MEASURED 1024

// Of all that a speed depends on what a run's record alone tells.
static char *
make_shape_key (const CzModelConfig *config, const CzTrainOptions *options)
{
  return g_strdup_printf ("speed:%u %u %u %u %u %u %u %u", config->vocab_size, config->dim,
                          config->hidden_dim, config->n_layers, config->n_heads,
                          options->block_size, cz_train_options_get_frozen (options),
                          options->precision);
}

static char *
make_key (CzDevice *device, const CzModelConfig *config, const CzTrainOptions *options)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  CzRounding rounding = cz_precision_get_rounding (options->precision);
  g_autofree char *arithmetic = cz_pass_get_arithmetic (device, config, rounding);
  g_autofree char *text = g_strdup_printf (
      "%s\n%s\n%u\n%s\n%u %u %u %u %u\n%u %u %u %u", info->name, info->driver, info->subgroup_size,
      arithmetic, config->vocab_size, config->dim, config->hidden_dim, config->n_layers,
      config->n_heads, options->block_size, options->micro_batch,
      cz_train_options_get_frozen (options), options->precision);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strdup_printf ("speed:%.24s", hash);
}

static double
recall (CzLibrary *library, const char *key)
{
  g_autofree char *known = cz_library_get_setting (library, key);
  double speed = known != NULL ? g_ascii_strtod (known, NULL) : 0;

  return speed > 0 ? speed : NAN;
}

// Only an estimate: that it could not be remembered harms nothing.
static void
remember (CzLibrary *library, const char *key, double speed)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (speed) && recall (library, key) != speed)
    cz_library_set_setting (library, key, g_ascii_dtostr (text, sizeof text, speed), NULL);
}

static double
measure (CzDevice *device, const CzModelConfig *config, const CzTrainOptions *options)
{
  CzTrainOptions small = *options;

  small.micro_batch
      = CLAMP (TOKENS_MEASURED / MAX (options->block_size, 1), 1, MAX (options->micro_batch, 1));
  small.batch_size = small.micro_batch;
  g_autoptr (CzSampleStep) step = cz_sample_step_new (device, config, &small, CZ_TAPE_PLAIN, NULL);
  double seconds;
  // The first one also makes kernels.
  if (step == NULL || !cz_sample_step_run (step, &seconds, NULL)
      || !cz_sample_step_run (step, &seconds, NULL))
    return NAN;
  return small.batch_size * small.block_size / seconds;
}

void
cz_speed_learn (CzLibrary *library,
                CzDevice *device,
                const CzModelConfig *config,
                const CzTrainOptions *options,
                double tokens_per_second)
{
  g_autofree char *key = make_key (device, config, options);
  g_autofree char *shape = make_shape_key (config, options);

  remember (library, key, tokens_per_second);
  remember (library, shape, tokens_per_second);
}

double
cz_speed_get (CzLibrary *library,
              CzDevice *device,
              const CzModelConfig *config,
              const CzTrainOptions *options,
              gboolean anew)
{
  g_autofree char *key = make_key (device, config, options);
  double speed = anew ? NAN : recall (library, key);

  if (isnan (speed))
    speed = measure (device, config, options);
  cz_speed_learn (library, device, config, options, speed);
  return speed;
}

double
cz_speed_recall (CzLibrary *library, const CzModelConfig *config, const CzTrainOptions *options)
{
  g_autofree char *shape = make_shape_key (config, options);

  return recall (library, shape);
}
