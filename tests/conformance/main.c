/* The conformance suite against one store:
 *   conformance memory
 *   conformance vdir DIR
 *   conformance dav NAME URL USER PASSWORD CONTACTS EVENTS TASKS NOTES
 *   conformance jmap NAME URL USER PASSWORD contacts|events|both
 *   conformance outlook
 * CONTACTS, EVENTS, TASKS and NOTES are names or paths of empty folders, "-" leaves a kind out. Outlook
 * (Windows) is tested on its default folders, which must be empty. One more argument is a prefix of
 * the cases to run. */
#include "client/base/buf.h"
#include "client/platform/folder.h"
#include "client/remote/dav/dav.h"
#include "client/remote/jmap/jmap.h"
#include "client/remote/vdir/vdir.h"
#include "tests/conformance/suite.h"

#ifdef _WIN32
#include "client/outlook/outlook.h"
#else
#include "tests/engine/memory_store.h"
#endif

#include <stdlib.h>

static void run_kinds(struct check *c, const char *prefix, struct store *store, char *const *names)
{
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        const char *want = names ? names[kind] : NULL;
        if (str_eq(want, "-")) {
            continue;
        }
        c->name = prefix;
        CLEANUP(mem_free) char *folder = conformance_folder(c, store, (enum item_kind)kind, want);
        if (folder) {
            conformance_run(c, prefix, store, folder, (enum item_kind)kind);
            conformance_folders(c, prefix, store, (enum item_kind)kind);
        }
    }
}

/* Reports a store that could not be opened as one failure. */
static bool opened(struct check *c, enum rc rc, const struct err *err)
{
    if (rc != RC_OK) {
        c->name = "open";
        check_fail(c, "%s", err_text(err));
    }
    return rc == RC_OK;
}

/* An id that leads out of the link's folder is neither read nor removed (I12). */
static void check_vdir_ids(struct check *c, struct store *store, const char *dir)
{
    static const char text[] = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:o\r\nFN:O\r\nEND:VCARD\r\n";
    CLEANUP(mem_free) char *path = str_printf("%s/outside.vcf", dir);
    const char *const ids[] = {"../outside.vcf", path};
    struct err err = ERR_INIT;
    c->name = "vdir/id-out-of-the-folder";
    check_ok(c, file_write(path, text, sizeof text - 1, false, &err), &err);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct store_items items = {0};
        check_ok(
            c, store->vtbl->fetch(store, "contacts", ITEM_CONTACT, &ids[i], 1, &items, &err), &err);
        check_true(c, items.count == 1 && items.items[0].rc == RC_INVALID && !items.items[0].doc);
        store_items_fini(&items);
        struct store_op op = {.kind = STORE_DELETE, .id = ids[i]};
        check_ok(c, store->vtbl->commit(store, "contacts", ITEM_CONTACT, &op, 1, &err), &err);
        check_int(c, op.rc, RC_INVALID);
        store_op_fini(&op);
    }
    struct file_info info = {0};
    check_ok(c, file_stat(path, &info, &err), &err);
    err_fini(&err);
}

/* A folder that cannot be made leaves nothing behind. */
static void check_vdir_folder(struct check *c, const char *dir)
{
    CLEANUP(mem_free) char *root = str_printf("%s/going", dir);
    struct err err = ERR_INIT;
    struct store *store = NULL;
    struct store_folder made = {0};
    c->name = "vdir/folder/nowhere";
    check_ok(c, file_make_dir(root, &err), &err);
    check_ok(c, vdir_store_new(root, NULL, &store, &err), &err);
    check_ok(c, file_remove_dir(root, &err), &err);
    check_int(c, store_make_folder(store, ITEM_CONTACT, "Team", &made, &err), RC_NOT_FOUND);
    check_true(c, !made.id && !str_empty(err_text(&err)));
    store_free(store);
    err_fini(&err);
}

static void run_vdir(struct check *c, const char *dir)
{
    struct err err = ERR_INIT;
    struct store *store = NULL;
    char contacts[] = "contacts", calendar[] = "calendar", tasks[] = "tasks", notes[] = "notes";
    char *const names[ITEM_KINDS] = {contacts, calendar, tasks, notes};
    for (int i = 0; i < ITEM_KINDS; i++) {
        CLEANUP(mem_free) char *path = str_printf("%s/%s", dir, names[i]);
        check_ok(c, file_make_dir(path, &err), &err);
    }
    if (opened(c, vdir_store_new(dir, NULL, &store, &err), &err)) {
        run_kinds(c, "vdir", store, names);
        check_vdir_ids(c, store, dir);
        check_vdir_folder(c, dir);
    }
    store_free(store);
    err_fini(&err);
}

