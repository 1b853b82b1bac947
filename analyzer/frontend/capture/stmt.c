// Statements, and the variables they declare. Scopes cost nothing but an index: the innermost cleanup at their start.
#include "frontend/capture/lower.h"

static void lower_children(struct lower *l, CXCursor cursor) {
    struct cursors children = cursor_children(l, cursor);
    for (uint32_t i = 0; i < children.count; i++)
        stmt_lower(l, children.items[i]);
}

static bool is_loop(CXCursor cursor) {
    return cursor.kind == CXCursor_ForStmt || cursor.kind == CXCursor_WhileStmt || cursor.kind == CXCursor_DoStmt;
}

// Notes a statement of a block before which another one can stand.
static void note_statement(struct lower *l, CXCursor cursor) {
    CXCursor until = cursor;
    if (is_loop(cursor))
        until = clang_getNullCursor();
    if (cursor.kind == CXCursor_IfStmt) {
        struct cursors parts = cursor_children(l, cursor);
        until = parts.count ? parts.items[0] : cursor;
    }
    uint32_t loc = source_statement_loc(l, cursor, until);
    if (loc && !l->b.locs.items[loc].in_macro)
        vec_push(&l->b.statements, loc);
}

static void lower_in_block(struct lower *l, CXCursor cursor) {
    size_t calls = l->b.call_args.len;
    bool is_simple = cursor.kind == CXCursor_DeclStmt || cursor.kind == CXCursor_IfStmt || clang_isExpression(cursor.kind);
    bool is_reached = l->b.current != IR_NONE;
    stmt_lower(l, cursor);
    if (is_reached && (cursor.kind == CXCursor_ReturnStmt || ((is_simple || is_loop(cursor)) && l->b.call_args.len > calls)))
        note_statement(l, cursor);
}

// A call that is a whole statement gets the place of that.
static void mark_call(struct lower *l, CXCursor cursor) {
    struct ir_build_block *block = l->b.current == IR_NONE ? NULL : &l->b.open_blocks.items[l->b.current];
    if (!block || !block->insts.len || cursor.kind != CXCursor_CallExpr)
        return;
    struct ir_inst *last = &block->insts.items[block->insts.len - 1];
    if (last->op == IR_CALL && last->loc == source_loc(l, cursor) && !l->b.locs.items[last->loc].in_macro)
        last->loc = source_statement_loc(l, cursor, cursor);
}

static void leave_scope(struct lower *l, uint32_t outer, CXCursor scope) {
    if (l->body.cleanup == outer)
        return;
    jump_cleanups(l, outer, source_end_loc(l, scope));
    l->body.cleanup = outer;
}

static void lower_compound(struct lower *l, CXCursor cursor) {
    uint32_t outer = l->body.cleanup, outer_scope = l->body.scope;
    struct cursors children = cursor_children(l, cursor);
    l->body.scope = source_loc(l, cursor);
    for (uint32_t i = 0; i < children.count; i++)
        lower_in_block(l, children.items[i]);
    leave_scope(l, outer, cursor);
    l->body.scope = outer_scope;
}

// A statement with a scope of its own, such as the branch of an `if`.
static void lower_scoped(struct lower *l, CXCursor cursor) {
    uint32_t outer = l->body.cleanup;
    stmt_lower(l, cursor);
    leave_scope(l, outer, cursor);
}

// Sizes of a variable-length array; they stand before the initializer among the children.
static void lower_sizes(struct lower *l, CXCursor var, CXCursor init) {
    if (clang_getCanonicalType(clang_getCursorType(var)).kind != CXType_VariableArray)
        return;
    struct cursors exprs = cursor_exprs(l, var);
    for (uint32_t i = 0; i < exprs.count; i++)
        if (!clang_equalCursors(exprs.items[i], init))
            expr_effects(l, exprs.items[i]);
}

static void push_cleanup(struct lower *l, CXCursor var, struct ir_value addr, uint32_t type) {
    struct ir_value func;
    if (!decl_cleanup(l, var, &func))
        return;
    struct cleanup cleanup = {.parent = l->body.cleanup, .var = addr, .func = func, .var_type = type, .loc = source_loc(l, var)};
    vec_push(&l->body.cleanups, cleanup);
    l->body.cleanup = (uint32_t)l->body.cleanups.len - 1;
}

