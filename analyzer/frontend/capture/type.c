// Types: clang's to the unit's, each once.
//
// A CXType's first word names the type as written, qualifiers included, within its translation unit; as a cache key it can only
// make us look twice, never confuse two types.
#include "frontend/capture/lower.h"

#include <string.h>

static enum ir_type_kind kind_of(enum CXTypeKind kind) {
    switch (kind) {
    case CXType_Void:
        return IR_VOID;
    case CXType_Bool:
        return IR_BOOL;
    case CXType_Char_S: case CXType_SChar: case CXType_WChar: case CXType_Short: case CXType_Int: case CXType_Long:
    case CXType_LongLong: case CXType_Int128:
        return IR_INT;
    case CXType_Char_U: case CXType_UChar: case CXType_Char16: case CXType_Char32: case CXType_UShort: case CXType_UInt:
    case CXType_ULong: case CXType_ULongLong: case CXType_UInt128:
        return IR_UINT;
    case CXType_Half: case CXType_Float: case CXType_Double: case CXType_LongDouble: case CXType_Float128: case CXType_Float16:
    case CXType_BFloat16:
        return IR_FLOAT;
    case CXType_Pointer: case CXType_BlockPointer: case CXType_NullPtr:
        return IR_POINTER;
    case CXType_ConstantArray: case CXType_IncompleteArray: case CXType_VariableArray: case CXType_DependentSizedArray:
        return IR_ARRAY;
    case CXType_Record:
        return IR_RECORD;
    case CXType_Enum:
        return IR_ENUM;
    case CXType_FunctionProto: case CXType_FunctionNoProto:
        return IR_FUNCTION;
    default:
        return IR_OTHER;
    }
}

static uint32_t name_text(struct lower *l, CXType type) {
    CXString spelling = clang_getTypeSpelling(type);
    const char *text = clang_getCString(spelling);
    l->text.len = 0;
    buf_puts(&l->text, "");
    text_drop_qualifiers(text ? text : "", &l->text);
    uint32_t id = ir_build_text(&l->b, l->text.data);
    clang_disposeString(spelling);
    return id;
}

static uint32_t get_behind(struct lower *l, CXType type) {
    enum reach before = l->reach;
    if (l->reach == REACH_CONTAINED)
        l->reach = REACH_BEHIND;
    uint32_t id = type_get(l, type);
    l->reach = before;
    return id;
}

// Typedefs of the pointee, element or result are kept where the type as written shows them.
static CXType less_sugared(CXType type, CXType canonical) {
    while (type.kind == CXType_Elaborated)
        type = clang_Type_getNamedType(type);
    return type.kind == canonical.kind ? type : canonical;
}

static uint32_t target_of(struct lower *l, CXType type, CXType canonical, enum ir_type_kind kind) {
    CXType written = less_sugared(type, canonical), target;
    if (kind == IR_POINTER && canonical.kind != CXType_NullPtr) {
        target = clang_getPointeeType(written);
        CXType real = clang_getPointeeType(canonical); // differs for the address of a parameter declared as an array
        return get_behind(l, clang_getCanonicalType(target).kind == real.kind ? target : real);
    }
    if (kind == IR_ARRAY)
        return type_get(l, clang_getArrayElementType(written));
    return kind == IR_FUNCTION ? get_behind(l, clang_getResultType(written)) : IR_NONE;
}

static struct type_info info_of(CXType canonical, enum ir_type_kind kind) {
    struct type_info info = {.canonical = canonical, .is_known = 1};
    info.is_volatile = clang_isVolatileQualifiedType(canonical) != 0;
    info.is_unsigned = kind == IR_UINT || kind == IR_BOOL || kind == IR_POINTER;
    if (kind == IR_ENUM)
        info.is_unsigned = kind_of(clang_getEnumDeclIntegerType(clang_getTypeDeclaration(canonical)).kind) == IR_UINT;
    if (kind == IR_FUNCTION) {
        CXString spelling = clang_getTypeSpelling(canonical);
        info.is_noreturn = text_has_word(clang_getCString(spelling), "noreturn");
        clang_disposeString(spelling);
    }
    return info;
}

static bool names_va_list(const struct lower *l, const struct ir_type *type) {
    return strstr(strtab_text(&l->b.texts, type->name), "va_list") || strstr(strtab_text(&l->b.texts, type->canonical), "va_list");
}

static uint32_t add_type(struct lower *l, const struct ir_type *type, const struct type_info *info) {
    uint32_t id = ir_build_type(&l->b, type);
    struct type_info none = {0};
    while (l->type_infos.len <= id)
        vec_push(&l->type_infos, none);
    struct type_info *slot = &l->type_infos.items[id];
    if (!slot->is_known) {
        *slot = *info;
        slot->is_va_list = names_va_list(l, type);
    }
    return id;
}

