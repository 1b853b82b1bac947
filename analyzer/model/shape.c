// The declaration of a function, read as that of a context library. Types decide; names only choose between arguments that
// the types leave equal, and give units.
#include "model/shape.h"

#include <string.h>

enum { MAX_PARAMS = 16 };

struct decl {
    const struct model_set *set;
    const struct context_types *contexts;
    const struct ir_unit *unit;
    const struct ir_func *func;
    const struct ir_type *result_type;
    struct type_shape result, params[MAX_PARAMS];
    unsigned count;
    const struct line *line;
    struct role *role;
};

static const struct ir_type *param_type(const struct decl *d, unsigned i) {
    return &d->unit->types[d->unit->vars[d->func->vars + i].type];
}

static void param_words(const struct decl *d, unsigned i, char ret_words[WORDS_MAX]) {
    words_of(ir_text(d->unit, d->unit->vars[d->func->vars + i].name), ret_words);
}

static bool is_kind(const struct decl *d, uint32_t type, enum ir_type_kind kind) {
    return type != IR_NONE && d->unit->types[type].kind == kind;
}

static bool is_function_pointer(const struct decl *d, const struct ir_type *type) {
    return type->kind == IR_POINTER && is_kind(d, type->target, IR_FUNCTION);
}

static bool is_number(const struct ir_type *type) {
    return type->kind == IR_INT || type->kind == IR_UINT || type->kind == IR_FLOAT;
}

static struct pos arg_pos(unsigned arg, bool deref, const char *field) {
    return (struct pos){.kind = POS_ARG, .arg = arg, .deref = deref, .field = field};
}

static bool has_key(const struct type_shape *shape, const char *key) {
    return (shape->form == FORM_POINTER || shape->form == FORM_VALUE) && *key && !strcmp(shape->key, key);
}

// Parameters other than `skip` that carry an object of this type.
static unsigned count_key(const struct decl *d, const char *key) {
    unsigned count = 0;
    for (unsigned i = 0; i < d->count; i++)
        count += has_key(&d->params[i], key);
    return count;
}

// Of the arguments with this key, the parent: by its name, else the const one, else the first one or, with `skip_first` and more
// than one, the second.
static int pick_parent(const struct decl *d, const char *key, bool skip_first) {
    int first = -1, second = -1, constant = -1;
    for (unsigned i = 0; i < d->count; i++) {
        if (!has_key(&d->params[i], key))
            continue;
        char words[WORDS_MAX];
        param_words(d, i, words);
        if (words_any(&d->set->words, LIST_PARENT, words, true))
            return (int)i;
        if (first < 0)
            first = (int)i;
        else if (second < 0)
            second = (int)i;
        if (constant < 0 && d->params[i].is_const)
            constant = (int)i;
    }
    if (constant >= 0)
        return constant;
    return skip_first && second >= 0 ? second : first;
}

// In a struct with a context and a way to cancel it: the member that holds the context, and the one that cancels.
static bool pair_fields(const struct decl *d, uint32_t record, char ret_key[WORDS_MAX], const char **ret_context, const char **ret_cancel) {
    const struct ir_record *r = &d->unit->records[record];
    *ret_context = *ret_cancel = NULL;
    for (uint32_t i = 0; i < r->field_count && r->field_count <= 6; i++) {
        const struct ir_field *field = &d->unit->fields[r->fields + i];
        struct type_shape shape = shape_of_type(d->set, d->unit, field->type);
        if (is_function_pointer(d, &d->unit->types[field->type]) && !*ret_cancel)
            *ret_cancel = ir_text(d->unit, field->name);
        else if (!*ret_context && shape.record != record && count_key(d, shape.key) &&
                 (shape.form == FORM_POINTER || shape.form == FORM_VALUE)) {
            *ret_context = ir_text(d->unit, field->name);
            strcpy(ret_key, shape.key);
        }
    }
    return *ret_context != NULL;
}

