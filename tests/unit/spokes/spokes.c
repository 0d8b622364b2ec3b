/* Across both spokes: what Outlook holds goes through the neutral document to vCard or iCalendar
 * and back to Outlook. Each lens is tested in its own folder; here their vocabularies have to
 * agree. Every item at hand is used: the samples, and those real Outlook wrote. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/text_item.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>

static const struct map_env ENV = {"Asia/Tokyo", 1700000000, NULL};

struct run {
    struct check *check;
    const char *group;
};

/* What the text formats cannot say. It stays in Outlook, as the difference is always taken against
 * the side's own base. */
static const struct {
    const char *member, *why;
} KNOWN_LOSSES[] = {
    {"countryCode", "vCard 3.0 has no place for it (4.0 has the CC parameter of RFC 8605)"},
    {DOC_EXT "taskStatus", "iCalendar has no word for \"waiting\" and \"deferred\""},
};

static bool is_known_loss(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(KNOWN_LOSSES); i++) {
        if (str_ends(path, KNOWN_LOSSES[i].member)) {
            return true;
        }
    }
    return false;
}

/* Each member of `before` must be in `after`; known losses are put back, as the engine's merge
 * would. */
static void check_kept(struct check *c, const struct json *before, struct json *after)
{
    doc_rekey(after, before);
    CLEANUP(json_free) struct json *patch = doc_diff(before, after);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *had = json_pointer(before, json_key(p));
        if (!had) {
            continue;
        }
        if (is_known_loss(json_key(p)) && json_is_null(p)) {
            check_int(c, json_pointer_set(after, json_key(p), json_dup(had), NULL), RC_OK);
            continue;
        }
        CLEANUP(mem_free) char *want = json_print(had);
        CLEANUP(mem_free) char *got = json_print(p);
        check_fail(c, "%s was %s, is %s", json_key(p), want, got);
    }
}

/* What the engine does between the two: members are entry ids there and uids here. */
static void rename_members(struct json *doc, const struct json *reference, bool back)
{
    CLEANUP(json_free) struct json *members = json_detach(doc, "members");
    size_t n = 0;
    for (const struct json *m = json_first(json_get(reference, "members")); m; m = json_next(m)) {
        CLEANUP(mem_free) char *uid = str_printf("urn:uuid:member-%zu", n++);
        bool item = str_starts(json_key(m), DOC_MEMBER_ITEM);
        const char *here = item && back ? uid : json_key(m),
                   *there = item && !back ? uid : json_key(m);
        if (json_get(members, here)) {
            json_set_bool(json_need_object(doc, "members"), there, true);
        }
    }
}

static void check_cross(struct check *c, enum item_kind kind, const struct props *item)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL, *text_doc = NULL;
    char *text = NULL;
    check_ok(c, map_read(kind, item, &ENV, &doc, &err), &err);
    if (doc && !json_get(doc, "uid")) {
        json_set_str(doc, "uid", "cross-1");
    }
    CLEANUP(json_free) struct json *there = json_dup(doc);
    rename_members(there, doc, false);
    if (doc && text_item_write(kind, NULL, there, &text, &err) != RC_OK) {
        check_fail(c, "write: %s", err_text(&err));
    }
    if (text && text_item_read(kind, text, strlen(text), &text_doc, &err) != RC_OK) {
        check_fail(c, "read: %s", err_text(&err));
    }
    if (text_doc) {
        rename_members(text_doc, doc, true);
        check_kept(c, doc, text_doc);
        struct map_change change = {0};
        if (map_write(kind, item, text_doc, &ENV, &change, &err) != RC_OK) {
            check_fail(c, "back to Outlook: %s", err_text(&err));
        }
        CLEANUP(mem_free) char *changes = dump_change_text(&change);
        check_str(c, changes, "");
        map_change_fini(&change);
    }
    free(text);
    json_free(text_doc);
    json_free(doc);
    err_fini(&err);
}

static void check_item(struct run *run, const char *name, const struct json *content)
{
    struct props item = {0};
    dump_load(content, &item);
    int kind = map_kind_of_class(props_text(&item, (struct prop_name){SET_TAG, 0x001A, NULL}));
    CLEANUP(mem_free) char *title = str_printf("%s/%s", run->group, name);
    if (kind >= 0 && check_case(run->check, title)) {
        check_cross(run->check, (enum item_kind)kind, &item);
        check_close_case(run->check); /* while `title` lives */
    }
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
    struct run samples = {&c, "spokes/sample"}, real = {&c, "spokes/real"};
    CLEANUP(mem_free) char *sample_folder = dump_sample_folder();
    CLEANUP(mem_free) char *real_folder = dump_real_folder();
    dump_each(sample_folder, check_file, &samples);
    CLEANUP(mem_free) char *items = real_folder ? str_printf("%s/items", real_folder) : NULL;
    if (items) {
        dump_each(items, check_file, &real);
    } else if (check_case(&c, "spokes/real")) {
        check_skip(&c, "no real Outlook items (set LOCKSTEP_OUTLOOK_DATA)");
    }
    return check_end(&c);
}
