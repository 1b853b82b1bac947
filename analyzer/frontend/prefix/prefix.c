// Planning: units are sorted by flags and directives, so that those with a common prefix stand side by side, and each run of them
// that shares more than its surroundings becomes a prefix.
//
// The header that units read first (lead.h) comes before that, even where some define macros ahead of it or include it by way of
// another: it is precompiled alone, and the worker tells which of those macros it mentions. Units with none of these go on from
// there, each with all of its own head; others with the same of these definitions get a header of their own, which starts with them.
//
// Hoists (hoists.h) stand for headers that lie further behind. A unit has the one that stands for more text, and its head where it may
// not have the hoist after all.
//
// Keeping: what a prefix stands for, flags and directives, is its key (pch.h), so that a unit finds one of an earlier run whoever was
// parsed with it then; a hoist is found by the unit's last use of it (recall.h). Nothing is precompiled for fewer units than it pays for, but one that is there serves a single one.
#include "frontend/prefix/prefix.h"

#include "frontend/prefix/head.h"
#include "frontend/prefix/hoists.h"
#include "frontend/prefix/pch.h"
#include "frontend/protocol.h"
#include "frontend/prefix/recall.h"

#include <stdlib.h>
#include <string.h>

// Making a prefix costs about twice what parsing it costs; a chained one, what parsing its own part costs and a little more.
// Headers of the system alone are small as a rule, but for such a prefix the fixed part of the cost is the same.
enum { UNITS_MIN = 3, SYSTEM_UNITS_MIN = 6, PREFIXES_MAX = 256, OPEN_MAX = 16 };

enum state { WAITING, IN_WORK, MADE, FAILED };

struct prefix {
    uint32_t parent;   // or NO_PREFIX
    uint32_t leader;   // a unit of its group
    uint32_t length;   // in directives; 0 for a lead and for a hoist
    uint32_t hoist;    // or NO_HOIST
    bool is_lead;
    VEC(uint32_t) defines; // of a lead: the directives that stand before it
    VEC(uint32_t) waiting; // units that look whether it will do for them
    uint32_t units;    // still to do, those of longer ones included
    uint32_t needed;   // so many must be there for it to pay
    uint32_t used, unused; // by units that were done
    enum state state;
    uint32_t pch;      // once MADE
    bool was_kept;     // by an earlier run
};

struct member {
    struct head head;
    uint32_t prefix; // the longest one, or NO_PREFIX
    uint32_t other;  // what it has where it may not have the hoist
    bool is_taken, is_compared; // `is_compared`: with the hoist that it has
};

struct prefixes {
    const struct compile_command *commands;
    unsigned command_count;
    struct member *members; // by command
    struct strtab texts;
    struct leads *leads;
    struct hoists *hoists;
    struct recall *recall;
    VEC(struct prefix) items;
    struct pchs *pchs;
};

// ---- planning ----

