/* Repair and restore. Repair: every scenario of the engine with either side said to be right; the
 * other becomes equal by the smallest difference, the next run writes nothing, and it can be
 * undone. Restore: what a backup (here: copies of the documents) holds comes back, and only that. */
#include "client/base/buf.h"
#include "client/state/backup.h"
#include "client/state/change.h"
#include "tests/engine/scenario.h"

#include <stdlib.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

static const struct scenario *named(const char *name)
{
    for (size_t i = 0; i < scenario_count; i++) {
        if (strcmp(scenario_list[i].name, name) == 0) {
            return &scenario_list[i];
        }
    }
    printf("FAIL repair: no scenario %s\n", name);
    exit(1);
}

static void start(struct world *w, bool preview)
{
    sync_report_fini(&w->report);
    err_fini(&w->err);
    w->clock += 300;
    w->options.preview = preview;
}

static enum rc repair_with(struct world *w, enum side right, long deletes, bool preview)
{
    struct sync_repair what = {.right = right, .deletes = deletes};
    start(w, preview);
    enum rc rc = sync_repair(
        w->state, w->link, w->store[L], w->store[R], &what, &w->options, &w->report, &w->err);
    w->options.preview = false;
    return rc;
}

static enum rc repair(struct world *w, enum side right)
{
    return repair_with(w, right, SYNC_ANY_DELETES, false);
}

static enum rc undo(struct world *w, int64_t run)
{
    struct sync_undo what = {.run = run};
    start(w, false);
    return sync_undo(
        w->state, w->link, w->store[L], w->store[R], &what, &w->options, &w->report, &w->err);
}

/* Everything a side holds, to the last member; in order of creation. Caller frees. */
static char *all_of(struct world *w, enum side s)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < memory_count(w->store[s], FOLDER); i++) {
        const char *id = memory_id_at(w->store[s], FOLDER, i);
        CLEANUP(mem_free)
        char *doc = json_print_canonical(memory_doc(w->store[s], FOLDER, id));
        buf_addf(&b, "%s %ld %s\n", id, memory_hidden(w->store[s], FOLDER, id), doc);
    }
    return buf_take(&b);
}

static void check_side(struct check *c, struct world *w, enum side s, const char *want)
{
    CLEANUP(mem_free) char *got = world_content(w, s);
    check_str(c, got, want);
}

static void check_writes(
    struct check *c, const struct world *w, enum side s, long created, long updated, long deleted)
{
    check_int(c, w->report.side[s].created, created);
    check_int(c, w->report.side[s].updated, updated);
    check_int(c, w->report.side[s].deleted, deleted);
}

/* ---- repair ---- */

/* A repair that finds nothing to do, a run that writes nothing, and nothing owed. */
static void check_at_rest(struct check *c, struct world *w, enum side right)
{
    world_check_quiet(c, w);
    world_check_settled(c, w);
    check_ok(c, repair(w, right), &w->err);
    check_true(c, !w->report.wrote_anything);
    world_check_quiet(c, w);
}

/* Doubtful ones are left as they are, on both sides, and everything else is done. */
static void check_doubted(struct check *c, struct world *w, size_t wrong_count, enum side wrong)
{
    check_int(c, w->report.doubted > 0, 1);
    check_int(c, world_count(w, wrong), wrong_count);
    world_check_quiet(c, w);
}

