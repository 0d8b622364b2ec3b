/* Large texts in the state file (client/state/blob.c): what any document still names is kept. A column
 * that pruning does not look through loses its photos without a word. */
#include "client/base/map.h"
#include "client/state/blob.h"
#include "client/state/internal.h"
#include "tests/engine/world.h"

#include <stdio.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A row of each table that has columns with documents. */
static const struct holder {
    const char *table, *insert;
} holders[] = {
    {"body", "INSERT OR REPLACE INTO body(pair, left_doc, right_doc) VALUES(1, '{}', '{}')"},
    {"intent", "INSERT INTO intent(link, run, pair, side, op) VALUES(1, 1, 1, 0, 1)"},
    {"before_image", "INSERT INTO before_image(link, run, pair, time, side, op)"
                     " VALUES(1, 1, 1, 1, 0, 1)"},
    {"change", "INSERT INTO change(link, run, pair, time, left_op, right_op)"
               " VALUES(1, 1, 1, 1, 1, 1)"},
    {"conflict",
        "INSERT INTO conflict(link, pair, run, time, path, left_value, right_value, winner, why,"
        " choice, force) VALUES(1, 1, 1, 1, 'title', '{}', '{}', 0, 'policy', -1, 0)"},
};

static const struct holder *holder_of(const char *table)
{
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        if (strcmp(holders[i].table, table) == 0) {
            return &holders[i];
        }
    }
    return NULL;
}

static void run_sql(struct check *c, struct world *w, const char *sql)
{
    check_ok(c, db_exec(w->state->db, sql, &w->err), &w->err);
}

static long prune(struct check *c, struct world *w)
{
    long gone = -1;
    check_ok(c, state_blobs_prune(w->state, &gone, &w->err), &w->err);
    return gone;
}

static void check_column(struct check *c, struct world *w, const char *table, const char *column)
{
    const struct holder *h = holder_of(table);
    if (!h) {
        check_fail(
            c, "%s.%s looks like documents: tell this test how to make a row", table, column);
        return;
    }
    CLEANUP(mem_free)
    char *set = str_printf("UPDATE %s SET %s='{\"a\":\"" BLOB_REF HASH ":9\"}'", table, column);
    CLEANUP(mem_free) char *clear = str_printf("DELETE FROM %s", table);
    check_ok(c, state_blob_put(w->state, HASH, "data", &w->err), &w->err);
    run_sql(c, w, h->insert);
    run_sql(c, w, set);
    if (prune(c, w) != 0) {
        check_fail(c, "what %s.%s names was dropped", table, column);
    }
    run_sql(c, w, clear);
}

/* Columns are found by their names, so that a new one is not forgotten. */
static void test_holders(struct check *c)
{
    if (!check_case(c, "blobs/every-holder-keeps")) {
        return;
    }
    struct world w = {0};
    world_open(&w);
    memory_add(w.store[SIDE_LEFT], FOLDER, NULL, world_contact("ada", "Ada"));
    check_ok(c, world_sync(&w), &w.err); /* a link 1 with a pair 1 */
    check_int(c, prune(c, &w), 0);
    CLEANUP(json_free) struct json *columns = json_array();
    struct db_row *row;
    enum rc rc = db_query(w.state->db, &w.err, &row,
        "SELECT m.name||' '||p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p"
        " WHERE m.type='table' AND p.type='TEXT' AND (p.name LIKE '%doc' OR p.name LIKE '%native'"
        " OR p.name LIKE '%patch' OR p.name LIKE '%back' OR p.name LIKE '%forth'"
        " OR p.name LIKE '%base' OR p.name LIKE '%value' OR p.name='settled')",
        "");
    while (rc == RC_OK && db_next(row, &rc, &w.err)) {
        json_append(columns, json_str(db_text_borrowed(row, 0)));
    }
    check_int(c, rc, RC_OK);
    check_int(c, json_count(columns), 20);
    for (const struct json *at = json_first(columns); at; at = json_next(at)) {
        CLEANUP(mem_free) char *table = mem_strdup(json_str_value(at));
        char *space = strchr(table, ' ');
        *space = '\0';
        check_column(c, &w, table, space + 1);
    }
    check_int(c, prune(c, &w), 1); /* nobody names it any more */
    world_close(&w);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_holders(&c);
    return check_end(&c);
}
