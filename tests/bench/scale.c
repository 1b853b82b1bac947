// Times what comes after parsing on large programs: `bench_scale UNITS...` prints one line of a Markdown table for each size. Some
// sources are captured once; every unit is a copy of one of them under names of its own, written to a cache and read from there.
//
// The programs look like real ones: modules of a hundred units whose calls go to later units of the module and to a library of
// units that all share; one unit in eight hands contexts on and one in eight timeouts as numbers, one in forty makes contexts and
// one in forty tries again in a loop.
#include "base/buf.h"
#include "check/pass.h"
#include "check/rule.h"
#include "flow/flow.h"
#include "frontend/workers.h"
#include "ir/save.h"
#include "model/model.h"
#include "program/cache.h"
#include "program/program.h"
#include "program/shelf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Numbers of seven digits stand for units: 1000000 is the unit itself, 2000000 to 4000000 are later ones, 5000000 is in the library.
enum { SELF = 1000000, REFERENCES = 5, MODULE = 100, LIBRARY_SHARE = 100 };

static const char shared[] =
    "struct ctx; struct ctx *ctx_background(void); struct ctx *ctx_with_timeout(struct ctx *parent, int timeout_ms);\n"
    "void ctx_cancel(struct ctx *); int ctx_done(struct ctx *); int printf(const char *, ...);\n"
    "struct item { struct item *next; int key, value; const char *name; };\n"
    "struct request { struct ctx *ctx; struct item *items; int status; };\n"
    "int plain_2000000_0(struct item *, int); int plain_3000000_1(struct item *, int); int plain_5000000_0(struct item *, int);\n"
    "int pass_2000000(struct ctx *, struct request *); int pass_3000000(struct ctx *, struct request *);\n"
    "int pass_4000000(struct ctx *, struct request *);\n"
    "int wait_2000000(int fd, int timeout_ms); int wait_3000000(int fd, int timeout_ms);\n"
    "int fetch_2000000(struct request *); int fetch_3000000(struct request *);\n"
    "static int hash_1000000(const char *text) { int h = 0; while (*text) h = h * 31 + *text++; return h; }\n"
    "static struct item *find_1000000(struct item *list, int key) {\n"
    "    for (; list; list = list->next) if (list->key == key) return list;\n    return 0;\n}\n"
    "static int sum_1000000(const struct item *list, int limit) {\n"
    "    int sum = 0;\n    for (int i = 0; list && i < limit; i++, list = list->next) switch (list->key & 3) {\n"
    "    case 0: sum += list->value; break;\n    case 1: sum -= list->value; break;\n    default: continue;\n    }\n    return sum;\n}\n";

#define PLAIN(n, call) \
    "int plain_1000000_" n "(struct item *list, int key) {\n" \
    "    struct item *found = find_1000000(list, key);\n    if (!found) return -1;\n    if (found->value > 100 && key < 7) found->value = 7;\n" \
    "    found->value += " call ";\n    return sum_1000000(list, found->value) + hash_1000000(found->name);\n}\n"
#define LEAF(n) PLAIN(n, "key * 3")
#define SEVENTEEN(a, b, c) PLAIN("0", a) PLAIN("1", b) PLAIN("2", c) PLAIN("3", "plain_1000000_4(list->next, key)") LEAF("4") LEAF("5") \
    LEAF("6") LEAF("7") LEAF("8") LEAF("9") LEAF("10") LEAF("11") LEAF("12") LEAF("13") LEAF("14")

#define NO_WAITS \
    "int wait_1000000(int fd, int timeout_ms) { return plain_1000000_0(0, fd + timeout_ms); }\n" \
    "int fetch_1000000(struct request *r) { return plain_1000000_1(r->items, 1); }\n"
