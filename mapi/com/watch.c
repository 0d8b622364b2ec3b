/* One open contents table a folder, each with a sink; see watch.h. */
#include "mapi/com/watch.h"

#include "client/base/buf.h"
#include "mapi/com/folder.h"
#include "mapi/com/hresult.h"

#define BURST_MS 20 /* what is told together is taken together */

/* What sinks and the waiting thread share. MAPI may hold on to a sink for a while after Unadvise, so
 * it lives as long as the last of them. */
struct signal {
    LONG references;
    HANDLE event; /* owned; auto-reset */
    LONG broken;  /* Interlocked: a table cannot tell any more */
};

struct sink {
    IMAPIAdviseSink base; /* first: the object's identity */
    LONG references;
    LONG changed;          /* Interlocked */
    struct signal *signal; /* a reference */
};

/* A folder under watch. */
struct place {
    char *folder; /* owned */
    enum item_kind kind;
    IMAPITable *table; /* owned; NULL: it is gone, and not watched */
    struct sink *sink; /* a reference */
    ULONG_PTR connection;
};

/* Connections are ULONG_PTR in Outlook's headers since it is 64-bit, ULONG in MinGW's. */
typedef HRESULT STDMETHODCALLTYPE advise_fn(
    IMAPITable *table, ULONG mask, IMAPIAdviseSink *sink, ULONG_PTR *ret_connection);
typedef HRESULT STDMETHODCALLTYPE unadvise_fn(IMAPITable *table, ULONG_PTR connection);

struct mapi_watch {
    struct mapi_session *session; /* borrowed */
    struct signal *signal;        /* a reference */
    struct place *places;         /* owned */
    size_t count;
};

/* ---- the sink ---- */

static void signal_release(struct signal *s)
{
    if (InterlockedDecrement(&s->references) == 0) {
        CloseHandle(s->event);
        free(s);
    }
}

static struct sink *sink_of(IMAPIAdviseSink *i)
{
    return CONTAINING_RECORD(i, struct sink, base);
}

static HRESULT STDMETHODCALLTYPE sink_query(IMAPIAdviseSink *i, REFIID iid, void **ret)
{
    static const IID unknown = {0, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
    static const IID advise_sink = {0x00020302, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
    if (!IsEqualIID(iid, &unknown) && !IsEqualIID(iid, &advise_sink)) {
        *ret = NULL;
        return E_NOINTERFACE;
    }
    *ret = i;
    InterlockedIncrement(&sink_of(i)->references);
    return S_OK;
}

static ULONG STDMETHODCALLTYPE sink_add_ref(IMAPIAdviseSink *i)
{
    return (ULONG)InterlockedIncrement(&sink_of(i)->references);
}

static ULONG STDMETHODCALLTYPE sink_release(IMAPIAdviseSink *i)
{
    struct sink *sink = sink_of(i);
    LONG left = InterlockedDecrement(&sink->references);
    if (left == 0) {
        signal_release(sink->signal);
        free(sink);
    }
    return (ULONG)left;
}

/* Which row it was does not matter: whoever is told compares the whole folder anyway. */
static ULONG STDMETHODCALLTYPE sink_notify(IMAPIAdviseSink *i, ULONG count, LPNOTIFICATION list)
{
    struct sink *sink = sink_of(i);
    for (ULONG n = 0; n < count; n++) {
        bool table = list[n].ulEventType == fnevTableModified;
        if (list[n].ulEventType == fnevCriticalError ||
            (table && list[n].info.tab.ulTableEvent == TABLE_ERROR)) {
            InterlockedExchange(&sink->signal->broken, 1);
        }
    }
    InterlockedExchange(&sink->changed, 1);
    SetEvent(sink->signal->event);
    return 0; /* S_OK; the value is not looked at */
}

static struct sink *sink_new(struct signal *signal)
{
    static IMAPIAdviseSinkVtbl vtbl = {sink_query, sink_add_ref, sink_release, sink_notify};
    struct sink *sink = NEW(struct sink);
    InterlockedIncrement(&signal->references);
    *sink = (struct sink){.base = {&vtbl}, .references = 1, .signal = signal};
    return sink;
}

/* ---- watching ---- */

static enum rc place_open(struct mapi_watch *w, struct place *p, struct err *err)
{
    struct mapi_session *s = w->session;
    CLEANUP_FINI(folder_fini) struct folder f = {NULL, {NULL, 0}, NULL};
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    enum rc rc = folder_open(s, p->folder, p->kind, false, &f, err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPIFolder::GetContentsTable",
            f.object->lpVtbl->GetContentsTable(f.object, MAPI_UNICODE, &table), err);
    }
    if (rc == RC_OK) { /* a row is modified when one of its columns is */
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table,
                (SPropTagArray *)(uintptr_t)MAPI_TAGS(
                    PR_ENTRYID, PR_LAST_MODIFICATION_TIME, PR_CHANGE_KEY),
                0),
            err);
    }
    if (rc == RC_OK) {
        advise_fn *advise = (advise_fn *)(void (*)(void))table->lpVtbl->Advise;
        p->sink = sink_new(w->signal);
        rc = mapi_check(s->api.log, "IMAPITable::Advise",
            advise(table, fnevTableModified, &p->sink->base, &p->connection), err);
    }
    if (rc == RC_OK) {
        p->table = TAKE(table);
    }
    return rc;
}

