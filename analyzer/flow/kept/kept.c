#include "flow/kept/kept.h"
#include "flow/kept/record.h"

#include <stdlib.h>
#include <string.h>

// Where a record is, and for which function.
struct entry {
    int64_t digest;
    uint32_t func, words;
    const uint32_t *at; // READ
};

static void passage_entry(struct passage *p, struct entry *entry) {
    passage_long(p, &entry->digest);
    passage_func(p, &entry->func);
    passage_number(p, &entry->words);
}

// ---- writing

// The items of one list of the flow by their function, in their order.
struct by_func {
    uint32_t *starts, *items;
};

typedef uint32_t func_of_fn(const struct flow *flow, size_t index);

static uint32_t func_of_leak(const struct flow *flow, size_t index) {
    return flow->leaks.items[index].func;
}

static uint32_t func_of_misuse(const struct flow *flow, size_t index) {
    return flow->misuses.items[index].func;
}

static uint32_t func_of_ending(const struct flow *flow, size_t index) {
    return flow->endings.items[index].func;
}

static uint32_t func_of_indexed(const struct flow *flow, size_t index) {
    return flow->binds.items[flow->indexed.items[index].bind].func;
}

static struct by_func group(const struct flow *flow, size_t count, func_of_fn *func_of) {
    uint32_t funcs = flow->program->func_count;
    struct by_func groups = {mem_zalloc((funcs + 2) * sizeof *groups.starts), mem_zalloc(count * sizeof *groups.items)};
    for (size_t i = 0; i < count; i++)
        groups.starts[func_of(flow, i) + 2]++;
    for (uint32_t f = 2; f < funcs + 2; f++)
        groups.starts[f] += groups.starts[f - 1];
    for (size_t i = 0; i < count; i++) // moves each start to the end of its group, which is the next one's start
        groups.items[groups.starts[func_of(flow, i) + 1]++] = (uint32_t)i;
    return groups;
}

struct writing {
    struct passage passage;
    struct by_func leaks, misuses, endings, indexed;
    struct record record; // lists that are used again and again
};

#define take_group(list, all, groups, func)                                                    \
    do {                                                                                       \
        (list)->len = 0;                                                                       \
        for (uint32_t i_ = (groups)->starts[func]; i_ < (groups)->starts[(func) + 1]; i_++)    \
            vec_push((list), (all)->items[(groups)->items[i_]]);                               \
    } while (0)

static void write_record(struct writing *w, uint32_t func) {
    struct flow *flow = w->passage.flow;
    w->record.func = func;
    w->record.summary = flow->summaries[func];
    take_group(&w->record.leaks, &flow->leaks, &w->leaks, func);
    take_group(&w->record.misuses, &flow->misuses, &w->misuses, func);
    take_group(&w->record.endings, &flow->endings, &w->endings, func);
    take_group(&w->record.indexed, &flow->indexed, &w->indexed, func);
    record_pass(&w->passage, &w->record);
}

static void start(struct numbering *numbers, uint32_t count) {
    *numbers = (struct numbering){mem_zalloc(count * sizeof *numbers->items), count};
}

static void writing_init(struct writing *w, struct flow *flow) {
    *w = (struct writing){.passage = {.mode = PASSAGE_MARK, .flow = flow}};
    start(&w->passage.syms, flow->syms.count);
    start(&w->passage.binds, (uint32_t)flow->binds.len + 1);
    start(&w->passage.funcs, flow->program->func_count);
    start(&w->passage.globals, flow->program->global_count);
    start(&w->passage.fields, flow->program->field_count);
    w->leaks = group(flow, flow->leaks.len, func_of_leak);
    w->misuses = group(flow, flow->misuses.len, func_of_misuse);
    w->endings = group(flow, flow->endings.len, func_of_ending);
    w->indexed = group(flow, flow->indexed.len, func_of_indexed);
}

static void by_func_done(struct by_func *groups) {
    free(groups->starts);
    free(groups->items);
}

static void writing_done(struct writing *w) {
    passage_done(&w->passage);
    by_func_done(&w->leaks);
    by_func_done(&w->misuses);
    by_func_done(&w->endings);
    by_func_done(&w->indexed);
    record_done(&w->record);
}

// One entry for each function that matters; `records` gets what they lead to.
static void write_entries(struct writing *w, struct depend *depend, struct buf *entries, struct buf *records) {
    const struct flow *flow = w->passage.flow;
    for (uint32_t f = 0; f < flow->program->func_count; f++) {
        if (!flow->wanted[f])
            continue;
        size_t before = records->len;
        w->passage.out = records;
        write_record(w, f);
        w->passage.out = entries;
        struct entry entry = {(int64_t)depend_digest(depend, f), f, (uint32_t)((records->len - before) / sizeof(uint32_t)), NULL};
        passage_entry(&w->passage, &entry);
    }
}

void kept_save(struct flow *flow, struct depend *depend, struct buf *ret_memory) {
    struct writing w;
    struct buf entries = {0}, records = {0};
    uint32_t count = 0;
    writing_init(&w, flow);
    for (uint32_t f = 0; f < flow->program->func_count; f++)
        if (flow->wanted[f]) {
            passage_func(&w.passage, &f);
            write_record(&w, f);
            count++;
        }
    ret_memory->len = 0;
    passage_start_writing(&w.passage, ret_memory);
    write_entries(&w, depend, &entries, &records);
    w.passage.out = ret_memory;
    int64_t environment = (int64_t)kept_environment(flow);
    passage_long(&w.passage, &environment);
    passage_count(&w.passage, passage_bind_count(&w.passage));
    passage_names(&w.passage);
    passage_count(&w.passage, count);
    buf_add(ret_memory, buf_text(&entries), entries.len);
    passage_syms(&w.passage);
    passage_binds(&w.passage);
    buf_add(ret_memory, buf_text(&records), records.len);
    buf_done(&entries);
    buf_done(&records);
    writing_done(&w);
}

