#include "data/folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>

static int
remove_entry (const char *path, const struct stat *status, int kind, struct FTW *place)
{
  return remove (path);
}

gboolean
cz_folder_remove (const char *path)
{
  if (nftw (path, remove_entry, 16 /* open folders */, FTW_DEPTH | FTW_PHYS) == 0)
    return TRUE;
  return errno == ENOENT;
}
