/* When the next scheduled pass is due, and what the tray shows. Pure: time comes in as an argument
 * (UTC seconds), so that every case can be tested.
 *
 * The rules: a pass a short while after the start, then one every interval, counted from the end of
 * the last. After a rejected password nothing is tried until somebody asks for a pass: an account
 * must not be locked by a program that keeps knocking. A pause ends when somebody says so, or at its
 * time. A clock that was set back does not postpone
 * the next pass beyond one interval. */
#ifndef LOCKSTEP_APP_SCHEDULE_H
#define LOCKSTEP_APP_SCHEDULE_H

#include "client/app/app.h"

#define SCHEDULE_START_DELAY 20 /* seconds: let the computer finish starting first */

enum schedule_look { SCHEDULE_IDLE, SCHEDULE_SYNCING, SCHEDULE_ATTENTION, SCHEDULE_PAUSED };

struct schedule {
    int64_t next; /* when the next pass is due; 0 = not by itself */
    int64_t last; /* end of the last pass; 0 = none yet */
    enum app_exit last_exit;
    bool running;
    bool paused;
    int64_t paused_until; /* when the pause ends by itself; 0 = when somebody resumes */
    long interval_minutes;
};

/* `until`: as paused_until; one that is over counts for nothing. */
void schedule_init(
    struct schedule *s, int64_t now, bool paused, int64_t until, long interval_minutes);
void schedule_pause(struct schedule *s, int64_t now, bool paused, int64_t until);
/* True if a pass should be started now by itself. */
bool schedule_due(struct schedule *s, int64_t now);
void schedule_started(struct schedule *s);
void schedule_ended(struct schedule *s, int64_t now, enum app_exit result);
enum schedule_look schedule_look(const struct schedule *s);
/* Does this result need somebody? A server out of reach or a busy state does not: it passes by
 * itself. */
bool schedule_needs_user(enum app_exit result);

#endif
