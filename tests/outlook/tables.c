/* The sources of tables: stores, folder contents, hierarchy, attachments, recipients. */
#include "tests/outlook/mapiobj.h"

#include <string.h>

/* What a source needs; owned by its table. */
struct source {
    ULONG folder;
    BOOL associated;
    BOOL deep;
    struct message *message; /* held */
};

static void source_release(void *context)
{
    struct source *source = context;

    if (source->message) {
        object_unhold(&source->message->prop.object);
    }
    emu_free(source);
}

static LONGLONG source_version(void *context)
{
    struct storage *storage;

    (void)context;
    return SUCCEEDED(process_storage(&storage)) ? storage_last_event(storage) : -1;
}

/* A message handle changes in memory only, and counts how often. */
static LONGLONG source_version_memory(void *context)
{
    return (LONGLONG)((struct source *)context)->message->edits;
}

static HRESULT source_load_stores(void *context, struct table_rows *rows)
{
    struct storage *storage;
    struct store_info *stores = NULL;
    ULONG count = 0;
    HRESULT hr = process_storage(&storage);

    (void)context;
    if (SUCCEEDED(hr)) {
        hr = storage_stores(storage, &stores, &count);
    }
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        struct bag bag;
        hr = storage_store_props(storage, stores[i].id, &bag);
        if (SUCCEEDED(hr)) {
            LONG status = stores[i].is_default ? STATUS_DEFAULT_STORE | STATUS_PRIMARY_STORE
                                               : STATUS_SECONDARY_STORE;
            bag_set_long(&bag, PR_RESOURCE_FLAGS, status);
            table_rows_add(rows, stores[i].id, NULL, 0, &bag);
        }
    }
    emu_free(stores);
    return hr;
}

static void source_add_message(ULONG id, const BYTE *row, size_t size, void *context)
{
    table_rows_add(context, id, row, size, NULL);
}

static HRESULT source_load_contents(void *context, struct table_rows *rows)
{
    struct source *source = context;
    struct storage *storage;
    HRESULT hr = process_storage(&storage);

    return SUCCEEDED(hr) ? storage_message_rows(storage, source->folder, source->associated,
                               source_add_message, rows)
                         : hr;
}

static HRESULT source_load_level(
    struct storage *storage, ULONG folder, LONG depth, BOOL deep, struct table_rows *rows)
{
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr = storage_folder_children(storage, folder, &ids, &count);

    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        struct folder_info info;
        struct bag bag;
        hr = storage_folder(storage, ids[i], &info, &bag);
        if (SUCCEEDED(hr)) {
            bag_set_long(&bag, PR_DEPTH, depth);
            bag_set_long(&bag, PR_STATUS, 0);
            table_rows_add(rows, ids[i], NULL, 0, &bag);
            hr = deep ? source_load_level(storage, ids[i], depth + 1, TRUE, rows) : S_OK;
        }
    }
    emu_free(ids);
    return hr;
}

static HRESULT source_load_folders(void *context, struct table_rows *rows)
{
    struct source *source = context;
    struct storage *storage;
    HRESULT hr = process_storage(&storage);

    return SUCCEEDED(hr) ? source_load_level(storage, source->folder, 1, source->deep, rows) : hr;
}

/* A bag as a table shows it: long strings cut, long binaries left out. */
static void source_add_bag(struct table_rows *rows, ULONG key, const struct bag *bag)
{
    struct buffer bytes = {0};

    bag_write_row(&bytes, bag);
    table_rows_add(rows, key, bytes.data, bytes.size, NULL);
    buffer_fini(&bytes);
}

static HRESULT source_load_attachments(void *context, struct table_rows *rows)
{
    struct source *source = context;
    struct item *item = &source->message->item;

    for (ULONG i = 0; i < item->attachment_count; i++) {
        source_add_bag(rows, item->attachments[i].number, &item->attachments[i].props);
    }
    return S_OK;
}

static HRESULT source_load_recipients(void *context, struct table_rows *rows)
{
    struct source *source = context;
    struct item *item = &source->message->item;

    for (ULONG i = 0; i < item->recipient_count; i++) {
        source_add_bag(
            rows, (ULONG)bag_long(&item->recipients[i], PR_ROWID, (LONG)i), &item->recipients[i]);
    }
    return S_OK;
}

