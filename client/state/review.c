/* The table `review`: see review.h. */
#include "client/state/review.h"

#include "client/state/internal.h"

#include <inttypes.h>

static const char *const NAMES[] = {"open", "same", "different"};

const char *review_decision_name(enum review_decision d)
{
    return NAMES[d];
}

int review_decision_from_name(const char *name)
{
    for (int i = 0; i < (int)ARRAY_LEN(NAMES); i++) {
        if (str_eq(NAMES[i], name)) {
            return i;
        }
    }
    return -1;
}

void state_review_fini(struct state_review *r)
{
    for (int s = 0; s < 2; s++) {
        free(r->item[s]);
        free(r->version[s]);
        free(r->text[s]);
    }
    free(r->reasons);
    *r = (struct state_review){0};
}

void state_reviews_fini(struct state_reviews *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_review_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_reviews){0};
}

enum rc state_reviews_load(
    struct state *s, int64_t link, struct state_reviews *ret, struct err *err)
{
    struct state_reviews list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id, link, left_item, right_item, left_version, right_version, left_text, "
        "right_text, score, reasons, decision, since FROM review WHERE ?1=0 OR link=?1 ORDER BY id",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        int64_t decision = db_int(row, 10);
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_review){
            .id = db_int(row, 0),
            .link = db_int(row, 1),
            .item = {db_text(row, 2), db_text(row, 3)},
            .version = {db_text(row, 4), db_text(row, 5)},
            .text = {db_text(row, 6), db_text(row, 7)},
            .score = (int)db_int(row, 8),
            .reasons = db_text(row, 9),
            .decision = decision == REVIEW_SAME        ? REVIEW_SAME
                        : decision == REVIEW_DIFFERENT ? REVIEW_DIFFERENT
                                                       : REVIEW_OPEN,
            .since = db_int(row, 11),
        };
    }
    if (rc != RC_OK) {
        state_reviews_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_review_put(struct state *s, const struct state_review *r, struct err *err)
{
    return db_run(s->db, err,
        "INSERT INTO review(link, left_item, right_item, left_version, right_version, left_text,"
        " right_text, score, reasons, decision, since) VALUES(?,?,?,?,?,?,?,?,?,?,?)"
        " ON CONFLICT(link, left_item, right_item) DO UPDATE SET"
        " left_version=excluded.left_version, right_version=excluded.right_version,"
        " left_text=excluded.left_text, right_text=excluded.right_text, score=excluded.score,"
        " reasons=excluded.reasons",
        "itttttt"
        "itii",
        r->link, r->item[0], r->item[1], r->version[0], r->version[1], r->text[0], r->text[1],
        (int64_t)r->score, r->reasons, (int64_t)r->decision, r->since);
}

enum rc state_review_decide(
    struct state *s, int64_t id, enum review_decision decision, struct err *err)
{
    enum rc rc =
        db_run(s->db, err, "UPDATE review SET decision=? WHERE id=?", "ii", (int64_t)decision, id);
    if (rc == RC_OK && db_changed_rows(s->db) == 0) {
        rc = err_set(err, RC_NOT_FOUND, 0, "no doubtful pair %" PRId64, id);
    }
    return rc;
}

enum rc state_review_delete(struct state *s, int64_t id, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM review WHERE id=?", "i", id);
}
