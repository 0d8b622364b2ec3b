/* vCard 2.1 in both dialects: pairs of a document and the exact text of a new card, values that its
 * escapes make difficult, and the layout of BASE64. */
#include "client/codec/lines.h"
#include "client/codec/vcard.h"
#include "tests/unit/codec/codec_test.h"

#define CARD(lines) "BEGIN:VCARD\r\nVERSION:2.1\r\n" lines "END:VCARD\r\n"

/* ---- new cards ---- */
#define FULL                                                                                       \
    "{\"@type\":\"Card\",\"uid\":\"u-1\",\"updated\":\"2026-03-01T10:20:30Z\",\"name\":{"          \
    "\"components\":[{\"kind\":\"surname\",\"value\":\"Grün\"},{\"kind\":\"given\",\"valu"        \
    "e\":\"Ida\"}],\"full\":\"Ida Grün\"},\"emails\":{\"a\":{\"address\":\"ida@firm.examp"        \
    "le\",\"pref\":1}},\"phones\":{\"a\":{\"number\":\"+49 30 1;2\",\"contexts\":{\"work"          \
    "\":true},\"features\":{\"voice\":true}},\"b\":{\"number\":\"7\",\"label\":\"assistan"         \
    "t\"}},\"addresses\":{\"a\":{\"components\":[{\"kind\":\"name\",\"value\":\"Yard 1\\n"         \
    "Rear\"},{\"kind\":\"locality\",\"value\":\"Ulm\"}],\"full\":\"Yard 1\\nUlm\",\"conte"         \
    "xts\":{\"private\":true},\"pref\":1}},\"organizations\":{\"a\":{\"name\":\"Firm; Son"         \
    "s\",\"units\":[{\"name\":\"R&D\"}]}},\"anniversaries\":{\"a\":{\"kind\":\"birth\",\""         \
    "date\":{\"@type\":\"PartialDate\",\"year\":1980,\"month\":3,\"day\":22}},\"b\":{\"ki"         \
    "nd\":\"wedding\",\"date\":{\"@type\":\"PartialDate\",\"year\":2011,\"month\":1,\"day"         \
    "\":13}}},\"relatedTo\":{\"Max\":{\"relation\":{\"spouse\":true}},\"Big\":{\"relation"         \
    "\":{\"lockstep.example:manager\":true}}},\"keywords\":{\"Red\":true,\"Blue\":true,\""         \
    "a, b\":true}}"

static const struct {
    const char *name;
    enum vcard_version dialect;
    const char *json, *text;
} pairs[] = {
    {"vcard/2.1/new/outlook", VCARD_2_1_OUTLOOK, FULL,
        CARD("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ida Gr=C3=BCn\r\n"
             "N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BCn;Ida;;;\r\n"
             "CATEGORIES:Red,Blue\r\n"
             "X-MS-SPOUSE:Max\r\n"
             "X-MS-MANAGER:Big\r\n"
             "EMAIL;PREF;INTERNET:ida@firm.example\r\n"
             "TEL;WORK;VOICE:+49 30 1\\;2\r\n"
             "X-MS-TEL;ASSISTANT:7\r\n"
             "ADR;HOME;PREF;ENCODING=QUOTED-PRINTABLE:;;Yard 1=0D=0ARear;Ulm;;;\r\n"
             "LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Yard 1=0D=0AUlm\r\n"
             "ORG:Firm\\; Sons;R&D\r\n"
             "BDAY:19800322\r\n"
             "X-MS-ANNIVERSARY:20110113\r\n"
             "X-MS-OL-DEFAULT-POSTAL-ADDRESS:1\r\n"
             "REV:20260301T102030Z\r\n")},
    {"vcard/2.1/new/syncml", VCARD_2_1, FULL,
        CARD("UID:u-1\r\n"
             "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ida Gr=C3=BCn\r\n"
             "N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BCn;Ida;;;\r\n"
             "CATEGORIES:Red,Blue\r\n"
             "X-SPOUSE:Max\r\n"
             "X-EVOLUTION-MANAGER:Big\r\n"
             "EMAIL;PREF;INTERNET:ida@firm.example\r\n"
             "TEL;WORK;VOICE:+49 30 1\\;2\r\n"
             "X-MS-TEL;ASSISTANT:7\r\n"
             "ADR;HOME;PREF;ENCODING=QUOTED-PRINTABLE:;;Yard 1=0D=0ARear;Ulm;;;\r\n"
             "LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Yard 1=0D=0AUlm\r\n"
             "ORG:Firm\\; Sons;R&D\r\n"
             "BDAY:19800322\r\n"
             "X-ANNIVERSARY:20110113\r\n"
             "REV:20260301T102030Z\r\n")},
    /* no folding but soft breaks, and none in the middle of an octet or before the value */
    {"vcard/2.1/new/soft-breaks", VCARD_2_1,
        "{\"@type\":\"Card\",\"notes\":{\"n\":{\"note\":"
        "\"äääääääääääääää\"}},\"name\":{\"full\":"
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}",
        CARD("FN:"
             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
             "aaaaaaa"
             "aaaaaaaa\r\n"
             "N:;;;;\r\n"
             "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=\r\n"
             "=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4=C3=A4\r\n")},
    /* "\" at the end of a part would hide the ";" behind it; a space at the end would be cut off */
    {"vcard/2.1/new/backslash", VCARD_2_1,
        "{\"@type\":\"Card\",\"name\":{\"full\":\"C:\\\\new\\\\\",\"components\":[{\"kind\":"
        "\"surname\",\"value\":\"C:\\\\\"},{\"kind\":\"given\",\"value\":\"x\\\\;y\"}]},\"notes\":{"
        "\"n\":{\"note\":\"a\\nb \"}}}",
        CARD("FN:C:\\new\\\r\n"
             "N;ENCODING=QUOTED-PRINTABLE:C:=5C;x\\\\;y;;;\r\n"
             "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab=20\r\n")},
    {"vcard/2.1/new/nicknames", VCARD_2_1_OUTLOOK,
        "{\"@type\":\"Card\",\"name\":{\"full\":\"F\"},\"nicknames\":{\"a\":{\"name\":\"Jo, "
        "J\"},\"b\":{\"name\":\"Jay\"}}}",
        CARD("FN:F\r\nN:;;;;\r\nNICKNAME:Jo, J\r\nNICKNAME:Jay\r\n")},
};

