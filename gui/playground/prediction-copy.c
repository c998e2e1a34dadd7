#include "gui/playground/prediction-copy.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/csv-cell.h"
#include "engine/format/atomic-file.h"
#include "gui/numbers.h"
#include "gui/playground/prediction-answer.h"
#include "gui/playground/prediction-words.h"
#include "gui/window.h"

// Of a picture: pixels per unit, room around, and the most of a side that cairo draws.
#define PIXELS 2
#define MARGIN 24
#define MOST   32000

// ---- The table ----

static void
add_cell (GString *table, const char *text)
{
  if (table->len > 0 && table->str[table->len - 1] != '\n')
    g_string_append_c (table, ',');
  cz_csv_append_cell (table, text, strlen (text));
}

// An empty cell for what is not known. The first cell of a row is never empty.
static void
add_number (GString *table, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (table, ',');
  if (isfinite (value))
    g_string_append (table, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
}

static void
add_count (GString *table, gint64 count)
{
  g_string_append_c (table, ',');
  if (count > 0)
    g_string_append_printf (table, "%" PRId64, count);
}

static void
begin_row (GString *table,
           const CzPredictionCopy *copy,
           guint column,
           guint mask,
           const char *kind,
           guint rank,
           const char *word)
{
  add_cell (table, copy->text);
  add_cell (table, copy->titles->pdata[column]);
  add_count (table, mask);
  add_cell (table, kind);
  add_count (table, rank);
  add_cell (table, word);
}

static void
add_phrases (GString *table,
             const CzPredictionCopy *copy,
             guint column,
             guint mask,
             const char *kind,
             GPtrArray *phrases)
{
  for (guint i = 0; i < phrases->len; i++)
    {
      const CzPredictionPhrase *phrase = phrases->pdata[i];
      g_autofree char *pieces = cz_prediction_words_join_pieces (phrase);

      begin_row (table, copy, column, mask, kind, i + 1, phrase->word);
      add_cell (table, pieces);
      add_cell (table, "");
      add_number (table, exp (phrase->log_probability));
      add_number (table, phrase->log_probability);
      add_number (table, exp (phrase->before));
      add_cell (table, "");
      add_cell (table, g_str_equal (kind, "target") ? ""
                       : phrase->certain_first      ? "most_certain"
                                                    : "left_to_right");
      add_cell (table, "");
      g_string_append (table, "\r\n");
    }
}

static void
add_mask (GString *table,
          const CzPredictionCopy *copy,
          guint column,
          guint number,
          const CzPredictionMask *mask)
{
  for (guint i = 0; i < mask->top->len; i++)
    {
      const CzPredictionWord *word = mask->top->pdata[i];

      begin_row (table, copy, column, number, "top", word->rank, word->token);
      add_cell (table, word->token);
      add_count (table, word->id);
      add_number (table, word->score);
      add_number (table, word->log_probability);
      add_number (table, word->before);
      add_count (table, word->before_rank);
      add_cell (table, "");
      add_number (table, mask->divergence);
      g_string_append (table, "\r\n");
    }
  for (guint i = 0; i < mask->moved->len; i++)
    {
      const CzPredictionMove *move = mask->moved->pdata[i];

      begin_row (table, copy, column, number, "moved", i + 1, move->token);
      add_cell (table, move->token);
      add_count (table, move->id);
      add_number (table, move->after);
      add_number (table, log (move->after));
      add_number (table, move->before);
      add_cell (table, "");
      add_cell (table, "");
      add_number (table, mask->divergence);
      g_string_append (table, "\r\n");
    }
  add_phrases (table, copy, column, number, "target", mask->targets);
  add_phrases (table, copy, column, number, "pieces", mask->words);
}

char *
cz_prediction_copy_make_csv (const CzPredictionCopy *copy)
{
  GString *table = g_string_new ("text,model,mask,kind,rank,word,pieces,id,probability,"
                                 "log_probability,before,before_rank,order,divergence_bits\r\n");

  for (guint i = 0; i < copy->answers->len && i < copy->titles->len; i++)
    {
      CzPredictionAnswer *answer = copy->answers->pdata[i];

      if (answer == NULL)
        continue;
      for (guint m = 0; m < answer->masks->len; m++)
        add_mask (table, copy, i, m + 1, answer->masks->pdata[m]);
      add_phrases (table, copy, i, 0, "joint", answer->joint);
    }
  return g_string_free (table, FALSE);
}

// ---- For people ----

static void
add_lines (GString *text, const char *heading, GPtrArray *phrases, gboolean ordered)
{
  if (phrases->len > 0)
    g_string_append_printf (text, "  %s\n", heading);
  for (guint i = 0; i < phrases->len; i++)
    {
      const CzPredictionPhrase *phrase = phrases->pdata[i];
      g_autofree char *number = cz_numbers_probability (exp (phrase->log_probability));

      g_string_append_printf (text, "    %s\t%s", phrase->word, number);
      if (ordered)
        g_string_append_printf (text, "\t%s", cz_prediction_words_name_order (phrase));
      g_string_append_c (text, '\n');
    }
}

static void
add_mask_lines (GString *text, const CzPredictionMask *mask)
{
  add_lines (text, _ ("Words to score"), mask->targets, FALSE);
  for (guint i = 0; i < mask->top->len; i++)
    {
      const CzPredictionWord *word = mask->top->pdata[i];
      g_autofree char *number = cz_numbers_probability (word->score);
      g_autofree char *before = isnan (word->before) ? NULL : cz_numbers_probability (word->before);

      g_string_append_printf (text, "    %s\t%s", word->token, number);
      if (before != NULL)
        g_string_append_printf (text, "\t← %s", before);
      g_string_append_c (text, '\n');
    }
  add_lines (text, _ ("Words of several pieces"), mask->words, TRUE);
  if (mask->moved->len > 0)
    g_string_append_printf (text, "  %s\n", _ ("Moved most"));
  for (guint i = 0; i < mask->moved->len; i++)
    {
      const CzPredictionMove *move = mask->moved->pdata[i];
      g_autofree char *before = cz_numbers_probability (move->before);
      g_autofree char *after = cz_numbers_probability (move->after);

      g_string_append_printf (text, "    %s\t%s → %s\n", move->token, before, after);
    }
}

char *
cz_prediction_copy_make_text (const CzPredictionCopy *copy)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n", copy->text);
  for (guint i = 0; i < copy->answers->len && i < copy->titles->len; i++)
    {
      CzPredictionAnswer *answer = copy->answers->pdata[i];

      if (answer == NULL)
        continue;
      g_string_append_printf (text, "\n%s\n", (char *)copy->titles->pdata[i]);
      for (guint m = 0; m < answer->masks->len; m++)
        {
          if (answer->masks->len > 1)
            {
              g_string_append (text, "  ");
              g_string_append_printf (text, _ ("Mask %u"), m + 1);
              g_string_append_c (text, '\n');
            }
          add_mask_lines (text, answer->masks->pdata[m]);
        }
      add_lines (text, _ ("Masks filled together"), answer->joint, TRUE);
    }
  return g_string_free (text, FALSE);
}

