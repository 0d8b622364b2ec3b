/* The app layer's JSON as text for a terminal. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

#include <string.h>

char *show_accounts(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *a = json_first(json_get(v, "accounts")); a; a = json_next(a)) {
        buf_addf(&b, "%-16s %-8s %s%s%s\n", text(a, "name"), text(a, "type"), text(a, "url"),
            json_get_str(a, "user") ? " as " : "", text(a, "user"));
    }
    if (!b.len) {
        buf_adds(&b, "No accounts yet: lockstep help account add\n");
    }
    return finish(&b);
}

char *show_addresses(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *a = json_first(json_get(v, "addresses")); a; a = json_next(a)) {
        buf_addf(&b, "%s\n", json_str_value(a));
    }
    if (!b.len) {
        buf_addf(&b, "No address of yours is known for %s: lockstep help account addresses\n",
            text(v, "account"));
    }
    return finish(&b);
}

char *show_found(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "%s: %s\n", text(v, "account"), text(v, "text"));
    return finish(&b);
}

static void add_kinds(struct buf *b, const struct json *folder)
{
    struct buf kinds CLEANUP_FINI(buf_fini) = BUF_INIT(100);
    for (struct json *k = json_first(json_get(folder, "kinds")); k; k = json_next(k)) {
        buf_addf(&kinds, "%s%s", kinds.len ? "," : "", json_str_value(k));
    }
    buf_addf(b, "%-12s", buf_str(&kinds));
}

char *show_folders(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *f = json_first(json_get(v, "folders")); f; f = json_next(f)) {
        add_kinds(&b, f);
        if (json_get(f, "count")) {
            buf_addf(&b, "%7ld  ", (long)json_get_int(f, "count", 0));
        } else {
            buf_adds(&b, "         ");
        }
        buf_addf(&b, "%s:", text(f, "account"));
        add_foreign(&b, text(f, "path"));
        if (!str_ends(text(f, "path"), text(f, "name"))) {
            buf_adds(&b, "  \"");
            add_foreign(&b, text(f, "name"));
            buf_addc(&b, '"');
        }
        buf_adds(&b, json_get_bool(f, "default", false) ? "  (standard)" : "");
        buf_adds(&b, json_get_bool(f, "writable", true) ? "" : "  (read only)");
        buf_addc(&b, '\n');
    }
    if (!b.len && !json_count(json_get(v, "failed"))) {
        buf_adds(&b, "No folders.\n");
    }
    return finish(&b);
}

/* "  from 90 days ago to 365 days ahead", behind the link. */
static void add_window(struct buf *b, const struct json *window)
{
    const struct json *past = json_get(window, "past"), *future = json_get(window, "future");
    if (!past && !future) {
        return;
    }
    b->len--;
    buf_adds(b, "  new items only");
    if (past) {
        buf_addf(b, " from %d days ago", (int)json_int_value(past, 0));
    }
    if (future) {
        buf_addf(b, " to %d days ahead", (int)json_int_value(future, 0));
    }
    buf_addc(b, '\n');
}

static void add_limit(struct buf *b, const struct json *link, const char *member, const char *what)
{
    int64_t limit = json_get_int(link, member, 0);
    if (!json_get(link, member)) {
        return;
    }
    b->len--; /* before the end of the line */
    if (limit) {
        buf_addf(b, "  %s up to %d KB\n", what, (int)limit);
    } else {
        buf_addf(b, "  no %s\n", what);
    }
}

static void add_link(struct buf *b, const struct json *link)
{
    const struct json *left = json_get(link, "left"), *right = json_get(link, "right");
    const char *direction = text(link, "direction");
    const char *arrow = str_eq(direction, "left-to-right")   ? "-->"
                        : str_eq(direction, "right-to-left") ? "<--"
                                                             : "<->";
    buf_addf(b, "%s (%s): %s:%s %s %s:%s%s\n", text(link, "name"), text(link, "kind"),
        text(left, "account"), text(left, "folder"), arrow, text(right, "account"),
        text(right, "folder"), json_get_bool(link, "enabled", true) ? "" : "  (off)");
    add_limit(b, link, "photo_limit", "photos");
    add_limit(b, link, "attachment_limit", "attached files");
    add_window(b, json_get(link, "window"));
    if (str_eq(json_get_str(link, "invitations"), "answer")) {
        b->len--;
        buf_adds(b, "  invitations are answered\n");
    }
}