void stmt_var(struct lower *l, CXCursor cursor) {
    if (clang_Cursor_hasVarDeclGlobalStorage(cursor) == 1) {
        decl_var(l, cursor);
        return;
    }
    struct ir_value addr = decl_var(l, cursor);
    CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);
    lower_sizes(l, cursor, init);
    if (!clang_Cursor_isNull(init) && !clang_isInvalid(init.kind))
        init_object(l, addr, clang_getCursorType(cursor), init);
    push_cleanup(l, cursor, addr, type_of(l, cursor));
}

static void lower_if(struct lower *l, CXCursor cursor) {
    struct cursors parts = cursor_children(l, cursor);
    if (parts.count < 2) {
        lower_children(l, cursor);
        return;
    }
    uint32_t yes = ir_build_block(&l->b), no = ir_build_block(&l->b), end = parts.count > 2 ? ir_build_block(&l->b) : no;
    uint32_t loc = source_loc(l, cursor);
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
static CXCursor last_expr(struct lower *l, CXCursor last) {
    while (last.kind == CXCursor_LabelStmt || last.kind == CXCursor_UnexposedStmt) {
        struct cursors children = cursor_children(l, last);
        if (!children.count)
            return clang_getNullCursor();
        if (last.kind == CXCursor_LabelStmt)
            jump_label(l, last);
        last = children.items[children.count - 1];
    }
    return clang_isExpression(last.kind) ? last : clang_getNullCursor();
}

struct ir_value stmt_expr_value(struct lower *l, CXCursor cursor) {
    struct ir_value value = {IR_V_NONE, 0};
    struct cursors children = cursor_children(l, cursor);
    l->has_effects = true;
    if (l->is_dry || !children.count)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct cursors stmts = cursor_children(l, children.items[0]);
    uint32_t outer = l->body.cleanup, outer_scope = l->body.scope, type = type_of(l, cursor);
    l->body.scope = source_loc(l, children.items[0]);
    for (uint32_t i = 0; i + 1 < stmts.count; i++)
        stmt_lower(l, stmts.items[i]);
    if (stmts.count) {
        CXCursor tail = stmts.items[stmts.count - 1];
        CXCursor last = type_at(l, type)->kind == IR_VOID ? clang_getNullCursor() : last_expr(l, tail);
        if (clang_Cursor_isNull(last))
            stmt_lower(l, tail);
        else
            value = expr_converted(l, last, type);
    }
    leave_scope(l, outer, cursor);
    l->body.scope = outer_scope;
    return value;
}

static void lower_expr_stmt(struct lower *l, CXCursor cursor) {
    expr_effects(l, cursor);
    mark_call(l, cursor);
}

static void lower_decl_stmt(struct lower *l, CXCursor cursor) {
    struct cursors children = cursor_children(l, cursor);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.items[i].kind == CXCursor_VarDecl)
            stmt_var(l, children.items[i]);
}

void stmt_lower(struct lower *l, CXCursor cursor) {
    switch (cursor.kind) {
    case CXCursor_CompoundStmt:
        lower_compound(l, cursor);
        break;
    case CXCursor_DeclStmt:
        lower_decl_stmt(l, cursor);
        break;
    case CXCursor_IfStmt:
        lower_if(l, cursor);
        break;
    case CXCursor_ForStmt:
        loop_for(l, cursor);
        break;
    case CXCursor_WhileStmt:
        loop_while(l, cursor);
        break;
    case CXCursor_DoStmt:
        loop_do(l, cursor);
        break;
    case CXCursor_SwitchStmt:
        switch_lower(l, cursor);
        break;
    case CXCursor_CaseStmt: case CXCursor_DefaultStmt:
        switch_case(l, cursor);
        break;
    case CXCursor_BreakStmt:
        jump_out(l, l->body.break_to, source_loc(l, cursor));
        break;
    case CXCursor_ContinueStmt:
        jump_out(l, l->body.continue_to, source_loc(l, cursor));
        break;
    case CXCursor_ReturnStmt:
        jump_return(l, cursor);
        break;
    case CXCursor_GotoStmt:
        jump_goto(l, cursor);
        break;
    case CXCursor_IndirectGotoStmt:
        jump_goto_any(l, cursor);
        break;
    case CXCursor_LabelStmt:
        jump_label(l, cursor);
        lower_children(l, cursor);
        break;
    case CXCursor_GCCAsmStmt: case CXCursor_MSAsmStmt:
        asm_lower(l, cursor);
        break;
    case CXCursor_NullStmt:
        break;
    default:
        if (clang_isExpression(cursor.kind))
            lower_expr_stmt(l, cursor);
        else if (clang_isStatement(cursor.kind))
            lower_children(l, cursor); // attributes, OpenMP
    }
}
