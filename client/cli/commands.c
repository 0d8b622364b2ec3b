/* The commands: what each reads from the command line, asks of the app layer and prints. */
#include "client/cli/cli.h"

#include "client/base/buf.h"
#include "client/cli/show.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cli_fail(const struct err *err)
{
    fflush(stdout);
    fprintf(stderr, "lockstep: %s\n", err_text(err));
    return (int)app_exit_of(err->rc);
}

static const char *value(const struct cli *cli, const char *option)
{
    return cli_args_value(&cli->args, option);
}

/* Prints the JSON as it is with --json, else the text made of it; frees both. */
static void print(
    const struct cli *cli, struct json *v /* owned */, char *(*show)(const struct json *v))
{
    CLEANUP(mem_free) char *out = value(cli, "--json") ? json_print_pretty(v) : show(v);
    fputs(out, stdout);
    if (value(cli, "--json")) {
        fputc('\n', stdout);
    }
    json_free(v);
}

int cli_end(const struct cli *cli, enum rc rc, struct err *err, struct json *v /* owned */,
    char *(*show)(const struct json *v))
{
    int code = 0;
    if (rc != RC_OK) {
        code = cli_fail(err);
    } else if (v) {
        print(cli, v, show);
    }
    err_fini(err);
    return code;
}

static enum rc read_stdin_line(char **ret, struct err *err)
{
    struct buf line = BUF_INIT(4096);
    int c;
    while ((c = getchar()) != EOF && c != '\n') {
        buf_addc(&line, (char)c);
    }
    if (line.len && line.data[line.len - 1] == '\r') {
        line.data[--line.len] = '\0';
    }
    if (!line.len || line.overflow || strlen(line.data) != line.len) {
        buf_fini(&line);
        return err_set(err, RC_INVALID, 0, "there is no password on standard input");
    }
    *ret = buf_take(&line);
    return RC_OK;
}

enum rc cli_password(const struct cli *cli, const char *name, char **ret, struct err *err)
{
    return cli_secret(cli, "Password", name, ret, err);
}

enum rc cli_secret(
    const struct cli *cli, const char *what, const char *name, char **ret, struct err *err)
{
    if (value(cli, "--password-stdin")) {
        return read_stdin_line(ret, err);
    }
    char *given = platform_env("LOCKSTEP_PASSWORD");
    if (!str_empty(given)) {
        *ret = given;
        return RC_OK;
    }
    free(given);
    CLEANUP(mem_free) char *prompt = str_printf("%s for %s: ", what, name);
    enum rc rc = platform_prompt_secret(prompt, ret, err);
    return rc == RC_UNSUPPORTED
               ? err_set(err, RC_INVALID, 0,
                     "no password: give --password-stdin or the variable LOCKSTEP_PASSWORD")
               : rc;
}

int cli_run_folders(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc =
        app_folder_list(cli->app, cli->args.count ? cli->args.positional[0] : NULL, &v, &err);
    CLEANUP(json_free) struct json *failed = rc == RC_OK ? json_dup(json_get(v, "failed")) : NULL;
    int code = cli_end(cli, rc, &err, v, show_folders);
    fflush(stdout);
    for (struct json *f = json_first(failed); f; f = json_next(f)) {
        fprintf(stderr, "lockstep: %s\n", json_get_str(f, "error"));
        code = code ? code : (int)app_exit_of(rc_from_name(json_get_str(f, "rc")));
    }
    return code;
}

static struct app_when when_given(const struct cli *cli)
{
    return (struct app_when){.every = value(cli, "--every"),
        .on_change = value(cli, "--on-change"),
        .on_battery = value(cli, "--on-battery"),
        .on_metered = value(cli, "--on-metered")};
}

static struct app_filter filter_given(struct cli *cli)
{
    return (struct app_filter){.categories = value(cli, "--categories"),
        .not_categories = value(cli, "--not-categories"),
        .private_items = value(cli, "--private")};
}

int cli_run_folder_create(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_folder_make(
        cli->app, cli->args.positional[0], cli->args.positional[1], value(cli, "--kind"), &v, &err);
    return cli_end(cli, rc, &err, v, show_folder);
}

