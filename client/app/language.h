/* The languages that the windows speak. Texts are in resources/text_*.rc; here is only which one it
 * is to be. The command line, its JSON and the log are in English. */
#ifndef LOCKSTEP_APP_LANGUAGE_H
#define LOCKSTEP_APP_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language {
    LANGUAGE_AUTO, /* as Windows */
    LANGUAGE_EN,
    LANGUAGE_DE,
    LANGUAGE_FR,
    LANGUAGE_ES,
    LANGUAGE_JA,
    LANGUAGES
};

/* "auto", "en", ...: as in settings.json and on the command line. */
const char *language_code(enum language language);
/* False: there is none of this code. Case does not matter. */
bool language_of_code(const char *code, enum language *ret);
/* What speakers of it call it ("Deutsch"), in UTF-8; NULL of LANGUAGE_AUTO. */
const char *language_name(enum language language);
/* The language to show. With LANGUAGE_AUTO the first of `preferred` that there is, as tags of RFC 5646
 * ("de-AT"; only what is before the first '-' counts), the most wanted first; English if there is
 * none. Never LANGUAGE_AUTO. */
enum language language_choose(
    enum language setting, const char *const *preferred, size_t preferred_count);
/* Does this language say `n` of something as it says one? French does of 0, too, and Japanese has no
 * plural (Unicode CLDR, plural rules of cardinals, category "one" or the only one). */
bool language_is_singular(enum language language, int64_t n);

#endif
