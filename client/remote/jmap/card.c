/* Reading a ContactCard, and putting a document into one; see card.h. What a patch says to the
 * server is in patch.c. */
#include "client/remote/jmap/card.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/media.h"
#include "client/item/shape.h"
#include "client/remote/jmap/members.h"

#include <string.h>

/* What documents have of a card: what the other stores can tell. */
static const char *const MEMBERS[] = {"uid", "kind", "version", "created", "updated", "prodId",
    "name", "nicknames", "organizations", "titles", "emails", "phones", "onlineServices",
    "addresses", "anniversaries", "personalInfo", "notes", "media", "calendars", "cryptoKeys",
    "preferredLanguages", "links", "keywords", "members", "relatedTo"};

const char *const card_vendor_names[] = {DOC_EXT "account", DOC_EXT "billing",
    DOC_EXT "companyPhonetic", DOC_EXT "computerNetworkName", DOC_EXT "customerId",
    DOC_EXT "fileAs", DOC_EXT "fileAsFormula", DOC_EXT "followUp", DOC_EXT "followUpDue",
    DOC_EXT "followUpStart", DOC_EXT "followUpStatus", DOC_EXT "gender", DOC_EXT "governmentId",
    DOC_EXT "initials", DOC_EXT "keyword", DOC_EXT "location", DOC_EXT "mileage",
    DOC_EXT "organizationalId", DOC_EXT "privacy", DOC_EXT "referredBy", DOC_EXT "reminder",
    DOC_EXT "userField1", DOC_EXT "userField2", DOC_EXT "userField3", DOC_EXT "userField4", NULL};

static bool is_read(const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(MEMBERS); i++) {
        if (str_eq(MEMBERS[i], member)) {
            return true;
        }
    }
    return members_is_ours(member);
}

/* ---- the normal form ---- */
static void drop_types(struct json *v)
{
    if (json_is_object(v)) {
        json_remove(v, "@type");
    }
    for (struct json *m = json_first(v); m; m = json_next(m)) {
        drop_types(m);
    }
}

static struct json *without_separators(const struct json *components)
{
    struct json *kept = json_array();
    for (const struct json *c = json_first(components); c; c = json_next(c)) {
        if (!str_eq(json_get_str(c, "kind"), "separator")) {
            json_append(kept, json_dup(c));
        }
    }
    return kept;
}

static void keep_members(struct json *v, const char *const *names)
{
    for (struct json *m = json_first(v), *next; m; m = next) {
        next = json_next(m);
        bool kept = false;
        for (size_t i = 0; names[i]; i++) {
            kept = kept || str_eq(names[i], json_key(m));
        }
        if (!kept) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(v, key);
        }
    }
}

/* The parts of a name or an address without what is about their order. */
static void plain_components(struct json *owner)
{
    static const char *const PART[] = {"kind", "value", "phonetic", NULL};
    const struct json *components = json_get(owner, "components");
    json_remove(owner, "isOrdered");
    json_remove(owner, "defaultSeparator");
    json_remove(owner, "sortAs");
    if (!json_is_array(components)) {
        return;
    }
    struct json *plain = without_separators(components);
    for (struct json *c = json_first(plain); c; c = json_next(c)) {
        keep_members(c, PART);
    }
    json_set(owner, "components", plain);
}

static void plain_units(struct json *entry)
{
    static const char *const UNIT[] = {"name", NULL};
    for (struct json *u = json_first(json_get(entry, "units")); u; u = json_next(u)) {
        keep_members(u, UNIT);
    }
    json_remove(entry, "sortAs");
}

/* What other vendors have put into an entry. */
static void drop_foreign(struct json *entry)
{
    for (struct json *m = json_first(entry), *next; m; m = next) {
        next = json_next(m);
        if (strchr(json_key(m), ':') && !members_is_ours(json_key(m))) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(entry, key);
        }
    }
}

/* Does the entry say something that the other stores have a place for? What they would take for
 * something else (a profile on a web site for an address of messages) is not read by them either
 * (client/codec/README.md). */
static bool is_entry_read(const char *member, const struct json *entry)
{
    const char *kind = json_get_str(entry, "kind"), *uri = json_get_str(entry, "uri");
    if (str_eq(member, "media")) {
        return str_eq(kind, "photo") && (uri || json_get_str(entry, "blobId"));
    }
    if (str_eq(member, "links")) {
        return !kind;
    }
    if (str_eq(member, "calendars")) {
        return str_eq(kind, "freeBusy");
    }
    if (str_eq(member, "onlineServices")) {
        return !str_istarts(uri, "http:") && !str_istarts(uri, "https:");
    }
    return true;
}

