// Planning: units are sorted by flags and directives, so that those with a common prefix stand side by side, and each run of them
// that shares more than its surroundings becomes a prefix. Two units with the same flags find the same headers where the names that
// their directives put in quotes lie in the same folder, or beside neither of the sources.
//
// The header that units read first (lead.h) comes before that, even where some define macros ahead of it or include it by way of
// another: it is precompiled alone, and the worker tells which of those macros it mentions. Units with none of these go on from
// there, each with all of its own head; others with the same of these definitions get a header of their own, which starts with them.
//
// Making: a worker writes the precompiled header into a temporary folder; it is opened and its name removed at once, and workers
// open it through this process' descriptors: so a run that is killed leaves nothing behind but an empty folder.
#include "frontend/prefix.h"

#include "base/file.h"
#include "frontend/directives.h"
#include "frontend/lead.h"
#include "frontend/protocol.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Making a prefix costs about twice what parsing it costs; a chained one, what parsing its own part costs and a little more.
// Headers of the system alone are small as a rule, but for such a prefix the fixed part of the cost is the same.
enum { UNITS_MIN = 3, SYSTEM_UNITS_MIN = 6, DEFINES_MAX = 16, PREFIXES_MAX = 128, HEAD_MAX = 64 << 10, SOURCE_MAX = 64 << 20, OPEN_MAX = 16 };

enum state { WAITING, IN_WORK, MADE, FAILED };

struct prefix {
    uint32_t parent;   // or NO_PREFIX
    uint32_t leader;   // a unit of its group
    uint32_t length;   // in directives; 0 for a lead
    bool is_lead;
    VEC(uint32_t) defines; // of a lead: the directives that stand before it
    VEC(uint32_t) waiting; // units that look whether it will do for them
    uint32_t units;    // still to do, those of longer ones included
    uint32_t needed;   // so many must be there for it to pay
    uint32_t used, unused; // by units that were done
    enum state state;
    int file;          // once MADE
    struct buf files, reads; // of the whole chain
};

struct member {
    uint64_t flags; // hash of all that must be equal
    directive_vec directives;
    VEC(uint32_t) keys; // by directive: a text that is equal where it means the same
    struct lead lead;
    uint32_t prefix; // the longest one, or NO_PREFIX
    bool is_taken;
};

struct prefixes {
    const struct compile_command *commands;
    unsigned command_count;
    struct member *members; // by command
    struct strtab texts;
    struct leads *leads;
    VEC(struct prefix) items;
    char *folder; // NULL: none
};

// ---- planning ----

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

// A file named differently, or with flags about its language or precompiled headers of its own, goes without.
static bool may_share(const struct compile_command *command) {
    size_t len = strlen(command->file);
    for (unsigned i = 0; i < command->arg_count; i++)
        if (!strncmp(command->args[i], "-x", 2) || strstr(command->args[i], "-pch") || strstr(command->args[i], "__BASE_FILE__"))
            return false;
    return len > 2 && !strcmp(command->file + len - 2, ".c");
}

// A name in quotes is looked for beside the source first.
static uint32_t key_of(struct prefixes *prefixes, const char *file, const struct directive *directive) {
    const char *text = strtab_text(&prefixes->texts, directive->text), *open = strchr(text, '"'), *close = open ? strrchr(text, '"') : NULL;
    bool asks = strstr(text, "__has_"), is_quoted = directive->kind == DIRECTIVE_INCLUDE && open;
    struct buf path = {0};
    buf_printf(&path, "%.*s", (int)(strrchr(file, '/') + 1 - file), file);
    if (asks)
        buf_printf(&path, " %s", text);
    else if (is_quoted)
        buf_printf(&path, "%.*s", (int)(close - open - 1), open + 1);
    bool is_beside = asks || (is_quoted && open[1] != '/' && access(path.data, F_OK) == 0);
    uint32_t key = is_beside ? strtab_add(&prefixes->texts, path.data) : directive->text;
    buf_done(&path);
    return key;
}

static void read_head(struct prefixes *prefixes, uint32_t unit) {
    struct member *member = &prefixes->members[unit];
    struct buf text = {0};
    struct err err;
    if (!may_share(&prefixes->commands[unit]) || !file_read(prefixes->commands[unit].file, SOURCE_MAX, &text, &err))
        return;
    member->flags = flags_hash(&prefixes->commands[unit]);
    directives_read(buf_text(&text), text.len < HEAD_MAX ? text.len : HEAD_MAX, &prefixes->texts, &member->directives);
    for (size_t i = 0; i < member->directives.len; i++)
        vec_push(&member->keys, key_of(prefixes, prefixes->commands[unit].file, &member->directives.items[i]));
    leads_find(prefixes->leads, &prefixes->commands[unit], &member->directives, &member->lead);
    buf_done(&text);
}

