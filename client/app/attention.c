/* One list of all that needs the user. */
#include "client/app/attention.h"

#include "client/base/buf.h"

struct attention {
    struct json *held, *review, *conflicts, *status; /* owned */
    struct attention_row *rows;                      /* owned */
    size_t count, cap;
};

static const char *const SIDES[] = {"left", "right"};

static struct attention_row *add(
    struct attention *a, enum attention_sort sort, const struct json *v, const char *link)
{
    ARRAY_RESERVE(a->rows, a->count, a->cap);
    struct attention_row *row = &a->rows[a->count++];
    *row = (struct attention_row){.sort = sort,
        .id = json_get_int(v, "id", 0),
        .link = link,
        .title = json_get_str(v, "title"),
        .action = json_get_str(v, "action"),
        .side = -1,
        .since = json_get_int(v, "since", 0)};
    return row;
}

static void set_side(struct attention_row *row, const struct json *v, const char *account)
{
    row->side = str_eq(json_get_str(v, "side"), "right");
    row->account[row->side] = account;
    row->reason = json_get_str(v, "text");
}

static void set_sides(struct attention_row *row, const struct json *v)
{
    for (int s = 0; s < 2; s++) {
        row->account[s] = json_get_str(json_get(v, SIDES[s]), "account");
        row->text[s] = json_get_str(json_get(v, SIDES[s]), "text");
    }
}

static void add_held(struct attention *a)
{
    for (const struct json *v = json_first(json_get(a->held, "held")); v; v = json_next(v)) {
        set_side(add(a, ATTENTION_HELD, v, json_get_str(v, "link")), v, json_get_str(v, "account"));
    }
}

static void add_doubts(struct attention *a)
{
    for (const struct json *v = json_first(json_get(a->review, "review")); v; v = json_next(v)) {
        if (str_eq(json_get_str(v, "decision"), "open")) {
            struct attention_row *row = add(a, ATTENTION_DOUBT, v, json_get_str(v, "link"));
            set_sides(row, v);
            row->title = row->text[0];
            row->reason = json_get_str(v, "reasons");
        }
    }
}

/* One whose choice is noted already needs nobody. */
static void add_conflicts(struct attention *a, enum attention_sort sort, const char *state)
{
    const struct json *all = json_get(a->conflicts, "conflicts");
    for (const struct json *v = json_first(all); v; v = json_next(v)) {
        if (str_eq(json_get_str(v, "state"), state) && !json_get_str(v, "choice")) {
            struct attention_row *row = add(a, sort, v, json_get_str(v, "link"));
            set_sides(row, v);
            row->fields = json_get(v, "fields");
            row->texts = json_get(v, "texts");
            row->own = str_eq(json_get_str(v, "why"), "own");
        }
    }
}

static void add_failed(struct attention *a)
{
    for (const struct json *l = json_first(json_get(a->status, "links")); l; l = json_next(l)) {
        for (const struct json *v = json_first(json_get(l, "problems")); v; v = json_next(v)) {
            if (!json_get_bool(v, "held", false)) {
                const char *side = json_get_str(v, "side");
                set_side(add(a, ATTENTION_FAILED, v, json_get_str(l, "name")), v,
                    json_get_str(json_get(l, side), "account"));
            }
        }
    }
}

struct attention *attention_new(
    struct json *held, struct json *review, struct json *conflicts, struct json *status)
{
    struct attention *a = NEW(struct attention);
    *a = (struct attention){
        .held = held, .review = review, .conflicts = conflicts, .status = status};
    add_held(a);
    add_doubts(a);
    add_conflicts(a, ATTENTION_CHOICE, "open");
    add_failed(a);
    add_conflicts(a, ATTENTION_SETTLED, "kept");
    return a;
}

void attention_free(struct attention *a)
{
    if (a) {
        json_free(a->held);
        json_free(a->review);
        json_free(a->conflicts);
        json_free(a->status);
        free(a->rows);
        free(a);
    }
}

size_t attention_count(const struct attention *a)
{
    return a->count;
}

const struct attention_row *attention_row(const struct attention *a, size_t row)
{
    return row < a->count ? &a->rows[row] : NULL;
}
