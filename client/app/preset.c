/* What an administrator has set up: a server, the user's name there, and what of Outlook is to be kept
 * in step with it (installer/README.md). Only the password is asked for. It is carried out once for each
 * server: what the user unlinks afterwards stays unlinked. */
#include "client/app/guess.h"
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define DONE_MAX ((size_t)1 << 16)
#define KINDS    "contacts,calendar,tasks"

/* Enforced before default; NULL: neither, or empty. */
static char *value(const char *name)
{
    for (int enforced = 1; enforced >= 0; enforced--) {
        CLEANUP(json_free) struct json *all = platform_policy(enforced);
        const char *text = json_get_str(all, name);
        if (!str_empty(text)) {
            return platform_expand(text);
        }
    }
    return NULL;
}

/* ---- which servers' presets have been carried out: {"done":[url]} ---- */

static char *done_path(const struct app *app)
{
    return platform_path_join(app->home, "preset.json");
}

/* A file that cannot be read counts as none: to carry out a preset twice finds what is there. */
static struct json *done_load(const struct app *app)
{
    CLEANUP(mem_free) char *path = done_path(app);
    CLEANUP(mem_free) char *text = NULL;
    struct json *v = NULL;
    size_t len;
    struct err err = ERR_INIT;
    if (platform_file_exists(path) &&
        (platform_file_read(path, DONE_MAX, &text, &len, &err) != RC_OK ||
            json_parse(text, len, &v, &err) != RC_OK)) {
        v = NULL;
    }
    err_fini(&err);
    return v ? v : json_object();
}

static bool is_done(const struct app *app, const char *url)
{
    CLEANUP(json_free) struct json *v = done_load(app);
    for (const struct json *u = json_first(json_get(v, "done")); u; u = json_next(u)) {
        if (str_eq(json_str_value(u), url)) {
            return true;
        }
    }
    return false;
}

static enum rc note_done(const struct app *app, const char *url, struct err *err)
{
    CLEANUP(json_free) struct json *v = done_load(app);
    struct json *done = json_dup(json_get(v, "done"));
    done = done ? done : json_array();
    json_append(done, json_str(url));
    json_set(v, "done", done);
    CLEANUP(mem_free) char *path = done_path(app);
    CLEANUP(mem_free) char *text = json_print_pretty(v);
    return platform_file_write(path, text, strlen(text), err);
}

/* ---- what there is ---- */

static enum rc add_links(struct json *preset, const char *words, struct err *err)
{
    struct json *links = json_array();
    json_set(preset, "links", links);
    for (const char *p = words; *p;) {
        size_t len = strcspn(p, ", ");
        CLEANUP(mem_free) char *word = mem_strndup(p, len);
        if (len && !str_eq(word, "contacts") && !str_eq(word, "calendar") &&
            !str_eq(word, "tasks") && !str_eq(word, "notes")) {
            return err_set(err, RC_INVALID, 0,
                "the value 'Links' set up by your administrator has '%s': contacts, calendar, "
                "tasks "
                "and notes can be linked",
                word);
        }
        if (len) {
            json_append(links, json_str(word));
        }
        p += len + strspn(p + len, ", ");
    }
    return RC_OK;
}

enum rc app_preset_get(struct app *app, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *typed = value("ServerUrl");
    CLEANUP(mem_free) char *user = value("ServerUser");
    CLEANUP(mem_free) char *name = value("AccountName");
    CLEANUP(mem_free) char *words = value("Links");
    CLEANUP(mem_free) char *sign_in = value("ServerSignIn");
    enum sign_in_way way = SIGN_IN_PASSWORD;
    struct guess g CLEANUP_FINI(guess_fini) = {0};
    if (!typed) {
        return err_set(err, RC_NOT_FOUND, 0, "no server has been set up by an administrator");
    }
    enum rc rc = guess_server(typed, &g, err);
    if (rc != RC_OK) {
        err_prefix(err, "the server set up by your administrator");
        return rc;
    }
    rc = sign_in_parse(sign_in, &way, err);
    if (rc != RC_OK) {
        return err_prefix(err, "the value 'ServerSignIn' set up by your administrator");
    }
    CLEANUP(json_free) struct json *v = json_object();
    json_set_str(v, "account", name ? name : g.name);
    json_set_str(v, "url", g.url);
    json_set_str(v, "user", user ? user : g.user);
    json_set_str(v, "sign_in", sign_in_name(way));
    json_set_bool(v, "done", is_done(app, g.url));
    rc = add_links(v, words ? words : KINDS, err);
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}

