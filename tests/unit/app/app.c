/* Accounts, folders, links, passes, settings, secrets, log and exit codes of client/app;
 * the argument table of client/cli. */
#include "tests/unit/app/scene.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/cli/cli.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <sys/stat.h>
#include <time.h>

static void test_exit_codes(struct check *c)
{
    if (check_case(c, "app/exit/commands")) {
        check_int(c, app_exit_of(RC_OK), 0);
        check_int(c, app_exit_of(RC_NOT_FOUND), 2);
        check_int(c, app_exit_of(RC_INVALID), 2);
        check_int(c, app_exit_of(RC_AUTH), 3);
        check_int(c, app_exit_of(RC_OFFLINE), 4);
        check_int(c, app_exit_of(RC_SERVER), 4);
        check_int(c, app_exit_of(RC_TLS), 5);
        check_int(c, app_exit_of(RC_BUSY), 6);
        check_int(c, app_exit_of(RC_IO), 7);
        check_int(c, app_exit_of(RC_INTERNAL), 10);
    }
    static const struct {
        const char *name, *report;
        int code;
    } CASES[] = {
        {"app/exit/sync-ok", "{\"links\":[{\"rc\":\"ok\",\"failed\":0,\"held\":0}]}", 0},
        {"app/exit/sync-none", "{\"links\":[]}", 0},
        {"app/exit/sync-item-failed", "{\"links\":[{\"rc\":\"ok\",\"failed\":1,\"held\":2}]}", 1},
        {"app/exit/sync-waiting", "{\"links\":[{\"rc\":\"ok\",\"waiting\":1}]}", 1},
        {"app/exit/sync-held", "{\"links\":[{\"rc\":\"ok\"},{\"rc\":\"ok\",\"held\":1}]}", 8},
        {"app/exit/sync-auth-over-server",
            "{\"links\":[{\"rc\":\"offline\"},{\"rc\":\"auth\"},{\"rc\":\"ok\",\"failed\":1}]}", 3},
        {"app/exit/sync-folder-gone", "{\"links\":[{\"rc\":\"not-found\"}]}", 1},
        {"app/exit/sync-disk", "{\"links\":[{\"rc\":\"io\"},{\"rc\":\"auth\"}]}", 7},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(c, CASES[i].name)) {
            CLEANUP(json_free) struct json *v = NULL;
            check_ok(c, json_parse(CASES[i].report, strlen(CASES[i].report), &v, NULL), NULL);
            check_int(c, app_exit_of_sync(v), CASES[i].code);
        }
    }
}

/* ---- which folder is meant ---- */

static void add_folder(struct store_folders *all, const char *id, const char *path,
    const char *name, unsigned kinds, bool is_default)
{
    struct store_folder *f = store_folders_add(all);
    f->id = mem_strdup(id);
    f->path = mem_strdup(path);
    f->name = mem_strdup(name);
    f->kinds = kinds;
    f->is_default = is_default;
}

static void test_resolve(struct check *c)
{
    enum {
        CONTACT = 1u << ITEM_CONTACT,
        EVENT = 1u << ITEM_EVENT,
        TASK = 1u << ITEM_TASK,
        ANY = CONTACT | EVENT | TASK
    };
    struct store_folders all CLEANUP_FINI(store_folders_fini) = {0};
    add_folder(&all, "id-1", "Mailbox/Kontakte", "Kontakte", CONTACT, true);
    add_folder(&all, "id-2", "Mailbox/Kalender", "Kalender", EVENT, true);
    add_folder(&all, "id-3", "Mailbox/Kalender/Team", "Team", EVENT, false);
    add_folder(&all, "id-4", "Archive/Kalender", "Kalender", EVENT, false);
    add_folder(&all, "id-5", "Archive/Team", "Team", EVENT, false);
    add_folder(&all, "id-6", "Archive/Team list", "Team list", TASK, false);
    static const struct {
        const char *name, *wanted;
        unsigned kinds;
        enum rc rc;
        const char *id;
    } CASES[] = {
        {"app/resolve/id", "id-3", ANY, RC_OK, "id-3"},
        {"app/resolve/path", "Archive/Team", ANY, RC_OK, "id-5"},
        {"app/resolve/name", "Kontakte", ANY, RC_OK, "id-1"},
        {"app/resolve/case", "kontakte", ANY, RC_OK, "id-1"},
        {"app/resolve/path-end", "kalender/team", ANY, RC_OK, "id-3"},
        {"app/resolve/standard-of-several", "Kalender", ANY, RC_OK, "id-2"},
        {"app/resolve/kind-word", "contacts", ANY, RC_OK, "id-1"},
        {"app/resolve/kind-word-standard", "calendar", ANY, RC_OK, "id-2"},
        {"app/resolve/kind-word-only-one", "tasks", ANY, RC_OK, "id-6"},
        {"app/resolve/ambiguous", "Team", ANY, RC_CONFLICT, NULL},
        {"app/resolve/kind-limits", "Kontakte", EVENT, RC_NOT_FOUND, NULL},
        {"app/resolve/unknown", "Nowhere", ANY, RC_NOT_FOUND, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(c, CASES[i].name)) {
            struct err err = ERR_INIT;
            const struct store_folder *found = NULL;
            check_int(c,
                folder_resolve(&all, "outlook", CASES[i].wanted, CASES[i].kinds, &found, &err),
                CASES[i].rc);
            check_str(c, found ? found->id : NULL, CASES[i].id);
            if (CASES[i].rc == RC_CONFLICT) {
                check_true(c, strstr(err_text(&err), "'Mailbox/Kalender/Team', 'Archive/Team'"));
            }
            err_fini(&err);
        }
    }
}

