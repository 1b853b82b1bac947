// frontend/: a unit made behind a shared, precompiled prefix is the one made without, byte for byte, and reports the same reads.
// `test_prefix FOLDER...` compares all units of the compilation databases there instead, and says how much time each way took.
#include "project.h"

#include "base/buf.h"
#include "base/file.h"
#include "frontend/prefix/directives.h"
#include "frontend/workers.h"
#include "ir/inputs.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct made {
    struct capture_result *results;
    struct workers_stats stats;
    double seconds;
};

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Some of the commands.
static struct made make_some(struct workers_options options, const struct compile_command *commands, unsigned count) {
    struct made made = {.results = mem_zalloc(count * sizeof *made.results)};
    options.program = CAPTURE;
    options.unit_limit_ms = 60000;
    struct workers *workers = workers_new(&options);
    struct err err;
    double start = cpu_seconds();
    if (!workers_run(workers, commands, count, made.results, &err))
        fail_msg("%s", err.text);
    made.stats = workers_stats(workers);
    workers_free(workers);
    made.seconds = cpu_seconds() - start;
    return made;
}

static struct made make(const char *project, const struct database *db, unsigned jobs, bool without) {
    return make_some((struct workers_options){.project = project, .jobs = jobs, .without_prefixes = without}, db->commands, db->command_count);
}

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

// What was read, each thing once, in an order of its own.
static void read_set(const struct capture_result *result, struct buf *out) {
    struct input input;
    struct arena arena = {0};
    VEC(char *) texts = {0};
    for (const char *at = result->inputs, *end = at + result->inputs_size; inputs_next(&at, end, &input);)
        vec_push(&texts, arena_printf(&arena, "%c %llx %s", input.kind, (unsigned long long)input.hash,
                                      input.kind == INPUT_FILE ? path_absolute(&arena, "/", input.name) : input.name));
    if (texts.len)
        qsort(texts.items, texts.len, sizeof *texts.items, compare_texts);
    for (size_t i = 0; i < texts.len; i++)
        if (!i || strcmp(texts.items[i], texts.items[i - 1]))
            buf_printf(out, "%s\n", texts.items[i]);
    vec_done(&texts);
    arena_done(&arena);
}

static bool is_same(const struct capture_result *a, const struct capture_result *b) {
    if (a->failure || b->failure)
        return a->failure && b->failure && !strcmp(a->failure, b->failure);
    struct buf reads[2] = {{0}, {0}};
    read_set(a, &reads[0]);
    read_set(b, &reads[1]);
    bool same = a->size == b->size && !memcmp(a->bytes, b->bytes, a->size) && !strcmp(buf_text(&reads[0]), buf_text(&reads[1]));
    buf_done(&reads[0]);
    buf_done(&reads[1]);
    return same;
}

// Returns how many units differ.
static unsigned compare(const struct database *db, const struct made *a, const struct made *b) {
    unsigned different = 0;
    for (unsigned i = 0; i < db->command_count; i++) {
        if (is_same(&a->results[i], &b->results[i]))
            continue;
        different++;
        print_error("%s: different with a prefix\n", db->commands[i].file);
    }
    return different;
}

// ---- a project made for the purpose ----

