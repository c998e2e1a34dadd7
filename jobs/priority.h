#pragma once

#include <glib.h>

// Makes this thread, and those that it and its libraries start from now on, give way to what people
// do at the machine: nice 5, processor time in batches, the disk last. What is lower already stays.
// Never fails: a system that does not let it is as it was.
void cz_priority_lower (void);
// The same to the utmost, for what goes on beside a run: nice 19, and of the disk what nobody else
// wants.
void cz_priority_lower_most (void);
