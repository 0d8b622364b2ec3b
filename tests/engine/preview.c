/* A preview says what the run then does, and leaves no trace: neither in the stores nor, byte by
 * byte, in the state file. Every scenario is previewed before it is run. */
#include "tests/engine/scenario.h"

#include "client/base/buf.h"

#include <stdio.h>

/* The state file with its log, as it is on disk. */
static char *disk(const struct world *w, size_t *ret_len)
{
    struct buf b = BUF_INIT((size_t)64 << 20);
    static const char *const tails[] = {"", "-wal"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        CLEANUP(mem_free) char *path = str_printf("%s%s", w->path, tails[i]);
        FILE *f = fopen(path, "rb");
        int c;
        while (f && (c = fgetc(f)) != EOF) {
            buf_addc(&b, (char)c);
        }
        if (f) {
            fclose(f);
        }
        buf_addc(&b, '|');
    }
    *ret_len = b.len;
    return buf_take(&b);
}

static long writes(const struct world *w)
{
    long n = 0;
    for (int s = 0; s < 2; s++) {
        struct memory_counts c = memory_counts(w->store[s]);
        n += c.creates + c.updates + c.deletes;
    }
    return n;
}

static enum rc preview(struct check *c, struct world *w)
{
    size_t len[2];
    CLEANUP(mem_free) char *before = disk(w, &len[0]);
    long written = writes(w);
    w->options.preview = true;
    enum rc rc = world_sync(w);
    w->options.preview = false;
    CLEANUP(mem_free) char *after = disk(w, &len[1]);
    check_true(c, len[0] == len[1] && memcmp(before, after, len[0]) == 0);
    check_int(c, writes(w), written);
    check_true(c, !w->report.wrote_anything && w->report.run == 0);
    return rc;
}

static long planned(const struct world *w, enum sync_plan what, enum side s)
{
    long n = 0;
    for (size_t i = 0; i < w->report.planned_count; i++) {
        n += w->report.planned[i].what == what && w->report.planned[i].side == s;
    }
    return n;
}

static const struct sync_planned *find(
    const struct world *w, enum sync_plan what, enum side s, const char *title)
{
    for (size_t i = 0; i < w->report.planned_count; i++) {
        const struct sync_planned *p = &w->report.planned[i];
        if (p->what == what && p->side == s && str_eq(p->title, title)) {
            return p;
        }
    }
    return NULL;
}

/* What nobody can know before writing: refusals, people who are faster, and what a second pass hears;
 * lists that name each other are written in two steps, which a preview takes at once. */
static bool foreseeable(const struct scenario *s)
{
    static const char *const not [] = {"write-refused", "create-refused", "conflict-on-write",
        "edit-right-after-write", "edit-right-after-write/silent",
        "edit-right-after-write/same-field", "both-new/one-denied", "both-new/one-ghost",
        "group/nested"};
    for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
        if (str_eq(s->name, not [i])) {
            return false;
        }
    }
    return true;
}

static void check_scenario(struct check *c, const struct scenario *s)
{
    struct world w;
    scenario_open(c, &w, s);
    s->edit(&w);
    check_ok(c, preview(c, &w), &w.err);
    if (foreseeable(s)) {
        for (int side = 0; side < 2; side++) {
            check_int(c, w.report.side[side].created, s->want[side].created);
            check_int(c, w.report.side[side].updated, s->want[side].updated);
            check_int(c, w.report.side[side].deleted, s->want[side].deleted);
            check_int(c, planned(&w, SYNC_WOULD_CREATE, side), s->want[side].created);
            check_int(c, planned(&w, SYNC_WOULD_UPDATE, side), s->want[side].updated);
            check_int(c, planned(&w, SYNC_WOULD_DELETE, side), s->want[side].deleted);
        }
        check_int(c, w.report.held, s->held);
        check_int(c, w.report.failed, s->failed);
        check_int(c, w.report.conflicts, s->conflicts);
        /* The real run, after two previews, does just that. */
        check_ok(c, preview(c, &w), &w.err);
        check_ok(c, world_sync(&w), &w.err);
        for (int side = 0; side < 2; side++) {
            check_int(c, w.report.side[side].created, s->want[side].created);
            check_int(c, w.report.side[side].updated, s->want[side].updated);
            check_int(c, w.report.side[side].deleted, s->want[side].deleted);
        }
    }
    world_close(&w);
}

