/* client/item: what makes two items one and the same. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/match.h"
#include "tests/unit/check.h"

#include <stdlib.h>

/* Parses JSON written with single quotes. */
static struct json *parse(const char *text)
{
    char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    struct json *v = NULL;
    struct err err = ERR_INIT;
    if (json_parse(copy, strlen(copy), &v, &err) != RC_OK) {
        fprintf(stderr, "test input: %s: %s\n", err_text(&err), copy);
        abort();
    }
    free(copy);
    return v;
}

/* ---- uids ---- */

#define GOID(date, data)                                                                           \
    "040000008200E00074C5B7101A82E008" date "00000000000000000000000000000000" data

static const struct {
    const char *name, *a, *b;
    bool same;
} UIDS[] = {
    {"match/uid/equal", "{'uid':'abc@x'}", "{'uid':'abc@x'}", true},
    {"match/uid/case-counts-in-text", "{'uid':'abc@x'}", "{'uid':'ABC@x'}", false},
    {"match/uid/hex-case", "{'uid':'0a1b-ff'}", "{'uid':'0A1B-FF'}", true},
    {"match/uid/urn", "{'uid':'urn:uuid:0A1B'}", "{'uid':'0a1b'}", true},
    {"match/uid/goid-case", "{'uid':'" GOID("00000000", "0400000001020304") "'}",
        "{'uid':'"
        "040000008200e00074c5b7101a82e008"
        "00000000"
        "00000000000000000000000000000000"
        "0400000001020304'}",
        true},
    {"match/uid/goid-occurrence-date", "{'uid':'" GOID("07EA0B17", "0400000001020304") "'}",
        "{'uid':'" GOID("00000000", "0400000001020304") "'}", true},
    {"match/uid/goid-other", "{'uid':'" GOID("00000000", "0400000001020305") "'}",
        "{'uid':'" GOID("00000000", "0400000001020304") "'}", false},
    /* "vCal-Uid" 1 0 0 0 "abc@x" 0 */
    {"match/uid/goid-wraps-foreign",
        "{'uid':'" GOID("00000000", "120000007643616C2D55696401000000616263407800") "'}",
        "{'uid':'abc@x'}", true},
    {"match/uid/occurrence-is-not-its-series", "{'uid':'abc','recurrenceId':'2026-01-01T09:00:00'}",
        "{'uid':'abc'}", false},
};

/* ---- numbers ---- */

static const struct {
    const char *name, *a, *b;
    bool same;
} PHONES[] = {
    {"match/phone/spelling", "(030) 123-45 67", "030 1234567", true},
    {"match/phone/country-code", "+49 30 1234567", "030/1234567", true},
    {"match/phone/double-zero", "0049 30 1234567", "030 1234567", true},
    {"match/phone/trunk-zero-in-brackets", "+49 (0)30 1234567", "+49301234567", true},
    {"match/phone/uri", "tel:+1-415-555-1234", "(415) 555-1234", true},
    {"match/phone/italian-zero", "+39 06 1234567", "06 1234567", true},
    {"match/phone/other-country", "+49 30 1234567", "+43 30 1234567", false},
    {"match/phone/other-number", "030 1234567", "030 1234568", false},
    {"match/phone/tail-of-a-national-one", "030 1234567", "1234567", false},
    {"match/phone/extension", "030 1234567 ext. 12", "030 1234567", true},
    {"match/phone/nothing", "", "", false},
    {"match/phone/short", "12", "12", true},
};

/* ---- scores ---- */

enum want { APART, DOUBT, SURE };
struct score_row {
    const char *name;
    enum item_kind kind;
    const char *a, *b;
    enum want want;
};

