/* The iCalendar lens: nothing changed means no byte changed, an edit touches the lines it must and
 * no others, and clear errors. */
#include "client/codec/ical.h"
#include "tests/unit/codec/codec_test.h"

static enum item_kind kind_of(const char *text)
{
    return strstr(text, "BEGIN:VTODO") ? ITEM_TASK : ITEM_EVENT;
}

/* ---- identity ---- */
static void check_identity(struct check *c, const char *text, enum item_kind kind, const char *name)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *out = NULL;
    if (ical_read(text, strlen(text), kind, &doc, &err) != RC_OK ||
        ical_write(text, kind, doc, &out, &err) != RC_OK || doc_check(kind, doc, &err) != RC_OK) {
        check_fail(c, "%s: %s", name, err_text(&err));
    } else if (!str_eq(text, out)) {
        CLEANUP(mem_free) char *difference = line_difference(text, out);
        check_fail(c, "%s comes back changed:\n%s", name, difference);
    }
    err_fini(&err);
}

static void test_identity_folder(struct check *c, const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;
    check_true(c, dir != NULL);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        CLEANUP(mem_free)
        char *text = str_ends(e->d_name, ".ics") ? file_read(folder, e->d_name, NULL) : NULL;
        if (text && (strstr(text, "BEGIN:VEVENT") || strstr(text, "BEGIN:VTODO"))) {
            check_identity(c, text, kind_of(text), e->d_name);
            count++;
        }
    }
    if (dir) {
        closedir(dir);
    }
    check_true(c, count > 0);
}

/* ---- recurrence rules ---- */
static const struct {
    const char *name, *start, *rule,
        *json; /* rule also is what is written again, unless `written` */
    const char *written;
} rules[] = {
    {"ical/rrule/daily", "DTSTART:20260101T090000Z", "FREQ=DAILY;COUNT=3",
        "{\"frequency\":\"daily\",\"count\":3}", NULL},
    {"ical/rrule/interval", "DTSTART:20260101T090000Z",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU",
        "{\"frequency\":\"weekly\",\"interval\":2,\"byDay\":[{\"@type\":\"NDay\",\"day\":\"mo\"},"
        "{\"@type\":\"NDay\",\"day\":\"we\"}],\"firstDayOfWeek\":\"su\"}",
        NULL},
    {"ical/rrule/default", "DTSTART:20260101T090000Z", "FREQ=DAILY;INTERVAL=1;WKST=MO",
        "{\"frequency\":\"daily\"}", "FREQ=DAILY"},
    {"ical/rrule/nth", "DTSTART:20260101T090000Z", "FREQ=MONTHLY;BYDAY=-1FR",
        "{\"frequency\":\"monthly\",\"byDay\":[{\"@type\":\"NDay\",\"day\":\"fr\",\"nthOfPeriod\":-"
        "1}]}",
        NULL},
    {"ical/rrule/setpos", "DTSTART:20260101T090000Z", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
        "{\"frequency\":\"monthly\",\"byDay\":[{\"@type\":\"NDay\",\"day\":\"mo\"},{\"@type\":"
        "\"NDay\",\"day\":\"tu\"}],"
        "\"bySetPosition\":[-1]}",
        NULL},
    {"ical/rrule/yearly", "DTSTART:20260101T090000Z", "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-1,15",
        "{\"frequency\":\"yearly\",\"byMonth\":[\"1\",\"12\"],\"byMonthDay\":[-1,15]}", NULL},
    {"ical/rrule/rare", "DTSTART:20260101T090000Z",
        "FREQ=YEARLY;BYWEEKNO=20;BYYEARDAY=1,-1;BYHOUR=8,9;BYMINUTE=30;BYSECOND=0",
        "{\"frequency\":\"yearly\",\"byWeekNo\":[20],\"byYearDay\":[1,-1],\"byHour\":[8,9],"
        "\"byMinute\":[30],\"bySecond\":[0]}",
        NULL},
    {"ical/rrule/skip", "DTSTART:20260101T090000Z",
        "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD;BYMONTHDAY=31",
        "{\"frequency\":\"monthly\",\"skip\":\"backward\",\"byMonthDay\":[31]}", NULL},
    {"ical/rrule/rscale", "DTSTART:20260101T090000Z", "FREQ=YEARLY;RSCALE=HEBREW;BYMONTH=5L",
        "{\"frequency\":\"yearly\",\"rscale\":\"hebrew\",\"byMonth\":[\"5L\"]}", NULL},
    {"ical/rrule/until-utc", "DTSTART:20260101T090000Z", "FREQ=DAILY;UNTIL=20260110T090000Z",
        "{\"frequency\":\"daily\",\"until\":\"2026-01-10T09:00:00\"}", NULL},
    {"ical/rrule/until-zone", "DTSTART;TZID=Europe/Berlin:20260101T100000",
        "FREQ=DAILY;UNTIL=20260701T080000Z",
        "{\"frequency\":\"daily\",\"until\":\"2026-07-01T10:00:00\"}", NULL},
    {"ical/rrule/until-date-of-zone", "DTSTART;TZID=Europe/Berlin:20260101T100000",
        "FREQ=DAILY;UNTIL=20260110", "{\"frequency\":\"daily\",\"until\":\"2026-01-10T23:59:59\"}",
        "FREQ=DAILY;UNTIL=20260110T225959Z"},
    {"ical/rrule/until-date", "DTSTART;VALUE=DATE:20260101", "FREQ=DAILY;UNTIL=20260110",
        "{\"frequency\":\"daily\",\"until\":\"2026-01-10T00:00:00\"}", NULL},
    {"ical/rrule/until-floating", "DTSTART:20260101T100000", "FREQ=DAILY;UNTIL=20260110T100000",
        "{\"frequency\":\"daily\",\"until\":\"2026-01-10T10:00:00\"}", NULL},
    {"ical/rrule/lower-case", "DTSTART:20260101T100000", "freq=weekly;byday=mo",
        "{\"frequency\":\"weekly\",\"byDay\":[{\"@type\":\"NDay\",\"day\":\"mo\"}]}",
        "FREQ=WEEKLY;BYDAY=MO"},
    {"ical/rrule/unknown-part", "DTSTART:20260101T100000", "FREQ=DAILY;X-FOO=1",
        "{\"frequency\":\"daily\"}", "FREQ=DAILY"},
};

