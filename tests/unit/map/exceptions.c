/* Changed occurrences of series, made, changed and put back: the blob by a decoder of its own
 * (oxocal.h), the messages by what they must hold, and back to documents. Then generated series
 * through MAPI, document and iCalendar: exceptions N [SEED] for more of them. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/codec/ical.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"
#include "tests/unit/map/oxocal.h"

#include <stdio.h>
#include <string.h>

static const struct map_env ENV = {"Europe/Berlin", 1700000000, "stamp-1"};

static const char SERIES[] =
    "{'@type':'Event','uid':'e-3','title':'Jour fixe','start':'2024-01-01T09:00:00',"
    "'timeZone':'Europe/Berlin','duration':'PT30M','description':'Themen',"
    "'locations':{'l1':{'@type':'Location','name':'Raum 5'}},'keywords':{'Arbeit':true},"
    "'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'weekly',"
    "'byDay':[{'@type':'NDay','day':'mo'}],'count':10}],"
    "'alerts':{'a1':{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT15M'}}}}";

#define ALERT(offset) "{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'" offset "'}}"

/* One override of 2024-01-15 of the series above. */
static const struct {
    const char *name, *patch;
    const char *text; /* as oxocal_text; after '!': what the error says */
    bool lossy;       /* Outlook cannot hold all of it */
} OVERRIDES[] = {
    {"moved", "{'start':'2024-01-16T10:00:00'}", "2024-01-15T09:00>2024-01-16T10:00/30"},
    {"longer", "{'duration':'PT2H'}", "2024-01-15T09:00>2024-01-15T09:00/120"},
    {"title", "{'title':'Anders'}", "2024-01-15T09:00>2024-01-15T09:00/30 subject='Anders'"},
    {"title beyond Latin-1", "{'title':'\xD0\x96 \xF0\x9F\x8E\x89'}",
        "2024-01-15T09:00>2024-01-15T09:00/30 subject='? ?\?'"},
    {"no title", "{'title':null}", "2024-01-15T09:00>2024-01-15T09:00/30 subject=''"},
    {"place", "{'locations/l1/name':'Aula'}", "2024-01-15T09:00>2024-01-15T09:00/30 place='Aula'"},
    {"no place", "{'locations/l1':null}", "2024-01-15T09:00>2024-01-15T09:00/30 place=''"},
    {"free", "{'freeBusyStatus':'free'}", "2024-01-15T09:00>2024-01-15T09:00/30 busy=0"},
    {"reminder", "{'alerts/a1/trigger':{'@type':'OffsetTrigger','offset':'-PT5M'}}",
        "2024-01-15T09:00>2024-01-15T09:00/30 delta=5"},
    {"no reminder", "{'alerts/a1':null}", "2024-01-15T09:00>2024-01-15T09:00/30 set=0"},
    {"notes", "{'description':'Nur heute'}", "2024-01-15T09:00>2024-01-15T09:00/30 body"},
    {"no notes", "{'description':null}", "2024-01-15T09:00>2024-01-15T09:00/30 body"},
    {"one more category", "{'keywords/Wichtig':true}", "2024-01-15T09:00>2024-01-15T09:00/30"},
    {"important", "{'priority':1}", "2024-01-15T09:00>2024-01-15T09:00/30"},
    {"all day",
        "{'start':'2024-01-15T00:00:00','duration':'P1D','showWithoutTime':true,'timeZone':null}",
        "2024-01-15T09:00>2024-01-15T00:00/1440 allday=1"},
    {"everything",
        "{'start':'2024-01-17T08:00:00','duration':'PT1H','title':'A','locations/l1/name':'B',"
        "'freeBusyStatus':'tentative','alerts/a1/trigger':{'@type':'OffsetTrigger','offset':"
        "'-PT1H'},'description':'C','keywords/Wichtig':true,'priority':1}",
        "2024-01-15T09:00>2024-01-17T08:00/60 subject='A' place='B' busy=1 delta=60 body"},
    {"in another zone", "{'start':'2024-01-15T10:00:00','timeZone':'Europe/London'}",
        "2024-01-15T09:00>2024-01-15T11:00/30", true},
    {"no category", "{'keywords/Arbeit':null}", "", true},
    {"what Outlook has no word for", "{'color':'red'}", "", true},
    {"excluded", "{'excluded':true}", "-2024-01-15"},
    {"onto its neighbour", "{'start':'2024-01-22T15:00:00'}", "!2024-01-22T09:00:00"},
    {"past its neighbour", "{'start':'2024-01-24T15:00:00'}", "!one moved past its neighbour"},
    {"onto the one before", "{'start':'2024-01-08T15:00:00'}", "!2024-01-15T09:00:00"},
};

