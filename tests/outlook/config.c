/* The paths of the emulation's files; see config.h. */
#include "tests/outlook/config.h"

#include "tests/outlook/bag.h"

#include <string.h>

static WCHAR *config_variable(const WCHAR *name)
{
    DWORD length = GetEnvironmentVariableW(name, NULL, 0);
    WCHAR *value;

    if (length < 2) {
        return NULL;
    }
    value = emu_alloc(length * sizeof(WCHAR));
    GetEnvironmentVariableW(name, value, length);
    return value;
}

static WCHAR *config_registry_path(void)
{
    WCHAR path[MAX_PATH];
    DWORD size = sizeof(path);
    LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, CONFIG_CLIENTS_KEY L"\\" CONFIG_CLIENT_NAME,
        L"Database", RRF_RT_REG_SZ, NULL, path, &size);

    return status == ERROR_SUCCESS && path[0] ? emu_copy(path) : NULL;
}

static WCHAR *config_default_path(void)
{
    WCHAR *folder = config_variable(L"LOCALAPPDATA");
    WCHAR *path;
    size_t length;

    if (!folder) {
        return emu_copy(L"mailbox.db");
    }
    length = wcslen(folder);
    path = emu_alloc((length + 64) * sizeof(WCHAR));
    wcscpy(path, folder);
    wcscat(path, L"\\EmulatedOutlook");
    CreateDirectoryW(path, NULL);
    wcscat(path, L"\\mailbox.db");
    emu_free(folder);
    return path;
}

WCHAR *config_database_path(void)
{
    WCHAR *path = config_variable(L"LOCKSTEP_EMULATED_OUTLOOK");

    if (!path) {
        path = config_registry_path();
    }
    return path ? path : config_default_path();
}

WCHAR *config_identity(void)
{
    return config_variable(L"LOCKSTEP_EMULATED_IDENTITY");
}

WCHAR *config_violations_path(void)
{
    static const WCHAR suffix[] = L".violations";
    WCHAR *database = config_database_path();
    WCHAR *path = emu_alloc(wcslen(database) * sizeof(WCHAR) + sizeof(suffix));

    wcscpy(path, database);
    wcscat(path, suffix);
    emu_free(database);
    return path;
}