static char *event_with(const char *lines)
{
    return str_printf("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:"
                      "u\r\nDTSTAMP:20260101T000000Z\r\n"
                      "%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        lines);
}

/* The value of the first RRULE line, unfolded; NULL if none. Caller frees. */
static char *rule_in(const char *text)
{
    const char *p = strstr(text, "BEGIN:VEVENT");
    p = p ? strstr(p, "\nRRULE:") : NULL;
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (p = p ? p + 7 : ""; *p && (*p != '\r' || p[2] == ' '); p++) {
        if (*p == '\r') {
            p += 2;
        } else {
            buf_addc(&b, *p);
        }
    }
    return buf_take(&b);
}

static void test_rule(struct check *c, size_t i)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *lines = str_printf("%s\r\nRRULE:%s", rules[i].start, rules[i].rule);
    CLEANUP(mem_free) char *text = event_with(lines), *out = NULL, *rule = NULL;
    CLEANUP(json_free) struct json *doc = NULL, *want = NULL;
    check_identity(c, text, ITEM_EVENT, "the event");
    check_ok(c, json_parse(rules[i].json, strlen(rules[i].json), &want, &err), &err);
    json_set_str(want, "@type", "RecurrenceRule");
    check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
    const struct json *got = json_at(json_get(doc, "recurrenceRules"), 0);
    if (!json_equal(got, want)) {
        CLEANUP(mem_free) char *shown = json_print(got);
        check_fail(c, "read as %s", shown);
    }
    check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &out, &err), &err);
    rule = rule_in(out ? out : "");
    CLEANUP(json_free) struct json *again = NULL;
    check_ok(c, ical_read(out, strlen(out), ITEM_EVENT, &again, &err), &err);
    check_true(c, doc_same(doc, again));
    /* Parts come in our order: compare as sets by what they read as; the text only where it is
     * given. */
    if (rules[i].written) {
        check_str(c, rule, rules[i].written);
    }
    err_fini(&err);
}

