/* Values of documents in words, and the table of what Outlook has room for. */
#include "client/app/fits.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/media.h"
#include "client/item/shape.h"

#include <string.h>

/* ---- values ---- */
static void add(struct buf *b, const char *text, const char *between)
{
    if (!str_empty(text)) {
        buf_addf(b, "%s%s", b->len ? between : "", text);
    }
}

/* The members of a set that are true, without our prefix. */
static void add_set(struct buf *b, const struct json *set)
{
    for (const struct json *m = json_first(set); m; m = json_next(m)) {
        const char *key = json_key(m);
        bool ours = str_starts(key, DOC_EXT);
        if (json_bool_value(m, false)) {
            add(b, str_eq(key, "private") ? "home" : ours ? key + strlen(DOC_EXT) : key, ", ");
        }
    }
}

/* "1980-03-22", "1980-03", "--03-22" */
static void add_date(struct buf *b, const struct json *date)
{
    const char *utc = json_get_str(date, "utc");
    int year = (int)json_get_int(date, "year", 0), month = (int)json_get_int(date, "month", 0),
        day = (int)json_get_int(date, "day", 0);
    if (utc) {
        buf_addf(b, "%.10s", utc);
    } else if (year) {
        buf_addf(b, "%04d", year);
    } else {
        buf_addc(b, '-');
    }
    if (!utc && month) {
        buf_addf(b, "-%02d", month);
    }
    if (!utc && day) {
        buf_addf(b, "%s-%02d", month ? "" : "-", day);
    }
}

static void add_components(struct buf *b, const struct json *v, const char *between)
{
    for (const struct json *c = json_first(json_get(v, "components")); c; c = json_next(c)) {
        if (!str_eq(json_get_str(c, "kind"), "separator")) {
            add(b, json_get_str(c, "value"), between);
        }
    }
}

/* What the entry is, without how it is marked. */
static void add_main(struct buf *b, const char *member, const struct json *v)
{
    const struct shape_id_map *map = shape_id_map(member);
    if (str_eq(member, "anniversaries")) {
        add_date(b, json_get(v, "date"));
    } else if (str_eq(member, "alerts")) {
        const struct json *trigger = json_get(v, "trigger");
        add(b, json_get_str(trigger, "offset"), "");
        add(b, json_get_str(trigger, "when"), "");
    } else if (str_eq(member, "name")) {
        add(b, json_get_str(v, "full"), "");
        if (!b->len) {
            add_components(b, v, " ");
        }
    } else if (str_eq(member, "addresses")) {
        add_components(b, v, ", ");
        if (!b->len) {
            add(b, json_get_str(v, "full"), "");
        }
    }
    for (size_t i = 0; !b->len && map && i < ARRAY_LEN(map->main_values); i++) {
        add(b, map->main_values[i] ? json_get_str(v, map->main_values[i]) : NULL, "");
    }
    for (const struct json *u = json_first(json_get(v, "units")); u; u = json_next(u)) {
        add(b, json_get_str(u, "name"), ", ");
    }
}

static void add_marks(struct buf *b, const struct json *v)
{
    struct buf marks CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    add_set(&marks, json_get(v, "contexts"));
    add_set(&marks, json_get(v, "features"));
    add_set(&marks, json_get(v, "relation"));
    add(&marks, json_get_str(v, "kind"), ", ");
    add(&marks, json_get_str(v, "service"), ", ");
    add(&marks, json_get_str(v, "label"), ", ");
    add(&marks, json_get_str(v, "countryCode"), ", ");
    add(&marks, json_get_int(v, "pref", 0) == 1 ? "preferred" : NULL, ", ");
    if (marks.len) {
        buf_addf(b, "%s(%s)", b->len ? " " : "", buf_str(&marks));
    }
}

