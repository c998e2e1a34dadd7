#include "gui/playground/epoch-slider.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gui/models/model-item.h"
#include "gui/playground/known-model.h"

typedef struct
{
  gint64 step;
  char *model; // as cloze names it
  char *title;
} Stop;

struct _CzEpochSlider
{
  GtkWidget parent_instance;
  GPtrArray *stops; // of Stop, in the order of training
  guint at;
  GtkWidget *scale;
  GtkWidget *place;
};

G_DEFINE_FINAL_TYPE (CzEpochSlider, cz_epoch_slider, GTK_TYPE_WIDGET)

static guint changed_signal;

// ---- Stops ----

static void
stop_free (gpointer data)
{
  Stop *stop = data;

  g_free (stop->model);
  g_free (stop->title);
  g_free (stop);
}

// What is kept at the same step is one stop with both names; `model` is asked there if it is one of
// them.
static void
add_stop (GPtrArray *stops, gint64 step, const char *name, const char *title, const char *model)
{
  Stop *stop;

  for (guint i = 0; i < stops->len; i++)
    {
      g_autofree char *both = NULL;

      stop = stops->pdata[i];
      if (stop->step != step)
        continue;
      both = g_strdup_printf ("%s · %s", stop->title, title);
      g_free (stop->title);
      stop->title = g_steal_pointer (&both);
      if (g_str_equal (name, model))
        {
          g_free (stop->model);
          stop->model = g_strdup (name);
        }
      return;
    }
  stop = g_new0 (Stop, 1);
  stop->step = step;
  stop->model = g_strdup (name);
  stop->title = g_strdup (title);
  g_ptr_array_add (stops, stop);
}

static int
by_step (gconstpointer a, gconstpointer b)
{
  const Stop *x = *(const Stop *const *)a, *y = *(const Stop *const *)b;

  return x->step < y->step ? -1 : x->step > y->step;
}

// The model a run began with: by its name as long as the library has it, else by its folder.
static char *
name_base (CzWorkbench *workbench, const CzRun *run)
{
  CzModelItem *item = cz_workbench_find_model (workbench, run->model_id);

  return g_strdup (item != NULL ? cz_model_item_get (item)->name : run->model_folder);
}

static gint64
find_step (GPtrArray *checkpoints, const CzRun *run, const char *which)
{
  gint64 epoch = g_str_has_prefix (which, "epoch:")
                     ? g_ascii_strtoll (which + strlen ("epoch:"), NULL, 10)
                     : 0;

  if (g_str_equal (which, "last"))
    return run->step;
  for (guint i = 0; checkpoints != NULL && i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = checkpoints->pdata[i];

      if (epoch > 0 ? g_str_equal (checkpoint->kind, "epoch") && lround (checkpoint->epoch) == epoch
                    : g_str_equal (checkpoint->kind, which))
        return checkpoint->step;
    }
  return run->best_step;
}

static GPtrArray *
list_stops (CzWorkbench *workbench, CzRunItem *item, const char *model)
{
  const CzRun *run = cz_run_item_get (item);
  g_autoptr (GPtrArray) checkpoints
      = cz_run_list_checkpoints (cz_workbench_get_library (workbench), run->id, NULL);
  g_auto (GStrv) kept = cz_known_model_list_kept (workbench, item);
  g_autofree char *base = name_base (workbench, run);
  GPtrArray *stops = g_ptr_array_new_with_free_func (stop_free);

  if (base != NULL)
    add_stop (stops, 0, base, _ ("Before training"), model);
  // Epochs first: where the best is one of them, it is called after it.
  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; kept[i] != NULL; i++)
        {
          g_autofree char *name = g_strdup_printf ("run:%" PRId64 "@%s", run->id, kept[i]);
          g_autofree char *title = cz_known_model_name_kept (kept[i]);

          if (g_str_has_prefix (kept[i], "epoch:") == (pass == 0))
            add_stop (stops, find_step (checkpoints, run, kept[i]), name, title, model);
        }
    }
  g_ptr_array_sort (stops, by_step);
  return stops;
}

// ---- The slider ----

static void
show_place (CzEpochSlider *self)
{
  const Stop *stop = self->stops->pdata[self->at];

  gtk_label_set_label (GTK_LABEL (self->place), stop->title);
  gtk_widget_set_tooltip_text (self->scale, stop->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  stop->title, -1);
}

static void
moved (CzEpochSlider *self)
{
  guint at = (guint)CLAMP (lround (gtk_range_get_value (GTK_RANGE (self->scale))), 0,
                           (long)self->stops->len - 1);

  if (at == self->at)
    return;
  self->at = at;
  show_place (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
cz_epoch_slider_dispose (GObject *object)
{
  CzEpochSlider *self = CZ_EPOCH_SLIDER (object);

  g_clear_pointer (&self->place, gtk_widget_unparent);
  g_clear_pointer (&self->scale, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_epoch_slider_parent_class)->dispose (object);
}

static void
cz_epoch_slider_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_EPOCH_SLIDER (object)->stops);
  G_OBJECT_CLASS (cz_epoch_slider_parent_class)->finalize (object);
}

static void
cz_epoch_slider_class_init (CzEpochSliderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_epoch_slider_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_epoch_slider_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_EPOCH_SLIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cz_epoch_slider_init (CzEpochSlider *self)
{
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
cz_epoch_slider_new (CzWorkbench *workbench, const char *model)
{
  CzRunItem *item
      = g_str_has_prefix (model, "run:")
            ? cz_workbench_find_run (workbench, g_ascii_strtoll (model + strlen ("run:"), NULL, 10))
            : NULL;
  g_autoptr (GPtrArray) stops = item != NULL ? list_stops (workbench, item, model) : NULL;
  CzEpochSlider *self;

  if (stops == NULL || stops->len < 2)
    return NULL;
  self = g_object_new (CZ_TYPE_EPOCH_SLIDER, NULL);
  self->stops = g_steal_pointer (&stops);
  self->at = self->stops->len - 1;
  for (guint i = 0; i < self->stops->len; i++)
    {
      if (g_str_equal (((Stop *)self->stops->pdata[i])->model, model))
        self->at = i;
    }
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, self->stops->len - 1, 1);
  gtk_scale_set_draw_value (GTK_SCALE (self->scale), FALSE);
  gtk_range_set_round_digits (GTK_RANGE (self->scale), 0);
  for (guint i = 0; i < self->stops->len; i++)
    gtk_scale_add_mark (GTK_SCALE (self->scale), i, GTK_POS_BOTTOM, NULL);
  gtk_range_set_value (GTK_RANGE (self->scale), self->at);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("When during training"), -1);
  gtk_widget_set_parent (self->scale, GTK_WIDGET (self));
  self->place = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->place), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->place), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->place, "caption");
  gtk_widget_add_css_class (self->place, "dim-label");
  gtk_widget_set_parent (self->place, GTK_WIDGET (self));
  show_place (self);
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (moved), self);
  return GTK_WIDGET (self);
}

const char *
cz_epoch_slider_get_model (CzEpochSlider *self)
{
  return ((Stop *)self->stops->pdata[self->at])->model;
}

const char *
cz_epoch_slider_get_title (CzEpochSlider *self)
{
  return ((Stop *)self->stops->pdata[self->at])->title;
}
