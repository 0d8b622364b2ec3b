/* Making folders (store_make_folder), case by case: what comes back is what is listed and can be used,
 * one that is there is never opened instead, and no other folder changes. */
#include "tests/conformance/suite.h"

#include "client/base/buf.h"
#include "tests/conformance/documents.h"

#include <stdio.h>
#include <string.h>

struct scene {
    struct check *c;
    struct store *store;
    enum item_kind kind;
    const char *prefix;
    char name[128];
};

static bool open_case(struct scene *s, const char *name)
{
    snprintf(s->name, sizeof s->name, "%s/%s/folder/%s", s->prefix, item_kind_name(s->kind), name);
    return check_case(s->c, s->name);
}

static struct store_folders list(const struct scene *s)
{
    struct store_folders all = {0};
    struct err err = ERR_INIT;
    check_ok(s->c, s->store->vtbl->list_folders(s->store, &all, &err), &err);
    err_fini(&err);
    return all;
}

/* How many folders of the kind have this name; *ret the last of them. */
static size_t count_named(const struct scene *s, const struct store_folders *all, const char *name,
    const struct store_folder **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++) {
        if ((all->items[i].kinds & 1u << s->kind) && str_eq(all->items[i].name, name)) {
            *ret = &all->items[i];
            n++;
        }
    }
    return n;
}

/* All that were there are there as they were, and there are `more`. */
static void check_others(const struct scene *s, const struct store_folders *before, size_t more)
{
    struct store_folders after CLEANUP_FINI(store_folders_fini) = list(s);
    check_int(s->c, after.count, before->count + more);
    for (size_t i = 0; i < before->count; i++) {
        const struct store_folder *old = &before->items[i], *now = NULL;
        for (size_t k = 0; k < after.count; k++) {
            now = str_eq(after.items[k].id, old->id) ? &after.items[k] : now;
        }
        check_true(s->c, now != NULL);
        if (now) {
            check_str(s->c, now->name, old->name);
            check_int(s->c, now->kinds, old->kinds);
            check_int(s->c, now->count, old->count);
        }
    }
}

/* A name that no other kind has: on disk a folder holds any kind. */
static char *name_for(const struct scene *s, const char *name)
{
    return str_printf("%s (%s)", name, item_kind_name(s->kind));
}

static void make(const struct scene *s, const char *name, struct store_folder *ret)
{
    struct err err = ERR_INIT;
    check_ok(s->c, store_make_folder(s->store, s->kind, name, ret, &err), &err);
    err_fini(&err);
}

/* An item goes into it and is there. */
static void check_usable(const struct scene *s, const char *folder)
{
    CLEANUP(json_free) struct json *doc = document_sample(s->kind, 1);
    struct store_changes changes = {0};
    struct err err = ERR_INIT;
    const struct store_vtbl *v = s->store->vtbl;
    CLEANUP(mem_free)
    char *id =
        v->choose_id ? v->choose_id(s->store, folder, s->kind, json_get_str(doc, "uid")) : NULL;
    struct store_op op = {.kind = STORE_CREATE, .id = id, .doc = doc, .stamp = id ? NULL : "new"};
    check_ok(s->c, v->changes(s->store, folder, s->kind, NULL, &changes, &err), &err);
    check_int(s->c, changes.count, 0);
    store_changes_fini(&changes);
    check_ok(s->c, v->commit(s->store, folder, s->kind, &op, 1, &err), &err);
    check_int(s->c, op.rc, RC_OK);
    store_op_fini(&op);
    check_ok(s->c, v->changes(s->store, folder, s->kind, NULL, &changes, &err), &err);
    check_int(s->c, changes.count, 1);
    store_changes_fini(&changes);
    err_fini(&err);
}

