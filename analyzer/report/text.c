// The format for people. The headline of a finding is clang's, so that editors and eyes know it; only headlines start in the
// first column, and all that belongs to one hangs below it, along one gutter:
//
//   src/pay.c:8:14: warning: a fixed 1 s under a deadline of 3 s [nested-timeout]
//       8 |     ctx *c = ctx_with_timeout(parent, 1000);
//         |              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
//      1. src/main.c:12:16: 'handle' sets a deadline of 3 s
//      12 |     ctx *c = ctx_with_timeout(ctx_background(), 3000);
//         |              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
//      help: what to write instead
//
// A line is shown once within a finding. A line that cannot be read, or is shorter than the finding says (the file has changed
// since), is left out. Lines too long for a screen are cut around the place of interest.
#include "report/glyph.h"
#include "report/report.h"
#include "report/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_WIDTH_MAX = 160,
    CONTEXT_BEFORE = 40, // columns kept left of the place in a line that is cut
    GUTTER_MIN = 5,
};

enum style { STYLE_LOCATION, STYLE_NOTE, STYLE_WARNING, STYLE_ERROR, STYLE_MESSAGE, STYLE_GUTTER, STYLE_STEP, STYLE_HELP };

struct text_writer {
    const struct report *report;
    struct buf *out;
    struct source_cache sources;
    VEC(const struct place *) shown; // lines shown within this finding
    int gutter;
};

// A part of a line, in bytes or in columns of the screen, `end` excluded.
struct span {
    unsigned begin, end;
};

static void start_style(struct text_writer *w, enum style style) {
    static const char *const codes[] = {"1", "1;36", "1;35", "1;31", "1", "2", "36", "1;32"};
    if (w->report->color)
        buf_printf(w->out, "\033[%sm", codes[style]);
}

static void end_style(struct text_writer *w) {
    if (w->report->color)
        buf_puts(w->out, "\033[0m");
}

static void put_styled(struct text_writer *w, enum style style, const char *text) {
    start_style(w, style);
    glyph_add_line(w->out, text);
    end_style(w);
}

static enum style severity_style(enum severity severity) {
    return severity == SEVERITY_ERROR ? STYLE_ERROR : severity == SEVERITY_WARNING ? STYLE_WARNING : STYLE_NOTE;
}

static void put_location(struct text_writer *w, enum style style, const struct place *place) {
    start_style(w, style);
    glyph_add_line(w->out, place->file);
    buf_printf(w->out, ":%u:%u:", place->line, place->column);
    end_style(w);
    buf_putc(w->out, ' ');
}

static void put_gutter(struct text_writer *w, uint32_t line, char mark) {
    start_style(w, STYLE_GUTTER);
    if (line)
        buf_printf(w->out, "%*u %c ", w->gutter, line, mark);
    else
        buf_printf(w->out, "%*s %c ", w->gutter, "", mark);
    end_style(w);
}

static bool was_shown(const struct text_writer *w, const struct place *place) {
    for (size_t i = 0; i < w->shown.len; i++)
        if (w->shown.items[i]->line == place->line && strcmp(w->shown.items[i]->file, place->file) == 0)
            return true;
    return false;
}

// Where the bytes [begin, end) of the line are on the screen; returns the width of the whole line.
static unsigned measure(const char *line, size_t len, size_t begin, size_t end, struct span *ret_span) {
    unsigned column = 0;
    struct span span = {0};
    for (size_t i = 0; i < len;) {
        struct glyph glyph;
        glyph_next(line + i, len - i, column, &glyph);
        if (i <= begin)
            span.begin = column;
        column += glyph.width;
        if (i < end)
            span.end = column;
        i += glyph.size;
    }
    if (begin >= len)
        span.begin = column;
    if (span.end <= span.begin)
        span.end = span.begin + 1;
    *ret_span = span;
    return column;
}

