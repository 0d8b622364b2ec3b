/* The state file: round trips, what its constraints refuse, transactions, and files that must not
 * be used. */
#include "client/state/state.h"

#include "client/base/buf.h"
#include "client/state/backup.h"
#include "tests/unit/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static char *temp_path(const char *name)
{
    char *path = str_printf("%s/lockstep-state-%d-%s.db",
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (int)getpid(), name);
    unlink(path);
    return path;
}

static void drop(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        CLEANUP(mem_free) char *file = str_printf("%s%s", path, tails[i]);
        unlink(file);
    }
}

static void write_file(const char *path, const void *data, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (f) {
        fwrite(data, 1, n, f);
        fclose(f);
    }
}

static long file_size(const char *path)
{
    FILE *f = fopen(path, "rb");
    long n = -1;
    if (f) {
        fseek(f, 0, SEEK_END);
        n = ftell(f);
        fclose(f);
    }
    return n;
}

static struct state *open_new(struct check *c, const char *path, int64_t *ret_link)
{
    struct state *s = NULL;
    struct err err = ERR_INIT;
    drop(path);
    check_ok(c, state_open(path, NULL, &s, &err), &err);
    struct state_account a = {.name = mem_strdup("Work"),
        .type = mem_strdup("dav"),
        .url = mem_strdup("https://x/"),
        .user = mem_strdup("ada")};
    check_ok(c, state_account_save(s, &a, &err), &err);
    struct state_link l = {.name = mem_strdup("Contacts"),
        .kind = ITEM_EVENT,
        .direction = LINK_RIGHT_TO_LEFT,
        .policy = LINK_RIGHT_WINS,
        .enabled = true};
    for (int side = 0; side < 2; side++) {
        l.side[side].account = a.id;
        l.side[side].folder = mem_strdup(side ? "/cal/" : "folder");
    }
    check_ok(c, state_link_save(s, &l, &err), &err);
    *ret_link = l.id;
    state_account_fini(&a);
    state_link_fini(&l);
    err_fini(&err);
    return s;
}

static void check_round_trip(struct check *c, const char *path)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    check_ok(c, state_begin(s, &err), &err);
    check_ok(c, state_token_save(s, link, SIDE_RIGHT, "token", &err), &err);
    check_ok(c, state_commit(s, &err), &err);
    state_close(s);
    check_ok(c, state_open(path, NULL, &s, &err), &err);
    struct state_link l = {0};
    check_ok(c, state_link_find(s, "Contacts", &l, &err), &err);
    check_int(c, l.id, link);
    check_int(c, l.kind, ITEM_EVENT);
    check_int(c, l.direction, LINK_RIGHT_TO_LEFT);
    check_int(c, l.policy, LINK_RIGHT_WINS);
    check_str(c, l.side[SIDE_RIGHT].folder, "/cal/");
    check_str(c, l.side[SIDE_RIGHT].token, "token");
    check_str(c, l.side[SIDE_LEFT].token, NULL);
    str_replace(&l.side[SIDE_LEFT].folder, "elsewhere");
    check_int(c, state_link_save(s, &l, &err), RC_CONFLICT);
    struct state_account a = {0};
    check_ok(c, state_account_find(s, "Work", &a, &err), &err);
    check_str(c, a.user, "ada");
    check_int(c, state_account_delete(s, a.id, &err), RC_CONFLICT);
    check_ok(c, state_link_delete(s, link, &err), &err);
    check_ok(c, state_account_delete(s, a.id, &err), &err);
    check_int(c, state_account_find(s, "Work", &(struct state_account){0}, &err), RC_NOT_FOUND);
    check_ok(c, state_check(s, &err), &err);
    state_account_fini(&a);
    state_link_fini(&l);
    state_close(s);
    err_fini(&err);
}

static struct state_pair pair_of(const char *left, const char *right)
{
    struct state_pair p = {.prefer = -1};
    p.side[SIDE_LEFT].id = mem_strdup(left);
    p.side[SIDE_RIGHT].id = mem_strdup(right);
    p.side[SIDE_LEFT].version = mem_strdup("v1");
    return p;
}

