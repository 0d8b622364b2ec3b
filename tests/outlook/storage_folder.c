/* Folders in the mailbox file. */
#include "tests/outlook/storage_private.h"

#include "tests/outlook/computed.h"

#include <string.h>

static HRESULT folder_write(struct storage *storage, ULONG id, const struct bag *props)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "UPDATE folder SET props = ? WHERE id = ?");

    storage_bind_bag(stmt, 1, props);
    sqlite3_bind_int64(stmt, 2, id);
    return storage_run(storage, stmt);
}

static LONG folder_count(struct storage *storage, const char *sql, ULONG id)
{
    sqlite3_stmt *stmt = storage_prepare(storage, sql);
    LONG count = 0;

    sqlite3_bind_int64(stmt, 1, id);
    if (storage_step(storage, stmt) == S_OK) {
        count = sqlite3_column_int(stmt, 0);
        sqlite3_reset(stmt);
    }
    return count;
}

HRESULT storage_folder(
    struct storage *storage, ULONG id, struct folder_info *ret_info, struct bag *ret_props)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "SELECT store, parent, props FROM folder WHERE id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, id);
    hr = storage_step(storage, stmt);
    if (hr != S_OK) {
        return hr;
    }
    ret_info->id = id;
    ret_info->store = (ULONG)sqlite3_column_int64(stmt, 0);
    ret_info->parent = (ULONG)sqlite3_column_int64(stmt, 1);
    hr = ret_props ? storage_read_bag(stmt, 2, ret_props) : S_OK;
    sqlite3_reset(stmt);
    if (SUCCEEDED(hr) && ret_props) {
        LONG children = folder_count(storage, "SELECT count(*) FROM folder WHERE parent = ?", id);
        bag_set_long(ret_props, PR_CONTENT_COUNT,
            folder_count(
                storage, "SELECT count(*) FROM message WHERE folder = ? AND associated = 0", id));
        bag_set_long(ret_props, EMU_PR_ASSOC_CONTENT_COUNT,
            folder_count(
                storage, "SELECT count(*) FROM message WHERE folder = ? AND associated = 1", id));
        bag_set_bool(ret_props, PR_SUBFOLDERS, children > 0);
        bag_set_long(ret_props, PR_CONTENT_UNREAD, 0);
    }
    return hr;
}

static HRESULT folder_event(struct storage *storage, const struct folder_info *info, ULONG kind)
{
    struct event_info event = {
        0, kind, MAPI_FOLDER, info->store, info->id, info->parent, info->store, 0, 0};

    return storage_add_event(storage, &event);
}

HRESULT storage_folder_set_props(struct storage *storage, ULONG id, const struct bag *props)
{
    struct folder_info info;
    struct store_info store;
    struct bag all = {0};
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, id, &info, &all);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, info.store, &store);
    }
    if (SUCCEEDED(hr)) {
        for (ULONG i = 0; i < props->count; i++) {
            bag_set(&all, props->items[i].tag, props->items[i].data, props->items[i].size);
        }
        computed_folder(&store, &info, storage_next(storage, "next_change"), storage_now(), &all);
        hr = folder_write(storage, id, &all);
    }
    if (SUCCEEDED(hr)) {
        hr = folder_event(storage, &info, fnevObjectModified);
    }
    bag_fini(&all);
    return storage_end(storage, hr);
}

HRESULT storage_folder_touch(struct storage *storage, ULONG folder)
{
    struct folder_info info;
    struct bag props = {0};
    HRESULT hr = storage_folder(storage, folder, &info, &props);

    if (SUCCEEDED(hr)) {
        bag_set_time(&props, EMU_PR_LOCAL_COMMIT_TIME_MAX, storage_now());
        hr = folder_write(storage, folder, &props);
    }
    bag_fini(&props);
    return hr;
}

