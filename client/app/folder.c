/* Listing the folders of accounts, and saying in words what an account has. */
#include "client/app/private.h"

#include "client/base/buf.h"

struct json *folder_json(const char *account, const struct store_folder *f)
{
    struct json *v = json_object(), *kinds = json_array();
    json_set_str(v, "account", account);
    json_set_str(v, "path", f->path);
    json_set_str(v, "name", f->name);
    json_set_str(v, "id", f->id);
    json_set_str(v, "owner", f->owner);
    json_set_str(v, "color", f->color);
    for (int k = 0; k < ITEM_KINDS; k++) {
        if (f->kinds & (1u << k)) {
            json_append(kinds, json_str(item_kind_name((enum item_kind)k)));
        }
    }
    json_set(v, "kinds", kinds);
    json_set_bool(v, "writable", f->writable);
    json_set_bool(v, "default", f->is_default);
    if (f->count >= 0) {
        json_set_int(v, "count", f->count);
    }
    return v;
}

enum rc folders_summary(const struct state_account *account, const struct store_folders *folders,
    struct json **ret, struct err *err)
{
    static const char *const WORDS[ITEM_KINDS][2] = {{"address book", "address books"},
        {"calendar", "calendars"}, {"task list", "task lists"}, {"notes folder", "notes folders"}};
    long counts[ITEM_KINDS] = {0};
    for (size_t i = 0; i < folders->count; i++) {
        for (int k = 0; k < ITEM_KINDS; k++) {
            counts[k] += (folders->items[i].kinds >> k) & 1;
        }
    }
    struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(1000);
    for (int k = 0; k < ITEM_KINDS; k++) {
        if (counts[k]) {
            buf_addf(&text, "%s%ld %s", text.len ? ", " : "", counts[k], WORDS[k][counts[k] > 1]);
        }
    }
    if (!text.len) {
        return str_eq(account->type, "vdir")
                   ? err_set(err, RC_NOT_FOUND, 0,
                         "%s has no folders yet: make one for each address book or calendar",
                         account->url)
                   : err_set(err, RC_NOT_FOUND, 0,
                         "account '%s': it answered, but has no address books, calendars, task "
                         "lists or notes for this user",
                         account->name);
    }
    struct json *v = json_object();
    json_set_str(v, "account", account->name);
    json_set_int(v, "folders", (int64_t)folders->count);
    for (int k = 0; k < ITEM_KINDS; k++) {
        json_set_int(v, item_kind_name((enum item_kind)k), counts[k]);
    }
    if (str_eq(account->type, "jmap")) {
        buf_adds(&text, " (by JMAP)");
    }
    json_set_str(v, "text", buf_str(&text));
    *ret = v;
    return RC_OK;
}

static enum rc list_account(
    struct app *app, struct state_account *account, struct json *list, struct err *err)
{
    struct store_folders folders CLEANUP_FINI(store_folders_fini) = {0};
    enum rc rc = app_store_folders(app, account, NULL, &folders, err);
    for (size_t i = 0; rc == RC_OK && i < folders.count; i++) {
        json_append(list, folder_json(account->name, &folders.items[i]));
    }
    return rc;
}

/* Nobody asked for this one, so a password that was rejected for good is not sent. */
static enum rc list_among_all(
    struct app *app, struct state_account *account, struct json *list, struct err *err)
{
    return rejected_for_good(account) ? rejected_refuse(account, err)
                                      : list_account(app, account, list, err);
}

enum rc app_folder_list(struct app *app, const char *name, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *list = json_array();
    CLEANUP(json_free) struct json *failed = json_array();
    enum rc rc;
    if (name) {
        struct state_account account CLEANUP_FINI(state_account_fini) = {0};
        rc = app_account_find(app, name, &account, err);
        if (rc == RC_OK) {
            rc = list_account(app, &account, list, err);
        }
    } else {
        struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
        struct state *state;
        rc = app_state(app, &state, err);
        if (rc == RC_OK) {
            rc = state_accounts_load(state, &all, err);
        }
        for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
            struct err why = ERR_INIT;
            if (list_among_all(app, &all.items[i], list, &why) != RC_OK) {
                struct json *v = json_object();
                json_set_str(v, "account", all.items[i].name);
                json_set_str(v, "rc", rc_name(why.rc));
                json_set_str(v, "error", err_text(&why));
                json_append(failed, v);
            }
            err_fini(&why);
        }
    }
    if (rc == RC_OK) {
        *ret = json_object();
        json_set(*ret, "folders", TAKE(list));
        json_set(*ret, "failed", TAKE(failed));
    }
    return rc;
}

enum rc app_folder_make(struct app *app, const char *account_name, const char *name,
    const char *kind_name, struct json **ret, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
    int kind = kind_name ? item_kind_from_name(kind_name) : -1;
    if (kind < 0) {
        return err_set(err, RC_INVALID, 0,
            kind_name ? "'%s' is no kind: contact, event, task or note"
                      : "say for which items the folder is: contact, event, task or note%s",
            kind_name ? kind_name : "");
    }
    enum rc rc = app_account_find(app, account_name, &account, err);
    if (rc == RC_OK) {
        rc = app_store_make_folder(app, &account, (enum item_kind)kind, name, &made, err);
    }
    if (rc == RC_OK) {
        *ret = folder_json(account.name, &made);
    }
    return rc;
}
