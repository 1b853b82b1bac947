#include "report/report.h"

#include <errno.h>
#include <string.h>

static const struct report_writer *const writers[] = {&report_text, &report_gcc, &report_json};

const struct report_writer *report_find_format(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(writers); i++)
        if (strcmp(writers[i]->name, name) == 0)
            return writers[i];
    return NULL;
}

void report_add_format_names(struct buf *out) {
    for (size_t i = 0; i < ARRAY_LEN(writers); i++)
        buf_printf(out, "%s%s", i ? ", " : "", writers[i]->name);
}

bool report_write(const struct report *report, const struct report_writer *writer, FILE *stream, struct err *err) {
    struct buf out = {0};
    writer->write(report, &out);
    bool ok = report_print(&out, stream, err);
    buf_done(&out);
    return ok;
}

bool report_print(const struct buf *text, FILE *stream, struct err *err) {
    if (fwrite(buf_text(text), 1, text->len, stream) == text->len && fflush(stream) == 0)
        return true;
    return err_set(err, "cannot write the report: %s", strerror(errno));
}
