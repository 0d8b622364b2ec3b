/* Notifications; see notify.h. One thread looks at the mailbox's event list ten times a second,
 * which serves changes of this process and of others alike. */
#include "tests/outlook/notify.h"

#include "tests/outlook/computed.h"

#include <string.h>

#define NOTIFY_POLL_MS 100
#define NOTIFY_MESSAGE (WM_APP + 17)
#define NOTIFY_EVENTS                                                                              \
    (fnevObjectCreated | fnevObjectDeleted | fnevObjectModified | fnevObjectMoved |                \
        fnevObjectCopied | fnevNewMail | fnevCriticalError | fnevSearchComplete | fnevExtended)

struct connection {
    ULONG id; /* 0: a free slot */
    struct object *owner;
    IMAPIAdviseSink *sink; /* a reference */
    ULONG mask;
    BOOL is_table;
    ULONG store;
    ULONG object;      /* store connections: the object watched; 0: all */
    ULONG object_type; /* table connections: of the rows */
    ULONG folder;      /* table connections */
    LONGLONG after;    /* the last event already looked at */
};

struct notify {
    struct connection *connections; /* owned */
    ULONG count;
    ULONG next_id;
    CRITICAL_SECTION delivery; /* held while sinks are called */
    HANDLE stop;
    HANDLE thread;
    HWND window; /* NULL with MAPI_MULTITHREAD_NOTIFICATIONS */
};

static struct notify *notify_get(void)
{
    static struct notify notify; /* connections belong to the process, as MAPI's do */

    return &notify;
}

static BYTE *notify_entryid(ULONG store, ULONG object_type, ULONG id, ULONG *ret_size)
{
    struct storage *storage;
    struct store_info info;
    struct entryid entryid;

    *ret_size = 0;
    if (!id || FAILED(process_storage(&storage)) || FAILED(storage_store(storage, store, &info))) {
        return NULL;
    }
    entryid = entryid_make(
        info.record_key, object_type == MAPI_FOLDER ? ENTRYID_FOLDER : ENTRYID_MESSAGE, id);
    *ret_size = sizeof(entryid);
    return memcpy(emu_alloc(sizeof(entryid)), &entryid, sizeof(entryid));
}

static void notify_fill(const struct event_info *event, NOTIFICATION *out)
{
    OBJECT_NOTIFICATION *object = &out->info.obj;

    memset(out, 0, sizeof(*out));
    out->ulEventType = event->kind;
    object->ulObjType = event->object_type;
    object->lpEntryID =
        (ENTRYID *)notify_entryid(event->store, event->object_type, event->id, &object->cbEntryID);
    object->lpParentID =
        (ENTRYID *)notify_entryid(event->store, MAPI_FOLDER, event->parent, &object->cbParentID);
    if (event->kind == fnevObjectMoved) {
        object->lpOldID = (ENTRYID *)notify_entryid(
            event->old_store, event->object_type, event->old_id, &object->cbOldID);
        object->lpOldParentID = (ENTRYID *)notify_entryid(
            event->old_store, MAPI_FOLDER, event->old_parent, &object->cbOldParentID);
    }
}

static void notify_clear(NOTIFICATION *notification)
{
    if (notification->ulEventType != fnevTableModified) {
        emu_free(notification->info.obj.lpEntryID);
        emu_free(notification->info.obj.lpParentID);
        emu_free(notification->info.obj.lpOldID);
        emu_free(notification->info.obj.lpOldParentID);
    }
}

static BOOL notify_wants(const struct connection *connection, const struct event_info *event)
{
    if (event->sequence <= connection->after) {
        return FALSE;
    }
    if (connection->is_table) {
        return event->object_type == connection->object_type &&
               (event->object_type == MAPI_FOLDER || event->parent == connection->folder ||
                   event->old_parent == connection->folder);
    }
    return (event->kind & connection->mask) &&
           (event->store == connection->store ||
               (event->kind == fnevObjectMoved && event->old_store == connection->store)) &&
           (!connection->object || event->id == connection->object ||
               event->old_id == connection->object);
}