char *show_link(const struct json *link)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    add_link(&b, link);
    for (struct json *n = json_first(json_get(link, "shared")); n; n = json_next(n)) {
        buf_addf(&b, "  one of its folders is in the link '%s' too: changes go on to all three\n",
            json_str_value(n));
    }
    return finish(&b);
}

char *show_links(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        add_link(&b, l);
    }
    if (!b.len) {
        buf_adds(&b, "No links yet: lockstep help link\n");
    }
    return finish(&b);
}

/* "; work: 3 created, 1 changed" if anything was written there. Returns whether. */
static bool add_counts(struct buf *b, const struct json *side, const char *before)
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

static void add_message(struct buf *b, const struct json *link, const struct json *m)
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
static void add_value(struct buf *b, const struct json *v)
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
                add_value(b, m);
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
        add_value(b, json_get(f, "old"));
        buf_adds(b, " -> ");
        add_value(b, json_get(f, "new"));
        before = ", ";
    }
    buf_addc(b, '\n');
}

/* Why, unless it was an ordinary sync: "undo of 3: ". */
static void add_cause(struct buf *b, const struct json *v)
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
}

static void add_result(struct buf *b, const struct json *link)
{
    const struct json *planned = json_get(link, "planned");
    buf_addf(b, "%s%s: ", text(link, "name"), planned ? " (preview, nothing is written)" : "");
    add_cause(b, link);
    bool any = add_counts(b, json_get(link, "left"), "");
    any |= add_counts(b, json_get(link, "right"), any ? "; " : "");
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
        add_message(b, link, m);
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
        buf_adds(&b, "Nothing is linked yet: lockstep help link\n");
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

static void add_last(struct buf *b, const struct json *link)
{
    const struct json *last = json_get(link, "last");
    if (!last) {
        buf_adds(b, "  never synced\n");
        return;
    }
    char when[CIVIL_TEXT_SIZE];
    struct civil local = platform_local_time(json_get_int(last, "time", 0));
    civil_format_iso(&local, false, when);
    when[10] = ' ';
    buf_addf(b, "  last synced %s: ", when);
    add_foreign(b, text(last, "text"));
    buf_addf(b, "\n  %ld pairs", (long)json_get_int(link, "pairs", 0));
    if (json_get_int(link, "half_pairs", 0)) {
        buf_addf(b, ", %ld on one side only", (long)json_get_int(link, "half_pairs", 0));
    }
    if (json_get_int(link, "doubtful", 0)) {
        buf_addf(b, ", %ld doubtful (lockstep review)", (long)json_get_int(link, "doubtful", 0));
    }
    if (json_get_int(link, "conflicts", 0)) {
        buf_addf(b, ", %ld conflicts to be decided (lockstep conflicts)",
            (long)json_get_int(link, "conflicts", 0));
    }
    buf_addc(b, '\n');
}

static void add_review(struct buf *b, const struct json *r)
{
    static const char *const sides[] = {"left", "right"};
    buf_addf(b, "%ld  %s: ", (long)json_get_int(r, "id", 0), text(r, "link"));
    add_foreign(b, text(r, "reasons"));
    if (!str_eq(text(r, "decision"), "open")) {
        buf_addf(b, "  (decided: %s; the next sync does it)", text(r, "decision"));
    }
    buf_addc(b, '\n');
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        const struct json *side = json_get(r, sides[i]);
        buf_addf(b, "    %s: ", text(side, "account"));
        add_foreign(b, text(side, "text"));
        buf_addc(b, '\n');
    }
    if (str_eq(text(r, "decision"), "open")) {
        char day[CIVIL_TEXT_SIZE];
        struct civil local = platform_local_time(json_get_int(r, "until", 0));
        civil_format_iso(&local, false, day);
        buf_addf(b, "    lockstep review \"%s\" %ld same|different   (two items from %.10s on)\n",
            text(r, "link"), (long)json_get_int(r, "id", 0), day);
    }
}

