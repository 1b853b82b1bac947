// The call graph in readable form: first the functions that nobody calls, then every call with its place.
#include "base/file.h"
#include "program/program.h"

static void print_place(const struct ir_unit *unit, uint32_t loc, const char *base_dir, struct buf *out) {
    const struct ir_loc *place = &unit->locs[loc];
    if (place->file == IR_NONE)
        buf_puts(out, " (made up)");
    else
        buf_printf(out, " (%s:%u)", path_relative(base_dir, ir_text(unit, unit->files[place->file].path)), place->line);
}

static void print_call(const struct program *program, const struct prog_call *call, const char *base_dir, struct buf *out) {
    static const char *const kinds[] = {
        [CALL_DIRECT] = "",          [CALL_INDIRECT] = " [indirect]",   [CALL_BY_TYPE] = " [by type]",
        [CALL_THREAD] = " [thread]", [CALL_CALLBACK] = " [callback]",
    };
    const struct prog_func *caller = &program->funcs[call->caller];
    const struct ir_unit *unit = program->units[caller->unit].ir;
    buf_puts(out, caller->name);
    print_place(unit, unit->insts[call->inst].loc, base_dir, out);
    buf_printf(out, " -> %s%s\n", program->funcs[call->callee].name, kinds[call->kind]);
}

void program_print_callgraph(const struct program *program, const char *base_dir, struct buf *out) {
    for (uint32_t i = 0; i < program->func_count; i++) {
        const struct prog_func *func = &program->funcs[i];
        if (!func->has_body || func->caller_count)
            continue;
        buf_printf(out, "root %s", func->name);
        print_place(program->units[func->unit].ir, func->ir->loc, base_dir, out);
        buf_puts(out, func->address_taken ? " [address taken]\n" : "\n");
    }
    for (uint32_t i = 0; i < program->call_count; i++)
        print_call(program, &program->calls[i], base_dir, out);
}