static const struct {
    const char *name, *text;
} files[] = {
    {"common.h", "#ifndef COMMON_H\n#define COMMON_H\n#include <stddef.h>\n#include <string.h>\nstruct ctx { int ms; struct ctx *up; };\n"
                 "static inline int twice(int x) { for (int i = 0; i < 2; i++) x += x; return x; }\n#define EACH(i, n) for (i = 0; i < (n); i++)\n"
                 "#define FOREVER for (;;)\nenum { LIMIT = 3 * 1000 };\nextern int shared_counter;\n#endif\n"},
    {"open.h", "static int opened = __COUNTER__;\n"}, // no guard: read once more, it would not compile
    {"more.h", "#pragma once\n#include \"common.h\"\nstruct more { struct ctx *ctx; long when; };\nint more_get(struct more *);\n"
               "static inline void drop(struct more **p) { *p = 0; }\n"},
    {"body.h", "int defined_in_header(int x) { return x + 1; }\n"},
    {"base.h", "static const char *const base = __BASE_FILE__;\n"},
    {"bad.h", "int broken(\n"},
    {"via.h", "#ifndef VIA_H\n#define VIA_H\n#include \"common.h\"\n#ifdef EARLY\nenum { EARLY_SEEN = 1 };\n#endif\nint via(struct ctx *);\n#endif\n"},
    {"told.h", "#ifndef TOLD_H\n#define TOLD_H\n#include <stddef.h>\n#ifdef TOLD\nenum { VALUE = 1 };\n#else\nenum { VALUE = 2 };\n#endif\n#endif\n"
               "#ifdef TOLD\nWITH_TOLD\n#endif\n"}, // something that does no harm behind the guard
    {"pasted.h", "#ifndef PASTED_H\n#define PASTED_H\n#define GLUE(a, b) a##b\n#if GLUE(PAS, TED) == 3\nenum { VALUE = 1 };\n#else\nenum { VALUE = 2 };\n#endif\n"
                 "#endif\n"},
    {"asks.h", "#ifndef ASKS_H\n#define ASKS_H\n#include \"guard.h\"\nenum { ASKS = 1 };\n#endif\n"},
    {"guard.h", "#ifndef GUARD_H\n#define GUARD_H\n#ifdef ASKS_H\nenum { VALUE = 1 };\n#else\nenum { VALUE = 2 };\n#endif\n#endif\n"},
    {"counted.h", "#ifndef COUNTED_H\n#define COUNTED_H\nint counted(int);\n#endif\nextern int counter;\n"}, // the guard leaves something out
    // what cleans up: defined, only declared, declared twice, declared and defined later
    {"clean.h", "#ifndef CLEAN_H\n#define CLEAN_H\nstruct held { int kept; };\n#define AUTO(name) __attribute__((cleanup(auto_##name)))\n"
                "static inline void auto_inner(int *kept) { *kept = 0; }\n"
                "static inline void auto_held(struct held *held) { AUTO(inner) int kept = held->kept; held->kept = kept + 1; }\n"
                "void auto_far(struct held *);\nvoid auto_twice(struct held *first);\nvoid auto_twice(struct held *second);\n"
                "void auto_here(struct held *);\n#define LOCAL AUTO(local)\n#endif\n"},
    {"pushed.h", "#define SIZE 1\n#pragma push_macro(\"SIZE\")\n#undef SIZE\n#define SIZE 2\n"},
};

// What a group of units starts with, and the rest of each; %u is the unit's number.
static const struct {
    const char *head, *rest;
    unsigned behind; // how many are expected to be made with a prefix
} groups[] = {
    {"#include \"common.h\"\n", "int plain_%u(struct ctx *c) { return twice(c->ms) + LIMIT; }\n", 6},
    {"// a comment\n\n#define _GNU_SOURCE /* another\n one */ 1\n#include <stdio.h> // why\n#include \"open.h\"\n#include \"common.h\"\n",
     "int at_%u(void) { opened++; return __LINE__ + __COUNTER__ + (int)sizeof(__FILE__); }\n", 6},
    {"#include \"common.h\"\n#ifdef LIMITLESS\n#include \"missing.h\"\n#else\n#include \"more.h\"\n#endif\n#ifndef WITHOUT\n#include <errno.h>\n",
     "int open_%u(struct more *m) { int i, n = 0; EACH(i, 3) n += errno; return n + (int)m->when; }\n#else\nint nothing_%u;\n#endif\n", 6},
    {"#define LOOP for (;;)\n#include \"common.h\"\n", "int spelled_%u(int n) { LOOP { if (n++ > 3) return n; } }\n", 6},
    // the longer prefix is given up after a few tries, the shorter one will do
    {"#include \"common.h\"\n#define LOOP for (;;)\n#define PAIR(a, b) a##b\n#include \"more.h\"\n", "int spelled_%u(int n) { LOOP { if (n++ > 3) return n; } }\n", 3},
    {"#include \"more.h\"\n#include \"common.h\"\n",
     "int clean_%u(struct more *m) { __attribute__((cleanup(drop))) struct more *kept = m; return more_get(kept); }\n", 6},
    {"#include \"clean.h\"\n", "int auto_%u(void) { AUTO(held) struct held a = {1}; AUTO(far) struct held b = {2}; return a.kept + b.kept; } // \\", 6},
    {"#include \"clean.h\"\n",
     "void auto_here(struct held *here) { here->kept = 0; }\n"
     "int both_%u(void) { AUTO(here) struct held a = {1}; AUTO(twice) struct held b = {2}; return a.kept + b.kept; }\nvoid auto_here(struct held *);\n", 6},
    // not found in one unit each: a name of a block, and one that is a macro by the end
    {"#include \"clean.h\"\n",
     "extern int body;\n#if %u % 6 == 0\nint block(void) { void auto_local(struct held *); LOCAL struct held a = {1}; return a.kept; }\n#endif\n"
     "int hidden_%u(void) { AUTO(held) struct held a = {1}; return a.kept; }\n#if %u % 6 == 3\n#define auto_held auto_far\n#endif\n", 4},
    {"#define EARLY 7\n#include \"via.h\"\n", "int through_%u(struct ctx *c) { return via(c) + EARLY + EARLY_SEEN; }\n", 6},
    {"#define TOLD\n#define WITH_TOLD\n#define MORE 1\n#include \"told.h\"\n", "int told_%u = VALUE + MORE;\n", 6},
    {"#include \"told.h\"\n", "int untold_%u = VALUE;\n", 6},
    {"#define PASTED 3\n#include \"pasted.h\"\n", "int pasted_%u = VALUE;\n", 6},
    {"#include \"pasted.h\"\n#include <limits.h>\n", "int unpasted_%u = VALUE;\n", 6},
    {"#include \"asks.h\"\n", "int asked_%u = VALUE;\n", 6},
    {"#include \"guard.h\"\n", "int unasked_%u = VALUE;\n", 6},
    {"#define COUNTING 1\n#include \"counted.h\"\n", "int counted_%u(void) { return counter + COUNTING; }\n", 6},
    {"#include \"body.h\"\n", "int caller_%u(void) { return defined_in_header(1); }\n", 0},
    {"#include \"base.h\"\n", "const char *based_%u(void) { return base; }\n", 0},
    {"#include \"bad.h\"\n", "void); int after_%u;\n", 0},
    {"#include \"pushed.h\"\n", "\n#pragma pop_macro(\"SIZE\")\nint size_%u = SIZE;\n", 0},
    {"#ifdef NEVER\n#include \"common.h\"\n", "int never_%u;\n#endif\nint always_%u;\n", 0},
    {"#define SELF\n#include \"common.h\"\n", "#ifndef AGAIN_%u\n#define AGAIN_%u\n#include __FILE__\n#else\nint self_%u;\n#endif\n", 0},
    {"#include \"more.h\"\n", "int wrong_%u(void) { return undeclared + shared_counter; }\n", 0},
};

