#include "flow/kept/passage.h"
#include "flow/kept/kept.h"

#include <stdlib.h>
#include <string.h>

static void put(struct passage *p, uint32_t word) {
    buf_add(p->out, &word, sizeof word);
}

static uint32_t get(struct passage *p) {
    p->is_damaged |= p->at == p->end;
    return p->is_damaged ? 0 : *p->at++;
}

void passage_number(struct passage *p, uint32_t *number) {
    if (p->mode == PASSAGE_WRITE)
        put(p, *number);
    else if (p->mode == PASSAGE_READ)
        *number = get(p);
}

void passage_long(struct passage *p, int64_t *number) {
    uint32_t low = (uint32_t)*number, high = (uint32_t)((uint64_t)*number >> 32);
    passage_number(p, &low);
    passage_number(p, &high);
    *number = (int64_t)((uint64_t)high << 32 | low);
}

void passage_bool(struct passage *p, bool *truth) {
    uint32_t number = *truth;
    passage_number(p, &number);
    *truth = number != 0;
}

void passage_byte(struct passage *p, uint8_t *byte) {
    uint32_t number = *byte;
    passage_number(p, &number);
    *byte = (uint8_t)number;
}

size_t passage_count(struct passage *p, size_t count) {
    uint32_t number = (uint32_t)count;
    passage_number(p, &number);
    if (p->mode == PASSAGE_READ && number > (size_t)(p->end - p->at)) { // an item is a word at least
        p->is_damaged = true;
        return 0;
    }
    return number;
}

// ---- ids

static void passage_id(struct passage *p, struct numbering *numbers, uint32_t none, uint32_t *id) {
    if (p->mode == PASSAGE_MARK) {
        if (*id != none)
            numbers->items[*id] = 1;
    } else if (p->mode == PASSAGE_VISIT)
        return;
    else if (p->mode == PASSAGE_WRITE)
        put(p, p->is_plain ? *id : *id == none ? 0 : numbers->items[*id]);
    else {
        uint32_t number = get(p);
        p->is_damaged |= number > numbers->count;
        *id = number && !p->is_damaged ? numbers->items[number] : none;
        p->is_lost |= number && *id == none;
    }
}

void passage_sym(struct passage *p, sym_id *sym) {
    if (p->mode == PASSAGE_VISIT && *sym)
        p->visit(p->data, sym);
    passage_id(p, &p->syms, SYM_NONE, sym);
}

void passage_bind_id(struct passage *p, uint32_t *bind) {
    if (p->mode == PASSAGE_MARK && *bind && !p->binds.items[*bind])
        vec_push(&p->new_binds, *bind);
    passage_id(p, &p->binds, 0, bind);
}

void passage_func(struct passage *p, uint32_t *func) {
    passage_id(p, &p->funcs, IR_NONE, func);
}

void passage_global(struct passage *p, uint32_t *global) {
    passage_id(p, &p->globals, IR_NONE, global);
}

void passage_field(struct passage *p, uint32_t *field) {
    passage_id(p, &p->fields, IR_NONE, field);
}

static const struct ir_func *body_of(const struct passage *p, uint32_t func) {
    return func != IR_NONE && p->flow->program->funcs[func].has_body ? p->flow->program->funcs[func].ir : NULL;
}

// A number with a mark of its own is none of an index.
static void passage_counted(struct passage *p, uint32_t first, uint32_t marked, uint32_t *index) {
    uint32_t number = *index >= marked ? *index : *index - first;
    passage_number(p, &number);
    if (p->mode == PASSAGE_READ)
        *index = number >= marked ? number : number + first;
}

void passage_inst(struct passage *p, uint32_t func, uint32_t *inst) {
    passage_counted(p, body_of(p, func) ? kept_first_inst(p->flow->program, func) : 0, IR_NONE, inst);
}

static void passage_var(struct passage *p, uint32_t func, uint32_t *var) {
    passage_counted(p, body_of(p, func) ? body_of(p, func)->vars : 0, EXEC_TEMP_VAR, var);
}

static void number_marks(struct numbering *numbers) {
    uint32_t count = 0;
    for (uint32_t id = 0; id < numbers->count; id++)
        if (numbers->items[id])
            numbers->items[id] = ++count;
}

static uint32_t count_mentioned(const struct numbering *numbers) {
    uint32_t count = 0;
    for (uint32_t id = 0; id < numbers->count; id++)
        count += numbers->items[id] != 0;
    return count;
}

uint32_t passage_bind_count(const struct passage *p) {
    return count_mentioned(&p->binds);
}

// ---- names of functions, globals and fields

typedef uint64_t name_hash(const struct program *program, uint32_t id);

static uint64_t func_hash(const struct program *program, uint32_t id) {
    return hash_bytes(program->funcs[id].usr, strlen(program->funcs[id].usr)); // told apart where there are several
}

static uint64_t global_hash(const struct program *program, uint32_t id) {
    return hash_bytes(program->globals[id].usr, strlen(program->globals[id].usr));
}

