/* The scenarios; see scenario.h. Case numbers are those of the collection of rival tools' data-loss
 * reports the design starts from. */
#include "tests/engine/scenario.h"

#include "client/base/buf.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static const struct memory_options outlook_like = {.drops = {"uid"}, .members_by_id = true};
static const struct memory_options server_like = {
    .chosen_ids = true, .tokens = true, .unique_uids = true};

void scenario_open(struct check *c, struct world *w, const struct scenario *s)
{
    *w = (struct world){.policy = s->policy, .direction = s->direction, .seed = 1};
    static const struct memory_options none;
    for (int side = 0; side < 2; side++) {
        bool given = memcmp(&s->opt[side], &none, sizeof none) != 0;
        w->opt[side] = given ? s->opt[side] : side == SIDE_LEFT ? outlook_like : server_like;
    }
    world_open(w);
    if (s->setup) {
        s->setup(w);
        check_ok(c, world_sync(w), &w->err);
        world_check_quiet(c, w);
    }
    w->options.readonly[R] = s->readonly_right;
}

/* ---- beginnings ---- */

static struct json *person(const char *uid, const char *name, const char *phone, const char *note)
{
    struct json *doc = world_contact(uid, name);
    struct json *p = json_need_object(json_need_object(doc, "phones"), "p1");
    json_set_str(p, "number", phone);
    json_set_bool(json_need_object(p, "contexts"), "work", true);
    if (note) {
        json_set_str(json_need_object(json_need_object(doc, "notes"), "n1"), "note", note);
    }
    return doc;
}

static void three(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada", "1", "mathematician"));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Bob", "2", NULL));
    memory_add(w->store[R], FOLDER, "cy.item", person("cy", "Cy", "3", "from the server"));
}

/* Kept whole on the left and cut on the right, where that is what the scenario's store does. */
static void three_long(struct world *w)
{
    three(w);
    world_set(w, L, "Ada", "name/full", "Augusta Ada King, Countess of Lovelace");
}

static void twenty(struct world *w)
{
    for (int i = 0; i < 20; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        CLEANUP(mem_free) char *phone = str_printf("555%d", i);
        memory_add(w->store[L], FOLDER, NULL, person(NULL, name, phone, NULL));
    }
}

static void one_with_photo(struct world *w)
{
    struct json *doc = person("ada", "Ada", "1", "n");
    json_set_str(json_need_object(json_need_object(doc, "media"), "m1"), "uri", "data:,x");
    json_set_str(doc, "x.example:team", "blue");
    memory_add(w->store[R], FOLDER, "ada.item", doc);
}

/* ---- edits ---- */

static void nothing(struct world *w)
{
    (void)w;
}

static void left_edit(struct world *w)
{
    world_set(w, L, "Ada", "phones/p1/number", "111");
}

static void right_edit(struct world *w)
{
    world_set(w, R, "Ada", "phones/p1/number", "222");
}

static void both_edit_different(struct world *w)
{
    world_set(w, L, "Ada", "phones/p1/number", "111");
    world_set(w, R, "Ada", "notes/n1/note", "countess");
}

static void both_edit_same(struct world *w)
{
    left_edit(w);
    right_edit(w);
}

static void right_edit_newer(struct world *w)
{
    world_set(w, L, "Ada", "updated", "2026-01-01T00:00:00Z");
    world_set(w, R, "Ada", "updated", "2026-01-02T00:00:00Z");
    both_edit_same(w);
}

static void both_edit_alike(struct world *w)
{
    world_set(w, L, "Ada", "phones/p1/number", "111");
    world_set(w, R, "Ada", "phones/p1/number", "111");
}

static void left_delete(struct world *w)
{
    world_remove(w, L, "Ada");
}

static void right_delete(struct world *w)
{
    world_remove(w, R, "Ada");
}

static void both_delete(struct world *w)
{
    left_delete(w);
    right_delete(w);
}