/* ---- times ---- */
static const struct {
    const char *name, *lines, *member, *json; /* json NULL: absent */
} times[] = {
    {"ical/time/utc", "DTSTART:20260101T090000Z", "timeZone", "\"Etc/UTC\""},
    {"ical/time/floating", "DTSTART:20260101T090000", "timeZone", NULL},
    {"ical/time/floating-start", "DTSTART:20260101T090000", "start", "\"2026-01-01T09:00:00\""},
    {"ical/time/windows-zone", "DTSTART;TZID=\"W. Europe Standard Time\":20260101T090000",
        "timeZone", "\"Europe/Berlin\""},
    {"ical/time/prefixed-zone",
        "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20260101T090000", "timeZone",
        "\"Europe/Paris\""},
    {"ical/time/unknown-zone", "DTSTART;TZID=Nowhere:20260101T090000", "timeZone", "\"/Nowhere\""},
    {"ical/time/unknown-zone-kept", "DTSTART;TZID=Nowhere:20260101T090000", "timeZones",
        "{\"/Nowhere\":{\"@type\":\"TimeZone\",\"tzId\":\"Nowhere\"}}"},
    {"ical/time/all-day", "DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260104", "duration",
        "\"P3D\""},
    {"ical/time/all-day-flag", "DTSTART;VALUE=DATE:20260101", "showWithoutTime", "true"},
    {"ical/time/all-day-no-end", "DTSTART;VALUE=DATE:20260101", "duration", "\"P1D\""},
    {"ical/time/all-day-zone", "DTSTART;VALUE=DATE:20260101", "timeZone", NULL},
    {"ical/time/duration", "DTSTART:20260101T090000Z\r\nDURATION:PT90M", "duration", "\"PT1H30M\""},
    {"ical/time/no-end", "DTSTART:20260101T090000Z", "duration", NULL},
    {"ical/time/over-dst-nominal",
        "DTSTART;TZID=Europe/Berlin:20260328T120000\r\nDTEND;TZID=Europe/Berlin:20260329T120000",
        "duration", "\"P1D\""},
    {"ical/time/over-dst-exact",
        "DTSTART;TZID=Europe/Berlin:20260329T010000\r\nDTEND;TZID=Europe/Berlin:20260329T040000",
        "duration", "\"PT2H\""},
    {"ical/time/two-zones",
        "DTSTART;TZID=Europe/Berlin:20241017T130000\r\nDTEND;TZID=Asia/Bangkok:20241018T040000",
        "duration", "\"PT10H\""},
    {"ical/time/exdate",
        "DTSTART;TZID=Europe/Berlin:20260105T100000\r\nRRULE:FREQ=DAILY\r\nEXDATE:20260106T090000Z",
        "recurrenceOverrides", "{\"2026-01-06T10:00:00\":{\"excluded\":true}}"},
    {"ical/time/exdate-date",
        "DTSTART;TZID=Europe/"
        "Berlin:20260105T100000\r\nRRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20260106",
        "recurrenceOverrides", "{\"2026-01-06T10:00:00\":{\"excluded\":true}}"},
    {"ical/time/rdate", "DTSTART:20260105T100000Z\r\nRDATE:20260106T110000Z,20260107T110000Z",
        "recurrenceOverrides", "{\"2026-01-06T11:00:00\":{},\"2026-01-07T11:00:00\":{}}"},
    {"ical/time/lone-occurrence",
        "DTSTART:20260105T100000Z\r\nRECURRENCE-ID:20260105T090000Z\r\nRRULE:FREQ=DAILY",
        "recurrenceId", "\"2026-01-05T09:00:00\""},
    {"ical/time/lone-no-rule",
        "DTSTART:20260105T100000Z\r\nRECURRENCE-ID:20260105T090000Z\r\nRRULE:FREQ=DAILY",
        "recurrenceRules", NULL},
    {"ical/value/escapes", "DTSTART:20260105T100000Z\r\nSUMMARY:a\\, b\\; c\\\\d\\ne", "title",
        "\"a, b; c\\\\d\\ne\""},
    {"ical/value/class-unknown", "DTSTART:20260105T100000Z\r\nCLASS:X-SECRET", "privacy",
        "\"private\""},
    {"ical/value/class-public", "DTSTART:20260105T100000Z\r\nCLASS:PUBLIC", "privacy", NULL},
    {"ical/value/transparent", "DTSTART:20260105T100000Z\r\nTRANSP:TRANSPARENT", "freeBusyStatus",
        "\"free\""},
    {"ical/value/busy-disagree",
        "DTSTART:20260105T100000Z\r\nTRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "freeBusyStatus", "\"free\""},
    {"ical/value/elsewhere",
        "DTSTART:20260105T100000Z\r\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
        "lockstep.example:busyStatus", "\"workingElsewhere\""},
    {"ical/value/categories", "DTSTART:20260105T100000Z\r\nCATEGORIES:a,b\\,c\r\nCATEGORIES:d",
        "keywords", "{\"a\":true,\"b,c\":true,\"d\":true}"},
    {"ical/value/conference",
        "DTSTART:20260105T100000Z\r\nCONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Weekly "
        "call:https://meet.example/"
        "a,b?c=1\r\nCONFERENCE;VALUE=URI;FEATURE=PHONE,X-FAX:tel:+1-555\r\n"
        "X-GOOGLE-CONFERENCE:https://meet.example/a\\,b?c=1\r\n"
        "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example/x\\;y\r\nCONFERENCE;VALUE=URI:",
        "virtualLocations",
        "{\"1\":{\"@type\":\"VirtualLocation\",\"uri\":\"https://meet.example/"
        "a,b?c=1\",\"name\":\"Weekly "
        "call\",\"features\":{\"audio\":true,\"video\":true}},\"2\":{\"@type\":\"VirtualLocation\","
        "\"uri\":\"tel:+1-555\",\"features\":{\"phone\":true}},\"3\":{\"@type\":"
        "\"VirtualLocation\","
        "\"uri\":\"https://teams.example/x;y\"}}"},
    {"ical/value/alarm",
        "DTSTART:20260105T100000Z\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER;RELATED=END:-"
        "PT0H15M0S\r\nEND:VALARM",
        "alerts",
        "{\"1\":{\"@type\":\"Alert\",\"trigger\":{\"@type\":\"OffsetTrigger\",\"offset\":\"-"
        "PT15M\",\"relativeTo\":\"end\"}}}"},
};

