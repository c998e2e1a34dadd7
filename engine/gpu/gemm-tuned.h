// A measured table: for products of some shapes the plan that was fastest on this device. It is a
// text file, one for each device and vector width, that cloze bench gemm --tune writes and opening
// the device reads. It holds for the device, driver and fixed table it was measured with, and is
// ignored otherwise.
//
//   Clozebench matrix table 1
//   sha256 HEX                    of all that follows
//   device llvmpipe (LLVM 15.0.6, 512 bits)
//   driver llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)
//   subgroup 16
//   over gemm-1 wide-16
//   NT 1024 768 768 1: wide-16 longest-k=640
//   NT 1024 768 768 1 fp16: matrix-64x64
//   …                             form, m, n, k, matrices of the batch, rounding of A and B: plan
//
// The environment's CZ_GEMM_TABLE names another file; empty, it means none.
#pragma once

#include "engine/gpu/gemm-table.h"

G_BEGIN_DECLS

typedef struct _CzGemmTuned CzGemmTuned;

CzGemmTuned *cz_gemm_tuned_new (void);
void cz_gemm_tuned_free (CzGemmTuned *tuned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzGemmTuned, cz_gemm_tuned_free)

// Adds a product (all fields filled in), what its inputs are rounded to, and how it is to be done.
void cz_gemm_tuned_add (CzGemmTuned *tuned,
                        const CzGemm *gemm,
                        CzRounding rounding,
                        const CzGemmPlan *plan);
guint cz_gemm_tuned_count (const CzGemmTuned *tuned);

// The plan of the product most like this one (all fields filled in): of the same form and rounding,
// at most three doublings away in m, n, k and matrices of the batch together; NULL where there is
// none.
const CzGemmPlan *cz_gemm_tuned_find (const CzGemmTuned *tuned,
                                      const CzGemm *gemm,
                                      CzRounding rounding);

// "tuned 1a2b3c4d", from the hash of what the file holds; NULL until it was written or read. Static
// string.
const char *cz_gemm_tuned_get_name (const CzGemmTuned *tuned);

// The device's file; to be freed. NULL where the environment wants none.
char *cz_gemm_tuned_get_path (CzDevice *device);

// Writes the table to a file, whole or not at all; it gets its name. The device goes on with the
// table it was opened with. Errors: G_FILE_ERROR.
gboolean cz_gemm_tuned_save (CzGemmTuned *tuned,
                             CzDevice *device,
                             const char *path,
                             GError **error);

// Reads the table of the device. Gives NULL without an error where there is no file, and with
// CZ_GPU_ERROR_FAILED where it is damaged or not of this device, driver and fixed table, or cannot
// be read.
CzGemmTuned *cz_gemm_tuned_load (CzDevice *device, GError **error);

G_END_DECLS
