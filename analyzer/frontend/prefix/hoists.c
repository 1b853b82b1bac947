// Convention: a set is known by its number among the choices (choose.h). One that an earlier run made is a choice that no unit waits for.
//
// A set is kept with all that it is made from: its key, the names that it includes, the leader's directory and flags, which say where
// these are looked for, the worker's answers, and what was read. From that it is made again as if the worker had just answered, so that
// it goes through the same tests: that each file still says what it said, and that it was reached as its text shows.
#include "frontend/prefix/hoists.h"

#include "frontend/prefix/choose.h"
#include "frontend/prefix/head.h"
#include "ir/inputs.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS_MIN = 6 };

struct hoists {
    struct search *search;
    struct hoist_unit *units; // by command
    const struct compile_command *commands;
    unsigned command_count;
    uint32_t *chosen;         // by command
    choice_vec choices;
    VEC(struct hoist *) made; // by choice; NULL: not there
    VEC(uint64_t) keys;       // the same; 0: not known yet
};

// ---- planning ----

// The folder that all sources are in, with its slash.
static void find_project(const struct compile_command *commands, const uint32_t *units, unsigned count, struct buf *ret_folder) {
    const char *first = commands[units[0]].file;
    size_t len = (size_t)(strrchr(first, '/') - first) + 1;
    for (unsigned i = 1; i < count; i++) {
        const char *file = commands[units[i]].file;
        size_t same = 0;
        while (same < len && file[same] == first[same])
            same++;
        while (same && first[same - 1] != '/')
            same--;
        len = same;
    }
    buf_add(ret_folder, first, len);
}

void hoists_add_unit(struct hoists *hoists, uint32_t unit) {
    hoist_unit_init(hoists->search, &hoists->commands[unit], &hoists->units[unit]);
}

static void choose_all(struct hoists *hoists, const uint32_t *units, unsigned count) {
    VEC(struct chooser) choosers = {0};
    struct buf project = {0};
    find_project(hoists->commands, units, count, &project);
    for (unsigned i = 0; i < count; i++) {
        struct hoist_unit *unit = &hoists->units[units[i]];
        struct chooser chooser = {.unit = units[i], .source = unit};
        if (!head_may_share(&hoists->commands[units[i]]))
            continue;
        hoists_add_unit(hoists, units[i]);
        if (unit->is_readable)
            choose_look(hoists->search, buf_text(&project), &chooser);
        if (chooser.entries.len)
            vec_push(&choosers, chooser);
    }
    choose(hoists->search, choosers.items, (uint32_t)choosers.len, &hoists->choices);
    for (size_t i = 0; i < choosers.len; i++)
        vec_done(&choosers.items[i].entries);
    vec_done(&choosers);
    buf_done(&project);
}

struct hoists *hoists_new(const struct compile_command *commands, unsigned command_count, struct strtab *texts) {
    struct hoists *hoists = mem_zalloc(sizeof *hoists);
    hoists->search = search_new(texts);
    hoists->units = mem_zalloc(command_count * sizeof *hoists->units);
    hoists->chosen = mem_zalloc(command_count * sizeof *hoists->chosen);
    hoists->commands = commands;
    hoists->command_count = command_count;
    for (unsigned i = 0; i < command_count; i++)
        hoists->chosen[i] = NO_HOIST;
    return hoists;
}

bool hoists_are_possible(void) {
    return !getenv("CPATH") && !getenv("C_INCLUDE_PATH"); // with these, more folders are looked through
}

void hoists_plan(struct hoists *hoists, const uint32_t *units, unsigned unit_count) {
    if (unit_count >= UNITS_MIN && hoists_are_possible())
        choose_all(hoists, units, unit_count);
    for (uint32_t i = 0; i < hoists->choices.len; i++)
        for (size_t k = 0; k < hoists->choices.items[i].units.len; k++)
            hoists->chosen[hoists->choices.items[i].units.items[k]] = i;
    while (hoists->made.len < hoists->choices.len) {
        vec_push(&hoists->made, NULL);
        vec_push(&hoists->keys, 0);
    }
}

void hoists_free(struct hoists *hoists) {
    for (size_t i = 0; i < hoists->choices.len; i++) {
        vec_done(&hoists->choices.items[i].entries);
        vec_done(&hoists->choices.items[i].units);
        hoist_free(hoists->made.items[i]);
    }
    for (unsigned i = 0; i < hoists->command_count; i++)
        hoist_unit_done(&hoists->units[i]);
    vec_done(&hoists->choices);
    search_free(hoists->search);
    free(hoists->units);
    free(hoists->chosen);
    vec_done(&hoists->made);
    vec_done(&hoists->keys);
    free(hoists);
}

