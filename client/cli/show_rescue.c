/* The state file, its copies, and backups. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

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
