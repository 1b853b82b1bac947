// What the author of a rule sees. A rule is a const value at the end of its file; it reads facts from the pass and reports.
#ifndef CHECK_RULE_H
#define CHECK_RULE_H

#include "check/diag.h"

struct pass;

// The sections that `explain`, SARIF and the web site show. Plain text with ```c blocks.
struct rule_doc {
    const char *what, *why, *bad, *good, *fix, *limits;
};

struct rule {
    const char *id, *title; // title: one line, no full stop
    struct rule_doc doc;
    enum severity severity; // default
    const char *cwe;        // "CWE-772", or NULL
    void (*run)(struct pass *pass);
};

// Every rule, sorted by id (from rules/rules.def).
extern const struct rule *const all_rules[];
extern const unsigned rule_count;
const struct rule *rule_find(const char *id); // NULL: no such rule

#endif
