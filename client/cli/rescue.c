/* The commands for when something has gone wrong: repair, backup, restore. What would overwrite or
 * delete is counted first, and a person agrees to the numbers. */
#include "client/cli/cli.h"

#include "client/base/buf.h"
#include "client/cli/show.h"
#include "client/platform/platform.h"

#include <stdio.h>

/* The first word of an answer typed on the terminal. */
static bool says_yes(const char *question)
{
    char first = 0;
    fflush(stdout);
    fprintf(stderr, "%s [y/N] ", question);
    for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {
        first = first ? first : (char)c;
    }
    return first == 'y' || first == 'Y';
}

static long planned_total(const struct json *report, const char *what)
{
    long n = 0;
    for (struct json *l = json_first(json_get(report, "links")); l; l = json_next(l)) {
        n += (long)json_get_int(json_get(l, "left"), what, 0);
        n += (long)json_get_int(json_get(l, "right"), what, 0);
    }
    return n;
}

/* From a preview: asks a person if there is anything to agree to. *ret_deletes: how many deletes
 * are agreed to. */
static enum rc agree(const struct json *preview, const char *about, bool only_deletes,
    long *ret_deletes, struct err *err)
{
    long created = planned_total(preview, "created"), changed = planned_total(preview, "updated");
    long deleted = planned_total(preview, "deleted");
    *ret_deletes = deleted;
    if (!deleted && (only_deletes || (!created && !changed))) {
        return RC_OK;
    }
    CLEANUP(mem_free)
    char *what = str_printf("%s: %ld items would be created, %ld changed and %ld deleted", about,
        created, changed, deleted);
    if (!platform_is_terminal()) {
        return err_set(err, RC_CONFLICT, 0,
            "%s; nothing was changed: say --yes to let it happen, --preview to see which", what);
    }
    CLEANUP(mem_free) char *question = str_printf("%s. Go on?", what);
    return says_yes(question) ? RC_OK : err_set(err, RC_CANCELLED, 0, "nothing was changed");
}

/* A preview that failed as a whole is shown; nothing is asked or done then. */
static bool went_well(const struct json *report)
{
    return str_eq(json_get_str(json_first(json_get(report, "links")), "rc"), "ok");
}

static int end_sync(const struct cli *cli, enum rc rc, struct err *err, struct json *v /* owned */)
{
    int code = rc == RC_OK ? (int)app_exit_of_sync(v) : 0;
    int failed = cli_end(cli, rc, err, v, show_sync);
    return failed ? failed : code;
}

int cli_run_repair(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_repair request = {
        .link = cli->args.positional[0],
        .right = cli_args_value(&cli->args, "--right-is"),
        .preview = cli_args_value(&cli->args, "--preview") != NULL,
        .deletes = APP_ANY_DELETES,
    };
    enum rc rc = request.right
                     ? RC_OK
                     : err_set(&err, RC_INVALID, 0,
                           "say which side is right: --right-is left, right or an account");
    if (rc == RC_OK && !request.preview && !cli_args_value(&cli->args, "--yes")) {
        request.preview = true;
        rc = app_repair(cli->app, &request, &v, &err);
        if (rc == RC_OK && !went_well(v)) {
            return end_sync(cli, rc, &err, v);
        }
        if (rc == RC_OK) {
            rc = agree(v, request.link, false, &request.deletes, &err);
        }
        request.preview = false;
        json_free(v);
        v = NULL;
    }
    if (rc == RC_OK) {
        rc = app_repair(cli->app, &request, &v, &err);
    }
    return end_sync(cli, rc, &err, v);
}

int cli_run_restore(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_restore request = {
        .backup = cli->args.positional[0],
        .side = cli_args_value(&cli->args, "--side"),
        .item = cli_args_value(&cli->args, "--item"),
        .exact = cli_args_value(&cli->args, "--exact") != NULL,
        .preview = cli_args_value(&cli->args, "--preview") != NULL,
        .deletes = APP_ANY_DELETES,
    };
    enum rc rc = RC_OK;
    if (request.exact && !request.preview && !cli_args_value(&cli->args, "--yes")) {
        request.preview = true;
        rc = app_restore(cli->app, &request, &v, &err);
        if (rc == RC_OK && !went_well(v)) {
            return end_sync(cli, rc, &err, v);
        }
        if (rc == RC_OK) {
            rc = agree(v, request.backup, true, &request.deletes, &err);
        }
        request.preview = false;
        json_free(v);
        v = NULL;
    }
    if (rc == RC_OK) {
        rc = app_restore(cli->app, &request, &v, &err);
    }
    return end_sync(cli, rc, &err, v);
}

int cli_run_backup(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_backup request = {.link = cli->args.count ? cli->args.positional[0] : NULL};
    enum rc rc = app_backup(cli->app, &request, &v, &err);
    CLEANUP(json_free) struct json *failed = rc == RC_OK ? json_dup(json_get(v, "failed")) : NULL;
    int code = cli_end(cli, rc, &err, v, show_backups);
    fflush(stdout);
    for (struct json *f = json_first(failed); f; f = json_next(f)) {
        fprintf(stderr, "lockstep: %s\n", json_get_str(f, "error"));
        code = code ? code : (int)app_exit_of(rc_from_name(json_get_str(f, "rc")));
    }
    return code;
}

int cli_run_backup_list(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_backup_list(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_backups);
}
