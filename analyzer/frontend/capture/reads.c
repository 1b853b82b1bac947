// See reads.h. libclang tells which files were read; which names were looked for is read off their text, a little generously:
// names in branches that were skipped, and in comments, count as well. Left out: names that a macro makes, but for those that
// an #include did not find.
#include "frontend/capture/reads.h"

#include "base/file.h"
#include "base/map.h"
#include "frontend/capture/places.h"
#include "ir/inputs.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct collecting {
    struct reads_memory *memory;
    struct buf *found; // the names of the file that is scanned
    CXTranslationUnit tu;
    const char *directory;
    struct reads_main main;
    struct strtab files, names;
    struct buf *report;
    bool is_whole;
};

static bool starts_with(const char *text, const char *end, const char *start) {
    size_t len = strlen(start);
    return (size_t)(end - text) >= len && !memcmp(text, start, len);
}

static const char *skip_blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

static void put_name(struct collecting *c, const char *name, size_t len) {
    size_t known = c->names.texts.len;
    uint32_t id = strtab_addn(&c->names, name, len);
    if (id >= known) // a new one
        inputs_add(c->report, INPUT_NAME, 0, strtab_text(&c->names, id));
}

// The name between quotes or angle brackets that starts here, if there is one.
static void add_name(struct collecting *c, const char *at, const char *end) {
    if (at == end || (*at != '"' && *at != '<'))
        return;
    char close = *at == '<' ? '>' : '"';
    const char *start = at + 1;
    while (++at < end && *at != close && *at != '\n')
        ;
    if (at < end && *at == close && at > start) {
        buf_add(c->found, start, (size_t)(at - start));
        buf_putc(c->found, '\0');
    }
}

// Names that were not found, also where a macro made them.
static void add_missing(struct collecting *c) {
    unsigned count = clang_getNumDiagnostics(c->tu);
    for (unsigned i = 0; i < count; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(c->tu, i);
        CXString string = clang_getDiagnosticSpelling(diagnostic);
        const char *text = clang_getCString(string), *end = text ? strstr(text, "' file not found") : NULL;
        if (end && *text == '\'' && end > text + 1)
            put_name(c, text + 1, (size_t)(end - text - 1));
        clang_disposeString(string);
        clang_disposeDiagnostic(diagnostic);
    }
}

// Every __has_include(NAME) up to the end of the line and of those that continue it.
static void scan_condition(struct collecting *c, const char *at, const char *end) {
    static const char asks[] = "__has_include";
    for (; at < end && (*at != '\n' || at[-1] == '\\' || (at[-1] == '\r' && at[-2] == '\\')); at++) {
        if (*at != '_' || !starts_with(at, end, asks))
            continue;
        at += strlen(asks);
        if (starts_with(at, end, "_next"))
            at += strlen("_next");
        at = skip_blanks(at, end);
        if (at < end && *at == '(')
            add_name(c, skip_blanks(at + 1, end), end);
        at--;
    }
}

static void scan_directive(struct collecting *c, const char *at, const char *end) {
    static const char *const includes[] = {"include_next", "include", "import"};
    at = skip_blanks(at, end);
    for (size_t i = 0; i < ARRAY_LEN(includes); i++)
        if (starts_with(at, end, includes[i])) {
            add_name(c, skip_blanks(at + strlen(includes[i]), end), end);
            return;
        }
    if (starts_with(at, end, "if") || starts_with(at, end, "elif") || starts_with(at, end, "define"))
        scan_condition(c, at, end);
    else if (starts_with(at, end, "embed"))
        buf_putc(c->found, '\0');
}

static void scan(struct collecting *c, const char *text, size_t size) {
    const char *end = text + size;
    for (const char *at = text; (at = memchr(at, '#', (size_t)(end - at)));)
        scan_directive(c, ++at, end);
}

enum { MARGIN_SECONDS = 2 }; // clocks of file systems are coarse

void reads_memory_init(struct reads_memory *memory) {
    *memory = (struct reads_memory){0};
    clock_gettime(CLOCK_REALTIME, &memory->since);
    memory->since.tv_sec -= MARGIN_SECONDS;
}

void reads_memory_done(struct reads_memory *memory) {
    for (size_t i = 0; i < memory->texts.len; i++)
        buf_done(&memory->texts.items[i].names);
    vec_done(&memory->texts);
    map_done(&memory->known);
    map_done(&memory->files);
}

