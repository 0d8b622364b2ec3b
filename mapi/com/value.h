/* SPropValue of MAPI <-> struct prop_value of the maps, and values too large for GetProps and
 * SetProps, which go by stream. */
#ifndef LOCKSTEP_MAPI_COM_VALUE_H
#define LOCKSTEP_MAPI_COM_VALUE_H

#include "client/base/buf.h"
#include "mapi/com/session.h"
#include "mapi/map/props.h"

/* Reads the properties `names` with the tags `tags` (0: the store has no such name, so the item has
 * no such property) of an object, whatever their size. A property that is missing is left out; one
 * that exists but cannot be read fails the whole call, because an item read in part would look as
 * if somebody had deleted the rest. */
enum rc value_read_props(struct mapi_session *s, IMAPIProp *object, const struct prop_name *names,
    const ULONG *tags, size_t count, struct props *ret, struct err *err) WARN_UNUSED;

/* The bytes of one property by stream, added to `ret`; RC_TOO_BIG beyond its limit, with
 * ret->overflow. */
enum rc value_stream_read(struct mapi_session *s, IMAPIProp *object, ULONG tag, struct buf *ret,
    struct err *err) WARN_UNUSED;
/* Replaces a property by these bytes. */
enum rc value_stream_write(struct mapi_session *s, IMAPIProp *object, ULONG tag, const void *data,
    size_t len, struct err *err) WARN_UNUSED;
/* SetProps; any problem but a value that the store computes fails the call. None is no error. */
enum rc value_set(struct mapi_session *s, IMAPIProp *object, SPropValue *values, ULONG count,
    struct err *err) WARN_UNUSED;

/* SPropValues for calls other than SetProps, with the memory that they point into. */
struct value_arena {
    void **blocks; /* owned array of owned */
    size_t count, cap;
};
struct value_list {
    SPropValue *items; /* owned */
    ULONG count;
    size_t cap;
    struct value_arena arena;
};
void value_list_fini(struct value_list *l);
/* Adds a value or, if one of this tag is there, takes its place. `v` must outlive the list. */
void value_list_put(struct value_list *l, ULONG tag, const struct prop_value *v);
/* Adds a value of MAPI's as it is; what it points to must outlive the list. */
void value_list_keep(struct value_list *l, const SPropValue *v);

/* Adds one value; one of a type other than those of enum prop_type is not ours and left out. */
void value_add(struct props *ret, struct prop_name name, const SPropValue *v);

/* Sets and deletes the properties of an object that a change names (saved by the caller), but for
 * photo and sub-items. Names that the store does not know yet are made for what is set. Deleting
 * what is not there is no error; any other problem fails the call and names the property. */
enum rc value_write_change(struct mapi_session *s, struct mapi_box *box, IMAPIProp *object,
    const struct map_change *change, struct err *err) WARN_UNUSED;

#endif
