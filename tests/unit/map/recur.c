/* Occurrences of rules; and which rules Outlook can hold. */
#include "client/base/buf.h"
#include "client/item/recur.h"
#include "mapi/map/event.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#define DAY(d)   "{'@type':'NDay','day':'" d "'}"
#define WEEKDAYS DAY("mo") "," DAY("tu") "," DAY("we") "," DAY("th") "," DAY("fr")

/* ---- expansion: up to four occurrences ---- */
static const struct {
    const char *name, *rule, *start, *dates; /* RFC 5545 section 3.8.5.3 has most of them */
} EXPANSIONS[] = {
    {"recur/daily", "{'frequency':'daily','count':3}", "1997-09-02T09:00:00",
        "1997-09-02 1997-09-03 1997-09-04"},
    {"recur/daily until", "{'frequency':'daily','interval':2,'until':'1997-09-06T09:00:00'}",
        "1997-09-02T09:00:00", "1997-09-02 1997-09-04 1997-09-06"},
    {"recur/weekly",
        "{'frequency':'weekly','interval':2,'byDay':[" DAY("tu") "," DAY(
            "th") "],'firstDayOfWeek':'su'}",
        "1997-09-02T09:00:00", "1997-09-02 1997-09-04 1997-09-16 1997-09-18"},
    {"recur/monthly nth",
        "{'frequency':'monthly','byDay':[{'@type':'NDay','day':'fr','nthOfPeriod':1}]}",
        "1997-09-05T09:00:00", "1997-09-05 1997-10-03 1997-11-07 1997-12-05"},
    {"recur/monthly last day", "{'frequency':'monthly','byMonthDay':[-1]}", "1997-09-30T09:00:00",
        "1997-09-30 1997-10-31 1997-11-30 1997-12-31"},
    {"recur/monthly clipped",
        "{'frequency':'monthly','byMonthDay':[28,29,30],'bySetPosition':[-1]}",
        "2024-01-30T09:00:00", "2024-01-30 2024-02-29 2024-03-30 2024-04-30"},
    {"recur/monthly skip backward", "{'frequency':'monthly','byMonthDay':[31],'skip':'backward'}",
        "2023-01-31T09:00:00", "2023-01-31 2023-02-28 2023-03-31 2023-04-30"},
    {"recur/yearly",
        "{'frequency':'yearly','byMonth':['11'],'byDay':[{'@type':'NDay','day':'th','nthOfPeriod':"
        "4}]}",
        "1996-11-28T09:00:00", "1996-11-28 1997-11-27 1998-11-26 1999-11-25"},
    {"recur/start outside", "{'frequency':'weekly','byDay':[" DAY("fr") "],'count':2}",
        "2024-01-01T09:00:00", "2024-01-05 2024-01-12"},
    {"recur/beyond 2038", "{'frequency':'yearly'}", "2099-03-01T09:00:00",
        "2099-03-01 2100-03-01 2101-03-01 2102-03-01"},
};

static void check_expansion(
    struct check *c, const char *rule_text_, const char *start_text, const char *want)
{
    CLEANUP(json_free) struct json *rule = dump_parse(rule_text_);
    CLEANUP(recur_free) struct recur *walk = NULL;
    struct civil start, at;
    struct err err = ERR_INIT;
    struct buf b = BUF_INIT(1000);
    check_true(c, civil_parse_iso(start_text, &start, NULL));
    check_ok(c, recur_new(rule, &start, &walk, &err), &err);
    for (int i = 0; walk && i < 4 && recur_next(walk, &at); i++) {
        buf_addf(&b, "%s%04d-%02d-%02d", i ? " " : "", at.year, at.month, at.day);
        check_int(c, at.hour, start.hour);
    }
    check_str(c, buf_str(&b), want);
    buf_fini(&b);
    err_fini(&err);
}

