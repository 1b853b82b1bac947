// The whole way from C to the call graph: testdata/program/ is captured and linked as one program, with the shipped models. A comment
// says what a line must give, and no line may give more:
//   // -> f [indirect], g [thread]    targets of the calls on this line, other than direct ones
//   // outside                        the function defined here may be called from outside the program
//   // written                        the variable defined here does not keep its initial value
#include "base/file.h"
#include "frontend/workers.h"
#include "ir/save.h"
#include "ir/verify.h"
#include "program/program.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FOLDER SOURCE_DIR "/testdata/program"

// What is wanted and what was found, as lines "file:line what"; both sorted, without repeats, and compared as texts.
struct facts {
    VEC(char *) items;
};

static void add_fact(struct facts *facts, const char *file, uint32_t line, const char *what, size_t len) {
    struct buf text = {0};
    buf_printf(&text, "%s:%u ", path_name(file), line);
    buf_add(&text, what, len);
    vec_push(&facts->items, mem_strdup(buf_text(&text)));
    buf_done(&text);
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_facts(struct facts *facts, struct buf *out) {
    if (facts->items.len)
        qsort(facts->items.items, facts->items.len, sizeof *facts->items.items, compare_texts);
    for (size_t i = 0; i < facts->items.len; i++)
        if (!i || strcmp(facts->items.items[i], facts->items.items[i - 1]) != 0)
            buf_printf(out, "%s\n", facts->items.items[i]);
    for (size_t i = 0; i < facts->items.len; i++)
        free(facts->items.items[i]);
    vec_done(&facts->items);
}

static void read_comment(struct facts *wanted, const char *file, uint32_t line, const char *comment) {
    if (!strncmp(comment, "outside", 7) || !strncmp(comment, "written", 7))
        add_fact(wanted, file, line, comment, 7);
    if (strncmp(comment, "-> ", 3) != 0)
        return;
    for (const char *item = comment + 3; *item;) {
        size_t len = strcspn(item, ",");
        add_fact(wanted, file, line, item, len);
        item += len;
        item += strspn(item, ", ");
    }
}

static void read_wanted(const char *path, struct facts *wanted) {
    struct buf text = {0};
    struct err err;
    if (!file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.text);
    uint32_t line = 1;
    for (char *at = text.data, *end; *at; at = end + 1, line++) {
        end = at + strcspn(at, "\n");
        *end = '\0';
        char *comment = strstr(at, "// ");
        if (comment)
            read_comment(wanted, path, line, comment + 3);
    }
    buf_done(&text);
}

static const char *const kinds[] = {
    [CALL_DIRECT] = "direct",
    [CALL_INDIRECT] = "indirect", [CALL_BY_TYPE] = "by type", [CALL_THREAD] = "thread", [CALL_CALLBACK] = "callback",
};

static void add_found(struct facts *found, const struct ir_unit *unit, uint32_t loc, const char *what) {
    const struct ir_loc *place = &unit->locs[loc];
    add_fact(found, ir_text(unit, unit->files[place->file].path), place->line, what, strlen(what));
}

static void collect_found(const struct program *p, struct facts *found) {
    for (uint32_t i = 0; i < p->call_count; i++) {
        const struct prog_call *call = &p->calls[i];
        const struct ir_unit *unit = p->units[p->funcs[call->caller].unit].ir;
        char what[128];
        snprintf(what, sizeof what, "%s [%s]", p->funcs[call->callee].name, kinds[call->kind]);
        if (call->kind != CALL_DIRECT)
            add_found(found, unit, unit->insts[call->inst].loc, what);
    }
    for (uint32_t i = 0; i < p->func_count; i++)
        if (p->funcs[i].has_body && p->funcs[i].address_taken)
            add_found(found, p->units[p->funcs[i].unit].ir, p->funcs[i].ir->loc, "outside");
    for (uint32_t i = 0; i < p->global_count; i++) {
        const struct ir_unit *unit = p->units[p->globals[i].unit].ir;
        if (p->globals[i].is_written)
            add_found(found, unit, unit->vars[p->globals[i].var].loc, "written");
    }
}

struct loaded {
    struct database database;
    struct capture_result *results;
    struct ir_unit *units;
    const struct ir_unit **order;
};

static void capture_all(struct loaded *l, const char *const *files, unsigned count) {
    const char *flags[] = {"-w"};
    struct err err;
    if (!database_from_files(FOLDER, files, count, flags, 1, &l->database, &err))
        fail_msg("%s", err.text);
    struct workers_options options = {.program = CAPTURE, .jobs = 1, .unit_limit_ms = 60000};
    struct workers *workers = workers_new(&options);
    l->results = mem_zalloc(count * sizeof *l->results);
    l->units = mem_zalloc(count * sizeof *l->units);
    l->order = mem_zalloc(count * sizeof *l->order);
    if (!workers_run(workers, l->database.commands, count, l->results, &err))
        fail_msg("%s", err.text);
    workers_free(workers);
    for (unsigned i = 0; i < count; i++) {
        if (l->results[i].failure)
            fail_msg("%s", l->results[i].failure);
        if (!ir_load(l->results[i].bytes, l->results[i].size, &l->units[i], &err) || !ir_verify(&l->units[i], &err))
            fail_msg("%s: %s", l->database.commands[i].file, err.text);
        l->order[i] = &l->units[i];
    }
}

static void each_line_gives_what_its_comment_says(void **state) {
    (void)state;
    struct facts wanted = {0}, found = {0};
    const char *files[32];
    unsigned count = 0;
    struct arena arena = {0};
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) && count < ARRAY_LEN(files);) {
        const char *path = arena_printf(&arena, "%s/%s", FOLDER, entry->d_name);
        if (file_is_regular(path))
            read_wanted(path, &wanted);
        if (strlen(path) > 2 && !strcmp(path + strlen(path) - 2, ".c"))
            files[count++] = path;
    }
    closedir(folder);
    struct loaded l = {0};
    capture_all(&l, files, count);
    struct model_set *models;
    struct err err;
    if (!model_set_load(SOURCE_DIR "/rules/models", NULL, 0, &models, &err))
        fail_msg("%s", err.text);
    struct program p;
    program_link(l.order, count, models, &p);
    collect_found(&p, &found);
    struct buf wanted_text = {0}, found_text = {0};
    sort_facts(&wanted, &wanted_text);
    sort_facts(&found, &found_text);
    assert_string_equal(buf_text(&found_text), buf_text(&wanted_text));
    assert_true(wanted_text.len > 1000);
    buf_done(&wanted_text);
    buf_done(&found_text);
    program_done(&p);
    model_set_free(models);
    capture_results_free(l.results, count);
    free(l.units);
    free(l.order);
    database_done(&l.database);
    arena_done(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_gives_what_its_comment_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
