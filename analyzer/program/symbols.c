// Joins the symbols of all units by USR. Two definitions of one USR that stand at different places are different things (`main` in
// several programs of one database, static functions in files of the same name, test doubles): each is kept, the further ones as
// "usr#2", "usr#3"... in order of their units. A reference binds to the definition in its own unit, else to the first one.
//
// Names and places are compared by 64-bit hashes (ir/keys.h).
#include "base/sort.h"
#include "ir/save.h"
#include "program/link.h"

#include <stdlib.h>
#include <string.h>

enum rank { DECLARED, TENTATIVE, DEFINED };

struct symbol {
    uint32_t first; // its first definition in `defs`, or IR_NONE
    uint32_t def_count;
    uint32_t unit, index; // without definition: the declaration that stands for it; IR_NONE: not seen yet
    enum rank rank;
    uint32_t own_unit, own; // the unit looked at last that defines it, and its definition there
    uint32_t id;            // without definition
};

struct def {
    uint32_t symbol, number; // number: 1 for the first of the symbol
    uint32_t unit, index;
    uint32_t id;
};

struct joiner;
// What joins: functions or variables. `usr` is a text id.
struct kind {
    uint32_t (*count)(const struct ir_unit *unit);
    enum rank (*rank)(const struct joiner *j, uint32_t unit, uint32_t index);
    uint64_t (*place)(const struct ir_unit *unit, uint32_t index); // hash; equal for the same definition seen by several units
    const char *(*usr)(const struct ir_unit *unit, uint32_t index);
    const char *(*name)(const struct ir_unit *unit, uint32_t index);
};

struct joiner {
    struct program *program;
    const struct kind *kind;
    const uint8_t *const *initialized; // by unit and variable
    struct symbol *symbols;            // by number
    VEC(struct def) defs;
    struct map def_at; // by symbol and place: index in defs
    VEC(struct entity) entities;
};

// What gets an id.
struct entity {
    const char *name, *usr; // a copy: they are sorted, and lie in all units
    uint32_t symbol, def;   // def: IR_NONE for what is only declared
    uint32_t unit, index;
};

enum { IS_DEF = 1u << 31 }; // until they are bound, a unit's numbers with this bit are definitions, others symbols

static const char *main_file(const struct ir_unit *unit) {
    return unit->files_count ? ir_text(unit, unit->files[0].path) : "";
}

static uint64_t file_hash(const struct ir_unit *unit, uint32_t loc) {
    uint32_t file = unit->locs[loc].file;
    const char *path = file == IR_NONE ? main_file(unit) : ir_text(unit, unit->files[file].path);
    return hash_bytes(path, strlen(path));
}

static uint64_t place_hash(const struct ir_unit *unit, uint32_t loc) {
    return hash_mix(file_hash(unit, loc), (uint64_t)unit->locs[loc].line << 32 | unit->locs[loc].column);
}

// ---- functions and variables, as they take part

static uint32_t func_count(const struct ir_unit *unit) {
    return unit->funcs_count;
}

static enum rank func_rank(const struct joiner *j, uint32_t unit, uint32_t index) {
    return j->program->units[unit].ir->funcs[index].block_count ? DEFINED : DECLARED;
}

static uint64_t func_place(const struct ir_unit *unit, uint32_t index) {
    return place_hash(unit, unit->funcs[index].loc);
}

static const char *func_usr(const struct ir_unit *unit, uint32_t index) {
    return ir_text(unit, unit->funcs[index].usr ? unit->funcs[index].usr : unit->funcs[index].name);
}

static const char *func_name(const struct ir_unit *unit, uint32_t index) {
    return ir_text(unit, unit->funcs[index].name);
}

static const struct kind funcs = {func_count, func_rank, func_place, func_usr, func_name};

static uint32_t var_count(const struct ir_unit *unit) {
    return unit->vars_count;
}

static const char *var_usr(const struct ir_unit *unit, uint32_t index) {
    return ir_text(unit, unit->vars[index].usr ? unit->vars[index].usr : unit->vars[index].name);
}

static uint64_t var_key(const struct ir_unit *unit, uint32_t index) {
    if (unit->vars[index].kind != IR_VAR_GLOBAL && unit->vars[index].kind != IR_VAR_STATIC_LOCAL)
        return 0;
    const char *usr = var_usr(unit, index);
    return hash_bytes(usr, strlen(usr));
}

static bool is_static(const struct ir_var *var) {
    return var->is_static || var->kind == IR_VAR_STATIC_LOCAL;
}

