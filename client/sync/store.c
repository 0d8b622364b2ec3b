/* Helpers for the structs of store.h: releasing and filling them. The stores themselves are in
 * client/remote, client/outlook and tests/engine/memory_store. */
#include "client/sync/store.h"

void store_folders_fini(struct store_folders *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->items[i].id);
        free(f->items[i].name);
        free(f->items[i].path);
        free(f->items[i].owner);
        free(f->items[i].color);
    }
    free(f->items);
    json_free(f->own);
    *f = (struct store_folders){0};
}

struct store_folder *store_folders_add(struct store_folders *f)
{
    ARRAY_RESERVE(f->items, f->count, f->cap);
    struct store_folder *folder = &f->items[f->count++];
    *folder = (struct store_folder){.count = -1};
    return folder;
}

void store_changes_fini(struct store_changes *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->items[i].id);
        free(c->items[i].version);
    }
    free(c->items);
    free(c->token);
    *c = (struct store_changes){0};
}

void store_changes_add(struct store_changes *c, const char *id, const char *version, bool gone)
{
    ARRAY_RESERVE(c->items, c->count, c->cap);
    c->items[c->count++] = (struct store_change){mem_strdup(id), mem_strdup(version), gone};
}

void store_item_fini(struct store_item *item)
{
    free(item->id);
    free(item->version);
    json_free(item->doc);
    free(item->native);
    free(item->error);
    *item = (struct store_item){0};
}

void store_items_fini(struct store_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        store_item_fini(&items->items[i]);
    }
    free(items->items);
    *items = (struct store_items){0};
}

struct store_item *store_items_add(struct store_items *items, const char *id)
{
    ARRAY_RESERVE(items->items, items->count, items->cap);
    struct store_item *item = &items->items[items->count++];
    *item = (struct store_item){.id = mem_strdup(id)};
    return item;
}

void store_op_fini(struct store_op *op)
{
    free(op->error);
    free(op->new_id);
    free(op->new_version);
    free(op->note);
    op->error = op->new_id = op->new_version = op->note = NULL;
}

struct store_trouble store_trouble(const struct store *s)
{
    struct store_trouble t = {false, 0};
    if (s && s->vtbl->trouble) {
        s->vtbl->trouble(s, &t);
    }
    return t;
}

void store_free(struct store *s)
{
    if (s) {
        json_free(s->own);
        s->vtbl->free(s);
    }
}
