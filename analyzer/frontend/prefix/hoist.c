// The walk: the unit's text is gone through in its real order, with all that it includes, as clang would without the precompiled
// header; what stands under a condition is looked at, but what is included there does not count as read. Each piece of text is compared
// with those of the hoisted files that are not read at that point. A hoisted file is itself such text for those that come before it in
// the precompiled header and after it in the unit. The standard's headers need no comparison with one another.
//
// The files that the precompiled header includes by one another were read by clang; that they are read in the same way in the unit's
// order follows, file by file, from the comparison.
#include "frontend/prefix/hoisted.h"

#include "base/file.h"
#include "ir/inputs.h"

#include <stdlib.h>

// ---- units ----

void hoist_unit_init(struct search *search, const struct compile_command *command, struct hoist_unit *ret_unit) {
    struct strtab *texts = search_texts(search);
    struct buf text = {0};
    struct err err;
    const char *slash = strrchr(command->file, '/');
    ret_unit->command = command;
    ret_unit->folders = search_folders(search, command);
    ret_unit->folder = strtab_addn(texts, command->file, (size_t)(slash - command->file));
    ret_unit->is_readable = ret_unit->folders != NO_HEADER && file_read(command->file, 64 << 20, &text, &err);
    if (ret_unit->is_readable) {
        ret_unit->hash = hash_bytes(buf_text(&text), text.len);
        scan_text(buf_text(&text), text.len, true, texts, &ret_unit->scan);
        search_note(search, &ret_unit->scan);
    }
    for (unsigned i = 0; i < command->arg_count; i++) {
        const char *arg = command->args[i];
        if (!strncmp(arg, "-D", 2) && arg[2])
            vec_push(&ret_unit->macros, strtab_addn(texts, arg + 2, strcspn(arg + 2, "=(")));
    }
    buf_done(&text);
}

void hoist_unit_done(struct hoist_unit *unit) {
    scan_done(&unit->scan);
    vec_done(&unit->macros);
    vec_done(&unit->missing);
}

static bool is_fixed(const struct search *search, const struct hoist_unit *unit, uint32_t macro) {
    if (search_is_defined(search, macro, NO_HEADER))
        return false;
    for (size_t i = 0; i < unit->macros.len; i++)
        if (unit->macros.items[i] == macro)
            return true;
    return false;
}

// Whether a macro is known to be defined at this place.
typedef bool knows_fn(const void *data, uint32_t macro);

static bool holds(const struct search *search, uint32_t header, const struct scan *scan, const struct piece *piece, knows_fn *knows, const void *data) {
    bool is_true = false;
    for (uint32_t i = piece->when_from; i < piece->when_to; i++) {
        uint32_t macro = scan->conditions.items[i];
        if (!macro && !is_true)
            return false;
        if (!macro)
            is_true = false;
        else if (macro == SCAN_GUARD)
            is_true |= scan->guard && !search_is_defined(search, scan->guard, header);
        else
            is_true = is_true || knows(data, macro);
    }
    return true;
}

struct command_line {
    const struct search *search;
    const struct hoist_unit *unit;
};

static bool is_on_command_line(const void *data, uint32_t macro) {
    const struct command_line *line = data;
    return is_fixed(line->search, line->unit, macro);
}

bool hoist_holds(const struct search *search, const struct hoist_unit *unit, uint32_t header, const struct scan *scan, const struct piece *piece) {
    return holds(search, header, scan, piece, is_on_command_line, &(struct command_line){search, unit});
}

// ---- the walk ----

struct walk {
    struct search *search;
    const struct strtab *texts;
    struct hoist *hoist;
    struct hoist_unit *unit;
    uint64_t entered[FILES_MAX / 64]; // files, by place
    uint64_t left[TURNS_MAX / 64];    // pieces that are not read yet, by turn
    uint32_t left_count;
    struct map seen;               // headers: 1: under a condition, 2: for certain
    struct map said;               // hashes of the words that hoisted files were compared with
    uint64_t pasted_over[TURNS_MAX / 64]; // what was left where words are first pasted together
    bool has_paste;
    struct map macros;             // that were defined so far -> the last of their bodies, plus one
    VEC(struct used_body) bodies;
    struct map used;               // macros whose bodies were compared, by what speaker's kind
    uint32_t pragma;               // the word _Pragma, 0: nobody says it
    bool has_failed;
};

// Who says the text that is compared.
struct speaker {
    uint32_t header;       // NO_HEADER: the source
    const struct scan *scan;
    uint32_t folder, place; // `place`: among the hoisted files, or WHOLE
    uint32_t turn;          // of the piece that is compared, or WHOLE
    bool is_standard, is_certain;
};

static bool is_left(const struct walk *walk, uint32_t turn) {
    return walk->left[turn / 64] >> turn % 64 & 1;
}

