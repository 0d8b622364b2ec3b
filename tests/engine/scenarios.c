/* Each scenario undisturbed: the writes of one run are exactly those expected, both sides agree,
 * and a further run writes nothing. Then what does not fit the table: store-wide failures, the
 * journal's answer to a lost answer, history, cancelling. */
#include "client/base/buf.h"
#include "tests/engine/scenario.h"

static void check_counts(struct check *c, const struct world *w, const struct scenario *s)
{
    for (int side = 0; side < 2; side++) {
        const struct state_counts *got = &w->report.side[side], *want = &s->want[side];
        if (got->created != want->created || got->updated != want->updated ||
            got->deleted != want->deleted) {
            check_fail(c, "%s side: %ld created, %ld updated, %ld deleted; want %ld, %ld, %ld",
                side_name((enum side)side), got->created, got->updated, got->deleted, want->created,
                want->updated, want->deleted);
        }
    }
    check_int(c, w->report.conflicts, s->conflicts);
    check_int(c, w->report.failed, s->failed);
    check_int(c, w->report.held, s->held);
    check_true(c, w->report.text != NULL);
}

static void run_scenario(struct check *c, const struct scenario *s)
{
    struct world w;
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_counts(c, &w, s);
    if (!s->failed && !s->held) {
        world_check_quiet(c, &w);
    }
    if (!s->apart) {
        world_check_converged(c, &w);
    }
    if (!s->apart && !s->failed && !s->held) {
        world_check_settled(c, &w);
    }
    if (s->check) {
        s->check(c, &w);
    }
    world_close(&w);
}

static const struct scenario *scenario_named(const char *name)
{
    for (size_t i = 0; i < scenario_count; i++) {
        if (strcmp(scenario_list[i].name, name) == 0) {
            return &scenario_list[i];
        }
    }
    return NULL;
}

/* A store that fails as a whole at its n-th call: nothing half-concluded, and the next run
 * finishes. */
static void check_store_wide(struct check *c, enum side side, enum memory_call call, enum rc rc)
{
    for (long n = 1; n < 8; n++) {
        struct world w;
        const struct scenario *s = scenario_named("mixed");
        scenario_open(c, &w, s);
        s->edit(&w);
        memory_fail_call(w.store[side], call, n, rc);
        enum rc got = world_sync(&w);
        if (got != RC_OK) {
            check_int(c, got, rc);
            check_true(c, w.err.text && w.report.text);
            check_ok(c, world_sync(&w), &w.err);
        }
        memory_fail_call(w.store[side], call, 0, RC_OK);
        world_check_quiet(c, &w);
        world_check_converged(c, &w);
        world_check_settled(c, &w);
        world_close(&w);
        if (got == RC_OK) {
            return;
        }
    }
    check_fail(c, "the run never got past call 7");
}

static void check_lost_answer(struct check *c, enum side side)
{
    struct world w;
    const struct scenario *s = scenario_named("mixed");
    scenario_open(c, &w, s);
    s->edit(&w);
    memory_lose_answer(w.store[side]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_true(c, w.report.wrote_anything);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    check_int(c, world_count(&w, SIDE_LEFT), 4);
    world_close(&w);
}

/* The answer to a create is lost, and the listing of the next run does not show the item yet: where the
 * server gives ids, it is found by its uid, and not made again (I5). */
static void check_lost_create(struct check *c)
{
    struct world w = {.opt = {{.drops = {"uid"}}, {.by_uid = true, .tokens = true}}, .seed = 1};
    world_open(&w);
    memory_add(w.store[SIDE_LEFT], FOLDER, NULL, world_contact(NULL, "Ada"));
    memory_lose_answer(w.store[SIDE_RIGHT]);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_int(c, world_count(&w, SIDE_RIGHT), 1);
    CLEANUP(mem_free) char *id = mem_strdup(memory_id_at(w.store[SIDE_RIGHT], FOLDER, 0));
    memory_hide(w.store[SIDE_RIGHT], id, true);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, SIDE_RIGHT), 1);
    memory_hide(w.store[SIDE_RIGHT], id, false);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    check_int(c, world_count(&w, SIDE_LEFT), 1);
    world_close(&w);
}

/* Incomplete listings conclude nothing, on either side. */
static void check_incomplete(struct check *c)
{
    struct world w;
    const struct scenario *s = scenario_named("left-delete");
    scenario_open(c, &w, s);
    s->edit(&w);
    memory_fail_call(w.store[SIDE_RIGHT], MEMORY_CHANGES, 1, RC_INCOMPLETE);
    check_int(c, world_sync(&w), RC_INCOMPLETE);
    check_true(c, !w.report.wrote_anything);
    check_int(c, world_count(&w, SIDE_RIGHT), 3);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, SIDE_RIGHT), 2);
    world_close(&w);
}

