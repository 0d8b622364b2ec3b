/* Links: which folder goes with which, how, and how far both have been listed (tokens). */
#include "client/state/internal.h"

#include <assert.h>

void state_link_fini(struct state_link *l)
{
    for (int side = 0; side < 2; side++) {
        free(l->side[side].folder);
        free(l->side[side].folder_name);
        free(l->side[side].token);
    }
    free(l->name);
    free(l->settings);
    free(l->last_text);
    *l = (struct state_link){0};
}

void state_links_fini(struct state_links *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_link_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_links){0};
}

#define LINK_SELECT                                                                                \
    "SELECT id, name, kind, direction, policy, enabled, settings, last_time, last_rc, last_text,"  \
    " left_account, left_folder, left_folder_name, left_token,"                                    \
    " right_account, right_folder, right_folder_name, right_token FROM link "

/* RC_IO on a word this version does not know: better no sync than one the other way round. */
static enum rc link_read(struct db_row *row, struct state_link *ret, struct err *err)
{
    CLEANUP(mem_free) char *kind = db_text(row, 2);
    CLEANUP(mem_free) char *direction = db_text(row, 3);
    CLEANUP(mem_free) char *policy = db_text(row, 4);
    CLEANUP(mem_free) char *last_rc = db_text(row, 8);
    int k = item_kind_from_name(kind), d = link_direction_from_name(direction),
        p = link_policy_from_name(policy);
    if (k < 0 || d < 0 || p < 0) {
        return err_set(err, RC_IO, 0,
            "state file: link number %lld has an unknown kind, direction or policy (%s, %s, %s)",
            (long long)db_int(row, 0), kind, direction, policy);
    }
    *ret = (struct state_link){
        .id = db_int(row, 0),
        .name = db_text(row, 1),
        .kind = (enum item_kind)k,
        .direction = (enum link_direction)d,
        .policy = (enum link_policy)p,
        .enabled = db_int(row, 5) != 0,
        .settings = db_text(row, 6),
        .last_time = db_int(row, 7),
        .last_rc = rc_from_name(last_rc),
        .last_text = db_text(row, 9),
    };
    for (int side = 0; side < 2; side++) {
        int c = 10 + side * 4;
        ret->side[side] = (struct state_link_side){
            .account = db_int(row, c),
            .folder = db_text(row, c + 1),
            .folder_name = db_text(row, c + 2),
            .token = db_text(row, c + 3),
        };
    }
    return RC_OK;
}

