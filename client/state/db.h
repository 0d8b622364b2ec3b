/* A thin layer over SQLite, the one place that sees it: statements by their text, arguments by a
 * type string, errors as enum rc. Statements are prepared once and kept; `sql` must therefore be a
 * string literal (its address is the key). */
#ifndef LOCKSTEP_STATE_DB_H
#define LOCKSTEP_STATE_DB_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stdint.h>

struct db;
struct db_row; /* a statement that is being walked */

/* Opens for this process alone (SQLITE_BUSY -> RC_BUSY). Without `create` a missing file is
 * RC_NOT_FOUND. */
enum rc db_open(const char *path, bool create, struct db **ret, struct err *err) WARN_UNUSED;
void db_close(struct db *db); /* rolls back; NULL allowed */
DEFINE_CLEANUP(struct db *, db_close);

/* Runs statements without arguments or results. */
enum rc db_exec(struct db *db, const char *sql, struct err *err) WARN_UNUSED;
/* Runs one statement. types: one letter an argument: 'i' int64_t, 't' const char * (NULL is SQL
 * NULL; must live until the call returns). A broken unique or foreign key is RC_CONFLICT. */
enum rc db_run(struct db *db, struct err *err, const char *sql, const char *types, ...) WARN_UNUSED;
int64_t db_last_id(struct db *db);
int db_changed_rows(struct db *db); /* of the last db_run */
bool db_in_transaction(const struct db *db);

/* A query: for (rc = db_query(..., &row); rc == RC_OK && db_next(row, &rc, err);) { db_int(row, 0)
 * ... } db_next releases the row when it returns false; to stop early call db_done. */
enum rc db_query(struct db *db, struct err *err, struct db_row **ret, const char *sql,
    const char *types, ...) WARN_UNUSED;
bool db_next(struct db_row *row, enum rc *ret_rc, struct err *err);
void db_done(struct db_row *row);
int64_t db_int(struct db_row *row, int column);
char *db_text(struct db_row *row, int column);                /* caller frees; NULL for SQL NULL */
const char *db_text_borrowed(struct db_row *row, int column); /* until the next row */

/* One number; `fallback` if there is no row. */
enum rc db_number(struct db *db, struct err *err, int64_t fallback, int64_t *ret, const char *sql)
    WARN_UNUSED;

#endif
