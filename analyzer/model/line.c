// A line is words and key=value pairs between spaces. Each role word has its set of keys; what a key left out means is set
// before the keys are read (line_defaults), what needs several keys after it (line_complete).
#include "model/value.h"

#include <string.h>

enum key {
    K_ARMED, K_CANCEL, K_CANCELS, K_CLAMPS, K_CLOCK, K_CLOCK_SET_BY, K_DEADLINE, K_DEFAULT, K_ENTRY, K_FREED_WITH_PARENT, K_FROM, K_INFINITE, K_IN_OUT,
    K_MUST_CANCEL, K_MUST_USE_RESULT, K_NONE, K_NOWAIT, K_NULL, K_OBJECT, K_OWNED, K_PARENT, K_PARENTS, K_READY, K_RESULT, K_SCOPE, K_STATUS,
    K_STRUCTURED, K_SUGGEST, K_TIMEOUT, K_TODO, K_TWICE, K_WAKES, K_WHEN, K_WITH, K_ZERO, K_COUNT
};
static const char *const key_names[K_COUNT] = {
    "armed", "cancel", "cancels", "clamps", "clock", "clock_set_by", "deadline", "default", "entry", "freed_with_parent", "from", "infinite", "in_out",
    "must_cancel", "must_use_result", "none", "nowait", "null", "object", "owned", "parent", "parents", "ready", "result", "scope", "status",
    "structured", "suggest", "timeout", "todo", "twice", "wakes", "when", "with", "zero",
};
#define KEY(name) (1ull << K_##name)
#define KEYS_BOUND (KEY(TIMEOUT) | KEY(DEADLINE) | KEY(CLOCK) | KEY(INFINITE) | KEY(NOWAIT) | KEY(IN_OUT))
#define KEYS_CHILD \
    (KEY(PARENT) | KEY(RESULT) | KEY(NULL) | KEY(CANCEL) | KEY(MUST_CANCEL) | KEY(MUST_USE_RESULT) | KEY(STATUS) | \
     KEY(FREED_WITH_PARENT))
#define KEYS_TIME (KEY(CLOCK) | KEY(INFINITE) | KEY(NOWAIT))

