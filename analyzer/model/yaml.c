// Reads a model file: rules/models/FORMAT.md. Every complaint names file, line and column. The document is three levels deep
// at most (file, table, list of lines), and nothing here recurses, so aliases and deep nesting are harmless.
#include "base/file.h"
#include "base/nearest.h"
#include "model/set.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { FILE_LIMIT = 4 << 20 };

struct reader {
    struct model_set *set;
    struct model *model;
    const char *path;
    yaml_document_t doc;
    struct err *err;
};

static bool fail_at(struct reader *r, yaml_mark_t mark, size_t offset, const char *what) {
    return err_set(r->err, "%s:%zu:%zu: %s", r->path, mark.line + 1, mark.column + 1 + offset, what);
}

__attribute__((format(printf, 3, 4))) static bool fail(struct reader *r, const yaml_node_t *node, const char *format, ...) {
    struct arena arena = {0};
    char *what;
    va_list args;
    va_start(args, format);
    if (vasprintf(&what, format, args) < 0)
        mem_fail(0);
    va_end(args);
    fail_at(r, node->start_mark, 0, what);
    free(what);
    arena_done(&arena);
    return false;
}

static yaml_node_t *node_at(struct reader *r, int index) {
    yaml_node_t *node = yaml_document_get_node(&r->doc, index);
    ENSURE(node);
    return node;
}

static const char *kind_name(const yaml_node_t *node) {
    return node->type == YAML_SCALAR_NODE ? "text" : node->type == YAML_SEQUENCE_NODE ? "a list" : "a mapping (key: value)";
}

// The text of a scalar that holds no NUL byte; NULL and an error otherwise.
static const char *text_of(struct reader *r, const yaml_node_t *node, const char *what) {
    if (node->type != YAML_SCALAR_NODE)
        return fail(r, node, "%s must be text, not %s", what, kind_name(node)), NULL;
    if (strlen((const char *)node->data.scalar.value) != node->data.scalar.length)
        return fail(r, node, "%s holds a NUL character", what), NULL;
    return (const char *)node->data.scalar.value;
}

// The pairs of a mapping, each key being a text that occurs once.
static bool check_mapping(struct reader *r, const yaml_node_t *node, const char *what) {
    if (node->type != YAML_MAPPING_NODE)
        return fail(r, node, "%s must be a mapping (key: value), not %s", what, kind_name(node));
    struct strtab seen = {0};
    bool ok = true;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; ok && pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(r, pair->key);
        const char *text = text_of(r, key, "a key");
        if (text && !*text)
            ok = fail(r, key, "a key is empty");
        else if (text && strtab_find(&seen, text))
            ok = fail(r, key, "'%s' stands here a second time; put both lines into one list", text);
        else if (!text)
            ok = false;
        else
            strtab_add(&seen, text);
    }
    strtab_done(&seen);
    return ok;
}

static bool read_line(struct reader *r, const yaml_node_t *node, enum line_place place, struct line *ret_line) {
    const char *text = text_of(r, node, "what a name means");
    struct err why;
    size_t offset = 0;
    if (!text)
        return false;
    if (line_parse(&r->set->arena, text, place, ret_line, &offset, &why)) {
        ret_line->role.model = ret_line->meaning.model = r->model->name;
        return true;
    }
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && node->start_mark.line == node->end_mark.line;
    return fail_at(r, node->start_mark, plain ? offset : 0, why.text);
}

static bool read_entry(struct reader *r, enum entry_table table, const char *name, const yaml_node_t *value) {
    static const enum line_place places[TABLE_COUNT] = {LINE_FUNC, LINE_TYPE, LINE_FIELD};
    bool is_list = value->type == YAML_SEQUENCE_NODE;
    size_t count = is_list ? (size_t)(value->data.sequence.items.top - value->data.sequence.items.start) : 1;
    struct line *lines = arena_array(&r->set->arena, struct line, count);
    if (!count)
        return fail(r, value, "the list is empty; write 'none' for a name that means nothing");
    for (size_t i = 0; i < count; i++)
        if (!read_line(r, is_list ? node_at(r, value->data.sequence.items.start[i]) : value, places[table], &lines[i]))
            return false;
    struct entries *entries = &r->model->tables[table];
    bool is_ending = *name == '*' && !strpbrk(name + 1, "*?[\\");
    struct entry entry = {arena_strdup(&r->set->arena, name), lines, (unsigned)count, is_ending ? strlen(name + 1) : 0};
    uint32_t index = (uint32_t)entries->all.len;
    vec_push(&entries->all, entry);
    if (strpbrk(name, "*?[")) {
        vec_push(&entries->patterns, index);
        return true;
    }
    uint32_t id = strtab_add(&entries->names, name);
    while (entries->by_name.len <= id)
        vec_push(&entries->by_name, 0);
    entries->by_name.items[id] = index;
    return true;
}

