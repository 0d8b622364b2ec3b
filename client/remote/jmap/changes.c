/* What changed in a folder. The token is the state of the items of the account (RFC 8620 section
 * 5.2), so a change in another folder of it is seen too: of such an item nothing is known here,
 * unless it was moved there, and then it is gone from this one.
 *
 * A complete listing is Foo/query by the folder, in pages that must be of one query state and as many
 * as the server counts, and the items of it: their versions are made of their content. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define PAGES_MAX 10000
#define TRIES     3
#define ITEMS_MAX 1000000

struct ids {
    char **items; /* owned, each owned */
    size_t count, cap;
    struct map *seen; /* owned; what is in items */
};

static void ids_open(struct ids *ids)
{
    *ids = (struct ids){.seen = map_new()};
}

static void ids_fini(struct ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        free(ids->items[i]);
    }
    free(ids->items);
    map_free(ids->seen);
    memset(ids, 0, sizeof *ids);
}

static void ids_add(struct ids *ids, const char *id)
{
    if (!str_empty(id) && !map_has(ids->seen, id)) {
        ARRAY_RESERVE(ids->items, ids->count, ids->cap);
        ids->items[ids->count++] = mem_strdup(id);
        map_put(ids->seen, id, ids);
    }
}

static void ids_add_all(struct ids *ids, const struct json *list)
{
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        ids_add(ids, json_str_value(v));
    }
}

/* The items of these ids, as changes: those that are in the folder with their versions; the others are
 * gone from it if `moved`, and nothing if not. `beforehand`: the ids are of an answer that was got with the items
 * (seen.c); to a newer answer those may be too old. */
static enum rc add_cards(struct jmap *j, const struct jmap_place *p, const struct ids *ids,
    bool moved, bool beforehand, struct store_changes *ret, struct err *err)
{
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    if (!ids->count) {
        return RC_OK;
    }
    const char *const *wanted = (const char *const *)ids->items;
    enum rc rc = beforehand && jmap_seen_objects(j, p, wanted, ids->count, &objects)
                     ? RC_OK
                     : jmap_objects_get(j, p->type, p->account, wanted, ids->count, &objects, err);
    for (size_t i = 0; rc == RC_OK && i < objects.count; i++) {
        const struct jmap_object *c = &objects.items[i];
        if (c->rc == RC_OK && jmap_place_has(p, c->object)) {
            jmap_keep(j, p, c->object);
            store_changes_add(ret, c->id, c->version, false);
        } else if (c->rc == RC_OK || c->rc == RC_NOT_FOUND) {
            if (moved) {
                store_changes_add(ret, c->id, NULL, true);
            }
        } else {
            /* There, but not readable: fetch will say why. */
            store_changes_add(ret, c->id, "unreadable", false);
        }
    }
    return rc;
}

/* ---- since a token ---- */
static enum rc one_page(struct jmap *j, const struct jmap_place *p, const char *since,
    const struct json *known, struct ids *there, struct ids *gone, char **ret_state, bool *ret_more,
    struct err *err)
{
    CLEANUP(json_free) struct json *answer = known ? json_dup(known) : NULL;
    enum rc rc = RC_OK;
    if (!answer) {
        struct json *args = jmap_args(p->account);
        json_set_str(args, "sinceState", since);
        rc = jmap_call_one(j, "what changed", p->type->changes, args, false, &answer, err);
    }
    const char *state = json_get_str(answer, "newState");
    *ret_more = json_get_bool(answer, "hasMoreChanges", false);
    if (rc == RC_OK && (!state || (*ret_more && str_eq(state, since)))) {
        rc = err_set(err, RC_INCOMPLETE, 0, "what changed: the server does not come to an end");
    }
    if (rc == RC_OK) {
        ids_add_all(there, json_get(answer, "created"));
        ids_add_all(there, json_get(answer, "updated"));
        ids_add_all(gone, json_get(answer, "destroyed"));
        *ret_state = mem_strdup(state);
    }
    return rc;
}

static enum rc changes_since(struct jmap *j, const struct jmap_place *p, const char *token,
    struct store_changes *ret, struct err *err)
{
    struct ids there CLEANUP_FINI(ids_fini), gone CLEANUP_FINI(ids_fini);
    CLEANUP(mem_free) char *state = mem_strdup(token);
    CLEANUP(json_free) struct json *known = NULL;
    bool more = true;
    enum rc rc = jmap_seen_changes(j, p, token, &known, err);
    ids_open(&there);
    ids_open(&gone);
    for (int page = 0; rc == RC_OK && more; page++) {
        CLEANUP(mem_free) char *since = TAKE(state);
        if (page == PAGES_MAX || there.count + gone.count > ITEMS_MAX) {
            return err_set(
                err, RC_INCOMPLETE, 0, "what changed: the server does not come to an end");
        }
        rc = one_page(j, p, since, known, &there, &gone, &state, &more, err);
    }
    /* What is in both was destroyed, or made anew under its id: asking tells. */
    for (size_t i = 0; rc == RC_OK && i < gone.count; i++) {
        if (!map_has(there.seen, gone.items[i])) {
            jmap_forget_kept(j, p, gone.items[i]);
            store_changes_add(ret, gone.items[i], NULL, true);
        }
    }
    if (rc == RC_OK) {
        rc = add_cards(j, p, &there, true, known != NULL, ret, err);
    }
    ret->token = TAKE(state);
    return rc;
}

