/* One pass over the links: opens each account once, runs the engine link by link, and makes the
 * report. */
#include "client/app/backup_items.h"
#include "client/app/events.h"
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/large/large.h"
#include "client/platform/platform.h"
#include "client/state/change.h"
#include "client/sync/sync.h"

#include <string.h>

/* An account in this pass. */
struct pass_account {
    const struct state_account *account; /* borrowed from struct pass */
    struct store *store;                 /* owned; NULL until needed */
    struct err failed;                   /* rc RC_OK unless it could not be opened */
    bool counted;                        /* that its password was rejected in this pass */
};

/* Links between the same two accounts share their fate when one of them finds an account out of
 * reach. */
struct pass_failure {
    int64_t left, right;
    enum rc rc;
    char *text; /* owned */
};

struct pass {
    struct app *app;
    const struct app_sync *request;
    struct state_accounts accounts;
    struct state_links links;      /* those of this pass */
    struct circle *circle;         /* owned; of the links */
    struct pass_account *open;     /* owned; one an account, in the order of accounts */
    struct pass_failure *failures; /* owned */
    size_t failure_count, failure_cap;
    const char *link;             /* name of the one at work */
    struct backup_request backup; /* of that link */
    struct json *made;            /* owned; the backup made before it was written */
};

static void pass_fini(struct pass *p)
{
    for (size_t i = 0; p->open && i < p->accounts.count; i++) {
        store_free(p->open[i].store);
        err_fini(&p->open[i].failed);
    }
    free(p->open);
    for (size_t i = 0; i < p->failure_count; i++) {
        free(p->failures[i].text);
    }
    free(p->failures);
    circle_free(p->circle);
    json_free(p->made);
    state_accounts_fini(&p->accounts);
    state_links_fini(&p->links);
}

/* Of an account that was just opened: the store may ask for all of its folders at once. An undo and what people
 * choose list nothing, a repair and a restore list in full. */
static void pass_expect(const struct pass *p, int64_t account, struct store *store)
{
    const struct app_sync *q = p->request;
    size_t count = 0;
    if (!store->vtbl->expect || q->undo || q->repair || q->restore || q->choices) {
        return;
    }
    CLEANUP(mem_free)
    struct store_expected *items = mem_alloc((2 * p->links.count + 1) * sizeof *items);
    for (size_t i = 0; i < p->links.count; i++) {
        const struct state_link *l = &p->links.items[i];
        for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
            if (l->side[s].account == account) {
                items[count++] =
                    (struct store_expected){l->side[s].folder, l->kind, l->side[s].token};
            }
        }
    }
    store->vtbl->expect(store, items, count);
}

static enum rc pass_store(
    struct pass *p, int64_t id, struct store **ret, const char **ret_name, struct err *err)
{
    for (size_t i = 0; i < p->accounts.count; i++) {
        struct pass_account *a = &p->open[i];
        if (p->accounts.items[i].id != id) {
            continue;
        }
        *ret_name = p->accounts.items[i].name;
        if (p->request->scheduled && !a->store && rejected_for_good(&p->accounts.items[i])) {
            return rejected_refuse(&p->accounts.items[i], err);
        }
        if (!a->store && a->failed.rc == RC_OK) {
            enum rc rc = app_store_open(p->app, &p->accounts.items[i], NULL, &a->store, &a->failed);
            if (rc == RC_OK) { /* else it is kept in a->failed */
                pass_expect(p, id, a->store);
            }
        }
        if (!a->store) {
            return err_set(err, a->failed.rc, a->failed.native, "%s", err_text(&a->failed));
        }
        *ret = a->store;
        return RC_OK;
    }
    return err_set(err, RC_INTERNAL, 0, "the link names an account that is not there");
}

static const struct pass_failure *pass_failed_before(
    const struct pass *p, const struct state_link *link)
{
    for (size_t i = 0; i < p->failure_count; i++) {
        const struct pass_failure *f = &p->failures[i];
        if (f->left == link->side[SIDE_LEFT].account &&
            f->right == link->side[SIDE_RIGHT].account) {
            return f;
        }
    }
    return NULL;
}

