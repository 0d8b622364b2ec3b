/* When which links are synced by themselves; the rules S1 to S8 are in schedule.h. */
#include "client/app/schedule.h"

#include "client/base/buf.h"
#include "client/state/state.h"

#include <string.h>

struct schedule_link {
    char *name;    /* owned */
    char *watched; /* owned; "left", "right": the side whose changes are told; NULL: neither */
    struct json *outcome; /* owned; its part of the last report; NULL: none yet */
    long every;           /* minutes, or APP_EVERY_... */
    bool on, network, wants_password, on_change, on_battery, on_metered;
    bool running;
    int64_t next;          /* by the clock; 0: not */
    int64_t not_before;    /* S4; 0: at any time */
    int64_t asked;         /* the part of it that the server asked for */
    unsigned failures;     /* in a row */
    int64_t changed_first; /* S2; 0: nothing has changed since the last pass began */
    int64_t changed;
    int64_t wrote;   /* end of the last pass that wrote to the watched side, 0: it did not */
    unsigned echoes; /* how many in a row did */
    bool pushed[2];  /* S8; by side: its server tells of changes, maybe */
    int64_t told_first, told; /* as changed_first and changed, of a server */
    int64_t wrote_there;      /* as wrote and echoes, of the sides whose servers tell */
    unsigned echoes_there;
    int64_t rests; /* S8: until then what is told waits */
};

/* ---- chance ---- */

/* xorshift64 (Marsaglia, 2003): good enough to spread desks. */
static uint64_t draw(struct schedule *s)
{
    s->chance ^= s->chance << 13;
    s->chance ^= s->chance >> 7;
    s->chance ^= s->chance << 17;
    return s->chance;
}

/* 0 to `most`. */
static int64_t up_to(struct schedule *s, int64_t most)
{
    return most > 0 ? (int64_t)(draw(s) % (uint64_t)(most + 1)) : 0;
}

/* A tenth more or less, in per mille, so that what belongs together can get the same. */
static int64_t draw_tenth(struct schedule *s)
{
    return 900 + up_to(s, 200);
}

static int64_t soon(struct schedule *s, int64_t now)
{
    return now + SCHEDULE_SOON_DELAY + up_to(s, SCHEDULE_SOON_SPREAD);
}

/* ---- links ---- */

static struct schedule_link *find(const struct schedule *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (str_eq(s->links[i].name, name)) {
            return &s->links[i];
        }
    }
    return NULL;
}

static void link_fini(struct schedule_link *l)
{
    free(l->name);
    free(l->watched);
    json_free(l->outcome);
}

static int64_t interval_of(const struct schedule *s, const struct schedule_link *l)
{
    return (l->every == APP_EVERY_DEFAULT ? s->interval_minutes : l->every) * 60;
}

/* Is it synced by itself at all? */
static bool is_automatic(const struct schedule_link *l)
{
    return l->on && !l->wants_password && l->every != APP_EVERY_HAND;
}

static void forget_changes(struct schedule_link *l)
{
    l->changed = l->changed_first = l->told = l->told_first = 0;
}

static void plan_next(
    const struct schedule *s, struct schedule_link *l, int64_t from, int64_t per_mille)
{
    l->next = is_automatic(l) ? from + interval_of(s, l) * per_mille / 1000 : 0;
}

void schedule_init(struct schedule *s, int64_t now, bool paused, int64_t until,
    long interval_minutes, uint64_t seed)
{
    bool over = until && until <= now;
    *s = (struct schedule){.paused = paused && !over,
        .paused_until = paused && !over ? until : 0,
        .interval_minutes = interval_minutes,
        .chance = seed ? seed : 1};
    for (int i = 0; i < 8; i++) {
        draw(s); /* seeds that are close to each other part */
    }
    s->first = now + SCHEDULE_START_DELAY + up_to(s, SCHEDULE_START_SPREAD);
}

