/* Windows: what an administrator says, in the registry. A 32-bit program sees its own half of
 * Software\Lockstep, which is where a 32-bit MSI writes; the policies' key is one for both. */
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

static void add_key(struct json *v, HKEY root, const WCHAR *path)
{
    HKEY key;
    if (RegOpenKeyExW(root, path, 0, KEY_READ, &key) != ERROR_SUCCESS) {
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
        add_key(v, roots[i], enforced ? L"Software\\Policies\\Lockstep" : L"Software\\Lockstep");
    }
    return v;
}
