/* Errors: one text, made once, prefixed on the way up. */
#include "client/base/rc.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <stdio.h>
#include <string.h>

static const char *const RC_NAMES[] = {
    [RC_OK] = "ok",
    [RC_NOT_FOUND] = "not-found",
    [RC_INVALID] = "invalid",
    [RC_TOO_BIG] = "too-big",
    [RC_CONFLICT] = "conflict",
    [RC_READONLY] = "read-only",
    [RC_UNSUPPORTED] = "unsupported",
    [RC_REFUSED] = "refused",
    [RC_TOKEN_INVALID] = "token-invalid",
    [RC_INCOMPLETE] = "incomplete",
    [RC_AUTH] = "auth",
    [RC_TLS] = "tls",
    [RC_OFFLINE] = "offline",
    [RC_SERVER] = "server",
    [RC_BUSY] = "busy",
    [RC_IO] = "io",
    [RC_CANCELLED] = "cancelled",
    [RC_INTERNAL] = "internal",
};

void err_fini(struct err *err)
{
    free(err->text);
    err->text = NULL;
    err->rc = RC_OK;
    err->native = 0;
}

enum rc err_setv(struct err *err, enum rc rc, long native, const char *fmt, va_list ap)
{
    if (err) {
        char *text = str_vprintf(fmt, ap);
        free(err->text); /* after formatting: an argument may point into it */
        err->text = text;
        err->rc = rc;
        err->native = native;
    }
    return rc;
}

enum rc err_set(struct err *err, enum rc rc, long native, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    err_setv(err, rc, native, fmt, ap);
    va_end(ap);
    return rc;
}

enum rc err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err) {
        return RC_INTERNAL;
    }
    va_list ap;
    va_start(ap, fmt);
    char *prefix = str_vprintf(fmt, ap);
    va_end(ap);
    char *text = str_printf("%s: %s", prefix, err_text(err));
    free(prefix);
    free(err->text);
    err->text = text;
    return err->rc;
}

const char *err_text(const struct err *err)
{
    if (!err) {
        return "unknown error";
    }
    return err->text ? err->text : rc_name(err->rc);
}

void err_move(struct err *dst, struct err *src)
{
    if (dst == src) {
        return;
    }
    if (dst) {
        err_fini(dst);
        *dst = *src;
        memset(src, 0, sizeof *src);
    } else {
        err_fini(src);
    }
}

const char *rc_name(enum rc rc)
{
    if ((size_t)rc < ARRAY_LEN(RC_NAMES) && RC_NAMES[rc]) {
        return RC_NAMES[rc];
    }
    return "internal";
}

enum rc rc_from_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(RC_NAMES); i++) {
        if (str_eq(RC_NAMES[i], name)) {
            return (enum rc)i;
        }
    }
    return RC_INTERNAL;
}

bool rc_is_store_wide(enum rc rc)
{
    return rc == RC_AUTH || rc == RC_TLS || rc == RC_OFFLINE || rc == RC_SERVER;
}