void schedule_fini(struct schedule *s)
{
    for (size_t i = 0; i < s->count; i++) {
        link_fini(&s->links[i]);
    }
    free(s->links);
    *s = (struct schedule){0};
}

static long read_every(const struct json *link)
{
    const char *every = json_get_str(link, "every");
    return str_eq(every, "hand")                ? APP_EVERY_HAND
           : every && !str_eq(every, "default") ? strtol(every, NULL, 10)
                                                : APP_EVERY_DEFAULT;
}

/* From the old one of the same name, if there is one. */
static struct schedule_link link_take(struct schedule_link *old, const struct json *v)
{
    struct schedule_link l = {0};
    if (old) {
        l = *old;
        *old = (struct schedule_link){0};
        free(l.watched);
    } else {
        l.name = mem_strdup(json_get_str(v, "name"));
    }
    l.watched = mem_strdup(json_get_str(v, "watched"));
    l.every = read_every(v);
    l.on = json_get_bool(v, "enabled", true);
    l.network = json_get_bool(v, "network", false);
    l.wants_password = json_get(v, "password_wanted") != NULL;
    l.pushed[SIDE_LEFT] = l.pushed[SIDE_RIGHT] = false;
    for (const struct json *p = json_first(json_get(v, "pushed")); p; p = json_next(p)) {
        l.pushed[str_eq(json_str_value(p), "right") ? SIDE_RIGHT : SIDE_LEFT] = true;
    }
    l.on_change = (l.watched || l.pushed[SIDE_LEFT] || l.pushed[SIDE_RIGHT]) &&
                  json_get_bool(v, "on_change", true);
    l.on_battery = json_get_bool(v, "on_battery", true);
    l.on_metered = json_get_bool(v, "on_metered", true);
    return l;
}

/* S1: at the start (which is over by now where the plan was not to be had at once), soon after it became
 * automatic, or an interval after the last pass. */
static void link_plan(struct schedule *s, struct schedule_link *l, int64_t now, bool fresh,
    bool was_automatic, int64_t old_interval)
{
    int64_t last = json_get_int(l->outcome, "ended", now);
    if (!is_automatic(l)) {
        l->next = 0;
        forget_changes(l);
    } else if (fresh && (now < s->first || !s->planned)) {
        l->next = s->first;
    } else if (!fresh && !was_automatic) {
        l->not_before = l->asked;
        l->next = soon(s, now);
    } else if (fresh || old_interval != interval_of(s, l)) {
        plan_next(s, l, last, draw_tenth(s));
        l->next = l->next < now ? soon(s, now) : l->next;
    }
}

void schedule_plan(struct schedule *s, int64_t now, const struct json *plan)
{
    struct schedule old = *s;
    s->links = NULL;
    s->count = s->cap = 0;
    s->interval_minutes = (long)json_get_int(plan, "interval_minutes", s->interval_minutes);
    for (const struct json *v = json_first(json_get(plan, "links")); v; v = json_next(v)) {
        struct schedule_link *before = find(&old, json_get_str(v, "name"));
        bool automatic = before && is_automatic(before);
        int64_t interval = before ? interval_of(&old, before) : 0;
        ARRAY_RESERVE(s->links, s->count, s->cap);
        s->links[s->count] = link_take(before, v);
        link_plan(s, &s->links[s->count++], now, !before, automatic, interval);
    }
    for (size_t i = 0; i < old.count; i++) {
        link_fini(&old.links[i]);
    }
    free(old.links);
    s->planned = true;
}

/* ---- what happens ---- */

void schedule_pause(struct schedule *s, int64_t now, bool paused, int64_t until)
{
    s->paused_until = paused ? until : 0;
    if (s->paused == paused) {
        return;
    }
    s->paused = paused;
    for (size_t i = 0; i < s->count && !paused; i++) {
        if (is_automatic(&s->links[i])) {
            s->links[i].next = now; /* whoever resumes wants it now */
        }
    }
}

