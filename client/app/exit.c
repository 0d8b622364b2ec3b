/* Exit codes: what a script or a monitoring tool needs to know of a failure. */
#include "client/app/app.h"

enum app_exit app_exit_of(enum rc rc)
{
    switch (rc) {
    case RC_OK:
        return APP_EXIT_OK;
    case RC_NOT_FOUND:
    case RC_INVALID:
    case RC_CONFLICT:
    case RC_READONLY:
    case RC_UNSUPPORTED:
        return APP_EXIT_USAGE;
    case RC_AUTH:
        return APP_EXIT_AUTH;
    case RC_TLS:
        return APP_EXIT_TLS;
    case RC_TOO_BIG:
    case RC_REFUSED:
    case RC_TOKEN_INVALID:
    case RC_INCOMPLETE:
    case RC_OFFLINE:
    case RC_SERVER:
        return APP_EXIT_SERVER;
    case RC_BUSY:
        return APP_EXIT_BUSY;
    case RC_IO:
        return APP_EXIT_IO;
    case RC_CANCELLED:
        return APP_EXIT_CANCELLED;
    case RC_INTERNAL:
        break;
    }
    return APP_EXIT_INTERNAL;
}

static enum app_exit exit_of_link(const struct json *link)
{
    enum rc rc = rc_from_name(json_get_str(link, "rc"));
    if (rc != RC_OK) {
        enum app_exit code = app_exit_of(rc);
        /* A folder that is gone or became read-only is no mistake of whoever typed "sync". */
        return code == APP_EXIT_USAGE ? APP_EXIT_ITEMS : code;
    }
    if (json_get_int(link, "failed", 0) > 0 || json_get_int(link, "waiting", 0) > 0) {
        return APP_EXIT_ITEMS;
    }
    bool waits = json_get_int(link, "held", 0) > 0 || json_get_int(link, "undecided", 0) > 0;
    return waits ? APP_EXIT_HELD : APP_EXIT_OK;
}

enum app_exit app_exit_of_sync(const struct json *report)
{
    /* From what needs somebody most to what needs nobody. */
    static const enum app_exit ORDER[] = {APP_EXIT_INTERNAL, APP_EXIT_IO, APP_EXIT_AUTH,
        APP_EXIT_TLS, APP_EXIT_SERVER, APP_EXIT_BUSY, APP_EXIT_CANCELLED, APP_EXIT_ITEMS,
        APP_EXIT_HELD, APP_EXIT_OK};
    size_t worst = ARRAY_LEN(ORDER) - 1;
    for (struct json *link = json_first(json_get(report, "links")); link; link = json_next(link)) {
        enum app_exit code = exit_of_link(link);
        for (size_t i = 0; i < worst; i++) {
            if (ORDER[i] == code) {
                worst = i;
            }
        }
    }
    return ORDER[worst];
}
