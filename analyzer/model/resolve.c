// The whole-program step. Order: what annotations and models state; which types the remaining declarations show to be
// contexts; which functions of that shape only wrap others and are better understood from their body; at last the functions
// that work on those types (cancel, query, ...), which must belong to the same family of names.
#include "model/resolve.h"

#include <stdlib.h>
#include <string.h>

const struct ir_func *resolve_func_at(const struct model_program *mp, uint32_t unit, uint32_t func) {
    return &mp->units[unit]->funcs[func];
}

bool resolve_makes_context(enum role_kind kind) {
    return kind == ROLE_ROOT || kind == ROLE_DERIVE || kind == ROLE_VALUE || kind == ROLE_DETACH;
}

struct context_type *resolve_add_type(struct model_program *mp, const char *key) {
    uint32_t id = strtab_add(&mp->keys, key);
    while (mp->types.len <= id)
        vec_push(&mp->types, ((struct context_type){0}));
    struct context_type *type = &mp->types.items[id];
    if (!type->key) {
        char words[WORDS_MAX];
        const char *name = strchr(key, ' ');
        type->key = strtab_text(&mp->keys, id);
        words_of(name ? name + 1 : key, words);
        type->has_word = words_any(&mp->set->words, LIST_CONTEXT, words, false);
    }
    return type;
}

const struct context_type *resolve_context(const struct model_program *mp, const char *key) {
    uint32_t id = strtab_find(&mp->keys, key);
    return id && mp->types.items[id].accepted ? &mp->types.items[id] : NULL;
}

void resolve_key(const struct model_set *set, const struct ir_unit *unit, const struct ir_func *func, const struct pos *pos,
                 char ret_key[WORDS_MAX]) {
    uint32_t type = IR_NONE;
    *ret_key = '\0';
    if (pos->kind == POS_RETURN)
        type = unit->types[func->type].target;
    else if (pos->kind == POS_ARG && pos->arg < func->param_count)
        type = unit->vars[func->vars + pos->arg].type;
    if (type == IR_NONE)
        return;
    struct type_shape shape = shape_of_type(set, unit, type);
    if (pos->field && shape.record != IR_NONE) {
        const struct ir_record *record = &unit->records[shape.record];
        shape = (struct type_shape){0};
        for (uint32_t i = 0; i < record->field_count; i++)
            if (!strcmp(ir_text(unit, unit->fields[record->fields + i].name), pos->field))
                shape = shape_of_type(set, unit, unit->fields[record->fields + i].type);
    }
    strcpy(ret_key, shape.key);
}

void resolve_role_key(const struct model_program *mp, const struct model_func *info, const struct role *role, char ret_key[WORDS_MAX]) {
    const struct pos *pos = role->kind == ROLE_ROOT ? &role->result : resolve_makes_context(role->kind) ? &role->parent : &role->object;
    resolve_key(mp->set, mp->units[info->unit], resolve_func_at(mp, info->unit, info->func), pos, ret_key);
}

// --- contexts by shape

// Takes over a role found by shape; of several declarations the one that tells the unit is best.
static void keep_best(struct model_program *mp, struct model_func *info, const struct shape_ref *ref, const struct role *role) {
    bool known = info->roles && info->roles != info->effects;
    if (known && (info->roles->bound.unit || !role->bound.unit))
        return;
    struct role *kept = arena_copy(&mp->arena, role, sizeof *role);
    kept->by_shape = true;
    kept->next = info->effects;
    info->roles = kept;
    info->unit = ref->unit;
    info->func = ref->func;
}

static void type_family(const struct model_program *mp, const char *key, char ret_family[WORDS_MAX]) {
    char words[WORDS_MAX];
    const char *name = strchr(key, ' ');
    words_of(name ? name + 1 : key, words);
    words_family(&mp->set->words, words, ret_family);
}

// `ctx_background(&ctx)` sets up a root in place; `run_background(&ctx)` does something else with it.
static bool is_foreign_root(const struct model_program *mp, const struct model_func *info, const struct role *role, const char *key) {
    char family[WORDS_MAX];
    if (role->kind != ROLE_ROOT || role->result.kind != POS_ARG || role->result.deref)
        return false;
    type_family(mp, key, family);
    return strcmp(family, info->family) != 0;
}

