/* The table `outside`: see outside.h. */
#include "client/state/outside.h"

#include "client/state/internal.h"

static const char *filter_of(const struct state_window *window)
{
    return window->filter ? window->filter : "";
}

/* CROSS JOIN: from the few that wait to their pairs, not through all pairs (SQLite takes it so). */

void state_outsides_fini(struct state_outsides *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].likeness);
    }
    free(list->items);
    *list = (struct state_outsides){0};
}

enum rc state_outsides_load(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, bool likeness, struct state_outsides *ret, struct err *err)
{
    struct state_outsides list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        likeness
            ? "SELECT pair, due, likeness FROM outside CROSS JOIN pair ON pair.id=outside.pair"
              " WHERE pair.link=? AND past=? AND future=? AND due>? AND filter=? ORDER BY pair"
            : "SELECT pair, due FROM outside CROSS JOIN pair ON pair.id=outside.pair"
              " WHERE pair.link=? AND past=? AND future=? AND due>? AND filter=? ORDER BY pair",
        "iiiit", link, (int64_t)window->past, (int64_t)window->future, now, filter_of(window));
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_outside){.pair = db_int(row, 0),
            .due = db_int(row, 1),
            .likeness = likeness ? db_text(row, 2) : NULL};
    }
    if (rc != RC_OK) {
        state_outsides_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_outside_put(struct state *s, const struct state_outside *o,
    const struct state_window *window, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO outside(pair, past, future, due, likeness, filter, filtered)"
        " VALUES(?,?,?,?,?,?,?) ON CONFLICT(pair) DO UPDATE SET past=excluded.past,"
        " future=excluded.future, due=excluded.due, likeness=excluded.likeness,"
        " filter=excluded.filter, filtered=excluded.filtered",
        "iiiitti", o->pair, (int64_t)window->past, (int64_t)window->future, o->due, o->likeness,
        filter_of(window), (int64_t)o->filtered);
}

enum rc state_outside_tidy(
    struct state *s, int64_t link, const struct state_window *window, int64_t now, struct err *err)
{
    return db_run(s->db, err,
        "DELETE FROM outside WHERE EXISTS(SELECT 1 FROM pair WHERE pair.id=outside.pair AND link=?1"
        " AND (past<>?2 OR future<>?3 OR due<=?4 OR filter<>?5 OR"
        " (left_id IS NOT NULL AND right_id IS NOT NULL)))",
        "iiiit", link, (int64_t)window->past, (int64_t)window->future, now, filter_of(window));
}

enum rc state_outside_delete(struct state *s, int64_t pair, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM outside WHERE pair=?", "i", pair);
}

enum rc state_outside_count(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, struct state_outside_counts *ret, struct err *err)
{
    struct db_row *row;
    struct state_outside_counts n = {0};
    enum rc rc = db_query(s->db, err, &row,
        "SELECT sum(due=?6 AND NOT filtered), sum(due<>?6), sum(filtered)"
        " FROM outside CROSS JOIN pair ON pair.id=outside.pair"
        " WHERE pair.link=?1 AND past=?2 AND future=?3 AND due>?4 AND filter=?5",
        "iiiiti", link, (int64_t)window->past, (int64_t)window->future, now, filter_of(window),
        STATE_NEVER);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        n = (struct state_outside_counts){
            (long)db_int(row, 0), (long)db_int(row, 1), (long)db_int(row, 2)};
    }
    if (rc == RC_OK) {
        *ret = n;
    }
    return rc;
}
