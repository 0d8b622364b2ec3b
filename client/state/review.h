/* Doubtful pairs: two new items that look like one, and what a person said about them. */
#ifndef LOCKSTEP_STATE_REVIEW_H
#define LOCKSTEP_STATE_REVIEW_H

#include "client/state/state.h"

/* How long the engine lets both items wait for a person before it takes them for two. */
#define REVIEW_DAYS 14

enum review_decision { REVIEW_OPEN, REVIEW_SAME, REVIEW_DIFFERENT };
const char *review_decision_name(enum review_decision d); /* "open", "same", "different" */
int review_decision_from_name(const char *name);          /* -1 if unknown */

struct state_review {
    int64_t id; /* what people call it by */
    int64_t link;
    char *item[2];    /* ids in the stores */
    char *version[2]; /* when they were compared */
    char *text[2];    /* each item in words, one line */
    int score;
    char *reasons; /* one line */
    enum review_decision decision;
    int64_t since;
};
struct state_reviews {
    struct state_review *items; /* owned */
    size_t count, cap;
};
void state_review_fini(struct state_review *r);
void state_reviews_fini(struct state_reviews *list);
/* Of a link (0 = of all), in order of id. */
enum rc state_reviews_load(
    struct state *s, int64_t link, struct state_reviews *ret, struct err *err) WARN_UNUSED;
/* Adds, or renews the one of the same two items: its id, since and decision stay. */
enum rc state_review_put(struct state *s, const struct state_review *r, struct err *err)
    WARN_UNUSED;
/* RC_NOT_FOUND if there is none. The next run acts on it. */
enum rc state_review_decide(
    struct state *s, int64_t id, enum review_decision decision, struct err *err) WARN_UNUSED;
enum rc state_review_delete(struct state *s, int64_t id, struct err *err) WARN_UNUSED;

#endif
