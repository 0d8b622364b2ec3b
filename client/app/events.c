/* Entries of the system's log: what is told, and what has been told already. */
#include "client/app/events.h"
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/state/conflict.h"

#include <string.h>

/* ---- what to say ---- */

bool event_is_trouble(enum rc rc)
{
    return rc != RC_OK && rc != RC_OFFLINE && rc != RC_BUSY && rc != RC_CANCELLED;
}

static const char *reason(enum rc rc)
{
    switch (rc) {
    case RC_AUTH:
        return "the sign-in was rejected";
    case RC_TLS:
        return "the server's certificate is not acceptable";
    case RC_SERVER:
        return "the server failed, or its answer makes no sense";
    case RC_NOT_FOUND:
        return "its folder is not there";
    case RC_READONLY:
        return "its folder may not be written";
    case RC_IO:
        return "a file or the disk gives trouble";
    default:
        return "see 'lockstep status'";
    }
}

char *event_text_fails(const char *link, enum rc told, const struct standing *now)
{
    return event_is_trouble(now->rc) && now->rc != told
               ? str_printf("The link '%s' cannot be synced: %s (%s).", link, reason(now->rc),
                     rc_name(now->rc))
               : NULL;
}

char *event_text_works(const char *link, enum rc told, const struct standing *now)
{
    return now->rc == RC_OK && told != RC_OK ? str_printf("The link '%s' is synced again.", link)
                                             : NULL;
}

char *event_text_waits(const char *link, const struct standing *before, const struct standing *now)
{
    bool more = now->held > before->held || now->doubtful > before->doubtful ||
                now->conflicts > before->conflicts || now->failed > before->failed;
    return more ? str_printf(
                      "The link '%s' needs its user: %ld held, %ld doubtful, %ld in conflict, "
                      "%ld failed.",
                      link, now->held, now->doubtful, now->conflicts, now->failed)
                : NULL;
}

/* ---- saying it ---- */

static void tell(
    const struct app *app, enum platform_event_kind kind, enum event_id id, char *text /* owned */)
{
    if (text) {
        platform_event(kind, id, text);
        log_line(app_log(app), LOG_LEVEL_INFO, "app", "event %d: %s", (int)id, text);
        free(text);
    }
}

enum rc standing_load(struct app *app, int64_t link, struct standing *ret, struct err *err)
{
    struct state_problems problems CLEANUP_FINI(state_problems_fini) = {0};
    *ret = (struct standing){0};
    enum rc rc = state_problems_load(app->state, link, &problems, err);
    for (size_t i = 0; i < problems.count; i++) {
        *(problems.items[i].held ? &ret->held : &ret->failed) += 1;
    }
    rc = rc == RC_OK ? doubtful_count(app->state, link, &ret->doubtful, err) : rc;
    return rc == RC_OK ? state_conflicts_open(app->state, link, &ret->conflicts, err) : rc;
}

/* Kept with the link's settings, as the program may have been started anew since. */
static enum rc told_of(const struct state_link *link)
{
    CLEANUP(json_free) struct json *settings = link_settings(link);
    const char *told = json_get_str(settings, "told");
    return told ? rc_from_name(told) : RC_OK;
}

static enum rc keep_told(struct app *app, int64_t id, enum rc told, struct err *err)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    enum rc rc = state_link_get(app->state, id, &link, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(json_free) struct json *settings = link_settings(&link);
    json_set_str(settings, "told", told == RC_OK ? NULL : rc_name(told));
    link_settings_put(&link, settings);
    return state_link_save(app->state, &link, err);
}

void events_tell(
    struct app *app, const struct state_link *link, const struct standing *before, enum rc result)
{
    struct standing now;
    struct err err = ERR_INIT;
    if (!app_settings_get(app).event_log) {
        return;
    }
    enum rc told = told_of(link), rc = standing_load(app, link->id, &now, &err);
    now.rc = result;
    bool fails = event_is_trouble(result) && result != told;
    if (rc == RC_OK && (fails || (result == RC_OK && told != RC_OK))) {
        rc = keep_told(app, link->id, result, &err); /* first: better untold than told each time */
    }
    if (rc == RC_OK) {
        tell(app, PLATFORM_EVENT_ERROR, EVENT_LINK_FAILS, event_text_fails(link->name, told, &now));
        tell(app, PLATFORM_EVENT_INFO, EVENT_LINK_WORKS, event_text_works(link->name, told, &now));
        tell(app, PLATFORM_EVENT_WARNING, EVENT_LINK_WAITS,
            event_text_waits(link->name, before, &now));
    } else {
        log_line(app_log(app), LOG_LEVEL_WARN, "app", "no event was told: %s", err_text(&err));
    }
    err_fini(&err);
}

void events_data(struct app *app, const struct err *why)
{
    if (event_is_trouble(why->rc) && app_settings_get(app).event_log && !app->data_told) {
        app->data_told = true;
        tell(app, PLATFORM_EVENT_ERROR, EVENT_DATA_FAILS,
            str_printf("The data of Lockstep cannot be opened (%s): 'lockstep check' tells more. "
                       "Nothing is synced.",
                rc_name(why->rc)));
    }
}
