#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_done(struct buf *buf) {
    free(buf->data);
    *buf = (struct buf){0};
}

static void reserve(struct buf *buf, size_t more) {
    if (buf->len + more + 1 > buf->cap)
        buf->data = vec_grow(buf->data, &buf->cap, buf->len + more + 1, 1);
}

void buf_add(struct buf *buf, const void *data, size_t len) {
    reserve(buf, len);
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c) {
    buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ENSURE(len >= 0);
    reserve(buf, (size_t)len);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

const char *buf_text(const struct buf *buf) {
    return buf->data ? buf->data : "";
}
