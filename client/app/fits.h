/* What one side of a pair holds and the other does not, and why. Pure; between client/app/item.c
 * and the documents. */
#ifndef LOCKSTEP_APP_FITS_H
#define LOCKSTEP_APP_FITS_H

#include "client/base/json.h"
#include "client/item/kind.h"
#include "client/state/state.h"

/* One item as both sides have it. */
struct fits {
    enum item_kind kind;
    const struct json *doc[2];     /* the bases, in one id space; by enum side */
    const char *account_type[2];   /* "outlook", "dav", "jmap", "vdir" */
    enum link_direction direction; /* a side that is never written lacks things for that reason */
};

/* A line for each value, as an array (README.md, "field"). The values of entries are in words;
 * `lacks` says what a side does not hold, with the reason. Caller frees. */
struct json *fits_rows(const struct fits *f);

/* How many of all `lacks` of such rows say that a value is missing, not only how it is marked
 * (its place, its kind, whether it is preferred: nearly every pair of formats differs in these). */
long fits_count(const struct json *rows);

/* fits_words.c: the value of a member, or of one entry of a map, for a person; NULL if v is NULL.
 * Caller frees. */
char *fits_words(const char *member, const struct json *v);
/* Why a side of that account type does not hold the value at `path`, which is `value` on the other
 * side. Never NULL. */
const char *fits_reason(
    enum item_kind kind, const char *account_type, const char *path, const struct json *value);
/* A photo or file that stays on its side: client/large or the store put a mark in its place. `v` is the
 * entry or its URI. */
bool fits_is_kept(const struct json *v);

#endif
