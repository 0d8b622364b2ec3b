/* Two memory stores, a link between them and a state file: what every engine test starts from.
 * Deterministic: the random source and the clock belong to the world. */
#ifndef LOCKSTEP_TESTS_ENGINE_WORLD_H
#define LOCKSTEP_TESTS_ENGINE_WORLD_H

#include "client/sync/sync.h"
#include "tests/engine/disk.h"
#include "tests/engine/memory_store.h"
#include "tests/unit/check.h"

#include <stdint.h>

#define FOLDER MEMORY_CONTACTS

struct world {
    struct memory_options opt[2];
    enum link_policy policy;
    enum link_direction direction;
    struct disk *disk;   /* borrowed; where the state file is; NULL: on the real one */
    struct state *spare; /* a state file to use, emptied, instead of a new one; or NULL */
    char *path;          /* owned; of the state file */
    struct state *state;
    struct store *store[2];
    int64_t link;
    struct sync_options options;
    struct sync_report report;
    struct err err;
    uint64_t seed;
    int64_t clock;
    long runs; /* so far, previews apart */
    struct memory_stop stop;
    bool keeps_open; /* see world_set_restarts */
};

/* Fills in what is not set (opt, policy and direction may be) and opens everything. */
void world_open(struct world *w);
void world_close(struct world *w);
/* One run; the report and the error of it are in the world. */
enum rc world_sync(struct world *w);
/* Runs with a crash at step `at`, then comes back as the program would after a restart. True if the
 * crash happened. */
bool world_crash(struct world *w, long at, bool after);
/* The same with a crash in the n-th commit of the run. Only on a disk of the test's. */
bool world_crash_commit(struct world *w, long n, enum disk_moment moment);
/* Whether the state file is opened anew after a crash on a disk of the test's (which costs more than
 * the rest of the run) or used on; it holds the same. */
void world_set_restarts(struct world *w, bool on);
/* A copy of the state file as it is, on a disk of the test's: much faster than state_copy. */
void world_copy_state(struct world *w, const char *to);
/* Closes the world but for the state file, which can be the `spare` of another. */
struct state *world_close_but_state(struct world *w);
/* Closes and opens the state file, as a restart does. */
void world_reopen(struct world *w);
uint64_t world_random(struct world *w); /* for tests; the engine has its own stream */

/* Items. Names are titles: contacts with a full name. */
struct json *world_contact(const char *uid, const char *name);
const char *world_find(
    struct world *w, enum side s, const char *name); /* id of the item with this full name; NULL */
const char *world_text(
    struct world *w, enum side s, const char *name, const char *path); /* a member's text */
void world_set(struct world *w, enum side s, const char *name, const char *path,
    const char *text); /* as somebody else; NULL removes */
bool world_remove(struct world *w, enum side s, const char *name);
size_t world_count(struct world *w, enum side s);

/* The lines of all notes of a contact, sorted, each with a line break behind. Caller frees. */
char *world_note_lines(const struct json *doc);
/* Everything on one side as text, order and made-up ids left out, without what the other side
 * cannot hold. Caller frees. */
char *world_content(struct world *w, enum side s);
/* Both sides hold the same items with the same content, and every one of them is in exactly one
 * pair. */
void world_check_converged(struct check *c, struct world *w);
/* A further run writes nothing on either side (invariant I3). */
void world_check_quiet(struct check *c, struct world *w);
/* No pair is pending, no intent is left. */
void world_check_settled(struct check *c, struct world *w);

#endif