struct ranked {
    const struct member *member;
    uint32_t unit;
    uint64_t variant; // of its lead
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    int order = head_compare(&a->member->head, &b->member->head);
    return order ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

// How many of the unit's first directives a prefix makes superfluous. A lead that is included by way of another header: none.
static uint32_t covered(const struct prefixes *prefixes, uint32_t prefix, const struct member *member) {
    if (prefix == NO_PREFIX || !prefixes->items.items[prefix].is_lead)
        return prefix == NO_PREFIX ? 0 : prefixes->items.items[prefix].length;
    return member->head.lead.is_indirect ? 0 : member->head.lead.defines + 1;
}

static uint32_t units_needed(const struct prefixes *prefixes, const struct member *member, uint32_t from, uint32_t end) {
    bool has_own = false;
    for (uint32_t i = from; i < end; i++)
        has_own |= member->head.directives.items[i].kind == DIRECTIVE_INCLUDE && strchr(strtab_text(&prefixes->texts, member->head.directives.items[i].text), '"');
    return has_own ? UNITS_MIN : SYSTEM_UNITS_MIN;
}

static uint32_t add_prefix(struct prefixes *prefixes, const struct ranked *group, uint32_t count, uint32_t parent, uint32_t length) {
    struct prefix prefix = {.parent = parent, .leader = group->unit, .length = length, .units = count, .needed = UNITS_MIN, .hoist = NO_HOIST, .pch = NO_PCH};
    vec_push(&prefixes->items, prefix);
    return (uint32_t)prefixes->items.len - 1;
}

// ---- what earlier runs kept ----

static void put_hoist_key(uint64_t set, struct buf *key) {
    buf_printf(key, "hoist %016llx\n", (unsigned long long)set);
}

// The prefix for the unit's first `length` directives, or NO_PREFIX.
static uint32_t find_kept(struct prefixes *prefixes, const struct ranked *first, uint32_t length) {
    struct buf key = {0};
    head_put_key(&first->member->head, &prefixes->texts, length, &key);
    uint32_t pch = pchs_find(prefixes->pchs, &key), id = 0;
    buf_done(&key);
    if (pch == NO_PCH)
        return NO_PREFIX;
    while (id < prefixes->items.len && prefixes->items.items[id].pch != pch)
        id++;
    if (id < prefixes->items.len)
        return id;
    add_prefix(prefixes, first, 0, NO_PREFIX, length);
    prefixes->items.items[id].pch = pch;
    prefixes->items.items[id].state = MADE;
    prefixes->items.items[id].was_kept = true;
    return id;
}

// Units with these first `length` directives that would go on from `parent` go on from the longest prefix that is there.
static uint32_t go_on(struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, uint32_t parent, uint32_t length) {
    uint32_t kept = NO_PREFIX, from = covered(prefixes, parent, ranked->member);
    while (pchs_may_find(prefixes->pchs) && kept == NO_PREFIX && (length = directives_cut(&ranked->member->head.directives, from, length)))
        kept = find_kept(prefixes, ranked, length--);
    if (kept == NO_PREFIX)
        return parent;
    for (uint32_t at = parent; at != NO_PREFIX; at = prefixes->items.items[at].parent)
        prefixes->items.items[at].units -= count;
    prefixes->items.items[kept].units += count;
    return kept;
}

// It has nothing more in common with enough others.
static void go_alone(struct prefixes *prefixes, const struct ranked *one, uint32_t parent) {
    prefixes->members[one->unit].prefix = go_on(prefixes, one, 1, parent, (uint32_t)one->member->head.directives.len);
}

// ---- heads ----

// Makes prefixes for a run of ranked units that have the first `length` directives in common.
static void group(struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, uint32_t parent, uint32_t length) {
    parent = go_on(prefixes, ranked, count, parent, length);
    uint32_t from = covered(prefixes, parent, ranked->member), end = directives_cut(&ranked->member->head.directives, from, length);
    uint32_t needed = units_needed(prefixes, ranked->member, from, end);
    if (end && count >= needed && prefixes->items.len < PREFIXES_MAX) {
        parent = add_prefix(prefixes, ranked, count, parent, end);
        prefixes->items.items[parent].needed = needed;
    }
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && head_common(&ranked[i].member->head, &ranked[next].member->head) > length; next++)
            ;
        if (next - i >= UNITS_MIN)
            group(prefixes, ranked + i, next - i, parent, head_common(&ranked[i].member->head, &ranked[next - 1].member->head));
        else
            for (uint32_t k = i; k < next; k++)
                go_alone(prefixes, &ranked[k], parent);
    }
}

// Gives units their prefixes that start from `parent`, a lead, or from nothing. Sorts them.
static void group_all(struct prefixes *prefixes, struct ranked *ranked, uint32_t count, uint32_t parent) {
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && head_common(&ranked[i].member->head, &ranked[next].member->head) > 0; next++)
            ;
        if (next - i >= UNITS_MIN)
            group(prefixes, ranked + i, next - i, parent, head_common(&ranked[i].member->head, &ranked[next - 1].member->head));
        else
            for (uint32_t k = i; k < next; k++)
                go_alone(prefixes, &ranked[k], parent);
    }
}

// ---- leads ----

// Whether a line is there for each word that these units ask about.
static bool answers(const struct prefixes *prefixes, const char *lines, const struct ranked *ranked, uint32_t count) {
    struct map known = {0};
    bool all = true;
    for (const char *at = lines; *at; at += *at == '\n') {
        size_t size = strcspn(at, "\n");
        map_put(&known, hash_bytes(at + 2, size > 2 ? size - 2 : 0), NULL);
        at += size;
    }
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < ranked[i].member->head.lead.words.len; k++) {
            const char *word = strtab_text(&prefixes->texts, ranked[i].member->head.lead.words.items[k]);
            all &= map_get(&known, hash_bytes(word, strlen(word))) != NULL;
        }
    map_done(&known);
    return all;
}

