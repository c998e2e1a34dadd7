#include "gui/playground/attention-matrix.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/playground/attention-scale.h"

#define NAMES    88 // pixels for the tokens' names at the side and above
#define SMALLEST 12 // pixels of a cell
#define LARGEST  26

struct _CzAttentionMatrix
{
  GtkWidget parent_instance;
  CzAttentionAnswer *answer; // NULL: nothing yet
  float *values;             // (n_tokens, n_tokens), query × key
  guint query;
  gboolean difference;
  guint cursor_query, cursor_key;
  int pointed_query, pointed_key; // under the pointer, -1: none
};

G_DEFINE_FINAL_TYPE (CzAttentionMatrix, cz_attention_matrix, GTK_TYPE_WIDGET)

static guint query_signal, pointed_signal;

static guint
n_tokens (CzAttentionMatrix *self)
{
  return self->answer != NULL ? self->answer->n_tokens : 0;
}

static float
cell_size (CzAttentionMatrix *self)
{
  float room = (float)gtk_widget_get_width (GTK_WIDGET (self)) - NAMES;

  return (float)CLAMP (floor (room / (float)MAX (n_tokens (self), 1)), SMALLEST, LARGEST);
}

// Where a cell is: text that begins at the right has its names there too.
static graphene_rect_t
get_area (CzAttentionMatrix *self, guint query, guint key)
{
  float size = cell_size (self), x = NAMES + size * (float)key;

  if (cz_attention_answer_is_rtl (self->answer))
    x = size * (float)(n_tokens (self) - 1 - key);
  return GRAPHENE_RECT_INIT (x, NAMES + size * (float)query, size, size);
}

// ---- Drawing ----

static PangoLayout *
make_name (CzAttentionMatrix *self, guint token)
{
  PangoLayout *layout
      = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->answer->tokens[token].piece);
  PangoAttrList *attributes = pango_attr_list_new ();
  float size = MIN (cell_size (self) - 1, 13);

  pango_attr_list_insert (attributes, pango_attr_size_new_absolute ((int)(size * PANGO_SCALE)));
  if (token == self->query)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_width (layout, (NAMES - 6) * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static void
draw_names (CzAttentionMatrix *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  gboolean rtl = cz_attention_answer_is_rtl (self->answer);
  float size = cell_size (self), side = size * (float)n_tokens (self);

  for (guint i = 0; i < n_tokens (self); i++)
    {
      g_autoptr (PangoLayout) layout = make_name (self, i);
      graphene_rect_t area = get_area (self, i, i);
      PangoRectangle extents;

      pango_layout_get_pixel_extents (layout, NULL, &extents);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot, &GRAPHENE_POINT_INIT (rtl ? side + 4 - (float)extents.x
                                              : NAMES - 4 - (float)(extents.x + extents.width),
                                          area.origin.y + (size - (float)extents.height) / 2));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot,
          &GRAPHENE_POINT_INIT (area.origin.x + (size - (float)extents.height) / 2, NAMES - 4));
      gtk_snapshot_rotate (snapshot, -90);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-(float)extents.x, 0));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
    }
}

// The cell under the pointer, else that of the cursor; FALSE where there is neither.
static gboolean
get_pointed (CzAttentionMatrix *self, guint *ret_query, guint *ret_key)
{
  if (self->answer == NULL)
    return FALSE;
  if (self->pointed_query >= 0)
    {
      *ret_query = (guint)self->pointed_query;
      *ret_key = (guint)self->pointed_key;
      return TRUE;
    }
  *ret_query = self->cursor_query;
  *ret_key = self->cursor_key;
  return gtk_widget_has_visible_focus (GTK_WIDGET (self));
}

static void
cz_attention_matrix_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzAttentionMatrix *self = CZ_ATTENTION_MATRIX (widget);
  CzAttentionScale scale = cz_attention_scale_get_current (widget);
  guint n = n_tokens (self), query, key;
  float side = cell_size (self) * (float)n;
  graphene_rect_t area;
  GdkRGBA line = scale.foreground;

  if (n == 0)
    return;
  for (guint i = 0; i < n * n; i++)
    {
      GdkRGBA color = cz_attention_scale_get (&scale, self->values[i]);

      if (fabsf (self->values[i]) < 1e-4f)
        continue;
      area = get_area (self, i / n, i % n);
      gtk_snapshot_append_color (snapshot, &color, &area);
    }
  draw_names (self, snapshot, &scale.foreground);
  area = get_area (self, 0, cz_attention_answer_is_rtl (self->answer) ? n - 1 : 0);
  area.size.width = area.size.height = side;
  line.alpha = 0.3f;
  cz_attention_scale_draw_frame (snapshot, &area, &line, 1, 0);
  line.alpha = 1;
  area.origin.y = get_area (self, self->query, 0).origin.y;
  area.size.height = cell_size (self);
  cz_attention_scale_draw_frame (snapshot, &area, &line, 2, 0);
  if (get_pointed (self, &query, &key))
    {
      area = get_area (self, query, key);
      graphene_rect_inset (&area, -1, -1);
      cz_attention_scale_draw_frame (snapshot, &area, &line, 2, 0);
    }
}

static void
cz_attention_matrix_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  int n = (int)n_tokens (CZ_ATTENTION_MATRIX (widget)), size = LARGEST;

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    size = CLAMP ((for_size - NAMES) / MAX (n, 1), SMALLEST, LARGEST);
  *minimum = NAMES + n * (orientation == GTK_ORIENTATION_HORIZONTAL ? SMALLEST : size);
  *natural = NAMES + n * size;
  *minimum_baseline = *natural_baseline = -1;
}

