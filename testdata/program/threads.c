// Threads and callbacks, whose entries the models name.
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static void *work(void *arg) {
    return arg;
}

static void *other_work(void *arg) {
    return arg;
}

static void on_signal(int number) {
    (void)number;
}

typedef void *(*entry)(void *);

static void start(entry what) {
    pthread_t thread;
    pthread_create(&thread, NULL, what, NULL); // -> other_work [thread]
    pthread_detach(thread);
}

void threads(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL); // -> work [thread]
    start(other_work);
    signal(SIGINT, on_signal); // -> on_signal [callback]
    pthread_join(thread, NULL);
}