static const struct word {
    const char *name;
    enum line_kind line;
    int kind; // role_kind or meaning_kind
    uint64_t keys, needed; // needed: at least one of these
} words[] = {
    {"none", LINE_NONE, 0, 0, 0},
    {"root", LINE_ROLE, ROLE_ROOT, KEY(RESULT) | KEY(OWNED) | KEY(TODO) | KEY(STATUS), 0},
    {"derive", LINE_ROLE, ROLE_DERIVE, KEYS_CHILD | KEYS_BOUND | KEY(CLAMPS) | KEY(SUGGEST), KEY(PARENT)},
    {"value", LINE_ROLE, ROLE_VALUE, KEYS_CHILD, KEY(PARENT)},
    {"detach", LINE_ROLE, ROLE_DETACH, KEYS_CHILD, KEY(PARENT)},
    {"cancel", LINE_ROLE, ROLE_CANCEL, KEY(OBJECT) | KEY(TWICE), 0},
    {"release", LINE_ROLE, ROLE_RELEASE, KEY(OBJECT) | KEY(CANCELS) | KEY(TWICE), 0},
    {"ref", LINE_ROLE, ROLE_REF, KEY(OBJECT) | KEY(RESULT), 0},
    {"query", LINE_ROLE, ROLE_QUERY, KEY(OBJECT) | KEY(RESULT) | KEY(NONE) | KEY(CLOCK) | KEY(PARENTS), 0},
    {"now", LINE_ROLE, ROLE_NOW, KEY(RESULT) | KEY(CLOCK) | KEY(WHEN), 0},
    {"convert", LINE_ROLE, ROLE_CONVERT, KEY(FROM) | KEY(WITH) | KEY(RESULT) | KEY(CLOCK), KEY(FROM)},
    {"arm", LINE_ROLE, ROLE_ARM, KEYS_BOUND | KEY(OBJECT) | KEY(WHEN), KEY(TIMEOUT) | KEY(DEADLINE)},
    {"disarm", LINE_ROLE, ROLE_DISARM, KEY(OBJECT) | KEY(WHEN), 0},
    {"block", LINE_ROLE, ROLE_BLOCK,
     KEYS_BOUND | KEY(CLOCK_SET_BY) | KEY(OBJECT) | KEY(ARMED) | KEY(DEFAULT) | KEY(WAKES) | KEY(READY) | KEY(SCOPE) | KEY(WHEN) | KEY(SUGGEST), 0},
    {"sleep", LINE_ROLE, ROLE_SLEEP, KEYS_BOUND | KEY(WHEN), KEY(TIMEOUT) | KEY(DEADLINE)},
    {"spawn", LINE_ROLE, ROLE_SPAWN, KEY(ENTRY) | KEY(OBJECT) | KEY(RESULT) | KEY(STRUCTURED) | KEY(SUGGEST), KEY(ENTRY)},
    {"join", LINE_ROLE, ROLE_JOIN, KEYS_BOUND | KEY(OBJECT), 0},
    {"callback", LINE_ROLE, ROLE_CALLBACK, KEY(ENTRY) | KEY(OBJECT), KEY(ENTRY)},
    {"breaker-failure", LINE_ROLE, ROLE_BREAKER_FAILURE, KEY(OBJECT), 0},
    {"breaker-success", LINE_ROLE, ROLE_BREAKER_SUCCESS, KEY(OBJECT), 0},
    {"allocates", LINE_ROLE, ROLE_ALLOCATE, KEY(OBJECT) | KEY(RESULT), 0},
    {"borrows", LINE_ROLE, ROLE_EFFECT, KEY(OBJECT), 0},
    {"stores", LINE_ROLE, ROLE_EFFECT, KEY(OBJECT), 0},
    {"transfers", LINE_ROLE, ROLE_EFFECT, KEY(OBJECT), 0},
    {"ends", LINE_ROLE, ROLE_EFFECT, KEY(OBJECT), 0},
    {"context", LINE_MEANING, MEANS_CONTEXT, KEY(NULL), 0},
    {"timeout", LINE_MEANING, MEANS_TIMEOUT, KEYS_TIME, 0},
    {"deadline", LINE_MEANING, MEANS_DEADLINE, KEYS_TIME, 0},
    {"time", LINE_MEANING, MEANS_TIME, KEYS_TIME, 0},
    {"options", LINE_MEANING, MEANS_OPTIONS, KEY(ZERO) | KEY(NULL), 0},
    {"detached", LINE_MEANING, MEANS_DETACHED, 0, 0}, // of functions and variables
};
static const char *const query_words[] = {"deadline", "remaining", "done", "error", "done-channel", "has-deadline"};
static const char *const convert_words[] = {"to-absolute", "to-remaining", "unit", "min", "elapsed", "limit", "in-out"};
static const char *const effect_words[] = {"borrows", "stores", "transfers", "ends"};
static const char *const clock_words[] = {"any", "monotonic", "realtime", "ticks"};
static const char *const null_words[] = {"root", "cancelled", "error"};
static const char *const absent_words[] = {"nothing", "infinite", "nowait", "default"};

static bool parse_cancel(struct value_parser *p, const char *text, struct role *role) {
    if (!strcmp(text, "none")) {
        role->cancel_how = CANCEL_NONE;
        return true;
    }
    role->cancel_how = CANCEL_FUNCTION;
    if (!strcmp(text, "function") || !strcmp(text, "return") || !strcmp(text, "release"))
        return true;
    if (!value_pos(p, text, AUTO_CANCEL, &role->cancel))
        return err_set(p->err, "'%s' is no way to cancel; write function, none, return.field, *arg1 or auto", text);
    if (role->cancel.kind != POS_NONE) // what is behind *argN, a function or a handle, is seen in the declaration
        role->cancel_how = role->cancel.deref ? CANCEL_OUT_FUNC : role->cancel.field ? CANCEL_FIELD : CANCEL_FUNCTION;
    return true;
}

static bool parse_clamps(struct value_parser *p, char *text, struct role *role) {
    char *comma = strchr(text, ','), *close = text + strlen(text) - 1;
    if (!strcmp(text, "min") || !strcmp(text, "none")) {
        role->clamps = *text == 'm' ? CLAMP_MIN : CLAMP_NONE;
        return true;
    }
    if (strncmp(text, "if(", 3) || !comma || *close != ')')
        return err_set(p->err, "'%s' does not say how the library clamps; write min, none or if(arg2,1)", text);
    *comma = *close = '\0';
    role->clamps = CLAMP_IF;
    return value_pos(p, text + 3, 0, &role->clamp_arg) && value_int(p, comma + 1, &role->clamp_mask);
}

