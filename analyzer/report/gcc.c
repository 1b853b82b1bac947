// One line for each finding, as compilers print them: for quickfix lists and problem matchers.
#include "report/glyph.h"
#include "report/report.h"

static void write_gcc(const struct report *report, struct buf *out) {
    for (size_t i = 0; i < report->diags->items.len; i++) {
        const struct diag *diag = &report->diags->items.items[i];
        glyph_add_line(out, diag->place.file);
        buf_printf(out, ":%u:%u: %s: ", diag->place.line, diag->place.column, severity_name(diag->severity));
        glyph_add_line(out, diag->message);
        buf_printf(out, " [%s]\n", diag->rule);
    }
}

const struct report_writer report_gcc = {"gcc", write_gcc};