static void left_edit_right_delete(struct world *w)
{
    left_edit(w);
    right_delete(w);
}

static void left_touch_right_delete(struct world *w)
{
    memory_touch(w->store[L], FOLDER, world_find(w, L, "Ada"));
    right_delete(w);
}

static void left_delete_right_edit(struct world *w)
{
    left_delete(w);
    right_edit(w);
}

static void left_new(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora", "4", "new"));
}

static void right_new(struct world *w)
{
    memory_add(w->store[R], FOLDER, "dora.item", person("dora", "Dora", "4", "new"));
}

static void both_new(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora", "4", NULL));
    memory_add(w->store[R], FOLDER, "emil.item", person("emil", "Emil", "5", NULL));
}

static void both_new_same_uid(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person("dora", "Dora", "4", NULL));
    memory_add(w->store[R], FOLDER, "dora.item", person("dora", "Dora D.", "4", "note there"));
}

static void both_new_same_content(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora", "4", NULL));
    memory_add(w->store[R], FOLDER, "dora.item", person("dora", "Dora", "4", "note there"));
}

/* It may be the new one here or not: a copy made now could be its second. */
static void both_new_one_unreadable(struct world *w)
{
    both_new_same_content(w);
    memory_fail_item(w->store[R], "dora.item", RC_SERVER, false);
}

/* A wrong answer is no reason to copy: it is heard of again in the same run. */
static void both_new_one_denied(struct world *w)
{
    both_new_same_content(w);
    memory_deny_item(w->store[R], "dora.item", 1);
}

/* Listed for ever and never there: it must not hold up the others. */
static void both_new_one_ghost(struct world *w)
{
    both_new(w);
    memory_add(w->store[R], FOLDER, "ghost.item", person("ghost", "Ghost", "9", NULL));
    memory_deny_item(w->store[R], "ghost.item", 1000);
}

static void both_new_ambiguous(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora", "4", NULL));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora", "4", NULL));
    memory_add(w->store[R], FOLDER, "dora.item", person("dora", "Dora", "4", NULL));
}

static void left_copy(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person("cy", "Cy copy", "3", NULL));
}

static void tokens_forgotten(struct world *w)
{
    memory_forget_tokens(w->store[R]);
    left_edit(w);
    world_set(w, R, "Cy", "phones/p1/number", "333");
}

static void listing_late(struct world *w)
{
    memory_hide(w->store[L], world_find(w, L, "Ada"), true);
    world_set(w, R, "Cy", "phones/p1/number", "333");
}

static void listing_empty(struct world *w)
{
    memory_list_nothing(w->store[L], true);
}

static void left_emptied(struct world *w)
{
    while (world_count(w, L)) {
        memory_remove(w->store[L], FOLDER, memory_id_at(w->store[L], FOLDER, 0));
    }
}

static void right_loses_many(struct world *w)
{
    for (int i = 0; i < 12; i++) {
        memory_remove(w->store[R], FOLDER, memory_id_at(w->store[R], FOLDER, 0));
    }
}

static void right_loses_some(struct world *w)
{
    for (int i = 0; i < 5; i++) {
        memory_remove(w->store[R], FOLDER, memory_id_at(w->store[R], FOLDER, 0));
    }
}

static void left_unreadable(struct world *w)
{
    left_edit(w);
    memory_fail_item(w->store[L], world_find(w, L, "Ada"), RC_INVALID, false);
    world_set(w, L, "Bob", "phones/p1/number", "22");
}

/* Its own listing no longer shows it and asking for it fails: neither is proof. */
static void left_unreadable_and_unlisted(struct world *w)
{
    memory_fail_item(w->store[L], world_find(w, L, "Ada"), RC_SERVER, false);
    memory_hide(w->store[L], world_find(w, L, "Ada"), true);
}

