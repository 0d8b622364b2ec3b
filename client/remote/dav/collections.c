/* The folders of an account: what is in its homes, with name, kinds, rights, owner and colour. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"

#include <string.h>

struct listing {
    struct dav *dav;
    const struct dav_homes *homes;
    const char *base;
    struct store_folders *folders;
};

static unsigned kinds_of(const struct dav_resource *r)
{
    const struct xml_node *type = dav_prop(r, NS_DAV, "resourcetype");
    if (xml_child(type, NS_CARDDAV, "addressbook") || xml_child(type, NS_CARDDAV, "directory")) {
        return 1u << ITEM_CONTACT;
    }
    /* An inbox is no calendar, though SOGo's personal calendar is an outbox as well. */
    if (!xml_child(type, NS_CALDAV, "calendar") || xml_child(type, NS_CALDAV, "schedule-inbox")) {
        return 0;
    }
    const struct xml_node *set = dav_prop(r, NS_CALDAV, "supported-calendar-component-set");
    if (!set) {
        /* RFC 4791 section 5.2.3: without it, all; but who has notes says so. */
        return 1u << ITEM_EVENT | 1u << ITEM_TASK;
    }
    unsigned kinds = 0;
    for (const struct xml_node *c = xml_child(set, NS_CALDAV, "comp"); c;
         c = xml_next(c, NS_CALDAV, "comp")) {
        const char *name = xml_attribute_get(c, "name");
        kinds |= str_ieq(name, "VEVENT")     ? 1u << ITEM_EVENT
                 : str_ieq(name, "VTODO")    ? 1u << ITEM_TASK
                 : str_ieq(name, "VJOURNAL") ? 1u << ITEM_NOTE
                                             : 0;
    }
    return kinds;
}

static bool is_writable(const struct dav_resource *r)
{
    static const char *const WRITES[] = {"all", "write", "write-content"};
    const struct xml_node *set = dav_prop(r, NS_DAV, "current-user-privilege-set");
    if (xml_child(dav_prop(r, NS_DAV, "resourcetype"), NS_CARDDAV, "directory")) {
        return false; /* SOGo's global address list claims "all" and takes nothing */
    }
    if (!set) {
        return true; /* the server does not tell: a write will */
    }
    for (const struct xml_node *p = xml_child(set, NS_DAV, "privilege"); p;
         p = xml_next(p, NS_DAV, "privilege")) {
        for (size_t i = 0; i < ARRAY_LEN(WRITES); i++) {
            if (xml_child(p, NS_DAV, WRITES[i])) {
                return true;
            }
        }
    }
    return false;
}

/* "#RRGGBB" out of Apple's "#RRGGBBAA", or NULL. */
static char *color_of(const struct dav_resource *r)
{
    CLEANUP(mem_free) char *text = xml_text_trimmed(dav_prop(r, NS_APPLE, "calendar-color"));
    size_t digits = strspn(*text == '#' ? text + 1 : text, "0123456789abcdefABCDEF");
    return *text == '#' && (digits == 6 || digits == 8) ? mem_strndup(text, 7) : NULL;
}

static char *owner_of(const struct listing *l, const struct dav_resource *r)
{
    const struct xml_node *href = xml_child(dav_prop(r, NS_DAV, "owner"), NS_DAV, "href");
    CLEANUP(mem_free) char *text = xml_text_trimmed(href);
    if (!*text || !l->homes->principal) {
        return NULL;
    }
    CLEANUP(mem_free) char *path = url_href_path(l->base, text);
    if (url_path_equal(path, "/SOGo/dav/nobody")) {
        return NULL; /* a SOGo's directories are nobody's, and it has a user of that name for it */
    }
    return url_path_equal(path, l->homes->principal) ? NULL : url_path_name(path);
}

/* Collections that servers make for themselves; nobody wants them in Outlook. */
static bool is_internal(const struct dav_resource *r)
{
    return strstr(r->href, "z-app-generated--") != NULL /* Nextcloud's "recently contacted" */
           || xml_child(dav_prop(r, NS_DAV, "resourcetype"), "http://nextcloud.com/ns",
                  "trash-bin") != NULL;
}