char *show_review(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *r = json_first(json_get(v, "review")); r; r = json_next(r)) {
        add_review(&b, r);
    }
    if (!b.len) {
        buf_adds(&b, "Nothing is in doubt.\n");
    }
    return finish(&b);
}

char *show_status(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "Lockstep %s, data in %s\n", text(v, "version"), text(v, "home"));
    if (json_get_bool(v, "debug_logging", false)) {
        buf_addf(&b, "Debug logging is on, log in %s\n", text(v, "log_dir"));
    }
    if (json_get_bool(v, "paused", false)) {
        buf_adds(&b, "Scheduled syncing is paused\n");
    }
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        add_link(&b, l);
        add_last(&b, l);
        for (struct json *p = json_first(json_get(l, "problems")); p; p = json_next(p)) {
            add_message(&b, l, p);
        }
    }
    return finish(&b);
}

static void add_totals(struct buf *b, const struct json *v)
{
    buf_addf(b, "%ld accounts, %ld links, %ld pairs", (long)json_get_int(v, "accounts", 0),
        (long)json_get_int(v, "links", 0), (long)json_get_int(v, "pairs", 0));
}

static void add_copies(struct buf *b, const struct json *v)
{
    for (struct json *c = json_first(json_get(v, "copies")); c; c = json_next(c)) {
        buf_addf(b, "  %ld  ", (long)json_get_int(c, "number", 0));
        add_local_time(b, json_get_int(c, "time", 0));
        buf_addf(b, "  %8ld kB\n", (long)(json_get_int(c, "bytes", 0) / 1024));
    }
}

char *show_state(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_adds(&b, "The state file is sound: ");
    add_totals(&b, v);
    buf_adds(&b, "\nCopies of it:\n");
    add_copies(&b, v);
    return finish(&b);
}

char *show_copies(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    add_copies(&b, v);
    if (!b.len) {
        buf_adds(&b, "There is no copy yet: one is made before the first sync of a day\n");
    }
    return finish(&b);
}

char *show_restored(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_adds(&b, "Went back to the copy of ");
    add_local_time(&b, json_get_int(v, "time", 0));
    buf_adds(&b, ": ");
    add_totals(&b, v);
    buf_adds(&b, "\nThe next sync compares all items anew; to see first what it would do:\n"
                 "lockstep sync --preview\n");
    return finish(&b);
}

static void add_run(struct buf *b, const struct json *run)
{
    buf_addf(b, "%5ld  ", (long)json_get_int(run, "run", 0));
    add_local_time(b, json_get_int(run, "start", 0));
    buf_addf(b, "  %s: ", text(run, "link"));
    add_cause(b, run);
    bool any = add_counts(b, json_get(run, "left"), "");
    any |= add_counts(b, json_get(run, "right"), any ? "; " : "");
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
        add_value(b, json_get(f, "old"));
        buf_adds(b, " -> ");
        add_value(b, json_get(f, "new"));
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
        add_cause(b, c);
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

static const char *why_text(const char *why)
{
    static const char *const WORDS[][2] = {{"newest", "the newer edit"},
        {"undated", "nothing told which is newer"}, {"left", "the link's policy"},
        {"right", "the link's policy"}, {"edit", "an edit wins over a removal"},
        {"crash", "it was being written when a run was cut off"}, {"choice", "you chose it"}};
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (str_eq(why, WORDS[i][0])) {
            return WORDS[i][1];
        }
    }
    return why;
}

/* "    phone: outlook "111", work "222"; before "1"" */
static void add_both_values(struct buf *b, const struct json *c, const struct json *field)
{
    buf_addf(b, "    %s: %s ", text(field, "field"), text(json_get(c, "left"), "account"));
    add_value(b, json_get(field, "left"));
    buf_addf(b, ", %s ", text(json_get(c, "right"), "account"));
    add_value(b, json_get(field, "right"));
    if (json_get(field, "base")) {
        buf_adds(b, "; before ");
        add_value(b, json_get(field, "base"));
    }
    buf_addc(b, '\n');
}