static GtkSizeRequestMode
cz_attention_matrix_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

// ---- Pointer and keys ----

static gboolean
find_cell (CzAttentionMatrix *self, double x, double y, int *ret_query, int *ret_key)
{
  guint n = n_tokens (self);
  double size = cell_size (self), across;
  int query, key;

  if (n == 0)
    return FALSE;
  across = cz_attention_answer_is_rtl (self->answer) ? size * n - x : x - NAMES;
  query = (int)floor ((y - NAMES) / size);
  key = (int)floor (across / size);
  if (query < 0 || key < 0 || query >= (int)n || key >= (int)n)
    return FALSE;
  *ret_query = query;
  *ret_key = key;
  return TRUE;
}

static void
tell_pointed (CzAttentionMatrix *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, pointed_signal, 0);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzAttentionMatrix *self)
{
  int query = -1, key = -1;

  find_cell (self, x, y, &query, &key);
  if (query == self->pointed_query && key == self->pointed_key)
    return;
  self->pointed_query = query;
  self->pointed_key = key;
  tell_pointed (self);
}

static void
pointer_left (GtkEventControllerMotion *motion, CzAttentionMatrix *self)
{
  self->pointed_query = self->pointed_key = -1;
  tell_pointed (self);
}

static void
clicked (GtkGestureClick *click, int n, double x, double y, CzAttentionMatrix *self)
{
  int query, key;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!find_cell (self, x, y, &query, &key))
    return;
  self->cursor_query = (guint)query;
  self->cursor_key = (guint)key;
  g_signal_emit (self, query_signal, 0, self->cursor_query);
}

static gboolean
move (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionMatrix *self = CZ_ATTENTION_MATRIX (widget);
  int last = (int)n_tokens (self) - 1, down, across;

  if (last < 0)
    return FALSE;
  g_variant_get (args, "(ii)", &down, &across);
  if (cz_attention_answer_is_rtl (self->answer))
    across = -across;
  self->cursor_query = (guint)CLAMP ((int)self->cursor_query + down, 0, last);
  self->cursor_key = (guint)CLAMP ((int)self->cursor_key + across, 0, last);
  tell_pointed (self);
  return TRUE;
}

static gboolean
choose (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzAttentionMatrix *self = CZ_ATTENTION_MATRIX (widget);

  if (self->answer == NULL)
    return FALSE;
  g_signal_emit (self, query_signal, 0, self->cursor_query);
  return TRUE;
}

char *
cz_attention_matrix_describe_pointed (CzAttentionMatrix *self)
{
  guint query, key;
  g_autofree char *number = NULL;

  if (!get_pointed (self, &query, &key))
    return NULL;
  number = cz_attention_write (self->values[query * n_tokens (self) + key], self->difference);
  // Translators: the token that looks, the one that is looked at, how much.
  return g_strdup_printf (_ ("“%s” → “%s”: %s"), self->answer->tokens[query].piece,
                          self->answer->tokens[key].piece, number);
}

// ---- Life ----

static void
cz_attention_matrix_dispose (GObject *object)
{
  CzAttentionMatrix *self = CZ_ATTENTION_MATRIX (object);

  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  g_clear_pointer (&self->values, g_free);
  G_OBJECT_CLASS (cz_attention_matrix_parent_class)->dispose (object);
}

static void
cz_attention_matrix_class_init (CzAttentionMatrixClass *klass)
{
  static const struct
  {
    guint key;
    int down, across;
  } moves[] = { { GDK_KEY_Up, -1, 0 },
                { GDK_KEY_Down, 1, 0 },
                { GDK_KEY_Left, 0, -1 },
                { GDK_KEY_Right, 0, 1 },
                { GDK_KEY_Home, 0, -CZ_ATTENTION_MATRIX_MOST },
                { GDK_KEY_End, 0, CZ_ATTENTION_MATRIX_MOST } };
  static const guint choices[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_attention_matrix_dispose;
  widget_class->snapshot = cz_attention_matrix_snapshot;
  widget_class->measure = cz_attention_matrix_measure;
  widget_class->get_request_mode = cz_attention_matrix_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "attention-matrix");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  query_signal = g_signal_new ("query-chosen", CZ_TYPE_ATTENTION_MATRIX, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  pointed_signal = g_signal_new ("pointed", CZ_TYPE_ATTENTION_MATRIX, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move, "(ii)", moves[i].down,
                                  moves[i].across);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    gtk_widget_class_add_binding (widget_class, choices[i], 0, choose, NULL);
}

static void
cz_attention_matrix_init (CzAttentionMatrix *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->pointed_query = self->pointed_key = -1;
  // The names' side goes with the text, not with the window's language.
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect (click, "pressed", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (tell_pointed), NULL);
  cz_attention_scale_follow (GTK_WIDGET (self));
}

void
cz_attention_matrix_show (CzAttentionMatrix *self,
                          CzAttentionAnswer *answer,
                          const CzAttentionAnswer *base,
                          guint layer,
                          guint head,
                          guint query,
                          gboolean words_only)
{
  guint n = answer->n_tokens;

  if (n != n_tokens (self))
    {
      self->cursor_query = query;
      self->cursor_key = 0;
      self->pointed_query = self->pointed_key = -1;
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  cz_attention_answer_ref (answer);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  self->answer = answer;
  self->query = query;
  self->values = g_renew (float, self->values, (gsize)n *n);
  self->difference = base != NULL;
  for (guint i = 0; i < n; i++)
    cz_attention_answer_copy_row (answer, base, layer, head, i, words_only,
                                  self->values + (gsize)i * n);
  tell_pointed (self);
}