static void versions_move(struct world *w)
{
    memory_touch(w->store[L], FOLDER, world_find(w, L, "Ada"));
    memory_touch(w->store[R], FOLDER, world_find(w, R, "Cy"));
}

static void right_refuses(struct world *w)
{
    memory_fail_item(w->store[R], world_find(w, R, "Ada"), RC_REFUSED, true);
    left_edit(w);
    world_set(w, L, "Bob", "phones/p1/number", "22");
}

static void faster_writer(struct store *s, void *user)
{
    struct world *w = user;
    (void)s;
    world_set(w, R, "Ada", "notes/n1/note", "countess");
}

static void conflict_on_write(struct world *w)
{
    left_edit(w);
    memory_before_commit(w->store[R], faster_writer, w);
}

static void dials_anew(struct store *s, void *user)
{
    (void)s;
    world_set(user, R, "Ada", "phones/p1/number", "222");
}

/* So that one run writes the item on both sides, one after the other. */
static void edit_same_after_write(struct world *w)
{
    left_edit(w);
    memory_after_commit(w->store[R], dials_anew, w);
}

static void edit_after_write(struct world *w)
{
    left_edit(w);
    memory_after_commit(w->store[R], faster_writer, w);
}

static void creates_refused(struct world *w)
{
    memory_fail_creates(w->store[R], RC_NOT_FOUND);
    left_new(w);
}

static void mixed(struct world *w)
{
    both_edit_different(w);
    world_remove(w, L, "Bob");
    both_new(w);
    world_set(w, R, "Cy", "notes/n1/note", NULL);
    world_set(w, L, "Cy", "phones/p1/number", "33");
}

static void many_changes(struct world *w)
{
    for (int i = 0; i < 5; i++) {
        CLEANUP(mem_free) char *name = str_printf("Person %d", i);
        CLEANUP(mem_free) char *other = str_printf("Person %d", i + 5);
        world_set(w, L, name, "phones/p1/number", "left");
        world_set(w, R, other, "phones/p1/number", "right");
        world_remove(w, i % 2 ? L : R, i % 2 ? "Person 11" : "Person 12");
    }
}

static void both_add_phone(struct world *w)
{
    world_set(w, L, "Ada", "notes/n1/note", "left note");
    struct json *a = json_object(), *b = json_object();
    json_set_str(a, "number", "100");
    json_set_str(b, "number", "200");
    memory_set(w->store[L], FOLDER, world_find(w, L, "Ada"), "phones/p2", a);
    memory_set(w->store[R], FOLDER, world_find(w, R, "Ada"), "phones/p2", b);
}

static void left_edit_long(struct world *w)
{
    world_set(w, L, "Ada", "name/full", "Augusta Ada King, Countess of Lovelace");
}

static void left_edit_short(struct world *w)
{
    world_set(w, L, "Augusta Ada King, Countess of Lovelace", "name/full", "Ada");
}

static void left_new_long(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dora with a long name", "4", "new"));
}

static void both_edit_one_way(struct world *w)
{
    left_edit(w);
    world_set(w, R, "Bob", "phones/p1/number", "right only");
    right_new(w);
}

static void fill_both(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada", "1", "left note"));
    memory_add(w->store[R], FOLDER, "ada.item", person("ada", "Ada", "1", NULL));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Bob", "2", NULL));
    memory_add(w->store[R], FOLDER, "cy.item", person("cy", "Cy", "3", NULL));
    memory_add(w->store[L], FOLDER, NULL, world_contact(NULL, ""));
    memory_add(w->store[R], FOLDER, "e.item", world_contact("e", ""));
}

/* A member of which there is one only. */
static void both_edit_room(struct world *w)
{
    world_set(w, L, "Ada", "x.example:room", "left");
    world_set(w, R, "Ada", "x.example:room", "right");
}

static void both_edit_room_and_more(struct world *w)
{
    both_edit_room(w);
    both_edit_different(w);
}

