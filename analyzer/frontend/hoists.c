// Convention: a set is known by its number among the choices (choose.h).
#include "frontend/hoists.h"

#include "frontend/choose.h"
#include "ir/inputs.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS_MIN = 6 };

struct hoists {
    struct search *search;
    struct hoist_unit *units; // by command
    unsigned command_count;
    uint32_t *chosen;         // by command
    choice_vec choices;
    struct hoist **made;      // by choice; NULL: not there
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

static bool is_c(const char *file) {
    size_t len = strlen(file);
    return len > 2 && !strcmp(file + len - 2, ".c");
}

static void choose_all(struct hoists *hoists, const struct compile_command *commands, const uint32_t *units, unsigned count) {
    VEC(struct chooser) choosers = {0};
    struct buf project = {0};
    find_project(commands, units, count, &project);
    for (unsigned i = 0; i < count; i++) {
        struct hoist_unit *unit = &hoists->units[units[i]];
        struct chooser chooser = {.unit = units[i], .source = unit};
        if (!is_c(commands[units[i]].file))
            continue;
        hoist_unit_init(hoists->search, &commands[units[i]], unit);
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

struct hoists *hoists_plan(const struct compile_command *commands, unsigned command_count, const uint32_t *units, unsigned unit_count, struct strtab *texts) {
    struct hoists *hoists = mem_zalloc(sizeof *hoists);
    hoists->search = search_new(texts);
    hoists->units = mem_zalloc(command_count * sizeof *hoists->units);
    hoists->chosen = mem_zalloc(command_count * sizeof *hoists->chosen);
    hoists->command_count = command_count;
    for (unsigned i = 0; i < command_count; i++)
        hoists->chosen[i] = NO_HOIST;
    if (unit_count >= UNITS_MIN && !getenv("CPATH") && !getenv("C_INCLUDE_PATH")) // with these, more folders are looked through
        choose_all(hoists, commands, units, unit_count);
    for (uint32_t i = 0; i < hoists->choices.len; i++)
        for (size_t k = 0; k < hoists->choices.items[i].units.len; k++)
            hoists->chosen[hoists->choices.items[i].units.items[k]] = i;
    hoists->made = mem_zalloc(hoists->choices.len * sizeof *hoists->made);
    return hoists;
}

void hoists_free(struct hoists *hoists) {
    for (size_t i = 0; i < hoists->choices.len; i++) {
        vec_done(&hoists->choices.items[i].entries);
        vec_done(&hoists->choices.items[i].units);
        hoist_free(hoists->made[i]);
    }
    for (unsigned i = 0; i < hoists->command_count; i++)
        hoist_unit_done(&hoists->units[i]);
    vec_done(&hoists->choices);
    search_free(hoists->search);
    free(hoists->units);
    free(hoists->chosen);
    free(hoists->made);
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
    hoists->made[hoist] = hoist_new(hoists->search, parent == NO_HOIST ? NULL : hoists->made[parent], &hoists->units[leader], told, reads, reads_size);
    return hoists->made[hoist];
}

void hoists_put_reads(uint32_t hoist, const char *reads, size_t size, struct buf *ret_reads) {
    struct input input;
    for (const char *at = reads, *end = at + size; inputs_next(&at, end, &input);)
        if (hoist == NO_HOIST || input.kind != INPUT_FOLDER)
            inputs_add(ret_reads, input.kind, input.hash, input.name);
}

bool hoists_fits(struct hoists *hoists, uint32_t hoist, uint32_t unit) {
    return hoists->made[hoist] && hoist_fits(hoists->search, hoists->made[hoist], &hoists->units[unit]);
}

bool hoists_confirms(const struct hoists *hoists, uint32_t unit, const char *inputs, size_t size) {
    return hoist_is_confirmed(hoists->search, &hoists->units[unit], inputs, size);
}
