// One unit seen through the program's models: by the unit's own indices, which lead to what all units share.
#include "model/resolve.h"

#include <stdlib.h>
#include <string.h>

struct model_unit {
    const struct model_program *mp;
    const struct ir_unit *ir;
    uint32_t unit;
    const struct meaning **var_meanings; // only what is said of the variables themselves; NULL, like the next, where nothing is said of any
    bool *var_detached;
    bool has_contexts, has_field_roles;
    struct arena arena;
};

int64_t time_unit_ns(enum time_unit unit) {
    switch (unit) {
    case UNIT_NS: return 1;
    case UNIT_US: return 1000;
    case UNIT_MS: return 1000000;
    case UNIT_S: return 1000000000;
    default: return 0;
    }
}

bool time_unit_is_known(enum time_unit unit) {
    return time_unit_ns(unit) || unit == UNIT_TIMESPEC || unit == UNIT_TIMEVAL;
}

bool time_is_listed(const int64_t *list, unsigned count, int64_t value) {
    for (unsigned i = 0; i < count; i++)
        if (list[i] == value)
            return true;
    return false;
}

static void see_vars(struct model_unit *mu) {
    for (uint32_t v = 0; v < mu->ir->vars_count; v++) {
        struct line *lines;
        if (!mu->ir->vars[v].annotation)
            continue;
        if (!mu->var_meanings) {
            mu->var_meanings = arena_array(&mu->arena, const struct meaning *, mu->ir->vars_count);
            mu->var_detached = arena_array(&mu->arena, bool, mu->ir->vars_count);
        }
        unsigned count = resolve_annotation(&mu->arena, ir_text(mu->ir, mu->ir->vars[v].annotation), LINE_PARAM, &lines, NULL, NULL);
        resolve_lines(&mu->arena, lines, count, NULL, &mu->var_meanings[v]);
        for (unsigned i = 0; i < count; i++)
            mu->var_detached[v] |= lines[i].kind == LINE_MEANING && lines[i].meaning.kind == MEANS_DETACHED;
    }
}

static const struct model_type *type_info(const struct model_unit *mu, uint32_t type) {
    return &mu->mp->all_types[mu->mp->type_ids.of[mu->unit][type]];
}

static bool has_contexts(const struct model_unit *mu) {
    for (uint32_t t = 0; t < mu->ir->types_count; t++)
        if (type_info(mu, t)->is_context)
            return true;
    for (uint32_t v = 0; mu->var_meanings && v < mu->ir->vars_count; v++)
        if (mu->var_meanings[v] && mu->var_meanings[v]->kind == MEANS_CONTEXT)
            return true;
    return false;
}

static bool has_field_roles(const struct model_unit *mu) {
    for (uint32_t r = 0; r < mu->ir->records_count; r++)
        if (mu->ir->records[r].field_count && mu->mp->records[mu->mp->record_ids.of[mu->unit][r]].has_roles)
            return true;
    return false;
}

struct model_unit *model_unit_new(const struct model_program *mp, uint32_t unit) {
    struct model_unit *mu = mem_zalloc(sizeof *mu);
    mu->mp = mp;
    mu->ir = mp->units[unit];
    mu->unit = unit;
    see_vars(mu);
    mu->has_contexts = has_contexts(mu);
    mu->has_field_roles = has_field_roles(mu);
    return mu;
}

void model_unit_free(struct model_unit *mu) {
    if (!mu)
        return;
    arena_done(&mu->arena);
    free(mu);
}

bool model_has_contexts(const struct model_unit *mu) {
    return mu->has_contexts;
}

bool model_has_field_roles(const struct model_unit *mu) {
    return mu->has_field_roles;
}

static const struct model_said *said_of(const struct model_unit *mu, uint32_t func) {
    uint32_t id = mu->mp->func_ids->of[mu->unit][func];
    return id == IR_NONE ? NULL : &mu->mp->said[id];
}

static const struct model_record *record_info(const struct model_unit *mu, uint32_t field, uint32_t *ret_member) {
    uint32_t record = mu->ir->fields[field].record;
    *ret_member = field - mu->ir->records[record].fields;
    return &mu->mp->records[mu->mp->record_ids.of[mu->unit][record]];
}

static const struct meaning *own_field_meaning(const struct model_unit *mu, uint32_t field) {
    uint32_t member;
    return record_info(mu, field, &member)->meanings[member];
}

const struct role *model_func_roles(const struct model_unit *mu, uint32_t func) {
    const struct model_said *said = said_of(mu, func);
    return said ? said->roles : NULL;
}

bool model_func_is_detached(const struct model_unit *mu, uint32_t func) {
    const struct model_said *said = said_of(mu, func);
    return said && said->detached;
}

bool model_var_is_detached(const struct model_unit *mu, uint32_t var) {
    return mu->var_detached && mu->var_detached[var];
}

const struct role *model_field_roles(const struct model_unit *mu, uint32_t field) {
    uint32_t member;
    return record_info(mu, field, &member)->roles[member];
}

bool model_type_is_context(const struct model_unit *mu, uint32_t type) {
    return type != IR_NONE && type_info(mu, type)->is_context;
}

bool model_var_is_context(const struct model_unit *mu, uint32_t var) {
    const struct meaning *meaning = mu->var_meanings ? mu->var_meanings[var] : NULL;
    return meaning ? meaning->kind == MEANS_CONTEXT : model_type_is_context(mu, mu->ir->vars[var].type);
}