static struct span choose_window(unsigned width, struct span span) {
    if (width <= LINE_WIDTH_MAX)
        return (struct span){0, width};
    unsigned begin = span.begin > CONTEXT_BEFORE ? span.begin - CONTEXT_BEFORE : 0;
    if (begin + LINE_WIDTH_MAX > width)
        begin = width - LINE_WIDTH_MAX;
    return (struct span){begin, begin + LINE_WIDTH_MAX};
}

// Returns the column that the first character shown has in the line: a wide one or a tab may straddle the window's edge.
static unsigned put_window(struct text_writer *w, const char *line, size_t len, struct span window) {
    unsigned column = 0, first = UINT32_MAX;
    for (size_t i = 0; i < len;) {
        struct glyph glyph;
        glyph_next(line + i, len - i, column, &glyph);
        if (column >= window.begin && column + glyph.width <= window.end) {
            if (first == UINT32_MAX)
                first = column;
            buf_puts(w->out, glyph.text);
        }
        column += glyph.width;
        i += glyph.size;
    }
    return first == UINT32_MAX ? window.begin : first;
}

static void put_repeated(struct buf *out, char c, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        buf_putc(out, c);
}

// The line, cut around `span` where it is too long; returns the column of the screen at which `span` begins.
static unsigned put_cut_line(struct text_writer *w, const char *line, size_t len, struct span *span) {
    unsigned width = measure(line, len, span->begin, span->end, span);
    struct span window = choose_window(width, *span);
    const char *before = window.begin > 0 ? "... " : "", *after = window.end < width ? " ..." : "";
    buf_puts(w->out, before);
    unsigned shift = put_window(w, line, len, window);
    buf_puts(w->out, after);
    if (span->end > window.end)
        span->end = window.end > span->begin ? window.end : span->begin + 1;
    return (unsigned)strlen(before) + span->begin - shift;
}

static size_t without_trailing_space(const char *line, size_t len) {
    while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
        len--;
    return len;
}

// The line of a place, underlined; the first character of the underline is `first`.
static void put_snippet(struct text_writer *w, const struct place *place, enum style style, char first) {
    size_t len;
    const char *line = source_line(&w->sources, place->file, place->line, &len);
    if (!line || place->column == 0 || place->column > len + 1 || was_shown(w, place))
        return;
    vec_push(&w->shown, place);
    len = without_trailing_space(line, len);
    bool to_the_end = place->end_line > place->line || place->end_column > len;
    struct span span = {place->column - 1, to_the_end ? (unsigned)len : place->end_column ? place->end_column - 1 : 0};
    put_gutter(w, place->line, '|');
    unsigned indent = put_cut_line(w, line, len, &span);
    buf_putc(w->out, '\n');
    put_gutter(w, 0, '|');
    put_repeated(w->out, ' ', indent);
    start_style(w, style);
    buf_putc(w->out, first);
    put_repeated(w->out, '~', span.end - span.begin - 1);
    end_style(w);
    buf_putc(w->out, '\n');
}

static void put_path(struct text_writer *w, const struct diag *diag) {
    for (uint32_t i = 0; i < diag->path_count; i++) {
        buf_printf(w->out, "%*u. ", w->gutter - 1, i + 1);
        put_location(w, STYLE_STEP, &diag->path[i].place);
        glyph_add_line(w->out, diag->path[i].message);
        buf_putc(w->out, '\n');
        put_snippet(w, &diag->path[i].place, STYLE_STEP, '~');
    }
}

// The edits can be shown as one new line where all of them are within one old one, left to right.
static bool edits_fit_one_line(const struct diag *diag, size_t len) {
    uint32_t column = 1;
    for (uint32_t i = 0; i < diag->edit_count; i++) {
        const struct diag_edit *edit = &diag->edits[i];
        const struct place *place = &edit->place;
        if (place->line != diag->edits[0].place.line || place->end_line != place->line || strcmp(place->file, diag->edits[0].place.file) != 0)
            return false;
        if (place->column < column || place->end_column < place->column || place->end_column > len + 1 || strchr(edit->text, '\n'))
            return false;
        column = place->end_column;
    }
    return diag->edit_count > 0;
}

