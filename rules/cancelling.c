#include "rules/cancelling.h"

#include "flow/values/cfg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// ---- which function

static uint32_t pointee_of(const struct ir_unit *ir, uint32_t type) {
    return type != IR_NONE && ir->types[type].kind == IR_POINTER ? ir->types[type].target : IR_NONE;
}

static bool is_same_type(const struct ir_unit *a, uint32_t type, const struct ir_unit *b, uint32_t other) {
    if (type == IR_NONE || other == IR_NONE)
        return false;
    return !strcmp(ir_text(a, a->types[type].canonical), ir_text(b, b->types[other].canonical));
}

// Whether its one parameter is the context, or points to it.
static bool takes_only(const struct pass *pass, uint32_t func, const struct ir_unit *ir, uint32_t type) {
    const struct prog_func *f = &pass->program->funcs[func];
    const struct ir_unit *own = pass->program->units[f->unit].ir;
    if (f->ir->param_count != 1)
        return false;
    uint32_t param = own->vars[f->ir->vars].type, behind = pointee_of(own, param);
    return is_same_type(own, param, ir, type) || is_same_type(own, behind, ir, type) || is_same_type(own, behind, ir, pointee_of(ir, type));
}

const char *cancelling_function(const struct pass *pass, uint32_t func, uint32_t type, const struct role *derive) {
    const struct ir_unit *ir = pass->program->units[pass->program->funcs[func].unit].ir;
    const char *best = "";
    for (uint32_t i = 0; i < pass->modelled_count; i++)
        for (const struct role *role = pass->program->funcs[pass->modelled[i]].roles; role; role = role->next) {
            bool ends = role->kind == ROLE_CANCEL || (role->kind == ROLE_RELEASE && role->release_cancels && !*best);
            if (ends && !strcmp(role->model, derive->model) && role->object.kind == POS_ARG && takes_only(pass, pass->modelled[i], ir, type))
                best = pass_func_name(pass, pass->modelled[i]);
            if (*best && role->kind == ROLE_CANCEL)
                return best;
        }
    return best;
}

// ---- whether the return may have it

struct lost {
    struct pass *pass;
    const struct leak *leak;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    struct cfg cfg;
    uint32_t var;    // unit index of the variable that holds the context
    uint32_t stored; // the instruction that puts it there
};

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static bool mentions(const char *text, const char *name) {
    size_t len = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
            return true;
    return false;
}

// The local variable that the result of the derive is put into.
static bool find_var(struct lost *lost) {
    const struct ir_unit *ir = lost->ir;
    const struct ir_inst *birth = &ir->insts[lost->leak->inst];
    for (uint32_t i = lost->leak->inst + 1; birth->result != IR_NONE && i < ir->insts_count && ir->insts[i].op < IR_JUMP; i++) {
        const struct ir_value *args = &ir->values[ir->insts[i].args];
        if (ir->insts[i].op != IR_STORE || args[1].kind != IR_V_TEMP || args[1].index != birth->result || args[0].kind != IR_V_ADDR)
            continue;
        lost->var = args[0].index;
        lost->stored = i;
        return ir->vars[lost->var].kind == IR_VAR_LOCAL;
    }
    return false;
}

static bool loads_var(const struct lost *lost, const struct ir_value *value, uint32_t before) {
    enum { LOOK_BACK = 100 };
    if (value->kind == IR_V_ADDR)
        return value->index == lost->var;
    for (uint32_t i = before, steps = 0; value->kind == IR_V_TEMP && i > 0 && steps < LOOK_BACK; i--, steps++) {
        const struct ir_inst *inst = &lost->ir->insts[i - 1];
        const struct ir_value *from = &lost->ir->values[inst->args];
        if (inst->result == value->index)
            return inst->op == IR_LOAD && from->kind == IR_V_ADDR && from->index == lost->var;
    }
    return false;
}

static bool is_harmless(const struct role *roles) {
    for (const struct role *role = roles; role; role = role->next)
        if (role->kind != ROLE_QUERY && role->kind != ROLE_BLOCK && role->kind != ROLE_DERIVE && role->kind != ROLE_VALUE &&
            (role->kind != ROLE_EFFECT || role->effect != EFFECT_BORROWS))
            return false;
    return true;
}

// A call that gets the context: whether it leaves it to the caller.
static bool call_keeps(const struct lost *lost, uint32_t inst) {
    const struct ir_value *callee = &lost->ir->values[lost->ir->insts[inst].args];
    if (callee->kind != IR_V_FUNC)
        return false;
    const struct prog_unit *unit = &lost->pass->program->units[lost->pass->program->funcs[lost->leak->func].unit];
    const struct prog_func *target = &lost->pass->program->funcs[unit->func_ids[callee->index]];
    bool opaque = !target->has_body && model_default_effect(unit->model, callee->index) == EFFECT_BORROWS;
    return is_harmless(target->roles) && (opaque || target->roles || !lost->leak->also_cancelled);
}

static bool inst_keeps(const struct lost *lost, uint32_t i) {
    const struct ir_inst *inst = &lost->ir->insts[i];
    const struct ir_value *args = &lost->ir->values[inst->args];
    if (inst->op == IR_STORE)
        return !(args[0].kind == IR_V_ADDR && args[0].index == lost->var) && !loads_var(lost, &args[1], i);
    for (uint32_t a = 1; inst->op == IR_CALL && a < inst->arg_count; a++)
        if (loads_var(lost, &args[a], i) && (args[a].kind == IR_V_ADDR || !call_keeps(lost, i)))
            return false;
    return true;
}

