#pragma once

#include <glib.h>

// What can be wrong with a model folder or one of its files. Every message names the file, what is
// wrong with it and what the person can do.
typedef enum
{
  CZ_FORMAT_ERROR_MISSING,     // a file or a tensor that must be there is not
  CZ_FORMAT_ERROR_INVALID,     // it is there and cannot be what it says it is
  CZ_FORMAT_ERROR_UNSUPPORTED, // it is sound and we cannot use it
  CZ_FORMAT_ERROR_LFS_POINTER, // a Git-LFS pointer stands where weights should
  CZ_FORMAT_ERROR_IO,          // reading or writing failed
  CZ_FORMAT_ERROR_NO_SPACE,    // the disk is full
} CzFormatError;

#define CZ_FORMAT_ERROR (cz_format_error_quark ())
GQuark cz_format_error_quark (void);
