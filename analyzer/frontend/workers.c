// Each worker is one process at the other end of a socket, fed one unit at a time; one poll() loop serves them all. The largest
// files go first, so that no long one is left for the end. A worker that dies or overruns its time is replaced, and only its
// unit fails; a unit that killed a worker which had parsed others before gets a second try in a fresh one, so that the result
// depends on the unit alone.
// What a worker says on stderr goes to a file in memory and is shown only where it explains an end.
#include "frontend/workers.h"

#include "base/buf.h"
#include "base/file.h"
#include "frontend/prefix/prefix.h"
#include "frontend/protocol.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NO_UNIT = UINT32_MAX, RESPONSE_MAX = 1 << 30 };

struct worker {
    pid_t pid;        // 0: not running
    int socket;
    int messages;     // its stderr
    unsigned served;  // requests answered since it started
    uint32_t unit;    // the one in work, or NO_UNIT
    uint32_t prefix;  // the one in work, or that the unit in work was given, or NO_PREFIX
    int64_t deadline; // of that work, in ms
    struct buf request;
    size_t sent;
    unsigned char header[CAPTURE_HEAD];
    unsigned char *body; // malloc'd, once the header is known
    size_t received, body_size;
};

struct workers {
    struct workers_options options;
    char *program;
    struct worker *items; // options.jobs of them
    struct workers_stats stats;
};

// One call of workers_run.
struct run {
    struct workers *workers;
    const struct compile_command *commands;
    struct capture_result *results;
    uint32_t *queue; // all units, in order; NO_UNIT: taken
    unsigned next, queued, done; // all before `next` are taken
    struct prefixes *prefixes;
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *workers_find_program(struct arena *arena, const char *program_folder) {
    static const char *const places[] = {"timeoutlint-capture", "../libexec/timeoutlint/timeoutlint-capture"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *path = path_absolute(arena, program_folder, places[i]);
        if (access(path, X_OK) == 0)
            return path;
    }
    return places[0];
}

struct workers *workers_new(const struct workers_options *options) {
    struct workers *workers = mem_zalloc(sizeof *workers);
    workers->options = *options;
    workers->options.jobs = options->jobs ? options->jobs : 1;
    workers->options.project = options->project ? options->project : "/";
    workers->program = mem_strdup(options->program);
    workers->items = mem_zalloc(workers->options.jobs * sizeof *workers->items);
    return workers;
}

// ---- one worker's life ----

// In the new process: becomes the worker, with the socket as its stdin and stdout. It ends with the program, even while it hangs;
// posix_spawn could not ask for that.
_Noreturn static void become_worker(const char *program, pid_t parent, int socket, int messages) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && dup2(socket, STDIN_FILENO) >= 0 && dup2(socket, STDOUT_FILENO) >= 0 && dup2(messages, STDERR_FILENO) >= 0)
        execlp(program, program, (char *)NULL);
    const char *why = strerrordesc_np(errno);
    if (write(messages, why, strlen(why)) < 0)
        _exit(126);
    _exit(127);
}

static bool start(struct workers *workers, struct worker *worker, struct err *err) {
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return err_set(err, "cannot start a capture worker: %s; use a smaller -j", strerror(errno));
    int messages = memfd_create("timeoutlint-capture", MFD_CLOEXEC);
    pid_t parent = getpid(), pid = messages < 0 ? -1 : fork();
    int error = errno;
    if (pid == 0)
        become_worker(workers->program, parent, sockets[1], messages);
    close(sockets[1]);
    if (pid > 0) {
        *worker = (struct worker){.pid = pid, .socket = sockets[0], .messages = messages, .unit = NO_UNIT, .prefix = NO_PREFIX, .request = worker->request};
        return true;
    }
    close(sockets[0]);
    if (messages >= 0)
        close(messages);
    return err_set(err, "cannot start a capture worker: %s; use a smaller -j", strerror(error));
}

// Ends the process, whatever it does, and returns its wait status: how it ended by itself, where it did before.
static int stop(struct worker *worker) {
    int status = 0;
    close(worker->socket);
    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->messages);
    free(worker->body);
    worker->body = NULL;
    worker->pid = 0;
    return status;
}

