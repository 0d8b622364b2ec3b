/* Providers that do not say by themselves how people sign in. Client ids are none of ours: each organisation has
 * to register its own there (README.md), and puts it into the setting `oauth_clients`. */
#include "client/oauth/private.h"

#include <string.h>

static const struct oauth_provider PROVIDERS[] = {
    {.name = "google",
        .hosts = "googleapis.com apidata.googleusercontent.com",
        .issuer = "https://accounts.google.com",
        .authorize_url = "https://accounts.google.com/o/oauth2/v2/auth",
        .token_url = "https://oauth2.googleapis.com/token",
        .scope =
            "https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/carddav"},
};

static bool is_below(const char *host, const char *domain, size_t len)
{
    size_t n = strlen(host);
    return n >= len && strncmp(host + n - len, domain, len) == 0 &&
           (n == len || host[n - len - 1] == '.');
}

const struct oauth_provider *oauth_provider_of(const char *host)
{
    for (size_t i = 0; i < ARRAY_LEN(PROVIDERS); i++) {
        for (const char *p = PROVIDERS[i].hosts; *p;) {
            size_t len = strcspn(p, " ");
            if (is_below(host, p, len)) {
                return &PROVIDERS[i];
            }
            p += len + strspn(p + len, " ");
        }
    }
    return NULL;
}

const struct oauth_provider *oauth_provider_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(PROVIDERS); i++) {
        if (str_ieq(PROVIDERS[i].name, name)) {
            return &PROVIDERS[i];
        }
    }
    return NULL;
}
