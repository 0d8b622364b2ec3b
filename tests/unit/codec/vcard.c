/* The vCard lens: nothing changed means no byte changed, an edit touches the lines it must and no
 * others, and clear errors. */
#include "client/codec/vcard.h"
#include "tests/unit/codec/codec_test.h"

/* ---- identity ---- */
static void check_identity(struct check *c, const char *text, size_t len, const char *name)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *card = NULL;
    CLEANUP(mem_free) char *out = NULL;
    if (vcard_read(text, len, &card, &err) != RC_OK ||
        vcard_write(text, card, VCARD_3_0, &out, &err) != RC_OK) {
        check_fail(c, "%s: %s", name, err_text(&err));
    } else if (!str_eq(text, out)) {
        CLEANUP(mem_free) char *difference = line_difference(text, out);
        check_fail(c, "%s comes back changed:\n%s", name, difference);
    }
    err_fini(&err);
}

/* Hands each BEGIN:VCARD ... END:VCARD of a file on its own; a file may hold many. Nested ones do
 * not occur there. */
static int check_each(struct check *c, char *text, const char *name)
{
    int count = 0;
    for (char *p = text; *p;) {
        char *end = strstr(p, "END:VCARD");
        end = end ? end : strstr(p, "END:vCard");
        size_t n = end ? (size_t)(end - p) + 9 : strlen(p);
        n += strspn(p + n, "\r\n");
        char saved = p[n];
        p[n] = 0;
        check_identity(c, p, n, name);
        count++;
        p += n;
        *p = saved;
    }
    return count;
}

static void test_identity_folder(struct check *c, const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;
    check_true(c, dir != NULL);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (str_ends(e->d_name, ".vcf")) {
            CLEANUP(mem_free) char *text = file_read(folder, e->d_name, NULL);
            count += check_each(c, text, e->d_name);
        }
    }
    if (dir) {
        closedir(dir);
    }
    check_true(c, count > 0);
}

