/* Items of one side that wait outside of their link's time window, or for its filter
 * (client/sync/window.c): they were read once, and are not read again before their day has come. */
#ifndef LOCKSTEP_STATE_OUTSIDE_H
#define LOCKSTEP_STATE_OUTSIDE_H

#include "client/state/state.h"

#define STATE_NEVER INT64_MAX

struct state_outside {
    int64_t pair;
    int64_t due; /* UTC seconds from which on it is inside; STATE_NEVER: it is over, or filtered */
    bool filtered;  /* the filter does not take it; not loaded */
    char *likeness; /* owned; JSON of what it is recognised by; NULL where not asked for */
};
struct state_outsides {
    struct state_outside *items; /* owned */
    size_t count, cap;
};
void state_outsides_fini(struct state_outsides *list);
/* Those judged by this very window and filter whose day has not come at `now`, in order of pair. */
enum rc state_outsides_load(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, bool likeness, struct state_outsides *ret, struct err *err) WARN_UNUSED;
/* Replaces what is noted of the pair. */
enum rc state_outside_put(struct state *s, const struct state_outside *o,
    const struct state_window *window, struct err *err) WARN_UNUSED;
/* Forgets those that do not wait any more: their day has come, they have been paired, or another
 * window or filter judged them. */
enum rc state_outside_tidy(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, struct err *err) WARN_UNUSED;
enum rc state_outside_delete(struct state *s, int64_t pair, struct err *err) WARN_UNUSED;
/* How many wait that are over, how many that are to come, and how many for the filter. */
struct state_outside_counts {
    long older, later, filtered;
};
enum rc state_outside_count(struct state *s, int64_t link, const struct state_window *window,
    int64_t now, struct state_outside_counts *ret, struct err *err) WARN_UNUSED;

#endif