/* One item is in one pair only, whatever the engine thinks (I2). */
static void check_one_pair_an_item(struct check *c, const char *path)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    struct state_pair a = pair_of("l1", "r1"), b = pair_of("l2", "r1"), none = pair_of(NULL, NULL);
    struct state_pair left = pair_of("l1", "r2");
    check_ok(c, state_pair_save(s, link, &a, &err), &err);
    check_int(c, state_pair_save(s, link, &b, &err), RC_CONFLICT);
    check_int(c, state_pair_save(s, link, &left, &err), RC_CONFLICT);
    state_pair_fini(&left);
    check_int(c, state_pair_save(s, link, &none, &err), RC_CONFLICT);
    struct state_body body = {
        {mem_strdup("{\"a\":1}"), mem_strdup("{\"b\":2}")}, {NULL, mem_strdup("native")}};
    check_ok(c, state_body_save(s, a.id, &body, &err), &err);
    state_body_fini(&body);
    check_ok(c, state_body_load(s, a.id, &body, &err), &err);
    check_str(c, body.doc[SIDE_RIGHT], "{\"b\":2}");
    check_str(c, body.native[SIDE_LEFT], NULL);
    check_str(c, body.native[SIDE_RIGHT], "native");
    check_ok(c, state_pair_delete(s, a.id, &err), &err);
    check_int(c, state_body_load(s, a.id, &body, &err), RC_NOT_FOUND);
    state_body_fini(&body);
    state_pair_fini(&a);
    state_pair_fini(&b);
    state_pair_fini(&none);
    state_close(s);
    err_fini(&err);
}

static void check_rollback(struct check *c, const char *path)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    struct state_pair p = pair_of("l1", NULL);
    check_ok(c, state_begin(s, &err), &err);
    check_ok(c, state_pair_save(s, link, &p, &err), &err);
    check_ok(c, state_token_save(s, link, SIDE_LEFT, "t", &err), &err);
    state_close(s); /* a crash in the middle */
    check_ok(c, state_open(path, NULL, &s, &err), &err);
    long full, half;
    check_ok(c, state_pair_counts(s, link, &full, &half, &err), &err);
    check_int(c, full + half, 0);
    struct state_link l = {0};
    check_ok(c, state_link_get(s, link, &l, &err), &err);
    check_str(c, l.side[SIDE_LEFT].token, NULL);
    state_link_fini(&l);
    state_pair_fini(&p);
    state_close(s);
    err_fini(&err);
}

/* A file that cannot be used is refused with a text, and not a byte of it changes (case 1). */
static void check_refused(struct check *c, const char *path, enum rc want, const char *word)
{
    struct state *s = NULL;
    struct err err = ERR_INIT;
    long size = file_size(path);
    enum rc rc = state_open(path, NULL, &s, &err);
    check_int(c, rc, want);
    check_true(c, !s && err.text && strstr(err.text, word));
    check_int(c, file_size(path), size);
    state_close(s);
    err_fini(&err);
}

static void check_bad_files(struct check *c, const char *path)
{
    char garbage[8192];
    memset(garbage, 'x', sizeof garbage);
    write_file(path, garbage, sizeof garbage);
    check_refused(c, path, RC_IO, "damaged");
    memset(garbage, 0, sizeof garbage);
    write_file(path, garbage, sizeof garbage);
    check_refused(c, path, RC_IO, path);
    write_file(path, "", 0);
    check_refused(c, path, RC_IO, "empty");
    check_refused(c, "/nonexistent-folder/state.db", RC_IO, "state file");
}

/* Cut to half, as a torn disk leaves it: no crash, and the damage is noticed. */
static void check_truncated(struct check *c, const char *path)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    for (int i = 0; i < 500; i++) {
        CLEANUP(mem_free) char *id = str_printf("item-%d", i);
        struct state_pair p = pair_of(id, id);
        check_ok(c, state_pair_save(s, link, &p, &err), &err);
        state_pair_fini(&p);
    }
    state_close(s);
    check_true(c, truncate(path, file_size(path) / 2) == 0);
    enum rc rc = state_open(path, NULL, &s, &err);
    if (rc == RC_OK) {
        struct state_pairs pairs = {0};
        rc = state_pairs_load(s, link, &pairs, &err);
        state_pairs_fini(&pairs);
        if (rc == RC_OK) {
            rc = state_check(s, &err);
        }
        state_close(s);
    }
    check_int(c, rc, RC_IO);
    err_fini(&err);
}

static struct state *open_with_pairs(struct check *c, const char *path, int pairs)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    for (int i = 0; i < pairs; i++) {
        CLEANUP(mem_free) char *id = str_printf("item-%d", i);
        struct state_pair p = pair_of(id, id);
        check_ok(c, state_pair_save(s, link, &p, &err), &err);
        state_pair_fini(&p);
    }
    err_fini(&err);
    return s;
}

