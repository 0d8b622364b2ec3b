/* client/item/media: types by content, one form of a photo, photos that stay where they are. */
#include "client/base/buf.h"
#include "client/base/sha256.h"
#include "client/item/media.h"
#include "tests/unit/check.h"

#define JPEG "\xff\xd8\xff\xe0JFIF"

static struct json *parse(const char *text)
{
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    struct json *v = NULL;
    return json_parse(copy, strlen(copy), &v, NULL) == RC_OK ? v : NULL;
}

static void test_types(struct check *c)
{
    static const struct {
        const char *bytes, *claimed, *start;
        size_t len;
    } ROWS[] = {
        {JPEG, "PNG", "data:image/jpeg;base64,/9j/", sizeof JPEG - 1}, /* the parameter lies */
        {"\x89PNG\r\n\x1a\n..", NULL, "data:image/png;base64,iVBORw0K", 10},
        {"GIF89a..", NULL, "data:image/gif;base64,", 8},
        {"RIFF\1\2\3\4WEBPVP8 ", NULL, "data:image/webp;base64,UklGR", 16},
        {"who knows", "X-Foo", "data:image/x-foo;base64,", 9},
        {"who knows", "JPG", "data:image/jpeg;base64,", 9},
        {"who knows", "Image/SVG+XML", "data:image/svg+xml;base64,", 9},
        {"who knows", "a,b;c", "data:application/octet-stream;base64,", 9},
        {"who knows", NULL, "data:application/octet-stream;base64,", 9},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        CLEANUP(mem_free) char *uri = media_uri(ROWS[i].bytes, ROWS[i].len, ROWS[i].claimed);
        size_t len = 0;
        CLEANUP(mem_free) unsigned char *back = media_bytes(uri, &len, NULL);
        check_true(c, str_starts(uri, ROWS[i].start));
        check_true(c, back && len == ROWS[i].len && memcmp(back, ROWS[i].bytes, len) == 0);
    }
}

static void test_normal(struct check *c)
{
    static const struct {
        const char *uri, *want;
    } ROWS[] = {
        {"data:image/jpeg;base64,R0lGODlhAQ==", "data:image/gif;base64,R0lGODlhAQ=="},
        {"DATA:image/gif;charset=x;BASE64,R0lG ODlh\r\n AQ==",
            "data:image/gif;base64,R0lGODlhAQ=="},
        {"data:image/gif;base64,R0lGODlhAQ%3D%3d", "data:image/gif;base64,R0lGODlhAQ=="},
        {"data:image/gif,GIF89a%01", "data:image/gif;base64,R0lGODlhAQ=="},
        {"data:,", NULL},
        {"data:image/gif;base64,R0lG!", NULL},
        {"data:image/gif;base64,", NULL},
        {"data:image/gif", NULL},
        {"http://example.com/a.gif", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        CLEANUP(mem_free) char *got = media_uri_normal(ROWS[i].uri);
        check_str(c, got, ROWS[i].want);
    }
    size_t size = MEDIA_PHOTO_MAX + 1;
    CLEANUP(mem_free) char *big = mem_alloc(size);
    CLEANUP(mem_free) char *uri = media_uri(big, size, NULL);
    CLEANUP(mem_free) char *normal = media_uri_normal(uri);
    check_true(c, !normal);
}

static void test_keep(struct check *c)
{
    static const struct {
        const char *want, *now, *result;
    } ROWS[] = {
        {"{'a':1,'media':{'1':{'kind':'photo','uri':'lockstep.kept:9'}}}", NULL, "{'a':1}"},
        {"{'media':{'1':{'kind':'photo','uri':'lockstep.kept:9'}}}",
            "{'media':{'1':{'kind':'photo','uri':'data:x'}}}",
            "{'media':{'1':{'kind':'photo','uri':'data:x'}}}"},
        /* what is wanted beside it is not doubled, other kinds are not kept */
        {"{'media':{'1':{'kind':'photo','uri':'lockstep.kept:9'},'2':{'kind':'photo','uri':'data:y'"
         "}}}",
            "{'media':{'2':{'kind':'photo','uri':'data:x'},'3':{'kind':'photo','uri':'data:y'},"
            "'4':{'kind':'logo','uri':'data:z'}}}",
            "{'media':{'2':{'kind':'photo','uri':'data:y'},'2-2':{'kind':'photo','uri':'data:x'}}"
            "}"},
        {"{'media':{'1':{'kind':'photo','uri':'lockstep.kept:9'}}}",
            "{'media':{'p':{'kind':'photo','uri':'lockstep.kept:5'}}}",
            "{'media':{'p':{'kind':'photo','uri':'lockstep.kept:5'}}}"},
        {"{'media':{'1':{'kind':'photo','uri':'data:y'}}}",
            "{'media':{'1':{'kind':'photo','uri':'data:x'}}}",
            "{'media':{'1':{'kind':'photo','uri':'data:y'}}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        CLEANUP(json_free) struct json *want = parse(ROWS[i].want);
        CLEANUP(json_free) struct json *now = ROWS[i].now ? parse(ROWS[i].now) : NULL;
        CLEANUP(json_free) struct json *result = parse(ROWS[i].result);
        media_keep(want, now);
        CLEANUP(mem_free) char *got = json_print_canonical(want);
        CLEANUP(mem_free) char *expected = json_print_canonical(result);
        check_str(c, got, expected);
    }
}

/* FIPS 180-4's own examples, and lengths around a block. */
static void test_sha256(struct check *c)
{
    char hex[SHA256_HEX + 1];
    sha256_hex("abc", 3, hex);
    check_str(c, hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_hex("", 0, hex);
    check_str(c, hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    check_str(c, hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CLEANUP(mem_free) char *million = mem_alloc(1000000);
    memset(million, 'a', 1000000);
    sha256_hex(million, 1000000, hex);
    check_str(c, hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "media/types")) {
        test_types(&c);
    }
    if (check_case(&c, "media/one-form")) {
        test_normal(&c);
    }
    if (check_case(&c, "media/keep")) {
        test_keep(&c);
    }
    if (check_case(&c, "media/sha256")) {
        test_sha256(&c);
    }
    return check_end(&c);
}
