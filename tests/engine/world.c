/* See world.h. */
#include "tests/engine/world.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"
#include "client/state/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* splitmix64: small, seeded, the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void engine_random(void *user, void *bytes, size_t n)
{
    struct world *w = user;
    unsigned char *p = bytes;
    static uint64_t uids =
        1; /* never twice in one process, also across worlds that share a store */
    for (size_t i = 0; i < n; i++) {
        p[i] = (unsigned char)next_random(&uids);
    }
    (void)w;
}

static int64_t engine_now(void *user)
{
    return ((struct world *)user)->clock;
}

uint64_t world_random(struct world *w)
{
    return next_random(&w->seed);
}

/* ---- opening and closing ---- */

static void must(struct world *w, enum rc rc, const char *what)
{
    if (rc != RC_OK) {
        printf("FAIL world: %s: %s\n", what, err_text(&w->err));
        exit(1);
    }
}

static char *new_path(void)
{
    static int n;
    const char *dir = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    return str_printf("%s/lockstep-engine-%d-%d.db", dir, (int)getpid(), n++);
}

static void remove_files(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        CLEANUP(mem_free) char *file = str_printf("%s%s", path, tails[i]);
        unlink(file);
    }
}

/* All rows go: what is then made in it has the same ids as in a new file. Everything else hangs on
 * links and accounts. */
static void empty_state(struct world *w)
{
    struct db *db = w->state->db;
    must(w, state_begin(w->state, &w->err), "emptying the state file");
    must(w, db_run(db, &w->err, "DELETE FROM link", ""), "emptying the state file");
    must(w, db_run(db, &w->err, "DELETE FROM account", ""), "emptying the state file");
    must(w, db_run(db, &w->err, "DELETE FROM sqlite_sequence", ""), "emptying the state file");
    must(w, state_commit(w->state, &w->err), "emptying the state file");
}

static void open_state(struct world *w)
{
    if (w->spare) {
        w->state = w->spare;
        w->path = mem_strdup(w->state->path);
        w->spare = NULL;
        empty_state(w);
        return;
    }
    w->path = new_path();
    if (!w->disk) {
        remove_files(w->path);
    }
    must(w, state_open(w->path, NULL, &w->state, &w->err), "state_open");
}

void world_open(struct world *w)
{
    open_state(w);
    w->clock = w->clock ? w->clock : 1000000;
    struct state_account account = {.name = (char[]){"both"}, .type = (char[]){"memory"}};
    must(w, state_account_save(w->state, &account, &w->err), "account");
    struct state_link link = {
        .name = (char[]){"link"},
        .kind = ITEM_CONTACT,
        .side = {{account.id, (char[]){FOLDER}, NULL, NULL},
            {account.id, (char[]){FOLDER}, NULL, NULL}},
        .direction = w->direction,
        .policy = w->policy,
        .enabled = true,
    };
    must(w, state_link_save(w->state, &link, &w->err), "link");
    w->link = link.id;
    for (int s = 0; s < 2; s++) {
        w->store[s] = memory_store_new(&w->opt[s]);
    }
    w->options.random = engine_random;
    w->options.now = engine_now;
    w->options.user = w;
    sync_report_init(&w->report);
}

struct state *world_close_but_state(struct world *w)
{
    for (int s = 0; s < 2; s++) {
        store_free(w->store[s]);
    }
    free(w->path);
    sync_report_fini(&w->report);
    err_fini(&w->err);
    return w->state;
}

void world_close(struct world *w)
{
    CLEANUP(mem_free) char *path = mem_strdup(w->path);
    bool real = !w->disk;
    state_close(world_close_but_state(w));
    if (real) {
        remove_files(path);
    }
}

void world_reopen(struct world *w)
{
    state_close(w->state);
    w->state = NULL;
    must(w, state_open(w->path, NULL, &w->state, &w->err), "state_open again");
}

/* ---- running ---- */