static void left_removes_right_edits(struct world *w)
{
    memory_set(w->store[L], FOLDER, world_find(w, L, "Ada"), "phones/p1", NULL);
    right_edit(w);
}

static void fill_both_rooms(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada", "1", "left note"));
    memory_add(w->store[R], FOLDER, "ada.item", person("ada", "Ada", "1", NULL));
    both_edit_room(w);
}

/* ---- checks ---- */

static void check_text(struct check *c, struct world *w, enum side s, const char *name,
    const char *path, const char *want)
{
    check_str(c, world_text(w, s, name, path), want);
}

static void left_won(struct check *c, struct world *w)
{
    check_text(c, w, R, "Ada", "phones/p1/number", "111");
}

static void right_won(struct check *c, struct world *w)
{
    check_text(c, w, L, "Ada", "phones/p1/number", "222");
}

static void ada_merged(struct check *c, struct world *w)
{
    check_text(c, w, L, "Ada", "phones/p1/number", "111");
    check_text(c, w, R, "Ada", "notes/n1/note", "countess");
}

/* Which of the two it is only a person can say; until then none is copied. */
static void doras_wait(struct check *c, struct world *w)
{
    check_int(c, w->report.doubted, 3);
    check_int(c, world_count(w, L), 5);
    check_int(c, world_count(w, R), 4);
}

static void four_each(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L), 4);
    check_int(c, world_count(w, R), 4);
}

static void three_each(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L), 3);
    check_int(c, world_count(w, R), 3);
}

static void dora_united(struct check *c, struct world *w)
{
    four_each(c, w);
    check_int(c, w->report.paired, 0); /* of the quiet run */
    const char *uid = "dora";
    const char *id = memory_id_by_uid(w->store[R], FOLDER, uid);
    check_str(c, json_str_value(json_pointer(memory_doc(w->store[R], FOLDER, id), "notes/n1/note")),
        "note there");
}

static void no_copy_then_united(struct check *c, struct world *w)
{
    four_each(c, w);
    memory_fail_item(w->store[R], "dora.item", RC_OK, false);
    w->options.retry_now = true;
    check_ok(c, world_sync(w), &w->err);
    check_int(c, w->report.paired, 1);
    four_each(c, w);
    world_check_quiet(c, w);
    dora_united(c, w);
    world_check_settled(c, w);
}

static void five_each(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L), 5);
    check_int(c, world_count(w, R), 5);
}

static void photo_survives(struct check *c, struct world *w)
{
    check_text(c, w, R, "Ada", "media/m1/uri", "data:,x");
    check_text(c, w, R, "Ada", "x.example:team", "blue");
    check_text(c, w, R, "Ada", "phones/p1/number", "111");
    check_text(c, w, L, "Ada", "media/m1/uri", NULL);
}

static void nothing_held_is_lost(struct check *c, struct world *w)
{
    check_int(c, world_count(w, R), 3);
    struct state_problems problems = {0};
    check_ok(c, state_problems_load(w->state, w->link, &problems, &w->err), &w->err);
    check_int(c, problems.count, 3);
    check_true(c, problems.count && problems.items[0].held && problems.items[0].title);
    state_problems_fini(&problems);
}

/* An empty listing is believed as little as any other: asked for, the items are there. */
static void heals(struct check *c, struct world *w)
{
    three_each(c, w);
    memory_list_nothing(w->store[L], false);
    world_check_quiet(c, w);
    world_check_settled(c, w);
    three_each(c, w);
}

static void release(struct check *c, struct world *w)
{
    w->options.release_deletes = true;
    check_ok(c, world_sync(w), &w->err);
    world_check_converged(c, w);
    world_check_quiet(c, w);
}

static void release_three(struct check *c, struct world *w)
{
    nothing_held_is_lost(c, w);
    release(c, w);
    check_int(c, world_count(w, R), 0);
}

