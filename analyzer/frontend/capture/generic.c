// _Generic: libclang shows the controlling expression and every arm, but not which was chosen. The selection's type tells, and where
// several arms have it, the names of the types as the source spells them.
#include "frontend/capture/lower.h"

#include <string.h>

struct association {
    const char *type; // as spelled, "default" for the default one
};

// The type names of a selection in order, from `_Generic` on. Returns how many there are.
static uint32_t read_associations(struct lower *l, struct node *node, struct association *ret_found, uint32_t room) {
    const char *end, *at = source_spelled(l, node, &end);
    if (!at || end - at < 8 || strncmp(at, "_Generic", 8) != 0)
        return 0;
    at = text_skip_blanks(at + 8, end);
    const char *stop = at < end && *at == '(' ? text_skip_group(at, end) - 1 : at;
    uint32_t count = 0;
    const char *start = at + 1;
    bool is_type = false; // the first part is the controlling expression
    for (at = start; at < stop; at = *at && strchr("([{", *at) ? text_skip_group(at, stop) : text_skip_token(at, stop)) {
        at = text_skip_blanks(at, stop);
        if (at >= stop)
            break;
        if (*at == ',') {
            start = at + 1;
            is_type = true;
        } else if (*at == ':' && is_type && count < room) {
            struct buf type = {0};
            text_collapse(start, at, &type);
            ret_found[count++].type = arena_strdup(&l->arena, buf_text(&type) + strspn(buf_text(&type), " "));
            buf_done(&type);
            is_type = false;
        }
    }
    return count;
}

static const char *without_blanks(struct lower *l, const char *text) {
    char *copy = arena_strdup(&l->arena, text), *to = copy;
    for (const char *at = copy; *at; at++)
        if (*at != ' ' || (to > copy && at[1] && at[1] != '*' && to[-1] != '*'))
            *to++ = *at;
    *to = 0;
    return copy;
}

// `text` names the type: as written, or with its typedef (the one TypeRef in front of the arm) resolved.
static bool names_type(struct lower *l, const char *text, CXCursor ref, CXType type) {
    const char *canonical = source_string(l, clang_getTypeSpelling(clang_getUnqualifiedType(clang_getCanonicalType(type))));
    const char *written = source_string(l, clang_getTypeSpelling(clang_getUnqualifiedType(type)));
    canonical = without_blanks(l, canonical);
    text = without_blanks(l, text);
    if (!strcmp(text, canonical) || !strcmp(text, without_blanks(l, written)))
        return true;
    if (clang_Cursor_isNull(ref))
        return false;
    CXCursor to = clang_getCursorReferenced(ref);
    const char *name = source_string(l, clang_getCursorSpelling(to)), *at = strstr(text, name);
    if (!at || to.kind != CXCursor_TypedefDecl)
        return false;
    const char *real = source_string(l, clang_getTypeSpelling(clang_getCanonicalType(clang_getTypedefDeclUnderlyingType(to))));
    const char *resolved = arena_printf(&l->arena, "%.*s%s%s", (int)(at - text), text, real, at + strlen(name));
    return !strcmp(without_blanks(l, resolved), canonical);
}

struct arm {
    struct node *expr;
    CXCursor ref;
    bool fits;
};

static uint32_t read_arms(struct node *node, struct node **ret_control, struct arm *ret_arms, uint32_t room) {
    struct nodes children = node->children;
    CXType type = clang_getCanonicalType(clang_getCursorType(node->cursor));
    CXCursor ref = clang_getNullCursor();
    uint32_t count = 0;
    bool has_control = false;
    for (uint32_t i = 0; i < children.count; i++) {
        struct node *child = children.items[i];
        if (child->cursor.kind == CXCursor_TypeRef)
            ref = child->cursor;
        if (!clang_isExpression(child->cursor.kind))
            continue;
        if (has_control && count < room) {
            bool fits = clang_equalTypes(clang_getCanonicalType(clang_getCursorType(child->cursor)), type);
            ret_arms[count++] = (struct arm){child, ref, fits};
        } else {
            *ret_control = child;
            has_control = true;
        }
        ref = clang_getNullCursor();
    }
    return count;
}

bool generic_chosen(struct lower *l, struct node *node, struct node **ret_arm) {
    enum { ARMS_MAX = 64 };
    struct arm arms[ARMS_MAX];
    struct association named[ARMS_MAX];
    struct node *control = NULL;
    uint32_t count = read_arms(node, &control, arms, ARMS_MAX), fitting = 0, last = 0;
    for (uint32_t i = 0; i < count; i++)
        if (arms[i].fits) {
            fitting++;
            last = i;
        }
    if (fitting > 1 && read_associations(l, node, named, ARMS_MAX) == count) {
        uint32_t chosen = IR_NONE;
        for (uint32_t i = 0; i < count; i++) {
            bool is_default = !strcmp(named[i].type, "default");
            if (arms[i].fits && is_default && chosen == IR_NONE)
                chosen = i;
            if (arms[i].fits && !is_default && names_type(l, named[i].type, arms[i].ref, clang_getCursorType(control->cursor)))
                chosen = i;
        }
        last = chosen;
        fitting = chosen != IR_NONE;
    }
    if (fitting == 1)
        *ret_arm = arms[last].expr;
    return fitting == 1;
}
