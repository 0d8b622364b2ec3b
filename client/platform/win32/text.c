/* Windows: UTF-8 and UTF-16, and what Windows says when it fails. */
#include "client/platform/win32/text.h"

#include "client/base/buf.h"

#include <string.h>

WCHAR *win32_wide(const char *utf8)
{
    if (!utf8) {
        return NULL;
    }
    int n = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0);
    WCHAR *wide = mem_alloc(sizeof(WCHAR) * ((size_t)n + 1));
    MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, n);
    return wide;
}

char *win32_utf8(const WCHAR *wide)
{
    if (!wide) {
        return NULL;
    }
    int n = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *utf8 = mem_alloc((size_t)n + 1);
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, n, NULL, NULL);
    return utf8;
}

char *win32_message(DWORD code)
{
    WCHAR text[512];
    DWORD n = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code,
        0, text, ARRAY_LEN(text), NULL);
    while (n && (text[n - 1] == L'\r' || text[n - 1] == L'\n' || text[n - 1] == L'.' ||
                    text[n - 1] == L' ')) {
        n--;
    }
    text[n < ARRAY_LEN(text) ? n : ARRAY_LEN(text) - 1] = L'\0';
    return n ? win32_utf8(text) : str_printf("Windows error %lu", code);
}

enum rc win32_fail(struct err *err, const char *what, const char *path)
{
    DWORD code = GetLastError();
    bool missing = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
    CLEANUP(mem_free) char *why = win32_message(code);
    return err_set(
        err, missing ? RC_NOT_FOUND : RC_IO, (long)code, "cannot %s %s: %s", what, path, why);
}
