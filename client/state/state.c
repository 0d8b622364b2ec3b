/* Opening the state file, transactions, and the names of its enums. */
#include "client/state/internal.h"

#include <string.h>

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
static const char *const policy_names[] = {"newest", "left", "right", "ask"};
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
    s->step = s->rehearsal = false;
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
            for (char *line_end = text; (line_end = strchr(line_end, '\n'));) {
                *line_end = ' ';
            }
            rc = err_set(err, RC_IO, 0,
                "state file %s: damaged (%s). 'lockstep state restore' goes back to a copy",
                s->path, text);
        }
    }
    return rc;
}

/* In a rehearsal the transactions are savepoints inside the one that is thrown away. SQLite may end
 * that one by itself (disk full, out of memory): from then on nothing may be begun. */
static enum rc rehearsal_begin(struct state *s, struct err *err)
{
    if (!db_in_transaction(s->db)) {
        return err_set(err, RC_IO, 0, "state file %s: the rehearsal ended too soon", s->path);
    }
    enum rc rc = db_run(s->db, err, "SAVEPOINT step", "");
    s->step = rc == RC_OK;
    return rc;
}

enum rc state_rehearse(struct state *s, struct err *err)
{
    /* Without spilling, changed pages stay in memory: not even the log beside the file is written.
     */
    enum rc rc = db_exec(s->db, "PRAGMA cache_spill=OFF; BEGIN IMMEDIATE", err);
    s->rehearsal = rc == RC_OK;
    return rc;
}

void state_rehearsal_end(struct state *s)
{
    s->step = s->rehearsal = false;
    state_rollback(s);
    if (db_exec(s->db, "PRAGMA cache_spill=ON", NULL) != RC_OK) {
        log_line(s->log, LOG_LEVEL_WARN, "state", "cache_spill could not be switched on again");
    }
}

enum rc state_begin(struct state *s, struct err *err)
{
    return s->rehearsal ? rehearsal_begin(s, err) : db_run(s->db, err, "BEGIN IMMEDIATE", "");
}

enum rc state_commit(struct state *s, struct err *err)
{
    enum rc rc =
        s->rehearsal ? db_run(s->db, err, "RELEASE step", "") : db_run(s->db, err, "COMMIT", "");
    s->step = s->step && rc != RC_OK;
    if (rc != RC_OK) {
        state_rollback(s);
    }
    return rc;
}

void state_rollback(struct state *s)
{
    if (s->rehearsal && !s->step) {
        return;
    }
    if (db_in_transaction(s->db)) {
        struct err err = ERR_INIT;
        const char *sql = s->rehearsal ? "ROLLBACK TO step; RELEASE step" : "ROLLBACK";
        s->step = false;
        if (db_exec(s->db, sql, &err) != RC_OK) {
            log_line(s->log, LOG_LEVEL_ERROR, "state", "%s", err_text(&err));
        }
        err_fini(&err);
    }
}
