#include "flow/paths/facts.h"

#include <stdlib.h>
#include <string.h>

static const struct interval everything = {INT64_MIN, INT64_MAX};

// Index of the first fact whose key is not below this one.
static size_t lower_bound(const struct facts *facts, sym_id key) {
    size_t low = 0, high = facts->items.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (facts->items.items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct fact *find(const struct facts *facts, sym_id key) {
    size_t at = lower_bound(facts, key);
    return at < facts->items.len && facts->items.items[at].key == key ? &facts->items.items[at] : NULL;
}

static struct interval intersect(struct interval a, struct interval b) {
    return (struct interval){a.low > b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}

static int64_t saturating_add(int64_t a, int64_t b) {
    int64_t sum;
    if (a == INT64_MIN || b == INT64_MIN)
        return INT64_MIN;
    if (a == INT64_MAX || b == INT64_MAX)
        return INT64_MAX;
    return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? INT64_MIN : INT64_MAX) : sum;
}

static int64_t saturating_mul(int64_t a, int64_t factor) {
    int64_t product;
    if (a == INT64_MIN || a == INT64_MAX)
        return (a < 0) == (factor < 0) ? INT64_MAX : INT64_MIN;
    return __builtin_mul_overflow(a, factor, &product) ? ((a < 0) == (factor < 0) ? INT64_MAX : INT64_MIN) : product;
}

// What the kind of a node alone tells.
static struct interval by_shape(const struct syms *syms, sym_id id) {
    const struct sym *node = sym_at(syms, id);
    int64_t number;
    switch ((enum sym_kind)node->kind) {
    case SYM_INT: return sym_is_int(syms, id, &number) ? (struct interval){number, number} : everything;
    case SYM_CMP: return (struct interval){0, 1};
    case SYM_LOCAL:
    case SYM_GLOBAL:
    case SYM_FUNC:
    case SYM_FIELD:
    case SYM_ELEM:
    case SYM_TEXT:
    case SYM_CANCEL: return (struct interval){1, INT64_MAX};
    case SYM_OP:
        if (node->sub >= IR_EQ)
            return (struct interval){0, 1};
        if (node->sub == IR_AND && ((sym_is_int(syms, node->b, &number) && number >= 0) || (sym_is_int(syms, node->a, &number) && number >= 0)))
            return (struct interval){0, number};
        if (node->sub == IR_REM && sym_is_int(syms, node->b, &number) && number > 0)
            return (struct interval){1 - number, number - 1};
        return everything;
    default: return everything;
    }
}

static struct interval atom_interval(const struct facts *facts, const struct syms *syms, sym_id atom) {
    struct interval out = by_shape(syms, atom);
    const struct fact *fact = find(facts, atom);
    return fact ? intersect(out, (struct interval){fact->low, fact->high}) : out;
}

struct interval facts_interval(const struct facts *facts, const struct syms *syms, sym_id value) {
    if (!value)
        return everything;
    if (sym_at(syms, value)->kind != SYM_SUM)
        return atom_interval(facts, syms, value);
    struct linear sum;
    sym_linear(syms, value, &sum);
    struct interval out = {sum.constant, sum.constant};
    for (uint32_t i = 0; i < sum.count; i++) {
        struct interval atom = atom_interval(facts, syms, sum.terms[i].atom);
        int64_t factor = sum.terms[i].coefficient;
        out.low = saturating_add(out.low, saturating_mul(factor > 0 ? atom.low : atom.high, factor));
        out.high = saturating_add(out.high, saturating_mul(factor > 0 ? atom.high : atom.low, factor));
    }
    const struct fact *fact = find(facts, value);
    return fact ? intersect(out, (struct interval){fact->low, fact->high}) : out;
}

static bool excludes(const struct fact *fact, int64_t number) {
    for (uint32_t i = 0; fact && i < fact->excluded_count; i++)
        if (fact->excluded[i] == number)
            return true;
    return false;
}

// Two different pointers, one of which was made new: never equal.
static bool is_new_and_other(const struct syms *syms, sym_id key) {
    struct linear sum;
    sym_linear(syms, key, &sum);
    if (sum.count != 2 || sum.terms[0].coefficient != 1 || sum.terms[1].coefficient != -1)
        return false;
    return sym_at(syms, sum.terms[0].atom)->kind == SYM_CTX || sym_at(syms, sum.terms[1].atom)->kind == SYM_CTX;
}

// The comparison `key <sub> bound` under the facts: 1, 0 or -1 (unknown).
static int compare_truth(const struct facts *facts, const struct syms *syms, const struct sym *cmp) {
    int64_t bound = 0;
    sym_is_int(syms, cmp->b, &bound);
    struct interval range = facts_interval(facts, syms, cmp->a);
    if (cmp->sub == SYM_LE)
        return range.high <= bound ? 1 : range.low > bound ? 0 : -1;
    if (range.low == bound && range.high == bound)
        return 1;
    if (bound == 0 && is_new_and_other(syms, cmp->a))
        return 0;
    return bound < range.low || bound > range.high || excludes(find(facts, cmp->a), bound) ? 0 : -1;
}

int facts_truth(const struct facts *facts, const struct syms *syms, sym_id value) {
    if (!value)
        return -1;
    const struct sym *node = sym_at(syms, value);
    if (node->kind == SYM_CMP) {
        const struct sym *inner = sym_at(syms, node->a);
        int known = compare_truth(facts, syms, node);
        if (known >= 0 || inner->kind != SYM_CMP)
            return known;
        int64_t bound = 0;
        sym_is_int(syms, node->b, &bound);
        int truth = facts_truth(facts, syms, node->a); // a comparison of a comparison with 0 or 1
        if (truth < 0)
            return -1;
        return node->sub == SYM_EQ ? truth == bound : truth <= bound;
    }
    struct interval range = facts_interval(facts, syms, value);
    if (range.low == 0 && range.high == 0)
        return 0;
    return range.low > 0 || range.high < 0 || excludes(find(facts, value), 0) ? 1 : -1;
}

static struct fact *insert(struct facts *facts, sym_id key) {
    size_t at = facts->items.len;
    while (at > 0 && facts->items.items[at - 1].key >= key)
        at--;
    if (at < facts->items.len && facts->items.items[at].key == key)
        return &facts->items.items[at];
    vec_push(&facts->items, (struct fact){0});
    memmove(&facts->items.items[at + 1], &facts->items.items[at], (facts->items.len - 1 - at) * sizeof(struct fact));
    facts->items.items[at] = (struct fact){.key = key, .low = INT64_MIN, .high = INT64_MAX};
    return &facts->items.items[at];
}

static bool tighten(struct fact *fact) {
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < fact->excluded_count; i++) {
            int64_t number = fact->excluded[i];
            if (number > fact->low && number < fact->high)
                continue;
            if (number == fact->low && fact->low < INT64_MAX)
                fact->low++;
            else if (number == fact->high && fact->high > INT64_MIN)
                fact->high--;
            fact->excluded[i--] = fact->excluded[--fact->excluded_count];
            again = true;
        }
    }
    return fact->low <= fact->high;
}

