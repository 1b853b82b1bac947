// What a source starts with, told so that what is equal for two units means the same for both.
#ifndef FRONTEND_PREFIX_HEAD_H
#define FRONTEND_PREFIX_HEAD_H

#include "base/buf.h"
#include "frontend/database.h"
#include "frontend/prefix/directives.h"
#include "frontend/prefix/lead.h"

struct head {
    uint64_t flags; // hash of all that must be equal
    directive_vec directives;
    VEC(uint32_t) keys; // by directive: a text that is equal where it means the same
    struct lead lead;
};

// A file named differently, or with flags about its language or precompiled headers of its own, goes without.
bool head_may_share(const struct compile_command *command);
// Nothing where the unit cannot share anything. All zero is an empty head.
void head_read(const struct compile_command *command, struct strtab *texts, struct leads *leads, struct head *ret_head);
void head_done(struct head *head);
// An order in which heads with common directives stand side by side.
int head_compare(const struct head *a, const struct head *b);
// How many directives they start with in common, under the same flags.
uint32_t head_common(const struct head *a, const struct head *b);
// Appends the key (pch.h) of what stands for the first `length` directives; of the lead behind some definitions (texts).
void head_put_key(const struct head *head, const struct strtab *texts, uint32_t length, struct buf *key);
void head_put_lead_key(const struct head *head, const struct strtab *texts, const uint32_t *defines, uint32_t count, struct buf *key);

#endif
