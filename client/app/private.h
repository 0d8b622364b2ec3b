/* What the files of client/app share and nobody else sees. */
#ifndef LOCKSTEP_APP_PRIVATE_H
#define LOCKSTEP_APP_PRIVATE_H

#include "client/app/app.h"
#include "client/net/sign_in.h"
#include "client/state/state.h"
#include "client/sync/store.h"

struct logfile;

struct app {
    char *home;            /* owned */
    char *log_dir;         /* owned */
    struct logfile *log;   /* owned */
    struct json *settings; /* owned; as in the file, with members of other versions kept */
    struct json
        *enforced; /* owned; settings that an administrator has set, whatever the file says */
    struct json *defaults; /* owned; and those that hold where the file says nothing */
    struct state *state;   /* owned; NULL until needed */
    bool presetting;       /* at work for the administrator, not for the user */
    bool data_told;        /* that the state file cannot be opened, to the system's log */
    struct token_source *tokens; /* owned; token.c */
    char *copy_trouble;    /* owned; why there is no new copy of it, NULL if there is */
};

/* The state file, opened at the first call. */
enum rc app_state(struct app *app, struct state **ret, struct err *err) WARN_UNUSED;

/* All accounts and links, as most of what is told needs both. */
struct known {
    struct state *state; /* borrowed */
    struct state_accounts accounts;
    struct state_links links;
};
void known_fini(struct known *k);
enum rc known_load(struct app *app, struct known *ret, struct err *err) WARN_UNUSED;

/* backup.c */
/* A copy of the open state file if the newest is a day old; a failure is logged and kept as
 * copy_trouble: it must not keep a pass from running. */
void backup_daily(struct app *app);
/* A copy of a state file that this version would convert when it opens it. */
enum rc backup_before_conversion(struct app *app, const char *path, struct err *err) WARN_UNUSED;

/* forget.c: removes a folder with what is in it, so many levels deep; RC_IO if there is more. */
enum rc forget_folder(const char *dir, int depth, struct err *err) WARN_UNUSED;

/* status.c: pairs that wait for somebody to say whether they are one. */
enum rc doubtful_count(struct state *state, int64_t link, long *ret, struct err *err) WARN_UNUSED;

/* events.c: to the system's log (events.h); nothing where the setting event_log is off. */
struct standing;
/* What waits in a link; `rc` is RC_OK. */
enum rc standing_load(struct app *app, int64_t link, struct standing *ret, struct err *err)
    WARN_UNUSED;
/* After a pass of the link that ended so. What cannot be told is logged. */
void events_tell(
    struct app *app, const struct state_link *link, const struct standing *before, enum rc result);
/* That the state file cannot be opened; once. */
void events_data(struct app *app, const struct err *why);

/* forbid.c: what the administrator does not allow. RC_READONLY, in a sentence. */
enum forbid { FORBID_ACCOUNTS, FORBID_LINKS, FORBID_HTTP, FORBID_EXPORT, FORBID_RELEASE };
bool forbids(const struct app *app, enum forbid what);
enum rc forbid_check(const struct app *app, enum forbid what, struct err *err) WARN_UNUSED;

/* settings.c */
enum rc settings_load(const char *home, struct json **ret, struct err *err) WARN_UNUSED;

/* policy.c: what an administrator has set of the settings, by their names. Caller frees. */
struct json *policy_settings(bool enforced);

/* secret.c: passwords by account name, in secrets.json, protected by the platform. */
enum rc secret_save(const char *home, const char *account, const char *password, struct err *err)
    WARN_UNUSED;
enum rc secret_load(const char *home, const char *account, char **ret_password, struct err *err)
    WARN_UNUSED; /* RC_NOT_FOUND */
enum rc secret_forget(const char *home, const char *account, struct err *err) WARN_UNUSED;

/* logfile.c: the rotating log. */
enum rc logfile_open(const char *dir, enum log_level level, struct logfile **ret, struct err *err)
    WARN_UNUSED;
