/* The table that ties single iCalendar properties to members of an Event, Task or note. To support
 * another property, add a row. */
#include "client/codec/ical_private.h"

#include <string.h>

#include "client/base/map.h"
#include "client/codec/text.h"
#include "client/item/doc.h"

#define EVENT (1u << ITEM_EVENT)
#define TASK  (1u << ITEM_TASK)
#define ALL   (EVENT | TASK | 1u << ITEM_NOTE)

struct word {
    const char *ical, *member_value; /* NULL: the default, left out of the document */
};

struct row {
    const char *property, *member;
    unsigned kinds;
    enum { ROW_TEXT, ROW_WORD, ROW_NUMBER, ROW_UTC, ROW_DURATION } type;
    const struct word *words; /* the first with a member value is written for it */
    bool read_only;
};

static const struct word status_words[] = {
    {"CONFIRMED", NULL}, {"TENTATIVE", "tentative"}, {"CANCELLED", "cancelled"}, {NULL, NULL}};
/* RFC 5545 section 3.8.1.3: what we do not know counts as private. PERSONAL: [MS-OXCICAL]
 * section 2.1.3.1.1.20.4. */
static const struct word class_words[] = {{"PUBLIC", NULL}, {"PRIVATE", "private"},
    {"CONFIDENTIAL", "secret"}, {"PERSONAL", "private"}, {"*", "private"}, {NULL, NULL}};
static const struct word progress_words[] = {{"NEEDS-ACTION", NULL}, {"IN-PROCESS", "in-process"},
    {"COMPLETED", "completed"}, {"CANCELLED", "cancelled"}, {"CANCELLED", "failed"}, {NULL, NULL}};

static const struct row rows[] = {
    {"SUMMARY", "title", ALL, ROW_TEXT, NULL, false},
    {"DESCRIPTION", "description", ALL, ROW_TEXT, NULL, false},
    {"COLOR", "color", ALL, ROW_TEXT, NULL, false}, /* RFC 7986 section 5.9 */
    {"STATUS", "status", EVENT, ROW_WORD, status_words, false},
    {"STATUS", "progress", TASK, ROW_WORD, progress_words, false},
    {"CLASS", "privacy", ALL, ROW_WORD, class_words, false},
    {"PRIORITY", "priority", EVENT | TASK, ROW_NUMBER, NULL, false},
    {"PERCENT-COMPLETE", "percentComplete", TASK, ROW_NUMBER, NULL, false},
    {"ESTIMATED-DURATION", "estimatedDuration", TASK, ROW_DURATION, NULL, false},
    {"COMPLETED", "progressUpdated", TASK, ROW_UTC, NULL, false},
    {"X-LOCKSTEP-TASK-STATUS", DOC_EXT "taskStatus", TASK, ROW_TEXT, NULL, false},
    {"X-LOCKSTEP-REGENERATE", DOC_EXT "regenerateAfter", TASK, ROW_TEXT, NULL, false},
    {"X-LOCKSTEP-ACTUAL-EFFORT", DOC_EXT "actualEffort", TASK, ROW_DURATION, NULL, false},
    {"X-LOCKSTEP-BILLING", DOC_EXT "billing", EVENT | TASK, ROW_TEXT, NULL, false},
    {"X-LOCKSTEP-MILEAGE", DOC_EXT "mileage", EVENT | TASK, ROW_TEXT, NULL, false},
    {"CREATED", "created", ALL, ROW_UTC, NULL, true},
    {"SEQUENCE", "sequence", ALL, ROW_NUMBER, NULL, true},
};

/* ---- helpers ---- */
struct line *ical_add(struct ical *ic, struct lines_comp *comp, const char *name, const char *value)
{
    struct line *last = lines_find(comp, name), *before = NULL;
    for (struct line *l = last; l; l = lines_find_next(comp, name, l)) {
        last = l;
    }
    if (last) {
        before = last->next;
    }
    for (struct line *l = comp->begin->next; !before; l = l->next) { /* ahead of sub-components */
        before = l == comp->end || l->comp != comp ? l : NULL;
    }
    struct line *line = lines_insert(ic->lines, before, name, value);
    line->comp = comp;
    return line;
}

void ical_put(struct ical *ic, struct lines_comp *comp, const char *name, const char *value)
{
    struct line *line = lines_find(comp, name);
    if (line && value) {
        line_set_value(line, value);
    } else if (value) {
        ical_add(ic, comp, name, value);
    }
    while (line && !value) { /* all of them: a second one, though not allowed, would take the place
                                of the first */
        lines_remove(ic->lines, line);
        line = lines_find(comp, name);
    }
}

