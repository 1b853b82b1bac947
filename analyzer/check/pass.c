#include "check/pass.h"

#include "base/file.h"
#include "flow/values/cfg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t *functions_with_roles(const struct program *program, uint32_t *ret_count) {
    uint32_t *funcs = mem_zalloc((program->func_count + 1) * sizeof *funcs), count = 0;
    for (uint32_t f = 0; f < program->func_count; f++)
        if (program->funcs[f].roles)
            funcs[count++] = f;
    *ret_count = count;
    return funcs;
}

void check_run(const struct program *program, const struct flow *flow, const struct check_options *options, struct diags *diags) {
    uint32_t count, *modelled = functions_with_roles(program, &count);
    for (unsigned i = 0; i < rule_count; i++) {
        if (options->severities[i] == SEVERITY_OFF)
            continue;
        struct pass pass = {program, flow, options, all_rules[i], diags, modelled, count};
        all_rules[i]->run(&pass);
    }
    free(modelled);
}

const char *pass_text(struct pass *pass, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ENSURE(len >= 0);
    char *out = arena_alloc(&pass->diags->arena, (size_t)len + 1);
    vsnprintf(out, (size_t)len + 1, format, again);
    va_end(again);
    return out;
}

static const struct ir_unit *unit_of(const struct pass *pass, uint32_t func) {
    return pass->program->units[pass->program->funcs[func].unit].ir;
}

const struct ir_inst *pass_inst(const struct pass *pass, uint32_t func, uint32_t inst) {
    return &unit_of(pass, func)->insts[inst];
}

static struct place place_at(struct pass *pass, const struct ir_unit *ir, uint32_t loc_id) {
    const struct ir_loc *loc = &ir->locs[loc_id];
    struct place place = {"", loc->line, loc->column, loc->end_line, loc->end_column};
    if (loc->file != IR_NONE) {
        const char *path = ir_text(ir, ir->files[loc->file].path);
        place.file = arena_strdup(&pass->diags->arena, path_relative(pass->options->base_dir, path));
    }
    return place;
}

struct place pass_place(struct pass *pass, uint32_t func, uint32_t loc) {
    return place_at(pass, unit_of(pass, func), loc);
}

static enum severity severity_of(const struct pass *pass) {
    for (unsigned i = 0; i < rule_count; i++)
        if (all_rules[i] == pass->rule)
            return pass->options->severities[i];
    return pass->rule->severity;
}

static struct diag *report_at(struct pass *pass, uint32_t func, uint32_t loc) {
    struct diag diag = {
        .rule = pass->rule->id,
        .severity = severity_of(pass),
        .place = place_at(pass, unit_of(pass, func), loc),
        .function = pass_text(pass, "%s", pass_func_name(pass, func)),
        .upstream_ns = -1,
        .bound_ns = -1,
        .path = arena_array(&pass->diags->arena, struct diag_step, PASS_STEPS),
    };
    vec_push(&pass->diags->items, diag);
    return &pass->diags->items.items[pass->diags->items.len - 1];
}

struct diag *pass_report(struct pass *pass, uint32_t func, uint32_t inst) {
    return report_at(pass, func, pass_inst(pass, func, inst)->loc);
}

struct diag *pass_report_function(struct pass *pass, uint32_t func) {
    return report_at(pass, func, pass->program->funcs[func].ir->loc);
}

void pass_step(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *format, ...) {
    const struct ir_unit *ir = unit_of(pass, func);
    char text[512];
    va_list args;
    if (ir->locs[ir->insts[inst].loc].file == IR_NONE)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (diag->path_count == PASS_STEPS)
        diag->path_count--;
    diag->path[diag->path_count++] = (struct diag_step){place_at(pass, ir, ir->insts[inst].loc), pass_text(pass, "%s", text)};
}

static void call_step(struct pass *pass, struct diag *diag, const struct entry_step *step) {
    static const char *const verbs[] = {
        [CALL_DIRECT] = "calls", [CALL_INDIRECT] = "calls through a pointer", [CALL_THREAD] = "starts a thread in", [CALL_CALLBACK] = "registers"};
    const struct entry_step *caller = flow_entry(pass->flow, step->from);
    pass_step(pass, diag, caller->func, step->call_inst, "'%s' %s '%s'", pass_func_name(pass, caller->func), verbs[step->kind],
              pass_func_name(pass, step->func));
}

void pass_steps_down(struct pass *pass, struct diag *diag, uint32_t from, uint32_t to) {
    enum { CHAIN_MAX = 64 };
    uint32_t chain[CHAIN_MAX], count = 0;
    for (uint32_t at = to; at != from && at != IR_NONE && count < CHAIN_MAX; at = flow_entry(pass->flow, at)->from)
        chain[count++] = at;
    uint32_t room = PASS_STEPS - diag->path_count, shown = 0;
    while (count-- > 0) {
        const struct entry_step *step = flow_entry(pass->flow, chain[count]);
        bool is_elided = count >= 2 && shown + 3 > room; // the last calls before the finding say most
        if (step->from == IR_NONE || is_elided)
            continue;
        call_step(pass, diag, step);
        shown++;
    }
}

const char *pass_duration(struct pass *pass, int64_t amount, uint32_t family) {
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    if (family)
        return pass_text(pass, "%lld", (long long)amount);
    if (amount >= units[0].ns && amount % units[0].ns && amount % (units[0].ns / 10) == 0)
        return pass_text(pass, "%lld.%lld s", (long long)(amount / units[0].ns), (long long)(amount / (units[0].ns / 10) % 10));
    for (size_t i = 0;; i++)
        if (amount % units[i].ns == 0 && (amount || i == 1))
            return pass_text(pass, "%lld %s", (long long)(amount / units[i].ns), units[i].name);
}