void logfile_close(struct logfile *f);
const struct log *logfile_log(const struct logfile *f);
/* Why lines could not be written, naming the file; NULL if all were. Borrowed. */
const char *logfile_trouble(const struct logfile *f);
void logfile_set_level(struct logfile *f, enum log_level level);
/* From now on this text never reaches the file, whoever logs it; a last line of defence behind
 * log_redact. Copied. */
void logfile_hide(struct logfile *f, const char *secret);

/* sign_in.c: how an account signs in. */
/* NULL and "": by a password. RC_INVALID names the ways there are. */
enum rc sign_in_parse(const char *text, enum sign_in_way *ret, struct err *err) WARN_UNUSED;
/* To and from what is kept of an account beside its columns. */
void sign_in_put(struct json *settings, enum sign_in_way way);
enum sign_in_way sign_in_of(const struct state_account *account);
/* Is there anything to be kept for it (a password, a token)? */
bool sign_in_keeps_secret(const struct state_account *account);
/* What its store needs. `given` NULL: what is kept; that is handed over in *ret_stored (free with
 * platform_secret_free) and must live as long as *ret is used. RC_AUTH: there is none. */
struct reach;
enum rc sign_in_open(struct app *app, const struct state_account *account, const char *given,
    const struct reach *reach, struct sign_in *ret, char **ret_stored, struct err *err) WARN_UNUSED;
/* The same for who only listens to the account of a plan (app_schedule_plan), beside the passes: a token is taken as it
 * is kept, since renewing it is the business of a pass, which has the state file to itself. *ret_stored changes when
 * it may be tried again; both texts must live as long as *ret is used (platform_secret_free). */
enum rc sign_in_listen(const struct app *app, const struct json *account, struct sign_in *ret,
    char **ret_stored, char **ret_shown, struct err *err) WARN_UNUSED;
/* What is to be kept for an account that has been added: `given`, or what has become of it. Caller frees with
 * platform_secret_free. */
char *sign_in_secret(struct app *app, const struct state_account *account, const char *given);

/* store.c: how the server of an account is reached. */
struct reach {
    char *ca_file;     /* owned; or NULL */
    char *proxy;       /* owned; as in struct http_config */
    bool plain;        /* http is allowed */
    long timeout;      /* seconds; 0: as usual */
};
void reach_fini(struct reach *r);
/* RC_INVALID: what is kept of the account cannot be read. */
enum rc reach_of(const struct app *app, const struct state_account *account, struct reach *ret,
    struct err *err) WARN_UNUSED;

/* token.c: accounts that sign in by the server's page. */
void token_sources_free(struct token_source *s);
/* Fills in the source of tokens; `given`: a token set that is not kept yet. */
enum rc token_open(struct app *app, const struct state_account *account, const char *given,
    const struct reach *reach, struct sign_in *ret, struct err *err) WARN_UNUSED;
/* The access token in what is kept. RC_AUTH: there is none that still holds. Caller frees with platform_secret_free. */
enum rc token_shown(const char *kept, char **ret, struct err *err) WARN_UNUSED;
/* The present token set of an account, NULL: it has none. Caller frees with platform_secret_free. */
char *token_text(struct app *app, const char *account);
/* What is in memory of it: there is a new sign-in, or no account. */
void token_forget(struct app *app, const char *account);
/* Lets the person sign in at the server's page. *ret: the token set, as it is kept; free as above. RC_AUTH, RC_CANCELLED,
 * RC_UNSUPPORTED: the server has no such page. */
enum rc token_sign_in(struct app *app, const char *url, const struct reach *reach,
    const struct app_consent *consent, char **ret, struct err *err) WARN_UNUSED;

/* store.c: the store of an account, ready for use; makes no request. `password` NULL: the stored
 * one. */
enum rc app_store_open(struct app *app, const struct state_account *account, const char *password,
    struct store **ret, struct err *err) WARN_UNUSED;
/* A store whose `watch` serves all links that have a watched side: this computer's Outlook. Knows
 * no log. RC_UNSUPPORTED where there is none. */
enum rc app_store_watching(struct store **ret, struct err *err) WARN_UNUSED;
/* A store that listens to the account of a plan (app_schedule_plan, "accounts"), by the stored password, which *ret_secret
 * is (platform_secret_free; NULL: none). Opens no state file; knows no log. */