static void run_dav(struct check *c, char **argv)
{
    struct err err = ERR_INIT;
    struct store *store = NULL;
    struct dav_account account = {
        .url = argv[1], .sign_in = {.user = argv[2], .secret = argv[3]}, .allow_plain_http = true};
    if (opened(c, dav_store_new(&account, NULL, &store, &err), &err)) {
        run_kinds(c, argv[0], store, argv + 4);
    }
    store_free(store);
    err_fini(&err);
}

static void run_jmap(struct check *c, char **argv)
{
    static char none[] = "-";
    bool contacts = !str_eq(argv[4], "events"), events = !str_eq(argv[4], "contacts");
    char *const names[ITEM_KINDS] = {contacts ? NULL : none, events ? NULL : none, none, none};
    struct err err = ERR_INIT;
    struct store *store = NULL;
    struct jmap_account account = {
        .url = argv[1], .sign_in = {.user = argv[2], .secret = argv[3]}, .allow_plain_http = true};
    if (opened(c, jmap_store_new(&account, NULL, &store, &err), &err)) {
        run_kinds(c, argv[0], store, names);
    }
    store_free(store);
    err_fini(&err);
}

#ifndef _WIN32
/* No right to make one; and an answer that gets lost after one was made: the next call finds it. */
static void check_memory_folders(struct check *c, struct store *s)
{
    struct store_folders all CLEANUP_FINI(store_folders_fini) = {0};
    struct store_folder made = {0};
    struct err err = ERR_INIT;
    c->name = "memory-server/folder/no-right";
    memory_fail_creates(s, RC_READONLY);
    check_int(c, store_make_folder(s, ITEM_EVENT, "Forbidden", &made, &err), RC_READONLY);
    memory_fail_creates(s, RC_OK);
    c->name = "memory-server/folder/lost-answer";
    memory_lose_answer(s);
    check_int(c, store_make_folder(s, ITEM_EVENT, "Lost", &made, &err), RC_OFFLINE);
    check_int(c, store_make_folder(s, ITEM_EVENT, "Lost", &made, &err), RC_CONFLICT);
    check_ok(c, s->vtbl->list_folders(s, &all, &err), &err);
    int lost = 0;
    for (size_t i = 0; i < all.count; i++) {
        lost += str_eq(all.items[i].name, "Lost");
        check_true(c, !str_eq(all.items[i].name, "Forbidden"));
    }
    check_int(c, lost, 1);
    err_fini(&err);
}

/* Once like a DAV server, once like Outlook and once like a JMAP server. */
static void run_memory(struct check *c)
{
    const struct memory_options server = {.chosen_ids = true, .tokens = true, .unique_uids = true};
    const struct memory_options outlook = {.own_ids = true};
    const struct memory_options jmap = {.by_uid = true, .tokens = true};
    struct store *s = memory_store_new(&server);
    run_kinds(c, "memory-server", s, NULL);
    check_memory_folders(c, s);
    store_free(s);
    s = memory_store_new(&outlook);
    run_kinds(c, "memory-outlook", s, NULL);
    store_free(s);
    s = memory_store_new(&jmap);
    run_kinds(c, "memory-jmap", s, NULL);
    store_free(s);
}
#endif

#ifdef _WIN32
static void run_outlook(struct check *c)
{
    struct err err = ERR_INIT;
    struct store *store = NULL;
    if (opened(c,
            outlook_store_new(
                NULL, "Europe/Berlin", getenv("LOCKSTEP_APART") != NULL, &store, &err),
            &err)) {
        run_kinds(c, "outlook", store, NULL);
    }
    store_free(store);
    err_fini(&err);
}
#endif

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, 0, NULL);
    if (argc >= 3 && str_eq(argv[1], "vdir")) {
        c.filter = argc > 3 ? argv[3] : "";
        run_vdir(&c, argv[2]);
    } else if (argc >= 10 && str_eq(argv[1], "dav")) {
        c.filter = argc > 10 ? argv[10] : "";
        run_dav(&c, argv + 2);
    } else if (argc >= 7 && str_eq(argv[1], "jmap")) {
        c.filter = argc > 7 ? argv[7] : "";
        run_jmap(&c, argv + 2);
#ifndef _WIN32
    } else if (argc >= 2 && str_eq(argv[1], "memory")) {
        c.filter = argc > 2 ? argv[2] : "";
        run_memory(&c);
#else
    } else if (argc >= 2 && str_eq(argv[1], "outlook")) {
        c.filter = argc > 2 ? argv[2] : "";
        run_outlook(&c);
#endif
    } else {
        fprintf(stderr, "usage: see the head of tests/conformance/main.c\n");
        return 2;
    }
    return check_end(&c);
}
