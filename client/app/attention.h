/* All that needs the user, as one list: deletes and changes that are held, items that may be the
 * same, fields both sides changed, what could not be synced. Pure: made from the JSON of
 * app_held_list, app_review_list, app_conflict_list and app_status. */
#ifndef LOCKSTEP_APP_ATTENTION_H
#define LOCKSTEP_APP_ATTENTION_H

#include "client/base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attention_sort {
    ATTENTION_HELD,  /* waits for "carry out" or "refuse"; both are of all that is held in a link */
    ATTENTION_DOUBT, /* may be one item or two: "same", "different" */
    ATTENTION_CHOICE,  /* both sides changed a field, it is the user's to choose: "left", "right" */
    ATTENTION_FAILED,  /* could not be synced; tried again by itself */
    ATTENTION_SETTLED, /* both changed a field, the link's policy has chosen; may be chosen anew */
    ATTENTION_SORTS,   /* how many */
};

/* A line of the list. Texts are borrowed. */
struct attention_row {
    enum attention_sort sort;
    int64_t id; /* of a doubtful pair or conflict, else 0 */
    const char *link;
    const char *title;
    const char *account[2];    /* by side; NULL: does not matter here */
    const char *text[2];       /* DOUBT: the item as each side has it, else NULL */
    const char *action;        /* HELD, FAILED: "delete", "create", "update", "read", ... */
    int side;                  /* HELD, FAILED: which side it is about; else -1 */
    const char *reason;        /* why, in words; NULL: none */
    const struct json *fields; /* CHOICE, SETTLED: [{"field","left","right"}]; else NULL */
    const struct json *texts;  /* {"left","right","lines"}: something else may be written
                                  (app_conflict_write); else NULL */
    bool own;                  /* SETTLED: that has been done */
    int64_t since;
};

struct attention;
/* Takes all four over; NULL: none of that. What needs a word comes first, settled conflicts last. */
struct attention *attention_new(struct json *held /* owned */, struct json *review /* owned */,
    struct json *conflicts /* owned */, struct json *status /* owned */);
void attention_free(struct attention *a);
DEFINE_CLEANUP(struct attention *, attention_free);

size_t attention_count(const struct attention *a);
const struct attention_row *attention_row(const struct attention *a, size_t row);

#endif
