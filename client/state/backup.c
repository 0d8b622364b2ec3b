/* See backup.h. */
#include "client/state/backup.h"

#include "client/state/internal.h"

enum rc state_totals_load(struct state *s, struct state_totals *ret, struct err *err)
{
    int64_t accounts = 0, links = 0, pairs = 0, last = 0;
    enum rc rc = db_number(s->db, err, 0, &accounts, "SELECT count(*) FROM account");
    if (rc == RC_OK) {
        rc = db_number(s->db, err, 0, &links, "SELECT count(*) FROM link");
    }
    if (rc == RC_OK) {
        rc = db_number(s->db, err, 0, &pairs, "SELECT count(*) FROM pair");
    }
    if (rc == RC_OK) {
        rc = db_number(s->db, err, 0, &last, "SELECT max(last_time) FROM link");
    }
    if (rc == RC_OK) {
        *ret = (struct state_totals){(long)accounts, (long)links, (long)pairs, last};
    }
    return rc;
}

enum rc state_copy(struct state *s, const char *path, struct err *err)
{
    enum rc rc = db_run(s->db, err, "VACUUM INTO ?", "t", path);
    if (rc != RC_OK) {
        err_prefix(err, "copying it to %s", path);
    }
    return rc;
}

enum rc state_file_older(const char *path, bool *ret, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    return schema_open_as_is(path, &db, ret, err);
}

enum rc state_copy_file(const char *path, const char *to, struct err *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    bool older;
    enum rc rc = schema_open_as_is(path, &db, &older, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = db_run(db, err, "VACUUM INTO ?", "t", to);
    if (rc != RC_OK) {
        err_prefix(err, "copying it to %s", to);
    }
    return rc;
}

/* What may be out of date; ?1 is a link, or 0 for all. */
static const char *const distrusted[] = {
    "UPDATE link SET left_token=NULL, right_token=NULL WHERE ?1 IN (0, id)",
    "DELETE FROM body WHERE pair IN (SELECT id FROM pair WHERE ?1 IN (0, link))",
    "UPDATE pair SET has_base=0, prefer=-1, failures=0, next_try=0 WHERE ?1 IN (0, link)",
    "UPDATE pair SET left_look=1, right_look=1"
    " WHERE ?1 IN (0, link) AND left_id IS NOT NULL AND right_id IS NOT NULL",
    "DELETE FROM intent WHERE ?1 IN (0, link) AND op<>0",
    "DELETE FROM problem WHERE ?1 IN (0, link)",
};
_Static_assert(PAIR_LOOK == 1 && STATE_CREATE == 0, "as written above");

static enum rc distrust(struct state *s, int64_t link, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(distrusted); i++) {
        rc = db_run(s->db, err, distrusted[i], "i", link);
    }
    return rc;
}

enum rc state_distrust(struct state *s, struct err *err)
{
    enum rc rc = state_begin(s, err);
    if (rc == RC_OK) {
        rc = distrust(s, 0, err);
    }
    if (rc == RC_OK) {
        return state_commit(s, err);
    }
    state_rollback(s);
    return rc;
}

enum rc state_link_turn(struct state *s, struct state_link *l, struct err *err)
{
    enum rc rc = state_begin(s, err);
    if (rc == RC_OK) {
        rc = state_link_save(s, l, err);
    }
    if (rc == RC_OK) {
        rc = distrust(s, l->id, err);
    }
    if (rc == RC_OK) { /* what the two have become has to be seen, and kept in a backup, first */
        rc = db_run(s->db, err, "DELETE FROM link_started WHERE link=?", "i", l->id);
    }
    if (rc == RC_OK) {
        return state_commit(s, err);
    }
    state_rollback(s);
    return rc;
}

/* SQLITE_CORRUPT, SQLITE_NOTADB; 0 where this folder found it out by itself. */
bool state_error_damaged(const struct err *err)
{
    long native = err->native & 0xff;
    return err->rc == RC_IO && (native == 11 || native == 26 || err->native == 0);
}
