#include "gui/playground/attention-grid.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/numbers.h"
#include "gui/playground/attention-map.h"

struct _CzAttentionGrid
{
  GtkWidget parent_instance;
  GtkWidget *table;
  CzAttentionAnswer *answer, *base; // shown now; NULL
  guint query;
  gboolean words_only;
  float *rows;  // (n_layers, n_heads, n_tokens)
  float *means; // (n_layers, n_tokens)
  guint n_layers, n_heads;
  // (1 + n_layers, 1 + n_heads): the names' row and column are the first, all in the corner.
  GtkWidget **cells;
  GtkWidget **mean_maps; // (n_layers)
  gboolean *chosen;      // (n_layers, n_heads)
  guint row, column;     // of the cell that the keyboard's focus is in, or comes to
  int pointed;           // index of the head under the pointer, -1: none
};

G_DEFINE_FINAL_TYPE (CzAttentionGrid, cz_attention_grid, GTK_TYPE_WIDGET)

static guint chosen_signal, pointed_signal;

static guint
n_all (CzAttentionGrid *self)
{
  return self->n_layers * self->n_heads;
}

static GtkWidget *
get_cell (CzAttentionGrid *self, guint row, guint column)
{
  return self->cells[row * (1 + self->n_heads) + column];
}

// ---- In words ----

static char *
describe (CzAttentionGrid *self, guint index)
{
  const CzAttentionAnswer *answer = self->answer;
  guint layer = index / self->n_heads, head = index % self->n_heads, most;
  const float *row = self->rows + (gsize)index * answer->n_tokens;
  g_autofree float *words = cz_attention_answer_add_up (answer, row);
  g_autofree char *number = NULL, *of_words = NULL;
  double bits;

  most = cz_attention_find_most (words, answer->n_words);
  number = cz_attention_write (words[most], self->base != NULL);
  if (self->base != NULL)
    // Translators: layer and head are numbers; %s is a word, then a difference of probabilities.
    return g_strdup_printf (_ ("Layer %u, head %u: changed most on “%s”, by %s"), layer + 1,
                            head + 1, answer->words[most].text, number);
  bits = cz_attention_entropy (row, answer->n_tokens);
  if (self->words_only)
    {
      const float *raw = cz_attention_answer_get (answer, layer, head, self->query);
      double share = 1 - raw[0] - raw[answer->n_tokens - 1];

      // Translators: how much of a head's attention goes to words, not to [CLS] and [SEP].
      of_words = g_strdup_printf (_ ("; %.0f %% of it on words"), 100 * fmax (share, 0));
    }
  // Translators: layer and head are numbers; %s is a word, then a probability; entropy in bits; the
  // last %s is nothing or "; 4 % of it on words".
  return g_strdup_printf (_ ("Layer %u, head %u: most on “%s”, %s; entropy %.1f bits%s"), layer + 1,
                          head + 1, answer->words[most].text, number, bits,
                          of_words != NULL ? of_words : "");
}

char *
cz_attention_grid_describe_pointed (CzAttentionGrid *self)
{
  if (self->answer == NULL)
    return NULL;
  if (self->pointed >= 0)
    return describe (self, (guint)self->pointed);
  if (self->row > 0 && self->column > 0
      && gtk_widget_has_focus (get_cell (self, self->row, self->column)))
    return describe (self, (self->row - 1) * self->n_heads + self->column - 1);
  return NULL;
}

char *
cz_attention_grid_name_chosen (CzAttentionGrid *self)
{
  guint n = cz_attention_grid_get_n_chosen (self), layer = 0, head = 0;

  if (n == n_all (self))
    // Translators: of a model: the mean over all of them is shown.
    return g_strdup (_ ("Mean of all heads"));
  cz_attention_grid_get_first (self, &layer, &head);
  if (n == 1)
    return g_strdup_printf (_ ("Layer %u, head %u"), layer + 1, head + 1);
  if (n == self->n_heads && head == 0 && self->chosen[(layer + 1) * self->n_heads - 1])
    return g_strdup_printf (_ ("Mean of layer %u"), layer + 1);
  return g_strdup_printf (_ ("Mean of %u of %u heads"), n, n_all (self));
}

// ---- Choosing ----

const gboolean *
cz_attention_grid_get_chosen (CzAttentionGrid *self)
{
  return self->chosen;
}

guint
cz_attention_grid_get_n_chosen (CzAttentionGrid *self)
{
  guint n = 0;

  for (guint i = 0; i < n_all (self); i++)
    n += self->chosen[i] ? 1 : 0;
  return n;
}

