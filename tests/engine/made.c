/* A copy was made, its making was cut off before it was known, and its source was edited before the program was back: that
 * edit arrives as one, and nothing of before comes back or stays beside the new. */
#include "client/base/buf.h"
#include "tests/engine/world.h"

#include <stdio.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

static const char ADA[] = "Ada";

/* ---- edits of the source ---- */

static void change_both_numbers(struct world *w)
{
    world_set(w, R, ADA, "phones/p1/number", "+43 1 11");
    world_set(w, R, ADA, "phones/p2/number", "+43 1 22");
}

static void remove_a_number(struct world *w)
{
    world_set(w, R, ADA, "phones/p1", NULL);
}

static void change_a_text(struct world *w)
{
    world_set(w, R, ADA, "x.example:a", "edited");
}

static void remove_a_text(struct world *w)
{
    world_set(w, R, ADA, "x.example:a", NULL);
}

static const struct edit {
    const char *name;
    void (*act)(struct world *w);
    const char *numbers[2], *text; /* then, on both sides */
} EDITS[] = {
    {"both-numbers-changed", change_both_numbers, {"+43 1 11", "+43 1 22"}, "a"},
    {"a-number-removed", remove_a_number, {"+43 1 2"}, "a"},
    {"a-text-changed", change_a_text, {"+43 1 1", "+43 1 2"}, "edited"},
    {"a-text-removed", remove_a_text, {"+43 1 1", "+43 1 2"}, NULL},
};

static void begin(struct world *w, struct disk *disk)
{
    w->disk = disk;
    w->seed = 1;
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    world_open(w);
    memory_add(w->store[R], FOLDER, NULL, world_contact("ada", ADA));
    world_set(w, R, ADA, "phones/p1/number", "+43 1 1");
    world_set(w, R, ADA, "phones/p2/number", "+43 1 2");
    world_set(w, R, ADA, "x.example:a", "a");
}

static void check_numbers(
    struct check *c, struct world *w, enum side s, const char *const numbers[2])
{
    const struct json *phones =
        json_get(memory_doc(w->store[s], FOLDER, world_find(w, s, ADA)), "phones");
    size_t count = 0;
    for (; count < 2 && numbers[count]; count++) {
        bool found = false;
        for (const struct json *p = json_first(phones); p; p = json_next(p)) {
            found |= str_eq(json_get_str(p, "number"), numbers[count]);
        }
        check_true(c, found);
    }
    check_int(c, json_count(phones), count);
}

static void check_edit(struct check *c, struct world *w, const struct edit *e)
{
    check_int(c, w->report.conflicts, 0);
    for (int s = 0; s < 2; s++) {
        check_numbers(c, w, (enum side)s, e->numbers);
        check_str(c, world_text(w, (enum side)s, ADA, "x.example:a"), e->text);
    }
    world_check_quiet(c, w);
    world_check_settled(c, w);
}

static void test_edit(struct check *c, struct disk *disk, const struct edit *e)
{
    for (int after = 0; after < 2; after++) {
        bool crashed = true;
        for (long step = 1; crashed; step++) {
            struct world w = {0};
            begin(&w, disk);
            crashed = world_crash(&w, step, after);
            e->act(&w);
            check_ok(c, world_sync(&w), &w.err);
            check_edit(c, &w, e);
            world_close(&w);
        }
    }
}

/* The copy cannot be written at first: what was removed at the source is still to go. */
static void test_waiting_edit(struct check *c, struct disk *disk, const struct edit *e)
{
    struct world w = {.opt[L] = {.silent = true}};
    begin(&w, disk);
    memory_fail_call(w.store[L], MEMORY_FETCH, 1, RC_OFFLINE); /* the reading back */
    check_true(c, world_sync(&w) != RC_OK);
    e->act(&w);
    memory_fail_item(w.store[L], world_find(&w, L, ADA), RC_INVALID, true);
    (void)!world_sync(&w);
    check_int(c, w.report.failed, 1);
    memory_fail_item(w.store[L], world_find(&w, L, ADA), RC_OK, true);
    w.options.retry_now = true;
    check_ok(c, world_sync(&w), &w.err);
    w.options.retry_now = false;
    check_edit(c, &w, e);
    world_close(&w);
}

/* ---- made again, with what only it had had ---- */

static void test_made_again(struct check *c, struct disk *disk)
{
    for (int after = 0; after < 2; after++) {
        bool crashed = true;
        for (long step = 1; crashed; step++) {
            struct world w = {.opt[L] = {.drops = {"x.example:a"}}};
            begin(&w, disk);
            check_ok(c, world_sync(&w), &w.err);
            world_remove(&w, R, ADA);
            world_set(&w, L, ADA, "x.example:b", "edited");
            crashed = world_crash(&w, step, after);
            world_set(&w, L, ADA, "x.example:b", "edited again");
            check_ok(c, world_sync(&w), &w.err);
            check_str(c, world_text(&w, R, ADA, "x.example:a"), "a");
            check_str(c, world_text(&w, R, ADA, "x.example:b"), "edited again");
            world_check_quiet(c, &w);
            world_check_settled(c, &w);
            world_close(&w);
        }
    }
}

