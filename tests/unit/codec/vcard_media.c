/* PHOTO in the three versions of vCard: read as one form, written in place and anew, and left alone
 * where it says nothing we can use. */
#include "client/codec/vcard.h"
#include "client/item/media.h"
#include "tests/unit/codec/codec_test.h"

#define CARD(version, line)                                                                        \
    "BEGIN:VCARD\r\nVERSION:" version "\r\nUID:1\r\nFN:Ada\r\nN:;Ada;;;\r\n" line "END:VCARD\r\n"
#define GIF  "R0lGODlhAQ=="
#define JPG  "/9j/4EpGSUY="
#define GIF_ "data:image/gif;base64," GIF
#define JPG_ "data:image/jpeg;base64," JPG
#define LINK "https://example.com/p/1.png?a=1;b=2,3"

/* `uri`: what the first photo is changed to. "" removes it. */
static const struct {
    const char *name, *text, *reads, *uri, *difference;
} rows[] = {
    {"vcard/photo/3", CARD("3.0", "PHOTO;ENCODING=b;TYPE=GIF:" GIF "\r\n"), GIF_, JPG_,
        "-PHOTO;ENCODING=b;TYPE=GIF:" GIF "\n+PHOTO;ENCODING=b;TYPE=JPEG:" JPG "\n"},
    {"vcard/photo/3-type-lies", CARD("3.0", "PHOTO;TYPE=JPEG;ENCODING=B:" GIF "\r\n"), GIF_, GIF_,
        ""},
    {"vcard/photo/3-apple",
        CARD("3.0", "PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0;ENCODING=b;TYPE=GIF:R0lG\r\n "
                    "ODlhAQ==\r\n"),
        GIF_, JPG_,
        "-PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0;ENCODING=b;TYPE=GIF:R0lG\n- ODlhAQ==\n"
        "+PHOTO;ENCODING=b;TYPE=JPEG:" JPG "\n"},
    {"vcard/photo/3-link", CARD("3.0", "PHOTO;VALUE=uri:" LINK "\r\n"), LINK, JPG_,
        "-PHOTO;VALUE=uri:" LINK "\n+PHOTO;ENCODING=b;TYPE=JPEG:" JPG "\n"},
    {"vcard/photo/3-data-uri", CARD("3.0", "PHOTO;VALUE=uri:" GIF_ "\r\n"), GIF_, GIF_, ""},
    {"vcard/photo/3-removed", CARD("3.0", "PHOTO;ENCODING=b;TYPE=GIF:" GIF "\r\n"), GIF_, "",
        "-PHOTO;ENCODING=b;TYPE=GIF:" GIF "\n"},
    {"vcard/photo/4", CARD("4.0", "PHOTO;PREF=1:data:image/gif;base64," GIF "\r\n"), GIF_, JPG_,
        "-PHOTO;PREF=1:" GIF_ "\n+PHOTO;PREF=1:" JPG_ "\n"},
    {"vcard/photo/4-escaped", CARD("4.0", "PHOTO:data:image/gif\\;base64\\," GIF "\r\n"), GIF_,
        GIF_, ""},
    {"vcard/photo/4-link", CARD("4.0", "PHOTO;MEDIATYPE=image/png:" LINK "\r\n"), LINK, JPG_,
        "-PHOTO;MEDIATYPE=image/png:" LINK "\n+PHOTO:" JPG_ "\n"},
    {"vcard/photo/4-to-link", CARD("4.0", "PHOTO:" GIF_ "\r\n"), GIF_, LINK,
        "-PHOTO:" GIF_ "\n+PHOTO:" LINK "\n"},
    {"vcard/photo/2.1",
        CARD("2.1", "PHOTO;TYPE=GIF;ENCODING=BASE64:\r\n R0lG\r\n ODlhAQ==\r\n\r\n"), GIF_, JPG_,
        "-PHOTO;TYPE=GIF;ENCODING=BASE64:\n- R0lG\n- ODlhAQ==\n"
        "+PHOTO;ENCODING=BASE64;TYPE=JPEG:\n+ " JPG "\n"},
    {"vcard/photo/2.1-bare", CARD("2.1", "PHOTO;GIF;BASE64:" GIF "\r\n"), GIF_, JPG_,
        "-PHOTO;GIF;BASE64:" GIF "\n+PHOTO;ENCODING=BASE64;TYPE=JPEG:\n+ " JPG "\n+\n"},
    /* nothing we can use: no entry, and the line stays */
    {"vcard/photo/empty", CARD("3.0", "PHOTO:\r\n"), NULL, NULL, ""},
    {"vcard/photo/empty-uri", CARD("3.0", "PHOTO;VALUE=uri:\r\n"), NULL, NULL, ""},
    {"vcard/photo/malformed", CARD("3.0", "PHOTO;ENCODING=b:AB!C\r\n"), NULL, NULL, ""},
    {"vcard/photo/other-uri", CARD("4.0", "PHOTO:cid:part1@example.com\r\n"), NULL, NULL, ""},
    {"vcard/photo/kept-is-no-value", CARD("4.0", "PHOTO:lockstep.kept:9\r\n"), NULL, NULL, ""},
};