enum rc world_sync(struct world *w)
{
    sync_report_fini(&w->report);
    err_fini(&w->err);
    w->clock += 300;
    w->runs += !w->options.preview;
    return sync_run(w->state, w->link, w->store[SIDE_LEFT], w->store[SIDE_RIGHT], &w->options,
        &w->report, &w->err);
}

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    char block[65536];
    size_t n;
    while (out && (n = fread(block, 1, sizeof block, in)) > 0) {
        fwrite(block, 1, n, out);
    }
    if (in) {
        fclose(in);
    }
    if (out) {
        fclose(out);
    }
}

static void move_files(const char *from, const char *to, bool keep)
{
    static const char *const tails[] = {"", "-wal"};
    remove_files(to);
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        CLEANUP(mem_free) char *a = str_printf("%s%s", from, tails[i]);
        CLEANUP(mem_free) char *b = str_printf("%s%s", to, tails[i]);
        if (access(a, R_OK) == 0) {
            copy_file(a, b);
        }
    }
    if (!keep) {
        remove_files(from);
    }
}

/* What is on disk now is all that the next start will see. */
static void keep_disk(void *user)
{
    struct world *w = user;
    CLEANUP(mem_free) char *kept = str_printf("%s.kept", w->path);
    move_files(w->path, kept, true);
}

static void stop_disk(void *user)
{
    disk_stop(((struct world *)user)->disk);
}

static void stop_stores(void *user)
{
    ((struct world *)user)->stop.stopped = true;
}

void world_set_restarts(struct world *w, bool on)
{
    w->keeps_open = !on;
}

/* Back to what was on disk at the moment of the crash. */
static void restart(struct world *w)
{
    if (w->disk && w->keeps_open) {
        state_rollback(w->state);
        disk_go_on(w->disk);
        return;
    }
    state_close(w->state);
    w->state = NULL;
    if (w->disk) {
        disk_go_on(w->disk);
    } else {
        CLEANUP(mem_free) char *kept = str_printf("%s.kept", w->path);
        move_files(kept, w->path, false);
    }
    must(w, state_open(w->path, NULL, &w->state, &w->err), "state_open after a crash");
}

void world_copy_state(struct world *w, const char *to)
{
    must(w, db_exec(w->state->db, "PRAGMA wal_checkpoint(TRUNCATE)", &w->err), "checkpoint");
    disk_copy(w->disk, w->path, to);
}

static bool sync_until_stop(struct world *w)
{
    memory_set_stop(w->store[SIDE_LEFT], &w->stop);
    memory_set_stop(w->store[SIDE_RIGHT], &w->stop);
    (void)!world_sync(w); /* faults of the test's own may cut it off, too */
    memory_set_stop(w->store[SIDE_LEFT], NULL);
    memory_set_stop(w->store[SIDE_RIGHT], NULL);
    if (w->stop.stopped) {
        restart(w);
    }
    return w->stop.stopped;
}

bool world_crash(struct world *w, long at, bool after)
{
    w->stop = (struct memory_stop){
        .at = at, .after = after, .on_stop = w->disk ? stop_disk : keep_disk, .user = w};
    return sync_until_stop(w);
}

bool world_crash_commit(struct world *w, long n, enum disk_moment moment)
{
    w->stop = (struct memory_stop){0};
    disk_stop_in(w->disk, n, moment, stop_stores, w);
    bool crashed = sync_until_stop(w);
    disk_go_on(w->disk);
    return crashed;
}

/* ---- items ---- */

struct json *world_contact(const char *uid, const char *name)
{
    struct json *doc = json_object();
    json_set_str(doc, "@type", "Card");
    json_set_str(doc, "version", "1.0");
    json_set_str(doc, "uid", uid);
    json_set_str(json_need_object(doc, "name"), "full", name);
    return doc;
}

