// Greedy: the header that saves most bytes, by the number of units that include it, then all that nearly all of these include as well;
// and so on among these units, and among the others.
#include "frontend/prefix/choose.h"

#include <stdlib.h>
#include <string.h>

// Bytes of headers: what it costs to load one more precompiled header, and the least that one is made for.
enum { UNITS_MIN = 6, LOAD_BYTES = 40000, ENTRY_BYTES_MIN = 2000, ENTRIES_MAX = 32 };

// ---- what a unit is certain to include ----

struct looking {
    struct search *search;
    const char *project;
    size_t project_len;
    const struct hoist_unit *unit;
    struct map seen;
    entry_vec *entries;
};

static void look_in(struct looking *looking, uint32_t header);

static void look_at(struct looking *looking, uint32_t from, const struct scan *scan, uint32_t folder, const struct piece *piece) {
    bool is_new;
    if (!piece->name || !hoist_holds(looking->search, looking->unit, from, scan, piece))
        return;
    uint32_t header = search_piece(looking->search, looking->unit->folders, from, folder, piece);
    if (header == NO_HEADER)
        return;
    map_put(&looking->seen, header, &is_new);
    const struct header *at = search_at(looking->search, header);
    if (!is_new)
        return;
    if (!strncmp(strtab_text(search_texts(looking->search), at->path), looking->project, looking->project_len))
        look_in(looking, header);
    else if ((at->scan.is_guarded || at->is_standard) && search_find(looking->search, looking->unit->folders, 0, piece->name, false) == header)
        vec_push(looking->entries, ((struct entry){header, piece->name}));
}

static void look_in(struct looking *looking, uint32_t header) {
    for (size_t i = 0;; i++) {
        const struct header *at = search_at(looking->search, header); // headers move when there are more
        if (i >= at->scan.pieces.len)
            return;
        struct scan scan = at->scan;
        look_at(looking, header, &scan, at->folder, &scan.pieces.items[i]);
    }
}

static bool is_about_folders(const char *arg, bool *ret_is_alone) {
    static const char *const options[] = {"-isystem", "-iquote", "-I"};
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        size_t len = strlen(options[i]);
        *ret_is_alone = !strcmp(arg, options[i]);
        if (!strncmp(arg, options[i], len))
            return true;
    }
    return false;
}

static uint64_t hash_flags(const struct compile_command *command) {
    uint64_t hash = 0;
    for (unsigned i = 0; i < command->arg_count; i++) {
        bool is_alone;
        if (is_about_folders(command->args[i], &is_alone))
            i += is_alone;
        else if (strncmp(command->args[i], "-W", 2) != 0 || strchr(command->args[i], ','))
            hash = hash_mix(hash, hash_bytes(command->args[i], strlen(command->args[i])));
    }
    return hash;
}

void choose_look(struct search *search, const char *project, struct chooser *chooser) {
    struct looking looking = {.search = search, .project = project, .project_len = strlen(project), .unit = chooser->source, .entries = &chooser->entries};
    chooser->flags = hash_flags(chooser->source->command);
    for (size_t i = 0; i < chooser->source->scan.pieces.len; i++)
        look_at(&looking, NO_HEADER, &chooser->source->scan, chooser->source->folder, &chooser->source->scan.pieces.items[i]);
    map_done(&looking.seen);
}

// ---- weights ----

struct choosing {
    struct search *search;
    choice_vec *choices;
    struct map covered; // headers that the sets above hold
};

static uint64_t weigh(struct search *search, uint32_t folders, uint32_t header, struct map *seen, const struct map *covered) {
    bool is_new;
    map_put(seen, header, &is_new);
    if (!is_new || (covered && map_get(covered, header)))
        return 0;
    uint64_t bytes = search_at(search, header)->size;
    for (size_t i = 0; i < search_at(search, header)->scan.pieces.len; i++) {
        const struct header *at = search_at(search, header);
        struct piece piece = at->scan.pieces.items[i];
        uint32_t next = piece.name ? search_piece(search, folders, header, at->folder, &piece) : NO_HEADER;
        if (next != NO_HEADER)
            bytes += weigh(search, folders, next, seen, covered);
    }
    return bytes;
}