static void check_row(struct check *c, size_t i)
{
    struct err err = ERR_INIT;
    const char *text = rows[i].text;
    CLEANUP(json_free) struct json *card = NULL, *again = NULL;
    CLEANUP(mem_free) char *out = NULL;
    check_ok(c, vcard_read(text, strlen(text), &card, &err), &err);
    struct json *photo = json_first(json_get(card, "media"));
    check_str(c, json_get_str(photo, "uri"), rows[i].reads);
    check_true(c, !photo || media_is_photo(photo));
    if (photo && rows[i].uri && *rows[i].uri) {
        json_set_str(photo, "uri", rows[i].uri);
        json_remove(photo, "mediaType");
    } else if (photo && rows[i].uri) {
        json_remove(card, "media");
    }
    check_ok(c, vcard_write(text, card, VCARD_3_0, &out, &err), &err);
    CLEANUP(mem_free) char *difference = line_difference(text, out ? out : "");
    check_str(c, difference, rows[i].difference);
    check_ok(c, vcard_read(out, strlen(out), &again, &err), &err);
    check_true(c, doc_same(card, again));
    err_fini(&err);
}

static void test_new(struct check *c, enum vcard_version version, const char *uri, const char *line)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *card = json_object(), *again = NULL;
    CLEANUP(mem_free) char *out = NULL;
    json_set_str(json_need_object(card, "name"), "full", "Ada");
    json_set(json_need_object(card, "media"), "p", media_photo(uri));
    check_ok(c, vcard_write(NULL, card, version, &out, &err), &err);
    check_true(c, out && strstr(out, line));
    check_ok(c, vcard_read(out, strlen(out), &again, &err), &err);
    check_str(c, json_get_str(json_first(json_get(again, "media")), "uri"), uri);
    err_fini(&err);
}

/* What does not travel stays as it is, and makes nothing in a new card. */
static void test_kept(struct check *c)
{
    static const char TEXT[] = CARD("3.0", "PHOTO;ENCODING=b;TYPE=GIF:" GIF "\r\n");
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *card = NULL;
    CLEANUP(mem_free) char *out = NULL, *made = NULL;
    check_ok(c, vcard_read(TEXT, strlen(TEXT), &card, &err), &err);
    json_set(json_get(card, "media"), "1", media_photo_kept(99));
    check_ok(c, vcard_write(TEXT, card, VCARD_3_0, &out, &err), &err);
    check_str(c, out, TEXT);
    check_ok(c, vcard_write(NULL, card, VCARD_3_0, &made, &err), &err);
    check_true(c, made && !strstr(made, "PHOTO"));
    err_fini(&err);
}

/* A photo of real size takes no time, there and back, and comes back byte for byte. */
static void test_large(struct check *c)
{
    size_t size = 700000, len = 0;
    struct err err = ERR_INIT;
    CLEANUP(mem_free) unsigned char *data = mem_alloc(size);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)(i * 2654435761u >> 13);
    }
    memcpy(data, "\xff\xd8\xff", 3);
    CLEANUP(mem_free) char *uri = media_uri(data, size, NULL), *out = NULL;
    CLEANUP(json_free) struct json *card = json_object(), *again = NULL;
    json_set(json_need_object(card, "media"), "p", media_photo(uri));
    check_ok(c, vcard_write(NULL, card, VCARD_3_0, &out, &err), &err);
    check_ok(c, vcard_read(out, strlen(out), &again, &err), &err);
    const char *back = json_get_str(json_first(json_get(again, "media")), "uri");
    CLEANUP(mem_free) unsigned char *bytes = back ? media_bytes(back, &len, NULL) : NULL;
    check_true(c, bytes && len == size && memcmp(bytes, data, size) == 0);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (check_case(&c, rows[i].name)) {
            check_row(&c, i);
        }
    }
    if (check_case(&c, "vcard/photo/new")) {
        test_new(&c, VCARD_3_0, JPG_, "\r\nPHOTO;ENCODING=b;TYPE=JPEG:" JPG "\r\n");
        test_new(&c, VCARD_4_0, JPG_, "\r\nPHOTO:" JPG_ "\r\n");
        test_new(&c, VCARD_3_0, LINK, "\r\nPHOTO;VALUE=uri:" LINK "\r\n");
        test_new(&c, VCARD_4_0, LINK, "\r\nPHOTO:" LINK "\r\n");
    }
    if (check_case(&c, "vcard/photo/kept")) {
        test_kept(&c);
    }
    if (check_case(&c, "vcard/photo/large")) {
        test_large(&c);
    }
    return check_end(&c);
}
