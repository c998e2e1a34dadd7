// `cloze`: finds the command that was called, parses its options and carries it out.
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/places.h"

static const CzCommand *const groups[] = {
  cz_device_commands,        cz_model_commands,         cz_model_making_commands,
  cz_tokenize_commands,      cz_vocabulary_commands,    cz_corpus_commands,
  cz_corpus_change_commands, cz_corpus_derive_commands, cz_run_commands,
  cz_run_record_commands,    cz_run_compare_commands,   cz_run_export_commands,
  cz_queue_commands,         cz_sentences_commands,     cz_sentences_run_commands,
  cz_evaluate_commands,      cz_predict_commands,       cz_serve_commands,
  cz_parity_commands,        cz_bench_commands,         cz_hub_commands,
};

// The global options that take a value; the word behind them is no command.
static gboolean
takes_value (const char *word)
{
  return strcmp (word, "--library") == 0 || strcmp (word, "--device") == 0;
}

// How many words of `line` (from `at` on, global options between them passed over) are those of
// the command; 0: it is another. The places of the words go to `ret_places`.
static guint
match (const CzCommand *command, char **line, guint *ret_places)
{
  g_auto (GStrv) words = g_strsplit (command->words, " ", -1);
  guint n = 0;

  for (guint i = 1; line[i] != NULL && words[n] != NULL; i++)
    {
      if (takes_value (line[i]))
        {
          if (line[++i] == NULL)
            return 0;
        }
      else if (line[i][0] == '-')
        {
          if (strcmp (line[i], "--") == 0)
            return 0;
        }
      else if (strcmp (line[i], words[n]) == 0)
        ret_places[n++] = i;
      else
        return 0;
    }
  return words[n] == NULL ? n : 0;
}

// The command with the most words on the line, which are taken out of it; NULL if there is none.
static const CzCommand *
find_command (GStrv *line)
{
  const CzCommand *found = NULL;
  guint places[4], n = 0;

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const CzCommand *command = groups[g]; command->words != NULL; command++)
      {
        guint there[4];
        guint words = match (command, *line, there);

        if (words > n)
          {
            found = command;
            n = words;
            memcpy (places, there, sizeof places);
          }
      }
  if (found == NULL)
    return NULL;
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  for (guint i = 0; (*line)[i] != NULL; i++)
    {
      gboolean is_word = FALSE;
      for (guint k = 0; k < n; k++)
        is_word = is_word || places[k] == i;
      if (!is_word)
        g_strv_builder_add (rest, (*line)[i]);
    }
  g_strfreev (*line);
  *line = g_strv_builder_end (rest);
  return found;
}

// The first word of the line that is neither an option nor an option's value; NULL: none.
static const char *
first_word (char **line)
{
  for (guint i = 1; line[i] != NULL; i++)
    {
      if (takes_value (line[i]))
        {
          if (line[++i] == NULL)
            return NULL;
        }
      else if (line[i][0] != '-')
        return line[i];
    }
  return NULL;
}

static void
print_commands (const char *group)
{
  cz_print (_ ("Usage: cloze [OPTION…] %s [ARGUMENT…]\n"), group != NULL ? group : _ ("COMMAND"));
  cz_print ("\n%s\n", _ ("Commands:"));
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const CzCommand *command = groups[g]; command->words != NULL; command++)
      if (group == NULL
          || (g_str_has_prefix (command->words, group) && command->words[strlen (group)] == ' '))
        cz_print ("  %-18s %s\n", command->words, _ (command->summary));
  cz_print ("\n%s\n", _ ("Options of every command:\n"
                         "  --library FILE     the library (default: in the data folder)\n"
                         "  --device N|NAME    the Vulkan device (default: the best; see “cloze "
                         "devices”)\n"
                         "  --json             one JSON document, or JSON Lines for streams\n"
                         "  --quiet            no progress on stderr\n"
                         "  --version          the version\n"
                         "  --help             help; also: cloze COMMAND --help"));
}

static gboolean
is_group (const char *word)
{
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const CzCommand *command = groups[g]; command->words != NULL; command++)
      if (g_str_has_prefix (command->words, word) && command->words[strlen (word)] == ' ')
        return TRUE;
  return FALSE;
}

static gboolean
has_option (char **line, const char *option)
{
  for (guint i = 1; line[i] != NULL && strcmp (line[i], "--") != 0; i++)
    if (strcmp (line[i], option) == 0)
      return TRUE;
  return FALSE;
}

// No command was found: help was asked for, or the line is wrong. Gives the exit status.
static int
explain (char **line)
{
  const char *word = first_word (line);
  const char *group = word != NULL && is_group (word) ? word : NULL;

  if (has_option (line, "--version"))
    {
      cz_print ("cloze %s\n", CZ_VERSION);
      return 0;
    }
  if ((word == NULL || group != NULL || strcmp (word, "help") == 0)
      && (has_option (line, "--help") || has_option (line, "-h")
          || (word != NULL && strcmp (word, "help") == 0)))
    {
      print_commands (group);
      return 0;
    }
  if (word == NULL)
    cz_complain (_ ("No command was given; “cloze --help” lists them."));
  else if (group != NULL)
    cz_complain (_ ("“cloze %s” needs a command behind it; “cloze %s --help” lists them."), group,
                 group);
  else
    cz_complain (_ ("There is no command “%s”; “cloze --help” lists them."), word);
  return 2;
}

static int
carry_out (const CzCommand *command, GStrv *line)
{
  g_autoptr (CzInvocation) invocation = cz_invocation_new ();
  g_autoptr (GError) error = NULL;
  gboolean help = FALSE;

  if (cz_invocation_parse (invocation, command, line, &help, &error))
    {
      if (help || command->carry_out (invocation, &error))
        {
          if (fflush (stdout) == 0 && !ferror (stdout))
            return 0;
          cz_complain (_ ("The output could not be written; see whether the disk is full."));
          return 1;
        }
    }
  fflush (stdout);
  if (g_error_matches (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG))
    {
      cz_complain (_ ("%s See “cloze %s --help”."), error->message, command->words);
      return 2;
    }
  if (!g_error_matches (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_SAID))
    cz_complain ("%s", error->message);
  return 1;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) line = NULL;

  setlocale (LC_ALL, "");
  // Numbers are the same to every script that reads them.
  setlocale (LC_NUMERIC, "C");
  cz_places_bind_translations ();
  line = g_strdupv (argv);

  const CzCommand *command = find_command (&line);
  return command != NULL ? carry_out (command, &line) : explain (line);
}
