// A line that cloze writes while it is at work:
// "34 %  Downloading model.safetensors (91 of 268 MB)  20 s left", in the person's language.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double share; // 0 to 1; negative: the line says none
  char *text;   // all but the share
  char *what;   // "Downloading model.safetensors"
  char *status; // "91 of 268 MB · 20 s left", as far as it is said; else what
} CzProgressLine;

CzProgressLine cz_progress_line_read (const char *line);
void cz_progress_line_clear (CzProgressLine *line);

G_END_DECLS
