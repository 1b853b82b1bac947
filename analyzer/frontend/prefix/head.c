// See head.h. Two units with the same flags find the same headers where the names that their directives put in quotes lie in the same
// folder, or beside neither of the sources.
#include "frontend/prefix/head.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_MAX = 64 << 10, SOURCE_MAX = 64 << 20 };

// The path in an argument, "" where there is none; `next` is the argument behind.
static const char *path_in(const char *arg, const char *next) {
    static const char *const options[] = {"-I", "-isystem", "-iquote", "-idirafter", "-include", "-imacros"};
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        size_t len = strlen(options[i]);
        if (!strncmp(arg, options[i], len))
            return arg[len] ? arg + len : next;
    }
    return "";
}

// Whether an argument could say something else in another directory.
static bool depends_on_directory(const char *arg, const char *next) {
    static const char *const plain[] = {"-D", "-U", "-O", "-g", "-std=", "-m", "-p", "-w"};
    const char *path = path_in(arg, next);
    if (*path)
        return *path != '/';
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (!strncmp(arg, plain[i], strlen(plain[i])))
            return false;
    return strncmp(arg, "-f", 2) != 0 || strpbrk(arg, "/.");
}

// Only clang's own messages hang on it, and all of those are turned off (parse.c).
static bool is_about_warnings(const char *arg) {
    return !strncmp(arg, "-W", 2) && !strchr(arg, ',') && !strstr(arg, "fatal");
}

static uint64_t flags_hash(const struct compile_command *command) {
    uint64_t hash = 0;
    bool is_bound = false;
    for (unsigned i = 0; i < command->arg_count; i++) {
        const char *arg = command->args[i], *next = i + 1 < command->arg_count ? command->args[i + 1] : "";
        if (is_about_warnings(arg))
            continue;
        bool has_path_behind = *path_in(arg, "") == '\0' && *path_in(arg, next);
        is_bound |= depends_on_directory(arg, next);
        hash = hash_mix(hash, hash_bytes(arg, strlen(arg)));
        if (has_path_behind) {
            hash = hash_mix(hash, hash_bytes(next, strlen(next)));
            i++;
        }
    }
    return is_bound ? hash_mix(hash, hash_bytes(command->directory, strlen(command->directory))) : hash;
}

bool head_may_share(const struct compile_command *command) {
    size_t len = strlen(command->file);
    for (unsigned i = 0; i < command->arg_count; i++)
        if (!strncmp(command->args[i], "-x", 2) || strstr(command->args[i], "-pch") || strstr(command->args[i], "__BASE_FILE__"))
            return false;
    return len > 2 && !strcmp(command->file + len - 2, ".c");
}

// A name in quotes is looked for beside the source first.
static uint32_t key_of(struct strtab *texts, const char *file, const struct directive *directive) {
    const char *text = strtab_text(texts, directive->text), *open = strchr(text, '"'), *close = open ? strrchr(text, '"') : NULL;
    bool asks = strstr(text, "__has_"), is_quoted = directive->kind == DIRECTIVE_INCLUDE && open;
    struct buf path = {0};
    buf_printf(&path, "%.*s", (int)(strrchr(file, '/') + 1 - file), file);
    if (asks)
        buf_printf(&path, " %s", text);
    else if (is_quoted)
        buf_printf(&path, "%.*s", (int)(close - open - 1), open + 1);
    bool is_beside = asks || (is_quoted && open[1] != '/' && access(path.data, F_OK) == 0);
    uint32_t key = is_beside ? strtab_add(texts, path.data) : directive->text;
    buf_done(&path);
    return key;
}

void head_read(const struct compile_command *command, struct strtab *texts, struct leads *leads, struct head *ret_head) {
    struct buf text = {0};
    struct err err;
    if (!head_may_share(command) || !file_read(command->file, SOURCE_MAX, &text, &err))
        return;
    ret_head->flags = flags_hash(command);
    directives_read(buf_text(&text), text.len < HEAD_MAX ? text.len : HEAD_MAX, texts, &ret_head->directives);
    for (size_t i = 0; i < ret_head->directives.len; i++)
        vec_push(&ret_head->keys, key_of(texts, command->file, &ret_head->directives.items[i]));
    leads_find(leads, command, &ret_head->directives, &ret_head->lead);
    buf_done(&text);
}

void head_done(struct head *head) {
    vec_done(&head->directives);
    vec_done(&head->keys);
    vec_done(&head->lead.words);
}

uint32_t head_common(const struct head *a, const struct head *b) {
    uint32_t i = 0;
    while (a->flags == b->flags && i < a->directives.len && i < b->directives.len && a->keys.items[i] == b->keys.items[i])
        i++;
    return i;
}

static void put_string(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text) + 1);
}

void head_put_key(const struct head *head, const struct strtab *texts, uint32_t length, struct buf *key) {
    buf_printf(key, "head %016llx\n", (unsigned long long)head->flags);
    for (uint32_t i = 0; i < length; i++)
        put_string(key, strtab_text(texts, head->keys.items[i]));
}

void head_put_lead_key(const struct head *head, const struct strtab *texts, const uint32_t *defines, uint32_t count, struct buf *key) {
    buf_printf(key, "lead %016llx\n", (unsigned long long)head->flags);
    put_string(key, strtab_text(texts, head->lead.name));
    for (uint32_t i = 0; i < count; i++)
        put_string(key, strtab_text(texts, defines[i]));
}

int head_compare(const struct head *a, const struct head *b) {
    if (a->flags != b->flags)
        return a->flags < b->flags ? -1 : 1;
    for (size_t i = 0; i < a->directives.len && i < b->directives.len; i++) {
        uint32_t x = a->keys.items[i], y = b->keys.items[i];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a->directives.len > b->directives.len) - (a->directives.len < b->directives.len);
}
