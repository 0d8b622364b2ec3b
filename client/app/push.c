/* Listening to servers, one thread for all of them: each store is waited for in turn. See push.h. */
#include "client/app/push.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define TURN_MS    500  /* all waits of a round together: so often at least somebody may stop it */
#define PAUSE_MS   200  /* while nothing is listened to */
#define SECRET_MS  5000 /* so often we look whether there is another password */
#define WARN_AFTER 3    /* failures in a row: no mere hiccup any more */
#define STATUS     "push.json"
#define STATUS_MAX ((size_t)1 << 20)

struct listened {
    const struct json *account; /* borrowed, as the next two are from the plan */
    const char *name;
    const char **links;          /* owned array; by folder */
    struct store_watch *folders; /* owned */
    bool *changed;               /* owned; by folder */
    size_t count;
    struct store *store; /* owned; NULL: not opened */
    char *secret;        /* owned; the password it was opened with, or NULL */
    bool refused;        /* that one is not to be sent again */
    int64_t due;         /* ticks; not before */
    int64_t begun;       /* ticks; 0: it is not listened to */
    unsigned failures;   /* in a row */
    const char *how;     /* as said last; NULL: nothing yet */
    char *why;           /* owned */
};

/* ---- what is pure ---- */

int64_t push_wait_ms(unsigned failures, int64_t again, int64_t asked, uint64_t chance)
{
    unsigned doublings = failures > 10 ? 10 : failures ? failures - 1 : 0;
    int64_t first = again > 0 ? again : PUSH_FIRST;
    int64_t wait = first < PUSH_MOST ? first << doublings : first;
    int64_t most = first > PUSH_MOST ? first : PUSH_MOST;
    wait = (wait < most ? wait : most) * 1000;
    wait = wait / 2 + (int64_t)(chance % (uint64_t)(wait + 1)); /* half more or less */
    if (asked > 0) {                                            /* it asks all others, too */
        asked = (asked < PUSH_ASKED_MOST ? asked : PUSH_ASKED_MOST) * 1000;
        int64_t spread = asked < 300000 ? asked : 300000;
        int64_t then = asked + (int64_t)(chance % (uint64_t)(spread + 1));
        wait = then > wait ? then : wait;
    }
    return wait;
}

static bool is_named(const struct json *names, const char *name)
{
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        if (str_eq(json_str_value(n), name)) {
            return true;
        }
    }
    return false;
}

static void plan_side(
    struct json *list, const struct json *link, const char *side, const char *account)
{
    const struct json *of = json_get(link, side);
    if (is_named(json_get(link, "pushed"), side) && str_eq(json_get_str(of, "account"), account)) {
        struct json *v = json_object();
        json_set_str(v, "name", json_get_str(link, "name"));
        json_set_str(v, "kind", json_get_str(link, "kind"));
        json_set_str(v, "folder", json_get_str(of, "id"));
        json_append(list, v);
    }
}

struct json *push_plan(const struct json *plan, const struct json *links)
{
    struct json *ret = json_object(), *accounts = json_array();
    json_set(ret, "accounts", accounts);
    for (const struct json *a = json_first(json_get(plan, "accounts")); a; a = json_next(a)) {
        struct json *list = json_array();
        for (const struct json *l = json_first(json_get(plan, "links")); l; l = json_next(l)) {
            if (is_named(links, json_get_str(l, "name"))) {
                plan_side(list, l, "left", json_get_str(a, "name"));
                plan_side(list, l, "right", json_get_str(a, "name"));
            }
        }
        if (json_count(list)) {
            struct json *v = json_dup(a);
            json_set(v, "links", list);
            json_append(accounts, v);
        } else {
            json_free(list);
        }
    }
    return ret;
}

/* ---- how it is, for others ---- */

static char *status_path(const char *home)
{
    return platform_path_join(home, STATUS);
}

struct json *push_status(const char *home)
{
    CLEANUP(mem_free) char *path = status_path(home);
    CLEANUP(mem_free) char *text = NULL;
    size_t len = 0;
    struct json *v = NULL;
    if (platform_file_read(path, STATUS_MAX, &text, &len, NULL) != RC_OK ||
        json_parse(text, len, &v, NULL) != RC_OK || !json_is_array(v)) {
        json_free(v);
        return json_array();
    }
    return v;
}

