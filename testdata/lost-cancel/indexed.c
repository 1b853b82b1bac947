// A constructor returns an object and also puts it into a table of `void *`. Where nothing in the program ends what it takes out of such
// a table, the table only finds the object again: the caller ends it. Where something does, the table owns it.
#include <stdlib.h>

#include "ctx.h"
#include "work.h"

struct entry {
    struct entry *next;
    int key;
    void *value;
};

struct table {
    struct entry *buckets[16];
};

static void table_put(struct table *table, int key, void *value)
{
    struct entry *entry = table->buckets[key % 16];
    while (entry) {
        if (entry->key == key) {
            entry->value = value;
            return;
        }
        entry = entry->next;
    }
    struct entry *added = malloc(sizeof *added);
    if (!added)
        return;
    added->key = key;
    added->value = value;
    added->next = table->buckets[key % 16];
    table->buckets[key % 16] = added;
}

static void *table_get(struct table *table, int key)
{
    for (struct entry *entry = table->buckets[key % 16]; entry; entry = entry->next)
        if (entry->key == key)
            return entry->value;
    return NULL;
}

static void *table_take(struct table *table, int key)
{
    for (struct entry **at = &table->buckets[key % 16]; *at; at = &(*at)->next) {
        struct entry *entry = *at;
        if (entry->key != key)
            continue;
        void *value = entry->value;
        *at = entry->next;
        free(entry);
        return value;
    }
    return NULL;
}

static void table_each(struct table *table, void (*visit)(void *value))
{
    for (int i = 0; i < 16; i++)
        for (struct entry *entry = table->buckets[i]; entry; entry = entry->next)
            visit(entry->value);
}

static void table_destroy(struct table *table)
{
    for (int i = 0; i < 16; i++)
        while (table->buckets[i]) {
            struct entry *next = table->buckets[i]->next;
            free(table->buckets[i]);
            table->buckets[i] = next;
        }
    free(table);
}

// Found again by its number, with a reference for as long as it is used. The table is destroyed without ending what is in it.
struct session {
    struct ctx *session_ctx;
    int key;
    int references;
};

struct server {
    struct table *sessions;
};

static struct session *session_open(struct server *server, CTX_CONST struct ctx *parent, int key)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->session_ctx = ctx_with_cancel(parent);
    session->key = key;
    session->references = 1;
    table_put(server->sessions, key, session);
    return session;
}

static void session_unref(struct session *session)
{
    if (--session->references > 0)
        return;
    ctx_cancel(session->session_ctx);
    free(session);
}

static struct session *session_find(struct server *server, int key)
{
    struct session *session = table_get(server->sessions, key);
    if (session)
        session->references++;
    return session;
}

int session_message_ok(struct server *server, int key)
{
    struct session *session = session_find(server, key);
    if (!session)
        return -1;
    int result = fetch(session->session_ctx, key);
    session_unref(session);
    return result;
}

void server_stop_ok(struct server *server)
{
    table_destroy(server->sessions);
    server->sessions = NULL;
}

int session_start_bad(struct server *server, CTX_CONST struct ctx *parent)
{
    struct session *session = session_open(server, parent, 1); // want lost-cancel "session"
    if (!session)
        return -1;
    if (fetch(session->session_ctx, 1) < 0)
        return -1;
    session_unref(session);
    return 0;
}

int session_start_ok(struct server *server, CTX_CONST struct ctx *parent)
{
    struct session *session = session_open(server, parent, 1);
    if (!session)
        return -1;
    int result = fetch(session->session_ctx, 1);
    session_unref(session);
    return result < 0 ? -1 : 0;
}

// Ended by a function that is called for everything in the table.
struct stream {
    struct ctx *stream_ctx;
};

static struct stream *stream_open(struct table *streams, CTX_CONST struct ctx *parent, int key)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->stream_ctx = ctx_with_cancel(parent);
    table_put(streams, key, stream);
    return stream;
}

static void stream_end(void *value)
{
    struct stream *stream = value;
    ctx_cancel(stream->stream_ctx);
    free(stream);
}

void streams_stop_ok(struct table *streams)
{
    table_each(streams, stream_end);
    table_destroy(streams);
}

int stream_start_ok(struct table *streams, CTX_CONST struct ctx *parent)
{
    struct stream *stream = stream_open(streams, parent, 1);
    return stream ? fetch(stream->stream_ctx, 1) : -1;
}

// Ended where it is looked up.
struct upload {
    struct ctx *upload_ctx;
};

static struct upload *upload_open(struct table *uploads, CTX_CONST struct ctx *parent, int key)
{
    struct upload *upload = calloc(1, sizeof *upload);
    if (!upload)
        return NULL;
    upload->upload_ctx = ctx_with_cancel(parent);
    table_put(uploads, key, upload);
    return upload;
}

void upload_stop_ok(struct table *uploads, int key)
{
    struct upload *upload = table_get(uploads, key);
    if (upload)
        ctx_cancel(upload->upload_ctx);
}

int upload_start_ok(struct table *uploads, CTX_CONST struct ctx *parent)
{
    struct upload *upload = upload_open(uploads, parent, 1);
    return upload ? fetch(upload->upload_ctx, 1) : -1;
}

// Ended when it is taken out, by giving back the only reference.
struct job {
    struct ctx *job_ctx;
    int references;
};

static struct job *job_open(struct table *jobs, CTX_CONST struct ctx *parent, int key)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->job_ctx = ctx_with_cancel(parent);
    job->references = 1;
    table_put(jobs, key, job);
    return job;
}

static void job_unref(struct job *job)
{
    if (--job->references > 0)
        return;
    ctx_cancel(job->job_ctx);
    free(job);
}

void job_stop_ok(struct table *jobs, int key)
{
    struct job *job = table_take(jobs, key);
    if (job)
        job_unref(job);
}

int job_start_ok(struct table *jobs, CTX_CONST struct ctx *parent)
{
    struct job *job = job_open(jobs, parent, 1);
    return job ? fetch(job->job_ctx, 1) : -1;
}

// Found in a table without a search, so that its name is exact: who raises the counter gives back that reference only.

struct holder {
    struct slot {
        int used;
        void *value;
    } *slots;
};

struct channel {
    struct ctx *channel_ctx;
    int references;
};

static struct channel *channel_open(struct holder *holder, CTX_CONST struct ctx *parent, int key)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel)
        return NULL;
    channel->channel_ctx = ctx_with_cancel(parent);
    channel->references = 1;
    holder->slots[key].value = channel;
    return channel;
}

static struct channel *channel_find(struct holder *holder, int key)
{
    struct channel *channel = holder->slots[key].value;
    if (channel)
        channel->references++;
    return channel;
}

static void channel_unref(struct channel *channel)
{
    if (--channel->references > 0)
        return;
    ctx_cancel(channel->channel_ctx);
    free(channel);
}

int channel_message_ok(struct holder *holder, int key)
{
    struct channel *channel = channel_find(holder, key);
    if (!channel)
        return -1;
    int result = fetch(channel->channel_ctx, key);
    channel->references = key; // nobody can follow the counter from here on
    channel_unref(channel);
    return result;
}

int channel_start_bad(struct holder *holder, CTX_CONST struct ctx *parent)
{
    struct channel *channel = channel_open(holder, parent, 1); // want lost-cancel "channel"
    return channel ? fetch(channel->channel_ctx, 1) : -1;
}
