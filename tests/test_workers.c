// frontend/: the pool of capture workers, with a worker of our own that does what the name of the file asks for.
#include "base/buf.h"
#include "base/file.h"
#include "frontend/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const char fake_worker[] =
    "#!/usr/bin/env python3\n"
    "import os, signal, struct, sys, time\n"
    "served = 0\n"
    "def read(count):\n"
    "    data = b''\n"
    "    while len(data) < count:\n"
    "        more = os.read(0, count - len(data))\n"
    "        if not more: sys.exit(0)\n"
    "        data += more\n"
    "    return data\n"
    "while True:\n"
    "    words = read(struct.unpack('<I', read(4))[0]).split(b'\\0')\n"
    "    name = words[2].rsplit(b'/', 1)[1].decode()\n"
    "    if name.startswith('crash') or (name.startswith('tired') and served):\n"
    "        os.write(2, b'====\\nabout to crash\\nmore\\n')\n"
    "        os.kill(os.getpid(), signal.SIGSEGV)\n"
    "    if name.startswith('hang'): time.sleep(1000)\n"
    "    if name.startswith('exit'): sys.exit(3)\n"
    "    if name.startswith('nonsense'): os.write(1, b'\\xff' * 12); time.sleep(1000)\n"
    "    failed = name.startswith('bad')\n"
    "    body = b' '.join(words[1:3] + words[10:-1]) * (20000 if name.startswith('big') else 1)\n"
    "    data = struct.pack('<III', failed, len(body), 0 if failed else 6) + body + (b'' if failed else b'inputs')\n"
    "    while data: data = data[os.write(1, data[:65536]):]\n"
    "    served += 1\n";

struct place {
    char folder[64];
    char worker[96];
    struct capture_result *results;
    unsigned count;
    struct err err;
};

static int set_up(void **state) {
    struct place *place = mem_zalloc(sizeof *place);
    strcpy(place->folder, "/tmp/timeoutlint-test-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->worker, sizeof place->worker, "%s/worker", place->folder);
    FILE *file = fopen(place->worker, "we");
    fputs(fake_worker, file);
    fchmod(fileno(file), 0700);
    fclose(file);
    *state = place;
    return 0;
}

static int tear_down(void **state) {
    struct place *place = *state;
    capture_results_free(place->results, place->count);
    unlink(place->worker);
    rmdir(place->folder);
    free(place);
    return 0;
}

static bool run(struct place *place, const char *const *files, unsigned count, unsigned jobs, unsigned limit) {
    struct workers_options options = {.program = place->worker, .jobs = jobs, .unit_limit_ms = limit};
    struct compile_command commands[64];
    static const char *args[] = {"-DX"};
    for (unsigned i = 0; i < count; i++)
        commands[i] = (struct compile_command){"/src", files[i], args, 1, strstr(files[i], "problem") ? "it has a problem" : NULL};
    capture_results_free(place->results, place->count);
    place->results = mem_zalloc(count * sizeof *place->results);
    place->count = count;
    struct workers *workers = workers_new(&options);
    bool ok = workers_run(workers, commands, count, place->results, &place->err);
    workers_free(workers);
    return ok;
}

static void assert_unit(const struct place *place, unsigned index, const char *text) {
    assert_null(place->results[index].failure);
    assert_int_equal(place->results[index].size, strlen(text));
    assert_memory_equal(place->results[index].bytes, text, strlen(text));
    assert_int_equal((uintptr_t)place->results[index].bytes % 8, 0);
    assert_int_equal(place->results[index].inputs_size, strlen("inputs"));
    assert_memory_equal(place->results[index].inputs, "inputs", strlen("inputs"));
}

static void assert_failed(const struct place *place, unsigned index, const char *why) {
    assert_null(place->results[index].bytes);
    assert_non_null(place->results[index].failure);
    if (!strstr(place->results[index].failure, why))
        fail_msg("'%s' is not in '%s'", why, place->results[index].failure);
}

static void results_are_kept_by_index(void **state) {
    struct place *place = *state;
    static const char *const files[] = {"/s/a.c", "/s/big.c", "/s/bad.c", "/s/problem.c", "/s/e.c"};
    for (unsigned jobs = 1; jobs <= 8; jobs *= 2) {
        assert_true(run(place, files, 5, jobs, 20000));
        assert_unit(place, 0, "/src /s/a.c -DX");
        assert_int_equal(place->results[1].size, 20000 * strlen("/src /s/big.c -DX"));
        assert_failed(place, 2, "/src /s/bad.c -DX");
        assert_failed(place, 3, "it has a problem");
        assert_unit(place, 4, "/src /s/e.c -DX");
    }
}

static void a_dead_worker_costs_one_unit(void **state) {
    struct place *place = *state;
    static const char *const files[] = {"/s/a.c", "/s/crash.c", "/s/exit.c", "/s/nonsense.c", "/s/e.c", "/s/crash2.c", "/s/g.c"};
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        assert_true(run(place, files, 7, jobs, 20000));
        assert_unit(place, 0, "/src /s/a.c -DX");
        assert_failed(place, 1, "clang crashed (signal 11, Segmentation fault) while parsing it: about to crash");
        assert_failed(place, 2, "ended with status 3");
        assert_failed(place, 3, "crashed");
        assert_unit(place, 4, "/src /s/e.c -DX");
        assert_failed(place, 5, "signal 11");
        assert_unit(place, 6, "/src /s/g.c -DX");
    }
}

