// The command line: words in, `struct options` out. It neither prints nor exits. getopt_long keeps its state in global
// variables, so only the program itself may use this, once.
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "run.h"

enum command { COMMAND_CHECK, COMMAND_EXPLAIN, COMMAND_DUMP, COMMAND_HELP, COMMAND_VERSION };

struct options {
    enum command command;
    struct run_options run; // check, dump
    enum run_stage stage;   // dump
    const char *rule;       // explain: NULL, list them all
    const char *topic;      // help: a command's name, or NULL for the program
    struct arena arena;     // holds all of it, but for the words of argv
};

// Opens the files that results go to.
bool options_parse(int argc, char **argv, struct options *ret_options, struct err *err);
// Closes them; false where one could not be written.
bool options_done(struct options *options, struct err *err);
void options_help(const char *topic, struct buf *out);
// "there is no X 'wrong'; did you mean 'right'?"
bool options_unknown(struct err *err, const char *what, const char *wrong, const char *const *words, size_t count);

#endif
