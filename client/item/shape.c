/* The tables behind shape.h. */
#include "client/item/shape.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

static const struct shape_id_map ID_MAPS[] = {
    /* Card */
    {"nicknames", {"name"}},
    {"organizations", {"name"}},
    {"titles", {"name"}},
    {"emails", {"address"}},
    {"phones", {"number"}},
    {"onlineServices", {"uri", "user", "service"}},
    {"addresses", {"components", "full"}},
    {"anniversaries", {"kind"}, .single = true},
    {"personalInfo", {"value"}},
    {"notes", {"note"}},
    {"media", {"uri", "blobId"}, .single = true},
    {"calendars", {"uri"}},
    {"cryptoKeys", {"uri"}},
    {"directories", {"uri"}},
    {"schedulingAddresses", {"uri"}},
    {"preferredLanguages", {"language"}},
    /* Event and Task; "links" is in both */
    {"links", {"href", "uri", "title"}},
    {"locations", {"name", "coordinates"}, .single = true},
    {"virtualLocations", {"uri", "name"}, .single = true},
    {"participants", {"email", "sendTo", "name"}},
    {"alerts", {"trigger"}, .single = true},
};

static const char *const OTHER_MAPS[] = {"keywords", "categories", "members", "relatedTo",
    "replyTo", "localizations", "recurrenceOverrides", "timeZones", "preferredContactChannels"};

static const char *const BOOKKEEPING[] = {"uid", "created", "updated", "prodId", "sequence",
    "version", DOC_MEMBER_CARDS, DOC_MEMBER_KEYS, DOC_DOUBTFUL, DOC_UNSURE, DOC_FILE_LIMIT};

const struct shape_id_map *shape_id_map(const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(ID_MAPS); i++) {
        if (str_eq(ID_MAPS[i].member, member)) {
            return &ID_MAPS[i];
        }
    }
    return NULL;
}

const struct shape_id_map *shape_id_maps(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(ID_MAPS);
    return ID_MAPS;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i], name)) {
            return true;
        }
    }
    return false;
}

bool shape_is_map(const char *member)
{
    return shape_id_map(member) || listed(OTHER_MAPS, ARRAY_LEN(OTHER_MAPS), member);
}

bool shape_is_bookkeeping(const char *member)
{
    return listed(BOOKKEEPING, ARRAY_LEN(BOOKKEEPING), member);
}

bool shape_is_made_over(const char *path)
{
    return str_starts(path, "media/") || (str_starts(path, "links/") && str_ends(path, "/href"));
}

bool shape_is_atomic(const char *top, const char *member)
{
    return (str_eq(top, "anniversaries") && str_eq(member, "date")) ||
           (str_eq(top, "alerts") && str_eq(member, "trigger"));
}
