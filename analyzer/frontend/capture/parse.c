// Parsing: flags in, translation unit out. What gcc accepts and clang does not is turned into what clang accepts where that changes
// nothing for us: flags that clang's driver does not know are skipped by it, and those that make it refuse the unit are left out.
#include "frontend/capture/parse.h"

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "frontend/capture/lower.h"
#include "frontend/capture/mentions.h"
#include "frontend/capture/tells.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Ahead of the unit's own flags, so that these win; and behind them, so that ours win. Fortified headers would put inline
// functions in front of the library's.
static const char *const first_flags[] = {"-xc"};
static const char *const last_flags[] = {"-w", "-Wno-everything", "-Wno-error", "-ferror-limit=0", "-fno-spell-checking",
                                         "-Qunused-arguments",
                                         "-U_FORTIFY_SOURCE"};

static bool ends_in(const char *text, const char *suffix) {
    size_t len = strlen(text), suffix_len = strlen(suffix);
    return len >= suffix_len && !strcmp(text + len - suffix_len, suffix);
}

static bool has_language(const char *const *args, int count) {
    for (int i = 0; i < count; i++)
        if (!strncmp(args[i], "-x", 2))
            return true;
    return false;
}

// clang refuses the whole command line for some flags, as for the name of a standard that it does not know.
enum flag_choice { ALL_FLAGS, ESSENTIAL_FLAGS, ESSENTIAL_WITHOUT_STANDARD, FLAG_CHOICES };

// Flags that select what is parsed at all.
static bool is_essential(const char *arg) {
    static const char *const starts[] = {"-I", "-D", "-U", "-i", "-x", "-m32", "-m64", "--sysroot", "-nostdinc", "-pthread"};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (!strncmp(arg, starts[i], strlen(starts[i])))
            return true;
    return false;
}

static bool is_chosen(const char *arg, enum flag_choice choice) {
    return choice == ALL_FLAGS || is_essential(arg) || (choice == ESSENTIAL_FLAGS && !strncmp(arg, "-std=", strlen("-std=")));
}

static bool takes_value(const char *arg) {
    static const char *const names[] = {"-I", "-D", "-U", "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-isysroot", "-x",
                                        "--sysroot"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!strcmp(arg, names[i]))
            return true;
    return false;
}

typedef VEC(const char *) flag_vec;

static void collect_flags(const struct parse_command *command, enum flag_choice choice, struct arena *arena, flag_vec *ret_flags) {
    const char *const *args = command->args;
    int count = command->arg_count;
    if (!has_language(args, count) && !ends_in(command->file, ".c") && !ends_in(command->file, ".i"))
        for (size_t i = 0; i < ARRAY_LEN(first_flags); i++)
            vec_push(ret_flags, first_flags[i]);
    for (int i = 0; i < count; i++) {
        bool has_value = takes_value(args[i]) && i + 1 < count;
        if (is_chosen(args[i], choice)) {
            vec_push(ret_flags, args[i]);
            if (has_value)
                vec_push(ret_flags, args[i + 1]);
        }
        i += has_value;
    }
    for (size_t i = 0; i < ARRAY_LEN(last_flags); i++)
        vec_push(ret_flags, last_flags[i]);
    if (command->project[1]) // __FILE__ says the same wherever the project lies
        vec_push(ret_flags, arena_printf(arena, "-fmacro-prefix-map=%s/=", command->project));
}

static enum CXErrorCode parse(CXIndex index, const struct parse_command *command, enum flag_choice choice, CXTranslationUnit *ret_tu) {
    struct arena arena = {0};
    flag_vec flags = {0};
    collect_flags(command, choice, &arena, &flags);
    enum CXErrorCode code = clang_parseTranslationUnit2(index, command->file, flags.items, (int)flags.len, NULL, 0, CXTranslationUnit_KeepGoing, ret_tu);
    vec_done(&flags);
    arena_done(&arena);
    return code;
}

static const char *reason(enum CXErrorCode code) {
    switch (code) {
    case CXError_Crashed:
        return "libclang crashed while parsing it";
    case CXError_InvalidArguments:
        return "libclang does not accept its command line";
    default:
        return "libclang could not read it";
    }
}

// `ret_is_whole`: nothing was missed because it was being written.
static bool parse_once(struct parser *parser, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs, bool *ret_is_whole) {
    CXTranslationUnit tu = NULL;
    enum CXErrorCode code = CXError_Failure;
    for (enum flag_choice choice = ALL_FLAGS; choice < FLAG_CHOICES && code != CXError_Success && code != CXError_Crashed; choice++)
        code = parse(parser->index, command, choice, &tu);
    if (code != CXError_Success || !tu) {
        buf_printf(ret_bytes, "%s: %s", command->file, reason(code));
        return false;
    }
    struct parse_command alone = *command;
    alone.prefix_files = "";
    struct ir_builder builder;
    unit_lower(tu, &alone, &parser->places, NULL, &builder);
    *ret_is_whole = reads_collect(&parser->reads, tu, command->directory, command->args, command->arg_count, (struct reads_main){0}, ret_inputs);
    clang_disposeTranslationUnit(tu);
    ir_build_finish(&builder, ret_bytes);
    ir_build_done(&builder);
    return true;
}

