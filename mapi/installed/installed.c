/* Each key is asked in both views of the registry: a 32-bit Outlook on 64-bit Windows writes into the
 * one, a 64-bit Outlook into the other, whatever we are ourselves. */
#include "mapi/installed/installed.h"

#include "client/base/mem.h"

#include <windows.h>

#define TEXT_MAX_UNITS 1024

static const DWORD views[] = {KEY_WOW64_64KEY, KEY_WOW64_32KEY};

/* Versions that can still be met, newest first; Outlook writes "Bitness" since 2010. */
static const struct {
    const char *version;
    const wchar_t *key;
} versions[] = {
    {"16.0", L"Software\\Microsoft\\Office\\16.0\\Outlook"},
    {"15.0", L"Software\\Microsoft\\Office\\15.0\\Outlook"},
    {"14.0", L"Software\\Microsoft\\Office\\14.0\\Outlook"},
};

/* A text that is not empty; names of the environment in it are replaced. */
static bool read_text(
    HKEY root, const wchar_t *key, const wchar_t *value, DWORD view, wchar_t ret[TEXT_MAX_UNITS])
{
    HKEY open;
    DWORD size = TEXT_MAX_UNITS * sizeof(wchar_t);
    if (RegOpenKeyExW(root, key, 0, KEY_READ | view, &open) != ERROR_SUCCESS) {
        return false;
    }
    LONG error =
        RegGetValueW(open, NULL, value, RRF_RT_REG_SZ | RRF_RT_REG_MULTI_SZ, NULL, ret, &size);
    RegCloseKey(open);
    return error == ERROR_SUCCESS && ret[0];
}

static unsigned bits_from_name(const wchar_t *name)
{
    return _wcsicmp(name, L"x86") == 0 ? 32 : _wcsicmp(name, L"x64") == 0 ? 64 : 0;
}

/* ---- the MAPI library ---- */

/* What it was built for; 0 if it cannot be read. [PE format, "MS-DOS Stub" and "COFF File Header"] */
static unsigned bits_of_file(const wchar_t *path)
{
    IMAGE_DOS_HEADER dos;
    struct {
        DWORD signature;
        IMAGE_FILE_HEADER file;
    } pe = {0};
    DWORD read;
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return 0;
    }
    bool ok = ReadFile(file, &dos, sizeof dos, &read, NULL) && read == sizeof dos &&
              dos.e_magic == IMAGE_DOS_SIGNATURE &&
              SetFilePointer(file, dos.e_lfanew, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER &&
              ReadFile(file, &pe, sizeof pe, &read, NULL) && read == sizeof pe &&
              pe.signature == IMAGE_NT_SIGNATURE;
    CloseHandle(file);
    return !ok                                           ? 0
           : pe.file.Machine == IMAGE_FILE_MACHINE_I386  ? 32
           : pe.file.Machine == IMAGE_FILE_MACHINE_AMD64 ? 64
                                                         : 0;
}

/* A mail program brings Extended MAPI if its key names a DLL for it, directly or as a component of
 * Windows Installer, which only Windows' mapi32.dll can follow. */
static bool look_at_program(const wchar_t *name, DWORD view, struct outlook_installed *found)
{
    static const wchar_t clients[] = L"Software\\Clients\\Mail\\";
    wchar_t key[TEXT_MAX_UNITS + ARRAY_LEN(clients)], text[TEXT_MAX_UNITS];
    wcscpy(key, clients);
    wcscat(key, name);
    if (read_text(HKEY_LOCAL_MACHINE, key, L"DLLPathEx", view, text)) {
        found->has_mapi = true;
        found->bits = bits_of_file(text);
        found->evidence = found->bits ? "its MAPI library" : NULL;
        return true;
    }
    found->has_mapi =
        found->has_mapi || read_text(HKEY_LOCAL_MACHINE, key, L"MSIComponentID", view, text);
    return false;
}

/* The user's default mail program, the machine's, and Outlook by its name. */
static void look_at_programs(struct outlook_installed *found)
{
    static const HKEY roots[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
    for (size_t v = 0; v < ARRAY_LEN(views); v++) {
        for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
            wchar_t name[TEXT_MAX_UNITS];
            if (read_text(roots[i], L"Software\\Clients\\Mail", NULL, views[v], name) &&
                look_at_program(name, views[v], found)) {
                return;
            }
        }
    }
    for (size_t v = 0; v < ARRAY_LEN(views); v++) {
        if (look_at_program(L"Microsoft Outlook", views[v], found)) {
            return;
        }
    }
}

/* ---- what installers say ---- */

static void look_at_versions(struct outlook_installed *found)
{
    wchar_t text[TEXT_MAX_UNITS];
    for (size_t i = 0; i < ARRAY_LEN(versions) && !found->version; i++) {
        for (size_t v = 0; v < ARRAY_LEN(views) && !found->version; v++) {
            if (read_text(HKEY_LOCAL_MACHINE, versions[i].key, L"Bitness", views[v], text)) {
                found->version = versions[i].version;
                if (!found->bits && bits_from_name(text)) {
                    found->bits = bits_from_name(text);
                    found->evidence = "what Outlook has written into the registry";
                }
            }
        }
    }
}

static void look_at_click_to_run(struct outlook_installed *found)
{
    wchar_t text[TEXT_MAX_UNITS];
    for (size_t v = 0; v < ARRAY_LEN(views) && !found->bits; v++) {
        if (read_text(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office\\ClickToRun\\Configuration",
                L"Platform", views[v], text) &&
            bits_from_name(text)) {
            found->bits = bits_from_name(text);
            found->evidence = "what Click-to-Run has written into the registry";
        }
    }
}

struct outlook_installed outlook_installed(void)
{
    struct outlook_installed found = {0};
    look_at_programs(&found);
    look_at_versions(&found);
    look_at_click_to_run(&found);
    return found;
}
