// The readable form of a unit: one function after the other, one instruction per line. Stable: made from the tables alone, so
// equal units print equally. Variables are named; where two of a function share a name, all but the first carry their number.
#include "ir/print.h"

#include "base/map.h"
#include "base/mem.h"
#include "ir/check.h"

#include <inttypes.h>
#include <stdlib.h>

struct printer {
    const struct ir_unit *unit;
    const struct ir_func *func; // NULL outside of functions
    struct map first_vars;      // of the function: by name, the first variable that has it
    struct buf *out;
};

static const char *const op_names[] = {
    [IR_LOAD] = "load",   [IR_STORE] = "store",   [IR_ZERO] = "zero",         [IR_FIELD] = "field",   [IR_INDEX] = "index",
    [IR_BINARY] = "?",    [IR_UNARY] = "?",       [IR_CAST] = "cast",         [IR_CALL] = "call",     [IR_ASM] = "asm",
    [IR_HAVOC] = "havoc", [IR_JUMP] = "jump",     [IR_BRANCH] = "branch",     [IR_SWITCH] = "switch", [IR_GOTO_ANY] = "goto any of",
    [IR_RETURN] = "return", [IR_UNREACHABLE] = "unreachable",
};

static const char *const binary_names[] = {
    [IR_ADD] = "add", [IR_SUB] = "sub", [IR_MUL] = "mul", [IR_DIV] = "div", [IR_REM] = "rem", [IR_SHL] = "shl", [IR_SHR] = "shr",
    [IR_AND] = "and", [IR_OR] = "or",   [IR_XOR] = "xor", [IR_EQ] = "eq",   [IR_NE] = "ne",   [IR_LT] = "lt",   [IR_LE] = "le",
    [IR_GT] = "gt",   [IR_GE] = "ge",
};

static const char *const unary_names[] = {[IR_NEG] = "neg", [IR_NOT] = "not", [IR_COMPL] = "compl"};

// A text on one line, in quotes.
static void print_quoted(struct printer *p, const char *text) {
    buf_putc(p->out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_printf(p->out, "\\%c", *text);
        else if (*text == '\n')
            buf_puts(p->out, "\\n");
        else if ((unsigned char)*text < 0x20 || *text == 0x7f)
            buf_printf(p->out, "\\x%02x", (unsigned)(unsigned char)*text);
        else
            buf_putc(p->out, *text);
    }
    buf_putc(p->out, '"');
}

static const char *text_or(const struct printer *p, uint32_t id, const char *instead) {
    const char *text = ir_text(p->unit, id);
    return *text ? text : instead;
}

static void name_vars(struct printer *p) {
    for (uint32_t i = 0; i < p->func->var_count; i++) {
        bool is_new;
        uint32_t *first = map_put(&p->first_vars, p->unit->vars[p->func->vars + i].name, &is_new);
        if (is_new)
            *first = p->func->vars + i;
    }
}

static void print_var(struct printer *p, uint32_t var) {
    buf_puts(p->out, text_or(p, p->unit->vars[var].name, "tmp"));
    if (!p->func || var < p->func->vars || var - p->func->vars >= p->func->var_count)
        return;
    if (*map_get(&p->first_vars, p->unit->vars[var].name) != var)
        buf_printf(p->out, ".%u", var - p->func->vars);
}

static void print_value(struct printer *p, struct ir_value value) {
    switch (value.kind) {
    case IR_V_NONE:
        buf_puts(p->out, "none");
        break;
    case IR_V_TEMP:
        buf_printf(p->out, "%%%u", value.index);
        break;
    case IR_V_INT:
        buf_printf(p->out, "%" PRId64, p->unit->ints[value.index]);
        break;
    case IR_V_FLOAT:
        buf_printf(p->out, "%.17g", p->unit->floats[value.index]);
        break;
    case IR_V_STRING:
        print_quoted(p, ir_text(p->unit, value.index));
        break;
    case IR_V_ADDR:
        buf_putc(p->out, '&');
        print_var(p, value.index);
        break;
    case IR_V_FUNC:
        buf_puts(p->out, text_or(p, p->unit->funcs[value.index].name, "(function)"));
        break;
    default:
        buf_puts(p->out, "unknown");
    }
}

static void print_values(struct printer *p, const struct ir_value *values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            buf_puts(p->out, ", ");
        print_value(p, values[i]);
    }
}

static void print_place(struct printer *p, uint32_t loc) {
    const struct ir_loc *place = &p->unit->locs[loc];
    if (place->file == IR_NONE)
        buf_puts(p->out, "made up");
    else
        buf_printf(p->out, "%s:%u", ir_text(p->unit, p->unit->files[place->file].path), place->line);
}

