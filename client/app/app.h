/* What the program does without a window: accounts, folders, links, one pass over them, status,
 * settings and the log. The command line (client/cli) and the tray (client/tray) only present it.
 *
 * Nothing here prints. What there is to tell comes back as JSON, in one shape that the command line
 * prints with --json and the windows read; the shapes are in client/app/README.md. Functions that
 * touch accounts or links open the state file, which one process at a time may do: RC_BUSY. All
 * calls block; one thread at a time. */
#ifndef LOCKSTEP_APP_APP_H
#define LOCKSTEP_APP_APP_H

#include "client/app/language.h"
#include "client/base/json.h"
#include "client/base/log.h"
#include "client/base/mem.h"
#include "client/base/rc.h"
#include "client/item/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct app;
/* Opens the data folder (made if missing), the settings and the log. `home` NULL:
 * platform_data_dir(). The state file is opened when it is first needed, so that settings can be
 * changed while another process syncs. */
enum rc app_open(const char *home, struct app **ret, struct err *err) WARN_UNUSED;
void app_close(struct app *app);
DEFINE_CLEANUP(struct app *, app_close);

/* Removes all that is kept for this user: accounts, links, passwords, history, backups, log. Nobody may
 * have it open. What else is in the data folder stays. */
enum rc app_forget(struct err *err) WARN_UNUSED;

const char *app_home(const struct app *app);    /* borrowed */
const char *app_log_dir(const struct app *app); /* borrowed */
const struct log *app_log(const struct app *app);
/* Why lines of the log were lost, naming the file (a full disk, say); NULL if none was. Nothing else
 * failed by it. Borrowed. */
const char *app_log_trouble(const struct app *app);
/* The same of the daily copy of the state file, if one was due. */
const char *app_copy_trouble(const struct app *app);

/* ---- accounts ---- */

/* "dav" where the server has calendars or address books that way; "jmap" where it has not, and where the
 * address is that of JMAP (it has "jmap" in its path). Kept without a look (`unchecked`): by the
 * address. */
#define APP_SERVER "server"

/* The person who signs in at a server's page (client/oauth). */
struct app_consent {
    /* The page at `url` is to be opened; `code` NULL: on this computer, else anywhere, and that code typed. */
    void (*show)(void *user, const char *url, const char *code);
    bool (*cancelled)(void *user); /* asked several times a second; may be NULL */
    void *user;
    const char *page_done, *page_failed; /* what the browser shows at the end; NULL: in English */
    long patience_ms;                    /* 0: five minutes */
    bool device;                         /* by a code, where the server can */
};

/* A new account. Names are at most 64 bytes and have no ':' (folders are written ACCOUNT:FOLDER).
 */
struct app_account {
    const char *name;
    const char *type; /* "dav", "jmap", "vdir", "outlook", or APP_SERVER: what the server offers */
    const char *url;  /* of a server: address; vdir: path of an existing folder; outlook: NULL */
    const char *user; /* of a server */
    const char
        *password; /* likewise, or the token; goes to the secrets, never into the state file */
    const char
        *sign_in; /* of a server: how to sign in there (client/net/sign_in.h): "password" (also
                             NULL), "token", "windows": then there is no password; "oauth": at the
                             server's page, and `consent` is whoever signs in */
    const struct app_consent *consent; /* borrowed */
    const char *ca_file; /* likewise: PEM file of the only authority trusted, or NULL */
    bool allow_http;     /* likewise: permit an unencrypted connection */
    bool unchecked;      /* keep it even if it cannot be reached now */
};
/* Connects, looks what is there, and keeps the account. *ret_found is as from app_account_check.
 * RC_CONFLICT: the name is taken. */
enum rc app_account_add(struct app *app, const struct app_account *account, struct json **ret_found,
    struct err *err) WARN_UNUSED;
/* The same without keeping anything: *ret is {"ok","steps":[..]} (client/app/trial.h), also where the
 * connection failed; other errors are about the request itself. */
enum rc app_account_try(struct app *app, const struct app_account *account, struct json **ret,
    struct err *err) WARN_UNUSED;
/* Connects and says what is there: {"account","folders":N,"contact":N,"event":N,"task":N,"text":"2
 * address books, ..."}. RC_NOT_FOUND if there is nothing that can be synced. */
