// What the window understands of the Hub, without a screen: licences, the command's answers and the
// lines it tells.
#include "data/data-error.h"
#include "gui/cloze.h"
#include "gui/hub/dataset-files.h"
#include "gui/hub/licence.h"
#include "gui/hub/repository-name.h"
#include "gui/models/model-origin.h"
#include "gui/progress-line.h"

// What names a repository: tests/data/test-hub.c. Of nothing typed nothing is said.
static void
test_nothing_typed (void)
{
  static const char *const nothing[] = { "", " ", " \n", "hub:", " hub: " };
  g_auto (CzHubAddress) name = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_assert_false (cz_repository_name_parse (nothing[i], &name, &error));
      g_assert_no_error (error);
      g_assert_null (name.repo);
    }
  g_assert_true (cz_repository_name_parse (" hub:a/b ", &name, &error));
  g_assert_cmpstr (name.repo, ==, "a/b");
  g_assert_false (cz_repository_name_parse ("-x", &name, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_assert_cmpstr (name.repo, ==, "a/b");
}

static void
test_short_name (void)
{
  g_autofree char *plain = cz_repository_name_get_short ("imdb");
  g_autofree char *owned = cz_repository_name_get_short ("stanfordnlp/imdb");

  g_assert_cmpstr (plain, ==, "imdb");
  g_assert_cmpstr (owned, ==, "imdb");
}

static void
test_licences (void)
{
  static const struct
  {
    const char *id, *name, *consequence;
  } cases[] = {
    { "apache-2.0", "Apache 2.0", "Free to use, change" },
    { "mit", "MIT", "Free to use, change" },
    { "MIT", "MIT", "Free to use, change" },
    { "bsd-3-clause", "BSD 3-clause", "Free to use, change" },
    { "cc0-1.0", "CC0 1.0", "Free for everything" },
    { "cc-by-4.0", "CC BY 4.0", "Free to use, change and pass on, in business too; name" },
    { "cc-by-sa-4.0", "CC BY-SA 4.0", "Free to use and change; name its authors, and share" },
    { "cc-by-nc-4.0", "CC BY-NC 4.0", "Not for business. Name its authors." },
    { "cc-by-nc-sa-4.0", "CC BY-NC-SA 4.0", "Not for business. Name its authors, and share" },
    { "cc-by-nc-nd-4.0", "CC BY-NC-ND 4.0", "Not for business. Name its authors. What" },
    { "gpl-3.0", "GNU GPL 3.0", "Free to use and change; what you pass on" },
    { "lgpl-2.1", "GNU LGPL 2.1", "Free to use and change; what you pass on" },
    { "llama3.1", "Llama 3.1", "Read its terms" },
    { "other", "Terms of its own", "Read its terms" },
    { "unknown", "Not known", "Nobody says" },
    { NULL, "None said", "The repository names no licence" },
    { "", "None said", "The repository names no licence" },
  };
  g_autofree char *foreign = cz_licence_get_name ("mitre-own");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = cz_licence_get_name (cases[i].id);

      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_true (
          g_str_has_prefix (cz_licence_get_consequence (cases[i].id), cases[i].consequence));
    }
  g_assert_cmpstr (foreign, ==, "mitre-own");
  g_assert_null (cz_licence_get_consequence ("mitre-own"));
}

static CzRepository *
parse (const char *json, gboolean dataset, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return cz_repository_parse (node, dataset, error);
}

static void
test_answer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRepository) model = parse (
      "{\"repo\":\"distilbert/distilbert-base-uncased\",\"asked\":\"distilbert-base-uncased\","
      "\"commit\":\"abc\",\"licence\":\"mit\",\"gated\":false,\"private\":false,\"usable\":true,"
      "\"reason\":null,\"architecture\":\"DistilBertForMaskedLM\",\"files\":[{\"path\":"
      "\"vocab.txt\",\"bytes\":10,\"sha256\":null,\"cached_bytes\":4}],\"bytes\":10,"
      "\"cached_bytes\":4}",
      FALSE, &error);
  g_autofree char *address = NULL;
  const CzRepositoryFile *file;

  g_assert_no_error (error);
  file = model->files->pdata[0];
  g_assert_true (cz_repository_is_renamed (model) && model->usable && model->reason == NULL);
  g_assert_cmpint (file->bytes - file->cached, ==, 6);
  g_assert_cmpint (model->bytes, ==, 10);
  address = cz_repository_get_address (model);
  g_assert_cmpstr (address, ==, "http://127.0.0.1:8123/distilbert/distilbert-base-uncased");
}

