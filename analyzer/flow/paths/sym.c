#include "flow/paths/sym.h"

#include <stdlib.h>
#include <string.h>

static uint32_t add_node(struct syms *syms, const struct sym *node) {
    if (syms->count / SYM_CHUNK == syms->chunks.len)
        vec_push(&syms->chunks, mem_zalloc(SYM_CHUNK * sizeof *node));
    syms->chunks.items[syms->count / SYM_CHUNK][syms->count % SYM_CHUNK] = *node;
    return syms->count++;
}

void syms_init(struct syms *syms) {
    *syms = (struct syms){.slot_count = 1024};
    syms->slots = mem_zalloc(syms->slot_count * sizeof *syms->slots);
    add_node(syms, &(struct sym){.is_entry = true}); // SYM_NONE has id 0
}

void syms_done(struct syms *syms) {
    for (size_t i = 0; i < syms->chunks.len; i++)
        free(syms->chunks.items[i]);
    vec_done(&syms->chunks);
    free(syms->slots);
    *syms = (struct syms){0};
}

// Mixed here and not in base/map.c because it is inlined: no function of the program is called more often.
static inline uint32_t node_hash(const struct sym *node) {
    uint64_t h = ((uint64_t)node->a << 32 | node->b) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    h = (h + ((uint64_t)node->c << 16 | (uint64_t)node->kind << 8 | node->sub)) * UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)(h >> 32);
}

static bool is_same(const struct sym *a, const struct sym *b) {
    return a->kind == b->kind && a->sub == b->sub && a->a == b->a && a->b == b->b && a->c == b->c;
}

static struct sym_slot *probe(const struct syms *syms, const struct sym *node, uint32_t hash) {
    uint32_t mask = syms->slot_count - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        struct sym_slot *slot = &syms->slots[i];
        if (!slot->id)
            return slot;
        if (slot->hash != hash)
            continue;
        if (is_same(sym_at(syms, slot->id), node))
            return slot;
    }
}

static void insert(struct syms *syms, sym_id id) {
    const struct sym *node = sym_at(syms, id);
    uint32_t hash = node_hash(node);
    *probe(syms, node, hash) = (struct sym_slot){hash, id};
}

// In the order of the ids: who looks for a node meets no younger one on the way, which makes it simple to drop the youngest.
static void grow(struct syms *syms) {
    free(syms->slots);
    syms->slot_count *= 2;
    syms->slots = mem_zalloc(syms->slot_count * sizeof *syms->slots);
    for (sym_id id = 1; id < syms->count; id++)
        insert(syms, id);
}

// The children of a node that are nodes themselves.
static unsigned children(const struct sym *node, sym_id out[3]) {
    switch ((enum sym_kind)node->kind) {
    case SYM_SUM:
        out[0] = node->a, out[1] = node->b, out[2] = node->c;
        return 3;
    case SYM_OP:
    case SYM_CMP:
    case SYM_ELEM:
        out[0] = node->a, out[1] = node->b;
        return 2;
    case SYM_INIT:
    case SYM_FIELD:
    case SYM_CANCEL:
    case SYM_QUERY:
        out[0] = node->a;
        return 1;
    default:
        return 0;
    }
}

void sym_parts(const struct sym *node, enum sym_part ret_parts[3]) {
    sym_id kids[3];
    for (unsigned i = 0, n = children(node, kids); i < 3; i++)
        ret_parts[i] = i < n ? PART_SYM : PART_NUMBER;
    bool is_at_address = node->kind == SYM_FRESH && node->sub >= FRESH_BY_JOIN;
    switch ((enum sym_kind)node->kind) {
    case SYM_FRESH:
    case SYM_REGION:
    case SYM_NOW:
        ret_parts[0] = PART_FUNC;
        ret_parts[1] = is_at_address ? PART_NUMBER : PART_INST;
        ret_parts[2] = is_at_address || node->kind == SYM_REGION ? PART_SYM : PART_NUMBER;
        break;
    case SYM_LOCAL:
        ret_parts[0] = PART_FUNC;
        ret_parts[1] = PART_VAR;
        break;
    case SYM_FUNC: ret_parts[0] = PART_FUNC; break;
    case SYM_GLOBAL: ret_parts[0] = PART_GLOBAL; break;
    case SYM_CTX: ret_parts[0] = PART_BIND; break;
    case SYM_FIELD: ret_parts[1] = PART_FIELD; break;
    default: break;
    }
}