static void check_bad_rules(struct check *c)
{
    static const struct {
        const char *rule;
        enum rc rc;
    } BAD[] = {{"{}", RC_INVALID}, {"{'frequency':'often'}", RC_INVALID},
        {"{'frequency':'daily','interval':0}", RC_INVALID},
        {"{'frequency':'daily','interval':1000000}", RC_INVALID},
        {"{'frequency':'weekly','byDay':[{'day':'xx'}]}", RC_INVALID},
        {"{'frequency':'weekly','byDay':'mo'}", RC_INVALID},
        {"{'frequency':'monthly','byMonthDay':[40]}", RC_INVALID},
        {"{'frequency':'monthly','byMonthDay':['1;COUNT=2']}",
            RC_OK}, /* a number is what it begins with */
        {"{'frequency':'daily','until':'soon'}", RC_INVALID},
        {"{'frequency':'monthly','byMonthDay':[30,31],'skip':'forward'}", RC_UNSUPPORTED},
        {"{'frequency':'yearly','rscale':'hebrew'}", RC_UNSUPPORTED}};
    struct civil start = {2024, 1, 1, 9, 0, 0};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        CLEANUP(json_free) struct json *rule = dump_parse(BAD[i].rule);
        CLEANUP(recur_free) struct recur *walk = NULL;
        enum rc rc = recur_new(rule, &start, &walk, NULL);
        if (rc != BAD[i].rc) {
            check_fail(c, "%s is %s", BAD[i].rule, rc_name(rc));
        }
    }
}

/* ---- rules in Outlook's pattern and back ---- */
static const struct {
    const char *name, *rule, *start;
    const char *back; /* NULL: the same; "unsupported" */
} RULES[] = {
    {"rule/daily", "{'frequency':'daily','interval':3,'count':5}", "2024-01-01T09:00:00", NULL},
    {"rule/daily until", "{'frequency':'daily','until':'2024-02-01T09:00:00'}",
        "2024-01-01T09:00:00", NULL},
    {"rule/weekday", "{'frequency':'weekly','byDay':[" WEEKDAYS "]}", "2024-01-01T09:00:00", NULL},
    {"rule/daily on weekdays", "{'frequency':'daily','byDay':[" WEEKDAYS "]}",
        "2024-01-01T09:00:00", "{'frequency':'weekly','byDay':[" WEEKDAYS "]}"},
    {"rule/weekly implied day", "{'frequency':'weekly'}", "2024-01-01T09:00:00",
        "{'frequency':'weekly','byDay':[" DAY("mo") "]}"},
    {"rule/weekly from Sunday",
        "{'frequency':'weekly','interval':2,'byDay':[" DAY("mo") "," DAY(
            "su") "],'firstDayOfWeek':'su'}",
        "2024-01-01T09:00:00", NULL},
    {"rule/monthly", "{'frequency':'monthly','byMonthDay':[15]}", "2024-01-15T09:00:00", NULL},
    {"rule/monthly implied day", "{'frequency':'monthly'}", "2024-01-15T09:00:00",
        "{'frequency':'monthly','byMonthDay':[15]}"},
    {"rule/monthly last day", "{'frequency':'monthly','byMonthDay':[-1]}", "2024-01-31T09:00:00",
        NULL},
    {"rule/monthly clipped", "{'frequency':'monthly','byMonthDay':[28,29,30],'bySetPosition':[-1]}",
        "2024-01-30T09:00:00", NULL},
    {"rule/monthly backward", "{'frequency':'monthly','byMonthDay':[30],'skip':'backward'}",
        "2024-01-30T09:00:00",
        "{'frequency':'monthly','byMonthDay':[28,29,30],'bySetPosition':[-1]}"},
    {"rule/monthly 31 leaves months out", "{'frequency':'monthly','byMonthDay':[31]}",
        "2024-01-31T09:00:00", "unsupported"},
    {"rule/monthly second friday",
        "{'frequency':'monthly','byDay':[{'@type':'NDay','day':'fr','nthOfPeriod':2}]}",
        "2024-01-12T09:00:00", NULL},
    {"rule/monthly by position",
        "{'frequency':'monthly','byDay':[" DAY("fr") "],'bySetPosition':[2]}",
        "2024-01-12T09:00:00",
        "{'frequency':'monthly','byDay':[{'@type':'NDay','day':'fr','nthOfPeriod':2}]}"},
    {"rule/monthly last weekday",
        "{'frequency':'monthly','byDay':[" WEEKDAYS "],'bySetPosition':[-1]}",
        "2024-01-31T09:00:00", NULL},
    {"rule/monthly fifth friday",
        "{'frequency':'monthly','byDay':[{'@type':'NDay','day':'fr','nthOfPeriod':5}]}",
        "2024-03-29T09:00:00", "unsupported"},
    {"rule/monthly every friday", "{'frequency':'monthly','byDay':[" DAY("fr") "]}",
        "2024-01-05T09:00:00", "unsupported"},
    {"rule/yearly", "{'frequency':'yearly','byMonth':['5'],'byMonthDay':[31]}",
        "2024-05-31T09:00:00", NULL},
    {"rule/yearly implied", "{'frequency':'yearly','interval':2}", "2024-05-31T09:00:00",
        "{'frequency':'yearly','interval':2,'byMonth':['5'],'byMonthDay':[31]}"},
    {"rule/yearly nth",
        "{'frequency':'yearly','byMonth':['11'],'byDay':[{'@type':'NDay','day':'th','nthOfPeriod':"
        "4}]}",
        "2024-11-28T09:00:00", NULL},
    {"rule/yearly end of February", "{'frequency':'yearly','byMonth':['2'],'byMonthDay':[-1]}",
        "2024-02-29T09:00:00", NULL},
    {"rule/yearly only in leap years", "{'frequency':'yearly','byMonth':['2'],'byMonthDay':[29]}",
        "2024-02-29T09:00:00", "unsupported"},
    {"rule/yearly two months", "{'frequency':'yearly','byMonth':['1','7'],'byMonthDay':[1]}",
        "2024-01-01T09:00:00", "unsupported"},
    {"rule/hourly", "{'frequency':'hourly'}", "2024-01-01T09:00:00",
        "unsupported Outlook cannot express this recurrence: several times a day"},
    {"rule/several hours", "{'frequency':'daily','byHour':[9,14]}", "2024-01-01T09:00:00",
        "unsupported several times a day"},
    {"rule/weeks", "{'frequency':'yearly','byWeekNo':[20]}", "2024-05-13T09:00:00",
        "unsupported numbered weeks"},
    {"rule/year days", "{'frequency':'yearly','byYearDay':[100]}", "2024-04-09T09:00:00",
        "unsupported days counted through the year"},
    {"rule/two positions", "{'frequency':'monthly','byDay':[" DAY("fr") "],'bySetPosition':[1,3]}",
        "2024-01-05T09:00:00", "unsupported several weekdays of a month by their number"},
    {"rule/two days of the month", "{'frequency':'monthly','byMonthDay':[1,15]}",
        "2024-01-01T09:00:00", "unsupported"},
};

