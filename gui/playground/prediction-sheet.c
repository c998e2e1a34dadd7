#include "gui/playground/prediction-sheet.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/experiments/run-dot.h"
#include "gui/playground/divergence-label.h"
#include "gui/playground/epoch-slider.h"
#include "gui/playground/prediction-words.h"

// The grid's rows: the names, the sliders, what is filled together, then for each mask these.
enum
{
  ROW_NAME,
  ROW_SLIDER,
  ROW_JOINT,
  N_HEAD_ROWS
};

enum
{
  ROW_HEADING,
  ROW_DIVERGENCE,
  ROW_TARGETS,
  ROW_TOP,
  ROW_WORDS,
  ROW_MOVED,
  N_MASK_ROWS
};

typedef struct
{
  CzPlaygroundModel *model; // a copy
  CzEpochSlider *slider;    // NULL: nothing to slide over
  char *title;              // with where the slider stands
  CzPredictionList *joint;
  GPtrArray *sections;        // of Section, one a mask
  CzPredictionAnswer *answer; // shown, the caller's; valid while it is shown
} Column;

typedef struct
{
  CzDivergenceLabel *divergence;
  CzPredictionList *targets, *top, *words, *moved;
  GPtrArray *ranked; // of CzPredictionPhrase, not owned: the targets in the order shown
} Section;

struct _CzPredictionSheet
{
  GtkWidget parent_instance;
  CzPlayground *playground; // the page's
  GtkWidget *grid;
  GPtrArray *columns;  // of Column
  GPtrArray *headings; // of GtkWidget, one a mask, not owned
};

G_DEFINE_FINAL_TYPE (CzPredictionSheet, cz_prediction_sheet, GTK_TYPE_WIDGET)

static guint epoch_changed_signal;

static void
section_free (gpointer data)
{
  Section *section = data;

  g_clear_pointer (&section->ranked, g_ptr_array_unref);
  g_free (section);
}

static void
column_free (gpointer data)
{
  Column *column = data;

  g_free (column->model->model);
  g_free (column->model->title);
  g_free (column->model);
  g_free (column->title);
  g_ptr_array_unref (column->sections);
  g_free (column);
}

// ---- Into the text ----

// Where a list stands, so that its words find their mask.
static void
mark_place (gpointer list, guint column, guint mask)
{
  g_object_set_data (list, "column", GUINT_TO_POINTER (column));
  g_object_set_data (list, "mask", GUINT_TO_POINTER (mask));
}

static CzPredictionMask *
find_mask (CzPredictionSheet *self, gpointer list, Column **ret_column, guint *ret_mask)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (list, "column"));

  *ret_mask = GPOINTER_TO_UINT (g_object_get_data (list, "mask"));
  *ret_column = column < self->columns->len ? self->columns->pdata[column] : NULL;
  return *ret_column != NULL && (*ret_column)->answer != NULL
             ? cz_prediction_answer_get_mask ((*ret_column)->answer, *ret_mask)
             : NULL;
}

static void
chosen (CzPredictionSheet *self, guint index, CzPredictionList *list)
{
  Column *column;
  guint m;
  CzPredictionMask *mask = find_mask (self, list, &column, &m);
  Section *section;

  if (mask == NULL)
    return;
  section = column->sections->pdata[m];
  if (list == section->top && index < mask->top->len)
    cz_playground_insert (self->playground, m,
                          ((CzPredictionWord *)mask->top->pdata[index])->token);
  else if (list == section->moved && index < mask->moved->len)
    cz_playground_insert (self->playground, m,
                          ((CzPredictionMove *)mask->moved->pdata[index])->token);
  else if (list == section->words && index < mask->words->len)
    cz_playground_insert (self->playground, m,
                          ((CzPredictionPhrase *)mask->words->pdata[index])->word);
  else if (list == section->targets && section->ranked != NULL && index < section->ranked->len)
    cz_playground_insert (self->playground, m,
                          ((CzPredictionPhrase *)section->ranked->pdata[index])->word);
}

