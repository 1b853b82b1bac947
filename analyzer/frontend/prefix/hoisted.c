// Gathers the facts: which files clang read and in which order (the worker says so), what each piece of them mentions and defines (read
// off its text), what each file declares and which macros are there in the end (the worker again, who asks clang). A macro's body counts
// as mentioned where the macro is used. A #define that was skipped counts, unless the macro is not there in the end and nothing
// undefines it elsewhere than in the same piece.
#include "frontend/prefix/hoisted.h"

#include "ir/inputs.h"

#include <stdlib.h>

void hoist_free(struct hoist *hoist) {
    if (!hoist)
        return;
    vec_done(&hoist->files);
    map_done(&hoist->index);
    map_done(&hoist->edges);
    vec_done(&hoist->roots);
    vec_done(&hoist->bases);
    vec_done(&hoist->turns);
    vec_done(&hoist->files_by_turn);
    vec_done(&hoist->names_declared);
    map_done(&hoist->declared);
    map_done(&hoist->absent);
    map_done(&hoist->early);
    vec_done(&hoist->names);
    map_done(&hoist->words);
    vec_done(&hoist->mentions);
    map_done(&hoist->same);
    free(hoist);
}

// ---- what to ask ----

struct asking {
    struct search *search;
    uint32_t folders;
    struct map seen, asked, undefined;
    VEC(uint32_t) words;
};

static void ask_header(struct asking *asking, uint32_t header) {
    bool is_new;
    map_put(&asking->seen, header, &is_new);
    if (!is_new)
        return;
    const struct scan *scan = &search_at(asking->search, header)->scan;
    for (size_t i = 0; i < scan->defs.len; i++)
        vec_push(&asking->words, scan->defs.items[i]);
    for (size_t i = 0; i < scan->undefs.len; i++)
        map_put(&asking->undefined, scan->undefs.items[i], NULL);
    for (size_t i = 0; i < search_at(asking->search, header)->scan.pieces.len; i++) {
        const struct header *at = search_at(asking->search, header);
        struct piece piece = at->scan.pieces.items[i];
        uint32_t next = piece.name ? search_piece(asking->search, asking->folders, header, at->folder, &piece) : NO_HEADER;
        if (next != NO_HEADER)
            ask_header(asking, next);
    }
}

void hoist_ask(struct search *search, uint32_t folders, const uint32_t *headers, uint32_t count, struct buf *ret_words) {
    const struct strtab *texts = search_texts(search);
    struct asking asking = {.search = search, .folders = folders};
    for (uint32_t i = 0; i < count; i++)
        ask_header(&asking, headers[i]);
    size_t conditions;
    const uint32_t *macros = search_conditions(search, &conditions);
    for (size_t i = 0; i < conditions; i++)
        vec_push(&asking.words, macros[i]);
    for (size_t i = 0; i < asking.words.len; i++) {
        bool is_new;
        map_put(&asking.asked, asking.words.items[i], &is_new);
        if (is_new && !is_tag(texts, asking.words.items[i]))
            buf_printf(ret_words, "%s%s\n", map_get(&asking.undefined, asking.words.items[i]) ? "!" : "", strtab_text(texts, asking.words.items[i]));
    }
    map_done(&asking.seen);
    map_done(&asking.asked);
    map_done(&asking.undefined);
    vec_done(&asking.words);
}

static void add_file(struct hoist *hoist, uint32_t header, uint32_t parent) {
    bool is_new;
    uint32_t *slot = map_put(&hoist->index, header, &is_new);
    if (is_new) {
        *slot = (uint32_t)hoist->files.len + 1;
        vec_push(&hoist->files, header);
    }
    if (parent != WHOLE)
        map_put(&hoist->edges, pair(parent, *slot - 1), NULL);
}

struct answer {
    struct hoist *hoist;
    const char *directory;
    uint32_t stack[256];  // places of the files that are open, by depth
    struct map seen;      // places
    VEC(uint32_t) places; // of the files named here, in order
};

