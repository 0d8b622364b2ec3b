/* Runs and before-images: what was done, and what was there before. */
#include "client/state/internal.h"

void state_run_fini(struct state_run *r)
{
    free(r->text);
    *r = (struct state_run){0};
}

void state_runs_fini(struct state_runs *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_run_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_runs){0};
}

enum rc state_run_begin(
    struct state *s, int64_t link, int64_t now, int64_t *ret_run, struct err *err)
{
    enum rc rc = db_run(s->db, err, "INSERT INTO run(link, start) VALUES(?,?)", "ii", link, now);
    if (rc == RC_OK) {
        *ret_run = db_last_id(s->db);
    }
    return rc;
}

static enum rc run_end(struct state *s, const struct state_run *run, struct err *err)
{
    const struct state_counts *a = &run->side[SIDE_LEFT], *b = &run->side[SIDE_RIGHT];
    enum rc rc =
        db_run(s->db, err, "UPDATE link SET last_time=?, last_rc=?, last_text=? WHERE id=?", "itti",
            run->end, rc_name(run->rc), run->text, run->link);
    if (rc == RC_OK && run->id) {
        rc = db_run(s->db, err,
            "UPDATE run SET end=?, left_created=?, left_updated=?, left_deleted=?, "
            "right_created=?, right_updated=?,"
            " right_deleted=?, conflicts=?, held=?, failed=?, rc=?, text=? WHERE id=?",
            "iiiiiiiiiitti", run->end, (int64_t)a->created, (int64_t)a->updated,
            (int64_t)a->deleted, (int64_t)b->created, (int64_t)b->updated, (int64_t)b->deleted,
            (int64_t)run->conflicts, (int64_t)run->held, (int64_t)run->failed, rc_name(run->rc),
            run->text, run->id);
    }
    return rc;
}

enum rc state_run_end(struct state *s, const struct state_run *run, struct err *err)
{
    enum rc rc = state_begin(s, err);
    if (rc == RC_OK) {
        rc = run_end(s, run, err);
    }
    if (rc == RC_OK) {
        return state_commit(s, err);
    }
    state_rollback(s);
    return rc;
}

enum rc state_runs_load(
    struct state *s, int64_t link, long limit, struct state_runs *ret, struct err *err)
{
    struct state_runs list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, link, start, end, left_created, left_updated, left_deleted, right_created,"
        " right_updated, right_deleted, conflicts, held, failed, rc, text FROM run"
        " WHERE ?1=0 OR link=?1 ORDER BY id DESC LIMIT ?2",
        "ii", link, (int64_t)limit);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        CLEANUP(mem_free) char *word = db_text(row, 13);
        ARRAY_RESERVE(list.items, list.count, list.cap);
        struct state_run *r = &list.items[list.count++];
        *r = (struct state_run){
            .id = db_int(row, 0),
            .link = db_int(row, 1),
            .start = db_int(row, 2),
            .end = db_int(row, 3),
            .conflicts = (long)db_int(row, 10),
            .held = (long)db_int(row, 11),
            .failed = (long)db_int(row, 12),
            .rc = rc_from_name(word),
            .text = db_text(row, 14),
        };
        for (int side = 0; side < 2; side++) {
            int c = 4 + side * 3;
            r->side[side].created = (long)db_int(row, c);
            r->side[side].updated = (long)db_int(row, c + 1);
            r->side[side].deleted = (long)db_int(row, c + 2);
        }
    }
    if (rc != RC_OK) {
        state_runs_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

void state_image_fini(struct state_image *i)
{
    free(i->item);
    free(i->doc);
    free(i->native);
    *i = (struct state_image){0};
}

void state_images_fini(struct state_images *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_image_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_images){0};
}

enum rc state_image_add(struct state *s, int64_t link, const struct state_image *i, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO before_image(link, run, pair, time, side, op, item, doc, native) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        "iiiiiittt", link, i->run, i->pair, i->time, (int64_t)i->side, (int64_t)i->op, i->item,
        i->doc, i->native);
}

enum rc state_images_load(struct state *s, int64_t run, struct state_images *ret, struct err *err)
{
    struct state_images list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, run, pair, time, side, op, item, doc, native FROM before_image WHERE run=? "
        "ORDER BY id",
        "i", run);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_image){
            .id = db_int(row, 0),
            .run = db_int(row, 1),
            .pair = db_int(row, 2),
            .time = db_int(row, 3),
            .side = db_int(row, 4) ? SIDE_RIGHT : SIDE_LEFT,
            .op = (enum state_op)db_int(row, 5),
            .item = db_text(row, 6),
            .doc = db_text(row, 7),
            .native = db_text(row, 8),
        };
    }
    if (rc != RC_OK) {
        state_images_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}