void schedule_changed(struct schedule *s, int64_t now, const char *link)
{
    struct schedule_link *l = find(s, link);
    if (l && l->on_change && is_automatic(l)) {
        l->changed = now;
        l->changed_first = l->changed_first ? l->changed_first : now;
    }
}

void schedule_told(struct schedule *s, int64_t now, const char *link)
{
    struct schedule_link *l = find(s, link);
    if (l && l->on_change && is_automatic(l)) {
        l->told = now;
        l->told_first = l->told_first ? l->told_first : now;
    }
}

/* Is it too early for S3 again? */
static bool rests(struct schedule *s, int64_t now)
{
    bool early = s->woken && now >= s->woken && now < s->woken + SCHEDULE_SOON_REST;
    s->woken = early ? s->woken : now;
    return early;
}

void schedule_wake(struct schedule *s, int64_t now)
{
    if (rests(s, now)) {
        return;
    }
    int64_t then = soon(s, now);
    for (size_t i = 0; i < s->count; i++) {
        struct schedule_link *l = &s->links[i];
        if (is_automatic(l)) {
            l->not_before = l->asked;
            l->next = l->next && l->next < then ? l->next : then;
        }
    }
}

void schedule_network(struct schedule *s, int64_t now)
{
    if (rests(s, now)) {
        return;
    }
    int64_t then = now + SCHEDULE_SOON_DELAY + up_to(s, SCHEDULE_NETWORK_SPREAD);
    s->listens = then;
    for (size_t i = 0; i < s->count; i++) {
        struct schedule_link *l = &s->links[i];
        bool overdue = l->next && l->next <= now;
        if (is_automatic(l) && (overdue || l->failures)) {
            l->not_before = l->asked;
            l->next = overdue || l->next > then ? then : l->next;
        }
    }
}

/* ---- what is due ---- */

/* When what may be our own doing is looked at, 0: it is none. `change`: the last; `wrote`, `echoes` as in the
 * link, of the side that told. */
static int64_t echo_due(const struct schedule *s, const struct schedule_link *l, int64_t change,
    int64_t wrote, unsigned echoes)
{
    if (!wrote || (change > wrote + SCHEDULE_ECHO && echoes <= 3)) {
        return 0;
    }
    unsigned doublings = echoes > 10 ? 10 : echoes - 1;
    int64_t delay = (int64_t)SCHEDULE_ECHO_DELAY << doublings, interval = interval_of(s, l);
    return wrote + (delay < interval ? delay : interval);
}

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a change in Outlook is to be synced; 0: there is none. */
static int64_t change_due(const struct schedule *s, const struct schedule_link *l)
{
    if (!l->changed) {
        return 0;
    }
    int64_t due = l->changed + SCHEDULE_QUIET, most = l->changed_first + SCHEDULE_QUIET_MOST;
    due = due < most ? due : most;
    return later_of(due, echo_due(s, l, l->changed, l->wrote, l->echoes));
}

/* S8: likewise of a change on a server. */
static int64_t told_due(const struct schedule *s, const struct schedule_link *l)
{
    if (!l->told) {
        return 0;
    }
    int64_t due = later_of(l->told_first + SCHEDULE_TOLD, l->rests);
    return later_of(due, echo_due(s, l, l->told, l->wrote_there, l->echoes_there));
}

/* The sooner of two times of which 0 is none. */
static int64_t sooner(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

bool schedule_hurries(const struct schedule *s, int64_t now)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct schedule_link *l = &s->links[i];
        int64_t due = sooner(change_due(s, l), told_due(s, l));
        if (due && due <= now + SCHEDULE_QUIET_MOST) {
            return true;
        }
    }
    return false;
}

static int64_t link_due(const struct schedule *s, const struct schedule_link *l)
{
    if (!is_automatic(l)) {
        return 0;
    }
    int64_t due = sooner(l->next, sooner(change_due(s, l), told_due(s, l)));
    return due && due < l->not_before ? l->not_before : due;
}

