/* When which links are synced by themselves, and what the tray shows of it. Pure: the time comes in as an
 * argument (UTC seconds), chance as a seed, the state of the computer as facts, so that every rule is
 * tested with a clock of the test's own.
 *
 * S1  A first pass a while after the start, then one an interval, counted from the end of the last. Both
 *     are spread by chance, so that the desks of an office do not all knock at nine.
 * S2  A change in Outlook is synced when nothing has followed it for SCHEDULE_QUIET seconds, at the latest
 *     SCHEDULE_QUIET_MOST after the first. What we write to Outlook ourselves comes back as a change: it
 *     is looked at later, and the later the oftener it happens in a row, so that nothing can go round in
 *     circles and no edit is missed that fell into the same moment.
 * S3  After the computer woke up: soon, once. After the network changed, what is overdue or failed is due
 *     within SCHEDULE_NETWORK_SPREAD, as a whole house may get its network back in the same second.
 * S4  After an error again in 2, 4, 8 ... minutes, at most an hour, spread by chance, and never before the
 *     time the server asked for; after that within SCHEDULE_ASKED_SPREAD, as it asks everybody. Waking up
 *     and a new network begin anew, but for what the server asked.
 * S5  A link whose password was rejected for good (rejected.c) waits for a new one.
 * S6  Nothing begins by itself while paused, in a presentation or full-screen program, without any network
 *     (links that need one), on battery or a metered network (links that do not want that).
 * S7  A clock that was set back does not postpone anything beyond one interval.
 * S8  A change that a server tells of (push) is synced SCHEDULE_TOLD seconds after the first that was told, but
 *     so that not more than half of the time is spent syncing. What we write to the server comes back as such a
 *     change: S2 says what becomes of that. It is listened to where passes may begin by themselves (S5, S6, but for
 *     presentations), from the first pass on; after the network changed, from when S3 lets begin what is overdue.
 *     For the rest S1 to S7 hold, as the clock goes on meanwhile.
 *
 * None of this holds for what a person asks for. What a server sees of 10,000 desks: tests/fleet. */
#ifndef LOCKSTEP_APP_SCHEDULE_H
#define LOCKSTEP_APP_SCHEDULE_H

#include "client/app/app.h"

/* Seconds. */
#define SCHEDULE_START_DELAY    20  /* let the computer finish starting first */
#define SCHEDULE_START_SPREAD   120 /* and the others of the office get their turn */
#define SCHEDULE_SOON_DELAY     3
#define SCHEDULE_SOON_SPREAD    17
#define SCHEDULE_SOON_REST      30 /* no second time within so many: networks change in bursts */
#define SCHEDULE_NETWORK_SPREAD 120
#define SCHEDULE_ASKED_SPREAD   300
#define SCHEDULE_QUIET          2
#define SCHEDULE_QUIET_MOST     8
#define SCHEDULE_ECHO           3  /* so long after a pass changes in Outlook may be its own */
#define SCHEDULE_ECHO_DELAY     20 /* and are looked at after so long, doubled each time in a row */
#define SCHEDULE_TOLD           1 /* somebody waits for it; what comes in one go is taken together */
#define SCHEDULE_REST_MOST      30 /* after a pass that took as long or longer */
#define SCHEDULE_RETRY_FIRST    120
#define SCHEDULE_RETRY_MOST     3600
#define SCHEDULE_BUSY           60    /* when another Lockstep was at work */
#define SCHEDULE_JOIN           60    /* a pass takes along what would be due so soon */
#define SCHEDULE_TYPING         30    /* somebody is at work who used keyboard or mouse so lately */
#define SCHEDULE_ASKED_MOST     86400 /* no server can send us away for longer */

enum schedule_look {
    SCHEDULE_IDLE,
    SCHEDULE_SYNCING,
    SCHEDULE_ATTENTION,
    SCHEDULE_PAUSED,
    SCHEDULE_OFFLINE
};

