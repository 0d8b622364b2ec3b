/* Members of a group card. RFC 6350 section 6.6.5 wants URIs; Apple's X-ADDRESSBOOKSERVER-MEMBER, which
 * vCard 3.0 needs, is the uid behind "urn:uuid:" whatever it looks like, and everybody who reads it
 * takes that away again. So a bare uid is written that way in all versions; reading keeps the text. */
#include "client/codec/vcard_private.h"

#include <string.h>

#include "client/item/doc.h"

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

struct json *vcard_group_members(const struct json *card)
{
    struct json *uris = json_object();
    for (const struct json *m = json_first(json_get(card, "members")); m; m = json_next(m)) {
        const char *key = json_key(m);
        if (str_starts(key, DOC_MEMBER_ITEM)) {
            key = told_uid(card, key);
        }
        if (str_empty(key) || !json_bool_value(m, false)) {
            continue;
        }
        CLEANUP(mem_free)
        char *uri = is_uri(key) ? mem_strdup(key) : str_printf("urn:uuid:%s", key);
        json_set_bool(uris, uri, true);
    }
    return uris;
}