// "F DEPTH PATH"
static bool read_file_line(struct search *search, struct answer *answer, const char *line, size_t len) {
    struct hoist *hoist = answer->hoist;
    char *rest;
    bool is_new;
    unsigned long depth = strtoul(line + 2, &rest, 10);
    if (!depth || depth >= ARRAY_LEN(answer->stack) || *rest != ' ' || hoist->files.len == FILES_MAX)
        return false;
    struct buf path = {0};
    buf_printf(&path, "%s%s%.*s", rest[1] == '/' ? "" : answer->directory, rest[1] == '/' ? "" : "/", (int)(line + len - rest - 1), rest + 1);
    uint32_t header = search_header(search, buf_text(&path));
    buf_done(&path);
    if (header == NO_HEADER || search_at(search, header)->scan.has_odd)
            return false;
    add_file(hoist, header, depth > 1 ? answer->stack[depth - 1] : WHOLE);
    uint32_t place = *map_get(&hoist->index, header) - 1;
    answer->stack[depth] = place;
    if (depth == 1)
        vec_push(&hoist->roots, place);
    map_put(&answer->seen, place, &is_new);
    if (is_new)
        vec_push(&answer->places, place);
    return true;
}

// "D NUMBER NAME": the file of that number declares it.
static bool read_name_line(struct strtab *texts, struct answer *answer, const char *line, size_t len) {
    char *rest;
    unsigned long number = strtoul(line + 2, &rest, 10);
    if (number >= answer->places.len || *rest != ' ')
        return false;
    vec_push(&answer->hoist->names_declared, pair(answer->places.items[number], strtab_addn(texts, rest + 1, (size_t)(line + len - rest - 1))));
    return true;
}

static bool read_answer(struct search *search, struct strtab *texts, struct hoist *hoist, const char *directory, const char *text) {
    struct answer answer = {.hoist = hoist, .directory = directory};
    bool ok = true;
    for (const char *at = text; *at && ok; at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        if (*at == 'F')
            ok = read_file_line(search, &answer, at, len);
        else if (*at == 'D')
            ok = read_name_line(texts, &answer, at, len);
        else if (*at == 'H')
            map_put(&hoist->absent, strtab_addn(texts, at + 2, len - 2), NULL);
        else if (*at == 'I')
            map_put(&hoist->early, strtab_addn(texts, at + 2, len - 2), NULL);
        at += len;
    }
    map_done(&answer.seen);
    vec_done(&answer.places);
    return ok;
}

// The files are those that were scanned; notes which names they looked for.
static bool read_reads(struct search *search, struct strtab *texts, struct hoist *hoist, const char *reads, size_t size) {
    struct input input;
    bool ok = true;
    for (const char *at = reads, *end = at + size; inputs_next(&at, end, &input);) {
        if (input.kind == INPUT_NAME)
            vec_push(&hoist->names, strtab_add(texts, input.name));
        uint32_t header = input.kind == INPUT_FILE ? search_known(search, input.name) : NO_HEADER;
        ok &= input.kind != INPUT_OTHER && (input.kind != INPUT_FILE || (header != NO_HEADER && search_at(search, header)->hash == input.hash));
    }
    return ok;
}

static int compare_numbers(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}


// Goes through a file as clang went through it, and gives its pieces their turns.
static void order_file(struct search *search, struct hoist *hoist, uint32_t place) {
    if (hoist->bases.items[place] != WHOLE)
        return;
    uint32_t header = hoist->files.items[place], base = (uint32_t)hoist->turns.len;
    hoist->bases.items[place] = base;
    for (size_t i = 0; i < search_at(search, header)->scan.pieces.len; i++)
        vec_push(&hoist->turns, 0);
    for (uint32_t i = 0; i < search_at(search, header)->scan.pieces.len; i++) {
        const struct header *at = search_at(search, header);
        struct piece piece = at->scan.pieces.items[i];
        uint32_t next = piece.name ? search_piece(search, hoist->folders, header, at->folder, &piece) : NO_HEADER;
        const uint32_t *slot = next == NO_HEADER ? NULL : map_get(&hoist->index, next);
        hoist->turns.items[base + i] = (uint32_t)hoist->files_by_turn.len;
        vec_push(&hoist->files_by_turn, place);
        if (slot && map_get(&hoist->edges, pair(place, *slot - 1)))
            order_file(search, hoist, *slot - 1);
    }
}

