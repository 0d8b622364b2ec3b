/* What the guards of the engine go by: whether a link has been in step once, and pairs that are
 * written run after run. */
#include "client/state/internal.h"

enum rc state_started_get(struct state *s, int64_t link, bool *ret, struct err *err)
{
    struct db_row *row;
    bool started = false;
    enum rc rc = db_query(s->db, err, &row, "SELECT 1 FROM link_started WHERE link=?", "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        started = true;
    }
    if (rc == RC_OK) {
        *ret = started;
    }
    return rc;
}

enum rc state_started_set(struct state *s, int64_t link, struct err *err)
{
    return db_run(s->db, err, "INSERT OR IGNORE INTO link_started(link) VALUES(?)", "i", link);
}

void state_churn_fini(struct state_churn *c)
{
    free(c->contents);
    *c = (struct state_churn){0};
}

void state_churns_fini(struct state_churns *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_churn_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_churns){0};
}

enum rc state_churns_load(struct state *s, int64_t link, struct state_churns *ret, struct err *err)
{
    struct state_churns list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT pair, run, runs, contents FROM churn WHERE link=? ORDER BY pair", "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_churn){
            .pair = db_int(row, 0),
            .run = db_int(row, 1),
            .runs = (long)db_int(row, 2),
            .contents = db_text(row, 3),
        };
    }
    if (rc != RC_OK) {
        state_churns_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_churn_put(struct state *s, int64_t link, const struct state_churn *c, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO churn(pair, link, run, runs, contents) VALUES(?,?,?,?,?)"
        " ON CONFLICT(pair) DO UPDATE SET run=excluded.run, runs=excluded.runs,"
        " contents=excluded.contents",
        "iiiit", c->pair, link, c->run, (int64_t)c->runs, c->contents);
}

enum rc state_churn_clear(struct state *s, int64_t pair, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM churn WHERE pair=?", "i", pair);
}
