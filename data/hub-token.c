#include "data/hub-token.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#include "data/hub-address.h"

// A keyring that has nothing to ask answers in milliseconds.
#define SECONDS       10
#define SECONDS_ASKED 60

G_DEFINE_QUARK (cz - hub - token - error - quark, cz_hub_token_error)

static const SecretSchema schema = {
  CZ_APPLICATION_ID ".HubToken",
  SECRET_SCHEMA_NONE,
  { { "endpoint", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

typedef enum
{
  FIND,
  STORE,
  FORGET,
} Deed;

// A question to the keyring, carried out in a thread of its own: libsecret's calls can be
// cancelled, but a bus that swallows them is not to hold up whoever asked. Shared by the two
// threads.
typedef struct
{
  Deed deed;
  gboolean unlock;
  char *label;

  GMutex mutex;
  GCond cond;
  gboolean done;
  char *token; // to be stored, or found
  gboolean removed;
  GError *error;
  GCancellable *cancellable;
} Question;

// After a keyring did not answer it is not waited for again.
static gint silent;

void
cz_hub_token_free (char *token)
{
  if (token == NULL)
    return;
  explicit_bzero (token, strlen (token));
  g_free (token);
}

static void
clear_question (gpointer data)
{
  Question *question = data;

  cz_hub_token_free (question->token);
  g_free (question->label);
  g_clear_error (&question->error);
  g_object_unref (question->cancellable);
  g_mutex_clear (&question->mutex);
  g_cond_clear (&question->cond);
}

// A token belongs to one Hub.
static char *
get_endpoint (void)
{
  char *endpoint = cz_hub_endpoint (NULL);

  return endpoint != NULL ? endpoint : g_strdup ("");
}

static GHashTable *
make_attributes (void)
{
  g_autofree char *endpoint = get_endpoint ();

  return secret_attributes_build (&schema, "endpoint", endpoint, NULL);
}

// ---- In the keyring's thread ----

// What the bus or libsecret said, made a sentence. Takes `reason`.
static void
blame (GError **error, CzHubTokenError code, const char *format, GError *reason)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, reason);
      return;
    }
  g_dbus_error_strip_remote_error (reason);
  // clang-format off
  _Pragma ("GCC diagnostic push")
  _Pragma ("GCC diagnostic ignored \"-Wformat-nonliteral\"")
  g_set_error (error, CZ_HUB_TOKEN_ERROR, code, format, reason->message);
  _Pragma ("GCC diagnostic pop")
      // clang-format on
      g_error_free (reason);
}

static SecretService *
open_keyring (GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  SecretService *service
      = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, cancellable, &reason);

  if (service == NULL)
    blame (
        error, CZ_HUB_TOKEN_ERROR_ABSENT,
        _ ("The desktop's keyring cannot be reached (%s). Start one (GNOME Keyring, KWallet), or "
           "give the token in the environment as HF_TOKEN."),
        g_steal_pointer (&reason));
  return service;
}

static void
refuse_locked (GError **error)
{
  g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_LOCKED,
                       _ ("The desktop's keyring is locked: unlock it and try again, or give the "
                          "token in the environment as HF_TOKEN."));
}

// The item that holds the token; NULL without an error: there is none.
static SecretItem *
find_item (SecretService *service, Question *question, GError **error)
{
  g_autoptr (GHashTable) attributes = make_attributes ();
  g_autoptr (GError) reason = NULL;
  int flags = SECRET_SEARCH_LOAD_SECRETS | (question->unlock ? SECRET_SEARCH_UNLOCK : 0);
  GList *items = secret_service_search_sync (service, &schema, attributes, flags,
                                             question->cancellable, &reason);
  SecretItem *item = items != NULL ? g_object_ref (items->data) : NULL;

  g_list_free_full (items, g_object_unref);
  if (reason == NULL)
    return item;
  blame (error, CZ_HUB_TOKEN_ERROR_REFUSED,
         _ ("The desktop's keyring does not give the token (%s)."), g_steal_pointer (&reason));
  return NULL;
}

