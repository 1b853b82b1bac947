// Jumps, and the cleanups they run on the way. Where a label's scope lies is known only when it has been passed, so every `goto`
// leaves its block open, and jump_resolve closes them all at the end of the function.
#include "frontend/capture/lower.h"

static void call_cleanup(struct lower *l, const struct cleanup *cleanup, uint32_t loc) {
    struct ir_value args[] = {cleanup->func, cleanup->var};
    struct ir_call_arg described[] = {{.loc = cleanup->loc}, {.loc = cleanup->loc, .type = type_pointer(l, cleanup->var_type)}};
    uint32_t first = (uint32_t)l->b.call_args.len;
    vec_push(&l->b.call_args, described[0]);
    vec_push(&l->b.call_args, described[1]);
    ir_build_inst(&l->b, IR_CALL, 0, l->void_type, loc, first, args, 2);
    if (l->b.funcs.items[cleanup->func.index].is_noreturn)
        ir_build_terminate(&l->b, IR_UNREACHABLE, NULL, 0, NULL, 0, loc, IR_NONE);
}

static void run_cleanups(struct lower *l, uint32_t from, uint32_t down_to, uint32_t loc) {
    for (uint32_t at = from; at != down_to && at != IR_NONE; at = l->body.cleanups.items[at].parent)
        call_cleanup(l, &l->body.cleanups.items[at], loc);
}

void jump_cleanups(struct lower *l, uint32_t down_to, uint32_t loc) {
    run_cleanups(l, l->body.cleanup, down_to, loc);
}

void jump_out(struct lower *l, struct target to, uint32_t loc) {
    if (to.block == IR_NONE)
        return;
    jump_cleanups(l, to.cleanup, loc);
    ir_build_jump(&l->b, to.block, loc);
}

void jump_return(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    struct ir_value value = {IR_V_NONE, 0};
    if (exprs.count)
        value = expr_converted(l, exprs.items[0], l->body.result_type);
    uint32_t loc = source_statement_loc(l, node, node);
    jump_cleanups(l, IR_NONE, loc);
    bool has_value = value.kind != IR_V_NONE;
    ir_build_terminate(&l->b, IR_RETURN, &value, has_value, NULL, 0, loc, IR_NONE);
}

// A label's node is not the same one seen from its statement and from a `goto`, but its place is.
static uint32_t label_number(struct lower *l, CXCursor label) {
    uint32_t *number = map_put(&l->body.labels, clang_getCursorLocation(label).int_data, NULL);
    if (!*number) {
        struct target target = {ir_build_block(&l->b), IR_NONE};
        vec_push(&l->body.label_targets, target);
        *number = (uint32_t)l->body.label_targets.len;
    }
    return *number - 1;
}

void jump_label(struct lower *l, struct node *node) {
    uint32_t number = label_number(l, node->cursor);
    struct target *target = &l->body.label_targets.items[number];
    target->cleanup = l->body.cleanup;
    ir_build_jump(&l->b, target->block, source_loc(l, node));
    ir_build_move_to(&l->b, target->block);
}

static struct pending_goto leave_open(struct lower *l, struct node *node, CXCursor label) {
    struct pending_goto pending = {.from = l->b.current, .cleanup = l->body.cleanup, .loc = source_loc(l, node), .label = label};
    l->b.current = IR_NONE;
    return pending;
}

void jump_goto(struct lower *l, struct node *node) {
    struct nodes children = node->children;
    if (!children.count || l->b.current == IR_NONE)
        return;
    struct pending_goto pending = leave_open(l, node, clang_getCursorReferenced(children.items[0]->cursor));
    vec_push(&l->body.gotos, pending);
}

void jump_goto_any(struct lower *l, struct node *node) {
    struct nodes exprs = node->exprs;
    for (uint32_t i = 0; i < exprs.count; i++)
        expr_effects(l, exprs.items[i]);
    if (l->b.current == IR_NONE)
        return;
    struct pending_goto pending = leave_open(l, node, clang_getNullCursor());
    vec_push(&l->body.any_gotos, pending);
}

void jump_take_label(struct lower *l, CXCursor label) {
    if (l->is_dry || !l->b.open_blocks.len || label.kind != CXCursor_LabelStmt)
        return;
    uint32_t number = label_number(l, label);
    for (size_t i = 0; i < l->body.taken_labels.len; i++)
        if (l->body.taken_labels.items[i] == number)
            return;
    vec_push(&l->body.taken_labels, number);
}

static uint32_t depth_of(const struct lower *l, uint32_t cleanup) {
    uint32_t depth = 0;
    for (; cleanup != IR_NONE; cleanup = l->body.cleanups.items[cleanup].parent)
        depth++;
    return depth;
}

// The innermost cleanup that both places are under.
static uint32_t common_cleanup(const struct lower *l, uint32_t a, uint32_t b) {
    uint32_t a_depth = depth_of(l, a), b_depth = depth_of(l, b);
    for (; a_depth > b_depth; a_depth--)
        a = l->body.cleanups.items[a].parent;
    for (; b_depth > a_depth; b_depth--)
        b = l->body.cleanups.items[b].parent;
    while (a != b) {
        a = l->body.cleanups.items[a].parent;
        b = l->body.cleanups.items[b].parent;
    }
    return a;
}

void jump_resolve(struct lower *l) {
    struct body *body = &l->body;
    for (size_t i = 0; i < body->gotos.len; i++) {
        struct pending_goto pending = body->gotos.items[i];
        if (pending.label.kind != CXCursor_LabelStmt)
            continue;
        uint32_t number = label_number(l, pending.label);
        struct target to = body->label_targets.items[number];
        ir_build_move_to(&l->b, pending.from);
        run_cleanups(l, pending.cleanup, common_cleanup(l, pending.cleanup, to.cleanup), pending.loc);
        ir_build_jump(&l->b, to.block, pending.loc);
    }
    uint32_t count = (uint32_t)body->taken_labels.len;
    uint32_t *blocks = arena_array(&l->arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        blocks[i] = body->label_targets.items[body->taken_labels.items[i]].block;
    for (size_t i = 0; i < body->any_gotos.len; i++) {
        struct ir_value nowhere = {IR_V_UNKNOWN, 0};
        ir_build_move_to(&l->b, body->any_gotos.items[i].from);
        ir_build_terminate(&l->b, IR_GOTO_ANY, &nowhere, 1, blocks, count, body->any_gotos.items[i].loc, IR_NONE);
    }
}
