/* The seam to the operating system: what the portable program needs and C does not have, once for
 * POSIX (posix/) and once for Windows (win32/). Paths and texts are UTF-8 on both; nothing here
 * knows of accounts, folders or items.
 *
 * Functions returning char * hand the text over to the caller (free). */
#ifndef LOCKSTEP_PLATFORM_PLATFORM_H
#define LOCKSTEP_PLATFORM_PLATFORM_H

#include "client/base/date.h"
#include "client/base/json.h"
#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- places ---- */

/* Where everything of this user is kept: $LOCKSTEP_HOME if set, else %APPDATA%\Lockstep on Windows
 * and $XDG_DATA_HOME/lockstep or ~/.local/share/lockstep elsewhere. Not created. */
char *platform_data_dir(void);
/* "dir/name" with the system's separator. */
char *platform_path_join(const char *dir, const char *name);
/* An absolute spelling of `path`, which need not exist. */
char *platform_path_absolute(const char *path);
/* The value of an environment variable, NULL if unset. */
char *platform_env(const char *name);
/* `text` with each %NAME% that is an environment variable replaced by its value. */
char *platform_expand(const char *text);

/* ---- safety ---- */

/* First thing in a program: from then on no library is looked for in the folder it happens to be
 * started from, and broken memory ends the process instead of going on. Nothing to do on POSIX. */
void platform_harden(void);

/* ---- what an administrator says ---- */

/* The values an administrator has set for this machine or this user, texts and numbers by their names:
 * those that hold whatever the user says (the key Software\Policies\Lockstep), or those that hold where
 * the user says nothing (Software\Lockstep). Of the machine's and the user's key the machine's counts.
 * POSIX: the members "enforced" and "defaults" of the JSON file that LOCKSTEP_POLICY names. An empty
 * object if there is nothing; owned by the caller. */
struct json *platform_policy(bool enforced);

/* ---- files ---- */

/* Makes a folder with the missing ones above it, for this user only (mode 0700; Windows: as
 * inherited). RC_OK if it is there. */
enum rc platform_dir_make(const char *path, struct err *err) WARN_UNUSED;
bool platform_file_exists(const char *path);
bool platform_dir_exists(const char *path);
/* The whole file, NUL-terminated. RC_NOT_FOUND, RC_TOO_BIG over `max` bytes, RC_IO. */
enum rc platform_file_read(
    const char *path, size_t max, char **ret_data, size_t *ret_len, struct err *err) WARN_UNUSED;
/* Replaces the file as one step: after a crash or a full disk either the old or the new content is
 * there, whole. Readable by this user only (mode 0600). */
enum rc platform_file_write(const char *path, const void *data, size_t len, struct err *err)
    WARN_UNUSED;
/* Replaces `to` if it exists. */
enum rc platform_file_rename(const char *from, const char *to, struct err *err) WARN_UNUSED;
/* RC_OK if there was none. */
enum rc platform_file_remove(const char *path, struct err *err) WARN_UNUSED;

/* A file that is only added to (a log). It is made, mode 0600, if needed; *ret_size is its size so
 * far. Each write is one call to the system, so that what was written survives the death of this
 * process, and lines of two processes do not mix. An error names the file; a part of the data may be there then. */
struct platform_appender;
enum rc platform_appender_new(const char *path, struct platform_appender **ret, int64_t *ret_size,
    struct err *err) WARN_UNUSED;
enum rc platform_appender_write(
    struct platform_appender *a, const void *data, size_t len, struct err *err) WARN_UNUSED;
void platform_appender_free(struct platform_appender *a);

/* ---- secrets ---- */

/* Turns a password into a text that may be stored in a file of this user, and back. Windows:
 * encrypted with DPAPI, so that only this user can read it. POSIX: merely encoded (the file's mode
 * 0600 is the protection), as there is no key store that a program without a desktop can rely on.
 * RC_IO: stored by another user or on another machine, or damaged. */
enum rc platform_secret_protect(const char *secret, char **ret_text, struct err *err) WARN_UNUSED;
enum rc platform_secret_reveal(const char *text, char **ret_secret, struct err *err) WARN_UNUSED;
/* A text (UTF-16, as .NET keeps them) that another program encrypted with DPAPI for this user, with an
 * entropy of its own. RC_IO: for another user, on another machine, or it is none. POSIX: RC_UNSUPPORTED. */
