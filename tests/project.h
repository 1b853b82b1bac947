// A project on the disk, for tests of what is shared by its units.
#ifndef TESTS_PROJECT_H
#define TESTS_PROJECT_H

#include "base/mem.h"
#include "frontend/database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

struct project {
    char folder[64];
    struct arena arena;
    struct database db;
};

static const char *write_file(struct project *p, const char *name, const char *text) {
    char *path = arena_printf(&p->arena, "%s/%s", p->folder, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
    return path;
}

#endif