static bool parse_whole(struct parser *parser, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs) {
    bool is_whole = false;
    for (int tries = 0; tries < 10 && !is_whole; tries++) {
        ret_bytes->len = ret_inputs->len = 0;
        if (!parse_once(parser, command, ret_bytes, ret_inputs, &is_whole))
            return false;
    }
    ret_bytes->len = is_whole ? ret_bytes->len : 0;
    if (!is_whole)
        buf_printf(ret_bytes, "%s: it changes while it is read", command->file);
    return is_whole;
}

// ---- with a precompiled header ----

enum { SOURCE_MAX = 1 << 30, CHAIN_START = 200, CHAIN_MAX = 128 };

// A precompiled header names the one that it was made on top of. So each is opened under a number that says where in the chain it stands,
// whatever run it is and wherever the file comes from. False where one cannot be had.
static bool open_chain(const char *paths, int *ret_count) {
    bool ok = true;
    *ret_count = 0;
    for (const char *at = paths, *end; ok && (end = strchr(at, '\n')); at = end + 1) {
        char *path = mem_strdup(at);
        path[end - at] = '\0';
        int file = open(path, O_RDONLY | O_CLOEXEC);
        ok = file >= 0 && *ret_count < CHAIN_MAX && dup2(file, CHAIN_START + *ret_count) >= 0;
        *ret_count += ok;
        if (file >= 0)
            close(file);
        free(path);
    }
    return ok;
}

static void close_chain(int count) {
    while (count--)
        close(CHAIN_START + count);
}

// With `text` in the place of the file's; with the command's precompiled header, if any, and `extra`, a flag or NULL.
static CXTranslationUnit parse_text(CXIndex index, const struct parse_command *command, const struct buf *text, const char *extra, unsigned options) {
    struct arena arena = {0};
    flag_vec flags = {0};
    CXTranslationUnit tu = NULL;
    struct CXUnsavedFile unsaved = {command->file, buf_text(text), text->len};
    int count;
    bool has_chain = open_chain(command->prefix, &count);
    collect_flags(command, ALL_FLAGS, &arena, &flags);
    if (count) {
        vec_push(&flags, "-include-pch");
        vec_push(&flags, arena_printf(&arena, "/proc/self/fd/%d", CHAIN_START + count - 1));
    }
    if (extra)
        vec_push(&flags, extra);
    if (!has_chain || clang_parseTranslationUnit2(index, command->file, flags.items, (int)flags.len, &unsaved, 1, options | CXTranslationUnit_KeepGoing, &tu) != CXError_Success)
        tu = NULL;
    close_chain(count);
    vec_done(&flags);
    arena_done(&arena);
    return tu;
}

static bool has_error(CXTranslationUnit tu) {
    unsigned count = clang_getNumDiagnostics(tu);
    bool found = false;
    for (unsigned i = 0; i < count && !found; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);
        found = clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
        clang_disposeDiagnostic(diagnostic);
    }
    return found;
}

// Blanks what the prefix stands for, so that all else keeps its place, and makes the conditionals that go on behind it plainly true.
// False where the file is no longer the one that the prefix was chosen for.
static bool hide_head(const char *head, const struct buf *text, struct buf *ret_shown) {
    char *at;
    size_t end = strtoul(head, &at, 10);
    uint64_t hash = strtoull(at, &at, 10);
    if (end > text->len || hash_bytes(text->data, end) != hash)
        return false;
    buf_add(ret_shown, text->data, text->len);
    for (size_t i = 0; i < end; i++)
        if (ret_shown->data[i] != '\n' && ret_shown->data[i] != '\r')
            ret_shown->data[i] = ' ';
    static const char plain[] = "#if 1";
    while (*at == ' ') {
        size_t start = strtoul(at, &at, 10);
        if (start + strlen(plain) > end)
            return false;
        memcpy(ret_shown->data + start, plain, strlen(plain));
    }
    return true;
}

struct main_count {
    CXFile file;
    unsigned seen;
};

static void count_main(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    struct main_count *count = data;
    if (!depth)
        count->file = file;
    count->seen += count->file && clang_File_isEqual(file, count->file);
}

// A source that includes itself would include its blanked form.
static bool includes_itself(CXTranslationUnit tu) {
    struct main_count count = {0};
    clang_getInclusions(tu, count_main, &count);
    return count.seen > 1;
}

// With the file's text. False as for parse_behind; where the lines have grown, it is worth another try.
static bool parse_behind_with(struct parser *parser, const struct parse_command *command, const struct buf *text, struct buf *lines,
                              struct buf *ret_bytes, struct buf *ret_inputs) {
    struct buf shown = {0};
    CXTranslationUnit tu = NULL;
    if (hide_head(command->head, text, &shown)) {
        buf_printf(&shown, lines->len ? "\n\n%s" : "%s", buf_text(lines)); // the file may end in a backslash
        tu = parse_text(parser->index, command, &shown, NULL, 0);
    }
    struct ir_builder builder = {0};
    bool ok = tu && !has_error(tu) && !includes_itself(tu) && unit_lower(tu, command, &parser->places, lines, &builder);
    ok = ok && reads_collect(&parser->reads, tu, command->directory, command->args, command->arg_count, (struct reads_main){.text = text}, ret_inputs);
    if (tu)
        clang_disposeTranslationUnit(tu);
    if (ok)
        ir_build_finish(&builder, ret_bytes);
    ir_build_done(&builder);
    buf_done(&shown);
    return ok;
}

