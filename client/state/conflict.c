/* The table `conflict`: see conflict.h. */
#include "client/state/conflict.h"

#include "client/state/internal.h"

#include <inttypes.h>

static const char *const CHOICES[] = {"left", "right", "leave", "own"};

const char *conflict_choice_name(int choice)
{
    return choice >= 0 && choice < (int)ARRAY_LEN(CHOICES) ? CHOICES[choice] : NULL;
}

int conflict_choice_from_name(const char *name)
{
    for (int i = 0; i < (int)ARRAY_LEN(CHOICES); i++) {
        if (str_eq(CHOICES[i], name)) {
            return i;
        }
    }
    return -1;
}

void state_conflict_fini(struct state_conflict *c)
{
    free(c->title);
    free(c->path);
    free(c->base);
    free(c->value[SIDE_LEFT]);
    free(c->value[SIDE_RIGHT]);
    free(c->why);
    free(c->settled);
    free(c->own);
    *c = (struct state_conflict){0};
}

void state_conflicts_fini(struct state_conflicts *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_conflict_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_conflicts){0};
}

#define CONFLICT_SELECT                                                                            \
    "SELECT id, link, pair, run, time, title, path, base, left_value, right_value, winner, why,"   \
    " settled, choice, force, own FROM conflict "

static enum rc take_rows(struct db_row *row, struct state_conflicts *ret, struct err *err)
{
    struct state_conflicts list = {0};
    enum rc rc = RC_OK;
    while (db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct state_conflict){
            .id = db_int(row, 0),
            .link = db_int(row, 1),
            .pair = db_int(row, 2),
            .run = db_int(row, 3),
            .time = db_int(row, 4),
            .title = db_text(row, 5),
            .path = db_text(row, 6),
            .base = db_text(row, 7),
            .value = {db_text(row, 8), db_text(row, 9)},
            .winner = (int)db_int(row, 10),
            .why = db_text(row, 11),
            .settled = db_text(row, 12),
            .choice = (int)db_int(row, 13),
            .force = db_int(row, 14) != 0,
            .own = db_text(row, 15),
        };
    }
    if (rc != RC_OK) {
        state_conflicts_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc state_conflicts_load(
    struct state *s, int64_t link, struct state_conflicts *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        CONFLICT_SELECT "WHERE ?1=0 OR link=?1 ORDER BY winner>=0, time DESC, id DESC", "i", link);
    return rc == RC_OK ? take_rows(row, ret, err) : rc;
}

enum rc state_conflicts_of_pair(
    struct state *s, int64_t pair, struct state_conflicts *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, CONFLICT_SELECT "WHERE pair=? ORDER BY id", "i", pair);
    return rc == RC_OK ? take_rows(row, ret, err) : rc;
}

static enum rc no_conflict(int64_t id, struct err *err)
{
    return err_set(err, RC_NOT_FOUND, 0, "there is no conflict %" PRId64, id);
}

enum rc state_conflict_get(struct state *s, int64_t id, struct state_conflict *ret, struct err *err)
{
    struct state_conflicts list CLEANUP_FINI(state_conflicts_fini) = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, CONFLICT_SELECT "WHERE id=?", "i", id);
    if (rc == RC_OK) {
        rc = take_rows(row, &list, err);
    }
    if (rc == RC_OK && !list.count) {
        rc = no_conflict(id, err);
    }
    if (rc == RC_OK) {
        *ret = list.items[0];
        list.count = 0;
    }
    return rc;
}

