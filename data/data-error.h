#pragma once

#include <glib.h>

// What can go wrong in the library and with files from outside. Messages are whole sentences, in
// the person's language, and name the file, the row and what to do.
#define CZ_DATA_ERROR (cz_data_error_quark ())
GQuark cz_data_error_quark (void);

typedef enum
{
  CZ_DATA_ERROR_NOT_FOUND, // no corpus, model, run or file of that name
  CZ_DATA_ERROR_EXISTS,    // the name is taken
  CZ_DATA_ERROR_INVALID,   // what was given cannot be used
  CZ_DATA_ERROR_NEWER,     // the library was written by a newer version
  CZ_DATA_ERROR_DAMAGED,   // the library's file is no library or is damaged
  CZ_DATA_ERROR_BUSY,      // another process kept the library locked for too long
  CZ_DATA_ERROR_FULL,      // the disk is full
  CZ_DATA_ERROR_IO,        // reading or writing failed
  CZ_DATA_ERROR_STATE,     // the run is not in a state that allows this
} CzDataError;