/* ---- all of it ---- */
struct page {
    char *query_state; /* owned */
    size_t position, total;
    bool counted; /* the server gave a total */
};

static enum rc query_page(struct jmap *j, const struct jmap_place *p, struct page *at,
    struct ids *ids, bool *ret_moved, size_t *ret_got, struct err *err)
{
    CLEANUP(json_free) struct json *args = jmap_args(p->account);
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *what = str_printf("the list of %s", p->type->items);
    json_set_int(args, "position", (int64_t)at->position);
    json_set_int(args, "limit", (int64_t)j->limits.get);
    json_set_bool(args, "calculateTotal", true);
    enum rc rc = jmap_query(j, p, what, args, NULL, &answer, err);
    if (rc != RC_OK) {
        return rc;
    }
    const char *state = json_get_str(answer, "queryState");
    int64_t total = json_get_int(answer, "total", -1);
    int64_t told = json_get_int(answer, "position", -1);
    /* Cyrus 3.10 tells 0 of every page. Were it the first one again, its ids would not add up to the
     * total. */
    bool elsewhere = told && told != (int64_t)at->position;
    *ret_moved = at->position &&
                 (!str_eq(state, at->query_state) || total != (int64_t)at->total || elsewhere);
    str_replace(&at->query_state, state);
    at->counted = total >= 0;
    at->total = total >= 0 ? (size_t)total : 0;
    *ret_got = json_count(json_get(answer, "ids"));
    ids_add_all(ids, json_get(answer, "ids"));
    return RC_OK;
}

/* The ids of the folder; *ret_whole: as many as the server counts, and nothing moved meanwhile. */
static enum rc query_all(
    struct jmap *j, const struct jmap_place *p, struct ids *ids, bool *ret_whole, struct err *err)
{
    struct page at = {0};
    bool moved = false;
    enum rc rc = RC_OK;
    for (size_t got = 1, page = 0;
         rc == RC_OK && got && !moved && page < PAGES_MAX && ids->count <= ITEMS_MAX; page++) {
        rc = query_page(j, p, &at, ids, &moved, &got, err);
        at.position += got;
        if (at.counted && at.position >= at.total) {
            break;
        }
    }
    *ret_whole = at.counted && !moved && at.position == at.total && ids->count == at.total;
    free(at.query_state);
    return rc;
}

/* From before the listing, so that whatever changes during it is told again. */
static enum rc state_now(struct jmap *j, const struct jmap_place *p, char **ret, struct err *err)
{
    struct jmap_objects none CLEANUP_FINI(jmap_objects_fini) = {0};
    enum rc rc = jmap_objects_get(j, p->type, p->account, NULL, 0, &none, err);
    if (rc == RC_OK && !none.state) {
        rc =
            err_set(err, RC_SERVER, 0, "the list of %s: the server gives no state", p->type->items);
    }
    if (rc == RC_OK) {
        *ret = TAKE(none.state);
    }
    return rc;
}

static enum rc list_all(
    struct jmap *j, const struct jmap_place *p, struct store_changes *ret, struct err *err)
{
    struct ids ids CLEANUP_FINI(ids_fini);
    bool whole = false;
    ids_open(&ids);
    enum rc rc = state_now(j, p, &ret->token, err);
    for (int i = 0; rc == RC_OK && !whole && i < TRIES; i++) {
        ids_fini(&ids);
        ids_open(&ids);
        rc = query_all(j, p, &ids, &whole, err);
    }
    if (rc == RC_OK && !whole) {
        rc = err_set(err, RC_INCOMPLETE, 0,
            "the list of %s: it is not as long as the server says, or changes all the time",
            p->type->items);
    }
    ret->full = ret->proven = true;
    return rc == RC_OK ? add_cards(j, p, &ids, false, false, ret, err) : rc;
}

enum rc jmap_changes(struct store *s, const char *folder, enum item_kind kind, const char *token,
    struct store_changes *ret, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct jmap_place p CLEANUP_FINI(jmap_place_fini) = {0};
    struct store_changes changes = {0};
    enum rc rc = jmap_place_parse(folder, kind, &p, err);
    if (rc == RC_OK) {
        rc = token ? changes_since(j, &p, token, &changes, err) : list_all(j, &p, &changes, err);
    }
    if (rc != RC_OK) {
        store_changes_fini(&changes);
        return rc;
    }
    *ret = changes;
    return RC_OK;
}
