// Makes a program of units; the steps are in link.h. And the look-ups that go with it.
#include "program/link.h"

#include "ir/save.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sorted {
    const char *path; // of its main file
    const struct ir_unit *unit;
};

// By path; two units of one file (static and shared builds) by what is in them, so that no order of theirs shows.
static int compare_units(const void *a, const void *b) {
    const struct sorted *left = a, *right = b;
    const struct ir_unit *x = left->unit, *y = right->unit;
    int order = strcmp(left->path, right->path);
#define X(type, name)                                                                         \
    if (!order && x->name##_count != y->name##_count)                                         \
        order = x->name##_count < y->name##_count ? -1 : 1;                                   \
    if (!order && x->name##_count)                                                            \
        order = memcmp(x->name, y->name, x->name##_count * sizeof(type));
    IR_SECTIONS(X)
#undef X
    return order;
}

static const struct ir_unit *const *sorted_units(struct arena *arena, const struct ir_unit *const *units, uint32_t count) {
    struct arena scratch = {0};
    struct sorted *order = arena_array(&scratch, struct sorted, count);
    const struct ir_unit **sorted = arena_array(arena, const struct ir_unit *, count);
    for (uint32_t i = 0; i < count; i++) {
        order[i].path = units[i]->files_count ? arena_strdup(&scratch, ir_text(units[i], units[i]->files[0].path)) : "";
        order[i].unit = units[i];
        ir_rest_behind(units, i);
    }
    if (count)
        qsort(order, count, sizeof *order, compare_units);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = order[i].unit;
    arena_done(&scratch);
    return sorted;
}

static int compare_ranges(const void *a, const void *b) {
    const struct prog_range *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

// Where the units are mapped. Their files mostly lie side by side, so few ranges remain.
static void find_ranges(struct program *program) {
    enum { LARGE = 1 << 30 };
    size_t size = 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct prog_range *ranges = program->ranges = arena_array(&program->arena, struct prog_range, program->unit_count);
    uint32_t count = 0, merged = 0;
    for (uint32_t i = 0; i < program->unit_count; i++) {
        const struct ir_unit *unit = program->units[i].ir;
        size += unit->file_size;
        if (unit->file)
            ranges[count++] = (struct prog_range){(uintptr_t)unit->file, (unit->file_size + page - 1) / page * page};
    }
    if (count)
        qsort(ranges, count, sizeof *ranges, compare_ranges);
    for (uint32_t i = 0; i < count; i++)
        if (merged && ranges[merged - 1].start + ranges[merged - 1].size == ranges[i].start)
            ranges[merged - 1].size += ranges[i].size;
        else
            ranges[merged++] = ranges[i];
    program->range_count = merged;
    program->is_large = size > LARGE;
}

void program_link(const struct ir_unit *const *units, uint32_t unit_count, const struct model_set *models, struct program *ret_program) {
    struct program program = {.unit_count = unit_count};
    const struct ir_unit *const *sorted = sorted_units(&program.arena, units, unit_count);
    program.units = arena_array(&program.arena, struct prog_unit, unit_count);
    struct ir_numbers *numbers = arena_new(&program.arena, struct ir_numbers); // the models keep it
    ir_number(&program.arena, sorted, unit_count, &ir_numbered_funcs, numbers);
    if (models)
        program.model = model_program_new(models, sorted, unit_count, numbers);
    for (uint32_t i = 0; i < unit_count; i++) {
        program.units[i].ir = sorted[i];
        program.units[i].model = models ? model_unit_new(program.model, i) : NULL;
        ir_rest_behind(sorted, i);
    }
    find_ranges(&program);
    link_symbols(&program, sorted, numbers);
    link_forwards(&program);
    link_calls(&program);
    link_globals(&program);
    link_components(&program);
    program_rest(&program);
    *ret_program = program;
}

void program_rest(const struct program *program) {
    for (uint32_t i = 0; program->is_large && i < program->range_count; i++)
        ir_rest(&(struct ir_unit){.file = (const void *)program->ranges[i].start, .file_size = program->ranges[i].size});
}

void program_done(struct program *program) {
    for (uint32_t i = 0; program->model && i < program->unit_count; i++)
        model_unit_free(program->units[i].model);
    if (program->model)
        model_program_free(program->model);
    arena_done(&program->arena);
    *program = (struct program){0};
}

uint32_t program_find_usr(const struct program *program, const char *usr) {
    uint32_t low = 0, high = program->func_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(program->funcs[middle].usr, usr);
        if (!order)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return IR_NONE;
}

uint32_t program_find_func(const struct program *program, const char *name) {
    uint32_t found = program_find_usr(program, name);
    for (uint32_t i = 0; found == IR_NONE && i < program->func_count; i++)
        if (program->funcs[i].has_body && !strcmp(program->funcs[i].name, name))
            found = i;
    for (uint32_t i = 0; found == IR_NONE && i < program->func_count; i++)
        if (!strcmp(program->funcs[i].name, name))
            found = i;
    return found;
}

const struct prog_call *program_targets(const struct program *program, uint32_t caller, uint32_t inst, uint32_t *ret_count) {
    const struct prog_func *func = &program->funcs[caller];
    uint32_t low = func->calls, end = func->calls + func->call_count, high = end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (program->calls[middle].inst < inst)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t count = 0;
    while (low + count < end && program->calls[low + count].inst == inst)
        count++;
    *ret_count = count;
    return program->calls + low;
}
