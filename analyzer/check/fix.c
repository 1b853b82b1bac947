#include "check/fix.h"

#include <string.h>

enum { EDITS_MAX = 4 };

static const struct ir_unit *unit_of(const struct pass *pass, uint32_t func) {
    return pass->program->units[pass->program->funcs[func].unit].ir;
}

static bool is_plain(const struct ir_loc *loc) {
    return loc->file != IR_NONE && !loc->in_macro && loc->line && loc->column;
}

// ---- edits

static void add_edit(struct pass *pass, struct diag *diag, struct place place, const char *text) {
    ENSURE(diag->edit_count < EDITS_MAX);
    if (!diag->edits)
        diag->edits = arena_array(&pass->diags->arena, struct diag_edit, EDITS_MAX);
    diag->edits[diag->edit_count++] = (struct diag_edit){place, text};
    diag->fix_message = diag->help;
}

void fix_drop(struct diag *diag) {
    diag->edit_count = 0;
    diag->fix_message = NULL;
}

static struct place at_start(struct place place) {
    place.end_line = place.line;
    place.end_column = place.column;
    return place;
}

static struct place behind_semicolon(struct place place) {
    place.line = place.end_line;
    place.column = ++place.end_column;
    return place;
}

// An argument may be a macro's name alone: it stands in the source as it is. Two from one macro do not.
static bool is_plain_argument(const struct ir_unit *ir, const struct ir_inst *call, unsigned arg) {
    const struct ir_call_arg *args = &ir->call_args[call->aux];
    for (uint32_t i = 1; i < call->arg_count; i++)
        if (i != arg + 1 && args[i].loc == args[arg + 1].loc)
            return false;
    return args[arg + 1].text && ir->locs[args[arg + 1].loc].file != IR_NONE;
}

static bool replace(struct pass *pass, struct diag *diag, uint32_t func, uint32_t loc, uint32_t semicolon, const char *text) {
    if (!is_plain(&unit_of(pass, func)->locs[loc]))
        return false;
    struct place place = pass_place(pass, func, loc);
    place.end_column += semicolon;
    add_edit(pass, diag, place, text);
    return true;
}

bool fix_argument(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, unsigned arg, const char *text) {
    const struct ir_inst *call = pass_inst(pass, func, inst);
    if (call->op != IR_CALL || arg + 1 >= call->arg_count || !is_plain_argument(unit_of(pass, func), call, arg))
        return false;
    add_edit(pass, diag, pass_place(pass, func, unit_of(pass, func)->call_args[call->aux + 1 + arg].loc), text);
    return true;
}

bool fix_call(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text) {
    return replace(pass, diag, func, pass_inst(pass, func, inst)->loc, 0, text);
}

bool fix_call_statement(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text) {
    uint32_t loc = pass_inst(pass, func, inst)->loc;
    return unit_of(pass, func)->locs[loc].is_statement && replace(pass, diag, func, loc, 1, pass_text(pass, "{ %s }", text));
}

// ---- places

static bool is_before(uint32_t line, uint32_t column, uint32_t other_line, uint32_t other_column) {
    return line < other_line || (line == other_line && column < other_column);
}

static bool is_within(const struct ir_loc *inner, const struct ir_loc *outer) {
    return inner->file == outer->file && !is_before(inner->line, inner->column, outer->line, outer->column) &&
           !is_before(outer->end_line, outer->end_column, inner->end_line, inner->end_column);
}

bool fix_sees(const struct pass *pass, uint32_t func, uint32_t var, uint32_t inst) {
    const struct ir_unit *ir = unit_of(pass, func);
    const struct ir_func *fn = pass->program->funcs[func].ir;
    const struct ir_loc *here = &ir->locs[ir->insts[inst].loc];
    for (uint32_t i = fn->vars; i < fn->vars + fn->var_count; i++)
        if (i != var && ir->vars[i].name == ir->vars[var].name)
            return false;
    return here->file != IR_NONE && (!ir->vars[var].scope || is_within(here, &ir->locs[ir->vars[var].scope]));
}

// The innermost statement of a block that the place is in, NULL: none is known.
static const struct ir_loc *statement_at(const struct ir_unit *ir, uint32_t loc) {
    const struct ir_loc *best = NULL;
    for (uint32_t i = 0; i < ir->statements_count; i++) {
        const struct ir_loc *statement = &ir->locs[ir->statements[i]];
        if (is_within(&ir->locs[loc], statement) && (!best || is_within(statement, best)))
            best = statement;
    }
    return best;
}

static struct place place_of(struct pass *pass, uint32_t func, const struct ir_loc *loc) {
    return pass_place(pass, func, (uint32_t)(loc - unit_of(pass, func)->locs));
}

// What starts a new line as far to the right as this column.
static const char *new_line(struct pass *pass, uint32_t column) {
    return pass_text(pass, "\n%*s", (int)column - 1, "");
}

