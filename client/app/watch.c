/* Changes in Outlook as they happen: a store that watches folders, asked over and over. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#define WAIT_MS     1000  /* in one call: so often at least somebody may stop it */
#define PAUSE_MS    200   /* likewise while it waits after trouble */
#define TROUBLE_MS  10000 /* after the first trouble, doubled each time */
#define TROUBLE_MAX 600000

struct watched {
    const char **names;          /* owned array, borrowed from the plan; of the links */
    struct store_watch *folders; /* owned; by link */
    bool *changed;               /* owned; by link */
    size_t count;
};

static void watched_fini(struct watched *w)
{
    free(w->names);
    free(w->folders);
    free(w->changed);
}

static bool is_wanted(const struct json *link)
{
    return json_get_str(link, "watched") && json_get_bool(link, "enabled", true) &&
           json_get_bool(link, "on_change", true) && !str_eq(json_get_str(link, "every"), "hand");
}

static void watched_init(struct watched *w, const struct json *plan)
{
    const struct json *links = json_get(plan, "links");
    size_t most = json_count(links) + 1;
    *w = (struct watched){.names = mem_alloc(most * sizeof *w->names),
        .folders = mem_alloc(most * sizeof *w->folders),
        .changed = mem_alloc(most * sizeof *w->changed)};
    for (const struct json *v = json_first(links); v; v = json_next(v)) {
        if (is_wanted(v)) {
            const struct json *side = json_get(v, json_get_str(v, "watched"));
            w->names[w->count] = json_get_str(v, "name");
            w->folders[w->count++] = (struct store_watch){json_get_str(side, "id"),
                (enum item_kind)item_kind_from_name(json_get_str(v, "kind"))};
        }
    }
}

/* `all`: whatever they say. */
static void tell(const struct app_watch *watch, const struct watched *w, bool all)
{
    CLEANUP(json_free) struct json *names = json_array();
    for (size_t i = 0; i < w->count; i++) {
        if (all || w->changed[i]) {
            json_append(names, json_str(w->names[i]));
        }
    }
    if (json_count(names)) {
        watch->changed(watch->user, names);
    }
}

/* The log is not kept open: it could not be rotated. */
static void note(enum log_level level, const char *text)
{
    CLEANUP(app_close) struct app *app = NULL;
    if (app_open(NULL, &app, NULL) == RC_OK) {
        log_line(app_log(app), level, "app", "watching Outlook: %s", text);
    }
}

static void rest(const struct app_watch *watch, long milliseconds)
{
    int64_t until = platform_ticks_ms() + milliseconds;
    while (platform_ticks_ms() < until && !watch->stopping(watch->user)) {
        platform_sleep_ms(PAUSE_MS);
    }
}

/* Until it is stopped (RC_OK) or there is trouble. *missed: something may have happened unseen. */
static enum rc watch_once(
    const struct app_watch *watch, struct watched *w, bool *missed, struct err *err)
{
    CLEANUP(store_free) struct store *store = NULL;
    enum rc rc = app_store_watching(&store, err);
    while (rc == RC_OK && !watch->stopping(watch->user)) {
        bool began = false;
        rc = store->vtbl->watch(store, w->folders, w->count, WAIT_MS, w->changed, &began, err);
        if (rc == RC_OK && began) {
            note(LOG_LEVEL_DEBUG, "begun");
        }
        if (rc == RC_OK) {
            tell(watch, w, began && *missed);
            *missed = false;
        }
    }
    return rc;
}

void app_watch_run(const struct app_watch *watch)
{
    struct watched w CLEANUP_FINI(watched_fini) = {0};
    watched_init(&w, watch->plan);
    bool missed = watch->missed;
    long pause = TROUBLE_MS;
    while (w.count && !watch->stopping(watch->user)) {
        struct err err = ERR_INIT;
        int64_t begun = platform_ticks_ms();
        enum rc rc = watch_once(watch, &w, &missed, &err);
        if (rc != RC_OK) {
            missed = true;
            pause = platform_ticks_ms() - begun > TROUBLE_MAX ? TROUBLE_MS : pause;
            note(LOG_LEVEL_WARN, err_text(&err));
            rest(watch, pause);
            pause = pause * 2 < TROUBLE_MAX ? pause * 2 : TROUBLE_MAX;
        }
        err_fini(&err);
    }
    while (!w.count && !watch->stopping(watch->user)) {
        platform_sleep_ms(PAUSE_MS);
    }
}
