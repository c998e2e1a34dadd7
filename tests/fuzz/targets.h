#pragma once

#include <glib.h>

// What reads bytes from outside, each with an entry that takes any bytes at all. It may refuse
// them; it must not crash, hang, leak or give out what cannot be. libFuzzer drives them (entry.c),
// and the inputs that once found something are replayed with the tests (replay.c).

typedef struct
{
  const char *name; // its kept inputs lie in corpus/NAME
  void (*take) (const guint8 *bytes, gsize length);
} FuzzTarget;

// NULL: there is none of that name.
const FuzzTarget *fuzz_target_find (const char *name);
// The i-th one, NULL behind the last.
const FuzzTarget *fuzz_target_get (guint i);

// A file in memory with these bytes; its path, freed by fuzz_file_remove ().
char *fuzz_file_new (const guint8 *bytes, gsize length);
void fuzz_file_remove (char *path);

// import-targets.c
void fuzz_parquet (const guint8 *bytes, gsize length);
void fuzz_csv (const guint8 *bytes, gsize length);
void fuzz_json (const guint8 *bytes, gsize length);
void fuzz_json_lines (const guint8 *bytes, gsize length);
void fuzz_text (const guint8 *bytes, gsize length);
void fuzz_html (const guint8 *bytes, gsize length);
void fuzz_pdf (const guint8 *bytes, gsize length);
void fuzz_cleaning (const guint8 *bytes, gsize length);
void fuzz_archive (const guint8 *bytes, gsize length);
// model-targets.c
void fuzz_safetensors (const guint8 *bytes, gsize length);
void fuzz_model_files (const guint8 *bytes, gsize length);
void fuzz_tokenizer (const guint8 *bytes, gsize length);
void fuzz_request (const guint8 *bytes, gsize length);
