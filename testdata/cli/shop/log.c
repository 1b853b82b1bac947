// Nothing to report.
#include "shop.h"

#ifdef NEEDS_LOUD
#ifndef LOUD
#error LOUD is not defined
#endif
#endif

static int lines;

void log_line(const char *text)
{
    lines += text[0] != '\0';
}
