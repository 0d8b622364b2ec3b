/* What a run would do, told instead of done. The engine works as always, inside a rehearsal of the
 * state file (state_rehearse), up to the point where write.c would write the intents down. */
#include "client/sync/internal.h"

const char *sync_plan_name(enum sync_plan p)
{
    static const char *const names[] = {"create", "update", "delete", "pair"};
    return names[p];
}

static struct sync_planned *plan(struct run *r, enum sync_plan what, enum side side, char *title)
{
    struct sync_report *rep = r->report;
    ARRAY_RESERVE(rep->planned, rep->planned_count, rep->planned_cap);
    struct sync_planned *p = &rep->planned[rep->planned_count++];
    *p = (struct sync_planned){
        .what = what, .side = side, .title = title ? title : mem_strdup("(unknown item)")};
    return p;
}

/* The patch names what would be new; what is there now is in the side's document. */
static void plan_fields(struct sync_planned *p, const struct work_side *side)
{
    for (struct json *m = json_first(side->patch); m; m = json_next(m)) {
        struct json *before = json_pointer(side->now, json_key(m));
        if (json_is_null(m) && !before) {
            continue;
        }
        ARRAY_RESERVE(p->fields, p->field_count, p->field_cap);
        p->fields[p->field_count++] = (struct sync_field){
            .path = mem_strdup(json_key(m)),
            .before = json_dup(before),
            .after = json_is_null(m) ? NULL : json_dup(m),
        };
    }
}

static void plan_write(struct run *r, const struct work *w, enum side s)
{
    static const enum sync_plan what[] = {SYNC_WOULD_CREATE, SYNC_WOULD_UPDATE, SYNC_WOULD_DELETE};
    const struct work_side *side = &w->side[s];
    struct state_counts *n = &r->report->side[s];
    const struct json *doc = side->op == STATE_CREATE ? side->wanted : side->now;
    struct sync_planned *p = plan(r, what[side->op], s, run_title(r, w->entry, doc));
    switch (side->op) {
    case STATE_CREATE:
        n->created++;
        break;
    case STATE_UPDATE:
        n->updated++;
        plan_fields(p, side);
        break;
    case STATE_DELETE:
        n->deleted++;
        break;
    }
}

enum rc works_preview(struct run *r, struct works *w, struct err *err)
{
    for (size_t i = 0; i < w->count; i++) {
        struct work *work = &w->items[i];
        const struct work_side *left = &work->side[SIDE_LEFT], *right = &work->side[SIDE_RIGHT];
        if (left->now && right->now && !left->base) {
            plan(r, SYNC_WOULD_PAIR, SIDE_LEFT, run_title(r, work->entry, left->now));
        }
        for (int s = 0; s < 2; s++) {
            if (work->side[s].write) {
                plan_write(r, work, (enum side)s);
                work->side[s].write = false;
            }
        }
        if (work->step.action == PLAN_CREATE || work->step.action == PLAN_DELETE) {
            work->step.action = PLAN_NOTHING;
        }
    }
    /* What is not written is told as in a real run: what cannot be read, waits, or is in conflict.
     */
    return works_settle(r, w, err);
}
