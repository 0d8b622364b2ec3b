/* client/item: rekeying, difference, apply, three-way merge, checking and titles. */
#include "client/base/buf.h"
#include "client/item/doc.h"
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

static void check_json(struct check *c, const struct json *got, const char *want_text)
{
    CLEANUP(json_free) struct json *want = parse(want_text);
    CLEANUP(mem_free) char *a = json_print_canonical(got);
    CLEANUP(mem_free) char *b = json_print_canonical(want);
    check_str(c, a, b);
}

struct rekey_row {
    const char *name, *doc, *reference, *want;
};

static const struct rekey_row REKEY[] = {
    {"item/rekey/content", "{'emails':{'1':{'address':'b'},'2':{'address':'a'}}}",
        "{'emails':{'x':{'address':'a'},'y':{'address':'b'}}}",
        "{'emails':{'y':{'address':'b'},'x':{'address':'a'}}}"},
    {"item/rekey/main-value", "{'emails':{'1':{'address':'a','contexts':{'work':true}}}}",
        "{'emails':{'x':{'address':'a'},'y':{'address':'b'}}}",
        "{'emails':{'x':{'address':'a','contexts':{'work':true}}}}"},
    {"item/rekey/sole-role",
        "{'phones':{'1':{'number':'22','contexts':{'work':true}},'2':{'number':'3'}}}",
        "{'phones':{'x':{'number':'1','contexts':{'work':true}},'y':{'number':'3'}}}",
        "{'phones':{'x':{'number':'22','contexts':{'work':true}},'y':{'number':'3'}}}"},
    {"item/rekey/grown", "{'notes':{'1':{'note':'new'},'2':{'note':'one\r\n\r\nand more'}}}",
        "{'notes':{'x':{'note':'one'}}}",
        "{'notes':{'1':{'note':'new'},'x':{'note':'one\r\n\r\nand more'}}}"},
    {"item/rekey/grown-out-of-two", "{'notes':{'1':{'note':'one\r\n\r\ntwo\r\nand more'}}}",
        "{'notes':{'x':{'note':'one'},'y':{'note':'two'}}}",
        "{'notes':{'1':{'note':'one\r\n\r\ntwo\r\nand more'}}}"},
    {"item/rekey/grown-into-two", "{'notes':{'1':{'note':'one\r\n1'},'2':{'note':'one\r\n2'}}}",
        "{'notes':{'x':{'note':'one'},'y':{'note':'3'}}}",
        "{'notes':{'1':{'note':'one\r\n1'},'2':{'note':'one\r\n2'}}}"},
    {"item/rekey/no-clash", "{'emails':{'x':{'address':'new'},'1':{'address':'a'}}}",
        "{'emails':{'x':{'address':'a'},'y':{'address':'b','contexts':{'work':true}}}}",
        "{'emails':{'x-1':{'address':'new'},'x':{'address':'a'}}}"},
    {"item/rekey/swapped-ids", "{'emails':{'a':{'address':'1'},'b':{'address':'2'}}}",
        "{'emails':{'b':{'address':'1'},'a':{'address':'2'}}}",
        "{'emails':{'b':{'address':'1'},'a':{'address':'2'}}}"},
    {"item/rekey/references",
        "{'organizations':{'1':{'name':'Acme'}},'titles':{'t':{'name':'Boss','organizationId':'1'}}"
        "}",
        "{'organizations':{'o':{'name':'Acme'}}}",
        "{'organizations':{'o':{'name':'Acme'}},'titles':{'t':{'name':'Boss','organizationId':'o'}}"
        "}"},
    {"item/rekey/overrides",
        "{'locations':{'1':{'name':'A'}},'recurrenceOverrides':{'2026-01-01T00:00:00':{'locations/"
        "1/name':'B'}}}",
        "{'locations':{'l':{'name':'A'}}}",
        "{'locations':{'l':{'name':'A'}},'recurrenceOverrides':{'2026-01-01T00:00:00':{'locations/"
        "l/name':'B'}}}"},
};

static void test_rekey(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(REKEY); i++) {
        if (check_case(c, REKEY[i].name)) {
            CLEANUP(json_free) struct json *doc = parse(REKEY[i].doc);
            CLEANUP(json_free) struct json *reference = parse(REKEY[i].reference);
            doc_rekey(doc, reference);
            check_json(c, doc, REKEY[i].want);
        }
    }
}

struct diff_row {
    const char *name, *base, *now, *patch;
};

