/* Cases of the emulation's own test: what a wrong caller is told, notifications, leaks, and how
 * fast it is. */
#include "tests/outlook/selftest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void strict_writes(struct selftest *t)
{
    IMessage *message = must_create(t, t->contacts, L"IPM.Contact", L"strict");
    SBinary id = must_entryid(t, message);
    IMessage *reader = must_message(t, t->store, &id, 0);
    SPropValue value = {.ulPropTag = PR_SUBJECT_A};
    SPropProblemArray *problems = NULL;
    IStream *stream;
    ULONG count;

    check_hr(t, "strict/write to what was opened read only", set_string(reader, PR_SUBJECT_W, L"x"),
        MAPI_E_NO_ACCESS);
    check_violation(t, "strict/is a violation", "READ_ONLY");
    value.Value.lpszA = (char *)(ULONG_PTR) "narrow";
    message->lpVtbl->SetProps(message, 1, &value, &problems);
    check(t, "strict/PT_STRING8 is refused",
        problems && problems->aProblem[0].scode == MAPI_E_BAD_CHARWIDTH, "accepted");
    t->mapi.free(problems);
    check_violation(t, "strict/PT_STRING8 is a violation", "STRING8_WRITE");
    value.ulPropTag = PROP_TAG(PT_LONG, PROP_ID(PR_BIRTHDAY));
    message->lpVtbl->SetProps(message, 1, &value, &problems);
    check(t, "strict/a wrong type is refused",
        problems && problems->aProblem[0].scode == MAPI_E_INVALID_TYPE, "accepted");
    t->mapi.free(problems);
    check_violation(t, "strict/a wrong type is a violation", "WRONG_TYPE");
    value.ulPropTag = PR_RECORD_KEY;
    value.Value.bin.cb = 0;
    message->lpVtbl->SetProps(message, 1, &value, NULL);
    check_violation(t, "strict/a problem nobody asks for", "PROBLEMS_IGNORED");
    message->lpVtbl->OpenProperty(message, PR_BODY_W, &IID_IStream, STGM_READWRITE,
        MAPI_MODIFY | MAPI_CREATE, (IUnknown **)&stream);
    stream->lpVtbl->Write(stream, L"lost", 8, &count);
    stream->lpVtbl->Release(stream);
    check_violation(t, "strict/a stream not committed", "STREAM_NOT_COMMITTED");
    check_hr(t, "strict/SaveChanges", message->lpVtbl->SaveChanges(message, 0), S_OK);
    check_hr(t, "strict/use after SaveChanges(0)", message->lpVtbl->SaveChanges(message, 0),
        MAPI_E_INVALID_OBJECT);
    check_violation(t, "strict/is a violation too", "USE_AFTER_SAVE");
    message->lpVtbl->Release(message);
    reader->lpVtbl->Release(reader);
    t->mapi.free(id.lpb);
}

static void strict_memory(struct selftest *t)
{
    IMessage *message = must_create(t, t->contacts, L"IPM.Contact", L"strict memory");
    void *buffer;
    void *more;
    ULONG count;
    SPropValue *values;

    t->mapi.allocate(100, &buffer);
    t->mapi.allocate_more(100, buffer, &more);
    t->mapi.free(buffer);
    t->mapi.free(buffer);
    check_violation(t, "strict/double free", "DOUBLE_FREE");
    t->mapi.free((void *)t);
    check_violation(t, "strict/free of something else", "BAD_FREE");
    t->mapi.allocate(100, &buffer);
    t->mapi.free(buffer);
    check_hr(t, "strict/more of a freed buffer", t->mapi.allocate_more(10, buffer, &more),
        MAPI_E_INVALID_PARAMETER);
    check_violation(t, "strict/more of a freed buffer is one", "BAD_OWNER");
    message->lpVtbl->Release(message);
    check_hr(t, "strict/use after release",
        message->lpVtbl->GetProps(message, NULL, 0, &count, &values), MAPI_E_INVALID_OBJECT);
    check_violation(t, "strict/use after release is one", "USE_AFTER_RELEASE");
}