static void test_kind_and_spec(struct check *c)
{
    char name[] = "x";
    struct store_folder events = {.name = name, .kinds = 2}, mixed = {.name = name, .kinds = 6},
                        contacts = {.name = name, .kinds = 1};
    enum item_kind kind;
    if (check_case(c, "app/kind/common")) {
        check_int(c, folder_common_kind(&events, &mixed, NULL, &kind, NULL), RC_OK);
        check_int(c, kind, ITEM_EVENT);
        check_int(c, folder_common_kind(&mixed, &mixed, NULL, &kind, NULL), RC_INVALID);
        check_int(c, folder_common_kind(&mixed, &mixed, "task", &kind, NULL), RC_OK);
        check_int(c, kind, ITEM_TASK);
        check_int(c, folder_common_kind(&events, &contacts, NULL, &kind, NULL), RC_INVALID);
        check_int(c, folder_common_kind(&events, &mixed, "task", &kind, NULL), RC_INVALID);
        check_int(c, folder_common_kind(&events, &mixed, "memo", &kind, NULL), RC_INVALID);
    }
    if (check_case(c, "app/spec/split")) {
        char *account = NULL, *folder = NULL;
        check_int(c, folder_spec_split("work:a:b", &account, &folder, NULL), RC_OK);
        check_str(c, account, "work");
        check_str(c, folder, "a:b");
        free(account);
        free(folder);
        check_int(c, folder_spec_split("work", &account, &folder, NULL), RC_INVALID);
        check_int(c, folder_spec_split(":b", &account, &folder, NULL), RC_INVALID);
        check_int(c, folder_spec_split("work:", &account, &folder, NULL), RC_INVALID);
    }
}

/* ---- accounts, secrets ---- */

#define PASSWORD "s3cret-P\xC3\xA4ss w\"ord"

static enum rc add_dav(struct scene *s, const char *name, struct err *err)
{
    /* Port 1 of this machine: nobody listens there. */
    struct app_account account = {.name = name,
        .type = "dav",
        .url = "http://127.0.0.1:1/dav/",
        .user = "anna",
        .password = PASSWORD,
        .allow_http = true,
        .unchecked = true};
    CLEANUP(json_free) struct json *found = NULL;
    return app_account_add(s->app, &account, &found, err);
}

