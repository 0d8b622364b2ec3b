/* Scenarios with groups, between a store that knows their members by item id (left, like Outlook)
 * and one that knows them by uid (right, like a server). The memory store counts a uid on the left,
 * or an id on the right, as misuse; world_content compares members by the names of the items. */
#include "tests/engine/scenario.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

#define L SIDE_LEFT
#define R SIDE_RIGHT

static struct json *person(const char *uid, const char *name)
{
    struct json *doc = world_contact(uid, name);
    CLEANUP(mem_free) char *address = str_printf("%s@example.com", name);
    json_set_str(json_need_object(json_need_object(doc, "emails"), "e1"), "address", address);
    return doc;
}

static struct json *group(const char *uid, const char *name)
{
    struct json *doc = world_contact(uid, name);
    json_set_str(doc, "kind", "group");
    return doc;
}

/* The key of an item on a side. Caller frees. */
static char *key_of(struct world *w, enum side s, const char *name)
{
    const char *id = world_find(w, s, name);
    const char *uid = id ? json_get_str(memory_doc(w->store[s], FOLDER, id), "uid") : NULL;
    return s == R ? mem_strdup(uid) : str_printf("%s%s", DOC_MEMBER_ITEM, id ? id : "?");
}

/* As somebody else; `key` as that side spells it. */
static void set_key(struct world *w, enum side s, const char *list, const char *key, bool on)
{
    CLEANUP(mem_free) char *escaped = json_pointer_escape(key);
    CLEANUP(mem_free) char *path = str_printf("members/%s", escaped);
    memory_set(w->store[s], FOLDER, world_find(w, s, list), path, on ? json_bool(true) : NULL);
}

static void set_member(struct world *w, enum side s, const char *list, const char *name, bool on)
{
    CLEANUP(mem_free) char *key = key_of(w, s, name);
    set_key(w, s, list, key, on);
}

/* "Ada Bob mailto:eva@..." of a list, by name and sorted as they come. */
static void check_list(
    struct check *c, struct world *w, enum side s, const char *list, const char *want)
{
    const char *id = world_find(w, s, list);
    const struct json *members =
        id ? json_get(memory_doc(w->store[s], FOLDER, id), "members") : NULL;
    CLEANUP(json_free) struct json *names = json_object();
    for (const struct json *m = json_first(members); m; m = json_next(m)) {
        const char *key = json_key(m);
        const char *item = str_starts(key, DOC_MEMBER_ITEM)
                               ? key + strlen(DOC_MEMBER_ITEM)
                               : memory_id_by_uid(w->store[s], FOLDER, key);
        const struct json *doc = item ? memory_doc(w->store[s], FOLDER, item) : NULL;
        const char *name = json_get_str(json_get(doc, "name"), "full");
        json_set_bool(names, name ? name : str_starts(key, DOC_MEMBER_ITEM) ? "(gone)" : key, true);
    }
    CLEANUP(mem_free) char *text = json_print_canonical(names);
    check_str(c, text, want);
}

static void check_both(struct check *c, struct world *w, const char *list, const char *want)
{
    check_list(c, w, L, list, want);
    check_list(c, w, R, list, want);
}

/* ---- beginnings ---- */

static void fill(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, group(NULL, "Team")); /* older than its members */
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada"));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Bob"));
    memory_add(w->store[R], FOLDER, "crew.item", group("crew", "Crew"));
    memory_add(w->store[R], FOLDER, "CY-1.item", person("CY-1", "Cy"));
    set_member(w, L, "Team", "Ada", true);
    set_member(w, L, "Team", "Bob", true);
    set_key(w, L, "Team", "mailto:eva@example.com", true);
    set_key(w, R, "Crew", "urn:uuid:CY-1", true);
    set_key(w, R, "Crew", "mailto:Eva@Example.com", true);
}

/* A list names somebody of another folder, which the link has nothing to do with. */
static void fill_stranger(struct world *w)
{
    const char *id = memory_add(w->store[L], MEMORY_TASKS, "elsewhere", person(NULL, "Gil"));
    CLEANUP(mem_free) char *key = str_printf("%s%s", DOC_MEMBER_ITEM, id);
    memory_add(w->store[L], FOLDER, NULL, group(NULL, "Team"));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada"));
    set_member(w, L, "Team", "Ada", true);
    set_key(w, L, "Team", key, true);
}

