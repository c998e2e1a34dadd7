#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/database.h"
#include "data/file-copy.h"
#include "data/model-change.h"
#include "data/model-front-matter.h"
#include "data/model-tree.h"
#include "data/model-verify.h"
#include "data/run.h"
#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "tests/data/scratch.h"

// What the library knows of models, and what is done with them. Models are copies of
// tests/model_a/model_A.

static char *
copy_model (Scratch *scratch, const char *name)
{
  g_autofree char *command
      = g_strdup_printf ("cp -r '%s/tests/model_a/model_A' %s", g_getenv ("CZ_SOURCE_ROOT"), name);

  scratch_run (scratch, command);
  return scratch_path (scratch, name);
}

static CzModel *
add (Scratch *scratch, const char *name, const CzModelDetails *details)
{
  g_autofree char *folder = copy_model (scratch, name);
  g_autoptr (GError) error = NULL;
  CzModel *model = cz_model_add (scratch->library, folder, NULL, details, &error);

  g_assert_no_error (error);
  return model;
}

// Other weights of the same size: one number changes.
static void
change_weights (const char *folder, gboolean keep_time)
{
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  struct stat status;
  int file = g_open (path, O_RDWR, 0);
  char byte;

  g_assert_cmpint (fstat (file, &status), ==, 0);
  g_assert_cmpint (pread (file, &byte, 1, status.st_size - 1), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (file, &byte, 1, status.st_size - 1), ==, 1);
  const struct timespec times[] = { status.st_atim, status.st_mtim };
  const struct timespec later[] = { status.st_atim, { status.st_mtim.tv_sec + 5, 0 } };
  g_assert_cmpint (futimens (file, keep_time ? times : later), ==, 0);
  close (file);
}

static void
execute (Scratch *scratch, const char *sql)
{
  g_autoptr (GError) error = NULL;

  cz_database_execute (scratch->library, sql, &error);
  g_assert_no_error (error);
}

// ---- Front matter ----

static void
check_card (const char *text,
            const char *licence,
            const char *trained_on,
            const char *base_model,
            const char *language)
{
  g_auto (CzModelFrontMatter) card = { 0 };

  cz_model_front_matter_parse (text, strlen (text), &card);
  g_assert_cmpstr (card.licence, ==, licence);
  g_assert_cmpstr (card.trained_on, ==, trained_on);
  g_assert_cmpstr (card.base_model, ==, base_model);
  g_assert_cmpstr (card.language, ==, language);
}

static void
test_front_matter (void)
{
  g_autofree char *long_line = g_strnfill (5000, 'x');
  g_autofree char *too_long = g_strdup_printf ("---\nlicense: %s\nlanguage: en\n---\n", long_line);

  check_card ("---\nlanguage: en\nlicense: apache-2.0 # by its makers\ndatasets:\n- bookcorpus\n"
              "- wikipedia\nbase_model:\n  - \"org/it's\"\n---\n# Card\nlicense: mit\n",
              "apache-2.0", "bookcorpus, wikipedia", "org/it's", "en");
  check_card ("---\r\nlicense: other\r\nlicense_name: 'It''s ours'\r\ndatasets: [a, \"b\"]\r\n---",
              "It's ours", "a, b", NULL, NULL);
  check_card (
      "---\ntrained_on: \"books: 3 \\\"old\\\"\"\ndatasets: x\nlicense:\n  nested: mit\n---\n",
      NULL, "books: 3 \"old\"", NULL, NULL);
  check_card ("---\nlicense: |\n  text\nlanguage: null\nbase_model: {a: b}\n---\n", NULL, NULL,
              NULL, NULL);
  check_card ("---\nlicense: mit\n", NULL, NULL, NULL, NULL); // without an end
  check_card ("# Card\n---\nlicense: mit\n---\n", NULL, NULL, NULL, NULL);
  check_card ("", NULL, NULL, NULL, NULL);
  check_card ("---\n---\n", NULL, NULL, NULL, NULL);
  check_card ("---\nlicense: \xff\x01"
              "b\n---\n",
              "\xef\xbf\xbd b", NULL, NULL, NULL);
  check_card (too_long, NULL, NULL, NULL, "en");
}

