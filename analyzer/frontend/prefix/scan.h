// What a source says to the preprocessor, read off its text without any: the words in it and the macros it defines, in pieces between
// its #includes. A file is read once, at about the speed of its bytes; nothing is known of what a condition amounts to.
#ifndef FRONTEND_PREFIX_SCAN_H
#define FRONTEND_PREFIX_SCAN_H

#include "base/map.h"

#include <stdbool.h>

enum { SCAN_GUARD = UINT32_MAX };

// Some text, and the #include that ends it; the last piece of a source has none.
struct piece {
    uint32_t words_from, words_to; // in `words`: each once; "struct x" for a tag, too. Not macros that are defined, nor what they stand for
    uint32_t defs_from, defs_to;   // in `defs`: macros that are defined or undefined, and tags
    uint32_t bodies_from, bodies_to;
    uint32_t name;                 // that is included; 0 at the end of the source
    uint32_t when_from, when_to;   // in `conditions`: of the #include, or of the text where there is none
    bool is_quoted;                // "name", else <name>
    bool is_next;                  // #include_next
    bool is_open;                  // what stands here may mean another thing at another place: pragmas, an #include that is no plain one
    bool has_paste;                // ##
};

// What a macro stands for matters where the macro is used.
struct body {
    uint32_t macro;
    uint32_t from, to; // in `body_words`
};

struct scan {
    VEC(struct piece) pieces;
    VEC(uint32_t) words, defs;
    VEC(uint32_t) undefs; // of these, what some #undef names
    VEC(struct body) bodies;
    VEC(uint32_t) body_words;
    // Per #if around an #include, outermost first: macros one of which, if defined, makes it true; then 0. SCAN_GUARD: the file's guard.
    VEC(uint32_t) conditions;
    uint32_t guard;  // the macro of the #ifndef that everything stands in, or 0
    bool is_guarded; // that, or #pragma once: reading it again changes nothing
    bool has_odd;    // pragmas that say more than once or what to warn of
};

// Reads up to the last #include only where `is_main`: what stands behind it sees all headers.
void scan_text(const char *text, size_t size, bool is_main, struct strtab *texts, struct scan *ret_scan);
void scan_done(struct scan *scan);

#endif
