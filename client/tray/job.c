/* What the worker's thread can do for the windows. */
#include "client/tray/job.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

struct job *job_new(HWND window, enum rc (*work)(struct app *, struct job *, struct err *),
    void (*done)(struct job *), struct json *arg)
{
    struct job *job = NEW(struct job);
    *job = (struct job){.work = work, .done = done, .window = window, .arg = arg};
    return job;
}

void job_free(struct job *job)
{
    if (job) {
        json_free(job->arg);
        json_free(job->ret);
        platform_secret_free(job->secret);
        free(job->error);
        free(job);
    }
}

void job_run(struct job *job)
{
    CLEANUP(app_close) struct app *app = NULL;
    struct err err = ERR_INIT;
    job->rc = app_open(NULL, &app, &err);
    if (job->rc == RC_OK) {
        job->rc = job->work(app, job, &err);
    }
    if (job->rc != RC_OK) {
        job->error = mem_strdup(err_text(&err));
        if (app) {
            log_line(app_log(app), LOG_LEVEL_ERROR, "tray", "%s", rc_name(job->rc));
        }
    }
    err_fini(&err);
}

/* ---- accounts and folders ---- */

static bool has_outlook(const struct json *accounts)
{
    const struct json *a = json_first(json_get(accounts, "accounts"));
    while (a && !str_eq(json_get_str(a, "type"), "outlook")) {
        a = json_next(a);
    }
    return a != NULL;
}

/* The account of this computer's Outlook, made when it is first needed: people have one Outlook and
 * should not be asked for it. Where it cannot be reached the rest of the window still works. */
static enum rc need_outlook(
    struct app *app, struct json *ret, struct json **accounts, struct err *err)
{
    struct app_account outlook = {.name = "Outlook", .type = "outlook"};
    CLEANUP(json_free) struct json *found = NULL;
    struct err why = ERR_INIT;
    if (app_account_add(app, &outlook, &found, &why) != RC_OK) {
        json_set_str(ret, "outlook", err_text(&why));
        err_fini(&why);
        return RC_OK;
    }
    json_free(TAKE(*accounts));
    return app_account_list(app, accounts, err);
}

enum rc job_load(struct app *app, struct job *job, struct err *err)
{
    CLEANUP(json_free) struct json *ret = json_object();
    CLEANUP(json_free) struct json *accounts = NULL;
    struct json *folders = NULL, *status = NULL;
    bool ask = json_get_bool(job->arg, "folders", false);
    enum rc rc = app_account_list(app, &accounts, err);
    if (rc == RC_OK && ask && !has_outlook(accounts)) {
        rc = need_outlook(app, ret, &accounts, err);
    }
    if (rc == RC_OK && ask) {
        rc = app_folder_list(app, NULL, &folders, err);
        json_set(ret, "folders", folders);
    }
    if (rc == RC_OK) {
        rc = app_status(app, &status, err);
        json_set(ret, "status", status);
    }
    if (rc == RC_OK) {
        json_set(ret, "accounts", TAKE(accounts));
        job->ret = TAKE(ret);
    }
    return rc;
}

static struct app_account server_of(const struct job *job)
{
    return (struct app_account){.name = json_get_str(job->arg, "name"),
        .type = APP_SERVER,
        .url = json_get_str(job->arg, "url"),
        .user = json_get_str(job->arg, "user"),
        .sign_in = json_get_str(job->arg, "sign_in"),
        .password = job->secret,
        .allow_http = json_get_bool(job->arg, "allow_http", false)};
}

/* ---- signing in at a server's page ---- */

static void show_page(void *user, const char *url, const char *code)
{
    (void)user;
    (void)code; /* not asked for */
    platform_browse(url);
}

/* Closing the window that asked ends it. */
static bool has_gone(void *user)
{
    const struct job *job = user;
    return worker_stopping(job->worker) || !IsWindow(job->window);
}

/* The pages' texts are owned by the caller. */
struct consent_texts {
    char *done, *failed;
};

