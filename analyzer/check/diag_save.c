// See diag_save.h. A number is eight bytes in the machine's order; a text its length (-1: NULL) and its bytes. The same table of
// members writes and reads.
#include "check/diag_save.h"

#include <string.h>

void diag_save_number(struct buf *out, int64_t number) {
    buf_add(out, &number, sizeof number);
}

void diag_save_text(struct buf *out, const char *text) {
    diag_save_number(out, text ? (int64_t)strlen(text) : -1);
    if (text)
        buf_puts(out, text);
}

bool diag_load_number(const char **at, const char *end, int64_t *ret_number) {
    if ((size_t)(end - *at) < sizeof *ret_number)
        return false;
    memcpy(ret_number, *at, sizeof *ret_number);
    *at += sizeof *ret_number;
    return true;
}

bool diag_load_text(const char **at, const char *end, struct arena *arena, const char **ret_text) {
    int64_t len;
    if (!diag_load_number(at, end, &len) || len < -1 || len > end - *at)
        return false;
    *ret_text = len < 0 ? NULL : arena_strndup(arena, *at, (size_t)len);
    *at += len < 0 ? 0 : len;
    return true;
}

// ---- in and out with one description: `out` is NULL where it reads ----

struct moving {
    struct buf *out;
    const char *at, *end;
    struct arena *arena;
    bool failed;
};

static void move_text(struct moving *m, const char **text) {
    if (m->out)
        diag_save_text(m->out, *text);
    else if (!m->failed)
        m->failed = !diag_load_text(&m->at, m->end, m->arena, text);
}

static void move_number(struct moving *m, int64_t *number) {
    if (m->out)
        diag_save_number(m->out, *number);
    else if (!m->failed)
        m->failed = !diag_load_number(&m->at, m->end, number);
}

static void move_small(struct moving *m, uint32_t *number) {
    int64_t wide = *number;
    move_number(m, &wide);
    m->failed |= wide < 0 || wide > UINT32_MAX;
    *number = m->failed ? 0 : (uint32_t)wide;
}

static void move_place(struct moving *m, struct place *place) {
    move_text(m, &place->file);
    move_small(m, &place->line);
    move_small(m, &place->column);
    move_small(m, &place->end_line);
    move_small(m, &place->end_column);
}

// The number of entries of a list, which cannot be more than the bytes that are left.
static uint32_t move_count(struct moving *m, uint32_t *count) {
    move_small(m, count);
    m->failed |= !m->out && *count > (size_t)(m->end - m->at);
    if (m->failed)
        *count = 0;
    return *count;
}

_Static_assert(sizeof(void *) != 8 || sizeof(struct diag) == 160, "struct diag has changed: move_diag must know every member");

static void move_diag(struct moving *m, struct diag *diag) {
    const char **texts[] = {&diag->rule, &diag->grade, &diag->function, &diag->message, &diag->help, &diag->fix_message, &diag->fingerprint_key};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        move_text(m, texts[i]);
    move_place(m, &diag->place);
    move_number(m, &diag->upstream_ns);
    move_number(m, &diag->bound_ns);
    uint32_t steps = move_count(m, &diag->path_count), edits = move_count(m, &diag->edit_count);
    if (!m->out) {
        diag->path = arena_array(m->arena, struct diag_step, steps);
        diag->edits = arena_array(m->arena, struct diag_edit, edits);
    }
    for (uint32_t i = 0; i < steps; i++) {
        move_place(m, &diag->path[i].place);
        move_text(m, &diag->path[i].message);
    }
    for (uint32_t i = 0; i < edits; i++) {
        move_place(m, &diag->edits[i].place);
        move_text(m, &diag->edits[i].text);
    }
    m->failed |= !m->out && (!diag->rule || !diag->place.file || !diag->message);
}

void diag_save(const struct diags *diags, struct buf *out) {
    struct moving m = {.out = out};
    diag_save_number(out, (int64_t)diags->items.len);
    for (size_t i = 0; i < diags->items.len; i++) {
        struct diag copy = diags->items.items[i];
        move_diag(&m, &copy);
    }
}

bool diag_load(const char **at, const char *end, struct diags *diags) {
    int64_t count = 0;
    struct moving m = {.at = *at, .end = end, .arena = &diags->arena};
    move_number(&m, &count);
    for (int64_t i = 0; i < count && !m.failed; i++) {
        struct diag diag = {0};
        move_diag(&m, &diag);
        if (!m.failed)
            vec_push(&diags->items, diag);
    }
    *at = m.at;
    return !m.failed;
}
