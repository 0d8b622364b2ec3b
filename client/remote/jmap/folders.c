/* Address books (RFC 9610 section 2) and calendars: listing those of all accounts of the session, and
 * making one. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define BOOKS_MAX 10000

static bool is_own(const struct jmap *j, const struct jmap_type *type, const char *id)
{
    const char *primary = json_get_str(j->primary, type->capability);
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

/* Only as "#RRGGBB" (store.h); the names of CSS, which a calendar may have too, are left out. */
static char *color_of(const struct json *book)
{
    const char *color = json_get_str(book, "color");
    bool usable = color && strlen(color) == 7 && color[0] == '#' &&
                  strspn(color + 1, "0123456789abcdefABCDEF") == 6;
    return usable ? mem_strdup(color) : NULL;
}

static void add_book(const struct jmap *j, const struct jmap_type *type, const char *account,
    const struct json *book, struct store_folders *folders)
{
    const char *id = json_get_str(book, "id");
    const struct json *rights = json_get(book, "myRights"), *owner = json_get(j->accounts, account);
    if (str_empty(id) || !json_get_bool(rights, type->may_read, true) ||
        folders->count >= BOOKS_MAX) {
        return;
    }
    struct store_folder *f = store_folders_add(folders);
    bool own = is_own(j, type, account);
    const char *owner_name = json_get_str(owner, "name");
    f->id = jmap_place_id(type, account, id);
    f->name = name_of(book, id);
    f->owner = own ? NULL : mem_strdup(str_empty(owner_name) ? account : owner_name);
    f->path = f->owner ? str_printf("%s/%s", f->owner, f->name) : mem_strdup(f->name);
    f->color = color_of(book);
    f->kinds = 1u << type->kind;
    f->writable =
        json_get_bool(rights, type->may_write, false) && !json_get_bool(owner, "isReadOnly", false);
    f->is_default = own && json_get_bool(book, "isDefault", false);
}

/* Those of one account; *ret_state may be NULL. */
static enum rc list_account(struct jmap *j, const struct jmap_type *type, const char *account,
    struct store_folders *folders, char **ret_state, struct err *err)
{
    struct json *args = jmap_args(account);
    CLEANUP(json_free) struct json *answer = NULL;
    json_set(args, "ids", json_null());
    CLEANUP(mem_free) char *what = str_printf("the list of %s", type->places);
    enum rc rc = jmap_call_one(j, what, type->folder_get, args, false, &answer, err);
    for (const struct json *b = json_first(json_get(answer, "list")); b; b = json_next(b)) {
        add_book(j, type, account, b, folders);
    }
    if (rc == RC_OK && ret_state) {
        *ret_state = mem_strdup(json_get_str(answer, "state"));
    }
    return rc;
}

