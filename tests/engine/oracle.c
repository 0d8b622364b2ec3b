/* See oracle.h. */
#include "tests/engine/oracle.h"

#include "client/base/buf.h"
#include "client/state/internal.h"

#include <stdio.h>
#include <string.h>

char *oracle_name(int i)
{
    return str_printf("Name %d", i);
}

const char *oracle_path(int member)
{
    static const char *const paths[ORACLE_MEMBERS] = {"x.example:a", "x.example:b", "x.example:c"};
    return paths[member];
}

bool oracle_holds(const struct oracle *o, enum side s, int member)
{
    const char *const *drops = o->w.opt[s].drops;
    for (size_t i = 0; i < ARRAY_LEN(o->w.opt[s].drops) && drops[i]; i++) {
        if (str_eq(drops[i], oracle_path(member))) {
            return false;
        }
    }
    return true;
}

/* ---- what people do ---- */

int oracle_add(struct oracle *o)
{
    if (o->count == ORACLE_ITEMS) {
        return -1;
    }
    o->items[o->count].edited = true;
    return o->count++;
}

static bool is_there(struct oracle *o, int i, enum side s)
{
    CLEANUP(mem_free) char *name = oracle_name(i);
    return world_find(&o->w, s, name) != NULL;
}

static long value_of(struct oracle *o, const char *name, enum side s, int member);

/* What of the other side's edits this side holds at this moment, and of the left one's earlier ones. */
static void note_reached(struct oracle *o, int i, enum side s)
{
    struct oracle_item *item = &o->items[i];
    CLEANUP(mem_free) char *name = oracle_name(i);
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        enum side other = side_other(s);
        long now = value_of(o, name, s, m);
        item->reached[m][other] |= item->wrote[m][other] && now == item->wrote[m][other];
        if (s == SIDE_RIGHT && item->left_wrote[m] >> now & 1) {
            item->echo[m] |= (uint64_t)1 << now;
        }
    }
}

void oracle_edit(struct oracle *o, int i, enum side s, int member, long value)
{
    struct oracle_item *item = &o->items[i];
    if (member >= 0 && !oracle_holds(o, s, member)) {
        return; /* nothing of it stays */
    }
    note_reached(o, i, s);
    item->edited = true;
    if (item->deleted[side_other(s)] && !is_there(o, i, side_other(s))) {
        item->must_live = true;
    }
    if (member >= 0) {
        if (s == SIDE_LEFT) {
            item->left_wrote[member] |= (uint64_t)1 << value;
        }
        item->wrote[member][s] = value;
        item->reached[member][s] = false;
        item->there[member][s] = value;
    }
}

void oracle_delete(struct oracle *o, int i, enum side s)
{
    struct oracle_item *item = &o->items[i];
    enum side other = side_other(s);
    bool left = is_there(o, i, other);
    note_reached(o, i, s);
    item->deleted[s] = true;
    item->must_live = false;
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        bool unseen = item->wrote[m][other] && item->there[m][other] == item->wrote[m][other] &&
                      !item->reached[m][other] && oracle_holds(o, s, m);
        item->must_live |= left && unseen;
        item->kept[m][other] = item->there[m][other];
        item->there[m][s] = 0; /* who deletes an item deletes what was written into it there */
    }
}

void oracle_unsure(struct oracle *o)
{
    o->cut = true;
    for (int i = 0; i < o->count; i++) {
        o->items[i].maybe |= o->items[i].deleted[SIDE_LEFT] || o->items[i].deleted[SIDE_RIGHT];
    }
}

void oracle_undone(struct oracle *o, bool whole)
{
    oracle_after_run(o);
    o->undone = true;
    o->undo_cut |= !whole;
    for (int i = 0; i < o->count; i++) {
        for (int m = 0; m < ORACLE_MEMBERS; m++) {
            const long *there = o->items[i].there[m];
            o->items[i].undone[m] |= (uint64_t)1 << there[SIDE_LEFT] | (uint64_t)1
                                                                           << there[SIDE_RIGHT];
        }
    }
}

void oracle_restore(struct oracle *o)
{
    o->restored = true;
    oracle_unsure(o);
    for (int i = 0; i < o->count; i++) {
        memcpy(o->items[i].kept, o->items[i].there, sizeof o->items[i].kept);
    }
}