/* A photo: its bytes or a link if it is there as such, else where to get it. */
static void plain_photo(struct json *entry)
{
    const char *uri = json_get_str(entry, "uri"), *blob = json_get_str(entry, "blobId");
    CLEANUP(mem_free) char *data = uri ? media_uri_normal(uri) : NULL;
    CLEANUP(mem_free)
    char *text = data  ? mem_strdup(data)
                 : uri ? mem_strdup(uri)
                       : str_printf(MEMBERS_BLOB "%s", blob ? blob : "");
    while (json_first(entry)) {
        CLEANUP(mem_free) char *key = mem_strdup(json_key(json_first(entry)));
        json_remove(entry, key);
    }
    json_set_str(entry, "kind", "photo");
    json_set_str(entry, "uri", text);
}

static void plain_entry(const char *member, struct json *entry)
{
    const char *number = json_get_str(entry, "number");
    struct json *date = json_get(entry, "date");
    drop_foreign(entry);
    if (str_eq(member, "addresses")) {
        plain_components(entry);
    } else if (str_eq(member, "organizations")) {
        plain_units(entry);
    } else if (str_eq(member, "notes")) {
        json_remove(entry, "author");
        json_remove(entry, "created");
    } else if (str_eq(member, "phones") && str_istarts(number, "tel:")) {
        CLEANUP(mem_free) char *bare = mem_strdup(number + 4);
        json_set_str(entry, "number", bare);
    } else if (str_eq(member, "titles") && !json_get(entry, "kind")) {
        json_set_str(entry, "kind", "title"); /* RFC 9553 section 2.2.5: the default */
    } else if (str_eq(member, "anniversaries") && json_is_object(date)) {
        json_set_str(date, "@type", json_get(date, "utc") ? "Timestamp" : "PartialDate");
    } else if (str_eq(member, "media")) {
        plain_photo(entry);
    }
}

static void plain_map(struct json *map)
{
    const char *member = json_key(map);
    for (struct json *e = json_first(map), *next; e; e = next) {
        next = json_next(e);
        if (is_entry_read(member, e)) {
            plain_entry(member, e);
        } else {
            CLEANUP(mem_free) char *id = mem_strdup(json_key(e));
            json_remove(map, id);
        }
    }
}

static void plain_member(struct json *doc, const char *name)
{
    struct json *m = json_get(doc, name);
    drop_types(m);
    if (str_eq(name, "name")) {
        plain_components(m);
    } else if (shape_id_map(name) && json_is_object(m)) {
        plain_map(m);
    }
    bool usual = str_eq(name, "kind") && str_eq(json_str_value(m), "individual");
    if (usual || (json_is_object(m) && !json_count(m))) {
        json_remove(doc, name);
    }
}

enum rc card_read(const struct json *card, struct json **ret_doc, struct err *err)
{
    CLEANUP(json_free) struct json *doc = json_object();
    if (members_twin(card)) {
        return err_set(err, RC_INVALID, 0, "\"%.60s\" is there twice", members_twin(card));
    }
    json_set_str(doc, "@type", "Card");
    for (const struct json *m = json_first(card); m; m = json_next(m)) {
        if (is_read(json_key(m)) && !json_is_null(m)) {
            json_set(doc, json_key(m), json_dup(m));
        }
    }
    /* The shape is checked before anything walks it. */
    enum rc rc = doc_check(ITEM_CONTACT, doc, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (const struct json *m = json_first(card); m; m = json_next(m)) {
        if (json_get(doc, json_key(m)) && !str_eq(json_key(m), "@type")) {
            plain_member(doc, json_key(m));
        }
    }
    *ret_doc = TAKE(doc);
    return RC_OK;
}

/* ---- what is in no document ---- */
struct json *card_unread(const struct json *card)
{
    static const char *const OWN[] = {"id", "addressBookIds", "@type"};
    struct json *ret = json_object();
    for (const struct json *m = json_first(card); m; m = json_next(m)) {
        const char *name = json_key(m);
        bool own = str_starts(name, "cyrusimap.org:");
        for (size_t i = 0; i < ARRAY_LEN(OWN); i++) {
            own = own || str_eq(name, OWN[i]);
        }
        if (own || json_is_null(m)) {
            continue;
        }
        if (!is_read(name)) {
            json_set(ret, name, json_dup(m));
        }
        for (const struct json *e = shape_id_map(name) && is_read(name) ? json_first(m) : NULL; e;
             e = json_next(e)) {
            if (json_key(e) && !is_entry_read(name, e)) {
                CLEANUP(mem_free) char *path = str_printf("%s/%s", name, json_key(e));
                json_set(ret, path, json_dup(e));
            }
        }
    }
    return ret;
}

/* ---- what we may leave out ---- */
bool card_has_vendor(const struct json *doc)
{
    return members_have_ours(doc);
}

static void drop_our_relations(struct json *doc)
{
    struct json *map = json_get(doc, "relatedTo");
    for (struct json *e = json_first(map), *next; e; e = next) {
        next = json_next(e);
        if (members_have_ours(e)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(e));
            json_remove(map, key);
        }
    }
    if (map && !json_count(map)) {
        json_remove(doc, "relatedTo");
    }
}

