/* Ways in which the two sides could come apart while the engine took them to be in step, or in which
 * a write of our own could beat an edit of a person. The simulator found each of them once; here they
 * are by themselves. What they have in common: a run that did not come to an end, and a base that
 * said something of one side only. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/state/backup.h"
#include "client/state/internal.h"
#include "tests/engine/world.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static void begin(struct check *c, struct world *w)
{
    w->opt[L].drops[0] = "uid";
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    w->seed = 1;
    world_open(w);
    w->options.retry_now = true;
    struct json *doc = world_contact(NULL, "Ada");
    json_set_str(doc, "x.example:a", "first");
    memory_add(w->store[L], FOLDER, NULL, doc);
    check_ok(c, world_sync(w), &w->err);
    world_check_quiet(c, w);
}

static void edit(struct world *w, enum side s, const char *member, const char *value)
{
    CLEANUP(mem_free) char *path = str_printf("x.example:%s", member);
    world_set(w, s, "Ada", path, value);
}

static int64_t sync(struct check *c, struct world *w)
{
    check_ok(c, world_sync(w), &w->err);
    return w->report.run;
}

static enum rc undo(struct world *w, int64_t run, bool force)
{
    struct sync_undo what = {.run = run, .force = force};
    w->options.undo = &what;
    enum rc rc = world_sync(w);
    w->options.undo = NULL;
    return rc;
}

static void check_both(struct check *c, struct world *w, const char *path, const char *value)
{
    check_str(c, world_text(w, L, "Ada", path), value);
    check_str(c, world_text(w, R, "Ada", path), value);
}

static long numbers(struct world *w, enum side s)
{
    const char *id = world_find(w, s, "Ada");
    return id ? (long)json_count(json_get(memory_doc(w->store[s], FOLDER, id), "phones")) : -1;
}

static void end(struct check *c, struct world *w)
{
    world_check_quiet(c, w);
    world_check_settled(c, w);
    world_check_converged(c, w);
    world_close(w);
}

/* ---- undo ---- */

/* An undo by force takes back an edit that had not travelled. Undone, the edit is on both sides: it
 * cannot be put back on its own side only, as if the other had it. */
static void check_forced(struct check *c, enum side s)
{
    struct world w = {0};
    begin(c, &w);
    edit(&w, s, "a", "carried over");
    int64_t run = sync(c, &w);
    edit(&w, s, "a", "not yet");
    edit(&w, s, "d", "of something else");
    check_ok(c, undo(&w, run, true), &w.err);
    check_both(c, &w, "x.example:a", "first");
    int64_t undone = w.report.run;
    check_ok(c, undo(&w, undone, false), &w.err);
    check_both(c, &w, "x.example:a", "not yet");
    sync(c, &w);
    check_both(c, &w, "x.example:a", "not yet");
    check_both(c, &w, "x.example:d", "of something else");
    end(c, &w);
}

/* The same where both sides had been edited: as the policy would have had it. */
static void check_forced_conflict(struct check *c)
{
    struct world w = {.policy = LINK_RIGHT_WINS};
    begin(c, &w);
    edit(&w, L, "a", "carried over");
    int64_t run = sync(c, &w);
    edit(&w, L, "a", "left");
    edit(&w, R, "a", "right");
    check_ok(c, undo(&w, run, true), &w.err);
    check_both(c, &w, "x.example:a", "first");
    check_ok(c, undo(&w, w.report.run, false), &w.err);
    check_both(c, &w, "x.example:a", "right");
    end(c, &w);
}

/* The answer of one of an undo's two writes is lost, and before anybody could ask, the item is deleted
 * on the side that had answered and edited on the other: it is made again as the undo left it. */
static void check_deleted_after_undo(struct check *c, bool silent)
{
    struct world w = {.opt[R].silent = silent};
    begin(c, &w);
    edit(&w, R, "b", "to be undone");
    int64_t run = sync(c, &w);
    memory_lose_answer(w.store[L]);
    check_int(c, undo(&w, run, false), RC_OFFLINE);
    edit(&w, L, "d", "later");
    world_remove(&w, R, "Ada");
    sync(c, &w);
    check_both(c, &w, "x.example:b", NULL);
    check_both(c, &w, "x.example:d", "later");
    end(c, &w);
}