static bool parse_when(struct value_parser *p, char *text, struct role *role) {
    char *colon = strchr(text, ':');
    if (!colon)
        return err_set(p->err, "'%s' does not say which value; write when=arg1:78", text);
    *colon = '\0';
    return value_pos(p, text, 0, &role->option) && value_int(p, colon + 1, &role->option_value);
}

static bool parse_default(struct value_parser *p, char *text, struct role *role) {
    char *colon = strchr(text, ':');
    enum time_unit unit = UNIT_NS;
    role->has_default = true;
    if (!strcmp(text, "unknown"))
        return true;
    if (!colon)
        return err_set(p->err, "'%s' has no unit; write default=30:s or default=unknown", text);
    *colon = '\0';
    if (!value_int(p, text, &role->default_ns) || !value_unit(p, colon + 1, &unit))
        return false;
    if (__builtin_mul_overflow(role->default_ns, time_unit_ns(unit), &role->default_ns))
        return err_set(p->err, "'%s' is longer than 290 years", text);
    return true;
}

static bool parse_null(struct value_parser *p, const char *text, struct line *line) {
    unsigned index = 0;
    if (line->meaning.kind == MEANS_OPTIONS && line->kind == LINE_MEANING) {
        if (!VALUE_WORD(p, "meaning of a NULL pointer to options", text, absent_words, &index))
            return false;
        line->meaning.absent = index;
        return true;
    }
    if (!VALUE_WORD(p, "meaning of a NULL context", text, null_words, &index))
        return false;
    line->role.null_parent = line->meaning.null_parent = index;
    return true;
}

static bool parse_key(struct value_parser *p, enum key key, char *value) {
    struct line *line = p->line;
    struct role *role = &line->role;
    struct bound *bound = line->kind == LINE_MEANING ? &line->meaning.bound : &role->bound;
    struct bound time = {0};
    unsigned index = 0;
    switch (key) {
    case K_TIMEOUT:
    case K_DEADLINE:
        bound->kind = key == K_TIMEOUT ? BOUND_TIMEOUT : BOUND_DEADLINE;
        return value_time(p, value, AUTO_BOUND, bound);
    case K_RESULT:
        if (!value_time(p, value, AUTO_RESULT, &time))
            return false;
        role->result = time.pos;
        *(role->kind == ROLE_CONVERT ? &bound->unit2 : &bound->unit) = time.unit ? time.unit : bound->unit;
        return true;
    case K_FROM:
        if (!value_time(p, value, 0, &time))
            return false;
        role->object = time.pos;
        bound->unit = time.unit;
        return true;
    case K_WITH: return value_pos(p, value, 0, &role->parent);
    case K_PARENT: return value_pos(p, value, AUTO_PARENT, &role->parent);
    case K_OBJECT: return value_pos(p, value, AUTO_OBJECT, &role->object);
    case K_ENTRY: return value_pos(p, value, 0, &role->entry);
    case K_ARMED: return value_pos(p, value, 0, &role->armed);
    case K_CANCEL: return parse_cancel(p, value, role);
    case K_CLAMPS: return parse_clamps(p, value, role);
    case K_WHEN: return parse_when(p, value, role);
    case K_DEFAULT: return parse_default(p, value, role);
    case K_NULL: return parse_null(p, value, line);
    case K_INFINITE: return value_ints(p, value, &bound->infinite, &bound->infinite_count, &bound->null_infinite);
    case K_NONE: return value_ints(p, value, &bound->infinite, &bound->infinite_count, NULL);
    case K_NOWAIT: return value_ints(p, value, &bound->nowait, &bound->nowait_count, NULL);
    case K_IN_OUT: return value_bool(p, value, &bound->in_out);
    case K_CANCELS: return value_bool(p, value, &role->release_cancels);
    case K_FREED_WITH_PARENT: return value_bool(p, value, &role->parent_releases);
    case K_MUST_CANCEL: return value_bool(p, value, &role->must_cancel);
    case K_MUST_USE_RESULT: return value_bool(p, value, &role->must_use_result);
    case K_OWNED: return value_bool(p, value, &role->owned);
    case K_PARENTS: return value_bool(p, value, &role->asks_parents);
    case K_READY: return value_bool(p, value, &role->says_ready);
    case K_STATUS: return value_bool(p, value, &role->fails_with_status);
    case K_STRUCTURED: return value_bool(p, value, &role->structured);
    case K_TODO: return value_bool(p, value, &role->todo);
    case K_TWICE: return value_bool(p, value, &role->cancel_twice_ok);
    case K_WAKES: return value_bool(p, value, &role->wakes_on_cancel);
    case K_SUGGEST: role->suggest = arena_strdup(p->arena, value); return true;
    case K_CLOCK:
        if (!VALUE_WORD(p, "clock", value, clock_words, &index))
            return false;
        bound->clock = index;
        return true;
    case K_CLOCK_SET_BY: bound->clock_set_by = arena_strdup(p->arena, value); return true;
    case K_SCOPE:
        if (!VALUE_WORD(p, "scope of a bound", value, ((const char *const[]){"total", "step"}), &index))
            return false;
        role->step_scope = index;
        return true;
    case K_ZERO:
        if (!VALUE_WORD(p, "meaning of a time that is zero", value, absent_words, &index))
            return false;
        line->meaning.zero = index;
        return true;
    case K_COUNT: break;
    }
    BUG("key");
}

