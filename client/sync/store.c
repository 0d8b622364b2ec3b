/* Helpers for the structs of store.h: releasing and filling them. The stores themselves are in
 * client/remote, client/outlook and tests/engine/memory_store. */
#include "client/sync/store.h"

#include "client/base/buf.h"

#include <string.h>

void store_folder_fini(struct store_folder *f)
{
    free(f->id);
    free(f->name);
    free(f->path);
    free(f->owner);
    free(f->color);
    *f = (struct store_folder){.count = -1};
}

void store_folders_fini(struct store_folders *f)
{
    for (size_t i = 0; i < f->count; i++) {
        store_folder_fini(&f->items[i]);
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

/* Blanks at an end are what file systems and servers cut off in silence: the folder would then be
 * called something else. */
static enum rc check_name(const char *name, struct err *err)
{
    size_t n = strlen(name);
    bool control = false;
    for (size_t i = 0; i < n; i++) {
        control = control || (unsigned char)name[i] < ' ' || name[i] == 0x7F;
    }
    if (!n || name[0] == ' ' || name[n - 1] == ' ') {
        return err_set(err, RC_INVALID, 0,
            n ? "the name of a folder cannot begin or end with a blank: '%s'"
              : "the name of the folder is missing%s",
            name);
    }
    if (control || !str_utf8_valid(name, n)) {
        return err_set(
            err, RC_INVALID, 0, "the name of the folder has characters that no name has");
    }
    return n > STORE_FOLDER_NAME_MAX
               ? err_set(err, RC_INVALID, 0, "the name of the folder is longer than %d bytes",
                     STORE_FOLDER_NAME_MAX)
               : RC_OK;
}

enum rc store_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    enum rc rc = check_name(name, err);
    if (rc == RC_OK && !s->vtbl->make_folder) {
        rc = err_set(err, RC_UNSUPPORTED, 0, "no folders can be made there");
    }
    return rc == RC_OK ? s->vtbl->make_folder(s, kind, name, ret, err) : rc;
}

void store_free(struct store *s)
{
    if (s) {
        json_free(s->own);
        s->vtbl->free(s);
    }
}
