/* Named properties: each store gives out ids from 0x8000 on, in the order in which the names first
 * appear. */
#include "tests/outlook/storage_private.h"

#include <string.h>

#define NAME_ID_LAST 0xFFFE

/* The stores start at different ids, as any two real ones do: an id used in the wrong store names
 * another property. */
static ULONG name_first_id(ULONG store)
{
    return 0x8000 + store * 0x123;
}

static void name_bind(sqlite3_stmt *stmt, int index, ULONG store, const struct name_info *name)
{
    sqlite3_bind_int64(stmt, index, store);
    sqlite3_bind_blob(stmt, index + 1, &name->guid, sizeof(name->guid), SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, index + 2, name->is_string);
    sqlite3_bind_int64(stmt, index + 3, name->is_string ? 0 : name->lid);
    sqlite3_bind_text16(
        stmt, index + 4, name->is_string ? name->string : L"", -1, SQLITE_TRANSIENT);
}

static HRESULT name_create(
    struct storage *storage, ULONG store, const struct name_info *name, ULONG *ret_id)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT max(id) FROM name WHERE store = ?");
    ULONG id = name_first_id(store);
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, store);
    hr = storage_step(storage, stmt);
    if (hr == S_OK && sqlite3_column_int64(stmt, 0) >= id) {
        id = (ULONG)sqlite3_column_int64(stmt, 0) + 1;
    }
    sqlite3_reset(stmt);
    if (id > NAME_ID_LAST) {
        return MAPI_E_NOT_ENOUGH_RESOURCES;
    }
    stmt = storage_prepare(storage, "INSERT INTO name(id, store, guid, is_string, lid, string)"
                                    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    sqlite3_bind_int64(stmt, 1, id);
    name_bind(stmt, 2, store, name);
    hr = storage_run(storage, stmt);
    if (SUCCEEDED(hr)) {
        *ret_id = id;
    }
    return hr;
}

HRESULT storage_name_id(
    struct storage *storage, ULONG store, const struct name_info *name, BOOL create, ULONG *ret_id)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT id FROM name WHERE store = ? AND guid = ?"
                                                  " AND is_string = ? AND lid = ? AND string = ?");
    HRESULT hr;

    name_bind(stmt, 1, store, name);
    hr = storage_step(storage, stmt);
    if (hr == S_OK) {
        *ret_id = (ULONG)sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
        return S_OK;
    }
    if (hr != MAPI_E_NOT_FOUND || !create) {
        return hr;
    }
    hr = storage_begin(storage);
    if (SUCCEEDED(hr)) {
        hr = name_create(storage, store, name, ret_id);
    }
    return storage_end(storage, hr);
}

HRESULT storage_id_name(struct storage *storage, ULONG store, ULONG id, struct name_info *ret_name)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT guid, is_string, lid, string FROM name WHERE store = ? AND id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, store);
    sqlite3_bind_int64(stmt, 2, id);
    hr = storage_step(storage, stmt);
    if (hr != S_OK) {
        return hr;
    }
    memset(ret_name, 0, sizeof(*ret_name));
    if (sqlite3_column_bytes(stmt, 0) == sizeof(ret_name->guid)) {
        memcpy(&ret_name->guid, sqlite3_column_blob(stmt, 0), sizeof(ret_name->guid));
    }
    ret_name->is_string = sqlite3_column_int(stmt, 1);
    ret_name->lid = (ULONG)sqlite3_column_int64(stmt, 2);
    if (ret_name->is_string) {
        ret_name->string = emu_copy(sqlite3_column_text16(stmt, 3));
    }
    sqlite3_reset(stmt);
    return S_OK;
}

HRESULT storage_name_ids(struct storage *storage, ULONG store, ULONG **ret_ids, ULONG *ret_count)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "SELECT id FROM name WHERE store = ? ORDER BY id");
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, store);
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

struct remap {
    struct storage *storage;
    ULONG from;
    ULONG to;
    HRESULT hr;
};

static void remap_bag(struct bag *bag, void *context)
{
    struct remap *remap = context;
    struct bag changed = {0};

    for (ULONG i = 0; i < bag->count && SUCCEEDED(remap->hr); i++) {
        ULONG tag = bag->items[i].tag;
        if (PROP_ID(tag) >= 0x8000) {
            struct name_info name;
            ULONG id = 0;
            remap->hr = storage_id_name(remap->storage, remap->from, PROP_ID(tag), &name);
            if (remap->hr == MAPI_E_NOT_FOUND) {
                remap->hr = S_OK; /* a nameless id means nothing in another store */
                continue;
            }
            if (SUCCEEDED(remap->hr)) {
                remap->hr = storage_name_id(remap->storage, remap->to, &name, TRUE, &id);
                emu_free(name.string);
            }
            tag = PROP_TAG(PROP_TYPE(tag), id);
        }
        bag_set(&changed, tag, bag->items[i].data, bag->items[i].size);
    }
    bag_fini(bag);
    *bag = changed;
}

HRESULT storage_remap_names(
    struct storage *storage, ULONG from_store, ULONG to_store, struct item *item)
{
    struct remap remap = {storage, from_store, to_store, S_OK};

    if (from_store != to_store) {
        item_each_bag(item, remap_bag, &remap);
    }
    return remap.hr;
}
