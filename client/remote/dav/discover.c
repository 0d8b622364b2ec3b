/* From the address a person typed to the collections that hold calendars and address books (RFC
 * 6764 section 6, RFC 5397, RFC 4791 section 6.2.1, RFC 6352 section 7.1.1): what the address
 * itself says, then the well-known addresses, then SOGo's, then the principal. Reading the collections is left
 * to collections.c. */
#include "client/remote/dav/dav_private.h"

#include <string.h>

struct finding {
    struct dav_homes homes;
    char *base;      /* owned; path the answer belongs to */
    bool from_typed; /* reading the answer for the address as typed */
};

void dav_homes_fini(struct dav_homes *h)
{
    for (size_t i = 0; i < h->count; i++) {
        free(h->paths[i]);
    }
    free(h->paths);
    free(h->calendars);
    free(h->cards);
    free(h->principal);
    free(h->collection);
    json_free(h->own);
    memset(h, 0, sizeof *h);
}

static void add_home(struct dav_homes *h, char *path /* owned */)
{
    for (size_t i = 0; i < h->count; i++) {
        if (url_path_equal(h->paths[i], path)) {
            free(path);
            return;
        }
    }
    ARRAY_RESERVE(h->paths, h->count, h->cap);
    h->paths[h->count++] = path;
}

/* An href that must be on the account's own server: credentials go nowhere else. */
static enum rc own_path(
    const struct dav *d, const char *base, const struct xml_node *href, char **ret, struct err *err)
{
    CLEANUP(mem_free) char *text = xml_text_trimmed(href);
    struct url page = d->url;
    CLEANUP(mem_free) char *page_path = mem_strdup(base);
    page.path = page_path;
    CLEANUP(mem_free) char *absolute = url_resolve(&page, text);
    struct url u;
    if (!absolute || url_parse(absolute, &u, NULL) != RC_OK) {
        return err_set(err, RC_SERVER, 0, "%s names an address that cannot be used", d->url.host);
    }
    enum rc rc = RC_OK;
    if (!str_eq(u.host, d->url.host)) {
        CLEANUP(mem_free) char *there = url_origin(&u);
        rc = err_set(err, RC_REFUSED, 0,
            "%s keeps the folders on %s; the password is not given to another server: if that is "
            "the right one, enter its address",
            d->url.host, there);
    } else {
        *ret = TAKE(u.path); /* scheme and port may be a proxy's inner ones */
    }
    url_fini(&u);
    return rc;
}

/* `first`: which of them new folders are made in. */
static enum rc add_homes(
    struct dav *d, struct finding *f, const struct xml_node *set, char **first, struct err *err)
{
    const struct xml_node *href = xml_child(set, NS_DAV, "href");
    for (; href; href = xml_next(href, NS_DAV, "href")) {
        char *path;
        enum rc rc = own_path(d, f->base, href, &path, err);
        if (rc != RC_OK) {
            return rc;
        }
        *first = *first ? *first : mem_strdup(path);
        add_home(&f->homes, path);
    }
    return RC_OK;
}

/* Who is meant by invitations (RFC 6638 section 2.4.1); also paths and urn:uuid: are named there. */
static void add_own(struct dav_homes *h, const struct xml_node *set)
{
    static const char MAILTO[] = "mailto:";
    const struct xml_node *href = xml_child(set, NS_DAV, "href");
    for (; href; href = xml_next(href, NS_DAV, "href")) {
        CLEANUP(mem_free) char *text = xml_text_trimmed(href);
        if (str_istarts(text, MAILTO) && strchr(text, '@')) {
            h->own = h->own ? h->own : json_array();
            json_append(h->own, json_str(text + strlen(MAILTO)));
        }
    }
}

struct asked {
    struct dav *dav;
    struct finding *finding;
};

