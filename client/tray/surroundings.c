/* Network, power, presentation, typing; see surroundings.h. */
#define COBJMACROS
#include <winsock2.h> /* before windows.h */

#include "client/tray/surroundings.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <iphlpapi.h>
#include <netlistmgr.h>
#include <shellapi.h>
#include <string.h>

#define LOOK_MS   60000 /* nobody tells of a network that becomes metered */
#define TEST_MS   500   /* the file of the test is looked at as often */
#define SETTLE_MS 1000  /* addresses come and go in bursts */
#define FILE_MAX  4096

enum { NET_NONE = 1, NET_METERED = 2 };

struct surroundings {
    HWND window;
    UINT message;
    HANDLE thread, stop; /* owned */
    volatile LONG net;   /* NET_..., Interlocked */
    char *file;          /* owned; LOCKSTEP_SURROUNDINGS, or NULL */
};

/* ---- the file of a test ---- */

static char *read_words(const struct surroundings *s)
{
    char *words = NULL;
    size_t len;
    struct err err = ERR_INIT;
    if (!s->file || platform_file_read(s->file, FILE_MAX, &words, &len, &err) != RC_OK) {
        words = NULL;
    }
    err_fini(&err);
    return words;
}

static bool has_word(const char *words, const char *word)
{
    return words && strstr(words, word);
}

/* ---- the network ---- */

/* CLSID_NetworkListManager, which MinGW's libraries lack. */
static const CLSID LIST_MANAGER = {
    0xDCB00C01, 0x570F, 0x4A9B, {0x8D, 0x69, 0x19, 0x9F, 0xDB, 0xA5, 0x72, 0x3B}};
static const IID LIST_MANAGER_ID = {
    0xDCB00000, 0x570F, 0x4A9B, {0x8D, 0x69, 0x19, 0x9F, 0xDB, 0xA5, 0x72, 0x3B}};
static const IID COST_MANAGER_ID = {
    0xDCB00008, 0x570F, 0x4A9B, {0x8D, 0x69, 0x19, 0x9F, 0xDB, 0xA5, 0x72, 0x3B}};

/* Has any interface but the loopback an address? A second opinion, as Windows does not count some
 * tunnels among its networks. True if that cannot be told. */
static bool has_address(void)
{
    ULONG size = 64 << 10;
    CLEANUP(mem_free) IP_ADAPTER_ADDRESSES *list = mem_alloc(size);
    ULONG e = GetAdaptersAddresses(AF_UNSPEC,
        GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER, NULL, list,
        &size);
    if (e == ERROR_NO_DATA) {
        return false;
    }
    for (const IP_ADAPTER_ADDRESSES *a = e == NO_ERROR ? list : NULL; a; a = a->Next) {
        if (a->IfType != IF_TYPE_SOFTWARE_LOOPBACK && a->OperStatus == IfOperStatusUp &&
            a->FirstUnicastAddress) {
            return true;
        }
    }
    return e != NO_ERROR;
}

static bool is_metered(INetworkListManager *manager)
{
    INetworkCostManager *costs = NULL;
    DWORD cost = 0;
    if (FAILED(INetworkListManager_QueryInterface(
            manager, &COST_MANAGER_ID, (void **)&costs))) { /* before Windows 8 */
        return false;
    }
    HRESULT hr = INetworkCostManager_GetCost(costs, &cost, NULL);
    INetworkCostManager_Release(costs);
    return SUCCEEDED(hr) &&
           (cost & (NLM_CONNECTION_COST_FIXED | NLM_CONNECTION_COST_VARIABLE |
                       NLM_CONNECTION_COST_ROAMING | NLM_CONNECTION_COST_OVERDATALIMIT));
}

static LONG look(const struct surroundings *s)
{
    INetworkListManager *manager = NULL;
    VARIANT_BOOL connected = VARIANT_TRUE;
    LONG net = 0;
    if (SUCCEEDED(CoCreateInstance(
            &LIST_MANAGER, NULL, CLSCTX_ALL, &LIST_MANAGER_ID, (void **)&manager))) {
        if (SUCCEEDED(manager->lpVtbl->IsConnected(manager, &connected)) && !connected) {
            net |= has_address() ? 0 : NET_NONE;
        }
        net |= is_metered(manager) ? NET_METERED : 0;
        INetworkListManager_Release(manager);
    }
    CLEANUP(mem_free) char *words = read_words(s);
    net = has_word(words, "offline") ? net | NET_NONE : net;
    net = has_word(words, "online") ? net & ~NET_NONE : net;
    return has_word(words, "metered") ? net | NET_METERED : net;
}

