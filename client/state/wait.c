/* The table `waits`: see wait.h. */
#include "client/state/wait.h"

#include "client/state/internal.h"

#include <string.h>

void state_waits_fini(struct state_waits *list)
{
    for (size_t i = 0; i < list->count; i++) {
        json_free(list->items[i].members);
    }
    free(list->items);
    *list = (struct state_waits){0};
}

enum rc state_waits_load(struct state *s, int64_t link, struct state_waits *ret, struct err *err)
{
    struct state_waits list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT pair, members FROM waits JOIN pair ON pair.id=waits.pair WHERE pair.link=?"
        " ORDER BY pair",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        CLEANUP(mem_free) char *text = db_text(row, 1);
        struct json *members = NULL;
        rc = json_parse(text, strlen(text), &members, err);
        if (rc != RC_OK) {
            db_done(row);
            break;
        }
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_wait){db_int(row, 0), members};
    }
    if (rc != RC_OK) {
        state_waits_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_wait_set(struct state *s, int64_t pair, const struct json *members, struct err *err)
{
    if (!json_count(members)) {
        return db_run(s->db, err, "DELETE FROM waits WHERE pair=?", "i", pair);
    }
    CLEANUP(mem_free) char *text = json_print(members);
    return db_run(s->db, err,
        "INSERT INTO waits(pair, members) VALUES(?,?)"
        " ON CONFLICT(pair) DO UPDATE SET members=excluded.members",
        "it", pair, text);
}