gboolean
cz_attention_grid_get_first (CzAttentionGrid *self, guint *ret_layer, guint *ret_head)
{
  for (guint i = 0; i < n_all (self); i++)
    {
      if (!self->chosen[i])
        continue;
      *ret_layer = i / self->n_heads;
      *ret_head = i % self->n_heads;
      return TRUE;
    }
  return FALSE;
}

static void
show_chosen (CzAttentionGrid *self)
{
  gboolean others = cz_attention_grid_get_n_chosen (self) < n_all (self);

  for (guint i = 0; i < n_all (self); i++)
    cz_attention_map_set_chosen (
        CZ_ATTENTION_MAP (get_cell (self, 1 + i / self->n_heads, 1 + i % self->n_heads)),
        self->chosen[i], others);
}

// Whether a cell of the table stands for a head: its own, its layer's, its column's, the corner.
static gboolean
stands_for (guint row, guint column, guint layer, guint head)
{
  return (row == 0 || row - 1 == layer) && (column == 0 || column - 1 == head);
}

// several: the heads of the cell are added to what is chosen, or taken away when all of them were.
static void
choose (CzAttentionGrid *self, guint row, guint column, gboolean several)
{
  gboolean all = TRUE, only = TRUE;

  if (n_all (self) == 0)
    return;
  for (guint i = 0; i < n_all (self); i++)
    {
      if (stands_for (row, column, i / self->n_heads, i % self->n_heads))
        all = all && self->chosen[i];
      else
        only = only && !self->chosen[i];
    }
  for (guint i = 0; i < n_all (self); i++)
    {
      gboolean stands = stands_for (row, column, i / self->n_heads, i % self->n_heads);

      if (several && stands)
        self->chosen[i] = !all;
      else if (!several)
        // What alone was chosen is given up: all are again.
        self->chosen[i] = stands || (all && only);
    }
  // There is no mean of none.
  if (cz_attention_grid_get_n_chosen (self) == 0)
    {
      for (guint i = 0; i < n_all (self); i++)
        self->chosen[i] = TRUE;
    }
  show_chosen (self);
  g_signal_emit (self, chosen_signal, 0);
}

// ---- Pointer ----

// The cell of the table under a point; FALSE where there is none.
static gboolean
find_cell (CzAttentionGrid *self, double x, double y, guint *ret_row, guint *ret_column)
{
  for (guint i = 0; self->cells != NULL && i < (1 + self->n_layers) * (1 + self->n_heads); i++)
    {
      graphene_rect_t bounds;

      if (!gtk_widget_compute_bounds (self->cells[i], GTK_WIDGET (self), &bounds)
          || !graphene_rect_contains_point (&bounds, &GRAPHENE_POINT_INIT ((float)x, (float)y)))
        continue;
      *ret_row = i / (1 + self->n_heads);
      *ret_column = i % (1 + self->n_heads);
      return TRUE;
    }
  return FALSE;
}

static void
set_pointed (CzAttentionGrid *self, int pointed)
{
  if (pointed == self->pointed)
    return;
  self->pointed = pointed;
  g_signal_emit (self, pointed_signal, 0);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzAttentionGrid *self)
{
  guint row, column;

  if (find_cell (self, x, y, &row, &column) && row > 0 && column > 0)
    set_pointed (self, (int)((row - 1) * self->n_heads + column - 1));
  else
    set_pointed (self, -1);
}

static void
pointer_left (GtkEventControllerMotion *motion, CzAttentionGrid *self)
{
  set_pointed (self, -1);
}

static void
clicked (GtkGestureClick *click, int n, double x, double y, CzAttentionGrid *self)
{
  GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));
  guint row, column;

  if (!find_cell (self, x, y, &row, &column))
    return;
  self->row = row;
  self->column = column;
  gtk_widget_grab_focus (get_cell (self, row, column));
  choose (self, row, column, (state & GDK_CONTROL_MASK) != 0);
}

// ---- Keys ----

static void
focus_moved (CzAttentionGrid *self)
{
  g_signal_emit (self, pointed_signal, 0);
}

static gboolean
move (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (widget);
  int down, across;

  if (self->cells == NULL)
    return FALSE;
  g_variant_get (args, "(ii)", &down, &across);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    across = -across;
  self->row = (guint)CLAMP ((int)self->row + down, 0, (int)self->n_layers);
  self->column = (guint)CLAMP ((int)self->column + across, 0, (int)self->n_heads);
  gtk_widget_grab_focus (get_cell (self, self->row, self->column));
  return TRUE;
}

