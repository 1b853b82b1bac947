// C source to a checked unit, through the capture worker, for tests of what it makes.
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

#include "frontend/workers.h"
#include "ir/inputs.h"
#include "ir/save.h"
#include "ir/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct captured {
    struct capture_result result;
    struct ir_unit unit;
};

static inline struct workers *start_workers(void) {
    struct workers_options options = {.program = CAPTURE, .jobs = 1, .unit_limit_ms = 60000};
    return workers_new(&options);
}

// False where the worker could not make a unit of it; the reason is in ret->result.failure.
static inline bool try_capture(struct workers *workers, const char *directory, const char *file, const char **flags, unsigned flag_count,
                               struct captured *ret) {
    struct compile_command command = {.directory = directory, .file = file, .args = flags, .arg_count = flag_count};
    struct err err;
    memset(ret, 0, sizeof *ret);
    if (!workers_run(workers, &command, 1, &ret->result, &err))
        fail_msg("%s", err.text);
    if (!ret->result.bytes)
        return false;
    if (!ir_load(ret->result.bytes, ret->result.size, &ret->unit, &err) || !ir_verify(&ret->unit, &err))
        fail_msg("%s: %s", file, err.text);
    return true;
}

static inline void capture(struct workers *workers, const char *file, struct captured *ret) {
    if (!try_capture(workers, SOURCE_DIR, file, NULL, 0, ret))
        fail_msg("%s: %s", file, ret->result.failure);
}

static inline void captured_done(struct captured *captured) {
    free(captured->result.bytes);
    free(captured->result.failure);
}

static inline void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline const struct ir_func *func_named(const struct ir_unit *unit, const char *name) {
    for (uint32_t i = 0; i < unit->funcs_count; i++)
        if (!strcmp(ir_text(unit, unit->funcs[i].name), name))
            return &unit->funcs[i];
    fail_msg("no function '%s'", name);
    return NULL;
}

#endif