/* ---- what runs do ---- */

/* 0: none. "no. 7" is how a store of opt.recodes keeps "value-7". */
static long value_in(struct oracle *o, const char *name, int member, const char *text)
{
    long value = 0;
    if (text && sscanf(text, "value-%ld", &value) != 1 && sscanf(text, "no. %ld", &value) != 1) {
        check_fail(o->c, "%s: %s is '%s'", name, oracle_path(member), text);
    }
    return value;
}

static long value_of(struct oracle *o, const char *name, enum side s, int member)
{
    return value_in(o, name, member, world_text(&o->w, s, name, oracle_path(member)));
}

static bool in_history(struct oracle *o, long value)
{
    CLEANUP(mem_free) char *plain = str_printf("\"value-%ld\"", value);
    CLEANUP(mem_free) char *coded = str_printf("\"no. %ld\"", value);
    struct db_row *row;
    enum rc rc = db_query(o->w.state->db, &o->w.err, &row,
        "SELECT 1 FROM before_image WHERE instr(doc,?) OR instr(doc,?)", "tt", plain, coded);
    bool found = rc == RC_OK && db_next(row, &rc, &o->w.err);
    if (found) {
        db_done(row);
    }
    return found;
}

static void know(struct oracle_item *item)
{
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        item->known[m] |= (uint64_t)1 << item->there[m][SIDE_LEFT];
    }
}

void oracle_after_run(struct oracle *o)
{
    bool ran = o->runs != o->w.runs;
    o->runs = o->w.runs;
    for (int i = 0; i < o->count; i++) {
        CLEANUP(mem_free) char *name = oracle_name(i);
        for (int s = 0; s < 2; s++) {
            for (int m = 0; m < ORACLE_MEMBERS; m++) {
                long now = value_of(o, name, (enum side)s, m);
                long *was = &o->items[i].there[m][s];
                if (*was && *was != now && !in_history(o, *was)) {
                    check_fail(o->c,
                        "%s: %s was value-%ld on the %s side, is %ld, and history has it not", name,
                        oracle_path(m), *was, side_name((enum side)s), now);
                }
                *was = now;
                o->items[i].ever[m] |= (uint64_t)1 << now;
            }
        }
        note_reached(o, i, SIDE_LEFT);
        note_reached(o, i, SIDE_RIGHT);
        if (ran) {
            know(&o->items[i]);
        }
    }
}

void oracle_choose(struct oracle *o, const struct state_conflict *conflict, enum side s)
{
    int i = -1;
    CLEANUP(json_free) struct json *values = NULL;
    const char *text = conflict->value[s];
    check_ok(o->c, json_parse(text, strlen(text), &values, &o->w.err), &o->w.err);
    if (sscanf(conflict->title, "Name %d", &i) != 1 || i < 0 || i >= o->count) {
        check_fail(o->c, "a conflict about '%s'", conflict->title);
        return;
    }
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        const struct json *value = json_get(values, oracle_path(m));
        if (value) {
            o->items[i].asked[m] = true;
            o->items[i].chosen[m] = value_in(o, conflict->title, m, json_str_value(value));
        }
    }
}

/* ---- the quiet moment ---- */

static int copies(struct oracle *o, enum side s, const char *name)
{
    int n = 0;
    const char *id;
    for (size_t i = 0; (id = memory_id_at(o->w.store[s], FOLDER, i)); i++) {
        const struct json *doc = memory_doc(o->w.store[s], FOLDER, id);
        n += str_eq(json_get_str(json_get(doc, "name"), "full"), name);
    }
    return n;
}

/* Of a member that the right side cannot hold: the item was deleted and made again from there. It
 * comes back as the state file knew it. What was written since that and was not carried over yet (a
 * folder may have been read-only) was deleted by the one who wrote it. */
static bool may_be_revived(
    const struct oracle *o, const struct oracle_item *item, int m, long value, bool untouched)
{
    bool unsure = item->maybe || o->restored || !untouched;
    return value ? item->deleted[SIDE_LEFT] && item->known[m] >> value & 1
                 : unsure || !item->settled[m];
}

/* The right store has words of its own for the member. Where the answer to a write was lost, they may
 * as well be somebody's edit of it ("Limits" in client/sync/README.md): a conflict with what the left
 * side wrote since, and the policy calls the right side's value the winner, or it is the source. */
