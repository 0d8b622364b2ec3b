/* Is everything as it must be? Looks at what a sync needs, one thing after the other, and says of each
 * in words what is wrong and what to do. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#ifdef _WIN32
#include "client/outlook/outlook.h"
#include "client/outlook/registered.h"
#endif

/* The check is borrowed from `checks`. */
static struct json *add(
    struct json *checks, const char *what, const char *name, bool ok, const char *text)
{
    struct json *v = json_object();
    json_set_str(v, "what", what);
    json_set_str(v, "name", name);
    json_set_bool(v, "ok", ok);
    json_set_str(v, "text", text);
    json_append(checks, v);
    return v;
}

static void check_program(struct json *checks)
{
    CLEANUP(mem_free) char *system = platform_describe();
    CLEANUP(mem_free) char *text = str_printf("Lockstep %s on %s", LOCKSTEP_VERSION, system);
    add(checks, "program", NULL, true, text);
}

/* Can files be written there? */
static void check_folder(struct app *app, struct json *checks)
{
    CLEANUP(mem_free) char *path = platform_path_join(app->home, "check.tmp");
    struct err err = ERR_INIT;
    enum rc rc = platform_file_write(path, "check", 5, &err);
    if (rc == RC_OK) {
        rc = platform_file_remove(path, &err);
    }
    const char *trouble = rc == RC_OK ? app_log_trouble(app) : err_text(&err);
    add(checks, "folder", NULL, !trouble, trouble ? trouble : app->home);
    err_fini(&err);
}

static void check_state(struct app *app, struct json *checks)
{
    CLEANUP(json_free) struct json *v = NULL;
    struct err err = ERR_INIT;
    bool ok = app_state_check(app, &v, &err) == RC_OK;
    CLEANUP(mem_free)
    char *text = ok ? str_printf("sound: %ld accounts, %ld links, %ld pairs of items",
                          (long)json_get_int(v, "accounts", 0), (long)json_get_int(v, "links", 0),
                          (long)json_get_int(v, "pairs", 0))
                    : mem_strdup(err_text(&err));
    add(checks, "state", NULL, ok, text);
    err_fini(&err);
}

/* How Outlook is reached here, where there is one; whether it answers, its account says. */
static void check_outlook(struct app *app, struct json *checks)
{
#ifdef _WIN32
    struct outlook_way way = outlook_way(app_settings_get(app).outlook_apart);
    CLEANUP(mem_free) char *host = str_printf("lockstep-host%u.exe", way.bits);
    CLEANUP(mem_free)
    char *text =
        way.missing
            ? str_printf("%u-bit Outlook: %s is not beside the program, install Lockstep again",
                  way.bits, host)
        : way.host ? str_printf("%u-bit Outlook, reached through %s", way.bits, host)
                   : str_printf("%u-bit Outlook, reached inside of Lockstep", way.bits);
    if (way.found.has_mapi) {
        add(checks, "outlook", NULL, !way.missing, text);
    }
#else
    (void)app;
    (void)checks;
#endif
}

/* The class for scripts, of this user and of the machine: nothing to say where nobody wants it. */
static void check_scripts(struct json *checks)
{
#ifdef _WIN32
    enum outlook_registered user = outlook_registered(true), machine = outlook_registered(false);
    bool bad = user == OUTLOOK_REGISTERED_BADLY || machine == OUTLOOK_REGISTERED_BADLY;
    if (user != OUTLOOK_NOT_REGISTERED || machine != OUTLOOK_NOT_REGISTERED) {
        struct json *check = add(checks, "scripts", NULL, !bad,
            bad ? "Lockstep.OutlookSession is registered for scripts, but what it names is missing"
                : "Lockstep.OutlookSession is registered for scripts");
        json_set(check, "repairable", bad ? json_bool(true) : NULL);
    }
#else
    (void)checks;
#endif
}

enum rc app_check_repair(struct err *err)
{
    enum rc rc = RC_OK;
#ifdef _WIN32
    for (int user = 0; user < 2 && rc == RC_OK; user++) {
        if (outlook_registered(user) == OUTLOOK_REGISTERED_BADLY) {
            rc = outlook_register(user, err);
        }
    }
#else
    (void)err;
#endif
    return rc;
}

static bool check_account(struct app *app, struct json *checks, struct state_account *account)
{
    struct store_folders folders CLEANUP_FINI(store_folders_fini) = {0};
    CLEANUP(json_free) struct json *found = NULL;
    struct err err = ERR_INIT;
    enum rc rc = app_store_folders(app, account, NULL, &folders, &err);
    if (rc == RC_OK) {
        rc = folders_summary(account, &folders, &found, &err);
    }
    if (rc != RC_UNSUPPORTED) {
        add(checks, "account", account->name, rc == RC_OK,
            rc == RC_OK ? json_get_str(found, "text") : err_text(&err));
    }
    err_fini(&err);
    return rc == RC_OK;
}

/* Outlook is looked at even before there is an account of it: that is when people ask. */
static void check_accounts(struct app *app, struct json *checks, struct state_accounts *accounts)
{
    bool outlook = false;
    for (size_t i = 0; i < accounts->count; i++) {
        check_account(app, checks, &accounts->items[i]);
        outlook |= str_eq(accounts->items[i].type, "outlook");
    }
    if (!outlook) {
        struct state_account account CLEANUP_FINI(state_account_fini) = {
            .name = mem_strdup("Outlook"), .type = mem_strdup("outlook")};
        check_account(app, checks, &account);
    }
}

static void check_links(struct app *app, struct json *checks)
{
    CLEANUP(json_free) struct json *status = NULL;
    if (app_status(app, &status, NULL) != RC_OK) {
        return; /* said of the state file already */
    }
    for (struct json *l = json_first(json_get(status, "links")); l; l = json_next(l)) {
        const struct json *last = json_get(l, "last");
        const char *rc = json_get_str(last, "rc");
        size_t problems = json_count(json_get(l, "problems"));
        bool ok = (!rc || str_eq(rc, "ok")) && !problems;
        CLEANUP(mem_free)
        char *text = problems ? str_printf("%zu items need you or could not be synced", problems)
                              : mem_strdup(rc ? json_get_str(last, "text") : "not synced yet");
        add(checks, "link", json_get_str(l, "name"), ok, text);
    }
}

enum rc app_check(struct app *app, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_object();
    struct json *checks = json_array();
    json_set(v, "checks", checks);
    struct state_accounts accounts CLEANUP_FINI(state_accounts_fini) = {0};
    struct state *state;
    check_program(checks);
    check_folder(app, checks);
    check_state(app, checks);
    check_outlook(app, checks);
    check_scripts(checks);
    struct err why = ERR_INIT;
    enum rc rc = app_state(app, &state, &why);
    if (rc == RC_BUSY) {
        err_fini(&why);
        return err_set(err, RC_BUSY, 0,
            "Lockstep is already at work on this data: try again when it has finished");
    }
    if (rc == RC_OK && state_accounts_load(state, &accounts, &why) == RC_OK) {
        check_accounts(app, checks, &accounts);
        check_links(app, checks);
    }
    err_fini(&why); /* a damaged state file is one of the things found */
    bool ok = true;
    for (struct json *c = json_first(checks); c; c = json_next(c)) {
        ok &= json_get_bool(c, "ok", false);
    }
    json_set_bool(v, "ok", ok);
    *ret = TAKE(v);
    return RC_OK;
}