enum rc platform_secret_foreign(const void *sealed, size_t len, const void *entropy,
    size_t entropy_len, char **ret_secret, struct err *err) WARN_UNUSED;
/* Overwrites and frees a text that held a secret; NULL allowed. */
void platform_secret_free(char *secret);
DEFINE_CLEANUP(char *, platform_secret_free);

/* ---- clock and chance ---- */

int64_t platform_now(void);      /* UTC, seconds since 1970 */
int64_t platform_ticks_ms(void); /* only differences mean anything; never goes back */
void platform_sleep_ms(long milliseconds);
struct civil platform_local_time(int64_t utc); /* in this machine's zone, for showing to people */
/* `n` bytes fit for keys. Aborts if the system has none, which no supported system does. */
void platform_random(void *p, size_t n);
#define PLATFORM_UUID_SIZE 37
void platform_uuid(char out[PLATFORM_UUID_SIZE]); /* RFC 9562 version 4, lower case */

/* An entry in the system's log: Windows' event log for applications, source "Lockstep", where `id` is
 * the number of the entry (1 to 1000); elsewhere syslog. Nothing that keeps anybody from working:
 * where there is no such log, nothing happens. */
enum platform_event_kind { PLATFORM_EVENT_INFO, PLATFORM_EVENT_WARNING, PLATFORM_EVENT_ERROR };
void platform_event(enum platform_event_kind kind, int id, const char *text);

/* ---- names ---- */

/* A service of a domain by its DNS records (RFC 2782): the one of lowest priority, and among those of
 * highest weight. `name` is "_caldavs._tcp.example.org". False: there is none, or no answer within some
 * seconds. */
struct platform_service {
    char *host; /* owned */
    int priority, weight, port;
};
bool platform_service_find(const char *name, struct platform_service *ret);
/* The value of "key=value" among the texts (TXT) of a name; NULL: none. */
char *platform_service_text(const char *name, const char *key);
/* Puts `one` in the place of `best` if it is to be preferred, else frees it. */
void platform_service_prefer(struct platform_service *best, struct platform_service *one);

/* The system in words, for support: "Windows 10.0.19045, 32-bit program on 64-bit Windows". */
char *platform_describe(void);

/* ---- console ---- */

/* The arguments as UTF-8, argv[0] included, NULL at the end; also makes the console show UTF-8 and
 * stdin/stdout pass bytes unchanged. Owned by the caller: one platform_args_free. */
char **platform_args(int argc, char **argv, int *ret_argc);
void platform_args_free(char **args);
/* Does standard input come from a person? */
bool platform_is_terminal(void);
/* Asks on the terminal without showing what is typed. RC_UNSUPPORTED: there is no terminal. Free
 * with platform_secret_free. */
enum rc platform_prompt_secret(const char *prompt, char **ret_secret, struct err *err) WARN_UNUSED;

/* ---- a browser ---- */

/* Opens an address, which must be http(s), in the user's browser. False: there is none. */
bool platform_browse(const char *url);

/* A port of 127.0.0.1, chosen by the system, at which a browser hands over one answer: nobody beyond this computer
 * reaches it, and each caller gets one answer. RC_IO: there is no port. */
struct platform_listener;
enum rc platform_listener_new(struct platform_listener **ret, int *ret_port, struct err *err)
    WARN_UNUSED;
/* The head of the next request (at most 16 KB, to be freed with platform_secret_free), whose caller then waits for an answer; NULL: nobody
 * called within `ms` milliseconds, or said nothing sensible within two seconds. */
enum rc platform_listener_next(
    struct platform_listener *l, long ms, char **ret_head, struct err *err) WARN_UNUSED;
void platform_listener_answer(struct platform_listener *l, const void *data, size_t len);
void platform_listener_free(struct platform_listener *l);

/* ---- worker thread ---- */

/* One thread that calls `work(user)` once for every time it was woken; wakes during a call make one
 * more call, not many. platform_worker_free waits for a running call to end. */
struct platform_worker;
enum rc platform_worker_new(void (*work)(void *user), void *user, struct platform_worker **ret,
    struct err *err) WARN_UNUSED;
void platform_worker_wake(struct platform_worker *worker);
void platform_worker_free(struct platform_worker *worker);

#endif
