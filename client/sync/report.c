/* What a run tells: messages about items, problems that stay in the state file, the one-line
 * summary. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

#define DELAY_FIRST 60 /* seconds, from the second failure in a row on; doubles each time */
#define DELAY_MAX   (24 * 60 * 60)

void sync_report_init(struct sync_report *r)
{
    *r = (struct sync_report){0};
}

static void planned_fini(struct sync_report *r)
{
    for (size_t i = 0; i < r->planned_count; i++) {
        struct sync_planned *p = &r->planned[i];
        for (size_t k = 0; k < p->field_count; k++) {
            free(p->fields[k].path);
            json_free(p->fields[k].before);
            json_free(p->fields[k].after);
        }
        free(p->fields);
        free(p->title);
    }
    free(r->planned);
}

void sync_report_fini(struct sync_report *r)
{
    for (size_t i = 0; i < r->message_count; i++) {
        free(r->messages[i].title);
        free(r->messages[i].text);
    }
    free(r->messages);
    planned_fini(r);
    free(r->text);
    *r = (struct sync_report){0};
}

char *run_title(const struct run *r, const struct entry *e, const struct json *doc)
{
    if (doc) {
        return doc_title(r->link.kind, doc);
    }
    if (!e->pair.has_base) {
        return NULL;
    }
    struct state_body body = {0};
    struct json *base = NULL;
    struct err err = ERR_INIT;
    char *title = NULL;
    if (state_body_load(r->state, e->pair.id, &body, &err) == RC_OK &&
        json_parse(body.doc[SIDE_LEFT], strlen(body.doc[SIDE_LEFT]), &base, &err) == RC_OK) {
        title = doc_title(r->link.kind, base);
        json_free(base);
    }
    state_body_fini(&body);
    err_fini(&err);
    return title;
}

void run_tell(struct run *r, const char *title, enum side side, const char *action, enum rc rc,
    bool held, const char *text)
{
    struct sync_report *rep = r->report;
    ARRAY_RESERVE(rep->messages, rep->message_count, rep->message_cap);
    rep->messages[rep->message_count++] = (struct sync_message){
        .title = mem_strdup(title ? title : "(unknown item)"),
        .side = side,
        .action = action,
        .rc = rc,
        .held = held,
        .text = mem_strdup(text ? text : rc_name(rc)),
    };
    CLEANUP(mem_free) char *redacted = log_redact(title ? title : "", r->salt);
    /* The reason may quote the item, so the log gets the code only. */
    log_line(r->log, held || rc != RC_OK ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "sync",
        "%s %s in %s: %s%s", action, redacted, run_side_name(r, side), rc_name(rc),
        held ? ", held" : "");
}

enum rc run_fail(struct run *r, struct entry *e, const char *title, enum side side,
    const char *action, enum rc rc, const char *text, struct err *err)
{
    run_tell(r, title, side, action, rc, false, text);
    if (!e->failed) {
        r->report->failed++;
        e->pair.failures++;
        int64_t delay = DELAY_MAX;
        if (e->pair.failures < 12) {
            delay = DELAY_FIRST * ((int64_t)1 << e->pair.failures) / 4;
        }
        e->pair.next_try =
            e->pair.failures < 2 ? 0 : r->now + (delay < DELAY_MAX ? delay : DELAY_MAX);
    }
    e->failed = true;
    struct state_problem p = {
        .pair = e->pair.id,
        .link = r->link.id,
        .side = side,
        .action = mem_strdup(action),
        .title = mem_strdup(title),
        .rc = rc,
        .text = mem_strdup(text ? text : rc_name(rc)),
        .since = r->now,
        .last = r->now,
    };
    enum rc put = state_problem_put(r->state, &p, err);
    state_problem_fini(&p);
    return put;
}

static void add_counts(struct buf *b, const struct run *r, enum side s)
{
    const struct state_counts *c = &r->report->side[s];
    if (c->created || c->updated || c->deleted) {
        buf_addf(b, "%s%s: %ld created, %ld changed, %ld deleted", b->len ? "; " : "",
            run_side_name(r, s), c->created, c->updated, c->deleted);
    }
}

static void add_number(struct buf *b, long n, const char *what)
{
    if (n) {
        buf_addf(b, "%s%ld %s", b->len ? "; " : "", n, what);
    }
}

char *run_summary(const struct run *r, enum rc rc, const struct err *err)
{
    const struct sync_report *rep = r->report;
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    if (rc != RC_OK) {
        buf_adds(&b, err_text(err));
    }
    add_counts(&b, r, SIDE_LEFT);
    add_counts(&b, r, SIDE_RIGHT);
    add_number(&b, rep->paired, "found on both sides");
    add_number(&b, rep->doubted, "in doubt");
    add_number(&b, rep->conflicts, "conflicts settled");
    add_number(&b, rep->undecided, "conflicts to be decided");
    add_number(&b, rep->held, "held");
    add_number(&b, rep->failed, "failed");
    add_number(&b, rep->waiting, "waiting after a failure");
    if (!b.len) {
        buf_adds(&b, "nothing to do");
    }
    add_number(&b, rep->older, "older outside of the time window");
    add_number(&b, rep->later, "later outside of the time window");
    add_number(&b, rep->filtered, "left out by the filter");
    return buf_take(&b);
}
