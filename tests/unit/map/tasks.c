/* Recurring tasks: the pattern Outlook is given, byte for byte as [MS-OXOCAL] section 2.2.1.44.1 and
 * [MS-OXOTASK] section 2.2.2.2.15 lay it out; and what it reads as, also after Outlook has moved the
 * task on to a later occurrence. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/item/doc.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#define NOW       1700000000 /* 2023-11-14T22:13:20Z */
#define ICON_TASK 1280

static const struct map_env ENV = {"Europe/Berlin", NOW, NULL};

#define DATES(start, due)                                                                          \
    "{'@type':'Task','uid':'t','title':'T','start':'" start "T00:00:00','due':'" due               \
    "T00:00:00','showWithoutTime':true,"
#define RULE(more) "'recurrenceRules':[{'@type':'RecurrenceRule'," more "}]"
#define DAY(d)     "{'@type':'NDay','day':'" d "'}"

/* ---- the bytes ---- */
static const struct {
    const char *name, *item;
    unsigned frequency, pattern, first, period, sliding;
    int specific_count;
    unsigned specific[2], end_type, count, first_day;
    const char *start, *end; /* dates; "": never */
} PATTERNS[] = {
    {"task/pattern/daily",
        DATES("2024-03-02", "2024-03-03") RULE("'frequency':'daily','interval':3,'count':5") "}",
        0x200A, 0, 1440, 4320, 0, 0, {0}, 0x2022, 5, 0, "2024-03-02", "2024-03-14"},
    {"task/pattern/weekly",
        DATES("2024-03-04", "2024-03-04") RULE("'frequency':'weekly','byDay':[" DAY("mo") "," DAY(
            "th") "],'until':'2024-03-20T00:00:00'") "}",
        0x200B, 1, 8640, 1, 0, 1, {0x12}, 0x2021, 5, 0, "2024-03-04", "2024-03-18"},
    {"task/pattern/monthly",
        DATES("2024-01-31", "2024-01-31") RULE("'frequency':'monthly','byMonthDay':[-1]") "}",
        0x200C, 2, 0, 1, 0, 1, {31}, 0x2023, 10, 0, "2024-01-31", ""},
    {"task/pattern/monthly nth",
        DATES("2024-03-12", "2024-03-12")
            RULE("'frequency':'monthly','byDay':[{'@type':'NDay','day':'tu','nthOfPeriod':2}]") "}",
        0x200C, 3, 0, 1, 0, 2, {4, 2}, 0x2023, 10, 0, "2024-03-12", ""},
    {"task/pattern/yearly", DATES("2024-05-07", "2024-05-07") RULE("'frequency':'yearly'") "}",
        0x200D, 2, 172800, 12, 0, 1, {7}, 0x2023, 10, 0, "2024-05-07", ""},
    {"task/pattern/due date only",
        "{'@type':'Task','due':'2024-03-08T00:00:00','showWithoutTime':true," RULE(
            "'frequency':'daily'") "}",
        0x200A, 0, 0, 1440, 0, 0, {0}, 0x2023, 10, 0, "2024-03-08", ""},
    {"task/pattern/regenerate days",
        DATES("2024-03-01", "2024-03-01") "'lockstep.example:regenerateAfter':'P10D'}", 0x200A, 0,
        0, 14400, 1, 0, {0}, 0x2023, 10, 0, "2024-03-01", ""},
    {"task/pattern/regenerate months",
        DATES("2024-03-05", "2024-03-05") "'lockstep.example:regenerateAfter':'P2M'}", 0x200C, 2, 0,
        2, 1, 1, {5}, 0x2023, 10, 0, "2024-03-05", ""},
};

static void add16(struct buf *b, unsigned v)
{
    buf_addc(b, (char)(v & 255));
    buf_addc(b, (char)(v >> 8 & 255));
}

static void add32(struct buf *b, uint32_t v)
{
    add16(b, v & 0xFFFF);
    add16(b, v >> 16);
}

static uint32_t minutes(const char *date)
{
    struct civil c;
    CLEANUP(mem_free) char *text = str_printf("%sT00:00:00", date);
    return civil_parse_iso(text, &c, NULL) ? (uint32_t)(civil_seconds(&c) / 60 + INT64_C(194074560))
                                           : 0x5AE980DF;
}

static void add_expected(struct buf *b, size_t i)
{
    add16(b, 0x3004);
    add16(b, 0x3004);
    add16(b, PATTERNS[i].frequency);
    add16(b, PATTERNS[i].pattern);
    add16(b, 0);
    add32(b, PATTERNS[i].first);
    add32(b, PATTERNS[i].period);
    add32(b, PATTERNS[i].sliding);
    for (int k = 0; k < PATTERNS[i].specific_count; k++) {
        add32(b, PATTERNS[i].specific[k]);
    }
    add32(b, PATTERNS[i].end_type);
    add32(b, PATTERNS[i].count);
    add32(b, PATTERNS[i].first_day);
    add32(b, 0);
    add32(b, 0);
    add32(b, minutes(PATTERNS[i].start));
    add32(b, minutes(PATTERNS[i].end));
}