static bool read_table(struct reader *r, const yaml_node_t *node, enum entry_table table) {
    if (!check_mapping(r, node, entry_table_names[table]))
        return false;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(r, pair->key);
        const char *name = (const char *)key->data.scalar.value;
        if (table == TABLE_FIELDS && !strchr(name, '.'))
            return fail(r, key, "'%s' names no field; write TYPE.member", name);
        if (!read_entry(r, table, name, node_at(r, pair->value)))
            return false;
    }
    return true;
}

// A list of texts, or one text alone.
static bool read_texts(struct reader *r, const yaml_node_t *node, const char *what,
                       void (*add)(struct reader *r, const char *text, int list), int list) {
    if (node->type == YAML_MAPPING_NODE)
        return fail(r, node, "%s must be a list of words, not %s", what, kind_name(node));
    bool is_list = node->type == YAML_SEQUENCE_NODE;
    size_t count = is_list ? (size_t)(node->data.sequence.items.top - node->data.sequence.items.start) : 1;
    for (size_t i = 0; i < count; i++) {
        const char *text = text_of(r, is_list ? node_at(r, node->data.sequence.items.start[i]) : node, what);
        if (!text)
            return false;
        add(r, arena_strdup(&r->set->arena, text), list);
    }
    return true;
}

static void add_word(struct reader *r, const char *text, int list) {
    vec_push(&r->model->words.lists[list], text);
}

static void add_disabled(struct reader *r, const char *text, int unused) {
    (void)unused;
    vec_push(&r->set->disabled, text);
}

static bool fail_key(struct reader *r, const yaml_node_t *key, const char *what, const char *const *known, size_t count) {
    const char *text = (const char *)key->data.scalar.value;
    const char *near = nearest_word(text, known, count);
    if (near)
        return fail(r, key, "'%s' is no %s; did you mean '%s'?", text, what, near);
    struct buf list = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", known[i]);
    fail(r, key, "'%s' is no %s; known are %s", text, what, buf_text(&list));
    buf_done(&list);
    return false;
}

static bool read_words(struct reader *r, const yaml_node_t *node) {
    if (!check_mapping(r, node, "words"))
        return false;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = node_at(r, pair->key);
        int list = 0;
        while (list < LIST_COUNT && strcmp(word_list_names[list], (const char *)key->data.scalar.value))
            list++;
        if (list == LIST_COUNT)
            return fail_key(r, key, "list of words", word_list_names, LIST_COUNT);
        if (!read_texts(r, node_at(r, pair->value), "a list of words", add_word, list))
            return false;
    }
    return true;
}

static bool read_match(struct reader *r, const yaml_node_t *node) {
    const char *text = text_of(r, node, "match");
    if (!text)
        return false;
    r->model->by_words = !strcmp(text, "words");
    return r->model->by_words || !strcmp(text, "names") || fail(r, node, "'%s' is no way to match; expected 'names' or 'words'", text);
}

static bool read_doc(struct reader *r, const yaml_node_t *node) {
    const char *text = text_of(r, node, "doc");
    if (text)
        r->model->doc = arena_strdup(&r->set->arena, text);
    return text != NULL;
}

static bool read_system(struct reader *r, const yaml_node_t *node) {
    const char *text = text_of(r, node, "system");
    if (!text)
        return false;
    r->model->of_system = !strcmp(text, "yes");
    return r->model->of_system || !strcmp(text, "no") || fail(r, node, "'%s' is no answer to 'system'; expected 'yes' or 'no'", text);
}

enum top_key { TOP_MODEL, TOP_DOC, TOP_MATCH, TOP_SYSTEM, TOP_WORDS, TOP_DISABLE, TOP_FUNCTIONS, TOP_TYPES, TOP_FIELDS, TOP_COUNT };
static const char *const top_keys[TOP_COUNT] = {"model", "doc", "match", "system", "words", "disable", "functions", "types", "fields"};

