// Statements, and the variables they declare. Scopes cost nothing but an index: the innermost cleanup at their start.
#include "frontend/capture/lower.h"

static void lower_children(struct lower *l, struct node *node) {
    struct nodes children = node->children;
    for (uint32_t i = 0; i < children.count; i++)
        stmt_lower(l, children.items[i]);
}

static bool is_loop(struct node *node) {
    return node->cursor.kind == CXCursor_ForStmt || node->cursor.kind == CXCursor_WhileStmt || node->cursor.kind == CXCursor_DoStmt;
}

// Notes a statement of a block before which another one can stand.
static void note_statement(struct lower *l, struct node *node) {
    struct node *until = node;
    if (is_loop(node))
        until = NULL;
    if (node->cursor.kind == CXCursor_IfStmt) {
        struct nodes parts = node->children;
        until = parts.count ? parts.items[0] : node;
    }
    uint32_t loc = source_statement_loc(l, node, until);
    if (loc && !l->b.locs.items[loc].in_macro)
        vec_push(&l->b.statements, loc);
}

static void lower_in_block(struct lower *l, struct node *node) {
    size_t calls = l->b.call_args.len;
    bool is_simple = node->cursor.kind == CXCursor_DeclStmt || node->cursor.kind == CXCursor_IfStmt || clang_isExpression(node->cursor.kind);
    bool is_reached = l->b.current != IR_NONE;
    stmt_lower(l, node);
    if (is_reached && (node->cursor.kind == CXCursor_ReturnStmt || ((is_simple || is_loop(node)) && l->b.call_args.len > calls)))
        note_statement(l, node);
}

// A call that is a whole statement gets the place of that.
static void mark_call(struct lower *l, struct node *node) {
    struct ir_build_block *block = l->b.current == IR_NONE ? NULL : &l->b.open_blocks.items[l->b.current];
    if (!block || !block->insts.len || node->cursor.kind != CXCursor_CallExpr)
        return;
    struct ir_inst *last = &block->insts.items[block->insts.len - 1];
    if (last->op == IR_CALL && last->loc == source_loc(l, node) && !l->b.locs.items[last->loc].in_macro)
        last->loc = source_statement_loc(l, node, node);
}

static void leave_scope(struct lower *l, uint32_t outer, struct node *scope) {
    if (l->body.cleanup == outer)
        return;
    jump_cleanups(l, outer, source_end_loc(l, scope));
    l->body.cleanup = outer;
}

static void lower_compound(struct lower *l, struct node *node) {
    uint32_t outer = l->body.cleanup, outer_scope = l->body.scope;
    struct nodes children = node->children;
    l->body.scope = source_loc(l, node);
    for (uint32_t i = 0; i < children.count; i++)
        lower_in_block(l, children.items[i]);
    leave_scope(l, outer, node);
    l->body.scope = outer_scope;
}

// A statement with a scope of its own, such as the branch of an `if`.
static void lower_scoped(struct lower *l, struct node *node) {
    uint32_t outer = l->body.cleanup;
    stmt_lower(l, node);
    leave_scope(l, outer, node);
}

// Sizes of a variable-length array; they stand before the initializer among the children.
static void lower_sizes(struct lower *l, struct node *var, const struct node *init) {
    if (clang_getCanonicalType(clang_getCursorType(var->cursor)).kind != CXType_VariableArray)
        return;
    struct nodes exprs = var->exprs;
    for (uint32_t i = 0; i < exprs.count; i++)
        if (exprs.items[i] != init)
            expr_effects(l, exprs.items[i]);
}

static void push_cleanup(struct lower *l, struct node *var, struct ir_value addr, uint32_t type) {
    struct ir_value func;
    if (!decl_cleanup(l, var->cursor, &func))
        return;
    struct cleanup cleanup = {.parent = l->body.cleanup, .var = addr, .func = func, .var_type = type, .loc = source_loc(l, var)};
    vec_push(&l->body.cleanups, cleanup);
    l->body.cleanup = (uint32_t)l->body.cleanups.len - 1;
}

void stmt_var(struct lower *l, struct node *node) {
    if (clang_Cursor_hasVarDeclGlobalStorage(node->cursor) == 1) {
        decl_var(l, node->cursor);
        return;
    }
    struct ir_value addr = decl_var(l, node->cursor);
    struct node *init = node_child(node, clang_Cursor_getVarDeclInitializer(node->cursor));
    lower_sizes(l, node, init);
    if (init && !clang_isInvalid(init->cursor.kind))
        init_object(l, addr, clang_getCursorType(node->cursor), init);
    push_cleanup(l, node, addr, type_of(l, node));
}