/* What is in the way of this link; SCHEDULE_AT_TIME: nothing. */
static enum schedule_why obstacle(
    const struct schedule *s, const struct schedule_link *l, const struct schedule_facts *f)
{
    return !l->on                         ? SCHEDULE_OFF
           : l->wants_password            ? SCHEDULE_WANTS_PASSWORD
           : l->every == APP_EVERY_HAND   ? SCHEDULE_BY_HAND
           : s->paused                    ? SCHEDULE_IS_PAUSED
           : f->no_network && l->network  ? SCHEDULE_NO_NETWORK
           : f->presenting                ? SCHEDULE_PRESENTING
           : f->battery && !l->on_battery ? SCHEDULE_ON_BATTERY
           : f->metered && !l->on_metered ? SCHEDULE_ON_METERED
                                          : SCHEDULE_AT_TIME;
}

struct json *schedule_listens(const struct schedule *s, int64_t now, const struct schedule_facts *f)
{
    struct json *names = json_array();
    for (size_t i = 0; i < s->count && now >= s->first && now >= s->listens; i++) {
        const struct schedule_link *l = &s->links[i];
        enum schedule_why why = obstacle(s, l, f);
        if ((l->pushed[SIDE_LEFT] || l->pushed[SIDE_RIGHT]) && l->on_change &&
            (why == SCHEDULE_AT_TIME || why == SCHEDULE_PRESENTING)) {
            json_append(names, json_str(l->name));
        }
    }
    return names;
}

/* S7, and what a server may ask for at most. */
static void mend_clock(struct schedule *s, int64_t now)
{
    if (s->first > now + SCHEDULE_START_DELAY + SCHEDULE_START_SPREAD) {
        s->first = now;
    }
    for (size_t i = 0; i < s->count; i++) {
        struct schedule_link *l = &s->links[i];
        int64_t most = interval_of(s, l) * 11 / 10;
        most = most < SCHEDULE_START_DELAY + SCHEDULE_START_SPREAD
                   ? SCHEDULE_START_DELAY + SCHEDULE_START_SPREAD
                   : most;
        if (l->not_before > now + SCHEDULE_ASKED_MOST) {
            l->not_before = l->asked = now + SCHEDULE_ASKED_MOST;
        }
        if (l->next > now + most && l->next > l->not_before) {
            plan_next(s, l, now, draw_tenth(s));
        }
        if (l->changed > now) {
            l->changed = l->changed_first = now;
        }
        if (l->told > now) {
            l->told = l->told_first = now;
        }
        l->wrote = l->wrote > now ? now : l->wrote;
        l->wrote_there = l->wrote_there > now ? now : l->wrote_there;
        l->rests = l->rests > now + SCHEDULE_REST_MOST ? now : l->rests;
    }
}

struct json *schedule_due(struct schedule *s, int64_t now, const struct schedule_facts *f)
{
    if (s->paused && s->paused_until && s->paused_until <= now) {
        schedule_pause(s, now, false, 0);
    }
    mend_clock(s, now);
    if (s->listens > now + SCHEDULE_SOON_DELAY + SCHEDULE_NETWORK_SPREAD) {
        s->listens = 0;
    }
    struct json *names = NULL;
    bool by_clock = false;
    for (size_t i = 0; i < s->count && !s->running; i++) {
        struct schedule_link *l = &s->links[i];
        int64_t due = link_due(s, l);
        by_clock = by_clock || (due && due <= now && l->next && l->next <= now &&
                                   obstacle(s, l, f) == SCHEDULE_AT_TIME);
    }
    for (size_t i = 0; i < s->count && !s->running; i++) {
        struct schedule_link *l = &s->links[i];
        int64_t due = link_due(s, l), until = by_clock ? now + SCHEDULE_JOIN : now;
        bool held = l->not_before > now; /* S4 does not join */
        if (due && due <= until && !held && obstacle(s, l, f) == SCHEDULE_AT_TIME) {
            names = names ? names : json_array();
            json_append(names, json_str(l->name));
        }
    }
    return names;
}