static void
joint_chosen (CzPredictionSheet *self, guint index, CzPredictionList *list)
{
  Column *column;
  guint m;
  g_auto (GStrv) pieces = NULL;

  find_mask (self, list, &column, &m);
  if (column == NULL || column->answer == NULL || index >= column->answer->joint->len)
    return;
  pieces = g_strdupv (((CzPredictionPhrase *)column->answer->joint->pdata[index])->pieces);
  // From the last mask on, so that the places of the others stay.
  for (guint i = g_strv_length (pieces); i > 0; i--)
    cz_playground_insert (self->playground, i - 1, pieces[i - 1]);
}

// ---- Columns ----

static void
name_column (Column *column)
{
  const char *at = column->slider != NULL ? cz_epoch_slider_get_model (column->slider) : NULL;

  g_free (column->title);
  if (at == NULL || g_str_equal (at, column->model->model))
    column->title = g_strdup (column->model->title);
  else
    // Translators: a model's name, and a moment of its training.
    column->title = g_strdup_printf (_ ("%s, %s"), column->model->title,
                                     cz_epoch_slider_get_title (column->slider));
}

static void
slid (CzPredictionSheet *self, CzEpochSlider *slider)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = self->columns->pdata[i];

      if (column->slider != slider)
        continue;
      name_column (column);
      g_signal_emit (self, epoch_changed_signal, 0, i);
      return;
    }
}

static CzPredictionList *
add_list (CzPredictionSheet *self,
          const char *heading,
          guint column,
          guint mask,
          int row,
          GCallback callback)
{
  guint color = ((Column *)self->columns->pdata[column])->model->color;
  GtkWidget *list = cz_prediction_list_new (heading, color, TRUE);

  mark_place (list, column, mask);
  g_signal_connect_object (list, "chosen", callback, self, G_CONNECT_SWAPPED);
  gtk_grid_attach (GTK_GRID (self->grid), list, (int)column, row, 1, 1);
  return CZ_PREDICTION_LIST (list);
}

static void
add_section (CzPredictionSheet *self, guint index)
{
  Column *column = self->columns->pdata[index];
  guint mask = column->sections->len;
  int row = N_HEAD_ROWS + (int)mask * N_MASK_ROWS;
  Section *section = g_new0 (Section, 1);

  section->divergence = CZ_DIVERGENCE_LABEL (cz_divergence_label_new ());
  gtk_grid_attach (GTK_GRID (self->grid), GTK_WIDGET (section->divergence), (int)index,
                   row + ROW_DIVERGENCE, 1, 1);
  section->targets
      = add_list (self, _ ("Words to score"), index, mask, row + ROW_TARGETS, G_CALLBACK (chosen));
  section->top = add_list (self, NULL, index, mask, row + ROW_TOP, G_CALLBACK (chosen));
  section->words = add_list (self, _ ("Words of several pieces"), index, mask, row + ROW_WORDS,
                             G_CALLBACK (chosen));
  section->moved
      = add_list (self, _ ("Moved most"), index, mask, row + ROW_MOVED, G_CALLBACK (chosen));
  g_ptr_array_add (column->sections, section);
}

static void
add_heading (CzPredictionSheet *self)
{
  guint mask = self->headings->len;
  g_autofree char *text = g_strdup_printf (_ ("Mask %u"), mask + 1);
  GtkWidget *heading = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (heading, "dim-label");
  gtk_widget_set_margin_top (heading, 6);
  gtk_grid_attach (GTK_GRID (self->grid), heading, 0,
                   N_HEAD_ROWS + (int)mask * N_MASK_ROWS + ROW_HEADING, (int)self->columns->len, 1);
  g_ptr_array_add (self->headings, heading);
}

