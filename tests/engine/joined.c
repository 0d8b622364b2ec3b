/* One side (Outlook, left) holds all notes of a contact in one text, the other each for itself: an edit of either moves just what was
 * edited, and no text is lost or doubled, whatever comes in between. */
#include "client/base/buf.h"
#include "tests/engine/world.h"

#include <stdio.h>
#include <string.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

static const char ADA[] = "Ada";

/* ---- what is there ---- */

static void check_left(struct check *c, struct world *w, const char *text)
{
    const struct json *doc = memory_doc(w->store[L], FOLDER, world_find(w, L, ADA));
    check_int(c, json_count(json_get(doc, "notes")), text != NULL);
    check_str(c, world_text(w, L, ADA, "notes/n1/note"), text);
}

/* In the order in which Outlook has them, whatever their ids are. */
static void check_right(struct check *c, struct world *w, const char *const texts[3])
{
    const struct json *notes =
        json_get(memory_doc(w->store[R], FOLDER, world_find(w, R, ADA)), "notes");
    size_t count = 0;
    for (; count < 3 && texts[count]; count++) {
        bool found = false;
        for (const struct json *n = json_first(notes); n; n = json_next(n)) {
            found |= str_eq(json_get_str(n, "note"), texts[count]);
        }
        check_true(c, found);
    }
    check_int(c, json_count(notes), count);
}

/* ---- scenarios: in step, "one" and "two" on the right or nothing, then an edit or several ---- */

static void nothing(struct world *w)
{
    (void)w;
}

static void new_on_both(struct world *w)
{
    world_set(w, L, ADA, "notes/n1/note", "one");
    world_set(w, R, ADA, "notes/n1/note", "two");
}

static void left_says_more(struct world *w)
{
    world_set(w, L, ADA, "notes/n1/note", "one\r\n\r\ntwo");
    world_set(w, R, ADA, "notes/r/note", "one");
}

static void right_says_more(struct world *w)
{
    world_set(w, L, ADA, "notes/n1/note", "one");
    world_set(w, R, ADA, "notes/r/note", "one\r\n\r\ntwo");
}

static void edit_in_one(struct world *w)
{
    world_set(w, L, ADA, "notes/n1/note", "one\r\n\r\ntwo and more");
}

static void edit_second(struct world *w)
{
    world_set(w, R, ADA, "notes/b/note", "two and more");
}

static void remove_second(struct world *w)
{
    world_set(w, R, ADA, "notes/b", NULL);
}

static void add_third(struct world *w)
{
    world_set(w, R, ADA, "notes/c/note", "three");
}

static void clear(struct world *w)
{
    world_set(w, L, ADA, "notes", NULL);
}

static void both_edit(struct world *w)
{
    world_set(w, L, ADA, "titles/t1/name", "Countess");
    edit_second(w);
}

static const struct scenario {
    const char *name;
    bool two;    /* begins with two notes */
    bool united; /* which were on both sides before the first sync */
    void (*act)(struct world *w);
    const char *left, *right[3];
} SCENARIOS[] = {
    {"nothing", true, false, nothing, "one\r\n\r\ntwo", {"one", "two"}},
    {"new-on-both", false, false, new_on_both, "one\r\n\r\ntwo", {"one", "two"}},
    {"left-says-more", false, false, left_says_more, "one\r\n\r\ntwo", {"one\r\n\r\ntwo"}},
    {"right-says-more", false, false, right_says_more, "one\r\n\r\ntwo", {"one\r\n\r\ntwo"}},
    {"edit-in-one", true, false, edit_in_one, "one\r\n\r\ntwo and more",
        {"one\r\n\r\ntwo and more"}},
    {"edit-of-the-second", true, false, edit_second, "one\r\n\r\ntwo and more",
        {"one", "two and more"}},
    {"second-removed", true, false, remove_second, "one", {"one"}},
    {"third-added", true, false, add_third, "one\r\n\r\ntwo\r\n\r\nthree", {"one", "two", "three"}},
    {"cleared", true, false, clear, NULL, {NULL}},
    {"both-edit", true, false, both_edit, "one\r\n\r\ntwo and more", {"one", "two and more"}},
    {"united/edit-in-one", true, true, edit_in_one, "one\r\n\r\ntwo and more",
        {"one\r\n\r\ntwo and more"}},
    {"united/edit-of-the-second", true, true, edit_second, "one\r\n\r\ntwo and more",
        {"one", "two and more"}},
    {"united/second-removed", true, true, remove_second, "one", {"one"}},
};