void schedule_started(struct schedule *s, const struct json *names)
{
    s->running = true;
    for (size_t i = 0; i < s->count; i++) {
        struct schedule_link *l = &s->links[i];
        l->running = !names && l->on;
        for (const struct json *n = json_first(names); n; n = json_next(n)) {
            l->running = l->running || str_eq(json_str_value(n), l->name);
        }
        if (l->running) {
            l->next = 0;
            forget_changes(l);
        }
    }
}

/* ---- how it went ---- */

static int64_t retry_delay(unsigned failures, int64_t per_mille)
{
    unsigned doublings = failures > 6 ? 5 : failures - 1;
    int64_t delay = (int64_t)SCHEDULE_RETRY_FIRST << doublings;
    delay = delay < SCHEDULE_RETRY_MOST ? delay : SCHEDULE_RETRY_MOST;
    return delay * per_mille / 1000;
}

/* S4. `asked`: as the server did, 0: it did not. */
static void link_failed(
    struct schedule_link *l, int64_t now, int64_t asked, int64_t per_mille, int64_t extra)
{
    l->failures++;
    l->asked = asked ? asked + extra : 0; /* it asks all others, too */
    l->not_before = now + retry_delay(l->failures, per_mille);
    l->not_before = l->asked > l->not_before ? l->asked : l->not_before;
    l->next = is_automatic(l) ? l->not_before : 0;
}

static bool wrote_to(const struct json *outcome, const char *side_name)
{
    const struct json *side = json_get(outcome, side_name);
    return json_get_int(side, "created", 0) + json_get_int(side, "updated", 0) +
               json_get_int(side, "deleted", 0) >
           0;
}

/* S2, S8: what comes back of what we wrote. */
static void note_writes(struct schedule_link *l, int64_t now, const struct json *outcome)
{
    bool here = l->watched && wrote_to(outcome, l->watched);
    bool there = (l->pushed[SIDE_LEFT] && wrote_to(outcome, "left")) ||
                 (l->pushed[SIDE_RIGHT] && wrote_to(outcome, "right"));
    l->wrote = here ? now : 0;
    l->echoes = here ? l->echoes + 1 : 0;
    l->wrote_there = there ? now : 0;
    l->echoes_there = there ? l->echoes_there + 1 : 0;
}

static void link_succeeded(
    const struct schedule *s, struct schedule_link *l, int64_t now, int64_t per_mille)
{
    l->failures = 0;
    l->not_before = l->asked = 0;
    plan_next(s, l, now, per_mille);
}

/* `outcome` NULL: the pass failed as a whole. */
static void link_ended(struct schedule *s, struct schedule_link *l, int64_t now,
    enum app_exit result, const struct json *outcome, const int64_t chance[3])
{
    if (outcome) {
        json_free(l->outcome);
        l->outcome = json_dup(outcome);
        json_set_int(l->outcome, "ended", now);
        note_writes(l, now, outcome);
    }
    const char *rc = json_get_str(outcome, "rc");
    if (outcome && str_eq(rc, "ok")) {
        link_succeeded(s, l, now, chance[0]);
    } else if (result == APP_EXIT_CANCELLED || str_eq(rc, "cancelled")) {
        plan_next(s, l, now, chance[0]);
    } else if (result == APP_EXIT_BUSY && !outcome) {
        l->next = is_automatic(l) ? now + SCHEDULE_BUSY * chance[0] / 1000 : 0;
    } else {
        link_failed(l, now, json_get_int(outcome, "not_before", 0), chance[1], chance[2]);
    }
}

