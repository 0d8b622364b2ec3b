/* What of each side's document goes to the other. Pure: documents in, documents out. The work on
 * single members is done by client/item (doc_diff, doc_merge, doc_apply); here is what it means for
 * a pair.
 *
 * All documents of a pair are in one id space: an entry that both sides hold has one id in both
 * ("Bases" in README.md). The uid never travels in a patch: it is the identity of the item on its
 * side and is kept in the pair. */
#ifndef LOCKSTEP_SYNC_MERGE_H
#define LOCKSTEP_SYNC_MERGE_H

#include "client/base/json.h"
#include "client/state/state.h"
#include "client/sync/plan.h"

/* The change of one side since its base, both in the pair's id space; caller frees. */
struct json *merge_own_patch(const struct json *base, const struct json *now);

/* What two copies of one item have in common, to serve as the base of a pair that has none: equal
 * members, and inside objects the same again. Caller frees. */
struct json *merge_common(const struct json *left, const struct json *right);

/* Puts into `doc` all that `more` has, inside objects the same again. */
void merge_add(struct json *doc, const struct json *more);

/* The side whose `updated` is later; left if they are equal or not both there. */
enum side merge_newest(const struct json *left, const struct json *right);

/* Entries added to id maps ("phones", ...) since the base: one that the other side has already,
 * under whatever id, gets that id; one whose id names something else on the other side gets
 * another. Two texts of a map that may be in one (doc_may_join) get one id if both have taken the
 * place of the same one and say what that had said: a conflict. Changes now[] and own[] alike.
 * base[] may be NULL: then nothing is known to be an addition and nothing is done. */
void merge_align(
    const struct json *const base[2], struct json *const now[2], struct json *const own[2]);

struct merge_result {
    struct json *patch[2]; /* by target side: what is new to it; never NULL */
    struct json
        *wanted[2]; /* by target side: the whole document to write there; NULL if nothing changes */
    struct json *conflicts; /* array as from doc_merge */
    bool undelivered[2];    /* by source side: its change should go to the other side but may not be
                               written there */
};
void merge_result_fini(struct merge_result *r);
/* own[]: each side's own patch; now[]: each side's present document; winner: of conflicts. Patches
 * towards a one-way side are dropped, towards a read-only one marked undelivered. RC_INVALID if a
 * patch cannot be applied to the other side's document. */
enum rc merge_pair(const struct json *const own[2], const struct json *const now[2],
    enum side winner, const enum plan_access access[2], struct merge_result *ret, struct err *err)
    WARN_UNUSED;

/* Puts the members a patch names back to what they are in `base`, so that a later comparison of
 * `doc` with the result finds the change again: the base of a side whose change could not be
 * delivered. */
void merge_undo_paths(struct json *doc, const struct json *patch, const struct json *base);

/* True if `there` may be what a store makes of `written`: the same letters and digits in another
 * spelling, or as much of them as it can hold; of an object, what it holds of it. */
bool merge_form_of(const struct json *written, const struct json *there);

/* The document with the changes of a patch, as far as they fit; caller frees. */
struct json *merge_with(const struct json *base, const struct json *patch);

/* `base` has the values of `patch` as they were written, in an item that was `written` then and has
 * been edited since: now it is `now`. Puts in what the store made of them, as far as that is plain: what
 * it dropped or holds a form of. Other values stay a difference, and thereby a change. */
void merge_read(struct json *base, const struct json *patch, const struct json *written,
    const struct json *now);

/* True if one is the other or lies below it. */
bool merge_paths_overlap(const char *a, const char *b);
/* True if a path of the patch (NULL: none) overlaps with this one. */
bool merge_touches(const struct json *patch, const char *path);

/* After a crash: `patch` was being written to the target, which now looks like `now`. What arrived
 * of it becomes part of both bases, in each side's form. What is neither as it was, nor absent, nor
 * a form of what was written stays in both bases as it was, a change of both sides and thereby a
 * conflict: it may be a form the store made of ours, or somebody's edit. Each such path is put into
 * `unsure`, with true. A new entry is in both bases then, too, so that it is not made twice, but
 * without what is in doubt. */
void merge_absorb(struct json *target_base, struct json *source_base, const struct json *patch,
    const struct json *now, struct json *unsure);

/* A base without the entries that merge_absorb has left in doubt: how the side was when the two were
 * last in step. Caller frees. */
struct json *merge_known(const struct json *base);

/* After a write that somebody else may have overtaken: the differences between what was written and
 * what was read back, outside the written patch (NULL: anywhere), that are no removals, no forms of
 * what was written and, with a patch, no values that stores make over. Those come from somebody else,
 * since the store had these members in its normal form before. Caller frees; an empty object if
 * there are none. */
struct json *merge_foreign(
    const struct json *written, const struct json *read_back, const struct json *patch);

#endif
