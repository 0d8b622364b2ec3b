/* Files of appointments and tasks: which attachments are files, what they read as, and what a change
 * of the document does to which attachment. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "mapi/map/map.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"

#include <string.h>

#define NOW   1700000000 /* 2023-11-14T22:13:20Z */
#define DATA  "data:application/octet-stream;base64,"
#define HALLO DATA "aGFsbG8="
#define OTHER DATA "b3RoZXI="

static const struct map_env ENV = {"Europe/Berlin", NOW, NULL, NULL};

static void put_int(struct props *p, enum prop_key key, int64_t value)
{
    props_set_int(p, prop_name_of(key), prop_type_of(key), value);
}

static void put_text(struct props *p, enum prop_key key, const char *text)
{
    props_set_text(p, prop_name_of(key), text);
}

/* An attachment with bytes; NULL: too large to be read. */
static struct props *attach(
    struct props *item, uint32_t number, int64_t method, const char *name, const char *bytes)
{
    struct props *a = &props_add_file(item, number)->attach;
    put_int(a, P_ATTACH_METHOD, method);
    put_text(a, P_ATTACH_LONG_FILENAME, name);
    put_int(a, P_ATTACH_SIZE, bytes ? (int64_t)strlen(bytes) + 200 : 5000000);
    if (bytes) {
        props_set_binary(a, map_file_data(), bytes, strlen(bytes));
    }
    return a;
}

static void task(struct props *ret)
{
    put_text(ret, P_MESSAGE_CLASS, "IPM.Task");
    put_text(ret, P_SUBJECT, "Report");
}

