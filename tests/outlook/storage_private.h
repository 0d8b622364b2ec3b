/* What the storage_*.c files share among themselves. */
#ifndef EMU_STORAGE_PRIVATE_H
#define EMU_STORAGE_PRIVATE_H

#include "tests/outlook/storage.h"

#include <sqlite3.h>

#define STORAGE_STATEMENT_CACHE 64

struct storage {
    sqlite3 *db;
    int depth;   /* of nested transactions */
    BOOL failed; /* an inner transaction failed, the outermost is undone */
    struct {
        const char *sql; /* the literal's address is the key */
        sqlite3_stmt *stmt;
    } cache[STORAGE_STATEMENT_CACHE];
};

/* A prepared statement for a string literal, reset and ready to bind; NULL when SQLite fails. */
sqlite3_stmt *storage_prepare(struct storage *storage, const char *sql);
/* Runs a statement that returns nothing. */
HRESULT storage_run(struct storage *storage, sqlite3_stmt *stmt);
/* One step of a statement that may return a row: S_OK with a row, MAPI_E_NOT_FOUND without. */
HRESULT storage_step(struct storage *storage, sqlite3_stmt *stmt);
HRESULT storage_error(struct storage *storage, const char *what);
/* Raises a counter in meta and returns its new value; 0 when SQLite fails. */
LONGLONG storage_next(struct storage *storage, const char *key);
HRESULT storage_add_event(struct storage *storage, const struct event_info *event);
HRESULT storage_read_bag(sqlite3_stmt *stmt, int column, struct bag *ret_bag);
void storage_bind_bag(sqlite3_stmt *stmt, int index, const struct bag *bag);
/* Writes content count, size and the time of the last change to a folder whose content has changed.
 */
HRESULT storage_folder_touch(struct storage *storage, ULONG folder);

#endif
