/* What picky.h says. */
#include "tests/engine/picky.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "tests/engine/memory_store.h"

#include <string.h>

static const struct place {
    const char *map, *member;
} PLACES[] = {{"media", "uri"}, {"links", "href"}};

static bool is_data(const struct json *entry, const struct place *place)
{
    return str_starts(json_get_str(entry, place->member), "data:");
}

static size_t large_bytes(const struct json *doc)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        for (const struct json *e = json_first(json_get(doc, PLACES[i].map)); e; e = json_next(e)) {
            n += is_data(e, &PLACES[i]) ? strlen(json_get_str(e, PLACES[i].member)) : 0;
        }
    }
    return n;
}

static enum rc picky_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    struct picky *p = (struct picky *)s;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->fetch_bytes && bytes >= s->fetch_bytes) {
            store_items_add(ret, ids[i])->rc = RC_INCOMPLETE;
            continue;
        }
        struct store_items one = {0};
        enum rc rc = p->inner->vtbl->fetch(p->inner, folder, kind, &ids[i], 1, &one, err);
        if (rc != RC_OK) {
            store_items_fini(ret);
            return rc;
        }
        bytes += large_bytes(one.items[0].doc);
        struct store_item *to = store_items_add(ret, ids[i]);
        store_item_fini(to);
        *to = one.items[0];
        one.items[0] = (struct store_item){0};
        store_items_fini(&one);
    }
    p->largest = bytes > p->largest ? bytes : p->largest;
    return RC_OK;
}

static void make_over_in(enum habit habit, const struct place *place, struct json *doc)
{
    for (struct json *e = json_first(json_get(doc, place->map)); e; e = json_next(e)) {
        size_t len = 0;
        CLEANUP(mem_free)
        unsigned char *data =
            is_data(e, place) ? media_bytes(json_get_str(e, place->member), &len, NULL) : NULL;
        size_t now = habit == RECODES ? len - 1 : habit == SHRINKS && len > 1000 ? 1000 : len;
        if (data) {
            CLEANUP(mem_free)
            char *uri =
                str_eq(place->map, "links") ? file_uri(data, now) : media_uri(data, now, NULL);
            json_set_str(e, place->member, uri);
        }
    }
}

static void make_over(enum habit habit, struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        if (habit == DROPS) {
            json_remove(doc, PLACES[i].map);
        }
        make_over_in(habit, &PLACES[i], doc);
    }
}

static enum rc picky_commit(struct store *s, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    struct picky *p = (struct picky *)s;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        struct store_op op = ops[i];
        CLEANUP(json_free) struct json *doc = json_dup(op.doc);
        const struct json *now =
            op.kind == STORE_UPDATE ? memory_doc(p->inner, folder, op.id) : NULL;
        doc_rekey(doc, now);
        media_keep(doc, now);
        file_keep(doc, now);
        op.doc = doc;
        if (p->habit == REFUSES && large_bytes(doc) > 3500) {
            ops[i].rc = RC_TOO_BIG;
            ops[i].error = mem_strdup("larger than the server accepts");
            continue;
        }
        make_over(p->habit, doc);
        rc = p->inner->vtbl->commit(p->inner, folder, kind, &op, 1, err);
        p->commits++;
        op.doc = ops[i].doc;
        ops[i] = op;
    }
    return rc;
}

static enum rc picky_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    struct picky *p = (struct picky *)s;
    return p->inner->vtbl->changes(p->inner, folder, kind, token, ret, err);
}

static char *picky_choose(struct store *s, const char *folder, enum item_kind kind, const char *uid)
{
    struct picky *p = (struct picky *)s;
    return p->inner->vtbl->choose_id(p->inner, folder, kind, uid);
}

static enum rc picky_stamp(struct store *s, const char *folder, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    struct picky *p = (struct picky *)s;
    return p->inner->vtbl->find_stamp(p->inner, folder, kind, stamp, ret_id, err);
}

void picky_init(struct picky *p, struct store *inner, enum habit habit)
{
    *p = (struct picky){.inner = inner, .habit = habit, .vtbl = *inner->vtbl};
    p->vtbl.fetch = picky_fetch;
    p->vtbl.commit = picky_commit;
    p->vtbl.changes = picky_changes;
    p->vtbl.choose_id = inner->vtbl->choose_id ? picky_choose : NULL;
    p->vtbl.find_stamp = inner->vtbl->find_stamp ? picky_stamp : NULL;
    p->base = (struct store){.vtbl = &p->vtbl, .batch = inner->batch};
}
