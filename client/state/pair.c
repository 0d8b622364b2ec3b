/* Pairs and their bodies. A pair row is small so that all of a link are read in one query;
 * documents lie in `body`. */
#include "client/state/internal.h"

#include "client/item/doc.h"

void state_pair_fini(struct state_pair *p)
{
    for (int side = 0; side < 2; side++) {
        free(p->side[side].id);
        free(p->side[side].version);
    }
    free(p->uid);
    *p = (struct state_pair){0};
}

void state_pairs_fini(struct state_pairs *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_pair_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_pairs){0};
}

/* The column has_base: 0, 1, or */
#define BASE_COMMON 2

static int64_t base_of(const struct state_pair *p)
{
    return p->has_base && p->common ? BASE_COMMON : p->has_base;
}

enum rc state_pairs_load(struct state *s, int64_t link, struct state_pairs *ret, struct err *err)
{
    struct state_pairs list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, uid, has_base, prefer, failures, next_try, left_id, left_version, left_look,"
        " right_id, right_version, right_look FROM pair WHERE link=? ORDER BY id",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        struct state_pair *p = &list.items[list.count++];
        *p = (struct state_pair){
            .id = db_int(row, 0),
            .uid = db_text(row, 1),
            .has_base = db_int(row, 2) != 0,
            .common = db_int(row, 2) == BASE_COMMON,
            .prefer = (int)db_int(row, 3),
            .failures = (int)db_int(row, 4),
            .next_try = db_int(row, 5),
        };
        for (int side = 0; side < 2; side++) {
            int c = 6 + side * 3;
            p->side[side] = (struct state_pair_side){
                .id = db_text(row, c),
                .version = db_text(row, c + 1),
                .look = (enum pair_look)db_int(row, c + 2),
            };
        }
    }
    if (rc != RC_OK) {
        state_pairs_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_pairs_walk(struct state *s, int64_t link,
    bool (*f)(void *user, const char *const id[2], const char *const version[2]), void *user,
    struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT left_id, right_id, left_version, right_version FROM pair WHERE link=?", "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        const char *id[2] = {db_text_borrowed(row, 0), db_text_borrowed(row, 1)};
        const char *version[2] = {db_text_borrowed(row, 2), db_text_borrowed(row, 3)};
        if (!f(user, id, version)) {
            db_done(row);
            break;
        }
    }
    return rc;
}

enum rc state_pair_save(struct state *s, int64_t link, struct state_pair *p, struct err *err)
{
    const struct state_pair_side *a = &p->side[SIDE_LEFT], *b = &p->side[SIDE_RIGHT];
    if (p->id) {
        return db_run(s->db, err,
            "UPDATE pair SET uid=?, left_id=?, left_version=?, left_look=?, right_id=?, "
            "right_version=?,"
            " right_look=?, has_base=?, prefer=?, failures=?, next_try=? WHERE id=? AND link=?",
            "tttittiiiiiii", p->uid, a->id, a->version, (int64_t)a->look, b->id, b->version,
            (int64_t)b->look, base_of(p), (int64_t)p->prefer, (int64_t)p->failures, p->next_try,
            p->id, link);
    }
    /* No id that history still names: undo finds an item by it. */
    enum rc rc = db_run(s->db, err,
        "INSERT INTO pair(id, link, uid, left_id, left_version, left_look, right_id, right_version,"
        " right_look, has_base, prefer, failures, next_try)"
        " VALUES(1+max(ifnull((SELECT max(id) FROM pair),0),ifnull((SELECT max(pair) FROM"
        " change),0)),?,?,?,?,?,?,?,?,?,?,?,?)",
        "itttittiiiii", link, p->uid, a->id, a->version, (int64_t)a->look, b->id, b->version,
        (int64_t)b->look, base_of(p), (int64_t)p->prefer, (int64_t)p->failures, p->next_try);
    if (rc == RC_OK) {
        p->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_pair_delete(struct state *s, int64_t pair, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM pair WHERE id=?", "i", pair);
}

enum rc state_pair_counts(
    struct state *s, int64_t link, long *ret_full, long *ret_half, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT count(*), count(left_id IS NOT NULL AND right_id IS NOT NULL OR NULL) FROM pair"
        " WHERE link=?",
        "i", link);
    if (rc == RC_OK && db_next(row, &rc, err)) {
        *ret_full = (long)db_int(row, 1);
        *ret_half = (long)(db_int(row, 0) - db_int(row, 1));
        db_done(row);
    }
    return rc;
}

void state_body_fini(struct state_body *b)
{
    for (int side = 0; side < 2; side++) {
        free(b->doc[side]);
        free(b->native[side]);
        free(b->told[side]);
        free(b->patch[side]);
    }
    *b = (struct state_body){0};
}

enum rc state_body_load(struct state *s, int64_t pair, struct state_body *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT left_doc, left_native, left_told, left_patch, right_doc, right_native, right_told,"
        " right_patch, reading FROM body WHERE pair=?",
        "i", pair);
    if (rc != RC_OK) {
        return rc;
    }
    if (!db_next(row, &rc, err)) {
        return rc != RC_OK ? rc
                           : err_set(err, RC_NOT_FOUND, 0,
                                 "state file: pair %lld has no stored documents", (long long)pair);
    }
    for (int side = 0; side < 2; side++) {
        ret->doc[side] = db_text(row, side * 4);
        ret->native[side] = db_text(row, side * 4 + 1);
        ret->told[side] = db_text(row, side * 4 + 2);
        ret->patch[side] = db_text(row, side * 4 + 3);
    }
    ret->older = db_int(row, 8) < DOC_READING;
    db_done(row);
    return RC_OK;
}

enum rc state_body_save(struct state *s, int64_t pair, const struct state_body *b, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO body(pair, left_doc, left_native, left_told, left_patch, right_doc,"
        " right_native, right_told, right_patch, reading) VALUES(?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT(pair) DO UPDATE SET left_doc=excluded.left_doc,"
        " left_native=excluded.left_native, left_told=excluded.left_told,"
        " left_patch=excluded.left_patch, right_doc=excluded.right_doc,"
        " right_native=excluded.right_native, right_told=excluded.right_told,"
        " right_patch=excluded.right_patch, reading=excluded.reading",
        "itttttttti", pair, b->doc[0], b->native[0], b->told[0], b->patch[0], b->doc[1],
        b->native[1], b->told[1], b->patch[1], (int64_t)(b->older ? 0 : DOC_READING));
}

enum rc state_body_older(struct state *s, int64_t pair, bool *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, "SELECT reading<? FROM body WHERE pair=?", "ii",
        (int64_t)DOC_READING, pair);
    bool older = false;
    if (rc == RC_OK && db_next(row, &rc, err)) {
        older = db_int(row, 0) != 0;
        db_done(row);
    }
    if (rc == RC_OK) {
        *ret = older;
    }
    return rc;
}

enum rc state_body_delete(struct state *s, int64_t pair, struct err *err)
{
    enum rc rc = db_run(s->db, err, "DELETE FROM body WHERE pair=?", "i", pair);
    return rc != RC_OK ? rc
                       : db_run(s->db, err, "UPDATE pair SET has_base=0 WHERE id=?", "i", pair);
}