enum rc app_account_check(
    struct app *app, const char *name, struct json **ret_found, struct err *err) WARN_UNUSED;
/* A new password or token. RC_INVALID for an account that has none. */
enum rc app_account_set_password(
    struct app *app, const char *name, const char *password, struct err *err) WARN_UNUSED;
/* Signs in again after the server refused, where there is no password to be typed: as Windows knows the user, or at
 * the server's page. *ret_found is as from app_account_check. RC_INVALID for an account with a password or token;
 * RC_CANCELLED: nobody did. */
enum rc app_account_sign_in(struct app *app, const char *name, const struct app_consent *consent,
    struct json **ret_found, struct err *err) WARN_UNUSED;
/* RC_CONFLICT while links use it. Its password is forgotten too. */
enum rc app_account_remove(struct app *app, const char *name, struct err *err) WARN_UNUSED;
/* The person's e-mail addresses beside those that the server says, which tell meetings of their own
 * from those of others; they take the place of those given before. None: only tells.
 * *ret: {"account","addresses":[..]}, both kinds. */
enum rc app_account_set_addresses(struct app *app, const char *name, const char *const *addresses,
    size_t count, struct json **ret, struct err *err) WARN_UNUSED;
/* {"accounts":[{"name","type","url","user","sign_in","ca_file","allow_http","addresses":[..]}]} */
enum rc app_account_list(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- what an administrator has set up ---- */

/* {"account","url","user","sign_in","links":["contacts","calendar","tasks","notes"],"done"}; `done`: it has been
 * carried out once. Asks no server. RC_NOT_FOUND: nothing is set up; RC_INVALID: what is makes no
 * sense. Where it comes from: installer/README.md. */
enum rc app_preset_get(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* Adds the server and Outlook as accounts, where they are not there yet, and links the standard
 * folders. {"account","links":[names],"failed":[texts]}: what could not be linked stops none of the
 * others. `password`: or the token; NULL where the sign-in needs none. RC_AUTH: the password; whatever failed, it can be tried again. */
enum rc app_preset_apply(struct app *app, const char *password, const struct app_consent *consent,
    struct json **ret, struct err *err) WARN_UNUSED;

/* ---- coming from another program ---- */

/* What CalDav Synchronizer has been set up to sync on this computer. `dir`: its folder with
 * profiles.xml; NULL: where it keeps it. Reads its files and nothing else.
 * {"dir","profiles":[{"name","url","user","direction","policy","every","pairs":N,"obstacle":text}]};
 * `obstacle`: why this one cannot be taken over. RC_NOT_FOUND: it has not been used. */
enum rc app_migrate_list(const char *dir, struct json **ret, struct err *err) WARN_UNUSED;
/* Makes accounts and links of its profiles (`profile` NULL: of all) with the pairs that it knew, so that
 * the first sync finds each item again. Its passwords are used where this user may read them, else
 * `password`. {"profiles":[{"name","link","already":its folders were linked,"pairs":N} or
 * {"name","rc","error"}]}; the rc "auth": there is no password. Nothing is copied before the next sync, nothing of the other program is changed. */
enum rc app_migrate_apply(struct app *app, const char *dir, const char *profile,
    const char *password, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- to another computer ---- */

/* Writes settings, accounts and links to a file; no password, and nothing of any item. {"path",
 * "accounts":N,"links":N} */
enum rc app_export(struct app *app, const char *path, struct json **ret, struct err *err)
    WARN_UNUSED;
struct app_password {
    const char *account, *password;
};
/* Takes over what such a file has and is not here yet; what is here stays as it is, so that it can be
 * said again. Folders of Outlook are found by their names. {"accounts":[names],"links":[names],
 * "failed":[texts],"password_wanted":[names of accounts in the file that were left out, as `passwords` has
 * none for them]}. What fails stops none of the others. RC_INVALID: it is no such file. */
enum rc app_import(struct app *app, const char *path, const struct app_password *passwords,
    size_t count, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- folders and links ---- */

/* {"folders":[{"account","path","name","id","owner","color","kinds":[..],"writable","default","count"}],
 *  "failed":[{"account","rc","error"}]}; `account` NULL: of all accounts, and those that fail do
 * not stop the others; one whose password was rejected twice is not asked. */
enum rc app_folder_list(struct app *app, const char *account, struct json **ret, struct err *err)
    WARN_UNUSED;

/* Makes an empty folder for items of `kind` ("contact", "event", "task", "note") called `name`, in the
 * place where the account has its own of that kind; nothing else is touched, and nothing of Lockstep
 * removes it again. *ret is the folder as in app_folder_list. RC_CONFLICT: there is one of that name,
 * which is not opened instead; RC_INVALID, RC_READONLY, RC_UNSUPPORTED. After RC_OFFLINE and RC_SERVER
 * list the folders before trying again. */
enum rc app_folder_make(struct app *app, const char *account, const char *name, const char *kind,
    struct json **ret, struct err *err) WARN_UNUSED;

/* When a link is synced by itself; NULL leaves it, in a new link as the defaults are. */
#define APP_EVERY_MIN     5 /* minutes: every desk of an office asks its server so often */
#define APP_EVERY_MAX     1440
#define APP_EVERY_DEFAULT 0    /* as `interval_minutes` of the settings says */
#define APP_EVERY_HAND    (-1) /* only when somebody asks */
struct app_when {
    const char *every; /* "5" to "1440" minutes, "hand", or "default" */
    const char
        *on_change; /* "yes" (default) or "no": at once after a change in Outlook; links with a
                               side in Outlook only */
    const char
        *on_battery; /* "yes" (default) or "no": also while the computer runs on its battery */
    const char *on_metered; /* "yes" (default) or "no": also on a network that costs by volume */
};
/* Which new items of a link travel; NULL leaves it as it is. What is on both sides stays in step
 * whatever it is, and nothing is ever deleted for this. */
struct app_filter {
    const char *categories; /* only those with one of these: names with ',' or ';' between them, or
                                   "all" (default) */
    const char *not_categories; /* none of those with one of these; or "none" (default) */
    const char
        *private_items; /* "all" (default), or "skip": none that is private or confidential */
};
/* A number of minutes in range, and nothing else? */
bool app_minutes_parse(const char *text, long *ret);

struct app_link {
    const char *left, *right; /* "ACCOUNT:FOLDER"; FOLDER by path, name, end of the path, id, or the
                                 kind's name for its default folder */
    const char *name;         /* NULL: the left folder's name, numbered if it is taken */
    const char *kind;         /* NULL: the one kind both may hold */
    const char *direction;    /* NULL: "two-way", or away from a side that cannot be written */
    const char *policy;       /* "newest", "left", "right", "ask"; NULL: "newest" */
    const char *photo_limit;  /* kilobytes of a photo that passes, "0" to "4096"; NULL: 512 */
    const char *attachment_limit; /* likewise of a file attached to an event or task; NULL: 1024 */
    const char *past, *future;    /* of events and tasks: days before and after today from which new
                                  items are fetched, "90", "90d", or "all"; NULL: all */
    bool create; /* one of the two folders, if it is not there, is made under the name given for it:
                    as app_folder_make, once all else is known to be right */
    bool off;    /* not synced with the others until app_link_set switches it on */
    const char *invitations; /* events, on a server that writes to people by itself: meetings of
                                 others are left alone ("leave", also NULL), or our part of them goes
                                 there with a word that the server keep silent ("answer") */
    struct app_filter filter;
    struct app_when when;
    /* Called within the transaction that saves the link, whose id is `link`, with what else is to be there
     * from its first moment; NULL: nothing. If it fails there is no link either. */
    enum rc (*with)(void *user, int64_t link, struct err *err);
    void *with_user;
};
/* Connects to both accounts to find the folders. *ret is the link as in app_link_list, with
 * "made":"left" or "right" if a folder was made there. */
enum rc app_link_add(
    struct app *app, const struct app_link *link, struct json **ret, struct err *err) WARN_UNUSED;
/* What of a link can be changed later; NULL leaves it. */
struct app_link_change {
    const char *direction; /* as in app_link. From one way to another: the next sync counts as the
                              link's first, for what was left alone till now comes across */
    const char *policy;    /* who wins where both sides changed a field, from the next sync on */
    const char *photo_limit, *attachment_limit; /* as in app_link; what did not pass before passes
                                                   with the next sync */
    const char *past, *future;                  /* as in app_link; deletes nothing */
    const char *invitations;                    /* as in app_link */
    const char *enabled; /* "yes" or "no": whether it is synced when all links are; by its name it
                            always can be */
    struct app_filter filter;
    struct app_when when;
};
/* *ret is the link as in app_link_list. RC_NOT_FOUND if there is none of this name, RC_INVALID for
 * a value that makes no sense. */
enum rc app_link_set(struct app *app, const char *name, const struct app_link_change *change,
    struct json **ret, struct err *err) WARN_UNUSED;
/* Forgets the link and what was known of its pairs. Items stay where they are, on both sides. `marks`:
 * before that takes off Outlook's items what Lockstep has put on them to know them again; RC_CONFLICT if
 * another link needs it, RC_REFUSED if some cannot be written: then the link stays. {"link",
 * "unmarked":items looked at} */
enum rc app_link_remove(
    struct app *app, const char *name, bool marks, struct json **ret, struct err *err) WARN_UNUSED;
/* {"links":[{"name","kind","left":{"account","folder"},"right":{..},"direction","policy","enabled","photo_limit" or "attachment_limit","window":{"past","future"},"filter":{"categories","not_categories","private"},"invitations","every","on_change","on_battery","on_metered","password_wanted","last":{"time","rc","text"}}]}
 */
enum rc app_link_list(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- syncing ---- */

struct app_undo;
struct sync_repair;
struct sync_restore;
struct app_sync {
    const char *const *links; /* names; none: all that are enabled */
    size_t link_count;
    bool preview;                    /* write nothing and tell what would be done */
    bool release;                    /* carry out all that is held */
    bool release_deletes, retry_now; /* only the deletes; what failed at once */
    bool scheduled;              /* nobody asked for it: only links that are on, names of links that
                                        are gone are passed over, and a password that was rejected
                                        twice is not sent (rejected.c) */
    bool no_backup;              /* even if this is a link's first sync */
    const struct app_undo *undo; /* this and the next two are set by app_undo, app_repair and
                                        app_restore only */
    const struct sync_repair *repair;
    const struct sync_restore *restore;
    bool choices; /* set by app_conflict_choose only */
    void (*progress)(void *user, const char *link, const char *phase, size_t done,
        size_t total);             /* may be NULL */
    bool (*cancelled)(void *user); /* may be NULL */
    void *user;
};
/* One pass. Links are independent: one that fails is reported in *ret and the others are done.
 * Accounts that could not be reached or refused the password are not tried again by further links
 * of the pass. Returns other than RC_OK only if there is no report. */
enum rc app_sync_run(struct app *app, const struct app_sync *request, struct json **ret,
    struct err *err) WARN_UNUSED;

/* What schedule.h needs to know: {"interval_minutes","links":[as app_link_list, and "network": does it
 * take one to reach both sides, "watched": the side in Outlook, whose changes are told as they happen, "pushed": the
 * sides whose servers may tell of them],"accounts":[of those servers, as app_account_list]}. Asks no
 * server. */
enum rc app_schedule_plan(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;

/* Waits for changes that anybody makes in the watched folders of `plan` (app_schedule_plan), of the links
 * that are on and want to be synced on change, and calls `changed` with the names of the links (borrowed
 * array) each time, until `stopping` says so; that is asked at least every second. Opens no state file, and
 * the log only to tell of trouble. After trouble it goes on by itself, the later the longer it lasts, and
 * then tells all links once, as it does at the beginning with `missed`: what was in between is not known. */
struct app_watch {
    const struct json *plan;
    bool missed;
    void (*changed)(void *user, const struct json *names);
    bool (*stopping)(void *user);
    void *user;
};
void app_watch_run(const struct app_watch *watch);
/* Likewise of changes on servers: see push.h. */

/* Doubtful pairs: new items on both sides that may be one; both wait. `link` NULL: of all links.
 * {"review":[{"id","link","left":{"account","text"},"right":{..},"score","reasons",
 * "decision","since","until"}]}; `until`: when they count as two. */
enum rc app_review_list(struct app *app, const char *link, struct json **ret, struct err *err)
    WARN_UNUSED;
/* "same" or "different"; the next pass acts on it. *ret is the list of that one. RC_NOT_FOUND if
 * the link has no doubtful pair of this id. */
enum rc app_review_decide(struct app *app, const char *link, int64_t id, const char *decision,
    struct json **ret, struct err *err) WARN_UNUSED;

/* Conflicts: fields that both sides changed to different values; settled ones with what lost, and
 * under the policy "ask" open ones, which wait. `link` NULL: of all links. Asks no server. Shape:
 * README.md. RC_NOT_FOUND: no such link. */
enum rc app_conflict_list(struct app *app, const char *link, struct json **ret, struct err *err)
    WARN_UNUSED;
/* Puts one text on both sides in place of both values, likewise. Only of a conflict that says what
 * "texts" both sides have (a title, a description, a number): RC_INVALID for any other, and for what
 * such a member cannot be. */
enum rc app_conflict_write(struct app *app, int64_t id, const char *text, bool force,
    struct json **ret, struct err *err) WARN_UNUSED;
/* Puts one value on both sides at once: "left", "right" or the name of that side's account; "leave":
 * as it is, and no more of it. An edit made since is kept and told, unless `force`. *ret as from
 * app_sync_run, for the link; "noted":true if it could not be done now: then the next sync does it.
 * RC_NOT_FOUND, RC_INVALID. */
enum rc app_conflict_choose(struct app *app, int64_t id, const char *choice, bool force,
    struct json **ret, struct err *err) WARN_UNUSED;

/* What the guards hold, of all links; asks no server.
 * {"held":[{"link","title","side","account","action","text","since"}]} */
enum rc app_held_list(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* What is held in a link is not to be (sync_refuse): its next sync brings back what went missing, new
 * items stay on their side, changes too. `only`: "deletes", "creates" or "updates", NULL: all.
 * {"link","refused":N,"deletes":N,"creates":N,"updates":N}. RC_NOT_FOUND, RC_INVALID. */
enum rc app_held_refuse(struct app *app, const char *link, const char *only, struct json **ret,
    struct err *err) WARN_UNUSED;

/* ---- items as both sides have them ---- */

/* The items of that name, uid or id, of one link (NULL: of all), each as it was on both sides after
 * the last pass: all values side by side, what only one side holds and why, and the lines of a
 * vCard that are no part of it. If none has exactly that name: those that have it in theirs. Asks
 * no server. {"items":[..]} as in README.md; RC_NOT_FOUND. */
enum rc app_item_show(struct app *app, const char *item, const char *link, struct json **ret,
    struct err *err) WARN_UNUSED;
/* Per link (NULL: of all): the items of which one side cannot hold everything, with what it lacks,
 * and how often for which reason. Asks no server. {"links":[..]} as in README.md. RC_NOT_FOUND if
 * there is no such link. */
enum rc app_unfit_list(struct app *app, const char *link, struct json **ret, struct err *err)
    WARN_UNUSED;

/* ---- history and undo ---- */

/* One of: what a run did, what happened to one item, the latest runs (of one link). */
struct app_history {
    int64_t run;      /* 0: no particular one */
    const char *item; /* title, uid or id; NULL: no particular one */
    const char *link; /* NULL: of all links */
};
/* {"runs":[..]}, {"run":..,"items":[..]} or {"items":[..]}; newest first. RC_NOT_FOUND. */
enum rc app_history(struct app *app, const struct app_history *request, struct json **ret,
    struct err *err) WARN_UNUSED;

struct app_undo {
    int64_t run;       /* or: */
    const char *link;  /* the runs of this link since `since`, newest first, each as an undo of its
                         own, without those that are undone already */
    const char *since; /* the number of a run, or a local time, "2026-11-28" or "2026-11-28 14:30";
                          NULL: only the latest */
    const char *item;  /* only this one, by its title, uid or id; NULL = all of the run */
    bool force;        /* also what was edited since */
    bool preview;
};
/* Puts the items of a run back to how they were before it, on both sides. *ret as from
 * app_sync_run, of a link one entry in "links" for each run, with "undoes". RC_NOT_FOUND: no such run or
 * link, or nothing to undo. An undo that fails as a whole ends it. */
enum rc app_undo(struct app *app, const struct app_undo *request, struct json **ret,
    struct err *err) WARN_UNUSED;

/* ---- backups of items, repair ---- */

/* Writes both sides of a link (NULL: of all that are enabled) to a folder of the data folder now.
 * {"backups":[backup],"failed":[{"link","rc","error"}]} */
struct app_backup {
    const char *link;
    void (*progress)(
        void *user, const char *link, const char *phase, size_t done, size_t total); /* or NULL */
    bool (*cancelled)(void *user);                                                   /* or NULL */
    void *user;
};
enum rc app_backup(struct app *app, const struct app_backup *request, struct json **ret,
    struct err *err) WARN_UNUSED;
/* {"backups":[{"name","link","kind","time","reason","bytes","left":{"account","folder","count",
 * "unreadable":[{"id","rc","text"}]},"right":{..}}]}, the newest first; opens no state file. */
enum rc app_backup_list(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;

#define APP_ANY_DELETES (-1)
struct app_restore {
    const char *backup; /* its name */
    const char *side;   /* "left", "right" or the account there; NULL: both that the link writes */
    const char *item;   /* only this one, by its title, uid or id; NULL = all */
    bool exact;         /* also delete what is not in the backup; not with `item` */
    bool preview;
    long deletes; /* how many were agreed to; APP_ANY_DELETES. Not asked for in a preview */
    void (*progress)(
        void *user, const char *link, const char *phase, size_t done, size_t total); /* or NULL */
    bool (*cancelled)(void *user);                                                   /* or NULL */
    void *user;
};
/* Brings items of a backup back. What is there now is backed up first. *ret as from app_sync_run.
 * RC_NOT_FOUND: no such backup, its link is no longer there, or no such item; RC_CONFLICT: the link
 * is about other folders now. More deletes than agreed to: "rc" of the link is "conflict". */
enum rc app_restore(struct app *app, const struct app_restore *request, struct json **ret,
    struct err *err) WARN_UNUSED;

struct app_repair {
    const char *link;
    const char *right; /* the side that is right: "left", "right" or the account there */
    bool preview;
    long deletes; /* as above */
    void (*progress)(
        void *user, const char *link, const char *phase, size_t done, size_t total); /* or NULL */
    bool (*cancelled)(void *user);                                                   /* or NULL */
    void *user;
};
/* Makes the other side equal to the one that is right; both are backed up first. *ret as from
 * app_sync_run. */
enum rc app_repair(struct app *app, const struct app_repair *request, struct json **ret,
    struct err *err) WARN_UNUSED;

/* {"version","home","log_dir","debug_logging","interval_minutes","links":[as app_link_list plus
 * "pairs","half_pairs","doubtful","conflicts","problems":[..]]} */
enum rc app_status(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;

/* ---- for support ---- */

/* Looks at all that a sync needs: the data folder, the state file, Outlook, each account, each link.
 * {"ok","checks":[{"what":"program|folder|state|outlook|scripts|account|link","name","ok","text",
 * "repairable"}]}; `text` says in words what is wrong and what to do. RC_BUSY while another Lockstep is at
 * work. */
enum rc app_check(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* Puts right what a check calls repairable: a registration of the class for scripts that leads nowhere. Does
 * nothing where nothing is. RC_READONLY: only an administrator can. */
enum rc app_check_repair(struct err *err) WARN_UNUSED;
/* Writes one ZIP file with the checks, links and their state, accounts, settings and logs, without
 * passwords, items and their titles. {"path","bytes"}. RC_IO, RC_BUSY. */
enum rc app_report(struct app *app, const char *path, struct json **ret, struct err *err)
    WARN_UNUSED;

/* ---- the state file ---- */

/* Reads all of it: {"accounts":N,"links":N,"pairs":N,"copies":[..]}, or RC_IO if it is damaged. */
enum rc app_state_check(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* {"copies":[{"number","time","bytes"}]}, the newest first; does not open the state file. */
enum rc app_state_copies(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* Goes back to a copy (1 = the newest); the present file, damaged or not, is kept. The next pass
 * compares everything anew and deletes nothing because of the copy's age. {"time","replaced",
 * "accounts","links","pairs"}; RC_NOT_FOUND without such a copy, RC_IO if it is damaged itself:
 * then nothing has changed. */
enum rc app_state_restore(struct app *app, int number, struct json **ret, struct err *err)
    WARN_UNUSED;

/* ---- settings ---- */

#define APP_PROXY_MAX   300
#define APP_CLIENTS_MAX 1000
struct app_settings {
    bool debug_logging;   /* the log takes debug lines too */
    bool paused;          /* no scheduled passes */
    int64_t paused_until; /* when the pause ends by itself, UTC seconds; 0: when somebody resumes */
    long interval_minutes;  /* between scheduled passes, APP_EVERY_MIN to _MAX */
    long history_days;      /* undo and history of items are kept so long, 0 = for ever */
    long history_mb;        /* and at most so many megabytes of them, 0 = no limit */
    bool first_sync_backup; /* both sides are backed up before a link writes for the first time */
    /* Beyond these a pass holds what it would do to a link (client/sync/README.md, I9); 0 is as usual:
     * 10 deletes or 30 percent of the items, whichever is more, 100 new ones, 100 changes. */
    long guard_deletes, guard_percent, guard_creates, guard_updates;
    bool outlook_apart;     /* Outlook's side in a process of its own, also where it need not be */
    bool event_log;         /* the system's log is told of what an administrator may want to know */
    long backup_keep;       /* backups of items kept of each link, 1..1000 */
    enum language language; /* of the windows */
    char oauth_clients
        [APP_CLIENTS_MAX];     /* how this program is known to sign-in servers: oauth_know_client */
    char proxy[APP_PROXY_MAX]; /* "system" (as Windows says), "none", or "http://host:port" */
};
/* What it means for a connection: NULL: as the system says, "": none. Borrowed from `s`. */
const char *app_proxy(const struct app_settings *s);
struct app_settings app_settings_get(const struct app *app);
/* Stored before it returns. RC_INVALID for a number out of range, RC_READONLY for what an administrator
 * has set (see app_setting_enforced). */
enum rc app_settings_set(struct app *app, const struct app_settings *settings, struct err *err)
    WARN_UNUSED;
/* Of a setting that is a number, by its name: the least and the most it can be. False: it is none. */
bool app_setting_range(const char *name, long *ret_min, long *ret_max);
/* Puts the proxy into `s` that people type: "system", "none", or an address. RC_INVALID. */
enum rc app_settings_proxy(struct app_settings *s, const char *typed, struct err *err) WARN_UNUSED;
/* Whether an administrator has set it, so that it cannot be changed here. */
bool app_setting_enforced(const struct app *app, const char *name);
/* All of them by the names they have in settings.json: {"settings":{NAME:VALUE},"enforced":[names]};
 * `enforced`: as above. Caller frees. */
struct json *app_settings_list(const struct app *app);
/* One, by its name, from what people type: a number, "on" or "off", a language. RC_NOT_FOUND: no such
 * setting; RC_INVALID. */
enum rc app_settings_change(struct app *app, const char *name, const char *value, struct err *err)
    WARN_UNUSED;

/* ---- exit codes (client/cli/README.md) ---- */

enum app_exit {
    APP_EXIT_OK = 0,
    APP_EXIT_ITEMS = 1,     /* the pass ran, some items or links could not be done */
    APP_EXIT_USAGE = 2,     /* the command cannot be carried out as given */
    APP_EXIT_AUTH = 3,      /* user name or password rejected */
    APP_EXIT_SERVER = 4,    /* cannot be reached, or failed */
    APP_EXIT_TLS = 5,       /* certificate or secure connection not acceptable */
    APP_EXIT_BUSY = 6,      /* another Lockstep is at work */
    APP_EXIT_IO = 7,        /* a file or the disk of this computer */
    APP_EXIT_HELD = 8,      /* all done, but something waits for the user's word */
    APP_EXIT_CANCELLED = 9, /* stopped by the user */
    APP_EXIT_INTERNAL = 10, /* a bug of ours */
};
/* For a command that failed with `rc`. */
enum app_exit app_exit_of(enum rc rc);
/* For a report of app_sync_run: the one that most needs somebody. */
enum app_exit app_exit_of_sync(const struct json *report);

#endif
