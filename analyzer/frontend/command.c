// The words of a compiler command. Of the flags, only those are kept that are known to change how clang reads C: gcc has
// hundreds that clang refuses, and what they do to warnings or to code generation does not matter here.
// Left out: the option syntax of cl.exe; asking a cross compiler for its headers (that would run programs named by the database).
#include "frontend/command.h"

#include "base/buf.h"
#include "base/file.h"

#include <ctype.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

static bool starts_with(const char *text, const char *prefix) {
    return !strncmp(text, prefix, strlen(prefix));
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && !strcmp(text + len - end_len, end);
}

static bool is_one_of(const char *text, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(text, list[i]))
            return true;
    return false;
}

// ---- splitting and response files ----

bool command_split(struct arena *arena, const char *text, struct words *words, struct err *err) {
    gint count;
    gchar **argv;
    GError *error = NULL;
    if (!g_shell_parse_argv(text, &count, &argv, &error)) {
        err_set(err, "its command cannot be split into words (%s)", error->message);
        g_error_free(error);
        return false;
    }
    for (gint i = 0; i < count; i++)
        vec_push(words, arena_strdup(arena, argv[i]));
    g_strfreev(argv);
    return true;
}

// gcc's rules: blanks separate words, both kinds of quotes group, a backslash takes the next character as it is, anywhere.
static void split_response(struct arena *arena, const char *text, struct words *words) {
    struct buf word = {0};
    for (const char *at = text; *at;) {
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        word.len = 0;
        for (char quote = 0; *at && (quote || !isspace((unsigned char)*at)); at++) {
            if (*at == '\\' && at[1])
                buf_putc(&word, *++at);
            else if (quote ? *at == quote : *at == '"' || *at == '\'')
                quote = quote ? 0 : *at;
            else
                buf_putc(&word, *at);
        }
        vec_push(words, arena_strndup(arena, buf_text(&word), word.len));
    }
    buf_done(&word);
}

enum { RESPONSE_DEPTH_MAX = 20, RESPONSE_SIZE_MAX = 64 << 20 };

static bool expand(struct arena *arena, const char *directory, const struct words *from, unsigned depth, struct words *to, struct err *err) {
    for (size_t i = 0; i < from->len; i++) {
        const char *word = from->items[i];
        if (word[0] != '@' || !word[1]) {
            vec_push(to, word);
            continue;
        }
        const char *path = path_absolute(arena, directory, word + 1);
        struct buf text = {0};
        struct err why;
        if (depth >= RESPONSE_DEPTH_MAX)
            return err_set(err, "its response file '%s' includes itself, or is nested more than %d deep", path, RESPONSE_DEPTH_MAX);
        if (!file_read(path, RESPONSE_SIZE_MAX, &text, &why))
            return err_set(err, "its response file is missing (%s); build the project once, then try again", why.text);
        struct words inner = {0};
        split_response(arena, buf_text(&text), &inner);
        bool ok = expand(arena, directory, &inner, depth + 1, to, err);
        vec_done(&inner);
        buf_done(&text);
        if (!ok)
            return false;
    }
    return true;
}

bool command_expand(struct arena *arena, const char *directory, struct words *words, struct err *err) {
    struct words expanded = {0};
    if (!expand(arena, directory, words, 0, &expanded, err)) {
        vec_done(&expanded);
        return false;
    }
    vec_done(words);
    *words = expanded;
    return true;
}

// ---- the compiler and what stands before it ----

static bool is_wrapper(const char *word) {
    static const char *const names[] = {"ccache", "distcc",     "sccache",  "icecc", "icerun", "buildcache", "gomacc",
                                        "rewrapper", "env",     "nice",     "nohup", "time",   "libtool",    "pump"};
    const char *name = path_name(word);
    return is_one_of(name, names, ARRAY_LEN(names)) || ends_with(name, "-libtool");
}

static bool is_shell(const char *word) {
    static const char *const names[] = {"sh", "bash", "dash", "ksh", "zsh"};
    return is_one_of(path_name(word), names, ARRAY_LEN(names));
}

// Index of the compiler's own name, past "ccache", "env A=b", "sh ./libtool --mode=compile"; words->len where there is none.
static size_t find_compiler(const struct words *words) {
    size_t at = 0;
    if (words->len > 1 && is_shell(words->items[0]) && is_wrapper(words->items[1]))
        at = 1;
    for (bool in_wrapper = false; at < words->len; at++) {
        const char *word = words->items[at];
        if (is_wrapper(word))
            in_wrapper = true;
        else if (in_wrapper && (!strcmp(word, "-u") || !strcmp(word, "-n") || !strcmp(word, "-C")))
            at++; // env -u NAME, nice -n 5
        else if (in_wrapper ? word[0] != '-' && !strchr(word, '=') : !strchr(word, '=') || word[0] == '-')
            break;
    }
    return at;
}

