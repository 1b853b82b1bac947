// A growable byte buffer, always followed by a NUL that is not counted. All zero is a valid empty buffer.
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; // NULL while empty
    size_t len, cap;
};

void buf_done(struct buf *buf);
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *format, ...);
// The text so far, "" while empty. Valid until the next change.
const char *buf_text(const struct buf *buf);

#endif