static bool is_over(const struct walk *walk) {
    return walk->has_failed || !walk->left_count;
}

static const uint32_t *mentions_of(const struct hoist *hoist, uint32_t word, uint32_t *ret_count) {
    const uint32_t *slot = map_get(&hoist->words, word);
    *ret_count = slot ? hoist->mentions.items[*slot] : 0;
    return slot ? hoist->mentions.items + *slot + 1 : NULL;
}

static bool is_foreign(const struct hoist *hoist, uint32_t turn) {
    return hoist->foreign[turn / 64] >> turn % 64 & 1;
}

// Whether pieces that are left and come before the speaker's define the word, or (is_definition) mention it. A tag that was declared
// in what is read already is the same at all of these places.
static bool clashes(const struct walk *walk, const struct speaker *speaker, uint32_t word, bool is_definition) {
    uint32_t count;
    bool found = false;
    const uint32_t *turns = mentions_of(walk->hoist, word, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t turn = turns[i] & ~DEFINED;
        bool counts = is_definition || turns[i] & DEFINED;
        if (!is_left(walk, turn) && turns[i] & DEFINED && is_tag(walk->texts, word))
            return false;
        found |= counts && turn < speaker->turn && is_left(walk, turn) && (!speaker->is_standard || is_foreign(walk->hoist, turn));
    }
    return found;
}

static bool has_left_before(const struct walk *walk, const struct speaker *speaker) {
    uint32_t end = speaker->turn < TURNS_MAX ? speaker->turn : (uint32_t)walk->hoist->files_by_turn.len;
    for (uint32_t i = 0; i * 64 < end; i++) {
        uint64_t left = walk->left[i] & (speaker->is_standard ? walk->hoist->foreign[i] : UINT64_MAX);
        if (end - i * 64 < 64)
            left &= ((uint64_t)1 << (end - i * 64)) - 1;
        if (left)
            return true;
    }
    return false;
}

static const struct scan *scan_of(const struct walk *walk, uint32_t header) {
    return header == NO_HEADER ? &walk->unit->scan : &search_at(walk->search, header)->scan;
}

static void add_bodies(struct walk *walk, const struct speaker *speaker, const struct piece *piece) {
    for (uint32_t i = piece->bodies_from; i < piece->bodies_to; i++) {
        uint32_t macro = speaker->scan->bodies.items[i].macro, *slot = map_put(&walk->macros, macro, NULL);
        struct used_body body = {.header = speaker->header, .body = i, .next = *slot};
        vec_push(&walk->bodies, body);
        *slot = (uint32_t)walk->bodies.len;
        for (int kind = 0; kind < 2; kind++)
            if (map_get(&walk->used, pair(macro, (uint32_t)kind)))
                *map_get(&walk->used, pair(macro, (uint32_t)kind)) = 0;
    }
}

// Whether the word, or what it stands for if it is a macro, is a name that files which are left define.
static bool mentions(struct walk *walk, const struct speaker *speaker, uint32_t word) {
    const uint32_t *slot = map_get(&walk->macros, word);
    if (clashes(walk, speaker, word, false) || (word == walk->pragma && word))
        return true;
    uint32_t *used = slot && *slot ? map_put(&walk->used, pair(word, speaker->is_standard), NULL) : NULL;
    if (!used || (*used && speaker->place == WHOLE))
        return false;
    if (*used == 2)
        return false;
    *used = 2;
    bool found = false;
    for (uint32_t at = *slot; at && !found; at = walk->bodies.items[at - 1].next) {
        const struct used_body *use = &walk->bodies.items[at - 1];
        const struct scan *scan = scan_of(walk, use->header);
        const struct body *body = &scan->bodies.items[use->body];
        for (uint32_t i = body->from; i < body->to && !found; i++)
            found = mentions(walk, speaker, scan->body_words.items[i]);
    }
    *map_get(&walk->used, pair(word, speaker->is_standard)) = 1;
    return found;
}

static void say_word(struct walk *walk, uint32_t word) {
    const char *text = strtab_text(walk->texts, word);
    map_put(&walk->said, hash_bytes(text, strlen(text)), NULL);
}

// Remembers what pasting may put together.
static void say(struct walk *walk, const struct speaker *speaker, const struct piece *piece) {
    for (uint32_t i = piece->words_from; i < piece->words_to; i++)
        say_word(walk, speaker->scan->words.items[i]);
    for (uint32_t i = piece->bodies_from; i < piece->bodies_to; i++)
        for (uint32_t k = speaker->scan->bodies.items[i].from; k < speaker->scan->bodies.items[i].to; k++)
            say_word(walk, speaker->scan->body_words.items[k]);
    if (piece->has_paste && !walk->has_paste) {
        memcpy(walk->pasted_over, walk->left, sizeof walk->left);
        walk->has_paste = true;
    }
}