static void a_hanging_worker_is_replaced(void **state) {
    struct place *place = *state;
    static const char *const files[] = {"/s/hang.c", "/s/b.c", "/s/c.c"};
    assert_true(run(place, files, 3, 1, 1500));
    assert_failed(place, 0, "did not finish within 1.5 s");
    assert_unit(place, 1, "/src /s/b.c -DX");
    assert_unit(place, 2, "/src /s/c.c -DX");
}

static void a_tired_worker_is_no_reason_to_fail(void **state) {
    struct place *place = *state;
    static const char *const files[] = {"/s/a.c", "/s/tired.c", "/s/tired2.c", "/s/z.c"};
    assert_true(run(place, files, 4, 1, 20000));
    for (unsigned i = 0; i < 4; i++)
        assert_null(place->results[i].failure);
}

static void a_worker_that_cannot_run_ends_the_run(void **state) {
    struct place *place = *state;
    static const char *const files[] = {"/s/a.c", "/s/b.c"};
    FILE *file = fopen(place->worker, "we");
    fputs("#!/bin/sh\necho 'libclang.so: cannot open' >&2\nexit 127\n", file);
    fclose(file);
    assert_false(run(place, files, 2, 2, 20000));
    assert_non_null(strstr(place->err.text, "libclang.so: cannot open"));
    unlink(place->worker);
    assert_false(run(place, files, 2, 2, 20000));
    assert_non_null(strstr(place->err.text, "No such file or directory"));
}

// The real worker: clang overflows its stack, and either dies of it or hangs for ever.
static void clang_may_overflow_its_stack(void **state) {
    struct place *place = *state;
    const char *sources[] = {"#pragma clang __debug overflow_stack\n", "int x;\n"};
    char names[2][96];
    FILE *file;
    for (unsigned i = 0; i < 2; i++) {
        snprintf(names[i], sizeof names[i], "%s/%u.c", place->folder, i);
        assert_non_null(file = fopen(names[i], "we"));
        fputs(sources[i], file);
        fclose(file);
    }
    struct workers_options options = {.program = CAPTURE, .jobs = 1, .unit_limit_ms = 5000};
    struct compile_command commands[] = {{place->folder, names[0], NULL, 0, NULL}, {place->folder, names[1], NULL, 0, NULL}};
    place->results = mem_zalloc(2 * sizeof *place->results);
    place->count = 2;
    struct workers *workers = workers_new(&options);
    assert_true(workers_run(workers, commands, 2, place->results, &place->err));
    workers_free(workers);
    assert_failed(place, 0, "clang");
    assert_null(place->results[1].failure);
    unlink(names[0]);
    unlink(names[1]);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        test(results_are_kept_by_index),
        test(a_dead_worker_costs_one_unit),
        test(a_hanging_worker_is_replaced),
        test(a_tired_worker_is_no_reason_to_fail),
        test(a_worker_that_cannot_run_ends_the_run),
        test(clang_may_overflow_its_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