static void consent_texts_fini(struct consent_texts *t)
{
    free(t->done);
    free(t->failed);
}

static struct app_consent consent_of(struct job *job, struct consent_texts *texts)
{
    CLEANUP(mem_free) WCHAR *done = text_load(TEXT_PAGE_DONE, NULL, NULL);
    CLEANUP(mem_free) WCHAR *failed = text_load(TEXT_PAGE_FAILED, NULL, NULL);
    *texts = (struct consent_texts){win32_utf8(done), win32_utf8(failed)};
    return (struct app_consent){.show = show_page,
        .cancelled = has_gone,
        .user = job,
        .page_done = texts->done,
        .page_failed = texts->failed};
}

enum rc job_add_server(struct app *app, struct job *job, struct err *err)
{
    struct consent_texts texts CLEANUP_FINI(consent_texts_fini) = {0};
    struct app_account account = server_of(job);
    struct app_consent consent = consent_of(job, &texts);
    account.consent = &consent;
    return app_account_add(app, &account, &job->ret, err);
}

enum rc job_sign_in(struct app *app, struct job *job, struct err *err)
{
    struct consent_texts texts CLEANUP_FINI(consent_texts_fini) = {0};
    struct app_consent consent = consent_of(job, &texts);
    return app_account_sign_in(app, json_get_str(job->arg, "account"), &consent, &job->ret, err);
}

enum rc job_try_server(struct app *app, struct job *job, struct err *err)
{
    struct app_account account = server_of(job);
    return app_account_try(app, &account, &job->ret, err);
}

enum rc job_set_password(struct app *app, struct job *job, struct err *err)
{
    const char *account = json_get_str(job->arg, "account");
    enum rc rc = app_account_set_password(app, account, job->secret, err);
    return rc == RC_OK ? app_account_check(app, account, &job->ret, err) : rc;
}

enum rc job_apply_preset(struct app *app, struct job *job, struct err *err)
{
    struct consent_texts texts CLEANUP_FINI(consent_texts_fini) = {0};
    struct app_consent consent = consent_of(job, &texts);
    return app_preset_apply(app, job->secret, &consent, &job->ret, err);
}

enum rc job_remove_account(struct app *app, struct job *job, struct err *err)
{
    return app_account_remove(app, json_get_str(job->arg, "account"), err);
}

enum rc job_make_folder(struct app *app, struct job *job, struct err *err)
{
    const struct json *arg = job->arg;
    return app_folder_make(app, json_get_str(arg, "account"), json_get_str(arg, "name"),
        json_get_str(arg, "kind"), &job->ret, err);
}

/* ---- links ---- */

enum rc job_link(struct app *app, struct job *job, struct err *err)
{
    (void)err;
    job->ret = json_object();
    struct json *names = json_array(), *failed = json_array();
    json_set(job->ret, "links", names);
    json_set(job->ret, "failed", failed);
    for (const struct json *v = json_first(json_get(job->arg, "links")); v; v = json_next(v)) {
        struct app_link link = {.left = json_get_str(v, "left"),
            .right = json_get_str(v, "right"),
            .kind = json_get_str(v, "kind"),
            .off = true};
        CLEANUP(json_free) struct json *made = NULL;
        struct err why = ERR_INIT;
        if (app_link_add(app, &link, &made, &why) == RC_OK) {
            json_append(names, json_str(json_get_str(made, "name")));
        } else {
            json_append(failed, json_str(err_text(&why)));
        }
        err_fini(&why);
    }
    return RC_OK;
}

enum rc job_unlink(struct app *app, struct job *job, struct err *err)
{
    return app_link_remove(app, json_get_str(job->arg, "link"),
        json_get_bool(job->arg, "marks", false), &job->ret, err);
}

