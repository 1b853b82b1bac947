// What annotations and models state: read declaration by declaration. Names that only a pattern by words fits are noted for
// resolve.c. Left out: what a declaration's shape says.
#include "ir/save.h"
#include "model/resolve.h"

#include <string.h>

static const char *place_text(struct model_program *mp, const struct ir_unit *unit, uint32_t loc, const char *name) {
    const struct ir_loc *l = loc == IR_NONE ? NULL : &unit->locs[loc];
    if (!l || l->file == IR_NONE)
        return arena_printf(&mp->arena, "annotation of '%s'", name);
    return arena_printf(&mp->arena, "%s:%u:%u: annotation of '%s'", ir_text(unit, unit->files[l->file].path), l->line, l->column, name);
}

static void add_problem(struct model_program *mp, const char *where, const char *what) {
    char *text = arena_printf(&mp->arena, "%s: %s", where, what);
    for (size_t i = 0; i < mp->problems.len; i++)
        if (!strcmp(mp->problems.items[i], text))
            return;
    vec_push(&mp->problems, text);
}

unsigned resolve_annotation(struct arena *arena, const char *text, enum line_place place, struct line **ret_lines,
                            struct model_program *mp, const char *where) {
    char *copy = arena_strdup(arena, text), *rest = copy;
    unsigned count = 0, max = 1;
    for (const char *at = text; *at; at++)
        max += *at == '\n';
    struct line *lines = arena_array(arena, struct line, max);
    for (char *item; (item = strsep(&rest, "\n"));) {
        struct err err;
        size_t offset;
        if (line_parse(arena, item, place, &lines[count], &offset, &err)) {
            lines[count].role.model = lines[count].meaning.model = "annotation";
            count++;
        } else if (mp)
            add_problem(mp, where, err.text);
    }
    *ret_lines = lines;
    return count;
}

// `cancel=*arg1` may be a function or a handle: the declaration says which.
static void settle_cancel(const struct ir_unit *unit, const struct ir_func *func, struct role *role) {
    if (role->cancel_how != CANCEL_OUT_FUNC || role->cancel.field || role->cancel.arg >= func->param_count)
        return;
    uint32_t type = unit->vars[func->vars + role->cancel.arg].type;
    for (int stars = 0; stars < 2 && type != IR_NONE && unit->types[type].kind == IR_POINTER; stars++)
        type = unit->types[type].target;
    if (type == IR_NONE || unit->types[type].kind != IR_FUNCTION)
        role->cancel_how = CANCEL_HANDLE;
}

// Whether a declaration can be the function that a role speaks of: a program may use the name for something else.
static bool fits(const struct ir_unit *unit, const struct ir_func *func, const struct role *role) {
    const struct pos *all[] = {&role->object, &role->parent, &role->result,    &role->cancel,    &role->entry,
                               &role->armed,  &role->option, &role->bound.pos, &role->bound.pos2};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        bool is_bound = all[i] == &role->bound.pos || all[i] == &role->bound.pos2;
        if (all[i]->kind != POS_ARG || (all[i]->arg >= func->param_count && func->is_variadic))
            continue;
        if (all[i]->arg >= func->param_count)
            return false;
        int kind = unit->types[unit->vars[func->vars + all[i]->arg].type].kind;
        bool is_number = kind == IR_INT || kind == IR_UINT || kind == IR_FLOAT || kind == IR_ENUM;
        if ((all[i]->deref || all[i] == &role->entry) && kind != IR_POINTER && kind != IR_ARRAY)
            return false;
        if (is_bound && !all[i]->deref && !all[i]->field && time_unit_ns(role->bound.unit) && !is_number)
            return false;
    }
    return true;
}

// The roles that lines give a function, chained. Lines that do not fit the declaration are left out; those of an annotation (whose
// place is `where`, else NULL) are a problem.
static struct role *roles_of_lines(struct model_program *mp, const struct ir_unit *unit, const struct ir_func *func,
                                   const struct line *lines, unsigned count, const char *where) {
    struct role *first = NULL, **tail = &first;
    for (unsigned i = 0; i < count; i++) {
        char key[WORDS_MAX];
        struct role role = lines[i].role;
        if (lines[i].kind != LINE_ROLE)
            continue;
        if ((lines[i].autos && !shape_resolve(mp->set, &mp->contexts, unit, func, &lines[i], &role, key)) || !fits(unit, func, &role)) {
            if (where)
                add_problem(mp, where, "its positions do not fit the declaration");
            continue;
        }
        settle_cancel(unit, func, &role);
        *tail = arena_copy(&mp->arena, &role, sizeof role);
        tail = (struct role **)&(*tail)->next;
    }
    return first;
}

