/* What a run did, would do, or waits to be told. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

/* "; work: 3 created, 1 changed" if anything was written there. Returns whether. */
bool show_add_counts(struct buf *b, const struct json *side, const char *before)
{
    static const char *const WHAT[][2] = {
        {"created", "created"}, {"updated", "changed"}, {"deleted", "deleted"}};
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(WHAT); i++) {
        long n = (long)json_get_int(side, WHAT[i][0], 0);
        if (n) {
            if (any) {
                buf_addf(b, ", %ld %s", n, WHAT[i][1]);
            } else {
                buf_addf(b, "%s%s: %ld %s", before, text(side, "account"), n, WHAT[i][1]);
            }
            any = true;
        }
    }
    return any;
}

static void add_more(struct buf *b, const struct json *link, const char *key, const char *one,
    const char *many, bool *any)
{
    long n = (long)json_get_int(link, key, 0);
    if (n) {
        buf_addf(b, "%s%ld %s", *any ? "; " : "", n, n == 1 ? one : many);
        *any = true;
    }
}

void show_add_message(struct buf *b, const struct json *link, const struct json *m)
{
    buf_adds(b, json_get_bool(m, "held", false) ? "  held: "
                : str_eq(text(m, "rc"), "ok")   ? "  note: "
                                                : "  problem: ");
    if (*text(m, "title")) {
        add_foreign(b, text(m, "title"));
        buf_addc(b, ' ');
    }
    buf_addf(
        b, "(%s on %s): ", text(m, "action"), text(json_get(link, text(m, "side")), "account"));
    add_foreign(b, text(m, "text"));
    buf_addc(b, '\n');
}

/* A value of a document: texts in quotes, of an object its texts and numbers. */
void show_add_value(struct buf *b, const struct json *v)
{
    if (!v) {
        buf_adds(b, "(nothing)");
    } else if (json_is_str(v)) {
        buf_addc(b, '"');
        add_foreign(b, json_str_value(v));
        buf_addc(b, '"');
    } else if (json_is_object(v) || json_is_array(v)) {
        bool any = false;
        for (struct json *m = json_first(v); m; m = json_next(m)) {
            const char *key = json_key(m);
            if (key && key[0] == '@') {
                continue;
            }
            buf_adds(b, any ? ", " : "(");
            any = true;
            if (json_is_bool(m)) {
                add_foreign(b, key);
            } else {
                show_add_value(b, m);
            }
        }
        buf_adds(b, any ? ")" : "(empty)");
    } else {
        CLEANUP(mem_free) char *printed = json_print(v);
        add_foreign(b, printed);
    }
}

static void add_planned(struct buf *b, const struct json *link, const struct json *p)
{
    const char *account = text(json_get(link, text(p, "side")), "account");
    const char *what = text(p, "what");
    if (str_eq(what, "pair")) {
        buf_adds(b, "  would pair, found on both sides: ");
    } else {
        const char *verb = str_eq(what, "create")   ? "create on"
                           : str_eq(what, "delete") ? "delete from"
                                                    : "change in";
        buf_addf(b, "  would %s %s: ", verb, account);
    }
    add_foreign(b, text(p, "title"));
    const char *before = ": ";
    for (struct json *f = json_first(json_get(p, "fields")); f; f = json_next(f)) {
        buf_addf(b, "%s%s ", before, text(f, "field"));
        show_add_value(b, json_get(f, "old"));
        buf_adds(b, " -> ");
        show_add_value(b, json_get(f, "new"));
        before = ", ";
    }
    buf_addc(b, '\n');
}

/* Why, unless it was an ordinary sync: "undo of 3: ". */
void show_add_cause(struct buf *b, const struct json *v)
{
    if (json_get(v, "undoes")) {
        buf_addf(b, "undo of %ld: ", (long)json_get_int(v, "undoes", 0));
    } else if (json_get(v, "repair")) {
        buf_addf(b, "repair, %s is right: ", text(v, "repair"));
    } else if (json_get(v, "restore")) {
        buf_addf(b, "restore of '%s': ", text(v, "restore"));
    }
}

/* "  12 older and 1 later item wait outside of the time window" */
static void add_outside(struct buf *b, const struct json *link)
{
    long older = (long)json_get_int(link, "older", 0), later = (long)json_get_int(link, "later", 0);
    if (older && later) {
        buf_addf(b, "  %ld older and %ld later items wait", older, later);
    } else if (older || later) {
        buf_addf(b, "  %ld %s item%s", older + later, older ? "older" : "later",
            older + later == 1 ? " waits" : "s wait");
    }
    if (older || later) {
        buf_addf(b, " outside of the time window: lockstep help link set\n");
    }
    long filtered = (long)json_get_int(link, "filtered", 0);
    if (filtered) {
        buf_addf(b, "  %ld item%s left out by the filter: lockstep help link set\n", filtered,
            filtered == 1 ? " is" : "s are");
    }
}