/* One call a connection: all its events at once, or for a table that it changed. */
static NOTIFICATION *notify_collect(
    struct connection *connection, const struct event_info *events, ULONG count, ULONG *ret_count)
{
    NOTIFICATION *list = emu_alloc(count * sizeof(*list));
    ULONG used = 0;

    for (ULONG i = 0; i < count; i++) {
        if (!notify_wants(connection, &events[i])) {
            continue;
        }
        if (!connection->is_table) {
            notify_fill(&events[i], &list[used++]);
        } else if (used == 0) {
            list[0].ulEventType = fnevTableModified;
            list[0].info.tab.ulTableEvent = TABLE_CHANGED;
            used = 1;
        }
    }
    connection->after = events[count - 1].sequence;
    *ret_count = used;
    return list;
}

/* The events nobody has been told of yet. */
static HRESULT notify_events(
    struct notify *notify, struct event_info **ret_events, ULONG *ret_count)
{
    struct storage *storage;
    LONGLONG after = -1;
    HRESULT hr = process_storage(&storage);

    for (ULONG i = 0; i < notify->count; i++) {
        if (notify->connections[i].id && (after < 0 || notify->connections[i].after < after)) {
            after = notify->connections[i].after;
        }
    }
    *ret_count = 0;
    *ret_events = NULL;
    if (FAILED(hr) || after < 0 || storage_last_event(storage) <= after) {
        return hr;
    }
    return storage_events(storage, after, ret_events, ret_count);
}

static void notify_deliver(struct notify *notify)
{
    struct event_info *events = NULL;
    ULONG count = 0;

    EnterCriticalSection(&notify->delivery);
    process_lock();
    if (FAILED(notify_events(notify, &events, &count))) {
        count = 0;
    }
    process_unlock();
    for (ULONG i = 0; count > 0; i++) {
        IMAPIAdviseSink *sink = NULL;
        NOTIFICATION *list = NULL;
        ULONG used = 0;
        process_lock();
        if (i >= notify->count) {
            process_unlock();
            break;
        }
        if (notify->connections[i].id) {
            list = notify_collect(&notify->connections[i], events, count, &used);
            sink = notify->connections[i].sink;
            sink->lpVtbl->AddRef(sink);
        }
        process_unlock();
        if (used) {
            sink->lpVtbl->OnNotify(sink, used, list);
        }
        for (ULONG j = 0; j < used; j++) {
            notify_clear(&list[j]);
        }
        emu_free(list);
        if (sink) {
            sink->lpVtbl->Release(sink);
        }
    }
    emu_free(events);
    LeaveCriticalSection(&notify->delivery);
}

static DWORD WINAPI notify_thread(void *parameter)
{
    struct notify *notify = parameter;

    while (WaitForSingleObject(notify->stop, NOTIFY_POLL_MS) == WAIT_TIMEOUT) {
        if (notify->window) {
            PostMessageW(notify->window, NOTIFY_MESSAGE, 0, 0);
        } else {
            notify_deliver(notify);
        }
    }
    return 0;
}

