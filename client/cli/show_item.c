/* Items as both sides have them, side by side, and what does not fit. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

#define FIELD_WIDTH 16 /* columns */
#define VALUE_WIDTH 34

/* Text cut and filled to a width in characters. Wide ones (East Asian) take two columns in most
 * terminals; there the columns are ragged, which is better than cutting by a table of ours. */
static void add_cell(struct buf *b, const char *s, size_t width)
{
    struct buf one CLEANUP_FINI(buf_fini) = BUF_INIT(SHOW_MAX);
    add_foreign(&one, s);
    size_t chars = 0, cut = 0;
    for (const char *p = buf_str(&one); *p; p++) {
        chars += ((unsigned char)*p & 0xC0) != 0x80;
        cut = chars <= width - 3 ? (size_t)(p - buf_str(&one)) + 1 : cut;
    }
    bool fits = chars <= width;
    buf_add(b, buf_str(&one), fits ? one.len : cut);
    buf_adds(b, fits ? "" : "...");
    for (size_t i = fits ? chars : width; i < width; i++) {
        buf_addc(b, ' ');
    }
}

static void add_row(struct buf *b, const char *field, const char *left, const char *right)
{
    buf_adds(b, "  ");
    add_cell(b, field, FIELD_WIDTH);
    buf_adds(b, "  ");
    add_cell(b, left, VALUE_WIDTH);
    buf_adds(b, "  ");
    add_foreign(b, right); /* the last column is not cut */
    buf_addc(b, '\n');
}

/* "only server: Outlook has room for three e-mail addresses" */
static void add_lacks(struct buf *b, const struct json *item, const struct json *row)
{
    for (const struct json *l = json_first(json_get(row, "lacks")); l; l = json_next(l)) {
        bool right = str_eq(text(l, "side"), "right");
        const struct json *other = json_get(item, right ? "left" : "right");
        buf_addf(b, "  %*s  only ", FIELD_WIDTH, "");
        add_foreign(b, text(other, "account"));
        if (!str_eq(text(l, "path"), text(row, "path"))) {
            buf_addf(b, " has the %s", text(l, "field"));
        }
        buf_addf(b, ": %s\n", text(l, "why"));
    }
}

static void add_unknown(struct buf *b, const struct json *side)
{
    const struct json *lines = json_get(side, "unknown");
    if (json_count(lines)) {
        buf_adds(b, "  kept on ");
        add_foreign(b, text(side, "account"));
        buf_adds(b, " only, as it is:\n");
    }
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        buf_adds(b, "    ");
        add_foreign(b, json_str_value(l));
        buf_addc(b, '\n');
    }
}

static void add_item(struct buf *b, const struct json *item)
{
    const struct json *left = json_get(item, "left"), *right = json_get(item, "right");
    const char *unsaid = "(nothing)";
    add_foreign(b, *text(item, "title") ? text(item, "title") : "(on one side only)");
    buf_addf(b, "  (%s, %s)\n", text(item, "link"), text(item, "kind"));
    add_row(b, "", text(left, "account"), text(right, "account"));
    for (const struct json *r = json_first(json_get(item, "fields")); r; r = json_next(r)) {
        const char *l = json_get_str(r, "left"), *other = json_get_str(r, "right");
        add_row(b, text(r, "field"), l ? l : unsaid, other ? other : unsaid);
        add_lacks(b, item, r);
    }
    add_unknown(b, left);
    add_unknown(b, right);
    add_row(b, "id", text(left, "id"), text(right, "id"));
    if (*text(item, "uid")) {
        buf_adds(b, "  uid               ");
        add_foreign(b, text(item, "uid"));
        buf_addc(b, '\n');
    }
    const struct json *last = json_get(item, "last");
    buf_adds(b, "  last change       ");
    if (last) {
        add_local_time(b, json_get_int(last, "time", 0));
        buf_addf(b, ", run %ld\n", (long)json_get_int(last, "run", 0));
    } else {
        buf_adds(b, "none that is still kept\n");
    }
    if (*text(item, "problem")) {
        buf_adds(b, "  problem           ");
        add_foreign(b, text(item, "problem"));
        buf_addc(b, '\n');
    }
}

char *show_items(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (const struct json *i = json_first(json_get(v, "items")); i; i = json_next(i)) {
        buf_adds(&b, b.len ? "\n" : "");
        add_item(&b, i);
    }
    return finish(&b);
}

/* ---- what does not fit ---- */
static void add_unfit_link(struct buf *b, const struct json *link)
{
    long unfit = (long)json_get_int(link, "unfit", 0);
    buf_addf(b, "%s: %ld of %ld items do not fit whole on both sides%s\n", text(link, "name"),
        unfit, (long)json_get_int(link, "pairs", 0), unfit ? "; nothing of them is lost" : "");
    for (const struct json *r = json_first(json_get(link, "reasons")); r; r = json_next(r)) {
        buf_addf(b, "  %ld x not in ", (long)json_get_int(r, "count", 0));
        add_foreign(b, text(r, "account"));
        buf_addf(b, ": %s: %s\n", text(r, "field"), text(r, "why"));
    }
    for (const struct json *i = json_first(json_get(link, "items")); i; i = json_next(i)) {
        buf_adds(b, "    ");
        add_foreign(b, text(i, "title"));
        const char *between = ": ";
        for (const struct json *m = json_first(json_get(i, "missing")); m; m = json_next(m)) {
            buf_addf(b, "%s%s ", between, text(m, "field"));
            add_foreign(b, text(m, "value"));
            between = "; ";
        }
        buf_addc(b, '\n');
    }
    for (const struct json *e = json_first(json_get(link, "extensions")); e; e = json_next(e)) {
        buf_addf(b, "  %ld x kept on ", (long)json_get_int(e, "count", 0));
        add_foreign(b, text(e, "account"));
        const char *what = text(e, "what");
        buf_adds(b, *what ? " only: "
                    : json_get_bool(e, "unreadable", false)
                        ? " only, with a value that cannot be used: "
                        : " only, unknown to Lockstep: ");
        add_foreign(b, *what ? what : text(e, "property"));
        buf_addc(b, '\n');
    }
}

char *show_unfit(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (const struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        add_unfit_link(&b, l);
    }
    if (!b.len) {
        buf_adds(&b, "Nothing is linked yet: lockstep help link\n");
    }
    return finish(&b);
}