// Timeouts that are handed down and get shorter on the way, and deadlines made of the clock.
#define WAITS(fetch) \
    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_5000000_0(list->next, key)", "3") \
    "#include <poll.h>\n#include <time.h>\n#include <unistd.h>\n" \
    "int pass_1000000(struct ctx *ctx, struct request *r) {\n    if (ctx_done(ctx)) return -1;\n    return pass_2000000(ctx, r) + fetch_1000000(r);\n}\n" \
    "static long long now_1000000(void) {\n    struct timespec t;\n    clock_gettime(CLOCK_MONOTONIC, &t);\n    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;\n}\n" \
    "static int ready_1000000(int fd, int timeout_ms) {\n    struct pollfd p = {.fd = fd, .events = POLLIN};\n    return poll(&p, 1, timeout_ms);\n}\n" \
    "int wait_1000000(int fd, int timeout_ms) {\n    long long end = now_1000000() + timeout_ms;\n    if (ready_1000000(fd, timeout_ms) > 0) return 1;\n" \
    "    long long left = end - now_1000000();\n    return left > 0 ? wait_2000000(fd, (int)left) : 0;\n}\n" \
    fetch \
    "int drain_1000000(struct request *r) {\n    long long end = now_1000000() + 60000;\n    int count = 0;\n    while (now_1000000() < end && count < r->status) {\n" \
    "        if (fetch_2000000(r) < 0) break;\n        count += sum_1000000(r->items, count);\n    }\n    return count;\n}\n"

enum template { PLAIN_UNIT, PASSES, MAKES, WAITS_ONCE, TRIES_AGAIN };

static const char *const rests[] = {
    [PLAIN_UNIT] =
    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_3000000_1(list->next, key)", "plain_5000000_0(list->next, key)")
    "int pass_1000000(struct ctx *ctx, struct request *r) { (void)ctx; return plain_1000000_0(r->items, r->status); }\n"
    "int more_1000000(struct request *r) { return plain_1000000_1(r->items, 1) + plain_1000000_2(r->items, 2); }\n" NO_WAITS,

    [PASSES] =
    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_5000000_0(list->next, key)", "1")
    "int pass_1000000(struct ctx *ctx, struct request *r) {\n    if (ctx_done(ctx)) return -1;\n"
    "    int status = pass_2000000(ctx, r);\n    if (status < 0) return status;\n    return pass_3000000(ctx, r) + plain_1000000_3(r->items, status);\n}\n"
    "int more_1000000(struct request *r) { return pass_1000000(r->ctx, r); }\n" NO_WAITS,

    [MAKES] =
    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_5000000_0(list->next, key)", "2")
    "int pass_1000000(struct ctx *ctx, struct request *r) {\n    struct ctx *own = ctx_with_timeout(ctx, 500);\n    if (!own) return -1;\n"
    "    int status = pass_2000000(own, r);\n    if (status > 3) status = pass_4000000(own, r);\n    ctx_cancel(own);\n    return status;\n}\n"
    "int serve_1000000(struct request *r) {\n    struct ctx *root = ctx_with_timeout(ctx_background(), 3000);\n    if (!root) return -1;\n"
    "    r->ctx = root;\n    int status = pass_1000000(root, r);\n    ctx_cancel(root);\n    return status;\n}\n" NO_WAITS,

    [WAITS_ONCE] = WAITS("int fetch_1000000(struct request *r) { return wait_1000000(r->status, 1000) > 0 ? 1 : wait_3000000(r->status, 500); }\n"),

    [TRIES_AGAIN] = WAITS(
    "static int settle_1000000(int fd) {\n    for (int i = 0; i < 3; i++) {\n        if (ready_1000000(fd, 100) > 0) return i;\n        usleep(20000);\n    }\n    return -1;\n}\n"
    "int fetch_1000000(struct request *r) {\n    for (int attempt = 0; attempt < 3; attempt++) {\n        int got = wait_1000000(r->status, 1000);\n        if (got > 0) return got;\n"
    "        if (settle_1000000(r->status) < 0) usleep(50000 << attempt);\n    }\n    return wait_3000000(r->status, 500);\n}\n")
    "int serve_1000000(struct request *r) {\n    struct ctx *root = ctx_with_timeout(ctx_background(), 30000);\n    if (!root) return -1;\n    r->ctx = root;\n"
    "    int status = pass_1000000(root, r) + fetch_3000000(r);\n    ctx_cancel(root);\n    return status;\n}\n",
};

static struct ir_unit templates[ARRAY_LEN(rests)];