bool fix_before_loop(struct pass *pass, struct diag *diag, uint32_t func, uint32_t jump, const char *statement) {
    const struct ir_unit *ir = unit_of(pass, func);
    const struct ir_loc *loop = &ir->locs[ir->insts[jump].loc];
    for (uint32_t i = 0; i < ir->statements_count && is_plain(loop); i++) {
        const struct ir_loc *start = &ir->locs[ir->statements[i]];
        if (start->file != loop->file || start->line != loop->line || start->column != loop->column)
            continue;
        struct place place = at_start(pass_place(pass, func, ir->insts[jump].loc));
        add_edit(pass, diag, place, pass_text(pass, "%s%s", statement, new_line(pass, place.column)));
        return true;
    }
    return false;
}

bool fix_before_statement(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *statement) {
    uint32_t loc = pass_inst(pass, func, inst)->loc;
    const struct ir_loc *around = is_plain(&unit_of(pass, func)->locs[loc]) ? statement_at(unit_of(pass, func), loc) : NULL;
    if (!around || !is_plain(around))
        return false;
    struct place place = at_start(place_of(pass, func, around));
    add_edit(pass, diag, place, pass_text(pass, "%s%s", statement, new_line(pass, place.column)));
    return true;
}

bool fix_behind(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text) {
    uint32_t loc = pass_inst(pass, func, inst)->loc;
    if (!is_plain(&unit_of(pass, func)->locs[loc]))
        return false;
    struct place place = pass_place(pass, func, loc);
    place.line = place.end_line;
    place.column = place.end_column;
    add_edit(pass, diag, place, text);
    return true;
}

// ---- returns

static bool is_changeable(const struct ir_unit *ir, const struct ir_inst *inst) {
    return inst->op == IR_CALL || inst->op == IR_HAVOC || inst->op == IR_ASM || (inst->op == IR_LOAD && ir->values[inst->args].kind != IR_V_ADDR);
}

// Whether something is computed there that may come out differently a moment later: more than constants and variables.
static bool computes_within(const struct ir_unit *ir, const struct ir_func *fn, const struct ir_loc *loc) {
    const struct ir_block *first = &ir->blocks[fn->blocks], *last = &ir->blocks[fn->blocks + fn->block_count - 1];
    for (uint32_t i = first->insts; i < last->insts + last->inst_count; i++)
        if (is_changeable(ir, &ir->insts[i]) && ir->locs[ir->insts[i].loc].file != IR_NONE && is_within(&ir->locs[ir->insts[i].loc], loc))
            return true;
    return false;
}

static bool has_var(const struct ir_unit *ir, const struct ir_func *fn, const char *name) {
    for (uint32_t i = fn->vars; i < fn->vars + fn->var_count; i++)
        if (!strcmp(ir_text(ir, ir->vars[i].name), name))
            return true;
    return false;
}

// The type of what the function returns, as it may be written before a name; NULL where that is not so simple.
static const char *result_type(const struct ir_unit *ir, const struct ir_func *fn) {
    uint32_t type = ir->types[fn->type].kind == IR_FUNCTION ? ir->types[fn->type].target : IR_NONE;
    if (type == IR_NONE)
        return NULL;
    uint8_t kind = ir->types[type].kind;
    return kind == IR_INT || kind == IR_UINT || kind == IR_BOOL || kind == IR_FLOAT || kind == IR_ENUM ? ir_text(ir, ir->types[type].name) : NULL;
}

// At the closing brace of the function.
static bool fix_at_end(struct pass *pass, struct diag *diag, struct place place, const char *statement) {
    place = at_start(place);
    add_edit(pass, diag, place, pass_text(pass, "    %s%s", statement, new_line(pass, place.column)));
    return true;
}

bool fix_before_return(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *statement) {
    enum { KEYWORD = 6 };
    const struct ir_unit *ir = unit_of(pass, func);
    const struct ir_func *fn = pass->program->funcs[func].ir;
    const struct ir_loc *loc = &ir->locs[ir->insts[inst].loc];
    if (!is_plain(loc))
        return false;
    struct place place = pass_place(pass, func, ir->insts[inst].loc), keyword = at_start(place);
    if (loc->end_line == loc->line && loc->end_column == loc->column + 1)
        return fix_at_end(pass, diag, place, statement);
    if (!loc->is_statement)
        return false;
    bool in_block = statement_at(ir, ir->insts[inst].loc) == loc, computes = computes_within(ir, fn, loc);
    const char *type = result_type(ir, fn), *next = in_block ? new_line(pass, place.column) : " ", *open = in_block ? "" : "{ ",
        *close = in_block ? "" : " }";
    if (!computes) {
        add_edit(pass, diag, keyword, pass_text(pass, "%s%s%s", open, statement, next));
        if (!in_block)
            add_edit(pass, diag, behind_semicolon(place), close);
        return true;
    }
    const char *name = has_var(ir, fn, "result") ? "returned" : "result";
    if (!type || has_var(ir, fn, name))
        return false;
    keyword.end_column += KEYWORD;
    add_edit(pass, diag, keyword, pass_text(pass, "%s%s %s =", open, type, name));
    add_edit(pass, diag, behind_semicolon(place), pass_text(pass, "%s%s%sreturn %s;%s", next, statement, next, name, close));
    return true;
}
