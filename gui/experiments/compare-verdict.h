// How a paired comparison of two runs is put into words. Without a screen.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// difference: of cross-entropy, the run minus its reference, in nats per token (below 0: better);
// low, high: its 95 % interval. Freed by the caller.
char *cz_verdict_describe (double difference, double low, double high);

// −1: better, 1: worse, 0: no difference can be told, the interval holds 0.
int cz_verdict_get (double low, double high);

G_END_DECLS
