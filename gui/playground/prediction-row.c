#include "gui/playground/prediction-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"
#include "gui/playground/bar.h"

// From which factor on a probability is said to have risen or fallen, and from which on by how much
// is written.
#define NOTABLE 1.1
#define WRITTEN 2.0

// In digits.
#define NUMBER_WIDTH 5
#define CHANGE_WIDTH 5

// In pixels: between the parts; the word's least and most, and its share of what it has with the
// bar; the bar's least. The word's width hangs on the row's alone, so that bars begin in line.
#define GAP        8
#define WORD_LEAST 46
#define WORD_MOST  110
#define WORD_SHARE 0.42
#define BAR_LEAST  8

struct _CzPredictionRow
{
  GtkWidget parent_instance;
  GtkWidget *word;
  GtkWidget *detail;
  GtkWidget *bar;
  GtkWidget *number;
  GtkWidget *change;
  gboolean below; // the detail stands below the rest
};

G_DEFINE_FINAL_TYPE (CzPredictionRow, cz_prediction_row, GTK_TYPE_WIDGET)

static guint activated_signal;

// ---- Rising and falling ----

static char *
write_factor (const char *mark, double factor)
{
  if (factor < WRITTEN)
    return g_strdup (mark);
  // Translators: an arrow, and how many times as likely a word became; keep it short.
  return factor < 99.5 ? g_strdup_printf (_ ("%s %.0f×"), mark, factor)
                       : g_strdup_printf (_ ("%s >99×"), mark);
}

static void
show_change (CzPredictionRow *self, const CzPredictionFacts *facts)
{
  g_autofree char *text = NULL;
  g_autofree char *told = NULL;
  const char *style = NULL;

  if (facts->compared && isnan (facts->before))
    {
      text = g_strdup ("▲");
      told = g_strdup (_ ("Risen: it was not among the likely words"));
      style = "rise";
    }
  else if (facts->compared && facts->now > facts->before * NOTABLE)
    {
      g_autofree char *number = cz_numbers_probability (facts->before);

      text = write_factor ("▲", facts->now / facts->before);
      // Translators: %s is a probability with the base model.
      told = g_strdup_printf (_ ("Risen from %s"), number);
      style = "rise";
    }
  else if (facts->compared && facts->now * NOTABLE < facts->before)
    {
      g_autofree char *number = cz_numbers_probability (facts->before);

      text = write_factor ("▼", facts->before / facts->now);
      told = g_strdup_printf (_ ("Fallen from %s"), number);
      style = "fall";
    }
  gtk_label_set_label (GTK_LABEL (self->change), text != NULL ? text : "");
  gtk_widget_remove_css_class (self->change, "rise");
  gtk_widget_remove_css_class (self->change, "fall");
  if (style != NULL)
    gtk_widget_add_css_class (self->change, style);
  gtk_widget_set_tooltip_text (self->change, told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->change), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  told != NULL ? told : "", -1);
}

void
cz_prediction_row_show (CzPredictionRow *self, const CzPredictionFacts *facts)
{
  // Translators: a word and its probability, read aloud.
  g_autofree char *name = g_strdup_printf (_ ("%s, %s"), facts->word, facts->number);
  gboolean bar = (facts->detail == NULL || facts->below) && !isnan (facts->share);

  gtk_label_set_label (GTK_LABEL (self->word), facts->word);
  gtk_label_set_label (GTK_LABEL (self->detail), facts->detail != NULL ? facts->detail : "");
  // What is told in words takes the bar's room.
  gtk_widget_set_visible (self->bar, bar);
  gtk_widget_set_visible (self->detail, facts->detail != NULL);
  if (self->below != (facts->below && facts->detail != NULL))
    {
      self->below = !self->below;
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  if (bar)
    cz_bar_set_value (CZ_BAR (self->bar), facts->share);
  gtk_label_set_label (GTK_LABEL (self->number), facts->number);
  gtk_label_set_width_chars (GTK_LABEL (self->number),
                             facts->width > 0 ? (int)facts->width : NUMBER_WIDTH);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), facts->told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  facts->told != NULL ? facts->told : "", -1);
  show_change (self, facts);
}

// ---- Clicks and keys ----

static void
released (CzPredictionRow *self)
{
  g_signal_emit (self, activated_signal, 0);
}

static gboolean
key_pressed (CzPredictionRow *self, guint key)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_space)
    return FALSE;
  g_signal_emit (self, activated_signal, 0);
  return TRUE;
}

// ---- Places ----