static void release_twelve(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L), 20);
    release(c, w);
    check_int(c, world_count(w, L), 8);
}

static void reads_again(struct check *c, struct world *w)
{
    check_text(c, w, R, "Bob", "phones/p1/number", "22");
    check_text(c, w, R, "Ada", "phones/p1/number", "1");
    memory_fail_item(w->store[L], world_find(w, L, "Ada"), RC_OK, false);
    w->options.retry_now = true;
    check_ok(c, world_sync(w), &w->err);
    check_text(c, w, R, "Ada", "phones/p1/number", "111");
    world_check_converged(c, w);
    world_check_settled(c, w);
}

static void still_there(struct check *c, struct world *w)
{
    check_true(c, world_find(w, R, "Ada") != NULL);
    memory_fail_item(w->store[L], world_find(w, L, "Ada"), RC_OK, false);
    memory_hide(w->store[L], world_find(w, L, "Ada"), false);
    check_ok(c, world_sync(w), &w->err);
    world_check_settled(c, w);
    three_each(c, w);
}

static void accepts_later(struct check *c, struct world *w)
{
    check_text(c, w, R, "Bob", "phones/p1/number", "22");
    check_text(c, w, L, "Ada", "phones/p1/number", "111");
    check_text(c, w, R, "Ada", "phones/p1/number", "1");
    memory_fail_item(w->store[R], world_find(w, R, "Ada"), RC_OK, false);
    w->options.retry_now = true;
    check_ok(c, world_sync(w), &w->err);
    left_won(c, w);
    world_check_settled(c, w);
}

static void arrives_later(struct check *c, struct world *w)
{
    check_true(c, world_find(w, L, "Dora") != NULL);
    check_int(c, world_count(w, R), 3);
    memory_fail_creates(w->store[R], RC_OK);
    w->options.retry_now = true;
    check_ok(c, world_sync(w), &w->err);
    four_each(c, w);
    world_check_converged(c, w);
}

static void local_edit_kept(struct check *c, struct world *w)
{
    check_text(c, w, L, "Ada", "phones/p1/number", "111");
    check_text(c, w, R, "Ada", "phones/p1/number", "1");
    check_text(c, w, L, "Ada", "notes/n1/note", "countess");
    w->options.readonly[R] = false;
    w->options.retry_now = true;
    check_ok(c, world_sync(w), &w->err);
    ada_merged(c, w);
    world_check_settled(c, w);
}

static void flows_one_way(struct check *c, struct world *w)
{
    check_text(c, w, R, "Ada", "phones/p1/number", "111");
    check_text(c, w, L, "Bob", "phones/p1/number", "2");
    check_text(c, w, R, "Bob", "phones/p1/number", "right only");
    check_true(c, !world_find(w, L, "Dora") && world_find(w, R, "Dora"));
    check_true(c, !world_find(w, L, "Cy") && world_find(w, R, "Cy"));
    world_remove(w, R, "Bob"); /* does not come back by itself, and is not deleted on the left */
    world_check_quiet(c, w);
    world_check_quiet(c, w);
    check_true(c, world_find(w, L, "Bob") && !world_find(w, R, "Bob"));
    world_set(w, L, "Bob", "phones/p1/number", "again");
    check_ok(c, world_sync(w), &w->err);
    check_text(c, w, R, "Bob", "phones/p1/number", "again");
    world_remove(w, L, "Ada");
    check_ok(c, world_sync(w), &w->err);
    check_true(c, !world_find(w, R, "Ada"));
}

static void two_phones(struct check *c, struct world *w)
{
    const struct json *doc = memory_doc(w->store[L], FOLDER, world_find(w, L, "Ada"));
    check_int(c, json_count(json_get(doc, "phones")), 3);
    check_text(c, w, R, "Ada", "notes/n1/note", "left note");
}

