#include "gui/experiments/compare-verdict.h"

#include <glib/gi18n.h>
#include <math.h>

int
cz_verdict_get (double low, double high)
{
  if (low > 0)
    return 1;
  return high < 0 ? -1 : 0;
}

// As many decimals as it takes to tell the interval's ends apart, three to six.
static int
get_decimals (double low, double high)
{
  double width = fabs (high - low);
  int decimals = 3;

  while (decimals < 6 && width > 0 && width < 2 * pow (10, -decimals))
    decimals++;
  return decimals;
}

char *
cz_verdict_describe (double difference, double low, double high)
{
  int decimals = get_decimals (low, high);
  double share = 100 * fabs (1 - exp (difference));
  int share_decimals = share < 0.095 ? 2 : share < 9.95 ? 1 : 0;

  if (!isfinite (difference) || !isfinite (low) || !isfinite (high))
    return g_strdup (_ ("Nothing was scored, so nothing can be said."));
  switch (cz_verdict_get (low, high))
    {
    case -1:
      return g_strdup_printf (
          _ ("better by %.*f nats, between %.*f and %.*f: %.*f %% lower perplexity"), decimals,
          -difference, decimals, -high, decimals, -low, share_decimals, share);
    case 1:
      return g_strdup_printf (
          _ ("worse by %.*f nats, between %.*f and %.*f: %.*f %% higher perplexity"), decimals,
          difference, decimals, low, decimals, high, share_decimals, share);
    default:
      if (difference == 0 && low == 0 && high == 0)
        return g_strdup (_ ("the same to the last digit"));
      return g_strdup_printf (
          _ ("no difference can be told: between %.*f nats better and %.*f nats worse"), decimals,
          fabs (low), decimals, fabs (high));
    }
}
