# Where the analyzer still gives another verdict for a rewritten case: limits of the engines, to be taken away one by one. An entry that
# is the same by now makes the test fail.
RELEASE = "limit: an object that is made or released one call deeper is not followed as far"
GLOBAL = "limit: a global variable that other files could change is not shown to be cancelled"
PUBLIC = "no limit: a function that is no longer static may be called by others, and cancel what they have made"
UNITS = "limit: a unit that the name of a function tells is not known of its helper"
TWO_CALLS = "limit: the breaker is told two calls away from where the call failed"
ASKED_BELOW = "limit: what is left, or that the budget is over, is asked one call deeper than it is followed"

KNOWN = {
    "extract bodies": {
        RELEASE: """lost-cancel/guarded_release.c lost-cancel/large_constructor.c lost-cancel/refcounted_owner.c
            lost-cancel/stored_field.c""",
    },
    "extract calls": {
        TWO_CALLS: "breaker-on-context-error/failures.c breaker-on-context-error/forms.c",
        ASKED_BELOW: "nested-timeout/guard.c unchecked-retry/forms.c",
    },
    "extract constructors": {
        UNITS: "nested-timeout/units.c",
    },
    "two files": {
        GLOBAL: "lost-cancel/stored_global.c",
        PUBLIC: "early-cancel/still_running.c lost-cancel/stored_field.c",
    },
}


def reason(name, rewrite):
    return next((why for why, names in KNOWN.get(rewrite, {}).items() if name in names.split()), None)


def names():
    return {name for known in KNOWN.values() for of_one in known.values() for name in of_one.split()}