// Several `int x;` of one name may be one variable; several with an initializer never are, and neither are static ones.
static enum rank var_rank(const struct joiner *j, uint32_t unit, uint32_t index) {
    const struct ir_var *var = &j->program->units[unit].ir->vars[index];
    return is_static(var) || j->initialized[unit][index] ? DEFINED : var->is_defined ? TENTATIVE : DECLARED;
}

static uint64_t var_place(const struct ir_unit *unit, uint32_t index) {
    const struct ir_var *var = &unit->vars[index];
    return is_static(var) ? file_hash(unit, var->loc) : place_hash(unit, var->loc);
}

static const char *var_name(const struct ir_unit *unit, uint32_t index) {
    return ir_text(unit, unit->vars[index].name);
}

static const struct kind vars = {var_count, var_rank, var_place, var_usr, var_name};

// ---- joining

static uint32_t add_def(struct joiner *j, uint32_t number, uint32_t unit, uint32_t index) {
    bool is_new;
    struct symbol *symbol = &j->symbols[number];
    uint32_t *slot = map_put(&j->def_at, hash_mix(j->kind->place(j->program->units[unit].ir, index), number), &is_new);
    if (!is_new)
        return *slot;
    uint32_t id = *slot = (uint32_t)j->defs.len;
    ENSURE(id < IS_DEF);
    if (symbol->first == IR_NONE)
        symbol->first = id;
    struct def def = {.symbol = number, .number = ++symbol->def_count, .unit = unit, .index = index};
    vec_push(&j->defs, def);
    return id;
}

// Turns the numbers of definitions into these.
static void collect(struct joiner *j, uint32_t unit, uint32_t *numbers) {
    uint32_t count = j->kind->count(j->program->units[unit].ir);
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] == IR_NONE)
            continue;
        struct symbol *symbol = &j->symbols[numbers[i]];
        enum rank rank = j->kind->rank(j, unit, i);
        if (symbol->unit == IR_NONE || rank > symbol->rank) {
            symbol->unit = unit;
            symbol->index = i;
            symbol->rank = rank;
        }
        if (rank == DEFINED)
            numbers[i] = add_def(j, numbers[i], unit, i) | IS_DEF;
    }
}

static void add_entity(struct joiner *j, uint32_t number, uint32_t def) {
    const struct symbol *symbol = &j->symbols[number];
    const struct def *d = def == IR_NONE ? NULL : &j->defs.items[def];
    struct entity entity = {.symbol = number, .def = def, .unit = d ? d->unit : symbol->unit, .index = d ? d->index : symbol->index};
    const struct ir_unit *ir = j->program->units[entity.unit].ir;
    const char *usr = j->kind->usr(ir, entity.index);
    entity.name = j->kind->name(ir, entity.index);
    entity.usr = d && d->number > 1 ? arena_printf(&j->program->arena, "%s#%u", usr, d->number) : arena_strdup(&j->program->arena, usr);
    vec_push(&j->entities, entity);
    program_rest_at(j->program, (uint32_t)j->entities.len);
}

// Gives ids in the order of USRs.
static void give_ids(struct joiner *j, uint32_t symbol_count) {
    for (uint32_t i = 0; i < j->defs.len; i++)
        add_entity(j, j->defs.items[i].symbol, i);
    for (uint32_t i = 0; i < symbol_count; i++)
        if (j->symbols[i].first == IR_NONE)
            add_entity(j, i, IR_NONE);
    uint32_t count = (uint32_t)j->entities.len;
    struct sort_text *order = mem_zalloc(count * sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct sort_text){j->entities.items[i].usr, i};
    sort_texts(order, count);
    struct entity *sorted = mem_zalloc(count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = j->entities.items[order[i].index];
        *(sorted[i].def == IR_NONE ? &j->symbols[sorted[i].symbol].id : &j->defs.items[sorted[i].def].id) = i;
    }
    free(order);
    free(j->entities.items);
    j->entities.items = sorted;
    j->entities.cap = count;
}

