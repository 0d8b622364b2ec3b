/* What both sides changed, and what was chosen. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

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
    show_add_value(b, json_get(field, "left"));
    buf_addf(b, ", %s ", text(json_get(c, "right"), "account"));
    show_add_value(b, json_get(field, "right"));
    if (json_get(field, "base")) {
        buf_adds(b, "; before ");
        show_add_value(b, json_get(field, "base"));
    }
    buf_addc(b, '\n');
}

static void add_conflict(struct buf *b, const struct json *c)
{
    long id = (long)json_get_int(c, "id", 0);
    const char *winner = text(c, "winner"), *choice = json_get_str(c, "choice");
    bool own = str_eq(text(c, "why"), "own");
    buf_addf(b, "%ld  %s: ", id, text(c, "link"));
    add_foreign(b, text(c, "title"));
    buf_adds(b, *winner ? "  ("
                : own   ? "  (you wrote something else, "
                        : "  (waits for you since ");
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
        buf_addf(b, "    lockstep conflicts choose %ld %s|leave%s\n", id,
            *winner ? loser : "left|right", json_get(c, "texts") ? "|--own TEXT" : "");
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
