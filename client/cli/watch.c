/* lockstep watch: keeps the links in step until it is stopped, by the same schedule as the tray program
 * (client/app/schedule.h), for computers without a window. Passes are made here, one after the other; what
 * servers tell comes from a thread of its own (client/app/push.h). Between two passes neither the state file nor
 * the log is open, so that other commands work meanwhile. */
#include "client/cli/cli.h"

#include "client/app/push.h"
#include "client/app/schedule.h"
#include "client/base/buf.h"
#include "client/cli/show.h"
#include "client/platform/lock.h"
#include "client/platform/platform.h"
#include "client/platform/stop.h"

#include <stdio.h>
#include <string.h>

#define LOOK_MS      100
#define PLAN_SECONDS 30 /* so often links and settings are read again: others change them */
#define IDLE_SECONDS 86400

struct watch {
    const struct cli *cli;
    struct schedule schedule;
    struct json *plan; /* owned; as read last */
    int64_t planned;   /* when */
    char *error;       /* owned; said last on stderr */
    char *listened;    /* owned; push_plan that was given to the listener, as a text to compare */
    struct platform_worker *listener; /* owned */
    struct platform_lock *lock;       /* of the next three lines, and of what is printed */
    struct json *told;                /* owned; names of links */
    struct json *wanted; /* owned; what the listener is to take up; NULL: nothing new */
    bool ending;
};

/* ---- what is printed ---- */

static void print_line(struct watch *w, const char *text)
{
    char when[CIVIL_TEXT_SIZE];
    struct civil local = platform_local_time(platform_now());
    civil_format_iso(&local, false, when);
    platform_lock_take(w->lock);
    printf("%.8s %s", when + 11, text);
    fflush(stdout);
    platform_lock_give(w->lock);
}

static void print_json(struct watch *w, const struct json *v)
{
    CLEANUP(mem_free) char *text = json_print(v);
    platform_lock_take(w->lock);
    puts(text);
    fflush(stdout);
    platform_lock_give(w->lock);
}

static bool wants_json(const struct watch *w)
{
    return cli_args_value(&w->cli->args, "--json") != NULL;
}

/* A link that had nothing to do is not worth a line. */
static bool is_news(const struct json *link)
{
    return !str_eq(json_get_str(link, "rc"), "ok") || json_get_bool(link, "wrote", false) ||
           json_count(json_get(link, "messages"));
}

static void print_report(struct watch *w, const struct json *report)
{
    if (wants_json(w)) {
        print_json(w, report);
        return;
    }
    for (const struct json *l = json_first(json_get(report, "links")); l; l = json_next(l)) {
        if (is_news(l)) {
            CLEANUP(json_free) struct json *one = json_object();
            struct json *list = json_array();
            json_append(list, json_dup(l));
            json_set(one, "links", list);
            CLEANUP(mem_free) char *text = show_sync(one);
            print_line(w, text);
        }
    }
}

/* What went wrong with a pass as a whole: once, until it is something else. */
static void print_error(struct watch *w, const struct err *err)
{
    const char *text = err && err->rc != RC_BUSY ? err_text(err) : NULL;
    if (text && !str_eq(text, w->error)) {
        fprintf(stderr, "lockstep: %s\n", text);
    }
    str_replace(&w->error, text);
}

/* ---- the listener's thread ---- */

static void on_told(void *user, const struct json *names)
{
    struct watch *w = user;
    platform_lock_take(w->lock);
    for (const struct json *n = json_first(names); n; n = json_next(n)) {
        json_append(w->told, json_dup(n));
    }
    platform_lock_give(w->lock);
}

static void on_said(void *user, const char *account, const char *how, const char *why)
{
    struct watch *w = user;
    if (wants_json(w)) {
        CLEANUP(json_free) struct json *v = json_object();
        struct json *push = json_object();
        json_set_str(push, "account", account);
        json_set_str(push, "how", how);
        json_set_str(push, "why", why);
        json_set(v, "push", push);
        print_json(w, v);
        return;
    }
    CLEANUP(mem_free) char *text = show_push_line(account, how, why);
    print_line(w, text);
}

static bool on_stopping(void *user)
{
    struct watch *w = user;
    platform_lock_take(w->lock);
    bool stopping = w->ending || w->wanted;
    platform_lock_give(w->lock);
    return stopping;
}

static void listen(void *user)
{
    struct watch *w = user;
    platform_lock_take(w->lock);
    CLEANUP(json_free) struct json *plan = TAKE(w->wanted);
    platform_lock_give(w->lock);
    struct app_push push = {
        .plan = plan, .changed = on_told, .said = on_said, .stopping = on_stopping, .user = w};
    if (json_count(json_get(plan, "accounts"))) {
        app_push_run(&push);
    }
}

/* Has the listener begin anew where something else is to be listened to. */
static void follow(struct watch *w, int64_t now, const struct schedule_facts *facts)
{
    CLEANUP(json_free) struct json *names = schedule_listens(&w->schedule, now, facts);
    CLEANUP(json_free) struct json *plan = push_plan(w->plan, names);
    CLEANUP(mem_free) char *text = json_print(plan);
    if (!str_eq(text, w->listened)) {
        str_replace(&w->listened, text);
        platform_lock_take(w->lock);
        json_free(w->wanted);
        w->wanted = TAKE(plan);
        platform_lock_give(w->lock);
        platform_worker_wake(w->listener);
    }
}