static bool is_made_by_function(enum sym_kind kind) {
    switch (kind) {
    case SYM_FRESH:
    case SYM_LOCAL:
    case SYM_REGION:
    case SYM_CTX:
    case SYM_NOW: return true;
    default: return false;
    }
}

// What is known of a node once and for all.
static void describe(const struct syms *syms, struct sym *node, sym_id id) {
    sym_id kids[3];
    node->is_own = is_made_by_function((enum sym_kind)node->kind);
    node->is_entry = !node->is_own && node->kind != SYM_TEXT;
    node->asks = node->kind == SYM_QUERY;
    node->root = node->kind == SYM_FIELD || node->kind == SYM_ELEM ? sym_at(syms, node->a)->root : id;
    for (unsigned i = 0, n = children(node, kids); i < n; i++) {
        const struct sym *kid = sym_at(syms, kids[i]);
        if (kids[i] && kid->depth >= node->depth && kid->depth < SYM_DEPTH_MAX)
            node->depth = (uint8_t)(kid->depth + 1);
        node->is_own = node->is_own || kid->is_own;
        node->is_entry = node->is_entry && kid->is_entry;
        node->asks = node->asks || kid->asks;
    }
}

sym_id sym_make(struct syms *syms, enum sym_kind kind, uint8_t sub, uint32_t a, uint32_t b, uint32_t c) {
    struct sym node = {.kind = (uint8_t)kind, .sub = sub, .a = a, .b = b, .c = c};
    uint32_t hash = node_hash(&node);
    struct sym_slot *recent = &syms->recent[hash % SYM_RECENT];
    if (recent->hash == hash && recent->id && recent->id < syms->count && is_same(sym_at(syms, recent->id), &node))
        return recent->id;
    struct sym_slot *slot = probe(syms, &node, hash);
    if (slot->id) {
        *recent = *slot;
        return slot->id;
    }
    if ((size_t)syms->count * 4 >= (size_t)syms->slot_count * 3) {
        grow(syms);
        slot = probe(syms, &node, hash);
    }
    describe(syms, &node, syms->count);
    *slot = *recent = (struct sym_slot){hash, add_node(syms, &node)};
    return slot->id;
}

static struct sym *node_at(struct syms *syms, sym_id id) {
    return &syms->chunks.items[id / SYM_CHUNK][id % SYM_CHUNK];
}

void sym_note_allocated(struct syms *syms, sym_id id) {
    node_at(syms, id)->is_allocated = true;
}

void sym_note_derived(struct syms *syms, sym_id id) {
    node_at(syms, id)->is_derived = true;
}

void sym_note_taken(struct syms *syms, sym_id id) {
    node_at(syms, id)->is_taken = true;
}

static void move_part(sym_id first, const sym_id *places, sym_id *part) {
    if (*part >= first)
        *part = places[*part - first];
}

void syms_drop(struct syms *syms, sym_id first, sym_id *places) {
    uint32_t count = syms->count;
    for (sym_id id = count; id-- > first;)
        probe(syms, sym_at(syms, id), node_hash(sym_at(syms, id)))->id = SYM_NONE;
    syms->count = first;
    for (sym_id id = first; id < count; id++) {
        if (!places[id - first])
            continue;
        struct sym node = *sym_at(syms, id);
        sym_id *values[] = {&node.a, &node.b, &node.c};
        enum sym_part parts[3];
        sym_parts(&node, parts);
        for (unsigned i = 0; i < 3; i++)
            if (parts[i] == PART_SYM)
                move_part(first, places, values[i]);
        places[id - first] = syms->count;
        move_part(first, places, &node.root);
        insert(syms, add_node(syms, &node));
    }
}