static void find_makers(struct model_program *mp) {
    for (size_t i = 0; i < mp->shapes.len; i++) {
        const struct shape_ref *ref = &mp->shapes.items[i];
        struct model_func *info = &mp->funcs[ref->id];
        const struct line *line = info->shape->lines;
        const struct ir_func *func = resolve_func_at(mp, ref->unit, ref->func);
        struct role role;
        char key[WORDS_MAX], words[WORDS_MAX];
        if (info->stated || line->kind != LINE_ROLE || !resolve_makes_context(line->role.kind) ||
            !shape_resolve(mp->set, &mp->contexts, mp->units[ref->unit], func, line, &role, key) ||
            (role.parent.kind == POS_ARG && resolve_returns_param(mp, ref->id, role.parent.arg)) ||
            is_foreign_root(mp, info, &role, key))
            continue;
        struct context_type *type = resolve_add_type(mp, key);
        words_of(ir_text(mp->units[ref->unit], func->name), words);
        type->has_named |= role.kind != ROLE_ROOT && words_any(&mp->set->words, LIST_CONTEXT, words, false);
        type->has_root |= role.kind == ROLE_ROOT;
        type->has_derive |= role.kind == ROLE_DERIVE;
        if (role.kind == ROLE_DERIVE) {
            type->two_derives |= type->first_derive && type->first_derive != info->shape;
            type->first_derive = info->shape;
        }
        keep_best(mp, info, ref, &role);
    }
}

// A function on its own says little: `request_with_timeout(request, ms)` may as well be a builder. Types that are cancelled or
// asked for their deadline have a companion.
static void find_companions(struct model_program *mp) {
    for (size_t i = 0; i < mp->shapes.len; i++) {
        const struct shape_ref *ref = &mp->shapes.items[i];
        const struct line *line = mp->funcs[ref->id].shape->lines;
        const struct ir_unit *unit = mp->units[ref->unit];
        const struct ir_func *func = resolve_func_at(mp, ref->unit, ref->func);
        if (line->kind != LINE_ROLE || (line->role.kind != ROLE_CANCEL && line->role.kind != ROLE_QUERY) || !func->param_count)
            continue;
        struct type_shape shape = shape_of_type(mp->set, unit, unit->vars[func->vars].type);
        uint32_t id = strtab_find(&mp->keys, shape.key);
        if (id)
            mp->types.items[id].has_companion = true;
    }
}

static void accept_types(struct model_program *mp) {
    for (size_t id = 1; id < mp->types.len; id++) {
        struct context_type *type = &mp->types.items[id];
        bool by_derive =
            type->has_derive && (type->has_word || type->has_named || type->has_root || type->has_companion || type->two_derives);
        bool by_root = type->has_root && type->has_word && type->has_companion;
        type->accepted = type->stated || by_derive || by_root;
        if (type->accepted)
            strtab_add(&mp->contexts.keys, type->key);
    }
    for (uint32_t i = 0; i < mp->type_ids.count; i++)
        mp->all_types[i].is_context = mp->all_types[i].may_be_one && strtab_find(&mp->contexts.keys, mp->all_types[i].key);
}

// --- families and wrappers

static void add_family(struct model_program *mp, const char *key, const char *family) {
    struct arena arena = {0};
    strtab_add(&mp->families, arena_printf(&arena, "%s %s", key, family));
    strtab_add(&mp->families, arena_printf(&arena, " %s", family));
    arena_done(&arena);
}

bool resolve_in_family(const struct model_program *mp, const char *key, const char *family) {
    struct arena arena = {0};
    bool found = strtab_find(&mp->families, arena_printf(&arena, "%s %s", key, family)) != 0;
    arena_done(&arena);
    return found;
}

static void drop_wrappers(struct model_program *mp) {
    bool *wrappers = mem_zalloc(mp->func_ids->count);
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        const struct model_func *info = &mp->funcs[id];
        char key[WORDS_MAX];
        if (!info->roles || !info->roles->by_shape)
            continue;
        resolve_role_key(mp, info, info->roles, key);
        wrappers[id] = resolve_is_wrapper(mp, id, info->roles, key);
    }
    for (uint32_t id = 0; id < mp->func_ids->count; id++)
        if (wrappers[id])
            mp->funcs[id].roles = mp->funcs[id].effects;
    free(wrappers);
}

// Drops the roles by shape of types that proved to be no contexts, and of wrappers; what stays gives its type families and a unit.
static void settle_makers(struct model_program *mp) {
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        struct model_func *info = &mp->funcs[id];
        char key[WORDS_MAX];
        if (!info->roles || !info->roles->by_shape)
            continue;
        resolve_role_key(mp, info, info->roles, key);
        if (!resolve_context(mp, key))
            info->roles = info->effects;
    }
    drop_wrappers(mp);
}

static void add_unit(struct context_type *type, enum time_unit unit) {
    if (!unit || unit == UNIT_TIMESPEC || unit == UNIT_TIMEVAL)
        return;
    type->mixed_units |= type->unit && type->unit != unit;
    type->unit = unit;
}

static void learn_families(struct model_program *mp) {
    for (size_t id = 1; id < mp->types.len; id++) {
        const struct context_type *type = &mp->types.items[id];
        char family[WORDS_MAX];
        type_family(mp, type->key, family);
        if (type->accepted)
            add_family(mp, type->key, family);
    }
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        const struct model_func *info = &mp->funcs[id];
        char key[WORDS_MAX];
        if (!info->roles || !resolve_makes_context(info->roles->kind))
            continue;
        resolve_role_key(mp, info, info->roles, key);
        uint32_t type = strtab_find(&mp->keys, key);
        if (info->roles->by_shape)
            add_family(mp, key, info->family);
        if (type && !info->roles->bound.pos2.kind)
            add_unit(&mp->types.items[type], info->roles->bound.unit);
    }
}