char *fits_words(const char *member, const struct json *v)
{
    if (str_eq(member, "media")) {
        char *photo = media_words(json_is_str(v) ? json_str_value(v) : json_get_str(v, "uri"));
        if (photo) {
            return photo;
        }
    }
    if (!v || json_is_null(v)) {
        return NULL;
    }
    char *file = str_eq(member, "links") ? file_words(v) : NULL;
    if (file) {
        return file;
    }
    if (str_eq(member, DOC_STYLED) && json_is_str(v)) {
        return str_printf("%zu characters of HTML", strlen(json_str_value(v)));
    }
    const char *key_uri = str_eq(member, "cryptoKeys") ? json_get_str(v, "uri") : NULL;
    if (str_istarts(key_uri, "data:") && strchr(key_uri, ',')) {
        return str_printf(
            "a certificate or key of %zu bytes", strlen(strchr(key_uri, ',') + 1) / 4 * 3);
    }
    if (json_is_str(v)) {
        return mem_strdup(json_str_value(v));
    }
    const char *key = json_key(v);
    bool entry = key && !str_eq(key, member);
    if (json_is_bool(v)) {
        return mem_strdup(!json_bool_value(v, false) ? "no" : entry ? key : "yes");
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    if (json_is_object(v)) {
        if (entry && !shape_id_map(member)) { /* keyed by the value itself */
            add(&b, key, "");
        }
        add_main(&b, member, v);
        add_marks(&b, v);
    }
    if (!b.len) {
        CLEANUP(mem_free) char *json = json_print(v);
        buf_adds(&b, json);
    }
    return buf_take(&b);
}

/* ---- reasons ---- */
static const char *large_uri(const struct json *v)
{
    const char *uri = json_get_str(v, "uri");
    return json_is_str(v) ? json_str_value(v) : uri ? uri : json_get_str(v, "href");
}

bool fits_is_kept(const struct json *v)
{
    return str_starts(large_uri(v), MEDIA_KEPT);
}

static bool is_web(const char *uri)
{
    return str_istarts(uri, "http://") || str_istarts(uri, "https://");
}

/* Why a photo is on one side only, from what stands for it there (client/large/README.md). */
static const char *photo_reason(bool outlook_lacks, const struct json *v)
{
    const char *uri = large_uri(v);
    if (is_web(uri)) {
        return outlook_lacks ? "Outlook holds photos, but no links to photos"
                             : "the link to a photo was refused there";
    }
    if (fits_is_kept(v)) {
        return strchr(uri + strlen(MEDIA_KEPT), ':')
                   ? "the photo is larger than this link lets pass ('lockstep link set LINK "
                     "--photo-limit KB' changes that)"
                   : "the photo is larger than 4 MB, and none so large passes";
    }
    return outlook_lacks ? "Outlook has room for one photo"
                         : "the photo was refused there, or the vCard there has no field for it";
}

/* The same of a file attached to an event or task, or of a link to one. */
static const char *file_reason(bool outlook_lacks, const struct json *v)
{
    const char *uri = large_uri(v);
    if (fits_is_kept(v)) {
        const char *side = strchr(uri + strlen(MEDIA_KEPT), ':');
        return side && strchr(side + 1, ':')
                   ? "the file is larger than this link lets pass ('lockstep link set LINK "
                     "--attachment-limit KB' changes that)"
                   : "the file is larger than 4 MB, or there are more than 8 MB of them, and none "
                     "so large passes";
    }
    if (uri && !str_starts(uri, "lockstep.")) {
        return outlook_lacks ? "Outlook holds files, but no links to files"
                             : "the link to a file was refused there";
    }
    return outlook_lacks ? "the file was refused there, or is empty"
                         : "the file was refused there, or the server does not keep files";
}

static const char *member_reason(const char *path)
{
    return strstr(path, "mailto:") ? "the list there takes contacts of its folder only"
                                   : "the contact is not in the folder there, or not in step yet";
}

/* What an Outlook contact, appointment and task have room for ([MS-OXOCNTC] sections 2.2.1.2 to
 * 2.2.1.10, [MS-OXORMDR] section 2.2.1). `part` is the end of the path within an entry; NULL: the
 * whole entry or any other part of it. The first line that fits counts. */
static const struct {
    const char *member, *part, *text;
} outlook[] = {
    {"emails", "label", "Outlook has no labels for e-mail addresses"},
    {"emails", NULL, "Outlook has room for three e-mail addresses"},
    {"phones", "label", "Outlook has a fixed set of labels for phone numbers"},
    {"phones", NULL,
        "Outlook has 19 phone numbers, each of a fixed kind; those of this kind are "
        "taken"},
    {"addresses", "label", "Outlook has no labels for addresses"},
    {"addresses", "full", "Outlook makes the text of an address from its parts"},
    {"addresses", "components", "Outlook has street, P.O. box, town, region, postcode and country"},
    {"addresses", NULL, "Outlook has room for one business, one home and one other address"},
    {"organizations", "units", "Outlook has room for one department"},
    {"organizations", NULL, "Outlook has room for one company"},
    {"titles", NULL, "Outlook has room for one job title and one profession"},
    {"nicknames", NULL, "Outlook has room for one nickname"},
    {"notes", NULL, "Outlook has one text for notes"},
    {"links", NULL, "Outlook has room for one web page of a kind"},
    {"onlineServices", NULL, "Outlook has room for one messenger address"},
    {"anniversaries", NULL,
        "Outlook has one birthday and one wedding day, with day, month and year"},
    {"relatedTo", NULL, "Outlook has room for children, one spouse, one manager and one assistant"},
    {"personalInfo", NULL, "Outlook has one text for hobbies"},
    {"preferredLanguages", NULL, "Outlook has room for one language"},
    {"calendars", NULL, "Outlook has room for one address of free and busy times"},
    {"cryptoKeys", NULL,
        "Outlook has room for certificates, but not for other keys or links to them"},
    {"name", NULL,
        "Outlook has title, first, middle and last name, suffix, and one reading of first and "
        "last"},
    {"alerts", NULL, "Outlook has room for one reminder"},
    {"locations", NULL, "Outlook has room for one place"},
    {"virtualLocations", NULL,
        "Outlook has no field for the link to an online meeting; what its place or text says of it "
        "is there"},
    {"color", NULL,
        "Outlook has colours of categories, which each mailbox chooses, and none of single items"},
    {"status", NULL,
        "Outlook keeps of a meeting that it is cancelled, and nothing else of the kind"},
    {"participants", "sentBy", "Outlook does not tell who sent the invitation for the organizer"},
    {"participants", "participationStatus",
        "Outlook keeps yes, no or maybe of a guest, and nothing of the organizer"},
    {"participants", "sendTo", "Outlook writes to e-mail addresses only"},
    {"participants", "name", "Outlook shows the address"},
    {"participants", NULL, "Outlook invites people by their e-mail address only"},
    {DOC_STYLED, NULL, "Outlook has this text without its formatting"},
};

/* "recurrenceOverrides/KEY", or that and what of the occurrence is meant ("locations~1l1~1name"). */
static const char *occurrence_reason(
    enum item_kind kind, const char *account_type, const char *path, const struct json *value)
{
    const char *part = strchr(strchr(path, '/') + 1, '/');
    CLEANUP(mem_free) char *inner = part ? json_pointer_unescape(part + 1) : NULL;
    if (inner) {
        return fits_reason(kind, account_type, inner, value);
    }
    if (json_get_bool(value, "excluded", false)) {
        return "there it is no date of the series";
    }
    return json_count(value)
               ? "Outlook cannot hold what is different in this occurrence"
               : "Outlook has no dates beside the rule of a series, so this one is not shown";
}

static bool ends_with_part(const char *path, const char *part)
{
    const char *slash = strrchr(path, '/');
    return slash && str_eq(slash + 1, part);
}

const char *fits_reason(
    enum item_kind kind, const char *account_type, const char *path, const struct json *value)
{
    bool is_outlook = str_eq(account_type, "outlook");
    if (kind == ITEM_CONTACT && str_starts(path, "media")) {
        return photo_reason(is_outlook, value);
    }
    if (kind != ITEM_CONTACT && (str_eq(path, "links") || str_starts(path, "links/"))) {
        return ends_with_part(path, "title") ? "names of files are made to fit there"
                                             : file_reason(is_outlook, value);
    }
    if (kind == ITEM_CONTACT && str_starts(path, "members/")) {
        return member_reason(path);
    }
    if (is_outlook && str_starts(path, "recurrenceOverrides/")) {
        return occurrence_reason(kind, account_type, path, value);
    }
    if (str_eq(account_type, "jmap")) {
        return "the server does not take it";
    }
    if (!is_outlook) {
        return kind == ITEM_CONTACT ? "the vCard there has no field for it"
                                    : "the calendar file there has no field for it";
    }
    for (size_t i = 0; i < ARRAY_LEN(outlook); i++) {
        size_t n = strlen(outlook[i].member);
        bool member = strncmp(path, outlook[i].member, n) == 0 && (path[n] == '/' || !path[n]);
        if (member && (!outlook[i].part || ends_with_part(path, outlook[i].part))) {
            return outlook[i].text;
        }
    }
    return "Outlook has no field for it";
}