static void
test_pages (void)
{
  g_autoptr (CzRepository) dataset = parse ("{\"repo\":\"a/b\"}", TRUE, NULL);
  g_autofree char *address = cz_repository_get_address (dataset);
  static const struct
  {
    const char *origin, *source, *page;
  } cases[] = {
    { "hub", "hub:a/b@0123", "http://127.0.0.1:8123/a/b" },
    { "hub", "hub:b", "http://127.0.0.1:8123/b" },
    { "hub", "hub:../b", NULL },
    { "hub", NULL, NULL },
    { "copy", "hub:a/b", NULL },
  };

  g_assert_cmpstr (address, ==, "http://127.0.0.1:8123/datasets/a/b");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CzModel model
          = { .origin = (char *)cases[i].origin, .source = (char *)cases[i].source };
      g_autofree char *page = cz_model_origin_get_page (&model);

      g_assert_cmpstr (page, ==, cases[i].page);
    }
  // No link leads to what is no address.
  g_setenv ("HF_ENDPOINT", "javascript:0", TRUE);
  g_assert_null (cz_repository_get_address (dataset));
  g_setenv ("HF_ENDPOINT", "http://127.0.0.1:8123/", TRUE);
}

// Whatever stands there in place of what was promised, the rest is read, or it is refused.
static void
test_foreign_answer (void)
{
  static const char *const refused[] = { "[]", "{}", "3", "{\"repo\":7}", "{\"repo\":\"\"}" };
  g_autoptr (CzRepository) odd
      = parse ("{\"repo\":\"a/b\",\"asked\":3,\"licence\":[],\"usable\":\"yes\",\"bytes\":\"many\","
               "\"cached_bytes\":9,\"files\":[3,{},{\"path\":7},{\"path\":\"x\",\"bytes\":-5,"
               "\"cached_bytes\":8,\"split\":{},\"format\":null}]}",
               TRUE, NULL);
  const CzRepositoryFile *file;

  g_assert_nonnull (odd);
  g_assert_false (odd->usable);
  g_assert_false (cz_repository_is_renamed (odd));
  g_assert_null (odd->licence);
  g_assert_cmpint (odd->bytes, ==, 0);
  g_assert_cmpint (odd->cached, ==, 0);
  g_assert_cmpuint (odd->files->len, ==, 1);
  file = odd->files->pdata[0];
  g_assert_cmpint (file->bytes, ==, 0);
  g_assert_cmpint (file->cached, ==, 0);
  g_assert_null (file->split);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (refused[i], FALSE, &error));
      g_assert_error (error, CZ_CLOZE_ERROR, CZ_CLOZE_ERROR_FOREIGN);
    }
  g_assert_null (cz_repository_parse (NULL, FALSE, NULL));
}

static void
test_preset_files (void)
{
  static const gboolean wanted[] = { FALSE, TRUE, TRUE, FALSE, FALSE, TRUE };
  g_autoptr (CzRepository) dataset
      = parse ("{\"repo\":\"a\",\"files\":[{\"path\":\"README.md\"},"
               "{\"path\":\"raw/train/0.parquet\",\"format\":\"parquet\"},"
               "{\"path\":\"raw/test/0.parquet\",\"format\":\"parquet\"},"
               "{\"path\":\"clean/train/0.parquet\",\"format\":\"parquet\"},"
               "{\"path\":\"raw/train/0.csv\",\"format\":\"csv\"},"
               "{\"path\":\"raw/validation/0.parquet\",\"format\":\"parquet\"}]}",
               TRUE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpint (cz_dataset_files_is_preset (dataset, i), ==, wanted[i]);
}

static void
test_lines (void)
{
  static const struct
  {
    const char *line;
    double share;
    const char *what, *status;
  } cases[] = {
    { " 34 %  Downloading model.safetensors (91 of 268 MB)  20 s left", 0.34,
      "Downloading model.safetensors", "91 of 268 MB · 20 s left" },
    { "100 %  Baixant a (1).txt (0,5 de 0,5 kB)", 1, "Baixant a (1).txt", "0,5 de 0,5 kB" },
    { "  5 %  Checking model (copy)  1 s left", 0.05, "Checking model (copy)",
      "Checking model (copy) · 1 s left" },
    { "The connection was cut; trying again in 2 s.", -1,
      "The connection was cut; trying again in 2 s.",
      "The connection was cut; trying again in 2 s." },
    { "900 %  Much", 1, "Much", "Much" },
    { "nan %  Much", -1, "nan %", "nan % · Much" },
    { "3 files", -1, "3 files", "3 files" },
    { "", -1, "", "" },
    { "7 %", 0.07, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CzProgressLine line = cz_progress_line_read (cases[i].line);

      g_assert_cmpfloat (line.share, ==, cases[i].share);
      g_assert_cmpstr (line.what, ==, cases[i].what);
      g_assert_cmpstr (line.status, ==, cases[i].status);
      cz_progress_line_clear (&line);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("HF_ENDPOINT", "http://127.0.0.1:8123/", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/hub/nothing-typed", test_nothing_typed);
  g_test_add_func ("/gui/hub/short-name", test_short_name);
  g_test_add_func ("/gui/hub/licences", test_licences);
  g_test_add_func ("/gui/hub/answer", test_answer);
  g_test_add_func ("/gui/hub/pages", test_pages);
  g_test_add_func ("/gui/hub/foreign-answer", test_foreign_answer);
  g_test_add_func ("/gui/hub/preset-files", test_preset_files);
  g_test_add_func ("/gui/hub/lines", test_lines);
  return g_test_run ();
}