// Marks the blocks on ways from the derive to `last` on which it is not made anew.
static void mark_between(const struct lost *lost, uint32_t birth, uint32_t last, uint8_t *ret_between) {
    uint32_t count = lost->fn->block_count, depth = 0, *stack = mem_zalloc((count + 1) * sizeof *stack);
    ret_between[birth] = ret_between[last] = 1;
    for (stack[depth++] = last; depth;) {
        uint32_t at = stack[--depth];
        const struct cfg_block *block = &lost->cfg.blocks[at];
        for (uint32_t i = 0; i < block->pred_count && at != birth; i++)
            if (!ret_between[block->preds[i]]) {
                ret_between[block->preds[i]] = 1;
                stack[depth++] = block->preds[i];
            }
    }
    free(stack);
}

// Whether nothing on any way from the derive to the return ends it, gives it away or overwrites it. The derive dominates the return, so
// the blocks from which the return can be reached without it lie behind it.
static bool is_kept_until(const struct lost *lost, uint32_t end) {
    uint32_t birth = cfg_block_of(&lost->cfg, lost->stored);
    uint8_t *between = mem_zalloc(lost->fn->block_count);
    mark_between(lost, birth, cfg_block_of(&lost->cfg, end), between);
    bool is_kept = true;
    for (uint32_t b = 0; b < lost->fn->block_count && is_kept; b++) {
        const struct ir_block *block = &lost->ir->blocks[lost->fn->blocks + b];
        for (uint32_t i = b == birth ? lost->stored + 1 : block->insts; between[b] && i < block->insts + block->inst_count; i++)
            is_kept &= inst_keeps(lost, i);
    }
    free(between);
    return is_kept;
}

// Which way a condition takes where the context was made: its successor, IR_NONE: the condition does not ask that.
static uint32_t made_way(const char *condition, const char *name) {
    size_t len = strlen(name);
    bool is_null = strstr(condition, "NULL");
    if (!strcmp(condition, name) || (!strncmp(condition, name, len) && !strncmp(condition + len, " = ", 3) && !is_null))
        return 0;
    if (!is_null || !mentions(condition, name))
        return IR_NONE;
    return strstr(condition, "==") ? 1 : 0;
}

// Where the program asks whether there is a context, and goes on to the return without one too.
static bool is_maybe_none(const struct lost *lost, const char *name, uint32_t end) {
    uint32_t last = cfg_block_of(&lost->cfg, end);
    for (uint32_t b = 0; b < lost->fn->block_count; b++) {
        const struct ir_block *block = &lost->ir->blocks[lost->fn->blocks + b];
        const struct ir_inst *branch = &lost->ir->insts[block->insts + block->inst_count - 1];
        uint32_t way = branch->op == IR_BRANCH ? made_way(ir_text(lost->ir, branch->aux), name) : IR_NONE;
        if (lost->cfg.blocks[b].order == IR_NONE || way == IR_NONE)
            continue;
        uint32_t made = lost->ir->succs[block->succs + way];
        if (lost->cfg.blocks[made].pred_count != 1 || !cfg_dominates(&lost->cfg, made, last))
            return true;
    }
    return false;
}

static const char *statement_for(const struct lost *lost) {
    struct pass *pass = lost->pass;
    const struct role *role = flow_bind(pass->flow, lost->leak->bind)->role;
    const struct ir_var *var = &lost->ir->vars[lost->var];
    const char *name = ir_text(lost->ir, var->name);
    bool is_record = lost->ir->types[var->type].kind == IR_RECORD;
    if (role->cancel_how == CANCEL_FIELD && is_record && role->result.field && role->cancel.field)
        return pass_text(pass, "%s.%s(%s.%s);", name, role->cancel.field, name, role->result.field);
    const char *function = role->cancel_how == CANCEL_FUNCTION ? cancelling_function(pass, lost->leak->func, var->type, role) : "";
    uint32_t target = pointee_of(lost->ir, var->type);
    if (!*function || (is_record && role->result.field) || (target != IR_NONE && lost->ir->types[target].is_const))
        return NULL;
    const char *call = pass_text(pass, "%s(%s%s);", function, is_record ? "&" : "", name);
    return !is_record && is_maybe_none(lost, name, lost->leak->loss_inst) ? pass_text(pass, "if (%s) %s", name, call) : call;
}

static const char *find_statement(struct lost *lost) {
    const struct leak *leak = lost->leak;
    const struct role *role = flow_bind(lost->pass->flow, leak->bind)->role;
    bool is_simple = leak->kind == LOSS_RETURN && leak->loss_inst != IR_NONE && !flow_bind(lost->pass->flow, leak->bind)->inner &&
                     !role->fails_with_status && lost->ir->insts[leak->loss_inst].op == IR_RETURN;
    if (!is_simple || !find_var(lost) || !fix_sees(lost->pass, leak->func, lost->var, leak->loss_inst))
        return NULL;
    bool is_right = cfg_precedes(&lost->cfg, lost->stored, leak->loss_inst) && is_kept_until(lost, leak->loss_inst);
    return is_right ? statement_for(lost) : NULL;
}

const char *cancelling_statement(struct pass *pass, const struct leak *leak) {
    struct arena arena = {0};
    const struct prog_func *func = &pass->program->funcs[leak->func];
    struct lost lost = {.pass = pass, .leak = leak, .ir = pass->program->units[func->unit].ir, .fn = func->ir};
    cfg_build(&lost.cfg, lost.ir, lost.fn, &arena);
    const char *statement = find_statement(&lost);
    arena_done(&arena);
    return statement;
}