static void test_accounts(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    if (check_case(c, "app/account/add-persists")) {
        check_ok(c, add_dav(&s, "work", &err), &err);
        scene_reopen(&s);
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_account_list(s.app, &v, &err), &err);
        struct json *a = json_at(json_get(v, "accounts"), 0);
        check_int(c, json_count(json_get(v, "accounts")), 1);
        check_str(c, json_get_str(a, "name"), "work");
        check_str(c, json_get_str(a, "type"), "dav");
        check_str(c, json_get_str(a, "user"), "anna");
        check_true(c, json_get_bool(a, "allow_http", false));
    }
    if (check_case(c, "app/account/name-taken")) {
        check_int(c, add_dav(&s, "work", &err), RC_CONFLICT);
    }
    if (check_case(c, "app/account/bad-names")) {
        check_int(c, add_dav(&s, "a:b", &err), RC_INVALID);
        check_int(c, add_dav(&s, "", &err), RC_INVALID);
        check_int(c, add_dav(&s, "-x", &err), RC_INVALID);
        check_int(c, add_dav(&s, "a\nb", &err), RC_INVALID);
    }
    if (check_case(c, "app/account/unreachable-is-not-kept")) {
        struct app_account account = {.name = "other",
            .type = "dav",
            .url = "http://127.0.0.1:1/",
            .user = "anna",
            .password = PASSWORD,
            .allow_http = true};
        CLEANUP(json_free) struct json *found = NULL;
        check_int(c, app_account_add(s.app, &account, &found, &err), RC_OFFLINE);
        check_int(c, app_account_check(s.app, "other", &found, &err), RC_NOT_FOUND);
        check_true(c, strstr(err_text(&err), "work"));
    }
    if (check_case(c, "app/secret/roundtrip")) {
        CLEANUP(platform_secret_free) char *password = NULL;
        check_ok(c, secret_load(s.home, "work", &password, &err), &err);
        check_str(c, password, PASSWORD);
    }
    if (check_case(c, "app/secret/not-in-the-state")) {
        scene_reopen(&s); /* closed: all of it is in the file */
        CLEANUP(mem_free) char *state = scene_read(&s, "home/lockstep.db");
        CLEANUP(mem_free) char *secrets = scene_read(&s, "home/secrets.json");
        CLEANUP(mem_free) char *coded = base64_encode(PASSWORD, strlen(PASSWORD));
        check_true(c, strstr(state, "anna"));
        check_true(c, strstr(secrets, coded)); /* what we look for is what would be there */
        check_true(c, !strstr(state, PASSWORD) && !strstr(state, coded));
    }
    if (check_case(c, "app/secret/for-this-user-only")) {
        CLEANUP(mem_free) char *path = platform_path_join(s.home, "secrets.json");
        struct stat st;
        check_int(c, stat(path, &st), 0);
        check_int(c, st.st_mode & 0777, 0600);
    }
    if (check_case(c, "app/secret/other-system")) {
        scene_write(&s, "home/secrets.json", "{\"work\":\"dpapi:AAAA\"}");
        CLEANUP(json_free) struct json *found = NULL;
        check_int(c, app_account_check(s.app, "work", &found, &err), RC_IO);
        check_ok(c, app_account_set_password(s.app, "work", PASSWORD, &err), &err);
        check_int(c, app_account_check(s.app, "work", &found, &err), RC_OFFLINE);
    }
    if (check_case(c, "app/account/remove")) {
        check_ok(c, app_account_remove(s.app, "work", &err), &err);
        CLEANUP(mem_free) char *secrets = scene_read(&s, "home/secrets.json");
        check_true(c, !strstr(secrets, "work"));
        check_int(c, app_account_remove(s.app, "work", &err), RC_NOT_FOUND);
    }
    err_fini(&err);
}

/* ---- links and passes over two folders of files ---- */

static int64_t side_count(const struct json *report, const char *side, const char *what)
{
    return json_get_int(json_get(json_at(json_get(report, "links"), 0), side), what, -1);
}

static void close_state_soon(void *user)
{
    struct app *app = user;
    platform_sleep_ms(600);
    state_close(TAKE(app->state));
}

