/* What an administrator does not let users do: the policy value Forbidden, some of the words below. What
 * the administrator presets (preset.c) is not the user's doing and not asked about. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

static const struct feature {
    const char *word, *why;
} FEATURES[] = {
    [FORBID_ACCOUNTS] = {"accounts",
        "your administrator does not allow accounts to be added or removed"},
    [FORBID_LINKS] = {"links",
        "your administrator does not allow links to be made, changed or removed"},
    [FORBID_HTTP] = {"http", "your administrator does not allow connections without encryption"},
    [FORBID_EXPORT] = {"export", "your administrator does not allow settings to be exported"},
    [FORBID_RELEASE] = {"release",
        "your administrator does not allow what is held to be carried out"},
};

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = words; *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        if (n == len && strncmp(p, word, n) == 0) {
            return true;
        }
        p += n;
    }
    return false;
}

bool forbids(const struct app *app, enum forbid what)
{
    CLEANUP(json_free) struct json *there = platform_policy(true);
    const char *words = json_get_str(there, "Forbidden");
    return words && !app->presetting && has_word(words, FEATURES[what].word);
}

enum rc forbid_check(const struct app *app, enum forbid what, struct err *err)
{
    return forbids(app, what) ? err_set(err, RC_READONLY, 0, "%s", FEATURES[what].why) : RC_OK;
}