static void test_time(struct check *c, size_t i)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = event_with(times[i].lines);
    CLEANUP(json_free) struct json *doc = NULL, *want = NULL;
    const char *json = times[i].json;
    check_identity(c, text, ITEM_EVENT, "the event");
    check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
    if (json) {
        check_ok(c, json_parse(json, strlen(json), &want, &err), &err);
    }
    if (!json_equal(json_get(doc, times[i].member), want)) {
        CLEANUP(mem_free) char *shown = json_print(json_get(doc, times[i].member));
        check_fail(c, "%s is %s", times[i].member, shown ? shown : "absent");
    }
    err_fini(&err);
}

/* ---- edits ---- */
static const struct {
    const char *name, *file, *patch, *difference;
} edits[] = {
#include "tests/unit/codec/ical_edits.inc"
};

static void test_edit(struct check *c, size_t i)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, edits[i].file, NULL), *out = NULL;
    CLEANUP(json_free) struct json *doc = NULL, *again = NULL;
    enum item_kind kind = kind_of(text ? text : "");
    bool ok = text && ical_read(text, strlen(text), kind, &doc, &err) == RC_OK &&
              apply_text(doc, edits[i].patch, &err) &&
              ical_write(text, kind, doc, &out, &err) == RC_OK &&
              ical_read(out, strlen(out), kind, &again, &err) == RC_OK;
    if (!ok) {
        check_fail(c, "%s", err_text(&err));
    } else {
        CLEANUP(mem_free) char *difference = line_difference(text, out);
        check_str(c, difference, edits[i].difference);
        doc_rekey(again, doc);
        CLEANUP(json_free) struct json *rest = doc_diff(doc, again);
        CLEANUP(mem_free) char *shown = json_print(rest);
        check_str(c, shown, "{}");
    }
    err_fini(&err);
}

