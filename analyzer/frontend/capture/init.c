// Initializers. An object with a braced initializer is zeroed, then what is given is stored, element by element: designators (nested,
// ranges, into anonymous members) and elided braces follow the rules of C11 6.7.9.
//
// libclang shows the list as written; a designated element is an UnexposedExpr of type void whose children are the designators
// (MemberRef for a field, an expression for an index, two for a range) and, last, the value.
#include "frontend/capture/lower.h"

#include <string.h>

struct items {
    struct node **items;
    uint32_t count, at;
};

// Of a record.
struct fields {
    CXCursor *items;
    uint32_t count;
};

struct designation {
    struct nodes steps;
    struct node *value;
};

struct object {
    struct ir_value addr;
    CXType type; // canonical
    uint32_t loc;
};

static void init_next(struct lower *l, const struct object *object, struct items *items);
static void init_rest(struct lower *l, const struct object *object, uint32_t from, struct items *items);

static bool is_designated(struct node *item) {
    return item->cursor.kind == CXCursor_UnexposedExpr && clang_getCursorType(item->cursor).kind == CXType_Void;
}

static struct object object_at(struct lower *l, struct ir_value addr, CXType type, uint32_t loc) {
    (void)l;
    struct object object = {.addr = addr, .type = clang_getCanonicalType(type), .loc = loc};
    return object;
}

static bool is_array(CXType type) {
    return type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray || type.kind == CXType_VariableArray;
}

static struct object element_of(struct lower *l, const struct object *array, int64_t index) {
    CXType type = clang_getArrayElementType(array->type);
    uint32_t pointer = type_pointer(l, type_get(l, type));
    return object_at(l, emit_index(l, array->addr, ir_build_int(&l->b, index), pointer, array->loc), type, array->loc);
}

static struct object field_of(struct lower *l, const struct object *record, CXCursor field) {
    uint32_t id = decl_field(l, field);
    struct ir_value addr = id == IR_NONE ? (struct ir_value){IR_V_UNKNOWN, 0} : emit_field(l, record->addr, id, record->loc);
    return object_at(l, addr, clang_getCursorType(field), record->loc);
}

static enum CXVisitorResult collect_field(CXCursor field, CXClientData data) {
    struct lower *l = data;
    bool is_padding = clang_Cursor_isBitField(field) && !*source_string(l, clang_getCursorSpelling(field));
    if (!is_padding)
        vec_push(&l->collected, field);
    return CXVisit_Continue;
}

// The fields that take part in initialization.
static struct fields fields_of(struct lower *l, CXType record) {
    l->collected.len = 0;
    clang_Type_visitFields(record, collect_field, l);
    struct fields fields = {.count = (uint32_t)l->collected.len};
    fields.items = arena_copy(&l->arena, l->collected.items, fields.count * sizeof(CXCursor));
    return fields;
}

static bool is_union(CXType record) {
    return clang_getTypeDeclaration(record).kind == CXCursor_UnionDecl;
}

static void store_value(struct lower *l, const struct object *object, struct node *value) {
    uint32_t type = type_get(l, object->type);
    emit_store(l, object->addr, expr_converted(l, value, type), type, source_loc(l, value));
}

// The expression initializes the whole object, rather than the first scalar in it.
static bool fits_whole(const struct object *object, struct node *value) {
    if (is_array(object->type))
        return node_strip(value)->cursor.kind == CXCursor_StringLiteral;
    CXType type = clang_getCanonicalType(clang_getCursorType(value->cursor));
    return object->type.kind != CXType_Record ||
           clang_equalTypes(clang_getUnqualifiedType(type), clang_getUnqualifiedType(object->type));
}

static struct designation designation_of(struct lower *l, struct node *item) {
    struct nodes children = item->children;
    struct designation d = {0};
    d.steps.items = arena_array(&l->arena, struct node *, children.count);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.items[i]->cursor.kind == CXCursor_MemberRef || clang_isExpression(children.items[i]->cursor.kind))
            d.steps.items[d.steps.count++] = children.items[i];
    if (d.steps.count)
        d.value = d.steps.items[--d.steps.count];
    return d;
}

