/* What every store must do, whatever is behind it: the contract of client/sync/store.h as test
 * cases. */
#ifndef LOCKSTEP_TESTS_CONFORMANCE_SUITE_H
#define LOCKSTEP_TESTS_CONFORMANCE_SUITE_H

#include "client/sync/store.h"
#include "tests/unit/check.h"

/* Runs the suite for one kind of item on one writable folder, which must be empty. The case names
 * start with `prefix`/KIND/. */
void conformance_run(struct check *c, const char *prefix, struct store *store, const char *folder,
    enum item_kind kind);

/* Runs the part that makes folders for one kind of item; they stay. The case names start with
 * `prefix`/KIND/folder/. */
void conformance_folders(
    struct check *c, const char *prefix, struct store *store, enum item_kind kind);

/* Lists the folders and returns the id of the one for the kind whose path or name is `want` (NULL:
 * the default one or else the first writable one); NULL and a failure if there is none. Caller
 * frees. */
char *conformance_folder(
    struct check *c, struct store *store, enum item_kind kind, const char *want);

#endif
