// Declarations: each function, global, record and field becomes an entry of the unit when something first refers to it. What has a
// definition in sight is queued: functions for their bodies, variables for the init function.
//
// A name with internal linkage is told apart from its namesakes in other files by the path of its file at the end of its USR.
#include "frontend/capture/lower.h"

#include <string.h>

struct attributes {
    struct lower *l;
    struct buf annotation;
    bool has_unexposed; // some attribute libclang has no kind for
};

static enum CXChildVisitResult read_attribute(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    struct attributes *found = data;
    static const char prefix[] = "timeoutlint:";
    if (child.kind == CXCursor_UnexposedAttr)
        found->has_unexposed = true;
    if (child.kind != CXCursor_AnnotateAttr)
        return CXChildVisit_Continue;
    const char *text = source_string(found->l, clang_getCursorSpelling(child));
    if (strncmp(text, prefix, sizeof prefix - 1) != 0)
        return CXChildVisit_Continue;
    text += sizeof prefix - 1;
    if (found->annotation.len)
        buf_putc(&found->annotation, '\n');
    buf_puts(&found->annotation, text + strspn(text, " "));
    return CXChildVisit_Continue;
}

uint32_t decl_annotation(struct lower *l, CXCursor cursor, bool *ret_has_unexposed) {
    struct attributes found = {.l = l};
    clang_visitChildren(cursor, read_attribute, &found);
    uint32_t text = ir_build_text(&l->b, buf_text(&found.annotation));
    buf_done(&found.annotation);
    if (ret_has_unexposed)
        *ret_has_unexposed = found.has_unexposed;
    return text;
}

static uint32_t spelling_text(struct lower *l, CXCursor cursor) {
    return ir_build_text(&l->b, source_string(l, clang_getCursorSpelling(cursor)));
}

static const char *file_path(struct lower *l, CXCursor cursor) {
    CXFile file = NULL;
    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
    uint32_t index = source_file(l, file);
    return index == IR_NONE ? "" : strtab_text(&l->b.texts, l->b.files.items[index].path);
}

static uint32_t usr_text(struct lower *l, CXCursor cursor) {
    const char *usr = source_string(l, clang_getCursorUSR(cursor));
    if (clang_getCursorLinkage(cursor) != CXLinkage_External)
        usr = arena_printf(&l->arena, "%s@%s", usr, file_path(l, cursor));
    return ir_build_text(&l->b, usr);
}

static bool says_noreturn(struct lower *l, CXCursor func) {
    const char *text = source_string(l, clang_getCursorPrettyPrinted(func, l->printing));
    return text_has_word(text, "noreturn") || text_has_word(text, "_Noreturn") || text_has_word(text, "__noreturn__");
}

uint32_t decl_params(struct lower *l, CXCursor func, struct ir_var **ret_params) {
    int count = clang_Cursor_getNumArguments(func);
    uint32_t param_count = count > 0 ? (uint32_t)count : 0;
    struct ir_var *params = arena_array(&l->arena, struct ir_var, param_count);
    for (uint32_t i = 0; i < param_count; i++) {
        params[i] = decl_local_var(l, clang_Cursor_getArgument(func, i));
        params[i].kind = IR_VAR_PARAM;
    }
    *ret_params = params;
    return param_count;
}

struct ir_var decl_local_var(struct lower *l, CXCursor cursor) {
    struct ir_var var = {.kind = IR_VAR_LOCAL, .name = spelling_text(l, cursor), .type = type_of_decl(l, cursor)};
    var.is_const = type_at(l, var.type)->is_const;
    var.loc = var.name ? source_decl_loc(l, cursor) : source_first_loc(l, cursor); // a precompiled header forgets where "unsigned long" ends
    var.annotation = decl_annotation(l, cursor, NULL);
    return var;
}

