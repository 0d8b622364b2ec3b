/* Windows half of folder.h. UTF-8 becomes UTF-16 here. */
#include "client/platform/folder.h"

#include "client/platform/win32/text.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* FILETIME of 1970-01-01 in 100 ns units. */
#define FILETIME_1970 INT64_C(116444736000000000)

static enum rc io_error(struct err *err, const char *what, const char *path)
{
    DWORD number = GetLastError();
    enum rc rc = RC_IO;
    if (number == ERROR_FILE_NOT_FOUND || number == ERROR_PATH_NOT_FOUND) {
        rc = RC_NOT_FOUND;
    } else if (number == ERROR_ALREADY_EXISTS || number == ERROR_FILE_EXISTS) {
        rc = RC_CONFLICT;
    }
    CLEANUP(mem_free) char *message = win32_message(number);
    return err_set(err, rc, (long)number, "%s '%s': %s", what, path, message);
}

void file_list_fini(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

static struct file_info info_of(DWORD attributes, FILETIME changed, DWORD size_high, DWORD size_low)
{
    int64_t ticks = (int64_t)((uint64_t)changed.dwHighDateTime << 32 | changed.dwLowDateTime);
    struct file_info info = {(ticks - FILETIME_1970) * 100,
        (int64_t)((uint64_t)size_high << 32 | size_low), 0,
        (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0};
    return info;
}

/* A symbolic link or junction. Other reparse points hold their content themselves: files kept in a
 * cloud, or stored once for many ([MS-FSCC] 2.1.2.1, bit N of the tag). */
static bool leads_away(const WIN32_FIND_DATAW *data)
{
    return (data->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) &&
           IsReparseTagNameSurrogate(data->dwReserved0);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

enum rc file_list_dir(const char *path, struct file_list *ret, struct err *err)
{
    CLEANUP(mem_free) char *pattern = str_printf("%s/*", path);
    CLEANUP(mem_free) wchar_t *wpattern = win32_wide(pattern);
    WIN32_FIND_DATAW data;
    HANDLE find = FindFirstFileW(wpattern, &data);
    if (find == INVALID_HANDLE_VALUE) {
        return io_error(err, "reading folder", path);
    }
    struct file_list list = {0};
    do {
        if (wcscmp(data.cFileName, L".") != 0 && wcscmp(data.cFileName, L"..") != 0) {
            struct file_info info = info_of(
                data.dwFileAttributes, data.ftLastWriteTime, data.nFileSizeHigh, data.nFileSizeLow);
            info.is_link = leads_away(&data);
            ARRAY_RESERVE(list.items, list.count, list.cap);
            list.items[list.count++] = (struct file_entry){win32_utf8(data.cFileName), info};
        }
    } while (FindNextFileW(find, &data));
    enum rc rc =
        GetLastError() == ERROR_NO_MORE_FILES ? RC_OK : io_error(err, "reading folder", path);
    FindClose(find);
    if (rc != RC_OK) { /* a listing cut short must not pass for a complete one */
        file_list_fini(&list);
        return rc;
    }
    if (list.count) {
        qsort(list.items, list.count, sizeof *list.items, by_name);
    }
    *ret = list;
    return RC_OK;
}

enum rc file_stat(const char *path, struct file_info *ret, struct err *err)
{
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    WIN32_FILE_ATTRIBUTE_DATA data;
    if (!GetFileAttributesExW(wpath, GetFileExInfoStandard, &data)) {
        return io_error(err, "looking at", path);
    }
    *ret =
        info_of(data.dwFileAttributes, data.ftLastWriteTime, data.nFileSizeHigh, data.nFileSizeLow);
    return RC_OK;
}

char *file_identity(const char *path)
{
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    BY_HANDLE_FILE_INFORMATION info;
    /* FILE_FLAG_BACKUP_SEMANTICS: without it a folder cannot be opened. */
    HANDLE file = CreateFileW(wpath, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return NULL;
    }
    BOOL known = GetFileInformationByHandle(file, &info);
    CloseHandle(file);
    return known ? str_printf("%lx-%lx%08lx", info.dwVolumeSerialNumber, info.nFileIndexHigh,
                       info.nFileIndexLow)
                 : NULL;
}

enum rc file_read(const char *path, struct buf *ret, struct err *err)
{
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    HANDLE file =
        CreateFileW(wpath, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return io_error(err, "opening", path);
    }
    char chunk[65536];
    DWORD n = 0;
    BOOL ok;
    while ((ok = ReadFile(file, chunk, sizeof chunk, &n, NULL)) && n && !ret->overflow) {
        buf_add(ret, chunk, n);
    }
    enum rc rc = ok ? RC_OK : io_error(err, "reading", path);
    CloseHandle(file);
    if (rc == RC_OK && ret->overflow) {
        return err_set(err, RC_TOO_BIG, 0, "reading '%s': larger than %lu bytes", path,
            (unsigned long)ret->max);
    }
    return rc;
}

static bool write_all(HANDLE file, const char *data, size_t len)
{
    while (len) {
        DWORD n = 0;
        if (!WriteFile(file, data, len > 1u << 20 ? 1u << 20 : (DWORD)len, &n, NULL)) {
            return false;
        }
        data += n;
        len -= n;
    }
    return true;
}

enum rc file_write(
    const char *path, const void *data, size_t len, bool must_be_new, struct err *err)
{
    CLEANUP(mem_free) char *temporary = str_printf("%s.lockstep-tmp", path);
    CLEANUP(mem_free) wchar_t *wtemporary = win32_wide(temporary);
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    HANDLE file =
        CreateFileW(wtemporary, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return io_error(err, "writing", temporary);
    }
    bool written = write_all(file, data, len) && FlushFileBuffers(file);
    written = CloseHandle(file) && written;
    DWORD flags = MOVEFILE_WRITE_THROUGH | (must_be_new ? 0 : MOVEFILE_REPLACE_EXISTING);
    if (written && MoveFileExW(wtemporary, wpath, flags)) {
        return RC_OK;
    }
    enum rc rc = io_error(err, "writing", path);
    DeleteFileW(wtemporary);
    return rc;
}

enum rc file_remove(const char *path, struct err *err)
{
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    return DeleteFileW(wpath) ? RC_OK : io_error(err, "removing", path);
}

enum rc file_remove_dir(const char *path, struct err *err)
{
    CLEANUP(mem_free) wchar_t *wpath = win32_wide(path);
    return RemoveDirectoryW(wpath) ? RC_OK : io_error(err, "removing folder", path);
}

enum rc file_make_new_dir(const char *path, struct err *err)
{
    CLEANUP(mem_free) wchar_t *w = win32_wide(path);
    return CreateDirectoryW(w, NULL) ? RC_OK : io_error(err, "making folder", path);
}

enum rc file_make_dir(const char *path, struct err *err)
{
    CLEANUP(mem_free) char *copy = mem_strdup(path);
    size_t n = strlen(copy);
    for (size_t i = 1; i <= n; i++) {
        if (copy[i] != '/' && copy[i] != '\\' && copy[i]) {
            continue;
        }
        char separator = copy[i];
        copy[i] = 0;
        CLEANUP(mem_free) wchar_t *w = win32_wide(copy);
        bool drive = str_ends(copy, ":");
        if (!drive && !CreateDirectoryW(w, NULL) && GetLastError() != ERROR_ALREADY_EXISTS) {
            return io_error(err, "making folder", copy);
        }
        copy[i] = separator;
    }
    return RC_OK;
}
