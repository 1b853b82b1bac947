// Places and texts: where a cursor stands, and what the source says there. Locations are those of the expansion.
//
// libclang keeps the places of macro-made code in the same integers as the others, with the top bit set; there is no function
// that tells them apart, so this file looks at that bit.
#include "frontend/capture/lower.h"

#include "base/file.h"
#include "frontend/protocol.h"

#include <stdlib.h>
#include <string.h>

enum { MACRO_BIT = 1u << 31 };

const char *source_string(struct lower *l, CXString string) {
    const char *text = clang_getCString(string);
    char *copy = arena_strdup(&l->arena, text ? text : "");
    clang_disposeString(string);
    return copy;
}

const char *source_unit_string(struct lower *l, CXString string) {
    const char *text = clang_getCString(string);
    char *copy = arena_strdup(&l->unit_arena, text ? text : "");
    clang_disposeString(string);
    return copy;
}

static uint32_t file_by_path(struct lower *l, const char *path) {
    uint32_t text = ir_build_text(&l->b, path), *known = map_put(&l->path_ids, text, NULL);
    if (*known)
        return *known - 1;
    struct ir_file file = {.path = text};
    vec_push(&l->b.files, file);
    struct source source = {.last_line = 1};
    vec_push(&l->sources, source);
    return (*known = (uint32_t)l->b.files.len) - 1;
}

// Whether a file is a system header is asked once per directory: the question is slow.
static uint32_t *system_directory(struct lower *l, const char *path) {
    const char *slash = strrchr(path, '/');
    return map_put(&l->system_directories, hash_bytes(path, slash ? (size_t)(slash - path) : 0), NULL);
}

static bool is_system(struct lower *l, CXFile file, const char *path) {
    uint32_t *known = system_directory(l, path);
    if (!*known)
        *known = 1 + (clang_Location_isInSystemHeader(clang_getLocationForOffset(l->tu, file, 0)) != 0);
    return *known == 2;
}

// Loads the text when it is first asked for: most files that a unit reads have no place in it. What a precompiled header read is not
// asked of libclang, which would look through all of it, and load it.
static const struct source *loaded(struct lower *l, uint32_t index) {
    struct source *source = &l->sources.items[index];
    if (source->is_loaded)
        return source;
    source->is_loaded = true;
    const struct places_file *known = source->is_in_prefix ? places_file(l->places, source_string(l, clang_getFileName(source->file))) : NULL;
    if (known) {
        source->text = buf_text(&known->text);
        source->size = known->text.len;
        source->lines = known->lines;
        return source;
    }
    source->text = clang_getFileContents(l->tu, source->file, &source->size);
    if (!source->text)
        source->size = 0;
    else
        places_count_lines(source->text, source->size, &source->own_lines);
    source->lines = source->own_lines;
    return source;
}

static const char *shown_path(struct lower *l, CXFile file) {
    const char *name = source_string(l, clang_getFileName(file));
    return path_relative(l->project, path_absolute(&l->arena, l->directory, name));
}

uint32_t source_file(struct lower *l, CXFile file) {
    if (!file)
        return IR_NONE;
    bool is_new;
    uint32_t *slot = map_put(&l->file_ids, (uint64_t)(uintptr_t)file, &is_new);
    if (!is_new)
        return *slot;
    uint32_t index = file_by_path(l, shown_path(l, file));
    *slot = index;
    if (!l->sources.items[index].file) {
        l->sources.items[index].file = file;
        if (!l->sources.items[index].is_in_prefix)
            l->b.files.items[index].is_system = is_system(l, file, strtab_text(&l->b.texts, l->b.files.items[index].path));
    }
    return index;
}

struct included {
    const char *path;
    CXFile file; // NULL: known from the precompiled header only
    bool is_system;
};

struct listing {
    struct lower *l;
    VEC(struct included) files;
};

static void list_included(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data) {
    (void)stack;
    (void)depth;
    struct listing *listing = data;
    struct included included = {.path = shown_path(listing->l, file), .file = file};
    vec_push(&listing->files, included);
}