/* `how` NULL: it is no longer listened to. Trouble with the file keeps nobody from listening. */
static void status_put(const char *home, const char *account, const char *how, const char *why)
{
    CLEANUP(json_free) struct json *before = push_status(home);
    CLEANUP(json_free) struct json *after = json_array();
    CLEANUP(mem_free) char *path = status_path(home);
    struct err err = ERR_INIT;
    for (const struct json *v = json_first(before); v; v = json_next(v)) {
        if (!str_eq(json_get_str(v, "account"), account)) {
            json_append(after, json_dup(v));
        }
    }
    if (how) {
        struct json *v = json_object();
        json_set_str(v, "account", account);
        json_set_str(v, "how", how);
        json_set_str(v, "why", why);
        json_set_int(v, "since", platform_now());
        json_append(after, v);
    }
    CLEANUP(mem_free) char *text = json_print(after);
    enum rc rc = json_count(after) ? platform_file_write(path, text, strlen(text), &err)
                                   : platform_file_remove(path, &err);
    (void)rc;
    err_fini(&err);
}

/* The log is not kept open: it could not be rotated. */
static void say(const struct app_push *push, struct listened *l, enum log_level level,
    const char *how, const char *why)
{
    CLEANUP(app_close) struct app *app = NULL;
    bool same = str_eq(l->how, how) && str_eq(l->why, why);
    if (app_open(NULL, &app, NULL) == RC_OK) {
        log_line(app_log(app), same ? LOG_LEVEL_DEBUG : level, "push", "account '%s': %s%s%s",
            l->name, how, why ? ": " : "", why ? why : "");
        if (!same) {
            status_put(app_home(app), l->name, how, why);
        }
    }
    if (!same && push->said) {
        push->said(push->user, l->name, how, why);
    }
    l->how = how;
    str_replace(&l->why, why);
}

/* ---- one account ---- */

static void listened_init(struct listened *l, const struct json *account)
{
    const struct json *links = json_get(account, "links");
    size_t count = json_count(links);
    *l = (struct listened){.account = account,
        .name = json_get_str(account, "name"),
        .links = mem_alloc((count + 1) * sizeof *l->links),
        .folders = mem_alloc((count + 1) * sizeof *l->folders),
        .changed = mem_alloc((count + 1) * sizeof *l->changed)};
    for (const struct json *v = json_first(links); v; v = json_next(v)) {
        l->links[l->count] = json_get_str(v, "name");
        l->folders[l->count++] = (struct store_watch){json_get_str(v, "folder"),
            (enum item_kind)item_kind_from_name(json_get_str(v, "kind"))};
    }
}

static void listened_fini(struct listened *l)
{
    store_free(l->store);
    free(l->links);
    free(l->folders);
    free(l->changed);
    free(l->why);
    platform_secret_free(l->secret);
}

/* `all`: whatever it says. */
static void tell(const struct app_push *push, const struct listened *l, bool all)
{
    CLEANUP(json_free) struct json *names = json_array();
    for (size_t i = 0; i < l->count; i++) {
        if (all || l->changed[i]) {
            json_append(names, json_str(l->links[i]));
        }
    }
    if (json_count(names)) {
        push->changed(push->user, names);
    }
}

static enum rc open_store(struct listened *l, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    CLEANUP(platform_secret_free) char *secret = NULL;
    enum rc rc = app_open(NULL, &app, err);
    if (rc == RC_OK) {
        rc = app_store_listening(app, l->account, &l->store, &secret, err);
    }
    if (rc == RC_OK) {
        platform_secret_free(l->secret);
        l->secret = TAKE(secret);
    }
    return rc;
}

/* After a password was refused: is there another one by now? */
static bool has_new_secret(const struct listened *l)
{
    CLEANUP(app_close) struct app *app = NULL;
    CLEANUP(platform_secret_free) char *secret = NULL;
    return app_open(NULL, &app, NULL) == RC_OK &&
           secret_load(app_home(app), l->name, &secret, NULL) == RC_OK &&
           !str_eq(secret, l->secret);
}