// ---- The picture ----

static cairo_status_t
take_bytes (void *data, const unsigned char *bytes, unsigned int n)
{
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

// The text above, the sheet below it, on the window's ground. Drawn by cairo: the window's own
// renderer may refuse what is higher than a texture may be.
static GskRenderNode *
make_node (const CzPredictionCopy *copy, int width, int *ret_height)
{
  GtkStyleContext *style = gtk_widget_get_style_context (copy->sheet);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (copy->sheet);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (copy->sheet, copy->text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  int sheet_height = gtk_widget_get_height (copy->sheet), text_height;
  GdkRGBA ground = { 1, 1, 1, 1 }, ink;

  gtk_style_context_get_color (style, &ink);
  gtk_style_context_lookup_color (style, "window_bg_color", &ground);
  pango_attr_list_insert (attributes, pango_attr_scale_new (1.4));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, NULL, &text_height);
  *ret_height = sheet_height + text_height + 3 * MARGIN;
  gtk_snapshot_append_color (
      snapshot, &ground,
      &GRAPHENE_RECT_INIT (0, 0, (float)(width + 2 * MARGIN), (float)*ret_height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (MARGIN, MARGIN));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float)(text_height + MARGIN)));
  gdk_paintable_snapshot (paintable, snapshot, width, sheet_height);
  return gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
}

GBytes *
cz_prediction_copy_make_picture (const CzPredictionCopy *copy, GError **error)
{
  int width = gtk_widget_get_width (copy->sheet), height = 0;
  GskRenderNode *node = make_node (copy, width, &height);
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  double scale = PIXELS;
  cairo_t *cr;

  // What is too high in full is drawn smaller.
  if (height * scale > MOST)
    scale = (double)MOST / height;
  surface = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, (int)ceil ((width + 2 * MARGIN) * scale), (int)ceil (height * scale));
  cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  if (node != NULL)
    gsk_render_node_draw (node, cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, take_bytes, bytes);
  cairo_surface_destroy (surface);
  g_clear_pointer (&node, gsk_render_node_unref);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The picture could not be drawn: %s"),
               cairo_status_to_string (status));
  return NULL;
}

// ---- The button ----

typedef struct
{
  CzPredictionCopyWanted wanted;
  gpointer owner;
} Source;

typedef enum
{
  COPY_TEXT,
  COPY_TABLE,
  COPY_PICTURE,
  SAVE_TABLE,
  SAVE_PICTURE,
  N_DEEDS
} Deed;

static const char *const deeds[N_DEEDS]
    = { "copy-text", "copy-table", "copy-picture", "save-table", "save-picture" };

// What is written into a file once its path is chosen.
typedef struct
{
  GtkWidget *from; // weak
  GtkFileChooserNative *chooser;
  const char *ending;
  GBytes *bytes;
} Saving;

static void
saving_free (Saving *saving)
{
  g_clear_weak_pointer (&saving->from);
  g_object_unref (saving->chooser);
  g_bytes_unref (saving->bytes);
  g_free (saving);
}

