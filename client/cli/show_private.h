/* What the files that make text of the app layer's JSON share. */
#ifndef LOCKSTEP_CLI_SHOW_PRIVATE_H
#define LOCKSTEP_CLI_SHOW_PRIVATE_H

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/json.h"
#include "client/platform/platform.h"

#include <string.h>

#define SHOW_MAX ((size_t)16 << 20)

static inline const char *text(const struct json *v, const char *key)
{
    const char *s = json_get_str(v, key);
    return s ? s : "";
}

static inline char *finish(struct buf *b)
{
    for (char *p = b->data; p && *p; p++) {
        if ((unsigned char)*p < ' ' && *p != '\n') {
            *p = '?';
        }
    }
    return buf_take(b);
}

/* Titles and reasons come from items and servers: a line end in one must not forge a line of ours.
 */
static inline void add_foreign(struct buf *b, const char *s)
{
    for (; s && *s; s++) {
        buf_addc(b, *s == '\n' || *s == '\r' ? ' ' : *s);
    }
}

/* show.c: one link in a line. */
void show_add_link(struct buf *b, const struct json *link);
/* show_sync.c */
/* "; work: 3 created, 1 changed" if anything was written there. Returns whether. */
bool show_add_counts(struct buf *b, const struct json *side, const char *before);
/* Why, unless it was an ordinary sync: "undo of 3: ". */
void show_add_cause(struct buf *b, const struct json *v);
/* A value of a document: texts in quotes, of an object its texts and numbers. */
void show_add_value(struct buf *b, const struct json *v);
/* What a run or the state says of one item of the link. */
void show_add_message(struct buf *b, const struct json *link, const struct json *m);

static inline void add_local_time(struct buf *b, int64_t time)
{
    char when[CIVIL_TEXT_SIZE];
    struct civil local = platform_local_time(time);
    civil_format_iso(&local, false, when);
    when[10] = ' ';
    buf_adds(b, when);
}

#endif
