/* The files of CalDav Synchronizer, an add-in for Outlook that syncs with CalDAV and CardDAV: what its
 * users bring along. Pure: text in, what it says out; where the files are is migrate.c's business.
 *
 *   profiles.xml            for each profile of Outlook the folder and the name of its options file
 *   options.xml             the profiles: an Outlook folder, the address of a collection, settings
 *   PROFILE-ID/relations.xml  which item of Outlook is which resource
 *
 * All are what .NET's XmlSerializer makes of its classes Options and ...RelationData (source of CalDav
 * Synchronizer 4.5, folders CalDavSynchronizer/Contracts and GenSync/EntityRelationManagement): flat
 * elements named as the members, missing where they have no value. Some say that they are UTF-16 and
 * are UTF-8, as .NET writes the declaration before it knows where to. */
#ifndef LOCKSTEP_APP_CDS_H
#define LOCKSTEP_APP_CDS_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

struct cds_profile {
    char *id, *name; /* "" if it has none */
    char *url;       /* of the collection */
    char *user;
    char *folder;          /* entry id of the folder in Outlook, hex */
    char *secret, *salt;   /* base64: the password by DPAPI, and its entropy; "" if there is none */
    char *every;           /* minutes, or "hand": as app_when.every */
    char *past, *future;   /* days, as app_link.past; NULL: no limit */
    const char *direction; /* static; as app_link.direction, the left side being Outlook */
    const char *policy;    /* static; as app_link.policy */
    bool on, on_change, http; /* is not switched off; at once after a change; through WebDAV */
};
struct cds_profiles {
    struct cds_profile *items; /* owned */
    size_t count, cap;
};
void cds_profiles_fini(struct cds_profiles *list);

/* Tells the folder (NULL: that of profiles.xml) and the name of each options file. */
typedef void cds_place_fn(void *user, const char *folder, const char *name);
enum rc cds_places_read(
    const char *text, size_t len, cds_place_fn *tell, void *user, struct err *err) WARN_UNUSED;
/* Adds to the list. */
enum rc cds_profiles_read(const char *text, size_t len, struct cds_profiles *list, struct err *err)
    WARN_UNUSED;

/* Tells the entry id (lower-case hex) and the path of each pair; whatever is incomplete is left out. */
typedef enum rc cds_pair_fn(void *user, const char *entry, const char *path, struct err *err);
enum rc cds_pairs_read(const char *text, size_t len, cds_pair_fn *tell, void *user, struct err *err)
    WARN_UNUSED;

#endif
