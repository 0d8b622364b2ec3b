/* See change.h. */
#include "client/state/change.h"

#include "client/state/internal.h"

#define DAY INT64_C(86400)

void state_change_fini(struct state_change *c)
{
    free(c->title);
    free(c->uid);
    for (int s = 0; s < 2; s++) {
        free(c->side[s].item);
        free(c->side[s].doc);
        free(c->side[s].back);
        free(c->side[s].forth);
    }
    *c = (struct state_change){0};
}

void state_changes_fini(struct state_changes *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_change_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_changes){0};
}

enum rc state_change_save(struct state *s, int64_t link, struct state_change *c, struct err *err)
{
    const struct state_change_side *a = &c->side[SIDE_LEFT], *b = &c->side[SIDE_RIGHT];
    if (c->id) {
        return db_run(s->db, err,
            "UPDATE change SET title=?, uid=?, left_op=?, left_item=?, left_doc=?, left_back=?,"
            " left_forth=?, right_op=?, right_item=?, right_doc=?, right_back=?, right_forth=?"
            " WHERE id=?",
            "ttittttitttti", c->title, c->uid, (int64_t)a->op, a->item, a->doc, a->back, a->forth,
            (int64_t)b->op, b->item, b->doc, b->back, b->forth, c->id);
    }
    enum rc rc = db_run(s->db, err,
        "INSERT INTO change(link, run, pair, time, title, uid, left_op, left_item, left_doc,"
        " left_back, left_forth, right_op, right_item, right_doc, right_back, right_forth)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "iiiittittttitttt", link, c->run, c->pair, c->time, c->title, c->uid, (int64_t)a->op,
        a->item, a->doc, a->back, a->forth, (int64_t)b->op, b->item, b->doc, b->back, b->forth);
    if (rc == RC_OK) {
        c->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_change_delete(struct state *s, int64_t id, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM change WHERE id=?", "i", id);
}

enum rc state_change_unwritten(
    struct state *s, int64_t run, int64_t pair, enum side side, struct err *err)
{
    enum rc rc = side == SIDE_LEFT
                     ? db_run(s->db, err, "UPDATE change SET left_op=-1 WHERE run=? AND pair=?",
                           "ii", run, pair)
                     : db_run(s->db, err, "UPDATE change SET right_op=-1 WHERE run=? AND pair=?",
                           "ii", run, pair);
    return rc != RC_OK ? rc
                       : db_run(s->db, err,
                             "DELETE FROM change WHERE run=? AND pair=? AND left_op=-1 AND"
                             " right_op=-1",
                             "ii", run, pair);
}

#define CHANGE_COLUMNS                                                                             \
    "SELECT id, run, pair, time, title, uid, left_op, left_item, left_doc, left_back,"             \
    " left_forth, right_op, right_item, right_doc, right_back, right_forth FROM change"

static enum rc take_rows(struct db_row *row, struct state_changes *ret, struct err *err)
{
    struct state_changes list = {0};
    enum rc rc = RC_OK;
    while (db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        struct state_change *c = &list.items[list.count++];
        *c = (struct state_change){
            .id = db_int(row, 0),
            .run = db_int(row, 1),
            .pair = db_int(row, 2),
            .time = db_int(row, 3),
            .title = db_text(row, 4),
            .uid = db_text(row, 5),
        };
        for (int side = 0; side < 2; side++) {
            int at = 6 + side * 5;
            c->side[side] = (struct state_change_side){
                (int)db_int(row, at),
                db_text(row, at + 1),
                db_text(row, at + 2),
                db_text(row, at + 3),
                db_text(row, at + 4),
            };
        }
    }
    if (rc != RC_OK) {
        state_changes_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_changes_load(
    struct state *s, int64_t run, int64_t pair, struct state_changes *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        CHANGE_COLUMNS " WHERE (?1<>0 AND run=?1) OR (?2<>0 AND pair=?2) ORDER BY id DESC", "ii",
        run, pair);
    return rc == RC_OK ? take_rows(row, ret, err) : rc;
}

enum rc state_changes_find(
    struct state *s, const char *item, struct state_changes *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        CHANGE_COLUMNS " WHERE pair IN (SELECT pair FROM change WHERE title=?1 OR uid=?1 OR"
                       " left_item=?1 OR right_item=?1) ORDER BY id DESC",
        "t", item);
    return rc == RC_OK ? take_rows(row, ret, err) : rc;
}

/* One number of a query with arguments; `fallback` if there is no row. */
static enum rc one_number(struct db_row *row, int64_t fallback, int64_t *ret, struct err *err)
{
    enum rc rc = RC_OK;
    if (db_next(row, &rc, err)) {
        *ret = db_int(row, 0);
        db_done(row);
    } else if (rc == RC_OK) {
        *ret = fallback;
    }
    return rc;
}

enum rc state_change_later(struct state *s, int64_t run, int64_t pair, bool *ret, struct err *err)
{
    struct db_row *row;
    int64_t found = 0;
    enum rc rc = db_query(
        s->db, err, &row, "SELECT 1 FROM change WHERE pair=? AND run>? LIMIT 1", "ii", pair, run);
    if (rc == RC_OK) {
        rc = one_number(row, 0, &found, err);
    }
    if (rc == RC_OK) {
        *ret = found != 0;
    }
    return rc;
}

enum rc state_undo_note(struct state *s, int64_t run, int64_t of, struct err *err)
{
    return db_run(s->db, err, "INSERT INTO undo(run, of) VALUES(?,?)", "ii", run, of);
}

enum rc state_undo_of(struct state *s, int64_t run, int64_t *ret_of, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, "SELECT of FROM undo WHERE run=?", "i", run);
    return rc == RC_OK ? one_number(row, 0, ret_of, err) : rc;
}

enum rc state_undone_by(struct state *s, int64_t run, int64_t *ret_by, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(
        s->db, err, &row, "SELECT run FROM undo WHERE of=? ORDER BY run DESC LIMIT 1", "i", run);
    return rc == RC_OK ? one_number(row, 0, ret_by, err) : rc;
}

enum rc state_run_get(struct state *s, int64_t run, struct state_run *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, link, start, end, left_created, left_updated, left_deleted, right_created,"
        " right_updated, right_deleted, conflicts, held, failed, rc, text FROM run WHERE id=?",
        "i", run);
    if (rc != RC_OK) {
        return rc;
    }
    if (!db_next(row, &rc, err)) {
        return rc != RC_OK ? rc
                           : err_set(err, RC_NOT_FOUND, 0, "there is no run %lld in the history",
                                 (long long)run);
    }
    CLEANUP(mem_free) char *word = db_text(row, 13);
    *ret = (struct state_run){
        .id = db_int(row, 0),
        .link = db_int(row, 1),
        .start = db_int(row, 2),
        .end = db_int(row, 3),
        .side = {{(long)db_int(row, 4), (long)db_int(row, 5), (long)db_int(row, 6)},
            {(long)db_int(row, 7), (long)db_int(row, 8), (long)db_int(row, 9)}},
        .conflicts = (long)db_int(row, 10),
        .held = (long)db_int(row, 11),
        .failed = (long)db_int(row, 12),
        .rc = rc_from_name(word),
        .text = db_text(row, 14),
    };
    db_done(row);
    return RC_OK;
}