/* A full listing without proof leaves absences open; its token would hide them for good, and must
 * not be kept (I4). */
static void check_unproven_token(struct check *c)
{
    struct world w;
    struct scenario s = *scenario_named("left-delete");
    s.opt[SIDE_LEFT] = (struct memory_options){.tokens = true, .drops = {"uid"}};
    scenario_open(c, &w, &s);
    s.edit(&w);
    memory_forget_tokens(w.store[SIDE_LEFT]);
    memory_list_unproven(w.store[SIDE_LEFT], true);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, SIDE_RIGHT), 3);
    memory_forget_tokens(w.store[SIDE_RIGHT]);
    memory_list_unproven(w.store[SIDE_LEFT], false);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, world_count(&w, SIDE_RIGHT), 2);
    world_check_converged(c, &w);
    world_close(&w);
}

static bool cancel_now(void *user)
{
    (void)user;
    return true;
}

static void check_cancel(struct check *c)
{
    struct world w;
    const struct scenario *s = scenario_named("mixed");
    scenario_open(c, &w, s);
    s->edit(&w);
    w.options.cancelled = cancel_now;
    check_int(c, world_sync(&w), RC_CANCELLED);
    w.options.cancelled = NULL;
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* What a run replaces and deletes is kept, and what it made is noted. */
static void check_history(struct check *c)
{
    struct world w;
    const struct scenario *s = scenario_named("mixed");
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    struct state_runs runs = {0};
    check_ok(c, state_runs_load(w.state, w.link, 10, &runs, &w.err), &w.err);
    check_int(
        c, runs.count, 2); /* the first sync and this one; the quiet run between has no entry */
    check_true(c, runs.count && runs.items[0].end && runs.items[0].id == w.report.run);
    check_int(c, runs.count ? runs.items[0].side[SIDE_RIGHT].deleted : -1, 1);
    state_runs_fini(&runs);
    struct state_images images = {0};
    check_ok(c, state_images_load(w.state, w.report.run, &images, &w.err), &w.err);
    long seen[3] = {0};
    for (size_t i = 0; i < images.count; i++) {
        seen[images.items[i].op]++;
        check_true(c, images.items[i].item != NULL);
        check_true(c, (images.items[i].op == STATE_CREATE) == (images.items[i].doc == NULL));
    }
    check_int(c, seen[STATE_CREATE], 2);
    check_int(c, seen[STATE_UPDATE], 4);
    check_int(c, seen[STATE_DELETE], 1);
    state_images_fini(&images);
    world_close(&w);
}

/* A refused item is tried again with growing delay, and at once when it changes. */
static void check_delay(struct check *c)
{
    struct world w;
    const struct scenario *s = scenario_named("write-refused");
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, world_sync(&w), &w.err);
    long tries = w.report.failed;
    for (int i = 0; i < 30; i++) {
        check_ok(c, world_sync(&w), &w.err); /* every five minutes */
        tries += w.report.failed;
        check_int(c, w.report.failed + w.report.waiting, 1);
    }
    check_true(c, tries >= 5 && tries <= 10);
    world_set(&w, SIDE_LEFT, "Ada", "phones/p1/number", "112");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.failed, 1);
    world_close(&w);
}

/* A lost state file: the items of both sides are matched again, none is copied (case 1). */
static void check_lost_state(struct check *c)
{
    struct world w, fresh;
    const struct scenario *s = scenario_named("mixed");
    scenario_open(c, &w, s);
    fresh = (struct world){.opt = {w.opt[0], w.opt[1]}, .seed = 2};
    world_open(&fresh);
    for (int side = 0; side < 2; side++) {
        struct store *swap = fresh.store[side];
        fresh.store[side] = w.store[side];
        w.store[side] = swap;
    }
    world_check_quiet(c, &fresh);
    world_check_converged(c, &fresh);
    check_int(c, world_count(&fresh, SIDE_RIGHT), 3);
    world_close(&fresh);
    world_close(&w);
}

static void open_ada(struct check *c, struct world *w, const char *member)
{
    w->opt[SIDE_LEFT].drops[0] = "uid";
    w->opt[SIDE_RIGHT].chosen_ids = w->opt[SIDE_RIGHT].tokens = true;
    w->seed = 1;
    world_open(w);
    struct json *doc = world_contact(NULL, "Ada");
    json_set_str(doc, member, "first");
    memory_add(w->store[SIDE_LEFT], FOLDER, NULL, doc);
    check_ok(c, world_sync(w), &w->err);
    world_check_quiet(c, w);
}