static bool is_piece(const struct walk *walk, const char *text, size_t len) {
    size_t digits = 0;
    while (digits < len && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return digits == len || map_get(&walk->said, hash_bytes(text, len));
}

// Whether up to `pieces` words that were said make up the text.
static bool is_pasted(const struct walk *walk, const char *text, size_t len, int pieces) {
    for (size_t first = 1; pieces > 1 && first < len; first++)
        if (is_piece(walk, text, first) && (is_piece(walk, text + first, len - first) || is_pasted(walk, text + first, len - first, pieces - 1)))
            return true;
    return false;
}

// Whether a name that hoisted files define could have been pasted together before they did.
static bool has_pasted(const struct walk *walk) {
    enum { PIECES_MAX = 4 };
    const struct hoist *hoist = walk->hoist;
    uint32_t count;
    for (size_t at = 0; at < hoist->mentions.len; at += 2 + count) {
        const char *word = strtab_text(walk->texts, hoist->mentions.items[at]);
        bool is_over_it = false;
        count = hoist->mentions.items[at + 1];
        for (uint32_t i = 0; i < count && !is_over_it; i++) {
            uint32_t mention = hoist->mentions.items[at + 2 + i], turn = mention & ~DEFINED;
            is_over_it = mention & DEFINED && walk->pasted_over[turn / 64] >> turn % 64 & 1;
        }
        if (is_over_it && !is_tag(walk->texts, hoist->mentions.items[at]) && is_pasted(walk, word, strlen(word), PIECES_MAX))
            return true;
    }
    return false;
}

static void compare(struct walk *walk, const struct speaker *speaker, const struct piece *piece) {
    if (is_over(walk) || !has_left_before(walk, speaker))
        return;
    walk->has_failed = piece->is_open && !speaker->is_standard;
    if (!speaker->is_standard)
        say(walk, speaker, piece);
    for (uint32_t i = piece->words_from; i < piece->words_to && !walk->has_failed; i++)
        walk->has_failed = mentions(walk, speaker, speaker->scan->words.items[i]);
    for (uint32_t i = piece->defs_from; i < piece->defs_to && !walk->has_failed; i++)
        walk->has_failed = clashes(walk, speaker, speaker->scan->defs.items[i], true);
}

static void walk_text(struct walk *walk, const struct speaker *speaker);

static struct speaker speaker_of(const struct walk *walk, uint32_t header, uint32_t place, bool is_certain) {
    const struct header *at = search_at(walk->search, header);
    return (struct speaker){.header = header, .folder = at->folder, .place = place, .turn = WHOLE, .is_standard = at->is_standard, .is_certain = is_certain};
}

// A hoisted file is read here.
static void enter_hoisted(struct walk *walk, uint32_t place) {
    if (walk->entered[place / 64] >> place % 64 & 1)
        return;
    struct speaker speaker = speaker_of(walk, walk->hoist->files.items[place], place, true);
    walk->entered[place / 64] |= (uint64_t)1 << place % 64;
    walk_text(walk, &speaker);
}

static void enter_other(struct walk *walk, uint32_t header, bool is_certain) {
    uint32_t *seen = map_put(&walk->seen, header, NULL), now = is_certain ? 2 : 1;
    if (*seen >= now)
        return;
    *seen = now;
    struct speaker speaker = speaker_of(walk, header, WHOLE, is_certain);
    walk_text(walk, &speaker);
}

// A macro of the hoisted files is as it is in the end once all of them that define it are read.
static bool is_known_defined(const void *data, uint32_t macro) {
    const struct walk *walk = data;
    uint32_t count, defined = 0;
    const uint32_t *places = mentions_of(walk->hoist, macro, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (places[i] & DEFINED && is_left(walk, places[i] & ~DEFINED))
            return false;
        defined += (places[i] & DEFINED) != 0;
    }
    return (defined && !map_get(&walk->hoist->absent, macro)) || is_fixed(walk->search, walk->unit, macro);
}

static void enter(struct walk *walk, const struct speaker *speaker, const struct piece *piece) {
    bool is_certain = speaker->is_certain && holds(walk->search, speaker->header, speaker->scan, piece, is_known_defined, walk);
    uint32_t header = search_piece(walk->search, walk->unit->folders, speaker->header, speaker->folder, piece);
    const uint32_t *slot = header == NO_HEADER ? NULL : map_get(&walk->hoist->index, header);
    if (header == NO_HEADER) {
        walk->has_failed |= is_certain;
        if (!piece->is_next)
            vec_push(&walk->unit->missing, piece->name);
    } else if (slot) {
        if (is_certain || (speaker->place != WHOLE && map_get(&walk->hoist->edges, pair(speaker->place, *slot - 1))))
            enter_hoisted(walk, *slot - 1);
    } else if (speaker->place == WHOLE) {
        enter_other(walk, header, is_certain);
    }
}

static void read_turn(struct walk *walk, uint32_t turn) {
    walk->left[turn / 64] &= ~((uint64_t)1 << turn % 64);
    walk->left_count--;
}

// Under an #if that asks for macros which nothing defines.
static bool is_dead(const struct walk *walk, const struct scan *scan, const struct piece *piece) {
    bool may_hold = false, has_names = false;
    for (uint32_t i = piece->when_from; i < piece->when_to; i++) {
        uint32_t macro = scan->conditions.items[i];
        if (!macro && has_names && !may_hold)
            return true;
        may_hold = macro && (may_hold || macro == SCAN_GUARD || search_is_defined(walk->search, macro, NO_HEADER) || !map_get(&walk->hoist->absent, macro));
        has_names = macro;
    }
    return false;
}

static void walk_text(struct walk *walk, const struct speaker *given) {
    struct speaker speaker = *given;
    for (size_t i = 0; !is_over(walk); i++) {
        speaker.scan = speaker.header == NO_HEADER ? &walk->unit->scan : &search_at(walk->search, speaker.header)->scan; // headers may move
        if (i >= speaker.scan->pieces.len)
            return;
        struct piece piece = speaker.scan->pieces.items[i];
        if (speaker.place != WHOLE)
            speaker.turn = walk->hoist->turns.items[walk->hoist->bases.items[speaker.place] + i];
        bool dead = speaker.place == WHOLE && is_dead(walk, speaker.scan, &piece);
        if (!dead || piece.name) {
            add_bodies(walk, &speaker, &piece);
            compare(walk, &speaker, &piece);
        }
        if (speaker.place != WHOLE)
            read_turn(walk, speaker.turn);
        if (piece.name && !dead && !is_over(walk))
            enter(walk, &speaker, &piece);
    }
}

// Whether the names that the hoisted files looked for are found in the same places for these folders.
static bool finds_the_same(struct search *search, struct hoist *hoist, uint32_t folders) {
    uint32_t *slot = map_put(&hoist->same, folders, NULL);
    if (*slot)
        return *slot == 1;
    bool same = true;
    for (size_t i = 0; i < hoist->names.len && same && folders != hoist->folders; i++)
        for (int is_quoted = 0; is_quoted < 2; is_quoted++)
            same &= search_find(search, folders, 0, hoist->names.items[i], is_quoted) == search_find(search, hoist->folders, 0, hoist->names.items[i], is_quoted);
    *slot = same ? 1 : 2;
    return same;
}

bool hoist_fits(struct search *search, struct hoist *hoist, struct hoist_unit *unit) {
    if (!unit->is_readable || !finds_the_same(search, hoist, unit->folders))
        return false;
    struct walk walk = {.search = search, .texts = search_texts(search), .pragma = strtab_find(search_texts(search), "_Pragma"), .hoist = hoist, .unit = unit, .left_count = (uint32_t)hoist->files_by_turn.len};
    for (uint32_t i = 0; i < hoist->files_by_turn.len; i++)
        walk.left[i / 64] |= (uint64_t)1 << i % 64;
    unit->missing.len = 0;
    struct speaker speaker = {.header = NO_HEADER, .folder = unit->folder, .place = WHOLE, .turn = WHOLE, .is_certain = true};
    walk_text(&walk, &speaker);
    walk.has_failed = walk.has_failed || walk.left_count || (walk.has_paste && has_pasted(&walk));
    map_done(&walk.seen);
    map_done(&walk.said);
    map_done(&walk.macros);
    map_done(&walk.used);
    vec_done(&walk.bodies);
    return !walk.has_failed;
}

bool hoist_is_confirmed(const struct search *search, const struct hoist_unit *unit, const char *reads, size_t size) {
    struct input input;
    for (const char *at = reads, *end = at + size; inputs_next(&at, end, &input);) {
        if (input.kind != INPUT_FILE)
            continue;
        uint32_t header = search_known(search, input.name);
        uint64_t hash = header != NO_HEADER ? search_at(search, header)->hash : !strcmp(input.name, unit->command->file) ? unit->hash : input.hash;
        if (hash != input.hash)
            return false;
        for (size_t i = 0; i < unit->missing.len; i++) {
            const char *name = strtab_text(search_texts(search), unit->missing.items[i]);
            size_t len = strlen(name), full = strlen(input.name);
            if (full > len && input.name[full - len - 1] == '/' && !strcmp(input.name + full - len, name))
                return false;
        }
    }
    return true;
}