const char *world_find(struct world *w, enum side s, const char *name)
{
    const char *id;
    for (size_t i = 0; (id = memory_id_at(w->store[s], FOLDER, i)); i++) {
        if (str_eq(json_get_str(json_get(memory_doc(w->store[s], FOLDER, id), "name"), "full"),
                name)) {
            return id;
        }
    }
    return NULL;
}

const char *world_text(struct world *w, enum side s, const char *name, const char *path)
{
    const char *id = world_find(w, s, name);
    return id ? json_str_value(json_pointer(memory_doc(w->store[s], FOLDER, id), path)) : NULL;
}

void world_set(struct world *w, enum side s, const char *name, const char *path, const char *text)
{
    const char *id = world_find(w, s, name);
    if (!id || !memory_set(w->store[s], FOLDER, id, path, text ? json_str(text) : NULL)) {
        printf("FAIL world: cannot set %s of %s on the %s side\n", path, name, side_name(s));
        exit(1);
    }
}

bool world_remove(struct world *w, enum side s, const char *name)
{
    const char *id = world_find(w, s, name);
    return id && memory_remove(w->store[s], FOLDER, id);
}

size_t world_count(struct world *w, enum side s)
{
    return memory_count(w->store[s], FOLDER);
}

/* ---- comparing ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts and joins texts; takes them over. */
static char *join_sorted(char **texts, size_t n)
{
    if (n) {
        qsort(texts, n, sizeof *texts, compare_texts);
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, texts[i]);
        buf_addc(&b, '\n');
        free(texts[i]);
    }
    free(texts);
    return buf_take(&b);
}

static void remove_all(struct json *doc, const char *const *members, size_t n)
{
    for (size_t i = 0; i < n && members[i]; i++) {
        json_remove(doc, members[i]);
    }
}

/* Members by the names of the items they are, so that both sides can be compared. */
static void name_members(const struct world *w, enum side s, struct json *doc)
{
    CLEANUP(json_free) struct json *members = json_detach(doc, "members");
    json_remove(doc, DOC_MEMBER_CARDS);
    for (const struct json *m = json_first(members); m; m = json_next(m)) {
        const char *key = json_key(m);
        const char *id = str_starts(key, DOC_MEMBER_ITEM)
                             ? key + strlen(DOC_MEMBER_ITEM)
                             : memory_id_by_uid(w->store[s], FOLDER, key);
        const struct json *item = id ? memory_doc(w->store[s], FOLDER, id) : NULL;
        const char *name = json_get_str(json_get(item, "name"), "full");
        json_set_bool(json_need_object(doc, "members"), name ? name : key, true);
    }
}

char *world_note_lines(const struct json *doc)
{
    char **lines = NULL;
    size_t n = 0;
    for (const struct json *e = json_first(json_get(doc, "notes")); e; e = json_next(e)) {
        for (const char *text = json_get_str(e, "note"); *text;) {
            size_t length = strcspn(text, "\r\n");
            if (length) {
                lines = mem_realloc(lines, n + 1, sizeof *lines);
                lines[n++] = mem_strndup(text, length);
            }
            text += length + (text[length] != '\0');
        }
    }
    return join_sorted(lines, n);
}

