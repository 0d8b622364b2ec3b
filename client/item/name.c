/* What an item is called. */
#include "client/base/buf.h"
#include "client/item/doc.h"

/* The first entry's member of an id map. */
static const char *first_of(const struct json *doc, const char *map, const char *member)
{
    for (const struct json *e = json_first(json_get(doc, map)); e; e = json_next(e)) {
        const char *s = json_get_str(e, member);
        if (!str_empty(s)) {
            return s;
        }
    }
    return NULL;
}

/* Name components joined by blanks: "Ada", "King", "Lovelace". Caller frees; NULL if there are
 * none. */
static char *joined_name(const struct json *doc)
{
    struct buf b = BUF_INIT(1 << 16);
    const struct json *components = json_get(json_get(doc, "name"), "components");
    for (const struct json *c = json_first(components); c; c = json_next(c)) {
        const char *value = json_get_str(c, "value");
        if (!str_empty(value)) {
            buf_addf(&b, "%s%s", b.len ? " " : "", value);
        }
    }
    if (!b.len) {
        buf_fini(&b);
        return NULL;
    }
    return buf_take(&b);
}

static char *contact_name(const struct json *doc)
{
    const char *full = json_get_str(json_get(doc, "name"), "full");
    if (!str_empty(full)) {
        return mem_strdup(full);
    }
    char *joined = joined_name(doc);
    if (joined) {
        return joined;
    }
    const char *other = first_of(doc, "organizations", "name");
    return mem_strdup(other ? other : first_of(doc, "emails", "address"));
}

char *doc_title(enum item_kind kind, const struct json *doc)
{
    char *title = kind == ITEM_CONTACT ? contact_name(doc) : mem_strdup(json_get_str(doc, "title"));
    if (str_empty(title)) {
        free(title);
        return mem_strdup("(no name)");
    }
    return title;
}
