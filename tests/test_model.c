// model/: files that are wrong, and what real declarations mean. The cases in testdata/model are C; on the line of a declaration
// `// role: ...` says what it must mean. A folder there is one program.
#include "base/buf.h"
#include "base/file.h"
#include "frontend/workers.h"
#include "ir/save.h"
#include "model/model.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define SHIPPED SOURCE_DIR "/rules/models"
#define CASES SOURCE_DIR "/testdata/model"

// --- a role as text

static const char *const kind_names[] = {"root", "derive", "value", "detach", "cancel", "release", "ref", "query", "now", "convert", "arm", "disarm",
                                         "block", "sleep", "spawn", "join", "callback", "breaker-failure", "breaker-success", "effect"};
static const char *const unit_names[] = {"", ":ns", ":us", ":ms", ":s", ":ticks", ":timespec", ":timeval"};

static void put_pos(struct buf *out, const char *key, const struct pos *pos, enum time_unit unit) {
    if (pos->kind == POS_NONE)
        return;
    buf_printf(out, " %s=%s", key, pos->deref ? "*" : "");
    if (pos->kind == POS_ARG)
        buf_printf(out, "arg%u", pos->arg);
    else
        buf_puts(out, pos->kind == POS_RETURN ? "return" : "ambient");
    if (pos->field)
        buf_printf(out, ".%s", pos->field);
    buf_puts(out, unit_names[unit]);
}

static void put_bound(struct buf *out, const struct bound *bound) {
    if (bound->pos2.kind)
        buf_printf(out, " %s=arg%u+arg%u%s+%s", bound->kind == BOUND_DEADLINE ? "deadline" : "timeout", bound->pos.arg, bound->pos2.arg,
                   unit_names[bound->unit], unit_names[bound->unit2] + 1);
    else
        put_pos(out, bound->kind == BOUND_DEADLINE ? "deadline" : "timeout", &bound->pos, bound->unit);
}

static void put_values(struct buf *out, const struct bound *bound) {
    const char *clocks[] = {"", " monotonic", " realtime", " ticks"};
    buf_puts(out, clocks[bound->clock]);
    for (unsigned i = 0; i < bound->infinite_count; i++)
        buf_printf(out, " infinite=%lld", (long long)bound->infinite[i]);
    buf_puts(out, bound->null_infinite ? " infinite=null" : "");
    for (unsigned i = 0; i < bound->nowait_count; i++)
        buf_printf(out, " nowait=%lld", (long long)bound->nowait[i]);
    buf_puts(out, bound->in_out ? " in_out" : "");
}

static void put_cancel(struct buf *out, const struct role *role) {
    static const char *const hows[] = {"none", "function", "field:", "out-func:", "handle:"};
    struct buf pos = {0};
    put_pos(&pos, "", &role->cancel, UNIT_UNKNOWN);
    buf_printf(out, " cancel=%s%s", hows[role->cancel_how], pos.len ? buf_text(&pos) + 2 : "");
    buf_done(&pos);
}

static void put_role(struct buf *out, const struct role *role) {
    static const char *const effects[] = {"borrows", "stores", "transfers", "ends"};
    static const char *const queries[] = {" deadline", " remaining", " done", " error", " done-channel", " has-deadline"};
    bool answers = role->kind == ROLE_QUERY || role->kind == ROLE_NOW;
    buf_puts(out, role->kind == ROLE_EFFECT ? effects[role->effect] : kind_names[role->kind]);
    buf_puts(out, role->kind == ROLE_QUERY ? queries[role->query] : "");
    put_pos(out, "object", &role->object, UNIT_UNKNOWN);
    put_pos(out, "parent", &role->parent, UNIT_UNKNOWN);
    put_pos(out, "result", &role->result, answers ? role->bound.unit : UNIT_UNKNOWN);
    put_pos(out, "entry", &role->entry, UNIT_UNKNOWN);
    put_pos(out, "armed", &role->armed, UNIT_UNKNOWN);
    if (!answers)
        put_bound(out, &role->bound);
    put_values(out, &role->bound);
    if (role->option.kind) {
        put_pos(out, "when", &role->option, UNIT_UNKNOWN);
        buf_printf(out, ":%lld", (long long)role->option_value);
    }
    if (role->has_default && role->default_ns)
        buf_printf(out, " default=%lld", (long long)role->default_ns);
    buf_puts(out, role->has_default && !role->default_ns ? " default=unknown" : "");
    buf_puts(out, role->clamps == CLAMP_NONE ? " clamps=none" : "");
    if (role->kind == ROLE_DERIVE)
        put_cancel(out, role);
    buf_puts(out, role->must_cancel ? " must_cancel" : "");
    buf_puts(out, role->fails_with_status ? " status" : "");
    buf_puts(out, role->release_cancels ? " cancels" : "");
    buf_puts(out, role->owned ? " owned" : "");
    buf_puts(out, role->todo ? " todo" : "");
    buf_puts(out, role->step_scope ? " step" : "");
    buf_puts(out, role->says_ready ? " ready" : "");
}