static gboolean
choose_by_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (widget);

  choose (self, self->row, self->column, g_variant_get_boolean (args));
  return TRUE;
}

// Escape is someone else's when all are chosen.
static gboolean
choose_all (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (widget);

  if (cz_attention_grid_get_n_chosen (self) == n_all (self))
    return FALSE;
  choose (self, 0, 0, FALSE);
  return TRUE;
}

static gboolean
cz_attention_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (widget);

  // One stop for Tab: the arrows go about within, and never leave.
  if (self->cells == NULL || gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return gtk_widget_grab_focus (get_cell (self, self->row, self->column));
}

static gboolean
cz_attention_grid_grab_focus (GtkWidget *widget)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (widget);

  return self->cells != NULL && gtk_widget_grab_focus (get_cell (self, self->row, self->column));
}

// ---- Cells ----

// In a box: a label that can't be selected takes no focus.
static GtkWidget *
make_name (const char *text, const char *told)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_BUTTON,
                                 "focusable", TRUE, "tooltip-text", told, NULL);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "attention-name");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, told, -1);
  return box;
}

static GtkWidget *
make_cell (CzAttentionGrid *self, guint row, guint column)
{
  g_autofree char *text = NULL, *told = NULL;
  GtkWidget *cell;

  if (row > 0 && column > 0)
    cell = cz_attention_map_new ();
  else if (row == 0 && column == 0)
    // Translators: all heads of all layers.
    cell = make_name (_ ("All"), _ ("All layers and heads"));
  else if (column == 0)
    {
      text = g_strdup_printf (_ ("Layer %u"), row);
      told = g_strdup_printf (_ ("All heads of layer %u"), row);
      cell = make_name (text, told);
    }
  else
    {
      text = g_strdup_printf ("%u", column);
      told = g_strdup_printf (_ ("Head %u of all layers"), column);
      cell = make_name (text, told);
    }
  g_signal_connect_swapped (cell, "notify::has-focus", G_CALLBACK (focus_moved), self);
  return cell;
}

static void
clear_cells (CzAttentionGrid *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->table)) != NULL)
    gtk_grid_remove (GTK_GRID (self->table), child);
  g_clear_pointer (&self->cells, g_free);
  g_clear_pointer (&self->mean_maps, g_free);
  g_clear_pointer (&self->chosen, g_free);
}

static void
make_cells (CzAttentionGrid *self, guint n_layers, guint n_heads)
{
  GtkGrid *table = GTK_GRID (self->table);
  GtkWidget *mean;

  clear_cells (self);
  self->n_layers = n_layers;
  self->n_heads = n_heads;
  self->row = self->column = 0;
  self->pointed = -1;
  self->cells = g_new0 (GtkWidget *, (1 + n_layers) * (1 + n_heads));
  self->mean_maps = g_new0 (GtkWidget *, n_layers);
  self->chosen = g_new (gboolean, n_all (self));
  for (guint i = 0; i < (1 + n_layers) * (1 + n_heads); i++)
    {
      guint row = i / (1 + n_heads), column = i % (1 + n_heads);

      self->cells[i] = make_cell (self, row, column);
      gtk_grid_attach (table, self->cells[i], (int)column, (int)row, 1, 1);
    }
  // Translators: above each layer's mean over its heads; there is little room.
  mean = gtk_label_new (_ ("Mean"));
  gtk_widget_add_css_class (mean, "attention-name");
  gtk_grid_attach (table, mean, (int)n_heads + 1, 0, 1, 1);
  for (guint layer = 0; layer < n_layers; layer++)
    {
      g_autofree char *told = g_strdup_printf (_ ("Mean of layer %u"), layer + 1);

      self->mean_maps[layer]
          = g_object_new (CZ_TYPE_ATTENTION_MAP, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                          "focusable", FALSE, "tooltip-text", told, "margin-start", 6, NULL);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->mean_maps[layer]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, told, -1);
      gtk_grid_attach (table, self->mean_maps[layer], (int)n_heads + 1, (int)layer + 1, 1, 1);
    }
  for (guint i = 0; i < n_all (self); i++)
    self->chosen[i] = TRUE;
}

