/* Scenarios as a table: what is there at the beginning, what people do, what one run must make of
 * it. scenarios.c runs each undisturbed, kill.c runs each with a crash at every step. */
#ifndef LOCKSTEP_TESTS_ENGINE_SCENARIO_H
#define LOCKSTEP_TESTS_ENGINE_SCENARIO_H

#include "tests/engine/world.h"

struct scenario {
    const char *name;
    void (*setup)(struct world *w); /* fills the stores; synced until quiet */
    void (*edit)(struct world *w);
    struct state_counts want[2]; /* writes of the run after the edit, by side */
    long conflicts, failed, held;
    void (*check)(
        struct check *c, struct world *w); /* beyond counts, convergence and quiet; may be NULL */
    struct memory_options opt[2];          /* all zero: the usual ones (scenario_open) */
    enum link_policy policy;
    enum link_direction direction;
    bool readonly_right;
    bool apart;    /* the sides are meant to differ afterwards */
    bool no_crash; /* for kill.c: faults of its own make the crash loop meaningless */
};

extern const struct scenario scenario_list[];
extern const size_t scenario_count;
extern const struct scenario scenario_groups[]; /* scenario_groups.c */
extern const size_t scenario_group_count;
/* All of them. */
size_t scenario_total(void);
const struct scenario *scenario_at(size_t i);

/* Opens a world for it and brings it to the point before the edit. */
void scenario_open(struct check *c, struct world *w, const struct scenario *s);

#endif
