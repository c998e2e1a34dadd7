#include "gui/models/model-view.h"

#include <glib/gi18n.h>

#include "gui/corpora/library-task.h"
#include "gui/front-page.h"
#include "gui/models/model-check.h"
#include "gui/models/model-compare.h"
#include "gui/models/model-family.h"
#include "gui/models/model-forms.h"
#include "gui/models/model-layers.h"
#include "gui/models/model-origin.h"
#include "gui/models/model-overview.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzModelView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzWorkBar *bar;         // the page's
  CzModelItem *item;
  gulong watching;           // its "changed"
  CzModelCheck *check;       // what its folder holds; NULL: not known yet
  GCancellable *cancellable; // of looking at it
  GtkWidget *back_button;
  GtkLabel *name_label;
  GtkLabel *facts_label;
  GtkLabel *trouble_label;
  GMenu *others; // of the menu: what other rooms of the window do with a model
  GtkStack *views;
  CzModelOverview *overview;
  CzModelLayers *layers;
  CzModelFamily *family;
  CzModelCompare *comparison;
};

G_DEFINE_FINAL_TYPE (CzModelView, cz_model_view, ADW_TYPE_BIN)

static guint back_signal;

static const CzModel *
get_model (CzModelView *self)
{
  return cz_model_item_get (self->item);
}

// ---- Showing ----

static void
show_head (CzModelView *self)
{
  const CzModel *model = get_model (self);
  g_autofree char *size = cz_numbers_short (model->parameters);
  g_autofree char *origin = cz_model_origin_tell (self->workbench, model);
  // Translators: a number of parameters ("67.0 M"), and where a model came from.
  g_autofree char *facts = g_strdup_printf (_ ("%s parameters · %s"), size, origin);

  gtk_label_set_label (self->name_label, model->name);
  gtk_label_set_label (self->facts_label, facts);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->facts_label), facts);
}

static void
show_trouble (CzModelView *self)
{
  const char *trouble = self->check != NULL ? self->check->trouble : NULL;

  gtk_label_set_label (self->trouble_label, trouble != NULL ? trouble : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_label), trouble != NULL);
}

// An item of the menu that is there only where the window has the action.
static void
add_other (CzModelView *self, const char *label, const char *action)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", get_model (self)->name);
  g_menu_item_set_attribute (item, "hidden-when", "s", "action-missing");
  g_menu_append_item (self->others, item);
}

static void
show_actions (CzModelView *self)
{
  static const char *const usable[]
      = { "model.try", "model.adapt", "model.duplicate", "model.export" };
  gboolean whole = !cz_model_item_is_missing (self->item)
                   && (self->check == NULL || self->check->trouble == NULL);
  gboolean shipped = g_strcmp0 (get_model (self)->origin, "shipped") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (usable); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), usable[i], whole);
  // Damaged files are what verifying tells of.
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.verify",
                                 !cz_model_item_is_missing (self->item));
  // The program's own keeps its name, and comes back with the next start.
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.rename", !shipped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.remove", !shipped);
  g_menu_remove_all (self->others);
  if (whole)
    {
      add_other (self, _ ("Add domain _words…"), "win.extend-model");
      add_other (self, _ ("_Push to the Hub…"), "win.push-model");
    }
}

static void
show_all (CzModelView *self)
{
  show_head (self);
  show_trouble (self);
  show_actions (self);
  cz_model_overview_show (self->overview, self->item, self->check);
}

static void
checked (GObject *object, GAsyncResult *result, gpointer data)
{
  CzModelView *self = CZ_MODEL_VIEW (object);
  g_autoptr (CzModelCheck) check = cz_model_check_finish (result, NULL);

  if (check == NULL || self->item == NULL
      || g_strcmp0 (check->folder, get_model (self)->folder) != 0)
    return;
  // What stands there already stays.
  if (self->check != NULL && g_strcmp0 (check->folder, self->check->folder) == 0
      && g_strcmp0 (check->trouble, self->check->trouble) == 0)
    return;
  // What verifying said was of other files.
  if (self->check != NULL)
    cz_model_overview_set_verified (self->overview, NULL, FALSE);
  g_clear_pointer (&self->check, cz_model_check_free);
  self->check = g_steal_pointer (&check);
  show_all (self);
}

static void
look_at_folder (CzModelView *self)
{
  cz_library_task_renew (&self->cancellable);
  cz_model_check_async (self, get_model (self)->folder, self->cancellable, checked);
}

static void
model_changed (CzModelView *self)
{
  show_all (self);
  cz_model_layers_show (self->layers, self->item);
  cz_model_family_show (self->family, self->item);
  cz_model_compare_show (self->comparison, self->item);
  look_at_folder (self);
}

// ---- Verifying ----

typedef struct
{
  CzModelView *view; // a weak pointer
  gint64 id;
  char *name;
} Verifying;

static void
verifying_free (gpointer data)
{
  Verifying *verifying = data;

  g_clear_weak_pointer (&verifying->view);
  g_free (verifying->name);
  g_free (verifying);
}