static void long_name_kept(struct check *c, struct world *w)
{
    check_true(c, world_find(w, L, "Augusta Ada King, Countess of Lovelace") != NULL);
    check_true(c, world_find(w, R, "Augusta Ada K") != NULL);
    memory_set(
        w->store[R], FOLDER, world_find(w, R, "Augusta Ada K"), "phones/p1/number", json_str("9"));
    check_ok(c, world_sync(w), &w->err);
    check_text(c, w, L, "Augusta Ada King, Countess of Lovelace", "phones/p1/number", "9");
    check_true(c, world_find(w, R, "Augusta Ada K") != NULL);
    world_check_quiet(c, w);
}

static void hidden_kept(struct check *c, struct world *w)
{
    /* The part no document expresses is the one of the first version: updated, not deleted and made
     * anew (I7). */
    check_int(c, memory_hidden(w->store[R], FOLDER, world_find(w, R, "Cy")), 1);
    left_won(c, w);
}

static void adopted(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L),
        5); /* Ada, Bob, Cy and two nameless ones that nothing tells to be the same */
    check_text(c, w, R, "Ada", "notes/n1/note", "left note");
}

static void rooms_apart(struct check *c, struct world *w)
{
    check_text(c, w, L, "Ada", "x.example:room", "left");
    check_text(c, w, R, "Ada", "x.example:room", "right");
    check_int(c, w->report.undecided, 1);
    check_int(c, (long)w->report.message_count, 0); /* of the quiet run: told once */
}

static void rooms_apart_rest_merged(struct check *c, struct world *w)
{
    rooms_apart(c, w);
    ada_merged(c, w);
    check_text(c, w, L, "Ada", "notes/n1/note", "countess");
}

/* clang-format off */
#define TOKENS_LEFT                                                                                \
    {                                                                                              \
        .tokens = true, .drops = { "uid" }                                                         \
    }
#define SERVER .chosen_ids = true, .tokens = true, .unique_uids = true

#define BY_UID .by_uid = true, .tokens = true