// The name without directory, ".exe" and version: "/usr/bin/arm-linux-gnueabi-gcc-12" -> "arm-linux-gnueabi-gcc".
static char *compiler_name(struct arena *arena, const char *word) {
    char *name = arena_strdup(arena, path_name(word));
    if (ends_with(name, ".exe"))
        name[strlen(name) - 4] = '\0';
    size_t len = strlen(name), end = len;
    while (end && (isdigit((unsigned char)name[end - 1]) || name[end - 1] == '.'))
        end--;
    if (end < len && end && name[end - 1] == '-')
        name[end - 1] = '\0';
    return name;
}

struct compiler {
    bool is_cxx;        // compiles .c as C++
    const char *target; // triple to give to clang, or NULL
    bool is_foreign;    // for a machine that clang here may not know: its -m flags mean nothing
};

static struct compiler compiler_of(struct arena *arena, const char *word) {
    char *name = compiler_name(arena, word);
    struct compiler compiler = {.is_cxx = ends_with(name, "++")};
    char *dash = strrchr(name, '-');
    if (!dash || (strcmp(dash, "-gcc") && strcmp(dash, "-cc") && strcmp(dash, "-clang")))
        return compiler;
    *dash = '\0';
    if (strstr(name, "-linux-"))
        compiler.target = name;
    else
        compiler.is_foreign = true;
    return compiler;
}

// ---- languages ----

bool command_is_other_language(const char *file) {
    static const char *const endings[] = {".s", ".S", ".sx", ".asm", ".cc", ".cp", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".ii", ".m", ".mi", ".mm", ".M",
                                          ".cu", ".cl", ".rc", ".f", ".F", ".for", ".f90", ".F90", ".go", ".d", ".rs", ".swift", ".ads", ".adb",
                                          ".hh", ".hpp", ".hxx", ".o", ".obj", ".a", ".so", ".lo", ".res", ".pch", ".gch"};
    const char *dot = strrchr(path_name(file), '.');
    return dot && is_one_of(dot, endings, ARRAY_LEN(endings));
}

static bool is_c_source(const char *file) {
    return ends_with(file, ".c") || ends_with(file, ".i");
}

// ---- flags ----

// Flags whose value may stand in the next word.
static const char *const kept_with_value[] = {"-iwithprefixbefore", "-iwithprefix", "-iprefix", "-isysroot", "-isystem", "-iquote", "-idirafter",
                                              "-include", "-imacros", "-ivfsoverlay", "-I", "-D", "-U", "-x"};
// Flags that are dropped together with the next word.
static const char *const dropped_with_value[] = {
    "-o", "-MF", "-MT", "-MQ", "-MJ", "-L", "-l", "-T", "-u", "-z", "-e", "-B", "-A", "-Xlinker", "-Xassembler", "-Xpreprocessor", "-Xclang",
    "-Xanalyzer", "-aux-info", "--param", "-wrapper", "-dumpbase", "-dumpdir", "-dumpbase-ext", "-include-pch", "-framework", "-arch", "-mllvm",
    "--serialize-diagnostics", "-specs", "--specs", "--output"};
static const char *const kept_alone[] = {
    "-ansi", "-nostdinc", "-undef", "-pthread", "-trigraphs", "-traditional-cpp", "-fsigned-char", "-funsigned-char", "-fno-signed-char",
    "-fno-unsigned-char", "-fshort-enums", "-fno-short-enums", "-fshort-wchar", "-fno-short-wchar", "-fgnu89-inline", "-fno-gnu89-inline",
    "-ffreestanding", "-fhosted", "-fms-extensions", "-fno-ms-extensions", "-fblocks", "-fdeclspec", "-fpack-struct", "-fdollars-in-identifiers",
    "-fno-dollars-in-identifiers", "-fexceptions", "-fasm", "-fno-asm", "-flax-vector-conversions", "-fno-lax-vector-conversions",
    "-fheinous-gnu-extensions", "-fbuiltin", "-fno-builtin"};
static const char *const kept_prefixes[] = {"-std=", "--std=", "-O", "-fno-builtin-", "-fpack-struct=", "-fbracket-depth=", "-fgnuc-version=", "--sysroot=",
                                            "--target="};