static void
verified (CzWorkBar *bar, JsonNode *answer, const GError *error, gpointer data)
{
  Verifying *verifying = data;
  CzModelView *self = verifying->view;
  gboolean good = answer != NULL;
  // The command says of the first file that is not as it was what to do.
  const char *told
      = good ? _ ("All files are what they were when the model was added.") : error->message;

  if (self == NULL)
    return;
  if (self->item != NULL && get_model (self)->id == verifying->id)
    cz_model_overview_set_verified (self->overview, told, good);
  else
    {
      // Translators: a model's name, and a sentence.
      g_autofree char *named = g_strdup_printf (_ ("“%s”: %s"), verifying->name, told);

      cz_window_toast (GTK_WIDGET (self), named);
    }
}

static void
verify (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelView *self = CZ_MODEL_VIEW (widget);
  Verifying *verifying = g_new0 (Verifying, 1);
  g_autofree char *title = g_strdup_printf (_ ("Verifying “%s”…"), get_model (self)->name);
  const char *arguments[] = { "model", "verify", get_model (self)->name, NULL };

  g_set_weak_pointer (&verifying->view, self);
  verifying->id = get_model (self)->id;
  verifying->name = g_strdup (get_model (self)->name);
  if (cz_work_bar_ask (self->bar, self->workbench, title, arguments, verified, verifying,
                       verifying_free))
    cz_model_overview_set_verified (self->overview, NULL, FALSE);
  else
    cz_model_form_tell_busy (widget);
}

// ---- Other actions ----

static void
try_it (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.try", "s", get_model (CZ_MODEL_VIEW (widget))->name);
}

static void
adapt (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.adapt-model", "(sx)",
                              get_model (CZ_MODEL_VIEW (widget))->name, (gint64)0);
}

static void
rename_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelView *self = CZ_MODEL_VIEW (widget);

  cz_model_form_rename (widget, self->workbench, get_model (self));
}

static void
duplicate (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelView *self = CZ_MODEL_VIEW (widget);

  cz_model_form_duplicate (widget, self->workbench, self->bar, get_model (self));
}

static void
export_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelView *self = CZ_MODEL_VIEW (widget);

  cz_model_form_export (widget, self->workbench, self->bar, get_model (self));
}

static void
remove_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzModelView *self = CZ_MODEL_VIEW (widget);

  cz_model_form_remove (widget, self->workbench, get_model (self));
}

static void
back_clicked (CzModelView *self)
{
  g_signal_emit (self, back_signal, 0);
}

// ---- Life ----

static void
cz_model_view_dispose (GObject *object)
{
  CzModelView *self = CZ_MODEL_VIEW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->item != NULL)
    g_clear_signal_handler (&self->watching, self->item);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_model_view_parent_class)->dispose (object);
}

static void
cz_model_view_finalize (GObject *object)
{
  cz_model_check_free (CZ_MODEL_VIEW (object)->check);
  G_OBJECT_CLASS (cz_model_view_parent_class)->finalize (object);
}

static void
cz_model_view_class_init (CzModelViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_model_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_model_view_finalize;
  back_signal = g_signal_new ("back", CZ_TYPE_MODEL_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  g_type_ensure (CZ_TYPE_MODEL_COMPARE);
  g_type_ensure (CZ_TYPE_MODEL_FAMILY);
  g_type_ensure (CZ_TYPE_MODEL_LAYERS);
  g_type_ensure (CZ_TYPE_MODEL_OVERVIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, name_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, facts_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, others);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, views);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, overview);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, layers);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, family);
  gtk_widget_class_bind_template_child (widget_class, CzModelView, comparison);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_install_action (widget_class, "model.try", NULL, try_it);
  gtk_widget_class_install_action (widget_class, "model.adapt", NULL, adapt);
  gtk_widget_class_install_action (widget_class, "model.rename", NULL, rename_model);
  gtk_widget_class_install_action (widget_class, "model.duplicate", NULL, duplicate);
  gtk_widget_class_install_action (widget_class, "model.export", NULL, export_model);
  gtk_widget_class_install_action (widget_class, "model.verify", NULL, verify);
  gtk_widget_class_install_action (widget_class, "model.remove", NULL, remove_model);
}

static void
cz_model_view_init (CzModelView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->views);
}

void
cz_model_view_set_workbench (CzModelView *self, CzWorkbench *workbench, CzWorkBar *bar)
{
  self->workbench = workbench;
  self->bar = bar;
  cz_model_overview_set_workbench (self->overview, workbench);
  cz_model_layers_set_workbench (self->layers, workbench);
  cz_model_family_set_workbench (self->family, workbench);
  cz_model_compare_set_workbench (self->comparison, workbench);
}

void
cz_model_view_show (CzModelView *self, CzModelItem *item)
{
  if (item == self->item)
    return;
  if (self->item != NULL)
    g_clear_signal_handler (&self->watching, self->item);
  g_clear_pointer (&self->check, cz_model_check_free);
  g_set_object (&self->item, item);
  cz_model_overview_set_verified (self->overview, NULL, FALSE);
  if (item == NULL)
    {
      cz_model_overview_show (self->overview, NULL, NULL);
      cz_model_layers_show (self->layers, NULL);
      cz_model_family_show (self->family, NULL);
      cz_model_compare_show (self->comparison, NULL);
      return;
    }
  self->watching = g_signal_connect_swapped (item, "changed", G_CALLBACK (model_changed), self);
  model_changed (self);
}

void
cz_model_view_refresh (CzModelView *self)
{
  cz_model_family_refresh (self->family);
}

void
cz_model_view_look_again (CzModelView *self)
{
  if (self->item != NULL)
    look_at_folder (self);
}

void
cz_model_view_set_folded (CzModelView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
