#include <glib/gi18n.h>
#include <locale.h>

#include "gui/application.h"
#include "gui/surroundings.h"
#include "gui/watchdog.h"

int
main (int argc, char **argv)
{
  g_autoptr (CzApplication) application = NULL;
  g_autofree char *locale_folder = cz_surroundings_find_locale_folder ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Clozebench"));
  cz_watchdog_begin ();
  application = cz_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
