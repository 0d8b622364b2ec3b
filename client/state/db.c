/* SQLite behind db.h. What the tables are is left to schema.c, what they mean to the other files
 * here. */
#include "client/state/db.h"

#include "client/base/buf.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <string.h>

struct db_row {
    struct db *db;
    const char *sql; /* the literal's address is the key */
    sqlite3_stmt *stmt;
    bool busy;
};

struct db {
    sqlite3 *handle;
    char *path;
    struct db_row **rows; /* owned: all statements ever prepared */
    size_t count, cap;
};

/* A flush that finds no room is an I/O error to SQLite (a write is SQLITE_FULL); the system's own
 * number tells. */
static bool disk_is_full(const struct db *db, int code)
{
    return (code & 0xff) == SQLITE_FULL ||
           (db->handle && sqlite3_system_errno(db->handle) == ENOSPC);
}

/* Converts a SQLite result; the one place that does. */
static enum rc db_error(struct db *db, int code, const char *what, struct err *err)
{
    const char *text = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, RC_BUSY, code, "state file %s: another Lockstep is using it", db->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(err, RC_IO, code,
            "state file %s: damaged (%s). 'lockstep state restore' goes back to a copy; "
            "without one, move it away to start anew: items are then matched again, not copied",
            db->path, text);
    case SQLITE_FULL:
    case SQLITE_IOERR:
        if (disk_is_full(db, code)) {
            return err_set(err, RC_IO, code,
                "state file %s: the disk is full. Make room and try again: what was not noted down "
                "is found out then",
                db->path);
        }
        return err_set(
            err, RC_IO, code, "state file %s: cannot be read or written (%s)", db->path, text);
    case SQLITE_CONSTRAINT:
        return err_set(err, RC_CONFLICT, code, "state file %s: %s: %s", db->path, what, text);
    default:
        return err_set(err, RC_IO, code, "state file %s: %s: %s", db->path, what, text);
    }
}

enum rc db_open(const char *path, bool create, struct db **ret, struct err *err)
{
    CLEANUP(db_close) struct db *db = NEW(struct db);
    db->path = mem_strdup(path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    int code = sqlite3_open_v2(path, &db->handle, flags, NULL);
    if (code == SQLITE_CANTOPEN && !create) {
        return err_set(err, RC_NOT_FOUND, code, "state file %s: cannot be opened", path);
    }
    if (code != SQLITE_OK) {
        return db_error(db, code, "cannot be opened", err);
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, 200);
    *ret = TAKE(db);
    return RC_OK;
}

void db_close(struct db *db)
{
    if (!db) {
        return;
    }
    for (size_t i = 0; i < db->count; i++) {
        sqlite3_finalize(db->rows[i]->stmt);
        free(db->rows[i]);
    }
    free(db->rows);
    sqlite3_close(db->handle);
    free(db->path);
    free(db);
}

enum rc db_exec(struct db *db, const char *sql, struct err *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : db_error(db, code, sql, err);
}

static enum rc db_prepare(struct db *db, const char *sql, struct db_row **ret, struct err *err)
{
    for (size_t i = 0; i < db->count; i++) {
        if (db->rows[i]->sql == sql) {
            *ret = db->rows[i];
            return RC_OK;
        }
    }
    sqlite3_stmt *stmt;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (code != SQLITE_OK) {
        return db_error(db, code, sql, err);
    }
    ARRAY_RESERVE(db->rows, db->count, db->cap);
    struct db_row *row = NEW(struct db_row);
    *row = (struct db_row){.db = db, .sql = sql, .stmt = stmt};
    db->rows[db->count++] = row;
    *ret = row;
    return RC_OK;
}

static enum rc db_start(struct db *db, const char *sql, const char *types, va_list ap,
    struct db_row **ret, struct err *err)
{
    struct db_row *row = NULL;
    enum rc rc = db_prepare(db, sql, &row, err);
    if (rc != RC_OK) {
        return rc;
    }
    assert(!row->busy);
    assert((int)strlen(types) == sqlite3_bind_parameter_count(row->stmt));
    for (int i = 0; types[i]; i++) {
        int code;
        if (types[i] == 'i') {
            code = sqlite3_bind_int64(row->stmt, i + 1, va_arg(ap, int64_t));
        } else {
            code = sqlite3_bind_text(row->stmt, i + 1, va_arg(ap, const char *), -1, SQLITE_STATIC);
        }
        if (code != SQLITE_OK) {
            return db_error(db, code, sql, err);
        }
    }
    row->busy = true;
    *ret = row;
    return RC_OK;
}

void db_done(struct db_row *row)
{
    sqlite3_reset(row->stmt);
    sqlite3_clear_bindings(row->stmt);
    row->busy = false;
}

bool db_next(struct db_row *row, enum rc *ret_rc, struct err *err)
{
    int code = sqlite3_step(row->stmt);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        *ret_rc = db_error(row->db, code, row->sql, err);
    }
    db_done(row);
    return false;
}

enum rc db_query(
    struct db *db, struct err *err, struct db_row **ret, const char *sql, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    enum rc rc = db_start(db, sql, types, ap, ret, err);
    va_end(ap);
    return rc;
}

enum rc db_run(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
    struct db_row *row;
    va_list ap;
    va_start(ap, types);
    enum rc rc = db_start(db, sql, types, ap, &row, err);
    va_end(ap);
    if (rc == RC_OK && db_next(row, &rc, err)) {
        db_done(row);
    }
    return rc;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int db_changed_rows(struct db *db)
{
    return sqlite3_changes(db->handle);
}

bool db_in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

int64_t db_int(struct db_row *row, int column)
{
    return sqlite3_column_int64(row->stmt, column);
}

const char *db_text_borrowed(struct db_row *row, int column)
{
    return (const char *)sqlite3_column_text(row->stmt, column);
}

char *db_text(struct db_row *row, int column)
{
    return mem_strdup(db_text_borrowed(row, column));
}

enum rc db_number(struct db *db, struct err *err, int64_t fallback, int64_t *ret, const char *sql)
{
    struct db_row *row;
    enum rc rc = db_query(db, err, &row, sql, "");
    int64_t n = fallback;
    if (rc == RC_OK && db_next(row, &rc, err)) {
        n = db_int(row, 0);
        db_done(row);
    }
    if (rc == RC_OK) {
        *ret = n;
    }
    return rc;
}