// The number of a text, plus one.
static uint32_t text_number(struct collecting *c, const char *text, size_t size) {
    uint64_t hash = hash_bytes(text, size);
    uint32_t *slot = map_put(&c->memory->known, hash, NULL);
    if (!*slot) {
        struct reads_text found = {.hash = hash};
        c->found = &found.names;
        scan(c, text, size);
        vec_push(&c->memory->texts, found);
        *slot = (uint32_t)c->memory->texts.len;
    }
    return *slot;
}

static void put_names(struct collecting *c, const struct buf *names) {
    for (const char *at = names->data, *end = at + names->len; at < end; at += strlen(at) + 1) {
        if (*at)
            put_name(c, at, strlen(at));
        else
            inputs_add(c->report, INPUT_OTHER, 0, "#embed");
    }
}

static void add_path(struct collecting *c, enum input_kind kind, uint64_t hash, const char *path) {
    struct buf name = {0};
    if (*path != '/')
        buf_printf(&name, "%s/", c->directory);
    buf_puts(&name, path);
    inputs_add(c->report, kind, hash, buf_text(&name));
    buf_done(&name);
}

// Where an old file's number is kept; NULL for one that is not old.
static uint32_t *known_file(struct collecting *c, const char *path) {
    uint64_t id;
    struct timespec changed;
    bool is_old = places_identify(path, &id, &changed) && changed.tv_sec < c->memory->since.tv_sec;
    return is_old ? map_put(&c->memory->files, id, NULL) : NULL;
}

// What a file says, as a number plus one; 0 where it cannot be read.
static uint32_t text_of(struct collecting *c, CXFile file, const char *path, bool is_main) {
    if (is_main && c->main.text)
        return text_number(c, buf_text(c->main.text), c->main.text->len);
    uint32_t *known = known_file(c, path);
    size_t size;
    const char *text = known && *known ? NULL : clang_getFileContents(c->tu, file, &size);
    uint32_t number = text ? text_number(c, text, size) : known ? *known : 0;
    if (known)
        *known = number;
    return number;
}

static void add_file(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    struct collecting *c = data;
    CXString string = clang_getFileName(file);
    const char *path = clang_getCString(string);
    size_t known = c->files.texts.len;
    if (path && *path && strtab_add(&c->files, path) >= known) {
        uint32_t number = text_of(c, file, path, depth == 0);
        c->is_whole &= number != 0;
        if (!number)
            add_path(c, INPUT_OTHER, 0, path);
        else if (depth || !c->main.is_made_up)
            add_path(c, INPUT_FILE, c->memory->texts.items[number - 1].hash, path);
        if (number)
            put_names(c, &c->memory->texts.items[number - 1].names);
    }
    clang_disposeString(string);
}

static void add_flag(struct collecting *c, const char *arg, const char *next) {
    static const char *const folders[] = {"-I", "-iquote", "-isystem", "-idirafter"};
    static const char *const files[] = {"-include", "-imacros"};
    static const char *const others[] = {"-ivfsoverlay", "-iwithprefix", "-fmodule", "-include-pch"};
    size_t len;
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        if (!strncmp(arg, folders[i], len = strlen(folders[i])))
            add_path(c, INPUT_FOLDER, 0, arg[len] ? arg + len : next);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (!strncmp(arg, files[i], len = strlen(files[i])))
            inputs_add(c->report, INPUT_NAME, 0, arg[len] ? arg + len : next);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (!strncmp(arg, others[i], strlen(others[i])))
            inputs_add(c->report, INPUT_OTHER, 0, others[i]);
}

bool reads_collect(struct reads_memory *memory, CXTranslationUnit tu, const char *directory, const char *const *args, int arg_count, struct reads_main main,
                   struct buf *report) {
    struct collecting c = {.memory = memory, .tu = tu, .directory = directory, .main = main, .report = report, .is_whole = true};
    Dl_info library;
    clang_getInclusions(tu, add_file, &c);
    add_missing(&c);
    for (int i = 0; i < arg_count; i++)
        add_flag(&c, args[i], i + 1 < arg_count ? args[i + 1] : "");
    if (dladdr(dlsym(RTLD_DEFAULT, "clang_getClangVersion"), &library) && library.dli_fname)
        inputs_add(report, INPUT_LIBRARY, 0, library.dli_fname);
    strtab_done(&c.files);
    strtab_done(&c.names);
    return c.is_whole;
}
