/* Help texts out of the table of commands. */
#include "client/cli/cli.h"

#include "client/base/buf.h"

#include <string.h>

static void add_usage(struct buf *b, const struct cli_command *c)
{
    buf_addf(b, "lockstep %s%s%s", c->words, str_empty(c->positional) ? "" : " ", c->positional);
    buf_adds(b, c->options && c->options[0].name ? " [OPTIONS]" : "");
}

#define USAGE_WIDTH 32

/* A summary stands beside its usage, or below one that is too long for the column. */
static void add_command(struct buf *b, const struct cli_command *c)
{
    CLEANUP(mem_free)
    char *usage =
        str_printf("%s%s%s", c->words, str_empty(c->positional) ? "" : " ", c->positional);
    bool fits = strlen(usage) <= USAGE_WIDTH;
    if (!fits) {
        buf_addf(b, "  %s\n", usage);
    }
    buf_addf(b, "  %-*s  %s\n", USAGE_WIDTH, fits ? usage : "", c->summary);
}

static char *general_help(void)
{
    struct buf b = BUF_INIT(65536);
    buf_adds(&b, "Lockstep keeps folders of contacts, events, tasks and notes in lockstep with a "
                 "server.\n\n");
    for (const struct cli_command *c = CLI_COMMANDS; c->words; c++) {
        add_command(&b, c);
    }
    buf_adds(&b, "\n'lockstep help COMMAND' tells more. A folder is written ACCOUNT:FOLDER.\n"
                 "\nTo begin:\n"
                 "  lockstep account add files --dir ~/pim\n"
                 "  lockstep account add work --url https://dav.example.com --user anna\n"
                 "  lockstep folders\n"
                 "  lockstep link files:contacts work:contacts\n"
                 "  lockstep sync\n"
                 "\nLOCKSTEP_HOME names another data folder, LOCKSTEP_PASSWORD gives a password to "
                 "'account add'.\n"
                 "Exit codes: 0 done, 1 some items failed, 2 wrong command, 3 password rejected, 4 "
                 "server out of\n"
                 "reach or failing, 5 certificate not acceptable, 6 another Lockstep is at work, 7 "
                 "file or disk,\n"
                 "8 something waits for you (held, conflicts), 9 stopped, 10 internal error.\n");
    return buf_take(&b);
}

enum rc cli_help(const char *const *args, char **ret, struct err *err)
{
    if (!args[0]) {
        *ret = general_help();
        return RC_OK;
    }
    size_t words;
    const struct cli_command *c = cli_command_find(CLI_COMMANDS, args, &words);
    struct buf b = BUF_INIT(65536);
    for (const struct cli_command *group = CLI_COMMANDS; !c && group->words; group++) {
        if (str_starts(group->words, args[0]) && group->words[strlen(args[0])] == ' ') {
            add_usage(&b, group);
            buf_addf(&b, "\n    %s\n", group->summary);
        }
    }
    if (c) {
        add_usage(&b, c);
        buf_addf(&b, "\n\n%s.\n%s", c->summary, c->text);
        for (const struct cli_option *o = c->options; o && o->name; o++) {
            CLEANUP(mem_free)
            char *option =
                str_printf("%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
            buf_addf(&b, "%s  %-22s %s\n", o == c->options ? "\nOptions:\n" : "", option, o->help);
        }
    }
    if (!b.len) {
        return err_set(
            err, RC_INVALID, 0, "there is no command '%s'; 'lockstep help' lists them", args[0]);
    }
    *ret = buf_take(&b);
    return RC_OK;
}
