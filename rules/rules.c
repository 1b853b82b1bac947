// The list of rules. A new rule is one file beside this one, one line in rules.def and one folder in testdata/.
#include "check/rule.h"

#include <string.h>

#define RULE(name) extern const struct rule rule_##name;
#include "rules.def"
#undef RULE

const struct rule *const all_rules[] = {
#define RULE(name) &rule_##name,
#include "rules.def"
#undef RULE
};

const unsigned rule_count = ARRAY_LEN(all_rules);

const struct rule *rule_find(const char *id) {
    for (unsigned i = 0; i < rule_count; i++)
        if (strcmp(all_rules[i]->id, id) == 0)
            return all_rules[i];
    return NULL;
}
