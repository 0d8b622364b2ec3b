/* The traps of mapping.md, each with a case: what Outlook's properties mean beyond their names. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/item/doc.h"
#include "mapi/map/blob_zone.h"
#include "mapi/map/event.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#define NOW 1700000000 /* 2023-11-14T22:13:20Z */

/* Writes a new item out of a document. */
static void make(struct check *c, enum item_kind kind, const char *text, const struct map_env *env,
    struct props *ret)
{
    CLEANUP(json_free) struct json *doc = dump_parse(text);
    struct props none = {0};
    struct map_change change = {0};
    struct err err = ERR_INIT;
    check_ok(c, map_write(kind, &none, doc, env, &change, &err), &err);
    dump_apply(ret, &change);
    map_change_fini(&change);
    err_fini(&err);
}

static struct json *read(
    struct check *c, enum item_kind kind, const struct props *item, const struct map_env *env)
{
    struct json *doc = NULL;
    struct err err = ERR_INIT;
    check_ok(c, map_read(kind, item, env, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static void set_time(struct props *p, enum prop_key key, const char *iso)
{
    struct civil t;
    if (civil_parse_iso(iso, &t, NULL)) {
        props_set_int(p, prop_name_of(key), PROP_SYSTIME, filetime_from_seconds(civil_seconds(&t)));
    }
}

static void check_member(
    struct check *c, const struct json *doc, const char *path, const char *want)
{
    const struct json *v = json_pointer(doc, path);
    CLEANUP(json_free) struct json *expected = want ? dump_parse(want) : NULL;
    CLEANUP(mem_free) char *got_text = v ? json_print_canonical(v) : NULL;
    CLEANUP(mem_free) char *want_text = expected ? json_print_canonical(expected) : NULL;
    check_str(c, got_text, want_text);
}

/* ---- 1: birthdays ---- */
static const char *const ZONES[] = {"Etc/GMT+12", "Pacific/Honolulu", "America/New_York", "Etc/UTC",
    "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Kiritimati"};
/* Every hour from UTC-12 to UTC+14, odd ones, and places whose clock skips midnight. */
static const char *const BIRTH_ZONES[] = {"Etc/GMT+12", "Etc/GMT+11", "Etc/GMT+10", "Etc/GMT+9",
    "Etc/GMT+8", "Etc/GMT+7", "Etc/GMT+6", "Etc/GMT+5", "Etc/GMT+4", "Etc/GMT+3", "Etc/GMT+2",
    "Etc/GMT+1", "Etc/UTC", "Etc/GMT-1", "Etc/GMT-2", "Etc/GMT-3", "Etc/GMT-4", "Etc/GMT-5",
    "Etc/GMT-6", "Etc/GMT-7", "Etc/GMT-8", "Etc/GMT-9", "Etc/GMT-10", "Etc/GMT-11", "Etc/GMT-12",
    "Etc/GMT-13", "Etc/GMT-14", "America/St_Johns", "Asia/Kathmandu", "Asia/Kolkata",
    "Pacific/Chatham", "Pacific/Auckland", "Australia/Lord_Howe", "Europe/Berlin",
    "America/New_York", "America/Santiago", "Asia/Beirut", "America/Havana", "America/Asuncion"};

/* Days whose midnight does not exist, exists twice, or is none of our century's. */
static const struct birth {
    int year, month, day; /* year 0: not known */
} BIRTHS[] = {{1980, 7, 4}, {1980, 2, 29}, {0, 2, 29}, {0, 12, 31}, {2022, 9, 11}, {2024, 9, 8},
    {2022, 3, 27}, {2024, 3, 31}, {2024, 10, 27}, {2023, 3, 12}, {1899, 12, 31}, {1900, 1, 1},
    {1752, 9, 2}, {1602, 1, 1}, {1970, 1, 1}, {2000, 1, 1}, {1999, 12, 31}};

static char *birth_date(const struct birth *b)
{
    CLEANUP(mem_free) char *year = b->year ? str_printf("'year':%d,", b->year) : mem_strdup("");
    return str_printf("{'@type':'PartialDate',%s'month':%d,'day':%d}", year, b->month, b->day);
}

static void check_birth(struct check *c, const struct birth *birth, const char *writer_zone)
{
    const struct map_env writer = {writer_zone, NOW, NULL};
    CLEANUP(mem_free) char *date = birth_date(birth);
    CLEANUP(mem_free)
    char *text = str_printf("{'@type':'Card','version':'1.0','name':{'full':'A'},'anniversaries':{"
                            "'b':{'kind':'birth','date':%s},'w':{'kind':'wedding','date':%s}}}",
        date, date);
    struct props item = {0};
    make(c, ITEM_CONTACT, text, &writer, &item);
    for (size_t r = 0; r < ARRAY_LEN(BIRTH_ZONES); r++) { /* read on a machine anywhere */
        const struct map_env reader = {BIRTH_ZONES[r], NOW, NULL};
        CLEANUP(json_free) struct json *doc = read(c, ITEM_CONTACT, &item, &reader);
        check_member(c, doc, "anniversaries/birth/date", date);
        check_member(c, doc, "anniversaries/wedding/date", date);
        /* Written again there, it does not change either. */
        struct map_change change = {0};
        check_int(c, map_write(ITEM_CONTACT, &item, doc, &reader, &change, NULL), RC_OK);
        check_int(c, (int64_t)(change.set.count + change.remove_count), 0);
        map_change_fini(&change);
    }
    /* Without the local property the writer's own zone still gives the day. */
    props_remove(&item, prop_name_of(P_BIRTHDAY_LOCAL));
    CLEANUP(json_free) struct json *doc = read(c, ITEM_CONTACT, &item, &writer);
    check_member(c, doc, "anniversaries/birth/date", date);
    props_fini(&item);
}

static void check_birthdays(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(BIRTHS); i++) {
        for (size_t w = 0; w < ARRAY_LEN(BIRTH_ZONES); w++) {
            check_birth(c, &BIRTHS[i], BIRTH_ZONES[w]);
        }
    }
}

/* What Outlook cannot hold stays on the other side, and what it holds stays as it is: a day before
 * its calendar begins, a year alone. */
static void check_other_births(struct check *c)
{
    static const char *const DATES[] = {"{'@type':'PartialDate','year':1600,'month':12,'day':31}",
        "{'@type':'PartialDate','year':1980}", "{'@type':'PartialDate','year':1980,'month':7}",
        "{'@type':'PartialDate','year':1981,'month':2,'day':29}"};
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    for (size_t i = 0; i < ARRAY_LEN(DATES); i++) {
        CLEANUP(mem_free)
        char *text = str_printf("{'@type':'Card','version':'1.0','name':{'full':'A'},"
                                "'anniversaries':{'b':{'kind':'birth','date':%s}}}",
            DATES[i]);
        struct props item = {0};
        make(c, ITEM_CONTACT, text, &env, &item);
        CLEANUP(json_free) struct json *doc = read(c, ITEM_CONTACT, &item, &env);
        check_member(c, doc, "anniversaries", NULL);
        props_fini(&item);
    }
}

/* ---- 2: all-day appointments float ---- */
static void check_all_day(struct check *c)
{
    for (size_t w = 0; w < ARRAY_LEN(ZONES); w++) {
        const struct map_env writer = {ZONES[w], NOW, NULL}, reader = {"Europe/Berlin", NOW, NULL};
        struct props item = {0};
        make(c, ITEM_EVENT,
            "{'@type':'Event','title':'x','start':'2024-03-10T00:00:00','duration':'P1D','"
            "showWithoutTime':true}",
            &writer, &item);
        CLEANUP(json_free) struct json *doc = read(c, ITEM_EVENT, &item, &reader);
        check_member(c, doc, "start", "'2024-03-10T00:00:00'");
        check_member(c, doc, "timeZone", NULL);
        check_member(c, doc, "duration", "'P1D'");
        check_member(c, doc, "showWithoutTime", "true");
        /* A midnight-to-midnight appointment without the flag is none. */
        props_set_int(&item, prop_name_of(P_SUB_TYPE), PROP_BOOLEAN, 0);
        CLEANUP(json_free) struct json *timed = read(c, ITEM_EVENT, &item, &reader);
        check_member(c, timed, "showWithoutTime", NULL);
        check_true(c, json_get(timed, "timeZone") != NULL);
        props_fini(&item);
    }
}

/* ---- 5: Exchange addresses ---- */
static void check_exchange(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    struct props item = {0};
    make(c, ITEM_CONTACT, "{'@type':'Card','version':'1.0','name':{'full':'A'}}", &env, &item);
    props_set_text(&item, prop_name_of(P_EMAIL1_ADDRESS), "/o=Org/ou=x/cn=a");
    props_set_text(&item, prop_name_of(P_EMAIL1_ADDRESS_TYPE), "EX");
    CLEANUP(json_free) struct json *doc = read(c, ITEM_CONTACT, &item, &env);
    check_member(c, doc, "emails", NULL);
    /* A new address goes to the second slot: the first is taken, though the document does not show
     * it. */
    CLEANUP(json_free)
    struct json *want = dump_parse("{'@type':'Card','version':'1.0','name':{'full':'A'},"
                                   "'emails':{'n':{'address':'a@example.com'}}}");
    struct map_change change = {0};
    check_int(c, map_write(ITEM_CONTACT, &item, want, &env, &change, NULL), RC_OK);
    check_str(c, get_text(&change.set, P_EMAIL1_ADDRESS), NULL);
    check_str(c, get_text(&change.set, P_EMAIL2_ADDRESS), "a@example.com");
    map_change_fini(&change);
    props_set_text(&item, prop_name_of(P_EMAIL1_ORIGINAL_DISPLAY_NAME), "b@example.com");
    CLEANUP(json_free) struct json *resolved = read(c, ITEM_CONTACT, &item, &env);
    check_member(c, resolved, "emails/e1/address", "'b@example.com'");
    props_fini(&item);
}

/* ---- 3: file-as by its formula ---- */
static void check_file_under(struct check *c)
{
    static const struct {
        uint32_t id;
        const char *want;
    } FORMULAS[] = {{0x8017, "Muster, Eva"}, {0x8037, "Eva Muster"}, {0x3A16, "Firma"},
        {0x3001, "E. Muster"}, {0x8018, "Firma\r\nMuster, Eva"}, {0x8019, "Muster, Eva\r\nFirma"},
        {0x8030, "MusterEva"}, {0xFFFFFFFF, NULL}, {0xFFFFFFFE, "Muster, Eva"}};
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    for (size_t i = 0; i < ARRAY_LEN(FORMULAS); i++) {
        struct props item = {0};
        make(c, ITEM_CONTACT,
            "{'@type':'Card','version':'1.0','organizations':{'o':{'name':'Firma'}},'name':{'full':"
            "'Alt'}}",
            &env, &item);
        props_set_int(&item, prop_name_of(P_FILE_UNDER_ID), PROP_LONG, (int32_t)FORMULAS[i].id);
        props_set_text(&item, prop_name_of(P_FILE_UNDER), "my own");
        CLEANUP(json_free) struct json *want = read(c, ITEM_CONTACT, &item, &env);
        json_set(want, "name",
            dump_parse("{'full':'E. Muster','components':[{'kind':'surname','value':'Muster'},"
                       "{'kind':'given','value':'Eva'}]}"));
        struct map_change change = {0};
        check_int(c, map_write(ITEM_CONTACT, &item, want, &env, &change, NULL), RC_OK);
        check_str(c, get_text(&change.set, P_FILE_UNDER), FORMULAS[i].want);
        map_change_fini(&change);
        props_fini(&item);
    }
}

/* ---- 7: "working elsewhere" survives ---- */
static void check_busy(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    struct props item = {0};
    make(c, ITEM_EVENT,
        "{'@type':'Event','title':'x','start':'2024-03-10T10:00:00','timeZone':'Etc/UTC'}", &env,
        &item);
    props_set_int(&item, prop_name_of(P_BUSY_STATUS), PROP_LONG, 4);
    CLEANUP(json_free) struct json *doc = read(c, ITEM_EVENT, &item, &env);
    check_member(c, doc, "freeBusyStatus", "'free'");
    json_set_str(doc, "title", "y");
    struct map_change change = {0};
    check_int(c, map_write(ITEM_EVENT, &item, doc, &env, &change, NULL), RC_OK);
    check_true(c, !has(&change.set, P_BUSY_STATUS));
    map_change_fini(&change);
    props_fini(&item);
}

/* ---- 10: reminders ---- */
static void check_reminders(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    static const char TEXT[] =
        "{'@type':'Event','title':'x','start':'%s-01-08T10:00:00','timeZone':'Etc/"
        "UTC','duration':'PT1H',"
        "'alerts':{'a':{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT15M'}}}%s}";
    static const struct {
        const char *year, *more;
        const char *signal; /* NULL: never */
    } CASES[] = {{"2024", "", "2024-01-08T09:45:00Z"},
        {"2020", "", NULL}, /* past: dismissed, or hundreds of old reminders would pop up */
        {"2023", ",'recurrenceRules':[{'frequency':'weekly'}]", "2023-11-19T09:45:00Z"},
        {"2023",
            ",'recurrenceRules':[{'frequency':'weekly'}],'recurrenceOverrides':{'2023-11-19T10:00:"
            "00':"
            "{'excluded':true}}",
            "2023-11-26T09:45:00Z"},
        {"2022", ",'recurrenceRules':[{'frequency':'weekly','count':3}]", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *text = str_printf(TEXT, CASES[i].year, CASES[i].more);
        struct props item = {0}, want = {0};
        make(c, ITEM_EVENT, text, &env, &item);
        set_time(&want, P_REMINDER_SIGNAL_TIME,
            CASES[i].signal ? CASES[i].signal : "4501-01-01T00:00:00Z");
        check_int(c, get_int(&item, P_REMINDER_SIGNAL_TIME, 0),
            get_int(&want, P_REMINDER_SIGNAL_TIME, -1));
        check_int(c, get_int(&item, P_REMINDER_SET, 0), 1);
        props_fini(&want);
        props_fini(&item);
    }
}

/* ---- an instant of the past: the zone's clocks of that year count, for those who read its name
 * will use them ---- */
static void check_past(struct check *c)
{
    static const struct {
        const char *utc, *local, *zone;
    } CASES[] = {
        {"2006-03-20T19:00:00Z", "2006-03-20T14:00:00", "America/New_York"},
        {"2007-03-20T19:00:00Z", "2007-03-20T15:00:00", "America/New_York"},
        {"2012-01-10T09:00:00Z", "2012-01-10T13:00:00", "Europe/Moscow"},
        {"2026-01-10T09:00:00Z", "2026-01-10T12:00:00", "Europe/Moscow"},
        {"1968-07-01T09:00:00Z", "1968-07-01T10:00:00", "Europe/Berlin"},
        {"2045-07-01T09:00:00Z", "2045-07-01T11:00:00", "Europe/Berlin"},
    };
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free)
        char *text = str_printf(
            "{'@type':'Event','start':'%s','timeZone':'%s','duration':'PT1H','title':'Past'}",
            CASES[i].local, CASES[i].zone);
        CLEANUP_FINI(props_fini) struct props item = {0};
        make(c, ITEM_EVENT, text, &env, &item);
        struct civil want;
        civil_parse_iso(CASES[i].utc, &want, NULL);
        check_int(c, filetime_to_seconds(get_int(&item, P_START_WHOLE, 0)), civil_seconds(&want));
        CLEANUP(json_free) struct json *again = read(c, ITEM_EVENT, &item, &env);
        check_str(c, json_get_str(again, "start"), CASES[i].local);
        check_str(c, json_get_str(again, "timeZone"), CASES[i].zone);
    }
}

/* ---- 19, 20 and real life: which zone ---- */
static void check_zones(struct check *c)
{
    const struct map_env env = {"Europe/Berlin", NOW, NULL};
    struct props item = {0};
    make(c, ITEM_EVENT,
        "{'@type':'Event','title':'x','start':'2024-07-10T10:00:00','timeZone':'America/Chicago'}",
        &env, &item);
    CLEANUP(json_free) struct json *doc = read(c, ITEM_EVENT, &item, &env);
    check_member(c, doc, "start", "'2024-07-10T10:00:00'");
    check_member(c, doc, "timeZone", "'America/Chicago'");
    /* An unknown name: its rule tells. */
    struct buf b = BUF_INIT(4096);
    blob_zone_definition_write(
        "Central Standard Time (custom)", &zone_by_iana("America/Chicago")->rule, false, &b);
    props_set_binary(&item, prop_name_of(P_ZONE_START), buf_str(&b), b.len);
    CLEANUP(json_free) struct json *by_rule = read(c, ITEM_EVENT, &item, &env);
    check_member(c, by_rule, "start", "'2024-07-10T10:00:00'");
    /* Garbage or nothing: the user's zone, the same instant. */
    props_set_binary(&item, prop_name_of(P_ZONE_START), "\x02\x01garbage", 9);
    CLEANUP(json_free) struct json *garbage = read(c, ITEM_EVENT, &item, &env);
    check_member(c, garbage, "start", "'2024-07-10T17:00:00'");
    check_member(c, garbage, "timeZone", "'Europe/Berlin'");
    buf_fini(&b);
    props_fini(&item);
}

/* A day of 23 hours is not 24. */
static void check_duration(struct check *c)
{
    static const char *const TEXTS[] = {"P1D", "PT24H", "PT23H", "P1DT2H", "PT1H30M"};
    const struct map_env env = {"Europe/Berlin", NOW, NULL};
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        CLEANUP(mem_free)
        char *text =
            str_printf("{'@type':'Event','title':'x','start':'2024-03-30T12:00:00','timeZone':"
                       "'Europe/Berlin','duration':'%s'}",
                TEXTS[i]);
        struct props item = {0}, again = {0};
        make(c, ITEM_EVENT, text, &env, &item);
        CLEANUP(json_free) struct json *doc = read(c, ITEM_EVENT, &item, &env);
        CLEANUP(mem_free) char *second = json_print(doc);
        make(c, ITEM_EVENT, second, &env, &again);
        check_int(c, get_int(&again, P_END_WHOLE, 0), get_int(&item, P_END_WHOLE, 1));
        if (i < 3) {
            check_int(c, get_int(&item, P_DURATION, 0), i == 1 ? 1440 : 1380);
        }
        props_fini(&again);
        props_fini(&item);
    }
}