static bool has_folder(const struct store_folders *f, const char *id)
{
    for (size_t i = 0; i < f->count; i++) {
        if (url_path_equal(f->items[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* The path of an href as the server wrote it. */
static char *raw_path(const char *base, const char *href)
{
    const char *path = strstr(href, "://") ? strchr(strstr(href, "://") + 3, '/') : href;
    return path && *path == '/' ? mem_strdup(path) : url_href_path(base, href);
}

static enum rc on_collection(void *user, const struct dav_resource *r, struct err *err)
{
    struct listing *l = user;
    unsigned kinds = kinds_of(r);
    (void)err;
    if (!kinds || is_internal(r)) {
        return RC_OK;
    }
    CLEANUP(mem_free) char *id = raw_path(l->base, r->href);
    if (has_folder(l->folders, id)) {
        return RC_OK;
    }
    struct store_folder *f = store_folders_add(l->folders);
    CLEANUP(mem_free) char *name = xml_text_trimmed(dav_prop(r, NS_DAV, "displayname"));
    f->id = TAKE(id);
    f->name = *name ? mem_strdup(name) : url_path_name(f->id);
    f->owner = owner_of(l, r);
    f->path = f->owner ? str_printf("%s/%s", f->owner, f->name) : mem_strdup(f->name);
    f->color = color_of(r);
    f->kinds = kinds;
    f->writable = is_writable(r);
    return RC_OK;
}

/* No server here tells which collection is the standard one, but nearly all call it by one of these
 * names. */
static int default_rank(const struct store_folder *f)
{
    static const char *const NAMES[] = {
        "default", "personal", "contacts", "calendar", "tasks", "addressbook", "home", "card"};
    if (f->owner || !f->writable) {
        return 0;
    }
    CLEANUP(mem_free) char *name = url_path_name(f->id);
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (str_ieq(name, NAMES[i])) {
            return 3;
        }
    }
    return f->kinds & (f->kinds - 1) ? 1
                                     : 2; /* one made for the kind rather than one for several */
}

static void mark_defaults(struct store_folders *folders)
{
    for (unsigned kind = 0; kind < ITEM_KINDS; kind++) {
        struct store_folder *best = NULL;
        for (size_t i = 0; i < folders->count; i++) {
            struct store_folder *f = &folders->items[i];
            if (f->kinds & 1u << kind && default_rank(f) > (best ? default_rank(best) : 0)) {
                best = f;
            }
        }
        if (best) {
            best->is_default = true;
        }
    }
}

enum rc dav_collections_read(struct dav *d, const struct dav_homes *homes, const char *path,
    int depth, struct store_folders *folders, struct err *err)
{
    struct listing l = {.dav = d, .homes = homes, .base = path, .folders = folders};
    struct dav_query q = {.method = "PROPFIND",
        .path = path,
        .depth = depth,
        .body = REPORT_COLLECTIONS,
        .what = "the list of folders",
        .fn = on_collection,
        .user = &l};
    enum rc rc = dav_query_one(d, &q, err);
    dav_query_fini(&q);
    return rc;
}

enum rc dav_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    struct dav *d = (struct dav *)s;
    struct dav_homes homes = {0};
    struct store_folders folders = {0};
    enum rc rc = dav_discover(d, &homes, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (homes.collection) {
        rc = dav_collections_read(d, &homes, homes.collection, 0, &folders, err);
    }
    for (size_t i = 0; i < homes.count && !homes.collection && rc == RC_OK; i++) {
        struct err why = ERR_INIT;
        rc = dav_collections_read(d, &homes, homes.paths[i], 1, &folders, &why);
        /* A server without its calendar or its contacts half still has the other one. */
        if ((rc == RC_NOT_FOUND || rc == RC_READONLY || rc == RC_REFUSED) &&
            (folders.count || i + 1 < homes.count)) {
            log_line(s->log, LOG_LEVEL_WARN, "dav", "%s: %s", homes.paths[i], err_text(&why));
            rc = RC_OK;
        } else if (rc != RC_OK) {
            (void)err_set(err, rc, why.native, "%s", err_text(&why));
        }
        err_fini(&why);
    }
    if (rc == RC_OK && !folders.count && !homes.principal && !homes.collection) {
        rc = err_set(err, RC_NOT_FOUND, 0, "no calendars or address books were found at %s%s",
            d->url.host, d->url.path);
    }
    folders.own = TAKE(homes.own);
    dav_homes_fini(&homes);
    if (rc != RC_OK) {
        store_folders_fini(&folders);
        return rc;
    }
    mark_defaults(&folders);
    *ret = folders;
    return RC_OK;
}