enum { PER_GROUP = 6, FILES_MAX = ARRAY_LEN(groups) * PER_GROUP };

static char *numbered(struct arena *arena, const char *text, unsigned number) {
    struct buf out = {0};
    for (const char *at = text; *at; at++)
        if (at[0] == '%' && at[1] == 'u') {
            buf_printf(&out, "%u", number);
            at++;
        } else {
            buf_putc(&out, *at);
        }
    char *copy = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return copy;
}

static int set_up(void **state) {
    struct project *p = mem_zalloc(sizeof *p);
    strcpy(p->folder, "/tmp/timeoutlint-test-XXXXXX");
    if (!mkdtemp(p->folder))
        return 1;
    const char *names[FILES_MAX];
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        write_file(p, files[i].name, files[i].text);
    for (unsigned i = 0; i < FILES_MAX; i++) {
        unsigned group = i / PER_GROUP;
        const char *text = arena_printf(&p->arena, "%s%s", groups[group].head, numbered(&p->arena, groups[group].rest, i));
        names[i] = write_file(p, arena_printf(&p->arena, "%c%u.c", 'a' + group, i), text);
    }
    static const char *const flags[] = {"-DONE=1"};
    struct err err;
    if (!database_from_files(p->folder, names, FILES_MAX, flags, 1, &p->db, &err))
        return 1;
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    struct project *p = *state;
    for (unsigned i = 0; i < p->db.command_count; i++)
        unlink(p->db.commands[i].file);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(arena_printf(&p->arena, "%s/%s", p->folder, files[i].name));
    rmdir(p->folder);
    database_done(&p->db);
    arena_done(&p->arena);
    free(p);
    return 0;
}

static void a_prefix_changes_nothing(void **state) {
    struct project *p = *state;
    struct made without = make(p->folder, &p->db, 2, true);
    unsigned expected = 0;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        expected += groups[i].behind;
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        struct made with = make(p->folder, &p->db, jobs, false);
        assert_int_equal(compare(&p->db, &without, &with), 0);
        assert_true(with.stats.prefixes >= 3);
        if (jobs == 1) // else a worker may take a unit while its prefix is in work
            assert_int_equal(with.stats.behind_prefix, expected);
        capture_results_free(with.results, p->db.command_count);
    }
    assert_int_equal(without.stats.prefixes, 0);
    capture_results_free(without.results, p->db.command_count);
}

