/* Occurrences that differ from their series ("recurrenceOverrides", RFC 8984 section 4.3.5). On a server
 * each is a patch of its event, in the server's members and ids; in a document one of the document. One is
 * made of the other by way of the whole occurrence, so that lines which documents have no words for
 * stay, and only occurrences that changed are written. */
#include "client/remote/jmap/event_private.h"

#include "client/base/buf.h"
#include "client/base/mem.h"
#include "client/item/doc.h"

#include <string.h>

#define OVERRIDES "recurrenceOverrides"

/* Members that documents keep for the series only (client/codec/ical.c has the same). */
static const char *const SERIES_ONLY[] = {DOC_STYLED, "links", "uid", "prodId", "created",
    "updated", "sequence", "privacy", "participants", "timeZones", "endTimeZone", "recurrenceRules",
    "excludedRecurrenceRules", OVERRIDES, "recurrenceId", "recurrenceIdTimeZone"};

static void drop_series_only(struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(SERIES_ONLY); i++) {
        json_remove(doc, SERIES_ONLY[i]);
    }
}

static bool is_excluded(const struct json *override)
{
    return json_get_bool(override, "excluded", false);
}

/* ---- whole occurrences ---- */
/* As the document has it without an override. Caller owns. */
static struct json *doc_occurrence(const struct json *series, const char *key)
{
    struct json *doc = json_object();
    for (const struct json *m = json_first(series); m; m = json_next(m)) {
        if (!str_eq(json_key(m), OVERRIDES)) {
            json_set(doc, json_key(m), json_dup(m));
        }
    }
    drop_series_only(doc);
    json_set_str(doc, "start", key);
    return doc;
}

/* As the server has it without an override. Caller owns. */
static struct json *event_occurrence(const struct json *event, const char *key)
{
    struct json *one = json_object();
    for (const struct json *m = json_first(event); m; m = json_next(m)) {
        const char *name = json_key(m);
        if (!str_starts(name, "recurrence") && !str_eq(name, "excludedRecurrenceRules") &&
            !json_is_null(m)) {
            json_set(one, name, json_dup(m));
        }
    }
    json_set_str(one, "start", key);
    return one;
}

/* RC_INVALID: a line of it leads nowhere. */
static enum rc put_patch(
    struct json *one, const struct json *patch, const char *key, struct err *err)
{
    for (const struct json *l = json_first(patch); l; l = json_next(l)) {
        struct json *v = json_is_null(l) ? NULL : json_dup(l);
        if (json_pointer_set(one, json_key(l), v, NULL) != RC_OK) {
            return err_set(err, RC_INVALID, 0,
                "the change of its occurrence %.40s does not fit the series", key);
        }
    }
    return RC_OK;
}

static enum rc read_occurrence(const struct json *one, const char *key,
    const struct json *calendars, struct json **ret_doc, struct err *err)
{
    struct err why = ERR_INIT;
    enum rc rc = event_plain(one, calendars, ret_doc, &why);
    if (rc == RC_OK) {
        drop_series_only(*ret_doc);
    } else {
        rc = err_set(err, rc, 0, "its occurrence %.40s: %s", key, err_text(&why));
    }
    err_fini(&why);
    return rc;
}

/* ---- reading ---- */
static enum rc override_read(const struct json *event, const struct json *override,
    const struct json *calendars, struct json *doc, struct err *err)
{
    const char *key = json_key(override);
    CLEANUP(json_free) struct json *one = event_occurrence(event, key);
    CLEANUP(json_free) struct json *plain = doc_occurrence(doc, key);
    CLEANUP(json_free) struct json *changed = NULL;
    enum rc rc = put_patch(one, override, key, err);
    if (rc == RC_OK) {
        rc = read_occurrence(one, key, calendars, &changed, err);
    }
    if (rc == RC_OK) {
        doc_rekey(changed, plain);
        json_set(json_need_object(doc, OVERRIDES), key, doc_diff(plain, changed));
    }
    return rc;
}

enum rc event_series_read(
    const struct json *event, const struct json *calendars, struct json *doc, struct err *err)
{
    const struct json *overrides = json_get(event, OVERRIDES);
    enum rc rc = RC_OK;
    for (const struct json *o = json_is_object(overrides) ? json_first(overrides) : NULL;
         o && rc == RC_OK; o = json_next(o)) {
        if (is_excluded(o)) {
            json_set_bool(
                json_need_object(json_need_object(doc, OVERRIDES), json_key(o)), "excluded", true);
        } else if (json_is_object(o)) {
            rc = override_read(event, o, calendars, doc, err);
        }
    }
    return rc;
}

/* ---- writing ---- */
struct series {
    struct json *then; /* the event, changed already */
    const struct json *event, *now, *want;
    const struct event_how *how;
};