/* ---- the copy is edited, and edited again before it is known whether the source has got that ---- */

static const struct twice {
    enum link_policy policy;
    bool recodes; /* the source has the copy's value in words of its own */
    bool refuses; /* and does not take the second edit at first */
} TWICE[] = {
    {LINK_NEWEST_WINS, false, false},
    {LINK_NEWEST_WINS, true, false},
    {LINK_NEWEST_WINS, true, true},
    {LINK_LEFT_WINS, false, false},
    {LINK_LEFT_WINS, true, false},
    {LINK_LEFT_WINS, true, true},
    {LINK_RIGHT_WINS, false, false},
    {LINK_ASK, false, false},
};

/* The run that carries the first edit over: its answer is lost, or (true) the program ends at step `again`. */
static bool cut_update(struct world *w, long again, bool after)
{
    if (again) {
        return world_crash(w, again, after);
    }
    memory_lose_answer(w->store[R]);
    (void)!world_sync(w);
    return false;
}

static void carry_over(struct check *c, struct world *w, bool refuses)
{
    if (refuses) {
        memory_fail_item(w->store[R], world_find(w, R, ADA), RC_INVALID, true);
        (void)!world_sync(w);
        memory_fail_item(w->store[R], world_find(w, R, ADA), RC_OK, true);
        w->options.retry_now = true;
    }
    check_ok(c, world_sync(w), &w->err);
    check_ok(c, world_sync(w), &w->err);
    w->options.retry_now = false;
}

/* How often the program was cut off: 0 to 2. */
static int check_edited_twice(
    struct check *c, struct disk *disk, const struct twice *t, long step, long again, bool after)
{
    struct world w = {.policy = t->policy};
    w.opt[R].recodes = t->recodes ? "x.example:b" : NULL;
    begin(&w, disk);
    int cuts = world_crash(&w, step, true);
    if (world_find(&w, L, ADA)) {
        world_set(&w, L, ADA, "x.example:b", "value-1");
        cuts += cut_update(&w, again, after);
        world_set(&w, L, ADA, "x.example:b", "value-2");
        carry_over(c, &w, t->refuses);
        check_str(c, world_text(&w, L, ADA, "x.example:b"), "value-2");
        check_str(c, world_text(&w, R, ADA, "x.example:b"), t->recodes ? "no. 2" : "value-2");
        world_check_quiet(c, &w);
        world_check_settled(c, &w);
    }
    world_close(&w);
    return cuts;
}

static void test_edited_twice(struct check *c, struct disk *disk, const struct twice *t)
{
    for (long step = 1; check_edited_twice(c, disk, t, step, 0, false); step++) {
        for (int after = 0; after < 2; after++) {
            long again = 1;
            while (check_edited_twice(c, disk, t, step, again, after) == 2) {
                again++;
            }
        }
    }
}

/* Where a person is asked in conflicts, the source's own word for the first edit is for them to judge: it may be an
 * edit. */
static void test_asked(struct check *c, struct disk *disk)
{
    struct world w = {.policy = LINK_ASK, .opt[L] = {.silent = true}};
    w.opt[R].recodes = "x.example:b";
    begin(&w, disk);
    memory_fail_call(w.store[L], MEMORY_FETCH, 1, RC_OFFLINE); /* the reading back */
    check_true(c, world_sync(&w) != RC_OK);
    world_set(&w, L, ADA, "x.example:b", "value-1");
    (void)!cut_update(&w, 0, false);
    world_set(&w, L, ADA, "x.example:b", "value-2");
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, L, ADA, "x.example:b"), "value-2");
    check_str(c, world_text(&w, R, ADA, "x.example:b"), "no. 1");
    check_int(c, w.report.undecided, 1);
    world_check_quiet(c, &w);
    world_close(&w);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(struct check *c, struct disk *disk, const struct edit *e);
    } WAYS[] = {{"cut-off", test_edit}, {"waiting", test_waiting_edit}};
    struct check c;
    struct disk *disk = disk_install();
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        for (size_t k = 0; k < ARRAY_LEN(WAYS); k++) {
            char name[100];
            snprintf(name, sizeof name, "made/%s/%s", EDITS[i].name, WAYS[k].name);
            if (check_case(&c, name)) {
                WAYS[k].test(&c, disk, &EDITS[i]);
            }
            check_close_case(&c);
        }
    }
    if (check_case(&c, "made/again")) {
        test_made_again(&c, disk);
    }
    check_close_case(&c);
    for (size_t i = 0; i < ARRAY_LEN(TWICE); i++) {
        char name[100];
        snprintf(name, sizeof name, "made/edited-twice/%s%s%s", link_policy_name(TWICE[i].policy),
            TWICE[i].recodes ? "/recoded" : "", TWICE[i].refuses ? "/refused" : "");
        if (check_case(&c, name)) {
            test_edited_twice(&c, disk, &TWICE[i]);
        }
        check_close_case(&c);
    }
    if (check_case(&c, "made/edited-twice/ask/recoded")) {
        test_asked(&c, disk);
    }
    check_close_case(&c);
    disk_free(disk);
    return check_end(&c);
}