static const struct score_row SCORES[] = {
    {"match/contact/empty", ITEM_CONTACT, "{}", "{}", APART},
    {"match/contact/empty-names", ITEM_CONTACT,
        "{'name':{'full':''},'emails':{'1':{'address':' '}}}",
        "{'name':{'full':' '},'emails':{'1':{'address':''}}}", APART},
    {"match/contact/email-and-name", ITEM_CONTACT,
        "{'name':{'full':'Ada King'},'emails':{'1':{'address':'ada@x'}}}",
        "{'name':{'full':'ADA  "
        "KING'},'emails':{'z':{'address':'Ada@X'},'y':{'address':'other@x'}}}",
        SURE},
    {"match/contact/components-against-full", ITEM_CONTACT,
        "{'name':{'components':[{'kind':'title','value':'Dr.'},{'kind':'given','value':'Ada'},{'"
        "kind':'surname',"
        "'value':'King'}]},'phones':{'1':{'number':'+49 30 1234567'}}}",
        "{'name':{'full':'King, Ada'},'phones':{'1':{'number':'030 1234567'}}}", SURE},
    {"match/contact/email-alone", ITEM_CONTACT, "{'emails':{'1':{'address':'ada@x'}}}",
        "{'name':{'full':'Ada'},'emails':{'1':{'address':'ada@x'}}}", SURE},
    {"match/contact/name-and-company", ITEM_CONTACT,
        "{'name':{'full':'Ada'},'organizations':{'1':{'name':'Engines Ltd'}}}",
        "{'name':{'full':'Ada'},'organizations':{'1':{'name':'ENGINES Ltd'}}}", SURE},
    {"match/contact/name-and-birthday", ITEM_CONTACT,
        "{'name':{'full':'Ada'},'anniversaries':{'1':{'kind':'birth','date':{'year':1815,'month':"
        "12,'day':10}}}}",
        "{'name':{'full':'Ada'},'anniversaries':{'1':{'kind':'birth','date':{'@type':'Timestamp','"
        "utc':"
        "'1815-12-10T00:00:00Z'}}}}",
        SURE},
    {"match/contact/name-alone", ITEM_CONTACT, "{'name':{'full':'Ada'}}", "{'name':{'full':'Ada'}}",
        DOUBT},
    {"match/contact/phone-alone", ITEM_CONTACT, "{'phones':{'1':{'number':'030 1234567'}}}",
        "{'name':{'full':'Ada'},'phones':{'1':{'number':'030 1234567'}}}", DOUBT},
    {"match/contact/namesakes", ITEM_CONTACT,
        "{'name':{'full':'Peter M'},'emails':{'1':{'address':'a@x'}},'phones':{'1':{'number':'030 "
        "1234567'}}}",
        "{'name':{'full':'Peter M'},'emails':{'1':{'address':'b@x'}},'phones':{'1':{'number':'030 "
        "7654321'}}}",
        APART},
    {"match/contact/family", ITEM_CONTACT,
        "{'name':{'full':'Ada "
        "King'},'emails':{'1':{'address':'king@x'}},'phones':{'1':{'number':'030 1234567'}}}",
        "{'name':{'full':'Bob "
        "King'},'emails':{'1':{'address':'king@x'}},'phones':{'1':{'number':'030 1234567'}}}",
        DOUBT},
    {"match/contact/father-and-son", ITEM_CONTACT,
        "{'name':{'full':'John "
        "Smith'},'emails':{'1':{'address':'s@x'}},'phones':{'1':{'number':'030 1234567'}}}",
        "{'name':{'full':'John Smith "
        "Jr.'},'emails':{'1':{'address':'s@x'}},'phones':{'1':{'number':'030 1234567'}}}",
        DOUBT},
    {"match/contact/twins-other-birthday", ITEM_CONTACT,
        "{'name':{'full':'A King'},'emails':{'1':{'address':'k@x'}},'phones':{'1':{'number':'030 "
        "1234567'}},"
        "'anniversaries':{'1':{'kind':'birth','date':{'year':1815,'month':12,'day':10}}}}",
        "{'name':{'full':'A King'},'emails':{'1':{'address':'k@x'}},'phones':{'1':{'number':'030 "
        "1234567'}},"
        "'anniversaries':{'1':{'kind':'birth','date':{'year':1816,'month':12,'day':10}}}}",
        DOUBT},
    {"match/contact/shared-mailbox", ITEM_CONTACT,
        "{'name':{'full':'Ada'},'emails':{'1':{'address':'info@x'}}}",
        "{'name':{'full':'Bob'},'emails':{'1':{'address':'info@x'}}}", APART},
    {"match/contact/companies", ITEM_CONTACT,
        "{'organizations':{'1':{'name':'Acme'}},'phones':{'1':{'number':'030 1234567'}}}",
        "{'organizations':{'1':{'name':'ACME'}},'phones':{'1':{'number':'+49301234567'}}}", SURE},
    {"match/contact/person-of-a-company-card", ITEM_CONTACT,
        "{'organizations':{'1':{'name':'Acme'}}}",
        "{'name':{'full':'Ada'},'organizations':{'1':{'name':'Acme'}}}", APART},
    {"match/event/zone-against-utc", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','duration':'PT1H'}",
        "{'title':'tea ','start':'2026-01-05T09:00:00','timeZone':'Etc/UTC','duration':'PT60M'}",
        SURE},
    {"match/event/other-end", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','duration':'PT1H'}",
        "{'title':'Tea','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','duration':'PT2H'}",
        DOUBT},
    {"match/event/hour-off", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','duration':'PT1H'}",
        "{'title':'Tea','start':'2026-01-05T11:00:00','timeZone':'Europe/"
        "Berlin','duration':'PT1H'}",
        DOUBT},
    {"match/event/next-week", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','duration':'PT1H'}",
        "{'title':'Tea','start':'2026-01-12T10:00:00','duration':'PT1H'}", APART},
    {"match/event/no-title", ITEM_EVENT, "{'title':'','start':'2026-01-05T10:00:00'}",
        "{'title':'','start':'2026-01-05T10:00:00'}", APART},
    {"match/event/single-against-series", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00'}",
        "{'title':'Tea','start':'2026-01-05T10:00:00','recurrenceRules':[{'frequency':'daily'}]}",
        DOUBT},
    {"match/event/rule-with-defaults", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','recurrenceRules':[{'@type':'RecurrenceRule',"
        "'frequency':'daily','interval':1}]}",
        "{'title':'Tea','start':'2026-01-05T10:00:00','recurrenceRules':[{'frequency':'daily'}]}",
        SURE},
    {"match/event/other-rule", ITEM_EVENT,
        "{'title':'Tea','start':'2026-01-05T10:00:00','recurrenceRules':[{'frequency':'weekly'}]}",
        "{'title':'Tea','start':'2026-01-05T10:00:00','recurrenceRules':[{'frequency':'daily'}]}",
        DOUBT},
    {"match/task/title-and-due", ITEM_TASK, "{'title':'Pay','due':'2026-01-05T00:00:00'}",
        "{'title':'PAY','due':'2026-01-05T17:00:00'}", SURE},
    {"match/task/no-dates", ITEM_TASK, "{'title':'Pay'}", "{'title':'Pay'}", SURE},
    {"match/task/one-date", ITEM_TASK, "{'title':'Pay','due':'2026-01-05T00:00:00'}",
        "{'title':'Pay'}", DOUBT},
    {"match/task/other-date", ITEM_TASK, "{'title':'Pay','due':'2026-01-05T00:00:00'}",
        "{'title':'Pay','due':'2026-02-05T00:00:00'}", APART},
    {"match/note/same-text", ITEM_NOTE, "{'title':'Shopping','description':'milk'}",
        "{'title':'shopping','description':'milk'}", SURE},
    {"match/note/other-text", ITEM_NOTE, "{'title':'Shopping','description':'milk'}",
        "{'title':'Shopping','description':'bread'}", DOUBT},
    {"match/note/no-title", ITEM_NOTE, "{'description':'milk'}", "{'description':'milk'}", APART},
    {"match/task/no-title", ITEM_TASK, "{'due':'2026-01-05T00:00:00'}",
        "{'due':'2026-01-05T00:00:00'}", APART},
};

