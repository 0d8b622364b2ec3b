/* The language of the windows, and where its texts are: resources/text_*.rc, one string table a
 * language. Windows itself keeps which one it is, as the locale of the windows' thread, which nothing
 * else of ours looks at (dates and numbers are in the user's own, LOCALE_USER_DEFAULT).
 *
 * The table is read by its language. LoadString would take what it finds, and fall back text by text:
 * a window in two languages. SetThreadUILanguage would do on Windows, not on Wine 8. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <string.h>

/* As the LANGUAGE statements of text_*.rc. */
static const LANGID IDS[LANGUAGES] = {
    [LANGUAGE_EN] = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US),
    [LANGUAGE_DE] = MAKELANGID(LANG_GERMAN, SUBLANG_GERMAN),
    [LANGUAGE_FR] = MAKELANGID(LANG_FRENCH, SUBLANG_FRENCH),
    [LANGUAGE_ES] = MAKELANGID(LANG_SPANISH, SUBLANG_SPANISH_MODERN),
    [LANGUAGE_JA] = MAKELANGID(LANG_JAPANESE, SUBLANG_DEFAULT),
};

enum language language_of_windows(void)
{
    /* Its UI languages, the most wanted first. */
    WCHAR names[1024]; /* each with a NUL, and one more at the end */
    ULONG count = 0, size = ARRAY_LEN(names);
    char *tags[32];
    size_t used = 0;
    if (!GetUserPreferredUILanguages(MUI_LANGUAGE_NAME, &count, names, &size)) {
        names[0] = L'\0';
    }
    for (const WCHAR *p = names; *p && used < ARRAY_LEN(tags); p += wcslen(p) + 1) {
        tags[used++] = win32_utf8(p);
    }
    enum language found = language_choose(LANGUAGE_AUTO, (const char *const *)tags, used);
    while (used) {
        free(tags[--used]);
    }
    return found;
}

void language_use(enum language setting)
{
    enum language language = setting == LANGUAGE_AUTO ? language_of_windows() : setting;
    SetThreadLocale(MAKELCID(IDS[language], SORT_DEFAULT));
}

enum language language_used(void)
{
    LANGID now = LANGIDFROMLCID(GetThreadLocale());
    enum language language = LANGUAGE_JA;
    while (language > LANGUAGE_EN && IDS[language] != now) {
        language--;
    }
    return language;
}

const WCHAR *language_text(enum language language, UINT id, size_t *ret_len)
{
    /* A resource holds sixteen texts: of each its length, then the text (no NUL). */
    HMODULE self = GetModuleHandleW(NULL);
    HRSRC block = FindResourceExW(
        self, (const WCHAR *)RT_STRING, MAKEINTRESOURCEW(id / 16 + 1), IDS[language]);
    const WCHAR *p = block ? LockResource(LoadResource(self, block)) : NULL;
    for (UINT i = 0; p && i < id % 16; i++) {
        p += 1 + *p;
    }
    *ret_len = p ? *p : 0;
    return p ? p + 1 : L"";
}