static void
add_column (CzPredictionSheet *self, const CzPlaygroundModel *model)
{
  Column *column = g_new0 (Column, 1);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = cz_run_dot_new ();
  GtkWidget *name = gtk_label_new (model->title);
  int at = (int)self->columns->len;
  GtkWidget *slider
      = cz_epoch_slider_new (cz_playground_get_workbench (self->playground), model->model);

  column->model = g_new0 (CzPlaygroundModel, 1);
  column->model->model = g_strdup (model->model);
  column->model->title = g_strdup (model->title);
  column->model->color = model->color;
  column->sections = g_ptr_array_new_with_free_func (section_free);
  g_ptr_array_add (self->columns, column);
  cz_run_dot_set_color (CZ_RUN_DOT (dot), model->color);
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_tooltip_text (name, model->title);
  gtk_box_append (GTK_BOX (head), dot);
  gtk_box_append (GTK_BOX (head), name);
  gtk_widget_set_hexpand (head, TRUE);
  gtk_widget_set_size_request (head, 180, -1);
  gtk_grid_attach (GTK_GRID (self->grid), head, at, ROW_NAME, 1, 1);
  if (slider != NULL)
    {
      column->slider = CZ_EPOCH_SLIDER (slider);
      g_signal_connect_object (slider, "changed", G_CALLBACK (slid), self, G_CONNECT_SWAPPED);
      gtk_grid_attach (GTK_GRID (self->grid), slider, at, ROW_SLIDER, 1, 1);
    }
  name_column (column);
  column->joint = add_list (self, _ ("Masks filled together"), (guint)at, 0, ROW_JOINT,
                            G_CALLBACK (joint_chosen));
}

void
cz_prediction_sheet_make_columns (CzPredictionSheet *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  g_ptr_array_set_size (self->columns, 0);
  g_ptr_array_set_size (self->headings, 0);
  for (guint i = 0; i < models->len; i++)
    add_column (self, models->pdata[i]);
}

guint
cz_prediction_sheet_get_n_columns (CzPredictionSheet *self)
{
  return self->columns->len;
}

const char *
cz_prediction_sheet_get_model (CzPredictionSheet *self, guint column)
{
  Column *found = self->columns->pdata[column];

  return found->slider != NULL ? cz_epoch_slider_get_model (found->slider) : found->model->model;
}

const char *
cz_prediction_sheet_get_title (CzPredictionSheet *self, guint column)
{
  return ((Column *)self->columns->pdata[column])->title;
}

// ---- Showing ----

static double
find_target (CzPredictionMask *mask, const char *word)
{
  for (guint i = 0; mask != NULL && i < mask->targets->len; i++)
    {
      const CzPredictionPhrase *phrase = mask->targets->pdata[i];

      if (g_str_equal (phrase->word, word))
        return phrase->log_probability;
    }
  return -INFINITY;
}

static int
by_first_model (gconstpointer a, gconstpointer b, gpointer data)
{
  const CzPredictionPhrase *x = *(const CzPredictionPhrase *const *)a;
  const CzPredictionPhrase *y = *(const CzPredictionPhrase *const *)b;
  double first = find_target (data, x->word), second = find_target (data, y->word);

  return first > second ? -1 : first < second;
}

// Of all columns at a mask: words to score have a scale of their own, as they may be rare.
static double
get_highest_target (CzPredictionSheet *self, guint m)
{
  double highest = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = self->columns->pdata[i];
      CzPredictionMask *mask
          = column->answer != NULL ? cz_prediction_answer_get_mask (column->answer, m) : NULL;

      for (guint t = 0; mask != NULL && t < mask->targets->len; t++)
        highest = fmax (highest,
                        exp (((CzPredictionPhrase *)mask->targets->pdata[t])->log_probability));
    }
  return highest;
}

