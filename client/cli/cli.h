/* What the command line's files share. */
#ifndef LOCKSTEP_CLI_CLI_H
#define LOCKSTEP_CLI_CLI_H

#include "client/app/app.h"
#include "client/cli/args.h"

struct cli {
    struct app *app; /* borrowed; NULL for commands that need no data */
    struct cli_args args;
};

extern const struct cli_command CLI_COMMANDS[]; /* table.c; ends with one without a name */

/* Runs one command line (args without the program's name) and returns the exit code. Prints on
 * stdout and stderr. */
int cli_run(const char **args);
/* One line on stderr and the exit code for it. */
int cli_fail(const struct err *err);
/* How most commands end: with the failure in err, or with what there is to print (`v`, owned, as
 * JSON with --json, else as text). Releases err; returns the exit code. */
int cli_end(const struct cli *cli, enum rc rc, struct err *err, struct json *v,
    char *(*show)(const struct json *v));
/* The password for the account of this name: from standard input with --password-stdin, from
 * LOCKSTEP_PASSWORD, else asked for. Free with platform_secret_free. */
enum rc cli_password(const struct cli *cli, const char *name, char **ret, struct err *err)
    WARN_UNUSED;
/* The same of something else than a password, as it is called at the beginning of a sentence. */
enum rc cli_secret(const struct cli *cli, const char *what, const char *name, char **ret,
    struct err *err) WARN_UNUSED;
/* Whoever sits at the terminal, for a sign-in at a server's page; with --browser in a browser of this computer. */
struct app_consent cli_consent(const struct cli *cli);
/* arrive.c: accounts and links from elsewhere; as below. */
int cli_run_preset(struct cli *cli);
int cli_run_preset_apply(struct cli *cli);
int cli_run_export(struct cli *cli);
int cli_run_import(struct cli *cli);
int cli_run_migrate(struct cli *cli);
int cli_run_migrate_apply(struct cli *cli);
/* account.c: the same. */
int cli_run_account_add(struct cli *cli);
int cli_run_account_password(struct cli *cli);
int cli_run_account_check(struct cli *cli);
int cli_run_account_addresses(struct cli *cli);
int cli_run_account_list(struct cli *cli);
int cli_run_account_remove(struct cli *cli);
int cli_run_account_sign_in(struct cli *cli);
/* commands.c: what the commands do; each returns the exit code. */
int cli_run_folders(struct cli *cli);
int cli_run_folder_create(struct cli *cli);
int cli_run_link(struct cli *cli);
int cli_run_link_set(struct cli *cli);
int cli_run_unlink(struct cli *cli);
int cli_run_links(struct cli *cli);
int cli_run_sync(struct cli *cli);
int cli_run_review(struct cli *cli);
int cli_run_conflicts(struct cli *cli);
int cli_run_held(struct cli *cli);
int cli_run_show(struct cli *cli);
int cli_run_unfit(struct cli *cli);
int cli_run_conflicts_choose(struct cli *cli);
int cli_run_history(struct cli *cli);
int cli_run_undo(struct cli *cli);
int cli_run_status(struct cli *cli);
int cli_run_schedule(struct cli *cli);
int cli_run_state_check(struct cli *cli);
int cli_run_state_copies(struct cli *cli);
int cli_run_state_restore(struct cli *cli);
int cli_run_log(struct cli *cli);
int cli_run_settings(struct cli *cli);
int cli_run_check(struct cli *cli);
int cli_run_report(struct cli *cli);
int cli_run_version(struct cli *cli);
int cli_run_help(struct cli *cli);
/* watch.c: the same; opens the app layer itself, each time it needs it */
int cli_run_watch(struct cli *cli);
/* rescue.c: the same */
int cli_run_repair(struct cli *cli);
int cli_run_restore(struct cli *cli);
int cli_run_backup(struct cli *cli);
int cli_run_backup_list(struct cli *cli);
/* The general help, or that of the command `args` names; RC_INVALID if there is none. Caller frees.
 */
enum rc cli_help(const char *const *args, char **ret, struct err *err) WARN_UNUSED;

#endif