// Structs of one name may have different members.
static uint64_t field_hash(const struct program *program, uint32_t id) {
    const struct prog_field *field = &program->fields[id];
    const struct ir_unit *ir = program->units[field->unit].ir;
    const struct ir_record *record = &ir->records[ir->fields[field->field].record];
    uint64_t hash = hash_bytes(field->name, strlen(field->name));
    for (uint32_t i = 0; i < record->field_count; i++) {
        const char *name = ir_text(ir, ir->fields[record->fields + i].name);
        hash = hash_mix(hash, hash_bytes(name, strlen(name)));
    }
    return hash;
}

static void write_names(struct passage *p, struct numbering *numbers, name_hash *hash_of) {
    for (uint32_t id = 0; id < numbers->count; id++)
        if (numbers->items[id]) {
            int64_t hash = (int64_t)hash_of(p->flow->program, id);
            passage_long(p, &hash);
        }
}

static void read_names(struct passage *p, struct numbering *numbers, uint32_t count, uint32_t now, name_hash *hash_of) {
    struct map known = {0};
    for (uint32_t id = 0; id < now; id++)
        *map_put(&known, hash_of(p->flow->program, id), NULL) = id;
    numbers->items = mem_zalloc((count + 1) * sizeof *numbers->items);
    numbers->count = count;
    for (uint32_t number = 1; number <= count; number++) {
        int64_t hash;
        passage_long(p, &hash);
        const uint32_t *id = map_get(&known, (uint64_t)hash);
        numbers->items[number] = id ? *id : IR_NONE;
    }
    map_done(&known);
}

static void passage_table(struct passage *p, struct numbering *numbers, uint32_t now, name_hash *hash_of) {
    uint32_t count = (uint32_t)passage_count(p, p->mode == PASSAGE_WRITE ? count_mentioned(numbers) : 0);
    if (p->mode == PASSAGE_WRITE)
        write_names(p, numbers, hash_of);
    else
        read_names(p, numbers, count, now, hash_of);
}

void passage_func_names(struct passage *p) {
    passage_table(p, &p->funcs, p->flow->program->func_count, func_hash);
}

void passage_names(struct passage *p) {
    const struct program *program = p->flow->program;
    passage_func_names(p);
    passage_table(p, &p->globals, program->global_count, global_hash);
    passage_table(p, &p->fields, program->field_count, field_hash);
}

// ---- symbols

static void passage_part(struct passage *p, enum sym_part part, uint32_t func, uint32_t *value) {
    switch (part) {
    case PART_NUMBER: passage_number(p, value); break;
    case PART_SYM: passage_sym(p, value); break;
    case PART_FUNC: passage_func(p, value); break;
    case PART_GLOBAL: passage_global(p, value); break;
    case PART_FIELD: passage_field(p, value); break;
    case PART_BIND: passage_bind_id(p, value); break;
    case PART_INST: passage_inst(p, func, value); break;
    case PART_VAR: passage_var(p, func, value); break;
    }
}

static void passage_node(struct passage *p, struct sym *node) {
    enum sym_part parts[3];
    passage_byte(p, &node->kind);
    passage_byte(p, &node->sub);
    sym_parts(node, parts);
    passage_part(p, parts[0], IR_NONE, &node->a);
    passage_part(p, parts[1], node->a, &node->b);
    passage_part(p, parts[2], node->a, &node->c);
}

// What the engine knows of an unknown value.
struct sym_marks {
    bool is_allocated, is_derived, is_referenced;
    uint32_t container;
};

static void passage_marks(struct passage *p, struct sym_marks *marks) {
    passage_bool(p, &marks->is_allocated);
    passage_bool(p, &marks->is_derived);
    passage_bool(p, &marks->is_referenced);
    passage_field(p, &marks->container);
}

static struct sym_marks marks_of(const struct flow *flow, sym_id sym) {
    const uint32_t *taken = map_get(&flow->taken, sym);
    return (struct sym_marks){sym_at(&flow->syms, sym)->is_allocated, sym_at(&flow->syms, sym)->is_derived, taken && *taken % 2, taken ? *taken / 2 : IR_NONE};
}

static void set_marks(struct flow *flow, sym_id sym, const struct sym_marks *marks) {
    if (marks->is_allocated)
        sym_note_allocated(&flow->syms, sym);
    if (marks->is_derived)
        sym_note_derived(&flow->syms, sym);
    if (marks->container != IR_NONE) {
        sym_note_taken(&flow->syms, sym);
        *map_put(&flow->taken, sym, NULL) = 2 * marks->container + marks->is_referenced;
    }
}

static void mark_or_write_sym(struct passage *p, sym_id id) {
    struct sym node = *sym_at(&p->flow->syms, id);
    struct sym_marks marks = marks_of(p->flow, id);
    passage_node(p, &node);
    if (node.kind == SYM_FRESH)
        passage_marks(p, &marks);
}