static void check_score(struct check *c, const struct score_row *row)
{
    CLEANUP(json_free) struct json *a = parse(row->a);
    CLEANUP(json_free) struct json *b = parse(row->b);
    struct match_traits *x = match_traits_new(row->kind, a), *y = match_traits_new(row->kind, b);
    unsigned why, back;
    int score = match_score(x, y, &why);
    check_int(c, match_score(y, x, &back), score);
    check_int(c, back, why);
    enum want got = score >= MATCH_SURE ? SURE : score >= MATCH_MAYBE ? DOUBT : APART;
    if (got != row->want) {
        CLEANUP(mem_free) char *text = match_reasons_text(why);
        check_fail(c, "score %d (%s)", score, text);
    }
    /* The search comes to the same verdict: the keys find what the score accepts. */
    struct match_result r = {0};
    match_find(&x, 1, &y, 1, NULL, NULL, &r);
    check_int(c, r.count, row->want == APART ? 0 : 1);
    check_true(c, !r.count || r.pairs[0].sure == (row->want == SURE));
    match_result_fini(&r);
    match_traits_free(x);
    match_traits_free(y);
}

/* ---- many ---- */

struct crowd {
    struct match_traits **items; /* owned */
    size_t count;
};

static struct crowd crowd_new(size_t count, const char *format)
{
    struct crowd l = {mem_realloc(NULL, count + 1, sizeof *l.items), count};
    for (size_t i = 0; i < count; i++) {
        CLEANUP(mem_free) char *text = mem_strdup(format);
        CLEANUP(mem_free) char *number = str_printf("%04zu", i);
        for (char *p = text; (p = strchr(p, '#')); p += 4) {
            memcpy(p, number, 4); /* "####" */
        }
        CLEANUP(json_free) struct json *doc = parse(text);
        l.items[i] = match_traits_new(ITEM_CONTACT, doc);
    }
    return l;
}

