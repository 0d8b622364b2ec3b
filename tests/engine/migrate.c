/* A state file of every earlier version opens, with all that is in it, and becomes one of this
 * version. */
#include "client/state/conflict.h"
#include "client/state/db.h"
#include "client/state/state.h"
#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As version 1 made it, with a link that has been synced once and one that never was. */
static const char version_1[] =
    "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, "
    "url TEXT, user TEXT, settings TEXT);"
    "CREATE TABLE link(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    "  left_account INTEGER NOT NULL REFERENCES account, left_folder TEXT NOT NULL,"
    "  left_folder_name TEXT, left_token TEXT,"
    "  right_account INTEGER NOT NULL REFERENCES account, right_folder TEXT NOT NULL,"
    "  right_folder_name TEXT, right_token TEXT, direction TEXT NOT NULL, policy TEXT NOT NULL,"
    "  enabled INTEGER NOT NULL, settings TEXT, last_time INTEGER NOT NULL DEFAULT 0,"
    "  last_rc TEXT NOT NULL DEFAULT 'ok', last_text TEXT);"
    "CREATE TABLE pair(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE "
    "CASCADE, uid TEXT, left_id TEXT, left_version TEXT, left_look INTEGER NOT NULL,"
    "  right_id TEXT, right_version TEXT, right_look INTEGER NOT NULL, has_base INTEGER NOT NULL,"
    "  prefer INTEGER NOT NULL, failures INTEGER NOT NULL, next_try INTEGER NOT NULL,"
    "  CHECK(left_id IS NOT NULL OR right_id IS NOT NULL));"
    "CREATE UNIQUE INDEX pair_left ON pair(link, left_id) WHERE left_id IS NOT NULL;"
    "CREATE UNIQUE INDEX pair_right ON pair(link, right_id) WHERE right_id IS NOT NULL;"
    "CREATE TABLE body(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE,"
    "  left_doc TEXT NOT NULL, left_native TEXT, right_doc TEXT NOT NULL, right_native TEXT);"
    "CREATE TABLE intent(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE "
    "CASCADE, run INTEGER NOT NULL, pair INTEGER NOT NULL, side INTEGER NOT NULL, op INTEGER NOT "
    "NULL, target TEXT, stamp TEXT, version TEXT, doc TEXT, patch TEXT);"
    "CREATE INDEX intent_link ON intent(link);"
    "CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, link INTEGER NOT NULL REFERENCES link "
    "ON DELETE CASCADE, start INTEGER NOT NULL, end INTEGER NOT NULL DEFAULT 0,"
    "  left_created INTEGER NOT NULL DEFAULT 0, left_updated INTEGER NOT NULL DEFAULT 0,"
    "  left_deleted INTEGER NOT NULL DEFAULT 0, right_created INTEGER NOT NULL DEFAULT 0,"
    "  right_updated INTEGER NOT NULL DEFAULT 0, right_deleted INTEGER NOT NULL DEFAULT 0,"
    "  conflicts INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,"
    "  failed INTEGER NOT NULL DEFAULT 0, rc TEXT NOT NULL DEFAULT 'ok', text TEXT);"
    "CREATE INDEX run_link ON run(link, id);"
    "CREATE TABLE before_image(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON "
    "DELETE CASCADE, run INTEGER NOT NULL, pair INTEGER NOT NULL, time INTEGER NOT NULL,"
    "  side INTEGER NOT NULL, op INTEGER NOT NULL, item TEXT, doc TEXT, native TEXT);"
    "CREATE INDEX before_image_run ON before_image(run);"
    "CREATE INDEX before_image_link ON before_image(link);"
    "CREATE TABLE problem(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE,"
    "  link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE, side INTEGER NOT NULL,"
    "  action TEXT NOT NULL, title TEXT, rc TEXT NOT NULL, text TEXT, held INTEGER NOT NULL,"
    "  since INTEGER NOT NULL, last INTEGER NOT NULL);"
    "CREATE INDEX problem_link ON problem(link);"
    "INSERT INTO account VALUES(1,'both','memory',NULL,NULL,NULL);"
    "INSERT INTO link VALUES(1,'synced','contact',1,'a','A','token',1,'b','B',NULL,'two-way',"
    "  'newest',1,NULL,1000,'ok','done');"
    "INSERT INTO link VALUES(2,'new','contact',1,'c','C',NULL,1,'d','D',NULL,'two-way','newest',"
    "  1,NULL,0,'ok',NULL);"
    "INSERT INTO pair VALUES(7,1,'uid','l','1',0,'r','2',0,1,-1,0,0);"
    "INSERT INTO body VALUES(7,'{}',NULL,'{}','native');"
    "INSERT INTO before_image VALUES(1,1,1,7,1000,1,1,'r','{}',NULL);"
    "INSERT INTO problem VALUES(7,1,1,'delete','Ada','refused','many',1,900,1000);"
    "PRAGMA application_id=0x4c4b5354; PRAGMA user_version=1;";

static void check_version_1(struct check *c, const char *path)
{
    struct err err = ERR_INIT;
    struct db *db = NULL;
    check_ok(c, db_open(path, true, &db, &err), &err);
    check_ok(c, db_exec(db, version_1, &err), &err);
    db_close(db);
    for (int time = 0; time < 2; time++) { /* the second time there is nothing to migrate */
        struct state *s = NULL;
        struct state_pairs pairs = {0};
        struct state_problems problems = {0};
        struct state_body body = {0};
        bool synced = false, fresh = true;
        check_ok(c, state_open(path, NULL, &s, &err), &err);
        check_ok(c, state_check(s, &err), &err);
        check_ok(c, state_pairs_load(s, 1, &pairs, &err), &err);
        check_ok(c, state_body_load(s, 7, &body, &err), &err);
        check_ok(c, state_problems_load(s, 1, &problems, &err), &err);
        check_true(c, pairs.count == 1 && str_eq(pairs.items[0].side[SIDE_RIGHT].id, "r"));
        check_str(c, body.native[SIDE_RIGHT], "native");
        check_true(c, problems.count == 1 && problems.items[0].held);
        check_ok(c, state_started_get(s, 1, &synced, &err), &err);
        check_ok(c, state_started_get(s, 2, &fresh, &err), &err);
        check_true(c, synced && !fresh);
        struct state_conflict conflict = {.link = 1,
            .pair = 7,
            .path = (char[]){"title"},
            .value = {(char[]){"{}"}, (char[]){"{}"}},
            .winner = -1,
            .why = (char[]){"ask"},
            .choice = -1};
        long open = 0;
        check_ok(c, state_conflict_save(s, &conflict, &err), &err);
        check_ok(c, state_conflicts_open(s, 1, &open, &err), &err);
        check_int(c, open, 1 + time); /* it is still there the second time */
        state_pairs_fini(&pairs);
        state_problems_fini(&problems);
        state_body_fini(&body);
        state_close(s);
    }
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    char dir[] = "/tmp/lockstep-migrate-XXXXXX";
    if (!mkdtemp(dir)) {
        perror(dir);
        return 1;
    }
    CLEANUP(mem_free) char *path = str_printf("%s/state.db", dir);
    if (check_case(&c, "migrate/version-1")) {
        check_version_1(&c, path);
    }
    unlink(path);
    rmdir(dir);
    return check_end(&c);
}