void workers_free(struct workers *workers) {
    if (!workers)
        return;
    for (unsigned i = 0; i < workers->options.jobs; i++) {
        if (workers->items[i].pid)
            stop(&workers->items[i]);
        buf_done(&workers->items[i].request);
    }
    free(workers->items);
    free(workers->program);
    free(workers);
}

void workers_prepare(struct workers *workers, unsigned units) {
    struct err err;
    for (unsigned i = 0; i < workers->options.jobs && i < units; i++)
        if (!workers->items[i].pid && !start(workers, &workers->items[i], &err))
            return;
}

void workers_dismiss(struct workers *workers) {
    for (unsigned i = 0; i < workers->options.jobs; i++)
        if (workers->items[i].pid)
            kill(workers->items[i].pid, SIGKILL);
}

// The first line with a word in it that the worker wrote on stderr for this unit, "" where it was silent.
static void first_message(const struct worker *worker, struct buf *out) {
    char text[1024];
    ssize_t len = pread(worker->messages, text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = '\0';
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
        if (line[strspn(line, "= \t")]) {
            buf_puts(out, line);
            return;
        }
}

// ---- one unit ----

static void put_string(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text) + 1);
}

static bool is_busy(const struct worker *worker) {
    return worker->pid && (worker->unit != NO_UNIT || worker->prefix != NO_PREFIX);
}

static void put_unit(const struct run *run, uint32_t unit, uint32_t prefix, struct buf *request) {
    const struct compile_command *command = &run->commands[unit];
    put_string(request, run->workers->options.project);
    put_string(request, command->directory);
    put_string(request, command->file);
    prefixes_put_use(run->prefixes, unit, prefix, request);
    for (unsigned i = 0; i < command->arg_count; i++)
        put_string(request, command->args[i]);
}

// Gives the worker a unit, with a prefix or NO_PREFIX; or no unit, and a prefix to make.
static void assign(struct run *run, struct worker *worker, uint32_t unit, uint32_t prefix) {
    unsigned char length[4] = {0};
    worker->request.len = 0;
    buf_add(&worker->request, length, sizeof length);
    if (unit == NO_UNIT)
        prefixes_request(run->prefixes, prefix, run->workers->options.project, &worker->request);
    else
        put_unit(run, unit, prefix, &worker->request);
    capture_put_u32(length, (uint32_t)(worker->request.len - sizeof length));
    memcpy(worker->request.data, length, sizeof length);
    worker->unit = unit;
    worker->prefix = prefix;
    worker->sent = worker->received = worker->body_size = 0;
    worker->deadline = now_ms() + run->workers->options.unit_limit_ms;
    if (worker->served && ftruncate(worker->messages, 0) == 0) // a fresh worker may have said already why it cannot run
        lseek(worker->messages, 0, SEEK_SET); // shared with the worker, which writes at this position
}

static void finish_unit(struct run *run, uint32_t unit) {
    const struct workers_options *options = &run->workers->options;
    run->done++;
    if (options->finished)
        options->finished(options->user, unit);
    if (options->progress)
        options->progress(options->user, run->done, run->queued, run->commands[unit].file);
}

static void fail_unit(struct run *run, uint32_t unit, const char *why) {
    run->results[unit].failure = mem_strdup(why);
    finish_unit(run, unit);
}

// Takes the body from the worker.
static void keep_unit(struct run *run, struct worker *worker, bool is_behind) {
    struct capture_result *result = &run->results[worker->unit];
    struct buf body = {.data = (char *)worker->body, .len = worker->body_size, .cap = worker->body_size};
    worker->body = NULL;
    if (is_behind)
        prefixes_put_reads(run->prefixes, worker->prefix, &body);
    result->bytes = body.data;
    result->size = capture_get_u32(worker->header + 4);
    result->inputs = body.data + result->size;
    result->inputs_size = body.len - result->size;
    run->workers->stats.behind_prefix += is_behind;
    run->workers->stats.hoisted += is_behind && prefixes_is_hoist(run->prefixes, worker->prefix);
    run->workers->stats.prefix_in_vain += worker->prefix != NO_PREFIX && !is_behind;
    if (worker->prefix != NO_PREFIX)
        prefixes_tried(run->prefixes, worker->prefix, is_behind);
    finish_unit(run, worker->unit);
}

