/* client/item/span: what takes place in a window. */
#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/item/span.h"
#include "tests/unit/check.h"

/* From 2026-08-30 up to and with 2027-11-28. */
#define FROM  (date_days(2026, 8, 30) * 86400)
#define UNTIL (date_days(2027, 11, 29) * 86400)

#define INSIDE "inside"
#define OVER   "over"

static struct json *parse(const char *text)
{
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    struct json *v = NULL;
    return json_parse(copy, strlen(copy), &v, NULL) == RC_OK ? v : NULL;
}

#define DAILY "'recurrenceRules':[{'frequency':'daily'"

static const struct row {
    enum item_kind kind;
    const char *doc;
    const char *want; /* INSIDE, OVER, or when the next of it begins (UTC) */
} ROWS[] = {
    {ITEM_EVENT, "{'start':'2026-11-28T10:00:00','duration':'PT1H'}", INSIDE},
    {ITEM_EVENT, "{'start':'2020-11-28T10:00:00','duration':'PT1H'}", OVER},
    {ITEM_EVENT, "{'start':'2028-11-28T10:00:00','duration':'PT1H'}", "2028-11-28T10:00:00Z"},
    /* the edges, by the clock of the zone */
    {ITEM_EVENT, "{'start':'2026-08-29T22:00:00','duration':'PT2H'}", OVER},
    {ITEM_EVENT, "{'start':'2026-08-29T22:00:00','duration':'PT2H1S'}", INSIDE},
    {ITEM_EVENT, "{'start':'2026-08-30T01:00:00','timeZone':'Europe/Berlin'}", OVER},
    {ITEM_EVENT, "{'start':'2026-08-30T02:00:00','timeZone':'Europe/Berlin'}", INSIDE},
    {ITEM_EVENT, "{'start':'2027-11-29T00:30:00','timeZone':'Europe/Berlin'}", INSIDE},
    {ITEM_EVENT, "{'start':'2027-11-29T00:00:00'}", "2027-11-29T00:00:00Z"},
    {ITEM_EVENT, "{'start':'2026-08-29T00:00:00','showWithoutTime':true}", OVER},
    {ITEM_EVENT, "{'start':'2026-08-29T00:00:00','showWithoutTime':true,'duration':'P2D'}", INSIDE},
    /* series */
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00'," DAILY "}]}", INSIDE},
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00'," DAILY ",'count':100}]}", OVER},
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00'," DAILY ",'until':'2026-08-30T09:00:00'}]}",
        INSIDE},
    {ITEM_EVENT, "{'start':'2028-01-01T09:00:00'," DAILY "}]}", "2028-01-01T09:00:00Z"},
    {ITEM_EVENT,
        "{'start':'2020-02-29T09:00:00','recurrenceRules':[{'frequency':'yearly','interval':4}]}",
        "2028-02-29T09:00:00Z"},
    /* its occurrences, not the time from the first to the last */
    {ITEM_EVENT,
        "{'start':'2020-02-29T09:00:00','recurrenceRules':[{'frequency':'yearly','interval':4}],"
        "'recurrenceOverrides':{'2028-02-29T09:00:00':{'start':'2027-01-01T09:00:00'}}}",
        INSIDE},
    {ITEM_EVENT,
        "{'start':'2020-02-29T09:00:00','recurrenceRules':[{'frequency':'yearly','interval':4}],"
        "'recurrenceOverrides':{'2028-02-29T09:00:00':{'excluded':true}}}",
        "2032-02-29T09:00:00Z"},
    {ITEM_EVENT,
        "{'start':'2026-10-10T09:00:00'," DAILY ",'count':2}],"
        "'recurrenceOverrides':{'2026-10-10T09:00:00':{'start':'2020-01-01T09:00:00'},"
        "'2026-10-11T09:00:00':{'excluded':true}}}",
        OVER},
    {ITEM_EVENT, "{'start':'2020-01-01T09:00:00','recurrenceOverrides':{'2026-10-11T09:00:00':{}}}",
        INSIDE},
    {ITEM_EVENT,
        "{'start':'2020-01-01T09:00:00','duration':'PT1H',"
        "'recurrenceOverrides':{'2020-01-02T09:00:00':{'duration':'P3000D'}}}",
        INSIDE},
    /* what nobody can work out */
    {ITEM_EVENT, "{}", INSIDE},
    {ITEM_EVENT, "{'start':'one day'}", INSIDE},
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00','recurrenceRules':[{'frequency':'often'}]}",
        INSIDE},
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00','recurrenceRules':[{'frequency':'secondly'}]}",
        INSIDE},
    {ITEM_EVENT, "{'start':'1999-01-01T09:00:00','duration':'long'}", OVER},
    {ITEM_TASK, "{}", INSIDE},
    {ITEM_TASK, "{'due':'1999-01-01T00:00:00'}", INSIDE},
    {ITEM_TASK, "{'due':'2099-01-01T00:00:00','progress':'in-process'}", INSIDE},
    {ITEM_TASK, "{'progress':'completed'}", INSIDE},
    {ITEM_TASK, "{'due':'1999-01-01T00:00:00','progress':'completed'}", OVER},
    {ITEM_TASK, "{'due':'2099-01-01T00:00:00','progress':'cancelled'}", "2099-01-01T00:00:00Z"},
    {ITEM_TASK,
        "{'due':'1999-01-01T00:00:00','progress':'completed',"
        "'progressUpdated':'2026-11-01T10:00:00Z'}",
        INSIDE},
    {ITEM_TASK,
        "{'start':'1999-01-01T00:00:00','due':'2099-01-01T00:00:00','progress':'completed'}",
        INSIDE},
    {ITEM_CONTACT, "{}", INSIDE},
};