static const struct diff_row DIFF[] = {
    {"item/diff/scalar", "{'title':'a','priority':1}", "{'title':'b'}",
        "{'title':'b','priority':null}"},
    {"item/diff/bookkeeping", "{'title':'a','updated':'1','uid':'x'}",
        "{'title':'a','updated':'2','sequence':4,'uid':'y'}", "{}"},
    {"item/diff/entry", "{'emails':{'a':{'address':'1','pref':1}}}",
        "{'emails':{'a':{'address':'2','pref':1},'b':{'address':'3'}}}",
        "{'emails/a/address':'2','emails/b':{'address':'3'}}"},
    {"item/diff/last-entry", "{'keywords':{'x':true}}", "{}", "{'keywords/x':null}"},
    {"item/diff/empty-is-absent", "{'keywords':{}}", "{}", "{}"},
    {"item/diff/escape", "{'keywords':{'a/b':true}}", "{'keywords':{'~':true}}",
        "{'keywords/a~1b':null,'keywords/~0':true}"},
    {"item/diff/atomic-date",
        "{'anniversaries':{'b':{'kind':'birth','date':{'year':1,'month':2}}}}",
        "{'anniversaries':{'b':{'kind':'birth','date':{'year':1,'month':3}}}}",
        "{'anniversaries/b/date':{'year':1,'month':3}}"},
    {"item/diff/components-unordered",
        "{'name':{'components':[{'kind':'given','value':'A'},{'kind':'surname','value':'B'}]}}",
        "{'name':{'components':[{'kind':'surname','value':'B'},{'kind':'given','value':'A'}]}}",
        "{}"},
    {"item/diff/components-twice",
        "{'name':{'components':[{'kind':'given','value':'A'},{'kind':'given','value':'B'}]}}",
        "{'name':{'components':[{'kind':'given','value':'A'},{'kind':'given','value':'A'}]}}",
        "{'name/components':[{'kind':'given','value':'A'},{'kind':'given','value':'A'}]}"},
    {"item/diff/components-ordered",
        "{'name':{'isOrdered':true,'components':[{'value':'A'},{'value':'B'}]}}",
        "{'name':{'isOrdered':true,'components':[{'value':'B'},{'value':'A'}]}}",
        "{'name/components':[{'value':'B'},{'value':'A'}]}"},
    {"item/diff/override-is-one", "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'y','start':'2026-01-02T00:00:00'}}"
        "}",
        "{'recurrenceOverrides/2026-01-01T00:00:00/title':'y','recurrenceOverrides/"
        "2026-01-01T00:00:00/start':'2026-01-02T00:00:00'}"},
    {"item/diff/new-override", "{}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'y','keywords/a':true}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00/title':'y','recurrenceOverrides/"
        "2026-01-01T00:00:00/keywords~1a':true}"},
    {"item/diff/override-gone", "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'}}}",
        "{}", "{'recurrenceOverrides/2026-01-01T00:00:00':null}"},
    {"item/diff/override-line-gone",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','priority':1}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'priority':1}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00/title':null}"},
    {"item/diff/override-takes-away",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':null,'priority':1}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00':{'title':null,'priority':1}}"},
    {"item/diff/override-left-out", "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'excluded':true}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00':{'excluded':true}}"},
    {"item/diff/date-more", "{}", "{'recurrenceOverrides':{'2026-01-01T00:00:00':{}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00':{}}"},
    {"item/diff/override-of-an-entry",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','locations/1/name':'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','locations/1/name':'y'}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00':{'title':'x','locations/1/name':'y'}}"},
    {"item/diff/override-beside-an-entry",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','locations/1/name':'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'y','locations/1/name':'x'}}}",
        "{'recurrenceOverrides/2026-01-01T00:00:00/title':'y'}"},
};

