// The cancel that a lost context lacks, as a statement, and where it can be put without ending anything twice.
#ifndef RULES_CANCELLING_H
#define RULES_CANCELLING_H

#include "check/fix.h"

// The function of the code base that ends contexts of this library and type, "" where there is none.
const char *cancelling_function(const struct pass *pass, uint32_t func, uint32_t type, const struct role *derive);
// The statement that cancels the lost context at the return that loses it: "ctx_cancel(work);". NULL where that is not known, or
// where it would be wrong on another way to the same return.
const char *cancelling_statement(struct pass *pass, const struct leak *leak);

#endif