enum rc state_conflict_save(struct state *s, struct state_conflict *c, struct err *err)
{
    if (c->id) {
        return db_run(s->db, err,
            "UPDATE conflict SET run=?, time=?, title=?, path=?, base=?, left_value=?,"
            " right_value=?, winner=?, why=?, settled=?, choice=?, force=?, own=? WHERE id=?",
            "iittttt"
            "ittiiti",
            c->run, c->time, c->title, c->path, c->base, c->value[SIDE_LEFT], c->value[SIDE_RIGHT],
            (int64_t)c->winner, c->why, c->settled, (int64_t)c->choice, (int64_t)c->force, c->own,
            c->id);
    }
    enum rc rc = db_run(s->db, err,
        "INSERT INTO conflict(link, pair, run, time, title, path, base, left_value, right_value,"
        " winner, why, settled, choice, force, own) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "iiiittttt"
        "ittiit",
        c->link, c->pair, c->run, c->time, c->title, c->path, c->base, c->value[SIDE_LEFT],
        c->value[SIDE_RIGHT], (int64_t)c->winner, c->why, c->settled, (int64_t)c->choice,
        (int64_t)c->force, c->own);
    if (rc == RC_OK) {
        c->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_conflict_settle(struct state *s, struct state_conflict *c, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT id FROM conflict WHERE pair=? AND path=? AND winner=? AND left_value=? AND"
        " right_value=?",
        "ititt", c->pair, c->path, (int64_t)c->winner, c->value[SIDE_LEFT], c->value[SIDE_RIGHT]);
    if (rc != RC_OK) {
        return rc;
    }
    if (!db_next(row, &rc, err)) {
        return rc == RC_OK ? state_conflict_save(s, c, err) : rc;
    }
    c->id = db_int(row, 0);
    db_done(row);
    return db_run(s->db, err, "UPDATE conflict SET run=?, time=?, why=? WHERE id=?", "iiti", c->run,
        c->time, c->why, c->id);
}

enum rc state_conflict_begin(struct state *s, int64_t id, int64_t run, struct err *err)
{
    return db_run(s->db, err, "UPDATE conflict SET run=? WHERE id=?", "ii", run, id);
}

enum rc state_conflict_delete(struct state *s, int64_t id, struct err *err)
{
    return db_run(s->db, err, "DELETE FROM conflict WHERE id=?", "i", id);
}

enum rc state_conflict_choose(struct state *s, int64_t id, int choice, bool force, struct err *err)
{
    enum rc rc = db_run(s->db, err, "UPDATE conflict SET choice=?, force=?, own=NULL WHERE id=?",
        "iii", (int64_t)choice, (int64_t)force, id);
    return rc == RC_OK && db_changed_rows(s->db) == 0 ? no_conflict(id, err) : rc;
}

enum rc state_conflict_choose_own(
    struct state *s, int64_t id, const char *own, bool force, struct err *err)
{
    enum rc rc = db_run(s->db, err, "UPDATE conflict SET choice=?, force=?, own=? WHERE id=?",
        "iiti", (int64_t)CONFLICT_TAKE_OWN, (int64_t)force, own, id);
    return rc == RC_OK && db_changed_rows(s->db) == 0 ? no_conflict(id, err) : rc;
}

enum rc state_conflict_marks(struct state *s, int64_t link, struct conflict_mark **ret_marks,
    size_t *ret_count, struct err *err)
{
    struct conflict_mark *marks = NULL;
    size_t count = 0, cap = 0;
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT pair, max(winner<0), max(choice>=0) FROM conflict WHERE link=? GROUP BY pair"
        " ORDER BY pair",
        "i", link);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(marks, count, cap);
        marks[count++] =
            (struct conflict_mark){db_int(row, 0), db_int(row, 1) != 0, db_int(row, 2) != 0};
    }
    if (rc != RC_OK) {
        free(marks);
        return rc;
    }
    *ret_marks = marks;
    *ret_count = count;
    return RC_OK;
}

enum rc state_conflicts_open(struct state *s, int64_t link, long *ret, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(
        s->db, err, &row, "SELECT count(*) FROM conflict WHERE link=? AND winner<0", "i", link);
    if (rc == RC_OK && db_next(row, &rc, err)) {
        *ret = (long)db_int(row, 0);
        db_done(row);
    }
    return rc;
}
