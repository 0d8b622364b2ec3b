/* The commands by which accounts and links come from elsewhere: what an administrator has set up, another
 * program's profiles, a file from another computer. */
#include "client/cli/cli.h"

#include "client/base/buf.h"
#include "client/cli/show.h"
#include "client/platform/platform.h"

#include <string.h>

int cli_run_preset(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_preset_get(cli->app, &v, &err);
    return cli_end(cli, rc, &err, v, show_preset);
}

static enum rc preset_secret(
    const struct cli *cli, const struct json *preset, char **ret, struct err *err)
{
    const char *way = json_get_str(preset, "sign_in");
    if (str_eq(way, "windows") || str_eq(way, "oauth")) {
        return RC_OK;
    }
    return cli_secret(cli, str_eq(way, "token") ? "Access token" : "Password",
        json_get_str(preset, "account"), ret, err);
}

int cli_run_preset_apply(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    CLEANUP(json_free) struct json *preset = NULL;
    CLEANUP(platform_secret_free) char *password = NULL;
    enum rc rc = app_preset_get(cli->app, &preset, &err);
    if (rc == RC_OK) {
        rc = preset_secret(cli, preset, &password, &err);
    }
    if (rc == RC_OK) {
        struct app_consent consent = cli_consent(cli);
        rc = app_preset_apply(cli->app, password, &consent, &v, &err);
    }
    return cli_end(cli, rc, &err, v, show_preset_result);
}

int cli_run_export(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_export(cli->app, cli->args.positional[0], &v, &err);
    return cli_end(cli, rc, &err, v, show_export);
}

#define IMPORT_MAX 32 /* accounts whose passwords can be asked for at a time */

/* Asks for that of each; the caller frees what is there, also after a failure. */
static enum rc get_passwords(const struct cli *cli, const struct json *wanted,
    struct app_password *ret, size_t *ret_count, struct err *err)
{
    enum rc rc = RC_OK;
    char *first = NULL;
    for (const struct json *n = json_first(wanted); n && rc == RC_OK && *ret_count < IMPORT_MAX;
         n = json_next(n)) {
        bool again = first && cli_args_value(&cli->args, "--password-stdin"); /* one for all */
        char *password = again ? mem_strdup(first) : NULL;
        rc = again ? RC_OK : cli_password(cli, json_str_value(n), &password, err);
        if (rc == RC_OK) {
            first = password;
            ret[(*ret_count)++] = (struct app_password){json_str_value(n), password};
        }
    }
    return rc;
}

/* What an earlier part of the same has done, before what this one has. */
static void prepend(struct json *v, const struct json *earlier, const char *member)
{
    struct json *list = json_array();
    const struct json *parts[] = {json_get(earlier, member), json_get(v, member)};
    for (int i = 0; i < 2; i++) {
        for (const struct json *n = json_first(parts[i]); n; n = json_next(n)) {
            json_append(list, json_dup(n));
        }
    }
    json_set(v, member, list);
}

int cli_run_import(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    CLEANUP(json_free) struct json *first = NULL;
    struct app_password passwords[IMPORT_MAX] = {{0}};
    size_t count = 0;
    const char *path = cli->args.positional[0];
    enum rc rc = app_import(cli->app, path, NULL, 0, &first, &err);
    const struct json *wanted = json_get(first, "password_wanted");
    if (rc == RC_OK && json_count(wanted)) {
        rc = get_passwords(cli, wanted, passwords, &count, &err);
        if (rc == RC_OK) {
            rc = app_import(cli->app, path, passwords, count, &v, &err);
        }
        if (rc == RC_OK) {
            prepend(v, first, "accounts");
            prepend(v, first, "links");
        }
    } else {
        v = json_dup(first);
    }
    for (size_t i = 0; i < count; i++) {
        platform_secret_free((char *)(uintptr_t)passwords[i].password);
    }
    bool failed = json_count(json_get(v, "failed")) > 0;
    int code = cli_end(cli, rc, &err, v, show_import);
    return rc == RC_OK && failed ? (int)APP_EXIT_ITEMS : code;
}

int cli_run_migrate(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    enum rc rc = app_migrate_list(cli_args_value(&cli->args, "--from"), &v, &err);
    return cli_end(cli, rc, &err, v, show_migrate);
}

/* Has one of the profiles failed in this way, or (-1) in any? */
static bool has_rc(const struct json *v, int rc)
{
    for (const struct json *p = json_first(json_get(v, "profiles")); p; p = json_next(p)) {
        const char *name = json_get_str(p, "rc");
        if (name && (rc < 0 || str_eq(name, rc_name((enum rc)rc)))) {
            return true;
        }
    }
    return false;
}

int cli_run_migrate_apply(struct cli *cli)
{
    struct err err = ERR_INIT;
    struct json *v = NULL;
    CLEANUP(platform_secret_free) char *password = NULL;
    const char *from = cli_args_value(&cli->args, "--from");
    const char *profile = cli->args.count ? cli->args.positional[0] : NULL;
    enum rc rc = app_migrate_apply(cli->app, from, profile, NULL, &v, &err);
    if (rc == RC_OK && has_rc(v, RC_AUTH)) { /* what is linked by now stays */
        json_free(TAKE(v));
        rc = cli_password(cli, "the server", &password, &err);
        if (rc == RC_OK) {
            rc = app_migrate_apply(cli->app, from, profile, password, &v, &err);
        }
    }
    bool whole = rc == RC_OK && !has_rc(v, -1);
    int code = cli_end(cli, rc, &err, v, show_migrated);
    return rc == RC_OK && !whole ? (int)APP_EXIT_ITEMS : code;
}
