// cloze hub login, logout, whoami: who pushes to the Hub.
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "data/hub-account.h"
#include "data/hub-token.h"
#include "data/http.h"
#include "jobs/json-members.h"

// Longer than any token.
#define TOKEN_MAX 4096

static void
print_account (CzInvocation *invocation, const CzHubAccount *account, const char *where)
{
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "user", account->user);
      json_builder_set_member_name (builder, "organizations");
      json_builder_begin_array (builder);
      for (guint i = 0; account->organizations[i] != NULL; i++)
        json_builder_add_string_value (builder, account->organizations[i]);
      json_builder_end_array (builder);
      cz_json_set_string (builder, "where", where);
      cz_json_set_boolean (builder, "reads_only", account->reads_only);
      json_builder_end_object (builder);
      cz_print_json (builder);
      return;
    }
  g_autofree char *list = g_strjoinv (", ", account->organizations);
  cz_print (g_str_equal (where, "keyring")
                ? _ ("Signed in as %s; the token is in the keyring.\n")
                : _ ("Signed in as %s; the token is in the environment (HF_TOKEN).\n"),
            account->user);
  if (list[0] != '\0')
    cz_print (_ ("organizations  %s\n"), list);
  if (account->reads_only)
    cz_print (_ ("The token may only read: pushing needs one that may write.\n"));
}

// ---- login ----

// Reads to the end of the line, at most `size` − 1 bytes. FALSE with errno set.
static gboolean
read_line (char *line, gsize size)
{
  gsize length = 0;

  while (length < size - 1)
    {
      gssize n = read (STDIN_FILENO, line + length, 1);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0 || line[length] == '\n')
        break;
      length++;
    }
  line[length] = '\0';
  return TRUE;
}

// The token from stdin, on a terminal without showing it.
static gboolean
read_token (char *token, gsize size, GError **error)
{
  struct termios before, silent;
  gboolean terminal = isatty (STDIN_FILENO) && tcgetattr (STDIN_FILENO, &before) == 0;

  if (terminal)
    {
      g_autofree char *page = cz_hub_account_get_token_page ();
      fprintf (stderr, _ ("Token (made at %s): "), page);
      fflush (stderr);
      silent = before;
      silent.c_lflag &= ~(tcflag_t)ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
    }
  gboolean read_it = read_line (token, size);
  int reason = errno;
  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
      fputc ('\n', stderr);
    }
  if (read_it)
    return TRUE;
  g_set_error (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_INVALID,
               _ ("The token cannot be read from stdin (%s)."), g_strerror (reason));
  return FALSE;
}

static gboolean
sign_in (CzInvocation *invocation, char *token, GError **error)
{
  g_autoptr (CzHubAccount) account = NULL;

  if (!read_token (token, TOKEN_MAX, error) || !cz_hub_token_clean (token, error))
    return FALSE;
  account = cz_hub_account_ask (token, cz_interruption_get (), error);
  if (account == NULL || !cz_hub_token_store (token, account->user, cz_interruption_get (), error))
    return FALSE;
  print_account (invocation, account, "keyring");
  if (g_getenv ("HF_TOKEN") != NULL && !invocation->quiet)
    cz_complain (_ ("HF_TOKEN is set in the environment and goes first."));
  return TRUE;
}

static gboolean
login (CzInvocation *invocation, GError **error)
{
  char token[TOKEN_MAX] = "";
  gboolean done;

  // Ctrl+C at the question ends the process: it is left to the terminal until then.
  done = sign_in (invocation, token, error);
  explicit_bzero (token, sizeof token);
  return done;
}

// ---- logout, whoami ----

static gboolean
logout (CzInvocation *invocation, GError **error)
{
  gboolean removed = FALSE;

  if (!cz_hub_token_forget (&removed, cz_interruption_get (), error))
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_object (builder);
      cz_json_set_boolean (builder, "removed", removed);
      json_builder_end_object (builder);
      cz_print_json (builder);
    }
  else
    cz_print ("%s\n", removed ? _ ("Signed out: the token is no longer in the keyring.")
                              : _ ("Nobody was signed in."));
  return TRUE;
}

static gboolean
whoami (CzInvocation *invocation, GError **error)
{
  CzHubTokenPlace place = CZ_HUB_TOKEN_NOWHERE;
  g_autoptr (GError) reason = NULL;
  char *token = cz_hub_token_find (TRUE /* unlock */, &place, cz_interruption_get (), &reason);

  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (token == NULL)
    {
      g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_ABSENT,
                           _ ("Nobody is signed in to the Hub; “cloze hub login” does that."));
      return FALSE;
    }
  g_autoptr (CzHubAccount) account = cz_hub_account_ask (token, cz_interruption_get (), error);
  cz_hub_token_free (token);
  if (account == NULL)
    return FALSE;
  print_account (invocation, account, place == CZ_HUB_TOKEN_KEYRING ? "keyring" : "environment");
  return TRUE;
}

const CzCommand cz_hub_account_commands[] = {
  { "hub login", NULL, N_ ("Sign in to the Hub: the token is read from stdin."), NULL, 0, 0, login,
    N_ ("The token is kept in the desktop's keyring, never in a file. Where HF_TOKEN is set in the "
        "environment it goes first.") },
  { "hub logout", NULL, N_ ("Take the token out of the keyring."), NULL, 0, 0, logout },
  { "hub whoami", NULL, N_ ("Tell who is signed in to the Hub."), NULL, 0, 0, whoami },
  { NULL },
};
