/* What one side of a pair keeps that is in no document: unknown properties, and what has no place in
 * documents. Read out of the side's native text. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/codec/ical.h"
#include "client/codec/vcard.h"
#include "client/large/large.h"
#include "client/remote/jmap/card.h"
#include "client/remote/jmap/event.h"

#include <string.h>

#define LINE_MAX 200 /* octets of a line that is shown: some hold a photo */

/* The name of a line without its group: "item1.X-FOO;A=b:c" -> "X-FOO". Caller frees. */
static char *property_of(const char *line)
{
    size_t n = strcspn(line, ";:"), start = 0;
    for (size_t i = 0; i < n; i++) {
        start = line[i] == '.' ? i + 1 : start;
    }
    return mem_strndup(line + start, n - start);
}

/* Each line by itself: of contacts people ask which one it is. */
static struct json *kept_of_card(const char *native)
{
    CLEANUP(json_free) struct json *lines = NULL;
    struct json *list = json_array();
    if (vcard_unknown(native, strlen(native), &lines, NULL) != RC_OK) {
        return list; /* it is no vCard: Outlook's items are not text */
    }
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        CLEANUP(mem_free) char *property = property_of(json_str_value(l));
        struct json *k = json_object();
        json_set_str(k, "property", property);
        json_set_str(k, "line", json_str_value(l));
        json_set_int(k, "count", 1);
        json_set_bool(k, "unreadable", vcard_property_known(property));
        json_append(list, k);
    }
    return list;
}

/* Of a card or an event by JMAP: each member, and each entry. */
static struct json *kept_of_json(enum item_kind kind, const char *native)
{
    CLEANUP(json_free) struct json *object = NULL;
    struct json *list = json_array();
    if (json_parse(native, strlen(native), &object, NULL) != RC_OK) {
        return list;
    }
    CLEANUP(json_free)
    struct json *unread = kind == ITEM_CONTACT ? card_unread(object) : event_unread(object);
    for (const struct json *m = json_first(unread); m; m = json_next(m)) {
        CLEANUP(mem_free) char *value = json_print(m);
        CLEANUP(mem_free) char *line = str_printf("%s: %s", json_key(m), value);
        struct json *k = json_object();
        json_set_str(k, "property", json_key(m));
        json_set_str(k, "line", line);
        json_set_int(k, "count", 1);
        json_append(list, k);
    }
    return list;
}

struct json *kept_of(struct state *state, enum item_kind kind, const char *stored)
{
    CLEANUP(mem_free) char *native = large_native(state, stored);
    struct json *list = NULL;
    if (native && *native == '{') {
        return kept_of_json(kind, native);
    }
    if (native && kind == ITEM_CONTACT) {
        return kept_of_card(native);
    }
    if (native && ical_kept(native, strlen(native), kind, &list, NULL) == RC_OK) {
        return list;
    }
    return json_array();
}

char *kept_line(const struct json *kept)
{
    const char *what = json_get_str(kept, "what"), *line = json_get_str(kept, "line");
    int count = (int)json_get_int(kept, "count", 1);
    CLEANUP(mem_free) char *times = count > 1 ? str_printf(" (%d times)", count) : mem_strdup("");
    if (what) {
        return str_printf("%s%s", what, times);
    }
    size_t n = strlen(line) > LINE_MAX ? LINE_MAX : strlen(line);
    while (n && ((unsigned char)line[n] & 0xC0) == 0x80) {
        n--; /* not inside a character */
    }
    return str_printf("%.*s%s%s", (int)n, line, line[n] ? "..." : "", times);
}
