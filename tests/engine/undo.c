/* Undo: the items of a run are put back to how they were before it on both sides, the next run
 * writes nothing, and an undo can be undone. First what each kind of change comes to, then every
 * scenario of the engine undone and done again, then a crash at every step of an undo. */
#include "client/base/buf.h"
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
    printf("FAIL undo: no scenario %s\n", name);
    exit(1);
}

static enum rc undo_with(struct world *w, const struct sync_undo *what, bool preview)
{
    sync_report_fini(&w->report);
    err_fini(&w->err);
    w->clock += 300;
    w->options.preview = preview;
    enum rc rc = sync_undo(
        w->state, w->link, w->store[L], w->store[R], what, &w->options, &w->report, &w->err);
    w->options.preview = false;
    return rc;
}

static enum rc undo(struct world *w, int64_t run)
{
    struct sync_undo what = {.run = run};
    return undo_with(w, &what, false);
}

/* Both sides as text, for comparing. Caller frees. */
static char *both(struct world *w)
{
    CLEANUP(mem_free) char *left = world_content(w, L);
    CLEANUP(mem_free) char *right = world_content(w, R);
    return str_printf("left:\n%sright:\n%s", left, right);
}

static void check_both(struct check *c, struct world *w, const char *want)
{
    CLEANUP(mem_free) char *got = both(w);
    check_str(c, got, want);
}

/* Sets the scenario up, edits, syncs. Returns the run; *ret_before is both sides before the edit.
 */
static int64_t begin(struct check *c, struct world *w, const char *name, char **ret_before)
{
    const struct scenario *s = named(name);
    scenario_open(c, w, s);
    *ret_before = both(w);
    s->edit(w);
    check_ok(c, world_sync(w), &w->err);
    check_true(c, w->report.run != 0);
    return w->report.run;
}

static void check_counts(
    struct check *c, const struct world *w, enum side s, long created, long updated, long deleted)
{
    const struct state_counts *n = &w->report.side[s];
    check_int(c, n->created, created);
    check_int(c, n->updated, updated);
    check_int(c, n->deleted, deleted);
}

/* What a person changed or deleted comes back on the side it was done on, too. */
static void check_back(struct check *c, const char *name)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    CLEANUP(mem_free) char *after = both(&w);
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 0);
    check_both(c, &w, before);
    int64_t undone = w.report.run;
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    check_ok(c, undo(&w, undone), &w.err);
    check_both(c, &w, after);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* What no document expresses comes back with the copy that the run had deleted. */
static void check_native_back(struct check *c)
{
    struct world w;
    const struct scenario *s = named("left-delete");
    scenario_open(c, &w, s);
    long hidden = memory_hidden(w.store[R], FOLDER, world_find(&w, R, "Ada"));
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, hidden != 0 && !world_find(&w, R, "Ada"));
    check_ok(c, undo(&w, w.report.run), &w.err);
    check_int(c, memory_hidden(w.store[R], FOLDER, world_find(&w, R, "Ada")), hidden);
    world_close(&w);
}

/* Somebody made it again by hand: a second one would be one too many (I2). */
static void check_there_again(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-delete", &before);
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    check_ok(c, state_changes_load(w.state, run, 0, &changes, &w.err), &w.err);
    check_true(c, changes.count == 1 && changes.items[0].uid);
    memory_add(w.store[R], FOLDER, "again.item", world_contact(changes.items[0].uid, "Ada"));
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 1);
    check_true(c, !w.report.wrote_anything);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* A new item stays where a person made it; only the copy goes, and does not come again before the
 * item is edited. */
