#include "tests/fuzz/targets.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const FuzzTarget targets[] = {
  { "parquet", fuzz_parquet },
  { "csv", fuzz_csv },
  { "json", fuzz_json },
  { "json-lines", fuzz_json_lines },
  { "text", fuzz_text },
  { "html", fuzz_html },
  { "pdf", fuzz_pdf },
  { "cleaning", fuzz_cleaning },
  { "archive", fuzz_archive },
  { "safetensors", fuzz_safetensors },
  { "model-files", fuzz_model_files },
  { "tokenizer", fuzz_tokenizer },
  { "request", fuzz_request },
};

const FuzzTarget *
fuzz_target_get (guint i)
{
  return i < G_N_ELEMENTS (targets) ? &targets[i] : NULL;
}

const FuzzTarget *
fuzz_target_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    if (g_strcmp0 (targets[i].name, name) == 0)
      return &targets[i];
  return NULL;
}

char *
fuzz_file_new (const guint8 *bytes, gsize length)
{
  int descriptor = memfd_create ("fuzz", MFD_CLOEXEC);

  g_assert_cmpint (descriptor, >=, 0);
  g_assert_cmpint (write (descriptor, bytes, length), ==, (gssize)length);
  return g_strdup_printf ("/proc/self/fd/%d", descriptor);
}

void
fuzz_file_remove (char *path)
{
  close (atoi (g_strrstr (path, "/") + 1));
  g_free (path);
}
