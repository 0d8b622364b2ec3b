/* What an administrator's monitoring is told, in the system's own log (platform_event): that a link
 * fails for a reason which does not go by itself, works again, or waits for a person; that the data
 * cannot be opened. Only changes are told, each once: ten thousand desks share that log. */
#ifndef LOCKSTEP_APP_EVENTS_H
#define LOCKSTEP_APP_EVENTS_H

#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

/* Numbers of the log's entries; monitoring knows them, so none is ever used for something else. */
enum event_id {
    EVENT_LINK_FAILS = 100,
    EVENT_LINK_WORKS = 101,
    EVENT_LINK_WAITS = 102,
    EVENT_DATA_FAILS = 200,
};

/* How a link is after a pass. */
struct standing {
    enum rc rc;
    long held, doubtful, conflicts; /* what waits for a person */
    long failed;                    /* items that could not be synced */
};

/* Is a failure for this reason one to tell? Not one that goes by itself (no network, another Lockstep at
 * work) nor one that somebody wanted. */
bool event_is_trouble(enum rc rc);

/* The text for what has changed, NULL: nothing to tell. `told`: what EVENT_LINK_FAILS was last told for,
 * RC_OK if that is over. Names nothing but the link, and no words of a server or of an item. Caller
 * frees. Pure. */
char *event_text_fails(const char *link, enum rc told, const struct standing *now);
char *event_text_works(const char *link, enum rc told, const struct standing *now);
char *event_text_waits(const char *link, const struct standing *before, const struct standing *now);

#endif