static void check_scenario(struct check *c, const struct scenario *s, enum side right)
{
    struct world w;
    enum side wrong = side_other(right);
    scenario_open(c, &w, s);
    s->edit(&w);
    if (s->no_crash || strstr(s->name, "unproven") || (s->readonly_right && wrong == R) ||
        s->direction != LINK_TWO_WAY) {
        world_close(&w); /* lies, and what may not be written: cases of their own below */
        return;
    }
    CLEANUP(mem_free) char *right_before = all_of(&w, right);
    CLEANUP(mem_free) char *wrong_before = world_content(&w, wrong);
    size_t wrong_count = world_count(&w, wrong);
    check_ok(c, repair(&w, right), &w.err);
    check_int(c, w.report.failed, 0);
    int64_t run = w.report.run;
    CLEANUP(mem_free) char *right_after = all_of(&w, right);
    check_str(c, right_after, right_before); /* nothing is written there */
    if (w.report.doubted) {
        check_doubted(c, &w, wrong_count, wrong);
        world_close(&w);
        return;
    }
    CLEANUP(mem_free) char *want = world_content(&w, right);
    if (right == R &&
        (str_eq(s->name, "first-sync/both-filled") || str_eq(s->name, "ask/first-sync"))) {
        /* Not one item over there has a note: nothing says that it could hold one (I10). */
        check_str(c, world_text(&w, L, "Ada", "notes/n1/note"), "left note");
        world_set(&w, L, "Ada", "notes", NULL);
        str_replace(&wrong_before, NULL);
    }
    if (!strstr(s->name, "cut-short")) { /* there the wrong side cannot be equal */
        check_side(c, &w, wrong, want);
        world_check_converged(c, &w);
    } else {
        str_replace(&want, NULL);
        want = world_content(&w, wrong);
    }
    check_at_rest(c, &w, right);
    if (run && wrong_before) {
        check_ok(c, undo(&w, run), &w.err);
        check_int(c, w.report.failed, 0);
        int64_t undone = w.report.run;
        check_side(c, &w, wrong, wrong_before);
        world_check_quiet(c, &w);
        check_ok(c, undo(&w, undone), &w.err);
        check_int(c, w.report.failed, 0);
        check_side(c, &w, wrong, want);
        world_check_quiet(c, &w);
    }
    check_int(c, memory_counts(w.store[L]).misuse, 0);
    check_int(c, memory_counts(w.store[R]).misuse, 0);
    world_close(&w);
}

/* Only the members that differ are written: the patch names them, the item stays the one it was,
 * and what no document expresses stays in it. So no reminder fires again and no invitation goes. */
static void check_minimal(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, L, "Ada"));
    long hidden = memory_hidden(w.store[L], FOLDER, id);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    world_set(&w, R, "Bob", "notes/n1/note", "builder");
    check_ok(c, repair_with(&w, R, 0, true), &w.err);
    check_int(c, w.report.planned_count, 2);
    for (size_t i = 0; i < w.report.planned_count; i++) {
        const struct sync_planned *p = &w.report.planned[i];
        check_true(c, p->what == SYNC_WOULD_UPDATE && p->side == L && p->field_count == 1);
        check_str(c, p->fields[0].path, str_eq(p->title, "Ada") ? "phones/p1/number" : "notes/n1");
    }
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "111");
    check_ok(c, repair_with(&w, R, 0, false), &w.err);
    check_writes(c, &w, L, 0, 2, 0);
    check_writes(c, &w, R, 0, 0, 0);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "1");
    check_str(c, world_text(&w, L, "Bob", "notes/n1/note"), "builder");
    check_str(c, world_find(&w, L, "Ada"), id);
    check_int(c, memory_hidden(w.store[L], FOLDER, id), hidden);
    enum state_cause cause = STATE_CAUSE_SYNC;
    CLEANUP(mem_free) char *detail = NULL;
    check_ok(c, state_cause_of(w.state, w.report.run, &cause, &detail, &w.err), &w.err);
    check_int(c, cause, STATE_CAUSE_REPAIR);
    check_str(c, detail, "right");
    check_at_rest(c, &w, R);
    world_close(&w);
}

/* What only the wrong side can hold stays (I10): by the bases, and also without any. */
static void check_cannot_hold(struct check *c, bool bases)
{
    struct world w;
    scenario_open(c, &w, named("cannot-hold"));
    const char *name = "Ada";
    check_true(c, world_text(&w, R, name, "media/m1/uri") != NULL);
    check_true(c, world_text(&w, L, name, "media/m1/uri") == NULL);
    world_set(&w, R, name, "media/m1/uri", "data:,newer");
    world_set(&w, R, name, "phones/p2/number", "77");
    world_set(&w, R, name, "phones/p1/number", "78");
    if (!bases) {
        check_ok(c, state_distrust(w.state, &w.err), &w.err);
    }
    check_ok(c, repair(&w, L), &w.err);
    check_writes(c, &w, R, 0, 1, 0);
    check_str(c, world_text(&w, R, name, "media/m1/uri"), "data:,newer");
    check_true(c, world_text(&w, R, name, "phones/p2/number") == NULL);
    check_str(c, world_text(&w, R, name, "phones/p1/number"),
        world_text(&w, L, name, "phones/p1/number"));
    check_at_rest(c, &w, L);
    world_close(&w);
}