static void place_close(struct mapi_watch *w, struct place *p)
{
    struct err ignored = ERR_INIT; /* the table goes in any case; the call is in the log */
    if (p->table) {
        unadvise_fn *unadvise = (unadvise_fn *)(void (*)(void))p->table->lpVtbl->Unadvise;
        if (mapi_check(w->session->api.log, "IMAPITable::Unadvise",
                unadvise(p->table, p->connection), &ignored) != RC_OK) {
            err_fini(&ignored);
        }
        p->table->lpVtbl->Release(p->table);
    }
    if (p->sink) {
        sink_release(&p->sink->base);
    }
    free(p->folder);
}

void mapi_watch_free(struct mapi_watch *w)
{
    if (w) {
        for (size_t i = 0; i < w->count; i++) {
            place_close(w, &w->places[i]);
        }
        free(w->places);
        signal_release(w->signal);
        free(w);
    }
}
DEFINE_CLEANUP(struct mapi_watch *, mapi_watch_free);

enum rc mapi_watch_new(struct mapi_session *s, const struct store_watch *folders, size_t count,
    struct mapi_watch **ret, struct err *err)
{
    struct signal *signal = NEW(struct signal);
    *signal = (struct signal){.references = 1, .event = CreateEventW(NULL, FALSE, FALSE, NULL)};
    CLEANUP(mapi_watch_free) struct mapi_watch *w = NEW(struct mapi_watch);
    w->session = s;
    w->signal = signal;
    w->places = mem_alloc(sizeof *w->places * (count + 1));
    for (size_t i = 0; i < count; i++) {
        struct place *p = &w->places[w->count++];
        struct err why = ERR_INIT;
        *p = (struct place){.folder = mem_strdup(folders[i].folder), .kind = folders[i].kind};
        enum rc rc = place_open(w, p, &why);
        if (rc != RC_OK && rc_is_store_wide(rc)) {
            err_move(err, &why);
            return rc;
        }
        if (rc != RC_OK) {
            log_line(
                s->api.log, LOG_LEVEL_WARN, "mapi", "a folder is not watched: %s", err_text(&why));
        }
        err_fini(&why);
    }
    *ret = TAKE(w);
    return RC_OK;
}

bool mapi_watch_is_of(const struct mapi_watch *w, const struct store_watch *folders, size_t count)
{
    bool same = w->count == count;
    for (size_t i = 0; same && i < count; i++) {
        same =
            str_eq(w->places[i].folder, folders[i].folder) && w->places[i].kind == folders[i].kind;
    }
    return same;
}

enum rc mapi_watch_wait(struct mapi_watch *w, long milliseconds, bool *ret, struct err *err)
{
    if (WaitForSingleObject(w->signal->event, (DWORD)milliseconds) == WAIT_OBJECT_0) {
        Sleep(BURST_MS);
    }
    if (InterlockedExchange(&w->signal->broken, 0)) {
        return err_set(err, RC_SERVER, 0, "Outlook does not tell of changes any more");
    }
    for (size_t i = 0; i < w->count; i++) {
        struct place *p = &w->places[i];
        ret[i] = p->sink && InterlockedExchange(&p->sink->changed, 0) != 0;
    }
    return RC_OK;
}