// What is said of a function beside its roles; returns the count of the other lines.
static unsigned see_detached(struct model_func *info, const struct line *lines, unsigned count) {
    unsigned others = 0;
    for (unsigned i = 0; i < count; i++)
        if (lines[i].kind == LINE_MEANING)
            info->detached = true;
        else
            others++;
    return others;
}

static void add_effects(struct model_program *mp, struct model_func *info, const struct ir_unit *unit, const struct ir_func *func) {
    const struct role **tail = &info->effects;
    for (uint32_t i = 0; i < func->param_count; i++) {
        const struct ir_var *var = &unit->vars[func->vars + i];
        struct line *lines;
        if (!var->annotation)
            continue;
        const char *where = place_text(mp, unit, var->loc, ir_text(unit, var->name));
        unsigned count = resolve_annotation(&mp->arena, ir_text(unit, var->annotation), LINE_PARAM, &lines, mp, where);
        for (unsigned k = 0; k < count; k++)
            if (lines[k].kind == LINE_ROLE) {
                struct role *role = arena_copy(&mp->arena, &lines[k].role, sizeof *role);
                role->object = (struct pos){.kind = POS_ARG, .arg = i};
                *tail = role;
                tail = &role->next;
            }
    }
}

const struct entry *resolve_pattern(const struct model_set *set, const char *name, char ret_prefix[WORDS_MAX]) {
    char words[WORDS_MAX];
    const struct model *model;
    words_of(name, words);
    const struct entry *entry = model_set_find(set, TABLE_FUNCTIONS, words, true, &model);
    if (!entry && words_drop_unit(&set->words, words))
        entry = model_set_find(set, TABLE_FUNCTIONS, words, true, &model);
    *ret_prefix = '\0';
    if (!entry)
        return NULL;
    size_t own = strlen(entry->pattern) - 1, len = strlen(words);
    if (*entry->pattern == '*' && len >= own)
        memcpy(ret_prefix, words, len - own), ret_prefix[len - own] = '\0';
    return entry;
}

static void look_up(struct model_program *mp, struct model_func *info, const char *name) {
    const struct model *model;
    char prefix[WORDS_MAX], family[WORDS_MAX];
    info->entry = model_set_find(mp->set, TABLE_FUNCTIONS, name, false, &model);
    info->model = info->entry ? model : NULL;
    info->stated = info->entry != NULL;
    if (info->stated)
        return;
    info->shape = resolve_pattern(mp->set, name, prefix);
    if (!info->shape)
        return;
    words_family(&mp->set->words, prefix, family);
    info->prefix = arena_strdup(&mp->arena, prefix);
    info->family = arena_strdup(&mp->arena, family);
}

static void add_declaration(struct model_program *mp, uint32_t u, uint32_t f) {
    const struct ir_unit *unit = mp->units[u];
    const struct ir_func *func = &unit->funcs[f];
    uint32_t id = mp->func_ids->of[u][f];
    if (id == IR_NONE || !func->usr)
        return;
    struct model_func *info = &mp->funcs[id];
    const struct ir_place *first = &mp->func_ids->first[id];
    if (first->unit == u && first->index == f) {
        *info = (struct model_func){.unit = u, .func = f, .body_unit = IR_NONE};
        look_up(mp, info, ir_text(unit, func->name));
    }
    if (func->block_count && info->body_unit == IR_NONE)
        info->body_unit = u, info->body_func = f;
    if (func->annotation && !info->annotated) {
        struct line *lines;
        const char *where = place_text(mp, unit, func->loc, ir_text(unit, func->name));
        unsigned count = resolve_annotation(&mp->arena, ir_text(unit, func->annotation), LINE_FUNC, &lines, mp, where);
        struct role *roles = roles_of_lines(mp, unit, func, lines, count, where);
        if (see_detached(info, lines, count)) {
            info->roles = roles;
            info->annotated = info->stated = true;
            info->entry = NULL;
        }
    }
    if (info->entry && !info->roles) {
        info->roles = roles_of_lines(mp, unit, func, info->entry->lines, info->entry->line_count, NULL);
        see_detached(info, info->entry->lines, info->entry->line_count);
    }
    if (!info->stated && info->shape)
        vec_push(&mp->shapes, ((struct shape_ref){id, u, f}));
    if (!info->effects)
        add_effects(mp, info, unit, func);
}