static void fill_nested(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, group(NULL, "Outer"));
    memory_add(w->store[L], FOLDER, NULL, group(NULL, "Inner"));
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Ada"));
    set_member(w, L, "Outer", "Inner", true);
    set_member(w, L, "Inner", "Outer", true);
    set_member(w, L, "Inner", "Ada", true);
    memory_add(w->store[R], FOLDER, "x.item", group("x", "East"));
    memory_add(w->store[R], FOLDER, "y.item", group("y", "West"));
    set_key(w, R, "East", "y", true);
    set_key(w, R, "West", "x", true);
    set_key(w, R, "East", "x", true); /* in itself */
}

/* The same list on both sides, and its people: another tool kept them in step. */
static void fill_both(struct world *w)
{
    fill(w);
    memory_add(w->store[R], FOLDER, "a.item", person("a", "Ada"));
    memory_add(w->store[R], FOLDER, "b.item", person("b", "Bob"));
    memory_add(w->store[R], FOLDER, "t.item", group("t", "Team"));
    set_key(w, R, "Team", "a", true);
    set_key(w, R, "Team", "b", true);
    set_key(w, R, "Team", "mailto:eva@example.com", true);
    /* A person of the list's name is not the list. */
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Crew"));
}

/* On the right a list names somebody who is not there (yet). */
static void waiting(struct world *w)
{
    fill(w);
    set_key(w, R, "Crew", "urn:uuid:late", true);
}

/* ---- edits ---- */

static void nothing(struct world *w)
{
    (void)w;
}

static void member_comes_right(struct world *w)
{
    set_member(w, R, "Team", "Cy", true);
}

static void member_comes_left(struct world *w)
{
    set_member(w, L, "Crew", "Ada", true);
}

static void member_and_person_left(struct world *w)
{
    memory_add(w->store[L], FOLDER, NULL, person(NULL, "Dan"));
    set_member(w, L, "Team", "Dan", true);
}

static void member_goes(struct world *w)
{
    set_member(w, L, "Team", "Ada", false);
    set_key(w, R, "Crew", "mailto:Eva@Example.com", false);
}

static void members_both(struct world *w)
{
    set_member(w, L, "Team", "Cy", true);
    set_member(w, R, "Team", "Bob", false);
    set_key(w, R, "Team", "mailto:dan@example.com", true);
}

static void person_renamed(struct world *w)
{
    world_set(w, L, "Ada", "name/full", "Augusta");
}

static void list_renamed(struct world *w)
{
    world_set(w, R, "Team", "name/full", "The Team");
}

static void person_goes_right(struct world *w)
{
    world_remove(w, R, "Ada");
}

static void person_and_member_go_right(struct world *w)
{
    set_member(w, R, "Team", "Ada", false);
    world_remove(w, R, "Ada");
}

static void person_goes_and_list_changes(struct world *w)
{
    world_remove(w, L, "Ada");
    set_member(w, R, "Team", "Cy", true);
    world_set(w, L, "Team", "name/full", "Team 2");
}

/* Moved away and back: the same person, another id. */
static void person_gets_another_id(struct world *w)
{
    struct json *doc = json_dup(memory_doc(w->store[L], FOLDER, world_find(w, L, "Ada")));
    world_remove(w, L, "Ada");
    memory_add(w->store[L], FOLDER, NULL, doc);
}

static void late_comes(struct world *w)
{
    memory_add(w->store[R], FOLDER, "late.item", person("late", "Late"));
}

static void left_edits_while_waiting(struct world *w)
{
    set_member(w, L, "Crew", "Ada", true);
    world_set(w, L, "Crew", "name/full", "Crew 2");
}

static void right_drops_who_waits(struct world *w)
{
    set_key(w, R, "Crew", "urn:uuid:late", false);
}

static void list_goes(struct world *w)
{
    world_remove(w, L, "Team");
}

/* ---- afterwards ---- */

#define TEAM "{\"Ada\":true,\"Bob\":true,\"mailto:eva@example.com\":true}"