/* What an undo made again on both sides is taken away by the undo of it; of one of the two deletes the answer is lost, and the other one is
 * refused or not even tried. Both are to go: the one that is left must not be taken for an original whose copy alone was to go. */
static void check_deleted_on_both(struct check *c, enum side lost, enum rc other)
{
    struct world w = {0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* as below */
    sync(c, &w);
    world_remove(&w, R, "Ada");
    int64_t run = sync(c, &w);
    check_ok(c, undo(&w, run, false), &w.err);
    run = w.report.run;
    sync(c, &w);
    check_both(c, &w, "x.example:a", "first");
    struct store *refuses = w.store[side_other(lost)];
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, side_other(lost), "Ada"));
    memory_lose_answer(w.store[lost]);
    memory_fail_item(refuses, id, other, true);
    check_int(c, undo(&w, run, false), RC_OFFLINE);
    memory_fail_item(refuses, id, RC_OK, true);
    sync(c, &w);
    check_true(c, !world_find(&w, L, "Ada") && !world_find(&w, R, "Ada"));
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Undone and to be brought back: a text that grows again. Cut off between the sides, and then something else of the item
 * is edited: what had not grown yet is no form of what it was to be. False: it was not cut off. */
static bool check_cut_growing(struct check *c, long step, bool after, enum side editor)
{
    struct world w = {0};
    begin(c, &w);
    edit(&w, R, "a", "first and more");
    int64_t run = sync(c, &w);
    check_ok(c, undo(&w, run, false), &w.err);
    check_both(c, &w, "x.example:a", "first");
    struct sync_undo what = {.run = w.report.run};
    w.options.undo = &what;
    bool crashed = world_crash(&w, step, after);
    w.options.undo = NULL;
    edit(&w, editor, "d", "later");
    sync(c, &w);
    sync(c, &w);
    check_both(c, &w, "x.example:d", "later");
    end(c, &w);
    return crashed;
}

/* Somebody has taken back by hand, on one side, what an undo takes back on the other: then both are as
 * they were, and so are the bases. What is made again from them has nothing of it on one side. */
static void check_taken_back_by_hand(struct check *c, enum side s)
{
    struct world w = {0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    sync(c, &w);
    edit(&w, L, "b", "to be undone");
    int64_t run = sync(c, &w);
    edit(&w, s, "b", NULL);
    edit(&w, side_other(s), "d", "not yet");
    check_ok(c, undo(&w, run, false), &w.err);
    check_both(c, &w, "x.example:b", NULL);
    world_remove(&w, s, "Ada");
    sync(c, &w);
    check_both(c, &w, "x.example:b", NULL);
    check_both(c, &w, "x.example:d", "not yet");
    end(c, &w);
}

/* ---- what became of a write is in doubt ---- */

/* A write whose answer was lost, and an edit of the same member where it went: a conflict. The run
 * that settled it is undone: both sides are as they were before either edit. */
static void check_doubt_undone(struct check *c, const char *path, const char *before)
{
    for (enum link_policy policy = LINK_NEWEST_WINS; policy < LINK_ASK; policy++) {
        struct world w = {.policy = policy};
        begin(c, &w);
        world_set(&w, L, "Ada", path, "ours");
        memory_lose_answer(w.store[R]);
        check_int(c, world_sync(&w), RC_OFFLINE);
        world_set(&w, R, "Ada", path, "theirs");
        int64_t run = sync(c, &w);
        check_int(c, w.report.conflicts, 1);
        check_both(c, &w, path, policy == LINK_RIGHT_WINS ? "theirs" : "ours");
        world_check_quiet(c, &w);
        check_ok(c, undo(&w, run, false), &w.err);
        check_both(c, &w, path, before);
        end(c, &w);
    }
}

/* Of a new entry it is in doubt what it holds: still it is one entry, not two. */
static void check_doubt_is_one(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "phones/p1/number", "222");
    sync(c, &w);
    for (int s = 0; s < 2; s++) {
        const struct json *doc =
            memory_doc(w.store[s], FOLDER, world_find(&w, (enum side)s, "Ada"));
        check_int(c, json_count(json_get(doc, "phones")), 1);
    }
    end(c, &w);
}

