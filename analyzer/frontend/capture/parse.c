// Parsing: flags in, translation unit out. What gcc accepts and clang does not is turned into what clang accepts where that changes
// nothing for us: flags that clang's driver does not know are skipped by it, and those that make it refuse the unit are left out.
#include "frontend/capture/parse.h"

#include "base/mem.h"
#include "frontend/capture/lower.h"
#include "frontend/capture/reads.h"

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

static enum CXErrorCode parse(CXIndex index, const char *file, const flag_vec *flags, CXTranslationUnit *ret_tu) {
    return clang_parseTranslationUnit2(index, file, flags->items, (int)flags->len, NULL, 0, CXTranslationUnit_KeepGoing, ret_tu);
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

bool parse_unit(CXIndex index, const struct parse_command *command, struct buf *ret_bytes, struct buf *ret_inputs) {
    const char *file = command->file;
    if (chdir(command->directory) != 0) {
        buf_printf(ret_bytes, "cannot enter the directory %s", command->directory);
        return false;
    }
    if (access(file, R_OK) != 0) {
        buf_printf(ret_bytes, "cannot read %s", file);
        return false;
    }
    CXTranslationUnit tu = NULL;
    enum CXErrorCode code = CXError_Failure;
    struct arena arena = {0};
    for (enum flag_choice choice = ALL_FLAGS; choice < FLAG_CHOICES && code != CXError_Success && code != CXError_Crashed; choice++) {
        flag_vec flags = {0};
        collect_flags(command, choice, &arena, &flags);
        code = parse(index, file, &flags, &tu);
        vec_done(&flags);
    }
    arena_done(&arena);
    if (code != CXError_Success || !tu) {
        buf_printf(ret_bytes, "%s: %s", file, reason(code));
        return false;
    }
    unit_lower(tu, command->project, command->directory, ret_bytes);
    reads_collect(tu, command->directory, command->args, command->arg_count, ret_inputs);
    clang_disposeTranslationUnit(tu);
    return true;
}