static void keep_prefix(struct run *run, const struct worker *worker, bool is_made) {
    const char *files = (const char *)worker->body;
    size_t size = capture_get_u32(worker->header + 4);
    if (is_made)
        prefixes_made(run->prefixes, worker->prefix, files, size, files + size, worker->body_size - size);
    else
        prefixes_failed(run->prefixes, worker->prefix);
    run->workers->stats.prefixes += is_made;
}

// The unit read what its prefix was chosen for.
static bool is_confirmed(const struct run *run, const struct worker *worker) {
    size_t size = capture_get_u32(worker->header + 4);
    bool ok = prefixes_confirm(run->prefixes, worker->unit, worker->prefix, (const char *)worker->body + size, worker->body_size - size);
    if (!ok)
        prefixes_refuse(run->prefixes, worker->unit);
    return ok;
}

static void put_back(struct run *run, uint32_t unit) {
    unsigned free_place = 0;
    while (run->queue[free_place] != NO_UNIT)
        free_place++;
    run->queue[free_place] = unit;
    if (run->next > free_place)
        run->next = free_place;
}

// The whole response is here. False where it is no answer to what was asked.
static bool accept_response(struct run *run, struct worker *worker) {
    uint32_t status = capture_get_u32(worker->header);
    worker->body[worker->body_size] = '\0';
    if (status > CAPTURE_PREFIX || (status == CAPTURE_PREFIX && worker->unit != NO_UNIT) || (status == CAPTURE_BEHIND && worker->prefix == NO_PREFIX))
        return false;
    if (worker->unit == NO_UNIT)
        keep_prefix(run, worker, status == CAPTURE_PREFIX);
    else if (status == CAPTURE_FAILED)
        fail_unit(run, worker->unit, (const char *)worker->body);
    else if (status == CAPTURE_BEHIND && !is_confirmed(run, worker))
        put_back(run, worker->unit);
    else
        keep_unit(run, worker, status == CAPTURE_BEHIND);
    free(worker->body);
    worker->body = NULL;
    worker->unit = NO_UNIT;
    worker->prefix = NO_PREFIX;
    worker->served++;
    return true;
}

// ---- ends that were not asked for ----

// The worker cannot run at all (its library is missing, say): the first unit would not be the last to fail.
static bool cannot_run(const struct worker *worker, int status) {
    return !worker->served && WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127);
}