static void check_rule(
    struct check *c, const char *rule_json, const char *start_text, const char *want)
{
    CLEANUP(json_free) struct json *rule = dump_parse(rule_json), *back = NULL;
    struct recur_blob r;
    struct civil start;
    struct err err = ERR_INIT;
    recur_blob_init(&r);
    check_true(c, civil_parse_iso(start_text, &start, NULL));
    enum rc rc = rule_to_blob(rule, &start, &r, &err);
    if (str_starts(want, "unsupported")) { /* and why, in words for people */
        const char *words = strchr(want, ' ');
        check_int(c, rc, RC_UNSUPPORTED);
        check_true(c, !words || strstr(err_text(&err), words + 1));
        err_fini(&err);
        return;
    }
    check_ok(c, rc, &err);
    const char *until = json_get_str(rule, "until");
    struct civil end;
    if (until && civil_parse_iso(until, &end, NULL)) {
        r.end_type = RECUR_END_DATE;
        r.end_date =
            (uint32_t)minutes1601_from_seconds(civil_seconds(&end) / DAY_SECONDS * DAY_SECONDS);
    } else {
        r.end_type = json_get(rule, "count") ? RECUR_END_COUNT : RECUR_END_NEVER;
        r.count = (uint32_t)json_get_int(rule, "count", 10);
    }
    check_ok(c, rule_from_blob(&r, &start, &back, &err), &err);
    json_remove(back, "@type");
    CLEANUP(json_free) struct json *expected = dump_parse(want ? want : rule_json);
    CLEANUP(mem_free)
    char *got_text = json_print_canonical(back), *want_text = json_print_canonical(expected);
    check_str(c, got_text, want_text);
    CLEANUP(mem_free) char *shown = rule_text(&r, &start);
    check_true(c, !str_empty(shown));
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(EXPANSIONS); i++) {
        if (check_case(&c, EXPANSIONS[i].name)) {
            check_expansion(&c, EXPANSIONS[i].rule, EXPANSIONS[i].start, EXPANSIONS[i].dates);
        }
    }
    if (check_case(&c, "recur/bad")) {
        check_bad_rules(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        if (check_case(&c, RULES[i].name)) {
            check_rule(&c, RULES[i].rule, RULES[i].start, RULES[i].back);
        }
    }
    return check_end(&c);
}
