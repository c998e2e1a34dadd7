#include "gui/playground/sentences-score.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/experiments/run-dot.h"

struct _CzSentencesScore
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (CzSentencesScore, cz_sentences_score, ADW_TYPE_BIN)

static void
cz_sentences_score_class_init (CzSentencesScoreClass *klass)
{
}

static void
cz_sentences_score_init (CzSentencesScore *self)
{
}

static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : NAN;
}

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  // Four of them fit a window of 1000 pixels; what is said large needs no room of its own.
  gtk_label_set_width_chars (GTK_LABEL (label), g_str_equal (class, "title-2") ? -1 : 20);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, class);
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static GtkWidget *
make_title (const char *title, guint color)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = cz_run_dot_new ();
  GtkWidget *label = gtk_label_new (title);

  cz_run_dot_set_color (CZ_RUN_DOT (dot), color);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

// The difference to the first model, in words, sign and colour.
static GtkWidget *
make_difference (JsonObject *result, JsonObject *first)
{
  double points = 100 * (get_number (result, "accuracy") - get_number (first, "accuracy"));
  double ranks = get_number (result, "mean_rank") - get_number (first, "mean_rank");
  // Of the same accuracy the lower mean rank is better.
  int change = points > 0 ? 1 : points < 0 ? -1 : ranks < 0 ? 1 : ranks > 0 ? -1 : 0;
  g_autofree char *text
      = g_strdup_printf (change > 0   ? _ ("▲ better: %+.1f points, mean rank %+.1f")
                         : change < 0 ? _ ("▼ worse: %+.1f points, mean rank %+.1f")
                                      : _ ("the same: %+.1f points, mean rank %+.1f"),
                         points, ranks);
  GtkWidget *label = make_label (text, change > 0 ? "rise" : change < 0 ? "fall" : "dim-label");

  gtk_widget_add_css_class (label, "caption");
  return label;
}

GtkWidget *
cz_sentences_score_new (const char *title, guint color, JsonObject *result, JsonObject *first)
{
  CzSentencesScore *self = g_object_new (CZ_TYPE_SENTENCES_SCORE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  double accuracy = get_number (result, "accuracy");
  guint scored = (guint)json_object_get_int_member_with_default (result, "scored", 0);
  const char *note = json_object_get_string_member_with_default (result, "note", NULL);
  g_autofree char *number
      = scored > 0 ? g_strdup_printf (_ ("%.1f %%"), 100 * accuracy) : g_strdup (_ ("no answers"));
  g_autofree char *told = NULL;

  if (scored > 0)
    // Translators: of how many sentences the likeliest word is an accepted one.
    told = g_strdup_printf (ngettext ("%u of %u sentence right · %.1f %% among the first %u · mean "
                                      "rank %.1f",
                                      "%u of %u sentences right · %.1f %% among the first %u · "
                                      "mean rank %.1f",
                                      scored),
                            (guint)(accuracy * scored + 0.5), scored,
                            100 * get_number (result, "accuracy_top_k"),
                            (guint)json_object_get_int_member_with_default (result, "top_k", 0),
                            get_number (result, "mean_rank"));
  else
    told = g_strdup (_ ("The words to be found are not known; what the model says is below."));
  gtk_box_append (GTK_BOX (box), make_title (title, color));
  gtk_box_append (GTK_BOX (box), make_label (number, "title-2"));
  gtk_box_append (GTK_BOX (box), make_label (told, "caption"));
  if (first != NULL && isfinite (get_number (result, "mean_rank"))
      && isfinite (get_number (first, "mean_rank")))
    gtk_box_append (GTK_BOX (box), make_difference (result, first));
  if (note != NULL)
    {
      GtkWidget *label = make_label (note, "caption");

      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (box), label);
    }
  adw_bin_set_child (ADW_BIN (self), box);
  return GTK_WIDGET (self);
}
