// switch: the body is lowered as it stands, in any nesting, each case opening a block; the dispatching block is closed when all arms
// are known.
#include "frontend/capture/lower.h"

#include <stdlib.h>

enum { CONDITION_TEXT_MAX = 80 };

static void dispatch(struct lower *l, const struct switch_arms *arms, struct ir_value value, uint32_t end, struct node *cond) {
    uint32_t count = (uint32_t)arms->blocks.len;
    struct ir_value *args = arena_array(&l->arena, struct ir_value, 2 * count + 1);
    uint32_t *succs = arena_array(&l->arena, uint32_t, count + 1);
    args[0] = value;
    for (uint32_t i = 0; i < count; i++) {
        args[2 * i + 1] = ir_build_int(&l->b, arms->ranges.items[2 * i]);
        args[2 * i + 2] = ir_build_int(&l->b, arms->ranges.items[2 * i + 1]);
        succs[i] = arms->blocks.items[i];
    }
    succs[count] = arms->fallback == IR_NONE ? end : arms->fallback;
    ir_build_terminate(&l->b, IR_SWITCH, args, 2 * count + 1, succs, count + 1, source_loc(l, cond),
                       source_text(l, cond, CONDITION_TEXT_MAX));
}

void switch_lower(struct lower *l, struct node *node) {
    struct nodes parts = node->children;
    if (parts.count < 2)
        return;
    struct node *cond = parts.items[0], *body = parts.items[parts.count - 1];
    struct ir_value value = expr_value(l, cond);
    struct switch_arms arms = {.fallback = IR_NONE, .type = type_of(l, cond), .cleanup = l->body.cleanup, .outer = l->body.arms};
    struct target outer_break = l->body.break_to;
    uint32_t from = l->b.current, end = ir_build_block(&l->b), loc = source_loc(l, node);
    l->body.break_to = (struct target){end, l->body.cleanup};
    l->body.arms = &arms;
    l->b.current = IR_NONE; // what stands before the first case is never reached
    stmt_lower(l, body);
    jump_cleanups(l, arms.cleanup, loc);
    ir_build_jump(&l->b, end, loc);
    l->body.cleanup = arms.cleanup;
    l->body.arms = arms.outer;
    l->body.break_to = outer_break;
    ir_build_move_to(&l->b, from);
    dispatch(l, &arms, value, end, cond);
    ir_build_move_to(&l->b, end);
    vec_done(&arms.ranges);
    vec_done(&arms.blocks);
}

static bool label_value(struct lower *l, struct node *node, int64_t *ret_value) {
    struct ir_value value;
    if (!decl_dry_constant(l, node, l->body.arms->type, &value) || value.kind != IR_V_INT)
        return false;
    *ret_value = fold_int(l, value);
    return true;
}

void switch_case(struct lower *l, struct node *node) {
    struct nodes parts = node->children;
    struct switch_arms *arms = l->body.arms;
    uint32_t block = ir_build_block(&l->b), labels = 0;
    ir_build_jump(&l->b, block, source_loc(l, node));
    ir_build_move_to(&l->b, block);
    if (node->cursor.kind == CXCursor_CaseStmt) {
        int64_t low, high;
        labels = parts.count > 2 ? 2 : 1;
        if (arms && parts.count > 1 && label_value(l, parts.items[0], &low) && label_value(l, parts.items[labels - 1], &high)) {
            vec_push(&arms->ranges, low);
            vec_push(&arms->ranges, high);
            vec_push(&arms->blocks, block);
        }
    } else if (arms) {
        arms->fallback = block;
    }
    for (uint32_t i = labels; i < parts.count; i++)
        stmt_lower(l, parts.items[i]);
}