/* What the computer is at. */
struct schedule_facts {
    bool no_network; /* none at all */
    bool metered, battery;
    bool presenting;      /* full screen or presentation */
    int64_t idle_seconds; /* since keyboard or mouse were used */
};

/* Why something is not synced by itself now. */
enum schedule_why {
    SCHEDULE_AT_TIME, /* it will be, at a known time */
    SCHEDULE_NO_LINKS,
    SCHEDULE_BY_HAND,
    SCHEDULE_OFF, /* the link is off */
    SCHEDULE_WANTS_PASSWORD,
    SCHEDULE_IS_PAUSED,
    SCHEDULE_NO_NETWORK,
    SCHEDULE_PRESENTING,
    SCHEDULE_ON_BATTERY,
    SCHEDULE_ON_METERED,
};

struct schedule_link;
struct schedule {
    struct schedule_link *links; /* owned; of the plan */
    size_t count, cap;
    bool planned;         /* the links are known */
    uint64_t chance;      /* state of the generator */
    int64_t first;        /* when the first pass is due */
    int64_t listens;      /* S8: not before; 0: at any time */
    int64_t woken;        /* S3 */
    int64_t last;         /* end of the last pass; 0 = none yet */
    enum app_exit failed; /* of a pass that failed as a whole; APP_EXIT_OK: it did not */
    bool running;
    bool paused;
    int64_t paused_until; /* when the pause ends by itself; 0 = when somebody resumes */
    long interval_minutes;
};

/* `until`: as paused_until; one that is over counts for nothing. `seed`: any number that differs from
 * desk to desk. */
void schedule_init(struct schedule *s, int64_t now, bool paused, int64_t until,
    long interval_minutes, uint64_t seed);
void schedule_fini(struct schedule *s);
/* Takes over what app_schedule_plan tells; of links that stay, what is known stays. */
void schedule_plan(struct schedule *s, int64_t now, const struct json *plan);
void schedule_pause(struct schedule *s, int64_t now, bool paused, int64_t until);

/* Somebody changed something in Outlook that the link of this name is about. */
void schedule_changed(struct schedule *s, int64_t now, const char *link);
/* A server told that something changed in a folder of the link of this name. */
void schedule_told(struct schedule *s, int64_t now, const char *link);
/* The names of the links whose servers are to be listened to now; an empty array: none. Caller frees. */
struct json *schedule_listens(
    const struct schedule *s, int64_t now, const struct schedule_facts *f);
/* The computer woke up. */
void schedule_wake(struct schedule *s, int64_t now);
/* The network changed: it is there again, or another one. */
void schedule_network(struct schedule *s, int64_t now);

/* Is a change about to be synced, so that it is worth while to look often? */
bool schedule_hurries(const struct schedule *s, int64_t now);
/* The names of the links to be synced now, by themselves; NULL: none. Caller frees. */
struct json *schedule_due(struct schedule *s, int64_t now, const struct schedule_facts *f);
/* A pass over these links begins; NULL: over all that are on. */
void schedule_started(struct schedule *s, const struct json *names);
/* `report` as from app_sync_run; NULL: there is none, the pass failed with `result`. */
void schedule_ended(
    struct schedule *s, int64_t now, enum app_exit result, const struct json *report);

/* When the next pass is due by itself: of the link of this name, or (NULL) the next of all. 0: not by
 * itself. *ret_why tells why not, or what will be in the way unless it is over by then. */
int64_t schedule_next(const struct schedule *s, const char *link, const struct schedule_facts *f,
    enum schedule_why *ret_why);
/* The result that most needs somebody, of all links as they were last synced. */
enum app_exit schedule_result(const struct schedule *s);
enum schedule_look schedule_look(const struct schedule *s, const struct schedule_facts *f);
/* Does this result need somebody? A server out of reach or a busy state does not: it passes by
 * itself. */
bool schedule_needs_user(enum app_exit result);
/* Is a pass to keep out of the way of somebody at work? Not one that was asked for. */
bool schedule_in_background(bool asked, const struct schedule_facts *f);

#endif