static bool capture_templates(struct err *err) {
    char folder[] = "/tmp/timeoutlint-scale-XXXXXX";
    struct compile_command commands[ARRAY_LEN(rests)] = {0};
    struct capture_result results[ARRAY_LEN(rests)];
    struct workers_options options = {.program = CAPTURE, .jobs = 1, .unit_limit_ms = 60000};
    if (!mkdtemp(folder))
        return err_set(err, "cannot make a folder in /tmp");
    for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
        struct buf name = {0};
        buf_printf(&name, "%s/%zu-1000000.c", folder, i);
        FILE *file = fopen(name.data, "we");
        if (!file)
            return err_set(err, "cannot write %s", name.data);
        fprintf(file, "%s%s", shared, rests[i]);
        fclose(file);
        commands[i] = (struct compile_command){.directory = folder, .file = name.data};
    }
    struct workers *workers = workers_new(&options);
    bool ok = workers_run(workers, commands, ARRAY_LEN(rests), results, err);
    workers_free(workers);
    for (size_t i = 0; ok && i < ARRAY_LEN(rests); i++) {
        ok = results[i].bytes ? ir_load(results[i].bytes, results[i].size, &templates[i], err) : err_set(err, "%s", results[i].failure);
        unlink(commands[i].file);
    }
    rmdir(folder);
    return ok;
}

// The unit that reference `which` of unit `number` means.
static unsigned referred(unsigned number, unsigned which, unsigned count) {
    unsigned module_end = (number / MODULE + 1) * MODULE, library = count / LIBRARY_SHARE + 1;
    if (which == 1)
        return number;
    if (which == REFERENCES)
        return number * 7919u % library;
    unsigned later = number + 1 + number * 31 * which % (MODULE / 4);
    return later < module_end && later < count ? later : number;
}

static void rename_texts(char *strings, size_t size, unsigned number, unsigned count) {
    for (char *at = strings, *end = strings + size; end - at >= 7; at++) {
        if (*at < '1' || *at > '0' + REFERENCES || memcmp(at + 1, "000000", 6) != 0)
            continue;
        char digits[16];
        snprintf(digits, sizeof digits, "%07u", SELF + referred(number, (unsigned)(*at - '0'), count));
        memcpy(at, digits, 7);
        at += 6;
    }
}

static enum template template_of(unsigned number) {
    if (number % 40 == 3 || number % 40 == 30)
        return number % 40 == 3 ? MAKES : TRIES_AGAIN;
    return number % 8 == 1 ? PASSES : number % 8 == 5 ? WAITS_ONCE : PLAIN_UNIT;
}

// ---- writing ----

static void make_unit(unsigned number, unsigned count, struct buf *ret_bytes) {
    struct ir_unit copy = templates[template_of(number)];
    char *strings = mem_realloc(NULL, copy.strings_count);
    memcpy(strings, copy.strings, copy.strings_count);
    rename_texts(strings, copy.strings_count, number, count);
    copy.strings = strings;
    ir_save(&copy, ret_bytes);
    free(strings);
}

// Where the cache keeps its units: units/<checksum>.
static uint64_t write_unit(struct store *store, const struct buf *unit) {
    char name[40];
    uint64_t checksum = ir_checksum(unit->data, unit->len);
    snprintf(name, sizeof name, "units/%02x/%014" PRIx64, (unsigned)(checksum >> 56), checksum & UINT64_MAX >> 8);
    if (!store_write(store, name, &(struct store_part){unit->data, unit->len}, 1)) {
        fprintf(stderr, "bench_scale: %s\n", store_problem(store));
        _exit(2);
    }
    return checksum;
}

static uint64_t *write_units(const char *folder, unsigned count, uint64_t *ret_size) {
    uint64_t *checksums = mem_zalloc(count * sizeof *checksums);
    struct store *store = store_open(folder, 0);
    struct buf unit = {0};
    *ret_size = 0;
    for (unsigned i = 0; i < count; i++) {
        make_unit(i, count, &unit);
        checksums[i] = write_unit(store, &unit);
        *ret_size += unit.len;
    }
    store_close(store);
    buf_done(&unit);
    return checksums;
}

// ---- timing ----

enum stage { READ, LINK, SOLVE, CHECK, STAGES };

struct figures {
    unsigned funcs, solved, findings;
    double seconds[STAGES]; // CPU time
    double units_mb, peak_mb;
};

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double peak_mb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static const struct ir_unit **read_units(const char *folder, const uint64_t *checksums, unsigned count) {
    const struct cache_options options = {folder, folder, 0, false};
    struct cache *cache = cache_open(&options);
    struct shelf *shelf = mem_zalloc(sizeof *shelf);
    struct shelf_unit *units = mem_zalloc(count * sizeof *units);
    const struct ir_unit **list = mem_zalloc(count * sizeof *list);
    struct shelf_awake awake = {0};
    struct store_bytes bytes;
    struct err err;
    shelf_init(shelf, folder);
    for (unsigned i = 0; i < count; i++) {
        bool is_sound;
        if (!cache_map_unit(cache, checksums[i], &bytes, &is_sound) || !shelf_take(shelf, &bytes, is_sound, &units[i], &err))
            BUG("a unit just written cannot be read");
        list[i] = &units[i].ir;
        shelf_woke(&awake, list[i]);
    }
    return list;
}