sym_id sym_int(struct syms *syms, int64_t value) {
    return sym_make(syms, SYM_INT, 0, (uint32_t)((uint64_t)value >> 32), (uint32_t)value, 0);
}

bool sym_is_int(const struct syms *syms, sym_id id, int64_t *ret_value) {
    const struct sym *node = sym_at(syms, id);
    if (node->kind != SYM_INT)
        return false;
    *ret_value = (int64_t)((uint64_t)node->a << 32 | node->b);
    return true;
}

sym_id sym_float(struct syms *syms, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return sym_make(syms, SYM_FLOAT, 0, (uint32_t)(bits >> 32), (uint32_t)bits, 0);
}

bool sym_is_float(const struct syms *syms, sym_id id, double *ret_value) {
    const struct sym *node = sym_at(syms, id);
    if (node->kind != SYM_FLOAT)
        return false;
    uint64_t bits = (uint64_t)node->a << 32 | node->b;
    memcpy(ret_value, &bits, sizeof bits);
    return true;
}

void sym_linear(const struct syms *syms, sym_id id, struct linear *ret_linear) {
    struct linear_term *terms = ret_linear->terms; // only as many as are used are written: this is called very often
    const struct sym *node = sym_at(syms, id);
    sym_id at = id;
    uint32_t count = 0;
    for (; node->kind == SYM_SUM; at = node->a, node = sym_at(syms, at)) {
        ENSURE(count < SYM_TERMS);
        terms[count].atom = node->b;
        terms[count].coefficient = 0;
        sym_is_int(syms, node->c, &terms[count++].coefficient);
    }
    ret_linear->constant = 0;
    if (at && !sym_is_int(syms, at, &ret_linear->constant)) {
        ENSURE(count < SYM_TERMS);
        terms[count++] = (struct linear_term){at, 1};
    }
    for (uint32_t i = 0; i < count / 2; i++) { // sums nest with the largest atom outside: reverse to ascending
        struct linear_term swap = terms[i];
        terms[i] = terms[count - 1 - i];
        terms[count - 1 - i] = swap;
    }
    ret_linear->count = count;
}

sym_id sym_from_linear(struct syms *syms, const struct linear *linear) {
    if (linear->count == 1 && linear->terms[0].coefficient == 1 && !linear->constant)
        return linear->terms[0].atom;
    sym_id sum = linear->count && !linear->constant ? SYM_NONE : sym_int(syms, linear->constant);
    for (uint32_t i = 0; i < linear->count; i++)
        sum = sym_make(syms, SYM_SUM, 0, sum, linear->terms[i].atom, sym_int(syms, linear->terms[i].coefficient));
    return sum;
}

bool linear_add(struct linear *left, const struct linear *right, int64_t factor) {
    struct linear out;
    int64_t scaled;
    out.count = 0;
    if (__builtin_mul_overflow(right->constant, factor, &scaled) || __builtin_add_overflow(left->constant, scaled, &out.constant))
        return false;
    for (uint32_t i = 0, j = 0; i < left->count || j < right->count;) {
        sym_id a = i < left->count ? left->terms[i].atom : UINT32_MAX;
        sym_id b = j < right->count ? right->terms[j].atom : UINT32_MAX;
        int64_t coefficient = 0;
        if (b <= a && __builtin_mul_overflow(right->terms[j++].coefficient, factor, &coefficient))
            return false;
        if (a <= b && __builtin_add_overflow(left->terms[i++].coefficient, coefficient, &coefficient))
            return false;
        if (!coefficient)
            continue;
        if (out.count == SYM_TERMS)
            return false;
        out.terms[out.count].atom = a < b ? a : b;
        out.terms[out.count++].coefficient = coefficient;
    }
    *left = out;
    return true;
}

