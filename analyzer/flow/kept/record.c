#include "flow/kept/record.h"

#include <stdlib.h>
#include <string.h>

static void pass_cell(struct passage *p, struct cell *cell) {
    pass_sym(p, &cell->address);
    pass_sym(p, &cell->value);
}

static void pass_fact(struct passage *p, struct fact *fact) {
    pass_sym(p, &fact->key);
    pass_long(p, &fact->low);
    pass_long(p, &fact->high);
    pass_number(p, &fact->excluded_count);
    p->is_damaged |= fact->excluded_count > FACT_EXCLUDED;
    for (uint32_t i = 0; i < fact->excluded_count && !p->is_damaged; i++)
        pass_long(p, &fact->excluded[i]);
}

static void pass_resource(struct passage *p, struct resource *resource) {
    pass_sym(p, &resource->ctx);
    pass_sym(p, &resource->status);
    pass_bool(p, &resource->status_is_bool);
    pass_number(p, &resource->site);
    pass_bool(p, &resource->is_doomed);
}

// Of a path that has ended: neither its loops nor its trail.
static void pass_state(struct passage *p, struct state *state) {
    pass_vec(p, &state->cells, pass_cell);
    pass_vec(p, &state->facts.items, pass_fact);
    pass_vec(p, &state->resources, pass_resource);
    pass_vec(p, &state->cancelled, pass_sym);
    pass_bool(p, &state->is_joined);
    pass_bool(p, &state->is_vague);
}

static void pass_outcome(struct passage *p, struct outcome *outcome) {
    pass_state(p, &outcome->state);
    pass_sym(p, &outcome->result);
    pass_bool(p, &outcome->is_joined);
    pass_bool(p, &outcome->has_reference);
}

static void pass_need(struct passage *p, struct need *need) {
    pass_sym(p, &need->entry);
    pass_sym(p, &need->value);
}

static void pass_event(struct passage *p, struct event *event) {
    pass_byte(p, &event->kind);
    pass_byte(p, &event->call_kind);
    pass_bool(p, &event->is_final);
    pass_bool(p, &event->is_excused);
    pass_number(p, &event->inst);
    pass_bind_id(p, &event->bind);
    pass_func(p, &event->callee);
    pass_sym(p, &event->pointer);
    event->need_count = (uint32_t)pass_count(p, event->need_count);
    if (p->mode == PASSAGE_READ)
        event->needs = arena_array(&p->flow->arena, struct need, event->need_count);
    for (uint32_t i = 0; i < event->need_count; i++)
        pass_need(p, &event->needs[i]);
    pass_cell(p, &event->cell);
    pass_vec(p, &event->facts.items, pass_fact);
}

static void pass_summary(struct passage *p, struct summary *summary) {
    pass_vec(p, &summary->outcomes, pass_outcome);
    pass_vec(p, &summary->events, pass_event);
    pass_vec(p, &summary->needs, pass_sym);
    pass_vec(p, &summary->escapes, pass_sym);
    pass_bool(p, &summary->is_opaque);
    pass_bool(p, &summary->is_cut);
}

static void pass_step(struct passage *p, struct path_step *step) {
    pass_func(p, &step->func);
    pass_number(p, &step->inst);
    pass_number(p, &step->outcome);
}

static void pass_leak(struct passage *p, struct leak *leak) {
    uint32_t kind = leak->kind;
    pass_func(p, &leak->func);
    pass_number(p, &leak->inst);
    pass_bind_id(p, &leak->bind);
    pass_number(p, &kind);
    leak->kind = (enum loss_kind)kind;
    pass_number(p, &leak->loss_inst);
    leak->step_count = (uint32_t)pass_count(p, leak->step_count);
    if (p->mode == PASSAGE_READ)
        leak->steps = arena_array(&p->flow->arena, struct path_step, leak->step_count);
    for (uint32_t i = 0; i < leak->step_count; i++)
        pass_step(p, &leak->steps[i]);
    pass_field(p, &leak->holder_field);
    pass_global(p, &leak->holder_global);
    pass_bool(p, &leak->also_cancelled);
    pass_bool(p, &leak->is_joined);
}

static void pass_misuse(struct passage *p, struct misuse *misuse) {
    uint32_t kind = misuse->kind;
    pass_number(p, &kind);
    misuse->kind = (enum misuse_kind)kind;
    pass_func(p, &misuse->func);
    pass_number(p, &misuse->inst);
    pass_number(p, &misuse->ended_inst);
    pass_bool(p, &misuse->is_parent);
}

static void pass_ending(struct passage *p, struct ending *ending) {
    uint32_t kind = ending->kind;
    pass_func(p, &ending->func);
    pass_number(p, &kind);
    ending->kind = (enum holder_kind)kind;
    if (ending->kind == HOLDER_GLOBAL)
        pass_global(p, &ending->place);
    else
        pass_field(p, &ending->place);
    if (ending->kind == HOLDER_TAKEN)
        pass_field(p, &ending->member);
}

static void pass_indexed(struct passage *p, struct indexed *indexed) {
    pass_bind_id(p, &indexed->bind);
    pass_field(p, &indexed->container);
    pass_field(p, &indexed->holder);
}

void pass_record(struct passage *p, struct record *record) {
    pass_summary(p, &record->summary);
    pass_vec(p, &record->leaks, pass_leak);
    pass_vec(p, &record->misuses, pass_misuse);
    pass_vec(p, &record->endings, pass_ending);
    pass_vec(p, &record->indexed, pass_indexed);
}

void record_done(struct record *record) {
    vec_done(&record->leaks);
    vec_done(&record->misuses);
    vec_done(&record->endings);
    vec_done(&record->indexed);
}
