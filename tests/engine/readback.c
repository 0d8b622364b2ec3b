/* What was written cannot be read back, and somebody edits the very same member before the next run
 * can: the edit must not be taken for the store's form of our write, nor be written over in silence.
 * Where the store told the version of the write, the two are told apart; where it did not, both
 * values stay where a person can find them. */
#include "client/base/buf.h"
#include "client/state/change.h"
#include "tests/engine/world.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static void begin(struct check *c, struct world *w)
{
    w->opt[L] = (struct memory_options){.drops = {"uid"}};
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    w->seed = 1;
    world_open(w);
    struct json *doc = world_contact(NULL, "Ada");
    json_set_str(doc, "x.example:a", "first");
    memory_add(w->store[L], FOLDER, NULL, doc);
    check_ok(c, world_sync(w), &w->err);
    world_check_quiet(c, w);
}

/* The left value goes to the right, and reading it back fails. */
static void write_unread(struct check *c, struct world *w, const char *value)
{
    world_set(w, L, "Ada", "x.example:a", value);
    memory_fail_call(w->store[R], MEMORY_FETCH, 1, RC_SERVER);
    check_int(c, world_sync(w), RC_SERVER);
}

static void check_both(struct check *c, struct world *w, const char *path, const char *value)
{
    check_str(c, world_text(w, L, "Ada", path), value);
    check_str(c, world_text(w, R, "Ada", path), value);
}

static void check_end_of(struct check *c, struct world *w)
{
    world_check_quiet(c, w);
    world_check_settled(c, w);
    world_close(w);
}

static void check_unedited(struct check *c)
{
    struct world w = {.opt[R].short_text = 6};
    begin(c, &w);
    world_set(&w, L, "Ada", "name/full", "Ada Lovelace");
    memory_fail_call(w.store[R], MEMORY_FETCH, 1, RC_SERVER);
    check_int(c, world_sync(&w), RC_SERVER);
    long updates = memory_counts(w.store[R]).updates;
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !w.report.wrote_anything);
    check_int(c, memory_counts(w.store[R]).updates, updates);
    check_true(c, world_find(&w, L, "Ada Lovelace") && world_find(&w, R, "Ada Lo"));
    check_end_of(c, &w);
}

static void check_edited(struct check *c, enum link_policy policy)
{
    struct world w = {.policy = policy};
    begin(c, &w);
    write_unread(c, &w, "ours");
    world_set(&w, R, "Ada", "x.example:a", "theirs");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 0);
    check_both(c, &w, "x.example:a", "theirs");
    check_end_of(c, &w);
}

/* The right side's own edit, which could not be carried over in the same run, is not forgotten. */
static void check_undelivered(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, R, "Ada", "x.example:b", "from the right");
    write_unread(c, &w, "ours");
    world_set(&w, R, "Ada", "x.example:c", "later");
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, "x.example:a", "ours");
    check_both(c, &w, "x.example:b", "from the right");
    check_both(c, &w, "x.example:c", "later");
    check_end_of(c, &w);
}

static void check_created(struct check *c, bool edited)
{
    struct world w = {.opt[R].drops = {"x.example:b"}};
    begin(c, &w);
    struct json *doc = world_contact(NULL, "Bob");
    json_set_str(doc, "x.example:a", "ours");
    json_set_str(doc, "x.example:b", "not for the right");
    memory_add(w.store[L], FOLDER, NULL, doc);
    memory_fail_call(w.store[R], MEMORY_FETCH, 1, RC_SERVER);
    check_int(c, world_sync(&w), RC_SERVER);
    if (edited) {
        world_set(&w, R, "Bob", "x.example:a", "theirs");
    }
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.side[R].updated, 0);
    check_str(c, world_text(&w, L, "Bob", "x.example:a"), edited ? "theirs" : "ours");
    check_str(c, world_text(&w, L, "Bob", "x.example:b"), "not for the right");
    check_end_of(c, &w);
}

static bool image_has(struct world *w, const char *value)
{
    struct state_runs runs = {0};
    bool found = false;
    if (state_runs_load(w->state, w->link, 100, &runs, &w->err) != RC_OK) {
        return false;
    }
    for (size_t i = 0; i < runs.count; i++) {
        struct state_images images = {0};
        if (state_images_load(w->state, runs.items[i].id, &images, &w->err) == RC_OK) {
            for (size_t k = 0; k < images.count; k++) {
                found |= images.items[k].doc && strstr(images.items[k].doc, value);
            }
        }
        state_images_fini(&images);
    }
    state_runs_fini(&runs);
    return found;
}

/* The store does not tell versions: an edit looks like a form of our write. It is a conflict, told
 * as one, and what loses is in history. */
static void check_untold(struct check *c, enum link_policy policy, const char *want)
{
    struct world w = {.policy = policy, .opt[R].silent = true};
    begin(c, &w);
    write_unread(c, &w, "ours");
    world_set(&w, R, "Ada", "x.example:a", "theirs");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 1);
    check_both(c, &w, "x.example:a", want);
    check_true(c, image_has(&w, str_eq(want, "ours") ? "theirs" : "ours"));
    check_end_of(c, &w);
}

/* The answer was lost, and so is whether it arrived. */
static void check_lost_answer(struct check *c, enum link_policy policy, const char *want)
{
    struct world w = {.policy = policy};
    begin(c, &w);
    world_set(&w, L, "Ada", "x.example:a", "ours");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    world_set(&w, R, "Ada", "x.example:a", "theirs");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 1);
    check_both(c, &w, "x.example:a", want);
    check_true(c, image_has(&w, str_eq(want, "ours") ? "theirs" : "ours"));
    check_end_of(c, &w);
}