static struct json *with_override(const char *key, const char *patch)
{
    struct json *doc = dump_parse(SERIES);
    if (patch) {
        json_set(json_need_object(doc, "recurrenceOverrides"), key, dump_parse(patch));
    }
    return doc;
}

/* Writes `doc` onto the item and checks its form. */
static enum rc put_as(struct check *c, const struct map_env *env, struct props *item,
    const struct json *doc, char **ret_names, struct err *err)
{
    struct map_change change = {0};
    enum rc rc = map_write(ITEM_EVENT, item, doc, env, &change, err);
    if (rc == RC_OK) {
        if (ret_names) {
            *ret_names = dump_change_names(&change);
        }
        dump_apply(item, &change);
        CLEANUP(mem_free) char *fault = oxocal_fault(item, "Europe/Berlin");
        if (fault) {
            check_fail(c, "%s", fault);
        }
    }
    map_change_fini(&change);
    return rc;
}

static enum rc put(
    struct check *c, struct props *item, const struct json *doc, char **ret_names, struct err *err)
{
    return put_as(c, &ENV, item, doc, ret_names, err);
}

static void check_reads(struct check *c, const struct props *item, const struct json *want)
{
    struct json *got = NULL;
    struct err err = ERR_INIT;
    check_ok(c, map_read(ITEM_EVENT, item, &ENV, &got, &err), &err);
    if (got && !doc_same(want, got)) {
        CLEANUP(mem_free)
        char *want_text = json_print_canonical(want), *got_text = json_print_canonical(got);
        check_str(c, got_text, want_text);
    }
    json_free(got);
    err_fini(&err);
}

static void check_nothing(struct check *c, struct props *item, const struct json *doc)
{
    CLEANUP(mem_free) char *names = NULL;
    struct err err = ERR_INIT;
    check_ok(c, put(c, item, doc, &names, &err), &err);
    check_str(c, names ? names : "", "");
    err_fini(&err);
}

static void check_text(struct check *c, const struct props *item, const char *want)
{
    CLEANUP(mem_free) char *text = oxocal_text(item);
    check_str(c, text, want);
}

/* Made with the series, made in a series that is there, and put back to plain. */
static void check_override(struct check *c, size_t i)
{
    CLEANUP(json_free)
    struct json *doc = with_override("2024-01-15T09:00:00", OVERRIDES[i].patch),
                *plain = with_override(NULL, NULL);
    struct props at_once = {0}, later = {0};
    struct err err = ERR_INIT;
    const char *want = OVERRIDES[i].text;
    check_ok(c, put(c, &later, plain, NULL, &err), &err);
    if (*want == '!') {
        check_int(c, put(c, &at_once, doc, NULL, &err), RC_UNSUPPORTED);
        check_true(c, strstr(err_text(&err), want + 1) != NULL);
        err_fini(&err);
        check_int(c, put(c, &later, doc, NULL, &err), RC_UNSUPPORTED);
        check_text(c, &later, "");
    } else {
        check_ok(c, put(c, &at_once, doc, NULL, &err), &err);
        check_ok(c, put(c, &later, doc, NULL, &err), &err);
        check_text(c, &at_once, want);
        check_text(c, &later, want);
        if (!OVERRIDES[i].lossy) {
            check_reads(c, &at_once, doc);
            check_reads(c, &later, doc);
            check_nothing(c, &later, doc);
        }
        check_ok(c, put(c, &later, plain, NULL, &err), &err);
        check_text(c, &later, "");
        check_int(c, (int64_t)later.sub_count, 0);
        check_reads(c, &later, plain);
    }
    props_fini(&at_once);
    props_fini(&later);
    err_fini(&err);
}