// The lead of these units behind these definitions, if an earlier run kept it and it knows all that they ask.
static uint32_t find_kept_lead(const struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, const uint32_t *defines, uint32_t define_count) {
    struct buf key = {0};
    head_put_lead_key(&ranked->member->head, &prefixes->texts, defines, define_count, &key);
    uint32_t pch = pchs_find(prefixes->pchs, &key);
    buf_done(&key);
    return pch != NO_PCH && answers(prefixes, buf_text(&pchs_get(prefixes->pchs, pch)->words), ranked, count) ? pch : NO_PCH;
}

static void settle(struct prefixes *prefixes, uint32_t id, const char *mentioned);

static void use_kept_lead(struct prefixes *prefixes, uint32_t id, uint32_t pch) {
    struct prefix *lead = &prefixes->items.items[id];
    lead->pch = pch;
    lead->state = MADE;
    lead->was_kept = true;
    settle(prefixes, id, buf_text(&pchs_get(prefixes->pchs, pch)->words));
}

// A lead for some units, behind these definitions; it is tried once they are known to be enough.
static void add_lead(struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, const uint32_t *defines, uint32_t define_count) {
    uint32_t id = add_prefix(prefixes, ranked, count, NO_PREFIX, 0);
    struct prefix *lead = &prefixes->items.items[id];
    lead->is_lead = true;
    for (uint32_t i = 0; i < define_count; i++)
        vec_push(&lead->defines, defines[i]);
    for (uint32_t i = 0; i < count; i++) {
        vec_push(&lead->waiting, ranked[i].unit);
        prefixes->members[ranked[i].unit].prefix = id;
    }
    uint32_t pch = find_kept_lead(prefixes, ranked, count, defines, define_count);
    if (pch != NO_PCH)
        use_kept_lead(prefixes, id, pch);
}

// Whether a lead pays for so many units, or costs nothing.
static bool pays(const struct prefixes *prefixes, const struct ranked *ranked, uint32_t count, const uint32_t *defines, uint32_t define_count) {
    return prefixes->items.len < PREFIXES_MAX && (count >= UNITS_MIN || find_kept_lead(prefixes, ranked, count, defines, define_count) != NO_PCH);
}

static int compare_leads(const void *left, const void *right) {
    const struct member *a = ((const struct ranked *)left)->member, *b = ((const struct ranked *)right)->member;
    if (a->head.flags != b->head.flags)
        return a->head.flags < b->head.flags ? -1 : 1;
    if (a->head.lead.name != b->head.lead.name)
        return a->head.lead.name < b->head.lead.name ? -1 : 1;
    return compare_ranked(left, right);
}

// Units that enough others share their first header with wait for it; the others are left, in front.
static uint32_t take_leads(struct prefixes *prefixes, struct ranked *ranked, uint32_t count) {
    uint32_t left = 0;
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_leads);
    for (uint32_t i = 0, next; i < count; i = next) {
        const struct member *first = ranked[i].member;
        for (next = i + 1; next < count && ranked[next].member->head.flags == first->head.flags && ranked[next].member->head.lead.name == first->head.lead.name; next++)
            ;
        if (first->head.lead.name && pays(prefixes, ranked + i, next - i, NULL, 0)) {
            add_lead(prefixes, ranked + i, next - i, NULL, 0);
            continue;
        }
        memmove(ranked + left, ranked + i, (next - i) * sizeof *ranked);
        left += next - i;
    }
    return left;
}

static const uint64_t SELFISH = UINT64_MAX;

// Which definitions must stand before the lead for this unit; SELFISH: none will do.
static uint64_t variant_of(const struct prefixes *prefixes, const struct member *member, const char *mentioned) {
    uint32_t defines[LEAD_DEFINES_MAX], count;
    if (!mentioned || !lead_find_mentioned(&member->head.lead, &member->head.directives, &prefixes->texts, mentioned, defines, &count))
        return SELFISH;
    return count ? hash_bytes(defines, count * sizeof *defines) : 0;
}

static int compare_variants(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->variant != b->variant)
        return a->variant < b->variant ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

