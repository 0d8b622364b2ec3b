/* Work for the worker's thread: everything that opens the state file, asks a server or Outlook.
 * The window's thread makes a job, the worker runs `work` with the app layer open, and the window's
 * thread gets it back in `done`. A job belongs to one thread at a time, so it needs no lock. */
#ifndef LOCKSTEP_TRAY_JOB_H
#define LOCKSTEP_TRAY_JOB_H

#include "client/app/app.h"

#include <windows.h>

struct job {
    /* On the worker's thread. The first failure is kept in rc and error. */
    enum rc (*work)(struct app *app, struct job *job, struct err *err);
    /* On the window's thread; not called if `window` has been closed meanwhile. */
    void (*done)(struct job *job);
    HWND window;      /* whose job it is */
    struct json *arg; /* owned; what to do, or NULL */
    char *secret;     /* owned; a password that goes with it, overwritten when the job is freed */
    struct json *ret; /* owned; what came of it, or NULL */
    enum rc rc;
    char *error;           /* owned; why it failed, NULL if it did not */
    struct worker *worker; /* set by worker_do: for progress and cancelling */
};

struct job *job_new(HWND window, enum rc (*work)(struct app *, struct job *, struct err *),
    void (*done)(struct job *), struct json *arg /* owned */);
void job_free(struct job *job);
/* Runs it, here and now, on the thread that calls. */
void job_run(struct job *job);

/* ---- what there is to do; `arg` and `ret` as each says ---- */

/* Accounts, links and their state, and with {"folders":true} the folders of all accounts, which
 * asks servers and Outlook. ret: {"accounts":..,"status":..,"folders":..} as from the app layer.
 * Outlook gets its account by itself when there is none yet and {"folders":true}; if that cannot
 * be, ret has "outlook": why. */
enum rc job_load(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* As job_add_server (with the password in `secret`), but nothing is kept. ret: as app_account_try. */
enum rc job_try_server(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* The job's secret is the password. ret: as app_preset_apply. */
enum rc job_apply_preset(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"account","name","kind"}. ret: as app_folder_make. */
enum rc job_make_folder(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"links":[{"left","right","kind"}]}, folders as "ACCOUNT:ID". They are off until job_sync is
 * told to sync them by their names, so that no scheduled pass writes what nobody has seen. ret: {"links":[names],
 * "failed":[texts]}. */
enum rc job_link(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"link","policy","photo_limit","attachment_limit","past","future","invitations","every","on_change","on_battery",
 * "on_metered"}, texts as in
 * struct app_link_change; what is left out stays. */
enum rc job_set_link(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"link"}. */
enum rc job_unlink(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"links":[names]} (none: all), {"preview":bool}, {"scheduled":bool}: nobody asked for it. ret: the
 * report of app_sync_run, with "plan" as of job_plan if it was no preview. Progress is posted to the
 * tray. */
enum rc job_sync(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* ret: as app_schedule_plan. */
enum rc job_plan(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"undo":RUN}, {"preview":bool}. ret: as of job_sync. */
enum rc job_undo(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"repair":{"link","right"}} or {"restore":{"backup","side","item","exact"}} as in struct app_repair
 * and app_restore, {"preview":bool}, {"deletes":N}: how many were agreed to. ret: as of job_sync. */
enum rc job_rescue(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* ret: {"links":[as app_status],"backups":[as app_backup_list]}. */
enum rc job_backups(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"link"}. ret: as app_backup. */
enum rc job_backup(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"run":N} or NULL: all. ret: as app_history. */
enum rc job_history(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* ret: {"held":..,"review":..,"conflicts":..,"status":..} as from the app layer. */
enum rc job_attention(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"link","id","decision"}: of a doubtful pair. */
enum rc job_decide(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"id","choice"}: of a conflict; done at once. ret: the report. */
enum rc job_choose(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"id","text"}. ret: as app_conflict_write. */
enum rc job_write_own(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"link","refuse":bool}: all that is held in it is carried out, or is not to be. */
enum rc job_held(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"name","url","user","sign_in","allow_http"}, and the secret; "oauth": the person signs in at the server's page
 * meanwhile, and closing the window ends that. ret: what was found. */
enum rc job_add_server(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"account"}, and the secret: kept and tried. ret: what was found. */
enum rc job_set_password(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"account"}, which has no secret of its own; as job_add_server. ret: what was found. */
enum rc job_sign_in(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"account"}. */
enum rc job_remove_account(struct app *app, struct job *job, struct err *err) WARN_UNUSED;

/* ret: as app_check. */
enum rc job_check(struct app *app, struct job *job, struct err *err) WARN_UNUSED;
/* arg: {"path"}. ret: as app_report. */
enum rc job_report(struct app *app, struct job *job, struct err *err) WARN_UNUSED;

#endif
