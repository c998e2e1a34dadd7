// How numbers are written for people, in the locale's way. All results are new strings.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// 14600 → "14,600".
char *cz_numbers_count (gint64 n);

// 14600 → "14,600 documents".
char *cz_numbers_documents (gint64 n);

// 1,900,000 → "1.9 M"; below ten thousand in full.
char *cz_numbers_short (gint64 n);

// 0.2567 → "0.26", 0.01234 → "0.012", 0.00001 → "<0.001": two to three significant digits.
char *cz_numbers_probability (double p);

// Two decimals: perplexity.
char *cz_numbers_perplexity (double value);

// Seconds as people say them: "40 s", "14 min", "2 h 5 min".
char *cz_numbers_duration (double seconds);

// The same with "left"; "almost done" under five seconds, "" when unknown (negative or NAN).
char *cz_numbers_time_left (double seconds);

G_END_DECLS
