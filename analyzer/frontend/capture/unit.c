// One translation unit, from its top level down: what the main file defines, then whatever that refers to, then the init function
// that stores every initializer.
#include "frontend/capture/lower.h"

#include "base/file.h"

#include <stdlib.h>

static const struct target nowhere = {IR_NONE, IR_NONE};

static void body_done(struct body *body) {
    cursor_table_done(&body->decls);
    map_done(&body->labels);
    vec_done(&body->label_targets);
    vec_done(&body->taken_labels);
    vec_done(&body->gotos);
    vec_done(&body->any_gotos);
    vec_done(&body->cleanups);
}

static void begin_body(struct lower *l, CXCursor cursor, uint32_t result_type) {
    l->body = (struct body){.cursor = cursor, .cleanup = IR_NONE, .break_to = nowhere, .continue_to = nowhere,
                            .result_type = result_type};
}

static uint32_t params_of(struct lower *l, struct pending_func func, uint32_t id, struct ir_var **ret_params) {
    uint32_t count = l->b.funcs.items[id].param_count;
    if (func.params == IR_NONE)
        return decl_params(l, func.definition, ret_params);
    *ret_params = arena_copy(&l->arena, l->b.vars.items + func.params, count * sizeof(struct ir_var));
    return count;
}

static void lower_func(struct lower *l, struct pending_func func) {
    CXCursor definition = func.definition;
    uint32_t id = decl_func(l, definition).index;
    if (l->b.funcs.items[id].block_count)
        return;
    struct ir_var *params;
    uint32_t param_count = params_of(l, func, id, &params), type = l->b.funcs.items[id].type;
    begin_body(l, definition, type_at(l, type)->kind == IR_FUNCTION ? type_at(l, type)->target : 0);
    ir_build_begin_func(&l->b, id, params, param_count);
    l->b.func.is_incomplete = source_has_error(l, definition);
    for (uint32_t i = 0; i < param_count; i++)
        cursor_add(&l->body.decls, clang_Cursor_getArgument(definition, i))->value = ir_build_param(&l->b, i);
    struct node *root = node_tree(l, definition);
    for (uint32_t i = 0; i < root->children.count; i++)
        if (root->children.items[i]->cursor.kind == CXCursor_CompoundStmt)
            stmt_lower(l, root->children.items[i]);
    ir_build_terminate(&l->b, IR_RETURN, NULL, 0, NULL, 0, source_end_loc(l, root), IR_NONE);
    jump_resolve(l);
    ir_build_end_func(&l->b, id);
    body_done(&l->body);
    l->body = (struct body){0};
}

static void lower_pending_funcs(struct lower *l) {
    for (size_t i = 0; i < l->pending_funcs.len; i++) {
        lower_func(l, l->pending_funcs.items[i]);
        arena_done(&l->arena);
    }
    l->pending_funcs.len = 0;
}

static void lower_inits(struct lower *l) {
    if (!l->pending_inits.len)
        return;
    const char *path = strtab_text(&l->b.texts, l->b.files.items[0].path);
    struct ir_type plain = {.kind = IR_FUNCTION, .target = l->void_type, .record = IR_NONE};
    plain.name = plain.canonical = ir_build_text(&l->b, "void (void)");
    struct ir_func head = {.name = ir_build_text(&l->b, "$init"), .type = ir_build_type(&l->b, &plain), .is_static = 1, .is_init = 1};
    head.usr = ir_build_text(&l->b, arena_printf(&l->arena, "$init@%s", path));
    uint32_t id = ir_build_declare(&l->b, &head, NULL, 0);
    l->b.init_func = id;
    begin_body(l, clang_getNullCursor(), l->void_type);
    ir_build_begin_func(&l->b, id, NULL, 0);
    for (size_t i = 0; i < l->pending_inits.len; i++) {
        struct pending_init pending = l->pending_inits.items[i];
        init_object(l, pending.addr, clang_getCursorType(pending.var), node_tree(l, pending.init));
        arena_done(&l->arena);
    }
    ir_build_end_func(&l->b, id);
    body_done(&l->body);
    l->body = (struct body){0};
}

static bool is_plain_external(CXCursor func) {
    return clang_getCursorLinkage(func) == CXLinkage_External && !clang_Cursor_isFunctionInlined(func);
}

static bool is_wanted_from_header(CXCursor cursor) {
    return cursor.kind == CXCursor_FunctionDecl && clang_isCursorDefinition(cursor) && is_plain_external(cursor) &&
           !clang_Location_isInSystemHeader(clang_getCursorLocation(cursor));
}

static enum CXChildVisitResult enter_top_level(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    struct lower *l = data;
    bool is_func = cursor.kind == CXCursor_FunctionDecl;
    if ((!is_func && cursor.kind != CXCursor_VarDecl) || (is_func && !clang_isCursorDefinition(cursor)))
        return CXChildVisit_Continue;
    if (!source_is_main(l, cursor) && !is_wanted_from_header(cursor))
        return CXChildVisit_Continue;
    if (is_func)
        decl_func(l, cursor);
    else if (clang_Cursor_getStorageClass(cursor) != CX_SC_Extern)
        decl_var(l, cursor);
    return CXChildVisit_Continue;
}

