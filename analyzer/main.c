// Options in, exit status out.
#include "base/file.h"
#include "check/rule.h"
#include "options.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

// Every descriptor from 0 to 2 is open, so that no file of ours lands there, and a closed pipe ends the program silently.
static void prepare_process(void) {
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
        ;
    if (fd >= 0)
        close(fd);
    signal(SIGPIPE, SIG_DFL);
}

static void list_rules(struct buf *out) {
    for (unsigned i = 0; i < rule_count; i++)
        buf_printf(out, "%-22s %-8s %s\n", all_rules[i]->id, severity_name(all_rules[i]->severity), all_rules[i]->title);
}

static enum run_status print(const struct buf *text, FILE *out) {
    struct err err;
    if (report_print(text, out, &err))
        return RUN_CLEAN;
    fprintf(stderr, "timeoutlint: %s\n", err.text);
    return RUN_ERROR;
}

static enum run_status explain(const char *rule) {
    struct err err;
    if (rule) {
        if (report_explain(rule_find(rule), stdout, &err))
            return RUN_CLEAN;
        fprintf(stderr, "timeoutlint: %s\n", err.text);
        return RUN_ERROR;
    }
    struct buf text = {0};
    list_rules(&text);
    enum run_status status = print(&text, stdout);
    buf_done(&text);
    return status;
}

static enum run_status help(const char *topic, FILE *out) {
    struct buf text = {0};
    options_help(topic, &text);
    enum run_status status = print(&text, out);
    buf_done(&text);
    return status;
}

static enum run_status version(void) {
    struct buf text = {0};
    buf_puts(&text, "timeoutlint " TIMEOUTLINT_VERSION "\n");
    enum run_status status = print(&text, stdout);
    buf_done(&text);
    return status;
}

static enum run_status run_command(const struct options *options) {
    switch (options->command) {
    case COMMAND_CHECK: return run_check(&options->run);
    case COMMAND_DUMP: return run_dump(&options->run, options->stage, stdout);
    case COMMAND_EXPLAIN: return explain(options->rule);
    case COMMAND_HELP: return help(options->topic, stdout);
    case COMMAND_VERSION: return version();
    }
    BUG("command");
}

int main(int argc, char **argv) {
    prepare_process();
    if (argc < 2) {
        help(NULL, stderr);
        return RUN_ERROR;
    }
    struct options options;
    struct err err;
    enum run_status status = RUN_ERROR;
    bool ok = options_parse(argc, argv, &options, &err);
#ifdef NDEBUG // else a leak checker wants to see everything given back
    options.run.is_last = true;
#endif
    if (ok)
        status = run_command(&options);
    else
        fprintf(stderr, "timeoutlint: %s\n", err.text);
    if (!options_done(&options, &err)) {
        fprintf(stderr, "timeoutlint: %s\n", err.text);
        status = RUN_ERROR;
    }
    return (int)status;
}
