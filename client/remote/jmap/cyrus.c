/* What Cyrus 3.10 to 3.12 does to categories named like a colour of CSS ("Red", "Gold"): of an event that has one,
 * its first is shown as "color" and all of them are left out of "keywords"; and whatever is written, what
 * was left out is gone from the stored event. Tried with 3.10.1, and fixed in what follows 3.12.
 *
 * So an event that shows a colour is read once more, as the iCalendar object that Cyrus has of it; what it says of
 * categories and colour is put in place of what was shown. Every write of it says both, for the event
 * and its occurrences: then they are kept. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"
#include "client/codec/ical.h"

#include <string.h>

#define OVERRIDES "recurrenceOverrides"
#define TEXT_MAX  ((size_t)16 << 20)

/* ---- which ---- */
static bool has_color(const struct json *v)
{
    const struct json *color = json_get(v, "color");
    return color && !json_is_null(color);
}

static bool shows_color(const struct json *event)
{
    bool shows = has_color(event);
    for (const struct json *o = json_first(json_get(event, OVERRIDES)); o && !shows;
         o = json_next(o)) {
        shows = has_color(o);
    }
    return shows && json_get_str(event, "blobId");
}

static bool hides(const struct jmap *j)
{
    return j->is_cyrus && j->download && j->calendars.dialect != EVENT_JSCALENDAR_2;
}

/* ---- putting right ---- */
static bool is_about(const char *path)
{
    return str_eq(path, "color") || str_eq(path, "keywords") || str_starts(path, "keywords/");
}

static void drop_about(struct json *object)
{
    for (struct json *m = json_first(object), *next; m; m = next) {
        next = json_next(m);
        if (is_about(json_key(m))) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(object, key);
        }
    }
}

static void copy_about(struct json *to, const struct json *from)
{
    for (const struct json *m = json_first(from); m; m = json_next(m)) {
        if (is_about(json_key(m))) {
            json_set(to, json_key(m), json_dup(m));
        }
    }
}

/* `doc`: what the iCalendar object says. Keywords have no ids, so its patches are good here. */
static void put_right(struct json *event, const struct json *doc)
{
    drop_about(event);
    copy_about(event, doc);
    struct json *overrides = json_get(event, OVERRIDES);
    for (struct json *o = json_first(overrides); o; o = json_next(o)) {
        drop_about(o);
    }
    for (const struct json *o = json_first(json_get(doc, OVERRIDES)); o; o = json_next(o)) {
        struct json *there = json_get(overrides, json_key(o));
        if (json_is_object(there)) {
            copy_about(there, o);
        }
    }
    json_set_bool(event, JMAP_CYRUS_COLORS, true);
}

/* ---- reading ---- */
static bool on_piece(void *user, const char *data, size_t len)
{
    struct buf *b = user;
    if (b->len + len <= TEXT_MAX) {
        buf_add(b, data, len);
    }
    return b->len + len <= TEXT_MAX;
}

/* What cannot be read now was not taken away: without it the event is none. */
static void settle(struct json *event, const struct buf *text)
{
    CLEANUP(json_free) struct json *doc = NULL;
    if (text->len && ical_read(text->data, text->len, ITEM_EVENT, &doc, NULL) == RC_OK) {
        put_right(event, doc);
    } else {
        json_set_bool(event, JMAP_CYRUS_COLORS, false);
    }
}

enum rc jmap_cyrus_colors(
    struct jmap *j, const char *account, struct json *const *events, size_t count, struct err *err)
{
    CLEANUP(mem_free) struct http_request *requests = mem_alloc((count + 1) * sizeof *requests);
    CLEANUP(mem_free) struct http_response *responses = mem_alloc((count + 1) * sizeof *responses);
    CLEANUP(mem_free) struct buf *texts = mem_alloc((count + 1) * sizeof *texts);
    CLEANUP(mem_free) struct json **of = mem_alloc((count + 1) * sizeof *of);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (events[i] && hides(j) && shows_color(events[i])) {
            of[n] = events[i];
            buf_init(&texts[n], TEXT_MAX);
            requests[n] = (struct http_request){.method = "GET",
                .url = jmap_expand(j->download, account, json_get_str(of[n], "blobId")),
                .what = "the categories of an appointment",
                .sink = on_piece,
                .sink_user = &texts[n]};
            n++;
        }
    }
    enum rc rc =
        n ? http_send_many(j->http, requests, n, j->limits.requests_at_once, responses, err)
          : RC_OK;
    for (size_t i = 0; i < n; i++) {
        struct err why = ERR_INIT;
        enum rc one = http_check(&responses[i], requests[i].what, &why);
        if (rc == RC_OK && rc_is_store_wide(one)) { /* not "it has none" */
            rc = err_set(err, one, why.native, "%s", err_text(&why));
        }
        if (one != RC_OK) {
            texts[i].len = 0;
        }
        settle(of[i], &texts[i]);
        err_fini(&why);
        http_response_fini(&responses[i]);
        buf_fini(&texts[i]);
        free((char *)(uintptr_t)requests[i].url);
    }
    return rc;
}

/* ---- writing ---- */
/* What the occurrence has of keywords and colour, said by itself: else it would get what is shown of the
 * series. */
static void say_in_override(struct json *override, const struct json *then)
{
    CLEANUP(json_free) struct json *one = json_object();
    static const char *const BOTH[] = {"color", "keywords"};
    if (!json_is_object(override) || json_get_bool(override, "excluded", false)) {
        return;
    }
    copy_about(one, then);
    for (const struct json *l = json_first(override); l; l = json_next(l)) {
        if (is_about(json_key(l))) {
            struct json *v = json_is_null(l) ? NULL : json_dup(l);
            enum rc rc = json_pointer_set(one, json_key(l), v, NULL);
            (void)rc; /* keywords are a map, or none */
        }
    }
    drop_about(override);
    for (size_t i = 0; i < ARRAY_LEN(BOTH); i++) {
        const struct json *v = json_get(one, BOTH[i]);
        bool none = !v || (json_is_object(v) && !json_count(v));
        json_set(override, BOTH[i], none ? json_null() : json_dup(v));
    }
}

static void say_in_overrides(struct json *patch, const struct json *then)
{
    for (struct json *o = json_first(json_get(patch, OVERRIDES)); o; o = json_next(o)) {
        say_in_override(o, then);
    }
    for (struct json *l = json_first(patch); l; l = json_next(l)) {
        if (str_starts(json_key(l), OVERRIDES "/")) {
            say_in_override(l, then);
        }
    }
}

static bool touches_about(const struct json *patch)
{
    bool touches = false;
    for (const struct json *l = json_first(patch); l; l = json_next(l)) {
        touches = touches || is_about(json_key(l));
    }
    return touches;
}

void jmap_cyrus_say_colors(const struct jmap *j, struct json *patch, const struct json *then)
{
    if (!hides(j) || !json_count(patch)) {
        return;
    }
    if (patch != then && (json_get(then, JMAP_CYRUS_COLORS) || touches_about(patch))) {
        event_say_whole(patch, then, "color");
        event_say_whole(patch, then, "keywords");
        if (json_count(json_get(then, OVERRIDES))) {
            event_say_whole(patch, then, OVERRIDES);
        }
    }
    if (json_get(then, JMAP_CYRUS_COLORS) || json_count(json_get(then, "keywords"))) {
        say_in_overrides(patch, then);
    }
}
