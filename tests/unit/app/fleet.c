/* What a server sees of thousands of desks: the schedule of each (client/app/schedule.h) with chance of its own,
 * a clock for all of them and a server that is there, is not, or asks to be left alone. No sockets: only
 * when who knocks. The steady rate is each desk once in 15 minutes, 11.1 passes a second of 10,000; how much
 * more than that it may be is what is checked here.
 *
 * fleet CASE DESKS; tests/fleet shows the rate minute by minute. */
#include "client/app/schedule.h"
#include "tests/unit/check.h"

#include <stdlib.h>

#define HOURS   4
#define SECONDS (HOURS * 3600)
#define BEGIN   1000000 /* of the clock, at second 0 */
#define PASS    3       /* seconds that a pass takes */
#define WINDOW  20      /* seconds over which the rate is taken */
#define ROUND   900     /* seconds between two passes of a desk */

enum server {
    SERVER_FINE,
    SERVER_SILENT, /* no answer */
    SERVER_BUSY,   /* 503 with Retry-After: so many seconds */
    SERVER_CLOSED  /* 503 with Retry-After: a time, the same for all */
};

struct story {
    const char *name;
    int logon; /* seconds over which people log on, most of them in the middle */
    enum server trouble;
    int from, until; /* second of the trouble */
    int busy;        /* seconds that SERVER_BUSY asks for */
    bool unplugged;  /* then there is no network at all, for anybody */
};

struct desk {
    struct schedule schedule;
    bool served;       /* after the trouble */
    struct desk *next; /* of those who look in the same second */
};

struct fleet {
    const struct story *story;
    int count;
    struct desk *desks; /* owned */
    struct desk **at;   /* owned; SECONDS of them: who looks when */
    int *passes;        /* owned; in each second */
    int served;         /* desks that have been served after the trouble */
    int all_served;     /* the second in which the last of them was */
    struct json *plan;  /* owned */
    uint64_t chance;
};

static int draw(struct fleet *f, int most)
{
    f->chance = f->chance * 6364136223846793005U + 1442695040888963407U; /* Knuth, MMIX */
    return (int)((f->chance >> 33) % (uint64_t)(most + 1));
}

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    return json_parse(text, strlen(text), &v, NULL) == RC_OK ? v : NULL;
}

static void fleet_init(struct fleet *f, const struct story *story, int count)
{
    *f = (struct fleet){.story = story, .count = count, .chance = 20261128};
    f->desks = calloc((size_t)count, sizeof *f->desks);
    f->at = calloc(SECONDS, sizeof *f->at);
    f->passes = calloc(SECONDS, sizeof *f->passes);
    f->plan = parse("{\"interval_minutes\":15,\"links\":["
                    "{\"name\":\"people\",\"every\":\"default\",\"network\":true},"
                    "{\"name\":\"days\",\"every\":\"default\",\"network\":true}]}");
}

static void fleet_fini(struct fleet *f)
{
    for (int i = 0; i < f->count; i++) {
        schedule_fini(&f->desks[i].schedule);
    }
    free(f->desks);
    free(f->at);
    free(f->passes);
    json_free(f->plan);
}

static void look_at(struct fleet *f, struct desk *d, int second)
{
    if (second < SECONDS) {
        d->next = f->at[second];
        f->at[second] = d;
    }
}

static bool is_in_trouble(const struct story *s, int second)
{
    return s->trouble != SERVER_FINE && second >= s->from && second < s->until;
}

static struct schedule_facts facts_at(const struct fleet *f, int second)
{
    return (struct schedule_facts){
        .idle_seconds = 3600, .no_network = f->story->unplugged && is_in_trouble(f->story, second)};
}

/* What the server says to both links. Caller frees. */
static struct json *answer(const struct fleet *f, int second)
{
    const struct story *s = f->story;
    char text[300], one[100] = "\"rc\":\"ok\"";
    if (is_in_trouble(s, second)) {
        int64_t asked = s->trouble == SERVER_BUSY     ? BEGIN + second + s->busy
                        : s->trouble == SERVER_CLOSED ? BEGIN + s->until
                                                      : 0;
        snprintf(one, sizeof one, "\"rc\":\"offline\",\"not_before\":%lld", (long long)asked);
    }
    snprintf(text, sizeof text, "{\"links\":[{\"name\":\"people\",%s},{\"name\":\"days\",%s}]}",
        one, one);
    return parse(text);
}

static void count_pass(struct fleet *f, struct desk *d, int second)
{
    f->passes[second]++;
    if (second >= f->story->until && !d->served) {
        d->served = true;
        f->served++;
        f->all_served = second;
    }
}

/* One look of a desk's tray program. */
static void look(struct fleet *f, struct desk *d, int second)
{
    struct schedule_facts facts = facts_at(f, second);
    struct json *names = schedule_due(&d->schedule, BEGIN + second, &facts);
    int next = second + 1;
    if (names) {
        struct json *report = answer(f, second);
        count_pass(f, d, second);
        schedule_started(&d->schedule, names);
        schedule_ended(&d->schedule, BEGIN + second + PASS, app_exit_of_sync(report), report);
        json_free(report);
        json_free(names);
        next += PASS;
    }
    enum schedule_why why;
    int64_t due = schedule_next(&d->schedule, NULL, &facts, &why) - BEGIN;
    next = why == SCHEDULE_NO_NETWORK ? SECONDS : due > next ? (int)due : next;
    look_at(f, d, next);
}