static char *hex(const void *data, size_t len)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < len; i++) {
        buf_addf(&b, "%02x", ((const unsigned char *)data)[i]);
    }
    return buf_take(&b);
}

static enum rc write_to(struct props *item, const struct json *doc, struct err *err)
{
    struct map_change change = {0};
    enum rc rc = map_write(ITEM_TASK, item, doc, &ENV, &change, err);
    if (rc == RC_OK) {
        dump_apply(item, &change);
    }
    map_change_fini(&change);
    return rc;
}

static void make(struct check *c, const char *text, struct props *ret)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = dump_parse(text);
    check_ok(c, write_to(ret, doc, &err), &err);
    err_fini(&err);
}

static struct json *read(struct check *c, const struct props *item)
{
    struct json *doc = NULL;
    struct err err = ERR_INIT;
    check_ok(c, map_read(ITEM_TASK, item, &ENV, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static int64_t get(const struct props *item, enum prop_key key)
{
    return props_int(item, prop_name_of(key), -1);
}

static void check_pattern(struct check *c, size_t i)
{
    struct props item = {0};
    struct buf want = BUF_INIT(BUF_DEFAULT_MAX);
    make(c, PATTERNS[i].item, &item);
    add_expected(&want, i);
    size_t len = 0;
    const void *data = props_binary(&item, prop_name_of(P_TASK_RECURRENCE), &len);
    CLEANUP(mem_free) char *got = hex(data, len), *wanted = hex(buf_str(&want), want.len);
    check_str(c, got, wanted);
    check_int(c, get(&item, P_TASK_RECURRING), 1);
    check_int(c, get(&item, P_TASK_DEAD_OCCURRENCE), 0);
    check_int(c, get(&item, P_ICON_INDEX), ICON_TASK + 1);
    /* what is there reads as what was written, and is not written again */
    CLEANUP(json_free) struct json *doc = read(c, &item), *wish = dump_parse(PATTERNS[i].item);
    check_str(c, json_get_str(doc, "lockstep.example:regenerateAfter"),
        json_get_str(wish, "lockstep.example:regenerateAfter"));
    check_int(c, (int64_t)json_count(json_get(doc, "recurrenceRules")),
        (int64_t)json_count(json_get(wish, "recurrenceRules")));
    struct map_change change = {0};
    struct err err = ERR_INIT;
    check_ok(c, map_write(ITEM_TASK, &item, doc, &ENV, &change, &err), &err);
    CLEANUP(mem_free) char *names = dump_change_names(&change);
    check_str(c, names, "");
    map_change_fini(&change);
    err_fini(&err);
    buf_fini(&want);
    props_fini(&item);
}

/* ---- Outlook completes an occurrence: it moves the dates on and leaves the pattern ---- */
#define FIVE                                                                                       \
    DATES("2024-03-01", "2024-03-02") RULE("'frequency':'daily','interval':3,'count':5") "}"

static void set_date(struct props *item, enum prop_key key, const char *date)
{
    int64_t seconds = ((int64_t)minutes(date) - INT64_C(194074560)) * 60;
    props_set_int(item, prop_name_of(key), PROP_SYSTIME, filetime_from_seconds(seconds));
}

static int64_t rule_count(const struct json *doc)
{
    return json_get_int(json_at(json_get(doc, "recurrenceRules"), 0), "count", 0);
}

static void check_moves_on(struct check *c)
{
    struct props item = {0};
    make(c, FIVE, &item);
    set_date(&item, P_TASK_START, "2024-03-07");
    set_date(&item, P_TASK_DUE, "2024-03-08");
    CLEANUP(json_free) struct json *doc = read(c, &item);
    check_str(c, json_get_str(doc, "start"), "2024-03-07T00:00:00");
    check_int(c, rule_count(doc), 3);
    props_fini(&item);
}

/* The last one is done: no more than itself is left. */
static void check_last_one(struct check *c)
{
    struct props item = {0};
    make(c, FIVE, &item);
    set_date(&item, P_TASK_START, "2024-03-13");
    CLEANUP(json_free) struct json *doc = read(c, &item);
    check_int(c, rule_count(doc), 1);
    props_fini(&item);
}

/* ---- a server completes an occurrence: an override, or the dates move ---- */
static void check_override_done(struct check *c)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    make(c, FIVE, &item);
    CLEANUP(json_free) struct json *doc = read(c, &item);
    json_set(doc, "recurrenceOverrides",
        dump_parse(
            "{'2024-03-01T00:00:00':{'progress':'completed'},'2024-03-04T00:00:00':{'excluded':"
            "true},"
            "'2024-03-10T00:00:00':{'progress':'completed'}}"));
    check_ok(c, write_to(&item, doc, &err), &err);
    CLEANUP(json_free) struct json *after = read(c, &item);
    check_str(c, json_get_str(after, "start"), "2024-03-07T00:00:00");
    check_str(c, json_get_str(after, "due"), "2024-03-08T00:00:00");
    check_str(c, json_get_str(after, "progress"), NULL);
    check_int(c, rule_count(after), 3);
    err_fini(&err);
    props_fini(&item);
}

static void check_all_done(struct check *c)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    make(c, DATES("2024-03-01", "2024-03-01") RULE("'frequency':'daily','count':1") "}", &item);
    CLEANUP(json_free) struct json *doc = read(c, &item);
    json_set(
        doc, "recurrenceOverrides", dump_parse("{'2024-03-01T00:00:00':{'progress':'completed'}}"));
    check_ok(c, write_to(&item, doc, &err), &err);
    CLEANUP(json_free) struct json *after = read(c, &item);
    check_str(c, json_get_str(after, "start"), "2024-03-01T00:00:00");
    err_fini(&err);
    props_fini(&item);
}

static void check_done_as_a_whole(struct check *c)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    make(c, FIVE, &item);
    CLEANUP(json_free) struct json *doc = read(c, &item);
    json_set_str(doc, "progress", "completed");
    check_ok(c, write_to(&item, doc, &err), &err);
    check_int(c, get(&item, P_TASK_DEAD_OCCURRENCE), 1);
    check_int(c, get(&item, P_TASK_COMPLETE), 1);
    json_set_str(doc, "progress", NULL);
    check_ok(c, write_to(&item, doc, &err), &err);
    check_int(c, get(&item, P_TASK_DEAD_OCCURRENCE), 0);
    err_fini(&err);
    props_fini(&item);
}

