/* The mailbox file: opening, transactions, stores, settings and events. Folders, messages and names
 * have files of their own (storage_folder.c, storage_message.c, storage_name.c). */
#include "tests/outlook/storage_private.h"

#include "tests/outlook/computed.h"

#include <stdio.h>
#include <string.h>

#define STORAGE_BUSY_MS     30000
#define STORAGE_EVENTS_KEPT 20000

static const char *const storage_schema =
    "DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS store; DROP TABLE IF EXISTS folder;"
    "DROP TABLE IF EXISTS message; DROP TABLE IF EXISTS name; DROP TABLE IF EXISTS event;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE store(id INTEGER PRIMARY KEY, name TEXT, record_key BLOB, is_default INT, root "
    "INT, props BLOB);"
    "CREATE TABLE folder(id INTEGER PRIMARY KEY, store INT, parent INT, props BLOB);"
    "CREATE INDEX folder_parent ON folder(parent);"
    "CREATE TABLE message(id INTEGER PRIMARY KEY, store INT, folder INT, associated INT, change "
    "INT, row BLOB,"
    " body BLOB);"
    "CREATE INDEX message_folder ON message(folder, associated);"
    "CREATE TABLE name(store INT, id INT, guid BLOB, is_string INT, lid INT, string TEXT, PRIMARY "
    "KEY(store, id));"
    "CREATE UNIQUE INDEX name_lookup ON name(store, guid, is_string, lid, string);"
    "CREATE TABLE event(sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind INT, object_type INT, "
    "store INT, id INT,"
    " parent INT, old_store INT, old_id INT, old_parent INT);"
    "INSERT INTO meta VALUES('next_id', 256), ('next_change', 4096);";

HRESULT storage_error(struct storage *storage, const char *what)
{
    fprintf(stderr, "emulated outlook: %s: %s\n", what, sqlite3_errmsg(storage->db));
    return sqlite3_errcode(storage->db) == SQLITE_BUSY ? MAPI_E_BUSY : MAPI_E_DISK_ERROR;
}

/* ---- SQLite's memory is the emulation's, too: its cache alone takes up to 64 MB ---- */
static void *sqlite_alloc(int size)
{
    return emu_grow(NULL, (size_t)size); /* not cleared */
}

static void *sqlite_grow(void *old, int size)
{
    return emu_grow(old, (size_t)size);
}

static int sqlite_size(void *memory)
{
    return memory ? (int)emu_size(memory) : 0;
}

static int sqlite_roundup(int size)
{
    return (size + 7) & ~7;
}

static int sqlite_init(void *data)
{
    (void)data;
    return SQLITE_OK;
}

static void sqlite_shutdown(void *data)
{
    (void)data;
}