// The next token of *at, copied without its quotes; NULL at the end.
static char *next_token(struct value_parser *p, const char **at) {
    *at += strspn(*at, " \t\n");
    if (!**at)
        return NULL;
    p->text = *at;
    char *copy = arena_alloc(p->arena, strlen(*at) + 1), *out = copy;
    bool quoted = false;
    for (; **at && (quoted || !strchr(" \t\n", **at)); ++*at) {
        if (**at == '"')
            quoted = !quoted;
        else
            *out++ = **at;
    }
    return copy;
}

static void line_defaults(struct line *line, const struct word *word) {
    struct role *role = &line->role;
    const struct pos arg0 = {.kind = POS_ARG}, ret = {.kind = POS_RETURN};
    line->kind = word->line;
    if (line->kind == LINE_MEANING)
        line->meaning.kind = (enum meaning_kind)word->kind;
    if (line->kind != LINE_ROLE)
        return;
    role->kind = (enum role_kind)word->kind;
    if (word->keys & KEY(RESULT) && role->kind != ROLE_SPAWN)
        role->result = ret;
    if (word->keys & KEY(OBJECT) && role->kind != ROLE_BLOCK && role->kind != ROLE_SPAWN && role->kind != ROLE_CALLBACK && role->kind != ROLE_ALLOCATE)
        role->object = arg0;
    if (role->kind == ROLE_DERIVE)
        role->cancel_how = CANCEL_FUNCTION;
    role->release_cancels = role->kind == ROLE_RELEASE;
    role->cancel_twice_ok = role->kind == ROLE_CANCEL;
    role->wakes_on_cancel = role->kind == ROLE_BLOCK;
    role->asks_parents = role->kind == ROLE_QUERY;
}

static bool line_complete(struct value_parser *p, uint64_t seen) {
    struct role *role = &p->line->role;
    const struct word *word = p->word;
    if (word->needed && !(seen & word->needed)) {
        const char *names[2];
        size_t count = 0;
        for (int key = 0; key < K_COUNT; key++)
            if (word->needed & (1ull << key))
                names[count++] = key_names[key];
        return err_set(p->err, "'%s' needs %s=%s%s%s", word->name, names[0], count > 1 ? " or " : "", count > 1 ? names[1] : "",
                       count > 1 ? "=" : "");
    }
    if (!(~seen & (KEY(TIMEOUT) | KEY(DEADLINE))))
        return err_set(p->err, "'%s' has timeout= and deadline=; write one line for each", word->name);
    if (p->line->kind == LINE_MEANING && (word->keys & KEY(CLOCK)))
        p->line->meaning.bound.kind = p->line->meaning.kind == MEANS_DEADLINE ? BOUND_DEADLINE : BOUND_TIMEOUT;
    if (role->kind == ROLE_DERIVE && !(seen & KEY(MUST_CANCEL)))
        role->must_cancel = role->cancel_how != CANCEL_NONE;
    if (role->kind == ROLE_QUERY) {
        role->bound.pos = role->result;
        role->bound.kind = role->query == QUERY_DEADLINE ? BOUND_DEADLINE : role->query == QUERY_REMAINING ? BOUND_TIMEOUT : BOUND_NONE;
    }
    return true;
}