// False wherever the whole file could mean something else: then it is parsed as a whole, and the lines it asked for stand for nothing.
static bool parse_behind(struct parser *parser, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs) {
    struct buf text = {0}, lines = {0}, *known = asked_lines(&parser->asked, command->prefix);
    struct err err;
    bool ok = false, again = known && file_read(command->file, SOURCE_MAX, &text, &err);
    if (again)
        buf_puts(&lines, buf_text(known));
    while (again && !ok) {
        size_t before = lines.len;
        ok = parse_behind_with(parser, command, &text, &lines, ret_bytes, ret_inputs);
        again = lines.len > before;
    }
    if (ok)
        buf_puts(known, buf_text(&lines) + known->len);
    buf_done(&lines);
    buf_done(&text);
    return ok;
}

bool parse_unit(struct parser *parser, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs, bool *ret_is_behind) {
    if (chdir(command->directory) != 0) {
        buf_printf(ret_bytes, "cannot enter the directory %s", command->directory);
        return false;
    }
    if (access(command->file, R_OK) != 0) {
        buf_printf(ret_bytes, "cannot read %s", command->file);
        return false;
    }
    *ret_is_behind = *command->prefix && parse_behind(parser, command, ret_bytes, ret_inputs);
    return *ret_is_behind || parse_whole(parser, command, ret_bytes, ret_inputs);
}

struct search {
    CXTranslationUnit tu;
    bool found;
};

// Words whose effect a precompiled header does not carry over, or that say something else in it.
static void search_file(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack, (void)depth;
    static const char *const words[] = {"__BASE_FILE__", "__INCLUDE_LEVEL__", "push_macro", "redefine_extname"};
    struct search *search = data;
    size_t size;
    const char *text = clang_getFileContents(search->tu, file, &size);
    for (size_t i = 0; text && i < ARRAY_LEN(words); i++)
        search->found |= memmem(text, size, words[i], strlen(words[i])) != NULL;
    CXString name = clang_getFileName(file);
    search->found |= !text || strchr(clang_getCString(name), '\n') != NULL;
    clang_disposeString(name);
}

static bool has_such_words(CXTranslationUnit tu) {
    struct search search = {.tu = tu};
    clang_getInclusions(tu, search_file, &search);
    return search.found;
}

// Which macros there are, or are not, behind a prefix ("" for none).
static bool tell_macros(struct parser *parser, const struct parse_command *command, const char *prefix, const char *asks, char kind, struct buf *ret_lines) {
    struct parse_command behind = *command;
    struct buf text = {0};
    behind.prefix = prefix;
    tells_question(asks, kind == 'I', &text);
    CXTranslationUnit tu = parse_text(parser->index, &behind, &text, "-xc", 0);
    bool ok = tu && !has_error(tu);
    if (ok)
        tells_answer(tu, kind, ret_lines);
    if (tu)
        clang_disposeTranslationUnit(tu);
    buf_done(&text);
    return ok;
}

static bool tell(struct parser *parser, CXTranslationUnit tu, const struct parse_command *command, const struct parse_header *header, struct buf *ret_lines) {
    struct buf chain = {0};
    buf_printf(&chain, "%s%s\n", command->prefix, header->out);
    tells_files(tu, ret_lines);
    bool ok = tell_macros(parser, command, buf_text(&chain), header->asks, 'H', ret_lines) && tell_macros(parser, command, "", header->asks, 'I', ret_lines);
    buf_done(&chain);
    return ok;
}

bool parse_prefix(struct parser *parser, const struct parse_command *command, const struct parse_header *header, struct buf *ret_files, struct buf *ret_inputs) {
    struct buf source = {.data = (char *)(uintptr_t)header->text, .len = strlen(header->text)};
    if (chdir(command->directory) != 0)
        return false;
    CXTranslationUnit tu = parse_text(parser->index, command, &source, "-xc-header", CXTranslationUnit_Incomplete | CXTranslationUnit_ForSerialization);
    bool ok = tu && !has_error(tu) && !has_such_words(tu) &&
              (!*header->words || mentions_find(tu, command->args, command->arg_count, header->words, ret_files)) &&
              clang_saveTranslationUnit(tu, header->out, clang_defaultSaveOptions(tu)) == CXSaveError_None &&
              (!*header->asks || tell(parser, tu, command, header, ret_files)) && unit_list_files(tu, command, &parser->places, ret_files);
    ok = ok && reads_collect(&parser->reads, tu, command->directory, command->args, command->arg_count, (struct reads_main){.is_made_up = true}, ret_inputs);
    if (tu)
        clang_disposeTranslationUnit(tu);
    return ok;
}