static void list_prefix(struct listing *listing) {
    for (const char *at = listing->l->prefix_files; *at; at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        struct included included = {.path = arena_strndup(&listing->l->arena, at + 2, len - 2), .is_system = *at == 'S'};
        vec_push(&listing->files, included);
        at += len;
    }
}

static int compare_included(const void *left, const void *right) {
    const struct included *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order ? order : (a->file != NULL) - (b->file != NULL);
}

static void add_prefix_file(struct lower *l, const struct included *included) {
    uint32_t index = file_by_path(l, included->path), *known = system_directory(l, included->path);
    l->b.files.items[index].is_system = included->is_system;
    l->sources.items[index].is_in_prefix = true;
    if (!*known)
        *known = 1 + included->is_system;
}

// The main file, then all others by name: so the order is the same however they come in.
void source_init(struct lower *l) {
    const char *main_name = source_string(l, clang_getTranslationUnitSpelling(l->tu));
    l->main_file = clang_getFile(l->tu, main_name);
    source_file(l, l->main_file);
    struct listing listing = {.l = l};
    list_prefix(&listing);
    clang_getInclusions(l->tu, list_included, &listing);
    if (listing.files.len)
        qsort(listing.files.items, listing.files.len, sizeof *listing.files.items, compare_included);
    for (size_t i = 0; i < listing.files.len; i++) {
        if (listing.files.items[i].file)
            source_file(l, listing.files.items[i].file);
        else
            add_prefix_file(l, &listing.files.items[i]);
    }
    vec_done(&listing.files);
}

void source_list(const struct lower *l, struct buf *out) {
    for (size_t i = 1; i < l->b.files.len; i++)
        buf_printf(out, "%c %s\n", l->b.files.items[i].is_system ? 'S' : 'U', strtab_text(&l->b.texts, l->b.files.items[i].path));
}

static struct place place_at(struct lower *l, uint32_t file, unsigned offset) {
    struct source *source = &l->sources.items[file];
    struct place place = {.file = file, .offset = offset};
    places_find(&source->lines, offset, &source->last_line, &place.column);
    place.line = source->last_line;
    return place;
}