// clang has no size for its placeholder types (of builtin functions, of broken expressions), and does not survive the question.
static uint32_t size_of(CXType canonical, enum ir_type_kind kind) {
    bool is_vector = canonical.kind == CXType_Complex || canonical.kind == CXType_Vector || canonical.kind == CXType_ExtVector;
    if (kind == IR_VOID || kind == IR_FUNCTION || (kind == IR_OTHER && !is_vector))
        return 0;
    long long size = clang_Type_getSizeOf(canonical);
    return size > 0 && size < UINT32_MAX ? (uint32_t)size : 0;
}

// "char" -> "char *", "char *" -> "char **", "int (long)" -> "int (*)(long)".
static uint32_t pointer_name(struct lower *l, uint32_t name, bool is_declarator) {
    const char *text = strtab_text(&l->b.texts, name), *at = is_declarator ? strpbrk(text, "([") : NULL;
    size_t len = at ? (size_t)(at - text) : strlen(text);
    l->text.len = 0;
    buf_add(&l->text, text, len);
    buf_puts(&l->text, len && strchr("* ", text[len - 1]) ? "" : " ");
    buf_puts(&l->text, at ? "(*)" : "*");
    buf_puts(&l->text, at ? at : "");
    return ir_build_text(&l->b, l->text.data);
}

// Written as a pointer to something with a plain name: its own need not be asked for.
static bool is_plain_pointer(const struct lower *l, CXType type, uint32_t target) {
    if (type.kind != CXType_Pointer)
        return false;
    CXType pointee = clang_getPointeeType(type);
    const struct ir_type *to = type_at(l, target);
    const char *name = strtab_text(&l->b.texts, to->name), *canonical = strtab_text(&l->b.texts, to->canonical);
    return pointee.kind != CXType_Unexposed && clang_getCanonicalType(pointee).kind != CXType_Atomic && *name && !strpbrk(name, "([") &&
           !strpbrk(canonical, "([");
}

static uint32_t make_type(struct lower *l, CXType type) {
    CXType canonical = clang_getCanonicalType(type);
    bool is_const = clang_isConstQualifiedType(canonical);
    if (canonical.kind == CXType_Atomic) {
        canonical = clang_getCanonicalType(clang_Type_getValueType(canonical));
        type = canonical;
    }
    enum ir_type_kind kind = kind_of(canonical.kind);
    struct ir_type made = {.kind = (uint8_t)kind, .is_const = is_const, .target = IR_NONE, .record = IR_NONE};
    made.size = size_of(canonical, kind);
    made.target = target_of(l, type, canonical, kind);
    if (canonical.kind == CXType_ConstantArray) {
        long long count = clang_getArraySize(canonical);
        made.count = count > 0 && count < UINT32_MAX ? (uint32_t)count : 0;
    }
    if (kind == IR_FUNCTION)
        made.is_variadic = clang_isFunctionTypeVariadic(canonical) != 0;
    if (kind == IR_RECORD)
        made.record = decl_record(l, clang_getTypeDeclaration(canonical));
    if (is_plain_pointer(l, type, made.target)) {
        made.name = pointer_name(l, type_at(l, made.target)->name, false);
        made.canonical = pointer_name(l, type_at(l, made.target)->canonical, false);
    } else {
        made.name = name_text(l, type);
        made.canonical = type.data[0] == canonical.data[0] ? made.name : name_text(l, canonical);
    }
    struct type_info info = info_of(canonical, kind);
    return add_type(l, &made, &info);
}

// A type that is used needs the fields of the record that it is, contains or points to; one inside a record does not need what it
// points to.
static void fill_record_of(struct lower *l, uint32_t type) {
    const struct ir_type *t = type_at(l, type);
    while (t->kind == IR_ARRAY || (t->kind == IR_POINTER && l->reach == REACH_USED)) {
        if (t->target == IR_NONE)
            return;
        t = type_at(l, t->target);
    }
    if (t->kind == IR_RECORD && t->record != IR_NONE)
        decl_fill_record(l, t->record);
}

uint32_t type_get(struct lower *l, CXType type) {
    if (type.kind == CXType_Invalid)
        return 0;
    uint64_t key = (uint64_t)(uintptr_t)type.data[0];
    const uint32_t *known = map_get(&l->type_ids, key);
    uint32_t id = known ? *known : make_type(l, type);
    if (!known)
        *map_put(&l->type_ids, key, NULL) = id;
    if (l->reach != REACH_BEHIND)
        fill_record_of(l, id);
    return id;
}