/* What is written of a document: bookkeeping of ours never, nor what says how a vCard spells an
 * address for messages (RFC 9555 section 2.2.2). */
static struct json *sayable(const struct json *want, bool vendor)
{
    struct json *copy = json_dup(want);
    for (struct json *m = json_first(copy), *next; m; m = next) {
        next = json_next(m);
        if (str_starts(json_key(m), DOC_EXT) && !members_is_ours(json_key(m))) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(copy, key);
        }
    }
    for (struct json *e = json_first(json_get(copy, "onlineServices")); e; e = json_next(e)) {
        json_remove(e, "vCardName");
    }
    if (!vendor) {
        drop_our_relations(copy);
        members_drop_ours(copy);
    }
    return copy;
}

/* ---- arrays, which a patch replaces whole ---- */
/* Has the server's element all that the document's has? */
static bool says_the_same(const struct json *native, const struct json *plain)
{
    for (const struct json *m = json_first(plain); m; m = json_next(m)) {
        if (!json_equal(json_get(native, json_key(m)), m)) {
            return false;
        }
    }
    return json_is_object(native) ? json_is_object(plain) : json_equal(native, plain);
}

/* An element that stays is the server's own, with all that documents leave out. */
static struct json *merge_array(const struct json *native, const struct json *want)
{
    struct json *out = json_array();
    for (const struct json *w = json_first(want); w; w = json_next(w)) {
        const struct json *same = NULL;
        for (const struct json *n = json_first(native); n && !same; n = json_next(n)) {
            same = says_the_same(n, w) ? n : NULL;
        }
        json_append(out, json_dup(same ? same : w));
    }
    return out;
}

/* The first component of the kind that was not used yet; -1 if there is none. */
static long next_of_kind(const struct json *want, const char *kind, const bool *used)
{
    long i = 0;
    for (const struct json *w = json_first(want); w; w = json_next(w), i++) {
        if (!used[i] && str_eq(json_get_str(w, "kind"), kind)) {
            return i;
        }
    }
    return -1;
}

/* The parts in the server's order, each with the server's own members; new ones at the end. *ret_other
 * is set if the parts are not those that were there, so that separators fit no more. */
static struct json *merge_components(
    const struct json *native, const struct json *want, bool *ret_other)
{
    struct json *out = json_array();
    CLEANUP(mem_free) bool *used = mem_alloc((json_count(want) + 1) * sizeof *used);
    for (const struct json *n = json_first(native); n; n = json_next(n)) {
        const char *kind = json_get_str(n, "kind");
        if (str_eq(kind, "separator")) {
            json_append(out, json_dup(n));
            continue;
        }
        long i = next_of_kind(want, kind, used);
        if (i < 0) {
            *ret_other = true;
            continue;
        }
        struct json *part = json_dup(n);
        used[i] = true;
        json_remove(part, "phonetic"); /* the one member a document may take away */
        for (const struct json *m = json_first(json_at(want, (size_t)i)); m; m = json_next(m)) {
            json_set(part, json_key(m), json_dup(m));
        }
        json_append(out, part);
    }
    size_t i = 0;
    for (const struct json *w = json_first(want); w; w = json_next(w), i++) {
        if (!used[i]) {
            *ret_other = true;
            json_append(out, json_dup(w));
        }
    }
    return out;
}

