// What kind of number a time is: a duration or a moment, in which unit, on which clock. Evaluated backwards over single static assignment
// form, as in span.c. What the models say and where a value comes from count; the units that names say count only where nothing else
// is known (`by_name`).
//
// A moment is a number of clock readings: now is 1, a duration 0, now - start 0 again, now + now 2. So sums may be built up in any
// order: total - now + start is a duration, though total - now alone is neither. What is added to a moment and is not known counts as a
// duration, unless something was subtracted in it.
#ifndef FLOW_DIMENSION_H
#define FLOW_DIMENSION_H

#include "flow/waits/timed.h"

enum { MOMENTS_ANY = INT8_MAX };
enum dim_clash { CLASH_NONE, CLASH_CLOCKS, CLASH_UNITS };

struct dim {
    bool is_number; // a constant: of any kind and unit
    bool is_bottom; // nothing yet: a loop's own value
    int8_t moments; // MOMENTS_ANY: not known
    bool is_difference; // not known, and something in it is subtracted
    double unit;    // nanoseconds per raw unit, 0: not known
    enum time_clock clock; // of a moment
    enum dim_clash clash;  // somewhere in it two clocks or units meet
    bool by_name;          // the unit is only what a name says:
    const char *name;
    uint32_t param;        // by_name: of this parameter, IR_NONE
    uint32_t from;         // call in this function that made it what it is, IR_NONE
};

struct dim dim_eval(struct timed *timed, uint32_t func, ssa_id id);
// Whether a value is a constant of the program, and which.
bool dim_constant(struct timed *timed, uint32_t func, ssa_id id, double *ret_number);
// Nanoseconds in a unit; of a struct's member `seconds` or the rest. 0: not known.
double dim_unit(enum time_unit unit, bool is_rest);
// A factor that changes the unit: a power of 1000. Others below 10 only make a time longer, and the rest may do either.
bool dim_is_unit_factor(double factor);
static inline bool dim_is_small_factor(double factor) {
    return factor > 0.1 && factor < 10;
}
// Both known, and different.
bool dim_units_differ(double a, double b);

// ---- elapsed.c

// Whether the time that has passed is subtracted twice in a duration; *ret_from: the call that tells it the second time.
bool dim_spent_twice(struct timed *timed, uint32_t func, ssa_id id, uint32_t *ret_from);

#endif
