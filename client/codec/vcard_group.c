/* Members of a group card. RFC 6350 section 6.6.5 wants URIs; Apple's X-ADDRESSBOOKSERVER-MEMBER, which
 * vCard 3.0 needs, is the uid behind "urn:uuid:" whatever it looks like, and everybody who reads it
 * takes that away again. So a bare uid is written that way in all versions; reading keeps the text,
 * and a line that has it bare stays. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/doc.h"

#define UUID_HEAD "urn:uuid:"

/* Does it start with a scheme (RFC 3986 section 3.1)? */
static bool is_uri(const char *key)
{
    size_t n = strcspn(key, ":");
    return n && key[n] == ':' &&
           strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-") == n &&
           (*key < '0' || *key > '9') && !strchr("+.-", *key);
}

/* The uid of an item that only its store's id is given of, if it is told beside; else NULL. */
static const char *told_uid(const struct json *card, const char *key)
{
    return json_get_str(json_get(json_get(card, DOC_MEMBER_CARDS), key), "uid");
}

/* How a member stands in the card already, else as a URI. */
static const char *as_written(const struct json *had, const char *key, const char *uri)
{
    const char *bare = str_starts(uri, UUID_HEAD) ? uri + strlen(UUID_HEAD) : uri;
    return json_get(had, key) ? key : !str_empty(bare) && json_get(had, bare) ? bare : uri;
}

struct json *vcard_group_members(const struct json *before, const struct json *card)
{
    const struct json *had = json_get(before, "members");
    struct json *members = json_object();
    for (const struct json *m = json_first(json_get(card, "members")); m; m = json_next(m)) {
        const char *key = json_key(m);
        if (str_starts(key, DOC_MEMBER_ITEM)) {
            key = told_uid(card, key);
        }
        if (str_empty(key) || !json_bool_value(m, false)) {
            continue;
        }
        CLEANUP(mem_free)
        char *uri = is_uri(key) ? mem_strdup(key) : str_printf(UUID_HEAD "%s", key);
        json_set_bool(members, as_written(had, key, uri), true);
    }
    return members;
}