struct ranked {
    const struct member *member;
    uint32_t unit;
    uint64_t variant; // of its lead
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->member->flags != b->member->flags)
        return a->member->flags < b->member->flags ? -1 : 1;
    for (size_t i = 0; i < a->member->directives.len && i < b->member->directives.len; i++) {
        uint32_t x = a->member->keys.items[i], y = b->member->keys.items[i];
        if (x != y)
            return x < y ? -1 : 1;
    }
    if (a->member->directives.len != b->member->directives.len)
        return a->member->directives.len < b->member->directives.len ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

static uint32_t common_length(const struct member *a, const struct member *b) {
    uint32_t i = 0;
    while (a->flags == b->flags && i < a->directives.len && i < b->directives.len && a->keys.items[i] == b->keys.items[i])
        i++;
    return i;
}

// The longest part within `length` that ends behind an #include or a whole conditional and includes something behind `from`; else 0.
static uint32_t cut(const struct member *member, uint32_t from, uint32_t length) {
    uint32_t best = 0;
    bool includes = false;
    for (uint32_t i = from; i < length; i++) {
        const struct directive *directive = &member->directives.items[i];
        bool is_end = directive->kind == DIRECTIVE_INCLUDE || directive->kind == DIRECTIVE_CLOSE;
        includes |= directive->kind == DIRECTIVE_INCLUDE;
        if (includes && is_end && directive->may_end)
            best = i + 1;
    }
    return best;
}

// How many of the unit's first directives a prefix makes superfluous. A lead that is included by way of another header: none.
static uint32_t covered(const struct prefixes *prefixes, uint32_t prefix, const struct member *member) {
    if (prefix == NO_PREFIX || !prefixes->items.items[prefix].is_lead)
        return prefix == NO_PREFIX ? 0 : prefixes->items.items[prefix].length;
    return member->lead.is_indirect ? 0 : member->lead.defines + 1;
}

static uint32_t units_needed(const struct prefixes *prefixes, const struct member *member, uint32_t from, uint32_t end) {
    bool has_own = false;
    for (uint32_t i = from; i < end; i++)
        has_own |= member->directives.items[i].kind == DIRECTIVE_INCLUDE && strchr(strtab_text(&prefixes->texts, member->directives.items[i].text), '"');
    return has_own ? UNITS_MIN : SYSTEM_UNITS_MIN;
}

static uint32_t add_prefix(struct prefixes *prefixes, const struct ranked *group, uint32_t count, uint32_t parent, uint32_t length) {
    struct prefix prefix = {.parent = parent, .leader = group->unit, .length = length, .units = count, .needed = UNITS_MIN, .file = -1};
    vec_push(&prefixes->items, prefix);
    return (uint32_t)prefixes->items.len - 1;
}

// Makes prefixes for a run of ranked units that have the first `length` directives in common.
static void group(struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, uint32_t parent, uint32_t length) {
    uint32_t from = covered(prefixes, parent, ranked->member), end = cut(ranked->member, from, length);
    uint32_t needed = units_needed(prefixes, ranked->member, from, end);
    if (end && count >= needed && prefixes->items.len < PREFIXES_MAX) {
        parent = add_prefix(prefixes, ranked, count, parent, end);
        prefixes->items.items[parent].needed = needed;
    }
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && common_length(ranked[i].member, ranked[next].member) > length; next++)
            ;
        if (next - i >= UNITS_MIN)
            group(prefixes, ranked + i, next - i, parent, common_length(ranked[i].member, ranked[next - 1].member));
        else
            for (uint32_t k = i; k < next; k++)
                prefixes->members[ranked[k].unit].prefix = parent;
    }
}

// Gives units their prefixes that start from `parent`, a lead, or from nothing. Sorts them.
static void group_all(struct prefixes *prefixes, struct ranked *ranked, uint32_t count, uint32_t parent) {
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && common_length(ranked[i].member, ranked[next].member) > 0; next++)
            ;
        if (next - i >= UNITS_MIN)
            group(prefixes, ranked + i, next - i, parent, common_length(ranked[i].member, ranked[next - 1].member));
        else
            for (uint32_t k = i; k < next; k++)
                prefixes->members[ranked[k].unit].prefix = parent;
    }
}