static void put_roles(struct buf *out, const struct role *role) {
    if (!role)
        buf_puts(out, "none");
    for (; role; role = role->next) {
        put_role(out, role);
        buf_puts(out, role->next ? "; " : "");
    }
}

// --- a program of real units

struct case_program {
    struct arena arena;
    struct capture_result *results;
    struct ir_unit *units;
    const struct ir_unit **unit_list;
    struct model_unit **models;
    const char **files;
    unsigned count;
    struct model_set *set;
    struct ir_numbers funcs;
    struct model_program *mp;
};

static void capture(struct case_program *p) {
    struct workers_options options = {.program = CAPTURE, .jobs = 1, .unit_limit_ms = 60000};
    struct workers *workers = workers_new(&options);
    struct compile_command *commands = arena_array(&p->arena, struct compile_command, p->count);
    static const char *args[] = {"-std=gnu17", "-w"};
    struct err err;
    for (unsigned i = 0; i < p->count; i++)
        commands[i] = (struct compile_command){.directory = CASES, .file = p->files[i], .args = args, .arg_count = 2};
    p->results = mem_zalloc(p->count * sizeof *p->results);
    if (!workers_run(workers, commands, p->count, p->results, &err))
        fail_msg("%s", err.text);
    workers_free(workers);
    for (unsigned i = 0; i < p->count; i++) {
        if (!p->results[i].bytes)
            fail_msg("%s: %s", p->files[i], p->results[i].failure);
        if (!ir_load(p->results[i].bytes, p->results[i].size, &p->units[i], &err))
            fail_msg("%s: %s", p->files[i], err.text);
        p->unit_list[i] = &p->units[i];
        if (*ir_text(&p->units[i], p->units[i].diagnostics))
            fail_msg("%s: %s", p->files[i], ir_text(&p->units[i], p->units[i].diagnostics));
    }
}

static void open_program(struct case_program *p, const char *const *files, unsigned count, const char *user_model) {
    struct err err;
    *p = (struct case_program){.count = count};
    p->files = arena_copy(&p->arena, files, count * sizeof *files);
    p->units = arena_array(&p->arena, struct ir_unit, count);
    p->unit_list = arena_array(&p->arena, const struct ir_unit *, count);
    p->models = arena_array(&p->arena, struct model_unit *, count);
    if (!model_set_load(SHIPPED, &user_model, user_model != NULL, &p->set, &err))
        fail_msg("%s", err.text);
    capture(p);
    ir_number(&p->arena, p->unit_list, count, &ir_numbered_funcs, &p->funcs);
    p->mp = model_program_new(p->set, p->unit_list, count, &p->funcs);
    for (unsigned i = 0; i < count; i++)
        p->models[i] = model_unit_new(p->mp, i);
}

static void close_program(struct case_program *p) {
    for (unsigned i = 0; i < p->count; i++)
        model_unit_free(p->models[i]);
    model_program_free(p->mp);
    model_set_free(p->set);
    capture_results_free(p->results, p->count);
    arena_done(&p->arena);
}

static uint32_t find_func(const struct ir_unit *unit, const char *name) {
    for (uint32_t f = 0; f < unit->funcs_count; f++)
        if (!strcmp(ir_text(unit, unit->funcs[f].name), name))
            return f;
    return IR_NONE;
}

