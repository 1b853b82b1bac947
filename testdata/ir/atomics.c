// Atomic operations are loads and stores.
#include <stdatomic.h>
#include <stdbool.h>
static atomic_bool stop;
static _Atomic int count;
static int plain;

int standard(int v) {
    atomic_store(&stop, true);
    if (atomic_load_explicit(&stop, memory_order_acquire))
        v++;
    while (!stop)
        count++;
    v += atomic_fetch_add(&count, 2);
    int expected = 3;
    if (atomic_compare_exchange_strong(&count, &expected, 4))
        v += atomic_exchange(&count, 5);
    return v + expected;
}

int builtins(int v) {
    __atomic_store_n(&plain, 1, __ATOMIC_RELEASE);
    int got;
    __atomic_load(&plain, &got, __ATOMIC_ACQUIRE);
    v += __atomic_add_fetch(&plain, 2, __ATOMIC_RELAXED);
    v += __sync_fetch_and_or(&plain, 4);
    v += __sync_sub_and_fetch(&plain, 1);
    if (__sync_bool_compare_and_swap(&plain, 5, 6))
        __sync_lock_release(&plain);
    __sync_synchronize();
    return v + got + __sync_lock_test_and_set(&plain, 7);
}