// Where a number's span stands among the spans, or belongs: behind those that start before it. Reading lines and columns off the spans
// saves most of the time locations take.
static uint32_t span_behind(const struct lower *l, unsigned number) {
    uint32_t low = 0, high = (uint32_t)l->spans.len;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (l->spans.items[middle].start <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_in_span(const struct lower *l, uint32_t span, unsigned number) {
    return span < l->spans.len && number - l->spans.items[span].start <= l->spans.items[span].size;
}

static bool find_span(struct lower *l, unsigned number) {
    if (!is_in_span(l, l->last_span, number))
        l->last_span = span_behind(l, number) - 1;
    return is_in_span(l, l->last_span, number);
}

static void add_span(struct lower *l, struct span span) {
    uint32_t at = span_behind(l, span.start);
    vec_push(&l->spans, span);
    memmove(&l->spans.items[at + 1], &l->spans.items[at], (l->spans.len - 1 - at) * sizeof span);
    l->spans.items[at] = span;
    l->last_span = at;
}

static struct place asked_place(struct lower *l, CXSourceLocation location) {
    CXFile file;
    struct place place = {0};
    clang_getExpansionLocation(location, &file, NULL, NULL, &place.offset);
    place.file = source_file(l, file);
    if (place.file == IR_NONE)
        return place;
    const struct source *source = loaded(l, place.file);
    if (!source->lines.len) {
        clang_getExpansionLocation(location, NULL, &place.line, &place.column, NULL);
        return place;
    }
    if (!(location.int_data & MACRO_BIT))
        add_span(l, (struct span){location.int_data - place.offset, (unsigned)source->size, place.file});
    return place_at(l, place.file, place.offset);
}

static struct place macro_place(struct lower *l, CXSourceLocation location) {
    struct macro_call *call = &l->macro_call;
    unsigned number = location.int_data;
    if (call->first && number >= call->first && number <= call->last)
        return call->begin;
    struct place place = asked_place(l, location);
    if (!call->first || place.file != call->begin.file || place.offset != call->begin.offset)
        *call = (struct macro_call){number, number, place};
    else if (number < call->first)
        call->first = number;
    else
        call->last = number;
    return place;
}

static struct place expansion_place(struct lower *l, CXSourceLocation location) {
    if (location.int_data & MACRO_BIT)
        return macro_place(l, location);
    if (!find_span(l, location.int_data))
        return asked_place(l, location);
    const struct span *span = &l->spans.items[l->last_span];
    return place_at(l, span->file, location.int_data - span->start);
}

// Behind the macro call that starts at `from`: its name and, where there are, its arguments.
static struct place find_macro_end(struct lower *l, struct place from) {
    const struct source *source = from.file == IR_NONE ? NULL : loaded(l, from.file);
    if (!source || !source->text || from.offset > source->size)
        return from;
    const char *text = source->text, *end = text + source->size;
    const char *stop = text_skip_token(text + from.offset, end);
    const char *next = text_skip_blanks(stop, end);
    if (next < end && *next == '(')
        stop = text_skip_group(next, end);
    for (const char *at = text + from.offset; at < stop; at++, from.offset++) {
        from.column = *at == '\n' ? 1 : from.column + 1;
        from.line += *at == '\n';
    }
    return from;
}

static struct place macro_end(struct lower *l, struct place from) {
    if (!l->macro_begin.line || from.file != l->macro_begin.file || from.offset != l->macro_begin.offset) {
        l->macro_begin = from;
        l->macro_end = find_macro_end(l, from);
    }
    return l->macro_end;
}

static void expansion_extent(struct lower *l, CXSourceRange range, struct place *ret_begin, struct place *ret_end) {
    *ret_begin = expansion_place(l, clang_getRangeStart(range));
    if (range.end_int_data & MACRO_BIT)
        *ret_end = macro_end(l, *ret_begin);
    else
        *ret_end = expansion_place(l, clang_getRangeEnd(range));
    if (ret_end->file != ret_begin->file || ret_end->offset < ret_begin->offset)
        *ret_end = *ret_begin;
}

CXSourceRange source_extent(struct lower *l, struct node *node) {
    if (!node->begin) {
        l->extent = clang_getCursorExtent(node->cursor);
        node->begin = l->extent.begin_int_data;
        node->end = l->extent.end_int_data;
    }
    l->extent.begin_int_data = node->begin;
    l->extent.end_int_data = node->end;
    return l->extent;
}

bool source_in_macro(struct lower *l, struct node *node) {
    return source_extent(l, node).begin_int_data & MACRO_BIT;
}

static uint32_t range_loc(struct lower *l, CXSourceRange range) {
    struct place begin, end;
    expansion_extent(l, range, &begin, &end);
    struct ir_loc loc = {.file = begin.file, .line = begin.line, .column = begin.column, .end_line = end.line, .end_column = end.column,
                         .in_macro = (range.begin_int_data & MACRO_BIT) != 0};
    return begin.file == IR_NONE ? 0 : ir_build_loc(&l->b, &loc);
}

uint32_t source_loc(struct lower *l, struct node *node) {
    if (!node->loc)
        node->loc = range_loc(l, source_extent(l, node)) + 1;
    return node->loc - 1;
}

uint32_t source_decl_loc(struct lower *l, CXCursor cursor) {
    return range_loc(l, clang_getCursorExtent(cursor));
}

uint32_t source_first_loc(struct lower *l, CXCursor cursor) {
    CXSourceRange range = clang_getCursorExtent(cursor);
    struct place begin = expansion_place(l, clang_getRangeStart(range));
    uint32_t file = begin.file;
    if (file == IR_NONE)
        return 0;
    const struct source *source = loaded(l, file);
    unsigned width = 1;
    if (source->text && begin.offset < source->size) {
        const char *at = source->text + begin.offset;
        width = (unsigned)(text_skip_token(at, source->text + source->size) - at);
    }
    struct ir_loc loc = {.file = file, .line = begin.line, .column = begin.column, .end_line = begin.line, .end_column = begin.column + width,
                         .in_macro = (range.begin_int_data & MACRO_BIT) != 0};
    return ir_build_loc(&l->b, &loc);
}

static bool is_before_semicolon(struct lower *l, uint32_t file, unsigned offset) {
    const struct source *source = loaded(l, file);
    return source->text && offset < source->size && source->text[offset] == ';';
}

uint32_t source_statement_loc(struct lower *l, struct node *statement, struct node *until) {
    struct place begin, end, unused;
    expansion_extent(l, source_extent(l, statement), &begin, &end);
    if (!until)
        end = begin;
    else if (until != statement)
        expansion_extent(l, source_extent(l, until), &unused, &end);
    uint32_t file = begin.file;
    if (file == IR_NONE || end.file != begin.file || end.offset < begin.offset)
        return 0;
    struct ir_loc loc = {.file = file, .line = begin.line, .column = begin.column, .end_line = end.line, .end_column = end.column,
                         .in_macro = source_in_macro(l, statement)};
    loc.is_statement = !loc.in_macro && is_before_semicolon(l, file, end.offset);
    return ir_build_loc(&l->b, &loc);
}

uint32_t source_end_loc(struct lower *l, struct node *node) {
    struct place begin, end;
    expansion_extent(l, source_extent(l, node), &begin, &end);
    uint32_t file = begin.file;
    if (file == IR_NONE || end.column < 2)
        return source_loc(l, node);
    struct ir_loc loc = {.file = file, .line = end.line, .column = end.column - 1, .end_line = end.line, .end_column = end.column,
                         .in_macro = source_in_macro(l, node)};
    return ir_build_loc(&l->b, &loc);
}

uint32_t source_text(struct lower *l, struct node *node, size_t limit) {
    struct place begin, end;
    expansion_extent(l, source_extent(l, node), &begin, &end);
    if (begin.file == IR_NONE || end.offset > loaded(l, begin.file)->size || end.offset - begin.offset > 4 * limit)
        return 0;
    const char *text = l->sources.items[begin.file].text;
    l->text.len = 0;
    text_collapse(text + begin.offset, text + end.offset, &l->text);
    return l->text.len && l->text.len <= limit ? ir_build_text(&l->b, l->text.data) : 0;
}

const char *source_first_token(struct lower *l, struct node *node) {
    CXToken *token = clang_getToken(l->tu, clang_getRangeStart(source_extent(l, node)));
    if (!token)
        return "";
    const char *text = source_string(l, clang_getTokenSpelling(l->tu, *token));
    clang_disposeTokens(l->tu, token, 1);
    return text;
}

static bool is_prefix_itself(const struct lower *l, CXFile file) {
    if (!file || !*l->prefix_files)
        return false;
    CXString name = clang_getFileName(file);
    const char *text = clang_getCString(name);
    bool is_it = text && !strncmp(path_name(text), CAPTURE_PREFIX_NAME, strlen(CAPTURE_PREFIX_NAME));
    clang_disposeString(name);
    return is_it;
}

const char *source_spelled(struct lower *l, struct node *node, const char **ret_end) {
    CXFile spelled;
    unsigned offset;
    clang_getSpellingLocation(clang_getRangeStart(source_extent(l, node)), &spelled, NULL, NULL, &offset);
    if (is_prefix_itself(l, spelled)) {
        l->needs_whole = true;
        return NULL;
    }
    uint32_t file = source_file(l, spelled);
    if (file == IR_NONE || offset >= loaded(l, file)->size)
        return NULL;
    *ret_end = l->sources.items[file].text + l->sources.items[file].size;
    return l->sources.items[file].text + offset;
}

bool source_is_main(struct lower *l, CXCursor cursor) {
    CXFile file = NULL;
    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
    return file && (file == l->main_file || clang_File_isEqual(file, l->main_file));
}

bool source_has_error(struct lower *l, CXCursor cursor) {
    if (!l->errors.len)
        return false;
    CXSourceRange range = clang_getCursorExtent(cursor);
    struct place begin = expansion_place(l, clang_getRangeStart(range)), end = expansion_place(l, clang_getRangeEnd(range));
    for (size_t i = 0; i < l->errors.len; i++) {
        const struct error_place *error = &l->errors.items[i];
        if (error->file == begin.file && error->offset >= begin.offset && error->offset <= end.offset)
            return true;
    }
    return false;
}
