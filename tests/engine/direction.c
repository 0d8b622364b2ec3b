/* A link that led one way and gets another direction (state_link_turn): what was left alone on the side
 * that was only written, edits and deletes alike, comes across like at a first sync. Nothing is deleted
 * because of a delete that nobody looked at when it happened, and nothing is there twice. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/state/backup.h"
#include "tests/engine/world.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static void add(struct world *w, enum side s, const char *name)
{
    CLEANUP(mem_free) char *file = s == R ? str_printf("%s.item", name) : NULL;
    struct json *doc = world_contact(s == R ? name : NULL, name);
    json_set_str(doc, "x.example:a", "first");
    memory_add(w->store[s], FOLDER, file, doc);
}

static void begin(struct check *c, struct world *w, enum link_direction direction)
{
    static const char *const names[] = {"Ada", "Bob", "Cy", "Dora"};
    *w = (struct world){.seed = 1, .direction = direction};
    w->opt[L].drops[0] = "uid";
    w->opt[R].chosen_ids = w->opt[R].tokens = true;
    world_open(w);
    enum side from = direction == LINK_RIGHT_TO_LEFT ? R : L;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        add(w, from, names[i]);
    }
    check_ok(c, world_sync(w), &w->err);
    check_int(c, world_count(w, side_other(from)), 4);
    world_check_quiet(c, w);
}

static void turn(struct check *c, struct world *w, enum link_direction direction)
{
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    check_ok(c, state_link_get(w->state, w->link, &link, &w->err), &w->err);
    link.direction = direction;
    check_ok(c, state_link_turn(w->state, &link, &w->err), &w->err);
}

static void check_a(struct check *c, struct world *w, const char *name, const char *want)
{
    check_str(c, world_text(w, L, name, "x.example:a"), want);
    check_str(c, world_text(w, R, name, "x.example:a"), want);
}

static void end(struct check *c, struct world *w, size_t count)
{
    check_int(c, world_count(w, L), count);
    check_int(c, world_count(w, R), count);
    world_check_converged(c, w);
    world_check_settled(c, w);
    world_check_quiet(c, w);
    world_close(w);
}

/* While the link led one way: of the written side one item is edited, one deleted, one new; the other
 * side edits another member of the same item. */
static void edit_meanwhile(struct world *w, enum side written)
{
    world_set(w, written, "Ada", "x.example:b", "there");
    world_set(w, side_other(written), "Ada", "x.example:a", "here");
    world_remove(w, written, "Bob");
    add(w, written, "Eve");
}

static void check_both_ways(struct check *c, enum link_direction before)
{
    struct world w;
    enum side written = before == LINK_LEFT_TO_RIGHT ? R : L;
    begin(c, &w, before);
    edit_meanwhile(&w, written);
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !world_text(&w, side_other(written), "Ada", "x.example:b"));
    check_true(c, !world_find(&w, written, "Bob"));
    world_check_quiet(c, &w);
    turn(c, &w, LINK_TWO_WAY);
    check_ok(c, world_sync(&w), &w.err);
    check_int(c, w.report.side[L].deleted + w.report.side[R].deleted, 0);
    check_a(c, &w, "Ada", "here");
    check_str(c, world_text(&w, side_other(written), "Ada", "x.example:b"), "there");
    check_true(c, world_find(&w, written, "Bob") && world_find(&w, side_other(written), "Eve"));
    end(c, &w, 5);
}

/* The other way round: what was the copy is now what is copied. */
static void check_turned_round(struct check *c)
{
    struct world w;
    begin(c, &w, LINK_LEFT_TO_RIGHT);
    edit_meanwhile(&w, R);
    check_ok(c, world_sync(&w), &w.err);
    turn(c, &w, LINK_RIGHT_TO_LEFT);
    check_ok(c, world_sync(&w), &w.err);
    check_str(c, world_text(&w, L, "Ada", "x.example:b"), "there");
    check_true(c,
        world_find(&w, L, "Bob") && world_find(&w, L, "Eve")); /* no proof that anyone meant Bob */
    check_true(c, !world_find(&w, R, "Bob"));
    check_int(c, world_count(&w, L), 5);
    world_check_quiet(c, &w);
    world_remove(&w, R, "Cy"); /* from now on a delete there is one */
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !world_find(&w, L, "Cy"));
    world_close(&w);
}

/* A run that broke off in the middle of a write, then another direction. */
static void check_after_crash(struct check *c)
{
    bool more = true;
    for (long at = 1; more && at < 100; at++) {
        struct world w;
        begin(c, &w, LINK_LEFT_TO_RIGHT);
        edit_meanwhile(&w, R);
        add(&w, L, "Finn");
        more = world_crash(&w, at, at % 2 == 0);
        turn(c, &w, LINK_TWO_WAY);
        w.options.retry_now = true;
        check_ok(c, world_sync(&w), &w.err);
        check_ok(c, world_sync(&w), &w.err);
        check_a(c, &w, "Ada", "here");
        end(c, &w, 6);
    }
    check_true(c, !more);
}

/* A backup is made before, and the preview of a first sync is what it would be. */
static void check_counts_as_first(struct check *c)
{
    struct world w;
    bool started = false;
    begin(c, &w, LINK_LEFT_TO_RIGHT);
    check_ok(c, state_started_get(w.state, w.link, &started, &w.err), &w.err);
    check_true(c, started);
    turn(c, &w, LINK_TWO_WAY);
    check_ok(c, state_started_get(w.state, w.link, &started, &w.err), &w.err);
    check_true(c, !started);
    check_ok(c, world_sync(&w), &w.err);
    check_true(c, !w.report.wrote_anything); /* nothing was different */
    end(c, &w, 4);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "direction/left-to-both")) {
        check_both_ways(&c, LINK_LEFT_TO_RIGHT);
    }
    if (check_case(&c, "direction/right-to-both")) {
        check_both_ways(&c, LINK_RIGHT_TO_LEFT);
    }
    if (check_case(&c, "direction/turned-round")) {
        check_turned_round(&c);
    }
    if (check_case(&c, "direction/after-a-crash")) {
        check_after_crash(&c);
    }
    if (check_case(&c, "direction/counts-as-first")) {
        check_counts_as_first(&c);
    }
    return check_end(&c);
}