static void filled(struct check *c, struct world *w)
{
    check_both(c, w, "Team", TEAM);
    check_list(c, w, L, "Crew", "{\"Cy\":true,\"mailto:eva@example.com\":true}");
    check_list(c, w, R, "Crew", "{\"mailto:Eva@Example.com\":true,\"urn:uuid:CY-1\":true}");
}

/* By address on the other side; where it is, it stays as it was. */
static void stranger_by_address(struct check *c, struct world *w)
{
    check_list(c, w, L, "Team", "{\"(gone)\":true,\"Ada\":true}"); /* not in this folder */
    check_list(c, w, R, "Team", "{\"Ada\":true,\"mailto:gil@example.com\":true}");
}

static void nested(struct check *c, struct world *w)
{
    check_both(c, w, "Outer", "{\"Inner\":true}");
    check_both(c, w, "Inner", "{\"Ada\":true,\"Outer\":true}");
    check_both(c, w, "East", "{\"East\":true,\"West\":true}");
    check_both(c, w, "West", "{\"East\":true}");
}

static void adopted(struct check *c, struct world *w)
{
    check_int(c, world_count(w, L), 6); /* Ada, Bob, Cy, the person Crew, Team, the list Crew */
    check_both(c, w, "Team", TEAM);
}

static void came_right(struct check *c, struct world *w)
{
    check_both(
        c, w, "Team", "{\"Ada\":true,\"Bob\":true,\"Cy\":true,\"mailto:eva@example.com\":true}");
}

static void came_left(struct check *c, struct world *w)
{
    check_list(c, w, L, "Crew", "{\"Ada\":true,\"Cy\":true,\"mailto:eva@example.com\":true}");
    check_list(
        c, w, R, "Crew", "{\"Ada\":true,\"mailto:Eva@Example.com\":true,\"urn:uuid:CY-1\":true}");
}

static void came_with_person(struct check *c, struct world *w)
{
    check_both(
        c, w, "Team", "{\"Ada\":true,\"Bob\":true,\"Dan\":true,\"mailto:eva@example.com\":true}");
}

static void went(struct check *c, struct world *w)
{
    check_both(c, w, "Team", "{\"Bob\":true,\"mailto:eva@example.com\":true}");
    check_list(c, w, L, "Crew", "{\"Cy\":true}");
}

static void both_merged(struct check *c, struct world *w)
{
    check_both(c, w, "Team",
        "{\"Ada\":true,\"Cy\":true,\"mailto:dan@example.com\":true,"
        "\"mailto:eva@example.com\":true}");
}

static void renamed(struct check *c, struct world *w)
{
    check_both(c, w, "Team", "{\"Augusta\":true,\"Bob\":true,\"mailto:eva@example.com\":true}");
}

/* Each side keeps the name of who is gone as it was; nobody else goes with them. */
static void person_gone(struct check *c, struct world *w)
{
    check_list(c, w, L, "Team", "{\"(gone)\":true,\"Bob\":true,\"mailto:eva@example.com\":true}");
    const struct json *doc = memory_doc(w->store[R], FOLDER, world_find(w, R, "Team"));
    check_int(c, json_count(json_get(doc, "members")), 3);
}

static void member_gone(struct check *c, struct world *w)
{
    check_both(c, w, "Team", "{\"Bob\":true,\"mailto:eva@example.com\":true}");
}

static void gone_and_changed(struct check *c, struct world *w)
{
    check_list(c, w, L, "Team 2",
        "{\"(gone)\":true,\"Bob\":true,\"Cy\":true,\"mailto:eva@example.com\":true}");
    const struct json *doc = memory_doc(w->store[R], FOLDER, world_find(w, R, "Team 2"));
    check_int(c, json_count(json_get(doc, "members")), 4);
}

static void still_waits(struct check *c, struct world *w)
{
    check_list(c, w, L, "Crew", "{\"Cy\":true,\"mailto:eva@example.com\":true}");
    late_comes(w);
    check_ok(c, world_sync(w), &w->err);
    check_list(c, w, L, "Crew", "{\"Cy\":true,\"Late\":true,\"mailto:eva@example.com\":true}");
    world_check_quiet(c, w);
    world_check_settled(c, w);
}

static void has_come(struct check *c, struct world *w)
{
    check_list(c, w, L, "Crew", "{\"Cy\":true,\"Late\":true,\"mailto:eva@example.com\":true}");
}

