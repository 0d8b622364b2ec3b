/* Texts of the string table and times as this user writes them. */
#include "client/tray/tray.h"

#include "client/base/date.h"
#include "client/platform/platform.h"

#include <wchar.h>

WCHAR *text_load(UINT id, const WCHAR *first, const WCHAR *second)
{
    const WCHAR *arguments[] = {first ? first : L"", second ? second : L""};
    const WCHAR *text = NULL;
    /* Length 0 gives a pointer to the resource itself, which has no NUL at its end. */
    int len = LoadStringW(GetModuleHandleW(NULL), id, (WCHAR *)&text, 0);
    WCHAR *out =
        mem_alloc(sizeof(WCHAR) * ((size_t)len + wcslen(arguments[0]) + wcslen(arguments[1]) + 1));
    WCHAR *end = out;
    size_t used = 0;
    for (int i = 0; i < len; i++) {
        if (text[i] == L'%' && i + 1 < len && text[i + 1] == L's' && used < ARRAY_LEN(arguments)) {
            end = wcscpy(end, arguments[used]) + wcslen(arguments[used]);
            used++;
            i++;
        } else {
            *end++ = text[i];
        }
    }
    *end = L'\0';
    return out;
}

WCHAR *text_time(int64_t utc)
{
    struct civil c = platform_local_time(utc);
    SYSTEMTIME st = {.wYear = (WORD)c.year,
        .wMonth = (WORD)c.month,
        .wDay = (WORD)c.day,
        .wHour = (WORD)c.hour,
        .wMinute = (WORD)c.minute};
    WCHAR text[80] = L"";
    GetTimeFormatW(LOCALE_USER_DEFAULT, TIME_NOSECONDS, &st, NULL, text, ARRAY_LEN(text));
    return mem_dup(text, sizeof(WCHAR) * (wcslen(text) + 1));
}
