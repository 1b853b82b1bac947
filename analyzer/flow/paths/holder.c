// Members, globals and containers that hold contexts beyond the function that puts them there: a context is lost in such a place only
// where nothing in the program ever cancels what is kept in it.
#include "flow/paths/exec.h"

static uint64_t place_key(enum holder_kind kind, uint32_t place, uint32_t member) {
    return (uint64_t)kind << 62 | (uint64_t)place << 31 | member;
}

void flow_add_ending(struct flow *flow, const struct ending *ending) {
    map_put(&flow->ended, place_key(ending->kind, ending->place, ending->member), NULL);
    vec_push(&flow->endings, *ending);
}

void exec_note_ending(struct exec *x, enum holder_kind kind, uint32_t place, uint32_t member) {
    for (size_t i = x->first_ending; i < x->flow->endings.len; i++) {
        const struct ending *known = &x->flow->endings.items[i];
        if (known->kind == kind && known->place == place && known->member == member)
            return;
    }
    flow_add_ending(x->flow, &(struct ending){x->func, kind, place, member});
}

bool flow_is_ended(const struct flow *flow, enum holder_kind kind, uint32_t place, uint32_t member) {
    return map_get(&flow->ended, place_key(kind, place, member)) != NULL;
}

void flow_drop_kept_leaks(struct flow *flow) {
    size_t kept = 0;
    for (size_t i = 0; i < flow->leaks.len; i++) {
        const struct leak *leak = &flow->leaks.items[i];
        bool ended = leak->holder_field != IR_NONE ? flow_is_ended(flow, HOLDER_FIELD, leak->holder_field, 0)
                                                   : leak->holder_global != IR_NONE && flow_is_ended(flow, HOLDER_GLOBAL, leak->holder_global, 0);
        if (leak->kind != LOSS_STORED || !ended)
            flow->leaks.items[kept++] = *leak;
    }
    flow->leaks.len = kept;
}

void flow_drop_repeated_leaks(struct flow *flow) {
    struct map stored = {0};
    size_t kept = 0;
    for (size_t i = 0; i < flow->leaks.len; i++)
        if (flow->leaks.items[i].kind == LOSS_STORED)
            map_put(&stored, flow->leaks.items[i].bind, NULL);
    for (size_t i = 0; i < flow->leaks.len; i++) {
        uint32_t inner = flow->binds.items[flow->leaks.items[i].bind].inner;
        while (inner && !map_get(&stored, inner))
            inner = flow->binds.items[inner].inner;
        if (!inner)
            flow->leaks.items[kept++] = flow->leaks.items[i];
    }
    flow->leaks.len = kept;
    map_done(&stored);
}