/* What an edit of a series with two exceptions writes. */
static const struct {
    const char *name, *path, *value, *names;
} EDITS[] = {
    {"nothing", "version", "'1.0'", ""},
    {"title of the series", "title", "'Neu'", "0037 0070 0E1D"},
    {"busy of the series", "freeBusyStatus", "'free'", "appt:8205 sub(appt:8205) sub(appt:8205)"},
    {"privacy of the series", "privacy", "'private'", "0036 comm:8506 sub(0036) sub(0036)"},
    {"title of an occurrence", "recurrenceOverrides/2024-01-15T09:00:00/title", "'B'",
        "appt:8216 sub(0037 0070 0E1D)"},
    {"moved again", "recurrenceOverrides/2024-01-22T09:00:00/start", "'2024-01-24T09:00:00'",
        "appt:8216 sub(7FFB 7FFC appt:820D appt:820E appt:8235 appt:8236 comm:8502 comm:8516 "
        "comm:8517)"},
    {"one put back", "recurrenceOverrides/2024-01-22T09:00:00", NULL, "appt:8216 sub-"},
    {"one deleted", "recurrenceOverrides/2024-01-22T09:00:00", "{'excluded':true}",
        "appt:8216 sub-"},
    {"a third", "recurrenceOverrides/2024-01-29T09:00:00", "{'title':'C'}", "appt:8216 sub+"},
    {"notes of an occurrence", "recurrenceOverrides/2024-01-15T09:00:00/description", "'C'",
        "appt:8216 sub(-0E1F -1009 -1013 1000 appt:8206)"},
    {"the series ends later", "recurrenceRules",
        "[{'@type':'RecurrenceRule','frequency':'weekly','byDay':[{'@type':'NDay','day':'mo'}],"
        "'count':12}]",
        "appt:8216 appt:8236"},
};

static struct json *two_exceptions(void)
{
    struct json *doc = with_override("2024-01-15T09:00:00", "{'title':'A'}");
    json_set(json_need_object(doc, "recurrenceOverrides"), "2024-01-22T09:00:00",
        dump_parse("{'start':'2024-01-23T09:00:00'}"));
    return doc;
}

static void check_edit(struct check *c, size_t i)
{
    CLEANUP(json_free) struct json *doc = two_exceptions();
    CLEANUP(mem_free) char *names = NULL;
    struct props item = {0};
    struct err err = ERR_INIT;
    check_ok(c, put(c, &item, doc, NULL, &err), &err);
    if (strstr(EDITS[i].path, "recurrenceOverrides/") && !EDITS[i].value) {
        json_remove(json_get(doc, "recurrenceOverrides"), "2024-01-22T09:00:00");
    } else {
        check_ok(c, json_pointer_set(doc, EDITS[i].path, dump_parse(EDITS[i].value), &err), &err);
    }
    check_ok(c, put(c, &item, doc, &names, &err), &err);
    check_str(c, names ? names : "", EDITS[i].names);
    check_reads(c, &item, doc);
    check_nothing(c, &item, doc);
    props_fini(&item);
    err_fini(&err);
}

/* The whole series moves to another time of day: its exceptions stay those of their days. */
static void check_moved_series(struct check *c)
{
    CLEANUP(json_free) struct json *doc = two_exceptions();
    struct props item = {0};
    struct err err = ERR_INIT;
    check_ok(c, put(c, &item, doc, NULL, &err), &err);
    uint32_t first = item.sub_count ? item.subs[0].number : 99;
    json_set_str(doc, "start", "2024-01-01T14:00:00");
    json_set(doc, "recurrenceOverrides",
        dump_parse("{'2024-01-15T14:00:00':{'title':'A'},"
                   "'2024-01-22T14:00:00':{'start':'2024-01-23T09:00:00'}}"));
    check_ok(c, put(c, &item, doc, NULL, &err), &err);
    check_text(c, &item,
        "2024-01-15T14:00>2024-01-15T14:00/30 subject='A' 2024-01-22T14:00>2024-01-23T09:00/30");
    check_int(c, item.sub_count ? item.subs[0].number : 98, first);
    check_reads(c, &item, doc);
    json_set(doc, "recurrenceRules", dump_parse("[]"));
    json_remove(doc, "recurrenceOverrides");
    struct map_change change = {0};
    check_ok(c, map_write(ITEM_EVENT, &item, doc, &ENV, &change, &err), &err);
    dump_apply(&item, &change);
    check_int(c, (int64_t)item.sub_count, 0); /* a single appointment has none */
    map_change_fini(&change);
    props_fini(&item);
    err_fini(&err);
}

/* One occurrence of a meeting is cancelled, then all of it, then that one is put back; what is no
 * meeting cannot be cancelled in Outlook. `theirs`: nobody says that we are its organizer. */