static LRESULT CALLBACK notify_window_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    MSG more;

    if (message == NOTIFY_MESSAGE) {
        while (PeekMessageW(&more, window, NOTIFY_MESSAGE, NOTIFY_MESSAGE, PM_REMOVE)) {
            continue; /* one look serves them all */
        }
        notify_deliver(notify_get());
        return 0;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

void notify_start(BOOL multithreaded)
{
    struct notify *notify = notify_get();
    WNDCLASSW class = {
        .lpfnWndProc = notify_window_proc, .lpszClassName = L"EmulatedOutlookNotify"};

    memset(notify, 0, sizeof(*notify));
    notify->next_id = 1;
    InitializeCriticalSection(&notify->delivery);
    if (!multithreaded) {
        RegisterClassW(&class);
        notify->window =
            CreateWindowW(class.lpszClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    }
}

void notify_stop(void)
{
    struct notify *notify = notify_get();

    if (notify->thread) {
        SetEvent(notify->stop);
        WaitForSingleObject(notify->thread, INFINITE);
        CloseHandle(notify->thread);
        CloseHandle(notify->stop);
    }
    for (ULONG i = 0; i < notify->count; i++) {
        if (notify->connections[i].id) {
            violation("LEAKED_ADVISE", "connection %lu was never ended by Unadvise",
                (unsigned long)notify->connections[i].id);
        }
    }
    emu_free(notify->connections);
    if (notify->window) {
        DestroyWindow(notify->window);
    }
    DeleteCriticalSection(&notify->delivery);
    memset(notify, 0, sizeof(*notify));
}

static HRESULT notify_add(const struct connection *template, ULONG *ret_connection)
{
    struct notify *notify = notify_get();
    struct connection connection = *template;
    struct storage *storage;
    ULONG slot = 0;
    HRESULT hr = process_storage(&storage);

    if (SUCCEEDED(hr) && (!connection.sink || !ret_connection)) {
        hr = check_pointer("Advise", "lpAdviseSink or lpulConnection", NULL);
    }
    if (FAILED(hr)) {
        return hr;
    }
    while (slot < notify->count && notify->connections[slot].id) {
        slot++;
    }
    if (slot == notify->count) {
        notify->connections =
            emu_grow(notify->connections, (slot + 1) * sizeof(*notify->connections));
        notify->count++;
    }
    connection.id = notify->next_id++;
    connection.after = storage_last_event(storage);
    connection.sink->lpVtbl->AddRef(connection.sink);
    notify->connections[slot] = connection;
    *ret_connection = connection.id;
    if (!notify->thread) {
        notify->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
        notify->thread = CreateThread(NULL, 0, notify_thread, notify, 0, NULL);
    }
    return S_OK;
}

HRESULT notify_advise_store(struct object *owner, ULONG store, ULONG id, ULONG mask,
    IMAPIAdviseSink *sink, ULONG *ret_connection)
{
    struct connection connection = {
        .owner = owner, .sink = sink, .mask = mask, .store = store, .object = id};

    if (!mask || (mask & ~NOTIFY_EVENTS)) {
        violation("UNKNOWN_FLAGS", "IMsgStore.Advise for events 0x%08lx", (unsigned long)mask);
        return MAPI_E_INVALID_PARAMETER;
    }
    return notify_add(&connection, ret_connection);
}

HRESULT notify_advise_table(struct object *owner, ULONG object_type, ULONG folder,
    IMAPIAdviseSink *sink, ULONG *ret_connection)
{
    struct connection connection = {.owner = owner,
        .sink = sink,
        .is_table = TRUE,
        .object_type = object_type,
        .folder = folder};

    return notify_add(&connection, ret_connection);
}

HRESULT notify_unadvise(ULONG id)
{
    struct notify *notify = notify_get();
    IMAPIAdviseSink *sink = NULL;

    process_lock();
    for (ULONG i = 0; id && i < notify->count; i++) {
        if (notify->connections[i].id == id) {
            sink = notify->connections[i].sink;
            memset(&notify->connections[i], 0, sizeof(notify->connections[i]));
        }
    }
    process_unlock();
    if (!sink) {
        violation("BAD_CONNECTION", "Unadvise of %lu, which is no connection", (unsigned long)id);
        return MAPI_E_INVALID_PARAMETER;
    }
    EnterCriticalSection(&notify->delivery); /* a call that is under way ends first */
    LeaveCriticalSection(&notify->delivery);
    sink->lpVtbl->Release(sink);
    return S_OK;
}

/* The object whose connection it was is gone: no more calls, and a violation, for Unadvise was
 * forgotten. */
void notify_object_gone(struct object *owner)
{
    struct notify *notify = notify_get();

    for (ULONG i = 0; i < notify->count; i++) {
        if (notify->connections[i].id && notify->connections[i].owner == owner) {
            violation("LEAKED_ADVISE", "a %s was released with connection %lu still advised",
                owner->class->name, (unsigned long)notify->connections[i].id);
            memset(&notify->connections[i], 0, sizeof(notify->connections[i]));
        }
    }
}
