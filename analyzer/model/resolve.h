// What the models say of a whole program; built by stated.c and resolve.c, read by unit.c and suggest.c.
#ifndef MODEL_RESOLVE_H
#define MODEL_RESOLVE_H

#include "ir/numbers.h"
#include "model/shape.h"

enum { QUERY_KINDS = QUERY_HAS_DEADLINE + 1 };

struct model_func {
    uint32_t unit, func;            // its first declaration
    uint32_t body_unit, body_func;  // IR_NONE: no body
    const struct role *roles;       // the effects of its parameters' annotations last
    const struct role *effects;
    const struct model *model;      // the one that names it ...
    const struct entry *entry;      // ... what that says ...
    const struct entry *shape;      // ... or may say, if the declaration's shape fits
    const char *prefix;             // of `shape`: the words before the pattern's own, "_new_ctx" ...
    const char *family;             // ... and without context and filler words
    bool stated;                    // roles are settled by an annotation or a model, also where there are none
    bool annotated;
    bool detached;                  // the contexts it makes are meant to outlive what it was given
};

// What comes of it.
struct model_said {
    const struct role *roles;
    bool detached;
};

// A context type found in the program.
struct context_type {
    const char *key;
    bool stated, has_word, has_named, has_root, has_derive, has_companion;
    const struct entry *first_derive; // two different ones speak for a context library
    bool two_derives;
    bool accepted;
    enum time_unit unit;  // that all its bounds have
    bool mixed_units;
    struct {
        const char *name;
        const struct role *role;
    } queries[QUERY_KINDS];
};

// A type, the same in every unit that has it.
struct model_type {
    const struct meaning *meaning;
    const char *key;  // of its shape
    bool may_be_one;  // of a form in which contexts are passed
    bool is_context;  // known once all contexts are
};

// A record with its members' names and annotations, the same in every unit that has it. By member:
struct model_record {
    const struct role **roles;
    const struct meaning **meanings; // only what is said of the members themselves
    bool has_roles;                  // some member has one
};

struct model_program {
    const struct model_set *set;
    const struct ir_unit *const *units;
    uint32_t unit_count;
    const struct ir_numbers *func_ids; // of ir_numbered_funcs
    struct ir_numbers type_ids, record_ids;
    struct model_func *funcs;     // by number; while the models are resolved
    struct model_said *said;      // by number, after that
    struct model_type *all_types; // by number
    struct model_record *records; // by number
    VEC(struct shape_ref) shapes; // declarations whose name fits a pattern
    struct strtab keys;
    VEC(struct context_type) types; // by id in keys
    struct context_types contexts;  // the accepted ones
    struct strtab families;         // "KEY FAMILY", and " FAMILY"
    VEC(const char *) problems;
    struct arena arena;
};

struct shape_ref {
    uint32_t id, unit, func;
};

// Everything that needs no shape: fills funcs, all_types, records, shapes and the stated types.
void resolve_stated(struct model_program *mp);

const struct ir_func *resolve_func_at(const struct model_program *mp, uint32_t unit, uint32_t func);
bool resolve_makes_context(enum role_kind kind);
// The entry of a type, made where there was none.
struct context_type *resolve_add_type(struct model_program *mp, const char *key);
// Parses the lines of an annotation; those that are wrong become problems (once each). Returns their count.
unsigned resolve_annotation(struct arena *arena, const char *text, enum line_place place, struct line **ret_lines,
                            struct model_program *mp, const char *where);
// What lines say of one variable or field: its roles (NULL: not wanted), and what its values mean.
void resolve_lines(struct arena *arena, const struct line *lines, unsigned count, const struct role **ret_roles,
                   const struct meaning **ret_meaning);
// The pattern by words that fits a function's name, and the words before the pattern's own.
const struct entry *resolve_pattern(const struct model_set *set, const char *name, char ret_prefix[WORDS_MAX]);
bool resolve_in_family(const struct model_program *mp, const char *key, const char *family);
// The key of the type at a position of a declaration; "" where it has none.
void resolve_key(const struct model_set *set, const struct ir_unit *unit, const struct ir_func *func, const struct pos *pos,
                 char ret_key[WORDS_MAX]);
// The key of the type that a role of a function is about.
void resolve_role_key(const struct model_program *mp, const struct model_func *info, const struct role *role, char ret_key[WORDS_MAX]);
// The context type with this key, NULL where it is none.
const struct context_type *resolve_context(const struct model_program *mp, const char *key);
// Whether all that the body of function `id` ever returns is its own parameter: `request_with_timeout(request, ms)` of a builder.
bool resolve_returns_param(const struct model_program *mp, uint32_t id, unsigned arg);
// Whether the body of function `id`, whose role by shape is `role` of type `key`, rests on a function of another name that does the same.
bool resolve_is_wrapper(const struct model_program *mp, uint32_t id, const struct role *role, const char *key);

#endif
