/* Making a folder: MKCALENDAR (RFC 4791 section 5.3.1) and, for contacts, extended MKCOL (RFC 5689,
 * RFC 6352 section 6.3.1) in the home of that kind.
 *
 * The home is listed first: a name is taken if one of the person's own folders of the kind has it. The
 * address is made of name and kind (client/remote/folder_name.h). So whatever repeats the request, a
 * proxy, libcurl, or the person after a lost answer, asks for the same address again, which the server
 * refuses (RFC 4918 section 9.3.1, RFC 4791 section 5.3.1.2). What is there then is looked at: with our
 * name and kind, at an address that nobody else makes, and not in the listing a moment ago, it is
 * what we asked for.
 *
 * SOGo 5.8 calls a new address book by its address, whatever name was asked for; it is told again. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"
#include "client/remote/folder_name.h"

#include <string.h>

struct making {
    struct dav *dav;
    enum item_kind kind;
    const char *name;
    struct dav_homes homes;
    struct store_folders folders; /* of the home, before */
    char *path;                   /* owned; of the new one, with a slash at the end */
};

static const char *home_of(const struct making *m)
{
    return m->kind == ITEM_CONTACT ? m->homes.cards : m->homes.calendars;
}

/* Did the server take the address that we made of the name for the name? */
static bool is_called_by_address(const struct making *m, const struct store_folder *f)
{
    CLEANUP(mem_free) char *segment = folder_name_segment(m->kind, m->name);
    CLEANUP(mem_free) char *name = url_path_name(f->id);
    return str_eq(f->name, name) && str_starts(name, segment);
}

static bool is_as_asked(const struct making *m, const struct store_folder *f)
{
    return !f->owner && (f->kinds & 1u << m->kind) &&
           (str_ieq(f->name, m->name) || is_called_by_address(m, f));
}

static bool is_taken(const struct making *m, const char *path)
{
    for (size_t i = 0; i < m->folders.count; i++) {
        if (url_path_equal(m->folders.items[i].id, path)) {
            return true;
        }
    }
    return false;
}

/* Where it goes: a number behind it if a folder made under this name was called something else
 * since. */
static char *free_path(const struct making *m)
{
    CLEANUP(mem_free) char *segment = folder_name_segment(m->kind, m->name);
    char *path = str_printf("%s/%s/", home_of(m), segment);
    for (int n = 2; is_taken(m, path); n++) {
        free(path);
        path = str_printf("%s/%s-%d/", home_of(m), segment, n);
    }
    CLEANUP(mem_free) char *spelled = path;
    return url_path_normalize(spelled);
}

/* Fills in homes, folders and path. */
static enum rc find_place(struct making *m, struct err *err)
{
    enum rc rc = dav_discover(m->dav, &m->homes, err);
    if (rc == RC_OK && (m->homes.collection || !home_of(m))) {
        rc = err_set(err, RC_UNSUPPORTED, 0,
            m->homes.collection
                ? "the address of the account is that of a single folder, so none can be made "
                  "beside it: add the server by its own address"
                : "the server does not say where folders for %ss of this user belong",
            item_kind_name(m->kind));
    }
    if (rc == RC_OK) {
        rc = dav_collections_read(m->dav, &m->homes, home_of(m), 1, &m->folders, err);
    }
    for (size_t i = 0; rc == RC_OK && i < m->folders.count; i++) {
        if (is_as_asked(m, &m->folders.items[i])) {
            rc = err_set(
                err, RC_CONFLICT, 0, "there is a folder '%s' already", m->folders.items[i].name);
        }
    }
    if (rc == RC_OK) {
        m->path = free_path(m);
    }
    return rc;
}

/* RC_OK: the server says that it made it. RC_CONFLICT: something is there. RC_OFFLINE: who knows. */
static enum rc send(struct making *m, struct err *err)
{
    CLEANUP(mem_free) char *url = dav_path_url(m->dav, m->path);
    CLEANUP(mem_free) char *body = report_make(m->kind, m->name);
    CLEANUP(mem_free) char *what = str_printf("the new folder '%s'", m->name);
    struct http_header type = {"Content-Type", "application/xml; charset=utf-8"};
    struct http_request request = {
        .method = m->kind == ITEM_CONTACT ? "MKCOL" : "MKCALENDAR",
        .url = url,
        .what = what,
        .headers = &type,
        .header_count = 1,
        .body = body,
        .body_len = strlen(body),
    };
    struct http_response r = {0};
    enum rc rc = http_send(m->dav->http, &request, &r, err);
    if (rc == RC_OK && r.status == 207) { /* a property could not be set: nothing was made */
        rc = err_set(err, RC_REFUSED, r.status,
            "%s: the server does not make folders for %ss (HTTP 207)", what,
            item_kind_name(m->kind));
    } else if (rc == RC_OK) {
        rc = http_check(&r, what, err);
        CLEANUP(mem_free)
        char *condition = rc != RC_OK ? dav_error_condition(r.body, r.body_len, NULL) : NULL;
        if (str_eq(condition, "resource-must-be-null") || r.status == 405) {
            rc = err_set(err, RC_CONFLICT, r.status, "%s", err_text(err));
        }
        struct url at;
        if (rc == RC_OK && r.url && url_parse(r.url, &at, NULL) == RC_OK) {
            str_replace(&m->path, at.path); /* we may have been sent elsewhere */
            url_fini(&at);
        }
    }
    http_response_fini(&r);
    return rc;
}