static void put_components(struct json *owner, const struct json *want)
{
    bool other = !json_get(owner, "components");
    struct json *merged = merge_components(json_get(owner, "components"), want, &other);
    if (other) {
        CLEANUP(json_free) struct json *all = merged;
        merged = without_separators(all);
        json_remove(owner, "isOrdered");
        json_remove(owner, "defaultSeparator");
    }
    json_remove(owner, "sortAs"); /* made from the parts as they were */
    json_set(owner, "components", merged);
}

/* ---- putting a document in ---- */
static void put_photo(
    struct json *card, const char *id, const struct json *now, const struct json *want)
{
    struct json *media = json_need_object(card, "media"), *entry = json_get(media, id);
    const struct json *photo = json_get(json_get(want, "media"), id);
    if (!photo) {
        json_remove(media, id);
    } else if (!json_equal(json_get(json_get(now, "media"), id), photo)) {
        entry = entry ? entry : json_need_object(media, id);
        static const char *const ABOUT[] = {"kind", "uri", "blobId", "mediaType"};
        for (size_t i = 0; i < ARRAY_LEN(ABOUT); i++) {
            const struct json *v = json_get(photo, ABOUT[i]);
            json_set(entry, ABOUT[i], v ? json_dup(v) : NULL);
        }
    }
}

/* Splits "member/ID/field" ... in place; the last ones may be NULL. */
static void path_parts(const char *path, char *ret[3])
{
    for (int i = 0; i < 3; i++) {
        size_t n = path ? strcspn(path, "/") : 0;
        CLEANUP(mem_free) char *token = path ? mem_strndup(path, n) : NULL;
        ret[i] = token ? json_pointer_unescape(token) : NULL;
        path = path && path[n] ? path + n + 1 : NULL;
    }
}

/* One line of the difference into the card. */
static void put_line(
    struct json *card, const struct json *line, const struct json *now, const struct json *want)
{
    const char *path = json_key(line);
    char *part[3];
    path_parts(path, part);
    struct json *there = json_pointer(card, path);
    if (str_eq(part[0], "media") && part[1]) {
        put_photo(card, part[1], now, want);
    } else if (json_is_array(line) &&
               (str_eq(part[1], "components") || str_eq(part[2], "components"))) {
        struct json *owner = json_need_object(card, part[0]);
        put_components(
            str_eq(part[1], "components") ? owner : json_need_object(owner, part[1]), line);
    } else {
        struct json *v = json_is_null(line)    ? NULL
                         : json_is_array(line) ? merge_array(there, line)
                                               : json_dup(line);
        enum rc rc = json_pointer_set(card, path, v, NULL);
        (void)rc; /* doc_check has seen that the way leads through objects */
    }
    for (int i = 0; i < 3; i++) {
        free(part[i]);
    }
}

struct json *card_apply(
    const struct json *card, const struct json *now, const struct json *want, bool vendor)
{
    struct json *then = json_dup(card);
    CLEANUP(json_free) struct json *said = sayable(want, vendor);
    CLEANUP(json_free) struct json *known = sayable(now, vendor);
    members_drop_nulls(then);
    members_free_ids(said, known, then);
    CLEANUP(json_free) struct json *lines = doc_diff(known, said);
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        put_line(then, l, known, said);
    }
    return then;
}

struct json *card_new(const struct json *native, const struct json *want, bool vendor)
{
    static const char *const OWN[] = {"id", "addressBookIds", "created", "updated", "prodId"};
    CLEANUP(json_free) struct json *base = native ? json_dup(native) : json_object();
    CLEANUP(json_free) struct json *now = NULL;
    members_drop_blobs(json_get(base, "media"));
    for (size_t i = 0; i < ARRAY_LEN(OWN); i++) {
        json_remove(base, OWN[i]);
    }
    for (struct json *m = json_first(base), *next; m; m = next) {
        next = json_next(m);
        if (str_starts(
                json_key(m), "cyrusimap.org:")) { /* of the item that was, set by the server */
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(base, key);
        }
    }
    if (card_read(base, &now, NULL) != RC_OK) {
        now = json_object();
    }
    CLEANUP(json_free) struct json *rekeyed = json_dup(want);
    doc_rekey(rekeyed, now);
    struct json *card = card_apply(base, now, rekeyed, vendor);
    json_set_str(card, "@type", "Card");
    json_set_str(card, "version", "1.0");
    json_set_str(card, "uid", json_get_str(want, "uid"));
    for (struct json *m = json_first(card), *next; m; m = next) {
        next = json_next(m);
        if (json_is_object(m) && !json_count(m)) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
            json_remove(card, key);
        }
    }
    return card;
}
