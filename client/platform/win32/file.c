/* Windows: places and files. */
#include "client/platform/platform.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <shlobj.h>
#include <string.h>

char *platform_env(const char *name)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(name);
    DWORD n = GetEnvironmentVariableW(wide, NULL, 0);
    if (!n) {
        return NULL;
    }
    CLEANUP(mem_free) WCHAR *value = mem_alloc(sizeof(WCHAR) * n);
    GetEnvironmentVariableW(wide, value, n);
    return win32_utf8(value);
}

char *platform_data_dir(void)
{
    CLEANUP(mem_free) char *home = platform_env("LOCKSTEP_HOME");
    if (!str_empty(home)) {
        return platform_path_absolute(home);
    }
    WCHAR path[MAX_PATH];
    if (SHGetFolderPathW(NULL, CSIDL_APPDATA | CSIDL_FLAG_CREATE, NULL, 0, path) != S_OK) {
        return platform_path_absolute("Lockstep");
    }
    CLEANUP(mem_free) char *roaming = win32_utf8(path);
    return platform_path_join(roaming, "Lockstep");
}

char *platform_path_join(const char *dir, const char *name)
{
    return str_printf(str_ends(dir, "\\") || str_ends(dir, "/") ? "%s%s" : "%s\\%s", dir, name);
}

char *platform_path_absolute(const char *path)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(path);
    DWORD n = GetFullPathNameW(wide, 0, NULL, NULL);
    if (!n) {
        return mem_strdup(path);
    }
    CLEANUP(mem_free) WCHAR *full = mem_alloc(sizeof(WCHAR) * n);
    GetFullPathNameW(wide, n, full, NULL);
    return win32_utf8(full);
}

static DWORD attributes(const char *path)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(path);
    return GetFileAttributesW(wide);
}

bool platform_file_exists(const char *path)
{
    DWORD a = attributes(path);
    return a != INVALID_FILE_ATTRIBUTES && !(a & FILE_ATTRIBUTE_DIRECTORY);
}

bool platform_dir_exists(const char *path)
{
    DWORD a = attributes(path);
    return a != INVALID_FILE_ATTRIBUTES && (a & FILE_ATTRIBUTE_DIRECTORY);
}

enum rc platform_dir_make(const char *path, struct err *err)
{
    CLEANUP(mem_free) char *full = platform_path_absolute(path);
    CLEANUP(mem_free) WCHAR *wide = win32_wide(full);
    int e = SHCreateDirectoryExW(NULL, wide, NULL);
    if (e != ERROR_SUCCESS && !platform_dir_exists(full)) {
        CLEANUP(mem_free) char *why = win32_message((DWORD)e);
        return err_set(err, RC_IO, e, "cannot make the folder %s: %s", full, why);
    }
    return RC_OK;
}

static HANDLE open_file(const char *path, DWORD access, DWORD share, DWORD how)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(path);
    return CreateFileW(wide, access, share, NULL, how, FILE_ATTRIBUTE_NORMAL, NULL);
}

enum rc platform_file_read(
    const char *path, size_t max, char **ret_data, size_t *ret_len, struct err *err)
{
    HANDLE file = open_file(
        path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) {
        return win32_fail(err, "open", path);
    }
    struct buf b = BUF_INIT(max);
    char chunk[16384];
    DWORD n = 0;
    BOOL good;
    while ((good = ReadFile(file, chunk, sizeof chunk, &n, NULL)) && n && !b.overflow) {
        buf_add(&b, chunk, n);
    }
    enum rc rc = RC_OK;
    if (!good) {
        rc = win32_fail(err, "read", path);
    } else if (b.overflow) {
        rc = err_set(err, RC_TOO_BIG, 0, "cannot read %s: larger than %zu bytes", path, max);
    }
    CloseHandle(file);
    if (rc == RC_OK) {
        if (ret_len) {
            *ret_len = b.len;
        }
        *ret_data = buf_take(&b);
    }
    buf_fini(&b);
    return rc;
}

enum rc platform_file_write(const char *path, const void *data, size_t len, struct err *err)
{
    CLEANUP(mem_free) char *temp = str_printf("%s.new", path);
    HANDLE file = open_file(temp, GENERIC_WRITE, 0, CREATE_ALWAYS);
    if (file == INVALID_HANDLE_VALUE) {
        return win32_fail(err, "write", temp);
    }
    DWORD n = 0;
    bool good = WriteFile(file, data, (DWORD)len, &n, NULL) && n == len && FlushFileBuffers(file);
    enum rc rc = good ? RC_OK : win32_fail(err, "write", temp);
    CloseHandle(file);
    if (rc == RC_OK) {
        rc = platform_file_rename(temp, path, err);
    }
    if (rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *wide = win32_wide(temp);
        DeleteFileW(wide);
    }
    return rc;
}

enum rc platform_file_rename(const char *from, const char *to, struct err *err)
{
    CLEANUP(mem_free) WCHAR *wide_from = win32_wide(from);
    CLEANUP(mem_free) WCHAR *wide_to = win32_wide(to);
    return MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)
               ? RC_OK
               : win32_fail(err, "replace", to);
}

enum rc platform_file_remove(const char *path, struct err *err)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(path);
    return DeleteFileW(wide) || GetLastError() == ERROR_FILE_NOT_FOUND
               ? RC_OK
               : win32_fail(err, "remove", path);
}

struct platform_appender {
    HANDLE file;
    char *path; /* owned; for messages */
};

enum rc platform_appender_new(
    const char *path, struct platform_appender **ret, int64_t *ret_size, struct err *err)
{
    /* FILE_APPEND_DATA without FILE_WRITE_DATA: every write goes to the end, also with several
     * writers. */
    HANDLE file = open_file(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, OPEN_ALWAYS);
    LARGE_INTEGER size = {.QuadPart = 0};
    if (file == INVALID_HANDLE_VALUE || !GetFileSizeEx(file, &size)) {
        enum rc rc = win32_fail(err, "open", path);
        if (file != INVALID_HANDLE_VALUE) {
            CloseHandle(file);
        }
        return rc;
    }
    struct platform_appender *a = NEW(struct platform_appender);
    a->file = file;
    a->path = mem_strdup(path);
    *ret_size = size.QuadPart;
    *ret = a;
    return RC_OK;
}

enum rc platform_appender_write(
    struct platform_appender *a, const void *data, size_t len, struct err *err)
{
    DWORD n = 0;
    bool good = WriteFile(a->file, data, (DWORD)len, &n, NULL) && n == len;
    return good ? RC_OK : win32_fail(err, "write", a->path);
}

void platform_appender_free(struct platform_appender *a)
{
    if (a) {
        CloseHandle(a->file);
        free(a->path);
        free(a);
    }
}