// The result is (in) the returned value.
static bool find_returned(struct decl *d, char ret_key[WORDS_MAX]) {
    const char *context, *cancel;
    d->role->result = (struct pos){.kind = POS_RETURN};
    if (d->result.form == FORM_NONE)
        return false;
    if (has_key(&d->result, d->result.key) && count_key(d, d->result.key)) {
        strcpy(ret_key, d->result.key);
        if (d->result.form == FORM_VALUE) // a value has no memory of its own to give back
            d->role->must_cancel = false;
        return true;
    }
    if (d->result.form != FORM_VALUE || d->result.record == IR_NONE || !pair_fields(d, d->result.record, ret_key, &context, &cancel))
        return false;
    d->role->result.field = context;
    if (cancel) {
        d->role->cancel_how = CANCEL_FIELD;
        d->role->cancel = (struct pos){.kind = POS_RETURN, .field = cancel};
    }
    return true;
}

// The result is written through a pointer: to a pointer, to a struct of context and cancel, or to a context set up in place.
static bool find_written(struct decl *d, char ret_key[WORDS_MAX], int *ret_in_place) {
    const char *context, *cancel;
    for (unsigned i = 0; i < d->count; i++) {
        const struct type_shape *param = &d->params[i];
        if (param->form == FORM_OUT && *param->key && count_key(d, param->key)) {
            strcpy(ret_key, param->key);
            d->role->result = arg_pos(i, true, NULL);
            return true;
        }
        if (param->form == FORM_POINTER && !param->is_const && param->record != IR_NONE &&
            pair_fields(d, param->record, ret_key, &context, &cancel) && cancel) {
            d->role->result = arg_pos(i, false, context);
            d->role->cancel_how = CANCEL_FIELD;
            d->role->cancel = arg_pos(i, false, cancel);
            return true;
        }
    }
    for (unsigned i = 0; i < d->count; i++)
        if (d->params[i].form == FORM_POINTER && !d->params[i].is_const && d->params[i].record != IR_NONE &&
            count_key(d, d->params[i].key) == 2) {
            int parent = pick_parent(d, d->params[i].key, true);
            for (unsigned k = 0; k < d->count; k++)
                if ((int)k != parent && has_key(&d->params[k], d->params[i].key) && !d->params[k].is_const &&
                    d->params[k].form == FORM_POINTER) {
                    strcpy(ret_key, d->params[i].key);
                    d->role->result = arg_pos(k, false, NULL);
                    *ret_in_place = (int)k;
                    return true;
                }
        }
    return false;
}

static void find_out_cancel(struct decl *d) {
    for (unsigned i = 0; i < d->count && d->role->cancel_how == CANCEL_FUNCTION; i++) {
        const struct ir_type *type = param_type(d, i);
        if (type->kind == IR_POINTER && type->target != IR_NONE && is_function_pointer(d, &d->unit->types[type->target])) {
            d->role->cancel_how = CANCEL_OUT_FUNC;
            d->role->cancel = arg_pos(i, true, NULL);
        }
    }
}

static bool returns_status(const struct decl *d) {
    int kind = d->result_type->kind;
    return kind == IR_INT || kind == IR_UINT || kind == IR_BOOL || kind == IR_ENUM;
}

static bool resolve_child(struct decl *d, char ret_key[WORDS_MAX]) {
    int in_place = -1;
    bool returned = find_returned(d, ret_key);
    if (!returned && !find_written(d, ret_key, &in_place))
        return false;
    int parent = pick_parent(d, ret_key, in_place == 0);
    if (parent < 0)
        return false;
    if (d->line->autos & AUTO_PARENT)
        d->role->parent = arg_pos((unsigned)parent, false, NULL);
    if (d->line->autos & AUTO_CANCEL)
        find_out_cancel(d);
    d->role->fails_with_status |= !returned && returns_status(d);
    return true;
}

static bool resolve_root(struct decl *d, char ret_key[WORDS_MAX]) {
    if (*d->result.key && (d->result.form == FORM_POINTER || d->result.form == FORM_VALUE)) {
        if (count_key(d, d->result.key)) // has a parent
            return false;
        strcpy(ret_key, d->result.key);
        d->role->result = (struct pos){.kind = POS_RETURN};
        return true;
    }
    for (unsigned i = 0; i < d->count; i++) {
        bool in_place = d->params[i].form == FORM_POINTER && d->params[i].record != IR_NONE && !d->params[i].is_const && d->count == 1;
        if (!*d->params[i].key || (d->params[i].form != FORM_OUT && !in_place))
            continue;
        strcpy(ret_key, d->params[i].key);
        d->role->result = arg_pos(i, !in_place, NULL);
        d->role->fails_with_status |= returns_status(d);
        return true;
    }
    return false;
}

