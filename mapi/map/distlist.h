/* Distribution lists: the sections of items of class IPM.DistList. */
#ifndef LOCKSTEP_MAPI_MAP_DISTLIST_H
#define LOCKSTEP_MAPI_MAP_DISTLIST_H

#include "mapi/map/contact.h"

extern const struct section distlist_sections[];

#endif
