/* From an event to the event it should become, as the server is told; see event.h. */
#include "client/remote/jmap/event_private.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <string.h>

#define OVERRIDES "recurrenceOverrides"

/* A map without entries is one that is not there. */
static bool is_absent(const struct json *v)
{
    return !v || json_is_null(v) || (json_is_object(v) && !json_count(v));
}

/* What is a patch or a part of one is given whole: a null within it is a value of it. */
static bool is_whole(const char *path)
{
    return str_starts(path, OVERRIDES "/");
}

static void differ(
    struct json *lines, const char *path, const struct json *was, const struct json *then);

static void differ_member(struct json *lines, const char *path, const char *key,
    const struct json *was, const struct json *then)
{
    CLEANUP(mem_free) char *token = json_pointer_escape(key);
    CLEANUP(mem_free) char *below = *path ? str_printf("%s/%s", path, token) : mem_strdup(token);
    if (is_whole(below) ? json_equal(was, then) : is_absent(was) && is_absent(then)) {
        return;
    }
    if (!is_whole(below) && json_is_object(was) && json_count(was) && json_is_object(then) &&
        json_count(then)) {
        differ(lines, below, was, then);
    } else if (!was || !then || !json_equal(was, then)) {
        bool gone = is_whole(below) ? !then : is_absent(then);
        json_set(lines, below, gone ? json_null() : json_dup(then));
    }
}

static void differ(
    struct json *lines, const char *path, const struct json *was, const struct json *then)
{
    for (const struct json *m = json_first(was); m; m = json_next(m)) {
        differ_member(lines, path, json_key(m), m, json_get(then, json_key(m)));
    }
    for (const struct json *m = json_first(then); m; m = json_next(m)) {
        if (!json_get(was, json_key(m))) {
            differ_member(lines, path, json_key(m), NULL, m);
        }
    }
}

struct json *event_lines(const struct json *was, const struct json *then)
{
    struct json *lines = json_object();
    differ(lines, "", was, then);
    return lines;
}

static bool is_of(const char *path, const char *member)
{
    size_t n = strlen(member);
    return strncmp(path, member, n) == 0 && (!path[n] || path[n] == '/');
}

void event_say_whole(struct json *patch, const struct json *then, const char *member)
{
    for (struct json *l = json_first(patch), *next; l; l = next) {
        next = json_next(l);
        if (is_of(json_key(l), member)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(l));
            json_remove(patch, key);
        }
    }
    const struct json *v = json_get(then, member);
    json_set(patch, member, is_absent(v) ? json_null() : json_dup(v));
}

struct json *event_patch(const struct json *event, const struct json *then)
{
    struct json *patch = event_lines(event, then);
    bool alerts = false;
    for (const struct json *l = json_first(patch); l; l = json_next(l)) {
        alerts = alerts || is_of(json_key(l), "alerts");
    }
    /* Cyrus 3.6 to 3.12 refuses a change of alerts where occurrences have none of their own, unless
     * both come whole (invalidProperties of recurrenceOverrides/KEY). */
    if (alerts && !is_absent(json_get(then, OVERRIDES))) {
        event_say_whole(patch, then, "alerts");
        event_say_whole(patch, then, OVERRIDES);
    }
    return patch;
}
