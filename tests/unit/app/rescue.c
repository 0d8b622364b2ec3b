/* What a person asks of a link when something has gone wrong or should work otherwise: backup,
 * repair, restore, link set. Wrong words are refused by name, answers have the members that
 * client/app/README.md tells of, and a backup spares memory. */
#include "tests/unit/app/scene.h"

#include "client/app/backup_items.h"
#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <string.h>

static void sync_people(struct check *c, struct scene *s)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    check_ok(c, app_sync_run(s->app, &(struct app_sync){0}, &v, &err), &err);
    check_int(c, app_exit_of_sync(v), 0);
    err_fini(&err);
}

static const struct json *first_link(const struct json *report)
{
    return json_first(json_get(report, "links"));
}

static long counted(const struct json *report, const char *side, const char *what)
{
    return (long)json_get_int(json_get(first_link(report), side), what, -1);
}

/* Has all of these members, separated by spaces? */
static void check_members(struct check *c, const struct json *v, const char *names)
{
    for (const char *p = names; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
        CLEANUP(mem_free) char *name = mem_strndup(p, strcspn(p, " "));
        if (!json_get(v, name)) {
            CLEANUP(mem_free) char *shown = json_print(v);
            check_fail(c, "no member '%s' in %s", name, shown);
        }
    }
}

static void check_error(struct check *c, struct err *err, const char *want)
{
    check_str(c, err_text(err), want);
    err_fini(err);
}

/* ---- backup ---- */

static void test_backup(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    CLEANUP(json_free) struct json *list = NULL;
    scene_people(&s);
    struct app_backup nobody = {.link = "nobody"};
    check_int(c, app_backup(s.app, &nobody, &v, &err), RC_NOT_FOUND);
    check_error(c, &err, "there is no link 'nobody'");
    check_ok(c, app_backup_list(s.app, &list, &err), &err);
    check_int(c, json_count(json_get(list, "backups")), 0);
    json_free(TAKE(list));

    scene_write(&s, "left/contacts/bad.vcf", "BEGIN:VCARD\r\nthis is no vCard");
    check_ok(c, app_backup(s.app, &(struct app_backup){.link = "people"}, &v, &err), &err);
    const struct json *made = json_first(json_get(v, "backups"));
    check_int(c, json_count(json_get(v, "backups")), 1);
    check_int(c, json_count(json_get(v, "failed")), 0);
    check_members(c, made, "name link link_id kind time reason bytes left right");
    check_str(c, json_get_str(made, "reason"), "asked");
    check_str(c, json_get_str(made, "kind"), "contact");
    const struct json *left = json_get(made, "left"), *right = json_get(made, "right");
    check_members(c, left, "account folder folder_id count unreadable");
    check_int(c, json_get_int(left, "count", -1), 2);
    check_int(c, json_get_int(right, "count", -1), 0);
    check_str(c, json_get_str(right, "account"), "right");
    check_members(c, json_first(json_get(left, "unreadable")), "id rc text");
    check_str(c, json_get_str(json_first(json_get(left, "unreadable")), "id"), "bad.vcf");

    check_ok(c, app_backup_list(s.app, &list, &err), &err);
    check_str(
        c, json_get_str(json_first(json_get(list, "backups")), "name"), json_get_str(made, "name"));
    err_fini(&err);
}

/* A link that cannot be read stops neither the others nor the answer. */
static void test_backup_failed(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_people(&s);
    CLEANUP(mem_free) char *command = str_printf("rm -r '%s/right'", s.root);
    check_int(c, system(command), 0);
    check_ok(c, app_backup(s.app, &(struct app_backup){0}, &v, &err), &err);
    check_int(c, json_count(json_get(v, "backups")), 0);
    const struct json *failed = json_first(json_get(v, "failed"));
    check_members(c, failed, "link rc error");
    check_str(c, json_get_str(failed, "link"), "people");
    CLEANUP(json_free) struct json *list = NULL;
    check_ok(c, app_backup_list(s.app, &list, &err), &err);
    check_int(c, json_count(json_get(list, "backups")), 0);
    err_fini(&err);
}

/* A store of PAGES items that has room for three of them in a call, if it is asked to spare memory;
 * of one it never can say anything. */
enum { PAGES = 250, ROOM = 3 };
struct pages {
    struct store base;
    size_t most, calls; /* items that one call gave, and calls */
};