static void test_links(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    scene_vdir(&s, "left");
    scene_vdir(&s, "right");
    scene_contact(&s, "left/contacts", "u1", "Anna Muster");
    scene_contact(&s, "left/contacts", "u2", "Bruno Beispiel");
    struct app_link link = {.left = "left:contacts", .right = "right:contacts", .kind = "contact"};
    struct app_sync all = {0};
    if (check_case(c, "app/link/add")) {
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_link_add(s.app, &link, &v, &err), &err);
        check_str(c, json_get_str(v, "name"), "contacts");
        check_str(c, json_get_str(v, "direction"), "two-way");
    }
    if (check_case(c, "app/link/refused")) {
        CLEANUP(json_free) struct json *v = NULL;
        check_int(c, app_link_add(s.app, &link, &v, &err), RC_CONFLICT);
        struct app_link self = {
            .left = "left:contacts", .right = "left:contacts", .kind = "contact"};
        check_int(c, app_link_add(s.app, &self, &v, &err), RC_INVALID);
        struct app_link back = {
            .left = "right:contacts", .right = "left:contacts", .kind = "contact"};
        check_int(c, app_link_add(s.app, &back, &v, &err), RC_CONFLICT);
        struct app_link odd = {
            .left = "left:contacts", .right = "right:contacts", .direction = "sideways"};
        check_int(c, app_link_add(s.app, &odd, &v, &err), RC_INVALID);
        struct app_link nobody = {.left = "nobody:contacts", .right = "right:contacts"};
        check_int(c, app_link_add(s.app, &nobody, &v, &err), RC_NOT_FOUND);
        check_int(c, app_account_remove(s.app, "left", &err), RC_CONFLICT);
    }
    if (check_case(c, "app/sync/first-and-again")) {
        CLEANUP(json_free) struct json *first = NULL;
        CLEANUP(json_free) struct json *second = NULL;
        check_ok(c, app_sync_run(s.app, &all, &first, &err), &err);
        check_int(c, side_count(first, "right", "created"), 2);
        check_int(c, side_count(first, "left", "created"), 0);
        check_int(c, app_exit_of_sync(first), 0);
        CLEANUP(mem_free) char *copy = scene_read(&s, "right/contacts/u1.vcf");
        check_true(c, strstr(copy, "Anna Muster"));
        check_ok(c, app_sync_run(s.app, &all, &second, &err), &err);
        check_true(c, !json_get_bool(json_at(json_get(second, "links"), 0), "wrote", true));
    }
    if (check_case(c, "app/sync/unknown-link")) {
        const char *names[] = {"nothing"};
        struct app_sync one = {.links = names, .link_count = 1};
        CLEANUP(json_free) struct json *v = NULL;
        check_int(c, app_sync_run(s.app, &one, &v, &err), RC_NOT_FOUND);
    }
    if (check_case(c, "app/sync/bad-item-does-not-stop-others")) {
        scene_write(&s, "left/contacts/bad.vcf", "BEGIN:VCARD\r\nthis is no vCard");
        scene_contact(&s, "left/contacts", "u3", "Carla Probe");
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_sync_run(s.app, &all, &v, &err), &err);
        check_int(c, side_count(v, "right", "created"), 1);
        check_int(c, app_exit_of_sync(v), APP_EXIT_ITEMS);
        check_int(c, json_count(json_get(json_at(json_get(v, "links"), 0), "messages")), 1);
    }
    if (check_case(c, "app/status")) {
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_status(s.app, &v, &err), &err);
        struct json *l = json_at(json_get(v, "links"), 0);
        check_int(c, json_get_int(l, "pairs", -1), 3);
        check_int(c, json_count(json_get(l, "problems")), 1);
        check_true(c, json_get(l, "last"));
    }
    if (check_case(c, "app/state/busy")) {
        CLEANUP(app_close) struct app *other = NULL;
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(c, app_open(s.home, &other, &err), &err);
        check_int(c, app_status(other, &v, &err), RC_BUSY);
    }
    if (check_case(c, "app/state/busy-for-a-moment")) { /* as the listener is */
        struct platform_worker *worker = NULL;
        CLEANUP(app_close) struct app *other = NULL;
        CLEANUP(json_free) struct json *v = NULL;
        check_true(c, s.app->state);
        check_ok(c, platform_worker_new(close_state_soon, s.app, &worker, &err), &err);
        check_ok(c, app_open(s.home, &other, &err), &err);
        platform_worker_wake(worker);
        check_ok(c, app_status(other, &v, &err), &err);
        platform_worker_free(worker);
    }
    if (check_case(c, "app/link/unlink-touches-no-items")) {
        CLEANUP(json_free) struct json *v = NULL;
        check_ok(
            c, app_link_remove(s.app, "contacts", true, &v, &err), &err); /* files keep no marks */
        check_int(c, (long)json_get_int(v, "unmarked", -1), 0);
        CLEANUP(mem_free) char *left = scene_read(&s, "left/contacts/u1.vcf");
        CLEANUP(mem_free) char *right = scene_read(&s, "right/contacts/u1.vcf");
        check_true(c, *left && *right);
        CLEANUP(json_free) struct json *none = NULL;
        check_int(c, app_link_remove(s.app, "contacts", false, &none, &err), RC_NOT_FOUND);
    }
    err_fini(&err);
}

/* The one contact, with this number. */
static void write_number(struct scene *s, const char *file, const char *number)
{
    CLEANUP(mem_free)
    char *text = str_printf("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:Anna\r\nN:Anna;;;;\r\n"
                            "TEL;TYPE=CELL:%s\r\nEND:VCARD\r\n",
        number);
    scene_write(s, file, text);
}

static bool has_number(struct scene *s, const char *file, const char *number)
{
    CLEANUP(mem_free) char *text = scene_read(s, file);
    return strstr(text, number) != NULL;
}