enum rc state_links_load(struct state *s, struct state_links *ret, struct err *err)
{
    struct state_links list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, LINK_SELECT "ORDER BY name", "");
    while (rc == RC_OK && db_next(row, &rc, err)) {
        struct state_link link;
        rc = link_read(row, &link, err);
        if (rc != RC_OK) {
            db_done(row);
            break;
        }
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = link;
    }
    if (rc != RC_OK) {
        state_links_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

static enum rc link_take(
    struct db_row *row, struct state_link *ret, const char *what, struct err *err)
{
    enum rc rc = RC_OK;
    if (!db_next(row, &rc, err)) {
        return rc != RC_OK ? rc : err_set(err, RC_NOT_FOUND, 0, "there is no link %s", what);
    }
    rc = link_read(row, ret, err);
    db_done(row);
    return rc;
}

enum rc state_link_get(struct state *s, int64_t id, struct state_link *ret, struct err *err)
{
    struct db_row *row;
    CLEANUP(mem_free) char *what = str_printf("number %lld", (long long)id);
    enum rc rc = db_query(s->db, err, &row, LINK_SELECT "WHERE id=?", "i", id);
    return rc != RC_OK ? rc : link_take(row, ret, what, err);
}

enum rc state_link_find(struct state *s, const char *name, struct state_link *ret, struct err *err)
{
    struct db_row *row;
    CLEANUP(mem_free) char *what = str_printf("'%s'", name);
    enum rc rc = db_query(s->db, err, &row, LINK_SELECT "WHERE name=?", "t", name);
    return rc != RC_OK ? rc : link_take(row, ret, what, err);
}

static enum rc link_add(struct state *s, struct state_link *l, struct err *err)
{
    const struct state_link_side *a = &l->side[SIDE_LEFT], *b = &l->side[SIDE_RIGHT];
    return db_run(s->db, err,
        "INSERT INTO link(name, kind, direction, policy, enabled, settings, left_account, "
        "left_folder,"
        " left_folder_name, right_account, right_folder, right_folder_name) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        "ttttititt"
        "itt",
        l->name, item_kind_name(l->kind), link_direction_name(l->direction),
        link_policy_name(l->policy), (int64_t)l->enabled, l->settings, a->account, a->folder,
        a->folder_name, b->account, b->folder, b->folder_name);
}

static enum rc link_replace(struct state *s, const struct state_link *l, struct err *err)
{
    const struct state_link_side *a = &l->side[SIDE_LEFT], *b = &l->side[SIDE_RIGHT];
    enum rc rc = db_run(s->db, err,
        "UPDATE link SET name=?, direction=?, policy=?, enabled=?, settings=?, left_folder_name=?,"
        " right_folder_name=? WHERE id=? AND kind=? AND left_account=? AND left_folder=?"
        " AND right_account=? AND right_folder=?",
        "tttitttititit", l->name, link_direction_name(l->direction), link_policy_name(l->policy),
        (int64_t)l->enabled, l->settings, a->folder_name, b->folder_name, l->id,
        item_kind_name(l->kind), a->account, a->folder, b->account, b->folder);
    if (rc == RC_OK && db_changed_rows(s->db) == 0) {
        return err_set(err, RC_CONFLICT, 0,
            "link \"%s\" cannot be moved to other folders: its pairs describe the old ones; unlink "
            "and link anew",
            l->name);
    }
    return rc;
}

enum rc state_link_save(struct state *s, struct state_link *l, struct err *err)
{
    struct state_link other = {0};
    struct err none = ERR_INIT;
    enum rc rc = state_link_find(s, l->name, &other, &none);
    int64_t other_id = other.id;
    state_link_fini(&other);
    err_fini(&none);
    if (rc == RC_OK && other_id != l->id) {
        return err_set(err, RC_CONFLICT, 0, "there is already a link named \"%s\"", l->name);
    }
    if (l->id) {
        return link_replace(s, l, err);
    }
    rc = link_add(s, l, err);
    if (rc == RC_OK) {
        l->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_link_delete(struct state *s, int64_t id, struct err *err)
{
    enum rc rc = db_run(s->db, err, "DELETE FROM link WHERE id=?", "i", id);
    if (rc == RC_OK && db_changed_rows(s->db) == 0) {
        return err_set(err, RC_NOT_FOUND, 0, "there is no link number %lld", (long long)id);
    }
    return rc;
}

enum rc state_token_save(
    struct state *s, int64_t link, enum side side, const char *token, struct err *err)
{
    assert(db_in_transaction(s->db)); /* I4: together with the pairs it describes */
    if (side == SIDE_LEFT) {
        return db_run(s->db, err, "UPDATE link SET left_token=? WHERE id=?", "ti", token, link);
    }
    return db_run(s->db, err, "UPDATE link SET right_token=? WHERE id=?", "ti", token, link);
}

enum rc state_link_rests(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, bool *ret, struct err *err)
{
    struct db_row *row;
    bool rests = false;
    enum rc rc = db_query(s->db, err, &row,
        "SELECT 1 FROM link_started WHERE link=?1"
        " AND NOT EXISTS(SELECT 1 FROM intent WHERE link=?1)"
        " AND NOT EXISTS(SELECT 1 FROM problem WHERE link=?1)"
        " AND NOT EXISTS(SELECT 1 FROM churn WHERE link=?1)"
        " AND NOT EXISTS(SELECT 1 FROM review WHERE link=?1)"
        " AND NOT EXISTS(SELECT 1 FROM conflict WHERE link=?1 AND (winner<0 OR choice>=0))"
        " AND NOT EXISTS(SELECT 1 FROM waits JOIN pair ON pair.id=waits.pair WHERE pair.link=?1)"
        " AND NOT EXISTS(SELECT 1 FROM pair WHERE link=?1 AND (left_look<>0 OR right_look<>0"
        "  OR ((has_base=0 OR left_id IS NULL OR right_id IS NULL) AND NOT EXISTS("
        "   SELECT 1 FROM outside WHERE outside.pair=pair.id AND past=?2 AND future=?3 AND due>?4"
        "    AND filter=?5))))",
        "iiiit", link, (int64_t)window->past, (int64_t)window->future, now,
        window->filter ? window->filter : "");
    while (rc == RC_OK && db_next(row, &rc, err)) {
        rests = true;
    }
    if (rc == RC_OK) {
        *ret = rests;
    }
    return rc;
}
