/* POSIX: clock, randomness, secrets. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <time.h>

void platform_harden(void)
{
}

int64_t platform_now(void)
{
    return time(NULL);
}

int64_t platform_ticks_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void platform_sleep_ms(long milliseconds)
{
    struct timespec ts = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&ts, NULL);
}

struct civil platform_local_time(int64_t utc)
{
    time_t t = (time_t)utc;
    struct tm tm;
    if (!localtime_r(&t, &tm)) {
        return civil_from_seconds(utc);
    }
    return (struct civil){
        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
}

void platform_random(void *p, size_t n)
{
    char *out = p;
    while (n) {
        ssize_t got = getrandom(out, n, 0);
        if (got < 0 && errno != EINTR) {
            abort();
        }
        if (got > 0) {
            out += got;
            n -= (size_t)got;
        }
    }
}

/* The prefix says how the text was protected, so that a file copied from another system is
 * recognised, not misread. */
#define PLAIN "plain:"

enum rc platform_secret_protect(const char *secret, char **ret_text, struct err *err)
{
    (void)err;
    CLEANUP(platform_secret_free) char *coded = base64_encode(secret, strlen(secret));
    *ret_text = str_printf(PLAIN "%s", coded);
    return RC_OK;
}

enum rc platform_secret_foreign(const void *sealed, size_t len, const void *entropy,
    size_t entropy_len, char **ret_secret, struct err *err)
{
    (void)sealed, (void)len, (void)entropy, (void)entropy_len, (void)ret_secret;
    return err_set(err, RC_UNSUPPORTED, 0, "passwords of other programs are a matter of Windows");
}

enum rc platform_secret_reveal(const char *text, char **ret_secret, struct err *err)
{
    if (!str_starts(text, PLAIN)) {
        return err_set(err, RC_IO, 0, "the password was stored on another system: set it again");
    }
    size_t len;
    unsigned char *secret = base64_decode(text + strlen(PLAIN), 65536, &len);
    if (!secret || memchr(secret, 0, len)) {
        free(secret);
        return err_set(err, RC_IO, 0, "the stored password is damaged: set it again");
    }
    *ret_secret = mem_strndup((char *)secret, len);
    memset(secret, 0, len);
    free(secret);
    return RC_OK;
}

char *platform_describe(void)
{
    struct utsname u;
    return uname(&u) == 0 ? str_printf("%s %s %s", u.sysname, u.release, u.machine)
                          : mem_strdup("an unknown system");
}

void platform_event(enum platform_event_kind kind, int id, const char *text)
{
    static const int PRIORITY[] = {LOG_INFO, LOG_WARNING, LOG_ERR};
    openlog("lockstep", 0, LOG_USER);
    syslog(PRIORITY[kind], "%d %s", id, text);
    closelog();
}