/* What the windows are given of a conflict that waits, and what comes of choosing. */
static void test_conflicts(struct check *c)
{
    if (!check_case(c, "app/conflicts")) {
        return;
    }
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    scene_vdir(&s, "left");
    scene_vdir(&s, "right");
    write_number(&s, "left/contacts/u1.vcf", "100");
    struct app_link link = {.left = "left:contacts", .right = "right:contacts", .kind = "contact"};
    struct app_sync all = {0};
    CLEANUP(json_free) struct json *v = NULL;
    check_ok(c, app_link_add(s.app, &link, &v, &err), &err);
    json_free(TAKE(v));
    check_int(c,
        app_link_set(s.app, "contacts", &(struct app_link_change){.policy = "best"}, &v, &err),
        RC_INVALID);
    check_int(c,
        app_link_set(s.app, "nothing", &(struct app_link_change){.policy = "ask"}, &v, &err),
        RC_NOT_FOUND);
    check_ok(c,
        app_link_set(s.app, "contacts", &(struct app_link_change){.policy = "ask"}, &v, &err),
        &err);
    check_str(c, json_get_str(v, "policy"), "ask");
    json_free(TAKE(v));
    check_ok(c, app_sync_run(s.app, &all, &v, &err), &err);
    json_free(TAKE(v));
    write_number(&s, "left/contacts/u1.vcf", "1111");
    write_number(&s, "right/contacts/u1.vcf", "22222");
    check_ok(c, app_sync_run(s.app, &all, &v, &err), &err);
    check_int(c, app_exit_of_sync(v), APP_EXIT_HELD);
    check_int(c, json_get_int(json_at(json_get(v, "links"), 0), "undecided", -1), 1);
    json_free(TAKE(v));
    check_ok(c, app_status(s.app, &v, &err), &err);
    check_int(c, json_get_int(json_at(json_get(v, "links"), 0), "conflicts", -1), 1);
    json_free(TAKE(v));
    check_ok(c, app_conflict_list(s.app, NULL, &v, &err), &err);
    const struct json *one = json_at(json_get(v, "conflicts"), 0);
    const struct json *field = json_at(json_get(one, "fields"), 0);
    int64_t id = json_get_int(one, "id", 0);
    check_str(c, json_get_str(one, "state"), "open");
    check_str(c, json_get_str(one, "title"), "Anna");
    check_str(c, json_get_str(json_get(one, "right"), "account"), "right");
    check_str(c, json_get_str(field, "field"), "phone");
    check_str(c, json_get_str(field, "base"), "100");
    check_str(c, json_get_str(field, "left"), "1111");
    check_str(c, json_get_str(field, "right"), "22222");
    json_free(TAKE(v));
    check_int(c, app_conflict_choose(s.app, id, "middle", false, &v, &err), RC_INVALID);
    check_int(c, app_conflict_choose(s.app, id + 1, "left", false, &v, &err), RC_NOT_FOUND);
    check_true(c, has_number(&s, "right/contacts/u1.vcf", "22222"));
    check_ok(c, app_conflict_choose(s.app, id, "left", false, &v, &err), &err);
    check_int(c, app_exit_of_sync(v), APP_EXIT_OK);
    check_true(c, !json_get_bool(v, "noted", false));
    check_true(c, has_number(&s, "right/contacts/u1.vcf", "1111"));
    json_free(TAKE(v));
    check_ok(c, app_conflict_list(s.app, "contacts", &v, &err), &err);
    one = json_at(json_get(v, "conflicts"), 0);
    check_str(c, json_get_str(one, "state"), "kept");
    check_str(c, json_get_str(one, "winner"), "left");
    check_str(c, json_get_str(one, "why"), "choice");
    check_int(c, app_conflict_list(s.app, "nothing", &v, &err), RC_NOT_FOUND);
    err_fini(&err);
}

static void test_one_account_out_of_reach(struct check *c)
{
    if (!check_case(c, "app/sync/one-account-out-of-reach")) {
        return;
    }
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    scene_vdir(&s, "a");
    scene_vdir(&s, "b");
    scene_vdir(&s, "gone");
    scene_contact(&s, "a/contacts", "u1", "Anna Muster");
    CLEANUP(json_free) struct json *x = NULL;
    CLEANUP(json_free) struct json *y = NULL;
    struct app_link broken = {
        .left = "a:contacts", .right = "gone:contacts", .kind = "contact", .name = "1 broken"};
    struct app_link good = {
        .left = "a:contacts", .right = "b:contacts", .kind = "contact", .name = "2 good"};
    check_ok(c, app_link_add(s.app, &broken, &x, &err), &err);
    check_ok(c, app_link_add(s.app, &good, &y, &err), &err);
    CLEANUP(mem_free) char *command = str_printf("rm -r '%s/gone'", s.root);
    check_int(c, system(command), 0);
    struct app_sync all = {0};
    CLEANUP(json_free) struct json *v = NULL;
    check_ok(c, app_sync_run(s.app, &all, &v, &err), &err);
    check_true(c, json_get_str(json_at(json_get(v, "links"), 0), "error"));
    check_int(
        c, json_get_int(json_get(json_at(json_get(v, "links"), 1), "right"), "created", -1), 1);
    check_true(c, app_exit_of_sync(v) != APP_EXIT_OK);
    CLEANUP(json_free) struct json *status = NULL;
    check_ok(c, app_status(s.app, &status, &err), &err);
    struct json *last = json_get(json_at(json_get(status, "links"), 0), "last");
    check_str(c, json_get_str(last, "rc"), json_get_str(json_at(json_get(v, "links"), 0), "rc"));
    err_fini(&err);
}