static void test_diff(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(DIFF); i++) {
        if (!check_case(c, DIFF[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *base = parse(DIFF[i].base);
        CLEANUP(json_free) struct json *now = parse(DIFF[i].now);
        CLEANUP(json_free) struct json *patch = doc_diff(base, now);
        check_json(c, patch, DIFF[i].patch);
        check_ok(c, doc_apply(base, patch, &err), &err);
        check_true(c, doc_same(base, now));
        err_fini(&err);
    }
}

struct merge_row {
    const char *name, *base, *left, *right;
    bool left_wins;
    const char *want; /* both sides end up with this */
    int conflicts;
};

static const struct merge_row MERGE[] = {
    {"item/merge/different-fields", "{'title':'a','priority':1}", "{'title':'b','priority':1}",
        "{'title':'a','priority':5}", true, "{'title':'b','priority':5}", 0},
    {"item/merge/same-change", "{'title':'a'}", "{'title':'b'}", "{'title':'b'}", true,
        "{'title':'b'}", 0},
    {"item/merge/conflict-left", "{'title':'a'}", "{'title':'l'}", "{'title':'r'}", true,
        "{'title':'l'}", 1},
    {"item/merge/conflict-right", "{'title':'a'}", "{'title':'l'}", "{'title':'r'}", false,
        "{'title':'r'}", 1},
    {"item/merge/sets", "{'keywords':{'x':true}}", "{'keywords':{'x':true,'l':true}}",
        "{'keywords':{'r':true}}", true, "{'keywords':{'l':true,'r':true}}", 0},
    {"item/merge/entry-parts", "{'emails':{'a':{'address':'1','label':'x'}}}",
        "{'emails':{'a':{'address':'2','label':'x'}}}",
        "{'emails':{'a':{'address':'1','label':'y'}}}", true,
        "{'emails':{'a':{'address':'2','label':'y'}}}", 0},
    {"item/merge/edit-beats-removal", "{'emails':{'a':{'address':'1','label':'x'}}}", "{}",
        "{'emails':{'a':{'address':'2','label':'x'}}}", true,
        "{'emails':{'a':{'address':'2','label':'x'}}}", 1},
    {"item/merge/edit-beats-removal-mirrored", "{'emails':{'a':{'address':'1','label':'x'}}}",
        "{'emails':{'a':{'address':'2','label':'x'}}}", "{}", false,
        "{'emails':{'a':{'address':'2','label':'x'}}}", 1},
    {"item/merge/removal-of-a-part-is-an-edit", "{'emails':{'a':{'address':'1','label':'x'}}}",
        "{}", "{'emails':{'a':{'address':'2'}}}", true, "{'emails':{'a':{'address':'2'}}}", 1},
    {"item/merge/time-is-one-also-with-a-removal",
        "{'start':'2026-01-01T10:00:00','due':'2026-01-01T10:00:00','timeZone':'A'}",
        "{'due':'2026-01-02T10:00:00','timeZone':'A'}",
        "{'start':'2026-01-01T10:00:00','due':'2026-01-01T10:00:00','timeZone':'B'}", true,
        "{'due':'2026-01-02T10:00:00','timeZone':'A'}", 3},
    {"item/merge/time-is-one", "{'start':'2026-01-01T10:00:00','timeZone':'A'}",
        "{'start':'2026-01-01T11:00:00','timeZone':'A'}",
        "{'start':'2026-01-01T10:00:00','timeZone':'B'}", true,
        "{'start':'2026-01-01T11:00:00','timeZone':'A'}", 2},
    {"item/merge/text-is-one", "{'description':'a','" DOC_STYLED "':'<b>a</b>'}",
        "{'description':'b'}", "{'description':'a','" DOC_STYLED "':'<i>a</i>'}", true,
        "{'description':'b'}", 2},
    {"item/merge/text-is-one-mirrored", "{'description':'a','" DOC_STYLED "':'<b>a</b>'}",
        "{'description':'b','" DOC_STYLED "':'<b>b</b>'}", "{'description':'c'}", false,
        "{'description':'c'}", 2},
    {"item/merge/both-add-entries", "{}", "{'emails':{'l':{'address':'1'}}}",
        "{'emails':{'r':{'address':'2'}}}", true,
        "{'emails':{'l':{'address':'1'},'r':{'address':'2'}}}", 0},
    {"item/merge/occurrence-is-one",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','priority':1}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'l','priority':1}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','priority':5}}}", true,
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'l','priority':1}}}", 1},
    {"item/merge/occurrence-is-one-mirrored",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'}}}", "{}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','priority':5}}}", false,
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x','priority':5}}}", 1},
    {"item/merge/two-occurrences",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'},'2026-01-01T00:00:01':{'title'"
        ":"
        "'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'l'},'2026-01-01T00:00:01':{'title'"
        ":"
        "'x'}}}",
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'x'},'2026-01-01T00:00:01':{"
        "'excluded':true}}}",
        true,
        "{'recurrenceOverrides':{'2026-01-01T00:00:00':{'title':'l'},'2026-01-01T00:00:01':{"
        "'excluded':true}}}",
        0},
    {"item/merge/removal-both", "{'title':'a','keywords':{'x':true}}", "{'title':'a'}",
        "{'title':'a'}", true, "{'title':'a'}", 0},
};

