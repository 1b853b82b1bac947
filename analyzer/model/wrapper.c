// `my_with_timeout(parent, ms)` may be a library's function, or a user's wrapper round `ctx_with_timeout`. A wrapper is better
// understood from its body, which may clamp, scale, store or do it sometimes only; so it gets no role. What tells it: it is
// defined here, and calls a function that does the same with the same context type but is not of the same library. One
// library are functions with the same words before the pattern's own; functions of one family where they fit different
// patterns, such as go_with_timeout and go_context_with_deadline; and whatever a library builds on weaker functions.
#include "model/resolve.h"

#include <string.h>

// Whether `inner` does what `outer` is for. `derive` with a bound must rest on another one: a library may well build it on
// its `derive` without bound, or on its root.
static bool does_the_same(const struct role *outer, const struct role *inner) {
    bool ends = inner->kind == ROLE_CANCEL || inner->kind == ROLE_RELEASE;
    switch (outer->kind) {
    case ROLE_ROOT: return inner->kind == ROLE_ROOT || inner->kind == ROLE_DERIVE;
    case ROLE_DERIVE: return inner->kind == ROLE_DERIVE && (outer->bound.kind == BOUND_NONE || inner->bound.kind != BOUND_NONE);
    case ROLE_DETACH: return inner->kind == ROLE_DETACH || inner->kind == ROLE_ROOT;
    case ROLE_CANCEL:
    case ROLE_RELEASE: return ends;
    case ROLE_QUERY: return inner->kind == ROLE_QUERY && inner->query == outer->query;
    case ROLE_VALUE:
    case ROLE_REF: return inner->kind == outer->kind;
    default: return false;
    }
}

static bool one_library(const struct model_func *outer, const struct model_func *inner) {
    if (inner->stated || !inner->shape)
        return false;
    bool different = outer->shape->lines->role.kind != inner->shape->lines->role.kind ||
                     outer->shape->lines->role.bound.kind != inner->shape->lines->role.bound.kind;
    return !strcmp(outer->prefix, inner->prefix) || (different && !strcmp(outer->family, inner->family));
}

static bool wraps(const struct model_program *mp, const struct model_func *outer, const struct role *role, const char *key,
                  const struct model_func *inner) {
    if (one_library(outer, inner))
        return false;
    for (const struct role *r = inner->roles; r; r = r->next) {
        char inner_key[WORDS_MAX];
        if (!does_the_same(role, r))
            continue;
        resolve_role_key(mp, inner, r, inner_key);
        if (!strcmp(key, inner_key))
            return true;
    }
    return false;
}

static bool loads_var(const struct ir_unit *unit, const struct ir_func *func, uint32_t temp, uint32_t var) {
    for (uint32_t b = 0; b < func->block_count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->insts[block->insts + i];
            const struct ir_value *from = &unit->values[inst->args];
            if (inst->op == IR_LOAD && inst->result == temp)
                return from->kind == IR_V_ADDR && from->index == var;
        }
    }
    return false;
}

bool resolve_returns_param(const struct model_program *mp, uint32_t id, unsigned arg) {
    const struct model_func *info = &mp->funcs[id];
    if (info->body_unit == IR_NONE)
        return false;
    const struct ir_unit *unit = mp->units[info->body_unit];
    const struct ir_func *func = &unit->funcs[info->body_func];
    unsigned returns = 0;
    for (uint32_t b = 0; b < func->block_count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        const struct ir_inst *last = &unit->insts[block->insts + block->inst_count - 1];
        if (last->op != IR_RETURN)
            continue;
        const struct ir_value *value = last->arg_count ? &unit->values[last->args] : NULL;
        if (!value || value->kind != IR_V_TEMP || !loads_var(unit, func, value->index, func->vars + arg))
            return false;
        returns++;
    }
    return returns > 0;
}

bool resolve_is_wrapper(const struct model_program *mp, uint32_t id, const struct role *role, const char *key) {
    const struct model_func *info = &mp->funcs[id];
    if (info->body_unit == IR_NONE)
        return false;
    const struct ir_unit *unit = mp->units[info->body_unit];
    const struct ir_func *func = &unit->funcs[info->body_func];
    for (uint32_t b = 0; b < func->block_count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        for (uint32_t i = 0; i < block->inst_count; i++) {
            const struct ir_inst *inst = &unit->insts[block->insts + i];
            if (inst->op != IR_CALL || unit->values[inst->args].kind != IR_V_FUNC)
                continue;
            uint32_t callee = mp->func_ids->of[info->body_unit][unit->values[inst->args].index];
            if (callee != IR_NONE && callee != id && wraps(mp, info, role, key, &mp->funcs[callee]))
                return true;
        }
    }
    return false;
}