const char *pass_func_name(const struct pass *pass, uint32_t func) {
    return pass->program->funcs[func].name;
}

const char *pass_param_name(const struct pass *pass, uint32_t func, uint32_t param) {
    const struct ir_unit *ir = unit_of(pass, func);
    return ir_text(ir, ir->vars[pass->program->funcs[func].ir->vars + param].name);
}

uint32_t pass_line(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct ir_unit *ir = unit_of(pass, func);
    return ir->locs[ir->insts[inst].loc].line;
}

static uint32_t jump_into(const struct cfg *cfg, uint32_t head) {
    for (uint32_t i = 0; i < cfg->blocks[head].pred_count; i++) {
        const struct ir_block *from = &cfg->ir->blocks[cfg->fn->blocks + cfg->blocks[head].preds[i]];
        uint32_t last = from->insts + from->inst_count - 1;
        if (cfg->ir->insts[last].op == IR_JUMP && !cfg_in_loop(cfg, cfg->blocks[head].preds[i], head))
            return last;
    }
    return IR_NONE;
}

uint32_t pass_loop(const struct pass *pass, uint32_t func, uint32_t inst) {
    struct arena arena = {0};
    struct cfg cfg;
    cfg_build(&cfg, unit_of(pass, func), pass->program->funcs[func].ir, &arena);
    uint32_t head = cfg.blocks[cfg_block_of(&cfg, inst)].loop, jump = head == IR_NONE ? IR_NONE : jump_into(&cfg, head);
    arena_done(&arena);
    return jump;
}

const char *pass_callee_name(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct ir_unit *ir = unit_of(pass, func);
    const struct ir_value *callee = &ir->values[ir->insts[inst].args];
    return callee->kind == IR_V_FUNC ? ir_text(ir, ir->funcs[callee->index].name) : "";
}

const char *pass_arg_text(const struct pass *pass, uint32_t func, uint32_t inst, unsigned arg) {
    const struct ir_unit *ir = unit_of(pass, func);
    const struct ir_inst *call = &ir->insts[inst];
    return arg + 1 < call->arg_count ? ir_text(ir, ir->call_args[call->aux + 1 + arg].text) : "";
}

const char *pass_context_arg(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct prog_unit *unit = &pass->program->units[pass->program->funcs[func].unit];
    const struct ir_inst *call = &unit->ir->insts[inst];
    for (unsigned arg = 0; arg + 1 < call->arg_count; arg++)
        if (model_type_is_context(unit->model, unit->ir->call_args[call->aux + 1 + arg].type))
            return pass_arg_text(pass, func, inst, arg);
    return "";
}

// The instruction that makes a temporary: looked for backwards, it stands close by.
static const struct ir_inst *maker(const struct ir_unit *ir, uint32_t temp, uint32_t before) {
    enum { LOOK_BACK = 400 };
    for (uint32_t i = before, steps = 0; i > 0 && steps < LOOK_BACK; i--, steps++)
        if (ir->insts[i - 1].result == temp)
            return &ir->insts[i - 1];
    return NULL;
}

// The source's name for what an address names: "x", "x->y", "x[...]".
static const char *address_name(struct pass *pass, const struct ir_unit *ir, const struct ir_value *address, uint32_t before, unsigned depth) {
    if (address->kind == IR_V_ADDR)
        return ir->vars[address->index].kind == IR_VAR_SYNTHETIC ? "" : ir_text(ir, ir->vars[address->index].name);
    const struct ir_inst *inst = address->kind == IR_V_TEMP && depth < 6 ? maker(ir, address->index, before) : NULL;
    if (!inst || (inst->op != IR_LOAD && inst->op != IR_FIELD && inst->op != IR_INDEX))
        return "";
    const struct ir_value *base = &ir->values[inst->args];
    const char *outer = address_name(pass, ir, base, before, depth + 1);
    if (!*outer || inst->op == IR_LOAD)
        return outer;
    if (inst->op == IR_INDEX)
        return pass_text(pass, "%s[...]", outer);
    bool direct = base->kind == IR_V_ADDR || maker(ir, base->index, before)->op != IR_LOAD;
    return pass_text(pass, "%s%s%s", outer, direct ? "." : "->", ir_text(ir, ir->fields[inst->aux].name));
}

const char *pass_result_name(struct pass *pass, uint32_t func, uint32_t inst) {
    const struct ir_unit *ir = unit_of(pass, func);
    uint32_t result = ir->insts[inst].result;
    for (uint32_t i = inst + 1; result != IR_NONE && i < ir->insts_count && ir->insts[i].op < IR_JUMP; i++) {
        const struct ir_value *args = &ir->values[ir->insts[i].args];
        if (ir->insts[i].op == IR_CAST && args[0].kind == IR_V_TEMP && args[0].index == result)
            result = ir->insts[i].result;
        if (ir->insts[i].op == IR_STORE && args[1].kind == IR_V_TEMP && args[1].index == result)
            return address_name(pass, ir, &args[0], i, 0);
    }
    return "";
}

const char *pass_out_name(const struct pass *pass, uint32_t func, uint32_t inst) {
    const struct ir_inst *call = pass_inst(pass, func, inst);
    for (unsigned arg = 0; arg + 1 < call->arg_count; arg++) {
        const char *text = pass_arg_text(pass, func, inst, arg);
        if (*text == '&')
            return text + 1;
    }
    return "";
}
