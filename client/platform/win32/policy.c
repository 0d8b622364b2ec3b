/* Windows: what an administrator says, in the registry. HKLM\Software\Lockstep has a half for programs
 * of each bitness: ours is the 32-bit one, where the MSI writes, also for a 64-bit build of the
 * program. The policies' key is one for both ("Registry Keys Affected by WOW64"). */
#include "client/platform/platform.h"

#include "client/platform/win32/text.h"

#define NAME_CHARS  256
#define VALUE_BYTES 8192

static void add_value(struct json *v, const WCHAR *name, DWORD type, BYTE *data, DWORD size)
{
    CLEANUP(mem_free) char *key = win32_utf8(name);
    if (json_get(v, key)) {
        return; /* the machine's was there first */
    }
    if (type == REG_DWORD && size == sizeof(DWORD)) {
        DWORD number;
        memcpy(&number, data, sizeof number);
        json_set_int(v, key, number);
    } else if (type == REG_SZ || type == REG_EXPAND_SZ) {
        WCHAR *text = (WCHAR *)(void *)data;
        text[size / sizeof *text] = L'\0'; /* what is stored need not end with one */
        CLEANUP(mem_free) char *utf8 = win32_utf8(text);
        json_set_str(v, key, utf8);
    }
}

static void add_key(struct json *v, HKEY root, const WCHAR *path, REGSAM half)
{
    HKEY key;
    if (RegOpenKeyExW(root, path, 0, KEY_READ | half, &key) != ERROR_SUCCESS) {
        return;
    }
    CLEANUP(mem_free) BYTE *data = mem_alloc(VALUE_BYTES + sizeof(WCHAR));
    for (DWORD i = 0;; i++) {
        WCHAR name[NAME_CHARS];
        DWORD chars = NAME_CHARS, size = VALUE_BYTES, type = REG_NONE;
        LONG error = RegEnumValueW(key, i, name, &chars, NULL, &type, data, &size);
        if (error == ERROR_SUCCESS) {
            add_value(v, name, type, data, size);
        } else if (error != ERROR_MORE_DATA) {
            break; /* there are no more */
        }
    }
    RegCloseKey(key);
}

struct json *platform_policy(bool enforced)
{
    static const HKEY roots[] = {HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER};
    struct json *v = json_object();
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        if (enforced) {
            add_key(v, roots[i], L"Software\\Policies\\Lockstep", 0);
        } else {
            add_key(v, roots[i], L"Software\\Lockstep", KEY_WOW64_32KEY);
        }
    }
    return v;
}
