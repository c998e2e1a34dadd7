#include "gui/playground/model-bar.h"

#include <glib/gi18n.h>

#include "gui/experiments/run-dot.h"
#include "gui/playground/model-chooser.h"

struct _CzModelBar
{
  AdwBin parent_instance;
  CzPlayground *playground; // the page's
  GtkWidget *chips;
};

G_DEFINE_FINAL_TYPE (CzModelBar, cz_model_bar, ADW_TYPE_BIN)

// ---- What a chip does ----

static char *
get_model (gpointer widget)
{
  return g_object_get_data (G_OBJECT (widget), "model");
}

// Puts a model at another place; from 0, beyond the end: the last.
static void
place_model (CzModelBar *self, const char *model, guint place)
{
  g_auto (GStrv) names = cz_playground_dup_model_names (self->playground);
  guint n = g_strv_length (names);

  for (guint i = 0; i < n; i++)
    {
      if (!g_str_equal (names[i], model))
        continue;
      char *moved = names[i];

      for (; i + 1 < n; i++)
        names[i] = names[i + 1];
      place = MIN (place, n - 1);
      for (i = n - 1; i > place; i--)
        names[i] = names[i - 1];
      names[place] = moved;
      cz_playground_set_models (self->playground, (const char *const *)names);
      return;
    }
}

static guint
find_place (CzModelBar *self, const char *model)
{
  GPtrArray *models = cz_playground_get_models (self->playground);

  for (guint i = 0; i < models->len; i++)
    {
      if (g_str_equal (((CzPlaygroundModel *)models->pdata[i])->model, model))
        return i;
    }
  return 0;
}

// The chips are made anew by what a button asks for: not from within its own click.
typedef struct
{
  CzModelBar *self;
  char *model;
  int move; // places; G_MININT: to the front; 0: take it away
} Wish;

static gboolean
do_wish (gpointer data)
{
  Wish *wish = data;
  guint place = find_place (wish->self, wish->model);

  if (wish->move == 0)
    cz_playground_remove_model (wish->self->playground, wish->model);
  else if (wish->move == G_MININT)
    place_model (wish->self, wish->model, 0);
  else if (wish->move > 0 || place > 0)
    place_model (wish->self, wish->model, (guint)((int)place + wish->move));
  return G_SOURCE_REMOVE;
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_object_unref (wish->self);
  g_free (wish->model);
  g_free (wish);
}

static void
want (CzModelBar *self, gpointer button, int move)
{
  GtkWidget *popover = gtk_widget_get_ancestor (button, GTK_TYPE_POPOVER);
  Wish *wish = g_new0 (Wish, 1);

  wish->self = g_object_ref (self);
  wish->model = g_strdup (get_model (button));
  wish->move = move;
  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
  g_idle_add_full (G_PRIORITY_DEFAULT, do_wish, wish, wish_free);
}

static void
remove_clicked (CzModelBar *self, GtkWidget *button)
{
  want (self, button, 0);
}

static void
first_clicked (CzModelBar *self, GtkWidget *button)
{
  want (self, button, G_MININT);
}

static void
before_clicked (CzModelBar *self, GtkWidget *button)
{
  want (self, button, -1);
}

static void
after_clicked (CzModelBar *self, GtkWidget *button)
{
  want (self, button, 1);
}

// ---- Chips ----

static void
add_deed (CzModelBar *self,
          GtkWidget *box,
          const CzPlaygroundModel *model,
          const char *label,
          gboolean possible,
          GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
  gtk_widget_set_sensitive (button, possible);
  g_object_set_data_full (G_OBJECT (button), "model", g_strdup (model->model), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
}

static GtkWidget *
make_menu (CzModelBar *self, const CzPlaygroundModel *model, guint place, guint n)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  add_deed (self, box, model, _ ("_Compare the others with it"), place > 0,
            G_CALLBACK (first_clicked));
  add_deed (self, box, model, _ ("Move _before the one before"), place > 0,
            G_CALLBACK (before_clicked));
  add_deed (self, box, model, _ ("Move _after the next"), place + 1 < n,
            G_CALLBACK (after_clicked));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

static GtkWidget *
make_chip (CzModelBar *self, const CzPlaygroundModel *model, guint place, guint n)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = cz_run_dot_new ();
  GtkWidget *title = gtk_label_new (model->title);

  gtk_widget_add_css_class (chip, "model-chip");
  cz_run_dot_set_color (CZ_RUN_DOT (dot), model->color);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 22);
  gtk_box_append (GTK_BOX (content), dot);
  gtk_box_append (GTK_BOX (content), title);
  if (n > 1)
    {
      GtkWidget *button = gtk_menu_button_new ();
      GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");
      // Translators: %s is the name of a model whose column is taken away.
      g_autofree char *label = g_strdup_printf (_ ("Take %s away"), model->title);
      // Translators: %s is the name of a model.
      g_autofree char *order = g_strdup_printf (_ ("Place of %s"), model->title);

      gtk_menu_button_set_child (GTK_MENU_BUTTON (button), content);
      gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), make_menu (self, model, place, n));
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, place == 0 ? _ ("The others are compared with it")
                                                      : model->title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, order,
                                      -1);
      gtk_widget_add_css_class (close, "flat");
      gtk_widget_add_css_class (close, "circular");
      gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (close, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_object_set_data_full (G_OBJECT (close), "model", g_strdup (model->model), g_free);
      g_signal_connect_object (close, "clicked", G_CALLBACK (remove_clicked), self,
                               G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (chip), button);
      gtk_box_append (GTK_BOX (chip), close);
    }
  else
    {
      gtk_widget_set_tooltip_text (content, model->title);
      gtk_widget_add_css_class (chip, "alone");
      gtk_box_append (GTK_BOX (chip), content);
    }
  return chip;
}

static void
fill (CzModelBar *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->chips)) != NULL)
    gtk_box_remove (GTK_BOX (self->chips), child);
  for (guint i = 0; i < models->len; i++)
    gtk_box_append (GTK_BOX (self->chips), make_chip (self, models->pdata[i], i, models->len));
}

// ---- Life ----

static void
cz_model_bar_class_init (CzModelBarClass *klass)
{
}

static void
cz_model_bar_init (CzModelBar *self)
{
}

GtkWidget *
cz_model_bar_new (CzPlayground *playground)
{
  CzModelBar *self = g_object_new (CZ_TYPE_MODEL_BAR, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_menu_button_new ();

  self->playground = playground;
  self->chips = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (box), self->chips);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "list-add-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), cz_model_chooser_new (playground));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Choose the models that are shown side by side"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose the models that are shown side by side"), -1);
  gtk_box_append (GTK_BOX (box), button);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  fill (self);
  return GTK_WIDGET (self);
}