static void crowd_free(struct crowd *l)
{
    for (size_t i = 0; i < l->count; i++) {
        match_traits_free(l->items[i]);
    }
    free(l->items);
}

struct crowd_row {
    const char *name, *left, *right;
    size_t count, sure, pairs_max, comparisons_max;
};

static const struct crowd_row CROWDS[] = {
    {"match/many/5000-distinct",
        "{'name':{'full':'Person ####'},'emails':{'1':{'address':'p####@x'}}}",
        "{'name':{'full':'PERSON ####'},'emails':{'1':{'address':'p####@X'}}}", 5000, 5000, 5000,
        5000},
    {"match/many/50-namesakes", "{'name':{'full':'Peter M'},'emails':{'1':{'address':'p####@x'}}}",
        "{'name':{'full':'Peter M'},'emails':{'1':{'address':'p####@x'}}}", 50, 50, 50, 500},
    {"match/many/5000-namesakes",
        "{'name':{'full':'Peter M'},'emails':{'1':{'address':'p####@x'}}}",
        "{'name':{'full':'Peter M'},'emails':{'1':{'address':'p####@x'}}}", 5000, 5000, 5000,
        45000},
    {"match/many/200-company-cards",
        "{'organizations':{'1':{'name':'Acme'}},'phones':{'1':{'number':'030 123####'}}}",
        "{'organizations':{'1':{'name':'Acme'}},'phones':{'1':{'number':'+4930123####'}}}", 200,
        200, 200, 2000},
    {"match/many/5000-alike", "{'name':{'full':'Peter M'}}", "{'name':{'full':'Peter M'}}", 5000, 0,
        20000, 45000},
    {"match/many/5000-empty", "{}", "{}", 5000, 0, 0, 0},
    {"match/many/5000-one-mailbox", "{'name':{'full':'P####'},'emails':{'1':{'address':'info@x'}}}",
        "{'name':{'full':'P####'},'emails':{'1':{'address':'info@x'}}}", 5000, 5000, 5000, 45000},
};

/* Every item that looks like another is in a pair: nobody slips through a crowd. */
static size_t pairs_without(const struct match_result *r, size_t count)
{
    char *seen = mem_alloc(2 * count + 1);
    size_t missing = 0;
    for (size_t i = 0; i < r->count; i++) {
        seen[r->pairs[i].left] = seen[count + r->pairs[i].right] = 1;
    }
    for (size_t i = 0; i < 2 * count; i++) {
        missing += !seen[i];
    }
    free(seen);
    return missing;
}

static void check_crowd(struct check *c, const struct crowd_row *row)
{
    struct crowd left = crowd_new(row->count, row->left), right = crowd_new(row->count, row->right);
    struct match_result r = {0};
    match_find(left.items, left.count, right.items, right.count, NULL, NULL, &r);
    size_t sure = 0;
    for (size_t i = 0; i < r.count; i++) {
        sure += r.pairs[i].sure;
        check_true(c, !r.pairs[i].sure || r.pairs[i].left == r.pairs[i].right);
    }
    check_int(c, sure, row->sure);
    if (r.comparisons > row->comparisons_max || r.count > row->pairs_max) {
        check_fail(c, "%zu comparisons, %zu pairs", r.comparisons, r.count);
    }
    check_int(c, pairs_without(&r, row->count), row->pairs_max ? 0 : 2 * row->count);
    match_result_fini(&r);
    crowd_free(&left);
    crowd_free(&right);
}

static bool apart_all(void *user, size_t left, size_t right)
{
    (void)user;
    (void)right;
    return left == 0;
}

/* Two that fit one equally well are doubtful; once one of them is told apart, the other is not. */
static void check_rivals(struct check *c)
{
    struct crowd left = crowd_new(2, "{'name':{'full':'Dora'},'phones':{'1':{'number':'4'}}}");
    struct crowd right = crowd_new(1, "{'name':{'full':'Dora'},'phones':{'1':{'number':'4'}}}");
    struct match_result r = {0};
    match_find(left.items, 2, right.items, 1, NULL, NULL, &r);
    check_int(c, r.count, 2);
    check_true(c, r.count && !r.pairs[0].sure && (r.pairs[0].reasons & MATCH_SEVERAL));
    match_result_fini(&r);
    match_find(left.items, 2, right.items, 1, apart_all, NULL, &r);
    check_true(c, r.count == 1 && r.pairs[0].sure && r.pairs[0].left == 1);
    match_result_fini(&r);
    crowd_free(&left);
    crowd_free(&right);
}