const char *state_cause_name(enum state_cause c)
{
    static const char *const names[] = {"sync", "repair", "restore"};
    return names[c];
}

enum rc state_cause_note(
    struct state *s, int64_t run, enum state_cause cause, const char *detail, struct err *err)
{
    return db_run(s->db, err, "INSERT INTO cause(run, what, detail) VALUES(?,?,?)", "iit", run,
        (int64_t)cause, detail);
}

enum rc state_cause_of(
    struct state *s, int64_t run, enum state_cause *ret_cause, char **ret_detail, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, "SELECT what, detail FROM cause WHERE run=?", "i", run);
    if (rc != RC_OK) {
        return rc;
    }
    enum state_cause cause = STATE_CAUSE_SYNC;
    CLEANUP(mem_free) char *detail = NULL;
    if (db_next(row, &rc, err)) {
        cause = db_int(row, 0) == STATE_CAUSE_REPAIR ? STATE_CAUSE_REPAIR : STATE_CAUSE_RESTORE;
        detail = db_text(row, 1);
        db_done(row);
    }
    if (rc == RC_OK) {
        *ret_cause = cause;
        if (ret_detail) {
            *ret_detail = TAKE(detail);
        }
    }
    return rc;
}

static enum rc load_pairs(
    struct db_row *row, enum rc rc, int64_t **ret_pairs, size_t *ret_count, struct err *err)
{
    int64_t *list = NULL;
    size_t count = 0, cap = 0;
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list, count, cap);
        list[count++] = db_int(row, 0);
    }
    if (rc != RC_OK) {
        free(list);
        return rc;
    }
    *ret_pairs = list;
    *ret_count = count;
    return RC_OK;
}

enum rc state_parted_load(
    struct state *s, int64_t link, int64_t **ret_pairs, size_t *ret_count, struct err *err)
{
    struct db_row *row = NULL;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT pair, max(change.run) AS last FROM change JOIN undo ON undo.run=change.run"
        " WHERE link=? GROUP BY pair HAVING NOT EXISTS (SELECT 1 FROM change AS later"
        " JOIN cause ON cause.run=later.run WHERE later.pair=change.pair AND later.run>last"
        " AND cause.what=?) ORDER BY pair",
        "ii", link, (int64_t)STATE_CAUSE_REPAIR);
    return load_pairs(row, rc, ret_pairs, ret_count, err);
}

enum rc state_parked_set(struct state *s, int64_t pair, bool parked, struct err *err)
{
    return parked ? db_run(s->db, err, "INSERT OR IGNORE INTO parked(pair) VALUES(?)", "i", pair)
                  : db_run(s->db, err, "DELETE FROM parked WHERE pair=?", "i", pair);
}

