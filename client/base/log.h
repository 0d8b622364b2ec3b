/* Logging: area, level, link and item in every line, handed to one sink. There is no global logger:
 * whoever needs to log is given a struct log (NULL is allowed and silent). Secrets and item
 * contents pass log_redact first. */
#ifndef LOCKSTEP_BASE_LOG_H
#define LOCKSTEP_BASE_LOG_H

#include "client/base/rc.h"

enum log_level {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARN,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG,
    LOG_LEVEL_TRACE
};

/* Receives one finished line without newline. */
typedef void log_sink_fn(void *user, enum log_level level, const char *area, const char *line);

struct log {
    log_sink_fn *sink;
    void *user;
    enum log_level level; /* lines above this level are dropped before they are formatted */
    const char *link;     /* borrowed; name of the link worked on, or NULL */
};

void log_line(const struct log *log, enum log_level level, const char *area, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
bool log_wants(const struct log *log, enum log_level level);

/* A short stand-in for a text that must not be logged: its length and a hash, e.g. "<12 chars
 * #a1b2c3>". Caller frees. Equal texts give equal stand-ins within one process (the hash is keyed
 * by `salt`). */
char *log_redact(const char *text, unsigned long salt);
/* Copies an HTTP header or URL with credentials removed (Authorization, Cookie, user:password@).
 * Caller frees. */
char *log_redact_header(const char *header_line);
char *log_redact_url(const char *url);

const char *log_level_name(enum log_level level);

#endif
