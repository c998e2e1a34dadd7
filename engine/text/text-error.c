#include "engine/text/text-error.h"

GQuark
cz_text_error_quark (void)
{
  return g_quark_from_static_string ("cz-text-error-quark");
}