static void lower_if(struct lower *l, struct node *node) {
    struct nodes parts = node->children;
    if (parts.count < 2) {
        lower_children(l, node);
        return;
    }
    uint32_t yes = ir_build_block(&l->b), no = ir_build_block(&l->b), end = parts.count > 2 ? ir_build_block(&l->b) : no;
    uint32_t loc = source_loc(l, node);
    cond_branch(l, parts.items[0], yes, no);
    ir_build_move_to(&l->b, yes);
    lower_scoped(l, parts.items[1]);
    ir_build_jump(&l->b, end, loc);
    if (parts.count > 2) {
        ir_build_move_to(&l->b, no);
        lower_scoped(l, parts.items[2]);
        ir_build_jump(&l->b, end, loc);
    }
    ir_build_move_to(&l->b, end);
}

// The last expression statement of ({ ... }), through labels and attributes in front of it; null where its value is void.
static struct node *last_expr(struct lower *l, struct node *last) {
    while (last->cursor.kind == CXCursor_LabelStmt || last->cursor.kind == CXCursor_UnexposedStmt) {
        struct nodes children = last->children;
        if (!children.count)
            return NULL;
        if (last->cursor.kind == CXCursor_LabelStmt)
            jump_label(l, last);
        last = children.items[children.count - 1];
    }
    return clang_isExpression(last->cursor.kind) ? last : NULL;
}

struct ir_value stmt_expr_value(struct lower *l, struct node *node) {
    struct ir_value value = {IR_V_NONE, 0};
    struct nodes children = node->children;
    l->has_effects = true;
    if (l->is_dry || !children.count)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct nodes stmts = children.items[0]->children;
    uint32_t outer = l->body.cleanup, outer_scope = l->body.scope, type = type_of(l, node);
    l->body.scope = source_loc(l, children.items[0]);
    for (uint32_t i = 0; i + 1 < stmts.count; i++)
        stmt_lower(l, stmts.items[i]);
    if (stmts.count) {
        struct node *tail = stmts.items[stmts.count - 1];
        struct node *last = type_at(l, type)->kind == IR_VOID ? NULL : last_expr(l, tail);
        if (!last)
            stmt_lower(l, tail);
        else
            value = expr_converted(l, last, type);
    }
    leave_scope(l, outer, node);
    l->body.scope = outer_scope;
    return value;
}

static void lower_expr_stmt(struct lower *l, struct node *node) {
    expr_effects(l, node);
    mark_call(l, node);
}

static void lower_decl_stmt(struct lower *l, struct node *node) {
    struct nodes children = node->children;
    for (uint32_t i = 0; i < children.count; i++)
        if (children.items[i]->cursor.kind == CXCursor_VarDecl)
            stmt_var(l, children.items[i]);
}

void stmt_lower(struct lower *l, struct node *node) {
    switch (node->cursor.kind) {
    case CXCursor_CompoundStmt:
        lower_compound(l, node);
        break;
    case CXCursor_DeclStmt:
        lower_decl_stmt(l, node);
        break;
    case CXCursor_IfStmt:
        lower_if(l, node);
        break;
    case CXCursor_ForStmt:
        loop_for(l, node);
        break;
    case CXCursor_WhileStmt:
        loop_while(l, node);
        break;
    case CXCursor_DoStmt:
        loop_do(l, node);
        break;
    case CXCursor_SwitchStmt:
        switch_lower(l, node);
        break;
    case CXCursor_CaseStmt: case CXCursor_DefaultStmt:
        switch_case(l, node);
        break;
    case CXCursor_BreakStmt:
        jump_out(l, l->body.break_to, source_loc(l, node));
        break;
    case CXCursor_ContinueStmt:
        jump_out(l, l->body.continue_to, source_loc(l, node));
        break;
    case CXCursor_ReturnStmt:
        jump_return(l, node);
        break;
    case CXCursor_GotoStmt:
        jump_goto(l, node);
        break;
    case CXCursor_IndirectGotoStmt:
        jump_goto_any(l, node);
        break;
    case CXCursor_LabelStmt:
        jump_label(l, node);
        lower_children(l, node);
        break;
    case CXCursor_GCCAsmStmt: case CXCursor_MSAsmStmt:
        asm_lower(l, node);
        break;
    case CXCursor_NullStmt:
        break;
    default:
        if (clang_isExpression(node->cursor.kind))
            lower_expr_stmt(l, node);
        else if (clang_isStatement(node->cursor.kind))
            lower_children(l, node); // attributes, OpenMP
    }
}
