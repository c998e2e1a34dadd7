#include "engine/gpu/system-memory.h"

#include <string.h>
#include <unistd.h>

// The kernel's /proc/meminfo and control groups (version 2, or 1 at its root); all figures in
// bytes.

static guint64
read_meminfo (const char *field)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
    return G_MAXUINT64;
  const char *found = strstr (text, field);
  return found != NULL ? g_ascii_strtoull (found + strlen (field), NULL, 10) * 1024 : G_MAXUINT64;
}

// A number that a control group's file begins with; "max" and a file that is not there give the
// largest.
static guint64
read_number (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_ascii_isdigit (text[0]))
    return G_MAXUINT64;
  return g_ascii_strtoull (text, NULL, 10);
}

// Cached file pages that the kernel gives up before it says no.
static guint64
read_reclaimable (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "memory.stat", NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  const char *found = strstr (text, "\ninactive_file ");
  return found != NULL ? g_ascii_strtoull (found + strlen ("\ninactive_file "), NULL, 10) : 0;
}

static guint64
left_of (const char *folder, const char *limit_name, const char *usage_name)
{
  guint64 limit = read_number (folder, limit_name);
  if (limit == G_MAXUINT64)
    return G_MAXUINT64;
  guint64 used = read_number (folder, usage_name);
  guint64 reclaimable = read_reclaimable (folder);
  used = used == G_MAXUINT64 ? 0 : used - MIN (used, reclaimable);
  return limit - MIN (limit, used);
}

// This process's control groups, from its own up to the root: the tightest counts.
static void
visit_groups (guint64 *ret_left, guint64 *ret_limit)
{
  const char *root = "/sys/fs/cgroup";
  g_autofree char *text = NULL;
  g_autofree char *group = NULL;

  *ret_left = left_of ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes");
  *ret_limit = read_number ("/sys/fs/cgroup/memory", "memory.limit_in_bytes");
  if (g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    {
      const char *line = g_str_has_prefix (text, "0::/") ? text : strstr (text, "\n0::/");
      if (line != NULL)
        {
          const char *path = strchr (line, '/');
          group = g_strndup (path, strcspn (path, "\n"));
        }
    }
  for (gboolean more = TRUE; more;)
    {
      g_autofree char *folder = g_strconcat (root, group, NULL);
      guint64 left = left_of (folder, "memory.max", "memory.current");
      *ret_left = MIN (*ret_left, left);
      *ret_limit = MIN (*ret_limit, read_number (folder, "memory.max"));
      char *slash = group != NULL ? strrchr (group, '/') : NULL;
      more = slash != NULL && group[0] != '\0';
      if (more)
        *slash = '\0';
    }
}

guint64
cz_system_memory_available (void)
{
  guint64 left, limit;
  visit_groups (&left, &limit);
  return MIN (left, read_meminfo ("MemAvailable:"));
}

guint64
cz_system_memory_total (void)
{
  guint64 left, limit;
  visit_groups (&left, &limit);
  return MIN (limit, read_meminfo ("MemTotal:"));
}

guint64
cz_system_memory_used (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  const char *resident = strchr (text, ' '); // pages: size, resident, …
  return resident != NULL ? g_ascii_strtoull (resident, NULL, 10) * (guint64)sysconf (_SC_PAGESIZE)
                          : 0;
}