/* ---- uniting ---- */

static const struct {
    const char *name, *doc, *reference, *want, *alike;
} UNIONS[] = {
    {"unite/two-work-numbers",
        "{'phones':{'p1':{'number':'030 1111111','contexts':{'work':true}}}}",
        "{'phones':{'p1':{'number':'030 2222222','contexts':{'work':true}}}}",
        "{'phones':{'p1-1':{'number':'030 1111111','contexts':{'work':true}}}}", "[]"},
    {"unite/one-number-spelled-twice", "{'phones':{'9':{'number':'+49 30 1111111'}}}",
        "{'phones':{'p1':{'number':'030/1111111'}}}",
        "{'phones':{'p1':{'number':'+49 30 1111111'}}}", "['phones/p1/number']"},
    {"unite/address-in-capitals", "{'emails':{'9':{'address':'ADA@x'}}}",
        "{'emails':{'e':{'address':'ada@x'}}}", "{'emails':{'e':{'address':'ADA@x'}}}",
        "['emails/e/address']"},
    {"unite/note-with-other-blanks", "{'notes':{'9':{'note':'one\\ntwo\\n'}}}",
        "{'notes':{'n1':{'note':'one \\r\\ntwo'}}}", "{'notes':{'n1':{'note':'one\\ntwo\\n'}}}",
        "['notes/n1/note']"},
    {"unite/one-note-of-several", "{'notes':{'1':{'note':'one'},'2':{'note':'two\\n'}}}",
        "{'notes':{'1':{'note':'one\\r\\n\\r\\ntwo'}}}",
        "{'notes':{'1-1':{'note':'one'},'2':{'note':'two\\n'}}}",
        "['notes/1','notes/1-1','notes/2']"},
    {"unite/one-nickname-of-several", "{'nicknames':{'1':{'name':'Bo, Bobby'}}}",
        "{'nicknames':{'a':{'name':'Bo'},'b':{'name':'Bobby'}}}",
        "{'nicknames':{'1':{'name':'Bo, Bobby'}}}", "['nicknames/a','nicknames/b','nicknames/1']"},
    {"unite/a-note-more", "{'notes':{'1':{'note':'one'},'2':{'note':'three'}}}",
        "{'notes':{'n':{'note':'one\\n\\ntwo'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'three'}}}", "[]"},
    {"unite/one-birthday", "{'anniversaries':{'a':{'kind':'birth','date':{'year':1}}}}",
        "{'anniversaries':{'b':{'kind':'birth','date':{'year':2}}}}",
        "{'anniversaries':{'b':{'kind':'birth','date':{'year':1}}}}", "[]"},
    {"unite/instant", "{'@type':'Event','start':'2026-01-05T10:00:00','timeZone':'Europe/Berlin'}",
        "{'@type':'Event','start':'2026-01-05T09:00:00','timeZone':'Etc/UTC'}",
        "{'@type':'Event','start':'2026-01-05T10:00:00','timeZone':'Europe/Berlin'}",
        "['start','timeZone']"},
    {"unite/series-in-another-zone",
        "{'@type':'Event','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','recurrenceRules':[{'frequency':'daily'}]}",
        "{'@type':'Event','start':'2026-01-05T09:00:00','timeZone':'Etc/"
        "UTC','recurrenceRules':[{'frequency':'daily'}]}",
        "{'@type':'Event','start':'2026-01-05T10:00:00','timeZone':'Europe/"
        "Berlin','recurrenceRules':[{'frequency':'daily'}]}",
        "[]"},
};