// Numbers become ids: first the unit's own definitions are noted, then everything binds.
static void bind_unit(struct joiner *j, uint32_t unit, uint32_t *numbers) {
    uint32_t count = j->kind->count(j->program->units[unit].ir);
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] == IR_NONE || !(numbers[i] & IS_DEF))
            continue;
        struct symbol *symbol = &j->symbols[j->defs.items[numbers[i] & ~IS_DEF].symbol];
        if (symbol->own_unit != unit)
            symbol->own = numbers[i] & ~IS_DEF;
        symbol->own_unit = unit;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] == IR_NONE)
            continue;
        const struct symbol *symbol = numbers[i] & IS_DEF ? NULL : &j->symbols[numbers[i]];
        if (!symbol)
            numbers[i] = j->defs.items[numbers[i] & ~IS_DEF].id;
        else if (symbol->own_unit == unit)
            numbers[i] = j->defs.items[symbol->own].id;
        else
            numbers[i] = symbol->first == IR_NONE ? symbol->id : j->defs.items[symbol->first].id;
    }
}

// Numbers by unit and index become ids; the entities are left in the order of their ids.
static void join(struct joiner *j, uint32_t **numbers, uint32_t symbol_count) {
    j->symbols = mem_realloc(NULL, symbol_count * sizeof *j->symbols);
    for (uint32_t i = 0; i < symbol_count; i++)
        j->symbols[i] = (struct symbol){.first = IR_NONE, .unit = IR_NONE, .own_unit = IR_NONE};
    for (uint32_t u = 0; u < j->program->unit_count; u++) {
        collect(j, u, numbers[u]);
        program_rest_at_unit(j->program, u);
    }
    give_ids(j, symbol_count);
    for (uint32_t u = 0; u < j->program->unit_count; u++)
        bind_unit(j, u, numbers[u]);
}

static void joiner_done(struct joiner *j) {
    free(j->symbols);
    vec_done(&j->defs);
    map_done(&j->def_at);
    vec_done(&j->entities);
}

static void find_roles(struct program *program) {
    for (uint32_t i = 0; i < program->func_count; i++) {
        const struct prog_unit *unit = &program->units[program->funcs[i].unit];
        if (unit->model)
            program->funcs[i].roles = model_func_roles(unit->model, program->funcs[i].func);
    }
}

static void link_funcs(struct program *program, const struct ir_numbers *numbers) {
    struct joiner j = {.program = program, .kind = &funcs};
    uint32_t **ids = arena_array(&program->arena, uint32_t *, program->unit_count);
    for (uint32_t u = 0; u < program->unit_count; u++)
        program->units[u].func_ids = ids[u] = arena_copy(&program->arena, numbers->of[u], program->units[u].ir->funcs_count * sizeof **ids);
    join(&j, ids, numbers->count);
    program->func_count = (uint32_t)j.entities.len;
    program->funcs = arena_array(&program->arena, struct prog_func, j.entities.len);
    for (uint32_t i = 0; i < j.entities.len; i++) {
        const struct entity *entity = &j.entities.items[i];
        program->funcs[i] = (struct prog_func){.name = entity->name, .usr = entity->usr, .unit = entity->unit, .func = entity->index,
                                               .ir = &program->units[entity->unit].ir->funcs[entity->index], .has_body = entity->def != IR_NONE};
    }
    joiner_done(&j);
    find_roles(program);
}

// The place whose initializer counts: the first that has one.
static void find_initializers(struct program *program, const uint8_t *const *initialized) {
    for (uint32_t u = 0; u < program->unit_count; u++)
        for (uint32_t i = 0; i < program->units[u].ir->vars_count; i++) {
            uint32_t id = program->units[u].global_ids[i];
            if (id == IR_NONE || !initialized[u][i] || program->globals[id].init_unit != IR_NONE)
                continue;
            program->globals[id].init_unit = program->globals[id].unit = u;
            program->globals[id].var = i;
        }
}

static void link_vars(struct program *program, const struct ir_unit *const *units) {
    static const struct ir_numbered numbered = {var_count, var_key};
    const uint8_t **initialized = mem_zalloc(program->unit_count * sizeof *initialized);
    struct ir_numbers numbers;
    for (uint32_t u = 0; u < program->unit_count; u++) {
        initialized[u] = initialized_vars(units[u]);
        ir_rest_behind(units, u);
    }
    ir_number(&program->arena, units, program->unit_count, &numbered, &numbers);
    struct joiner j = {.program = program, .kind = &vars, .initialized = initialized};
    for (uint32_t u = 0; u < program->unit_count; u++)
        program->units[u].global_ids = numbers.of[u];
    join(&j, numbers.of, numbers.count);
    program->global_count = (uint32_t)j.entities.len;
    program->globals = arena_array(&program->arena, struct prog_global, j.entities.len);
    for (uint32_t i = 0; i < j.entities.len; i++) {
        const struct entity *entity = &j.entities.items[i];
        program->globals[i] = (struct prog_global){.name = entity->name, .usr = entity->usr, .unit = entity->unit, .var = entity->index,
                                                   .init_unit = IR_NONE};
    }
    joiner_done(&j);
    find_initializers(program, initialized);
    for (uint32_t u = 0; u < program->unit_count; u++)
        free((void *)(uintptr_t)initialized[u]);
    free(initialized);
}