// --- the functions that work on contexts

static void settle_user(struct model_program *mp, const struct shape_ref *ref) {
    struct model_func *info = &mp->funcs[ref->id];
    const struct ir_unit *unit = mp->units[ref->unit];
    const struct ir_func *func = resolve_func_at(mp, ref->unit, ref->func);
    const struct line *line = info->shape->lines;
    struct role role;
    char key[WORDS_MAX];
    if (info->stated || line->kind != LINE_ROLE || resolve_makes_context(line->role.kind) ||
        !shape_resolve(mp->set, &mp->contexts, unit, func, line, &role, key))
        return;
    bool of_time = role.kind == ROLE_NOW; // has no object, so no type
    if (of_time && func->param_count != (role.result.deref ? 1 : 0))
        return;
    if (!of_time)
        resolve_key(mp->set, unit, func, &role.object, key);
    if (!resolve_in_family(mp, of_time ? "" : key, info->family))
        return;
    keep_best(mp, info, ref, &role);
}

// A function without a unit of its own speaks its library's, where that has one.
static void settle_unit(struct model_program *mp, struct model_func *info) {
    struct role *role = (struct role *)info->roles;
    bool is_time =
        role->kind == ROLE_NOW || (role->kind == ROLE_QUERY && (role->query == QUERY_REMAINING || role->query == QUERY_DEADLINE));
    if (!role->by_shape || !is_time || role->bound.unit)
        return;
    char key[WORDS_MAX];
    resolve_role_key(mp, info, role, key);
    for (size_t id = 1; id < mp->types.len; id++) {
        const struct context_type *type = &mp->types.items[id];
        bool same = role->kind == ROLE_NOW ? resolve_in_family(mp, type->key, info->family) : !strcmp(type->key, key);
        if (type->accepted && same && !type->mixed_units && type->unit) {
            role->bound.unit = type->unit;
            return;
        }
    }
}

static void note_query(struct model_program *mp, const struct model_func *info, const struct role *role) {
    char key[WORDS_MAX];
    resolve_role_key(mp, info, role, key);
    uint32_t id = strtab_find(&mp->keys, key);
    if (!id)
        return;
    struct context_type *type = &mp->types.items[id];
    const struct role *old = type->queries[role->query].role;
    bool plain = role->result.kind == POS_RETURN, old_plain = old && old->result.kind == POS_RETURN;
    if (old && (old_plain > plain || (old_plain == plain && (old->bound.unit || !role->bound.unit))))
        return;
    const struct ir_unit *unit = mp->units[info->unit];
    type->queries[role->query].role = role;
    type->queries[role->query].name = ir_text(unit, unit->funcs[info->func].name);
}

static void settle_users(struct model_program *mp) {
    for (size_t i = 0; i < mp->shapes.len; i++)
        settle_user(mp, &mp->shapes.items[i]);
    drop_wrappers(mp);
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        struct model_func *info = &mp->funcs[id];
        if (info->roles && info->roles != info->effects)
            settle_unit(mp, info);
        for (const struct role *role = info->roles; role; role = role->next)
            if (role->kind == ROLE_QUERY)
                note_query(mp, info, role);
    }
}

// There are as many of them as functions, and most of what led to their roles is of no use any more.
static void keep_what_is_said(struct model_program *mp) {
    mp->said = arena_array(&mp->arena, struct model_said, mp->func_ids->count);
    for (uint32_t id = 0; id < mp->func_ids->count; id++)
        mp->said[id] = (struct model_said){mp->funcs[id].roles, mp->funcs[id].detached};
    free(mp->funcs);
    mp->funcs = NULL;
    vec_done(&mp->shapes);
}

struct model_program *model_program_new(const struct model_set *models, const struct ir_unit *const *units, uint32_t unit_count,
                                        const struct ir_numbers *funcs) {
    struct model_program *mp = mem_zalloc(sizeof *mp);
    mp->set = models;
    mp->units = units;
    mp->unit_count = unit_count;
    mp->func_ids = funcs;
    resolve_stated(mp);
    find_makers(mp);
    find_companions(mp);
    accept_types(mp);
    settle_makers(mp);
    learn_families(mp);
    settle_users(mp);
    keep_what_is_said(mp);
    vec_push(&mp->problems, NULL);
    return mp;
}

void model_program_free(struct model_program *mp) {
    if (!mp)
        return;
    strtab_done(&mp->keys);
    strtab_done(&mp->contexts.keys);
    strtab_done(&mp->families);
    vec_done(&mp->types);
    vec_done(&mp->problems);
    arena_done(&mp->arena);
    free(mp);
}

const char *const *model_program_problems(const struct model_program *mp) {
    return mp->problems.items;
}