static void log_on(struct fleet *f, struct desk *d, int second)
{
    schedule_init(&d->schedule, BEGIN + second, false, 0, 15, f->chance);
    schedule_plan(&d->schedule, BEGIN + second, f->plan);
    look_at(f, d, second + 1);
}

/* The network is back, for all of them in the same second. */
static void plug_in(struct fleet *f, int second)
{
    memset(f->at, 0, SECONDS * sizeof *f->at);
    for (int i = 0; i < f->count; i++) {
        schedule_network(&f->desks[i].schedule, BEGIN + second);
        look_at(f, &f->desks[i], second);
    }
}

static void fleet_run(struct fleet *f)
{
    for (int i = 0; i < f->count; i++) {
        int third = f->story->logon / 3;
        log_on(f, &f->desks[i], draw(f, third) + draw(f, third) + draw(f, third));
    }
    for (int second = 0; second < SECONDS; second++) {
        if (f->story->unplugged && second == f->story->until) {
            plug_in(f, second);
        }
        for (struct desk *d = f->at[second], *next; d; d = next) {
            next = d->next;
            look(f, d, second);
        }
    }
}

static double steady(const struct fleet *f)
{
    return f->count / (double)ROUND;
}

/* The highest rate, as a multiple of the steady one, over WINDOW seconds from `from` to `until`. */
static double peak(const struct fleet *f, int from, int until)
{
    int most = 0, sum = 0;
    for (int t = from; t < until; t++) {
        sum += f->passes[t] - (t - WINDOW >= from ? f->passes[t - WINDOW] : 0);
        most = sum > most ? sum : most;
    }
    return most / (double)WINDOW / steady(f);
}

static double mean(const struct fleet *f, int from, int until)
{
    int sum = 0;
    for (int t = from; t < until; t++) {
        sum += f->passes[t];
    }
    return sum / (double)(until - from) / steady(f);
}

static void tell(const struct fleet *f)
{
    const struct story *s = f->story;
    printf("# %s: peak %.1f times the steady rate", s->name, peak(f, 0, SECONDS));
    if (s->until) {
        printf(", %.1f in the trouble, %.1f after it, the last desk served %d s after it",
            mean(f, s->from, s->until), peak(f, s->until, SECONDS), f->all_served - s->until);
    }
    printf("; in the last hour %.2f to %.2f\n", mean(f, SECONDS - 3600, SECONDS),
        peak(f, SECONDS - 3600, SECONDS));
    for (int t = 0; getenv("FLEET_MINUTES") && t < SECONDS; t += 60) {
        double rate = mean(f, t, t + 60);
        printf("%4d min %6.2f ", t / 60, rate);
        for (int i = 0; i < rate * 8 && i < 100; i++) {
            putchar('#');
        }
        putchar('\n');
    }
}

/* What may be at most, as multiples of the steady rate. */
struct limits {
    double peak, in_trouble, after;
    int served; /* seconds after the trouble within which every desk has been served */
};

static void check_story(struct check *c, int count, struct story s, struct limits most)
{
    if (!check_case(c, s.name)) {
        return;
    }
    struct fleet f CLEANUP_FINI(fleet_fini) = {0};
    fleet_init(&f, &s, count);
    fleet_run(&f);
    tell(&f);
    check_true(c, peak(&f, 0, s.until ? s.from : SECONDS) <= most.peak);
    check_true(c, f.served == count);
    if (s.until) {
        check_true(c, mean(&f, s.from, s.until) <= most.in_trouble);
        check_true(c, peak(&f, s.until, SECONDS) <= most.after);
        check_true(c, f.all_served - s.until <= most.served);
    }
    /* Whatever happened, it does not swing for ever: the crowd of one moment parts. */
    check_true(c, peak(&f, SECONDS - 1800, SECONDS) <= 3);
    check_true(c, mean(&f, SECONDS - 1800, SECONDS) > 0.9);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    int n = argc > 2 ? atoi(argv[2]) : 10000;
    const struct story morning = {.name = "fleet/morning", .logon = 1800}; /* most in the middle */
    struct story s = morning;
    check_story(&c, n, s, (struct limits){.peak = 2.5});

    s.name = "fleet/power-comes-back"; /* everybody in the same second */
    s.logon = 0;
    check_story(&c, n, s, (struct limits){.peak = 9});

    s = morning;
    s.from = 5400, s.until = 7800;
    s.name = "fleet/server-away";
    s.trouble = SERVER_SILENT;
    check_story(&c, n, s, (struct limits){2.5, 2, 2.5, 2400});

    s.name = "fleet/server-busy";
    s.trouble = SERVER_BUSY;
    s.busy = 120;
    check_story(&c, n, s, (struct limits){2.5, 2, 2.5, 2400});

    s.name = "fleet/maintenance";
    s.trouble = SERVER_CLOSED;
    check_story(&c, n, s, (struct limits){2.5, 0.6, 4.5, SCHEDULE_ASKED_SPREAD + 1});

    s.name = "fleet/network-gone";
    s.trouble = SERVER_SILENT;
    s.unplugged = true;
    check_story(&c, n, s, (struct limits){2.5, 0, 9, SCHEDULE_NETWORK_SPREAD + 5});
    return check_end(&c);
}