static void add_result(struct buf *b, const struct json *link)
{
    const struct json *planned = json_get(link, "planned");
    buf_addf(b, "%s%s: ", text(link, "name"), planned ? " (preview, nothing is written)" : "");
    show_add_cause(b, link);
    bool any = show_add_counts(b, json_get(link, "left"), "");
    any |= show_add_counts(b, json_get(link, "right"), any ? "; " : "");
    add_more(b, link, "paired", "found on both sides and joined", "found on both sides and joined",
        &any);
    add_more(b, link, "doubted", "in doubt", "in doubt", &any);
    add_more(
        b, link, "conflicts", "field changed on both sides", "fields changed on both sides", &any);
    add_more(b, link, "undecided", "conflict to be decided", "conflicts to be decided", &any);
    add_more(b, link, "failed", "failed", "failed", &any);
    add_more(b, link, "waiting", "waiting to be tried again", "waiting to be tried again", &any);
    add_more(b, link, "held", "held", "held", &any);
    if (json_get_str(link, "error")) {
        buf_adds(b, any ? "; then failed: " : "failed: ");
        add_foreign(b, text(link, "error"));
    } else if (!any) {
        buf_adds(b, "nothing to do");
    }
    buf_addc(b, '\n');
    add_outside(b, link);
    if (json_get_str(link, "backup")) {
        buf_addf(b, "  A backup of both sides was made before: %s\n", text(link, "backup"));
    }
    for (struct json *p = json_first(planned); p; p = json_next(p)) {
        add_planned(b, link, p);
    }
    for (struct json *m = json_first(json_get(link, "messages")); m; m = json_next(m)) {
        show_add_message(b, link, m);
    }
    if (json_get_int(link, "doubted", 0)) {
        buf_addf(
            b, "  To say which of them are the same: lockstep review \"%s\"\n", text(link, "name"));
    }
    if (json_get_int(link, "undecided", 0) || json_get_int(link, "conflicts", 0)) {
        buf_addf(b, "  To see both values%s: lockstep conflicts --link \"%s\"\n",
            json_get_int(link, "undecided", 0) ? " and choose" : ", what lost, too",
            text(link, "name"));
    }
    if (json_get_int(link, "held", 0)) {
        const char *name = text(link, "name");
        buf_addf(b,
            "  To let all that is held happen: lockstep sync \"%s\" --release\n"
            "  To have none of it happen: lockstep held --refuse \"%s\"\n",
            name, name);
    }
}

char *show_sync(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        add_result(&b, l);
    }
    if (!b.len) {
        buf_adds(&b, json_get_int(v, "off", 0)
                         ? "All links are off: lockstep link set LINK --enabled yes\n"
                         : "Nothing is linked yet: lockstep help link\n");
    }
    return finish(&b);
}

char *show_held(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *h = json_first(json_get(v, "held")); h; h = json_next(h)) {
        buf_addf(&b, "%s: ", text(h, "link"));
        add_foreign(&b, *text(h, "title") ? text(h, "title") : "(unknown item)");
        buf_addf(&b, " (%s on %s): ", text(h, "action"), text(h, "account"));
        add_foreign(&b, text(h, "text"));
        buf_addc(&b, '\n');
    }
    if (b.len) {
        buf_adds(&b,
            "To let it happen: lockstep sync LINK --release (or --release-deletes)\n"
            "To have none of it happen: lockstep held --refuse LINK (or --only deletes)\n");
    } else {
        buf_adds(&b, "Nothing is held\n");
    }
    return finish(&b);
}

char *show_refused(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    long deletes = (long)json_get_int(v, "deletes", 0),
         creates = (long)json_get_int(v, "creates", 0),
         updates = (long)json_get_int(v, "updates", 0);
    if (deletes || !(creates || updates)) {
        buf_addf(&b, "%s: %ld deletes refused; the next sync brings the items back\n",
            text(v, "link"), deletes);
    }
    if (creates) {
        buf_addf(&b, "%s: %ld new items refused; they stay on their side until they are edited\n",
            text(v, "link"), creates);
    }
    if (updates) {
        buf_addf(&b,
            "%s: %ld changes refused; each side keeps what it has until the item is edited, or "
            "released by lockstep sync --release\n",
            text(v, "link"), updates);
    }
    return finish(&b);
}