enum rc job_set_link(struct app *app, struct job *job, struct err *err)
{
    const struct json *arg = job->arg;
    struct app_link_change change = {.direction = json_get_str(arg, "direction"),
        .policy = json_get_str(arg, "policy"),
        .photo_limit = json_get_str(arg, "photo_limit"),
        .attachment_limit = json_get_str(arg, "attachment_limit"),
        .past = json_get_str(arg, "past"),
        .future = json_get_str(arg, "future"),
        .invitations = json_get_str(arg, "invitations"),
        .enabled = json_get_str(arg, "enabled"),
        .filter = {.categories = json_get_str(arg, "categories"),
            .not_categories = json_get_str(arg, "not_categories"),
            .private_items = json_get_str(arg, "private")},
        .when = {.every = json_get_str(arg, "every"),
            .on_change = json_get_str(arg, "on_change"),
            .on_battery = json_get_str(arg, "on_battery"),
            .on_metered = json_get_str(arg, "on_metered")}};
    return app_link_set(app, json_get_str(arg, "link"), &change, &job->ret, err);
}

static bool cancelled(void *user)
{
    return worker_stopping(user);
}

/* Whoever syncs a link by its name has seen what would be done, or wants it anyway. */
static enum rc switch_on(struct app *app, const char *const *names, size_t count, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        struct app_link_change change = {.enabled = "yes"};
        CLEANUP(json_free) struct json *link = NULL;
        rc = app_link_set(app, names[i], &change, &link, err);
    }
    return rc;
}

enum rc job_plan(struct app *app, struct job *job, struct err *err)
{
    return app_schedule_plan(app, &job->ret, err);
}

static void log_names(struct app *app, const char *const *names, size_t count)
{
    struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(4096);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&text, "%s%s", i ? ", " : "", names[i]);
    }
    log_line(app_log(app), LOG_LEVEL_INFO, "tray", "by itself: %s", buf_str(&text));
}

/* With what the schedule needs afterwards: whether a password was rejected, what others changed. */
static enum rc sync_and_plan(
    struct app *app, struct job *job, const struct app_sync *request, struct err *err)
{
    struct json *plan = NULL;
    enum rc rc = app_sync_run(app, request, &job->ret, err);
    if (rc == RC_OK && !request->preview && app_schedule_plan(app, &plan, NULL) == RC_OK) {
        json_set(job->ret, "plan", plan);
    }
    return rc;
}