/* Does nothing once SQLite has begun. */
static void use_own_memory(void)
{
    static const sqlite3_mem_methods methods = {.xMalloc = sqlite_alloc,
        .xFree = emu_free,
        .xRealloc = sqlite_grow,
        .xSize = sqlite_size,
        .xRoundup = sqlite_roundup,
        .xInit = sqlite_init,
        .xShutdown = sqlite_shutdown};

    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

HRESULT storage_open(const WCHAR *path, BOOL create, struct storage **ret_storage)
{
    struct storage *storage = emu_alloc(sizeof(*storage));
    char *utf8 = emu_utf8(path, -1);
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    int status;

    use_own_memory();
    status = sqlite3_open_v2(utf8, &storage->db, flags, NULL);

    emu_free(utf8);
    if (status == SQLITE_OK) {
        sqlite3_busy_timeout(storage->db, STORAGE_BUSY_MS);
        /* An emulation needs no safety from power cuts; a killed process still leaves a consistent
         * file. WAL makes a save four times as fast as the rollback journal (the wrap's SQLite is
         * free of the WAL-reset bug). */
        status = sqlite3_exec(storage->db,
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL; PRAGMA cache_size=-65536;", NULL,
            NULL, NULL);
    }
    if (status != SQLITE_OK) {
        storage_close(storage);
        return MAPI_E_NOT_FOUND;
    }
    *ret_storage = storage;
    return S_OK;
}

void storage_close(struct storage *storage)
{
    if (!storage) {
        return;
    }
    for (int i = 0; i < STORAGE_STATEMENT_CACHE; i++) {
        sqlite3_finalize(storage->cache[i].stmt);
    }
    sqlite3_close(storage->db);
    emu_free(storage);
}

sqlite3_stmt *storage_prepare(struct storage *storage, const char *sql)
{
    for (int i = 0; i < STORAGE_STATEMENT_CACHE; i++) {
        if (storage->cache[i].sql == sql) {
            sqlite3_reset(storage->cache[i].stmt);
            sqlite3_clear_bindings(storage->cache[i].stmt);
            return storage->cache[i].stmt;
        }
        if (!storage->cache[i].sql) {
            if (sqlite3_prepare_v2(storage->db, sql, -1, &storage->cache[i].stmt, NULL) !=
                SQLITE_OK) {
                storage_error(storage, sql);
                return NULL;
            }
            storage->cache[i].sql = sql;
            return storage->cache[i].stmt;
        }
    }
    fputs("emulated outlook: STORAGE_STATEMENT_CACHE is too small\n", stderr);
    return NULL;
}

HRESULT storage_step(struct storage *storage, sqlite3_stmt *stmt)
{
    int status = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;

    if (status == SQLITE_ROW) {
        return S_OK;
    }
    if (status == SQLITE_DONE) {
        sqlite3_reset(stmt);
        return MAPI_E_NOT_FOUND;
    }
    if (stmt) {
        HRESULT hr = storage_error(storage, sqlite3_sql(stmt));
        sqlite3_reset(stmt);
        return hr;
    }
    return MAPI_E_DISK_ERROR;
}

HRESULT storage_run(struct storage *storage, sqlite3_stmt *stmt)
{
    HRESULT hr = storage_step(storage, stmt);

    if (hr == S_OK) {
        sqlite3_reset(stmt);
    }
    return hr == MAPI_E_NOT_FOUND ? S_OK : hr;
}

HRESULT storage_begin(struct storage *storage)
{
    if (storage->depth++ > 0) {
        return S_OK;
    }
    storage->failed = FALSE;
    if (sqlite3_exec(storage->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        storage->depth = 0;
        return storage_error(storage, "begin");
    }
    return S_OK;
}

/* Statements that returned a row and were not stepped to their end would keep the transaction open.
 */
static void storage_reset_all(struct storage *storage)
{
    for (int i = 0; i < STORAGE_STATEMENT_CACHE && storage->cache[i].stmt; i++) {
        sqlite3_reset(storage->cache[i].stmt);
    }
}

HRESULT storage_end(struct storage *storage, HRESULT hr)
{
    if (storage->depth == 0) {
        return hr; /* begin failed */
    }
    storage->failed = storage->failed || FAILED(hr);
    if (--storage->depth > 0) {
        return hr;
    }
    storage_reset_all(storage);
    if (sqlite3_exec(storage->db, storage->failed ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL) !=
        SQLITE_OK) {
        HRESULT failure = storage_error(storage, "end of a transaction");
        sqlite3_exec(storage->db, "ROLLBACK", NULL, NULL, NULL);
        return FAILED(hr) ? hr : failure;
    }
    return hr;
}

HRESULT storage_get_text(struct storage *storage, const char *key, char **ret_value)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT value FROM meta WHERE key = ?");
    HRESULT hr;

    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    hr = storage_step(storage, stmt);
    if (hr == S_OK) {
        const char *value = (const char *)sqlite3_column_text(stmt, 0);
        *ret_value = strcpy(emu_alloc(strlen(value ? value : "") + 1), value ? value : "");
        sqlite3_reset(stmt);
    }
    return hr;
}

HRESULT storage_set_text(struct storage *storage, const char *key, const char *value)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "INSERT OR REPLACE INTO meta VALUES(?, ?)");

    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 2, value, -1, SQLITE_TRANSIENT);
    return storage_run(storage, stmt);
}

LONGLONG storage_get_number(struct storage *storage, const char *key)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT value FROM meta WHERE key = ?");
    LONGLONG value = 0;

    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    if (storage_step(storage, stmt) == S_OK) {
        value = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return value;
}