static void
save (Saving *saving, const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  g_autofree char *whole = g_str_has_suffix (lower, saving->ending)
                               ? g_strdup (path)
                               : g_strconcat (path, saving->ending, NULL);
  g_autofree char *name = g_filename_display_basename (whole);
  g_autofree char *told = g_strdup_printf (_ ("“%s” was saved."), name);
  g_autoptr (GError) error = NULL;

  if (cz_atomic_file_save (whole, g_bytes_get_data (saving->bytes, NULL),
                           g_bytes_get_size (saving->bytes), &error))
    cz_window_toast (saving->from, told);
  else
    cz_window_tell_error (saving->from, _ ("Nothing was saved"), error->message);
}

static void
chosen (GtkNativeDialog *dialog, int response, Saving *saving)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (saving->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && saving->from != NULL)
    {
      if (path != NULL)
        save (saving, path);
      else
        cz_window_tell_error (saving->from, _ ("Nothing was saved"),
                              _ ("Choose a folder of this computer."));
    }
  saving_free (saving);
}

static void
choose (GtkWidget *from, const char *title, const char *ending, GBytes *bytes)
{
  Saving *saving = g_new0 (Saving, 1);
  g_autofree char *name = g_strconcat (_ ("predictions"), ending, NULL);

  g_set_weak_pointer (&saving->from, from);
  saving->ending = ending;
  saving->bytes = g_bytes_ref (bytes);
  saving->chooser
      = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (from)),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (saving->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (saving->chooser), TRUE);
  g_signal_connect (saving->chooser, "response", G_CALLBACK (chosen), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (saving->chooser));
}

static void
take_text (GtkWidget *from, const CzPredictionCopy *copy, Deed deed)
{
  g_autofree char *text = deed == COPY_TEXT ? cz_prediction_copy_make_text (copy)
                                            : cz_prediction_copy_make_csv (copy);
  g_autoptr (GBytes) bytes = NULL;

  if (deed != SAVE_TABLE)
    {
      gdk_clipboard_set_text (gtk_widget_get_clipboard (from), text);
      cz_window_toast (from, _ ("The predictions were copied."));
      return;
    }
  bytes = g_bytes_new (text, strlen (text));
  choose (from, _ ("Save the predictions as a table"), ".csv", bytes);
}

static void
take_picture (GtkWidget *from, const CzPredictionCopy *copy, Deed deed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cz_prediction_copy_make_picture (copy, &error);
  g_autoptr (GdkTexture) texture = NULL;

  if (bytes != NULL && deed == SAVE_PICTURE)
    {
      choose (from, _ ("Save the predictions as an image"), ".png", bytes);
      return;
    }
  texture = bytes != NULL ? gdk_texture_new_from_bytes (bytes, &error) : NULL;
  if (texture == NULL)
    {
      cz_window_tell_error (from, _ ("Nothing was copied"), error->message);
      return;
    }
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (from), texture);
  cz_window_toast (from, _ ("The predictions were copied as an image."));
}

static void
activate (GtkWidget *button, Deed deed)
{
  Source *source = g_object_get_data (G_OBJECT (button), "source");
  CzPredictionCopy copy = { 0 };

  source->wanted (source->owner, &copy);
  if (deed == COPY_PICTURE || deed == SAVE_PICTURE)
    take_picture (button, &copy, deed);
  else
    take_text (button, &copy, deed);
  g_ptr_array_unref (copy.titles);
}

static void
activated (GSimpleAction *action, GVariant *parameter, gpointer button)
{
  for (guint i = 0; i < N_DEEDS; i++)
    {
      if (g_str_equal (deeds[i], g_action_get_name (G_ACTION (action))))
        activate (button, i);
    }
}

GtkWidget *
cz_prediction_copy_button_new (CzPredictionCopyWanted wanted, gpointer owner)
{
  static const char *const labels[N_DEEDS] = {
    N_ ("Copy as _text"),     N_ ("Copy as a _table (CSV)"), N_ ("Copy as an _image"),
    N_ ("_Save as a table…"), N_ ("Save as an i_mage…"),
  };
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  Source *source = g_new0 (Source, 1);

  source->wanted = wanted;
  source->owner = owner;
  g_object_set_data_full (G_OBJECT (button), "source", source, g_free);
  for (guint i = 0; i < N_DEEDS; i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (deeds[i], NULL);
      g_autofree char *name = g_strconcat ("copy.", deeds[i], NULL);

      g_signal_connect (action, "activate", G_CALLBACK (activated), button);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
      g_menu_append (menu, _ (labels[i]), name);
    }
  gtk_widget_insert_action_group (button, "copy", G_ACTION_GROUP (group));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "edit-copy-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Copy or save the predictions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy or save the predictions"), -1);
  gtk_widget_set_sensitive (button, FALSE);
  return button;
}

void
cz_prediction_copy_set_ready (GtkWidget *button, gboolean ready)
{
  gtk_widget_set_sensitive (button, ready);
}