static struct json *read_task(struct check *c, const struct props *item)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, map_read(ITEM_TASK, item, &ENV, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

/* What a change does to files: "make a.txt=hallo", "3 b.txt", "-4". Caller frees. */
static char *changes(struct check *c, const struct props *item, const struct json *doc)
{
    struct err err = ERR_INIT;
    struct map_change change = {.remove = NULL};
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    check_ok(c, map_write(ITEM_TASK, item, doc, &ENV, &change, &err), &err);
    for (size_t i = 0; i < change.file_count; i++) {
        const struct map_file_change *f = &change.files[i];
        size_t len = 0;
        const unsigned char *data = props_binary(&f->set, map_file_data(), &len);
        const char *name = props_text(&f->set, prop_name_of(P_ATTACH_LONG_FILENAME));
        buf_adds(&b, i ? "; " : "");
        if (f->kind == MAP_SUB_CREATE) {
            check_int(c, (long)props_int(&f->set, prop_name_of(P_ATTACH_METHOD), 0), 1);
            buf_adds(&b, "make ");
        } else {
            buf_addf(&b, "%s%u ", f->kind == MAP_SUB_DELETE ? "-" : "", (unsigned)f->number);
        }
        buf_adds(&b, name ? name : "");
        if (data) {
            buf_addf(&b, "=%.*s", (int)len, (const char *)data);
        }
    }
    if (item->count) {
        check_int(c, (long)(change.set.count + change.remove_count + change.sub_count), 0);
    }
    map_change_fini(&change);
    err_fini(&err);
    return buf_take(&b);
}

static void test_which(struct check *c)
{
    struct props item CLEANUP_FINI(props_fini) = {0};
    task(&item);
    attach(&item, 2, 1, "a.txt", "hallo");
    put_int(attach(&item, 3, 1, "hidden.txt", "hallo"), P_ATTACH_HIDDEN, 1);
    put_int(attach(&item, 4, 1, "picture.png", "hallo"), P_ATTACH_MIME_FLAGS, 4);
    put_int(attach(&item, 5, 1, "photo.jpg", "hallo"), P_ATTACH_CONTACT_PHOTO, 1);
    attach(&item, 6, 5, "item.msg", "hallo");
    attach(&item, 7, 7, "link", "hallo");
    attach(&item, 8, 6, "object.ole", "hallo");
    attach(&item, 9, 1, "empty.txt", "");
    put_text(attach(&item, 10, 1, "a.txt", "other"), P_ATTACH_MIME_TAG, "text/plain");
    attach(&item, 11, 1, "film.mp4", NULL);
    CLEANUP(json_free) struct json *doc = read_task(c, &item);
    CLEANUP(mem_free) char *text = json_print_canonical(json_get(doc, "links"));
    check_str(c, text,
        "{\"f10\":{\"@type\":\"Link\",\"contentType\":\"text/plain\",\"href\":\"" OTHER
        "\",\"rel\":\"enclosure\",\"title\":\"a.txt\"},"
        "\"f11\":{\"@type\":\"Link\",\"href\":\"lockstep.kept:5000000\",\"rel\":\"enclosure\","
        "\"title\":\"film.mp4\"},"
        "\"f2\":{\"@type\":\"Link\",\"href\":\"" HALLO
        "\",\"rel\":\"enclosure\",\"title\":\"a.txt\"}}");
    CLEANUP(mem_free) char *none = changes(c, &item, doc);
    check_str(c, none, "");
    json_remove(doc, "links"); /* what is no file stays, and so does what was not read */
    json_set_int(doc, DOC_FILE_LIMIT, 1 << 20);
    CLEANUP(mem_free) char *gone = changes(c, &item, doc);
    check_str(c, gone, "-2 ; -10 ");
}

static const struct {
    const char *name, *patch, *changes;
} EDITS[] = {
    {"map/files/add", "{\"links/x\":{\"title\":\"c.txt\",\"href\":\"" OTHER "\"}}",
        "make c.txt=other"},
    {"map/files/add-same-name", "{\"links/x\":{\"title\":\"a.txt\",\"href\":\"" OTHER "\"}}",
        "make a.txt=other"},
    {"map/files/add-path",
        "{\"links/x\":{\"title\":\"../c:\\\\d\\u0001?.txt.\",\"href\":\"" OTHER "\"}}",
        "make d__.txt=other"},
    {"map/files/add-nameless",
        "{\"links/x\":{\"contentType\":\"application/pdf\",\"href\":\"" OTHER "\"}}",
        "make Attachment.pdf=other"},
    {"map/files/add-link", "{\"links/x\":{\"title\":\"c\",\"href\":\"https://example.org/c\"}}",
        ""},
    {"map/files/add-kept", "{\"links/x\":{\"title\":\"c\",\"href\":\"lockstep.kept:r:9\"}}", ""},
    {"map/files/change", "{\"links/f2/href\":\"" OTHER "\"}", "2 =other"},
    {"map/files/rename", "{\"links/f2/title\":\"c.txt\"}", "2 c.txt"},
    {"map/files/grown-over-there", "{\"links/f2/href\":\"lockstep.kept:r:9\"}", ""},
    {"map/files/moved-to-a-server", "{\"links/f2/href\":\"https://example.org/a\"}", ""},
    {"map/files/remove", "{\"links/f2\":null}", "-2 "},
    {"map/files/over-the-limit", "{\"links/f2\":null,\"" DOC_FILE_LIMIT "\":4}", ""},
    {"map/files/over-the-limit-replaced",
        "{\"links/f2/href\":\"" DATA "YQ==\",\"" DOC_FILE_LIMIT "\":4}", "make a.txt=a"},
};

static void test_edits(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        if (!check_case(c, EDITS[i].name)) {
            continue;
        }
        struct err err = ERR_INIT;
        struct props item CLEANUP_FINI(props_fini) = {0};
        CLEANUP(json_free) struct json *patch = NULL;
        task(&item);
        attach(&item, 2, 1, "a.txt", "hallo");
        attach(&item, 7, 1, "b.txt", "bb");
        CLEANUP(json_free) struct json *doc = read_task(c, &item);
        check_ok(c, json_parse(EDITS[i].patch, strlen(EDITS[i].patch), &patch, &err), &err);
        check_ok(c, doc_apply(doc, patch, &err), &err);
        CLEANUP(mem_free) char *text = changes(c, &item, doc);
        check_str(c, text, EDITS[i].changes);
        err_fini(&err);
    }
}

/* A name as long as one may be is cut in front of its extension, within no character. */
static void test_names(struct check *c)
{
    char title[400];
    memset(title, 'x', sizeof title);
    title[0] = 'y';
    for (size_t i = 1; i + 1 < 350; i += 2) {
        memcpy(title + i, "\xc3\xa4", 2);
    }
    strcpy(title + 351, ".docx");
    CLEANUP(mem_free) char *name = file_name_safe(title, NULL);
    check_true(c, strlen(name) <= 200 && strlen(name) >= 199);
    check_true(c, str_ends(name, "\xa4.docx"));
    check_true(c, str_utf8_valid(name, strlen(name)));
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "map/files/which")) {
        test_which(&c);
    }
    if (check_case(&c, "map/files/names")) {
        test_names(&c);
    }
    test_edits(&c);
    return check_end(&c);
}