const struct scenario scenario_list[] = {
    {"nothing", three, nothing},
    {"left-edit", three, left_edit, {{0}, {0, 1, 0}}, .check = hidden_kept},
    {"right-edit", three, right_edit, {{0, 1, 0}, {0}}, .check = right_won},
    {"both-edit-different-fields", three, both_edit_different, {{0, 1, 0}, {0, 1, 0}},
        .check = ada_merged},
    {"both-edit-same-field/left-if-unknown", three, both_edit_same, {{0}, {0, 1, 0}}, 1,
        .check = left_won},
    {"both-edit-same-field/newest", three, right_edit_newer, {{0, 1, 0}, {0}}, 1,
        .check = right_won},
    {"both-edit-same-field/left", three, right_edit_newer, {{0}, {0, 1, 0}}, 1, .check = left_won,
        .policy = LINK_LEFT_WINS},
    {"both-edit-same-field/right", three, both_edit_same, {{0, 1, 0}, {0}}, 1, .check = right_won,
        .policy = LINK_RIGHT_WINS},
    {"both-edit-alike", three, both_edit_alike},
    {"both-add-an-entry", three, both_add_phone, {{0, 1, 0}, {0, 1, 0}}, .check = two_phones},
    {"left-delete", three, left_delete, {{0}, {0, 0, 1}}},
    {"right-delete", three, right_delete, {{0, 0, 1}, {0}}},
    {"both-delete", three, both_delete},
    {"left-edit-right-delete", three, left_edit_right_delete, {{0}, {1, 0, 0}}, .check = left_won},
    {"left-delete-right-edit", three, left_delete_right_edit, {{1, 0, 0}, {0}}, .check = right_won},
    {"left-touch-right-delete", three, left_touch_right_delete, {{0, 0, 1}, {0}}},
    {"left-new", three, left_new, {{0}, {1, 0, 0}}, .check = four_each},
    {"right-new", three, right_new, {{1, 0, 0}, {0}}, .check = four_each},
    {"both-new", three, both_new, {{1, 0, 0}, {1, 0, 0}}, .check = five_each},
    {"both-new/same-uid", three, both_new_same_uid, {{0, 1, 0}, {0, 1, 0}}, 1, .check = dora_united,
        .opt = {{.tokens = true}, {SERVER}}},
    {"both-new/same-content", three, both_new_same_content, {{0, 1, 0}, {0}}, .check = dora_united},
    {"both-new/one-unreadable", three, both_new_one_unreadable, .failed = 1,
        .check = no_copy_then_united, .apart = true, .no_crash = true},
    {"both-new/one-denied", three, both_new_one_denied, {{0, 1, 0}, {0}}, .check = dora_united,
        .no_crash = true},
    {"both-new/one-ghost", three, both_new_one_ghost, {{1, 0, 0}, {1, 0, 0}}, .apart = true,
        .no_crash = true},
    {"both-new/ambiguous", three, both_new_ambiguous, {{0}, {0}}, .check = doras_wait, .apart = true,
        .no_crash = true}, /* the crash loop wants everything settled at the end */
    {"copy-with-the-uid-of-another", three, left_copy, {{0}, {1, 0, 0}}, .check = four_each,
        .opt = {{.tokens = true}, {SERVER}}},
    {"first-sync/both-filled", NULL, fill_both, {{2, 0, 0}, {2, 1, 0}}, .check = adopted},
    {"first-sync/empty-left", NULL, one_with_photo, {{1, 0, 0}, {0}}},
    {"first-sync/many", NULL, twenty, {{0}, {20, 0, 0}}},
    {"token-invalid", three, tokens_forgotten, {{0, 1, 0}, {0, 1, 0}},
        .opt = {TOKENS_LEFT, {SERVER}}},
    {"listing-late", three, listing_late, {{0, 1, 0}, {0}}, .check = three_each},
    {"listing-empty", three, listing_empty, .check = heals, .no_crash = true},
    {"listing-unproven-and-empty", three, listing_empty, .check = three_each,
        .opt = {{.unproven = true, .drops = {"uid"}}, {SERVER}}},
    {"folder-emptied", three, left_emptied, .held = 3, .check = release_three, .apart = true,
        .no_crash = true},
    {"mass-delete", twenty, right_loses_many, .held = 12, .check = release_twelve, .apart = true,
        .no_crash = true},
    {"few-deletes", twenty, right_loses_some, {{0, 0, 5}, {0}}},
    {"unreadable-item", three, left_unreadable, {{0}, {0, 1, 0}}, .failed = 1, .check = reads_again,
        .apart = true, .no_crash = true},
    {"unreadable-is-not-gone", three, left_unreadable_and_unlisted, .failed = 1,
        .check = still_there, .no_crash = true},
    {"versions-move-without-content", three, versions_move},
    {"write-refused", three, right_refuses, {{0}, {0, 1, 0}}, .failed = 1, .check = accepts_later,
        .apart = true, .no_crash = true},
    {"create-refused", three, creates_refused, .failed = 1, .check = arrives_later, .apart = true,
        .no_crash = true},
    {"conflict-on-write", three, conflict_on_write, {{0, 1, 0}, {0, 1, 0}}, .check = ada_merged,
        .no_crash = true},
    {"edit-right-after-write", three, edit_after_write, {{0, 1, 0}, {0, 1, 0}}, .check = ada_merged,
        .no_crash = true},
    {"edit-right-after-write/same-field", three, edit_same_after_write, {{0, 1, 0}, {0, 1, 0}},
        .no_crash = true},
    {"edit-right-after-write/silent", three, edit_after_write, {{0, 1, 0}, {0, 1, 0}},
        .check = ada_merged, .no_crash = true,
        .opt = {{.drops = {"uid"}}, {SERVER, .silent = true}}},
    {"cannot-hold", one_with_photo, left_edit, {{0}, {0, 1, 0}}, .check = photo_survives,
        .opt = {{.drops = {"uid", "media", "x.example:team"}}, {SERVER}}},
    {"cannot-hold/first-sync", NULL, one_with_photo, {{1, 0, 0}, {0}},
        .opt = {{.drops = {"uid", "media", "x.example:team"}}, {SERVER}}},
    {"own-entry-ids", three, both_edit_different, {{0, 1, 0}, {0, 1, 0}},
        .opt = {{.drops = {"uid"}}, {SERVER, .own_ids = true}}, .policy = LINK_LEFT_WINS,
        .apart = false},
    {"cut-short", three, left_edit_long, {{0}, {0, 1, 0}}, .check = long_name_kept, .apart = true,
        .opt = {{.drops = {"uid"}}, {SERVER, .short_text = 13}}},
    {"cut-short/new", three, left_new_long, {{0}, {1, 0, 0}}, .check = four_each, .apart = true,
        .opt = {{.drops = {"uid"}}, {SERVER, .short_text = 13}}},
    {"cut-short/shortened", three_long, left_edit_short, {{0}, {0, 1, 0}}, .check = three_each,
        .opt = {{.drops = {"uid"}}, {SERVER, .short_text = 13}}},
    {"silent-server", three, mixed, {{1, 2, 0}, {1, 2, 1}},
        .opt = {{.drops = {"uid"}}, {SERVER, .silent = true}}},
    {"mixed", three, mixed, {{1, 2, 0}, {1, 2, 1}}},
    {"ids-given-by-the-server", three, mixed, {{1, 2, 0}, {1, 2, 1}}, .opt = {{.drops = {"uid"}}, {BY_UID}}},
    {"ids-given-by-the-server/new", three, both_new, {{1, 0, 0}, {1, 0, 0}}, .check = five_each,
        .opt = {{.drops = {"uid"}}, {BY_UID}}},
    {"ids-given-by-the-server/first-sync", NULL, twenty, {{0}, {20, 0, 0}},
        .opt = {{.drops = {"uid"}}, {BY_UID}}},
    {"many-changes", twenty, many_changes, {{0, 5, 1}, {0, 5, 1}}},
    {"read-only-right", three, both_edit_different, {{0, 1, 0}, {0}}, .failed = 1,
        .check = local_edit_kept, .apart = true, .readonly_right = true, .no_crash = true},
    {"one-way", three, both_edit_one_way, {{0}, {0, 1, 0}}, .check = flows_one_way, .apart = true,
        .direction = LINK_LEFT_TO_RIGHT, .no_crash = true},
    {"ask", three, both_edit_room, {{0}, {0}}, .check = rooms_apart, .apart = true,
        .policy = LINK_ASK},
    {"ask/other-members-travel", three, both_edit_room_and_more, {{0, 1, 0}, {0, 1, 0}},
        .check = rooms_apart_rest_merged, .apart = true, .policy = LINK_ASK},
    {"ask/silent-server", three, both_edit_room_and_more, {{0, 1, 0}, {0, 1, 0}},
        .check = rooms_apart, .apart = true, .policy = LINK_ASK,
        .opt = {{.drops = {"uid"}}, {SERVER, .silent = true, .own_ids = true}}},
    {"ask/first-sync", NULL, fill_both_rooms, {{0}, {0, 1, 0}}, .check = rooms_apart,
        .apart = true, .policy = LINK_ASK},
    {"ask/edit-beats-removal", three, left_removes_right_edits, {{0, 1, 0}, {0}}, 1,
        .check = right_won, .policy = LINK_ASK},
    {"ask/left-edit-right-delete", three, left_edit_right_delete, {{0}, {1, 0, 0}},
        .check = left_won, .policy = LINK_ASK},
};
/* clang-format on */
const size_t scenario_count = ARRAY_LEN(scenario_list);