static void check_create(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    CLEANUP(mem_free) char *after = both(&w);
    check_ok(c, undo(&w, run), &w.err);
    check_counts(c, &w, L, 0, 0, 0);
    check_counts(c, &w, R, 0, 0, 1);
    check_true(c, world_find(&w, L, "Dora") && !world_find(&w, R, "Dora"));
    int64_t undone = w.report.run;
    world_check_quiet(c, &w);
    world_reopen(&w);
    memory_forget_tokens(w.store[R]);
    world_check_quiet(c, &w);
    check_ok(c, undo(&w, undone), &w.err);
    check_counts(c, &w, R, 1, 0, 0);
    check_both(c, &w, after);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

static void check_create_then_edit(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    check_ok(c, undo(&w, run), &w.err);
    world_set(&w, L, "Dora", "phones/p1/number", "999");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Dora", "phones/p1/number"), "999");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* A copy that was edited since is kept, unless the user insists. */
static void check_create_edited(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    world_set(&w, R, "Dora", "phones/p1/number", "999");
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 1);
    check_true(c, !w.report.wrote_anything && world_find(&w, R, "Dora"));
    struct sync_undo force = {.run = run, .force = true};
    check_ok(c, undo_with(&w, &force, false), &w.err);
    check_true(c, !world_find(&w, R, "Dora") && world_find(&w, L, "Dora"));
    world_close(&w);
}

/* Made again beside an original that was edited meanwhile, or with an edit the original never saw:
 * the edit still travels. */
static void check_create_again_edited(struct check *c, bool copy_edited)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    enum side edited = copy_edited ? R : L;
    struct sync_undo force = {.run = run, .force = true};
    if (copy_edited) {
        world_set(&w, R, "Dora", "x.example:team", "later");
    }
    check_ok(c, undo_with(&w, &force, false), &w.err);
    int64_t undone = w.report.run;
    if (!copy_edited) {
        world_set(&w, L, "Dora", "x.example:team", "later");
    }
    check_ok(c, undo(&w, undone), &w.err);
    check_str(c, world_text(&w, edited, "Dora", "x.example:team"), "later");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, side_other(edited), "Dora", "x.example:team"), "later");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* The answer to the first of its two writes is lost, the second is not tried: the undo is completed,
 * not forgotten on one side. */
static void check_lost_answer(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    memory_lose_answer(w.store[R]);
    check_int(c, undo(&w, run), RC_OFFLINE);
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Cut off between its two writes, and then only one of the two can be asked for: the answer waits
 * for the other. */
static void check_half_answered(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    struct sync_undo what = {.run = run};
    w.options.undo = &what;
    check_true(c, world_crash(&w, 4, false)); /* read both, write and read back the right one */
    w.options.undo = NULL;
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Ada"));
    memory_fail_item(w.store[R], id, RC_SERVER, false);
    check_ok(c, world_sync(&w), &w.err);
    memory_fail_item(w.store[R], id, RC_OK, false);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* An undo that was cut off after its right write is said again, which finds that one done, and is cut off
 * at each step of the left one. Then the item is edited on the left and deleted on the right: the copy
 * made anew has what the left one has, and not what was undone. False: that step never came. */
static bool check_twice_cut(struct check *c, long at)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    memory_lose_answer(w.store[R]);
    check_int(c, undo(&w, run), RC_OFFLINE);
    struct sync_undo what = {.run = run};
    w.options.undo = &what;
    bool cut = world_crash(&w, at, true);
    w.options.undo = NULL;
    bool undone = str_eq(world_text(&w, L, "Ada", "phones/p1/number"), "1");
    world_set(&w, L, "Ada", "notes/n1/note", "later");
    world_remove(&w, R, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Ada", "notes/n1/note"), "later");
    if (undone) {
        check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
    }
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
    return cut;
}

/* What comes back has a form of its own on either side, and the program dies when both have it but
 * before anybody knows: two forms of one value are no edits. */
static void check_both_forms_arrived(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "cut-short/shortened", &before);
    struct sync_undo what = {.run = run};
    w.options.undo = &what;
    check_true(c, world_crash(&w, 5, true)); /* reads both; writes and reads back the right one */
    w.options.undo = NULL;
    check_both(c, &w, before);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 0);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Only the side that cuts it has it when the program dies: the whole value is in history, and comes
 * back when the undo is said again and insisted on. */
static void check_one_form_arrived(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "cut-short/shortened", &before);
    struct sync_undo what = {.run = run, .force = true};
    w.options.undo = &what;
    check_true(c, world_crash(&w, 4, false));
    w.options.undo = NULL;
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, undo_with(&w, &what, false), &w.err);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* The same member edited since stays; the others go back; an edit that was not synced yet is. */
static void check_edited_since(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    world_set(&w, L, "Ada", "phones/p1/number", "333");
    world_set(&w, L, "Ada", "notes/n1/note", "later");
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 1);
    check_true(
        c, w.report.message_count == 1 && strstr(w.report.messages[0].text, "phones/p1/number"));
    check_true(c, !w.report.wrote_anything);
    struct sync_undo force = {.run = run, .force = true};
    check_ok(c, undo_with(&w, &force, false), &w.err);
    check_int(c, w.report.failed, 0);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "1");
    check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
    check_str(c, world_text(&w, L, "Ada", "notes/n1/note"), "later");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Ada", "notes/n1/note"), "later");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* A later run's change to another member survives. */
