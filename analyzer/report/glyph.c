#include "report/glyph.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { TAB_STOP = 8 };

static void set_escape(struct glyph *glyph, const char *format, unsigned value) {
    glyph->width = (unsigned)snprintf(glyph->text, sizeof glyph->text, format, value);
}

void glyph_next(const char *text, size_t len, unsigned column, struct glyph *ret_glyph) {
    *ret_glyph = (struct glyph){.size = 1, .width = 1};
    if (*text == '\t') {
        ret_glyph->width = TAB_STOP - column % TAB_STOP;
        memset(ret_glyph->text, ' ', ret_glyph->width);
        return;
    }
    gunichar c = (unsigned char)*text < 0x80 ? (unsigned char)*text : g_utf8_get_char_validated(text, (gssize)len);
    if (c >= 0x110000) { // glib's two answers for "not UTF-8"
        set_escape(ret_glyph, "<%02X>", (unsigned char)*text);
        return;
    }
    ret_glyph->size = (unsigned)g_unichar_to_utf8(c, NULL);
    if (!g_unichar_isprint(c)) {
        set_escape(ret_glyph, "<U+%04X>", c);
        return;
    }
    memcpy(ret_glyph->text, text, ret_glyph->size);
    ret_glyph->width = g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

void glyph_add_line(struct buf *out, const char *text) {
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        struct glyph glyph;
        glyph_next(text + i, len - i, 0, &glyph);
        buf_puts(out, strchr("\t\r\n", text[i]) ? " " : glyph.text);
        i += glyph.size;
    }
}