/* ---- what is in no document ---- */
static const struct {
    const char *name, *lines,
        *kept; /* "property what count\n"; lines behind "---" are an occurrence's */
} kept[] = {
    {"ical/kept/nothing", "DTSTART:20260105T100000Z\r\nSUMMARY:x\r\nX-MICROSOFT-CDO-INSTTYPE:0",
        ""},
    {"ical/kept/names",
        "DTSTART:20260105T100000Z\r\nX-FOO;A=b:1\r\nx-foo:2\r\nURL:https://x.example/"
        "1\r\nGEO:1;2\r\nATTACH:https://x.example/2",
        "X-FOO  2\nURL a web page 1\nGEO where it is on the map 1\n"},
    {"ical/kept/replies",
        "DTSTART:20260105T100000Z\r\nORGANIZER:mailto:a@x.example\r\n"
        "ATTENDEE;RSVP=TRUE:mailto:b@x.example\r\nATTENDEE;RSVP=FALSE:mailto:c@x.example\r\n"
        "ATTENDEE;rsvp=true;DELEGATED-FROM=\"mailto:e@x.example\":mailto:d@x.example\r\n"
        "ATTENDEE;DELEGATED-TO=\"mailto:d@x.example\":mailto:e@x.example",
        "RSVP of whom a reply is wanted 2\nDELEGATED-FROM who comes for whom 2\n"},
    {"ical/kept/files-of-an-occurrence",
        "DTSTART:20260105T100000Z\r\nRRULE:FREQ=DAILY\r\nATTACH:https://x.example/1\r\n---"
        "RECURRENCE-ID:20260106T100000Z\r\nDTSTART:20260106T100000Z\r\n"
        "ATTACH;FMTTYPE=text/plain:https://x.example/1\r\n---"
        "RECURRENCE-ID:20260107T100000Z\r\nDTSTART:20260107T100000Z\r\n"
        "ATTACH:https://x.example/2",
        "ATTACH files of single occurrences 1\n"},
    {"ical/kept/guests-of-an-occurrence",
        "DTSTART:20260105T100000Z\r\nRRULE:FREQ=DAILY\r\nATTENDEE;CN=B:mailto:b@x.example\r\n---"
        "RECURRENCE-ID:20260106T100000Z\r\nDTSTART:20260106T100000Z\r\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:b@x.example\r\n---"
        "RECURRENCE-ID:20260107T100000Z\r\nDTSTART:20260107T100000Z\r\n"
        "ATTENDEE;SCHEDULE-STATUS=1.1:MAILTO:B@x.example\r\n---"
        "RECURRENCE-ID:20260108T100000Z\r\nDTSTART:20260108T100000Z\r\nX-BAR:1",
        "ATTENDEE guests and replies of single occurrences 2\nX-BAR  1\n"},
};

static char *kept_text(struct check *c, const char *text, enum item_kind kind)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *list = NULL;
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    check_ok(c, ical_kept(text, strlen(text), kind, &list, &err), &err);
    for (const struct json *k = json_first(list); k; k = json_next(k)) {
        const char *what = json_get_str(k, "what");
        buf_addf(&b, "%s %s %d\n", json_get_str(k, "property"), what ? what : "",
            (int)json_get_int(k, "count", 0));
    }
    err_fini(&err);
    return buf_take(&b);
}