uint32_t hoists_count(const struct hoists *hoists) {
    return (uint32_t)hoists->choices.len;
}

uint32_t hoists_parent(const struct hoists *hoists, uint32_t hoist) {
    return hoists->choices.items[hoist].parent;
}

typedef VEC(uint32_t) header_vec;

// All that it includes, its parents' part first.
static void list_headers(const struct hoists *hoists, uint32_t hoist, header_vec *ret_headers) {
    const struct choice *choice = &hoists->choices.items[hoist];
    if (choice->parent != NO_HOIST)
        list_headers(hoists, choice->parent, ret_headers);
    for (size_t i = 0; i < choice->entries.len; i++)
        vec_push(ret_headers, choice->entries.items[i].header);
}

static void list_head(struct hoists *hoists, const struct hoist_unit *unit, const directive_vec *directives, uint32_t length, header_vec *ret_headers) {
    struct strtab *texts = search_texts(hoists->search);
    for (uint32_t i = 0; i < length; i++) {
        const char *text = strtab_text(texts, directives->items[i].text), *open = strpbrk(text, "<\"");
        if (directives->items[i].kind != DIRECTIVE_INCLUDE || !open)
            continue;
        bool is_quoted = *open == '"';
        uint32_t name = strtab_addn(texts, open + 1, strcspn(open + 1, ">\""));
        uint32_t header = search_find(hoists->search, unit->folders, unit->folder, name, is_quoted);
        if (header != NO_HEADER)
            vec_push(ret_headers, header);
    }
}

uint32_t hoists_choice(struct hoists *hoists, uint32_t unit, const directive_vec *directives, uint32_t length) {
    const struct hoist_unit *source = &hoists->units[unit];
    header_vec headers = {0}, head = {0};
    uint32_t hoist = hoists->chosen[unit];
    if (hoist == NO_HOIST)
        return NO_HOIST;
    list_headers(hoists, hoist, &headers);
    list_head(hoists, source, directives, length, &head);
    bool is_more = choose_weigh(hoists->search, source->folders, headers.items, headers.len) > choose_weigh(hoists->search, source->folders, head.items, head.len);
    vec_done(&headers);
    vec_done(&head);
    return is_more ? hoist : NO_HOIST;
}

// ---- making and using them ----

void hoists_put_text(const struct hoists *hoists, uint32_t hoist, struct buf *text) {
    const struct choice *choice = &hoists->choices.items[hoist];
    for (size_t i = 0; i < choice->entries.len; i++)
        buf_printf(text, "#include <%s>\n", strtab_text(search_texts(hoists->search), choice->entries.items[i].name));
}

void hoists_put_asks(const struct hoists *hoists, uint32_t hoist, uint32_t leader, struct buf *asks) {
    header_vec headers = {0};
    if (hoist == NO_HOIST)
        return;
    list_headers(hoists, hoist, &headers);
    hoist_ask(hoists->search, hoists->units[leader].folders, headers.items, (uint32_t)headers.len, asks);
    vec_done(&headers);
}

bool hoists_made(struct hoists *hoists, uint32_t hoist, uint32_t leader, const char *told, const char *reads, size_t reads_size) {
    uint32_t parent = hoists->choices.items[hoist].parent;
    const struct hoist_unit *unit = &hoists->units[leader];
    hoists->made.items[hoist] = hoist_new(hoists->search, parent == NO_HOIST ? NULL : hoists->made.items[parent], unit->folders, unit->command->directory,
                                          told, reads, reads_size);
    return hoists->made.items[hoist];
}

void hoists_put_reads(uint32_t hoist, const char *reads, size_t size, struct buf *ret_reads) {
    struct input input;
    for (const char *at = reads, *end = at + size; inputs_next(&at, end, &input);)
        if (hoist == NO_HOIST || input.kind != INPUT_FOLDER)
            inputs_add(ret_reads, input.kind, input.hash, input.name);
}

bool hoists_fits(struct hoists *hoists, uint32_t hoist, uint32_t unit) {
    return hoists->made.items[hoist] && hoist_fits(hoists->search, hoists->made.items[hoist], &hoists->units[unit]);
}

bool hoists_confirms(const struct hoists *hoists, uint32_t unit, const char *inputs, size_t size) {
    return hoist_is_confirmed(hoists->search, &hoists->units[unit], inputs, size);
}

// ---- from run to run ----

static void put_string(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text) + 1);
}

// What the words start with: the key, as it is, then strings.
struct noted {
    uint64_t key;
    const char *names; // each on a line
    struct compile_command leader; // directory and args
    const char *told, *reads;
    size_t reads_size;
};

static const char *next_string(const char **at, const char *end) {
    const char *start = *at;
    *at += start < end ? strlen(start) + 1 : 0; // a NUL stands behind the whole
    return start;
}

