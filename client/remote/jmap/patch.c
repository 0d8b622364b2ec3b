/* From a card to the card it should become, as the server is told: a PatchObject (RFC 8620 section
 * 5.3). Only what differs is in it; arrays are replaced whole. See card.h. */
#include "client/remote/jmap/card.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

static void differ(
    struct json *patch, const char *path, const struct json *was, const struct json *then);

/* A map without entries is one that is not there. */
static bool is_absent(const struct json *v)
{
    return !v || json_is_null(v) || (json_is_object(v) && !json_count(v));
}

static void differ_member(struct json *patch, const char *path, const char *key,
    const struct json *was, const struct json *then)
{
    CLEANUP(mem_free) char *token = json_pointer_escape(key);
    CLEANUP(mem_free) char *below = *path ? str_printf("%s/%s", path, token) : mem_strdup(token);
    if (is_absent(was) && is_absent(then)) {
        return;
    }
    if (json_is_object(was) && json_is_object(then) && json_count(then)) {
        differ(patch, below, was, then);
    } else if (!json_equal(was, then)) {
        json_set(patch, below, is_absent(then) ? json_null() : json_dup(then));
    }
}

static void differ(
    struct json *patch, const char *path, const struct json *was, const struct json *then)
{
    for (const struct json *m = json_first(was); m; m = json_next(m)) {
        differ_member(patch, path, json_key(m), m, json_get(then, json_key(m)));
    }
    for (const struct json *m = json_first(then); m; m = json_next(m)) {
        if (!json_get(was, json_key(m))) {
            differ_member(patch, path, json_key(m), NULL, m);
        }
    }
}

struct json *card_patch(const struct json *card, const struct json *then)
{
    struct json *patch = json_object();
    differ(patch, "", card, then);
    return patch;
}