static void take_told(struct watch *w, int64_t now)
{
    platform_lock_take(w->lock);
    CLEANUP(json_free) struct json *told = TAKE(w->told);
    w->told = json_array();
    platform_lock_give(w->lock);
    for (const struct json *n = json_first(told); n; n = json_next(n)) {
        schedule_told(&w->schedule, now, json_str_value(n));
    }
}

/* ---- passes ---- */

static enum rc read_plan(struct watch *w, struct app *app, struct err *err)
{
    struct json *plan = NULL;
    struct app_settings settings = app_settings_get(app);
    enum rc rc = app_schedule_plan(app, &plan, err);
    if (rc == RC_OK) {
        int64_t now = platform_now();
        schedule_pause(&w->schedule, now, settings.paused, settings.paused_until);
        schedule_plan(&w->schedule, now, plan);
        json_free(w->plan);
        w->plan = plan;
    }
    return rc;
}

static bool cancelled(void *user)
{
    (void)user;
    return platform_stop_wanted();
}

static void plan_again(struct watch *w)
{
    struct err err = ERR_INIT;
    CLEANUP(app_close) struct app *app = NULL;
    enum rc rc = app_open(NULL, &app, &err);
    if (rc == RC_OK) {
        rc = read_plan(w, app, &err);
    }
    if (rc != RC_OK) {
        print_error(w, &err);
    }
    w->planned = platform_now();
    err_fini(&err);
}

static enum rc sync_links(
    struct watch *w, const struct json *names, struct json **ret, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    size_t count = json_count(names);
    CLEANUP(mem_free) const char **links = mem_alloc((count + 1) * sizeof *links);
    for (size_t i = 0; i < count; i++) {
        links[i] = json_str_value(json_at(names, i));
    }
    struct app_sync request = {
        .links = links, .link_count = count, .scheduled = true, .cancelled = cancelled};
    enum rc rc = app_open(NULL, &app, err);
    if (rc == RC_OK) {
        rc = app_sync_run(app, &request, ret, err);
    }
    if (rc == RC_OK && read_plan(w, app, NULL) == RC_OK) {
        w->planned = platform_now();
    }
    return rc;
}

static void pass(struct watch *w, const struct json *names)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *report = NULL;
    schedule_started(&w->schedule, names);
    enum rc rc = sync_links(w, names, &report, &err);
    schedule_ended(&w->schedule, platform_now(),
        rc == RC_OK ? app_exit_of_sync(report) : app_exit_of(rc), report);
    print_error(w, rc == RC_OK ? NULL : &err);
    if (report) {
        print_report(w, report);
    }
    err_fini(&err);
}

static void look(struct watch *w)
{
    const struct schedule_facts facts = {.idle_seconds = IDLE_SECONDS};
    int64_t now = platform_now();
    if (now >= w->planned + PLAN_SECONDS || now < w->planned) {
        plan_again(w);
    }
    take_told(w, now);
    CLEANUP(json_free) struct json *due = schedule_due(&w->schedule, now, &facts);
    follow(w, now, &facts);
    if (due) {
        pass(w, due);
    }
}

/* ---- */

/* The first pass at once: whoever starts this by hand waits for it. */
static enum rc begin(struct watch *w, struct err *err)
{
    CLEANUP(app_close) struct app *app = NULL;
    uint64_t seed;
    int64_t now = platform_now();
    enum rc rc = app_open(NULL, &app, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct app_settings settings = app_settings_get(app);
    platform_random(&seed, sizeof seed);
    schedule_init(
        &w->schedule, now, settings.paused, settings.paused_until, settings.interval_minutes, seed);
    w->schedule.first = now + 1;
    w->planned = now;
    rc = read_plan(w, app, err);
    if (rc == RC_OK && !json_count(json_get(w->plan, "links"))) {
        rc = err_set(err, RC_NOT_FOUND, 0, "nothing is linked yet: lockstep help link");
    }
    return rc == RC_OK ? platform_worker_new(listen, w, &w->listener, err) : rc;
}

static void watch_fini(struct watch *w)
{
    platform_lock_take(w->lock);
    w->ending = true;
    platform_lock_give(w->lock);
    platform_worker_free(w->listener);
    platform_lock_free(w->lock);
    schedule_fini(&w->schedule);
    json_free(w->plan);
    json_free(w->told);
    json_free(w->wanted);
    free(w->listened);
    free(w->error);
}

int cli_run_watch(struct cli *cli)
{
    struct watch w CLEANUP_FINI(watch_fini) = {
        .cli = cli, .lock = platform_lock_new(), .told = json_array()};
    struct err err = ERR_INIT;
    platform_stop_catch();
    enum rc rc = begin(&w, &err);
    int code = rc == RC_OK ? 0 : cli_fail(&err);
    while (rc == RC_OK && !platform_stop_wanted()) {
        look(&w);
        platform_sleep_ms(LOOK_MS);
    }
    err_fini(&err);
    return code;
}
