#include "jobs/json-members.h"

#include <math.h>

void
cz_json_add_number (JsonBuilder *builder, double value)
{
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
cz_json_set_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  cz_json_add_number (builder, value);
}

void
cz_json_set_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
cz_json_set_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
cz_json_set_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
cz_json_set_loss (JsonBuilder *builder, const char *name, gint64 step, double cross_entropy)
{
  json_builder_set_member_name (builder, name);
  if (!isfinite (cross_entropy))
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  if (step >= 0)
    cz_json_set_int (builder, "step", step);
  cz_json_set_number (builder, "cross_entropy", cross_entropy);
  cz_json_set_number (builder, "perplexity", exp (cross_entropy));
  json_builder_end_object (builder);
}

void
cz_json_set_rank (JsonBuilder *builder, const char *name, guint rank)
{
  json_builder_set_member_name (builder, name);
  if (rank > 0)
    json_builder_add_int_value (builder, rank);
  else
    json_builder_add_null_value (builder);
}