static void nothing_is_left_behind(void **state) {
    struct project *p = *state;
    char *folder = arena_printf(&p->arena, "%s/tmp", p->folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    struct made made = make(p->folder, &p->db, 2, false);
    assert_true(made.stats.prefixes > 0);
    assert_int_equal(rmdir(folder), 0); // it is empty
    struct made nowhere = make(p->folder, &p->db, 1, false);
    assert_int_equal(nowhere.stats.prefixes, 0);
    assert_int_equal(compare(&p->db, &made, &nowhere), 0);
    unsetenv("TMPDIR");
    capture_results_free(made.results, p->db.command_count);
    capture_results_free(nowhere.results, p->db.command_count);
}

// ---- prefixes that are kept ----

// In memory; who asks for one gets what a test made of it.
struct memory {
    VEC(struct pch_kept) kept;
    unsigned asked;
    enum { WHOLE, CUT, FLIPPED, OTHER } state;
    struct pch_store store;
};

static bool find_kept(void *user, const struct buf *key, uint64_t *ret_id) {
    struct memory *memory = user;
    for (size_t i = memory->kept.len; i-- > 0;) { // the last one under this key
        const struct pch_kept *kept = &memory->kept.items[i];
        if (kept->key.len != key->len || memcmp(kept->key.data, key->data, key->len) != 0)
            continue;
        *ret_id = kept->id;
        return true;
    }
    return false;
}

static bool read_kept(void *user, uint64_t id, struct buf *ret_bytes) {
    struct memory *memory = user;
    memory->asked++;
    for (size_t i = 0; i < memory->kept.len; i++) {
        const struct buf *bytes = &memory->kept.items[i].bytes;
        if ((memory->kept.items[i].id == id) == (memory->state == OTHER))
            continue;
        buf_add(ret_bytes, bytes->data, memory->state == CUT ? bytes->len * (i % 7) / 7 : bytes->len);
        if (memory->state == FLIPPED)
            ret_bytes->data[bytes->len * (i % 7) / 7] ^= 1;
        return true;
    }
    return false;
}

static void keep(void *user, const struct pch_kept *kept) {
    struct memory *memory = user;
    vec_push(&memory->kept, *kept);
}

static void memory_init(struct memory *memory) {
    *memory = (struct memory){.store = {memory, false, find_kept, read_kept, keep}};
}

static void memory_done(struct memory *memory) {
    for (size_t i = 0; i < memory->kept.len; i++) {
        buf_done(&memory->kept.items[i].key);
        buf_done(&memory->kept.items[i].bytes);
        buf_done(&memory->kept.items[i].reads);
    }
    vec_done(&memory->kept);
}

// Some units, each alone, as after an edit. Returns how many were parsed behind a prefix, and behind hoisted headers.
static struct workers_stats one_by_one(const struct project *p, unsigned step, const struct memory *memory, const struct made *truth) {
    struct workers_stats sum = {0};
    for (unsigned i = 0; i < p->db.command_count; i += step) {
        struct made one = make_some((struct workers_options){.project = p->folder, .jobs = 1, .store = &memory->store}, &p->db.commands[i], 1);
        if (!is_same(&one.results[0], &truth->results[i]))
            fail_msg("%s: different with a kept prefix", p->db.commands[i].file);
        assert_int_equal(one.stats.prefixes, 0);
        assert_int_equal(one.stats.prefixes_kept, one.stats.behind_prefix);
        sum.behind_prefix += one.stats.behind_prefix;
        sum.hoisted += one.stats.hoisted;
        capture_results_free(one.results, 1);
    }
    return sum;
}

static void a_kept_prefix_serves_single_units(void **state) {
    struct project *p = *state;
    struct memory memory;
    memory_init(&memory);
    struct made truth = make(p->folder, &p->db, 2, true);
    struct workers_options options = {.project = p->folder, .jobs = 1, .store = &memory.store};
    struct made first = make_some(options, p->db.commands, p->db.command_count);
    assert_int_equal(compare(&p->db, &truth, &first), 0);
    assert_true(memory.kept.len >= 3 && !first.stats.prefixes_kept);
    struct workers_stats alone = one_by_one(p, 1, &memory, &truth);
    assert_int_equal(alone.hoisted, first.stats.hoisted);
    assert_true(alone.behind_prefix + first.stats.hoisted >= first.stats.behind_prefix); // a lead that only hoisted units would have had is not kept
    size_t kept = memory.kept.len;
    struct made again = make_some(options, p->db.commands, p->db.command_count); // all of them: nothing is made that is there
    assert_int_equal(compare(&p->db, &truth, &again), 0);
    assert_true(again.stats.prefixes_kept >= 3);
    assert_int_equal(again.stats.behind_prefix, first.stats.behind_prefix);
    assert_int_equal(memory.kept.len, kept);
    capture_results_free(again.results, p->db.command_count);
    capture_results_free(first.results, p->db.command_count);
    capture_results_free(truth.results, p->db.command_count);
    memory_done(&memory);
}

static void what_is_no_kept_prefix_is_not_used(void **state) {
    struct project *p = *state;
    struct memory memory;
    memory_init(&memory);
    struct made truth = make(p->folder, &p->db, 2, true);
    struct made first = make_some((struct workers_options){.project = p->folder, .jobs = 2, .store = &memory.store}, p->db.commands, p->db.command_count);
    for (memory.state = CUT; memory.state <= OTHER; memory.state++) {
        memory.asked = 0;
        assert_int_equal(one_by_one(p, 5, &memory, &truth).behind_prefix, 0);
        assert_true(memory.asked > 0);
    }
    memory.state = WHOLE;
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_int_equal(utimensat(AT_FDCWD, arena_printf(&p->arena, "%s/%s", p->folder, files[i].name), times, 0), 0);
    struct workers_stats rest = one_by_one(p, 5, &memory, &truth); // clang would refuse them, but for those of the system's headers alone
    assert_int_equal(rest.behind_prefix, rest.hoisted);
    capture_results_free(first.results, p->db.command_count);
    capture_results_free(truth.results, p->db.command_count);
    memory_done(&memory);
}

static void heads_end_where_they_may_depend_on_the_file(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned count;
    } cases[] = {
        {"", 0},
        {"int x;\n#include <a.h>\n", 0},
        {"/* a */ // b \\\n c\n#include <a.h>\n\n#include \"b.h\" /* x\n */\nint x;\n", 2},
        {"# define A(x) \\\n  x\n#include <a.h>", 1}, // the last one has no end
        {"#include <a.h>\n#pragma once\n#include <b.h>\n", 1},
        {"#include <a.h>\n#include B\n#include <b.h>\n", 1},
        {"#include <a.h>\n#if __LINE__ > 3\n#endif\n", 1},
        {"#include <a.h>\n#endif\n#include <b.h>\n", 1},
        {"#define A 'x\n#include <b.h>\n", 0},
        {"#define A \"/*\"\n#include <b.h>\nx\n", 2},
        {"#include <a.h> x\n", 0},
        {"#include_next <a.h>\n", 0},
        {"%:include <a.h>\n", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strtab texts = {0};
        directive_vec directives = {0};
        directives_read(cases[i].text, strlen(cases[i].text), &texts, &directives);
        if (directives.len != cases[i].count)
            fail_msg("case %zu: %zu directives", i, directives.len);
        vec_done(&directives);
        strtab_done(&texts);
    }
}

// ---- real projects ----

static int compare_databases(char *const *folders, int count) {
    unsigned different = 0;
    for (int i = 0; i < count; i++) {
        struct arena arena = {0};
        struct database db;
        struct err err;
        char *directory = path_working_directory(&arena);
        const char *path = database_find(&arena, folders[i], directory, &err);
        if (!path || !database_read(path, &db, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 2;
        }
        struct made without = make(path_directory(&arena, path), &db, 2, true), with = make(path_directory(&arena, path), &db, 2, false);
        const char *project = path_directory(&arena, path);
        struct memory memory;
        memory_init(&memory);
        struct workers_options options = {.project = project, .jobs = 2, .store = &memory.store};
        struct made first = make_some(options, db.commands, db.command_count), kept = make_some(options, db.commands, db.command_count);
        different += compare(&db, &without, &with) + compare(&db, &without, &kept);
        printf("%s: %u units: %.2f s without, %.2f s with %u prefixes, which %u units used and %u could not\n", folders[i], db.command_count,
               without.seconds, with.seconds, with.stats.prefixes, with.stats.behind_prefix, with.stats.prefix_in_vain);
        printf("  with kept ones: %.2f s, %u made and %u found, which %u units used and %u could not\n", kept.seconds, kept.stats.prefixes,
               kept.stats.prefixes_kept, kept.stats.behind_prefix, kept.stats.prefix_in_vain);
        capture_results_free(first.results, db.command_count);
        capture_results_free(kept.results, db.command_count);
        memory_done(&memory);
        capture_results_free(without.results, db.command_count);
        capture_results_free(with.results, db.command_count);
        database_done(&db);
        arena_done(&arena);
    }
    return different != 0;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_end_where_they_may_depend_on_the_file),
        cmocka_unit_test_setup_teardown(a_prefix_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_left_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_kept_prefix_serves_single_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_kept_prefix_is_not_used, set_up, tear_down),
    };
    return argc > 1 ? compare_databases(argv + 1, argc - 1) : cmocka_run_group_tests(tests, NULL, NULL);
}
