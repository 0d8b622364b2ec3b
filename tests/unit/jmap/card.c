/* The lens between a ContactCard and a document: what is read, what an edit sends, and that nothing
 * else is touched. Cards as a real server gave them are among the samples. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/jmap/card.h"
#include "tests/unit/check.h"

#include <stdlib.h>

static struct json *parse(const char *text)
{
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    struct json *v = NULL;
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    if (json_parse(copy, strlen(copy), &v, NULL) != RC_OK) {
        printf("not JSON: %s\n", text);
        abort();
    }
    return v;
}

static void check_json(struct check *c, const struct json *got, const char *want)
{
    CLEANUP(json_free) struct json *wanted = parse(want);
    CLEANUP(mem_free) char *a = json_print_canonical(got);
    CLEANUP(mem_free) char *b = json_print_canonical(wanted);
    check_str(c, a, b);
}

#define HEAD "'@type':'Card','version':'1.0','uid':'u1',"

/* ---- reading ---- */
static const struct reading {
    const char *name, *card, *doc; /* without HEAD */
} READINGS[] = {
    {"plain", "'id':'k1','addressBookIds':{'b':true},'name':{'full':'Ada'}",
        "'name':{'full':'Ada'}"},
    {"defaults",
        "'kind':'individual','name':{'@type':'Name','isOrdered':false,'components':[{'@type':'"
        "NameComponent','kind':'given','value':'Ada'}]},"
        "'titles':{'t':{'name':'Countess'}},'phones':{},'keywords':null",
        "'name':{'components':[{'kind':'given','value':'Ada'}]},'titles':{'t':{'name':'Countess','"
        "kind':'title'}}"},
    {"group", "'kind':'group','members':{'urn:uuid:1':true}",
        "'kind':'group','members':{'urn:uuid:1':true}"},
    {"separators",
        "'name':{'isOrdered':true,'defaultSeparator':' "
        "','sortAs':{'surname':'x'},'components':[{'kind':'surname','value':'King'},"
        "{'kind':'separator','value':', '},{'kind':'given','value':'Ada'}]}",
        "'name':{'components':[{'kind':'surname','value':'King'},{'kind':'given','value':'Ada'}]}"},
    {"dates",
        "'anniversaries':{'b':{'kind':'birth','date':{'year':1815,'month':12,'day':10}},'d':{'kind'"
        ":'death','date':{'utc':'1852-11-27T00:00:00Z'}}}",
        "'anniversaries':{'b':{'kind':'birth','date':{'@type':'PartialDate','year':1815,'month':12,"
        "'day':10}},"
        "'d':{'kind':'death','date':{'@type':'Timestamp','utc':'1852-11-27T00:00:00Z'}}}"},
    {"telephone-uri", "'phones':{'p':{'number':'tel:+44-4'}}", "'phones':{'p':{'number':'+44-4'}}"},
    {"media",
        "'media':{'p':{'kind':'photo','blobId':'G1','mediaType':'image/"
        "png','label':'x'},'l':{'kind':'logo','uri':'https://x/l.png'},"
        "'q':{'kind':'photo','uri':'https://x/p.png','pref':1}}",
        "'media':{'p':{'kind':'photo','uri':'jmap-blob:G1'},'q':{'kind':'photo','uri':'https://x/"
        "p.png'}}"},
    {"not-for-others",
        "'links':{'a':{'uri':'https://"
        "x'},'b':{'kind':'contact','uri':'mailto:x'}},'calendars':{'a':{'kind':'calendar','uri':'"
        "https://x'},"
        "'b':{'kind':'freeBusy','uri':'https://"
        "y'}},'onlineServices':{'a':{'service':'Social','uri':'https://social/"
        "x'},'b':{'uri':'xmpp:x'}},"
        "'example.com:x':1,'localizations':{'de':{'name/"
        "full':'A'}},'cyrusimap.org:size':5,'lockstep.example:fileAs':'A'",
        "'links':{'a':{'uri':'https://x'}},'calendars':{'b':{'kind':'freeBusy','uri':'https://"
        "y'}},'onlineServices':{'b':{'uri':'xmpp:x'}},"
        "'lockstep.example:fileAs':'A'"},
};