/* ---- carrying it out ---- */

static enum rc need_server(struct app *app, const struct json *preset, const char *password,
    const struct app_consent *consent, struct err *err)
{
    const char *name = json_get_str(preset, "account"), *url = json_get_str(preset, "url");
    struct state_account there CLEANUP_FINI(state_account_fini) = {0};
    CLEANUP(json_free) struct json *found = NULL;
    if (app_account_find(app, name, &there, NULL) == RC_OK) { /* an attempt that broke off */
        if (!str_eq(there.url, url)) {
            return err_set(err, RC_CONFLICT, 0,
                "there is an account '%s' for another server already: %s", name, there.url);
        }
        if (consent) {
            return app_account_sign_in(app, name, consent, &found, err);
        }
        enum rc rc = password ? app_account_set_password(app, name, password, err) : RC_OK;
        return rc == RC_OK ? app_account_check(app, name, &found, err) : rc;
    }
    struct app_account account = {.name = name,
        .type = APP_SERVER,
        .url = url,
        .user = json_get_str(preset, "user"),
        .sign_in = json_get_str(preset, "sign_in"),
        .password = password,
        .consent = consent,
        .allow_http = strncmp(url, "http:", 5) == 0}; /* the administrator has said so */
    return app_account_add(app, &account, &found, err);
}

/* What the server does not have, or what is linked already, stops none of the others. */
static void make_links(
    struct app *app, const struct json *preset, const char *outlook, struct json *ret)
{
    struct json *links = json_array(), *failed = json_array();
    json_set(ret, "links", links);
    json_set(ret, "failed", failed);
    for (const struct json *w = json_first(json_get(preset, "links")); w; w = json_next(w)) {
        const char *word = json_str_value(w);
        CLEANUP(mem_free) char *left = str_printf("%s:%s", outlook, word);
        CLEANUP(mem_free)
        char *right = str_printf("%s:%s", json_get_str(preset, "account"), word);
        CLEANUP(json_free) struct json *made = NULL;
        struct err why = ERR_INIT;
        struct app_link link = {.left = left, .right = right};
        if (app_link_add(app, &link, &made, &why) == RC_OK) {
            json_append(links, json_dup(json_get(made, "name")));
        } else {
            json_append(failed, json_str(err_text(&why)));
        }
        err_fini(&why);
    }
}

static enum rc carry_out(struct app *app, const struct json *preset, const char *password,
    const struct app_consent *consent, struct json *v, struct err *err)
{
    CLEANUP(mem_free) char *outlook = NULL;
    enum rc rc = need_server(app, preset, password, consent, err);
    if (rc == RC_OK) {
        rc = account_need_outlook(app, &outlook, err);
    }
    if (rc == RC_OK) {
        json_set(v, "account", json_dup(json_get(preset, "account")));
        make_links(app, preset, outlook, v);
        rc = note_done(app, json_get_str(preset, "url"), err);
    }
    return rc;
}

enum rc app_preset_apply(struct app *app, const char *password, const struct app_consent *consent,
    struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *preset = NULL;
    CLEANUP(json_free) struct json *v = json_object();
    enum rc rc = app_preset_get(app, &preset, err);
    if (rc == RC_OK) {
        app->presetting = true;
        rc = carry_out(app, preset, password,
            str_eq(json_get_str(preset, "sign_in"), "oauth") ? consent : NULL, v, err);
        app->presetting = false;
    }
    if (rc == RC_OK) {
        *ret = TAKE(v);
    }
    return rc;
}
