/* One item: reading it as a document, creating, updating, moving to Deleted Items. Each call opens
 * what it needs and releases it.
 *
 * Nothing here can send: there is no call to SubmitMessage in the program (a test looks for one),
 * and the session is opened without a spooler. Nothing here can destroy: deleting is a move,
 * DeleteMessages is not used either. */
#ifndef LOCKSTEP_MAPI_COM_MESSAGE_H
#define LOCKSTEP_MAPI_COM_MESSAGE_H

#include "mapi/com/folder.h"

/* "LASTMODIFIED-HEX(change key)", from two values that a contents table and the item itself have
 * alike. Caller frees. */
char *message_version(const SPropValue *items, ULONG count);

/* Reads an item into `item` (whose id is set): document and version, or rc and error.
 * mapi_box_resolve has been called. */
void message_fetch(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, struct store_item *item);

/* Carries out one operation and fills its out part. `deleted` is the store's Deleted Items folder,
 * opened by the caller; only needed for STORE_DELETE. */
void message_commit(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, IMAPIFolder *deleted, struct store_op *op);

#endif
