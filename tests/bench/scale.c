// Times link, solve and check on large programs that nobody has to parse: `bench_scale UNITS...` prints one line of a Markdown table
// for each size. Three sources are captured once; every unit is a copy of one of them under names of its own.
//
// The programs look like real ones: modules of a hundred units whose calls go to later units of the module and to a library of
// units that all share; one unit in eight hands contexts on, one in forty makes them. Left out: reading units from disk.
#include "base/buf.h"
#include "check/pass.h"
#include "check/rule.h"
#include "flow/flow.h"
#include "frontend/workers.h"
#include "ir/save.h"
#include "model/model.h"
#include "program/program.h"

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

static const char *const rests[] = {
    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_3000000_1(list->next, key)", "plain_5000000_0(list->next, key)")
    "int pass_1000000(struct ctx *ctx, struct request *r) { (void)ctx; return plain_1000000_0(r->items, r->status); }\n"
    "int more_1000000(struct request *r) { return plain_1000000_1(r->items, 1) + plain_1000000_2(r->items, 2); }\n",

    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_5000000_0(list->next, key)", "1")
    "int pass_1000000(struct ctx *ctx, struct request *r) {\n    if (ctx_done(ctx)) return -1;\n"
    "    int status = pass_2000000(ctx, r);\n    if (status < 0) return status;\n    return pass_3000000(ctx, r) + plain_1000000_3(r->items, status);\n}\n"
    "int more_1000000(struct request *r) { return pass_1000000(r->ctx, r); }\n",

    SEVENTEEN("plain_2000000_0(list->next, key)", "plain_5000000_0(list->next, key)", "2")
    "int pass_1000000(struct ctx *ctx, struct request *r) {\n    struct ctx *own = ctx_with_timeout(ctx, 500);\n    if (!own) return -1;\n"
    "    int status = pass_2000000(own, r);\n    if (status > 3) status = pass_4000000(own, r);\n    ctx_cancel(own);\n    return status;\n}\n"
    "int serve_1000000(struct request *r) {\n    struct ctx *root = ctx_with_timeout(ctx_background(), 3000);\n    if (!root) return -1;\n"
    "    r->ctx = root;\n    int status = pass_1000000(root, r);\n    ctx_cancel(root);\n    return status;\n}\n",
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

static unsigned template_of(unsigned number) {
    return number % 40 == 3 ? 2 : number % 8 == 1 ? 1 : 0;
}

static void make_unit(unsigned number, unsigned count, struct ir_unit *ret_unit) {
    struct ir_unit copy = templates[template_of(number)];
    struct buf bytes = {0};
    struct err err;
    char *strings = mem_realloc(NULL, copy.strings_count);
    memcpy(strings, copy.strings, copy.strings_count);
    rename_texts(strings, copy.strings_count, number, count);
    copy.strings = strings;
    ir_save(&copy, &bytes);
    free(strings);
    if (!ir_load(bytes.data, bytes.len, ret_unit, &err))
        BUG(err.text);
}

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

static void analyse(unsigned count, const struct model_set *models) {
    struct ir_unit *units = mem_zalloc(count * sizeof *units);
    const struct ir_unit **list = mem_zalloc(count * sizeof *list);
    enum severity *levels = mem_zalloc(rule_count * sizeof *levels);
    for (unsigned i = 0; i < count; i++) {
        make_unit(i, count, &units[i]);
        list[i] = &units[i];
    }
    for (unsigned i = 0; i < rule_count; i++)
        levels[i] = SEVERITY_WARNING;
    double units_mb = peak_mb(), start = now();
    struct program program;
    program_link(list, count, models, &program);
    double linked = now();
    struct flow *flow = flow_solve(&program, NULL);
    double solved = now();
    const struct check_options options = {.severities = levels, .base_dir = "/"};
    struct diags diags = {0};
    check_run(&program, flow, &options, &diags);
    diags_finish(&diags);
    double checked = now();
    printf("| %u | %u | %u | %.2f | %.2f | %.2f | %.1f | %.0f | %.0f | %zu |\n", count, program.func_count, flow_stats(flow).solved, linked - start, solved - linked,
           checked - solved, (checked - start) * 1e6 / count, peak_mb() - units_mb, units_mb, diags.items.len);
    fflush(stdout);
    _exit(0); // freeing it all is no part of the measure
}

int main(int argc, char **argv) {
    struct err err;
    struct model_set *models;
    if (!capture_templates(&err) || !model_set_load(SOURCE_DIR "/rules/models", NULL, 0, &models, &err)) {
        fprintf(stderr, "bench_scale: %s\n", err.text);
        return 2;
    }
    puts("| units | functions | solved | link s | solve s | check s | us per unit | peak MB above the units | units MB | findings |\n"
         "|---|---|---|---|---|---|---|---|---|---|");
    fflush(stdout);
    for (int i = 1; i < argc; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            analyse((unsigned)strtoul(argv[i], NULL, 10), models);
        if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
            return 1;
    }
    model_set_free(models);
    return 0;
}
