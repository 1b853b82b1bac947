// The call to make instead of one that takes no bound: the model's template filled in with the arguments and what is in hand.
#include "rules/left.h"

#include <stdlib.h>
#include <string.h>

struct filling {
    struct pass *pass;
    const struct wait *wait;
    struct left left; // text: NULL while the template does not ask for it
    struct buf out;
};

static enum time_unit unit_named(const char *name, size_t len) {
    static const struct {
        const char *name;
        enum time_unit unit;
    } units[] = {{"ns", UNIT_NS}, {"us", UNIT_US}, {"ms", UNIT_MS}, {"s", UNIT_S}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strlen(units[i].name) == len && !strncmp(units[i].name, name, len))
            return units[i].unit;
    return UNIT_UNKNOWN;
}

static bool put_context(struct filling *f) {
    const struct ir_unit *ir = f->pass->program->units[f->pass->program->funcs[f->wait->func].unit].ir;
    uint32_t var = left_only_param(f->pass, f->wait->func, left_is_context);
    if (var == IR_NONE || !fix_sees(f->pass, f->wait->func, var, f->wait->inst))
        return false;
    buf_puts(&f->out, ir_text(ir, ir->vars[var].name));
    return true;
}

static bool put_argument(struct filling *f, const char *number) {
    const char *text = pass_arg_text(f->pass, f->wait->func, f->wait->inst, (unsigned)atoi(number));
    buf_puts(&f->out, text);
    return *text;
}

// `slot` is what stands between the braces.
static bool put_slot(struct filling *f, const char *slot, size_t len) {
    static const char remaining[] = "remaining:";
    if (!strncmp(slot, "arg", 3))
        return put_argument(f, slot + 3);
    if (len == 7 && !strncmp(slot, "context", len))
        return put_context(f);
    if (len < sizeof remaining || strncmp(slot, remaining, sizeof remaining - 1))
        return false;
    const struct bound bound = {.kind = BOUND_TIMEOUT, .unit = unit_named(slot + sizeof remaining - 1, len - (sizeof remaining - 1))};
    const struct ir_unit *ir = f->pass->program->units[f->pass->program->funcs[f->wait->func].unit].ir;
    if (left_has_var(ir, f->pass->program->funcs[f->wait->func].ir, "left") || !left_find(f->pass, f->wait, &bound, &f->left) || !*f->left.type)
        return false;
    buf_puts(&f->out, "left > 0 ? left : 0");
    return true;
}

static bool fill(struct filling *f, const char *template) {
    for (const char *at = template; *at;) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (!end) {
            size_t len = strcspn(at + 1, "{") + 1;
            buf_add(&f->out, at, len);
            at += len;
            continue;
        }
        if (!put_slot(f, at + 1, (size_t)(end - at) - 1))
            return false;
        at = end + 1;
    }
    return true;
}

static bool propose(struct filling *f, struct diag *diag, const char *why) {
    struct pass *pass = f->pass;
    const char *call = pass_text(pass, "%s", buf_text(&f->out)), *callee = pass_callee_name(pass, f->wait->func, f->wait->inst);
    const char *statement = f->left.text ? pass_text(pass, "%s left = %s;", f->left.type, f->left.text) : NULL;
    diag->help = statement ? pass_text(pass, "%s: put '%s' before line %u and write '%s' instead of the call of '%s'", why, statement,
                                       pass_line(pass, f->wait->func, f->wait->inst), call, callee)
                           : pass_text(pass, "%s: write '%s' instead of the call of '%s'", why, call, callee);
    if (statement && !fix_before_statement(pass, diag, f->wait->func, f->wait->inst, statement))
        return false;
    if (fix_call(pass, diag, f->wait->func, f->wait->inst, call))
        return true;
    fix_drop(diag);
    return false;
}

bool left_instead(struct pass *pass, const struct wait *wait, struct diag *diag, const char *why) {
    struct filling filling = {.pass = pass, .wait = wait};
    const char *before = diag->help;
    bool ok = wait->through == IR_NONE && wait->role->suggest && fill(&filling, wait->role->suggest) && propose(&filling, diag, why);
    if (!ok)
        diag->help = before;
    buf_done(&filling.out);
    return ok;
}