// Of the place that a subscript or `*` names.
static uint32_t type_pointed_to(struct lower *l, struct node *node, uint32_t type) {
    struct nodes exprs = node->exprs;
    for (uint32_t i = 0; i < exprs.count; i++) {
        uint32_t base = type_of(l, exprs.items[i]);
        if (type_at(l, base)->kind == IR_POINTER || type_at(l, base)->kind == IR_ARRAY)
            return type_at(l, type_pointee(l, base))->kind == IR_POINTER ? type_pointee(l, base) : type;
    }
    return type;
}

// libclang shows a parameter declared as `int a[3]`, and whatever is computed from it, with the type int[3], while it is a pointer.
// Only a real array, or function, keeps its type here.
static uint32_t adjusted(struct lower *l, struct node *node, uint32_t type) {
    uint8_t kind = type_at(l, type)->kind;
    if (kind != IR_ARRAY && kind != IR_FUNCTION)
        return type;
    uint32_t pointer = type_pointer(l, kind == IR_ARRAY ? type_at(l, type)->target : type);
    struct nodes exprs;
    switch (node->cursor.kind) {
    case CXCursor_BinaryOperator: case CXCursor_CompoundAssignOperator: case CXCursor_ConditionalOperator:
    case CXCursor_CStyleCastExpr: case CXCursor_CallExpr: case CXCursor_StmtExpr:
        return pointer;
    case CXCursor_DeclRefExpr:
        return clang_getCursorReferenced(node->cursor).kind == CXCursor_ParmDecl ? pointer : type;
    case CXCursor_UnaryOperator:
        if (clang_getCursorUnaryOperatorKind(node->cursor) != CXUnaryOperator_Deref)
            return pointer;
        return type_pointed_to(l, node, type);
    case CXCursor_ArraySubscriptExpr:
        return type_pointed_to(l, node, type);
    case CXCursor_ParenExpr: case CXCursor_UnexposedExpr:
        exprs = node->exprs;
        return exprs.count == 1 && type_at(l, type_of(l, exprs.items[0]))->kind == IR_POINTER ? pointer : type;
    default:
        return type;
    }
}

uint32_t type_of(struct lower *l, struct node *node) {
    if (!node->type)
        node->type = adjusted(l, node, type_get(l, clang_getCursorType(node->cursor))) + 1;
    return node->type - 1;
}

uint32_t type_of_decl(struct lower *l, CXCursor cursor) {
    uint32_t type = type_get(l, clang_getCursorType(cursor));
    uint8_t kind = type_at(l, type)->kind;
    if (kind != IR_ARRAY && kind != IR_FUNCTION)
        return type;
    uint32_t pointer = type_pointer(l, kind == IR_ARRAY ? type_at(l, type)->target : type);
    return cursor.kind == CXCursor_ParmDecl ? pointer : type;
}

uint32_t type_pointer(struct lower *l, uint32_t type) {
    if (l->type_infos.len > type && l->type_infos.items[type].pointer)
        return l->type_infos.items[type].pointer - 1;
    const struct ir_type target = *type_at(l, type);
    bool is_declarator = target.kind == IR_FUNCTION || target.kind == IR_ARRAY;
    struct ir_type made = {.kind = IR_POINTER, .size = l->pointer_size, .target = type, .record = IR_NONE};
    made.name = pointer_name(l, target.name, is_declarator);
    made.canonical = pointer_name(l, target.canonical, is_declarator);
    struct type_info info = {.is_unsigned = 1, .is_known = 1};
    uint32_t id = add_type(l, &made, &info);
    if (l->type_infos.len > type)
        l->type_infos.items[type].pointer = id + 1;
    return id;
}

const struct ir_type *type_at(const struct lower *l, uint32_t type) {
    return &l->b.types.items[type];
}

bool type_is_integer(const struct lower *l, uint32_t type) {
    uint8_t kind = type_at(l, type)->kind;
    return kind == IR_BOOL || kind == IR_INT || kind == IR_UINT || kind == IR_ENUM;
}

bool type_is_unsigned(const struct lower *l, uint32_t type) {
    return type < l->type_infos.len && l->type_infos.items[type].is_unsigned;
}

bool type_is_aggregate(const struct lower *l, uint32_t type) {
    uint8_t kind = type_at(l, type)->kind;
    return kind == IR_RECORD || kind == IR_ARRAY;
}

bool type_is_va_list(const struct lower *l, uint32_t type) {
    return type < l->type_infos.len && l->type_infos.items[type].is_va_list;
}

uint32_t type_pointee(const struct lower *l, uint32_t type) {
    const struct ir_type *t = type_at(l, type);
    return (t->kind == IR_POINTER || t->kind == IR_ARRAY) && t->target != IR_NONE ? t->target : 0;
}

uint32_t type_promoted(struct lower *l, uint32_t type) {
    const struct ir_type *t = type_at(l, type);
    if (!type_is_integer(l, type) || t->size >= 4)
        return type;
    return l->int_type;
}