static enum rc on_principal(void *user, const struct dav_resource *r, struct err *err)
{
    struct asked *a = user;
    struct finding *f = a->finding;
    const struct xml_node *principal =
        xml_child(dav_prop(r, NS_DAV, "current-user-principal"), NS_DAV, "href");
    const struct xml_node *type = dav_prop(r, NS_DAV, "resourcetype");
    if (principal && !f->homes.principal) {
        enum rc rc = own_path(a->dav, f->base, principal, &f->homes.principal, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    if (f->from_typed &&
        (xml_child(type, NS_CALDAV, "calendar") || xml_child(type, NS_CARDDAV, "addressbook"))) {
        free(f->homes.collection);
        f->homes.collection = mem_strdup(f->base);
    }
    if (!f->homes.own) {
        add_own(&f->homes, dav_prop(r, NS_CALDAV, "calendar-user-address-set"));
    }
    enum rc rc =
        add_homes(a->dav, f, dav_prop(r, NS_CALDAV, "calendar-home-set"), &f->homes.calendars, err);
    return rc == RC_OK ? add_homes(a->dav, f, dav_prop(r, NS_CARDDAV, "addressbook-home-set"),
                             &f->homes.cards, err)
                       : rc;
}

static enum rc ask(
    struct dav *d, struct finding *f, const char *path, const char *what, struct err *err)
{
    struct asked asked = {d, f};
    struct dav_query q = {.method = "PROPFIND",
        .path = path,
        .depth = 0,
        .body = REPORT_PRINCIPAL,
        .what = what,
        .fn = on_principal,
        .user = &asked};
    free(f->base);
    f->base = mem_strdup(path);
    enum rc rc = dav_query_one(d, &q, err);
    dav_query_fini(&q);
    return rc;
}

static bool found_enough(const struct finding *f)
{
    return f->homes.principal || f->homes.count || f->homes.collection;
}

/* What every other address of this server would meet as well; and a pointer to another server (not
 * a refusal by status), which the person must decide on. */
static bool hopeless(enum rc rc, const struct err *err)
{
    return rc == RC_AUTH || rc == RC_TLS || rc == RC_OFFLINE ||
           (rc == RC_REFUSED && err->native < 400);
}

static enum rc ask_addresses(struct dav *d, struct finding *f, struct err *first)
{
    /* The last is for a SOGo whose web server names no well-known address. */
    static const char *const WELL_KNOWN[] = {
        "/.well-known/caldav", "/.well-known/carddav", "/", "/SOGo/dav/"};
    f->from_typed = true;
    enum rc rc = ask(d, f, d->url.path, "the address of the account", first);
    f->from_typed = false;
    for (size_t i = 0; i < ARRAY_LEN(WELL_KNOWN) && !hopeless(rc, first) && !found_enough(f); i++) {
        struct err err = ERR_INIT;
        rc = ask(d, f, WELL_KNOWN[i], "the well-known address of the server", &err);
        if (hopeless(rc, &err)) {
            err_move(first, &err);
        }
        err_fini(&err);
    }
    return hopeless(rc, first) ? rc : RC_OK;
}

enum rc dav_discover(struct dav *d, struct dav_homes *ret, struct err *err)
{
    struct finding f = {.base = NULL};
    struct err first = ERR_INIT;
    enum rc rc = ask_addresses(d, &f, &first);
    /* A collection given as such is all that is wanted. */
    if (rc == RC_OK && f.homes.principal && !f.homes.collection) {
        CLEANUP(mem_free) char *principal = mem_strdup(f.homes.principal);
        rc = ask(d, &f, principal, "the account's own page on the server", &first);
        rc = hopeless(rc, &first) ? rc : RC_OK;
    }
    if (rc == RC_OK && !f.homes.count && !f.homes.collection) {
        /* The address may be a home of its own, on a server without principals (Synology). */
        add_home(&f.homes, mem_strdup(d->url.path));
        f.homes.calendars = mem_strdup(d->url.path);
        f.homes.cards = mem_strdup(d->url.path);
    }
    if (rc == RC_OK) {
        *ret = f.homes;
    } else {
        (void)err_set(err, rc, first.native, "%s", err_text(&first));
        dav_homes_fini(&f.homes);
    }
    err_fini(&first);
    free(f.base);
    return rc;
}