static void pass_note_failure(struct pass *p, const struct state_link *link, const struct err *err)
{
    ARRAY_RESERVE(p->failures, p->failure_count, p->failure_cap);
    p->failures[p->failure_count++] = (struct pass_failure){link->side[SIDE_LEFT].account,
        link->side[SIDE_RIGHT].account, err->rc, mem_strdup(err_text(err))};
}

static void random_bytes(void *user, void *bytes, size_t n)
{
    (void)user;
    platform_random(bytes, n);
}

static int64_t now(void *user)
{
    (void)user;
    return platform_now();
}

static void progress(void *user, const struct sync_progress *at)
{
    struct pass *p = user;
    p->request->progress(p->request->user, p->link, at->phase, at->done, at->total);
}

static bool cancelled(void *user)
{
    struct pass *p = user;
    return p->request->cancelled(p->request->user);
}

/* Photos and files: the engine gets the store with those kept apart. NULL: not needed. */
static struct store *large_store(
    const struct pass *p, const struct state_link *link, struct store *store, enum side side)
{
    struct large_options options = {
        .state = p->app->state,
        .side = side,
        .limit = link_large_limit(link),
        .preview = p->request->preview,
    };
    return link_has_large(link) ? large_store_new(store, &options) : NULL;
}

/* ---- the backup before what cannot be taken back otherwise ---- */

static void backup_progress(void *user, const char *phase, size_t done, size_t total)
{
    const struct sync_progress at = {phase, done, total};
    progress(user, &at);
}

/* The first time that anything of the link is written, and before a repair or a restore. An undo
 * has its own way back. */
static enum rc backup_reason(struct pass *p, const char **ret, struct err *err)
{
    const struct app_sync *q = p->request;
    struct state_runs runs CLEANUP_FINI(state_runs_fini) = {0};
    *ret = NULL;
    if (q->repair || q->restore) {
        *ret = q->repair ? "repair" : "restore";
        return RC_OK;
    }
    if (q->undo || q->no_backup || !app_settings_get(p->app).first_sync_backup) {
        return RC_OK;
    }
    enum rc rc = state_runs_load(p->app->state, p->backup.link->id, 1, &runs, err);
    if (rc == RC_OK && !runs.count) {
        *ret = "first sync";
    }
    return rc;
}

static enum rc before_write(void *user, struct err *err)
{
    struct pass *p = user;
    enum rc rc = backup_reason(p, &p->backup.reason, err);
    if (rc != RC_OK || !p->backup.reason || p->made) {
        return rc;
    }
    p->backup.progress = p->request->progress ? backup_progress : NULL;
    p->backup.cancelled = p->request->cancelled ? cancelled : NULL;
    p->backup.user = p;
    rc = backup_make(p->app, &p->backup, &p->made, err);
    if (rc != RC_OK && rc != RC_CANCELLED) {
        err_prefix(err, "nothing was changed, as there is no backup");
    }
    return rc;
}