/* It is looked into while the folders cannot be written, and settled later: there was no such entry
 * before, not even an empty one, so that is how an undo leaves both sides. */
static void check_doubt_put_off(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "phones/p1/number", "222");
    w.options.readonly[L] = w.options.readonly[R] = true;
    sync(c, &w);
    w.options.readonly[L] = w.options.readonly[R] = false;
    int64_t run = sync(c, &w);
    check_int(c, w.report.conflicts, 1);
    check_ok(c, undo(&w, run, false), &w.err);
    for (int s = 0; s < 2; s++) {
        const struct json *doc =
            memory_doc(w.store[s], FOLDER, world_find(&w, (enum side)s, "Ada"));
        check_int(c, json_count(json_get(doc, "phones")), 0);
    }
    end(c, &w);
}

/* In doubt what became of a new entry, and then the item is deleted there and edited here: what comes
 * back has the entry as it is here. */
static void check_doubt_deleted(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "phones/p1/number", "222");
    w.options.readonly[L] = w.options.readonly[R] = true; /* looked into, not settled */
    sync(c, &w);
    w.options.readonly[L] = w.options.readonly[R] = false;
    world_remove(&w, R, "Ada");
    sync(c, &w);
    check_both(c, &w, "phones/p1/number", "111");
    end(c, &w);
}

/* In doubt, and then settled in the winner's favour where it went, while another member could not be
 * written back: the entry is known again, and comes back with the item. */
static void check_doubt_ended(struct check *c)
{
    struct world w = {.policy = LINK_LEFT_WINS};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    sync(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "phones/p1/number", "222");
    edit(&w, R, "b", "owed");
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, L, "Ada"));
    memory_fail_item(w.store[L], id, RC_REFUSED, true);
    sync(c, &w);
    check_both(c, &w, "phones/p1/number", "111");
    memory_fail_item(w.store[L], id, RC_OK, true);
    world_remove(&w, R, "Ada");
    edit(&w, L, "d", "later");
    sync(c, &w);
    check_both(c, &w, "phones/p1/number", "111");
    end(c, &w);
}

/* In doubt, then settled by a write of which the answer is lost, too: once that is known to have
 * arrived, so is the entry, and it comes back with the item. */
static void check_doubt_arrived(struct check *c, enum side winner)
{
    struct world w = {.policy = winner == L ? LINK_LEFT_WINS : LINK_RIGHT_WINS};
    enum side loser = side_other(winner);
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    sync(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "phones/p1/number", "222");
    memory_lose_answer(w.store[loser]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_remove(&w, winner, "Ada");
    edit(&w, loser, "d", "later");
    sync(c, &w);
    check_both(c, &w, "phones/p1/number", winner == L ? "111" : "222");
    end(c, &w);
}

static void edit_number(struct store *s, void *user)
{
    (void)s;
    world_set(user, R, "Ada", "phones/p1/number", "333");
}

/* Numbers of one kind: which of them was changed cannot be seen where two are new. That one is gone
 * is not taken for something the store cannot hold when there is another in its place. */
static void check_replaced(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, R, "Ada", "phones/n1/number", "222");
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    memory_after_commit(w.store[R], edit_number, &w);
    memory_fail_call(w.store[R], MEMORY_FETCH, 2, RC_SERVER); /* it cannot be read back */
    check_int(c, world_sync(&w), RC_SERVER);
    sync(c, &w);
    end(c, &w);
}

/* Where a write went cannot be read when its fate is looked up, but later: then it is known for ours,
 * and an edit at its source is later than it, whatever the policy. */