/* All that anybody does with it first; what is wrong must show here. */
static enum rc use_file(const char *path, struct err *err)
{
    CLEANUP(state_close) struct state *s = NULL;
    struct state_totals totals;
    enum rc rc = state_open(path, NULL, &s, err);
    if (rc == RC_OK) {
        rc = state_check(s, err);
    }
    return rc == RC_OK ? state_totals_load(s, &totals, err) : rc;
}

/* Torn anywhere: refused in words, never used. Overwritten somewhere: refused, unless it is
 * free space or text, which SQLite keeps no checksum of. */
static void check_torn(struct check *c, const char *path)
{
    struct err err = ERR_INIT;
    char garbage[512];
    memset(garbage, 0xa5, sizeof garbage);
    state_close(open_with_pairs(c, path, 200));
    CLEANUP(mem_free) char *whole = str_printf("%s.whole", path);
    check_int(c, rename(path, whole), 0);
    long size = file_size(whole), refused = 0;
    srand(1);
    for (int i = 0; i < 80; i++) {
        CLEANUP(state_close) struct state *copy = NULL;
        bool tear = i % 2;
        drop(path);
        check_ok(c, state_copy_file(whole, path, &err), &err);
        long at = rand() % file_size(path);
        if (tear) {
            check_int(c, truncate(path, at), 0);
        } else {
            FILE *f = fopen(path, "r+b");
            fseek(f, at, SEEK_SET);
            fwrite(garbage, 1, sizeof garbage, f);
            fclose(f);
        }
        enum rc rc = use_file(path, &err);
        refused += rc != RC_OK;
        if (rc != RC_OK && (rc != RC_IO || !strstr(err_text(&err), path))) {
            check_fail(c, "damage at %ld: %s", at, err_text(&err));
        }
        if (tear && rc == RC_OK) {
            check_fail(c, "torn at %ld of %ld and nobody noticed", at, size);
        }
        err_fini(&err);
    }
    check_true(c, refused > 40); /* every torn one, and overwritten structure */
    drop(whole);
}