static void edited_while_waiting(struct check *c, struct world *w)
{
    check_list(c, w, R, "Crew 2",
        "{\"Ada\":true,\"mailto:Eva@Example.com\":true,\"urn:uuid:CY-1\":true,"
        "\"urn:uuid:late\":true}");
    late_comes(w);
    check_ok(c, world_sync(w), &w->err);
    check_list(c, w, L, "Crew 2",
        "{\"Ada\":true,\"Cy\":true,\"Late\":true,\"mailto:eva@example.com\":true}");
    world_check_quiet(c, w);
}

static void dropped_who_waits(struct check *c, struct world *w)
{
    late_comes(w);
    check_ok(c, world_sync(w), &w->err);
    check_list(c, w, L, "Crew", "{\"Cy\":true,\"mailto:eva@example.com\":true}");
    world_check_quiet(c, w);
}

static void list_gone(struct check *c, struct world *w)
{
    check_true(c, !world_find(w, R, "Team") && world_find(w, R, "Ada"));
}

/* clang-format off */
/* "apart": urn:uuid: and capitals on the right, and who is gone, are spelled otherwise on the left. */
const struct scenario scenario_groups[] = {
    {"group/first-sync", NULL, fill, {{2, 0, 0}, {3, 0, 0}}, .check = filled, .apart = true},
    {"group/stranger", NULL, fill_stranger, {{0}, {2, 0, 0}}, .check = stranger_by_address,
        .apart = true},
    {"group/nothing", fill, nothing, .check = filled, .apart = true},
    {"group/nested", NULL, fill_nested, {{2, 2, 0}, {3, 2, 0}}, .check = nested},
    {"group/adopt", NULL, fill_both, {{2, 0, 0}, {1, 0, 0}}, .check = adopted, .apart = true},
    {"group/member-comes-right", fill, member_comes_right, {{0, 1, 0}, {0}}, .check = came_right,
        .apart = true},
    {"group/member-comes-left", fill, member_comes_left, {{0}, {0, 1, 0}}, .check = came_left,
        .apart = true},
    {"group/member-comes-with-the-person", fill, member_and_person_left, {{0}, {1, 1, 0}},
        .check = came_with_person, .apart = true},
    {"group/member-goes", fill, member_goes, {{0, 1, 0}, {0, 1, 0}}, .check = went, .apart = true},
    {"group/members-both", fill, members_both, {{0, 1, 0}, {0, 1, 0}}, .check = both_merged,
        .apart = true},
    {"group/person-renamed", fill, person_renamed, {{0}, {0, 1, 0}}, .check = renamed,
        .apart = true},
    {"group/list-renamed", fill, list_renamed, {{0, 1, 0}, {0}}, .apart = true},
    {"group/person-goes", fill, person_goes_right, {{0, 0, 1}, {0}}, .check = person_gone,
        .apart = true},
    {"group/person-and-member-go", fill, person_and_member_go_right, {{0, 1, 1}, {0}},
        .check = member_gone, .apart = true},
    {"group/person-goes-and-list-changes", fill, person_goes_and_list_changes,
        {{0, 1, 0}, {0, 1, 1}}, .check = gone_and_changed, .apart = true},
    {"group/person-gets-another-id", fill, person_gets_another_id, {{0}, {1, 0, 1}},
        .check = person_gone, .apart = true},
    {"group/list-goes", fill, list_goes, {{0}, {0, 0, 1}}, .check = list_gone, .apart = true},
    {"group/waits", waiting, nothing, .check = still_waits, .apart = true},
    {"group/waits-and-comes", waiting, late_comes, {{1, 1, 0}, {0}}, .check = has_come,
        .apart = true},
    {"group/waits-and-is-edited", waiting, left_edits_while_waiting, {{0}, {0, 1, 0}},
        .check = edited_while_waiting, .apart = true},
    {"group/waits-and-is-dropped", waiting, right_drops_who_waits, .check = dropped_who_waits,
        .apart = true},
};
/* clang-format on */
const size_t scenario_group_count = ARRAY_LEN(scenario_groups);

size_t scenario_total(void)
{
    return scenario_count + scenario_group_count;
}

const struct scenario *scenario_at(size_t i)
{
    return i < scenario_count ? &scenario_list[i] : &scenario_groups[i - scenario_count];
}