/* What the server has of an occurrence that is now called `key`: under that name, or under that of the same
 * day whose occurrence is no more (the series was moved to another hour). NULL: nothing. */
static const struct json *native_override(const struct series *s, const char *key)
{
    const struct json *natives = json_get(s->event, OVERRIDES);
    const struct json *same = json_get(natives, key);
    const struct json *wanted = json_get(s->want, OVERRIDES);
    for (const struct json *n = json_first(natives); n && !same; n = json_next(n)) {
        bool free =
            !json_get(wanted, json_key(n)) && json_get(json_get(s->now, OVERRIDES), json_key(n));
        same = free && strncmp(json_key(n), key, strlen("2026-01-01")) == 0 ? n : NULL;
    }
    return same && json_is_object(same) && !is_excluded(same) ? same : NULL;
}

/* The occurrence as the server has it, on top of the series as `from` has it, becoming `want` (a whole
 * occurrence of a document; NULL: what it says now). */
static enum rc make_override(struct series *s, const char *key, const struct json *from,
    const struct json *native, struct json *want, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *plain = event_occurrence(s->then, key);
    CLEANUP(json_free) struct json *one = event_occurrence(from, key);
    CLEANUP(json_free) struct json *now = NULL;
    enum rc rc = put_patch(one, native, key, err);
    rc = rc == RC_OK ? read_occurrence(one, key, s->how->calendars, &now, err) : rc;
    if (rc == RC_OK && want) {
        doc_rekey(want, now);
        event_put(one, now, want, s->how->dialect);
    }
    if (rc == RC_OK) {
        *ret = event_lines(plain, one);
    }
    return rc;
}

static enum rc override_put(struct series *s, const struct json *override, struct err *err)
{
    const char *key = json_key(override);
    struct json *all = json_need_object(s->then, OVERRIDES);
    if (is_excluded(override)) {
        struct json *gone = json_object();
        json_set_bool(gone, "excluded", true);
        json_set(all, key, gone);
        return RC_OK;
    }
    const struct json *native = native_override(s, key);
    CLEANUP(json_free) struct json *want = doc_occurrence(s->want, key);
    struct json *lines = NULL;
    enum rc rc = doc_apply(want, override, err);
    if (rc == RC_OK) {
        rc = make_override(s, key, s->then, native, want, &lines, err);
        if (rc == RC_INVALID && native) { /* the patch does not fit the series any more */
            rc = make_override(s, key, s->event, native, want, &lines, err);
        }
    }
    if (rc == RC_OK) {
        json_set(all, key, lines);
    }
    return rc;
}

/* Does every line of the patch lead through what is there? */
static bool fits(const struct json *event, const struct json *patch)
{
    for (const struct json *l = json_first(patch); l; l = json_next(l)) {
        const char *slash = strrchr(json_key(l), '/');
        CLEANUP(mem_free)
        char *parent = slash ? mem_strndup(json_key(l), (size_t)(slash - json_key(l))) : NULL;
        if (parent && !json_is_object(json_pointer(event, parent))) {
            return false;
        }
    }
    return true;
}

/* One that nobody changed, of a series that has lost what it builds upon. */
static enum rc override_refit(struct series *s, const struct json *native, struct err *err)
{
    struct json *lines = NULL;
    CLEANUP(mem_free) char *key = mem_strdup(json_key(native));
    if (!json_is_object(native) || is_excluded(native) || fits(s->then, native) ||
        !fits(s->event, native)) { /* the latter is none of our doing */
        return RC_OK;
    }
    enum rc rc = make_override(s, key, s->event, native, NULL, &lines, err);
    if (rc == RC_OK) {
        json_set(json_get(s->then, OVERRIDES), key, lines);
    }
    return rc;
}

enum rc event_series_put(struct json *then, const struct json *event, const struct json *now,
    const struct json *want, const struct event_how *how, struct err *err)
{
    struct series s = {then, event, now, want, how};
    const struct json *old = json_get(now, OVERRIDES), *all = json_get(want, OVERRIDES);
    enum rc rc = RC_OK;
    for (const struct json *o = json_first(old); o; o = json_next(o)) {
        if (!json_get(all, json_key(o))) {
            json_remove(json_get(then, OVERRIDES), json_key(o));
        }
    }
    for (const struct json *o = json_first(all); o && rc == RC_OK; o = json_next(o)) {
        const struct json *was = json_get(old, json_key(o));
        if (!was || !json_equal(was, o)) {
            rc = override_put(&s, o, err);
        }
    }
    const struct json *natives = json_get(event, OVERRIDES);
    for (const struct json *n = json_is_object(natives) ? json_first(natives) : NULL;
         n && rc == RC_OK; n = json_next(n)) {
        if (json_equal(json_get(json_get(then, OVERRIDES), json_key(n)), n)) {
            rc = override_refit(&s, n, err);
        }
    }
    return rc;
}