/* *ret_started tells whether the engine was reached. */
static enum rc run_link(struct pass *p, const struct state_link *link, bool *ret_started,
    struct sync_report *report, struct err *err)
{
    const struct pass_failure *before = pass_failed_before(p, link);
    if (before) {
        return err_set(err, before->rc, 0, "not tried after: %s", before->text);
    }
    struct store *left, *right;
    struct log log = *app_log(p->app);
    const struct app_undo *wanted = p->request->undo;
    const struct state_window window = link_window(link);
    CLEANUP(json_free) struct json *filter = link_filter(link);
    struct sync_undo undo = {0};
    if (wanted) {
        undo = (struct sync_undo){wanted->run, wanted->item, wanted->force};
    }
    json_free(p->made);
    p->made = NULL;
    const struct app_settings guards = app_settings_get(p->app);
    struct sync_options options = {
        .log = &log,
        .preview = p->request->preview,
        .release = p->request->release,
        .before_write = before_write,
        .undo = wanted ? &undo : NULL,
        .window = &window,
        .filter = filter,
        .choices = p->request->choices,
        .repair = p->request->repair,
        .restore = p->request->restore,
        .release_deletes = p->request->release_deletes,
        .guard_count = guards.guard_deletes,
        .guard_percent = guards.guard_percent,
        .guard_creates = guards.guard_creates,
        .guard_updates = guards.guard_updates,
        .retry_now = p->request->retry_now || p->request->repair || p->request->restore,
        .random = random_bytes,
        .now = now,
        .progress = p->request->progress ? progress : NULL,
        .cancelled = p->request->cancelled ? cancelled : NULL,
        .user = p,
    };
    CLEANUP(json_free) struct json *settings = NULL;
    /* Folders can become one after they were linked; then the last link of the circle is not run. */
    enum rc rc = circle_check(p->circle, (size_t)(link - p->links.items), link, err);
    if (rc == RC_OK) {
        rc =
            pass_store(p, link->side[SIDE_LEFT].account, &left, &options.side_name[SIDE_LEFT], err);
    }
    if (rc == RC_OK) {
        rc = pass_store(
            p, link->side[SIDE_RIGHT].account, &right, &options.side_name[SIDE_RIGHT], err);
    }
    if (rc == RC_OK && link->settings) {
        rc = json_parse(link->settings, strlen(link->settings), &settings, err);
    }
    if (rc == RC_OK) {
        options.readonly[SIDE_LEFT] = json_get_bool(settings, "left_readonly", false);
        options.readonly[SIDE_RIGHT] = json_get_bool(settings, "right_readonly", false);
        left->answers = right->answers = link_answers(link);
        log.link = p->link = link->name;
        p->backup = (struct backup_request){.link = link,
            .store = {left, right},
            .account = {options.side_name[SIDE_LEFT], options.side_name[SIDE_RIGHT]}};
        *ret_started = true;
        CLEANUP(store_free) struct store *large_left = large_store(p, link, left, SIDE_LEFT);
        CLEANUP(store_free) struct store *large_right = large_store(p, link, right, SIDE_RIGHT);
        rc = sync_run(p->app->state, link->id, large_left ? large_left : left,
            large_right ? large_right : right, &options, report, err);
    }
    if (rc_is_store_wide(rc)) {
        pass_note_failure(p, link, err);
    }
    return rc;
}

static struct json *counts_json(const struct state_counts *c, const char *account)
{
    struct json *v = json_object();
    json_set_str(v, "account", account);
    json_set_int(v, "created", c->created);
    json_set_int(v, "updated", c->updated);
    json_set_int(v, "deleted", c->deleted);
    return v;
}

static struct json *messages_json(const struct sync_report *report)
{
    struct json *list = json_array();
    for (size_t i = 0; i < report->message_count; i++) {
        const struct sync_message *m = &report->messages[i];
        struct json *v = json_object();
        json_set_str(v, "title", m->title);
        json_set_str(v, "side", side_name(m->side));
        json_set_str(v, "action", m->action);
        json_set_str(v, "rc", rc_name(m->rc));
        json_set_bool(v, "held", m->held);
        json_set_str(v, "text", m->text);
        json_append(list, v);
    }
    return list;
}

