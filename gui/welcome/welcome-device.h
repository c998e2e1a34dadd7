// What this computer is and how long it takes for the course's run, from steps that are measured in
// the background and remembered in the library.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_WELCOME_DEVICE (cz_welcome_device_get_type ())
G_DECLARE_FINAL_TYPE (CzWelcomeDevice, cz_welcome_device, CZ, WELCOME_DEVICE, AdwBin)

void cz_welcome_device_set_workbench (CzWelcomeDevice *self, CzWorkbench *workbench);

// Begins to measure what isn't known yet; ends what is being measured, since the processor is
// wanted for something else or nobody looks.
void cz_welcome_device_measure (CzWelcomeDevice *self);
void cz_welcome_device_stop (CzWelcomeDevice *self);

G_END_DECLS
