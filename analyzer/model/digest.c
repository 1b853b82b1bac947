// Hashes that stand for what models say, so that a later run can tell whether they still say the same.
#include "model/resolve.h"

#include <string.h>

static void add_number(struct buf *out, int64_t number) {
    buf_add(out, &number, sizeof number);
}

static void add_text(struct buf *out, const char *text) {
    buf_add(out, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void add_pos(struct buf *out, const struct pos *pos) {
    add_number(out, pos->kind);
    add_number(out, pos->arg);
    add_number(out, pos->deref);
    add_text(out, pos->field);
}

static void add_list(struct buf *out, const int64_t *list, unsigned count) {
    add_number(out, count);
    for (unsigned i = 0; i < count; i++)
        add_number(out, list[i]);
}

static void add_bound(struct buf *out, const struct bound *bound) {
    const int64_t numbers[] = {bound->kind, bound->unit, bound->unit2, bound->clock, bound->null_infinite, bound->in_out};
    buf_add(out, numbers, sizeof numbers);
    add_pos(out, &bound->pos);
    add_pos(out, &bound->pos2);
    add_list(out, bound->infinite, bound->infinite_count);
    add_list(out, bound->nowait, bound->nowait_count);
    add_text(out, bound->clock_set_by);
}

uint64_t model_role_digest(const struct role *role) {
    const struct pos *const positions[] = {&role->object, &role->parent,  &role->result, &role->clamp_arg,
                                           &role->cancel, &role->entry, &role->armed,  &role->option};
    const int64_t numbers[] = {
        role->kind,          role->by_shape,     role->clamps,          role->clamp_mask,      role->null_parent,     role->cancel_how,
        role->owned,         role->todo,         role->must_cancel,     role->fails_with_status, role->release_cancels, role->cancel_twice_ok,
        role->parent_releases, role->must_use_result, role->query,      role->asks_parents,    role->convert,         role->effect,
        role->structured,    role->has_default,  role->default_ns,      role->wakes_on_cancel, role->step_scope,      role->option_value,
        role->says_ready,
    };
    struct buf all = {0};
    buf_add(&all, numbers, sizeof numbers);
    for (size_t i = 0; i < ARRAY_LEN(positions); i++)
        add_pos(&all, positions[i]);
    add_bound(&all, &role->bound);
    add_text(&all, role->model);
    add_text(&all, role->suggest);
    uint64_t digest = hash_bytes(all.data, all.len);
    buf_done(&all);
    return digest;
}

// Whatever the order in which they were met.
static uint64_t digest_of_set(const struct strtab *set) {
    uint64_t sum = 0;
    for (uint32_t id = 1; id < set->texts.len; id++)
        sum += hash_bytes(strtab_text(set, id), strlen(strtab_text(set, id)));
    return sum;
}

uint64_t model_program_digest(const struct model_program *mp) {
    return hash_mix(digest_of_set(&mp->contexts.keys), digest_of_set(&mp->families));
}
