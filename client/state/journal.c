/* The journal: an intent is on disk before the write it announces, and is removed with the result.
 * What is found here at the start of a run was under way when the last one ended
 * (client/sync/recover.c). */
#include "client/state/internal.h"

void state_intent_fini(struct state_intent *i)
{
    free(i->target);
    free(i->stamp);
    free(i->version);
    free(i->doc);
    free(i->patch);
    *i = (struct state_intent){0};
}

void state_intents_fini(struct state_intents *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_intent_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_intents){0};
}

enum rc state_intent_add(struct state *s, int64_t link, struct state_intent *i, struct err *err)
{
    enum rc rc = db_run(s->db, err,
        "INSERT INTO intent(link, run, pair, side, op, target, stamp, version, doc, patch)"
        " VALUES(?,?,?,?,?,?,?,?,?,?)",
        "iiiiittttt", link, i->run, i->pair, (int64_t)i->side, (int64_t)i->op, i->target, i->stamp,
        i->version, i->doc, i->patch);
    if (rc == RC_OK) {
        i->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_intents_load(
    struct state *s, int64_t link, struct state_intents *ret, struct err *err)
{
    struct state_intents list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, run, pair, side, op, target, stamp, version, doc, patch FROM intent"
        " WHERE link=? ORDER BY id",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_intent){
            .id = db_int(row, 0),
            .run = db_int(row, 1),
            .pair = db_int(row, 2),
            .side = db_int(row, 3) ? SIDE_RIGHT : SIDE_LEFT,
            .op = (enum state_op)db_int(row, 4),
            .target = db_text(row, 5),
            .stamp = db_text(row, 6),
            .version = db_text(row, 7),
            .doc = db_text(row, 8),
            .patch = db_text(row, 9),
        };
    }
    if (rc != RC_OK) {
        state_intents_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_intent_remove(struct state *s, int64_t id, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM intent WHERE id=?", "i", id);
}
