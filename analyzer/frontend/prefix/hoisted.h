// What hoist.c and hoisted.c share: the facts about a precompiled header. Its files are known by their place in it, and the pieces of
// these by their turn: how many pieces clang had read before.
#ifndef FRONTEND_PREFIX_HOISTED_H
#define FRONTEND_PREFIX_HOISTED_H

#include "frontend/prefix/hoist.h"

#include <string.h>

enum { FILES_MAX = 1024, TURNS_MAX = 16384, WHOLE = UINT32_MAX };

static const uint32_t DEFINED = 1u << 31;

struct hoist {
    VEC(uint32_t) files;        // headers, in the order in which they were read
    struct map index;           // header -> place in `files`, plus one
    struct map edges;           // (place, place): the first includes the second
    VEC(uint32_t) roots;        // places of what nothing else includes, in order
    VEC(uint32_t) bases;        // per file: where its pieces start in `turns`
    VEC(uint32_t) turns;
    VEC(uint32_t) files_by_turn; // places
    uint64_t foreign[TURNS_MAX / 64]; // turns of what is no standard header
    VEC(uint64_t) names_declared; // (place, name)
    struct map declared;        // the same -> 1, or 2: some piece says the name
    struct map absent;          // macros that are not defined in the end, although some file says #define
    struct map early;           // macros that are defined before all of it
    VEC(uint32_t) names;        // that were looked for
    struct map words;           // word -> where its mentions start in `mentions`, plus one
    VEC(uint32_t) mentions;     // per word itself, its count, then turns; the top bit: defined or declared there
    struct map same;            // folders -> 1: the names are found in the same files, 2: they are not
    uint32_t folders;
};

// What a macro stands for, at one of its definitions.
struct used_body {
    uint32_t header, body; // in that header's scan; NO_HEADER: the source's
    uint32_t next;         // of the same macro, plus one
};

static inline uint64_t pair(uint32_t a, uint32_t b) {
    return (uint64_t)a << 32 | b;
}

static inline bool is_tag(const struct strtab *texts, uint32_t word) {
    return !strncmp(strtab_text(texts, word), "struct ", strlen("struct "));
}

#endif
