/* Where the files of CalDav Synchronizer are, and what of them there is. */
#ifndef LOCKSTEP_APP_MIGRATE_H
#define LOCKSTEP_APP_MIGRATE_H

#include "client/app/cds.h"

struct migrate {
    char *dir; /* of profiles.xml */
    struct cds_profiles profiles;
    char **pairs; /* owned, with the texts; of each profile the file of its pairs */
};
void migrate_fini(struct migrate *m);
/* `dir` NULL: where it keeps them for this user. RC_NOT_FOUND: it has never been used here. */
enum rc migrate_load(const char *dir, struct migrate *ret, struct err *err) WARN_UNUSED;
/* Tells the pairs of profile `i`, up to where its file is torn. RC_OK without any if there is none: what
 * belongs together is then found by what it holds. Errors are those of `tell`. */
enum rc migrate_pairs(
    const struct migrate *m, size_t i, cds_pair_fn *tell, void *user, struct err *err) WARN_UNUSED;
/* Why this profile is not taken over, in words; NULL: it can be. Static. */
const char *migrate_obstacle(const struct cds_profile *p);

#endif
