// Records and their fields. A record's fields stand together in the unit's table, so their slots are taken before their types are
// looked at: those may lead to other records, or back to this one.
//
// Only the fields of records that the unit uses are filled in: those that its functions and variables have, point to or reach into,
// and what these contain. What only pointers in other records lead to stays a name; that is most of what headers declare.
#include "frontend/capture/lower.h"

#include <string.h>

static enum CXVisitorResult collect_field(CXCursor field, CXClientData data) {
    struct lower *l = data;
    vec_push(&l->collected, field);
    return CXVisit_Continue;
}

static uint32_t record_name(struct lower *l, CXCursor cursor) {
    const char *name = source_string(l, clang_getTypeSpelling(clang_getCursorType(cursor)));
    if (strchr(name, '('))
        return 0;
    const char *blank = strrchr(name, ' ');
    return ir_build_text(&l->b, blank ? blank + 1 : name);
}

static void fill_fields(struct lower *l, uint32_t record, const CXCursor *fields, uint32_t count) {
    uint32_t first = (uint32_t)l->b.fields.len;
    l->b.records.items[record].fields = first;
    l->b.records.items[record].field_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct ir_field blank = {.record = record};
        vec_push(&l->b.fields, blank);
        cursor_add(&l->decls, fields[i])->id = first + i;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *name = source_string(l, clang_getCursorSpelling(fields[i]));
        uint32_t type = type_of_decl(l, fields[i]), annotation = decl_annotation(l, fields[i], NULL);
        struct ir_field *field = &l->b.fields.items[first + i];
        field->name = strchr(name, '(') ? 0 : ir_build_text(&l->b, name);
        field->type = type;
        field->annotation = annotation;
    }
}

uint32_t decl_record(struct lower *l, CXCursor cursor) {
    CXCursor canonical = clang_getCanonicalCursor(cursor);
    const struct decl *known = cursor_find(&l->decls, canonical);
    if (known)
        return known->id;
    CXCursor definition = clang_getCursorDefinition(cursor);
    bool has_fields = !clang_Cursor_isNull(definition);
    struct lazy_record lazy = {.shown = has_fields ? definition : cursor, .is_filled = !has_fields};
    struct ir_record record = {.name = record_name(l, lazy.shown), .is_union = lazy.shown.kind == CXCursor_UnionDecl};
    record.usr = ir_build_text(&l->b, source_string(l, clang_getCursorUSR(canonical)));
    uint32_t id = (uint32_t)l->b.records.len;
    vec_push(&l->b.records, record);
    vec_push(&l->lazy_records, lazy);
    cursor_add(&l->decls, canonical)->id = id;
    return id;
}

void decl_fill_record(struct lower *l, uint32_t record) {
    struct lazy_record *lazy = &l->lazy_records.items[record];
    if (lazy->is_filled)
        return;
    lazy->is_filled = true;
    l->collected.len = 0;
    clang_Type_visitFields(clang_getCursorType(lazy->shown), collect_field, l);
    uint32_t count = (uint32_t)l->collected.len;
    CXCursor *fields = arena_copy(&l->arena, l->collected.items, count * sizeof(CXCursor));
    enum reach before = l->reach;
    l->reach = REACH_CONTAINED;
    fill_fields(l, record, fields, count);
    l->reach = before;
}

uint32_t decl_field(struct lower *l, CXCursor cursor) {
    const struct decl *known = cursor_find(&l->decls, cursor);
    if (known)
        return known->id;
    CXCursor parent = clang_getCursorSemanticParent(cursor);
    decl_fill_record(l, decl_record(l, parent));
    known = cursor_find(&l->decls, cursor);
    return known ? known->id : IR_NONE;
}
