#include "gui/playground/attention-table.h"

#include <string.h>

#include "gui/playground/attention-scale.h"

#define MARGIN 24.0f // around a picture, and between its parts

// As RFC 4180 wants it.
static void
add_field (GString *csv, const char *field)
{
  if (strpbrk (field, ",\"\r\n") == NULL)
    {
      g_string_append (csv, field);
      return;
    }
  g_string_append_c (csv, '"');
  for (const char *at = field; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *at);
    }
  g_string_append_c (csv, '"');
}

static void
add_rows (GString *csv,
          const CzAttentionAnswer *answer,
          guint query,
          const gboolean *chosen,
          gboolean words_only)
{
  g_autofree float *rows
      = cz_attention_answer_make_rows (answer, NULL /* base */, query, words_only);

  for (guint i = 0; i < answer->n_layers * answer->n_heads; i++)
    {
      for (guint key = 0; chosen[i] && key < answer->n_tokens; key++)
        {
          char number[G_ASCII_DTOSTR_BUF_SIZE];

          if (words_only && cz_attention_answer_is_special (answer, key))
            continue;
          add_field (csv, answer->model != NULL ? answer->model : "");
          g_string_append_printf (csv, ",%u,%u,%u,", i / answer->n_heads + 1,
                                  i % answer->n_heads + 1, query + 1);
          add_field (csv, answer->tokens[query].piece);
          g_string_append_printf (csv, ",%u,", key + 1);
          add_field (csv, answer->tokens[key].piece);
          g_string_append_c (csv, ',');
          g_string_append (csv, g_ascii_formatd (number, sizeof number, "%.6g",
                                                 (double)rows[(gsize)i * answer->n_tokens + key]));
          g_string_append_c (csv, '\n');
        }
    }
}

char *
cz_attention_table_write (CzAttentionAnswer *const *answers,
                          guint n,
                          guint query,
                          const gboolean *chosen,
                          gboolean words_only)
{
  GString *csv = g_string_new ("model,layer,head,from,from_token,to,to_token,probability\n");

  for (guint i = 0; i < n; i++)
    {
      if (answers[i]->n_layers == answers[0]->n_layers && answers[i]->n_heads == answers[0]->n_heads
          && query < answers[i]->n_tokens)
        add_rows (csv, answers[i], query, chosen, words_only);
    }
  return g_string_free (csv, FALSE);
}

GdkTexture *
cz_attention_picture_make (GtkWidget *const *widgets, guint n)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  GtkNative *native = gtk_widget_get_native (widgets[0]);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;
  CzAttentionScale scale = cz_attention_scale_get_current (widgets[0]);
  float width = 0, height = MARGIN;

  if (renderer == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      width = MAX (width, (float)gtk_widget_get_width (widgets[i]));
      height += (float)gtk_widget_get_height (widgets[i]) + MARGIN;
    }
  gtk_snapshot_append_color (snapshot, &scale.background,
                             &GRAPHENE_RECT_INIT (0, 0, width + 2 * MARGIN, height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (MARGIN, MARGIN));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widgets[i]);

      gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widgets[i]),
                              gtk_widget_get_height (widgets[i]));
      gtk_snapshot_translate (
          snapshot, &GRAPHENE_POINT_INIT (0, (float)gtk_widget_get_height (widgets[i]) + MARGIN));
    }
  node = gtk_snapshot_to_node (snapshot);
  return node != NULL ? gsk_renderer_render_texture (
             renderer, node, &GRAPHENE_RECT_INIT (0, 0, width + 2 * MARGIN, height))
                      : NULL;
}
