/* Which items a link's filter takes: by their categories, and whether private ones travel. Pure. */
#ifndef LOCKSTEP_ITEM_FILTER_H
#define LOCKSTEP_ITEM_FILTER_H

#include "client/base/json.h"

/* Members of a filter, each of which may be missing: */
#define FILTER_ONLY    "categories"     /* [name]: those with one of them */
#define FILTER_WITHOUT "not_categories" /* [name]: those with none of them */
#define FILTER_PRIVATE "private" /* "skip": those that are neither private nor confidential */

/* Does the filter take this document? NULL and an empty one take everything. Names of categories are
 * the same whatever their case and spaces (as in Outlook). Private is what RFC 8984 section 4.4.3
 * calls "private" or "secret"; of contacts, which have no such member in RFC 9553, our own one. */
bool filter_takes(const struct json *filter, const struct json *doc);

#endif