// Units that the lead has the right definitions for go on behind it; others have one of their own, where they are enough.
static void place_variant(struct prefixes *prefixes, uint32_t id, const char *mentioned, struct ranked *ranked, uint32_t count) {
    const struct prefix *lead = &prefixes->items.items[id];
    uint32_t defines[LEAD_DEFINES_MAX], define_count;
    const struct head *head = &ranked->member->head;
    if (ranked->variant == SELFISH || !lead_find_mentioned(&head->lead, &head->directives, &prefixes->texts, mentioned, defines, &define_count))
        group_all(prefixes, ranked, count, NO_PREFIX);
    else if (lead->defines.len == define_count && (!define_count || !memcmp(lead->defines.items, defines, define_count * sizeof *defines)))
        group_all(prefixes, ranked, count, id);
    else if (!lead->defines.len && pays(prefixes, ranked, count, defines, define_count))
        add_lead(prefixes, ranked, count, defines, define_count);
    else
        group_all(prefixes, ranked, count, NO_PREFIX);
}

// The lead is made, or failed (then `mentioned` is NULL): plans what its units do now.
static void settle(struct prefixes *prefixes, uint32_t id, const char *mentioned) {
    struct prefix *lead = &prefixes->items.items[id];
    struct ranked *ranked = mem_zalloc(lead->waiting.len * sizeof *ranked);
    uint32_t count = 0;
    for (size_t i = 0; i < lead->waiting.len; i++) {
        uint32_t unit = lead->waiting.items[i];
        struct member *member = &prefixes->members[unit];
        if (!member->is_taken && member->prefix == id)
            ranked[count++] = (struct ranked){member, unit, variant_of(prefixes, member, mentioned)};
    }
    vec_done(&lead->waiting);
    if (count)
        qsort(ranked, count, sizeof *ranked, compare_variants);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && ranked[next].variant == ranked[i].variant; next++)
            ;
        place_variant(prefixes, id, mentioned, ranked + i, next - i);
    }
    free(ranked);
}

// ---- hoists ----

// It has another one now, and what it had where it may not have that.
static void move(struct prefixes *prefixes, uint32_t unit, uint32_t prefix) {
    struct member *member = &prefixes->members[unit];
    for (uint32_t at = member->prefix; at != NO_PREFIX; at = prefixes->items.items[at].parent)
        prefixes->items.items[at].units--;
    member->other = member->prefix;
    member->prefix = prefix;
    for (uint32_t at = prefix; at != NO_PREFIX; at = prefixes->items.items[at].parent) {
        prefixes->items.items[at].units++;
        prefixes->items.items[at].leader = unit;
    }
}

static void offer_hoist(struct prefixes *prefixes, uint32_t unit, uint32_t base) {
    const struct member *member = &prefixes->members[unit];
    bool has_lead = member->prefix != NO_PREFIX && prefixes->items.items[member->prefix].is_lead; // by way of others, perhaps
    uint32_t length = has_lead ? member->head.lead.defines + 1 : covered(prefixes, member->prefix, member);
    uint32_t hoist = hoists_choice(prefixes->hoists, unit, &member->head.directives, length);
    if (hoist != NO_HOIST && base + hoist < prefixes->items.len)
        move(prefixes, unit, base + hoist);
}

// A hoist that an earlier run made, with all that it goes on from.
static uint32_t use_kept_hoist(struct prefixes *prefixes, uint32_t pch) {
    const struct pch *kept = pchs_get(prefixes->pchs, pch);
    for (uint32_t id = 0; id < prefixes->items.len; id++)
        if (prefixes->items.items[id].pch == pch)
            return id;
    uint32_t parent = kept->below == NO_PCH ? NO_PREFIX : use_kept_hoist(prefixes, kept->below);
    uint32_t hoist = hoists_add_kept(prefixes->hoists, parent == NO_PREFIX ? NO_HOIST : prefixes->items.items[parent].hoist, &kept->words);
    enum state state = hoists_is_there(prefixes->hoists, hoist) ? MADE : FAILED;
    vec_push(&prefixes->items, ((struct prefix){.parent = parent, .hoist = hoist, .pch = pch, .state = state, .was_kept = true}));
    return (uint32_t)prefixes->items.len - 1;
}

// What the unit was behind when it was last made, where that is still what it was.
static bool offer_kept_hoist(struct prefixes *prefixes, uint32_t unit) {
    uint64_t set = recall_get(prefixes->recall, &prefixes->commands[unit]);
    struct buf key = {0};
    put_hoist_key(set, &key);
    uint32_t pch = set ? pchs_find(prefixes->pchs, &key) : NO_PCH;
    buf_done(&key);
    if (pch == NO_PCH)
        return false;
    hoists_add_unit(prefixes->hoists, unit);
    move(prefixes, unit, use_kept_hoist(prefixes, pch));
    return true;
}

