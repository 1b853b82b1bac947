# Mutants that no rule finds. "same": the mutant is no mistake, or none that can be seen; "limit": the analyzer should find it one day.
KNOWN = {
    ("lost-cancel/overwritten.c", "set_to_null_ok", "delete cancel"): "same: the second cancel gets NULL",
    ("lost-cancel/syntax.c", "atomic_clear_ok", "delete cancel"): "same: a global that its next user cancels may live as long as the program",
    ("lost-cancel/callbacks.c", "popped_ok", "delete cancel"): "limit: what a queue outside the program gives back is not known to need a cancel",
    ("lost-cancel/element_in_loop.c", "end_ok", "delete cancel"): "limit: elements of an array of the caller that nothing cancels",
    ("nested-timeout/by_type.c", "other_hook_ok", "raise inner timeout"): "same: nothing in the program calls it",
    ("nested-timeout/names.c", "send_ok", "raise inner timeout"): "same: a builder, no context",
    ("nested-timeout/detached.c", "notify_ok", "raise inner timeout"): "same: its context is detached",
    ("nested-timeout/default_overwritten.c", "only_without_deadline_ok", "raise inner timeout"): "same: there is no deadline above it",
    ("timeout-below-root/below_the_root.c", "with_a_default_ok", "raise inner timeout"): "same: there is no deadline above it",
    ("timeout-below-root/roots.c", None, "raise inner timeout"): "same: a root chooses its timeout",
    ("timeout-below-root/roots.c", None, "constant for derived"): "same: a root chooses its timeout",
    ("rearmed-timeout/loops.c", "wait_and_subtract_ok", "constant for derived"): "limit: a timeout that is passed in and out by its address is no budget",
    ("retry-without-delay/not_a_retry.c", "slices_ok", "drop done-check"): "limit: short waits in a loop that does not look at its context, whose deadline is not known",
    ("sleep-past-deadline/forms.c", "timeout_ok", "constant for derived"): "limit: a timeout that only a sleep uses is no budget for what follows",
    ("sleep-past-deadline/forms.c", "timeout_checked_ok", "constant for derived"): "limit: a timeout that only a sleep uses is no budget for what follows",
    ("early-cancel/references.c", "cancelled_ok", "delete cancel"): "same: the last reference goes, which releases the context",
    ("early-cancel/shapes.c", "no_return_ok", "delete cancel"): "same: the process ends",
    ("early-cancel/twice.c", "allowed_ok", "delete cancel"): "same: it is cancelled twice",
    ("mutation/fetcher", "fetch_page", "drop done-check"): "same: each attempt and each pause asks what is left",
    ("projects/checkout-fixed", "ctx_with_timeout", "constant for derived"): "same: the context library itself, its parameter is the bound",
}


FIELD = "limit: a context in a field of the caller's object counts as kept there, if anything in the program cancels that field"


def reason(name, mutant):
    if mutant.kind == "delete cancel" and "->" in mutant.new and name.startswith(("early-cancel/", "abandoned-wait/")):
        return FIELD
    return KNOWN.get((name, mutant.func, mutant.kind)) or KNOWN.get((name, None, mutant.kind))
