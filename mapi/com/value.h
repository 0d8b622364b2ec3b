/* SPropValue of MAPI <-> struct prop_value of the maps, and values too large for GetProps and
 * SetProps, which go by stream. */
#ifndef LOCKSTEP_MAPI_COM_VALUE_H
#define LOCKSTEP_MAPI_COM_VALUE_H

#include "mapi/com/session.h"
#include "mapi/map/props.h"

/* Reads the properties `names` with the tags `tags` (0: the store has no such name, so the item has
 * no such property) of an object, whatever their size. A property that is missing is left out; one
 * that exists but cannot be read fails the whole call, because an item read in part would look as
 * if somebody had deleted the rest. */
enum rc value_read_props(struct mapi_session *s, IMAPIProp *object, const struct prop_name *names,
    const ULONG *tags, size_t count, struct props *ret, struct err *err) WARN_UNUSED;

/* Sets and deletes properties of an object (saved by the caller). `set_tags` belongs to `set`,
 * `remove_tags` to the names removed. Deleting what is not there is no error; any other problem
 * fails the call and names the property. */
enum rc value_write_props(struct mapi_session *s, IMAPIProp *object, const struct props *set,
    const ULONG *set_tags, const ULONG *remove_tags, size_t remove_count, struct err *err)
    WARN_UNUSED;

#endif
