// What nearly every file of the window includes, compiled once where b_pch is on: reading it takes
// longer than compiling most of them. Each file includes what it needs all the same; the plain
// build, in which b_pch is off, sees to that.
#include <adwaita.h>