static struct json *card_of(const char *members)
{
    CLEANUP(mem_free) char *text = str_printf("{" HEAD "%s}", members);
    return parse(text);
}

static void test_reading(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(READINGS); i++) {
        CLEANUP(mem_free) char *name = str_printf("jmap/read/%s", READINGS[i].name);
        if (!check_case(c, name)) {
            continue;
        }
        CLEANUP(json_free) struct json *card = card_of(READINGS[i].card);
        CLEANUP(json_free) struct json *doc = NULL;
        CLEANUP(mem_free) char *want = str_printf("{" HEAD "%s}", READINGS[i].doc);
        struct err err = ERR_INIT;
        check_ok(c, card_read(card, &doc, &err), &err);
        check_json(c, doc, want);
        err_fini(&err);
        check_close_case(c);
    }
}

static void test_unreadable(struct check *c)
{
    static const char *const CARDS[] = {"'phones':'none'", "'phones':{'p':'none'}", "'name':'Ada'",
        "'media':[1]", "'emails':{'e':7}",
        "'emails':{'e':{'address':'a'}},'emails':{'f':{'address':'b'}}",
        "'phones':{'p':{'number':'1','number':'2'}}", "'kind':5", "'members':true"};
    for (size_t i = 0; i < ARRAY_LEN(CARDS); i++) {
        CLEANUP(json_free) struct json *card = card_of(CARDS[i]);
        struct json *doc = NULL;
        struct err err = ERR_INIT;
        check_int(c, card_read(card, &doc, &err), RC_INVALID);
        check_true(c, !doc && *err_text(&err));
        err_fini(&err);
    }
}

/* ---- edits ---- */
static const char ADA[] =
    "'id':'k1','addressBookIds':{'b':true},'updated':'2026-01-01T00:00:00Z','example.com:x':{'y':1}"
    ",'localizations':{'de':{'name/full':'A'}},"
    "'name':{'full':'Ada "
    "King','isOrdered':true,'sortAs':{'surname':'k'},'components':[{'kind':'given','value':'Ada','"
    "example.com:c':1},"
    "{'kind':'separator','value':' '},{'kind':'surname','value':'King'}]},"
    "'emails':{'e1':{'address':'a@x','example.com:v':true,'contexts':{'work':true}},'e2':{'address'"
    ":'b@x'}},"
    "'phones':{'p1':{'number':'tel:1'}},"
    "'organizations':{'o':{'name':'Ltd','units':[{'name':'Engines','sortAs':'e'},{'name':'Mills'}]}"
    "},"
    "'media':{'m':{'kind':'photo','blobId':'G1','label':'x'},'l':{'kind':'logo','uri':'https://x/"
    "l'}},"
    "'links':{'n1':{'kind':'contact','uri':'mailto:x'}},"
    "'notes':{'n':{'note':'old','author':{'name':'B'}}},'keywords':{'A':true}";

