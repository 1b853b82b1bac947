// Convention: a header's name is the text that clang makes of it, folder and spelling joined, since __FILE__ and the places in it say
// that text; two texts for one file count as two headers. What lies in the system's own folders is nobody's lead.
#include "frontend/prefix/lead.h"

#include "base/buf.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HEADER_MAX = 4 << 20, DEPTH_MAX = 8 };

// What stands at the head of a header: #ifndef GUARD and #define GUARD, or not; #include "FIRST".
struct header {
    uint32_t guard, first; // 0: none
    bool has_next;         // it says include_next, whose meaning hangs on how the header was found
};

struct leads {
    struct strtab *texts;
    struct map known; // absolute path as a text -> header, plus one
    VEC(struct header) headers;
};

struct leads *leads_new(struct strtab *texts) {
    struct leads *leads = mem_zalloc(sizeof *leads);
    leads->texts = texts;
    return leads;
}

void leads_free(struct leads *leads) {
    map_done(&leads->known);
    vec_done(&leads->headers);
    free(leads);
}

// The word behind "# word": NAME of "#define NAME value" and "#ifndef NAME"; 0 where it is another directive, or has parameters.
static uint32_t name_behind(struct leads *leads, uint32_t directive, const char *word) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const char *text = strtab_text(leads->texts, directive) + 1;
    text += strspn(text, " \t");
    size_t len = strlen(word);
    if (strncmp(text, word, len) || !text[len] || !strchr(" \t", text[len]))
        return 0;
    text += len + strspn(text + len, " \t");
    len = strspn(text, letters);
    return len && (!text[len] || strchr(" \t", text[len])) ? strtab_addn(leads->texts, text, len) : 0;
}

// NAME of #include "NAME", else 0.
static uint32_t quoted_name(struct leads *leads, const struct directive *directive) {
    const char *text = strtab_text(leads->texts, directive->text), *open = strchr(text, '"');
    if (directive->kind != DIRECTIVE_INCLUDE || !open || open[1] == '/')
        return 0;
    return strtab_addn(leads->texts, open + 1, (size_t)(strrchr(text, '"') - open - 1));
}

static struct header read_header(struct leads *leads, const char *path) {
    struct header header = {0};
    struct buf text = {0};
    struct err err;
    directive_vec directives = {0};
    if (file_read(path, HEADER_MAX, &text, &err))
        directives_read(buf_text(&text), text.len, leads->texts, &directives);
    if (directives.len > 2 && directives.items[0].kind == DIRECTIVE_OPEN) {
        header.guard = name_behind(leads, directives.items[0].text, "ifndef");
        if (header.guard && header.guard == name_behind(leads, directives.items[1].text, "define"))
            header.first = quoted_name(leads, &directives.items[2]);
    } else if (directives.len) {
        header.first = quoted_name(leads, &directives.items[0]);
    }
    header.has_next = text.len && memmem(text.data, text.len, "include_next", strlen("include_next"));
    vec_done(&directives);
    buf_done(&text);
    return header;
}

// Relative names count from the command's directory.
static struct header header_at(struct leads *leads, const struct compile_command *command, const char *name) {
    struct buf path = {0};
    buf_printf(&path, "%s%s%s", *name == '/' ? "" : command->directory, *name == '/' ? "" : "/", name);
    uint32_t *slot = map_put(&leads->known, strtab_add(leads->texts, path.data), NULL);
    if (!*slot) {
        vec_push(&leads->headers, read_header(leads, path.data));
        *slot = (uint32_t)leads->headers.len;
    }
    buf_done(&path);
    return leads->headers.items[*slot - 1];
}

// Whether FOLDER/NAME is there, which is then its name; `folder_len` leaves out the last slash.
static bool is_in(struct leads *leads, const struct compile_command *command, const char *folder, size_t folder_len, uint32_t name, uint32_t *ret_name) {
    struct buf path = {0};
    struct stat info;
    if (*folder != '/')
        buf_printf(&path, "%s/", command->directory);
    size_t start = path.len;
    buf_printf(&path, "%.*s/%s", (int)folder_len, folder, strtab_text(leads->texts, name));
    bool found = stat(path.data, &info) == 0 && S_ISREG(info.st_mode);
    if (found)
        *ret_name = strtab_add(leads->texts, path.data + start);
    buf_done(&path);
    return found;
}

