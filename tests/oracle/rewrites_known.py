# Where the analyzer still gives another verdict for a rewritten case: limits of the engines, to be taken away one by one.
HELPER_MAKES = "limit: a number that only waits have is not compared with the deadline of a context that a helper made"
HELPER_SUMS = "limit: a sum changes where a helper makes the context or asks what is left"
ARM = "limit: what a helper sets on a timer, an object or the thread has lost its number"
BOTH = "limit: behind a helper, a wait that takes a context and a number counts as one with a number only"
RELEASE = "limit: an object that is made or released one call deeper is not followed as far"
GLOBAL = "limit: a global variable that other files could change is not shown to be cancelled"
UNITS = "limit: a unit that the name of a function tells is not known of its helper"
TWO_CALLS = "limit: the breaker is told two calls away from where the call failed"
BLOCKS = "limit: a child's parent that was cancelled in an earlier block is not known to be"

KNOWN = {
    "if (1)": {
        BLOCKS: "early-cancel/use_after_cancel.c",
    },
    "extract bodies": {
        ARM: """budget-overrun/forms.c hidden-default/own_default.c nested-timeout/plain_numbers.c sleep-past-deadline/forms.c
            unbounded-wait/forms.c""",
        RELEASE: """lost-cancel/guarded_release.c lost-cancel/large_constructor.c lost-cancel/refcounted_owner.c
            lost-cancel/stored_field.c""",
        TWO_CALLS: "breaker-on-context-error/failures.c",
    },
    "extract calls": {
        ARM: "budget-overrun/forms.c nested-timeout/plain_numbers.c",
        HELPER_SUMS: "budget-overrun/side_by_side.c nested-timeout/guard.c",
        BOTH: "nested-timeout/waits_below_context.c",
    },
    "extract constructors": {
        HELPER_MAKES: "budget-overrun/sequence.c nested-timeout/waits_below_context.c unbounded-wait/infinite.c",
        HELPER_SUMS: "nested-timeout/clamped.c nested-timeout/wrapper.c",
        UNITS: "nested-timeout/units.c",
    },
    "two files": {
        GLOBAL: "lost-cancel/stored_global.c",
    },
}


def reason(name, rewrite):
    return next((why for why, names in KNOWN.get(rewrite, {}).items() if name in names.split()), None)