/* Texts that stand whole in one of the other document. */
static const struct {
    const char *name, *doc, *reference, *covered;
} COVERED[] = {
    {"unite/covered/note", "{'notes':{'1':{'note':'two\\n'},'2':{'note':'four'}}}",
        "{'notes':{'n':{'note':'one\\r\\n\\r\\ntwo\\r\\nthree'}}}",
        "{'notes/1':{'note':'two\\n'}}"},
    {"unite/covered/either-way", "{'notes':{'1':{'note':'one\\ntwo'}}}",
        "{'notes':{'n':{'note':'one'}}}", "{'notes/n':{'note':'one'}}"},
    {"unite/covered/whole-lines-only", "{'notes':{'1':{'note':'Call'},'2':{'note':'me'}}}",
        "{'notes':{'n':{'note':'Call me\\nmeet'}}}", "{}"},
    {"unite/covered/not-what-says-more", "{'notes':{'1':{'note':'one','language':'de'}}}",
        "{'notes':{'n':{'note':'one\\ntwo'}}}", "{}"},
    {"unite/covered/empty-in-all", "{'notes':{'1':{'note':' '}}}", "{'notes':{'n':{'note':'one'}}}",
        "{}"},
    {"unite/covered/not-if-all-is-there", "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}",
        "{'notes':{'n':{'note':'one\\ntwo'}}}", "{}"},
    {"unite/covered/nickname", "{'nicknames':{'1':{'name':'Bobby'}}}",
        "{'nicknames':{'n':{'name':'Bo, Bobby'}}}", "{'nicknames/1':{'name':'Bobby'}}"},
};

/* What one text says that is known to be several: doc_part. */
static const struct {
    const char *name, *doc, *reference, *want;
} PARTED[] = {
    {"unite/parted/notes", "{'notes':{'n1':{'note':'one\r\n\r\ntwo\r\n'}}}",
        "{'notes':{'1':{'@type':'Note','note':'one'},'2':{'note':'two','language':'de'}}}",
        "{'notes':{'1':{'@type':'Note','note':'one'},'2':{'note':'two'}}}"},
    {"unite/parted/in-any-order", "{'notes':{'n1':{'note':'two\nand more\none'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two\nand more'}}}",
        "{'notes':{'2':{'note':'two\nand more'},'1':{'note':'one'}}}"},
    {"unite/parted/the-longer-first", "{'notes':{'n1':{'note':'one\ntwo\none'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'one\ntwo'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'one\ntwo'}}}"},
    {"unite/parted/nicknames", "{'nicknames':{'k':{'name':'Bo, Bobby'}}}",
        "{'nicknames':{'1':{'name':'Bo'},'2':{'name':'Bobby'}}}",
        "{'nicknames':{'1':{'name':'Bo'},'2':{'name':'Bobby'}}}"},
    {"unite/parted/edited", "{'notes':{'n1':{'note':'one\ntwo!'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}",
        "{'notes':{'n1':{'note':'one\ntwo!'}}}"},
    {"unite/parted/one-of-two", "{'notes':{'n1':{'note':'one'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}", "{'notes':{'n1':{'note':'one'}}}"},
    {"unite/parted/twice", "{'notes':{'n1':{'note':'one\none'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}",
        "{'notes':{'n1':{'note':'one\none'}}}"},
    {"unite/parted/more-than-a-text", "{'notes':{'n1':{'note':'one\ntwo','author':{}}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}",
        "{'notes':{'n1':{'note':'one\ntwo','author':{}}}}"},
    {"unite/parted/several-already", "{'notes':{'a':{'note':'one\ntwo'},'b':{'note':'three'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':'two'},'3':{'note':'three'}}}",
        "{'notes':{'a':{'note':'one\ntwo'},'b':{'note':'three'}}}"},
    {"unite/parted/an-empty-one", "{'notes':{'n1':{'note':'one'}}}",
        "{'notes':{'1':{'note':'one'},'2':{'note':''}}}", "{'notes':{'n1':{'note':'one'}}}"},
};

/* Of what both have added since they were in step: doc_superseded. */
static const struct {
    const char *name, *doc, *own, *other, *change, *want;
} SUPERSEDED[] = {
    {"unite/superseded/added", "{'notes':{'1':{'note':'one'}}}", "{'notes/1':{'note':'one'}}",
        "{'notes':{'n':{'note':'one\ntwo'}}}", "{'notes/n':{'note':'one\ntwo'}}",
        "{'notes/1':{'note':'one'}}"},
    {"unite/superseded/edited", "{'notes':{'1':{'note':'one'}}}", "{}",
        "{'notes':{'n':{'note':'one\ntwo'}}}", "{'notes/n/note':'one\ntwo'}",
        "{'notes/1':{'note':'one'}}"},
    {"unite/superseded/by-one-of-both", "{'notes':{'1':{'note':'one'},'2':{'note':'two'}}}",
        "{'notes/2':{'note':'two'}}", "{'notes':{'1':{'note':'one\ntwo\nthree'}}}",
        "{'notes/1/note':'one\ntwo\nthree'}", "{'notes/2':{'note':'two'}}"},
    {"unite/superseded/not-by-what-is-disputed",
        "{'notes':{'1':{'note':'uno'},'2':{'note':'two'}}}",
        "{'notes/1/note':'uno','notes/2':{'note':'two'}}",
        "{'notes':{'1':{'note':'one\ntwo\nthree'}}}", "{'notes/1/note':'one\ntwo\nthree'}", "{}"},
    {"unite/superseded/not-by-what-was-there", "{'notes':{'1':{'note':'one'}}}", "{}",
        "{'notes':{'n':{'note':'one\ntwo'},'nn':{'note':'x'}}}", "{'notes/nn':{'note':'x'}}", "{}"},
    {"unite/superseded/not-if-both-have-it", "{'notes':{'1':{'note':'one'}}}", "{}",
        "{'notes':{'1':{'note':'one'},'n':{'note':'one\ntwo'}}}", "{'notes/n':{'note':'one\ntwo'}}",
        "{}"},
};