static void check_unreadable(struct check *c)
{
    for (enum link_policy policy = LINK_NEWEST_WINS; policy < LINK_ASK; policy++) {
        struct world w = {.policy = policy};
        begin(c, &w);
        edit(&w, L, "a", "ours");
        memory_lose_answer(w.store[R]);
        check_int(c, world_sync(&w), RC_OFFLINE);
        edit(&w, L, "a", "later");
        CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Ada"));
        memory_fail_item(w.store[R], id, RC_INVALID, false);
        sync(c, &w);
        check_int(c, w.report.failed, 1);
        memory_fail_item(w.store[R], id, RC_OK, false);
        sync(c, &w);
        check_both(c, &w, "x.example:a", "later");
        check_int(c, w.report.conflicts, 0);
        end(c, &w);
    }
}

static void add_number(struct store *s, void *user)
{
    (void)s;
    world_set(user, R, "Ada", "phones/n2/number", "222");
}

/* A change of a number that did not arrive, as somebody added another one of its kind: which of the
 * two would have been the changed one nobody can say. It is not gone, at any rate, nor half of it. */
static void check_beside_another(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "111");
    sync(c, &w);
    world_set(&w, L, "Ada", "phones/p1/number", "333");
    memory_before_commit(w.store[R], add_number, &w);
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    int64_t run = sync(c, &w);
    world_check_converged(c, &w);
    check_ok(c, undo(&w, run, false), &w.err);
    world_check_converged(c, &w);
    end(c, &w);
}

/* The other side's deletion is carried over, and the store says "no such item" of one that is there:
 * a pair forgotten for that would leave it on this side alone, where no listing of changes shows it. */
static void check_denied(struct check *c, bool lasting)
{
    struct world w = {0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    sync(c, &w);
    world_remove(&w, L, "Ada");
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Ada"));
    memory_fail_item(w.store[R], id, RC_NOT_FOUND, true);
    sync(c, &w);
    check_int(c, w.report.failed, 1);
    check_int(c, world_count(&w, R), 2);
    if (lasting) {
        sync(c, &w);
        check_int(c, w.report.failed, 1);
    }
    memory_fail_item(w.store[R], id, RC_OK, true);
    sync(c, &w);
    check_int(c, world_count(&w, R), 1);
    end(c, &w);
}

static void remove_ada(struct store *s, void *user)
{
    (void)s;
    world_remove(user, R, "Ada");
}

/* It is true: somebody was faster. No trouble of anybody's. */
static void check_faster(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    sync(c, &w);
    world_remove(&w, L, "Ada");
    memory_before_commit(w.store[R], remove_ada, &w);
    sync(c, &w);
    check_int(c, w.report.failed, 0);
    check_int(c, world_count(&w, R), 1);
    end(c, &w);
}

/* ---- what was written could not be read back, and the store told its version ---- */

static void add_numbers(struct world *w, enum side s)
{
    world_set(w, s, "Ada", "phones/p2/number", "222");
    world_set(w, s, "Ada", "phones/p3/number", "333");
}

/* What a side has to deliver yet is not in its base. So it cannot be recognised by that once the item
 * can be read, where a store gives ids of its own: the id of what was taken away there may be that of
 * something else now. Here by an undo; also if it was an older program's, which noted less. */
static void check_told_undo(struct check *c, enum side s, bool older)
{
    struct world w = {0};
    w.opt[s].own_ids = true;
    begin(c, &w);
    world_set(&w, s, "Ada", "phones/p1/number", "111");
    int64_t run = sync(c, &w);
    add_numbers(&w, s);
    memory_fail_call(w.store[s], MEMORY_FETCH, 2, RC_SERVER); /* it cannot be read back */
    check_int(c, undo(&w, run, false), RC_SERVER);
    if (older) {
        check_ok(c,
            db_exec(w.state->db,
                "UPDATE body SET left_patch=json_remove(left_patch,'$.\"" DOC_LEFT_OUT "\"'),"
                " right_patch=json_remove(right_patch,'$.\"" DOC_LEFT_OUT "\"')",
                &w.err),
            &w.err);
    }
    sync(c, &w);
    for (int i = 0; i < 2; i++) {
        check_int(c, numbers(&w, (enum side)i), 2);
    }
    end(c, &w);
}

/* The same by the removal of a number on the other side, which is not written itself. */
static void check_told_merge(struct check *c, enum side s)
{
    struct world w = {0};
    w.opt[s].own_ids = true;
    enum side other = side_other(s);
    begin(c, &w);
    world_set(&w, s, "Ada", "phones/p1/number", "111");
    sync(c, &w);
    add_numbers(&w, s);
    world_set(&w, other, "Ada", "phones", NULL);
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, other, "Ada"));
    memory_fail_item(w.store[other], id, RC_REFUSED, true);
    memory_fail_call(w.store[s], MEMORY_FETCH, 2, RC_SERVER); /* it cannot be read back */
    check_int(c, world_sync(&w), RC_SERVER);
    memory_fail_item(w.store[other], id, RC_OK, true);
    sync(c, &w);
    for (int i = 0; i < 2; i++) {
        check_int(c, numbers(&w, (enum side)i), 2);
    }
    end(c, &w);
}