HRESULT storage_folder_create(struct storage *storage, ULONG store, ULONG parent, const WCHAR *name,
    const WCHAR *container_class, ULONG *ret_id)
{
    struct folder_info info = {0, store, parent};
    struct store_info owner;
    struct bag props = {0};
    sqlite3_stmt *stmt;
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, store, &owner);
    }
    if (FAILED(hr)) {
        return storage_end(storage, hr);
    }
    info.id = (ULONG)storage_next(storage, "next_id");
    bag_set_string(&props, PR_DISPLAY_NAME, name);
    if (container_class) {
        bag_set_string(&props, PR_CONTAINER_CLASS, container_class);
    }
    bag_set_time(&props, EMU_PR_LOCAL_COMMIT_TIME_MAX, storage_now());
    computed_folder(&owner, &info, storage_next(storage, "next_change"), storage_now(), &props);
    stmt = storage_prepare(storage, "INSERT INTO folder VALUES(?, ?, ?, ?)");
    sqlite3_bind_int64(stmt, 1, info.id);
    sqlite3_bind_int64(stmt, 2, store);
    sqlite3_bind_int64(stmt, 3, parent);
    storage_bind_bag(stmt, 4, &props);
    hr = storage_run(storage, stmt);
    if (SUCCEEDED(hr)) {
        hr = folder_event(storage, &info, fnevObjectCreated);
    }
    bag_fini(&props);
    hr = storage_end(storage, hr);
    if (SUCCEEDED(hr)) {
        *ret_id = info.id;
    }
    return hr;
}

HRESULT storage_folder_children(
    struct storage *storage, ULONG id, ULONG **ret_ids, ULONG *ret_count)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "SELECT id FROM folder WHERE parent = ? ORDER BY id");
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, id);
    while ((hr = storage_step(storage, stmt)) == S_OK) {
        ids = emu_grow(ids, (count + 1) * sizeof(*ids));
        ids[count++] = (ULONG)sqlite3_column_int64(stmt, 0);
    }
    if (hr != MAPI_E_NOT_FOUND) {
        emu_free(ids);
        return hr;
    }
    *ret_ids = ids;
    *ret_count = count;
    return S_OK;
}

HRESULT storage_folder_find(struct storage *storage, ULONG parent, const WCHAR *name, ULONG *ret_id)
{
    ULONG *ids;
    ULONG count;
    BOOL found = FALSE;
    HRESULT hr = storage_folder_children(storage, parent, &ids, &count);

    if (FAILED(hr)) {
        return hr;
    }
    for (ULONG i = 0; i < count && !found && SUCCEEDED(hr); i++) {
        struct folder_info info;
        struct bag props;
        hr = storage_folder(storage, ids[i], &info, &props);
        if (SUCCEEDED(hr)) {
            found = _wcsicmp(bag_string(&props, PR_DISPLAY_NAME), name) == 0;
            *ret_id = found ? ids[i] : *ret_id;
            bag_fini(&props);
        }
    }
    emu_free(ids);
    return FAILED(hr) ? hr : found ? S_OK : MAPI_E_NOT_FOUND;
}

HRESULT storage_folder_move(struct storage *storage, ULONG id, ULONG parent)
{
    sqlite3_stmt *stmt;
    struct folder_info info;
    struct event_info event = {0};
    struct bag nothing = {0};
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, id, &info, NULL);
    }
    if (SUCCEEDED(hr)) {
        stmt = storage_prepare(storage, "UPDATE folder SET parent = ? WHERE id = ?");
        sqlite3_bind_int64(stmt, 1, parent);
        sqlite3_bind_int64(stmt, 2, id);
        hr = storage_run(storage, stmt);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_set_props(storage, id, &nothing);
    }
    if (SUCCEEDED(hr)) {
        event = (struct event_info){
            0, fnevObjectMoved, MAPI_FOLDER, info.store, id, parent, info.store, id, info.parent};
        hr = storage_add_event(storage, &event);
    }
    return storage_end(storage, hr);
}

static HRESULT folder_delete_messages(struct storage *storage, ULONG id)
{
    HRESULT hr = S_OK;

    for (int associated = 0; associated < 2 && SUCCEEDED(hr); associated++) {
        ULONG *ids = NULL;
        ULONG count = 0;
        hr = storage_message_ids(storage, id, associated, &ids, &count);
        for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
            hr = storage_message_delete(storage, ids[i]);
        }
        emu_free(ids);
    }
    return hr;
}

HRESULT storage_folder_delete(struct storage *storage, ULONG id)
{
    struct folder_info info;
    ULONG *ids = NULL;
    ULONG count = 0;
    sqlite3_stmt *stmt;
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, id, &info, NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_children(storage, id, &ids, &count);
    }
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        hr = storage_folder_delete(storage, ids[i]);
    }
    emu_free(ids);
    if (SUCCEEDED(hr)) {
        hr = folder_delete_messages(storage, id);
    }
    if (SUCCEEDED(hr)) {
        stmt = storage_prepare(storage, "DELETE FROM folder WHERE id = ?");
        sqlite3_bind_int64(stmt, 1, id);
        hr = storage_run(storage, stmt);
    }
    if (SUCCEEDED(hr)) {
        hr = folder_event(storage, &info, fnevObjectDeleted);
    }
    return storage_end(storage, hr);
}
