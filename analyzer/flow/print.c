// `dump summaries`: what each function does to contexts, in readable form.
#include "base/buf.h"
#include "flow/paths/exec.h"

static const char *const kind_names[] = {"none", "int", "float", "sum", "param", "init", "fresh", "local", "global", "func", "field",
                                         "elem", "struct", "op", "cmp", "ctx", "cancel", "query", "now", "text"};

static void print_sym(const struct flow *flow, sym_id id, struct buf *out);

static void print_last(const struct flow *flow, const struct sym *node, struct buf *out) {
    enum sym_part parts[3];
    sym_parts(node, parts);
    buf_puts(out, parts[2] == PART_SYM ? " at " : ".");
    if (parts[2] == PART_SYM)
        print_sym(flow, node->c, out);
    else
        buf_printf(out, "%u", node->c);
}

static void print_sym(const struct flow *flow, sym_id id, struct buf *out) {
    const struct sym *node = sym_at(&flow->syms, id);
    int64_t number = 0;
    double real = 0;
    switch ((enum sym_kind)node->kind) {
    case SYM_INT: sym_is_int(&flow->syms, id, &number); buf_printf(out, "%lld", (long long)number); return;
    case SYM_FLOAT: sym_is_float(&flow->syms, id, &real); buf_printf(out, "%g", real); return;
    case SYM_PARAM: buf_printf(out, "arg%u", node->a); return;
    case SYM_INIT: buf_puts(out, "*"); print_sym(flow, node->a, out); return;
    case SYM_GLOBAL: buf_printf(out, "&%s", flow->program->globals[node->a].name); return;
    case SYM_FUNC: buf_printf(out, "%s", flow->program->funcs[node->a].name); return;
    case SYM_FIELD:
        print_sym(flow, node->a, out);
        buf_printf(out, ".%s", flow->program->fields[node->b].member);
        return;
    case SYM_CTX: buf_printf(out, "ctx#%u", node->a); return;
    case SYM_FRESH:
        buf_printf(out, "%s%u.%u.%u", node->is_allocated ? "new" : "fresh", node->a, node->b, node->sub);
        print_last(flow, node, out);
        return;
    case SYM_SUM:
        if (node->a) {
            print_sym(flow, node->a, out);
            buf_puts(out, " + ");
        }
        print_sym(flow, node->c, out);
        buf_puts(out, "*");
        print_sym(flow, node->b, out);
        return;
    case SYM_ELEM:
    case SYM_OP:
    case SYM_CMP:
        buf_printf(out, "%s%u(", kind_names[node->kind], node->sub);
        print_sym(flow, node->a, out);
        buf_puts(out, ", ");
        print_sym(flow, node->b, out);
        buf_puts(out, ")");
        return;
    case SYM_CANCEL:
    case SYM_QUERY:
        buf_printf(out, "%s(", kind_names[node->kind]);
        print_sym(flow, node->a, out);
        buf_puts(out, ")");
        return;
    default:
        buf_printf(out, "%s%u.%u", kind_names[node->kind], node->a, node->b);
        print_last(flow, node, out);
        return;
    }
}

static void print_facts(const struct flow *flow, const struct facts *facts, struct buf *out) {
    for (size_t i = 0; i < facts->items.len; i++) {
        const struct fact *fact = &facts->items.items[i];
        buf_puts(out, i ? ", " : "if ");
        print_sym(flow, fact->key, out);
        if (fact->low != INT64_MIN || fact->high != INT64_MAX)
            buf_printf(out, " in [%lld, %lld]", (long long)fact->low, (long long)fact->high);
        for (uint32_t k = 0; k < fact->excluded_count; k++)
            buf_printf(out, " not %lld", (long long)fact->excluded[k]);
    }
    if (facts->items.len)
        buf_puts(out, ": ");
}

static void print_outcome(const struct flow *flow, const struct outcome *outcome, struct buf *out) {
    const struct state *state = &outcome->state;
    buf_puts(out, "  ");
    print_facts(flow, &state->facts, out);
    for (size_t i = 0; i < state->cancelled.len; i++) {
        buf_puts(out, "cancels ");
        print_sym(flow, state->cancelled.items[i], out);
        buf_puts(out, "; ");
    }
    for (size_t i = 0; i < state->resources.len; i++) {
        buf_puts(out, "makes ");
        print_sym(flow, state->resources.items[i].ctx, out);
        buf_puts(out, "; ");
    }
    for (size_t i = 0; i < state->cells.len; i++) {
        print_sym(flow, state->cells.items[i].address, out);
        buf_puts(out, " = ");
        print_sym(flow, state->cells.items[i].value, out);
        buf_puts(out, "; ");
    }
    buf_puts(out, "returns ");
    if (outcome->result)
        print_sym(flow, outcome->result, out);
    buf_puts(out, "\n");
}

static void print_event(const struct flow *flow, const struct event *event, struct buf *out) {
    buf_puts(out, "  - ");
    print_facts(flow, &event->facts, out);
    if (event->kind == EVENT_BIND) {
        const struct bind *bind = &flow->binds.items[event->bind];
        buf_printf(out, "%s ctx#%u: parent ", event->is_final ? "bounds" : "passes on", event->bind);
        print_sym(flow, bind->parent, out);
        buf_puts(out, ", bound ");
        print_sym(flow, bind->bound, out);
    } else if (event->kind == EVENT_USE) {
        buf_puts(out, event->call_kind == MISUSE_TWICE ? "ends once " : "works under ");
        print_sym(flow, event->cell.value, out);
    } else if (event->kind == EVENT_STORE) {
        print_sym(flow, event->cell.address, out);
        buf_puts(out, " := ");
        print_sym(flow, event->cell.value, out);
    } else {
        buf_printf(out, "calls %s", flow->program->funcs[event->callee].name);
        for (uint32_t i = 0; i < event->need_count; i++) {
            buf_puts(out, i ? ", " : " with ");
            print_sym(flow, event->needs[i].entry, out);
            buf_puts(out, " = ");
            print_sym(flow, event->needs[i].value, out);
        }
    }
    buf_puts(out, "\n");
}

void flow_print(const struct flow *flow, struct buf *out) {
    for (uint32_t f = 0; f < flow->program->func_count; f++) {
        const struct summary *summary = &flow->summaries[f];
        if (!flow->wanted[f])
            continue;
        buf_printf(out, "%s:%s\n", flow->program->funcs[f].name, summary->is_opaque ? " not followed" : "");
        for (size_t i = 0; i < summary->outcomes.len; i++)
            print_outcome(flow, &summary->outcomes.items[i], out);
        for (size_t i = 0; i < summary->escapes.len; i++) {
            buf_puts(out, i ? ", " : "  may hand on ");
            print_sym(flow, summary->escapes.items[i], out);
        }
        buf_puts(out, summary->escapes.len ? "\n" : "");
        for (size_t i = 0; i < summary->events.len; i++)
            print_event(flow, &summary->events.items[i], out);
    }
}
