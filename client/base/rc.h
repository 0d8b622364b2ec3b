/* Result codes and errors: what every function that can fail returns, and the message that goes
 * with it.
 *
 * A code says what kind of thing went wrong and so how far the damage reaches and whether to try
 * again; the text says what was attempted, on which object, and why it failed, in one line a user
 * can act on. Foreign errors (HRESULT, CURLcode, HTTP status, SQLite, Win32) are converted once, at
 * the border, and keep their native number in `native`. */
#ifndef LOCKSTEP_BASE_RC_H
#define LOCKSTEP_BASE_RC_H

#include <stdarg.h>
#include <stdbool.h>

#define WARN_UNUSED __attribute__((warn_unused_result))
/* gnu_printf: the same length modifiers on both systems (MinGW is built with its own C99 printf).
 */
#define PRINTF_LIKE(fmt, args) __attribute__((format(gnu_printf, fmt, args)))

enum rc {
    RC_OK = 0,
    /* reaches one item */
    RC_NOT_FOUND,   /* no such item, folder, link, setting */
    RC_INVALID,     /* the input cannot be understood: malformed vCard, JSON, argument */
    RC_TOO_BIG,     /* over a limit of ours or of the other side */
    RC_CONFLICT,    /* a precondition failed: the item changed or exists already; look again */
    RC_READONLY,    /* we may not write there */
    RC_UNSUPPORTED, /* understood, but this side cannot express it */
    RC_REFUSED,     /* the other side refused this item for good, for a reason of its own */
    /* reaches a folder */
    RC_TOKEN_INVALID, /* the change token is unknown there: list in full */
    RC_INCOMPLETE,    /* a listing was cut short: nothing may be concluded from it */
    /* reaches a store or account */
    RC_AUTH,    /* credentials rejected: do not try again with the same ones */
    RC_TLS,     /* the certificate or the secure connection was not acceptable */
    RC_OFFLINE, /* cannot be reached (name, connection, time-out): try again later */
    RC_SERVER,  /* the other side failed or answered nonsense: try again later */
    /* reaches the run */
    RC_BUSY,      /* somebody else holds the lock */
    RC_IO,        /* local file, database or disk */
    RC_CANCELLED, /* the user stopped it */
    RC_INTERNAL,  /* a bug of ours */
};

/* Owned by the caller: on the stack, zeroed by ERR_INIT, released by err_fini. */
struct err {
    enum rc rc;
    long native; /* HRESULT, CURLcode, HTTP status, SQLite or Win32 code; 0 if none */
    char *text;  /* owned; NULL until set */
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        RC_OK, 0, NULL                                                                             \
    }

void err_fini(struct err *err);

/* Records a failure and returns rc, so that `return err_set(err, RC_INVALID, 0, "...")` reads well.
 * err may be NULL. An earlier text is replaced; arguments may point into it. */
enum rc err_set(struct err *err, enum rc rc, long native, const char *fmt, ...) PRINTF_LIKE(4, 5);
enum rc err_setv(struct err *err, enum rc rc, long native, const char *fmt, va_list ap);

/* Puts "context: " before the text already there, keeping rc and native. Returns err->rc. */
enum rc err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Never NULL: the text, or the name of the code if there is none. */
const char *err_text(const struct err *err);

/* Moves src into dst (dst is released first, src left empty). */
void err_move(struct err *dst, struct err *src);

/* Stable lower-case word for logs and JSON: "ok", "not-found", ... */
const char *rc_name(enum rc rc);
/* Inverse of rc_name; RC_INTERNAL for an unknown word. */
enum rc rc_from_name(const char *name);

/* True for what reaches the whole store or account (RC_AUTH, RC_TLS, RC_OFFLINE, RC_SERVER). */
bool rc_is_store_wide(enum rc rc);

#endif