/* ---- settings and log ---- */

static void test_settings(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    if (check_case(c, "app/settings/persist-and-keep-unknown")) {
        scene_write(&s, "home/settings.json", "{\"from_the_future\":[1,2],\"interval_minutes\":7}");
        scene_reopen(&s);
        struct app_settings v = app_settings_get(s.app);
        check_int(c, v.interval_minutes, 7);
        v.debug_logging = true;
        check_ok(c, app_settings_set(s.app, &v, &err), &err);
        scene_reopen(&s);
        check_true(c, app_settings_get(s.app).debug_logging);
        CLEANUP(mem_free) char *text = scene_read(&s, "home/settings.json");
        check_true(c, strstr(text, "from_the_future"));
    }
    if (check_case(c, "app/settings/out-of-range")) {
        struct app_settings v = app_settings_get(s.app);
        v.interval_minutes = 0;
        check_int(c, app_settings_set(s.app, &v, &err), RC_INVALID);
    }
    if (check_case(c, "app/settings/by-name")) {
        check_ok(c, app_settings_change(s.app, "language", "ja", &err), &err);
        check_ok(c, app_settings_change(s.app, "interval_minutes", "30", &err), &err);
        check_ok(c, app_settings_change(s.app, "first_sync_backup", "off", &err), &err);
        check_ok(c, app_settings_change(s.app, "outlook_apart", "on", &err), &err);
        scene_reopen(&s);
        struct app_settings v = app_settings_get(s.app);
        check_int(c, v.language, LANGUAGE_JA);
        check_int(c, v.interval_minutes, 30);
        check_true(c, !v.first_sync_backup);
        check_true(c, v.outlook_apart);
        CLEANUP(json_free) struct json *list = app_settings_list(s.app);
        check_str(c, json_get_str(json_get(list, "settings"), "language"), "ja");
        check_int(c, json_get_int(json_get(list, "settings"), "backup_keep", 0), 5);
    }
    if (check_case(c, "app/settings/by-name/refused")) {
        check_int(c, app_settings_change(s.app, "language", "xx", &err), RC_INVALID);
        check_int(c, app_settings_change(s.app, "interval_minutes", "1441", &err), RC_INVALID);
        check_int(c, app_settings_change(s.app, "interval_minutes", "", &err), RC_INVALID);
        check_int(c, app_settings_change(s.app, "interval_minutes", "5x", &err), RC_INVALID);
        check_int(c, app_settings_change(s.app, "debug_logging", "yes", &err), RC_INVALID);
        check_int(c, app_settings_change(s.app, "paused", "on", &err), RC_NOT_FOUND);
        check_int(c, app_settings_get(s.app).interval_minutes, 30);
    }
    if (check_case(c, "app/settings/edited-by-hand")) {
        scene_write(&s, "home/settings.json", "{\"language\":\"xx\",\"backup_keep\":0}");
        scene_reopen(&s);
        check_int(c, app_settings_get(s.app).language, LANGUAGE_AUTO);
        check_int(c, app_settings_get(s.app).backup_keep, 5);
    }
    if (check_case(c, "app/settings/damaged")) {
        scene_write(&s, "home/settings.json", "{\"debug_log");
        struct app *other = NULL;
        check_int(c, app_open(s.home, &other, &err), RC_IO);
        CLEANUP(mem_free) char *text = scene_read(&s, "home/settings.json");
        check_str(c, text, "{\"debug_log"); /* left for somebody to look at */
    }
    err_fini(&err);
}