// After "-m" or "-mno-".
static const char *const machine_exact[] = {"16", "32", "64", "x32", "thumb", "arm", "little-endian", "big-endian", "soft-float", "hard-float",
                                            "general-regs-only", "mmx", "sse", "sse2", "sse3", "ssse3", "sse4", "sse4.1", "sse4.2", "sse4a", "avx",
                                            "avx2", "aes", "vaes", "bmi", "bmi2", "fma", "fma4", "f16c", "popcnt", "lzcnt", "pclmul", "vpclmulqdq",
                                            "rdrnd", "rdseed", "sha", "adx", "movbe", "crc32", "fsgsbase", "gfni", "xsave", "altivec", "vsx",
                                            "ms-bitfields", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512vnni"};
static const char *const machine_prefixes[] = {"arch=", "cpu=", "fpu=", "float-abi=", "abi=", "long-double-"};

static bool has_prefix_in(const char *text, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (starts_with(text, list[i]))
            return true;
    return false;
}

static bool is_kept_machine_flag(const char *flag) {
    const char *name = flag + 2;
    if (starts_with(name, "no-"))
        name += 3;
    return is_one_of(name, machine_exact, ARRAY_LEN(machine_exact)) || has_prefix_in(name, machine_prefixes, ARRAY_LEN(machine_prefixes));
}

struct sorting {
    struct arena *arena;
    struct compiler compiler;
    const char *language; // of -x, "" for none
    struct words *flags;
};

// A macro that turns the library's functions into inline wrappers, which only hides what is called.
static bool is_fortify(const char *definition) {
    return starts_with(definition, "_FORTIFY_SOURCE");
}

static void keep_with_value(struct sorting *sorting, const char *flag, const char *value) {
    if (!strcmp(flag, "-x"))
        sorting->language = value;
    else if (*value && !(!strcmp(flag, "-D") && is_fortify(value)))
        vec_push(sorting->flags, arena_printf(sorting->arena, "%s%s", flag, value));
}

// "-Wp,-DX=1,-MD,file": only the definitions and folders in it matter.
static void keep_preprocessor_flags(struct sorting *sorting, const char *list) {
    for (size_t len; *list; list += len + (list[len] == ',')) {
        len = strcspn(list, ",");
        const char *word = arena_strndup(sorting->arena, list, len);
        if (has_prefix_in(word, (const char *const[]){"-D", "-U", "-I"}, 3) && !is_fortify(word + 2))
            vec_push(sorting->flags, word);
    }
}

// Sorts the word at `at` and returns how many words it took.
static size_t sort_word(struct sorting *sorting, const struct words *words, size_t at) {
    const char *word = words->items[at];
    const char *next = at + 1 < words->len ? words->items[at + 1] : "";
    if (word[0] != '-')
        return 1; // the source, or something for the linker
    if (is_one_of(word, dropped_with_value, ARRAY_LEN(dropped_with_value)))
        return 2;
    for (size_t i = 0; i < ARRAY_LEN(kept_with_value); i++) {
        const char *flag = kept_with_value[i];
        if (!starts_with(word, flag))
            continue;
        bool is_joined = word[strlen(flag)] != '\0';
        keep_with_value(sorting, flag, is_joined ? word + strlen(flag) : next);
        return is_joined ? 1 : 2;
    }
    if (!strcmp(word, "--sysroot") || !strcmp(word, "-target")) {
        vec_push(sorting->flags, arena_printf(sorting->arena, "%s=%s", word[1] == 't' ? "--target" : word, next));
        return 2;
    }
    if (starts_with(word, "-Wp,"))
        keep_preprocessor_flags(sorting, word + strlen("-Wp,"));
    else if (has_prefix_in(word, (const char *const[]){"-std=c++", "-std=gnu++"}, 2))
        return 1; // gcc only warns of it in C
    else if (is_one_of(word, kept_alone, ARRAY_LEN(kept_alone)) || has_prefix_in(word, kept_prefixes, ARRAY_LEN(kept_prefixes)) ||
             (starts_with(word, "-m") && !sorting->compiler.is_foreign && is_kept_machine_flag(word)))
        vec_push(sorting->flags, word);
    return 1;
}

bool command_flags(struct arena *arena, const struct words *words, const char *file, struct words *flags) {
    size_t at = find_compiler(words);
    struct sorting sorting = {arena, {0}, "", flags};
    if (at < words->len && words->items[at][0] != '-')
        sorting.compiler = compiler_of(arena, words->items[at++]);
    if (sorting.compiler.target)
        vec_push(flags, arena_printf(arena, "--target=%s", sorting.compiler.target));
    while (at < words->len)
        at += sort_word(&sorting, words, at);
    const char *language = sorting.language;
    if (!strcmp(language, "c") || !strcmp(language, "cpp-output")) {
        if (!is_c_source(file))
            vec_push(flags, "-xc");
        return true;
    }
    return (!*language || !strcmp(language, "none")) && !sorting.compiler.is_cxx && is_c_source(file);
}

bool command_flag_is_packaging(const char *flag) {
    if (!starts_with(flag, "-D"))
        return false;
    size_t len = strcspn(flag, "=");
    return !strcmp(flag, "-DPIC") || (len > strlen("_EXPORTS") && !strncmp(flag + len - strlen("_EXPORTS"), "_EXPORTS", strlen("_EXPORTS")));
}