static void add_hoists(struct prefixes *prefixes, const uint32_t *units, unsigned count) {
    uint32_t *rest = mem_zalloc(count * sizeof *rest), rest_count = 0;
    for (unsigned i = 0; i < count; i++)
        if (!hoists_are_possible() || !offer_kept_hoist(prefixes, units[i]))
            rest[rest_count++] = units[i];
    uint32_t kept = hoists_count(prefixes->hoists), base = (uint32_t)prefixes->items.len - kept;
    hoists_plan(prefixes->hoists, rest, rest_count);
    for (uint32_t i = kept; i < hoists_count(prefixes->hoists) && base + i < PREFIXES_MAX; i++) {
        uint32_t parent = hoists_parent(prefixes->hoists, i);
        struct prefix prefix = {.parent = parent == NO_HOIST ? NO_PREFIX : base + parent, .hoist = i, .needed = SYSTEM_UNITS_MIN, .pch = NO_PCH};
        vec_push(&prefixes->items, prefix);
    }
    for (unsigned i = 0; i < rest_count; i++)
        offer_hoist(prefixes, rest[i], base);
    free(rest);
}

struct prefixes *prefixes_plan(const struct compile_command *commands, unsigned command_count, const uint32_t *units, unsigned unit_count,
                               const struct pch_store *store) {
    struct prefixes *prefixes = mem_zalloc(sizeof *prefixes);
    struct ranked *ranked = mem_zalloc(unit_count * sizeof *ranked);
    prefixes->commands = commands;
    prefixes->command_count = command_count;
    prefixes->leads = leads_new(&prefixes->texts);
    prefixes->pchs = pchs_new(store);
    prefixes->recall = recall_new(unit_count ? store : NULL);
    prefixes->hoists = hoists_new(commands, command_count, &prefixes->texts);
    prefixes->members = mem_zalloc(command_count * sizeof *prefixes->members);
    for (unsigned i = 0; i < command_count; i++)
        prefixes->members[i].prefix = prefixes->members[i].other = NO_PREFIX;
    uint32_t count = 0;
    for (unsigned i = 0; i < unit_count && (unit_count >= UNITS_MIN || pchs_may_find(prefixes->pchs)); i++) {
        head_read(&commands[units[i]], &prefixes->texts, prefixes->leads, &prefixes->members[units[i]].head);
        if (prefixes->members[units[i]].head.directives.len)
            ranked[count++] = (struct ranked){.member = &prefixes->members[units[i]], .unit = units[i]};
    }
    count = take_leads(prefixes, ranked, count);
    group_all(prefixes, ranked, count, NO_PREFIX);
    free(ranked);
    add_hoists(prefixes, units, unit_count);
    return prefixes;
}

void prefixes_free(struct prefixes *prefixes) {
    if (!prefixes)
        return;
    pchs_free(prefixes->pchs);
    for (size_t i = 0; i < prefixes->items.len; i++) {
        struct prefix *prefix = &prefixes->items.items[i];
        vec_done(&prefix->defines);
        vec_done(&prefix->waiting);
    }
    for (unsigned i = 0; i < prefixes->command_count; i++)
        head_done(&prefixes->members[i].head);
    vec_done(&prefixes->items);
    leads_free(prefixes->leads);
    hoists_free(prefixes->hoists);
    recall_free(prefixes->recall);
    strtab_done(&prefixes->texts);
    free(prefixes->members);
    free(prefixes);
}

// ---- making them ----

static enum state parent_state(const struct prefixes *prefixes, const struct prefix *prefix) {
    return prefix->parent == NO_PREFIX ? MADE : prefixes->items.items[prefix->parent].state;
}