static char *item_content(const struct world *w, enum side s, const struct json *doc)
{
    CLEANUP(json_free) struct json *copy = json_dup(doc);
    name_members(w, s, copy);
    static const char *const bookkeeping[] = {
        "uid", "created", "updated", "prodId", "sequence", "version"};
    remove_all(copy, bookkeeping, ARRAY_LEN(bookkeeping));
    for (int side = 0; side < 2; side++) {
        remove_all(copy, w->opt[side].drops, ARRAY_LEN(w->opt[side].drops));
        remove_all(copy, &w->opt[side].recodes, 1);
    }
    if (w->opt[SIDE_LEFT].joins || w->opt[SIDE_RIGHT].joins) {
        CLEANUP(mem_free) char *lines = world_note_lines(copy);
        json_set_str(copy, "notes", lines);
    }
    CLEANUP(json_free) struct json *empty = json_object();
    for (struct json *m = json_first(copy); m; m = json_next(m)) {
        if (!json_is_object(m) || !shape_id_map(json_key(m))) {
            continue;
        }
        if (!json_count(m)) {
            json_set_str(empty, json_key(m), ""); /* the same as none */
        }
        size_t n = 0;
        char **texts = mem_realloc(NULL, json_count(m) + 1, sizeof *texts);
        for (struct json *e = json_first(m); e; e = json_next(e)) {
            texts[n++] = json_print_canonical(e);
        }
        CLEANUP(mem_free) char *all = join_sorted(texts, n);
        CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
        json_set_str(copy, key, all);
        m = json_get(copy, key);
    }
    for (const struct json *m = json_first(empty); m; m = json_next(m)) {
        json_remove(copy, json_key(m));
    }
    return json_print_canonical(copy);
}

char *world_content(struct world *w, enum side s)
{
    size_t n = world_count(w, s);
    char **texts = mem_realloc(NULL, n + 1, sizeof *texts);
    for (size_t i = 0; i < n; i++) {
        texts[i] = item_content(
            w, s, memory_doc(w->store[s], FOLDER, memory_id_at(w->store[s], FOLDER, i)));
    }
    return join_sorted(texts, n);
}

static long full_pairs(struct check *c, struct world *w, bool *ret_clean)
{
    struct state_pairs pairs = {0};
    long full = 0;
    check_ok(c, state_pairs_load(w->state, w->link, &pairs, &w->err), &w->err);
    *ret_clean = true;
    for (size_t i = 0; i < pairs.count; i++) {
        const struct state_pair *p = &pairs.items[i];
        full += p->side[SIDE_LEFT].id && p->side[SIDE_RIGHT].id;
        *ret_clean &= p->has_base && p->side[SIDE_LEFT].look == PAIR_CLEAN &&
                      p->side[SIDE_RIGHT].look == PAIR_CLEAN;
        for (int s = 0; s < 2; s++) {
            if (p->side[s].id && !memory_doc(w->store[s], FOLDER, p->side[s].id)) {
                check_fail(c, "a pair names %s on the %s side, which is not there", p->side[s].id,
                    side_name((enum side)s));
            }
        }
    }
    state_pairs_fini(&pairs);
    return full;
}

void world_check_converged(struct check *c, struct world *w)
{
    CLEANUP(mem_free) char *left = world_content(w, SIDE_LEFT);
    CLEANUP(mem_free) char *right = world_content(w, SIDE_RIGHT);
    check_str(c, left, right);
    bool clean;
    check_int(c, full_pairs(c, w, &clean), (long)world_count(w, SIDE_LEFT));
    check_int(c, memory_counts(w->store[SIDE_LEFT]).misuse, 0);
    check_int(c, memory_counts(w->store[SIDE_RIGHT]).misuse, 0);
}

void world_check_settled(struct check *c, struct world *w)
{
    bool clean;
    full_pairs(c, w, &clean);
    check_true(c, clean);
    struct state_intents intents = {0};
    check_ok(c, state_intents_load(w->state, w->link, &intents, &w->err), &w->err);
    check_int(c, intents.count, 0);
    state_intents_fini(&intents);
}

static long writes(const struct memory_counts *n)
{
    return n->creates + n->updates + n->deletes;
}

void world_check_quiet(struct check *c, struct world *w)
{
    struct memory_counts before[2] = {memory_counts(w->store[0]), memory_counts(w->store[1])};
    check_ok(c, world_sync(w), &w->err);
    check_true(c, !w->report.wrote_anything);
    for (int s = 0; s < 2; s++) {
        struct memory_counts now = memory_counts(w->store[s]);
        check_int(c, writes(&now) - writes(&before[s]), 0);
    }
}
