#pragma once

#include <gio/gio.h>

// One other program at work: a script of resources/peers in a process of its own, which talks lines
// of JSON as resources/peers/peer.py tells. For the bench files alone.
typedef struct _CzBenchPeer CzBenchPeer;

// Starts `program script task` and waits until it is prepared; `threads` of the host are for it,
// `modules` (may be NULL) is where node looks for libraries. Errors: G_IO_ERROR_NOT_FOUND where the
// program or its library is not there, G_IO_ERROR_CANCELLED, G_IO_ERROR_FAILED (says why).
CzBenchPeer *cz_bench_peer_start (const char *program,
                                  const char *script,
                                  const char *task,
                                  guint threads,
                                  const char *modules,
                                  GCancellable *cancellable,
                                  GError **error);
// Ends the process.
void cz_bench_peer_stop (CzBenchPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBenchPeer, cz_bench_peer_stop)

const char *cz_bench_peer_get_name (CzBenchPeer *peer); // "PyTorch 1.13.0"
const char *cz_bench_peer_get_device (CzBenchPeer *peer);
const char *cz_bench_peer_get_note (CzBenchPeer *peer); // what is amiss with it; may be NULL

// One run of what was started; `request` is JSON in one line. ret_peak_bytes is the most memory
// that the process took so far, 0 where it does not say.
gboolean cz_bench_peer_run (CzBenchPeer *peer,
                            const char *request,
                            GCancellable *cancellable,
                            double *ret_seconds,
                            double *ret_peak_bytes,
                            GError **error);