static void check_canceled(struct check *c, bool theirs)
{
    static const char DAY[] = "2024-01-15T09:00:00";
    CLEANUP(json_free) struct json *own = dump_parse("['me@example.com']");
    const struct map_env env = {"Europe/Berlin", 1700000000, "stamp-1", theirs ? NULL : own};
    CLEANUP(json_free) struct json *doc = with_override(DAY, "{'status':'cancelled'}");
    struct props item = {0};
    struct err err = ERR_INIT;
    const char *one = theirs ? "2024-01-15T09:00>2024-01-15T09:00/30 state=7"
                             : "2024-01-15T09:00>2024-01-15T09:00/30 state=5";
    check_ok(c, put_as(c, &env, &item, doc, NULL, &err), &err);
    check_text(c, &item, ""); /* no meeting */
    json_set(doc, "participants",
        dump_parse(
            "{'1':{'@type':'Participant','email':'me@example.com','roles':{'owner':true}},"
            "'2':{'@type':'Participant','email':'b@example.com','roles':{'attendee':true}}}"));
    struct props fresh = {0};
    check_ok(c, put_as(c, &env, &fresh, doc, NULL, &err), &err);
    check_text(c, &fresh, one); /* made so */
    check_reads(c, &fresh, doc);
    json_set_str(doc, "status", "cancelled");
    json_remove(doc, "recurrenceOverrides");
    check_ok(c, put_as(c, &env, &fresh, doc, NULL, &err), &err);
    check_text(c, &fresh, "");
    check_reads(c, &fresh, doc);
    json_set(json_need_object(doc, "recurrenceOverrides"), DAY, dump_parse("{'status':null}"));
    check_ok(c, put_as(c, &env, &fresh, doc, NULL, &err), &err);
    check_text(c, &fresh,
        theirs ? "2024-01-15T09:00>2024-01-15T09:00/30 state=3"
               : "2024-01-15T09:00>2024-01-15T09:00/30 state=1");
    check_reads(c, &fresh, doc);
    check_nothing(c, &fresh, doc);
    props_fini(&fresh);
    props_fini(&item);
    err_fini(&err);
}

static void check_refused(struct check *c)
{
    static const struct prop_name recur = {SET_APPOINTMENT, 0x8216, NULL};
    CLEANUP(json_free)
    struct json *doc = with_override("2024-01-15T09:30:00", "{'title':'A'}"),
                *two = two_exceptions();
    struct props item = {0};
    struct err err = ERR_INIT;
    check_int(c, put(c, &item, doc, NULL, &err), RC_UNSUPPORTED);
    check_true(c, strstr(err_text(&err), "2024-01-15T09:30:00") != NULL);
    err_fini(&err);
    /* An exception that says it has attachments of its own (flag 0x0040 and its value, behind the
     * subject of 1 letter in the first exception). */
    check_ok(c, put(c, &item, two, NULL, &err), &err);
    size_t len;
    const unsigned char *blob = props_binary(&item, recur, &len);
    unsigned char *bytes = mem_alloc(len + 4);
    size_t at = 0;
    for (size_t i = 0; i + 7 < len && !at; i++) { /* flags 0001, lengths 2 and 1, 'A' */
        at = memcmp(blob + i, "\x01\0\x02\0\x01\0A", 7) == 0 ? i : 0;
    }
    check_true(c, at > 0);
    memcpy(bytes, blob, at + 7);
    bytes[at] = 0x41;
    bytes[at + 7] = 1;
    memcpy(bytes + at + 11, blob + at + 7, len - at - 7);
    props_set_binary(&item, recur, bytes, len + 4);
    free(bytes);
    json_remove(two, "recurrenceOverrides");
    check_int(c, put(c, &item, two, NULL, &err), RC_UNSUPPORTED);
    check_true(c, strstr(err_text(&err), "attachments of its own") != NULL);
    props_fini(&item);
    err_fini(&err);
}

/* ---- generated ---- */

struct random {
    uint64_t state;
};

static unsigned pick(struct random *r, unsigned n)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(r->state >> 33) % n;
}