static const struct edit {
    const char *name, *change, *patch; /* change: a PatchObject of the document */
} EDITS[] = {
    {"nothing", "{}", "{}"},
    {"full-name", "{'name/full':'Ada'}", "{'name/full':'Ada'}"},
    {"name-part",
        "{'name/components':[{'kind':'surname','value':'Byron'},{'kind':'given','value':'Ada'}]}",
        "{'name/sortAs':null,'name/"
        "components':[{'kind':'given','value':'Ada','example.com:c':1},{'kind':'separator','value':"
        "' '},"
        "{'kind':'surname','value':'Byron'}]}"},
    {"name-part-more",
        "{'name/"
        "components':[{'kind':'surname','value':'King'},{'kind':'given','value':'Ada'},{'kind':'"
        "title','value':'Dr.'}]}",
        "{'name/sortAs':null,'name/isOrdered':null,'name/"
        "components':[{'kind':'given','value':'Ada','example.com:c':1},"
        "{'kind':'surname','value':'King'},{'kind':'title','value':'Dr.'}]}"},
    {"name-order-alone",
        "{'name/components':[{'kind':'surname','value':'King'},{'kind':'given','value':'Ada'}]}",
        "{}"},
    {"email", "{'emails/e1/address':'c@x'}", "{'emails/e1/address':'c@x'}"},
    {"email-more", "{'emails/e3':{'address':'c@x'}}", "{'emails/e3':{'address':'c@x'}}"},
    {"email-less", "{'emails/e2':null}", "{'emails/e2':null}"},
    {"last-of-a-map", "{'phones':null}", "{'phones':null}"},
    {"first-of-a-map", "{'nicknames/x':{'name':'Ady'}}", "{'nicknames':{'x':{'name':'Ady'}}}"},
    {"keyword", "{'keywords/B~1C':true,'keywords/A':null}",
        "{'keywords/A':null,'keywords/B~1C':true}"},
    {"id-that-is-hidden", "{'links/n1':{'uri':'https://x'}}", "{'links/n2':{'uri':'https://x'}}"},
    {"id-that-is-none", "{'links/a b':{'uri':'https://x'}}", "{'links/n2':{'uri':'https://x'}}"},
    {"unit", "{'organizations/o/units':[{'name':'Engines'},{'name':'Looms'}]}",
        "{'organizations/o/units':[{'name':'Engines','sortAs':'e'},{'name':'Looms'}]}"},
    {"note", "{'notes/n/note':'new'}", "{'notes/n/note':'new'}"},
    {"photo-gone", "{'media':null}", "{'media/m':null}"},
    {"photo-new", "{'media/m':{'kind':'photo','blobId':'G2','mediaType':'image/png'}}",
        "{'media/m/blobId':'G2','media/m/mediaType':'image/png'}"},
    {"photo-link", "{'media/m/uri':'https://x/p'}",
        "{'media/m/blobId':null,'media/m/uri':'https://x/p'}"},
    {"ours", "{'lockstep.example:fileAs':'King'}", "{'lockstep.example:fileAs':'King'}"},
    {"bookkeeping-of-ours",
        "{'lockstep.example:doubtful':{'x':1},'lockstep.example:memberKeys':{},'updated':'2030-01-"
        "01T00:00:00Z'}",
        "{}"},
};

static struct json *edited(const struct json *doc, const char *change)
{
    CLEANUP(json_free) struct json *patch = parse(change);
    struct json *want = json_dup(doc);
    struct err err = ERR_INIT;
    if (doc_apply(want, patch, &err) != RC_OK) {
        printf("%s\n", err_text(&err));
        abort();
    }
    return want;
}

static void test_edits(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        CLEANUP(mem_free) char *name = str_printf("jmap/edit/%s", EDITS[i].name);
        if (!check_case(c, name)) {
            continue;
        }
        CLEANUP(json_free) struct json *card = card_of(ADA);
        CLEANUP(json_free) struct json *now = NULL;
        struct err err = ERR_INIT;
        check_ok(c, card_read(card, &now, &err), &err);
        CLEANUP(json_free) struct json *want = edited(now, EDITS[i].change);
        CLEANUP(json_free) struct json *then = card_apply(card, now, want, true);
        CLEANUP(json_free) struct json *patch = card_patch(card, then);
        check_json(c, patch, EDITS[i].patch);
        err_fini(&err);
        check_close_case(c);
    }
}

/* What a strict server refuses is left out, and nothing else. */
static void test_without_vendor(struct check *c)
{
    CLEANUP(json_free)
    struct json *want = card_of("'name':{'full':'Jo'},'lockstep.example:fileAs':'Boss','relatedTo':"
                                "{'Otto':{'relation':{'lockstep.example:manager':true}},"
                                "'Eva':{'relation':{'spouse':true}}},'onlineServices':{'o':{'uri':'"
                                "x:y','vCardName':'impp'}},'lockstep.example:memberCards':{}");
    check_true(c, card_has_vendor(want));
    CLEANUP(json_free) struct json *strict = card_new(NULL, want, false);
    check_json(c, strict,
        "{" HEAD "'name':{'full':'Jo'},'relatedTo':{'Eva':{'relation':{'spouse':true}}},'"
        "onlineServices':{'o':{'uri':'x:y'}}}");
    CLEANUP(json_free) struct json *usual = card_new(NULL, want, true);
    check_true(c, json_get(usual, "lockstep.example:fileAs") &&
                      !json_get(usual, "lockstep.example:memberCards"));
}