static void strict_arguments(struct selftest *t)
{
    IMessage *message = must_create(t, t->contacts, L"IPM.Contact", L"\u65e5\u672c\u8a9e");
    SizedSPropTagArray(1, tags) = {1, {PR_SUBJECT_A}};
    SPropValue *values;
    IUnknown *object;
    IMsgStore *store;
    ULONG size, count, type;
    void *id = must_bin(t, (IMAPIProp *)t->store, PR_ENTRYID, &size);

    message->lpVtbl->GetProps(message, (SPropTagArray *)&tags, 0, &count, &values);
    t->mapi.free(values);
    check_violation(t, "strict/a string that loses characters", "LOSSY_STRING8");
    check_hr(t, "strict/unknown flags",
        message->lpVtbl->GetProps(message, NULL, 4, &count, &values), MAPI_E_UNKNOWN_FLAGS);
    check_violation(t, "strict/unknown flags are one", "UNKNOWN_FLAGS");
    check_hr(t, "strict/a wrong interface",
        t->store->lpVtbl->OpenEntry(t->store, 0, NULL, &IID_IMessage, 0, &type, &object),
        MAPI_E_INTERFACE_NOT_SUPPORTED);
    check_violation(t, "strict/a wrong interface is one", "WRONG_INTERFACE");
    check_hr(t, "strict/not an entry id",
        t->store->lpVtbl->OpenEntry(
            t->store, 5, (ENTRYID *)(ULONG_PTR) "12345", NULL, 0, &type, &object),
        MAPI_E_INVALID_ENTRYID);
    check_violation(t, "strict/not an entry id is one", "BAD_ENTRYID");
    t->session->lpVtbl->OpenMsgStore(t->session, 0, size, id, NULL, MAPI_BEST_ACCESS, &store);
    store->lpVtbl->Release(store);
    check_violation(t, "strict/a store without MDB_NO_DIALOG", "MAY_SHOW_UI");
    check_hr(t, "strict/nothing is ever sent", message->lpVtbl->SubmitMessage(message, 0),
        MAPI_E_NO_ACCESS);
    check_violation(t, "strict/a submit is one", "MAIL_SENT");
    message->lpVtbl->Release(message);
    t->mapi.free(id);
}

void test_strictness(struct selftest *t)
{
    strict_writes(t);
    strict_memory(t);
    strict_arguments(t);
}

/* ---- who the person is ---- */

void test_identity(struct selftest *t)
{
    SizedSPropTagArray(3, tags) = {
        3, {PR_ADDRTYPE_W, PROP_TAG(PT_UNICODE, 0x39FE), PROP_TAG(PT_MV_UNICODE, 0x800F)}};
    ULONG size = 0, type = 0, count = 0;
    ENTRYID *id = NULL;
    IMailUser *user = NULL;
    SPropValue *values = NULL;

    check_hr(t, "identity/none", t->session->lpVtbl->QueryIdentity(t->session, &size, &id),
        MAPI_E_NOT_FOUND);
    SetEnvironmentVariableW(
        L"LOCKSTEP_EMULATED_IDENTITY", L"EX:/o=X/cn=me;me@x.example;smtp:b@x.example");
    check_hr(t, "identity/QueryIdentity", t->session->lpVtbl->QueryIdentity(t->session, &size, &id),
        S_OK);
    check_hr(t, "identity/OpenEntry",
        t->session->lpVtbl->OpenEntry(
            t->session, size, id, NULL, 0, &type, (IUnknown **)(void *)&user),
        S_OK);
    check(t, "identity/a person", user && type == MAPI_MAILUSER, "type %lu", (unsigned long)type);
    if (user) {
        user->lpVtbl->GetProps(user, (SPropTagArray *)&tags, MAPI_UNICODE, &count, &values);
        check(t, "identity/addresses",
            count == 3 && !wcscmp(values[0].Value.lpszW, L"EX") &&
                !wcscmp(values[1].Value.lpszW, L"me@x.example") &&
                values[2].Value.MVszW.cValues == 1 &&
                !wcscmp(values[2].Value.MVszW.lppszW[0], L"smtp:b@x.example"),
            "%lu values", (unsigned long)count);
        t->mapi.free(values);
        user->lpVtbl->Release(user);
    }
    t->mapi.free(id);
    SetEnvironmentVariableW(L"LOCKSTEP_EMULATED_IDENTITY", NULL);
}

/* ---- notifications ---- */

struct sink {
    IMAPIAdviseSink iface;
    LONG refs;
    LONG created;
    LONG modified;
    LONG moved;
    LONG table;
};

static struct sink *impl_from_sink(IMAPIAdviseSink *iface)
{
    return CONTAINING_RECORD(iface, struct sink, iface);
}

static HRESULT STDMETHODCALLTYPE sink_QueryInterface(
    IMAPIAdviseSink *iface, REFIID iid, void **ret_object)
{
    (void)iface;
    (void)iid;
    *ret_object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE sink_AddRef(IMAPIAdviseSink *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_sink(iface)->refs);
}

static ULONG STDMETHODCALLTYPE sink_Release(IMAPIAdviseSink *iface)
{
    return (ULONG)InterlockedDecrement(&impl_from_sink(iface)->refs);
}

static ULONG STDMETHODCALLTYPE sink_OnNotify(
    IMAPIAdviseSink *iface, ULONG count, NOTIFICATION *list)
{
    struct sink *sink = impl_from_sink(iface);

    for (ULONG i = 0; i < count; i++) {
        LONG *counter = list[i].ulEventType == fnevObjectCreated    ? &sink->created
                        : list[i].ulEventType == fnevObjectModified ? &sink->modified
                        : list[i].ulEventType == fnevObjectMoved    ? &sink->moved
                                                                    : &sink->table;
        InterlockedIncrement(counter);
    }
    return S_OK;
}

static const IMAPIAdviseSinkVtbl sink_vtable = {
    sink_QueryInterface, sink_AddRef, sink_Release, sink_OnNotify};

static BOOL wait_for(const LONG *counter, LONG wanted)
{
    for (int i = 0; i < 60 && *(const volatile LONG *)counter < wanted; i++) {
        Sleep(50);
    }
    return *(const volatile LONG *)counter == wanted;
}