static struct json *ada(const char *uid)
{
    struct json *doc = world_contact(uid, "Ada");
    struct json *e = json_need_object(json_need_object(doc, "emails"), "e1");
    json_set_str(e, "address", "ada@example.test");
    return doc;
}

static void check_fields(struct check *c)
{
    struct world w = {.opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true}}, .seed = 1};
    world_open(&w);
    memory_add(w.store[SIDE_LEFT], FOLDER, NULL, ada(NULL));
    memory_add(w.store[SIDE_LEFT], FOLDER, NULL, world_contact(NULL, "Bob"));
    memory_add(w.store[SIDE_RIGHT], FOLDER, "ada.item", ada("ada"));
    world_set(&w, SIDE_LEFT, "Ada", "x.example:team", "red");
    check_ok(c, preview(c, &w), &w.err);
    check_true(c, find(&w, SYNC_WOULD_PAIR, SIDE_LEFT, "Ada") != NULL);
    check_true(c, find(&w, SYNC_WOULD_CREATE, SIDE_RIGHT, "Bob") != NULL);
    check_int(c, w.report.paired, 1);
    check_ok(c, world_sync(&w), &w.err);
    world_set(&w, SIDE_LEFT, "Ada", "x.example:team", "blue");
    world_remove(&w, SIDE_RIGHT, "Bob");
    check_ok(c, preview(c, &w), &w.err);
    const struct sync_planned *p = find(&w, SYNC_WOULD_UPDATE, SIDE_RIGHT, "Ada");
    check_true(c, p && p->field_count == 1);
    if (p && p->field_count == 1) {
        check_str(c, p->fields[0].path, "x.example:team");
        check_str(c, json_str_value(p->fields[0].before), "red");
        check_str(c, json_str_value(p->fields[0].after), "blue");
    }
    check_true(c, find(&w, SYNC_WOULD_DELETE, SIDE_LEFT, "Bob") != NULL);
    world_close(&w);
}

/* A preview that fails in the middle is as invisible as one that ends. */
static void check_trouble(struct check *c)
{
    for (int side = 0; side < 2; side++) {
        for (enum memory_call call = MEMORY_CHANGES; call <= MEMORY_FETCH; call++) {
            struct world w = {
                .opt = {{.drops = {"uid"}}, {.chosen_ids = true, .tokens = true}}, .seed = 1};
            world_open(&w);
            memory_add(w.store[SIDE_LEFT], FOLDER, NULL, world_contact(NULL, "Ada"));
            memory_add(w.store[SIDE_RIGHT], FOLDER, "b.item", world_contact("b", "Bob"));
            memory_fail_call(w.store[side], call, 1, RC_OFFLINE);
            check_int(c, preview(c, &w), RC_OFFLINE);
            check_ok(c, preview(c, &w), &w.err);
            check_int(c, (long)w.report.planned_count, 2);
            check_ok(c, world_sync(&w), &w.err);
            world_check_converged(c, &w);
            world_close(&w);
        }
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < scenario_total(); i++) {
        char name[128];
        snprintf(name, sizeof name, "preview/%s", scenario_at(i)->name);
        if (check_case(&c, name)) {
            check_scenario(&c, scenario_at(i));
            check_close_case(&c); /* name is ours */
        }
    }
    if (check_case(&c, "preview-fields")) {
        check_fields(&c);
    }
    if (check_case(&c, "preview-in-trouble")) {
        check_trouble(&c);
    }
    return check_end(&c);
}