// ---- leads ----

// A lead for some units, behind these definitions; it is tried once they are known to be enough.
static void add_lead(struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, const uint32_t *defines, uint32_t define_count) {
    uint32_t id = add_prefix(prefixes, ranked, count, NO_PREFIX, 0);
    struct prefix *lead = &prefixes->items.items[id];
    lead->is_lead = true;
    for (uint32_t i = 0; i < define_count; i++)
        vec_push(&lead->defines, defines[i]);
    for (uint32_t i = 0; i < count; i++) {
        vec_push(&lead->waiting, ranked[i].unit);
        prefixes->members[ranked[i].unit].prefix = id;
    }
}

static int compare_leads(const void *left, const void *right) {
    const struct member *a = ((const struct ranked *)left)->member, *b = ((const struct ranked *)right)->member;
    if (a->flags != b->flags)
        return a->flags < b->flags ? -1 : 1;
    if (a->lead.name != b->lead.name)
        return a->lead.name < b->lead.name ? -1 : 1;
    return compare_ranked(left, right);
}

// Units that enough others share their first header with wait for it; the others are left, in front.
static uint32_t take_leads(struct prefixes *prefixes, struct ranked *ranked, uint32_t count) {
    uint32_t left = 0;
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_leads);
    for (uint32_t i = 0, next; i < count; i = next) {
        const struct member *first = ranked[i].member;
        for (next = i + 1; next < count && ranked[next].member->flags == first->flags && ranked[next].member->lead.name == first->lead.name; next++)
            ;
        if (first->lead.name && next - i >= UNITS_MIN && prefixes->items.len < PREFIXES_MAX) {
            add_lead(prefixes, ranked + i, next - i, NULL, 0);
            continue;
        }
        memmove(ranked + left, ranked + i, (next - i) * sizeof *ranked);
        left += next - i;
    }
    return left;
}

static bool is_line_of(const char *lines, char kind, const char *word) {
    size_t len = strlen(word);
    for (const char *at = lines; *at; at += *at == '\n') {
        size_t size = strcspn(at, "\n");
        if (size == len + 2 && *at == kind && !memcmp(at + 2, word, len))
            return true;
        at += size;
    }
    return false;
}

// Which of the unit's definitions the lead mentions. False where it mentions a guard, or not all that it starts with already.
static bool find_mentioned(const struct prefixes *prefixes, const struct member *member, const char *mentioned, uint32_t *ret_defines, uint32_t *ret_count) {
    uint32_t count = 0;
    for (size_t i = 0; i < member->lead.words.len; i++) {
        if (!is_line_of(mentioned, 'M', strtab_text(&prefixes->texts, member->lead.words.items[i])))
            continue;
        if (i >= member->lead.defines || count == DEFINES_MAX)
            return false;
        ret_defines[count++] = member->directives.items[i].text;
    }
    *ret_count = count;
    return true;
}

static const uint64_t SELFISH = UINT64_MAX;

// Which definitions must stand before the lead for this unit; SELFISH: none will do.
static uint64_t variant_of(const struct prefixes *prefixes, const struct member *member, const char *mentioned) {
    uint32_t defines[DEFINES_MAX], count;
    if (!mentioned || !find_mentioned(prefixes, member, mentioned, defines, &count))
        return SELFISH;
    return count ? hash_bytes(defines, count * sizeof *defines) : 0;
}

static int compare_variants(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->variant != b->variant)
        return a->variant < b->variant ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

// Units that the lead has the right definitions for go on behind it; others have one of their own, where they are enough.
static void place_variant(struct prefixes *prefixes, uint32_t id, const char *mentioned, struct ranked *ranked, uint32_t count) {
    const struct prefix *lead = &prefixes->items.items[id];
    uint32_t defines[DEFINES_MAX], define_count;
    if (ranked->variant == SELFISH || !find_mentioned(prefixes, ranked->member, mentioned, defines, &define_count))
        group_all(prefixes, ranked, count, NO_PREFIX);
    else if (lead->defines.len == define_count && (!define_count || !memcmp(lead->defines.items, defines, define_count * sizeof *defines)))
        group_all(prefixes, ranked, count, id);
    else if (!lead->defines.len && count >= UNITS_MIN && prefixes->items.len < PREFIXES_MAX)
        add_lead(prefixes, ranked, count, defines, define_count);
    else
        group_all(prefixes, ranked, count, NO_PREFIX);
}

