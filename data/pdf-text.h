#pragma once

// How the program cz-pdf-text (pdf-text.c) ends.
enum
{
  CZ_PDF_READ = 0,
  CZ_PDF_ENCRYPTED = 10,
  CZ_PDF_DAMAGED = 11,
};
