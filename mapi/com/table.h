/* Contents tables: which items a folder holds and in which version, and which carries a stamp.
 * Opens no item. */
#ifndef LOCKSTEP_MAPI_COM_TABLE_H
#define LOCKSTEP_MAPI_COM_TABLE_H

#include "mapi/com/folder.h"

/* Every item of the folder's kind; others (a note someone filed among the contacts) are not ours.
 * The listing is full; it is proven if the table's row count was the same before and after and as
 * many rows came. */
enum rc table_changes(struct mapi_session *s, struct folder *f, enum item_kind kind,
    struct store_changes *ret, struct err *err) WARN_UNUSED;
/* Finds the item with this stamp. RC_NOT_FOUND if there is none. */
enum rc table_find_stamp(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err) WARN_UNUSED;

#endif