LONGLONG storage_next(struct storage *storage, const char *key)
{
    sqlite3_stmt *stmt =
        storage_prepare(storage, "UPDATE meta SET value = value + 1 WHERE key = ? RETURNING value");
    LONGLONG value = 0;

    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    if (storage_step(storage, stmt) == S_OK) {
        value = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return value;
}

ULONGLONG storage_now(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return ((ULONGLONG)now.dwHighDateTime << 32) | now.dwLowDateTime;
}

HRESULT storage_read_bag(sqlite3_stmt *stmt, int column, struct bag *ret_bag)
{
    struct reader reader = {
        sqlite3_column_blob(stmt, column), (size_t)sqlite3_column_bytes(stmt, column), FALSE};

    return bag_read(&reader, ret_bag) ? S_OK : MAPI_E_CORRUPT_STORE;
}

void storage_bind_bag(sqlite3_stmt *stmt, int index, const struct bag *bag)
{
    struct buffer bytes = {0};

    bag_write(&bytes, bag);
    sqlite3_bind_blob(stmt, index, bytes.data, (int)bytes.size, SQLITE_TRANSIENT);
    buffer_fini(&bytes);
}

static void storage_read_store(sqlite3_stmt *stmt, struct store_info *store)
{
    const WCHAR *name = sqlite3_column_text16(stmt, 1);

    memset(store, 0, sizeof(*store));
    store->id = (ULONG)sqlite3_column_int64(stmt, 0);
    lstrcpynW(store->name, name ? name : L"", ARRAYSIZE(store->name));
    if (sqlite3_column_bytes(stmt, 2) == sizeof(store->record_key)) {
        memcpy(store->record_key, sqlite3_column_blob(stmt, 2), sizeof(store->record_key));
    }
    store->is_default = sqlite3_column_int(stmt, 3);
    store->root = (ULONG)sqlite3_column_int64(stmt, 4);
}

HRESULT storage_stores(struct storage *storage, struct store_info **ret_stores, ULONG *ret_count)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT id, name, record_key, is_default, root FROM store ORDER BY id");
    struct store_info *stores = NULL;
    ULONG count = 0;
    HRESULT hr;

    while ((hr = storage_step(storage, stmt)) == S_OK) {
        stores = emu_grow(stores, (count + 1) * sizeof(*stores));
        storage_read_store(stmt, &stores[count++]);
    }
    if (hr != MAPI_E_NOT_FOUND) {
        emu_free(stores);
        return hr;
    }
    *ret_stores = stores;
    *ret_count = count;
    return S_OK;
}

HRESULT storage_store(struct storage *storage, ULONG id, struct store_info *ret_store)
{
    sqlite3_stmt *stmt = storage_prepare(
        storage, "SELECT id, name, record_key, is_default, root FROM store WHERE id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, id);
    hr = storage_step(storage, stmt);
    if (hr == S_OK) {
        storage_read_store(stmt, ret_store);
        sqlite3_reset(stmt);
    }
    return hr;
}

HRESULT storage_store_props(struct storage *storage, ULONG id, struct bag *ret_props)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT props FROM store WHERE id = ?");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, id);
    hr = storage_step(storage, stmt);
    if (hr == S_OK) {
        hr = storage_read_bag(stmt, 0, ret_props);
        sqlite3_reset(stmt);
    }
    return hr;
}

HRESULT storage_store_set_props(struct storage *storage, ULONG id, const struct bag *props)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "UPDATE store SET props = ? WHERE id = ?");

    storage_bind_bag(stmt, 1, props);
    sqlite3_bind_int64(stmt, 2, id);
    return storage_run(storage, stmt);
}

