// The directives at the head of a C source, before its first token: what many sources of a project share, and what can be
// precompiled for them once.
#ifndef FRONTEND_PREFIX_DIRECTIVES_H
#define FRONTEND_PREFIX_DIRECTIVES_H

#include "base/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum directive_kind { DIRECTIVE_INCLUDE, DIRECTIVE_OPEN, DIRECTIVE_ELSE, DIRECTIVE_CLOSE, DIRECTIVE_OTHER }; // OPEN: #if, #ifdef, #ifndef

struct directive {
    enum directive_kind kind;
    uint32_t text;       // without comments, as an id of the table given
    uint32_t start, end; // where it stands in the source
    uint64_t head_hash;  // of the source up to its end
    bool may_end;        // a prefix may end behind it: no #if around it has had an #else or #elif
};

typedef VEC(struct directive) directive_vec;

// Appends the directives that nothing but comments and blanks stands before, up to the first one whose meaning could depend on the
// file it is in (#pragma, __LINE__, a name for #include that a macro makes).
void directives_read(const char *text, size_t size, struct strtab *texts, directive_vec *ret_directives);
// The longest part within `length` that ends behind an #include or a whole conditional and includes something behind `from`; else 0.
uint32_t directives_cut(const directive_vec *directives, uint32_t from, uint32_t length);
// Appends the starts of the conditionals that are open behind the first `count` directives, outermost first.
void directives_open(const directive_vec *directives, uint32_t count, uint32_t *ret_starts, uint32_t room, uint32_t *ret_count);

#endif
