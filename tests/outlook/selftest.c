/* The emulated Outlook's own test: runs under Wine against a fresh mailbox, through Wine's mapi32.
 *   selftest PATH_OF_OUTLOOKCTL [speed]   all cases
 *   selftest fault                        one create and save, for tests of injected faults
 * It prints the results. The cases are in selftest_objects.c and selftest_rules.c. */
#define INITGUID
#define USES_IID_IMAPITable
#define USES_IID_IMAPIAdviseSink
#define USES_IID_IMAPIProp
#define USES_IID_IMsgStore
#define USES_IID_IMessage
#define USES_IID_IAttachment
#define USES_IID_IMAPIFolder
#define USES_IID_IMAPIContainer
#define USES_IID_IMAPISession
#define USES_PS_PUBLIC_STRINGS
#define USES_PS_MAPI
#include "tests/outlook/selftest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

BOOL check(struct selftest *t, const char *name, BOOL good, const char *format, ...)
{
    va_list args;

    if (good) {
        t->passed++;
        printf("ok %s\n", name);
        return TRUE;
    }
    t->failed++;
    printf("FAIL %s: ", name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    return FALSE;
}

BOOL check_hr(struct selftest *t, const char *name, HRESULT hr, HRESULT expected)
{
    return check(t, name, hr == expected, "0x%08lx instead of 0x%08lx", (unsigned long)hr,
        (unsigned long)expected);
}

static void violations_path(char *path, size_t size)
{
    GetEnvironmentVariableA("LOCKSTEP_EMULATED_OUTLOOK", path, (DWORD)size - 16);
    strcat(path, ".violations");
}

void check_violation(struct selftest *t, const char *name, const char *kind)
{
    char path[MAX_PATH + 16] = "";
    char text[4096] = "";
    char wanted[64] = "";
    FILE *file;
    int lines = 0;

    violations_path(path, sizeof(path));
    file = fopen(path, "rb");
    if (file) {
        text[fread(text, 1, sizeof(text) - 1, file)] = 0;
        fclose(file);
        DeleteFileA(path);
    }
    for (const char *c = text; *c; c++) {
        lines += *c == '\n';
    }
    if (kind) {
        snprintf(wanted, sizeof(wanted), "violation: %s: ", kind);
    }
    check(t, name, lines == (kind != NULL) && (!kind || !strncmp(text, wanted, strlen(wanted))),
        "expected %s, got: %s", kind ? kind : "no violation", text[0] ? text : "nothing");
}

static void *mapi_function(HMODULE module, const char *name, int bytes)
{
    char decorated[64];
    FARPROC function = GetProcAddress(module, name);

    snprintf(decorated, sizeof(decorated), "%s@%d", name, bytes);
    if (!function) {
        function = GetProcAddress(module, decorated);
    }
    if (!function) {
        printf("FAIL mapi32 has no %s\n", name);
        exit(1);
    }
    return (void *)(ULONG_PTR)function;
}

static void mapi_load(struct mapi *mapi)
{
    HMODULE module = LoadLibraryW(L"mapi32.dll");

    *(void **)&mapi->initialize = mapi_function(module, "MAPIInitialize", 4);
    *(void **)&mapi->uninitialize = mapi_function(module, "MAPIUninitialize", 0);
    *(void **)&mapi->logon = mapi_function(module, "MAPILogonEx", 20);
    *(void **)&mapi->allocate = mapi_function(module, "MAPIAllocateBuffer", 8);
    *(void **)&mapi->allocate_more = mapi_function(module, "MAPIAllocateMore", 12);
    *(void **)&mapi->free = mapi_function(module, "MAPIFreeBuffer", 4);
    *(void **)&mapi->query_all_rows = mapi_function(module, "HrQueryAllRows", 24);
    *(void **)&mapi->wrap_rtf = mapi_function(module, "WrapCompressedRTFStream", 12);
}

static void must(HRESULT hr, const char *what)
{
    if (FAILED(hr)) {
        printf("FAIL %s: 0x%08lx, cannot go on\n0 passed, 1 failed\n", what, (unsigned long)hr);
        exit(1);
    }
}

void *must_bin(struct selftest *t, IMAPIProp *object, ULONG tag, ULONG *ret_size)
{
    SizedSPropTagArray(1, tags) = {1, {tag}};
    SPropValue *value;
    ULONG count;
    void *copy = NULL;

    must(object->lpVtbl->GetProps(object, (SPropTagArray *)&tags, 0, &count, &value), "GetProps");
    *ret_size = 0;
    if (value->ulPropTag == tag) {
        *ret_size = value->Value.bin.cb;
        t->mapi.allocate(*ret_size, &copy);
        memcpy(copy, value->Value.bin.lpb, *ret_size);
    }
    t->mapi.free(value);
    return copy;
}

IMAPIFolder *must_folder(
    struct selftest *t, IMsgStore *store, ULONG size, void *entryid, ULONG flags)
{
    IMAPIFolder *folder;
    ULONG type;

    (void)t;
    must(store->lpVtbl->OpenEntry(
             store, size, entryid, &IID_IMAPIFolder, flags, &type, (IUnknown **)&folder),
        "OpenEntry of a folder");
    return folder;
}

IMessage *must_message(struct selftest *t, IMsgStore *store, const SBinary *entryid, ULONG flags)
{
    IMessage *message;
    ULONG type;

    (void)t;
    must(store->lpVtbl->OpenEntry(store, entryid->cb, (ENTRYID *)entryid->lpb, &IID_IMessage, flags,
             &type, (IUnknown **)&message),
        "OpenEntry of a message");
    return message;
}

HRESULT set_string(IMessage *message, ULONG tag, const WCHAR *value)
{
    SPropValue prop = {.ulPropTag = tag};
    SPropProblemArray *problems = NULL;
    HRESULT hr;

    prop.Value.lpszW = (WCHAR *)(ULONG_PTR)value;
    hr = message->lpVtbl->SetProps(message, 1, &prop, &problems);
    return FAILED(hr) ? hr : problems ? problems->aProblem[0].scode : S_OK;
}

IMessage *must_create(
    struct selftest *t, IMAPIFolder *folder, const WCHAR *class, const WCHAR *subject)
{
    IMessage *message;

    (void)t;
    must(folder->lpVtbl->CreateMessage(folder, NULL, 0, &message), "CreateMessage");
    must(set_string(message, PR_MESSAGE_CLASS_W, class), "SetProps(class)");
    must(set_string(message, PR_SUBJECT_W, subject), "SetProps(subject)");
    must(message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE), "SaveChanges");
    return message;
}

