// Types by name, the same in every unit.
#include "model/shape.h"

#include <string.h>

static const struct meaning *find_meaning(const struct model_set *set, const char *name) {
    const struct model *model;
    const struct entry *entry = *name ? model_set_find(set, TABLE_TYPES, name, false, &model) : NULL;
    if (!entry)
        entry = *name ? model_set_find(set, TABLE_TYPES, name, true, &model) : NULL;
    return entry && entry->lines->kind == LINE_MEANING ? &entry->lines->meaning : NULL;
}

// The handle that a typedef of an integer or of `void *` makes; its name or a model must say that it is a context.
static bool is_handle(const struct model_set *set, const struct ir_unit *unit, const struct ir_type *type) {
    bool opaque = type->kind == IR_POINTER && type->target != IR_NONE && unit->types[type->target].kind == IR_VOID;
    const char *name = ir_text(unit, type->name);
    if ((type->kind != IR_INT && type->kind != IR_UINT && !opaque) || strchr(name, '*') || strchr(name, ' '))
        return false;
    if (!strcmp(name, ir_text(unit, type->canonical)))
        return false;
    char words[WORDS_MAX];
    words_of(name, words);
    const struct meaning *meaning = find_meaning(set, name);
    return meaning ? meaning->kind == MEANS_CONTEXT : words_any(&set->words, LIST_CONTEXT, words, false);
}

struct type_shape shape_of_type(const struct model_set *set, const struct ir_unit *unit, uint32_t type) {
    struct type_shape shape = {.record = IR_NONE};
    for (int stars = 0; type != IR_NONE && stars <= 2; stars++) {
        const struct ir_type *t = &unit->types[type];
        int level = -1;
        if (t->kind == IR_RECORD && t->record != IR_NONE) {
            const char *name = ir_text(unit, unit->records[t->record].name);
            level = stars;
            shape.record = t->record;
            if (*name && strlen(name) + 8 < WORDS_MAX)
                strcat(strcpy(shape.key, "struct "), name);
        } else if (is_handle(set, unit, t) && strlen(ir_text(unit, t->name)) < WORDS_MAX) {
            level = stars + 1;
            strcpy(shape.key, ir_text(unit, t->name));
        }
        if (level >= 0) {
            static const enum form forms[] = {FORM_VALUE, FORM_POINTER, FORM_OUT, FORM_NONE};
            shape.form = forms[level];
            shape.is_const = t->is_const;
            return shape;
        }
        if (t->kind != IR_POINTER && t->kind != IR_ARRAY)
            break;
        type = t->target;
    }
    return shape;
}

void shape_type_name(const struct ir_unit *unit, uint32_t type, char ret_name[WORDS_MAX]) {
    const char *name = ir_text(unit, unit->types[type].name);
    for (const char *skip = name; *skip;) { // words before the last one: struct, union, enum, and qualifiers where they are kept
        static const char *const before[] = {"struct ", "union ", "enum ", "const ", "volatile "};
        skip = name;
        for (size_t i = 0; i < ARRAY_LEN(before); i++)
            if (*name == *before[i] && !strncmp(name, before[i], strlen(before[i])))
                name += strlen(before[i]);
        if (skip == name)
            break;
    }
    size_t len = strcspn(name, "*[(");
    while (len && name[len - 1] == ' ')
        len--;
    len = len < WORDS_MAX ? len : WORDS_MAX - 1;
    memcpy(ret_name, name, len);
    ret_name[len] = '\0';
}

const struct meaning *shape_type_meaning(const struct model_set *set, const struct ir_unit *unit, uint32_t type) {
    for (int stars = 0; type != IR_NONE && stars <= 1; stars++) {
        const struct ir_type *t = &unit->types[type];
        char name[WORDS_MAX];
        shape_type_name(unit, type, name);
        const struct meaning *meaning = find_meaning(set, name);
        if (!meaning && t->kind == IR_RECORD && t->record != IR_NONE)
            meaning = find_meaning(set, ir_text(unit, unit->records[t->record].name));
        if (meaning || t->kind != IR_POINTER)
            return meaning;
        type = t->target;
    }
    return NULL;
}
