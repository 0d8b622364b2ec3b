/* A server with automatic scheduling (RFC 6638) sends invitations, updates and cancellations whenever
 * an event with attendees is stored, changed or deleted by its organizer; Lockstep never sends mail. Is
 * this one of them? What is done about it is in commit.c and client/remote/mute.h. */
#include "client/remote/dav/dav_private.h"

#include <string.h>

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

enum rc schedule_is_automatic(struct dav *d, const char *folder, bool *ret, struct err *err)
{
    if (d->auto_schedule < 0) {
        CLEANUP(mem_free) char *url = dav_path_url(d, folder);
        struct http_request q = {
            .method = "OPTIONS", .url = url, .what = "what the calendar server can do"};
        struct http_response r = {0};
        enum rc rc = http_send(d->http, &q, &r, err);
        bool found = false;
        /* The header may come in several lines. A server that does not answer OPTIONS is taken to
         * schedule. */
        for (const char *line = r.headers; line && *line; line = next_line(line)) {
            CLEANUP(mem_free) char *one = mem_strndup(line, strcspn(line, "\n"));
            found = found || (str_istarts(one, "DAV:") && strstr(one, "calendar-auto-schedule"));
            /* Google writes in spite of SCHEDULE-AGENT=CLIENT: what is not known is not tried. */
            d->obeys = d->obeys || (str_istarts(one, "Server:") && strstr(one, "Cyrus-HTTP/"));
        }
        found = found || r.status >= 300;
        http_response_fini(&r);
        if (rc != RC_OK) {
            return rc;
        }
        d->auto_schedule = found;
    }
    *ret = d->auto_schedule != 0;
    return RC_OK;
}
