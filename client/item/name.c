/* What an item is called, and what it is recognised by when there is no uid to go by. */
#include "client/base/buf.h"
#include "client/item/doc.h"

#include <string.h>

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

/* Appends text in lower case (ASCII) with white space folded, then a separator. */
static void add_folded(struct buf *b, const char *text)
{
    bool gap = false;
    size_t from = b->len;
    for (; text && *text; text++) {
        if (strchr(" \t\r\n", *text)) {
            gap = b->len > from;
            continue;
        }
        if (gap) {
            buf_addc(b, ' ');
            gap = false;
        }
        buf_addc(b, (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text));
    }
    buf_addc(b, '\x1f');
}

/* Name and one thing more: a name alone is no proof that two people are one. */
static bool add_contact_key(struct buf *b, const struct json *doc)
{
    char *joined = joined_name(doc);
    const char *full = json_get_str(json_get(doc, "name"), "full");
    const char *name = !str_empty(full) ? full : joined;
    const char *more = first_of(doc, "emails", "address");
    if (!more) {
        more = first_of(doc, "phones", "number");
    }
    if (!more) {
        more = first_of(doc, "organizations", "name");
    }
    bool enough = !str_empty(name) && !str_empty(more);
    add_folded(b, name);
    add_folded(b, more);
    free(joined);
    return enough;
}

static bool add_time_key(struct buf *b, enum item_kind kind, const struct json *doc)
{
    const char *title = json_get_str(doc, "title");
    const char *when = json_get_str(doc, kind == ITEM_EVENT ? "start" : "due");
    add_folded(b, title);
    add_folded(b, when);
    if (kind == ITEM_EVENT) {
        add_folded(b, json_get_str(doc, "timeZone"));
        add_folded(b, json_get_str(doc, "duration"));
        add_folded(b, json_get(doc, "recurrenceRules") ? "series" : NULL);
    }
    /* A task without a date is known by its title alone; an event always has a start. */
    return !str_empty(title) && (kind == ITEM_TASK || !str_empty(when));
}

char *doc_match_key(enum item_kind kind, const struct json *doc)
{
    struct buf b = BUF_INIT(1 << 16);
    bool enough = kind == ITEM_CONTACT ? add_contact_key(&b, doc) : add_time_key(&b, kind, doc);
    if (!enough || b.overflow) {
        buf_fini(&b);
        return NULL;
    }
    return buf_take(&b);
}
