// What to write instead of a fixed bound, as text that compiles where it is pasted.
#include "model/resolve.h"

#include <string.h>

static bool is_number_unit(enum time_unit unit) {
    return unit != UNIT_TIMESPEC && unit != UNIT_TIMEVAL;
}

// The call of the code base's own function on `parent`, in the unit of the bound. False where that is no single expression.
static bool put_query(struct buf *out, const struct model_unit *mu, uint32_t type, enum query_kind query, const struct bound *bound,
                      const char *parent) {
    const struct role *role;
    const char *name = model_context_query(mu, type, query, &role);
    if (!name || role->result.kind != POS_RETURN || role->result.field || role->object.kind != POS_ARG || role->object.arg != 0)
        return false;
    int64_t from = time_unit_ns(role->bound.unit), to = time_unit_ns(bound->unit);
    if (!is_number_unit(role->bound.unit) || !is_number_unit(bound->unit) || (role->bound.unit != bound->unit && (!from || !to)))
        return false;
    buf_printf(out, "%s(%s)", name, parent);
    if (from > to)
        buf_printf(out, " * %lld", (long long)(from / to));
    else if (from < to)
        buf_printf(out, " / %lld", (long long)(to / from));
    return true;
}

static void put_operand(struct buf *out, const char *text) {
    bool simple = !text[strcspn(text, "?:<>=&|,")];
    buf_printf(out, simple ? "%s" : "(%s)", text);
}

static bool put_slot(struct buf *out, const struct model_unit *mu, uint32_t type, const struct role *role, const char *slot,
                     const char *parent, const char *bound) {
    if (!strcmp(slot, "{parent}"))
        buf_puts(out, parent);
    else if (!strcmp(slot, "{bound}"))
        put_operand(out, bound);
    else if (!strcmp(slot, "{remaining}"))
        return put_query(out, mu, type, QUERY_REMAINING, &role->bound, parent);
    else if (!strcmp(slot, "{deadline}"))
        return put_query(out, mu, type, QUERY_DEADLINE, &role->bound, parent);
    else
        buf_puts(out, slot);
    return true;
}

bool model_suggest(const struct model_unit *mu, uint32_t type, const struct role *role, const char *parent, const char *bound,
                   struct buf *ret_text) {
    struct buf out = {0};
    bool ok = role->suggest != NULL;
    for (const char *at = role->suggest; ok && *at;) {
        char slot[16];
        size_t len = *at == '{' ? strcspn(at, "}") + 1 : strcspn(at, "{");
        len = len < sizeof slot ? len : sizeof slot - 1;
        memcpy(slot, at, len);
        slot[len] = '\0';
        ok = put_slot(&out, mu, type, role, slot, parent, bound);
        at += strnlen(at, len);
    }
    if (ok)
        buf_puts(ret_text, buf_text(&out));
    buf_done(&out);
    return ok;
}