static void test_kept(struct check *c, size_t i)
{
    CLEANUP(mem_free) char *lines = mem_strdup(kept[i].lines);
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    buf_adds(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (char *part = lines, *next; part; part = next) {
        next = strstr(part, "---");
        if (next) {
            *next = 0;
            next += 3;
        }
        buf_addf(&b, "BEGIN:VEVENT\r\nUID:u\r\n%s\r\nEND:VEVENT\r\n", part);
    }
    buf_adds(&b, "END:VCALENDAR\r\n");
    CLEANUP(mem_free) char *got = kept_text(c, buf_str(&b), ITEM_EVENT);
    check_str(c, got, kept[i].kept);
}

/* The list and the lens agree: a line without which the document says less is none that is kept, or
 * somebody would be told that something stays which travels. (What is said of a person apart: a line of
 * theirs is both.) */
static void test_kept_agrees(struct check *c, const char *file)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, file, NULL);
    enum item_kind kind = kind_of(text);
    CLEANUP(json_free) struct json *doc = NULL;
    check_ok(c, ical_read(text, strlen(text), kind, &doc, &err), &err);
    for (const char *at = text, *end; *at; at = end) {
        for (end = at + strcspn(at, "\n") + 1; *end == ' '; end += strcspn(end, "\n") + 1) {
        }
        if (str_starts(at, "BEGIN:") || str_starts(at, "END:")) {
            continue;
        }
        CLEANUP(mem_free) char *without = str_printf("%.*s%s", (int)(at - text), text, end);
        CLEANUP(json_free) struct json *less = NULL;
        bool person = str_starts(at, "ATTENDEE") || str_starts(at, "ORGANIZER");
        if (person || (ical_read(without, strlen(without), kind, &less, NULL) == RC_OK &&
                          doc_same(doc, less))) {
            continue;
        }
        CLEANUP(mem_free) char *all = kept_text(c, text, kind);
        struct json *list = NULL;
        if (ical_kept(without, strlen(without), kind, &list, NULL) == RC_OK) {
            CLEANUP(mem_free) char *rest = kept_text(c, without, kind);
            check_str(c, rest, all);
        }
        json_free(list);
    }
    err_fini(&err);
}

/* ---- new objects ---- */
static void test_new(struct check *c, const char *file, const char *lost)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, file, NULL), *out = NULL, *twice = NULL;
    CLEANUP(json_free) struct json *doc = NULL, *again = NULL;
    enum item_kind kind = kind_of(text ? text : "");
    check_ok(c, ical_read(text, strlen(text), kind, &doc, &err), &err);
    check_ok(c, ical_write(NULL, kind, doc, &out, &err), &err);
    check_ok(c, ical_write(NULL, kind, doc, &twice, &err), &err);
    check_str(c, out, twice);
    check_ok(c, ical_read(out, strlen(out), kind, &again, &err), &err);
    doc_rekey(again, doc);
    CLEANUP(json_free) struct json *rest = doc_diff(doc, again);
    CLEANUP(mem_free) char *shown = json_print(rest);
    check_str(c, shown, lost);
    check_str(c, json_get_str(again, "uid"), json_get_str(doc, "uid"));
    err_fini(&err);
}

static void test_new_zone(struct check *c)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = json_object();
    CLEANUP(mem_free) char *out = NULL, *want = NULL;
    json_set_str(doc, "@type", "Event");
    json_set_str(doc, "uid", "u");
    json_set_str(doc, "updated", "2026-01-02T03:04:05Z");
    json_set_str(doc, "title", "Lunch");
    json_set_str(doc, "start", "2026-05-01T12:00:00");
    json_set_str(doc, "timeZone", "Europe/Berlin");
    json_set_str(doc, "duration", "PT1H");
    check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &out, &err), &err);
    want = str_printf(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lockstep//Lockstep "
        "%s//EN\r\nBEGIN:VTIMEZONE\r\n"
        "TZID:Europe/"
        "Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+"
        "0100\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:"
        "19700329T020000\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:"
        "DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260102T030405Z\r\nLAST-MODIFIED:20260102T030405Z\r\n"
        "DTSTART;TZID=Europe/Berlin:20260501T120000\r\nDTEND;TZID=Europe/"
        "Berlin:20260501T130000\r\nSUMMARY:Lunch\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        LOCKSTEP_VERSION);
    check_str(c, out, want);
    struct json *none = NULL;
    CLEANUP(mem_free) char *unknown = NULL;
    json_set_str(doc, "timeZone", "Mars/Olympus");
    check_int(c, ical_write(NULL, ITEM_EVENT, doc, &unknown, &err), RC_UNSUPPORTED);
    json_set(doc, "start", none);
    check_int(c, ical_write(NULL, ITEM_EVENT, doc, &unknown, &err), RC_UNSUPPORTED);
    json_set(doc, "timeZone", none);
    check_int(c, ical_write(NULL, ITEM_EVENT, doc, &unknown, &err), RC_INVALID);
    err_fini(&err);
}

