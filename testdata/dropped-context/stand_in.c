// A function that a macro puts in another one's place, as a test does, has that one's parameters.
#include "waits.h"
#include "work.h"

int db_open(int id, int64_t timeout_ms);
int db_read(int id, int64_t timeout_ms);
int db_write(int id, int64_t timeout_ms);

int open_then_ok(int64_t timeout_ms)
{
    return db_open(1, timeout_ms);
}

int read_then_ok(int64_t timeout_ms)
{
    return db_read(1, timeout_ms);
}

#define db_open double_open_ok

int double_open_ok(int id, int64_t timeout_ms)
{
    return rpc(id, 10);
}

int test_open_ok(int64_t timeout_ms)
{
    return db_open(2, timeout_ms);
}

// A macro with arguments, for the same.
#define db_read(id, timeout_ms) double_read_bad(id, timeout_ms)

static int double_read_bad(int id, int64_t timeout_ms) // want dropped-context "'double_read_bad' never uses 'timeout_ms'"
{
    return rpc(id, 10);
}

int test_read_ok(int64_t timeout_ms)
{
    return db_read(2, timeout_ms);
}

// Only another name for it: nothing else is called so.
#define db_close close_bad

int close_bad(int id, int64_t timeout_ms) // want dropped-context "'close_bad' never uses 'timeout_ms'"
{
    return rpc(id, 10);
}

int test_close_ok(int64_t timeout_ms)
{
    return db_close(2, timeout_ms);
}

// What the linker takes for db_write (--wrap=db_write).
int __wrap_db_write(int id, int64_t timeout_ms);

int __wrap_db_write(int id, int64_t timeout_ms)
{
    return rpc(id, 10);
}

int write_then_ok(int64_t timeout_ms)
{
    return db_write(1, timeout_ms);
}

// Not what it would be taken for.
int __wrap_db_seek(int id, int64_t timeout_ms);

int __wrap_db_seek(int id, int64_t timeout_ms) // want dropped-context "never uses 'timeout_ms'"
{
    return rpc(id, 10);
}
