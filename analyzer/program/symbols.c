// Joins the symbols of all units by USR. Two definitions of one USR that stand at different places are different things (`main` in
// several programs of one database, static functions in files of the same name, test doubles): each is kept, the further ones as
// "usr#2", "usr#3"... in order of their units. A reference binds to the definition in its own unit, else to the first one.
//
// Places are compared by a 64-bit hash.
#include "program/link.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum rank { DECLARED, TENTATIVE, DEFINED };

// A function or variable of one unit, as it takes part in joining.
struct item {
    const char *usr;
    enum rank rank;
    uint64_t place; // hash; equal for the same definition seen by several units
};

struct symbol {
    uint32_t first; // its first definition in `defs`, or IR_NONE
    uint32_t def_count;
    uint32_t unit, index; // without definition: the declaration that stands for it
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
typedef uint32_t count_fn(const struct ir_unit *unit);
// False for what joins nothing.
typedef bool item_fn(const struct joiner *j, uint32_t unit, uint32_t index, struct item *ret_item);

struct joiner {
    struct program *program;
    count_fn *count;
    item_fn *item;
    const uint8_t *const *initialized; // by unit and variable
    struct strtab usrs;
    VEC(struct symbol) symbols; // by id in usrs
    VEC(struct def) defs;
    struct map def_at; // by symbol and place: index in defs
    VEC(struct entity) entities;
};

// What gets an id.
struct entity {
    const char *usr;
    uint32_t symbol, def; // def: IR_NONE for what is only declared
    uint32_t unit, index;
    enum rank rank;
};

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

static uint32_t func_count(const struct ir_unit *unit) {
    return unit->funcs_count;
}

static bool func_item(const struct joiner *j, uint32_t unit, uint32_t index, struct item *ret_item) {
    const struct ir_unit *ir = j->program->units[unit].ir;
    const struct ir_func *func = &ir->funcs[index];
    if (func->is_init)
        return false;
    ret_item->usr = ir_text(ir, func->usr ? func->usr : func->name);
    ret_item->rank = func->block_count ? DEFINED : DECLARED;
    ret_item->place = place_hash(ir, func->loc);
    return true;
}

static uint32_t var_count(const struct ir_unit *unit) {
    return unit->vars_count;
}

// Several `int x;` of one name may be one variable; several with an initializer never are, and neither are static ones.
static bool var_item(const struct joiner *j, uint32_t unit, uint32_t index, struct item *ret_item) {
    const struct ir_unit *ir = j->program->units[unit].ir;
    const struct ir_var *var = &ir->vars[index];
    if (var->kind != IR_VAR_GLOBAL && var->kind != IR_VAR_STATIC_LOCAL)
        return false;
    bool is_static = var->is_static || var->kind == IR_VAR_STATIC_LOCAL;
    ret_item->usr = ir_text(ir, var->usr ? var->usr : var->name);
    ret_item->rank = is_static || j->initialized[unit][index] ? DEFINED : var->is_defined ? TENTATIVE : DECLARED;
    ret_item->place = is_static ? file_hash(ir, var->loc) : place_hash(ir, var->loc);
    return true;
}

static struct symbol *symbol_of(struct joiner *j, const struct item *item, uint32_t *ret_id) {
    *ret_id = strtab_add(&j->usrs, item->usr);
    while (j->symbols.len <= *ret_id) {
        struct symbol fresh = {.first = IR_NONE, .unit = IR_NONE, .own_unit = IR_NONE};
        vec_push(&j->symbols, fresh);
    }
    return &j->symbols.items[*ret_id];
}

static uint32_t *def_slot(struct joiner *j, uint32_t symbol, const struct item *item, bool *ret_new) {
    return map_put(&j->def_at, hash_mix(item->place, symbol), ret_new);
}

static void collect_item(struct joiner *j, uint32_t unit, uint32_t index, const struct item *item) {
    uint32_t id;
    struct symbol *symbol = symbol_of(j, item, &id);
    if (symbol->unit == IR_NONE || item->rank > symbol->rank) {
        symbol->unit = unit;
        symbol->index = index;
        symbol->rank = item->rank;
    }
    if (item->rank != DEFINED)
        return;
    bool is_new;
    uint32_t *slot = def_slot(j, id, item, &is_new);
    if (!is_new)
        return;
    *slot = (uint32_t)j->defs.len;
    if (symbol->first == IR_NONE)
        symbol->first = (uint32_t)j->defs.len;
    struct def def = {.symbol = id, .number = ++symbol->def_count, .unit = unit, .index = index};
    vec_push(&j->defs, def);
}

static void collect(struct joiner *j) {
    for (uint32_t u = 0; u < j->program->unit_count; u++) {
        struct item item;
        for (uint32_t i = 0; i < j->count(j->program->units[u].ir); i++)
            if (j->item(j, u, i, &item))
                collect_item(j, u, i, &item);
    }
}

static int compare_entities(const void *a, const void *b) {
    const struct entity *x = a, *y = b;
    int order = strcmp(x->usr, y->usr);
    if (order)
        return order;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void number(struct joiner *j) {
    struct arena *arena = &j->program->arena;
    for (uint32_t i = 0; i < j->defs.len; i++) {
        const struct def *def = &j->defs.items[i];
        const char *usr = strtab_text(&j->usrs, def->symbol);
        usr = def->number == 1 ? arena_strdup(arena, usr) : arena_printf(arena, "%s#%u", usr, def->number);
        struct entity entity = {usr, def->symbol, i, def->unit, def->index, DEFINED};
        vec_push(&j->entities, entity);
    }
    for (uint32_t s = 0; s < j->symbols.len; s++) {
        const struct symbol *symbol = &j->symbols.items[s];
        if (symbol->first != IR_NONE || symbol->unit == IR_NONE)
            continue;
        struct entity entity = {arena_strdup(arena, strtab_text(&j->usrs, s)), s, IR_NONE, symbol->unit, symbol->index, symbol->rank};
        vec_push(&j->entities, entity);
    }
    if (j->entities.len)
        qsort(j->entities.items, j->entities.len, sizeof *j->entities.items, compare_entities);
    for (uint32_t i = 0; i < j->entities.len; i++) {
        const struct entity *entity = &j->entities.items[i];
        *(entity->def == IR_NONE ? &j->symbols.items[entity->symbol].id : &j->defs.items[entity->def].id) = i;
    }
}

// The ids of one unit's items: first its definitions are noted, then everything binds.
static const uint32_t *bind_unit(struct joiner *j, uint32_t unit) {
    uint32_t count = j->count(j->program->units[unit].ir), id;
    uint32_t *ids = arena_array(&j->program->arena, uint32_t, count);
    struct item item;
    for (uint32_t i = 0; i < count; i++) {
        if (!j->item(j, unit, i, &item) || item.rank != DEFINED)
            continue;
        struct symbol *symbol = symbol_of(j, &item, &id);
        if (symbol->own_unit != unit)
            symbol->own = *def_slot(j, id, &item, NULL);
        symbol->own_unit = unit;
    }
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = IR_NONE;
        if (!j->item(j, unit, i, &item))
            continue;
        const struct symbol *symbol = symbol_of(j, &item, &id);
        if (item.rank == DEFINED)
            ids[i] = j->defs.items[*def_slot(j, id, &item, NULL)].id;
        else if (symbol->own_unit == unit)
            ids[i] = j->defs.items[symbol->own].id;
        else
            ids[i] = symbol->first == IR_NONE ? symbol->id : j->defs.items[symbol->first].id;
    }
    return ids;
}

static void joiner_done(struct joiner *j) {
    strtab_done(&j->usrs);
    vec_done(&j->symbols);
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
    for (uint32_t u = 0; u < program->unit_count; u++)
        for (uint32_t i = 0; program->units[u].model && i < program->units[u].ir->funcs_count; i++) {
            uint32_t id = program->units[u].func_ids[i];
            if (id != IR_NONE && !program->funcs[id].roles)
                program->funcs[id].roles = model_func_roles(program->units[u].model, i);
        }
}

static void link_funcs(struct program *program) {
    struct joiner j = {.program = program, .count = func_count, .item = func_item};
    collect(&j);
    number(&j);
    for (uint32_t u = 0; u < program->unit_count; u++)
        program->units[u].func_ids = bind_unit(&j, u);
    program->func_count = (uint32_t)j.entities.len;
    program->funcs = arena_array(&program->arena, struct prog_func, j.entities.len);
    for (uint32_t i = 0; i < j.entities.len; i++) {
        const struct entity *entity = &j.entities.items[i];
        const struct ir_unit *ir = program->units[entity->unit].ir;
        const struct ir_func *func = &ir->funcs[entity->index];
        program->funcs[i] = (struct prog_func){.name = ir_text(ir, func->name), .usr = entity->usr, .unit = entity->unit,
                                               .func = entity->index, .ir = func, .has_body = func->block_count != 0};
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

static void link_vars(struct program *program) {
    const uint8_t **initialized = mem_zalloc(program->unit_count * sizeof *initialized);
    for (uint32_t u = 0; u < program->unit_count; u++)
        initialized[u] = initialized_vars(program->units[u].ir);
    struct joiner j = {.program = program, .count = var_count, .item = var_item, .initialized = initialized};
    collect(&j);
    number(&j);
    for (uint32_t u = 0; u < program->unit_count; u++)
        program->units[u].global_ids = bind_unit(&j, u);
    program->global_count = (uint32_t)j.entities.len;
    program->globals = arena_array(&program->arena, struct prog_global, j.entities.len);
    for (uint32_t i = 0; i < j.entities.len; i++) {
        const struct entity *entity = &j.entities.items[i];
        const struct ir_unit *ir = program->units[entity->unit].ir;
        program->globals[i] = (struct prog_global){.name = ir_text(ir, ir->vars[entity->index].name), .usr = entity->usr,
                                                   .unit = entity->unit, .var = entity->index, .init_unit = IR_NONE};
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
    const char *owner = ir_text(unit, record->name ? record->name : record->usr);
    if (!*owner)
        owner = arena_printf(arena, "%s#%u", main_file(unit), field->record);
    if (field->name)
        return arena_printf(arena, "%s.%s", owner, ir_text(unit, field->name));
    return arena_printf(arena, "%s.#%u", owner, index - record->fields);
}

// C lets two files have different structs of one name: members are the same only where their structs have the same members.
static uint64_t layout_hash(const struct ir_unit *unit, const struct ir_record *record) {
    uint64_t h = record->field_count;
    for (uint32_t i = 0; i < record->field_count; i++) {
        const char *name = ir_text(unit, unit->fields[record->fields + i].name);
        h = hash_mix(h, hash_bytes(name, strlen(name)));
    }
    return h;
}

struct known_field {
    struct prog_field field;
    uint32_t key; // id in field_table.keys
};

static int compare_fields(const void *a, const void *b) {
    const struct known_field *x = a, *y = b;
    int order = strcmp(x->field.name, y->field.name);
    return order ? order : (x->key > y->key) - (x->key < y->key);
}

struct field_table {
    struct strtab keys;             // name and layout of the record
    VEC(struct known_field) fields; // by key, minus 1
    struct arena scratch;
};

static void collect_fields(struct program *program, struct field_table *table, uint32_t unit, uint32_t *ids) {
    const struct ir_unit *ir = program->units[unit].ir;
    for (uint32_t i = 0; i < ir->fields_count; i++) {
        const struct ir_record *record = &ir->records[ir->fields[i].record];
        const char *name = field_name(&table->scratch, ir, i);
        uint32_t key = strtab_add(&table->keys, arena_printf(&table->scratch, "%s %016" PRIx64, name, layout_hash(ir, record)));
        ids[i] = key - 1;
        if (ids[i] < table->fields.len)
            continue;
        struct prog_field field = {.name = arena_strdup(&program->arena, name), .record = ir_text(ir, record->name ? record->name : record->usr),
                                   .member = ir_text(ir, ir->fields[i].name), .unit = unit, .field = i};
        vec_push(&table->fields, ((struct known_field){field, key}));
    }
    arena_done(&table->scratch);
}

static void link_fields(struct program *program) {
    struct field_table table = {0};
    uint32_t **ids = mem_zalloc(program->unit_count * sizeof *ids);
    for (uint32_t u = 0; u < program->unit_count; u++) {
        ids[u] = arena_array(&program->arena, uint32_t, program->units[u].ir->fields_count);
        collect_fields(program, &table, u, ids[u]);
        program->units[u].field_ids = ids[u];
    }
    uint32_t count = program->field_count = (uint32_t)table.fields.len;
    program->fields = arena_array(&program->arena, struct prog_field, count);
    if (count)
        qsort(table.fields.items, count, sizeof *table.fields.items, compare_fields);
    uint32_t *final = mem_zalloc(count * sizeof *final);
    for (uint32_t i = 0; i < count; i++) {
        program->fields[i] = table.fields.items[i].field;
        final[table.fields.items[i].key - 1] = i;
    }
    for (uint32_t u = 0; u < program->unit_count; u++)
        for (uint32_t i = 0; i < program->units[u].ir->fields_count; i++)
            ids[u][i] = final[ids[u][i]];
    free(final);
    free(ids);
    strtab_done(&table.keys);
    vec_done(&table.fields);
}

void link_symbols(struct program *program) {
    link_funcs(program);
    link_vars(program);
    link_fields(program);
}
