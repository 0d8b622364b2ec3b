/* Every item at hand, those of the project and those real Outlook wrote: it reads; writing what was
 * read changes nothing; written anew it reads the same. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#define NOW 1700000000 /* 2023-11-14: most items are past */

static const struct map_env ENV = {"Asia/Tokyo", NOW, NULL};

struct run {
    struct check *check;
    const char *group;
    bool real; /* written by Outlook itself */
};

static void check_idempotent(
    struct check *c, enum item_kind kind, const struct props *item, const struct json *doc)
{
    struct err err = ERR_INIT;
    struct map_change change = {0};
    check_ok(c, map_write(kind, item, doc, &ENV, &change, &err), &err);
    CLEANUP(mem_free) char *text = dump_change_text(&change);
    check_str(c, text, "");
    map_change_fini(&change);
    err_fini(&err);
}

/* The blob we make of a series is the one Outlook made, but for its two ways to say "every weekday"
 * (byte 4) and stale bytes. */
static void check_blob(struct check *c, const struct props *real, const struct props *ours)
{
    const struct prop_name name = {SET_APPOINTMENT, 0x8216, NULL};
    size_t real_len, len;
    const unsigned char *a = props_binary(real, name, &real_len),
                        *b = props_binary(ours, name, &len);
    if (a && b) {
        check_true(
            c, real_len >= len && memcmp(a, b, 4) == 0 && memcmp(a + 5, b + 5, len - 5) == 0);
    }
}

/* Properties of real exceptions that we leave out: what the store computes, who comes, notes in a
 * form of their own, and what says nothing. */
static bool left_out(struct prop_name name)
{
    static const uint32_t TAGS[] = {0x0002, 0x0017, 0x002B, 0x003D, 0x0E02, 0x0E03, 0x0E04, 0x0E1F,
        0x0E21, 0x0FF4, 0x0FF7, 0x0FF9, 0x0FFE, 0x3001, 0x3007, 0x3008, 0x300B, 0x340D, 0x3702,
        0x3709, 0x3FFA};
    for (size_t i = 0; i < ARRAY_LEN(TAGS); i++) {
        if (name.set == SET_TAG && name.id == TAGS[i]) {
            return true;
        }
    }
    bool zone = name.id == 0x825E || name.id == 0x825F; /* a copy of the item's, as ours is */
    return (name.set == SET_APPOINTMENT && (name.id == 0x823A || zone)) ||
           (name.set == SET_COMMON && name.id == 0x85EB);
}

static void check_part(struct check *c, const struct props *real, const struct props *ours)
{
    for (size_t i = 0; i < real->count; i++) {
        const struct prop_value *theirs = &real->items[i], *v = props_find(ours, theirs->name);
        bool empty = theirs->type == PROP_UNICODE && str_empty(theirs->v.text);
        if (!left_out(theirs->name) && !(v ? prop_value_equal(v, theirs) : empty)) {
            check_fail(c, "%X of set %d differs", (unsigned)theirs->name.id, (int)theirs->name.set);
        }
    }
}

/* The messages and attachments we make of changed occurrences hold what Outlook's hold. */
static void check_subs(struct check *c, const struct props *real, const struct props *ours)
{
    check_int(c, (int64_t)ours->sub_count, (int64_t)real->sub_count);
    for (size_t i = 0; i < real->sub_count && i < ours->sub_count; i++) {
        check_part(c, &real->subs[i].attach, &ours->subs[i].attach);
        check_part(c, &real->subs[i].item, &ours->subs[i].item);
    }
}

static void check_new(struct check *c, enum item_kind kind, const struct props *item, bool real,
    const struct json *doc)
{
    struct err err = ERR_INIT;
    struct map_change change = {0};
    struct props none = {0}, made = {0};
    enum rc rc = map_write(kind, &none, doc, &ENV, &change, &err);
    check_ok(c, rc, &err);
    dump_apply(&made, &change);
    if (real) {
        check_blob(c, item, &made);
        check_subs(c, item, &made);
    }
    struct json *again = NULL;
    check_ok(c, map_read(kind, &made, &ENV, &again, &err), &err);
    if (again) {
        if (!doc_same(doc,
                again)) { /* ids may differ: a second number without a first becomes the first */
            CLEANUP(mem_free)
            char *want_text = json_print_canonical(doc), *got_text = json_print_canonical(again);
            check_str(c, got_text, want_text);
        }
        check_idempotent(c, kind, &made, again);
    }
    json_free(again);
    props_fini(&made);
    map_change_fini(&change);
    err_fini(&err);
}

static void check_item(struct run *run, const char *name, const struct json *content)
{
    struct check *c = run->check;
    struct props item = {0};
    struct err err = ERR_INIT;
    dump_load(content, &item);
    int kind = map_kind_of_class(props_text(&item, (struct prop_name){SET_TAG, 0x001A, NULL}));
    CLEANUP(mem_free) char *title = str_printf("%s/%s", run->group, name);
    if (kind >= 0 && check_case(c, title)) {
        struct json *doc = NULL;
        check_ok(c, map_read((enum item_kind)kind, &item, &ENV, &doc, &err), &err);
        if (doc) {
            if (getenv("SHOW")) {
                CLEANUP(mem_free) char *text = json_print_pretty(doc);
                puts(text);
            }
            check_ok(c, doc_check((enum item_kind)kind, doc, &err), &err);
            check_idempotent(c, (enum item_kind)kind, &item, doc);
            check_new(c, (enum item_kind)kind, &item, run->real, doc);
        }
        json_free(doc);
        check_close_case(c); /* while `title` lives */
    }
    err_fini(&err);
    props_fini(&item);
}

/* A file holds one item, or a list of them. */
static void check_file(void *user, const char *name, const struct json *content)
{
    if (!json_is_array(content)) {
        check_item(user, name, content);
        return;
    }
    int n = 0;
    for (const struct json *item = json_first(content); item; item = json_next(item)) {
        CLEANUP(mem_free) char *numbered = str_printf("%s/%d", name, ++n);
        check_item(user, numbered, item);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    struct run samples = {&c, "map/items/sample", false}, real = {&c, "map/items/real", true};
    CLEANUP(mem_free) char *sample_folder = dump_sample_folder(), *real_folder = dump_real_folder();
    dump_each(sample_folder, check_file, &samples);
    CLEANUP(mem_free) char *items = real_folder ? str_printf("%s/items", real_folder) : NULL;
    if (items) {
        dump_each(items, check_file, &real);
    } else if (check_case(&c, "map/items/real")) {
        check_skip(&c, "no real Outlook items (set LOCKSTEP_OUTLOOK_DATA)");
    }
    return check_end(&c);
}