SBinary must_entryid(struct selftest *t, IMessage *message)
{
    SBinary id;

    id.lpb = must_bin(t, (IMAPIProp *)message, PR_ENTRYID, &id.cb);
    must(id.lpb ? S_OK : E_FAIL, "PR_ENTRYID");
    return id;
}

LONG get_long(struct selftest *t, IMAPIProp *object, ULONG tag)
{
    SizedSPropTagArray(1, tags) = {1, {tag}};
    SPropValue *value;
    ULONG count;
    LONG result;

    must(object->lpVtbl->GetProps(object, (SPropTagArray *)&tags, 0, &count, &value), "GetProps");
    result = value->ulPropTag != tag        ? -99
             : PROP_TYPE(tag) == PT_BOOLEAN ? value->Value.b
                                            : value->Value.l;
    t->mapi.free(value);
    return result;
}

void get_string(struct selftest *t, IMAPIProp *object, ULONG tag, WCHAR *text, size_t room)
{
    SizedSPropTagArray(1, tags) = {1, {tag}};
    SPropValue *value;
    ULONG count;

    must(object->lpVtbl->GetProps(object, (SPropTagArray *)&tags, 0, &count, &value), "GetProps");
    lstrcpynW(text, value->ulPropTag == tag ? value->Value.lpszW : L"", (int)room);
    t->mapi.free(value);
}

void free_rows(struct selftest *t, SRowSet *rows)
{
    for (ULONG i = 0; i < rows->cRows; i++) {
        t->mapi.free(rows->aRow[i].lpProps);
    }
    t->mapi.free(rows);
}

ULONG name_id(IMAPIProp *object, const struct mapi *mapi, const GUID *set, LONG lid, BOOL create)
{
    GUID guid = *set;
    MAPINAMEID name = {&guid, MNID_ID, {lid}};
    MAPINAMEID *names = &name;
    SPropTagArray *tags;
    ULONG id;

    if (FAILED(
            object->lpVtbl->GetIDsFromNames(object, 1, &names, create ? MAPI_CREATE : 0, &tags))) {
        return 0;
    }
    id = PROP_ID(tags->aulPropTag[0]);
    mapi->free(tags);
    return id;
}

int run_outlookctl(struct selftest *t, const WCHAR *arguments)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    WCHAR line[1024];
    DWORD code = 99;

    swprintf(line, ARRAYSIZE(line), L"\"%hs\" %ls", t->outlookctl, arguments);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) {
        return -1;
    }
    WaitForSingleObject(process.hProcess, 30000);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    return (int)code;
}

static void open_stores(struct selftest *t)
{
    SizedSPropTagArray(2, columns) = {2, {PR_ENTRYID, PR_DEFAULT_STORE}};
    IMAPITable *table;
    SRowSet *rows;

    must(t->session->lpVtbl->GetMsgStoresTable(t->session, MAPI_UNICODE, &table),
        "GetMsgStoresTable");
    must(t->mapi.query_all_rows(table, (SPropTagArray *)&columns, NULL, NULL, 0, &rows),
        "HrQueryAllRows");
    check(t, "stores/two", rows->cRows == 2, "%lu stores", (unsigned long)rows->cRows);
    for (ULONG i = 0; i < rows->cRows; i++) {
        SPropValue *value = rows->aRow[i].lpProps;
        IMsgStore **store = value[1].Value.b ? &t->store : &t->archive;
        must(t->session->lpVtbl->OpenMsgStore(t->session, 0, value[0].Value.bin.cb,
                 (ENTRYID *)value[0].Value.bin.lpb, NULL, MAPI_BEST_ACCESS | MDB_NO_DIALOG, store),
            "OpenMsgStore");
    }
    free_rows(t, rows);
    table->lpVtbl->Release(table);
}

