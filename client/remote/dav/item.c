/* The text of one item: out of an answer, into a document; and the texts kept from a listing. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/text_item.h"

#include <string.h>

char *item_text_from_xml(const char *text)
{
    struct buf b = BUF_INIT(2 * XML_MAX_CHILD);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        buf_add(&b, p, n);
        p += n;
        if (*p) {
            buf_adds(&b, n && p[-1] == '\r' ? "\n" : "\r\n");
            p++;
        }
    }
    return buf_take(&b);
}

char *item_text_of(const struct dav_resource *r, enum item_kind kind)
{
    const struct xml_node *n = kind == ITEM_CONTACT ? dav_prop(r, NS_CARDDAV, "address-data")
                                                    : dav_prop(r, NS_CALDAV, "calendar-data");
    if (!n || !n->text.len || strstr(xml_text(n), XML_REPLACEMENT)) {
        return NULL;
    }
    return item_text_from_xml(xml_text(n));
}

int item_type_is(const char *content_type, enum item_kind kind)
{
    if (kind == ITEM_CONTACT) {
        return 1;
    }
    for (const char *p = content_type; p && (p = strchr(p, ';'));) {
        p++;
        p += strspn(p, " \t");
        if (str_istarts(p, "component=")) {
            p += strlen("component=");
            p += *p == '"';
            return str_istarts(p, text_item_component(kind));
        }
    }
    return -1;
}

/* A VLIST names people by their resources in its own collection; the engine knows them by path. */
static void complete_members(struct json *doc, const char *id)
{
    const char *slash = strrchr(id, '/');
    const char *const maps[] = {"members", DOC_MEMBER_CARDS};
    for (size_t i = 0; slash && i < ARRAY_LEN(maps); i++) {
        CLEANUP(json_free) struct json *map = json_detach(doc, maps[i]);
        for (struct json *m = json_first(map); m; m = json_next(m)) {
            const char *key = json_key(m), *name = key + strlen(DOC_MEMBER_ITEM);
            bool local = str_starts(key, DOC_MEMBER_ITEM) && !strchr(name, '/');
            CLEANUP(mem_free)
            char *full =
                local ? str_printf("%s%.*s%s", DOC_MEMBER_ITEM, (int)(slash + 1 - id), id, name)
                      : mem_strdup(key);
            json_set(json_need_object(doc, maps[i]), full, json_dup(m));
        }
    }
}

void item_fill(struct store_item *ret, enum item_kind kind, const char *etag, char *text)
{
    struct err err = ERR_INIT;
    ret->version = mem_strdup(etag);
    ret->rc = text_item_read(kind, text, strlen(text), &ret->doc, &err);
    ret->native = text;
    if (ret->rc == RC_OK && kind == ITEM_CONTACT) {
        complete_members(ret->doc, ret->id);
    }
    if (ret->rc != RC_OK) {
        CLEANUP(mem_free) char *label = dav_item_label(kind, ret->id);
        ret->error = str_printf("%s: %s", label, err_text(&err));
        ret->doc = NULL;
    }
    err_fini(&err);
}

/* ---- texts kept ---- */
void dav_text_free(struct dav_text *t)
{
    if (t) {
        free(t->etag);
        free(t->text);
        free(t);
    }
}

void dav_texts_clear(struct dav *d)
{
    size_t cursor = 0;
    const char *key;
    void *value;
    while (map_entry(d->texts, &cursor, &key, &value)) {
        dav_text_free(value);
    }
    map_free(d->texts);
    d->texts = map_new();
    d->texts_size = 0;
}

void dav_texts_put(struct dav *d, const char *id, const char *etag, char *text)
{
    size_t size = strlen(text) + strlen(id) + 128;
    dav_text_free(dav_texts_take(d, id));
    if (d->texts_size + size > DAV_TEXTS_MAX) {
        free(text);
        return;
    }
    struct dav_text *t = NEW(struct dav_text);
    t->etag = mem_strdup(etag);
    t->text = text;
    d->texts_size += size;
    map_put(d->texts, id, t);
}

struct dav_text *dav_texts_take(struct dav *d, const char *id)
{
    struct dav_text *t = map_remove(d->texts, id);
    if (t) {
        d->texts_size -= strlen(t->text) + strlen(id) + 128;
    }
    return t;
}