// ---- Adding ----

static void
test_record (void)
{
  const CzModelDetails details
      = { .origin = "hub", .source = "hub:org/name@abc", .licence = "mit", .is_private = TRUE };
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autofree char *card = scratch_write (&scratch, "plain/README.md",
                                         "---\nlicense: cc0-1.0\ntrained_on: old books\n---\n", -1);
  g_autofree char *record = scratch_write (
      &scratch, "plain/training.json",
      "{\"model\": {\"name\": \"base\", \"sha256\": \"12ab\"}, \"corpus\": {\"name\": 3}}", -1);
  scratch_run (&scratch, "mkdir x && mv plain/* x && rmdir plain");
  g_autofree char *folder = copy_model (&scratch, "plain");
  scratch_run (&scratch, "mv x/* plain");
  g_autoptr (CzModel) plain = cz_model_add (scratch.library, folder, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (plain->origin, ==, "folder");
  g_assert_cmpstr (plain->source, ==, plain->folder);
  g_assert_cmpstr (plain->licence, ==, "cc0-1.0");
  g_assert_cmpstr (plain->trained_on, ==, "old books");
  g_assert_cmpstr (plain->parent_name, ==, "base");
  g_assert_cmpstr (plain->parent_hash, ==, "12ab");
  g_assert_true (plain->lowercase);
  g_assert_cmpint (plain->parameters, ==, 158076);
  g_assert_cmpint (plain->bytes, ==, 636856);
  g_assert_cmpuint (strlen (plain->vocabulary_hash), ==, 64);

  g_autoptr (CzModel) hub = add (&scratch, "hub", &details);
  g_assert_cmpstr (hub->source, ==, "hub:org/name@abc");
  g_assert_cmpstr (hub->licence, ==, "mit");
  g_assert_true (hub->is_private);
  g_assert_cmpstr (hub->hash, ==, plain->hash);

  // What is made from it has its licence.
  const CzModelDetails child = { .origin = "extended", .parent = hub->id };
  g_autoptr (CzModel) extended = add (&scratch, "extended", &child);
  g_assert_cmpint (extended->parent, ==, hub->id);
  g_assert_cmpstr (extended->parent_name, ==, "hub");
  g_assert_cmpstr (extended->licence, ==, "mit");

  // A name is given once.
  g_assert_null (cz_model_add (scratch.library, folder, "hub", NULL, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS);
  g_clear_error (&error);
  const CzModelDetails orphan = { .parent = 99 };
  g_assert_null (cz_model_add (scratch.library, folder, "new", &orphan, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND);
  g_clear_error (&error);

  // Entered before there were records: its folder is looked at, once it is there.
  execute (&scratch, "UPDATE model SET lowercase = NULL, bytes = 0, modified = 0, licence = NULL,"
                     " vocabulary_hash = NULL, source = NULL, trained_on = NULL,"
                     " parent_name = NULL WHERE name = 'plain'");
  scratch_run (&scratch, "mv plain away");
  g_autoptr (CzModel) unknown = cz_model_find (scratch.library, "plain", &error);
  g_assert_no_error (error);
  g_assert_null (unknown->licence);
  scratch_run (&scratch, "mv away plain");
  g_autoptr (CzModel) again = cz_model_find (scratch.library, "plain", &error);
  g_assert_cmpstr (again->licence, ==, "cc0-1.0");
  g_assert_cmpstr (again->vocabulary_hash, ==, plain->vocabulary_hash);
  g_assert_cmpstr (again->parent_name, ==, "base");
  g_assert_cmpint (again->bytes, ==, 636856);
  scratch_end (&scratch);
}

static void
test_known_hash (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzModel) model = add (&scratch, "m", NULL);
  // Not read again: size and time are what they were.
  change_weights (model->folder, TRUE /* keep_time */);
  g_autofree char *unread = cz_model_get_hash (scratch.library, model->folder, &error);
  g_assert_cmpstr (unread, ==, model->hash);
  change_weights (model->folder, FALSE /* keep_time */);
  g_autofree char *same = cz_model_get_hash (scratch.library, model->folder, &error);
  g_assert_cmpstr (same, ==, model->hash);
  change_weights (model->folder, TRUE /* keep_time */);
  g_autofree char *noted = cz_model_get_hash (scratch.library, model->folder, &error);
  g_assert_cmpstr (noted, ==, model->hash);
  change_weights (model->folder, FALSE /* keep_time */);
  change_weights (model->folder, FALSE /* keep_time */); // the fifth time
  g_autofree char *other = cz_model_get_hash (scratch.library, model->folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other, !=, model->hash);
  scratch_end (&scratch);
}

// ---- Verifying ----

static void
check_files (Scratch *scratch, gint64 id, CzModelFileState weights, CzModelFileState vocabulary)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = cz_model_verify (scratch->library, id, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 2);
  const CzModelFile *first = files->pdata[0], *second = files->pdata[1];
  g_assert_cmpstr (first->path, ==, "model.safetensors");
  g_assert_cmpint (first->state, ==, weights);
  g_assert_cmpint (second->state, ==, vocabulary);
  g_assert_true ((first->problem == NULL) == (weights == CZ_MODEL_FILE_OK));
  g_assert_true ((second->problem == NULL) == (vocabulary == CZ_MODEL_FILE_OK));
  g_assert_true ((first->sha256 == NULL) == (weights == CZ_MODEL_FILE_MISSING));
}

static void
test_verify (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzModel) model = add (&scratch, "m", NULL);
  check_files (&scratch, model->id, CZ_MODEL_FILE_OK, CZ_MODEL_FILE_OK);
  change_weights (model->folder, TRUE /* keep_time */); // it looks, whatever the time says
  check_files (&scratch, model->id, CZ_MODEL_FILE_CHANGED, CZ_MODEL_FILE_OK);
  scratch_run (&scratch, "truncate -s 500000 m/model.safetensors; echo more >> m/vocab.txt");
  check_files (&scratch, model->id, CZ_MODEL_FILE_DAMAGED, CZ_MODEL_FILE_CHANGED);
  scratch_run (&scratch,
               "rm m/model.safetensors; mkfifo m/model.safetensors; printf '' > m/vocab.txt");
  check_files (&scratch, model->id, CZ_MODEL_FILE_MISSING, CZ_MODEL_FILE_DAMAGED);
  g_cancellable_cancel (cancelled);
  g_autoptr (CzModel) other = add (&scratch, "other", NULL);
  g_assert_null (cz_model_verify (scratch.library, other->id, NULL, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  // Its files are what they were, but it cannot be opened.
  scratch_run (&scratch, "echo '{' > other/config.json");
  g_autoptr (GPtrArray) files
      = cz_model_verify (scratch.library, other->id, NULL, NULL, NULL, &error);
  g_assert_cmpuint (files->len, ==, 3);
  g_assert_cmpstr (((CzModelFile *)files->pdata[2])->path, ==, "config.json");
  scratch_end (&scratch);
}

// ---- Renaming, duplicating, removing ----

static guint
count_entries (Scratch *scratch)
{
  g_autofree char *path = scratch_path (scratch, "library.sqlite.files/models");
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
test_duplicate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  Scratch scratch;
  struct stat one, two;

  scratch_begin (&scratch);
  g_autoptr (CzModel) model = add (&scratch, "m", NULL);
  const CzModelDetails details = { .origin = "copy", .parent = model->id };
  g_autoptr (CzModel) copy
      = cz_model_duplicate (scratch.library, model->folder, "a/b", &details, NULL, &error);
  g_assert_null (copy);
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID);
  g_clear_error (&error);
  copy = cz_model_duplicate (scratch.library, model->folder, "copy", &details, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (copy->hash, ==, model->hash);
  g_assert_cmpint (copy->parent, ==, model->id);
  // Weights have two names, the rest is copied.
  g_autofree char *weights = g_build_filename (copy->folder, "model.safetensors", NULL);
  g_autofree char *words = g_build_filename (copy->folder, "vocab.txt", NULL);
  g_assert_cmpint (stat (weights, &one), ==, 0);
  g_assert_cmpint (stat (words, &two), ==, 0);
  g_assert_cmpint (one.st_nlink, ==, 2);
  g_assert_cmpint (two.st_nlink, ==, 1);

  // A full disk, and Ctrl+C, leave nothing.
  cz_atomic_file_fault_arm (2000);
  g_assert_null (
      cz_model_duplicate (scratch.library, model->folder, "full", &details, NULL, &error));
  cz_atomic_file_fault_arm (G_MAXUINT64);
  g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (&scratch), ==, 1);
  g_cancellable_cancel (cancelled);
  g_assert_null (
      cz_model_duplicate (scratch.library, model->folder, "c", &details, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (&scratch), ==, 1);

  // What a process that died left is swept; what a person called so is not.
  scratch_run (&scratch, "mkdir library.sqlite.files/models/x.tmp-4194399-0");
  g_autoptr (CzModel) odd = cz_model_duplicate (scratch.library, model->folder, "y.tmp-4194398-0",
                                                &details, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (CzModel) second
      = cz_model_duplicate (scratch.library, model->folder, "second", &details, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_entries (&scratch), ==, 3);

  // A folder that is still there under a model's old name is not written over.
  g_assert_true (cz_model_rename (scratch.library, copy->id, "renamed", &error));
  g_autoptr (CzModel) third
      = cz_model_duplicate (scratch.library, model->folder, "copy", &details, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (third->folder, !=, copy->folder);
  scratch_end (&scratch);
}

// Where the file system can make no second name, bytes are copied.
static void
test_duplicate_elsewhere (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;
  struct stat here, there, weights_status;
  const CzModelDetails details = { 0 };

  scratch_begin (&scratch);
  if (stat (scratch.folder, &here) != 0 || stat ("/dev/shm", &there) != 0
      || here.st_dev == there.st_dev || access ("/dev/shm", W_OK) != 0)
    {
      g_test_skip ("there is no second file system");
      scratch_end (&scratch);
      return;
    }
  g_autofree char *base = g_strdup ("/dev/shm/cz-models-XXXXXX");
  g_assert_nonnull (g_mkdtemp (base));
  g_autofree char *first = copy_model (&scratch, "m");
  g_autofree char *command = g_strdup_printf ("mv m %s/m", base);
  scratch_run (&scratch, command);
  g_autofree char *folder = g_build_filename (base, "m", NULL);
  g_autoptr (CzModel) copy
      = cz_model_duplicate (scratch.library, folder, "copy", &details, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *weights = g_build_filename (copy->folder, "model.safetensors", NULL);
  g_assert_cmpint (stat (weights, &weights_status), ==, 0);
  g_assert_cmpint (weights_status.st_nlink, ==, 1);
  g_autofree char *hash = cz_model_hash_folder (folder, &error);
  g_assert_cmpstr (copy->hash, ==, hash);
  // A full disk in the midst of the weights.
  cz_atomic_file_fault_arm (300000);
  g_assert_null (cz_model_duplicate (scratch.library, folder, "full", &details, NULL, &error));
  cz_atomic_file_fault_arm (G_MAXUINT64);
  g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (&scratch), ==, 1);
  cz_folder_remove (base);
  scratch_end (&scratch);
}

// A second name where that can be, else a copy, whole or not at all.
static void
test_file_link (void)
{
  Scratch scratch;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  struct stat one, other;

  scratch_begin (&scratch);
  g_autofree char *from = scratch_write (&scratch, "from", "the new one", -1);
  g_autofree char *to = scratch_path (&scratch, "to");
  g_autofree char *missing = scratch_path (&scratch, "missing");
  g_assert_true (cz_file_link (from, to, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (from, &one), ==, 0);
  g_assert_cmpint (g_stat (to, &other), ==, 0);
  g_assert_cmpuint (one.st_ino, ==, other.st_ino);
  g_unlink (to);

  // The name is taken, so it is copied.
  g_assert_true (g_file_set_contents (to, "old", -1, NULL));
  cz_atomic_file_fault_arm (4);
  g_assert_false (cz_file_link (from, to, NULL, &error));
  cz_atomic_file_fault_arm (G_MAXUINT64);
  g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_assert_false (cz_file_link (from, to, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (cz_file_link (missing, to, NULL, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (to, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
  g_clear_pointer (&contents, g_free);

  g_assert_true (cz_file_link (from, to, NULL, &error));
  g_assert_true (g_file_get_contents (to, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "the new one");
  scratch_run (&scratch, "test -z \"$(find . -name '*.tmp-*')\"");
  scratch_end (&scratch);
}

static void
test_remove (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  g_autoptr (CzModel) model = add (&scratch, "m", NULL);
  const CzModelDetails details = { .origin = "copy", .parent = model->id };
  g_autoptr (CzModel) copy
      = cz_model_duplicate (scratch.library, model->folder, "copy", &details, NULL, &error);
  gint64 run = scratch_add_run (&scratch, "waiting");
  g_autofree char *own = g_strdup_printf (
      "UPDATE run SET model_id = %" G_GINT64_FORMAT " WHERE id = %" G_GINT64_FORMAT, copy->id, run);
  execute (&scratch, own);
  g_assert_true (cz_run_set_queued (scratch.library, run, TRUE, &error));
  g_autoptr (GPtrArray) dependents = cz_model_list_dependents (scratch.library, copy->id, &error);
  g_assert_cmpuint (dependents->len, ==, 1);
  g_assert_true (((CzModelDependent *)dependents->pdata[0])->waiting);
  // A run that waits in the queue is going to need it.
  g_assert_false (cz_model_remove (scratch.library, copy->id, &error));
  g_assert_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, "waiting"));
  g_clear_error (&error);
  g_assert_true (cz_run_set_queued (scratch.library, run, FALSE, &error));

  g_autoptr (GPtrArray) of_base = cz_model_list_dependents (scratch.library, model->id, &error);
  g_assert_cmpuint (of_base->len, ==, 1);
  g_assert_cmpstr (((CzModelDependent *)of_base->pdata[0])->name, ==, "copy");

  // Two entries of one folder: it goes with the last.
  g_autoptr (CzModel) twin = cz_model_add (scratch.library, copy->folder, "twin", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (cz_model_remove (scratch.library, copy->id, &error));
  g_assert_true (g_file_test (copy->folder, G_FILE_TEST_IS_DIR));
  g_assert_true (cz_model_remove (scratch.library, twin->id, &error));
  g_assert_false (g_file_test (copy->folder, G_FILE_TEST_EXISTS));
  // A person's folder stays.
  g_assert_true (cz_model_remove (scratch.library, model->id, &error));
  g_assert_true (g_file_test (model->folder, G_FILE_TEST_IS_DIR));
  g_assert_no_error (error);
  // The run keeps its record.
  g_autoptr (CzRun) kept = cz_run_get (scratch.library, run, &error);
  g_assert_cmpint (kept->model_id, ==, 0);
  g_assert_cmpstr (kept->model, ==, "starter");
  scratch_end (&scratch);
}

// ---- The family ----

static void
write_node (const CzModelNode *node, GString *text)
{
  g_string_append_printf (text, "%s%s", node->is_run ? "*" : node->id == 0 ? "?" : "", node->name);
  if (node->children->len == 0)
    return;
  g_string_append_c (text, '(');
  for (guint i = 0; i < node->children->len; i++)
    {
      g_string_append (text, i > 0 ? " " : "");
      write_node (node->children->pdata[i], text);
    }
  g_string_append_c (text, ')');
}

static void
check_tree (Scratch *scratch, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = cz_model_tree_read (scratch->library, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < roots->len; i++)
    {
      g_string_append (text, i > 0 ? " " : "");
      write_node (roots->pdata[i], text);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
check_family (Scratch *scratch, gint64 id, const char *expected)
{
  g_autoptr (GError) error = NULL;
  CzModelNode *root = cz_model_tree_read_family (scratch->library, id, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  write_node (root, text);
  g_assert_cmpstr (text->str, ==, expected);
  cz_model_node_free (root);
}

// Rows without folders: the tree needs none.
#define INSERT_MODEL                                                                               \
  "INSERT INTO model (id, name, origin, folder, parameters, vocabulary, hash, created, lowercase," \
  " parent, parent_name, parent_hash, parent_run) VALUES "

static void
test_tree (void)
{
  g_autoptr (GError) error = NULL;
  Scratch scratch;

  scratch_begin (&scratch);
  for (guint i = 0; i < 4; i++)
    scratch_add_run (&scratch, (const char *[]){ "r1", "r2", "r3", "r4" }[i]);
  execute (&scratch, INSERT_MODEL
           "(1, 'base', 'hub', '/1', 1, 1, 'h1', 100, 1, NULL, NULL, NULL, NULL),"
           "(2, 'law', 'run:1', '/2', 1, 1, 'h2', 200, 1, 1, 'base', 'h1', 1),"
           "(3, 'copy', 'copy', '/3', 1, 1, 'h2', 300, 1, 2, 'law', 'h2', NULL),"
           "(4, 'from hash', 'folder', '/4', 1, 1, 'h4', 400, 1, NULL, 'whatever', 'h1', NULL),"
           "(5, 'from afar', 'folder', '/5', 1, 1, 'h5', 500, 1, NULL, 'far', 'h9', NULL);"
           "UPDATE run SET model_id = 1, model = 'base', model_hash = 'h1' WHERE id = 1;"
           "UPDATE run SET model = 'run:1@best', model_hash = 'h7' WHERE id = 2;"
           "UPDATE run SET model = 'old name', model_hash = 'h2' WHERE id = 3;"
           "UPDATE run SET model = 'far', model_hash = 'h9' WHERE id = 4;");
  check_tree (&scratch, "base(*r1(*r2 law(*r3 copy)) from hash) ?far(*r4 from afar)");
  check_family (&scratch, 2, "base(*r1(law(*r3 copy)))");
  check_family (&scratch, 3, "base(*r1(law(copy)))");
  check_family (&scratch, 5, "?far(from afar)");
  g_autoptr (GPtrArray) above = cz_model_tree_list_ancestors (scratch.library, FALSE, 3, &error);
  g_assert_cmpuint (above->len, ==, 3);
  g_assert_cmpstr (((CzModelNode *)above->pdata[2])->name, ==, "law");

  // A run in the trash is not shown, nor one that is gone; what came of it stays in the family.
  execute (&scratch, "UPDATE run SET trashed = 1 WHERE id = 1");
  check_tree (&scratch, "base(law(*r3 copy) from hash) ?far(*r4 from afar) ?run:1@best(*r2)");
  g_assert_true (cz_run_remove (scratch.library, 1, &error));
  check_tree (&scratch, "base(law(*r3 copy) from hash) ?far(*r4 from afar) ?run:1@best(*r2)");
  g_assert_true (cz_model_remove (scratch.library, 1, &error));
  g_assert_no_error (error);
  check_tree (&scratch, "?base(law(*r3 copy) from hash) ?far(*r4 from afar) ?run:1@best(*r2)");

  // Records that lead in a circle: the eldest stands on top.
  execute (&scratch, "UPDATE model SET parent = 3 WHERE id = 2;"
                     "UPDATE model SET parent_hash = 'h4', parent_name = 'self' WHERE id = 4;"
                     "UPDATE run SET model = 'run:2', model_hash = '' WHERE id = 2;");
  check_tree (&scratch, "*r2 law(*r3 copy) ?far(*r4 from afar) ?self(from hash)");
  scratch_end (&scratch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/models/front-matter", test_front_matter);
  g_test_add_func ("/models/record", test_record);
  g_test_add_func ("/models/known-hash", test_known_hash);
  g_test_add_func ("/models/verify", test_verify);
  g_test_add_func ("/models/duplicate", test_duplicate);
  g_test_add_func ("/models/duplicate-elsewhere", test_duplicate_elsewhere);
  g_test_add_func ("/models/file-link", test_file_link);
  g_test_add_func ("/models/remove", test_remove);
  g_test_add_func ("/models/tree", test_tree);
  return g_test_run ();
}
