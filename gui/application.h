// The application: one window over one library, the options of its command line, and the actions
// that belong to no page (help, shortcuts, about, quit).
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_APPLICATION (cz_application_get_type ())
G_DECLARE_FINAL_TYPE (CzApplication, cz_application, CZ, APPLICATION, AdwApplication)

CzApplication *cz_application_new (void);

G_END_DECLS