static bool read_top(struct reader *r, enum top_key key, const yaml_node_t *value) {
    switch (key) {
    case TOP_MODEL: return true; // first of all, in read_root
    case TOP_DOC: return read_doc(r, value);
    case TOP_MATCH: return read_match(r, value);
    case TOP_SYSTEM: return read_system(r, value);
    case TOP_WORDS: return read_words(r, value);
    case TOP_DISABLE: return read_texts(r, value, "disable", add_disabled, 0);
    case TOP_FUNCTIONS: return read_table(r, value, TABLE_FUNCTIONS);
    case TOP_TYPES: return read_table(r, value, TABLE_TYPES);
    case TOP_FIELDS: return read_table(r, value, TABLE_FIELDS);
    case TOP_COUNT: break;
    }
    BUG("top key");
}

static bool read_root(struct reader *r, const yaml_node_t *root) {
    if (!check_mapping(r, root, "a model file"))
        return false;
    const yaml_node_pair_t *first = root->data.mapping.pairs.start, *top = root->data.mapping.pairs.top;
    for (const yaml_node_pair_t *pair = first; pair < top; pair++)
        if (!strcmp((const char *)node_at(r, pair->key)->data.scalar.value, "model") &&
            !(r->model->name = text_of(r, node_at(r, pair->value), "model")))
            return false;
    if (!r->model->name || !*r->model->name)
        return fail(r, root, "the model has no name; start the file with 'model: NAME'");
    r->model->name = arena_strdup(&r->set->arena, r->model->name);
    for (const yaml_node_pair_t *pair = first; pair < top; pair++) {
        const yaml_node_t *key = node_at(r, pair->key);
        int found = 0;
        while (found < TOP_COUNT && strcmp(top_keys[found], (const char *)key->data.scalar.value))
            found++;
        if (found == TOP_COUNT)
            return fail_key(r, key, "key of a model file", top_keys, TOP_COUNT);
        if (!read_top(r, (enum top_key)found, node_at(r, pair->value)))
            return false;
    }
    return true;
}

static bool fail_parse(struct reader *r, const yaml_parser_t *parser) {
    const char *problem = parser->problem ? parser->problem : "unknown error";
    if (parser->error == YAML_READER_ERROR)
        return err_set(r->err, "%s: not a YAML text file: %s at byte %zu", r->path, problem, parser->problem_offset);
    struct arena arena = {0};
    fail_at(r, parser->problem_mark, 0,
            arena_printf(&arena, "not valid YAML: %s%s%s", parser->context ? parser->context : "", parser->context ? ": " : "",
                         problem));
    arena_done(&arena);
    return false;
}

static bool read_document(struct reader *r, yaml_parser_t *parser) {
    if (!yaml_parser_load(parser, &r->doc))
        return fail_parse(r, parser);
    yaml_node_t *root = yaml_document_get_root_node(&r->doc);
    bool ok = root ? read_root(r, root) : err_set(r->err, "%s: the file is empty; a model starts with 'model: NAME'", r->path);
    yaml_document_delete(&r->doc);
    if (!ok)
        return false;
    if (!yaml_parser_load(parser, &r->doc))
        return fail_parse(r, parser);
    root = yaml_document_get_root_node(&r->doc);
    ok = !root || fail(r, root, "a second document starts here; write one file per model");
    yaml_document_delete(&r->doc);
    return ok;
}

static void add_model(struct model_set *set, struct model *model) {
    for (size_t i = 0; i < set->models.len; i++)
        if (!strcmp(set->models.items[i]->name, model->name)) {
            model_free(set->models.items[i]);
            memmove(&set->models.items[i], &set->models.items[i + 1], (--set->models.len - i) * sizeof *set->models.items);
            break;
        }
    vec_push(&set->models, model);
}

bool model_read(struct model_set *set, const char *path, struct err *err) {
    struct buf text = {0};
    if (!file_read(path, FILE_LIMIT, &text, err))
        return false;
    struct reader r = {.set = set, .model = mem_zalloc(sizeof *r.model), .path = path, .err = err};
    r.model->file = arena_strdup(&set->arena, path);
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        mem_fail(sizeof parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)buf_text(&text), text.len);
    bool ok = read_document(&r, &parser);
    yaml_parser_delete(&parser);
    buf_done(&text);
    if (ok)
        add_model(set, r.model);
    else
        model_free(r.model);
    return ok;
}