static void check_no_more(struct check *c)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    make(c, FIVE, &item);
    CLEANUP(json_free) struct json *doc = read(c, &item);
    json_remove(doc, "recurrenceRules");
    check_ok(c, write_to(&item, doc, &err), &err);
    size_t len;
    check_true(c, props_binary(&item, prop_name_of(P_TASK_RECURRENCE), &len) == NULL);
    check_int(c, get(&item, P_TASK_RECURRING), 0);
    check_int(c, get(&item, P_ICON_INDEX), ICON_TASK);
    err_fini(&err);
    props_fini(&item);
}

/* ---- a time of day, in a zone: the rule is about the days of that zone ---- */
static void check_zone(struct check *c)
{
    struct props item = {0};
    make(c,
        "{'@type':'Task','title':'T','start':'2024-03-04T23:00:00','timeZone':'America/"
        "New_York'," RULE(
            "'frequency':'weekly','byDay':[" DAY("mo") "],'until':'2024-03-18T22:00:00'") "}",
        &item);
    CLEANUP(json_free) struct json *doc = read(c, &item);
    check_str(c, json_get_str(doc, "start"), "2024-03-04T00:00:00");
    check_str(c, json_get_str(json_at(json_get(doc, "recurrenceRules"), 0), "until"),
        "2024-03-11T00:00:00");
    props_fini(&item);
}

/* ---- refused ---- */
static const struct {
    const char *name, *item, *text;
} REFUSED[] = {
    {"task/refused/no date", "{'@type':'Task','title':'T'," RULE("'frequency':'daily'") "}",
        "neither start nor due date"},
    {"task/refused/two rules",
        DATES("2024-03-01",
            "2024-03-01") "'recurrenceRules':[{'frequency':'daily'},{'frequency':'weekly'}]}",
        "several recurrence rules"},
    {"task/refused/hourly", DATES("2024-03-01", "2024-03-01") RULE("'frequency':'hourly'") "}",
        "several times a day"},
    {"task/refused/off the rule",
        DATES("2024-03-01", "2024-03-01") RULE("'frequency':'weekly','byDay':[" DAY("mo") "]") "}",
        "no occurrence of the rule"},
    {"task/refused/after hours",
        DATES("2024-03-01", "2024-03-01") "'lockstep.example:regenerateAfter':'PT5H'}",
        "comes again after"},
};

static void check_refused(struct check *c, size_t i)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = dump_parse(REFUSED[i].item);
    check_int(c, write_to(&item, doc, &err), RC_UNSUPPORTED);
    check_true(c, strstr(err_text(&err), REFUSED[i].text) != NULL);
    err_fini(&err);
    props_fini(&item);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } CASES[] = {{"task/outlook moves on", check_moves_on},
        {"task/outlook's last one", check_last_one},
        {"task/done on the server", check_override_done}, {"task/all done", check_all_done},
        {"task/done as a whole", check_done_as_a_whole}, {"task/recurs no more", check_no_more},
        {"task/zone", check_zone}};
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(PATTERNS); i++) {
        if (check_case(&c, PATTERNS[i].name)) {
            check_pattern(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++) {
        if (check_case(&c, REFUSED[i].name)) {
            check_refused(&c, i);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(&c, CASES[i].name)) {
            CASES[i].run(&c);
        }
    }
    return check_end(&c);
}