/* A generated VTIMEZONE has the rule it was made from, shifted days included. */
static void test_zone_round_trip(struct check *c)
{
    static const char *const names[] = {"America/New_York", "America/Nuuk", "Asia/Tokyo",
        "Australia/Sydney", "Asia/Kathmandu", "Europe/London", "America/Santiago",
        "Pacific/Chatham", "Asia/Jerusalem"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *doc = json_object(), *again = NULL;
        CLEANUP(mem_free) char *out = NULL;
        json_set_str(doc, "uid", "u");
        json_set_str(doc, "start", "2026-05-01T12:00:00");
        json_set_str(doc, "duration", "PT1H");
        json_set_str(doc, "timeZone", names[i]);
        check_ok(c, ical_write(NULL, ITEM_EVENT, doc, &out, &err), &err);
        /* Named so that only its rule can tell which zone it is. */
        for (char *p = out; p && (p = strstr(p, names[i]));) {
            p[0] = 'Q';
            p[strlen(names[i]) - 1] = 'q';
        }
        check_ok(c, ical_read(out, strlen(out), ITEM_EVENT, &again, &err), &err);
        const char *zone = json_get_str(again, "timeZone");
        if (!zone || *zone == '/') {
            check_fail(c, "%s comes back as %s", names[i], zone ? zone : "(floating)");
        }
        err_fini(&err);
    }
}

/* ---- bad input ---- */
static const struct {
    const char *name, *lines, *message;
    enum rc rc;
} bad[] = {
    {"ical/bad/no-start", "SUMMARY:x", "the event in line 4 has no DTSTART", RC_INVALID},
    {"ical/bad/start", "DTSTART:yesterday", "line 7: DTSTART has no usable date or time",
        RC_INVALID},
    {"ical/bad/month", "DTSTART:20261301T000000Z", "line 7: DTSTART has no usable date or time",
        RC_INVALID},
    {"ical/bad/end", "DTSTART:20260101T000000Z\r\nDTEND:x",
        "line 8: DTEND has no usable date or time", RC_INVALID},
    {"ical/bad/rule", "DTSTART:20260101T000000Z\r\nRRULE:FREQ=SOMETIMES",
        "line 8: RRULE without a known FREQ", RC_INVALID},
    {"ical/bad/two-uids",
        "DTSTART:20260101T000000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:other\r\nDTSTART:"
        "20260101T000000Z",
        "holds several items: UID u and UID other", RC_INVALID},
    {"ical/bad/two-masters",
        "DTSTART:20260101T000000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:"
        "20260101T000000Z",
        "line 9: a second VEVENT with the same UID", RC_INVALID},
    {"ical/bad/future",
        "DTSTART:20260101T000000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID;RANGE="
        "THISANDFUTURE:20260101T000000Z\r\n"
        "DTSTART:20260101T000000Z",
        "line 11: a change for this and all future occurrences", RC_UNSUPPORTED},
    {"ical/bad/line", "DTSTART:20260101T000000Z\r\nno line",
        "line 8 is no content line (NAME:value)", RC_INVALID},
    {"ical/bad/unclosed", "DTSTART:20260101T000000Z\r\nBEGIN:VALARM",
        "line 9: END:VEVENT does not end BEGIN:VALARM", RC_INVALID},
};

static void test_bad(struct check *c, size_t i)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    CLEANUP(mem_free) char *text = event_with(bad[i].lines);
    CLEANUP(mem_free)
    char *message = str_printf("reading the iCalendar object: %s", bad[i].message);
    check_int(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), bad[i].rc);
    check_str(c, err_text(&err), message);
    check_true(c, doc == NULL);
    json_free(doc);
    err_fini(&err);
}

static void test_bad_others(struct check *c)
{
    struct json *doc = NULL;
    static const char todo[] =
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n";
    static const char old[] =
        "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
    check_int(c, ical_read("", 0, ITEM_EVENT, &doc, NULL), RC_INVALID);
    check_int(c, ical_read(todo, strlen(todo), ITEM_EVENT, &doc, NULL), RC_INVALID);
    check_int(c, ical_read(todo, strlen(todo), ITEM_CONTACT, &doc, NULL), RC_UNSUPPORTED);
    check_int(c, ical_read(old, strlen(old), ITEM_EVENT, &doc, NULL), RC_UNSUPPORTED);
}

