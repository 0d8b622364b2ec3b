/* Making and checking the state file: which tables there are, and whether a file that is there may
 * be used. */
#include "client/state/internal.h"

#include <inttypes.h>

#define SCHEMA_APPLICATION 0x4c4b5354 /* "LKST": tells our file from any other SQLite file */
#define SCHEMA_FIRST       1          /* what schema_sql makes; schema_steps lead on from there */
#define TEXT_OF(x)         #x
#define TEXT(x)            TEXT_OF(x)

/* client/state/README.md says what the tables are for. Side 0 is left, 1 is right. */
/* clang-format off */
static const char schema_sql[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, url TEXT, user TEXT,"
    "  settings TEXT);"
    "CREATE TABLE link(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    "  left_account INTEGER NOT NULL REFERENCES account, left_folder TEXT NOT NULL, left_folder_name TEXT, left_token TEXT,"
    "  right_account INTEGER NOT NULL REFERENCES account, right_folder TEXT NOT NULL, right_folder_name TEXT, right_token TEXT,"
    "  direction TEXT NOT NULL, policy TEXT NOT NULL, enabled INTEGER NOT NULL, settings TEXT,"
    "  last_time INTEGER NOT NULL DEFAULT 0, last_rc TEXT NOT NULL DEFAULT 'ok', last_text TEXT);"
    "CREATE TABLE pair(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE, uid TEXT,"
    "  left_id TEXT, left_version TEXT, left_look INTEGER NOT NULL,"
    "  right_id TEXT, right_version TEXT, right_look INTEGER NOT NULL,"
    "  has_base INTEGER NOT NULL, prefer INTEGER NOT NULL, failures INTEGER NOT NULL, next_try INTEGER NOT NULL,"
    "  CHECK(left_id IS NOT NULL OR right_id IS NOT NULL));"
    "CREATE UNIQUE INDEX pair_left ON pair(link, left_id) WHERE left_id IS NOT NULL;"
    "CREATE UNIQUE INDEX pair_right ON pair(link, right_id) WHERE right_id IS NOT NULL;"
    "CREATE TABLE body(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE,"
    "  left_doc TEXT NOT NULL, left_native TEXT, right_doc TEXT NOT NULL, right_native TEXT);"
    "CREATE TABLE intent(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  run INTEGER NOT NULL, pair INTEGER NOT NULL, side INTEGER NOT NULL, op INTEGER NOT NULL, target TEXT, stamp TEXT,"
    "  version TEXT, doc TEXT, patch TEXT);"
    "CREATE INDEX intent_link ON intent(link);"
    "CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  start INTEGER NOT NULL, end INTEGER NOT NULL DEFAULT 0,"
    "  left_created INTEGER NOT NULL DEFAULT 0, left_updated INTEGER NOT NULL DEFAULT 0, left_deleted INTEGER NOT NULL DEFAULT 0,"
    "  right_created INTEGER NOT NULL DEFAULT 0, right_updated INTEGER NOT NULL DEFAULT 0,"
    "  right_deleted INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,"
    "  failed INTEGER NOT NULL DEFAULT 0, rc TEXT NOT NULL DEFAULT 'ok', text TEXT);"
    "CREATE INDEX run_link ON run(link, id);"
    "CREATE TABLE before_image(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  run INTEGER NOT NULL, pair INTEGER NOT NULL, time INTEGER NOT NULL, side INTEGER NOT NULL, op INTEGER NOT NULL,"
    "  item TEXT, doc TEXT, native TEXT);"
    "CREATE INDEX before_image_run ON before_image(run);"
    "CREATE INDEX before_image_link ON before_image(link);"
    "CREATE TABLE problem(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE,"
    "  link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE, side INTEGER NOT NULL, action TEXT NOT NULL, title TEXT,"
    "  rc TEXT NOT NULL, text TEXT, held INTEGER NOT NULL, since INTEGER NOT NULL, last INTEGER NOT NULL);"
    "CREATE INDEX problem_link ON problem(link);"
    "PRAGMA application_id=" TEXT(SCHEMA_APPLICATION) ";"
    "PRAGMA user_version=" TEXT(SCHEMA_FIRST) ";"
    "COMMIT;";

/* How a file of each version becomes one of the next; a new file takes the same way. A step that has been released is never
 * changed: add another. */
static const char *const schema_steps[] = {
    /* 2: what the guards go by: links that have been in step once, and pairs that are written run after run */
    "CREATE TABLE link_started(link INTEGER PRIMARY KEY REFERENCES link ON DELETE CASCADE);"
    "INSERT INTO link_started SELECT id FROM link WHERE last_time<>0 AND last_rc='ok';"
    "CREATE TABLE churn(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE,"
    "  link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE, run INTEGER NOT NULL, runs INTEGER NOT NULL,"
    "  contents TEXT NOT NULL);"
    "CREATE INDEX churn_link ON churn(link);",
    /* 3: history field by field, undo, and the pairs an undo left on one side */
    "CREATE TABLE change(id INTEGER PRIMARY KEY, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  run INTEGER NOT NULL, pair INTEGER NOT NULL, time INTEGER NOT NULL, title TEXT, uid TEXT,"
    "  left_op INTEGER NOT NULL, left_item TEXT, left_doc TEXT, left_back TEXT, left_forth TEXT,"
    "  right_op INTEGER NOT NULL, right_item TEXT, right_doc TEXT, right_back TEXT, right_forth TEXT);"
    "CREATE INDEX change_run ON change(run);"
    "CREATE INDEX change_pair ON change(pair);"
    "CREATE INDEX change_link ON change(link);"
    "CREATE TABLE undo(run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE, of INTEGER NOT NULL);"
    "CREATE INDEX undo_of ON undo(of);"
    "CREATE TABLE parked(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE);",
    /* 4: two new items that may be one, and what a person said */
    "CREATE TABLE review(id INTEGER PRIMARY KEY AUTOINCREMENT, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  left_item TEXT NOT NULL, right_item TEXT NOT NULL, left_version TEXT, right_version TEXT, left_text TEXT,"
    "  right_text TEXT, score INTEGER NOT NULL, reasons TEXT, decision INTEGER NOT NULL, since INTEGER NOT NULL,"
    "  UNIQUE(link, left_item, right_item));",
    /* 5: bases that are in part as written, since it could not be read back yet: the version the store told, and the part */
    "ALTER TABLE body ADD COLUMN left_told TEXT;"
    "ALTER TABLE body ADD COLUMN left_patch TEXT;"
    "ALTER TABLE body ADD COLUMN right_told TEXT;"
    "ALTER TABLE body ADD COLUMN right_patch TEXT;",
    /* 6: groups that name members the other side cannot name yet */
    "CREATE TABLE waits(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE, members TEXT NOT NULL);",
    /* 7: members that both sides changed: what lost, and what waits for a person */
    "CREATE TABLE conflict(id INTEGER PRIMARY KEY AUTOINCREMENT, link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    "  pair INTEGER NOT NULL REFERENCES pair ON DELETE CASCADE, run INTEGER NOT NULL, time INTEGER NOT NULL, title TEXT,"
    "  path TEXT NOT NULL, base TEXT, left_value TEXT NOT NULL, right_value TEXT NOT NULL, winner INTEGER NOT NULL,"
    "  why TEXT NOT NULL, settled TEXT, choice INTEGER NOT NULL, force INTEGER NOT NULL);"
    "CREATE INDEX conflict_link ON conflict(link);"
    "CREATE INDEX conflict_pair ON conflict(pair);"
    "CREATE INDEX conflict_run ON conflict(run);",
    /* 8: large texts, once each (blob.h) */
    "CREATE TABLE blob(hash TEXT PRIMARY KEY, data TEXT NOT NULL);",
    /* 9: runs that a person asked for: what they were to bring about */
    "CREATE TABLE cause(run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE, what INTEGER NOT NULL, detail TEXT);",
    /* 10: items that wait outside of their link's time window, and the window they were judged by */
    "CREATE TABLE outside(pair INTEGER PRIMARY KEY REFERENCES pair ON DELETE CASCADE, past INTEGER NOT NULL,"
    "  future INTEGER NOT NULL, due INTEGER NOT NULL, likeness TEXT NOT NULL);",
    /* 11: what the program that read the documents could read (DOC_READING) */
    "ALTER TABLE body ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;",
    /* 12: the link's filter that such an item was judged by, and whether that is what it waits for */
    "ALTER TABLE outside ADD COLUMN filter TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outside ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;",
    /* 13: what a person wrote in place of both values of a conflict, until it is carried out */
    "ALTER TABLE conflict ADD COLUMN own TEXT;",
};
#define SCHEMA_VERSION (SCHEMA_FIRST + (int)ARRAY_LEN(schema_steps))
/* clang-format on */

static enum rc schema_step(struct db *db, int64_t version, struct err *err)
{
    CLEANUP(mem_free) char *done = str_printf("PRAGMA user_version=%" PRId64, version + 1);
    enum rc rc = db_exec(db, "BEGIN IMMEDIATE", err);
    if (rc == RC_OK) {
        rc = db_exec(db, schema_steps[version - SCHEMA_FIRST], err);
    }
    if (rc == RC_OK) {
        rc = db_exec(db, done, err);
    }
    return rc == RC_OK ? db_exec(db, "COMMIT", err) : rc; /* the caller closes, which rolls back */
}

/* Each step is a transaction of its own: a crash between two leaves a file of the version reached.
 */
static enum rc schema_migrate(struct db *db, struct err *err)
{
    int64_t version = 0;
    enum rc rc = db_number(db, err, 0, &version, "PRAGMA user_version");
    for (; rc == RC_OK && version < SCHEMA_VERSION; version++) {
        rc = schema_step(db, version, err);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "bringing the state file up to date");
}

/* For this process alone (exclusive locking, set before the first access, needs no shared memory
 * beside the file); durable at each commit. */
static enum rc schema_configure(struct db *db, struct err *err)
{
    return db_exec(db,
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-4096;"
        /* takes the lock now, not in the middle of a run */
        "BEGIN EXCLUSIVE; COMMIT;",
        err);
}

static enum rc schema_check(struct db *db, const char *path, struct err *err)
{
    int64_t application, version, pages;
    enum rc rc = db_exec(db, "PRAGMA locking_mode=EXCLUSIVE", err);
    if (rc == RC_OK) {
        rc = db_number(db, err, 0, &pages, "PRAGMA page_count");
    }
    if (rc == RC_OK) {
        rc = db_number(db, err, 0, &application, "PRAGMA application_id");
    }
    if (rc == RC_OK) {
        rc = db_number(db, err, 0, &version, "PRAGMA user_version");
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (pages == 0) {
        return err_set(err, RC_IO, 0,
            "state file %s: empty; it was left untouched. 'lockstep state restore' goes back to a "
            "copy; without one, move it away to start anew: items are then matched again, not "
            "copied",
            path);
    }
    if (application != SCHEMA_APPLICATION || version < 1) {
        return err_set(err, RC_IO, 0,
            "state file %s: not a Lockstep state file; it was left untouched. 'lockstep state "
            "restore' goes back to a copy",
            path);
    }
    if (version > SCHEMA_VERSION) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "state file %s: written by a newer Lockstep (version %" PRId64 ", this one knows %d)",
            path, version, SCHEMA_VERSION);
    }
    return RC_OK;
}