static struct ir_func func_head(struct lower *l, CXCursor cursor) {
    bool has_unexposed;
    struct ir_func head = {.name = spelling_text(l, cursor), .loc = source_decl_loc(l, cursor), .type = type_of_decl(l, cursor)};
    head.usr = usr_text(l, clang_getCanonicalCursor(cursor));
    head.annotation = decl_annotation(l, cursor, &has_unexposed);
    head.is_static = clang_getCursorLinkage(cursor) == CXLinkage_Internal;
    head.is_inline = clang_Cursor_isFunctionInlined(cursor) != 0;
    head.is_variadic = type_at(l, head.type)->is_variadic;
    head.in_system_header = clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0;
    head.is_noreturn = head.type < l->type_infos.len && l->type_infos.items[head.type].is_noreturn;
    if (has_unexposed && !head.is_noreturn)
        head.is_noreturn = says_noreturn(l, cursor);
    return head;
}

static uint32_t declare(struct lower *l, const struct ir_func *head, const struct ir_var *params, uint32_t param_count) {
    uint32_t *known = map_put(&l->funcs_by_usr, head->usr, NULL);
    if (!*known)
        *known = ir_build_declare(&l->b, head, params, param_count) + 1;
    return *known - 1;
}

struct ir_value decl_func(struct lower *l, CXCursor cursor) {
    CXCursor canonical = clang_getCanonicalCursor(cursor);
    const struct decl *known = cursor_find(&l->decls, canonical);
    if (known)
        return known->value;
    CXCursor definition = clang_getCursorDefinition(cursor);
    bool is_defined = !clang_Cursor_isNull(definition);
    CXCursor shown = is_defined ? definition : cursor;
    struct ir_var *params;
    uint32_t param_count = decl_params(l, shown, &params);
    struct ir_func head = func_head(l, shown);
    uint32_t vars = (uint32_t)l->b.vars.len;
    struct ir_value value = {IR_V_FUNC, declare(l, &head, params, param_count)};
    cursor_add(&l->decls, canonical)->value = value;
    struct pending_func pending = {definition, l->b.vars.len - vars == param_count ? vars : IR_NONE};
    if (is_defined)
        vec_push(&l->pending_funcs, pending);
    return value;
}

struct ir_value decl_named_func(struct lower *l, const char *name, uint32_t type) {
    struct ir_func head = {.name = ir_build_text(&l->b, name), .type = type};
    head.usr = ir_build_text(&l->b, arena_printf(&l->arena, "c:@F@%s", name));
    head.is_variadic = type_at(l, type)->is_variadic;
    return (struct ir_value){IR_V_FUNC, declare(l, &head, NULL, 0)};
}

static void queue_init(struct lower *l, CXCursor var, struct ir_value addr, uint32_t type) {
    CXCursor init = clang_Cursor_getVarDeclInitializer(var);
    if (clang_Cursor_isNull(init) || clang_isInvalid(init.kind))
        return;
    struct pending_init pending = {.var = var, .init = init, .addr = addr, .type = type};
    vec_push(&l->pending_inits, pending);
    decl_references(l, init);
}

static struct ir_value add_global(struct lower *l, CXCursor cursor, CXCursor canonical) {
    CXCursor definition = clang_getCursorDefinition(cursor);
    CXCursor shown = clang_Cursor_isNull(definition) ? cursor : definition;
    enum CX_StorageClass storage = clang_Cursor_getStorageClass(shown);
    struct ir_var var = decl_local_var(l, shown);
    bool is_local = clang_getCursorSemanticParent(shown).kind == CXCursor_FunctionDecl && storage == CX_SC_Static;
    var.kind = is_local ? IR_VAR_STATIC_LOCAL : IR_VAR_GLOBAL;
    var.is_static = clang_getCursorLinkage(shown) != CXLinkage_External;
    var.is_thread_local = clang_getCursorTLSKind(shown) != CXTLS_None;
    var.is_defined = storage != CX_SC_Extern || !clang_Cursor_isNull(definition);
    var.usr = usr_text(l, canonical);
    struct ir_value addr = {IR_V_ADDR, ir_build_global(&l->b, &var)};
    cursor_add(&l->decls, canonical)->value = addr;
    queue_init(l, shown, addr, var.type);
    return addr;
}