static IMAPIFolder *open_special(struct selftest *t, ULONG tag)
{
    IMAPIFolder *root = must_folder(t, t->store, 0, NULL, 0);
    IMAPIFolder *folder;
    ULONG size;
    void *id = must_bin(t, (IMAPIProp *)root, tag, &size);

    folder = must_folder(t, t->store, size, id, MAPI_BEST_ACCESS);
    t->mapi.free(id);
    root->lpVtbl->Release(root);
    return folder;
}

static void begin(struct selftest *t)
{
    MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_MULTITHREAD_NOTIFICATIONS};
    ULONG size;
    void *id;

    mapi_load(&t->mapi);
    must(t->mapi.initialize(&init), "MAPIInitialize");
    must(t->mapi.logon(0, NULL, NULL,
             MAPI_EXTENDED | MAPI_USE_DEFAULT | MAPI_NEW_SESSION | MAPI_UNICODE, &t->session),
        "MAPILogonEx");
    open_stores(t);
    t->contacts = open_special(t, EMU_PR_IPM_CONTACT_ENTRYID);
    t->calendar = open_special(t, EMU_PR_IPM_APPOINTMENT_ENTRYID);
    id = must_bin(t, (IMAPIProp *)t->store, PR_IPM_WASTEBASKET_ENTRYID, &size);
    t->trash = must_folder(t, t->store, size, id, MAPI_BEST_ACCESS);
    t->mapi.free(id);
}

static void end(struct selftest *t)
{
    t->contacts->lpVtbl->Release(t->contacts);
    t->calendar->lpVtbl->Release(t->calendar);
    t->trash->lpVtbl->Release(t->trash);
    t->archive->lpVtbl->Release(t->archive);
    t->store->lpVtbl->Release(t->store);
    t->session->lpVtbl->Logoff(t->session, 0, 0, 0);
    t->session->lpVtbl->Release(t->session);
    t->mapi.uninitialize();
}

/* Prints what a create, two saves and a read return, for the script that injects faults. */
static int fault_run(struct selftest *t)
{
    SizedSPropTagArray(1, tags) = {1, {PR_SUBJECT_W}};
    IMessage *message = NULL;
    SPropValue *values = NULL;
    ULONG count;
    HRESULT hr;

    begin(t);
    hr = t->contacts->lpVtbl->CreateMessage(t->contacts, NULL, 0, &message);
    printf("CreateMessage 0x%08lx\n", (unsigned long)hr);
    for (int i = 0; SUCCEEDED(hr) && i < 3; i++) {
        HRESULT set = set_string(message, PR_SUBJECT_W,
            i == 0   ? L"fault 0"
            : i == 1 ? L"fault 1"
                     : L"fault 2");
        HRESULT save = message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
        printf("SetProps 0x%08lx SaveChanges 0x%08lx\n", (unsigned long)set, (unsigned long)save);
        fflush(stdout);
    }
    if (SUCCEEDED(hr)) {
        hr = message->lpVtbl->GetProps(message, (SPropTagArray *)&tags, 0, &count, &values);
        printf("GetProps 0x%08lx\n", (unsigned long)hr);
        t->mapi.free(values);
        message->lpVtbl->Release(message);
    }
    end(t);
    return 0;
}

int main(int argc, char **argv)
{
    struct selftest t = {0};

    setvbuf(stdout, NULL, _IOLBF, 4096);
    if (argc > 1 && !strcmp(argv[1], "fault")) {
        return fault_run(&t);
    }
    if (argc < 2) {
        printf("usage: selftest PATH_OF_OUTLOOKCTL [speed] | fault\n");
        return 2;
    }
    t.outlookctl = argv[1];
    begin(&t);
    if (argc > 2) {
        test_speed(&t);
    } else {
        test_folders(&t);
        test_tables(&t);
        test_props(&t);
        test_streams(&t);
        test_attachments(&t);
        test_moves(&t);
        test_conflicts(&t);
        test_names(&t);
        test_identity(&t);
        check_violation(&t, "clean/a correct program causes no violation", NULL);
        test_strictness(&t);
        test_notifications(&t);
    }
    end(&t);
    check_violation(&t, "clean/nothing leaked", NULL);
    if (argc == 2) {
        test_leaks(&t);
    }
    printf("%d passed, %d failed\n", t.passed, t.failed);
    return t.failed ? 1 : 0;
}