static bool fits_place(const struct word *word, enum line_place place) {
    if (word->line == LINE_MEANING && word->kind == MEANS_DETACHED)
        return place == LINE_FUNC || place == LINE_PARAM;
    switch (place) {
    case LINE_FUNC: return word->line != LINE_MEANING;
    case LINE_TYPE: return word->line == LINE_MEANING;
    case LINE_PARAM: return word->line == LINE_MEANING || word->kind == ROLE_EFFECT;
    case LINE_FIELD: return true;
    }
    return false;
}

// The first word, with its unit where it is a time (`timeout:ms`), and the second one of `query` and `convert`.
static bool parse_head(struct value_parser *p, const char **at, enum line_place place) {
    char *name = next_token(p, at);
    if (!name)
        return err_set(p->err, "there is no word here; expected one such as 'derive' or 'cancel'");
    char *unit = strchr(name, ':');
    if (unit)
        *unit++ = '\0';
    const char *known[ARRAY_LEN(words)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!fits_place(&words[i], place))
            continue;
        known[count++] = words[i].name;
        if (!strcmp(words[i].name, name))
            p->word = &words[i];
    }
    if (!p->word)
        return value_fail(p, place == LINE_FUNC ? "role of a function" : "word that fits here", name, known, count);
    line_defaults(p->line, p->word);
    if (p->line->kind == LINE_ROLE && p->word->kind == ROLE_EFFECT) {
        unsigned effect = 0;
        VALUE_WORD(p, "effect", name, effect_words, &effect);
        p->line->role.effect = effect;
    }
    if (!unit)
        return true;
    if (p->line->kind != LINE_MEANING || !(p->word->keys & KEY(CLOCK)))
        return err_set(p->err, "'%s' has no unit", name);
    return value_unit(p, unit, &p->line->meaning.bound.unit);
}

static bool parse_second(struct value_parser *p, const char **at) {
    bool is_query = p->line->role.kind == ROLE_QUERY;
    char *what = next_token(p, at);
    unsigned index = 0;
    if (!what)
        return err_set(p->err, "'%s' needs a second word such as '%s'", p->word->name, is_query ? "remaining" : "min");
    if (is_query ? !VALUE_WORD(p, "question", what, query_words, &index) : !VALUE_WORD(p, "conversion", what, convert_words, &index))
        return false;
    if (is_query)
        p->line->role.query = index;
    else
        p->line->role.convert = index;
    return true;
}

static bool parse_pair(struct value_parser *p, char *token, uint64_t *seen) {
    char *value = strchr(token, '=');
    if (value)
        *value++ = '\0';
    const char *known[K_COUNT];
    size_t count = 0;
    int found = -1;
    for (int key = 0; key < K_COUNT; key++) {
        if (!(p->word->keys & (1ull << key)))
            continue;
        known[count++] = key_names[key];
        if (!strcmp(token, key_names[key]))
            found = key;
    }
    if (found < 0 && !count)
        return err_set(p->err, "'%s' takes no keys, '%s' is one too many", p->word->name, token);
    if (found < 0) {
        char *what = arena_printf(p->arena, "key of '%s'", p->word->name);
        return value_fail(p, what, token, known, count);
    }
    if (*seen & (1ull << found))
        return err_set(p->err, "'%s' is given twice", token);
    *seen |= 1ull << found;
    return parse_key(p, (enum key)found, value ? value : arena_strdup(p->arena, ""));
}

bool line_parse(struct arena *arena, const char *text, enum line_place place, struct line *ret_line, size_t *ret_offset, struct err *err) {
    struct line line = {0};
    struct value_parser p = {.arena = arena, .text = text, .line = &line, .err = err};
    const char *at = text;
    uint64_t seen = 0;
    bool ok = parse_head(&p, &at, place);
    if (ok && line.kind == LINE_ROLE && (line.role.kind == ROLE_QUERY || line.role.kind == ROLE_CONVERT))
        ok = parse_second(&p, &at);
    for (char *token; ok && (token = next_token(&p, &at));)
        ok = parse_pair(&p, token, &seen);
    ok = ok && line_complete(&p, seen);
    if (ok)
        *ret_line = line;
    else
        *ret_offset = (size_t)(p.text - text);
    return ok;
}
