// What a source starts with, told so that what is equal for two units means the same for both.
#ifndef FRONTEND_HEAD_H
#define FRONTEND_HEAD_H

#include "frontend/database.h"
#include "frontend/directives.h"
#include "frontend/lead.h"

struct head {
    uint64_t flags; // hash of all that must be equal
    directive_vec directives;
    VEC(uint32_t) keys; // by directive: a text that is equal where it means the same
    struct lead lead;
};

// Nothing where the unit cannot share anything. All zero is an empty head.
void head_read(const struct compile_command *command, struct strtab *texts, struct leads *leads, struct head *ret_head);
void head_done(struct head *head);

#endif