bool model_field_is_context(const struct model_unit *mu, uint32_t field) {
    const struct meaning *meaning = own_field_meaning(mu, field);
    return meaning ? meaning->kind == MEANS_CONTEXT : model_type_is_context(mu, mu->ir->fields[field].type);
}

const struct meaning *model_type_meaning(const struct model_unit *mu, uint32_t type) {
    return type != IR_NONE ? type_info(mu, type)->meaning : NULL;
}

const struct meaning *model_var_meaning(const struct model_unit *mu, uint32_t var) {
    return mu->var_meanings && mu->var_meanings[var] ? mu->var_meanings[var] : model_type_meaning(mu, mu->ir->vars[var].type);
}

const struct meaning *model_field_meaning(const struct model_unit *mu, uint32_t field) {
    const struct meaning *meaning = own_field_meaning(mu, field);
    return meaning ? meaning : model_type_meaning(mu, mu->ir->fields[field].type);
}

// "milli_seconds" is one word in two. "u_seconds" may be, or be the seconds of something called u.
static enum time_unit end_unit(const struct word_lists *lists, char *words, char *last) {
    enum time_unit unit = words_unit(lists, last);
    *last = '\0';
    const char *before = words_last(words);
    char joined[WORDS_MAX] = "_";
    if (!*before || !unit)
        return unit;
    strcat(strcat(joined, before), last + 1);
    enum time_unit whole = words_unit(lists, joined);
    return !whole || whole == unit ? unit : before[1] ? whole : UNIT_UNKNOWN;
}

enum time_unit model_name_unit(const struct model_unit *mu, const char *name, bool strict) {
    const struct word_lists *lists = &mu->mp->set->words;
    char words[WORDS_MAX];
    words_of(name, words);
    bool says_time = words_any(lists, LIST_TIME, words, true);
    char *last = strrchr(words, '_');
    if (last && last > words && words_list_has(lists, LIST_TIME, last + 1)) { // "ms_left"
        *last = '\0';
        last = strrchr(words, '_');
    }
    return last && (says_time || !strict) ? end_unit(lists, words, last) : UNIT_UNKNOWN;
}

bool model_var_is_budget(const struct model_unit *mu, uint32_t var) {
    char words[WORDS_MAX];
    const struct word_lists *lists = &mu->mp->set->words;
    const struct ir_type *type = &mu->ir->types[mu->ir->vars[var].type];
    words_of(ir_text(mu->ir, mu->ir->vars[var].name), words);
    bool is_time = model_var_meaning(mu, var) || (type->kind == IR_POINTER && model_type_meaning(mu, type->target));
    bool is_number = (type->kind == IR_INT || type->kind == IR_UINT || type->kind == IR_FLOAT) && type->size > 1;
    return (is_time || is_number) && words_any(lists, LIST_BUDGET, words, true);
}

const char *model_context_query(const struct model_unit *mu, uint32_t type, enum query_kind query, const struct role **ret_role) {
    struct type_shape shape = shape_of_type(mu->mp->set, mu->ir, type);
    const struct context_type *context = resolve_context(mu->mp, shape.key);
    if (!context || !context->queries[query].name)
        return NULL;
    *ret_role = context->queries[query].role;
    return context->queries[query].name;
}

// Cuts `words` ("_av_free_context") before the word that ends a life, if it is the last but for the context's own ("_av"), or the
// first ("_free_my_job", then nothing stays). False where there is none.
static bool cut_end_word(const struct word_lists *lists, char words[WORDS_MAX]) {
    char first[WORDS_MAX];
    size_t len = strcspn(words + 1, "_");
    memcpy(first, words + 1, len);
    first[len] = '\0';
    for (char *last; (last = strrchr(words, '_')); *last = '\0') {
        if (words_list_has(lists, LIST_ENDS, last + 1)) {
            *last = '\0';
            return true;
        }
        if (!words_list_has(lists, LIST_CONTEXT, last + 1))
            break;
    }
    bool starts = words_list_has(lists, LIST_ENDS, first);
    if (starts)
        *words = '\0';
    return starts;
}

// A name that ends a life counts where the context is all that the function works on, or where it belongs to the context's
// library: `cache_put(ctx, entry)` does not end ctx.
enum effect_kind model_default_effect(const struct model_unit *mu, uint32_t func) {
    const struct ir_func *f = &mu->ir->funcs[func];
    const struct word_lists *lists = &mu->mp->set->words;
    char words[WORDS_MAX], family[WORDS_MAX];
    words_of(ir_text(mu->ir, f->name), words);
    if (!*words || !cut_end_word(lists, words))
        return EFFECT_BORROWS;
    words_family(lists, words, family);
    unsigned pointers = 0;
    for (uint32_t i = 0; i < f->param_count; i++) {
        uint32_t type = mu->ir->vars[f->vars + i].type;
        struct type_shape shape = shape_of_type(mu->mp->set, mu->ir, type);
        pointers += mu->ir->types[type].kind == IR_POINTER;
        if (resolve_context(mu->mp, shape.key) && resolve_in_family(mu->mp, shape.key, family))
            return EFFECT_ENDS;
    }
    return pointers <= 1 ? EFFECT_ENDS : EFFECT_BORROWS;
}
