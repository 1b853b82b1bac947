#include "model/value.h"

#include "base/nearest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const unit_words[] = {"", "ns", "us", "ms", "s", "ticks", "timespec", "timeval"};
static const char *const bool_words[] = {"no", "yes"};

// The `count` words in a sentence: "a, b or c".
static void list_words(struct buf *out, const char *const *known, size_t count) {
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s'%s'", !i ? "" : i + 1 == count ? " or " : ", ", known[i]);
}

bool value_fail(struct value_parser *p, const char *what, const char *wrong, const char *const *known, size_t count) {
    const char *near = nearest_word(wrong, known, count);
    if (near)
        return err_set(p->err, "'%s' is no %s; did you mean '%s'?", wrong, what, near);
    struct buf list = {0};
    list_words(&list, known, count);
    err_set(p->err, "'%s' is no %s; expected %s", wrong, what, buf_text(&list));
    buf_done(&list);
    return false;
}

bool value_word(struct value_parser *p, const char *what, const char *text, const char *const *known, size_t count, unsigned *ret_index) {
    for (size_t i = 0; i < count; i++)
        if (*known[i] && !strcmp(text, known[i])) {
            *ret_index = (unsigned)i;
            return true;
        }
    if (!*known[0]) // the first means "unknown" and has no word
        known++, count--;
    return value_fail(p, what, text, known, count);
}

static bool is_name(const char *text) {
    if (!*text)
        return false;
    for (; *text; text++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *text))
            return false;
    return true;
}

bool value_int(struct value_parser *p, const char *text, int64_t *ret_value) {
    static const struct {
        const char *name;
        int64_t value;
    } named[] = {{"INT_MAX", INT32_MAX},   {"INT_MIN", INT32_MIN},   {"UINT_MAX", UINT32_MAX}, {"INT64_MAX", INT64_MAX},
                 {"LONG_MAX", INT64_MAX},  {"INT64_MIN", INT64_MIN}, {"LONG_MIN", INT64_MIN},  {"UINT64_MAX", -1},
                 {"ULONG_MAX", -1},        {"SIZE_MAX", -1}};
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (!strcmp(text, named[i].name)) {
            *ret_value = named[i].value;
            return true;
        }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 0);
    if (end == text || *end || errno)
        return err_set(p->err, "'%s' is no number that fits 64 bits", text);
    *ret_value = value;
    return true;
}

bool value_pos(struct value_parser *p, const char *text, unsigned bit, struct pos *ret_pos) {
    struct pos pos = {0};
    const char *at = text;
    char *end = NULL;
    if (!strcmp(text, "auto") && bit) {
        p->line->autos |= bit;
        *ret_pos = pos;
        return true;
    }
    pos.deref = *at == '*';
    at += pos.deref;
    if (!strncmp(at, "arg", 3) && at[3] >= '0' && at[3] <= '9') {
        unsigned long arg = strtoul(at + 3, &end, 10);
        pos.kind = POS_ARG;
        pos.arg = arg < 256 ? (unsigned)arg : 256;
        at = end;
    } else if (!strncmp(at, "return", 6)) {
        pos.kind = POS_RETURN;
        at += 6;
    } else if (!strcmp(text, "ambient") || !strcmp(text, "none")) {
        pos.kind = *text == 'a' ? POS_AMBIENT : POS_NONE;
        at += strlen(at);
    }
    if (*at == '.' && is_name(at + 1)) {
        pos.field = arena_strdup(p->arena, at + 1);
        at += strlen(at);
    }
    if (at == text || *at || pos.arg == 256 || (pos.deref && pos.kind == POS_NONE))
        return err_set(p->err, "'%s' is no position; write arg0, *arg1, arg2.field, return, return.field, ambient%s", text,
                       bit ? " or auto" : "");
    *ret_pos = pos;
    return true;
}

bool value_unit(struct value_parser *p, const char *text, enum time_unit *ret_unit) {
    unsigned unit = 0;
    if (!VALUE_WORD(p, "unit", text, unit_words, &unit))
        return false;
    *ret_unit = unit;
    return true;
}

bool value_time(struct value_parser *p, char *text, unsigned bit, struct bound *bound) {
    char *unit = strchr(text, ':'), *unit2 = NULL, *pos2 = NULL;
    if (unit)
        *unit++ = '\0';
    if (unit && (unit2 = strchr(unit, '+')))
        *unit2++ = '\0';
    if ((pos2 = strchr(text, '+')))
        *pos2++ = '\0';
    if (!pos2 != !unit2)
        return err_set(p->err, "'%s' needs as many positions as units, as in arg1+arg2:s+us", p->text);
    return value_pos(p, text, bit, &bound->pos) && (!unit || value_unit(p, unit, &bound->unit)) &&
           (!pos2 || value_pos(p, pos2, 0, &bound->pos2)) && (!unit2 || value_unit(p, unit2, &bound->unit2));
}

bool value_ints(struct value_parser *p, char *text, const int64_t **ret_values, unsigned *ret_count, bool *ret_null) {
    int64_t values[16];
    unsigned count = 0;
    char *rest = text;
    for (char *item; (item = strsep(&rest, ","));) {
        if (ret_null && !strcmp(item, "null"))
            *ret_null = true;
        else if (count == ARRAY_LEN(values))
            return err_set(p->err, "more than %zu values in one list", ARRAY_LEN(values));
        else if (!value_int(p, item, &values[count++]))
            return false;
    }
    *ret_values = arena_copy(p->arena, values, count * sizeof *values);
    *ret_count = count;
    return true;
}

bool value_bool(struct value_parser *p, const char *text, bool *ret_value) {
    unsigned value = 1; // a key alone means yes
    if (*text && !VALUE_WORD(p, "answer to a yes-or-no key", text, bool_words, &value))
        return false;
    *ret_value = value;
    return true;
}