/* A store's own form of a write whose answer was lost is no conflict. */
static void check_lost_answer_cut(struct check *c)
{
    struct world w = {.policy = LINK_RIGHT_WINS, .opt[R].short_text = 6};
    begin(c, &w);
    world_set(&w, L, "Ada", "name/full", "Ada Lovelace");
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 0);
    check_true(c, !w.report.wrote_anything);
    check_true(c, world_find(&w, L, "Ada Lovelace") && world_find(&w, R, "Ada Lo"));
    check_end_of(c, &w);
}

/* The base that came of a write that was read late is on disk before the next write starts from it:
 * after a crash of that one, the store's form of the first must not look like an edit. */
static void check_crash_after(struct check *c)
{
    struct world w = {.opt[R].recodes = "x.example:a"};
    begin(c, &w);
    write_unread(c, &w, "value-1");
    world_set(&w, L, "Ada", "x.example:d", "more");
    world_crash(&w, 5, true); /* two listings, two fetches and the write */
    check_str(c, world_text(&w, R, "Ada", "x.example:d"), "more");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, L, "Ada", "x.example:a"), "value-1");
    check_str(c, world_text(&w, R, "Ada", "x.example:a"), "no. 1");
    check_both(c, &w, "x.example:d", "more");
    check_end_of(c, &w);
}

static bool change_has(struct world *w, enum side s, const char *value)
{
    struct state_changes changes = {0};
    bool found = false;
    if (state_changes_find(w->state, "Ada", &changes, &w->err) == RC_OK) {
        for (size_t i = 0; i < changes.count; i++) {
            const char *forth = changes.items[i].side[s].forth;
            found |= forth && strstr(forth, value);
        }
    }
    state_changes_fini(&changes);
    return found;
}

static void edit_at_once(struct store *s, void *user)
{
    (void)s;
    world_set(user, R, "Ada", "x.example:a", "theirs");
}

/* The limit that stays: between the write and the reading back of a store that tells no versions, an
 * edit of the same member is taken for the store's form. It stays where it is, history has it, and
 * a later edit that replaces it keeps it as a before-image. */
static void check_silent_race(struct check *c)
{
    struct world w = {.opt[R].silent = true};
    begin(c, &w);
    world_set(&w, L, "Ada", "x.example:a", "ours");
    memory_after_commit(w.store[R], edit_at_once, &w);
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, R, "Ada", "x.example:a"), "theirs");
    check_true(c, change_has(&w, R, "theirs"));
    world_check_quiet(c, &w);
    world_set(&w, L, "Ada", "x.example:a", "later");
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, "x.example:a", "later");
    check_true(c, image_has(&w, "theirs"));
    check_end_of(c, &w);
}

/* The store puts a new item under an id of its own, and its answer is lost: nothing is at the id that
 * was chosen, and the other side keeps no uids. The uid that was chosen for the copy tells it. */
static void check_renamed(struct check *c)
{
    struct world w = {.opt[R] = {.own_names = true, .unique_uids = true}};
    begin(c, &w);
    memory_add(w.store[L], FOLDER, NULL, world_contact(NULL, "Bob"));
    memory_lose_answer(w.store[R]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, R), 2);
    check_int(c, world_count(&w, L), 2);
    world_check_converged(c, &w);
    check_end_of(c, &w);
}

/* A conflict whose winner could not be written to a read-only folder is not settled: the other edit
 * is one still, and beats the deletion of what would have won. */
static void check_readonly_conflict(struct check *c)
{
    struct world w = {0};
    begin(c, &w);
    world_set(&w, L, "Ada", "x.example:a", "left");
    world_set(&w, R, "Ada", "x.example:a", "right");
    w.options.readonly[L] = true;
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 0);
    w.options.readonly[L] = false;
    world_remove(&w, R, "Ada");
    check_ok(c, world_sync(&w), &w.err);
    check_both(c, &w, "x.example:a", "left");
    check_end_of(c, &w);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "readback/unedited")) {
        check_unedited(&c);
    }
    if (check_case(&c, "readback/edited")) {
        check_edited(&c, LINK_NEWEST_WINS);
        check_edited(&c, LINK_LEFT_WINS);
        check_edited(&c, LINK_RIGHT_WINS);
    }
    if (check_case(&c, "readback/undelivered")) {
        check_undelivered(&c);
    }
    if (check_case(&c, "readback/created")) {
        check_created(&c, false);
        check_created(&c, true);
    }
    if (check_case(&c, "readback/untold")) {
        check_untold(&c, LINK_NEWEST_WINS, "ours");
        check_untold(&c, LINK_LEFT_WINS, "ours");
        check_untold(&c, LINK_RIGHT_WINS, "theirs");
    }
    if (check_case(&c, "readback/lost-answer")) {
        check_lost_answer(&c, LINK_NEWEST_WINS, "ours");
        check_lost_answer(&c, LINK_RIGHT_WINS, "theirs");
    }
    if (check_case(&c, "readback/lost-answer-cut")) {
        check_lost_answer_cut(&c);
    }
    if (check_case(&c, "readback/crash-after")) {
        check_crash_after(&c);
    }
    if (check_case(&c, "readback/read-only-conflict")) {
        check_readonly_conflict(&c);
    }
    if (check_case(&c, "readback/renamed")) {
        check_renamed(&c);
    }
    if (check_case(&c, "readback/silent-race")) {
        check_silent_race(&c);
    }
    return check_end(&c);
}
