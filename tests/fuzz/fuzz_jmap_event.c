/* An event of a JMAP server and a document for it: {"event":..,"want":..,"calendars":..}. Whatever a server
 * calls an event is read or refused; what nobody changed sends nothing; a patch leads through objects
 * that are there, no path of it is the beginning of another, no occurrence is patched from within; and
 * what no document has stays as it is. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/jmap/event.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok, const char *what, const struct json *v)
{
    if (!ok) {
        CLEANUP(mem_free) char *text = v ? json_print(v) : NULL;
        fprintf(stderr, "violated: %s\n%s\n", what, text ? text : "");
        abort();
    }
}

static bool has_parent(const struct json *event, const char *path)
{
    const char *slash = strrchr(path, '/');
    CLEANUP(mem_free) char *parent = slash ? mem_strndup(path, (size_t)(slash - path)) : NULL;
    return json_is_object(parent ? json_pointer(event, parent) : event);
}

static void check_patch(const struct json *event, const struct json *then)
{
    CLEANUP(json_free) struct json *patch = event_patch(event, then);
    CLEANUP(json_free) struct json *applied = json_dup(event);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const char *path = json_key(p);
        require(has_parent(event, path), "the way of a patch is there", patch);
        bool within = strncmp(path, "recurrenceOverrides/", 20) == 0 && strchr(path + 20, '/');
        require(!within, "an occurrence is given whole", patch);
        for (const struct json *q = json_first(patch); q; q = json_next(q)) {
            size_t n = strlen(path);
            require(p == q || strncmp(path, json_key(q), n) != 0 || json_key(q)[n] != '/',
                "no path is the beginning of another", patch);
        }
        struct json *v = json_is_null(p) ? NULL : json_dup(p);
        require(json_pointer_set(applied, path, v, NULL) == RC_OK, "a patch fits", patch);
    }
    CLEANUP(json_free) struct json *left = event_patch(applied, then);
    require(!json_count(left), "nothing is left to say", left);
}

static const char *const HIDDEN[] = {
    "relatedTo", "calendarIds", "id", "example.com:x", "locale", "isOrigin", "replyToNobody"};

static void check_unread(const struct json *event, const struct json *then)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        const struct json *was = json_get(event, HIDDEN[i]), *is = json_get(then, HIDDEN[i]);
        require(!was || json_is_null(was) ? !is : json_equal(was, is), "what no document has stays",
            then);
    }
}

static void check_write(const struct json *event, const struct json *now, const struct json *want,
    const struct event_how *how)
{
    CLEANUP(json_free) struct json *then = NULL;
    CLEANUP(json_free) struct json *made = NULL;
    CLEANUP(json_free) struct json *fresh = NULL;
    if (event_apply(event, now, want, how, &then, NULL) == RC_OK) {
        check_patch(event, then);
        check_unread(event, then);
    }
    if (event_new(event, want, how, &made, NULL) == RC_OK) {
        require(!json_get(made, "id"), "a new event has no id", made);
    }
    enum rc rc = event_new(NULL, want, how, &fresh, NULL);
    (void)rc; /* by several rules, say */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(json_free) struct json *input = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    CLEANUP(json_free) struct json *same = NULL;
    if (json_parse((const char *)data, size, &input, NULL) != RC_OK) {
        return 0;
    }
    const struct json *event = json_get(input, "event"), *calendars = json_get(input, "calendars");
    struct json *want = json_get(input, "want");
    if (!json_is_object(event) || event_read(event, calendars, &now, NULL) != RC_OK) {
        return 0;
    }
    struct event_how how = {event_dialect_of(event), 0, calendars};
    if (event_apply(event, now, now, &how, &same, NULL) == RC_OK) {
        CLEANUP(json_free) struct json *nothing = event_patch(event, same);
        require(!json_count(nothing), "what nobody changed sends nothing", nothing);
    }
    if (!json_is_object(want)) {
        return 0;
    }
    json_set_str(want, "@type", "Event");
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        json_remove(want, HIDDEN[i]); /* no store gives these */
    }
    if (doc_check(ITEM_EVENT, want, NULL) != RC_OK) {
        return 0;
    }
    doc_rekey(want, now);
    for (unsigned leave = 0; leave < 4; leave++) {
        for (int dialect = EVENT_JSCALENDAR_1; dialect <= EVENT_JSCALENDAR_2; dialect++) {
            how.leave = leave;
            how.dialect = (enum event_dialect)dialect;
            check_write(event, now, want, &how);
        }
    }
    return 0;
}