/* ---- reading ---- */
static const struct {
    const char *name, *line; /* of a vCard 4.0 unless it starts with "3.0 " or "2.1 " */
    const char *member, *json;
} readings[] = {
    {"vcard/read/fn", "FN:John Q. Public\\, Esq.", "name", "{\"full\":\"John Q. Public, Esq.\"}"},
    {"vcard/read/n-9554", "N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.,A.C.P.;;Jr.", "name",
        "{\"components\":[{\"kind\":\"surname\",\"value\":\"Stevenson\"},{\"kind\":\"given\","
        "\"value\":\"John\"},"
        "{\"kind\":\"given2\",\"value\":\"Philip\"},{\"kind\":\"given2\",\"value\":\"Paul\"},"
        "{\"kind\":\"title\",\"value\":\"Dr.\"},{\"kind\":\"credential\",\"value\":\"M.D.\"},"
        "{\"kind\":\"credential\",\"value\":\"A.C.P.\"},{\"kind\":\"generation\",\"value\":\"Jr.\"}"
        "]}"},
    {"vcard/read/n-3", "3.0 N:Doe;J;;;Sr.,M.D.", "name",
        "{\"components\":[{\"kind\":\"surname\",\"value\":\"Doe\"},{\"kind\":\"given\",\"value\":"
        "\"J\"},"
        "{\"kind\":\"generation\",\"value\":\"Sr.\"},{\"kind\":\"credential\",\"value\":\"M.D.\"}]"
        "}"},
    {"vcard/read/nickname", "NICKNAME:Johnny", "nicknames", "{\"n1\":{\"name\":\"Johnny\"}}"},
    {"vcard/read/tel", "TEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+1-555-555-5555;ext=5555",
        "phones",
        "{\"1\":{\"number\":\"tel:+1-555-555-5555;ext=5555\",\"contexts\":{\"private\":true},"
        "\"features\":{\"voice\":true},\"pref\":1}}"},
    {"vcard/read/prop-id", "TEL;PROP-ID=PHONE-B;VALUE=uri;TYPE=home:tel:+33-01-23-45-67", "phones",
        "{\"PHONE-B\":{\"number\":\"tel:+33-01-23-45-67\",\"contexts\":{\"private\":true}}}"},
    {"vcard/read/label", "item1.TEL;VALUE=uri:tel:+1-555-555-5555\r\nitem1.X-ABLabel:foo", "phones",
        "{\"1\":{\"number\":\"tel:+1-555-555-5555\",\"label\":\"foo\"}}"},
    {"vcard/read/tel-bare", "2.1 TEL;WORK;FAX:(905) 1", "phones",
        "{\"1\":{\"number\":\"(905) "
        "1\",\"contexts\":{\"work\":true},\"features\":{\"fax\":true}}}"},
    {"vcard/read/email", "EMAIL;TYPE=work:jqpublic@xyz.example.com", "emails",
        "{\"1\":{\"address\":\"jqpublic@xyz.example.com\",\"contexts\":{\"work\":true}}}"},
    {"vcard/read/email-pref-3", "3.0 EMAIL;type=INTERNET;type=pref:a@b", "emails",
        "{\"1\":{\"address\":\"a@b\",\"pref\":1}}"},
    {"vcard/read/adr-9554",
        "ADR;TYPE=work;CC=US:;;54321 Oak St;Reston;VA;20190;USA;;;;54321;Oak St;;;;;;", "addresses",
        "{\"1\":{\"contexts\":{\"work\":true},\"components\":[{\"kind\":\"locality\",\"value\":"
        "\"Reston\"},"
        "{\"kind\":\"region\",\"value\":\"VA\"},{\"kind\":\"postcode\",\"value\":\"20190\"},"
        "{\"kind\":\"country\",\"value\":\"USA\"},{\"kind\":\"number\",\"value\":\"54321\"},"
        "{\"kind\":\"name\",\"value\":\"Oak St\"}],\"countryCode\":\"US\"}}"},
    {"vcard/read/adr-lines",
        "3.0 ADR;TYPE=HOME:;;1 Main St\\nRear;Town;;;\r\nLABEL;TYPE=HOME:1 Main St", "addresses",
        "{\"1\":{\"contexts\":{\"private\":true},\"components\":[{\"kind\":\"name\",\"value\":\"1 "
        "Main St\\nRear\"},"
        "{\"kind\":\"locality\",\"value\":\"Town\"}],\"full\":\"1 Main St\"}}"},
    /* the words of an encoding within quotes are text: no soft line break */
    {"vcard/read/label-quoted-printable", "ADR;LABEL=\"a=QUOTED-PRINTABLE:b=\r\n c\":;;x;;;;",
        "addresses",
        "{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"x\"}],\"full\":"
        "\"a=QUOTED-PRINTABLE:b=c\"}}"},
    {"vcard/read/label-is-quoted-printable", "ADR;LABEL=QUOTED-PRINTABLE:;;x=\r\n y;;;;",
        "addresses",
        "{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"x=y\"}],\"full\":\"QUOTED-"
        "PRINTABLE\"}}"},
    /* RFC 9554 components repeated in the short form count once */
    {"vcard/read/adr-repeated", "ADR:;Tower;Oak St,Old Town;;;;;;;;;Oak St;Tower;;;Old Town;;",
        "addresses",
        "{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"Oak "
        "St\"},{\"kind\":\"building\",\"value\":\"Tower\"},{\"kind\":\"district\",\"value\":\"Old "
        "Town\"}]}}"},
    {"vcard/read/org", "ORG;SORT-AS=\"ABC\":ABC\\, Inc.;North American Division;Marketing",
        "organizations",
        "{\"1\":{\"name\":\"ABC, Inc.\",\"units\":[{\"name\":\"North American "
        "Division\"},{\"name\":\"Marketing\"}]}}"},
    {"vcard/read/title", "TITLE:Research Scientist", "titles",
        "{\"1\":{\"kind\":\"title\",\"name\":\"Research Scientist\"}}"},
    {"vcard/read/translation", "TITLE;ALTID=1:Boss\r\nTITLE;ALTID=1;LANGUAGE=fr:Patron", "titles",
        "{\"1\":{\"kind\":\"title\",\"name\":\"Boss\"}}"},
    {"vcard/read/note", "NOTE;X-P=1:Office hours are from 0800 to 1715 EST\\, Mon-Fri.", "notes",
        "{\"1\":{\"note\":\"Office hours are from 0800 to 1715 EST, Mon-Fri.\"}}"},
    {"vcard/read/note-qp", "2.1 NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\r\n=E4b C:\\new", "notes",
        "{\"1\":{\"note\":\"a\\näb C:\\\\new\"}}"},
    {"vcard/read/birth", "BDAY:19960415", "anniversaries",
        "{\"1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"PartialDate\",\"year\":1996,\"month\":4,"
        "\"day\":15}}}"},
    {"vcard/read/birth-instant", "BDAY:19531015T231000Z", "anniversaries",
        "{\"1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"Timestamp\",\"utc\":\"1953-10-15T23:10:"
        "00Z\"}}}"},
    {"vcard/read/birth-no-year", "BDAY:--0203", "anniversaries",
        "{\"1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"PartialDate\",\"month\":2,\"day\":3}}}"},
    {"vcard/read/birth-apple", "3.0 BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-02-03",
        "anniversaries",
        "{\"1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"PartialDate\",\"month\":2,\"day\":3}}}"},
    {"vcard/read/birth-year", "BDAY:1985", "anniversaries",
        "{\"1\":{\"kind\":\"birth\",\"date\":{\"@type\":\"PartialDate\",\"year\":1985}}}"},
    {"vcard/read/birth-text", "BDAY;VALUE=text:circa 1800", "anniversaries", NULL},
    {"vcard/read/birth-day-alone", "BDAY:---17", "anniversaries", NULL},
    {"vcard/read/birth-month-alone", "BDAY:--05", "anniversaries", NULL},
    {"vcard/read/wedding-twice", "3.0 X-ANNIVERSARY:1990-04-30\r\nX-MS-ANNIVERSARY:19900430",
        "anniversaries",
        "{\"1\":{\"kind\":\"wedding\",\"date\":{\"@type\":\"PartialDate\",\"year\":1990,\"month\":"
        "4,\"day\":30}}}"},
    {"vcard/read/categories", "CATEGORIES:internet,IETF,Information Technology", "keywords",
        "{\"internet\":true,\"IETF\":true,\"Information Technology\":true}"},
    {"vcard/read/url", "3.0 URL:http\\://x.example/a", "links",
        "{\"1\":{\"uri\":\"http://x.example/a\"}}"},
    {"vcard/read/impp", "IMPP;PREF=1:xmpp:alice@example.com", "onlineServices",
        "{\"1\":{\"uri\":\"xmpp:alice@example.com\",\"pref\":1,\"vCardName\":\"impp\"}}"},
    {"vcard/read/related", "RELATED;TYPE=friend:urn:uuid:f8\r\nRELATED;VALUE=text:My deputy John",
        "relatedTo",
        "{\"urn:uuid:f8\":{\"relation\":{\"friend\":true}},\"My deputy John\":{\"relation\":{}}}"},
    {"vcard/read/spouse-apple",
        "3.0 item1.X-ABRELATEDNAMES:Jenny\r\nitem1.X-ABLabel:_$!<Spouse>!$_", "relatedTo",
        "{\"Jenny\":{\"relation\":{\"spouse\":true}}}"},
    {"vcard/read/member", "KIND:group\r\nMEMBER:urn:uuid:1\r\nMEMBER:urn:uuid:2", "members",
        "{\"urn:uuid:1\":true,\"urn:uuid:2\":true}"},
    {"vcard/read/member-by-mail", "3.0 X-ADDRESSBOOKSERVER-MEMBER:mailto:a@b.example", "members",
        "{\"mailto:a@b.example\":true}"},
    {"vcard/read/group-kind-of-4-in-3", "3.0 KIND:group", "kind", "\"group\""},
    {"vcard/read/group-kind-of-3-in-4", "X-ADDRESSBOOKSERVER-KIND:Group", "kind", "\"group\""},
    {"vcard/read/gender", "GENDER:M;fellow", "lockstep.example:gender", "\"male\""},
    {"vcard/read/gender-3", "3.0 X-GENDER:female", "lockstep.example:gender", "\"female\""},
    {"vcard/read/gender-other", "GENDER:O", "lockstep.example:gender", NULL},
    {"vcard/read/class", "3.0 CLASS:confidential", "lockstep.example:privacy", "\"secret\""},
    {"vcard/read/class-public", "3.0 CLASS:PUBLIC", "lockstep.example:privacy", NULL},
    {"vcard/read/file-as", "3.0 N:B;A;;;\r\nX-EVOLUTION-FILE-AS:Boss", "lockstep.example:fileAs",
        "\"Boss\""},
    {"vcard/read/file-as-made", "3.0 N:B;A;C;;\r\nX-EVOLUTION-FILE-AS:B\\, A C",
        "lockstep.example:fileAs", NULL},
    {"vcard/read/file-as-company", "3.0 ORG:X\\, Y;Z\r\nX-EVOLUTION-FILE-AS:X\\, Y",
        "lockstep.example:fileAs", NULL},
    {"vcard/read/user-field", "3.0 X-MS-TEXT;INDEX=2:two\r\nX-MS-TEXT:one\r\nX-MS-TEXT:three",
        "lockstep.example:userField3", "\"three\""},
    {"vcard/read/phonetic", "3.0 N:B;A;;;\r\nX-PHONETIC-FIRST-NAME:ah", "name",
        "{\"components\":[{\"kind\":\"surname\",\"value\":\"B\"},{\"kind\":\"given\",\"value\":"
        "\"A\",\"phonetic\":\"ah\"}],\"phoneticScript\":\"Zyyy\"}"},
    {"vcard/read/phonetic-9554", "N;ALTID=1:B;A;;;\r\nN;ALTID=1;PHONETIC=ipa:bee;ei;;;", "name",
        "{\"components\":[{\"kind\":\"surname\",\"value\":\"B\",\"phonetic\":\"bee\"},{\"kind\":"
        "\"given\",\"value\":\"A\",\"phonetic\":\"ei\"}],\"phoneticSystem\":\"ipa\"}"},
    {"vcard/read/key", "KEY:data:application/pgp-keys;base64,AQI=", "cryptoKeys",
        "{\"1\":{\"uri\":\"data:application/pgp-keys;base64,AQI=\"}}"},
    {"vcard/read/key-3", "3.0 KEY;TYPE=X509;ENCODING=b:AQ I=", "cryptoKeys",
        "{\"1\":{\"uri\":\"data:application/pkix-cert;base64,AQI=\"}}"},
    {"vcard/read/key-text", "3.0 KEY:-----BEGIN PGP", "cryptoKeys", NULL},
    {"vcard/read/rev", "REV:19951031T222710Z", "updated", "\"1995-10-31T22:27:10Z\""},
    {"vcard/read/kind", "KIND:individual", "kind", "\"individual\""},
};