enum rc app_store_listening(struct app *app, const struct json *account, struct store **ret,
    char **ret_secret, struct err *err) WARN_UNUSED;
/* What the account has; connects. Errors name the account. Keeps what the server says of the person's
 * addresses in account->settings, and in the state if the account is there. */
enum rc app_store_folders(struct app *app, struct state_account *account, const char *password,
    struct store_folders *ret, struct err *err) WARN_UNUSED;
/* As store_make_folder. Errors name the account. */
enum rc app_store_make_folder(struct app *app, const struct state_account *account,
    enum item_kind kind, const char *name, struct store_folder *ret, struct err *err) WARN_UNUSED;
/* RC_NOT_FOUND names the accounts there are. */
enum rc app_account_find(
    struct app *app, const char *name, struct state_account *ret, struct err *err) WARN_UNUSED;

/* account.c: what is kept of an account beside its columns, an object; text that does not parse counts as
 * none (opening the account says so). Caller frees. */
struct json *account_settings(const struct state_account *account);
void account_settings_put(struct state_account *account, const struct json *settings);
/* The name of the account that is Outlook, which is made if there is none. Caller frees. */
enum rc account_need_outlook(struct app *app, char **ret_name, struct err *err) WARN_UNUSED;

/* own.c: who the person is. The addresses of one account, or of all; caller frees. */
struct json *own_of_account(const struct state_account *account);
enum rc own_addresses(struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* Puts what a server says into the account's settings; false if that is known. */
bool own_learn(struct state_account *account, const struct json *said);

/* planned.c: what a preview found, as in README.md. */
struct sync_report;
struct json *planned_json(const struct sync_report *report);
/* "phones/p1/number" -> "phone"; "showWithoutTime" -> "all day". Caller frees. */
char *planned_path_words(const char *path);
const char *planned_file_words(const char *path); /* of "links" of an event or task */
struct sync_field;
struct json *planned_field_json(const struct sync_field *f); /* {"path","field","old","new"} */

/* kept.c: what one side keeps that is in no document, out of the text stored of it (state_body): an array
 * of {"property","what","line","count","unreadable"} (ical_kept; README.md, "extensions"). Caller
 * frees. */
struct json *kept_of(struct state *state, enum item_kind kind, const char *stored);
/* One of them as a line to read. Caller frees. */
char *kept_line(const struct json *kept);

/* resolve.c: which folder is meant; pure. */
/* Splits "ACCOUNT:FOLDER" at the first ':'. Both are owned by the caller. */
enum rc folder_spec_split(const char *spec, char **ret_account, char **ret_folder, struct err *err)
    WARN_UNUSED;
/* The folder among `folders` that `wanted` means, which holds one of `kinds` (bits). RC_NOT_FOUND
 * and RC_CONFLICT (several fit) list the candidates. The result is borrowed from `folders`. */
enum rc folder_resolve(const struct store_folders *folders, const char *account, const char *wanted,
    unsigned kinds, const struct store_folder **ret, struct err *err) WARN_UNUSED;
/* The one kind that both folders may hold, or `wanted`. */
enum rc folder_common_kind(const struct store_folder *left, const struct store_folder *right,
    const char *wanted, enum item_kind *ret, struct err *err) WARN_UNUSED;

/* account.c */
/* Accounts of this type have an address, a user and a password. */
bool account_is_on_server(const char *type);

/* folder.c */
struct json *folder_json(const char *account, const struct store_folder *folder);
/* {"account","folders","contact","event","task","text"}; RC_NOT_FOUND if none can be synced. */
enum rc folders_summary(const struct state_account *account, const struct store_folders *folders,
    struct json **ret, struct err *err) WARN_UNUSED;

/* pass.c: photos and files that nothing in the state file names any more go; trouble is only logged. */
void large_prune(struct app *app);

/* when.c */
/* What of it can be told of a link; "on_change" only of one with a side that tells. */
void link_when_json(
    const struct state_link *link, const struct state_accounts *accounts, struct json *v);
enum rc link_set_when(struct state_link *link, const struct state_accounts *accounts,
    const struct app_when *when, struct err *err) WARN_UNUSED;

/* rejected.c */
/* Was the password of this account rejected as often as it may be by passes nobody asked for? */
bool rejected_for_good(const struct state_account *account);
/* RC_AUTH, and what to do about it. */
enum rc rejected_refuse(const struct state_account *account, struct err *err) WARN_UNUSED;
/* It was rejected in this pass, or (not `rejected`) something was done with it, or there is a new one. */
enum rc rejected_note(
    struct state *state, struct state_account *account, bool rejected, struct err *err) WARN_UNUSED;

/* link_settings.c */
/* What is kept of a link beside its columns; one that does not parse counts as empty. Caller frees. */
struct json *link_settings(const struct state_link *link);
void link_settings_put(struct state_link *link, const struct json *settings);
/* Do its items have large values (client/large): photos, or files? How many bytes of one pass. */
bool link_has_large(const struct state_link *link);
size_t link_large_limit(const struct state_link *link);
/* Adds "photo_limit" or "attachment_limit", in kilobytes, as the kind has it. */
void link_limit_json(const struct state_link *link, struct json *v);
/* As in app_link; NULL leaves it. */
enum rc link_set_limits(
    struct state_link *link, const char *photos, const char *files, struct err *err) WARN_UNUSED;
/* The link's time window. */
struct state_window link_window(const struct state_link *link);
/* Days as text, "all" for no limit; NULL leaves that end as it is. */
enum rc link_set_window(
    struct state_link *link, const char *past, const char *future, struct err *err) WARN_UNUSED;
/* Adds "window" to what is told of the link, if it has one. */
void link_window_json(const struct state_link *link, struct json *v);
/* filter.c: as client/item/filter.h reads it; empty: takes everything. Caller frees. */
struct json *link_filter(const struct state_link *link);
enum rc link_set_filter(struct state_link *link, const struct app_filter *change, struct err *err)
    WARN_UNUSED;
/* Adds "filter" to what is told of the link, if it has one. */
void link_filter_json(const struct state_link *link, struct json *v);

/* May meetings of others be answered on a server that writes to people by itself? */
bool link_answers(const struct state_link *link);
/* "leave" or "answer". */
enum rc link_set_invitations(struct state_link *link, const char *word, struct err *err)
    WARN_UNUSED;
/* Adds "invitations" to what is told of a link of events. */
void link_invitations_json(const struct state_link *link, struct json *v);

/* link.c */
struct json *link_json(const struct state_accounts *accounts, const struct state_link *link);
const char *account_name_of(const struct state_accounts *accounts, int64_t id); /* "?" if unknown */
/* Appends what one link has of something. */
typedef enum rc link_lister(struct state *state, const struct state_accounts *accounts,
    const struct state_link *link, struct json *list, struct err *err);
/* {KEY:[...]} of one link, or of all if `name` is NULL. */
enum rc links_list(struct app *app, const char *name, const char *key, link_lister *add,
    struct json **ret, struct err *err) WARN_UNUSED;

/* direction.c */
/* By enum side: whether the folder may be written, and what to call it. */
struct side_access {
    bool writable[2];
    const char *name[2];
};
/* The direction that `word` says, NULL: the freest there can be. RC_READONLY where a folder that may
 * only be read would be written. */
enum rc direction_choose(const struct side_access *access, const char *word,
    enum link_direction *ret, struct err *err) WARN_UNUSED;
/* The same for a link that is there already. */
enum rc link_set_direction(struct state_link *link, const char *word, struct err *err) WARN_UNUSED;

/* circle.c */
struct circle;
/* The graph of these links, borrowed like the accounts; asks the disk which folders are one. */
struct circle *circle_new(const struct state_accounts *accounts, const struct state_links *links);
void circle_free(struct circle *c);
DEFINE_CLEANUP(struct circle *, circle_free);
/* May `link` be beside the first `before` of them? RC_INVALID: its two folders are one. RC_CONFLICT:
 * those join them already. */
enum rc circle_check(
    struct circle *c, size_t before, const struct state_link *link, struct err *err) WARN_UNUSED;
/* The names of the links that have one of its folders too: an array, maybe empty. */
struct json *circle_shared(const struct circle *c, const struct state_link *link);

#endif