static void check_other_member(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    world_set(&w, R, "Ada", "notes/n1/note", "later");
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 0);
    for (int s = 0; s < 2; s++) {
        check_str(c, world_text(&w, (enum side)s, "Ada", "phones/p1/number"), "1");
        check_str(c, world_text(&w, (enum side)s, "Ada", "notes/n1/note"), "later");
    }
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

static void check_preview(struct check *c, const char *name)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    CLEANUP(mem_free) char *after = both(&w);
    struct sync_undo what = {.run = run};
    check_ok(c, undo_with(&w, &what, true), &w.err);
    check_true(c, w.report.planned_count > 0 && !w.report.wrote_anything);
    struct state_counts would[2] = {w.report.side[L], w.report.side[R]};
    check_both(c, &w, after);
    world_check_quiet(c, &w);
    check_ok(c, undo(&w, run), &w.err);
    for (int s = 0; s < 2; s++) {
        check_counts(c, &w, (enum side)s, would[s].created, would[s].updated, would[s].deleted);
    }
    world_close(&w);
}

static void check_one_item(struct check *c)
{
    struct world w;
    scenario_open(c, &w, named("nothing"));
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    world_set(&w, L, "Bob", "phones/p1/number", "222");
    check_ok(c, world_sync(&w), &w.err);
    struct sync_undo what = {.run = w.report.run, .item = "Ada"};
    check_ok(c, undo_with(&w, &what, false), &w.err);
    check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
    check_str(c, world_text(&w, R, "Bob", "phones/p1/number"), "222");
    what.item = "Nobody";
    check_int(c, undo_with(&w, &what, false), RC_NOT_FOUND);
    what = (struct sync_undo){.run = 4711};
    check_int(c, undo_with(&w, &what, false), RC_NOT_FOUND);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* One direction: only the side that was written is put back, and it stays so. */
static void check_one_way(struct check *c)
{
    struct scenario s = *named("left-edit");
    s.direction = LINK_LEFT_TO_RIGHT;
    struct world w;
    scenario_open(c, &w, &s);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, undo(&w, w.report.run), &w.err);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "111");
    check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "1");
    world_check_quiet(c, &w);
    world_close(&w);
}

/* Two steps back, the later first. */
static void check_two_runs(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t first = begin(c, &w, "left-edit", &before);
    world_set(&w, R, "Ada", "phones/p1/number", "444");
    check_ok(c, world_sync(&w), &w.err);
    int64_t second = w.report.run;
    world_remove(&w, L, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    int64_t third = w.report.run;
    check_int(c, world_count(&w, R), 2);
    check_ok(c, undo(&w, third), &w.err);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "444");
    check_ok(c, undo(&w, second), &w.err);
    check_str(c, world_text(&w, L, "Ada", "phones/p1/number"), "111");
    check_ok(c, undo(&w, first), &w.err);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* One side refuses: the next run completes the undo, since what was put back is a change. */
static void check_refused(struct check *c, enum side side)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-edit", &before);
    const char *id = world_find(&w, side, "Ada");
    memory_fail_item(w.store[side], id, RC_REFUSED, true);
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 1);
    memory_fail_item(w.store[side], id, RC_OK, true);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, before);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Every scenario, whatever its run did: undone, nothing follows; undone again, all is as it was. */