void test_notifications(struct selftest *t)
{
    struct sink sink = {{(IMAPIAdviseSinkVtbl *)(ULONG_PTR)&sink_vtable}, 1, 0, 0, 0, 0};
    ULONG mask = fnevObjectCreated | fnevObjectModified | fnevObjectMoved | fnevObjectDeleted;
    ULONG store_connection, table_connection;
    IMessage *message;
    IMAPITable *table;

    t->contacts->lpVtbl->GetContentsTable(t->contacts, MAPI_UNICODE, &table);
    check_hr(t, "notify/Advise on the store",
        t->store->lpVtbl->Advise(t->store, 0, NULL, mask, &sink.iface, &store_connection), S_OK);
    check_hr(t, "notify/Advise on a table",
        table->lpVtbl->Advise(table, fnevTableModified, &sink.iface, &table_connection), S_OK);
    message = must_create(t, t->contacts, L"IPM.Contact", L"noticed");
    message->lpVtbl->Release(message);
    check(t, "notify/created here", wait_for(&sink.created, 1), "%ld", (long)sink.created);
    check(t, "notify/the table changed", wait_for(&sink.table, 1), "%ld", (long)sink.table);
    run_outlookctl(t, L"set default Contacts noticed 3A16001F Firm");
    check(t, "notify/modified by another process", wait_for(&sink.modified, 1), "%ld",
        (long)sink.modified);
    run_outlookctl(t, L"delete default Contacts noticed");
    check(t, "notify/moved by another process", wait_for(&sink.moved, 1), "%ld", (long)sink.moved);
    check_hr(t, "notify/Unadvise", t->store->lpVtbl->Unadvise(t->store, store_connection), S_OK);
    check_hr(t, "notify/Unadvise a table", table->lpVtbl->Unadvise(table, table_connection), S_OK);
    table->lpVtbl->Release(table);
    message = must_create(t, t->contacts, L"IPM.Contact", L"not noticed");
    message->lpVtbl->Release(message);
    Sleep(300);
    check(t, "notify/silence afterwards", sink.created == 1 && sink.refs == 1,
        "%ld, %ld references", (long)sink.created, (long)sink.refs);
}

/* ---- leaks: only a last MAPIUninitialize shows them, so each has a session of its own ---- */

void test_leaks(struct selftest *t)
{
    ULONG flags = MAPI_EXTENDED | MAPI_USE_DEFAULT | MAPI_NEW_SESSION | MAPI_UNICODE;
    IMAPISession *session;
    void *buffer;

    t->mapi.initialize(NULL);
    t->mapi.logon(0, NULL, NULL, flags, &session);
    t->mapi.uninitialize();
    check_violation(t, "leaks/an interface", "LEAKED_INTERFACE");
    t->mapi.initialize(NULL);
    t->mapi.allocate(10, &buffer);
    t->mapi.uninitialize();
    check_violation(t, "leaks/a buffer", "LEAKED_BUFFER");
    t->mapi.uninitialize();
    check_violation(t, "leaks/one MAPIUninitialize too many", "NOT_INITIALIZED");
}

/* ---- speed: 5,000 items are made by the script; to read one costs less than half of making one ---- */

static DWORD speed_create(struct selftest *t)
{
    DWORD start = GetTickCount();
    for (int i = 0; i < 500; i++) {
        IMessage *message = must_create(t, t->calendar, L"IPM.Appointment", L"one of many");
        message->lpVtbl->Release(message);
    }
    return GetTickCount() - start;
}

static ULONG read_all(struct selftest *t)
{
    SizedSPropTagArray(5, columns) = {5, {PR_ENTRYID, PR_LAST_MODIFICATION_TIME, EMU_PR_CHANGE_KEY,
                                             PR_SEARCH_KEY, PR_MESSAGE_CLASS_W}};
    IMAPITable *table;
    ULONG total = 0;
    SRowSet *rows;

    t->contacts->lpVtbl->GetContentsTable(t->contacts, MAPI_UNICODE, &table);
    table->lpVtbl->SetColumns(table, (SPropTagArray *)&columns, TBL_BATCH);
    while (SUCCEEDED(table->lpVtbl->QueryRows(table, 1000, 0, &rows))) {
        ULONG count = rows->cRows;
        total += count;
        free_rows(t, rows);
        if (count == 0) {
            break;
        }
    }
    table->lpVtbl->Release(table);
    return total;
}

void test_speed(struct selftest *t)
{
    DWORD start = GetTickCount();
    ULONG total = read_all(t);
    DWORD reading = GetTickCount() - start, making = speed_create(t);

    printf("%lu rows in %lu ms, 500 creates in %lu ms\n", (unsigned long)total,
        (unsigned long)reading, (unsigned long)making);
    check(t, "speed/all rows are read", total >= 5000, "%lu rows", (unsigned long)total);
    check(t, "speed/reading costs less than half of making", reading <= 5 * making,
        "%lu ms, %lu ms", (unsigned long)reading, (unsigned long)making);
}