struct ir_value decl_var(struct lower *l, CXCursor cursor) {
    const struct decl *known = cursor_find(&l->body.decls, cursor);
    if (known)
        return known->value;
    if (cursor.kind == CXCursor_VarDecl && clang_Cursor_hasVarDeclGlobalStorage(cursor) == 1) {
        CXCursor canonical = clang_getCanonicalCursor(cursor);
        known = cursor_find(&l->decls, canonical);
        return known ? known->value : add_global(l, cursor, canonical);
    }
    if (l->is_dry || !l->b.open_blocks.len)
        return (struct ir_value){IR_V_UNKNOWN, 0};
    struct ir_var var = decl_local_var(l, cursor);
    var.scope = l->body.scope;
    struct ir_value addr = ir_build_local(&l->b, &var);
    cursor_add(&l->body.decls, cursor)->value = addr;
    return addr;
}

static bool may_be_constant(const struct lower *l, uint32_t type) {
    const struct ir_type *t = type_at(l, type);
    return t->is_const && !l->type_infos.items[type].is_volatile && (type_is_integer(l, type) || t->kind == IR_FLOAT);
}

bool decl_dry_constant(struct lower *l, struct node *expr, uint32_t type, struct ir_value *ret_value) {
    uint32_t current = l->b.current;
    bool was_dry = l->is_dry, had_effects = l->has_effects;
    l->b.current = IR_NONE;
    l->is_dry = true;
    l->has_effects = false;
    struct ir_value value = expr_converted(l, expr, type);
    bool is_constant = fold_is_const(value) && !l->has_effects;
    l->is_dry = was_dry;
    l->has_effects |= had_effects;
    l->b.current = current;
    if (is_constant)
        *ret_value = value;
    return is_constant;
}

static struct decl *find_var(struct lower *l, CXCursor var) {
    struct decl *known = cursor_find(&l->body.decls, var);
    return known ? known : cursor_find(&l->decls, clang_getCanonicalCursor(var));
}

bool decl_constant(struct lower *l, CXCursor var, uint32_t type, struct ir_value *ret_value) {
    if (var.kind != CXCursor_VarDecl || !may_be_constant(l, type))
        return false;
    decl_var(l, var);
    struct decl *known = find_var(l, var);
    if (known && known->const_state == CONST_UNTRIED) {
        known->const_state = CONST_TRYING;
        CXCursor definition = clang_getCursorDefinition(var);
        CXCursor init = clang_Cursor_getVarDeclInitializer(clang_Cursor_isNull(definition) ? var : definition);
        bool has_init = !clang_Cursor_isNull(init) && !clang_isInvalid(init.kind);
        struct ir_value value = {IR_V_NONE, 0};
        bool is_constant = has_init && decl_dry_constant(l, node_tree(l, init), type, &value);
        known = find_var(l, var); // the table may have moved
        known->const_state = is_constant ? CONST_KNOWN : CONST_NONE;
        known->constant = value;
    }
    if (!known || known->const_state != CONST_KNOWN)
        return false;
    *ret_value = known->constant;
    return true;
}

static enum CXChildVisitResult declare_reference(CXCursor child, CXCursor parent, CXClientData data) {
    (void)parent;
    struct lower *l = data;
    if (child.kind == CXCursor_DeclRefExpr) {
        CXCursor to = clang_getCursorReferenced(child);
        if (to.kind == CXCursor_FunctionDecl)
            decl_func(l, to);
        else if (to.kind == CXCursor_VarDecl)
            decl_var(l, to);
    }
    if (child.kind == CXCursor_LabelRef)
        jump_take_label(l, clang_getCursorReferenced(child));
    return CXChildVisit_Recurse;
}

void decl_references(struct lower *l, CXCursor init) {
    declare_reference(init, clang_getNullCursor(), l);
    clang_visitChildren(init, declare_reference, l);
}
