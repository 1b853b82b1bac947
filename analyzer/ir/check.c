// See check.h. Convention: a `..._fault` function gives NULL where all is well, else what is wrong, as the end of a sentence.
// What needs paths (whether a temporary is written before it is used) and whose variables are whose is left to verify.c.
#include "ir/check.h"

#include "base/mem.h"
#include "ir/named.h"

#include <stdlib.h>

static bool in_range(uint32_t first, uint32_t count, uint32_t table_count) {
    return (uint64_t)first + count <= table_count;
}

static bool or_none(uint32_t id, uint32_t table_count) {
    return id == IR_NONE || id < table_count;
}

static bool is_text(const struct ir_unit *unit, uint32_t id) {
    return id < unit->text_offsets_count;
}

static const char *texts_fault(const struct ir_unit *unit) {
    if (!unit->text_offsets_count || !unit->strings_count || unit->strings[unit->strings_count - 1] != '\0')
        return "its texts do not end";
    for (uint32_t i = 0; i < unit->text_offsets_count; i++)
        if (unit->text_offsets[i] >= unit->strings_count)
            return "a text lies outside the texts";
    return *ir_text(unit, 0) ? "text 0 is not empty" : NULL;
}

static const char *type_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_type *type = &unit->types[index];
    if (type->kind > IR_OTHER || !is_text(unit, type->name) || !is_text(unit, type->canonical))
        return "a type has no such kind or name";
    bool derived = type->kind == IR_POINTER || type->kind == IR_ARRAY || type->kind == IR_FUNCTION;
    if (derived ? type->target >= index : type->target != IR_NONE) // an earlier type, so following targets ends
        return "a type refers to a type that does not come before it";
    if (type->kind == IR_RECORD ? type->record >= unit->records_count : type->record != IR_NONE)
        return "a type refers to a record that does not exist";
    return NULL;
}

static const char *record_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_record *record = &unit->records[index];
    if (!is_text(unit, record->name) || !is_text(unit, record->usr) ||
        !in_range(record->fields, record->field_count, unit->fields_count))
        return "a record refers to something that does not exist";
    return NULL;
}

static const char *field_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_field *field = &unit->fields[index];
    if (!is_text(unit, field->name) || !is_text(unit, field->annotation) || field->type >= unit->types_count ||
        field->record >= unit->records_count)
        return "a field refers to something that does not exist";
    const struct ir_record *record = &unit->records[field->record];
    return index - record->fields < record->field_count ? NULL : "a field is not among those of its record";
}

static const char *var_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_var *var = &unit->vars[index];
    if (var->kind > IR_VAR_SYNTHETIC || !is_text(unit, var->name) || !is_text(unit, var->usr) || !is_text(unit, var->annotation) ||
        var->type >= unit->types_count || var->loc >= unit->locs_count || var->scope >= unit->locs_count)
        return "a variable refers to something that does not exist";
    return NULL;
}

static const char *value_fault(const struct ir_unit *unit, uint32_t index) {
    const uint32_t limits[] = {
        [IR_V_NONE] = UINT32_MAX,   [IR_V_TEMP] = UINT32_MAX, [IR_V_INT] = unit->ints_count,
        [IR_V_FLOAT] = unit->floats_count, [IR_V_STRING] = unit->text_offsets_count, [IR_V_ADDR] = unit->vars_count,
        [IR_V_FUNC] = unit->funcs_count, [IR_V_UNKNOWN] = UINT32_MAX,
    };
    const struct ir_value *value = &unit->values[index];
    return value->kind > IR_V_UNKNOWN || (limits[value->kind] != UINT32_MAX && value->index >= limits[value->kind])
               ? "an operand refers to something that does not exist" : NULL;
}

static const char *file_fault(const struct ir_unit *unit, uint32_t index) {
    return is_text(unit, unit->files[index].path) ? NULL : "a file has no path";
}

static const char *loc_fault(const struct ir_unit *unit, uint32_t index) {
    return or_none(unit->locs[index].file, unit->files_count) ? NULL : "a place lies in a file that does not exist";
}

static const char *statement_fault(const struct ir_unit *unit, uint32_t index) {
    return unit->statements[index] < unit->locs_count ? NULL : "a statement has no place";
}

static const char *call_arg_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_call_arg *arg = &unit->call_args[index];
    return arg->loc < unit->locs_count && is_text(unit, arg->text) && arg->type < unit->types_count
               ? NULL : "what the source says at a call refers to something that does not exist";
}