static char *card_with(const char *line)
{
    bool other = str_starts(line, "2.1 ") || str_starts(line, "3.0 ");
    return str_printf("BEGIN:VCARD\r\nVERSION:%.3s\r\n%s\r\nEND:VCARD\r\n", other ? line : "4.0",
        other ? line + 4 : line);
}

static void test_readings(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        if (!check_case(c, readings[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(mem_free) char *text = card_with(readings[i].line);
        CLEANUP(json_free) struct json *card = NULL, *want = NULL;
        const char *json = readings[i].json;
        if (vcard_read(text, strlen(text), &card, &err) != RC_OK ||
            (json && json_parse(json, strlen(json), &want, &err) != RC_OK)) {
            check_fail(c, "%s", err_text(&err));
        } else if (json ? !json_equal(json_get(card, readings[i].member), want)
                        : json_get(card, readings[i].member) != NULL) {
            CLEANUP(mem_free) char *got = json_print(json_get(card, readings[i].member));
            check_fail(c, "%s is %s", readings[i].member, got);
        }
        check_identity(c, text, strlen(text), "the card");
        err_fini(&err);
    }
}

/* ---- edits ---- */
static const struct {
    const char *name, *file, *patch, *difference;
} edits[] = {
#include "tests/unit/codec/vcard_edits.inc"
};

static void test_edits(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        if (!check_case(c, edits[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        size_t len = 0;
        CLEANUP(mem_free) char *text = file_read(CODEC_DATA, edits[i].file, &len), *out = NULL;
        CLEANUP(json_free) struct json *card = NULL, *again = NULL;
        bool ok = text && vcard_read(text, len, &card, &err) == RC_OK &&
                  apply_text(card, edits[i].patch, &err) &&
                  vcard_write(text, card, VCARD_3_0, &out, &err) == RC_OK &&
                  vcard_read(out, strlen(out), &again, &err) == RC_OK;
        if (!ok) {
            check_fail(c, "%s", err_text(&err));
        } else {
            CLEANUP(mem_free) char *difference = line_difference(text, out);
            check_str(c, difference, edits[i].difference);
            check_true(c, doc_same(card, again));
        }
        err_fini(&err);
    }
}

/* ---- new cards ---- */
static void test_new(struct check *c, const char *file, enum vcard_version version)
{
    struct err err = ERR_INIT;
    size_t len = 0;
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, file, &len), *out = NULL;
    CLEANUP(json_free) struct json *card = NULL, *again = NULL;
    check_ok(c, vcard_read(text, len, &card, &err), &err);
    check_ok(c, vcard_write(NULL, card, version, &out, &err), &err);
    check_ok(c, vcard_read(out, strlen(out), &again, &err), &err);
    if (!doc_same(card, again)) {
        CLEANUP(json_free) struct json *difference = NULL;
        doc_rekey(again, card);
        difference = doc_diff(card, again);
        CLEANUP(mem_free) char *shown = json_print(difference);
        check_fail(c, "read again it differs: %s", shown);
    }
    check_str(c, json_get_str(again, "uid"), json_get_str(card, "uid"));
    err_fini(&err);
}

static void test_new_minimal(struct check *c)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *card = json_object();
    CLEANUP(mem_free) char *out = NULL;
    json_set_str(card, "@type", "Card");
    json_set_str(card, "uid", "u1");
    json_set_str(
        json_need_object(json_need_object(card, "emails"), "e"), "address", "a@example.com");
    check_ok(c, vcard_write(NULL, card, VCARD_3_0, &out, &err), &err);
    CLEANUP(mem_free)
    char *want =
        str_printf("BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Lockstep//Lockstep %s//EN\r\nUID:u1\r\n"
                   "FN:a@example.com\r\nN:;;;;\r\nEMAIL:a@example.com\r\nEND:VCARD\r\n",
            LOCKSTEP_VERSION);
    check_str(c, out, want);
    err_fini(&err);
}

/* Long lines fold at 75 octets and never inside a character. */
static void test_folding(struct check *c)
{
    struct err err = ERR_INIT;
    struct buf note CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP(json_free) struct json *card = json_object(), *again = NULL;
    CLEANUP(mem_free) char *out = NULL;
    for (int i = 0; i < 200; i++) {
        buf_adds(&note, i % 3 ? "\xE2\x82\xAC" : "x\xF0\x9F\x98\x80");
    }
    json_set_str(json_need_object(json_need_object(card, "notes"), "n"), "note", buf_str(&note));
    check_ok(c, vcard_write(NULL, card, VCARD_4_0, &out, &err), &err);
    for (const char *p = out; p && *p;) {
        size_t n = strcspn(p, "\r");
        check_true(c, n <= 75);
        check_true(c, str_utf8_valid(p, n));
        p += n + 2;
    }
    check_ok(c, vcard_read(out, strlen(out), &again, &err), &err);
    check_str(c, json_get_str(json_get(json_get(again, "notes"), "1"), "note"), buf_str(&note));
    err_fini(&err);
}

/* ---- lines that are in no document ---- */
static void test_unknown(struct check *c)
{
    static const char text[] =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:p\r\nFN:x\r\nitem1.TEL:1\r\nitem1.X-ABLabel:boat\r\n"
        "TITLE;ALTID=1:Boss\r\nTITLE;ALTID=1;LANGUAGE=fr:Patron\r\nitem2.X-FOO;A=b:long\r\n  "
        "value\r\nNOTE:\r\nEND:VCARD\r\n";
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *lines = NULL;
    check_ok(c, vcard_unknown(text, strlen(text), &lines, &err), &err);
    CLEANUP(mem_free) char *got = json_print(lines);
    check_str(
        c, got, "[\"TITLE;ALTID=1;LANGUAGE=fr:Patron\",\"item2.X-FOO;A=b:long value\",\"NOTE:\"]");
    check_int(c, vcard_unknown("hello", 5, &lines, NULL), RC_INVALID);
    err_fini(&err);
}

/* ---- bad input ---- */
static const struct {
    const char *name, *text;
    enum rc rc;
    const char *message;
} bad[] = {
    {"vcard/bad/empty", "", RC_INVALID, "no BEGIN:VCARD"},
    {"vcard/bad/not-a-card", "hello\r\n", RC_INVALID, "line 1: text outside BEGIN and END"},
    {"vcard/bad/no-end", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\n", RC_INVALID,
        "BEGIN:VCARD in line 1 has no END"},
    {"vcard/bad/wrong-end", "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VEVENT\r\n", RC_INVALID,
        "line 3: END:VEVENT does not end BEGIN:VCARD"},
    {"vcard/bad/two",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n",
        RC_INVALID, "holds several vCards"},
    {"vcard/bad/version", "BEGIN:VCARD\r\nVERSION:5.0\r\nEND:VCARD\r\n", RC_INVALID,
        "VERSION is 5.0, not 2.1, 3.0 or 4.0"},
    {"vcard/bad/no-version", "BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", RC_INVALID,
        "VERSION is (missing), not 2.1, 3.0 or 4.0"},
    {"vcard/bad/no-colon", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN\r\nEND:VCARD\r\n", RC_INVALID,
        "line 3 is no content line (NAME:value)"},
    {"vcard/bad/latin1", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\xE4\r\nEND:VCARD\r\n", RC_INVALID,
        "line 3 is not UTF-8"},
    {"vcard/bad/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", RC_INVALID,
        "no BEGIN:VCARD"},
    {"vcard/bad/deep",
        "BEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nEND:A\n",
        RC_TOO_BIG, "line 9: components nested deeper than 8"},
};

static void test_bad(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (check_case(c, bad[i].name)) {
            struct err err = ERR_INIT;
            struct json *card = NULL;
            CLEANUP(mem_free) char *message = str_printf("reading the vCard: %s", bad[i].message);
            check_int(c, vcard_read(bad[i].text, strlen(bad[i].text), &card, &err), bad[i].rc);
            check_str(c, err_text(&err), message);
            check_true(c, card == NULL);
            err_fini(&err);
        }
    }
    if (check_case(c, "vcard/bad/nul")) {
        struct json *card = NULL;
        check_int(c, vcard_read("BEGIN:VCARD\0", 12, &card, NULL), RC_INVALID);
    }
    static const struct {
        const char *name, *before, *repeated, *after;
    } many[] = {
        /* what would cost quadratic time is refused */
        {"vcard/bad/many-lines", "", "X:\n", ""},
        {"vcard/bad/many-params", "TEL", ";WORK", ":1\n"},
        {"vcard/bad/many-values", "TEL;TYPE=a", ",b", ":1\n"},
        {"vcard/bad/many-keywords", "CATEGORIES:a", ",b", "\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        if (check_case(c, many[i].name)) {
            struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
            struct json *card = NULL;
            buf_addf(&b, "BEGIN:VCARD\nVERSION:3.0\n%s", many[i].before);
            for (int k = 0; k < 90000; k++) {
                buf_adds(&b, many[i].repeated);
            }
            buf_addf(&b, "%sEND:VCARD\n", many[i].after);
            check_int(c, vcard_read(buf_str(&b), b.len, &card, NULL), RC_TOO_BIG);
        }
    }
    if (check_case(c, "vcard/bad/huge")) {
        struct json *card = NULL;
        char *text = mem_alloc(((size_t)17 << 20) + 1);
        memset(text, 'A', (size_t)17 << 20);
        check_int(c, vcard_read(text, (size_t)17 << 20, &card, NULL), RC_TOO_BIG);
        free(text);
    }
}

/* A list as Outlook and the engine give it: in vCard 3.0 it is written Apple's way. */
static void test_new_group(struct check *c)
{
    static const char doc[] =
        "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"l1\",\"kind\":\"group\","
        "\"name\":{\"full\":\"Team\"},\"members\":{\"mailto:a@b.example\":true,\"p1\":true,"
        "\"x-item:00ff\":true,\"x-item:00fe\":true},"
        "\"lockstep.example:memberCards\":{\"x-item:00fe\":{\"uid\":\"p2\"}}}";
    static const char *const want[] = {
        "\r\nFN:Team\r\nN:;;;;\r\nX-ADDRESSBOOKSERVER-MEMBER:mailto:a@b.example\r\n"
        "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:p1\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:p2\r\nEND:",
        "\r\nFN:Team\r\nMEMBER:mailto:a@b.example\r\nMEMBER:urn:uuid:p1\r\nMEMBER:urn:uuid:p2\r\n"
        "END:"};
    struct err err = ERR_INIT;
    struct json *card = NULL;
    check_ok(c, json_parse(doc, strlen(doc), &card, &err), &err);
    for (int i = 0; i < 2; i++) {
        char *text = NULL;
        check_ok(c, vcard_write(NULL, card, i ? VCARD_4_0 : VCARD_3_0, &text, &err), &err);
        check_true(c, text && strstr(text, want[i]));
        check_true(c, text && strstr(text, i ? "\r\nKIND:group\r\n"
                                             : "\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"));
        /* Written again nothing changes; a member less is a line less. */
        CLEANUP(mem_free) char *again = NULL;
        CLEANUP(mem_free) char *less = NULL;
        check_ok(c, vcard_write(text, card, VCARD_3_0, &again, &err), &err);
        check_str(c, again, text);
        CLEANUP(json_free) struct json *copy = json_dup(card);
        json_remove(json_get(copy, "members"), "p1");
        check_ok(c, vcard_write(text, copy, VCARD_3_0, &less, &err), &err);
        check_true(c, less && !strstr(less, "urn:uuid:p1") && strstr(less, "urn:uuid:p2"));
        check_int(c, (long long)(strlen(text) - strlen(less)),
            (long long)strlen(
                i ? "MEMBER:urn:uuid:p1\r\n" : "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:p1\r\n"));
        free(text);
    }
    json_free(card);
    err_fini(&err);
}

/* The same members in the other spelling: no line changes. */
static void test_same_members(struct check *c)
{
    struct err err = ERR_INIT;
    size_t len = 0;
    CLEANUP(mem_free) char *text = file_read(CODEC_DATA, "group-bare.vcf", &len), *out = NULL;
    CLEANUP(json_free) struct json *card = NULL;
    check_ok(c, vcard_read(text, len, &card, &err), &err);
    check_true(c, apply_text(card,
                      "{\"members/urn:uuid:p1\":true,\"members/p1\":null,"
                      "\"members/p2\":true,\"members/urn:uuid:p2\":null}",
                      &err));
    check_ok(c, vcard_write(text, card, VCARD_3_0, &out, &err), &err);
    check_str(c, out, text);
    err_fini(&err);
}

/* ---- what a card may have once only ---- */
/* RFC 6350 section 6 (cardinality *1) and RFC 6474: whatever stands there already, and be it of no use
 * to us, a card never gets a second line of it. */
static const struct {
    const char *name, *lines; /* of a vCard 4.0 unless it starts with "3.0 " */
    const char *patch, *want; /* the one line of that property afterwards */
} once[] = {
    {"vcard/once/birthday-text", "BDAY;VALUE=text:circa 1800",
        "{\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":3,\"day\":22}}}",
        "BDAY:19800322"},
    {"vcard/once/birthday-day-alone", "BDAY;X-OF=us:---17",
        "{\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":3,\"day\":22}}}",
        "BDAY:19800322"},
    {"vcard/once/birthday-3", "3.0 item1.BDAY:unknown\r\nitem1.X-ABLabel:born",
        "{\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":3,\"day\":22}}}",
        "BDAY:1980-03-22"},
    {"vcard/once/birthday-translated",
        "BDAY;ALTID=1;VALUE=text:circa 1800\r\nBDAY;ALTID=1;LANGUAGE=de:18000101",
        "{\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":3,\"day\":22}}}",
        "BDAY:19800322"},
    {"vcard/once/second-birthday", "BDAY:19800322",
        "{\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1981,\"month\":3,\"day\":22}}}",
        "BDAY:19800322"},
    {"vcard/once/other-birthday", "BDAY:19800322",
        "{\"anniversaries/1\":null,\"anniversaries/"
        "b\":{\"kind\":\"birth\",\"date\":{\"year\":1981,\"month\":3,\"day\":22}}}",
        "BDAY:19810322"},
    {"vcard/once/wedding", "ANNIVERSARY:soon",
        "{\"anniversaries/"
        "w\":{\"kind\":\"wedding\",\"date\":{\"year\":2001,\"month\":5,\"day\":17}}}",
        "ANNIVERSARY:20010517"},
    {"vcard/once/wedding-3", "3.0 X-ANNIVERSARY:soon",
        "{\"anniversaries/"
        "w\":{\"kind\":\"wedding\",\"date\":{\"year\":2001,\"month\":5,\"day\":17}}}",
        "X-ANNIVERSARY:2001-05-17"},
    {"vcard/once/death", "DEATHDATE;VALUE=text:long ago",
        "{\"anniversaries/d\":{\"kind\":\"death\",\"date\":{\"year\":1900,\"month\":1,\"day\":2}}}",
        "DEATHDATE:19000102"},
    {"vcard/once/gender", "GENDER:O;other", "{\"lockstep.example:gender\":\"female\"}",
        "GENDER:F;other"},
    {"vcard/once/gender-empty", "GENDER:", "{\"lockstep.example:gender\":\"male\"}", "GENDER:M"},
    {"vcard/once/kind", "KIND:", "{\"kind\":\"org\"}", "KIND:org"},
    {"vcard/once/uid", "UID:", "{\"uid\":\"u2\"}", "UID:"},
    {"vcard/once/rev", "REV:yesterday", "{\"updated\":\"2026-01-02T03:04:05Z\"}", "REV:yesterday"},
    {"vcard/once/prodid", "PRODID:", "{\"prodId\":\"x\"}", "PRODID:"},
    {"vcard/once/name", "N:", "{\"name/components\":[{\"kind\":\"surname\",\"value\":\"Quill\"}]}",
        "N:Quill;;;;"},
    /* a line for any messenger does not say of which service the address is */
    {"vcard/once/service", "X-MS-IMADDRESS:a",
        "{\"onlineServices/1/vCardName\":null,\"onlineServices/1/service\":\"AIM\"}", "X-AIM:a"},
    {"vcard/once/class", "3.0 CLASS:COSMIC", "{\"lockstep.example:privacy\":\"private\"}",
        "CLASS:PRIVATE"},
};

/* All lines of the property that `line` is of. Caller frees. */
static char *lines_like(const char *text, const char *line)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    size_t n = strcspn(line, ":;");
    for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t len = strcspn(p, "\r\n"), group = strcspn(p, ".:;");
        const char *name = p[group] == '.' ? p + group + 1 : p;
        if (strncmp(name, line, n) == 0 && (name[n] == ':' || name[n] == ';')) {
            buf_addf(&b, "%s%.*s", b.len ? " | " : "", (int)len, p);
        }
    }
    return buf_take(&b);
}