uint32_t prefixes_next(struct prefixes *prefixes) {
    uint32_t best = NO_PREFIX, most = 0;
    bool is_over = true;
    for (uint32_t i = 0; i < prefixes->items.len; i++) {
        struct prefix *prefix = &prefixes->items.items[i];
        if (prefix->state == WAITING && (parent_state(prefixes, prefix) == FAILED || prefix->units < prefix->needed))
            prefixes_failed(prefixes, i);
        prefix = &prefixes->items.items[i]; // there may be more now
        is_over &= prefix->state == MADE || prefix->state == FAILED;
        if (prefix->state == WAITING && parent_state(prefixes, prefix) == MADE && prefix->units > most) {
            best = i;
            most = prefix->units;
        }
    }
    if (best != NO_PREFIX && !pchs_open_folder(prefixes->pchs)) {
        for (uint32_t i = 0; i < prefixes->items.len; i++)
            if (prefixes->items.items[i].state == WAITING)
                prefixes->items.items[i].state = FAILED;
        return NO_PREFIX;
    }
    if (best != NO_PREFIX)
        prefixes->items.items[best].state = IN_WORK;
    else if (is_over)
        pchs_close_folder(prefixes->pchs);
    return best;
}

// The directives between the parent's end and its own. A conditional that is open at its end must have been true, or the text does
// not compile; one that the parent left open is true.
static void write_text(const struct prefixes *prefixes, const struct prefix *prefix, struct buf *out) {
    const directive_vec *directives = &prefixes->members[prefix->leader].head.directives;
    if (prefix->hoist != NO_HOIST)
        return hoists_put_text(prefixes->hoists, prefix->hoist, out);
    if (prefix->is_lead) {
        for (size_t i = 0; i < prefix->defines.len; i++)
            buf_printf(out, "%s\n", strtab_text(&prefixes->texts, prefix->defines.items[i]));
        buf_printf(out, "%s\n", strtab_text(&prefixes->texts, prefixes->members[prefix->leader].head.lead.text));
        return;
    }
    uint32_t from = prefix->parent == NO_PREFIX ? 0 : prefixes->items.items[prefix->parent].length, starts[OPEN_MAX], inherited, open;
    directives_open(directives, from, starts, OPEN_MAX, &inherited);
    for (uint32_t i = 0; i < inherited; i++)
        buf_puts(out, "#if 1\n");
    for (uint32_t i = from; i < prefix->length; i++)
        buf_printf(out, "%s\n", strtab_text(&prefixes->texts, directives->items[i].text));
    directives_open(directives, prefix->length, starts, OPEN_MAX, &open);
    for (uint32_t i = 0; i < open; i++)
        buf_puts(out, "#else\n#error it is not compiled\n#endif\n");
}

// All that its units ask about: each word on a line, behind "M " or "N " where it is known whether it is mentioned.
static void write_words(const struct prefixes *prefixes, const struct prefix *prefix, const char *mentioned, struct buf *out) {
    struct map seen = {0};
    for (size_t i = 0; i < prefix->waiting.len; i++) {
        const struct lead *lead = &prefixes->members[prefix->waiting.items[i]].head.lead;
        for (size_t k = 0; k < lead->words.len; k++) {
            const char *word = strtab_text(&prefixes->texts, lead->words.items[k]);
            bool is_new;
            map_put(&seen, lead->words.items[k], &is_new);
            if (is_new)
                buf_printf(out, "%s%s\n", !mentioned ? "" : lead_is_line(mentioned, 'M', word) ? "M " : "N ", word);
        }
    }
    map_done(&seen);
}

static uint32_t pch_of(const struct prefixes *prefixes, uint32_t prefix) {
    return prefix == NO_PREFIX ? NO_PCH : prefixes->items.items[prefix].pch;
}

static void put_string(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text) + 1);
}

// What stands for the head: the files of a prefix, and what they read.
static void put_prefix(const struct prefixes *prefixes, uint32_t prefix, struct buf *request) {
    uint32_t pch = pch_of(prefixes, prefix);
    pchs_put_chain(prefixes->pchs, pch, request);
    put_string(request, pch == NO_PCH ? "" : buf_text(&pchs_get(prefixes->pchs, pch)->files));
}

void prefixes_request(const struct prefixes *prefixes, uint32_t prefix, const char *project, struct buf *request) {
    const struct prefix *made = &prefixes->items.items[prefix];
    const struct compile_command *command = &prefixes->commands[made->leader];
    const char *slash = strrchr(command->file, '/');
    put_string(request, project);
    put_string(request, command->directory);
    buf_printf(request, "%.*s/" CAPTURE_PREFIX_NAME "%u.h", (int)(slash - command->file), command->file, pchs_length(prefixes->pchs, pch_of(prefixes, made->parent)));
    buf_putc(request, '\0');
    put_prefix(prefixes, made->parent, request);
    put_string(request, "");
    pchs_put_output(prefixes->pchs, prefix, request);
    buf_putc(request, '\0');
    write_text(prefixes, made, request);
    buf_putc(request, '\0');
    write_words(prefixes, made, NULL, request);
    buf_putc(request, '\0');
    hoists_put_asks(prefixes->hoists, made->hoist, made->leader, request);
    buf_putc(request, '\0');
    for (unsigned i = 0; i < command->arg_count; i++)
        put_string(request, command->args[i]);
}

