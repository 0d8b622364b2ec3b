/* Guards, quarantine and the loop detector: what is far out of the ordinary waits, everything else
 * goes on. The case numbers are those of the collection of rival tools' data-loss reports the
 * design starts from. */
#include "client/base/buf.h"
#include "client/state/backup.h"
#include "tests/engine/world.h"

#include <string.h>

#define L SIDE_LEFT
#define R SIDE_RIGHT

static void add(struct world *w, enum side s, const char *prefix, int from, int to)
{
    for (int i = from; i < to; i++) {
        CLEANUP(mem_free) char *name = str_printf("%s %d", prefix, i);
        CLEANUP(mem_free) char *uid = str_printf("%s-%d", prefix, i);
        CLEANUP(mem_free) char *id = str_printf("%s-%d.item", prefix, i);
        struct json *doc = world_contact(s == L ? NULL : uid, name);
        struct json *e = json_need_object(json_need_object(doc, "emails"), "e1");
        CLEANUP(mem_free) char *address = str_printf("%s@example.test", uid);
        json_set_str(e, "address", address);
        memory_add(w->store[s], FOLDER, s == L ? NULL : id, doc);
    }
}

/* Outlook on the left, a server on the right, `n` items in step. */
static void open_world(struct check *c, struct world *w, int n)
{
    *w = (struct world){
        .opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true, .unique_uids = true}},
        .seed = 1};
    world_open(w);
    add(w, L, "Person", 0, n);
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.held, 0);
    check_int(c, (long)world_count(w, R), n);
    world_check_quiet(c, w);
}

static bool told(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->report.message_count; i++) {
        if (w->report.messages[i].held && strstr(w->report.messages[i].text, text)) {
            return true;
        }
    }
    return false;
}

/* What `lockstep held` would list. */
static long listed(struct check *c, struct world *w)
{
    struct state_problems problems = {0};
    long n = 0;
    check_ok(c, state_problems_load(w->state, w->link, &problems, &w->err), &w->err);
    for (size_t i = 0; i < problems.count; i++) {
        const struct state_problem *p = &problems.items[i];
        n += p->held && p->text && p->title && p->since > 0;
    }
    state_problems_fini(&problems);
    return n;
}

static void check_held(struct check *c, struct world *w, long want)
{
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.held, want);
    check_int(c, listed(c, w), want);
}

static void release(struct check *c, struct world *w)
{
    w->options.release = true;
    check_held(c, w, 0);
    w->options.release = false;
    world_check_quiet(c, w);
    world_check_converged(c, w);
    world_check_settled(c, w);
}

static void refuse(struct check *c, struct world *w, const char *action, long want)
{
    struct state_counts n = {0};
    check_ok(c, sync_refuse(w->state, w->link, action, &n, &w->err), &w->err);
    check_int(c, n.created + n.updated + n.deleted, want);
}

/* ---- creates ---- */

/* Cases 1 and 10: a mapping is lost and every id was rewritten, or the wrong folder was chosen. */
static void check_first_wrong(struct check *c)
{
    struct world w = {.opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true}}, .seed = 1};
    world_open(&w);
    add(&w, L, "Mine", 0, 15);
    add(&w, R, "Yours", 0, 20);
    check_held(c, &w, 35);
    check_true(c, !w.report.wrote_anything && told(&w, "is it the right folder?"));
    check_held(c, &w, 35); /* and stays so */
    release(c, &w);
    check_int(c, (long)world_count(&w, L), 35);
    world_close(&w);
}

/* Case 3: a first sync of an empty side is no reason to stop, also when it is cut off. */
static void check_first_empty(struct check *c)
{
    struct world w = {.opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true}}, .seed = 1};
    world_open(&w);
    add(&w, L, "Person", 0, 350);
    memory_fail_call(w.store[R], MEMORY_COMMIT, 2, RC_OFFLINE);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_int(c, (long)world_count(&w, R), 100);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.held, 0);
    check_int(c, (long)world_count(&w, R), 350);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* Nor is one that joins two filled sides, cut off in its middle: what it goes on to write is nobody's
 * change. */