static sym_id substitute(struct syms *syms, sym_id id, const struct facts *facts);

// After a value became pinned: facts over terms that contain it may now be decided.
static bool recheck(struct facts *facts, struct syms *syms, sym_id pinned) {
    for (size_t i = 0; i < facts->items.len; i++) {
        struct fact fact = facts->items.items[i];
        if (fact.key == pinned || !sym_mentions(syms, fact.key, pinned))
            continue;
        int64_t number;
        sym_id folded = substitute(syms, fact.key, facts);
        if (folded && sym_is_int(syms, folded, &number) && (number < fact.low || number > fact.high || excludes(&fact, number)))
            return false;
    }
    return true;
}

static bool assume_compare(struct facts *facts, struct syms *syms, const struct sym *cmp, bool truth) {
    int64_t bound = 0;
    sym_is_int(syms, cmp->b, &bound);
    sym_id key = cmp->a;
    if (sym_at(syms, key)->kind == SYM_CMP) { // (comparison) == 0, == 1, <= 0
        if (bound == 0)
            return facts_assume(facts, syms, key, !truth);
        if (bound == 1 && cmp->sub == SYM_EQ)
            return facts_assume(facts, syms, key, truth);
    }
    struct interval range = facts_interval(facts, syms, key);
    struct fact *fact = insert(facts, key);
    fact->low = fact->low > range.low ? fact->low : range.low;
    fact->high = fact->high < range.high ? fact->high : range.high;
    if (cmp->sub == SYM_LE && truth)
        fact->high = fact->high < bound ? fact->high : bound;
    else if (cmp->sub == SYM_LE)
        fact->low = fact->low > bound ? fact->low : bound == INT64_MAX ? bound : bound + 1;
    else if (truth && excludes(fact, bound))
        return false;
    else if (truth) {
        fact->low = fact->low > bound ? fact->low : bound;
        fact->high = fact->high < bound ? fact->high : bound;
    } else if (fact->excluded_count < FACT_EXCLUDED && !excludes(fact, bound))
        fact->excluded[fact->excluded_count++] = bound;
    if (!tighten(fact))
        return false;
    return fact->low != fact->high || recheck(facts, syms, key);
}