static char *
find (SecretService *service, Question *question, GError **error)
{
  g_autoptr (SecretItem) item = find_item (service, question, error);
  SecretValue *value = item != NULL ? secret_item_get_secret (item) : NULL;
  char *token = NULL;

  if (item == NULL)
    return NULL;
  if (value != NULL)
    {
      gsize length;
      const char *text = secret_value_get (value, &length);

      token = g_strndup (text, length);
      secret_value_unref (value);
      return token;
    }
  if (secret_item_get_locked (item))
    refuse_locked (error);
  else
    g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_REFUSED,
                         _ ("The desktop's keyring knows of a token but does not give it; see "
                            "whether you dismissed its question, and try again."));
  return NULL;
}

static gboolean
store (SecretService *service, Question *question, GError **error)
{
  g_autoptr (GHashTable) attributes = make_attributes ();
  g_autoptr (GError) reason = NULL;
  SecretValue *value = secret_value_new (question->token, -1, "text/plain");
  gboolean stored
      = secret_service_store_sync (service, &schema, attributes, SECRET_COLLECTION_DEFAULT,
                                   question->label, value, question->cancellable, &reason);

  secret_value_unref (value);
  if (stored)
    return TRUE;
  if (reason == NULL || g_error_matches (reason, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    refuse_locked (error);
  else
    blame (error, CZ_HUB_TOKEN_ERROR_REFUSED,
           _ ("The desktop's keyring does not take the token (%s)."), g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
forget (SecretService *service, Question *question, GError **error)
{
  g_autoptr (GHashTable) attributes = make_attributes ();
  g_autoptr (GError) reason = NULL;

  question->removed
      = secret_service_clear_sync (service, &schema, attributes, question->cancellable, &reason);
  if (reason == NULL)
    return TRUE;
  blame (error, CZ_HUB_TOKEN_ERROR_REFUSED,
         _ ("The desktop's keyring does not give up the token (%s)."), g_steal_pointer (&reason));
  return FALSE;
}

static gpointer
work (gpointer data)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = open_keyring (question->cancellable, &error);
  char *found = NULL;

  if (service != NULL)
    switch (question->deed)
      {
      case FIND:
        found = find (service, question, &error);
        break;
      case STORE:
        store (service, question, &error);
        break;
      case FORGET:
        forget (service, question, &error);
        break;
      }
  // Before the answer: whoever waits may end the process with it.
  g_clear_object (&service);
  g_mutex_lock (&question->mutex);
  if (question->deed == FIND)
    question->token = found;
  question->error = g_steal_pointer (&error);
  question->done = TRUE;
  g_cond_signal (&question->cond);
  g_mutex_unlock (&question->mutex);
  g_atomic_rc_box_release_full (question, clear_question);
  return NULL;
}

// ---- In the thread of whoever asks ----

static gint64
get_patience (const Question *question)
{
  const char *text = g_getenv ("CLOZE_KEYRING_SECONDS");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (!(seconds > 0 && seconds < 3600))
    seconds = question->deed != FIND || question->unlock ? SECONDS_ASKED : SECONDS;
  return (gint64)(seconds * G_USEC_PER_SEC);
}

// Takes `question`. FALSE with the error, also where it took too long.
static gboolean
ask (Question *question,
     char **ret_token,
     gboolean *ret_removed,
     GCancellable *cancellable,
     GError **error)
{
  gint64 deadline = g_get_monotonic_time () + get_patience (question);
  GThread *thread = NULL;
  gboolean ended;

  if (g_atomic_int_get (&silent))
    deadline = 0;
  g_mutex_init (&question->mutex);
  g_cond_init (&question->cond);
  question->cancellable = g_cancellable_new ();
  if (deadline > 0)
    thread = g_thread_new ("keyring", work, g_atomic_rc_box_acquire (question));
  g_mutex_lock (&question->mutex);
  while (!question->done && g_get_monotonic_time () < deadline
         && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&question->cond, &question->mutex,
                       MIN (deadline, g_get_monotonic_time () + G_USEC_PER_SEC / 20));
  ended = question->done;
  gboolean done = ended && question->error == NULL;
  if (done && ret_token != NULL)
    *ret_token = g_steal_pointer (&question->token);
  if (done && ret_removed != NULL)
    *ret_removed = question->removed;
  if (question->error != NULL)
    g_propagate_error (error, g_steal_pointer (&question->error));
  else if (!done && !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_atomic_int_set (&silent, 1);
      g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_TIMEOUT,
                           _ ("The desktop's keyring does not answer. See whether it waits for a "
                              "password, or give the token in the environment as HF_TOKEN."));
    }
  g_mutex_unlock (&question->mutex);
  if (!done)
    g_cancellable_cancel (question->cancellable);
  if (thread != NULL && ended)
    g_thread_join (thread);
  else if (thread != NULL) // it hangs in the keyring
    g_thread_unref (thread);
  g_atomic_rc_box_release_full (question, clear_question);
  return done;
}

gboolean
cz_hub_token_clean (char *token, GError **error)
{
  g_strstrip (token);
  if (token[0] == '\0')
    {
      g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_INVALID,
                           _ ("The token is empty; copy it from the Hub's page of access tokens."));
      return FALSE;
    }
  // It goes into a header: nothing else may get there with it.
  for (const char *c = token; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      {
        g_set_error_literal (error, CZ_HUB_TOKEN_ERROR, CZ_HUB_TOKEN_ERROR_INVALID,
                             _ ("That is no token: it has blanks or characters that no token has. "
                                "Copy it again from the Hub's page of access tokens."));
        return FALSE;
      }
  return TRUE;
}

char *
cz_hub_token_find (gboolean unlock,
                   CzHubTokenPlace *ret_place,
                   GCancellable *cancellable,
                   GError **error)
{
  const char *given = g_getenv ("HF_TOKEN");
  char *token = NULL;
  CzHubTokenPlace place = CZ_HUB_TOKEN_NOWHERE;

  if (given != NULL && given[strspn (given, " \t\r\n")] != '\0')
    {
      token = g_strdup (given);
      place = CZ_HUB_TOKEN_ENVIRONMENT;
    }
  else
    {
      Question *question = g_atomic_rc_box_new0 (Question);

      question->deed = FIND;
      question->unlock = unlock;
      if (!ask (question, &token, NULL /* ret_removed */, cancellable, error))
        return NULL;
      place = token != NULL ? CZ_HUB_TOKEN_KEYRING : CZ_HUB_TOKEN_NOWHERE;
    }
  if (token != NULL && !cz_hub_token_clean (token, error))
    {
      if (place == CZ_HUB_TOKEN_ENVIRONMENT)
        g_prefix_error (error, "HF_TOKEN: ");
      cz_hub_token_free (token);
      return NULL;
    }
  if (ret_place != NULL)
    *ret_place = place;
  return token;
}

char *
cz_hub_token_get (void)
{
  g_autoptr (GError) reason = NULL;
  char *token = cz_hub_token_find (FALSE /* unlock */, NULL, NULL, &reason);

  if (reason != NULL)
    g_debug ("No token: %s", reason->message);
  return token;
}

gboolean
cz_hub_token_store (const char *token, const char *user, GCancellable *cancellable, GError **error)
{
  Question *question = g_atomic_rc_box_new0 (Question);
  g_autofree char *endpoint = get_endpoint ();

  question->deed = STORE;
  question->token = g_strdup (token);
  // Translators: the name of the token in the desktop's keyring; %s, %s: the user, the Hub's
  // address.
  question->label = g_strdup_printf (_ ("Clozebench: token of %s for %s"), user, endpoint);
  return ask (question, NULL /* ret_token */, NULL /* ret_removed */, cancellable, error);
}

gboolean
cz_hub_token_forget (gboolean *ret_removed, GCancellable *cancellable, GError **error)
{
  Question *question = g_atomic_rc_box_new0 (Question);

  question->deed = FORGET;
  return ask (question, NULL /* ret_token */, ret_removed, cancellable, error);
}
