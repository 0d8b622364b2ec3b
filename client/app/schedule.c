/* When the next scheduled pass is due. */
#include "client/app/schedule.h"

static void plan(struct schedule *s, int64_t from)
{
    s->next = s->paused || s->last_exit == APP_EXIT_AUTH ? 0 : from + s->interval_minutes * 60;
}

void schedule_init(
    struct schedule *s, int64_t now, bool paused, int64_t until, long interval_minutes)
{
    bool over = until && until <= now;
    *s = (struct schedule){.paused = paused && !over,
        .paused_until = paused && !over ? until : 0,
        .interval_minutes = interval_minutes};
    s->next = s->paused ? 0 : now + SCHEDULE_START_DELAY;
}

void schedule_pause(struct schedule *s, int64_t now, bool paused, int64_t until)
{
    s->paused_until = paused ? until : 0;
    if (s->paused != paused) {
        s->paused = paused;
        if (paused || s->last_exit == APP_EXIT_AUTH) {
            s->next = 0;
        } else {
            s->next = now; /* whoever resumes wants it now */
        }
    }
}

bool schedule_due(struct schedule *s, int64_t now)
{
    if (s->paused && s->paused_until && s->paused_until <= now) {
        schedule_pause(s, now, false, 0);
    }
    if (s->next > now + s->interval_minutes * 60) {
        plan(s, now); /* the clock was set back */
    }
    return !s->running && s->next && s->next <= now;
}

void schedule_started(struct schedule *s)
{
    s->running = true;
    s->next = 0;
}

void schedule_ended(struct schedule *s, int64_t now, enum app_exit result)
{
    s->running = false;
    s->last = now;
    s->last_exit = result;
    plan(s, now);
}

bool schedule_needs_user(enum app_exit result)
{
    return result != APP_EXIT_OK && result != APP_EXIT_SERVER && result != APP_EXIT_BUSY &&
           result != APP_EXIT_CANCELLED;
}

enum schedule_look schedule_look(const struct schedule *s)
{
    if (s->running) {
        return SCHEDULE_SYNCING;
    }
    if (s->last && s->last_exit != APP_EXIT_OK && s->last_exit != APP_EXIT_BUSY &&
        s->last_exit != APP_EXIT_CANCELLED) {
        return SCHEDULE_ATTENTION;
    }
    return s->paused ? SCHEDULE_PAUSED : SCHEDULE_IDLE;
}
