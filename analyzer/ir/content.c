// What a function's body says, as one hash: the same wherever it stands, and whatever else its unit says. Places, and texts that only
// messages show, do not count. Functions and variables that others may know go by their names, the body's own by their number.
#include "base/map.h"
#include "ir/keys.h"

#include <string.h>

struct content {
    const struct ir_unit *ir;
    const struct ir_func *fn;
    const uint64_t *decls;
    struct buf *out;
};

// Most of what is added are numbers.
static void add_number(struct content *c, uint64_t number) {
    struct buf *out = c->out;
    if (out->cap - out->len <= sizeof number) {
        buf_add(out, &number, sizeof number);
        return;
    }
    memcpy(out->data + out->len, &number, sizeof number);
    out->len += sizeof number;
}

static void add_text(struct content *c, uint32_t text) {
    const char *at = ir_text(c->ir, text);
    buf_add(c->out, at, strlen(at) + 1);
}

static void add_type(struct content *c, uint32_t type) {
    add_number(c, type == IR_NONE ? 0 : c->ir->type_keys[type]);
}

// The parameters come first.
static void add_vars(struct content *c, uint32_t count) {
    add_number(c, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ir_var *var = &c->ir->vars[c->fn->vars + i];
        const uint8_t flags[] = {var->kind, var->is_const, var->is_static, var->is_thread_local};
        buf_add(c->out, flags, sizeof flags);
        add_text(c, var->name);
        add_type(c, var->type);
        add_text(c, var->annotation);
    }
}

static void add_var(struct content *c, uint32_t var) {
    const struct ir_var *v = &c->ir->vars[var];
    if (v->kind == IR_VAR_GLOBAL || v->kind == IR_VAR_STATIC_LOCAL)
        add_text(c, v->usr ? v->usr : v->name);
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
    case IR_V_FUNC: add_number(c, c->decls[value->index]); break;
    case IR_V_NONE:
    case IR_V_UNKNOWN: break;
    }
}

static void add_field(struct content *c, uint32_t field) {
    const struct ir_field *f = &c->ir->fields[field];
    add_number(c, c->ir->record_keys[f->record]);
    add_number(c, field - c->ir->records[f->record].fields);
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

uint64_t ir_decl_key(const struct ir_unit *unit, uint32_t func, struct buf *scratch) {
    struct content c = {unit, &unit->funcs[func], NULL, scratch};
    const uint8_t flags[] = {c.fn->is_static, c.fn->is_inline, c.fn->is_noreturn, c.fn->is_variadic, c.fn->in_system_header};
    scratch->len = 0;
    add_number(&c, unit->func_keys[func]);
    add_text(&c, c.fn->name);
    add_text(&c, c.fn->annotation);
    add_type(&c, c.fn->type);
    buf_add(scratch, flags, sizeof flags);
    add_vars(&c, c.fn->param_count);
    return hash_bytes(scratch->data, scratch->len);
}

uint64_t ir_body_key(const struct ir_unit *unit, uint32_t func, const uint64_t *decls, struct buf *scratch) {
    struct content c = {unit, &unit->funcs[func], decls, scratch};
    if (!c.fn->block_count)
        return 0;
    uint32_t first = unit->blocks[c.fn->blocks].insts;
    scratch->len = 0;
    add_number(&c, decls[func]);
    add_number(&c, (uint64_t)c.fn->param_count << 32 | c.fn->is_incomplete);
    add_vars(&c, c.fn->var_count);
    for (uint32_t k = 0; k < c.fn->block_count; k++) {
        const struct ir_block *block = &unit->blocks[c.fn->blocks + k];
        add_number(&c, (uint64_t)(block->insts - first) << 32 | block->inst_count);
        buf_add(scratch, &unit->succs[block->succs], block->succ_count * sizeof *unit->succs);
        for (uint32_t i = 0; i < block->inst_count; i++)
            add_inst(&c, &unit->insts[block->insts + i]);
    }
    uint64_t key = hash_bytes(scratch->data, scratch->len);
    return key ? key : 1;
}