static void test_make(struct scene *s)
{
    if (!open_case(s, "make")) {
        return;
    }
    struct store_folders before CLEANUP_FINI(store_folders_fini) = list(s);
    struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
    CLEANUP(mem_free) char *name = name_for(s, "Team");
    make(s, name, &made);
    check_str(s->c, made.name, name);
    check_true(s->c, made.id && made.path && made.writable && (made.kinds & 1u << s->kind));
    check_others(s, &before, 1);
    struct store_folders after CLEANUP_FINI(store_folders_fini) = list(s);
    const struct store_folder *listed = NULL;
    check_int(s->c, count_named(s, &after, name, &listed), 1);
    if (listed) {
        check_str(s->c, made.id, listed->id);
        check_str(s->c, made.path, listed->path);
        check_int(s->c, made.kinds, listed->kinds);
        check_true(s->c, listed->writable && !listed->owner);
    }
    if (made.id) {
        check_usable(s, made.id);
    }
}

/* What is there is not opened, and its item stays. */
static void test_twice(struct scene *s)
{
    if (!open_case(s, "twice")) {
        return;
    }
    CLEANUP(mem_free) char *name = name_for(s, "Team");
    CLEANUP(mem_free) char *other_case = name_for(s, "TEAM");
    const char *const names[] = {name, other_case};
    struct store_folders before CLEANUP_FINI(store_folders_fini) = list(s);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct store_folder made = {0};
        struct err err = ERR_INIT;
        check_int(s->c, store_make_folder(s->store, s->kind, names[i], &made, &err), RC_CONFLICT);
        check_true(s->c, strstr(err_text(&err), names[i]) || strstr(err_text(&err), names[0]));
        check_true(s->c, !made.id);
        err_fini(&err);
    }
    check_others(s, &before, 0);
}

static void test_odd_names(struct scene *s)
{
    static const char *const NAMES[] = {"B\xc3\xbc"
                                        "cher/Gr\xc3\xb6\xc3\x9f"
                                        "e",
        "..hidden", "100% <&> \"new\"", "\xe4\xbc\x9a\xe8\xad\xb0", "a\\b: c?"};
    if (!open_case(s, "odd-names")) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct store_folders before CLEANUP_FINI(store_folders_fini) = list(s);
        struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
        CLEANUP(mem_free) char *name = name_for(s, NAMES[i]);
        make(s, name, &made);
        check_str(s->c, made.name, name);
        check_others(s, &before, 1);
        struct store_folders after CLEANUP_FINI(store_folders_fini) = list(s);
        const struct store_folder *listed = NULL;
        check_int(s->c, count_named(s, &after, name, &listed), 1);
        check_str(s->c, listed ? listed->id : NULL, made.id);
    }
}

static void test_names_refused(struct scene *s)
{
    static const char *const NAMES[] = {
        "", " ", " Team", "Team ", "two\nlines", "\x7f", "bad \xff utf-8"};
    if (!open_case(s, "names-refused")) {
        return;
    }
    char longer[STORE_FOLDER_NAME_MAX + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct store_folders before CLEANUP_FINI(store_folders_fini) = list(s);
    for (size_t i = 0; i <= ARRAY_LEN(NAMES); i++) {
        struct store_folder made = {0};
        struct err err = ERR_INIT;
        const char *name = i < ARRAY_LEN(NAMES) ? NAMES[i] : longer;
        check_int(s->c, store_make_folder(s->store, s->kind, name, &made, &err), RC_INVALID);
        check_true(s->c, !str_empty(err_text(&err)) && !made.id);
        err_fini(&err);
    }
    check_others(s, &before, 0);
    /* The longest there may be. Each kind has one of its own. */
    struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
    longer[0] = (char)('a' + (int)s->kind);
    longer[STORE_FOLDER_NAME_MAX] = '\0';
    make(s, longer, &made);
    check_str(s->c, made.name, longer);
}

void conformance_folders(
    struct check *c, const char *prefix, struct store *store, enum item_kind kind)
{
    struct scene s = {.c = c, .store = store, .kind = kind, .prefix = prefix};
    test_make(&s);
    test_twice(&s);
    test_odd_names(&s);
    test_names_refused(&s);
}
