# Mutants that no rule finds. NO_MISTAKE: the mutant is as right as the original, so to be quiet is right; each entry says why. LIMITS:
# a mistake that the analyzer does not see; each stands as a FN_ case in testdata/ as well. An entry is one mutant, by case,
# function and kind (the second of a kind in a function has a 2): where it is found, or there is none, the entry is stale and the
# test fails.
NO_MISTAKE = {
    ("early-cancel/references.c", "cancelled_ok", "delete cancel"): "the last reference goes, which releases the context",
    ("early-cancel/shapes.c", "no_return_ok", "delete cancel"): "the process ends there, with all its contexts",
    ("early-cancel/twice.c", "allowed_ok", "delete cancel"): "it is cancelled twice, and once is enough",
    ("early-cancel/twice.c", "allowed_ok", "delete cancel 2"): "it is cancelled twice, and once is enough",
    ("lost-cancel/callbacks.c", "popped_ok", "delete cancel"): "what a queue outside the program gives back was handed over to it, and may stay its own",
    ("lost-cancel/overwritten.c", "set_to_null_ok", "delete cancel 2"): "the second cancel gets NULL",
    ("mutation/fetcher", "fetch_page", "drop done-check"): "each attempt and each pause asks what is left",
    ("nested-timeout/by_type.c", "other_hook_ok", "raise inner timeout"): "nothing in the program calls it, so no deadline is above it",
    ("nested-timeout/default_overwritten.c", "only_without_deadline_ok", "raise inner timeout"): "it is only set where no deadline is above it",
    ("nested-timeout/detached.c", "notify_ok", "raise inner timeout"): "its context is detached from the deadline",
    ("nested-timeout/names.c", "send_ok", "raise inner timeout"): "a builder with a timeout, no context",
    ("projects/checkout-fixed", "ctx_with_timeout", "constant for derived"): "the body of the context library itself, whose meaning the model says",
    ("timeout-below-root/below_the_root.c", "with_a_default_ok", "raise inner timeout"): "it is only set where no deadline is above it",
    ("timeout-below-root/roots.c", "from_background_in_steps_ok", "constant for derived"): "a root chooses its timeout",
    ("timeout-below-root/roots.c", "handle_request_ok", "raise inner timeout"): "a root chooses its timeout",
    ("timeout-below-root/roots.c", "on_request_ok", "raise inner timeout"): "a root chooses its timeout",
    ("timeout-below-root/roots.c", "worker_with_context_ok", "raise inner timeout"): "a root chooses its timeout",
}

LIMITS = {
    ("lost-cancel/syntax.c", "atomic_clear_ok", "delete cancel"): "a global is cleared that may hold a context: whether it does is not followed from one function to the next",
}