static void add_conflict(struct buf *b, const struct json *c)
{
    long id = (long)json_get_int(c, "id", 0);
    const char *winner = text(c, "winner"), *choice = json_get_str(c, "choice");
    buf_addf(b, "%ld  %s: ", id, text(c, "link"));
    add_foreign(b, text(c, "title"));
    buf_adds(b, *winner ? "  (" : "  (waits for you since ");
    if (*winner) {
        buf_addf(b, "%s won: %s, ", text(json_get(c, winner), "account"), why_text(text(c, "why")));
    }
    add_local_time(b, json_get_int(c, "since", 0));
    buf_adds(b, ")\n");
    for (struct json *f = json_first(json_get(c, "fields")); f; f = json_next(f)) {
        add_both_values(b, c, f);
    }
    if (choice) {
        buf_addf(b, "    chosen: %s; the next sync does it\n", choice);
    } else {
        const char *loser = str_eq(winner, "left") ? "right" : "left";
        buf_addf(
            b, "    lockstep conflicts choose %ld %s|leave\n", id, *winner ? loser : "left|right");
    }
}

char *show_conflicts(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *c = json_first(json_get(v, "conflicts")); c; c = json_next(c)) {
        add_conflict(&b, c);
    }
    if (!b.len) {
        buf_adds(&b, "There are no conflicts.\n");
    }
    return finish(&b);
}

char *show_chosen(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    CLEANUP(mem_free) char *done = show_sync(v);
    buf_adds(&b, done);
    if (json_get_bool(v, "noted", false)) {
        buf_adds(&b, "The choice is noted: the next sync carries it out.\n");
    }
    return finish(&b);
}

/* ---- backups ---- */

static void add_size(struct buf *b, int64_t bytes)
{
    if (bytes < 1000000) {
        buf_addf(b, "%lld kB", (long long)((bytes + 999) / 1000));
    } else {
        buf_addf(b, "%lld.%lld MB", (long long)(bytes / 1000000), (long long)(bytes / 100000 % 10));
    }
}

static void add_backup_side(struct buf *b, const struct json *side)
{
    size_t unreadable = json_count(json_get(side, "unreadable"));
    buf_addf(b, "%s:", text(side, "account"));
    add_foreign(b, text(side, "folder"));
    buf_addf(b, " %ld items", (long)json_get_int(side, "count", 0));
    if (unreadable) {
        buf_addf(b, " (and %zu that could not be read)", unreadable);
    }
}

static void add_unreadable(struct buf *b, const struct json *side)
{
    for (struct json *u = json_first(json_get(side, "unreadable")); u; u = json_next(u)) {
        buf_addf(b, "  problem (read on %s): ", text(side, "account"));
        add_foreign(b, text(u, "text"));
        buf_addc(b, '\n');
    }
}

char *show_backups(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    int64_t bytes = 0;
    for (struct json *k = json_first(json_get(v, "backups")); k; k = json_next(k)) {
        buf_addf(&b, "%s  (", text(k, "name"));
        add_size(&b, json_get_int(k, "bytes", 0));
        buf_addf(&b, ", %s%s)\n  ", str_eq(text(k, "reason"), "asked") ? "" : "before a ",
            str_eq(text(k, "reason"), "asked") ? "asked for" : text(k, "reason"));
        add_backup_side(&b, json_get(k, "left"));
        buf_adds(&b, ", ");
        add_backup_side(&b, json_get(k, "right"));
        buf_addc(&b, '\n');
        add_unreadable(&b, json_get(k, "left"));
        add_unreadable(&b, json_get(k, "right"));
        bytes += json_get_int(k, "bytes", 0);
    }
    if (json_count(json_get(v, "backups")) > 1) {
        buf_adds(&b, "All together: ");
        add_size(&b, bytes);
        buf_addc(&b, '\n');
    }
    if (!b.len && !json_count(json_get(v, "failed"))) {
        buf_adds(&b, "There are no backups.\n");
    }
    return finish(&b);
}
