#include "gui/application.h"

#include <glib/gi18n.h>

#include "gui/window.h"
#include "gui/workbench.h"

struct _CzApplication
{
  AdwApplication parent_instance;
  char *library; // the library's path from the command line or the environment; NULL: default
  CzWorkbench *workbench;
};

G_DEFINE_FINAL_TYPE (CzApplication, cz_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[]
    = { { "library", 0, 0, G_OPTION_ARG_FILENAME, NULL,
          N_ ("Open this library instead of your own"), N_ ("FILE") },
        { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
        { NULL } };

static int
cz_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  CzApplication *self = CZ_APPLICATION (application);
  g_autofree char *path = NULL;

  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("clozebench %s\n", CZ_VERSION);
      return 0;
    }
  if (!g_variant_dict_lookup (given, "library", "^ay", &path))
    path = g_strdup (g_getenv ("CZ_LIBRARY"));
  if (path != NULL && path[0] != '\0')
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      // A library of its own is a program of its own.
      self->library = g_file_get_path (file);
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  return -1;
}

static void
cz_application_activate (GApplication *application)
{
  CzApplication *self = CZ_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    {
      if (self->workbench == NULL)
        self->workbench = cz_workbench_new (self->library);
      window = GTK_WINDOW (cz_window_new (GTK_APPLICATION (application), self->workbench));
    }
  gtk_window_present (window);
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (data));
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const developers[] = { "The Clozebench authors", NULL };

  adw_show_about_window (
      gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name",
      _ ("Clozebench"), "application-icon", CZ_APPLICATION_ID, "version", CZ_VERSION,
      "developer-name", _ ("The Clozebench authors"), "developers", developers, "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      _ ("A workbench for masked language models: import your own texts, adapt a model to them "
         "on your own computer, and see how much better it guesses a missing word."),
      // Translators: put your names here, one a line.
      "translator-credits", _ ("translator-credits"), NULL);
}

// Built anew each time it is asked for. Not as GtkApplication's help overlay, which waits hidden:
// asked for a window that has just closed, GTK 4.8 answers assistive technology with the hidden
// one, which isn't on the accessibility bus, and crashes.
static void
present_from_resource (GtkApplication *application, const char *path, const char *id)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, id));

  gtk_window_set_transient_for (window, gtk_application_get_active_window (application));
  gtk_window_present (window);
}

static void
help (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  present_from_resource (data, "/org/clozebench/Clozebench/ui/help-window.ui", "help_window");
}

static void
shortcuts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  present_from_resource (data, "/org/clozebench/Clozebench/ui/shortcuts-window.ui",
                         "shortcuts_window");
}

// From a notification: target: the run's id.
static void
show_run (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window;

  g_application_activate (G_APPLICATION (data));
  window = gtk_application_get_active_window (GTK_APPLICATION (data));
  if (window != NULL)
    cz_window_go_to (GTK_WIDGET (window), "experiments", g_variant_get_int64 (parameter));
}

static void
cz_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit },
    { .name = "about", .activate = about },
    { .name = "help", .activate = help },
    { .name = "shortcuts", .activate = shortcuts },
    { .name = "show-run", .activate = show_run, .parameter_type = "x" },
  };
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
    { "app.quit", { "<Control>q" } },
    { "app.help", { "F1" } },
    { "window.close", { "<Control>w" } },
    { "app.shortcuts", { "<Control>question" } },
    { "win.page::corpora", { "<Control>1" } },
    { "win.page::models", { "<Control>2" } },
    { "win.page::experiments", { "<Control>3" } },
    { "win.page::playground", { "<Control>4" } },
    { "win.import", { "<Control>i" } },
    { "win.new-run", { "<Control>n" } },
    { "win.new-model", { "<Control><Shift>n" } },
    { "win.mask", { "<Control>m" } },
    { "win.search", { "<Control>f" } },
    { "win.runs-table", { "<Control>t" } },
    { "win.menu", { "F10" } },
  };

  G_APPLICATION_CLASS (cz_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (CZ_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
cz_application_shutdown (GApplication *application)
{
  CzApplication *self = CZ_APPLICATION (application);

  g_clear_object (&self->workbench);
  G_APPLICATION_CLASS (cz_application_parent_class)->shutdown (application);
}

static void
cz_application_finalize (GObject *object)
{
  g_free (CZ_APPLICATION (object)->library);
  G_OBJECT_CLASS (cz_application_parent_class)->finalize (object);
}

static void
cz_application_class_init (CzApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_application_finalize;
  application_class->handle_local_options = cz_application_handle_local_options;
  application_class->startup = cz_application_startup;
  application_class->activate = cz_application_activate;
  application_class->shutdown = cz_application_shutdown;
}

static void
cz_application_init (CzApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

CzApplication *
cz_application_new (void)
{
  return g_object_new (CZ_TYPE_APPLICATION, "application-id", CZ_APPLICATION_ID,
                       "resource-base-path", "/org/clozebench/Clozebench", NULL);
}