static enum rc pages_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    (void)s, (void)folder, (void)kind, (void)token, (void)err;
    for (int i = 0; i < PAGES; i++) {
        CLEANUP(mem_free) char *id = str_printf("p%d", i);
        store_changes_add(ret, id, "1", false);
    }
    ret->full = true;
    return RC_OK;
}

static enum rc pages_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    struct pages *p = (struct pages *)s;
    size_t given = 0;
    (void)folder, (void)kind, (void)err;
    for (size_t i = 0; i < count; i++) {
        struct store_item *item = store_items_add(ret, ids[i]);
        if (str_eq(ids[i], "p7")) { /* also when it is the only one asked for */
            item->rc = RC_INCOMPLETE;
        } else if (s->fetch_bytes && given == ROOM) {
            item->rc = RC_INCOMPLETE;
        } else {
            item->doc = json_object();
            json_set_str(item->doc, "uid", ids[i]);
            item->native = str_printf("BEGIN:VCARD\r\nUID:%s\r\nEND:VCARD\r\n", ids[i]);
            given++;
        }
    }
    p->most = given > p->most ? given : p->most;
    p->calls++;
    return RC_OK;
}

static void test_backup_portions(struct check *c)
{
    static const struct store_vtbl vtbl = {.changes = pages_changes, .fetch = pages_fetch};
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    struct state *state = NULL;
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct pages pages[2] = {{.base = {.vtbl = &vtbl}}, {.base = {.vtbl = &vtbl}}};
    CLEANUP(json_free) struct json *index = NULL;
    scene_people(&s);
    check_ok(c, app_state(s.app, &state, &err), &err);
    check_ok(c, state_link_find(state, "people", &link, &err), &err);
    const struct backup_request request = {.link = &link,
        .store = {&pages[0].base, &pages[1].base},
        .account = {"left", "right"},
        .reason = "asked"};
    check_ok(c, backup_make(s.app, &request, &index, &err), &err);
    for (int side = 0; side < 2; side++) {
        const struct json *at = json_get(index, side ? "right" : "left");
        check_int(c, json_get_int(at, "count", 0), PAGES - 1);
        check_int(c, json_count(json_get(at, "unreadable")), 1);
        check_str(c, json_get_str(json_first(json_get(at, "unreadable")), "id"), "p7");
        check_int(c, pages[side].most, ROOM);
        check_true(c, pages[side].calls < PAGES);
    }
    CLEANUP(mem_free)
    char *last = str_printf("home/backup/%s/left/p%d.vcf", json_get_str(index, "name"), PAGES - 1);
    CLEANUP(mem_free) char *text = scene_read(&s, last);
    CLEANUP(mem_free) char *want = str_printf("BEGIN:VCARD\r\nUID:p%d\r\nEND:VCARD\r\n", PAGES - 1);
    check_str(c, text, want);
    err_fini(&err);
}

/* ---- repair ---- */

static void test_repair_words(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_people(&s);
    check_int(c,
        app_repair(s.app, &(struct app_repair){.link = "nobody", .right = "left"}, &v, &err),
        RC_NOT_FOUND);
    check_error(c, &err, "there is no link 'nobody'");
    check_int(c,
        app_repair(s.app, &(struct app_repair){.link = "people", .right = "server"}, &v, &err),
        RC_INVALID);
    check_error(c, &err, "'server' is no side of 'people': say left (left) or right (right)");
    check_true(c, v == NULL);
    err_fini(&err);
}