// Cuts off the lines in front that are not about files.
static void take_told(const char **files, const char *end, struct buf *ret_told) {
    for (const char *next; *files < end && **files != 'U' && **files != 'S'; *files = next) {
        next = memchr(*files, '\n', (size_t)(end - *files));
        next = next ? next + 1 : end;
        buf_add(ret_told, *files, (size_t)(next - *files));
    }
}

void prefixes_made(struct prefixes *prefixes, uint32_t prefix, const char *files, size_t files_size, const char *reads, size_t reads_size) {
    struct prefix *made = &prefixes->items.items[prefix];
    struct pch pch = {.below = pch_of(prefixes, made->parent)};
    struct buf told = {0};
    const char *end = files + files_size;
    take_told(&files, end, &told);
    buf_add(&pch.files, files, (size_t)(end - files));
    prefixes_put_reads(prefixes, made->parent, &pch.reads);
    hoists_put_reads(made->hoist, reads, reads_size, &pch.reads);
    if (made->is_lead)
        write_words(prefixes, made, buf_text(&told), &pch.words);
    if (made->hoist != NO_HOIST)
        hoists_note(prefixes->hoists, made->hoist, made->leader, buf_text(&told), reads, reads_size, &pch.words);
    made->pch = pchs_take(prefixes->pchs, prefix, &pch);
    bool is_fit = made->hoist == NO_HOIST || hoists_made(prefixes->hoists, made->hoist, made->leader, buf_text(&told), reads, reads_size);
    made->state = made->pch == NO_PCH || !is_fit ? FAILED : MADE;
    if (made->is_lead)
        settle(prefixes, prefix, made->state == MADE ? buf_text(&told) : NULL);
    buf_done(&told);
}

void prefixes_failed(struct prefixes *prefixes, uint32_t prefix) {
    prefixes->items.items[prefix].state = FAILED;
    if (prefixes->items.items[prefix].is_lead)
        settle(prefixes, prefix, NULL);
}

// ---- using them ----

uint32_t prefixes_for(const struct prefixes *prefixes, uint32_t unit, bool *ret_soon) {
    uint32_t prefix = prefixes->members[unit].prefix;
    *ret_soon = false;
    while (prefix != NO_PREFIX && prefixes->items.items[prefix].state != MADE) {
        *ret_soon |= prefixes->items.items[prefix].state != FAILED;
        prefix = prefixes->items.items[prefix].parent;
    }
    return prefix;
}

void prefixes_take(struct prefixes *prefixes, uint32_t unit) {
    struct member *member = &prefixes->members[unit];
    for (uint32_t at = member->prefix; !member->is_taken && at != NO_PREFIX; at = prefixes->items.items[at].parent)
        prefixes->items.items[at].units--;
    member->is_taken = true;
}

uint32_t prefixes_fitting(struct prefixes *prefixes, uint32_t unit, uint32_t prefix) {
    struct member *member = &prefixes->members[unit];
    bool soon;
    if (!prefixes_is_hoist(prefixes, prefix))
        return prefix;
    while (prefix != NO_PREFIX && !hoists_fits(prefixes->hoists, prefixes->items.items[prefix].hoist, unit))
        prefix = prefixes->items.items[prefix].parent;
    member->is_compared = true;
    member->prefix = prefix == NO_PREFIX ? member->other : prefix;
    return prefixes_for(prefixes, unit, &soon);
}

bool prefixes_is_hoist(const struct prefixes *prefixes, uint32_t prefix) {
    return prefix != NO_PREFIX && prefixes->items.items[prefix].hoist != NO_HOIST;
}

bool prefixes_confirm(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, const char *inputs, size_t size) {
    return !prefixes_is_hoist(prefixes, prefix) || hoists_confirms(prefixes->hoists, unit, inputs, size);
}

void prefixes_refuse(struct prefixes *prefixes, uint32_t unit) {
    prefixes->members[unit].prefix = prefixes->members[unit].other = NO_PREFIX;
}

