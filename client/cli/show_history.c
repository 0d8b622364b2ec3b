/* What runs did, item by item. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

static void add_run(struct buf *b, const struct json *run)
{
    buf_addf(b, "%5ld  ", (long)json_get_int(run, "run", 0));
    add_local_time(b, json_get_int(run, "start", 0));
    buf_addf(b, "  %s: ", text(run, "link"));
    show_add_cause(b, run);
    bool any = show_add_counts(b, json_get(run, "left"), "");
    any |= show_add_counts(b, json_get(run, "right"), any ? "; " : "");
    if (!json_get(run, "end")) {
        buf_addf(b, "%swas cut off", any ? "; " : "");
    } else if (!str_eq(text(run, "rc"), "ok")) {
        buf_adds(b, any ? "; then failed: " : "failed: ");
        add_foreign(b, text(run, "text"));
    } else if (!any) {
        buf_adds(b, "nothing was written");
    }
    if (json_get(run, "undone_by")) {
        buf_addf(b, "  (undone by %ld)", (long)json_get_int(run, "undone_by", 0));
    }
    buf_addc(b, '\n');
}

static void add_change_side(struct buf *b, const struct json *side)
{
    static const char *const WORDS[][2] = {{"create", "created on"}, {"update", "changed on"},
        {"delete", "deleted from"}, {"was edited", "somebody had edited it on"},
        {"was deleted", "somebody had deleted it from"}};
    const char *what = text(side, "what");
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (str_eq(what, WORDS[i][0])) {
            buf_addf(b, "    %s %s", WORDS[i][1], text(side, "account"));
        }
    }
    const char *before = ": ";
    for (struct json *f = json_first(json_get(side, "fields")); f; f = json_next(f)) {
        buf_addf(b, "%s%s ", before, text(f, "field"));
        show_add_value(b, json_get(f, "old"));
        buf_adds(b, " -> ");
        show_add_value(b, json_get(f, "new"));
        before = ", ";
    }
    buf_addc(b, '\n');
}

static void add_change(struct buf *b, const struct json *c, bool with_run)
{
    buf_adds(b, "  ");
    if (with_run) {
        buf_addf(b, "run %ld, ", (long)json_get_int(c, "run", 0));
        add_local_time(b, json_get_int(c, "time", 0));
        buf_addf(b, ", %s: ", text(c, "link"));
        show_add_cause(b, c);
    }
    add_foreign(b, text(c, "title"));
    buf_addc(b, '\n');
    for (int s = 0; s < 2; s++) {
        const struct json *side = json_get(c, s ? "right" : "left");
        if (side) {
            add_change_side(b, side);
        }
    }
}

char *show_history(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    const struct json *run = json_get(v, "run");
    for (struct json *r = json_first(json_get(v, "runs")); r; r = json_next(r)) {
        add_run(&b, r);
    }
    if (run) {
        add_run(&b, run);
    }
    for (struct json *c = json_first(json_get(v, "items")); c; c = json_next(c)) {
        add_change(&b, c, !run);
    }
    if (run && !json_count(json_get(v, "items"))) {
        buf_adds(&b, "  What it did to each item is not kept any more.\n");
    }
    if (!b.len) {
        buf_adds(&b, "No run has written anything yet.\n");
    }
    return finish(&b);
}
