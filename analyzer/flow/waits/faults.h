// Times that do not mean what the callee takes them for: of the wrong kind, unit or clock, out of range, or with the time that has
// passed subtracted twice.
#ifndef FLOW_FAULTS_H
#define FLOW_FAULTS_H

#include "flow/waits/waits.h"

enum fault_kind {
    FAULT_DURATION,     // where a moment is expected
    FAULT_MOMENT,       // where a duration is expected
    FAULT_NO_TIME,      // a sum of moments, or a duration minus a moment
    FAULT_UNIT,
    FAULT_CLOCK,        // a moment of the wrong clock
    FAULT_MIXED_CLOCKS, // the difference of moments of two clocks
    FAULT_MIXED_UNITS,  // a sum in two units
    FAULT_TWICE,        // the time that has passed is subtracted twice
    FAULT_ZERO,
    FAULT_NEGATIVE,
    FAULT_TOO_LARGE,
    FAULT_PAST,         // a moment before now
    FAULT_CARRY,        // the nanoseconds of a timespec can be a second or more, or are negative
};

struct time_fault {
    enum fault_kind kind;
    uint32_t func, inst;     // the call that gets the time
    const struct role *role; // of what waits, or is bounded, in the end
    bool is_end;             // a moment is expected
    bool has_number;
    int64_t number;          // the constant, in raw units; FAULT_PAST: how much before now
    double unit, expected_unit; // ns per raw unit, 0: not known
    enum time_clock clock, expected_clock;
    const char *name;        // NULL, or whose name says the unit
    uint32_t from;           // IR_NONE, or the call in `func` that makes it what it is
    bool is_taken;           // `from` is another call that gets the same parameter and takes it for something else
};

const struct time_fault *waits_faults(const struct timed *timed, size_t *ret_count);

#endif