static void check_json(struct check *c, const struct json *got, const char *want_text)
{
    CLEANUP(json_free) struct json *want = parse(want_text);
    CLEANUP(mem_free) char *a = json_print_canonical(got);
    CLEANUP(mem_free) char *b = json_print_canonical(want);
    check_str(c, a, b);
}

/* Of what became one text: doc_in_one. */
static const struct {
    const char *name, *doc, *reference, *want;
} IN_ONE[] = {
    {"in-one/edited", "{'notes':{'n':{'note':'one\r\n\r\ntwo and more'}}}",
        "{'notes':{'a':{'note':'one'},'b':{'note':'two'}}}", "{'notes':false}"},
    {"in-one/cut", "{'notes':{'n':{'note':'one\r\n\r\nt'}}}",
        "{'notes':{'a':{'note':'one'},'b':{'note':'two'}}}", "{'notes':true}"},
    {"in-one/one-of-one", "{'notes':{'n':{'note':'one, edited'}}}",
        "{'notes':{'a':{'note':'one'}}}", "{}"},
    {"in-one/more-than-one-of-one", "{'notes':{'n':{'note':'one\r\nand more'}}}",
        "{'notes':{'a':{'note':'one'}}}", "{'notes':false}"},
    {"in-one/one-as-it-was", "{'notes':{'n':{'note':'one'}}}", "{'notes':{'a':{'note':'one'}}}",
        "{}"},
    {"in-one/still-two", "{'notes':{'n':{'note':'one'},'m':{'note':'2'}}}",
        "{'notes':{'a':{'note':'one'},'b':{'note':'two'}}}", "{}"},
    {"in-one/nicknames", "{'nicknames':{'n':{'name':'Ada; Addie, Ad'}}}",
        "{'nicknames':{'a':{'name':'Ada'},'b':{'name':'Addie'}}}", "{'nicknames':false}"},
    {"in-one/nothing-left", "{}", "{'notes':{'a':{'note':'one'},'b':{'note':'two'}}}", "{}"},
};

/* Lines that come to be in several texts: doc_repeats. */
static const struct {
    const char *name, *doc, *before, *map;
    bool repeats;
} REPEATS[] = {
    {"repeats/a-text-beside-one-that-has-it",
        "{'notes':{'a':{'note':'one'},'b':{'note':'0\r\none'}}}",
        "{'notes':{'b':{'note':'0\r\none'}}}", "notes", true},
    {"repeats/a-line-in-common", "{'notes':{'a':{'note':'one\r\n1'},'b':{'note':'0\r\none'}}}",
        "{'notes':{'b':{'note':'0\r\none'}}}", "notes", true},
    {"repeats/as-before", "{'notes':{'a':{'note':'one'},'b':{'note':'one'},'c':{'note':'two'}}}",
        "{'notes':{'a':{'note':'one'},'b':{'note':'one'}}}", "notes", false},
    {"repeats/within-itself", "{'notes':{'a':{'note':'one\r\none'},'b':{'note':'two'}}}",
        "{'notes':{'b':{'note':'two'}}}", "notes", false},
    {"repeats/nicknames", "{'nicknames':{'a':{'name':'Ada'},'b':{'name':'Addie, Ada'}}}",
        "{'nicknames':{'b':{'name':'Addie, Ada'}}}", "nicknames", true},
    {"repeats/no-such-map", "{'phones':{'a':{'number':'1'},'b':{'number':'1'}}}", "{}", "phones",
        false},
};