int cli_run_link(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_link link = {
        .left = cli->args.positional[0],
        .right = cli->args.positional[1],
        .name = value(cli, "--name"),
        .kind = value(cli, "--kind"),
        .direction = value(cli, "--direction"),
        .policy = value(cli, "--policy"),
        .photo_limit = value(cli, "--photo-limit"),
        .attachment_limit = value(cli, "--attachment-limit"),
        .past = value(cli, "--past"),
        .future = value(cli, "--future"),
        .invitations = value(cli, "--invitations"),
        .filter = filter_given(cli),
        .when = when_given(cli),
        .create = value(cli, "--create") != NULL,
    };
    enum rc rc = app_link_add(cli->app, &link, &v, &err);
    return cli_end(cli, rc, &err, v, show_link);
}

int cli_run_link_set(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_link_change change = {.direction = value(cli, "--direction"),
        .policy = value(cli, "--policy"),
        .photo_limit = value(cli, "--photo-limit"),
        .attachment_limit = value(cli, "--attachment-limit"),
        .past = value(cli, "--past"),
        .future = value(cli, "--future"),
        .invitations = value(cli, "--invitations"),
        .enabled = value(cli, "--enabled"),
        .filter = filter_given(cli),
        .when = when_given(cli)};
    const struct app_when *when = &change.when;
    const struct app_filter *filter = &change.filter;
    bool any = when->every || when->on_change || when->on_battery || when->on_metered ||
               change.direction || change.policy || change.photo_limit || change.attachment_limit ||
               change.past || change.future || change.invitations || change.enabled ||
               filter->categories || filter->not_categories || filter->private_items;
    enum rc rc = any ? app_link_set(cli->app, cli->args.positional[0], &change, &v, &err)
                     : err_set(&err, RC_INVALID, 0,
                           "say what is to be changed: --direction, --policy, --photo-limit, "
                           "--attachment-limit, --past, "
                           "--future, --categories, --not-categories, --private, --invitations, "
                           "--every, --on-change, --on-battery, --on-metered or "
                           "--enabled");
    return cli_end(cli, rc, &err, v, show_link);
}

int cli_run_unlink(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    bool marks = value(cli, "--remove-marks") != NULL;
    enum rc rc = app_link_remove(cli->app, cli->args.positional[0], marks, &v, &err);
    return cli_end(cli, rc, &err, v, show_unlinked);
}

int cli_run_links(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_link_list(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_links);
}

int cli_run_schedule(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *every = value(cli, "--every");
    struct app_settings s = app_settings_get(cli->app);
    enum rc rc = RC_OK;
    if (every && !app_minutes_parse(every, &s.interval_minutes)) {
        rc = err_set(&err, RC_INVALID, 0, "'%s' is no interval: %d to %d minutes", every,
            APP_EVERY_MIN, APP_EVERY_MAX);
    } else if (every) {
        rc = app_settings_set(cli->app, &s, &err);
    }
    if (rc == RC_OK) {
        rc = app_schedule_plan(cli->app, &v, &err);
    }
    return cli_end(cli, rc, &err, v, show_schedule);
}

int cli_run_sync(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    struct app_sync request = {
        .links = cli->args.positional,
        .link_count = cli->args.count,
        .preview = value(cli, "--preview") != NULL,
        .release = value(cli, "--release") != NULL,
        .release_deletes = value(cli, "--release-deletes") != NULL,
        .retry_now = value(cli, "--retry") != NULL,
        .no_backup = value(cli, "--no-backup") != NULL,
    };
    enum rc rc = app_sync_run(cli->app, &request, &v, &err);
    int code = rc == RC_OK ? (int)app_exit_of_sync(v) : 0;
    int failed = cli_end(cli, rc, &err, v, show_sync);
    return failed ? failed : code;
}

int cli_run_review(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *const *words = cli->args.positional;
    if (cli->args.count < 2) {
        enum rc rc = app_review_list(cli->app, cli->args.count ? words[0] : NULL, &v, &err);
        return cli_end(cli, rc, &err, v, show_review);
    }
    char *behind = NULL;
    long long id = strtoll(words[1], &behind, 10);
    enum rc rc =
        cli->args.count == 3 && behind != words[1] && !*behind
            ? app_review_decide(cli->app, words[0], id, words[2], &v, &err)
            : err_set(&err, RC_INVALID, 0, "usage: lockstep review [LINK [NUMBER same|different]]");
    return cli_end(cli, rc, &err, v, show_review);
}

int cli_run_conflicts(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_conflict_list(cli->app, value(cli, "--link"), &v, &err);
    return cli_end(cli, rc, &err, v, show_conflicts);
}