static void test_rows(struct check *c)
{
    if (!check_case(c, "span/rows")) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        CLEANUP(json_free) struct json *doc = parse(ROWS[i].doc);
        int64_t next = 0;
        char text[CIVIL_TEXT_SIZE] = INSIDE;
        check_true(c, doc != NULL);
        if (!span_meets(ROWS[i].kind, doc, FROM, UNTIL, &next)) {
            struct civil at = civil_from_seconds(next == SPAN_NEVER ? 0 : next);
            civil_format_iso(&at, true, text);
        }
        const char *got = str_eq(text, INSIDE) ? INSIDE : next == SPAN_NEVER ? OVER : text;
        if (!str_eq(got, ROWS[i].want)) {
            check_fail(c, "%s is %s, want %s", ROWS[i].doc, got, ROWS[i].want);
        }
    }
}

/* No limit at one end or at both. */
static void test_open_ends(struct check *c)
{
    if (check_case(c, "span/open-ends")) {
        int64_t next;
        CLEANUP(json_free) struct json *old = parse("{'start':'1999-01-01T09:00:00'}");
        CLEANUP(json_free) struct json *far = parse("{'start':'2999-01-01T09:00:00'}");
        CLEANUP(json_free)
        struct json *series = parse("{'start':'1999-01-01T09:00:00'," DAILY "}]}");
        check_true(c, span_meets(ITEM_EVENT, old, INT64_MIN, UNTIL, &next));
        check_true(c, !span_meets(ITEM_EVENT, far, INT64_MIN, UNTIL, &next));
        check_true(c, !span_meets(ITEM_EVENT, old, FROM, INT64_MAX, &next));
        check_int(c, next == SPAN_NEVER, 1);
        check_true(c, span_meets(ITEM_EVENT, far, FROM, INT64_MAX, &next));
        check_true(c, span_meets(ITEM_EVENT, series, FROM, INT64_MAX, &next));
        check_true(c, span_meets(ITEM_EVENT, series, INT64_MIN, INT64_MAX, &next));
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_rows(&c);
    test_open_ends(&c);
    return check_end(&c);
}
