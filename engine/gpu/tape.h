// A tape: device commands recorded once and replayed any number of times.
//
//   g_autoptr (CzTape) tape = cz_tape_new (device, "micro", 0);
//   cz_tape_dispatch (tape, &(CzDispatch){
//     .kernel = cz_device_get_kernel (device, "probe", NULL, 0, &error),
//     .bindings = { input, output }, .push = &n, .push_size = sizeof n,
//     .groups = { (n + 63) / 64 }, .label = "double" });
//   if (!cz_tape_finish (tape, &error) || !cz_tape_run (tape, &error)) …
//
// Recording never fails at once: the first error sticks and comes out of cz_tape_finish ().
// Commands take effect as if each waited for all before it; barriers are placed only where spans
// overlap and one of the two accesses writes. Tapes submitted one after the other are in order too,
// and what a tape wrote to mapped memory can be read by the host after cz_tape_wait ().
//
// A tape holds references to its device and buffers. What is recorded are the buffers, not their
// contents: indirect group counts and everything else read on the device may change between
// replays.
#pragma once

#include "engine/gpu/buffer.h"
#include "engine/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _CzTape CzTape;

typedef enum
{
  CZ_TAPE_PLAIN = 0,
  // Time each command: costs a little, and does nothing where the device cannot.
  CZ_TAPE_TIMESTAMPS = 1 << 0,
} CzTapeFlags;

typedef struct
{
  // NULL makes the tape fail. If cz_device_get_kernel () gave none, hand its error over with
  // cz_tape_fail (), or use cz_tape_get_kernel ().
  CzKernel *kernel;
  // By binding number; each that the kernel declares must be given.
  CzSpan bindings[CZ_MAX_BINDINGS];
  // Copied while recording; bytes, a multiple of 4, at least what the kernel declares.
  const void *push;
  gsize push_size;
  // Workgroups; a 0 in y or z counts as 1, a 0 in x records nothing.
  guint groups[3];
  // If given, three guint32 group counts read on the device instead of groups.
  CzSpan indirect;
  const char *label; // for timings; NULL: the kernel's name
  double flops;      // of this dispatch (0: unknown): for splitting and timings
  double bytes;      // moved by this dispatch (0: unknown): for timings
} CzDispatch;

// What matrix products round the elements of A and B to as they load them, to nearest even:
// shaders/round.glsl says how. Sums, and everything in memory, are fp32 all the same.
typedef enum
{
  CZ_ROUNDING_NONE,
  CZ_ROUNDING_FP16, // what is larger than 65,504 becomes infinite
  CZ_ROUNDING_BF16,
} CzRounding;
#define CZ_ROUNDINGS 3

// What the commands of one label took, over all replays so far.
typedef struct
{
  const char *label;
  guint64 count;  // commands
  double seconds; // of the device's time
  double flops;   // sums of the hints
  double bytes;
} CzTiming;

CzTape *cz_tape_new (CzDevice *device, const char *label, CzTapeFlags flags);
void cz_tape_free (CzTape *tape); // waits until the device is done with it
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTape, cz_tape_free)

CzDevice *cz_tape_get_device (CzTape *tape);

// The device's kernel; on failure NULL, and the tape has the error. For recording functions, which
// then may go on: a dispatch without a kernel is ignored once there is an error.
CzKernel *cz_tape_get_kernel (CzTape *tape,
                              const char *name,
                              const guint32 *constants,
                              guint n_constants);

void cz_tape_dispatch (CzTape *tape, const CzDispatch *dispatch);

// Of the products recorded from here on; CZ_ROUNDING_NONE until it is called.
void cz_tape_set_rounding (CzTape *tape, CzRounding rounding);
CzRounding cz_tape_get_rounding (CzTape *tape);

// Fills a span (offset and size multiples of 4) with a 32-bit word.
void cz_tape_fill (CzTape *tape, CzSpan span, guint32 word, const char *label);

// Copies from.size bytes; to.size must be the same, and the two may not overlap.
void cz_tape_copy (CzTape *tape, CzSpan from, CzSpan to, const char *label);

// Makes the tape fail with error (taken over) unless it has one already.
void cz_tape_fail (CzTape *tape, GError *error);
gboolean cz_tape_has_failed (CzTape *tape);

// Ends recording. Gives the first error met since cz_tape_new ().
gboolean cz_tape_finish (CzTape *tape, GError **error);

// Starts a replay; waits first for an unfinished one of this same tape.
gboolean cz_tape_submit (CzTape *tape, GError **error);

// Waits until the last replay is done; at once when there is none. A device that does not answer
// for ten minutes (and a second per GFLOP of the hints) is given up as lost.
gboolean cz_tape_wait (CzTape *tape, GError **error);

// The same for at most that many microseconds; ret_done tells whether it is done. Lets the caller
// look at a GCancellable meanwhile; what was submitted cannot be called back.
gboolean cz_tape_wait_for (CzTape *tape, gint64 microseconds, gboolean *ret_done, GError **error);

// Submits and waits.
gboolean cz_tape_run (CzTape *tape, GError **error);

// Numbers of what was recorded, for tests and measurements.
guint cz_tape_get_n_commands (CzTape *tape);
guint cz_tape_get_n_barriers (CzTape *tape);
guint cz_tape_get_n_submits (CzTape *tape); // command buffers of one replay
double cz_tape_get_flops (CzTape *tape);    // sum of the hints

// Timings by label in the order first recorded, an array of CzTiming to be freed with g_array_unref
// (); empty without CZ_TAPE_TIMESTAMPS or where the device has no timestamps.
GArray *cz_tape_get_timings (CzTape *tape);
void cz_tape_reset_timings (CzTape *tape);

G_END_DECLS