HRESULT storage_add_event(struct storage *storage, const struct event_info *event)
{
    sqlite3_stmt *stmt = storage_prepare(storage,
        "INSERT INTO event(kind, object_type, store, id, parent, old_store,"
        " old_id, old_parent) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, event->kind);
    sqlite3_bind_int64(stmt, 2, event->object_type);
    sqlite3_bind_int64(stmt, 3, event->store);
    sqlite3_bind_int64(stmt, 4, event->id);
    sqlite3_bind_int64(stmt, 5, event->parent);
    sqlite3_bind_int64(stmt, 6, event->old_store);
    sqlite3_bind_int64(stmt, 7, event->old_id);
    sqlite3_bind_int64(stmt, 8, event->old_parent);
    hr = storage_run(storage, stmt);
    if (hr == S_OK && sqlite3_last_insert_rowid(storage->db) % 1024 == 0) {
        stmt = storage_prepare(storage, "DELETE FROM event WHERE sequence < ?");
        sqlite3_bind_int64(stmt, 1, sqlite3_last_insert_rowid(storage->db) - STORAGE_EVENTS_KEPT);
        hr = storage_run(storage, stmt);
    }
    return hr;
}

LONGLONG storage_last_event(struct storage *storage)
{
    sqlite3_stmt *stmt = storage_prepare(storage, "SELECT max(sequence) FROM event");
    LONGLONG last = 0;

    if (storage_step(storage, stmt) == S_OK) {
        last = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return last;
}

HRESULT storage_events(
    struct storage *storage, LONGLONG after, struct event_info **ret_events, ULONG *ret_count)
{
    sqlite3_stmt *stmt = storage_prepare(storage,
        "SELECT sequence, kind, object_type, store, id, parent, old_store, old_id,"
        " old_parent FROM event WHERE sequence > ? ORDER BY sequence");
    struct event_info *events = NULL;
    ULONG count = 0;
    HRESULT hr;

    sqlite3_bind_int64(stmt, 1, after);
    while ((hr = storage_step(storage, stmt)) == S_OK) {
        struct event_info *event;
        if ((count & (count - 1)) == 0) {
            events = emu_grow(events, (count ? count * 2 : 1) * sizeof(*events));
        }
        event = &events[count++];
        event->sequence = sqlite3_column_int64(stmt, 0);
        event->kind = (ULONG)sqlite3_column_int64(stmt, 1);
        event->object_type = (ULONG)sqlite3_column_int64(stmt, 2);
        event->store = (ULONG)sqlite3_column_int64(stmt, 3);
        event->id = (ULONG)sqlite3_column_int64(stmt, 4);
        event->parent = (ULONG)sqlite3_column_int64(stmt, 5);
        event->old_store = (ULONG)sqlite3_column_int64(stmt, 6);
        event->old_id = (ULONG)sqlite3_column_int64(stmt, 7);
        event->old_parent = (ULONG)sqlite3_column_int64(stmt, 8);
    }
    if (hr != MAPI_E_NOT_FOUND) {
        emu_free(events);
        return hr;
    }
    *ret_events = events;
    *ret_count = count;
    return S_OK;
}

/* ---- a fresh mailbox ---- */

struct default_folder {
    const WCHAR *name;
    const WCHAR *container_class;
    ULONG store_tag; /* where the store names it; 0: nowhere */
    ULONG root_tag;  /* where Inbox and root folder name it; 0: nowhere */
};

static const struct default_folder storage_mailbox_folders[] = {
    {L"Deleted Items", L"IPF.Note", PR_IPM_WASTEBASKET_ENTRYID, 0},
    {L"Inbox", L"IPF.Note", 0, 0},
    {L"Outbox", L"IPF.Note", PR_IPM_OUTBOX_ENTRYID, 0},
    {L"Sent Items", L"IPF.Note", PR_IPM_SENTMAIL_ENTRYID, 0},
    {L"Calendar", L"IPF.Appointment", 0, EMU_PR_IPM_APPOINTMENT_ENTRYID},
    {L"Contacts", L"IPF.Contact", 0, EMU_PR_IPM_CONTACT_ENTRYID},
    {L"Journal", L"IPF.Journal", 0, EMU_PR_IPM_JOURNAL_ENTRYID},
    {L"Notes", L"IPF.StickyNote", 0, EMU_PR_IPM_NOTE_ENTRYID},
    {L"Tasks", L"IPF.Task", 0, EMU_PR_IPM_TASK_ENTRYID},
    {L"Drafts", L"IPF.Note", 0, EMU_PR_IPM_DRAFTS_ENTRYID},
};

/* An archive file has no Inbox, hence no properties that name its folders: only their container
 * class tells. */
static const struct default_folder storage_archive_folders[] = {
    {L"Deleted Items", L"IPF.Note", PR_IPM_WASTEBASKET_ENTRYID, 0},
    {L"Calendar", L"IPF.Appointment", 0, 0},
    {L"Contacts", L"IPF.Contact", 0, 0},
};

static HRESULT storage_create_folders(struct storage *storage, const struct store_info *store,
    ULONG subtree, const struct default_folder *folders, size_t count, struct bag *store_props)
{
    struct bag special = {0};
    ULONG inbox = 0;
    HRESULT hr = S_OK;

    for (size_t i = 0; i < count && SUCCEEDED(hr); i++) {
        struct entryid id;
        ULONG folder = 0;
        hr = storage_folder_create(
            storage, store->id, subtree, folders[i].name, folders[i].container_class, &folder);
        id = entryid_make(store->record_key, ENTRYID_FOLDER, folder);
        if (folders[i].store_tag) {
            bag_set(store_props, folders[i].store_tag, &id, sizeof(id));
        }
        if (folders[i].root_tag) {
            bag_set(&special, folders[i].root_tag, &id, sizeof(id));
        }
        if (!wcscmp(folders[i].name, L"Inbox")) {
            inbox = folder;
            bag_set(store_props, EMU_TAG(0x7C01, PT_BINARY), &id,
                sizeof(id)); /* own: for GetReceiveFolder */
        }
    }
    if (SUCCEEDED(hr) && special.count) {
        hr = storage_folder_set_props(storage, store->root, &special);
    }
    if (SUCCEEDED(hr) && special.count && inbox) {
        hr = storage_folder_set_props(storage, inbox, &special);
    }
    bag_fini(&special);
    return hr;
}

static HRESULT storage_create_store(
    struct storage *storage, ULONG id, const WCHAR *name, BOOL is_default)
{
    struct store_info store = {id, {0}, 0, is_default, {0}};
    struct bag props = {0};
    struct entryid entryid;
    sqlite3_stmt *stmt;
    ULONG subtree = 0;
    ULONG finder = 0;
    HRESULT hr;

    lstrcpynW(store.name, name, ARRAYSIZE(store.name));
    computed_random(store.record_key, sizeof(store.record_key));
    stmt = storage_prepare(storage, "INSERT INTO store VALUES(?, ?, ?, ?, 0, NULL)");
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_text16(stmt, 2, store.name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_blob(stmt, 3, store.record_key, sizeof(store.record_key), SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 4, is_default);
    hr = storage_run(storage, stmt);
    if (SUCCEEDED(hr)) {
        hr = storage_folder_create(storage, id, 0, L"", NULL, &store.root);
    }
    if (SUCCEEDED(hr)) {
        stmt = storage_prepare(storage, "UPDATE store SET root = ? WHERE id = ?");
        sqlite3_bind_int64(stmt, 1, store.root);
        sqlite3_bind_int64(stmt, 2, id);
        hr = storage_run(storage, stmt);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_create(
            storage, id, store.root, L"Top of Outlook data file", NULL, &subtree);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_create(storage, id, store.root, L"Search Root", NULL, &finder);
    }
    computed_store(&store, &props);
    entryid = entryid_make(store.record_key, ENTRYID_FOLDER, subtree);
    bag_set(&props, PR_IPM_SUBTREE_ENTRYID, &entryid, sizeof(entryid));
    entryid = entryid_make(store.record_key, ENTRYID_FOLDER, finder);
    bag_set(&props, PR_FINDER_ENTRYID, &entryid, sizeof(entryid));
    bag_set_long(&props, PR_VALID_FOLDER_MASK,
        FOLDER_IPM_SUBTREE_VALID | FOLDER_IPM_WASTEBASKET_VALID | FOLDER_FINDER_VALID |
            (is_default
                    ? FOLDER_IPM_INBOX_VALID | FOLDER_IPM_OUTBOX_VALID | FOLDER_IPM_SENTMAIL_VALID
                    : 0));
    if (SUCCEEDED(hr)) {
        const struct default_folder *folders =
            is_default ? storage_mailbox_folders : storage_archive_folders;
        size_t count =
            is_default ? ARRAYSIZE(storage_mailbox_folders) : ARRAYSIZE(storage_archive_folders);
        hr = storage_create_folders(storage, &store, subtree, folders, count, &props);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_store_set_props(storage, id, &props);
    }
    bag_fini(&props);
    return hr;
}

HRESULT storage_create_mailbox(struct storage *storage)
{
    HRESULT hr = storage_begin(storage);

    if (SUCCEEDED(hr) && sqlite3_exec(storage->db, storage_schema, NULL, NULL, NULL) != SQLITE_OK) {
        hr = storage_error(storage, "create the mailbox's tables");
    }
    if (SUCCEEDED(hr)) {
        hr = storage_create_store(storage, 1, L"Outlook Data File", TRUE);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_create_store(storage, 2, L"Archive", FALSE);
    }
    return storage_end(storage, hr);
}

HRESULT storage_special_folder(struct storage *storage, ULONG store, ULONG tag, ULONG *ret_id)
{
    struct store_info info;
    struct bag props;
    struct entryid entryid;
    const struct prop *prop;
    ULONG kind;
    HRESULT hr = storage_store(storage, store, &info);

    if (SUCCEEDED(hr)) {
        hr = storage_store_props(storage, store, &props);
    }
    if (FAILED(hr)) {
        return hr;
    }
    prop = bag_find(&props, tag);
    if (!prop) {
        struct folder_info root;
        bag_fini(&props);
        hr = storage_folder(storage, info.root, &root, &props);
        if (FAILED(hr)) {
            return hr;
        }
        prop = bag_find(&props, tag);
    }
    hr = prop && entryid_parse(prop->data, prop->size, &entryid, &kind, ret_id) ? S_OK
                                                                                : MAPI_E_NOT_FOUND;
    bag_fini(&props);
    return hr;
}
