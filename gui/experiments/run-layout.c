#include "gui/experiments/run-layout.h"

#include <string.h>

#define WIDTH_MIN 32
#define WIDTH_MAX 2000

void
cz_run_layout_init (CzRunLayout *layout)
{
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      layout->columns[i] = i;
      layout->widths[i] = cz_run_column_get_width (i);
      layout->shown[i] = cz_run_column_is_basic (i);
    }
  layout->sort = CZ_RUN_COLUMN_CREATED;
  layout->descending = TRUE;
  layout->differing = FALSE;
}

// The words of a text: "sort:best", "order:down", "parameters:differing", and a column each:
// "name:220", "-notes:200" for one that is not shown.
void
cz_run_layout_read (CzRunLayout *layout, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  gboolean placed[CZ_N_RUN_COLUMNS] = { FALSE };
  guint n = 0;

  cz_run_layout_init (layout);
  for (char **word = words; *word != NULL; word++)
    {
      gboolean shown = (*word)[0] != '-';
      char *name = *word + (shown ? 0 : 1), *value = strchr (name, ':');
      guint column;

      if (value == NULL)
        continue;
      *value++ = '\0';
      if (g_str_equal (name, "sort"))
        {
          column = cz_run_column_find (value);
          layout->sort = column < CZ_N_RUN_COLUMNS ? column : layout->sort;
          continue;
        }
      if (g_str_equal (name, "order"))
        {
          layout->descending = g_str_equal (value, "down");
          continue;
        }
      if (g_str_equal (name, "parameters"))
        {
          layout->differing = g_str_equal (value, "differing");
          continue;
        }
      column = cz_run_column_find (name);
      if (column == CZ_N_RUN_COLUMNS || placed[column])
        continue;
      placed[column] = TRUE;
      layout->columns[n++] = column;
      layout->shown[column] = shown;
      layout->widths[column] = (int)CLAMP (g_ascii_strtoll (value, NULL, 10), WIDTH_MIN, WIDTH_MAX);
    }
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      if (!placed[i])
        layout->columns[n++] = i;
    }
}

char *
cz_run_layout_write (const CzRunLayout *layout)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "sort:%s order:%s parameters:%s",
                          cz_run_column_get_id (layout->sort), layout->descending ? "down" : "up",
                          layout->differing ? "differing" : "chosen");
  for (guint i = 0; i < CZ_N_RUN_COLUMNS; i++)
    {
      guint column = layout->columns[i];

      g_string_append_printf (text, " %s%s:%d", layout->shown[column] ? "" : "-",
                              cz_run_column_get_id (column), layout->widths[column]);
    }
  return g_string_free (text, FALSE);
}