static void test_repair(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_people(&s);
    sync_people(c, &s);
    scene_contact(&s, "right/contacts", "u1", "Anna Falsch");
    scene_contact(&s, "right/contacts", "u9", "Zuviel");

    struct app_repair repair = {.link = "people", .right = "left", .preview = true};
    check_ok(c, app_repair(s.app, &repair, &v, &err), &err);
    check_members(c, v, "preview milliseconds exit links");
    check_true(c, json_get_bool(v, "preview", false));
    check_members(c, first_link(v), "name kind rc left right planned");
    check_int(c, counted(v, "right", "updated"), 1);
    check_int(c, counted(v, "right", "deleted"), 1);
    check_int(c, counted(v, "left", "updated"), 0);
    CLEANUP(mem_free) char *wrong = scene_read(&s, "right/contacts/u1.vcf");
    check_true(c, strstr(wrong, "Anna Falsch"));
    json_free(TAKE(v));

    repair.preview = false; /* and nobody agreed to a delete */
    check_ok(c, app_repair(s.app, &repair, &v, &err), &err);
    check_str(c, json_get_str(first_link(v), "rc"), "conflict");
    CLEANUP(mem_free) char *still = scene_read(&s, "right/contacts/u9.vcf");
    check_true(c, strstr(still, "Zuviel"));
    json_free(TAKE(v));

    repair.deletes = 1;
    check_ok(c, app_repair(s.app, &repair, &v, &err), &err);
    check_str(c, json_get_str(first_link(v), "rc"), "ok");
    check_true(c, json_get_str(first_link(v), "backup"));
    CLEANUP(mem_free) char *right = scene_read(&s, "right/contacts/u1.vcf");
    CLEANUP(mem_free) char *gone = scene_read(&s, "right/contacts/u9.vcf");
    check_true(c, strstr(right, "Anna Muster"));
    check_str(c, gone, "");
    sync_people(c, &s);

    CLEANUP(json_free) struct json *list = NULL;
    check_ok(c, app_backup_list(s.app, &list, &err), &err);
    check_str(c, json_get_str(json_first(json_get(list, "backups")), "reason"), "repair");
    err_fini(&err);
}

/* ---- restore ---- */

static void test_restore(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    CLEANUP(json_free) struct json *list = NULL;
    scene_people(&s);
    check_int(c, app_restore(s.app, &(struct app_restore){.backup = "people 2020"}, &v, &err),
        RC_NOT_FOUND);
    check_true(c, strstr(err_text(&err), "people 2020"));
    err_fini(&err);
    struct app_restore both = {.backup = "x", .item = "Anna", .exact = true};
    check_int(c, app_restore(s.app, &both, &v, &err), RC_INVALID);
    check_error(c, &err, "--exact is about all items of a side and does not go with --item");

    sync_people(c, &s); /* makes the backup */
    check_ok(c, app_backup_list(s.app, &list, &err), &err);
    const char *name = json_get_str(json_first(json_get(list, "backups")), "name");
    struct app_restore nobody = {.backup = name, .item = "Nobody"};
    check_int(c, app_restore(s.app, &nobody, &v, &err), RC_NOT_FOUND);
    check_true(c, strstr(err_text(&err), "Nobody"));
    err_fini(&err);
    struct app_restore nowhere = {.backup = name, .side = "middle"};
    check_int(c, app_restore(s.app, &nowhere, &v, &err), RC_INVALID);
    check_error(c, &err, "'middle' is no side of 'people': say left (left) or right (right)");

    scene_contact(&s, "left/contacts", "u1", "Anna Falsch");
    struct app_restore anna = {.backup = name, .item = "Anna Muster", .side = "left"};
    check_ok(c, app_restore(s.app, &anna, &v, &err), &err);
    check_str(c, json_get_str(first_link(v), "rc"), "ok");
    check_int(c, counted(v, "left", "updated"), 1);
    CLEANUP(mem_free) char *back = scene_read(&s, "left/contacts/u1.vcf");
    check_true(c, strstr(back, "Anna Muster"));
    err_fini(&err);
}

/* ---- link set ---- */