/* Two notes on the right, in one text on the left, and nothing else has happened. */
static const struct scenario IN_STEP = {"", true, false, nothing, NULL, {NULL}};

static void begin(struct check *c, struct world *w, const struct scenario *s)
{
    w->seed = 1;
    w->opt[L].joins = true;
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    world_open(w);
    memory_add(w->store[R], FOLDER, NULL, world_contact("ada", ADA));
    if (s->two) {
        world_set(w, R, ADA, "notes/a/note", "one");
        world_set(w, R, ADA, "notes/b/note", "two");
    }
    if (s->united) {
        memory_add(w->store[L], FOLDER, NULL, world_contact("ada", ADA));
        world_set(w, L, ADA, "notes/n1/note", "one\r\n\r\ntwo");
    }
    check_ok(c, world_sync(w), &w->err);
}

static void check_scenario(struct check *c, struct world *w, const struct scenario *s)
{
    check_left(c, w, s->left);
    check_right(c, w, s->right);
    check_int(c, w->report.conflicts, 0);
    world_check_quiet(c, w);
    world_check_settled(c, w);
}

static void test_undisturbed(struct check *c, struct disk *disk, const struct scenario *s)
{
    struct world w = {.disk = disk};
    begin(c, &w, s);
    s->act(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_scenario(c, &w, s);
    world_close(&w);
}

/* `touch`: somebody edits another member of it before the program is back. */
static void crash_everywhere(
    struct check *c, struct disk *disk, const struct scenario *s, bool touch)
{
    bool crashed = true;
    for (long step = 1; crashed; step++) {
        for (int after = 0; after < 2; after++) {
            struct world w = {.disk = disk};
            begin(c, &w, s);
            s->act(&w);
            crashed = world_crash(&w, step, after);
            if (touch) {
                world_set(&w, L, ADA, "x.example:a", "edited");
            }
            check_ok(c, world_sync(&w), &w.err);
            check_ok(c, world_sync(&w), &w.err);
            check_scenario(c, &w, s);
            world_close(&w);
        }
    }
}

static void test_crashes(struct check *c, struct disk *disk, const struct scenario *s)
{
    crash_everywhere(c, disk, s, false);
}

static void test_touched_crashes(struct check *c, struct disk *disk, const struct scenario *s)
{
    crash_everywhere(c, disk, s, true);
}

/* ---- made on one side, cut off before it was known, and edited at its source ---- */

static void make_two(struct world *w, enum side s)
{
    const char *id = memory_add(w->store[s], FOLDER, NULL, world_contact("ada", ADA));
    if (s == R) {
        memory_set(w->store[R], FOLDER, id, "notes/a/note", json_str("one"));
        memory_set(w->store[R], FOLDER, id, "notes/b/note", json_str("two"));
    } else {
        memory_set(w->store[L], FOLDER, id, "notes/n1/note", json_str("one\r\n\r\ntwo"));
    }
}

static void edit_both(struct world *w)
{
    world_set(w, R, ADA, "notes/a/note", "one and more");
    edit_second(w);
}

static void replace_both(struct world *w)
{
    world_set(w, R, ADA, "notes", NULL);
    world_set(w, R, ADA, "notes/x/note", "three");
}

static void edit_left_too(struct world *w)
{
    if (world_find(w, L, ADA)) {
        world_set(w, L, ADA, "titles/t1/name", "Countess");
    }
    edit_second(w);
}

static void edit_the_copy(struct world *w)
{
    if (world_find(w, L, ADA)) {
        edit_in_one(w);
    } else {
        world_set(w, R, ADA, "notes", NULL);
        world_set(w, R, ADA, "notes/x/note", "one\r\n\r\ntwo and more");
    }
}

/* Of one note there was: more in the copy, another one at the source. */
static void write_below_and_add(struct world *w)
{
    if (world_find(w, L, ADA)) {
        world_set(w, L, ADA, "notes/n1/note", "one\r\n\r\nand more");
    } else {
        world_set(w, R, ADA, "notes/a/note", "one\r\n\r\nand more");
    }
    add_third(w);
}

static const struct making {
    const char *name;
    enum side source;
    void (*act)(struct world *w);
    const char *left, *right[3];
    bool one; /* begins with one note */
} MAKINGS[] = {
    {"edit-of-the-second", R, edit_second, "one\r\n\r\ntwo and more", {"one", "two and more"}},
    {"edit-of-both", R, edit_both, "one and more\r\n\r\ntwo and more",
        {"one and more", "two and more"}},
    {"second-removed", R, remove_second, "one", {"one"}},
    {"third-added", R, add_third, "one\r\n\r\ntwo\r\n\r\nthree", {"one", "two", "three"}},
    {"others-instead", R, replace_both, "three", {"three"}},
    {"edit-on-both-sides", R, edit_left_too, "one\r\n\r\ntwo and more", {"one", "two and more"}},
    {"edit-of-the-copy", R, edit_the_copy, "one\r\n\r\ntwo and more", {"one\r\n\r\ntwo and more"}},
    {"edit-in-one", L, edit_in_one, "one\r\n\r\ntwo and more", {"one\r\n\r\ntwo and more"}},
    {"one-written-below-and-another-added", R, write_below_and_add,
        "one\r\n\r\nand more\r\n\r\nthree", {"one\r\n\r\nand more", "three"}, true},
};

/* `again`: where the next run is cut off as well, 0: nowhere. What of both was, 0 to 2. */
static int check_making(
    struct check *c, struct disk *disk, const struct making *m, long step, long again, bool after)
{
    struct world w = {.disk = disk, .seed = 1};
    w.opt[L].joins = true;
    w.opt[R].chosen_ids = w.opt[R].tokens = true;
    world_open(&w);
    make_two(&w, m->source);
    if (m->one) {
        remove_second(&w);
    }
    int crashes = world_crash(&w, step, after);
    m->act(&w);
    crashes += again && world_crash(&w, again, !after);
    check_ok(c, world_sync(&w), &w.err);
    check_ok(c, world_sync(&w), &w.err);
    check_left(c, &w, m->left);
    check_right(c, &w, m->right);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
    return crashes;
}

static void test_making(struct check *c, struct disk *disk, const struct making *m)
{
    for (int after = 0; after < 2; after++) {
        for (long step = 1; check_making(c, disk, m, step, 0, after); step++) {
            long again = 1;
            while (check_making(c, disk, m, step, again, after) == 2) {
                again++;
            }
        }
    }
}

static void undo(struct check *c, struct world *w, int64_t run, bool force)
{
    struct sync_undo what = {.run = run, .force = force};
    sync_report_fini(&w->report);
    check_ok(c,
        sync_undo(
            w->state, w->link, w->store[L], w->store[R], &what, &w->options, &w->report, &w->err),
        &w->err);
}

static void test_undo(struct check *c, struct disk *disk, const struct scenario *s)
{
    struct world w = {.disk = disk};
    begin(c, &w, s);
    s->act(&w);
    check_ok(c, world_sync(&w), &w.err);
    w.clock += 300;
    if (s->act != nothing) {
        undo(c, &w, w.report.run, false);
        /* what a person did before the run stays; what the run carried over goes */
        w.clock += 300;
        undo(c, &w, w.report.run, false);
    }
    check_ok(c, world_sync(&w), &w.err);
    check_scenario(c, &w, s);
    world_close(&w);
}

/* ---- undone in part ---- */

/* The text that took the place of two was edited since: it stays, so those two do not come back beside it. */
static void test_undo_of_edited(struct check *c, struct disk *disk, bool synced, const char *edited)
{
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    edit_in_one(&w);
    check_ok(c, world_sync(&w), &w.err);
    int64_t run = w.report.run;
    world_set(&w, L, ADA, "notes/n1/note", edited);
    if (synced) {
        check_ok(c, world_sync(&w), &w.err);
    }
    undo(c, &w, run, false);
    check_int(c, w.report.failed, 1);
    check_ok(c, world_sync(&w), &w.err);
    check_left(c, &w, edited);
    check_right(c, &w, (const char *const[3]){edited});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* By force, too, nothing comes back that is there all the same, in a text that has taken it in since. */
static void test_forced_undo(struct check *c, struct disk *disk)
{
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    edit_second(&w);
    check_ok(c, world_sync(&w), &w.err);
    int64_t run = w.report.run;
    world_set(&w, L, ADA, "notes/n1/note", "one\r\n\r\ntwo\r\n\r\ntwo and more\r\n\r\nthree");
    check_ok(c, world_sync(&w), &w.err);
    undo(c, &w, run, true);
    check_left(c, &w, "one\r\n\r\ntwo\r\n\r\ntwo and more\r\n\r\nthree");
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Nor beside a text that was edited and is none of those the run left. Twice, as people do whom the first did not
 * help. */
static void test_undo_of_unknown(struct check *c, struct disk *disk, bool synced, bool force)
{
    static const char EDITED[] = "one\r\n\r\ntwo and more\r\n\r\nthree\r\nand four";
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    edit_in_one(&w);
    add_third(&w);
    check_ok(c, world_sync(&w), &w.err);
    int64_t run = w.report.run;
    world_set(&w, L, ADA, "notes/n1/note", EDITED);
    if (synced) {
        check_ok(c, world_sync(&w), &w.err);
    }
    for (int i = 0; i < 2; i++) {
        undo(c, &w, run, force);
        check_left(c, &w, EDITED);
    }
    check_ok(c, world_sync(&w), &w.err);
    check_left(c, &w, EDITED);
    check_right(c, &w, (const char *const[3]){EDITED});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* The run put two notes into one text and took over an edit of one of them: without the one the other is not put back, in its
 * place either. */
static void test_undo_in_place(struct check *c, struct disk *disk, bool force)
{
    static const char JOINED[] = "one\r\n\r\ntwo\r\n\r\nand more";
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    world_set(&w, L, ADA, "notes/n1/note", JOINED);
    world_set(&w, R, ADA, "notes/b/note", "2");
    check_ok(c, world_sync(&w), &w.err);
    int64_t run = w.report.run;
    const char *const after[3] = {JOINED, "2"};
    check_right(c, &w, after);
    world_set(&w, R, ADA, "notes/a/note", "five"); /* where one of the two had been */
    undo(c, &w, run, force);
    check_ok(c, world_sync(&w), &w.err);
    CLEANUP(mem_free)
    char *lines = world_note_lines(memory_doc(w.store[L], FOLDER, world_find(&w, L, ADA)));
    const char *twice = strstr(lines, "two\n");
    check_true(c, twice && !strstr(twice + 1, "two\n"));
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* What was said twice all along is again, if nobody has touched the item since. */
static void test_undo_of_twins(struct check *c, struct disk *disk)
{
    struct world w = {.disk = disk, .seed = 1};
    w.opt[R].chosen_ids = w.opt[R].tokens = true;
    world_open(&w);
    memory_add(w.store[R], FOLDER, NULL, world_contact("ada", ADA));
    world_set(&w, R, ADA, "notes/a/note", "one");
    world_set(&w, R, ADA, "notes/b/note", "one");
    check_ok(c, world_sync(&w), &w.err);
    remove_second(&w);
    check_ok(c, world_sync(&w), &w.err);
    const struct json *left = memory_doc(w.store[L], FOLDER, world_find(&w, L, ADA));
    check_int(c, json_count(json_get(left, "notes")), 1);
    undo(c, &w, w.report.run, false);
    for (int s = 0; s < 2; s++) {
        const struct json *doc = memory_doc(w.store[s], FOLDER, world_find(&w, (enum side)s, ADA));
        check_int(c, json_count(json_get(doc, "notes")), 2);
    }
    world_close(&w);
}

/* ---- both sides write on in one text ---- */

/* Another program like Outlook has put the notes of the other side into one, too: a conflict, and no line twice. */
static void test_rivals(struct check *c, struct disk *disk, enum link_policy policy)
{
    static const char *const TEXTS[] = {
        "one\r\n\r\ntwo\r\n\r\nleft", "one\r\n\r\ntwo\r\n\r\nright"};
    struct world w = {.disk = disk, .policy = policy};
    begin(c, &w, &IN_STEP);
    world_set(&w, L, ADA, "notes/n1/note", TEXTS[L]);
    world_set(&w, R, ADA, "notes", NULL);
    world_set(&w, R, ADA, "notes/x/note", TEXTS[R]);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 1);
    const char *won = TEXTS[policy == LINK_LEFT_WINS ? L : R];
    check_left(c, &w, won);
    check_right(c, &w, (const char *const[3]){won});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Two texts that have nothing to do with what was there, nor with each other, are two. */
static void test_strangers(struct check *c, struct disk *disk)
{
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    world_set(&w, L, ADA, "notes/n1/note", "left");
    world_set(&w, R, ADA, "notes", NULL);
    world_set(&w, R, ADA, "notes/x/note", "right");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 0);
    check_right(c, &w, (const char *const[3]){"left", "right"});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* The same of one note, beside which the other side has got another. */
static void test_rivals_of_one(struct check *c, struct disk *disk, enum link_policy policy)
{
    struct world w = {.disk = disk, .seed = 1, .policy = policy};
    w.opt[L].joins = true;
    w.opt[R].chosen_ids = w.opt[R].tokens = true;
    world_open(&w);
    make_two(&w, R);
    remove_second(&w);
    check_ok(c, world_sync(&w), &w.err);
    world_set(&w, L, ADA, "notes/n1/note", "one\r\n\r\nleft");
    world_set(&w, R, ADA, "notes/a/note", "one\r\n\r\nright");
    add_third(&w);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.conflicts, 1);
    const char *won = policy == LINK_LEFT_WINS ? "one\r\n\r\nleft" : "one\r\n\r\nright";
    check_right(c, &w, (const char *const[3]){won, "three"});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* ---- made again by an undo ---- */

/* The undo is cut off: what had arrived is known by its texts, as nobody has noted what it was made of. */
static bool cut_making_again(struct check *c, struct disk *disk, enum side s, long step, bool after)
{
    struct world w = {.disk = disk};
    begin(c, &w, &IN_STEP);
    memory_add(w.store[R], FOLDER, NULL, world_contact("bert", "Bert"));
    memory_add(w.store[R], FOLDER, NULL, world_contact("zoe", "Zoe"));
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, world_remove(&w, s, ADA));
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !world_find(&w, L, ADA) && !world_find(&w, R, ADA));
    struct sync_undo what = {.run = w.report.run};
    w.options.undo = &what;
    bool crashed = world_crash(&w, step, after);
    w.options.undo = NULL;
    check_ok(c, world_sync(&w), &w.err);
    if (!world_find(&w, L, ADA)) { /* cut off before it began */
        sync_report_fini(&w.report);
        check_ok(c,
            sync_undo(
                w.state, w.link, w.store[L], w.store[R], &what, &w.options, &w.report, &w.err),
            &w.err);
        check_ok(c, world_sync(&w), &w.err);
    }
    check_left(c, &w, "one\r\n\r\ntwo");
    check_right(c, &w, (const char *const[3]){"one", "two"});
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
    return crashed;
}

static void test_making_again(struct check *c, struct disk *disk, enum side s)
{
    for (int after = 0; after < 2; after++) {
        for (long step = 1; cut_making_again(c, disk, s, step, after); step++) {
        }
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(struct check *c, struct disk *disk, const struct scenario *s);
    } WAYS[] = {{"", test_undisturbed}, {"/crash", test_crashes},
        {"/crash-and-edit", test_touched_crashes}, {"/undo-and-back", test_undo}};
    struct check c;
    struct disk *disk = disk_install();
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(SCENARIOS); i++) {
        for (size_t k = 0; k < ARRAY_LEN(WAYS); k++) {
            char name[100];
            snprintf(name, sizeof name, "joined/%s%s", SCENARIOS[i].name, WAYS[k].name);
            if (check_case(&c, name)) {
                WAYS[k].test(&c, disk, &SCENARIOS[i]);
            }
            check_close_case(&c);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(MAKINGS); i++) {
        char name[100];
        snprintf(name, sizeof name, "joined/made/%s", MAKINGS[i].name);
        if (check_case(&c, name)) {
            test_making(&c, disk, &MAKINGS[i]);
        }
        check_close_case(&c);
    }
    for (int synced = 0; synced < 2; synced++) {
        if (check_case(&c, synced ? "joined/undo/edited-and-synced" : "joined/undo/edited")) {
            test_undo_of_edited(&c, disk, synced, "one\r\n\r\ntwo and more\r\nand three");
        }
        check_close_case(&c);
        if (check_case(&c, synced ? "joined/undo/another-and-synced" : "joined/undo/another")) {
            test_undo_of_edited(&c, disk, synced, "four");
        }
        check_close_case(&c);
    }
    if (check_case(&c, "joined/rivals/strangers")) {
        test_strangers(&c, disk);
    }
    check_close_case(&c);
    for (int s = 0; s < 2; s++) {
        if (check_case(&c, s == L ? "joined/rivals/left-wins" : "joined/rivals/right-wins")) {
            test_rivals(&c, disk, s == L ? LINK_LEFT_WINS : LINK_RIGHT_WINS);
        }
        check_close_case(&c);
        if (check_case(&c,
                s == L ? "joined/rivals/of-one/left-wins" : "joined/rivals/of-one/right-wins")) {
            test_rivals_of_one(&c, disk, s == L ? LINK_LEFT_WINS : LINK_RIGHT_WINS);
        }
        check_close_case(&c);
    }
    for (int s = 0; s < 2; s++) {
        if (check_case(&c, s == L ? "joined/undo/removed-left" : "joined/undo/removed-right")) {
            test_making_again(&c, disk, (enum side)s);
        }
        check_close_case(&c);
    }
    if (check_case(&c, "joined/undo/forced")) {
        test_forced_undo(&c, disk);
    }
    check_close_case(&c);
    for (int i = 0; i < 4; i++) {
        char name[100];
        bool synced = i & 1, force = i & 2;
        snprintf(name, sizeof name, "joined/undo/unknown-text%s%s", synced ? "-synced" : "",
            force ? "/forced" : "");
        if (check_case(&c, name)) {
            test_undo_of_unknown(&c, disk, synced, force);
        }
        check_close_case(&c);
    }
    for (int force = 0; force < 2; force++) {
        if (check_case(&c, force ? "joined/undo/in-place/forced" : "joined/undo/in-place")) {
            test_undo_in_place(&c, disk, force);
        }
        check_close_case(&c);
    }
    if (check_case(&c, "joined/undo/twice-before")) {
        test_undo_of_twins(&c, disk);
    }
    check_close_case(&c);
    disk_free(disk);
    return check_end(&c);
}
