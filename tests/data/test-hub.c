// The parts of the Hub's client that need no server: names, addresses, waits, what the API says.
#include <string.h>

#include "data/data-error.h"
#include "data/http-retry.h"
#include "data/hub-address.h"
#include "data/hub-info.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

// What people write, paste out of a browser or copy out of a program.
static void
test_names (void)
{
  static const struct
  {
    const char *text, *repo, *revision, *file;
    gboolean dataset, model;
  } cases[] = {
    { "imdb", "imdb", NULL, NULL, FALSE, FALSE },
    { " a/b ", "a/b", NULL, NULL, FALSE, FALSE },
    { "hub:a/b.c_d-e@refs/pr/1:x/y.csv", "a/b.c_d-e", "refs/pr/1", "x/y.csv", FALSE, FALSE },
    { " hub: a/b ", "a/b", NULL, NULL, FALSE, FALSE },
    { "  distilbert-base-uncased \n", "distilbert-base-uncased", NULL, NULL, FALSE, FALSE },
    { "owner/name", "owner/name", NULL, NULL, FALSE, FALSE },
    { "/owner/name/", "owner/name", NULL, NULL, FALSE, FALSE },
    { "owner/name@v1.0", "owner/name", "v1.0", NULL, FALSE, FALSE },
    { "imdb@refs/convert/parquet", "imdb", "refs/convert/parquet", NULL, FALSE, FALSE },
    { "imdb@v1+ü", "imdb", "v1+ü", NULL, FALSE, FALSE },
    { "owner/name@main", "owner/name", NULL, NULL, FALSE, FALSE },
    { "owner/name:x@y:z.csv", "owner/name", NULL, "x@y:z.csv", FALSE, FALSE },
    { "hub:owner/name@abc", "owner/name", "abc", NULL, FALSE, FALSE },
    { "\"distilbert-base-cased\"", "distilbert-base-cased", NULL, NULL, FALSE, FALSE },
    { "<https://huggingface.co/a/b>", "a/b", NULL, NULL, FALSE, TRUE },
    { "datasets/imdb", "imdb", NULL, NULL, TRUE, FALSE },
    { "datasets/stanfordnlp/imdb", "stanfordnlp/imdb", NULL, NULL, TRUE, FALSE },
    { "hub:datasets/imdb@v1:x/y.csv", "imdb", "v1", "x/y.csv", TRUE, FALSE },
    { "https://huggingface.co/a/b", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/a/b/", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/imdb", "imdb", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/distilbert-base-uncased", "distilbert-base-uncased", NULL, NULL,
      FALSE, TRUE },
    { "https://huggingface.co/distilbert/distilbert-base-uncased/",
      "distilbert/distilbert-base-uncased", NULL, NULL, FALSE, TRUE },
    { "HTTPS://HuggingFace.co/a/b?library=x#usage", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://www.hf.co/models/a/b", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/a/b/tree/main", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/bert-base/blob/v2/config.json", "bert-base", "v2", "config.json",
      FALSE, TRUE },
    { "https://huggingface.co/a/b/resolve/0123abc/model.safetensors", "a/b", "0123abc",
      "model.safetensors", FALSE, TRUE },
    { "https://huggingface.co/a/b/commit/0123abc", "a/b", "0123abc", NULL, FALSE, TRUE },
    { "https://huggingface.co/a/b/discussions/3", "a/b", NULL, NULL, FALSE, TRUE },
    { "https://huggingface.co/a/b@refs/pr/1:x/y.csv", "a/b", "refs/pr/1", "x/y.csv", FALSE, TRUE },
    { "https://huggingface.co/datasets/a/b/tree/v1/x", "a/b", "v1", NULL, TRUE, FALSE },
    { "https://huggingface.co/datasets/a/b/blob/v1/x/y.csv?a#b", "a/b", "v1", "x/y.csv", TRUE,
      FALSE },
    { "huggingface.co/datasets/stanfordnlp/imdb/viewer/plain_text/train", "stanfordnlp/imdb", NULL,
      NULL, TRUE, FALSE },
    { "https://hf.co/datasets/imdb/tree/script", "imdb", "script", NULL, TRUE, FALSE },
    { "http://127.0.0.1:8123/hub/a/b", "a/b", NULL, NULL, FALSE, TRUE },
    { "http://127.0.0.1:8123/hub/datasets/a/raw/v1/x.csv", "a", "v1", "x.csv", TRUE, FALSE },
    { "127.0.0.1:8123/hub/a/b:x.csv", "a/b", NULL, "x.csv", FALSE, TRUE },
  };

  g_setenv ("HF_ENDPOINT", "http://127.0.0.1:8123/hub/", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CzHubAddress) address = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_true (cz_hub_address_parse (cases[i].text, &address, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (address.repo, ==, cases[i].repo);
      g_assert_cmpstr (address.revision, ==, cases[i].revision);
      g_assert_cmpstr (address.file, ==, cases[i].file);
      g_assert_cmpint (address.dataset, ==, cases[i].dataset);
      g_assert_cmpint (address.model, ==, cases[i].model);
    }
  g_unsetenv ("HF_ENDPOINT");
}

static void
check_wrong (const char *text, const char *words)
{
  CzHubAddress address = { .repo = (char *)"untouched", .dataset = TRUE };
  g_autofree char *escaped = g_strescape (text, NULL);
  g_autoptr (GError) error = NULL;

  g_test_message ("%.100s", escaped);
  g_assert_false (cz_hub_address_parse (text, &address, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (error->message, -1), <, 300);
  g_assert_cmpstr (address.repo, ==, "untouched");
  g_assert_null (address.revision);
  g_assert_null (address.file);
  g_assert_true (address.dataset && !address.model);
}

static void
test_wrong_names (void)
{
  static const char *const names[] = {
    "",
    " ",
    "/",
    "a/",
    "/a",
    "a/b/c",
    "a//b/c",
    "..",
    "a/..",
    "../etc",
    "a..b",
    "a--b",
    "-a",
    "-x",
    "--library",
    "a/-b",
    "a.",
    "name.",
    "a.git",
    "a b",
    "a\nb",
    "a?b",
    "a%2f",
    "a;b",
    "čša",
    "\xff\xfe",
    "@main",
    "hub:",
    "\"",
    "''",
    "datasets/",
    "datasets/../b",
    "huggingface.co/--library",
    "https://huggingface.co",
    "https://huggingface.co/",
    "https://huggingface.co/datasets",
    "https://huggingface.co/datasets?sort=x",
    "https://huggingface.co/models",
    "https://huggingface.co/a/..",
  };
  static const char *const revisions[] = {
    "a@",
    "a@..",
    "a@-x",
    "a@../x",
    "a@x..y",
    "a@.x",
    "a@x//y",
    "a@b c",
    "a@b?c",
    "a/b@c@d",
    "https://huggingface.co/a/b/tree/--library",
    "https://huggingface.co/a/b/blob/../x",
  };
  static const char *const files[] = {
    "a:",
    "a:..",
    "a:/x",
    "a:x//y",
    "a:x\\y",
    "a:x\x01y",
    "a:../y",
    "a@v1:x/../y",
    "hub:hub:a/../b",
    "https://huggingface.co/a/b/blob/v1/../../x",
  };
  static const char *const foreign[] = {
    "http://a/b",
    "https://example.org/a/b",
    "ftp://huggingface.co/a/b",
    "https://huggingface.co.example.org/a/b",
    "https://huggingface.co@example.org/a/b",
    "file:///etc/passwd",
  };
  g_autofree char *long_name = g_strnfill (97, 'a');
  g_autofree char *long_text = g_strnfill (100000, 'a');
  g_autofree char *long_revision = g_strconcat ("a@", long_text, NULL);
  g_autofree char *long_file = g_strconcat ("a:", long_text, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    check_wrong (names[i], "cannot be a repository's name");
  for (guint i = 0; i < G_N_ELEMENTS (revisions); i++)
    check_wrong (revisions[i], "cannot be a revision");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    check_wrong (files[i], "cannot be a file");
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    check_wrong (foreign[i], "not on the Hub");
  check_wrong ("https://huggingface.co/spaces/a/b", "Space");
  check_wrong (long_name, "cannot be a repository's name");
  check_wrong (long_text, "cannot be a repository's name");
  check_wrong (long_revision, "cannot be a revision");
  check_wrong (long_file, "cannot be a file");
  g_setenv ("HF_ENDPOINT", "http://127.0.0.1:8123/hub", TRUE);
  check_wrong ("http://127.0.0.1:8123/a/b", "not on the Hub");
  check_wrong ("http://127.0.0.1/hub/a/b", "not on the Hub");
  g_unsetenv ("HF_ENDPOINT");
}

static void
test_addresses (void)
{
  g_autofree char *info = cz_hub_address_info ("http://h", CZ_HUB_MODEL, "a/b", "refs/pr/1");
  g_autofree char *plain = cz_hub_address_info ("http://h", CZ_HUB_DATASET, "a/b", NULL);
  g_autofree char *file
      = cz_hub_address_file ("http://h", CZ_HUB_DATASET, "a/b", "v1", "x y/ü#?.csv");
  g_autofree char *model = cz_hub_address_file ("http://h", CZ_HUB_MODEL, "b", "v1", "c");
  g_autofree char *page = cz_hub_address_page ("http://h", CZ_HUB_DATASET, "a/b");

  g_assert_cmpstr (info, ==, "http://h/api/models/a/b/revision/refs%2Fpr%2F1");
  g_assert_cmpstr (plain, ==, "http://h/api/datasets/a/b");
  g_assert_cmpstr (file, ==, "http://h/datasets/a/b/resolve/v1/x%20y/%C3%BC%23%3F.csv");
  g_assert_cmpstr (model, ==, "http://h/b/resolve/v1/c");
  g_assert_cmpstr (page, ==, "http://h/datasets/a/b");
  g_setenv ("HF_ENDPOINT", "https://mirror.example/hub//", TRUE);
  g_autofree char *endpoint = cz_hub_endpoint (NULL);
  g_assert_cmpstr (endpoint, ==, "https://mirror.example/hub");
  static const char *const wrong[]
      = { "mirror", "ftp://x", "http://", "https://user:secret@x", "https://x?y" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_setenv ("HF_ENDPOINT", wrong[i], TRUE);
      g_assert_null (cz_hub_endpoint (&error));
      g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
      g_assert_null (strstr (error->message, "secret"));
    }
  g_unsetenv ("HF_ENDPOINT");
}

static void
test_origins (void)
{
  g_assert_true (cz_http_is_same_origin ("https://a/x", "https://A:443/y?z"));
  g_assert_false (cz_http_is_same_origin ("https://a/x", "http://a/x"));
  g_assert_false (cz_http_is_same_origin ("https://a/x", "https://a:8443/x"));
  g_assert_false (cz_http_is_same_origin ("https://a/x", "https://a.b/x"));
  g_assert_false (cz_http_is_same_origin ("https://a/x", "https://a@b/x"));
  g_assert_false (cz_http_is_same_origin ("", ""));
}

static guint
wait_after (guint n, guint status, const char *name, const char *value)
{
  const CzHttpTimes times = { 1, 1, 1000 };
  CzHttpReply reply = { .status = status };
  guint wait;

  reply.headers = g_hash_table_new (g_str_hash, g_str_equal);
  if (name != NULL)
    g_hash_table_insert (reply.headers, (gpointer)name, (gpointer)value);
  // 1994-11-06 08:49:37
  wait = cz_http_retry_wait (&times, n, &reply, 784111777);
  g_hash_table_unref (reply.headers);
  return wait;
}

static void
test_waits (void)
{
  const CzHttpTimes times = { 1, 1, 1000 };

  g_assert_cmpuint (cz_http_retry_wait (&times, 1, NULL, 0), ==, 1000);
  g_assert_cmpuint (cz_http_retry_wait (&times, 3, NULL, 0), ==, 4000);
  g_assert_cmpuint (cz_http_retry_wait (&times, 1000, NULL, 0), ==, 60000);
  g_assert_cmpuint (wait_after (1, 503, "retry-after", "7"), ==, 7000);
  g_assert_cmpuint (wait_after (1, 503, "retry-after", "4000000000"), ==, 60000);
  g_assert_cmpuint (wait_after (1, 503, "retry-after", "Sun, 06 Nov 1994 08:49:50 GMT"), ==, 13000);
  g_assert_cmpuint (wait_after (1, 503, "retry-after", "Sun, 06 Nov 1994 08:40:00 GMT"), ==, 0);
  g_assert_cmpuint (wait_after (2, 503, "retry-after", "soon"), ==, 2000);
  g_assert_cmpuint (wait_after (2, 503, "retry-after", "-5"), ==, 2000);
  g_assert_cmpuint (wait_after (2, 503, "retry-after", "Sun, 06 Xyz 1994 08:49:50 GMT"), ==, 2000);
  g_assert_cmpuint (wait_after (1, 429, "ratelimit", "\"api\";r=0;t=9"), ==, 9000);
  g_assert_cmpuint (wait_after (1, 503, "ratelimit", "\"api\";r=0;t=9"), ==, 1000);
}

static CzHubInfo *
read_info (CzHubKind kind, const char *info, const char *tree)
{
  g_autoptr (JsonNode) information = json_from_string (info, NULL);
  g_autoptr (JsonNode) files = json_from_string (tree, NULL);
  CzHubInfo *result = cz_hub_info_from_json (kind, "x", information, NULL);

  if (result != NULL)
    {
      g_assert_true (cz_hub_info_add_files (result, files, NULL));
      cz_hub_info_finish (result);
    }
  return result;
}

static void
test_infos (void)
{
  g_autoptr (CzHubInfo) licensed = read_info (
      CZ_HUB_MODEL,
      "{\"id\": \"a/b\", \"sha\": \"" COMMIT "\", \"gated\": \"auto\", \"private\": true, "
      "\"tags\": [\"x\", \"license:mit\"], \"cardData\": {\"license\": \"other\", "
      "\"license_name\": \"ours\"}, \"config\": {\"model_type\": \"distilbert\"}}",
      "[{\"type\": \"file\", \"path\": \"config.json\", \"size\": 3, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"training.json\", \"size\": 4, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"training.bin\", \"size\": 5, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"../x\", \"size\": 3, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"LICENSE\", \"size\": -3, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"vocab.txt\", \"size\": 3, \"oid\": \"../x\"},"
      " {\"type\": \"directory\", \"path\": \"LICENSE\", \"size\": 0}, null, 5]");
  g_autoptr (CzHubInfo) tagged = read_info (CZ_HUB_MODEL,
                                            "{\"id\": \"b\", \"sha\": \"" COMMIT
                                            "\", \"tags\": [5, \"license:mit\"], \"cardData\": 5}",
                                            "[]");
  g_autoptr (CzHubInfo) listed = read_info (
      CZ_HUB_DATASET,
      "{\"id\": \"b\", \"sha\": \"" COMMIT "\", \"cardData\": {\"license\": [\"a\", \"b\"]}}",
      "[{\"type\": \"file\", \"path\": \"data/train-00000-of-00002-a1b2.parquet\", \"size\": 3,"
      " \"oid\": \"x\", \"lfs\": {\"size\": 9, \"oid\": \"" COMMIT "0123456789abcdef01234567\"}},"
      " {\"type\": \"file\", \"path\": \"test/a.json.gz\", \"size\": 3, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"all.tar.gz\", \"size\": 3, \"oid\": \"" COMMIT "\"},"
      " {\"type\": \"file\", \"path\": \"x.py\", \"size\": 3, \"oid\": \"" COMMIT "\"}]");
  const CzHubFile *file;

  g_assert_cmpstr (licensed->licence, ==, "ours");
  g_assert_true (licensed->gated && licensed->private && !licensed->usable);
  g_assert_cmpuint (licensed->files->len, ==, 2);
  g_assert_cmpint (licensed->bytes, ==, 7);
  g_assert_cmpstr (tagged->licence, ==, "mit");
  g_assert_false (tagged->gated || tagged->private);
  g_assert_cmpstr (listed->licence, ==, "a");
  g_assert_true (listed->usable);
  file = cz_hub_info_find (listed, "data/train-00000-of-00002-a1b2.parquet");
  g_assert_cmpstr (file->format, ==, "parquet");
  g_assert_cmpstr (file->split, ==, "train");
  g_assert_cmpint (file->bytes, ==, 9);
  file = cz_hub_info_find (listed, "test/a.json.gz");
  g_assert_cmpstr (file->format, ==, "json");
  g_assert_cmpstr (file->split, ==, "test");
  g_assert_cmpstr (cz_hub_info_find (listed, "all.tar.gz")->format, ==, "archive");
  g_assert_null (cz_hub_info_find (listed, "x.py")->format);
  g_assert_null (read_info (CZ_HUB_MODEL, "{\"id\": \"a/b\", \"sha\": \"main\"}", "[]"));
  g_assert_null (read_info (CZ_HUB_MODEL, "{\"id\": \"a/../b\", \"sha\": \"" COMMIT "\"}", "[]"));
  g_assert_null (read_info (CZ_HUB_MODEL, "[]", "[]"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hub/names", test_names);
  g_test_add_func ("/hub/wrong-names", test_wrong_names);
  g_test_add_func ("/hub/addresses", test_addresses);
  g_test_add_func ("/hub/origins", test_origins);
  g_test_add_func ("/hub/waits", test_waits);
  g_test_add_func ("/hub/infos", test_infos);
  return g_test_run ();
}
