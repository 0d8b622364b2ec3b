/* Messages in the mailbox file: each has its whole item in `body`, and in `row` what a contents
 * table shows, so that a pass over a folder does not read bodies and attachments. */
#include "tests/outlook/storage_private.h"

#include "tests/outlook/computed.h"

#include <string.h>

HRESULT storage_message(
    struct storage *storage, ULONG id, struct message_info *ret_info, struct item *ret_item)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT store, folder, associated, change, body FROM message WHERE id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, id);
    hr = storage_step(storage, stmt);
    if (hr != S_OK) {
        return hr;
    }
    ret_info->id = id;
    ret_info->store = (ULONG)sqlite3_column_int64(stmt, 0);
    ret_info->folder = (ULONG)sqlite3_column_int64(stmt, 1);
    ret_info->associated = sqlite3_column_int(stmt, 2);
    ret_info->change = sqlite3_column_int64(stmt, 3);
    if (ret_item) {
        struct reader reader = {
            sqlite3_column_blob(stmt, 4), (size_t)sqlite3_column_bytes(stmt, 4), FALSE};
        hr = item_read(&reader, ret_item) ? S_OK : MAPI_E_CORRUPT_STORE;
    }
    sqlite3_reset(stmt);
    return hr;
}

static HRESULT message_write(
    struct storage *storage, const struct message_info *info, const struct item *item)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "INSERT OR REPLACE INTO message VALUES(?, ?, ?, ?, ?, ?, ?)");
    struct buffer row = {0};
    struct buffer body = {0};
    HRESULT hr;

    bag_write_row(&row, &item->props);
    item_write(&body, item);
    sqlite3_bind_int64(stmt, 1, info->id);
    sqlite3_bind_int64(stmt, 2, info->store);
    sqlite3_bind_int64(stmt, 3, info->folder);
    sqlite3_bind_int(stmt, 4, info->associated);
    sqlite3_bind_int64(stmt, 5, info->change);
    sqlite3_bind_blob(stmt, 6, row.data, (int)row.size, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 7, body.data, (int)body.size, SQLITE_STATIC);
    hr = storage_run(storage, stmt);
    sqlite3_clear_bindings(stmt);
    buffer_fini(&row);
    buffer_fini(&body);
    return hr;
}

static HRESULT message_event(struct storage *storage, const struct message_info *info, ULONG kind)
{
    struct event_info event = {
        0, kind, MAPI_MESSAGE, info->store, info->id, info->folder, info->store, 0, 0};

    return storage_add_event(storage, &event);
}

HRESULT storage_message_save(
    struct storage *storage, struct message_info *info, struct item *item, BOOL keep_times)
{
    struct message_info saved = *info;
    struct store_info store;
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, info->store, &store);
    }
    if (SUCCEEDED(hr)) {
        if (!saved.id) {
            saved.id = (ULONG)storage_next(storage, "next_id");
        }
        saved.change = storage_next(storage, "next_change");
        computed_save(&store, &saved, storage_now(), keep_times, item);
        hr = message_write(storage, &saved, item);
    }
    if (SUCCEEDED(hr)) {
        hr = message_event(storage, &saved, info->id ? fnevObjectModified : fnevObjectCreated);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_touch(storage, saved.folder);
    }
    hr = storage_end(storage, hr);
    if (SUCCEEDED(hr)) {
        *info = saved;
    }
    return hr;
}

static HRESULT message_remove(struct storage *storage, const struct message_info *info)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "DELETE FROM message WHERE id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, info->id);
    hr = storage_run(storage, stmt);
    return SUCCEEDED(hr) ? storage_folder_touch(storage, info->folder) : hr;
}

HRESULT storage_message_delete(struct storage *storage, ULONG id)
{
    struct message_info info;
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_message(storage, id, &info, NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = message_remove(storage, &info);
    }
    if (SUCCEEDED(hr)) {
        hr = message_event(storage, &info, fnevObjectDeleted);
    }
    return storage_end(storage, hr);
}

/* What does not travel with a message: a copy gets its own search key, a move keeps it; neither
 * changes the times (office-developer-client-docs, PR_SEARCH_KEY; a move is no modification of the
 * message's content). */
static HRESULT message_place(struct storage *storage, const struct message_info *from,
    struct message_info *to, struct item *item, BOOL move)
{
    struct store_info store;
    struct event_info event;
    HRESULT hr = storage_store(storage, to->store, &store);

    if (SUCCEEDED(hr)) {
        hr = storage_remap_names(storage, from->store, to->store, item);
    }
    if (FAILED(hr)) {
        return hr;
    }
    to->id = (ULONG)storage_next(storage, "next_id");
    to->change = storage_next(storage, "next_change");
    if (!move) {
        bag_delete(&item->props, PR_SEARCH_KEY);
    }
    computed_save(&store, to, storage_now(), TRUE, item);
    hr = message_write(storage, to, item);
    if (SUCCEEDED(hr)) {
        hr = storage_folder_touch(storage, to->folder);
    }
    if (SUCCEEDED(hr)) {
        event = (struct event_info){0, move ? fnevObjectMoved : fnevObjectCreated, MAPI_MESSAGE,
            to->store, to->id, to->folder, from->store, move ? from->id : 0,
            move ? from->folder : 0};
        hr = storage_add_event(storage, &event);
    }
    return hr;
}

HRESULT storage_message_transfer(
    struct storage *storage, ULONG id, ULONG folder, BOOL move, ULONG *ret_id)
{
    struct message_info from;
    struct message_info to = {0};
    struct folder_info target;
    struct item item = {0};
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr)) {
        hr = storage_folder(storage, folder, &target, NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message(storage, id, &from, &item);
    }
    if (SUCCEEDED(hr)) {
        to.store = target.store;
        to.folder = folder;
        to.associated = from.associated;
        hr = message_place(storage, &from, &to, &item, move);
    }
    if (SUCCEEDED(hr) && move) {
        hr = message_remove(storage, &from);
    }
    item_fini(&item);
    hr = storage_end(storage, hr);
    if (SUCCEEDED(hr)) {
        *ret_id = to.id;
    }
    return hr;
}

HRESULT storage_message_ids(
    struct storage *storage, ULONG folder, BOOL associated, ULONG **ret_ids, ULONG *ret_count)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT id FROM message WHERE folder = ? AND associated = ? ORDER BY id");
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, folder);
    sqlite3_bind_int(stmt, 2, associated);
    while ((hr = storage_step(storage, stmt)) == S_OK) {
        if ((count & (count - 1)) == 0) {
            ids = emu_grow(ids, (count ? count * 2 : 1) * sizeof(*ids));
        }
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

ULONG storage_message_total(struct storage *storage)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "SELECT count(*) FROM message WHERE associated = 0");
    ULONG count = 0;

    if (storage_step(storage, stmt) == S_OK) {
        count = (ULONG)sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return count;
}

HRESULT storage_message_rows(struct storage *storage, ULONG folder, BOOL associated,
    void (*visit)(ULONG id, const BYTE *row, size_t size, void *context), void *context)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT id, row FROM message WHERE folder = ? AND associated = ? ORDER BY id");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, folder);
    sqlite3_bind_int(stmt, 2, associated);
    while ((hr = storage_step(storage, stmt)) == S_OK) {
        visit((ULONG)sqlite3_column_int64(stmt, 0), sqlite3_column_blob(stmt, 1),
            (size_t)sqlite3_column_bytes(stmt, 1), context);
    }
    return hr == MAPI_E_NOT_FOUND ? S_OK : hr;
}
