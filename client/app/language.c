/* The languages that the windows speak. */
#include "client/app/language.h"

#include "client/base/buf.h"

#include <string.h>

static const struct {
    const char *code, *name;
} languages[LANGUAGES] = {
    [LANGUAGE_AUTO] = {"auto", NULL},
    [LANGUAGE_EN] = {"en", "English"},
    [LANGUAGE_DE] = {"de", "Deutsch"},
    [LANGUAGE_FR] = {"fr", "Fran\xc3\xa7"
                           "ais"},
    [LANGUAGE_ES] = {"es", "Espa\xc3\xb1ol"},
    [LANGUAGE_JA] = {"ja", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
};

const char *language_code(enum language language)
{
    return languages[language].code;
}

bool language_of_code(const char *code, enum language *ret)
{
    for (int i = 0; code && i < LANGUAGES; i++) {
        if (str_ieq(code, languages[i].code)) {
            *ret = (enum language)i;
            return true;
        }
    }
    return false;
}

const char *language_name(enum language language)
{
    return languages[language].name;
}

enum language language_choose(
    enum language setting, const char *const *preferred, size_t preferred_count)
{
    for (size_t i = 0; setting == LANGUAGE_AUTO && i < preferred_count; i++) {
        CLEANUP(mem_free) char *primary = mem_strndup(preferred[i], strcspn(preferred[i], "-"));
        enum language found;
        if (language_of_code(primary, &found) && found != LANGUAGE_AUTO) {
            return found;
        }
    }
    return setting == LANGUAGE_AUTO ? LANGUAGE_EN : setting;
}

bool language_is_singular(enum language language, int64_t n)
{
    return language == LANGUAGE_JA || n == 1 || (language == LANGUAGE_FR && n == 0);
}
