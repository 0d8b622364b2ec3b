/* Distribution lists: what a list of real Outlook holds, what of it an edit touches, the checksum,
 * the stream form. The bytes are checked with a decoder of this file's own. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "mapi/map/blob_list.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <string.h>

static const struct map_env ENV = {"Etc/UTC", 1700000000, NULL};

/* ---- an independent reading ---- */

static uint32_t le32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* CRC-32 by table, as zlib does it but for seed and final inversion. */
static uint32_t crc_add(uint32_t crc, const unsigned char *p, size_t n)
{
    static uint32_t table[256];
    for (uint32_t i = 0; i < 256 && !table[255]; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++) {
            table[i] = table[i] & 1 ? 0xEDB88320u ^ table[i] >> 1 : table[i] >> 1;
        }
    }
    while (n--) {
        crc = table[(crc ^ *p++) & 0xFF] ^ crc >> 8;
    }
    return crc;
}

/* The ASCII of the i'th text of a Unicode one-off, "?" if it is none. */
static void one_off_text(const unsigned char *p, size_t len, int i, char *out, size_t room)
{
    static const unsigned char HEAD[] = {0, 0, 0, 0, 0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19,
        0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02, 0, 0};
    size_t at = sizeof HEAD + 2, n = 0;
    strcpy(out, "?");
    if (len < at || memcmp(p, HEAD, sizeof HEAD) != 0 || !(p[sizeof HEAD + 1] & 0x80)) {
        return;
    }
    for (; at + 1 < len && i >= 0; at += 2) {
        if (!p[at] && !p[at + 1]) {
            i--;
        } else if (i == 0 && n + 1 < room) {
            out[n++] = p[at + 1] ? '*' : (char)p[at];
        }
    }
    out[n] = 0;
}

static const struct prop_value *array(const struct props *p, enum prop_key key)
{
    return props_find(p, prop_name_of(key));
}

static size_t array_count(const struct props *p, enum prop_key key)
{
    const struct prop_value *v = array(p, key);
    return v ? v->v.multi.count : 0;
}

static uint32_t array_crc(const struct props *p)
{
    const struct prop_value *v = array(p, P_LIST_MEMBERS);
    uint32_t crc = 0;
    for (size_t i = 0; v && i < v->v.multi.count; i++) {
        crc = crc_add(crc, v->v.multi.items[i].v.binary.data, v->v.multi.items[i].v.binary.len);
    }
    return crc;
}

/* ---- help ---- */

static struct json *doc_of(const char *text)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    if (json_parse(text, strlen(text), &doc, &err) != RC_OK) {
        fprintf(stderr, "bad test document: %s\n", err_text(&err));
        abort();
    }
    return doc;
}

/* Writes `text` into the item and applies the change; returns how many properties it set. */
static size_t put(struct check *c, struct props *item, const char *text)
{
    struct err err = ERR_INIT;
    struct map_change change = {0};
    CLEANUP(json_free) struct json *doc = doc_of(text);
    check_ok(c, map_write(ITEM_CONTACT, item, doc, &ENV, &change, &err), &err);
    size_t n = change.set.count + change.remove_count;
    dump_apply(item, &change);
    map_change_fini(&change);
    err_fini(&err);
    return n;
}