/* What may not be all there is stops a repair before it writes (I6). */
static void check_incomplete(struct check *c)
{
    for (int s = 0; s < 2; s++) {
        struct world w;
        scenario_open(c, &w, named("left-edit"));
        world_set(&w, L, "Ada", "phones/p1/number", "111");
        memory_list_unproven(w.store[s], true);
        check_int(c, repair(&w, R), RC_INCOMPLETE);
        check_true(c, !w.report.wrote_anything);
        memory_list_unproven(w.store[s], false);
        check_ok(c, repair(&w, R), &w.err);
        check_writes(c, &w, L, 0, 1, 0);
        world_close(&w);
        /* A listing that claims to be complete and is not: each item is asked for by its id. */
        scenario_open(c, &w, named("nothing"));
        memory_list_nothing(w.store[s], true);
        check_ok(c, repair(&w, L), &w.err);
        check_ok(c, repair(&w, R), &w.err);
        check_int(c, world_count(&w, L), 3);
        check_int(c, world_count(&w, R), 3);
        memory_list_nothing(w.store[s], false);
        world_check_converged(c, &w);
        world_close(&w);
    }
}

/* A wrong choice of side empties nothing before somebody has agreed to the number. */
static void check_limit(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    world_remove(&w, R, "Ada");
    world_remove(&w, R, "Bob");
    check_ok(c, repair_with(&w, R, 0, true), &w.err);
    check_int(c, w.report.side[L].deleted, 2);
    check_int(c, repair_with(&w, R, 1, false), RC_CONFLICT);
    check_true(c, !w.report.wrote_anything && strstr(err_text(&w.err), "2 items"));
    check_int(c, world_count(&w, L), 3);
    check_ok(c, repair_with(&w, R, 2, false), &w.err);
    check_int(c, world_count(&w, L), 1);
    check_at_rest(c, &w, R);
    world_close(&w);
}

static void check_not_writable(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    w.options.readonly[R] = true;
    check_int(c, repair(&w, L), RC_READONLY);
    world_close(&w);
    struct scenario one_way = *named("nothing");
    one_way.direction = LINK_LEFT_TO_RIGHT;
    scenario_open(c, &w, &one_way);
    world_set(&w, R, "Ada", "phones/p1/number", "999");
    check_ok(c, world_sync(&w), &w.err); /* accepted: the copy may differ */
    check_int(c, repair(&w, R), RC_READONLY);
    check_ok(c, repair(&w, L), &w.err);
    check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
    world_check_quiet(c, &w);
    world_close(&w);
}

/* An unreadable item on the right side may be any that seems to be on the wrong side only. */
static void check_unreadable(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    world_remove(&w, R, "Ada");
    const char *id = memory_add(w.store[R], FOLDER, "new.item", world_contact("new", "Ada"));
    memory_fail_item(w.store[R], id, RC_INVALID, false);
    check_ok(c, repair(&w, R), &w.err);
    check_true(c, w.report.failed > 0 && world_find(&w, L, "Ada"));
    memory_fail_item(w.store[R], id, RC_OK, false);
    check_ok(c, repair(&w, R), &w.err);
    check_int(c, w.report.failed, 0);
    check_int(c, world_count(&w, L), 3);
    world_check_converged(c, &w);
    check_at_rest(c, &w, R);
    world_close(&w);
}

/* After the undo of a sync the sides are in step and yet differ: a repair sees that. */
static void check_parted(struct check *c, enum side right)
{
    struct world w;
    struct scenario s = *named("nothing");
    s.setup = NULL;
    scenario_open(c, &w, &s);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Ada Lovelace"));
    memory_add(w.store[R], FOLDER, "ada.item", world_contact("ada", "Ada Lovelace"));
    for (int i = 0; i < 2; i++) {
        world_set(&w, (enum side)i, "Ada Lovelace", "phones/p1/number", "+43 1 5550000");
        world_set(&w, (enum side)i, "Ada Lovelace", "notes/n1/note", i ? "right" : "left");
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.paired, 1);
    check_ok(c, undo(&w, w.report.run), &w.err);
    CLEANUP(mem_free) char *want = world_content(&w, right);
    check_ok(c, repair(&w, right), &w.err);
    check_side(c, &w, L, want);
    check_side(c, &w, R, want);
    check_at_rest(c, &w, right);
    world_close(&w);
}