/* The standard one of its kind: the server says so, or it is the first that can be written. */
static void mark_default(struct store_folders *folders, unsigned kinds)
{
    struct store_folder *best = NULL;
    for (size_t i = 0; i < folders->count; i++) {
        struct store_folder *f = &folders->items[i];
        if (f->kinds != kinds) {
            continue;
        }
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

static enum rc nothing_here(const struct jmap *j, struct err *err)
{
    return err_set(err, RC_UNSUPPORTED, 0,
        "%s speaks JMAP, but not for contacts (RFC 9610), nor for calendars as Lockstep knows "
        "them: if it "
        "offers CalDAV and CardDAV, add it by its address for those",
        j->url.host);
}

/* The folders of a type in all accounts; counts those accounts. */
static enum rc list_type(struct jmap *j, const struct jmap_type *type,
    struct store_folders *folders, size_t *accounts, struct err *err)
{
    enum rc rc = RC_OK;
    for (const struct json *a = json_first(j->accounts); a && rc == RC_OK; a = json_next(a)) {
        const char *id = json_key(a);
        struct err why = ERR_INIT;
        if (!jmap_account(j, type, id)) {
            continue;
        }
        ++*accounts;
        rc = list_account(j, type, id, folders, NULL, &why);
        if (is_its_own(rc) && !is_own(j, type, id)) {
            log_line(j->store.log, LOG_LEVEL_WARN, "jmap", "an account: %s", err_text(&why));
            rc = RC_OK;
        } else if (rc != RC_OK) {
            (void)err_set(err, rc, why.native, "%s", err_text(&why));
        }
        err_fini(&why);
    }
    mark_default(folders, 1u << type->kind);
    return rc;
}

static const char *own_account(const struct jmap *j, const struct jmap_type *type)
{
    for (const struct json *a = json_first(j->accounts); a; a = json_next(a)) {
        if (jmap_account(j, type, json_key(a)) && is_own(j, type, json_key(a))) {
            return json_key(a);
        }
    }
    return NULL;
}

/* ---- who the person is ---- */
static void add_address(struct json *own, const char *uri)
{
    if (str_istarts(uri, "mailto:") && uri[7]) {
        json_append(own, json_str(uri + 7));
    }
}

/* The addresses that people invite the person by: ParticipantIdentity (JMAP Calendars). NULL where the
 * server does not tell. */
static struct json *own_addresses(struct jmap *j)
{
    const struct jmap_type *type = jmap_type_of(ITEM_EVENT);
    const char *account = own_account(j, type);
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(json_free) struct json *own = json_array();
    struct json *args = account ? jmap_args(account) : NULL;
    if (!args) {
        return NULL;
    }
    json_set(args, "ids", json_null());
    enum rc rc =
        jmap_call_one(j, "who you are", "ParticipantIdentity/get", args, false, &answer, NULL);
    for (const struct json *p = rc == RC_OK ? json_first(json_get(answer, "list")) : NULL; p;
         p = json_next(p)) {
        add_address(own, json_get_str(p, "calendarAddress"));
        add_address(own, json_get_str(json_get(p, "sendTo"), "imip"));
    }
    return json_count(own) ? TAKE(own) : NULL;
}

enum rc jmap_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct store_folders folders = {0};
    size_t accounts = 0;
    enum rc rc = jmap_session(j, err);
    for (size_t i = 0; rc == RC_OK && i < JMAP_TYPES; i++) {
        rc = list_type(j, jmap_type_at(i), &folders, &accounts, err);
    }
    if (rc == RC_OK && !accounts) {
        rc = nothing_here(j, err);
    }
    if (rc != RC_OK) {
        store_folders_fini(&folders);
        return rc;
    }
    folders.own = own_addresses(j);
    *ret = folders;
    return RC_OK;
}

/* ---- a new one ---- */
static const struct store_folder *named(const struct store_folders *folders, const char *name)
{
    for (size_t i = 0; i < folders->count; i++) {
        if (str_ieq(folders->items[i].name, name)) {
            return &folders->items[i];
        }
    }
    return NULL;
}

/* RC_CONFLICT: the folders changed since `state`. */
static enum rc send_book(struct jmap *j, const struct jmap_type *type, const char *account,
    const char *name, const char *state, const char *what, struct err *err)
{
    struct json *args = jmap_args(account), *book = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    json_set_str(book, "name", name);
    json_set_str(args, "ifInState", state);
    json_set(json_need_object(args, "create"), "b", book);
    enum rc rc = jmap_call_one(j, what, type->folder_set, args, true, &answer, err);
    const struct json *refused = json_get(json_get(answer, "notCreated"), "b");
    if (rc == RC_OK && refused) {
        rc = jmap_set_error(type, what, refused, err);
    } else if (rc == RC_OK && !json_get(json_get(answer, "created"), "b")) {
        rc = err_set(err, RC_SERVER, 0, "%s: the server did not say whether it was made", what);
    }
    return rc;
}

/* Whatever became of the request: is there one of this name now that was not there before? */
static enum rc look(struct jmap *j, const struct jmap_type *type, const char *account,
    const char *name, enum rc made, const struct err *why, struct store_folder *ret,
    struct err *err)
{
    struct store_folders now CLEANUP_FINI(store_folders_fini) = {0};
    struct err second CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = list_account(j, type, account, &now, NULL, &second);
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
    const struct jmap_type *type = jmap_type_of(kind);
    if (!type) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "%s: by JMAP there are address books and calendars alone", what);
    }
    enum rc rc = jmap_session(j, err);
    const char *account = rc == RC_OK ? own_account(j, type) : NULL;
    if (rc == RC_OK && !account) {
        rc = err_set(err, RC_UNSUPPORTED, 0, "%s: %s has no %s by JMAP for you", what, j->url.host,
            type->places);
    }
    if (rc == RC_OK) {
        rc = list_account(j, type, account, &before, &state, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (named(&before, name)) {
        return err_set(
            err, RC_CONFLICT, 0, "there is a folder '%s' already", named(&before, name)->name);
    }
    rc = send_book(j, type, account, name, state, what, &why);
    if (rc == RC_OK || rc == RC_OFFLINE || rc == RC_SERVER || rc == RC_CONFLICT) {
        return look(j, type, account, name, rc, &why, ret, err);
    }
    return err_set(err, rc, why.native, "%s", err_text(&why));
}