// The lead is made, or failed (then `mentioned` is NULL): plans what its units do now.
static void settle(struct prefixes *prefixes, uint32_t id, const char *mentioned) {
    struct prefix *lead = &prefixes->items.items[id];
    struct ranked *ranked = mem_zalloc(lead->waiting.len * sizeof *ranked);
    uint32_t count = 0;
    for (size_t i = 0; i < lead->waiting.len; i++) {
        uint32_t unit = lead->waiting.items[i];
        struct member *member = &prefixes->members[unit];
        if (!member->is_taken && member->prefix == id)
            ranked[count++] = (struct ranked){member, unit, variant_of(prefixes, member, mentioned)};
    }
    vec_done(&lead->waiting);
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_variants);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && ranked[next].variant == ranked[i].variant; next++)
            ;
        place_variant(prefixes, id, mentioned, ranked + i, next - i);
    }
    free(ranked);
}

struct prefixes *prefixes_plan(const struct compile_command *commands, unsigned command_count, const uint32_t *units, unsigned unit_count) {
    struct prefixes *prefixes = mem_zalloc(sizeof *prefixes);
    struct ranked *ranked = mem_zalloc(unit_count * sizeof *ranked);
    prefixes->commands = commands;
    prefixes->command_count = command_count;
    prefixes->leads = leads_new(&prefixes->texts);
    prefixes->members = mem_zalloc(command_count * sizeof *prefixes->members);
    for (unsigned i = 0; i < command_count; i++)
        prefixes->members[i].prefix = NO_PREFIX;
    uint32_t count = 0;
    for (unsigned i = 0; unit_count >= UNITS_MIN && i < unit_count; i++) {
        read_head(prefixes, units[i]);
        if (prefixes->members[units[i]].directives.len)
            ranked[count++] = (struct ranked){.member = &prefixes->members[units[i]], .unit = units[i]};
    }
    count = take_leads(prefixes, ranked, count);
    group_all(prefixes, ranked, count, NO_PREFIX);
    free(ranked);
    return prefixes;
}

// ---- the temporary folder ----

static bool make_folder(struct prefixes *prefixes) {
    const char *base = getenv("TMPDIR");
    struct buf name = {0};
    buf_printf(&name, "%s/timeoutlint-XXXXXX", base && *base == '/' ? base : "/tmp");
    prefixes->folder = mkdtemp(name.data);
    if (!prefixes->folder)
        buf_done(&name);
    return prefixes->folder;
}

