/* The commands about accounts. */
#include "client/cli/cli.h"

#include "client/base/buf.h"
#include "client/cli/show.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <string.h>

static const char *value(const struct cli *cli, const char *option)
{
    return cli_args_value(&cli->args, option);
}

/* What goes with --url only. */
static bool says_more(const struct cli *cli)
{
    static const char *const OPTIONS[] = {"--user", "--sign-in", "--browser", "--ca-file",
        "--allow-http", "--jmap", "--password-stdin"};
    for (size_t i = 0; i < ARRAY_LEN(OPTIONS); i++) {
        if (value(cli, OPTIONS[i])) {
            return true;
        }
    }
    return false;
}

/* To standard error, as standard output may be read by a program. */
static void show_page(void *user, const char *url, const char *code)
{
    (void)user;
    if (code) {
        fprintf(
            stderr, "Open this page on any device, and type the code %s there:\n  %s\n", code, url);
    } else {
        fprintf(stderr, "Sign in on this page, in a browser on this computer:\n  %s\n", url);
        platform_browse(url);
    }
    fflush(stderr);
}

struct app_consent cli_consent(const struct cli *cli)
{
    return (struct app_consent){.show = show_page, .device = !value(cli, "--browser")};
}

/* What the sign-in of a server takes from whoever adds it: a password, a token, or nothing. */
static enum rc ask_secret(
    const struct cli *cli, const struct app_account *account, char **ret, struct err *err)
{
    const char *way = account->sign_in;
    bool none = str_eq(way, "windows") || str_eq(way, "oauth");
    if (none && value(cli, "--password-stdin")) {
        return err_set(err, RC_INVALID, 0, "with --sign-in %s there is no password", way);
    }
    if (str_eq(way, "token")) {
        return cli_secret(cli, "Access token", account->name, ret, err);
    }
    bool password = str_empty(way) || str_eq(way, "password");
    return password && account->user ? cli_password(cli, account->user, ret, err) : RC_OK;
}

int cli_run_account_add(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *found = NULL;
    CLEANUP(platform_secret_free) char *secret = NULL;
    const char *url = value(cli, "--url"), *dir = value(cli, "--dir"),
               *outlook = value(cli, "--outlook");
    if (!!url + !!dir + !!outlook != 1) {
        return cli_end(cli,
            err_set(&err, RC_INVALID, 0, "say what it is: one of --url URL, --dir PATH, --outlook"),
            &err, NULL, NULL);
    }
    struct app_account account = {
        .name = cli->args.positional[0],
        .type = url && value(cli, "--jmap") ? "jmap"
                : url                       ? APP_SERVER
                : dir                       ? "vdir"
                                            : "outlook",
        .url = url ? url : dir,
        .user = value(cli, "--user"),
        .sign_in = value(cli, "--sign-in"),
        .ca_file = value(cli, "--ca-file"),
        .allow_http = value(cli, "--allow-http") != NULL,
        .unchecked = value(cli, "--no-check") != NULL,
    };
    struct app_consent consent = cli_consent(cli);
    account.consent = account.unchecked ? NULL : &consent;
    enum rc rc = RC_OK;
    if (!url && says_more(cli)) {
        rc = err_set(&err, RC_INVALID, 0,
            "--user, --sign-in, --browser, --password-stdin, --ca-file, --allow-http and --jmap go "
            "with --url "
            "only");
    } else if (url) {
        rc = ask_secret(cli, &account, &secret, &err);
        account.password = secret;
    }
    if (rc == RC_OK && value(cli, "--test")) {
        rc = app_account_try(cli->app, &account, &found, &err);
        enum rc what = rc == RC_OK ? rc_from_name(json_get_str(found, "rc")) : RC_OK;
        int code = cli_end(cli, rc, &err, found, show_trial);
        return what == RC_OK ? code : (int)app_exit_of(what);
    }
    if (rc == RC_OK) {
        rc = app_account_add(cli->app, &account, &found, &err);
    }
    return cli_end(cli, rc, &err, found, show_found);
}

int cli_run_account_password(struct cli *cli)
{
    struct err err = ERR_INIT;
    CLEANUP(platform_secret_free) char *password = NULL;
    enum rc rc = cli_password(cli, cli->args.positional[0], &password, &err);
    if (rc == RC_OK) {
        rc = app_account_set_password(cli->app, cli->args.positional[0], password, &err);
    }
    return cli_end(cli, rc, &err, NULL, NULL);
}

int cli_run_account_check(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *found = NULL;
    enum rc rc = app_account_check(cli->app, cli->args.positional[0], &found, &err);
    return cli_end(cli, rc, &err, found, show_found);
}

int cli_run_account_addresses(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_account_set_addresses(
        cli->app, cli->args.positional[0], cli->args.positional + 1, cli->args.count - 1, &v, &err);
    return cli_end(cli, rc, &err, v, show_addresses);
}

int cli_run_account_list(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_account_list(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_accounts);
}

int cli_run_account_remove(struct cli *cli)
{
    struct err err = ERR_INIT;
    enum rc rc = app_account_remove(cli->app, cli->args.positional[0], &err);
    return cli_end(cli, rc, &err, NULL, NULL);
}

int cli_run_account_sign_in(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *found = NULL;
    struct app_consent consent = cli_consent(cli);
    enum rc rc = app_account_sign_in(cli->app, cli->args.positional[0], &consent, &found, &err);
    return cli_end(cli, rc, &err, found, show_found);
}