/* What one side cannot hold of an occurrence stays on the other when the occurrence is edited. */
static void test_occurrence_keeps(struct check *c)
{
    static const struct {
        const char *was, *now, *there, *want; /* was, now: of the side that was edited */
    } ROWS[] = {
        {"{'title':'x'}", "{'title':'y'}", "{'title':'x','color':'red'}",
            "{'title':'y','color':'red'}"},
        {NULL, "{'title':'y'}", "{'color':'red'}", "{'color':'red','title':'y'}"},
        {"{'title':'x'}", NULL, "{'title':'x','color':'red'}", NULL}, /* as plain as any */
        {"{'title':'x','priority':1}", "{'priority':1}", "{'title':'x','color':'red'}",
            "{'color':'red'}"},
        {"{'title':'x','priority':1}", "{'priority':1}", "{'title':'x'}", NULL},
        {"{'title':'x','alerts/1':{}}", "{'title':'y','alerts/1':{}}",
            "{'title':'x','alerts/2':{},'virtualLocations/1':{}}",
            "{'alerts/2':{},'title':'y','virtualLocations/1':{}}"},
        {"{'title':'x'}", "{'excluded':true}", "{'title':'x','color':'red'}", "{'excluded':true}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        struct json *docs[4];
        const char *const TEXTS[] = {ROWS[i].was, ROWS[i].now, ROWS[i].there, ROWS[i].want};
        for (size_t k = 0; k < ARRAY_LEN(docs); k++) {
            docs[k] = json_object();
            if (TEXTS[k]) {
                json_set(json_need_object(docs[k], "recurrenceOverrides"), "2026-01-01T00:00:00",
                    parse(TEXTS[k]));
            }
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *patch = doc_diff(docs[0], docs[1]);
        check_ok(c, doc_apply(docs[2], patch, &err), &err);
        CLEANUP(mem_free)
        char *got = json_print_canonical(docs[2]), *want = json_print_canonical(docs[3]);
        check_str(c, got, want);
        for (size_t k = 0; k < ARRAY_LEN(docs); k++) {
            json_free(docs[k]);
        }
        err_fini(&err);
    }
}

static void run_merge(struct check *c, const struct merge_row *row)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *base = parse(row->base);
    CLEANUP(json_free) struct json *left = parse(row->left);
    CLEANUP(json_free) struct json *right = parse(row->right);
    CLEANUP(json_free) struct json *lp = doc_diff(base, left);
    CLEANUP(json_free) struct json *rp = doc_diff(base, right);
    CLEANUP(json_free) struct json *to_right = NULL;
    CLEANUP(json_free) struct json *to_left = NULL;
    CLEANUP(json_free) struct json *conflicts = NULL;
    doc_merge(lp, rp, left, right, row->left_wins, &to_right, &to_left, &conflicts);
    check_ok(c, doc_apply(right, to_right, &err), &err);
    check_ok(c, doc_apply(left, to_left, &err), &err);
    check_json(c, left, row->want);
    check_json(c, right, row->want);
    check_int(c, json_count(conflicts), row->conflicts);
    err_fini(&err);
}

static void test_merge(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(MERGE); i++) {
        if (check_case(c, MERGE[i].name)) {
            run_merge(c, &MERGE[i]);
        }
    }
}

/* A random card over few ids and values, so that clashes are common. */
static struct json *random_doc(unsigned *seed)
{
    static const char *const SCALARS[] = {"title", "description", "status"};
    struct json *doc = json_object();
    for (size_t i = 0; i < ARRAY_LEN(SCALARS); i++) {
        *seed = *seed * 1103515245 + 12345;
        if (*seed >> 16 & 1) {
            char v[2] = {(char)('a' + (*seed >> 18) % 3), 0};
            json_set_str(doc, SCALARS[i], v);
        }
    }
    for (int i = 0; i < 3; i++) {
        *seed = *seed * 1103515245 + 12345;
        if (*seed >> 16 & 1) {
            char id[2] = {(char)('p' + i), 0}, v[2] = {(char)('0' + (*seed >> 18) % 3), 0};
            struct json *e = json_object();
            json_set_str(e, "address", v);
            json_set_str(e, "label", *seed >> 20 & 1 ? "x" : "y");
            json_set(json_need_object(doc, "emails"), id, e);
        }
    }
    return doc;
}