static void add_basic_types(struct lower *l) {
    struct ir_type type = {.kind = IR_INT, .size = 4, .target = IR_NONE, .record = IR_NONE};
    type.name = type.canonical = ir_build_text(&l->b, "int");
    l->int_type = ir_build_type(&l->b, &type);
    type = (struct ir_type){.kind = IR_VOID, .target = IR_NONE, .record = IR_NONE};
    type.name = type.canonical = ir_build_text(&l->b, "void");
    l->void_type = ir_build_type(&l->b, &type);
    CXTargetInfo target = clang_getTranslationUnitTargetInfo(l->tu);
    int width = clang_TargetInfo_getPointerWidth(target);
    l->pointer_size = width > 0 ? (unsigned)width / 8 : 8;
    clang_TargetInfo_dispose(target);
}

// The unit is incomplete from its first error on. An error on the command line, such as a header of -include that is gone, has a place
// in no file; one of clang's driver has no place at all and says only that a flag was skipped.
static void add_error(struct lower *l, CXDiagnostic diagnostic) {
    CXSourceLocation at = clang_getDiagnosticLocation(diagnostic);
    if (clang_getDiagnosticSeverity(diagnostic) < CXDiagnostic_Error || clang_equalLocations(at, clang_getNullLocation()))
        return;
    CXFile file = NULL;
    unsigned line = 0, offset = 0;
    clang_getExpansionLocation(at, &file, &line, NULL, &offset);
    if (!l->b.diagnostics) {
        const char *text = source_string(l, clang_getDiagnosticSpelling(diagnostic)), *where = "command line";
        if (file)
            where = arena_printf(&l->arena, "%s:%u", path_relative(l->project, source_string(l, clang_getFileName(file))), line);
        l->b.diagnostics = ir_build_text(&l->b, arena_printf(&l->arena, "%s: %s", where, text));
    }
    struct error_place place = {source_file(l, file), offset};
    if (file)
        vec_push(&l->errors, place);
}

static void add_errors(struct lower *l) {
    unsigned count = clang_getNumDiagnostics(l->tu);
    for (unsigned i = 0; i < count; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(l->tu, i);
        add_error(l, diagnostic);
        clang_disposeDiagnostic(diagnostic);
    }
}

static void lower_done(struct lower *l) {
    ir_build_done(&l->b);
    cursor_table_done(&l->decls);
    node_visit_done(&l->visit);
    buf_done(&l->text);
    map_done(&l->file_ids);
    map_done(&l->path_ids);
    vec_done(&l->spans);
    map_done(&l->system_directories);
    for (size_t i = 0; i < l->sources.len; i++)
        vec_done(&l->sources.items[i].own_lines);
    vec_done(&l->sources);
    map_done(&l->type_ids);
    map_done(&l->funcs_by_usr);
    map_done(&l->funcs_by_name);
    vec_done(&l->errors);
    vec_done(&l->type_infos);
    vec_done(&l->lazy_records);
    vec_done(&l->collected);
    vec_done(&l->pending_funcs);
    vec_done(&l->pending_inits);
    vec_done(&l->top_level_funcs);
    arena_done(&l->arena);
    arena_done(&l->unit_arena);
    clang_PrintingPolicy_dispose(l->printing);
}

static void lower_init(struct lower *l, CXTranslationUnit tu, const struct parse_command *command, struct places *places) {
    *l = (struct lower){.tu = tu, .places = places, .project = command->project, .directory = command->directory, .prefix_files = command->prefix_files};
    l->printing = clang_getCursorPrintingPolicy(clang_getTranslationUnitCursor(tu));
    clang_PrintingPolicy_setProperty(l->printing, CXPrintingPolicy_TerseOutput, 1);
    clang_PrintingPolicy_setProperty(l->printing, CXPrintingPolicy_SuppressInitializers, 1);
    ir_build_init(&l->b);
    add_basic_types(l);
    source_init(l);
}

bool unit_lower(CXTranslationUnit tu, const struct parse_command *command, struct places *places, struct buf *asked, struct ir_builder *ret_builder) {
    struct lower l;
    lower_init(&l, tu, command, places);
    l.asked = asked;
    add_errors(&l);
    clang_visitChildren(clang_getTranslationUnitCursor(tu), enter_top_level, &l);
    lower_pending_funcs(&l);
    lower_inits(&l);
    lower_pending_funcs(&l);
    bool ok = !l.needs_whole;
    *ret_builder = l.b;
    l.b = (struct ir_builder){0};
    lower_done(&l);
    return ok;
}

static enum CXChildVisitResult find_wanted(CXCursor cursor, CXCursor parent, CXClientData data) {
    (void)parent;
    bool *is_there = data;
    *is_there = is_wanted_from_header(cursor);
    return *is_there ? CXChildVisit_Break : CXChildVisit_Continue;
}

bool unit_list_files(CXTranslationUnit tu, const struct parse_command *command, struct places *places, struct buf *ret_files) {
    bool is_wanted = false;
    clang_visitChildren(clang_getTranslationUnitCursor(tu), find_wanted, &is_wanted);
    if (is_wanted)
        return false;
    struct lower l;
    lower_init(&l, tu, command, places);
    source_list(&l, ret_files);
    lower_done(&l);
    return true;
}