static DWORD WINAPI network_main(void *arg)
{
    struct surroundings *s = arg;
    HANDLE address = CreateEventW(NULL, FALSE, FALSE, NULL), handle = NULL;
    HANDLE events[] = {s->stop, address};
    OVERLAPPED pending = {.hEvent = address};
    DWORD happened = WAIT_TIMEOUT;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    bool told = NotifyAddrChange(&handle, &pending) == ERROR_IO_PENDING;
    InterlockedExchange(&s->net, look(s));
    while ((happened = WaitForMultipleObjects(2, events, FALSE, s->file ? TEST_MS : LOOK_MS)) !=
           WAIT_OBJECT_0) {
        if (happened == WAIT_OBJECT_0 + 1) {
            told = NotifyAddrChange(&handle, &pending) == ERROR_IO_PENDING;
            if (WaitForSingleObject(s->stop, SETTLE_MS) == WAIT_OBJECT_0) {
                break;
            }
        }
        LONG net = look(s), before = InterlockedExchange(&s->net, net);
        if (happened == WAIT_OBJECT_0 + 1 || net != before) {
            PostMessageW(s->window, s->message, 0, 0);
        }
    }
    if (told) {
        CancelIPChangeNotify(&pending);
    }
    CoUninitialize();
    CloseHandle(address);
    return 0;
}

/* ---- */

struct surroundings *surroundings_new(HWND window, UINT message)
{
    struct surroundings *s = NEW(struct surroundings);
    *s = (struct surroundings){.window = window,
        .message = message,
        .file = platform_env("LOCKSTEP_SURROUNDINGS"),
        .stop = CreateEventW(NULL, TRUE, FALSE, NULL)};
    s->thread = CreateThread(NULL, 0, network_main, s, 0, NULL);
    return s;
}

void surroundings_free(struct surroundings *s)
{
    if (s) {
        SetEvent(s->stop);
        /* It may be waiting for a service of Windows; then it ends with the process. */
        if (!s->thread || WaitForSingleObject(s->thread, 2000) == WAIT_OBJECT_0) {
            CloseHandle(s->thread);
            CloseHandle(s->stop);
            free(s->file);
            free(s);
        }
    }
}

struct schedule_facts surroundings_facts(struct surroundings *s)
{
    LONG net = InterlockedCompareExchange(&s->net, 0, 0);
    struct schedule_facts f = {
        .no_network = (net & NET_NONE) != 0, .metered = (net & NET_METERED) != 0};
    SYSTEM_POWER_STATUS power;
    QUERY_USER_NOTIFICATION_STATE state;
    LASTINPUTINFO input = {.cbSize = sizeof input};
    if (GetSystemPowerStatus(&power)) {
        f.battery = power.ACLineStatus == 0;
    }
    if (SUCCEEDED(SHQueryUserNotificationState(&state))) {
        f.presenting = state == QUNS_BUSY || state == QUNS_RUNNING_D3D_FULL_SCREEN ||
                       state == QUNS_PRESENTATION_MODE;
    }
    f.idle_seconds = SCHEDULE_TYPING;
    if (GetLastInputInfo(&input)) {
        f.idle_seconds = (GetTickCount() - input.dwTime) / 1000;
    }
    CLEANUP(mem_free) char *words = read_words(s);
    f.battery = f.battery || has_word(words, "battery");
    f.presenting = f.presenting || has_word(words, "presenting");
    f.idle_seconds = has_word(words, "typing") ? 0 : f.idle_seconds;
    f.idle_seconds = has_word(words, "idle") ? SCHEDULE_TYPING : f.idle_seconds;
    return f;
}

void surroundings_background(bool on)
{
    HANDLE self = GetCurrentThread();
    if (!SetThreadPriority(self, on ? THREAD_MODE_BACKGROUND_BEGIN : THREAD_MODE_BACKGROUND_END)) {
        /* Where there is no such mode, or it is as wanted already. */
        SetThreadPriority(self, on ? THREAD_PRIORITY_LOWEST : THREAD_PRIORITY_NORMAL);
    }
}
