// What a function's body says, as one hash: the same wherever it stands, and whatever else its unit says. Places, and texts that only
// messages show, do not count.
#include "flow/kept/kept.h"

#include <string.h>

struct content {
    const struct program *program;
    const struct prog_unit *unit;
    const struct ir_unit *ir;
    const struct ir_func *fn;
    struct buf *out;
};

static void add_number(struct content *c, uint64_t number) {
    buf_add(c->out, &number, sizeof number);
}

static void add_text(struct content *c, uint32_t text) {
    const char *at = ir_text(c->ir, text);
    buf_add(c->out, at, strlen(at) + 1);
}

static void add_type(struct content *c, uint32_t type) {
    add_number(c, type == IR_NONE ? 0 : c->ir->type_keys[type]);
}

static void add_vars(struct content *c) {
    for (uint32_t i = 0; i < c->fn->var_count; i++) {
        const struct ir_var *var = &c->ir->vars[c->fn->vars + i];
        const uint8_t flags[] = {var->kind, var->is_const, var->is_static, var->is_thread_local};
        buf_add(c->out, flags, sizeof flags);
        add_text(c, var->name);
        add_type(c, var->type);
        add_text(c, var->annotation);
    }
}

static void add_var(struct content *c, uint32_t var) {
    if (c->unit->global_ids[var] != IR_NONE)
        add_text(c, c->ir->vars[var].usr);
    else
        add_number(c, var - c->fn->vars);
}

static void add_value(struct content *c, const struct ir_value *value) {
    add_number(c, value->kind);
    switch ((enum ir_value_kind)value->kind) {
    case IR_V_TEMP: add_number(c, value->index); break;
    case IR_V_INT: add_number(c, (uint64_t)c->ir->ints[value->index]); break;
    case IR_V_FLOAT: buf_add(c->out, &c->ir->floats[value->index], sizeof(double)); break;
    case IR_V_STRING: add_text(c, value->index); break;
    case IR_V_ADDR: add_var(c, value->index); break;
    case IR_V_FUNC: add_number(c, c->ir->func_keys[value->index]); break;
    case IR_V_NONE:
    case IR_V_UNKNOWN: break;
    }
}

// Also whether this unit is the one that stands for the member: its type is known there only.
static void add_field(struct content *c, uint32_t field) {
    const struct ir_field *f = &c->ir->fields[field];
    const struct prog_unit *home = &c->program->units[c->program->fields[c->unit->field_ids[field]].unit];
    add_number(c, c->ir->record_keys[f->record]);
    add_number(c, (uint64_t)(field - c->ir->records[f->record].fields) << 1 | (home == c->unit));
    add_type(c, f->type);
    add_text(c, f->annotation);
}

static void add_inst(struct content *c, const struct ir_inst *inst) {
    add_number(c, (uint64_t)inst->op << 32 | (uint64_t)inst->sub << 40 | inst->arg_count);
    add_number(c, inst->result);
    add_type(c, inst->type);
    for (uint32_t i = 0; i < inst->arg_count; i++)
        add_value(c, &c->ir->values[inst->args + i]);
    if (inst->op == IR_FIELD)
        add_field(c, inst->aux);
    for (uint32_t i = 0; inst->op == IR_CALL && i < inst->arg_count; i++)
        add_type(c, c->ir->call_args[inst->aux + i].type);
}

uint32_t kept_first_inst(const struct program *program, uint32_t func) {
    const struct prog_func *pf = &program->funcs[func];
    return program->units[pf->unit].ir->blocks[pf->ir->blocks].insts;
}

void kept_add_content(const struct program *program, uint32_t func, struct buf *out) {
    const struct prog_func *pf = &program->funcs[func];
    struct content c = {program, &program->units[pf->unit], program->units[pf->unit].ir, pf->ir, out};
    uint32_t first = kept_first_inst(program, func);
    add_text(&c, c.fn->name);
    add_text(&c, c.fn->annotation);
    add_type(&c, c.fn->type);
    add_number(&c, (uint64_t)c.fn->param_count << 32 | c.fn->var_count);
    const uint8_t flags[] = {c.fn->is_static, c.fn->is_inline, c.fn->is_noreturn, c.fn->is_incomplete};
    buf_add(out, flags, sizeof flags);
    add_vars(&c);
    for (uint32_t k = 0; k < c.fn->block_count; k++) {
        const struct ir_block *block = &c.ir->blocks[c.fn->blocks + k];
        add_number(&c, (uint64_t)(block->insts - first) << 32 | block->inst_count);
        buf_add(out, &c.ir->succs[block->succs], block->succ_count * sizeof *c.ir->succs);
        for (uint32_t i = 0; i < block->inst_count; i++)
            add_inst(&c, &c.ir->insts[block->insts + i]);
    }
}
