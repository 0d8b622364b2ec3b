/* The log: lockstep.log in the log folder, a line an event, flushed line by line so that it tells
 * what came before a crash. When it passes LOG_MAX it becomes lockstep.1.log, that becomes
 * lockstep.2.log, and so on; LOG_KEPT old ones are kept. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <string.h>

#define LOG_MAX  ((int64_t)2 << 20)
#define LOG_KEPT 4

struct logfile {
    struct log log; /* sink: sink_line, user: this */
    char *dir;      /* owned */
    struct platform_appender
        *out; /* owned; NULL after a failed rotation: then lines are lost, and work goes on */
    int64_t size;
    char *trouble;  /* owned; why a line was lost, NULL if none was */
    char **secrets; /* owned */
    size_t secret_count, secret_cap;
};

static char *log_path(const struct logfile *f, int number)
{
    CLEANUP(mem_free)
    char *name = number ? str_printf("lockstep.%d.log", number) : mem_strdup("lockstep.log");
    return platform_path_join(f->dir, name);
}

static enum rc open_current(struct logfile *f, struct err *err)
{
    CLEANUP(mem_free) char *path = log_path(f, 0);
    return platform_appender_new(path, &f->out, &f->size, err);
}

/* The first reason is kept; a full disk would otherwise tell of each line. */
static void note_trouble(struct logfile *f, const struct err *err)
{
    if (!f->trouble) {
        f->trouble = mem_strdup(err_text(err));
    }
}

static void rotate(struct logfile *f)
{
    platform_appender_free(f->out);
    f->out = NULL;
    for (int i = LOG_KEPT; i > 0; i--) {
        CLEANUP(mem_free) char *from = log_path(f, i - 1);
        CLEANUP(mem_free) char *to = log_path(f, i);
        /* Fails where there is none yet, or while a viewer holds it: then the log simply grows on.
         */
        enum rc rc = platform_file_exists(from) ? platform_file_rename(from, to, NULL) : RC_OK;
        (void)rc;
    }
    struct err err = ERR_INIT;
    if (open_current(f, &err) != RC_OK) {
        f->out = NULL;
        note_trouble(f, &err);
    }
    err_fini(&err);
}

static void hide_secrets(const struct logfile *f, char *line)
{
    for (size_t i = 0; i < f->secret_count; i++) {
        size_t len = strlen(f->secrets[i]);
        for (char *at = line; (at = strstr(at, f->secrets[i])) != NULL; at += len) {
            memset(at, '*', len);
        }
    }
}

static void sink_line(void *user, enum log_level level, const char *area, const char *line)
{
    struct logfile *f = user;
    if (!f->out) {
        return;
    }
    char when[CIVIL_TEXT_SIZE];
    struct civil now = civil_from_seconds(platform_now());
    civil_format_iso(&now, true, when);
    CLEANUP(mem_free)
    char *text = str_printf("%s %-5s %-7s %s\n", when, log_level_name(level), area, line);
    hide_secrets(f, text);
    size_t len = strlen(text);
    struct err err = ERR_INIT;
    if (platform_appender_write(f->out, text, len, &err) == RC_OK) {
        f->size += (int64_t)len;
    } else {
        note_trouble(f, &err);
    }
    err_fini(&err);
    if (f->size > LOG_MAX) {
        rotate(f);
    }
}

enum rc logfile_open(const char *dir, enum log_level level, struct logfile **ret, struct err *err)
{
    struct logfile *f = NEW(struct logfile);
    f->log = (struct log){.sink = sink_line, .user = f, .level = level};
    f->dir = mem_strdup(dir);
    enum rc rc = open_current(f, err);
    if (rc != RC_OK) {
        err_prefix(err, "the log");
        logfile_close(f);
        return RC_IO;
    }
    *ret = f;
    return RC_OK;
}

void logfile_close(struct logfile *f)
{
    if (f) {
        for (size_t i = 0; i < f->secret_count; i++) {
            platform_secret_free(f->secrets[i]);
        }
        free(f->secrets);
        platform_appender_free(f->out);
        free(f->trouble);
        free(f->dir);
        free(f);
    }
}

const struct log *logfile_log(const struct logfile *f)
{
    return &f->log;
}

const char *logfile_trouble(const struct logfile *f)
{
    return f->trouble;
}

void logfile_set_level(struct logfile *f, enum log_level level)
{
    f->log.level = level;
}

void logfile_hide(struct logfile *f, const char *secret)
{
    /* Hiding a very short text would blot out ordinary words and so tell what it is. */
    if (!secret || strlen(secret) < 4) {
        return;
    }
    for (size_t i = 0; i < f->secret_count; i++) {
        if (str_eq(f->secrets[i], secret)) {
            return;
        }
    }
    ARRAY_RESERVE(f->secrets, f->secret_count, f->secret_cap);
    f->secrets[f->secret_count++] = mem_strdup(secret);
}
