// Text of unknown origin (source lines, names, messages) made fit to show. What a terminal would not print as itself is
// spelled out: <U+202E> for a control or invisible character, <E4> for a byte that is not UTF-8. So no source can send
// escape sequences, or hide code from the reader.
#ifndef REPORT_GLYPH_H
#define REPORT_GLYPH_H

#include "base/buf.h"

#include <stddef.h>

struct glyph {
    char text[16];
    unsigned size;  // bytes read from the source
    unsigned width; // columns on the screen
};

// The character at the start of `text` (len > 0), to be shown in this column (from 0: a tab ends at the next multiple of 8).
void glyph_next(const char *text, size_t len, unsigned column, struct glyph *ret_glyph);
// A message or name on one line: line breaks and tabs become spaces.
void glyph_add_line(struct buf *out, const char *text);

#endif