// `ret_args` has the leader's args: to be freed by the caller.
static bool read_noted(const struct buf *words, struct noted *ret_noted, const char ***ret_args) {
    const char *at = buf_text(words), *end = at + words->len;
    struct noted noted = {.key = 0};
    VEC(const char *) args = {0};
    if (words->len <= sizeof noted.key)
        return false;
    memcpy(&noted.key, at, sizeof noted.key);
    at += sizeof noted.key;
    noted.names = next_string(&at, end);
    noted.told = next_string(&at, end);
    noted.leader.directory = next_string(&at, end);
    for (unsigned long count = strtoul(next_string(&at, end), NULL, 10); count && at < end; count--)
        vec_push(&args, next_string(&at, end));
    noted.leader.args = args.items;
    noted.leader.arg_count = (unsigned)args.len;
    noted.reads = at < end ? at : end;
    noted.reads_size = (size_t)(end - noted.reads);
    *ret_noted = noted;
    *ret_args = args.items;
    return true;
}

void hoists_note(const struct hoists *hoists, uint32_t hoist, uint32_t leader, const char *told, const char *reads, size_t reads_size, struct buf *ret_words) {
    const struct compile_command *command = &hoists->commands[leader];
    const struct choice *choice = &hoists->choices.items[hoist];
    struct buf what = {0};
    for (size_t i = 0; i < choice->entries.len; i++)
        buf_printf(&what, "%s\n", strtab_text(search_texts(hoists->search), choice->entries.items[i].name));
    buf_putc(&what, '\0');
    size_t names_size = what.len;
    put_string(&what, command->directory);
    buf_printf(&what, "%u", command->arg_count);
    buf_putc(&what, '\0');
    for (unsigned i = 0; i < command->arg_count; i++)
        put_string(&what, command->args[i]);
    uint64_t parent = choice->parent == NO_HOIST ? 0 : hoists->keys.items[choice->parent], key = hash_mix(parent, hash_bytes(what.data, what.len));
    hoists->keys.items[hoist] = key ? key : 1;
    buf_add(ret_words, &hoists->keys.items[hoist], sizeof key);
    buf_add(ret_words, what.data, names_size);
    put_string(ret_words, told);
    buf_add(ret_words, what.data + names_size, what.len - names_size);
    buf_add(ret_words, reads, reads_size);
    buf_done(&what);
}

uint64_t hoists_key(const struct hoists *hoists, uint32_t hoist) {
    return hoists->keys.items[hoist];
}

void hoists_put_folders(const struct buf *words, struct buf *ret_reads) {
    struct noted noted;
    const char **args = NULL;
    struct input input;
    if (read_noted(words, &noted, &args))
        for (const char *at = noted.reads, *end = at + noted.reads_size; inputs_next(&at, end, &input);)
            if (input.kind == INPUT_FOLDER)
                inputs_add(ret_reads, input.kind, input.hash, input.name);
    free(args);
}

// Looks the names up, and what these headers include, as was done before the worker was asked: a header that is reached by name is known
// under that name, and as a standard one.
static bool find_entries(struct search *search, uint32_t folders, const char *names, entry_vec *ret_entries) {
    bool ok = folders != NO_HEADER;
    for (const char *at = names; *at && ok; at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        uint32_t name = strtab_addn(search_texts(search), at, len), header = search_find(search, folders, 0, name, false);
        ok = header != NO_HEADER;
        if (ok)
            choose_weigh(search, folders, &header, 1);
        vec_push(ret_entries, ((struct entry){header, name}));
        at += len;
    }
    return ok;
}

uint32_t hoists_add_kept(struct hoists *hoists, uint32_t parent, const struct buf *words) {
    struct choice choice = {.parent = parent};
    struct hoist *made = NULL;
    struct noted noted = {.key = 0};
    const char **args = NULL;
    bool has_base = parent == NO_HOIST || hoists->made.items[parent];
    if (has_base && read_noted(words, &noted, &args)) {
        uint32_t folders = search_folders(hoists->search, &noted.leader);
        if (find_entries(hoists->search, folders, noted.names, &choice.entries))
            made = hoist_new(hoists->search, parent == NO_HOIST ? NULL : hoists->made.items[parent], folders, noted.leader.directory, noted.told, noted.reads,
                             noted.reads_size);
    }
    free(args);
    vec_push(&hoists->choices, choice);
    vec_push(&hoists->made, made);
    vec_push(&hoists->keys, noted.key);
    return hoists_count(hoists) - 1;
}

bool hoists_is_there(const struct hoists *hoists, uint32_t hoist) {
    return hoists->made.items[hoist];
}