static HRESULT source_table(const struct source *from, const struct table_source *shape,
    const ULONG *columns, ULONG column_count, ULONG flags, IMAPITable **ret_table)
{
    struct table_source source = *shape;
    struct source *context = emu_alloc(sizeof(*context));

    *context = *from;
    if (context->message) {
        object_hold(&context->message->prop.object);
    }
    source.context = context;
    source.release = source_release;
    source.columns = columns;
    source.column_count = column_count;
    return table_new(&source, flags, ret_table);
}

HRESULT table_of_stores(ULONG flags, IMAPITable **ret_table)
{
    static const ULONG columns[] = {PR_ENTRYID, PR_RECORD_KEY, PR_DISPLAY_NAME_W, PR_DEFAULT_STORE,
        PR_MDB_PROVIDER, PR_OBJECT_TYPE, PR_RESOURCE_FLAGS, PR_PROVIDER_DISPLAY_W, PR_INSTANCE_KEY};
    struct source from = {0, FALSE, FALSE, NULL};
    struct table_source shape = {.load = source_load_stores, .version = source_version};

    return source_table(&from, &shape, columns, ARRAYSIZE(columns), flags, ret_table);
}

HRESULT table_of_contents(
    ULONG store, ULONG folder, BOOL associated, ULONG flags, IMAPITable **ret_table)
{
    static const ULONG columns[] = {PR_ENTRYID, PR_INSTANCE_KEY, PR_RECORD_KEY, PR_MESSAGE_CLASS_W,
        PR_SUBJECT_W, PR_LAST_MODIFICATION_TIME, PR_MESSAGE_FLAGS, PR_MESSAGE_SIZE, PR_HASATTACH,
        PR_OBJECT_TYPE, PR_PARENT_ENTRYID, PR_NORMALIZED_SUBJECT_W};
    struct source from = {folder, associated, FALSE, NULL};
    struct table_source shape = {.load = source_load_contents,
        .version = source_version,
        .store = store,
        .folder = folder,
        .object_type = MAPI_MESSAGE};

    return source_table(&from, &shape, columns, ARRAYSIZE(columns), flags, ret_table);
}

HRESULT table_of_folders(ULONG store, ULONG folder, BOOL deep, ULONG flags, IMAPITable **ret_table)
{
    static const ULONG columns[] = {PR_ENTRYID, PR_INSTANCE_KEY, PR_DISPLAY_NAME_W,
        PR_CONTAINER_CLASS_W, PR_FOLDER_TYPE, PR_SUBFOLDERS, PR_CONTENT_COUNT, PR_DEPTH,
        PR_OBJECT_TYPE, PR_STATUS, PR_PARENT_ENTRYID, PR_RECORD_KEY};
    struct source from = {folder, FALSE, deep, NULL};
    struct table_source shape = {.load = source_load_folders,
        .version = source_version,
        .store = store,
        .folder = folder,
        .object_type = MAPI_FOLDER};

    return source_table(&from, &shape, columns, ARRAYSIZE(columns), flags, ret_table);
}

HRESULT table_of_attachments(struct message *message, ULONG flags, IMAPITable **ret_table)
{
    static const ULONG columns[] = {PR_ATTACH_NUM, PR_INSTANCE_KEY, PR_RECORD_KEY, PR_ATTACH_METHOD,
        PR_ATTACH_FILENAME_W, PR_ATTACH_SIZE, PR_RENDERING_POSITION};
    struct source from = {0, FALSE, FALSE, message};
    struct table_source shape = {.load = source_load_attachments, .version = source_version_memory};

    return source_table(&from, &shape, columns, ARRAYSIZE(columns), flags, ret_table);
}

HRESULT table_of_recipients(struct message *message, ULONG flags, IMAPITable **ret_table)
{
    static const ULONG columns[] = {PR_ROWID, PR_INSTANCE_KEY, PR_RECIPIENT_TYPE, PR_DISPLAY_NAME_W,
        PR_EMAIL_ADDRESS_W, PR_ADDRTYPE_W, PR_ENTRYID, PR_OBJECT_TYPE, PR_DISPLAY_TYPE};
    struct source from = {0, FALSE, FALSE, message};
    struct table_source shape = {.load = source_load_recipients, .version = source_version_memory};

    return source_table(&from, &shape, columns, ARRAYSIZE(columns), flags, ret_table);
}
