/* Which language the windows are in, and how it counts. */
#include "client/app/language.h"

#include "tests/unit/check.h"

#define CHOOSE(setting, ...)                                                                       \
    language_choose(setting, (const char *const[]){__VA_ARGS__},                                   \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void test_choose(struct check *c)
{
    if (check_case(c, "language/as-windows")) {
        check_int(c, CHOOSE(LANGUAGE_AUTO, "de-DE"), LANGUAGE_DE);
        check_int(c, CHOOSE(LANGUAGE_AUTO, "fr"), LANGUAGE_FR);
        check_int(c, CHOOSE(LANGUAGE_AUTO, "ES-419"), LANGUAGE_ES);
        check_int(c, CHOOSE(LANGUAGE_AUTO, "ja-JP", "en-US"), LANGUAGE_JA);
    }
    if (check_case(c, "language/first-there-is")) {
        check_int(c, CHOOSE(LANGUAGE_AUTO, "rm-CH", "de-CH", "fr-CH"), LANGUAGE_DE);
        check_int(c, CHOOSE(LANGUAGE_AUTO, "en-GB", "de-DE"), LANGUAGE_EN);
    }
    if (check_case(c, "language/none-is-english")) {
        check_int(c, CHOOSE(LANGUAGE_AUTO, "pt-BR"), LANGUAGE_EN);
        check_int(c, CHOOSE(LANGUAGE_AUTO, "auto", "jab", "d", ""), LANGUAGE_EN);
        check_int(c, language_choose(LANGUAGE_AUTO, NULL, 0), LANGUAGE_EN);
    }
    if (check_case(c, "language/setting-is-stronger")) {
        check_int(c, CHOOSE(LANGUAGE_FR, "de-DE"), LANGUAGE_FR);
    }
}

static void test_names(struct check *c)
{
    if (check_case(c, "language/codes")) {
        enum language found = LANGUAGE_AUTO;
        for (int i = 0; i < LANGUAGES; i++) {
            check_true(c, language_of_code(language_code((enum language)i), &found));
            check_int(c, found, i);
            check_true(c, (language_name((enum language)i) == NULL) == (i == LANGUAGE_AUTO));
        }
        check_true(c, !language_of_code("it", &found));
        check_true(c, !language_of_code(NULL, &found));
    }
    if (check_case(c, "language/plurals")) {
        check_true(c, language_is_singular(LANGUAGE_EN, 1));
        check_true(c, !language_is_singular(LANGUAGE_EN, 0));
        check_true(c, !language_is_singular(LANGUAGE_DE, 0));
        check_true(c, language_is_singular(LANGUAGE_FR, 0));
        check_true(c, !language_is_singular(LANGUAGE_FR, 2));
        check_true(c, !language_is_singular(LANGUAGE_ES, 21));
        check_true(c, language_is_singular(LANGUAGE_JA, 7));
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_choose(&c);
    test_names(&c);
    return check_end(&c);
}
