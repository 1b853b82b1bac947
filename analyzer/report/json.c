// The stable format. Keys come in one order and are absent where their value is unknown; `path` and `fixes` are always arrays.
// Bytes that are not UTF-8 become U+FFFD, because JSON has no way to write them and a finding must not get lost.
#include "report/report.h"

#include <glib.h>
#include <jansson.h>

static void put(json_t *object, const char *key, json_t *value) {
    ENSURE(json_object_set_new(object, key, value) == 0);
}

static void put_text(json_t *object, const char *key, const char *text) {
    if (!text)
        return;
    char *valid = g_utf8_make_valid(text, -1);
    put(object, key, json_string(valid));
    g_free(valid);
}

static void put_number(json_t *object, const char *key, int64_t number) {
    put(object, key, json_integer(number));
}

static void append(json_t *array, json_t *value) {
    ENSURE(json_array_append_new(array, value) == 0);
}

static void put_start(json_t *object, const struct place *place) {
    put_text(object, "file", place->file);
    put_number(object, "line", place->line);
    put_number(object, "column", place->column);
}

static void put_place(json_t *object, const struct place *place) {
    put_start(object, place);
    put_number(object, "endLine", place->end_line);
    put_number(object, "endColumn", place->end_column);
}

static json_t *path_of(const struct diag *diag) {
    json_t *path = json_array();
    for (uint32_t i = 0; i < diag->path_count; i++) {
        json_t *step = json_object();
        put_start(step, &diag->path[i].place);
        put_text(step, "message", diag->path[i].message);
        append(path, step);
    }
    return path;
}

static json_t *fixes_of(const struct diag *diag) {
    json_t *fixes = json_array();
    if (!diag->fix_message)
        return fixes;
    json_t *edits = json_array();
    for (uint32_t i = 0; i < diag->edit_count; i++) {
        json_t *edit = json_object();
        put_place(edit, &diag->edits[i].place);
        put_text(edit, "text", diag->edits[i].text);
        append(edits, edit);
    }
    json_t *fix = json_object();
    put_text(fix, "message", diag->fix_message);
    put(fix, "edits", edits);
    append(fixes, fix);
    return fixes;
}

static json_t *diagnostic(const struct diag *diag) {
    json_t *object = json_object();
    put_text(object, "rule", diag->rule);
    put_text(object, "severity", severity_name(diag->severity));
    put_text(object, "grade", diag->grade);
    put_place(object, &diag->place);
    put_text(object, "function", diag->function);
    put_text(object, "message", diag->message);
    put_text(object, "help", diag->help);
    if (diag->upstream_ns >= 0)
        put_number(object, "upstreamNs", diag->upstream_ns);
    if (diag->bound_ns >= 0)
        put_number(object, "boundNs", diag->bound_ns);
    put(object, "path", path_of(diag));
    put(object, "fixes", fixes_of(diag));
    put_text(object, "fingerprint", diag->fingerprint);
    return object;
}

static json_t *head(const struct report *report) {
    json_t *tool = json_object(), *units = json_object(), *object = json_object();
    put_text(tool, "name", "timeoutlint");
    put_text(tool, "version", report->version);
    put_number(units, "analysed", report->units_analysed);
    put_number(units, "failed", report->units_failed);
    put_number(units, "cached", report->units_cached);
    put_number(object, "version", 1);
    put(object, "tool", tool);
    put(object, "complete", json_boolean(report->complete));
    put(object, "units", units);
    return object;
}

static json_t *failures_of(const struct report *report) {
    json_t *failures = json_array();
    for (unsigned i = 0; i < report->failure_count; i++) {
        json_t *failure = json_object();
        put_text(failure, "file", report->failures[i].file);
        put_text(failure, "message", report->failures[i].message);
        append(failures, failure);
    }
    return failures;
}

static int add_to_buf(const char *data, size_t size, void *out) {
    buf_add(out, data, size);
    return 0;
}

static void write_json(const struct report *report, struct buf *out) {
    json_t *root = head(report), *diagnostics = json_array();
    put(root, "failures", failures_of(report));
    for (size_t i = 0; i < report->diags->items.len; i++)
        append(diagnostics, diagnostic(&report->diags->items.items[i]));
    put(root, "diagnostics", diagnostics);
    ENSURE(json_dump_callback(root, add_to_buf, out, JSON_INDENT(2)) == 0);
    buf_putc(out, '\n');
    json_decref(root);
}

const struct report_writer report_json = {"json", write_json};