static void
show_means (CzAttentionGrid *self, gboolean rtl)
{
  const CzAttentionAnswer *answer = self->answer;
  g_autofree gboolean *of_layer = g_new0 (gboolean, n_all (self));

  g_free (self->means);
  self->means = g_new (float, (gsize)self->n_layers * answer->n_tokens);
  for (guint layer = 0; layer < self->n_layers; layer++)
    {
      float *at = self->means + (gsize)layer * answer->n_tokens;
      g_autofree float *mean = NULL;

      for (guint i = 0; i < n_all (self); i++)
        of_layer[i] = i / self->n_heads == layer;
      mean = cz_attention_answer_make_mean (answer, self->base, self->query, of_layer,
                                            self->words_only);
      memcpy (at, mean, answer->n_tokens * sizeof (float));
      cz_attention_map_show (CZ_ATTENTION_MAP (self->mean_maps[layer]), at, answer->n_tokens,
                             self->base != NULL, rtl);
    }
}

void
cz_attention_grid_show (CzAttentionGrid *self,
                        CzAttentionAnswer *answer,
                        CzAttentionAnswer *base,
                        guint query,
                        gboolean words_only)
{
  gboolean rtl = cz_attention_answer_is_rtl (answer);

  if (answer->n_layers != self->n_layers || answer->n_heads != self->n_heads)
    make_cells (self, answer->n_layers, answer->n_heads);
  cz_attention_answer_ref (answer);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  self->answer = answer;
  if (base != NULL)
    cz_attention_answer_ref (base);
  g_clear_pointer (&self->base, cz_attention_answer_unref);
  self->base = base;
  self->query = query;
  self->words_only = words_only;
  g_free (self->rows);
  self->rows = cz_attention_answer_make_rows (answer, base, query, words_only);
  for (guint i = 0; i < n_all (self); i++)
    {
      GtkWidget *map = get_cell (self, 1 + i / self->n_heads, 1 + i % self->n_heads);
      g_autofree char *told = describe (self, i);

      cz_attention_map_show (CZ_ATTENTION_MAP (map), self->rows + (gsize)i * answer->n_tokens,
                             answer->n_tokens, base != NULL, rtl);
      gtk_accessible_update_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_LABEL, told,
                                      -1);
    }
  show_means (self, rtl);
  show_chosen (self);
  g_signal_emit (self, pointed_signal, 0);
}

// ---- Life ----

static void
cz_attention_grid_dispose (GObject *object)
{
  CzAttentionGrid *self = CZ_ATTENTION_GRID (object);

  if (self->table != NULL)
    clear_cells (self);
  g_clear_pointer (&self->table, gtk_widget_unparent);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  g_clear_pointer (&self->base, cz_attention_answer_unref);
  g_clear_pointer (&self->rows, g_free);
  g_clear_pointer (&self->means, g_free);
  G_OBJECT_CLASS (cz_attention_grid_parent_class)->dispose (object);
}

static void
cz_attention_grid_class_init (CzAttentionGridClass *klass)
{
  static const struct
  {
    guint key;
    int down, across;
  } moves[] = {
    { GDK_KEY_Up, -1, 0 },
    { GDK_KEY_Down, 1, 0 },
    { GDK_KEY_Left, 0, -1 },
    { GDK_KEY_Right, 0, 1 },
    { GDK_KEY_Home, 0, -G_MAXINT16 },
    { GDK_KEY_End, 0, G_MAXINT16 },
    { GDK_KEY_Page_Up, -G_MAXINT16, 0 },
    { GDK_KEY_Page_Down, G_MAXINT16, 0 },
  };
  static const guint choices[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_attention_grid_dispose;
  widget_class->focus = cz_attention_grid_focus;
  widget_class->grab_focus = cz_attention_grid_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "attention-grid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  chosen_signal = g_signal_new ("chosen-changed", CZ_TYPE_ATTENTION_GRID, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
  pointed_signal = g_signal_new ("pointed", CZ_TYPE_ATTENTION_GRID, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move, "(ii)", moves[i].down,
                                  moves[i].across);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      gtk_widget_class_add_binding (widget_class, choices[i], 0, choose_by_key, "b", FALSE);
      gtk_widget_class_add_binding (widget_class, choices[i], GDK_CONTROL_MASK, choose_by_key, "b",
                                    TRUE);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, choose_all, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, choose_all, NULL);
}

static void
cz_attention_grid_init (CzAttentionGrid *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->pointed = -1;
  self->table = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->table), 2);
  gtk_grid_set_row_spacing (GTK_GRID (self->table), 2);
  gtk_widget_set_parent (self->table, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Heads of each layer"), -1);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect (click, "pressed", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