static void check_there_and_back(struct check *c, const struct scenario *s)
{
    struct world w;
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    int64_t run = w.report.run;
    CLEANUP(mem_free) char *after = both(&w);
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    check_ok(c, state_changes_load(w.state, run, 0, &changes, &w.err), &w.err);
    if (changes.count) {
        check_ok(c, undo(&w, run), &w.err);
        check_int(c, w.report.failed, s->readonly_right); /* what was changed there stays */
        int64_t undone = w.report.run;
        world_check_quiet(c, &w);
        check_true(c, undone != 0);
        check_ok(c, undo(&w, undone), &w.err);
        /* An edit for a read-only folder is on its own side again, and waits again. */
        check_int(c, w.report.failed, s->readonly_right);
        if (str_eq(s->name, "group/nested")) {
            check_ok(c, world_sync(&w), &w.err); /* lists in lists need a second step */
        }
        check_both(c, &w, after);
        world_check_quiet(c, &w);
    }
    check_int(c, memory_counts(w.store[L]).misuse, 0);
    check_int(c, memory_counts(w.store[R]).misuse, 0);
    world_close(&w);
}

/* ---- crashes ---- */

struct crash_want {
    char *undone, *not_undone; /* owned; both sides when the undo took place, and when not */
};

static bool crash_undo(
    struct check *c, const char *name, long at, bool after, const struct crash_want *want)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    struct sync_undo what = {.run = run};
    w.options.undo = &what;
    bool crashed = world_crash(&w, at, after);
    w.options.undo = NULL;
    int failed = c->failed;
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    CLEANUP(mem_free) char *got = both(&w);
    if (!str_eq(got, want->undone) && !str_eq(got, want->not_undone)) {
        check_fail(c, "neither undone nor as before:\n%s\nwant:\n%s", got, want->undone);
    }
    struct state_intents intents = {0};
    check_ok(c, state_intents_load(w.state, w.link, &intents, &w.err), &w.err);
    check_int(c, intents.count, 0);
    state_intents_fini(&intents);
    if (c->failed != failed) {
        printf("note: %s killed %s step %ld\n", name, after ? "after" : "before", at);
    }
    world_close(&w);
    return crashed;
}

static void check_crashes(struct check *c, const char *name)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    struct crash_want want = {.not_undone = both(&w)};
    check_ok(c, undo(&w, run), &w.err);
    want.undone = both(&w);
    world_close(&w);
    long kills = 0;
    for (int after = 0; after < 2; after++) {
        for (long step = 1; step < 100 && crash_undo(c, name, step, after, &want); step++) {
            kills++;
        }
    }
    check_true(c, kills >= 4);
    free(want.undone);
    free(want.not_undone);
}

enum undo_fault {
    UNDO_DIES_BEFORE,
    UNDO_DIES_AFTER,
    UNDO_READ_FAILS,
    UNDO_WRITE_FAILS,
    UNDO_FAULTS
};

/* One fault at the at'th step: of both stores for the end of the program, else the calls of the right
 * store, then those of the left one. */
static bool disturb_undo(struct world *w, int64_t run, long at, enum undo_fault fault)
{
    struct sync_undo what = {.run = run};
    bool crashed = false;
    if (fault == UNDO_DIES_BEFORE || fault == UNDO_DIES_AFTER) {
        w->options.undo = &what;
        crashed = world_crash(w, at, fault == UNDO_DIES_AFTER);
        w->options.undo = NULL;
        return crashed;
    }
    enum memory_call call = fault == UNDO_READ_FAILS ? MEMORY_FETCH : MEMORY_COMMIT;
    struct store *store = w->store[at % 2 ? R : L];
    memory_fail_call(store, call, (at + 1) / 2, RC_SERVER);
    (void)!undo(w, run);
    memory_clear_faults(store);
    return at < 6;
}

/* What a person does after an undo that was cut off or refused: syncs, and says the same again. Then
 * it is undone, however often it takes (I14). True if the fault took place. */
static bool undo_again(
    struct check *c, const char *name, long at, enum undo_fault fault, const char *want)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    bool took_place = disturb_undo(&w, run, at, fault);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    enum rc rc = undo(&w, run);
    check_true(c, rc == RC_OK || rc == RC_NOT_FOUND);
    int failed = c->failed;
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    check_both(c, &w, want);
    if (c->failed != failed) {
        printf("note: %s, fault %d at step %ld\n", name, (int)fault, at);
    }
    world_close(&w);
    return took_place;
}