static void add_override(struct random *r, struct json *overrides, const char *date, int day)
{
    static const char *const MORE[] = {"{'title':'T1'}", "{'locations/l1/name':'P2'}",
        "{'freeBusyStatus':'free'}", "{'freeBusyStatus':'unavailable'}", "{'description':'D\\nE'}",
        "{'alerts/a1':null}", "{'priority':9}", "{'keywords/K':true}",
        "{'alerts/a1/trigger':{'@type':'OffsetTrigger','offset':'-PT45M'}}",
        "{'duration':'PT1H30M'}"};
    CLEANUP(mem_free) char *key = str_printf("%sT09:00:00", date);
    if (pick(r, 4) == 0) {
        json_set(overrides, key, dump_parse("{'excluded':true}"));
        return;
    }
    struct json *patch = json_object();
    for (int n = (int)pick(r, 4) + 1; n > 0; n--) {
        CLEANUP(json_free) struct json *more = dump_parse(MORE[pick(r, ARRAY_LEN(MORE))]);
        for (const struct json *m = json_first(more); m; m = json_next(m)) {
            json_set(patch, json_key(m), json_dup(m));
        }
    }
    if (json_get(patch, "alerts/a1") && json_get(patch, "alerts/a1/trigger")) {
        json_remove(patch, "alerts/a1");
    }
    if (pick(r, 2)) { /* within the week of a weekly series */
        struct civil c = civil_from_seconds(
            (int64_t)(day + (int)pick(r, 6)) * 86400 + (int64_t)pick(r, 80) * 900);
        char text[CIVIL_TEXT_SIZE];
        civil_format_iso(&c, false, text);
        if (!str_eq(text, key)) {
            json_set_str(patch, "start", text);
        }
    }
    json_set(overrides, key, patch);
}

static struct json *generate(struct random *r)
{
    struct json *doc = dump_parse(SERIES),
                *overrides = json_need_object(doc, "recurrenceOverrides");
    json_set(doc, "recurrenceRules",
        dump_parse("[{'@type':'RecurrenceRule','frequency':'weekly',"
                   "'byDay':[{'@type':'NDay','day':'mo'}],'count':40}]"));
    int day = (int)date_days(2024, 1, 1);
    for (int i = 0; i < 40; i++, day += 7) {
        if (pick(r, 3) == 0) {
            int y, m, d;
            date_from_days(day, &y, &m, &d);
            CLEANUP(mem_free) char *date = str_printf("%04d-%02d-%02d", y, m, d);
            add_override(r, overrides, date, day);
        }
    }
    if (!json_count(overrides)) {
        json_remove(doc, "recurrenceOverrides");
    }
    return doc;
}

/* Through iCalendar and back nothing is left to write. */
static void check_ical(struct check *c, struct props *item, const struct json *doc)
{
    CLEANUP(mem_free) char *text = NULL;
    struct json *back = NULL;
    struct err err = ERR_INIT;
    check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &text, &err), &err);
    if (text) {
        check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &back, &err), &err);
    }
    if (back) {
        check_nothing(c, item, back);
    }
    json_free(back);
    err_fini(&err);
}

static void check_generated(struct check *c, unsigned count, uint64_t seed)
{
    struct random r = {seed};
    for (unsigned i = 0; i < count && c->failed == c->failed_before; i++) {
        CLEANUP(json_free) struct json *first = generate(&r), *second = generate(&r), *read = NULL;
        struct props item = {0};
        struct err err = ERR_INIT;
        check_ok(c, put(c, &item, first, NULL, &err), &err);
        check_reads(c, &item, first);
        check_ok(c, map_read(ITEM_EVENT, &item, &ENV, &read, &err), &err);
        check_ical(c, &item, read);
        check_ok(c, put(c, &item, second, NULL, &err), &err); /* everything changes at once */
        check_reads(c, &item, second);
        check_ok(c, put(c, &item, first, NULL, &err), &err); /* undo */
        check_reads(c, &item, first);
        if (c->failed > c->failed_before) {
            printf("series %u of seed %llu\n", i, (unsigned long long)seed);
        }
        props_fini(&item);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    bool numbered = argc > 1 && strspn(argv[1], "0123456789") == strlen(argv[1]) && *argv[1];
    check_init(&c, numbered ? 1 : argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(OVERRIDES); i++) {
        CLEANUP(mem_free) char *name = str_printf("map/exceptions/%s", OVERRIDES[i].name);
        if (check_case(&c, name)) {
            check_override(&c, i);
            check_close_case(&c);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        CLEANUP(mem_free) char *name = str_printf("map/exceptions/edit/%s", EDITS[i].name);
        if (check_case(&c, name)) {
            check_edit(&c, i);
            check_close_case(&c);
        }
    }
    if (check_case(&c, "map/exceptions/moved series")) {
        check_moved_series(&c);
    }
    if (check_case(&c, "map/exceptions/cancelled")) {
        check_canceled(&c, false);
    }
    if (check_case(&c, "map/exceptions/cancelled by somebody else")) {
        check_canceled(&c, true);
    }
    if (check_case(&c, "map/exceptions/refused")) {
        check_refused(&c);
    }
    if (check_case(&c, "map/exceptions/generated")) {
        check_generated(&c, numbered ? (unsigned)strtoul(argv[1], NULL, 10) : 60,
            numbered && argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    }
    return check_end(&c);
}