enum rc state_parked_load(
    struct state *s, int64_t link, int64_t **ret_pairs, size_t *ret_count, struct err *err)
{
    struct db_row *row = NULL;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT parked.pair FROM parked JOIN pair ON pair.id=parked.pair WHERE pair.link=?"
        " ORDER BY parked.pair",
        "i", link);
    return load_pairs(row, rc, ret_pairs, ret_count, err);
}

enum rc state_pair_restore(
    struct state *s, int64_t link, const struct state_pair *p, struct err *err)
{
    const struct state_pair_side *a = &p->side[SIDE_LEFT], *b = &p->side[SIDE_RIGHT];
    return db_run(s->db, err,
        "INSERT INTO pair(id, link, uid, left_id, left_version, left_look, right_id,"
        " right_version, right_look, has_base, prefer, failures, next_try)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "iitttittiiiii", p->id, link, p->uid, a->id, a->version, (int64_t)a->look, b->id,
        b->version, (int64_t)b->look, (int64_t)p->has_base, (int64_t)p->prefer,
        (int64_t)p->failures, p->next_try);
}

/* ---- retention ---- */

/* The rows of `run` stay: they are small, and say what was done and when. */
static enum rc prune_before(struct state *s, int64_t run, long *ret_items, struct err *err)
{
    enum rc rc = db_run(s->db, err,
        "DELETE FROM before_image WHERE run<=? AND run NOT IN (SELECT run FROM intent)", "i", run);
    if (rc == RC_OK) {
        rc = db_run(s->db, err,
            "DELETE FROM change WHERE run<=? AND run NOT IN (SELECT run FROM intent)", "i", run);
    }
    if (rc == RC_OK) {
        *ret_items = db_changed_rows(s->db);
        /* What waits for a person, or for the next run to do as a person said, stays. */
        rc = db_run(s->db, err,
            "DELETE FROM conflict WHERE run<=? AND winner>=0 AND choice<0 AND run NOT IN (SELECT"
            " run FROM intent)",
            "i", run);
    }
    return rc;
}

/* The newest run that must go so that the rest fits; 0 if all fits. */
static enum rc size_limit(struct state *s, int64_t max_bytes, int64_t *ret, struct err *err)
{
    int64_t pages, page;
    *ret = 0;
    enum rc rc = db_number(s->db, err, 0, &pages, "PRAGMA page_count");
    if (rc == RC_OK) {
        rc = db_number(s->db, err, 0, &page, "PRAGMA page_size");
    }
    if (rc != RC_OK || pages * page <= max_bytes) {
        return rc; /* the whole file is smaller: no need to add anything up */
    }
    struct db_row *row;
    int64_t sum = 0;
    rc = db_query(s->db, err, &row,
        "SELECT run, sum(n) FROM ("
        " SELECT run, ifnull(length(doc),0)+ifnull(length(native),0)+64 AS n FROM before_image"
        " UNION ALL SELECT run, ifnull(length(left_doc),0)+ifnull(length(right_doc),0)"
        " +ifnull(length(left_back),0)+ifnull(length(left_forth),0)+ifnull(length(right_back),0)"
        " +ifnull(length(right_forth),0)+128 FROM change"
        " UNION ALL SELECT run, ifnull(length(base),0)+length(left_value)+length(right_value)+128"
        " FROM conflict WHERE winner>=0) GROUP BY run ORDER BY run DESC",
        "");
    while (rc == RC_OK && db_next(row, &rc, err)) {
        sum += db_int(row, 1);
        if (sum > max_bytes) {
            *ret = db_int(row, 0);
            db_done(row);
            return RC_OK;
        }
    }
    return rc;
}

static enum rc prune(
    struct state *s, int64_t now, long days, int64_t max_bytes, long *ret_items, struct err *err)
{
    int64_t last = 0, newest = 0, limit = 0;
    enum rc rc = db_number(s->db, err, 0, &newest, "SELECT ifnull(max(id),0) FROM run");
    if (rc == RC_OK && days > 0) {
        struct db_row *row;
        rc = db_query(s->db, err, &row, "SELECT ifnull(max(id),0) FROM run WHERE start<?", "i",
            now - days * DAY);
        if (rc == RC_OK) {
            rc = one_number(row, 0, &last, err);
        }
    }
    if (rc == RC_OK && max_bytes > 0) {
        rc = size_limit(s, max_bytes, &limit, err);
    }
    /* The newest run can always be undone, however big it was. */
    if (limit == newest && limit > 0) {
        limit = newest - 1;
    }
    last = limit > last ? limit : last;
    return rc == RC_OK && last > 0 ? prune_before(s, last, ret_items, err) : rc;
}

enum rc state_history_prune(
    struct state *s, int64_t now, long days, int64_t max_bytes, long *ret_items, struct err *err)
{
    long items = 0;
    enum rc rc = state_begin(s, err);
    if (rc == RC_OK) {
        rc = prune(s, now, days, max_bytes, &items, err);
    }
    if (rc == RC_OK) {
        rc = state_commit(s, err);
    } else {
        state_rollback(s);
    }
    if (rc == RC_OK) {
        *ret_items = items;
    }
    return rc;
}
