/* The ids of named properties: each store gives its own to them (mapping trap 17), so they are
 * asked for by name and kept with the store. Reading makes no names; a name that Outlook itself
 * makes later is found by the next batch. */
#include "mapi/com/hresult.h"
#include "mapi/com/session.h"

#include "client/platform/win32/text.h"

#define TAG_ID_NONE 0

/* Fills one MAPINAMEID; *ret_wide is the owned UTF-16 of a string name. */
static void name_fill(struct prop_name name, MAPINAMEID *ret, wchar_t **ret_wide)
{
    ret->lpguid = (GUID *)(uintptr_t)prop_set_guid(name.set);
    if (name.string) {
        *ret_wide = win32_wide(name.string);
        ret->ulKind = MNID_STRING;
        ret->Kind.lpwstrName = *ret_wide;
    } else {
        ret->ulKind = MNID_ID;
        ret->Kind.lID = (LONG)name.id;
    }
}

/* One GetIDsFromNames for `count` names. ret_tags[i] is a tag of unspecified type, or TAG_ID_NONE.
 */
static enum rc names_ask(struct mapi_session *s, struct mapi_box *box,
    const struct prop_name *names, size_t count, bool create, ULONG *ret_tags, struct err *err)
{
    if (count == 0) {
        return RC_OK;
    }
    MAPINAMEID *ids = mem_alloc(count * sizeof *ids);
    MAPINAMEID **pointers = mem_alloc(count * sizeof(MAPINAMEID *));
    wchar_t **wides = mem_alloc(count * sizeof(wchar_t *));
    for (size_t i = 0; i < count; i++) {
        name_fill(names[i], &ids[i], &wides[i]);
        pointers[i] = &ids[i];
    }
    CLEANUP_FINI(mapi_tags_fini) struct mapi_tags tags = {&s->api, NULL};
    SPropTagArray *array = NULL;
    enum rc rc = mapi_check(s->api.log, "IMsgStore::GetIDsFromNames",
        box->store->lpVtbl->GetIDsFromNames(
            box->store, (ULONG)count, pointers, create ? MAPI_CREATE : 0, &array),
        err);
    if (rc == RC_OK) {
        tags.array = array;
        if (array->cValues != count) {
            rc = err_set(err, RC_SERVER, 0,
                "IMsgStore::GetIDsFromNames: %zu names asked for, %lu ids returned", count,
                array->cValues);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (rc == RC_OK) {
            ULONG tag = array->aulPropTag[i];
            ret_tags[i] = PROP_TYPE(tag) == PT_ERROR || PROP_ID(tag) == 0 ? TAG_ID_NONE : tag;
        }
        free(wides[i]);
    }
    free(wides);
    free(pointers);
    free(ids);
    return rc;
}

enum rc mapi_box_resolve(
    struct mapi_session *s, struct mapi_box *box, enum item_kind kind, struct err *err)
{
    size_t count, unknown = 0;
    const struct prop_name *names = map_properties(kind, &count);
    if (!box->tags[kind]) {
        box->tags[kind] = mem_alloc(count * sizeof(ULONG));
    }
    ULONG *tags = box->tags[kind];
    struct prop_name *ask = mem_alloc(count * sizeof *ask);
    size_t *place = mem_alloc(count * sizeof *place);
    ULONG *answer = mem_alloc(count * sizeof *answer);
    for (size_t i = 0; i < count; i++) {
        if (names[i].set == SET_TAG) {
            tags[i] = PROP_TAG((ULONG)map_property_type(names[i]), names[i].id);
        } else if (tags[i] == TAG_ID_NONE) {
            place[unknown] = i;
            ask[unknown++] = names[i];
        }
    }
    enum rc rc = names_ask(s, box, ask, unknown, false, answer, err);
    for (size_t i = 0; rc == RC_OK && i < unknown; i++) {
        if (answer[i] != TAG_ID_NONE) {
            tags[place[i]] = CHANGE_PROP_TYPE(answer[i], (ULONG)map_property_type(ask[i]));
        }
    }
    free(answer);
    free(place);
    free(ask);
    return rc;
}

/* A name just made is not asked for again: a series makes the same one for each of its exceptions.
 */
static void names_remember(struct mapi_box *box, struct prop_name name, ULONG tag)
{
    for (int kind = 0; tag != TAG_ID_NONE && kind < ITEM_KINDS; kind++) {
        size_t count;
        const struct prop_name *names = map_properties(kind, &count);
        for (size_t i = 0; box->tags[kind] && i < count; i++) {
            if (prop_name_equal(names[i], name)) {
                box->tags[kind][i] = CHANGE_PROP_TYPE(tag, (ULONG)map_property_type(name));
            }
        }
    }
}

enum rc mapi_box_tag(struct mapi_session *s, struct mapi_box *box, struct prop_name name,
    enum prop_type type, bool create, ULONG *ret_tag, struct err *err)
{
    if (name.set == SET_TAG) {
        *ret_tag = PROP_TAG((ULONG)type, name.id);
        return RC_OK;
    }
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        size_t count;
        const struct prop_name *names = map_properties(kind, &count);
        for (size_t i = 0; box->tags[kind] && i < count; i++) {
            if (box->tags[kind][i] != TAG_ID_NONE && prop_name_equal(names[i], name)) {
                *ret_tag = CHANGE_PROP_TYPE(box->tags[kind][i], (ULONG)type);
                return RC_OK;
            }
        }
    }
    ULONG tag = TAG_ID_NONE;
    enum rc rc = names_ask(s, box, &name, 1, create, &tag, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (tag == TAG_ID_NONE && create) {
        return err_set(err, RC_REFUSED, 0, "the mailbox accepts no further named property");
    }
    names_remember(box, name, tag);
    *ret_tag = tag == TAG_ID_NONE ? 0 : CHANGE_PROP_TYPE(tag, (ULONG)type);
    return RC_OK;
}