static bool is_in_any(struct leads *leads, const struct compile_command *command, const char *option, uint32_t name, uint32_t *ret_name) {
    size_t len = strlen(option);
    for (unsigned i = 0; i < command->arg_count; i++) {
        const char *arg = command->args[i];
        if (strncmp(arg, option, len) != 0)
            continue;
        const char *folder = arg[len] ? arg + len : i + 1 < command->arg_count ? command->args[i + 1] : "";
        if (*folder && is_in(leads, command, folder, strlen(folder), name, ret_name))
            return true;
    }
    return false;
}

// What #include "NAME" in the file `from` finds, by the order in which clang looks; 0 where that is nothing of the project's.
static uint32_t resolve(struct leads *leads, const struct compile_command *command, const char *from, uint32_t name) {
    const char *slash = strrchr(from, '/');
    uint32_t found = 0;
    if ((slash && is_in(leads, command, from, (size_t)(slash - from), name, &found)) || is_in_any(leads, command, "-iquote", name, &found))
        return found;
    return is_in_any(leads, command, "-I", name, &found) ? found : 0;
}

static bool has_plain_folders(const struct compile_command *command) {
    for (unsigned i = 0; i < command->arg_count; i++)
        if (!strcmp(command->args[i], "-I-") || !strncmp(command->args[i], "-I=", 3) || !strncmp(command->args[i], "-iprefix", 8))
            return false;
    return true;
}

void leads_find(struct leads *leads, const struct compile_command *command, const directive_vec *directives, struct lead *ret_lead) {
    size_t at = 0;
    for (uint32_t word; at < directives->len && (word = name_behind(leads, directives->items[at].text, "define")); at++)
        vec_push(&ret_lead->words, word);
    uint32_t spelled = at < directives->len ? quoted_name(leads, &directives->items[at]) : 0;
    uint32_t name = spelled && has_plain_folders(command) ? resolve(leads, command, command->file, spelled) : 0;
    if (!name || header_at(leads, command, strtab_text(leads->texts, name)).has_next)
        return;
    ret_lead->defines = (uint32_t)at;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        struct header header = header_at(leads, command, strtab_text(leads->texts, name));
        uint32_t next = header.first ? resolve(leads, command, strtab_text(leads->texts, name), header.first) : 0;
        if (!next || next != resolve(leads, command, command->file, header.first) ||
            header_at(leads, command, strtab_text(leads->texts, next)).has_next)
            break;
        if (header.guard)
            vec_push(&ret_lead->words, header.guard);
        ret_lead->is_indirect = true;
        spelled = header.first;
        name = next;
    }
    struct buf text = {0};
    buf_printf(&text, "#include \"%s\"", strtab_text(leads->texts, spelled));
    ret_lead->text = strtab_add(leads->texts, text.data);
    ret_lead->name = name;
    buf_done(&text);
}

bool lead_is_line(const char *mentioned, char kind, const char *word) {
    size_t len = strlen(word);
    for (const char *at = mentioned; *at; at += *at == '\n') {
        size_t size = strcspn(at, "\n");
        if (size == len + 2 && *at == kind && !memcmp(at + 2, word, len))
            return true;
        at += size;
    }
    return false;
}

bool lead_find_mentioned(const struct lead *lead, const directive_vec *directives, const struct strtab *texts, const char *mentioned,
                         uint32_t ret_defines[LEAD_DEFINES_MAX], uint32_t *ret_count) {
    uint32_t count = 0;
    for (size_t i = 0; i < lead->words.len; i++) {
        if (!lead_is_line(mentioned, 'M', strtab_text(texts, lead->words.items[i])))
            continue;
        if (i >= lead->defines || count == LEAD_DEFINES_MAX)
            return false;
        ret_defines[count++] = directives->items[i].text;
    }
    *ret_count = count;
    return true;
}