/* What a dialect cannot say is taken out of the document before comparing. */
static void drop_unsayable(struct json *card)
{
    struct json *keywords = json_get(card, "keywords");
    for (struct json *k = json_first(keywords), *next; k; k = next) {
        next = json_next(k);
        if (strchr(json_key(k), ',')) {
            json_remove(keywords, json_key(k));
        }
    }
}

static void test_pairs(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (!check_case(c, pairs[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(json_free) struct json *card = NULL, *again = NULL;
        CLEANUP(mem_free) char *text = NULL, *same = NULL;
        if (json_parse(pairs[i].json, strlen(pairs[i].json), &card, &err) != RC_OK ||
            vcard_write(NULL, card, pairs[i].dialect, &text, &err) != RC_OK ||
            vcard_read(text, strlen(text), &again, &err) != RC_OK ||
            vcard_write(text, again, pairs[i].dialect, &same, &err) != RC_OK) {
            check_fail(c, "%s", err_text(&err));
        } else {
            check_str(c, text, pairs[i].text);
            check_str(c, same, text);
            drop_unsayable(card);
            check_true(c, doc_same(card, again));
        }
        err_fini(&err);
    }
}

/* ---- reading what other programs write ---- */
static const struct {
    const char *name, *line, *member, *json;
} readings[] = {
    {"vcard/2.1/read/8bit", "N;CHARSET=UTF-8:M\xC3\xBCller;J;;Dr.;", "name",
        "{\"components\":[{\"kind\":\"surname\",\"value\":\"M\xC3\xBCller\"},{\"kind\":\"given\","
        "\"value\":\"J\"},{\"kind\":\"title\",\"value\":\"Dr.\"}]}"},
    {"vcard/2.1/read/latin1-qp", "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg", "name",
        "{\"full\":\"J\xC3\xB6rg\"}"},
    {"vcard/2.1/read/bare-qp", "FN;QUOTED-PRINTABLE:a=20=\r\nb", "name", "{\"full\":\"a b\"}"},
    /* Android encodes the escape itself */
    {"vcard/2.1/read/encoded-escape", "ORG;ENCODING=QUOTED-PRINTABLE:=41=5C=3B=42;C",
        "organizations", "{\"1\":{\"name\":\"A;B\",\"units\":[{\"name\":\"C\"}]}}"},
    {"vcard/2.1/read/path", "NOTE:C:\\new\\;folder\\", "notes",
        "{\"1\":{\"note\":\"C:\\\\new;folder\\\\\"}}"},
    {"vcard/2.1/read/nickname", "NICKNAME:Jo, J", "nicknames", "{\"n1\":{\"name\":\"Jo, J\"}}"},
    {"vcard/2.1/read/evolution", "X-SPOUSE:Max", "relatedTo",
        "{\"Max\":{\"relation\":{\"spouse\":true}}}"},
};

static void test_readings(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        if (!check_case(c, readings[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        CLEANUP(mem_free)
        char *text =
                 str_printf("BEGIN:VCARD\r\nVERSION:2.1\r\n%s\r\nEND:VCARD\r\n", readings[i].line),
             *same = NULL;
        CLEANUP(json_free) struct json *card = NULL, *want = NULL;
        if (vcard_read(text, strlen(text), &card, &err) != RC_OK ||
            json_parse(readings[i].json, strlen(readings[i].json), &want, &err) != RC_OK ||
            vcard_write(text, card, VCARD_2_1, &same, &err) != RC_OK) {
            check_fail(c, "%s", err_text(&err));
        } else {
            CLEANUP(mem_free) char *got = json_print(json_get(card, readings[i].member));
            CLEANUP(mem_free) char *wanted = json_print(want);
            check_str(c, got, wanted);
            check_str(c, same, text);
        }
        err_fini(&err);
    }
}

/* ---- edits ---- */
static void test_mailing_address(struct check *c)
{
    static const char text[] = CARD("FN:x\r\nADR;WORK;PREF:;;A;;;;\r\nADR;HOME:;;B;;;;\r\n"
                                    "X-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r\nREV:20200101T000000Z\r\n");
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *card = NULL;
    CLEANUP(mem_free) char *out = NULL;
    check_ok(c, vcard_read(text, strlen(text), &card, &err), &err);
    check_true(c, apply_text(card,
                      "{\"addresses/1/pref\":null,\"addresses/2/pref\":1,"
                      "\"updated\":\"2026-01-01T00:00:00Z\"}",
                      &err));
    check_ok(c, vcard_write(text, card, VCARD_3_0, &out, &err), &err);
    check_str(c, out,
        CARD("FN:x\r\nADR;WORK:;;A;;;;\r\nADR;HOME;PREF:;;B;;;;\r\n"
             "X-MS-OL-DEFAULT-POSTAL-ADDRESS:1\r\nREV:20260101T000000Z\r\n"));
    err_fini(&err);
}

/* ---- BASE64 ---- */
#define SIXTY "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDDEEEEEEEEEEFFFFFFFFFF"

/* Sets the value of the first PHOTO (NULL: removes it) and prints. */
static void check_photo(struct check *c, const char *text, const char *value, const char *want)
{
    struct err err = ERR_INIT;
    CLEANUP(lines_free) struct lines *l = NULL;
    CLEANUP(mem_free) char *out = NULL;
    check_ok(c, lines_parse(text, strlen(text), &l, &err), &err);
    l->fold = false;
    struct line *photo = lines_find(l->comps, "PHOTO");
    if (value) {
        line_set_value(photo, value);
    } else {
        lines_remove(l, photo);
    }
    check_ok(c, lines_print(l, &out, &err), &err);
    check_str(c, out, want);
    err_fini(&err);
}

static void test_base64(struct check *c)
{
    static const char with[] = CARD("PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n QUJD\r\n\r\nFN:x\r\n");
    if (check_case(c, "vcard/2.1/base64/set")) {
        check_photo(c, with, SIXTY SIXTY,
            CARD("PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n " SIXTY "AAAAAAAAAABBBBBB\r\n"
                 " BBBBCCCCCCCCCCDDDDDDDDDDEEEEEEEEEEFFFFFFFFFF\r\n\r\nFN:x\r\n"));
    }
    if (check_case(c, "vcard/2.1/base64/blank-added")) {
        check_photo(c, CARD("PHOTO;BASE64;JPEG: QUJD\r\nFN:x\r\n"), "REVG",
            CARD("PHOTO;BASE64;JPEG:\r\n REVG\r\n\r\nFN:x\r\n"));
    }
    if (check_case(c, "vcard/2.1/base64/remove")) {
        check_photo(c, with, NULL, CARD("FN:x\r\n"));
    }
    if (check_case(c, "vcard/2.1/base64/not-indented")) {
        static const char text[] =
            CARD("PHOTO;ENCODING=BASE64;JPEG:\r\nQUJD\r\nREVG\r\n\r\nFN:x\r\n");
        struct err err = ERR_INIT;
        CLEANUP(lines_free) struct lines *l = NULL;
        check_ok(c, lines_parse(text, strlen(text), &l, &err), &err);
        check_str(c, lines_find(l->comps, "PHOTO")->value, "QUJDREVG");
        check_int(c, l->not_line, 0);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_pairs(&c);
    test_readings(&c);
    if (check_case(&c, "vcard/2.1/edit/mailing-address")) {
        test_mailing_address(&c);
    }
    test_base64(&c);
    return check_end(&c);
}