static void
show_section (CzPredictionSheet *self,
              guint index,
              guint m,
              double full,
              const char *base,
              CzPredictionMask *first,
              guint top,
              gboolean ranked,
              gboolean moved)
{
  Column *column = self->columns->pdata[index];
  Section *section = column->sections->pdata[m];
  CzPredictionMask *mask
      = column->answer != NULL ? cz_prediction_answer_get_mask (column->answer, m) : NULL;

  g_clear_pointer (&section->ranked, g_ptr_array_unref);
  if (mask != NULL)
    {
      section->ranked = g_ptr_array_new ();
      for (guint i = 0; i < mask->targets->len; i++)
        g_ptr_array_add (section->ranked, mask->targets->pdata[i]);
      if (ranked)
        g_ptr_array_sort_with_data (section->ranked, by_first_model, first);
    }
  if (index > 0)
    cz_divergence_label_show (section->divergence,
                              mask != NULL && base != NULL ? mask->divergence : NAN,
                              mask != NULL && base != NULL ? mask->note : NULL, base);
  else
    cz_divergence_label_show (
        section->divergence, NAN,
        self->columns->len > 1 && mask != NULL ? _ ("The others are compared with it") : NULL,
        NULL);
  cz_prediction_words_show_targets (section->targets, section->ranked, get_highest_target (self, m),
                                    base);
  cz_prediction_words_show_top (section->top, mask, top, full, base, TRUE);
  cz_prediction_words_show_together (section->words, mask != NULL ? mask->words : NULL);
  cz_prediction_words_show_moved (section->moved, moved && base != NULL ? mask : NULL, base);
}

void
cz_prediction_sheet_show (
    CzPredictionSheet *self, GPtrArray *answers, guint top, gboolean ranked, gboolean moved)
{
  guint n_masks = 0;
  double full = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = self->columns->pdata[i];

      column->answer = i < answers->len ? answers->pdata[i] : NULL;
      if (column->answer == NULL)
        continue;
      n_masks = MAX (n_masks, column->answer->masks->len);
      // One scale for all columns, so that bars compare.
      full = fmax (full, cz_prediction_answer_get_highest (column->answer));
    }
  while (self->headings->len < n_masks)
    add_heading (self);
  for (guint m = 0; m < self->headings->len; m++)
    gtk_widget_set_visible (self->headings->pdata[m], m < n_masks && n_masks > 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = self->columns->pdata[i], *first = self->columns->pdata[0];
      const char *base = i > 0 && first->answer != NULL ? first->title : NULL;

      while (column->sections->len < n_masks)
        add_section (self, i);
      for (guint m = 0; m < column->sections->len; m++)
        show_section (self, i, m, full, base,
                      first->answer != NULL ? cz_prediction_answer_get_mask (first->answer, m)
                                            : NULL,
                      top, ranked, moved);
      cz_prediction_words_show_together (column->joint,
                                         column->answer != NULL ? column->answer->joint : NULL);
    }
}

// ---- Life ----

static void
cz_prediction_sheet_dispose (GObject *object)
{
  g_clear_pointer (&CZ_PREDICTION_SHEET (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_prediction_sheet_parent_class)->dispose (object);
}

static void
cz_prediction_sheet_finalize (GObject *object)
{
  CzPredictionSheet *self = CZ_PREDICTION_SHEET (object);

  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->headings);
  G_OBJECT_CLASS (cz_prediction_sheet_parent_class)->finalize (object);
}

static void
cz_prediction_sheet_class_init (CzPredictionSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_sheet_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_prediction_sheet_finalize;
  epoch_changed_signal = g_signal_new ("epoch-changed", CZ_TYPE_PREDICTION_SHEET, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_prediction_sheet_init (CzPredictionSheet *self)
{
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->headings = g_ptr_array_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 20);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 12);
  gtk_widget_set_valign (self->grid, GTK_ALIGN_START);
  gtk_widget_set_margin_end (self->grid, 9); // the scroll bar's
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}

GtkWidget *
cz_prediction_sheet_new (CzPlayground *playground)
{
  CzPredictionSheet *self = g_object_new (CZ_TYPE_PREDICTION_SHEET, NULL);

  self->playground = playground;
  return GTK_WIDGET (self);
}