static bool index_at(struct lower *l, struct node *node, int64_t *ret_index) {
    struct ir_value value;
    if (!decl_dry_constant(l, node, type_of(l, node), &value) || value.kind != IR_V_INT)
        return false;
    *ret_index = fold_int(l, value);
    return true;
}

// [a ... b] and [a][b] look alike; the text between tells.
static bool is_range(struct lower *l, struct node *low, struct node *high) {
    const char *low_end, *high_end, *from = source_spelled(l, low, &low_end), *to = source_spelled(l, high, &high_end);
    if (!from || !to || low_end != high_end || to < from)
        return false;
    while (from < to) {
        if (!strncmp(from, "...", 3))
            return true;
        from = text_skip_blanks(text_skip_token(from, to), to);
    }
    return false;
}

// Ranges of many elements store only the first of them and the last.
static int64_t range_step(int64_t low, int64_t high) {
    enum { RANGE_MAX = 1024 };
    return high - low < RANGE_MAX ? 1 : high - low;
}

static void init_designated(struct lower *l, const struct object *object, const struct designation *d, uint32_t step,
                            struct items *items);

// After a nested designator, what follows in the list goes on behind the place it named.
static void init_designated_field(struct lower *l, const struct object *object, const struct designation *d, uint32_t step,
                                  struct items *items) {
    CXCursor field = clang_getCursorReferenced(d->steps.items[step]->cursor);
    struct fields fields = fields_of(l, object->type);
    struct object inner = field_of(l, object, field);
    init_designated(l, &inner, d, step + 1, items);
    for (uint32_t i = 0; step && i < fields.count; i++)
        if (clang_equalCursors(fields.items[i], field))
            init_rest(l, object, is_union(object->type) ? fields.count : i + 1, items);
}

static void init_designated_index(struct lower *l, const struct object *object, const struct designation *d, uint32_t step,
                                  struct items *items) {
    int64_t low, high;
    if (!index_at(l, d->steps.items[step], &low))
        return;
    high = low;
    uint32_t next = step + 1;
    if (next < d->steps.count && d->steps.items[next]->cursor.kind != CXCursor_MemberRef &&
        is_range(l, d->steps.items[step], d->steps.items[next]) && index_at(l, d->steps.items[next], &high))
        next++;
    uint32_t at = items->at;
    for (int64_t i = low; i <= high; i += range_step(low, high)) {
        items->at = at;
        struct object inner = element_of(l, object, i);
        init_designated(l, &inner, d, next, items);
    }
    if (step)
        init_rest(l, object, (uint32_t)high + 1, items);
}

// `items` stands behind the designated item.
static void init_designated(struct lower *l, const struct object *object, const struct designation *d, uint32_t step,
                            struct items *items) {
    if (step == d->steps.count) {
        struct items value = {.items = arena_array(&l->arena, struct node *, items->count - items->at + 1)};
        value.items[value.count++] = d->value;
        for (uint32_t i = items->at; i < items->count; i++)
            value.items[value.count++] = items->items[i];
        init_next(l, object, &value);
        items->at += value.at - 1;
    } else if (d->steps.items[step]->cursor.kind == CXCursor_MemberRef) {
        init_designated_field(l, object, d, step, items);
    } else if (is_array(object->type)) {
        init_designated_index(l, object, d, step, items);
    }
}

static uint32_t member_count(struct lower *l, CXType type) {
    if (type.kind == CXType_Record) {
        uint32_t count = fields_of(l, type).count;
        return is_union(type) && count ? 1 : count;
    }
    long long count = clang_getArraySize(type);
    return count < 0 ? UINT32_MAX : (uint32_t)count;
}