static void broke_off(const struct app_push *push, struct listened *l, int64_t now, const char *why)
{
    struct store_trouble t = store_trouble(l->store);
    int64_t asked = t.asked ? t.asked - platform_now() : 0;
    uint64_t chance;
    platform_random(&chance, sizeof chance);
    bool lived = l->begun && now - l->begun >= PUSH_LIVED * 1000;
    l->failures = lived ? 1 : l->failures + 1;
    l->due = now + push_wait_ms(l->failures, t.again, asked, chance);
    say(push, l, l->failures >= WARN_AFTER ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "waiting", why);
}

/* It does not tell, or nothing that can be read: no matter of minutes. */
static bool is_hopeless(enum rc rc)
{
    return rc == RC_UNSUPPORTED || rc == RC_TOO_BIG || rc == RC_INVALID || rc == RC_REFUSED ||
           rc == RC_NOT_FOUND || rc == RC_READONLY;
}

static void ended(const struct app_push *push, struct listened *l, const struct err *err)
{
    int64_t now = platform_ticks_ms();
    l->refused = err->rc == RC_AUTH;
    if (l->refused) {
        l->due = now + SECRET_MS;
        say(push, l, LOG_LEVEL_WARN, "polling", err_text(err));
    } else if (is_hopeless(err->rc)) {
        l->due = now + (int64_t)PUSH_ASK_AGAIN * 1000;
        say(push, l, LOG_LEVEL_INFO, "polling", err_text(err));
    } else {
        broke_off(push, l, now, err_text(err));
    }
    l->begun = 0;
    if (l->refused || is_hopeless(err->rc)) {
        store_free(TAKE(l->store)); /* else it is kept for what it knows: the last event's id */
    }
}

static void listen(const struct app_push *push, struct listened *l, long milliseconds)
{
    struct err err = ERR_INIT;
    bool began = false;
    enum rc rc = l->store ? RC_OK : open_store(l, &err);
    if (rc == RC_OK) {
        rc = l->store->vtbl->watch(
            l->store, l->folders, l->count, milliseconds, l->changed, &began, &err);
        tell(push, l, began);
    }
    if (began) {
        l->begun = platform_ticks_ms();
        say(push, l, LOG_LEVEL_INFO, "listening", NULL);
    }
    if (l->begun && platform_ticks_ms() - l->begun >= PUSH_LIVED * 1000) {
        l->failures = 0;
    }
    if (rc != RC_OK) {
        ended(push, l, &err);
    }
    err_fini(&err);
}

/* A refused password is looked at on the disk only. */
static bool is_due(struct listened *l)
{
    int64_t now = platform_ticks_ms();
    if (now < l->due) {
        return false;
    }
    if (l->refused) {
        l->refused = !has_new_secret(l);
        l->due = l->refused ? now + SECRET_MS : 0;
    }
    return !l->refused;
}

void app_push_run(const struct app_push *push)
{
    const struct json *accounts = json_get(push->plan, "accounts");
    size_t count = json_count(accounts);
    struct listened *all = mem_alloc((count + 1) * sizeof *all);
    for (size_t i = 0; i < count; i++) {
        listened_init(&all[i], json_at(accounts, i));
    }
    while (!push->stopping(push->user)) {
        size_t due = 0;
        for (size_t i = 0; i < count; i++) {
            due += is_due(&all[i]);
        }
        for (size_t i = 0; i < count && due; i++) {
            if (is_due(&all[i])) {
                listen(push, &all[i], TURN_MS / (long)due);
            }
        }
        if (!due) {
            platform_sleep_ms(PAUSE_MS);
        }
    }
    CLEANUP(app_close) struct app *app = NULL;
    bool open = app_open(NULL, &app, NULL) == RC_OK;
    for (size_t i = 0; i < count; i++) {
        if (open) {
            status_put(app_home(app), all[i].name, NULL, NULL);
        }
        listened_fini(&all[i]);
    }
    free(all);
}