bool facts_assume(struct facts *facts, struct syms *syms, sym_id value, bool truth) {
    int known = facts_truth(facts, syms, value);
    if (known >= 0)
        return known == truth;
    if (!value)
        return true;
    if (sym_at(syms, value)->kind != SYM_CMP) {
        sym_id zero = sym_binary(syms, IR_EQ, value, sym_int(syms, 0));
        if (!zero || sym_at(syms, zero)->kind != SYM_CMP)
            return true;
        value = zero;
        truth = !truth;
    }
    return assume_compare(facts, syms, sym_at(syms, value), truth);
}

static bool restrict_by_assuming(struct facts *facts, struct syms *syms, sym_id value, const struct fact *like) {
    if (like->low != INT64_MIN && !facts_assume(facts, syms, sym_binary(syms, IR_GE, value, sym_int(syms, like->low)), true))
        return false;
    if (like->high != INT64_MAX && !facts_assume(facts, syms, sym_binary(syms, IR_LE, value, sym_int(syms, like->high)), true))
        return false;
    for (uint32_t i = 0; i < like->excluded_count; i++)
        if (!facts_assume(facts, syms, sym_binary(syms, IR_EQ, value, sym_int(syms, like->excluded[i])), false))
            return false;
    return true;
}

static bool allows(const struct fact *fact, int64_t number) {
    return number >= fact->low && number <= fact->high && !excludes(fact, number);
}

// Comparisons are nodes that nothing else needs: for a value that is its own key they are not made.
bool facts_restrict(struct facts *facts, struct syms *syms, sym_id value, const struct fact *like) {
    const struct sym *node = sym_at(syms, value);
    int64_t number;
    if (sym_is_int(syms, value, &number))
        return allows(like, number);
    if (node->kind == SYM_SUM || node->kind == SYM_CMP || node->kind == SYM_FLOAT || node->kind == SYM_ELEM || node->kind == SYM_CTX || !value)
        return restrict_by_assuming(facts, syms, value, like);
    struct interval range = facts_interval(facts, syms, value);
    const struct fact *known = find(facts, value);
    bool says_more = like->low > range.low || like->high < range.high;
    for (uint32_t i = 0; i < like->excluded_count; i++)
        says_more |= like->excluded[i] >= range.low && like->excluded[i] <= range.high && !excludes(known, like->excluded[i]);
    if (!says_more)
        return true;
    struct fact *fact = insert(facts, value);
    range = intersect(range, (struct interval){like->low, like->high});
    fact->low = range.low, fact->high = range.high;
    for (uint32_t i = 0; i < like->excluded_count && fact->excluded_count < FACT_EXCLUDED; i++)
        if (!excludes(fact, like->excluded[i]))
            fact->excluded[fact->excluded_count++] = like->excluded[i];
    if (!tighten(fact))
        return false;
    return fact->low != fact->high || recheck(facts, syms, value);
}

// Rebuilds a value with pinned parts replaced; only arithmetic is rebuilt.
static sym_id substitute(struct syms *syms, sym_id id, const struct facts *facts) {
    if (!id)
        return id;
    struct sym node = *sym_at(syms, id);
    if (node.kind == SYM_INT || node.kind == SYM_FLOAT)
        return id;
    const struct fact *fact = find(facts, id);
    if (fact && fact->low == fact->high)
        return sym_int(syms, fact->low);
    if (node.kind == SYM_OP) {
        sym_id left = substitute(syms, node.a, facts), right = substitute(syms, node.b, facts);
        sym_id out = left == node.a && right == node.b ? id : sym_binary(syms, (enum ir_binary)node.sub, left, right);
        return out ? out : id;
    }
    if (node.kind == SYM_CMP) {
        sym_id sum = substitute(syms, node.a, facts);
        return sum == node.a ? id : sym_binary(syms, node.sub == SYM_LE ? IR_LE : IR_EQ, sum, node.b);
    }
    if (node.kind == SYM_SUM) {
        struct linear sum;
        sym_linear(syms, id, &sum);
        sym_id out = sym_int(syms, sum.constant);
        for (uint32_t i = 0; i < sum.count && out; i++) {
            sym_id atom = substitute(syms, sum.terms[i].atom, facts);
            out = sym_binary(syms, IR_ADD, out, sym_binary(syms, IR_MUL, atom, sym_int(syms, sum.terms[i].coefficient)));
        }
        return out ? out : id;
    }
    return id;
}

sym_id facts_simplify(const struct facts *facts, struct syms *syms, sym_id value) {
    return facts->items.len ? substitute(syms, value, facts) : value;
}