static void test_link_set(struct check *c)
{
    static const struct {
        const char *name;
        struct app_link_change change;
        enum rc rc;
        const char *error;
    } cases[] = {
        {"people", {.policy = "best"}, RC_INVALID, "'best'"},
        {"people", {.photo_limit = "4097"}, RC_INVALID, "'4097' is no size of photos"},
        {"people", {.photo_limit = "-1"}, RC_INVALID, "'-1' is no size of photos"},
        {"people", {.photo_limit = "big"}, RC_INVALID, "'big' is no size of photos"},
        {"people", {.photo_limit = ""}, RC_INVALID, "'' is no size of photos"},
        {"people", {.policy = "ask", .photo_limit = "5 KB"}, RC_INVALID, "'5 KB' is no size"},
        {"people", {.past = "90"}, RC_INVALID, "only appointments and tasks have a date"},
        {"people", {.past = "-1"}, RC_INVALID, "'-1' is no number of days"},
        {"people", {.future = "90 days"}, RC_INVALID, "'90 days' is no number of days"},
        {"people", {.future = "36501"}, RC_INVALID, "'36501' is no number of days"},
        {"people", {.past = ""}, RC_INVALID, "'' is no number of days"},
        {"people", {.filter.categories = " ,; "}, RC_INVALID, "' ,; ' names no category"},
        {"people", {.filter.not_categories = ""}, RC_INVALID, "'' names no category"},
        {"people", {.filter.private_items = "busy"}, RC_INVALID, "'busy' is no way to treat"},
        {"people", {.direction = "right"}, RC_INVALID,
            "'right' is no direction: two-way, left-to-"},
        {"nobody", {.policy = "ask"}, RC_NOT_FOUND, "there is no link 'nobody'"},
    };
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_people(&s);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        check_int(c, app_link_set(s.app, cases[i].name, &cases[i].change, &v, &err), cases[i].rc);
        if (!strstr(err_text(&err), cases[i].error)) {
            check_fail(c, "'%s' does not say %s", err_text(&err), cases[i].error);
        }
        err_fini(&err);
    }
    check_ok(c, app_link_list(s.app, &v, &err), &err);
    check_str(c, json_get_str(first_link(v), "policy"), "newest"); /* half of a wrong change */
    check_int(c, json_get_int(first_link(v), "photo_limit", -1), 512);
    json_free(TAKE(v));
    const struct app_link_change good = {.policy = "right", .photo_limit = "0"};
    check_ok(c, app_link_set(s.app, "people", &good, &v, &err), &err);
    check_members(c, v, "name kind left right direction policy enabled photo_limit");
    check_str(c, json_get_str(v, "policy"), "right");
    check_int(c, json_get_int(v, "photo_limit", -1), 0);
    json_free(TAKE(v));
    scene_reopen(&s);
    check_ok(c, app_link_list(s.app, &v, &err), &err);
    check_int(c, json_get_int(first_link(v), "photo_limit", -1), 0);
    err_fini(&err);
}

static void sync_counts(struct check *c, struct scene *s, long left_updated, long right_created)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    struct app_sync all = {0};
    check_ok(c, app_sync_run(s->app, &all, &v, &err), &err);
    check_int(c, counted(v, "left", "updated"), left_updated);
    check_int(c, counted(v, "right", "created"), right_created);
    check_int(c, counted(v, "left", "deleted"), 0);
    err_fini(&err);
}

static void set_direction(struct check *c, struct scene *s, const char *direction, enum rc rc)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    struct app_link_change change = {.direction = direction};
    check_int(c, app_link_set(s->app, "people", &change, &v, &err), rc);
    if (rc == RC_OK) {
        check_str(c, json_get_str(v, "direction"), direction);
    }
    err_fini(&err);
}

/* One way leaves alone what is changed on the side it writes; both ways again, that comes across, and
 * what was deleted there comes back (the engine: tests/engine/direction.c). */
static void test_link_direction(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_people(&s);
    sync_counts(c, &s, 0, 2);
    set_direction(c, &s, "left-to-right", RC_OK);
    CLEANUP(mem_free) char *card = scene_read(&s, "right/contacts/u1.vcf");
    const char *name = strstr(card, "END:VCARD");
    CLEANUP(mem_free)
    char *edited = str_printf("%.*sNICKNAME:Nan\r\nEND:VCARD\r\n", (int)(name - card), card);
    scene_write(&s, "right/contacts/u1.vcf", edited);
    CLEANUP(mem_free) char *second = str_printf("%s/right/contacts/u2.vcf", s.root);
    check_int(c, remove(second), 0);
    sync_counts(c, &s, 0, 0);
    set_direction(c, &s, "two-way", RC_OK);
    sync_counts(c, &s, 1, 1);
    sync_counts(c, &s, 0, 0);
}

int main(int argc, char **argv)
{
    static const struct check_entry cases[] = {
        {"app/backup/shape", test_backup},
        {"app/backup/failed", test_backup_failed},
        {"app/backup/portions", test_backup_portions},
        {"app/repair/words", test_repair_words},
        {"app/repair/run", test_repair},
        {"app/restore", test_restore},
        {"app/link-set", test_link_set},
        {"app/link-direction", test_link_direction},
    };
    return check_main(argc, argv, cases, ARRAY_LEN(cases));
}