static struct json *get(struct check *c, const struct props *item)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, map_read(ITEM_CONTACT, item, &ENV, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static void check_members(struct check *c, const struct props *item, const char *want)
{
    CLEANUP(json_free) struct json *doc = get(c, item);
    CLEANUP(mem_free) char *text = json_print_canonical(json_get(doc, "members"));
    check_str(c, text, want);
}

#define ITEM_A "00000000a1a2a3a4a5a6a7a8a9aaabacadaeafb001000000"
#define ITEM_B "00000000a1a2a3a4a5a6a7a8a9aaabacadaeafb002000000"
#define ITEM_L "00000000a1a2a3a4a5a6a7a8a9aaabacadaeafb003000000"

static const char TEAM[] =
    "{\"@type\":\"Card\",\"version\":\"1.0\",\"kind\":\"group\",\"name\":{\"full\":\"Team\"},"
    "\"members\":{\"x-item:" ITEM_A "\":true,\"x-item:" ITEM_L "\":true,"
    "\"mailto:eva@example.com\":true},"
    "\"lockstep.example:memberCards\":{\"x-item:" ITEM_A
    "\":{\"name\":\"Anna\",\"email\":\"anna@example.com\"},"
    "\"x-item:" ITEM_L "\":{\"name\":\"Inner\",\"kind\":\"group\"},"
    "\"mailto:eva@example.com\":{\"name\":\"Eva\"}}}";

/* ---- the cases ---- */

static void check_new(struct check *c)
{
    struct props item = {0};
    char text[128];
    put(c, &item, TEAM);
    check_str(c, props_text(&item, prop_name_of(P_MESSAGE_CLASS)), "IPM.DistList");
    check_int(c, props_int(&item, prop_name_of(P_ICON_INDEX), 0), 514);
    static const enum prop_key NAMES[] = {P_LIST_NAME, P_DISPLAY_NAME, P_FILE_UNDER, P_SUBJECT};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        check_str(c, props_text(&item, prop_name_of(NAMES[i])), "Team");
    }
    check_int(c, (long long)array_count(&item, P_LIST_MEMBERS), 3);
    check_int(c, (long long)array_count(&item, P_LIST_ONE_OFFS), 3);
    check_int(c, (uint32_t)props_int(&item, prop_name_of(P_LIST_CHECKSUM), 0), array_crc(&item));
    static const unsigned char TYPES[] = {0xC3, 0xB4};
    static const char *const SHOWN[][3] = {{"Anna (anna@example.com)", "SMTP", "anna@example.com"},
        {"Inner", "MAPIPDL", "Unknown"}, {"Eva (eva@example.com)", "SMTP", "eva@example.com"}};
    for (size_t i = 0; i < 3 && array_count(&item, P_LIST_ONE_OFFS) == 3; i++) {
        const struct prop_value *e = &array(&item, P_LIST_MEMBERS)->v.multi.items[i],
                                *o = &array(&item, P_LIST_ONE_OFFS)->v.multi.items[i];
        if (i < 2) {
            check_int(c, e->v.binary.data[20], TYPES[i]);
            check_int(c, (long long)e->v.binary.len, 21 + 24);
        }
        for (int k = 0; k < 3; k++) {
            one_off_text(o->v.binary.data, o->v.binary.len, k, text, sizeof text);
            check_str(c, text, SHOWN[i][k]);
        }
    }
    check_members(c, &item,
        "{\"mailto:eva@example.com\":true,\"x-item:" ITEM_A "\":true,\"x-item:" ITEM_L "\":true}");
    check_int(c, (long long)put(c, &item, TEAM), 0);
    props_fini(&item);
}

/* A member goes and one comes: the others keep their bytes and places, the unknown one too. */
static void check_edit(struct check *c)
{
    struct props item = {0};
    put(c, &item, TEAM);
    const struct prop_value *e = array(&item, P_LIST_MEMBERS), *o = array(&item, P_LIST_ONE_OFFS);
    static const unsigned char FAX[] = "\0\0\0\0some other provider's id";
    const struct prop_bytes entries[] = {{FAX, sizeof FAX},
        {e->v.multi.items[0].v.binary.data, e->v.multi.items[0].v.binary.len},
        {e->v.multi.items[2].v.binary.data, e->v.multi.items[2].v.binary.len}};
    const struct prop_bytes one_offs[] = {{"?", 1},
        {o->v.multi.items[0].v.binary.data, o->v.multi.items[0].v.binary.len},
        {o->v.multi.items[2].v.binary.data, o->v.multi.items[2].v.binary.len}};
    struct props odd = {0};
    props_set_text(&odd, prop_name_of(P_MESSAGE_CLASS), "IPM.DistList");
    props_set_binaries(&odd, prop_name_of(P_LIST_MEMBERS), entries, 3);
    props_set_binaries(&odd, prop_name_of(P_LIST_ONE_OFFS), one_offs, 3);
    props_set_int(&odd, prop_name_of(P_LIST_CHECKSUM), PROP_LONG, (int32_t)array_crc(&odd));
    check_members(c, &odd, "{\"mailto:eva@example.com\":true,\"x-item:" ITEM_A "\":true}");
    size_t n = put(c, &odd,
        "{\"@type\":\"Card\",\"version\":\"1.0\",\"kind\":\"group\","
        "\"members\":{\"mailto:eva@example.com\":true,\"x-item:" ITEM_B "\":true,"
        "\"urn:uuid:4\":true}}");
    check_int(c, (long long)n, 3); /* both arrays and the checksum, nothing else */
    const struct prop_value *now = array(&odd, P_LIST_MEMBERS);
    check_int(c, (long long)now->v.multi.count, 3);
    check_true(c, now->v.multi.items[0].v.binary.len == sizeof FAX &&
                      memcmp(now->v.multi.items[0].v.binary.data, FAX, sizeof FAX) == 0);
    check_true(c, prop_value_equal(&now->v.multi.items[1], &e->v.multi.items[2]));
    check_int(c, now->v.multi.items[2].v.binary.data[20], 0xB3); /* no address known */
    check_int(c, (uint32_t)props_int(&odd, prop_name_of(P_LIST_CHECKSUM), 0), array_crc(&odd));
    props_fini(&odd);
    props_fini(&item);
}