// Operands of each instruction, and whether it makes a value: always, never, or (calls) if it likes.
enum makes { NEVER, ALWAYS, MAYBE };
static const struct {
    uint32_t min, max;
    enum makes result;
} shapes[] = {
    [IR_LOAD] = {1, 1, ALWAYS},        [IR_STORE] = {2, 2, NEVER},       [IR_ZERO] = {1, 1, NEVER},
    [IR_FIELD] = {1, 1, ALWAYS},       [IR_INDEX] = {2, 2, ALWAYS},      [IR_BINARY] = {2, 2, ALWAYS},
    [IR_UNARY] = {1, 1, ALWAYS},       [IR_CAST] = {1, 1, ALWAYS},       [IR_CALL] = {1, UINT32_MAX, MAYBE},
    [IR_ASM] = {0, UINT32_MAX, NEVER}, [IR_HAVOC] = {0, UINT32_MAX, ALWAYS}, [IR_JUMP] = {0, 0, NEVER},
    [IR_BRANCH] = {1, 1, NEVER},       [IR_SWITCH] = {1, UINT32_MAX, NEVER}, [IR_GOTO_ANY] = {0, UINT32_MAX, NEVER},
    [IR_RETURN] = {0, 1, NEVER},       [IR_UNREACHABLE] = {0, 0, NEVER},
};

static const char *switch_fault(const struct ir_unit *unit, const struct ir_inst *inst) {
    if (inst->arg_count % 2 == 0)
        return "a switch has half a case";
    for (uint32_t i = 1; i < inst->arg_count; i++)
        if (unit->values[inst->args + i].kind != IR_V_INT)
            return "a case is not a constant";
    return NULL;
}

static const char *aux_fault(const struct ir_unit *unit, const struct ir_inst *inst) {
    switch (inst->op) {
    case IR_FIELD:
        return inst->aux < unit->fields_count ? NULL : "a field access names no field";
    case IR_CALL:
        return in_range(inst->aux, inst->arg_count, unit->call_args_count) ? NULL : "a call lacks the source of its operands";
    case IR_BRANCH:
        return is_text(unit, inst->aux) ? NULL : "a branch has no text";
    case IR_SWITCH:
        return is_text(unit, inst->aux) ? switch_fault(unit, inst) : "a switch has no text";
    case IR_BINARY:
        return inst->sub <= IR_GE ? NULL : "there is no such binary operation";
    case IR_UNARY:
        return inst->sub <= IR_COMPL ? NULL : "there is no such unary operation";
    default:
        return NULL;
    }
}

static const char *inst_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_inst *inst = &unit->insts[index];
    if (inst->op > IR_UNREACHABLE)
        return "there is no such instruction";
    if (!in_range(inst->args, inst->arg_count, unit->values_count) || inst->loc >= unit->locs_count)
        return "an instruction refers to something that does not exist";
    if (inst->arg_count < shapes[inst->op].min || inst->arg_count > shapes[inst->op].max)
        return "an instruction has the wrong number of operands";
    bool result = inst->result != IR_NONE;
    if (shapes[inst->op].result != MAYBE && result != (shapes[inst->op].result == ALWAYS))
        return "an instruction makes a value that it cannot make, or none where it must";
    bool typed = result || inst->op == IR_STORE || inst->op == IR_ZERO;
    if (typed ? inst->type >= unit->types_count : !or_none(inst->type, unit->types_count))
        return "an instruction has no type";
    return aux_fault(unit, inst);
}

static const char *block_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_block *block = &unit->blocks[index];
    if (!block->inst_count || !in_range(block->insts, block->inst_count, unit->insts_count) ||
        !in_range(block->succs, block->succ_count, unit->succs_count))
        return "a block has no instruction, or lies outside the instructions";
    for (uint32_t i = 0; i + 1 < block->inst_count; i++)
        if (ir_is_terminator(&unit->insts[block->insts + i]))
            return "a block goes on after its terminator";
    const struct ir_inst *last = ir_terminator(unit, block);
    if (!ir_is_terminator(last))
        return "a block does not end in a terminator";
    uint32_t need = last->op == IR_JUMP ? 1 : last->op == IR_BRANCH ? 2 : last->op == IR_SWITCH ? last->arg_count / 2 + 1 : 0;
    if (last->op == IR_GOTO_ANY ? !block->succ_count : block->succ_count != need)
        return "a block has the wrong number of successors";
    return NULL;
}

static const char *func_fault(const struct ir_unit *unit, uint32_t index) {
    const struct ir_func *func = &unit->funcs[index];
    if (!is_text(unit, func->name) || !is_text(unit, func->usr) || !is_text(unit, func->annotation) ||
        func->loc >= unit->locs_count || func->type >= unit->types_count)
        return "a function refers to something that does not exist";
    if (func->param_count > func->var_count || !in_range(func->vars, func->var_count, unit->vars_count))
        return "a function's variables lie outside the variables";
    if (!in_range(func->blocks, func->block_count, unit->blocks_count))
        return "a function's blocks lie outside the blocks";
    return NULL;
}

struct table {
    uint32_t count;
    const char *(*fault)(const struct ir_unit *unit, uint32_t index);
};