static void analyse(const char *folder, const uint64_t *checksums, unsigned count, const struct model_set *models, struct figures *figures) {
    enum severity *levels = mem_zalloc(rule_count * sizeof *levels);
    for (unsigned i = 0; i < rule_count; i++)
        levels[i] = SEVERITY_WARNING;
    double times[STAGES + 1] = {now()};
    const struct ir_unit **units = read_units(folder, checksums, count);
    times[LINK] = now();
    struct program program;
    program_link(units, count, models, &program);
    times[SOLVE] = now();
    struct flow *flow = flow_solve(&program, NULL);
    times[CHECK] = now();
    const struct check_options options = {.severities = levels, .base_dir = "/"};
    struct diags diags = {0};
    check_run(&program, flow, &options, &diags);
    diags_finish(&diags);
    times[STAGES] = now();
    figures->funcs = program.func_count;
    figures->solved = flow_stats(flow).solved;
    figures->findings = (unsigned)diags.items.len;
    for (int i = 0; i < STAGES; i++)
        figures->seconds[i] = times[i + 1] - times[i];
    figures->peak_mb = peak_mb();
}

// In a process of its own each, so that one's memory does not count as the other's; freeing it all is no part of the measure.
static bool in_child(const char *folder, unsigned count, const uint64_t *checksums, const struct model_set *models, struct figures *ret_figures) {
    int ends[2], status;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        struct figures figures = {0};
        analyse(folder, checksums, count, models, &figures);
        _exit(write(ends[1], &figures, sizeof figures) == sizeof figures ? 0 : 2);
    }
    close(ends[1]);
    bool ok = child > 0 && read(ends[0], ret_figures, sizeof *ret_figures) == sizeof *ret_figures;
    close(ends[0]);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 && ok;
}

static bool measure(unsigned count, const struct model_set *models, struct figures *ret_figures) {
    const char *place = getenv("TMPDIR");
    struct buf folder = {0}, command = {0};
    buf_printf(&folder, "%s/timeoutlint-scale-XXXXXX", place && *place ? place : "/var/tmp");
    if (!mkdtemp(folder.data))
        return false;
    uint64_t size, *checksums = write_units(folder.data, count, &size);
    bool ok = in_child(folder.data, count, checksums, models, ret_figures);
    ret_figures->units_mb = (double)size / (1 << 20);
    buf_printf(&command, "rm -rf '%s'", folder.data);
    ok = system(command.data) == 0 && ok;
    buf_done(&command);
    buf_done(&folder);
    free(checksums);
    return ok;
}

static double us_per_unit(const struct figures *figures, unsigned count) {
    double sum = 0;
    for (int i = LINK; i < STAGES; i++)
        sum += figures->seconds[i];
    return sum * 1e6 / count;
}

int main(int argc, char **argv) {
    struct err err;
    struct model_set *models;
    double base = 0;
    if (!capture_templates(&err) || !model_set_load(SOURCE_DIR "/rules/models", NULL, 0, &models, &err)) {
        fprintf(stderr, "bench_scale: %s\n", err.text);
        return 2;
    }
    puts("| units | on disk MB | functions | solved | read s | link s | solve s | check s | us per unit | ratio | peak MB | findings |\n"
         "|---|---|---|---|---|---|---|---|---|---|---|---|");
    fflush(stdout);
    for (int i = 1; i < argc; i++) {
        unsigned count = (unsigned)strtoul(argv[i], NULL, 10);
        struct figures f = {0};
        if (!measure(count, models, &f))
            return 1;
        double us = us_per_unit(&f, count);
        base = base > 0 ? base : us;
        printf("| %u | %.0f | %u | %u | %.2f | %.2f | %.2f | %.2f | %.0f | %.2f | %.0f | %u |\n", count, f.units_mb, f.funcs, f.solved, f.seconds[READ],
               f.seconds[LINK], f.seconds[SOLVE], f.seconds[CHECK], us, us / base, f.peak_mb, f.findings);
        fflush(stdout);
    }
    model_set_free(models);
    return 0;
}