// The name before the parameter list on the line: the last identifier before a "(" that is not a macro's or an attribute's.
static void declared_name(const struct ir_unit *unit, const char *line, char ret_name[128]) {
    *ret_name = '\0';
    for (const char *open = strchr(line, '('); open && !*ret_name; open = strchr(open + 1, '(')) {
        const char *start = open;
        while (start > line && (isalnum((unsigned char)start[-1]) || start[-1] == '_'))
            start--;
        snprintf(ret_name, 128, "%.*s", (int)(open - start), start);
        if (find_func(unit, ret_name) == IR_NONE)
            *ret_name = '\0';
    }
}

static unsigned check_file(struct case_program *p, unsigned index, unsigned *failures) {
    struct buf text = {0};
    struct err err;
    unsigned checked = 0;
    assert_true(file_read(p->files[index], 1 << 20, &text, &err));
    char *rest = text.data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char name[128];
        const char *want = strstr(line, "// role: ");
        struct buf got = {0};
        if (!want)
            continue;
        declared_name(&p->units[index], line, name);
        if (*name)
            put_roles(&got, model_func_roles(p->models[index], find_func(&p->units[index], name)));
        if (strcmp(buf_text(&got), want + 9)) {
            print_error("%s: %s\n  want %s\n  got  %s\n", p->files[index], *name ? name : line, want + 9, buf_text(&got));
            ++*failures;
        }
        checked++;
        buf_done(&got);
    }
    buf_done(&text);
    return checked;
}

static void check_case(const char *const *files, unsigned count) {
    struct case_program p;
    unsigned failures = 0;
    open_program(&p, files, count, NULL);
    for (unsigned i = 0; i < count; i++)
        assert_int_not_equal(check_file(&p, i, &failures), 0);
    close_program(&p);
    assert_int_equal(failures, 0);
}

static bool var_is(const struct case_program *p, const char *name, bool (*is)(const struct model_unit *, uint32_t)) {
    for (uint32_t v = 0; v < p->units[0].vars_count; v++)
        if (!strcmp(ir_text(&p->units[0], p->units[0].vars[v].name), name))
            return is(p->models[0], v);
    fail_msg("no variable '%s'", name);
    return false;
}

static void detached_is_no_role(void **state) {
    (void)state;
    struct case_program p;
    open_program(&p, (const char *const[]){CASES "/detached.c"}, 1, NULL);
    assert_true(model_func_is_detached(p.models[0], find_func(&p.units[0], "write_audit")));
    assert_null(model_func_roles(p.models[0], find_func(&p.units[0], "write_audit")));
    assert_false(model_func_is_detached(p.models[0], find_func(&p.units[0], "handle")));
    assert_true(model_func_is_detached(p.models[0], find_func(&p.units[0], "job_with_timeout")));
    assert_non_null(model_func_roles(p.models[0], find_func(&p.units[0], "job_with_timeout")));
    assert_true(var_is(&p, "audit", model_var_is_detached) && var_is(&p, "audit", model_var_is_context));
    assert_true(!var_is(&p, "work", model_var_is_detached) && var_is(&p, "work", model_var_is_context));
    assert_null(*model_program_problems(p.mp));
    close_program(&p);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static unsigned list_files(struct arena *arena, const char *folder, const char **ret_files, unsigned max) {
    DIR *dir = opendir(folder);
    unsigned count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        size_t len = strlen(entry->d_name);
        if (len > 2 && !strcmp(entry->d_name + len - 2, ".c") && count < max)
            ret_files[count++] = arena_printf(arena, "%s/%s", folder, entry->d_name);
    }
    closedir(dir);
    qsort(ret_files, count, sizeof *ret_files, by_name);
    return count;
}

static void declarations_mean_what_they_say(void **state) {
    (void)state;
    struct arena arena = {0};
    const char *files[64];
    unsigned count = list_files(&arena, CASES, files, 64);
    assert_true(count >= 5);
    for (unsigned i = 0; i < count; i++)
        check_case(&files[i], 1);
    arena_done(&arena);
}

static void wrappers_are_told_from_libraries(void **state) {
    (void)state;
    struct arena arena = {0};
    const char *files[8];
    unsigned count = list_files(&arena, CASES "/wrappers", files, 8);
    check_case(files, count);
    for (unsigned i = 0; i < count / 2; i++) { // the order of the units must not matter
        const char *swap = files[i];
        files[i] = files[count - 1 - i];
        files[count - 1 - i] = swap;
    }
    check_case(files, count);
    arena_done(&arena);
}

// --- questions about types

