#include "cli/run-arguments.h"

#include "cli/run-show.h"

static CzRun *
get_run (CzInvocation *invocation, const char *text, GError **error)
{
  gint64 id;

  if (!cz_run_show_parse_id (text, &id, error))
    return NULL;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL ? cz_run_get (library, id, error) : NULL;
}

static GPtrArray *
get_runs (CzInvocation *invocation, char **texts, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_free);

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (CzRun) run = get_run (invocation, texts[i], error);
      gboolean twice = FALSE;

      if (run == NULL)
        return NULL;
      for (guint k = 0; k < runs->len; k++)
        twice = twice || ((CzRun *)runs->pdata[k])->id == run->id;
      if (!twice)
        g_ptr_array_add (runs, g_steal_pointer (&run));
    }
  return g_steal_pointer (&runs);
}

CzRun *
cz_run_argument_get (CzInvocation *invocation, guint argument, GError **error)
{
  return get_run (invocation, invocation->arguments[argument], error);
}

GPtrArray *
cz_run_arguments_get (CzInvocation *invocation, GError **error)
{
  return get_runs (invocation, invocation->arguments, error);
}

GPtrArray *
cz_run_argument_get_list (CzInvocation *invocation, guint argument, GError **error)
{
  g_auto (GStrv) texts = g_strsplit (invocation->arguments[argument], ",", -1);

  return get_runs (invocation, texts, error);
}