// SYM_NONE where it is made of what is no longer there.
static sym_id read_sym(struct passage *p) {
    struct sym node = {0};
    struct sym_marks marks = {0};
    p->is_lost = false;
    passage_node(p, &node);
    if (node.kind == SYM_FRESH)
        passage_marks(p, &marks);
    p->is_damaged |= node.kind == SYM_NONE || node.kind > SYM_TEXT;
    if (p->is_damaged || p->is_lost)
        return SYM_NONE;
    sym_id id = sym_make(&p->flow->syms, (enum sym_kind)node.kind, node.sub, node.a, node.b, node.c);
    if (node.kind == SYM_FRESH)
        set_marks(p->flow, id, &marks);
    return id;
}

void passage_syms(struct passage *p) {
    uint32_t count = (uint32_t)passage_count(p, p->mode == PASSAGE_WRITE ? count_mentioned(&p->syms) : 0);
    for (sym_id id = 1; p->mode == PASSAGE_WRITE && id < p->syms.count; id++)
        if (p->syms.items[id])
            mark_or_write_sym(p, id);
    if (p->mode != PASSAGE_READ)
        return;
    p->syms.items = mem_zalloc((count + 1) * sizeof *p->syms.items);
    for (p->syms.count = 0; p->syms.count < count && !p->is_damaged; p->syms.count++) // a node is made of earlier ones
        p->syms.items[p->syms.count + 1] = read_sym(p);
}

// ---- binds

static const struct role *role_with(const struct role *role, uint64_t digest) {
    while (role && model_role_digest(role) != digest)
        role = role->next;
    return role;
}

// The role of this hash that some function has, else some member. NULL where nothing has it any more.
static const struct role *find_role(const struct program *program, uint64_t digest) {
    const struct role *role = NULL;
    for (uint32_t f = 0; !role && f < program->func_count; f++)
        role = role_with(program->funcs[f].roles, digest);
    for (uint32_t u = 0; !role && u < program->unit_count; u++)
        for (uint32_t i = 0; !role && i < program->units[u].ir->fields_count; i++)
            role = role_with(model_field_roles(program->units[u].model, i), digest);
    return role;
}

static void passage_role(struct passage *p, const struct role **role) {
    bool is_new;
    int64_t digest = p->mode == PASSAGE_WRITE ? (int64_t)model_role_digest(*role) : 0;
    passage_long(p, &digest);
    if (p->mode != PASSAGE_READ)
        return;
    uint32_t *known = map_put(&p->role_ids, (uint64_t)digest, &is_new);
    if (is_new) {
        vec_push(&p->roles, find_role(p->flow->program, (uint64_t)digest));
        *known = (uint32_t)p->roles.len;
    }
    *role = p->roles.items[*known - 1];
}

static void passage_bind(struct passage *p, struct bind *bind) {
    uint32_t family = bind->family - 1; // IR_NONE: none
    passage_role(p, &bind->role);
    passage_func(p, &bind->func);
    passage_inst(p, bind->func, &bind->inst);
    passage_sym(p, &bind->parent);
    passage_sym(p, &bind->bound);
    passage_long(p, &bind->cap);
    passage_long(p, &bind->unit_ns);
    passage_func(p, &family);
    passage_bind_id(p, &bind->inner);
    bind->family = family + 1;
}

// A bind that mentions what is no longer there stays in its place: nothing that is taken over mentions it.
void passage_binds(struct passage *p) {
    for (uint32_t id = 1; id < (uint32_t)p->flow->binds.len && p->mode == PASSAGE_WRITE; id++)
        if (p->binds.items[id]) {
            struct bind bind = p->flow->binds.items[id];
            passage_bind(p, &bind);
        }
    for (uint32_t number = 1; number <= p->binds.count && p->mode == PASSAGE_READ; number++) {
        struct bind bind = {0};
        passage_bind(p, &bind);
        flow_append_bind(p->flow, &bind);
    }
}

// ---- from marking to writing

static void mark_binds(struct passage *p) {
    while (p->new_binds.len) {
        struct bind bind = p->flow->binds.items[p->new_binds.items[--p->new_binds.len]];
        passage_bind(p, &bind);
    }
}

// What a node mentions, also through its binds, was made before it: one sweep downwards sees everything.
void passage_start_writing(struct passage *p, struct buf *out) {
    mark_binds(p);
    for (sym_id id = p->syms.count; id-- > 1;)
        if (p->syms.items[id]) {
            mark_or_write_sym(p, id);
            mark_binds(p);
        }
    number_marks(&p->syms);
    number_marks(&p->binds);
    number_marks(&p->funcs);
    number_marks(&p->globals);
    number_marks(&p->fields);
    p->mode = PASSAGE_WRITE;
    p->out = out;
}

void passage_done(struct passage *p) {
    free(p->syms.items);
    free(p->binds.items);
    free(p->funcs.items);
    free(p->globals.items);
    free(p->fields.items);
    vec_done(&p->new_binds);
    map_done(&p->role_ids);
    vec_done(&p->roles);
}