static void check_first_union(struct check *c)
{
    struct world w = {.opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true}}, .seed = 1};
    world_open(&w);
    add(&w, L, "Person", 0, 160);
    add(&w, R, "Person", 0, 160);
    for (int i = 0; i < 160; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        world_set(&w, L, name, "x.example:team", "blue");
    }
    w.options.guard_updates = 20;
    memory_fail_call(w.store[R], MEMORY_COMMIT, 1, RC_OFFLINE);
    check_int(c, world_sync(&w), RC_OFFLINE);
    check_held(c, &w, 0);
    check_str(c, world_text(&w, R, "Person 159", "x.example:team"), "blue");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_close(&w);
}

/* Case 10: thousands of new items one day. */
static void check_mass_create(struct check *c)
{
    struct world w;
    open_world(c, &w, 20);
    add(&w, R, "Junk", 0, 150);
    world_set(&w, R, "Person 1", "x.example:team", "blue");
    world_remove(&w, L, "Person 2");
    add(&w, L, "Friend", 0, 1);
    check_held(c, &w, 150);
    check_true(c, told(&w, "150 new items at once"));
    check_str(c, world_text(&w, L, "Person 1", "x.example:team"), "blue");
    check_true(c, !world_find(&w, R, "Person 2") && world_find(&w, R, "Friend 0"));
    check_int(c, (long)world_count(&w, L), 20);
    for (int i = 0; i < 100; i++) {
        CLEANUP(mem_free) char *name = str_printf("Junk %d", i);
        world_remove(&w, R, name);
    }
    check_held(c, &w, 50); /* fewer than the limit now, and held all the same */
    world_reopen(&w);
    check_held(c, &w, 50);
    check_true(c, !w.report.wrote_anything);
    release(c, &w);
    check_int(c, (long)world_count(&w, L), 70);
    world_close(&w);
}

