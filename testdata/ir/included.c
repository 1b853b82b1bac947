// Definitions in included files: external ones always, static and inline ones when something refers to them.
#include "included.h"
static int counter = 5;
extern int never_touched;
_Thread_local int per_thread;
int shared;

int run(void) {
    shared = header_constant;
    return used_inline(counter) + elsewhere + per_thread;
}