/* A text that is in another as well: doc_says_twice. */
static const struct {
    const char *name, *doc, *path;
    bool twice;
} SAID[] = {
    {"said/twice", "{'notes':{'a':{'note':'one'},'b':{'note':'one\r\ntwo'}}}", "notes/a", true},
    {"said/longer", "{'notes':{'a':{'note':'one'},'b':{'note':'one\r\ntwo'}}}", "notes/b", false},
    {"said/part-of-a-line", "{'notes':{'a':{'note':'one'},'b':{'note':'one and two'}}}", "notes/a",
        false},
    {"said/elsewhere", "{'notes':{'a':{'note':'one'}},'nicknames':{'b':{'name':'one'}}}", "notes/a",
        false},
    {"said/nowhere", "{'notes':{'b':{'note':'one'}}}", "notes/a", false},
};

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(UIDS); i++) {
        if (check_case(&c, UIDS[i].name)) {
            CLEANUP(json_free) struct json *a = parse(UIDS[i].a);
            CLEANUP(json_free) struct json *b = parse(UIDS[i].b);
            CLEANUP(mem_free) char *x = match_uid_key(a);
            CLEANUP(mem_free) char *y = match_uid_key(b);
            check_int(&c, str_eq(x, y), UIDS[i].same);
        }
    }
    if (check_case(&c, "match/uid/none")) {
        CLEANUP(json_free) struct json *none = parse("{'uid':''}");
        check_true(&c, match_uid_key(none) == NULL);
    }
    for (size_t i = 0; i < ARRAY_LEN(PHONES); i++) {
        if (check_case(&c, PHONES[i].name)) {
            check_int(&c, match_same_phone(PHONES[i].a, PHONES[i].b), PHONES[i].same);
            check_int(&c, match_same_phone(PHONES[i].b, PHONES[i].a), PHONES[i].same);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(SCORES); i++) {
        if (check_case(&c, SCORES[i].name)) {
            check_score(&c, &SCORES[i]);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(CROWDS); i++) {
        if (check_case(&c, CROWDS[i].name)) {
            check_crowd(&c, &CROWDS[i]);
        }
    }
    if (check_case(&c, "match/rivals")) {
        check_rivals(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(UNIONS); i++) {
        if (check_case(&c, UNIONS[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(UNIONS[i].doc);
            CLEANUP(json_free) struct json *reference = parse(UNIONS[i].reference);
            doc_rekey_union(doc, reference);
            check_json(&c, doc, UNIONS[i].want);
            CLEANUP(json_free) struct json *alike = doc_alike(doc, reference);
            check_json(&c, alike, UNIONS[i].alike);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(COVERED); i++) {
        if (check_case(&c, COVERED[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(COVERED[i].doc);
            CLEANUP(json_free) struct json *reference = parse(COVERED[i].reference);
            doc_rekey_union(doc, reference);
            CLEANUP(json_free) struct json *covered = doc_covered(doc, reference);
            check_json(&c, covered, COVERED[i].covered);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(PARTED); i++) {
        if (check_case(&c, PARTED[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(PARTED[i].doc);
            CLEANUP(json_free) struct json *reference = parse(PARTED[i].reference);
            doc_part(doc, reference);
            check_json(&c, doc, PARTED[i].want);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(SUPERSEDED); i++) {
        if (check_case(&c, SUPERSEDED[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(SUPERSEDED[i].doc);
            CLEANUP(json_free) struct json *other = parse(SUPERSEDED[i].other);
            CLEANUP(json_free) struct json *change = parse(SUPERSEDED[i].change);
            CLEANUP(json_free) struct json *own = parse(SUPERSEDED[i].own);
            CLEANUP(json_free)
            struct json *superseded = doc_superseded(doc, own, other, change);
            check_json(&c, superseded, SUPERSEDED[i].want);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(IN_ONE); i++) {
        if (check_case(&c, IN_ONE[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(IN_ONE[i].doc);
            CLEANUP(json_free) struct json *reference = parse(IN_ONE[i].reference);
            CLEANUP(json_free) struct json *in_one = doc_in_one(doc, reference);
            check_json(&c, in_one, IN_ONE[i].want);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(REPEATS); i++) {
        if (check_case(&c, REPEATS[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(REPEATS[i].doc);
            CLEANUP(json_free) struct json *before = parse(REPEATS[i].before);
            check_int(&c, doc_repeats(doc, REPEATS[i].map, before), REPEATS[i].repeats);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(SAID); i++) {
        if (check_case(&c, SAID[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(SAID[i].doc);
            check_int(&c, doc_says_twice(doc, SAID[i].path), SAID[i].twice);
        }
    }
    return check_end(&c);
}
