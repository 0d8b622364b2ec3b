/* What SOGo does otherwise than others and what is done about it, where it is not a matter of one of the
 * other files. Observed with 5.8.0. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"

#include <stdlib.h>
#include <string.h>

bool dav_is_sogo(const char *path)
{
    return strstr(path, "/SOGo/dav/") != NULL;
}

/* ---- sync tokens: the second of the newest change in the listing, in digits ---- */
/* Anything else is taken for the beginning of time: everything is listed, and nothing that is gone. */
bool sogo_token_is_its_own(const char *token)
{
    return *token && strspn(token, "0123456789") == strlen(token);
}

/* A listing gives what was changed after the second of the token. What is stored in that second, but after
 * the listing, or by a process that is slow to commit, or on a machine whose clock is behind, would never
 * be listed. So we go on from a bit before the listing. What is listed twice has the version we know; and
 * when nothing was changed for that long, the token is left alone, and nothing is listed twice any more. */
#define OVERLAP_SECONDS 10

char *sogo_token_to_keep(const char *token, int64_t date)
{
    long long newest = sogo_token_is_its_own(token) ? atoll(token) : 0;
    if (date > OVERLAP_SECONDS && newest > date - OVERLAP_SECONDS) {
        return str_printf("%lld", (long long)(date - OVERLAP_SECONDS));
    }
    return mem_strdup(token);
}