static bool fold_ints(enum ir_binary op, int64_t a, int64_t b, int64_t *ret) {
    switch (op) {
    case IR_ADD: return !__builtin_add_overflow(a, b, ret);
    case IR_SUB: return !__builtin_sub_overflow(a, b, ret);
    case IR_MUL: return !__builtin_mul_overflow(a, b, ret);
    case IR_DIV: return b && !(b == -1 && a == INT64_MIN) ? (*ret = a / b, true) : false;
    case IR_REM: return b && b != -1 ? (*ret = a % b, true) : false;
    case IR_SHL: return b >= 0 && b < 63 && a >= 0 && a <= INT64_MAX >> b ? (*ret = a << b, true) : false;
    case IR_SHR: return b >= 0 && b < 64 ? (*ret = a >> b, true) : false;
    case IR_AND: return *ret = a & b, true;
    case IR_OR: return *ret = a | b, true;
    case IR_XOR: return *ret = a ^ b, true;
    case IR_EQ: return *ret = a == b, true;
    case IR_NE: return *ret = a != b, true;
    case IR_LT: return *ret = a < b, true;
    case IR_LE: return *ret = a <= b, true;
    case IR_GT: return *ret = a > b, true;
    case IR_GE: return *ret = a >= b, true;
    }
    return false;
}

static bool as_double(const struct syms *syms, sym_id id, double *ret) {
    int64_t whole;
    if (sym_is_int(syms, id, &whole))
        return *ret = (double)whole, true;
    return sym_is_float(syms, id, ret);
}

static sym_id fold_floats(struct syms *syms, enum ir_binary op, double a, double b) {
    switch (op) {
    case IR_ADD: return sym_float(syms, a + b);
    case IR_SUB: return sym_float(syms, a - b);
    case IR_MUL: return sym_float(syms, a * b);
    case IR_DIV: return b != 0 ? sym_float(syms, a / b) : SYM_NONE;
    case IR_EQ: return sym_int(syms, a == b);
    case IR_NE: return sym_int(syms, a != b);
    case IR_LT: return sym_int(syms, a < b);
    case IR_LE: return sym_int(syms, a <= b);
    case IR_GT: return sym_int(syms, a > b);
    case IR_GE: return sym_int(syms, a >= b);
    default: return SYM_NONE;
    }
}

static sym_id opaque(struct syms *syms, enum ir_binary op, sym_id left, sym_id right) {
    if (sym_at(syms, left)->depth + sym_at(syms, right)->depth > SYM_DEPTH)
        return SYM_NONE; // the caller makes a fresh value of it
    bool commutes = op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR || op == IR_ADD;
    if (commutes && left > right)
        return sym_make(syms, SYM_OP, (uint8_t)op, right, left, 0);
    return sym_make(syms, SYM_OP, (uint8_t)op, left, right, 0);
}

// sum + factor * value; false on overflow or too many terms.
static bool add_value(const struct syms *syms, struct linear *sum, sym_id value, int64_t factor) {
    struct linear other;
    int64_t number;
    if (sym_is_int(syms, value, &number))
        return !__builtin_mul_overflow(number, factor, &number) && !__builtin_add_overflow(sum->constant, number, &sum->constant);
    sym_linear(syms, value, &other);
    return linear_add(sum, &other, factor);
}

static sym_id linear_binary(struct syms *syms, enum ir_binary op, sym_id left, sym_id right) {
    int64_t factor;
    struct linear out;
    if (op == IR_MUL) {
        bool is_scaled = sym_is_int(syms, right, &factor);
        if (!is_scaled && !sym_is_int(syms, left, &factor))
            return SYM_NONE;
        out.count = 0;
        out.constant = 0;
        return add_value(syms, &out, is_scaled ? left : right, factor) ? sym_from_linear(syms, &out) : SYM_NONE;
    }
    sym_linear(syms, left, &out);
    return add_value(syms, &out, right, op == IR_SUB ? -1 : 1) ? sym_from_linear(syms, &out) : SYM_NONE;
}