void schedule_ended(
    struct schedule *s, int64_t now, enum app_exit result, const struct json *report)
{
    /* One draw for all: links between the same accounts stay together. */
    const int64_t chance[] = {draw_tenth(s), 750 + up_to(s, 500), up_to(s, SCHEDULE_ASKED_SPREAD)};
    s->running = false;
    s->last = now;
    s->failed = report ? APP_EXIT_OK : result;
    int64_t took = json_get_int(report, "milliseconds", 0) / 1000;
    for (size_t i = 0; i < s->count; i++) {
        struct schedule_link *l = &s->links[i];
        const struct json *outcome = NULL;
        for (const struct json *v = json_first(json_get(report, "links")); v; v = json_next(v)) {
            outcome = str_eq(json_get_str(v, "name"), l->name) ? v : outcome;
        }
        l->rests =
            l->running ? now + (took < SCHEDULE_REST_MOST ? took : SCHEDULE_REST_MOST) : l->rests;
        if (outcome || (l->running && !report)) {
            link_ended(s, l, now, result, outcome, chance);
        } else if (l->running) {
            plan_next(s, l, now, chance[0]); /* gone or off meanwhile */
        }
        l->running = false;
    }
}

/* ---- what is shown ---- */

/* Does `why` at `due` tell a person more than what was found before? What will be synced hides what
 * will not; a missing password hides that another link is only synced by hand. */
static bool tells_more(
    int64_t due, enum schedule_why why, int64_t best_due, enum schedule_why best_why)
{
    if (due && best_due) {
        bool free = why == SCHEDULE_AT_TIME, best_free = best_why == SCHEDULE_AT_TIME;
        return free == best_free ? due < best_due : free;
    }
    return due ? true : !best_due && why > best_why;
}

int64_t schedule_next(const struct schedule *s, const char *link, const struct schedule_facts *f,
    enum schedule_why *ret_why)
{
    int64_t next = 0;
    *ret_why = SCHEDULE_NO_LINKS;
    if (!s->planned) {
        *ret_why = s->paused ? SCHEDULE_IS_PAUSED : SCHEDULE_AT_TIME;
        return s->paused ? 0 : s->first;
    }
    for (size_t i = 0; i < s->count; i++) {
        const struct schedule_link *l = &s->links[i];
        enum schedule_why why = obstacle(s, l, f);
        int64_t due = why == SCHEDULE_IS_PAUSED ? 0 : link_due(s, l);
        if ((!link || str_eq(l->name, link)) && tells_more(due, why, next, *ret_why)) {
            next = due;
            *ret_why = why;
        }
    }
    return next;
}

bool schedule_needs_user(enum app_exit result)
{
    return result != APP_EXIT_OK && result != APP_EXIT_SERVER && result != APP_EXIT_BUSY &&
           result != APP_EXIT_CANCELLED;
}

enum app_exit schedule_result(const struct schedule *s)
{
    CLEANUP(json_free) struct json *all = json_object();
    struct json *list = json_array();
    json_set(all, "links", list);
    for (size_t i = 0; i < s->count; i++) {
        if (s->links[i].outcome) {
            json_append(list, json_dup(s->links[i].outcome));
        }
    }
    return s->failed != APP_EXIT_OK ? s->failed : app_exit_of_sync(all);
}

static bool needs_network(const struct schedule *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->links[i].on && s->links[i].network) {
            return true;
        }
    }
    return false;
}

enum schedule_look schedule_look(const struct schedule *s, const struct schedule_facts *f)
{
    enum app_exit result = schedule_result(s);
    if (s->running) {
        return SCHEDULE_SYNCING;
    }
    if (schedule_needs_user(result)) {
        return SCHEDULE_ATTENTION;
    }
    if (s->paused) {
        return SCHEDULE_PAUSED;
    }
    return (f->no_network && needs_network(s)) || result == APP_EXIT_SERVER ? SCHEDULE_OFFLINE
                                                                            : SCHEDULE_IDLE;
}

bool schedule_in_background(bool asked, const struct schedule_facts *f)
{
    return !asked && f->idle_seconds < SCHEDULE_TYPING;
}