/* ---- one row ---- */
static const char *word_read(const struct word *words, const char *value)
{
    CLEANUP(mem_free) char *trimmed = str_trim(value);
    for (; words->ical; words++) {
        if (str_ieq(words->ical, trimmed) || str_eq(words->ical, "*")) {
            return words->member_value;
        }
    }
    return NULL;
}

static struct json *row_value(const struct row *row, const struct line *line)
{
    char *text = NULL;
    switch (row->type) {
    case ROW_NUMBER: {
        char *end;
        long n = strtol(line->value, &end, 10);
        return end != line->value && n > 0 && n < 1000000000
                   ? json_int(n)
                   : NULL; /* 0 is the default of all of them */
    }
    case ROW_WORD: {
        const char *word = word_read(row->words, line->value);
        return word ? json_str(word) : NULL;
    }
    case ROW_TEXT:
        text = text_unescape(line->value);
        break;
    case ROW_UTC:
        text = ical_utc_to_iso(line->value);
        break;
    case ROW_DURATION:
        text = ical_duration_normal(line->value);
        break;
    }
    struct json *v = str_empty(text) ? NULL : json_str(text);
    free(text);
    return v;
}

static bool is_default_word(const char *text)
{
    return !text || str_eq(text, "public") || str_eq(text, "confirmed") ||
           str_eq(text, "needs-action");
}

/* A value of a later vocabulary is no reason to touch the line. */
static bool word_known(const struct row *row, const struct json *v)
{
    const char *text = json_str_value(v);
    bool known = row->type != ROW_WORD || is_default_word(text);
    for (const struct word *w = row->words; !known && w->ical; w++) {
        known = str_eq(w->member_value, text);
    }
    return known;
}

/* The line's value for a member; NULL removes the line. Caller frees. */
static char *row_format(const struct row *row, const struct json *v, const struct line *line)
{
    const char *text = json_str_value(v);
    switch (row->type) {
    case ROW_NUMBER:
        return json_int_value(v, 0) ? str_printf("%lld", (long long)json_int_value(v, 0)) : NULL;
    case ROW_TEXT:
        return str_empty(text) ? NULL : text_escape(text);
    case ROW_UTC:
        return ical_utc_from_iso(text);
    case ROW_DURATION:
        return ical_duration_normal(text);
    case ROW_WORD:
        break;
    }
    for (const struct word *w = row->words; w->ical; w++) {
        if (!w->member_value && is_default_word(text)) {
            return line ? mem_strdup(w->ical)
                        : NULL; /* a default is only said where something was said before */
        }
        if (text && str_eq(w->member_value, text)) {
            return mem_strdup(w->ical);
        }
    }
    return NULL;
}

static void row_write(struct ical *ic, struct lines_comp *comp, const struct row *row,
    const struct json *before, const struct json *doc)
{
    const struct json *old = json_get(before, row->member), *now = json_get(doc, row->member);
    if (str_eq(row->property, "COMPLETED") && !str_eq(json_get_str(doc, "progress"), "completed")) {
        now = NULL;
    }
    if (json_equal(old, now) || row->read_only || !word_known(row, now)) {
        return;
    }
    struct line *line = lines_find(comp, row->property);
    struct json *said = line ? row_value(row, line) : NULL;
    CLEANUP(mem_free)
    char *value = row_format(row, now, line), *old_value = row_format(row, said, line);
    json_free(said);
    if (str_eq(value, old_value)) {
        return;
    }
    if (line && str_eq(row->member, "description")) {
        line_param_set(line, "ALTREP", NULL); /* another form of the old text */
    }
    ical_put(ic, comp, row->property, value);
}

/* ---- location: the first one that has a name ---- */
static void location_read(const struct lines_comp *comp, struct json *doc)
{
    const struct line *line = lines_find(comp, "LOCATION");
    CLEANUP(mem_free) char *text = line ? text_unescape(line->value) : NULL;
    if (!str_empty(text)) {
        struct json *location = json_need_object(json_need_object(doc, "locations"), "1");
        json_set_str(location, "@type", "Location");
        json_set_str(location, "name", text);
    }
}

static const char *location_name(const struct json *doc)
{
    const struct json *all = json_get(doc, "locations");
    const char *name = json_get_str(json_get(all, "1"), "name");
    for (const struct json *l = json_first(all); l && str_empty(name); l = json_next(l)) {
        name = str_eq(json_get_str(l, "relativeTo"), "end") ? NULL : json_get_str(l, "name");
    }
    return str_empty(name) ? NULL : name;
}

