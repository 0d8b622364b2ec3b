/* The store interface over session, folder, table and message. Holds the session between calls; a
 * failure that reaches the whole store closes it, so that the next call starts afresh (Outlook was
 * restarted, the connection came back). */
#include "mapi/com/store.h"

#include "client/base/buf.h"
#include "mapi/com/folder.h"
#include "mapi/com/hresult.h"
#include "mapi/com/identity.h"
#include "mapi/com/message.h"
#include "mapi/com/table.h"
#include "mapi/com/watch.h"
#include "mapi/installed/installed.h"

struct mapi_store {
    struct store base;
    struct mapi_session *session; /* owned; NULL until needed */
    struct mapi_watch *watch;     /* owned; over the session; NULL: nothing is watched */
    char *zone;                   /* owned */
    int64_t now;
};

static enum rc store_begin(struct store *store, struct mapi_session **ret, struct err *err)
{
    struct mapi_store *m = (struct mapi_store *)store;
    if (!m->session) {
        enum rc rc = mapi_session_new(store->log, &m->session, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    m->session->api.log = store->log;
    *ret = m->session;
    return RC_OK;
}

/* Passes rc on; after a failure of the whole store the session is not used again. */
static enum rc store_end(struct store *store, enum rc rc)
{
    struct mapi_store *m = (struct mapi_store *)store;
    if (rc_is_store_wide(rc)) {
        mapi_watch_free(TAKE(m->watch));
        mapi_session_free(TAKE(m->session));
    }
    return rc;
}

static struct map_env store_env(const struct store *store)
{
    const struct mapi_store *m = (const struct mapi_store *)store;
    return (struct map_env){.zone = m->zone, .now = m->now, .own = store->own};
}

static enum rc list_folders(struct store *store, struct store_folders *ret, struct err *err)
{
    struct mapi_session *s;
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_list(s, ret, err);
    }
    if (rc == RC_OK) {
        ret->own = identity_addresses(s);
    }
    return store_end(store, rc);
}

static enum rc changes(struct store *store, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    struct mapi_session *s;
    CLEANUP_FINI(folder_fini) struct folder f = {NULL, {NULL, 0}, NULL};
    (void)token; /* every listing is full */
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_open(s, folder, kind, false, &f, err);
    }
    if (rc == RC_OK) {
        rc = table_changes(s, &f, kind, ret, err);
    }
    folder_fini(&f);
    return store_end(store, rc);
}

/* What of a document may be large: its photo. */
static size_t photo_size(const struct json *doc)
{
    size_t size = 0;
    for (const struct json *e = json_first(json_get(doc, "media")); e; e = json_next(e)) {
        const char *uri = json_get_str(e, "uri");
        size += uri ? strlen(uri) : 0;
    }
    return size;
}

static enum rc fetch(struct store *store, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    struct mapi_session *s;
    CLEANUP_FINI(folder_fini) struct folder f = {NULL, {NULL, 0}, NULL};
    struct map_env env = store_env(store);
    struct store_items items = {NULL, 0, 0};
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_open(s, folder, kind, false, &f, err);
    }
    if (rc == RC_OK) {
        rc = mapi_box_resolve(s, f.box, kind, err);
    }
    size_t bytes = 0;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        struct store_item *item = store_items_add(&items, ids[i]);
        if (store->fetch_bytes && bytes >= store->fetch_bytes) {
            item->rc = RC_INCOMPLETE;
            continue;
        }
        message_fetch(s, &f, kind, &env, item);
        bytes += photo_size(item->doc);
        if (rc_is_store_wide(item->rc) &&
            item->rc != RC_SERVER) { /* RC_SERVER may be this one item */
            rc = err_set(err, item->rc, 0, "%s", item->error);
        }
    }
    folder_fini(&f);
    if (rc != RC_OK) {
        store_items_fini(&items);
        return store_end(store, rc);
    }
    *ret = items;
    return RC_OK;
}

static bool any_delete(const struct store_op *ops, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ops[i].kind == STORE_DELETE) {
            return true;
        }
    }
    return false;
}

static enum rc open_deleted(
    struct mapi_session *s, struct folder *f, IMAPIFolder **ret, struct err *err)
{
    if (f->box->deleted.len == 0) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "this mailbox has no Deleted Items folder, so nothing is deleted in it");
    }
    enum rc rc = mapi_box_open(
        s, f->box, f->box->deleted.data, f->box->deleted.len, MAPI_FOLDER, true, ret, err);
    return rc == RC_OK ? RC_OK : err_prefix(err, "opening Deleted Items");
}

