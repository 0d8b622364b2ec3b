/* Is an item where it is said to be: in the folder of the link (I12 of client/sync/README.md)? A
 * server may list hrefs of other folders, of other hosts, or with ".." in them. The host is never
 * followed (requests go to the account's own server only), and the path must lie in the folder, or
 * in the place the server itself sends requests for the folder to (Cyrus: a shared folder under its
 * owner's address). */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"

#include <string.h>

bool dav_path_within(const char *folder, const char *id)
{
    CLEANUP(mem_free) char *inside = url_path_normalize(id);
    CLEANUP(mem_free) char *place = url_path_normalize(folder);
    size_t n = strlen(place);
    if (n && place[n - 1] == '/') {
        n--;
    }
    return strncmp(inside, place, n) == 0 && inside[n] == '/' && inside[n + 1];
}

void dav_place_learn(struct dav *d, const char *folder, const char *at)
{
    free(map_remove(d->places, folder));
    map_put(d->places, folder, mem_strdup(at ? at : folder));
}

static enum rc ignore(void *user, const struct dav_resource *r, struct err *err)
{
    (void)user;
    (void)r;
    (void)err;
    return RC_OK;
}

/* Where requests for the folder end; asked once, and only because of an item that is elsewhere. */
static enum rc place_of(struct dav *d, const char *folder, const char **ret, struct err *err)
{
    const char *known = map_get(d->places, folder);
    if (!known) {
        struct dav_query q = {.method = "PROPFIND",
            .path = folder,
            .depth = 0,
            .body = REPORT_LISTING,
            .what = "the folder",
            .fn = ignore};
        enum rc rc = dav_query_one(d, &q, err);
        if (rc == RC_OK) {
            dav_place_learn(d, folder, q.at);
        }
        dav_query_fini(&q);
        if (rc != RC_OK) {
            return rc;
        }
        known = map_get(d->places, folder);
    }
    *ret = known;
    return RC_OK;
}

enum rc dav_place_check(struct dav *d, const char *folder, enum item_kind kind, const char *id,
    char **ret_refusal, struct err *err)
{
    if (dav_path_within(folder, id)) {
        return RC_OK;
    }
    const char *place = NULL;
    enum rc rc = place_of(d, folder, &place, err);
    if (rc == RC_OK && !dav_path_within(place, id)) {
        CLEANUP(mem_free) char *label = dav_item_label(kind, id);
        *ret_refusal = str_printf("%s: the server names it among the items of %s, but it is "
                                  "outside: %s. It is neither read nor written",
            label, folder, id);
    }
    return rc;
}
