/* Accounts: where a side of a link lives. Passwords are kept by the platform, not here. */
#include "client/state/internal.h"

void state_account_fini(struct state_account *a)
{
    free(a->name);
    free(a->type);
    free(a->url);
    free(a->user);
    free(a->settings);
    *a = (struct state_account){0};
}

void state_accounts_fini(struct state_accounts *list)
{
    for (size_t i = 0; i < list->count; i++) {
        state_account_fini(&list->items[i]);
    }
    free(list->items);
    *list = (struct state_accounts){0};
}

static struct state_account account_read(struct db_row *row)
{
    return (struct state_account){
        .id = db_int(row, 0),
        .name = db_text(row, 1),
        .type = db_text(row, 2),
        .url = db_text(row, 3),
        .user = db_text(row, 4),
        .settings = db_text(row, 5),
    };
}

#define ACCOUNT_SELECT "SELECT id, name, type, url, user, settings FROM account "

enum rc state_accounts_load(struct state *s, struct state_accounts *ret, struct err *err)
{
    struct state_accounts list = {0};
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, ACCOUNT_SELECT "ORDER BY name", "");
    while (rc == RC_OK && db_next(row, &rc, err)) {
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = account_read(row);
    }
    if (rc != RC_OK) {
        state_accounts_fini(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

static enum rc account_take(
    struct db_row *row, struct state_account *ret, const char *what, struct err *err)
{
    enum rc rc = RC_OK;
    if (!db_next(row, &rc, err)) {
        return rc != RC_OK ? rc : err_set(err, RC_NOT_FOUND, 0, "there is no account %s", what);
    }
    *ret = account_read(row);
    db_done(row);
    return RC_OK;
}

enum rc state_account_get(struct state *s, int64_t id, struct state_account *ret, struct err *err)
{
    struct db_row *row;
    CLEANUP(mem_free) char *what = str_printf("number %lld", (long long)id);
    enum rc rc = db_query(s->db, err, &row, ACCOUNT_SELECT "WHERE id=?", "i", id);
    return rc != RC_OK ? rc : account_take(row, ret, what, err);
}

enum rc state_account_find(
    struct state *s, const char *name, struct state_account *ret, struct err *err)
{
    struct db_row *row;
    CLEANUP(mem_free) char *what = str_printf("\"%s\"", name);
    enum rc rc = db_query(s->db, err, &row, ACCOUNT_SELECT "WHERE name=?", "t", name);
    return rc != RC_OK ? rc : account_take(row, ret, what, err);
}

enum rc state_account_save(struct state *s, struct state_account *a, struct err *err)
{
    enum rc rc;
    if (a->id) {
        rc = db_run(s->db, err,
            "UPDATE account SET name=?, type=?, url=?, user=?, settings=? WHERE id=?", "ttttti",
            a->name, a->type, a->url, a->user, a->settings, a->id);
    } else {
        rc = db_run(s->db, err,
            "INSERT INTO account(name, type, url, user, settings) VALUES(?,?,?,?,?)", "ttttt",
            a->name, a->type, a->url, a->user, a->settings);
    }
    if (rc == RC_CONFLICT) {
        return err_set(
            err, rc, 0, "there is already an account named \"%s\"", a->name ? a->name : "");
    }
    if (rc == RC_OK && !a->id) {
        a->id = db_last_id(s->db);
    }
    return rc;
}

enum rc state_account_delete(struct state *s, int64_t id, struct err *err)
{
    enum rc rc = db_run(s->db, err, "DELETE FROM account WHERE id=?", "i", id);
    if (rc == RC_CONFLICT) {
        return err_set(err, rc, 0, "the account is still used by a link; unlink first");
    }
    if (rc == RC_OK && db_changed_rows(s->db) == 0) {
        return err_set(err, RC_NOT_FOUND, 0, "there is no account number %lld", (long long)id);
    }
    return rc;
}
