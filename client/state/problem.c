/* Problems: items that could not be read or written, and deletes that are held, each with its
 * reason, until they are settled. */
#include "client/state/internal.h"

void state_problem_fini(struct state_problem *p)
{
    free(p->action);
    free(p->title);
    free(p->text);
    *p = (struct state_problem){0};
}

void state_problems_fini(struct state_problems *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_problem_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_problems){0};
}

enum rc state_problem_put(struct state *s, const struct state_problem *p, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO problem(pair, link, side, action, title, rc, text, held, since, last)"
        " VALUES(?,?,?,?,?,?,?,?,?,?) ON CONFLICT(pair) DO UPDATE SET side=excluded.side,"
        " action=excluded.action, title=coalesce(excluded.title, title), rc=excluded.rc, "
        "text=excluded.text,"
        " held=excluded.held, last=excluded.last",
        "iiitttt"
        "iii",
        p->pair, p->link, (int64_t)p->side, p->action, p->title, rc_name(p->rc), p->text,
        (int64_t)p->held, p->since, p->last);
}

enum rc state_problem_clear(struct state *s, int64_t pair, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM problem WHERE pair=?", "i", pair);
}

enum rc state_problems_load(
    struct state *s, int64_t link, struct state_problems *ret, struct err *err)
{
    struct state_problems list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT pair, link, side, action, title, rc, text, held, since, last FROM problem"
        " WHERE ?1=0 OR link=?1 ORDER BY since, pair",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        CLEANUP(mem_free) char *word = db_text(row, 5);
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_problem){
            .pair = db_int(row, 0),
            .link = db_int(row, 1),
            .side = db_int(row, 2) ? SIDE_RIGHT : SIDE_LEFT,
            .action = db_text(row, 3),
            .title = db_text(row, 4),
            .rc = rc_from_name(word),
            .text = db_text(row, 6),
            .held = db_int(row, 7) != 0,
            .since = db_int(row, 8),
            .last = db_int(row, 9),
        };
    }
    if (rc != RC_OK) {
        state_problems_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}