static enum rc refuse_to_write(void *user, struct err *err)
{
    (void)user;
    return err_set(err, RC_IO, 0, "the backup could not be written");
}

static void check_before_write(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    w.options.before_write = refuse_to_write;
    check_ok(c, repair(&w, L), &w.err); /* nothing to write: not asked */
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    check_int(c, repair(&w, L), RC_IO);
    check_int(c, world_sync(&w), RC_IO);
    check_str(c, err_text(&w.err), "the backup could not be written");
    check_true(c, !w.report.wrote_anything && !w.report.run);
    w.options.before_write = NULL;
    check_ok(c, world_sync(&w), &w.err);
    check_writes(c, &w, R, 0, 1, 0);
    world_close(&w);
}

/* ---- crashes ---- */

/* Whatever was done by then: the repair done again completes it, and so does nothing else harm. */
static bool crash_repair(
    struct check *c, const char *name, enum side right, long at, bool after, bool again)
{
    struct world w;
    scenario_open(c, &w, named(name));
    named(name)->edit(&w);
    CLEANUP(mem_free) char *want = world_content(&w, right);
    CLEANUP(mem_free) char *right_before = all_of(&w, right);
    struct sync_repair what = {.right = right, .deletes = SYNC_ANY_DELETES};
    w.options.repair = &what;
    bool crashed = world_crash(&w, at, after);
    w.options.repair = NULL;
    int failed = c->failed;
    if (again) {
        check_ok(c, repair(&w, right), &w.err);
        check_int(c, w.report.failed, 0);
        CLEANUP(mem_free) char *right_after = all_of(&w, right);
        check_str(c, right_after, right_before);
        check_side(c, &w, side_other(right), want);
    } else {
        check_ok(c, world_sync(&w), &w.err);
    }
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    struct state_intents intents = {0};
    check_ok(c, state_intents_load(w.state, w.link, &intents, &w.err), &w.err);
    check_int(c, intents.count, 0);
    state_intents_fini(&intents);
    if (c->failed != failed) {
        printf("note: %s killed %s step %ld, then %s\n", name, after ? "after" : "before", at,
            again ? "repaired" : "synced");
    }
    world_close(&w);
    return crashed;
}

static void check_crashes(struct check *c, const char *name)
{
    long kills = 0;
    for (int i = 0; i < 8; i++) {
        for (long step = 1;
             step < 100 && crash_repair(c, name, (enum side)(i & 1), step, i & 2, i & 4); step++) {
            kills++;
        }
    }
    check_true(c, kills >= 16);
}

/* ---- restore ---- */

struct backup_side {
    struct sync_saved *items; /* owned; their texts are those of `held` */
    struct store_items held;
};
struct backup {
    struct backup_side side[2];
    const char *broken; /* reading this item fails */
};

static int64_t pair_of(struct check *c, struct world *w, enum side s, const char *id)
{
    struct state_pairs pairs = {0};
    int64_t found = 0;
    check_ok(c, state_pairs_load(w->state, w->link, &pairs, &w->err), &w->err);
    for (size_t i = 0; i < pairs.count; i++) {
        if (str_eq(pairs.items[i].side[s].id, id)) {
            found = pairs.items[i].id;
        }
    }
    state_pairs_fini(&pairs);
    return found;
}

static struct backup backup_make(struct check *c, struct world *w)
{
    struct backup b = {.broken = NULL};
    for (int i = 0; i < 2; i++) {
        enum side s = (enum side)i;
        struct backup_side *to = &b.side[s];
        size_t n = memory_count(w->store[s], FOLDER);
        const char **ids = mem_realloc(NULL, n + 1, sizeof *ids);
        for (size_t k = 0; k < n; k++) {
            ids[k] = memory_id_at(w->store[s], FOLDER, k);
        }
        check_ok(c,
            w->store[s]->vtbl->fetch(w->store[s], FOLDER, ITEM_CONTACT, ids, n, &to->held, &w->err),
            &w->err);
        to->items = mem_alloc((n + 1) * sizeof *to->items);
        for (size_t k = 0; k < n; k++) {
            to->items[k] = (struct sync_saved){to->held.items[k].id,
                json_get_str(to->held.items[k].doc, "uid"), pair_of(c, w, s, ids[k])};
        }
        free(ids);
    }
    return b;
}