/* What is refused stays where it is, and is not offered again: until somebody edits it. */
static void check_refuse_creates(struct check *c)
{
    struct world w;
    open_world(c, &w, 20);
    add(&w, R, "Junk", 0, 150);
    check_held(c, &w, 150);
    refuse(c, &w, "update", 0);
    refuse(c, &w, "create", 150);
    world_reopen(&w);
    memory_forget_tokens(w.store[R]);
    check_held(c, &w, 0);
    check_true(c, !w.report.wrote_anything);
    check_int(c, (long)world_count(&w, L), 20);
    check_int(c, (long)world_count(&w, R), 170);
    add(&w, R, "Friend", 0, 1);
    world_set(&w, R, "Junk 7", "x.example:team", "no junk");
    world_remove(&w, R, "Junk 8");
    check_held(c, &w, 0);
    check_str(c, world_text(&w, L, "Junk 7", "x.example:team"), "no junk");
    check_int(c, (long)world_count(&w, L), 22);
    check_int(c, (long)world_count(&w, R), 170);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* What is usual for a link is not held: the second largest of its runs counts. */
static void check_habit(struct check *c)
{
    struct world w;
    open_world(c, &w, 4);
    w.options.guard_creates = 5;
    add(&w, L, "A", 0, 6);
    check_held(c, &w, 6);
    release(c, &w);
    add(&w, L, "B", 0, 6);
    check_held(c, &w, 0); /* five percent over the count, but the share has grown */
    add(&w, L, "C", 0, 18);
    check_held(c, &w, 0);
    add(&w, L, "D", 0, 60);
    check_held(c, &w, 60);
    world_close(&w);
}

/* ---- updates ---- */

/* Cases 13 and 14: another program rewrites everything. */
static void check_mass_update(struct check *c)
{
    struct world w;
    open_world(c, &w, 150);
    for (int i = 0; i < 120; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        world_set(&w, R, name, "x.example:team", "spam");
    }
    add(&w, L, "Friend", 0, 1);
    check_held(c, &w, 120);
    check_int(c, w.report.side[L].updated, 0);
    check_true(c, world_find(&w, R, "Friend 0") && told(&w, "120 changes at once"));
    check_held(c, &w, 120);
    check_true(c, !w.report.wrote_anything);
    /* One of them is put right over there: nothing to hold any more. */
    world_set(&w, R, "Person 0", "x.example:team", NULL);
    check_held(c, &w, 119);
    release(c, &w);
    check_str(c, world_text(&w, L, "Person 7", "x.example:team"), "spam");
    world_close(&w);
}

static void open_refused(struct check *c, struct world *w)
{
    open_world(c, w, 150);
    for (int i = 0; i < 120; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        world_set(w, R, name, "x.example:team", "spam");
    }
    world_set(w, L, "Person 0", "x.example:room", "1");
    check_held(c, w, 120);
    refuse(c, w, "delete", 0);
    refuse(c, w, NULL, 120);
    world_reopen(w);
    memory_forget_tokens(w->store[R]);
    check_held(c, w, 0);
    check_true(c, !w->report.wrote_anything);
    world_check_quiet(c, w);
    check_str(c, world_text(w, R, "Person 0", "x.example:team"), "spam");
    check_str(c, world_text(w, L, "Person 0", "x.example:team"), NULL);
    check_str(c, world_text(w, R, "Person 0", "x.example:room"), NULL);
}

/* Refused changes stay on their side; an edit of the item, on either side, takes them along, and is
 * never written over what the other side holds. Nor does a deletion that has not seen them. */
static void check_refuse_updates(struct check *c)
{
    struct world w;
    open_refused(c, &w);
    world_set(&w, L, "Person 0", "x.example:room", "2");
    world_set(&w, R, "Person 1", "x.example:team", "none");
    world_set(&w, L, "Person 2", "x.example:room", "3");
    world_remove(&w, L, "Person 3");
    world_remove(&w, R, "Person 4");
    check_held(c, &w, 0);
    check_str(c, world_text(&w, L, "Person 0", "x.example:team"), "spam");
    check_str(c, world_text(&w, R, "Person 0", "x.example:room"), "2");
    check_str(c, world_text(&w, L, "Person 1", "x.example:team"), "none");
    check_str(c, world_text(&w, R, "Person 2", "x.example:team"), "spam");
    check_str(c, world_text(&w, R, "Person 2", "x.example:room"), "3");
    check_str(c, world_text(&w, L, "Person 3", "x.example:team"), "spam");
    check_true(c, !world_find(&w, L, "Person 4"));
    check_str(c, world_text(&w, L, "Person 5", "x.example:team"), NULL);
    world_check_quiet(c, &w);
    release(c, &w);
    check_str(c, world_text(&w, L, "Person 5", "x.example:team"), "spam");
    world_close(&w);
}

/* A state file from the past knows nothing of what was refused: the two are united. */
static void check_refuse_distrusted(struct check *c)
{
    struct world w;
    open_refused(c, &w);
    check_ok(c, state_distrust(w.state, &w.err), &w.err);
    check_held(c, &w, 0);
    check_str(c, world_text(&w, L, "Person 5", "x.example:team"), "spam");
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* New versions of the same content are no changes, however many. */
static void check_versions_move(struct check *c)
{
    struct world w;
    open_world(c, &w, 150);
    for (int i = 0; i < 150; i++) {
        memory_touch(w.store[R], FOLDER, memory_id_at(w.store[R], FOLDER, (size_t)i));
    }
    check_held(c, &w, 0);
    check_true(c, !w.report.wrote_anything);
    world_check_quiet(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* ---- deletes ---- */

static void lose(struct world *w, enum side s, int from, int to)
{
    for (int i = from; i < to; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        world_remove(w, s, name);
    }
}

/* Case 4: what was held stays held, until it is refused; then it comes back whole. */
static void check_refuse(struct check *c)
{
    struct world w;
    open_world(c, &w, 20);
    world_set(&w, R, "Person 3", "x.example:team", "kept");
    check_held(c, &w, 0);
    lose(&w, R, 0, 12);
    check_held(c, &w, 12);
    check_true(c, told(&w, "12 of 20"));
    for (int i = 0; i < 5; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        world_remove(&w, L, name); /* somebody agrees with some */
    }
    check_held(c, &w, 7);
    check_true(c, !w.report.wrote_anything);
    world_reopen(&w);
    refuse(c, &w, "create", 0);
    refuse(c, &w, NULL, 7);
    check_int(c, listed(c, &w), 0);
    check_held(c, &w, 0);
    check_int(c, w.report.side[R].created, 7);
    check_int(c, (long)world_count(&w, R), 15);
    world_check_quiet(c, &w);
    world_check_converged(c, &w);
    world_check_settled(c, &w);
    world_close(&w);
}

/* Refusing the loss of a whole folder makes more items than a guard of creates would let pass. */
static void check_refuse_many(struct check *c)
{
    struct world w;
    open_world(c, &w, 160);
    lose(&w, L, 0, 160);
    check_held(c, &w, 160);
    check_true(c, told(&w, "suddenly has nothing in it"));
    refuse(c, &w, "delete", 160);
    check_held(c, &w, 0);
    check_int(c, (long)world_count(&w, L), 160);
    world_check_converged(c, &w);
    world_check_quiet(c, &w);
    world_close(&w);
}

/* Cases 5 and 6: what the store says of the folder is told with what is held. */
static void check_identity(struct check *c)
{
    struct world w;
    open_world(c, &w, 20);
    lose(&w, L, 0, 12);
    memory_say_folders(w.store[L], true, -1);
    check_held(c, &w, 12);
    check_true(c, told(&w, "no longer among those of"));
    world_close(&w);

    open_world(c, &w, 20);
    lose(&w, L, 0, 12);
    memory_say_folders(w.store[L], false, 20);
    check_held(c, &w, 12);
    check_true(c, told(&w, "says the folder holds 20 items but listed only 8"));
    w.options.release_deletes = true;
    check_held(c, &w, 0);
    check_int(c, (long)world_count(&w, R), 8);
    world_close(&w);
}

/* Few items, below every limit: what is not theirs any more is not synced in their place. */
static void check_strange(struct check *c)
{
    struct world w;
    open_world(c, &w, 3);
    lose(&w, L, 0, 3);
    add(&w, L, "Stranger", 0, 2);
    check_held(c, &w, 5);
    check_true(c, told(&w, "none of the items it had") && told(&w, "is it the right folder?"));
    check_true(c, !w.report.wrote_anything);
    world_reopen(&w);
    check_held(c, &w, 5); /* and stays so */
    check_true(c, world_find(&w, R, "Person 0") && !world_find(&w, R, "Stranger 0"));
    release(c, &w);
    check_int(c, (long)world_count(&w, R), 2);
    world_close(&w);

    open_world(c, &w, 4); /* one that is still there says that it is the same folder */
    lose(&w, L, 0, 3);
    add(&w, L, "Friend", 0, 2);
    check_held(c, &w, 0);
    check_int(c, (long)world_count(&w, R), 3);
    world_close(&w);
}

/* Held deletes whose items turn up again are forgotten. */
static void check_back(struct check *c)
{
    struct world w;
    open_world(c, &w, 20);
    while (world_count(&w, R) > 8) {
        memory_remove(w.store[R], FOLDER, memory_id_at(w.store[R], FOLDER, 0));
    }
    check_held(c, &w, 12);
    add(&w, R, "Friend", 0, 1);
    check_held(c, &w, 12);
    check_true(c, world_find(&w, L, "Friend 0") != NULL);
    world_close(&w);
}

/* ---- loops ---- */

/* Case 13: on the left a program that wants one form, on the right one that wants another. */
static long turn(struct check *c, struct world *w, int i)
{
    world_set(w, R, "Person 0", "x.example:phone", i % 2 ? "+1 555" : "555");
    check_ok(c, world_sync(w), &w->err);
    return w->report.side[L].updated;
}

static void check_loop(struct check *c)
{
    struct world w;
    open_world(c, &w, 3);
    long writes = 0;
    for (int i = 0; i < 5; i++) {
        writes += turn(c, &w, i);
    }
    check_int(c, writes, 5);
    for (int i = 5; i < 40; i++) {
        check_int(c, turn(c, &w, i), 0);
        check_true(c, i % 2 == 0 ? w.report.held <= 1 : w.report.held == 1);
    }
    check_true(c, told(&w, "frozen"));
    check_str(c, w.report.messages[0].title, "Person 0");
    check_int(c, listed(c, &w), 1);
    /* Others are not touched by it. */
    world_set(&w, L, "Person 1", "x.example:team", "blue");
    check_int(c, turn(c, &w, 41), 0);
    check_str(c, world_text(&w, R, "Person 1", "x.example:team"), "blue");
    /* A person edits it: everything goes through. */
    world_set(&w, L, "Person 0", "x.example:team", "green");
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.held, 0);
    check_str(c, world_text(&w, R, "Person 0", "x.example:team"), "green");
    check_str(c, world_text(&w, L, "Person 0", "x.example:phone"), "+1 555");
    world_check_quiet(c, &w);
    check_int(c, listed(c, &w), 0);
    world_check_converged(c, &w);
    world_close(&w);
}

/* Two that tell each other at once, seconds apart. */
static void check_quick_loop(struct check *c)
{
    struct world w;
    open_world(c, &w, 3);
    long writes = 0;
    for (int i = 0; i < 20; i++) {
        w.clock -= 298;
        writes += turn(c, &w, i);
    }
    check_int(c, writes, 5);
    check_true(c, told(&w, "frozen"));
    world_close(&w);
}

/* A form that grows with every turn is noticed too, later; it goes through once it rests. */
static void check_growing_loop(struct check *c)
{
    struct world w;
    open_world(c, &w, 2);
    long writes = 0;
    for (int i = 0; i < 60; i++) {
        CLEANUP(mem_free) char *text = str_printf("SEQUENCE:%d", i);
        world_set(&w, R, "Person 0", "x.example:sequence", text);
        check_ok(c, world_sync(&w), &w.err);
        writes += w.report.side[L].updated;
    }
    check_int(c, writes, 20);
    check_true(c, told(&w, "frozen"));
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, L, "Person 0", "x.example:sequence"), "SEQUENCE:59");
    world_check_quiet(c, &w);
    check_int(c, listed(c, &w), 0);
    world_close(&w);
}

/* Somebody who edits one item all day is not a loop. */
static void check_busy_person(struct check *c)
{
    struct world w;
    open_world(c, &w, 2);
    for (int i = 0; i < 15; i++) {
        CLEANUP(mem_free) char *text = str_printf("draft %d", i);
        world_set(&w, L, "Person 0", "x.example:note", text);
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.side[R].updated, 1);
        check_int(c, w.report.held, 0);
    }
    for (int i = 0; i < 20; i++) { /* to and fro, but with rests */
        world_set(&w, L, "Person 0", "x.example:note", i % 2 ? "a" : "b");
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.side[R].updated, 1);
        world_check_quiet(c, &w);
    }
    world_close(&w);
}