enum rc schema_open_as_is(const char *path, struct db **ret, bool *ret_older, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    int64_t version = 0;
    enum rc rc = db_open(path, false, &db, err);
    if (rc == RC_OK) {
        rc = schema_check(db, path, err);
    }
    if (rc == RC_OK) {
        rc = db_number(db, err, 0, &version, "PRAGMA user_version");
    }
    if (rc == RC_OK) {
        *ret_older = version < SCHEMA_VERSION;
        *ret = TAKE(db);
    }
    return rc;
}

enum rc schema_open(const char *path, struct db **ret, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    enum rc rc = db_open(path, false, &db, err);
    if (rc == RC_NOT_FOUND) {
        rc = db_open(path, true, &db, err);
        if (rc == RC_OK) {
            rc = db_exec(db, "PRAGMA locking_mode=EXCLUSIVE", err);
        }
        if (rc == RC_OK) {
            rc = db_exec(db, schema_sql, err);
        }
        if (rc == RC_OK) {
            rc = schema_configure(db, err);
        }
    } else if (rc == RC_OK) {
        /* Checked before anything is set up: a file that is not ours is not written to. */
        rc = schema_check(db, path, err);
        if (rc == RC_OK) {
            rc = schema_configure(db, err);
        }
    }
    if (rc == RC_OK) {
        rc = schema_migrate(db, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(db);
    }
    return rc;
}