static const char *tables_fault(const struct ir_unit *unit) {
    const char *fault = texts_fault(unit);
    const struct table tables[] = { // instructions before the blocks made of them
        {unit->files_count, file_fault},   {unit->types_count, type_fault},         {unit->records_count, record_fault},
        {unit->fields_count, field_fault}, {unit->locs_count, loc_fault},           {unit->vars_count, var_fault},
        {unit->values_count, value_fault}, {unit->call_args_count, call_arg_fault}, {unit->insts_count, inst_fault},
        {unit->blocks_count, block_fault}, {unit->funcs_count, func_fault},         {unit->statements_count, statement_fault},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (uint32_t j = 0; !fault && j < tables[i].count; j++)
            fault = tables[i].fault(unit, j);
    return fault;
}

// What bodies share out among them. A sum over all bodies that exceeds the table means that some overlap, and would make a small
// file cost any amount of work.
struct shares {
    uint64_t blocks, insts, succs, values, vars;
};

// Of the function looked at: the temporaries written so far.
struct written {
    uint32_t *by;    // by temporary: the last function that writes it, plus 1
    uint32_t func, count;
};

static const char *inst_temps_fault(const struct ir_unit *unit, const struct ir_func *func, const struct ir_inst *inst,
                                    struct written *written) {
    if (inst->result != IR_NONE) {
        if (inst->result >= func->temp_count)
            return "a temporary has a number that is too high";
        if (written->by[inst->result] == written->func + 1)
            return "a temporary is written twice";
        written->by[inst->result] = written->func + 1;
        written->count++;
    }
    for (uint32_t i = 0; i < inst->arg_count; i++) {
        const struct ir_value *value = &unit->values[inst->args + i];
        if (value->kind == IR_V_TEMP && value->index >= func->temp_count)
            return "a temporary does not exist";
    }
    return NULL;
}

static const char *body_fault(const struct ir_unit *unit, const struct ir_func *func, struct shares *shares, struct written *written) {
    if (func->temp_count > unit->insts_count)
        return "a function has more temporaries than there are instructions";
    for (uint32_t i = 0; i < func->block_count; i++) {
        const struct ir_block *block = &unit->blocks[func->blocks + i];
        shares->insts += block->inst_count;
        shares->succs += block->succ_count;
        if (shares->insts > unit->insts_count || shares->succs > unit->succs_count)
            return "bodies share their instructions";
        for (uint32_t j = 0; j < block->succ_count; j++)
            if (unit->succs[block->succs + j] >= func->block_count)
                return "a block goes to a block that does not exist";
        for (uint32_t j = 0; j < block->inst_count; j++) {
            const struct ir_inst *inst = &unit->insts[block->insts + j];
            shares->values += inst->arg_count;
            const char *fault = shares->values > unit->values_count ? "bodies share their operands"
                                                                    : inst_temps_fault(unit, func, inst, written);
            if (fault)
                return fault;
        }
    }
    return written->count != func->temp_count ? "a temporary is never written" : NULL;
}

static bool bodies_are_sound(const struct ir_unit *unit, struct err *err) {
    struct shares shares = {0};
    const char *fault = NULL;
    uint32_t *by = mem_zalloc(unit->insts_count * sizeof *by), i;
    for (i = 0; i < unit->funcs_count; i++) {
        const struct ir_func *func = &unit->funcs[i];
        struct written written = {.by = by, .func = i};
        shares.blocks += func->block_count;
        shares.vars += func->var_count;
        fault = shares.blocks > unit->blocks_count || shares.vars > unit->vars_count ? "functions share their blocks or variables"
                                                                                     : body_fault(unit, func, &shares, &written);
        if (fault)
            break;
    }
    free(by);
    return !fault || err_set(err, "the unit is broken: in function '%s' %s", ir_text(unit, unit->funcs[i].name), fault);
}

// What goes over records member by member must not go over any twice.
static const char *members_fault(const struct ir_unit *unit) {
    uint64_t members = 0;
    for (uint32_t i = 0; i < unit->records_count; i++)
        members += unit->records[i].field_count;
    return members > unit->fields_count ? "records share their fields" : NULL;
}

static const char *named_fault(const struct ir_unit *unit) {
    if (unit->named_starts_count != unit->funcs_count + 1 || unit->named_starts[0] || unit->named_starts[unit->funcs_count] != unit->named_count)
        return "it does not say which globals its functions name";
    for (uint32_t f = 0; f < unit->funcs_count; f++)
        if (unit->named_starts[f] > unit->named_starts[f + 1])
            return "its functions name globals in no order";
    for (uint32_t i = 0; i < unit->named_count; i++)
        if ((unit->named[i] & NAMED_VAR) >= unit->vars_count)
            return "a function names a variable that does not exist";
    return NULL;
}

bool ir_check(const struct ir_unit *unit, struct err *err) {
    const char *fault = tables_fault(unit);
    if (!fault)
        fault = members_fault(unit);
    if (!fault && (unit->type_keys_count != unit->types_count || unit->record_keys_count != unit->records_count ||
                   unit->func_keys_count != unit->funcs_count || unit->body_keys_count != unit->funcs_count))
        fault = "it lacks keys";
    if (!fault)
        fault = named_fault(unit);
    if (!fault && !is_text(unit, unit->diagnostics))
        fault = "its first error has no text";
    if (!fault && !or_none(unit->init_func, unit->funcs_count))
        fault = "its init function does not exist";
    if (fault)
        return err_set(err, "the unit is broken: %s", fault);
    return bodies_are_sound(unit, err);
}
