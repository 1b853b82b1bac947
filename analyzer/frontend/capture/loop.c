// Loops. The parts of a `for` come unlabelled, and only those that are there: which are, the source between its parentheses tells.
#include "frontend/capture/lower.h"

#include <string.h>

struct loop {
    struct target outer_break, outer_continue;
    uint32_t body, next, end; // `next`: where `continue` goes
};

static struct loop loop_begin(struct lower *l) {
    struct loop loop = {l->body.break_to, l->body.continue_to, ir_build_block(&l->b), ir_build_block(&l->b), ir_build_block(&l->b)};
    l->body.break_to = (struct target){loop.end, l->body.cleanup};
    l->body.continue_to = (struct target){loop.next, l->body.cleanup};
    return loop;
}

static void loop_body(struct lower *l, const struct loop *loop, struct node *body) {
    uint32_t outer = l->body.cleanup;
    ir_build_move_to(&l->b, loop->body);
    stmt_lower(l, body);
    if (l->body.cleanup != outer) { // a declaration without braces cannot be a body, but macros and errors can
        jump_cleanups(l, outer, source_loc(l, body));
        l->body.cleanup = outer;
    }
}

static void loop_end(struct lower *l, const struct loop *loop) {
    l->body.break_to = loop->outer_break;
    l->body.continue_to = loop->outer_continue;
    ir_build_move_to(&l->b, loop->end);
}

void loop_while(struct lower *l, struct node *node) {
    struct nodes parts = node->children;
    if (parts.count < 2)
        return;
    uint32_t loc = source_loc(l, node);
    struct loop loop = loop_begin(l);
    ir_build_jump(&l->b, loop.next, loc);
    ir_build_move_to(&l->b, loop.next);
    cond_branch(l, parts.items[0], loop.body, loop.end);
    loop_body(l, &loop, parts.items[parts.count - 1]);
    ir_build_jump(&l->b, loop.next, loc);
    loop_end(l, &loop);
}

void loop_do(struct lower *l, struct node *node) {
    struct nodes parts = node->children;
    if (parts.count < 2)
        return;
    uint32_t loc = source_loc(l, node);
    struct loop loop = loop_begin(l);
    ir_build_jump(&l->b, loop.body, loc);
    loop_body(l, &loop, parts.items[0]);
    ir_build_jump(&l->b, loop.next, loc);
    ir_build_move_to(&l->b, loop.next);
    cond_branch(l, parts.items[1], loop.body, loop.end);
    loop_end(l, &loop);
}

enum { FOR_INIT, FOR_COND, FOR_STEP, FOR_PARTS };

// Which of the three parts the source shows between its semicolons. False where it cannot be read.
static bool read_parts(struct lower *l, struct node *node, bool *ret_is_there) {
    const char *end, *at = source_spelled(l, node, &end);
    if (!at || text_skip_token(at, end) - at != 3 || strncmp(at, "for", 3) != 0)
        return false;
    at = text_skip_blanks(at + 3, end);
    if (at >= end || *at != '(')
        return false;
    memset(ret_is_there, 0, FOR_PARTS * sizeof *ret_is_there);
    int part = 0;
    for (at = text_skip_blanks(at + 1, end); at < end && *at != ')' && part < FOR_PARTS; at = text_skip_blanks(at, end)) {
        bool is_semicolon = *at == ';';
        if (!is_semicolon)
            ret_is_there[part] = true;
        part += is_semicolon;
        at = strchr("([{", *at) ? text_skip_group(at, end) : text_skip_token(at, end);
    }
    return part == FOR_PARTS - 1;
}

static bool looks_like_step(struct node *node) {
    if (node->cursor.kind == CXCursor_UnaryOperator) {
        enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(node->cursor);
        return op >= CXUnaryOperator_PostInc && op <= CXUnaryOperator_PreDec;
    }
    if (node->cursor.kind != CXCursor_BinaryOperator)
        return node->cursor.kind == CXCursor_CompoundAssignOperator;
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(node->cursor);
    return op == CXBinaryOperator_Assign || op == CXBinaryOperator_Comma;
}

// A guess from the kinds of the expressions, for loops put together by macros.
static void guess_parts(const struct nodes *parts, uint32_t count, struct node **ret_parts) {
    uint32_t first = 0;
    if (count && (parts->items[0]->cursor.kind == CXCursor_DeclStmt || (count > 1 && looks_like_step(parts->items[0]))))
        ret_parts[FOR_INIT] = parts->items[first++];
    if (first < count && !looks_like_step(parts->items[first]))
        ret_parts[FOR_COND] = parts->items[first++];
    if (first < count)
        ret_parts[FOR_STEP] = parts->items[first];
}

static void find_parts(struct lower *l, struct node *node, const struct nodes *parts, struct node **ret_parts) {
    bool is_there[FOR_PARTS] = {true, true, true};
    uint32_t count = parts->count - 1, at = 0; // the last one is the body
    for (int i = 0; i < FOR_PARTS; i++)
        ret_parts[i] = NULL;
    if (count < FOR_PARTS && !read_parts(l, node, is_there))
        is_there[0] = is_there[1] = is_there[2] = false;
    if ((uint32_t)is_there[0] + is_there[1] + is_there[2] != count) {
        guess_parts(parts, count, ret_parts);
        return;
    }
    for (int i = 0; i < FOR_PARTS; i++)
        if (is_there[i])
            ret_parts[i] = parts->items[at++];
}

void loop_for(struct lower *l, struct node *node) {
    struct nodes children = node->children;
    if (!children.count)
        return;
    struct node *parts[FOR_PARTS];
    find_parts(l, node, &children, parts);
    uint32_t loc = source_loc(l, node), outer = l->body.cleanup, outer_scope = l->body.scope;
    l->body.scope = loc;
    if (parts[FOR_INIT])
        stmt_lower(l, parts[FOR_INIT]);
    struct loop loop = loop_begin(l);
    uint32_t test = ir_build_block(&l->b);
    ir_build_jump(&l->b, test, loc);
    ir_build_move_to(&l->b, test);
    if (!parts[FOR_COND])
        ir_build_jump(&l->b, loop.body, loc);
    else
        cond_branch(l, parts[FOR_COND], loop.body, loop.end);
    loop_body(l, &loop, children.items[children.count - 1]);
    ir_build_jump(&l->b, loop.next, loc);
    ir_build_move_to(&l->b, loop.next);
    if (parts[FOR_STEP])
        expr_effects(l, parts[FOR_STEP]);
    ir_build_jump(&l->b, test, loc);
    loop_end(l, &loop);
    jump_cleanups(l, outer, loc);
    l->body.cleanup = outer;
    l->body.scope = outer_scope;
}
