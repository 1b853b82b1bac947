// What to write instead, as edits of the source that an editor can make: they belong to `help`, which says the same in words. Exact or
// nothing: each function returns false, and adds no edit, where the place is not plain text of the source (in a macro, say) or the
// edit could not compile. Whether it is right to make it is the rule's business.
#ifndef CHECK_FIX_H
#define CHECK_FIX_H

#include "check/pass.h"

// Argument `arg` of a call becomes `text`.
bool fix_argument(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, unsigned arg, const char *text);
// The whole call, without what follows, becomes `text`.
bool fix_call(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text);
// A call that is a statement of its own becomes the statements in `text`, in braces.
bool fix_call_statement(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text);
// `statement` is executed just before the function returns at this IR_RETURN, after the value to return was computed.
bool fix_before_return(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *statement);
// `statement` stands before the statement of a block in which the instruction is.
bool fix_before_statement(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *statement);
// The same before the loop that the jump leads into (pass_loop).
bool fix_before_loop(struct pass *pass, struct diag *diag, uint32_t func, uint32_t jump, const char *statement);
// `text` stands right behind the place of an instruction.
bool fix_behind(struct pass *pass, struct diag *diag, uint32_t func, uint32_t inst, const char *text);
// Takes back what was added.
void fix_drop(struct diag *diag);
// Whether the variable's name means it at this instruction.
bool fix_sees(const struct pass *pass, uint32_t func, uint32_t var, uint32_t inst);

#endif