/* Made again: what no document has comes back, what the server sets and the old photo do not. */
static void test_again(struct check *c)
{
    CLEANUP(json_free) struct json *native = card_of(ADA);
    CLEANUP(json_free)
    struct json *want = card_of("'name':{'full':'Ada King'},'emails':{'x':{'address':'a@x'}}");
    CLEANUP(json_free) struct json *card = card_new(native, want, true);
    static const char *const GONE[] = {"id", "addressBookIds", "updated", "phones", "keywords"};
    for (size_t i = 0; i < ARRAY_LEN(GONE); i++) {
        check_true(c, !json_get(card, GONE[i]));
    }
    check_true(c, json_pointer(card, "example.com:x/y") && json_pointer(card, "localizations/de"));
    check_true(
        c, json_pointer(card, "emails/e1/example.com:v") && !json_pointer(card, "emails/e2"));
    check_true(c, json_pointer(card, "media/l") && !json_pointer(card, "media/m"));
}

/* Whatever the edit: the patch fits, says only what differs, and the card that it makes has the document
 * wanted. */
static void test_closed(struct check *c)
{
    CLEANUP(json_free) struct json *card = card_of(ADA);
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        CLEANUP(json_free) struct json *now = NULL;
        CLEANUP(json_free) struct json *after = NULL;
        struct err err = ERR_INIT;
        check_ok(c, card_read(card, &now, &err), &err);
        CLEANUP(json_free) struct json *want = edited(now, EDITS[i].change);
        CLEANUP(json_free) struct json *then = card_apply(card, now, want, true);
        CLEANUP(json_free) struct json *patch = card_patch(card, then);
        CLEANUP(json_free) struct json *applied = json_dup(card);
        for (const struct json *p = json_first(patch); p; p = json_next(p)) {
            CLEANUP(mem_free) char *parent = mem_strdup(json_key(p));
            char *slash = strrchr(parent, '/');
            *(slash ? slash : parent) = 0;
            check_true(c, !*parent || json_is_object(json_pointer(card, parent)));
            check_ok(c,
                json_pointer_set(applied, json_key(p), json_is_null(p) ? NULL : json_dup(p), &err),
                &err);
        }
        check_ok(c, card_read(applied, &after, &err), &err);
        if (!str_starts(EDITS[i].name, "photo") && !str_starts(EDITS[i].name, "bookkeeping")) {
            check_true(c, doc_same(want, after));
        }
        err_fini(&err);
    }
}

/* People are told what stays at the server. */
static void test_unread(struct check *c)
{
    CLEANUP(json_free) struct json *card = card_of(ADA);
    CLEANUP(json_free) struct json *unread = card_unread(card);
    check_json(c, unread,
        "{'example.com:x':{'y':1},'localizations':{'de':{'name/full':'A'}},'links/"
        "n1':{'kind':'contact','uri':'mailto:x'},"
        "'media/l':{'kind':'logo','uri':'https://x/l'}}");
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_reading(&c);
    test_edits(&c);
    if (check_case(&c, "jmap/read/unreadable")) {
        test_unreadable(&c);
    }
    if (check_case(&c, "jmap/read/unread")) {
        test_unread(&c);
    }
    if (check_case(&c, "jmap/edit/closed")) {
        test_closed(&c);
    }
    if (check_case(&c, "jmap/new/without-vendor")) {
        test_without_vendor(&c);
    }
    if (check_case(&c, "jmap/new/again")) {
        test_again(&c);
    }
    return check_end(&c);
}