/* Whatever the three documents are: after the merge both sides are equal, and without conflicts
 * nothing either side changed is lost. */
static void test_merge_random(struct check *c)
{
    if (!check_case(c, "item/merge/random")) {
        return;
    }
    unsigned seed = 20261123;
    printf("seed %u\n", seed);
    for (int i = 0; i < 20000; i++) {
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *base = random_doc(&seed);
        CLEANUP(json_free) struct json *left = random_doc(&seed);
        CLEANUP(json_free) struct json *right = random_doc(&seed);
        CLEANUP(json_free) struct json *lp = doc_diff(base, left);
        CLEANUP(json_free) struct json *rp = doc_diff(base, right);
        CLEANUP(json_free) struct json *to_right = NULL;
        CLEANUP(json_free) struct json *to_left = NULL;
        CLEANUP(json_free) struct json *conflicts = NULL;
        doc_merge(lp, rp, left, right, i % 2, &to_right, &to_left, &conflicts);
        check_ok(c, doc_apply(right, to_right, &err), &err);
        check_ok(c, doc_apply(left, to_left, &err), &err);
        CLEANUP(mem_free) char *a = json_print_canonical(left);
        CLEANUP(mem_free) char *b = json_print_canonical(right);
        if (strcmp(a, b) != 0) {
            CLEANUP(mem_free) char *base_text = json_print_canonical(base);
            check_fail(c, "case %d: sides differ: %s %s (base %s)", i, a, b, base_text);
            return;
        }
        for (const struct json *p = json_first(lp); p && json_count(conflicts) == 0;
             p = json_next(p)) {
            const struct json *now = json_pointer(left, json_key(p));
            check_true(c, json_is_null(p) ? now == NULL : json_equal(p, now));
        }
        err_fini(&err);
    }
}

static void test_check(struct check *c)
{
    static const struct {
        const char *name;
        enum item_kind kind;
        const char *doc;
        enum rc rc;
    } ROWS[] = {
        {"item/check/card", ITEM_CONTACT, "{'@type':'Card','name':{'full':'A'}}", RC_OK},
        {"item/check/type", ITEM_CONTACT, "{'@type':'Event','start':'2026-01-01T00:00:00'}",
            RC_INVALID},
        {"item/check/no-start", ITEM_EVENT, "{'@type':'Event','title':'x'}", RC_INVALID},
        {"item/check/utc-start", ITEM_EVENT, "{'@type':'Event','start':'2026-01-01T00:00:00Z'}",
            RC_INVALID},
        {"item/check/event", ITEM_EVENT,
            "{'@type':'Event','start':'2026-01-01T00:00:00','timeZone':null,'duration':'P1D'}",
            RC_OK},
        {"item/check/entry", ITEM_CONTACT, "{'@type':'Card','emails':{'a':'b'}}", RC_INVALID},
        {"item/check/negative-duration", ITEM_EVENT,
            "{'@type':'Event','start':'2026-01-01T00:00:00','duration':'-PT1H'}", RC_INVALID},
        {"item/check/override", ITEM_EVENT,
            "{'@type':'Event','start':'2026-01-01T00:00:00','recurrenceOverrides':{'x':{}}}",
            RC_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (check_case(c, ROWS[i].name)) {
            struct err err = ERR_INIT;
            CLEANUP(json_free) struct json *doc = parse(ROWS[i].doc);
            check_int(c, doc_check(ROWS[i].kind, doc, &err), ROWS[i].rc);
            err_fini(&err);
        }
    }
}

static void test_title(struct check *c)
{
    if (check_case(c, "item/title")) {
        CLEANUP(json_free) struct json *doc = parse("{'organizations':{'o':{'name':'Acme'}}}");
        CLEANUP(mem_free) char *title = doc_title(ITEM_CONTACT, doc);
        check_str(c, title, "Acme");
        CLEANUP(json_free) struct json *nothing = parse("{}");
        CLEANUP(mem_free) char *none = doc_title(ITEM_EVENT, nothing);
        check_str(c, none, "(no name)");
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_rekey(&c);
    test_diff(&c);
    test_merge(&c);
    if (check_case(&c, "item/apply/occurrence-keeps-what-the-other-lacks")) {
        test_occurrence_keeps(&c);
    }
    test_merge_random(&c);
    test_check(&c);
    test_title(&c);
    return check_end(&c);
}