// --- times

struct time_shape {
    bool is_time, deref;
    enum time_unit unit; // from the type
    int rank;            // how much speaks for it
};

static enum time_unit type_unit(const struct decl *d, uint32_t type) {
    char name[WORDS_MAX], words[WORDS_MAX];
    const struct meaning *meaning = shape_type_meaning(d->set, d->unit, type);
    if (meaning && meaning->bound.unit)
        return meaning->bound.unit;
    shape_type_name(d->unit, type, name);
    if (strchr(name, ' ') || !strcmp(name, ir_text(d->unit, d->unit->types[type].canonical)))
        return UNIT_UNKNOWN; // "unsigned long" names no unit
    words_of(name, words);
    return words_unit(&d->set->words, words);
}

// A number, or a struct (or pointer to one) that a model knows as a time.
static struct time_shape time_of_type(const struct decl *d, uint32_t type) {
    struct time_shape time = {0};
    const struct ir_type *t = &d->unit->types[type];
    const struct meaning *meaning = shape_type_meaning(d->set, d->unit, type);
    bool says_time = meaning && (meaning->kind == MEANS_TIME || meaning->kind == MEANS_TIMEOUT || meaning->kind == MEANS_DEADLINE);
    time.deref = t->kind == IR_POINTER;
    time.is_time = is_number(t) || (says_time && (t->kind == IR_RECORD || (t->kind == IR_POINTER && t->target != IR_NONE)));
    time.unit = type_unit(d, type);
    time.rank = says_time ? 2 : time.unit ? 1 : 0;
    return time;
}

// A struct of a library's own that is called a time: nothing is known of its unit.
static bool is_time_record(const struct decl *d, unsigned i, bool is_named) {
    char name[WORDS_MAX], words[WORDS_MAX];
    const struct type_shape *shape = &d->params[i];
    if (shape->record == IR_NONE || (shape->form != FORM_VALUE && !(shape->form == FORM_POINTER && shape->is_const)))
        return false;
    shape_type_name(d->unit, d->unit->vars[d->func->vars + i].type, name);
    words_of(name, words);
    return is_named || words_any(&d->set->words, LIST_TIME, words, false);
}

static struct time_shape time_of_param(const struct decl *d, unsigned i) {
    struct time_shape time = time_of_type(d, d->unit->vars[d->func->vars + i].type);
    char words[WORDS_MAX];
    param_words(d, i, words);
    enum time_unit named = words_unit(&d->set->words, words);
    bool is_named = named || words_any(&d->set->words, LIST_TIME, words, false);
    if (d->params[i].form != FORM_NONE && time.rank < 2)
        time.is_time = is_time_record(d, i, is_named); // a context handle is no time
    time.rank += is_named;
    if (named && time.unit != UNIT_TIMESPEC && time.unit != UNIT_TIMEVAL)
        time.unit = named;
    return time;
}

static enum time_unit name_unit(const struct decl *d) {
    char words[WORDS_MAX];
    words_of(ir_text(d->unit, d->func->name), words);
    const char *last = strrchr(words, '_');
    return last ? words_unit(&d->set->words, last) : UNIT_UNKNOWN;
}

static bool resolve_bound(struct decl *d) {
    struct bound *bound = &d->role->bound;
    struct time_shape best = {0};
    int found = -1;
    for (unsigned i = 0; i < d->count; i++) {
        struct time_shape time = time_of_param(d, i);
        if (!time.is_time || (found >= 0 && time.rank <= best.rank))
            continue;
        found = (int)i;
        best = time;
    }
    if (found < 0)
        return false;
    unsigned next = (unsigned)found + 1;
    struct time_shape small = next < d->count ? time_of_param(d, next) : best;
    bound->pos = arg_pos((unsigned)found, best.deref, NULL);
    if (!bound->unit)
        bound->unit = best.unit ? best.unit : name_unit(d);
    if (next < d->count && small.is_time && best.unit == UNIT_S &&
        (small.unit == UNIT_US || small.unit == UNIT_NS || small.unit == UNIT_MS)) {
        bound->pos2 = arg_pos(next, false, NULL);
        bound->unit2 = small.unit;
    }
    return true;
}

