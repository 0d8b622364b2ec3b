/* When a link is synced by itself: how often, whether at once after a change in Outlook, whether on
 * battery and on metered connections. Kept in the link's settings; what was never set is not there. What
 * follows from it is decided in schedule.c. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/remote/dav/dav.h"

#include <string.h>

#define HAND    "hand"
#define DEFAULT "default"

static const char *const SWITCHES[] = {"on_change", "on_battery", "on_metered"};

bool app_minutes_parse(const char *text, long *ret)
{
    char *end;
    long value = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : 0;
    if (value < APP_EVERY_MIN || value > APP_EVERY_MAX || *end) {
        return false;
    }
    *ret = value;
    return true;
}

static enum rc set_every(struct json *settings, const char *text, struct err *err)
{
    long minutes = APP_EVERY_HAND;
    if (str_eq(text, DEFAULT)) {
        json_set(settings, "every", NULL);
        return RC_OK;
    }
    if (!str_eq(text, HAND) && !app_minutes_parse(text, &minutes)) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is no interval: %d to %d minutes, 'hand' (only when you ask), or 'default'", text,
            APP_EVERY_MIN, APP_EVERY_MAX);
    }
    json_set_int(settings, "every", minutes);
    return RC_OK;
}

static enum rc set_switch(
    struct json *settings, const char *member, const char *word, struct err *err)
{
    if (!str_eq(word, "yes") && !str_eq(word, "no")) {
        return err_set(err, RC_INVALID, 0, "'%s' is not yes or no", word);
    }
    json_set(settings, member, str_eq(word, "yes") ? NULL : json_bool(false));
    return RC_OK;
}

static const struct state_account *account_of(const struct state_accounts *accounts, int64_t id)
{
    for (size_t i = 0; i < accounts->count; i++) {
        if (accounts->items[i].id == id) {
            return &accounts->items[i];
        }
    }
    return NULL;
}

/* The side whose changes are told to us as they happen; -1: neither. */
static int watched_side(const struct state_accounts *accounts, const struct state_link *link)
{
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        const struct state_account *a = account_of(accounts, link->side[s].account);
        if (a && str_eq(a->type, "outlook")) {
            return s;
        }
    }
    return -1;
}

/* May the server of this side tell of changes by itself? Whether it does is known when it is asked. */
static bool is_pushed(
    const struct state_accounts *accounts, const struct state_link *link, enum side side)
{
    const struct state_account *a = account_of(accounts, link->side[side].account);
    return a && str_eq(a->type, "jmap");
}

/* Is there a side that tells of changes? */
static bool is_told(const struct state_accounts *accounts, const struct state_link *link)
{
    return watched_side(accounts, link) >= 0 || is_pushed(accounts, link, SIDE_LEFT) ||
           is_pushed(accounts, link, SIDE_RIGHT);
}

enum rc link_set_when(struct state_link *link, const struct state_accounts *accounts,
    const struct app_when *when, struct err *err)
{
    const char *const words[] = {when->on_change, when->on_battery, when->on_metered};
    CLEANUP(json_free) struct json *settings = link_settings(link);
    bool any = when->every != NULL;
    enum rc rc = when->every ? set_every(settings, when->every, err) : RC_OK;
    if (rc == RC_OK && when->on_change && !is_told(accounts, link)) {
        return err_set(err, RC_INVALID, 0,
            "neither side of this link is in Outlook or on a server by JMAP, so nothing tells of "
            "changes: say --every");
    }
    for (size_t i = 0; i < ARRAY_LEN(words) && rc == RC_OK; i++) {
        if (words[i]) {
            rc = set_switch(settings, SWITCHES[i], words[i], err);
            any = true;
        }
    }
    if (rc == RC_OK && any) {
        link_settings_put(link, settings);
    }
    return rc;
}

void link_when_json(
    const struct state_link *link, const struct state_accounts *accounts, struct json *v)
{
    CLEANUP(json_free) struct json *settings = link_settings(link);
    int64_t every = json_get_int(settings, "every", APP_EVERY_DEFAULT);
    CLEANUP(mem_free) char *minutes = str_printf("%ld", (long)every);
    json_set_str(v, "every",
        every == APP_EVERY_HAND      ? HAND
        : every == APP_EVERY_DEFAULT ? DEFAULT
                                     : minutes);
    bool tells = is_told(accounts, link);
    for (size_t i = tells ? 0 : 1; i < ARRAY_LEN(SWITCHES); i++) {
        json_set_bool(v, SWITCHES[i], json_get_bool(settings, SWITCHES[i], true));
    }
    struct json *wanted = json_array();
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        const struct state_account *a = account_of(accounts, link->side[s].account);
        if (a && rejected_for_good(a)) {
            json_append(wanted, json_str(a->name));
        }
    }
    if (json_count(wanted)) {
        json_set(v, "password_wanted", wanted);
    } else {
        json_free(wanted);
    }
}

/* Does it take a network to reach this account? */
static bool is_far(const struct state_account *a)
{
    return a && account_is_on_server(a->type) && !dav_is_here(a->url);
}

static struct json *plan_link(const struct state_accounts *accounts, const struct state_link *link)
{
    struct json *v = link_json(accounts, link);
    int side = watched_side(accounts, link);
    json_set_bool(v, "network",
        is_far(account_of(accounts, link->side[SIDE_LEFT].account)) ||
            is_far(account_of(accounts, link->side[SIDE_RIGHT].account)));
    if (side >= 0) {
        json_set_str(v, "watched", side_name((enum side)side));
    }
    struct json *pushed = json_array();
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        if (is_pushed(accounts, link, (enum side)s)) {
            json_append(pushed, json_str(side_name((enum side)s)));
        }
    }
    if (json_count(pushed)) {
        json_set(v, "pushed", pushed);
    } else {
        json_free(pushed);
    }
    return v;
}

/* What it takes to listen to an account without the state file. No secrets. */
static struct json *plan_account(const struct state_account *a)
{
    CLEANUP(json_free) struct json *settings = account_settings(a);
    struct json *v = json_object();
    json_set_str(v, "name", a->name);
    json_set_str(v, "type", a->type);
    json_set_str(v, "url", a->url);
    json_set_str(v, "user", a->user);
    json_set_str(v, "ca_file", json_get_str(settings, "ca_file"));
    json_set_bool(v, "allow_http", json_get_bool(settings, "allow_http", false));
    json_set_str(v, "sign_in", json_get_str(settings, "sign_in"));
    json_set_int(v, "timeout", json_get_int(settings, "timeout", 0));
    return v;
}

enum rc app_schedule_plan(struct app *app, struct json **ret, struct err *err)
{
    struct known k CLEANUP_FINI(known_fini) = {0};
    enum rc rc = known_load(app, &k, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < k.links.count; i++) {
        json_append(list, plan_link(&k.accounts, &k.links.items[i]));
    }
    struct json *accounts = json_array();
    for (size_t i = 0; i < k.accounts.count; i++) {
        if (str_eq(k.accounts.items[i].type, "jmap")) {
            json_append(accounts, plan_account(&k.accounts.items[i]));
        }
    }
    *ret = json_object();
    json_set(*ret, "accounts", accounts);
    json_set_int(*ret, "interval_minutes", app_settings_get(app).interval_minutes);
    json_set(*ret, "links", list);
    return RC_OK;
}