static void contexts_are_types(void **state) {
    (void)state;
    const char *file = CASES "/go_not.c";
    struct case_program p;
    open_program(&p, &file, 1, NULL);
    unsigned contexts = 0;
    for (uint32_t t = 0; t < p.units->types_count; t++)
        if (model_type_is_context(p.models[0], t)) {
            const struct ir_type *type = &p.units->types[t];
            type = type->kind == IR_POINTER ? &p.units->types[type->target] : type;
            assert_string_equal(ir_text(p.units, p.units->records[type->record].name), "ctx");
            contexts++;
        }
    assert_int_not_equal(contexts, 0);
    const struct {
        const char *name;
        enum effect_kind effect;
    } effects[] = {{"ctx_cancel", EFFECT_ENDS}, {"cache_free", EFFECT_BORROWS}, {"order_cancel", EFFECT_ENDS}, {"job_free", EFFECT_ENDS},
                   {"queue_remaining", EFFECT_BORROWS}, {"avcodec_free_context", EFFECT_ENDS}, {"avcodec_close", EFFECT_ENDS}};
    for (size_t i = 0; i < ARRAY_LEN(effects); i++)
        assert_int_equal(model_default_effect(p.models[0], find_func(p.units, effects[i].name)), effects[i].effect);
    close_program(&p);
}

static void calls_through_fields_have_roles(void **state) {
    (void)state;
    const char *file = CASES "/paho_embedded.c";
    struct case_program p;
    open_program(&p, &file, 1, NULL);
    unsigned found = 0;
    for (uint32_t f = 0; f < p.units->fields_count; f++) {
        const struct role *role = model_field_roles(p.models[0], f);
        struct buf text = {0};
        put_roles(&text, role);
        bool is_read = !strcmp(ir_text(p.units, p.units->fields[f].name), "mqttread");
        assert_string_equal(buf_text(&text), is_read ? "block timeout=arg3:ms step" : "none");
        found += is_read;
        buf_done(&text);
    }
    assert_int_equal(found, 1);
    close_program(&p);
}