/* What is at the address now? RC_NOT_FOUND: nothing; RC_CONFLICT: not what we asked for. `ours`: the
 * server said that it made it, so whatever name it gave it is its own form of ours. */
static enum rc look(struct making *m, bool ours, struct store_folder *ret, struct err *err)
{
    struct store_folders there CLEANUP_FINI(store_folders_fini) = {0};
    enum rc rc = dav_collections_read(m->dav, &m->homes, m->path, 0, &there, err);
    const struct store_folder *f = there.items;
    if (rc == RC_OK &&
        (!there.count || (ours ? !(f->kinds & 1u << m->kind) : !is_as_asked(m, f)))) {
        return err_set(err, RC_CONFLICT, 0,
            "the new folder '%s': something else is at its address, %s", m->name, m->path);
    }
    if (rc == RC_OK) {
        *ret = there.items[0];
        there.count = 0; /* handed over */
    }
    return rc;
}

static enum rc on_nothing(void *user, const struct dav_resource *r, struct err *err)
{
    (void)user;
    (void)r;
    (void)err;
    return RC_OK;
}

/* A folder that keeps its odd name is still a folder. */
static void give_name(struct making *m, struct store_folder *f)
{
    struct err ignored CLEANUP_FINI(err_fini) = ERR_INIT;
    struct store_folder named = {0};
    if (!is_called_by_address(m, f)) {
        return;
    }
    CLEANUP(mem_free) char *body = report_rename(m->name);
    struct dav_query q = {.method = "PROPPATCH",
        .path = m->path,
        .depth = -1,
        .body = body,
        .what = "the name of the new folder",
        .fn = on_nothing};
    if (dav_query_one(m->dav, &q, &ignored) == RC_OK && look(m, true, &named, &ignored) == RC_OK) {
        store_folder_fini(f);
        *f = named;
    }
    dav_query_fini(&q);
}

static enum rc made_otherwise(const struct making *m, struct err *err)
{
    return err_set(err, RC_UNSUPPORTED, 0,
        "the server made the folder '%s', but not one for %ss: it is at %s, and can be removed "
        "there",
        m->name, item_kind_name(m->kind), m->path);
}

static enum rc make(struct making *m, struct store_folder *ret, struct err *err)
{
    struct err why CLEANUP_FINI(err_fini) = ERR_INIT, now CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = send(m, &why);
    bool unclear = rc == RC_CONFLICT || rc == RC_OFFLINE || rc == RC_SERVER;
    if (rc != RC_OK && !unclear) {
        return err_set(err, rc, why.native, "%s", err_text(&why));
    }
    enum rc found = look(m, rc == RC_OK, ret, &now);
    if (found == RC_OK) {
        give_name(m, ret);
        return RC_OK;
    }
    if (rc == RC_OK) {
        return found == RC_CONFLICT ? made_otherwise(m, err)
                                    : err_set(err, found, now.native,
                                          "the folder '%s' was made: %s", m->name, err_text(&now));
    }
    if (found == RC_NOT_FOUND && why.native == 405) {
        return err_set(err, RC_UNSUPPORTED, 405,
            "the new folder '%s': this server makes no folders when a program asks: make it on the "
            "server's own pages",
            m->name);
    }
    if (found == RC_NOT_FOUND || found == RC_CONFLICT) { /* nothing of ours is there */
        return err_set(err, found == RC_CONFLICT ? RC_CONFLICT : rc, why.native, "%s",
            err_text(found == RC_CONFLICT ? &now : &why));
    }
    return err_set(err, rc, why.native,
        "%s; whether it was made is not known: list the folders before you try again",
        err_text(&why));
}

enum rc dav_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct making m = {.dav = (struct dav *)s, .kind = kind, .name = name};
    enum rc rc = find_place(&m, err);
    if (rc == RC_OK) {
        rc = make(&m, ret, err);
    }
    dav_homes_fini(&m.homes);
    store_folders_fini(&m.folders);
    free(m.path);
    return rc;
}
