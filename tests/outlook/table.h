/* IMAPITable over rows that a source delivers; the table is live: it asks the source again after a
 * change. */
#ifndef EMU_TABLE_H
#define EMU_TABLE_H

#include "tests/outlook/object.h"

struct table_rows;

/* Adds a row; its `key` tells it apart from the table's other rows and becomes PR_INSTANCE_KEY.
 * `stored`: a bag in stored form that is copied and used in place; or NULL, then `bag` is taken
 * over. */
void table_rows_add(
    struct table_rows *rows, ULONG key, const BYTE *stored, size_t size, struct bag *bag);

struct table_source {
    /* Fills `rows`; called again whenever `version` returns another number. */
    HRESULT (*load)(void *context, struct table_rows *rows);
    LONGLONG (*version)(void *context);
    void (*release)(void *context); /* when the table dies */
    void *context;
    const ULONG *columns; /* the default columns */
    ULONG column_count;
    ULONG store; /* for notifications: the folder whose content this is; 0: none */
    ULONG folder;
    ULONG object_type; /* MAPI_MESSAGE or MAPI_FOLDER */
};

HRESULT table_new(const struct table_source *source, ULONG flags, IMAPITable **ret_table);
/* HrQueryAllRows: set columns, restrict, sort, read everything. */
HRESULT WINAPI emu_HrQueryAllRows(IMAPITable *table, SPropTagArray *columns,
    SRestriction *restriction, SSortOrderSet *sort, LONG limit, SRowSet **ret_rows);

#endif
