/* Reading items: from what the listing brought along, else by Foo/get; and finding one by its
 * uid. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

/* The item of an object; takes nothing over. */
static void fill(
    struct jmap *j, const struct jmap_place *p, struct store_item *item, const struct json *object)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *label = jmap_label(p->type, item->id);
    if (!jmap_place_has(p, object)) {
        item->rc = RC_NOT_FOUND;
        item->error = str_printf("%s: it is in another %s now", label, p->type->place);
        return;
    }
    item->rc = jmap_read(j, p, object, &item->doc, &err);
    if (item->rc == RC_OK) {
        item->version = jmap_version(object);
        item->native = json_print_canonical(object);
    } else {
        item->error = str_printf("%s: %s", label, err_text(&err));
    }
    err_fini(&err);
}

/* Those that no listing brought along. */
static enum rc ask(
    struct jmap *j, const struct jmap_place *p, struct store_items *items, struct err *err)
{
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    CLEANUP(mem_free) const char **ids = mem_alloc((items->count + 1) * sizeof *ids);
    CLEANUP(mem_free) struct store_item **of = mem_alloc((items->count + 1) * sizeof *of);
    size_t n = 0;
    for (size_t i = 0; i < items->count; i++) {
        if (items->items[i].rc == RC_CANCELLED) {
            of[n] = &items->items[i];
            ids[n++] = items->items[i].id;
        }
    }
    enum rc rc = n ? jmap_objects_get(j, p->type, p->account, ids, n, &objects, err) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        const struct jmap_object *c = &objects.items[i];
        if (c->rc == RC_OK) {
            fill(j, p, of[i], c->object);
        } else {
            of[i]->rc = c->rc;
            of[i]->error = mem_strdup(c->error);
        }
    }
    return rc;
}

/* Photos and files, one item after the other as long as there is room (store.h, fetch_bytes). */
static enum rc read_blobs(
    struct jmap *j, const struct jmap_place *p, struct store_items *items, struct err *err)
{
    size_t room = j->store.fetch_bytes, read = 0;
    CLEANUP(mem_free) struct json **docs = mem_alloc((items->count + 1) * sizeof *docs);
    enum rc rc = RC_OK;
    for (size_t i = 0, n = 0; rc == RC_OK && i <= items->count; i++) {
        if (i < items->count && items->items[i].doc) {
            docs[n++] = items->items[i].doc;
        }
        bool flush = n && (i == items->count || room || n == j->limits.requests_at_once);
        if (flush && room && read >= room && i < items->count) {
            struct store_item *item = &items->items[i];
            json_free(TAKE(item->doc));
            item->rc = RC_INCOMPLETE;
        } else if (flush) {
            rc = jmap_blobs_read(j, p->account, docs, n, err);
            for (size_t k = 0; k < n; k++) {
                read += jmap_blobs_size(docs[k]);
            }
        }
        n = flush ? 0 : n;
    }
    return rc;
}

enum rc jmap_fetch(struct store *s, const char *folder, enum item_kind kind, const char *const *ids,
    size_t count, struct store_items *ret, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct jmap_place p CLEANUP_FINI(jmap_place_fini) = {0};
    struct store_items items = {0};
    enum rc rc = jmap_place_parse(folder, kind, &p, err);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        struct store_item *item = store_items_add(&items, ids[i]);
        CLEANUP(json_free) struct json *kept = jmap_take_kept(j, &p, ids[i]);
        item->rc = RC_CANCELLED;
        if (kept) {
            fill(j, &p, item, kept);
        }
    }
    rc = rc == RC_OK ? ask(j, &p, &items, err) : rc;
    rc = rc == RC_OK ? read_blobs(j, &p, &items, err) : rc;
    if (rc != RC_OK) {
        store_items_fini(&items);
        return rc;
    }
    *ret = items;
    return RC_OK;
}

/* ---- by uid ---- */
enum rc jmap_find_uid(struct store *s, const char *folder, enum item_kind kind, const char *uid,
    char **ret_id, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct jmap_place p CLEANUP_FINI(jmap_place_fini) = {0};
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    CLEANUP(json_free) struct json *found = NULL;
    const char *ids[16];
    size_t n = 0;
    enum rc rc = jmap_place_parse(folder, kind, &p, err);
    rc = rc == RC_OK ? jmap_query_uid(j, &p, uid, &found, err) : rc;
    for (const struct json *v = json_first(found); v && n < ARRAY_LEN(ids); v = json_next(v)) {
        if (json_str_value(v)) {
            ids[n++] = json_str_value(v);
        }
    }
    if (rc == RC_OK && n) {
        rc = jmap_objects_get(j, p.type, p.account, ids, n, &objects, err);
    }
    for (size_t i = 0; rc == RC_OK && i < objects.count; i++) {
        const struct json *object =
            objects.items[i].object; /* a server may search by its own lights */
        if (object && str_eq(json_get_str(object, "uid"), uid) && jmap_place_has(&p, object)) {
            *ret_id = mem_strdup(objects.items[i].id);
            return RC_OK;
        }
    }
    return rc == RC_OK ? err_set(err, RC_NOT_FOUND, 0, "no %s of this uid", p.type->item) : rc;
}
