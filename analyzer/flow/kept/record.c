#include "flow/kept/record.h"

#include <stdlib.h>
#include <string.h>

static void passage_cell(struct passage *p, struct cell *cell) {
    passage_sym(p, &cell->address);
    passage_sym(p, &cell->value);
}

static void passage_fact(struct passage *p, struct fact *fact) {
    passage_sym(p, &fact->key);
    passage_long(p, &fact->low);
    passage_long(p, &fact->high);
    passage_number(p, &fact->excluded_count);
    p->is_damaged |= fact->excluded_count > FACT_EXCLUDED;
    for (uint32_t i = 0; i < fact->excluded_count && !p->is_damaged; i++)
        passage_long(p, &fact->excluded[i]);
}

static void passage_resource(struct passage *p, uint32_t func, struct resource *resource) {
    passage_sym(p, &resource->ctx);
    passage_sym(p, &resource->status);
    passage_bool(p, &resource->status_is_bool);
    passage_inst(p, func, &resource->site);
    passage_bool(p, &resource->is_doomed);
}

// Of a path that has ended: neither its loops nor its trail.
static void passage_state(struct passage *p, uint32_t func, struct state *state) {
    passage_vec(p, &state->cells, passage_cell);
    passage_vec(p, &state->facts.items, passage_fact);
    passage_own(p, func, &state->resources, passage_resource);
    passage_vec(p, &state->cancelled, passage_sym);
    passage_bool(p, &state->is_joined);
    passage_bool(p, &state->is_vague);
}

static void passage_outcome(struct passage *p, uint32_t func, struct outcome *outcome) {
    passage_state(p, func, &outcome->state);
    passage_sym(p, &outcome->result);
    passage_bool(p, &outcome->is_joined);
    passage_bool(p, &outcome->has_reference);
}

static void passage_need(struct passage *p, struct need *need) {
    passage_sym(p, &need->entry);
    passage_sym(p, &need->value);
}

static void passage_event(struct passage *p, uint32_t func, struct event *event) {
    passage_byte(p, &event->kind);
    passage_byte(p, &event->call_kind);
    passage_bool(p, &event->is_final);
    passage_bool(p, &event->is_excused);
    passage_inst(p, func, &event->inst);
    passage_bind_id(p, &event->bind);
    passage_func(p, &event->callee);
    passage_sym(p, &event->pointer);
    event->need_count = (uint32_t)passage_count(p, event->need_count);
    if (p->mode == PASSAGE_READ)
        event->needs = arena_array(&p->flow->arena, struct need, event->need_count);
    for (uint32_t i = 0; i < event->need_count; i++)
        passage_need(p, &event->needs[i]);
    passage_cell(p, &event->cell);
    passage_vec(p, &event->facts.items, passage_fact);
}

void record_pass_summary(struct passage *p, uint32_t func, struct summary *summary) {
    passage_own(p, func, &summary->outcomes, passage_outcome);
    passage_own(p, func, &summary->events, passage_event);
    passage_vec(p, &summary->needs, passage_sym);
    passage_vec(p, &summary->escapes, passage_sym);
    passage_bool(p, &summary->is_opaque);
    passage_bool(p, &summary->is_cut);
}

static void passage_step(struct passage *p, struct path_step *step) {
    passage_func(p, &step->func);
    passage_inst(p, step->func, &step->inst);
    passage_number(p, &step->outcome);
}

static void passage_leak(struct passage *p, struct leak *leak) {
    uint32_t kind = leak->kind;
    passage_func(p, &leak->func);
    passage_inst(p, leak->func, &leak->inst);
    passage_bind_id(p, &leak->bind);
    passage_number(p, &kind);
    leak->kind = (enum loss_kind)kind;
    passage_inst(p, leak->func, &leak->loss_inst);
    leak->step_count = (uint32_t)passage_count(p, leak->step_count);
    if (p->mode == PASSAGE_READ)
        leak->steps = arena_array(&p->flow->arena, struct path_step, leak->step_count);
    for (uint32_t i = 0; i < leak->step_count; i++)
        passage_step(p, &leak->steps[i]);
    passage_field(p, &leak->holder_field);
    passage_global(p, &leak->holder_global);
    passage_bool(p, &leak->also_cancelled);
    passage_bool(p, &leak->is_joined);
}

static void passage_misuse(struct passage *p, struct misuse *misuse) {
    uint32_t kind = misuse->kind;
    passage_number(p, &kind);
    misuse->kind = (enum misuse_kind)kind;
    passage_func(p, &misuse->func);
    passage_inst(p, misuse->func, &misuse->inst);
    passage_inst(p, misuse->func, &misuse->ended_inst);
    passage_bool(p, &misuse->is_parent);
}

static void passage_ending(struct passage *p, struct ending *ending) {
    uint32_t kind = ending->kind;
    passage_func(p, &ending->func);
    passage_number(p, &kind);
    ending->kind = (enum holder_kind)kind;
    switch (ending->kind) {
    case HOLDER_GLOBAL:
        passage_global(p, &ending->place);
        break;
    case HOLDER_SITE:
        passage_func(p, &ending->place);
        passage_inst(p, ending->place, &ending->member);
        break;
    case HOLDER_TAKEN:
        passage_field(p, &ending->place);
        passage_field(p, &ending->member);
        break;
    default:
        passage_field(p, &ending->place);
        passage_number(p, &ending->member);
        break;
    }
}

static void passage_indexed(struct passage *p, struct indexed *indexed) {
    passage_bind_id(p, &indexed->bind);
    passage_field(p, &indexed->container);
    passage_field(p, &indexed->holder);
}

void record_pass(struct passage *p, struct record *record) {
    record_pass_summary(p, record->func, &record->summary);
    passage_vec(p, &record->leaks, passage_leak);
    passage_vec(p, &record->misuses, passage_misuse);
    passage_vec(p, &record->endings, passage_ending);
    passage_vec(p, &record->indexed, passage_indexed);
}

void record_done(struct record *record) {
    vec_done(&record->leaks);
    vec_done(&record->misuses);
    vec_done(&record->endings);
    vec_done(&record->indexed);
}