void facts_copy(struct facts *to, const struct facts *from) {
    to->items.len = 0;
    vec_reserve(&to->items, from->items.len);
    if (from->items.len)
        memcpy(to->items.items, from->items.items, from->items.len * sizeof(struct fact));
    to->items.len = from->items.len;
}

static bool same(const struct fact *a, const struct fact *b) {
    if (a->key != b->key || a->low != b->low || a->high != b->high || a->excluded_count != b->excluded_count)
        return false;
    for (uint32_t i = 0; i < a->excluded_count; i++)
        if (!excludes(b, a->excluded[i]))
            return false;
    return true;
}

bool facts_equal(const struct facts *a, const struct facts *b) {
    if (a->items.len != b->items.len)
        return false;
    for (size_t i = 0; i < a->items.len; i++)
        if (!same(&a->items.items[i], &b->items.items[i]))
            return false;
    return true;
}

static bool outside(const struct fact *fact, int64_t number) {
    return number < fact->low || number > fact->high || excludes(fact, number);
}

void facts_join(struct facts *into, const struct facts *other) {
    size_t kept = 0;
    for (size_t i = 0; i < into->items.len; i++) {
        struct fact a = into->items.items[i];
        const struct fact *b = find(other, a.key);
        if (!b)
            continue;
        struct fact joined = {.key = a.key, .low = a.low < b->low ? a.low : b->low, .high = a.high > b->high ? a.high : b->high};
        for (uint32_t k = 0; k < a.excluded_count; k++)
            if (outside(b, a.excluded[k]))
                joined.excluded[joined.excluded_count++] = a.excluded[k];
        for (uint32_t k = 0; k < b->excluded_count && joined.excluded_count < FACT_EXCLUDED; k++)
            if (outside(&a, b->excluded[k]) && !excludes(&joined, b->excluded[k]))
                joined.excluded[joined.excluded_count++] = b->excluded[k];
        if (joined.excluded_count < FACT_EXCLUDED && !excludes(&joined, 0) && joined.low <= 0 && joined.high >= 0 && outside(&a, 0) &&
            outside(b, 0))
            joined.excluded[joined.excluded_count++] = 0; // "not zero" is what most code asks
        if (joined.low != INT64_MIN || joined.high != INT64_MAX || joined.excluded_count)
            into->items.items[kept++] = joined;
    }
    into->items.len = kept;
}

void facts_widen(struct facts *facts, const struct facts *before) {
    size_t kept = 0;
    for (size_t i = 0; i < facts->items.len; i++) {
        struct fact fact = facts->items.items[i];
        const struct fact *old = find(before, fact.key);
        if (!old || fact.low != old->low)
            fact.low = INT64_MIN;
        if (!old || fact.high != old->high)
            fact.high = INT64_MAX;
        if (fact.low != INT64_MIN || fact.high != INT64_MAX || fact.excluded_count)
            facts->items.items[kept++] = fact;
    }
    facts->items.len = kept;
}

// Whether whatever `narrow` allows, `wide` allows too.
static bool implies(const struct facts *narrow, const struct facts *wide) {
    for (size_t i = 0; i < wide->items.len; i++) {
        const struct fact *b = &wide->items.items[i], *a = find(narrow, b->key);
        if (!a || a->low < b->low || a->high > b->high)
            return false;
        for (uint32_t k = 0; k < b->excluded_count; k++)
            if (!outside(a, b->excluded[k]))
                return false;
    }
    return true;
}

bool facts_join_exactly(const struct facts *a, const struct facts *b) {
    const struct fact *x = NULL, *y = NULL;
    if (implies(a, b) || implies(b, a))
        return true;
    if (a->items.len != b->items.len)
        return false;
    for (size_t i = 0; i < a->items.len; i++) {
        if (same(&a->items.items[i], &b->items.items[i]))
            continue;
        if (x || a->items.items[i].key != b->items.items[i].key)
            return false; // they differ in more than one
        x = &a->items.items[i], y = &b->items.items[i];
    }
    bool touch = (x->high != INT64_MAX && x->high + 1 >= y->low && x->low <= y->low) || (y->high != INT64_MAX && y->high + 1 >= x->low && y->low <= x->low);
    return touch && !x->excluded_count && !y->excluded_count;
}

void facts_filter(struct facts *facts, sym_id from, bool (*keep)(void *data, sym_id key), void *data) {
    size_t kept = from ? lower_bound(facts, from) : 0;
    for (size_t i = kept; i < facts->items.len; i++) {
        if (!keep(data, facts->items.items[i].key))
            continue;
        if (kept < i)
            facts->items.items[kept] = facts->items.items[i];
        kept++;
    }
    facts->items.len = kept;
}
