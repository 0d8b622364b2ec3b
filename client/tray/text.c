/* Texts of the string table, numbers and times as this user writes them. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <stdio.h>
#include <wchar.h>

WCHAR *text_put(const WCHAR *text, size_t len, const WCHAR *const *places, size_t count)
{
    size_t room = len + 1;
    for (size_t i = 0; i + 1 < len; i++) {
        size_t place = (size_t)(text[i + 1] - L'1');
        room += text[i] == L'%' && place < count && places[place] ? wcslen(places[place]) : 0;
    }
    WCHAR *out = mem_alloc(sizeof(WCHAR) * room), *end = out;
    for (size_t i = 0; i < len; i++) {
        size_t place = text[i] == L'%' && i + 1 < len ? (size_t)(text[i + 1] - L'1') : count;
        if (place >= count) {
            *end++ = text[i];
        } else {
            const WCHAR *words = places[place] ? places[place] : L"";
            end = wcscpy(end, words) + wcslen(words);
            i++;
        }
    }
    *end = L'\0';
    return out;
}

WCHAR *text_load(UINT id, const WCHAR *first, const WCHAR *second)
{
    size_t len;
    const WCHAR *text = language_text(language_used(), id, &len);
    return text_put(text, len, (const WCHAR *const[]){first, second}, 2);
}

WCHAR *text_count(UINT id, int64_t n)
{
    CLEANUP(mem_free) WCHAR *number = text_number(n);
    WCHAR *text = text_load(id, number, NULL), *several = wcschr(text, L'|');
    if (several && language_is_singular(language_used(), n)) {
        *several = L'\0';
    } else if (several) {
        memmove(text, several + 1, sizeof(WCHAR) * (wcslen(several + 1) + 1));
    }
    return text;
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
    CLEANUP(mem_free) WCHAR *and = text_load(TEXT_AND, NULL, NULL);
    list = mem_realloc(list, wcslen(list) + wcslen(and) + wcslen(text) + 1, sizeof(WCHAR));
    wcscat(wcscat(list, and), text);
    free(text);
    return list;
}

WCHAR *text_one_line(const WCHAR *text)
{
    const WCHAR *second = wcschr(text, L'\n');
    if (!second) {
        return copy(text);
    }
    CLEANUP(mem_free) WCHAR *first = copy(text);
    first[second - text] = L'\0';
    return text_load(TEXT_SENTENCE, first, second + 1);
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
    WCHAR plain[32], text[64] = L"", point[8] = L"";
    swprintf(plain, ARRAY_LEN(plain), L"%lld", (long long)n);
    GetNumberFormatW(LOCALE_USER_DEFAULT, 0, plain, NULL, text, ARRAY_LEN(text));
    GetLocaleInfoW(LOCALE_USER_DEFAULT, LOCALE_SDECIMAL, point, ARRAY_LEN(point));
    /* Windows writes as many decimals as the user has set for numbers: none of a count. */
    WCHAR *decimals = *point ? wcsstr(text, point) : NULL;
    if (decimals) {
        *decimals = L'\0';
    }
    return copy(*text ? text : plain);
}

UINT text_of_action(const char *action)
{
    return str_eq(action, "create")   ? TEXT_PLAN_CREATE
           : str_eq(action, "update") ? TEXT_PLAN_UPDATE
           : str_eq(action, "delete") ? TEXT_PLAN_DELETE
           : str_eq(action, "pair")   ? TEXT_PLAN_PAIR
                                      : 0;
}

/* Is the value at this path a word out of a list, and nobody's text? */
static bool is_word(const char *path)
{
    static const char *const MEMBERS[] = {
        "status", "privacy", "freeBusyStatus", "busyStatus", "progress", "participationStatus"};
    const char *last = path ? path + strlen(path) : NULL;
    while (last && last > path && last[-1] != '/' && last[-1] != ':') {
        last--;
    }
    for (size_t i = 0; last && i < ARRAY_LEN(MEMBERS); i++) {
        if (str_eq(last, MEMBERS[i])) {
            return true;
        }
    }
    return false;
}

void text_add_value(struct buf *text, const char *path, const struct json *v)
{
    if (json_is_str(v) && is_word(path)) {
        CLEANUP(mem_free) WCHAR *wide = text_said(json_str_value(v));
        CLEANUP(mem_free) char *said = win32_utf8(wide);
        buf_addf(text, "%s", said);
        return;
    }
    CLEANUP(mem_free) char *printed = json_is_str(v) || !v ? NULL : json_print(v);
    const char *s = printed ? printed : json_str_value(v);
    buf_addf(text, "%s", s ? s : "\xe2\x80\x93");
}

void text_add_fields(struct buf *text, const struct json *fields)
{
    for (const struct json *f = json_first(fields); f; f = json_next(f)) {
        struct buf change CLEANUP_FINI(buf_fini) = BUF_INIT(64 * 1024);
        text_add_value(&change, json_get_str(f, "path"), json_get(f, "old"));
        buf_addf(&change, " \xe2\x86\x92 ");
        text_add_value(&change, json_get_str(f, "path"), json_get(f, "new"));
        CLEANUP(mem_free) WCHAR *field = text_said(json_get_str(f, "field"));
        CLEANUP(mem_free) WCHAR *values = win32_wide(buf_str(&change));
        CLEANUP(mem_free) WCHAR *wide = text_load(TEXT_FIELD, field, values);
        CLEANUP(mem_free) char *one = win32_utf8(wide);
        buf_addf(text, "%s%s", text->len ? "; " : "", one);
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