static void check_again(struct check *c, const char *name)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, name, &before);
    check_ok(c, undo(&w, run), &w.err);
    CLEANUP(mem_free) char *want = both(&w);
    world_close(&w);
    long faults = 0;
    for (int fault = 0; fault < UNDO_FAULTS; fault++) {
        for (long at = 1; at < 100 && undo_again(c, name, at, (enum undo_fault)fault, want); at++) {
            faults++;
        }
    }
    check_true(c, faults >= 6);
}

/* The undo deleted the copy, its answer was lost, and nobody can say what became of it: until somebody
 * does, the listing's "gone" must not take the original along. */
static void check_unanswered(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Dora"));
    memory_lose_answer(w.store[R]);
    check_int(c, undo(&w, run), RC_OFFLINE);
    memory_fail_item(w.store[R], id, RC_SERVER, false);
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, world_find(&w, L, "Dora") && !world_find(&w, R, "Dora"));
    memory_fail_item(w.store[R], id, RC_OK, false);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    check_true(c, world_find(&w, L, "Dora") && !world_find(&w, R, "Dora"));
    world_close(&w);
}

static void remove_dora(struct store *s, void *user)
{
    (void)s;
    world_remove(user, R, "Dora");
}

/* The store says "no such item" to the delete of a copy that is there: no proof that it is gone (I6).
 * Asked again by its id it is found, and the undo can be done. If it is gone, the undo is. */
static void check_delete_denied(struct check *c, bool gone)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t run = begin(c, &w, "left-new", &before);
    CLEANUP(mem_free) char *after = both(&w);
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Dora"));
    if (gone) {
        memory_before_commit(w.store[R], remove_dora, &w);
    } else {
        memory_fail_item(w.store[R], id, RC_NOT_FOUND, true);
    }
    check_ok(c, undo(&w, run), &w.err);
    check_int(c, w.report.failed, 0);
    check_true(c, w.report.message_count == 1);
    memory_fail_item(w.store[R], id, RC_OK, true);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    if (!gone) {
        check_both(c, &w, after);
        check_ok(c, undo(&w, run), &w.err);
    }
    check_true(c, world_find(&w, L, "Dora") && !world_find(&w, R, "Dora"));
    world_check_quiet(c, &w);
    check_true(c, world_find(&w, L, "Dora") && !world_find(&w, R, "Dora"));
    world_close(&w);
}

/* ---- how long it is kept ---- */

static size_t changes_of(struct check *c, struct world *w, int64_t run)
{
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    check_ok(c, state_changes_load(w->state, run, 0, &changes, &w->err), &w->err);
    return changes.count;
}