int cli_run_held(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *link = value(cli, "--refuse");
    const char *only = value(cli, "--only");
    enum rc rc = link   ? app_held_refuse(cli->app, link, only, &v, &err)
                 : only ? err_set(&err, RC_INVALID, 0, "--only says what to --refuse LINK")
                        : app_held_list(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, link ? show_refused : show_held);
}

int cli_run_show(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_item_show(cli->app, cli->args.positional[0], value(cli, "--link"), &v, &err);
    return cli_end(cli, rc, &err, v, show_items);
}

int cli_run_unfit(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc =
        app_unfit_list(cli->app, cli->args.count ? cli->args.positional[0] : NULL, &v, &err);
    return cli_end(cli, rc, &err, v, show_unfit);
}

/* 0 if it is no number, of a run or a conflict. */
static int64_t run_number(const char *text)
{
    int64_t n = 0;
    for (; *text >= '0' && *text <= '9' && n < INT64_C(1000000000000); text++) {
        n = n * 10 + (*text - '0');
    }
    return *text ? 0 : n;
}

int cli_run_conflicts_choose(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *const *words = cli->args.positional;
    int64_t id = run_number(words[0]);
    const char *own = value(cli, "--own");
    bool force = value(cli, "--force") != NULL;
    enum rc rc;
    if (!id) {
        rc = err_set(&err, RC_INVALID, 0,
            "'%s' is not the number of a conflict: 'lockstep conflicts' lists them", words[0]);
    } else if ((own != NULL) == (cli->args.count > 1)) {
        rc = err_set(&err, RC_INVALID, 0,
            "say what both sides are to have: left, right, leave, or --own TEXT");
    } else {
        rc = own ? app_conflict_write(cli->app, id, own, force, &v, &err)
                 : app_conflict_choose(cli->app, id, words[1], force, &v, &err);
    }
    int code = rc == RC_OK ? (int)app_exit_of_sync(v) : 0;
    int failed = cli_end(cli, rc, &err, v, show_chosen);
    return failed ? failed : code;
}

int cli_run_history(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *what = cli->args.count ? cli->args.positional[0] : NULL;
    struct app_history request = {.run = what ? run_number(what) : 0, .item = value(cli, "--item")};
    if (what && request.item) {
        return cli_end(cli, err_set(&err, RC_INVALID, 0, "either LINK or RUN, or --item ITEM"),
            &err, NULL, NULL);
    }
    request.link = request.run ? NULL : what;
    enum rc rc = app_history(cli->app, &request, &v, &err);
    return cli_end(cli, rc, &err, v, show_history);
}

int cli_run_undo(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *run = cli->args.count ? cli->args.positional[0] : NULL;
    struct app_undo request = {
        .run = run ? run_number(run) : 0,
        .link = value(cli, "--link"),
        .since = value(cli, "--since"),
        .item = value(cli, "--item"),
        .force = value(cli, "--force") != NULL,
        .preview = value(cli, "--preview") != NULL,
    };
    enum rc rc;
    if (!run == !request.link || (request.since && !request.link)) {
        rc = err_set(&err, RC_INVALID, 0,
            "say which run to undo, or --link LINK, and with that perhaps --since");
    } else if (run && !request.run) {
        rc = err_set(&err, RC_INVALID, 0,
            "'%s' is not the number of a run: 'lockstep history' lists them", run);
    } else {
        rc = app_undo(cli->app, &request, &v, &err);
    }
    int code = rc == RC_OK ? (int)app_exit_of_sync(v) : 0;
    int failed = cli_end(cli, rc, &err, v, show_sync);
    return failed ? failed : code;
}

int cli_run_status(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_status(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_status);
}

int cli_run_state_check(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_state_check(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_state);
}

int cli_run_state_copies(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_state_copies(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_copies);
}

int cli_run_state_restore(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    const char *number = cli->args.count ? cli->args.positional[0] : "1";
    int n = number[0] >= '1' && number[0] <= '9' && !number[1] ? number[0] - '0' : 0;
    enum rc rc =
        n ? app_state_restore(cli->app, n, &v, &err)
          : err_set(&err, RC_INVALID, 0,
                "'%s' is not the number of a copy: 'lockstep state copies' lists them", number);
    return cli_end(cli, rc, &err, v, show_restored);
}