// Also what a worker that was killed left in it.
static void remove_folder(struct prefixes *prefixes) {
    DIR *dir = prefixes->folder ? opendir(prefixes->folder) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (*entry->d_name != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    if (prefixes->folder)
        rmdir(prefixes->folder);
    free(prefixes->folder);
    prefixes->folder = NULL;
}

void prefixes_free(struct prefixes *prefixes) {
    if (!prefixes)
        return;
    remove_folder(prefixes);
    for (size_t i = 0; i < prefixes->items.len; i++) {
        struct prefix *prefix = &prefixes->items.items[i];
        if (prefix->file >= 0)
            close(prefix->file);
        vec_done(&prefix->defines);
        vec_done(&prefix->waiting);
        buf_done(&prefix->files);
        buf_done(&prefix->reads);
    }
    for (unsigned i = 0; i < prefixes->command_count; i++) {
        vec_done(&prefixes->members[i].directives);
        vec_done(&prefixes->members[i].keys);
        vec_done(&prefixes->members[i].lead.words);
    }
    vec_done(&prefixes->items);
    leads_free(prefixes->leads);
    strtab_done(&prefixes->texts);
    free(prefixes->members);
    free(prefixes);
}

// ---- making them ----

static enum state parent_state(const struct prefixes *prefixes, const struct prefix *prefix) {
    return prefix->parent == NO_PREFIX ? MADE : prefixes->items.items[prefix->parent].state;
}

uint32_t prefixes_next(struct prefixes *prefixes) {
    uint32_t best = NO_PREFIX, most = 0;
    bool is_over = true;
    for (uint32_t i = 0; i < prefixes->items.len; i++) {
        struct prefix *prefix = &prefixes->items.items[i];
        if (prefix->state == WAITING && (parent_state(prefixes, prefix) == FAILED || prefix->units < prefix->needed))
            prefixes_failed(prefixes, i);
        prefix = &prefixes->items.items[i]; // there may be more now
        is_over &= prefix->state == MADE || prefix->state == FAILED;
        if (prefix->state == WAITING && parent_state(prefixes, prefix) == MADE && prefix->units > most) {
            best = i;
            most = prefix->units;
        }
    }
    if (best != NO_PREFIX && !prefixes->folder && !make_folder(prefixes)) {
        for (uint32_t i = 0; i < prefixes->items.len; i++)
            prefixes->items.items[i].state = FAILED;
        return NO_PREFIX;
    }
    if (best != NO_PREFIX)
        prefixes->items.items[best].state = IN_WORK;
    else if (is_over)
        remove_folder(prefixes);
    return best;
}

static void output_path(const struct prefixes *prefixes, uint32_t prefix, struct buf *out) {
    buf_printf(out, "%s/%u.pch", prefixes->folder, prefix);
}

// The directives between the parent's end and its own. A conditional that is open at its end must have been true, or the text does
// not compile; one that the parent left open is true.
static void write_text(const struct prefixes *prefixes, const struct prefix *prefix, struct buf *out) {
    const directive_vec *directives = &prefixes->members[prefix->leader].directives;
    if (prefix->is_lead) {
        for (size_t i = 0; i < prefix->defines.len; i++)
            buf_printf(out, "%s\n", strtab_text(&prefixes->texts, prefix->defines.items[i]));
        buf_printf(out, "%s\n", strtab_text(&prefixes->texts, prefixes->members[prefix->leader].lead.text));
        return;
    }
    uint32_t from = prefix->parent == NO_PREFIX ? 0 : prefixes->items.items[prefix->parent].length, starts[OPEN_MAX], inherited, open;
    directives_open(directives, from, starts, OPEN_MAX, &inherited);
    for (uint32_t i = 0; i < inherited; i++)
        buf_puts(out, "#if 1\n");
    for (uint32_t i = from; i < prefix->length; i++)
        buf_printf(out, "%s\n", strtab_text(&prefixes->texts, directives->items[i].text));
    directives_open(directives, prefix->length, starts, OPEN_MAX, &open);
    for (uint32_t i = 0; i < open; i++)
        buf_puts(out, "#else\n#error it is not compiled\n#endif\n");
}

// All that its units ask about.
static void write_words(const struct prefixes *prefixes, const struct prefix *prefix, struct buf *out) {
    struct map seen = {0};
    for (size_t i = 0; i < prefix->waiting.len; i++) {
        const struct lead *lead = &prefixes->members[prefix->waiting.items[i]].lead;
        for (size_t k = 0; k < lead->words.len; k++) {
            bool is_new;
            map_put(&seen, lead->words.items[k], &is_new);
            if (is_new)
                buf_printf(out, "%s\n", strtab_text(&prefixes->texts, lead->words.items[k]));
        }
    }
    map_done(&seen);
}

static void put_string(struct buf *request, const char *text) {
    buf_add(request, text, strlen(text) + 1);
}

static void put_path(const struct prefixes *prefixes, uint32_t prefix, struct buf *request) {
    if (prefix != NO_PREFIX)
        buf_printf(request, "/proc/%ld/fd/%d", (long)getpid(), prefixes->items.items[prefix].file);
    buf_putc(request, '\0');
}

static void put_files(const struct prefixes *prefixes, uint32_t prefix, struct buf *request) {
    put_string(request, prefix == NO_PREFIX ? "" : buf_text(&prefixes->items.items[prefix].files));
}

void prefixes_request(const struct prefixes *prefixes, uint32_t prefix, const char *project, struct buf *request) {
    const struct prefix *made = &prefixes->items.items[prefix];
    const struct compile_command *command = &prefixes->commands[made->leader];
    const char *slash = strrchr(command->file, '/');
    put_string(request, project);
    put_string(request, command->directory);
    buf_printf(request, "%.*s/" CAPTURE_PREFIX_NAME "%u.h", (int)(slash - command->file), command->file, prefix);
    buf_putc(request, '\0');
    put_path(prefixes, made->parent, request);
    put_files(prefixes, made->parent, request);
    put_string(request, "");
    output_path(prefixes, prefix, request);
    buf_putc(request, '\0');
    write_text(prefixes, made, request);
    buf_putc(request, '\0');
    write_words(prefixes, made, request);
    buf_putc(request, '\0');
    for (unsigned i = 0; i < command->arg_count; i++)
        put_string(request, command->args[i]);
}

void prefixes_made(struct prefixes *prefixes, uint32_t prefix, const char *files, size_t files_size, const char *reads, size_t reads_size) {
    struct prefix *made = &prefixes->items.items[prefix];
    struct buf path = {0}, mentioned = {0};
    output_path(prefixes, prefix, &path);
    made->file = open(path.data, O_RDONLY | O_CLOEXEC);
    made->state = made->file >= 0 ? MADE : FAILED;
    unlink(path.data);
    buf_done(&path);
    const char *end = files + files_size;
    for (const char *next; files < end && *files == 'M'; files = next) {
        next = memchr(files, '\n', (size_t)(end - files));
        next = next ? next + 1 : end;
        buf_add(&mentioned, files, (size_t)(next - files));
    }
    buf_add(&made->files, files, (size_t)(end - files));
    prefixes_put_reads(prefixes, made->parent, &made->reads);
    buf_add(&made->reads, reads, reads_size);
    if (made->is_lead)
        settle(prefixes, prefix, made->state == MADE ? buf_text(&mentioned) : NULL);
    buf_done(&mentioned);
}

void prefixes_failed(struct prefixes *prefixes, uint32_t prefix) {
    prefixes->items.items[prefix].state = FAILED;
    if (prefixes->items.items[prefix].is_lead)
        settle(prefixes, prefix, NULL);
}

// ---- using them ----

uint32_t prefixes_for(const struct prefixes *prefixes, uint32_t unit, bool *ret_soon) {
    uint32_t prefix = prefixes->members[unit].prefix;
    *ret_soon = false;
    while (prefix != NO_PREFIX && prefixes->items.items[prefix].state != MADE) {
        *ret_soon |= prefixes->items.items[prefix].state != FAILED;
        prefix = prefixes->items.items[prefix].parent;
    }
    return prefix;
}

void prefixes_take(struct prefixes *prefixes, uint32_t unit) {
    struct member *member = &prefixes->members[unit];
    for (uint32_t at = member->prefix; !member->is_taken && at != NO_PREFIX; at = prefixes->items.items[at].parent)
        prefixes->items.items[at].units--;
    member->is_taken = true;
}

void prefixes_refuse(struct prefixes *prefixes, uint32_t unit) {
    prefixes->members[unit].prefix = NO_PREFIX;
}

void prefixes_tried(struct prefixes *prefixes, uint32_t prefix, bool is_behind) {
    enum { UNUSED_MAX = 2, UNUSED_LEAD_MAX = 8 }; // units of many kinds share a lead
    struct prefix *tried = &prefixes->items.items[prefix];
    tried->used += is_behind;
    tried->unused += !is_behind;
    if (tried->unused > (tried->is_lead ? UNUSED_LEAD_MAX : UNUSED_MAX) && tried->unused > tried->used)
        tried->state = FAILED;
}

// END HASH START...: the prefix stands for the source up to END, which has this hash; at each START stands a conditional that is open
// at END, and true.
static void put_head(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, struct buf *request) {
    if (prefix != NO_PREFIX) {
        const directive_vec *directives = &prefixes->members[unit].directives;
        uint32_t length = prefixes->items.items[prefix].length, starts[OPEN_MAX], open;
        const struct directive *last = length ? &directives->items[length - 1] : NULL;
        buf_printf(request, "%u %llu", last ? last->end : 0, (unsigned long long)(last ? last->head_hash : hash_bytes("", 0)));
        directives_open(directives, length, starts, OPEN_MAX, &open);
        for (uint32_t i = 0; i < open; i++)
            buf_printf(request, " %u", starts[i]);
    }
    buf_putc(request, '\0');
}

void prefixes_put_use(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, struct buf *request) {
    put_path(prefixes, prefix, request);
    put_files(prefixes, prefix, request);
    put_head(prefixes, unit, prefix, request);
    put_string(request, "");
    put_string(request, "");
    put_string(request, "");
}

void prefixes_put_reads(const struct prefixes *prefixes, uint32_t prefix, struct buf *reads) {
    if (prefix != NO_PREFIX)
        buf_add(reads, prefixes->items.items[prefix].reads.data, prefixes->items.items[prefix].reads.len);
}