uint64_t choose_weigh(struct search *search, uint32_t folders, const uint32_t *headers, size_t count) {
    struct map seen = {0};
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += weigh(search, folders, headers[i], &seen, NULL);
    map_done(&seen);
    return bytes;
}

// ---- sets ----

// What some units include.
struct common {
    struct entry entry;
    uint32_t count;
    uint64_t places; // in their order, summed up
    uint64_t bytes;  // that are not covered yet
    bool is_standard;
};

typedef VEC(struct common) common_vec;

static void count_entries(const struct choosing *choosing, const struct chooser *choosers, uint32_t count, common_vec *ret_common) {
    struct map places = {0};
    for (uint32_t i = 0; i < count; i++)
        for (size_t k = 0; k < choosers[i].entries.len; k++) {
            struct entry entry = choosers[i].entries.items[k];
            if (map_get(&choosing->covered, entry.header))
                continue;
            uint32_t *slot = map_put(&places, entry.header, NULL);
            if (!*slot) {
                vec_push(ret_common, ((struct common){.entry = entry, .is_standard = search_at(choosing->search, entry.header)->is_standard}));
                *slot = (uint32_t)ret_common->len;
            }
            ret_common->items[*slot - 1].count++;
            ret_common->items[*slot - 1].places += k;
        }
    map_done(&places);
}

// The best one that at least so many units include, by the bytes it saves; NULL where none pays.
static struct common *best_of(const struct choosing *choosing, uint32_t folders, common_vec *common, uint32_t least, uint64_t load) {
    struct common *best = NULL;
    uint64_t most = 0;
    for (size_t i = 0; i < common->len; i++) {
        struct common *at = &common->items[i];
        if (at->count < least)
            continue;
        struct map seen = {0};
        at->bytes = weigh(choosing->search, folders, at->entry.header, &seen, &choosing->covered);
        map_done(&seen);
        uint64_t gain = at->bytes > load ? (at->bytes - load) * (at->count - least + 1) : 0;
        if (gain > most) {
            most = gain;
            best = at;
        }
    }
    return best;
}

static bool includes(const struct chooser *chooser, uint32_t header) {
    for (size_t i = 0; i < chooser->entries.len; i++)
        if (chooser->entries.items[i].header == header)
            return true;
    return false;
}

// Puts those that include it in front.
static uint32_t part(struct chooser *choosers, uint32_t count, uint32_t header) {
    uint32_t with = 0;
    for (uint32_t i = 0; i < count; i++)
        if (includes(&choosers[i], header)) {
            struct chooser chooser = choosers[i];
            memmove(choosers + with + 1, choosers + with, (i - with) * sizeof *choosers);
            choosers[with++] = chooser;
        }
    return with;
}

static void cover(struct choosing *choosing, uint32_t folders, uint32_t header) {
    struct map seen = {0};
    weigh(choosing->search, folders, header, &seen, NULL);
    for (uint32_t id = 0; id < search_count(choosing->search); id++)
        if (map_get(&seen, id))
            map_put(&choosing->covered, id, NULL);
    map_done(&seen);
}

// The standard's first: others may look for what these define. Else as most units have them.
static int compare_common(const void *left, const void *right) {
    const struct common *a = left, *b = right;
    if (a->is_standard != b->is_standard)
        return a->is_standard ? -1 : 1;
    uint64_t x = a->places * b->count, y = b->places * a->count;
    if (x != y)
        return x < y ? -1 : 1;
    return (a->entry.header > b->entry.header) - (a->entry.header < b->entry.header);
}

