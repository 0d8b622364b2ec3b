/* Windows: clock, randomness, secrets (DPAPI). */
#include "client/platform/platform.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <bcrypt.h>
#include <string.h>
#include <wincrypt.h>

/* SetDllDirectory, Remarks: an empty text takes the current folder out of the search. */
void platform_harden(void)
{
    SetDllDirectoryW(L"");
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
}

int64_t platform_now(void)
{
    FILETIME ft;
    GetSystemTimeAsFileTime(&ft);
    return filetime_to_seconds((int64_t)(((uint64_t)ft.dwHighDateTime << 32) | ft.dwLowDateTime));
}

int64_t platform_ticks_ms(void)
{
    return (int64_t)GetTickCount64();
}

void platform_sleep_ms(long milliseconds)
{
    Sleep((DWORD)milliseconds);
}

struct civil platform_local_time(int64_t utc)
{
    struct civil c = civil_from_seconds(utc);
    SYSTEMTIME st = {.wYear = (WORD)c.year,
        .wMonth = (WORD)c.month,
        .wDay = (WORD)c.day,
        .wHour = (WORD)c.hour,
        .wMinute = (WORD)c.minute,
        .wSecond = (WORD)c.second};
    SYSTEMTIME local;
    if (SystemTimeToTzSpecificLocalTime(NULL, &st, &local)) {
        c = (struct civil){
            local.wYear, local.wMonth, local.wDay, local.wHour, local.wMinute, local.wSecond};
    }
    return c;
}

void platform_random(void *p, size_t n)
{
    if (BCryptGenRandom(NULL, p, (ULONG)n, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0) {
        abort();
    }
}

#define DPAPI "dpapi:"

enum rc platform_secret_protect(const char *secret, char **ret_text, struct err *err)
{
    DATA_BLOB in = {.cbData = (DWORD)strlen(secret) + 1, .pbData = (BYTE *)(uintptr_t)secret}, out;
    if (!CryptProtectData(&in, L"Lockstep", NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out)) {
        return win32_fail(err, "protect", "the password");
    }
    CLEANUP(mem_free) char *coded = base64_encode(out.pbData, out.cbData);
    LocalFree(out.pbData);
    *ret_text = str_printf(DPAPI "%s", coded);
    return RC_OK;
}

enum rc platform_secret_reveal(const char *text, char **ret_secret, struct err *err)
{
    size_t len = 0;
    CLEANUP(mem_free)
    unsigned char *sealed =
        str_starts(text, DPAPI) ? base64_decode(text + strlen(DPAPI), 65536, &len) : NULL;
    DATA_BLOB in = {.cbData = (DWORD)len, .pbData = sealed}, out;
    if (!sealed ||
        !CryptUnprotectData(&in, NULL, NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out)) {
        return err_set(err, RC_IO, sealed ? (long)GetLastError() : 0,
            "the stored password cannot be read by this Windows user on this computer: set it "
            "again");
    }
    bool good = out.cbData > 0 && out.pbData[out.cbData - 1] == 0;
    if (good) {
        *ret_secret = mem_strdup((char *)out.pbData);
    }
    SecureZeroMemory(out.pbData, out.cbData);
    LocalFree(out.pbData);
    return good ? RC_OK : err_set(err, RC_IO, 0, "the stored password is damaged: set it again");
}

enum rc platform_secret_foreign(const void *sealed, size_t len, const void *entropy,
    size_t entropy_len, char **ret_secret, struct err *err)
{
    DATA_BLOB in = {.cbData = (DWORD)len, .pbData = (BYTE *)(uintptr_t)sealed}, out;
    DATA_BLOB salt = {.cbData = (DWORD)entropy_len, .pbData = (BYTE *)(uintptr_t)entropy};
    if (!CryptUnprotectData(&in, NULL, &salt, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out)) {
        return win32_fail(err, "read", "the password of another program");
    }
    WCHAR *wide = mem_alloc(out.cbData + sizeof *wide); /* zeroed: ends it */
    memcpy(wide, out.pbData, out.cbData);
    SecureZeroMemory(out.pbData, out.cbData);
    LocalFree(out.pbData);
    *ret_secret = win32_utf8(wide);
    SecureZeroMemory(wide, wcslen(wide) * sizeof *wide);
    free(wide);
    return RC_OK;
}

/* GetVersionEx answers what the manifest asks for; RtlGetVersion says what there is. */
char *platform_describe(void)
{
    OSVERSIONINFOW v = {.dwOSVersionInfoSize = sizeof v};
    LONG(WINAPI * get)
    (OSVERSIONINFOW *) = (LONG(WINAPI *)(OSVERSIONINFOW *))(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    BOOL emulated = FALSE;
    if (get) {
        get(&v);
    }
    IsWow64Process(GetCurrentProcess(), &emulated);
    int bits = (int)sizeof(void *) * 8;
    return str_printf("Windows %lu.%lu.%lu, %d-bit program on %d-bit Windows", v.dwMajorVersion,
        v.dwMinorVersion, v.dwBuildNumber, bits, emulated ? 64 : bits);
}

/* The source need not be registered: then the event viewer shows the text behind a remark of its own.
 * The machine-wide MSI registers it (installer/lockstep.wxs). */
void platform_event(enum platform_event_kind kind, int id, const char *text)
{
    static const WORD TYPE[] = {
        EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, EVENTLOG_ERROR_TYPE};
    HANDLE source = RegisterEventSourceW(NULL, L"Lockstep");
    if (source) {
        CLEANUP(mem_free) wchar_t *wide = win32_wide(text);
        const wchar_t *texts[] = {wide};
        ReportEventW(source, TYPE[kind], 0, (DWORD)id, NULL, 1, 0, texts, NULL);
        DeregisterEventSource(source);
    }
}