// "timespec.tv_sec"; a record without name goes by its USR, a member without name by its position.
static const char *field_name(struct arena *arena, const struct ir_unit *unit, uint32_t index) {
    const struct ir_field *field = &unit->fields[index];
    const struct ir_record *record = &unit->records[field->record];
    const char *owner = ir_text(unit, record->name ? record->name : record->usr), *member = ir_text(unit, field->name);
    if (!*owner)
        owner = arena_printf(arena, "%s#%u", main_file(unit), field->record);
    if (!field->name)
        return arena_printf(arena, "%s.#%u", owner, index - record->fields);
    size_t len = strlen(owner), rest = strlen(member);
    char *name = arena_alloc(arena, len + rest + 2);
    memcpy(name, owner, len);
    name[len] = '.';
    memcpy(name + len + 1, member, rest);
    return name;
}

// C lets two files have different structs of one name: members are the same only where their structs have the same members, which
// is what the key of a record says.
static uint32_t record_count(const struct ir_unit *unit) {
    return unit->records_count;
}

static uint64_t record_key(const struct ir_unit *unit, uint32_t record) {
    return unit->records[record].field_count ? unit->record_keys[record] : 0;
}

// The members of all different records, one record after the other: where each record's start.
static struct prog_field *list_fields(struct program *program, const struct ir_numbers *records, uint32_t *ret_starts) {
    VEC(struct prog_field) fields = {0};
    for (uint32_t r = 0; r < records->count; r++) {
        uint32_t unit = records->first[r].unit;
        const struct ir_unit *ir = program->units[unit].ir;
        const struct ir_record *record = &ir->records[records->first[r].index];
        ret_starts[r] = (uint32_t)fields.len;
        for (uint32_t i = record->fields; i < record->fields + record->field_count; i++)
            vec_push(&fields, ((struct prog_field){.name = field_name(&program->arena, ir, i), .record = ir_text(ir, record->name ? record->name : record->usr),
                                                   .member = ir_text(ir, ir->fields[i].name), .unit = unit, .field = i}));
    }
    program->field_count = (uint32_t)fields.len;
    return fields.items;
}

// Gives ids in the order of names: by place in the list.
static uint32_t *order_fields(struct program *program, const struct prog_field *list) {
    uint32_t count = program->field_count, *ids = mem_zalloc(count * sizeof *ids);
    struct sort_text *order = mem_zalloc(count * sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct sort_text){list[i].name, i};
    sort_texts(order, count);
    program->fields = arena_array(&program->arena, struct prog_field, count);
    for (uint32_t i = 0; i < count; i++) {
        program->fields[i] = list[order[i].index];
        ids[order[i].index] = i;
    }
    free(order);
    return ids;
}

static void link_fields(struct program *program, const struct ir_unit *const *units) {
    static const struct ir_numbered numbered = {record_count, record_key};
    struct arena scratch = {0};
    struct ir_numbers records;
    ir_number(&scratch, units, program->unit_count, &numbered, &records);
    uint32_t *starts = arena_array(&scratch, uint32_t, records.count);
    struct prog_field *list = list_fields(program, &records, starts);
    uint32_t *by_place = order_fields(program, list);
    for (uint32_t u = 0; u < program->unit_count; u++) {
        const struct ir_unit *ir = units[u];
        uint32_t *ids = arena_array(&program->arena, uint32_t, ir->fields_count);
        for (uint32_t r = 0; r < ir->records_count; r++)
            for (uint32_t i = 0; i < ir->records[r].field_count; i++)
                ids[ir->records[r].fields + i] = by_place[starts[records.of[u][r]] + i];
        program->units[u].field_ids = ids;
        ir_rest_behind(units, u);
    }
    free(by_place);
    free(list);
    arena_done(&scratch);
}

void link_symbols(struct program *program, const struct ir_unit *const *units, const struct ir_numbers *func_numbers) {
    link_funcs(program, func_numbers);
    link_vars(program, units);
    link_fields(program, units);
}