static int64_t gcd(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

// `sum <op> 0` as SYM_CMP in normal form: leading coefficient positive, coefficients without common divisor. `negate` tells that the
// truth is the opposite.
static sym_id compare(struct syms *syms, enum ir_binary op, sym_id left, sym_id right) {
    struct linear diff;
    sym_linear(syms, left, &diff);
    if (!add_value(syms, &diff, right, -1))
        return opaque(syms, op, left, right);
    int64_t constant = diff.constant, divisor = 0, truth;
    if (!diff.count)
        return fold_ints(op, constant, 0, &truth) ? sym_int(syms, truth) : SYM_NONE;
    for (uint32_t i = 0; i < diff.count; i++)
        divisor = gcd(divisor, diff.terms[i].coefficient);
    bool flip = diff.terms[0].coefficient < 0;
    if (constant == INT64_MIN)
        return opaque(syms, op, left, right);
    for (uint32_t i = 0; i < diff.count; i++)
        diff.terms[i].coefficient /= flip ? -divisor : divisor;
    diff.constant = 0;
    sym_id key = sym_from_linear(syms, &diff);
    int64_t bound = -constant; // sum * divisor <op> bound, before the flip
    bool is_eq = op == IR_EQ || op == IR_NE;
    if (is_eq) {
        if (bound % divisor)
            return sym_int(syms, op == IR_NE);
        sym_id cmp = sym_make(syms, SYM_CMP, SYM_EQ, key, sym_int(syms, (flip ? -bound : bound) / divisor), 0);
        return op == IR_EQ ? cmp : sym_unary(syms, IR_NOT, cmp);
    }
    // reduce to <= : x < b is x <= b-1; x > b is !(x <= b); x >= b is !(x <= b-1); flipped signs turn <= into >=
    bool negate = op == IR_GT || op == IR_GE;
    if (op == IR_LT || op == IR_GE)
        bound--;
    if (flip) { // -d*key <= bound  <=>  key >= -bound/d  <=>  !(key <= ceil(-bound/d) - 1)
        negate = !negate;
        bound = -bound - 1;
    }
    int64_t quotient = bound / divisor - (bound % divisor < 0); // floor
    sym_id cmp = sym_make(syms, SYM_CMP, SYM_LE, key, sym_int(syms, quotient), 0);
    return negate ? sym_unary(syms, IR_NOT, cmp) : cmp;
}

// Two places in one array differ by their indices. False where the addresses have no common base.
static bool array_indices(struct syms *syms, sym_id *left, sym_id *right) {
    struct sym a = *sym_at(syms, *left), b = *sym_at(syms, *right);
    sym_id zero = sym_int(syms, 0);
    if (a.kind == SYM_ELEM && b.kind == SYM_ELEM && a.a == b.a && a.b && b.b) {
        *left = a.b, *right = b.b;
        return true;
    }
    if (a.kind == SYM_ELEM && a.a == *right && a.b) {
        *left = a.b, *right = zero;
        return true;
    }
    if (b.kind == SYM_ELEM && b.a == *left && b.b) {
        *left = zero, *right = b.b;
        return true;
    }
    return false;
}

sym_id sym_binary(struct syms *syms, enum ir_binary op, sym_id left, sym_id right) {
    int64_t a, b, folded;
    double x, y;
    if (!left || !right)
        return SYM_NONE;
    if (sym_is_int(syms, left, &a) && sym_is_int(syms, right, &b))
        return fold_ints(op, a, b, &folded) ? sym_int(syms, folded) : SYM_NONE;
    bool has_float = sym_at(syms, left)->kind == SYM_FLOAT || sym_at(syms, right)->kind == SYM_FLOAT;
    if (has_float && as_double(syms, left, &x) && as_double(syms, right, &y))
        return fold_floats(syms, op, x, y);
    if (has_float)
        return opaque(syms, op, left, right);
    if ((op >= IR_EQ || op == IR_SUB) && array_indices(syms, &left, &right))
        return sym_binary(syms, op, left, right);
    if (op >= IR_EQ)
        return compare(syms, op, left, right);
    if (op == IR_SHL && sym_is_int(syms, right, &b) && b >= 0 && b < 62) {
        op = IR_MUL;
        right = sym_int(syms, (int64_t)1 << b);
    }
    if (op == IR_ADD || op == IR_SUB || op == IR_MUL) {
        sym_id sum = linear_binary(syms, op, left, right);
        return sum ? sum : opaque(syms, op, left, right);
    }
    if (sym_is_int(syms, right, &b) && ((op == IR_DIV && b == 1) || (b == 0 && (op == IR_OR || op == IR_XOR || op == IR_SHR))))
        return left;
    return opaque(syms, op, left, right);
}

sym_id sym_unary(struct syms *syms, enum ir_unary op, sym_id value) {
    int64_t number;
    double real;
    if (!value)
        return SYM_NONE;
    if (sym_is_int(syms, value, &number) && (op != IR_NEG || number != INT64_MIN))
        return sym_int(syms, op == IR_NEG ? -number : op == IR_NOT ? !number : ~number);
    if (sym_is_float(syms, value, &real) && op == IR_NEG)
        return sym_float(syms, -real);
    if (op == IR_NOT)
        return compare(syms, IR_EQ, value, sym_int(syms, 0));
    if (op == IR_NEG)
        return sym_binary(syms, IR_SUB, sym_int(syms, 0), value);
    return sym_binary(syms, IR_SUB, sym_int(syms, -1), value); // ~x == -1 - x
}

sym_id sym_cast(struct syms *syms, sym_id value, const struct ir_type *type) {
    int64_t number;
    double real;
    if (type->kind == IR_FLOAT)
        return sym_is_int(syms, value, &number) ? sym_float(syms, (double)number) : value;
    if (sym_is_float(syms, value, &real))
        return real > -9.2e18 && real < 9.2e18 ? sym_int(syms, (int64_t)real) : SYM_NONE;
    if (!sym_is_int(syms, value, &number))
        return value;
    if (type->kind == IR_BOOL)
        return sym_int(syms, number != 0);
    unsigned bits = type->size * 8;
    if ((type->kind != IR_INT && type->kind != IR_UINT && type->kind != IR_ENUM) || bits == 0 || bits >= 64)
        return value;
    uint64_t low = (uint64_t)number & ((UINT64_C(1) << bits) - 1);
    if (type->kind == IR_INT && low >> (bits - 1))
        low |= ~UINT64_C(0) << bits;
    return sym_int(syms, (int64_t)low);
}

bool sym_walk(const struct syms *syms, sym_id id, bool (*visit)(void *data, sym_id id), void *data) {
    if (!id)
        return true;
    if (!sym_at(syms, id)->depth)
        return visit(data, id);
    sym_id kids[3];
    for (unsigned i = 0, n = children(sym_at(syms, id), kids); i < n; i++)
        if (!sym_walk(syms, kids[i], visit, data))
            return false;
    return visit(data, id);
}

// A node is made after its children, so its id is larger than any of theirs.
bool sym_mentions(const struct syms *syms, sym_id id, sym_id part) {
    if (id <= part)
        return id == part;
    sym_id kids[3];
    for (unsigned i = 0, n = children(sym_at(syms, id), kids); i < n; i++)
        if (sym_mentions(syms, kids[i], part))
            return true;
    return false;
}

void sym_mark(const struct syms *syms, sym_id id, uint32_t *marks, uint32_t mark) {
    if (!id || marks[id] == mark)
        return;
    marks[id] = mark;
    if (!sym_at(syms, id)->depth)
        return; // there is nothing in it
    sym_id kids[3];
    for (unsigned i = 0, n = children(sym_at(syms, id), kids); i < n; i++)
        sym_mark(syms, kids[i], marks, mark);
}
