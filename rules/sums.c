#include "rules/sums.h"

enum { TERMS_SHOWN = 6 };

struct sum_unit sum_unit(const struct overrun *fact) {
    static const struct sum_unit units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    for (size_t i = 0;; i++) {
        bool whole = fact->allowed % units[i].ns == 0 && fact->needed % units[i].ns == 0;
        for (uint32_t k = 0; k < fact->term_count; k++)
            whole &= fact->terms[k].sum % units[i].ns == 0 && (fact->terms[k].each < 0 || fact->terms[k].each % units[i].ns == 0);
        if (whole)
            return units[i];
    }
}

const char *sum_amount(struct pass *pass, struct sum_unit unit, int64_t ns) {
    return pass_text(pass, "%lld %s", (long long)(ns / unit.ns), unit.name);
}

bool sum_has_repeated(const struct overrun *fact) {
    for (uint32_t i = 0; i < fact->term_count; i++)
        if (fact->terms[i].count > 1)
            return true;
    return false;
}

const char *sum_term(struct pass *pass, struct sum_unit unit, const struct cost_term *term, bool repeated) {
    const char *what = term->kind == COST_OF_SLEEP ? "delay" : "attempt";
    if (term->count > 1 && term->each < 0)
        return pass_text(pass, "%u %ss, together %s", term->count, what, sum_amount(pass, unit, term->sum));
    if (term->count > 1 || (repeated && term->kind == COST_OF_SLEEP))
        return pass_text(pass, "%u %s%s x %s", term->count, what, term->count > 1 ? "s" : "", sum_amount(pass, unit, term->each));
    return sum_amount(pass, unit, term->sum);
}

const char *sum_text(struct pass *pass, struct sum_unit unit, const struct overrun *fact) {
    const char *out = "";
    bool repeated = sum_has_repeated(fact);
    for (uint32_t i = 0; i < fact->term_count && i < TERMS_SHOWN; i++)
        out = pass_text(pass, "%s%s%s", out, i ? " + " : "", sum_term(pass, unit, &fact->terms[i], repeated));
    return fact->term_count > TERMS_SHOWN ? pass_text(pass, "%s + %u more", out, fact->term_count - TERMS_SHOWN) : out;
}

bool sum_has_bound(const struct overrun *fact, uint32_t func, uint32_t inst) {
    for (uint32_t i = 0; i < fact->bound_count; i++)
        if (fact->bounds[i].func == func && fact->bounds[i].inst == inst)
            return true;
    return false;
}