static void backup_fini(struct backup *b)
{
    for (int s = 0; s < 2; s++) {
        store_items_fini(&b->side[s].held);
        free(b->side[s].items);
    }
}

static enum rc backup_load(
    void *user, enum side s, size_t i, struct json **ret_doc, char **ret_native, struct err *err)
{
    const struct backup *b = user;
    const struct store_item *item = &b->side[s].held.items[i];
    if (b->broken && str_eq(json_get_str(json_get(item->doc, "name"), "full"), b->broken)) {
        return err_set(err, RC_IO, 0, "the file is damaged");
    }
    *ret_doc = json_dup(item->doc);
    *ret_native = mem_strdup(item->native);
    return RC_OK;
}

enum { LEFT_ONLY = 1, EXACT = 2, PREVIEW = 4, NONE_AGREED = 8 };

static enum rc restore(struct world *w, struct backup *b, int how)
{
    struct sync_restore what = {.name = "test", .load = backup_load, .user = b};
    what.exact = how & EXACT;
    what.deletes = how & NONE_AGREED ? 0 : SYNC_ANY_DELETES;
    for (int s = 0; s < 2; s++) {
        what.side[s].wanted = s == L || !(how & LEFT_ONLY);
        what.side[s].items = b->side[s].items;
        what.side[s].count = b->side[s].held.count;
    }
    start(w, how & PREVIEW);
    enum rc rc = sync_restore(
        w->state, w->link, w->store[L], w->store[R], &what, &w->options, &w->report, &w->err);
    w->options.preview = false;
    return rc;
}

/* What went wrong since: a deletion, a changed number, a new item, all synced. */
static void disaster(struct check *c, struct world *w)
{
    world_remove(w, L, "Ada");
    world_set(w, R, "Bob", "phones/p1/number", "999");
    memory_add(w->store[L], FOLDER, NULL, world_contact(NULL, "Zoe"));
    check_ok(c, world_sync(w), &w->err);
    world_check_converged(c, w);
}

static void check_restore(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    check_ok(c, restore(&w, &b, 0), &w.err);
    check_true(c, !w.report.wrote_anything);
    long hidden = memory_hidden(w.store[R], FOLDER, world_find(&w, R, "Ada"));
    disaster(c, &w);
    CLEANUP(mem_free) char *after = world_content(&w, R);
    check_ok(c, restore(&w, &b, PREVIEW), &w.err);
    check_writes(c, &w, L, 1, 1, 0);
    check_writes(c, &w, R, 1, 1, 0);
    check_side(c, &w, R, after);
    check_ok(c, restore(&w, &b, 0), &w.err);
    int64_t run = w.report.run;
    check_writes(c, &w, L, 1, 1, 0);
    check_writes(c, &w, R, 1, 1, 0);
    for (int s = 0; s < 2; s++) {
        check_str(c, world_text(&w, (enum side)s, "Ada", "phones/p1/number"), "1");
        check_str(c, world_text(&w, (enum side)s, "Bob", "phones/p1/number"), "2");
        check_true(c, world_find(&w, (enum side)s, "Zoe") != NULL); /* came since: stays */
    }
    check_int(c, world_count(&w, L), 4);
    check_true(c, hidden != 0); /* what no document expresses comes back, too */
    check_int(c, memory_hidden(w.store[R], FOLDER, world_find(&w, R, "Ada")), hidden);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    check_ok(c, restore(&w, &b, 0), &w.err);
    check_true(c, !w.report.wrote_anything);
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 0);
    check_side(c, &w, L, after);
    check_side(c, &w, R, after);
    world_check_quiet(c, &w);
    check_int(c, memory_counts(w.store[L]).misuse + memory_counts(w.store[R]).misuse, 0);
    world_close(&w);
}

