/* Address books (RFC 9610 section 2): listing those of all accounts of the session, and making one. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define BOOKS_MAX 10000

static bool is_own(const struct jmap *j, const char *id)
{
    const char *primary = json_get_str(j->primary, CAPABILITY_CONTACTS);
    return primary ? str_eq(primary, id)
                   : json_get_bool(json_get(j->accounts, id), "isPersonal", false);
}

/* A name as people can read it: control characters are no part of one. */
static char *name_of(const struct json *book, const char *id)
{
    const char *name = json_get_str(book, "name");
    CLEANUP(mem_free) char *text = mem_strdup(name ? name : "");
    for (char *p = text; *p; p++) {
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    }
    char *trimmed = str_trim(text);
    if (!*trimmed) {
        str_replace(&trimmed, id);
    }
    return trimmed;
}

static void add_book(const struct jmap *j, const char *account, const struct json *book,
    struct store_folders *folders)
{
    const char *id = json_get_str(book, "id");
    const struct json *rights = json_get(book, "myRights"), *owner = json_get(j->accounts, account);
    if (str_empty(id) || !json_get_bool(rights, "mayRead", true) || folders->count >= BOOKS_MAX) {
        return;
    }
    struct store_folder *f = store_folders_add(folders);
    bool own = is_own(j, account);
    const char *owner_name = json_get_str(owner, "name");
    f->id = jmap_place_id(account, id);
    f->name = name_of(book, id);
    f->owner = own ? NULL : mem_strdup(str_empty(owner_name) ? account : owner_name);
    f->path = f->owner ? str_printf("%s/%s", f->owner, f->name) : mem_strdup(f->name);
    f->kinds = 1u << ITEM_CONTACT;
    f->writable =
        json_get_bool(rights, "mayWrite", false) && !json_get_bool(owner, "isReadOnly", false);
    f->is_default = own && json_get_bool(book, "isDefault", false);
}

/* The books of one account; *ret_state may be NULL. */
static enum rc list_account(struct jmap *j, const char *account, struct store_folders *folders,
    char **ret_state, struct err *err)
{
    struct json *args = jmap_args(account);
    CLEANUP(json_free) struct json *answer = NULL;
    json_set(args, "ids", json_null());
    enum rc rc =
        jmap_call_one(j, "the list of address books", "AddressBook/get", args, false, &answer, err);
    for (const struct json *b = json_first(json_get(answer, "list")); b; b = json_next(b)) {
        add_book(j, account, b, folders);
    }
    if (rc == RC_OK && ret_state) {
        *ret_state = mem_strdup(json_get_str(answer, "state"));
    }
    return rc;
}

/* The standard one: the server says so, or it is the first that can be written. */
static void mark_default(struct store_folders *folders)
{
    struct store_folder *best = NULL;
    for (size_t i = 0; i < folders->count; i++) {
        struct store_folder *f = &folders->items[i];
        if (f->is_default) {
            return;
        }
        best = !best && !f->owner && f->writable ? f : best;
    }
    if (best) {
        best->is_default = true;
    }
}

/* Trouble with one account of several: it was unshared a moment ago, say. */
static bool is_its_own(enum rc rc)
{
    return rc == RC_NOT_FOUND || rc == RC_READONLY || rc == RC_REFUSED || rc == RC_UNSUPPORTED;
}

static enum rc no_contacts(const struct jmap *j, struct err *err)
{
    return err_set(err, RC_UNSUPPORTED, 0,
        "%s speaks JMAP, but not for contacts (RFC 9610), and calendars by JMAP are not in this "
        "version: if it offers CalDAV and CardDAV, add it by its address for those",
        j->url.host);
}

enum rc jmap_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct store_folders folders = {0};
    size_t accounts = 0;
    enum rc rc = jmap_session(j, err);
    for (const struct json *a = rc == RC_OK ? json_first(j->accounts) : NULL; a && rc == RC_OK;
         a = json_next(a)) {
        const char *id = json_key(a);
        struct err why = ERR_INIT;
        if (!jmap_account(j, id)) {
            continue;
        }
        accounts++;
        rc = list_account(j, id, &folders, NULL, &why);
        if (is_its_own(rc) && !is_own(j, id)) {
            log_line(s->log, LOG_LEVEL_WARN, "jmap", "an account: %s", err_text(&why));
            rc = RC_OK;
        } else if (rc != RC_OK) {
            (void)err_set(err, rc, why.native, "%s", err_text(&why));
        }
        err_fini(&why);
    }
    if (rc == RC_OK && !accounts) {
        rc = no_contacts(j, err);
    }
    if (rc != RC_OK) {
        store_folders_fini(&folders);
        return rc;
    }
    mark_default(&folders);
    *ret = folders;
    return RC_OK;
}