// It has served a unit: so it may serve others later. What it goes on from is needed with it.
static void keep(struct prefixes *prefixes, uint32_t id) {
    const struct prefix *prefix = &prefixes->items.items[id];
    const struct head *head = &prefixes->members[prefix->leader].head;
    struct buf key = {0}, folders = {0};
    if (pchs_get(prefixes->pchs, prefix->pch)->id)
        return;
    if (prefix->parent != NO_PREFIX)
        keep(prefixes, prefix->parent);
    if (prefix->hoist != NO_HOIST)
        put_hoist_key(hoists_key(prefixes->hoists, prefix->hoist), &key);
    else if (prefix->is_lead)
        head_put_lead_key(head, &prefixes->texts, prefix->defines.items, (uint32_t)prefix->defines.len, &key);
    else
        head_put_key(head, &prefixes->texts, prefix->length, &key);
    for (uint32_t at = id; at != NO_PREFIX && prefix->hoist != NO_HOIST; at = prefixes->items.items[at].parent)
        hoists_put_folders(&pchs_get(prefixes->pchs, prefixes->items.items[at].pch)->words, &folders);
    pchs_keep(prefixes->pchs, prefix->pch, &key, &folders);
    buf_done(&key);
    buf_done(&folders);
}

void prefixes_tried(struct prefixes *prefixes, uint32_t prefix, bool is_behind) {
    enum { UNUSED_MAX = 2, UNUSED_LEAD_MAX = 8 }; // units of many kinds share a lead
    struct prefix *tried = &prefixes->items.items[prefix];
    tried->used += is_behind;
    tried->unused += !is_behind;
    if (is_behind)
        keep(prefixes, prefix);
    if (tried->unused > (tried->is_lead ? UNUSED_LEAD_MAX : UNUSED_MAX) && tried->unused > tried->used)
        tried->state = FAILED;
}

// END HASH START...: the prefix stands for the source up to END, which has this hash; at each START stands a conditional that is open
// at END, and true.
static void put_head(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, struct buf *request) {
    if (prefix != NO_PREFIX) {
        const directive_vec *directives = &prefixes->members[unit].head.directives;
        uint32_t length = prefixes->items.items[prefix].length, starts[OPEN_MAX], open;
        const struct directive *last = length ? &directives->items[length - 1] : NULL;
        buf_printf(request, "%u %llu", last ? last->end : 0, (unsigned long long)(last ? last->head_hash : hash_bytes("", 0)));
        directives_open(directives, length, starts, OPEN_MAX, &open);
        for (uint32_t i = 0; i < open; i++)
            buf_printf(request, " %u", starts[i]);
    }
    buf_putc(request, '\0');
}

void prefixes_put_use(const struct prefixes *prefixes, uint32_t unit, uint32_t prefix, struct buf *request) {
    put_prefix(prefixes, prefix, request);
    put_head(prefixes, unit, prefix, request);
    buf_add(request, "\0\0\0", 4); // nothing is to be made
}

void prefixes_put_reads(const struct prefixes *prefixes, uint32_t prefix, struct buf *reads) {
    uint32_t pch = pch_of(prefixes, prefix);
    if (pch != NO_PCH)
        buf_add(reads, buf_text(&pchs_get(prefixes->pchs, pch)->reads), pchs_get(prefixes->pchs, pch)->reads.len);
}

// Also for units that did not wait until theirs was there.
void prefixes_note(struct prefixes *prefixes) {
    for (uint32_t unit = 0; unit < prefixes->command_count; unit++) {
        bool soon;
        uint32_t prefix = prefixes_for(prefixes, unit, &soon);
        if (!prefixes->members[unit].is_compared)
            prefix = prefixes_fitting(prefixes, unit, prefix);
        if (prefixes_is_hoist(prefixes, prefix) && pchs_get(prefixes->pchs, pch_of(prefixes, prefix))->id)
            recall_put(prefixes->recall, &prefixes->commands[unit], hoists_key(prefixes->hoists, prefixes->items.items[prefix].hoist));
    }
}

uint32_t prefixes_from_store(const struct prefixes *prefixes) {
    uint32_t count = 0;
    for (size_t i = 0; i < prefixes->items.len; i++)
        count += prefixes->items.items[i].was_kept && prefixes->items.items[i].used;
    return count;
}
