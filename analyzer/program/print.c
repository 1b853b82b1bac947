// The call graph in readable form: first the functions that nobody calls, then every call with its place.
#include "base/file.h"
#include "program/program.h"

struct printing {
    const struct program *program;
    const char *root, *base_dir;
    struct arena arena;
    struct buf *out;
};

static void print_place(struct printing *p, const struct ir_unit *unit, uint32_t loc) {
    const struct ir_loc *place = &unit->locs[loc];
    if (place->file == IR_NONE)
        buf_puts(p->out, " (made up)");
    else
        buf_printf(p->out, " (%s:%u)", path_shown(&p->arena, p->root, p->base_dir, ir_text(unit, unit->files[place->file].path)), place->line);
}

static void print_call(struct printing *p, const struct prog_call *call) {
    static const char *const kinds[] = {
        [CALL_DIRECT] = "",          [CALL_INDIRECT] = " [indirect]",   [CALL_BY_TYPE] = " [by type]",
        [CALL_THREAD] = " [thread]", [CALL_CALLBACK] = " [callback]",
    };
    const struct prog_func *caller = &p->program->funcs[call->caller];
    const struct ir_unit *unit = p->program->units[caller->unit].ir;
    buf_puts(p->out, caller->name);
    print_place(p, unit, unit->insts[call->inst].loc);
    buf_printf(p->out, " -> %s%s\n", p->program->funcs[call->callee].name, kinds[call->kind]);
}

void program_print_callgraph(const struct program *program, const char *root, const char *base_dir, struct buf *out) {
    struct printing p = {program, root, base_dir, {0}, out};
    for (uint32_t i = 0; i < program->func_count; i++) {
        const struct prog_func *func = &program->funcs[i];
        if (!func->has_body || func->caller_count)
            continue;
        buf_printf(out, "root %s", func->name);
        print_place(&p, program->units[func->unit].ir, func->ir->loc);
        buf_puts(out, func->address_taken ? " [address taken]\n" : "\n");
    }
    for (uint32_t i = 0; i < program->call_count; i++)
        print_call(&p, &program->calls[i]);
    arena_done(&p.arena);
}