/* ---- a new one ---- */
static const char *own_account(const struct jmap *j)
{
    for (const struct json *a = json_first(j->accounts); a; a = json_next(a)) {
        if (jmap_account(j, json_key(a)) && is_own(j, json_key(a))) {
            return json_key(a);
        }
    }
    return NULL;
}

static const struct store_folder *named(const struct store_folders *folders, const char *name)
{
    for (size_t i = 0; i < folders->count; i++) {
        if (str_ieq(folders->items[i].name, name)) {
            return &folders->items[i];
        }
    }
    return NULL;
}

/* RC_CONFLICT: the address books changed since `state`. */
static enum rc send_book(struct jmap *j, const char *account, const char *name, const char *state,
    const char *what, struct err *err)
{
    struct json *args = jmap_args(account), *book = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    json_set_str(book, "name", name);
    json_set_str(args, "ifInState", state);
    json_set(json_need_object(args, "create"), "b", book);
    enum rc rc = jmap_call_one(j, what, "AddressBook/set", args, true, &answer, err);
    const struct json *refused = json_get(json_get(answer, "notCreated"), "b");
    if (rc == RC_OK && refused) {
        rc = jmap_set_error(what, refused, err);
    } else if (rc == RC_OK && !json_get(json_get(answer, "created"), "b")) {
        rc = err_set(err, RC_SERVER, 0, "%s: the server did not say whether it was made", what);
    }
    return rc;
}

/* Whatever became of the request: is there one of this name now that was not there before? */
static enum rc look(struct jmap *j, const char *account, const char *name, enum rc made,
    const struct err *why, struct store_folder *ret, struct err *err)
{
    struct store_folders now CLEANUP_FINI(store_folders_fini) = {0};
    struct err second CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = list_account(j, account, &now, NULL, &second);
    const struct store_folder *f = rc == RC_OK ? named(&now, name) : NULL;
    if (f) {
        size_t i = (size_t)(f - now.items);
        *ret = now.items[i];
        memset(&now.items[i], 0, sizeof now.items[i]); /* handed over */
        return RC_OK;
    }
    if (rc != RC_OK) {
        return err_set(err, made == RC_OK ? rc : made, 0,
            made == RC_OK
                ? "the folder '%s' was made: %s"
                : "the folder '%s': %s; whether it was made is not known: list the folders before "
                  "you try again",
            name, made == RC_OK ? err_text(&second) : err_text(why));
    }
    return made == RC_OK ? err_set(err, RC_SERVER, 0,
                               "the folder '%s' was made, but the server does not list it", name)
                         : err_set(err, made, why->native, "%s", err_text(why));
}

enum rc jmap_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct store_folders before CLEANUP_FINI(store_folders_fini) = {0};
    struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
    CLEANUP(mem_free) char *state = NULL;
    CLEANUP(mem_free) char *what = str_printf("the new folder '%s'", name);
    if (kind != ITEM_CONTACT) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "%s: an account by JMAP is for contacts alone in this version", what);
    }
    enum rc rc = jmap_session(j, err);
    const char *account = rc == RC_OK ? own_account(j) : NULL;
    if (rc == RC_OK && !account) {
        rc = no_contacts(j, err);
    }
    if (rc == RC_OK) {
        rc = list_account(j, account, &before, &state, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (named(&before, name)) {
        return err_set(
            err, RC_CONFLICT, 0, "there is a folder '%s' already", named(&before, name)->name);
    }
    rc = send_book(j, account, name, state, what, &why);
    if (rc == RC_OK || rc == RC_OFFLINE || rc == RC_SERVER || rc == RC_CONFLICT) {
        return look(j, account, name, rc, &why, ret, err);
    }
    return err_set(err, rc, why.native, "%s", err_text(&why));
}