// --- what a context is asked or told

static bool resolve_object(struct decl *d) {
    for (unsigned i = 0; i < d->count; i++)
        if (d->params[i].form != FORM_NONE && strtab_find(&d->contexts->keys, d->params[i].key)) {
            d->role->object = arg_pos(i, d->params[i].form == FORM_OUT, NULL);
            return true;
        }
    return false;
}

// The answer: written through a pointer, else returned.
static bool resolve_answer(struct decl *d) {
    struct role *role = d->role;
    bool wants_time = role->kind == ROLE_NOW || role->query == QUERY_DEADLINE || role->query == QUERY_REMAINING;
    struct time_shape time = {0};
    role->result = (struct pos){.kind = POS_RETURN};
    for (unsigned i = 0; wants_time && i < d->count && !time.is_time; i++) {
        const struct ir_type *type = param_type(d, i);
        if (type->kind != IR_POINTER || type->target == IR_NONE || d->unit->types[type->target].is_const)
            continue;
        time = time_of_type(d, type->target);
        if (time.is_time && (d->params[i].form == FORM_NONE || time.rank >= 2)) {
            struct time_shape named = time_of_param(d, i);
            time.unit = named.unit ? named.unit : time.unit;
            role->result = arg_pos(i, true, NULL);
        } else
            time.is_time = false;
    }
    if (wants_time && !time.is_time) {
        uint32_t type = d->unit->types[d->func->type].target;
        time = type != IR_NONE ? time_of_type(d, type) : time;
        if (!time.is_time || time.deref)
            return false;
    }
    if (wants_time && !role->bound.unit)
        role->bound.unit = time.unit ? time.unit : name_unit(d);
    if (!wants_time && d->result_type->kind == IR_VOID)
        return false;
    if (role->kind == ROLE_QUERY && role->query == QUERY_DONE && d->result_type->kind == IR_POINTER)
        role->query = QUERY_DONE_CHANNEL;
    role->bound.pos = role->result;
    return true;
}

static bool resolve_rest(struct decl *d) {
    unsigned autos = d->line->autos;
    struct role *role = d->role;
    if (autos & AUTO_OBJECT && !resolve_object(d))
        return false;
    if (autos & AUTO_RESULT && role->kind == ROLE_REF) {
        bool same = d->result.form == FORM_POINTER && strtab_find(&d->contexts->keys, d->result.key);
        role->result = (struct pos){.kind = same ? POS_RETURN : POS_NONE};
        return true;
    }
    return !(autos & AUTO_RESULT) || resolve_answer(d);
}

bool shape_resolve(const struct model_set *set, const struct context_types *contexts, const struct ir_unit *unit,
                   const struct ir_func *func, const struct line *line, struct role *ret_role, char ret_key[WORDS_MAX]) {
    struct role role = line->role;
    struct decl d = {.set = set, .contexts = contexts, .unit = unit, .func = func, .line = line, .role = &role};
    uint32_t result = unit->types[func->type].target;
    if (func->param_count > MAX_PARAMS || result == IR_NONE)
        return false;
    d.result_type = &unit->types[result];
    d.result = shape_of_type(set, unit, result);
    d.count = func->param_count;
    for (unsigned i = 0; i < d.count; i++)
        d.params[i] = shape_of_type(set, unit, unit->vars[func->vars + i].type);
    bool ok;
    *ret_key = '\0';
    switch (role.kind) {
    case ROLE_ROOT: ok = !(line->autos & AUTO_RESULT) || resolve_root(&d, ret_key); break;
    case ROLE_DERIVE:
    case ROLE_VALUE:
    case ROLE_DETACH: ok = !(line->autos & (AUTO_PARENT | AUTO_RESULT)) || resolve_child(&d, ret_key); break;
    default: ok = resolve_rest(&d);
    }
    if (ok && line->autos & AUTO_BOUND)
        ok = resolve_bound(&d);
    if (ok)
        *ret_role = role;
    return ok;
}
