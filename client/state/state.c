/* Opening the state file, transactions, and the names of its enums. */
#include "client/state/internal.h"

const char *side_name(enum side s)
{
    return s == SIDE_LEFT ? "left" : "right";
}

static int name_index(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (str_eq(names[i], name)) {
            return i;
        }
    }
    return -1;
}

static const char *const direction_names[] = {"two-way", "left-to-right", "right-to-left"};
static const char *const policy_names[] = {"newest", "left", "right"};
static const char *const op_names[] = {"create", "update", "delete"};

const char *link_direction_name(enum link_direction d)
{
    return direction_names[d];
}

const char *link_policy_name(enum link_policy p)
{
    return policy_names[p];
}

int link_direction_from_name(const char *name)
{
    return name_index(direction_names, ARRAY_LEN(direction_names), name);
}

int link_policy_from_name(const char *name)
{
    return name_index(policy_names, ARRAY_LEN(policy_names), name);
}

const char *state_op_name(enum state_op op)
{
    return op_names[op];
}

enum rc state_open(const char *path, const struct log *log, struct state **ret, struct err *err)
{
    struct db *db;
    enum rc rc = schema_open(path, &db, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct state *s = NEW(struct state);
    s->db = db;
    s->log = log;
    s->path = mem_strdup(path);
    log_line(log, LOG_LEVEL_DEBUG, "state", "opened %s", path);
    *ret = s;
    return RC_OK;
}

void state_close(struct state *s)
{
    if (!s) {
        return;
    }
    state_rollback(s);
    db_close(s->db);
    free(s->path);
    free(s);
}

enum rc state_check(struct state *s, struct err *err)
{
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, "PRAGMA integrity_check(1)", "");
    if (rc == RC_OK && db_next(row, &rc, err)) {
        CLEANUP(mem_free) char *text = db_text(row, 0);
        db_done(row);
        if (!str_eq(text, "ok")) {
            rc = err_set(err, RC_IO, 0, "state file %s: damaged (%s)", s->path, text);
        }
    }
    return rc;
}

enum rc state_begin(struct state *s, struct err *err)
{
    return db_exec(s->db, "BEGIN IMMEDIATE", err);
}

enum rc state_commit(struct state *s, struct err *err)
{
    enum rc rc = db_exec(s->db, "COMMIT", err);
    if (rc != RC_OK) {
        state_rollback(s);
    }
    return rc;
}

void state_rollback(struct state *s)
{
    if (db_in_transaction(s->db)) {
        struct err err = ERR_INIT;
        if (db_exec(s->db, "ROLLBACK", &err) != RC_OK) {
            log_line(s->log, LOG_LEVEL_ERROR, "state", "%s", err_text(&err));
        }
        err_fini(&err);
    }
}
