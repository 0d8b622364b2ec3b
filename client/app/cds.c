/* What CalDav Synchronizer's files say; the forms are in cds.h. */
#include "client/app/cds.h"

#include "client/app/app.h"
#include "client/base/buf.h"
#include "client/base/xml.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* Without a mark of byte order and the declaration, which may name an encoding that is not the file's. */
static const char *skip_declaration(const char *text, size_t *len)
{
    const char *at = text;
    if (*len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
        at += 3;
    }
    size_t left = *len - (size_t)(at - text);
    const char *end = left > 5 && memcmp(at, "<?xml", 5) == 0 ? memchr(at, '>', left) : NULL;
    at = end ? end + 1 : at;
    *len -= (size_t)(at - text);
    return at;
}

static enum rc read_elements(
    const char *text, size_t len, xml_element_fn *element, void *user, struct err *err)
{
    CLEANUP(xml_reader_free) struct xml_reader *r = xml_reader_new(element, user);
    text = skip_declaration(text, &len);
    enum rc rc = xml_reader_feed(r, text, len, err);
    return rc == RC_OK ? xml_reader_finish(r, err) : rc;
}

static const char *value(const struct xml_node *n, const char *name)
{
    return xml_text(xml_child(n, "", name));
}

static bool is_true(const struct xml_node *n, const char *name)
{
    return str_eq(value(n, name), "true") || str_eq(value(n, name), "1");
}

/* ---- where the options are ---- */

struct places {
    cds_place_fn *tell;
    void *user;
};

static enum rc on_place(void *user, const struct xml_node *n, struct err *err)
{
    const struct places *p = user;
    const char *folder = value(n, "DataDirectoryName"), *name = value(n, "ConfigFileName");
    (void)err;
    /* names, not ways out of the folder */
    if (xml_is(n, "", "ProfileEntry") && *name && !strpbrk(name, "/\\:") &&
        !strpbrk(folder, "/\\:") && !str_eq(folder, "..")) {
        p->tell(p->user, *folder ? folder : NULL, name);
    }
    return RC_OK;
}

enum rc cds_places_read(
    const char *text, size_t len, cds_place_fn *tell, void *user, struct err *err)
{
    struct places p = {tell, user};
    return read_elements(text, len, on_place, &p, err);
}

/* ---- profiles ---- */

void cds_profiles_fini(struct cds_profiles *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct cds_profile *p = &list->items[i];
        char *const texts[] = {p->id, p->name, p->url, p->user, p->folder, p->secret, p->salt,
            p->every, p->past, p->future};
        for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
            free(texts[t]);
        }
    }
    free(list->items);
    *list = (struct cds_profiles){0};
}

static const struct word {
    const char *theirs, *ours;
} DIRECTIONS[] = {{"ReplicateOutlookIntoServer", "left-to-right"},
    {"MergeOutlookIntoServer", "left-to-right"}, {"ReplicateServerIntoOutlook", "right-to-left"},
    {"MergeServerIntoOutlook", "right-to-left"}, {"MergeInBothDirections", "two-way"}},
  POLICIES[] = {
      {"OutlookWins", "left"}, {"ServerWins", "right"}, {"Manual", "ask"}, {"Automatic", "newest"}};

/* `usual` for what is missing or not known. */
static const char *our_word(
    const struct word *words, size_t count, const char *theirs, const char *usual)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(words[i].theirs, theirs)) {
            return words[i].ours;
        }
    }
    return usual;
}

/* Theirs begin at one minute and may be 0: never by itself. */
static char *our_every(const char *minutes)
{
    long n = strtol(minutes, NULL, 10);
    n = n > APP_EVERY_MAX ? APP_EVERY_MAX : n < APP_EVERY_MIN ? APP_EVERY_MIN : n;
    return str_eq(minutes, "0") ? mem_strdup("hand")
           : str_empty(minutes) ? mem_strdup("default")
                                : str_printf("%ld", n);
}

static char *days(const struct xml_node *n, const char *name)
{
    long count = strtol(value(n, name), NULL, 10);
    bool all = is_true(n, "IgnoreSynchronizationTimeRange") || !*value(n, name) || count < 0;
    return all ? NULL : str_printf("%ld", count > 36500 ? 36500 : count);
}

static char *copy(const struct xml_node *n, const char *name)
{
    return xml_text_trimmed(xml_child(n, "", name));
}

static enum rc on_profile(void *user, const struct xml_node *n, struct err *err)
{
    struct cds_profiles *list = user;
    const char *protocol = value(n, "ServerAdapterType");
    (void)err;
    if (!xml_is(n, "", "Options")) {
        return RC_OK;
    }
    ARRAY_RESERVE(list->items, list->count, list->cap);
    list->items[list->count++] = (struct cds_profile){
        .id = copy(n, "Id"),
        .name = copy(n, "Name"),
        .url = copy(n, "CalenderUrl"), /* as they spell it */
        .user = copy(n, "UserName"),
        .folder = copy(n, "OutlookFolderEntryId"),
        .secret = copy(n, "ProtectedPassword"),
        .salt = copy(n, "Salt"),
        .every = our_every(value(n, "SynchronizationIntervalInMinutes")),
        .past = days(n, "DaysToSynchronizeInThePast"),
        .future = days(n, "DaysToSynchronizeInTheFuture"),
        .direction =
            our_word(DIRECTIONS, ARRAY_LEN(DIRECTIONS), value(n, "SynchronizationMode"), "two-way"),
        .policy = our_word(POLICIES, ARRAY_LEN(POLICIES), value(n, "ConflictResolution"), "newest"),
        .on = !is_true(n, "Inactive"),
        .on_change = is_true(n, "EnableChangeTriggeredSynchronization"),
        .http = str_empty(protocol) || str_eq(protocol, "Default"),
    };
    return RC_OK;
}

enum rc cds_profiles_read(const char *text, size_t len, struct cds_profiles *list, struct err *err)
{
    return read_elements(text, len, on_profile, list, err);
}

/* ---- pairs ---- */

struct pairs {
    cds_pair_fn *tell;
    void *user;
};

/* An appointment has its entry id one level deeper, beside its GlobalObjectId; older versions wrote the
 * path as the text of BtypeId itself. */
static enum rc on_pair(void *user, const struct xml_node *n, struct err *err)
{
    const struct pairs *p = user;
    const struct xml_node *a = xml_child(n, "", "AtypeId"), *b = xml_child(n, "", "BtypeId");
    const struct xml_node *entry = xml_child(a, "", "EntryId");
    const struct xml_node *path = xml_child(b, "", "OriginalAbsolutePath");
    CLEANUP(mem_free) char *id = xml_text_trimmed(entry ? entry : a);
    CLEANUP(mem_free) char *where = xml_text_trimmed(path ? path : b);
    size_t len = 0;
    CLEANUP(mem_free) unsigned char *bytes = hex_decode(id, &len);
    if (!bytes || !len || where[0] != '/') {
        return RC_OK;
    }
    CLEANUP(mem_free) char *ours = hex_encode(bytes, len);
    return p->tell(p->user, ours, where, err);
}

enum rc cds_pairs_read(const char *text, size_t len, cds_pair_fn *tell, void *user, struct err *err)
{
    struct pairs p = {tell, user};
    return read_elements(text, len, on_pair, &p, err);
}