/* Edited by something that does not know of the one-offs: what they say is not believed. */
static void check_wrong_checksum(struct check *c)
{
    struct props item = {0};
    put(c, &item, TEAM);
    CLEANUP(json_free) struct json *good = get(c, &item);
    check_str(c,
        json_get_str(json_get(json_get(good, DOC_MEMBER_CARDS), "x-item:" ITEM_A), "email"),
        "anna@example.com");
    props_set_int(&item, prop_name_of(P_LIST_CHECKSUM), PROP_LONG, 1);
    CLEANUP(json_free) struct json *doc = get(c, &item);
    check_true(c, !json_get(json_get(doc, DOC_MEMBER_CARDS), "x-item:" ITEM_A));
    /* What is itself a one-off needs none beside it. */
    check_str(c,
        json_get_str(json_get(json_get(doc, DOC_MEMBER_CARDS), "mailto:eva@example.com"), "name"),
        "Eva");
    check_int(c, (long long)json_count(json_get(doc, "members")), 3);
    props_fini(&item);
}

static char *big_list(size_t members)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    buf_adds(&b, "{\"@type\":\"Card\",\"version\":\"1.0\",\"kind\":\"group\","
                 "\"name\":{\"full\":\"All\"},\"members\":{");
    for (size_t i = 0; i < members; i++) {
        buf_addf(&b, "%s\"mailto:member%zu@example.com\":true", i ? "," : "", i);
    }
    buf_adds(&b, "}}");
    return buf_take(&b);
}

/* Walks a stream by its sizes; the number of members, -1 if the sums do not add up. */
static long stream_count(const unsigned char *p, size_t len)
{
    if (len < 28 + 8 || p[0] != 1 || p[1]) {
        return -1;
    }
    uint32_t count = le32(p + 12), entries = 0, one_offs = 0;
    size_t at = 28;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = at + 4 <= len ? le32(p + at) : UINT32_MAX;
        entries += size;
        at += 4 + (size_t)size;
        size = at + 4 <= len ? le32(p + at) : UINT32_MAX;
        one_offs += size;
        at += 4 + (size_t)size + 4;
    }
    bool ends = at + 8 == len && le32(p + at) == 0 && le32(p + at + 4) == 0;
    return ends && entries == le32(p + 16) && one_offs == le32(p + 20) ? (long)count : -1;
}

static void check_stream(struct check *c)
{
    struct props item = {0};
    size_t len = 0;
    CLEANUP(mem_free) char *small = big_list(50), *large = big_list(500), *more = big_list(501);
    put(c, &item, small);
    check_true(c, !props_binary(&item, prop_name_of(P_LIST_STREAM), &len));
    put(c, &item, large);
    const unsigned char *stream = props_binary(&item, prop_name_of(P_LIST_STREAM), &len);
    check_true(c, stream && len > 15000);
    check_int(c, stream ? stream_count(stream, len) : 0, 500);
    check_true(c, !array(&item, P_LIST_MEMBERS) && !array(&item, P_LIST_ONE_OFFS));
    check_int(c, (long long)put(c, &item, large), 0);
    check_int(c, (long long)put(c, &item, more), 1);
    CLEANUP(json_free) struct json *doc = get(c, &item);
    check_int(c, (long long)json_count(json_get(doc, "members")), 501);
    /* Small again: the form stays. */
    put(c, &item, small);
    stream = props_binary(&item, prop_name_of(P_LIST_STREAM), &len);
    check_int(c, stream ? stream_count(stream, len) : 0, 50);
    props_fini(&item);
}