int cli_run_log(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct app_settings s = app_settings_get(cli->app);
    const char *wanted = cli->args.count > 1 ? cli->args.positional[1] : "";
    if (!cli->args.count) {
        printf("Debug logging is %s. The log is in %s\n", s.debug_logging ? "on" : "off",
            app_log_dir(cli->app));
        return 0;
    }
    if (cli->args.count == 1 && !str_eq(cli->args.positional[0], "debug")) {
        struct json *v = NULL;
        struct app_history item = {.item = cli->args.positional[0]};
        enum rc rc = app_history(cli->app, &item, &v, &err);
        return cli_end(cli, rc, &err, v, show_history);
    }
    if (!str_eq(cli->args.positional[0], "debug") ||
        (!str_eq(wanted, "on") && !str_eq(wanted, "off"))) {
        return cli_end(cli,
            err_set(&err, RC_INVALID, 0, "usage: lockstep log [ITEM | debug on|off]"), &err, NULL,
            NULL);
    }
    s.debug_logging = str_eq(wanted, "on");
    return cli_end(cli, app_settings_set(cli->app, &s, &err), &err, NULL, NULL);
}

/* One as it is, after it was set, or all. */
static struct json *wanted_settings(const struct app *app, const char *name)
{
    struct json *v = app_settings_list(app), *all = json_get(v, "settings");
    CLEANUP(json_free) struct json *only = name ? json_detach(all, name) : NULL;
    if (only) {
        json_set(v, "settings", json_object());
        json_set(json_get(v, "settings"), name, TAKE(only));
    }
    return v;
}

int cli_run_settings(struct cli *cli)
{
    struct err err = ERR_INIT;
    const char *name = cli->args.count ? cli->args.positional[0] : NULL;
    if (cli->args.count == 1) {
        return cli_end(cli, err_set(&err, RC_INVALID, 0, "usage: lockstep settings [NAME VALUE]"),
            &err, NULL, NULL);
    }
    enum rc rc = name ? app_settings_change(cli->app, name, cli->args.positional[1], &err) : RC_OK;
    return cli_end(
        cli, rc, &err, rc == RC_OK ? wanted_settings(cli->app, name) : NULL, show_settings);
}

int cli_run_check(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = value(cli, "--repair") ? app_check_repair(&err) : RC_OK;
    if (rc == RC_OK) {
        rc = app_check(cli->app, &v, &err);
    }
    bool ok = json_get_bool(v, "ok", false);
    int code = cli_end(cli, rc, &err, v, show_check);
    return code || ok ? code : APP_EXIT_ITEMS;
}

int cli_run_report(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_report(cli->app, cli->args.positional[0], &v, &err);
    return cli_end(cli, rc, &err, v, show_report);
}

int cli_run_version(struct cli *cli)
{
    (void)cli;
    printf("lockstep %s\n", LOCKSTEP_VERSION);
    return 0;
}

int cli_run_help(struct cli *cli)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = NULL;
    enum rc rc = cli_help(cli->args.positional, &text, &err);
    if (rc == RC_OK) {
        fputs(text, stdout);
    }
    return cli_end(cli, rc, &err, NULL, NULL);
}

static bool needs_app(const struct cli_command *c)
{
    return c->run != cli_run_version && c->run != cli_run_help && c->run != cli_run_watch;
}

/* What failed beside the work and not with it. */
static void tell_beside(const char *trouble, const char *what)
{
    if (trouble) {
        fprintf(stderr, "lockstep: %s: %s\n", what, trouble);
    }
}

int cli_run(const char **args)
{
    const char *help_args[] = {"help", NULL}, *version_args[] = {"version", NULL};
    if (!args[0] || str_eq(args[0], "--help") || str_eq(args[0], "-h")) {
        args = help_args;
    } else if (str_eq(args[0], "--version")) {
        args = version_args;
    }
    struct err err = ERR_INIT;
    struct cli cli = {0};
    enum rc rc = cli_args_parse(CLI_COMMANDS, args, &cli.args, &err);
    if (rc == RC_OK && needs_app(cli.args.command)) {
        rc = app_open(NULL, &cli.app, &err);
    }
    int code = rc == RC_OK ? cli.args.command->run(&cli) : cli_fail(&err);
    if (cli.app) {
        tell_beside(app_log_trouble(cli.app), "the log is not complete");
        tell_beside(app_copy_trouble(cli.app), "there is no new copy of the state file");
    }
    app_close(cli.app);
    err_fini(&err);
    return code;
}