// What a program defines itself is not the system's function of that name.
static void drop_own_functions(struct model_program *mp) {
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        struct model_func *info = &mp->funcs[id];
        if (info->model && info->model->of_system && !info->annotated && info->body_unit != IR_NONE &&
            !resolve_func_at(mp, info->body_unit, info->body_func)->in_system_header)
            info->roles = NULL;
    }
}

// ---- types and records: seen once, whatever many units have them

static uint32_t type_count(const struct ir_unit *unit) {
    return unit->types_count;
}

static uint64_t type_key(const struct ir_unit *unit, uint32_t type) {
    return unit->type_keys[type];
}

static void see_types(struct model_program *mp) {
    static const struct ir_numbered types = {type_count, type_key};
    ir_number(&mp->arena, mp->units, mp->unit_count, &types, &mp->type_ids);
    mp->all_types = arena_array(&mp->arena, struct model_type, mp->type_ids.count);
    for (uint32_t i = 0; i < mp->type_ids.count; i++) {
        const struct ir_unit *unit = mp->units[mp->type_ids.first[i].unit];
        uint32_t type = mp->type_ids.first[i].index;
        struct type_shape shape = shape_of_type(mp->set, unit, type);
        mp->all_types[i].meaning = shape_type_meaning(mp->set, unit, type);
        mp->all_types[i].may_be_one = *shape.key && (shape.form == FORM_VALUE || shape.form == FORM_POINTER);
        mp->all_types[i].key = arena_strdup(&mp->arena, shape.key);
    }
}

static void add_stated_types(struct model_program *mp) {
    for (uint32_t i = 0; i < mp->type_ids.count; i++) {
        int kind = mp->units[mp->type_ids.first[i].unit]->types[mp->type_ids.first[i].index].kind;
        const struct model_type *type = &mp->all_types[i];
        if (kind != IR_RECORD && kind != IR_INT && kind != IR_UINT && kind != IR_POINTER)
            continue;
        if (type->meaning && type->meaning->kind == MEANS_CONTEXT && *type->key)
            resolve_add_type(mp, type->key)->stated = true;
    }
}

static uint32_t record_count(const struct ir_unit *unit) {
    return unit->records_count;
}

static uint64_t record_key(const struct ir_unit *unit, uint32_t record) {
    const struct ir_record *r = &unit->records[record];
    uint64_t key = r->field_count ? unit->record_keys[record] : 0;
    for (uint32_t i = 0; i < r->field_count; i++) {
        const char *text = ir_text(unit, unit->fields[r->fields + i].annotation);
        if (*text)
            key = hash_mix(hash_mix(key, i), hash_bytes(text, strlen(text)));
    }
    return key;
}

void resolve_lines(struct arena *arena, const struct line *lines, unsigned count, const struct role **ret_roles,
                   const struct meaning **ret_meaning) {
    const struct role **tail = ret_roles;
    for (unsigned i = 0; i < count; i++)
        if (lines[i].kind == LINE_MEANING) {
            if (!*ret_meaning && lines[i].meaning.kind != MEANS_DETACHED)
                *ret_meaning = &lines[i].meaning;
        } else if (lines[i].kind == LINE_ROLE && !lines[i].autos && tail) {
            struct role *role = arena_copy(arena, &lines[i].role, sizeof *role);
            *tail = role;
            tail = &role->next;
        }
}

static void see_field(struct model_program *mp, const struct ir_unit *unit, const struct ir_field *field, struct buf *name,
                      const struct role **ret_roles, const struct meaning **ret_meaning) {
    struct line *lines;
    if (field->annotation) {
        unsigned count = resolve_annotation(&mp->arena, ir_text(unit, field->annotation), LINE_FIELD, &lines, NULL, NULL);
        resolve_lines(&mp->arena, lines, count, ret_roles, ret_meaning);
        return;
    }
    const struct model *model;
    name->len = 0;
    buf_puts(name, ir_text(unit, unit->records[field->record].name));
    buf_putc(name, '.');
    buf_puts(name, ir_text(unit, field->name));
    const struct entry *entry = model_set_find(mp->set, TABLE_FIELDS, buf_text(name), false, &model);
    if (entry)
        resolve_lines(&mp->arena, entry->lines, entry->line_count, ret_roles, ret_meaning);
}