/* A cut stream is told, not read as a shorter list. */
static void check_cut_stream(struct check *c)
{
    struct props item = {0};
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    size_t len = 0;
    CLEANUP(mem_free) char *large = big_list(500);
    put(c, &item, large);
    const unsigned char *stream = props_binary(&item, prop_name_of(P_LIST_STREAM), &len);
    CLEANUP(mem_free) unsigned char *copy = mem_dup(stream, len);
    props_set_binary(&item, prop_name_of(P_LIST_STREAM), copy, len - 100);
    check_int(c, map_read(ITEM_CONTACT, &item, &ENV, &doc, &err), RC_INVALID);
    check_true(c, strstr(err_text(&err), "499 of 500") != NULL);
    err_fini(&err);
    props_fini(&item);
}

static void check_kinds(struct check *c)
{
    struct props list = {0}, person = {0};
    struct err err = ERR_INIT;
    struct map_change change = {0};
    put(c, &list, TEAM);
    put(c, &person, "{\"@type\":\"Card\",\"version\":\"1.0\",\"name\":{\"full\":\"Anna\"}}");
    CLEANUP(json_free) struct json *group = get(c, &list), *card = get(c, &person);
    check_int(c, map_write(ITEM_CONTACT, &person, group, &ENV, &change, &err), RC_UNSUPPORTED);
    check_int(c, map_write(ITEM_CONTACT, &list, card, &ENV, &change, &err), RC_UNSUPPORTED);
    err_fini(&err);
    props_fini(&list);
    props_fini(&person);
}

static void check_real_list(void *user, const char *name, const struct json *content)
{
    struct check *c = user;
    struct props item = {0};
    char text[128];
    dump_load(content, &item);
    if (str_eq(props_text(&item, prop_name_of(P_MESSAGE_CLASS)), "IPM.DistList")) {
        printf("# %s\n", name);
        check_int(
            c, (uint32_t)props_int(&item, prop_name_of(P_LIST_CHECKSUM), 0), array_crc(&item));
        CLEANUP(json_free) struct json *doc = get(c, &item);
        check_int(c, (long long)json_count(json_get(doc, "members")),
            (long long)array_count(&item, P_LIST_MEMBERS));
        const struct prop_value *o = array(&item, P_LIST_ONE_OFFS);
        const struct json *m = json_first(json_get(doc, "members"));
        for (size_t i = 0; o && m && i < o->v.multi.count; i++, m = json_next(m)) {
            one_off_text(o->v.multi.items[i].v.binary.data, o->v.multi.items[i].v.binary.len, 2,
                text, sizeof text);
            check_str(c,
                json_get_str(json_get(json_get(doc, DOC_MEMBER_CARDS), json_key(m)), "email"),
                text);
        }
    }
    props_fini(&item);
}

static void check_real(struct check *c)
{
    CLEANUP(mem_free) char *folder = dump_real_folder();
    if (!folder) {
        check_skip(c, "no real Outlook items (set LOCKSTEP_OUTLOOK_DATA)");
        return;
    }
    CLEANUP(mem_free) char *items = str_printf("%s/items", folder);
    dump_each(items, check_real_list, c);
}

int main(int argc, char **argv)
{
    static const struct check_entry CASES[] = {{"map/list/new", check_new}, {"map/list/edit", check_edit},
        {"map/list/wrong-checksum", check_wrong_checksum}, {"map/list/stream", check_stream},
        {"map/list/cut-stream", check_cut_stream}, {"map/list/kinds", check_kinds},
        {"map/list/real", check_real}};
    return check_main(argc, argv, CASES, ARRAY_LEN(CASES));
}