static int
get_width (GtkWidget *part)
{
  int width = 0;

  gtk_widget_measure (part, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width;
}

static int
get_height_below (CzPredictionRow *self)
{
  int height = 0;

  if (self->below)
    gtk_widget_measure (self->detail, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  return height;
}

static void
cz_prediction_row_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  CzPredictionRow *self = CZ_PREDICTION_ROW (widget);

  *minimum_baseline = *natural_baseline = -1;
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      int end = get_width (self->number) + get_width (self->change) + 3 * GAP;

      *minimum = WORD_LEAST + end + (gtk_widget_get_visible (self->bar) ? BAR_LEAST : 0);
      *natural = WORD_MOST + 160 + end;
      return;
    }
  for (GtkWidget *part = gtk_widget_get_first_child (widget); part != NULL;
       part = gtk_widget_get_next_sibling (part))
    {
      int least = 0, wanted = 0;

      if (!gtk_widget_get_visible (part))
        continue;
      if (part == self->detail && self->below)
        continue;
      gtk_widget_measure (part, GTK_ORIENTATION_VERTICAL, -1, &least, &wanted, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural = MAX (*natural, wanted);
    }
  *minimum += get_height_below (self);
  *natural += get_height_below (self);
}

// x: from where lines begin, which is the right in scripts that go that way.
static void
place (CzPredictionRow *self, GtkWidget *part, int x, int y, int width, int whole, int height)
{
  GtkAllocation area = { x, y, MAX (width, 0), height };

  if (!gtk_widget_get_visible (part))
    return;
  // GTK wants every part measured for what it is given.
  gtk_widget_measure (part, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    area.x = whole - x - area.width;
  gtk_widget_size_allocate (part, &area, -1);
}

static void
cz_prediction_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CzPredictionRow *self = CZ_PREDICTION_ROW (widget);
  int number = get_width (self->number), change = get_width (self->change);
  int room = width - number - change - 3 * GAP;
  int word = (int)CLAMP (room * WORD_SHARE, WORD_LEAST, WORD_MOST);
  int below = get_height_below (self), line = height - below;

  place (self, self->word, 0, 0, word, width, line);
  if (self->below)
    place (self, self->detail, 0, line, width, width, below);
  else
    place (self, self->detail, word + GAP, 0, room - word, width, line);
  place (self, self->bar, word + GAP, 0, room - word, width, line);
  place (self, self->number, room + 2 * GAP, 0, number, width, line);
  place (self, self->change, width - change, 0, change, width, line);
}

// ---- Life ----

static void
cz_prediction_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (cz_prediction_row_parent_class)->dispose (object);
}

static void
cz_prediction_row_class_init (CzPredictionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_row_dispose;
  activated_signal = g_signal_new ("activated", CZ_TYPE_PREDICTION_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  widget_class->measure = cz_prediction_row_measure;
  widget_class->size_allocate = cz_prediction_row_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "prediction");
}

static GtkWidget *
add_label (CzPredictionRow *self, float xalign, int chars)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_width_chars (GTK_LABEL (label), chars);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
cz_prediction_row_init (CzPredictionRow *self)
{
  self->word = add_label (self, 0, -1);
  gtk_label_set_ellipsize (GTK_LABEL (self->word), PANGO_ELLIPSIZE_END);
  self->detail = add_label (self, 0, -1);
  gtk_label_set_ellipsize (GTK_LABEL (self->detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->detail, "dim-label");
  gtk_widget_add_css_class (self->detail, "caption");
}

GtkWidget *
cz_prediction_row_new (guint color, gboolean active)
{
  CzPredictionRow *self = g_object_new (
      CZ_TYPE_PREDICTION_ROW, "accessible-role",
      active ? GTK_ACCESSIBLE_ROLE_BUTTON : GTK_ACCESSIBLE_ROLE_GROUP, "focusable", active, NULL);

  self->bar = cz_bar_new (color);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  self->number = add_label (self, 1, NUMBER_WIDTH);
  gtk_widget_add_css_class (self->number, "numeric");
  self->change = add_label (self, 0, CHANGE_WIDTH);
  gtk_widget_add_css_class (self->change, "caption");
  gtk_widget_add_css_class (self->change, "numeric");
  if (active)
    {
      GtkGesture *click = gtk_gesture_click_new ();
      GtkEventController *keys = gtk_event_controller_key_new ();

      g_signal_connect_swapped (click, "released", G_CALLBACK (released), self);
      gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
      g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
      gtk_widget_add_controller (GTK_WIDGET (self), keys);
      gtk_widget_add_css_class (GTK_WIDGET (self), "active");
      gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
    }
  return GTK_WIDGET (self);
}
