/* plan PAIRS tokens|listing [RUNS]: what a run without changes costs over a link of so many pairs.
 *
 * Two stores in memory and a state file that has them in step. The run is the engine's own, from
 * reading the state file to its report; the file is closed and opened anew before each, as between
 * two runs of the program. "tokens": the stores say that nothing has changed since. "listing": both
 * list everything; what they spend on making the listings is taken off, being theirs. Beside each
 * run, SQLite alone reads the same rows of the same file and keeps nothing.
 *
 * Prints NAME <TAB> figure: milliseconds (the least of RUNS), and bytes of memory. */
#include "client/item/doc.h"
#include "client/state/internal.h"
#include "tests/benchmarks/heap.h"
#include "tests/engine/world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 10

struct times {
    double load; /* until it asks the stores: the state file */
    double plan; /* what the stores said, against the pairs; the report; clearing up */
    double run;  /* both */
    double scan; /* SQLite alone */
};

/* A store whose listings are timed. It has no other call: a run without changes makes none. */
struct watched {
    struct store base;
    struct store *real; /* borrowed */
    double spent;
};

struct bench {
    struct world world; /* first: it is the `user` of the options */
    struct watched side[2];
    double asked; /* when the run began to look */
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "plan: %s: %s\n", what, why);
    exit(1);
}

static void must(enum rc rc, const char *what, const struct err *err)
{
    if (rc != RC_OK) {
        fail(what, err_text(err));
    }
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double least(double a, double b)
{
    return a == 0 || b < a ? b : a;
}

/* ---- what is measured ---- */

static enum rc watched_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    struct watched *w = (struct watched *)(void *)s;
    double start = now_ms();
    enum rc rc = w->real->vtbl->changes(w->real, folder, kind, token, ret, err);
    w->spent += now_ms() - start;
    return rc;
}

static const struct store_vtbl vtbl_watched = {.name = "watched", .changes = watched_changes};

static void note_look(void *user, const struct sync_progress *p)
{
    struct bench *b = user;
    if (str_eq(p->phase, "look") && p->done == 0) {
        b->asked = now_ms();
    }
}

/* ---- the link ---- */

/* Ids as long as real ones: an entry id of Outlook, the name of a file on a server. */
static void add_pair(struct bench *b, long n)
{
    struct world *w = &b->world;
    CLEANUP(mem_free) char *uid = str_printf("%08lx-5ca1-4ab1-8e1e-%012lx", n * 2654435761, n);
    CLEANUP(mem_free) char *title = str_printf("Person %ld", n);
    CLEANUP(mem_free) char *left = str_printf("00000000%040lX", n * 2654435761);
    CLEANUP(mem_free) char *right = str_printf("%s.vcf", uid);
    struct state_pair pair = {.prefer = -1, .has_base = true, .uid = uid};
    struct state_body body = {0};
    for (int s = 0; s < 2; s++) {
        struct json *doc = world_contact(uid, title);
        body.doc[s] = json_print(doc);
        memory_add(w->store[s], FOLDER, s ? right : left, doc);
        pair.side[s] =
            (struct state_pair_side){s ? right : left, str_printf("v%ld", n), PAIR_CLEAN};
    }
    must(state_pair_save(w->state, w->link, &pair, &w->err), "pair", &w->err);
    must(state_body_save(w->state, pair.id, &body, &w->err), "body", &w->err);
    for (int s = 0; s < 2; s++) {
        free(pair.side[s].version);
    }
    state_body_fini(&body);
}

static void check_quiet(struct world *w)
{
    for (int s = 0; s < 2; s++) {
        struct memory_counts c = memory_counts(w->store[s]);
        if (c.creates || c.updates || c.deletes || w->report.failed || w->report.held) {
            fail("the run was not one without changes", w->report.text);
        }
    }
}

static void bench_open(struct bench *b, long pairs, bool tokens)
{
    struct world *w = &b->world;
    w->opt[0].tokens = w->opt[1].tokens = tokens;
    world_open(w);
    must(state_begin(w->state, &w->err), "begin", &w->err);
    for (long n = 1; n <= pairs; n++) {
        add_pair(b, n);
    }
    must(state_commit(w->state, &w->err), "commit", &w->err);
    must(world_sync(w), "first run", &w->err); /* which stores the tokens */
    check_quiet(w);
    w->options.progress = note_look;
    for (int s = 0; s < 2; s++) {
        b->side[s] = (struct watched){.base.vtbl = &vtbl_watched, .real = w->store[s]};
    }
}

static void run(struct bench *b, struct times *t)
{
    struct world *w = &b->world;
    world_reopen(w);
    sync_report_fini(&w->report);
    sync_report_init(&w->report);
    b->side[0].spent = b->side[1].spent = 0;
    double start = now_ms();
    must(sync_run(w->state, w->link, &b->side[0].base, &b->side[1].base, &w->options, &w->report,
             &w->err),
        "run", &w->err);
    double end = now_ms();
    check_quiet(w);
    t->load = least(t->load, b->asked - start);
    t->plan = least(t->plan, end - b->asked - b->side[0].spent - b->side[1].spent);
    t->run = least(t->run, end - start - b->side[0].spent - b->side[1].spent);
}

/* ---- what it is measured against ---- */

static void scan(const struct bench *b, long pairs, struct times *t)
{
    sqlite3 *db;
    sqlite3_stmt *rows;
    if (sqlite3_open_v2(b->world.path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT * FROM pair ORDER BY id", -1, &rows, NULL) != SQLITE_OK) {
        fail("scan", sqlite3_errmsg(db));
    }
    long count = 0;
    double start = now_ms();
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            (void)sqlite3_column_text(rows, i);
        }
        count++;
    }
    t->scan = least(t->scan, now_ms() - start);
    sqlite3_finalize(rows);
    sqlite3_close(db);
    if (count != pairs) {
        fail("scan", "not all the pairs were read");
    }
}

int main(int argc, char **argv)
{
    long pairs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    long runs = argc > 3 ? strtol(argv[3], NULL, 10) : RUNS;
    if (pairs <= 0 || runs <= 0) {
        fail("usage", "plan PAIRS tokens|listing [RUNS]");
    }
    struct bench b = {0};
    struct times t = {0}, counted = {0};
    bench_open(&b, pairs, str_eq(argv[2], "tokens"));
    for (long i = 0; i < runs; i++) {
        run(&b, &t);
        state_close(
            TAKE(b.world.state)); /* SQLite lets no two read it: it is opened for one alone */
        scan(&b, pairs, &t);
    }
    world_reopen(&b.world);
    heap_count();
    run(&b, &counted);
    size_t peak = heap_peak();
    printf("load\t%.2f\nplan\t%.2f\nrun\t%.2f\nscan\t%.2f\nmemory\t%zu\n", t.load, t.plan, t.run,
        t.scan, peak);
    world_close(&b.world);
    return 0;
}