static void location_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const char *old = location_name(before), *name = location_name(doc);
    if (str_eq(old, name)) {
        return;
    }
    CLEANUP(mem_free) char *value = name ? text_escape(name) : NULL;
    struct line *line = lines_find(comp, "LOCATION");
    if (line) {
        line_param_set(line, "ALTREP", NULL);
    }
    ical_put(ic, comp, "LOCATION", value);
}

/* ---- categories: several lines, several to a line ---- */
static void keywords_read(const struct lines_comp *comp, struct json *doc)
{
    for (struct line *l = lines_find(comp, "CATEGORIES"); l;
         l = lines_find_next(comp, "CATEGORIES", l)) {
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0};
        text_split(l->value, ',', &items);
        for (size_t i = 0; i < items.count; i++) {
            CLEANUP(mem_free) char *text = text_unescape(items.items[i]);
            if (*text) {
                json_set_bool(json_need_object(doc, "keywords"), text, true);
            }
        }
    }
}

static void keywords_prune(struct ical *ic, struct lines_comp *comp, struct map *wanted)
{
    for (struct line *l = lines_find(comp, "CATEGORIES"), *next; l; l = next) {
        next = lines_find_next(comp, "CATEGORIES", l);
        CLEANUP_FINI(text_parts_fini) struct text_parts items = {0}, kept = {0};
        text_split(l->value, ',', &items);
        for (size_t i = 0; i < items.count; i++) {
            CLEANUP(mem_free) char *text = text_unescape(items.items[i]);
            if (!*text || map_has(wanted, text)) {
                text_parts_add(&kept, items.items[i]);
                map_remove(wanted, text);
            }
        }
        if (!kept.count) {
            lines_remove(ic->lines, l);
        } else if (kept.count != items.count) {
            CLEANUP(mem_free) char *raw = text_join(&kept, ',');
            line_set_value(l, raw);
        }
    }
}

static void keywords_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct json *now = json_get(doc, "keywords");
    if (json_equal(json_get(before, "keywords"), now)) {
        return;
    }
    CLEANUP(map_free) struct map *wanted = map_new();
    for (const struct json *k = json_first(now); k; k = json_next(k)) {
        if (*json_key(k) && json_bool_value(k, false)) {
            map_put(wanted, json_key(k), wanted);
        }
    }
    keywords_prune(ic, comp, wanted);
    struct line *last = NULL;
    for (struct line *l = lines_find(comp, "CATEGORIES"); l;
         l = lines_find_next(comp, "CATEGORIES", l)) {
        last = l;
    }
    const char *text;
    for (size_t i = 0; map_entry(wanted, &i, &text, NULL);) {
        CLEANUP(mem_free) char *escaped = text_escape(text);
        last = last ? last : ical_add(ic, comp, "CATEGORIES", "");
        CLEANUP(mem_free)
        char *longer =
            *last->value ? str_printf("%s,%s", last->value, escaped) : mem_strdup(escaped);
        line_set_value(last, longer);
    }
}

/* ---- busy status: TRANSP has two values, Outlook five ([MS-OXCICAL] section 2.1.3.1.1.20.31) ----
 */
#define MEMBER_BUSY                                                                                \
    DOC_EXT                                                                                        \
    "busyStatus" /* JSCalendar has no word for "working elsewhere"; the same as mapi/map   \
                          */
static const struct busy {
    const char *microsoft, *transp, *status, *extension;
} busy_values[] = {
    {"BUSY", "OPAQUE", NULL, NULL},
    {"FREE", "TRANSPARENT", "free", NULL},
    {"TENTATIVE", "OPAQUE", "tentative", NULL},
    {"OOF", "OPAQUE", "unavailable", NULL},
    {"WORKINGELSEWHERE", "TRANSPARENT", "free", "workingElsewhere"},
};

static const struct busy *busy_of(const struct json *doc)
{
    const char *status = json_get_str(doc, "freeBusyStatus"),
               *extension = json_get_str(doc, MEMBER_BUSY);
    const struct busy *found = &busy_values[0];
    for (size_t i = 1; i < ARRAY_LEN(busy_values); i++) {
        const struct busy *b = &busy_values[i];
        if (str_eq(b->status, status) && (!b->extension || str_eq(b->extension, extension))) {
            found = b;
        }
    }
    return found;
}