// ---- reading

struct kept {
    struct passage passage;
    struct entry *entries;
    uint32_t entry_count;
    struct map by_func; // program function -> index in entries
};

static void read_entries(struct kept *kept) {
    struct passage *p = &kept->passage;
    kept->entry_count = (uint32_t)passage_count(p, 0);
    kept->entries = mem_zalloc(kept->entry_count * sizeof *kept->entries);
    for (uint32_t i = 0; i < kept->entry_count && !p->is_damaged; i++) {
        struct entry *entry = &kept->entries[i];
        passage_entry(p, entry);
        if (entry->func != IR_NONE)
            *map_put(&kept->by_func, entry->func, NULL) = i;
    }
}

static void place_records(struct kept *kept) {
    struct passage *p = &kept->passage;
    for (uint32_t i = 0; i < kept->entry_count && !p->is_damaged; i++) {
        p->is_damaged |= kept->entries[i].words > (size_t)(p->end - p->at);
        kept->entries[i].at = p->at;
        p->at += p->is_damaged ? 0 : kept->entries[i].words;
    }
}

static void read_binds_count(struct passage *p) {
    uint32_t count = (uint32_t)passage_count(p, 0);
    start(&p->binds, count + 1);
    p->binds.count = count;
    for (uint32_t i = 0; i <= count; i++)
        p->binds.items[i] = i;
}

static bool read_all(struct kept *kept) {
    struct passage *p = &kept->passage;
    int64_t environment = 0;
    passage_long(p, &environment);
    if (p->is_damaged || (uint64_t)environment != kept_environment(p->flow))
        return false;
    read_binds_count(p);
    passage_names(p);
    read_entries(kept);
    passage_syms(p);
    passage_binds(p);
    place_records(kept);
    return !p->is_damaged;
}

struct kept *kept_open(struct flow *flow, const struct buf *memory) {
    struct kept *kept = mem_zalloc(sizeof *kept);
    const uint32_t *words = (const void *)memory->data;
    size_t count = memory->len / sizeof *words;
    kept->passage = (struct passage){.mode = PASSAGE_READ, .flow = flow, .at = words, .end = words ? words + count : NULL};
    if (read_all(kept))
        return kept;
    kept_close(kept);
    return NULL;
}

uint32_t kept_count(const struct kept *kept) {
    return kept->entry_count;
}

bool kept_has(const struct kept *kept, uint32_t func, uint64_t digest) {
    const uint32_t *entry = map_get(&kept->by_func, func);
    return entry && (uint64_t)kept->entries[*entry].digest == digest;
}

static void add_record(struct flow *flow, uint32_t func, const struct record *record) {
    flow->summaries[func] = record->summary;
    for (size_t i = 0; i < record->leaks.len; i++)
        vec_push(&flow->leaks, record->leaks.items[i]);
    for (size_t i = 0; i < record->misuses.len; i++)
        flow_add_misuse(flow, &record->misuses.items[i]);
    for (size_t i = 0; i < record->endings.len; i++)
        flow_add_ending(flow, &record->endings.items[i]);
    for (size_t i = 0; i < record->indexed.len; i++)
        vec_push(&flow->indexed, record->indexed.items[i]);
}

static bool read_record(struct kept *kept, uint32_t func, struct record *ret_record) {
    struct passage *p = &kept->passage;
    const struct entry *entry = &kept->entries[*map_get(&kept->by_func, func)];
    *ret_record = (struct record){.func = func};
    p->at = entry->at;
    p->end = entry->at + entry->words;
    p->is_damaged = p->is_lost = false;
    record_pass(p, ret_record);
    return !p->is_damaged && !p->is_lost && p->at == p->end;
}

bool kept_take(struct kept *kept, uint32_t func) {
    struct record record;
    bool ok = read_record(kept, func, &record);
    if (ok)
        add_record(kept->passage.flow, func, &record);
    else
        summary_done(&record.summary);
    record_done(&record);
    return ok;
}

// Two summaries are the same where the same would be written of them.
static void write_plainly(struct flow *flow, uint32_t func, struct summary *summary, struct buf *out) {
    struct passage plain = {.mode = PASSAGE_WRITE, .flow = flow, .out = out, .is_plain = true};
    record_pass_summary(&plain, func, summary);
}

bool kept_is_same(struct kept *kept, uint32_t func) {
    struct flow *flow = kept->passage.flow;
    struct record record;
    struct buf before = {0}, now = {0};
    if (!map_get(&kept->by_func, func))
        return false;
    bool is_same = read_record(kept, func, &record);
    if (is_same) {
        write_plainly(flow, func, &record.summary, &before);
        write_plainly(flow, func, &flow->summaries[func], &now);
        is_same = before.len == now.len && !memcmp(buf_text(&before), buf_text(&now), now.len);
    }
    summary_done(&record.summary);
    record_done(&record);
    buf_done(&before);
    buf_done(&now);
    return is_same;
}

void kept_close(struct kept *kept) {
    if (!kept)
        return;
    passage_done(&kept->passage);
    free(kept->entries);
    map_done(&kept->by_func);
    free(kept);
}
