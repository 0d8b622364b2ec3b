/* A new folder: CreateFolder without OPEN_IF_EXISTS, so that one of that name that is there is an error
 * (MAPI_E_COLLISION) and never opened in its place; then PR_CONTAINER_CLASS, which makes it a folder of
 * the kind ([MS-OXOSFLD] section 2.2.5). Below a standard folder it has that class from its parent
 * already in Outlook; that is not relied on. */
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/folder.h"
#include "mapi/com/hresult.h"
#include "mapi/com/value.h"

#include <string.h>

static enum rc default_box(struct mapi_session *s, struct mapi_box **ret, struct err *err)
{
    CLEANUP_FINI(mapi_store_rows_fini) struct mapi_store_rows stores = {NULL, 0, 0};
    enum rc rc = mapi_session_stores(s, &stores, err);
    for (size_t i = 0; rc == RC_OK && i < stores.count; i++) {
        if (stores.items[i].is_default) {
            return mapi_session_box(s, stores.items[i].id, ret, err);
        }
    }
    return rc == RC_OK ? err_set(err, RC_UNSUPPORTED, 0, "the Outlook profile has no mailbox") : rc;
}

/* The standard folder of the kind, or the top of the mailbox. */
static enum rc open_parent(struct mapi_session *s, struct mapi_box *box, enum item_kind kind,
    IMAPIFolder **ret, struct err *err)
{
    struct mapi_id standard[ITEM_KINDS];
    folder_defaults(s, box, standard);
    const struct mapi_id *at = standard[kind].len ? &standard[kind] : &box->top;
    enum rc rc = at->len
                     ? mapi_box_open(s, box, at->data, at->len, MAPI_FOLDER, true, ret, err)
                     : err_set(err, RC_UNSUPPORTED, 0, "this mailbox has no folders for people");
    for (int k = 0; k < ITEM_KINDS; k++) {
        mapi_id_fini(&standard[k]);
    }
    return rc;
}

static enum rc create(struct mapi_session *s, IMAPIFolder *parent, const char *name,
    IMAPIFolder **ret, struct err *err)
{
    CLEANUP(mem_free) wchar_t *wide = win32_wide(name);
    HRESULT hr = parent->lpVtbl->CreateFolder(
        parent, FOLDER_GENERIC, (LPTSTR)(void *)wide, NULL, NULL, MAPI_UNICODE, ret);
    enum rc rc = mapi_check(s->api.log, "IMAPIFolder::CreateFolder", hr, err);
    if (hr == MAPI_E_COLLISION) {
        return err_set(err, rc, hr, "there is a folder '%s' already", name);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "the new folder '%s'", name);
}

static enum rc set_class(
    struct mapi_session *s, IMAPIFolder *folder, enum item_kind kind, struct err *err)
{
    CLEANUP(mem_free) wchar_t *class = win32_wide(map_container_of_kind(kind));
    SPropValue value = {.ulPropTag = PR_CONTAINER_CLASS_W, .Value.lpszW = class};
    return value_set(s, (IMAPIProp *)folder, &value, 1, err);
}

/* As the listing tells it: what can be found there can be linked. */
static enum rc find_listed(struct mapi_session *s, struct mapi_box *box, IMAPIFolder *folder,
    struct store_folder *ret, struct err *err)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    struct store_folders all CLEANUP_FINI(store_folders_fini) = {0};
    struct mapi_id id = {NULL, 0};
    enum rc rc = mapi_get_props(
        (IMAPIProp *)folder, "IMAPIFolder::GetProps", MAPI_TAGS(PR_ENTRYID), &values, err);
    if (rc == RC_OK) {
        rc = folder_list(s, &all, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    mapi_id_set(&id, mapi_find_binary(values.items, values.count, PR_ENTRYID));
    rc = err_set(err, RC_SERVER, 0, "Outlook does not list it");
    for (size_t i = 0; rc != RC_OK && i < all.count; i++) {
        const char *slash = strchr(all.items[i].id, '/');
        size_t len = 0;
        CLEANUP(mem_free) unsigned char *there = slash ? hex_decode(slash + 1, &len) : NULL;
        if (there && str_starts(all.items[i].id, box->id) &&
            mapi_box_same(s, box, &id, there, len)) {
            *ret = all.items[i];
            all.items[i] = (struct store_folder){.count = -1}; /* handed over */
            rc = RC_OK;
        }
    }
    mapi_id_fini(&id);
    return rc;
}

enum rc folder_make(struct mapi_session *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPIFolder *parent = NULL;
    CLEANUP(mapi_release) IMAPIFolder *folder = NULL;
    struct mapi_box *box;
    enum rc rc = default_box(s, &box, err);
    if (rc == RC_OK) {
        rc = open_parent(s, box, kind, &parent, err);
    }
    if (rc == RC_OK) {
        rc = create(s, parent, name, &folder, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    rc = set_class(s, folder, kind, err);
    if (rc == RC_OK) {
        rc = find_listed(s, box, folder, ret, err);
    }
    /* It is not removed: DeleteFolder is for good, and somebody may have seen it already. */
    return rc == RC_OK ? RC_OK
                       : err_prefix(err,
                             "the folder '%s' was made in Outlook, but not finished: look "
                             "for it there before you try again",
                             name);
}