static void test_once(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(once); i++) {
        if (!check_case(c, once[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        bool old = str_starts(once[i].lines, "3.0 ");
        CLEANUP(mem_free)
        char *text = str_printf("BEGIN:VCARD\r\nVERSION:%s\r\nFN:x\r\n%s\r\nEND:VCARD\r\n",
                 old ? "3.0" : "4.0", once[i].lines + (old ? 4 : 0)),
             *out = NULL;
        CLEANUP(json_free) struct json *card = NULL;
        if (vcard_read(text, strlen(text), &card, &err) != RC_OK ||
            !apply_text(card, once[i].patch, &err) ||
            vcard_write(text, card, VCARD_3_0, &out, &err) != RC_OK) {
            check_fail(c, "%s", err_text(&err));
        } else {
            CLEANUP(mem_free) char *found = lines_like(out, once[i].want);
            check_str(c, found, once[i].want);
        }
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "vcard/new/list")) {
        test_new_group(&c);
    }
    if (check_case(&c, "vcard/edit/same-members")) {
        test_same_members(&c);
    }
    if (check_case(&c, "vcard/identity/fixtures")) {
        test_identity_folder(&c, CODEC_DATA);
    }
    if (check_case(&c, "vcard/identity/real")) {
        CLEANUP(mem_free) char *folder = real_data() ? str_printf("%s/vcard", real_data()) : NULL;
        if (folder) {
            test_identity_folder(&c, folder);
        } else {
            check_skip(&c, "no real data (LOCKSTEP_OUTLOOK_DATA)");
        }
    }
    test_readings(&c);
    test_edits(&c);
    test_once(&c);
    if (check_case(&c, "vcard/new/3-from-3")) {
        test_new(&c, "full3.vcf", VCARD_3_0);
    }
    if (check_case(&c, "vcard/new/4-from-4")) {
        test_new(&c, "full4.vcf", VCARD_4_0);
    }
    if (check_case(&c, "vcard/new/4-from-3")) {
        test_new(&c, "full3.vcf", VCARD_4_0);
    }
    if (check_case(&c, "vcard/new/3-from-2.1")) {
        test_new(&c, "full21.vcf", VCARD_3_0);
    }
    if (check_case(&c, "vcard/new/group")) {
        test_new(&c, "group.vcf", VCARD_4_0);
    }
    if (check_case(&c, "vcard/new/minimal")) {
        test_new_minimal(&c);
    }
    if (check_case(&c, "vcard/new/folding")) {
        test_folding(&c);
    }
    if (check_case(&c, "vcard/unknown")) {
        test_unknown(&c);
    }
    test_bad(&c);
    return check_end(&c);
}