static void put_fixed_line(struct text_writer *w, const struct diag *diag) {
    size_t len, at = 0;
    const char *line = diag->edit_count ? source_line(&w->sources, diag->edits[0].place.file, diag->edits[0].place.line, &len) : NULL;
    if (!line || !edits_fit_one_line(diag, len))
        return;
    struct buf fixed = {0};
    for (uint32_t i = 0; i < diag->edit_count; i++) {
        const struct diag_edit *edit = &diag->edits[i];
        buf_add(&fixed, line + at, edit->place.column - 1 - at);
        buf_puts(&fixed, edit->text);
        at = edit->place.end_column - 1;
    }
    buf_add(&fixed, line + at, len - at);
    put_gutter(w, diag->edits[0].place.line, '+');
    start_style(w, STYLE_HELP);
    put_cut_line(w, buf_text(&fixed), fixed.len, &(struct span){diag->edits[0].place.column - 1, 0});
    end_style(w);
    buf_putc(w->out, '\n');
    buf_done(&fixed);
}

static void put_help(struct text_writer *w, const struct diag *diag) {
    const char *help = diag->help ? diag->help : diag->fix_message;
    if (!help)
        return;
    buf_printf(w->out, "%*s", w->gutter - 2, "");
    put_styled(w, STYLE_HELP, "help: ");
    glyph_add_line(w->out, help);
    buf_putc(w->out, '\n');
    put_fixed_line(w, diag);
}

// Wide enough for the largest line number of the finding.
static int gutter_width(const struct diag *diag) {
    uint32_t largest = diag->place.line;
    for (uint32_t i = 0; i < diag->path_count; i++)
        if (diag->path[i].place.line > largest)
            largest = diag->path[i].place.line;
    int digits = snprintf(NULL, 0, "%u", largest);
    return digits < GUTTER_MIN ? GUTTER_MIN : digits;
}

static void put_diag(struct text_writer *w, const struct diag *diag) {
    enum style style = severity_style(diag->severity);
    w->shown.len = 0;
    w->gutter = gutter_width(diag);
    put_location(w, STYLE_LOCATION, &diag->place);
    start_style(w, style);
    buf_printf(w->out, "%s: ", severity_name(diag->severity));
    end_style(w);
    put_styled(w, STYLE_MESSAGE, diag->message);
    buf_printf(w->out, " [%s]\n", diag->rule);
    put_snippet(w, &diag->place, style, '^');
    put_path(w, diag);
    put_help(w, diag);
    buf_putc(w->out, '\n');
}

static void put_count(struct buf *out, unsigned count, const char *what, bool *first) {
    if (count == 0)
        return;
    buf_printf(out, "%s%u %s%s", *first ? "" : ", ", count, what, count == 1 ? "" : "s");
    *first = false;
}

static void put_summary(const struct report *report, struct buf *out) {
    unsigned counts[SEVERITY_ERROR + 1] = {0};
    for (size_t i = 0; i < report->diags->items.len; i++)
        counts[report->diags->items.items[i].severity]++;
    bool first = true;
    for (enum severity severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--)
        put_count(out, counts[severity], severity_name(severity), &first);
    unsigned analysed = report->units_analysed;
    buf_printf(out, " in %u file%s", analysed, analysed == 1 ? "" : "s");
    if (report->units_failed)
        buf_printf(out, ", %u could not be analysed", report->units_failed);
    buf_putc(out, '\n');
}

static void write_text(const struct report *report, struct buf *out) {
    struct text_writer w = {.report = report, .out = out, .sources.base_dir = report->base_dir};
    for (size_t i = 0; i < report->diags->items.len; i++)
        put_diag(&w, &report->diags->items.items[i]);
    if (report->diags->items.len > 0 && !report->quiet)
        put_summary(report, out);
    vec_done(&w.shown);
    source_cache_done(&w.sources);
}

const struct report_writer report_text = {"text", write_text};
