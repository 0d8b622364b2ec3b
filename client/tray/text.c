/* Texts of the string table, numbers and times as this user writes them. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <stdio.h>
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

static WCHAR *copy(const WCHAR *text)
{
    return mem_dup(text, sizeof(WCHAR) * (wcslen(text) + 1));
}

WCHAR *text_time(int64_t utc)
{
    struct civil c = platform_local_time(utc), today = platform_local_time(platform_now());
    SYSTEMTIME st = {.wYear = (WORD)c.year,
        .wMonth = (WORD)c.month,
        .wDay = (WORD)c.day,
        .wHour = (WORD)c.hour,
        .wMinute = (WORD)c.minute};
    WCHAR text[160] = L"";
    if (c.year != today.year || c.month != today.month || c.day != today.day) {
        GetDateFormatW(LOCALE_USER_DEFAULT, DATE_SHORTDATE, &st, NULL, text, ARRAY_LEN(text) / 2);
        wcscat(text, L" ");
    }
    size_t len = wcslen(text);
    GetTimeFormatW(
        LOCALE_USER_DEFAULT, TIME_NOSECONDS, &st, NULL, text + len, (int)(ARRAY_LEN(text) - len));
    return copy(text);
}

WCHAR *text_list_add(WCHAR *list, WCHAR *text)
{
    if (!list) {
        return text;
    }
    list = mem_realloc(list, wcslen(list) + wcslen(text) + 3, sizeof(WCHAR));
    wcscat(list, L", ");
    wcscat(list, text);
    free(text);
    return list;
}

WCHAR *text_one_line(const WCHAR *text)
{
    WCHAR *out = mem_alloc(sizeof(WCHAR) * (2 * wcslen(text) + 1)), *end = out;
    for (; *text; text++) {
        if (*text == L'\n') {
            *end++ = L'.';
            *end++ = L' ';
        } else {
            *end++ = *text;
        }
    }
    return out;
}

WCHAR *text_label(const char *name)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(name);
    WCHAR *out = mem_alloc(sizeof(WCHAR) * (2 * wcslen(wide) + 1)), *end = out;
    for (const WCHAR *p = wide; *p; p++) {
        *end++ = *p;
        if (*p == L'&') {
            *end++ = L'&';
        }
    }
    return out;
}

WCHAR *text_number(int64_t n)
{
    WCHAR text[32];
    swprintf(text, ARRAY_LEN(text), L"%lld", (long long)n);
    return copy(text);
}

UINT text_of_action(const char *action)
{
    return str_eq(action, "create")   ? TEXT_PLAN_CREATE
           : str_eq(action, "update") ? TEXT_PLAN_UPDATE
           : str_eq(action, "delete") ? TEXT_PLAN_DELETE
           : str_eq(action, "pair")   ? TEXT_PLAN_PAIR
                                      : 0;
}

void text_add_value(struct buf *text, const struct json *v)
{
    CLEANUP(mem_free) char *printed = json_is_str(v) || !v ? NULL : json_print(v);
    const char *s = printed ? printed : json_str_value(v);
    buf_addf(text, "%s", s ? s : "\xe2\x80\x93");
}

void text_add_fields(struct buf *text, const struct json *fields)
{
    for (const struct json *f = json_first(fields); f; f = json_next(f)) {
        buf_addf(text, "%s%s: ", text->len ? "; " : "", json_get_str(f, "field"));
        text_add_value(text, json_get(f, "old"));
        buf_addf(text, " \xe2\x86\x92 ");
        text_add_value(text, json_get(f, "new"));
    }
}

char *text_of(HWND box, int control)
{
    HWND window = GetDlgItem(box, control);
    int len = GetWindowTextLengthW(window);
    CLEANUP(mem_free) WCHAR *text = mem_alloc(sizeof(WCHAR) * ((size_t)len + 1));
    GetWindowTextW(window, text, len + 1);
    char *utf8 = win32_utf8(text);
    SecureZeroMemory(text, sizeof(WCHAR) * (size_t)len); /* it may be a password */
    return utf8;
}

int text_ask(HWND owner, UINT flags, UINT id, const char *detail)
{
    CLEANUP(mem_free) WCHAR *name = text_load(TEXT_NAME, NULL, NULL);
    CLEANUP(mem_free) WCHAR *wide = win32_wide(detail ? detail : "");
    CLEANUP(mem_free) WCHAR *text = text_load(id, wide, NULL);
    return MessageBoxW(owner, text, name, flags);
}
