// A large object: many members are written before the one that holds the context.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct station {
    long count00, count01, count02, count03, count04, count05, count06, count07;
    long count08, count09, count10, count11, count12, count13, count14, count15;
    long count16, count17, count18, count19, count20, count21, count22, count23;
    long count24, count25, count26, count27, count28, count29, count30, count31;
    long count32, count33, count34, count35, count36, count37, count38, count39;
    long count40, count41, count42, count43, count44, count45, count46, count47;
    long count48, count49, count50, count51, count52, count53, count54, count55;
    struct ctx *ctx;
};

static struct station *station_new(CTX_CONST struct ctx *parent)
{
    struct station *station = malloc(sizeof *station);
    if (!station)
        return NULL;
    station->count00 = 0; station->count01 = 1; station->count02 = 2; station->count03 = 3;
    station->count04 = 4; station->count05 = 5; station->count06 = 6; station->count07 = 7;
    station->count08 = 8; station->count09 = 9; station->count10 = 10; station->count11 = 11;
    station->count12 = 12; station->count13 = 13; station->count14 = 14; station->count15 = 15;
    station->count16 = 16; station->count17 = 17; station->count18 = 18; station->count19 = 19;
    station->count20 = 20; station->count21 = 21; station->count22 = 22; station->count23 = 23;
    station->count24 = 24; station->count25 = 25; station->count26 = 26; station->count27 = 27;
    station->count28 = 28; station->count29 = 29; station->count30 = 30; station->count31 = 31;
    station->count32 = 32; station->count33 = 33; station->count34 = 34; station->count35 = 35;
    station->count36 = 36; station->count37 = 37; station->count38 = 38; station->count39 = 39;
    station->count40 = 40; station->count41 = 41; station->count42 = 42; station->count43 = 43;
    station->count44 = 44; station->count45 = 45; station->count46 = 46; station->count47 = 47;
    station->count48 = 48; station->count49 = 49; station->count50 = 50; station->count51 = 51;
    station->count52 = 52; station->count53 = 53; station->count54 = 54; station->count55 = 55;
    station->ctx = ctx_with_cancel(parent);
    return station;
}

static void station_free(struct station *station)
{
    if (!station)
        return;
    ctx_cancel(station->ctx);
    free(station);
}

// Hands on what it is given.
static struct station *station_open_ok(CTX_CONST struct ctx *parent)
{
    struct station *station = station_new(parent);
    if (!station)
        return NULL;
    use(station->ctx);
    return station;
}

int station_visit_ok(CTX_CONST struct ctx *parent)
{
    struct station *station = station_open_ok(parent);
    if (!station)
        return -1;
    int result = fetch(station->ctx, 1);
    station_free(station);
    return result;
}

int station_visit_bad(CTX_CONST struct ctx *parent)
{
    struct station *station = station_open_ok(parent); // want lost-cancel "station"
    if (!station)
        return -1;
    return fetch(station->ctx, 1);
}