static void busy_read(const struct lines_comp *comp, struct json *doc)
{
    const struct line *transp = lines_find(comp, "TRANSP"),
                      *own = lines_find(comp, "X-MICROSOFT-CDO-BUSYSTATUS");
    const struct busy *found =
        transp && str_ieq(transp->value, "TRANSPARENT") ? &busy_values[1] : &busy_values[0];
    for (size_t i = 0; own && i < ARRAY_LEN(busy_values); i++) {
        /* Where the two disagree, a program that knows only TRANSP changed it. */
        bool agrees =
            !transp || str_ieq(transp->value, busy_values[i].transp) || busy_values[i].extension;
        if (str_ieq(own->value, busy_values[i].microsoft) && agrees) {
            found = &busy_values[i];
        }
    }
    json_set_str(doc, "freeBusyStatus", found->status);
    json_set_str(doc, MEMBER_BUSY, found->extension);
}

static void busy_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    const struct busy *old = busy_of(before), *now = busy_of(doc);
    if (old == now) {
        return;
    }
    if (lines_find(comp, "TRANSP") || !str_eq(now->transp, "OPAQUE")) {
        ical_put(ic, comp, "TRANSP", now->transp);
    }
    bool beyond_transp = now != &busy_values[0] && now != &busy_values[1];
    if (beyond_transp || lines_find(comp, "X-MICROSOFT-CDO-BUSYSTATUS")) {
        ical_put(ic, comp, "X-MICROSOFT-CDO-BUSYSTATUS", now->microsoft);
    }
}

/* ---- what follows from other members ---- */
static void importance_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    int64_t now = json_get_int(doc, "priority", 0);
    if (now != json_get_int(before, "priority", 0) &&
        lines_find(comp, "X-MICROSOFT-CDO-IMPORTANCE")) {
        ical_put(ic, comp, "X-MICROSOFT-CDO-IMPORTANCE",
            now >= 1 && now <= 4 ? "2"
            : now >= 6           ? "0"
                                 : "1");
    }
}

/* A task with COMPLETED but no STATUS is completed; one that is not completed has no COMPLETED. */
static void progress_read(const struct lines_comp *comp, struct json *doc)
{
    if (!lines_find(comp, "STATUS") && json_get(doc, "progressUpdated")) {
        json_set_str(doc, "progress", "completed");
    }
}

static void progress_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    bool was = str_eq(json_get_str(before, "progress"), "completed");
    bool is = str_eq(json_get_str(doc, "progress"), "completed");
    if (was && !is) {
        ical_put(ic, comp, "COMPLETED", NULL);
    }
}

/* ---- all ---- */
bool ical_row_reads(enum item_kind kind, const char *property)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kinds & (1u << kind) && str_ieq(rows[i].property, property)) {
            return true;
        }
    }
    return false;
}

void ical_rows_read(const struct ical *ic, const struct lines_comp *comp, struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct line *line =
            rows[i].kinds & (1u << ic->kind) ? lines_find(comp, rows[i].property) : NULL;
        struct json *v = line ? row_value(&rows[i], line) : NULL;
        if (v) {
            json_set(doc, rows[i].member, v);
        }
    }
    if (ic->kind != ITEM_NOTE) {
        ical_styled_read(comp, doc);
        ical_conferences_read(comp, doc);
    }
    location_read(comp, doc);
    keywords_read(comp, doc);
    if (ic->kind == ITEM_EVENT) {
        busy_read(comp, doc);
        ical_people_read(comp, doc);
    } else {
        progress_read(comp, doc);
    }
    static const char *const stamps[] = {"DTSTAMP", "LAST-MODIFIED"}; /* the latter counts */
    for (size_t i = 0; i < ARRAY_LEN(stamps); i++) {
        const struct line *line = lines_find(comp, stamps[i]);
        CLEANUP(mem_free) char *instant = line ? ical_utc_to_iso(line->value) : NULL;
        if (instant) {
            json_set_str(doc, "updated", instant);
        }
    }
}

void ical_rows_write(
    struct ical *ic, struct lines_comp *comp, const struct json *before, const struct json *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kinds & (1u << ic->kind)) {
            row_write(ic, comp, &rows[i], before, doc);
        }
    }
    ical_styled_write(ic, comp, before, doc);
    if (ic->kind != ITEM_NOTE) {
        ical_conferences_write(ic, comp, before, doc);
    }
    location_write(ic, comp, before, doc);
    keywords_write(ic, comp, before, doc);
    importance_write(ic, comp, before, doc);
    if (ic->kind == ITEM_EVENT) {
        busy_write(ic, comp, before, doc);
        ical_people_write(ic, comp, before, doc);
    } else {
        progress_write(ic, comp, before, doc);
    }
}