enum rc job_sync(struct app *app, struct job *job, struct err *err)
{
    const struct json *links = json_get(job->arg, "links");
    size_t count = json_count(links);
    CLEANUP(mem_free) const char **names = mem_alloc((count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = json_str_value(json_at(links, i));
    }
    struct app_sync request = {.links = names,
        .link_count = count,
        .preview = json_get_bool(job->arg, "preview", false),
        .scheduled = json_get_bool(job->arg, "scheduled", false),
        .progress = worker_progress,
        .cancelled = cancelled,
        .user = job->worker};
    enum rc rc = RC_OK;
    if (request.scheduled) {
        log_names(app, names, count);
    } else if (!request.preview) {
        rc = switch_on(app, names, count, err);
    }
    worker_quiet(job->worker, request.scheduled);
    rc = rc == RC_OK ? sync_and_plan(app, job, &request, err) : rc;
    worker_quiet(job->worker, false);
    return rc;
}

enum rc job_undo(struct app *app, struct job *job, struct err *err)
{
    struct app_undo undo = {.run = json_get_int(job->arg, "undo", 0),
        .preview = json_get_bool(job->arg, "preview", false)};
    return app_undo(app, &undo, &job->ret, err);
}

enum rc job_history(struct app *app, struct job *job, struct err *err)
{
    struct app_history request = {.run = json_get_int(job->arg, "run", 0)};
    return app_history(app, &request, &job->ret, err);
}

/* ---- backups, repair ---- */

enum rc job_backups(struct app *app, struct job *job, struct err *err)
{
    struct json *status = NULL, *backups = NULL;
    enum rc rc = app_status(app, &status, err);
    if (rc == RC_OK) {
        rc = app_backup_list(app, &backups, err);
    }
    job->ret = json_object();
    json_set(job->ret, "links", json_detach(status, "links"));
    json_set(job->ret, "backups", json_detach(backups, "backups"));
    json_free(status);
    json_free(backups);
    return rc;
}

enum rc job_backup(struct app *app, struct job *job, struct err *err)
{
    struct app_backup request = {.link = json_get_str(job->arg, "link"),
        .progress = worker_progress,
        .cancelled = cancelled,
        .user = job->worker};
    return app_backup(app, &request, &job->ret, err);
}

enum rc job_rescue(struct app *app, struct job *job, struct err *err)
{
    const struct json *restore = json_get(job->arg, "restore");
    const struct json *repair = json_get(job->arg, "repair");
    bool preview = json_get_bool(job->arg, "preview", false);
    long deletes = (long)json_get_int(job->arg, "deletes", 0);
    if (restore) {
        struct app_restore request = {.backup = json_get_str(restore, "backup"),
            .side = json_get_str(restore, "side"),
            .item = json_get_str(restore, "item"),
            .exact = json_get_bool(restore, "exact", false),
            .preview = preview,
            .deletes = deletes,
            .progress = worker_progress,
            .cancelled = cancelled,
            .user = job->worker};
        return app_restore(app, &request, &job->ret, err);
    }
    struct app_repair request = {.link = json_get_str(repair, "link"),
        .right = json_get_str(repair, "right"),
        .preview = preview,
        .deletes = deletes,
        .progress = worker_progress,
        .cancelled = cancelled,
        .user = job->worker};
    return app_repair(app, &request, &job->ret, err);
}

/* ---- what needs the user ---- */

enum rc job_attention(struct app *app, struct job *job, struct err *err)
{
    struct json *held = NULL, *review = NULL, *conflicts = NULL, *status = NULL;
    enum rc rc = app_held_list(app, &held, err);
    if (rc == RC_OK) {
        rc = app_review_list(app, NULL, &review, err);
    }
    if (rc == RC_OK) {
        rc = app_conflict_list(app, NULL, &conflicts, err);
    }
    if (rc == RC_OK) {
        rc = app_status(app, &status, err);
    }
    job->ret = json_object();
    json_set(job->ret, "held", held);
    json_set(job->ret, "review", review);
    json_set(job->ret, "conflicts", conflicts);
    json_set(job->ret, "status", status);
    return rc;
}

enum rc job_decide(struct app *app, struct job *job, struct err *err)
{
    return app_review_decide(app, json_get_str(job->arg, "link"), json_get_int(job->arg, "id", 0),
        json_get_str(job->arg, "decision"), &job->ret, err);
}

enum rc job_choose(struct app *app, struct job *job, struct err *err)
{
    return app_conflict_choose(app, json_get_int(job->arg, "id", 0),
        json_get_str(job->arg, "choice"), false, &job->ret, err);
}

enum rc job_write_own(struct app *app, struct job *job, struct err *err)
{
    return app_conflict_write(app, json_get_int(job->arg, "id", 0), json_get_str(job->arg, "text"),
        false, &job->ret, err);
}

enum rc job_held(struct app *app, struct job *job, struct err *err)
{
    const char *link = json_get_str(job->arg, "link");
    if (json_get_bool(job->arg, "refuse", false)) {
        return app_held_refuse(app, link, NULL, &job->ret, err);
    }
    struct app_sync request = {.links = &link,
        .link_count = 1,
        .release = true,
        .progress = worker_progress,
        .cancelled = cancelled,
        .user = job->worker};
    return app_sync_run(app, &request, &job->ret, err);
}

/* ---- for support ---- */

enum rc job_check(struct app *app, struct job *job, struct err *err)
{
    enum rc rc = json_get_bool(job->arg, "repair", false) ? app_check_repair(err) : RC_OK;
    return rc == RC_OK ? app_check(app, &job->ret, err) : rc;
}

enum rc job_report(struct app *app, struct job *job, struct err *err)
{
    return app_report(app, json_get_str(job->arg, "path"), &job->ret, err);
}