static void check_sense(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL};
    struct props item = {0};
    struct json *doc = NULL;
    struct err err = ERR_INIT;
    props_set_text(&item, prop_name_of(P_SUBJECT), "no start");
    check_int(c, map_read(ITEM_EVENT, &item, &env, &doc, &err), RC_INVALID);
    check_true(c, strstr(err_text(&err), "start") != NULL);
    set_time(&item, P_START_WHOLE, "2024-01-01T10:00:00Z");
    props_set_int(&item, prop_name_of(P_RECURRING), PROP_BOOLEAN, 1);
    props_set_binary(&item, prop_name_of(P_RECUR), "cut", 3);
    check_int(c, map_read(ITEM_EVENT, &item, &env, &doc, &err), RC_INVALID);
    check_true(c, strstr(err_text(&err), "recurrence") != NULL);
    err_fini(&err);
    props_fini(&item);
}

static void check_classes(struct check *c)
{
    check_int(c, map_kind_of_class("IPM.Contact"), ITEM_CONTACT);
    check_int(c, map_kind_of_class("ipm.appointment.Custom"), ITEM_EVENT);
    check_int(c, map_kind_of_class("IPM.ContactX"), -1);
    check_int(c, map_kind_of_class("IPM.DistList"), ITEM_CONTACT);
    check_int(c, map_kind_of_class(NULL), -1);
    check_int(c, map_kind_of_container("IPF.Task"), ITEM_TASK);
    size_t n;
    const struct prop_name *names = map_properties(ITEM_TASK, &n);
    check_true(c, n > 20 && names[0].id == 0x001A);
    check_int(c, map_property_type(prop_name_of(P_KEYWORDS)), PROP_MV_UNICODE);
    check_int(c, prop_set_guid(SET_APPOINTMENT)[0], 2);
}

static void check_stamp(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, "abc"};
    struct props item = {0};
    make(c, ITEM_CONTACT, "{'@type':'Card','version':'1.0','uid':'u-1','name':{'full':'A'}}", &env,
        &item);
    check_str(c, get_text(&item, P_LOCKSTEP_STAMP), "abc");
    CLEANUP(json_free) struct json *doc = read(c, ITEM_CONTACT, &item, &env);
    check_member(c, doc, "uid", "'u-1'");
    props_fini(&item);
}

int main(int argc, char **argv)
{
    static const struct check_entry CASES[] = {{"map/trap/birthdays", check_birthdays},
        {"map/trap/other birthdays", check_other_births}, {"map/trap/all-day", check_all_day},
        {"map/trap/exchange address", check_exchange}, {"map/trap/file under", check_file_under},
        {"map/trap/busy", check_busy}, {"map/trap/reminders", check_reminders},
        {"map/trap/zones", check_zones}, {"map/trap/past", check_past},
        {"map/trap/duration", check_duration}, {"map/trap/no sense", check_sense},
        {"map/classes", check_classes}, {"map/stamp", check_stamp}};
    return check_main(argc, argv, CASES, ARRAY_LEN(CASES));
}
