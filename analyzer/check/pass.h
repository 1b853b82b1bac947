// What a rule works with: the program, the engines' facts, and the means to report. Rules walk no syntax and open no file.
#ifndef CHECK_PASS_H
#define CHECK_PASS_H

#include "base/buf.h"
#include "check/diag.h"
#include "check/rule.h"
#include "flow/flow.h"
#include "program/program.h"

struct check_options {
    const enum severity *severities; // one per rule of all_rules; SEVERITY_OFF: it is not run
    bool cascade;                    // policy: else single-deadline
    const char *base_dir;            // absolute; files below it are shown relative to it
};

struct pass {
    const struct program *program;
    const struct flow *flow;
    const struct check_options *options;
    const struct rule *rule; // the one that is running
    struct diags *diags;
    const uint32_t *modelled; // the functions that have a role
    uint32_t modelled_count;
};

// Runs every rule that is not off. The findings are not sorted yet (diags_finish).
void check_run(const struct program *program, const struct flow *flow, const struct check_options *options, struct diags *diags);

enum { PASS_STEPS = 6 }; // of a path

// A new finding at an instruction, with its place, function and severity filled in. Texts go to the arena of pass->diags. The pointer
// is valid until the next one.
struct diag *pass_report(struct pass *pass, uint32_t func, uint32_t inst);
// The same, at the function's name.
struct diag *pass_report_function(struct pass *pass, uint32_t func);
// Appends a step; beyond PASS_STEPS the last one is replaced, so add the most telling ones first and the end last.
__attribute__((format(printf, 5, 6))) void pass_step(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *format, ...);
// Adds the calls that lead from entry `from` (IR_NONE: the root) down to entry `to`.
void pass_steps_down(struct pass *pass, struct diag *diag, uint32_t from, uint32_t to);

__attribute__((format(printf, 2, 3))) const char *pass_text(struct pass *pass, const char *format, ...);
// "500 ms", "1.5 s"; a number of unknown unit as it is.
const char *pass_duration(struct pass *pass, int64_t amount, uint32_t family);
const char *pass_param_name(const struct pass *pass, uint32_t func, uint32_t param);
const char *pass_func_name(const struct pass *pass, uint32_t func);
const struct ir_inst *pass_inst(const struct pass *pass, uint32_t func, uint32_t inst);
// The jump into the innermost loop around an instruction, whose place is the loop's; IR_NONE: none.
uint32_t pass_loop(const struct pass *pass, uint32_t func, uint32_t inst);
// A place of the function's unit: an index into its locs.
struct place pass_place(struct pass *pass, uint32_t func, uint32_t loc);
// Line of the instruction, 0 where it has none.
uint32_t pass_line(const struct pass *pass, uint32_t func, uint32_t inst);
// Name of the function a call calls, "" where it is not called by name.
const char *pass_callee_name(const struct pass *pass, uint32_t func, uint32_t inst);
// Source text of argument `arg` of a call, "" where it has none.
const char *pass_arg_text(const struct pass *pass, uint32_t func, uint32_t inst, unsigned arg);
// Source text of the first argument that is a context, "" where there is none.
const char *pass_context_arg(const struct pass *pass, uint32_t func, uint32_t inst);
// What a call's result is put into, "" where it goes nowhere: "x", "x->y", "x[...]".
const char *pass_result_name(struct pass *pass, uint32_t func, uint32_t inst);
// The first thing whose address is passed to a call, "" where there is none.
const char *pass_out_name(const struct pass *pass, uint32_t func, uint32_t inst);

#endif
