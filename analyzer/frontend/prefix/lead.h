// The header that a source reads first of all: the one it includes first, or the first one in there, and so on, as long as nothing
// but include guards stands before it. Sources that differ in what they define first, and in the header that leads to it, have it in common.
#ifndef FRONTEND_PREFIX_LEAD_H
#define FRONTEND_PREFIX_LEAD_H

#include "frontend/database.h"
#include "frontend/prefix/directives.h"

struct lead {
    uint32_t name;        // as clang will name it; 0: none
    uint32_t text;        // the directive that finds it from the source's folder
    uint32_t defines;     // how many of the source's first directives define macros, before any other
    bool is_indirect;     // another header leads to it
    VEC(uint32_t) words;  // those macros, then the guards: what the header must not mention
};

struct leads; // what is known of headers

enum { LEAD_DEFINES_MAX = 16 };

struct leads *leads_new(struct strtab *texts);
void leads_free(struct leads *leads);
void leads_find(struct leads *leads, const struct compile_command *command, const directive_vec *directives, struct lead *ret_lead);
// `mentioned` has the worker's lines about words (protocol.h): whether one of them is of this kind, about this word.
bool lead_is_line(const char *mentioned, char kind, const char *word);
// Which of the source's definitions the lead mentions, as texts. False where it mentions a guard, or more of them than there is room for.
bool lead_find_mentioned(const struct lead *lead, const directive_vec *directives, const struct strtab *texts, const char *mentioned,
                         uint32_t ret_defines[LEAD_DEFINES_MAX], uint32_t *ret_count);

#endif
