/* One formatted line per event, to the sink its owner chose; and the only place that makes texts
 * safe to log. */
#include "client/base/log.h"

#include "client/base/buf.h"

#include <stdint.h>
#include <string.h>

const char *log_level_name(enum log_level level)
{
    static const char *const NAMES[] = {"error", "warn", "info", "debug", "trace"};
    return (size_t)level < ARRAY_LEN(NAMES) ? NAMES[level] : "?";
}

bool log_wants(const struct log *log, enum log_level level)
{
    return log && log->sink && level <= log->level;
}

void log_line(const struct log *log, enum log_level level, const char *area, const char *fmt, ...)
{
    if (!log_wants(log, level)) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    char *text = str_vprintf(fmt, ap);
    va_end(ap);
    for (char *p = text; *p; p++) {
        if (*p == '\n' || *p == '\r') {
            *p = ' '; /* one event, one line: nobody forges lines through an item's text */
        }
    }
    char *line = log->link ? str_printf("[%s] %s", log->link, text) : mem_strdup(text);
    log->sink(log->user, level, area, line);
    free(line);
    free(text);
}

char *log_redact(const char *text, unsigned long salt)
{
    if (!text) {
        return mem_strdup("<none>");
    }
    uint64_t h = 14695981039346656037u ^ (uint64_t)salt * 0x9E3779B97F4A7C15u;
    size_t n = 0;
    for (const char *p = text; *p; p++, n++) {
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    }
    h ^= h >> 32;
    return str_printf("<%zu chars #%06x>", n, (unsigned)(h & 0xFFFFFF));
}

char *log_redact_header(const char *line)
{
    static const char *const SECRET[] = {
        "Authorization:", "Proxy-Authorization:", "Cookie:", "Set-Cookie:", "X-Auth-Token:"};
    for (size_t i = 0; i < ARRAY_LEN(SECRET); i++) {
        if (str_istarts(line, SECRET[i])) {
            return str_printf("%s <redacted>", SECRET[i]);
        }
    }
    return mem_strdup(line);
}

char *log_redact_url(const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;
    if (!host) {
        return mem_strdup(url);
    }
    host += 3;
    size_t authority = strcspn(host, "/?#");
    const char *at = NULL;
    for (size_t i = 0; i < authority; i++) {
        if (host[i] == '@') {
            at = host + i;
        }
    }
    return at ? str_printf("%.*s<redacted>%s", (int)(host - url), url, at) : mem_strdup(url);
}
