/* Listening to servers that tell by themselves when something changes there (`watch` of client/sync/store.h; JMAP's
 * event stream). Beside the passes, on a thread of its caller's, with connections of its own; opens no state
 * file. What is told goes to schedule_told.
 *
 * An account that does not tell (204, no stream, an error status) is asked at intervals as ever, and asked for its
 * stream again after PUSH_ASK_AGAIN. One that cannot be reached is tried again later and later, spread by chance, as
 * all desks of an office lose it in the same second. After a rejected password nothing is sent until there
 * is another one. None of this ever opens a window: the log has it once, and `lockstep status`. */
#ifndef LOCKSTEP_APP_PUSH_H
#define LOCKSTEP_APP_PUSH_H

#include "client/app/app.h"

/* Seconds. */
#define PUSH_FIRST      30 /* the usual wait after a connection broke off; the server may say another */
#define PUSH_MOST       600   /* doubled each time up to so many */
#define PUSH_LIVED      60    /* a connection that lasted so long was a good one */
#define PUSH_ASK_AGAIN  21600 /* an account that does not tell is asked whether it does by now */
#define PUSH_ASKED_MOST 86400 /* no server can send us away for longer */

/* How long to wait before the `failures`-th new connection in a row (from 1), milliseconds. `again`: what the server
 * wants as the first wait (`retry:`), 0: not said; `asked`: how many seconds it asked to be left alone
 * (Retry-After), 0: not; `chance`: any number. Pure. */
int64_t push_wait_ms(unsigned failures, int64_t again, int64_t asked, uint64_t chance);

/* Of a plan (app_schedule_plan) what is to be listened to for these links (schedule_listens):
 * {"accounts":[{..,"links":[{"name","kind","folder"}]}]}. Two that are the same print the same. Pure; caller frees. */
struct json *push_plan(const struct json *plan, const struct json *links);

struct app_push {
    const struct json *plan;                               /* push_plan */
    void (*changed)(void *user, const struct json *names); /* of links; borrowed */
    /* How an account is listened to has changed: "listening", "polling" or "waiting", and why in words (NULL:
     * nothing to say). May be NULL. */
    void (*said)(void *user, const char *account, const char *how, const char *why);
    bool (*stopping)(void *user);
    void *user;
};
/* Listens until `stopping` says so, which is asked at least every second, and then closes all connections.
 * Whenever it begins to listen to an account all its links are told once: what was before is not known. */
void app_push_run(const struct app_push *push);

/* How the servers are listened to now, by whichever Lockstep does: [{"account","how","why","since"}]; an empty array
 * if none does. Caller frees. */
struct json *push_status(const char *home);

#endif