// False where some file is reached in a way that its text does not show.
static bool order_all(struct search *search, struct hoist *hoist) {
    bool ok = true;
    for (size_t i = 0; i < hoist->files.len; i++)
        vec_push(&hoist->bases, WHOLE);
    for (size_t i = 0; i < hoist->roots.len; i++)
        order_file(search, hoist, hoist->roots.items[i]);
    for (size_t i = 0; i < hoist->files.len; i++)
        ok &= hoist->bases.items[i] != WHOLE;
    ok &= hoist->files_by_turn.len <= TURNS_MAX;
    for (uint32_t turn = 0; ok && turn < hoist->files_by_turn.len; turn++)
        if (!search_at(search, hoist->files.items[hoist->files_by_turn.items[turn]])->is_standard)
            hoist->foreign[turn / 64] |= (uint64_t)1 << turn % 64;
    return ok;
}

typedef VEC(uint64_t) number_vec;

struct collecting {
    const struct strtab *texts;
    struct hoist *hoist;
    struct map turns;      // macro -> the only turn that defines or undefines it, plus one; WHOLE: several
    struct map undefined;  // what some file undefines may have been there for a while
    number_vec mentions;   // word, then turn
    struct map defined;    // such pairs
    struct map macros;     // -> the last of their bodies, plus one
    VEC(struct used_body) bodies;
    struct map used;       // (macro, turn)
};

static void collect_word(struct collecting *c, uint32_t place, uint32_t turn, uint32_t word) {
    uint32_t *declared = map_get(&c->hoist->declared, pair(place, word));
    vec_push(&c->mentions, pair(word, turn));
    if (declared) {
        *declared = 2;
        map_put(&c->defined, pair(word, turn), NULL);
    }
}

// What a macro stands for is mentioned where the macro is used.
static void collect_use(struct collecting *c, struct search *search, uint32_t turn, uint32_t word) {
    const uint32_t *slot = map_get(&c->macros, word);
    bool is_new;
    if (!slot)
        return;
    map_put(&c->used, pair(word, turn), &is_new);
    for (uint32_t at = is_new ? *slot : 0; at; at = c->bodies.items[at - 1].next) {
        const struct scan *scan = &search_at(search, c->bodies.items[at - 1].header)->scan;
        const struct body *body = &scan->bodies.items[c->bodies.items[at - 1].body];
        for (uint32_t i = body->from; i < body->to; i++) {
            vec_push(&c->mentions, pair(scan->body_words.items[i], turn));
            collect_use(c, search, turn, scan->body_words.items[i]);
        }
    }
}

static void collect_piece(struct collecting *c, struct search *search, const struct scan *scan, const struct piece *piece, uint32_t place, uint32_t turn) {
    for (uint32_t i = piece->words_from; i < piece->words_to; i++) {
        collect_word(c, place, turn, scan->words.items[i]);
        collect_use(c, search, turn, scan->words.items[i]);
    }
    for (uint32_t i = piece->defs_from; i < piece->defs_to; i++) {
        uint32_t word = scan->defs.items[i];
        vec_push(&c->mentions, pair(word, turn));
        bool was_there = map_get(&c->undefined, word) && (*map_get(&c->turns, word) == WHOLE || map_get(&c->hoist->early, word));
        if ((was_there || !map_get(&c->hoist->absent, word)) && !is_tag(c->texts, word))
            map_put(&c->defined, pair(word, turn), NULL);
    }
}

static void collect_turns(struct collecting *c, const struct scan *scan, uint32_t place) {
    for (uint32_t i = 0; i < scan->pieces.len; i++) {
        uint32_t turn = c->hoist->turns.items[c->hoist->bases.items[place] + i];
        for (uint32_t k = scan->pieces.items[i].defs_from; k < scan->pieces.items[i].defs_to; k++) {
            uint32_t *slot = map_put(&c->turns, scan->defs.items[k], NULL);
            *slot = !*slot || *slot == turn + 1 ? turn + 1 : WHOLE;
        }
    }
}

static void collect_bodies(struct collecting *c, const struct scan *scan, uint32_t header) {
    for (uint32_t i = 0; i < scan->bodies.len; i++) {
        uint32_t *slot = map_put(&c->macros, scan->bodies.items[i].macro, NULL);
        struct used_body body = {.header = header, .body = i, .next = *slot};
        vec_push(&c->bodies, body);
        *slot = (uint32_t)c->bodies.len;
    }
}

