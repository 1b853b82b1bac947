// Findings as bytes, to keep them: all that rules and fixes say, but neither severity nor fingerprint, which the next run decides.
#ifndef CHECK_DIAG_SAVE_H
#define CHECK_DIAG_SAVE_H

#include "base/buf.h"
#include "check/diag.h"

void diag_save(const struct diags *diags, struct buf *out);
// Appends what diag_save wrote, at *at, which moves behind it. False where it is not that, in part.
bool diag_load(const char **at, const char *end, struct diags *diags);

// The same for single values, for what is kept beside the findings.
void diag_save_number(struct buf *out, int64_t number);
void diag_save_text(struct buf *out, const char *text); // NULL stays NULL
bool diag_load_number(const char **at, const char *end, int64_t *ret_number);
bool diag_load_text(const char **at, const char *end, struct arena *arena, const char **ret_text);

#endif
