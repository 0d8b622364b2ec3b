/* The command line against a table of commands: words, positional arguments, options. Pure. */
#ifndef LOCKSTEP_CLI_ARGS_H
#define LOCKSTEP_CLI_ARGS_H

#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

struct cli_option {
    const char *name;  /* "--url" */
    const char *value; /* what follows it, for the help: "URL"; NULL if it stands alone */
    const char *help;
};

struct cli;
struct cli_command {
    const char *words;                /* "account add" */
    const char *positional;           /* for the help: "NAME" */
    int min, max;                     /* how many positional arguments; max -1 = any number */
    const char *summary;              /* one line */
    const char *text;                 /* the rest of its help, with examples */
    const struct cli_option *options; /* ends with a NULL name */
    int (*run)(struct cli *cli);      /* returns the exit code */
};

#define CLI_MAX_OPTIONS 24

/* Everything is borrowed from the arguments and the table. */
struct cli_args {
    const struct cli_command *command;
    const char *values[CLI_MAX_OPTIONS]; /* by index in command->options; "" for a flag that is
                                            given; NULL if not given */
    const char *const *positional;
    size_t count;
};

/* `args` without the program's name, NULL at the end; positional arguments are moved to the front
 * of what follows the command's words. `commands` ends with NULL words. "--opt value" and
 * "--opt=value"; "--" ends the options. RC_INVALID says what is wrong and how to get help. */
enum rc cli_args_parse(const struct cli_command *commands, const char **args, struct cli_args *ret,
    struct err *err) WARN_UNUSED;
/* The command whose words `args` begins with, the longest fit; NULL if none. *ret_words says how
 * many words it took. */
const struct cli_command *cli_command_find(
    const struct cli_command *commands, const char *const *args, size_t *ret_words);
/* The value of an option, "" for a flag, NULL if not given. */
const char *cli_args_value(const struct cli_args *args, const char *option);

#endif