/* ---- something on the way sends an update twice ---- */

static void edit_theirs(struct store *s, void *user)
{
    (void)s;
    edit(user, R, "b", "theirs");
}

/* The answer to the second is that somebody has changed the item. That was us: an edit where it came from
 * is later, whatever the policy and whatever fails next. `meanwhile`: somebody has changed it, too. */
static void check_sent_twice(struct check *c, bool meanwhile, bool unread)
{
    for (enum link_policy policy = LINK_NEWEST_WINS; policy < LINK_ASK; policy++) {
        struct world w = {.policy = policy};
        begin(c, &w);
        edit(&w, L, "a", "ours");
        edit(&w, L, "b", "ours");
        memory_send_twice(w.store[R]);
        if (meanwhile) {
            memory_after_commit(w.store[R], edit_theirs, &w);
        }
        memory_fail_call(w.store[L], MEMORY_FETCH, 2, RC_SERVER); /* it is not looked at again */
        memory_fail_call(w.store[R], MEMORY_FETCH, unread, RC_SERVER);
        (void)!world_sync(&w);
        memory_clear_faults(w.store[L]);
        memory_clear_faults(w.store[R]);
        edit(&w, L, "a", "later");
        sync(c, &w);
        check_int(c, w.report.conflicts, meanwhile);
        check_both(c, &w, "x.example:a", "later");
        check_both(
            c, &w, "x.example:b", meanwhile && policy == LINK_RIGHT_WINS ? "theirs" : "ours");
        end(c, &w);
    }
}

/* It is as somebody has left it, and nothing of ours: a conflict like any other. */
static void check_refused(struct check *c)
{
    struct world w = {.policy = LINK_RIGHT_WINS};
    begin(c, &w);
    edit(&w, L, "b", "ours");
    memory_before_commit(w.store[R], edit_theirs, &w);
    sync(c, &w);
    check_int(c, w.report.failed, 0);
    check_int(c, w.report.conflicts, 1);
    check_both(c, &w, "x.example:b", "theirs");
    end(c, &w);
}

/* ---- one of two writes fails ---- */

struct changes {
    const char *failing[2], *other[2]; /* of phones/p2/number or a member, on the side that is not
                                          written and on the other: path, value */
};

/* One side is written, the other, which wins, is not: what the written one owes to it is what was to
 * go there, no more. What it lost it has the winner's value of, and what both changed alike both have.
 * Put back in its base alone that would come back with the item, should it be deleted there. */
static void check_owed(struct check *c, enum side failing, const struct changes *what)
{
    struct world w = {.policy = failing == L ? LINK_LEFT_WINS : LINK_RIGHT_WINS};
    enum side other = side_other(failing);
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob")); /* or no guard lets it pass */
    world_set(&w, L, "Ada", "phones/p2/number", "222");
    sync(c, &w);
    world_set(&w, failing, "Ada", what->failing[0], what->failing[1]);
    world_set(&w, other, "Ada", what->other[0], what->other[1]);
    edit(&w, other, "b", "owed");
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, failing, "Ada"));
    memory_fail_item(w.store[failing], id, RC_REFUSED, true);
    sync(c, &w);
    check_int(c, w.report.failed, 1);
    check_str(c, world_text(&w, failing, "Ada", "x.example:b"), NULL);
    check_both(c, &w, what->failing[0], what->failing[1]);
    memory_fail_item(w.store[failing], id, RC_OK, true);
    world_remove(&w, other, "Ada");
    edit(&w, failing, "d", "later");
    sync(c, &w);
    check_both(c, &w, what->failing[0], what->failing[1]);
    check_both(c, &w, "x.example:d", "later");
    end(c, &w);
}