/* No more space: said so, and all that was committed before is there and goes on. */
static void check_full_disk(struct check *c, const char *path)
{
    struct err err = ERR_INIT;
    struct rlimit before, tight;
    CLEANUP(mem_free) char *log = str_printf("%s-wal", path);
    struct state *s = open_with_pairs(c, path, 50);
    struct state_links links = {0};
    check_ok(c, state_links_load(s, &links, &err), &err);
    getrlimit(RLIMIT_FSIZE, &before);
    tight = before;
    tight.rlim_cur = (rlim_t)file_size(log) + 30000;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    enum rc rc = RC_OK;
    int done = 50;
    while (rc == RC_OK && done < 5000) {
        CLEANUP(mem_free) char *id = str_printf("item-%d", done);
        struct state_pair p = pair_of(id, id);
        rc = state_pair_save(s, links.items[0].id, &p, &err);
        done += rc == RC_OK;
        state_pair_fini(&p);
    }
    check_int(c, rc, RC_IO);
    check_true(c, !state_error_damaged(&err) && strstr(err_text(&err), path));
    CLEANUP(mem_free) char *copy = str_printf("%s.copy", path);
    tight.rlim_cur = 8192;
    setrlimit(RLIMIT_FSIZE, &tight);
    check_int(c, state_copy(s, copy, NULL), RC_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    drop(copy);
    struct state_totals totals = {0};
    struct state_pair p = pair_of("one more", "one more");
    check_ok(c, state_check(s, &err), &err);
    check_ok(c, state_pair_save(s, links.items[0].id, &p, &err), &err);
    state_close(s);
    check_ok(c, state_open(path, NULL, &s, &err), &err);
    check_ok(c, state_totals_load(s, &totals, &err), &err);
    check_int(c, totals.pairs, done + 1);
    state_pair_fini(&p);
    state_links_fini(&links);
    state_close(s);
    err_fini(&err);
}

/* A copy is a state file like any other, made while the original is in use. */
static void check_copy(struct check *c, const char *path)
{
    struct err err = ERR_INIT;
    struct state_totals totals = {0};
    CLEANUP(mem_free) char *to = str_printf("%s.copy", path);
    drop(to);
    struct state *s = open_with_pairs(c, path, 20), *copy = NULL;
    check_ok(c, state_copy(s, to, &err), &err);
    check_int(c, state_copy(s, to, NULL), RC_IO); /* nothing is overwritten */
    check_int(c, state_copy_file(path, to, NULL), RC_BUSY);
    state_close(s);
    check_ok(c, state_open(to, NULL, &copy, &err), &err);
    check_ok(c, state_check(copy, &err), &err);
    check_ok(c, state_totals_load(copy, &totals, &err), &err);
    check_int(c, totals.pairs, 20);
    state_close(copy);
    drop(to);
    bool older = true;
    check_ok(c, state_file_older(path, &older, &err), &err);
    check_true(c, !older);
    check_int(c, state_copy_file(to, path, NULL), RC_NOT_FOUND);
    err_fini(&err);
}

static void check_second_instance(struct check *c, const char *path)
{
    int64_t link;
    struct state *first = open_new(c, path, &link), *second = NULL;
    struct err err = ERR_INIT;
    check_int(c, state_open(path, NULL, &second, &err), RC_BUSY);
    check_true(c, err.text && strstr(err.text, "another Lockstep"));
    state_close(first);
    check_ok(c, state_open(path, NULL, &second, &err), &err);
    check_int(c, state_open(path, NULL, &first, &err), RC_BUSY); /* not only while it is new */
    state_close(second);
    err_fini(&err);
}

/* Changes four bytes of the header (SQLite file format, section 1.3) of a new state file. */
static void make_with_header(struct check *c, const char *path, long offset, const char bytes[4])
{
    int64_t link;
    state_close(open_new(c, path, &link));
    FILE *f = fopen(path, "r+b");
    if (f) {
        fseek(f, offset, SEEK_SET);
        fwrite(bytes, 1, 4, f);
        fclose(f);
    }
}

static void check_newer(struct check *c, const char *path)
{
    make_with_header(c, path, 60, "\0\0\3\1"); /* user_version */
    check_refused(c, path, RC_UNSUPPORTED, "newer");
}

/* Some other program's database. */
static void check_foreign(struct check *c, const char *path)
{
    make_with_header(c, path, 68, "ABCD"); /* application_id */
    check_refused(c, path, RC_IO, "not a Lockstep state file");
}

static void check_many(struct check *c, const char *path)
{
    int64_t link;
    struct err err = ERR_INIT;
    struct state *s = open_new(c, path, &link);
    CLEANUP(mem_free) char *text = mem_alloc(3001);
    memset(text, 'x', 3000);
    check_ok(c, state_begin(s, &err), &err);
    for (int i = 0; i < 5000; i++) {
        CLEANUP(mem_free) char *id = str_printf("/dav/addressbooks/user/contacts/%08d.vcf", i);
        struct state_pair p = pair_of(id, id);
        struct state_body body = {{text, text}, {NULL, text}};
        if (state_pair_save(s, link, &p, &err) != RC_OK ||
            state_body_save(s, p.id, &body, &err) != RC_OK) {
            check_fail(c, "%s", err_text(&err));
        }
        state_pair_fini(&p);
    }
    check_ok(c, state_commit(s, &err), &err);
    state_close(s);
    check_ok(c, state_open(path, NULL, &s, &err), &err);
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    struct state_pairs pairs = {0};
    check_ok(c, state_pairs_load(s, link, &pairs, &err), &err);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    printf("note: 5000 pairs loaded in %.1f ms\n", ms);
    check_int(c, pairs.count, 5000);
    check_true(c, ms < 500); /* no documents are read: with a sanitizer it takes some 20 ms */
    state_pairs_fini(&pairs);
    state_close(s);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct check *c, const char *path);
    } cases[] = {
        {"state/round-trip", check_round_trip},
        {"state/one-pair-an-item", check_one_pair_an_item},
        {"state/rollback", check_rollback},
        {"state/bad-files", check_bad_files},
        {"state/truncated", check_truncated},
        {"state/torn", check_torn},
        {"state/full-disk", check_full_disk},
        {"state/copy", check_copy},
        {"state/second-instance", check_second_instance},
        {"state/newer-version", check_newer},
        {"state/foreign", check_foreign},
        {"state/many-pairs", check_many},
    };
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (check_case(&c, cases[i].name)) {
            CLEANUP(mem_free) char *path = temp_path(strrchr(cases[i].name, '/') + 1);
            cases[i].run(&c, path);
            drop(path);
        }
    }
    return check_end(&c);
}