/* Organizer and guests, as read; one who is there twice is one. */
static void test_people(struct check *c)
{
    static const char WANT[] =
        "{\"1\":{\"@type\":\"Participant\",\"email\":\"anna@example.com\",\"name\":\"Anna\","
        "\"participationStatus\":\"accepted\",\"roles\":{\"attendee\":true,\"chair\":true,"
        "\"owner\":true},\"sentBy\":\"office@example.com\"},"
        "\"2\":{\"@type\":\"Participant\",\"email\":\"bob@example.com\",\"name\":\"Berg, Bob\","
        "\"roles\":{\"attendee\":true}},"
        "\"3\":{\"@type\":\"Participant\",\"email\":\"carl@example.com\","
        "\"roles\":{\"attendee\":true,\"optional\":true}},"
        "\"4\":{\"@type\":\"Participant\",\"email\":\"room@example.com\",\"kind\":\"location\","
        "\"roles\":{\"attendee\":true}},"
        "\"5\":{\"@type\":\"Participant\",\"kind\":\"group\",\"roles\":{\"attendee\":true},"
        "\"sendTo\":{\"other\":\"/principals/staff/\"}}}";
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, "meeting.ics", NULL);
    struct json *doc = NULL;
    check_int(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, NULL), RC_OK);
    CLEANUP(mem_free) char *got = json_print_canonical(json_get(doc, "participants"));
    check_str(c, got, WANT);
    /* an occurrence has none of its own */
    CLEANUP(mem_free) char *overrides = json_print_canonical(json_get(doc, "recurrenceOverrides"));
    check_str(c, overrides, "{\"2026-01-12T10:00:00\":{\"start\":\"2026-01-12T12:00:00\"}}");
    /* nobody is invited twice */
    struct json *again = json_need_object(json_need_object(doc, "participants"), "x");
    json_set_str(again, "email", "BOB@example.com");
    json_set_bool(json_need_object(again, "roles"), "attendee", true);
    CLEANUP(mem_free) char *out = NULL;
    check_int(c, ical_write(text, ITEM_EVENT, doc, &out, NULL), RC_OK);
    check_str(c, out, text);
    json_free(doc);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *file, *lost; /* lost: a new e-mail alarm would need an address, so it becomes
                                    one on the screen */
    } fixtures[] = {{"series.ics", "{}"}, {"allday.ics", "{}"}, {"by-rule.ics", "{}"},
        {"task.ics", "{\"alerts/1/action\":null}"}, {"meeting.ics", "{}"}, {"online.ics", "{}"}};
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "ical/identity/fixtures")) {
        test_identity_folder(&c, CODEC_DATA);
    }
    if (check_case(&c, "ical/identity/real")) {
        CLEANUP(mem_free)
        char *folder = real_data() ? str_printf("%s/icalendar", real_data()) : NULL;
        if (folder) {
            test_identity_folder(&c, folder);
        } else {
            check_skip(&c, "no real data (LOCKSTEP_OUTLOOK_DATA)");
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (check_case(&c, rules[i].name)) {
            test_rule(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        if (check_case(&c, times[i].name)) {
            test_time(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        if (check_case(&c, kept[i].name)) {
            test_kept(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        if (check_case(&c, edits[i].name)) {
            test_edit(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        CLEANUP(mem_free) char *name = str_printf("ical/new/%s", fixtures[i].file);
        if (check_case(&c, name)) {
            test_new(&c, fixtures[i].file, fixtures[i].lost);
        }
        check_close_case(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
        CLEANUP(mem_free) char *name = str_printf("ical/kept/agrees/%s", fixtures[i].file);
        if (check_case(&c, name)) {
            test_kept_agrees(&c, fixtures[i].file);
        }
        check_close_case(&c);
    }
    if (check_case(&c, "ical/people")) {
        test_people(&c);
    }
    if (check_case(&c, "ical/new/zone")) {
        test_new_zone(&c);
    }
    if (check_case(&c, "ical/new/every-zone")) {
        test_zone_round_trip(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (check_case(&c, bad[i].name)) {
            test_bad(&c, i);
        }
    }
    if (check_case(&c, "ical/bad/others")) {
        test_bad_others(&c);
    }
    return check_end(&c);
}