static void check_owed_both(struct check *c, const struct changes *what)
{
    check_owed(c, L, what);
    check_owed(c, R, what);
}

/* ---- two items are united, and the run does not come to its end ---- */

struct union_edit {
    struct world *w;
    enum side side;
};

static void edit_meanwhile(struct store *s, void *user)
{
    (void)s;
    const struct union_edit *e = user;
    edit(e->w, e->side, "b", "later");
}

static void forget_bases(struct check *c, struct world *w)
{
    check_ok(c, state_distrust(w->state, &w->err), &w->err);
}

/* What a union wrote on one side is no edit of anybody's: the edit made meanwhile on the other, where
 * it came from, is the later one whatever the policy. */
static void check_union_race(struct check *c, enum side s, enum link_policy policy)
{
    struct world w = {.policy = policy};
    begin(c, &w);
    forget_bases(c, &w);
    edit(&w, s, "b", "earlier");
    edit(&w, side_other(s), "d", "so that both are written");
    memory_before_commit(w.store[s], edit_meanwhile, &(struct union_edit){&w, s});
    sync(c, &w);
    check_int(c, w.report.conflicts, 0);
    check_both(c, &w, "x.example:b", "later");
    check_both(c, &w, "x.example:d", "so that both are written");
    end(c, &w);
}

/* The same, cut off at every step. */
static void check_union_crash(struct check *c, enum side s, enum link_policy policy)
{
    bool crashed = true;
    for (long at = 1; crashed && at < 100; at++) {
        struct world w = {.policy = policy};
        begin(c, &w);
        forget_bases(c, &w);
        edit(&w, s, "b", "earlier");
        edit(&w, side_other(s), "d", "so that both are written");
        crashed = world_crash(&w, at, true);
        edit(&w, s, "b", "later");
        sync(c, &w);
        check_int(c, w.report.conflicts, 0);
        check_both(c, &w, "x.example:b", "later");
        check_both(c, &w, "x.example:d", "so that both are written");
        end(c, &w);
    }
}

/* What one of two united items had beyond the other is nobody's edit: the undo of the run that carried
 * it over, after the first had failed, leaves it where it was. */
static void check_union_undone(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    forget_bases(c, &w);
    edit(&w, L, "b", "left");
    edit(&w, R, "d", "right");
    CLEANUP(mem_free) char *id = mem_strdup(world_find(&w, R, "Ada"));
    memory_fail_item(w.store[R], id, RC_REFUSED, true);
    sync(c, &w);
    check_both(c, &w, "x.example:d", "right");
    check_str(c, world_text(&w, R, "Ada", "x.example:b"), NULL);
    memory_fail_item(w.store[R], id, RC_OK, true);
    int64_t run = sync(c, &w);
    check_both(c, &w, "x.example:b", "left");
    check_ok(c, undo(&w, run, false), &w.err);
    check_str(c, world_text(&w, L, "Ada", "x.example:b"), "left");
    check_str(c, world_text(&w, R, "Ada", "x.example:b"), NULL);
    world_check_quiet(c, &w);
    world_close(&w);
}