static void describe_end(int status, const char *message, struct buf *out) {
    if (WIFSIGNALED(status))
        buf_printf(out, "clang crashed (signal %d, %s) while parsing it", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        buf_printf(out, "the capture worker ended with status %d while parsing it", WEXITSTATUS(status));
    if (*message)
        buf_printf(out, ": %s", message);
}

// The unit's worker died. It is tried once more where something else than the unit may have been the reason: a prefix, or other
// units that left the worker in a bad state.
static void retry_or_fail(struct run *run, const struct worker *worker, int status, const char *message) {
    struct buf why = {0};
    if (worker->prefix != NO_PREFIX || worker->served) {
        prefixes_refuse(run->prefixes, worker->unit);
        put_back(run, worker->unit);
        return;
    }
    describe_end(status, message, &why);
    fail_unit(run, worker->unit, buf_text(&why));
    buf_done(&why);
}

// The worker closed its end: it died.
static bool bury(struct run *run, struct worker *worker, struct err *err) {
    struct buf message = {0};
    first_message(worker, &message);
    int status = stop(worker);
    bool ok = !cannot_run(worker, status);
    if (!ok)
        err_set(err, "cannot run '%s', which is installed beside timeoutlint: %s", run->workers->program, message.len ? message.data : "it ends at once");
    else if (worker->unit == NO_UNIT)
        prefixes_failed(run->prefixes, worker->prefix);
    else
        retry_or_fail(run, worker, status, buf_text(&message));
    buf_done(&message);
    return ok;
}

static void give_up(struct run *run, struct worker *worker) {
    struct buf why = {0};
    unsigned limit = run->workers->options.unit_limit_ms;
    stop(worker);
    if (worker->unit == NO_UNIT) {
        prefixes_failed(run->prefixes, worker->prefix);
        return;
    }
    buf_printf(&why, "clang did not finish within %u.%u s while parsing it", limit / 1000, limit % 1000 / 100);
    fail_unit(run, worker->unit, buf_text(&why));
    buf_done(&why);
}

// ---- talking ----

// The result of one send or recv: bytes moved; 0 to wait for more; -1 where the worker is gone.
static ssize_t moved(ssize_t count) {
    if (count > 0)
        return count;
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : -1;
}

static bool send_more(struct worker *worker) {
    ssize_t count = moved(send(worker->socket, worker->request.data + worker->sent, worker->request.len - worker->sent, MSG_NOSIGNAL | MSG_DONTWAIT));
    if (count > 0)
        worker->sent += (size_t)count;
    return count >= 0;
}

static bool receive_header(struct worker *worker) {
    ssize_t count = moved(recv(worker->socket, worker->header + worker->received, CAPTURE_HEAD - worker->received, MSG_DONTWAIT));
    if (count > 0)
        worker->received += (size_t)count;
    if (worker->received < CAPTURE_HEAD)
        return count >= 0;
    worker->body_size = (size_t)capture_get_u32(worker->header + 4) + capture_get_u32(worker->header + 8);
    if (worker->body_size > RESPONSE_MAX)
        return false;
    worker->body = mem_realloc(NULL, worker->body_size + 1);
    return true;
}

// False where the worker is gone, or speaks nonsense.
static bool receive_more(struct run *run, struct worker *worker) {
    if (!worker->body && !receive_header(worker))
        return false;
    if (!worker->body)
        return true;
    size_t have = worker->received - CAPTURE_HEAD;
    if (have < worker->body_size) {
        ssize_t count = moved(recv(worker->socket, worker->body + have, worker->body_size - have, MSG_DONTWAIT));
        if (count < 0)
            return false;
        worker->received += (size_t)count;
    }
    return worker->received < CAPTURE_HEAD + worker->body_size || accept_response(run, worker);
}

static bool is_sending(const struct worker *worker) {
    return worker->sent < worker->request.len;
}

// Looks after one worker that has a unit; `events` are poll's.
static bool attend(struct run *run, struct worker *worker, short events, struct err *err) {
    if (events && !(is_sending(worker) ? send_more(worker) : receive_more(run, worker)))
        return bury(run, worker, err);
    if (is_busy(worker) && now_ms() >= worker->deadline)
        give_up(run, worker);
    return true;
}

// The next unit in order, but one that waits for its prefix only where there is no other. NO_UNIT where all are taken.
static uint32_t take_unit(struct run *run, uint32_t *ret_prefix) {
    unsigned chosen = run->queued;
    bool soon = true;
    while (run->next < run->queued && run->queue[run->next] == NO_UNIT)
        run->next++;
    for (unsigned i = run->next; i < run->queued && soon; i++) {
        if (run->queue[i] == NO_UNIT)
            continue;
        uint32_t prefix = prefixes_for(run->prefixes, run->queue[i], &soon);
        if (soon && chosen < run->queued)
            continue;
        chosen = i;
        *ret_prefix = prefix;
    }
    if (chosen == run->queued)
        return NO_UNIT;
    uint32_t unit = run->queue[chosen];
    run->queue[chosen] = NO_UNIT;
    prefixes_take(run->prefixes, unit);
    *ret_prefix = prefixes_fitting(run->prefixes, unit, *ret_prefix);
    return unit;
}

// Gives an idle worker work, where there is any.
static void employ_one(struct run *run, struct worker *worker) {
    uint32_t prefix = prefixes_next(run->prefixes), unit = NO_UNIT;
    if (prefix == NO_PREFIX)
        unit = take_unit(run, &prefix);
    if (unit != NO_UNIT || prefix != NO_PREFIX)
        assign(run, worker, unit, prefix);
}

static bool has_work(struct run *run) {
    while (run->next < run->queued && run->queue[run->next] == NO_UNIT)
        run->next++;
    return run->next < run->queued;
}

// Gives every idle worker something to do, as long as there is anything. False where nobody can work.
static bool employ(struct run *run, struct err *err) {
    struct workers *workers = run->workers;
    unsigned busy = 0;
    bool started = true;
    for (unsigned i = 0; i < workers->options.jobs; i++) {
        struct worker *worker = &workers->items[i];
        if (!is_busy(worker) && has_work(run) && (worker->pid || (started && (started = start(workers, worker, err)))))
            employ_one(run, worker);
        busy += is_busy(worker);
    }
    return started || busy;
}

// Waits until some worker has news or runs out of time, and looks after all of them.
static bool serve(struct run *run, struct pollfd *polls, struct err *err) {
    struct workers *workers = run->workers;
    int64_t wake = INT64_MAX;
    for (unsigned i = 0; i < workers->options.jobs; i++) {
        const struct worker *worker = &workers->items[i];
        bool busy = is_busy(worker);
        polls[i] = (struct pollfd){.fd = busy ? worker->socket : -1, .events = busy && is_sending(worker) ? POLLOUT : POLLIN};
        if (busy && worker->deadline < wake)
            wake = worker->deadline;
    }
    int64_t wait = wake - now_ms();
    int ready = poll(polls, workers->options.jobs, wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait);
    if (ready < 0 && errno != EINTR)
        return err_set(err, "cannot wait for the capture workers: %s", strerror(errno));
    for (unsigned i = 0; i < workers->options.jobs; i++)
        if (polls[i].fd >= 0 && !attend(run, &workers->items[i], ready > 0 ? polls[i].revents : 0, err))
            return false;
    return true;
}

static bool run_all(struct run *run, struct err *err) {
    struct pollfd *polls = mem_zalloc(run->workers->options.jobs * sizeof *polls);
    bool ok = true;
    while (ok && run->done < run->queued)
        ok = employ(run, err) && serve(run, polls, err);
    free(polls);
    return ok;
}

// ---- the order of work ----

struct sized {
    off_t size;
    uint32_t unit;
};

static int compare_sized(const void *left, const void *right) {
    const struct sized *a = left, *b = right;
    if (a->size != b->size)
        return a->size < b->size ? 1 : -1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

// Queues what can be parsed, the largest file first; the others have failed already.
static void queue_units(struct run *run, unsigned count) {
    struct sized *order = mem_zalloc(count * sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        struct stat info;
        if (run->commands[i].problem)
            run->results[i].failure = mem_strdup(run->commands[i].problem);
        else
            order[run->queued++] = (struct sized){stat(run->commands[i].file, &info) == 0 ? info.st_size : 0, i};
    }
    qsort(order, run->queued, sizeof *order, compare_sized);
    for (unsigned i = 0; i < run->queued; i++)
        run->queue[i] = order[i].unit;
    free(order);
}

bool workers_run(struct workers *workers, const struct compile_command *commands, unsigned count, struct capture_result *results, struct err *err) {
    memset(results, 0, count * sizeof *results);
    struct run run = {.workers = workers, .commands = commands, .results = results, .queue = mem_zalloc(count * sizeof *run.queue)};
    queue_units(&run, count);
    workers_prepare(workers, run.queued);
    run.prefixes = prefixes_plan(commands, count, run.queue, workers->options.without_prefixes ? 0 : run.queued, workers->options.store);
    bool ok = run_all(&run, err);
    for (unsigned i = 0; i < workers->options.jobs; i++) // one may still make a prefix that nobody needs
        if (is_busy(&workers->items[i]))
            stop(&workers->items[i]);
    workers->stats.prefixes_kept += prefixes_from_store(run.prefixes);
    prefixes_note(run.prefixes);
    prefixes_free(run.prefixes);
    free(run.queue);
    return ok;
}

struct workers_stats workers_stats(const struct workers *workers) {
    return workers->stats;
}

void capture_results_free(struct capture_result *results, unsigned count) {
    for (unsigned i = 0; results && i < count; i++) {
        free(results[i].bytes);
        free(results[i].failure);
    }
    free(results);
}
