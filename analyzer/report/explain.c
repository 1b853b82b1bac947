// The documentation of a rule for the terminal. The texts of rule.h are shown as they are written, under one heading each.
#include "report/report.h"

static void add_section(struct buf *out, const char *heading, const char *text) {
    buf_printf(out, "\n## %s\n\n%s", heading, text);
    if (buf_text(out)[out->len - 1] != '\n')
        buf_putc(out, '\n');
}

bool report_explain(const struct rule *rule, FILE *stream, struct err *err) {
    struct buf out = {0};
    buf_printf(&out, "# %s: %s\n\nDefault: %s", rule->id, rule->title, severity_name(rule->severity));
    if (rule->cwe)
        buf_printf(&out, ". Weakness: %s", rule->cwe);
    buf_putc(&out, '\n');
    add_section(&out, "What it finds", rule->doc.what);
    add_section(&out, "Why it matters", rule->doc.why);
    add_section(&out, "Bad", rule->doc.bad);
    add_section(&out, "Good", rule->doc.good);
    add_section(&out, "How to fix it", rule->doc.fix);
    add_section(&out, "Limits", rule->doc.limits);
    bool ok = report_print(&out, stream, err);
    buf_done(&out);
    return ok;
}