static void check_unions(struct check *c, void (*f)(struct check *, enum side, enum link_policy))
{
    for (int policy = LINK_NEWEST_WINS; policy <= LINK_RIGHT_WINS; policy++) {
        f(c, L, (enum link_policy)policy);
        f(c, R, (enum link_policy)policy);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "apart/undo/forced")) {
        check_forced(&c, L);
        check_forced(&c, R);
    }
    if (check_case(&c, "apart/undo/forced-conflict")) {
        check_forced_conflict(&c);
    }
    if (check_case(&c, "apart/undo/lost-answer-then-deleted")) {
        check_deleted_after_undo(&c, false);
        check_deleted_after_undo(&c, true);
    }
    if (check_case(&c, "apart/undo/deleted-on-both")) {
        check_deleted_on_both(&c, L, RC_INVALID);
        check_deleted_on_both(&c, R, RC_INVALID);
        check_deleted_on_both(&c, R, RC_OK);
    }
    if (check_case(&c, "apart/undo/cut-off-growing")) {
        for (int i = 0; i < 4; i++) {
            for (long step = 1; check_cut_growing(&c, step, i & 1, i & 2 ? R : L); step++) {
            }
        }
    }
    if (check_case(&c, "apart/undo/taken-back-by-hand")) {
        check_taken_back_by_hand(&c, L);
        check_taken_back_by_hand(&c, R);
    }
    if (check_case(&c, "apart/doubt/undone")) {
        check_doubt_undone(&c, "x.example:a", "first");
    }
    if (check_case(&c, "apart/doubt/new-entry-undone")) {
        check_doubt_undone(&c, "phones/p1/number", NULL);
    }
    if (check_case(&c, "apart/doubt/one-entry")) {
        check_doubt_is_one(&c);
    }
    if (check_case(&c, "apart/doubt/put-off")) {
        check_doubt_put_off(&c);
    }
    if (check_case(&c, "apart/doubt/deleted")) {
        check_doubt_deleted(&c);
    }
    if (check_case(&c, "apart/doubt/ended")) {
        check_doubt_ended(&c);
    }
    if (check_case(&c, "apart/doubt/arrived")) {
        check_doubt_arrived(&c, L);
        check_doubt_arrived(&c, R);
    }
    if (check_case(&c, "apart/doubt/replaced")) {
        check_replaced(&c);
    }
    if (check_case(&c, "apart/doubt/unreadable")) {
        check_unreadable(&c);
    }
    if (check_case(&c, "apart/doubt/beside-another")) {
        check_beside_another(&c);
    }
    if (check_case(&c, "apart/delete/denied")) {
        check_denied(&c, false);
        check_denied(&c, true);
    }
    if (check_case(&c, "apart/delete/faster")) {
        check_faster(&c);
    }
    if (check_case(&c, "apart/told/undo")) {
        check_told_undo(&c, L, false);
        check_told_undo(&c, R, false);
        check_told_undo(&c, L, true);
        check_told_undo(&c, R, true);
    }
    if (check_case(&c, "apart/told/merge")) {
        check_told_merge(&c, L);
        check_told_merge(&c, R);
    }
    if (check_case(&c, "apart/twice/update")) {
        check_sent_twice(&c, false, false);
    }
    if (check_case(&c, "apart/twice/edited-meanwhile")) {
        check_sent_twice(&c, true, false);
    }
    if (check_case(&c, "apart/twice/unread")) {
        check_sent_twice(&c, false, true);
        check_sent_twice(&c, true, true);
    }
    if (check_case(&c, "apart/twice/somebody-else")) {
        check_refused(&c);
    }
    if (check_case(&c, "apart/owed/lost")) {
        check_owed_both(&c, &(struct changes){{"x.example:a", "wins"}, {"x.example:a", "loses"}});
    }
    if (check_case(&c, "apart/owed/edit-beats-delete")) {
        check_owed_both(&c, &(struct changes){{"phones/p2/number", "333"}, {"phones/p2", NULL}});
    }
    if (check_case(&c, "apart/owed/alike")) {
        check_owed_both(&c, &(struct changes){{"x.example:a", "same"}, {"x.example:a", "same"}});
    }
    if (check_case(&c, "apart/union/race")) {
        check_unions(&c, check_union_race);
    }
    if (check_case(&c, "apart/union/crash")) {
        check_unions(&c, check_union_crash);
    }
    if (check_case(&c, "apart/union/undone")) {
        check_union_undone(&c);
    }
    return check_end(&c);
}