static void second_thoughts(struct store *store, void *user)
{
    (void)store;
    world_set(user, SIDE_LEFT, "Ada", "emails/e1/address", "second");
    world_set(user, SIDE_LEFT, "Ada", "x.example:b", "first");
}

/* The write that overwrites the loser of a conflict is refused, since somebody edits the item in
 * that moment. What else the loser's side had changed has been carried over already and is no
 * change any more: its new address is edited, not new beside the old one (I2), and taking a change
 * back is a change (I1). */
static void check_refused_conflict(struct check *c)
{
    struct world w = {.policy = LINK_RIGHT_WINS};
    open_ada(c, &w, "x.example:b");
    world_set(&w, SIDE_LEFT, "Ada", "x.example:b", "second");
    world_set(&w, SIDE_LEFT, "Ada", "emails/e1/address", "first");
    world_set(&w, SIDE_LEFT, "Ada", "x.example:a", "left");
    world_set(&w, SIDE_RIGHT, "Ada", "x.example:a", "right");
    memory_before_commit(w.store[SIDE_LEFT], second_thoughts, &w);
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    check_str(c, world_text(&w, SIDE_RIGHT, "Ada", "emails/e1/address"), "second");
    check_str(c, world_text(&w, SIDE_RIGHT, "Ada", "x.example:b"), "first");
    check_str(c, world_text(&w, SIDE_LEFT, "Ada", "x.example:a"), "right");
    world_close(&w);
}

/* Deleted on the side that holds more, edited on the other: what only the first can hold comes back
 * with the item (I10). If the last change of it had not been carried over, being held up by another
 * one, it comes back as it was before: the change was deleted with the item. */
static void check_revived(struct check *c, bool changed)
{
    struct world w = {.opt[SIDE_RIGHT].drops = {"x.example:a"}};
    open_ada(c, &w, "x.example:a");
    if (changed) {
        world_set(&w, SIDE_LEFT, "Ada", "x.example:a", "second");
        world_set(&w, SIDE_LEFT, "Ada", "x.example:b", "held up");
        w.options.readonly[SIDE_RIGHT] = true;
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.failed, 1);
        w.options.readonly[SIDE_RIGHT] = false;
    }
    world_remove(&w, SIDE_LEFT, "Ada");
    world_set(&w, SIDE_RIGHT, "Ada", "notes/n1/note", "edited");
    w.options.retry_now = true;
    w.options.release_deletes = true; /* it was the only item of the folder */
    check_ok(c, world_sync(&w), &w.err);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    check_str(c, world_text(&w, SIDE_LEFT, "Ada", "x.example:a"), "first");
    check_str(c, world_text(&w, SIDE_LEFT, "Ada", "notes/n1/note"), "edited");
    world_close(&w);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < scenario_total(); i++) {
        char name[128];
        const struct scenario *s = scenario_at(i);
        snprintf(name, sizeof name, "scenario/%s", s->name);
        if (check_case(&c, name)) {
            run_scenario(&c, s);
            check_close_case(&c); /* name is ours */
        }
    }
    for (int side = 0; side < 2; side++) {
        if (check_case(&c, side ? "store-wide/right" : "store-wide/left")) {
            check_store_wide(&c, (enum side)side, MEMORY_CHANGES, RC_OFFLINE);
            check_store_wide(&c, (enum side)side, MEMORY_FETCH, RC_SERVER);
            check_store_wide(&c, (enum side)side, MEMORY_COMMIT, RC_AUTH);
        }
        if (check_case(&c, side ? "lost-answer/right" : "lost-answer/left")) {
            check_lost_answer(&c, (enum side)side);
        }
    }
    if (check_case(&c, "lost-answer/create-not-listed")) {
        check_lost_create(&c);
    }
    if (check_case(&c, "incomplete-listing")) {
        check_incomplete(&c);
    }
    if (check_case(&c, "unproven-token")) {
        check_unproven_token(&c);
    }
    if (check_case(&c, "cancel")) {
        check_cancel(&c);
    }
    if (check_case(&c, "history")) {
        check_history(&c);
    }
    if (check_case(&c, "delay")) {
        check_delay(&c);
    }
    if (check_case(&c, "lost-state-file")) {
        check_lost_state(&c);
    }
    if (check_case(&c, "refused-with-a-conflict")) {
        check_refused_conflict(&c);
    }
    if (check_case(&c, "revived")) {
        check_revived(&c, false);
        check_revived(&c, true);
    }
    return check_end(&c);
}
