#include "engine/gpu/hazards.h"

struct _CzHazards
{
  GHashTable *buffers; // buffer → GArray of CzAccess since the last barrier
};

CzHazards *
cz_hazards_new (void)
{
  CzHazards *hazards = g_new0 (CzHazards, 1);
  hazards->buffers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  return hazards;
}

void
cz_hazards_free (CzHazards *hazards)
{
  g_hash_table_unref (hazards->buffers);
  g_free (hazards);
}

void
cz_hazards_clear (CzHazards *hazards)
{
  g_hash_table_remove_all (hazards->buffers);
}

static gboolean
conflicts (GArray *earlier, const CzAccess *access)
{
  for (guint i = 0; i < earlier->len; i++)
    {
      const CzAccess *other = &g_array_index (earlier, CzAccess, i);
      if ((other->write || access->write) && other->offset < access->offset + access->size
          && access->offset < other->offset + other->size)
        return TRUE;
    }
  return FALSE;
}

gboolean
cz_hazards_enter (CzHazards *hazards, const CzAccess *accesses, guint n_accesses)
{
  gboolean conflict = FALSE;
  for (guint i = 0; i < n_accesses && !conflict; i++)
    {
      GArray *earlier = g_hash_table_lookup (hazards->buffers, accesses[i].buffer);
      conflict = earlier != NULL && conflicts (earlier, &accesses[i]);
    }
  if (conflict)
    cz_hazards_clear (hazards);

  for (guint i = 0; i < n_accesses; i++)
    {
      GArray *earlier = g_hash_table_lookup (hazards->buffers, accesses[i].buffer);
      if (earlier == NULL)
        {
          earlier = g_array_new (FALSE, FALSE, sizeof (CzAccess));
          g_hash_table_insert (hazards->buffers, (gpointer)accesses[i].buffer, earlier);
        }
      g_array_append_val (earlier, accesses[i]);
    }
  return conflict;
}