// What follows the operation's name.
static void print_operands(struct printer *p, const struct ir_inst *inst) {
    const struct ir_value *args = p->unit->values + inst->args;
    if (inst->op == IR_CALL) {
        print_value(p, args[0]);
        buf_putc(p->out, '(');
        print_values(p, args + 1, inst->arg_count - 1);
        buf_putc(p->out, ')');
        return;
    }
    print_values(p, args, inst->arg_count);
    if (inst->op == IR_FIELD) {
        const struct ir_field *field = &p->unit->fields[inst->aux];
        buf_printf(p->out, ", %s.%s", text_or(p, p->unit->records[field->record].name, "(record)"), text_or(p, field->name, "(member)"));
    } else if (inst->op == IR_CAST) {
        buf_printf(p->out, " to %s", ir_text(p->unit, p->unit->types[inst->type].name));
    }
}

static void print_switch(struct printer *p, const struct ir_inst *inst, const uint32_t *succs, uint32_t succ_count) {
    const struct ir_value *args = p->unit->values + inst->args;
    buf_puts(p->out, "switch ");
    print_value(p, args[0]);
    for (uint32_t i = 0; i + 1 < succ_count; i++) {
        buf_puts(p->out, i ? ", " : " ? ");
        int64_t first = p->unit->ints[args[1 + 2 * i].index], last = p->unit->ints[args[2 + 2 * i].index];
        buf_printf(p->out, "%" PRId64, first);
        if (last != first)
            buf_printf(p->out, "..%" PRId64, last);
        buf_printf(p->out, ": b%u", succs[i]);
    }
    buf_printf(p->out, ", else: b%u", succs[succ_count - 1]);
}

static void print_terminator(struct printer *p, const struct ir_inst *inst, const struct ir_block *block) {
    const uint32_t *succs = p->unit->succs + block->succs;
    if (inst->op == IR_SWITCH) {
        print_switch(p, inst, succs, block->succ_count);
        return;
    }
    buf_puts(p->out, op_names[inst->op]);
    if (inst->op == IR_BRANCH || inst->op == IR_RETURN) {
        buf_puts(p->out, inst->arg_count ? " " : "");
        print_values(p, p->unit->values + inst->args, inst->arg_count);
    }
    for (uint32_t i = 0; i < block->succ_count; i++)
        buf_printf(p->out, "%sb%u", i ? inst->op == IR_BRANCH ? " : " : ", " : inst->op == IR_BRANCH ? " ? " : " ", succs[i]);
}

static void print_plain(struct printer *p, const struct ir_inst *inst) {
    if (inst->result != IR_NONE)
        buf_printf(p->out, "%%%u = ", inst->result);
    buf_puts(p->out, inst->op == IR_BINARY ? binary_names[inst->sub] : inst->op == IR_UNARY ? unary_names[inst->sub] : op_names[inst->op]);
    if (inst->arg_count)
        buf_putc(p->out, ' ');
    print_operands(p, inst);
}

static void print_inst(struct printer *p, const struct ir_inst *inst, const struct ir_block *block) {
    const struct ir_loc *loc = &p->unit->locs[inst->loc];
    if (loc->file == IR_NONE)
        buf_puts(p->out, "       | ");
    else
        buf_printf(p->out, "%6u | ", loc->line);
    if (ir_is_terminator(inst))
        print_terminator(p, inst, block);
    else
        print_plain(p, inst);
    if ((inst->op == IR_BRANCH || inst->op == IR_SWITCH) && *ir_text(p->unit, inst->aux)) {
        buf_puts(p->out, "  // ");
        print_quoted(p, ir_text(p->unit, inst->aux));
    }
    buf_putc(p->out, '\n');
}

// Predecessors of every block: starts[b] .. starts[b + 1] in preds.
struct preds {
    uint32_t *starts, *preds;
};

static struct preds preds_of(const struct ir_unit *unit, const struct ir_func *func) {
    uint32_t count = func->block_count, edges = 0;
    uint32_t *starts = mem_zalloc((count + 2u) * sizeof *starts);
    for (uint32_t b = 0; b < count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        edges += block->succ_count;
        for (uint32_t i = 0; i < block->succ_count; i++)
            starts[unit->succs[block->succs + i] + 2]++;
    }
    for (uint32_t b = 2; b < count + 2; b++)
        starts[b] += starts[b - 1];
    uint32_t *preds = mem_zalloc(edges * sizeof *preds);
    for (uint32_t b = 0; b < count; b++) {
        const struct ir_block *block = &unit->blocks[func->blocks + b];
        for (uint32_t i = 0; i < block->succ_count; i++)
            preds[starts[unit->succs[block->succs + i] + 1]++] = b;
    }
    return (struct preds){starts, preds};
}