static struct json *report_json(const struct pass *p, const struct state_link *link,
    const struct sync_report *report, enum rc rc, const struct err *err)
{
    struct json *v = json_object();
    json_set_str(v, "name", link->name);
    json_set_str(v, "kind", item_kind_name(link->kind));
    json_set_str(v, "rc", rc_name(rc));
    if (rc != RC_OK) {
        json_set_str(v, "error", err_text(err));
    }
    for (int s = SIDE_LEFT; s <= SIDE_RIGHT; s++) {
        json_set(v, side_name((enum side)s),
            counts_json(&report->side[s], account_name_of(&p->accounts, link->side[s].account)));
    }
    json_set_int(v, "paired", report->paired);
    json_set_int(v, "doubted", report->doubted);
    json_set_int(v, "conflicts", report->conflicts);
    json_set_int(v, "undecided", report->undecided);
    json_set_int(v, "held", report->held);
    json_set_int(v, "failed", report->failed);
    json_set_int(v, "waiting", report->waiting);
    json_set_int(v, "older", report->older);
    json_set_int(v, "later", report->later);
    json_set_int(v, "filtered", report->filtered);
    json_set_bool(v, "wrote", report->wrote_anything);
    json_set_str(v, "text", report->text);
    json_set_str(v, "backup", json_get_str(p->made, "name"));
    json_set(v, "messages", messages_json(report));
    if (p->request->preview) {
        json_set(v, "planned", planned_json(report));
    }
    return v;
}

/* What went well the engine has logged. Titles and texts of items stay out of the log. */
static void log_failure(
    const struct app *app, const struct state_link *link, enum rc rc, const struct err *err)
{
    struct log log = *app_log(app);
    log.link = link->name;
    log_line(&log, LOG_LEVEL_ERROR, "app", "failed (%s, native %ld)", rc_name(rc), err->native);
    log_line(&log, LOG_LEVEL_DEBUG, "app", "%s", err_text(err));
}

/* The engine notes the end of its runs itself; a link it was not started for would go on showing
 * its last success. */
static void note_not_run(struct app *app, const struct state_link *link, const struct err *err)
{
    CLEANUP(mem_free) char *text = mem_strdup(err_text(err));
    int64_t time = platform_now();
    struct state_run run = {
        .link = link->id, .start = time, .end = time, .rc = err->rc, .text = text};
    if (state_run_end(app->state, &run, NULL) != RC_OK) {
        log_line(app_log(app), LOG_LEVEL_ERROR, "app", "the failure could not be noted");
    }
}

/* Keeps count of rejected passwords, and tells until when a server asked to be left alone. */
static void note_trouble(
    struct pass *p, const struct state_link *link, enum rc rc, bool started, struct json *v)
{
    int64_t asked = 0;
    for (size_t i = 0; i < p->accounts.count; i++) {
        struct pass_account *a = &p->open[i];
        struct state_account *account = &p->accounts.items[i];
        if (account->id != link->side[SIDE_LEFT].account &&
            account->id != link->side[SIDE_RIGHT].account) {
            continue;
        }
        struct store_trouble t = store_trouble(a->store);
        struct err err = ERR_INIT;
        bool rejected = t.rejected || a->failed.rc == RC_AUTH;
        asked = t.asked > asked ? t.asked : asked;
        if ((rejected ? !a->counted : rc == RC_OK && started) &&
            rejected_note(p->app->state, account, rejected, &err) != RC_OK) {
            log_line(app_log(p->app), LOG_LEVEL_ERROR, "app",
                "whether the password was rejected could not be noted: %s", err_text(&err));
        }
        a->counted = a->counted || rejected;
        err_fini(&err);
    }
    if (rc != RC_OK && asked) {
        json_set_int(v, "not_before", asked);
    }
}

static struct json *pass_link(struct pass *p, const struct state_link *link)
{
    struct sync_report report CLEANUP_FINI(sync_report_fini);
    sync_report_init(&report);
    struct err err = ERR_INIT;
    struct standing before = {0};
    bool started = false;
    enum rc rc = standing_load(p->app, link->id, &before, &err);
    if (rc == RC_OK) {
        rc = run_link(p, link, &started, &report, &err);
    }
    if (rc != RC_OK) {
        log_failure(p->app, link, rc, &err);
        if (!started && !p->request->preview) {
            note_not_run(p->app, link, &err);
        }
    }
    struct json *v = report_json(p, link, &report, rc, &err);
    note_trouble(p, link, rc, started, v);
    if (!p->request->preview) {
        events_tell(p->app, link, &before, rc);
    }
    err_fini(&err);
    return v;
}