static void check_retention(struct check *c)
{
    struct world w;
    CLEANUP(mem_free) char *before = NULL;
    int64_t first = begin(c, &w, "left-edit", &before);
    w.clock += 100 * 86400;
    world_set(&w, L, "Ada", "phones/p1/number", "555");
    check_ok(c, world_sync(&w), &w.err);
    int64_t second = w.report.run;
    long items = 0;
    check_ok(
        c, state_history_prune(w.state, w.clock, 200, (int64_t)1 << 40, &items, &w.err), &w.err);
    check_int(c, items, 0);
    struct state_intent open = {.run = first, .pair = 1, .op = STATE_DELETE};
    check_ok(c, state_intent_add(w.state, w.link, &open, &w.err), &w.err);
    check_ok(c, state_history_prune(w.state, w.clock, 90, 0, &items, &w.err), &w.err);
    check_int(c, changes_of(c, &w, first), 1);
    check_ok(c, state_intent_remove(w.state, open.id, &w.err), &w.err);
    check_ok(c, state_history_prune(w.state, w.clock, 90, 0, &items, &w.err), &w.err);
    check_int(c, changes_of(c, &w, first), 0);
    check_int(c, changes_of(c, &w, second), 1);
    check_int(c, undo(&w, first), RC_NOT_FOUND);
    check_ok(c, state_history_prune(w.state, w.clock, 0, 1, &items, &w.err), &w.err);
    check_int(c, changes_of(c, &w, second), 1); /* the newest is kept whatever its size */
    world_set(&w, L, "Ada", "phones/p1/number", "666");
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, state_history_prune(w.state, w.clock, 0, 1, &items, &w.err), &w.err);
    check_int(c, changes_of(c, &w, second), 0);
    check_ok(c, undo(&w, w.report.run), &w.err);
    check_str(c, world_text(&w, R, "Ada", "phones/p1/number"), "555");
    world_close(&w);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    static const char *const back[] = {"left-edit", "right-edit", "both-edit-different-fields",
        "left-delete", "right-delete", "edit-right-after-write/same-field"};
    static const char *const crash[] = {"left-edit", "right-edit", "left-new", "right-new",
        "left-delete", "right-delete",
        "both-edit-different-fields"}; /* what comes back has a form of its own on either side */
    char name[128];
    for (size_t i = 0; i < ARRAY_LEN(back); i++) {
        snprintf(name, sizeof name, "undo/%s", back[i]);
        if (check_case(&c, name)) {
            check_back(&c, back[i]);
            check_close_case(&c);
        }
    }
    if (check_case(&c, "undo/native-comes-back")) {
        check_native_back(&c);
    }
    if (check_case(&c, "undo/there-again")) {
        check_there_again(&c);
    }
    if (check_case(&c, "undo/create")) {
        check_create(&c);
    }
    if (check_case(&c, "undo/create-then-edit")) {
        check_create_then_edit(&c);
    }
    if (check_case(&c, "undo/create-edited-since")) {
        check_create_edited(&c);
    }
    if (check_case(&c, "undo/create-again-edited")) {
        check_create_again_edited(&c, false);
        check_create_again_edited(&c, true);
    }
    if (check_case(&c, "undo/lost-answer")) {
        check_lost_answer(&c);
    }
    if (check_case(&c, "undo/twice-cut")) {
        for (long at = 1; check_twice_cut(&c, at); at++) {
        }
    }
    if (check_case(&c, "undo/half-answered")) {
        check_half_answered(&c);
    }
    if (check_case(&c, "undo/both-forms-arrived")) {
        check_both_forms_arrived(&c);
    }
    if (check_case(&c, "undo/one-form-arrived")) {
        check_one_form_arrived(&c);
    }
    if (check_case(&c, "undo/edited-since")) {
        check_edited_since(&c);
    }
    if (check_case(&c, "undo/other-member")) {
        check_other_member(&c);
    }
    if (check_case(&c, "undo/preview")) {
        check_preview(&c, "left-edit");
        check_preview(&c, "left-delete");
        check_preview(&c, "left-new");
        check_preview(&c, "mixed");
    }
    if (check_case(&c, "undo/one-item")) {
        check_one_item(&c);
    }
    if (check_case(&c, "undo/one-way")) {
        check_one_way(&c);
    }
    if (check_case(&c, "undo/two-runs")) {
        check_two_runs(&c);
    }
    if (check_case(&c, "undo/refused")) {
        check_refused(&c, L);
        check_refused(&c, R);
    }
    if (check_case(&c, "undo/retention")) {
        check_retention(&c);
    }
    if (check_case(&c, "undo/delete-denied")) {
        check_delete_denied(&c, false);
        check_delete_denied(&c, true);
    }
    if (check_case(&c, "undo/unanswered")) {
        check_unanswered(&c);
    }
    for (size_t i = 0; i < ARRAY_LEN(crash); i++) {
        snprintf(name, sizeof name, "undo/crash/%s", crash[i]);
        if (check_case(&c, name)) {
            check_crashes(&c, crash[i]);
            check_close_case(&c);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(crash); i++) {
        snprintf(name, sizeof name, "undo/again/%s", crash[i]);
        if (check_case(&c, name)) {
            check_again(&c, crash[i]);
            check_close_case(&c);
        }
    }
    for (size_t i = 0; i < scenario_total(); i++) {
        snprintf(name, sizeof name, "undo/there-and-back/%s", scenario_at(i)->name);
        if (check_case(&c, name)) {
            check_there_and_back(&c, scenario_at(i));
            check_close_case(&c);
        }
    }
    return check_end(&c);
}