static void print_list(struct printer *p, const char *title, const uint32_t *blocks, uint32_t count) {
    buf_printf(p->out, "%s%s", title, count ? "" : " none");
    for (uint32_t i = 0; i < count; i++)
        if (!i || blocks[i] != blocks[i - 1]) // two edges between the same blocks stand side by side
            buf_printf(p->out, " b%u", blocks[i]);
}

static void print_body(struct printer *p) {
    struct preds preds = preds_of(p->unit, p->func);
    for (uint32_t b = 0; b < p->func->block_count; b++) {
        const struct ir_block *block = &p->unit->blocks[p->func->blocks + b];
        buf_printf(p->out, "b%u:", b);
        print_list(p, "  // from", preds.preds + preds.starts[b], preds.starts[b + 1] - preds.starts[b]);
        print_list(p, "; to", p->unit->succs + block->succs, block->succ_count);
        buf_putc(p->out, '\n');
        for (uint32_t i = 0; i < block->inst_count; i++)
            print_inst(p, &p->unit->insts[block->insts + i], block);
    }
    free(preds.starts);
    free(preds.preds);
}

static void print_typed_var(struct printer *p, uint32_t var) {
    print_var(p, var);
    buf_printf(p->out, ": %s", text_or(p, p->unit->types[p->unit->vars[var].type].name, "?"));
}

static void print_annotation(struct printer *p, uint32_t annotation) {
    if (!annotation)
        return;
    buf_puts(p->out, " annotated ");
    print_quoted(p, ir_text(p->unit, annotation));
}

static void print_head(struct printer *p, const struct ir_func *func) {
    const char *what = func->is_init ? "init" : func->block_count ? "function" : "declare";
    buf_printf(p->out, "%s %s(", what, text_or(p, func->name, func->is_init ? "globals" : "(function)"));
    for (uint32_t i = 0; i < func->param_count; i++) {
        buf_puts(p->out, i ? ", " : "");
        print_typed_var(p, func->vars + i);
    }
    buf_printf(p->out, "%s)", func->is_variadic ? func->param_count ? ", ..." : "..." : "");
    const struct ir_type *type = &p->unit->types[func->type];
    if (type->kind == IR_FUNCTION && p->unit->types[type->target].kind != IR_VOID)
        buf_printf(p->out, ": %s", text_or(p, p->unit->types[type->target].name, "?"));
    buf_printf(p->out, "%s%s%s%s", func->is_static ? " static" : "", func->is_inline ? " inline" : "",
               func->is_noreturn ? " noreturn" : "", func->is_incomplete ? " incomplete" : "");
    print_annotation(p, func->annotation);
    buf_puts(p->out, "  // ");
    print_place(p, func->loc);
    buf_putc(p->out, '\n');
}

void ir_print_func(const struct ir_unit *unit, const struct ir_func *func, struct buf *out) {
    struct printer p = {.unit = unit, .func = func, .out = out};
    name_vars(&p);
    print_head(&p, func);
    for (uint32_t i = func->param_count; i < func->var_count; i++) {
        buf_puts(out, i == func->param_count ? "  locals " : ", ");
        print_typed_var(&p, func->vars + i);
    }
    if (func->var_count > func->param_count)
        buf_putc(out, '\n');
    print_body(&p);
    map_done(&p.first_vars);
}

static void print_global(struct printer *p, uint32_t index) {
    const struct ir_var *var = &p->unit->vars[index];
    buf_puts(p->out, var->kind == IR_VAR_GLOBAL && !var->is_defined ? "extern " : "global ");
    print_typed_var(p, index);
    buf_printf(p->out, "%s%s%s", var->is_const ? " const" : "", var->is_static || var->kind == IR_VAR_STATIC_LOCAL ? " static" : "",
               var->is_thread_local ? " thread-local" : "");
    print_annotation(p, var->annotation);
    buf_puts(p->out, "  // ");
    print_place(p, var->loc);
    buf_putc(p->out, '\n');
}

void ir_print_unit(const struct ir_unit *unit, struct buf *out) {
    struct printer p = {.unit = unit, .out = out};
    buf_printf(out, "unit %s\n", unit->files_count ? ir_text(unit, unit->files[0].path) : "(no file)");
    if (unit->diagnostics)
        buf_printf(out, "incomplete: %s\n", ir_text(unit, unit->diagnostics));
    for (uint32_t i = 0; i < unit->vars_count; i++)
        if (unit->vars[i].kind <= IR_VAR_STATIC_LOCAL)
            print_global(&p, i);
    for (uint32_t i = 0; i < unit->funcs_count; i++) {
        buf_putc(out, '\n');
        ir_print_func(unit, &unit->funcs[i], out);
    }
}
