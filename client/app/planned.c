/* A preview as JSON: what would be done, with the members of documents said in words. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/media.h"
#include "client/sync/sync.h"

#include <string.h>

#define TEXT_MAX 200 /* characters of a value; photos and long notes are cut */

/* Members whose name alone says too little or too much; all others are split into words. */
static const char *const words[][2] = {
    {"name", "name"},
    {"full", ""},
    {"emails", "e-mail"},
    {"phones", "phone"},
    {"addresses", "address"},
    {"organizations", "company"},
    {"titles", "job title"},
    {"nicknames", "nickname"},
    {"notes", "note"},
    {"media", "photo"},
    {"onlineServices", "messenger"},
    {"links", "web page"},
    {"anniversaries", "date"},
    {"keywords", "category"},
    {"members", "member"},
    {"relatedTo", "related person"},
    {"personalInfo", "interest"},
    {"preferredLanguages", "language"},
    {"calendars", "free/busy page"},
    {"cryptoKeys", "certificate"},
    {"categories", "category"},
    {"start", "start"},
    {"due", "due date"},
    {"showWithoutTime", "all day"},
    {"freeBusyStatus", "shown as"},
    {"recurrenceRules", "repetition"},
    {"recurrenceRule", "repetition"},
    {"recurrenceOverrides", "changed occurrence"},
    {"alerts", "reminder"},
    {"participants", "participant"},
    {"locations", "place"},
    {"virtualLocations", "online meeting"},
    {"percentComplete", "percent done"},
    {DOC_STYLED, "formatted description"},
};
/* Entries of these have made-up ids, which tell a person nothing. */
static const char *const id_maps[] = {"emails", "phones", "addresses", "organizations", "titles",
    "nicknames", "notes", "media", "onlineServices", "links", "anniversaries", "personalInfo",
    "relatedTo", "directories", "calendars", "alerts", "participants", "locations",
    "virtualLocations", "preferredLanguages", "cryptoKeys"};
/* In these the part after the entry repeats what the entry is. */
static const char *const plain_parts[] = {
    "number", "address", "note", "name", "uri", "value", "language"};

static bool one_of(const char *s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(s, list[i])) {
            return true;
        }
    }
    return false;
}

static void add_words(struct buf *b, const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq(member, words[i][0])) {
            buf_addf(b, "%s%s", b->len && *words[i][1] ? " " : "", words[i][1]);
            return;
        }
    }
    if (b->len) {
        buf_addc(b, ' ');
    }
    if (str_starts(member, DOC_EXT)) {
        member += strlen(DOC_EXT);
    }
    for (const char *p = member; *p; p++) {
        bool upper = *p >= 'A' && *p <= 'Z';
        if (upper && p > member) {
            buf_addc(b, ' ');
        }
        buf_addc(b, upper ? (char)(*p - 'A' + 'a') : *p);
    }
}

/* "changed occurrence 2024-01-15 09:00 place": the rest of the path is one within the occurrence. */
static char *occurrence_words(const char *path)
{
    const char *key = strchr(path, '/') + 1, *part = strchr(key, '/');
    CLEANUP(mem_free) char *inner = part ? json_pointer_unescape(part + 1) : NULL;
    CLEANUP(mem_free) char *rest = inner ? planned_path_words(inner) : NULL;
    bool local = strlen(key) >= 16 && key[10] == 'T';
    CLEANUP(mem_free)
    char *when = local ? str_printf("%.10s %.5s", key, key + 11)
                       : mem_strndup(key, part ? (size_t)(part - key) : strlen(key));
    return str_printf("changed occurrence %s%s%s", when, rest ? " " : "", rest ? rest : "");
}

char *planned_path_words(const char *path)
{
    if (str_starts(path, "recurrenceOverrides/")) {
        return occurrence_words(path);
    }
    struct buf b = BUF_INIT(4096);
    CLEANUP(mem_free) char *copy = mem_strdup(path);
    char *rest = copy;
    bool skip = false, entry = false;
    while (rest) {
        char *part = rest;
        rest = strchr(part, '/');
        if (rest) {
            *rest++ = '\0';
        }
        if (skip) {
            skip = false;
            entry = true;
        } else if (!entry || !one_of(part, plain_parts, ARRAY_LEN(plain_parts))) {
            add_words(&b, part);
            skip = part == copy && one_of(part, id_maps, ARRAY_LEN(id_maps));
        }
    }
    return buf_take(&b);
}

const char *planned_file_words(const char *path)
{
    const char *last = strrchr(path, '/');
    return str_eq(last, "/title")         ? "name of an attached file"
           : str_eq(last, "/contentType") ? "type of an attached file"
                                          : "attached file";
}

/* "links" are web pages of contacts, and files of events and tasks. */
static bool is_file(const struct sync_field *f)
{
    static const char *const PARTS[] = {"/href", "/title", "/contentType"};
    bool part = json_get(f->before, "href") || json_get(f->after, "href");
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
        part = part || str_ends(f->path, PARTS[i]);
    }
    return part && str_starts(f->path, "links/");
}

static struct json *short_value(const struct json *v, bool file)
{
    const char *s = json_str_value(v);
    size_t n = 0, chars = 0;
    if (str_starts(s, "lockstep.") || (file && json_get(v, "href"))) {
        CLEANUP(mem_free) char *large = file ? file_words(v) : media_words(s);
        return json_str(large ? large : "");
    }
    while (s && s[n] && chars <= TEXT_MAX) {
        chars += ((unsigned char)s[n++] & 0xc0) != 0x80;
    }
    if (chars > TEXT_MAX) {
        CLEANUP(mem_free) char *cut = str_printf("%.*s...", (int)(n - 1), s);
        return json_str(cut);
    }
    if (!json_is_object(v)) {
        return json_dup(v);
    }
    struct json *copy = json_object();
    for (struct json *m = json_first(v); m; m = json_next(m)) {
        json_set(copy, json_key(m), short_value(m, file));
    }
    return copy;
}

struct json *planned_field_json(const struct sync_field *f)
{
    struct json *v = json_object();
    bool file = is_file(f);
    CLEANUP(mem_free)
    char *field = file ? mem_strdup(planned_file_words(f->path)) : planned_path_words(f->path);
    json_set_str(v, "path", f->path);
    json_set_str(v, "field", field);
    if (f->before) {
        json_set(v, "old", short_value(f->before, file));
    }
    if (f->after) {
        json_set(v, "new", short_value(f->after, file));
    }
    return v;
}

struct json *planned_json(const struct sync_report *report)
{
    struct json *list = json_array();
    for (size_t i = 0; i < report->planned_count; i++) {
        const struct sync_planned *p = &report->planned[i];
        struct json *v = json_object();
        json_set_str(v, "what", sync_plan_name(p->what));
        json_set_str(v, "side", side_name(p->side));
        json_set_str(v, "title", p->title);
        struct json *fields = json_array();
        for (size_t k = 0; k < p->field_count; k++) {
            json_append(fields, planned_field_json(&p->fields[k]));
        }
        json_set(v, "fields", fields);
        json_append(list, v);
    }
    return list;
}
