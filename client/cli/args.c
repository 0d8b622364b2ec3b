/* The command line against a table of commands. */
#include "client/cli/args.h"

#include "client/base/buf.h"

#include <string.h>

/* How many of `args` spell `words`; 0 if they do not. */
static size_t words_match(const char *words, const char *const *args)
{
    size_t n = 0;
    while (*words) {
        size_t len = strcspn(words, " ");
        if (!args[n] || strlen(args[n]) != len || strncmp(args[n], words, len) != 0) {
            return 0;
        }
        words += len;
        words += *words == ' ';
        n++;
    }
    return n;
}

const struct cli_command *cli_command_find(
    const struct cli_command *commands, const char *const *args, size_t *ret_words)
{
    const struct cli_command *found = NULL;
    *ret_words = 0;
    for (const struct cli_command *c = commands; c->words; c++) {
        size_t n = words_match(c->words, args);
        if (n > *ret_words) {
            *ret_words = n;
            found = c;
        }
    }
    return found;
}

static enum rc unknown_command(
    const struct cli_command *commands, const char *const *args, struct err *err)
{
    struct buf list CLEANUP_FINI(buf_fini) = BUF_INIT(1000);
    for (const struct cli_command *c = commands; args[0] && c->words; c++) {
        if (str_starts(c->words, args[0]) && c->words[strlen(args[0])] == ' ') {
            buf_addf(&list, "%s'%s'", list.len ? ", " : "", c->words);
        }
    }
    if (list.len) {
        return err_set(err, RC_INVALID, 0, "'%s' needs one word more: %s", args[0], buf_str(&list));
    }
    return err_set(err, RC_INVALID, 0, "there is no command '%s'; 'lockstep help' lists them",
        args[0] ? args[0] : "");
}

static enum rc take_option(const struct cli_command *c, const char **args, size_t *at,
    struct cli_args *ret, struct err *err)
{
    const char *arg = args[*at], *equals = strchr(arg, '=');
    size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
    for (size_t i = 0; c->options && c->options[i].name && i < CLI_MAX_OPTIONS; i++) {
        const struct cli_option *o = &c->options[i];
        if (strlen(o->name) != len || strncmp(o->name, arg, len) != 0) {
            continue;
        }
        if (ret->values[i]) {
            return err_set(err, RC_INVALID, 0, "%s is given twice", o->name);
        }
        if (!o->value && equals) {
            return err_set(err, RC_INVALID, 0, "%s takes no value", o->name);
        }
        if (o->value && !equals && !args[*at + 1]) {
            return err_set(
                err, RC_INVALID, 0, "%s needs a value: %s %s", o->name, o->name, o->value);
        }
        ret->values[i] = !o->value ? "" : equals ? equals + 1 : args[++*at];
        return RC_OK;
    }
    return err_set(err, RC_INVALID, 0, "'%s' has no option %.*s; see 'lockstep help %s'", c->words,
        (int)len, arg, c->words);
}

enum rc cli_args_parse(
    const struct cli_command *commands, const char **args, struct cli_args *ret, struct err *err)
{
    size_t words;
    struct cli_args a = {.command = cli_command_find(commands, args, &words)};
    if (!a.command) {
        return unknown_command(commands, args, err);
    }
    const char **positional = args + words;
    bool options = true;
    for (size_t i = words; args[i]; i++) {
        if (options && strcmp(args[i], "--") == 0) {
            options = false;
        } else if (options && args[i][0] == '-' && args[i][1]) {
            enum rc rc = take_option(a.command, args, &i, &a, err);
            if (rc != RC_OK) {
                return rc;
            }
        } else {
            positional[a.count++] = args[i];
        }
    }
    if ((int)a.count < a.command->min || (a.command->max >= 0 && (int)a.count > a.command->max)) {
        return err_set(err, RC_INVALID, 0, "usage: lockstep %s%s%s%s", a.command->words,
            str_empty(a.command->positional) ? "" : " ", a.command->positional,
            a.command->options && a.command->options[0].name ? " [OPTIONS]" : "");
    }
    a.positional = positional;
    *ret = a;
    return RC_OK;
}

const char *cli_args_value(const struct cli_args *args, const char *option)
{
    for (size_t i = 0; args->command->options && args->command->options[i].name; i++) {
        if (strcmp(args->command->options[i].name, option) == 0) {
            return args->values[i];
        }
    }
    return NULL;
}
