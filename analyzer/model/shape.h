// Recognition by shape: which argument of a declaration is the parent, the bound, the object. A context type is known by a key
// that is the same in every unit: "struct NAME", or the name of a handle's typedef.
#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H

#include "model/set.h"

// How a value stands to the object its type is about. A handle counts as a pointer.
enum form { FORM_NONE, FORM_VALUE, FORM_POINTER, FORM_OUT /* pointer to a pointer */ };

struct type_shape {
    enum form form;
    bool is_const;      // the object itself must not be changed
    uint32_t record;    // index in the unit; IR_NONE for handles
    char key[WORDS_MAX]; // "" where the type has no name to know it by
};

struct type_shape shape_of_type(const struct model_set *set, const struct ir_unit *unit, uint32_t type);
// The name that models use for a type: the typedef's or the tag, without pointers; e.g. "GoContext" for `const GoContext *`.
void shape_type_name(const struct ir_unit *unit, uint32_t type, char ret_name[WORDS_MAX]);
// What the models say of a type by its typedef's name or its tag; a pointer means what it points to.
const struct meaning *shape_type_meaning(const struct model_set *set, const struct ir_unit *unit, uint32_t type);

// Whether a type with this key is a context.
struct context_types {
    struct strtab keys;
};

// Fills in the positions that the line leaves open. False where the declaration does not have that shape. For roles that make
// a context (root, derive, value, detach) any type will do, and its key is returned; for the others the object must be one of
// `contexts`.
bool shape_resolve(const struct model_set *set, const struct context_types *contexts, const struct ir_unit *unit,
                   const struct ir_func *func, const struct line *line, struct role *ret_role, char ret_key[WORDS_MAX]);

#endif