static void suggestions_use_the_program_s_own_functions(void **state) {
    (void)state;
    const char *file = CASES "/go_shapes.c";
    struct case_program p;
    open_program(&p, &file, 1, NULL);
    const struct {
        const char *func, *want;
    } cases[] = {{"ctx_with_timeout", "ctx_remaining(c) < 500 ? ctx_remaining(c) : 500"},
                 {"ctx_with_deadline", "ctx_deadline(c) < 500 ? ctx_deadline(c) : 500"},
                 {"mctx_with_timeout_ms", NULL},
                 {"tctx_with_timeout", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf text = {0};
        uint32_t func = find_func(p.units, cases[i].func);
        uint32_t type = p.units->vars[p.units->funcs[func].vars].type;
        bool ok = model_suggest(p.models[0], type, model_func_roles(p.models[0], func), "c", "500", &text);
        assert_int_equal(ok, cases[i].want != NULL);
        if (ok)
            assert_string_equal(buf_text(&text), cases[i].want);
        buf_done(&text);
    }
    close_program(&p);
}

static void wrong_annotations_are_named(void **state) {
    (void)state;
    const char *file = CASES "/annotations.c";
    struct case_program p;
    open_program(&p, &file, 1, NULL);
    const char *const *problems = model_program_problems(p.mp);
    assert_non_null(problems[0]);
    assert_non_null(problems[1]);
    assert_non_null(problems[2]);
    assert_null(problems[3]);
    assert_non_null(strstr(problems[0], "annotations.c:"));
    assert_non_null(strstr(problems[0], "annotation of 'job_wrong': 'paren' is no key of 'derive'; did you mean 'parent'?"));
    assert_non_null(strstr(problems[1], "annotation of 'job_misfit': its positions do not fit the declaration"));
    assert_string_equal(problems[2], "annotation of 'job_limits.other': 'timout' is no word that fits here; did you mean 'timeout'?");
    for (uint32_t f = 0; f < p.units->fields_count; f++) {
        const struct meaning *said = model_field_meaning(p.models[0], f);
        if (!strcmp(ir_text(p.units, p.units->fields[f].name), "limit")) {
            assert_non_null(said);
            assert_int_equal(said->bound.infinite_count, 1);
            assert_int_equal(said->bound.unit, UNIT_MS);
        }
        assert_int_equal(model_field_is_context(p.models[0], f), !strcmp(ir_text(p.units, p.units->fields[f].name), "owner"));
    }
    uint32_t hand = find_func(p.units, "job_hand");
    const struct meaning *meaning = model_var_meaning(p.models[0], p.units->funcs[hand].vars + 1);
    assert_non_null(meaning);
    assert_int_equal(meaning->kind, MEANS_TIMEOUT);
    assert_int_equal(meaning->bound.unit, UNIT_MS);
    close_program(&p);
}

// --- files

static char *write_file(const char *text, size_t len) {
    char *path = mem_strdup("/tmp/timeoutlint-model-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    close(fd);
    return path;
}

// Loads `text` as a user's file after the shipped ones. NULL: it is right; else the error, without the path.
static const char *load_text(const char *text, size_t len, struct err *err) {
    char *path = write_file(text, len);
    struct model_set *set = NULL;
    const char *files[] = {path};
    bool ok = model_set_load(NULL, files, 1, &set, err);
    const char *after = ok ? NULL : strstr(err->text, path);
    if (after)
        after += strlen(path) + 1;
    else if (!ok)
        after = err->text;
    if (ok)
        model_set_free(set);
    unlink(path);
    free(path);
    return after;
}

static void wrong_files_are_explained(void **state) {
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", " the file is empty; a model starts with 'model: NAME'"},
        {"functions: {}\n", "1:1: the model has no name; start the file with 'model: NAME'"},
        {"- a\n", "1:1: a model file must be a mapping (key: value), not a list"},
        {"model: [x]\n", "1:8: model must be text, not a list"},
        {"model: x\nfunction:\n  a: none\n", "2:1: 'function' is no key of a model file; did you mean 'functions'?"},
        {"model: x\nfunctions: 7\n", "2:12: functions must be a mapping (key: value), not text"},
        {"model: x\nfunctions:\n  f: block timeout=arg1:ms\n  f: sleep timeout=arg0:s\n", "4:3: 'f' stands here a second time; put both lines into one list"},
        {"model: x\nfunctions:\n  f: derve parent=arg0\n", "3:6: 'derve' is no role of a function; did you mean 'derive'?"},
        {"model: x\nfunctions:\n  f: derive parent=arg0 timout=arg1:ms\n", "3:25: 'timout' is no key of 'derive'; did you mean 'timeout'?"},
        {"model: x\nfunctions:\n  f: derive parent=arg0 timeout=arg1:msec\n", "3:25: 'msec' is no unit; expected 'ns', 'us', 'ms', 's', 'ticks', 'timespec' or 'timeval'"},
        {"model: x\nfunctions:\n  f: derive parent=arg0 timeout=first:ms\n", "3:25: 'first' is no position; write arg0, *arg1, arg2.field, return, return.field, ambient or auto"},
        {"model: x\nfunctions:\n  f: derive timeout=arg1:ms\n", "'derive' needs parent="},
        {"model: x\nfunctions:\n  f: sleep\n", "'sleep' needs deadline= or timeout="},
        {"model: x\nfunctions:\n  f: block timeout=arg1:ms deadline=arg2\n", "'block' has timeout= and deadline=; write one line for each"},
        {"model: x\nfunctions:\n  f: block timeout=arg1 timeout=arg2\n", "3:25: 'timeout' is given twice"},
        {"model: x\nfunctions:\n  f: query remaning object=arg0\n", "3:12: 'remaning' is no question; did you mean 'remaining'?"},
        {"model: x\nfunctions:\n  f: cancel twice=maybe\n", "3:13: 'maybe' is no answer to a yes-or-no key; expected 'no' or 'yes'"},
        {"model: x\nfunctions:\n  f: block timeout=arg1 infinite=99999999999999999999\n", "is no number that fits 64 bits"},
        {"model: x\nfunctions:\n  f: none now\n", "'none' takes no keys, 'now' is one too many"},
        {"model: x\nfunctions:\n  f: []\n", "3:6: the list is empty"},
        {"model: x\nfunctions:\n  f: {derive: 1}\n", "3:6: what a name means must be text, not a mapping (key: value)"},
        {"model: x\nfunctions:\n  f:\n", "3:5: there is no word here"},
        {"model: x\ntypes:\n  t: derive parent=arg0\n", "'derive' is no word that fits here"},
        {"model: x\nfields:\n  member: block\n", "3:3: 'member' names no field; write TYPE.member"},
        {"model: x\nwords:\n  parents: [a]\n", "3:3: 'parents' is no list of words; did you mean 'parent'?"},
        {"model: x\nsystem: maybe\n", "2:9: 'maybe' is no answer to 'system'"},
        {"model: x\nmatch: glob\n", "2:8: 'glob' is no way to match; expected 'names' or 'words'"},
        {"model: x\n? [a, b]\n: c\n", "2:3: a key must be text, not a list"},
        {"model: x\n---\nmodel: y\n", "a second document starts here"},
        {"model: x\nfunctions: {a: *b}\n", "not valid YAML"},
        {"model: x\n\tfunctions:\n", "not valid YAML"},
        {"model: \"a\\0b\"\n", "1:8: model holds a NUL character"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {{0}};
        const char *error = load_text(cases[i].text, strlen(cases[i].text), &err);
        if (!error || !strstr(error, cases[i].error))
            fail_msg("for %s\nwant %s\ngot  %s", cases[i].text, cases[i].error, error ? error : "no error");
    }
}

static void what_is_no_model_file_is_refused(void **state) {
    (void)state;
    struct model_set *set;
    struct err err;
    const char *missing = "/no/such/model.yaml", *folder = "/tmp";
    assert_false(model_set_load(NULL, &missing, 1, &set, &err));
    assert_non_null(strstr(err.text, "cannot open '/no/such/model.yaml'"));
    assert_false(model_set_load(NULL, &folder, 1, &set, &err));
    assert_non_null(strstr(err.text, "is a directory"));
    assert_false(model_set_load("/no/such", NULL, 0, &set, &err));
    assert_non_null(strstr(err.text, "is timeoutlint installed completely?"));
    assert_non_null(load_text("\x7f""ELF\2\1\1\0\0\0", 10, &err));
    assert_non_null(load_text("model: \xff\xfe\x80", 10, &err));
    char deep[4000];
    memset(deep, '[', sizeof deep);
    assert_non_null(load_text(deep, sizeof deep, &err));
}

static void cut_and_damaged_files_do_no_harm(void **state) {
    (void)state;
    struct buf text = {0};
    struct err err;
    assert_true(file_read(SHIPPED "/go-style.yaml", 1 << 20, &text, &err));
    assert_null(load_text(text.data, text.len, &err));
    uint32_t random = 1;
    for (size_t len = 0; len < text.len; len += 1 + (random >> 8) % 13) {
        load_text(text.data, len, &err);
        random = random * 1664525 + 1013904223;
        size_t at = (random >> 8) % text.len;
        char old = text.data[at];
        text.data[at] = (char)(random >> 24);
        load_text(text.data, text.len, &err);
        text.data[at] = old;
    }
    buf_done(&text);
}

static void models_replace_and_disable(void **state) {
    (void)state;
    const char *file = CASES "/go_not.c";
    static const char off[] = "model: mine\ndisable: go-style\nfunctions:\n  ctx_*: none\n  ctx_cancel: cancel object=arg0\n";
    char *path = write_file(off, sizeof off - 1);
    struct case_program p;
    open_program(&p, &file, 1, path);
    for (const char *const *name = model_set_names(p.set); *name; name++)
        assert_string_not_equal(*name, "go-style");
    assert_null(model_func_roles(p.models[0], find_func(p.units, "ctx_with_timeout")));
    const struct role *role = model_func_roles(p.models[0], find_func(p.units, "ctx_cancel"));
    assert_non_null(role);
    assert_string_equal(role->model, "mine");
    assert_false(role->by_shape);
    close_program(&p);
    unlink(path);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_explained),
        cmocka_unit_test(what_is_no_model_file_is_refused),
        cmocka_unit_test(cut_and_damaged_files_do_no_harm),
        cmocka_unit_test(detached_is_no_role),
        cmocka_unit_test(declarations_mean_what_they_say),
        cmocka_unit_test(wrappers_are_told_from_libraries),
        cmocka_unit_test(contexts_are_types),
        cmocka_unit_test(calls_through_fields_have_roles),
        cmocka_unit_test(suggestions_use_the_program_s_own_functions),
        cmocka_unit_test(wrong_annotations_are_named),
        cmocka_unit_test(models_replace_and_disable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
