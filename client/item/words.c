/* An item in one line, for a person who has to say whether two are the same. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/match.h"

#include <string.h>

#define WORDS_MAX 2000

static void add(struct buf *b, const char *text)
{
    if (!str_empty(text) && b->len + strlen(text) + 2 < WORDS_MAX) {
        buf_addf(b, "%s%s", b->len ? ", " : "", text);
    }
}

static void add_each(struct buf *b, const struct json *doc, const char *map, const char *member)
{
    for (const struct json *e = json_first(json_get(doc, map)); e; e = json_next(e)) {
        add(b, json_get_str(e, member));
    }
}

static void add_birthday(struct buf *b, const struct json *doc)
{
    for (const struct json *a = json_first(json_get(doc, "anniversaries")); a; a = json_next(a)) {
        const struct json *date = json_get(a, "date");
        if (str_eq(json_get_str(a, "kind"), "birth") && json_get(date, "month")) {
            CLEANUP(mem_free)
            char *text = str_printf("born %04d-%02d-%02d", (int)json_get_int(date, "year", 0),
                (int)json_get_int(date, "month", 0), (int)json_get_int(date, "day", 0));
            add(b, text);
        }
    }
}

/* "2026-01-05T10:00:00" -> "2026-01-05 10:00" */
static void add_time(struct buf *b, const char *before, const char *text, bool day_only)
{
    if (text && strlen(text) >= 16) {
        CLEANUP(mem_free)
        char *shown = str_printf(
            "%s%.10s%s%.5s", before, text, day_only ? "" : " ", day_only ? "" : text + 11);
        add(b, shown);
    }
}

char *match_words(enum item_kind kind, const struct json *doc)
{
    struct buf b = BUF_INIT(2 * WORDS_MAX);
    char *title = doc_title(kind, doc);
    add(&b, title);
    if (kind == ITEM_CONTACT) {
        for (const struct json *o = json_first(json_get(doc, "organizations")); o;
             o = json_next(o)) {
            const char *name = json_get_str(o, "name");
            add(&b, str_eq(name, title) ? NULL : name);
        }
        add_each(&b, doc, "emails", "address");
        add_each(&b, doc, "phones", "number");
        add_birthday(&b, doc);
    } else {
        bool day = json_get_bool(doc, "showWithoutTime", false);
        add_time(&b, kind == ITEM_TASK ? "from " : "", json_get_str(doc, "start"), day);
        add_time(&b, "due ", json_get_str(doc, "due"), day || kind == ITEM_TASK);
        add(&b, day ? NULL : json_get_str(doc, "timeZone"));
        add(&b, json_count(json_get(doc, "recurrenceRules")) ? "repeated" : NULL);
        add_each(&b, doc, "locations", "name");
    }
    free(title);
    return buf_take(&b);
}
