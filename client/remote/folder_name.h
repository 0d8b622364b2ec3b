/* What a new folder is called where names go into addresses and onto disks. Shared by dav and vdir. */
#ifndef LOCKSTEP_REMOTE_FOLDER_NAME_H
#define LOCKSTEP_REMOTE_FOLDER_NAME_H

#include "client/item/kind.h"

/* "team-kalender-3f2a9c1d" of "Team/Kalender": what can be read of the name in lower-case ASCII, and a
 * part of a hash of name and kind. Equal names and kinds give equal segments, so that a request which
 * is sent twice meets itself; nobody else makes such a name. Safe in URLs and on every file system;
 * at most 50 bytes. Caller frees. */
char *folder_name_segment(enum item_kind kind, const char *name);

#endif