static enum rc commit(struct store *store, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    struct mapi_session *s;
    CLEANUP_FINI(folder_fini) struct folder f = {NULL, {NULL, 0}, NULL};
    IMAPIFolder *deleted = NULL;
    struct map_env env = store_env(store);
    CLEANUP_FINI(err_fini) struct err no_deleted = ERR_INIT;
    enum rc deleted_rc = RC_OK;
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_CANCELLED;
    }
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_open(s, folder, kind, true, &f, err);
    }
    if (rc == RC_OK) {
        rc = mapi_box_resolve(s, f.box, kind, err);
    }
    if (rc == RC_OK && any_delete(ops, count)) {
        deleted_rc = open_deleted(s, &f, &deleted, &no_deleted);
    }
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (ops[i].kind == STORE_DELETE && deleted_rc != RC_OK) {
            /* RC_NOT_FOUND would say that the item is gone */
            ops[i].rc = deleted_rc == RC_NOT_FOUND ? RC_SERVER : deleted_rc;
            ops[i].error = mem_strdup(err_text(&no_deleted));
            continue;
        }
        message_commit(s, &f, kind, &env, deleted, &ops[i]);
        if (rc_is_store_wide(ops[i].rc) && ops[i].rc != RC_SERVER) {
            rc = err_set(err, ops[i].rc, 0, "%s", ops[i].error);
        }
    }
    if (deleted) {
        deleted->lpVtbl->Release(deleted);
    }
    folder_fini(&f);
    return store_end(store, rc);
}

static enum rc find_stamp(struct store *store, const char *folder, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    struct mapi_session *s;
    CLEANUP_FINI(folder_fini) struct folder f = {NULL, {NULL, 0}, NULL};
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_open(s, folder, kind, false, &f, err);
        /* "no such folder" is not "no item with this stamp": the engine would create it a second
         * time */
        if (rc == RC_NOT_FOUND) {
            rc = err_set(err, RC_READONLY, err->native, "%s", err_text(err));
        }
    }
    if (rc == RC_OK) {
        rc = table_find_stamp(s, &f, kind, stamp, ret_id, err);
    }
    folder_fini(&f);
    return store_end(store, rc);
}

static enum rc watch(struct store *store, const struct store_watch *folders, size_t count,
    long milliseconds, bool *ret, bool *ret_began, struct err *err)
{
    struct mapi_store *m = (struct mapi_store *)store;
    struct mapi_session *s;
    bool began = false;
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK && m->watch && !mapi_watch_is_of(m->watch, folders, count)) {
        mapi_watch_free(TAKE(m->watch));
    }
    if (rc == RC_OK && !m->watch) {
        began = true;
        rc = mapi_watch_new(s, folders, count, &m->watch, err);
    }
    if (rc == RC_OK) {
        rc = mapi_watch_wait(m->watch, began ? 0 : milliseconds, ret, err);
    }
    if (rc == RC_OK) {
        *ret_began = began;
    }
    return store_end(store, rc);
}

static enum rc make_folder(struct store *store, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct mapi_session *s;
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = folder_make(s, kind, name, ret, err);
    }
    return store_end(store, rc);
}

static void mapi_store_free(struct store *store)
{
    struct mapi_store *m = (struct mapi_store *)store;
    if (m->session) {
        m->session->api.log = NULL; /* the log may be gone by now */
    }
    mapi_watch_free(m->watch);
    mapi_session_free(m->session);
    free(m->zone);
    free(m);
}

struct store *mapi_store_new(const struct log *log)
{
    static const struct store_vtbl vtbl = {
        .name = "outlook",
        .list_folders = list_folders,
        .changes = changes,
        .fetch = fetch,
        .commit = commit,
        .find_stamp = find_stamp,
        .watch = watch,
        .make_folder = make_folder,
        .free = mapi_store_free,
    };
    struct mapi_store *m = NEW(struct mapi_store);
    m->base.vtbl = &vtbl;
    m->base.log = log;
    m->base.members_by_id = true;
    m->base.batch = 100;
    m->zone = mem_strdup("Etc/UTC");
    return &m->base;
}

void mapi_store_set_env(struct store *store, const char *zone, int64_t now)
{
    struct mapi_store *m = (struct mapi_store *)store;
    str_replace(&m->zone, zone ? zone : "Etc/UTC");
    m->now = now;
}

enum rc mapi_store_info(struct store *store, struct json **ret, struct err *err)
{
    struct mapi_session *s;
    CLEANUP_FINI(mapi_store_rows_fini) struct mapi_store_rows stores = {NULL, 0, 0};
    enum rc rc = store_begin(store, &s, err);
    if (rc == RC_OK) {
        rc = mapi_session_stores(s, &stores, err);
    }
    if (rc != RC_OK) {
        return store_end(store, rc);
    }
    struct json *info = json_object();
    json_set_str(info, "version", LOCKSTEP_VERSION);
    json_set_int(info, "bits", (int64_t)sizeof(void *) * 8);
    json_set_str(info, "outlook", outlook_installed().version);
    for (size_t i = 0; i < stores.count; i++) {
        if (stores.items[i].is_default) {
            json_set_str(info, "mailbox", stores.items[i].name);
        }
    }
    *ret = info;
    return RC_OK;
}