/* Somebody writes, saves, writes on, and every save is synced within seconds. */
static void check_busy_writer(struct check *c)
{
    struct world w;
    open_world(c, &w, 2);
    for (int i = 0; i < 60; i++) {
        CLEANUP(mem_free) char *text = str_printf("draft %d", i);
        world_set(&w, L, "Person 0", "x.example:note", text);
        w.clock -= 290; /* ten seconds later */
        check_ok(c, world_sync(&w), &w.err);
        check_int(c, w.report.side[R].updated, 1);
        check_int(c, w.report.held, 0);
    }
    world_close(&w);
}

int main(int argc, char **argv)
{
    static const struct check_entry cases[] = {
        {"case-1/first-sync-hardly-matches", check_first_wrong},
        {"case-3/first-sync-of-an-empty-side", check_first_empty},
        {"case-3/first-sync-joins-and-is-cut-off", check_first_union},
        {"case-4/held-stays-held-and-is-refused", check_refuse},
        {"case-5/a-whole-folder-comes-back", check_refuse_many},
        {"case-6/folder-identity", check_identity},
        {"case-6/made-again-under-its-name", check_strange},
        {"case-10/mass-create", check_mass_create},
        {"case-10/refused", check_refuse_creates},
        {"case-10/usual-for-the-link", check_habit},
        {"case-13/mass-update", check_mass_update},
        {"case-13/refused", check_refuse_updates},
        {"case-13/refused-and-an-old-state-file", check_refuse_distrusted},
        {"case-13/ping-pong", check_loop},
        {"case-13/quick-ping-pong", check_quick_loop},
        {"case-13/growing", check_growing_loop},
        {"case-13/busy-person", check_busy_person},
        {"case-13/busy-writer", check_busy_writer},
        {"case-14/versions-move", check_versions_move},
        {"held/others-go-on", check_back},
    };
    return check_main(argc, argv, cases, ARRAY_LEN(cases));
}