/* One side only: the next run carries it to the other. */
static void check_restore_left(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    disaster(c, &w);
    CLEANUP(mem_free) char *right = world_content(&w, R);
    check_ok(c, restore(&w, &b, LEFT_ONLY), &w.err);
    check_writes(c, &w, L, 1, 1, 0);
    check_writes(c, &w, R, 0, 0, 0);
    check_side(c, &w, R, right);
    check_ok(c, world_sync(&w), &w.err);
    check_writes(c, &w, L, 0, 0, 0);
    check_writes(c, &w, R, 1, 1, 0);
    check_str(c, world_text(&w, R, "Bob", "phones/p1/number"), "2");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* A deletion on the other side that was not synced yet does not take away what came back. */
static void check_restore_deleted(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    world_remove(&w, R, "Ada");
    world_set(&w, L, "Bob", "phones/p1/number", "999");
    world_remove(&w, R, "Bob");
    check_ok(c, restore(&w, &b, LEFT_ONLY), &w.err);
    check_writes(c, &w, L, 0, 1, 0);
    check_ok(c, world_sync(&w), &w.err);
    check_writes(c, &w, L, 0, 0, 0);
    check_writes(c, &w, R, 2, 0, 0);
    check_str(c, world_text(&w, R, "Bob", "phones/p1/number"), "2");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

static void check_restore_exact(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    CLEANUP(mem_free) char *before = world_content(&w, L);
    disaster(c, &w);
    CLEANUP(mem_free) char *after = world_content(&w, L);
    check_int(c, restore(&w, &b, EXACT | NONE_AGREED), RC_CONFLICT);
    check_side(c, &w, L, after);
    check_ok(c, restore(&w, &b, EXACT), &w.err);
    check_side(c, &w, L, before);
    check_side(c, &w, R, before);
    int64_t run = w.report.run;
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    check_ok(c, undo(&w, run), &w.err);
    check_side(c, &w, L, after);
    check_side(c, &w, R, after);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* The backup from before a first sync takes both sides back to where they were, apart again. */
static void check_restore_first(struct check *c)
{
    struct world w;
    struct scenario s = *named("nothing");
    void (*fill)(struct world *) = s.setup;
    s.setup = NULL;
    scenario_open(c, &w, &s);
    fill(&w);
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    CLEANUP(mem_free) char *left = world_content(&w, L);
    CLEANUP(mem_free) char *right = world_content(&w, R);
    check_ok(c, world_sync(&w), &w.err);
    world_set(&w, R, "Ada", "phones/p1/number", "999");
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, restore(&w, &b, EXACT), &w.err);
    check_side(c, &w, L, left);
    check_side(c, &w, R, right);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* The server lost everything and was filled anew, under other names: nothing is made twice. */
static void check_restore_renamed(struct check *c, bool same_uid)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    struct json *docs[3] = {NULL, NULL, NULL};
    for (size_t i = 0; i < 3; i++) {
        docs[i] = json_dup(memory_doc(w.store[R], FOLDER, memory_id_at(w.store[R], FOLDER, i)));
    }
    while (world_count(&w, R)) {
        memory_remove(w.store[R], FOLDER, memory_id_at(w.store[R], FOLDER, 0));
    }
    for (size_t i = 0; i < 3; i++) {
        CLEANUP(mem_free) char *id = str_printf("other%zu.item", i);
        if (!same_uid) {
            json_set_str(docs[i], "uid", id);
        }
        check_ok(c,
            json_pointer_set(docs[i], "phones/p1/number", json_str("+43 1 5551234"), &w.err),
            &w.err);
        memory_add(w.store[R], FOLDER, id, docs[i]);
    }
    check_ok(c, restore(&w, &b, 0), &w.err);
    check_true(c, world_count(&w, R) == 3);
    if (same_uid) {
        check_int(c, w.report.failed, 0);
        check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
        world_check_quiet(c, &w);
        world_check_converged(c, &w);
    } else {
        check_int(c, w.report.failed, 3); /* the name alone: doubtful, so none is made */
    }
    world_close(&w);
}

static void check_restore_broken(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    disaster(c, &w);
    b.broken = "Ada";
    check_ok(c, restore(&w, &b, 0), &w.err);
    check_true(c, w.report.failed >= 1 && !world_find(&w, L, "Ada"));
    check_str(c, world_text(&w, L, "Bob", "phones/p1/number"), "2");
    world_check_quiet(c, &w);
    b.broken = NULL;
    memory_list_unproven(w.store[R], true);
    check_int(c, restore(&w, &b, 0), RC_INCOMPLETE);
    memory_list_unproven(w.store[R], false);
    check_ok(c, restore(&w, &b, 0), &w.err);
    check_true(c, world_find(&w, L, "Ada") && world_find(&w, R, "Ada"));
    world_check_quiet(c, &w);
    world_close(&w);
}

static bool crash_restore(struct check *c, long at, bool after, int how, bool again)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    struct backup b CLEANUP_FINI(backup_fini) = backup_make(c, &w);
    disaster(c, &w);
    struct sync_restore what = {.name = "test",
        .load = backup_load,
        .user = &b,
        .exact = how & EXACT,
        .deletes = SYNC_ANY_DELETES};
    for (int s = 0; s < 2; s++) {
        what.side[s].wanted = true;
        what.side[s].items = b.side[s].items;
        what.side[s].count = b.side[s].held.count;
    }
    w.options.restore = &what;
    bool crashed = world_crash(&w, at, after);
    w.options.restore = NULL;
    int failed = c->failed;
    if (again) {
        check_ok(c, restore(&w, &b, how), &w.err);
        check_int(c, w.report.failed, 0);
        for (int s = 0; s < 2; s++) {
            check_str(c, world_text(&w, (enum side)s, "Ada", "phones/p1/number"), "1");
            check_str(c, world_text(&w, (enum side)s, "Bob", "phones/p1/number"), "2");
            check_int(c, world_count(&w, (enum side)s), how & EXACT ? 3 : 4);
        }
    } else {
        check_ok(c, world_sync(&w), &w.err);
    }
    world_check_quiet(c, &w);
    if (!(how & EXACT)) {
        world_check_converged(c, &w);
    }
    if (c->failed != failed) {
        printf("note: killed %s step %ld, then %s\n", after ? "after" : "before", at,
            again ? "restored" : "synced");
    }
    world_close(&w);
    return crashed;
}

static void check_restore_crashes(struct check *c)
{
    long kills = 0;
    for (int i = 0; i < 8; i++) {
        for (long step = 1; step < 100 && crash_restore(c, step, i & 1, i & 2 ? EXACT : 0, i & 4);
             step++) {
            kills++;
        }
    }
    check_true(c, kills >= 32);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    char name[128];
    for (size_t i = 0; i < scenario_count; i++) {
        for (int s = 0; s < 2; s++) {
            snprintf(name, sizeof name, "repair/%s-is-right/%s", side_name((enum side)s),
                scenario_list[i].name);
            if (check_case(&c, name)) {
                check_scenario(&c, &scenario_list[i], (enum side)s);
                check_close_case(&c);
            }
        }
    }
    static const char *const crash[] = {"left-edit", "right-edit", "left-new", "right-new",
        "left-delete", "right-delete", "both-edit-different-fields", "mixed"};
    for (size_t i = 0; i < ARRAY_LEN(crash); i++) {
        snprintf(name, sizeof name, "repair/crash/%s", crash[i]);
        if (check_case(&c, name)) {
            check_crashes(&c, crash[i]);
            check_close_case(&c);
        }
    }
    static const struct {
        const char *name;
        void (*check)(struct check *c);
    } cases[] = {
        {"repair/minimal", check_minimal},
        {"repair/incomplete", check_incomplete},
        {"repair/limit", check_limit},
        {"repair/not-writable", check_not_writable},
        {"repair/unreadable", check_unreadable},
        {"repair/before-write", check_before_write},
        {"restore/both", check_restore},
        {"restore/left", check_restore_left},
        {"restore/left-against-a-deletion", check_restore_deleted},
        {"restore/exact", check_restore_exact},
        {"restore/before-first-sync", check_restore_first},
        {"restore/broken-and-incomplete", check_restore_broken},
        {"restore/crash", check_restore_crashes},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (check_case(&c, cases[i].name)) {
            cases[i].check(&c);
            check_close_case(&c);
        }
    }
    if (check_case(&c, "repair/cannot-hold")) {
        check_cannot_hold(&c, true);
        check_cannot_hold(&c, false);
    }
    if (check_case(&c, "repair/after-an-undo")) {
        check_parted(&c, L);
        check_parted(&c, R);
    }
    if (check_case(&c, "restore/renamed")) {
        check_restore_renamed(&c, true);
        check_restore_renamed(&c, false);
    }
    return check_end(&c);
}