/* A message of the report names the item: what the log has of that message must not. */
static void check_told_of(struct check *c, const struct json *report, const char *title)
{
    bool told = false;
    const struct json *messages = json_get(json_at(json_get(report, "links"), 0), "messages");
    for (const struct json *m = json_first(messages); m; m = json_next(m)) {
        told |= str_eq(json_get_str(m, "title"), title);
    }
    check_true(c, told);
}

static void test_log_tells_nothing(struct check *c)
{
    if (!check_case(c, "app/log/no-passwords-no-titles")) {
        return;
    }
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    scene_init(&s);
    struct app_settings settings = app_settings_get(s.app);
    settings.debug_logging = true;
    check_ok(c, app_settings_set(s.app, &settings, &err), &err);
    scene_vdir(&s, "left");
    scene_vdir(&s, "right");
    scene_contact(&s, "left/contacts", "u1", "Quirinius Zanzibar");
    scene_write(&s, "left/contacts/u2.vcf",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Quirinius broken\r\nEND:VCAR");
    CLEANUP(json_free) struct json *link_json_ = NULL;
    CLEANUP(json_free) struct json *report = NULL;
    CLEANUP(json_free) struct json *again = NULL;
    CLEANUP(json_free) struct json *found = NULL;
    struct app_link link = {.left = "left:contacts", .right = "right:contacts", .kind = "contact"};
    struct app_sync all = {0};
    check_ok(c, app_link_add(s.app, &link, &link_json_, &err), &err);
    check_ok(c, app_sync_run(s.app, &all, &report, &err), &err);
    scene_contact(&s, "left/contacts", "u1", "Quirinius Zanzibar the First");
    scene_contact(&s, "right/contacts", "u1", "Quirinius Zanzibar the Second");
    check_ok(c, app_sync_run(s.app, &all, &again, &err), &err);
    check_told_of(c, again, "Quirinius Zanzibar the First");
    check_ok(c, add_dav(&s, "work", &err), &err);
    check_int(c, app_account_check(s.app, "work", &found, &err), RC_OFFLINE);
    log_line(app_log(s.app), LOG_LEVEL_DEBUG, "test", "somebody was careless with %s", PASSWORD);
    CLEANUP(mem_free) char *log = scene_read(&s, "home/log/lockstep.log");
    check_true(c, strstr(log, " debug "));
    check_true(c, strstr(log, "careless with ***"));
    check_true(c, !strstr(log, PASSWORD));
    check_true(c, !strstr(log, "Quirinius"));
    check_true(c, !strstr(log, "Zanzibar"));
    err_fini(&err);
}

static void test_log_rotation(struct check *c)
{
    if (!check_case(c, "app/log/rotation")) {
        return;
    }
    struct scene s CLEANUP_FINI(scene_fini);
    scene_init(&s);
    char filler[1001];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    for (int i = 0; i < 15000; i++) { /* 15 MB: more than all files together may hold */
        log_line(app_log(s.app), LOG_LEVEL_INFO, "test", "%d %s", i, filler);
    }
    struct stat st;
    int64_t total = 0;
    for (int i = 0; i <= 6; i++) {
        CLEANUP(mem_free)
        char *path = i ? str_printf("%s/home/log/lockstep.%d.log", s.root, i)
                       : str_printf("%s/home/log/lockstep.log", s.root);
        if (stat(path, &st) == 0) {
            total += st.st_size;
            check_true(c, i <= 4);
            check_true(c, st.st_size <= (2 << 20) + 2000);
        }
    }
    check_true(c, total > (8 << 20));
    CLEANUP(mem_free) char *now = scene_read(&s, "home/log/lockstep.log");
    check_true(c, strstr(now, " 14999 "));
}

/* ---- command line ---- */

static enum rc parse(const char **args, struct cli_args *ret, struct err *err)
{
    return cli_args_parse(CLI_COMMANDS, args, ret, err);
}

#define ARGS(...) ((const char *[]){__VA_ARGS__, NULL})

static void test_args(struct check *c)
{
    struct cli_args a;
    struct err err = ERR_INIT;
    if (check_case(c, "cli/args/options-anywhere")) {
        const char **args =
            ARGS("account", "add", "--url=https://x/?a=b", "work", "--user", "anna");
        check_ok(c, parse(args, &a, &err), &err);
        check_str(c, a.command->words, "account add");
        check_int(c, a.count, 1);
        check_str(c, a.positional[0], "work");
        check_str(c, cli_args_value(&a, "--url"), "https://x/?a=b");
        check_str(c, cli_args_value(&a, "--user"), "anna");
        check_true(c, !cli_args_value(&a, "--allow-http"));
    }
    if (check_case(c, "cli/args/end-of-options")) {
        const char **args = ARGS("sync", "--json", "--", "--odd name", "b");
        check_ok(c, parse(args, &a, &err), &err);
        check_int(c, a.count, 2);
        check_str(c, a.positional[0], "--odd name");
    }
    if (check_case(c, "cli/args/mistakes")) {
        check_int(c, parse(ARGS("frobnicate"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("account"), &a, &err), RC_INVALID);
        check_true(c, strstr(err_text(&err), "'account add'"));
        check_int(c, parse(ARGS("account", "add"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("link", "a"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("sync", "--force"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("sync", "--json", "--json"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("sync", "--json=yes"), &a, &err), RC_INVALID);
        check_int(c, parse(ARGS("account", "add", "x", "--url"), &a, &err), RC_INVALID);
    }
    if (check_case(c, "cli/args/table")) {
        for (const struct cli_command *k = CLI_COMMANDS; k->words; k++) {
            size_t options = 0;
            for (const struct cli_option *o = k->options; o && o->name; o++) {
                check_true(c, str_starts(o->name, "--") && !str_empty(o->help));
                options++;
            }
            check_true(c, options <= CLI_MAX_OPTIONS);
            check_true(c, k->run && !str_empty(k->summary));
            check_true(c, k->max < 0 || k->min <= k->max);
        }
    }
    if (check_case(c, "cli/help/every-command")) {
        CLEANUP(mem_free) char *all = NULL;
        check_ok(c, cli_help((const char *[]){NULL}, &all, &err), &err);
        for (const struct cli_command *k = CLI_COMMANDS; k->words; k++) {
            check_true(c, strstr(all, k->words));
        }
        CLEANUP(mem_free) char *one = NULL;
        check_ok(c, cli_help(ARGS("account", "add"), &one, &err), &err);
        check_true(c, strstr(one, "--password-stdin"));
    }
    err_fini(&err);
}

/* ---- platform ---- */

static void count_up(void *user)
{
    __atomic_add_fetch((int *)user, 1, __ATOMIC_SEQ_CST);
}

static void test_platform(struct check *c)
{
    if (check_case(c, "platform/uuid")) {
        char a[PLATFORM_UUID_SIZE], b[PLATFORM_UUID_SIZE];
        platform_uuid(a);
        platform_uuid(b);
        check_int(c, strlen(a), 36);
        check_int(c, a[14], '4');
        check_true(c, strchr("89ab", a[19]));
        check_true(c, strcmp(a, b) != 0);
    }
    if (check_case(c, "platform/worker")) {
        struct platform_worker *w = NULL;
        int calls = 0;
        check_int(c, platform_worker_new(count_up, &calls, &w, NULL), RC_OK);
        platform_worker_wake(w);
        for (int i = 0; i < 500 && __atomic_load_n(&calls, __ATOMIC_SEQ_CST) < 1; i++) {
            nanosleep(&(struct timespec){0, 10000000}, NULL);
        }
        check_int(c, __atomic_load_n(&calls, __ATOMIC_SEQ_CST), 1);
        platform_worker_free(w);
    }
    if (check_case(c, "platform/file")) {
        struct scene s CLEANUP_FINI(scene_fini);
        struct err err = ERR_INIT;
        scene_init(&s);
        char *text = NULL;
        CLEANUP(mem_free) char *path = platform_path_join(s.root, "x");
        check_int(c, platform_file_read(path, 10, &text, NULL, &err), RC_NOT_FOUND);
        check_ok(c, platform_file_write(path, "0123456789", 10, &err), &err);
        check_ok(c, platform_file_write(path, "abc", 3, &err), &err);
        check_ok(c, platform_file_read(path, 10, &text, NULL, &err), &err);
        check_str(c, text, "abc");
        free(TAKE(text));
        check_int(c, platform_file_read(path, 2, &text, NULL, &err), RC_TOO_BIG);
        check_int(c, platform_file_write("/nowhere/x", "abc", 3, &err), RC_NOT_FOUND);
        check_int(c, platform_dir_make(path, &err), RC_IO);
        check_ok(c, platform_file_remove(path, &err), &err);
        check_ok(c, platform_file_remove(path, &err), &err);
        err_fini(&err);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_exit_codes(&c);
    test_resolve(&c);
    test_kind_and_spec(&c);
    test_accounts(&c);
    test_links(&c);
    test_conflicts(&c);
    test_one_account_out_of_reach(&c);
    test_settings(&c);
    test_log_tells_nothing(&c);
    test_log_rotation(&c);
    test_args(&c);
    test_platform(&c);
    return check_end(&c);
}