// Members from `from` on, from a list without braces of its own: ends at a designator, which belongs to a list further out.
static void init_rest(struct lower *l, const struct object *object, uint32_t from, struct items *items) {
    struct fields fields = {0};
    if (object->type.kind == CXType_Record)
        fields = fields_of(l, object->type);
    uint32_t count = member_count(l, object->type);
    for (uint32_t i = from; i < count && items->at < items->count && !is_designated(items->items[items->at]); i++) {
        struct object member = fields.count ? field_of(l, object, fields.items[i]) : element_of(l, object, i);
        init_next(l, &member, items);
    }
}

static uint32_t position_behind(struct lower *l, const struct object *object, const struct designation *d) {
    struct node *first = d->steps.items[0];
    if (first->cursor.kind != CXCursor_MemberRef) {
        int64_t index = 0;
        bool has_two = d->steps.count > 1 && d->steps.items[1]->cursor.kind != CXCursor_MemberRef && is_range(l, first, d->steps.items[1]);
        index_at(l, d->steps.items[has_two], &index);
        return (uint32_t)index + 1;
    }
    struct fields fields = fields_of(l, object->type);
    for (uint32_t i = 0; i < fields.count; i++)
        if (clang_equalCursors(fields.items[i], clang_getCursorReferenced(first->cursor)))
            return i + 1;
    return fields.count;
}

static void init_braced(struct lower *l, const struct object *object, struct node *list) {
    struct nodes exprs = list->exprs;
    struct items items = {.items = exprs.items, .count = exprs.count};
    if (!is_array(object->type) && object->type.kind != CXType_Record) {
        if (items.count)
            init_next(l, object, &items);
        return;
    }
    if (items.count == 1 && fits_whole(object, items.items[0]) && !is_designated(items.items[0]) &&
        items.items[0]->cursor.kind != CXCursor_InitListExpr && is_array(object->type)) {
        store_value(l, object, items.items[0]); // char text[] = {"abc"}
        return;
    }
    struct fields fields = {0};
    if (object->type.kind == CXType_Record)
        fields = fields_of(l, object->type);
    uint32_t count = member_count(l, object->type);
    for (uint32_t i = 0; items.at < items.count;) {
        struct node *item = items.items[items.at];
        if (is_designated(item)) {
            struct designation d = designation_of(l, item);
            items.at++;
            if (d.steps.count)
                init_designated(l, object, &d, 0, &items);
            i = d.steps.count ? position_behind(l, object, &d) : i;
        } else if (i < count) {
            struct object member = fields.count ? field_of(l, object, fields.items[i]) : element_of(l, object, i);
            init_next(l, &member, &items);
            i++;
        } else {
            expr_effects(l, item); // one too many
            items.at++;
        }
    }
}

// One member, from as many items as it takes.
static void init_next(struct lower *l, const struct object *object, struct items *items) {
    struct node *item = items->items[items->at];
    if (item->cursor.kind == CXCursor_InitListExpr) {
        items->at++;
        init_braced(l, object, item);
    } else if (fits_whole(object, item)) {
        items->at++;
        store_value(l, object, item);
    } else {
        uint32_t at = items->at;
        init_rest(l, object, 0, items);
        items->at += items->at == at; // an empty record takes none
    }
}

void init_object(struct lower *l, struct ir_value addr, CXType type, struct node *init) {
    struct object object = object_at(l, addr, type, source_loc(l, init));
    struct node *bare = init->cursor.kind == CXCursor_InitListExpr ? init : node_strip(init);
    bool is_list = bare->cursor.kind == CXCursor_InitListExpr;
    if (is_array(object.type) && bare->cursor.kind == CXCursor_CompoundLiteralExpr) { // GNU: int a[] = (int[]){1, 2}
        struct nodes exprs = bare->exprs;
        bare = exprs.items[exprs.count - 1];
        is_list = true;
    }
    if (!is_list) {
        store_value(l, &object, init);
        return;
    }
    uint32_t id = type_get(l, object.type);
    if (type_is_aggregate(l, id))
        emit_zero(l, addr, id, object.loc);
    init_braced(l, &object, bare);
}