static void see_records(struct model_program *mp) {
    static const struct ir_numbered records = {record_count, record_key};
    struct buf name = {0};
    ir_number(&mp->arena, mp->units, mp->unit_count, &records, &mp->record_ids);
    mp->records = arena_array(&mp->arena, struct model_record, mp->record_ids.count);
    for (uint32_t i = 0; i < mp->record_ids.count; i++) {
        const struct ir_unit *unit = mp->units[mp->record_ids.first[i].unit];
        const struct ir_record *record = &unit->records[mp->record_ids.first[i].index];
        mp->records[i].roles = arena_array(&mp->arena, const struct role *, record->field_count);
        mp->records[i].meanings = arena_array(&mp->arena, const struct meaning *, record->field_count);
        for (uint32_t f = 0; f < record->field_count; f++) {
            see_field(mp, unit, &unit->fields[record->fields + f], &name, &mp->records[i].roles[f], &mp->records[i].meanings[f]);
            mp->records[i].has_roles |= mp->records[i].roles[f] != NULL;
        }
    }
    buf_done(&name);
}

static void add_types_of_roles(struct model_program *mp) {
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        const struct model_func *info = &mp->funcs[id];
        for (const struct role *role = info->roles; role; role = role->next) {
            char key[WORDS_MAX];
            bool waits_for = role->kind == ROLE_BLOCK && role->object.kind == POS_ARG;
            if (!resolve_makes_context(role->kind) && !waits_for)
                continue;
            resolve_key(mp->set, mp->units[info->unit], resolve_func_at(mp, info->unit, info->func),
                        waits_for ? &role->object : role->kind == ROLE_ROOT ? &role->result : &role->parent, key);
            if (*key)
                resolve_add_type(mp, key)->stated = true;
        }
    }
}

// Stated roles get the effects of the parameters' annotations at their end.
static void append_effects(struct model_program *mp) {
    for (uint32_t id = 0; id < mp->func_ids->count; id++) {
        struct model_func *info = &mp->funcs[id];
        const struct role **tail = &info->roles;
        while (*tail && *tail != info->effects)
            tail = (const struct role **)&(*tail)->next;
        *tail = info->effects;
    }
}

// Annotations of variables and fields are read again by unit.c, for the unit they stand in; here only their mistakes count.
static void check_annotations(struct model_program *mp, const struct ir_unit *unit) {
    struct arena arena = {0};
    struct line *lines;
    for (uint32_t v = 0; v < unit->vars_count; v++)
        if (unit->vars[v].annotation && unit->vars[v].kind != IR_VAR_PARAM)
            resolve_annotation(&arena, ir_text(unit, unit->vars[v].annotation), LINE_PARAM, &lines, mp,
                               place_text(mp, unit, unit->vars[v].loc, ir_text(unit, unit->vars[v].name)));
    for (uint32_t f = 0; f < unit->fields_count; f++)
        if (unit->fields[f].annotation) {
            const char *record = ir_text(unit, unit->records[unit->fields[f].record].name);
            const char *name = arena_printf(&mp->arena, "%s.%s", record, ir_text(unit, unit->fields[f].name));
            resolve_annotation(&arena, ir_text(unit, unit->fields[f].annotation), LINE_FIELD, &lines, mp,
                               place_text(mp, unit, IR_NONE, name));
        }
    arena_done(&arena);
}

void resolve_stated(struct model_program *mp) {
    see_types(mp);
    see_records(mp);
    mp->funcs = mem_zalloc(mp->func_ids->count * sizeof *mp->funcs);
    for (uint32_t u = 0; u < mp->unit_count; u++) {
        for (uint32_t f = 0; f < mp->units[u]->funcs_count; f++)
            add_declaration(mp, u, f);
        check_annotations(mp, mp->units[u]);
        ir_rest_behind(mp->units, u);
    }
    add_stated_types(mp);
    drop_own_functions(mp);
    append_effects(mp);
    add_types_of_roles(mp);
}