static bool may_be_echo(const struct oracle *o, const struct oracle_item *item, int m, long value)
{
    return value && o->cut && o->w.policy != LINK_LEFT_WINS &&
           str_eq(o->w.opt[SIDE_RIGHT].recodes, oracle_path(m)) && item->echo[m] >> value & 1;
}

static bool may_be(const struct oracle *o, const struct oracle_item *item, int m, long value)
{
    const long *wrote = item->wrote[m], *kept = item->kept[m];
    bool untouched = !wrote[SIDE_LEFT] && !wrote[SIDE_RIGHT];
    bool deleted = item->deleted[SIDE_LEFT] || item->deleted[SIDE_RIGHT];
    if (item->asked[m]) {
        return value == item->chosen[m];
    }
    if (value && (value == wrote[SIDE_LEFT] || value == wrote[SIDE_RIGHT])) {
        return true;
    }
    if ((item->undone[m] | (o->undo_cut ? item->ever[m] : 0)) >> value & 1) {
        return true;
    }
    if ((o->restored || deleted) && value &&
        (value == kept[SIDE_LEFT] || value == kept[SIDE_RIGHT])) {
        return true;
    }
    if (may_be_echo(o, item, m, value)) {
        return true;
    }
    if (value == item->settled[m]) {
        return untouched || o->restored || deleted;
    }
    return deleted && !oracle_holds(o, SIDE_RIGHT, m) &&
           may_be_revived(o, item, m, value, untouched);
}

static void check_values(struct oracle *o, struct oracle_item *item, const char *name)
{
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        long value = value_of(o, name, SIDE_LEFT, m);
        if (!may_be(o, item, m, value)) {
            check_fail(o->c,
                "%s: %s is %ld, was %ld, written were %ld on the left and %ld on the right", name,
                oracle_path(m), value, item->settled[m], item->wrote[m][SIDE_LEFT],
                item->wrote[m][SIDE_RIGHT]);
        }
        if (oracle_holds(o, SIDE_RIGHT, m)) {
            check_int(o->c, value_of(o, name, SIDE_RIGHT, m), value);
        }
        item->settled[m] = value;
        item->wrote[m][SIDE_LEFT] = item->wrote[m][SIDE_RIGHT] = 0;
        item->kept[m][SIDE_LEFT] = item->kept[m][SIDE_RIGHT] = 0;
        item->asked[m] = false;
    }
}

/* From a quiet moment on. */
static void start_anew(struct oracle_item *item, bool dead)
{
    for (int m = 0; m < ORACLE_MEMBERS; m++) {
        item->known[m] = item->left_wrote[m] = item->echo[m] = item->undone[m] = 0;
    }
    item->dead = dead;
    item->deleted[SIDE_LEFT] = item->deleted[SIDE_RIGHT] = false;
    item->edited = item->maybe = item->must_live = false;
}

static void check_item(struct oracle *o, int i)
{
    struct oracle_item *item = &o->items[i];
    CLEANUP(mem_free) char *name = oracle_name(i);
    int left = copies(o, SIDE_LEFT, name), right = copies(o, SIDE_RIGHT, name);
    bool deleted = item->deleted[SIDE_LEFT] || item->deleted[SIDE_RIGHT];
    check_int(o->c, left, right);
    if (left > 1) {
        check_fail(o->c, "%s is there %d times", name, left);
    }
    if (!left && !item->dead && !deleted) {
        check_fail(o->c, "%s was lost", name);
    }
    if (!left && item->must_live) {
        check_fail(o->c, "%s was edited where it had not been deleted, and is gone", name);
    }
    if (left && item->dead) {
        check_fail(o->c, "%s came back", name);
    }
    if (left && deleted && !item->edited && !item->maybe && !o->restored && !o->undone) {
        check_fail(o->c, "%s was deleted on one side and is still there", name);
    }
    if (left) {
        check_values(o, item, name);
    }
    start_anew(item, !left);
}

void oracle_check_quiet(struct oracle *o)
{
    world_check_settled(o->c, &o->w);
    world_check_converged(o->c, &o->w);
    for (int i = 0; i < o->count; i++) {
        check_item(o, i);
    }
    o->restored = o->undone = o->undo_cut = o->cut = false;
}