static void collect_words(struct search *search, struct collecting *c) {
    struct hoist *hoist = c->hoist;
    for (uint32_t place = 0; place < hoist->files.len; place++) {
        const struct scan *scan = &search_at(search, hoist->files.items[place])->scan;
        for (size_t i = 0; i < scan->undefs.len; i++)
            map_put(&c->undefined, scan->undefs.items[i], NULL);
        collect_bodies(c, scan, hoist->files.items[place]);
        collect_turns(c, scan, place);
    }
    for (size_t i = 0; i < hoist->names_declared.len; i++)
        *map_put(&hoist->declared, hoist->names_declared.items[i], NULL) = 1;
    for (uint32_t place = 0; place < hoist->files.len; place++) {
        const struct scan *scan = &search_at(search, hoist->files.items[place])->scan;
        for (uint32_t i = 0; i < scan->pieces.len; i++)
            collect_piece(c, search, scan, &scan->pieces.items[i], place, hoist->turns.items[hoist->bases.items[place] + i]);
    }
    for (size_t i = 0; i < hoist->names_declared.len; i++) { // a macro made the name: somewhere in the file
        uint32_t place = (uint32_t)(hoist->names_declared.items[i] >> 32), name = (uint32_t)hoist->names_declared.items[i];
        size_t pieces = search_at(search, hoist->files.items[place])->scan.pieces.len;
        for (size_t k = 0; k < pieces && *map_get(&hoist->declared, hoist->names_declared.items[i]) == 1; k++) {
            vec_push(&c->mentions, pair(name, hoist->turns.items[hoist->bases.items[place] + k]));
            map_put(&c->defined, pair(name, hoist->turns.items[hoist->bases.items[place] + k]), NULL);
        }
    }
}

static void index_words(struct search *search, struct hoist *hoist) {
    struct collecting c = {.texts = search_texts(search), .hoist = hoist};
    collect_words(search, &c);
    qsort(c.mentions.items, c.mentions.len, sizeof *c.mentions.items, compare_numbers);
    uint32_t word = 0, count = 0;
    for (size_t i = 0; i < c.mentions.len; i++) {
        uint64_t mention = c.mentions.items[i];
        if (i && mention == c.mentions.items[i - 1])
            continue;
        if (mention >> 32 != word) {
            word = (uint32_t)(mention >> 32);
            count = (uint32_t)hoist->mentions.len;
            *map_put(&hoist->words, word, NULL) = count + 1;
            vec_push(&hoist->mentions, word);
            vec_push(&hoist->mentions, 0);
        }
        vec_push(&hoist->mentions, (uint32_t)mention | (map_get(&c.defined, mention) ? DEFINED : 0));
        hoist->mentions.items[count + 1]++;
    }
    map_done(&c.turns);
    map_done(&c.undefined);
    map_done(&c.defined);
    map_done(&c.macros);
    map_done(&c.used);
    vec_done(&c.bodies);
    vec_done(&c.mentions);
}

static void take_parent(struct hoist *hoist, const struct hoist *parent) {
    for (size_t i = 0; i < parent->files.len; i++)
        add_file(hoist, parent->files.items[i], WHOLE);
    for (uint32_t a = 0; a < parent->files.len; a++)
        for (uint32_t b = 0; b < parent->files.len; b++)
            if (map_get(&parent->edges, pair(a, b)))
                map_put(&hoist->edges, pair(a, b), NULL);
    for (size_t i = 0; i < parent->names_declared.len; i++)
        vec_push(&hoist->names_declared, parent->names_declared.items[i]);
    for (size_t i = 0; i < parent->roots.len; i++)
        vec_push(&hoist->roots, parent->roots.items[i]);
    for (size_t i = 0; i < parent->names.len; i++)
        vec_push(&hoist->names, parent->names.items[i]);
}

struct hoist *hoist_new(struct search *search, const struct hoist *parent, uint32_t folders, const char *directory, const char *answer,
                        const char *reads, size_t reads_size) {
    struct hoist *hoist = mem_zalloc(sizeof *hoist);
    struct strtab *texts = search_texts(search);
    hoist->folders = folders;
    if (parent)
        take_parent(hoist, parent);
    if (!read_answer(search, texts, hoist, directory, answer) || !read_reads(search, texts, hoist, reads, reads_size) ||
        !order_all(search, hoist)) {
        hoist_free(hoist);
        return NULL;
    }
    index_words(search, hoist);
    return hoist;
}

