#pragma once

#include <glib.h>

// The safetensors format: 8 bytes of header length, a JSON header, the tensors' bytes.
// https://huggingface.co/docs/safetensors

typedef enum
{
  CZ_DTYPE_F32,
  CZ_DTYPE_F16,
  CZ_DTYPE_BF16,
  CZ_DTYPE_F64,
  CZ_DTYPE_I64,
  CZ_DTYPE_I32,
  CZ_DTYPE_I16,
  CZ_DTYPE_I8,
  CZ_DTYPE_U64,
  CZ_DTYPE_U32,
  CZ_DTYPE_U16,
  CZ_DTYPE_U8,
  CZ_DTYPE_BOOL,
  CZ_DTYPE_F8_E4M3,
  CZ_DTYPE_F8_E5M2,
} CzDtype;

#define CZ_TENSOR_MAX_DIMS 8

// A tensor of an open file; its pointers live as long as the file's object. `data` may be
// unaligned.
typedef struct
{
  const char *name;
  CzDtype dtype;
  guint n_dims;
  guint64 dims[CZ_TENSOR_MAX_DIMS];
  guint64 n_elements;
  gsize n_bytes;
  const guint8 *data;
} CzTensor;

const char *cz_dtype_get_name (CzDtype dtype);
gsize cz_dtype_get_size (CzDtype dtype);

// A file mapped into memory, every offset checked when it is opened: tensors lie within the file,
// do not overlap and leave no hole, and have the bytes their shape asks for. Immutable afterwards.
typedef struct _CzSafetensors CzSafetensors;

// Errors: MISSING, IO, INVALID (truncated, or not safetensors), LFS_POINTER.
CzSafetensors *cz_safetensors_open (const char *path, GError **error);
void cz_safetensors_free (CzSafetensors *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSafetensors, cz_safetensors_free)

// Takes what was read out of this process's memory; it comes from the file again when it is looked
// at. For who reads a large file once while it stays open.
void cz_safetensors_let_go (CzSafetensors *file);

const char *cz_safetensors_get_path (CzSafetensors *file);
// Tensors in the order of their bytes.
guint cz_safetensors_get_n_tensors (CzSafetensors *file);
const CzTensor *cz_safetensors_get_tensor (CzSafetensors *file, guint index);
const CzTensor *cz_safetensors_lookup (CzSafetensors *file, const char *name); // or NULL
// A value of __metadata__, or NULL.
const char *cz_safetensors_get_metadata (CzSafetensors *file, const char *key);

// Converts `n` elements from `first` on (F32, F16, BF16, F64). Errors: UNSUPPORTED (other types),
// INVALID (outside the tensor).
gboolean cz_tensor_read_floats (
    const CzTensor *tensor, guint64 first, guint64 n, float *ret_floats, GError **error);
// The same for I64, I32, I16, I8, U8, BOOL.
gboolean cz_tensor_read_integers (
    const CzTensor *tensor, guint64 first, guint64 n, gint64 *ret_integers, GError **error);

// What is to be written. `data`, or where that is NULL the reader below, gives the numbers.
typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[CZ_TENSOR_MAX_DIMS];
  const float *data;
} CzTensorSource;

// Gives `n` floats of source `index` from element `first` on.
typedef gboolean (*CzTensorReader) (
    guint index, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error);

// Writes a file (beside, fsynced, renamed) with the tensors sorted by name, `dtype` F32 or F16
// (round to nearest even), `__metadata__` {"format":"pt"} and the given pairs ("key", "value", …,
// NULL) or NULL. Equal input gives equal bytes. Errors: IO, NO_SPACE, UNSUPPORTED (a number that
// F16 cannot hold), and the reader's own.
gboolean cz_safetensors_write (const char *path,
                               const CzTensorSource *sources,
                               guint n_sources,
                               CzDtype dtype,
                               const char *const *metadata,
                               CzTensorReader reader,
                               gpointer data,
                               GError **error);