static bool is_wanted(const struct app_sync *request, const struct state_link *link)
{
    if (!request->link_count) {
        return link->enabled;
    }
    for (size_t i = 0; i < request->link_count; i++) {
        if (str_eq(request->links[i], link->name)) {
            return link->enabled || !request->scheduled;
        }
    }
    return false;
}

static enum rc check_names(
    const struct app_sync *request, const struct state_links *links, struct err *err)
{
    for (size_t i = 0; i < request->link_count && !request->scheduled; i++) {
        size_t k = 0;
        while (k < links->count && !str_eq(links->items[k].name, request->links[i])) {
            k++;
        }
        if (k == links->count) {
            return err_set(err, RC_NOT_FOUND, 0, "there is no link '%s'", request->links[i]);
        }
    }
    return RC_OK;
}

/* Drops the links that are not of this pass. */
/* Returns how many were left out for being off. */
static size_t keep_wanted(const struct app_sync *request, struct state_links *links)
{
    size_t n = 0, all = links->count;
    for (size_t i = 0; i < links->count; i++) {
        if (is_wanted(request, &links->items[i])) {
            links->items[n++] = links->items[i];
        } else {
            state_link_fini(&links->items[i]);
        }
    }
    links->count = n;
    return request->link_count ? 0 : all - n;
}

void large_prune(struct app *app)
{
    struct err err = ERR_INIT;
    long count = 0;
    if (state_blobs_prune(app->state, &count, &err) != RC_OK) {
        log_line(app_log(app), LOG_LEVEL_WARN, "app", "unused photos and files are still there: %s",
            err_text(&err));
    } else if (count) {
        log_line(app_log(app), LOG_LEVEL_INFO, "app", "%ld unused photos and files went", count);
    }
    err_fini(&err);
}

/* What is too old to be undone goes. Trouble with that is no reason to fail the pass. */
static void history_prune(struct app *app)
{
    struct app_settings s = app_settings_get(app);
    struct err err = ERR_INIT;
    long items = 0;
    if (state_history_prune(app->state, platform_now(), s.history_days, (int64_t)s.history_mb << 20,
            &items, &err) != RC_OK) {
        log_line(
            app_log(app), LOG_LEVEL_WARN, "app", "old history is still there: %s", err_text(&err));
    } else if (items) {
        log_line(app_log(app), LOG_LEVEL_INFO, "app", "%ld old changes left the history", items);
        large_prune(app);
    }
    err_fini(&err);
}

enum rc app_sync_run(
    struct app *app, const struct app_sync *request, struct json **ret, struct err *err)
{
    struct pass p CLEANUP_FINI(pass_fini) = {.app = app, .request = request};
    struct state *state;
    enum rc rc = request->release || request->release_deletes
                     ? forbid_check(app, FORBID_RELEASE, err)
                     : RC_OK;
    if (rc == RC_OK) {
        rc = app_state(app, &state, err);
    }
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &p.accounts, err);
    }
    if (rc == RC_OK) {
        rc = state_links_load(state, &p.links, err);
    }
    if (rc == RC_OK) {
        rc = check_names(request, &p.links, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (p.links.count && !request->preview) {
        backup_daily(app);
    }
    size_t off = keep_wanted(request, &p.links);
    p.circle = circle_new(&p.accounts, &p.links);
    p.open = mem_alloc(sizeof *p.open * p.accounts.count);
    int64_t started = platform_ticks_ms();
    struct json *list = json_array();
    for (size_t i = 0; i < p.links.count; i++) {
        json_append(list, pass_link(&p, &p.links.items[i]));
    }
    if (!request->preview) {
        history_prune(app);
    }
    *ret = json_object();
    json_set_bool(*ret, "preview", request->preview);
    json_set_int(*ret, "milliseconds", platform_ticks_ms() - started);
    json_set(*ret, "links", list);
    if (off) {
        json_set_int(*ret, "off", (int64_t)off);
    }
    json_set_int(*ret, "exit", app_exit_of_sync(*ret));
    return RC_OK;
}