// Adds to the set what nearly all of its units include; returns how many units are left.
static uint32_t extend(struct choosing *choosing, struct chooser *choosers, uint32_t count, common_vec *set) {
    uint32_t folders = choosers->source->folders;
    for (size_t i = 0; i + 1 < set->len; i++)
        cover(choosing, folders, set->items[i].entry.header);
    while (set->len < ENTRIES_MAX) {
        common_vec common = {0};
        cover(choosing, folders, set->items[set->len - 1].entry.header);
        count_entries(choosing, choosers, count, &common);
        const struct common *best = best_of(choosing, folders, &common, count - count / 8, ENTRY_BYTES_MIN);
        if (best) {
            vec_push(set, *best);
            count = part(choosers, count, best->entry.header);
        }
        vec_done(&common);
        if (!best)
            break;
    }
    return count;
}

// What others than the standard's headers look for may hang on which of these were read before: the set then starts with those that
// nearly all of its units have. <assert.h>, which defines its macros anew each time, parts them.
static uint32_t narrow(const struct choosing *choosing, struct chooser *choosers, uint32_t count, const common_vec *common, common_vec *set) {
    for (size_t i = 0; i < common->len && !set->items[0].is_standard; i++) {
        const struct common *at = &common->items[i];
        bool parts = !strcmp(strtab_text(search_texts(choosing->search), at->entry.name), "assert.h");
        uint32_t with = at->is_standard ? part(choosers, count, at->entry.header) : 0;
        if (with < UNITS_MIN || (!parts && with < count - count / 8))
            continue;
        vec_push(set, *at);
        count = with;
    }
    return count;
}

static void map_copy(const struct map *from, uint32_t keys, struct map *ret_copy) {
    for (uint32_t key = 0; key < keys; key++)
        if (map_get(from, key))
            map_put(ret_copy, key, NULL);
}

static void choose_for(struct choosing *choosing, struct chooser *choosers, uint32_t count, uint32_t parent) {
    while (count >= UNITS_MIN) {
        struct map covered = {0};
        common_vec common = {0}, set = {0};
        map_copy(&choosing->covered, search_count(choosing->search), &covered);
        count_entries(choosing, choosers, count, &common);
        const struct common *best = best_of(choosing, choosers->source->folders, &common, UNITS_MIN, LOAD_BYTES);
        uint32_t with = 0;
        if (best) {
            vec_push(&set, *best);
            with = narrow(choosing, choosers, part(choosers, count, best->entry.header), &common, &set);
            with = extend(choosing, choosers, with, &set);
            qsort(set.items, set.len, sizeof *set.items, compare_common);
            struct choice choice = {.parent = parent};
            for (size_t i = 0; i < set.len; i++)
                vec_push(&choice.entries, set.items[i].entry);
            vec_push(choosing->choices, choice);
            choose_for(choosing, choosers, with, (uint32_t)choosing->choices->len - 1);
        }
        map_done(&choosing->covered);
        choosing->covered = covered;
        vec_done(&common);
        vec_done(&set);
        if (!best)
            break;
        choosers += with;
        count -= with;
    }
    for (uint32_t i = 0; i < count && parent != UINT32_MAX; i++)
        vec_push(&choosing->choices->items[parent].units, choosers[i].unit);
}

static int compare_choosers(const void *left, const void *right) {
    const struct chooser *a = left, *b = right;
    if (a->flags != b->flags)
        return a->flags < b->flags ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

void choose(struct search *search, struct chooser *choosers, uint32_t count, choice_vec *ret_choices) {
    if (count)
        qsort(choosers, count, sizeof *choosers, compare_choosers);
    for (uint32_t i = 0, next; i < count; i = next) {
        struct choosing choosing = {.search = search, .choices = ret_choices};
        for (next = i + 1; next < count && choosers[next].flags == choosers[i].flags; next++)
            ;
        choose_for(&choosing, choosers + i, next - i, UINT32_MAX);
        map_done(&choosing.covered);
    }
}
